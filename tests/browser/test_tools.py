"""Measure a distance or a surface, read coordinates and go to some, be located."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.test_perimeter import PHONE, middle

LENS = "z=13/50.43/2.83"


def use(page: Page, name: str) -> None:
    page.get_by_role("button", name="Outils").click()
    page.get_by_role("menuitem", name=name).click()


def metres(text: str) -> float:
    found = re.search(r"([\d\u202f]+(?:,\d+)?)\u00a0(km|m)\b", text)
    assert found, text
    return float(found[1].replace("\u202f", "").replace(",", ".")) * (1000 if found[2] == "km" else 1)


def test_a_distance_then_a_surface_with_the_pointer(site: Path, visit: Visit) -> None:
    page = visit.open_atlas(site / "atlas.html", LENS)
    page.keyboard.press("m")
    bar = page.get_by_role("region", name="Mesurer")
    x, y = middle(page)
    page.mouse.click(x - 200, y - 100)
    page.mouse.move(x, y - 100)
    live = bar.locator(".fort")
    expect(live).to_contain_text("m")  # before the second click
    page.mouse.click(x + 200, y - 100)
    page.mouse.dblclick(x + 200, y + 50)
    expect(bar).to_contain_text("2\u00a0segments")
    # a pixel at this zoom and latitude: 40 075 017 m * cos(50.43°) / (256 * 2^13)
    assert metres(live.inner_text()) == pytest.approx(550 * 12.174, rel=0.01)
    expect(bar).to_contain_text("Lambert-93")
    bar.get_by_role("button", name="Fermer").click()
    expect(live).to_contain_text("ha")
    expect(bar).to_contain_text("Contour")
    visit.capture("mesure")
    page.keyboard.press("Escape")
    expect(bar).to_have_count(0)
    assert visit.errors == []


def test_a_distance_with_the_keyboard_alone(site: Path, visit: Visit) -> None:
    page = visit.open_atlas(site / "atlas.html", LENS)
    page.keyboard.press("m")
    expect(page.locator(".leaflet-container")).to_be_focused()
    for key in ["Enter", "ArrowRight", "Enter", "ArrowDown", "Enter", "Enter"]:
        page.keyboard.press(key)
    bar = page.get_by_role("region", name="Mesurer")
    expect(bar).to_contain_text("2\u00a0segments")
    assert metres(bar.locator(".fort").inner_text()) == pytest.approx(120 * 12.174, rel=0.01)
    expect(page.get_by_role("status").filter(has_text="Distance")).to_have_count(1)


def test_coordinates_are_read_and_gone_to(site: Path, visit: Visit) -> None:
    page = visit.open_atlas(site / "atlas.html", LENS)
    use(page, "Coordonnées")
    bar = page.get_by_role("region", name="Coordonnées")
    page.mouse.move(*middle(page))
    expect(bar.locator(".pointeur")).to_contain_text("50,4")
    page.mouse.click(*middle(page))
    kept = bar.get_by_role("list", name="Point gardé")
    expect(kept).to_contain_text(re.compile(r"50,4\d{4}° N, 2,8\d{4}° E"))
    expect(kept).to_contain_text("50° 25′")
    expect(kept).to_contain_text(re.compile(r"X 68[78]\u202f\d{3}\u00a0m, Y 7\u202f03[67]"))
    field = bar.get_by_label("Aller à")
    field.fill("à Lens")
    field.press("Enter")
    expect(bar.get_by_role("alert")).to_contain_text("non reconnues")
    for text in ("50,37 3,08", "705680 7030200"):
        field.fill(text)
        field.press("Enter")
        expect(bar.locator(".erreur")).to_be_empty()
        expect(kept).to_contain_text("3,0")
    assert visit.errors == []


def test_the_reader_is_located_only_when_asked(site: Path, visit: Visit) -> None:
    page = visit.page
    page.add_init_script(
        """window.asked = 0;
        navigator.geolocation.getCurrentPosition = (done) => {
          window.asked += 1;
          done({ coords: { longitude: 2.83, latitude: 50.43, accuracy: 25 } });
        };"""
    )
    visit.open_atlas(site / "atlas.html")
    assert page.evaluate("window.asked") == 0
    use(page, "Me localiser")
    bar = page.get_by_role("region", name="Ma position")
    expect(bar).to_contain_text("à 25\u00a0m près")
    bar.get_by_role("button", name="Masquer ma position").click()
    expect(bar).to_have_count(0)


def test_a_refused_position_is_said_in_words(site: Path, visit: Visit) -> None:
    page = visit.page
    page.add_init_script("navigator.geolocation.getCurrentPosition = (_, refused) => refused({ code: 1 });")
    visit.open_atlas(site / "atlas.html")
    use(page, "Me localiser")
    expect(page.locator(".avis")).to_contain_text("Position refusée")


@PHONE
def test_a_phone_measures_with_the_cross(site: Path, visit: Visit) -> None:
    page = visit.open_atlas(site / "atlas.html", LENS)
    page.keyboard.press("m")
    bar = page.get_by_role("region", name="Mesurer")
    page.mouse.click(middle(page)[0] - 80, middle(page)[1] - 60)
    bar.get_by_role("button", name="Point à la croix").click()
    expect(bar.locator(".fort")).to_contain_text("km")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
