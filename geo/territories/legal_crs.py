"""The legal projections of France, by INSEE code.

Source: décret n° 2000-1276 du 26 décembre 2000 modifié (arrêté du 5 mars 2019): RGF93
Lambert-93 in mainland France and Corsica, and the UTM zone of the local system overseas.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from shapely.geometry.base import BaseGeometry

from geo.errors import UsageError

Shape = TypeVar("Shape", bound=BaseGeometry | NDArray[np.object_])

WGS84 = "EPSG:4326"
LAMBERT_93 = "EPSG:2154"

_OVERSEAS = {
    "971": "EPSG:5490",  # Guadeloupe, RGAF09 / UTM 20N
    "972": "EPSG:5490",  # Martinique
    "973": "EPSG:2972",  # Guyane, RGFG95 / UTM 22N
    "974": "EPSG:2975",  # La Réunion, RGR92 / UTM 40S
    "975": "EPSG:4467",  # Saint-Pierre-et-Miquelon, RGSPM06 / UTM 21N
    "976": "EPSG:4471",  # Mayotte, RGM04 / UTM 38S
    "977": "EPSG:5490",  # Saint-Barthélemy
    "978": "EPSG:5490",  # Saint-Martin
}


def legal_crs(insee: str) -> str:
    """Return the legal projection (metres) of a commune, as an EPSG code.

    Parameters
    ----------
    insee : str
        INSEE code of the commune, five characters.

    Raises
    ------
    UsageError
        If the code belongs to a place that has no such projection here (the Pacific).

    Examples
    --------
    >>> legal_crs("62498")
    'EPSG:2154'
    >>> legal_crs("97411")
    'EPSG:2975'
    """
    if not insee.startswith(("97", "98")):
        return LAMBERT_93
    try:
        return _OVERSEAS[insee[:3]]
    except KeyError:
        raise UsageError(f"pas de projection légale connue pour la commune {insee}") from None


@cache
def _transformer(source: str, target: str) -> Transformer:
    return Transformer.from_crs(source, target, always_xy=True)


def projector(source: str, target: str) -> Callable[[Shape], Shape]:
    """Return a function that projects a geometry, or an array of them, from a CRS to another.

    The same coordinate always gives the same result, so shared borders stay shared. Many
    geometries cost little more than one: give them together.

    Parameters
    ----------
    source, target : str
        EPSG codes; coordinates are x (or longitude) first on both sides.
    """
    transformer = _transformer(source, target)

    def project(geometry: Any) -> Any:
        return shapely.transform(
            geometry, lambda xy: np.column_stack(transformer.transform(xy[:, 0], xy[:, 1]))
        )

    return project
