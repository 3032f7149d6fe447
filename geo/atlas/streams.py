"""Whole numbers and repeated values as bytes that gzip makes small.

``app/src/model/streams.ts`` reads them; the two change together.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


class Streams:
    """Bytes written one run after the other, to be read in the same order."""

    def __init__(self) -> None:
        self._runs: list[bytes] = []

    def whole(self, values: Iterable[int] | Ints) -> None:
        """Add numbers from 0: the low bytes of all, then the rest of each in groups of seven bits."""
        numbers = np.asarray(values if isinstance(values, np.ndarray) else list(values), dtype=np.int64)
        self._runs += [(numbers & 0xFF).astype(np.uint8).tobytes(), _groups(numbers >> 8)]

    def signed(self, values: Ints) -> None:
        """Add numbers of both signs: 0, -1, 1, -2... are written 0, 1, 2, 3..."""
        self.whole((values << 1) ^ (values >> 63))

    def single(self, values: Iterable[float]) -> None:
        """Add numbers in single precision, byte by byte: all the lowest first."""
        raw = np.fromiter(values, dtype="<f4").view(np.uint8).reshape(-1, 4)
        self._runs.append(np.ascontiguousarray(raw.T).tobytes())

    def runs(self) -> list[bytes]:
        """Return all that was added, one run after the other."""
        return self._runs


def _groups(numbers: Ints) -> bytes:
    """Return numbers in groups of seven bits, the lowest first, the last one without its high bit."""
    length = np.ones(len(numbers), dtype=np.int64)
    rest = numbers >> 7
    while rest.any():
        length += rest > 0
        rest >>= 7
    ends = np.cumsum(length)
    written = np.zeros(int(ends[-1]) if len(ends) else 0, dtype=np.uint8)
    for place in range(int(length.max(initial=0))):
        reach = length > place
        more = (length[reach] > place + 1).astype(np.int64) << 7
        group = (numbers[reach] >> (7 * place)) & 0x7F
        written[(ends - length)[reach] + place] = (group | more).astype(np.uint8)
    return written.tobytes()


class Table:
    """Values told once, in the order in which they first come."""

    def __init__(self) -> None:
        self.values: list[Any] = []
        self._ranks: dict[Hashable, int] = {}

    def tokens(self, values: Iterable[Any]) -> list[int]:
        """Return what stands for each value: 0 for one that comes for the first time, else its rank + 1."""
        told = []
        for value in values:
            key = _key(value)
            rank = self._ranks.setdefault(key, len(self.values))
            if rank == len(self.values):
                self.values.append(value)
                told.append(0)
            else:
                told.append(rank + 1)
        return told


def _key(value: Any) -> Hashable:
    """Return what tells a value from others: a number from a truth value or a text too."""
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple):
        return (type(value), *map(_key, value))
    if isinstance(value, dict):
        return (dict, *((name, _key(one)) for name, one in value.items()))
    return (type(value), value)
