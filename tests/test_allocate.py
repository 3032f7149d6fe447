"""Shares are exact and conserved, on any coverage; the expected ones come from arithmetic or brute force."""

from __future__ import annotations

import math
import random
from fractions import Fraction

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import assume, given
from hypothesis import strategies as st
from shapely.geometry.base import BaseGeometry

from geo.allocate import COLUMNS, OUTSIDE, measured_once
from geo.errors import DataError
from tests.allocation import engines
from tests.allocation.coverages import partitions
from tests.allocation.engines import allocate
from tests.allocation.features import Case, cases, layers
from tests.allocation.shapes import CRS, RELATIVE, at, box, by_feature_and_code, frame, line, measure

engine = engines.engine


def shares(
    feature: BaseGeometry, partition: gpd.GeoDataFrame, engine: str, column: str = "part"
) -> dict[str, float]:
    table = allocate(frame([feature]), partition, engine)
    return dict(zip(table["territory"], table[column], strict=True))


TWO = frame({"a": box(0, 0, 10, 10), "b": box(10, 0, 20, 10)})
FOUR = frame(
    {"d": box(0, 0, 10, 10), "c": box(10, 0, 20, 10), "b": box(0, 10, 10, 20), "a": box(10, 10, 20, 20)}
)

# By hand


@pytest.mark.parametrize(
    ("feature", "metres"),
    [
        (line((4, 5), (14, 5)), {"a": 6, "b": 4}),
        (line((4, 5), (14, 5), (14, 25)), {"a": 6, "b": 9, OUTSIDE: 15}),
        (line((10, 2), (10, 8)), {"a": 3, "b": 3}),  # on the shared border
        (line((10, 2), (10, 14)), {"a": 4, "b": 4, OUTSIDE: 4}),
        (line((0, 2), (0, 8)), {"a": 6}),  # on the outer border
        (line((0, 10), (20, 10)), {"a": 10, "b": 10}),
        (line((-5, -5), (0, 0)), {OUTSIDE: math.sqrt(50)}),  # touches a corner
        (line((10, 5), (5, 5)), {"a": 5}),  # touches the border
        (line((2, 5), (8, 5), (2, 5), (8, 5)), {"a": 6}),  # over itself
        (line((10, 2), (10, 8), (10, 2)), {"a": 3, "b": 3}),
        (line((30, 5), (40, 5)), {OUTSIDE: 10}),
        (shapely.MultiLineString([line((2, 5), (6, 5)), line((4, 5), (8, 5))]), {"a": 6}),
        (shapely.MultiLineString([line((2, 5), (6, 5)), line((12, 5), (14, 5))]), {"a": 4, "b": 2}),
        (shapely.GeometryCollection([line((2, 5), (6, 5)), shapely.Point(*at((12, 5)))]), {"a": 4}),
    ],
)
def test_lines(engine: str, feature: BaseGeometry, metres: dict[str, float]) -> None:
    whole = sum(metres.values())
    assert shares(feature, TWO, engine, "length_m") == pytest.approx(metres, rel=RELATIVE)
    assert shares(feature, TWO, engine) == pytest.approx(
        {k: v / whole for k, v in metres.items()}, rel=RELATIVE
    )


@pytest.mark.parametrize(
    ("feature", "square_metres"),
    [
        (box(6, 2, 14, 4), {"a": 8, "b": 8}),
        (box(8, 8, 12, 14), {"a": 4, "b": 4, OUTSIDE: 16}),
        (box(10, 0, 20, 10), {"b": 100}),
        (box(20, 0, 30, 10), {OUTSIDE: 100}),  # touches along an edge
        (box(0, 0, 20, 10), {"a": 100, "b": 100}),
        (box(2, 2, 18, 8).difference(box(4, 4, 16, 6)), {"a": 36, "b": 36}),
        (shapely.MultiPolygon([box(1, 1, 2, 2), box(11, 1, 13, 2)]), {"a": 1, "b": 2}),
        (shapely.GeometryCollection([shapely.GeometryCollection([box(1, 1, 2, 2)])]), {"a": 1}),
        (
            shapely.GeometryCollection([box(1, 1, 3, 2), box(2, 1, 4, 2)]),
            {"a": 3},
        ),  # what overlaps counts once
    ],
)
def test_surfaces(engine: str, feature: BaseGeometry, square_metres: dict[str, float]) -> None:
    whole = sum(square_metres.values())
    assert shares(feature, TWO, engine, "area_m2") == pytest.approx(square_metres, rel=RELATIVE)
    assert shares(feature, TWO, engine) == pytest.approx(
        {k: v / whole for k, v in square_metres.items()}, rel=RELATIVE
    )


@pytest.mark.parametrize(
    ("places", "parts"),
    [
        ([(5, 5)], {"d": 1}),
        ([(10, 5)], {"c": 1}),  # on a border: the first code
        ([(10, 10)], {"a": 1}),  # on the quadruple point
        ([(0, 0)], {"d": 1}),
        ([(-1, 5)], {OUTSIDE: 1}),
        ([(5, 5), (15, 5), (15, 6), (30, 30)], {"c": 0.5, "d": 0.25, OUTSIDE: 0.25}),
    ],
)
def test_points(engine: str, places: list[tuple[float, float]], parts: dict[str, float]) -> None:
    assert shares(shapely.MultiPoint(at(*places)), FOUR, engine) == parts
    if len(places) == 1:
        assert shares(shapely.Point(*at(*places)), FOUR, engine) == parts


def test_a_collection_is_shared_by_what_is_largest_in_it(engine: str) -> None:
    mixed = shapely.GeometryCollection(
        [box(1, 1, 3, 3), line((12, 5), (15, 5)), shapely.Point(*at((30, 30)))]
    )
    table = allocate(frame([mixed]), TWO, engine)
    rows = table.drop(columns="feature").to_numpy().tolist()
    assert rows == [["a", 1.0, 0.0, pytest.approx(4)], ["b", 0.0, pytest.approx(3), 0.0]]


def test_nested_collections_are_opened(engine: str) -> None:
    inner = shapely.GeometryCollection(
        [line((2, 5), (4, 5)), shapely.MultiLineString([line((12, 5), (13, 5))])]
    )
    nested = shapely.GeometryCollection([shapely.GeometryCollection([inner, box(15, 5, 16, 6)])])
    assert shares(nested, TWO, engine, "length_m") == pytest.approx({"a": 2, "b": 1})
    assert shares(nested, TWO, engine, "area_m2") == pytest.approx({"a": 0, "b": 1})


@pytest.mark.parametrize(
    "feature",
    [
        line((5, 5), (5, 5)),
        line((5, 5), (5, 5), (5, 5)),
        shapely.MultiLineString([line((5, 5), (5, 5)), line((6, 5), (6, 5))]),
    ],
)
def test_a_line_of_no_length_stands_for_its_place(engine: str, feature: BaseGeometry) -> None:
    table = allocate(frame([feature]), TWO, engine)
    assert table.drop(columns="feature").to_numpy().tolist() == [["a", 1.0, 0.0, 0.0]]


def test_empty_and_missing_have_no_row(engine: str) -> None:
    empty = [shapely.Point(), shapely.LineString(), shapely.GeometryCollection(), None, shapely.Polygon()]
    table = allocate(frame([*empty, box(1, 1, 2, 2)]), TWO, engine)
    assert table["feature"].tolist() == ["f5"]
    assert tuple(allocate(frame([]), TWO, engine).columns) == COLUMNS
    assert allocate(frame([]), TWO, engine).dtypes.tolist()[2:] == [np.dtype(float)] * 3


def test_no_territory_at_all(engine: str) -> None:
    nothing = gpd.GeoDataFrame(geometry=gpd.GeoSeries([], crs=CRS))
    assert shares(box(0, 0, 1, 1), nothing, engine) == {OUTSIDE: 1}


def test_rows_are_in_the_order_of_features_then_codes(engine: str) -> None:
    features = frame({"z": line((-5, 5), (15, 15)), "y": box(5, 5, 15, 15), "x": box(5, 5, 15, 15)})
    table = allocate(features, FOUR, engine)
    assert table["feature"].tolist() == ["z"] * 4 + ["y"] * 4 + ["x"] * 4
    assert table["territory"].tolist() == ["a", "b", "d", OUTSIDE, "a", "b", "c", "d", "a", "b", "c", "d"]


def test_measured_once() -> None:
    lines = gpd.GeoSeries([line((0, 0), (10, 0)), line((5, 0), (15, 0)), line((15, 0), (5, 0))], crs=CRS)
    assert measured_once(lines).length == pytest.approx(15)


def test_arguments_are_left_as_they_were(engine: str) -> None:
    features, partition = frame([line((4, 5), (14, 5))]), FOUR.copy()
    before = features.copy(), partition.copy()
    allocate(features, partition, engine)
    pd.testing.assert_frame_equal(features, before[0])
    pd.testing.assert_frame_equal(partition, before[1])


# What is refused

POINT = [shapely.Point(*at((1, 1)))]
BOW_TIE = shapely.Polygon(at((0, 0), (10, 10), (10, 0), (0, 10)))


@pytest.mark.parametrize(
    ("features", "partition", "told"),
    [
        (frame(POINT, None), TWO, "les éléments n'ont pas de projection"),
        (frame(POINT), TWO.set_crs(None, allow_override=True), "les territoires n'ont pas de projection"),
        (frame(POINT, "EPSG:3857"), TWO, "projections différentes : EPSG:3857 et EPSG:2154"),
        (frame(POINT, "EPSG:4326"), TWO.set_crs(4326, allow_override=True), "EPSG:4326 n'est pas en mètres"),
        (frame(POINT, "EPSG:2225"), TWO.set_crs(2225, allow_override=True), "EPSG:2225 n'est pas en mètres"),
        (frame({"ok": box(0, 0, 1, 1), "bow": BOW_TIE}), TWO, "géométrie invalide (élément bow)"),
        (frame([shapely.LineString([(0, 0), (math.inf, 1)])]), TWO, "géométrie invalide (élément f0)"),
        (frame(POINT), frame({"bow": BOW_TIE}), "géométrie invalide (territoire bow)"),
        (frame(POINT), frame({"a": box(0, 0, 2, 2), "b": box(1, 0, 3, 2)}), "sans se recouvrir"),
        (frame(POINT), frame({"a": box(0, 0, 2, 2), "b": box(2, 1, 3, 3)}), "bord à bord"),
        (frame(POINT), frame({"a": line((0, 0), (1, 1))}), "ne sont pas des polygones"),
        (frame(POINT), frame({"a": box(0, 0, 2, 2), "b": None}), "ne sont pas des polygones"),
        (frame(POINT), pd.concat([TWO, TWO]), "identifiants répétés parmi les territoires : a, b"),
        (pd.concat([frame(POINT), frame(POINT)]), TWO, "identifiants répétés parmi les éléments : f0"),
    ],
)
def test_refused(engine: str, features: gpd.GeoDataFrame, partition: gpd.GeoDataFrame, told: str) -> None:
    with pytest.raises(DataError) as error:
        allocate(features, partition, engine)
    assert told in str(error.value)


# Boxes and segments on a grid, by exact arithmetic

CELL = 8
small = st.integers(-4, 28)
intervals = st.lists(small, min_size=2, max_size=2, unique=True).map(sorted)


def _overlap(low: int, high: int, cell: int) -> int:
    return max(0, min(high, CELL * (cell + 1)) - max(low, CELL * cell))


GRID = frame(
    {f"{i}{j}": box(CELL * i, CELL * j, CELL * (i + 1), CELL * (j + 1)) for i in range(3) for j in range(3)}
)


def _exactly(found: dict[str, float], expected: dict[str, Fraction], whole: int) -> None:
    expected = {code: value for code, value in expected.items() if value}
    expected[OUTSIDE] = whole - sum(expected.values(), Fraction())
    assert {k: float(v) for k, v in expected.items() if v} == pytest.approx(found, rel=RELATIVE)


@given(intervals, intervals)
def test_boxes_on_a_grid(engine: str, across: list[int], up: list[int]) -> None:
    (x1, x2), (y1, y2) = across, up
    expected = {
        f"{i}{j}": Fraction(_overlap(x1, x2, i) * _overlap(y1, y2, j)) for i in range(3) for j in range(3)
    }
    _exactly(shares(box(x1, y1, x2, y2), GRID, engine, "area_m2"), expected, (x2 - x1) * (y2 - y1))


@given(intervals, small, st.booleans())
def test_segments_on_a_grid(engine: str, ends: list[int], other: int, upright: bool) -> None:  # noqa: FBT001 - drawn
    start, end = ends
    rows = [j for j in range(3) if CELL * j <= other <= CELL * (j + 1)]  # two of them on a shared border
    expected = {
        (f"{j}{i}" if upright else f"{i}{j}"): Fraction(_overlap(start, end, i), len(rows))
        for i in range(3)
        for j in rows
    }
    drawn = line((other, start), (other, end)) if upright else line((start, other), (end, other))
    _exactly(shares(drawn, GRID, engine, "length_m"), expected, end - start)


# Any coverage, any feature


@given(cases())
def test_conserved(engine: str, case: Case) -> None:
    chosen, partition = case
    table = allocate(chosen, partition, engine)
    assert set(table["territory"]) <= {*partition.index, OUTSIDE}
    assert not table.duplicated(["feature", "territory"]).any()
    assert (table[["part", "length_m", "area_m2"]] >= 0).all(axis=None)
    for key, feature in chosen.geometry.items():
        rows = table[table["feature"] == key]
        assert math.isclose(math.fsum(rows["part"]), 1, rel_tol=RELATIVE)
        for column, dimension in (("length_m", 1), ("area_m2", 2)):
            whole = measure(feature, dimension)
            assert math.isclose(math.fsum(rows[column]), whole, rel_tol=RELATIVE), (column, feature.wkt)


@given(cases())
def test_each_point_has_one_owner_the_first_code(engine: str, case: Case) -> None:
    chosen, partition = case
    points = [shapely.Point(xy) for xy in shapely.get_coordinates(np.asarray(chosen.geometry.array))]
    table = allocate(frame(list(points)), partition, engine)
    assert table["feature"].tolist() == [f"f{n}" for n in range(len(points))]
    owners = [
        min((code for code, shape in partition.geometry.items() if shape.covers(point)), default=OUTSIDE)
        for point in points
    ]
    assert table["territory"].tolist() == owners
    assert (table["part"] == 1).all()


@given(layers(), st.randoms(use_true_random=False))
def test_the_order_changes_not_a_bit(engine: str, case: Case, shuffler: random.Random) -> None:
    chosen, partition = case
    table = allocate(chosen, partition, engine)
    rows = shuffler.sample(range(len(chosen)), len(chosen))
    codes = shuffler.sample(range(len(partition)), len(partition))
    again = allocate(chosen.iloc[rows], partition.iloc[codes], engine)
    pd.testing.assert_frame_equal(by_feature_and_code(table), by_feature_and_code(again), check_exact=True)


@given(partitions)
def test_each_territory_is_all_its_own(engine: str, partition: gpd.GeoDataFrame) -> None:
    table = allocate(partition, partition, engine)
    assert table["feature"].tolist() == partition.index.tolist()
    assert table["territory"].tolist() == partition.index.tolist()
    assert table["part"].tolist() == [1] * len(partition)
    assert table["area_m2"].tolist() == pytest.approx(partition.area.tolist(), rel=1e-6)


@given(cases())
def test_what_is_far_away_is_outside(engine: str, case: Case) -> None:
    chosen, partition = case
    away = chosen.set_geometry(chosen.geometry.translate(1e6, 1e6))
    assume((away.is_valid | away.geom_type.str.endswith("LineString")).all())  # once its corners are rounded
    assert set(allocate(away, partition, engine)["territory"]) == {OUTSIDE}


@given(partitions, st.floats(0.01, 0.5), st.sampled_from([1e-9, 1e-8, 1e-7]))
def test_what_follows_borders_but_for_rounding_is_conserved(
    engine: str, partition: gpd.GeoDataFrame, step: float, digit: float
) -> None:
    shape = partition.geometry.iloc[0]
    followed = shapely.segmentize(shape, step * shape.length)
    followed = shapely.transform(followed, lambda xy: np.round(xy / digit) * digit)
    assume(followed.is_valid)
    for feature, column in ((followed, "area_m2"), (followed.boundary, "length_m")):
        found = shares(feature, partition, engine, column)
        whole = measure(feature, 2 if column == "area_m2" else 1)
        assert math.isclose(math.fsum(found.values()), whole, rel_tol=RELATIVE)


def test_a_line_that_follows_a_border_but_for_rounding_is_shared_half_and_half(engine: str) -> None:
    border = at((0, 0), (3000, 7000))
    partition = frame(
        {"a": shapely.Polygon([*border, *at((0, 7000))]), "b": shapely.Polygon([*border, *at((3000, 0))])}
    )
    followed = shapely.segmentize(shapely.LineString(border), 7.7)
    assert any(not shapely.LineString(border).intersects(shapely.Point(xy)) for xy in followed.coords)
    half = math.hypot(3000, 7000) / 2
    assert shares(followed, partition, engine, "length_m") == pytest.approx(
        {"a": half, "b": half}, rel=RELATIVE
    )


def test_a_line_beside_a_border_by_less_than_a_micrometre_is_on_it(engine: str) -> None:
    beside = 4e-7
    assert shares(line((10 + beside, 2), (10 + beside, 8)), TWO, engine, "length_m") == pytest.approx(
        {"a": 3, "b": 3}
    )
    assert shares(line((2, -beside), (8, -beside)), TWO, engine, "length_m") == pytest.approx({"a": 6})
    assert shares(line((10.001, 2), (10.001, 8)), TWO, engine, "length_m") == pytest.approx({"b": 6})
    assert shares(shapely.Point(*at((10 + beside, 5))), TWO, engine) == {"b": 1}
    assert shares(shapely.Point(*at((5, -beside))), TWO, engine) == {OUTSIDE: 1}


def test_a_line_that_crosses_itself_on_the_outer_border(engine: str) -> None:
    # Where it crosses itself, at x = 210/13, the border passes beside the rounded place: it stays on it.
    triangle = frame({"a": shapely.Polygon(at((0, 0), (30, 0), (30, 70)))})
    path = line((0, 0), (30, 70), (0, 70), (30, 10))
    inside = math.hypot(30, 70) + 180 / 13 * math.sqrt(5)
    outside = 30 + 210 / 13 * math.sqrt(5)
    found = shares(path, triangle, engine, "length_m")
    assert found == pytest.approx({"a": inside, OUTSIDE: outside}, rel=RELATIVE)


@given(cases())
def test_there_and_back_is_measured_once(engine: str, case: Case) -> None:
    chosen, partition = case
    lines = chosen[chosen.geom_type == "LineString"]
    back = lines.set_geometry(
        [shapely.LineString([*g.coords, *reversed(g.coords)]) for g in lines.geometry], crs=CRS
    )
    once, twice = allocate(lines, partition, engine), allocate(back, partition, engine)
    pd.testing.assert_frame_equal(once, twice, rtol=RELATIVE, atol=0)


def test_small_surfaces_far_from_the_origin(engine: str) -> None:
    # A square of one decimetre across a slanted border, 7 000 km from the origin.
    border = at((0, 0), (3000, 7000))
    sides = {"a": at((0, 7000)), "b": at((3000, 0))}
    partition = frame({code: shapely.Polygon([*border, *corner]) for code, corner in sides.items()})
    x, y = at((1500, 3500))[0]
    square = shapely.box(x - 0.05, y - 0.05, x + 0.05, y + 0.05)
    table = allocate(frame([square]), partition, engine)
    west, south, east, north = (Fraction(v) for v in square.bounds)
    assert math.isclose(math.fsum(table["area_m2"]), float((east - west) * (north - south)), rel_tol=RELATIVE)
    assert table["part"].tolist() == pytest.approx([0.5, 0.5], abs=1e-6)
