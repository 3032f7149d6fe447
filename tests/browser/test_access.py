"""No violation that axe-core can see (WCAG 2.2 A and AA, good practice), on every page and in every state."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from .conftest import Visit
from .test_map import DOT

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
PLACES = (ROOT / ".venv/app/node_modules", ROOT / "geo/atlas/app/node_modules")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LENS = "246200364"
SIZES = [(1440, 900), (390, 844), (320, 256)]
SIZE_IDS = ["desktop", "phone", "zoom-400"]
MENUS = {
    "Comparer": "Outils",
    "Dessiner": "Outils",
    "Mesurer": "Outils",
    "Coordonnées": "Outils",
    "Présenter": "Outils",
    "Tableau": "Outils",
    "Image": "Emporter",
    "Imprimer": "Emporter",
    "Raccourcis": "Aide",
    "Visite": "Aide",
    "Sources": "Sources",
}

Act = Callable[[Page], None]


@pytest.fixture(scope="session")
def axe() -> str:
    """Return the text of axe-core, from the packages of the application."""
    for place in PLACES:
        file = place / "axe-core" / "axe.min.js"
        if file.exists():
            return file.read_text(encoding="utf-8")
    pytest.skip("axe-core is not installed (python -m tools.check_app)")


def violations(page: Page, axe: str, only: Sequence[str] = ()) -> list[str]:
    """Return what axe-core finds by all rules or only some, with the first elements that break each."""
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(axe)
    # a corner of a perimeter is where it is: its place is essential (WCAG 2.5.8)
    found: list[dict[str, Any]] = page.evaluate(
        """only => axe.run({exclude: [['.sommet']]},
            {runOnly: only, preload: false, resultTypes: ['violations']}).then(d => d.violations)""",
        list(only) or TAGS,
    )
    return [
        f"{one['id']}: {[(node['target'], node['failureSummary'][:200]) for node in one['nodes'][:3]]}"
        for one in found
    ]


def settle(page: Page) -> None:
    """Wait until nothing moves."""
    page.evaluate("Promise.all(document.getAnimations().map(a => a.finished.catch(() => 0)))")


def open_menu(page: Page, label: str) -> None:
    """Open a menu of the bar; on a narrow screen all are one."""
    one = page.get_by_role("button", name="Menu", exact=True)
    (one if one.count() else page.get_by_role("button", name=label, exact=True)).press("Enter")


def choose(item: str) -> Act:
    """Return what chooses an item of the menus."""

    def act(page: Page) -> None:
        open_menu(page, MENUS[item])
        if item != "Sources" or page.get_by_role("menu").count():
            page.get_by_role("menuitem", name=item).press("Enter")

    return act


def press(selector: str) -> Act:
    """Return what presses the first element of a selector."""
    return lambda page: page.locator(selector).first.press("Enter")


def write(text: str) -> Act:
    """Return what types in the search."""

    def act(page: Page) -> None:
        page.locator("#recherche input").fill(text)
        page.locator("#reponses:not([hidden]), #recherche .rien").first.wait_for()

    return act


def present(page: Page) -> None:
    choose("Présenter")(page)
    page.locator("[data-serie=territoires]").press("Enter")
    page.locator(".presente-tete").wait_for()


def draw(page: Page) -> None:
    choose("Dessiner")(page)
    for key in ("Enter", "ArrowRight", "Enter"):
        page.locator(".leaflet-container").press(key)


def measure(page: Page) -> None:
    choose("Mesurer")(page)
    for key in ("Enter", "ArrowRight", "Enter", "Enter"):
        page.locator(".leaflet-container").press(key)


def unfold(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    page.wait_for_selector(".annees")


STATES: Mapping[str, tuple[str, Act | None, str]] = {
    "rest": ("", None, ".synthese"),
    "place": ("e=cites-lsm-241", None, ".fiche"),
    "measure": ("e=cites-bassin-35-cites", None, ".fiche"),
    "filters": ("fs=livr%C3%A9&fp=2017-2024", None, ".puce"),
    "nothing-left": ("fs=x", None, ".reste"),
    "choropleth": ("th=cites.area_ha.km2:epci", None, "#theme-mesure"),
    "circles": ("th=axe-1.montant_eur:epci", None, "#theme-mesure"),
    "compare": (f"d=comparer&t={LENS}&a=200044618", None, ".comparer"),
    "table": ("d=tableau", None, ".tableau"),
    "perimeter": (
        "p=p;Gare;2.75 50.38 2.95 50.4 2.97 50.47 2.86 50.43&d=perimetre",
        None,
        ".dock",
    ),
    "menu": ("", lambda page: open_menu(page, "Outils"), "[role=menu]"),
    "search": ("", write("lens"), "#reponses"),
    "search-nothing": ("", write("zzzzqqq"), "#recherche .rien"),
    "sources": ("", choose("Sources"), "dialog[open]"),
    "statistic": ("", press("[data-stat]"), "dialog[open]"),
    "figure": ("", press("[data-chiffre]"), "dialog[open]"),
    "shortcuts": ("", choose("Raccourcis"), "dialog[open]"),
    "image": ("", choose("Image"), "dialog[open]"),
    "paper": ("", choose("Imprimer"), "dialog[open]"),
    "sets": ("", choose("Présenter"), "dialog[open]"),
    "theme-table": (
        "th=cites.area_ha.km2:epci",
        lambda page: page.get_by_role("button", name="Voir le tableau").press("Enter"),
        "dialog[open]",
    ),
    "drawing": ("z=12/50.43/2.83", draw, ".outil"),
    "measuring": ("z=12/50.43/2.83", measure, ".outil"),
    "coordinates": ("z=12/50.43/2.83", choose("Coordonnées"), ".outil"),
    "presentation": ("", present, ".presente-tete"),
    "tour": ("", choose("Visite"), ".visite"),
    "unfolded": (f"t={LENS}", unfold, ".annees"),
}
"""Each state of the map page: its address, what is done there, what then is seen.

The last leaves the page as it is: what was unfolded stays so."""


LOOKS = pytest.mark.parametrize(
    ("size", "dark"),
    [(SIZES[0], False), (SIZES[1], True), (SIZES[2], False)],
    ids=["desktop", "phone-dark", "zoom-400"],
)
"""The layouts, wide and narrow; the dark colours of the wide one are looked at by themselves."""
WIDE = pytest.mark.parametrize("size", SIZES[:1], ids=SIZE_IDS[:1])
OVER = ".dock, .outil, dialog[open], [role=menu], .presente-tete, .visite"
"""What stands over the page and Escape takes away."""
PROJECTED = "location.hash = [location.hash.slice(1), 'n=1'].filter(Boolean).join('&')"


def leave(page: Page) -> None:
    """Take away what stands over the page, and what was typed."""
    if page.locator("#recherche input").input_value():
        page.locator("#recherche input").fill("")
    page.evaluate("document.activeElement.matches('#recherche input') && document.activeElement.blur()")
    for _ in range(4):
        if page.locator(OVER).count():
            page.keyboard.press("Escape")
            page.wait_for_timeout(50)
    expect(page.locator(OVER)).to_have_count(0)


def enter(visit: Visit, path: Path, state: str, *, dark: bool = False) -> Page:
    """Bring a page, opened before or not, in a state."""
    fragment, act, shown = STATES[state]
    fragment = "&".join(part for part in (fragment, "n=1" if dark else "") if part)
    page = visit.page
    if page.url.startswith(path.as_uri()):
        leave(page)
        page.evaluate("text => { location.hash = text; }", fragment)
        visit.drawn()
    else:
        page = visit.open_atlas(path, fragment)
    if act:
        act(page)
    expect(page.locator(shown).first).to_be_visible()
    settle(page)
    return page


KINDS = ("rest", "place", "table", "perimeter", "menu", "search", "statistic", "presentation", "unfolded")
"""One state of each kind of part: those looked at once more, at 400 % and in the dark."""
NARROW = (
    *(state for state in KINDS if state != "unfolded"),
    "filters",
    "compare",
    "drawing",
    "tour",
    "unfolded",
)
"""States whose layout is another one on a phone; dialogues are the same."""


@LOOKS
def test_axe_sees_no_violation(
    visit: Visit, site: Path, axe: str, size: tuple[int, int], *, dark: bool
) -> None:
    found = {}
    for state in {SIZES[0]: STATES, SIZES[1]: NARROW}.get(size, KINDS):
        page = enter(visit, site / "atlas.html", state, dark=dark)
        found[state] = violations(page, axe)
        if size == SIZES[0] and state in KINDS:
            page.evaluate(PROJECTED)
            expect(page.locator("html.sombre")).to_have_count(1)
            settle(page)
            found[f"{state}, dark"] = violations(page, axe, ["color-contrast"])
    assert {state: one for state, one in found.items() if one} == {}
    assert visit.errors == []


@LOOKS
def test_axe_sees_no_violation_on_other_pages(
    visit: Visit, site: Path, records_page: Path, axe: str, *, dark: bool
) -> None:
    for path in (site / "epci/lens-lievin.html", records_page):
        page = visit.open_atlas(path, "n=1" if dark else "t=246200364")
        page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
        assert violations(page, axe) == [], path.name
    for path in (site / "index.html", records_page.parent / "rapport-sources.html"):
        page = visit.open(path)
        page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
        assert violations(page, axe) == [], path.name


@LOOKS
def test_axe_sees_no_violation_in_the_swipe(visit: Visit, site: Path, axe: str, *, dark: bool) -> None:
    visit.page.route("https://**/*", lambda route: route.fulfill(body=DOT, content_type="image/png"))
    page = visit.open_atlas(
        site / "atlas.html", "f=ortho-ign&fa=photo-1949-1955:40" + ("&n=1" if dark else "")
    )
    expect(page.get_by_role("slider", name="Limite entre les deux fonds")).to_be_visible()
    assert violations(page, axe) == []


FOCUS = """() => { const e = document.activeElement;
  const style = getComputedStyle(e), box = e.getBoundingClientRect();
  const ring = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  return [e.tagName, `${e.id || e.className || e.getAttribute('aria-label')} ${e.textContent.slice(0, 30)}`,
    ring, box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth]; }"""
"""What has the focus: its tag, its name, whether a ring is drawn around it, whether it is in sight."""
PLACES_IN_ORDER = ("evitement", "barre-haute", "panneau", "leaflet-container", "legende")


@WIDE
def test_tab_reaches_everything_in_the_order_of_the_page(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html")
    wanted = set(
        page.evaluate("""() => [...document.querySelectorAll('a[href], button, select, input, summary')]
          .filter(e => e.checkVisibility() && e.tabIndex >= 0 && !e.disabled)
          .map((e, n) => e.dataset.rang = String(n))""")
    )
    met, seen, where = set(), set(), []
    for _ in range(len(wanted) + 40):
        page.keyboard.press("Tab")
        tag, name, ring, visible = page.evaluate(FOCUS)
        if tag == "BODY" or (name in seen and tag == "A"):
            break
        seen.add(name)
        assert ring or "panneau" in name, f"no ring around {tag} {name}"
        assert visible, f"out of sight: {tag} {name}"
        met.add(page.evaluate("document.activeElement.dataset.rang ?? ''"))
        where.append(
            page.evaluate(
                "all => all.findIndex(one => document.activeElement.closest('#' + one + ', .' + one))",
                list(PLACES_IN_ORDER),
            )
        )
    radios = page.evaluate(
        "[...document.querySelectorAll('input[type=radio]')].map(e => e.dataset.rang)"
    )  # one of a group takes the focus, the arrows go to the others
    assert wanted - met - set(radios) == set()
    known = [place for place in where if place >= 0]
    assert known == sorted(known)


def test_the_links_that_skip(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html")
    before = page.url
    for size, (rank, target) in itertools.product(SIZES, enumerate(("panneau", "liste"), start=1)):
        visit.resize(size)
        page.evaluate("document.activeElement.blur()")
        page.locator(".evitement").nth(rank - 1).focus()
        expect(page.locator(".evitement").nth(rank - 1)).to_be_in_viewport()
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == target
    assert page.url == before


CLOSED = [
    "place",
    "compare",
    "table",
    "perimeter",
    "drawing",
    "measuring",
    "coordinates",
    "tour",
    "sources",
    "menu",
]


@pytest.mark.parametrize("size", SIZES[:2], ids=SIZE_IDS[:2])
def test_escape_closes_and_the_focus_is_never_lost(visit: Visit, site: Path) -> None:
    for state in CLOSED:
        page = enter(visit, site / "atlas.html", state)
        shown = page.locator(STATES[state][2])
        if page.evaluate("document.activeElement === document.body"):
            shown.locator("button").first.focus()
        for _ in range(2):  # the first may only end a drawing
            if shown.count():
                page.keyboard.press("Escape")
                page.wait_for_timeout(100)
        expect(shown, state).to_have_count(0)
        visit.until("document.activeElement !== document.body", name=state)


@WIDE
def test_the_button_that_closes_gives_the_focus_back(visit: Visit, site: Path) -> None:
    for state in ("place", "compare", "table", "perimeter", "measuring", "tour"):
        page = enter(visit, site / "atlas.html", state)
        shown = page.locator(STATES[state][2])
        page.get_by_role("button", name="Quitter" if state == "measuring" else "Fermer").last.press("Enter")
        expect(shown, state).to_have_count(0)
        visit.until("document.activeElement !== document.body", name=state)


@WIDE
def test_escape_closes_the_topmost_alone(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html", "e=cites-lsm-241&d=tableau")
    page.locator(".fiche").wait_for()
    choose("Sources")(page)
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(page.locator(".fiche")).to_be_visible()
    open_menu(page, "Outils")
    page.keyboard.press("Escape")
    expect(page.get_by_role("menu")).to_have_count(0)
    expect(page.locator(".fiche")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".fiche")).to_have_count(0)
    expect(page.locator(".tableau")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".tableau")).to_have_count(0)


@WIDE
def test_a_filter_taken_away_leaves_the_focus_among_the_filters(visit: Visit, site: Path) -> None:
    page = enter(visit, site / "atlas.html", "filters")
    chips = page.locator(".scene .puce")
    for left in (1, 0):
        chips.first.press("Enter")
        expect(chips).to_have_count(left)
        visit.until("document.activeElement.closest('.puces, #filtres')")


@WIDE
def test_letters_with_a_modifier_are_the_browsers(visit: Visit, site: Path) -> None:
    page = visit.open_atlas(site / "atlas.html")
    before = page.url
    page.evaluate("""addEventListener('keydown', e => {
        window.taken = (window.taken ?? 0) + (e.defaultPrevented ? 1 : 0); e.preventDefault(); })""")
    for modifier, letter in itertools.product(("Control", "Alt", "Meta"), "mcvtjkbl/"):
        page.keyboard.press(f"{modifier}+{letter}")
    assert page.evaluate("window.taken") == 0
    expect(page.locator(".dock, .outil, dialog[open]")).to_have_count(0)
    assert page.url == before


@WIDE
def test_who_asks_for_no_motion_sees_none(visit: Visit, site: Path) -> None:
    visit.page.emulate_media(reduced_motion="reduce")
    page = enter(visit, site / "atlas.html", "rest")
    page.evaluate("""() => { window.moved = 0;
        for (const kind of ['transitionrun', 'animationstart'])
            addEventListener(kind, () => window.moved++, true); }""")
    page.select_option("#choix-territoire", LENS)
    page.locator(".leaflet-control-zoom-in").press("Enter")
    page.locator("[data-stat]").first.press("Enter")
    expect(page.locator("dialog[open]")).to_be_visible()
    page.keyboard.press("Escape")
    choose("Visite")(page)
    assert page.evaluate("document.getAnimations().length") == 0
    assert page.evaluate("window.moved") == 0
    expect(page.locator(".leaflet-zoom-anim")).to_have_count(0)
