"""Coverages: territories that share their edges, drawn at the size of a plot or of a region."""

from __future__ import annotations

from itertools import pairwise

import geopandas as gpd
import numpy as np
import shapely
from hypothesis import assume
from hypothesis import strategies as st
from shapely.geometry.base import BaseGeometry

from geo.allocate import OUTSIDE
from tests.allocation.shapes import CORNER, Place, at, frame


@st.composite
def triangles(draw: st.DrawFn) -> gpd.GeoDataFrame:
    """Draw triangles of a skewed or jittered grid, joined by code, some left out; codes in any order."""
    columns, rows = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    size = draw(st.sampled_from([1.0, 100.0, 12_345.678]))
    skew = draw(st.sampled_from([0.0, 0.3, 1 / 3]))
    codes = draw(st.permutations(["07", "a", "62", "zz", "m"]))
    rng = np.random.default_rng(draw(st.integers(0, 1000)))
    jitter = draw(st.sampled_from([0.0, 0.15])) * rng.uniform(-1, 1, (columns + 1, rows + 1, 2))

    def corner(i: int, j: int) -> Place:
        x, y = i + skew * j + jitter[i, j, 0], j - skew * i / 7 + jitter[i, j, 1]
        return CORNER[0] + size * x, CORNER[1] + size * y

    members: dict[str, list[BaseGeometry]] = {}
    for i in range(columns):
        for j in range(rows):
            a, b, c, d = corner(i, j), corner(i + 1, j), corner(i + 1, j + 1), corner(i, j + 1)
            for triangle in ((a, b, c), (a, c, d)):
                code = draw(st.sampled_from([*codes[: draw(st.integers(1, 5))], OUTSIDE]))
                members.setdefault(code, []).append(shapely.Polygon(triangle))
    members.pop(OUTSIDE, None)
    assume(members)
    return frame({code: shapely.coverage_union_all(shapes) for code, shapes in members.items()})


def cells(rng: np.random.Generator, count: int, size: float) -> list[BaseGeometry]:
    """Return the cells around random places of a square."""
    seeds = rng.uniform(0, size, (count, 2)) + CORNER
    return list(shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(seeds))))


@st.composite
def voronoi(draw: st.DrawFn) -> gpd.GeoDataFrame:
    """Draw the cells around random places: borders in every direction, corners of three; clipped or not."""
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    size = 10.0 ** draw(st.integers(0, 5))
    shapes = cells(rng, draw(st.integers(2, 12)), size)
    if draw(st.booleans()):
        square = shapely.transform(shapely.box(0.1, 0.1, 0.9, 0.9), lambda xy: size * xy + CORNER)
        clipped = shapely.intersection(np.array(shapes), square)
        shapes = list(clipped[shapely.area(clipped) > 0])
    assume(shapely.coverage_is_valid(shapes))
    return frame({f"{n:02d}": cell for n, cell in enumerate(shapes)})


@st.composite
def enclaves(draw: st.DrawFn) -> gpd.GeoDataFrame:
    """Draw a territory in a territory: rings around a core, of two to four codes, one perhaps of none."""
    rng = np.random.default_rng(draw(st.integers(0, 1000)))
    size = draw(st.sampled_from([1.0, 100.0, 10_000.0]))
    corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)])
    rings = [
        [CORNER + size * (radius * corner + rng.uniform(-0.2, 0.2, 2)) for corner in corners]
        for radius in (4, 3, 2, 1)
    ]
    shapes = [shapely.Polygon(outer, [inner]) for outer, inner in pairwise(rings)]
    shapes.append(shapely.Polygon(rings[-1]))
    codes = draw(st.lists(st.sampled_from(["b", "a", "c", OUTSIDE]), min_size=4, max_size=4))
    assume(set(codes) - {OUTSIDE})
    members: dict[str, list[BaseGeometry]] = {}
    for code, shape in zip(codes, shapes, strict=True):
        members.setdefault(code, []).append(shape)
    members.pop(OUTSIDE, None)
    return frame({code: shapely.coverage_union_all(parts) for code, parts in members.items()})


@st.composite
def strips(draw: st.DrawFn) -> gpd.GeoDataFrame:
    """Draw strips side by side, from a millimetre to a hundred metres wide."""
    widths = draw(st.lists(st.sampled_from([0.001, 0.25, 10.0, 100.0]), min_size=1, max_size=5))
    height = draw(st.sampled_from([1.0, 1000.0]))
    lean = draw(st.sampled_from([0.0, 7.0]))
    feet = [float(x) for x in np.cumsum([0, *widths])]
    posts = [at((x, 0), (x + lean, height)) for x in feet]
    shapes = {
        f"{9 - n}": shapely.Polygon([*left, *reversed(right)])
        for n, (left, right) in enumerate(pairwise(posts))
    }
    return frame(shapes)


partitions = st.one_of(triangles(), voronoi(), enclaves(), strips())
