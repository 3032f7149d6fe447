"""The colours that a thing keeps everywhere: on a page, on a sheet, on a slide, in QGIS."""

from __future__ import annotations

from geo.catalog import Layer

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
