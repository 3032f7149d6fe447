"""The search, with the keyboard alone or a finger: what is typed, what answers, where it leads."""

from __future__ import annotations

import copy
import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from geo.atlas import AtlasMap
from geo.atlas.payload import page_data
from geo.content import load_content

from .conftest import Visit

pytestmark = pytest.mark.browser

LENS = "246200364"
PHONE = (390, 844)
HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(2)</script>",
    "\u202e{{7*7}}\u200b",
    "x" * 100_000,
]


def field_of(page: Page) -> Locator:
    return page.get_by_role("combobox", name="Chercher")


def options(page: Page) -> Locator:
    return page.locator("#reponses [role=option]")


def ask(page: Page, words: str) -> None:
    field_of(page).fill(words)


def said(spot: Locator) -> str:
    return re.sub(r"\s+", " ", spot.inner_text()).strip()


def test_it_forgives_and_works_with_the_keyboard_alone(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html")
    page.keyboard.press("/")
    expect(field_of(page)).to_be_focused()
    expect(field_of(page)).to_have_value("")
    page.keyboard.type("cite st albrt")
    expect(options(page).first).to_contain_text("Cité Saint-Albert")
    page.keyboard.press("Enter")
    expect(page.locator(".fiche h2")).to_have_text("Cité Saint-Albert")
    expect(page.locator(".fiche")).to_be_focused()
    page.keyboard.press("/")
    page.keyboard.type("valencienes metropole")
    page.keyboard.press("Enter")
    expect(page.locator(".synthese h1")).to_have_text("CA Valenciennes Métropole")
    assert visit.errors == []
    assert visit.requests == []


def test_the_arrows_walk_through_the_answers_and_escape_closes(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html")
    field = field_of(page)
    field.focus()
    expect(field).to_have_attribute("aria-expanded", "false")
    page.keyboard.type("lens")
    expect(field).to_have_attribute("aria-expanded", "true")
    count = options(page).count()
    assert count > 2
    for rank in (0, 1):
        active = str(field.get_attribute("aria-activedescendant"))
        expect(page.locator(f"#{active}")).to_have_attribute("aria-selected", "true")
        assert active == f"reponse-{rank}"
        page.keyboard.press("ArrowDown")
    for _ in range(3):
        page.keyboard.press("ArrowUp")
    assert field.get_attribute("aria-activedescendant") == f"reponse-{count - 1}"
    page.keyboard.press("Escape")
    expect(field).to_have_attribute("aria-expanded", "false")
    expect(field).to_have_value("lens")
    page.keyboard.press("Escape")
    expect(field).to_have_value("")
    expect(field).to_be_focused()


def test_answers_stand_by_kind_with_the_letters_marked_and_counted(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html")
    ask(page, "lens")
    groups = page.get_by_role("listbox", name="Réponses").get_by_role("group")
    names = [group.get_attribute("aria-labelledby") for group in groups.all()]
    assert names[0] in {"reponses-commune", "reponses-epci"}
    assert {"reponses-commune", "reponses-epci", "reponses-entite"} <= set(names)
    assert options(page).first.locator("mark").inner_text().lower() == "lens"
    status = page.locator("#recherche [role=status]")
    assert re.fullmatch(r"\d+ réponses, les \d+ meilleures sont montrées", said(status))
    ask(page, "zzzzzzz")
    expect(page.locator("#recherche .rien")).to_be_visible()
    assert said(status) == "Aucune réponse"
    expect(options(page)).to_have_count(0)


def test_a_commune_an_old_name_an_alias_and_a_figure_are_found(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html")
    ask(page, "bruay en artois")
    assert "Bruay-la-Buissière" in options(page).first.inner_text()
    assert "anciennement Bruay-en-Artois" in said(options(page).first)
    options(page).first.click()
    expect(page.locator(".synthese h1")).to_have_text("Bruay-la-Buissière")
    epci = load_content().basin.epci[LENS]
    ask(page, epci.alias[0])
    assert epci.nom in options(page).first.inner_text()
    ask(page, "aides a la pierre etat")
    figure = page.locator("[aria-labelledby=reponses-chiffre] [role=option]").first
    wanted = figure.locator("span").inner_text()
    figure.click()
    dialog = page.locator("dialog[open]")
    assert said(dialog.locator("h2")) in re.sub(r"\s+", " ", wanted)
    assert re.search(r"ligne \d+", said(dialog))
    page.keyboard.press("Escape")
    expect(field_of(page)).to_be_focused()


def test_the_stretches_of_one_line_are_one_answer(visit: Visit, tmp_path: Path) -> None:
    data = copy.deepcopy(page_data(load_content()))
    routes = [e for e in data["entites"] if e["couche"] == "routes" and e["geometrie"] is not None]
    lines = [e for e in routes if e["geometrie"].geom_type == "LineString"][:3]
    assert len(lines) > 1
    for one in lines:
        one["nom"] = "Voie des essais"
    target = tmp_path / "lignes.html"
    target.write_text(AtlasMap(data).html_text(), encoding="utf-8")
    page = visit.open_atlas(target)
    ask(page, "voie des essais")
    answer = options(page).filter(has_text="Voie des essais")
    expect(answer).to_have_count(1)
    assert f"{len(lines)} tronçons" in said(answer)
    answer.click()
    sheet = page.locator(".fiche")
    expect(sheet.locator("h2")).to_have_text("Voie des essais")
    assert said(sheet.locator("[data-part=troncons] summary")).endswith(str(len(lines) - 1))
    seen = page.evaluate("map_atlas.getBounds().toBBoxString()")
    west, south, east, north = (float(degrees) for degrees in seen.split(","))
    for one in lines:
        bounds = one["geometrie"].bounds
        assert west <= bounds[0] and south <= bounds[1] and bounds[2] <= east and bounds[3] <= north  # noqa: PT018


@pytest.mark.parametrize("size", [PHONE])
def test_on_a_phone_answers_are_read_and_tapped(visit: Visit, site: Path, size: tuple[int, int]) -> None:
    page = visit.open_atlas(site / "atlas.html")
    ask(page, "cite")
    boxes = [box for box in (option.bounding_box() for option in options(page).all()) if box]
    assert len(boxes) > 4
    assert all(box["height"] >= 44 and box["x"] >= 0 and box["x"] + box["width"] <= size[0] for box in boxes)
    field = field_of(page).bounding_box()
    assert field
    assert boxes[0]["y"] >= field["y"] + field["height"]
    visit.capture("recherche-390")
    name = options(page).nth(2).locator("span").inner_text()
    options(page).nth(2).click()
    assert page.locator(".fiche h2, .synthese h1").last.inner_text() == name
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_names_are_text_whatever_they_hold(visit: Visit, tmp_path: Path) -> None:
    data = copy.deepcopy(page_data(load_content(), LENS))
    for entity, name in zip(data["entites"], HOSTILE, strict=False):
        entity.update(nom=name, ou=name[:200])
    data["chiffres"][0].update(libelle=HOSTILE[0])
    data["communes"][0]["nom"] = HOSTILE[1]
    target = tmp_path / "hostile.html"
    target.write_text(AtlasMap(data).html_text(), encoding="utf-8")
    page = visit.open_atlas(target)
    for words, wanted in (
        ("img src", HOSTILE[0]),
        ("script alert", HOSTILE[1]),
        ("7 7", "{{7*7}}"),
        ("xxxxxxxx", "xxxxxxxx"),
    ):
        ask(page, words)
        expect(options(page).filter(has_text=wanted).first).to_be_visible()
        options(page).filter(has_text=wanted).first.click()
        page.keyboard.press("Escape")
    expect(page.locator("img[src=x]")).to_have_count(0)
    assert visit.errors == []


def test_a_record_is_found_and_its_layer_shown(visit: Visit, records_page: Path) -> None:
    page = visit.open_atlas(records_page, "c=cites")
    ask(page, "cavalier de l'essai")
    page.keyboard.press("Enter")
    expect(page.locator(".fiche h2")).to_have_text("Cavalier de l’Essai, tronçon à deux bouts")
    assert page.locator("input[data-couche=cavaliers]").is_checked()
    ask(page, "terril troue")
    expect(options(page).first).to_contain_text("Terril troué")
