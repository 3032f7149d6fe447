"""The arithmetic of the kernels has no rounding error, and their projection is PROJ's."""

from __future__ import annotations

import math
from fractions import Fraction

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer

from tests.allocation import random_sets

pytest.importorskip("numba")

from geo.allocate.fast.exact import ROOM, add, rounded, side
from geo.allocate.fast.grid import make_ground, owner_at
from geo.allocate.fast.lambert import to_lambert_93

NEAR_M = 1e-8
"""How far from PROJ a place may be projected: PROJ itself stops at some nanometres."""

ordinates = st.floats(-1e7, 1e7, allow_subnormal=False)
terms = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e300, max_value=1e300)


@given(st.lists(ordinates, min_size=6, max_size=6), st.integers(0, 4), st.integers(-3, 3))
def test_the_side_of_a_line_is_exact(numbers: list[float], along: int, off: int) -> None:
    ax, ay, bx, by, px, py = numbers
    if along:  # almost on the line: where rounding would decide
        px, py = ax + (bx - ax) * along / 4, ay + (by - ay) * along / 4
        px = math.nextafter(px, math.inf if off > 0 else -math.inf) if off else px
    exact = [Fraction(number) for number in (ax, ay, bx, by, px, py)]
    cross = (exact[0] - exact[4]) * (exact[3] - exact[5]) - (exact[1] - exact[5]) * (exact[2] - exact[4])
    assert side(ax, ay, bx, by, px, py) == (cross > 0) - (cross < 0)


@given(st.lists(terms, max_size=40))
def test_a_sum_is_rounded_once_as_fsum_does(values: list[float]) -> None:
    partials = np.empty(ROOM)
    count = 0
    for value in [*values, *(-value for value in values[::2])]:
        count = add(partials.ctypes.data, count, value)
    assert rounded(partials.ctypes.data, count) == math.fsum([*values, *(-value for value in values[::2])])


@pytest.mark.parametrize("tail", [2.0**-110, -(2.0**-110), 0.0])
def test_a_tie_is_broken_by_what_is_far_below(tail: float) -> None:
    partials = np.empty(ROOM)
    count = 0
    for value in (1.0, 2.0**-53, tail):
        count = add(partials.ctypes.data, count, value)
    assert rounded(partials.ctypes.data, count) == math.fsum((1.0, 2.0**-53, tail))


@pytest.mark.parametrize(
    "box",
    [(-5.5, 41.0, 10.0, 52.0), (2.0, 50.0, 4.0, 51.0), (-7.0, 41.0, 13.0, 52.0), (-60.0, 10.0, 60.0, 80.0)],
    ids=["France", "the basin", "the edge of the polynomials", "far away"],
)
def test_places_are_projected_as_proj_does(box: tuple[float, float, float, float]) -> None:
    degrees = np.random.default_rng(93).uniform(box[:2], box[2:], (20_000, 2))
    metres = np.empty_like(degrees)
    to_lambert_93(degrees, metres)
    transformer = Transformer.from_crs("EPSG:4326", "EPSG:2154", always_xy=True)
    expected = np.column_stack(transformer.transform(degrees[:, 0], degrees[:, 1]))
    assert np.abs(metres - expected).max() <= NEAR_M


def test_a_place_is_projected_the_same_alone_and_among_others() -> None:
    degrees = np.random.default_rng(2).uniform((-8.0, 40.0), (12.0, 53.0), (999, 2))
    together, alone = np.empty_like(degrees), np.empty_like(degrees)
    to_lambert_93(degrees, together)
    for row in range(len(degrees)):
        to_lambert_93(degrees[row : row + 1], alone[row : row + 1])
    assert together.tobytes() == alone.tobytes()


@pytest.fixture(scope="module")
def territories() -> gpd.GeoDataFrame:
    """Give 200 territories."""
    return random_sets.territories()


def test_the_grid_finds_what_shapely_finds(territories: gpd.GeoDataFrame) -> None:
    shapes = np.asarray(territories.geometry.array)
    ground = make_ground(shapes)
    assert ground is not None
    low, high = territories.total_bounds[:2] - 500, territories.total_bounds[2:] + 500
    vertices = shapely.get_coordinates(shapes)[::7]
    middles = (ground.ends[:, :2] + ground.ends[:, 2:]) / 2
    places = np.concatenate([np.random.default_rng(3).uniform(low, high, (20_000, 2)), vertices, middles])
    point, territory = shapely.STRtree(shapes).query(shapely.points(places), predicate="intersects")
    expected = np.full(len(places), len(shapes))
    np.minimum.at(expected, point, territory)
    expected = np.where(expected == len(shapes), 0, expected + 1)
    found = [owner_at(ground.grid, x, y) for x, y in places]
    assert found == expected.tolist()
    assert set(expected.tolist()) == set(range(len(shapes) + 1))


@pytest.mark.parametrize(
    "shapes",
    [
        [shapely.box(0, 0, 10, 10), shapely.box(9, 0, 20, 10)],  # they overlap
        [shapely.box(0, 0, 10, 10), shapely.box(2, 2, 4, 4)],  # one lies in the other
        [shapely.box(0, 0, 10, 10), shapely.box(10, 2, 20, 8)],  # edges that do not match
        [shapely.box(0, 0, 10, 10), shapely.box(0, 0, 10, 10)],  # twice the same
        [shapely.box(0, 0, 10, 10), shapely.Point(1, 1)],
        [shapely.box(0, 0, 10, 10), shapely.Polygon()],
        [shapely.Polygon([(0, 0), (4, 4), (4, 0), (0, 4)])],  # a bow
    ],
)
def test_what_is_no_coverage_has_no_grid(shapes: list[shapely.Geometry]) -> None:
    assert make_ground(np.array(shapes, dtype=object)) is None


def test_an_edge_through_a_reference_point_moves_the_points() -> None:
    plain = make_ground(np.array([shapely.box(0, 0, 64, 64)], dtype=object))
    assert plain is not None
    grid = plain.grid
    x, y = grid.west + (5 + grid.across) * grid.size, grid.south + (7 + grid.up) * grid.size
    cut = [shapely.box(0, 0, x, 64), shapely.box(x, 0, 64, 64)]
    moved = make_ground(np.array(cut, dtype=object))
    assert moved is not None
    assert owner_at(moved.grid, x - 1, y) == 1
    assert owner_at(moved.grid, x + 1, y) == 2
    assert owner_at(moved.grid, x, y) == 1
