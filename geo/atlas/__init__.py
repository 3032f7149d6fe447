"""The interactive atlas: a folium map, self-contained pages, and their portal."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from geo.atlas.changes import write_changes
from geo.atlas.site import Written, write_page, write_site

if TYPE_CHECKING:
    from geo.atlas.page import AtlasMap, build_map

__all__ = ["AtlasMap", "Written", "build_map", "write_changes", "write_page", "write_site"]


def __getattr__(name: str) -> object:
    """Import folium the first time that a map is asked for: to write pages does without."""
    if name in ("AtlasMap", "build_map"):
        return getattr(importlib.import_module("geo.atlas.page"), name)
    raise AttributeError(f"module 'geo.atlas' has no attribute {name!r}")
