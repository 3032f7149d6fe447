"""The A3 sheets, read back as a reader has them: their words, their figures, their type, their bytes."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO
from pathlib import Path

import matplotlib.image
import numpy as np
import pypdf
import pytest
from matplotlib.figure import Figure

from geo import text
from geo.catalog import Layer
from geo.content import Content, Dossier, open_dossier
from geo.content.charte import Charte
from geo.print.drawing import typeface
from geo.print.drawing.planning import numbers_of
from geo.print.drawing.scene import scenes
from geo.print.sheets import draw_sheet, listing, words, write_sheet
from geo.print.sheets.listing import Things
from tests.test_print_drawing import LENS, OSARTIS, boxes, check_texts, content, surveyed, visible  # noqa: F401

DAY = "1764000000"


@pytest.fixture(scope="module")
def dossier(content: Content) -> Dossier:  # noqa: F811 # the fixture
    return open_dossier(content, LENS)


def only(dossier: Dossier, *ids: str) -> list[Layer]:
    return [layer for layer, _ in dossier.layers if layer.id in ids]


def test_no_text_is_cut_nor_over_another(content: Content) -> None:  # noqa: F811
    logo = Charte(picture(), "png")
    for siren in (LENS, OSARTIS):
        own = open_dossier(content, siren)
        for layers in ([layer] for layer in visible(own)[:6]):
            figure = draw_sheet(own, layers, logo)
            check_texts(figure)
            assert words.title(own, layers) in texts_of(figure), "the year is not cut"
        meeting = Charte(titre="Comité de pilotage", reunion=date(2026, 12, 3))
        figure = draw_sheet(own, visible(own), meeting)
        check_texts(figure)
        everywhere = own.own[own.own["precision"] == "territoire"]
        assert {
            f"{text.plural(len(everywhere), 'mesure')} à l’échelle d’un territoire entier",
            f"{text.plural(len(own.overall), 'mesure')} d’un territoire plus large",
        } <= {*texts_of(figure)}


def picture() -> bytes:
    drawn = BytesIO()
    matplotlib.image.imsave(drawn, np.full((20, 60, 3), (255, 0, 255), dtype=np.uint8), format="png")
    return drawn.getvalue()


def texts_of(figure: Figure) -> list[str]:
    return [text.get_text() for text, _ in boxes(figure)]


def test_a_list_has_whole_names_where_there_is_room() -> None:
    long = "Méthanisation des cultures du périmètre Métaleurop (Agri-union bioénergies)"
    rows = tuple((number, f"{long} {number}" if number % 3 else "Cité") for number in range(1, 24))
    for high, whole in ((400.0, True), (130.0, True), (40.0, False)):
        told = listing.listing(Things({}, rows, 0), high, 126.0)
        lines = [told.way.lines(typeface.fitted(name), 126.0) for _, name in told.rows]
        assert len(lines) == 23
        assert ([" ".join(one) for one in lines] == [typeface.fitted(name) for _, name in rows]) is whole


def test_a_subtitle_has_no_figure_that_needs_a_note(content: Content) -> None:  # noqa: F811
    henin = open_dossier(content, "246200299")
    assert any(key.own.note for key in henin.keys)
    told = [words.key_figures(henin, [layer]) for layer, _ in henin.layers]
    told.append(words.key_figures(henin, visible(henin)))
    noted = {f"{key.label}\u00a0: {key.own.text}" for key in henin.keys if key.own.note}
    assert noted.isdisjoint(figure for one in told for figure in one)
    lengths = [stat.text for stat in henin.stats.values() if stat.drawn and stat.layer != "toutes"]
    assert lengths
    assert {f"{one} (tracé indicatif)" for one in lengths} <= {figure for one in told for figure in one}


def test_nor_where_records_are_many(surveyed: Dossier) -> None:  # noqa: F811
    for layers in (only(surveyed, "cites"), only(surveyed, "cavaliers"), visible(surveyed)):
        check_texts(draw_sheet(surveyed, layers, Charte()))


def test_a_sheet_says_what_where_when_and_from_which_sources(
    dossier: Dossier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", DAY)
    target = tmp_path / "carte.pdf"
    write_sheet(dossier, only(dossier, "cites"), Charte(), target)
    pdf = pypdf.PdfReader(target)
    (page,) = pdf.pages
    assert [round(float(side) / 72 * 25.4) for side in page.mediabox[2:]] == [420, 297]
    told = page.extract_text()
    for words_of_it in (
        "Cités minières – Lens-Liévin",
        "Légende",
        "limite d’EPCI",
        "Sources",
        "Licence Ouverte 2.0",
    ):
        assert words_of_it in told
    assert "Carte faite le 24 novembre 2025" in told
    assert "(2018)" in told, "the vintage"
    assert pdf.metadata is not None
    assert pdf.metadata.title == words.title(dossier, only(dossier, "cites"))


@pytest.mark.parametrize(
    "ids", [("cites",), ("routes",), ("sante",), ("cites", "routes", "sante", "cyclable")]
)
def test_its_figures_are_those_of_the_statistics(dossier: Dossier, ids: tuple[str, ...]) -> None:
    told = words.key_figures(dossier, only(dossier, *ids))
    assert told
    known = {stat.written for stat in dossier.stats.values()}
    for figure in told:
        numbers = re.findall(r"\d[\d\u202f]*(?:,\d+)?(?:\u202f[kM]?€)?", figure)
        assert numbers
        for number in numbers:
            unit = number.rstrip("\u202f")
            assert unit in known or unit in figure.split("\u00a0:")[0], f"{unit!r} of {figure!r}"


def test_the_list_and_the_map_have_the_same_numbers(dossier: Dossier) -> None:
    layers = only(dossier, "cites")
    texts = [text for text, _ in boxes(draw_sheet(dossier, layers, Charte()))]
    on_map = {text.get_text() for text in texts if text.get_gid() in ("numéro", "tracé")}
    listed = {text.get_text() for text in texts if text.get_gid() == "liste"}
    numbers = {str(number) for number in numbers_of(scenes(dossier, layers), layers).values()}
    assert numbers == on_map == listed & numbers
    names = set(dossier.own[dossier.own["couche"] == "cites"]["nom"])
    assert names <= listed


def test_the_runs_of_one_line_have_one_number(surveyed: Dossier) -> None:  # noqa: F811
    layers = only(surveyed, "cavaliers")
    numbers = numbers_of(scenes(surveyed, layers), layers)
    rows = surveyed.own[surveyed.own["couche"] == "cavaliers"]
    assert len(numbers) == len(rows)
    assert len(set(numbers.values())) == rows["nom"].nunique() < len(rows)


def test_the_charte_gives_its_colour_its_logo_its_title(dossier: Dossier, tmp_path: Path) -> None:
    texts = {"carte-sante": "À valider.\n\n" + "Un propos qui est long. " * 40, "carte-cites": "Pas ici."}
    charte = Charte(picture(), "png", "#00ff00", "Comité", date(2026, 12, 3), texts)
    figure = draw_sheet(dossier, only(dossier, "sante"), charte, title="La santé $5 & 10$")
    check_texts(figure)
    told = [text.get_text() for text, _ in boxes(figure)]
    assert "La santé $5 & 10$" in told, "no formula is made of it"
    assert any("Comité" in one and "réunion du 3 décembre 2026" in one for one in told)
    assert "À valider." in told
    assert sum("propos" in one for one in told) == 9
    assert any("propos" in one and one.endswith("…") for one in told), "what has no room is said to miss"
    assert "Pas ici." not in told
    target = tmp_path / "carte.png"
    write_sheet(dossier, only(dossier, "sante"), charte, target)
    pixels = matplotlib.image.imread(target)
    assert pixels.shape[:2] == (int(297 / 25.4 * 300), int(420 / 25.4 * 300))
    flat = (pixels[:450, :, :3] * 255).round().reshape(-1, 3)
    assert (flat == (0, 255, 0)).all(axis=1).sum() > 50_000
    assert (flat == (255, 0, 255)).all(axis=1).sum() > 50_000


def test_all_fonts_are_embedded(dossier: Dossier, tmp_path: Path) -> None:
    write_sheet(dossier, only(dossier, "cites"), Charte(), tmp_path / "carte.pdf")
    fonts = pypdf.PdfReader(tmp_path / "carte.pdf").pages[0]["/Resources"]["/Font"]  # type: ignore[index]
    for font in fonts.values():
        inner = font.get_object()
        inner = inner["/DescendantFonts"][0].get_object() if "/DescendantFonts" in inner else inner
        assert "/FontFile2" in inner["/FontDescriptor"]
