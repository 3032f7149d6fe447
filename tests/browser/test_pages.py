"""What a user does with the pages, in a real browser, with the network cut."""

from __future__ import annotations

import base64
import copy
import re
from pathlib import Path
from typing import Any, get_args
from urllib.parse import parse_qs, urlsplit

import folium
import pytest

import geo
from geo import catalog
from geo.atlas import AtlasMap
from geo.atlas.content import load_content
from geo.atlas.grounds import Group
from geo.atlas.payload import page_data

from .conftest import Visit

pytestmark = pytest.mark.browser

LENS = "246200364"
PAGES = ["atlas.html", "epci/lens-lievin.html", "epci/osartis-marquion.html"]
OWN = ".liste details:not(.densemble) [data-entite]"
SIZES = [(1440, 900), (390, 844), (1920, 1080)]
HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(2)</script>",
    "{{7*7}}",
    "`${7*7}`",
    'L\'« "eau" »',
]
DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
"""A PNG image of one point."""
ENGLISH = re.compile(
    r"\b(the|close|open|search|zoom in|zoom out|layers?|source code|loading|none|null|undefined)\b"
    r"|\b(NaN|true|false)\b",
    re.IGNORECASE,
)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", PAGES)
def test_opens_from_disk_without_a_request(
    visit: Visit, site: Path, name: str, size: tuple[int, int]
) -> None:
    page = visit.open_atlas(site / name)
    page.wait_for_timeout(300)
    visit.capture(f"{Path(name).stem}-{size[0]}")
    assert visit.requests == []
    assert visit.errors == []
    overflow = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert overflow <= 0


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", PAGES)
def test_names_do_not_overlap_and_are_not_cut(
    visit: Visit, site: Path, name: str, size: tuple[int, int]
) -> None:
    page = visit.open_atlas(site / name)
    page.wait_for_timeout(300)
    boxes: list[dict[str, Any]] = page.evaluate(
        """() => { const m = document.querySelector('.leaflet-container').getBoundingClientRect();
          return [...document.querySelectorAll('.nom-epci, .nom-commune')].map(e => {
            const b = e.getBoundingClientRect();
            const right = b.right > m.right + 1 && b.x < m.right - 10;
            const left = b.x < m.x - 1 && b.right > m.x + 10;
            return {t: e.textContent, x: b.x, y: b.y, r: b.right, b: b.bottom,
                    inside: b.right > m.x && b.x < m.right, cut: left || right}; }); }"""
    )
    assert len(boxes) >= 4
    seen = [box for box in boxes if box["inside"]]
    for number, first in enumerate(seen):
        for second in seen[number + 1 :]:
            apart = (
                first["r"] <= second["x"] + 1
                or second["r"] <= first["x"] + 1
                or first["b"] <= second["y"] + 2
                or second["b"] <= first["y"] + 2
            )
            assert apart, f"{first['t']} over {second['t']}"
    if name == "atlas.html":
        assert not [box["t"] for box in seen if box["cut"]]
        if size[0] > 1000:
            shown = {box["t"] for box in seen}
            assert {e.nom_court.upper() for e in load_content().basin.epci.values()} <= shown
            assert "Lens" in shown


def test_every_layer_draws(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html")
    features = geo.query()
    for layer in catalog.load().layers.values():
        if layer.inventaire:
            continue
        page.evaluate("document.querySelectorAll('#panneau-corps .couches .lien')[0].click()")
        if page.locator(f"input[data-couche={layer.id}]").is_checked():
            page.evaluate("document.querySelectorAll('#panneau-corps .couches .lien')[0].click()")
        page.locator(f"input[data-couche={layer.id}]").evaluate("e => e.click()")
        mine = features[features["couche"] == layer.id]
        points = mine[(mine["precision"] != "territoire") & (mine.geometry.geom_type != "LineString")]
        lines = mine[mine.geometry.geom_type == "LineString"]
        assert page.locator(f".symbole.couche-{layer.id}").count() == len(points), layer.id
        assert page.locator(f"path.trait.couche-{layer.id}").count() == len(lines), layer.id
        assert page.locator(OWN).count() == len(mine), layer.id
        assert len(mine) > 0, layer.id
        others = page.locator(f".symbole:not(.couche-{layer.id})").count()
        assert others == 0, layer.id
        page.locator(f"input[data-couche={layer.id}]").evaluate("e => e.click()")


def test_a_click_on_a_symbol_shows_its_facts_and_source(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "epci/lens-lievin.html", "c=cites")
    page.locator(".symbole.couche-cites").first.click()
    card = page.locator(".fiche")
    card.wait_for()
    named = card.locator("h2").inner_text()
    assert named in set(geo.query("cites", epci="Lens-Liévin")["nom"])
    source = card.locator(".source").inner_text()
    assert "Mission Bassin Minier" in source or re.search(r"Bilan ERBM 2017-2022, lignes? \d+", source)
    assert card.locator(".source").is_visible()
    visit.capture("fiche")


def test_a_measure_of_a_territory_is_hatched_and_has_no_point(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html")
    measures = geo.query(epci=LENS, where='precision == "territoire"')
    one = next(row for row in measures.itertuples() if row.epci == (LENS,))
    page.locator(f'[data-entite="{one.id}"]').evaluate("e => e.click()")
    assert page.locator("path.emprise").count() == 1
    assert page.locator(".fiche h2").inner_text() == one.nom
    assert page.locator(".symbole .choisi").count() == 0


def test_a_number_leads_to_its_lines(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "epci/lens-lievin.html")
    tile = page.locator("button.tuile", has_text="cités minières").first
    shown = int(tile.locator(".valeur").inner_text())
    stats = geo.stats("Lens-Liévin", layer="cites")
    assert shown == stats.set_index("indicateur").loc["nombre_localise", "valeur"]
    tile.click()
    dialog = page.locator("dialog[open]")
    assert dialog.locator(".renvois li").count() == shown
    assert "Mission Bassin Minier" in dialog.locator(".renvois li").first.inner_text()
    page.keyboard.press("Escape")
    page.locator("button.barre").first.click()
    dialog.locator("details").first.evaluate("e => { e.open = true; }")
    assert re.search(r"Bilan ERBM 2017-2022, ligne \d+", dialog.inner_text())
    visit.capture("origine")


def test_territory_first(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html")
    before = page.locator(OWN).count()
    page.select_option("#choix-territoire", LENS)
    assert page.locator(".synthese h1").inner_text() == "CA de Lens-Liévin"
    assert "36 communes" in page.locator(".synthese .contexte").inner_text().replace("\u00a0", " ")
    inside = page.locator(OWN).count()
    assert inside == len(geo.query(epci="Lens-Liévin")) < before
    assert f"t={LENS}" in page.url
    page.select_option("#choix-territoire", "62498")
    assert page.locator(".synthese h1").inner_text() == "Lens"
    assert page.locator(OWN).count() == len(geo.query(commune="Lens"))


def test_search_forgives_and_works_with_the_keyboard_alone(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html")
    page.locator("input[type=search]").focus()
    page.keyboard.type("cite st albrt")
    first = page.locator("#reponses li").first
    assert "Cité Saint-Albert" in first.inner_text()
    page.keyboard.press("Enter")
    assert page.locator(".fiche h2").inner_text() == "Cité Saint-Albert"
    page.locator("input[type=search]").focus()
    page.keyboard.type("valencienes metropole")
    page.keyboard.press("Enter")
    assert page.locator(".synthese h1").inner_text() == "CA Valenciennes Métropole"


def test_a_link_restores_what_is_seen(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html", "t=246200364&e=cites-lsm-241&c=cites,routes")
    assert page.locator(".synthese h1").inner_text() == "CA de Lens-Liévin"
    assert page.locator(".fiche h2").inner_text() == "Cité Saint-Albert"
    assert page.locator("input[data-couche]:checked").count() == 2


def test_back_returns_to_the_territory_before(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html")
    basin = page.locator(".synthese h1").inner_text()
    page.select_option("#choix-territoire", LENS)
    assert page.locator(".synthese h1").inner_text() == "CA de Lens-Liévin"
    page.go_back()
    assert page.locator(".synthese h1").inner_text() == basin
    assert page.locator("#choix-territoire").input_value() == ""


def test_the_keyboard_keeps_its_place(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "epci/lens-lievin.html", "c=cites,routes")
    page.locator("input[data-couche=routes]").focus()
    page.keyboard.press("Space")
    assert not page.locator("input[data-couche=routes]").is_checked()
    assert page.evaluate("document.activeElement.dataset.couche") == "routes"
    page.locator(".liste summary").first.evaluate("e => { e.parentElement.open = true; }")
    first = page.locator(OWN).first
    chosen = first.get_attribute("data-entite")
    first.focus()
    page.keyboard.press("Enter")
    assert page.locator(".fiche").is_visible()
    page.keyboard.press("Escape")
    page.wait_for_function("!document.querySelector('.fiche')")
    assert page.evaluate("document.activeElement.dataset.entite") == chosen


def test_hiding_a_layer_closes_its_panel(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "epci/lens-lievin.html", "c=cites&e=cites-lsm-241")
    assert page.locator(".fiche").is_visible()
    page.locator("input[data-couche=cites]").evaluate("e => e.click()")
    page.wait_for_function("!document.querySelector('.fiche')")
    assert "e=" not in page.url


def test_measures_of_territories_alone_are_hatched(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html", "c=alimentation")
    assert set(geo.query("alimentation")["precision"]) == {"territoire"}
    assert page.locator("path.emprise").count() == 8
    assert "territoires entiers" in page.locator(".liste").inner_text()


def test_base_maps_fail_quietly(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html")
    assert visit.requests == []
    page.locator("#fonds select").select_option("plan-ign")
    page.locator("#avis").wait_for(state="visible")
    assert "indisponible" in page.locator("#avis").inner_text()
    assert page.locator("#fonds select").input_value() == ""
    assert visit.requests
    assert all(url.startswith("https://data.geopf.fr/") for url in visit.requests)
    assert [e for e in visit.errors if "Failed to load resource" not in e] == []
    assert page.locator(".avec-fond").count() == 0
    assert page.locator("path.sol").is_visible()


def test_photographs_of_the_past_are_asked_of_their_service(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html")
    labels = page.eval_on_selector_all("#fonds optgroup", "groups => groups.map(g => g.label)")
    assert labels == [f"{name} (réseau)" for name in get_args(Group)]
    page.locator("#fonds select").select_option("photo-1949-1955")
    page.locator("#avis").wait_for(state="visible")
    assert "Photographies historiques, 1949–1955" in page.locator("#avis").inner_text()
    asked = [parse_qs(urlsplit(url).query) for url in visit.requests]
    assert {url.partition("?")[0] for url in visit.requests} == {"https://www.geo2france.fr/geoserver/ows"}
    assert {query["layers"][0] for query in asked} == {"ign:1949_1952_1955_R32_Ortho_0m50_NB_COG"}
    assert {query["crs"][0] for query in asked} == {"EPSG:3857"}


def test_a_ground_that_comes_replaces_the_neutral_one(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html")
    page.route("https://data.geopf.fr/**", lambda route: route.fulfill(body=DOT, content_type="image/png"))
    page.locator("#fonds select").select_option("ortho-ign")
    page.locator(".avec-fond").wait_for()
    assert "© IGN" in page.locator(".leaflet-control-attribution").inner_text()
    page.locator("#fonds select").select_option("")
    assert page.locator(".avec-fond").count() == 0
    assert page.locator(".leaflet-tile").count() == 0


def test_nothing_english_on_the_pages(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "epci/lens-lievin.html")
    page.locator(".symbole").first.click()
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    said = page.evaluate(
        """[document.body.innerText, document.title,
            ...[...document.querySelectorAll('[title],[aria-label],[alt],[placeholder]')].flatMap(e =>
              ['title','aria-label','alt','placeholder'].map(a => e.getAttribute(a) || ''))].join('\\n')"""
    )
    assert ENGLISH.findall(said) == []
    assert page.evaluate("document.documentElement.lang") == "fr"


def test_text_of_the_data_is_never_markup(visit: Visit, tmp_path: Path) -> None:
    data = copy.deepcopy(page_data(load_content(), LENS))
    for number, text in enumerate(HOSTILE):
        entity = [e for e in data["entites"] if e.get("point")][number]
        entity.update(nom=text, resume=text, source=text, reserve=text, ou=text, faits=[[text, text]])
        data["chiffres"][number].update(libelle=text, texte=text, alertes=[text])
        data["communes"][number]["nom"] = text
    data["titre"] = data["epci"][0]["nom"] = HOSTILE[1]
    data["couches"][0]["titre"] = HOSTILE[0]
    target = tmp_path / "hostile.html"
    target.write_text(AtlasMap(data).html_text(), encoding="utf-8")
    page = visit.open_atlas(target)
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    listed = page.locator(".liste").inner_text()
    for text in HOSTILE:
        assert text in listed, listed[:600]
    page.locator(".liste [data-entite]").first.click()
    assert page.locator(".fiche h2").inner_text() in HOSTILE
    assert page.locator("img[src=x]").count() == 0
    assert visit.errors == []
    assert page.locator(".synthese h1").inner_text() == HOSTILE[1]


def test_what_folium_adds_is_drawn_without_a_network(visit: Visit, tmp_path: Path) -> None:
    page_map = geo.atlas.build_map("Lens-Liévin")
    assert isinstance(page_map, folium.Map)
    folium.Marker([50.43, 2.83], tooltip="ici").add_to(page_map)
    folium.Marker([50.42, 2.79], popup="<b>là</b>", icon=folium.Icon(color="red")).add_to(page_map)
    target = tmp_path / "folium.html"
    page_map.save(str(target))
    page = visit.open_atlas(target)
    icon = page.locator("img.leaflet-marker-icon")
    assert icon.count() == 1
    assert icon.evaluate("e => e.naturalWidth") > 0
    page.locator(".epingle").evaluate("e => e.click()")
    assert page.locator(".leaflet-popup b").inner_text() == "là"
    assert visit.requests == []
    assert visit.errors == []


def test_portal_leads_to_every_page(visit: Visit, site: Path) -> None:
    page = visit.open(site / "index.html")
    visit.capture("portail")
    addresses = page.eval_on_selector_all("a[href]", "links => links.map(a => a.getAttribute('href'))")
    for address in addresses:
        assert (site / address.partition("#")[0]).is_file(), address
    assert len({a for a in addresses if a.startswith("epci/")}) == 8
    page.locator(".epci a", has_text="Lens-Liévin").click()
    page.wait_for_selector("#atlas[data-pret=oui]")
    assert page.locator(".synthese h1").inner_text() == "CA de Lens-Liévin"
    page.locator("a.titre").click()
    page.wait_for_selector(".entete h1")
    assert visit.requests == []
    assert visit.errors == []


@pytest.mark.parametrize("size", [(390, 844)])
def test_portal_fits_a_phone(visit: Visit, site: Path, size: tuple[int, int]) -> None:
    page = visit.open(site / "index.html")
    visit.capture("portail-390")
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
