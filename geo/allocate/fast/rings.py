"""Rings: whether they are plainly those of a valid polygon, and what lies inside."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from geo.allocate.fast.compiled import compiled
from geo.allocate.fast.exact import side

_MOST_VERTICES = 1_000
"""Each segment is compared with each other: beyond, GEOS is the faster."""


@compiled
def is_valid(
    start: NDArray[np.int32], hole: NDArray[np.int32], low: int, high: int, xy: NDArray[np.float64]
) -> bool:
    """Tell whether rings are plainly those of a valid polygon; where in doubt, that they are not.

    They are if each is closed, none touches itself or another, and one that is a hole, and
    no other, lies inside: within its own shell, and an odd number of rings.
    """
    first, last = start[low], start[high]
    if last - first > _MOST_VERTICES or hole[low] or not _are_finite(xy, first, last):
        return False
    for ring in range(low, high):
        if not _is_ring(xy, start[ring], start[ring + 1]):
            return False
        for other in range(ring + 1, high):
            if _rings_meet(xy, start[ring], start[ring + 1], start[other], start[other + 1]):
                return False
    return high - low == 1 or _are_nested(start, hole, low, high, xy)


@compiled
def _are_finite(xy: NDArray[np.float64], first: int, last: int) -> bool:
    for k in range(first, last):
        if not (math.isfinite(xy[k, 0]) and math.isfinite(xy[k, 1])):
            return False
    return True


@compiled
def _are_nested(
    start: NDArray[np.int32], hole: NDArray[np.int32], low: int, high: int, xy: NDArray[np.float64]
) -> bool:
    shell = low
    for ring in range(low, high):
        x, y = xy[start[ring], 0], xy[start[ring], 1]
        if hole[ring] == 0:
            shell = ring
        elif not ring_holds(xy, start[shell], start[shell + 1], x, y):
            return False
        inside = False
        for other in range(low, high):
            if other != ring:
                inside ^= ring_holds(xy, start[other], start[other + 1], x, y)
        if inside != (hole[ring] == 1):
            return False
    return True


@compiled
def _is_ring(xy: NDArray[np.float64], first: int, last: int) -> bool:
    """Tell whether a ring is closed and touches itself nowhere."""
    if last - first < 4 or xy[first, 0] != xy[last - 1, 0] or xy[first, 1] != xy[last - 1, 1]:
        return False
    for a in range(first, last - 1):
        b = a + 1 if a + 2 < last else first
        if _folds(xy, a, b):
            return False
        for c in range(a + 2, last - 1 - (1 if a == first else 0)):
            if _segments_meet(xy, a, c):
                return False
    return True


@compiled
def _folds(xy: NDArray[np.float64], a: int, b: int) -> bool:
    """Tell whether a segment has no length, or the next one, which starts at its end, runs back over it."""
    ux, uy = xy[a + 1, 0] - xy[a, 0], xy[a + 1, 1] - xy[a, 1]
    vx, vy = xy[b + 1, 0] - xy[b, 0], xy[b + 1, 1] - xy[b, 1]
    if ux == 0.0 and uy == 0.0:
        return True
    turn = side(xy[a, 0], xy[a, 1], xy[a + 1, 0], xy[a + 1, 1], xy[b + 1, 0], xy[b + 1, 1])
    return turn == 0 and ux * vx + uy * vy <= 0.0


@compiled
def _segments_meet(xy: NDArray[np.float64], a: int, c: int) -> bool:
    ax, ay, bx, by = xy[a, 0], xy[a, 1], xy[a + 1, 0], xy[a + 1, 1]
    cx, cy, dx, dy = xy[c, 0], xy[c, 1], xy[c + 1, 0], xy[c + 1, 1]
    if max(ax, bx) < min(cx, dx) or max(cx, dx) < min(ax, bx):
        return False
    if max(ay, by) < min(cy, dy) or max(cy, dy) < min(ay, by):
        return False
    if side(ax, ay, bx, by, cx, cy) * side(ax, ay, bx, by, dx, dy) > 0:
        return False
    return side(cx, cy, dx, dy, ax, ay) * side(cx, cy, dx, dy, bx, by) <= 0


@compiled
def _rings_meet(xy: NDArray[np.float64], first: int, last: int, low: int, high: int) -> bool:
    for a in range(first, last - 1):
        for c in range(low, high - 1):
            if _segments_meet(xy, a, c):
                return True
    return False


@compiled
def ring_holds(xy: NDArray[np.float64], first: int, last: int, x: float, y: float) -> bool:
    """Tell whether a place off a ring lies inside: its way east crosses it an odd number of times."""
    inside = False
    for k in range(first, last - 1):
        ax, ay, bx, by = xy[k, 0], xy[k, 1], xy[k + 1, 0], xy[k + 1, 1]
        if (ay > y) != (by > y) and (side(ax, ay, bx, by, x, y) > 0) == (by > ay):
            inside = not inside
    return inside
