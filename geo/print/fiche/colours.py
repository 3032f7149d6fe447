"""Whether a colour of a user can be read, and what can be written on it."""

from __future__ import annotations

from geo.content.charte import COAL

WHITE = "#ffffff"
_CONTRAST = 4.5
"""Of WCAG 2.2, level AA."""


def readable(colour: str) -> bool:
    """Tell whether a text of this colour (``#rrggbb``) can be read on white paper."""
    return contrast(colour, WHITE) >= _CONTRAST


def on(colour: str) -> str:
    """Return white or coal, whichever is read better on a colour."""
    return max((WHITE, COAL), key=lambda one: contrast(one, colour))


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, 1 to 21, as WCAG defines it."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
