"""The kernels on a batch of features: all that they can do, and what is left."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geo.allocate.fast.compiled import ZERO, compiled
from geo.allocate.fast.grid import Grid, Ground
from geo.allocate.fast.lines import line_rows
from geo.allocate.fast.outline import Outline
from geo.allocate.fast.points import point_rows
from geo.allocate.fast.polygons import Bench, Crossings, polygon_rows
from geo.allocate.fast.rows import FULL, LEFT, Desk, Rows, Scratch, Table
from geo.allocate.fast.wkb import LINES, NOTHING, POINTS, POLYGONS, Shapes
from geo.allocate.shares import Shares, joined


def measure(shapes: Shapes, ground: Ground) -> tuple[Shares, NDArray[np.int64]]:
    """Share a batch of features between territories.

    Parameters
    ----------
    shapes : Shapes
        Features, in the CRS of the territories.
    ground : Ground
        The territories.

    Returns
    -------
    shares : Shares
        The rows of those that are plain enough for the kernels.
    left : numpy.ndarray
        Positions of the others, that the plain engine has to do.
    """
    desk, bench = Desk(), Bench(len(ground.ends))
    left = np.zeros(len(shapes.kind), dtype=np.bool_)
    whole = Outline(shapes.start.ctypes.data, shapes.hole.ctypes.data, shapes.xy.ctypes.data, 0, 0)
    pieces: list[Shares] = []
    room, begin = len(shapes.kind) + len(shapes.kind) // 2 + 1_024, 0
    while begin < len(shapes.kind):
        table = Table(room)
        begin, count = _rows(
            ground.grid,
            shapes.kind,
            shapes.first,
            whole,
            desk.scratch,
            bench.crossings,
            table.rows,
            begin,
            left,
        )
        pieces.append(table.shares(count))
    return (pieces[0] if len(pieces) == 1 else joined(pieces, [0] * len(pieces))), np.flatnonzero(left)


@compiled
def _rows(
    grid: Grid,
    kind: NDArray[np.int32],
    first: NDArray[np.int64],
    whole: Outline,
    scratch: Scratch,
    crossings: Crossings,
    rows: Rows,
    begin: int,
    left: NDArray[np.bool_],
) -> tuple[int, int]:
    """Write the rows of features, from one on, while there is room.

    Returns
    -------
    tuple of int
        The first feature that was not done, and how many rows there are. `left` is set
        where the plain engine has to do a feature.
    """
    at = ZERO
    for feature in range(begin, len(kind)):
        if kind[feature] == NOTHING:
            continue
        shape = Outline(whole.start, whole.hole, whole.xy, first[feature], first[feature + 1])
        done = LEFT
        if kind[feature] == POINTS:
            done = point_rows(grid, shape, feature, scratch, rows, at)
        elif kind[feature] == LINES:
            done = line_rows(grid, shape, feature, scratch, rows, at)
        elif kind[feature] == POLYGONS:
            done = polygon_rows(grid, shape, feature, scratch, crossings, rows, at)
        if done == FULL:
            return feature, at
        if done == LEFT:
            left[feature] = True
        else:
            at = done
    return len(kind), at
