"""The workbook of an EPCI, read back as a user's program reads it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
import math
import os
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

import geo
from geo.content import Content, Dossier, open_dossier, style
from geo.content.charte import Charte
from geo.errors import DataError
from geo.export.crediting import documents_of
from geo.export.workbook import write_workbook
from geo.export.workbook.model import LONGEST, Tidy, sheet_names
from tests import records
from tests.conftest import SHARED
from tests.hostile import strings
from tests.pdf import page_texts

LENS = "246200364"
EPOCH = "1796000000"
MIRROR = SHARED / "mirror"
SOFFICE = shutil.which("soffice")
HEADS = 3
"""The row of the titles of columns."""
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\nIDATx\x9cc\x00\x01\x00\x00\x05\x00\x01\r\n-\xb4\x00\x00\x00\x00IEND\xaeB`\x82"
)


@pytest.fixture(scope="module")
def content() -> Content:
    return records.facts()


@pytest.fixture(scope="module", params=["facts", pytest.param("records", marks=pytest.mark.mirror)])
def dossier(request: pytest.FixtureRequest, content: Content) -> Dossier:
    if request.param == "facts":
        return open_dossier(content, LENS)
    if not MIRROR.is_dir():
        pytest.skip("../shared/mirror is not beside the project")
    return open_dossier(records.surveyed(), LENS)


@pytest.fixture(scope="module")
def facts(content: Content) -> Dossier:
    return open_dossier(content, LENS)


def written(dossier: Dossier, target: Path, charte: Charte | None = None) -> Path:
    """Write a workbook, dated as all of these tests are."""
    before = os.environ.get("SOURCE_DATE_EPOCH")
    os.environ["SOURCE_DATE_EPOCH"] = EPOCH
    try:
        write_workbook(dossier, charte or Charte(), target)
    finally:
        os.environ.pop("SOURCE_DATE_EPOCH")
        if before is not None:
            os.environ["SOURCE_DATE_EPOCH"] = before
    return target


@pytest.fixture(scope="module")
def path(dossier: Dossier, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(dossier, tmp_path_factory.mktemp("workbook") / "donnees.xlsx")


@pytest.fixture(scope="module")
def book(path: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(path)


def rows(sheet: Worksheet) -> list[dict[str, Any]]:
    """Return the rows of a sheet that is a table, by title of column."""
    head, *body = sheet.iter_rows(min_row=HEADS, values_only=True)
    return [dict(zip(map(str, head), row, strict=True)) for row in body]


def tables(book: openpyxl.Workbook) -> Iterator[Worksheet]:
    """Yield the sheets that are tables."""
    yield from (sheet for sheet in book.worksheets if sheet.title not in ("Lisez-moi", "Synthèse"))


def section(sheet: Worksheet, title: str) -> list[tuple[Any, ...]]:
    """Return the rows under a heading of a sheet that is read, the titles of columns left out."""
    lines = list(sheet.iter_rows(values_only=True))
    start = next(i for i, line in enumerate(lines) if line[0] == title)
    body = itertools.takewhile(lambda line: any(cell is not None for cell in line), lines[start + 1 :])
    full = [line for line in body if sum(cell is not None for cell in line) > 1]
    return full[1:]


def test_every_statistic_is_that_of_the_command(book: openpyxl.Workbook, dossier: Dossier) -> None:
    told = {(row["Clé de la couche"], row["Clé de l’indicateur"]): row for row in rows(book["Statistiques"])}
    assert told.keys() == dossier.stats.keys()
    frame = dossier.content.stats
    own = frame[frame["siren"] == LENS].to_dict("records")
    known = {(row["couche"], row["indicateur"]): row for row in own}
    for key, stat in dossier.stats.items():
        row, source = told[key], known[key]
        assert row["Valeur"] == stat.value == pytest.approx(source["valeur"], abs=1e-6), key
        assert (row["Unité"], row["Qualificatif"]) == (source["unite"], source["qualificatif"]), key
        assert (row["En toutes lettres"], row["Rang"] or "") == (stat.text, stat.rank), key
        assert ((row["Remarque"] or ""), row["Précision"]) == (stat.note, source["precision"]), key
        assert row["Composition"].split(" ; ") == list(stat.origin), key
        whole = dossier.whole.get(key)
        assert row["Bassin"] == (whole and whole.value), key
        assert row["Bassin, en toutes lettres"] == (whole and whole.text), key


def test_the_same_figures_as_geo_stats(tmp_path: Path, facts: Dossier) -> None:
    book = openpyxl.load_workbook(written(facts, tmp_path / "a.xlsx"))
    known = {(row["couche"], row["indicateur"]): row for row in geo.stats("Lens-Liévin").to_dict("records")}
    found = rows(book["Statistiques"])
    assert len(found) > 40
    for row in found:
        source = known[row["Clé de la couche"], row["Clé de l’indicateur"]]
        assert row["Valeur"] == pytest.approx(source["valeur"], abs=1e-6)
        assert (row["Unité"], row["Qualificatif"]) == (source["unite"], source["qualificatif"])
        assert set(row["Composition"].split(" ; ")) == set(source["origine"])


def test_key_figures_stand_beside_those_of_the_basin(book: openpyxl.Workbook, dossier: Dossier) -> None:
    told = section(book["Synthèse"], "Chiffres clés")
    assert [(row[1], row[2], row[4], row[5]) for row in told] == [
        (key.own.value, key.whole and key.whole.value, key.own.text, key.whole and key.whole.text)
        for key in dossier.keys
    ]
    assert all(isinstance(row[1], int | float) and row[3] for row in told)


def test_axes_progress_and_what_is_not_shared_out(book: openpyxl.Workbook, dossier: Dossier) -> None:
    axes = section(book["Synthèse"], "Par axe de l’Engagement")
    for row, key in zip(axes, ("axe-1", "axe-2", "axe-3", "axe-4", "toutes"), strict=True):
        stats = [dossier.stats.get((key, name)) for name in ("nombre", "nombre_localise", "montant_eur")]
        assert list(row[1:4]) == [stat and stat.value for stat in stats]
        assert row[4] == (stats[2] and stats[2].text)
    progress = section(book["Synthèse"], "Avancement des éléments")
    assert {row[0].lower(): row[5] for row in progress if row[5]} == {
        status or "statut inconnu": count for status, count in dossier.progress().items()
    }
    title = "Montants dits pour plusieurs territoires ensemble, sans répartition entre eux"
    unshared = section(book["Synthèse"], title)
    assert {(row[1], row[3]) for row in unshared} == {
        (stat.value, stat.text)
        for (layer, measure), stat in dossier.unshared.items()
        if measure == "montant_eur" and layer.startswith("axe-")
    }
    assert all(row[3].startswith("" if row[2] == "exact" else row[2]) for row in unshared)


def test_each_layer_has_its_features(book: openpyxl.Workbook, dossier: Dossier) -> None:
    listed = {row[1]: row for row in section(book["Lisez-moi"], "Feuilles")}
    for layer, frame in dossier.layers:
        sheet = book[listed[layer.titre][0]]
        found = rows(sheet)
        assert [row["Identifiant"] for row in found] == list(frame["id"])
        assert [row["Nom"] for row in found] == list(frame["nom"])
        assert [row.get("Avancement") for row in found] == [s or None for s in frame["statut"]]
        assert listed[layer.titre][2] == len(frame)
        tab = sheet.sheet_properties.tabColor
        assert tab is not None
        assert str(tab.rgb).lower() == f"ff{style.colour(layer)[1:]}"
    assert {row["Identifiant"] for row in rows(book["Mesures plus larges"])} == set(dossier.overall["id"])


def test_cells_have_the_type_of_what_they_say(book: openpyxl.Workbook, dossier: Dossier) -> None:
    cites = rows(book["Cités minières"])
    frame = next(frame for layer, frame in dossier.layers if layer.id == "cites")
    for row, told, state in zip(cites, frame["attributs"], frame["etat_au"], strict=True):
        assert row["Surface (ha)"] == told.get("area_ha")
        assert row["Identifiant LSM"] == told.get("id_lsm")
        listed = told.get("unesco")
        assert row["Inscrite au patrimoine mondial"] == (None if listed is None else ("non", "oui")[listed])
        assert row["État au"] == dt.datetime.fromisoformat(state)
    starts = [row.get("Début") for sheet in tables(book) for row in rows(sheet) if row.get("Début")]
    assert "2019" in starts  # a year is no day
    assert not any(isinstance(start, int | float) for start in starts)
    amounts = [row["Montant compté (€)"] for row in rows(book["Routes"]) if row["Montant compté (€)"]]
    assert amounts
    assert all(isinstance(amount, int | float) for amount in amounts)
    sheet = book["Cités minières"]
    by_title: dict[Any, int] = {cell.value: cell.column or 0 for cell in sheet[HEADS]}
    area = next(c for c in sheet.iter_cols(by_title["Surface (ha)"], by_title["Surface (ha)"], HEADS + 1))
    assert {cell.number_format for cell in area if cell.value} == {"#,##0.00"}
    day: Any = sheet.cell(HEADS + 1, by_title["État au"])
    assert (day.is_date, day.number_format) == (True, "dd/mm/yyyy")


def test_amounts_of_features_add_up_to_the_statistics(content: Content, tmp_path: Path) -> None:
    dossier = open_dossier(content, "200044048")  # Osartis-Marquion: 3,1 M€, of which 1 M€ by the Région
    book = openpyxl.load_workbook(written(dossier, tmp_path / "a.xlsx"))
    amounts = [row["Montant compté (€)"] for row in rows(book["Santé"])]
    assert amounts == [dossier.stats["sante", "montant_eur"].value] == [3_100_000]


def test_no_cell_is_a_formula(book: openpyxl.Workbook, path: Path) -> None:
    assert not [c.coordinate for s in book for row in s.iter_rows() for c in row if c.data_type in ("f", "e")]
    with zipfile.ZipFile(path) as parts:
        assert not [name for name in parts.namelist() if b"<f>" in parts.read(name)]
        assert not [name for name in parts.namelist() if "external" in name.lower() or "vba" in name.lower()]


def test_tables_are_framed(book: openpyxl.Workbook) -> None:
    for sheet in tables(book):
        last = f"{get_column_letter(sheet.max_column)}{sheet.max_row}"
        assert sheet.auto_filter.ref == f"A{HEADS}:{last}"
        assert sheet.freeze_panes == f"B{HEADS + 1}"
        assert sheet.print_title_rows == f"${HEADS}:${HEADS}"
        heads = [cell.value for cell in sheet[HEADS]]
        assert len(set(heads)) == len(heads)
        assert all(heads)
    for sheet in book:
        assert sheet.page_setup.orientation == "landscape"
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.sheet_properties.pageSetUpPr is not None
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        widths = [one.width for one in sheet.column_dimensions.values()]
        assert min(widths) >= 8
        assert max(widths) < 70


def test_every_sheet_and_column_is_explained(book: openpyxl.Workbook) -> None:
    guide = book["Lisez-moi"]
    listed = [row[0] for row in section(guide, "Feuilles")]
    assert listed == [name for name in book.sheetnames if name != "Lisez-moi"]
    columns = section(guide, "Colonnes")
    explained = {(row[0], row[1]): row for row in columns}
    fixed = {"Statistiques", "Chiffres du bilan"}
    used = set()
    for sheet in tables(book):
        for cell in sheet[HEADS]:
            keys = [(sheet.title, cell.value)] + [("Couches", cell.value)] * (sheet.title not in fixed)
            found = [key for key in keys if key in explained]
            assert found, keys
            used.add(found[0])
            row = explained[found[0]]
            assert row[3]
            assert len(row[4]) > 3
            assert (f"({row[2]})" in row[1]) == bool(row[2])
    assert used == set(explained)  # nothing is explained that is not there


def test_links_stay_inside_or_lead_to_the_web(book: openpyxl.Workbook) -> None:
    links = [c.hyperlink for sheet in book for row in sheet.iter_rows() for c in row if c.hyperlink]
    assert {link.location.split("!")[0].strip("'") for link in links if link.location} == set(
        book.sheetnames
    ) - {"Lisez-moi"}
    assert all((link.target or "https://").startswith("https://") for link in links)


def test_every_source_is_told(book: openpyxl.Workbook, dossier: Dossier) -> None:
    told = {row[0]: row for row in section(book["Lisez-moi"], "Sources")}
    documents = documents_of(dossier)
    assert {document.court for document in documents} | {"Territoires"} == set(told)
    for document in documents:
        row = told[document.court]
        assert row[1:4] == (document.titre, document.millesime, document.licence)
        assert row[4].startswith(document.producteur.rstrip("."))
        assert row[5]
    shown = {row.get("Source") for sheet in tables(book) for row in rows(sheet)} - {None}
    assert shown <= set(told)


def test_figures_of_the_report_that_are_named_are_there(book: openpyxl.Workbook, dossier: Dossier) -> None:
    told = {row["Identifiant"]: row for row in rows(book["Chiffres du bilan"])}
    figures = dossier.content.figures.figures
    named = {key for stat in dossier.stats.values() for key in stat.origin if key in figures}
    named |= {
        key
        for sheet in tables(book)
        for row in rows(sheet)
        for key in (row.get("Chiffres") or "").split(" ; ")
    }
    assert named - {""} <= set(told)
    for key, row in told.items():
        figure = figures[key]
        assert (row["Valeur"], row["Unité"], row["Qualificatif"]) == (
            figure.valeur,
            figure.unite or None,
            figure.qualificatif,
        )
        assert row["En toutes lettres"] == figure.written()


def test_properties_are_in_french(book: openpyxl.Workbook) -> None:
    properties = book.properties
    assert properties.title == "Lens-Liévin\u00a0: données de l’atlas du bassin minier"
    assert properties.subject == "Engagement pour le renouveau du bassin minier, CA de Lens-Liévin"
    assert properties.created == dt.datetime.fromtimestamp(int(EPOCH), dt.UTC).replace(
        hour=0, minute=0, second=0, tzinfo=None
    )


def test_the_same_bytes(path: Path, dossier: Dossier, tmp_path: Path) -> None:
    assert written(dossier, tmp_path / "b.xlsx").read_bytes() == path.read_bytes()
    with zipfile.ZipFile(path) as parts:
        assert {info.date_time for info in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_charte_is_on_it(facts: Dossier, tmp_path: Path) -> None:
    charte = Charte(
        logo=PNG,
        logo_format="png",
        couleur="#f4e04d",
        titre="=Comité & co",
        reunion=dt.date(2026, 12, 3),
        textes={"accueil": "Bonjour.\n\nDeux.", "axe-2": "Emploi.", "points": "Décider."},
    )
    book = openpyxl.load_workbook(written(facts, tmp_path / "a.xlsx", charte))
    guide: Any = book["Lisez-moi"]
    summary = book["Synthèse"]
    assert guide["A1"].value == summary["A1"].value == book.properties.title == "=Comité & co"
    assert guide["A1"].data_type == "s"
    words = [row[0] for sheet in (guide, summary) for row in sheet.iter_rows(values_only=True)]
    assert {"Bonjour.", "Deux.", "Emploi.", "Décider."} <= set(words)
    assert any(str(word).startswith("Réunion du 3 décembre 2026. ") for word in words)
    assert len(guide._images) == 1
    head = book["Routes"].cell(HEADS, 1)
    assert (head.fill.fgColor.rgb, head.font.color.rgb) == ("FFF4E04D", "FF1B1E22")


def test_a_damaged_logo_is_refused(facts: Dossier, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="logo"):
        write_workbook(facts, Charte(logo=PNG[:12], logo_format="png"), tmp_path / "a.xlsx")
    assert not list(tmp_path.iterdir())


def with_names(dossier: Dossier, names: list[str]) -> Dossier:
    """Return a dossier whose features have these names and all that goes with them, again and again."""
    own = dossier.own.loc[dossier.own["couche"] == "routes"].iloc[:1]
    frame = own.loc[own.index.repeat(len(names))].copy()
    told = pd.Series(names, index=range(len(names)), dtype=object)
    frame = frame.reset_index(drop=True)
    for column in ("nom", "resume", "reserve", "nom_source", "maitre_ouvrage", "rubrique", "position"):
        frame[column] = told
    frame["id"] = [f"routes-{number}" for number in range(len(names))]
    frame["attributs"] = [{name: name} for name in names]
    return dataclasses.replace(dossier, own=frame)


def as_read(text: str) -> str:
    """Return a text as a cell holds it."""
    return Tidy().text(text, "")


def test_hostile_texts_stay_texts(facts: Dossier, tmp_path: Path) -> None:
    hostile = strings()
    path = written(with_names(facts, hostile), tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(path)
    found = rows(book["Routes"])
    assert [row["Nom"] for row in found] == [escaped(as_read(text)) for text in hostile]
    assert [row["Réserve"] for row in found] == [escaped(as_read(text)) for text in hostile]
    assert not [c for s in book for row in s.iter_rows() for c in row if c.data_type in ("f", "e")]
    outside = [c.hyperlink.target for s in book for row in s.iter_rows() for c in row if c.hyperlink]
    assert not any(outside)
    notes = [row[0] for row in book["Lisez-moi"].iter_rows(values_only=True) if row[0]]
    assert any("caractères illisibles remplacés" in str(note) for note in notes)


def escaped(text: str) -> str:
    """Return a text as openpyxl reads it: it leaves the escapes of control characters as they are."""
    return "".join(f"_x{ord(c):04X}_" if ord(c) < 32 and c not in "\n\t" else c for c in text)


def test_what_is_too_long_is_cut_and_told(facts: Dossier, tmp_path: Path) -> None:
    long = ["x" * LONGEST, "y" * (LONGEST + 1), "😀" * 20_000, "\ud800"]
    book = openpyxl.load_workbook(written(with_names(facts, long), tmp_path / "a.xlsx"))
    names = [row["Nom"] for row in rows(book["Routes"])]
    assert names[0] == long[0]
    assert [len(name.encode("utf-16-le")) // 2 <= LONGEST for name in names] == [True] * 4
    assert names[1].endswith("y […]")
    assert names[2].endswith("😀 […]")
    assert names[3] == "\ufffd"
    notes = [str(row[0]) for row in book["Lisez-moi"].iter_rows(values_only=True)]
    told = "ligne 5, « Nom » : texte de 32\u202f768 caractères, coupé à la longueur d’une cellule."
    assert f"Feuille « Routes », {told}" in notes
    assert not any("ligne 4, « Nom »" in note for note in notes)


def test_names_of_sheets_are_valid_and_each_of_its_own() -> None:
    titles = [*strings(), "Routes", "ROUTES", "Historique", "'", "a" * 40, "a" * 41, "😀" * 30]
    names = list(sheet_names(titles, ["Lisez-moi"]))
    assert len({name.casefold() for name in names}) == len(titles)
    for name in names:
        assert 0 < len(name.encode("utf-16-le")) // 2 <= 31
        assert not set(name) & set("[]:*?/\\")
        assert name[0] != "'" != name[-1]
        assert name.isprintable() or not any(ord(c) < 32 for c in name)
    assert "historique" not in {name.casefold() for name in names}
    assert "Historique (2)" in names


def test_numbers_that_are_none_are_no_numbers() -> None:
    assert Tidy().value(math.nan, "nombre", "") is None
    assert Tidy().value(math.inf, "nombre", "") is None
    assert Tidy().value("2024-02-30", "date", "") == "2024-02-30"
    assert Tidy().value("2024-02", "date", "") == "février 2024"
    assert Tidy().value("2024-02-29", "date", "") == dt.date(2024, 2, 29)
    assert Tidy().value("1880-02-29", "date", "") == "29 février 1880"


@pytest.mark.skipif(SOFFICE is None, reason="soffice (LibreOffice) is not installed")
def test_libreoffice_opens_it(path: Path, dossier: Dossier, tmp_path: Path) -> None:
    profile = f"-env:UserInstallation=file://{tmp_path}/profil"
    subprocess.run(
        [str(SOFFICE), "--headless", profile, "--convert-to", "pdf", "--outdir", str(tmp_path), str(path)],
        check=True,
        capture_output=True,
        timeout=300,
    )

    pages = page_texts(tmp_path / "donnees.pdf")
    text = "\n".join(pages)
    for layer, _ in dossier.layers:
        assert f"{layer.titre}, Lens-Liévin" in text
    assert "###" not in text  # no number is wider than its column
    for key in dossier.keys:
        assert key.own.text.split("\u202f")[0] in text
