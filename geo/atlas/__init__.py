"""The interactive atlas: a folium map, self-contained pages, and their portal."""

from geo.atlas.page import AtlasMap, build_map
from geo.atlas.site import Written, write_site

__all__ = ["AtlasMap", "Written", "build_map", "write_site"]
