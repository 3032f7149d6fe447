"""How much room a text takes: lines and heights, by the widths of the letters."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from PIL import ImageFont

from geo.content import assets

WIDER = 1.1
"""How much wider the typeface of slides may be than Source Sans 3, whose widths are at hand."""
LEADING = 1.2
"""Height of a line, for one of the type."""
_UNIT = 200


@cache
def _face(weight: str) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(assets.FONTS / f"SourceSans3-{weight}.ttf"), _UNIT)


@cache
def width(text: str, size: float, *, bold: bool = False) -> float:
    """Return the width of a text, in inches, at a size in points."""
    return _face("Bold" if bold else "Regular").getlength(text) / _UNIT * size / 72 * WIDER


def lines(text: str, size: float, room: float, *, bold: bool = False) -> int:
    """Return how many lines a text takes in `room` inches; paragraphs are parted by a line feed."""
    return sum(_wrapped(part, size, room, bold=bold) for part in text.split("\n"))


def _wrapped(text: str, size: float, room: float, *, bold: bool) -> int:
    count, line = 1, ""
    for word in filter(None, re.findall(r"[^ -]*[ -]?", text)):  # a line ends after a space or a hyphen
        if line and width((line + word).rstrip(), size, bold=bold) > room:
            count, line = count + 1, ""
        line += word
        count += int(width(word.rstrip(), size, bold=bold) / room)  # longer than a line by itself
    return count


def height(text: str, size: float, room: float, *, bold: bool = False) -> float:
    """Return the height of a text, in inches, at a size in points in `room` inches."""
    return lines(text, size, room, bold=bold) * size / 72 * LEADING


def largest(text: str, sizes: Sequence[float], room: float, high: float, *, bold: bool = False) -> float:
    """Return the first size at which a text fits, or nothing (0) where none does."""
    return next((size for size in sizes if height(text, size, room, bold=bold) <= high), 0)


def cut(text: str, size: float, room: float, high: float, rest: str) -> str:
    """Return as many whole words of a text as fit, and what tells where the rest is."""
    words = text.split(" ")
    while words and height(" ".join(words) + rest, size, room) > high:
        words.pop()
    return " ".join(words).rstrip(" ,;:\n") + rest
