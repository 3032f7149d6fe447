"""Parquet: geometries if its metadata tell of them (GeoParquet), else a table."""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from geo.errors import DataError
from geo.sources.files.inside.datasets import Dataset
from geo.sources.files.inside.handback import Layer
from geo.sources.files.inside.shapes import add, parsed, refuse_long
from geo.sources.files.limits import MIB

_BATCH_ROWS = 2_000
_METADATA_BYTES = 64 * MIB
_UNREADABLE = "ce n'est pas un fichier Parquet, ou il est abîmé"


def read(data: Dataset, layer: Layer) -> None:
    """Read a Parquet file into a layer.

    Parameters
    ----------
    data : Dataset
        The file.
    layer : Layer
        Where it goes.

    Raises
    ------
    DataError
        If it is damaged, its metadata are absurd, its geometries are not WKB, or a limit is
        passed.
    """
    try:
        with pq.ParquetFile(
            data.path,
            thrift_string_size_limit=_METADATA_BYTES,
            thrift_container_size_limit=1_000_000,
            memory_map=False,
            pre_buffer=False,
        ) as file:
            _read(file, data, layer)
    except MemoryError:
        raise
    except (pa.ArrowException, OSError, ValueError, LookupError, RuntimeError):
        raise data.unreadable(_UNREADABLE) from None


def _read(file: pq.ParquetFile, data: Dataset, layer: Layer) -> None:
    schema = file.schema_arrow
    geo = _metadata(schema)
    primary = str(geo.get("primary_column", ""))
    described = geo.get("columns", {})
    if primary:
        _set_crs(layer, data, described.get(primary))
        layer.driver = "GeoParquet"
    if primary and primary not in schema.names:
        raise data.unreadable(f"ses métadonnées annoncent une colonne « {primary} » qui n'y est pas")
    binary = [name for name in schema.names if _is_binary(schema.field(name).type) and name != primary]
    aside = binary + [name for name in described if name in schema.names and name not in {primary, *binary}]
    if aside:
        layer.notes.append(f"champs binaires ou d'autres géométries laissés : {', '.join(aside)}")
    kept = [name for name in schema.names if name != primary and name not in aside]
    layer.set_columns(kept)
    _refuse_rows(file, layer)
    wanted = [*kept, primary] if primary else kept
    for batch in file.iter_batches(_BATCH_ROWS, columns=wanted, use_threads=False):
        cells = [_cells(batch.column(name)) for name in kept]
        rows: list[Any] = list(zip(*cells, strict=True)) if cells else [()] * len(batch)
        if primary:
            wkbs = batch.column(primary).to_pylist()
            refuse_long(wkbs, layer.rows + 1, layer.limits, layer.where)
            shapes, reasons = parsed(wkbs, layer.rows + 1, layer.tally)
            layer.unreadable.update(reasons)
            add(layer, rows, shapes)
        else:
            layer.add(rows)


def _cells(column: pa.Array) -> list[Any]:
    """Return the values of a column; times finer than a microsecond lose what Python cannot hold."""
    if pa.types.is_timestamp(column.type) and column.type.unit == "ns":
        column = column.cast(pa.timestamp("us", column.type.tz), safe=False)
    return list(column.to_pylist())


def _metadata(schema: pa.Schema) -> dict[str, Any]:
    raw = (schema.metadata or {}).get(b"geo")
    found = json.loads(raw) if raw else {}
    return found if isinstance(found, dict) and isinstance(found.get("columns"), dict) else {}


def _set_crs(layer: Layer, data: Dataset, column: Any) -> None:
    """Tell the CRS: longitude and latitude if the metadata say nothing, unknown if they say so."""
    if not isinstance(column, dict) or column.get("encoding") != "WKB":
        raise DataError(
            "géométries dans un encodage autre que WKB",
            where=data.where,
            advice="Enregistrez le fichier en GeoParquet avec l'encodage WKB, ou en GeoPackage.",
        )
    crs = column.get("crs", "OGC:CRS84")
    if crs:
        layer.crs = crs if isinstance(crs, str) else json.dumps(crs)
        layer.crs_how = "métadonnées GeoParquet" if "crs" in column else "norme GeoParquet (WGS84)"


def _refuse_rows(file: pq.ParquetFile, layer: Layer) -> None:
    if file.metadata.num_rows > layer.limits.rows:
        raise DataError(
            f"{file.metadata.num_rows} lignes, la limite est de {layer.limits.rows}",
            where=layer.where,
            advice="Découpez le fichier autour du territoire étudié.",
        )


def _is_binary(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_binary(kind)
        or pa.types.is_large_binary(kind)
        or pa.types.is_fixed_size_binary(kind)
        or pa.types.is_binary_view(kind)
    )
