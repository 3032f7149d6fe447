"""The numbered list of what a sheet shows, as far as it fits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from geo.catalog import Layer
from geo.print.drawing import look, typeface
from geo.print.drawing.planning import numbers_of
from geo.print.drawing.scene import LayerScene
from geo.print.drawing.typeface import MM
from geo.print.sheets.column import LEADING, Column
from geo.text import plural

_WAYS = (
    (14.0, 1), (13.0, 1), (12.0, 1), (11.0, 1), (12.0, 2), (11.0, 2), (10.0, 2), (9.0, 2), (8.0, 2),
    (7.5, 2), (8.0, 3), (7.5, 3),
)  # fmt: skip
"""Points of the type and columns, from the most legible."""
_GAP = 3.0
_CUT = 4.0
"""Points of the type that a list is worth less if all its names are cut."""


@dataclass(frozen=True, slots=True)
class Listing:
    """What is listed: numbers by feature, names, and how they are written."""

    numbers: Mapping[str, int]
    """By feature: those that are listed."""
    rows: tuple[tuple[int, str], ...]
    """Numbers and names, in their order."""
    rest: int
    """How many things have a place and are not listed."""
    size: float
    columns: int
    worth: float
    """How legible it is: the size of the type, less where names are cut."""


@dataclass(frozen=True, slots=True)
class Things:
    """What a sheet may list: numbers by feature, rows in their order, how many more have a place."""

    numbers: Mapping[str, int]
    rows: tuple[tuple[int, str], ...]
    unlisted: int

    @classmethod
    def of(cls, shown: Sequence[LayerScene], layers: Sequence[Layer]) -> Things:
        """Return what there is to list; of several layers measures alone, as records have their sheets."""
        every = numbers_of(shown, layers)
        numbers = every if len(layers) == 1 else numbers_of(shown, layers, records=False)
        names = {feature.id: feature.nom for scene in shown for feature in scene.features}
        rows = {number: names[feature] for feature, number in reversed(numbers.items())}
        return cls(numbers, tuple(sorted(rows.items())), max(every.values(), default=0) - len(rows))


def listing(things: Things, height: float, wide: float) -> Listing:
    """Return the list that fits a box, mm: of all things, or of as many as there is room for."""
    rows = things.rows
    room = {way: int(height / (LEADING * way[0] * MM) - 1.5) * way[1] for way in _WAYS}
    worth = {
        way: way[0] - _CUT * _cut([name for _, name in rows], way, wide)
        for way in _WAYS
        if room[way] >= len(rows) or way == _WAYS[-1]
    }
    size, columns = max(worth, key=lambda way: worth[way])
    kept = rows[: max(room[size, columns], 0)]
    listed = {feature: number for feature, number in things.numbers.items() if number <= len(kept)}
    rest = things.unlisted + len(rows) - len(kept)
    return Listing(listed, kept, rest, size, columns, worth[size, columns])


def _cut(names: Sequence[str], way: tuple[float, int], wide: float) -> float:
    """Return the share of names that a column has no room for."""
    size, columns = way
    room = _column(wide, columns) - _lead(size)
    cut = sum(typeface.width(typeface.fitted(name), "Regular", size) > room for name in names)
    return cut / max(len(names), 1)


def _column(wide: float, columns: int) -> float:
    return (wide - _GAP * (columns - 1)) / columns


def _lead(size: float) -> float:
    return typeface.width("000", "Bold", size) + 1


def write(column: Column, told: Listing, on_map: set[int]) -> None:
    """Write a list in a column; what has no number on the map, for lack of room, has a dash here."""
    top, line = column.y, LEADING * told.size * MM
    each = -(-len(told.rows) // told.columns)
    wide, lead = _column(column.box.w, told.columns), _lead(told.size)
    ways: tuple[typeface.Style, float, float] = ("Regular", told.size, wide - lead)
    names = [typeface.fitted(name) for _, name in told.rows]
    shorts = [typeface.shortened(name, *ways) for name in names]
    alike = Counter(shorts)
    for rank, (number, _) in enumerate(told.rows):
        across, down = divmod(rank, each)
        base, indent = top - down * line, across * (wide + _GAP)
        column.y = base
        mark = str(number) if number in on_map else "–"
        column.lines([mark], told.size, "Bold", indent=indent, role="liste")
        column.y = base
        short = shorts[rank] if alike[shorts[rank]] == 1 else typeface.squeezed(names[rank], *ways)
        column.lines([short], told.size, indent=indent + lead, role="liste")
    column.y = top - each * line
    if told.rest > 0:
        more = f"et {plural(told.rest, 'autre')}, que nomme le classeur de données"
        column.lines([more], told.size, "Italic", colour=look.SOFT, role="liste")
