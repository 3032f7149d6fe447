"""The thematic views: which there are, their values, their classes."""

from __future__ import annotations

from geo.content.themes.listing import Level, Theme, bounds_written, list_themes, marks

__all__ = ["Level", "Theme", "bounds_written", "list_themes", "marks"]
