"""Facts about the mining basin, joined to its territories, as maps and figures.

A handful of functions, named as the commands of ``erbm``::

    import geo

    geo.query("cites", epci="Lens-Liévin")   # a GeoDataFrame, EPSG:2154
    geo.stats()                              # a DataFrame, one row an indicator
    geo.atlas.build_map()                    # a folium.Map

`geo.territories`, `geo.query`, `geo.allocate` and `geo.sql` are these functions; the modules of
the same name are imported by their path, ``from geo.territories import Territories``.
"""

from __future__ import annotations

import importlib
from types import ModuleType

from geo.api import (
    allocate,
    figures,
    figures_check,
    layers,
    partition,
    query,
    sql,
    stats,
    territories,
)

__version__ = "0.1.0"
__all__ = [
    "allocate",
    "atlas",
    "export",
    "figures",
    "figures_check",
    "layers",
    "pack",
    "partition",
    "query",
    "sql",
    "stats",
    "territories",
]


def __getattr__(name: str) -> ModuleType:
    """Import `geo.atlas`, `geo.export`, `geo.print` or `geo.pack` the first time it is asked for."""
    if name == "atlas":
        return importlib.import_module("geo.atlas")
    if name == "export":
        return importlib.import_module("geo.export")
    if name == "print":
        return importlib.import_module("geo.print")
    if name == "pack":
        return importlib.import_module("geo.pack")
    raise AttributeError(f"module 'geo' has no attribute {name!r}")
