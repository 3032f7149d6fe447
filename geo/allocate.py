"""Exact shares of features in territories, conserved.

For each feature, what lies in each territory and what lies outside add up to the whole,
to 1e-9 relative. The rules for what is on a border:

- a point on a shared border belongs to the territory whose code comes first;
- a line on a shared border is shared half and half; on the outer border, it is inside;
- a line that runs over itself is measured once.

The partition must be a coverage: territories that share their edges and do not overlap.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from shapely.geometry.base import BaseGeometry

from geo.errors import DataError

DUST = 1e-12
"""Share of a feature below which what lies in a territory is rounding, not a presence."""

ON_BORDER_M = 1e-6
"""A piece of line whose middle is so near a border (metres) runs along it."""

OUTSIDE = ""
"""Code of what lies in no territory."""

COLUMNS = ("feature", "territory", "part", "length_m", "area_m2")

Share = tuple[str, float, float, float]
"""A code, the part of the feature (0 to 1), metres and square metres."""

_FIRST_MULTI = 4
"""From this GEOS type number on, a geometry is made of parts."""


def allocate(features: gpd.GeoDataFrame, partition: gpd.GeoDataFrame) -> pd.DataFrame:
    """Share features between territories.

    Parameters
    ----------
    features : geopandas.GeoDataFrame
        Points, lines, polygons or collections, valid, in a projected CRS (metres). The
        index names them. Empty and missing geometries get no row.
    partition : geopandas.GeoDataFrame
        Territories that do not overlap, indexed by code (str), in the same CRS.

    Returns
    -------
    pandas.DataFrame
        Columns `COLUMNS`, one row for each feature and territory that it meets, and one
        with territory `OUTSIDE` where some of it lies in none. ``part`` is the share of
        the feature (of its area if it has one, else of its length, else of its points);
        the parts of a feature add up to 1. Sorted as the features, then by code.

    Raises
    ------
    DataError
        If a CRS is missing, differs, or is not in metres; if a geometry is invalid; if an
        index repeats a name; if the territories are not a coverage.

    Examples
    --------
    >>> squares = [shapely.box(0, 0, 10, 10), shapely.box(10, 0, 20, 10)]
    >>> partition = gpd.GeoDataFrame(geometry=squares, index=["a", "b"], crs="EPSG:2154")
    >>> path = shapely.LineString([(4, 5), (14, 5), (14, 25)])
    >>> features = gpd.GeoDataFrame(geometry=[path], index=["path"], crs="EPSG:2154")
    >>> allocate(features, partition)[["territory", "length_m"]].values.tolist()
    [['a', 6.0], ['b', 9.0], ['', 15.0]]
    """
    _check(features, partition)
    grid = _Partition(partition)
    rows: list[tuple[object, *Share]] = []
    geometries = np.asarray(features.geometry.array)
    known: dict[bytes, list[Share]] = {}
    for position, candidates in _candidates(geometries, grid):
        key = shapely.to_wkb(geometries[position])
        if key not in known:  # the same geometry is shared once: many facts cover the same EPCI
            known[key] = _shares(geometries[position], candidates, grid)
        rows += [(features.index[position], *share) for share in known[key]]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return table.astype(dict.fromkeys(COLUMNS[2:], float))


def measured_once(lines: gpd.GeoSeries) -> BaseGeometry:
    """Return the union of lines, in which a stretch that several share stands once.

    Parameters
    ----------
    lines : geopandas.GeoSeries
        Lines, in any projected CRS.
    """
    return shapely.union_all(np.asarray(lines.array))


class _Partition:
    """Territories sorted by code, their index, and the edges that pairs of them share."""

    def __init__(self, frame: gpd.GeoDataFrame) -> None:
        self.codes = sorted(str(code) for code in frame.index)
        by_code = {str(code): shape for code, shape in zip(frame.index, frame.geometry, strict=True)}
        self.shapes = np.array([by_code[code] for code in self.codes], dtype=object)
        shapely.prepare(self.shapes)
        self.tree = shapely.STRtree(self.shapes)


def _check(features: gpd.GeoDataFrame, partition: gpd.GeoDataFrame) -> None:
    for frame, what in ((features, "éléments"), (partition, "territoires")):
        if frame.crs is None:
            raise DataError(
                f"les {what} n'ont pas de projection (CRS)",
                where="allocate",
                advice="Donnez-la avec set_crs, si vous la connaissez.",
            )
        if not frame.index.is_unique:
            twice = ", ".join(str(key) for key in frame.index[frame.index.duplicated()].unique()[:5])
            raise DataError(f"identifiants répétés parmi les {what} : {twice}", where="allocate")
    if CRS(features.crs) != CRS(partition.crs):
        raise DataError(
            f"projections différentes : {features.crs.to_string()} et {partition.crs.to_string()}",
            where="allocate",
            advice="Projetez les éléments avec to_crs(territoires.crs).",
        )
    crs = CRS(partition.crs)
    if not crs.is_projected or crs.axis_info[0].unit_conversion_factor != 1:
        raise DataError(
            f"{crs.to_string()} n'est pas en mètres : ni longueur ni surface exactes",
            where="allocate",
            advice="Projetez dans la projection légale (EPSG:2154 en métropole).",
        )
    _check_geometries(features, "élément")
    _check_geometries(partition, "territoire")
    shapes = np.asarray(partition.geometry.array)
    if (shapely.get_dimensions(shapes) != 2).any() or not shapely.coverage_is_valid(shapes):
        raise DataError(
            "les territoires ne sont pas des polygones qui se touchent bord à bord, sans se recouvrir",
            where="allocate",
            advice="Réparez-les ensemble avec shapely.coverage_clean.",
        )


def _check_geometries(frame: gpd.GeoDataFrame, what: str) -> None:
    """Refuse invalid geometries; a line of no length is none of them, it stands for its place."""
    geometries = np.asarray(frame.geometry.array)
    finite = np.isfinite(shapely.bounds(geometries)).all(axis=1)
    lines = shapely.get_dimensions(geometries) == 1
    empty = shapely.is_missing(geometries) | shapely.is_empty(geometries)
    invalid = ~(shapely.is_valid(geometries) | (lines & finite) | empty)
    if invalid.any():
        named = ", ".join(str(key) for key in frame.index[invalid][:5])
        raise DataError(
            f"géométrie invalide ({what} {named})",
            where="allocate",
            advice="Réparez-la avec make_valid.",
        )


def _candidates(geometries: NDArray[np.object_], grid: _Partition) -> Iterator[tuple[int, list[int]]]:
    """Yield each feature that has a geometry, with the territories that it may meet, by code."""
    pairs = grid.tree.query(geometries, predicate="dwithin", distance=ON_BORDER_M)
    met: dict[int, list[int]] = {}
    for feature, territory in zip(*pairs.tolist(), strict=True):
        met.setdefault(feature, []).append(territory)
    empty = shapely.is_missing(geometries) | shapely.is_empty(geometries)
    for position in np.flatnonzero(~empty).tolist():
        yield position, sorted(met.get(position, []))


def _shares(geometry: BaseGeometry, candidates: list[int], grid: _Partition) -> list[Share]:
    """Return (code, part, metres, square metres) for one feature.

    Lines and surfaces are cut in a frame whose origin is the feature's own corner: there,
    coordinates have all their digits, when 7 000 000 m away they stop at the nanometre,
    too coarse for 1e-9 of a small surface.
    """
    corner = shapely.bounds(geometry)[:2]

    def near(shape: BaseGeometry) -> BaseGeometry:
        return shapely.transform(shape, lambda xy: xy - corner)

    parts = _flattened(near(geometry))
    dimensions = shapely.get_dimensions(parts)
    surfaces, lines = (shapely.union_all(parts[dimensions == d]) for d in (2, 1))
    whole = len(candidates) == 1 and grid.shapes[candidates[0]].contains(geometry)
    shapes = {} if whole else {grid.codes[i]: near(grid.shapes[i]) for i in candidates}
    rest = grid.codes[candidates[0]] if whole else OUTSIDE
    areas = _areas(surfaces, shapes, rest)
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


def _areas(surface: BaseGeometry, shapes: Mapping[str, BaseGeometry], rest: str) -> dict[str, float]:
    """Return the area of a surface in each shape, and of what is left, none of them zero."""
    inside = {code: float(shapely.intersection(surface, shape).area) for code, shape in shapes.items()}
    if shapes:
        surface = shapely.difference(surface, shapely.coverage_union_all(list(shapes.values())))
    return _without_dust({**inside, rest: float(surface.area)})


def _lengths(lines: BaseGeometry, shapes: Mapping[str, BaseGeometry], rest: str) -> dict[str, float]:
    """Return the length of lines in each shape, and of what is left, none of them zero.

    Lines are cut where they meet a border, and each piece belongs to the shapes that hold
    its middle: to both sides of a border that it runs along. Pieces are never moved nor
    made anew, so that they add up to the whole, even where a line follows a border but for
    the rounding of its coordinates, where an overlay of lines and polygons may lose some.
    """
    if not shapes:
        return _without_dust({rest: float(lines.length)})
    middles, metres = _pieces(lines, np.array(list(shapes.values()), dtype=object))
    held = np.zeros((len(shapes), len(metres)), dtype=bool)
    for row, shape in enumerate(shapes.values()):
        shapely.prepare(shape)
        held[row] = shapely.dwithin(shape, middles, ON_BORDER_M)
    holders = held.sum(axis=0)
    each = metres / np.maximum(holders, 1)
    inside = {code: math.fsum(each[row]) for code, row in zip(shapes, held, strict=True)}
    return _without_dust({**inside, rest: math.fsum(metres[holders == 0])})


def _pieces(
    lines: BaseGeometry, shapes: NDArray[np.object_]
) -> tuple[NDArray[np.object_], NDArray[np.float64]]:
    """Cut lines where they meet the borders of shapes; return middles and lengths of the pieces."""
    start, along = _segments(shapely.get_parts(lines))
    foot, border = _segments(shapely.get_parts(shapely.boundary(shapes)))
    tree = shapely.STRtree(_as_lines(foot, border))
    mine, other = tree.query(_as_lines(start, along), predicate="dwithin", distance=ON_BORDER_M)
    # Each segment is cut where it meets the line of a border that it touches. A cut too
    # many does no harm: it makes two pieces of one, that belong to the same shapes.
    gap, step, edge = foot[other] - start[mine], along[mine], border[other]
    with np.errstate(divide="ignore", invalid="ignore"):
        crossing = _cross(gap, edge) / _cross(step, edge)
    ends = np.arange(len(along))
    segment = np.concatenate([ends, ends, mine])
    share = np.concatenate([np.zeros(len(along)), np.ones(len(along)), crossing])
    share = np.clip(np.nan_to_num(share, posinf=0.0, neginf=0.0), 0.0, 1.0)
    order = np.lexsort((share, segment))
    segment, share = segment[order], share[order]
    kept = (np.diff(segment) == 0) & (np.diff(share) > 0)
    segment, width, middle = segment[:-1][kept], np.diff(share)[kept], (share[:-1] + share[1:])[kept] / 2
    middles = shapely.points(start[segment] + middle[:, None] * along[segment])
    return middles, width * np.hypot(*along[segment].T)


def _segments(lines: NDArray[np.object_]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the starts and the vectors of all the segments of lines."""
    xy, owner = shapely.get_coordinates(lines, return_index=True)
    same = owner[:-1] == owner[1:]
    return xy[:-1][same], (xy[1:] - xy[:-1])[same]


def _as_lines(start: NDArray[np.float64], vector: NDArray[np.float64]) -> NDArray[np.object_]:
    return np.asarray(shapely.linestrings(np.stack([start, start + vector], axis=1)))


def _cross(first: NDArray[np.float64], second: NDArray[np.float64]) -> NDArray[np.float64]:
    product: NDArray[np.float64] = first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0]
    return product


def _without_dust(measures: dict[str, float]) -> dict[str, float]:
    least = DUST * math.fsum(measures.values())
    return {code: value for code, value in measures.items() if value > least}


def _points(geometry: BaseGeometry, candidates: list[int], grid: _Partition) -> dict[str, float]:
    counts: dict[str, float] = {}
    for xy in shapely.get_coordinates(geometry):
        point = shapely.Point(xy)
        owner = next((i for i in candidates if grid.shapes[i].covers(point)), None)
        code = OUTSIDE if owner is None else grid.codes[owner]
        counts[code] = counts.get(code, 0.0) + 1.0
    return counts
