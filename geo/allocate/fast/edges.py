"""The edges of a coverage, each once, with the territory on either side."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.allocate.fast.compiled import ZERO, compiled
from geo.allocate.fast.outline import Outline, twice_area

LEFT, RIGHT = 0, 1

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(29)


def edges_of(
    shapes: NDArray[np.object_],
) -> tuple[NDArray[np.float64], NDArray[np.int32], bool]:
    """Return the edges of polygons.

    Parameters
    ----------
    shapes : numpy.ndarray
        n polygons or multipolygons.

    Returns
    -------
    ends : numpy.ndarray
        (m, 4) x and y of both ends, the lower left one first; an edge that two polygons
        share stands once.
    sides : numpy.ndarray
        (m, 2) which polygon lies to the left and to the right, from 1; 0 for none.
    is_clean : bool
        Whether no side of an edge is claimed twice.
    """
    polygons, owner = shapely.get_parts(shapes, return_index=True)
    rings, polygon = shapely.get_rings(polygons, return_index=True)
    is_hole = np.ones(len(rings), dtype=np.bool_)
    is_hole[np.searchsorted(polygon, np.arange(len(polygons)))] = False
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    first = np.searchsorted(ring, np.arange(len(rings) + 1))
    start = first.astype(np.int32)
    outline = Outline(start.ctypes.data, 0, xy.ctypes.data, 0, len(rings))
    ends, sides, count, clean = _paired(outline, xy, start, (owner[polygon] + 1).astype(np.int32), is_hole)
    return ends[:count].copy(), sides[:count].copy(), bool(clean)


@compiled
def _slot(ends: NDArray[np.float64], row: int, table: NDArray[np.int32]) -> int:
    """Return where an edge stands in the hash table, or the free place where it may."""
    bits = ends[row].view(np.uint64)
    key = np.uint64(0)
    for k in range(4):
        key = (key ^ bits[k]) * _GOLDEN
        key ^= key >> _SHIFT
    mask = len(table) - 1
    place: int = np.int64(key & np.uint64(mask))  # type: ignore[assignment]  # signed
    while table[place] >= 0:
        other = table[place]
        same = True
        for k in range(4):
            same = same and ends[other, k] == ends[row, k]
        if same:
            return place
        place = (place + 1) & mask
    return place


@compiled
def _paired(
    outline: Outline,
    xy: NDArray[np.float64],
    first: NDArray[np.int32],
    owner: NDArray[np.int32],
    is_hole: NDArray[np.bool_],
) -> tuple[NDArray[np.float64], NDArray[np.int32], int, bool]:
    ends = np.empty((len(xy), 4))
    sides = np.zeros((len(xy), 2), dtype=np.int32)
    size = 16
    while size < 2 * len(xy):
        size *= 2
    table = np.full(size, -1, dtype=np.int32)
    count = ZERO
    clean = True
    for ring in range(len(owner)):
        inner_left = (twice_area(outline, ring) > 0.0) != is_hole[ring]
        for k in range(first[ring], first[ring + 1] - 1):
            ax, ay, bx, by = xy[k, 0], xy[k, 1], xy[k + 1, 0], xy[k + 1, 1]
            if ax == bx and ay == by:
                continue
            ahead = ax < bx or (ax == bx and ay < by)
            # 0.0 is added so that -0.0 and 0.0 have the same bits
            ends[count, 0], ends[count, 1] = (ax + 0.0, ay + 0.0) if ahead else (bx + 0.0, by + 0.0)
            ends[count, 2], ends[count, 3] = (bx + 0.0, by + 0.0) if ahead else (ax + 0.0, ay + 0.0)
            place = _slot(ends, count, table)
            if table[place] < 0:
                table[place] = count
                count += 1
            edge = table[place]
            which = LEFT if inner_left == ahead else RIGHT
            clean = clean and sides[edge, which] == 0
            sides[edge, which] = owner[ring]
    return ends, sides, count, clean
