"""The commands that bring data in, as they are typed: ``erbm sync``, ``check`` and ``add``."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import geo
from geo import catalog, ingest
from geo.cli import main
from geo.sources.store import additions, synced
from tests.conftest import House, clear_caches, lonlat
from tests.loopback import Loopback, Reply
from tests.test_sync import FEED, LAYER, geojson, rows

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def erbm(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Run the command in a tiny house, and give its code and what it told a person."""
    monkeypatch.setenv("ERBM_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("ERBM_DATA", str(tmp_path / "ajouts"))
    monkeypatch.chdir(tmp_path)
    house.write()

    def run(*args: str) -> tuple[int, str]:
        clear_caches()
        code = main(list(args))
        told = capsys.readouterr()
        assert bool(told.out) == (args[0] == "check" and code == 0), (
            "what is asked goes to stdout, nothing else"
        )
        assert "Traceback" not in told.err
        clear_caches()
        return code, (told.out + told.err).replace("\u00a0", " ").replace("\u202f", " ")

    return run


@pytest.fixture
def shops(tmp_path: Path) -> Path:
    """Return a CSV of four rows: two good, one elsewhere, one without a place."""
    places: list[list[Any]] = [lonlat(2, 5), lonlat(12, 5), lonlat(400, 5), ["", ""]]
    path = tmp_path / "marchés d'été.csv"
    lines = ["Libellé;Étals;Couvert;lon;lat"]
    lines += [f"Halle n° {n};{n}0;oui;{x};{y}" for n, (x, y) in enumerate(places, start=1)]
    path.write_bytes("\r\n".join(lines).encode("cp1252"))
    return path


def test_check_says_what_there_is_and_writes_nothing(erbm: Run, shops: Path, tmp_path: Path) -> None:
    before = sorted(tmp_path.rglob("*"))
    code, told = erbm("check", str(shops))
    assert code == 0
    assert "4 lues = 2 retenues + 2 mises de côté" in told
    assert "hors du périmètre" in told
    assert sorted(tmp_path.rglob("*")) == before


def test_check_writes_the_report_and_the_rows_set_aside(erbm: Run, shops: Path, tmp_path: Path) -> None:
    code, _ = erbm("check", str(shops), "--rapport", "r.html", "--ecartes", "e.csv")
    assert code == 0
    assert "mises de côté" in (tmp_path / "r.html").read_text(encoding="utf-8")
    with (tmp_path / "e.csv").open(encoding="utf-8-sig", newline="") as stream:
        found = list(csv.DictReader(stream, delimiter=";"))
    assert [row["ligne"] for row in found] == ["3", "4"]
    assert all(row["motif"] for row in found)
    assert found[0]["Libellé"] == "Halle n° 3"


def test_formulas_set_aside_stay_texts_in_a_spreadsheet(erbm: Run, tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_text("nom,lon,lat\n=cmd|' /C calc'!A0,5.1,45.2\n", encoding="utf-8")
    assert erbm("check", "f.csv", "--ecartes", "e.xlsx")[0] == 0
    sheet = openpyxl.load_workbook(tmp_path / "e.xlsx").active
    assert sheet is not None
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert any("cmd|" in str(cell.value) for cell in cells)
    assert {cell.data_type for cell in cells} <= {"s", "n"}


def test_add_makes_a_layer_that_every_command_knows(erbm: Run, shops: Path) -> None:
    code, told = erbm(
        "add", str(shops), "--as", "marches", "--titre", "Marchés", "--licence", "Licence Ouverte 2.0"
    )
    assert code == 0, told
    layer = catalog.load().layers["marches"]
    assert (layer.titre, layer.axe.id, layer.inventaire) == ("Marchés", 0, True)
    found = geo.query("marches")
    assert list(found["nom"]) == ["Halle n° 1", "Halle n° 2"]
    assert [row["etals"] for row in found["attributs"]] == [10, 20]
    assert [row["couvert"] for row in found["attributs"]] == [True, True]
    assert list(found["communes"]) == [("62001",), ("62002",)]
    counted = geo.stats(layer="marches")
    assert (
        counted[(counted["indicateur"] == "nombre") & (counted["siren"] == "100000001")]["valeur"].item() == 2
    )
    (lot,) = ingest.lots()["marches"]
    assert lot.document.licence == "Licence Ouverte 2.0"


def test_add_to_a_layer_that_exists_and_take_away(erbm: Run, shops: Path) -> None:
    assert erbm("add", str(shops), "--as", "lieux", "--map", "Libellé=nom")[0] == 0
    assert set(geo.query("lieux")["nom"]) == {"Halle n° 1", "Halle n° 2"}
    (key,) = additions().entries()
    code, told = erbm("add", "--retirer", key)
    assert code == 0
    assert "2 objets" in told
    assert geo.query("lieux").empty
    assert shops.exists()


def test_the_same_file_again_replaces_what_it_had_brought(erbm: Run, shops: Path) -> None:
    for _ in range(2):
        assert erbm("add", str(shops), "--as", "marches", "--titre", "Marchés")[0] == 0
    assert len(geo.query("marches")) == 2


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (["add"], 2, "quel fichier"),
        (["add", "{shops}"], 2, "à quelle couche"),
        (["add", "{shops}", "--as", "lieus"], 2, "--titre"),
        (["add", "{shops}", "--as", "lieux", "--map", "Libelé=nom"], 2, "Libellé"),
        (["add", "{shops}", "--as", "lieux", "--map", "nom"], 2, "attendu SRC=CHAMP"),
        (["add", "{shops}", "--as", "lieux", "--retirer", "x"], 2, "l'un ou l'autre"),
        (["add", "--retirer", "x"], 2, "aucun ajout"),
        (["add", "rien.csv", "--as", "lieux"], 1, "introuvable"),
        (["check", "{shops}", "--crs", "EPSG:1"], 1, "EPSG:1"),
        (["check", "{shops}", "--ecartes", "e.doc"], 2, ".xlsx"),
        (["check", "{shops}", "--rapport", "r.pdf"], 2, ".html"),
        (["add", "{shops}", "--as", "lieux", "--titre", "Autre"], 2, "existe déjà"),
        (["add", "{shops}", "--as", "x", "--titre", "X", "--axe", "9"], 2, "axe inconnu"),
        (["sync", "--mirror", "nulle-part"], 1, "dossier introuvable"),
        (["sync", "lieux"], 2, "couche sans source"),
        (["sync", "--mirror", "x", "--offline"], 2, "l'un ou l'autre"),
    ],
)
def test_what_is_wrong_is_told(erbm: Run, shops: Path, args: list[str], code: int, words: str) -> None:
    got, told = erbm(*(arg.format(shops=shops) for arg in args))
    assert (got, words in told) == (code, True), told
    assert additions().entries() == {}


def test_nothing_to_add_is_refused(erbm: Run, tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_text("nom,lon,lat\nLoin,5.1,45.2\n", encoding="utf-8")
    code, told = erbm("add", "f.csv", "--as", "lieux")
    assert code == 1
    assert "rien à ajouter" in told
    assert additions().entries() == {}


def test_sync_tells_each_source_and_fails_if_one_does(erbm: Run, house: House) -> None:
    with Loopback() as server:
        address = server.at("/c.geojson", Reply(geojson(rows())), Reply(status=404))
        feed = FEED.format(genre='"http"', addresses=json.dumps([address]), format='"geojson"', layer='""')
        house.layers["cavaliers"] = LAYER.format(feeds=feed)
        house.write()
        code, told = erbm("sync", "cavaliers", "--ecartes", "ecartes")
        text = Path("ecartes/cavaliers.csv").read_text(encoding="utf-8-sig")
        assert "hors du périmètre" in text
        assert "001_03" in text
        assert (code, "✓ Cavaliers : 2 objets, 1 écarté (hors du périmètre)" in told) == (0, True), told
        code, told = erbm("sync")
    assert code == 1
    assert "✗ Cavaliers" in told
    assert "gardées" in told
    assert "404" in told
    assert synced().entries()["cavaliers"]["nombre"] == 2


def test_what_a_layer_had_already_is_told(erbm: Run, shops: Path, tmp_path: Path) -> None:
    assert erbm("add", str(shops), "--as", "marches", "--titre", "Marchés")[0] == 0
    (tmp_path / "autre.csv").write_bytes(shops.read_bytes())
    code, told = erbm("add", "autre.csv", "--as", "marches", "--producteur", "La CALL")
    assert code == 0
    assert "dont 2 que la couche avait déjà" in told
    assert len(geo.query("marches")) == 2
    assert set(geo.query("marches")["resume"]) == {"Aussi dans : marchés d'été.csv."}


def test_a_file_of_several_layers_is_asked_which(erbm: Run, tmp_path: Path) -> None:
    for name in ("un", "deux"):
        rows().to_file(tmp_path / "deux.gpkg", layer=name)
    code, told = erbm("add", "deux.gpkg", "--as", "voies", "--titre", "Voies")
    assert (code, "--couche" in told) == (2, True)
    assert erbm("add", "deux.gpkg", "--as", "voies", "--titre", "Voies", "--couche", "un")[0] == 0
    assert len(geo.query("voies")) == 2


def test_features_without_a_name_take_the_column_that_tells_them_apart(erbm: Run, tmp_path: Path) -> None:
    x, y = lonlat(2, 5)
    (tmp_path / "f.csv").write_text(f"Nom du marché;lon;lat\nHalle;{x};{y}\n", encoding="utf-8")
    assert erbm("add", "f.csv", "--as", "foires", "--titre", "Foires")[0] == 0
    assert list(geo.query("foires")["nom"]) == ["Halle"]
