"""The data of a page, made small and read back: nothing is lost, and a record costs little."""

from __future__ import annotations

import gzip
from functools import cache
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from geo.atlas import arcs, shapes
from geo.atlas.packing import gzipped, pack
from geo.atlas.payload import page_data
from geo.atlas.septets import AVOIDED, text_of
from geo.content import load_content
from geo.territories import LAMBERT_93, WGS84, projector

from .conftest import SHARED
from .pages import bytes_of, unpack
from .records import LENS as LENS_M
from .records import content_with, line, record, sample, square

LENS = "246200364"


@cache
def page() -> dict[str, Any]:
    return page_data(sample(), LENS)


@cache
def read() -> dict[str, Any]:
    return unpack(pack(page()))


def in_page_order(data: dict[str, Any]) -> dict[str, Any]:
    """Return statistics that name features and figures in the order of the page."""
    ranks = {one["id"]: rank for key in ("entites", "chiffres") for rank, one in enumerate(data[key])}
    return {
        code: {
            layer: {
                key: [*told, sorted(origin, key=ranks.__getitem__), note, rank]
                for key, (*told, origin, note, rank) in measures.items()
            }
            for layer, measures in layers.items()
        }
        for code, layers in data["stats"].items()
    }


def test_what_is_packed_reads_back_the_same() -> None:
    data, found = page(), read()
    assert {one["couche"] for one in data["entites"]} >= {"cavaliers", "terrils", "cites", "hopitaux"}
    apart = {"stats", "entites", "perimetre", "epci", "communes", "couches"}
    assert found.keys() == data.keys()
    for key in data.keys() - apart:
        assert found[key] == data[key], key
    assert found["stats"] == in_page_order(data)
    plain = [{k: v for k, v in one.items() if k not in ("geometrie", "mesure")} for one in data["entites"]]
    again = [{k: v for k, v in one.items() if k not in ("geometrie", "mesure")} for one in found["entites"]]
    assert again == plain
    for key in ("epci", "communes"):
        assert [{**one, "forme": 0} for one in found[key]] == [{**one, "forme": 0} for one in data[key]]


def test_shapes_are_rounded_to_the_grid_of_their_layer() -> None:
    data, found = page(), read()
    grids = {layer["id"]: layer["decimales"] for layer in found["couches"]}
    for before, after in zip(data["entites"], found["entites"], strict=True):
        if before["geometrie"] is None:
            assert after["geometrie"] is None
        else:
            step = 10.0 ** -grids[before["couche"]]
            assert same_shape(before["geometrie"], after["geometrie"], step), before["id"]
    for key in ("epci", "communes"):
        for before, after in zip(data[key], found[key], strict=True):
            assert same_shape(before["forme"], after["forme"], 1e-5)
    assert same_shape(data["perimetre"], found["perimetre"], 1e-5)


def same_shape(before: Any, after: Any, step: float) -> bool:
    """Tell whether two shapes have the same vertices, to half a step; rings may start anywhere."""
    a, b = (shapely.get_coordinates(one) for one in (before, after))
    whole = [{tuple(xy) for xy in np.rint(one / step).astype(int).tolist()} for one in (a, b)]
    return (
        len(a) == len(b)
        and whole[0] == whole[1]
        and bool(before.geom_type.split("Multi")[-1] in after.geom_type)
    )


def test_a_layer_is_written_on_the_coarsest_grid_that_keeps_it() -> None:
    for digits in (5, 6, 7):
        xy = np.round(np.random.default_rng(digits).uniform(2, 51, (300, 2)), digits)
        points = np.asarray(shapely.points(xy))
        assert shapes.decimals(points, 300) == digits
        assert not shapes.rounded(points, digits).any()
    finer = np.asarray(shapely.points(np.random.default_rng(1).uniform(2, 51, (300, 2))))
    assert shapes.decimals(finer, 149_999) == 7
    assert shapes.decimals(finer, 150_000) == 5
    assert shapes.rounded(finer, 7).all()
    assert shapes.decimals(np.array([], dtype=object), 0) == 5


def test_what_a_grid_rounds_keeps_its_exact_measure() -> None:
    shaped = [one for one in page()["entites"] if one["geometrie"] is not None and one["geometrie"].area]
    assert len(shaped) >= 4
    by_id = {one["id"]: one for one in read()["entites"]}
    for one in shaped:
        assert by_id[one["id"]]["mesure"] == pytest.approx(one["mesure"], rel=1e-7)
    assert by_id["terrils-t1"]["mesure"] == pytest.approx(400**2 - 200**2, rel=1e-7)
    assert "mesure" not in by_id["hopitaux-h1"]


def test_what_is_on_a_grid_needs_no_measure() -> None:
    base = load_content()
    corner = projector(LAMBERT_93, WGS84)(shapely.Point(LENS_M))
    degrees = shapely.set_precision(corner.buffer(0.003), 1e-6)
    metres = projector(WGS84, LAMBERT_93)(degrees)
    data = page_data(content_with([record("terrils", "g", "Sur la grille", metres, base)], base=base), LENS)
    found = unpack(pack(data))
    own = next(one for one in found["entites"] if one["id"] == "terrils-g")
    assert "mesure" not in own
    assert projector(WGS84, LAMBERT_93)(own["geometrie"]).area == pytest.approx(metres.area, rel=1e-8)


@pytest.mark.mirror
@pytest.mark.skipif(not (SHARED / "mirror").is_dir(), reason="no ../shared/mirror")
def test_the_records_of_the_mirror_lose_nothing() -> None:
    data = page_data(load_content(mirror=SHARED / "mirror"))
    found = unpack(pack(data))
    grids = {layer["id"]: layer["decimales"] for layer in found["couches"]}
    assert {grids[key] for key in ("cites", "terrils", "cavaliers", "communes-mission")} == {6}
    far = []
    for before, after in zip(data["entites"], found["entites"], strict=True):
        if before["inventaire"]:
            xy, known = (shapely.get_coordinates(one["geometrie"]) for one in (before, after))
            far += [nearest(xy[:, axis], known[:, axis]) for axis in (0, 1)]
    assert np.mean(np.concatenate(far) <= 2e-10) >= 0.99


def nearest(values: NDArray[np.float64], known: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how far each value is from the nearest that is known."""
    bounds = np.concatenate(([-np.inf], np.sort(known), [np.inf]))
    place = np.searchsorted(bounds, values)
    return np.minimum(values - bounds[place - 1], bounds[place] - values)


def test_a_border_that_neighbours_share_is_told_once() -> None:
    left = np.array([[0, 0], [0, 4], [3, 4], [2, 2], [3, 0]])
    right = np.array([[3, 4], [6, 4], [6, 0], [3, 0], [2, 2]])
    alone = np.array([[9, 9], [9, 10], [10, 10]])
    told, rings = arcs.cut([left, right, alone, alone[::-1]])
    assert sum(map(len, told)) == 3 + 4 + 4 + 3
    assert [ring.loop for ring in rings] == [False, False, True, True]
    assert rings[2].refs[0][0] == rings[3].refs[0][0]
    assert {backwards for _, backwards in rings[0].refs + rings[1].refs} == {False, True}


def test_a_page_with_hardly_anything_is_packed() -> None:
    data = {**page(), "entites": [], "stats": {}, "couches": []}
    found = unpack(pack(data))
    assert found["entites"] == []
    assert found["stats"] == {}


def test_a_text_of_any_kind_comes_back() -> None:
    hostile = ["</script><!--", "\ud800 seul", "\u202e\u200b", "\x00\x1a", "é" * 100_000, "{{7*7}}", ""]
    data = {**page(), "entites": [{**page()["entites"][0], "nom": text, "resume": text} for text in hostile]}
    data = {**data, "stats": {}}
    found = unpack(pack(data))
    assert [one["nom"] for one in found["entites"]] == hostile
    assert [one["resume"] for one in found["entites"]] == hostile


@given(st.binary(max_size=400))
def test_bytes_come_back_from_text(content: bytes) -> None:
    text = text_of(content)
    assert bytes_of(text) == content
    assert not {chr(code) for code in AVOIDED} & set(text)


def test_a_stream_has_no_date_and_opens_anywhere() -> None:
    content = b"atlas" * 1000
    assert gzip.decompress(gzipped(content)) == content
    assert gzipped(content)[4:10] == b"\x00\x00\x00\x00\x02\xff"


def test_a_record_costs_little() -> None:
    with_records = len(text_of(pack(page())).encode())
    without = len(text_of(pack(page_data(load_content(), LENS))).encode())
    records = sum(one["inventaire"] for one in page()["entites"])
    assert records > 450
    assert (with_records - without) / records < 60


def test_lines_in_parts_and_points_come_back() -> None:
    base = load_content()
    crossing = shapely.MultiLineString([line((0, 700), (400, 700)), line((500, 700), (900, 760), (950, 800))])
    several = shapely.MultiPoint([LENS_M, (LENS_M[0] + 50, LENS_M[1])])
    mixed = shapely.GeometryCollection([shapely.Point(LENS_M), square(0, 0, 50), line((0, 0), (9, 9))])
    rows = [
        record("cavaliers", "x", "Deux bouts", crossing, base),
        record("hopitaux", "x", "Deux sites", several, base),
        record("terrils", "x", "Mêlé", mixed, base),
    ]
    data = unpack(pack(page_data(content_with(rows, base=base), LENS)))
    by_id = {one["id"]: one["geometrie"] for one in data["entites"]}
    assert [len(part.coords) for part in by_id["cavaliers-x"].geoms] == [2, 3]
    assert len(by_id["hopitaux-x"].geoms) == 2
    assert by_id["terrils-x"].geom_type == "Polygon"
