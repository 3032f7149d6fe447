"""Polygons: their area in each territory, from the pieces of both boundaries.

The area of what a polygon has in a territory is half the sum of the cross products along
the boundary of that piece (theorem of Green): stretches of the polygon's own boundary,
which belong to the territory around them, and stretches of border inside the polygon,
which bound the territory on their left, and, run backwards, the one on their right. No
piece has to be built.

Boundaries must cross plainly: no vertex of one within a micrometre of the other. Signs are
then beyond doubt, and crossings come in pairs; what does not is left to the plain engine.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from geo.allocate.fast.compiled import ZERO, compiled
from geo.allocate.fast.exact import side
from geo.allocate.fast.grid import COUNT, EDGES, Grid, column_of, edge_at, owner_at, row_of, sides_at
from geo.allocate.fast.lines import is_near
from geo.allocate.fast.memory import double_at, integer_at, put_double, put_integer
from geo.allocate.fast.outline import Outline, box_of, first_of, is_hole, place, twice_area
from geo.allocate.fast.rings import is_inside, is_valid
from geo.allocate.fast.rows import FULL, LEFT, Rows, Scratch, add_piece, write_row, write_rows
from geo.allocate.fast.wkb import POLYGONS
from geo.allocate.plain import ON_BORDER_M

_MOST_CELLS = 1_024
_MOST_CROSSINGS = 2_048
_MOST_EDGES = 4_096
"""A polygon beyond these is left to the plain engine, whose indexes pay there."""


class Crossings(NamedTuple):
    """Addresses of working arrays, of one thread.

    Attributes
    ----------
    near : int
        int32: the edges in the box of the polygon.
    stamp : int
        int32, one for each edge: the last polygon that listed it.
    segment, edge : int
        int32: which segment of the polygon crosses which of the near edges.
    along, across, x, y : int
        doubles: where, as a share of the segment and of the edge, and from the corner.
    """

    near: int
    stamp: int
    segment: int
    edge: int
    along: int
    across: int
    x: int
    y: int


class Bench:
    """The arrays behind `Crossings`."""

    def __init__(self, edges: int) -> None:
        sizes = (_MOST_EDGES, edges, _MOST_CROSSINGS, _MOST_CROSSINGS)
        self._integers = [np.zeros(size, dtype=np.int32) for size in sizes]
        self._doubles = [np.empty(_MOST_CROSSINGS) for _ in range(4)]
        near, stamp, segment, edge = (array.ctypes.data for array in self._integers)
        along, across, x, y = (array.ctypes.data for array in self._doubles)
        self.crossings = Crossings(near, stamp, segment, edge, along, across, x, y)


@compiled
def polygon_rows(
    grid: Grid, polygons: Outline, feature: int, scratch: Scratch, crossings: Crossings, rows: Rows, at: int
) -> int:
    """Write the rows of one or several polygons; return how many there are, or why not."""
    if not is_valid(polygons):
        return LEFT
    pieces, begin = ZERO, polygons.low
    for ring in range(polygons.low + 1, polygons.high + 1):
        if ring == polygons.high or not is_hole(polygons, ring):
            one = Outline(polygons.start, polygons.hole, polygons.xy, begin, ring)
            pieces = _pieces(grid, one, pieces, scratch, crossings)
            begin = ring
    if pieces < 0:
        return LEFT
    if not _is_of_one(scratch, pieces):
        return write_rows(rows, at, feature, POLYGONS, scratch, pieces)
    if at == rows.room:
        return FULL
    write_row(rows, at, feature, POLYGONS, integer_at(scratch.owner, 0), 1.0, _area(polygons))
    return at + 1


@compiled
def _pieces(grid: Grid, polygon: Outline, pieces: int, scratch: Scratch, crossings: Crossings) -> int:
    """Add the pieces of one polygon, from its corner; return how many there are, `LEFT` if in doubt."""
    west, south, east, north = box_of(polygon)
    near = _near_edges(grid, west, south, east, north, first_of(polygon, polygon.low) + 1, crossings)
    count = _crossings(grid, polygon, west, south, near, crossings)
    if pieces < 0 or near < 0 or count < 0:
        return LEFT
    if count == 0 and not _holds_edges(grid, polygon, near, crossings):
        x, y = place(polygon, first_of(polygon, polygon.low))
        return add_piece(scratch, pieces, owner_at(grid, x, y), _area(polygon))
    pieces = _own_pieces(grid, polygon, west, south, count, pieces, scratch, crossings)
    return _border_pieces(grid, polygon, west, south, near, count, pieces, scratch, crossings)


@compiled
def _holds_edges(grid: Grid, polygon: Outline, near: int, crossings: Crossings) -> bool:
    """Tell whether an edge near a polygon that crosses none starts inside."""
    for j in range(near):
        x, y, _, _ = edge_at(grid, integer_at(crossings.near, j))
        if is_inside(polygon, x, y):
            return True
    return False


@compiled
def _is_of_one(scratch: Scratch, pieces: int) -> bool:
    for k in range(1, pieces):
        if integer_at(scratch.owner, k) != integer_at(scratch.owner, 0):
            return False
    return True


@compiled
def _area(polygons: Outline) -> float:
    """Return the area of polygons from their corner, by the shoelace formula in the order of GEOS."""
    west, south, _, _ = box_of(polygons)
    total = polygon = 0.0
    for ring in range(polygons.low, polygons.high):
        first, last = first_of(polygons, ring), first_of(polygons, ring + 1)
        x0 = place(polygons, first)[0] - west
        twice = 0.0
        for k in range(first + 1, last - 1):
            before, after = place(polygons, k - 1)[1] - south, place(polygons, k + 1)[1] - south
            twice += (place(polygons, k)[0] - west - x0) * (before - after)
        size = abs(twice / 2)
        if is_hole(polygons, ring):
            polygon -= size
        else:
            total += polygon
            polygon = size
    return total + polygon


# Where it meets borders


@compiled
def _near_edges(
    grid: Grid, west: float, south: float, east: float, north: float, serial: int, crossings: Crossings
) -> int:
    """List the edges that come into a box; return how many, `LEFT` if too many."""
    begin, end = column_of(grid, west), column_of(grid, east)
    foot, head = row_of(grid, south), row_of(grid, north)
    if (end - begin + 1) * (head - foot + 1) > _MOST_CELLS:
        return LEFT
    count = 0
    for row in range(foot, head + 1):
        for cell in range(row * grid.columns + begin, row * grid.columns + end + 1):
            entry = -1 - integer_at(grid.cells, cell)
            if entry < 0:
                continue
            for k in range(entry + EDGES, entry + EDGES + integer_at(grid.borders, entry + COUNT)):
                edge = integer_at(grid.borders, k)
                if integer_at(crossings.stamp, edge) == serial:
                    continue
                put_integer(crossings.stamp, edge, serial)
                if not _is_apart(grid, edge, west, south, east, north):
                    if count == _MOST_EDGES:
                        return LEFT
                    put_integer(crossings.near, count, edge)
                    count += 1
    return count


@compiled
def _is_apart(grid: Grid, edge: int, west: float, south: float, east: float, north: float) -> bool:
    ax, ay, bx, by = edge_at(grid, edge)
    if bx < west - ON_BORDER_M or ax > east + ON_BORDER_M:
        return True
    return max(ay, by) < south - ON_BORDER_M or min(ay, by) > north + ON_BORDER_M


@compiled
def _crossings(
    grid: Grid, polygon: Outline, west: float, south: float, near: int, crossings: Crossings
) -> int:
    """List where the boundary crosses edges; return how many times, `LEFT` if one only touches the other."""
    count = 0
    for k in range(first_of(polygon, polygon.low), first_of(polygon, polygon.high) - 1 if near else 0):
        if _ends_a_ring(polygon, k):
            continue
        px, py = place(polygon, k)
        qx, qy = place(polygon, k + 1)
        px, py, qx, qy = px - west, py - south, qx - west, qy - south
        for j in range(near):
            ax, ay, bx, by = edge_at(grid, integer_at(crossings.near, j))
            ax, ay, bx, by = ax - west, ay - south, bx - west, by - south
            how = _meeting(px, py, qx, qy, ax, ay, bx, by)
            if how == 0:
                continue
            if how < 0 or count == _MOST_CROSSINGS:
                return LEFT
            turn = (qx - px) * (by - ay) - (qy - py) * (bx - ax)
            along = ((ax - px) * (by - ay) - (ay - py) * (bx - ax)) / turn
            across = ((ax - px) * (qy - py) - (ay - py) * (qx - px)) / turn
            put_integer(crossings.segment, count, k)
            put_integer(crossings.edge, count, j)
            put_double(crossings.along, count, along)
            put_double(crossings.across, count, across)
            put_double(crossings.x, count, px + along * (qx - px))
            put_double(crossings.y, count, py + along * (qy - py))
            count += 1
    return count


@compiled
def _ends_a_ring(polygon: Outline, k: int) -> bool:
    for ring in range(polygon.low, polygon.high):
        if first_of(polygon, ring + 1) == k + 1:
            return True
    return False


@compiled
def _meeting(px: float, py: float, qx: float, qy: float, ax: float, ay: float, bx: float, by: float) -> int:
    """Return 1 if two segments cross plainly, 0 if they stay apart, -1 if an end of one is on the other."""
    margin = ON_BORDER_M
    if max(px, qx) < min(ax, bx) - margin or max(ax, bx) < min(px, qx) - margin:
        return 0
    if max(py, qy) < min(ay, by) - margin or max(ay, by) < min(py, qy) - margin:
        return 0
    if is_near(px, py, ax, ay, bx, by) or is_near(qx, qy, ax, ay, bx, by):
        return -1
    if is_near(ax, ay, px, py, qx, qy) or is_near(bx, by, px, py, qx, qy):
        return -1
    if side(ax, ay, bx, by, px, py) * side(ax, ay, bx, by, qx, qy) >= 0:
        return 0
    return 1 if side(px, py, qx, qy, ax, ay) * side(px, py, qx, qy, bx, by) < 0 else 0


@compiled
def _next(which: int, shares: int, wanted: int, count: int, after: float) -> int:
    """Return the next crossing of a segment or edge after a share of it, -1 if there is none."""
    found = -1
    least = np.inf
    for k in range(count):
        share = double_at(shares, k)
        if integer_at(which, k) == wanted and after < share < least:
            found, least = k, share
    return found


# The pieces


@compiled
def _own_pieces(
    grid: Grid,
    polygon: Outline,
    west: float,
    south: float,
    count: int,
    pieces: int,
    scratch: Scratch,
    crossings: Crossings,
) -> int:
    """Add the pieces of the boundary, by the territory around; `LEFT` if in doubt."""
    for ring in range(polygon.low, polygon.high):
        first, last = first_of(polygon, ring), first_of(polygon, ring + 1)
        half = 0.5 if (twice_area(polygon, ring) > 0.0) != is_hole(polygon, ring) else -0.5
        x, y = place(polygon, first)
        begun = owner = owner_at(grid, x, y)
        x, y = x - west, y - south
        for k in range(first, last - 1):
            found = _next(crossings.segment, crossings.along, k, count, -1.0)
            while found >= 0:
                to_x, to_y = double_at(crossings.x, found), double_at(crossings.y, found)
                pieces = add_piece(scratch, pieces, owner, half * (x * to_y - to_x * y))
                left, right = sides_at(grid, integer_at(crossings.near, integer_at(crossings.edge, found)))
                if owner not in (left, right):
                    return LEFT
                owner ^= left ^ right
                x, y = to_x, to_y
                after = double_at(crossings.along, found)
                found = _next(crossings.segment, crossings.along, k, count, after)
            to_x, to_y = place(polygon, k + 1)
            to_x, to_y = to_x - west, to_y - south
            pieces = add_piece(scratch, pieces, owner, half * (x * to_y - to_x * y))
            x, y = to_x, to_y
        if owner != begun:
            return LEFT
    return pieces


@compiled
def _border_pieces(
    grid: Grid,
    polygon: Outline,
    west: float,
    south: float,
    near: int,
    count: int,
    pieces: int,
    scratch: Scratch,
    crossings: Crossings,
) -> int:
    """Add the pieces of edges inside the polygon, for both of their sides; return how many there are."""
    for j in range(near):
        edge = integer_at(crossings.near, j)
        ax, ay, bx, by = edge_at(grid, edge)
        inside = is_inside(polygon, ax, ay)
        left, right = sides_at(grid, edge)
        x, y = ax - west, ay - south
        found = _next(crossings.edge, crossings.across, j, count, -1.0)
        while found >= 0:
            to_x, to_y = double_at(crossings.x, found), double_at(crossings.y, found)
            if inside:
                pieces = _both(scratch, pieces, left, right, (x * to_y - to_x * y) / 2)
            inside = not inside
            x, y = to_x, to_y
            after = double_at(crossings.across, found)
            found = _next(crossings.edge, crossings.across, j, count, after)
        if inside:
            pieces = _both(scratch, pieces, left, right, (x * (by - south) - (bx - west) * y) / 2)
    return pieces


@compiled
def _both(scratch: Scratch, pieces: int, left: int, right: int, value: float) -> int:
    pieces = add_piece(scratch, pieces, left, value)
    return add_piece(scratch, pieces, right, -value)
