"""Natural breaks: the classes of Fisher and Jenks, exactly, in a few milliseconds.

mapclassify computes the same ones, and the tests compare the two; importing it (numba, scikit-learn,
scipy) takes four times as long as making all the pages.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

METHOD = "seuils naturels (Fisher-Jenks)"
"""What the method is called in a legend."""


def natural_breaks(values: Sequence[float], classes: int) -> list[float]:
    """Return the greatest value of each class, which are as alike inside as can be.

    Parameters
    ----------
    values : sequence of float
        What to put in classes, in any order; the same value is always in the same class.
    classes : int
        How many, at most as many as there are different values.

    Returns
    -------
    list of float
        Increasing; the sum of the squared differences from the mean of each class is the least
        there is.

    Examples
    --------
    >>> natural_breaks([1, 2, 2, 10, 11, 40], 3)
    [2.0, 11.0, 40.0]
    """
    found, counts = np.unique(np.asarray(values, dtype=np.float64), return_counts=True)
    cost = _costs(found, counts)
    classes = min(classes, len(found))
    best = cost[0]
    starts = []
    for _ in range(1, classes):
        # what it costs that the last class begins at each value (row) and ends at each (column)
        before = np.concatenate(([np.inf], best[:-1]))
        whole = before[:, None] + cost
        starts.append(whole.argmin(axis=0))
        best = whole.min(axis=0)
    last, bounds = len(found) - 1, []
    for start in reversed(starts):
        bounds.append(last)
        last = int(start[last]) - 1
    return [float(found[at]) for at in reversed([*bounds, last])]


def _costs(values: NDArray[np.float64], counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the sum of squared differences from the mean, for each run of the sorted values."""
    centred = values - np.average(values, weights=counts)  # figures of like size lose fewer digits
    weights, sums, squares = (
        np.concatenate(([0.0], np.cumsum(counts * power))) for power in (1.0, centred, centred**2)
    )
    size, total, square = (told[None, 1:] - told[:-1, None] for told in (weights, sums, squares))
    runs = np.triu(np.ones((len(values), len(values)), dtype=bool))
    cost = np.full(runs.shape, np.inf)
    cost[runs] = np.maximum(square[runs] - total[runs] ** 2 / size[runs], 0.0)
    return cost


def how_many(values: Sequence[float], *, most: int) -> int:
    """Return how many classes suit some values: the fewer there are, the fewer classes."""
    different = len(set(values))
    for classes, least in ((5, 25), (4, 7), (3, 5), (2, 2)):
        if different >= least and classes <= most:
            return classes
    return 1
