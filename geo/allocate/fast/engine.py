"""The kernels on a batch of features: all that they can do, and what is left."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geo.allocate.fast.grid import Ground
from geo.allocate.fast.lines import line_rows
from geo.allocate.fast.points import point_rows
from geo.allocate.fast.polygons import Bench, polygon_rows
from geo.allocate.fast.rows import Desk, Table
from geo.allocate.fast.wkb import LINES, OTHER, POINTS, POLYGONS, Shapes
from geo.allocate.shares import Shares, in_order


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
    left = shapes.kind == OTHER
    there = np.unique(shapes.kind)
    tables = [
        _shares(kind, *_rows_of(kind, shapes, ground, left))
        for kind in (POINTS, LINES, POLYGONS)
        if kind in there
    ]
    return in_order(tables), np.flatnonzero(left)


_Rows = tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float64], NDArray[np.float64]]


def _shares(
    kind: int,
    feature: NDArray[np.int32],
    owner: NDArray[np.int32],
    part: NDArray[np.float64],
    size: NDArray[np.float64],
) -> Shares:
    nothing = np.zeros(len(feature))
    return Shares(
        feature, owner, part, size if kind == LINES else nothing, size if kind == POLYGONS else nothing
    )


def _rows_of(kind: int, shapes: Shapes, ground: Ground, left: NDArray[np.bool_]) -> _Rows:
    """Run the kernel of a kind of features, again where the table was full."""
    desk, bench = Desk(), Bench(len(ground.ends) if kind == POLYGONS else 0)
    kinds, first, start, hole, xy = shapes
    pieces, begin = [], 0
    room = (1 if kind == POINTS else 2) * len(kinds) + 1_024
    while begin < len(kinds):
        table = Table(room)
        work = (desk.scratch, table.rows, begin, left)
        if kind == POLYGONS:
            begin, at = polygon_rows(ground.grid, kinds, first, start, hole, xy, bench.crossings, *work)
        else:
            kernel = point_rows if kind == POINTS else line_rows
            begin, at = kernel(ground.grid, kinds, first, start, xy.ctypes.data, *work)
        pieces.append(table.cut(at))
    return _joined(pieces)


def _joined(pieces: list[_Rows]) -> _Rows:
    if len(pieces) == 1:
        return pieces[0]
    feature, owner, part, size = (np.concatenate(column) for column in zip(*pieces, strict=True))
    return feature, owner, part, size
