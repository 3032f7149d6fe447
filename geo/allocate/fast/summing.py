"""Exact sums by territory, of any number of rows, in bounded memory."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geo.allocate.fast.compiled import compiled, signed
from geo.allocate.fast.exact import ROOM, add
from geo.allocate.fast.memory import double_at
from geo.allocate.shares import Shares
from geo.allocate.totals import SUMMED, Totals


class Sums:
    """Sums by territory number, kept as doubles that do not overlap (see `exact.add`).

    Parameters
    ----------
    territories : int
        How many there are, `OUTSIDE` apart.
    """

    def __init__(self, territories: int) -> None:
        self._features = np.zeros(territories + 1, dtype=np.int64)
        self._partials = np.zeros((territories + 1, len(SUMMED), ROOM))
        self._counts = np.zeros((territories + 1, len(SUMMED)), dtype=np.int64)

    def add(self, shares: Shares) -> None:
        """Add the rows of features that were not added yet."""
        columns = (shares.part, shares.length_m, shares.area_m2)
        _add(shares.owner, *columns, self._features, self._partials, self._counts)

    def totals(self, names: list[str]) -> Totals:
        """Return the sums, by code; `names` are those of the numbers from 0."""
        totals = Totals()
        for number in np.flatnonzero(self._features).tolist():
            terms = [
                self._partials[number, k, :count].tolist() for k, count in enumerate(self._counts[number])
            ]
            totals.put(names[number], int(self._features[number]), terms)
        return totals


@compiled
def _add(
    owner: NDArray[np.int32],
    part: NDArray[np.float64],
    length: NDArray[np.float64],
    area: NDArray[np.float64],
    features: NDArray[np.int64],
    partials: NDArray[np.float64],
    counts: NDArray[np.int64],
) -> None:
    for column in range(3):
        values = (part if column == 0 else length if column == 1 else area).ctypes.data
        for row in range(len(owner)):
            value = double_at(values, row)
            if value != 0.0:
                place = 3 * owner[row] + column
                start = signed(partials.ctypes.data) + 8 * ROOM * place
                counts[owner[row], column] = add(start, counts[owner[row], column], value)
            if column == 0:
                features[owner[row]] += 1
