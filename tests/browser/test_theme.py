"""The thematic view as a reader uses it: choice, map, legend, table, link."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit

PHONE = (390, 844)

COLOURS = """() => {
    const canvas = document.querySelector('canvas.dessin');
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const found = {};
    for (let i = 0; i < data.length; i += 4) {
        if (data[i + 3] < 255) continue;
        const key = '#' + [0, 1, 2].map((n) => data[i + n].toString(16).padStart(2, '0')).join('');
        found[key] = (found[key] || 0) + 1;
    }
    return found;
}"""


def swatches(page: Page) -> list[str]:
    """Return the colours of the classes in the legend, as ``#rrggbb``."""
    found: list[str] = page.locator(".legende-theme .teinte[style]").evaluate_all(
        """all => all.map((one) => '#' + getComputedStyle(one).backgroundColor.match(/\\d+/g).slice(0, 3)
            .map((n) => Number(n).toString(16).padStart(2, '0')).join(''))"""
    )
    return found


def choose(page: Page, subject: str, measure: str | None = None) -> None:
    page.get_by_label("Sujet", exact=True).select_option(label=subject)
    if measure:
        page.get_by_label("Mesure", exact=True).select_option(label=measure)


def test_a_rate_is_shown_in_classes(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html")
    legend = page.get_by_role("region", name="Légende de la carte thématique")
    expect(legend).to_have_count(0)
    choose(page, "Cités minières", "Surface par km²")
    expect(legend).to_contain_text("Cités minières")
    expect(legend).to_contain_text("Surface, en ha par km²")
    expect(legend).to_contain_text("seuils naturels (Fisher-Jenks)")
    expect(legend).to_contain_text("EPCI")
    colours = swatches(page)
    assert 2 <= len(set(colours)) == len(colours) <= 4
    page.wait_for_function(
        f"colours => {{ const found = ({COLOURS})(); return colours.every((c) => found[c] > 50); }}",
        arg=colours,
    )
    visit.capture("theme-taux")
    assert visit.errors == []


def test_the_classes_of_communes(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html")
    choose(page, "Cités minières", "Surface par km²")
    page.get_by_role("radio", name="par commune").check()
    legend = page.locator(".legende-theme")
    expect(legend).to_contain_text("5\u00a0classes")
    counts = legend.locator("li small").all_inner_texts()
    assert sum(int(text.split("\u00a0")[0].replace("\u202f", "")) for text in counts) == 336
    visit.capture("theme-communes")


def test_an_amount_is_shown_as_circles(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html")
    choose(page, "Axe 1, toutes les couches", "Euros attribués")
    legend = page.locator(".legende-theme")
    expect(legend.get_by_role("img")).to_have_attribute(
        "aria-label", "Cercles de 10\u202fM€, 2\u202fM€, 500\u202fk€"
    )
    radii = legend.locator("circle").evaluate_all("all => all.map((c) => Number(c.getAttribute('r')))")
    assert radii[0] ** 2 / radii[1] ** 2 == pytest.approx(5)
    expect(legend).to_contain_text("l’ensemble du bassin")
    expect(legend).to_contain_text("Pas de donnée")
    visit.capture("theme-cercles")


def test_features_give_way_and_come_back(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html")
    keys = page.locator("#legende .colonnes li")
    before = keys.count()
    choose(page, "Cités minières")
    expect(keys).not_to_have_count(before)
    page.get_by_label("Montrer aussi les éléments").check()
    expect(keys).to_have_count(before)
    choose(page, "Aucune")
    expect(keys).to_have_count(before)
    expect(page.locator(".legende-theme")).to_have_count(0)


def test_a_link_restores_the_theme(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html", "th=cites.area_ha.hab:commune")
    expect(page.get_by_label("Mesure", exact=True)).to_have_value("cites.area_ha.hab")
    expect(page.get_by_role("radio", name="par commune")).to_be_checked()
    page.get_by_role("radio", name="par EPCI").check()
    page.wait_for_function("location.hash.includes('cites.area_ha.hab%3Aepci')")


def test_an_unknown_theme_is_none(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html", "th=<img src=x onerror=alert(1)>:epci")
    expect(page.get_by_label("Sujet", exact=True)).to_have_value("")
    assert visit.errors == []


def test_the_table_leads_to_the_sources(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html", "th=cites.area_ha.km2:epci")
    page.get_by_role("button", name="Voir le tableau").click()
    dialog = page.get_by_role("dialog")
    rows = dialog.get_by_role("row")
    expect(rows).to_have_count(9)
    first = rows.nth(1)
    expect(first).to_contain_text("1")
    value = first.get_by_role("button")
    written = value.inner_text()
    assert written.endswith("ha\u00a0par km²")
    value.click()
    expect(dialog.get_by_role("heading", level=2)).to_have_text(written)
    expect(dialog).to_contain_text("rapporté à")
    expect(dialog).to_contain_text("Bilan ERBM")
    dialog.get_by_role("button", name="Revenir au tableau").click()
    expect(rows).to_have_count(9)
    with page.expect_download() as got:
        dialog.get_by_role("button", name="Emporter ce tableau").click()
    text = Path(got.value.path()).read_text(encoding="utf-8-sig")
    assert text.splitlines()[0] == "rang;SIREN;epci;valeur;unité"
    assert len(text.splitlines()) == 9


def test_the_pointer_tells_the_value(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html", "th=cites.area_ha.km2:epci")
    box = page.locator(".carte").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.move(box["x"] + box["width"] / 2 + 2, box["y"] + box["height"] / 2 + 2)
    expect(page.get_by_text("Cités minières, surface par km²")).to_be_visible()


@pytest.mark.parametrize("size", [PHONE])
def test_on_a_phone(visit: Visit, site: Path, size: tuple[int, int]) -> None:
    page = visit.open_atlas(site / "atlas.html", "th=cites.area_ha.km2:epci")
    subject = page.get_by_label("Sujet", exact=True)
    subject.scroll_into_view_if_needed()
    expect(subject).to_be_in_viewport()
    page.locator("#legende summary").click()
    expect(page.locator(".legende-theme")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    visit.capture("theme-telephone")


def test_dark_colours_run_the_other_way(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html", "th=cites.area_ha.km2:commune")
    light = swatches(page)
    page.goto("about:blank")
    visit.open_atlas(site / "atlas.html", "th=cites.area_ha.km2:commune&n=1")
    dark = swatches(page)
    brightness = [
        [sum(int(c[i : i + 2], 16) for i in (1, 3, 5)) for c in colours] for colours in (light, dark)
    ]
    assert brightness[0] == sorted(brightness[0], reverse=True)
    assert brightness[1] == sorted(brightness[1])


def test_the_page_of_an_epci_compares_its_communes(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "epci" / "lens-lievin.html")
    choose(page, "Cités minières")
    expect(page.locator(".legende-theme li")).not_to_have_count(0)
    expect(page.get_by_role("radio", name="par commune")).to_be_checked()
    expect(page.get_by_role("radio", name="par EPCI")).to_have_count(0)
