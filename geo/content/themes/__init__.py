"""The thematic views: which there are, their values, their classes."""

from __future__ import annotations

from geo.content.themes.listing import TOLD, Level, Theme, bounds_written, list_themes, marks

__all__ = ["TOLD", "Level", "Theme", "bounds_written", "list_themes", "marks"]
