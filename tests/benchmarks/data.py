"""Seeded features over France, written as WGS84 GeoParquet, chunk after chunk: any size in little memory.

Two in three lie around a town, drawn by its population; the others anywhere in the extent, in the
sea and abroad too. The same kind, count and towns always give the same file.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer

from geo.sources.cache import replacing
from geo.territories.legal_crs import LAMBERT_93, WGS84

SEED = 20_260_104
ROWS = 65_536
"""Of a row group, and of a chunk in memory."""
KINDS = ("points", "lines", "polygons")
EXTENT = (100_000.0, 6_040_000.0, 1_250_000.0, 7_120_000.0)
"""West, south, east, north of mainland France and Corsica, EPSG:2154."""
IN_TOWNS = 2 / 3
TOWN_M = 3_000.0
"""Standard deviation of the distance to the centre of a town."""
LINE_M = (50.0, 3_000.0)
LINE_VERTICES = (2, 30)
POLYGON_M2 = (1e3, 1e6)
POLYGON_VERTICES = (5, 40)
HOLED, HOLE = 0.15, 0.4
"""Share of the polygons that have a hole, and its width, as a share of the polygon's."""

Reals = NDArray[np.float64]
Whole = NDArray[np.int64]
Geometries = NDArray[np.object_]


def named(cache: Path, kind: str, count: int, towns: Path) -> Path:
    """Return where a file is kept: its name says all that it is made from."""
    return cache / f"{kind}-{count}-{towns.stem}-{SEED}.parquet"


def write(kind: str, count: int, towns: Path, path: Path) -> Path:
    """Write ``count`` features of a kind to a GeoParquet file, if it is not there yet."""
    if path.exists():
        return path
    schema = pa.schema([("id", pa.int64()), ("geometry", pa.binary())], metadata={"geo": _metadata(kind)})
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as temporary, pq.ParquetWriter(temporary, schema) as file:
        first = 0
        for shapes in features(kind, count, towns):
            number = pa.array(np.arange(first, first + len(shapes)))
            table = pa.table([number, pa.array(shapely.to_wkb(shapes), pa.binary())], schema=schema)
            file.write_table(table, row_group_size=ROWS)
            first += len(shapes)
    return path


def features(kind: str, count: int, towns: Path) -> Iterator[Geometries]:
    """Yield chunks of features of a kind, in degrees."""
    make: Callable[[Reals, np.random.Generator], Geometries]
    make = {"points": _points, "lines": _lines, "polygons": _polygons}[kind]
    frame = gpd.read_parquet(towns)
    centres = shapely.get_coordinates(frame.geometry.array)
    weights = frame["population"].to_numpy(dtype=float) + 1
    random = np.random.default_rng([SEED, KINDS.index(kind)])
    to_degrees = Transformer.from_crs(LAMBERT_93, WGS84, always_xy=True)
    for first in range(0, count, ROWS):
        places = _places(min(ROWS, count - first), centres, weights / weights.sum(), random)
        shapes = make(places, random)
        x, y = shapely.get_coordinates(shapes).T
        yield shapely.set_coordinates(shapes, np.stack(to_degrees.transform(x, y), axis=1))


def _metadata(kind: str) -> str:
    types = {"points": "Point", "lines": "LineString", "polygons": "Polygon"}
    column = {"encoding": "WKB", "geometry_types": [types[kind]], "crs": CRS(WGS84).to_json_dict()}
    return json.dumps({"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}})


def _places(size: int, centres: Reals, weights: Reals, random: np.random.Generator) -> Reals:
    anywhere = random.uniform(EXTENT[:2], EXTENT[2:], (size, 2))
    town = centres[random.choice(len(centres), size, p=weights)] + random.normal(0, TOWN_M, (size, 2))
    return np.where(random.random((size, 1)) < IN_TOWNS, town, anywhere)


def _points(places: Reals, random: np.random.Generator) -> Geometries:
    return np.asarray(shapely.points(places))


def _lines(places: Reals, random: np.random.Generator) -> Geometries:
    """Return walks that turn a little at each step, of a length drawn evenly among orders of magnitude."""
    vertices = random.integers(LINE_VERTICES[0], LINE_VERTICES[1] + 1, len(places))
    owner = np.repeat(np.arange(len(places)), vertices)
    first = np.cumsum(vertices) - vertices
    turn = random.normal(0, 0.5, len(owner))
    turn[first] = random.uniform(0, 2 * np.pi, len(places))
    heading = _summed(turn, first, owner)
    step = random.uniform(0.5, 1.5, len(owner))
    step[first] = 0
    metres = _even_in_magnitude(LINE_M, len(places), random) / np.add.reduceat(step, first)
    moves = (step * metres[owner])[:, None] * np.stack([np.cos(heading), np.sin(heading)], axis=1)
    walk = np.stack([_summed(moves[:, axis], first, owner) for axis in (0, 1)], axis=1)
    return np.asarray(shapely.linestrings(places[owner] + walk, indices=owner))


def _polygons(places: Reals, random: np.random.Generator) -> Geometries:
    """Return stars of uneven rays: seen whole from their centre, hence valid, and a hole is one smaller."""
    vertices = random.integers(POLYGON_VERTICES[0], POLYGON_VERTICES[1] + 1, len(places))
    holed = random.random(len(places)) < HOLED
    area = _even_in_magnitude(POLYGON_M2, len(places), random)
    polygons = []
    for corners, hole, surface, place in zip(vertices, holed, area, places, strict=True):
        angle = (np.arange(corners) + random.uniform(0, 0.8, corners)) * (2 * np.pi / corners)
        ray = random.uniform(0.6, 1.4, corners)
        ring = ray[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
        shell = place + ring * np.sqrt(surface / shapely.Polygon(ring).area / (1 - hole * HOLE**2))
        polygons.append(shapely.Polygon(shell, [place + (shell - place) * HOLE] if hole else None))
    return np.array(polygons, dtype=object)


def _even_in_magnitude(bounds: tuple[float, float], size: int, random: np.random.Generator) -> Reals:
    return np.exp(random.uniform(np.log(bounds[0]), np.log(bounds[1]), size))


def _summed(values: Reals, first: Whole, owner: Whole) -> Reals:
    """Return the running sum of values, begun anew at each owner."""
    total = np.cumsum(values)
    return np.asarray(total - (total[first] - values[first])[owner])
