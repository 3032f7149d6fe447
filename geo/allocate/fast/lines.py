"""Lines: cut where they meet a border, each piece measured in the territories that hold its middle.

The same arithmetic as `geo.allocate.plain`, in the same order, on the edges of the cells
that a segment passes instead of those of whole territories.
"""

from __future__ import annotations

import math

from geo.allocate.fast.compiled import ZERO, compiled
from geo.allocate.fast.grid import (
    COUNT,
    EDGES,
    MARGIN_M,
    Grid,
    column_of,
    columns_in_row,
    crosses,
    edge_at,
    owner_at,
    reference,
    row_of,
    sides_at,
)
from geo.allocate.fast.memory import double_at, integer_at, put_double, put_integer
from geo.allocate.fast.outline import Outline, box_of, first_of, place
from geo.allocate.fast.rows import LEFT, MOST_PIECES, Rows, Scratch, add_piece, write_rows
from geo.allocate.fast.wkb import LINES
from geo.allocate.plain import ON_BORDER_M

_MOST_SEGMENTS = 2_048
"""A line of more that turns back is left to the plain engine, to find out whether it runs over itself."""

_PARALLEL = 4e-15
"""Below this part of its two terms a cross product may be zero."""

_WIDE = 64
"""A segment whose box holds more cells is followed row by row."""


@compiled
def line_rows(grid: Grid, line: Outline, feature: int, scratch: Scratch, rows: Rows, at: int) -> int:
    """Write the rows of a line of one or several parts; return how many there are, or why not."""
    if _may_run_over_itself(line):
        return LEFT
    pieces = _pieces(grid, line, scratch)
    return LEFT if pieces < 0 else write_rows(rows, at, feature, LINES, scratch, pieces)


@compiled
def _pieces(grid: Grid, line: Outline, scratch: Scratch) -> int:
    """List the pieces of a line; return how many, `LEFT` if too many."""
    west, south, east, north = box_of(line)
    if not (west <= east and south <= north):
        return LEFT  # nothing finite
    owner = _owner_of_box(grid, west, south, east, north)
    count = ZERO
    for ring in range(line.low, line.high):
        for k in range(first_of(line, ring), first_of(line, ring + 1) - 1):
            px, py = place(line, k)
            qx, qy = place(line, k + 1)
            dx, dy = (qx - west) - (px - west), (qy - south) - (py - south)
            length = math.sqrt(dx * dx + dy * dy)
            if length == 0.0:
                continue
            around = owner if owner >= 0 else _owner_of_cells(grid, px, py, qx, qy)
            if around >= 0:
                count = add_piece(scratch, count, around, length)
            else:
                cuts = _cuts(grid, px, py, qx, qy, west, south, scratch.cuts)
                count = _cut(grid, px - west, py - south, dx, dy, length, west, south, scratch, cuts, count)
            if count < 0:
                return LEFT
    return count


@compiled
def _owner_of_cells(grid: Grid, px: float, py: float, qx: float, qy: float) -> int:
    """Return the territory of all the cells around a segment; -1 if there is an edge in one of them."""
    west, east = column_of(grid, min(px, qx)), column_of(grid, max(px, qx))
    south, north = row_of(grid, min(py, qy)), row_of(grid, max(py, qy))
    if (east - west + 1) * (north - south + 1) > _WIDE:
        return -1
    for row in range(south, north + 1):
        for cell in range(row * grid.columns + west, row * grid.columns + east + 1):
            if integer_at(grid.cells, cell) < 0:
                return -1
    # Two cells without edges side by side are of one territory.
    return integer_at(grid.cells, south * grid.columns + west)


@compiled
def _owner_of_box(grid: Grid, west: float, south: float, east: float, north: float) -> int:
    """Return the territory of a box; -1 if an edge comes into it."""
    owner = _owner_of_cells(grid, west, south, east, north)
    if owner >= 0:
        return owner
    begin, end = column_of(grid, west), column_of(grid, east)
    foot, head = row_of(grid, south), row_of(grid, north)
    if (end - begin + 1) * (head - foot + 1) > _WIDE:
        return -1
    for row in range(foot, head + 1):
        for cell in range(row * grid.columns + begin, row * grid.columns + end + 1):
            entry = -1 - integer_at(grid.cells, cell)
            if entry >= 0 and not _are_apart(grid, entry, west, south, east, north):
                return -1
    return owner_at(grid, west, south)


@compiled
def _are_apart(grid: Grid, entry: int, west: float, south: float, east: float, north: float) -> bool:
    """Tell whether no edge of a cell comes near to a box."""
    for k in range(entry + EDGES, entry + EDGES + integer_at(grid.borders, entry + COUNT)):
        ax, ay, bx, by = edge_at(grid, integer_at(grid.borders, k))
        apart = bx < west - MARGIN_M or ax > east + MARGIN_M
        if not (apart or max(ay, by) < south - MARGIN_M or min(ay, by) > north + MARGIN_M):
            return False
    return True


@compiled
def _keep(cuts: int, count: int, share: float) -> int:
    """Put a cut in its place among the others, once; return how many there are."""
    if not 0.0 < share < 1.0:
        return count
    place = count
    while place > 0 and double_at(cuts, place - 1) > share:
        place -= 1
    if place > 0 and double_at(cuts, place - 1) == share:
        return count
    for k in range(count, place, -1):
        put_double(cuts, k, double_at(cuts, k - 1))
    put_double(cuts, place, share)
    return count + 1


@compiled
def _foot(px: float, py: float, dx: float, dy: float, ex: float, ey: float) -> float:
    """Return where a place stands along a segment if it is on it, to a micrometre, else -1."""
    gx, gy = ex - px, ey - py
    share = (gx * dx + gy * dy) / (dx * dx + dy * dy)
    away_x, away_y = gx - share * dx, gy - share * dy
    return share if away_x * away_x + away_y * away_y <= ON_BORDER_M * ON_BORDER_M else -1.0


@compiled
def _crossing(
    px: float, py: float, dx: float, dy: float, ax: float, ay: float, ex: float, ey: float
) -> float:
    """Return where a segment meets an edge, as a share of its length, -1 if it does not."""
    turn = dx * ey - dy * ex
    gx, gy = ax - px, ay - py
    along = (gx * dy - gy * dx) / turn
    return (gx * ey - gy * ex) / turn if 0.0 <= along <= 1.0 else -1.0


@compiled
def _cuts(
    grid: Grid, px: float, py: float, qx: float, qy: float, west: float, south: float, cuts: int
) -> int:
    """List where a segment meets edges, in order; return how many, -1 if too many."""
    sx, sy = px - west, py - south
    dx, dy = (qx - west) - sx, (qy - south) - sy
    count = ZERO
    low, high = row_of(grid, min(py, qy) - MARGIN_M), row_of(grid, max(py, qy) + MARGIN_M)
    for row in range(low, high + 1):
        begin, end = columns_in_row(grid, row, px, py, qx, qy)
        for cell in range(row * grid.columns + begin, row * grid.columns + end + 1):
            entry = -1 - integer_at(grid.cells, cell)
            if entry < 0:
                continue
            for k in range(entry + EDGES, entry + EDGES + integer_at(grid.borders, entry + COUNT)):
                ax, ay, bx, by = edge_at(grid, integer_at(grid.borders, k))
                if max(ax, bx) < min(px, qx) - MARGIN_M or min(ax, bx) > max(px, qx) + MARGIN_M:
                    continue
                if max(ay, by) < min(py, qy) - MARGIN_M or min(ay, by) > max(py, qy) + MARGIN_M:
                    continue
                if count + 3 > MOST_PIECES - 1:
                    return -1
                ax, ay, bx, by = ax - west, ay - south, bx - west, by - south
                count = _keep(cuts, count, _crossing(sx, sy, dx, dy, ax, ay, bx - ax, by - ay))
                count = _keep(cuts, count, _foot(sx, sy, dx, dy, ax, ay))
                count = _keep(cuts, count, _foot(sx, sy, dx, dy, bx, by))
    return count


@compiled
def _cut(
    grid: Grid,
    px: float,
    py: float,
    dx: float,
    dy: float,
    length: float,
    west: float,
    south: float,
    scratch: Scratch,
    cuts: int,
    count: int,
) -> int:
    """Add the pieces of a segment to those of its line; return how many there are, `LEFT` if too many."""
    if cuts < 0:
        return LEFT
    before = 0.0
    for k in range(cuts + 1):
        after = double_at(scratch.cuts, k) if k < cuts else 1.0
        middle = (before + after) / 2
        metres = (after - before) * length
        x, y = px + middle * dx, py + middle * dy
        holders = _holders(grid, x, y, west, south, scratch.owner + 4 * count, MOST_PIECES - count)
        if holders < 0:
            return LEFT
        for j in range(holders):
            put_double(scratch.value, count + j, metres / holders)
        count += holders
        before = after
    return count


@compiled
def _holders(grid: Grid, x: float, y: float, west: float, south: float, found: int, room: int) -> int:
    """List the territories that hold a place, told from a corner; return how many, -1 if there is no room.

    On a border, to a micrometre, all those that touch it; else the one around it, 0 if none.
    """
    if room < 1:
        return -1
    gx, gy = x + west, y + south
    column, row = column_of(grid, gx), row_of(grid, gy)
    owner = integer_at(grid.cells, row * grid.columns + column)
    put_integer(found, 0, owner)
    if owner >= 0:
        return 1
    entry = -1 - owner
    rx, ry = reference(grid, column, row)
    rx, ry = rx - west, ry - south
    owner = integer_at(grid.borders, entry)
    count = ZERO
    for k in range(entry + EDGES, entry + EDGES + integer_at(grid.borders, entry + COUNT)):
        edge = integer_at(grid.borders, k)
        ax, ay, bx, by = edge_at(grid, edge)
        ax, ay, bx, by = ax - west, ay - south, bx - west, by - south
        left, right = sides_at(grid, edge)
        if is_near(x, y, ax, ay, bx, by):
            if count + 2 > room:
                return -1
            count = _list(found, count, left)
            count = _list(found, count, right)
        if crosses(rx, ry, x, y, ax, ay, bx, by):
            owner ^= left ^ right
    if count == 0:
        put_integer(found, 0, owner)
    return max(count, 1)


@compiled
def _list(found: int, count: int, territory: int) -> int:
    """Add a territory to a list where it is not there yet; return how many there are."""
    if territory == 0:
        return count
    for k in range(count):
        if integer_at(found, k) == territory:
            return count
    put_integer(found, count, territory)
    return count + 1


@compiled
def is_near(x: float, y: float, ax: float, ay: float, bx: float, by: float) -> bool:
    """Tell whether a place is within a micrometre of an edge."""
    if x < min(ax, bx) - ON_BORDER_M or x > max(ax, bx) + ON_BORDER_M:
        return False
    if y < min(ay, by) - ON_BORDER_M or y > max(ay, by) + ON_BORDER_M:
        return False
    ex, ey = bx - ax, by - ay
    share = min(max(((x - ax) * ex + (y - ay) * ey) / (ex * ex + ey * ey), 0.0), 1.0)
    away_x, away_y = x - ax - share * ex, y - ay - share * ey
    return away_x * away_x + away_y * away_y <= ON_BORDER_M * ON_BORDER_M


@compiled
def _may_run_over_itself(line: Outline) -> bool:
    """Tell whether two segments of a line may share a stretch."""
    first, last = first_of(line, line.low), first_of(line, line.high) - 1
    if line.high - line.low == 1 and _goes_on(line, first, last):
        return False
    if last - first > _MOST_SEGMENTS:
        return True
    for i in range(line.low, line.high):
        for a in range(first_of(line, i), first_of(line, i + 1) - 1):
            for j in range(i, line.high):
                for b in range(a + 1 if i == j else first_of(line, j), first_of(line, j + 1) - 1):
                    if _may_share(line, a, b):
                        return True
    return False


@compiled
def _goes_on(line: Outline, first: int, last: int) -> bool:
    """Tell whether a line always goes towards its end: such a line never comes back."""
    x, y = place(line, first)
    end_x, end_y = place(line, last)
    ahead_x, ahead_y = end_x - x, end_y - y
    for k in range(first + 1, last + 1):
        next_x, next_y = place(line, k)
        if (next_x - x) * ahead_x + (next_y - y) * ahead_y <= 0.0:
            return False
        x, y = next_x, next_y
    return True


@compiled
def _may_share(line: Outline, a: int, b: int) -> bool:
    """Tell whether two segments, by their first vertices, may lie on one line and overlap."""
    ax, ay = place(line, a)
    bx, by = place(line, b)
    end_x, end_y = place(line, a + 1)
    ux, uy = end_x - ax, end_y - ay
    end_x, end_y = place(line, b + 1)
    vx, vy = end_x - bx, end_y - by
    if abs(ux * vy - uy * vx) > _PARALLEL * (abs(ux * vy) + abs(uy * vx)):
        return False
    if abs(ux) >= abs(uy):
        apart = max(ax, ax + ux) <= min(bx, bx + vx) or max(bx, bx + vx) <= min(ax, ax + ux)
    else:
        apart = max(ay, ay + uy) <= min(by, by + vy) or max(by, by + vy) <= min(ay, ay + uy)
    gx, gy = bx - ax, by - ay
    return not apart and abs(ux * gy - uy * gx) <= _PARALLEL * (abs(ux * gy) + abs(uy * gx))
