"""The thematic views of a page: their classes, their colours, their legends."""

from __future__ import annotations

from geo.atlas.themes.paging import themes_data

__all__ = ["themes_data"]
