"""How much a whole command costs, as a ratio to importing geopandas, both as cold processes.

Run with ``make bench``, or ``python -m tests.benchmarks.cold_start``. Ratios are those of paired runs:
machines are noisy. No test asserts a time.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence

from tests.benchmarks import report

PEER = [sys.executable, "-c", "import geopandas"]
COMMANDS = {
    "erbm query cites --epci Lens-Liévin --format json": [
        "query",
        "cites",
        "--epci",
        "Lens-Liévin",
        "--format",
        "json",
    ],
    "erbm stats --format json": ["stats", "--format", "json"],
    "erbm figures --check": ["figures", "--check", "--quiet"],
}


def seconds(command: list[str]) -> tuple[float, float]:
    """Return the wall and the processor time of one run of a command."""
    before, start = processor(), time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start, processor() - before


def processor() -> float:
    """Return the processor time of all the processes that this one ran to their end."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def row(name: str, arguments: list[str], runs: int) -> report.Row:
    """Return the medians of paired runs of a command and of the import."""
    command = [sys.executable, "-m", "geo.cli", *arguments]
    seconds(command)  # what is compiled or cached once
    pairs = [(seconds(command), seconds(PEER)) for _ in range(runs)]
    ratios = [ours / peer for (ours, _), (peer, _) in pairs]
    return {
        "command": name,
        "seconds": statistics.median(ours for (ours, _), _ in pairs),
        "import geopandas s": statistics.median(peer for _, (peer, _) in pairs),
        "processor ratio": statistics.median(ours / peer for (_, ours), (_, peer) in pairs),
        "ratio": statistics.median(ratios),
        "least": min(ratios),
        "most": max(ratios),
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Tell, for each command, the median of the ratios of paired runs."""
    parser = report.parser(__doc__)
    parser.set_defaults(runs=7)
    asked = parser.parse_args(arguments)
    rows = [row(name, command, asked.runs) for name, command in COMMANDS.items()]
    report.tell("cold_start", rows, asked)


if __name__ == "__main__":
    main()
