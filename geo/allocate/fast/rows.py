"""What kernels write: one row for each feature and territory, and the pieces that it sums."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from geo.allocate.fast.compiled import ZERO, compiled
from geo.allocate.fast.exact import ROOM, add, rounded
from geo.allocate.fast.memory import double_at, integer_at, put_double, put_integer
from geo.allocate.fast.wkb import LINES, POLYGONS
from geo.allocate.plain import DUST
from geo.allocate.shares import Shares

FULL, LEFT = -1, -2
"""What a kernel answers instead of a number: no room is left, or the plain engine has to do it."""

MOST_PIECES = 16_384
"""A feature cut in more is left to the plain engine."""

MOST_OWNERS = 256
"""One that lies in more territories too."""


class Scratch(NamedTuple):
    """Addresses of working arrays, of one thread.

    Attributes
    ----------
    partials, total : int
        `exact.ROOM` doubles each.
    owner, value : int
        `MOST_PIECES` int32 and doubles: pieces of the feature at hand.
    found, measure : int
        `MOST_OWNERS` int32 and doubles: its territories.
    cuts : int
        `MOST_PIECES` doubles.
    """

    partials: int
    total: int
    owner: int
    value: int
    found: int
    measure: int
    cuts: int


class Desk:
    """The arrays behind a `Scratch`."""

    def __init__(self) -> None:
        self._arrays = (
            np.empty(ROOM),
            np.empty(ROOM),
            np.empty(MOST_PIECES, dtype=np.int32),
            np.empty(MOST_PIECES),
            np.empty(MOST_OWNERS, dtype=np.int32),
            np.empty(MOST_OWNERS),
            np.empty(MOST_PIECES),
        )
        self.scratch = Scratch(*(array.ctypes.data for array in self._arrays))


class Rows(NamedTuple):
    """Addresses of the columns of the table being made, and how many rows it has room for."""

    feature: int
    owner: int
    part: int
    length: int
    area: int
    room: int


class Table:
    """The arrays behind `Rows`."""

    def __init__(self, room: int) -> None:
        self._integers = [np.empty(room, dtype=np.int32) for _ in range(2)]
        self._doubles = [np.empty(room) for _ in range(3)]
        feature, owner = (array.ctypes.data for array in self._integers)
        part, length, area = (array.ctypes.data for array in self._doubles)
        self.rows = Rows(feature, owner, part, length, area, room)

    def shares(self, count: int) -> Shares:
        """Return the first rows."""
        feature, owner = (array[:count] for array in self._integers)
        part, length, area = (array[:count] for array in self._doubles)
        return Shares(feature, owner, part, length, area)


@compiled
def write_row(rows: Rows, at: int, feature: int, kind: int, owner: int, part: float, measure: float) -> None:
    """Write a row; the measure is in metres for lines, in square metres for polygons."""
    put_integer(rows.feature, at, feature)
    put_integer(rows.owner, at, owner)
    put_double(rows.part, at, part)
    put_double(rows.length, at, measure if kind == LINES else 0.0)
    put_double(rows.area, at, measure if kind == POLYGONS else 0.0)


@compiled
def owners_of_pieces(scratch: Scratch, pieces: int) -> int:
    """List the territories of the pieces in `found`, in order, 0 last; return how many, -1 if too many."""
    count = 0
    for k in range(pieces):
        owner = integer_at(scratch.owner, k)
        place = count
        while place > 0 and _after(integer_at(scratch.found, place - 1), owner):
            place -= 1
        if place > 0 and integer_at(scratch.found, place - 1) == owner:
            continue
        if count == MOST_OWNERS:
            return -1
        for j in range(count, place, -1):
            put_integer(scratch.found, j, integer_at(scratch.found, j - 1))
        put_integer(scratch.found, place, owner)
        count += 1
    return count


@compiled
def add_piece(scratch: Scratch, pieces: int, owner: int, value: float) -> int:
    """Add a piece to those of the feature at hand; return how many there are, `LEFT` if too many."""
    if pieces < 0 or pieces == MOST_PIECES:
        return LEFT
    put_integer(scratch.owner, pieces, owner)
    put_double(scratch.value, pieces, value)
    return pieces + 1


@compiled
def _after(known: int, owner: int) -> bool:
    return known != owner and (known == 0 or (owner != 0 and known > owner))


@compiled
def _sum_pieces(scratch: Scratch, pieces: int, count: int) -> float:
    """Put in `measure` the sum of the pieces of each territory found, and return what is dust beside them."""
    every = ZERO
    for k in range(count):
        terms = ZERO
        for j in range(pieces):
            if integer_at(scratch.owner, j) == integer_at(scratch.found, k):
                terms = add(scratch.partials, terms, double_at(scratch.value, j))
        measure = rounded(scratch.partials, terms)
        put_double(scratch.measure, k, measure)
        every = add(scratch.total, every, measure)
    return DUST * rounded(scratch.total, every)


@compiled
def write_rows(rows: Rows, at: int, feature: int, kind: int, scratch: Scratch, pieces: int) -> int:
    """Sum the pieces of a feature by territory, exactly, and write its rows.

    Returns
    -------
    int
        How many rows there are now; `FULL` if there is no room; `LEFT` if the plain engine
        has to do it: too many territories, or nothing to measure.
    """
    count = owners_of_pieces(scratch, pieces)
    if count < 0:
        return LEFT
    if at + count > rows.room:
        return FULL
    least = _sum_pieces(scratch, pieces, count)
    every = ZERO
    for k in range(count):
        if double_at(scratch.measure, k) > least:
            every = add(scratch.total, every, double_at(scratch.measure, k))
    whole = rounded(scratch.total, every)
    if not whole > 0.0:
        return LEFT
    for k in range(count):
        measure = double_at(scratch.measure, k)
        if measure > least:
            write_row(rows, at, feature, kind, integer_at(scratch.found, k), measure / whole, measure)
            at += 1
    return at
