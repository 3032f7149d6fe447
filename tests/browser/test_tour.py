"""The tour of the first opening, and the list of shortcuts."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from .conftest import Visit

pytestmark = pytest.mark.browser

SIZES = [(1440, 900), (390, 844)]


@pytest.mark.parametrize("size", SIZES)
def test_the_tour_comes_once_and_blocks_nothing(visit: Visit, site: Path, size: tuple[int, int]) -> None:
    page = visit.open_atlas(site / "atlas.html", tour=True)
    card = page.get_by_role("dialog", name="Choisissez un territoire")
    card.wait_for()
    visit.capture(f"visite-{size[0]}")
    page.select_option("#choix-territoire", label="Lens-Liévin")
    expect(page.locator(".synthese h1")).to_have_text("CA de Lens-Liévin")
    box = page.locator(".visite").bounding_box()
    host = page.locator(".leaflet-container").bounding_box()
    assert box is not None
    assert host is not None
    assert box["width"] * box["height"] < host["width"] * host["height"] / 2
    for rank in range(2, 6):
        page.get_by_role("button", name="Suivant", exact=True).click()
        expect(page.locator(".visite .pas")).to_have_text(f"Visite, {rank} sur 5")
        assert page.evaluate("document.activeElement.id") == "visite-titre"
    page.get_by_role("button", name="Terminer").click()
    expect(page.locator(".visite")).to_have_count(0)
    expect(page.locator(".visite-cible")).to_have_count(0)
    page.goto((site / "atlas.html").as_uri())
    page.wait_for_selector("#atlas[data-entier=oui]")
    page.wait_for_timeout(1200)
    expect(page.locator(".visite")).to_have_count(0)
    assert visit.errors == []


def test_escape_closes_the_tour_and_the_menu_gives_it_again(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html", tour=True)
    page.locator(".visite").wait_for()
    page.keyboard.press("Escape")
    expect(page.locator(".visite")).to_have_count(0)
    page.get_by_role("button", name="Aide", exact=True).click()
    page.get_by_role("menuitem", name="Visite guidée").click()
    page.get_by_role("dialog", name="Choisissez un territoire").wait_for()
    assert page.evaluate("document.activeElement.id") == "visite-titre"


def test_a_link_to_a_view_shows_no_tour(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html", "t=246200364", tour=True)
    page.wait_for_timeout(1200)
    expect(page.locator(".visite")).to_have_count(0)


def test_all_shortcuts_are_told_and_can_be_turned_off(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html")
    page.keyboard.press("?")
    told = page.locator(".raccourcis")
    for text in ("Présenter", "Tableau des éléments", "Écran noir", "Déplacer la carte"):
        assert text in told.inner_text()
    page.get_by_label("Raccourcis d’une seule touche").uncheck()
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.keyboard.press("t")
    expect(page.locator(".tableau")).to_have_count(0)
    page.get_by_role("button", name="Aide", exact=True).click()
    page.get_by_role("menuitem", name="Raccourcis clavier").click()
    page.get_by_label("Raccourcis d’une seule touche").check()
    page.keyboard.press("Escape")
    page.keyboard.press("t")
    page.locator(".tableau").wait_for()
