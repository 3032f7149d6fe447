"""Features, from plain to adversarial, drawn where a partition has its borders, its corners and its holes."""

from __future__ import annotations

import math
from itertools import pairwise

import geopandas as gpd
import numpy as np
import shapely
from hypothesis import assume
from hypothesis import strategies as st
from shapely.geometry.base import BaseGeometry

from tests.allocation.coverages import partitions
from tests.allocation.shapes import CRS, Place, frame

Case = tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]
"""Features and the partition that they are shared in."""
MILLIMETRE = 0.001


def edges(partition: gpd.GeoDataFrame) -> list[shapely.LineString]:
    """Return all the edges of the territories, from corner to corner."""
    borders = shapely.get_parts(shapely.get_parts(shapely.boundary(np.asarray(partition.geometry.array))))
    return [shapely.LineString(pair) for border in borders for pair in pairwise(border.coords)]


def corners(partition: gpd.GeoDataFrame) -> list[Place]:
    """Return all the corners of the territories."""
    shapes = np.asarray(partition.geometry.array)
    return sorted({(float(x), float(y)) for x, y in shapely.get_coordinates(shapes)})


def places(partition: gpd.GeoDataFrame) -> st.SearchStrategy[Place]:
    """Draw corners of the territories, places on their borders, and any other near or far."""
    known = corners(partition)
    west, south, east, north = partition.total_bounds
    margin = (east - west) / 3
    middles = [((a[0] + b[0]) / 2, (a[1] + b[1]) / 2) for a, b in pairwise(known)]
    anywhere = st.tuples(st.floats(west - margin, east + margin), st.floats(south - margin, north + margin))
    return st.one_of(st.sampled_from(known), st.sampled_from(middles or known), anywhere)


def _hull(around: list[Place]) -> BaseGeometry:
    """Return the hull of places, with a hole in its middle."""
    hull = shapely.MultiPoint(around).convex_hull
    hole = shapely.transform(hull, lambda xy: (xy + 2 * np.array(hull.centroid.coords)) / 3)
    return hull.difference(hole) if hull.area else hull


@st.composite
def plain_features(draw: st.DrawFn, partition: gpd.GeoDataFrame) -> BaseGeometry:
    """Draw points, lines, surfaces and collections of them, that have something to be shared."""
    anywhere = places(partition)
    several = st.lists(anywhere, min_size=2, max_size=6)
    along = st.lists(st.sampled_from(edges(partition)), min_size=1, max_size=6)
    simple = st.one_of(
        anywhere.map(shapely.Point),
        several.map(shapely.MultiPoint),
        several.map(shapely.LineString),
        several.map(lambda xy: shapely.LineString([*xy, *reversed(xy), xy[-1]])),  # over itself
        st.lists(several.map(shapely.LineString), min_size=1, max_size=3).map(shapely.MultiLineString),
        along.map(shapely.MultiLineString),  # along borders, some twice
        st.lists(anywhere, min_size=3, max_size=6).map(_hull),
        st.lists(st.lists(anywhere, min_size=3, max_size=5).map(_hull), min_size=2, max_size=3).map(
            shapely.union_all
        ),
    )
    collections = st.lists(simple, min_size=1, max_size=3).map(shapely.GeometryCollection)
    feature: BaseGeometry = draw(st.one_of(simple, collections))
    # A sliver whose area is but the rounding of its corners has no area to share to 1e-9.
    scale = math.hypot(*np.ptp(partition.total_bounds.reshape(2, 2), axis=0))
    assume(not feature.is_empty)
    for part in shapely.get_parts(feature):
        assume(part.area == 0 or part.area > 1e-6 * scale**2)
    assume(shapely.is_valid(feature) or feature.geom_type.endswith("LineString"))
    return feature


# What no careful surveyor would draw


def zigzag(edge: BaseGeometry, times: int, reach: float) -> BaseGeometry:
    """Return a line that leaves over an edge and comes back, so many times."""
    (x1, y1), (x2, y2) = edge.coords
    share = np.linspace(0.05, 0.95, 2 * times + 1)
    side = np.where(np.arange(len(share)) % 2, reach, -reach)
    x, y = x1 + share * (x2 - x1) - side * (y2 - y1), y1 + share * (y2 - y1) + side * (x2 - x1)
    return shapely.LineString(np.column_stack([x, y]))


def part_of(edge: BaseGeometry, start: float, end: float) -> BaseGeometry:
    """Return a stretch of an edge, but for the rounding of its ends."""
    (x1, y1), (x2, y2) = edge.coords
    return shapely.LineString([(x1 + t * (x2 - x1), y1 + t * (y2 - y1)) for t in (start, end)])


def blade(edge: BaseGeometry, width: float) -> BaseGeometry:
    """Return a polygon of a given width that stands on an edge."""
    (x1, y1), (x2, y2) = edge.coords
    across = np.array([y1 - y2, x2 - x1]) * width / math.hypot(x2 - x1, y2 - y1)
    foot = np.array([(x1, y1), (x2, y2)])
    return shapely.Polygon(np.concatenate([foot, foot[::-1] + across]))


def tent(edge: BaseGeometry, top: Place) -> BaseGeometry:
    """Return a triangle that has an edge for its base."""
    return shapely.Polygon([*edge.coords, top])


def islets(partition: gpd.GeoDataFrame, most: int = 5) -> BaseGeometry:
    """Return a multipolygon with a part well within each of several territories."""
    parts = []
    for shape in partition.geometry.iloc[:most]:
        centre, radius = shapely.maximum_inscribed_circle(shape).coords
        parts.append(shapely.Point(centre).buffer(0.5 * math.dist(centre, radius), quad_segs=1))
    return shapely.MultiPolygon(parts)


def _touching(corner: Place, far: Place) -> BaseGeometry:
    return shapely.LineString([far, corner, (2 * far[0] - corner[0], far[1])])


@st.composite
def odd_features(draw: st.DrawFn, partition: gpd.GeoDataFrame) -> BaseGeometry:
    """Draw a feature on the borders, corners and holes of a partition."""
    west, south, east, north = partition.total_bounds
    edge = st.sampled_from(edges(partition))
    corner = st.sampled_from(corners(partition))
    far = st.tuples(st.floats(west - 50, west - 1), st.floats(south - 50, south - 1))
    shares = st.tuples(st.floats(0, 0.4), st.floats(0.6, 1))
    territory = st.sampled_from(list(partition.geometry))
    kinds = [
        corner.map(shapely.Point),
        edge.map(lambda e: part_of(e, 0.5, 1).interpolate(0)),
        edge,
        st.builds(lambda e, s: part_of(e, *s), edge, shares),
        territory.map(lambda shape: shape.boundary),  # closed
        st.builds(_touching, corner, far),
        st.builds(zigzag, edge, st.sampled_from([1, 7, 60]), st.sampled_from([0.01, 0.3])),
        corner.map(lambda xy: shapely.LineString([xy, xy])),  # of no length
        edge.map(lambda e: shapely.LineString([*e.coords, *reversed(e.coords)])),
        territory,
        territory.map(lambda shape: shape.convex_hull),  # covers its enclaves
        st.just(shapely.box(west - 1, south - 1, east + 1, north + 1)),
        edge.map(lambda e: blade(e, MILLIMETRE)),
        st.builds(tent, edge, places(partition)),
        st.just(islets(partition)),
        st.just(shapely.MultiPoint(corners(partition))),
    ]
    feature: BaseGeometry = draw(st.one_of(kinds))
    if draw(st.integers(0, 4)) == 0:
        feature = shapely.GeometryCollection([feature, draw(st.one_of(kinds))])
    # An area is known to the rounding of its corners: nothing thinner than a millimetre by a kilometre.
    assume(all(part.area == 0 or part.area > 2e-7 * part.length**2 for part in shapely.get_parts(feature)))
    assume(shapely.is_valid(feature) or shapely.get_dimensions(feature) == 1)
    return feature


def features(partition: gpd.GeoDataFrame) -> st.SearchStrategy[BaseGeometry]:
    """Draw any feature."""
    return st.one_of(plain_features(partition), odd_features(partition))


def lines(partition: gpd.GeoDataFrame) -> st.SearchStrategy[BaseGeometry]:
    """Draw simple lines, that never run over themselves."""
    straight = st.lists(places(partition), min_size=2, max_size=6, unique=True).map(shapely.LineString)
    return straight.filter(lambda path: bool(path.is_simple and path.length))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Draw a partition and one to four features."""
    partition = draw(partitions)
    return frame(list(draw(st.lists(features(partition), min_size=1, max_size=4)))), partition


@st.composite
def layers(draw: st.DrawFn) -> Case:
    """Draw a partition and a whole layer: features, the same again, none, empty ones, some far away."""
    chosen, partition = draw(cases())
    known: list[BaseGeometry | None] = list(chosen.geometry)
    nothing = [None, shapely.Point(), shapely.LineString(), shapely.Polygon(), shapely.GeometryCollection()]
    away = shapely.transform(known[0], lambda xy: xy + 2.0**20)
    more = draw(st.lists(st.sampled_from([*known, *nothing, away]), max_size=5))
    rows = draw(st.permutations([*known, *more]))
    return gpd.GeoDataFrame(
        geometry=list(rows), index=[f"f{n}" for n in range(len(rows))], crs=CRS
    ), partition
