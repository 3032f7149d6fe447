"""The colours of classes: from light to dark, all of the hue of one axis.

In OKLCh (Ottosson, 2020), where equal steps of lightness look equal: the lightness goes from `PALE` to
`DEEP` in equal steps, so that classes differ in black and white and whatever the colours that one
sees; the hue is that of the axis; the chroma grows from a third of the axis' own to the whole of it,
less where the screen has no such colour. In dark colours more is lighter.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np

PALE, DEEP = 0.86, 0.40
"""Lightness of the lowest and the highest class, on paper."""

DIM, BRIGHT = 0.43, 0.88
"""Lightness of the lowest and the highest class, on coal."""

MOST = 5
"""How many classes a ramp has at most."""

_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def ramp(colour: str, classes: int, *, dark: bool = False) -> list[str]:
    """Return the colours of the classes of a theme, the lowest first.

    Parameters
    ----------
    colour : str
        Of the axis, ``#rrggbb``.
    classes : int
        How many.
    dark : bool
        For a dark page.
    """
    low, high = (DIM, BRIGHT) if dark else (PALE, DEEP)
    _, own, hue = oklch(colour)
    steps = [0.5] if classes == 1 else [n / (classes - 1) for n in range(classes)]
    return [_shown(low + (high - low) * t, own * (1 + 2 * t) / 3, hue) for t in steps]


@cache
def ramps(colour: str) -> dict[str, list[list[str]]]:
    """Return the ramps of one class to `MOST`, on paper (``clair``) and on coal (``sombre``)."""
    counts = range(1, MOST + 1)
    return {
        "clair": [ramp(colour, n) for n in counts],
        "sombre": [ramp(colour, n, dark=True) for n in counts],
    }


def oklch(colour: str) -> tuple[float, float, float]:
    """Return the lightness (0 to 1), the chroma and the hue (radians) of a colour ``#rrggbb``."""
    coded = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(coded <= 0.04045, coded / 12.92, ((coded + 0.055) / 1.055) ** 2.4)
    lightness, a, b = (_LAB @ np.cbrt(_LMS @ linear)).tolist()
    return lightness, math.hypot(a, b), math.atan2(b, a)


def _shown(lightness: float, chroma: float, hue: float) -> str:
    """Return a colour as ``#rrggbb``, as vivid as the screen can where it cannot as asked."""
    while True:
        lab = np.array([lightness, chroma * math.cos(hue), chroma * math.sin(hue)])
        linear = np.linalg.solve(_LMS, np.linalg.solve(_LAB, lab) ** 3)
        if chroma < 1e-3 or (linear.min() >= -1e-4 and linear.max() <= 1 + 1e-4):
            break
        chroma *= 0.97
    linear = linear.clip(0, 1)
    coded = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    return "#" + "".join(f"{round(value * 255):02x}" for value in coded)
