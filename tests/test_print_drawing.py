"""The map of an EPCI on paper, measured as it is drawn: what is on it, where, and in which bytes."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pypdf
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.textpath import TextPath
from matplotlib.transforms import Bbox
from shapely.geometry import LineString, Point, Polygon

from geo.catalog import Layer
from geo.content import Content, Dossier, open_dossier
from geo.errors import UsageError
from geo.print.drawing import draw_map, keys, look, save, typeface
from geo.print.drawing.drawn import paint
from geo.print.drawing.page import Page, Rect
from geo.print.drawing.planning import MapPlan, numbers_of, plan_map
from geo.print.drawing.saving import as_saved
from geo.print.drawing.scene import Drawn, LayerScene, scenes
from tests import records

LENS, OSARTIS, VALENCIENNES = "246200364", "200044048", "245901160"
SIZES = ((270.0, 220.0), (174.0, 118.0), (110.0, 80.0))
HAIR = 0.35
"""Of a pixel: what hinting adds to a letter that is measured."""


@pytest.fixture(scope="module")
def content() -> Content:
    return records.facts()


@pytest.fixture(scope="module")
def dossier(content: Content) -> Dossier:
    return open_dossier(content, LENS)


@pytest.fixture(scope="module")
def surveyed() -> Dossier:
    return open_dossier(records.surveyed(), LENS)


def visible(dossier: Dossier) -> list[Layer]:
    return [layer for layer, _ in dossier.layers if layer.visible]


def boxes(figure: Figure) -> list[tuple[Text, Bbox]]:
    """Return the texts of a drawing, each with its box in pixels."""
    figure.set_dpi(150)
    renderer = FigureCanvasAgg(figure).get_renderer()  # type: ignore[no-untyped-call]
    texts = [one for one in figure.findobj(Text) if isinstance(one, Text) and one.get_text()]
    with as_saved():
        return [(one, _ink(one, one.get_window_extent(renderer), figure)) for one in texts]


def _ink(text: Text, box: Bbox, figure: Figure) -> Bbox:
    """Return the box of a line from its lowest to its highest ink: the window has its leading too."""
    drawn = TextPath(
        (0, 0), text.get_text(), prop=text.get_fontproperties(), size=float(text.get_fontsize()), usetex=False
    )
    base = text.get_transform().transform(text.get_position())[1]
    low, high = np.asarray(drawn.vertices)[:, 1].min(), np.asarray(drawn.vertices)[:, 1].max()
    dots = figure.dpi / 72
    return Bbox.from_extents(box.x0, base + low * dots, box.x1, base + high * dots)


def check_texts(figure: Figure) -> None:
    told = boxes(figure)
    page = figure.bbox
    for text, box in told:
        inside = box.x0 >= page.x0 and box.y0 >= page.y0 and box.x1 <= page.x1 and box.y1 <= page.y1
        assert inside, f"{text.get_text()!r} is cut by the page"
    for (one, a), (other, b) in itertools.combinations(told, 2):
        wide = min(a.x1, b.x1) - max(a.x0, b.x0)
        high = min(a.y1, b.y1) - max(a.y0, b.y0)
        assert wide <= HAIR or high <= HAIR, f"{one.get_text()!r} is over {other.get_text()!r}"


@pytest.mark.parametrize("siren", [LENS, OSARTIS, VALENCIENNES])
@pytest.mark.parametrize("size", SIZES)
def test_no_name_is_cut_nor_over_another(content: Content, siren: str, size: tuple[float, float]) -> None:
    own = open_dossier(content, siren)
    figure = draw_map(own, visible(own), size_mm=size, locator=True)
    check_texts(figure)
    written = {text.get_text() for text, _ in boxes(figure)}
    assert own.epci.nom_court.upper() in written, "an EPCI is always named"
    assert {"N", "0"} <= written


def test_nor_with_numbers_and_many_records(surveyed: Dossier) -> None:
    cites = [layer for layer in visible(surveyed) if layer.id == "cites"]
    figure = draw_map(surveyed, cites, size_mm=SIZES[0], numbers=numbers_of(scenes(surveyed, cites), cites))
    check_texts(figure)
    numbers = {text.get_text() for text, _ in boxes(figure) if text.get_gid() in ("numéro", "tracé")}
    assert len(numbers) > 0.9 * len(surveyed.own[surveyed.own["couche"] == "cites"])


def test_labels_stand_in_their_boxes_and_clear_of_symbols(dossier: Dossier) -> None:
    page = Page(*SIZES[0], look.LAND)
    layers = visible(dossier)
    plan = plan_map(
        dossier, layers, page.size, locator=True, numbers=numbers_of(scenes(dossier, layers), layers)
    )
    paint(page, dossier, plan)
    drawn = {(t.get_text(), t.get_gid()): b for t, b in boxes(page.figure)}
    dots = page.figure.dpi / 25.4
    for label in plan.labels:
        box = drawn[label.text, label.role]
        assert box.width <= label.box.w * dots + HAIR
        assert box.height <= label.box.h * dots + HAIR, label.text
        for _, _, symbol in plan.symbols:
            assert not symbol.crosses(label.box.grown(-0.01)), label.text
    for (_, _, a), (_, _, b) in itertools.combinations(plan.symbols, 2):
        assert not a.crosses(b.grown(-0.01))


def pixels(page: Page) -> np.ndarray:
    page.figure.set_dpi(100)
    canvas = FigureCanvasAgg(page.figure)
    canvas.draw()  # type: ignore[no-untyped-call]
    return np.asarray(canvas.buffer_rgba())[:, :, :3].astype(int)  # type: ignore[no-untyped-call]


def inked(picture: np.ndarray, bare: np.ndarray, box: Rect) -> bool:
    """Tell whether something was drawn in a box that is not on the bare map."""
    scale, high = 100 / 25.4, picture.shape[0]
    rows = slice(int(high - box.top * scale), int(high - box.y * scale) + 2)
    columns = slice(int(box.x * scale), int(box.right * scale) + 2)
    return bool((picture[rows, columns] != bare[rows, columns]).any())


def places(plan: MapPlan) -> dict[str, Rect]:
    """Return where each feature ought to be seen."""
    found = {feature.id: box for feature, _, box in plan.symbols}
    for feature, _ in plan.features:
        found.setdefault(feature.id, Rect.around(*plan.at(feature.anchor), 3))
    return found


@pytest.mark.parametrize("siren", [LENS, OSARTIS, VALENCIENNES])
def test_every_feature_that_has_a_place_is_drawn(content: Content, siren: str) -> None:
    own = open_dossier(content, siren)
    layers = [layer for layer, _ in own.layers]
    full, bare = (Page(*SIZES[0], look.LAND) for _ in range(2))
    plan = plan_map(own, layers, full.size)
    paint(full, own, plan)
    empty = plan_map(own, [], bare.size)
    empty.frame = plan.frame
    paint(bare, own, empty)
    where = places(plan)
    assert set(where) == set(own.own[own.own["precision"] != "territoire"]["id"])
    picture, ground = pixels(full), pixels(bare)
    unseen = [feature for feature, box in where.items() if not inked(picture, ground, box)]
    assert unseen == []
    assert all(full.size.holds(box) for box in where.values())


def test_measures_of_a_whole_territory_are_not_drawn(dossier: Dossier) -> None:
    everything = [layer for layer, _ in dossier.layers]
    plan = plan_map(dossier, everything, Rect(0, 0, *SIZES[0]))
    drawn = {feature.id for feature, _ in plan.features}
    wider = set(dossier.own[dossier.own["precision"] == "territoire"]["id"])
    assert wider
    assert drawn.isdisjoint(wider)
    assert sum(scene.wider for scene in plan.scenes) == len(wider)


def test_how_well_a_place_is_known_is_seen_without_colour() -> None:
    pictures = []
    for precision in ("exacte", "commune", "indicative"):
        page = Page(12, 12, look.LAND)
        told = look.Looks("#555555", "carre", "", 2.0, (), 0.25, "")
        look.symbol(page, told, precision, Rect(1, 1, 10, 10))
        pictures.append(pixels(page).mean(axis=2))
    exact, town, guessed = (float(picture.mean()) for picture in pictures)
    assert exact < town - 40
    assert guessed > town + 2


def sign(layer: Layer) -> np.ndarray:
    """Return the sign of a layer in the legend, in one grey: what is left of it in black and white."""
    shapes = {
        "point": Point(0, 0),
        "ligne": LineString([(0, 0), (9, 9)]),
        "polygone": Polygon([(0, 0), (90, 0), (90, 90)]),
    }
    shape = shapes[layer.geometrie]
    feature = Drawn("a", "A", layer.id, "exacte", layer.inventaire, shape, (0.0, 0.0), ())
    told = replace(look.looks(layer), colour="#555555")
    page = Page(26, 15, look.LAND)
    keys.draw(page, keys.Key(LayerScene(layer, told, (feature,), 0), layer.titre), Rect(1, 1, 24, 12))
    return np.asarray(pixels(page).mean(axis=2))


def test_no_two_layers_look_alike_without_colour(content: Content) -> None:
    signs = {layer.id: sign(layer) for layer in content.known.layers.values()}
    ink = {key: (abs(one - one[0, 0]) > 30).sum() for key, one in signs.items()}
    alike = [
        (one, other)
        for (one, a), (other, b) in itertools.combinations(signs.items(), 2)
        if (abs(a - b) > 30).sum() < 0.05 * max(ink[one], ink[other])
    ]
    assert alike == []


@pytest.mark.parametrize("suffix", [".pdf", ".png", ".svg"])
def test_same_bytes_twice(
    dossier: Dossier, tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1764000000")
    for name in ("a", "b"):
        save(
            draw_map(dossier, visible(dossier), size_mm=SIZES[2], locator=True),
            tmp_path / f"{name}{suffix}",
            dpi=80,
        )
    assert (tmp_path / f"a{suffix}").read_bytes() == (tmp_path / f"b{suffix}").read_bytes()


def test_same_bytes_in_another_process(
    dossier: Dossier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1764000000")
    save(draw_map(dossier, visible(dossier), size_mm=SIZES[2]), tmp_path / "here.pdf")
    script = (
        "import sys; from pathlib import Path; from geo.content import load_content, open_dossier;"
        "from geo.print.drawing import draw_map, save;"
        f"d = open_dossier(load_content(), {LENS!r});"
        f"save(draw_map(d, [l for l, _ in d.layers if l.visible], size_mm={SIZES[2]!r}), Path(sys.argv[1]))"
    )
    path = os.pathsep.join([str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")])
    env = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": path}
    subprocess.run([sys.executable, "-c", script, str(tmp_path / "there.pdf")], check=True, env=env)
    assert (tmp_path / "here.pdf").read_bytes() == (tmp_path / "there.pdf").read_bytes()


def test_the_type_is_embedded_and_the_names_can_be_searched(dossier: Dossier, tmp_path: Path) -> None:
    target = tmp_path / "carte.pdf"
    save(draw_map(dossier, visible(dossier), size_mm=SIZES[0], locator=True), target)
    page = pypdf.PdfReader(BytesIO(target.read_bytes())).pages[0]
    fonts = page["/Resources"]["/Font"]  # type: ignore[index]
    assert fonts
    for font in fonts.values():
        inner = font.get_object()
        inner = inner["/DescendantFonts"][0].get_object() if "/DescendantFonts" in inner else inner
        assert "SourceSans3" in inner["/BaseFont"]
        assert "/FontFile2" in inner["/FontDescriptor"], "TrueType, embedded"
    assert "/XObject" not in page["/Resources"] or not any(  # type: ignore[operator]
        one.get_object()["/Subtype"] == "/Image"
        for one in page["/Resources"]["/XObject"].values()  # type: ignore[index]
    ), "vector alone"
    assert {"LENS-LIÉVIN", "Lens", "Avion"} <= set(page.extract_text().split("\n"))


def test_another_suffix_is_refused(dossier: Dossier, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="bmp"):
        save(draw_map(dossier, [], size_mm=SIZES[2]), tmp_path / "carte.bmp")
    assert list(tmp_path.iterdir()) == []


def test_texts_are_cut_to_their_room() -> None:
    whole = "Hôpital métropolitain de l’Artois"
    assert typeface.shortened(whole, "Regular", 10, 500) == whole
    short = typeface.shortened(whole, "Regular", 10, 30)
    assert short.endswith("…")
    assert typeface.width(short, "Regular", 10) <= 30
    squeezed = typeface.squeezed(whole, "Regular", 10, 30)
    assert squeezed.startswith("Hôp")
    assert squeezed.endswith("Artois")
    assert typeface.width(squeezed, "Regular", 10) <= 30
    lines = typeface.wrapped(whole, "Regular", 10, 30)
    assert " ".join(lines) == whole
    assert all(typeface.width(line, "Regular", 10) <= 30 for line in lines)
    assert typeface.fitted("Škoda 漢 1\u202f234") == "Skoda ? 1\u00a0234", "no line is broken there"
