"""The process where one query is answered: it takes the tables, gives up all the rest, and answers.

It is run as a script, ``python -I worker.py``. Its input is a line of JSON, the job, then each
table as an Arrow stream; its output a line of JSON, what became of it, then the rows as an Arrow
stream. Before it reads the query it has opened all that it needs: from there on no file and no
connection can be opened at all, whatever the engine has been talked into.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any, BinaryIO

_ROOT = Path(__file__).resolve().parents[3]
_MARGIN_BYTES = 256 << 20
"""Address space for the engine's own needs, beside the memory that is asked for the query."""
_BATCH_ROWS = 2_048
_SETTINGS = (
    "SET allow_unsigned_extensions = false",
    "SET geometry_always_xy = true",
    "SET errors_as_json = true",
    "SET python_enable_replacements = false",
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    "SET allow_community_extensions = false",
    "SET enable_external_access = false",
    "SET lock_configuration = true",
)
_CAST = {
    "GEOMETRY": "ST_SetCRS(ST_GeomFromWKB({0}), 'EPSG:2154') AS {0}",
    "JSON": "{0}::JSON AS {0}",
}


def lighten() -> None:
    """Let ``geo.sql.inside`` be imported without what its parents import: no geometry library here."""
    for name in ("geo", "geo.sql"):
        package = ModuleType(name)
        package.__path__ = [str(_ROOT.joinpath(*name.split(".")))]
        sys.modules[name] = package
    for name in ("pandas", "geopandas"):
        sys.modules[name] = None  # type: ignore[assignment]


def opened(job: dict[str, Any], source: BinaryIO) -> Any:
    """Return a database in memory that holds the tables, locked."""
    import duckdb  # noqa: PLC0415 - once the path is that of the parent
    import pyarrow as pa  # noqa: PLC0415 - the same

    config = {
        "temp_directory": "",
        "threads": job["threads"],
        "memory_limit": f"{job['memory_bytes']}B",
        "allow_unsigned_extensions": True,
    }
    connection = duckdb.connect(":memory:", config=config)
    # Installed as the engine itself was, and as much to be trusted: half of an answer's time went
    # into the signature of its 80 MB. From here on no other is loaded, signed or not.
    connection.load_extension(job["extension"])
    for told in job["tables"]:
        with pa.ipc.open_stream(source) as stream:
            incoming = stream.read_all()
        connection.register("incoming", incoming)
        columns = [_CAST.get(kind, "{0}").format(f'"{name}"') for name, kind in told["columns"]]
        connection.execute(f'CREATE TABLE "{told["name"]}" AS SELECT {", ".join(columns)} FROM incoming')  # noqa: S608 - our names
        connection.unregister("incoming")
    for setting in _SETTINGS:
        connection.execute(setting)
    return connection


def confine(job: dict[str, Any]) -> None:
    """Give up files and connections, and bound the time and the memory, where the system can."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, job["seconds"])  # unhandled: it ends the process
    try:
        import resource  # noqa: PLC0415 - not on Windows
    except ImportError:
        return
    bounds = {
        resource.RLIMIT_CPU: int(job["seconds"] * job["threads"]) + 2 + int(sum(os.times()[:2])),
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: 0,
    }
    with suppress(OSError):  # of Linux alone
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        bounds[resource.RLIMIT_AS] = pages * resource.getpagesize() + job["memory_bytes"] + _MARGIN_BYTES
    for kind, bound in bounds.items():
        with suppress(ValueError, OSError):  # macOS has the name of some, and not the thing
            resource.setrlimit(kind, (bound, bound))


def answer(connection: Any, job: dict[str, Any], guard: ModuleType) -> tuple[dict[str, Any], Any, list[Any]]:
    """Run the query; return what became of it, and the schema and batches of its rows."""
    import duckdb  # noqa: PLC0415 - as above
    import pyarrow as pa  # noqa: PLC0415 - as above

    try:
        guard.check(connection, job["statement"], [told["name"] for told in job["tables"]])
        done = connection.execute(job["statement"])
        objects = [name for name, kind, *_ in done.description if str(kind) == "JSON"]
        reader = done.to_arrow_reader(_BATCH_ROWS)
        batches, rows, size = [], 0, 0
        for batch in reader:
            rows, size = rows + batch.num_rows, size + batch.nbytes
            if rows > job["rows"] or size > job["bytes"]:
                return {"kind": "rows" if rows > job["rows"] else "bytes"}, None, []
            batches.append(batch)
    except guard.RefusedError as refused:
        return (
            {"kind": "refused", "what": refused.kind, "name": refused.name, "at": refused.position},
            None,
            [],
        )
    except (duckdb.OutOfMemoryException, MemoryError, pa.ArrowMemoryError):
        return {"kind": "memory"}, None, []
    except (duckdb.Error, pa.ArrowException, ValueError) as error:
        return _fault(connection, error), None, []
    return {"kind": "done", "objects": objects}, reader.schema, batches


def _fault(connection: Any, error: Exception) -> dict[str, Any]:
    """Tell what the engine said, and the functions there are if it knows not one."""
    told = {"kind": "engine", "error": type(error).__name__, "message": str(error)}
    if told["error"] != "CatalogException":
        return told
    listed = connection.execute("SELECT DISTINCT lower(function_name) FROM duckdb_functions()").fetchall()
    return {**told, "functions": [name for (name,) in listed]}


def main() -> None:
    """Answer the query that comes on standard input."""
    target = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what libraries print is no answer
    source = sys.stdin.buffer
    job = json.loads(source.readline())
    sys.path[:] = job["modules"]
    lighten()
    import pyarrow as pa  # noqa: PLC0415 - as above

    from geo.sql.inside import guard  # noqa: PLC0415 - its parents lightened, and files still open

    connection = opened(job, source)
    confine(job)
    told, schema, batches = answer(connection, job, guard)
    target.write(json.dumps(told).encode() + b"\n")
    if schema is not None:
        with pa.ipc.new_stream(target, schema) as stream:
            for batch in batches:
                stream.write_batch(batch)
    target.flush()
    os._exit(0)  # nothing to put away: the database was in memory


if __name__ == "__main__":
    main()
