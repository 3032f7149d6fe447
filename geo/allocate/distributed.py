"""Shares computed by many processes, of this machine or of a cluster, with dask.

Features are read by the workers themselves, by row groups of GeoParquet files or by partitions of
a `dask_geopandas.GeoDataFrame`, projected and shared there with the very function of a single
machine. Each feature is shared by itself, and all sums are exact until they are rounded once, at the
end: partitions, their order, the number of workers and the tasks that a lost worker makes others
run again change nothing, to the last bit.

Territories go once to each worker, and are prepared once in it. A task sends back its
table or its sums, and holds one batch of rows at a time. dask runs again what died with a
worker; what it cannot recover (all workers died, the territories with them) is sent again.

A client that is open is used, otherwise two processes of this machine. On a cluster, start a
scheduler and workers in the way of the place (``dask ssh``, dask-jobqueue for SLURM, the dask operator
or Helm chart of Kubernetes), then connect::

    from distributed import Client

    with Client("tcp://scheduler:8786"):
        table = geo.allocate("/shared/points/", partition, engine="dask")

- Files are on storage that all workers mount at the same path.
- The same versions everywhere: `VERSIONS` are compared in each worker, which refuses to work with
  others, as the last bits come from GEOS, PROJ, numpy and the processor.
- One thread a worker (``dask worker --nthreads 1 --nworkers auto``): shares are computation.
- A script has its work under ``if __name__ == "__main__":``, as its processes import it.
"""

from __future__ import annotations

import os
import pickle
import platform
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import lru_cache
from importlib.metadata import version
from importlib.util import find_spec
from types import ModuleType
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from geo import __version__
from geo.allocate.batches import BATCH
from geo.allocate.files import adder, share_batch
from geo.allocate.partition import FAST_FROM, Partition
from geo.allocate.pieces import Groups, Part, row_groups
from geo.allocate.shares import joined
from geo.allocate.totals import Totals
from geo.errors import DataError, ErbmError, UsageError

PROCESSES = 2
"""Workers of the cluster that is opened on this machine where no client is."""

ROUNDS = 3
"""Times that tasks are sent, before it is said that workers do not hold."""

PATIENCE = 60
"""Seconds that a first worker is waited for."""

VERSIONS: Mapping[str, str] = {
    "erbm-atlas": __version__,
    "Python": ".".join(platform.python_version_tuple()[:2]),
    "numpy": np.__version__,
    "shapely": shapely.__version__,
    "GEOS": shapely.geos_version_string,
    "PROJ": pyproj.proj_version_str,
    "Numba": version("numba") if find_spec("numba") else "absent",
    "processeur": platform.machine(),
}
"""What a share may depend on, to the last bit, of the process that computes it."""


def allocate_distributed(
    features: object, partition: gpd.GeoDataFrame, *, client: Any = None, batch: int = BATCH
) -> pd.DataFrame:
    """Share features between territories, by many processes.

    Parameters
    ----------
    features : str, pathlib.Path or dask_geopandas.GeoDataFrame
        A GeoParquet file, a folder of them (its subfolders too), a pattern (``part-*.parquet``),
        or a table of dask. In any CRS, which they tell. Files are taken by name, numbers
        in names as numbers (``part.2`` before ``part.10``).
    partition : geopandas.GeoDataFrame
        Territories as `geo.allocate.allocate` takes them, in a projected CRS in metres.
    client : distributed.Client, optional
        The cluster to use: by default that of the client that is open, else two processes.
    batch : int
        Rows that a worker holds at once.

    Returns
    -------
    pandas.DataFrame
        The table of `geo.allocate.allocate`, equal to the last bit to that of one machine.
        ``feature`` is the number of the row, from 0, over all files or partitions in order.

    Raises
    ------
    DataError
        If a file cannot be read, has no CRS, or differs from the others by its CRS or its
        columns; if a geometry is invalid. Features are told by their row, from 0, in
        their file or partition.
    ErbmError
        If dask is not installed, a worker has other versions, or workers do not hold.

    Examples
    --------
    With a client that is open::

        shares = allocate_distributed("/shared/communes/*.parquet", partition)
    """
    with _running(client) as running:
        work = _Work(features, partition, batch, summed=False)
        answers = sorted(work.answers(running), key=lambda answer: answer.number)
    starts = np.cumsum([0, *(answer.rows for answer in answers)]).tolist()
    shares = joined([answer.found for answer in answers], starts[:-1])
    return shares.frame(pd.RangeIndex(starts[-1]), work.ready.codes)


def total_distributed(
    features: object, partition: gpd.GeoDataFrame, *, client: Any = None, batch: int = BATCH
) -> pd.DataFrame:
    """Add up the shares of features by territory, by many processes, exactly.

    No table of shares is ever whole anywhere: workers send sums that are not rounded yet.

    Parameters
    ----------
    features, partition, client, batch
        As in `allocate_distributed`.

    Returns
    -------
    pandas.DataFrame
        The table of `geo.allocate.total_file`: features, parts, length_m and area_m2,
        indexed by territory, equal to the last bit to that of one machine.

    Raises
    ------
    DataError, ErbmError
        As in `allocate_distributed`.

    Examples
    --------
    With a client that is open::

        sums = total_distributed("/shared/communes/*.parquet", partition)
    """
    totals = Totals()
    with _running(client) as running:
        for answer in _Work(features, partition, batch, summed=True).answers(running):
            totals.merge(answer.found)
    return totals.frame()


# In the client


def _distributed() -> ModuleType:
    try:
        import distributed  # noqa: PLC0415 - optional, and a second to import
    except ImportError:
        raise ErbmError(
            "le paquet dask-geopandas n'est pas installé",
            where="dask",
            advice="Installez l'option « dask » : pip install 'erbm-atlas[dask]'",
        ) from None
    return distributed


@contextmanager
def _running(client: Any) -> Iterator[Any]:
    """Give a client: the one given, or the one open, or one of two processes that end with it."""
    distributed = _distributed()
    try:
        client = client or distributed.Client.current()
    except ValueError:  # none is open
        with _local(distributed) as own:
            yield own
        return
    try:
        yield client
    except OSError as error:  # files tell theirs as DataError: this one is of the network
        raise ErbmError(
            f"la grappe de calcul ne répond pas ({type(error).__name__})",
            where="dask",
            advice="Vérifiez que le scheduler tourne, et qu'au moins un processus de calcul y est inscrit.",
        ) from error


@contextmanager
def _local(distributed: ModuleType) -> Iterator[Any]:
    """Open processes on this machine, that share its memory equally, and end them."""
    settings = {"n_workers": PROCESSES, "threads_per_worker": 1, "processes": True}
    with (
        distributed.LocalCluster(**settings, dashboard_address="127.0.0.1:0") as cluster,
        distributed.Client(cluster, set_as_default=False) as client,
    ):
        yield client


class _Answer(NamedTuple):
    """What a task gives: its number, how many rows it has, and their shares or the exact sums of these."""

    number: int
    rows: int
    found: Any


class _Work:
    """The tasks of a call, and the territories that they are shared between."""

    def __init__(self, features: object, partition: gpd.GeoDataFrame, batch: int, *, summed: bool) -> None:
        self.ready = Partition(partition)
        self.fast = self.ready.is_fast("auto", FAST_FROM)
        assert self.fast or self.ready.plain  # its faults are told before any worker runs
        self.territories = pickle.dumps((VERSIONS, partition[[partition.geometry.name]]))
        self.summed = summed
        self.tasks: list[Groups | Part]
        if isinstance(features, str | os.PathLike):
            self.tasks = [*row_groups(str(features), batch)]
            self.data: list[Any] = [None] * len(self.tasks)
        else:
            shapes = _shapes(features)
            self.data = shapes.to_delayed()
            self.tasks = [Part(f"partition {number}", shapes.crs, batch) for number in range(len(self.data))]

    def answers(self, client: Any) -> Iterator[_Answer]:
        """Yield what tasks answer, as they end."""
        left = set(range(len(self.tasks)))
        for _ in range(ROUNDS):
            with suppress(_distributed().comm.CommClosedError):  # a worker died while it was spoken to
                yield from self._round(client, left)
            if not left:
                return
        raise ErbmError(
            f"tous les processus de calcul ont été perdus, {ROUNDS} fois de suite",
            where="dask",
            advice="Voyez leurs journaux : mémoire, durée permise, réseau.",
        )

    def _round(self, client: Any, left: set[int]) -> Iterator[_Answer]:
        """Send the tasks that are left; yield what they answer, and strike them off."""
        futures = self._send(client, left)
        ends = _distributed().as_completed(list(futures), loop=client.loop)
        try:
            for ended in ends.batches():
                numbers = {future: futures.pop(future) for future in ended}
                for future, number in numbers.items():
                    if future.status == "error":
                        raise _told(future.exception(), self.tasks[number].where)
                # Those that were lost with all the workers are skipped, and stay to be sent.
                for answer in client.gather(ended, errors="skip"):
                    left.remove(answer.number)
                    yield answer
        finally:
            client.cancel(list(futures))

    def _send(self, client: Any, numbers: set[int]) -> dict[Any, int]:
        """Send the territories to all workers, then tasks; return the future of each task."""
        from dask.delayed import delayed  # noqa: PLC0415 - optional, and long to import

        sent = client.scatter(self.territories, broadcast=True, hash=False, timeout=PATIENCE)
        share = delayed(_share, pure=False)
        ordered = sorted(numbers)
        calls = [
            share(n, self.tasks[n], self.data[n], sent, summed=self.summed, fast=self.fast) for n in ordered
        ]
        return dict(zip(client.compute(calls), ordered, strict=True))


def _told(error: BaseException, where: str) -> ErbmError:
    """Return the error of a task in the words of this package."""
    if isinstance(error, ErbmError):
        return type(error)(error.message, where=error.where, advice=error.advice)
    if isinstance(error, _distributed().KilledWorker | MemoryError):
        return DataError(
            "les processus qui le calculent s'arrêtent, sans doute faute de mémoire",
            where=where,
            advice="Donnez-leur plus de mémoire, ou moins de lignes à la fois (batch).",
        )
    reason = (str(error).splitlines() or [""])[0][:200]
    return DataError(f"calcul impossible ({type(error).__name__} : {reason})", where=where)


def _shapes(features: object) -> Any:
    """Return the geometries of a table of dask, once it is known to be one and to have a CRS."""
    _distributed()
    import dask_geopandas  # noqa: PLC0415 - optional, and long to import

    if not isinstance(features, dask_geopandas.GeoDataFrame):
        raise UsageError(
            f"ni fichier GeoParquet, ni table de dask_geopandas ({type(features).__name__})",
            where="dask",
            advice="Découpez-la avec dask_geopandas.from_geopandas(table, npartitions=8).",
        )
    if features.crs is None:
        raise DataError(
            "les éléments n'ont pas de projection (CRS)",
            where="dask",
            advice="Donnez-la avec set_crs, si vous la connaissez.",
        )
    return features.geometry


# In the workers

_ALONE = threading.Lock()
"""Threads of a worker share in turn: GEOS does not promise that prepared geometries may be shared."""


@lru_cache(maxsize=1)
def _prepared(territories: bytes) -> Partition:
    """Return the partition, prepared once in each process; refuse to work with other versions."""
    versions, partition = pickle.loads(territories)  # noqa: S301 - the client's own
    gaps = [f"{k} {VERSIONS.get(k)} au lieu de {v}" for k, v in versions.items() if v != VERSIONS.get(k)]
    if gaps:
        raise ErbmError(
            f"autres versions que celles du client : {', '.join(gaps)}",
            where=f"processus de calcul de {platform.node()}",
            advice="Installez les mêmes partout : les derniers chiffres en dépendent.",
        )
    return Partition(partition)


def _share(
    number: int,
    task: Groups | Part,
    data: gpd.GeoSeries | None,
    territories: bytes,
    *,
    summed: bool,
    fast: bool,
) -> _Answer:
    """Do a task: share its rows, and add them up if only the sums are wanted."""
    with _ALONE:
        partition = _prepared(territories)
        assert (partition.ground if fast else partition.plain) is not None
        add, end = adder(partition, fast=fast)
        pieces, starts, rows = [], [], 0
        for batch in task.read(data):
            shares = share_batch(batch, partition, fast=fast)
            if summed:
                add(shares)
            else:
                pieces.append(shares)
                starts.append(rows)
            rows += len(batch.wkb)
    return _Answer(number, rows, end() if summed else joined(pieces, starts))
