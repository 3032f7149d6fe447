"""Shares by brute force, in fractions: no rounding, no index, no overlay, nothing of the engines.

The coordinates are taken for what they are, binary fractions. Lengths are told as shares of their
segments, areas as twice what they are: no square root, no division.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

import geopandas as gpd
import shapely
from shapely.geometry.base import BaseGeometry

from geo.allocate import ON_BORDER_M, OUTSIDE

ON_BORDER = Fraction(ON_BORDER_M)
Place = tuple[Fraction, Fraction]
Ring = list[Place]


def places(ring: BaseGeometry) -> Ring:
    """Return the places of a line or a ring."""
    return [(Fraction(x), Fraction(y)) for x, y in ring.coords]


def rings(shape: BaseGeometry) -> Iterator[tuple[int, Ring]]:
    """Yield the rings of a territory, 1 for those around it, -1 for those around its holes."""
    for polygon in getattr(shape, "geoms", [shape]):
        yield 1, places(polygon.exterior)
        yield from ((-1, places(hole)) for hole in polygon.interiors)


def cross(o: Place, a: Place, b: Place) -> Fraction:
    """Return twice the area of a triangle, positive if it turns left."""
    return (a[0] - o[0]) * (b[1] - o[1]) - (a[1] - o[1]) * (b[0] - o[0])


def _beside(place: Place, a: Place, b: Place, within: Fraction) -> bool:
    """Tell whether a place is at most so far from a segment."""
    along, gap = (b[0] - a[0], b[1] - a[1]), (place[0] - a[0], place[1] - a[1])
    square = along[0] ** 2 + along[1] ** 2
    share = (gap[0] * along[0] + gap[1] * along[1]) / square if square else Fraction(0)
    share = min(max(share, Fraction(0)), Fraction(1))
    return (gap[0] - share * along[0]) ** 2 + (gap[1] - share * along[1]) ** 2 <= within**2


def holds(borders: Sequence[Ring], place: Place, within: Fraction = Fraction(0)) -> bool:
    """Tell whether a place is in a territory or so near it, by what a ray to the right crosses."""
    inside = False
    for ring in borders:
        for a, b in pairwise(ring):
            if _beside(place, a, b, within):
                return True
            if (a[1] > place[1]) != (b[1] > place[1]) and (cross(a, b, place) > 0) == (b[1] > a[1]):
                inside = not inside
    return inside


def _cuts(start: Place, end: Place, borders: Sequence[Ring]) -> list[Fraction]:
    """Return where a segment meets the lines of all edges, from 0 to 1."""
    found = {Fraction(0), Fraction(1)}
    for ring in borders:
        for a, b in pairwise(ring):
            before, after = cross(a, b, start), cross(a, b, end)
            if before != after:
                found.add(before / (before - after))
            elif not before and start != end:
                axis = int(start[0] == end[0])
                found |= {(place[axis] - start[axis]) / (end[axis] - start[axis]) for place in (a, b)}
    return sorted(share for share in found if 0 <= share <= 1)


def owner(place: Place, partition: gpd.GeoDataFrame) -> str:
    """Return the first code of the territories that hold a place."""
    borders = {str(code): [ring for _, ring in rings(shape)] for code, shape in partition.geometry.items()}
    return min((code for code, own in borders.items() if holds(own, place)), default=OUTSIDE)


def lengths(path: BaseGeometry, partition: gpd.GeoDataFrame) -> dict[str, float]:
    """Return the metres of a line that never runs over itself, by territory."""
    borders = {str(code): [ring for _, ring in rings(shape)] for code, shape in partition.geometry.items()}
    every = [ring for own in borders.values() for ring in own]
    metres: dict[str, list[float]] = {}
    for start, end in pairwise(places(path)):
        whole = math.hypot(end[0] - start[0], end[1] - start[1])
        for low, high in pairwise(_cuts(start, end, every)):
            share = (low + high) / 2
            middle = (start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1]))
            holders = [code for code, own in borders.items() if holds(own, middle, ON_BORDER)] or [OUTSIDE]
            for code in holders:
                metres.setdefault(code, []).append(float((high - low) / len(holders)) * whole)
    return {code: math.fsum(pieces) for code, pieces in metres.items()}


def _clipped(ring: Ring, a: Place, b: Place) -> Ring:
    """Return what of a ring is on the left of a line, as Sutherland and Hodgman cut it (1974)."""
    kept: Ring = []
    for start, end in pairwise(ring):
        before, after = cross(a, b, start), cross(a, b, end)
        if before >= 0:
            kept.append(start)
        if (before > 0 > after) or (before < 0 < after):
            share = before / (before - after)
            kept.append((start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1])))
    return [*kept, *kept[:1]]


def twice_the_area(ring: Ring) -> Fraction:
    """Return twice the area of a ring, whatever its direction."""
    return abs(sum((a[0] * b[1] - a[1] * b[0] for a, b in pairwise(ring)), Fraction()))


def areas(convex: BaseGeometry, partition: gpd.GeoDataFrame) -> dict[str, float]:
    """Return the square metres of a convex polygon, by territory, without those that have none."""
    around = places(shapely.boundary(shapely.orient_polygons(convex)))
    found: dict[str, Fraction] = {}
    for code, shape in partition.geometry.items():
        for sign, ring in rings(shape):
            cut = ring
            for a, b in pairwise(around):
                cut = _clipped(cut, a, b)
            found[str(code)] = found.get(str(code), Fraction()) + sign * twice_the_area(cut)
    found[OUTSIDE] = twice_the_area(around) - sum(found.values(), Fraction())
    return {code: float(value / 2) for code, value in found.items() if value}
