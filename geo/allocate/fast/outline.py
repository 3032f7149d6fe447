"""One feature, or one polygon of it, as the kernels hand it to one another: numbers alone."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from geo.allocate.fast.compiled import compiled
from geo.allocate.fast.memory import double_at, integer_at


class Outline(NamedTuple):
    """Rings `low` to `high` (excluded) of a batch.

    Attributes
    ----------
    start, hole, xy : int
        Addresses of the arrays of `geo.allocate.fast.wkb.Shapes`.
    low, high : int
        The first ring, and the one after the last.
    """

    start: int
    hole: int
    xy: int
    low: int
    high: int


@compiled
def first_of(outline: Outline, ring: int) -> int:
    """Return the first coordinate of a ring; of the one after, to know where it ends."""
    return integer_at(outline.start, ring)


@compiled
def is_hole(outline: Outline, ring: int) -> bool:
    """Tell whether a ring is a hole."""
    return integer_at(outline.hole, ring) == 1


@compiled
def place(outline: Outline, k: int) -> tuple[float, float]:
    """Return x and y of a coordinate."""
    return double_at(outline.xy, 2 * k), double_at(outline.xy, 2 * k + 1)


@compiled
def box_of(outline: Outline) -> tuple[float, float, float, float]:
    """Return west, south, east, north; nothing fits in it if a coordinate is not finite."""
    west, south, east, north = np.inf, np.inf, -np.inf, -np.inf
    for k in range(first_of(outline, outline.low), first_of(outline, outline.high)):
        x, y = place(outline, k)
        if not (np.isfinite(x) and np.isfinite(y)):
            return np.inf, np.inf, -np.inf, -np.inf
        west, east = min(west, x), max(east, x)
        south, north = min(south, y), max(north, y)
    return west, south, east, north


@compiled
def twice_area(outline: Outline, ring: int) -> float:
    """Return twice the signed area of a closed ring, in a frame of its first coordinate."""
    first, last = first_of(outline, ring), first_of(outline, ring + 1)
    x0, y0 = place(outline, first)
    total = 0.0
    for k in range(first, last - 1):
        ax, ay = place(outline, k)
        bx, by = place(outline, k + 1)
        total += (ax - x0) * (by - y0) - (bx - x0) * (ay - y0)
    return total
