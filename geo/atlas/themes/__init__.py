"""The thematic views of a page: which there are, their classes, their colours, their legends."""

from __future__ import annotations

from geo.atlas.themes.listing import Level, Theme, list_themes
from geo.atlas.themes.paging import themes_data

__all__ = ["Level", "Theme", "list_themes", "themes_data"]
