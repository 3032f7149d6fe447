"""More than a thousand hostile strings, as names and values of every layer: none runs, none is lost."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

import geo
from geo.atlas import portal
from geo.atlas.document import html_text
from geo.atlas.payload import page_data
from geo.atlas.report import source_report
from geo.content import load_content, made_on
from geo.ingest.report import Line, Note
from tests.browser.conftest import Visit
from tests.hostile import IDS, LONGEST, TOUCHED, elements, hostile, strings
from tests.records import sample, sample_data

FORMULA = tuple("=+-@\t\r\n＝＋－＠")

LINES = """() => [...document.querySelectorAll(".liste [data-entite]")].map(button =>
  [button.dataset.entite, JSON.stringify(button.querySelector("span").textContent)])"""
"""What the list says; texts come back as JSON, which holds lone surrogates too."""

SHEET = """async id => {
  const asked = new URLSearchParams(location.hash.slice(1));
  asked.set("e", id);
  location.hash = asked;
  const end = performance.now() + 10_000;
  for (;;) {
    const sheet = document.querySelector(".fiche");
    if (sheet?.dataset.fiche === id)
      return JSON.stringify([sheet.querySelector("h2").textContent, sheet.textContent]);
    if (performance.now() > end) return null;
    await new Promise(resolve => setTimeout(resolve));
  }
}"""
"""Opens the panel of a feature by its address."""

CHOOSE = """id => document.querySelector(`.liste [data-entite="${CSS.escape(id)}"]`).click()"""

UNFOLD = """async () => {
  const frame = () => new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  for (const details of document.querySelectorAll("details")) details.open = true;
  while (![...document.querySelectorAll(".liste details")].every(d => d.querySelector("li"))) await frame();
  const next = () => document.querySelector(".liste .suite");
  for (let more = next(); more; more = next()) {
    more.click();
    await frame();
  }
}"""


def written(text: str) -> str:
    """Return a text as a file in UTF-8 holds it: a lone surrogate, which the page keeps, is U+FFFD."""
    return re.sub("[\ud800-\udfff]", "\ufffd", text)


@pytest.fixture(scope="module")
def data() -> dict[str, Any]:
    """Return the data of the basin's page with records, every text of them hostile."""
    return hostile(sample_data())


@pytest.fixture(scope="module")
def target(data: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    page = tmp_path_factory.mktemp("hostile") / "atlas.html"
    page.write_bytes(html_text(data).encode())
    return page


@pytest.fixture
def opened(visit: Visit, target: Path, data: dict[str, Any]) -> Iterator[Page]:
    """Open the page with every layer, and see at the end that nothing ran, asked or broke."""
    visit.page.add_init_script(
        "window.__refus = []; addEventListener('securitypolicyviolation', e => __refus.push(e.blockedURI))"
    )
    yield visit.open_atlas(target, "c=" + ",".join(layer["id"] for layer in data["couches"]))
    assert visit.page.evaluate(f"window.{TOUCHED} ?? 0") == 0
    assert visit.page.evaluate("window.__refus") == []
    expect(visit.page.locator("img[src=x], iframe, object, embed, marquee, form, base")).to_have_count(0)
    assert visit.requests == []
    assert visit.errors == []


def test_there_are_enough_of_them(data: dict[str, Any]) -> None:
    texts = strings()
    assert len(texts) >= 1000
    assert {one["nom"] for one in data["entites"]} == set(texts)
    assert {one["id"] for one in data["entites"]} > set(IDS)
    assert {one["couche"] for one in data["entites"]} == {layer["id"] for layer in data["couches"]}


def chosen(data: dict[str, Any]) -> list[dict[str, Any]]:
    """Return features of every layer, whose names are of every kind: 19 and 30 elements share no divisor."""
    one_each = {one["couche"]: one for one in data["entites"]}
    some = {one["id"]: one for one in (*one_each.values(), *data["entites"][::19])}
    return list(some.values())


def test_every_panel_says_them_as_they_are(opened: Page, data: dict[str, Any]) -> None:
    some = chosen(data)
    assert {one["couche"] for one in some} == {layer["id"] for layer in data["couches"]}
    assert all(any(one["nom"].endswith(text) for one in some) for text in elements())
    for one in some:
        said = opened.evaluate(SHEET, one["id"])
        assert said is not None, one["id"]
        heading, text = json.loads(said)
        assert heading == one["nom"]
        for field in ("resume", "reserve", "source"):
            assert one[field] in text, (one["id"], field)
    opened.evaluate(UNFOLD)
    lines = {key: json.loads(text) for key, text in opened.evaluate(LINES)}
    assert lines == {one["id"]: one["nom"] for one in data["entites"]}


def test_ids_are_chosen_and_linked_whatever_they_are(visit: Visit, opened: Page) -> None:
    opened.evaluate(UNFOLD)
    asked = "id => new URLSearchParams(location.hash.slice(1)).get('e') === id"
    shown = "id => document.querySelector('.fiche')?.dataset.fiche === id"
    for key in IDS:
        opened.evaluate(CHOOSE, key)
        visit.until(shown, key)
        visit.until(asked, key)
    for key in IDS[::5]:
        assert opened.evaluate(SHEET, key) is not None, key


def test_the_search_finds_them(opened: Page, data: dict[str, Any]) -> None:
    field = opened.get_by_role("combobox", name="Chercher")
    for one in data["entites"][::17]:  # an element of each kind: 17 and 30 share no divisor
        field.evaluate(
            "(e, text) => { e.value = text; e.dispatchEvent(new Event('input', {bubbles: true})) }",
            one["nom"].encode("utf-8", "replace").decode()[:200],
        )
    field.evaluate("e => { e.value = 'script'; e.dispatchEvent(new Event('input', {bubbles: true})) }")
    expect(opened.locator("#reponses [role=option]").first).to_contain_text(
        re.compile("script", re.IGNORECASE)
    )


def test_the_map_tells_them_under_the_pointer(opened: Page) -> None:
    box = opened.locator(".leaflet-container").bounding_box()
    assert box is not None
    seen = set()
    for step in range(400):
        x = box["x"] + box["width"] * (0.05 + 0.9 * (step % 20) / 20)
        y = box["y"] + box["height"] * (0.05 + 0.9 * (step // 20) / 20)
        opened.mouse.move(x, y)
        if step % 4 == 0:
            opened.evaluate("new Promise(resolve => requestAnimationFrame(resolve))")
            seen.add(str(opened.locator(".bulle").all_text_contents()))
    assert len(seen) > 5


def test_docks_dialogues_and_menus_hold_them(opened: Page, data: dict[str, Any]) -> None:
    for fragment in ("d=tableau", "d=comparer&a=246200364", "p=o;x;2.83+50.43;3000&d=perimetre"):
        opened.evaluate(f"location.hash = {fragment!r}")
        opened.locator(".dock").wait_for()
    for theme in [one["id"] for one in data["themes"]["liste"]][:12]:
        opened.evaluate(f"location.hash = 'th={theme}'")
    opened.evaluate("location.hash = ''")
    opened.get_by_role("button", name="Sources", exact=True).click()
    said = opened.get_by_role("dialog").evaluate("e => JSON.stringify(e.textContent)")
    assert data["mentions"][0] in json.loads(said)
    opened.keyboard.press("Escape")
    for tile in opened.locator(".tuile").all()[:8]:
        tile.click()
        opened.get_by_role("dialog").wait_for()
        opened.keyboard.press("Escape")


def test_files_hold_them_and_run_no_formula(opened: Page, data: dict[str, Any]) -> None:
    names = [one["nom"] for one in data["entites"]]
    shown = {written(name) for name in names}
    opened.get_by_role("button", name="Emporter").click()
    with opened.expect_download() as down:
        opened.locator("[data-commande=csv]").click()
    text = Path(down.value.path()).read_bytes().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
    assert len(rows) == len(names) + 1
    for row in rows[1:]:
        for cell in row:
            plain = cell.replace(",", ".").lstrip("+-").replace(".", "", 1).isdigit()
            assert plain or not cell.startswith(FORMULA), cell
    told = {row[rows[0].index("nom")].replace("'", "") for row in rows[1:]}
    assert told == {name.replace("'", "") for name in shown}
    opened.get_by_role("button", name="Emporter").click()
    with opened.expect_download() as down:
        opened.locator("[data-commande=geojson]").click()
    features = json.loads(Path(down.value.path()).read_text(encoding="utf-8"))["features"]
    assert {written(one["properties"]["nom"]) for one in features} == shown


def test_a_name_of_a_hundred_thousand_characters(visit: Visit, tmp_path: Path) -> None:
    data = page_data(load_content(), "246200364")
    layer = data["couches"][0]["id"]
    one = next(e for e in data["entites"] if e["couche"] == layer)
    one["nom"] = one["resume"] = LONGEST
    data["couches"][0]["titre"] = LONGEST
    target = tmp_path / "long.html"
    target.write_bytes(html_text(data).encode())
    page = visit.open_atlas(target)
    page.evaluate(f"location.hash = 'e={one['id']}'")
    assert page.locator(".fiche h2").evaluate("e => e.textContent.length") == len(LONGEST)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for part in (".fiche h2", ".couche .titre", ".liste summary .titre"):
        assert page.locator(part).first.evaluate("e => e.offsetHeight") < 400, part
    page.get_by_role("combobox", name="Chercher").fill("cent mille caracteres")
    expect(page.locator("#reponses [role=option]").first).to_contain_text("Nom de cent mille")
    assert visit.errors == []
    visit.capture("nom-de-cent-mille-caracteres")


def test_the_portal_and_the_report_say_them_as_they_are(visit: Visit, tmp_path: Path) -> None:
    content, texts = sample(), [text for text in strings() if text.isprintable()][::7]
    assert len(texts) > 100
    lots = {
        key: [replace(one, adresse=text, panne=text, partie=text) for one in own]
        for (key, own), text in zip(content.lots.items(), texts, strict=False)
    }
    notes = tuple(Note("signalé", text, 1, (Line(1),)) for text in texts)
    lots["terrils"] = [replace(one, report=replace(one.report, notes=notes)) for one in lots["terrils"]]
    titles = dict(zip(content.known.layers, texts, strict=False))
    layers = {key: replace(one, titre=titles[key]) for key, one in content.known.layers.items()}
    known = replace(content.known, layers=layers)
    own = replace(content, known=known, lots=lots)
    (tmp_path / "index.html").write_text(portal.render(own, {}, "atlas.html"), encoding="utf-8")
    report = source_report(known, lots, {}, made_on())
    (tmp_path / "rapport-sources.html").write_text(report, encoding="utf-8")
    for name, wanted in (("index.html", titles["terrils"]), ("rapport-sources.html", texts[-1])):
        page = visit.open(tmp_path / name)
        said = page.evaluate("document.documentElement.textContent")
        assert wanted in said
        assert page.evaluate(f"window.{TOUCHED} ?? 0") == 0
        markup = page.locator("script, img[src=x], iframe, object, embed, marquee, form, base")
        expect(markup).to_have_count(0)
    assert visit.requests == []
    assert visit.errors == []


def test_the_application_makes_no_markup_of_texts() -> None:
    banned = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|dangerouslySetInnerHTML|document\.write"
        r"|createContextualFragment|\beval\(|new Function\b|\bFunction\("
    )
    sources = Path(geo.__file__).parent / "atlas" / "app" / "src"
    files = [path for path in sources.rglob("*.ts*") if path.parent.name != "folium"]
    assert len(files) > 100
    assert [path.name for path in files if banned.search(path.read_text(encoding="utf-8"))] == []
