"""EPCI and communes: load them, find them by the names people use, dissolve them."""

from geo.territories.legal_crs import LAMBERT_93, WGS84, legal_crs, projector
from geo.territories.loading import load
from geo.territories.model import DEPARTEMENTS, Commune, Epci, Territories
from geo.territories.naming import find_commune, find_epci

__all__ = [
    "DEPARTEMENTS",
    "LAMBERT_93",
    "WGS84",
    "Commune",
    "Epci",
    "Territories",
    "find_commune",
    "find_epci",
    "legal_crs",
    "load",
    "projector",
]
