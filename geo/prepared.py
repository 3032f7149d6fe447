"""Prepared geometries, which no two threads may ask at once.

GEOS keeps work in progress in a prepared geometry, even as it only answers (the chains of edges
of the other geometry, for one), and no lock; shapely lets the other threads run meanwhile. Two
that ask the same one write over each other: memory is corrupted, and the process dies there or
later. To prepare a geometry that others hold is to share it.
"""

from __future__ import annotations

from typing import Any, TypeVar, cast

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

Shape = TypeVar("Shape", bound=BaseGeometry | NDArray[np.object_])


def prepared(shape: Shape) -> Shape:
    """Return a copy of a geometry, or of an array of them, prepared for the caller alone.

    Parameters
    ----------
    shape : shapely geometry or numpy.ndarray
        Anyone may hold it; it stays as it is.

    Returns
    -------
    shapely geometry or numpy.ndarray
        The same coordinates, to the bit. Not to be handed to other threads.

    Examples
    --------
    >>> square = shapely.box(0, 0, 1, 1)
    >>> own = prepared(square)
    >>> own.equals(square), shapely.is_prepared(own), shapely.is_prepared(square)
    (True, np.True_, np.False_)
    """
    own: Any = shapely.from_wkb(shapely.to_wkb(cast(Any, shape)))
    shapely.prepare(own)
    return cast(Shape, own)
