"""Layers as people say them: by id or title, in the plural or the singular."""

from __future__ import annotations

from geo.catalog import Catalog, Layer
from geo.errors import UsageError
from geo.territories.naming import match, named, singular


def find_layer(known: Catalog, asked: str) -> Layer:
    """Return the layer that a user means, by id or title, its plural or its singular.

    Raises
    ------
    UsageError
        If nothing or several answer; the message lists the closest.

    Examples
    --------
    >>> from geo.catalog import load
    >>> find_layer(load(), "cité").id
    'cites'
    """
    try:
        return known.find(asked)
    except UsageError:
        found = match(singular(asked), _singulars(known))
        if len(found) != 1:
            raise
        return known.layers[found[0]]


def is_layer(known: Catalog, asked: str) -> bool:
    """Tell whether a text is the whole name of a layer."""
    names = {layer.id: (layer.id, layer.titre) for layer in known.layers.values()}
    return bool(named(asked, names) or named(singular(asked), _singulars(known)))


def _singulars(known: Catalog) -> dict[str, tuple[str, ...]]:
    return {layer.id: (singular(layer.id), singular(layer.titre)) for layer in known.layers.values()}
