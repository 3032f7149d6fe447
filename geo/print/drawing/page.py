"""A page to draw on: millimetres from its lower left corner, one thing over the one before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.textpath import TextPath

from geo.print.drawing import paths, typeface
from geo.print.drawing.typeface import MM, Style

Align = Literal["left", "center", "right"]


class Rect(NamedTuple):
    """A rectangle of the page, mm: its lower left corner and its size."""

    x: float
    y: float
    w: float
    h: float

    @property
    def right(self) -> float:
        """The x of its right side."""
        return self.x + self.w

    @property
    def top(self) -> float:
        """The y of its upper side."""
        return self.y + self.h

    @property
    def centre(self) -> tuple[float, float]:
        """Its middle."""
        return self.x + self.w / 2, self.y + self.h / 2

    @classmethod
    def around(cls, x: float, y: float, w: float, h: float | None = None) -> Rect:
        """Return the rectangle of a size around a place; a square, if no height is given."""
        high = w if h is None else h
        return cls(x - w / 2, y - high / 2, w, high)

    def grown(self, by: float) -> Rect:
        """Return it larger by as much on each side; smaller, if it is negative."""
        return Rect(self.x - by, self.y - by, self.w + 2 * by, self.h + 2 * by)

    def crosses(self, other: Rect) -> bool:
        """Tell whether two rectangles share more than a side."""
        return self.x < other.right and other.x < self.right and self.y < other.top and other.y < self.top

    def holds(self, other: Rect) -> bool:
        """Tell whether another lies wholly in it."""
        return self.x <= other.x and self.y <= other.y and self.right >= other.right and self.top >= other.top

    def path(self) -> Path:
        """Return its outline."""
        x, y, right, top = self.x, self.y, self.right, self.top
        return Path([(x, y), (right, y), (right, top), (x, top), (x, y)], closed=True)


class Page:
    """A figure of a size in mm, its one axes the whole of it in mm."""

    def __init__(self, width: float, height: float, paper: str) -> None:
        self.size = Rect(0, 0, width, height)
        self.figure = Figure(figsize=(width / 25.4, height / 25.4), facecolor=paper)
        self.axes = self.figure.add_axes((0, 0, 1, 1))
        self.axes.set_axis_off()
        self.axes.set(xlim=(0, width), ylim=(0, height))

    def fill(self, path: Path | None, colour: str, *, alpha: float = 1, clip: Path | None = None) -> None:
        """Fill a path."""
        if path is not None:
            self._add(PathPatch(path, facecolor=colour, edgecolor="none", linewidth=0, alpha=alpha), clip)

    def stroke(
        self,
        path: Path | None,
        colour: str,
        width: float,
        *,
        dashes: Sequence[float] = (),
        alpha: float = 1,
        clip: Path | None = None,
        cap: Literal["butt", "round"] = "butt",
    ) -> None:
        """Stroke a path; its width and its dashes in mm."""
        if path is None:
            return
        patch = PathPatch(path, facecolor="none", edgecolor=colour, alpha=alpha, fill=False)
        patch.set(linewidth=width / MM, joinstyle="round", capstyle=cap)
        if dashes:
            patch.set_linestyle((0, [dash / width for dash in dashes]))  # it counts in widths
        self._add(patch, clip)

    def write(
        self,
        text: str,
        x: float,
        y: float,
        size: float,
        style: Style = "Regular",
        *,
        colour: str,
        align: Align = "left",
        halo: str = "",
        role: str = "",
    ) -> None:
        """Write one line from a place of its baseline; `size` in points.

        The halo is a drawing apart: the text stays text, that can be searched and copied. `role`
        says what it is, for those who measure the drawing.
        """
        written = typeface.fitted(text, style)
        start = x - {"left": 0.0, "center": 0.5, "right": 1.0}[align] * typeface.width(written, style, size)
        if halo:
            outline = TextPath(
                (0, 0), written, size=size, prop=typeface.properties(style, size), usetex=False
            )
            self.stroke(_placed(outline, start, y), halo, 0.16 * size * MM, alpha=0.9, cap="round")
        told = Text(
            start, y, written, color=colour, fontproperties=typeface.properties(style, size), va="baseline"
        )
        told.set(parse_math=False, zorder=1, gid=role or None, clip_on=False)
        self.axes.add_artist(told)

    def _add(self, patch: PathPatch, clip: Path | None) -> None:
        patch.set(zorder=1, antialiased=True)
        self.axes.add_artist(patch)
        if clip is None:
            patch.set_clip_on(False)
        else:
            patch.set_clip_path(clip, self.axes.transData)


def _placed(path: TextPath, x: float, y: float) -> Path:
    return Path(paths.vertices(path) * MM + (x, y), path.codes)
