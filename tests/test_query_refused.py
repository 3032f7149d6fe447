"""Questions that cannot mean what is written: each is refused, with what to write instead."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest

import geo
from geo.cli.app import main
from geo.errors import DataError, UsageError
from geo.query import located
from geo.territories import load


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        ("surface_ha > 5,5", "Le décimal s'écrit 5.5"),
        ("surface_ha > 5,05", "Le décimal s'écrit 5.05"),
        ("surface_ha > (5,5)", "Le décimal s'écrit 5.5"),
        ('surface_ha > "5,5"', "surface_ha est un nombre"),
        ('surface_ha > "5"', "Écrivez surface_ha > 5, sans guillemets"),
        ("nom == 5", 'Écrivez nom == "5"'),
        ('statut == "travaux" or "livré"', 'Écrivez statut == "livré".'),
        ('statut == ("travaux" or "livré")', "est une condition, pas une valeur"),
        ("surface_ha == 5 or 6", "Écrivez surface_ha == 6."),
        ("nom", "nom n'est pas une condition"),
        ("not statut", "statut n'est pas une condition"),
        ("communes", "communes n'est pas une condition"),
        ("True", "True n'est pas une condition"),
        ("0", "0 n'est pas une condition"),
        ("[1, 2]", "deux conditions"),
        ('"cité" in nom', "une liste est attendue après in"),
        ('statut in "travaux"', "une liste est attendue après in"),
        ("axe in 3", "une liste est attendue après in"),
        ('statut in ["travaux" "livré"]', 'il manque quelque chose entre "travaux" et "livré"'),
        ('communes in ["62498", "62427"]', 'Écrivez "62498" in communes or "62427" in communes.'),
        ('communes == "62498"', 'Écrivez "62498" in communes.'),
        ('communes == ["62498"]', "une liste n'est permise qu'après in"),
        ('epci like "%Lens%"', "--epci NOM"),
        ('"Lens" in communes', "--commune NOM"),
        ('statut == "Travaux"', '"travaux"'),
        ('statut in ["travaux", "livre"]', 'statut ne vaut jamais "livre"'),
        ('"ligne " == geometrie', 'geometrie ne vaut jamais "ligne "'),
        ('precision != "exact"', '"exacte"'),
        ('couche == "Cités minières"', '"cites"'),
        ("axe == 9", "axe ne vaut jamais 9"),
        ('unesco == "oui"', "Écrivez unesco, ou unesco == true."),
        ('unesco == "non"', "Écrivez not unesco, ou unesco == false."),
        ('debut > "été"', "ce n'est pas une date"),
    ],
)
def test_a_condition_that_means_nothing(condition: str, told: str) -> None:
    with pytest.raises(UsageError) as error:
        geo.query("cites", where=condition)
    assert told in str(error.value)


@pytest.mark.parametrize(
    ("condition", "same"),
    [
        ("NOM like '%cite%'", 'nom like "%cite%"'),
        ("nom like “%cité%”", 'nom like "%cité%"'),
        ("UNESCO == TRUE", "unesco"),
        ('statut in ["livré"]', 'statut == "livré"'),
    ],
)
def test_conditions_that_mean_the_same(condition: str, same: str) -> None:
    found = geo.query("cites", where=condition)
    assert len(found) > 0
    assert list(found.index) == list(geo.query("cites", where=same).index)


def test_a_layer_answers_to_its_singular() -> None:
    assert set(geo.query("cité")["couche"]) == {"cites"}
    assert list(geo.query("cites", near=("Routes", 500)).index) == list(
        geo.query("cité minière", near=("route", 500)).index
    )


@pytest.mark.parametrize(
    "question",
    [
        {"near": "cyclable"},
        {"near": ("cyclable",)},
        {"near": [("cyclable", True)]},
        {"far": 3},
        {"near": ("cyclable", "500")},
        {"bbox": "a"},
        {"bbox": (1, 2, 3)},
        {"bbox": ("1", "2", "3", "4")},
        {"limit": "3"},
        {"limit": 2.5},
        {"limit": True},
        {"limit": 0},
        {"where": 3},
        {"layer": 3},
        {"epci": 3},
        {"commune": [3]},
        {"columns": 3},
        {"order_by": [None]},
        {"within": 3},
        {"intersects": 3},
    ],
)
def test_an_argument_of_another_type(question: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match=r"attendu|Attendu|impossible"):
        geo.query(**question)


def test_fields_in_one_text() -> None:
    assert list(geo.query("cites", columns="nom, statut").columns) == ["nom", "statut", "geometry"]


def test_a_frame_is_a_place() -> None:
    lens = load().frame("epci").loc[["246200364"]]
    expected = list(geo.query(within=lens.geometry.item()).index)
    assert expected
    assert list(geo.query(within=lens).index) == expected
    assert list(geo.query(within=lens.geometry).index) == expected
    assert set(geo.query(intersects=lens.to_crs(4326)).index) >= set(expected)
    with pytest.raises(DataError, match="projection"):
        geo.query(within=gpd.GeoSeries([lens.geometry.item()]))


def test_a_measure_of_a_territory_has_a_shape_in_the_frame_but_no_place() -> None:
    found = geo.query()
    vague = found["precision"] == "territoire"
    assert vague.any()
    assert found.geometry.notna().all()
    assert list(located(found).isna()) == list(vague)


def test_chosen_columns_leave_unlocated_what_has_no_place(tmp_path: Path) -> None:
    target = tmp_path / "a.geojson"
    assert main(["query", "--columns", "nom", "--out", str(target), "--quiet"]) == 0
    written = json.loads(target.read_text(encoding="utf-8"))["features"]
    assert [f["geometry"] is None for f in written] == list(geo.query()["precision"] == "territoire")
    assert all(list(f["properties"]) == ["nom"] for f in written)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (["--near", "cyclable"], "attend une couche et une distance, par exemple --near cyclable 500m"),
        (["--far", "cyclable", "--limit", "3"], "par exemple --far cyclable 500m"),
        (["--near", "cyclable", "500"], "Vouliez-vous 500m ?"),
        (["--within", "Lenz"], "Les plus proches : Lens (62498)"),
        (["--epci", "Linse-Liévain"], "Les plus proches : CA de Lens-Liévin (246200364) ; CA d'Hénin-Carvin"),
    ],
)
def test_a_wrong_option(line: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["query", "cites", *line]) == 2
    assert told in capsys.readouterr().err.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (["--limit", "2"], f"2 éléments sur {len(geo.query('cites'))}"),
        (["--bbox", "50.3,2.7,50.5,2.9"], "semblent échangées, essayez 2.7,50.3,2.9,50.5"),
        (["--bbox", "-2,40,-1,41"], "hors du territoire"),
        (["--near", "veloroutes", "1km"], "Véloroutes : aucun élément localisé"),
    ],
)
def test_what_is_said_beside(line: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["query", "cites", *line]) == 0
    assert told in capsys.readouterr().err.replace("\u00a0", " ").replace("\u202f", " ")


def test_a_table_in_a_file_holds_whole_names(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["query", "--quiet"]) == 0
    lines = capsys.readouterr().out.splitlines()[2:]
    for line, name in zip(lines, geo.query()["nom"], strict=True):
        assert line.startswith(name)
