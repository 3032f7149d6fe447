"""Distances: exact, inclusive, with the nearest; what has no place is neither near nor far."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

import geo
from geo import ingest
from geo.errors import DataError, UsageError
from geo.query import NEAR_COLUMNS, Near, metres
from geo.query.near import Targets, joined, pairs

if TYPE_CHECKING:
    from tests.conftest import House


@pytest.fixture
def tiny(house: House) -> House:
    house.fact("lieux", "a", communes='["62001"]', point=house.place(5, 5), statut='"travaux"')
    house.fact("lieux", "b", communes='["59001"]', point=house.place(25, 5), axe="2")
    house.fact("lieux", "vague", communes='["62002"]', precision='"commune"')
    house.fact("lieux", "basin", precision='"territoire"', territoires='["bassin"]')
    house.fact("pistes", "path", communes='["62001"]', ligne=house.line((5, 6), (9, 6)))
    house.fact("pistes", "twin", communes='["62001"]', ligne=house.line((5, 3.7), (9, 3.7)))
    house.write()
    return house


def names(found: gpd.GeoDataFrame) -> list[str]:
    return [key.split("-")[1] for key in found.index]


def test_the_nearest_is_told_with_its_distance(tiny: House) -> None:
    assert tiny.facts
    found = geo.query("lieux", near=("pistes", "1,5 km"))
    assert names(found) == ["a"]
    assert tuple(found.columns) == (*ingest.COLUMNS, *NEAR_COLUMNS)
    row = found.iloc[0]
    assert (row["proche_id"], row["proche_couche"], row["proche_precision"]) == (
        "pistes-path",
        "pistes",
        "exacte",
    )
    path = ingest.load().geometry["pistes-path"]
    assert row["distance_m"] == ingest.load().geometry["lieux-a"].distance(path)
    assert row["distance_m"] == pytest.approx(1000, rel=1e-3)


def test_the_limit_itself_is_near(tiny: House) -> None:
    assert tiny.facts
    exact = geo.query("lieux", near=("pistes", 1500))["distance_m"].item()
    assert names(geo.query("lieux", near=("pistes", exact))) == ["a"]
    below = float(np.nextafter(exact, 0))
    assert names(geo.query("lieux", near=("pistes", below))) == []
    assert names(geo.query("lieux", far=("pistes", exact))) == ["b", "vague"]
    assert names(geo.query("lieux", far=("pistes", below))) == ["a", "b", "vague"]


def test_what_has_no_place_is_neither_near_nor_far(tiny: House) -> None:
    assert tiny.facts
    assert "basin" not in names(geo.query(near=("pistes", 1e7)))
    assert "basin" not in names(geo.query(far=("pistes", 0)))
    assert "lieux-basin" not in set(geo.query(near=("lieux", 1e7))["proche_id"])


def test_each_pair(tiny: House) -> None:
    assert tiny.facts
    found = geo.query("lieux", near=("pistes", 1e7), each=True)
    assert len(found) == 3 * 2
    first = found.loc["lieux-b"]
    assert list(first["distance_m"]) == sorted(first["distance_m"])
    with pytest.raises(UsageError, match="--each demande une distance"):
        geo.query("lieux", each=True)


def test_a_feature_is_not_near_itself(tiny: House) -> None:
    assert tiny.facts
    found = geo.query("lieux", near=("lieux", 12_000))
    assert list(zip(found.index, found["proche_id"], strict=True)) == [
        ("lieux-a", "lieux-vague"), ("lieux-b", "lieux-vague"), ("lieux-vague", "lieux-a"),
    ]  # fmt: skip


def test_a_layer_may_have_a_condition_and_company(tiny: House, tmp_path: Path) -> None:
    assert tiny.facts
    asked = 'pistes[nom in ["twin", "no"]]'
    assert set(geo.query("lieux", near=(asked, "2km"))["proche_id"]) == {"pistes-twin"}
    assert names(geo.query("lieux", near=("Couche 2 , lieux[axe == 2]", 10_500))) == ["a", "vague"]
    place = tmp_path / "gares.gpkg"
    gpd.GeoDataFrame({"Nom": ["Gare"]}, geometry=[shapely.Point(724_500, 7_005_000)], crs=2154).to_file(place)
    found = geo.query("lieux", near=(f"pistes,{place}", "1200m"))
    assert names(found) == ["a", "b"]
    assert list(found["proche_nom"]) == ["path", "Gare"]
    assert found["proche_id"].iloc[1] == "gares.gpkg:1"
    assert found["distance_m"].iloc[1] == pytest.approx(500, abs=0.2)


def test_several_distances_must_all_hold(tiny: House) -> None:
    assert tiny.facts
    found = geo.query("lieux", near=[("pistes", "25km"), ("lieux[axe == 2]", "11km")])
    assert names(found) == ["vague"]
    assert set(found["proche_couche"]) == {"pistes"}
    assert names(geo.query("lieux", near=("pistes", "30km"), far=("pistes", "2km"))) == ["b", "vague"]
    assert names(geo.query("lieux", far=[("pistes", "2km"), ("lieux[axe == 2]", "11km")])) == ["b"]


def test_what_a_reader_should_know_is_told(tiny: House) -> None:
    assert tiny.facts
    found = geo.query("lieux", near=("lieux", 12_000))
    assert found.attrs["remarques"][0].replace("\u00a0", " ").startswith("3 distances approximatives")
    assert geo.query("lieux", near=("pistes", 2000)).attrs["remarques"] == ()
    empty = geo.query("lieux", far=("pistes[axe == 4]", 500))
    assert empty.attrs["remarques"][0] == "Couche 2 [axe == 4] : aucun élément localisé ne répond"
    assert len(empty) == 3


def test_a_layer_that_is_not_there_yet_is_told() -> None:
    found = geo.query("cites", far=("veloroutes", 500))
    assert found.attrs["remarques"][0].endswith("« erbm sync veloroutes » les récupère")


@pytest.mark.parametrize(
    ("what", "told"),
    [
        ("", "couche illisible"),
        ("pistes,", "couche illisible"),
        ("pistes[axe == 1", "couche illisible"),
        ("pistes]", "couche illisible"),
        ("[axe == 1]", "couche illisible"),
        ("pisteur", "n'est pas une couche"),
        ("pistes[secret == 1]", "champ inconnu dans la condition : secret"),
        ("pistes[nom.upper()]", "non permis"),
        ("rien.gpkg[axe == 1]", "pas à un fichier"),
    ],
)
def test_a_wrong_layer(tiny: House, what: str, told: str) -> None:
    assert tiny.facts
    with pytest.raises(UsageError, match=told.replace("(", r"\(").replace("[", r"\[")):
        geo.query("lieux", near=(what, 500))


@pytest.mark.parametrize(
    "told", ["500", "km", "-5m", "1e3m", "5 miles", "", "1,5,2 km", -1.0, float("nan"), float("inf")]
)
def test_no_distance(told: Any) -> None:
    with pytest.raises(UsageError, match="distance illisible"):
        metres(told)


@pytest.mark.parametrize(
    ("told", "expected"),
    [("500m", 500), (" 1 km ", 1000), ("1,5 KM", 1500), ("0.25km", 250), (0, 0), (12.5, 12.5)],
)
def test_distances(told: Any, expected: float) -> None:
    assert metres(told) == expected
    assert Near.of("x", told).limit_m == expected


def test_a_file_without_shapes(tiny: House, tmp_path: Path) -> None:
    assert tiny.facts
    table = tmp_path / "gares.csv"
    table.write_text("nom,commune\nGare,Lens\n", encoding="utf-8")
    with pytest.raises(DataError, match="aucune géométrie"):
        geo.query("lieux", near=(str(table), 500))
    with pytest.raises(DataError, match="introuvable"):
        geo.query("lieux", near=("rien.gpkg", 500))


# Against all distances, one by one


COORDINATES = st.integers(0, 40)
SHAPES = st.one_of(
    st.builds(shapely.Point, COORDINATES, COORDINATES),
    st.builds(
        lambda a, b, c, d: shapely.LineString([(a, b), (c + 1, d), (d, a)]),
        COORDINATES, COORDINATES, COORDINATES, COORDINATES,
    ),
    st.builds(lambda x, y, w: shapely.box(x, y, x + w, y + w), COORDINATES, COORDINATES, st.integers(1, 9)),
)  # fmt: skip


def frame(shapes: list[Any], prefix: str) -> gpd.GeoDataFrame:
    ids = [f"{prefix}{n}" for n in range(len(shapes))]
    cells = {"id": ids, "nom": ids, "couche": prefix, "precision": "exacte"}
    return gpd.GeoDataFrame(cells, geometry=shapes, index=ids, crs=2154)


@given(
    st.lists(SHAPES, min_size=1, max_size=8),
    st.lists(SHAPES, min_size=1, max_size=8),
    st.one_of(st.integers(0, 30), st.floats(0, 30)),
    st.booleans(),
)
def test_pairs_are_those_of_all_distances(
    left: list[Any],
    right: list[Any],
    limit: float,
    same: bool,  # noqa: FBT001 - drawn
) -> None:
    ours = frame(left, "x")
    others = ours if same else frame(right, "y")
    expected = sorted(
        (position, a.distance(b), key)
        for position, (own, a) in enumerate(ours.geometry.items())
        for key, b in others.geometry.items()
        if a.distance(b) <= limit and own != key
    )
    found = pairs(ours, Targets(others), limit)
    told = list(zip(found.left, found.distance_m, others["id"].to_numpy()[found.right], strict=True))
    assert told == expected
    nearest = found.nearest()
    firsts = {position: (distance, key) for position, distance, key in reversed(expected)}
    assert {
        p: (d, others["id"].iloc[r])
        for p, d, r in zip(nearest.left, nearest.distance_m, nearest.right, strict=True)
    } == firsts
    rows = joined(ours, Targets(others), nearest)
    assert list(rows["proche_id"]) == [firsts[position][1] for position in sorted(firsts)]


@pytest.mark.parametrize("limit", [0.0, 500.0, 3000.0])
def test_near_and_far_part_what_has_a_place(limit: float) -> None:
    near = set(geo.query("cites", near=("transports", limit)).index)
    far = set(geo.query("cites", far=("transports", limit)).index)
    cites = ingest.load().query("couche == 'cites' and precision != 'territoire'")
    assert near | far == set(cites.index)
    assert not near & far
    others = ingest.load().query("couche == 'transports' and precision != 'territoire'").union_all()
    assert near == set(cites.index[cites.distance(others) <= limit])
