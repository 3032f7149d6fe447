"""What a page tells the nearest of, beside each feature: cycle route, cité, hospital.

Which features those are is what `geo.indicators` counts as near, by the ``[[proximite]]`` of the
layers; the page computes the distances.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from geo.catalog import Proximity
from geo.content import Content
from geo.indicators import proximity

OWN = {"cites": "Cité minière la plus proche"}
"""Layers that every feature is told the nearest of, and how that is titled."""


def neighbours(content: Content) -> list[dict[str, Any]]:
    """Return what the nearest is told of: how it is titled, and the features that may be it.

    Returns
    -------
    list of dict
        ``couches`` are layers of which every drawn feature of dimension ``genre`` (any, if empty)
        counts, ``entites`` the features that count in others. Nothing is told of what has none.
    """
    told = [_relation(near, content) for near in _declared(content)]
    drawn = set(content.features.loc[content.features["precision"] != "territoire", "couche"])
    told += [_entry(layer, name, couches=[layer]) for layer, name in OWN.items() if layer in drawn]
    return [entry for entry in told if entry["couches"] or entry["entites"]]


def _declared(content: Content) -> Iterator[Proximity]:
    """Yield the relations that layers declare, one for each id."""
    found: dict[str, Proximity] = {}
    for layer in content.known.layers.values():
        for near in layer.proximites:
            if near.genre != "traversee":
                found.setdefault(near.id, near)
    yield from found.values()


def _relation(near: Proximity, content: Content) -> dict[str, Any]:
    ids, reserve = proximity.targets(content.features, near)
    layers = content.features["couche"].loc[ids].to_numpy(dtype=object)
    whole = sorted(set(layers) - set(near.retenir))
    picked = [key for key, layer in zip(ids, layers, strict=True) if layer in near.retenir]
    kind = "" if near.geometrie == "point" else near.geometrie
    return _entry(near.id, title(near), couches=whole, entites=picked, genre=kind, reserve=reserve)


def _entry(key: str, name: str, **told: Any) -> dict[str, Any]:
    return {"id": key, "titre": name, "couches": [], "entites": [], "genre": "", "reserve": "", **told}


def title(near: Proximity) -> str:
    """Return what the nearest is called.

    >>> title(Proximity("h", "distance", "l’hôpital le plus proche", ("hopitaux",)))
    'Hôpital le plus proche'
    >>> title(Proximity("g", "part", "d’une gare", ("gares",)))
    'Gare la plus proche'
    """
    words = re.sub(r"^(l’|le |la |les )", "", near.libelle)
    for article, ending in (("d’un ", " le plus proche"), ("d’une ", " la plus proche")):
        if words.startswith(article):
            words = words.removeprefix(article) + ending
    return words[:1].upper() + words[1:]
