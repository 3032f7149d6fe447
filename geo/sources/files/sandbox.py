"""A process of its own for each reading: bounded in time and memory, without network, killed if it hangs.

GDAL and its libraries parse in C what strangers wrote. What they do wrong there (crash, hang,
fill the memory) ends their process, and is a refusal here.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from geo.errors import DataError, ErbmError, UsageError, os_reason
from geo.sources.files.limits import Limits

_WORKER = Path(__file__).parent / "inside" / "worker.py"
_KEPT = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "GDAL_DATA", "PROJ_DATA", "PROJ_LIB")
"""What the libraries need to be found; nothing else of the user's environment is passed on."""
_DEAD_PROXY = "http://127.0.0.1:9"
_LOCKED = {
    "GDAL_HTTP_TIMEOUT": "1",
    "GDAL_HTTP_MAX_RETRY": "0",
    "GDAL_HTTP_PROXY": _DEAD_PROXY,
    "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none",
    "CPL_CURL_ENABLE_VSIMEM": "NO",
    "CPL_ALLOW_VSISTDIN": "NO",
    "PROJ_NETWORK": "OFF",
    "http_proxy": _DEAD_PROXY,
    "https_proxy": _DEAD_PROXY,
    "all_proxy": _DEAD_PROXY,
    "GDAL_DRIVER_PATH": "disable",
    "GDAL_VRT_ENABLE_PYTHON": "NO",
    "GDAL_NUM_THREADS": "1",
    "OGR_GPKG_NUM_THREADS": "1",
    "OGR_SQLITE_LOAD_EXTENSIONS": "NO",
    "OGR_SQLITE_ALLOW_EXTERNAL_ACCESS": "NO",
    "SQLITE_LIST_ALL_TABLES": "NO",
    "GML_SKIP_RESOLVE_ELEMS": "ALL",
    "GML_DOWNLOAD_SCHEMA": "NO",
    "OGR_GEOJSON_MAX_OBJ_SIZE": "200",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "2",
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "LANG": "C.UTF-8",
}


@contextmanager
def reading(
    path: Path, job: Mapping[str, Any], limits: Limits
) -> Iterator[tuple[Path, list[dict[str, Any]]]]:
    """Read a file in a process of its own, and give what it handed back.

    Parameters
    ----------
    path : pathlib.Path
        The file, already looked at by `gate.examine`.
    job : mapping
        ``layer``, ``encoding`` and ``count_only``, as `inside.reading.read` takes them.
    limits : Limits
        Its `seconds` and `memory_bytes` bound the process.

    Yields
    ------
    tuple of pathlib.Path and list of dict
        The temporary folder that holds the rows and shapes, and what is known of each layer.

    Raises
    ------
    DataError
        If the file is refused, or its reading crashed, hung, or took too much memory.
    UsageError
        If the layer or the encoding that is asked for does not exist.
    """
    with _workshop() as work:
        told = {**job, "path": str(path.absolute()), "where": str(path), "limits": asdict(limits)}
        told["modules"] = [entry for entry in sys.path if entry]
        (work / "job.json").write_text(json.dumps(told), encoding="utf-8")
        code, log = _run(work, limits)
        yield work, _answer(path, work, limits, code, log)


@contextmanager
def _workshop() -> Iterator[Path]:
    try:
        _sweep(Path(tempfile.gettempdir()))
        folder = tempfile.TemporaryDirectory(prefix=f"erbm-{os.getpid()}-")
    except OSError as error:
        raise ErbmError(
            f"pas de dossier temporaire ({os_reason(error)})",
            where=tempfile.gettempdir(),
            advice="Faites de la place, ou donnez un autre dossier dans TMPDIR.",
        ) from None
    with folder as name:
        yield Path(name)


def _sweep(temporary: Path) -> None:
    """Remove what readings left that were killed with no time to do it themselves."""
    if os.name != "posix":  # elsewhere one cannot ask whether a process lives
        return
    for folder in temporary.glob("erbm-*-*"):
        owner = folder.name.split("-")[1]
        with suppress(OSError):
            if owner.isdigit() and folder.lstat().st_uid == os.getuid() and not _is_alive(int(owner)):
                shutil.rmtree(folder)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True
    return True


def _run(work: Path, limits: Limits) -> tuple[int | None, str]:
    """Return the exit code of the process, None if time ran out, and what it wrote as it failed."""
    private = {name: str(work) for name in ("HOME", "TMPDIR", "TEMP", "TMP")}
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    log = work / "log"
    with log.open("wb") as stream:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and script, no shell
            [sys.executable, "-I", "-X", "utf8", str(_WORKER), str(work)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=stream,
            env={**kept, **_LOCKED, **private},
            cwd=work,
            start_new_session=True,
        )
        try:
            code = process.wait(timeout=limits.seconds)
        except subprocess.TimeoutExpired:
            code = None
        finally:
            _kill(process)
    with log.open("rb") as stream:
        return code, stream.read(4_000).decode("utf-8", "replace")


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End the process and whatever it started."""
    with suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.wait()


def _answer(path: Path, work: Path, limits: Limits, code: int | None, log: str) -> list[dict[str, Any]]:
    result = work / "result.json"
    if code is None or -code == getattr(signal, "SIGXCPU", 0):
        raise DataError(
            f"lecture abandonnée après {limits.seconds:.0f} secondes",
            where=str(path),
            advice="Ce fichier est trop lourd ou malformé : découpez-le, ou enregistrez-le en GeoPackage.",
        )
    if code != 0 or not result.is_file():
        error = DataError(
            "fichier illisible : il fait échouer la lecture, ou demande trop de mémoire",
            where=str(path),
            advice="Ouvrez-le dans un SIG et enregistrez-le à nouveau, par exemple en GeoPackage.",
        )
        error.add_note(log)
        raise error
    found = json.loads(result.read_text(encoding="utf-8"))
    if "refusal" in found:
        kind = UsageError if found["usage"] else DataError
        raise kind(found["refusal"], where=found["where"], advice=found["advice"])
    layers: list[dict[str, Any]] = found["layers"]
    return layers
