"""What a user does with records: polygons, thousands of lines, their dates, in a real browser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from geo.atlas import AtlasMap
from geo.atlas.payload import page_data
from geo.content import load_content
from tests.conftest import SHARED

from .conftest import Visit
from .test_pages import ENGLISH

pytestmark = pytest.mark.browser

SIZES = [(1440, 900), (390, 844), (1920, 1080)]


@pytest.mark.parametrize("size", SIZES)
def test_opens_without_a_request(visit: Visit, records_page: Path, size: tuple[int, int]) -> None:
    page = visit.open_atlas(records_page)
    visit.still()
    visit.capture(f"inventaires-{size[0]}")
    assert visit.requests == []
    assert visit.errors == []
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0


def test_nothing_english_with_records(visit: Visit, records_page: Path) -> None:
    page = visit.open_atlas(records_page)
    page.locator("#bouton-sources").click()
    page.locator("dialog[open]").wait_for()
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    visit.until("[...document.querySelectorAll('.liste details')].every(d => d.querySelector('li'))")
    assert ENGLISH.findall(page.evaluate("document.body.innerText")) == []


@pytest.mark.mirror
@pytest.mark.skipif(not SHARED.is_dir(), reason="../shared is not beside the project")
def test_the_real_records_open_on_a_page_that_can_be_sent(visit: Visit, tmp_path: Path) -> None:
    content = load_content(mirror=SHARED / "mirror")
    target = tmp_path / "atlas.html"
    target.write_text(AtlasMap(page_data(content)).html_text(), encoding="utf-8")
    assert target.stat().st_size < 6_000_000
    records = content.features["couche"].value_counts()
    page = visit.open_atlas(target, "c=cites,bien-inscrit,cavaliers")
    for layer in ("cites", "bien-inscrit", "cavaliers"):
        box = page.locator(".couche", has=page.locator(f"input[data-couche={layer}]"))
        expect(box.locator(".compte")).to_contain_text(re.compile(r"\d"))
        told = [
            int(number)
            for number in re.findall(
                r"\d+", re.sub(r"(?<=\d)\s(?=\d)", "", box.locator(".compte").inner_text())
            )
        ]
        assert sum(told) == records[layer] > 0
    assert visit.errors == []
