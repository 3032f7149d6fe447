"""Where symbols and names stand: none over another, each as near as can be to its own place."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from geo.print.drawing.page import Rect

_GOLDEN_ANGLE = math.pi * (3 - math.sqrt(5))


class Taken:
    """The rectangles of the page that are no longer free, inside a box that nothing may leave."""

    def __init__(self, within: Rect) -> None:
        self.within = within
        self._firm, self._soft = _Rects(), _Rects()

    def add(self, rects: Iterable[Rect], *, soft: bool = False) -> None:
        """Take rectangles, free or not; what is `soft` may be written over if there is no other way."""
        for rect in rects:
            (self._soft if soft else self._firm).add(rect)

    def frees(self, rects: Sequence[Rect], *, over: bool = False) -> bool:
        """Tell whether all of some rectangles are free and in the box; `over` what is soft or not."""
        stores = (self._firm,) if over else (self._firm, self._soft)
        return all(self.within.holds(rect) and not any(store.hit(rect) for store in stores) for rect in rects)

    def first(self, ways: Iterable[Sequence[Rect]], *, over: bool = False) -> Sequence[Rect] | None:
        """Return the first way whose rectangles are free, and take them; nothing if none is."""
        for rects in ways:
            if self.frees(rects, over=over):
                self.add(rects)
                return rects
        return None


class _Rects:
    """Rectangles that are asked, all at once, whether one crosses another."""

    def __init__(self) -> None:
        self._sides: npt.NDArray[np.float64] = np.empty((64, 4))
        self._count = 0

    def add(self, rect: Rect) -> None:
        if self._count == len(self._sides):
            self._sides = np.concatenate([self._sides, np.empty_like(self._sides)])
        self._sides[self._count] = rect.x, rect.y, rect.right, rect.top
        self._count += 1

    def hit(self, rect: Rect) -> bool:
        left, foot, right, top = self._sides[: self._count].T
        return bool(((left < rect.right) & (rect.x < right) & (foot < rect.top) & (rect.y < top)).any())


def spiral(x: float, y: float, step: float, far: float) -> Iterator[tuple[float, float]]:
    """Yield a place, then others around it, ever further, up to `far`."""
    yield x, y
    for n in range(1, int((2 * far / step) ** 2) + 1):
        radius = 0.5 * step * math.sqrt(n)
        yield x + radius * math.cos(n * _GOLDEN_ANGLE), y + radius * math.sin(n * _GOLDEN_ANGLE)


def around(x: float, y: float, gap: float, w: float, h: float) -> Iterator[Rect]:
    """Yield boxes of a size beside a place: right, left, over, under, then the corners."""
    beside = ((1, 0), (-1, 0), (0, 1), (0, -1), (0.8, 0.8), (0.8, -0.8), (-0.8, 0.8), (-0.8, -0.8))
    for dx, dy in beside:
        yield Rect(x + dx * (gap + w / 2) - w / 2, y + dy * (gap + h / 2) - h / 2, w, h)
