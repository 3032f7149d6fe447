"""Features in pieces that a worker can read: row groups of GeoParquet files, partitions of dask."""

from __future__ import annotations

import glob
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyarrow as pa
import shapely
from pyproj import CRS

from geo.allocate.files import Batch
from geo.errors import DataError
from geo.sources.geoparquet import GeoParquet, open_geoparquet


def row_groups(pattern: str, batch: int) -> list[Groups]:
    """Return the row groups of files, neighbours together up to a batch of rows.

    Parameters
    ----------
    pattern : str
        A file, a folder, or a pattern.
    batch : int
        Rows.

    Raises
    ------
    DataError
        If there is no file, one cannot be read, or one differs from the first by its CRS
        or its columns.
    """
    sources = [open_geoparquet(path) for path in _files(pattern)]
    differing = [f"{s.path} : {gap}" for s in sources if (gap := _gap(sources[0], s))]
    if differing:
        raise DataError.collect(
            differing,
            where=f"{pattern}, comparé à {sources[0].path}",
            advice="Donnez-leur les mêmes colonnes et CRS.",
        )
    tasks = []
    for source in sources:
        starts = np.cumsum([0, *source.rows]).tolist()
        # Row groups that begin in the same batch of rows of the file go together.
        for _, together in groupby(range(len(source.rows)), key=lambda group: starts[group] // batch):
            groups = tuple(together)
            tasks.append(Groups(source, groups, starts[groups[0]], batch))
    return tasks


def _files(pattern: str) -> list[str]:
    """Return the files that a path, a folder or a pattern tells, as people sort them."""
    from dask.utils import natural_sort_key  # noqa: PLC0415 - optional, and long to import

    folder = Path(pattern)
    if folder.is_dir():
        inside = (path.relative_to(folder) for path in folder.rglob("*.parquet") if path.is_file())
        found = [str(folder / path) for path in inside if not any(p[0] in "._" for p in path.parts)]
    else:
        found = [pattern] if folder.is_file() else glob.glob(pattern, recursive=True)  # noqa: PTH207 - absolute
    if not found:
        raise DataError("aucun fichier GeoParquet", where=pattern, advice="Vérifiez le chemin.")
    return sorted(found, key=lambda path: (natural_sort_key(path), path))


def _gap(model: GeoParquet, other: GeoParquet) -> str:
    """Tell in what a file differs from another, empty if in nothing that matters."""
    if CRS(model.crs) != CRS(other.crs):
        return f"projection {CRS(other.crs).to_string()} au lieu de {CRS(model.crs).to_string()}"
    if model.column != other.column:
        return f"géométries dans « {other.column} » au lieu de « {model.column} »"
    mine, others = ({column.name: str(column.type) for column in s.schema} for s in (model, other))
    names = sorted(name for name in {*mine, *others} if mine.get(name) != others.get(name))
    told = [f"{n} ({others.get(n, 'absente')} au lieu de {mine.get(n, 'absente')})" for n in names[:5]]
    return f"colonnes {', '.join(told)}" if told else ""


@dataclass(frozen=True)
class Groups:
    """Row groups of a file that follow one another; `start` is the row of the first."""

    source: GeoParquet
    groups: tuple[int, ...]
    start: int
    batch: int

    @property
    def where(self) -> str:
        """The file."""
        return self.source.path

    def read(self, _: None) -> Iterator[Batch]:
        """Yield the features by batches."""
        row = self.start
        for wkb in self.source.batches(self.batch, self.groups):
            yield Batch(wkb, self.source.crs, row, self.source.path)
            row += len(wkb)


@dataclass(frozen=True)
class Part:
    """A partition of a table of dask."""

    where: str
    crs: CRS
    batch: int
    start: int = 0

    def read(self, data: gpd.GeoSeries) -> Iterator[Batch]:
        """Yield the features by batches."""
        if data.crs != self.crs:
            raise DataError(f"projection {data.crs} au lieu de {self.crs}", where=self.where)
        for first in range(0, len(data), self.batch):
            shapes = np.asarray(data.iloc[first : first + self.batch].array)
            wkb = pa.array(shapely.to_wkb(shapes), type=pa.large_binary())
            yield Batch(wkb, self.crs.to_json(), first, self.where)
