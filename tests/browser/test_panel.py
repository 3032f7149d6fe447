"""The panel and the shell: territory, key figures, layers, list, keyboard, links, phone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

import geo
from geo import catalog
from geo.atlas import AtlasMap
from tests.records import sample_data

from .conftest import Visit

pytestmark = pytest.mark.browser

LENS = "246200364"
PHONE = (390, 844)
SIZES = [(320, 640), (320, 180), PHONE, (960, 600), (1280, 720), (1440, 900), (1920, 1080)]
NARROW = "document.documentElement.scrollWidth - window.innerWidth"

CUT = """() => [...document.querySelectorAll('.panneau .corps *')].filter(e => {
  if (e.closest('.cache, svg, .deux-bouts') || !e.getClientRects().length) return false;
  const box = e.getBoundingClientRect();
  const panel = document.querySelector('#panneau').getBoundingClientRect();
  const inline = getComputedStyle(e).display === 'inline' || e.clientWidth === 0;
  return box.right > panel.right + 0.5 || box.left < panel.left - 0.5
    || !inline && e.scrollWidth > e.clientWidth + 1;
}).map(e => `${e.className} ${e.textContent.slice(0, 60)}`)"""
"""What is cut in the panel, or reaches out of it."""
SMALL = """() => [...document.querySelectorAll('.panneau :is(button, select, summary, label), header button')]
  .filter(e => e.getClientRects().length && !e.closest('.cache'))
  .map(e => [e, e.getBoundingClientRect()]).filter(([, b]) => b.height < 24 || b.width < 24)
  .map(([e, b]) => `${e.className} ${e.textContent} ${b.width}x${b.height}`)"""
"""What can be pressed and is less than 24 pixels wide or high."""


def plain(text: str) -> str:
    """Return a text with ordinary spaces."""
    return re.sub(r"\s", " ", text)


def listed(page: Page) -> int:
    """Return how many features the list says it holds, measures and records."""
    titles = page.locator(".liste h2", has_text=re.compile("Liste|Inventaires")).all_inner_texts()
    return sum(int(re.sub(r"\D", "", title)) for title in titles)


def show_only(page: Page, layer: str) -> Locator:
    """Show a layer alone, and return its line."""
    row = page.locator(".couche", has=page.locator(f"input[data-couche={layer}]"))
    row.get_by_role("button", name="Ne montrer que").click()
    return row


def test_territory_first(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html")
    before = listed(page)
    page.select_option("#choix-territoire", LENS)
    heading = page.locator(".synthese h1")
    expect(heading).to_have_text("CA de Lens-Liévin")
    assert "36 communes" in plain(page.locator(".synthese .contexte").inner_text())
    assert listed(page) == len(geo.query(epci="Lens-Liévin")) < before
    assert f"t={LENS}" in page.url
    page.select_option("#choix-territoire", "62498")
    expect(heading).to_have_text("Lens")
    assert listed(page) == len(geo.query(commune="Lens"))
    assert page.locator(".tuiles .tuile").count() >= 3


def test_a_number_leads_to_its_source(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "epci/lens-lievin.html")
    tile = page.locator("button.tuile", has_text="cités minières")
    shown = int(tile.locator(".nombre").inner_text())
    stats = geo.stats("Lens-Liévin", layer="cites")
    assert shown == stats.set_index("indicateur").loc["nombre_localise", "valeur"]
    tile.click()
    dialog = page.locator("dialog[open]")
    assert str(shown) in dialog.locator("h2").inner_text()
    assert "Lens-Liévin" in dialog.inner_text()
    assert dialog.locator(".renvois li").count() == shown
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(tile).to_be_focused()
    page.locator(".barres .valeur button").first.click()
    assert "axe 1" in dialog.inner_text()
    visit.capture("origine")


def test_euros_by_axis_stand_in_a_table_and_choose_their_layers(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html")
    table = page.get_by_role("table", name="Euros cités par le bilan, par axe")
    expect(table.locator("tbody tr")).to_have_count(4)
    assert "€" in table.locator("tbody tr").first.inner_text()
    axis = table.get_by_role("button", name="Futur")
    axis.click()
    known = catalog.load().layers.values()
    wanted = {layer.id for layer in known if layer.axe.id == 4 and not layer.inventaire}
    assert (
        set(page.eval_on_selector_all("input[data-couche]:checked", "l => l.map(e => e.dataset.couche)"))
        == wanted
    )
    expect(axis).to_have_attribute("aria-pressed", "true")
    axis.click()
    expect(page.locator("input[data-couche]:not(:checked)")).to_have_count(0)


def test_what_is_told_for_the_whole_basin_is_apart(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html", f"t={LENS}")
    apart = page.locator(".ensemble")
    assert "Ensemble du bassin" in apart.inner_text()
    count = int(re.search(r"(\d+)\smesures? d’ensemble", apart.inner_text())[1])  # type: ignore[index]
    assert page.locator(".liste summary", has_text="Bassin et Départements").locator(
        ".compte"
    ).inner_text() == str(count)
    whole = apart.get_by_role("table").locator("tbody tr").first
    whole.get_by_role("button").click()
    assert "ensemble du bassin" in page.locator("dialog[open] .sous").inner_text()
    page.keyboard.press("Escape")
    page.select_option("#choix-territoire", "")
    expect(apart).to_have_count(0)


def test_tiles_tell_the_rank_of_an_epci(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html", f"t={LENS}")
    rank = page.locator('[data-stat="toutes:nombre_localise"] .rang')
    assert re.fullmatch(r"\d(er|e) rang( ex æquo)? sur 8 EPCI", rank.inner_text())
    page.select_option("#choix-territoire", "")
    expect(page.locator(".rang")).to_have_count(0)


def test_a_status_filters_from_its_bar(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html")
    delivered = page.locator(".avancement-cle button", has_text="Livré")
    count = int(delivered.locator("b").inner_text())
    assert count == (geo.query()["statut"] == "livré").sum()
    delivered.click()
    expect(delivered).to_have_attribute("aria-pressed", "true")
    assert listed(page) == count
    assert "restent ceux de tout le territoire" in page.locator(".synthese .reserve").inner_text()
    page.locator(".avancement span").nth(3).click()
    expect(page.locator(".synthese .reserve")).to_have_count(0)


def test_every_layer_has_its_features_in_the_list(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html")
    features = geo.query()
    before = page.locator("input[data-couche]:checked").count()
    for layer in catalog.load().layers.values():
        if layer.inventaire:
            continue
        row = show_only(page, layer.id)
        mine = features[features["couche"] == layer.id]
        measures = (mine["precision"] == "territoire").sum()
        counted = plain(row.locator(".compte").inner_text())
        assert counted == str(len(mine) - measures) + (f" + {measures}" if measures else ""), layer.id
        lines = page.locator(".liste details:not(.densemble) [data-entite]")
        expect(lines).to_have_count(len(mine))
        assert set(lines.evaluate_all("l => l.map(e => e.dataset.entite)")) == set(mine["id"])
    row.get_by_role("button", name="Ne montrer que").click()
    expect(page.locator("input[data-couche]:checked")).to_have_count(before)


def test_hide_all_hides_records_and_show_all_leaves_them_to_the_reader(
    visit: Visit, records_page: Path
) -> None:
    page = visit.open_atlas(records_page)
    page.get_by_role("button", name="tout masquer").click()
    expect(page.locator("input[data-couche]:checked")).to_have_count(0)
    assert "Aucun élément" in page.locator(".liste").inner_text()
    page.get_by_role("button", name="tout montrer").click()
    expect(page.locator("input[data-couche=cites]")).to_be_checked()
    expect(page.locator("input[data-couche=cavaliers]")).not_to_be_checked()


def test_opacity_is_set_and_kept_in_the_link(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html")
    page.get_by_role("button", name="Réglages de la couche Routes").click()
    slider = page.get_by_role("slider", name="Opacité de la couche Routes")
    slider.focus()
    for _ in range(4):
        page.keyboard.press("ArrowLeft")
    expect(slider).to_have_value("80")
    page.wait_for_url(re.compile("o=routes"))
    box = slider.bounding_box()
    assert box is not None
    assert box["height"] >= 24


def test_a_layer_of_records_is_ticked_by_the_reader(visit: Visit, records_page: Path) -> None:
    page = visit.open_atlas(records_page)
    box = page.locator("input[data-couche=terrils]")
    expect(box).not_to_be_checked()
    box.check()
    page.wait_for_url(re.compile("terrils"))
    group = page.locator(".couches fieldset").last
    assert "Inventaires et repères" in group.inner_text()
    expect(group.locator("input[data-couche]")).to_have_count(3)
    expect(page.locator(".couches fieldset", has=page.locator("input[data-couche=sport]"))).to_have_count(1)


def test_records_do_not_drown_the_list(visit: Visit, records_page: Path) -> None:
    page = visit.open_atlas(records_page, "c=cavaliers")
    lines = page.locator('.liste [data-entite^="cavaliers-"]')
    expect(lines).to_have_count(200)
    more = page.locator(".liste .suite")
    assert plain(more.inner_text()) == "Afficher 200 de plus, sur 250 restants"
    more.focus()
    page.keyboard.press("Enter")
    expect(lines).to_have_count(400)
    expect(lines.nth(200)).to_be_focused()
    more.click()
    expect(lines).to_have_count(450)
    expect(more).to_have_count(0)
    said = plain(page.locator(".liste").inner_text())
    assert "Inventaires et repères : 450" in said
    assert "Liste : 0" in said


def test_dates_and_failures_are_told(visit: Visit, records_page: Path) -> None:
    page = visit.open_atlas(records_page)
    layers = page.locator(".couches")
    told = plain(layers.inner_text())
    assert "données du 12 novembre 2026, 450 objets" in told
    assert "Source non rafraîchie : délai dépassé, le 20 novembre 2026." in told
    expect(layers.locator(".panne")).to_have_count(1)
    page.locator('[data-stat="cavaliers:length_km"]').click()
    assert "km" in page.locator("dialog[open] h2").inner_text()


def test_the_territory_limits_the_records(visit: Visit, records_page: Path) -> None:
    page = visit.open_atlas(records_page, "t=200044618&c=cavaliers,hopitaux")
    count = page.locator(".couche", has=page.locator("input[data-couche=cavaliers]")).locator(".compte")
    expect(count).to_have_text("0")
    page.select_option("#choix-territoire", LENS)
    expect(count).to_have_text("450")


def test_what_the_user_added_has_a_group_without_a_number(visit: Visit, tmp_path: Path) -> None:
    own = sample_data()
    grey = {"couleur": "#23272d", "texte": "#23272d"}
    own["axes"].append({"id": 0, "titre": "Vos couches", "court": "Vos couches", **grey})
    mine = next(layer for layer in own["couches"] if layer["id"] == "terrils")
    mine.update(axe=0, inventaire=False, visible=True, titre="Mes parcelles")
    target = tmp_path / "atlas.html"
    target.write_text(AtlasMap(own).html_text(), encoding="utf-8")
    page = visit.open_atlas(target)
    legends = page.locator(".couches legend").all_inner_texts()
    assert "Vos couches" in legends
    assert not any("Axe 0" in legend for legend in legends)
    expect(page.locator(".barres tbody tr")).to_have_count(4)
    assert visit.errors == []


def test_the_list_is_sorted_and_stays_open(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html", "c=routes")
    lines = page.locator(".liste [data-entite]")
    names = lines.locator("span").all_inner_texts()
    page.select_option("#tri", "montant")
    routes = geo.query("routes")
    expect(lines.first).to_contain_text("€")
    assert sorted(names) == sorted(lines.locator("span").all_inner_texts()) == sorted(routes["nom"])
    page.select_option("#choix-territoire", LENS)
    expect(lines).to_have_count(len(geo.query("routes", epci="Lens-Liévin")))


def test_measures_of_territories_alone_are_told(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html", "c=alimentation")
    assert set(geo.query("alimentation")["precision"]) == {"territoire"}
    assert "territoires entiers" in page.locator(".liste").inner_text()


def test_a_link_restores_what_is_seen(visit: Visit, site: Path) -> None:
    fragment = f"t={LENS}&e=cites-lsm-241&c=cites,routes&o=routes:50&fs=en%2520service"
    page = visit.open_atlas(site / "atlas.html", fragment)
    expect(page.locator(".synthese h1")).to_have_text("CA de Lens-Liévin")
    expect(page.locator(".fiche h2").first).to_have_text("Cité Saint-Albert")
    expect(page.locator("input[data-couche]:checked")).to_have_count(2)
    expect(page.locator("[data-puce]").first).to_contain_text("Statut : en service")
    page.get_by_role("button", name="Réglages de la couche Routes").click()
    expect(page.get_by_role("slider", name="Opacité de la couche Routes")).to_have_value("50")


def test_back_returns_to_the_territory_before(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html")
    heading = page.locator(".synthese h1")
    basin = heading.inner_text()
    page.select_option("#choix-territoire", LENS)
    expect(heading).to_have_text("CA de Lens-Liévin")
    page.go_back()
    expect(heading).to_have_text(basin)
    expect(page.locator("#choix-territoire")).to_have_value("")
    page.go_forward()
    expect(heading).to_have_text("CA de Lens-Liévin")


def test_the_keyboard_and_the_scroll_keep_their_place(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "epci/lens-lievin.html", "c=cites,routes")
    box = page.locator("input[data-couche=routes]")
    box.focus()
    scrolled = page.locator("#panneau").evaluate("e => e.scrollTop")
    page.keyboard.press("Space")
    expect(box).not_to_be_checked()
    expect(box).to_be_focused()
    assert page.locator("#panneau").evaluate("e => e.scrollTop") == scrolled > 0
    page.keyboard.press("Space")
    page.locator(".liste summary").first.focus()
    page.keyboard.press("Enter")
    first = page.locator(".liste [data-entite]").first
    first.focus()
    page.keyboard.press("Enter")
    card = page.locator(".dock")
    expect(card).to_be_focused()
    expect(first).to_have_attribute("aria-current", "true")
    page.keyboard.press("Escape")
    expect(card).to_have_count(0)
    expect(first).to_be_focused()


def test_hiding_a_layer_closes_its_panel(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "epci/lens-lievin.html", "c=cites&e=cites-lsm-241")
    expect(page.locator(".fiche").first).to_be_visible()
    page.locator("input[data-couche=cites]").uncheck()
    expect(page.locator(".fiche")).to_have_count(0)
    visit.until("!location.hash.includes('e=')")


def test_skip_links_and_parts_lead_to_their_place(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html")
    page.keyboard.press("Tab")
    link = page.get_by_role("link", name="Aller aux chiffres")
    expect(link).to_be_focused()
    expect(link).to_be_in_viewport()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#liste")).to_be_focused()
    address = page.url
    page.get_by_role("navigation", name="Parties du panneau").get_by_role("button", name="Couches").click()
    expect(page.locator("#titre-couches")).to_be_in_viewport()
    assert page.url == address
    assert page.locator("#atlas").evaluate("e => e.scrollTop") == 0


def test_menus_are_walked_with_the_keyboard(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html")
    menu = page.get_by_role("button", name="Aide", exact=True)
    menu.focus()
    page.keyboard.press("ArrowDown")
    items = page.get_by_role("menuitem")
    expect(items.first).to_be_focused()
    page.keyboard.press("End")
    expect(items.last).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(items.first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("menu")).to_have_count(0)
    expect(menu).to_be_focused()


def test_dark_colours_by_the_menu_and_the_key(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html")
    page.get_by_role("button", name="Aide", exact=True).click()
    page.get_by_role("menuitem", name="Couleurs sombres").click()
    expect(page.locator("html")).to_have_class("sombre")
    page.wait_for_url(re.compile("n=1"))
    visit.capture("sombre")
    page.keyboard.press("n")
    expect(page.locator("html")).not_to_have_class("sombre")


@pytest.mark.parametrize("fragment", ["", f"t={LENS}&e=cites-lsm-241&fs=livr%C3%A9&fp=2017-2024"])
def test_nothing_is_wider_than_the_window_nor_cut(visit: Visit, site: Path, fragment: str) -> None:
    page = visit.open_atlas(site / "atlas.html", fragment)
    page.evaluate("document.querySelectorAll('.panneau details').forEach(d => { d.open = true; })")
    page.wait_for_selector(".annees")
    for size in SIZES:
        visit.resize(size)
        assert page.evaluate(NARROW) <= 0, size
        assert page.evaluate(CUT) == [], size
        visit.capture(f"panneau-{size[0]}-{'filtre' if fragment else 'bassin'}")


def test_what_can_be_pressed_is_large_enough(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html", "fs=livr%C3%A9")
    page.evaluate("document.querySelectorAll('.panneau details').forEach(d => { d.open = true; })")
    page.wait_for_selector(".annees")
    for size in ((960, 600), (1440, 900), PHONE):
        visit.resize(size)
        assert page.evaluate(SMALL) == [], size


@pytest.mark.parametrize("size", [PHONE])
def test_the_sheet_of_a_phone_has_three_heights(visit: Visit, site: Path, size: tuple[int, int]) -> None:
    page = visit.open_atlas(site / "atlas.html")
    grip = page.locator(".poignee")
    panel = page.locator(".panneau")
    settled = "e => Promise.all(e.getAnimations().map(a => a.finished)).then(() => e.offsetHeight)"
    half = panel.evaluate(settled)
    assert 0.35 * size[1] < half < 0.6 * size[1]
    grip.click()
    tall = panel.evaluate(settled)
    assert tall > 0.75 * size[1]
    grip.click()
    low = panel.evaluate(settled)
    assert low < 0.2 * size[1]
    expect(grip).to_have_attribute("aria-expanded", "false")
    grip.focus()
    page.keyboard.press("ArrowUp")
    assert panel.evaluate(settled) == half
    box = grip.bounding_box()
    assert box is not None
    page.mouse.move(195, box["y"] + 12)
    page.mouse.down()
    page.mouse.move(195, box["y"] + 150, steps=4)
    assert abs(panel.evaluate("e => e.offsetHeight") - (half - 138)) <= 2
    page.mouse.move(195, box["y"] + 300, steps=4)
    page.mouse.up()
    assert panel.evaluate(settled) == low
    visit.capture("feuille-basse")


@pytest.mark.parametrize("size", [PHONE])
def test_the_sheet_of_a_phone_gives_way_and_comes_back(
    visit: Visit, site: Path, size: tuple[int, int]
) -> None:
    page = visit.open_atlas(site / "atlas.html", "c=cites")
    level = page.locator("#atlas")
    page.locator(".poignee").click()
    expect(level).to_have_attribute("data-feuille", "haute")
    page.evaluate("location.hash = 'c=cites&e=cites-lsm-241'")
    expect(level).to_have_attribute("data-feuille", "moyenne")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Menu", exact=True).click()
    page.get_by_role("menuitem", name="Mesurer").click()
    expect(level).to_have_attribute("data-feuille", "basse")
    page.keyboard.press("Escape")
    page.get_by_role("navigation", name="Parties du panneau").get_by_role("button", name="Liste").click()
    expect(level).to_have_attribute("data-feuille", "moyenne")
    expect(page.locator("#titre-liste")).to_be_in_viewport()


@pytest.mark.parametrize("size", [PHONE])
def test_on_a_phone_all_menus_are_one_and_a_feature_takes_the_place_of_the_sheet(
    visit: Visit, site: Path, size: tuple[int, int]
) -> None:
    page = visit.open_atlas(site / "atlas.html", "c=cites")
    page.get_by_role("button", name="Menu", exact=True).click()
    page.get_by_role("menuitem", name="Sources et mentions").click()
    expect(page.locator("dialog[open] h2")).to_have_text("Sources et mentions")
    page.keyboard.press("Escape")
    page.get_by_role("navigation", name="Parties du panneau").get_by_role("button", name="Liste").click()
    page.locator(".liste [data-entite]").first.click()
    card = page.locator(".dock")
    box = card.bounding_box()
    assert box is not None
    assert box["width"] == size[0]
    assert box["y"] + box["height"] == size[1]
    assert box["y"] > 0.3 * size[1]
    card.get_by_role("button", name="Fermer").click()
    expect(card).to_have_count(0)
    expect(page.locator(".panneau")).to_be_in_viewport()
