"""Where coordinates can be: which CRS their values suggest, which axes are swapped, what cannot be."""

from __future__ import annotations

from functools import cache

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError

from geo.errors import DataError
from geo.ingest.report import Journal
from geo.territories import LAMBERT_93, WGS84, Territories

Numbers = NDArray[np.float64]
Shapes = NDArray[np.object_]
Mask = NDArray[np.bool_]

FRANCE = (-6.0, 41.0, 10.0, 52.0)
"""Mainland France and Corsica, seas aside: west, south, east, north, degrees."""
_ZONES = tuple((f"EPSG:{3900 + lat}", f"CC{lat}", lat - 1.1, lat + 1.3) for lat in range(50, 41, -1))
CANDIDATES = (
    (WGS84, "degrés, WGS 84", 41.0, 52.0),
    (LAMBERT_93, "Lambert-93", 41.0, 52.0),
    *_ZONES,
    ("EPSG:27572", "Lambert II étendu", 41.0, 52.0),
    ("EPSG:27561", "Lambert I Nord", 48.0, 52.0),
    ("EPSG:32631", "UTM 31 Nord", 41.0, 52.0),
    ("EPSG:3857", "Web Mercator", 41.0, 52.0),
)
"""Projections that French data come in: code, name, latitudes where they are used."""
MOST = 0.9
"""Share of the rows that must lie in France for values to suggest a CRS."""
NEAR_M = 20_000.0
"""What lies this near the perimeter (metres) speaks for a CRS."""
FARTHEST_M = 1e8
"""No place on Earth is this far in Lambert-93."""


@cache
def _transformer(source: CRS, target: str) -> Transformer:
    return Transformer.from_crs(source, target, always_xy=True)


def _in_degrees(x: Numbers, y: Numbers, crs: CRS) -> tuple[Numbers, Numbers]:
    lon, lat = _transformer(crs, WGS84).transform(x, y)
    return np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)


def in_france(x: Numbers, y: Numbers, crs: CRS, south: float = FRANCE[1], north: float = FRANCE[3]) -> Mask:
    """Tell which coordinates, in a CRS, lie in mainland France (between two latitudes)."""
    lon, lat = _in_degrees(x, y, crs)
    inside: Mask = (lon >= FRANCE[0]) & (lon <= FRANCE[2]) & (lat >= south) & (lat <= north)
    return inside


def suggested(x: Numbers, y: Numbers, basin: Territories) -> tuple[str, str]:
    """Return the code and the name of the CRS that values suggest; two empty texts if none does.

    Of those that put the rows in France, the one that puts most of them near the perimeter.
    """
    if not len(x):
        return "", ""
    best = (0.0, 0.0)
    found = ("", "")
    for code, name, south, north in CANDIDATES:
        crs = CRS(code)
        straight = in_france(x, y, crs, south, north)
        turned = in_france(y, x, crs, south, north) & ~straight
        share = float((straight | turned).mean())
        east, west = np.where(turned, y, x), np.where(turned, x, y)
        rank = (_near(east, west, crs, basin), share)
        if share >= MOST and rank > best:
            best, found = rank, (code, name)
    return found


def _near(x: Numbers, y: Numbers, crs: CRS, basin: Territories) -> float:
    """Return the share of the rows near the perimeter."""
    east, north = _transformer(crs, basin.crs).transform(x, y)
    left, low, right, high = basin.perimeter.bounds
    inside = (
        (east > left - NEAR_M) & (east < right + NEAR_M) & (north > low - NEAR_M) & (north < high + NEAR_M)
    )
    return float(np.asarray(inside).mean())


def crs_of(asked: object, where: str) -> CRS:
    """Return a CRS by its code; DataError if there is none of that name."""
    try:
        return CRS.from_user_input(asked)
    except ProjError:
        raise DataError(
            f"projection inconnue : « {asked} »",
            where=where,
            advice="Donnez un code EPSG, par exemple --crs EPSG:2154.",
        ) from None


def label(crs: CRS) -> str:
    """Return how a CRS is told: ``EPSG:2154 (RGF93 v1 / Lambert-93)``."""
    code = crs.to_epsg(min_confidence=25)
    return f"EPSG:{code} ({crs.name})" if code else crs.name


def advice(code: str, name: str) -> str:
    """Return what to do about an unknown CRS, with the guess that values suggest."""
    if code:
        return f"Les valeurs ressemblent à {code} ({name}). Si c'est bien cela : --crs {code}."
    return "Dites laquelle : --crs EPSG:2154 (Lambert-93), EPSG:4326 (degrés), EPSG:3950 (CC50)…"


def to_lambert(
    shapes: Shapes, crs: CRS, mask: Mask, journal: Journal, basin: Territories, *, where: str, given: bool
) -> Shapes:
    """Return shapes in EPSG:2154, axes put straight; what cannot be somewhere is set aside.

    Parameters
    ----------
    shapes : numpy.ndarray
        Geometries in `crs`, x (or longitude) first, None where there is none.
    crs : pyproj.CRS
        What they are said to be in.
    mask : numpy.ndarray of bool
        The rows to take; the others come back as they are.
    where : str
        File and layer, for errors.
    given : bool
        Whether the user said `crs`, not the file.

    Raises
    ------
    DataError
        If the values contradict `crs`.
    """
    mask = mask & ~(shapely.is_missing(shapes) | shapely.is_empty(shapes)) & journal.alive
    journal.set_aside("coordonnées non finies (NaN ou infini)", journal.rows(mask & ~finite(shapes, mask)))
    mask = mask & journal.alive
    x, y = _centres(shapes, mask)
    journal.set_aside("coordonnées nulles (0, 0)", journal.rows(_spread(mask, (x == 0) & (y == 0))))
    mask, before = mask & journal.alive, mask
    x, y = x[mask[before]], y[mask[before]]
    straight = in_france(x, y, crs)
    turned = ~straight & in_france(y, x, crs)
    _refuse_contradiction(x, y, straight | turned, crs, basin, where=where, given=given)
    result = shapes.copy()
    swapped = _spread(mask, turned)
    if swapped.any():
        result[swapped] = shapely.transform(result[swapped], lambda xy: xy[:, ::-1])
        whole = "dans toute la couche" if turned.all() else "dans une partie des lignes"
        journal.note("réparé", f"axes inversés {whole} : remis dans l'ordre", journal.rows(swapped))
    _set_impossible_aside(x, y, mask, crs, journal)
    _tell_abroad(mask, straight | turned, journal)
    return _projected(result, crs, mask & journal.alive, journal)


def _spread(mask: Mask, part: Mask) -> Mask:
    """Return the mask, over all rows, of a part of the rows of another."""
    whole = np.zeros(len(mask), dtype=bool)
    whole[mask] = part
    return whole


def finite(shapes: Shapes, mask: Mask) -> Mask:
    """Tell which rows of a mask have finite coordinates only; the others count as finite."""
    rows = np.flatnonzero(mask)
    coordinates, of = shapely.get_coordinates(shapes[rows], return_index=True)
    result = np.ones(len(shapes), dtype=bool)
    result[rows[of[~np.isfinite(coordinates).all(axis=1)]]] = False
    return result


def _centres(shapes: Shapes, mask: Mask) -> tuple[Numbers, Numbers]:
    bounds = shapely.bounds(shapes[mask])
    return (bounds[:, 0] + bounds[:, 2]) / 2, (bounds[:, 1] + bounds[:, 3]) / 2


def _refuse_contradiction(
    x: Numbers, y: Numbers, plausible: Mask, crs: CRS, basin: Territories, *, where: str, given: bool
) -> None:
    """Raise if most rows are out of France in the CRS told, and in France in another."""
    if not len(x) or plausible.mean() >= 0.5:
        return
    code, name = suggested(x, y, basin)
    if not code or CRS(code) == crs:
        return
    told = "la projection donnée est" if given else "le fichier déclare"
    raise DataError(
        f"{told} {label(crs)}, mais les coordonnées sont de {code} ({name}) : "
        f"x de {x.min():.6g} à {x.max():.6g}, y de {y.min():.6g} à {y.max():.6g}",
        where=where,
        advice=f"Corrigez le fichier, ou dites sa vraie projection : --crs {code}.",
    )


def _set_impossible_aside(x: Numbers, y: Numbers, mask: Mask, crs: CRS, journal: Journal) -> None:
    if not crs.is_geographic:
        return
    positions = np.flatnonzero(mask)
    wrong = np.flatnonzero((np.abs(x) > 180) | (np.abs(y) > 90))
    found = {int(positions[i]) + 1: f"{x[i]:.6g}, {y[i]:.6g}" for i in wrong}
    journal.set_aside("coordonnées impossibles en degrés", found)


def _tell_abroad(mask: Mask, plausible: Mask, journal: Journal) -> None:
    abroad = journal.rows(_spread(mask, np.logical_not(plausible)))
    if abroad:
        journal.note("signalé", "position hors de France métropolitaine", abroad)


def _projected(shapes: Shapes, crs: CRS, mask: Mask, journal: Journal) -> Shapes:
    """Return the shapes of a mask in EPSG:2154; those that have no place there are set aside."""
    if bool((shapely.has_z(shapes) & mask).any()):
        journal.note("constat", "altitudes présentes, non reprises")
    transformer = _transformer(crs, LAMBERT_93)
    if crs == CRS(LAMBERT_93):
        shapes[mask] = shapely.force_2d(shapes[mask])
    else:
        shapes[mask] = shapely.transform(
            shapes[mask], lambda xy: np.column_stack(transformer.transform(xy[:, 0], xy[:, 1]))
        )
    bounds = shapely.bounds(shapes[mask])
    with np.errstate(invalid="ignore"):
        lost = np.logical_not((np.abs(bounds) < FARTHEST_M).all(axis=1))
    journal.set_aside("coordonnées hors du domaine de la projection", journal.rows(_spread(mask, lost)))
    return shapes
