"""Rows and their geometries as GeoParquet 1.1."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import pandas as pd

from geo.rows.making import Row, declared_crs
from geo.rows.writing import flat


def geoparquet_bytes(rows: Sequence[Row], geometries: gpd.GeoSeries, columns: Sequence[str]) -> bytes:
    """Return rows and their geometries as a GeoParquet 1.1 file, with the box of each (``bbox``).

    Objects are flattened as in CSV (``source_ligne``), lists stay lists, an object that remains is
    JSON text; a column holds one type, text where it would hold several.

    Parameters
    ----------
    rows : sequence of dict
        n rows, as the functions of `geo.rows` give them.
    geometries : geopandas.GeoSeries
        Shape (n,), in the CRS that it declares, which the file keeps.
    columns : sequence of str
        The columns to begin with, whether a row has them or not; others come after, as they appear.

    Raises
    ------
    DataError
        If the geometries declare no CRS.
    """
    crs = declared_crs(geometries)
    cells = [flat(row) for row in rows]
    header = list(dict.fromkeys([*columns, *(key for row in cells for key in row)]))
    table = {name: _column([row.get(name) for row in cells]) for name in header}
    frame = gpd.GeoDataFrame(table, geometry=list(geometries), crs=crs)
    target = io.BytesIO()
    frame.to_parquet(target, index=False, schema_version="1.1.0", write_covering_bbox=True)
    return target.getvalue()


def _column(cells: list[Any]) -> pd.Series[Any]:
    import pyarrow as pa  # noqa: PLC0415 - slow, and only this format needs it

    cells = [json.dumps(cell, ensure_ascii=False) if isinstance(cell, Mapping) else cell for cell in cells]
    try:
        values = pa.array(cells)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        values = pa.array([None if cell is None else _text(cell) for cell in cells], pa.string())
    if pa.types.is_null(values.type):
        values = values.cast(pa.string())
    if pa.types.is_list(values.type):
        return pd.Series(values.to_pylist(), dtype=object)
    return pd.Series(values, dtype=pd.ArrowDtype(values.type))


def _text(cell: Any) -> str:
    return cell if isinstance(cell, str) else json.dumps(cell, ensure_ascii=False)
