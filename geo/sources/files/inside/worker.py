"""The first thing that runs in the process that reads: it bounds itself, reads, and hands back.

It is run as a script, ``python -I worker.py FOLDER``: nothing of ``geo`` is imported until the
process is bounded, nor the modules of the package that import pandas, which readers do without.
"""

from __future__ import annotations

import gc
import json
import sys
import warnings
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any

_ROOT = Path(__file__).resolve().parents[4]


def confine(seconds: float, memory_bytes: int, file_bytes: int) -> None:
    """Bound the time, memory and files of this process, where the system can.

    Parameters
    ----------
    seconds : float
        Time of the processor.
    memory_bytes : int
        Address space.
    file_bytes : int
        Size of any file that is written.
    """
    try:
        import resource  # noqa: PLC0415 - not on Windows
    except ImportError:
        return
    bounds = {
        resource.RLIMIT_CPU: int(seconds) + 1,
        resource.RLIMIT_AS: memory_bytes,
        resource.RLIMIT_FSIZE: file_bytes,
        resource.RLIMIT_CORE: 0,
    }
    for kind, bound in bounds.items():
        with suppress(ValueError, OSError):  # macOS has the name of some, and not the thing
            resource.setrlimit(kind, (bound, bound))


def lighten() -> None:
    """Let ``geo.sources.files.inside`` be imported without what its parents import.

    pandas takes longer to import than most files to read; pyogrio and openpyxl do without.
    """
    for name in ("geo", "geo.sources", "geo.sources.files"):
        package = ModuleType(name)
        package.__path__ = [str(_ROOT.joinpath(*name.split(".")))]
        sys.modules[name] = package
    for name in ("pandas", "geopandas", "pyproj"):
        sys.modules[name] = None  # type: ignore[assignment]


def answer(work: Path, job: dict[str, Any]) -> dict[str, Any]:
    """Read what `job` asks for into `work`, and return the layers or the refusal."""
    from geo.errors import ErbmError, UsageError, os_reason  # noqa: PLC0415 - once the process is bounded
    from geo.sources.files.inside.reading import read  # noqa: PLC0415 - the same

    try:
        return {"layers": read(work, job)}
    except ErbmError as error:
        told = {"refusal": error.message, "where": error.where, "advice": error.advice}
        return {**told, "usage": isinstance(error, UsageError)}
    except MemoryError:
        told = {"refusal": "ce fichier demande plus de mémoire que la limite", "where": job["where"]}
        return {**told, "advice": "Découpez-le autour du territoire étudié.", "usage": False}
    except OSError as error:
        told = {"refusal": f"lecture impossible ({os_reason(error)})", "where": job["where"]}
        return {**told, "advice": "Vérifiez le fichier, et la place du disque.", "usage": False}


def main() -> None:
    """Read one file, as ``job.json`` in the folder of the command line says."""
    work = Path(sys.argv[1])
    job = json.loads((work / "job.json").read_text(encoding="utf-8"))
    limits = job["limits"]
    confine(limits["seconds"], limits["memory_bytes"], limits["unzipped_bytes"])
    sys.path[:] = job["modules"]
    lighten()
    warnings.simplefilter("ignore")
    gc.disable()  # millions of lists and no cycles: looking for these takes most of the time
    told = json.dumps(answer(work, job))
    (work / "result.json").write_text(told, encoding="utf-8")


if __name__ == "__main__":
    main()
