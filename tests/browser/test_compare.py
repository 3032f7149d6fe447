"""Two territories side by side, as a reader compares them."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visit

LENS, DOUAI = "246200364", "200044618"


def row(page: Page, subject: str, label: str) -> Locator:
    """Return the row of an indicator of a layer."""
    head = page.locator(".comparaison tr.sujet", has=page.get_by_role("rowheader", name=subject, exact=True))
    return head.locator(f"xpath=following-sibling::tr[starts-with(normalize-space(th), '{label}')][1]")


def test_the_key_opens_and_closes(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html")
    page.keyboard.press("c")
    expect(page.get_by_role("heading", name="Comparer deux territoires")).to_be_focused()
    expect(page.get_by_label("Premier territoire")).to_have_value("")
    expect(page.get_by_label("Second territoire")).to_have_value("200072460")
    page.keyboard.press("c")
    expect(page.locator(".comparer")).to_have_count(0)
    assert visit.errors == []


def test_an_epci_is_compared_with_the_basin(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html", f"t={LENS}")
    page.get_by_role("button", name="Outils").click()
    page.get_by_role("menuitem", name="Comparer deux territoires").click()
    expect(page.get_by_label("Second territoire")).to_have_value("")
    heads = page.locator(".comparaison thead th")
    expect(heads).to_have_text(["Indicateur", "Lens-Liévin", "Tout le bassin"])
    surface = row(page, "Cités minières", "Surface")
    expect(surface).to_contain_text("ha pour 1\u202f000\u00a0habitants")
    expect(surface.get_by_role("button")).to_have_count(2)
    euros = row(page, "Cités minières", "Euros attribués")
    expect(euros).to_contain_text("y compris ce qui n’est attribué à aucun EPCI")
    expect(euros.locator(".trait")).to_have_count(0)
    visit.capture("comparer")


def test_values_rates_and_sources(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html", f"t={LENS}&a={DOUAI}&d=comparer")
    surface = row(page, "Cités minières", "Surface")
    told = [surface.get_by_role("button").first.inner_text()]
    for mode in ("Par km²", "Valeurs"):
        page.get_by_label(mode, exact=True).check()
        expect(surface.get_by_role("button").first).not_to_have_text(told[-1])
        told.append(surface.get_by_role("button").first.inner_text())
    expect(surface).to_contain_text("sur 8")  # its rank among the EPCI
    surface.get_by_role("button").first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", level=2)).to_contain_text(told[-1])
    expect(dialog).to_contain_text("Lens-Liévin")
    expect(dialog).to_contain_text("Bilan ERBM")


def test_the_two_change_places(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html", f"t={LENS}&a={DOUAI}&d=comparer")
    page.get_by_role("button", name="Inverser les deux territoires").click()
    expect(page.get_by_label("Premier territoire")).to_have_value(DOUAI)
    expect(page.get_by_label("Second territoire")).to_have_value(LENS)
    page.wait_for_function(f"location.hash.includes('t={DOUAI}') && location.hash.includes('a={LENS}')")
    page.go_back()
    expect(page.get_by_label("Premier territoire")).to_have_value(LENS)


def test_a_commune_is_compared(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html", f"t={LENS}&d=comparer")
    page.get_by_label("Second territoire").select_option(label="Liévin")
    expect(page.locator(".comparaison thead th").last).to_have_text("Liévin")
    assert (
        page.get_by_label("Premier territoire").locator("option", has_text="Liévin").count() == 1
    )  # Lens-Liévin


def test_two_maps_are_drawn(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html", f"t={LENS}&a={DOUAI}&d=comparer")
    maps = page.locator(".petite-carte")
    expect(maps).to_have_count(2)
    inked = """canvas => {
        const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        return new Set(new Uint32Array(data.buffer)).size;
    }"""
    assert all(one.evaluate(inked) > 50 for one in maps.all())
    assert maps.first.evaluate("c => c.toDataURL()") != maps.last.evaluate("c => c.toDataURL()")


def test_the_table_is_taken_away(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html", f"t={LENS}&a={DOUAI}&d=comparer")
    with page.expect_download() as got:
        page.get_by_role("button", name="Emporter ce tableau").click()
    with Path(got.value.path()).open(encoding="utf-8-sig", newline="") as file:
        header, *lines = csv.reader(file, delimiter=";")
    assert header[:6] == ["axe", "couche", "indicateur", "unité", "Lens-Liévin", "Douaisis"]
    units = {line[3].replace("\u00a0", " ").replace("\u202f", " ") for line in lines}
    assert {"ha", "ha pour 1 000 habitants", "ha par km²", "€ par habitant"} <= units


def test_the_page_of_an_epci_knows_the_numbers_of_the_others(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "epci" / "lens-lievin.html")
    page.keyboard.press("c")
    expect(page.locator(".comparaison thead th").last).to_have_text("Tout le bassin")
    page.get_by_label("Second territoire").select_option(label="Douaisis")
    link = row(page, "Cités minières", "Surface").get_by_role("link")
    expect(link).to_have_count(1)
    expect(page.locator(".petite-carte")).to_have_count(0)
    expect(page.get_by_role("button", name="Inverser les deux territoires")).to_be_disabled()
    link.click()
    page.wait_for_url("**/douaisis.html")


@pytest.mark.parametrize("size", [(390, 844), (320, 640)])
def test_on_a_phone_it_fills_the_screen(visit: Visit, site: Path, size: tuple[int, int]) -> None:
    page = visit.open_atlas(site / "atlas.html", f"t={LENS}&d=comparer")
    dock = page.locator(".comparer")
    box = dock.bounding_box()
    assert box
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, *size)
    assert dock.evaluate("d => d.scrollWidth <= d.clientWidth")
    cut = page.locator(".comparaison :is(th, td)").evaluate_all(
        "all => all.filter((c) => c.scrollWidth > c.clientWidth + 1).length"
    )
    assert cut == 0
    visit.capture(f"comparer-{size[0]}")
    page.get_by_role("button", name="Fermer la comparaison").click()
    expect(dock).to_have_count(0)
