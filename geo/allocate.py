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
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

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

OUTSIDE = ""
"""Code of what lies in no territory."""

COLUMNS = ("feature", "territory", "part", "length_m", "area_m2")


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
        If a CRS is missing, differs, or is in degrees; if a geometry is invalid.

    Examples
    --------
    >>> import geo
    >>> basin = geo.territories.load()
    >>> shares = allocate(geo.ingest.load(), basin.frame("epci"))
    >>> shares.groupby("feature")["part"].sum().round(9).unique().tolist()
    [1.0]
    """
    _check(features, partition)
    grid = _Partition(partition)
    rows: list[tuple[object, str, float, float, float]] = []
    geometries = np.asarray(features.geometry.array)
    for position, candidates in _candidates(geometries, grid):
        geometry = geometries[position]
        key = features.index[position]
        rows += [(key, *share) for share in _shares(geometry, candidates, grid)]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def measured_once(lines: gpd.GeoSeries) -> BaseGeometry:
    """Return the union of lines, in which a stretch that several share stands once.

    Parameters
    ----------
    lines : geopandas.GeoSeries
        Lines, in any projected CRS.
    """
    return shapely.union_all(np.asarray(lines.array))


@dataclass
class _Partition:
    """Territories sorted by code, their index, and the edges that pairs of them share."""

    frame: gpd.GeoDataFrame
    codes: list[str] = field(init=False)
    shapes: NDArray[np.object_] = field(init=False)
    tree: shapely.STRtree = field(init=False)
    _edges: dict[tuple[int, int], BaseGeometry] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        ordered = self.frame.sort_index()
        self.codes = [str(code) for code in ordered.index]
        self.shapes = np.asarray(ordered.geometry.array).copy()
        shapely.prepare(self.shapes)
        self.tree = shapely.STRtree(self.shapes)

    def shared_edge(self, first: int, second: int) -> BaseGeometry:
        """Return the lines along which two territories touch."""
        key = (first, second)
        if key not in self._edges:
            self._edges[key] = shapely.intersection(
                shapely.boundary(self.shapes[first]), shapely.boundary(self.shapes[second])
            )
        return self._edges[key]


def _check(features: gpd.GeoDataFrame, partition: gpd.GeoDataFrame) -> None:
    for frame, what in ((features, "éléments"), (partition, "territoires")):
        if frame.crs is None:
            raise DataError(
                f"les {what} n'ont pas de projection (CRS)",
                where="allocate",
                advice="Donnez-la avec set_crs, si vous la connaissez.",
            )
    if CRS(features.crs) != CRS(partition.crs):
        raise DataError(
            f"projections différentes : {features.crs.to_string()} et {partition.crs.to_string()}",
            where="allocate",
            advice="Projetez les éléments avec to_crs(territoires.crs).",
        )
    if not CRS(partition.crs).is_projected:
        raise DataError(
            f"{partition.crs.to_string()} est en degrés : ni longueur ni surface exactes",
            where="allocate",
            advice="Projetez dans la projection légale (EPSG:2154 en métropole).",
        )
    for frame, what in ((features, "élément"), (partition, "territoire")):
        invalid = ~shapely.is_valid(np.asarray(frame.geometry.array))
        invalid &= ~np.asarray(frame.geometry.isna())
        if invalid.any():
            named = ", ".join(str(key) for key in frame.index[invalid][:5])
            raise DataError(
                f"géométrie invalide ({what} {named})",
                where="allocate",
                advice="Réparez-la avec make_valid.",
            )


def _candidates(
    geometries: NDArray[np.object_], grid: _Partition
) -> Iterator[tuple[int, list[int]]]:
    """Yield each feature that has a geometry, with the territories that it may meet, by code."""
    pairs = grid.tree.query(geometries, predicate="intersects")
    met: dict[int, list[int]] = {}
    for feature, territory in zip(*pairs.tolist(), strict=True):
        met.setdefault(feature, []).append(territory)
    empty = shapely.is_missing(geometries) | shapely.is_empty(geometries)
    for position in np.flatnonzero(~empty).tolist():
        yield position, sorted(met.get(position, []))


Share = tuple[str, float, float, float]


def _shares(geometry: BaseGeometry, candidates: list[int], grid: _Partition) -> list[Share]:
    """Return (code, part, metres, square metres) for one feature."""
    parts = shapely.get_parts(geometry)
    dimensions = shapely.get_dimensions(parts)
    surfaces = shapely.union_all(parts[dimensions == 2])
    lines = shapely.union_all(parts[dimensions == 1])
    areas = _measure(surfaces, candidates, grid, shapely.area) if not surfaces.is_empty else {}
    lengths = _lengths(lines, candidates, grid) if not lines.is_empty else {}
    if areas:
        weights = areas
    elif lengths:
        weights = lengths
    else:
        weights = _points(shapely.points(shapely.get_coordinates(geometry)), candidates, grid)
    total = math.fsum(weights.values())
    codes = sorted(set(areas) | set(lengths) | set(weights), key=lambda c: (c == OUTSIDE, c))
    return [
        (code, weights.get(code, 0.0) / total, lengths.get(code, 0.0), areas.get(code, 0.0))
        for code in codes
    ]


def _measure(
    geometry: BaseGeometry,
    candidates: list[int],
    grid: _Partition,
    of: Callable[[BaseGeometry], float],
) -> dict[str, float]:
    """Return the measure of a geometry in each candidate, and outside, none of them zero."""
    if len(candidates) == 1 and grid.shapes[candidates[0]].contains(geometry):
        return {grid.codes[candidates[0]]: float(of(geometry))}
    inside = {
        grid.codes[i]: float(of(shapely.intersection(geometry, grid.shapes[i]))) for i in candidates
    }
    rest = geometry
    if candidates:
        rest = shapely.difference(geometry, shapely.union_all(grid.shapes[candidates]))
    return _without_dust({**inside, OUTSIDE: float(of(rest))})


def _without_dust(measures: dict[str, float]) -> dict[str, float]:
    least = DUST * math.fsum(measures.values())
    return {code: value for code, value in measures.items() if value > least}


def _lengths(lines: BaseGeometry, candidates: list[int], grid: _Partition) -> dict[str, float]:
    found = _measure(lines, candidates, grid, shapely.length)
    for position, first in enumerate(candidates):
        for second in candidates[position + 1 :]:
            edge = grid.shared_edge(first, second)
            if edge.is_empty or not edge.intersects(lines):
                continue
            half = float(shapely.length(shapely.intersection(lines, edge))) / 2
            if half > 0:
                for code in (grid.codes[first], grid.codes[second]):
                    found[code] = found.get(code, 0.0) - half
    return _without_dust(found)


def _points(
    points: NDArray[np.object_], candidates: list[int], grid: _Partition
) -> dict[str, float]:
    counts: dict[str, float] = {}
    for point in points:
        owner = next((i for i in candidates if grid.shapes[i].covers(point)), None)
        code = OUTSIDE if owner is None else grid.codes[owner]
        counts[code] = counts.get(code, 0.0) + 1.0
    return counts
