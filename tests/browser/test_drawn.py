"""Every feature of every layer is on the map, where it stands, and things lie over one another in order."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import shapely

from tests.records import sample_data

from .conftest import Visit

pytestmark = pytest.mark.browser

UNNAMED = """
for (const method of ["fillText", "strokeText"]) CanvasRenderingContext2D.prototype[method] = () => {};
"""
"""Names move when symbols come: without them, only what a layer draws differs."""

KEEP = """window.pixels = () => {
  const c = document.querySelector('canvas.dessin');
  return c.getContext('2d').getImageData(0, 0, c.width, c.height);
};
window.bare = window.pixels();
"""

UNSEEN = """places => {
  const canvas = document.querySelector('canvas.dessin'), b = canvas.getBoundingClientRect();
  const m = map_atlas.getContainer().getBoundingClientRect();
  const [k, now] = [canvas.width / b.width, window.pixels()];
  if (now.width !== window.bare.width || now.height !== window.bare.height) return ['size'];
  const moved = new Map(ErbmAtlas.inspecter().symbols.map(s => [s.id, s]));
  const differs = (x, y) => [0, 1, 2].some(i =>
    now.data[4 * (y * now.width + x) + i] !== window.bare.data[4 * (y * now.width + x) + i]);
  return places.filter(([id, lat, lon]) => {
    const p = moved.get(id) ?? map_atlas.latLngToContainerPoint([lat, lon]);
    const [x, y] = [Math.round((m.x + p.x - b.x) * k), Math.round((m.y + p.y - b.y) * k)];
    for (let dx = -4; dx <= 4; dx++)
      for (let dy = -4; dy <= 4; dy++) if (differs(x + dx, y + dy)) return false;
    return true;
  }).map(([id]) => id);
}"""
"""The features around whose place, or symbol, the map is as it is without their layer."""

ORDER = """
window.drawn = [];
const { stroke, drawImage } = CanvasRenderingContext2D.prototype;
const mine = ctx => ctx.canvas.classList.contains("dessin");
CanvasRenderingContext2D.prototype.stroke = function (...rest) {
  if (mine(this)) window.drawn.push(`${this.strokeStyle} ${this.lineWidth.toFixed(1)}`);
  return stroke.apply(this, rest);
};
CanvasRenderingContext2D.prototype.drawImage = function (...rest) {
  if (mine(this)) window.drawn.push("symbol");
  return drawImage.apply(this, rest);
};
"""


@pytest.fixture(scope="module")
def data() -> dict[str, Any]:
    return sample_data()


def place_on(shape: Any) -> list[float]:
    """Return a place (latitude, longitude) on a shape: in a polygon, on a line in its middle."""
    first = max(shapely.get_parts(shape), key=lambda part: part.length)
    line = first.geom_type == "LineString"
    at = first.interpolate(0.5, normalized=True) if line else shapely.point_on_surface(first)
    return [at.y, at.x]


def test_every_feature_of_every_layer_is_drawn(
    visit: Visit, records_page: Path, data: dict[str, Any]
) -> None:
    visit.page.add_init_script(UNNAMED)
    page = visit.open_atlas(records_page, "c=")
    page.get_by_role("region", name="Légende").locator("summary").click()
    visit.still()
    page.evaluate(KEEP)
    seen = 0
    for layer in data["couches"]:
        own = [
            one for one in data["entites"] if one["couche"] == layer["id"] and one["geometrie"] is not None
        ]
        before = page.evaluate("map_atlas.getContainer().dataset.dessins")
        page.evaluate("id => { location.hash = `c=${id}`; }", layer["id"])
        visit.until("n => map_atlas.getContainer().dataset.dessins !== n", before)
        visit.still()
        places = [[one["id"], *place_on(one["geometrie"])] for one in own]
        assert page.evaluate(UNSEEN, places) == [], layer["id"]
        symbols = {one["id"] for one in page.evaluate("ErbmAtlas.inspecter()")["symbols"]}
        lines = {one["id"] for one in own if one["geometrie"].geom_type.endswith("LineString")}
        assert symbols == {one["id"] for one in own if not one["inventaire"]} - lines, layer["id"]
        seen += len(own)
    assert seen == sum(one["geometrie"] is not None for one in data["entites"])
    assert visit.errors == []


def test_polygons_lie_under_borders_and_borders_under_symbols(
    visit: Visit, records_page: Path, data: dict[str, Any]
) -> None:
    visit.page.add_init_script(ORDER)
    page = visit.open_atlas(records_page, "c=cites")
    visit.still()
    page.evaluate("window.drawn = []; map_atlas.fire('viewreset')")
    visit.until("window.drawn.length")
    drawn = page.evaluate("window.drawn")
    colour = next(layer["couleur"] for layer in data["couches"] if layer["id"] == "cites")
    polygons = [rank for rank, one in enumerate(drawn) if one.startswith(colour)]
    borders = [rank for rank, one in enumerate(drawn) if one.endswith((" 1.4", " 0.8"))]
    symbols = [rank for rank, one in enumerate(drawn) if one == "symbol"]
    assert polygons
    assert borders
    assert symbols
    assert polygons[0] < borders[0] < symbols[0]
