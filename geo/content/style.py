"""The colours that a thing keeps everywhere: on a page, on a sheet, on a slide, in QGIS."""

from __future__ import annotations

from typing import NamedTuple

from geo.catalog import Layer


class Shape(NamedTuple):
    """The frame of a symbol: a path in a square of 24, and where its pictogram of 15 x 15 stands in it."""

    path: str
    scale: float
    left: float
    top: float


SHAPES = {
    "rond": Shape("M12 1.5a10.5 10.5 0 1 0 0 21a10.5 10.5 0 1 0 0-21z", 0.88, 5.4, 5.4),
    "carre": Shape(
        "M4 2h16a2 2 0 0 1 2 2v16a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V4a2 2 0 0 1 2-2z", 0.94, 4.95, 4.95
    ),
    "losange": Shape("M12 .6L23.4 12L12 23.4L.6 12z", 0.72, 6.6, 6.6),
    "hexagone": Shape("M6.2 2h11.6L23.4 12l-5.6 10H6.2L.6 12z", 0.86, 5.55, 5.55),
    "triangle": Shape("M12 .8L23.6 21.6H.4z", 0.64, 7.2, 9.6),
    "ecu": Shape("M2 2.2h20v9.8c0 5.6-4.6 9-10 11.4C6.6 21 2 17.6 2 12z", 0.8, 6.0, 4.2),
}
"""As the pages have them (``app/src/map/look.ts``)."""

STATUS_COLOURS = {
    "étude": "#dcd5c6",
    "projet": "#b9b1a2",
    "travaux": "#e0a63a",
    "livré": "#2b7a56",
    "en service": "#7fb497",
    "abandonné": "#5c3a3a",
}
"""Statuses in the order of a project's life, and their colours in a bar."""

MUTED = ("#6f7479", 0.45)
"""The grey, and its share, that calms the colour of an axis for layers of records."""


def colour(layer: Layer) -> str:
    """Return the colour (``#rrggbb``) of a layer: that of its axis, calmer for records."""
    return _muted(layer.axe.couleur) if layer.inventaire else layer.axe.couleur


def _muted(own: str) -> str:
    grey, share = MUTED
    pairs = [(int(own[i : i + 2], 16), int(grey[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(mine * (1 - share) + other * share):02x}" for mine, other in pairs)
