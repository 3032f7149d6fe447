"""Big sets of features over voronoi territories, seeded: the same on every machine."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from tests.allocation.coverages import cells
from tests.allocation.features import corners, edges
from tests.allocation.shapes import CORNER, CRS, frame

SIZE = 60_000.0
"""Side of the square that holds all, in metres: about that of the basin."""

Rows = NDArray[np.float64]


def territories(count: int = 200, seed: int = 4) -> gpd.GeoDataFrame:
    """Return cells of a square, a tenth of them left out, some in two pieces."""
    rng = np.random.default_rng(seed)
    square = shapely.box(CORNER[0], CORNER[1], CORNER[0] + SIZE, CORNER[1] + SIZE)
    shapes = shapely.intersection(np.array(cells(rng, round(1.2 * count), SIZE), dtype=object), square)
    joined = [shapely.MultiPolygon(list(shapes[[n, count + n]])) for n in range(count // 10)]
    kept = [*joined, *shapes[count // 10 : count]]
    touching = [shapely.coverage_union_all(shapely.get_parts(shape)) for shape in kept]
    return frame({f"{n:04d}": shape for n, shape in enumerate(touching)})


def _spread(rng: np.random.Generator, count: int) -> Rows:
    """Return places in the square and a little around it."""
    return rng.uniform(-0.02 * SIZE, 1.02 * SIZE, (count, 2)) + CORNER


def points(count: int, partition: gpd.GeoDataFrame | None = None, seed: int = 1) -> gpd.GeoDataFrame:
    """Return points, one in ten on a corner of a partition where one is given, and some multipoints."""
    rng = np.random.default_rng(seed)
    xy = _spread(rng, count)
    if partition is not None:
        on_corners = np.array(corners(partition))
        tenth = rng.choice(count, count // 10, replace=False)
        xy[tenth] = on_corners[rng.integers(0, len(on_corners), len(tenth))]
    shapes: list[BaseGeometry] = [shapely.Point(place) for place in xy]
    shapes[::50] = [shapely.MultiPoint(_spread(rng, 5)) for _ in shapes[::50]]
    return gpd.GeoDataFrame(geometry=shapes, crs=CRS)


def lines(count: int, seed: int = 2) -> gpd.GeoDataFrame:
    """Return paths of 2 to 30 corners, some 50 m to 3 km long, one in fifty in several parts."""
    rng = np.random.default_rng(seed)
    shapes: list[BaseGeometry] = []
    for start in _spread(rng, count):
        steps = int(rng.integers(1, 30))
        length = 50 * 60 ** rng.uniform()
        turns = np.cumsum(rng.normal(0, 0.5, steps)) + rng.uniform(0, 2 * np.pi)
        path = np.cumsum(np.column_stack([np.cos(turns), np.sin(turns)]) * length / steps, axis=0)
        shapes.append(shapely.LineString(np.concatenate([[start], start + path])))
    shapes[::50] = [shapely.union_all(pair) for pair in zip(shapes[::50], shapes[1::50], strict=True)]
    return gpd.GeoDataFrame(geometry=shapes, crs=CRS)


def border_lines(partition: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return all the edges of the territories, one by one, and their whole borders."""
    return gpd.GeoDataFrame(geometry=[*edges(partition), *partition.boundary], crs=CRS)


def polygons(count: int, seed: int = 3) -> gpd.GeoDataFrame:
    """Return star-shaped polygons of 0.1 to 100 ha, one in five with a hole, one in fifty of two parts."""
    rng = np.random.default_rng(seed)
    shapes: list[BaseGeometry] = []
    for centre in _spread(rng, count):
        corner_count = int(rng.integers(3, 40))
        radius = np.sqrt(1000 * 1000 ** rng.uniform() / np.pi)
        angles = np.sort(rng.permutation(64)[:corner_count]) * 2 * np.pi / 64
        arms = np.column_stack([np.cos(angles), np.sin(angles)]) * rng.uniform(0.7, 1.3, (corner_count, 1))
        ring = centre + radius * arms
        inner = centre + radius * arms / 3
        shape = shapely.Polygon(ring, [inner] if rng.uniform() < 0.2 else [])
        shapes.append(shape if shape.is_valid else shape.convex_hull)
    apart = SIZE / 7
    shapes[::50] = [
        shapely.union(shape, shapely.transform(shape, lambda xy: xy + apart)) for shape in shapes[::50]
    ]
    return gpd.GeoDataFrame(geometry=shapes, crs=CRS)


def features(kind: str, count: int, partition: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return so many points, lines or polygons, or the borders of a partition as lines."""
    if kind == "borders":
        return border_lines(partition)
    if kind == "points":
        return points(count, partition)
    return lines(count) if kind == "lines" else polygons(count)
