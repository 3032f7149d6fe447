"""The plain engine: shapely and NumPy, one feature after the other. The reference of the fast one."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator, Mapping, Sequence

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.prepared import prepared

DUST = 1e-12
"""Share of a feature below which what lies in a territory is rounding, not a presence."""

ON_BORDER_M = 1e-6
"""A piece of line whose middle is so near a border (metres) runs along it."""

OUTSIDE = ""
"""Code of what lies in no territory."""

Share = tuple[str, float, float, float]
"""A code, the part of the feature (0 to 1), metres and square metres."""

_ALONE = threading.Lock()
"""Threads that share batches ask the prepared territories in turn (see `geo.prepared`)."""

_FIRST_MULTI = 4
"""From this GEOS type number on, a geometry is made of parts."""


def measured_once(lines: gpd.GeoSeries) -> BaseGeometry:
    """Return the union of lines, in which a stretch that several share stands once.

    Parameters
    ----------
    lines : geopandas.GeoSeries
        Lines, in any projected CRS.
    """
    return shapely.union_all(np.asarray(lines.array))


class PlainPartition:
    """Territories, their index, and the borders between them.

    Parameters
    ----------
    codes : sequence of str
        Sorted.
    shapes : numpy.ndarray
        Their polygons, a coverage, in metres.
    """

    def __init__(self, codes: Sequence[str], shapes: NDArray[np.object_]) -> None:
        self.codes = list(codes)
        self.shapes = prepared(shapes)
        self.borders = prepared(shapely.boundary(shapes))
        self.tree = shapely.STRtree(self.shapes)

    def holds(self, position: int, geometry: BaseGeometry) -> bool:
        """Tell whether a territory holds all of a geometry, its border nowhere near."""
        with _ALONE:
            if shapely.dwithin(self.borders[position], geometry, ON_BORDER_M):
                return False
            return bool(self.shapes[position].contains(geometry))

    def covers(self, position: int, point: shapely.Point) -> bool:
        """Tell whether a point is in a territory, or on its border."""
        with _ALONE:
            return bool(self.shapes[position].covers(point))

    def shares(self, geometries: NDArray[np.object_]) -> Iterator[tuple[int, list[Share]]]:
        """Yield the position of each geometry that there is, and its shares, sorted by code, `OUTSIDE` last.

        Points come first, then the others.

        Parameters
        ----------
        geometries : numpy.ndarray
            Valid, in the CRS of the territories.
        """
        known: dict[bytes, list[Share]] = {}
        single = (shapely.get_type_id(geometries) == 0) & ~shapely.is_empty(geometries)
        yield from self._points(geometries, np.flatnonzero(single))
        others = geometries.copy()
        others[single] = None
        for position, candidates in _candidates(others, self):
            key = shapely.to_wkb(geometries[position])
            if key not in known:  # the same geometry is shared once: many facts cover the same EPCI
                known[key] = _shares(geometries[position], candidates, self)
            yield position, known[key]

    def _points(
        self, geometries: NDArray[np.object_], positions: NDArray[np.int64]
    ) -> Iterator[tuple[int, list[Share]]]:
        """Yield the positions of single points, and the first territory that covers each."""
        none = len(self.codes)
        owner = np.full(len(positions), none)
        point, territory = self.tree.query(geometries[positions], predicate="intersects")
        np.minimum.at(owner, point, territory)
        names = [*self.codes, OUTSIDE]
        for position, number in zip(positions.tolist(), owner.tolist(), strict=True):
            yield position, [(names[number], 1.0, 0.0, 0.0)]


def _candidates(geometries: NDArray[np.object_], grid: PlainPartition) -> Iterator[tuple[int, list[int]]]:
    """Yield each feature that has a geometry, with the territories that it may meet, by code."""
    pairs = grid.tree.query(geometries, predicate="dwithin", distance=ON_BORDER_M)
    met: dict[int, list[int]] = {}
    for feature, territory in zip(*pairs.tolist(), strict=True):
        met.setdefault(feature, []).append(territory)
    empty = shapely.is_missing(geometries) | shapely.is_empty(geometries)
    for position in np.flatnonzero(~empty).tolist():
        yield position, sorted(met.get(position, []))


def _shares(geometry: BaseGeometry, candidates: list[int], grid: PlainPartition) -> list[Share]:
    """Return (code, part, metres, square metres) for one feature.

    Lines and surfaces are cut in a frame whose origin is the feature's own corner: there,
    coordinates have all their digits, when 7 000 000 m away they stop at the nanometre,
    too coarse for 1e-9 of a small surface.
    """
    corner = shapely.bounds(geometry)[:2]

    def near(shape: BaseGeometry) -> BaseGeometry:
        return shapely.transform(shape, lambda xy: xy - corner)

    here = near(geometry)
    parts = _flattened(here)
    lines = _once(parts[shapely.get_dimensions(parts) == 1])
    whole = len(candidates) == 1 and grid.holds(candidates[0], geometry)
    shapes = {} if whole else {grid.codes[i]: near(grid.shapes[i]) for i in candidates}
    rest = grid.codes[candidates[0]] if whole else OUTSIDE
    areas = _areas(_surface(here, parts), shapes, rest)
    lengths = _lengths(lines, shapes, rest)
    weights = areas or lengths or _points(geometry, candidates, grid)
    total = math.fsum(weights.values())
    codes = sorted({*areas, *lengths, *weights}, key=lambda c: (c == OUTSIDE, c))
    return [
        (code, weights.get(code, 0.0) / total, lengths.get(code, 0.0), areas.get(code, 0.0)) for code in codes
    ]


def _flattened(geometry: BaseGeometry) -> NDArray[np.object_]:
    """Return the simple parts of a geometry, those of collections in collections too."""
    parts = shapely.get_parts(geometry)
    while (shapely.get_type_id(parts) >= _FIRST_MULTI).any():
        parts = shapely.get_parts(parts)
    return parts


def _once(lines: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return lines in which a stretch that they run over twice stands once; the same if there is none."""
    union = shapely.union_all(lines)
    if union.length < (1 - DUST) * math.fsum(shapely.length(lines)):
        return _flattened(union)
    return lines


def _surface(geometry: BaseGeometry, parts: NDArray[np.object_]) -> BaseGeometry:
    """Return the polygons of a geometry, where those of a collection overlap once."""
    if isinstance(geometry, shapely.Polygon | shapely.MultiPolygon):
        return geometry
    return shapely.union_all(parts[shapely.get_dimensions(parts) == 2])


def _areas(surface: BaseGeometry, shapes: Mapping[str, BaseGeometry], rest: str) -> dict[str, float]:
    """Return the area of a surface in each shape, and of what is left, none of them zero."""
    inside = {code: float(shapely.intersection(surface, shape).area) for code, shape in shapes.items()}
    if shapes:
        surface = shapely.difference(surface, shapely.coverage_union_all(list(shapes.values())))
    return _without_dust({**inside, rest: float(surface.area)})


def _lengths(lines: NDArray[np.object_], shapes: Mapping[str, BaseGeometry], rest: str) -> dict[str, float]:
    """Return the length of lines in each shape, and of what is left, none of them zero.

    Lines are cut where they meet a border, and each piece belongs to the shapes that hold
    its middle: to both sides of a border that it runs along. Pieces are never moved nor
    made anew, so that they add up to the whole, even where a line follows a border but for
    the rounding of its coordinates, where an overlay of lines and polygons may lose some.
    """
    start, end = _segments(lines)
    if not shapes:
        return _without_dust({rest: math.fsum(_norm(end - start))})
    middles, metres = _pieces(start, end - start, _edges(np.array(list(shapes.values()), dtype=object)))
    held = np.zeros((len(shapes), len(metres)), dtype=bool)
    for row, shape in enumerate(shapes.values()):
        held[row] = shapely.dwithin(prepared(shape), middles, ON_BORDER_M)
    holders = held.sum(axis=0)
    each = metres / np.maximum(holders, 1)
    inside = {code: math.fsum(each[row]) for code, row in zip(shapes, held, strict=True)}
    return _without_dust({**inside, rest: math.fsum(metres[holders == 0])})


def _edges(shapes: NDArray[np.object_]) -> NDArray[np.float64]:
    """Return the edges of shapes, each once: x and y of both ends, the lower left one first."""
    first, last = _segments(shapely.get_parts(shapely.boundary(shapes)))
    ahead = (first[:, 0] < last[:, 0]) | ((first[:, 0] == last[:, 0]) & (first[:, 1] < last[:, 1]))
    ends = np.where(ahead[:, None], np.hstack([first, last]), np.hstack([last, first]))
    return np.unique(ends, axis=0)


def _pieces(
    start: NDArray[np.float64], along: NDArray[np.float64], edges: NDArray[np.float64]
) -> tuple[NDArray[np.object_], NDArray[np.float64]]:
    """Cut segments where they meet edges; return middles and lengths of the pieces.

    A segment is cut where it crosses an edge, and at the ends of edges that lie on it. A
    cut too many does no harm: it makes two pieces of one, that belong to the same shapes.
    """
    tree = shapely.STRtree(_as_lines(edges[:, :2], edges[:, 2:]))
    mine, other = tree.query(_as_lines(start, start + along), predicate="dwithin", distance=10 * ON_BORDER_M)
    step, edge = along[mine], edges[other, 2:] - edges[other, :2]
    gap, far = edges[other, :2] - start[mine], edges[other, 2:] - start[mine]
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = [_crossing(gap, step, edge), _on(gap, step), _on(far, step)]
    ends = np.arange(len(along))
    segment = np.concatenate([ends, ends, mine, mine, mine])
    share = np.concatenate([np.zeros(len(along)), np.ones(len(along)), *shares])
    order = np.lexsort((share, segment))
    segment, share = segment[order], share[order]
    kept = (np.diff(segment) == 0) & (np.diff(share) > 0)
    segment, width, middle = segment[:-1][kept], np.diff(share)[kept], (share[:-1] + share[1:])[kept] / 2
    middles = shapely.points(start[segment] + middle[:, None] * along[segment])
    return middles, width * _norm(along[segment])


def _crossing(
    gap: NDArray[np.float64], step: NDArray[np.float64], edge: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return where segments cross edges, as a share of their length, 0 where they do not."""
    turn = _cross(step, edge)
    there = _cross(gap, step) / turn
    share = _cross(gap, edge) / turn
    inner = (there >= 0) & (there <= 1) & (share > 0) & (share < 1)
    return np.where(inner, share, 0.0)


def _on(gap: NDArray[np.float64], step: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return where places stand along segments, 0 for those that are on none, to a micrometre."""
    share = (gap[:, 0] * step[:, 0] + gap[:, 1] * step[:, 1]) / (step[:, 0] ** 2 + step[:, 1] ** 2)
    away = gap - share[:, None] * step
    inner = (share > 0) & (share < 1) & (away[:, 0] ** 2 + away[:, 1] ** 2 <= ON_BORDER_M**2)
    return np.where(inner, share, 0.0)


def _segments(lines: NDArray[np.object_]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the starts and the ends of all the segments of lines."""
    xy, owner = shapely.get_coordinates(lines, return_index=True)
    same = owner[:-1] == owner[1:]
    return xy[:-1][same], xy[1:][same]


def _as_lines(start: NDArray[np.float64], end: NDArray[np.float64]) -> NDArray[np.object_]:
    return np.asarray(shapely.linestrings(np.stack([start, end], axis=1)))


def _cross(first: NDArray[np.float64], second: NDArray[np.float64]) -> NDArray[np.float64]:
    product: NDArray[np.float64] = first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0]
    return product


def _norm(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    length: NDArray[np.float64] = np.sqrt(vectors[:, 0] ** 2 + vectors[:, 1] ** 2)
    return length


def _without_dust(measures: dict[str, float]) -> dict[str, float]:
    least = DUST * math.fsum(measures.values())
    return {code: value for code, value in measures.items() if value > least}


def _points(geometry: BaseGeometry, candidates: list[int], grid: PlainPartition) -> dict[str, float]:
    counts: dict[str, float] = {}
    for xy in shapely.get_coordinates(geometry):
        point = shapely.Point(xy)
        owner = next((i for i in candidates if grid.covers(i, point)), None)
        code = OUTSIDE if owner is None else grid.codes[owner]
        counts[code] = counts.get(code, 0.0) + 1.0
    return counts
