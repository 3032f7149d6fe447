"""What stands on a map beside the land: a scale bar, a north arrow, the EPCI in its basin."""

from __future__ import annotations

import math

import shapely
from matplotlib.path import Path

from geo.content import Dossier
from geo.print.drawing import look, paths
from geo.print.drawing.frame import Frame, fit
from geo.print.drawing.page import Page, Rect
from geo.print.drawing.typeface import CAPITAL, MM
from geo.text import NNBSP, number


def bar_length(frame: Frame, most: float) -> tuple[float, str]:
    """Return a round length of land that takes at most `most` mm: in mm, and written."""
    land = most / frame.scale
    power = 10 ** math.floor(math.log10(land))
    metres = next(n * power for n in (5, 2, 1) if n * power <= land)
    told = f"{number(metres / 1000)}{NNBSP}km" if metres >= 1000 else f"{number(metres)}{NNBSP}m"
    return metres * frame.scale, told


def scale_bar(page: Page, frame: Frame, where: Rect, size: float) -> None:
    """Draw a scale bar and a north arrow in a box; `size` of the type in points."""
    high = where.h
    north(page, where.x + 0.25 * high, where.y, high)
    left, foot = where.x + 0.62 * high, where.y + 0.12 * high
    room = where.right - left - 1.2 * size * MM
    length, told = bar_length(frame, room)
    thick = 0.16 * high
    bar = Rect(left, foot, length, thick)
    page.fill(bar.path(), look.LAND)
    page.fill(Rect(left, foot, length / 2, thick).path(), look.INK)
    page.stroke(bar.path(), look.INK, 0.3)
    over = foot + thick + 0.4 * size * MM
    page.write("0", left, over, size, colour=look.INK, halo=look.OUTSIDE, role="échelle")
    page.write(
        told, left + length, over, size, colour=look.INK, halo=look.OUTSIDE, role="échelle", align="center"
    )


def north(page: Page, x: float, y: float, high: float) -> None:
    """Draw a north arrow over a place of its foot: the map always has the north on top."""
    size = 0.38 * high / MM
    body = high - CAPITAL * size * MM - 0.08 * high
    left, right = ((x + side * 0.3 * body, y) for side in (-1, 1))
    top, notch = (x, y + body), (x, y + 0.22 * body)
    page.fill(Path([top, right, notch, top], closed=True), look.INK)
    page.stroke(Path([top, left, notch, top], closed=True), look.INK, 0.03 * high)
    page.write(
        "N", x, y + high - CAPITAL * size * MM, size, "SemiBold", colour=look.INK, align="center", role="nord"
    )


def inset(page: Page, dossier: Dossier, where: Rect) -> None:
    """Draw the EPCI among those of the basin."""
    page.fill(where.path(), look.LAND)
    page.stroke(where.path(), look.FAINT, 0.25)
    basin = dossier.content.basin
    frame, _ = fit(basin.perimeter, where, ())
    for epci in basin.epci.values():
        here = epci.siren == dossier.epci.siren
        outline = paths.of_shape(frame.place(shapely.simplify(epci.geometry, 100)))
        page.fill(outline, look.INK if here else look.OUTSIDE)
        page.stroke(outline, look.LAND if here else look.FAINT, 0.25)


def inset_size(dossier: Dossier, wide: float) -> tuple[float, float]:
    """Return the width and height of the inset that is `wide` mm wide."""
    west, south, east, north_side = shapely.bounds(dossier.content.basin.perimeter)
    return wide, wide * (north_side - south) / (east - west) + 0.06 * wide
