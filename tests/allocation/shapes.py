"""Shapes at their place in Lambert-93, and what they measure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

CRS = "EPSG:2154"
CORNER = (700_000, 7_000_000)
"""Where the coverages stand: so far from the origin, coordinates stop at the nanometre."""
RELATIVE = 1e-9

Place = tuple[float, float]
Shapes = Mapping[str, BaseGeometry | None] | Sequence[BaseGeometry | None]


def frame(shapes: Shapes, crs: str | None = CRS) -> gpd.GeoDataFrame:
    """Return a frame of shapes, by name, or named f0, f1, ..."""
    named = shapes if isinstance(shapes, Mapping) else {f"f{n}": shape for n, shape in enumerate(shapes)}
    return gpd.GeoDataFrame(geometry=list(named.values()), index=list(named), crs=crs)


def at(*xy: Place) -> list[Place]:
    """Return places told from the corner."""
    return [(CORNER[0] + x, CORNER[1] + y) for x, y in xy]


def box(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    """Return a box told from the corner."""
    return shapely.Polygon(at((west, south), (east, south), (east, north), (west, north)))


def line(*xy: Place) -> shapely.LineString:
    """Return a line told from the corner."""
    return shapely.LineString(at(*xy))


def simple_parts(feature: BaseGeometry) -> NDArray[np.object_]:
    """Return the points, lines and polygons that a feature is made of."""
    parts = shapely.get_parts(feature)
    while (shapely.get_type_id(parts) > 3).any():
        parts = shapely.get_parts(parts)
    return parts


def measure(feature: BaseGeometry, dimension: int) -> float:
    """Return the length or the area of a feature, what is there twice counted once, at its own place."""
    parts = simple_parts(feature)
    corner = shapely.bounds(feature)[:2]
    near = shapely.transform(parts[shapely.get_dimensions(parts) == dimension], lambda xy: xy - corner)
    union = shapely.union_all(near)
    return float(union.length if dimension == 1 else union.area)


def at_own_place(features: gpd.GeoDataFrame) -> NDArray[np.object_]:
    """Return each feature moved to the origin, where its coordinates have all their digits."""
    shapes = np.asarray(features.geometry.array).copy()
    xy, owner = shapely.get_coordinates(shapes, return_index=True)
    return np.asarray(shapely.set_coordinates(shapes, xy - shapely.bounds(shapes)[owner, :2]))


def by_feature_and_code(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table in an order that says nothing of that of its features."""
    return table.sort_values(["feature", "territory"], ignore_index=True)
