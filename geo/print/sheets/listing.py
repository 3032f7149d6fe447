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

_GAP = 3.0
_CUT, _DEEP = 8.0, 1.0
"""Points of the type that a list is worth less if all its names are cut; if all take several lines."""


@dataclass(frozen=True, slots=True)
class Way:
    """How a list is written: points of the type, columns, how many lines a name may take."""

    size: float
    columns: int
    deep: int

    @property
    def lead(self) -> float:
        """Width of a number, mm."""
        return typeface.width("000", "Bold", self.size) + 1

    def column(self, wide: float) -> float:
        """Return the width of a column in a box, mm."""
        return (wide - _GAP * (self.columns - 1)) / self.columns

    def lines(self, name: str, wide: float) -> list[str]:
        """Return the lines of a name in a box: the last is cut if there are more of them."""
        room = self.column(wide) - self.lead
        lines = typeface.wrapped(name, "Regular", self.size, room)
        if len(lines) <= self.deep:
            return lines
        rest = name.removeprefix(" ".join(lines[: self.deep - 1])).lstrip()
        return [*lines[: self.deep - 1], typeface.shortened(rest, "Regular", self.size, room)]

    def squeezed(self, name: str, wide: float) -> list[str]:
        """Return one line with the beginning and the end of a name: for those that begin alike."""
        return [typeface.squeezed(name, "Regular", self.size, self.column(wide) - self.lead)]


_WAYS = tuple(
    Way(size, columns, deep)
    for size, columns in (
        (14.0, 1), (13.0, 1), (12.0, 1), (11.0, 1), (12.0, 2), (11.0, 2), (10.0, 2), (9.0, 2), (8.0, 2),
        (7.5, 2), (8.0, 3), (7.5, 3),
    )
    for deep in (3, 2, 1)
)  # fmt: skip
"""From the most legible; the last is taken where nothing fits."""


@dataclass(frozen=True, slots=True)
class Listing:
    """What is listed: numbers by feature, names, and how they are written."""

    numbers: Mapping[str, int]
    """By feature: those that are listed."""
    rows: tuple[tuple[int, str], ...]
    """Numbers and names, in their order."""
    rest: int
    """How many things have a place and are not listed."""
    way: Way
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
    rows, last = things.rows, _WAYS[-1]
    names = [typeface.fitted(name) for _, name in rows]
    room = {way: int(height / (LEADING * way.size * MM) - 1.5) for way in _WAYS}
    worth = {}
    for way in _WAYS:
        if way == last or len(rows) <= room[way] * way.columns:  # a name takes a line at least
            told = [way.lines(name, wide) for name in names]
            if way == last or max(map(_height, _parted(told, way.columns)), default=0) <= room[way]:
                worth[way] = way.size - _loss(names, told)
    best = max(worth, key=lambda way: worth[way])
    kept = rows if best != last else rows[: max(room[best] * best.columns, 0)]
    listed = {feature: number for feature, number in things.numbers.items() if number <= len(kept)}
    return Listing(listed, kept, things.unlisted + len(rows) - len(kept), best, worth[best])


def _loss(names: Sequence[str], told: Sequence[Sequence[str]]) -> float:
    """Return what a list is worth less for the names that are cut, and for those of several lines."""
    cut = sum(" ".join(lines) != name for name, lines in zip(names, told, strict=True))
    deep = sum(len(lines) > 1 for lines in told)
    return (_CUT * cut + _DEEP * deep) / max(len(names), 1)


def _height(part: Sequence[Sequence[str]]) -> int:
    return sum(map(len, part))


def _parted(told: Sequence[Sequence[str]], columns: int) -> list[list[Sequence[str]]]:
    """Return the names of each column: in their order, as high one as the other as can be."""
    high = -(-_height(told) // columns)
    parts: list[list[Sequence[str]]] = [[] for _ in range(columns)]
    at = filled = 0
    for lines in told:
        if filled >= high and at < columns - 1:
            at, filled = at + 1, 0
        parts[at].append(lines)
        filled += len(lines)
    return parts


def write(column: Column, told: Listing, on_map: set[int]) -> None:
    """Write a list in a column; what has no number on the map, for lack of room, has a dash here."""
    top, way, wide = column.y, told.way, column.box.w
    names = [typeface.fitted(name) for _, name in told.rows]
    shorts = [way.lines(name, wide) for name in names]
    alike = Counter(map(tuple, shorts))
    shown = [
        lines if alike[tuple(lines)] == 1 or " ".join(lines) == name else way.squeezed(name, wide)
        for name, lines in zip(names, shorts, strict=True)
    ]
    numbers, lowest = iter(told.rows), top
    for across, part in enumerate(_parted(shown, way.columns)):
        column.y, indent = top, across * (way.column(wide) + _GAP)
        for lines in part:
            number, _ = next(numbers)
            start = column.y
            mark = str(number) if number in on_map else "–"
            column.lines([mark], way.size, "Bold", indent=indent, role="liste")
            column.y = start
            column.lines(lines, way.size, indent=indent + way.lead, role="liste")
        lowest = min(lowest, column.y)
    column.y = lowest
    if told.rest > 0:
        more = f"et {plural(told.rest, 'autre')}, que nomme le classeur de données"
        column.lines([more], way.size, "Italic", colour=look.SOFT, role="liste")
