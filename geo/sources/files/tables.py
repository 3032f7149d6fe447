"""Tables that are written for a spreadsheet, in which no cell is a formula."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from geo.errors import DataError
from geo.sources.cache import replacing

_FORMULA = re.compile(r"[\s\0]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")
"""How a text begins that Excel or LibreOffice would compute, full-width signs of East Asia included."""
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?", re.ASCII)
ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What neither XML nor a spreadsheet has room for."""
_XLSX_ROWS = 1_048_576
_XLSX_COLUMNS = 16_384
_XLSX_CHARS = 32_767


def harmless(value: object) -> object:
    """Return a cell that no spreadsheet will compute when it opens a CSV.

    A text that begins as a formula does gets an apostrophe before it, as spreadsheets have it;
    a number written as text (``-12,5``) and whatever is no text stay as they are.

    >>> harmless("=cmd|' /C calc'!A0")
    "'=cmd|' /C calc'!A0"
    >>> harmless("-12,5"), harmless("Cité n° 3"), harmless(4)
    ('-12,5', 'Cité n° 3', 4)
    """
    if not isinstance(value, str):
        return value
    text = ILLEGAL.sub("\ufffd", value)
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def write_table(path: Path, rows: Iterable[Sequence[object]], columns: Sequence[str]) -> None:
    """Write a table for a spreadsheet, beside its place and then in it.

    Parameters
    ----------
    path : pathlib.Path
        ``.csv`` (UTF-8 with its mark, semicolons) or ``.xlsx`` (texts are texts, whatever they
        begin with).
    rows : iterable of sequence
        Cells in the order of the columns: texts, numbers, booleans, None.
    columns : sequence of str
        Header.

    Raises
    ------
    DataError
        If the suffix is another, or a sheet cannot hold the table.
    ErbmError
        If the file cannot be written.
    """
    write = {".csv": _write_csv, ".xlsx": _write_xlsx}.get(path.suffix.lower())
    if write is None:
        raise DataError(
            f"un tableau ne s'écrit pas en « {path.suffix} »",
            where=str(path),
            advice="Choisissez .csv ou .xlsx.",
        )
    with replacing(path) as temporary:
        write(temporary, rows, columns, path)


def _write_csv(target: Path, rows: Iterable[Sequence[object]], columns: Sequence[str], _path: Path) -> None:
    with target.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
        writer.writerow([harmless(name) for name in columns])
        writer.writerows([harmless(cell) for cell in row] for row in rows)


def _write_xlsx(target: Path, rows: Iterable[Sequence[object]], columns: Sequence[str], path: Path) -> None:
    from openpyxl import Workbook  # noqa: PLC0415 - slow to import, and rarely written
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415 - with it

    table: list[list[object]] = [list(columns), *map(list, rows)]
    _refuse_large(table, path)
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Données")

    def cell(value: object) -> Any:
        if not isinstance(value, str):
            return value
        made = WriteOnlyCell(sheet, ILLEGAL.sub("\ufffd", value))
        made.data_type = "s"  # not a formula, whatever it begins with
        made.quotePrefix = True  # it stays a text if its cell is edited
        return made

    for row in table:
        sheet.append(list(map(cell, row)))
    book.save(target)


def _refuse_large(table: list[list[object]], path: Path) -> None:
    """Refuse what a sheet cannot hold, before a part of it is written."""
    long = (
        f"ligne {number} : un texte de {len(value)} caractères"
        for number, row in enumerate(table, start=1)
        for value in row
        if isinstance(value, str) and len(value) > _XLSX_CHARS
    )
    wide = f"{len(table[0])} colonnes" if len(table[0]) > _XLSX_COLUMNS else ""
    tall = f"{len(table)} lignes" if len(table) > _XLSX_ROWS else ""
    reason = wide or tall or next(long, "")
    if reason:
        raise DataError(
            f"{reason} : une feuille XLSX n'a pas cette place",
            where=str(path),
            advice="Écrivez-le en .csv.",
        )
