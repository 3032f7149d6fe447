"""How much a whole command costs, as a ratio to importing geopandas, both as cold processes.

Run with ``make bench``. Ratios only: the machines are noisy, and no test asserts a time.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

RUNS = 7
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


def seconds(command: list[str]) -> float:
    """Return the wall time of one run of a command."""
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start


def main() -> None:
    """Print, for each command, the median of the ratios of paired runs."""
    for name, arguments in COMMANDS.items():
        command = [sys.executable, "-m", "geo.cli", *arguments]
        seconds(command)
        ratios = [seconds(command) / seconds(PEER) for _ in range(RUNS)]
        low, high = min(ratios), max(ratios)
        print(f"{name}: {statistics.median(ratios):.2f} x import geopandas ({low:.2f} to {high:.2f})")


if __name__ == "__main__":
    main()
