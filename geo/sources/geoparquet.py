"""The geometries of a GeoParquet, batch by batch, as the bytes that the file holds.

Specification: GeoParquet 1.1.0, metadata ``geo`` (``primary_column``, ``encoding``, ``crs``).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyproj import CRS
from pyproj.exceptions import CRSError

from geo.errors import DataError, os_reason


@dataclass(frozen=True)
class GeoParquet:
    """What the footer of a file tells.

    Attributes
    ----------
    path : str
        The file.
    column : str
        Its main column of geometries, in WKB.
    crs : str
        Their CRS, as PROJJSON.
    rows : tuple of int
        Rows of each row group.
    stamp : tuple of int
        Size and time of the file, which tell whether it is still the same.
    schema : pyarrow.Schema
        All its columns.
    """

    path: str
    column: str
    crs: str
    rows: tuple[int, ...]
    stamp: tuple[int, int]
    schema: pa.Schema = field(compare=False, repr=False)

    def batches(self, size: int, groups: Sequence[int] | None = None) -> Iterator[pa.Array]:
        """Yield the geometries, arrays of bytes, `size` at a time.

        Parameters
        ----------
        size : int
            Rows of a batch.
        groups : sequence of int, optional
            The row groups to read; all of them by default.

        Raises
        ------
        DataError
            If the file is damaged, or has changed since.
        """
        import pyarrow.parquet as pq  # noqa: PLC0415 - most commands read none

        with reading(self.path), pq.ParquetFile(self.path, pre_buffer=False) as file:
            if _stamp(self.path) != self.stamp:
                raise DataError("le fichier a changé pendant le calcul", where=self.path)
            wanted = list(range(file.num_row_groups)) if groups is None else list(groups)
            for batch in file.iter_batches(size, wanted, [self.column], use_threads=False):
                yield batch.column(0)


def open_geoparquet(path: str | Path) -> GeoParquet:
    """Read the footer of a GeoParquet.

    Raises
    ------
    DataError
        If it is no GeoParquet, is damaged, is not in WKB, or does not tell its CRS.
    """
    import pyarrow.parquet as pq  # noqa: PLC0415 - most commands read none

    where = str(path)
    with reading(where), pq.ParquetFile(where) as file:
        schema, footer = file.schema_arrow, file.metadata
        rows = tuple(footer.row_group(group).num_rows for group in range(footer.num_row_groups))
        stamp = _stamp(where)
    name, column = main_column(schema, where, "Écrivez-le avec geopandas ou QGIS.")
    return GeoParquet(where, name, _crs(column, where), rows, stamp, schema.remove_metadata())


def main_column(schema: pa.Schema, where: str, advice: str) -> tuple[str, dict[str, Any]]:
    """Return the main column of geometries of a GeoParquet: its name, and what ``geo`` says of it.

    Parameters
    ----------
    schema : pyarrow.Schema
        Of the file, with its metadata.
    where : str
        What errors call the file.
    advice : str
        What to do, where it is none, or is not in WKB.

    Raises
    ------
    DataError
        If it is no GeoParquet, or is not in WKB.
    """
    try:
        geo = json.loads((schema.metadata or {})[b"geo"])
        name = str(geo["primary_column"])
        column = dict(geo["columns"][name])
        kind = schema.field(name).type
    except (KeyError, TypeError, ValueError, RecursionError):
        raise DataError(
            "ce Parquet n'est pas un GeoParquet",
            where=where,
            advice=f"Il lui manque les métadonnées « geo ». {advice}",
        ) from None
    if column.get("encoding") != "WKB":
        raise DataError(
            f"codage des géométries inconnu ({column.get('encoding')})",
            where=f"{where}, colonne {name}",
            advice=f"Le codage WKB est lu. {advice}",
        )
    if not (pa.types.is_binary(kind) or pa.types.is_large_binary(kind)):
        raise DataError(f"la colonne {name} n'est pas du WKB ({kind})", where=where, advice=advice)
    return name, column


def _crs(column: dict[str, Any], where: str) -> str:
    """Return the CRS of a column; WGS84 in degrees is what GeoParquet means by telling none."""
    try:
        return CRS.from_user_input(column.get("crs", "OGC:CRS84")).to_json()
    except (CRSError, TypeError):
        raise DataError(
            "les éléments n'ont pas de projection (CRS)",
            where=where,
            advice="Donnez-la avec set_crs, si vous la connaissez.",
        ) from None


def _stamp(path: str) -> tuple[int, int]:
    status = Path(path).stat()
    return status.st_size, status.st_mtime_ns


@contextmanager
def reading(path: str) -> Iterator[None]:
    """Say in French, with its name, why a file cannot be read."""
    try:
        yield
    except OSError as error:
        reason = os_reason(error) if error.errno else "le fichier est coupé ou abîmé"
        raise DataError(reason, where=path, advice="Vérifiez le chemin et le fichier.") from None
    except pa.ArrowException as error:
        raise DataError(f"Parquet illisible ({str(error).splitlines()[0][:120]})", where=path) from None
