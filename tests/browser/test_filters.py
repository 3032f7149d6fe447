"""The filters: what each leaves, told and drawn; cleared one by one or at once; years that pass."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

import geo

from .conftest import Visit
from .test_panel import LENS, PHONE, listed, plain

pytestmark = pytest.mark.browser


def fold(page: Page, kind: str) -> Locator:
    """Open a kind of filter, and return its part of the panel."""
    part = page.locator(f"[data-part={kind}]")
    part.locator("summary").click()
    part.locator("fieldset").wait_for()
    return part


def choice(part: Locator, label: str) -> Locator:
    return part.locator("label.choix", has_text=re.compile(f"^{re.escape(label)}", re.IGNORECASE))


def left(page: Page) -> str:
    return plain(page.locator(".reste").inner_text())


def test_choices_say_what_they_leave_and_leave_it(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html")
    features = geo.query()
    part = fold(page, "statuts")
    for status in ("étude", "travaux", "livré"):
        expected = int((features["statut"] == status).sum())
        assert choice(part, status).locator(".compte").inner_text() == str(expected)
        choice(part, status).locator("input").check()
        assert left(page) == f"{expected} éléments sur {len(features)} dans les couches montrées."
        assert listed(page) == expected
        choice(part, status).locator("input").uncheck()
    assert left(page).startswith("Aucun filtre")
    expect(part.locator("input").first).to_be_visible()


def test_counts_follow_the_other_filters_and_the_territory(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html", f"t={LENS}")
    part = fold(page, "statuts")
    choice(part, "Livré").locator("input").check()
    funders = fold(page, "financeurs")
    mine = geo.query(epci=LENS)
    delivered = mine[mine["statut"] == "livré"]
    counts = [int(n) for n in funders.locator(".compte").all_inner_texts() if n != "aucun"]
    assert counts
    assert max(counts) <= len(delivered)
    none = funders.locator("label.choix.sans").first
    assert none.locator(".compte").inner_text() == "aucun"
    none.locator("input").check()
    assert left(page).startswith("Aucun élément sur")
    assert "effacez un filtre" in page.locator(".liste .vide").inner_text()


def test_chips_are_removed_one_by_one_or_all_at_once(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html", "fs=livr%25C3%25A9,projet&fl=commune&fu=oui")
    chips = page.locator(".liste [data-puce]")
    expect(chips).to_have_count(4)
    expect(page.locator(".scene [data-puce]")).to_have_count(4)
    chips.nth(1).focus()
    page.keyboard.press("Enter")
    expect(chips).to_have_count(3)
    expect(chips.nth(1)).to_be_focused()
    expect(page.locator("[data-puce='statuts:projet']")).to_have_count(0)
    page.locator("#filtres").get_by_role("button", name="Effacer tous les filtres").click()
    expect(page.locator("[data-puce]")).to_have_count(0)
    visit.until("!/f[slu]=/.test(location.hash)")


def test_the_filters_are_in_the_link_and_in_the_layers(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html")
    choice(fold(page, "unesco"), "Inscrit").locator("input").check()
    page.wait_for_url(re.compile("fu=oui"))
    row = page.locator(".couche", has=page.locator("input[data-couche=cites]"))
    told = plain(row.locator(".compte").inner_text())
    assert re.fullmatch(r"\d+ sur \d+", told)
    address = page.url
    page.goto("about:blank")
    page.goto(address)
    page.wait_for_selector("#atlas[data-entier=oui]")
    expect(page.locator("[data-puce]").first).to_contain_text("Patrimoine mondial : inscrit")
    assert plain(row.locator(".compte").inner_text()) == told
    expect(choice(page.locator("[data-part=unesco]"), "Inscrit").locator("input")).to_be_checked()


def test_landlords_amounts_and_precision(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html")
    features = geo.query()
    owners = features["attributs"].map(lambda own: str(own.get("proprietaire") or "").split(" / "))
    part = fold(page, "bailleurs")
    expected = int(owners.map(lambda names: "SIA" in names).sum())
    assert choice(part, "SIA").locator(".compte").inner_text() == str(expected)
    part = fold(page, "precisions")
    exact = int((features["precision"] == "exacte").sum())
    assert choice(part, "position exacte").locator(".compte").inner_text() == str(exact)
    part = fold(page, "euros")
    bands = [int(n) for n in part.locator(".compte").all_inner_texts()]
    assert len(bands) == 4
    bound = part.get_by_role("textbox", name="Montant minimal")
    bound.fill("12,5")
    bound.press("Enter")
    expect(page.locator("[data-puce=euros]").first).to_contain_text("à partir de 12,5 M€")
    page.wait_for_url(re.compile("fe=12500000-"))
    assert 0 < listed(page) < sum(bands)
    assert "sans montant propre" in part.inner_text()


def test_the_period_has_two_ends_and_tells_what_has_no_date(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html")
    part = fold(page, "periode")
    features = geo.query()
    undated = int((features["debut"].isna() & features["fin"].isna()).sum())
    assert f"{undated} éléments sans date" in plain(part.inner_text())
    part.get_by_role("slider", name="Première année").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    part.get_by_role("slider", name="Dernière année").focus()
    page.keyboard.press("Home")
    expect(page.locator("[data-puce=periode]").first).to_contain_text("Période : 2019")
    assert listed(page) == int(part.locator("[data-annee='2019'] .n").inner_text()) > 0
    part.locator("[data-annee='2018']").click()
    expect(page.locator("[data-puce=periode]").first).to_contain_text("Période : 2018")
    page.wait_for_url(re.compile("fp=2018-2018"))
    part.locator("[data-annee='2018']").click()
    expect(page.locator("[data-puce]")).to_have_count(0)


def test_years_pass_by_themselves_and_stop(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html")
    page.clock.install()
    part = fold(page, "periode")
    told = part.locator("output")
    part.get_by_role("button", name="Faire défiler").click()
    expect(told).to_have_text("2017")
    page.clock.run_for(1250)
    expect(told).to_have_text("2018")
    part.get_by_role("button", name="Pause").click()
    page.clock.run_for(5000)
    expect(told).to_have_text("2018")
    part.get_by_role("checkbox", name="en cumulant").check()
    part.get_by_role("button", name="Faire défiler").click()
    page.clock.run_for(20000)
    expect(told).to_have_text("2018 à 2026")
    expect(part.get_by_role("button", name="Faire défiler")).to_be_visible()


@pytest.mark.parametrize("size", [PHONE])
def test_the_filters_on_a_phone(visit: Visit, site: Path, size: tuple[int, int]) -> None:
    page = visit.open_atlas(site / "atlas.html")
    page.get_by_role("navigation", name="Parties du panneau").get_by_role("button", name="Filtres").click()
    part = fold(page, "statuts")
    choice(part, "Livré").locator("input").check()
    strip = page.locator(".scene > .puces")
    expect(strip).to_be_in_viewport()
    assert re.search(r"\d+ éléments sur \d+", plain(strip.inner_text()))
    visit.capture("filtres-390")
    strip.get_by_role("button", name="Effacer").click()
    expect(strip).to_have_count(0)
