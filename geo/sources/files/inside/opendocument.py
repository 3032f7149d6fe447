"""ODS workbooks, of LibreOffice: each sheet a table, values as they were last computed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from xml.etree import ElementTree as ET
from zipfile import ZipFile, ZipInfo

from geo.sources.files.inside.datasets import Dataset
from geo.sources.files.inside.workbook import ERRORS, Rows, too_wide
from geo.sources.files.limits import Limits

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"


def sheets(
    package: ZipFile, members: dict[str, ZipInfo], data: Dataset, limits: Limits
) -> Iterator[tuple[str, Rows]]:
    """Yield the name and the rows of each sheet, in their order.

    Parameters
    ----------
    package, members : zipfile.ZipFile, dict of str to zipfile.ZipInfo
        The workbook as an archive, whose parts were examined.
    data : Dataset
        The same, for errors.
    limits : Limits
        Columns that a row may have.

    Raises
    ------
    DataError
        If it is damaged, or a row is too wide.
    """
    if "content.xml" not in members:
        raise data.unreadable("ce n'est pas un classeur ODS")
    with package.open(members["content.xml"]) as stream, _failing(data):
        events = ET.iterparse(stream, events=("start", "end"))  # noqa: S314 - no document type in it
        for event, element in events:
            if event == "start" and element.tag == f"{_TABLE}table":
                yield element.get(f"{_TABLE}name", ""), _rows(events, element, data, limits)


def _rows(events: Any, table: ET.Element, data: Dataset, limits: Limits) -> Rows:
    with _failing(data):
        for event, element in events:
            if event == "end" and element is table:
                return
            if event == "end" and element.tag == f"{_TABLE}table-row":
                row = _row(element, data, limits)
                times = int(element.get(f"{_TABLE}number-rows-repeated", "1")) if row else 1
                for _ in range(times):
                    yield row
                element.clear()


def _row(element: ET.Element, data: Dataset, limits: Limits) -> list[Any]:
    row: list[Any] = []
    empty = 0
    for cell in element:
        times = int(cell.get(f"{_TABLE}number-columns-repeated", "1"))
        value = _value(cell)
        if value is None:
            empty += times
            continue
        if len(row) + empty + times > limits.columns:
            raise too_wide(data, limits)
        row += [None] * empty + [value] * times
        empty = 0
    return row


def _value(cell: ET.Element) -> Any:
    kind = cell.get(f"{_OFFICE}value-type", "")
    if kind in {"float", "percentage", "currency"}:
        number = float(cell.get(f"{_OFFICE}value", "nan"))
        return int(number) if number.is_integer() else number
    if kind == "date":
        return cell.get(f"{_OFFICE}date-value", "").removesuffix("T00:00:00")
    if kind == "boolean":
        return cell.get(f"{_OFFICE}boolean-value") == "true"
    text = "\n".join("".join(part.itertext()) for part in cell.findall(f"{_TEXT}p"))
    return None if not text or text in ERRORS else text


@contextmanager
def _failing(data: Dataset) -> Iterator[None]:
    try:
        yield
    except (ET.ParseError, ValueError):
        raise data.unreadable("ce classeur ODS est abîmé") from None
