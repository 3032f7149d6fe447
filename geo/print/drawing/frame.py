"""What part of the land stands where on the page."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from geo.print.drawing.page import Rect

_AIR = 0.03
"""Around the territory, of the smaller side of the map."""
_TIMES = 26
"""How many times the map may be made smaller to leave its corners free."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A box of the page, mm, and the land in it: ``page = origin + scale * land``."""

    box: Rect
    scale: float
    """mm for a metre."""
    x: float
    y: float
    """Where the origin of the land's coordinates would stand."""

    def place(self, shape: BaseGeometry) -> BaseGeometry:
        """Return a shape in mm of the page."""

        def move(xy: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
            return xy * self.scale + (self.x, self.y)

        return shapely.transform(shape, move)

    def land(self) -> BaseGeometry:
        """Return what is in the box, in the coordinates of the land."""
        west, south = (self.box.x - self.x) / self.scale, (self.box.y - self.y) / self.scale
        return shapely.box(west, south, west + self.box.w / self.scale, south + self.box.h / self.scale)


def fit(shape: BaseGeometry, box: Rect, corners: Sequence[tuple[float, float]]) -> tuple[Frame, list[Rect]]:
    """Return the frame in which a shape stands as large as can be, and where its corners are free.

    Parameters
    ----------
    shape : shapely geometry
        The territory and all that has to be seen.
    box : Rect
        The map's place on the page.
    corners : sequence of (width, height)
        What is to stand in a corner of the box, mm, each in another: as far as can be, the shape
        is moved and made smaller so as to leave them free.

    Returns
    -------
    Frame, list of Rect
        The frame, and where each of `corners` stands.
    """
    best: tuple[float, Frame, list[Rect]] | None = None
    outline = shapely.simplify(shape, 50)
    for shrunk, (right, up) in itertools.product(range(_TIMES), itertools.product((0.5, 0, 1), repeat=2)):
        frame = _frame(shape, box, 1 - 0.02 * shrunk, right, up)
        cost, places = _corners(frame.place(outline), box, corners)
        if cost == 0:
            return frame, places
        if best is None or cost < best[0]:
            best = (cost, frame, places)
    assert best is not None
    return best[1], best[2]


def _frame(shape: BaseGeometry, box: Rect, share: float, right: float, up: float) -> Frame:
    west, south, east, north = shapely.bounds(shape)
    air = _AIR * min(box.w, box.h)
    wide, high = max(east - west, 1.0), max(north - south, 1.0)
    scale = min((box.w - 2 * air) / wide, (box.h - 2 * air) / high) * share
    left = box.x + air + right * (box.w - 2 * air - wide * scale)
    foot = box.y + air + up * (box.h - 2 * air - high * scale)
    return Frame(box, scale, left - west * scale, foot - south * scale)


def _corners(
    outline: BaseGeometry, box: Rect, sizes: Sequence[tuple[float, float]]
) -> tuple[float, list[Rect]]:
    """Return what of the outline the best places would hide, mm², and the places."""
    gap = 2.5
    ends = [(box.x + gap, box.right - gap), (box.y + gap, box.top - gap)]
    hidden: dict[tuple[int, int, int], tuple[float, Rect]] = {}
    for (rank, (w, h)), east, north in itertools.product(enumerate(sizes), (0, 1), (0, 1)):
        place = Rect(ends[0][east] - east * w, ends[1][north] - north * h, w, h)
        ground = shapely.box(*place.grown(gap)[:2], place.right + gap, place.top + gap)
        hidden[rank, east, north] = (float(shapely.area(shapely.intersection(outline, ground))), place)
    found = []
    for chosen in itertools.permutations(((1, 0), (0, 0), (0, 1), (1, 1)), len(sizes)):
        ways = [hidden[rank, east, north] for rank, (east, north) in enumerate(chosen)]
        apart = all(not a.crosses(b) for (_, a), (_, b) in itertools.combinations(ways, 2))
        found.append((sum(cost for cost, _ in ways) + (0 if apart else 1e9), [place for _, place in ways]))
    return min(found, key=lambda one: one[0]) if sizes else (0.0, [])
