"""A national file cut to a perimeter, in one pass and bounded memory, whatever its size."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from shapely.geometry.base import BaseGeometry

from geo.sources import geojson_stream, geoparquet_stream
from geo.sources.cutting import Box, Harvest, Window
from geo.sources.raw import RawLayer


def read_within(
    path: Path,
    within: Box | BaseGeometry,
    *,
    kind: Literal["geojson", "geoparquet"],
    columns: Sequence[str] = (),
    crs: str = "EPSG:4326",
) -> RawLayer:
    """Read the features of a file that share a point with a perimeter.

    Features that cross its border are kept whole. The file is read in blocks of a few MiB; what
    is kept stands in memory.

    Parameters
    ----------
    path : pathlib.Path
        The file; a GeoJSON may be gzipped, or a sequence of features.
    within : tuple of float or shapely geometry
        The perimeter: west, south, east, north, or a polygon.
    kind : {"geojson", "geoparquet"}
        Its format.
    columns : sequence of str, optional
        Attributes to read; all of them by default. One that the file has not is not in the frame.
    crs : str, optional
        EPSG code of `within`, x (or longitude) first.

    Returns
    -------
    RawLayer
        Rows in the order of the file. Lists become texts parted by bars; a shape that cannot be
        read is kept, as unreadable; what has no shape is counted in the notes.

    Raises
    ------
    DataError
        If the file stops in the middle, is of another format, declares a CRS that is not known,
        or passes a bound: 16 MiB for a feature, 64 levels, 8 GiB in all, 5 000 000 features read,
        2 000 000 kept.
    """
    window = Window(within, crs)
    if kind == "geojson":
        harvest = Harvest(path, "GeoJSON", window, columns)
        geojson_stream.cut(path, harvest)
        return harvest.layer("utf-8")
    harvest = Harvest(path, "GeoParquet", window, columns)
    geoparquet_stream.cut(path, harvest)
    return harvest.layer("")
