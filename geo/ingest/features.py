"""All the features: the facts of ``layers/``, and the records that sources and users brought."""

from __future__ import annotations

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import geopandas as gpd
import pandas as pd

from geo import catalog
from geo.catalog import Layer
from geo.errors import DataError
from geo.ingest import facts
from geo.ingest.lots import Lot
from geo.ingest.records import Layered, Row, enrich, to_rows
from geo.sources.store import additions, synced
from geo.territories import LAMBERT_93
from geo.territories import load as load_territories


@cache
def lots(mirror: Path | None = None) -> dict[str, list[Lot]]:
    """Return the lots of each layer that has any, in the order of its definition.

    Parameters
    ----------
    mirror : pathlib.Path, optional
        A folder that answers every source, instead of what was synchronised. What the
        user added is there all the same.

    Raises
    ------
    DataError
        If a lot is damaged, or a file of the mirror cannot be used.
    """
    known = catalog.load().layers
    found: dict[str, list[Lot]] = {}
    if mirror is not None:
        from geo.ingest import feeds  # noqa: PLC0415 - the door, that facts alone do not need

        load_territories()  # once, before the threads: each file is read in a process of its own
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            read = pool.map(lambda layer: feeds.from_mirror(layer, mirror), known.values())
            found = dict(zip(known, read, strict=True))
    for store in (synced(), additions()) if mirror is None else (additions(),):
        for entry in store.entries().values():
            if entry["couche"] in known:
                layer = known[entry["couche"]]
                found.setdefault(layer.id, []).append(Lot.of(entry, store, layer))
    return {key: in_order(known[key], many) for key, many in found.items() if many}


def in_order(layer: Layer, many: list[Lot]) -> list[Lot]:
    """Return the lots of a layer in the order in which its definition names their parts."""
    parts = list(dict.fromkeys(feed.partie for feed in layer.donnees))
    return sorted(many, key=lambda lot: parts.index(lot.partie) if lot.partie in parts else len(parts))


@cache
def merges(mirror: Path | None = None) -> dict[str, list[str]]:
    """Return what was merged in each layer, in French."""
    return {key: layered.notes for key, layered in _layered(mirror).items() if layered.notes}


@cache
def _layered(mirror: Path | None) -> dict[str, Layered]:
    known, basin = catalog.load().layers, load_territories()
    return {key: to_rows(known[key], many, basin) for key, many in lots(mirror).items()}


@cache
def load(mirror: Path | None = None) -> gpd.GeoDataFrame:
    """Return the features of all layers, EPSG:2154, indexed by `id`, in catalogue order.

    Parameters
    ----------
    mirror : pathlib.Path, optional
        A folder that answers every source, instead of what was synchronised.

    Returns
    -------
    geopandas.GeoDataFrame
        One row a feature, columns `geo.ingest.COLUMNS`; never mutate it, it is shared.

    Raises
    ------
    DataError
        If a fact or a lot is faulty.
    """
    return _put_together(_layered(mirror))


def with_lots(own: Mapping[str, list[Lot]]) -> gpd.GeoDataFrame:
    """Return the features that there are with other lots than those of now; nothing is kept in memory.

    Parameters
    ----------
    own : mapping
        The lots of each layer that has any, in order of preference.

    Returns
    -------
    geopandas.GeoDataFrame
        As `load` gives it.

    Raises
    ------
    DataError
        If a fact is faulty.
    """
    known, basin = catalog.load().layers, load_territories()
    return _put_together({key: to_rows(known[key], in_order(known[key], own[key]), basin) for key in own})


def _put_together(layered: Mapping[str, Layered]) -> gpd.GeoDataFrame:
    known = catalog.load()
    told = facts.by_layer()
    rows: list[Row] = []
    for key, layer in known.layers.items():
        own = [dict(row) for row in told[key]]
        rest = enrich(own, layered[key], layer, known.documents) if key in layered else []
        rows += [*own, *rest]
    _refuse_twins(rows)
    table = pd.DataFrame(rows, columns=list(facts.COLUMNS), dtype=object)  # keeps None as None
    frame = gpd.GeoDataFrame(table, geometry="geometry", crs=LAMBERT_93)
    return frame.set_index("id", drop=False).rename_axis(None)


def _refuse_twins(rows: list[Row]) -> None:
    seen: dict[str, str] = {}
    problems = []
    for row in rows:
        if row["id"] in seen:
            where = f"{row['couche']}/faits.toml, {row['id']}"
            problems.append(f"{where} : id déjà pris dans {seen[row['id']]}/faits.toml")
        seen[row["id"]] = row["couche"]
    if problems:
        raise DataError.collect(problems, where="layers")
