"""The type of the drawings: Source Sans 3, its widths, and what it cannot write."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Literal

from matplotlib.font_manager import FontProperties, get_font
from matplotlib.textpath import text_to_path

from geo.content import assets

Style = Literal["Regular", "SemiBold", "Bold", "Italic"]

MM = 25.4 / 72
"""Millimetres in a point."""
CAPITAL = 0.66
"""Height of a capital, in heights of the type; the same for figures."""
DESCENT = 0.24
"""How far the type goes under its baseline, in heights of the type."""


def properties(style: Style, size: float) -> FontProperties:
    """Return a style at a size in points, from the file that the package brings."""
    return FontProperties(fname=_path(style), size=size)


def width(text: str, style: Style, size: float) -> float:
    """Return the width of a text that the type can write, mm."""
    return _width(text, style) * size / _MEASURED


def fitted(text: str, style: Style = "Regular") -> str:
    """Return a text as the type can write it: letters that it lacks lose their accents, or become ``?``."""
    known = _characters(style)
    return "".join(c if ord(c) in known else _nearest(c, known) for c in " ".join(text.split(" ")))


def shortened(text: str, style: Style, size: float, room: float) -> str:
    """Return a text in at most `room` mm: whole, or its beginning and ``…``; at a word, if much is left."""
    if width(text, style, size) <= room:
        return text
    short = text
    while short and width(short.rstrip(" ,;:–") + "…", style, size) > room:
        short = short[:-1]
    words = short.rpartition(" ")[0] if not text[len(short) :].startswith(" ") else short
    kept = words if len(words) > 0.75 * len(short) else short
    return kept.rstrip(" ,;:–") + "…"


def squeezed(text: str, style: Style, size: float, room: float) -> str:
    """Return a text in at most `room` mm: whole, or its beginning, ``…`` and its end, which differ."""
    if width(text, style, size) <= room:
        return text
    kept = len(text) - 1
    while kept > 2:
        short = f"{text[: kept // 3].rstrip()}…{text[-(kept - kept // 3) :].lstrip()}"
        if width(short, style, size) <= room:
            return short
        kept -= 1
    return shortened(text, style, size, room)


def wrapped(text: str, style: Style, size: float, room: float) -> list[str]:
    """Return the lines of a text in a column of `room` mm, parted at its spaces."""
    lines: list[str] = []
    for word in text.split(" "):
        if lines and width(f"{lines[-1]} {word}", style, size) <= room:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines.append(shortened(word, style, size, room))
    return lines


_MEASURED = 100.0
_NO_BREAKS = "\u00a0\u202f\u2007"
"""Spaces at which no line is broken: the type has the first alone, and no narrow one that is seen."""


@cache
def _path(style: Style) -> str:
    assets.text("icons.json")  # tells what to do where the application was not built
    return str(assets.FONTS / f"SourceSans3-{style}.ttf")


@cache
def _width(text: str, style: Style) -> float:
    measured, _, _ = text_to_path.get_text_width_height_descent(
        text, properties(style, _MEASURED), ismath=False
    )
    return float(measured) * MM


@cache
def _characters(style: Style) -> frozenset[int]:
    return frozenset(get_font(_path(style)).get_charmap())


def _nearest(char: str, known: frozenset[int]) -> str:
    if char.isspace():
        return _NO_BREAKS[0] if char in _NO_BREAKS else " "
    plain = unicodedata.normalize("NFKD", char)
    return "".join(c for c in plain if ord(c) in known and not unicodedata.combining(c)) or "?"
