"""The rows that the engine gave, as a frame."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from geo.errors import UsageError

_EXTENSION = b"ARROW:extension:name"
_METADATA = b"ARROW:extension:metadata"


def frame_of(answer: pa.Table, objects: Collection[str] = ()) -> pd.DataFrame:
    """Return rows as a frame, with geometries if it has any.

    Parameters
    ----------
    answer : pyarrow.Table
        As DuckDB gives it: geometries are WKB, marked ``geoarrow.wkb`` with their CRS.
    objects : collection of str
        Columns whose text is JSON.

    Returns
    -------
    pandas.DataFrame or geopandas.GeoDataFrame
        Same rows and order. Lists are lists, JSON objects dict, whole numbers with gaps ``Int64``,
        decimals float.

    Raises
    ------
    UsageError
        If two columns have the same name, or one is a geometry that shapely cannot hold.
    """
    names = answer.column_names
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise UsageError(
            f"deux colonnes de la réponse s'appellent {', '.join(twice)}",
            advice="Nommez-les autrement, avec as : select a.nom as cite, b.nom as piste.",
        )
    columns = {
        name: _objects(answer.column(name))
        if name in objects
        else _values(answer.column(name), answer.field(name))
        for name in names
    }
    frame: pd.DataFrame = pd.DataFrame(columns)
    shapes = [name for name in names if isinstance(columns[name], gpd.GeoSeries)]
    if not shapes:
        return frame
    active = "geometry" if "geometry" in shapes else shapes[0]
    located: pd.DataFrame = gpd.GeoDataFrame(frame, geometry=active)
    return located


def _objects(column: pa.ChunkedArray) -> pd.Series[Any]:
    return pd.Series([text and json.loads(text) for text in column.to_pylist()], dtype=object)


def _values(column: pa.ChunkedArray, field: pa.Field) -> pd.Series[Any] | gpd.GeoSeries:
    kind, metadata = column.type, field.metadata or {}
    if metadata.get(_EXTENSION) == b"geoarrow.wkb":
        return gpd.GeoSeries(_shapes(column, field.name), crs=_crs(metadata.get(_METADATA, b"")))
    if pa.types.is_decimal(kind):
        column, kind = _undecimal(column)
    if pa.types.is_integer(kind) or pa.types.is_boolean(kind):
        if column.null_count:
            dtype = "boolean" if pa.types.is_boolean(kind) else "Int64"
            return pd.Series(column.to_pylist(), dtype=dtype)
        return pd.Series(column.to_pandas())
    if pa.types.is_floating(kind) or pa.types.is_string(kind) or pa.types.is_timestamp(kind):
        return pd.Series(column.to_pandas())
    cells = column.to_pylist()
    if pa.types.is_map(kind):
        cells = [None if cell is None else dict(cell) for cell in cells]
    return pd.Series(cells, dtype=object)


def _undecimal(column: pa.ChunkedArray) -> tuple[pa.ChunkedArray, pa.DataType]:
    """Return decimals as float, and those without decimals, as sums of whole numbers are, as whole."""
    try:
        changed = column.cast(pa.int64() if column.type.scale == 0 else pa.float64())
    except pa.ArrowInvalid:  # beyond 64 bits
        changed = column.cast(pa.float64())
    return changed, changed.type


def _shapes(column: pa.ChunkedArray, name: str) -> np.ndarray[Any, np.dtype[np.object_]]:
    blobs = np.array(column.to_pylist(), dtype=object)
    try:
        return np.asarray(shapely.from_wkb(blobs), dtype=object)
    except shapely.GEOSException as error:
        raise UsageError(f"colonne {name} : une géométrie est impossible ({error})") from None


def _crs(metadata: bytes) -> CRS | None:
    """Return the CRS of a geometry, None if the query gave it none."""
    told = json.loads(metadata or b"{}").get("crs")
    if told is None:
        return None
    code = told.get("id", {}).get("code") if isinstance(told, dict) else None
    try:
        if code is not None:
            return CRS.from_authority(told["id"]["authority"], code)
        return CRS.from_user_input(told)
    except CRSError:
        return None
