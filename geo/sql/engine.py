"""One query, answered by DuckDB in a process of its own that can reach nothing but the tables.

DuckDB with its spatial extension (1.5.5) was chosen over SedonaDB (0.5.0) after trying both, for what
a query can reach. DuckDB has switches that shut files, network, extensions and settings for good
(``enable_external_access``, ``lock_configuration``), gives the syntax tree of its own parser, so that
a query is checked before it is bound (`geo.sql.inside.guard`), bounds its memory, and tells its errors
as JSON, with their place. SedonaDB read ``/etc/passwd`` and called out to a web address in no more
than planning a ``CREATE EXTERNAL TABLE``, and offers neither a lock nor a tree. DuckDB also keeps the
CRS in the type of a geometry, refuses to mix two, and weighs 140 MB against 240.

Its own locks are not enough: a query may still ask for its settings, hand it an address in memory to
read from (``arrow_scan``), sleep, or take memory beyond the bound in one text or one geometry. Three
things stand in a row: what the query names is looked up in its tree; the engine is locked; and its
process has given up opening anything at all, and dies when its time or its memory is over.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from geo.errors import ErbmError, UsageError
from geo.sql.answers import frame_of
from geo.sql.tables import Table, tables
from geo.sql.telling import Failure, explain
from geo.text import NBSP, number

_WORKER = Path(__file__).parent / "inside" / "worker.py"
_KEPT = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
"""What libraries need to be found; nothing else of the user's environment is passed on."""
_LOCKED = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2", "LANG": "C.UTF-8"}
_START_S = 60.0
"""Seconds that the process may take to begin and to be filled, before the query's own time."""
_LONGEST = 100_000
_MIB = 1 << 20
_DAY_S = 86_400
_LEAST_MIB, _MOST_MIB = 64, 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one query; an answer that passes one is refused, never cut.

    Parameters
    ----------
    seconds : float
        Time of the query, its tables being there.
    memory_mib : int
        Memory of the engine; nothing is put on the disk.
    rows : int
        Rows of the answer.
    answer_mib : int
        Size of the answer.
    """

    seconds: float = 10.0
    memory_mib: int = 1024
    rows: int = 200_000
    answer_mib: int = 256


LIMITS = Limits()


def run(statement: str, limits: Limits = LIMITS) -> pd.DataFrame:
    """Answer one query over the tables of `geo.sql.tables.tables`.

    Parameters
    ----------
    statement : str
        One ``SELECT``, or ``WITH ... SELECT``, in the SQL of DuckDB. Geometries are in EPSG:2154:
        lengths, distances and areas are in metres and m².
    limits : Limits
        What it may take.

    Returns
    -------
    pandas.DataFrame or geopandas.GeoDataFrame
        The latter if a column is a geometry; active is ``geometry`` if there is one, else the
        first of them, in the CRS that the query gives it (EPSG:2154 unless it transforms it;
        none if the query builds it of nothing).

    Raises
    ------
    UsageError
        If the query is wrong, names what does not exist, is not a query, or reaches for more
        than the tables.
    ErbmError
        If time, memory or the size of the answer run out, or the engine is not installed.

    Examples
    --------
    >>> int(run("select count(*) as n from epci")["n"].item())
    8
    """
    _check(statement, limits)
    extension = _extension()
    known = tables()
    words = {word.lower() for word in re.findall(r"\w+", statement)}
    chosen = [table for name, table in known.items() if name in words]
    told, answer = _ask(_job(statement, limits, extension, chosen), chosen, limits)
    if told["kind"] != "done" or answer is None:
        raise explain(Failure(statement, told, known, [table.nom for table in chosen], limits))
    return frame_of(answer, told["objects"])


def _check(statement: str, limits: Limits) -> None:
    if not statement.strip():
        raise UsageError("la requête est vide", advice="Exemple : select nom from cites limit 5")
    if len(statement) > _LONGEST:
        raise UsageError(
            f"requête de {number(len(statement))} caractères", advice=f"Le maximum est {number(_LONGEST)}."
        )
    if not 0 < limits.seconds <= _DAY_S:
        raise UsageError(
            f"limite de temps impossible : {limits.seconds:g}{NBSP}s".replace(".", ","),
            advice="Donnez plus de zéro seconde, et un jour au plus : --timeout 30s.",
        )
    if not _LEAST_MIB <= limits.memory_mib <= _MOST_MIB:
        raise UsageError(
            f"limite de mémoire impossible : {number(limits.memory_mib)}{NBSP}Mio",
            advice=f"Donnez de {_LEAST_MIB}{NBSP}Mio à 1{NBSP}Tio : --memory 512M.",
        )


def _extension() -> str:
    """Return the path of the spatial extension that fits the engine installed."""
    found = importlib.util.find_spec("duckdb_extension_spatial")
    folders = (found.submodule_search_locations if found else None) or ()
    try:
        wanted = f"v{version('duckdb')}"
    except PackageNotFoundError:
        wanted = ""
    if not wanted or not folders:
        missing = "duckdb" if not wanted else "duckdb-extension-spatial"
        raise ErbmError(
            f"le paquet {missing} n'est pas installé, il répond aux requêtes SQL",
            advice="Installez-le : pip install 'erbm-atlas[sql]'",
        )
    paths = [Path(folder) / "extensions" / wanted / "spatial.duckdb_extension" for folder in folders]
    path = next((path for path in paths if path.is_file()), None)
    if path is None:
        raise ErbmError(
            f"duckdb-extension-spatial n'est pas de la même version que duckdb ({wanted})",
            advice="Accordez-les : pip install --upgrade 'erbm-atlas[sql]'",
        )
    return str(path)


def _job(statement: str, limits: Limits, extension: str, chosen: list[Table]) -> dict[str, Any]:
    return {
        "statement": statement,
        "modules": [entry for entry in sys.path if entry],
        "extension": extension,
        "tables": [
            {"name": table.nom, "columns": [(c.nom, c.type) for c in table.columns]} for table in chosen
        ],
        "threads": min(os.cpu_count() or 1, 4),
        "seconds": limits.seconds,
        "memory_bytes": limits.memory_mib * _MIB,
        "rows": limits.rows,
        "bytes": limits.answer_mib * _MIB,
    }


def _ask(job: dict[str, Any], chosen: list[Table], limits: Limits) -> tuple[dict[str, Any], pa.Table | None]:
    """Hand a job to the process; return what became of it, and the rows."""
    code, answer, log = _run(_message(job, chosen), limits)
    head, _, body = answer.partition(b"\n")
    if code is None or -code in (getattr(signal, "SIGALRM", 0), getattr(signal, "SIGXCPU", 0)):
        return {"kind": "time"}, None
    if code != 0 or not head:
        return {
            "kind": "memory" if b"MemoryError" in log else "crash",
            "log": log[-2000:].decode("utf-8", "replace"),
        }, None
    told: dict[str, Any] = json.loads(head)
    return told, pa.ipc.open_stream(body).read_all() if told["kind"] == "done" else None


def _message(job: dict[str, Any], chosen: list[Table]) -> bytes:
    """Return a job and the tables that go with it, as the process reads them."""
    message = pa.BufferOutputStream()
    message.write(json.dumps(job).encode() + b"\n")
    for table in chosen:
        rows = table.arrow()
        with pa.ipc.new_stream(message, rows.schema) as stream:
            stream.write_table(rows)
    return bytes(message.getvalue().to_pybytes())


def _run(message: bytes, limits: Limits) -> tuple[int | None, bytes, bytes]:
    """Return the exit code of the process, None if time ran out, what it answered, and what it logged."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and script, no shell
        [sys.executable, "-I", "-X", "utf8", str(_WORKER)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**kept, **_LOCKED},
        cwd=_WORKER.parent,
        start_new_session=True,
    )
    try:
        answer, log = process.communicate(message, timeout=limits.seconds + _START_S)
    except subprocess.TimeoutExpired:
        return None, b"", b""
    finally:  # an interruption too ends it
        with suppress(OSError):
            process.kill()
        process.wait()
    return process.returncode, answer, log
