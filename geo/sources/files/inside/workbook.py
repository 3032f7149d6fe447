"""Spreadsheets: each sheet a layer, values as they were last computed, never a formula."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from xml.etree import ElementTree as ET
from zipfile import ZipFile, ZipInfo

from geo.errors import DataError
from geo.sources.files.inside import archive
from geo.sources.files.inside.datasets import Dataset
from geo.sources.files.inside.markup import examine_prologue
from geo.sources.files.limits import Limits

Rows = Iterator[Sequence[Any]]

_ERRORS = frozenset({"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#GETTING_DATA"})
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"


def sheets(data: Dataset, limits: Limits) -> Iterator[tuple[str, Rows]]:
    """Yield the name and the rows of each sheet of a workbook, in their order.

    Parameters
    ----------
    data : Dataset
        An XLSX or ODS file.
    limits : Limits
        What it may hold, as an archive too.

    Raises
    ------
    DataError
        If it is refused as an archive, or one of its parts declares a document type.
    """
    with archive.opened(data, limits) as (package, members):
        for name, info in members.items():
            if name.lower().endswith((".xml", ".rels", ".vml")):
                with package.open(info) as stream:
                    examine_prologue(stream, f"{data.where}/{name}", limits)
        yield from _ods(package, members, data, limits) if data.kind == "ODS" else _xlsx(data, limits)


def _xlsx(data: Dataset, limits: Limits) -> Iterator[tuple[str, Rows]]:
    from openpyxl import load_workbook  # noqa: PLC0415 - slow to import, for one format
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415 - with it

    failures = (InvalidFileException, LookupError, ValueError, TypeError, AttributeError, ET.ParseError)

    def rows(sheet: Any) -> Rows:
        sheet.reset_dimensions()  # what a sheet declares of its size is not to be believed
        try:
            for row in sheet.iter_rows(values_only=True):
                if len(row) > limits.columns:
                    raise _too_wide(data, limits)
                yield [None if isinstance(cell, str) and cell in _ERRORS else cell for cell in row]
        except failures:
            raise data.unreadable(f"feuille « {sheet.title} » mal formée") from None

    try:
        book = load_workbook(data.path, read_only=True, data_only=True, keep_links=False)
    except failures:
        raise data.unreadable("ce n'est pas un classeur XLSX, ou il est abîmé") from None
    for sheet in book.worksheets:
        yield sheet.title, rows(sheet)


def _ods(
    package: ZipFile, members: dict[str, ZipInfo], data: Dataset, limits: Limits
) -> Iterator[tuple[str, Rows]]:
    if "content.xml" not in members:
        raise data.unreadable("ce n'est pas un classeur ODS")
    with package.open(members["content.xml"]) as stream:
        events = ET.iterparse(stream, events=("start", "end"))  # noqa: S314 - no document type in it
        try:
            for event, element in events:
                if event == "start" and element.tag == f"{_TABLE}table":
                    yield element.get(f"{_TABLE}name", ""), _ods_rows(events, element, data, limits)
        except (ET.ParseError, ValueError):
            raise data.unreadable("ce classeur ODS est abîmé") from None


def _ods_rows(events: Any, table: ET.Element, data: Dataset, limits: Limits) -> Rows:
    for event, element in events:
        if event == "end" and element is table:
            return
        if event == "end" and element.tag == f"{_TABLE}table-row":
            row = _ods_row(element, data, limits)
            times = int(element.get(f"{_TABLE}number-rows-repeated", "1")) if row else 1
            for _ in range(times):
                yield row
            element.clear()


def _ods_row(element: ET.Element, data: Dataset, limits: Limits) -> list[Any]:
    row: list[Any] = []
    pending = 0
    for cell in element:
        times = int(cell.get(f"{_TABLE}number-columns-repeated", "1"))
        value = _ods_value(cell)
        if value is None:
            pending += times
            continue
        if len(row) + pending + times > limits.columns:
            raise _too_wide(data, limits)
        row += [None] * pending + [value] * times
        pending = 0
    return row


def _ods_value(cell: ET.Element) -> Any:
    kind = cell.get(f"{_OFFICE}value-type", "")
    if kind in {"float", "percentage", "currency"}:
        number = float(cell.get(f"{_OFFICE}value", "nan"))
        return int(number) if number.is_integer() else number
    if kind == "date":
        return cell.get(f"{_OFFICE}date-value", "").removesuffix("T00:00:00")
    if kind == "boolean":
        return cell.get(f"{_OFFICE}boolean-value") == "true"
    text = "\n".join("".join(part.itertext()) for part in cell.findall(f"{_TEXT}p"))
    return None if not text or text in _ERRORS else text


def _too_wide(data: Dataset, limits: Limits) -> DataError:
    return DataError(
        f"plus de {limits.columns} colonnes",
        where=data.where,
        advice="Ne gardez dans la feuille que le tableau, et ses colonnes utiles.",
    )
