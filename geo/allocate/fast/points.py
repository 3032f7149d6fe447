"""Points: which territory holds each."""

from __future__ import annotations

import math

from geo.allocate.fast.compiled import ZERO, compiled
from geo.allocate.fast.grid import Grid, owner_at
from geo.allocate.fast.outline import Outline, first_of, place
from geo.allocate.fast.rows import FULL, LEFT, Rows, Scratch, add_piece, write_row, write_rows
from geo.allocate.fast.wkb import POINTS


@compiled
def point_rows(grid: Grid, points: Outline, feature: int, scratch: Scratch, rows: Rows, at: int) -> int:
    """Write the rows of a feature of one or several points; return how many there are, or why not."""
    low, high = first_of(points, points.low), first_of(points, points.high)
    if high - low == 1:
        x, y = place(points, low)
        if not (math.isfinite(x) and math.isfinite(y)):
            return LEFT
        if at == rows.room:
            return FULL
        write_row(rows, at, feature, POINTS, owner_at(grid, x, y), 1.0, 0.0)
        return at + 1
    pieces = ZERO
    for k in range(low, high):
        x, y = place(points, k)
        if not (math.isfinite(x) and math.isfinite(y)):
            return LEFT
        pieces = add_piece(scratch, pieces, owner_at(grid, x, y), 1.0)  # counted, as a measure is summed
    return LEFT if pieces < 0 else write_rows(rows, at, feature, POINTS, scratch, pieces)
