"""The page of the atlas beside a folium page of the same layers: bytes, painted, ready, redrawn, memory.

Run with ``make bench``, or ``python -m tests.benchmarks.page``. Two cases: the basin with its records
(of ``../shared/mirror``, or as many made by chance), and 20,000 points with 30,000 lines (499,000 vertices).
All layers are shown in both pages, opened from the disk in Debian's Chromium with no network. The folium
page holds what a reader can ask of each feature (name, place, status, text, facts, source), in its
tooltips and popups, and the EPCI and communes; coordinates have seven decimals at most. The libraries that
it asks of the network stand beside it on the disk, as npm gives them in the versions that folium names: but
Leaflet 1.9.4, as 1.9.3 stops at a tooltip of several points. Two small style sheets that npm does not have
are empty. The statistics of the 50,000 are not computed, which takes minutes: that page has those of the
basin. Its bytes are those of the HTML alone; ours are all there is. *painted* is two frames after the last
layer is there, *ready* when the page is idle for the first time after that; both from the start of the
navigation. No test asserts a time.
"""

from __future__ import annotations

import functools
import os
import re
import shutil
import statistics
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import folium
import geopandas as gpd
import numpy as np
import shapely
from playwright.sync_api import Page, Playwright, sync_playwright

from geo.atlas.document import html_text
from geo.atlas.payload import page_data
from geo.content import Content, load_content
from geo.territories import WGS84
from tests.benchmarks import report
from tests.browser.conftest import CHROMIUM, FLAGS
from tests.records import content_with, record
from tools.build_app import node_commands

ROOT = Path(__file__).parents[2]
PACKAGES = Path(__file__).parent / "folium_js"
LIBRARIES = (
    "leaflet/dist/leaflet.js",
    "leaflet/dist/leaflet.css",
    "jquery/dist/jquery.min.js",
    "bootstrap/dist/js/bootstrap.bundle.min.js",
    "bootstrap/dist/css/bootstrap.min.css",
    "@fortawesome/fontawesome-free/css/all.min.css",
    "leaflet.awesome-markers/dist/leaflet.awesome-markers.js",
    "leaflet.awesome-markers/dist/leaflet.awesome-markers.css",
)
ALIASES = {"jquery-3.7.1.min.js": "jquery.min.js"}
MIRROR = ROOT.parent / "shared" / "mirror"
POINTS, LINES = 20_000, 30_000
STEPS = 479_000
"""Vertices of the lines together."""

TOLD = ("id", "nom", "ou", "statut_texte", "resume", "reserve", "source")
RATIOS = ("bytes", "painted s", "ready s", "redraw s", "memory MiB")

WATCH = """
(() => {
  const done = () => requestAnimationFrame(() => requestAnimationFrame(() => {
    window.painted = performance.now();
    requestIdleCallback(() => { window.ready = performance.now(); });
  }));
  if (%s) addEventListener("load", done);
  else new MutationObserver((_, watch) => {
    if (!document.querySelector("#atlas[data-pret=oui]")) return;
    watch.disconnect();
    done();
  }).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-pret"] });
})();
"""
REDRAW = """
async by => {
  const map = window.map_atlas ?? Object.values(window).find(v => window.L && v instanceof window.L.Map);
  const box = map.getContainer(), drawn = () => box.dataset.dessins, before = drawn();
  const start = performance.now();
  map.setZoom(map.getZoom() + by, { animate: false });
  await new Promise(resolve => {
    const wait = () => (before !== undefined && drawn() === before) ? requestAnimationFrame(wait)
      : requestAnimationFrame(() => requestAnimationFrame(resolve));
    wait();
  });
  return (performance.now() - start) / 1000;
}
"""


def basin() -> tuple[str, Content]:
    """Return the basin with the records of official sources, or with as many made by chance."""
    if MIRROR.is_dir():
        return "basin, records of the mirror", load_content(mirror=MIRROR)
    return "basin, records made by chance", _with_walks(800, 2_100, 80_000)


def crowd() -> tuple[str, Content]:
    """Return the basin with 20,000 points and 30,000 lines."""
    return "20,000 points, 30,000 lines", _with_walks(POINTS, LINES, STEPS, counted=False)


def _with_walks(points: int, lines: int, vertices: int, *, counted: bool = True) -> Content:
    """Return the facts with points and random walks inside the basin, each with its commune.

    Their statistics are computed if they are to be `counted`.
    """
    chance = np.random.default_rng(5)
    base = load_content()
    communes = list(base.basin.communes.values())
    chosen = chance.integers(len(communes), size=points + lines)
    centres = shapely.get_coordinates(np.array([one.centre for one in communes], dtype=object))
    starts = centres[chosen] + chance.normal(0, 700, (len(chosen), 2))
    lengths = np.full(lines, vertices // lines)
    lengths[: vertices % lines] += 1
    rows = []
    for rank, (place, start) in enumerate(zip(chosen.tolist(), starts, strict=True)):
        commune = communes[place]
        where = {"communes": (commune.insee,), "epci": (commune.siren,)}
        if rank < points:
            rows.append(record("hopitaux", f"p{rank}", f"Lieu {rank}", shapely.Point(start), base, **where))
            continue
        steps = chance.normal(0, 30, (lengths[rank - points] - 1, 2))
        walk = shapely.LineString(np.vstack((start, start + np.cumsum(steps, axis=0))))
        rows.append(record("cavaliers", f"l{rank}", f"Tronçon {rank}", walk, base, **where))
    return content_with(rows, base=base, counted=counted)


def folium_page(content: Content, data: dict[str, Any], target: Path, *, canvas: bool) -> None:
    """Write the page that folium makes of the same layers, its libraries beside it."""
    page = folium.Map(location=[50.4, 3.0], zoom_start=10, tiles=None, prefer_canvas=canvas)
    for name in ("epci", "communes"):
        shapes = [{"nom": one["nom"], "geometry": _seven(one["forme"])} for one in data[name]]
        frame = gpd.GeoDataFrame(shapes, crs=WGS84)
        folium.GeoJson(frame, name=name, tooltip=folium.GeoJsonTooltip(["nom"])).add_to(page)
    for layer in data["couches"]:
        rows = [
            {key: one[key] for key in TOLD}
            | {
                "faits": "; ".join(": ".join(fact) for fact in one["faits"]),
                "geometry": _seven(one["geometrie"]),
            }
            for one in data["entites"]
            if one["couche"] == layer["id"] and one["geometrie"] is not None
        ]
        if rows:
            folium.GeoJson(
                gpd.GeoDataFrame(rows, crs=WGS84),
                name=layer["titre"],
                marker=folium.CircleMarker(radius=4),
                tooltip=folium.GeoJsonTooltip(["nom"]),
                popup=folium.GeoJsonPopup([*TOLD, "faits"]),
            ).add_to(page)
    page.fit_bounds([[50.15, 2.3], [50.7, 3.6]])
    page.save(str(target))
    text = re.sub(
        r'(src|href)="https://[^"]*/([^/"]+\.(?:js|css))"',
        lambda found: f'{found[1]}="{_library(found[2], target.parent)}"',
        target.read_text("utf-8"),
    )
    target.write_text(text, encoding="utf-8")


def _library(name: str, folder: Path) -> str:
    """Put a library beside a page, and return its name there."""
    wanted = ALIASES.get(name, name)
    known = [file for file in LIBRARIES if file.endswith(f"/{wanted}")]
    if known:
        shutil.copy(installed() / known[0], folder / wanted)
    else:
        (folder / wanted).touch()
    return wanted


@functools.cache
def installed() -> Path:
    """Return the folder of the packages that folium's pages ask for, put there by npm if they are not."""
    folder = ROOT / ".venv" / "folium"
    lock = "package-lock.json"
    wanted = (PACKAGES / lock).read_bytes()
    modules = folder / "node_modules"
    if not (modules / lock).exists() or (modules / lock).read_bytes() != wanted:
        _, npm, path = node_commands()
        shutil.copytree(PACKAGES, folder, dirs_exist_ok=True)
        command = [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
        subprocess.run(command, cwd=folder, env=os.environ | {"PATH": path}, check=True)
        (modules / lock).write_bytes(wanted)
    return modules


def _seven(shape: Any) -> Any:
    return shapely.transform(shape, lambda xy: np.round(xy, 7))


def measure(play: Playwright, target: Path, fragment: str, *, folium: bool) -> dict[str, float]:
    """Open a page in a browser of its own: seconds, and the memory of what draws it."""
    browser = play.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, "--enable-precise-memory-info"])
    page = browser.new_context(viewport={"width": 1440, "height": 900}, offline=True).new_page()
    page.add_init_script(WATCH % str(folium).lower())
    page.goto(target.as_uri() + fragment, wait_until="commit")
    while not page.evaluate("window.ready"):  # the policy of our pages lets nothing wait inside them
        page.wait_for_timeout(100)
    told = {
        "bytes": float(target.stat().st_size),
        "painted s": page.evaluate("painted / 1000"),
        "ready s": page.evaluate("ready / 1000"),
        "redraw s": statistics.median([page.evaluate(REDRAW, by) for by in (1, 1, -1)]),
        "memory MiB": _memory(page),
    }
    browser.close()
    return told


def _memory(page: Page) -> float:
    """Return what the processes that draw pages hold, shared pages told in part (MiB)."""
    processes = page.context.browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")  # type: ignore[union-attr]
    held = 0
    for process in processes["processInfo"]:
        if process["type"] == "renderer":
            rollup = Path(f"/proc/{process['id']}/smaps_rollup").read_text(encoding="ascii")
            held += int(re.findall(r"^Pss:\s+(\d+) kB", rollup, re.MULTILINE)[0])
    return held / 1024


def run(case: Callable[[], tuple[str, Content]], folder: Path, runs: int) -> list[report.Row]:
    """Return a row a tool: medians, and ratios of ours to folium's in the same round."""
    name, content = case()
    data = page_data(content)
    pages = {tool: folder / tool / "page.html" for tool in ("erbm", "folium", "folium on canvas")}
    for target in pages.values():
        target.parent.mkdir(parents=True)
    pages["erbm"].write_text(html_text(data), encoding="utf-8")
    for tool, canvas in (("folium", False), ("folium on canvas", True)):
        folium_page(content, data, pages[tool], canvas=canvas)
    fragment = "#c=" + ",".join(layer["id"] for layer in data["couches"])
    known: dict[str, list[dict[str, float]]] = {tool: [] for tool in pages}
    with sync_playwright() as play:
        for _ in range(runs):
            for tool, target in pages.items():
                ours = tool == "erbm"
                known[tool].append(measure(play, target, fragment if ours else "", folium=not ours))
    return [_row(name, tool, known) for tool in pages]


def _row(case: str, tool: str, known: dict[str, list[dict[str, float]]]) -> report.Row:
    row: dict[str, Any] = {"case": case, "tool": tool}
    row |= {name: statistics.median(one[name] for one in known[tool]) for name in RATIOS}
    if tool != "erbm":
        for name in RATIOS:
            pairs = zip(known["erbm"], known[tool], strict=True)
            row[f"ours / its {name.split()[0]}"] = statistics.median(
                ours[name] / its[name] for ours, its in pairs
            )
    return row


def main(arguments: Sequence[str] | None = None) -> None:
    """Make both pages of both cases, open them in turns, and tell."""
    asked = report.parser(__doc__).parse_args(arguments)
    rows: list[report.Row] = []
    for case in (basin, crowd):
        with tempfile.TemporaryDirectory() as folder:
            rows += run(case, Path(folder), asked.runs)
    report.tell("page", rows, asked)


if __name__ == "__main__":
    main()
