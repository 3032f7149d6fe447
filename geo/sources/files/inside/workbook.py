"""XLSX workbooks: each sheet a table, values as they were last computed, never a formula."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from geo.errors import DataError
from geo.sources.files.inside.datasets import Dataset
from geo.sources.files.limits import Limits

Rows = Iterator[Sequence[Any]]

ERRORS = frozenset({"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#GETTING_DATA"})
"""What stands in a cell whose formula failed."""
_FAILURES = (
    InvalidFileException,
    BadZipFile,
    zlib.error,
    ParseError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
)
"""What openpyxl raises of a workbook that is not as it should be."""


def sheets(data: Dataset, limits: Limits) -> Iterator[tuple[str, Rows]]:
    """Yield the name and the rows of each sheet, in their order.

    Parameters
    ----------
    data : Dataset
        A workbook whose parts were examined.
    limits : Limits
        Columns that a row may have.

    Raises
    ------
    DataError
        If it is damaged, or a row is too wide.
    """
    with _failing(data):
        book = load_workbook(data.path, read_only=True, data_only=True, keep_links=False)
    for sheet in book.worksheets:
        yield sheet.title, _rows(sheet, data, limits)


def _rows(sheet: Any, data: Dataset, limits: Limits) -> Rows:
    sheet.reset_dimensions()  # what a sheet declares of its size is not to be believed
    with _failing(data):
        for row in sheet.iter_rows(values_only=True):
            if len(row) > limits.columns:
                raise too_wide(data, limits)
            yield [None if isinstance(cell, str) and cell in ERRORS else cell for cell in row]


@contextmanager
def _failing(data: Dataset) -> Iterator[None]:
    try:
        yield
    except _FAILURES:
        raise data.unreadable("ce n'est pas un classeur XLSX, ou il est abîmé") from None


def too_wide(data: Dataset, limits: Limits) -> DataError:
    """Make the error of a sheet with more columns than is sensible."""
    return DataError(
        f"plus de {limits.columns} colonnes",
        where=data.where,
        advice="Ne gardez dans la feuille que le tableau, et ses colonnes utiles.",
    )
