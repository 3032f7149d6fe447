"""What a user does with the pages, in a real browser, with the network cut."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from .conftest import Visit

pytestmark = pytest.mark.browser

ENGLISH = re.compile(
    r"\b(the|close|open|search|zoom in|zoom out|layers?|source code|loading|none|null|undefined)\b"
    r"|\b(NaN|true|false)\b",
    re.IGNORECASE,
)


def test_nothing_english_on_the_pages(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "epci/lens-lievin.html")
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    page.locator(".liste [data-entite]").first.click()
    page.locator(".fiche").wait_for()
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    visit.until("[...document.querySelectorAll('.liste details')].every(d => d.querySelector('li'))")
    said = page.evaluate(
        """[document.body.innerText, document.title,
            ...[...document.querySelectorAll('[title],[aria-label],[alt],[placeholder]')].flatMap(e =>
              ['title','aria-label','alt','placeholder'].map(a => e.getAttribute(a) || ''))].join('\\n')"""
    )
    assert ENGLISH.findall(said) == []
    assert page.evaluate("document.documentElement.lang") == "fr"


def test_portal_leads_to_every_page(visit: Visit, site: Path) -> None:
    page = visit.open(site / "index.html")
    visit.capture("portail")
    addresses = page.eval_on_selector_all("a[href]", "links => links.map(a => a.getAttribute('href'))")
    for address in addresses:
        assert (site / address.partition("#")[0]).is_file(), address
    assert len({a for a in addresses if a.startswith("epci/")}) == 8
    page.locator(".epci a", has_text="Lens-Liévin").click()
    page.wait_for_selector("#atlas[data-entier=oui]")
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
