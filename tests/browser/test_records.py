"""What a user does with records: polygons, thousands of lines, their dates, in a real browser."""

from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from geo.atlas import AtlasMap
from geo.atlas.content import load_content
from geo.atlas.payload import page_data
from tests.conftest import SHARED
from tests.records import sample

from .conftest import Visit
from .test_pages import ENGLISH, SIZES

pytestmark = pytest.mark.browser

LENS = "246200364"


def pointer(page: Page, place: list[float]) -> tuple[float, float]:
    """Return where a place (latitude, longitude) is in the window."""
    spot = page.evaluate(
        """place => { const p = map_atlas.latLngToContainerPoint(place);
          const b = map_atlas.getContainer().getBoundingClientRect(); return [b.x + p.x, b.y + p.y]; }""",
        place,
    )
    return float(spot[0]), float(spot[1])


def zoom_on(page: Page, place: list[float], zoom: float) -> None:
    page.evaluate("([place, zoom]) => { map_atlas.setView(place, zoom, {animate: false}); }", [place, zoom])


def middle(data: dict[str, Any], key: str) -> list[float]:
    """Return a place on a feature: its point, or the middle of its first line."""
    one = next(entity for entity in data["entites"] if entity["id"] == key)
    if "point" in one:
        return list(one["point"])
    first, second = one["lignes"][0][:2]
    return [(first[0] + second[0]) / 2, (first[1] + second[1]) / 2]


@pytest.fixture(scope="module")
def data() -> dict[str, Any]:
    return page_data(sample(), portal="index.html")


@pytest.mark.parametrize("size", SIZES)
def test_opens_without_a_request(visit: Visit, records_page: Path, size: tuple[int, int]) -> None:
    page = visit.open_atlas(records_page)
    page.wait_for_timeout(300)
    visit.capture(f"inventaires-{size[0]}")
    assert visit.requests == []
    assert visit.errors == []
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0


def test_the_symbol_of_a_polygon_gives_way_when_it_is_large(
    visit: Visit, records_page: Path, data: dict[str, Any]
) -> None:
    page = visit.open_atlas(records_page, "c=cites")
    symbol = page.locator('.symbole[aria-label$="Cité Saint-Albert"]')
    assert symbol.count() == 1
    zoom_on(page, middle(data, "cites-lsm-241"), 15)
    page.wait_for_timeout(100)
    assert symbol.count() == 0
    page.mouse.click(*pointer(page, middle(data, "cites-lsm-241")))
    assert page.locator(".fiche h2").inner_text() == "Cité Saint-Albert"
    assert page.locator("path.choisi").count() == 1
    visit.capture("polygone")
    page.keyboard.press("Escape")
    zoom_on(page, middle(data, "cites-lsm-241"), 10)
    assert symbol.count() == 1


def test_polygons_lie_under_the_borders_lines_and_symbols(visit: Visit, records_page: Path) -> None:
    page = visit.open_atlas(records_page, "c=cites,terrils,cavaliers")
    names = ["communes", "surfaces", "limites", "traits", "semis", "choix", "markerPane"]
    order = page.evaluate(
        "names => names.map(name => Number(getComputedStyle(map_atlas.getPane(name)).zIndex))", names
    )
    assert order == sorted(order)
    assert page.locator(".leaflet-surfaces-pane path.surface").count() == 4
    assert page.locator(".leaflet-traits-pane path.trait.couche-cavaliers").count() == 1


def test_a_layer_of_records_is_ticked_by_the_reader(visit: Visit, records_page: Path) -> None:
    page = visit.open_atlas(records_page)
    box = page.locator("input[data-couche=terrils]")
    assert not box.is_checked()
    assert page.locator("path.surface.couche-terrils").count() == 0
    box.evaluate("e => e.click()")
    drawn = page.locator("path.surface.couche-terrils")
    assert drawn.count() == 2
    assert drawn.first.get_attribute("fill") == "url(#motif-terrils)"
    assert page.locator("pattern#motif-terrils").count() == 1
    assert "terrils" in page.url
    group = page.locator(".couches fieldset").last
    assert "Inventaires et repères" in group.inner_text()
    assert group.locator("input[data-couche]").count() == 3
    assert page.locator(".couches fieldset", has=page.locator("input[data-couche=sport]")).count() == 1
    assert "Terrils" in page.locator("#legende").inner_text()


def test_hide_all_hides_records_and_show_all_leaves_them_to_the_reader(
    visit: Visit, records_page: Path
) -> None:
    page = visit.open_atlas(records_page)
    button = page.locator(".couches .lien").first
    button.click()
    assert page.locator("input[data-couche]:checked").count() == 0
    assert page.locator(".symbole, path.semis, path.trait, path.surface").count() == 0
    button.click()
    assert page.locator("input[data-couche=cites]").is_checked()
    assert not page.locator("input[data-couche=cavaliers]").is_checked()


def test_records_do_not_drown_the_list(visit: Visit, records_page: Path) -> None:
    page = visit.open_atlas(records_page, "c=cavaliers")
    listed = page.locator('.liste [data-entite^="cavaliers-"]')
    assert listed.count() == 200
    more = page.locator(".liste .suite:visible")
    assert re.sub(r"\s", " ", more.inner_text()) == "Afficher 200 de plus, sur 250 restants"
    more.click()
    assert listed.count() == 400
    more.click()
    assert listed.count() == 450
    assert page.locator(".liste .suite:visible").count() == 0
    assert "Inventaires et repères : 450" in page.locator(".liste").inner_text()
    assert "Liste : 0" in page.locator(".liste").inner_text()


def test_the_line_under_the_pointer_is_the_one_that_answers(
    visit: Visit, records_page: Path, data: dict[str, Any]
) -> None:
    page = visit.open_atlas(records_page, "c=cavaliers")
    zoom_on(page, middle(data, "cavaliers-c200"), 18)
    page.mouse.move(*pointer(page, middle(data, "cavaliers-c200")))
    assert page.locator(".bulle strong").inner_text() == "Cavalier 200"
    page.mouse.move(*pointer(page, middle(data, "cavaliers-c201")))
    assert page.locator(".bulle strong").inner_text() == "Cavalier 201"
    page.mouse.click(*pointer(page, middle(data, "cavaliers-c202")))
    assert page.locator(".fiche h2").inner_text() == "Cavalier 202"
    assert page.locator("path.choisi").count() == 2


def test_a_point_of_a_record_answers_small_or_near(
    visit: Visit, records_page: Path, data: dict[str, Any]
) -> None:
    page = visit.open_atlas(records_page, "c=hopitaux")
    assert page.locator("path.semis.couche-hopitaux").count() == 1
    page.mouse.click(*pointer(page, middle(data, "hopitaux-h1")))
    assert page.locator(".fiche h2").inner_text() == "Clinique des essais"
    page.keyboard.press("Escape")
    zoom_on(page, middle(data, "hopitaux-h1"), 14)
    near = page.locator(".releve.couche-hopitaux")
    assert near.count() == 1
    near.click()
    assert page.locator(".fiche h2").inner_text() == "Clinique des essais"


def test_a_record_is_found_by_its_name_and_says_of_when_it_is(visit: Visit, records_page: Path) -> None:
    page = visit.open_atlas(records_page, "c=cites")
    page.locator("input[type=search]").focus()
    page.keyboard.type("cavalier de l'essai")
    page.keyboard.press("Enter")
    card = page.locator(".fiche")
    assert card.locator("h2").inner_text() == "Cavalier de l’Essai, tronçon à deux bouts"
    assert "données du 12 novembre 2026" in card.locator(".source").inner_text()
    assert "statut" not in card.inner_text()
    assert page.locator("input[data-couche=cavaliers]").is_checked()
    assert page.locator("path.trait.couche-cavaliers").count() == 1
    visit.capture("cavalier")
    page.locator("input[type=search]").focus()
    page.keyboard.type("terril troue")
    assert "Terril troué" in page.locator("#reponses li").first.inner_text()


def test_dates_failures_and_report_are_told(visit: Visit, records_page: Path) -> None:
    page = visit.open_atlas(records_page)
    layers = page.locator(".couches")
    told = re.sub(r"\s", " ", layers.inner_text())
    assert "données du 12 novembre 2026, 450 objets" in told
    assert "Source non rafraîchie : délai dépassé, le 20 novembre 2026." in told
    assert layers.locator(".panne").count() == 1
    page.locator('[data-cle="t:cavaliers:length_km"]').click()
    dialog = page.locator("dialog[open]")
    assert "km" in dialog.locator("h2").inner_text()
    assert dialog.locator(".renvois li").count() == 200
    page.keyboard.press("Escape")
    page.locator("#bouton-sources").click()
    assert "données du 3 octobre 2026" in dialog.inner_text()
    assert dialog.locator(".lot a").first.get_attribute("href") == "https://exemple.fr/terrils"
    assert visit.requests == []
    dialog.locator("a", has_text="Rapport des sources").click()
    page.wait_for_url("**/rapport-sources.html")


def test_what_the_user_added_has_a_group_without_a_number(
    visit: Visit, data: dict[str, Any], tmp_path: Path
) -> None:
    own = copy.deepcopy(data)
    own["axes"].append(
        {
            "id": 0,
            "titre": "Vos couches",
            "court": "Vos couches",
            "couleur": "#23272d",
            "texte": "#23272d",
        }
    )
    mine = next(layer for layer in own["couches"] if layer["id"] == "terrils")
    mine.update(axe=0, inventaire=False, visible=True, titre="Mes parcelles")
    target = tmp_path / "atlas.html"
    target.write_text(AtlasMap(own).html_text(), encoding="utf-8")
    page = visit.open_atlas(target)
    legends = page.locator(".couches legend").all_inner_texts()
    assert "Vos couches" in legends
    assert not any("Axe 0" in legend for legend in legends)
    assert "Mes parcelles" in page.locator("#legende").inner_text()
    assert visit.errors == []


def test_nothing_english_with_records(visit: Visit, records_page: Path) -> None:
    page = visit.open_atlas(records_page)
    page.locator("#bouton-sources").click()
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    assert ENGLISH.findall(page.evaluate("document.body.innerText")) == []


def test_the_territory_limits_the_records(visit: Visit, records_page: Path) -> None:
    page = visit.open_atlas(records_page, "t=200044618&c=cavaliers,hopitaux")
    assert page.locator("path.trait.couche-cavaliers").count() == 0
    page.select_option("#choix-territoire", LENS)
    assert page.locator("path.trait.couche-cavaliers").count() == 1
    page.select_option("#choix-territoire", "62498")
    assert page.locator("path.trait.couche-cavaliers").count() == 1


@pytest.mark.mirror
@pytest.mark.skipif(not SHARED.is_dir(), reason="../shared is not beside the project")
def test_the_real_records_are_drawn_at_once_on_a_page_that_can_be_sent(visit: Visit, tmp_path: Path) -> None:
    content = load_content(mirror=SHARED / "mirror")
    target = tmp_path / "atlas.html"
    target.write_text(AtlasMap(page_data(content)).html_text(), encoding="utf-8")
    assert target.stat().st_size < 6_000_000
    page = visit.open_atlas(target)
    assert page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime") < 1500
    assert page.locator("path.surface.couche-cites").count() > 250
    assert page.locator("path.surface.couche-bien-inscrit").count() == 109
    assert page.locator("path.trait.couche-cavaliers").count() == 1
    box = page.locator(".couche", has=page.locator("input[data-couche=cavaliers]"))
    assert re.sub(r"\s", "", box.locator(".compte").inner_text()) == "1316"
    assert visit.errors == []
