"""Rows: what frames become, and how these are written; the references are read from ``layers/``."""

from __future__ import annotations

import csv
import io
import json
import re
import tomllib
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

import geo
from geo import rows
from geo.errors import DataError
from geo.ledger import Check, Figure, Finding, Funder, Ledger

LAYERS = Path(__file__).parents[1] / "layers"
HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "</script>",
    "{{7*7}}",
    "`id`",
    """l'"eau" | vive, \\ n""",
    "à la\nligne",
    "\u202e\u200b",
]


def read_csv(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.fixture(scope="module")
def facts() -> dict[str, dict[str, Any]]:
    """Every fact as it is typed in the layers, by id."""
    found = {}
    for path in LAYERS.glob("*/faits.toml"):
        for fact in tomllib.loads(path.read_text(encoding="utf-8")).get("fait", []):
            found[fact["id"]] = {**fact, "couche": path.parent.name}
    return found


@pytest.fixture(scope="module")
def features() -> list[rows.Row]:
    return rows.features(geo.query())


class TestFeatures:
    def test_every_fact_is_there_as_typed(
        self, features: list[rows.Row], facts: dict[str, dict[str, Any]]
    ) -> None:
        assert {row["id"] for row in features} == set(facts)
        for row in features:
            fact = facts[row["id"]]
            for key in ("nom", "couche", "axe", "rubrique", "precision", "resume"):
                assert row[key] == fact[key]
            for key in ("statut", "debut", "fin", "reserve", "maitre_ouvrage"):
                assert row[key] == (fact.get(key) or None)
            assert row["chiffres"] == list(fact.get("chiffres", []))
            assert row["attributs"] == fact.get("attributs", {})
            assert row["communes"][: len(fact.get("communes", []))] == fact.get("communes", [])

    def test_source_is_told_whole(self, features: list[rows.Row], facts: dict[str, dict[str, Any]]) -> None:
        documents = tomllib.loads((LAYERS / "sources.toml").read_text(encoding="utf-8"))
        defaults = {
            path.parent.name: tomllib.loads(path.read_text(encoding="utf-8"))["source"]
            for path in LAYERS.glob("*/layer.toml")
        }
        for row in features:
            fact = facts[row["id"]]
            document = documents[fact.get("source", defaults[fact["couche"]])]
            first, last = fact.get("lignes", (None, None))
            assert row["source"] == {
                "document": document["titre"],
                "ligne": first,
                "ligne_fin": last,
                "producteur": document["producteur"],
                "licence": document["licence"],
                "millesime": document["millesime"],
            }
            assert first is None or type(row["source"]["ligne"]) is int

    def test_a_given_point_comes_back_in_degrees(
        self, features: list[rows.Row], facts: dict[str, dict[str, Any]]
    ) -> None:
        compared = 0
        for row in features:
            if "point" in facts[row["id"]]:
                lon, lat = facts[row["id"]]["point"]
                assert row["lon"] == pytest.approx(lon, abs=2e-6)
                assert row["lat"] == pytest.approx(lat, abs=2e-6)
                compared += 1
        assert compared > 50

    def test_measures_of_a_territory_have_no_point(self, features: list[rows.Row]) -> None:
        kinds = {
            (row["precision"] == "territoire", row["lon"] is None, row["lat"] is None) for row in features
        }
        assert kinds == {(True, True, True), (False, False, False)}

    def test_six_decimals_at_most(self, features: list[rows.Row]) -> None:
        for row in features:
            if row["lon"] is not None:
                assert row["lon"] == round(row["lon"], 6)
                assert row["lat"] == round(row["lat"], 6)

    def test_amounts_and_quantity_come_from_the_ledger(self, features: list[rows.Row]) -> None:
        with (LAYERS / "chiffres" / "chiffres.csv").open(encoding="utf-8", newline="") as file:
            told = {row["id"]: row for row in csv.DictReader(file)}
        seen = 0
        for row in features:
            own = [key for key in row["chiffres"] if told[key]["unite"].startswith("€")]
            assert [amount["chiffre"] for amount in row["montants"]] == own
            for amount in row["montants"]:
                line = told[amount["chiffre"]]
                names = [part.partition(":")[0] for part in line["financeurs"].split("|") if part]
                assert amount["financeurs"] == names
                assert amount["valeur"] == float(line["valeur"])
                assert amount["unite"] == line["unite"]
                assert amount["qualificatif"] == line["qualificatif"]
                assert amount["double_de"] == (line["double_de"] or None)
                seen += 1
            if row["quantite"]:
                assert row["quantite"]["libelle"] in {told[key]["libelle"] for key in row["chiffres"]}
        assert seen > 20

    def test_without_a_crs_nothing_is_guessed(self) -> None:
        frame = geo.query("cites").set_crs(None, allow_override=True)
        with pytest.raises(DataError, match="projection"):
            rows.features(frame)

    def test_no_feature_no_row(self) -> None:
        empty = geo.query("cites").iloc[:0]
        assert rows.features(empty) == []
        header = next(csv.reader(io.StringIO(rows.csv_text([], rows.FEATURE_COLUMNS))))
        assert header[:3] == ["id", "nom", "couche"]

    def test_csv_says_what_json_says(self, features: list[rows.Row]) -> None:
        table = read_csv(rows.csv_text(features, rows.FEATURE_COLUMNS))
        for row, line in zip(features, table, strict=True):
            assert [code for code in line["communes"].split("|") if code] == row["communes"]
            assert line["source_document"] == row["source"]["document"]
            assert line["source_ligne"] == (
                "" if row["source"]["ligne"] is None else str(row["source"]["ligne"])
            )
            assert line["lon"] == ("" if row["lon"] is None else str(row["lon"]))
            assert line["quantite_valeur"] == (str(row["quantite"]["valeur"]) if row["quantite"] else "")
            amounts = [float(value) for value in line["montants_valeur"].split("|") if value]
            assert amounts == [amount["valeur"] for amount in row["montants"]]
            assert all(line[f"attributs_{key}"] for key in row["attributs"])


class TestTerritories:
    def test_lens_lievin(self) -> None:
        (row,) = rows.territories(geo.territories("Lens-Liévin"))
        assert row["siren"] == "246200364"
        assert row["population"] == 241_934
        assert len(row["communes"]) == len(set(row["communes"])) == 36
        assert {"62498", "62510"} <= set(row["communes"])
        assert row["departement"] == "62"
        assert row["slug"] == "lens-lievin"
        assert 230 < row["area_km2"] < 250

    def test_eight_epci_share_out_the_communes(self) -> None:
        epci = rows.territories(geo.territories())
        communes = rows.territories(geo.territories(by="commune"))
        assert len(epci) == 8
        assert sorted(code for row in epci for code in row["communes"]) == [row["insee"] for row in communes]
        assert sum(row["population"] for row in epci) == sum(row["population"] for row in communes)
        assert {row["siren"] for row in communes} == {row["siren"] for row in epci}

    def test_a_commune_says_both_its_codes(self) -> None:
        by_code = {row["insee"]: row for row in rows.territories(geo.territories("CALL", by="commune"))}
        lens = by_code["62498"]
        assert (lens["nom"], lens["siren"], lens["communes"]) == ("Lens", "246200364", ["62498"])
        assert lens["departement"] == "62"

    def test_an_unknown_population_is_null(self) -> None:
        frame = geo.territories("CALL", by="commune").astype({"population": float})
        frame.loc["62498", "population"] = np.nan
        found = {row["insee"]: row["population"] for row in rows.territories(frame)}
        assert found["62498"] is None
        assert found["62510"] is not None


class TestStatistics:
    def test_rates_follow_from_values(self) -> None:
        found = rows.statistics(geo.stats("CALL"))
        value = {(row["couche"], row["indicateur"]): row["valeur"] for row in found}
        assert value
        for (layer, name), amount in value.items():
            if name.endswith("_pour_1000_hab"):
                whole = value[layer, name.removesuffix("_pour_1000_hab")]
                assert amount == pytest.approx(whole * 1000 / 241_934)

    def test_columns_and_codes(self) -> None:
        found = rows.statistics(geo.stats(by="commune"))
        assert all(tuple(row) == rows.STATISTIC_COLUMNS for row in found)
        assert all(row["insee"] is None or re.fullmatch(r"\d{5}", row["insee"]) for row in found)
        total = [row for row in found if row["territoire"] == "Total"]
        assert total
        assert all(row["siren"] is None and row["insee"] is None for row in total)

    @pytest.mark.parametrize(
        ("key", "label"),
        [
            ("length_km", "Longueur"),
            ("length_km_par_km2", "Longueur par km²"),
            ("montant_eur:État + Région (non ventilé)", "Montant (État + Région (non ventilé))"),
            ("montant_eur:EPF_pour_1000_hab", "Montant (EPF) pour 1 000 habitants"),
        ],
    )
    def test_indicators_have_french_names(self, key: str, label: str) -> None:
        assert rows.indicator_label(key) == label


def figure(key: str, value: float, unit: str = "€", **other: Any) -> Figure:
    known: dict[str, Any] = {
        "libelle": key, "qualificatif": "exact", "periode": "", "territoire": ("bassin",), "axe": 1,
        "rubrique": "r", "financeurs": (), "ligne": 7, "texte": "t", "double_de": "", "compris_dans": (),
        "reserve": "",
    }  # fmt: skip
    return Figure(id=key, valeur=value, unite=unit, **{**known, **other})


class TestFigures:
    def test_the_ledger_line_by_line(self) -> None:
        with (LAYERS / "chiffres" / "chiffres.csv").open(encoding="utf-8", newline="") as file:
            told = {row["id"]: row for row in csv.DictReader(file)}
        found = rows.figures(geo.figures())
        assert len(found) == len(told)
        for row in found:
            line = told[row["id"]]
            assert row["valeur"] == float(line["valeur"])
            assert row["territoire"] == line["territoire"].split("|")
            assert row["ligne"] == int(line["ligne"])
            assert row["compris_dans"] == [key for key in line["compris_dans"].split("|") if key]
            for key in ("libelle", "unite", "qualificatif", "rubrique", "texte"):
                assert row[key] == line[key]
            for key in ("periode", "double_de", "reserve"):
                assert row[key] == (line[key] or None)

    def test_shares_are_told_only_where_known(self) -> None:
        known = figure("a", 10.0, financeurs=(Funder("État", 0.7), Funder("Région")))
        names = [name for name in Figure.__dataclass_fields__ if name != "id"]
        frame = pd.DataFrame({name: [getattr(known, name)] for name in names}, index=["a"])
        (row,) = rows.figures(frame)
        assert row["financeurs"] == ["État", "Région"]
        assert row["parts"] == {"État": 0.7}
        (line,) = read_csv(rows.csv_text([row], rows.FIGURE_COLUMNS))
        assert (line["financeurs"], line["parts"]) == ("État|Région", "État:0.7")

    def test_a_gap_is_in_the_unit_it_is_computed_in(self) -> None:
        known = Ledger({"a": figure("a", 818_000, "m²"), "b": figure("b", 80, "ha")}, ())
        check = Check(id="c", type="ecart", libelle="l", chiffres=("a", "b"))
        (row,) = rows.findings([Finding(check, "deux", 81.8 - 80, (1, 2))], known)
        assert (row["ecart"], row["unite"]) == (1.8, "ha")
        assert (row["lignes"], row["chiffres"]) == ([1, 2], ["a", "b"])

    def test_findings_about_figures_or_their_lines(self) -> None:
        found: list[rows.Row] = [
            {"id": "names", "chiffres": ["a"], "lignes": [1]},
            {"id": "other", "chiffres": ["b"], "lignes": [7]},
            {"id": "line", "chiffres": [], "lignes": [6, 7]},
            {"id": "far", "chiffres": [], "lignes": [8]},
        ]
        kept = rows.findings_about(found, [{"id": "a", "ligne": 7}])
        assert [row["id"] for row in kept] == ["names", "line"]


class TestPlain:
    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            (None, None),
            (pd.NA, None),
            (float("nan"), None),
            (float("inf"), None),
            ("", None),
            (True, True),
            (np.bool_(0), False),
            (np.int64(3), 3),
            (2.5, 2.5),
            ((), []),
            ((1.0, ("a", None)), [1, ["a", None]]),
            ({"x": np.float64("nan"), 3: (1,)}, {"x": None, "3": [1]}),
        ],
    )
    def test_cells(self, value: Any, expected: Any) -> None:
        got = rows.plain(value)
        assert got == expected
        assert type(got) is type(expected)


class TestJson:
    def test_hostile_texts_come_back_as_typed(self) -> None:
        text = rows.json_text([{"nom": name} for name in HOSTILE])
        assert [row["nom"] for row in json.loads(text)] == HOSTILE

    def test_accents_are_not_escaped(self) -> None:
        assert "Hénin" in rows.json_text([{"nom": "Hénin"}])

    def test_no_row_is_an_empty_array(self) -> None:
        assert json.loads(rows.json_text([])) == []

    def test_what_json_cannot_say_is_refused(self) -> None:
        with pytest.raises(ValueError, match="JSON"):
            rows.json_text([{"valeur": float("nan")}])


class TestGeoJson:
    def test_lambert_becomes_degrees(self) -> None:
        # The origin of Lambert-93: 3° E, 46.5° N is x = 700 000, y = 6 600 000 by definition.
        shapes = gpd.GeoSeries([shapely.Point(700_000, 6_600_000)], crs="EPSG:2154")
        (feature,) = json.loads(rows.geojson_text([{"id": "a", "nom": HOSTILE[0]}], shapes))["features"]
        assert feature["geometry"] == {"type": "Point", "coordinates": [3.0, 46.5]}
        assert feature["id"] == "a"
        assert feature["properties"] == {"id": "a", "nom": HOSTILE[0]}

    def test_a_missing_shape_is_null(self) -> None:
        shapes = gpd.GeoSeries([None, shapely.Point()], crs="EPSG:2154")
        found = json.loads(rows.geojson_text([{"id": "a"}, {"id": "b"}], shapes))
        assert [feature["geometry"] for feature in found["features"]] == [None, None]

    def test_nothing_is_an_empty_collection(self) -> None:
        text = rows.geojson_text([], gpd.GeoSeries([], crs="EPSG:2154"))
        assert json.loads(text) == {"type": "FeatureCollection", "features": []}

    def test_without_a_crs_nothing_is_guessed(self) -> None:
        with pytest.raises(DataError, match="projection"):
            rows.geojson_text([{"id": "a"}], gpd.GeoSeries([shapely.Point(1, 2)]))

    def test_rows_and_shapes_go_together(self) -> None:
        with pytest.raises(ValueError, match="zip"):
            rows.geojson_text([], gpd.GeoSeries([shapely.Point(1, 2)], crs="EPSG:4326"))


class TestCsv:
    def test_hostile_texts_come_back_as_typed(self) -> None:
        table = read_csv(rows.csv_text([{"nom": name} for name in HOSTILE], ("nom",)))
        assert [row["nom"] for row in table] == HOSTILE

    @pytest.mark.parametrize(
        "cell", ["=1+1", "+33 3 21", "-cmd|'/c calc'!A1", "@SUM(A1)", "\t=1", "-", "-1-1", "\n=1"]
    )
    def test_a_formula_is_disarmed(self, cell: str) -> None:
        (row,) = read_csv(rows.csv_text([{"nom": cell, "communes": [cell, "x"]}], ("nom",)))
        assert row["nom"] == f"'{cell}"
        assert row["communes"] == f"'{cell}|x"

    @pytest.mark.parametrize("cell", ["-1", "-1.5", "+2", "-1e-6", "-.5"])
    def test_a_number_is_left_alone(self, cell: str) -> None:
        (row,) = read_csv(rows.csv_text([{"nom": cell, "valeur": float(cell)}], ("nom",)))
        assert row["nom"] == cell
        assert float(row["valeur"]) == float(cell)

    @given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), min_size=1))
    def test_any_text_comes_back_and_computes_nothing(self, names: list[str]) -> None:
        table = read_csv(rows.csv_text([{"id": "x", "nom": name} for name in names], ("id", "nom")))
        assert len(table) == len(names)
        for name, row in zip(names, table, strict=True):
            typed = name.replace("\r\n", "\n").replace("\r", "\n")
            assert row["nom"] in (typed, f"'{typed}")
            assert row["nom"][0] not in "=@\t\r\n"
            assert row["nom"][0] not in "+-" or re.fullmatch(r"[+-][\d.eE+-]+", row["nom"])

    def test_nesting_is_flattened(self) -> None:
        row = {
            "source": {"document": "Bilan", "ligne": 3},
            "montants": [
                {"financeurs": ["État", "Région"], "valeur": 5},
                {"financeurs": [], "valeur": None},
            ],
            "attributs": {"surfaces_ha": {"62498": 1.5}, "unesco": False},
        }
        (line,) = read_csv(rows.csv_text([row], ()))
        assert line == {
            "source_document": "Bilan",
            "source_ligne": "3",
            "montants_financeurs": "État + Région|",
            "montants_valeur": "5|",
            "attributs_surfaces_ha": "62498:1.5",
            "attributs_unesco": "false",
        }

    def test_rows_may_differ(self) -> None:
        table = read_csv(rows.csv_text([{"a": 1}, {"b": 2}], ("z",)))
        assert table == [{"z": "", "a": "1", "b": ""}, {"z": "", "a": "", "b": "2"}]


class TestPlaces:
    def test_codes_have_names(self) -> None:
        found = rows.place_names(["62498", "bassin", "59", "99999"], {"62498": "Lens"})
        assert found == ["Lens", "Bassin minier", "Nord", "99999"]
