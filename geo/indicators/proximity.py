"""What is near the features of a layer, as its ``layer.toml`` declares it.

Distances are plane, in the legal projection, from the nearest point of one geometry to that of the
other: an outline counts as a whole, a line as it is drawn. What has no place of its own (a
measure of a whole territory) is left out, and told. The nearest is found through an STRtree, which
compares boxes first: the cost grows as n log n, and the distance is that of GEOS, exact.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from statistics import median
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.catalog import Catalog, Proximity
from geo.errors import UsageError
from geo.indicators.tally import TOTAL
from geo.indicators.work import Placed, Work
from geo.text import fold, number, plural

_DIMENSIONS = {"point": 0, "ligne": 1, "polygone": 2}
_VAGUE = ("commune", "indicative")
_PIECE = 16
"""Vertices of a piece of line: small boxes find the nearest sooner."""


class Near(NamedTuple):
    """What is nearest to a feature."""

    cible: str
    nom: str
    distance_m: float


class _Targets(NamedTuple):
    """What may be near, sorted by id: how it is called, its shapes, how many have none, a remark."""

    ids: list[str]
    names: list[str]
    shapes: NDArray[np.object_]
    missing: int
    reserve: str


class _Group(NamedTuple):
    """The features of a layer that count in one place."""

    place: str
    located: list[str]
    missing: int


def nearest(features: gpd.GeoDataFrame, targets: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return what is nearest to each feature.

    Parameters
    ----------
    features : geopandas.GeoDataFrame
        n features, in a projected CRS (metres), indexed by id.
    targets : geopandas.GeoDataFrame
        What they may be near, in the same CRS, indexed by id, with a column ``nom``.

    Returns
    -------
    pandas.DataFrame
        n rows at most, indexed as `features`, without those that have no geometry: ``cible`` (id
        of the nearest, the first by id of those as near), ``nom``, ``distance_m`` (0 where they meet).

    Examples
    --------
    >>> def frame(**places):
    ...     points = [shapely.Point(x, 0) for x in places.values()]
    ...     return gpd.GeoDataFrame({"nom": list(places)}, geometry=points, index=list(places), crs=2154)
    >>> nearest(frame(cite=0), frame(far=9, near=4)).to_dict("records")
    [{'cible': 'near', 'nom': 'near', 'distance_m': 4.0}]
    """
    order = targets.sort_index()
    found = _nearest(
        [str(key) for key in features.index],
        np.asarray(features.geometry.array),
        _Targets(
            [str(key) for key in order.index], list(order["nom"]), np.asarray(order.geometry.array), 0, ""
        ),
    )
    return _table(found)


def _nearest(keys: list[str], shapes: NDArray[np.object_], targets: _Targets) -> dict[str, Near]:
    """Return what is nearest to each feature that has a shape, in their order."""
    pieces, owners = _pieces(targets.shapes)
    (mine, other), metres = shapely.STRtree(pieces).query_nearest(
        shapes, return_distance=True, all_matches=True
    )
    best: dict[int, tuple[int, float]] = {}
    for feature, target, away in zip(mine.tolist(), owners[other].tolist(), metres.tolist(), strict=True):
        if feature not in best or target < best[feature][0]:
            best[feature] = (target, away)
    return {
        keys[i]: Near(targets.ids[target], targets.names[target], away)
        for i, (target, away) in sorted(best.items())
    }


def _pieces(shapes: NDArray[np.object_]) -> tuple[NDArray[np.object_], NDArray[np.intp]]:
    """Cut lines in short pieces, which share their ends; return them and what each is a piece of."""
    parts, owners = shapely.get_parts(shapes, return_index=True)
    long = shapely.get_type_id(parts) == shapely.GeometryType.LINESTRING
    long &= shapely.get_num_points(parts) > _PIECE
    cut = [(piece, owners[i]) for i in np.flatnonzero(long) for piece in _cut(parts[i])]
    pieces = np.array([*parts[~long], *(piece for piece, _ in cut)], dtype=object)
    return pieces, np.array([*owners[~long], *(owner for _, owner in cut)], dtype=np.intp)


def _cut(line: shapely.LineString) -> Iterator[shapely.LineString]:
    xy = shapely.get_coordinates(line)
    for start in range(0, len(xy) - 1, _PIECE - 1):
        yield shapely.LineString(xy[start : start + _PIECE])


def neighbours(features: gpd.GeoDataFrame, known: Catalog, layer: str, relation: str) -> pd.DataFrame:
    """Return what is nearest to each located feature of a layer, of what a relation declares.

    Parameters
    ----------
    features : geopandas.GeoDataFrame
        As `geo.ingest.load` gives them, in a projected CRS (metres).
    known : Catalog
        The layers.
    layer, relation : str
        The layer that declares a relation, and the id of that: ``cites`` and ``hopital``.

    Returns
    -------
    pandas.DataFrame
        As `nearest` gives it; empty where nothing that may be near has a place.

    Raises
    ------
    UsageError
        If the layer declares no such relation.

    Examples
    --------
    >>> from geo import catalog, ingest
    >>> neighbours(ingest.load(), catalog.load(), "cites", "hopital").columns.tolist()
    ['cible', 'nom', 'distance_m']
    """
    declared = {near.id: near for near in known.layers[layer].proximites if near.genre != "traversee"}
    if relation not in declared:
        raise UsageError(
            f"la couche « {layer} » ne déclare pas de proximité « {relation} »",
            advice=f"Déclarées : {', '.join(declared) or 'aucune'}.",
        )
    placed = Placed(features)
    return _table(_near(placed, layer, _targets(placed, declared[relation])))


def targets(features: gpd.GeoDataFrame, near: Proximity) -> tuple[list[str], str]:
    """Return what a relation counts as near.

    Parameters
    ----------
    features : geopandas.GeoDataFrame
        As `geo.ingest.load` gives them.
    near : Proximity
        The relation.

    Returns
    -------
    list of str, str
        Ids, sorted, of what has a place; what is said where other layers stand for those asked.
    """
    found = _targets(Placed(features), near)
    return found.ids, found.reserve


def _table(found: Mapping[str, Near]) -> pd.DataFrame:
    return pd.DataFrame(list(found.values()), index=list(found), columns=list(Near._fields))


def _near(work: Placed, layer: str, targets: _Targets) -> dict[str, Near]:
    mine = np.flatnonzero(work.located & (work.layers == layer))
    if not targets.ids or not len(mine):
        return {}
    keys = [str(key) for key in work.features.index[mine]]
    return _nearest(keys, work.shapes[mine], targets)


def add(work: Work) -> None:
    """Add to the tally what the layers declare to be near.

    Parameters
    ----------
    work : Work
        What is being computed. Nothing is said where nothing that may be near has a place; the
        inhabitants of communes are told for official territories alone.
    """
    for layer in work.known.layers.values():
        for near in layer.proximites:
            if near.genre != "traversee":
                _add_distances(work, layer.id, near)
            elif work.division.is_official:
                _add_crossed(work, layer.id, near)


def _targets(work: Placed, near: Proximity) -> _Targets:
    """Return what may be near: the layers that have any, else those that stand for them."""
    for layers, reserve in ((near.couches, ""), (near.defaut, near.reserve)):
        chosen = [i for layer in layers for i in _kept(work, layer, near.retenir.get(layer, {}))]
        placed = [
            i
            for i in chosen
            if work.located[i]
            # a hospital may be told by its outline, a route is never a point
            and (near.geometrie == "point" or work.dimensions[i] == _DIMENSIONS[near.geometrie])
        ]
        if placed:
            ids, names = work.features.index, work.features["nom"]
            placed.sort(key=lambda i: str(ids[i]))
            return _Targets(
                [str(ids[i]) for i in placed],
                [str(names.iloc[i]) for i in placed],
                work.shapes[placed],
                len(chosen) - len(placed),
                reserve,
            )
    return _Targets([], [], np.empty(0, dtype=object), 0, "")


def _kept(work: Placed, layer: str, asked: Mapping[str, tuple[str, ...]]) -> list[int]:
    """Return where the features of a layer stand that have one of the values asked of each field."""
    found = np.flatnonzero(work.layers == layer).tolist()
    for name, values in asked.items():
        wanted = {fold(value) for value in values}
        if name in work.features:
            column = work.features[name]
            found = [i for i in found if fold(str(column.iloc[i])) in wanted]
        else:
            column = work.features["attributs"]
            found = [i for i in found if fold(str(column.iloc[i].get(name, ""))) in wanted]
    return found


def _groups(work: Work, layer: str) -> list[_Group]:
    """Return the features of a layer by the place that they count in, and all of them together."""
    located: dict[str, list[str]] = {}
    missing: dict[str, int] = {}
    for key in sorted(work.features.index[work.layers == layer]):
        for place in (*(work.within[key] or (work.otherwise(key),)), TOTAL):
            if work.precisions[key] == "territoire":
                missing[place] = missing.get(place, 0) + 1
            else:
                located.setdefault(place, []).append(key)
    return [_Group(place, keys, missing.get(place, 0)) for place, keys in located.items()]


def _add_distances(work: Work, layer: str, near: Proximity) -> None:
    targets = _targets(work, near)
    found = _near(work, layer, targets)
    names = dict(zip(work.features.index, work.features["nom"], strict=True)) if found else {}
    for group in _groups(work, layer) if found else ():
        own = {key: found[key] for key in group.located if key in found}
        vague = bool(targets.reserve) or any(
            work.precisions[key] in _VAGUE for told in own.items() for key in (told[0], told[1].cible)
        )
        notes = (*_left_out(group, targets), targets.reserve)
        tell = _tell_part(near, own) if near.genre == "part" else _tell_distance(near, own, names)
        for measure, value, origin, remark in tell:
            said = " ; ".join(filter(None, (remark, *notes)))
            work.tally.put(layer, measure, group.place, value, origin=origin, note=said, indicative=vague)


def _left_out(group: _Group, targets: _Targets) -> Iterator[str]:
    yield f"sur {plural(len(group.located), 'élément localisé', 'éléments localisés')}"
    if group.missing:
        yield f"{plural(group.missing, 'mesure')} de territoire sans position, hors du compte"
    if targets.missing:
        yield f"{plural(targets.missing, 'voisin possible', 'voisins possibles')} sans tracé, hors du compte"


_Told = tuple[str, float, list[str], str]
"""A measure, its value, the ids that it is made of, and a remark."""


def _tell_part(near: Proximity, own: Mapping[str, Near]) -> Iterator[_Told]:
    """Yield how many are within each distance, and what share that is."""
    for limit in near.seuils_m:
        inside = [key for key, told in own.items() if told.distance_m <= limit]
        yield f"nombre_{near.id}_{limit}m", len(inside), inside, ""
        yield f"part_{near.id}_{limit}m", 100 * len(inside) / len(own), list(own), ""


def _tell_distance(near: Proximity, own: Mapping[str, Near], names: Mapping[str, str]) -> Iterator[_Told]:
    """Yield the median and the largest distance to the nearest, and who is that far."""
    middle = median(told.distance_m for told in own.values())
    every = [*own, *(told.cible for told in own.values())]
    yield f"distance_mediane_{near.id}_km", middle / 1000, every, ""
    far = min(own, key=lambda key: (-own[key].distance_m, key))
    remark = f"de « {names[far]} » à « {own[far].nom} »"
    yield f"distance_max_{near.id}_km", own[far].distance_m / 1000, [far, own[far].cible], remark


def _add_crossed(work: Work, layer: str, near: Proximity) -> None:
    """Add up the inhabitants of the communes that a line runs through, or along."""
    targets = _targets(work, near)
    if not targets.ids:
        return
    crossed = _crossed(work, targets)
    communes: dict[str, list[str]] = {TOTAL: sorted(crossed)}
    for commune in communes[TOTAL]:
        communes.setdefault(work.owners[commune], []).append(commune)
    if work.division.by != "commune":
        communes = {**{code: [] for code in work.places.index}, **communes}
    indicative = {key for key in targets.ids if work.precisions[key] in _VAGUE}
    people = dict(zip(work.places.index, work.places["population"].astype(float).fillna(0.0), strict=True))
    people[TOTAL] = float(sum(people.values()))
    for place, codes in communes.items():
        told = [work.basin.communes[code].population for code in codes]
        total = float(sum(count or 0 for count in told))
        origin = {key for code in codes for key in crossed[code]}
        doubtful = sum(crossed[code] <= indicative for code in codes)
        note = _crossing_note(len(codes), doubtful, told.count(None), targets.missing)
        values = [(f"habitants_{near.id}", total)]
        if people[place] > 0:
            values.append((f"part_habitants_{near.id}", 100 * total / people[place]))
        for measure, value in values:
            work.tally.put(layer, measure, place, value, origin=origin, note=note, indicative=doubtful > 0)


def _crossed(work: Work, lines: _Targets) -> dict[str, set[str]]:
    """Return the lines that run through, or along, each commune that one does."""
    codes = list(work.basin.communes)
    shapes = np.array([commune.geometry for commune in work.basin.communes.values()], dtype=object)
    commune, line = shapely.STRtree(lines.shapes).query(shapes, predicate="intersects")
    metres = shapely.length(shapely.intersection(lines.shapes[line], shapes[commune]))
    found: dict[str, set[str]] = {}
    for place, key in zip(commune[metres > 0].tolist(), line[metres > 0].tolist(), strict=True):
        found.setdefault(codes[place], set()).add(lines.ids[key])
    return found


def _crossing_note(communes: int, doubtful: int, unknown: int, missing: int) -> str:
    told = [plural(communes, "commune traversée", "communes traversées")]
    if doubtful:
        told.append(f"dont {number(doubtful)} par un tracé indicatif seul")
    if unknown:
        told.append(f"{plural(unknown, 'population inconnue', 'populations inconnues')}")
    if missing:
        told.append(f"{plural(missing, 'itinéraire')} sans tracé, hors du compte")
    return " ; ".join(told)
