"""GeoParquet files of every kind that a reader may be given."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from pyproj import CRS

Write = Callable[[gpd.GeoDataFrame, Path], None]


def write_wkb(
    shapes: Sequence[bytes | None],
    path: Path,
    crs: CRS | None,
    kind: pa.DataType | None = None,
    row_group: int | None = None,
) -> None:
    """Write geometries as they are encoded, in a column between two others."""
    column: dict[str, object] = {
        "encoding": "WKB",
        "geometry_types": [],
        "crs": crs.to_json_dict() if crs else None,
    }
    geo = {"version": "1.1.0", "primary_column": "geom", "columns": {"geom": column}}
    table = pa.table(
        {
            "rank": pa.array(range(len(shapes)), pa.int64()),
            "geom": pa.array(shapes, kind or pa.binary()),
            "name": pa.array([f"n{n}" for n in range(len(shapes))]),
        }
    )
    described = table.replace_schema_metadata({"geo": json.dumps(geo)})
    pq.write_table(described, path, row_group_size=row_group)


def encoded(frame: gpd.GeoDataFrame, byte_order: int = 1) -> list[bytes | None]:
    """Return the geometries of a frame as WKB."""
    return list(shapely.to_wkb(np.asarray(frame.geometry.array), byte_order=byte_order, flavor="iso"))


def big_endian(frame: gpd.GeoDataFrame, path: Path) -> None:
    """Write a file whose every number is big-endian."""
    write_wkb(encoded(frame, 0), path, CRS(frame.crs))


def in_turn(frame: gpd.GeoDataFrame, path: Path) -> None:
    """Write a file in which every other geometry is big-endian."""
    both = zip(encoded(frame, 0), encoded(frame, 1), strict=True)
    write_wkb([pair[n % 2] for n, pair in enumerate(both)], path, CRS(frame.crs))


def large(frame: gpd.GeoDataFrame, path: Path) -> None:
    """Write a file whose binary column counts its bytes on 64 bits."""
    write_wkb(encoded(frame), path, CRS(frame.crs), pa.large_binary())


def row_groups(frame: gpd.GeoDataFrame, path: Path) -> None:
    """Write a file of many row groups."""
    write_wkb(encoded(frame), path, CRS(frame.crs), row_group=7)


def with_z(frame: gpd.GeoDataFrame, path: Path) -> None:
    """Write a file whose places have a height, as ISO WKB has it."""
    high = shapely.force_3d(np.asarray(frame.geometry.array), 47.5)
    frame.set_geometry(gpd.GeoSeries(high, index=frame.index, crs=frame.crs)).to_parquet(path)


def with_extended_z(frame: gpd.GeoDataFrame, path: Path) -> None:
    """Write a file whose places have a height, as PostGIS' EWKB has it."""
    high = shapely.force_3d(np.asarray(frame.geometry.array), 47.5)
    write_wkb(list(shapely.to_wkb(high, flavor="extended", output_dimension=3)), path, CRS(frame.crs))


def with_srid(frame: gpd.GeoDataFrame, path: Path) -> None:
    """Write a file whose geometries carry their SRID, as PostGIS' EWKB has it."""
    told = shapely.set_srid(np.asarray(frame.geometry.array), 4326)
    write_wkb(list(shapely.to_wkb(told, flavor="extended", include_srid=True)), path, CRS(frame.crs))


ENCODINGS: dict[str, Write] = {
    "big-endian": big_endian,
    "both byte orders": in_turn,
    "large binary": large,
    "row groups": row_groups,
    "bbox column": lambda frame, path: frame.to_parquet(path, write_covering_bbox=True),
    "bbox column and row groups": lambda frame, path: frame.to_parquet(
        path, write_covering_bbox=True, row_group_size=11
    ),
    "zstd": lambda frame, path: frame.to_parquet(path, compression="zstd"),
    "not compressed": lambda frame, path: frame.to_parquet(path, compression=None),
    "GeoParquet 0.4": lambda frame, path: frame.to_parquet(path, schema_version="0.4.0"),
    "GeoParquet 1.0": lambda frame, path: frame.to_parquet(path, schema_version="1.0.0"),
    "Z, ISO": with_z,
    "Z, extended": with_extended_z,
    "SRID, extended": with_srid,
    "other columns": lambda frame, path: frame.assign(b=1, a="x").rename_geometry("forme").to_parquet(path),
}


def nested_orders(x: float, y: float) -> bytes:
    """Return a little-endian multipoint of a big-endian point and a little-endian one."""
    points = struct.pack(">BIdd", 0, 1, x, y) + struct.pack("<BIdd", 1, 1, x, y)
    return struct.pack("<BII", 1, 4, 2) + points
