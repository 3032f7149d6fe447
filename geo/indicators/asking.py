"""What a user asks of the statistics: a division, a layer or an axis, an indicator, by their names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from geo.catalog import Catalog
from geo.errors import UsageError
from geo.indicators.tally import ALL_LAYERS
from geo.territories import Territories
from geo.territories.dividing import OFFICIAL, Division, divide, divide_by_shapes, official
from geo.territories.naming import closest, match
from geo.text import fold

RATES = {
    "_pour_1000_hab": "pour 1 000 habitants",
    "_par_km2": "par km²",
    "_par_hab": "par habitant",
}
"""How the keys of the rates end, and what that says in French."""


def division_of(by: str | Path, ground: Territories, features: gpd.GeoDataFrame, known: Catalog) -> Division:
    """Return the division that a user means.

    Parameters
    ----------
    by : str or pathlib.Path
        ``epci``, ``commune``, ``departement``, the name of a layer that has polygons, or a file.
    ground : Territories
        What is divided.
    features : geopandas.GeoDataFrame
        As `geo.ingest.load` gives them.
    known : Catalog
        The layers.

    Raises
    ------
    UsageError
        If the name is none of these; the message lists the closest.
    DataError
        If the file, or the polygons of the layer, cannot divide the ground.
    """
    if kind := official(by):
        return divide(ground, kind)
    if isinstance(by, Path) or Path(by).suffix or "/" in by:
        return divide(ground, Path(by))
    outlined = features[
        (features["precision"] != "territoire").to_numpy()
        & (shapely.get_dimensions(features.geometry.array) == 2)
    ]
    names = {layer.id: (layer.id, layer.titre) for layer in known.layers.values()}
    found = match(by, names)
    if len(found) == 1:
        return _of_layer(found[0], ground, outlined, known)
    if Path(by).exists():
        return divide(ground, Path(by))
    drawn = {key: names[key] for key in names if key in set(outlined["couche"])}
    near = ", ".join(closest(by, drawn)) if drawn else ""
    layer = f"une couche de polygones (les plus proches : {near})" if near else "une couche de polygones"
    raise UsageError(
        f"découpage inconnu : « {by} »",
        advice=f"Possibles : {', '.join(OFFICIAL)}, {layer}, ou un fichier.",
    )


def _of_layer(key: str, ground: Territories, outlined: gpd.GeoDataFrame, known: Catalog) -> Division:
    own = outlined[(outlined["couche"] == key).to_numpy()]
    if own.empty:
        lacking = known.layers[key].geometrie == "polygone"
        raise UsageError(
            f"la couche « {key} » n'a pas {'encore de données' if lacking else 'de polygones'}",
            advice=f"Récupérez-la : erbm sync {key}." if lacking else "Un découpage est fait de polygones.",
        )
    shapes = gpd.GeoDataFrame(
        {"code": own.index.to_numpy(), "nom": own["nom"].to_numpy()},
        geometry=own.geometry.to_numpy(),
        crs=own.crs,
    )
    return divide_by_shapes(ground, shapes, key)


def groups_of(names: Iterable[str], known: Catalog) -> set[str]:
    """Return the layers, axes or all layers that a user means, as the column ``couche`` has them.

    Parameters
    ----------
    names : iterable of str
        Ids or titles of layers, ``axe-1`` (or « axe 1 ») to ``axe-4``, or ``toutes``.
    known : Catalog
        The layers and the axes.

    Raises
    ------
    UsageError
        If a name is unknown or ambiguous; the message lists the closest.
    """
    others = {fold(key): key for key in (ALL_LAYERS, *(f"axe-{axis}" for axis in known.axes))}
    return {others.get(fold(name)) or _layer_of(name, known) for name in names}


def _layer_of(name: str, known: Catalog) -> str:
    if axis := re.fullmatch(r"axe (\d+)", fold(name)):
        first, last = min(known.axes), max(known.axes)
        raise UsageError(f"axe inconnu : {axis[1]}", advice=f"Les axes vont de {first} à {last}.")
    return known.find(name).id


def indicators_of(names: Sequence[str], table: pd.DataFrame, known: Catalog) -> set[str]:
    """Return the indicators that a user means, each with its rates.

    Parameters
    ----------
    names : sequence of str
        Keys such as ``length_km`` or ``montant_eur_par_hab``, or labels such as « Longueur »,
        accents and case aside.
    table : pandas.DataFrame
        Statistics, in which they are looked for.
    known : Catalog
        The labels of measures.

    Raises
    ------
    UsageError
        If a name is unknown or ambiguous; the message lists the closest three.
    """
    keys = [str(key) for key in dict.fromkeys(table["indicateur"])]
    labels = {key: (key, label(key, known)) for key in keys}
    asked = set()
    for name in names:
        found = match(name, labels)
        if len(found) > 1:  # « longueur » says no rate: the sum is meant
            found = [key for key in found if not key.endswith(tuple(RATES))] or found
        if len(found) != 1:
            raise _unclear(name, found, labels, known)
        asked |= {found[0], *(f"{found[0]}{ending}" for ending in RATES)}
    return asked


def _unclear(
    name: str, found: Sequence[str], labels: Mapping[str, tuple[str, str]], known: Catalog
) -> UsageError:
    """Return the error for a name that no indicator of a choice, or several, answer to."""
    if found:
        listed = ", ".join(found[:8])
        return UsageError(f"« {name} » désigne plusieurs indicateurs", advice=f"Précisez : {listed}.")
    plain = {key: told for key, told in labels.items() if key in known.measures} or labels
    listed = ", ".join(closest(name, plain)) if plain else "aucun"
    elsewhere = match(name, {key: (key, measure.libelle) for key, measure in known.measures.items()})
    if len(elsewhere) == 1:
        return UsageError(
            f"« {name} » ({elsewhere[0]}) n'est pas compté dans ce choix",
            advice=f"Les plus proches : {listed}.",
        )
    return UsageError(
        f"« {name} » n'est pas un indicateur de ce choix", advice=f"Les plus proches : {listed}."
    )


def label(indicator: str, known: Catalog) -> str:
    """Return what the key of an indicator says, in French.

    Parameters
    ----------
    indicator : str
        A measure, of one funder or not, or a rate of it.
    known : Catalog
        The labels of measures.
    """
    ending = next((end for end in RATES if indicator.endswith(end)), "")
    key, _, funder = indicator.removesuffix(ending).partition(":")
    told = known.measures[key].libelle if key in known.measures else key
    return " ".join(filter(None, (told, f"({funder})" if funder else "", RATES.get(ending, ""))))
