"""The geometries of a page as bytes: whole steps of a grid, a shared border told once.

``app/src/model/shapes.ts`` reads them; the two change together.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.atlas.arcs import Ring, cut
from geo.atlas.streams import Ints, Streams

FINEST = 7
"""Most decimals of a degree that a page has: a centimetre."""
COARSEST = 5
"""Fewest decimals: a metre."""

LOST = 2e-10
"""What may be lost of a coordinate that is said to be whole, in degrees: 20 micrometres."""
KEPT = 0.99
"""Share of the coordinates of a layer that its grid keeps whole."""
FULL = 150_000
"""Vertices from which a page that no grid keeps whole is written in the coarsest."""

NONE, POINT, LINE, POLYGON = range(4)

Geometries = NDArray[Any]


def decimals(shapes: Geometries, vertices: int) -> int:
    """Return the decimals of the coarsest grid that loses nothing of a layer.

    Parameters
    ----------
    shapes : numpy.ndarray
        Geometries of the layer in degrees, or None.
    vertices : int
        How many the whole page has: where no grid keeps the layer, it decides.
    """
    xy = shapely.get_coordinates(shapes)
    for count in range(COARSEST, FINEST + 1):
        if len(xy) and np.mean(_off(xy, count) <= LOST) >= KEPT:
            return count
    return FINEST if vertices < FULL and len(xy) else COARSEST


def rounded(shapes: Geometries, count: int) -> NDArray[np.bool_]:
    """Tell of each geometry whether a grid loses something of it."""
    xy, owner = shapely.get_coordinates(shapes, return_index=True)
    lost = np.zeros(len(shapes), dtype=bool)
    lost[owner[_off(xy, count) > LOST]] = True
    return lost


def _off(xy: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """Return how far each coordinate is from the grid, in degrees."""
    far: NDArray[np.float64] = np.abs(xy - _grid(xy, count) / 10.0**count).max(axis=1, initial=0)
    return far


def _grid(xy: NDArray[np.float64], count: int) -> Ints:
    return np.rint(xy * 10.0**count).astype(np.int64)


def write(out: Streams, shapes: Geometries, counts: Ints) -> None:
    """Write geometries, of one kind each, on the grids that are told for them.

    Parameters
    ----------
    out : Streams
        Where they go: their kinds, then each grid's points, lines and polygons.
    shapes : numpy.ndarray
        Geometries in degrees, or None.
    counts : numpy.ndarray
        Decimals of the grid of each.
    """
    kinds = shapely.get_dimensions(shapes) + 1
    out.whole(kinds.astype(np.int64))
    for count in range(COARSEST, FINEST + 1):
        here = counts == count
        runs = [
            _points(out, shapes[here & (kinds == POINT)], count),
            _lines(out, shapes[here & (kinds == LINE)], count),
            _polygons(out, shapes[here & (kinds == POLYGON)], count),
        ]
        _vertices(out, [run for part in runs for run in part])


def _points(out: Streams, shapes: Geometries, count: int) -> list[Ints]:
    out.whole(shapely.get_num_geometries(shapes).astype(np.int64))
    return _runs(shapes, count)


def _lines(out: Streams, shapes: Geometries, count: int) -> list[Ints]:
    out.whole(shapely.get_num_geometries(shapes).astype(np.int64))
    return _runs(shapely.get_parts(shapes), count)


def _runs(shapes: Geometries, count: int) -> list[Ints]:
    xy, owner = shapely.get_coordinates(shapes, return_index=True)
    return np.split(_grid(xy, count), np.flatnonzero(np.diff(owner)) + 1) if len(shapes) else []


def _polygons(out: Streams, shapes: Geometries, count: int) -> list[Ints]:
    """Write how rings are made of arcs, and where the symbols stand: from the first vertex, in `COARSEST`."""
    polygons = shapely.get_parts(shapes)
    out.whole(shapely.get_num_geometries(shapes).astype(np.int64))
    out.whole(shapely.get_num_interior_rings(polygons).astype(np.int64) + 1)
    arcs, rings = cut([run[:-1] for run in _runs(shapely.get_rings(polygons), count)])
    out.whole(0 if ring.loop else len(ring.refs) for ring in rings)
    tokens, known = [], 0
    for arc, backwards in (ref for ring in rings for ref in ring.refs):
        tokens.append(0 if arc == known else 1 + 2 * arc + backwards)
        known += arc == known
    out.whole(tokens)
    first_polygon = np.cumsum(shapely.get_num_geometries(shapes)) - shapely.get_num_geometries(shapes)
    holes = shapely.get_num_interior_rings(polygons) + 1
    first_rings = (np.cumsum(holes) - holes)[first_polygon]
    inside = shapely.get_coordinates(shapely.point_on_surface(shapes))
    firsts = np.array([_first(rings[rank], arcs) for rank in first_rings]).reshape(-1, 2)
    for axis in (0, 1):
        away = (inside[:, axis] - firsts[:, axis] / 10.0**count) * 10.0**COARSEST
        out.signed(np.rint(away).astype(np.int64))
    return arcs


def _first(ring: Ring, arcs: list[Ints]) -> Ints:
    arc, backwards = ring.refs[0]
    vertex: Ints = arcs[arc][-1 if backwards else 0]
    return vertex


def _vertices(out: Streams, runs: list[Ints]) -> None:
    """Write runs of vertices: how long each is, where it starts from the end of the one before, its steps."""
    lengths = np.array([len(run) for run in runs], dtype=np.int64)
    out.whole(lengths)
    if not runs:
        return
    vertices = np.concatenate(runs)
    starts = np.cumsum(lengths) - lengths
    inner = np.ones(len(vertices), dtype=bool)
    inner[starts] = False
    steps = np.diff(vertices, axis=0, prepend=[[0, 0]])
    for chosen in (~inner, inner):
        for axis in (0, 1):
            out.signed(steps[chosen, axis])
