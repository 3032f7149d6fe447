"""Points: which territory holds each."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from geo.allocate.fast.compiled import compiled
from geo.allocate.fast.grid import Grid, owner_at
from geo.allocate.fast.memory import double_at, put_double, put_integer
from geo.allocate.fast.rows import MOST_PIECES, Rows, Scratch, write_row, write_rows
from geo.allocate.fast.wkb import POINTS


@compiled
def point_rows(
    grid: Grid,
    kind: NDArray[np.int32],
    first: NDArray[np.int32],
    start: NDArray[np.int32],
    xy: int,
    scratch: Scratch,
    rows: Rows,
    begin: int,
    left: NDArray[np.bool_],
) -> tuple[int, int]:
    """Write the rows of points, from feature `begin` on, while there is room.

    Returns
    -------
    tuple of int
        The first feature that was not done, and how many rows there are. `left` is set
        where the plain engine has to do a feature.
    """
    at = 0
    for feature in range(begin, len(kind)):
        if kind[feature] != POINTS:
            continue
        low, high = start[first[feature]], start[first[feature] + 1]
        if high - low == 1:
            done = _one(grid, double_at(xy, 2 * low), double_at(xy, 2 * low + 1), feature, rows, at)
        else:
            pieces = _each(grid, low, high, xy, scratch)
            done = -2 if pieces < 0 else write_rows(rows, at, feature, scratch, pieces)
        if done == -1:
            return feature, at
        if done == -2:
            left[feature] = True
        else:
            at = done
    return len(kind), at


@compiled
def _one(grid: Grid, x: float, y: float, feature: int, rows: Rows, at: int) -> int:
    if not (math.isfinite(x) and math.isfinite(y)):
        return -2
    if at == rows.room:
        return -1
    write_row(rows, at, feature, owner_at(grid, x, y), 1.0, 0.0)
    return at + 1


@compiled
def _each(grid: Grid, low: int, high: int, xy: int, scratch: Scratch) -> int:
    """List the territory of each of several points, to be counted; -2 if they are too many."""
    if high - low > MOST_PIECES:
        return -2
    for k in range(low, high):
        x, y = double_at(xy, 2 * k), double_at(xy, 2 * k + 1)
        if not (math.isfinite(x) and math.isfinite(y)):
            return -2
        put_integer(scratch.owner, k - low, owner_at(grid, x, y))
        put_double(scratch.value, k - low, 1.0)
    return high - low
