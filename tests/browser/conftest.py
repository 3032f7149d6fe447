"""A built site, and Debian's Chromium to open it: from the disk, with every network request refused."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Error, Page, Request, Route, sync_playwright

import geo
from geo.atlas import AtlasMap
from geo.atlas.report import source_report
from geo.content import made_on
from tests.records import sample, sample_data

CHROMIUM = os.environ.get("ERBM_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
TOUR_SEEN = "if (location.protocol === 'file:') localStorage.setItem('erbm-atlas:visite', 'vue')"
FRAMES = "new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(drawn))))"
"""What was asked for is on the screen, dialogues too, however slow the machine."""
STILL = """() => {
  if (map_atlas._animatingZoom || map_atlas._panAnim?._inProgress) return false;
  const { dessins } = map_atlas.getContainer().dataset;
  const now = [map_atlas.getZoom(), map_atlas.getCenter(), location.hash, dessins].join();
  const since = window.__seen?.now === now ? window.__seen.since : performance.now();
  window.__seen = { now, since };
  return performance.now() - since > 250;
}"""
"""Longer than the application waits before it tells a move in the address."""
CAPTURES = Path(__file__).parents[2] / "output" / "captures"


@dataclass
class Visit:
    """A page, with what it asked of the network and what went wrong in it."""

    page: Page
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def open(self, path: Path, fragment: str = "") -> Page:
        """Open a file as a double click would, and wait until it is drawn."""
        self.page.goto(path.as_uri() + (f"#{fragment}" if fragment else ""))
        return self.page

    def open_atlas(self, path: Path, fragment: str = "", *, tour: bool = False) -> Page:
        """Open a map page and wait until the application is ready; the tour was seen, if not asked for.

        A page that is open already is opened again: its address alone would not load it.
        """
        if not tour:
            self.page.add_init_script(TOUR_SEEN)
        if self.page.url.startswith(path.as_uri()):
            self.page.goto("about:blank")
        self.open(path, fragment)
        self.page.wait_for_selector("#atlas[data-entier=oui]")
        return self.page

    def until(self, expression: str, argument: Any = None, timeout_s: float = 20, name: str = "") -> None:
        """Wait until an expression, or a function of an argument, holds.

        The pages' policy stops Playwright's ``wait_for_function`` as soon as it has to wait.
        """
        end = time.monotonic() + timeout_s
        while not self.page.evaluate(expression, argument):
            assert time.monotonic() < end, (name, expression, argument)
            self.page.wait_for_timeout(30)

    def resize(self, size: tuple[int, int]) -> None:
        """Give the window another size, in pixels, and wait until the page has followed."""
        self.page.set_viewport_size({"width": size[0], "height": size[1]})
        self.drawn()

    def drawn(self) -> None:
        """Wait until what was just asked for is on the screen."""
        self.page.evaluate(FRAMES)

    def still(self) -> None:
        """Wait until the map moves no more, and what is seen of it was drawn and told."""
        self.drawn()
        self.until(STILL)

    def capture(self, name: str) -> None:
        """Keep a screenshot for a person to look at."""
        CAPTURES.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=CAPTURES / f"{name}.png")


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """Return a folder that is filled once, by one of the processes of a run for all of them."""
    base = factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name
    with FileLock(folder.with_suffix(".lock")):
        if not folder.exists():
            draft = factory.mktemp(name)
            make(draft)
            draft.rename(folder)
    return folder


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_once(tmp_path_factory, "site", geo.atlas.write_site)


def write_records(folder: Path) -> None:
    """Write the page of the basin with records in it, beside a portal and a report."""
    content = sample()
    (folder / "atlas.html").write_text(AtlasMap(sample_data()).html_text(), encoding="utf-8")
    report = source_report(content.known, content.lots, {}, made_on())
    (folder / "rapport-sources.html").write_text(report, encoding="utf-8")


@pytest.fixture(scope="session")
def records_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the page of the basin with records in it, beside a report."""
    return made_once(tmp_path_factory, "inventaires", write_records) / "atlas.html"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed (apt install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def size() -> tuple[int, int]:
    return (1440, 900)


class Profile:
    """What the visits of a run share: a context, in which a page opens in the process of those before it.

    In a process of its own, that has no application compiled yet, a page costs twice as much to open.
    A page that stays open keeps the process, and forgets for all what one of them kept.
    """

    def __init__(self, browser: Browser, blank: Path) -> None:
        self.browser = browser
        self.blank = blank
        self.begin()

    def begin(self) -> None:
        """Open the context, and the page that keeps its process."""
        self.context = self.browser.new_context(locale="fr-FR")
        self.keeper = self.context.new_page()
        self.keeper.goto(self.blank.as_uri())

    def new_page(self, size: tuple[int, int]) -> Page:
        """Open a page that nothing was done to, in a window of a size."""
        page = self.context.new_page()
        page.set_viewport_size({"width": size[0], "height": size[1]})
        return page

    def forget(self) -> None:
        """Close the pages that were opened, and forget what they kept; all, if the process was lost."""
        for page in self.context.pages:
            if page is not self.keeper:
                page.close()
        try:
            self.keeper.evaluate("localStorage.clear()")
        except Error:
            self.context.close()
            self.begin()


@pytest.fixture(scope="session")
def profile(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Profile]:
    blank = tmp_path_factory.mktemp("profile") / "vide.html"
    blank.write_text("<!DOCTYPE html><title>vide</title>", encoding="utf-8")
    shared = Profile(chromium, blank)
    yield shared
    shared.context.close()


@pytest.fixture
def visit(profile: Profile, size: tuple[int, int]) -> Iterator[Visit]:
    yield visited(profile.new_page(size))
    profile.forget()


def visited(page: Page) -> Visit:
    """Return the visit of a new page, that hears from now on of all that goes wrong in it."""
    current = Visit(page)

    def refuse(route: Route, request: Request) -> None:
        if request.url.startswith(("file:", "data:", "blob:")):
            route.continue_()
        else:
            current.requests.append(request.url)
            route.abort()

    page.route("**/*", refuse)

    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            current.errors.append(message.text)

    def dismiss(dialog: Dialog) -> None:
        current.errors.append(f"dialog {dialog.message}")
        dialog.dismiss()

    page.on("pageerror", lambda error: current.errors.append(str(error)))
    page.on("console", note)
    page.on("dialog", dismiss)
    return current
