"""Spatial questions: conditions that are no code, boxes, areas, and agreement with a spatial join."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pytest
import shapely

import geo
from geo import ingest
from geo.errors import DataError, UsageError
from geo.query import FIELDS, predicate
from geo.territories import LAMBERT_93, WGS84, load, projector

if TYPE_CHECKING:
    from tests.conftest import House

ROW: dict[str, Any] = {
    "nom": "Cité n°5",
    "statut": "travaux",
    "axe": 2,
    "area_ha": 4.5,
    "unesco": True,
    "fin": None,
    "communes": ("62498", "62427"),
    "financeurs": (),
    "ligne": None,
}


# Conditions


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ('statut == "travaux"', True),
        ("statut == 'travaux'", True),
        ('statut != "travaux"', False),
        ("axe in [1, 2]", True),
        ("axe in (1, 3)", False),
        ("axe not in [1, 3]", True),
        ("area_ha > 4 and area_ha <= 4.5", True),
        ("4 < area_ha < 4.4", False),
        ("area_ha > -1", True),
        ("not unesco", False),
        ("unesco", True),
        ("unesco == True and axe == 2 or axe == 9", True),
        ("unesco and (axe == 9 or axe == 8)", False),
        ('"62498" in communes', True),
        ('"59001" in communes', False),
        ('"59001" not in communes', True),
        ("communes != []", True),
        ('NOM == "Cité n°5" and Statut == "travaux"', True),
        ("statut == “travaux”", True),
        ("statut == « travaux »", True),
        ('nom == "“travaux”"', False),
        ("fin == None", True),
        ("not fin", False),
        ('fin < "2023"', False),
        ('fin >= "2023"', False),
        ("ligne > 3", False),
        ('"x" in fin', False),
        ('"x" not in fin', False),
        ("fin is null", True),
        ("statut IS NOT NULL and axe is not null", True),
        ("statut is None", False),
        ("null == fin", True),
        ('fin != "livré"', False),
        ("not (ligne > 3)", False),
        ("ligne > 3 or axe == 2", True),
        ("ligne > 3 and axe == 9", False),
        ("not (ligne > 3 and axe == 9)", True),
        ("-ligne < 3", False),
        ("fin in [None, 2]", True),
        ("fin in [1, 2]", False),
        ("fin not in [1, 2]", False),
        ("unesco == true and axe <> 3", True),
        ("NOT unesco OR axe IN (2, 3)", True),
        ("financeurs == []", True),
        ("  axe == 2\n", True),
        (r'nom == "\d"', False),
        ("1in [1]", True),
        ("", None),
    ],
)
def test_condition(condition: str, holds: bool | None) -> None:  # noqa: FBT001 - a case of the table
    if holds is None:
        with pytest.raises(UsageError, match="condition illisible"):
            predicate(condition, ROW)
    else:
        assert predicate(condition, ROW)(ROW) is holds


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        ('__import__("os").system("true")', "non permis"),
        ("nom.upper()", "non permis dans une condition : nom.upper()"),
        ("nom.upper", "non permis dans une condition : nom.upper"),
        ("axe.__class__", "non permis"),
        ("nom[0]", "non permis"),
        ("communes[0:1]", "non permis"),
        ("lambda: 1", "non permis"),
        ("[x for x in communes]", "non permis"),
        ("{x for x in communes}", "non permis"),
        ("(x for x in communes)", "non permis"),
        ("{1: 2}", "non permis"),
        ("{1, 2}", "non permis"),
        ('f"{nom}"', "non permis"),
        ("(axe := 3)", "non permis"),
        ("[*communes]", "non permis"),
        ("1 if unesco else 2", "non permis"),
        ("axe + 1 == 3", "non permis"),
        ("2 ** 99999999", "non permis"),
        ('"a" * 9999999999', "non permis"),
        ("~axe", "non permis"),
        ("+axe", "non permis"),
        ("axe is 2", "non permis"),
        ("axe is not 2", "non permis dans une condition : is"),
        ("nom like axe.x", "non permis"),
        ("like", "illisible"),
        ("nom like", "illisible"),
        ("nom is", "non permis"),
        ("b'x' == nom", "non permis"),
        ("1j == axe", "non permis"),
        ("... == axe", "non permis"),
        ("await nom", "non permis"),
        ("yield", "illisible"),
        ("inconnu == 1", "champ inconnu dans la condition : inconnu"),
        ("nom == inconnu", "champ inconnu"),
        ("axe = 2", "illisible"),
        ("axe ==", "illisible"),
        ("import os", "illisible"),
        ("axe == 1; axe == 2", "illisible"),
        ("nom == 'é", "illisible"),
        ("axe\x00", "illisible"),
        ("not " * 60 + "unesco", "trop imbriquée"),
        ("(" * 5000 + "axe" + ")" * 5000, "illisible"),
        ("not " * 100_000 + "unesco", ""),
        ("-" * 100_000 + "1", ""),
    ],
)
def test_refused_condition(condition: str, told: str) -> None:
    with pytest.raises(UsageError) as error:
        predicate(condition, ROW)
    assert told in str(error.value)
    assert "Exemple" in str(error.value) or "Champs possibles" in str(error.value)
    assert error.value.exit_code == 2


@pytest.mark.parametrize("condition", ["nom > 3", "-nom == 1"])
def test_conditions_that_make_no_sense(condition: str) -> None:
    test = predicate(condition, ROW)
    with pytest.raises(UsageError, match=r"comparaison impossible|un nombre est attendu"):
        test(ROW)


def test_a_column_that_does_not_apply_is_missing() -> None:
    assert predicate("area_ha == None", {"area_ha"})({}) is True
    assert predicate("area_ha > 0", {"area_ha"})({}) is False


# On the tiny house


@pytest.fixture
def tiny(house: House) -> House:
    house.figure("l0001-aid", "1000", "€", financeurs="État:0.5|Région:0.5")
    house.figure("l0002-same", "1000", "€", double_de="l0001-aid")
    house.figure("l0003-homes", "7", "logements")
    both = '["l0001-aid", "l0002-same", "l0003-homes"]'
    house.fact(
        "lieux", "a", communes='["62001"]', point=house.place(5, 5), statut='"travaux"', chiffres=both,
        attributs="{ area_ha = 4.5 }",
    )  # fmt: skip
    house.fact("lieux", "b", communes='["59001"]', point=house.place(25, 5), axe="2")
    house.fact("lieux", "both", communes='["62002", "59001"]', precision='"commune"')
    house.fact("lieux", "beta", precision='"territoire"', territoires=f'["{house.beta}"]')
    house.fact("lieux", "basin", precision='"territoire"', territoires='["bassin"]')
    house.fact("pistes", "path", communes='["62001"]', ligne=house.line((5, 5), (25, 9)))
    house.write()
    return house


def names(found: gpd.GeoDataFrame) -> list[str]:
    return [key.split("-")[1] for key in found.index]


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ({}, ["a", "b", "both", "beta", "basin", "path"]),
        ({"layer": "pistes"}, ["path"]),
        ({"layer": ["Couche 1", "pistes"]}, ["a", "b", "both", "beta", "basin", "path"]),
        ({"epci": "Alpha"}, ["a", "both", "path"]),
        ({"epci": "Beta"}, ["b", "both", "beta", "path"]),
        ({"epci": ["Alpha", "Beta"]}, ["a", "b", "both", "beta", "path"]),
        ({"commune": "Un"}, ["a", "path"]),
        ({"commune": ["62002", "Trois"]}, ["b", "both", "path"]),
        ({"epci": "Alpha", "commune": "Deux"}, ["both", "path"]),
        ({"layer": "lieux", "where": "axe == 2"}, ["b"]),
        ({"where": 'statut == "travaux"'}, ["a"]),
        ({"where": "statut == None", "layer": "pistes"}, ["path"]),
        ({"where": "statut is null"}, ["b", "both", "beta", "basin", "path"]),
        ({"where": "not unesco"}, []),
        ({"where": 'statut != "livré"'}, ["a"]),
        ({"where": "surface_ha == 4.5"}, ["a"]),
        ({"where": 'geometrie == "ligne"'}, ["path"]),
        ({"where": 'geometrie != "ligne"'}, ["a", "b", "both"]),
        ({"where": "montant_eur == 1000"}, ["a"]),
        ({"where": '"Région" in financeurs'}, ["a"]),
        ({"where": "area_ha > 4"}, ["a"]),
        ({"where": "ligne == 1 and debut == None"}, ["a", "b", "both", "beta", "basin", "path"]),
        ({"where": 'precision == "territoire"', "epci": "Alpha"}, []),
        ({"where": "axe == 4"}, []),
        ({"where": "axe == 4 and axe == 3", "layer": "pistes"}, []),
    ],
)
def test_question(tiny: House, question: dict[str, Any], found: list[str]) -> None:
    assert tiny.figures
    assert names(geo.query(**question)) == found


def test_a_commune_outside_the_epci_asked_is_unknown_there(tiny: House) -> None:
    assert tiny.figures
    with pytest.raises(UsageError, match="commune inconnue : « Trois »"):
        geo.query(epci="Alpha", commune="Trois")


def test_every_field_may_be_asked(tiny: House) -> None:
    assert tiny.figures
    for name in FIELDS:
        geo.query(where=f"{name} == None")
    with pytest.raises(UsageError, match="champ inconnu"):
        geo.query(where="geometry == None")


def box_of(*corners: tuple[float, float]) -> tuple[float, float, float, float]:
    """Return a box in degrees around places told in kilometres from the corner."""
    project = projector(LAMBERT_93, WGS84)
    places = [project(shapely.Point(700_000 + 1000 * x, 7e6 + 1000 * y)) for x, y in corners]
    west, south, east, north = shapely.MultiPoint(places).bounds
    return west, south, east, north


def test_box(tiny: House) -> None:
    assert tiny.figures
    assert names(geo.query(bbox=box_of((4, 4), (6, 6)))) == ["a", "path"]
    assert names(geo.query(bbox=box_of((14, 4), (16, 6)))) == ["both"]  # the centre of 62002; not the path
    assert names(geo.query(bbox=box_of((14, 6.5), (16, 8)))) == ["path"]
    assert names(geo.query(bbox=(-180, -90, 180, 90))) == ["a", "b", "both", "path"]
    assert names(geo.query(bbox=(-10, 40, -9, 41))) == []


@pytest.mark.parametrize(
    "box",
    [
        (3, 50, 2, 51),
        (2, 51, 3, 50),
        (2, 50, 2, 51),
        (-200, 50, 3, 51),
        (2, 50, 3, 95),
        (float("nan"), 50, 3, 51),
    ],
)
def test_no_box(tiny: House, box: tuple[float, float, float, float]) -> None:
    assert tiny.figures
    with pytest.raises(UsageError, match="emprise impossible"):
        geo.query(bbox=box)


SQUARE = shapely.box(704_000, 7_004_000, 706_000, 7_006_000)


@pytest.mark.parametrize(
    ("crs", "suffix"), [(2154, "gpkg"), (3857, "gpkg"), (4326, "geojson"), (32631, "shp")]
)
def test_a_file_in_any_projection(tiny: House, tmp_path: Path, crs: int, suffix: str) -> None:
    assert tiny.figures
    path = tmp_path / f"zone.{suffix}"
    gpd.GeoDataFrame(geometry=[SQUARE], crs=2154).to_crs(crs).to_file(path)
    assert names(geo.query(within=path)) == ["a"]
    assert names(geo.query(intersects=path)) == ["a", "path"]
    assert names(geo.query(intersects=str(path), layer="lieux")) == ["a"]
    assert names(geo.query(intersects=path, epci="Beta")) == ["path"]


def test_a_geometry(tiny: House) -> None:
    assert tiny.figures
    assert names(geo.query(within=SQUARE)) == ["a"]
    assert names(geo.query(intersects=SQUARE)) == ["a", "path"]
    assert names(geo.query(within=shapely.Polygon())) == []
    corner = shapely.box(705_000, 7_005_000, 706_000, 7_006_000)  # "a" stands on its corner
    assert names(geo.query(within=corner.buffer(1e-3))) == ["a"]


def test_inside_a_territory_goes_by_the_communes_that_the_source_names(tiny: House) -> None:
    assert tiny.figures
    assert names(geo.query(within="Alpha")) == ["a"]
    assert names(geo.query(within="Un")) == ["a"]
    assert names(geo.query(intersects="Alpha")) == ["a", "both", "path"]
    assert names(geo.query(intersects="Trois")) == ["b", "both", "path"]
    assert names(geo.query(intersects=["Alpha", "Beta"])) == ["both", "path"]


def test_what_meets_a_layer(tiny: House) -> None:
    assert tiny.figures
    assert names(geo.query(intersects="pistes")) == ["a"]
    both = names(geo.query(intersects="Couche 1"))  # "b" and "both" stand on the same town hall
    assert both == ["b", "both", "path"]  # and "a", alone in its place, does not meet itself
    assert names(geo.query(intersects="lieux[axe == 2]")) == ["both"]


def test_within_and_box_must_both_hold(tiny: House) -> None:
    assert tiny.figures
    assert names(geo.query(intersects=SQUARE, bbox=box_of((14, 6.5), (16, 8)))) == ["path"]


def test_an_area_that_does_not_project(tiny: House, tmp_path: Path) -> None:
    assert tiny.figures
    path = tmp_path / "world.geojson"
    gpd.GeoDataFrame(geometry=[shapely.box(-180, -90, 180, 90)], crs=4326).to_file(path)
    with pytest.raises(DataError, match="ne se projette pas en EPSG:2154"):
        geo.query(within=path)
    with pytest.raises(DataError, match="ne se projette pas en EPSG:2154"):
        geo.query(intersects=str(path))


def test_the_answer_is_a_frame_of_features(tiny: House) -> None:
    assert tiny.figures
    found = geo.query("lieux")
    assert tuple(found.columns) == ingest.COLUMNS
    assert found.crs.to_epsg() == 2154
    assert tuple(geo.query(where="axe == 4").columns) == ingest.COLUMNS


# Against a spatial join


@pytest.mark.parametrize(("option", "relation"), [("intersects", "intersects"), ("within", "covered_by")])
def test_places_agree_with_a_spatial_join(option: str, relation: str) -> None:
    features = ingest.load()
    located = features[features["precision"] != "territoire"][["geometry"]]
    joined = located.sjoin(load().frame("epci")[["geometry"]], predicate=relation)
    for epci in load().epci.values():
        expected = set(joined.index[joined["siren"] == epci.siren])
        assert expected
        asked: dict[str, Any] = {option: epci.geometry}
        assert set(geo.query(**asked).index) == expected


def test_points_are_in_the_epci_where_they_stand() -> None:
    # Facts name their communes; borders are generalised, so that a point may fall beside its own.
    features = ingest.load()
    points = features[features.geom_type == "Point"]
    joined = points[["geometry"]].sjoin(load().frame("epci")[["geometry"]], predicate="within")
    standing = dict(zip(joined.index, joined["siren"], strict=True))
    beside = [key for key, named in points["epci"].items() if named and standing.get(key) not in named]
    for key in beside:
        own = min(load().epci[siren].geometry.distance(points.geometry[key]) for siren in points["epci"][key])
        assert own <= ingest.NEAR_M, key
    assert len(beside) < 0.05 * len(points)
    for siren in load().epci:
        asked = set(geo.query(epci=siren).index) & set(points.index)
        stood = {key for key, code in standing.items() if code == siren}
        assert asked & stood
        for key in asked ^ stood:
            assert key in beside or len(points["epci"][key]) > 1, key
