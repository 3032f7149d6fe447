"""Shares of what a GeoParquet file holds, batch by batch: read, project, share.

A file never stands whole in memory. With the fast engine coordinates go from the bytes of
the file to the shares without becoming geometries, each core on its own batch; from
degrees to Lambert-93 they are projected by `geo.allocate.fast.lambert`, otherwise, and
always with the plain engine, by PROJ.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer

from geo.allocate.batches import batch_of, in_threads
from geo.allocate.partition import Engine, Partition
from geo.allocate.plain import OUTSIDE
from geo.allocate.shares import Shares, in_order, joined
from geo.allocate.sharing import moved, share_plainly
from geo.allocate.totals import Totals
from geo.errors import DataError, UsageError
from geo.sources.geoparquet import GeoParquet, open_geoparquet

Project = Callable[[NDArray[np.float64]], NDArray[np.float64]]
"""From coordinates (n, 2) of the file to those of the territories."""


def allocate_file(
    path: str | Path,
    partition: gpd.GeoDataFrame | Partition,
    *,
    batch: int | None = None,
    engine: Engine = "auto",
) -> pd.DataFrame:
    """Share the features of a GeoParquet file between territories.

    Parameters
    ----------
    path : str or pathlib.Path
        A GeoParquet with WKB geometries, in any CRS that it tells.
    partition : geopandas.GeoDataFrame or Partition
        As in `geo.allocate.allocate`.
    batch : int, optional
        Rows that a core holds at once; by default 65,536, fewer if that leaves a core idle.
    engine : {"auto", "plain", "fast"}
        As in `geo.allocate.allocate`.

    Returns
    -------
    pandas.DataFrame
        The table of `geo.allocate.allocate`; ``feature`` is the number of the row, from 0.

    Raises
    ------
    DataError
        If the file is no GeoParquet, is damaged or tells no CRS; if a geometry is
        invalid (its row is told); if the territories are not a coverage.
    UsageError
        If the batch is not a positive number.
    ErbmError
        If the fast engine is asked for, and Numba is not installed.

    Examples
    --------
    >>> import tempfile
    >>> import geo
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = f"{folder}/communes.parquet"
    ...     geo.territories("CALL", by="commune")[["geometry"]].to_parquet(path)
    ...     allocate_file(path, geo.territories())["territory"].unique().tolist()
    ['246200364']
    """
    ready = Partition.of(partition)
    pieces, starts, rows = [], [], 0
    for read, shares in _shares(open_geoparquet(path), ready, batch, engine):
        pieces.append(shares)
        starts.append(rows)
        rows += read
    return joined(pieces, starts).frame(pd.RangeIndex(rows), ready.codes)


def total_file(
    path: str | Path,
    partition: gpd.GeoDataFrame | Partition,
    *,
    batch: int | None = None,
    engine: Engine = "auto",
) -> pd.DataFrame:
    """Add up the shares of the features of a GeoParquet file, in bounded memory.

    Parameters
    ----------
    path, partition, batch, engine
        As in `allocate_file`.

    Returns
    -------
    pandas.DataFrame
        Indexed by territory, `OUTSIDE` last: ``features`` that it meets, ``parts`` (a
        feature that lies in two counts for its share in each), ``length_m``, ``area_m2``.
        Sums are exact, then rounded once: neither the order of the rows nor the batch
        changes a bit.

    Raises
    ------
    DataError, UsageError, ErbmError
        As `allocate_file`.

    Examples
    --------
    >>> import tempfile
    >>> import geo
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = f"{folder}/communes.parquet"
    ...     geo.territories("CALL", by="commune")[["geometry"]].to_parquet(path)
    ...     total_file(path, geo.territories(), batch=10)["features"].to_dict()
    {'246200364': 36}
    """
    ready = Partition.of(partition)
    source = open_geoparquet(path)
    add, end = adder(ready, fast=ready.is_fast(engine, sum(source.rows)))
    for _, shares in _shares(source, ready, batch, engine):
        add(shares)
    return end().frame()


def adder(ready: Partition, *, fast: bool) -> tuple[Callable[[Shares], None], Callable[[], Totals]]:
    """Return what adds shares up, and what gives the totals at the end.

    Parameters
    ----------
    ready : Partition
        The territories that were shared between.
    fast : bool
        Whether the compiled sums are used; they give the same bits.
    """
    if fast:
        from geo.allocate.fast.summing import Sums  # noqa: PLC0415 - loads the compiler

        sums = Sums(len(ready.codes))
        return sums.add, lambda: sums.totals([OUTSIDE, *ready.codes])
    totals = Totals()
    return lambda shares: totals.add(shares.frame(shares.rows, ready.codes)), lambda: totals


@dataclass(frozen=True)
class Batch:
    """Some features that follow one another.

    Attributes
    ----------
    wkb : pyarrow.Array
        Their geometries, as bytes.
    crs : str
        As PROJJSON.
    first : int
        Number of the first, for errors.
    where : str
        What they are from, for errors.
    """

    wkb: pa.Array
    crs: str
    first: int
    where: str


def share_batch(batch: Batch, partition: Partition, *, fast: bool) -> Shares:
    """Project and share a batch.

    Raises
    ------
    DataError
        If a geometry cannot be read or is invalid; its number is told.
    """
    return (_fast if fast else _plain)(batch, partition)


def _shares(
    source: GeoParquet, ready: Partition, batch: int | None, engine: Engine
) -> Iterator[tuple[int, Shares]]:
    """Yield how many rows were read, and their shares, batch by batch."""
    if batch is not None and batch < 1:
        raise UsageError(
            f"lot impossible : {batch}", advice="Attendu un nombre de lignes, par exemple 100000."
        )
    fast = ready.is_fast(engine, sum(source.rows))
    if not fast:
        assert ready.plain  # made by one thread, before several read it

    def one(rows: Batch) -> tuple[int, Shares]:
        return len(rows.wkb), share_batch(rows, ready, fast=fast)

    yield from in_threads(one, _batches(source, batch or batch_of(sum(source.rows))))


def _batches(source: GeoParquet, size: int) -> Iterator[Batch]:
    first = 0
    for wkb in source.batches(size):
        yield Batch(wkb, source.crs, first, source.path)
        first += len(wkb)


def _plain(batch: Batch, ready: Partition) -> Shares:
    geometries = _geometries(batch, np.arange(len(batch.wkb)))
    project = _by_proj(batch.crs, ready.crs.to_wkt())
    shapes = shapely.transform(geometries, project) if project else geometries
    return share_plainly(ready, shapes, batch.first + np.arange(len(shapes)), batch.where)


def _geometries(batch: Batch, positions: NDArray[np.int64]) -> NDArray[np.object_]:
    """Return the geometries of some rows, in two dimensions."""
    blobs = batch.wkb.take(pa.array(positions))
    shapes = shapely.from_wkb(blobs.to_numpy(zero_copy_only=False), on_invalid="ignore")
    broken = shapely.is_missing(shapes) & blobs.is_valid().to_numpy(zero_copy_only=False)
    if broken.any():
        row = batch.first + int(positions[broken.argmax()])
        raise DataError(f"géométrie illisible (élément {row})", where=batch.where)
    flat: NDArray[np.object_] = shapely.force_2d(shapes)
    return flat


def _fast(batch: Batch, ready: Partition) -> Shares:
    from geo.allocate.fast.engine import measure  # noqa: PLC0415 - loads the compiler
    from geo.allocate.fast.wkb import read_shapes  # noqa: PLC0415 - the same

    assert ready.ground is not None
    project = _by_kernel(batch.crs, ready.crs.to_wkt())
    shapes = read_shapes(*_bytes(batch.wkb))
    if project:
        shapes = shapes._replace(xy=project(shapes.xy))
    shares, left = measure(shapes, ready.ground)
    if not len(left):
        return shares
    geometries = _geometries(batch, left)
    if project:
        geometries = shapely.transform(geometries, project)
    others = share_plainly(ready, geometries, batch.first + left, batch.where)
    return in_order([shares, moved(others, left)])


def _bytes(wkb: pa.Array) -> tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.bool_]]:
    """Return the bytes of all geometries, where each starts, and which are missing."""
    kind = np.int64 if pa.types.is_large_binary(wkb.type) else np.int32
    _, offsets, data = wkb.buffers()
    starts = np.frombuffer(offsets, dtype=kind)[wkb.offset : wkb.offset + len(wkb) + 1]
    content = np.frombuffer(data, dtype=np.uint8) if data is not None else np.empty(0, dtype=np.uint8)
    return content, starts.astype(np.int64), wkb.is_null().to_numpy(zero_copy_only=False)


def _by_proj(source: str, target: str) -> Project | None:
    """Return the projection of PROJ between two CRS; None if they are the same."""
    before, after = CRS(source), CRS(target)
    if before.equals(after, ignore_axis_order=True):
        return None
    transformer = Transformer.from_crs(before, after, always_xy=True)
    return lambda xy: np.column_stack(transformer.transform(xy[:, 0], xy[:, 1]))


@cache
def _is_france(source: str, target: str) -> bool:
    """Tell whether the way goes from WGS84 or RGF93, in degrees, to Lambert-93."""
    if not CRS(target).equals(CRS("EPSG:2154"), ignore_axis_order=True):
        return False
    return any(
        CRS(source).equals(CRS(code), ignore_axis_order=True)
        for code in ("OGC:CRS84", "EPSG:4326", "EPSG:4171")
    )


def _by_kernel(source: str, target: str) -> Project | None:
    """Return the compiled projection where there is one, else PROJ's."""
    if not _is_france(source, target):
        return _by_proj(source, target)
    from geo.allocate.fast.lambert import to_lambert_93  # noqa: PLC0415 - loads the compiler

    def project(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        metres = np.empty_like(xy)
        to_lambert_93(xy, metres)
        return metres

    return project
