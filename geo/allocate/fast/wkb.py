"""Coordinates straight from the bytes of a column of well-known binary geometries.

Source of the layout: OGC 06-103r4, § 8.2; ISO 19125 codes for Z and M, and the flags of
PostGIS's EWKB. What is not little-endian points, lines or polygons is left to shapely.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.allocate.fast.compiled import ZERO, compiled, signed
from geo.allocate.fast.memory import packed_byte, packed_double, packed_integer, put_double, put_integer

NOTHING, POINTS, LINES, POLYGONS, OTHER = map(signed, range(5))
"""Kinds of features: nothing there, or what a kernel measures, or neither."""

_POINT, _LINE, _POLYGON, _MULTIPOINT, _MULTIPOLYGON = 1, 2, 3, 4, 6
_Z, _M, _SRID = 0x80000000, 0x40000000, 0x20000000
_HEADER = 5
_EMPTY = shapely.Point()


class Shapes(NamedTuple):
    """Features as arrays.

    Attributes
    ----------
    kind : numpy.ndarray
        (n,) `NOTHING`, `POINTS`, `LINES`, `POLYGONS` or `OTHER`.
    first : numpy.ndarray
        (n + 1,) the first ring of each feature; a line is a ring, and so is a set of points.
    start : numpy.ndarray
        (r + 1,) the first coordinate of each ring.
    hole : numpy.ndarray
        (r,) 1 where a ring is a hole.
    xy : numpy.ndarray
        (m, 2) coordinates.
    """

    kind: NDArray[np.int32]
    first: NDArray[np.int64]
    start: NDArray[np.int32]
    hole: NDArray[np.int32]
    xy: NDArray[np.float64]


class _Out(NamedTuple):
    """Addresses of what is written."""

    xy: int
    start: int
    hole: int


def read_shapes(data: NDArray[np.uint8], offsets: NDArray[np.int64], missing: NDArray[np.bool_]) -> Shapes:
    """Read features from their bytes.

    Parameters
    ----------
    data : numpy.ndarray
        All the bytes.
    offsets : numpy.ndarray
        (n + 1,) where each feature starts.
    missing : numpy.ndarray
        (n,) which features have no geometry.
    """
    room = int(offsets[-1] - offsets[0]) if len(offsets) else 0
    # A coordinate takes 16 bytes at least, and a ring of one 20: these are never full.
    xy = np.empty((room // 16 + 1, 2))
    start = np.empty(room // 20 + 2, dtype=np.int32)
    hole = np.empty(room // 20 + 1, dtype=np.int32)
    out = _Out(xy.ctypes.data, start.ctypes.data, hole.ctypes.data)
    kind, first, rings, count = _read(data.ctypes.data, offsets, missing, out)
    start[rings] = count
    return Shapes(kind, first, start[: rings + 1], hole[:rings], xy[:count])


@compiled
def _read(
    data: int, offsets: NDArray[np.int64], missing: NDArray[np.bool_], out: _Out
) -> tuple[NDArray[np.int32], NDArray[np.int64], int, int]:
    kind = np.zeros(len(missing), dtype=np.int32)
    first = np.zeros(len(missing) + 1, dtype=np.int64)
    ring = coordinate = ZERO
    for k in range(len(missing)):
        if not missing[k]:
            what, rings, coordinates = _feature(data, offsets[k], offsets[k + 1], out, ring, coordinate)
            kind[k] = what
            if what != OTHER:
                ring, coordinate = rings, coordinates
        first[k + 1] = ring
    return kind, first, ring, coordinate


@compiled
def _header(data: int, place: int, stop: int) -> tuple[int, int, int]:
    """Return the type (0 if it cannot be read), the number of ordinates, and where the rest starts."""
    if place + _HEADER > stop or packed_byte(data, place) != 1:
        return 0, 0, place
    code = signed(packed_integer(data, place + 1))
    place += _HEADER + (4 if code & _SRID else 0)
    ordinates = 2 + (1 if code & _Z else 0) + (1 if code & _M else 0)
    code &= 0x1FFFFFFF
    ordinates += (0, 1, 1, 2)[code // 1000] if code < 4000 else 0
    base = code % 1000 if code < 4000 else 0
    return (base, ordinates, place) if _POINT <= base <= _MULTIPOLYGON else (0, 0, place)


@compiled
def _count(data: int, place: int, stop: int) -> int:
    if place + 4 > stop:
        return signed(-1)
    return signed(packed_integer(data, place))


@compiled
def _sequence(data: int, place: int, stop: int, ordinates: int, out: _Out, at: int) -> int:
    """Copy a sequence of coordinates after those there are; return how many (0: it cannot be read)."""
    count = _count(data, place, stop)
    if count <= 0 or place + 4 + count * 8 * ordinates > stop:
        return 0
    for k in range(count):
        source = place + 4 + k * 8 * ordinates
        put_double(out.xy, 2 * (at + k), packed_double(data, source))
        put_double(out.xy, 2 * (at + k) + 1, packed_double(data, source + 8))
    return count


@compiled
def _feature(data: int, place: int, stop: int, out: _Out, ring: int, at: int) -> tuple[int, int, int]:
    """Read a feature; return its kind, and the numbers of rings and coordinates that there are then."""
    base, ordinates, place = _header(data, place, stop)
    if base == 0:
        return OTHER, ring, at
    if base == _POINT:
        return _point(data, place, stop, ordinates, out, ring, at)
    count = _count(data, place, stop)
    if count == 0:
        return NOTHING, ring, at
    if base in (_LINE, _POLYGON):
        return _single(data, place, stop, base, ordinates, out, ring, at)
    if base == _MULTIPOINT:
        return _points(data, place + 4, stop, count, out, ring, at)
    return _several(data, place + 4, stop, count, out, ring, at)


@compiled
def _several(
    data: int, place: int, stop: int, count: int, out: _Out, ring: int, at: int
) -> tuple[int, int, int]:
    """Read several lines, or several polygons."""
    kind = OTHER
    for _ in range(count):
        base, ordinates, place = _header(data, place, stop)
        if base not in (_LINE, _POLYGON):
            return OTHER, ring, at
        kind, ring, after = _single(data, place, stop, base, ordinates, out, ring, at)
        if kind == OTHER:
            return OTHER, ring, at
        rings = 1 if base == _LINE else _count(data, place, stop)
        place += (4 if base == _POLYGON else 0) + 4 * rings + (after - at) * 8 * ordinates
        at = after
    return kind, ring, at


@compiled
def _single(
    data: int, place: int, stop: int, base: int, ordinates: int, out: _Out, ring: int, at: int
) -> tuple[int, int, int]:
    """Read a line, or the rings of a polygon."""
    rings = 1
    if base == _POLYGON:
        rings = _count(data, place, stop)
        place += 4
        if rings <= 0:
            return OTHER, ring, at
    for k in range(rings):
        count = _sequence(data, place, stop, ordinates, out, at)
        if count == 0:
            return OTHER, ring, at
        put_integer(out.start, ring, at)
        put_integer(out.hole, ring, 1 if k else 0)
        place += 4 + count * 8 * ordinates
        at += count
        ring += 1
    return (POLYGONS if base == _POLYGON else LINES), ring, at


@compiled
def _point(
    data: int, place: int, stop: int, ordinates: int, out: _Out, ring: int, at: int
) -> tuple[int, int, int]:
    if place + 8 * ordinates > stop:
        return OTHER, ring, at
    x, y = packed_double(data, place), packed_double(data, place + 8)
    if np.isnan(x) and np.isnan(y):
        return NOTHING, ring, at
    put_double(out.xy, 2 * at, x)
    put_double(out.xy, 2 * at + 1, y)
    put_integer(out.start, ring, at)
    put_integer(out.hole, ring, 0)
    return POINTS, ring + 1, at + 1


@compiled
def _points(
    data: int, place: int, stop: int, count: int, out: _Out, ring: int, at: int
) -> tuple[int, int, int]:
    first = at
    for _ in range(count):
        base, ordinates, place = _header(data, place, stop)
        if base != _POINT:
            return OTHER, ring, first
        kind, _ring, at = _point(data, place, stop, ordinates, out, ring, at)
        if kind != POINTS:
            return OTHER, ring, first
        place += 8 * ordinates
    put_integer(out.start, ring, first)
    return POINTS, ring + 1, at


def shapes_of(geometries: NDArray[np.object_]) -> Shapes:
    """Return shapely geometries as arrays.

    Parameters
    ----------
    geometries : numpy.ndarray
        (n,) of any type; None is `NOTHING`.
    """
    if (shapely.get_type_id(geometries) == 0).all() and not shapely.is_empty(geometries).any():
        xy = shapely.get_coordinates(geometries)
        numbers = np.arange(len(xy) + 1, dtype=np.int32)
        kind = np.full(len(xy), POINTS, dtype=np.int32)
        return Shapes(kind, numbers.astype(np.int64), numbers, np.zeros(len(xy), dtype=np.int32), xy)
    missing = shapely.is_missing(geometries)
    whole = geometries.copy()
    whole[missing] = _EMPTY
    blobs = shapely.to_wkb(whole, output_dimension=2, byte_order=1).tolist()
    offsets = np.cumsum([0, *map(len, blobs)])
    return read_shapes(np.frombuffer(b"".join(blobs), dtype=np.uint8), offsets, missing)
