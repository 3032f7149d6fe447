"""The map as a user has it: what is drawn and where, the pointer, the legend, base maps, links."""

from __future__ import annotations

import base64
import itertools
import re
from pathlib import Path
from typing import Any, get_args
from urllib.parse import parse_qs, urlsplit

import folium
import pytest
import shapely
from playwright.sync_api import Page, expect

import geo
from geo.atlas.grounds import Group
from geo.atlas.payload import page_data
from geo.content import load_content
from tests.records import sample_data

from .conftest import Visit

pytestmark = pytest.mark.browser

LENS = "246200364"
DOUAI = "200044618"
PAGES = ["atlas.html", "epci/lens-lievin.html", "epci/osartis-marquion.html"]
SIZES = [(1440, 900), (390, 844), (1920, 1080)]
DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
"""A PNG image of one point."""
PIXEL = """([lat, lon]) => {
  const c = document.querySelector('canvas.dessin'), b = c.getBoundingClientRect();
  const m = map_atlas.getContainer().getBoundingClientRect();
  const p = map_atlas.latLngToContainerPoint([lat, lon]);
  const k = c.width / b.width;
  return [...c.getContext('2d').getImageData((m.x + p.x - b.x) * k, (m.y + p.y - b.y) * k, 1, 1).data]; }"""


@pytest.fixture(scope="module")
def data() -> dict[str, Any]:
    return sample_data()


def inspected(page: Page) -> dict[str, Any]:
    """Return the names and symbols of the last drawing, in pixels of the map's container."""
    found: dict[str, Any] = page.evaluate("ErbmAtlas.inspecter()")
    return found


def redrawn(visit: Visit, action: str, argument: Any = None) -> None:
    """Do something in the page that draws the map again, and wait until it is."""
    before = visit.page.evaluate("map_atlas.getContainer().dataset.dessins")
    visit.page.evaluate(action, argument)
    visit.until("n => map_atlas.getContainer().dataset.dessins !== n", before)


def zoom_on(visit: Visit, place: list[float], zoom: float) -> None:
    redrawn(visit, "([p, z]) => { map_atlas.setView(p, z, {animate: false}); }", [place, zoom])


def pointer(page: Page, place: list[float]) -> tuple[float, float]:
    """Return where a place (latitude, longitude) is in the window."""
    spot = page.evaluate(
        """place => { const p = map_atlas.latLngToContainerPoint(place);
          const b = map_atlas.getContainer().getBoundingClientRect(); return [b.x + p.x, b.y + p.y]; }""",
        place,
    )
    return float(spot[0]), float(spot[1])


def symbol(page: Page, key: str) -> tuple[float, float]:
    """Return where the symbol of a feature is in the window."""
    at = next(one for one in inspected(page)["symbols"] if one["id"] == key)
    box = page.evaluate("map_atlas.getContainer().getBoundingClientRect().toJSON()")
    return box["x"] + at["x"], box["y"] + at["y"]


def middle(data: dict[str, Any], key: str) -> list[float]:
    """Return a place on a feature (latitude, longitude): inside it, or the middle of its line."""
    shape = next(entity for entity in data["entites"] if entity["id"] == key)["geometrie"]
    if shape.geom_type.endswith("LineString"):
        first = shapely.get_parts(shape)[0]
        place = first.interpolate(0.5, normalized=True)
    else:
        place = shapely.point_on_surface(shape)
    return [place.y, place.x]


def centre(insee: str) -> list[float]:
    communes = page_data(load_content(), LENS)["communes"]
    longitude, latitude = next(c["centre"] for c in communes if c["insee"] == insee)
    return [latitude, longitude]


def asked(page: Page) -> dict[str, str]:
    """Return what the address of the page says, once the application has told what it puts off."""
    told = page.evaluate("new Promise(tell => setTimeout(() => tell(location.hash.slice(1)), 200))")
    return {key: values[0] for key, values in parse_qs(told).items()}


@pytest.mark.parametrize("name", PAGES)
def test_names_do_not_overlap_and_are_not_cut(visit: Visit, site: Path, name: str) -> None:
    page = visit.open_atlas(site / name)
    for width, height in SIZES:
        visit.resize((width, height))
        visit.still()
        names = inspected(page)["names"]
        apart_and_whole(names, page.evaluate("[map_atlas.getSize().x, map_atlas.getSize().y]"))
        if name == "atlas.html" and width > 1000:
            shown = {box["text"] for box in names}
            assert {e.nom_court.upper() for e in load_content().basin.epci.values()} <= shown
            assert "Lens" in shown
    assert visit.requests == []
    assert visit.errors == []


def apart_and_whole(names: list[dict[str, Any]], size: list[int]) -> None:
    """Assert that names of a map of this size, in pixels, stand in it and not on one another."""
    assert len(names) >= 4
    for box in names:
        assert min(box["x"], box["y"]) >= 0, box["text"]
        assert box["x"] + box["w"] <= size[0], box["text"]
        assert box["y"] + box["h"] <= size[1], box["text"]
    for one, two in itertools.combinations(names, 2):
        apart = (
            one["x"] + one["w"] <= two["x"]
            or two["x"] + two["w"] <= one["x"]
            or one["y"] + one["h"] <= two["y"]
            or two["y"] + two["h"] <= one["y"]
        )
        assert apart, f"{one['text']} over {two['text']}"


def test_names_are_written_in_the_type_of_the_page(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html")
    name = next(box for box in inspected(page)["names"] if box["text"] == "Lens")
    width = page.evaluate(
        """() => { const c = document.createElement('canvas').getContext('2d');
          c.font = '600 13px "Source Sans 3"'; return c.measureText('Lens').width; }"""
    )
    other = page.evaluate(
        """() => { const c = document.createElement('canvas').getContext('2d');
          c.font = '600 13px monospace'; return c.measureText('Lens').width; }"""
    )
    assert name["w"] == pytest.approx(width + 7, abs=0.01)
    assert abs(width - other) > 1


def test_symbols_do_not_cover_one_another(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "epci/lens-lievin.html")
    symbols = inspected(page)["symbols"]
    assert len(symbols) > 20
    near = [
        (one["id"], two["id"])
        for one, two in itertools.combinations(symbols, 2)
        if (one["x"] - two["x"]) ** 2 + (one["y"] - two["y"]) ** 2 < (0.9 * one["size"]) ** 2
    ]
    assert len(near) <= len(symbols) * 0.05, near


def test_every_measure_with_a_place_has_its_symbol(visit: Visit, site: Path) -> None:
    features = geo.query()
    page = visit.open_atlas(site / "atlas.html", "c=sante,tourisme")
    mine = features[features["couche"].isin(["sante", "tourisme"]) & (features["precision"] != "territoire")]
    points = mine[mine.geometry.geom_type != "LineString"]
    assert {one["id"] for one in inspected(page)["symbols"]} == set(points["id"]) != set()


def test_a_click_on_a_symbol_chooses_its_feature(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "epci/lens-lievin.html", "c=cites")
    chosen = inspected(page)["symbols"][0]["id"]
    page.mouse.click(*symbol(page, chosen))
    assert asked(page)["e"] == chosen
    assert chosen in set(geo.query("cites", epci="Lens-Liévin")["id"])


def test_the_pointer_is_told_what_it_is_on(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "epci/lens-lievin.html", "c=cites")
    bubble = page.locator(".bulle")
    expect(bubble).to_be_hidden()
    key = inspected(page)["symbols"][0]["id"]
    page.mouse.move(*symbol(page, key))
    named = geo.query("cites").set_index("id").loc[key, "nom"]
    expect(bubble.locator("strong")).to_have_text(str(named))
    assert bubble.get_attribute("aria-hidden") == "true"
    zoom_on(visit, [50.4323, 2.8329], 16)
    page.mouse.move(*pointer(page, [50.4323, 2.8329]))
    expect(bubble.locator("strong")).to_have_text("Lens")
    expect(bubble.locator("span").first).to_contain_text("Lens-Liévin")
    page.mouse.move(5, 5)
    expect(bubble).to_be_hidden()


def test_a_click_on_a_commune_chooses_its_epci_then_itself(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html", "c=")
    place = centre("62498")
    page.mouse.click(*pointer(page, place))
    assert asked(page)["t"] == LENS
    visit.until("map_atlas.getZoom() > 10.5")
    visit.still()
    page.mouse.click(*pointer(page, place))
    assert asked(page)["t"] == "62498"
    page.go_back()
    assert asked(page)["t"] == LENS


def test_the_mask_follows_the_territory(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html", "c=")
    place = [50.345, 3.12]  # fields of the Douaisis
    land = page.evaluate(PIXEL, place)
    assert land == [255, 253, 249, 255]
    redrawn(visit, f"() => {{ location.hash = 't={LENS}&c='; }}")
    visit.until("map_atlas.getZoom() > 10.5")
    zoom_on(visit, place, 12)
    assert page.evaluate(PIXEL, place) != land
    zoom_on(visit, [50.4545, 2.809], 14)
    page.select_option("#choix-territoire", DOUAI)
    visit.still()
    zoom_on(visit, place, 12)
    assert page.evaluate(PIXEL, place) == land


def test_a_layer_can_be_seen_through(visit: Visit, records_page: Path, data: dict[str, Any]) -> None:
    place = middle(data, "cites-lsm-241")
    colours = []
    for opacity in ("", "&o=cites:40", "&o=cites:0"):
        page = visit.open_atlas(records_page, f"c=cites{opacity}&z=16/{place[0]}/{place[1]}")
        page.reload()
        page.wait_for_selector("#atlas[data-entier=oui]")
        colours.append(page.evaluate(PIXEL, place))
    full, half, none = (sum(colour[:3]) for colour in colours)
    assert full < half < none == 255 + 253 + 249


def test_dark_colours_for_a_projector(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html", "n=1&c=")
    assert sum(page.evaluate(PIXEL, [50.345, 3.12])[:3]) < 150
    expect(page.locator("html.sombre")).to_have_count(1)


def test_the_symbol_of_a_polygon_gives_way_when_it_is_large(
    visit: Visit, records_page: Path, data: dict[str, Any]
) -> None:
    page = visit.open_atlas(records_page, "c=cites")
    key = "cites-lsm-241"
    assert key in {one["id"] for one in inspected(page)["symbols"]}
    zoom_on(visit, middle(data, key), 15)
    assert key not in {one["id"] for one in inspected(page)["symbols"]}
    page.mouse.click(*pointer(page, middle(data, key)))
    assert asked(page)["e"] == key
    visit.capture("polygone")


def test_the_line_under_the_pointer_is_the_one_that_answers(
    visit: Visit, records_page: Path, data: dict[str, Any]
) -> None:
    page = visit.open_atlas(records_page, "c=cavaliers")
    zoom_on(visit, middle(data, "cavaliers-c200"), 18)
    said = page.locator(".bulle strong")
    for number in (200, 201):
        page.mouse.move(*pointer(page, middle(data, f"cavaliers-c{number}")))
        expect(said).to_have_text(f"Cavalier {number}")
    page.mouse.click(*pointer(page, middle(data, "cavaliers-c202")))
    assert asked(page)["e"] == "cavaliers-c202"


def test_lines_that_cannot_be_told_apart_are_listed(
    visit: Visit, records_page: Path, data: dict[str, Any]
) -> None:
    page = visit.open_atlas(records_page, "c=cavaliers")
    zoom_on(visit, middle(data, "cavaliers-c200"), 9)
    page.mouse.move(*pointer(page, middle(data, "cavaliers-c200")))
    expect(page.locator(".bulle")).to_contain_text("au même endroit")
    page.mouse.click(*pointer(page, middle(data, "cavaliers-c200")))
    several = page.get_by_role("dialog", name="Plusieurs éléments ici")
    first = several.get_by_role("listitem").first.get_by_role("button")
    expect(first).to_be_focused()
    named = first.locator("strong").inner_text()
    page.keyboard.press("Escape")
    expect(several).to_be_hidden()
    assert "e" not in asked(page)
    page.mouse.click(*pointer(page, middle(data, "cavaliers-c200")))
    page.keyboard.press("Enter")
    expect(several).to_be_hidden()
    names = {entity["id"]: entity["nom"] for entity in data["entites"]}
    assert names[asked(page)["e"]] == named


@pytest.mark.parametrize("zoom", [10, 14])
def test_a_point_of_a_record_answers_small_or_near(
    visit: Visit, records_page: Path, data: dict[str, Any], zoom: int
) -> None:
    page = visit.open_atlas(records_page, "c=hopitaux")
    zoom_on(visit, middle(data, "hopitaux-h1"), zoom)
    page.mouse.click(*pointer(page, middle(data, "hopitaux-h1")))
    assert asked(page)["e"] == "hopitaux-h1"


def test_a_measure_of_a_territory_is_hatched(visit: Visit, site: Path) -> None:
    measures = geo.query(epci=LENS, where='precision == "territoire"')
    one = next(row for row in measures.itertuples() if row.epci == (LENS,))
    page = visit.open_atlas(site / "atlas.html", f"c={one.couche}&e={one.id}")
    assert "mesure de territoire" in page.locator("#legende").inner_text()
    assert one.id not in {found["id"] for found in inspected(page)["symbols"]}
    inked = """() => { const c = document.querySelector('canvas.dessin');
      const { data } = c.getContext('2d').getImageData(0, 0, c.width, c.height);
      return new Set(new Uint32Array(data.buffer)).size; }"""
    hatched = page.evaluate(inked)
    page = visit.open_atlas(site / "atlas.html", "c=")
    page.reload()
    page.wait_for_selector("#atlas[data-entier=oui]")
    assert hatched > page.evaluate(inked)


def test_the_legend_says_what_is_shown_and_folds(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html", "c=cites,routes")
    legend = page.get_by_role("region", name="Légende")
    said = legend.inner_text()
    assert "Cités minières" in said
    assert "Routes" in said
    assert "Friches" not in said
    assert "limite d’EPCI" in said
    assert "Sources" in said
    height = page.evaluate("map_atlas.getSize().y")
    legend.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(legend.locator(".corps")).to_be_hidden()
    visit.until("h => map_atlas.getSize().y > h", height)


@pytest.mark.parametrize("size", [(390, 844)])
def test_on_a_phone_nothing_lies_over_anything(visit: Visit, site: Path, size: tuple[int, int]) -> None:
    page = visit.open_atlas(site / "epci/lens-lievin.html")
    assert page.locator("#legende .corps").is_hidden()
    boxes = [page.locator(name).bounding_box() for name in ("#legende", ".leaflet-control-zoom", "#fonds")]
    for one, two in itertools.combinations(boxes, 2):
        assert one is not None
        assert two is not None
        assert (
            one["x"] + one["width"] <= two["x"]
            or two["x"] + two["width"] <= one["x"]
            or one["y"] + one["height"] <= two["y"]
            or two["y"] + two["height"] <= one["y"]
        )
    assert all(box is not None and box["x"] + box["width"] <= size[0] for box in boxes)
    visit.capture("carte-390")


def test_a_link_gives_back_exactly_what_is_seen(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html")
    assert "z" not in asked(page)
    x, y = pointer(page, centre("62498"))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 130, y + 70, steps=5)
    page.mouse.up()
    visit.until("location.hash.includes('z=')")
    page.locator(".leaflet-control-zoom-in").click()
    visit.still()
    seen = "[map_atlas.getZoom(), map_atlas.getCenter().lat, map_atlas.getCenter().lng]"
    before, names = page.evaluate(seen), inspected(page)["names"]
    page.reload()
    page.wait_for_selector("#atlas[data-entier=oui]")
    assert page.evaluate(seen) == pytest.approx(before, abs=2e-5)
    assert {name["text"] for name in inspected(page)["names"]} == {name["text"] for name in names}
    page.select_option("#choix-territoire", LENS)
    visit.still()
    assert "z" not in asked(page)


def test_the_map_is_moved_by_the_keyboard(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html")
    carte = page.get_by_role("application")
    assert "flèches" in (carte.get_attribute("aria-label") or "")
    carte.focus()
    before = page.evaluate("map_atlas.getCenter().lng")
    page.keyboard.press("ArrowRight")
    visit.until("x => map_atlas.getCenter().lng > x", before)
    zoom = page.evaluate("map_atlas.getZoom()")
    page.keyboard.press("+")
    visit.until("z => map_atlas.getZoom() > z", zoom)
    expect(page.get_by_role("button", name="Rapprocher")).to_have_count(1)
    expect(page.get_by_role("button", name="Éloigner")).to_have_count(1)
    assert re.fullmatch(r"\d+ k?m", page.locator(".leaflet-control-scale-line").inner_text())


def test_base_maps_fail_quietly(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html")
    assert visit.requests == []
    picker = page.get_by_label("Fond de carte", exact=True)
    picker.select_option("plan-ign")
    expect(page.locator(".avis")).to_contain_text("indisponible")
    expect(picker).to_have_value("")
    assert visit.requests
    assert all(url.startswith("https://data.geopf.fr/") for url in visit.requests)
    assert [e for e in visit.errors if "Failed to load resource" not in e] == []
    expect(page.locator(".avec-fond, .leaflet-tile")).to_have_count(0)
    assert page.evaluate(PIXEL, [50.345, 3.12])[3] == 255
    assert "f" not in asked(page)


def test_photographs_of_the_past_are_asked_of_their_service(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html")
    labels = page.eval_on_selector_all("#fonds optgroup", "groups => groups.map(g => g.label)")
    assert labels == [f"{name} (réseau)" for name in get_args(Group)]
    page.get_by_label("Fond de carte", exact=True).select_option("photo-1949-1955")
    expect(page.locator(".avis")).to_contain_text("Photographies historiques, 1949–1955")
    queries = [parse_qs(urlsplit(url).query) for url in visit.requests]
    assert {url.partition("?")[0] for url in visit.requests} == {"https://www.geo2france.fr/geoserver/ows"}
    assert {query["layers"][0] for query in queries} == {"ign:1949_1952_1955_R32_Ortho_0m50_NB_COG"}
    assert {query["crs"][0] for query in queries} == {"EPSG:3857"}


def test_a_ground_that_comes_replaces_the_land(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html", "c=")
    page.route(
        "https://tile.openstreetmap.org/**", lambda route: route.fulfill(body=DOT, content_type="image/png")
    )
    picker = page.get_by_label("Fond de carte", exact=True)
    picker.select_option("osm")
    page.locator(".avec-fond").wait_for()
    visit.until(f"place => ({PIXEL})(place)[3] === 0", [50.345, 3.12])
    tile = page.locator(".leaflet-tile-loaded").first
    expect(tile).to_have_css("width", "256px")
    assert tile.evaluate("e => getComputedStyle(e.closest('.leaflet-layer')).overflow") == "visible"
    credit = page.get_by_role("link", name="© les contributeurs d’OpenStreetMap")
    assert credit.get_attribute("href") == "https://www.openstreetmap.org/copyright"
    assert asked(page)["f"] == "osm"
    outside = page.evaluate(PIXEL, [50.55, 3.35])
    assert outside[3] == pytest.approx(0.86 * 255, abs=2)
    picker.select_option("")
    expect(page.locator(".leaflet-tile")).to_have_count(0)
    visit.until(f"place => ({PIXEL})(place)[3] === 255", [50.345, 3.12])


def test_two_grounds_are_compared_by_drag_and_by_keyboard(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html")
    page.route("https://**/*", lambda route: route.fulfill(body=DOT, content_type="image/png"))
    page.get_by_label("Fond de carte", exact=True).select_option("ortho-ign")
    page.get_by_label("Comparer avec un autre fond").select_option("photo-1949-1955")
    handle = page.get_by_role("slider", name="Limite entre les deux fonds de carte")
    handle.focus()
    assert handle.get_attribute("aria-valuenow") == "50"
    page.keyboard.press("ArrowLeft")
    expect(handle).to_have_attribute("aria-valuenow", "48")
    assert asked(page)["fa"] == "photo-1949-1955:48"
    box = handle.bounding_box()
    assert box is not None
    seen = "[map_atlas.getCenter().lat, map_atlas.getCenter().lng]"
    centre_before = page.evaluate(seen)
    page.mouse.move(box["x"] + 22, box["y"] + 22)
    page.mouse.down()
    page.mouse.move(box["x"] + 222, box["y"] + 22, steps=4)
    page.mouse.up()
    assert page.evaluate(seen) == centre_before
    share = int(asked(page)["fa"].split(":")[1])
    assert share > 60
    visit.until(
        """share => { const [left, right] = ['fond-avant', 'fond'].map(name =>
          getComputedStyle(map_atlas.getPane(name)).clipPath.match(/-?[\\d.]+px/g).map(parseFloat));
          const edge = map_atlas.containerPointToLayerPoint([0, 0]).x + map_atlas.getSize().x * share / 100;
          return Math.abs(left[2] - edge) < 1 && Math.abs(right[0] - edge) < 1; }""",
        share,
    )
    assert "Géo2France" in page.locator(".credits").inner_text()
    page.reload()
    page.wait_for_selector("#atlas[data-entier=oui]")
    expect(handle).to_have_attribute("aria-valuenow", str(share))
    visit.capture("avant-apres")
    page.get_by_label("Fond de carte", exact=True).select_option("")
    expect(handle).to_have_count(0)


def test_what_folium_adds_is_drawn_over_ours_without_a_network(visit: Visit, tmp_path: Path) -> None:
    page_map = geo.atlas.build_map("Lens-Liévin")
    assert isinstance(page_map, folium.Map)
    folium.Marker([50.43, 2.83], tooltip="ici").add_to(page_map)
    folium.Marker([50.42, 2.79], popup="<b>là</b>", icon=folium.Icon(color="red")).add_to(page_map)
    folium.CircleMarker([50.4, 2.8], radius=12).add_to(page_map)
    target = tmp_path / "folium.html"
    page_map.save(str(target))
    page = visit.open_atlas(target)
    icon = page.locator("img.leaflet-marker-icon")
    expect(icon).to_have_count(1)
    visit.until("document.querySelector('img.leaflet-marker-icon').naturalWidth > 0")
    ranks = page.evaluate(
        """['atlas', 'overlayPane', 'markerPane'].map(name =>
          Number(getComputedStyle(map_atlas.getPane(name)).zIndex))"""
    )
    assert ranks == sorted(ranks)
    page.locator(".epingle").evaluate("e => e.click()")
    assert page.locator(".leaflet-popup b").inner_text() == "là"
    assert visit.requests == []
    assert visit.errors == []
