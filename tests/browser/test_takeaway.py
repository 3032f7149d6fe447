"""What the reader takes away: picture, paper, tables, link."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import struct
import subprocess
import zlib
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

import pytest
from playwright.sync_api import Locator, Page, Route, expect
from pyproj import Transformer

import geo

from .conftest import Visit

pytestmark = pytest.mark.browser

LENS = "246200364"
PICTURES = {"ecran": (2560, 1440), "a4": (3508, 2480), "a3": (4961, 3508)}
PAPERS = {"a4": (297, 210), "a3": (420, 297)}
CUT = """() => [...document.querySelectorAll('.feuille :is(h1, header p, aside li, footer p)')].filter(e => {
    const f = document.querySelector('.feuille').getBoundingClientRect();
    const b = e.getBoundingClientRect();
    return b.right > f.right + 1 || b.bottom > f.bottom + 1 || e.scrollWidth > e.clientWidth + 1;
  }).map(e => e.textContent)"""
COLUMNS = {"nom", "couche", "commune", "statut", "montant_eur", "precision", "source", "id", "lon", "lat"}
COLUMNS |= {"x_l93", "y_l93", "position", "note"}
PERIMETER = "p=o;Autour%20de%20Lens;2.83 50.43;5000"
SEEN = """() => { const own = HTMLCanvasElement.prototype.toBlob;
  HTMLCanvasElement.prototype.toBlob = function (...all) {
    const { data } = this.getContext('2d').getImageData(0, this.height / 2, this.width, 1);
    const is = (x, r, b) => data[4 * x] === r && data[4 * x + 2] === b && !data[4 * x + 1];
    const at = (r, b) => [...Array(this.width).keys()].filter(x => is(x, r, b));
    window.seen = { red: at(255, 0), blue: at(0, 255) };
    return own.apply(this, all); }; }"""
"""Notes where a line of the picture is red and where it is blue, as its base maps are."""


def dot(*colour: int) -> bytes:
    """Return a PNG image of one point."""
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(bytes([0, *colour]))),
        (b"IEND", b""),
    ]
    chunks = [struct.pack(">I", len(d)) + n + d + struct.pack(">I", zlib.crc32(n + d)) for n, d in parts]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def server(body: bytes, headers: dict[str, str]) -> Callable[[Route], None]:
    """Return what answers with an image; asked with leave that it does not give, it is refused."""

    def answer(route: Route) -> None:
        if not headers and "origin" in route.request.headers:
            route.abort()
        else:
            route.fulfill(body=body, content_type="image/png", headers=headers)

    return answer


def on_grounds(visit: Visit, page: Page, *, leave: bool) -> None:
    """Choose two base maps, red after blue, whose servers give leave to copy their images or do not."""
    for host, colour in (("data.geopf.fr", (255, 0, 0)), ("www.geo2france.fr", (0, 0, 255))):
        allowed = leave or host == "data.geopf.fr"
        headers = {"Access-Control-Allow-Origin": "*"} if allowed else {}
        page.route(f"https://{host}/**", server(dot(*colour), headers))
    page.get_by_label("Fond de carte", exact=True).select_option("ortho-ign")
    page.get_by_label("Comparer avec un autre fond").select_option("photo-1949-1955")
    page.locator(".volet").wait_for()
    visit.until("document.querySelectorAll('.leaflet-tile').length > 8")
    visit.until("[...document.querySelectorAll('.leaflet-tile')].every(i => i.complete && i.naturalWidth)")


def sheet(page: Page) -> Locator:
    """Return the page of paper, as it stands when the browser prints."""
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    return page.locator("#feuille")


def emporter(page: Page, name: str) -> None:
    page.get_by_role("button", name="Emporter", exact=True).click()
    page.get_by_role("menuitem", name=name).click()


@pytest.mark.parametrize("size_id", PICTURES)
def test_a_picture_of_the_map(visit: Visit, site: Path, tmp_path: Path, size_id: str) -> None:
    page = visit.open_atlas(site / "atlas.html", f"t={LENS}&c=cites,routes")
    emporter(page, "Image de la carte")
    with page.expect_download() as got:
        page.locator(f"[data-taille={size_id}]").click()
    assert re.fullmatch(r"ca-de-lens-lievin-\d{4}-\d\d-\d\d\.png", got.value.suggested_filename)
    target = tmp_path / "carte.png"
    got.value.save_as(target)
    assert struct.unpack(">II", target.read_bytes()[16:24]) == PICTURES[size_id]
    assert target.stat().st_size > 100_000
    expect(page.locator("dialog[open]")).to_have_count(0)
    assert visit.errors == []


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("fragment", ["", f"t={LENS}"])
def test_one_clean_page_of_paper(visit: Visit, site: Path, tmp_path: Path, paper: str, fragment: str) -> None:
    page = visit.open_atlas(site / "atlas.html", fragment)
    page.evaluate("window.print = () => { window.printed = true; }")
    emporter(page, "Imprimer")
    page.locator(f"[data-papier={paper}]").click()
    page.wait_for_function("window.printed")
    target = tmp_path / "page.pdf"
    target.write_bytes(page.pdf(prefer_css_page_size=True, print_background=True))
    if shutil.which("pdfinfo"):
        told = subprocess.run(["pdfinfo", target], capture_output=True, text=True, check=True).stdout
        assert re.search(r"^Pages:\s+1$", told, re.MULTILINE)
        sides = re.search(r"Page size:\s+([\d.]+) x ([\d.]+)", told)
        assert sides is not None
        assert [round(float(side) * 25.4 / 72) for side in sides.groups()] == list(PAPERS[paper])
        words = subprocess.run(["pdftotext", target, "-"], capture_output=True, text=True, check=True).stdout
        for text in ("Cités minières", "Sources", "Licence Ouverte", "Carte faite le"):
            assert text in words
    expect(page.locator("#feuille")).to_have_count(0)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate(CUT) == []
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(page.locator(".panneau")).to_be_visible()


def test_lists_leave_as_tables_and_geojson(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html", f"t={LENS}")
    with page.expect_download() as got:
        emporter(page, "Éléments montrés, en CSV")
    text = Path(got.value.path()).read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert len(rows) == len(geo.query(epci="Lens-Liévin"))
    assert rows[0].keys() >= COLUMNS
    assert all(row["source"] and row["note"] for row in rows)
    placed = [row for row in rows if row["lon"]]
    assert {row["position"] for row in placed} <= {"point", "point intérieur", "milieu du tracé"}
    number = {key: [float(row[key].replace(",", ".")) for row in placed] for key in ("lon", "lat")}
    metres = Transformer.from_crs(4326, 2154, always_xy=True).transform(number["lon"], number["lat"])
    for row, x, y in zip(placed, *metres, strict=True):
        assert float(row["x_l93"].replace(",", ".")) == pytest.approx(x, abs=0.2)
        assert float(row["y_l93"].replace(",", ".")) == pytest.approx(y, abs=0.2)
    with page.expect_download() as got:
        emporter(page, "Éléments montrés, en GeoJSON")
    found = json.loads(Path(got.value.path()).read_text(encoding="utf-8"))
    assert {f["id"] for f in found["features"]} == {row["id"] for row in rows}
    emporter(page, "Copier le lien")
    assert visit.requests == []
    assert visit.errors == []


def test_the_table_is_sorted_and_leads_to_features(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html")
    page.keyboard.press("t")
    table = page.locator(".tableau table")
    names = table.locator("tbody th")
    shown = len(geo.query())
    assert f"{shown} éléments montrés" in re.sub(r"\s", " ", table.locator("caption").inner_text()).replace(
        " ", "", shown > 999
    )
    first = names.first.inner_text()
    page.get_by_role("button", name="Montant").click()
    assert table.locator("thead th", has_text="Montant").get_attribute("aria-sort") == "ascending"
    page.get_by_role("button", name="Montant").click()
    assert table.locator("thead th", has_text="Montant").get_attribute("aria-sort") == "descending"
    cells = [re.sub(r"\D", "", text) for text in table.locator("tbody td.nombre").all_inner_texts()]
    amounts = [int(text) for text in cells if text]
    assert amounts == sorted(amounts, reverse=True)
    assert len(amounts) > 3
    page.get_by_role("button", name="Suivants").click()
    expect(page.locator(".tourner [role=status]")).to_contain_text("201 à")
    table.get_by_role("columnheader", name="Nom").get_by_role("button").click()
    assert names.first.inner_text() == first
    names.first.locator("button").click()
    assert "e=" in page.url


def test_the_table_has_no_column_that_says_nothing(visit: Visit, records_page: Path) -> None:
    page = visit.open_atlas(records_page, "c=cavaliers&d=tableau")
    heads = page.locator(".tableau thead th")
    expect(heads).to_have_text(["Nom▲", "Où↕", "Position↕", "Source↕"])
    page.evaluate("location.hash = 'd=tableau'")
    expect(heads.filter(has_text="Montant")).to_have_count(1)
    expect(heads.filter(has_text="Couche")).to_have_count(1)


@pytest.mark.parametrize("size", [(390, 844)])
def test_the_table_on_a_phone(visit: Visit, site: Path, size: tuple[int, int]) -> None:
    page = visit.open_atlas(site / "atlas.html", "d=tableau")
    page.locator(".tableau").wait_for()
    visit.capture("tableau-390")
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    page.get_by_role("button", name="Fermer le tableau").click()
    expect(page.locator(".tableau")).to_have_count(0)


def test_the_link_of_a_view(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html", f"t={LENS}&c=cites")
    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page.evaluate("() => { document.execCommand = () => false; }")
    emporter(page, "Copier le lien")
    field = page.locator(".lien-vue textarea")
    assert unquote(field.input_value()).endswith(f"#t={LENS}&c=cites")
    assert page.evaluate("String(getSelection()) || document.activeElement.selectionEnd") != 0
    page.goto(field.input_value())
    page.wait_for_selector("#atlas[data-entier=oui]")
    assert page.locator(".synthese h1").inner_text() == "CA de Lens-Liévin"


def test_paper_tells_the_theme_and_the_perimeter(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html", f"th=cites.nombre_localise.km2:epci&{PERIMETER}&n=1")
    told = sheet(page)
    expect(told.locator("h1")).to_have_text(re.compile(r"Bassin minier.*\s: cités minières, nombre par km²"))
    expect(told.locator("header")).to_contain_text(
        re.compile(r"Périmètre «\sAutour de Lens\s»\s: 78,5.\skm²")
    )
    expect(told.locator("footer")).to_contain_text("seuils naturels")
    legend = told.locator(".feuille-legende")
    expect(legend.locator("h3").first).to_have_text(re.compile("Cités minières, nombre, en"))
    expect(legend).to_contain_text("Autour de Lens")
    assert legend.locator("li", has_text="EPCI)").count() >= 3
    assert page.evaluate(CUT) == []
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "light"
    assert visit.errors == []


def test_paper_has_circles_of_their_true_size(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html", "th=cites.nombre_localise:epci")
    told = sheet(page)
    circles = told.locator(".feuille-legende li").first
    expect(circles).to_contain_text("Cercles de")
    box = circles.locator("canvas").bounding_box()
    assert box is not None
    assert box["height"] >= 60
    assert page.evaluate(CUT) == []


@pytest.mark.parametrize("leave", [True, False])
def test_a_picture_bears_base_maps_that_may_be_copied(visit: Visit, site: Path, *, leave: bool) -> None:
    page = visit.open_atlas(site / "atlas.html", "c=")
    on_grounds(visit, page, leave=leave)
    page.evaluate(SEEN)
    emporter(page, "Image de la carte")
    with page.expect_download():
        page.locator("[data-taille=ecran]").click()
    red, blue = page.evaluate("[window.seen.red, window.seen.blue]")
    if leave:
        assert len(red) > 100
        assert len(blue) > 100
        assert max(blue) < min(red)
        expect(page.locator(".avis")).to_have_text("Image enregistrée.")
    else:
        assert red == blue == []
        expect(page.locator(".avis")).to_contain_text("sans le fond de carte")
    told = sheet(page)
    notes = told.locator("footer")
    expect(notes).to_contain_text(
        re.compile(r"Fond\s: Les plus récentes") if leave else "Fond de carte non repris"
    )
    assert told.locator("header", has_text="À gauche, photographies historiques").count() == leave


@pytest.mark.parametrize("state", ["dock", "dialogue", "presentation"])
def test_the_browsers_own_print_gives_one_page(visit: Visit, site: Path, tmp_path: Path, state: str) -> None:
    page = visit.open_atlas(site / "atlas.html", f"t={LENS}" + ("&d=tableau" if state == "dock" else ""))
    if state != "dock":
        page.keyboard.press("v")
        page.locator("dialog[open]").wait_for()
    if state == "presentation":
        page.locator("[data-serie=territoires]").click()
        page.locator(".presente-tete").wait_for()
    target = tmp_path / "page.pdf"
    target.write_bytes(page.pdf(prefer_css_page_size=True, print_background=True))
    if shutil.which("pdfinfo"):
        told = subprocess.run(["pdfinfo", target], capture_output=True, text=True, check=True).stdout
        assert re.search(r"^Pages:\s+1$", told, re.MULTILINE)
        words = subprocess.run(["pdftotext", target, "-"], capture_output=True, text=True, check=True).stdout
        assert "Carte faite le" in words
        for other in ("Mes vues", "Tableau des éléments", "Vue suivante"):
            assert other not in words
    expect(page.locator("#feuille")).to_have_count(0)
    assert visit.errors == []
