"""How pages open: from the disk, with no request, within their policy, and with words when they cannot."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

import geo
from geo.atlas.septets import text_of

from .conftest import Visit

pytestmark = pytest.mark.browser

SIZES = [(1440, 900), (390, 844)]
MAPS = ["atlas.html", *(f"epci/{one}.html" for one in (
    "bethune-bruay", "coeur-d-ostrevent", "douaisis", "henin-carvin",
    "lens-lievin", "osartis-marquion", "porte-du-hainaut", "valenciennes-metropole",
))]  # fmt: skip
VIOLATIONS = """
window.broken = [];
document.addEventListener("securitypolicyviolation", e => {
  window.broken.push(e.violatedDirective + " " + e.blockedURI);
});
"""


@pytest.fixture
def watched(visit: Visit) -> Iterator[Visit]:
    """Return a visit that must end with no request, no error and nothing against the policy of its page."""
    visit.page.add_init_script(VIOLATIONS)
    yield visit
    assert visit.page.evaluate("window.broken") == []
    assert visit.requests == []
    assert visit.errors == []


@pytest.mark.parametrize("name", MAPS)
def test_every_map_opens_within_its_policy(watched: Visit, site: Path, name: str) -> None:
    page = watched.open_atlas(site / name)
    assert page.evaluate("document.fonts.check('16px \"Source Sans 3\"')")
    expect(page.locator(".attente")).to_have_count(0)
    assert Path(site / name).stat().st_size < 640_000


@pytest.mark.parametrize("size", SIZES)
def test_nothing_that_a_reader_opens_breaks_the_policy(
    watched: Visit, site: Path, size: tuple[int, int]
) -> None:
    page = watched.open_atlas(site / "epci/lens-lievin.html")
    kinds: Counter[str] = Counter()
    for button in page.get_by_role("button").all():
        kind = button.get_attribute("class") or button.inner_text()
        if "poignee" in kind or kinds[kind] == 3 or not button.is_visible() or not button.is_enabled():
            continue
        kinds[kind] += 1
        button.click()
        watched.drawn()
        for _ in range(3):  # a card, a menu and a dialogue each take one
            page.keyboard.press("Escape")
        watched.drawn()
        expect(page.locator("dialog[open]")).to_have_count(0)
    assert len(kinds) > 8
    page.mouse.move(size[0] * 0.6, size[1] * 0.4)
    page.mouse.wheel(0, -300)
    for select in page.locator("select:visible:not([aria-label*=fond i])").all():
        select.select_option(index=1)
    watched.capture(f"politique-{size[0]}")


def test_a_record_opens_within_the_policy(watched: Visit, records_page: Path) -> None:
    page = watched.open_atlas(records_page, "e=terrils-t1&c=terrils,cavaliers,hopitaux,cites")
    assert page.evaluate("location.hash").count("terrils")


def test_portal_and_report_open_within_their_policy(
    watched: Visit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from geo.atlas import portal
    from geo.atlas.report import source_report
    from geo.content import made_on
    from tests.records import sample

    content = sample()
    (tmp_path / "index.html").write_text(portal.render(content, {}, "atlas.html"), encoding="utf-8")
    report = source_report(content.known, content.lots, {}, made_on())
    (tmp_path / "rapport-sources.html").write_text(report, encoding="utf-8")
    page = watched.open(tmp_path / "index.html")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Atlas de l’Engagement")
    colours = page.locator(".axes h3").evaluate_all(
        "all => all.map(e => getComputedStyle(e).borderBottomColor)"
    )
    assert len(set(colours)) == len(colours) > 3
    assert page.evaluate("window.broken") == []
    watched.open(tmp_path / "rapport-sources.html")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Rapport des sources")
    assert page.locator(".bilan b").first.evaluate("e => getComputedStyle(e).fontSize") == "26px"


def test_two_openings_see_the_same(watched: Visit, site: Path) -> None:
    shots = []
    for _ in range(2):
        page = watched.open_atlas(site / "epci/douaisis.html")
        shots.append(page.locator("canvas").first.evaluate("e => e.toDataURL()"))
    assert shots[0] == shots[1]


def alert(page: Page) -> str:
    """Return what a page says instead of its map."""
    told = page.get_by_role("alert")
    expect(told).to_be_visible()
    expect(page.locator("#atlas[data-pret=oui]")).to_have_count(0)
    return told.inner_text()


def test_a_browser_that_is_too_old_is_told_so(visit: Visit, site: Path) -> None:
    visit.page.add_init_script("delete window.DecompressionStream")
    page = visit.open(site / "atlas.html")
    told = alert(page)
    assert "trop ancien" in told
    for name in ("Chrome", "Edge 103", "Firefox 115", "Safari 16.4"):
        assert name in told
    visit.capture("navigateur-ancien")
    assert visit.errors == []


@pytest.mark.parametrize("part", ["donnees", "application", "style"])
def test_a_page_that_was_cut_says_so(visit: Visit, site: Path, tmp_path: Path, part: str) -> None:
    text = (site / "epci/douaisis.html").read_text(encoding="utf-8")
    cut = re.sub(rf'(id="{part}">[^<]{{300}})[^<]*', r"\1", text)
    assert len(cut) < len(text)
    (tmp_path / "coupe.html").write_text(cut, encoding="utf-8", newline="\n")
    page = visit.open(tmp_path / "coupe.html")
    told = alert(page)
    assert "incomplet ou a été modifié" in told
    assert "erbm\u00a0atlas" in told or "erbm atlas" in told
    visit.capture(f"page-coupee-{part}")


def test_an_application_that_was_changed_does_not_run(visit: Visit, site: Path, tmp_path: Path) -> None:
    import zlib

    squeezed = zlib.compressobj(9, zlib.DEFLATED, 31)
    other = squeezed.compress(b"document.title = 'autre'; var ErbmAtlas = {}") + squeezed.flush()
    text = (site / "epci/douaisis.html").read_text(encoding="utf-8")
    changed = re.sub('(id="application">)[^<]*', lambda hit: hit.group(1) + text_of(other), text)
    (tmp_path / "autre.html").write_text(changed, encoding="utf-8", newline="\n")
    page = visit.open(tmp_path / "autre.html")
    assert "modifié" in alert(page)
    assert page.title() != "autre"


def test_without_scripts_the_page_says_what_it_needs(chromium: Browser, site: Path) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((site / "atlas.html").as_uri())
    assert "a besoin de JavaScript" in page.locator("noscript").inner_text()
    expect(page.locator("#atlas")).to_be_hidden()
    context.close()


def test_lines_of_a_page_read_on_windows_are_the_same(visit: Visit, site: Path, tmp_path: Path) -> None:
    text = (site / "epci/douaisis.html").read_text(encoding="utf-8")
    (tmp_path / "windows.html").write_text(text, encoding="utf-8", newline="\r\n")
    page = visit.open(tmp_path / "windows.html")
    page.wait_for_selector("#atlas[data-entier=oui], [role=alert]")
    data = page.evaluate("document.getElementById('donnees').textContent.length")
    assert data > 10_000


def test_a_map_opens_inside_a_notebook(visit: Visit, tmp_path: Path) -> None:
    target = tmp_path / "carnet.html"
    target.write_text(
        f'<!DOCTYPE html><meta charset="utf-8">{geo.atlas.build_map("Douaisis")._repr_html_()}',
        encoding="utf-8",
    )
    page = visit.open(target)
    inside = page.frame_locator("iframe")
    inside.locator("#atlas[data-entier=oui]").wait_for(timeout=15_000)
    assert visit.requests == []
    assert visit.errors == []
