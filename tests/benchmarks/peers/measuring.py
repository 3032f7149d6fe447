"""Seconds and memory of a process, by the system's account."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

Result = TypeVar("Result")

ENOUGH_S = 10.0
"""Warm runs stop when they have taken so long together."""


def timed(work: Callable[[], Result]) -> tuple[float, Result]:
    """Return the seconds that some work took, and what it gave."""
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def best(work: Callable[[], object], runs: int) -> float:
    """Return the least seconds of a few runs, fewer where they are long."""
    seconds: list[float] = []
    while not seconds or (len(seconds) < runs and sum(seconds) < ENOUGH_S):
        seconds.append(timed(work)[0])
    return min(seconds)


def peak(status: Path = Path("/proc/self/status")) -> float:
    """Return the peak memory of a process (MiB), as the system counts it."""
    found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text(encoding="ascii"))
    return int(found[1]) / 1024 if found else float("nan")
