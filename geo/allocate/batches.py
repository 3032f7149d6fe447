"""Batches of features, each on a core of its own."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import Future

Item = TypeVar("Item")
Answer = TypeVar("Answer")

BATCH = 65_536
"""Features that a core does at once, at most."""

_FEWEST = 2_048
"""Fewer would cost more to hand over than to do."""


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def batch_of(features: int) -> int:
    """Return how many features to do at once, so that each core has several batches to do."""
    return min(BATCH, max(_FEWEST, features // (4 * cores())))


def in_threads(work: Callable[[Item], Answer], items: Iterable[Item]) -> Iterator[Answer]:
    """Yield the answers for items, in their order, a few ahead of those that are taken.

    No more items than there are cores, and one, are ever read before their answers are
    taken: memory stays bounded.
    """
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - most commands share little

    waiting: deque[Future[Answer]] = deque()
    with ThreadPoolExecutor(cores()) as pool:
        for item in items:
            waiting.append(pool.submit(work, item))
            if len(waiting) > cores():
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
