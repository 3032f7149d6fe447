"""A column of text and keys beside a map, filled from its top."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from geo.print.drawing import keys, look, typeface
from geo.print.drawing.keys import Key
from geo.print.drawing.page import Page, Rect
from geo.print.drawing.typeface import CAPITAL, MM, Style

LEADING = 1.28
"""Height of a line, in heights of the type."""


@dataclass(slots=True)
class Column:
    """A box of the page, and how far down it is filled."""

    page: Page
    box: Rect
    y: float
    """Where the next line begins, mm."""

    @property
    def left(self) -> float:
        """The height that is left, mm."""
        return self.y - self.box.y

    def skip(self, height: float) -> None:
        """Leave some height blank."""
        self.y -= height

    def lines(
        self,
        told: Sequence[str],
        size: float,
        style: Style = "Regular",
        *,
        colour: str = look.INK,
        indent: float = 0,
        role: str = "texte",
    ) -> None:
        """Write lines, one under the other."""
        for line in told:
            base = self.y - (CAPITAL + 0.2) * size * MM
            self.page.write(line, self.box.x + indent, base, size, style, colour=colour, role=role)
            self.y -= LEADING * size * MM

    def heading(self, told: str, size: float, colour: str = look.INK) -> None:
        """Write the title of a part."""
        self.lines([typeface.shortened(told, "Bold", size, self.box.w)], size, "Bold", colour=colour)


@dataclass(frozen=True, slots=True)
class LegendWay:
    """How large the entries of a legend are, and in how many columns."""

    size: float
    """Of the type, points."""
    columns: int

    @property
    def high(self) -> float:
        """Height of a sign, mm."""
        return 1.5 * self.size * MM

    def rows(self, entries: Sequence[Key], room: float) -> list[list[tuple[Key, list[str]]]]:
        """Return the columns of entries, each with its lines of text, in a width."""
        wide = room / self.columns - 2 * self.high - 3.5
        wrapped = [(key, typeface.wrapped(key.text, "Regular", self.size, wide)) for key in entries]
        each = -(-len(wrapped) // self.columns)
        return [wrapped[i * each : (i + 1) * each] for i in range(self.columns)]

    def entry_height(self, lines: Sequence[str]) -> float:
        """Return the height of an entry, mm."""
        return max(self.high, len(lines) * LEADING * self.size * MM) + 0.45 * self.size * MM

    def height(self, entries: Sequence[Key], room: float) -> float:
        """Return the height that entries take, mm."""
        return max(sum(self.entry_height(lines) for _, lines in rows) for rows in self.rows(entries, room))


WAYS = tuple(
    LegendWay(size, columns)
    for size, columns in ((15, 1), (14, 1), (13, 1), (12, 1), (12, 2), (11, 2), (10, 2), (9, 2), (8, 2))
)


def legend(column: Column, entries: Sequence[Key], way: LegendWay) -> None:
    """Draw the entries of a legend, and go under them."""
    top, lowest = column.y, column.y
    wide = column.box.w / way.columns
    for rank, rows in enumerate(way.rows(entries, column.box.w)):
        column.y = top
        left = column.box.x + rank * wide
        for key, lines in rows:
            _entry(column, key, lines, way, left)
        lowest = min(lowest, column.y)
    column.y = lowest


def _entry(column: Column, key: Key, lines: Sequence[str], way: LegendWay, left: float) -> None:
    top, high = column.y, way.entry_height(lines)
    keys.draw(column.page, key, Rect(left + 0.3, top - high / 2 - way.high / 2, 2 * way.high, way.high))
    column.y = top - high / 2 + len(lines) * LEADING * way.size * MM / 2
    column.lines(lines, way.size, indent=left - column.box.x + 2 * way.high + 3, role="légende")
    column.y = top - high
