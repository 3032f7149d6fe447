"""What is true of the shares of any feature on any coverage; fractions give the exact answer."""

from __future__ import annotations

import math
from fractions import Fraction

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import assume, given
from hypothesis import strategies as st
from shapely.geometry.base import BaseGeometry

from geo.allocate import ON_BORDER_M, OUTSIDE
from tests.allocation import engines, exact
from tests.allocation.coverages import partitions
from tests.allocation.engines import allocate
from tests.allocation.features import (
    MILLIMETRE,
    Case,
    blade,
    cases,
    edges,
    islets,
    layers,
    lines,
    places,
    zigzag,
)
from tests.allocation.random_sets import SIZE, territories
from tests.allocation.shapes import CORNER, RELATIVE, Place, at, box, frame, line, measure

engine = engines.engine


def table_of(chosen: gpd.GeoDataFrame, partition: gpd.GeoDataFrame, engine: str) -> pd.DataFrame:
    """Return the shares of features, indexed by feature and territory."""
    return allocate(chosen, partition, engine).set_index(["feature", "territory"])


def assert_same(first: pd.DataFrame, second: pd.DataFrame, tolerance: float, metres: float = 0.0) -> None:
    """Compare two tables: each share to a tolerance, relative to its feature as a whole."""
    mine, other = first.align(second, fill_value=0.0)
    gap = (mine - other).abs()
    total = mine.groupby(level="feature").transform("sum")
    allowed = tolerance * total
    allowed["length_m"] += metres
    assert (gap <= allowed).all(axis=None), pd.concat({"one": mine, "other": other, "gap": gap}, axis=1)


@st.composite
def cut_lines(draw: st.DrawFn) -> tuple[BaseGeometry, gpd.GeoDataFrame]:
    partition = draw(partitions)
    return draw(lines(partition)), partition


# Rules


@given(layers())
def test_parts_and_measures_are_conserved_whatever_the_layer(engine: str, case: Case) -> None:
    chosen, partition = case
    table = allocate(chosen, partition, engine)
    some = chosen[~(chosen.geometry.isna() | chosen.is_empty)]
    assert table["feature"].drop_duplicates().tolist() == some.index.tolist()
    for key, rows in table.groupby("feature"):
        feature = chosen.geometry[key]
        assert math.isclose(math.fsum(rows["part"]), 1, rel_tol=RELATIVE)
        assert math.isclose(math.fsum(rows["length_m"]), measure(feature, 1), rel_tol=RELATIVE), feature.wkt
        assert math.isclose(math.fsum(rows["area_m2"]), measure(feature, 2), rel_tol=RELATIVE), feature.wkt


@given(layers())
def test_duplicates_have_the_same_shares_to_the_last_bit(engine: str, case: Case) -> None:
    chosen, partition = case
    table = allocate(chosen, partition, engine)
    for _, same in chosen[~chosen.geometry.isna()].groupby(chosen.geometry.to_wkb()):
        rows = [table[table["feature"] == key].drop(columns="feature") for key in same.index]
        for other in rows[1:]:
            pd.testing.assert_frame_equal(
                rows[0].reset_index(drop=True), other.reset_index(drop=True), check_exact=True
            )


@given(layers())
def test_what_is_beside_a_feature_changes_not_a_bit_of_it(engine: str, case: Case) -> None:
    chosen, partition = case
    together = allocate(chosen, partition, engine)
    for key, rows in together.groupby("feature"):
        alone = allocate(chosen.loc[[key]], partition, engine)
        pd.testing.assert_frame_equal(rows.reset_index(drop=True), alone, check_exact=True)


@given(cases(), st.permutations(["A", "b", "C", "Z1", "é", "0", "00", "~", "10", "9", "x", "y"]))
def test_other_codes_change_but_names(engine: str, case: Case, codes: list[str]) -> None:
    chosen, partition = case
    border = shapely.union_all(np.asarray(partition.boundary.array))
    near = shapely.dwithin(chosen.geometry.extract_unique_points(), border, ON_BORDER_M)
    chosen = chosen[(chosen.length > 0) | ~near]
    names = {**dict(zip(partition.index, codes, strict=False)), OUTSIDE: OUTSIDE}
    table = table_of(chosen, partition, engine).rename(index=names, level="territory")
    assert_same(table, table_of(chosen, partition.rename(index=names), engine), 1e-12)


@given(cases(), st.sampled_from([(2.0**17, 2.0**20), (-(2.0**16), -(2.0**20)), (0.0, 2.0**19)]))
def test_a_translation_changes_nothing(engine: str, case: Case, step: Place) -> None:
    chosen, partition = case
    moved = [layer.set_geometry(layer.geometry.translate(*step)) for layer in case]
    back = [layer.geometry.translate(-step[0], -step[1]) for layer in moved]
    assume(all(b.equals(a.geometry) for a, b in zip(case, back, strict=True)))  # nothing was rounded
    assert_same(table_of(chosen, partition, engine), table_of(moved[0], moved[1], engine), 1e-12)


@given(cut_lines(), st.data())
def test_the_two_halves_of_a_line_add_up(
    engine: str, case: tuple[BaseGeometry, gpd.GeoDataFrame], data: st.DataObject
) -> None:
    path, partition = case
    assume(len(path.coords) > 2)
    cut = data.draw(st.integers(1, len(path.coords) - 2))
    halves = [shapely.LineString(path.coords[: cut + 1]), shapely.LineString(path.coords[cut:])]
    table = table_of(frame({"one": path, "two": halves[0], "three": halves[1]}), partition, engine)
    metres = table.reset_index().pivot_table("length_m", "territory", "feature", "sum", fill_value=0.0)
    assert (metres["one"] - metres["two"] - metres["three"]).abs().max() <= 1e-11 * path.length


@given(cases(), st.data())
def test_merged_territories_add_up(engine: str, case: Case, data: st.DataObject) -> None:
    chosen, partition = case
    assume(len(partition) > 1)
    first, second = data.draw(st.permutations(list(partition.index)))[:2]
    merged = shapely.coverage_union_all(list(partition.geometry.loc[[first, second]]))
    fewer = pd.concat([partition.drop([first, second]), frame({first: merged})])
    before = table_of(chosen, partition, engine).rename(index={second: first}, level="territory")
    before = before.groupby(level=["feature", "territory"]).sum()
    # A point on a border with a third one may change hands; so may a micrometre of line at a corner.
    columns = ["length_m", "area_m2"]
    after = table_of(chosen, fewer, engine)
    assert_same(before[columns], after[columns], RELATIVE, 20 * ON_BORDER_M)


@given(cut_lines())
def test_a_line_run_backwards_is_the_same(engine: str, case: tuple[BaseGeometry, gpd.GeoDataFrame]) -> None:
    path, partition = case
    there = table_of(frame([path]), partition, engine)
    assert_same(there, table_of(frame([path.reverse()]), partition, engine), 1e-12)


# An exact answer


@given(cut_lines())
def test_lines_as_fractions_have_them(engine: str, case: tuple[BaseGeometry, gpd.GeoDataFrame]) -> None:
    path, partition = case
    table = allocate(frame([path]), partition, engine)
    found = dict(zip(table["territory"], table["length_m"], strict=True))
    expected = exact.lengths(path, partition)
    rounding = RELATIVE * path.length + 20 * ON_BORDER_M  # so near, a line is on the border
    for code in {*found, *expected}:
        assert found.get(code, 0.0) == pytest.approx(expected.get(code, 0.0), abs=rounding), (code, path.wkt)


@st.composite
def convex(draw: st.DrawFn) -> tuple[BaseGeometry, gpd.GeoDataFrame]:
    partition = draw(partitions)
    drawn = draw(st.lists(places(partition), min_size=3, max_size=7, unique=True))
    hull = shapely.MultiPoint(drawn).convex_hull
    assume(hull.area > 2e-7 * hull.length**2)
    return hull, partition


@given(convex())
def test_surfaces_as_fractions_have_them(engine: str, case: tuple[BaseGeometry, gpd.GeoDataFrame]) -> None:
    hull, partition = case
    table = allocate(frame([hull]), partition, engine)
    found = dict(zip(table["territory"], table["area_m2"], strict=True))
    expected = exact.areas(hull, partition)
    for code in {*found, *expected}:
        assert found.get(code, 0.0) == pytest.approx(expected.get(code, 0.0), abs=RELATIVE * hull.area), (
            code,
            hull.wkt,
        )


@given(partitions, st.data())
def test_points_have_the_owner_that_fractions_say(
    engine: str, partition: gpd.GeoDataFrame, data: st.DataObject
) -> None:
    drawn = data.draw(st.lists(places(partition), min_size=1, max_size=5))
    table = allocate(frame([shapely.Point(xy) for xy in drawn]), partition, engine)
    owners = [exact.owner((Fraction(x), Fraction(y)), partition) for x, y in drawn]
    assert table["territory"].tolist() == owners


# By name

THREE = frame(
    {
        "c": box(0, 0, 10, 10),
        "b": box(10, 0, 20, 10),
        "a": shapely.Polygon(at((0, 10), (10, 10), (20, 10), (20, 20), (0, 20))),
    }
)
RING = frame({"ring": box(0, 0, 30, 30).difference(box(10, 10, 20, 20)), "core": box(10, 10, 20, 20)})
FIVE = frame({f"{n}": box(10 * n, 0, 10 * n + 10, 10) for n in range(5)})


def rows(feature: BaseGeometry, partition: gpd.GeoDataFrame, engine: str, column: str) -> dict[str, float]:
    table = allocate(frame([feature]), partition, engine)
    return dict(zip(table["territory"], table[column], strict=True))


@pytest.mark.parametrize("times", [1, 10, 1000])
def test_a_line_that_leaves_and_comes_back_as_often_as_it_likes(engine: str, times: int) -> None:
    border = shapely.LineString(at((10, 0), (10, 10)))
    path = zigzag(border, times, 0.3)
    found = rows(path, THREE, engine, "length_m")
    expected = exact.lengths(path, THREE)
    assert set(found) == {"b", "c"}
    assert found == pytest.approx(expected, rel=RELATIVE)
    assert math.isclose(math.fsum(found.values()), path.length, rel_tol=RELATIVE)


def test_a_line_that_touches_a_border_a_thousand_times_stays_where_it_is(engine: str) -> None:
    teeth = [(10 - (n % 2), 0.001 + n / 250) for n in range(2001)]
    path = line(*teeth)
    assert rows(path, THREE, engine, "length_m").keys() <= {"c", "a"}
    assert math.fsum(rows(path, THREE, engine, "length_m").values()) == pytest.approx(
        path.length, rel=RELATIVE
    )


def test_a_point_on_a_triple_point_is_of_the_first_code(engine: str) -> None:
    assert rows(shapely.Point(*at((10, 10))), THREE, engine, "part") == {"a": 1.0}


def test_an_enclave_is_no_part_of_what_surrounds_it(engine: str) -> None:
    assert rows(box(5, 5, 25, 25), RING, engine, "area_m2") == pytest.approx({"core": 100, "ring": 300})
    assert rows(box(10, 10, 20, 20), RING, engine, "area_m2") == {"core": pytest.approx(100)}
    frayed = box(5, 5, 25, 25).difference(box(10, 10, 20, 20))
    assert rows(frayed, RING, engine, "area_m2") == {"ring": pytest.approx(300)}
    around = box(10, 10, 20, 20).exterior
    assert rows(around, RING, engine, "length_m") == pytest.approx({"core": 20, "ring": 20})
    assert rows(line((0, 15), (30, 15)), RING, engine, "length_m") == pytest.approx({"core": 10, "ring": 20})


def test_a_territory_without_its_enclave_leaves_it_outside(engine: str) -> None:
    ring = RING.loc[["ring"]]
    assert rows(box(5, 5, 25, 25), ring, engine, "area_m2") == pytest.approx({"ring": 300, OUTSIDE: 100})
    assert rows(box(10, 10, 20, 20), ring, engine, "area_m2") == {OUTSIDE: pytest.approx(100)}
    assert rows(box(10, 10, 20, 20).exterior, ring, engine, "length_m") == {"ring": pytest.approx(40)}


@pytest.mark.parametrize("length", [1, 30, 1000])
def test_a_blade_a_millimetre_wide_is_shared_by_its_sides(engine: str, length: float) -> None:
    sides = frame({"a": box(-50, 0, 0, length), "b": box(0, 0, 50, length)})
    astride = shapely.transform(
        blade(line((0, 0), (0, length)), MILLIMETRE), lambda xy: xy + np.array([2**-12, 0])
    )
    found = rows(astride, sides, engine, "area_m2")
    assert found == pytest.approx(exact.areas(astride, sides), rel=RELATIVE)
    assert math.fsum(found.values()) == pytest.approx(measure(astride, 2), rel=RELATIVE)


def test_a_feature_in_five_territories_has_a_part_in_each(engine: str) -> None:
    found = rows(islets(FIVE), FIVE, engine, "part")
    assert found == pytest.approx(dict.fromkeys("01234", 0.2), rel=RELATIVE)
    stops = shapely.MultiPoint(at(*((10 * n + 5, 5) for n in range(5)), (10, 5), (60, 5)))
    assert rows(stops, FIVE, engine, "part") == pytest.approx(
        {"0": 2 / 7, "1": 1 / 7, "2": 1 / 7, "3": 1 / 7, "4": 1 / 7, OUTSIDE: 1 / 7}
    )
    legs = shapely.MultiLineString([line((10 * n + 2, 5), (10 * n + 4, 5)) for n in range(5)])
    assert rows(legs, FIVE, engine, "length_m") == pytest.approx(dict.fromkeys("01234", 2.0))


@pytest.mark.parametrize("side", [1.0, 3.0, 30.0])
def test_small_parts_far_apart_are_conserved(engine: str, side: float) -> None:
    partition = territories()
    rng = np.random.default_rng(0)
    quad = side * np.array([(0, 0), (1, 0.1), (1.1, 1), (0.2, 1.2)])
    quads = [[shapely.Polygon(place + quad) for place in _anywhere(rng)] for _ in range(100)]
    table = allocate(frame([shapely.MultiPolygon(parts) for parts in quads]), partition, engine)
    found = table.groupby("feature", sort=False)["area_m2"].sum()
    whole = [math.fsum(measure(part, 2) for part in parts) for parts in quads]
    assert found.to_numpy() == pytest.approx(whole, rel=RELATIVE)


def _anywhere(rng: np.random.Generator) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return rng.uniform(0, SIZE, (5, 2)) + CORNER


@pytest.mark.parametrize("code", ["0", "2", "4"])
def test_a_feature_equal_to_a_territory_is_in_it_alone(engine: str, code: str) -> None:
    table = allocate(FIVE.loc[[code]], FIVE, engine)
    assert table["territory"].tolist() == [code]
    assert table["part"].tolist() == [1.0]
    assert table["area_m2"].tolist() == pytest.approx([100.0], rel=RELATIVE)


@pytest.mark.parametrize(
    ("feature", "parts"),
    [
        (box(50, 0, 60, 10), {OUTSIDE: 1}),  # shares the whole border of the last
        (box(-10, -10, 60, 0), {OUTSIDE: 1}),
        (shapely.Polygon(at((10, 0), (20, 0), (15, -10))), {OUTSIDE: 1}),
        (shapely.Polygon(at((10, 0), (20, 0), (15, 10))), {"1": 1}),
        (shapely.Polygon(at((10, 0), (10, 10), (0, 5))), {"0": 1}),
        (line((50, 5), (60, 5)), {OUTSIDE: 1}),
        (line((50, 10), (60, 20)), {OUTSIDE: 1}),
        (shapely.Point(*at((50, 10))), {"4": 1}),
    ],
)
def test_what_only_touches_a_territory_is_not_in_it(
    engine: str, feature: BaseGeometry, parts: dict[str, float]
) -> None:
    assert rows(feature, FIVE, engine, "part") == parts


def test_far_from_everything_is_outside(engine: str) -> None:
    away = [
        shapely.Point(0, 0),
        shapely.LineString([(0, 0), (3, 4)]),
        shapely.box(1e7, 1e7, 1e7 + 2, 1e7 + 2),
    ]
    table = allocate(frame(away), FIVE, engine)
    assert table["territory"].tolist() == [OUTSIDE] * 3
    assert table["part"].tolist() == [1.0] * 3
    assert table[["length_m", "area_m2"]].to_numpy().tolist() == [[0, 0], [5, 0], [0, 4]]


def test_each_edge_is_shared_by_those_it_separates(engine: str) -> None:
    for edge in edges(THREE):
        found = rows(edge, THREE, engine, "length_m")
        assert found == pytest.approx(exact.lengths(edge, THREE), rel=RELATIVE)


def test_the_corner_is_far_from_the_origin() -> None:
    assert np.spacing(CORNER[1]) > 9e-10
