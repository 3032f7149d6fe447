"""How sheets are laid out: widths, heights, how numbers are shown, how much of a sheet is printed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from typing import Any

from geo.export.workbook.model import Head, Sheet, Value

DAY = "dd/mm/yyyy"
PAPER_CHARS = 270
"""Characters across a sheet of A3 at which 10 points are still read."""
LINE_POINTS = 13.5
HIGHEST = 405
"""Points of a row, at most, in any spreadsheet."""
_WIDEST = {"texte": 32, "long": 60, "liste": 24}


def ink(colour: str) -> str:
    """Return the ink, white or dark, that is read better on a colour (``#rrggbb``).

    >>> ink("#23272d"), ink("#f4e04d")
    ('#ffffff', '#1b1e22')
    """
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    light = sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    return "#ffffff" if light < 0.18 else "#1b1e22"


def pattern_of(value: float) -> str:
    """Return how a figure of any unit is shown: as the documents round it.

    >>> pattern_of(517.83), pattern_of(4.838), pattern_of(18)
    ('#,##0', '#,##0.0', '#,##0')
    """
    return "#,##0" if abs(value) >= 10 or value == int(value) else "#,##0.0"


def number_look(head: Head, cells: Sequence[Value]) -> dict[str, Any]:
    """Return how the numbers of a column are shown, one way for all of them."""
    numbers = [cell for cell in cells if isinstance(cell, int | float)]
    fixed = {"entier": "#,##0", "code": "0", "degres": "0.00000"}
    if head.kind in fixed:
        return {"num_format": fixed[head.kind]}
    if head.kind not in ("nombre", "montant"):
        return {}
    decimals = next((n for n in (0, 1) if all(math.isclose(x, round(x, n)) for x in numbers)), 2)
    return {"num_format": "#,##0" + ("." + "0" * decimals if decimals else "")}


def width_of(head: Head, cells: Sequence[Value]) -> float:
    """Return the width of a column, in characters: of its longest word or line, within bounds."""
    longest = max((_length(cell) for cell in cells), default=0)
    title = max(len(head.shown) / 2, *(len(word) for word in head.shown.split())) + 4
    return min(max(longest + 2, title, 9), max(_WIDEST.get(head.kind, 18), title))


def _length(cell: Value) -> int:
    if isinstance(cell, str):
        return max(map(len, cell.split("\n")))
    if isinstance(cell, date):
        return len(DAY)
    return 0 if cell is None else len(f"{cell:,.1f}")


def lines_of(words: str, width: float) -> int:
    """Return how many lines a text takes in a width, in characters."""
    return sum(max(1, math.ceil(len(part) * 0.95 / width)) for part in words.split("\n"))


def height_of(widths: Sequence[float], row: Sequence[Value], wrapped: int) -> float:
    """Return the height of a row, in points, at which the texts of its first columns are whole."""
    cells = zip(widths[:wrapped], row[:wrapped], strict=True)
    lines = (lines_of(cell, width - 2) for width, cell in cells if isinstance(cell, str))
    return points(max(lines, default=1))


def points(lines: float) -> float:
    """Return the height of so many lines, in points."""
    return min(HIGHEST, LINE_POINTS * lines + 3)


def widths_of(sheet: Sheet) -> list[float]:
    """Return the widths of the columns of a sheet, in characters."""
    return [width_of(head, [row[i] for row in sheet.rows]) for i, head in enumerate(sheet.heads)]


def printed_count(sheet: Sheet) -> int:
    """Return how many columns of a sheet are printed: the first ones, as many as paper has room for."""
    room, count = float(PAPER_CHARS), 0
    for head, width in zip(sheet.heads, widths_of(sheet), strict=True):
        room -= width
        if not head.printed or (room < 0 < count):
            break
        count += 1
    return count
