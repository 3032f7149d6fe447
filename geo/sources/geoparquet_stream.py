"""A GeoParquet of any size, cut to a perimeter batch by batch.

Specification: GeoParquet 1.1.0, metadata ``geo`` (``primary_column``, ``encoding``, ``crs``,
``covering.bbox``). Row groups whose covering is out of the perimeter are not read at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from pyproj.exceptions import CRSError

from geo.errors import DataError, os_reason
from geo.sources.cutting import Box, Harvest
from geo.sources.geoparquet import main_column

BATCH = 4096
"""Rows read at once."""
MAX_SHAPE = 16 << 20
"""Bytes of one geometry."""
_EDGES = ("xmin", "ymin", "xmax", "ymax")
_BUFFER = 1 << 20
"""Bytes of a column that are read ahead of a batch."""


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where the shapes of a file are: a WKB column, and its covering as four leaf columns, or none."""

    geometry: str
    covering: tuple[str, ...]


def cut(path: Path, harvest: Harvest) -> None:
    """Give a harvest the rows of a GeoParquet.

    Raises
    ------
    DataError
        If it is no GeoParquet, is damaged, has no WKB geometry, or a CRS that is not known.
    """
    try:
        with pq.ParquetFile(path, buffer_size=_BUFFER, pre_buffer=False) as file:
            layout = _layout(file, harvest)
            for group in range(file.num_row_groups):
                rows = file.metadata.row_group(group).num_rows
                if _touches(file, group, layout, harvest.box):
                    _cut_group(file, group, layout, harvest)
                harvest.pass_over(rows)
    except OSError as error:
        reason = os_reason(error) if error.errno else "le fichier est coupé ou abîmé"
        raise DataError(reason, where=path.name, advice="Téléchargez-le de nouveau.") from None
    except pa.ArrowException as error:
        raise DataError(
            f"Parquet illisible ({str(error).splitlines()[0][:120]})",
            where=path.name,
            advice="Téléchargez-le de nouveau, ou prenez le GeoJSON du même jeu de données.",
        ) from None


def _layout(file: pq.ParquetFile, harvest: Harvest) -> _Layout:
    """Read the ``geo`` metadata, and tell the harvest the CRS."""
    where = harvest.path.name
    name, column = main_column(file.schema_arrow, where, "Prenez le GeoJSON du même jeu de données.")
    harvest.use(*_crs(column, where))
    return _Layout(name, _covering(column, {file.schema.column(i).path for i in range(len(file.schema))}))


def _crs(column: dict[str, Any], where: str) -> tuple[CRS, str]:
    if "crs" not in column:
        return CRS("OGC:CRS84"), "règle du format (GeoParquet), rien d'autre n'étant déclaré"
    try:
        crs = CRS.from_json_dict(column["crs"])
    except (CRSError, TypeError, AttributeError):
        raise DataError(
            "la projection (CRS) du GeoParquet n'est pas connue",
            where=where,
            advice="Prenez le GeoJSON du même jeu de données.",
        ) from None
    return crs, f"le fichier la déclare ({crs.name})"


def _covering(column: dict[str, Any], leaves: set[str]) -> tuple[str, ...]:
    try:
        paths = tuple(".".join(column["covering"]["bbox"][edge]) for edge in _EDGES)
    except (KeyError, TypeError):
        return ()
    return paths if leaves.issuperset(paths) else ()


def _touches(file: pq.ParquetFile, group: int, layout: _Layout, box: Box) -> bool:
    """Tell whether the statistics of a row group leave it a chance to meet a box."""
    if not layout.covering:
        return True
    chunks = file.metadata.row_group(group)
    known = {chunks.column(i).path_in_schema: chunks.column(i).statistics for i in range(chunks.num_columns)}
    edges = [known[path] for path in layout.covering]
    if not all(edge is not None and edge.has_min_max for edge in edges):
        return True
    xmin, ymin, xmax, ymax = edges
    return bool(xmin.min <= box[2] and ymin.min <= box[3] and xmax.max >= box[0] and ymax.max >= box[1])


def _cut_group(file: pq.ParquetFile, group: int, layout: _Layout, harvest: Harvest) -> None:
    """Find the rows of a group by their shapes, then read the attributes of those alone."""
    base = harvest.read + 1
    hits: dict[int, tuple[NDArray[np.int64], NDArray[np.object_], NDArray[np.bool_]]] = {}
    for number, batch in enumerate(_batches(file, group, [layout.geometry, *layout.covering])):
        rows, geometries = _candidates(batch, layout, harvest)
        inside, unreadable = harvest.sort(geometries)
        chosen = inside | unreadable
        if chosen.any():
            hits[number] = rows[chosen], geometries[chosen], unreadable[chosen]
    if not hits:
        return
    names = _attributes(file, layout, harvest)
    for number, batch in enumerate(_batches(file, group, names)):
        if number in hits:
            rows, geometries, unreadable = hits[number]
            taken = zip(rows.tolist(), _rows(batch.take(rows), names), geometries, unreadable, strict=True)
            for place, row, shape, broken in taken:
                rank = base + BATCH * number + place
                harvest.keep(rank, row, shape, "géométrie illisible" if broken else "")


def _batches(file: pq.ParquetFile, group: int, names: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """Yield a row group by batches, without the columns read ahead that threads would hold."""
    batches: Iterator[pa.RecordBatch] = file.iter_batches(BATCH, [group], list(names), use_threads=False)
    return batches


def _candidates(
    batch: pa.RecordBatch, layout: _Layout, harvest: Harvest
) -> tuple[NDArray[np.int64], NDArray[np.object_]]:
    """Return the rows of a batch that may meet the box, and their shapes, None if unreadable."""
    column = batch.column(layout.geometry)
    if (pc.max(pc.binary_length(column)).as_py() or 0) > MAX_SHAPE:
        raise DataError(f"plus de {MAX_SHAPE >> 20} Mio pour un seul segment", where=harvest.path.name)
    harvest.shapeless += column.null_count
    near = column.is_valid().to_numpy(zero_copy_only=False)
    if layout.covering:
        near &= ~_outside(batch, layout, harvest.box)
    rows = np.flatnonzero(near)
    wkb = column.take(pa.array(rows)).to_numpy(zero_copy_only=False)
    return rows, np.asarray(shapely.from_wkb(wkb, on_invalid="ignore"), dtype=object)


def _outside(batch: pa.RecordBatch, layout: _Layout, box: Box) -> NDArray[np.bool_]:
    """Tell which rows of a batch have a covering that is surely out of a box."""

    def edge(path: str) -> NDArray[np.float64]:
        name, _, field = path.partition(".")
        values = pc.struct_field(batch.column(name), field)
        return np.asarray(pc.cast(values, pa.float64()).to_numpy(zero_copy_only=False), dtype=float)

    xmin, ymin, xmax, ymax = (edge(path) for path in layout.covering)
    return np.asarray((xmax < box[0]) | (ymax < box[1]) | (xmin > box[2]) | (ymin > box[3]))


def _attributes(file: pq.ParquetFile, layout: _Layout, harvest: Harvest) -> list[str]:
    """Return the names of the attributes that are asked for: neither shapes nor bytes."""
    covering = {path.partition(".")[0] for path in layout.covering}
    return [
        field.name
        for field in file.schema_arrow
        if field.name not in {layout.geometry, *covering}
        and not (pa.types.is_binary(field.type) or pa.types.is_large_binary(field.type))
        and harvest.wants(field.name)
    ]


def _rows(batch: pa.RecordBatch, names: Sequence[str]) -> Iterator[dict[str, Any]]:
    columns = [map(_plain, batch.column(name).to_pylist()) for name in names]
    if not columns:
        return iter([{} for _ in range(batch.num_rows)])
    return (dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True))


def _plain(value: Any) -> Any:
    """Return a value as GeoJSON would have it."""
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, float) and np.isnan(value):
        return None
    return value
