"""Rings: whether they are plainly those of a valid polygon, and what lies inside."""

from __future__ import annotations

from geo.allocate.fast.compiled import compiled
from geo.allocate.fast.exact import side
from geo.allocate.fast.outline import Outline, box_of, first_of, is_hole, place

_MOST_VERTICES = 1_000
"""Each segment is compared with each other: beyond, GEOS is the faster."""


@compiled
def is_valid(polygons: Outline) -> bool:
    """Tell whether rings are plainly those of a valid polygon; where in doubt, that they are not.

    They are if each is closed, none touches itself or another, and one that is a hole, and
    no other, lies inside: within its own shell, and an odd number of rings.
    """
    low, high = polygons.low, polygons.high
    if first_of(polygons, high) - first_of(polygons, low) > _MOST_VERTICES or is_hole(polygons, low):
        return False
    west, _, east, _ = box_of(polygons)
    if not west <= east:
        return False
    for ring in range(low, high):
        if not _is_ring(polygons, ring):
            return False
        for other in range(ring + 1, high):
            if _rings_meet(polygons, ring, other):
                return False
    return high - low == 1 or _are_nested(polygons)


@compiled
def _are_nested(polygons: Outline) -> bool:
    shell = polygons.low
    for ring in range(polygons.low, polygons.high):
        x, y = place(polygons, first_of(polygons, ring))
        if not is_hole(polygons, ring):
            shell = ring
        elif not ring_holds(polygons, shell, x, y):
            return False
        inside = False
        for other in range(polygons.low, polygons.high):
            if other != ring:
                inside ^= ring_holds(polygons, other, x, y)
        if inside != is_hole(polygons, ring):
            return False
    return True


@compiled
def _is_ring(polygons: Outline, ring: int) -> bool:
    """Tell whether a ring is closed and touches itself nowhere."""
    first, last = first_of(polygons, ring), first_of(polygons, ring + 1)
    if last - first < 4 or place(polygons, first) != place(polygons, last - 1):
        return False
    for a in range(first, last - 1):
        b = a + 1 if a + 2 < last else first
        if _folds(polygons, a, b):
            return False
        for c in range(a + 2, last - 1 - (1 if a == first else 0)):
            if _segments_meet(polygons, a, c):
                return False
    return True


@compiled
def _folds(polygons: Outline, a: int, b: int) -> bool:
    """Tell whether a segment has no length, or the next one, which starts at its end, runs back over it."""
    ax, ay = place(polygons, a)
    bx, by = place(polygons, a + 1)
    cx, cy = place(polygons, b + 1)
    if ax == bx and ay == by:
        return True
    ahead = (bx - ax) * (cx - bx) + (by - ay) * (cy - by)
    return ahead <= 0.0 and side(ax, ay, bx, by, cx, cy) == 0


@compiled
def _segments_meet(polygons: Outline, a: int, c: int) -> bool:
    ax, ay = place(polygons, a)
    bx, by = place(polygons, a + 1)
    cx, cy = place(polygons, c)
    dx, dy = place(polygons, c + 1)
    if max(ax, bx) < min(cx, dx) or max(cx, dx) < min(ax, bx):
        return False
    if max(ay, by) < min(cy, dy) or max(cy, dy) < min(ay, by):
        return False
    if side(ax, ay, bx, by, cx, cy) * side(ax, ay, bx, by, dx, dy) > 0:
        return False
    return side(cx, cy, dx, dy, ax, ay) * side(cx, cy, dx, dy, bx, by) <= 0


@compiled
def _rings_meet(polygons: Outline, ring: int, other: int) -> bool:
    for a in range(first_of(polygons, ring), first_of(polygons, ring + 1) - 1):
        for c in range(first_of(polygons, other), first_of(polygons, other + 1) - 1):
            if _segments_meet(polygons, a, c):
                return True
    return False


@compiled
def ring_holds(polygons: Outline, ring: int, x: float, y: float) -> bool:
    """Tell whether a place off a ring lies inside: its way east crosses it an odd number of times."""
    inside = False
    for k in range(first_of(polygons, ring), first_of(polygons, ring + 1) - 1):
        ax, ay = place(polygons, k)
        bx, by = place(polygons, k + 1)
        if (ay > y) != (by > y) and (side(ax, ay, bx, by, x, y) > 0) == (by > ay):
            inside = not inside
    return inside


@compiled
def is_inside(polygon: Outline, x: float, y: float) -> bool:
    """Tell whether a place off its rings lies in a polygon."""
    inside = False
    for ring in range(polygon.low, polygon.high):
        inside ^= ring_holds(polygon, ring, x, y)
    return inside
