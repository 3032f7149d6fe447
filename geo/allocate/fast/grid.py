"""A uniform grid over the edges of territories, which tells in which one a point lies.

A cell that no edge meets lies in one territory: its number is the answer. Any other cell
keeps its edges and the territory of a reference point. Walking from there to the point
asked, each edge that is crossed leads from one of its sides to the other; since the
exclusive-or of the two sides undoes one and does the other, the edges may be taken in any
order. Signs of determinants are exact (`geo.allocate.fast.exact.side`), and a vertex that
lies on the way counts as left of it, so no position is special.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.allocate.fast.compiled import compiled, signed
from geo.allocate.fast.edges import LEFT, RIGHT, edges_of
from geo.allocate.fast.exact import side
from geo.allocate.fast.memory import double_at, integer_at
from geo.allocate.plain import ON_BORDER_M

MARGIN_M = 10 * ON_BORDER_M
"""An edge is kept in every cell that it comes this near to (metres)."""

OWNER, COUNT, EDGES = range(3)
"""What stands where in an entry of `Grid.borders`."""

_NONE = signed(-1)
_CELLS_PER_EDGE = 8
_FEWEST_CELLS, _MOST_CELLS = 1_024, 1 << 22
_MOST_IN_A_CELL = 2_048
_PLACES = ((0.4142135623730951, 0.7320508075688772), (0.2360679774997898, 0.6457513110645906))
"""Where in its cell a reference point stands, and where if an edge passes just there."""


class Grid(NamedTuple):
    """What the kernels read; lengths in metres, in the CRS of the territories.

    Attributes
    ----------
    west, south, size, per_size : float
        Lower left corner, size of a cell, and its inverse.
    across, up : float
        Where the reference point of a cell stands in it, in cells.
    columns, rows : int
        Numbers of cells.
    cells, borders, ends, sides : int
        Addresses of the arrays of `Ground`.
    """

    west: float
    south: float
    size: float
    per_size: float
    across: float
    up: float
    columns: int
    rows: int
    cells: int
    borders: int
    ends: int
    sides: int


@dataclass(frozen=True)
class Ground:
    """A grid, and the arrays that it reads.

    Attributes
    ----------
    cells : numpy.ndarray
        Of each cell, row by row: its territory, or -1 - k if its edges stand in `borders` at k.
    borders : numpy.ndarray
        For each cell with edges: territory of its reference point, number of edges, the edges.
    ends, sides : numpy.ndarray
        As `geo.allocate.fast.edges.edges_of` gives them.
    """

    frame: tuple[float, float, float, float, float, float, int, int]
    cells: NDArray[np.int32]
    borders: NDArray[np.int32]
    ends: NDArray[np.float64]
    sides: NDArray[np.int32]

    @property
    def grid(self) -> Grid:
        """The grid, good as long as this object lives."""
        arrays = (self.cells, self.borders, self.ends, self.sides)
        return Grid(*self.frame, *(array.ctypes.data for array in arrays))


def make_ground(shapes: NDArray[np.object_]) -> Ground | None:
    """Return the grid of a coverage.

    Parameters
    ----------
    shapes : numpy.ndarray
        Polygons and multipolygons, in a projected CRS (metres); territory k + 1 is ``shapes[k]``.

    Returns
    -------
    Ground or None
        None if they are not a coverage (they overlap, or edges touch elsewhere than at
        their ends), or if too many edges crowd in one place for a grid to pay.
    """
    if (shapely.get_dimensions(shapes) != 2).any() or shapely.is_empty(shapes).any():
        return None
    ends, sides, clean = edges_of(shapes)
    if not len(ends) or not clean or not np.isfinite(ends).all():
        return None
    low = ends.reshape(-1, 2).min(axis=0) - 2 * MARGIN_M
    span = ends.reshape(-1, 2).max(axis=0) + 2 * MARGIN_M - low
    wanted = min(max(_CELLS_PER_EDGE * len(ends), _FEWEST_CELLS), _MOST_CELLS)
    size = float(max(np.sqrt(span.prod() / wanted), span.max() / wanted))
    columns, rows = (int(n) + 1 for n in np.floor(span / size))
    for across, up in _PLACES:
        frame = (float(low[0]), float(low[1]), size, 1 / size, across, up, columns, rows)
        ground = _drawn(ends, sides, frame)
        if ground is not None:
            return ground if _is_coverage(ground.grid, ground.borders, len(ends), len(shapes)) else None
    return None


def _drawn(
    ends: NDArray[np.float64],
    sides: NDArray[np.int32],
    frame: tuple[float, float, float, float, float, float, int, int],
) -> Ground | None:
    """Return the ground; None if a reference point lies on an edge."""
    nothing = np.empty(0, dtype=np.int32)
    bare = Ground(frame, nothing, nothing, ends, sides)
    owner = _reference_owners(bare.grid, ends, sides)
    if not len(owner):
        return None
    cells, borders = _rasterised(bare.grid, ends, owner)
    return Ground(frame, cells, borders, ends, sides)


@compiled
def column_of(grid: Grid, x: float) -> int:
    """Return the column of a place, the first or the last if it lies beyond the grid."""
    return int(min(max((x - grid.west) * grid.per_size, 0.0), grid.columns - 1.0))


@compiled
def row_of(grid: Grid, y: float) -> int:
    """Return the row of a place, the first or the last if it lies beyond the grid."""
    return int(min(max((y - grid.south) * grid.per_size, 0.0), grid.rows - 1.0))


@compiled
def columns_in_row(grid: Grid, row: int, ax: float, ay: float, bx: float, by: float) -> tuple[int, int]:
    """Return the first and the last column that a segment comes near to, in a row that it meets."""
    left, right = min(ax, bx), max(ax, bx)
    if ay != by:
        slope = (bx - ax) / (by - ay)
        foot = grid.south + row * grid.size - MARGIN_M
        at_foot = ax + (foot - ay) * slope
        at_head = ax + (foot + grid.size + 2 * MARGIN_M - ay) * slope
        left, right = max(left, min(at_foot, at_head)), min(right, max(at_foot, at_head))
    return column_of(grid, left - MARGIN_M), column_of(grid, right + MARGIN_M)


@compiled
def _first_beyond(grid: Grid, ax: float, ay: float, bx: float, by: float, y: float) -> int:
    """Return the first column whose reference point, at height y, is right of an edge; -1 if one is on it."""
    if ay > by:
        ax, ay, bx, by = bx, by, ax, ay
    x = ax + (y - ay) * ((bx - ax) / (by - ay))
    column = int(max((x - grid.west) * grid.per_size - grid.across, 0.0))
    while column > 0 and side(ax, ay, bx, by, grid.west + (column - 1 + grid.across) * grid.size, y) < 0:
        column -= 1
    while column < grid.columns:
        where = side(ax, ay, bx, by, grid.west + (column + grid.across) * grid.size, y)
        if where == 0:
            return -1
        if where < 0:
            break
        column += 1
    return column


@compiled
def _reference_owners(grid: Grid, ends: NDArray[np.float64], sides: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return the territory of the reference point of each cell; nothing if one lies on an edge."""
    owner = np.zeros(grid.columns * grid.rows, dtype=np.int32)
    for edge in range(len(ends)):
        ax, ay, bx, by = ends[edge, 0], ends[edge, 1], ends[edge, 2], ends[edge, 3]
        for row in range(row_of(grid, min(ay, by)), row_of(grid, max(ay, by)) + 1):
            y = grid.south + (row + grid.up) * grid.size
            if (ay <= y) == (by <= y):
                continue
            column = _first_beyond(grid, ax, ay, bx, by, y)
            if column < 0:
                return owner[:0]
            if column < grid.columns:
                owner[row * grid.columns + column] ^= sides[edge, LEFT] ^ sides[edge, RIGHT]
    for row in range(grid.rows):
        for cell in range(row * grid.columns + 1, (row + 1) * grid.columns):
            owner[cell] ^= owner[cell - 1]
    return owner


@compiled
def _rasterised(
    grid: Grid, ends: NDArray[np.float64], owner: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the cells and the entries of those with edges, as `Ground` has them."""
    held = np.zeros(len(owner), dtype=np.int32)
    cells, borders = owner, held[:0]
    for fill in range(2):
        if fill == 1:
            cells, borders = _entries(held, owner)
        for edge in range(len(ends)):
            ax, ay, bx, by = ends[edge, 0], ends[edge, 1], ends[edge, 2], ends[edge, 3]
            low, high = row_of(grid, min(ay, by) - MARGIN_M), row_of(grid, max(ay, by) + MARGIN_M)
            for row in range(low, high + 1):
                left, right = columns_in_row(grid, row, ax, ay, bx, by)
                for cell in range(row * grid.columns + left, row * grid.columns + right + 1):
                    if fill == 0:
                        held[cell] += 1
                    else:
                        entry = -1 - cells[cell]
                        borders[entry + EDGES + borders[entry + COUNT]] = edge
                        borders[entry + COUNT] += 1
    return cells, borders


@compiled
def _entries(
    held: NDArray[np.int32], owner: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    cells = np.empty(len(held), dtype=np.int32)
    size = 0
    for cell in range(len(held)):
        cells[cell] = -1 - size if held[cell] else owner[cell]
        size += EDGES + held[cell] if held[cell] else 0
    borders = np.zeros(size, dtype=np.int32)
    for cell in range(len(held)):
        if held[cell]:
            borders[-1 - cells[cell] + OWNER] = owner[cell]
    return cells, borders


@compiled
def edge_at(grid: Grid, edge: int) -> tuple[float, float, float, float]:
    """Return x and y of both ends of an edge, the lower left one first."""
    k = 4 * edge
    ends = grid.ends
    return double_at(ends, k), double_at(ends, k + 1), double_at(ends, k + 2), double_at(ends, k + 3)


@compiled
def sides_at(grid: Grid, edge: int) -> tuple[int, int]:
    """Return the territories to the left and to the right of an edge."""
    return integer_at(grid.sides, 2 * edge), integer_at(grid.sides, 2 * edge + 1)


@compiled
def crosses(rx: float, ry: float, px: float, py: float, ax: float, ay: float, bx: float, by: float) -> bool:
    """Tell whether the way from r to p crosses the edge ab; a vertex on the way counts as left of it."""
    if max(ax, bx) < min(rx, px) or min(ax, bx) > max(rx, px):
        return False
    if max(ay, by) < min(ry, py) or min(ay, by) > max(ry, py):
        return False
    if (side(rx, ry, px, py, ax, ay) >= 0) == (side(rx, ry, px, py, bx, by) >= 0):
        return False
    return side(ax, ay, bx, by, rx, ry) * side(ax, ay, bx, by, px, py) < 0


@compiled
def reference(grid: Grid, column: int, row: int) -> tuple[float, float]:
    """Return the reference point of a cell."""
    return grid.west + (column + grid.across) * grid.size, grid.south + (row + grid.up) * grid.size


@compiled
def owner_beside(grid: Grid, entry: int, column: int, row: int, x: float, y: float, but: int) -> int:
    """Return the territory of a place of a cell with edges, as if the edge `but` were not there."""
    rx, ry = reference(grid, column, row)
    owner = integer_at(grid.borders, entry + OWNER)
    for k in range(entry + EDGES, entry + EDGES + integer_at(grid.borders, entry + COUNT)):
        edge = integer_at(grid.borders, k)
        ax, ay, bx, by = edge_at(grid, edge)
        if edge != but and crosses(rx, ry, x, y, ax, ay, bx, by):
            left, right = sides_at(grid, edge)
            owner ^= left ^ right
    return owner


@compiled
def _first_on_edge(grid: Grid, entry: int, x: float, y: float) -> int:
    """Return the first territory of those on whose border a place lies exactly; 0 if it lies on none."""
    least = 0
    for k in range(entry + EDGES, entry + EDGES + integer_at(grid.borders, entry + COUNT)):
        edge = integer_at(grid.borders, k)
        ax, ay, bx, by = edge_at(grid, edge)
        near = ax <= x <= bx and min(ay, by) <= y <= max(ay, by)
        if near and side(ax, ay, bx, by, x, y) == 0:
            for territory in sides_at(grid, edge):
                if territory and (least == 0 or territory < least):
                    least = territory
    return least


@compiled
def owner_at(grid: Grid, x: float, y: float) -> int:
    """Return the territory of a point; on a border, the one whose number comes first; 0 if none."""
    across, up = (x - grid.west) * grid.per_size, (y - grid.south) * grid.per_size
    if not (0.0 <= across < grid.columns and 0.0 <= up < grid.rows):  # nor are nan and infinity
        return 0
    column, row = int(across), int(up)
    owner = integer_at(grid.cells, row * grid.columns + column)
    if owner >= 0:
        return owner
    entry = -1 - owner
    owner = _first_on_edge(grid, entry, x, y)
    return owner or owner_beside(grid, entry, column, row, x, y, _NONE)


@compiled
def _touch(ax: float, ay: float, bx: float, by: float, cx: float, cy: float, dx: float, dy: float) -> bool:
    """Tell whether two edges, lower left ends first, meet elsewhere than at ends that they share."""
    if bx < cx or dx < ax or max(ay, by) < min(cy, dy) or max(cy, dy) < min(ay, by):
        return False
    c_side, d_side = side(ax, ay, bx, by, cx, cy), side(ax, ay, bx, by, dx, dy)
    if c_side == 0 and d_side == 0:  # on one line
        return max(ax, cx) < min(bx, dx) if ax != bx else max(ay, cy) < min(by, dy)
    same = (ax == cx and ay == cy) or (bx == dx and by == dy)
    if same or (ax == dx and ay == dy) or (bx == cx and by == cy) or c_side * d_side > 0:
        return False
    return side(cx, cy, dx, dy, ax, ay) * side(cx, cy, dx, dy, bx, by) <= 0


@compiled
def _is_coverage(grid: Grid, borders: NDArray[np.int32], edges: int, count: int) -> bool:
    """Tell whether edges meet at their ends alone, and the sides of each are those that are found there."""
    entry = 0
    while entry < len(borders):
        low = entry + EDGES
        high = low + borders[entry + COUNT]
        if high - low > _MOST_IN_A_CELL or not 0 <= borders[entry + OWNER] <= count:
            return False
        for i in range(low, high):
            ax, ay, bx, by = edge_at(grid, signed(borders[i]))
            for j in range(i + 1, high):
                cx, cy, dx, dy = edge_at(grid, signed(borders[j]))
                if _touch(ax, ay, bx, by, cx, cy, dx, dy):
                    return False
        entry = high
    for edge in range(edges):
        if not _sides_hold(grid, edge):
            return False
    return True


@compiled
def _sides_hold(grid: Grid, edge: int) -> bool:
    """Tell whether the territory next to an edge is the one that is its side."""
    ax, ay, bx, by = edge_at(grid, edge)
    x, y = (ax + bx) / 2, (ay + by) / 2
    column, row = column_of(grid, x), row_of(grid, y)
    rx, ry = reference(grid, column, row)
    where = side(ax, ay, bx, by, rx, ry)
    if where == 0:
        return True  # seen end on; the other edges of its ring tell
    entry = -1 - integer_at(grid.cells, row * grid.columns + column)
    left, right = sides_at(grid, edge)
    return owner_beside(grid, entry, column, row, x, y, edge) == (left if where > 0 else right)
