"""The questions that the README answers in one command, each checked by another way of counting."""

from __future__ import annotations

import csv
import json
import math
import shlex
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from pyproj import Transformer

import geo
from geo.cli import main, words

Row = dict[str, Any]

LAYERS = Path(__file__).parents[1] / "layers"
KM = "erbm stats --couche cyclable --indicateur length_km --taux"
EUROS = "erbm stats --axe 1 --indicateur montant_eur_par_hab"
PEOPLE = {
    row["properties"]["siren"]: 0
    for row in json.loads((LAYERS / "territoires/communes.geojson").read_text("utf-8"))["features"]
}


@pytest.fixture(scope="module")
def communes() -> list[Row]:
    """Read the communes as they are embedded, in Lambert-93."""
    to_metres = Transformer.from_crs("EPSG:4326", "EPSG:2154", always_xy=True)
    collection = json.loads((LAYERS / "territoires/communes.geojson").read_text("utf-8"))
    rows = []
    for row in collection["features"]:
        shape = shapely.geometry.shape(row["geometry"])
        metres = shapely.transform(shape, lambda xy: np.column_stack(to_metres.transform(*xy.T)))
        rows.append({**row["properties"], "shape": metres})
    return rows


def asked(line: str, tmp_path: Path) -> list[Row]:
    """Run a command as it is written, and read the rows that it writes."""
    out = tmp_path / "out.json"
    assert main([*shlex.split(line)[1:], "--out", str(out)]) == 0
    rows: list[Row] = json.loads(out.read_text("utf-8"))
    return rows


def test_the_questions_are_those_of_the_help() -> None:
    told = [line for _, line in words.STATS["examples"]]
    assert {KM, EUROS} <= set(told)


def test_km_of_cycle_route_per_epci_and_per_1000_inhabitants(tmp_path: Path, communes: list[Row]) -> None:
    """Each line is cut by each EPCI; a length that the report tells is spread by where the line runs."""
    facts = tomllib.loads((LAYERS / "cyclable/faits.toml").read_text("utf-8"))["fait"]
    with (LAYERS / "chiffres/chiffres.csv").open(encoding="utf-8") as file:
        figures = {row["id"]: row for row in csv.DictReader(file)}
    to_metres = Transformer.from_crs("EPSG:4326", "EPSG:2154", always_xy=True)
    lines = [
        (
            shapely.LineString([to_metres.transform(*place) for place in fact["ligne"]]),
            figures.get(fact.get("quantite", "")),
        )
        for fact in facts
        if "ligne" in fact
    ]
    assert lines
    rows = {(row["siren"], row["indicateur"]): row["valeur"] for row in asked(KM, tmp_path) if row["siren"]}
    assert {name for _, name in rows} == {"length_km", "length_km_pour_1000_hab", "length_km_par_km2"}
    for siren in PEOPLE:
        own = [row for row in communes if row["siren"] == siren]
        ground = shapely.union_all([row["shape"] for row in own])
        km = sum(
            line.intersection(ground).length / line.length
            * (float(told["valeur"]) if told and told["unite"] == "km" else line.length / 1000)
            for line, told in lines
        )  # fmt: skip
        people = sum(row["population"] or 0 for row in own)
        assert rows[siren, "length_km"] == pytest.approx(km, rel=1e-6, abs=1e-9)
        assert rows[siren, "length_km_pour_1000_hab"] == pytest.approx(
            1000 * km / people, rel=1e-6, abs=1e-12
        )
    assert sum(value > 0 for (_, name), value in rows.items() if name == "length_km") >= 3


@pytest.mark.parametrize("axis", [1, 2, 3, 4])
def test_euros_per_inhabitant_and_axis(tmp_path: Path, axis: int, communes: list[Row]) -> None:
    """The total is that of the ledger's amounts, each less its parts, and none told twice."""
    with (LAYERS / "chiffres/chiffres.csv").open(encoding="utf-8") as file:
        figures = {row["id"]: row for row in csv.DictReader(file)}

    def first(key: str) -> str:
        return first(figures[key]["double_de"]) if figures[key]["double_de"] else key

    def wholes(key: str) -> set[str]:
        return {first(other) for other in figures[key]["compris_dans"].split("|") if other}

    def is_shared(key: str) -> bool:
        above = [other for other in wholes(key) if figures[other]["unite"] == figures[key]["unite"]]
        return len(wholes(key)) > 1 or any(map(is_shared, above))

    euros = {
        key: float(row["valeur"])
        for key, row in figures.items()
        if row["unite"] == "€" and not row["double_de"] and not is_shared(key)
    }
    inside = {key: math.fsum(euros[part] for part in euros if key in wholes(part)) for key in euros}
    expected = math.fsum(
        max(0.0, value - inside[key]) for key, value in euros.items() if figures[key]["axe"] == str(axis)
    )
    people = sum(row["population"] or 0 for row in communes)
    rows = asked(EUROS.replace("--axe 1", f"--axe {axis}"), tmp_path)
    assert {row["indicateur"] for row in rows} == {"montant_eur_par_hab"}
    assert {row["unite"] for row in rows} == {"€ par habitant"}
    assert {row["couche"] for row in rows} == {f"axe-{axis}"}
    same = asked(f"erbm stats --couche axe-{axis} --indicateur montant_eur_par_hab", tmp_path)
    assert same == rows
    (total,) = [row["valeur"] for row in rows if row["territoire"] == "Total"]
    assert total == pytest.approx(expected / people, rel=1e-9)


def test_the_rate_of_a_territory_is_its_euros_over_its_people(tmp_path: Path, communes: list[Row]) -> None:
    rates = asked(EUROS, tmp_path)
    euros = {
        row["siren"]: row["valeur"]
        for row in asked("erbm stats --axe 1 --indicateur montant_eur", tmp_path)
        if row["indicateur"] == "montant_eur"
    }
    own = [row for row in rates if row["siren"]]
    assert len(own) > 2
    for row in own:
        people = sum(c["population"] or 0 for c in communes if c["siren"] == row["siren"])
        assert row["valeur"] == pytest.approx(euros[row["siren"]] / people, rel=1e-12)


@pytest.mark.parametrize(
    ("line", "keys"),
    [
        ("erbm stats --couche cyclable --indicateur longueur", {"length_km"}),
        ("erbm stats --couche cyclable --indicateur LENGTH_KM", {"length_km"}),
        ("erbm stats --couche 'Axe 3' --indicateur 'Montant par habitant'", {"montant_eur_par_hab"}),
        ("erbm stats --indicateur 'montant region' --axe 2", {"montant_eur:Région"}),
    ],
)
def test_names_are_forgiving(tmp_path: Path, line: str, keys: set[str]) -> None:
    found = {row["indicateur"] for row in asked(line, tmp_path)}
    assert keys <= found
    assert all(key.startswith(tuple(keys)) for key in found)


def test_a_wrong_indicator_gets_the_nearest_three(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stats", "--couche", "cyclable", "--indicateur", "longeur"]) == 2
    told = capsys.readouterr().err
    assert "longeur" in told
    advice = told.splitlines()[1]
    assert "length_km" in advice
    assert advice.count(",") == 2


def test_a_table_shows_the_rate_that_is_asked_by_its_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(shlex.split(EUROS)[1:]) == 0
    told = capsys.readouterr().out
    assert "Montant par habitant" in told
    assert main(["stats", "--couche", "cyclable", "--indicateur", "length_km"]) == 0
    plain = capsys.readouterr().out
    assert "Longueur" in plain
    assert "pour 1 000 habitants" not in plain
    assert "0\u202fkm" in plain  # nil is an answer, where one indicator is asked


@pytest.mark.parametrize("choice", [("--axe", "1"), ("--couche", "cites")])
def test_an_indicator_that_is_not_counted_there_is_known_by_its_label(
    capsys: pytest.CaptureFixture[str], choice: tuple[str, ...]
) -> None:
    assert main(["stats", *choice, "--indicateur", "longueur"]) == 2
    told = capsys.readouterr().err
    assert "(length_km) n'est pas compté dans ce choix" in told
    assert main(["stats", *choice, "--indicateur", "montan"]) == 2
    advice = capsys.readouterr().err.splitlines()[1]
    assert "montant_eur," in advice
    assert ":" not in advice.partition(" : ")[2]  # of all funders, rather than of one


def test_an_axis_that_does_not_exist(capsys: pytest.CaptureFixture[str]) -> None:
    for axis in (["--axe", "5"], ["--couche", "axe-5"], ["--axe", "12"]):
        assert main(["stats", *axis]) == 2
        assert "de 1 à 4" in capsys.readouterr().err


def test_rates_have_their_unit_and_nil_is_nil(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(shlex.split(KM)[1:]) == 0
    told = capsys.readouterr().out
    assert "\u00a0km/km²" in told
    assert "\u00a0km\u00a0pour\u00a01\u202f000\u00a0hab." in told
    assert " 0\u00a0km/km²" in told
    assert "0,0000" not in told
    assert main(shlex.split(EUROS)[1:]) == 0
    assert "€/hab." in capsys.readouterr().out


def test_remarks_are_typeset(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    frame = geo.territories()[["nom", "geometry"]].rename_axis("code").reset_index()
    frame.to_file(path)
    assert main(["stats", "--by", str(path), "--couche", "friches"]) == 0
    told = capsys.readouterr().err
    assert "«\u00a0" in told
    assert "« " not in told


def test_departements_and_a_file(tmp_path: Path) -> None:
    rows = asked("erbm territories --by departement", tmp_path)
    assert [row["code"] for row in rows] == ["59", "62"]
    told = asked("erbm stats --by departement --couche cites", tmp_path)
    assert {row["code"] for row in told} == {"59", "62", None}
    assert all(row["siren"] is None and row["insee"] is None for row in told)
