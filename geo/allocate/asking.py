"""What a user shares, whatever it is: a frame, a file of any format, a table of dask."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.allocate.files import allocate_file, total_file
from geo.allocate.partition import Engine
from geo.allocate.plain import OUTSIDE
from geo.allocate.sharing import allocate
from geo.allocate.totals import Totals
from geo.errors import DataError
from geo.sources.files import read_single
from geo.sources.geoparquet import open_geoparquet
from geo.text import plural

AnyEngine = Engine | Literal["dask"]

REMARKS = "remarques"
"""Where the notes of an answer are, in its ``attrs``."""

ADDS_UP = "couverture"
"""Where a partition tells, in its ``attrs``, whether its territories share their edges."""

_EVERYTHING = "tous"


def shares(
    features: Any,
    partition: gpd.GeoDataFrame,
    *,
    engine: AnyEngine = "auto",
    batch: int | None = None,
    totals: bool = False,
) -> pd.DataFrame:
    """Share features between territories, projected first where need be.

    Parameters
    ----------
    features : geopandas.GeoDataFrame, path or dask_geopandas.GeoDataFrame
        Or a file: GeoParquet, read in batches, or any format that `geo.sources.files` reads.
        With the engine "dask", also a folder of GeoParquet files or a pattern.
    partition : geopandas.GeoDataFrame
        Territories, a coverage indexed by code, in metres.
    engine : {"auto", "plain", "fast", "dask"}
        See `geo.allocate.allocate` and `geo.allocate.distributed`.
    batch : int, optional
        Rows of a GeoParquet that are held at once by a core or a worker.
    totals : bool
        Give the sums by territory (`geo.allocate.total_file`) rather than each share.

    Returns
    -------
    pandas.DataFrame
        The table of `geo.allocate.allocate`, or of `geo.allocate.total_file`.
        ``attrs["remarques"]`` says in French what was mended.

    Raises
    ------
    DataError
        If the features cannot be read, have no CRS or several layers, or the territories
        are no coverage.
    UsageError
        If the engine or the batch is not possible.
    """
    if engine == "dask":
        return _by_dask(features, partition, batch, totals=totals)
    path = Path(features) if isinstance(features, str | Path) else None
    if path is not None and path.suffix.lower() in (".parquet", ".geoparquet"):
        share = total_file if totals else allocate_file
        table = share(path, partition, batch=batch, engine=engine)
        rows = sum(open_geoparquet(path).rows)
        placed = round(table["parts"].sum()) if totals else table["feature"].nunique()
        table.attrs[REMARKS] = _without_place(rows - placed)
        return table
    frame, notes = (features, []) if path is None else _read(path)
    if frame.crs is not None:
        frame = frame.to_crs(partition.crs)
    table = _shared(frame, partition, engine, str(path or "allocate"))
    nowhere = shapely.is_missing(np.asarray(frame.geometry.array)) | frame.geometry.is_empty
    if totals:
        sums = Totals()
        sums.add(table)
        table = sums.frame()
    table.attrs[REMARKS] = [*notes, *_without_place(int(nowhere.sum()))]
    return table


def shares_apart(
    features: Any,
    territories: gpd.GeoDataFrame,
    *,
    engine: AnyEngine = "auto",
    batch: int | None = None,
    totals: bool = False,
) -> pd.DataFrame:
    """Share features between territories that overlap, or miss one another: each on its own.

    Parameters
    ----------
    features, engine, batch, totals
        As in `shares`.
    territories : geopandas.GeoDataFrame
        Polygons indexed by code, in metres.

    Returns
    -------
    pandas.DataFrame
        As `shares` gives it. What lies in none of the territories stands under `OUTSIDE`; with
        what lies in any of them it makes the whole, but rows do not add up.

    Raises
    ------
    DataError, UsageError
        As in `shares`.
    """
    how: dict[str, Any] = {"engine": engine, "batch": batch, "totals": totals}
    everything = gpd.GeoDataFrame(
        geometry=[shapely.union_all(np.asarray(territories.geometry.array))],
        index=[_EVERYTHING],
        crs=territories.crs,
    )
    around = shares(features, everything, **how)
    found = [_only(around, OUTSIDE, totals=totals)]
    for code in territories.index:
        alone = shares(features, territories.loc[[code]], **how)
        found.append(_only(alone, str(code), totals=totals))
    if totals:
        table = pd.concat([*found[1:], found[0]])
    else:
        order = pd.CategoricalDtype([*map(str, territories.index), OUTSIDE])
        table = pd.concat([one.astype({"territory": str}) for one in found]).astype({"territory": order})
        table = table.sort_values(["feature", "territory"], ignore_index=True)
    table.attrs[REMARKS] = around.attrs.get(REMARKS, [])
    return table


def _only(table: pd.DataFrame, code: str, *, totals: bool) -> pd.DataFrame:
    """Return what lies in one territory."""
    kept: pd.DataFrame = table[(table.index if totals else table["territory"]) == code]
    kept.attrs = {}
    return kept


def _shared(frame: gpd.GeoDataFrame, partition: gpd.GeoDataFrame, engine: Engine, where: str) -> pd.DataFrame:
    try:
        return allocate(frame, partition, engine=engine)
    except DataError as error:
        raise DataError(error.message, where=where, advice=error.advice) from None


def _without_place(count: int) -> list[str]:
    if count == 0:
        return []
    ending = "écarté" if count == 1 else "écartés"
    return [f"{plural(count, 'élément')} sans géométrie, {ending}"]


def _by_dask(features: Any, partition: gpd.GeoDataFrame, batch: int | None, *, totals: bool) -> pd.DataFrame:
    from geo.allocate.distributed import (  # noqa: PLC0415 - optional, and long to import
        allocate_distributed,
        total_distributed,
    )

    size = {} if batch is None else {"batch": batch}
    return (total_distributed if totals else allocate_distributed)(features, partition, **size)


def _read(path: Path) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Read a file of one layer; mend what is invalid, and say so."""
    layer, crs = read_single(path)
    shapes = np.asarray(layer.geometry, dtype=object)
    broken = ~(shapely.is_valid(shapes) | shapely.is_missing(shapes)) & (shapely.get_dimensions(shapes) == 2)
    shapes[broken] = shapely.make_valid(shapes[broken])
    notes = []
    if broken.any():
        mended = "réparée" if broken.sum() == 1 else "réparées"
        notes = [f"{plural(int(broken.sum()), 'géométrie invalide', 'géométries invalides')}, {mended}"]
    return gpd.GeoDataFrame(geometry=shapes, index=layer.frame.index, crs=crs), notes
