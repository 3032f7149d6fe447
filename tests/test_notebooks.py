"""The notebooks: stored without outputs, run in order without a network, each ending on a map and a table."""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import folium
import pandas as pd
import pytest
from pandas.io.formats.style import Styler

import geo
from tests.conftest import SHARED

FOLDER = Path(__file__).parents[1] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
ASKING, COMPARING, PREPARING = "interroger-les-cites", "comparer-les-epci", "preparer-un-comite"
EVERY = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
FRENCH = re.compile(
    r"\b(le|la|les|l|de|des|du|d|un|une|et|en|ce|qui|que|est|se|à|au|par|pour|avec)\b", re.IGNORECASE
)
ENGLISH = re.compile(
    r"\b(the|of|and|is|are|was|with|from|by|to|in|this|that|which|for|none|nan|nat|true|false|null"
    r"|name|status|nearest|length|area|count|size|sum|values?|feature|territory|outside)\b",
    re.IGNORECASE,
)
NETWORK = {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"}


class Watch:
    """What is reached, while watched, of the network and of the data kept beside the project."""

    def __init__(self) -> None:
        self.reached: list[str] | None = None
        sys.addaudithook(self.hear)

    def hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.reached is None:
            return
        beside = event == "open" and isinstance(arguments[0], str) and arguments[0].startswith(str(SHARED))
        if beside or event in NETWORK:
            self.reached.append(f"{event} {arguments}")


WATCH = Watch()


class Words(HTMLParser):
    """The text of a piece of HTML, its styles aside."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.styled = False

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        self.styled = tag == "style"

    def handle_endtag(self, _tag: str) -> None:
        self.styled = False

    def handle_data(self, data: str) -> None:
        if not self.styled:
            self.texts.append(data)


@dataclass
class Run:
    """What the cells of a notebook gave, and what they reached."""

    names: dict[str, Any] = field(default_factory=dict)
    shown: list[Any] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
    reached: list[str] = field(default_factory=list)


def cells(path: Path, kind: str = "code") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in found if cell["cell_type"] == kind]


def prose(path: Path) -> list[str]:
    """Return the paragraphs, without what is code in them."""
    texts = ["".join(cell["source"]) for cell in cells(path, "markdown")]
    return [re.sub(r"`[^`]*`", "", part) for text in texts for part in text.split("\n\n")]


def evaluate(code: str, name: str, names: dict[str, Any]) -> Any:
    """Run a cell; return the value of its last line, as a notebook shows it."""
    body = ast.parse(code)
    last = body.body[-1]
    if not isinstance(last, ast.Expr):
        exec(compile(body, name, "exec"), names)
        return None
    exec(compile(ast.Module(body.body[:-1], []), name, "exec"), names)
    return eval(compile(ast.Expression(last.value), name, "eval"), names)


@cache
def run(path: Path, **replaced: str) -> Run:
    """Run the cells in order, as "Run all" does, with other texts for the names at the top."""
    found = Run()
    WATCH.reached = found.reached
    try:
        with pd.option_context("display.max_colwidth", 50, "display.float_format", None):
            for number, cell in enumerate(cells(path)):
                code = "".join(cell["source"])
                for name, text in replaced.items():
                    code = re.sub(rf'^{name} = ".*"$', f'{name} = "{text}"', code, flags=re.MULTILINE)
                value = evaluate(code, f"{path.name}[{number}]", found.names)
                if value is not None:
                    found.shown.append(value)
                    found.html.append(value._repr_html_())
    finally:
        WATCH.reached = None
    return found


@pytest.fixture(scope="module", params=NOTEBOOKS, ids=lambda path: path.stem)
def ran(request: pytest.FixtureRequest) -> Run:
    return run(request.param)


@pytest.fixture(scope="module")
def compared() -> Run:
    return run(FOLDER / f"{COMPARING}.ipynb")


def elements(element: Any) -> Iterator[Any]:
    yield element
    for child in element._children.values():
        yield from elements(child)


def map_texts(carte: folium.Map) -> Iterator[str]:
    """Yield what was added to a map to be read: the legend, the tooltips."""
    for element in elements(carte):
        if isinstance(element, folium.FeatureGroup):
            yield str(element.layer_name)
        elif isinstance(element, folium.GeoJsonTooltip):
            yield from element.fields
        elif isinstance(element, folium.Tooltip):
            yield element.text


# As they are stored


def test_there_are_the_three_and_the_first_steps() -> None:
    assert [path.stem for path in NOTEBOOKS] == [COMPARING, ASKING, "premiers-pas", PREPARING]


@EVERY
def test_is_stored_without_outputs(path: Path) -> None:
    for cell in cells(path):
        assert cell["outputs"] == []
        assert cell["execution_count"] is None


@EVERY
def test_has_a_title_and_a_sentence_before_and_after_each_answer(path: Path) -> None:
    kinds = [cell["cell_type"] for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]]
    assert "".join(cells(path, "markdown")[0]["source"]).startswith("# ")
    assert kinds[0] == kinds[-1] == "markdown"
    assert "code code" not in " ".join(kinds)


@EVERY
def test_prose_is_french_and_well_set(path: Path) -> None:
    for paragraph in prose(path):
        assert not ENGLISH.search(paragraph), paragraph
        assert paragraph.startswith("#") or FRENCH.search(paragraph), paragraph
        assert "'" not in paragraph, paragraph
        assert '"' not in paragraph, paragraph
        assert not re.search(r"[ \w][;?!»]|[ \w]:(?!\d)|« |«\w", paragraph), paragraph


@EVERY
def test_what_the_code_says_is_french(path: Path) -> None:
    for cell in cells(path):
        for node in ast.walk(ast.parse("".join(cell["source"]))):
            if isinstance(node, ast.FunctionDef):
                assert not ENGLISH.search(ast.get_docstring(node) or ""), node.name


@EVERY
def test_uses_the_public_functions_alone(path: Path) -> None:
    code = "\n".join("".join(cell["source"]) for cell in cells(path))
    tree = ast.parse(code)
    modules = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {module for module in modules if module and module.startswith("geo.")} <= {"geo.allocate"}
    used = set(re.findall(r"\bgeo\.([a-z_]+)", code)) - {"allocate"}
    assert used <= set(geo.__all__)
    assert not re.search(r"\._[a-z]|\.\./|https?:", code)


# As they run


def test_runs_without_a_network_and_alone(ran: Run) -> None:
    assert ran.reached == []


def test_ends_on_a_map_and_a_table(ran: Run) -> None:
    carte, table = ran.shown[-2:]
    assert isinstance(carte, folium.Map)
    assert "<iframe" in ran.html[-2]
    assert isinstance(table, (pd.DataFrame, Styler))
    assert "<table" in ran.html[-1]
    assert len(table.index) > 0


def test_the_map_needs_no_network(ran: Run) -> None:
    page = ran.names["carte"].get_root().render()
    assert not re.search(r"<(script|link|img)[^>]+(src|href)=.?https?:", page)


def test_what_it_shows_is_french(ran: Run) -> None:
    for value, html in zip(ran.shown, ran.html, strict=True):
        pieces = list(map_texts(value)) if isinstance(value, folium.Map) else [html]
        for piece in pieces:
            words = Words()
            words.feed(piece)
            assert not ENGLISH.search(" ".join(words.texts)), words.texts
            assert not any(re.fullmatch(r"\s*-?\d+\.\d+\s*", text) for text in words.texts), words.texts


def test_the_watch_hears() -> None:
    heard: list[str] = []
    WATCH.reached = heard
    try:
        with pytest.raises(FileNotFoundError):
            (SHARED / "nothing-of-this-name").open(encoding="utf-8")
    finally:
        WATCH.reached = None
    assert len(heard) == 1


# The cités of an EPCI


@pytest.mark.parametrize("name", ["Lens-Liévin", "Porte du Hainaut", "Osartis-Marquion"])
def test_asks_of_any_epci(name: str) -> None:
    found = run(FOLDER / f"{ASKING}.ipynb", EPCI=name)
    cites = geo.query("cites", epci=name)
    assert found.names["EPCI"] == name
    assert sorted(found.names["printed"]["Cité"]) == sorted(cites["nom"])
    assert list(found.names["printed"].columns) == [
        "Cité", "Communes", "Statut", "Itinéraire cyclable", "Hôpital", "Source",
    ]  # fmt: skip
    assert not found.names["printed"]["Source"].eq("—").any()
    carte = found.shown[-2]
    assert any(isinstance(element, folium.LayerControl) for element in elements(carte))
    markers = [element for element in elements(carte) if isinstance(element, folium.CircleMarker)]
    assert len(markers) == len(cites[cites["precision"] != "territoire"])
    legend = " ".join(text for text in map_texts(carte) if "Statut" in text)
    assert sum(map(int, re.findall(r"\((\d+)\)", legend))) == len(markers)


# The eight EPCI


def number(text: str) -> float:
    return float(re.sub(r"\(.*|\s", "", text).replace(",", ".").replace("—", "nan"))


def test_compares_the_eight_and_tells_the_rest_apart(compared: Run) -> None:
    table: pd.DataFrame = compared.names["compared"]
    names = compared.names["names"]
    assert list(table.columns) == [*names, "Ensemble du bassin", "Hors périmètre", "Total"]
    rest = table[["Ensemble du bassin", "Hors périmètre", "Total"]]
    assert not rest.map(lambda text: "ᵉ" in text).to_numpy().any()
    routes = geo.query("cyclable", where='geometrie == "ligne"')
    epci = geo.territories()
    km = table.loc["Itinéraires cyclables (km)"].map(number)
    for siren, shape in epci.geometry.items():
        assert km[names[siren]] == pytest.approx(routes.intersection(shape).length.sum() / 1000, abs=0.051)
    beyond = routes.difference(epci.union_all()).length.sum() / 1000
    assert km["Hors périmètre"] == pytest.approx(beyond, abs=0.051)
    assert km["Total"] == pytest.approx(routes.length.sum() / 1000, abs=0.051)


def test_what_is_shared_adds_up(compared: Run) -> None:
    table = compared.names["compared"].map(number).fillna(0)
    amounts = table[table.index.str.endswith("(M€)")]
    assert len(amounts) == 4
    gap = (amounts.drop(columns="Total").sum(axis=1) - amounts["Total"]).abs()
    assert (gap < 0.06).all()
    cut = compared.names["shares"]
    assert cut["length_m"].sum() == pytest.approx(compared.names["whole_m"], rel=1e-9)


def test_ranks_are_those_of_the_numbers(compared: Run) -> None:
    for _, row in compared.names["compared"][list(compared.names["names"])].iterrows():
        values = row.map(number)
        for text, value in zip(row, values, strict=True):
            told = re.search(r"\((\d+)ᵉʳ?\)", text)
            assert (told is not None) == (value > 0)
            if told:
                assert int(told[1]) == 1 + (values > value).sum()


def test_the_choropleth_has_each_epci_once(compared: Run) -> None:
    carte = compared.shown[-2]
    drawn = [element for element in elements(carte) if isinstance(element, folium.GeoJson)]
    told = [feature["properties"]["EPCI"] for element in drawn for feature in element.data["features"]]
    assert sorted(told) == sorted(compared.names["names"])
    assert any(isinstance(element, folium.LayerControl) for element in elements(carte))


# A committee


@pytest.mark.parametrize("name", ["Lens-Liévin", "Osartis-Marquion"])
def test_prepares_a_committee_of_any_epci(name: str) -> None:
    found = run(FOLDER / f"{PREPARING}.ipynb", EPCI=name).names
    measures = geo.query(epci=name)
    going = measures[measures["statut"].isin(["étude", "projet", "travaux"])]
    assert set(found["table"]["Mesure"]) == set(going["nom"])
    late, undated = found["late"], found["undated"]
    assert set(late["id"]).isdisjoint(undated["id"])
    assert all(day[:4] < "2026" for day in late["fin"])
    assert len(found["beside"]) > 5
    assert (found["beside"]["Bassin"] != "—").all()
    assert {"LISEZMOI.txt", "manifeste.json"} < set(found["sizes"])
