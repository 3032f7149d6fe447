"""What kernels write: one row for each feature and territory, and the pieces that it sums."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.allocate.fast.compiled import compiled
from geo.allocate.fast.exact import ROOM, add, rounded
from geo.allocate.fast.memory import double_at, integer_at, put_double, put_integer
from geo.allocate.plain import DUST

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
    """Addresses of the table being made, and how many rows it has room for."""

    feature: int
    owner: int
    part: int
    measure: int
    room: int


class Table:
    """The arrays behind `Rows`.

    Attributes
    ----------
    feature, owner : numpy.ndarray
        int32: position of the feature, number of the territory (0 outside).
    part, measure : numpy.ndarray
        Share of the feature (0 to 1), and what it measures there, in metres or square metres.
    """

    def __init__(self, room: int) -> None:
        self.feature = np.empty(room, dtype=np.int32)
        self.owner = np.empty(room, dtype=np.int32)
        self.part = np.empty(room)
        self.measure = np.empty(room)
        integers, doubles = (self.feature, self.owner), (self.part, self.measure)
        feature, owner = (array.ctypes.data for array in integers)
        part, measure = (array.ctypes.data for array in doubles)
        self.rows = Rows(feature, owner, part, measure, room)

    def cut(
        self, count: int
    ) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float64], NDArray[np.float64]]:
        """Return the first rows."""
        return self.feature[:count], self.owner[:count], self.part[:count], self.measure[:count]


@compiled
def write_row(rows: Rows, at: int, feature: int, owner: int, part: float, measure: float) -> None:
    """Write a row."""
    put_integer(rows.feature, at, feature)
    put_integer(rows.owner, at, owner)
    put_double(rows.part, at, part)
    put_double(rows.measure, at, measure)


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
def _after(known: int, owner: int) -> bool:
    return known != owner and (known == 0 or (owner != 0 and known > owner))


@compiled
def _sum_pieces(scratch: Scratch, pieces: int, count: int) -> float:
    """Put in `measure` the sum of the pieces of each territory found, and return what is dust beside them."""
    every = 0
    for k in range(count):
        terms = 0
        for j in range(pieces):
            if integer_at(scratch.owner, j) == integer_at(scratch.found, k):
                terms = add(scratch.partials, terms, double_at(scratch.value, j))
        measure = rounded(scratch.partials, terms)
        put_double(scratch.measure, k, measure)
        every = add(scratch.total, every, measure)
    return DUST * rounded(scratch.total, every)


@compiled
def write_rows(rows: Rows, at: int, feature: int, scratch: Scratch, pieces: int) -> int:
    """Sum the pieces of a feature by territory, exactly, and write its rows.

    Returns
    -------
    int
        How many rows there are now; -1 if there is no room; -2 if the plain engine has to
        do it: too many territories, or nothing to measure.
    """
    count = owners_of_pieces(scratch, pieces)
    if count < 0:
        return -2
    if at + count > rows.room:
        return -1
    least = _sum_pieces(scratch, pieces, count)
    every = 0
    for k in range(count):
        if double_at(scratch.measure, k) > least:
            every = add(scratch.total, every, double_at(scratch.measure, k))
    whole = rounded(scratch.total, every)
    if not whole > 0.0:
        return -2
    for k in range(count):
        measure = double_at(scratch.measure, k)
        if measure > least:
            write_row(rows, at, feature, integer_at(scratch.found, k), measure / whole, measure)
            at += 1
    return at
