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
from geo.allocate.sharing import allocate
from geo.allocate.totals import Totals
from geo.errors import DataError
from geo.sources.files import read_layers
from geo.text import plural

AnyEngine = Engine | Literal["dask"]

REMARKS = "remarques"
"""Where the notes of an answer are, in its ``attrs``."""


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
        return share(path, partition, batch=batch, engine=engine)
    frame, notes = (features, []) if path is None else _read(path)
    if frame.crs is not None:
        frame = frame.to_crs(partition.crs)
    table = allocate(frame, partition, engine=engine)
    if totals:
        sums = Totals()
        sums.add(table)
        table = sums.frame()
    table.attrs[REMARKS] = notes
    return table


def _by_dask(features: Any, partition: gpd.GeoDataFrame, batch: int | None, *, totals: bool) -> pd.DataFrame:
    from geo.allocate.distributed import (  # noqa: PLC0415 - optional, and long to import
        allocate_distributed,
        total_distributed,
    )

    size = {} if batch is None else {"batch": batch}
    return (total_distributed if totals else allocate_distributed)(features, partition, **size)


def _read(path: Path) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Read a file of one layer; mend what is invalid, and say so."""
    layers = [layer for layer in read_layers(path) if len(layer.geometry)]
    if len(layers) != 1:
        names = ", ".join(layer.name for layer in layers) or "aucune"
        raise DataError(
            f"une couche et une seule est attendue ({names})",
            where=str(path),
            advice="Exportez celle qui compte dans un fichier à part.",
        )
    layer = layers[0]
    if layer.crs is None:
        raise DataError(
            "les éléments n'ont pas de projection (CRS)",
            where=str(path),
            advice="Enregistrez le fichier avec sa projection.",
        )
    shapes = np.asarray(layer.geometry, dtype=object)
    broken = ~(shapely.is_valid(shapes) | shapely.is_missing(shapes)) & (shapely.get_dimensions(shapes) == 2)
    shapes[broken] = shapely.make_valid(shapes[broken])
    notes = [f"{plural(int(broken.sum()), 'géométrie invalide')} : réparées"] if broken.any() else []
    return gpd.GeoDataFrame(geometry=shapes, index=layer.frame.index, crs=layer.crs), notes
