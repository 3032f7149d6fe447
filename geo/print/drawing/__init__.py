"""The map of an EPCI as a vector drawing: the symbols of the pages, on paper."""

from __future__ import annotations

from geo.print.drawing.drawn import draw_map
from geo.print.drawing.saving import save

__all__ = ["draw_map", "save"]
