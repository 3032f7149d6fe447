"""The panel of a feature, the way from numbers to their lines, and the credits: as a user reads them."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

import geo

from .conftest import Visit

pytestmark = pytest.mark.browser

LENS = "246200364"
PHONE = (390, 844)
BARROIS = "cites-lsm-552"
AIDS = "cites-bassin-aides-a-la-pierre"
DATED = "cites-bassin-35-cites"


def sheet_of(page: Page) -> Locator:
    return page.locator(".fiche")


def said(spot: Locator) -> str:
    """Return the text of a place, all its spaces plain."""
    return re.sub(r"\s+", " ", spot.inner_text()).strip()


@pytest.mark.parametrize("size", [(1440, 900), PHONE, (320, 640)])
def test_the_facts_of_a_feature_come_in_a_readable_order(
    visit: Visit, site: Path, size: tuple[int, int]
) -> None:
    page = visit.open_atlas(site / "atlas.html", f"c=cites&e={BARROIS}")
    sheet = sheet_of(page)
    expect(page.get_by_role("region", name="Cité Barrois")).to_be_visible()
    told = said(sheet)
    told = told[told.index("Cités minières") :]
    order = ["Cités minières", "Cité Barrois", "Travaux à fin 2022", "position", "50 logements"]
    order += ["Dans le temps", "Ce que l’on sait", "Où Pecquencourt", "Réserve.", "Source :", "Autour"]
    places = [told.index(words) for words in order]
    assert places == sorted(places), order
    assert re.search(r"Source : Bilan ERBM 2017-2022, lignes \d+ à \d+", told)
    wide = sheet.evaluate(
        "e => [...e.querySelectorAll('*')].some(d => d.getBoundingClientRect().right > innerWidth + 1)"
    )
    assert not wide
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    visit.capture(f"fiche-{size[0]}")
    assert visit.errors == []
    assert visit.requests == []


def test_amounts_are_told_by_funder_and_lead_to_their_figures(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html", f"c=cites&e={AIDS}")
    table = page.get_by_role("table", name="Montants par financeur")
    rows = table.locator("tbody tr")
    assert [said(row.locator("button")) for row in rows.all()] == [
        "100 M€",
        "près de 96 M€",
        "70 M€",
        "30 M€",
    ]
    assert "État, Région, EPCI montant commun, non réparti entre eux" in said(rows.nth(1))
    bars = [
        float(bar.evaluate("e => e.getBoundingClientRect().width"))
        for bar in table.locator(".trait span").all()
    ]
    assert bars[2] / bars[0] == pytest.approx(0.7, abs=0.02)
    assert bars[3] / bars[0] == pytest.approx(0.3, abs=0.02)
    rows.nth(0).get_by_role("button").click()
    dialog = page.locator("dialog[open]")
    assert said(dialog.locator("h2")) == "100 M€"
    assert re.search(r"Source : Bilan ERBM 2017-2022, ligne \d+", said(dialog))
    dialog.locator(".renvois button").first.click()
    expect(dialog).to_have_count(0)
    expect(sheet_of(page).locator("h2")).to_have_text("Aides à la pierre pour les logements miniers")


def test_a_figure_without_a_funder_says_so(visit: Visit, site: Path) -> None:
    features = geo.query()
    figures = geo.ledger.load().figures
    lone = next(
        row.id
        for row in features.itertuples()
        if any(figures[key].unite == "€" and not figures[key].financeurs for key in row.chiffres)
    )
    page = visit.open_atlas(site / "atlas.html", f"c={features.loc[lone].couche}&e={lone}")
    assert "Financeur non précisé" in said(page.get_by_role("table", name="Montants par financeur"))


def test_time_is_told_by_the_dates_that_are_known(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html", f"c=cites&e={DATED}")
    moments = page.locator(".temps li")
    assert [said(moment) for moment in moments.all()] == ["2018 : début", "Travaux à fin 2022"]
    expect(page.locator(".axe-temps .duree")).to_have_count(0)
    assert page.locator(".axe-temps text").all_text_contents()[::5] == ["2017", "2027"]
    page = visit.open_atlas(site / "atlas.html", "c=cites&e=cites-lsm-241")
    features = geo.query("cites").loc["cites-lsm-241"]
    assert not features.debut
    assert page.locator(".temps").count() == (1 if features.statut else 0)


def test_a_measure_of_a_territory_says_what_it_covers(visit: Visit, site: Path) -> None:
    measures = geo.query(epci=LENS, where='precision == "territoire"')
    one = next(row for row in measures.itertuples() if row.epci == (LENS,))
    page = visit.open_atlas(site / "atlas.html", f"c={one.couche}&e={one.id}")
    sheet = sheet_of(page)
    assert sheet.locator("h2").inner_text() == one.nom
    assert "sans point sur la carte" in said(sheet)
    assert "Elle couvre Lens-Liévin, hachurés sur la carte." in said(sheet)
    expect(sheet.get_by_role("link")).to_have_count(0)
    page = visit.open_atlas(site / "atlas.html", f"c=cites&e={AIDS}")
    page.reload()
    assert "Elle couvre les 8 EPCI du bassin" in said(sheet_of(page))


def test_neighbours_are_those_that_the_statistics_tell(visit: Visit, site: Path) -> None:
    features, known = geo.ingest.load(), geo.catalog.load()
    page = visit.open_atlas(site / "atlas.html", "c=cites&e=cites-lsm-241")
    near = page.locator(".voisins")
    for relation, title in (
        ("velo", "Itinéraire cyclable le plus proche"),
        ("hopital", "Hôpital le plus proche"),
    ):
        wanted = geo.indicators.neighbours(features, known, "cites", relation).loc["cites-lsm-241"]
        spot = near.locator(f"dt:text-is('{title}') + dd")
        assert said(spot.get_by_role("button")) == re.sub(r"\s+", " ", str(wanted.nom))
        told = re.search(r"à ([\d,]+) (m|km)( environ)?$", said(spot))
        assert told, said(spot)
        metres = float(told[1].replace(",", ".")) * (1000 if told[2] == "km" else 1)
        assert metres == pytest.approx(wanted.distance_m, abs=51 if told[2] == "km" else 6)
        exact = {features.loc[key].precision for key in ("cites-lsm-241", wanted.cible)} == {"exacte"}
        assert bool(told[3]) != exact
    assert "d’après les seuls établissements que cite le bilan" in said(near)


def test_a_neighbour_is_a_click_away_and_what_was_seen_is_kept(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html", "c=cites&e=cites-lsm-241")
    sheet = sheet_of(page)
    first = sheet.locator("h2").inner_text()
    button = sheet.locator(".voisins dl [data-voisin]").first
    name = button.inner_text()
    button.focus()
    page.keyboard.press("Enter")
    expect(sheet.locator("h2")).to_have_text(name)
    expect(sheet).to_be_focused()
    seen = sheet.locator(".recents")
    seen.locator("summary").click()
    expect(seen.locator("button")).to_have_text([first])
    seen.locator("button").click()
    expect(sheet.locator("h2")).to_have_text(first)
    commune = sheet.locator("[data-part=communes]")
    commune.locator("summary").click()
    expect(commune.locator("li")).not_to_have_count(0)
    assert visit.errors == []


def test_next_and_previous_follow_the_list(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "epci/lens-lievin.html", "c=cites")
    lines = page.locator(".liste [data-part=cites] [data-entite]")
    expect(lines.first).to_be_attached()
    ids = [line.get_attribute("data-entite") for line in lines.all()]
    lines.nth(1).click()
    sheet = sheet_of(page)
    expect(sheet).to_have_attribute("data-fiche", str(ids[1]))
    rank = sheet.locator(".parcours .rang")
    expect(rank).to_contain_text("2 sur")
    sheet.get_by_role("button", name="Élément suivant").click()
    expect(sheet).to_have_attribute("data-fiche", str(ids[2]))
    page.keyboard.press("j")
    expect(sheet).to_have_attribute("data-fiche", str(ids[3]))
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Élément suivant"
    for _ in range(3):
        page.keyboard.press("k")
    expect(sheet).to_have_attribute("data-fiche", str(ids[0]))
    expect(rank).to_contain_text("1 sur")


def test_next_follows_the_order_that_was_chosen(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "epci/lens-lievin.html", "c=cites")
    page.select_option("#tri", "commune")
    lines = page.locator(".liste [data-part=cites] [data-entite]")
    ids = [line.get_attribute("data-entite") for line in lines.all()]
    lines.first.click()
    page.keyboard.press("j")
    expect(sheet_of(page)).to_have_attribute("data-fiche", str(ids[1]))


def test_the_keyboard_opens_closes_and_comes_back(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "epci/lens-lievin.html", "c=cites")
    line = page.locator(".liste [data-entite]").nth(4)
    line.focus()
    page.keyboard.press("Enter")
    sheet = sheet_of(page)
    expect(sheet).to_be_focused()
    page.keyboard.press("Tab")
    assert sheet.evaluate("e => e.contains(document.activeElement)")
    page.keyboard.press("Escape")
    expect(sheet).to_have_count(0)
    expect(line).to_be_focused()
    assert "e=" not in page.url


def test_the_close_button_closes(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html", f"c=cites&e={BARROIS}")
    page.get_by_role("button", name="Fermer la fiche").click()
    expect(sheet_of(page)).to_have_count(0)


def test_other_maps_are_links_that_need_the_network(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html", "c=cites&e=cites-lsm-241")
    point = geo.query("cites").to_crs(4326).loc["cites-lsm-241"].geometry.representative_point()
    portal = page.get_by_role("link", name="Géoportail")
    lon, lat = parse_qs(urlsplit(str(portal.get_attribute("href"))).query)["c"][0].split(",")
    assert (float(lon), float(lat)) == pytest.approx((point.x, point.y), abs=0.02)
    for link in (portal, page.get_by_role("link", name="OpenStreetMap")):
        assert link.get_attribute("target") == "_blank"
        assert link.get_attribute("rel") == "noreferrer noopener"
    assert "demandent le réseau" in said(sheet_of(page))
    assert visit.requests == []


def test_the_link_is_copied_and_opens_the_same_feature(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html", "c=cites&e=cites-lsm-241")
    page.evaluate(
        "navigator.clipboard.writeText = text => { window.copied = text; return Promise.resolve(); }"
    )
    page.get_by_role("button", name="Copier le lien").click()
    expect(page.locator(".avis")).to_contain_text("Lien copié")
    copied = page.evaluate("window.copied")
    assert unquote(copied).endswith("#e=cites-lsm-241&c=cites")
    page.evaluate("() => { navigator.clipboard.writeText = async () => { throw new Error('no'); }; }")
    page.evaluate("() => { document.execCommand = () => false; }")
    page.get_by_role("button", name="Copier le lien").click()
    field = page.locator("dialog[open]").get_by_role("textbox", name="Lien")
    expect(field).to_have_value(copied)


def test_a_number_leads_to_its_lines(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "epci/lens-lievin.html")
    tile = page.locator("button.tuile", has_text="cités minières").first
    shown = int(tile.locator(".nombre").inner_text())
    stats = geo.stats("Lens-Liévin", layer="cites")
    assert shown == stats.set_index("indicateur").loc["nombre_localise", "valeur"]
    tile.click()
    dialog = page.locator("dialog[open]")
    assert dialog.locator(".renvois li").count() == shown
    assert "Mission Bassin Minier" in dialog.locator(".renvois li").first.inner_text()
    name = dialog.locator(".renvois button").first.inner_text()
    dialog.locator(".renvois button").first.click()
    expect(sheet_of(page).locator("h2")).to_have_text(name)


def test_a_sum_is_told_figure_by_figure(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "epci/lens-lievin.html")
    page.locator(".barres .valeur button").first.click()
    dialog = page.locator("dialog[open]")
    count = dialog.locator("details").count()
    words = (
        f"Somme de {count} chiffres du bilan, aucun compté deux fois :"
        if count > 1
        else "Un seul chiffre du bilan :"
    )
    assert words in said(dialog)
    dialog.locator("summary").first.click()
    assert re.search(r"Bilan ERBM 2017-2022, ligne \d+", said(dialog.locator("details").first))
    visit.capture("origine")


@pytest.mark.parametrize("size", [(1440, 900), PHONE])
def test_every_page_says_when_from_what_and_whom_to_ask(
    visit: Visit, records_page: Path, size: tuple[int, int]
) -> None:
    page = visit.open_atlas(records_page)
    line = page.locator(".colophon")
    assert re.match(r"Page établie le \d+\S* \w+ \d{4}, faits à fin 2022\.", said(line))
    line.get_by_role("button").click()
    dialog = page.locator("dialog[open]")
    told = said(dialog)
    assert "Licence Ouverte 2.0" in told
    assert "Millésime 2023" in told
    assert "données du 3 octobre 2026" in told
    assert "À qui demander" in told
    assert "en citant la ligne" in told
    assert f"version {geo.__version__}" in told
    assert "erbm atlas" in told
    assert dialog.locator(".lot a").first.get_attribute("href") == "https://exemple.fr/terrils"
    expect(dialog.locator(".panne")).to_have_count(1)
    assert visit.requests == []
    dialog.get_by_role("link", name="Rapport des sources").click()
    page.wait_for_url("**/rapport-sources.html")


def test_a_record_tells_of_when_its_data_are_and_no_status(visit: Visit, records_page: Path) -> None:
    page = visit.open_atlas(records_page, "c=cavaliers")
    page.locator(".liste [data-part=cavaliers] [data-entite]").first.click()
    sheet = sheet_of(page)
    assert "données du 12 novembre 2026" in said(sheet.locator(".source"))
    assert "statut" not in said(sheet)
    expect(sheet.locator(".temps")).to_have_count(0)
