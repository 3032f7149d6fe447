"""The packs of the eight EPCI: what each kind of document costs, and all of them on two processes.

Run with ``make bench``, or ``python -m tests.benchmarks.documents``. Each kind is written for every EPCI
by one process, then all kinds together by two. ``ratio`` sets that time beside the slowest kind times
eight: what one kind costs on average, for eight EPCI.
"""

from __future__ import annotations

import resource
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from geo.pack import KINDS, write_pack
from tests.benchmarks import report

MIB = 1024


def seconds(out: Path, kinds: Sequence[str], workers: int) -> float:
    """Return the wall time of writing some kinds of documents for all the EPCI."""
    start = time.perf_counter()
    write_pack(out, kinds=kinds, workers=workers)
    return time.perf_counter() - start


def rows(out: Path) -> list[report.Row]:
    """Return a row for each kind, then one for all of them together."""
    told: list[report.Row] = []
    for kind in KINDS:
        spent = seconds(out / kind, [kind], 1)
        files = [path for path in (out / kind).rglob("*") if path.is_file()]
        size = sum(path.stat().st_size for path in files) / 1e6
        told.append({"documents": kind, "files": len(files), "MB": size, "seconds": spent})
    slowest = max(float(row["seconds"]) for row in told)
    together = seconds(out / "all", (), 2)
    used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / MIB
    files = [path for path in (out / "all").rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in files) / 1e6
    told.append(
        {
            "documents": "all, two processes",
            "files": len(files),
            "MB": size,
            "seconds": together,
            "ratio": together / slowest,
            "MiB of the largest process": used,
        }
    )
    return told


def main(arguments: Sequence[str] | None = None) -> None:
    """Tell what documents cost."""
    asked = report.parser(__doc__).parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        report.tell("documents", rows(Path(folder)), asked)


if __name__ == "__main__":
    main()
