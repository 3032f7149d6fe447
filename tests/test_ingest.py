"""Facts become features: each fault is told with its file, fact and field, and names stay as typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pytest
import shapely

from geo import catalog, ingest
from geo.errors import DataError
from geo.ingest import facts

if TYPE_CHECKING:
    from tests.conftest import House

IN_62001 = (5.0, 5.0)


def sound(house: House) -> dict[str, str]:
    """Return the fields that make a located fact, which each case spoils."""
    return {"communes": '["62001"]', "point": house.place(*IN_62001)}


def error_of(house: House) -> str:
    house.write()
    with pytest.raises(DataError) as error:
        ingest.load()
    return str(error.value)


def test_a_sound_fact(house: House) -> None:
    house.figure("l0001-a", "5", "logements")
    house.fact(
        "lieux", "a", **sound(house), statut='"travaux"', debut='"2019-03"', fin="2022", etat_au="2023-01-31",
        chiffres='["l0001-a"]', quantite='"l0001-a"', maitre_ouvrage='"Maître"', reserve='"à voir"',
        attributs="{ area_ha = 2.5, unesco = true }", lignes="[10, 12]", axe="3",
    )  # fmt: skip
    house.write()
    row = ingest.load().loc["lieux-a"]
    assert (row["couche"], row["nom"], row["axe"], row["document"]) == ("lieux", "a", 3, "bilan-erbm")
    assert (row["communes"], row["epci"], row["territoires"]) == (("62001",), (house.alpha,), ())
    assert (row["debut"], row["fin"], row["etat_au"]) == ("2019-03", "2022", "2023-01-31")
    assert (row["ligne"], row["ligne_fin"]) == (10, 12)
    assert (row["chiffres"], row["contexte"], row["quantite"]) == (("l0001-a",), (), "l0001-a")
    assert row["attributs"] == {"area_ha": 2.5, "unesco": True}
    assert shapely.distance(row["geometry"], shapely.Point(705_000, 7_005_000)) < 1e-6


def test_what_is_not_told_is_none_or_empty(house: House) -> None:
    house.fact("lieux", "a", **sound(house), source='"autre"', lignes="")
    house.write()
    features = ingest.load()
    row = features.loc["lieux-a"]
    assert [row[name] for name in ("statut", "debut", "fin", "ligne", "ligne_fin", "quantite")] == [None] * 6
    assert [row[name] for name in ("position", "maitre_ouvrage", "nom_source", "reserve")] == [""] * 4
    assert row["etat_au"] == "2022-12-31"  # that of its document
    assert tuple(features.columns) == ingest.COLUMNS
    assert features.crs.to_epsg() == 2154


FAULTS = [
    ("id", '"lieux_a"', "id : attendu lieux-<clé>"),
    ("id", '"pistes-a"', "id : attendu lieux-<clé>"),
    ("id", '"lieux-Été"', "id : attendu lieux-<clé>"),
    ("id", "3", "id : 3 ; attendu un texte"),
    ("id", "", "fait n° 1 : id : manque"),
    ("nom", "", "nom : manque"),
    ("nom", '""', "nom : manque"),
    ("nom", "5", "nom : 5 ; attendu un texte"),
    ("resume", "", "resume : manque"),
    ("rubrique", "", "rubrique : manque"),
    ("axe", "", "axe : manque"),
    ("axe", "7", "axe : 7 n'existe pas"),
    ("axe", '"1"', "axe : '1' ; attendu un entier"),
    ("axe", "true", "axe : True ; attendu un entier"),
    ("precision", '"vague"', "precision : 'vague' ; attendu exacte, adresse"),
    ("precision", "", "precision : manque"),
    ("couleur", '"rouge"', "couleur : champ inconnu"),
    ("statut", '"fini"', "statut : 'fini' ; attendu étude, projet"),
    ("debut", '"mars 2022"', "debut : 'mars 2022' ; attendu AAAA"),
    ("fin", '"2022-02-30"', "fin : '2022-02-30' ; attendu AAAA"),
    ("etat_au", "22", "etat_au : 22 ; attendu AAAA"),
    ("source", '"inconnue"', "source : 'inconnue' n'est pas dans sources.toml"),
    ("lignes", "", "lignes : la ou les lignes du bilan manquent"),
    ("lignes", "[3]", "lignes : [3] ; attendu [première, dernière]"),
    ("lignes", "[3, 2]", "lignes : [3, 2] ; attendu [première, dernière]"),
    ("lignes", "[0, 2]", "lignes : [0, 2] ; attendu [première, dernière]"),
    ("lignes", "3", "lignes : 3 ; attendu une liste d'entiers"),
    ("chiffres", '["l0009-z"]', "chiffres : 'l0009-z' n'est pas dans chiffres.csv"),
    ("chiffres", '"l0001-a"', "chiffres : 'l0001-a' ; attendu une liste de textes"),
    ("contexte", '["l0009-z"]', "contexte : 'l0009-z' n'est pas dans chiffres.csv"),
    ("quantite", '"l0001-a"', "quantite : 'l0001-a' doit aussi être dans chiffres"),
    ("communes", "", "communes : au moins un code INSEE"),
    ("communes", '["lens"]', "communes : 'lens' n'est pas un code INSEE"),
    ("communes", '["62001", "62001"]', "communes : un même code deux fois"),
    ("communes", '"62001"', "communes : '62001' ; attendu une liste de textes"),
    ("territoires", '["bassin"]', "territoires : réservé à la précision territoire"),
    ("point", "", "point ou ligne : nécessaire (précision exacte)"),
    ("point", "[50.4, 182.0]", "point : [50.4, 182.0] ; attendu [longitude, latitude]"),
    ("point", "[2.8]", "point : [2.8] ; attendu [longitude, latitude]"),
    ("point", "[nan, 50.0]", "point : [nan, 50.0] ; attendu [longitude, latitude]"),
    ("ligne", "[[3.07, 50.15], [3.03, 50.12]]", "point et ligne : l'un ou l'autre"),
    ("ligne", "[[2.8, 50.4]]", "ligne : [[2.8, 50.4]] ; attendu au moins deux"),
    ("position", '"de mémoire"', "position : ce qui est donné de mémoire est de précision indicative"),
    ("attributs", "{ couleur = 1 }", "attributs.couleur : non déclaré dans lieux/layer.toml"),
    ("attributs", '{ area_ha = "5" }', "attributs.area_ha : '5' ; attendu un nombre"),
    ("attributs", "{ area_ha = nan }", "attributs.area_ha : nan ; attendu un nombre"),
    ("attributs", "{ area_ha = true }", "attributs.area_ha : True ; attendu un nombre"),
    ("attributs", "{ unesco = 1 }", "attributs.unesco : 1 ; attendu un booléen"),
    ("attributs", "{ surfaces_ha = 3 }", "attributs.surfaces_ha : 3 ; attendu une table"),
    ("attributs", '{ surfaces_ha = { "62001" = "3" } }', "attributs.surfaces_ha.62001 : '3' ; attendu"),
    ("attributs", '{ surfaces_ha = { "62002" = 3 } }', "attributs.surfaces_ha.62002 : champ inconnu"),
    ("attributs", '{ area_ha = 4, surfaces_ha = { "62001" = 3 } }', "attributs.surfaces_ha : la somme"),
    ("attributs", "3", "attributs : 3 ; attendu une table"),
]  # fmt: skip


@pytest.mark.parametrize(("field", "value", "told"), FAULTS)
def test_each_fault_tells_file_fact_and_field(house: House, field: str, value: str, told: str) -> None:
    house.figure("l0001-a", "5", "logements")
    house.fact("lieux", "a", **{**sound(house), field: value})
    message = error_of(house)
    assert message.startswith("lieux/faits.toml : ")
    assert told in message
    if field != "id":
        assert message.startswith("lieux/faits.toml : lieux-a : ")


def test_every_field_has_a_fault_above() -> None:
    tried = {field for field, _, _ in FAULTS}
    texts = {"maitre_ouvrage", "nom_source", "reserve"}  # texts that may hold anything
    assert tried >= {*facts._REQUIRED, *facts._OPTIONAL} - texts


@pytest.mark.parametrize("field", ["maitre_ouvrage", "nom_source", "reserve"])
def test_texts_are_texts(house: House, field: str) -> None:
    house.fact("lieux", "a", **{**sound(house), field: "[1]"})
    assert f"lieux-a : {field} : [1] ; attendu un texte" in error_of(house)


def test_end_before_beginning(house: House) -> None:
    house.fact("lieux", "a", **sound(house), debut='"2022-05"', fin='"2022-04"')
    assert "lieux-a : fin : '2022-04' est avant debut, '2022-05'" in error_of(house)


def test_the_end_may_be_less_precise_than_the_beginning(house: House) -> None:
    house.fact("lieux", "a", **sound(house), debut='"2022-05"', fin='"2022"')
    house.write()
    assert ingest.load()["fin"].tolist() == ["2022"]


def test_a_point_far_from_its_commune(house: House) -> None:
    house.fact("lieux", "a", communes='["62001"]', point=house.place(11.4, 5))
    house.write()
    assert len(ingest.load()) == 1  # 1,4 km out: borders are generalised
    house.facts["lieux"][0]["point"] = house.place(12.5, 5)
    assert "lieux-a : point : à 2.5 km de sa commune (62001)" in error_of(house)


def test_a_line_far_from_its_commune(house: House) -> None:
    house.fact("pistes", "a", communes='["62001"]', ligne=house.line((13, 5), (14, 5)))
    assert "pistes-a : ligne : à 3.0 km de sa commune (62001)" in error_of(house)


def test_latitude_before_longitude_is_far_away(house: House) -> None:
    lon, lat = house.place(5, 5).strip("[]").split(", ")
    house.fact("lieux", "a", communes='["62001"]', point=f"[{lat}, {lon}]")
    assert "lieux-a : point : à " in error_of(house)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({}, "precision territoire : donner territoires"),
        ({"territoires": '["lens"]'}, "territoires : 'lens' inconnu"),
        ({"territoires": '["bassin"]', "communes": '["62001"]'}, "sans communes, point ni ligne"),
        ({"territoires": '["bassin"]', "point": "[2.8, 50.4]"}, "sans communes, point ni ligne"),
    ],
)
def test_faulty_territory(house: House, fields: dict[str, str], told: str) -> None:
    house.fact("lieux", "a", precision='"territoire"', **fields)
    assert told in error_of(house)


def test_a_commune_outside_needs_a_point(house: House) -> None:
    house.fact("lieux", "a", precision='"commune"', communes='["80001"]')
    assert "point ou ligne : nécessaire (précision commune, hors périmètre)" in error_of(house)


def test_several_faults_are_told_at_once(house: House) -> None:
    house.fact("lieux", "a", **{**sound(house), "axe": "7", "statut": '"fini"'})
    house.fact("lieux", "b", **{**sound(house), "precision": '"vague"'})
    message = error_of(house)
    assert "3 anomalies" in message
    for told in ("lieux-a : axe : 7", "lieux-a : statut : 'fini'", "lieux-b : precision : 'vague'"):
        assert told in message


def test_an_id_is_taken_once(house: House) -> None:
    house.fact("lieux", "a", **sound(house))
    house.fact("lieux", "a", **sound(house))
    message = error_of(house)
    assert "lieux/faits.toml, lieux-a : id déjà pris dans lieux/faits.toml" in message


@pytest.mark.parametrize(
    "name",
    [
        "<script>alert('x')</script>",
        '"guillemets" & l\'apostrophe ’',
        "{{ 7*7 }} ${x} %s",
        "=SOMME(A1:A9)",
        "ligne\u2028suivante\u202eenvers",
        "../../etc/passwd",
        "Ça, là ; œ ÿ 😀 مدينة",
    ],
)
def test_hostile_names_are_kept_as_typed(house: House, name: str) -> None:
    typed = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    house.fact("lieux", "a", **sound(house), maitre_ouvrage=typed, nom=typed)
    house.write()
    row = ingest.load().loc["lieux-a"]
    assert (row["nom"], row["maitre_ouvrage"]) == (name, name)


# Where a feature is


def test_centres_of_communes(house: House) -> None:
    house.fact("lieux", "a", precision='"commune"', communes='["62002"]')
    house.fact("lieux", "b", precision='"commune"', communes='["62001", "59001"]')
    house.write()
    one, two = ingest.load().geometry
    assert shapely.distance(one, shapely.Point(715_000, 7_005_000)) < 1e-6
    expected = shapely.MultiPoint([(705_000, 7_005_000), (725_000, 7_005_000)])
    assert shapely.hausdorff_distance(two, expected) < 1e-6


def test_territories_covered(house: House) -> None:
    both = f'["{house.beta}", "{house.alpha}"]'
    cases = {"a": '["bassin"]', "b": '["59"]', "c": f'["{house.alpha}"]', "d": both}
    for key, places in cases.items():
        house.fact("lieux", key, precision='"territoire"', territoires=places)
    house.write()
    features = ingest.load()
    # A measure of the basin or of a Département is attributed to none of the EPCI.
    assert features["epci"].tolist() == [(), (), (house.alpha,), (house.alpha, house.beta)]
    assert features["communes"].tolist() == [(), (), (), ()]
    assert [round(area) for area in features.geometry.area / 1e4] == [30_000, 10_000, 20_000, 30_000]


def test_a_line_is_in_the_communes_that_it_crosses(house: House) -> None:
    house.fact("pistes", "a", communes='["62002"]', ligne=house.line((5, 5), (25, 5)))
    house.fact("pistes", "b", communes='["62001"]', ligne=house.line((5, 5), (10, 5)))  # touches 62002
    house.write()
    features = ingest.load()
    assert features.loc["pistes-a", "communes"] == ("62002", "59001", "62001")
    assert features.loc["pistes-a", "epci"] == (house.alpha, house.beta)
    assert features.loc["pistes-b", "communes"] == ("62001",)


def test_outside_the_basin(house: House) -> None:
    house.fact("lieux", "a", communes='["80001"]', point=house.place(-50, 5))
    house.write()
    assert ingest.load().loc["lieux-a", "epci"] == ()


# The embedded facts


@pytest.fixture(scope="module")
def features() -> gpd.GeoDataFrame:
    return ingest.load()


def test_every_feature_is_named_once_and_sourced(features: gpd.GeoDataFrame) -> None:
    documents = catalog.load().documents
    assert features["id"].is_unique
    assert features.index.tolist() == features["id"].tolist()
    for row in features.to_dict("records"):
        assert row["id"].startswith(row["couche"] + "-")
        assert row["document"] in documents
        assert row["etat_au"]
        assert row["document"] != "bilan-erbm" or row["ligne"] >= 1


def test_every_feature_is_somewhere(features: gpd.GeoDataFrame) -> None:
    assert features.crs.to_epsg() == 2154
    assert features.geometry.is_valid.all()
    assert not features.geometry.is_empty.any()
    west, south, east, north = features.total_bounds  # the Nord and Pas-de-Calais, with some margin
    assert 590_000 < west < east < 800_000
    assert 6_980_000 < south < north < 7_120_000


def test_every_layer_of_facts_has_features(features: gpd.GeoDataFrame) -> None:
    known = catalog.load().layers
    assert set(features["couche"]) == {key for key, layer in known.items() if not layer.inventaire}
