"""Which figures of a territory are told first: on its page, in its fiche, on its slides, in its workbook."""

from __future__ import annotations

from typing import NamedTuple

from geo.content.loading import Content


class Wanted(NamedTuple):
    """A figure that is told first, where a territory has it, and what it is called."""

    layer: str
    """A layer, or ``toutes``."""
    measure: str
    many: str
    one: str
    """What it is called under 2."""


def first_figures(content: Content) -> list[Wanted]:
    """Return what is told first, in the order in which it matters."""
    cites = content.features[content.features["couche"] == "cites"]
    too = " (inventaire compris)" if cites["inventaire"].any() else ""
    return [
        Wanted("toutes", "nombre_localise", "lieux sur la carte", "lieu sur la carte"),
        Wanted("cites", "nombre_localise", f"cités minières{too}", f"cité minière{too}"),
        _alike("cites", "area_ha", f"surface des cités{too}"),
        Wanted("sante", "lits", "lits d’hôpital cités par le bilan", "lit d’hôpital cité par le bilan"),
        Wanted("friches", "nombre_localise", "friches localisées", "friche localisée"),
        _alike("cyclable", "length_km", "itinéraires cyclables (tracé indicatif)"),
        _alike("cites", "part_velo_500m", "cités à 500\u00a0m au plus d’un itinéraire cyclable"),
        _alike("friches", "area_ha", "friches, surface"),
        Wanted(
            "cites",
            "logements",
            "logements de cités, là où le bilan les dit",
            "logement de cité, là où le bilan le dit",
        ),
        _alike("cites", "distance_mediane_hopital_km", "distance médiane d’une cité à l’hôpital"),
    ]


def _alike(layer: str, measure: str, called: str) -> Wanted:
    return Wanted(layer, measure, called, called)
