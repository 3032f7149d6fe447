"""Exact shares of features in territories, conserved.

For each feature, what lies in each territory and what lies outside add up to the whole,
to 1e-9 relative. The rules for what is on a border:

- a point on a shared border belongs to the territory whose code comes first;
- a line on a shared border is shared half and half; on the outer border, it is inside;
- a line that runs over itself is measured once.

The partition must be a coverage: territories that share their edges and do not overlap.
"""

from __future__ import annotations

from operator import itemgetter

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pyproj import CRS

from geo.allocate.batches import batch_of, in_threads
from geo.allocate.checking import check_frame, check_geometries, check_same_crs
from geo.allocate.partition import Engine, Partition
from geo.allocate.shares import Shares, from_rows, in_order, joined


def allocate(
    features: gpd.GeoDataFrame, partition: gpd.GeoDataFrame | Partition, *, engine: Engine = "auto"
) -> pd.DataFrame:
    """Share features between territories.

    Parameters
    ----------
    features : geopandas.GeoDataFrame
        Points, lines, polygons or collections, valid, in a projected CRS (metres). The
        index names them. Empty and missing geometries get no row.
    partition : geopandas.GeoDataFrame or Partition
        Territories that do not overlap, indexed by code (str), in the same CRS. Made
        ready once with `Partition`, they serve many times.
    engine : {"auto", "plain", "fast"}
        "plain" is shapely and NumPy; "fast" is compiled by Numba (see `geo.allocate.fast`);
        "auto" takes it from 10,000 features on, if Numba is there. Points and lines get the
        same bits from both, areas agree to 1e-12 of the feature's.

    Returns
    -------
    pandas.DataFrame
        Columns `COLUMNS`, one row for each feature and territory that it meets, and one
        with territory `OUTSIDE` where some of it lies in none. ``part`` is the share of
        the feature (of its area if it has one, else of its length, else of its points);
        the parts of a feature add up to 1. ``length_m`` in metres, ``area_m2`` in square
        metres. Sorted as the features, then by code.

    Raises
    ------
    DataError
        If a CRS is missing, differs, or is not in metres; if a geometry is invalid; if an
        index repeats a name; if the territories are not a coverage.
    ErbmError
        If the fast engine is asked for, and Numba is not installed.

    Examples
    --------
    >>> import shapely
    >>> squares = [shapely.box(0, 0, 10, 10), shapely.box(10, 0, 20, 10)]
    >>> partition = gpd.GeoDataFrame(geometry=squares, index=["a", "b"], crs="EPSG:2154")
    >>> path = shapely.LineString([(4, 5), (14, 5), (14, 25)])
    >>> features = gpd.GeoDataFrame(geometry=[path], index=["path"], crs="EPSG:2154")
    >>> allocate(features, partition)[["territory", "length_m"]].values.tolist()
    [['a', 6.0], ['b', 9.0], ['', 15.0]]
    """
    check_frame(features, "éléments")
    ready = Partition.of(partition)
    check_same_crs(CRS(features.crs), ready.crs)
    geometries = np.asarray(features.geometry.array)
    if ready.is_fast(engine, len(features)):
        size = batch_of(len(geometries))
        starts = range(0, len(geometries), size)
        pieces = in_threads(
            lambda start: _fast(
                ready, geometries[start : start + size], features.index[start : start + size]
            ),
            starts,
        )
        shares = joined(list(pieces), starts)
    else:
        shares = share_plainly(ready, geometries, features.index)
    return shares.frame(features.index, ready.codes)


def share_plainly(
    partition: Partition,
    geometries: NDArray[np.object_],
    names: pd.Index | NDArray[np.int64],
    where: str = "allocate",
) -> Shares:
    """Share geometries with the plain engine.

    Parameters
    ----------
    partition : Partition
        The territories.
    geometries : numpy.ndarray
        In their CRS.
    names : pandas.Index or numpy.ndarray
        What an error calls each geometry.
    where : str
        Where an error says that they are.

    Raises
    ------
    DataError
        If one is invalid.
    """
    check_geometries(geometries, names, "élément", where)
    rows = sorted(partition.plain.shares(geometries), key=itemgetter(0))
    return from_rows(rows, partition.codes)


def _fast(partition: Partition, geometries: NDArray[np.object_], names: pd.Index) -> Shares:
    from geo.allocate.fast.engine import measure  # noqa: PLC0415 - loads the compiler
    from geo.allocate.fast.wkb import shapes_of  # noqa: PLC0415 - the same

    assert partition.ground is not None
    shares, left = measure(shapes_of(geometries), partition.ground)
    if not len(left):
        return shares
    return in_order([shares, moved(share_plainly(partition, geometries[left], names[left]), left)])


def moved(shares: Shares, positions: NDArray[np.int64]) -> Shares:
    """Return shares of some features of a batch, with their positions in it."""
    return Shares(positions[shares.feature], shares.owner, shares.part, shares.length_m, shares.area_m2)
