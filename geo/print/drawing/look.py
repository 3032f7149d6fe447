"""How a layer looks on paper: as in the pages, one shape and one pictogram, a hatch, the colour of its axis.

The shapes and their measures are those of ``app/src/map/look.ts``, in pixels of the pages.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from matplotlib.path import Path

from geo.catalog import Layer
from geo.content import assets, style
from geo.print.drawing import paths
from geo.print.drawing.page import Page, Rect

OUTSIDE, LAND, INK, FAINT, SOFT = "#f3efe6", "#fffdf9", "#23272d", "#b9b1a2", "#4d5258"
"""What lies out of the territory, its land, borders and names, borders of communes, lesser names."""
NEUTRAL = "#4b5157"

_CORNERS = {
    "carre": ((-0.88, -0.88), (0.88, -0.88), (0.88, 0.88), (-0.88, 0.88)),
    "losange": ((0, -1.2), (1.2, 0), (0, 1.2), (-1.2, 0)),
    "hexagone": ((-0.55, -0.95), (0.55, -0.95), (1.1, 0), (0.55, 0.95), (-0.55, 0.95), (-1.1, 0)),
    "triangle": ((0, -1.15), (1.15, 0.85), (-1.15, 0.85)),
    "ecu": ((-0.9, -0.95), (0.9, -0.95), (0.9, 0.2), (0, 1.15), (-0.9, 0.2)),
}
_HATCHES = {
    "hachures": (((0, 0), (8, 8)),),
    "quadrillage": (((0, 4), (8, 4)), ((4, 0), (4, 8))),
    "croix": (((1.5, 4), (6.5, 4)), ((4, 1.5), (4, 6.5))),
    "points": (((3.95, 4), (4.05, 4)),),
}
"""What a hatch repeats in its cell of 8 x 8."""
_BOX, _CELL = 26.4, 8.0
_SURE = ("exacte", "adresse")
_BLANK = 2.6
"""mm under which a symbol is its shape alone."""


@dataclass(frozen=True, slots=True)
class Looks:
    """What tells a layer from others."""

    colour: str
    forme: str
    pictogram: str
    """The path of the pictogram, or nothing."""
    epaisseur: float
    dashes: tuple[float, ...]
    remplissage: float
    motif: str


NOTHING = Looks(NEUTRAL, "rond", "", 2.0, (), 0.06, "hachures")
"""Of what is no layer: an entry of a legend about all of them."""


def looks(layer: Layer) -> Looks:
    """Return how a layer looks."""
    symbol = layer.symbole
    return Looks(
        colour=style.colour(layer),
        forme=symbol.forme,
        pictogram=assets.icon(symbol.pictogramme),
        epaisseur=symbol.epaisseur,
        dashes=tuple(float(one) for one in symbol.tirets.replace(",", " ").split() if float(one) > 0),
        remplissage=symbol.remplissage,
        motif=symbol.motif,
    )


def symbol(page: Page, told: Looks, precision: str, box: Rect) -> None:
    """Draw a symbol in a box: filled where it is precise, hollow in a town, dashed where indicative."""
    x, y = box.centre
    scale = box.w / _BOX
    frame = style.SHAPES[told.forme]
    shape = paths.moved(paths.of_svg(frame.path), x - 12 * scale, y + 12 * scale, scale)
    sure = precision in _SURE
    page.stroke(shape, LAND, 3.4 * scale, cap="round")
    page.fill(shape, told.colour if sure else LAND)
    dashes = [3.4 * scale, 2.2 * scale] if precision == "indicative" else ()
    page.stroke(shape, told.colour, (1.2 if sure else 2.2) * scale, dashes=dashes)
    if told.pictogram and box.w >= _BLANK:
        corner = (x + (frame.left - 12) * scale, y - (frame.top - 12) * scale)
        mark = paths.moved(paths.of_svg(told.pictogram), *corner, frame.scale * scale)
        page.fill(mark, "#ffffff" if sure else told.colour)


def record(page: Page, told: Looks, box: Rect, *, sure: bool = True) -> None:
    """Draw the small shape of a record in a box; hollow where it is not well known."""
    (x, y), radius = box.centre, box.w / 2
    corners = _CORNERS.get(told.forme)
    if corners:
        points = np.array([*corners, corners[0]], dtype=float) * (radius, -radius) + (x, y)
        shape = Path(points, closed=True)
    else:
        shape = Path.circle((x, y), radius)
    page.fill(shape, told.colour if sure else LAND)
    page.stroke(shape, LAND if sure else told.colour, 0.22 * radius)


def area(page: Page, told: Looks, outline: Path | None, unit: float, box: Rect) -> None:
    """Fill an outline as the layer's polygons are, and draw its border; `unit` is mm for a pixel."""
    if outline is None:
        return
    clip = box.path()
    if told.remplissage:
        page.fill(outline, told.colour, alpha=told.remplissage, clip=clip)
        hatch(page, told, outline, unit, box)
    dashes = [dash * unit for dash in told.dashes]
    page.stroke(outline, told.colour, min(told.epaisseur, 1.3) * unit, dashes=dashes, clip=clip)


def hatch(page: Page, told: Looks, outline: Path, unit: float, box: Rect) -> None:
    """Draw the hatch of a layer inside an outline, as far as a box goes."""
    cell = _HATCHES.get(told.motif)
    if not cell:
        return
    strokes = _cells(cell, _within(outline, box), _CELL * unit)
    dots = told.motif == "points"
    width = (2.2 if dots else 1.0) * unit
    page.stroke(strokes, told.colour, width, alpha=0.7, clip=outline, cap="round" if dots else "butt")


def _within(outline: Path, box: Rect) -> Rect:
    points = paths.vertices(outline)
    (left, foot), (right, top) = points.min(axis=0), points.max(axis=0)
    left, foot = max(left, box.x), max(foot, box.y)
    return Rect(left, foot, max(min(right, box.right) - left, 0), max(min(top, box.top) - foot, 0))


def _cells(cell: tuple[tuple[tuple[float, float], ...], ...], where: Rect, side: float) -> Path:
    columns = np.arange(np.floor(where.x / side), np.floor(where.right / side) + 1)
    rows = np.arange(np.floor(where.y / side), np.floor(where.top / side) + 1)
    corners = np.stack(np.meshgrid(columns, rows), axis=-1).reshape(-1, 1, 1, 2) * side
    points = (corners + np.array(cell, dtype=float)[None] * side / _CELL).reshape(-1, 2)
    codes = np.tile([Path.MOVETO, Path.LINETO], len(points) // 2)
    return Path(points, codes)


def line(page: Page, told: Looks, path: Path | None, unit: float, *, kind: str, clip: Path) -> None:
    """Draw lines: ``relevé`` thin, others wide on a strip of paper, hollow if they are ``indicative``."""
    width = told.epaisseur * unit
    dashes = [dash * unit for dash in told.dashes]
    cap: Literal["butt", "round"] = "butt" if dashes else "round"
    if kind == "relevé":
        page.stroke(path, told.colour, min(width, 1.4 * unit), dashes=dashes, clip=clip)
        return
    page.stroke(path, LAND, width + 3 * unit, alpha=0.9, clip=clip, cap="round")
    page.stroke(path, told.colour, width, dashes=dashes, clip=clip, cap=cap)
    if kind == "indicative" and (not dashes or dashes[0] > width):  # dots are as good as hollow
        page.stroke(path, LAND, 0.45 * width, dashes=dashes, clip=clip, cap=cap)
