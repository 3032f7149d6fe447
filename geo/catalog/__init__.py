"""Typed definitions of the layers, their axes and the documents that facts are read in."""

from geo.catalog.model import (
    MEASURES,
    Axis,
    Catalog,
    Document,
    Feed,
    Field,
    Layer,
    Measure,
    Symbol,
)
from geo.catalog.proximity import Proximity
from geo.catalog.reading import OWN, layer_of, load

__all__ = [
    "MEASURES",
    "OWN",
    "Axis",
    "Catalog",
    "Document",
    "Feed",
    "Field",
    "Layer",
    "Measure",
    "Proximity",
    "Symbol",
    "layer_of",
    "load",
]
