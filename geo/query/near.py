"""What is near what: exact distances in metres between features, and the nearest of each."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.catalog import Catalog, Layer
from geo.errors import UsageError
from geo.ledger import Ledger
from geo.query.layers import find_layer
from geo.query.places import is_file, shapes_of
from geo.query.records import FIELDS, attribute_names, kinds, record
from geo.query.where import predicate, straight_quotes
from geo.text import fold

NEAR_COLUMNS = ("proche_id", "proche_nom", "proche_couche", "proche_precision", "distance_m")
"""Columns that `geo.query.select` adds: the nearest feature, and how far it is."""
VAGUE = ("commune", "indicative")
"""Precisions of a place that is approximate: a town hall, a line drawn by hand."""

_UNITS = {"m": 1.0, "km": 1000.0}
_DISTANCE = re.compile(r"(\d+(?:[.,]\d+)?)\s*(m|km)", re.IGNORECASE)
_SLACK_M = 1e-6
"""Added to what the index looks for; exact distances are compared afterwards."""


@dataclass(frozen=True, slots=True)
class Near:
    """A distance from something.

    Parameters
    ----------
    what : str
        Layers as people say them or files of the user's, separated by commas; a layer may have
        a condition: ``transports[nom like "%bus%"]``.
    limit_m : float
        Metres; what lies exactly so far is near.
    """

    what: str
    limit_m: float

    @classmethod
    def of(cls, what: str, distance: float | str) -> Near:
        """Return the same, of a number of metres or a text such as ``1,5 km``.

        Raises
        ------
        UsageError
            If it is no distance.
        """
        return cls(what, metres(distance))


def metres(told: float | str) -> float:
    """Return a distance in metres.

    Parameters
    ----------
    told : float or str
        Metres, or a text with its unit: ``500m``, ``1km``, ``1,5 km``.

    Raises
    ------
    UsageError
        If it is not one.

    Examples
    --------
    >>> metres("1,5 km")
    1500.0
    """
    if isinstance(told, str):
        found = _DISTANCE.fullmatch(told.strip())
        value = float(found[1].replace(",", ".")) * _UNITS[found[2].lower()] if found else math.nan
    else:
        value = float(told)
    if not (math.isfinite(value) and value >= 0):
        bare = f"{told}".strip()
        meant = f"Vouliez-vous {bare}m ? " if _DISTANCE.fullmatch(f"{bare}m") else ""
        raise UsageError(
            f"distance illisible : « {told} »", advice=f"{meant}Attendu par exemple 500m, 1km ou 1,5km."
        )
    return value


@dataclass(frozen=True)
class Targets:
    """What distances are measured to: n features in metres, all with a place.

    `notes` say in French what a reader should know: a layer that is empty here.
    """

    frame: gpd.GeoDataFrame
    notes: tuple[str, ...] = ()

    @property
    def shapes(self) -> NDArray[np.object_]:
        """Their geometries, shape (n,)."""
        return np.asarray(self.frame.geometry.array)


def targets(asked: str, features: gpd.GeoDataFrame, known: Catalog, figures: Ledger) -> Targets:
    """Find what is named after ``--near``: layers, with or without a condition, and files.

    Parameters
    ----------
    asked : str
        See `Near`.
    features : geopandas.GeoDataFrame
        All the features, in metres.
    known, figures
        The catalogue and the ledger that names refer to.

    Raises
    ------
    UsageError
        If a name is unknown, or a condition not allowed.
    DataError
        If a file cannot be read, or has no geometry.
    """
    found, notes = [], []
    for name, condition in _parts(asked):
        if is_file(name):
            if condition:
                raise UsageError(
                    f"une condition ne s'applique qu'à une couche, pas à un fichier : {name}[{condition}]",
                    advice="Ajoutez-le d'abord à l'atlas, avec « erbm add ».",
                )
            found.append(_from_file(Path(name), str(features.crs)))
            continue
        layer = find_layer(known, name)
        kept = _of_layer(layer, condition, features, known, figures)
        if kept.empty:
            notes.append(_empty(layer, condition))
        found.append(kept)
    frame = pd.concat(found, ignore_index=True)
    return Targets(gpd.GeoDataFrame(frame, geometry="geometry", crs=features.crs), tuple(notes))


_TOKEN = re.compile(r"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[\[\],]|[^\[\],"']+|["'])""", re.DOTALL)


def _parts(asked: str) -> Iterator[tuple[str, str]]:
    """Yield names and their conditions: ``a[x in [1, 2]],b`` gives ``a`` with one and ``b`` without."""
    if Path(asked).is_file():
        yield asked, ""
        return
    depth, part = 0, ""
    for token in [*_TOKEN.findall(straight_quotes(asked)), ","]:
        depth += {"[": 1, "]": -1}.get(token, 0)
        if token != "," or depth:  # noqa: S105 - a comma
            part += token
            continue
        name, bracket, condition = part.strip().partition("[")
        if not name.strip() or "]" in name or (bracket and not condition.endswith("]")):
            raise _unreadable(asked)
        yield name.strip(), condition.removesuffix("]")
        part = ""
    if part:
        raise _unreadable(asked)


def _unreadable(asked: str) -> UsageError:
    advice = """Attendu par exemple cyclable, cyclable,veloroutes ou 'transports[nom like "%bus%"]'."""
    return UsageError(f"couche illisible : « {asked} »", advice=advice)


def _of_layer(
    layer: Layer, condition: str, features: gpd.GeoDataFrame, known: Catalog, figures: Ledger
) -> pd.DataFrame:
    """Return the features of a layer that have a place, and answer a condition."""
    own = features[(features["couche"] == layer.id) & (features["precision"] != "territoire")]
    if condition:
        test = predicate(condition, {*FIELDS, *attribute_names(known)}, kinds(known))
        kept = [test(record(row, figures)) for row in own.to_dict("records")]
        own = own[np.array(kept, dtype=bool)]
    return pd.DataFrame({name: own[name] for name in ("id", "nom", "couche", "precision", "geometry")})


def _empty(layer: Layer, condition: str) -> str:
    if condition:
        fetch = f" ; « erbm sync {layer.id} » peut en récupérer" if layer.donnees else ""
        return f"{layer.titre} [{condition}] : aucun élément localisé ne répond{fetch}"
    fetch = f" ; « erbm sync {layer.id} » les récupère" if layer.donnees else ""
    return f"{layer.titre} : aucun élément localisé ici{fetch}"


def _from_file(path: Path, crs: str) -> pd.DataFrame:
    """Return the features of a user's file, each named by its row if it has no name."""
    rows, shapes = shapes_of(path, crs)
    names = next((rows[name] for name in rows.columns if fold(str(name)) in ("nom", "name", "libelle")), None)
    ranks = [f"{path.name}:{rank}" for rank in rows.index]
    told = ranks if names is None else [str(n) if n else r for n, r in zip(names, ranks, strict=True)]
    return pd.DataFrame(
        {"id": ranks, "nom": told, "couche": path.stem, "precision": None, "geometry": shapes}, dtype=object
    )


@dataclass(frozen=True)
class Pairs:
    """Features and targets that are near each other: positions, and metres, shape (k,) each.

    Sorted by feature, then by distance, then by the id of the target.
    """

    left: NDArray[np.intp]
    right: NDArray[np.intp]
    distance_m: NDArray[np.float64]

    def nearest(self) -> Pairs:
        """Return the first pair of each feature: the nearest, of the smallest id if several are."""
        _, first = np.unique(self.left, return_index=True)
        return Pairs(self.left[first], self.right[first], self.distance_m[first])


def pairs(features: gpd.GeoDataFrame, near: Targets, limit_m: float) -> Pairs:
    """Return all pairs at most so far apart; a feature is not near itself.

    An index of the targets gives the candidates; the distance of each pair is then that of
    the two geometries (shapely), 0 where they touch.

    Parameters
    ----------
    features : geopandas.GeoDataFrame
        In metres; those without a place of their own (precision ``territoire``) have no pair.
    near : Targets
        In the same CRS.
    limit_m : float
        Metres, inclusive.
    """
    placed = np.flatnonzero((features["precision"] != "territoire").to_numpy())
    shapes = np.asarray(features.geometry.array)[placed]
    tree = shapely.STRtree(near.shapes)
    left, right = tree.query(shapes, predicate="dwithin", distance=limit_m * (1 + 1e-12) + _SLACK_M)
    distance = shapely.distance(shapes[left], near.shapes[right])
    left = placed[left]
    ids, others = features["id"].to_numpy(), near.frame["id"].to_numpy()
    kept = (distance <= limit_m) & (ids[left] != others[right])
    left, right, distance = left[kept], right[kept], distance[kept]
    rank = np.argsort(np.argsort(others.astype(str), kind="stable"), kind="stable")
    order = np.lexsort((rank[right], distance, left))
    return Pairs(left[order], right[order], distance[order])


def joined(features: gpd.GeoDataFrame, near: Targets, found: Pairs) -> gpd.GeoDataFrame:
    """Return one row a pair: the feature, then `NEAR_COLUMNS`."""
    other = near.frame.iloc[found.right]
    return features.iloc[found.left].assign(
        proche_id=other["id"].to_numpy(),
        proche_nom=other["nom"].to_numpy(),
        proche_couche=other["couche"].to_numpy(),
        proche_precision=other["precision"].to_numpy(),
        distance_m=found.distance_m,
    )


def approximate(frame: gpd.GeoDataFrame) -> int:
    """Return how many rows tell a distance from, or to, a place that is approximate."""
    vague = frame["precision"].isin(VAGUE).to_numpy()
    if "proche_precision" in frame:
        vague = vague | frame["proche_precision"].isin(VAGUE).to_numpy()
    return int(vague.sum())
