"""The fiche as its readers open it: its pages, its text, its tags; its bytes; texts that are only texts."""

from __future__ import annotations

import dataclasses
import functools
import io
import re
from collections.abc import Iterator
from datetime import date
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject

from geo.content import Content, Dossier, open_dossier
from geo.content.charte import Charte
from geo.errors import DataError
from geo.print.fiche import fitting, write_fiche
from geo.print.fiche.telling import Limits, limited, told
from geo.print.fiche.typesetting import printable
from geo.print.points import points
from geo.print.sentences import of_axis
from geo.text import number
from tests import records
from tests.pdf import page_texts

LENS, OSARTIS, HENIN = "246200364", "200044048", "246200299"
DAY = "1764000000"  # 24 November 2025
HOSTILE = '#panic("x") $x^2$ @ref *gras* _it_ <a> `b` \\u{41} // ]] = Titre "guillemets" #set page(fill: red)'


@pytest.fixture(scope="module")
def content() -> Content:
    return records.facts()


@pytest.fixture(autouse=True)
def _day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", DAY)


@pytest.fixture(scope="module")
def written(content: Content, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Path]]:
    """Give the fiches of Lens-Liévin and of Osartis-Marquion."""
    folder = tmp_path_factory.mktemp("fiches")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", DAY)
        files = {siren: folder / f"{siren}.pdf" for siren in (LENS, OSARTIS)}
        for siren, path in files.items():
            write_fiche(open_dossier(content, siren), Charte(), path)
        yield files


def bare(text: str) -> str:
    """Return a text without spaces or breaks: lines of a page end where they may."""
    return re.sub(r"[\s\u200b\u00ad]+", "", text)


@functools.lru_cache
def texts_of(path: Path) -> tuple[str, ...]:
    """Return the text of each page, without spaces; a file is read once."""
    return tuple(map(bare, page_texts(path)))


def text_of(path: Path) -> str:
    return "".join(texts_of(path))


@pytest.mark.parametrize("siren", [LENS, OSARTIS])
def test_pages_are_a4_and_four_to_eight(written: dict[str, Path], siren: str) -> None:
    pages = PdfReader(written[siren]).pages
    assert 4 <= len(pages) <= 8
    for page in pages:
        assert (round(float(page.mediabox.width)), round(float(page.mediabox.height))) == (595, 842)


@pytest.mark.parametrize("siren", [LENS, OSARTIS])
def test_every_key_figure_is_there_as_it_is_told(
    written: dict[str, Path], content: Content, siren: str
) -> None:
    dossier = open_dossier(content, siren)
    first = texts_of(written[siren])[0]
    assert dossier.keys
    for one in dossier.keys:
        label = one.label.replace("sur la carte", "localisés")
        assert one.whole is not None
        row = re.escape(bare(label[1:])) + ".*" + re.escape(bare(one.own.note)[1:])
        row += ".*" + re.escape(bare(f"{one.own.text}{one.whole.text}{one.own.rank}"))
        assert re.search(row, first), one.label
    assert bare("sur la carte") not in first  # it has no symbols
    assert bare("Cités minières Localisées, sur 18 en tout (bassin : sur 74) 18") in first or siren == OSARTIS


@pytest.mark.parametrize("siren", [LENS, OSARTIS])
def test_each_axis_has_its_page_with_its_figures(
    written: dict[str, Path], content: Content, siren: str
) -> None:
    dossier = open_dossier(content, siren)
    pages = texts_of(written[siren])
    for axis, page in zip(content.known.axes.values(), pages[1:5], strict=True):
        assert page.startswith(bare(f"Axe {axis.id}. {axis.titre}"))
        for line in of_axis(dossier, axis):
            assert bare(line) in page
        for stat in dossier.axis_stats(axis):
            measure = content.known.measures[stat.measure]
            whole = dossier.whole.get((stat.layer, stat.measure))
            if measure.taux and stat.measure not in ("nombre", "nombre_localise"):
                told_there = bare(f"{stat.text}{whole.text if whole else ''}{stat.rank}")
                row = f"{re.escape(bare(measure.libelle))}.{{0,160}}{re.escape(told_there)}"
                assert re.search(row, page), (stat.layer, stat.measure)


def test_cites_are_listed_with_what_is_known_of_them(written: dict[str, Path], content: Content) -> None:
    dossier = open_dossier(content, LENS)
    text = text_of(written[LENS])
    rows = dossier.own[dossier.own["couche"] == "cites"].to_dict("records")
    assert len(rows) == 18
    for row in rows:
        assert bare(row["nom"]) in text
        for key in row["chiffres"]:
            assert bare(content.figures.figures[key].written()) in text
        area = row["attributs"].get("area_ha")
        if area:
            assert bare(f"{number(area, 0 if area >= 10 else 1)} ha") in text
    assert bare("Cité n°10 de Béthune") in text
    assert bare("46 ha, inscrite à l’UNESCO") in text
    for point in points(dossier):
        assert bare(point.titre) in text
        assert bare(point.elements[0].nom) in text
    assert bare("Les données ne situent aucune cité minière sur ce territoire.") in text_of(written[OSARTIS])


@pytest.mark.parametrize("siren", [HENIN, OSARTIS])
def test_rows_of_an_axis_add_up_to_its_total(content: Content, siren: str) -> None:
    pages = told(open_dossier(content, siren), Charte(), Limits())["axes"]
    assert len(pages) == 4
    for page in pages:
        counts = [(one["titre"], int(one["lignes"][0]["ici"].split(",")[0])) for one in page["lignes"]]
        assert all(not one["note"] for one in page["lignes"])
        assert sum(count for title, count in counts if title != "Ensemble de l’axe") == sum(
            count for title, count in counts if title == "Ensemble de l’axe"
        ), page["titre"]
        if siren == HENIN and page["page"] == "axe-1":
            assert ("Sport", 1) in counts  # the layer is of axis 3


def test_a_layer_of_two_axes_is_on_both_pages_and_says_so(content: Content) -> None:
    dossier = open_dossier(content, HENIN)
    roads = dossier.own.index[dossier.own["couche"] == "routes"]
    own = dossier.own.copy()
    own.loc[roads[0], "axe"] = 3
    pages = told(dataclasses.replace(dossier, own=own), Charte(), Limits())["axes"]
    for key, others in ((1, 1), (3, len(roads) - 1)):
        row = next(one for one in pages[key - 1]["lignes"] if one["titre"] == "Routes")
        assert row["note"] == f"Dont {others}\u00a0mesure d’un autre axe"
        assert "Routes" in [one["titre"] for one in pages[key - 1]["legende"]]
    moved = dataclasses.replace(dossier, own=own)
    listed = {key: set(limited(moved, axis).own["id"]) for key, axis in content.known.axes.items()}
    ids = own.loc[roads, "id"]
    assert len(roads) == 2
    assert listed[1].isdisjoint(ids[:1])
    assert listed[1] > set(ids[1:])
    assert listed[3] > set(ids[:1])
    assert listed[3].isdisjoint(ids[1:])


def test_records_are_said_where_the_total_does_not_count_them(content: Content) -> None:
    dossier = open_dossier(content, HENIN)
    own = dossier.own.copy()
    own.loc[own.index[own["couche"] == "cites"][:2], "inventaire"] = True
    page = told(dataclasses.replace(dossier, own=own), Charte(), Limits())["axes"][0]
    notes = {one["titre"]: one["note"] for one in page["lignes"] if one["note"]}
    assert notes == {"Cités minières": "Dont 2 d’inventaires"}


def test_notes_of_rows_say_what_makes_them_unlike(content: Content) -> None:
    dossier = open_dossier(content, HENIN)
    pages = told(dossier, Charte(), Limits())["axes"]
    rows = {(one["titre"], row["libelle"]): row for one in pages[0]["lignes"] for row in one["lignes"]}
    shared = dossier.unshared["axe-1", "montant_eur"].text
    assert rows["Ensemble de l’axe", "Montant"]["note"] == (
        f"Bassin\u00a0: dont {shared} donnés pour plusieurs territoires, sans répartition"
    )
    assert dossier.stats["routes", "length_km"].drawn
    assert rows["Routes", "Longueur"]["note"] == "Tracé indicatif"
    assert rows["Cités minières", "Surface"]["note"] == ""


def test_what_is_cut_or_has_no_room_is_counted() -> None:
    assert fitting.more(3, 3) == ""
    assert fitting.more(3, 4) == "et 1\u00a0autre, dans le classeur de données"
    assert fitting.more(2, 40) == "et 38\u00a0autres, dans le classeur de données"
    assert fitting.absent(0, 0) == ""
    assert "44\u00a0éléments du territoire et 1\u00a0mesure d’un" in fitting.absent(44, 1)


def test_no_page_ends_on_a_head(written: dict[str, Path]) -> None:
    for path in written.values():
        last = next(page for page in texts_of(path) if bare("Sources et méthode") in page)
        for held in ("Bilan partenarial ERBM", "Méthode", "À qui s’adresser."):
            assert bare(held) in last.split(bare("Sources et méthode"))[1]


def test_bookmarks_title_and_language(written: dict[str, Path]) -> None:
    reader = PdfReader(written[LENS])
    titles = [str(one.title) for one in reader.outline if not isinstance(one, list)]
    assert titles[0] == "Lens-Liévin"
    assert titles[1].startswith("Axe 1.")
    assert titles[5:] == ["Cités minières", "Ce qui n’est pas connu", "Sources et méthode"]
    assert reader.metadata is not None
    assert reader.metadata.title == "Fiche de territoire, Lens-Liévin"
    assert reader.metadata.creation_date is not None
    assert reader.metadata.creation_date.date() == date(2025, 11, 24)
    assert str(reader.root_object["/Lang"]).startswith("fr")


def test_it_is_tagged_and_says_that_it_can_be_archived(written: dict[str, Path]) -> None:
    for path in written.values():
        root: Any = PdfReader(path).root_object
        assert root["/MarkInfo"]["/Marked"]
        kinds = set(_kinds(root["/StructTreeRoot"]))
        assert {"/H1", "/H2", "/P", "/Table", "/TH", "/TD", "/Figure"} <= kinds
        described = [node for node in _nodes(root["/StructTreeRoot"]) if node.get("/S") == "/Figure"]
        assert all(node.get("/Alt") for node in described)
        metadata = root["/Metadata"].get_data().decode()
        assert re.search(r"<pdfaid:part>2</pdfaid:part>", metadata)
        assert re.search(r"<pdfaid:conformance>A</pdfaid:conformance>", metadata)
        assert re.search(r"<pdfuaid:part>1</pdfuaid:part>", metadata)
        assert root["/OutputIntents"]


def _nodes(node: Any) -> Iterator[DictionaryObject]:
    node = node.get_object()
    if isinstance(node, ArrayObject):
        for one in node:
            yield from _nodes(one)
    elif isinstance(node, DictionaryObject):
        yield node
        if "/K" in node:
            yield from _nodes(node["/K"])


def _kinds(tree: Any) -> Iterator[str]:
    return (str(node["/S"]) for node in _nodes(tree) if "/S" in node)


def test_fonts_are_embedded_and_ours(written: dict[str, Path]) -> None:
    found = {}
    for page in PdfReader(written[LENS]).pages:
        for font in page["/Resources"]["/Font"].values():  # type: ignore[index]
            inner = font.get_object()["/DescendantFonts"][0].get_object()
            found[str(inner["/BaseFont"])] = inner["/FontDescriptor"].get_object()
    assert found
    assert all("/FontFile2" in one or "/FontFile3" in one for one in found.values())
    assert all("SourceSans3" in name for name in found)


def test_what_a_user_puts_of_their_own(content: Content, tmp_path: Path) -> None:
    image = io.BytesIO()
    Image.new("RGB", (40, 20), "#1d4f6e").save(image, "PNG")
    texts = {"accueil": "Un mot.\n\nUn autre.", "axe-2": "Sur l’emploi.", "cites": "Sur les cités.",
             "points": "À voir.", "sources": "Et merci."}  # fmt: skip
    charte = Charte(image.getvalue(), "png", "#ffe600", "Comité de suivi", date(2026, 3, 1), texts)
    target = tmp_path / "fiche.pdf"
    write_fiche(open_dossier(content, OSARTIS), charte, target)
    reader = PdfReader(target)
    pages = texts_of(target)
    for line in ("Comité de suivi", "Réunion du 1er mars 2026", "Un mot.", "Un autre."):
        assert bare(line) in pages[0]
    assert bare("Sur l’emploi.") in pages[2]
    assert all(bare(texts[page]) in "".join(pages[5:]) for page in ("cites", "points", "sources"))
    assert reader.metadata is not None
    assert reader.metadata.title == "Comité de suivi, Osartis-Marquion"
    assert len(reader.pages[0].images) == 1


def test_a_logo_that_is_no_picture(content: Content, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="logo"):
        write_fiche(
            open_dossier(content, OSARTIS), Charte(b"\x89PNG\r\n\x1a\nxx", "png"), tmp_path / "fiche.pdf"
        )
    assert list(tmp_path.iterdir()) == []


def named(dossier: Dossier, *names: str) -> Dossier:
    """Return a dossier whose features bear some names in turn, and itself the first."""
    own = dossier.own.copy()
    own["nom"] = list(islice(cycle(names), len(own)))
    epci = dataclasses.replace(dossier.epci, nom_court=names[0], nom=names[0])
    return dataclasses.replace(dossier, own=own, epci=epci)


def test_texts_are_texts(content: Content, tmp_path: Path) -> None:
    target = tmp_path / "fiche.pdf"
    charte = Charte(titre=HOSTILE, textes={"accueil": HOSTILE, "axe-1": HOSTILE, "points": HOSTILE})
    write_fiche(named(open_dossier(content, LENS), HOSTILE), charte, target)
    reader = PdfReader(target)
    assert 4 <= len(reader.pages) <= 8
    text = text_of(target)
    assert text.count(bare(HOSTILE)) > 20
    assert bare(HOSTILE) in texts_of(target)[0]


def test_long_and_foreign_names_break_nothing(content: Content, tmp_path: Path) -> None:
    target = tmp_path / "fiche.pdf"
    names = ["Anticonstitutionnellement" * 12, "Nom de cité " * 25, "Łódź Ελλάδα 東京 \x07\x00"]
    write_fiche(named(open_dossier(content, LENS), *names), Charte(), target)
    assert 4 <= len(PdfReader(target).pages) <= 8
    text = text_of(target)
    assert all(bare(printable(name)) in text for name in names)


def test_what_no_font_can_write_is_marked() -> None:
    assert printable("Cité n°5 : 1\u202f234 m², « Œuvre »") == "Cité n°5 : 1\u202f234 m², « Œuvre »"
    assert printable("Łódź Ελλάδα → 東\x07") == "Łódź Ελλάδα → \ufffd"
    assert printable("e\u0301té") == "été"
    assert printable("a" * 30).replace("\u200b", "") == "a" * 30
