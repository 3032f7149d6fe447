"""Sums of shares that are exact until they are rounded, once, at the end."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
import pandas as pd

from geo.allocate.plain import OUTSIDE

SUMMED = ("part", "length_m", "area_m2")


class Totals:
    """Totals by territory, the same to the last bit whatever the order and the batches.

    A sum is kept as an expansion: numbers that do not overlap, whose exact sum is the exact sum of
    all that was added. Each is the correctly rounded value of what those before it leave,
    so `math.fsum` gives the correctly rounded total. (J. R. Shewchuk, Adaptive Precision
    Floating-Point Arithmetic, Discrete & Computational Geometry 18, 1997.)
    It can be pickled, sent and merged.

    Examples
    --------
    >>> columns = ["territory", "part", "length_m", "area_m2"]
    >>> one, other = Totals(), Totals()
    >>> one.add(pd.DataFrame([["a", 1.0, 1e16, 0.0]], columns=columns))
    >>> other.add(pd.DataFrame([["a", 0.5, 1.0, 0.0], ["a", 0.5, 1.0, 0.0]], columns=columns))
    >>> one.merge(other)
    >>> one.frame().loc["a"].tolist()
    [3.0, 2.0, 1.0000000000000002e+16, 0.0]
    """

    def __init__(self) -> None:
        self._features: dict[str, int] = {}
        self._sums: dict[str, tuple[list[float], ...]] = {}

    def add(self, shares: pd.DataFrame) -> None:
        """Add the shares of features that were not added yet (a table of `geo.allocate.allocate`)."""
        for code, rows in shares.groupby("territory", sort=False, observed=True):
            self.put(str(code), len(rows), [rows[name].to_numpy() for name in SUMMED])

    def merge(self, other: Totals) -> None:
        """Add what another holds."""
        for code, count in other._features.items():
            self.put(code, count, other._sums[code])

    def frame(self) -> pd.DataFrame:
        """Return features, parts, length_m and area_m2, indexed by territory, `OUTSIDE` last."""
        codes = sorted(self._features, key=lambda code: (code == OUTSIDE, code))
        rows = [(self._features[code], *map(math.fsum, self._sums[code])) for code in codes]
        index = pd.Index(codes, name="territory", dtype="str")
        table = pd.DataFrame(rows, index=index, columns=["features", "parts", "length_m", "area_m2"])
        return table.astype({"features": "int64", "parts": float, "length_m": float, "area_m2": float})

    def put(self, code: str, count: int, values: Iterable[Iterable[float]]) -> None:
        """Add to a territory so many features, and the terms of its sums, in the order of `SUMMED`."""
        self._features[code] = self._features.get(code, 0) + count
        known = self._sums.get(code, ([], [], []))
        self._sums[code] = tuple(
            _expansion(np.concatenate([sums, np.asarray(more, dtype=float)]))
            for sums, more in zip(known, values, strict=True)
        )


def _expansion(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> list[float]:
    """Return few numbers, largest first, whose exact sum is that of `values`."""
    left, found = values.tolist(), []
    while rest := math.fsum(left):
        found.append(rest)
        left.append(-rest)
    return found
