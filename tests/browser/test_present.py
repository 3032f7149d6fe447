"""A meeting: full screen, views in order, the keyboard or a remote control."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from playwright.sync_api import Page, expect

from .conftest import Visit

pytestmark = pytest.mark.browser

LENS = "246200364"
SMALL = """() => [...document.querySelectorAll('.presente-tete *, .presente-legende *, .presente-pied *')]
    .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) && e.checkVisibility())
    .filter(e => !e.closest('.cache, select') && parseFloat(getComputedStyle(e).fontSize) < 20)
    .map(e => e.textContent)"""
CUT = """() => [...document.querySelectorAll('.presente-tete, .presente-legende, .presente-pied')]
    .filter(e => e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1
        || e.getBoundingClientRect().right > innerWidth + 1
        || e.getBoundingClientRect().bottom > innerHeight + 1)
    .map(e => e.className)"""
RED = """() => { const c = document.querySelector('canvas.pointeur');
    const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
    for (let i = 0; i < d.length; i += 4) if (d[i] > 200 && d[i + 1] < 60 && d[i + 3] > 200) return true;
    return false; }"""


def start(page: Page, series: str) -> None:
    page.keyboard.press("v")
    page.locator(f"[data-serie={series}]").click()
    page.locator(".presente-tete").wait_for()


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080)])
def test_each_territory_on_a_projector(visit: Visit, site: Path, size: tuple[int, int]) -> None:
    page = visit.open_atlas(site / "atlas.html")
    start(page, "territoires")
    title = page.locator(".presente-tete h1")
    assert title.inner_text() == "Bassin minier du Nord et du Pas-de-Calais"
    assert page.locator(".presente-chiffres li").count() in (2, 3)
    assert page.locator(".presente-legende li").count() > 3
    expect(page.locator(".panneau")).to_be_hidden()
    assert page.evaluate(SMALL) == []
    expect(page.locator(".position")).to_contain_text("1 / 9")
    seen = {title.inner_text()}
    for rank in range(2, 10):
        page.keyboard.press("PageDown")
        expect(page.locator(".position")).to_contain_text(f"{rank} / 9")
        seen.add(title.inner_text())
        assert page.evaluate(CUT) == []
    assert len(seen) == 9
    visit.capture(f"presentation-{size[0]}")
    assert visit.errors == []
    assert visit.requests == []


def test_the_keyboard_and_the_remote_control(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html", f"t={LENS}&c=cites,routes")
    before = unquote(page.url)
    start(page, "territoires")
    rank = page.locator(".position > span[aria-hidden]")
    keys = {"ArrowRight": 2, " ": 3, "ArrowLeft": 2, "End": 9, "PageDown": 9, "PageUp": 8, "Home": 1}
    for key, told in keys.items():
        page.keyboard.press(key)
        expect(rank).to_have_text(f"{told} / 9")
    status = page.locator(".scene > [role=status]", has_text="Vue 1 sur 9")
    expect(status).to_contain_text("Bassin minier")
    page.keyboard.press("b")
    expect(page.locator(".presente-noir")).to_be_visible()
    page.keyboard.press(".")
    expect(page.locator(".presente-noir")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.locator(".presente-tete")).to_have_count(0)
    assert page.locator(".synthese h1").inner_text() == "CA de Lens-Liévin"
    assert unquote(page.url) == before
    expect(page.locator(".panneau")).to_be_visible()


def test_each_axis_shows_its_own_layers(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "epci/lens-lievin.html")
    start(page, "axes")
    expect(page.locator(".position")).to_contain_text("1 / 4")
    for axis in (
        "Améliorer le cadre de vie",
        "Développer l’activité",
        "Rendre le territoire",
        "Construire un futur",
    ):
        expect(page.locator(".presente-tete h1")).to_contain_text(axis)
        expect(page.locator(".presente-legende h3")).to_have_count(2)
        page.keyboard.press("ArrowRight")


@pytest.mark.parametrize("size", [(1280, 720)])
def test_each_rate_on_a_projector(visit: Visit, site: Path, size: tuple[int, int]) -> None:
    page = visit.open_atlas(site / "atlas.html", "z=12.00/50.430000/2.830000&n=1")
    before = unquote(page.url)
    start(page, "taux")
    count = page.locator(".position option").count()
    assert count > 5
    for rank in range(1, count + 1):
        expect(page.locator(".position")).to_contain_text(f"{rank} / {count}")
        assert page.locator(".presente-legende li", has_text="EPCI)").count() >= 2
        assert page.evaluate(SMALL) == []
        assert page.evaluate(CUT) == []
        page.keyboard.press("PageDown")
    visit.capture(f"presentation-taux-{size[0]}")
    page.keyboard.press("Escape")
    expect(page.locator(".panneau")).to_be_visible()
    assert unquote(page.url) == before


def test_a_view_keeps_its_theme_its_perimeter_and_its_comparison(visit: Visit, site: Path) -> None:
    theme = "th=cites.nombre_localise:epci"
    page = visit.open_atlas(
        site / "atlas.html", f"t={LENS}&{theme}&d=comparer&a=~km2&p=o;Autour;2.83 50.43;5000"
    )
    page.keyboard.press("v")
    page.get_by_role("button", name="Ajouter la vue actuelle").click()
    page.locator("[data-serie=miennes]").click()
    page.locator(".presente-tete").wait_for()
    head = page.locator(".presente-tete")
    expect(head.locator("h1")).to_have_text("Lens-Liévin, cités minières, nombre")
    expect(head).to_contain_text(re.compile(r"Périmètre «\sAutour\s»\s: 78,5"))
    expect(page.locator(".dock.comparer")).to_contain_text("Pour un km²")
    expect(page.locator(".comparaison")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.keyboard.press("Escape")
    expect(page.get_by_role("radio", name="Par km²")).to_be_checked()


def test_the_pages_shortcuts_sleep_meanwhile(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html")
    start(page, "axes")
    page.keyboard.press("t")
    page.keyboard.press("?")
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.locator(".panneau")).to_be_visible()
    expect(page.locator(".tableau")).to_have_count(0)


def test_the_pointer_is_red_and_follows(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html")
    start(page, "axes")
    page.keyboard.press("l")
    page.locator("canvas.pointeur").wait_for(state="attached")
    page.mouse.move(400, 400)
    page.mouse.move(420, 410)
    page.wait_for_function(RED)
    page.get_by_role("button", name="Pointeur lumineux").click()
    expect(page.locator("canvas.pointeur")).to_have_count(0)


def test_views_of_ones_own(visit: Visit, site: Path, tmp_path: Path) -> None:
    page = visit.open_atlas(site / "atlas.html", f"t={LENS}&c=cites&z=12/50.43/2.83")
    page.keyboard.press("v")
    name = page.get_by_label("Nom de la vue", exact=True)
    name.fill("Autour de Lens")
    page.get_by_role("button", name="Ajouter la vue actuelle").click()
    name.fill("Encore Lens")
    page.get_by_role("button", name="Ajouter la vue actuelle").click()
    page.get_by_role("button", name="Monter Encore Lens").click()
    page.get_by_label("Nom de la vue 2").fill("Lens, cités")
    page.get_by_label("Nom de la vue 2").blur()
    with page.expect_download() as got:
        page.get_by_role("button", name="Enregistrer mes vues").click()
    file = tmp_path / "vues.json"
    got.value.save_as(file)
    views = json.loads(file.read_text(encoding="utf-8"))["vues"]
    assert [view["nom"] for view in views] == ["Encore Lens", "Lens, cités"]
    assert f"t={LENS}" in views[0]["adresse"]
    page.reload()
    page.wait_for_selector("#atlas[data-entier=oui]")
    page.keyboard.press("v")
    expect(page.locator(".mes-vues li")).to_have_count(2)
    page.get_by_role("button", name="Supprimer Encore Lens").click()
    page.get_by_label("Ouvrir un fichier de vues").set_input_files(file)
    expect(page.locator(".mes-vues li")).to_have_count(3)
    (tmp_path / "autre.json").write_text('{"format": "x"}', encoding="utf-8")
    page.get_by_label("Ouvrir un fichier de vues").set_input_files(tmp_path / "autre.json")
    expect(page.locator(".avis")).to_contain_text("n’est pas un fichier de vues")
    page.locator("[data-serie=miennes]").click()
    expect(page.locator(".presente-tete h1")).to_have_text("Lens, cités")
    expect(page.locator(".presente-tete p")).to_contain_text("CA de Lens-Liévin")
    assert visit.errors == []


@pytest.mark.parametrize("size", [(390, 844)])
def test_a_phone_presents_too(visit: Visit, site: Path, size: tuple[int, int]) -> None:
    page = visit.open_atlas(site / "epci/lens-lievin.html")
    start(page, "axes")
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    page.get_by_role("button", name="Vue suivante").click()
    expect(page.locator(".position")).to_contain_text("2 / 4")
    page.get_by_role("button", name="Quitter la présentation").click()
    expect(page.locator(".presente-tete")).to_have_count(0)
