"""What the tests share of a browser, and what they must not."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Error, expect

from .conftest import Profile, visited

pytestmark = pytest.mark.browser

SIZES = [(1440, 900), (390, 844)]


def test_a_visit_knows_nothing_of_those_before(profile: Profile, site: Path) -> None:
    for size in SIZES:
        visit = visited(profile.new_page(size))
        page = visit.open_atlas(site / "atlas.html", tour=True)
        expect(page.locator(".visite")).to_be_visible()
        page.keyboard.press("Escape")
        visit.until("localStorage.length")
        assert page.evaluate("[innerWidth, innerHeight]") == list(size)
        assert page.evaluate("navigator.language") == "fr-FR"
        profile.forget()
        assert profile.context.pages == [profile.keeper]


def test_a_process_that_is_lost_takes_no_other_test_away(profile: Profile, site: Path) -> None:
    with pytest.raises(Error):
        profile.keeper.goto("chrome://crash")
    profile.forget()
    assert visited(profile.new_page(SIZES[0])).open_atlas(site / "atlas.html")
    profile.forget()
