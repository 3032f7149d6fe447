"""A file of one layer, with a place on Earth: what a perimeter, a partition or a question needs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from geo.errors import DataError
from geo.sources.files.opener import read_layers
from geo.sources.raw import RawLayer


def read_single(path: Path) -> tuple[RawLayer, CRS]:
    """Read a file that holds one layer of shapes, whose CRS it declares.

    Parameters
    ----------
    path : pathlib.Path
        As `geo.sources.files.read_layers` takes it.

    Raises
    ------
    DataError
        If it cannot be opened, holds several layers, no shape or no CRS, or declares
        degrees where its coordinates are none.
    """
    where = str(path)
    layers = read_layers(path)
    if len(layers) != 1:
        raise DataError(
            f"{len(layers)} couches dans ce fichier ({', '.join(layer.name for layer in layers)})",
            where=where,
            advice="Donnez un fichier qui n'en contient qu'une.",
        )
    layer = layers[0]
    if not len(layer.geometry) or shapely.is_missing(layer.geometry).all():
        raise DataError(
            "aucune géométrie dans ce fichier",
            where=where,
            advice="Un tableau s'ajoute d'abord à l'atlas, avec « erbm add », qui en lit les coordonnées.",
        )
    if layer.crs is None:
        raise DataError(
            "projection (CRS) absente",
            where=where,
            advice="Enregistrez le fichier avec sa projection, par exemple en GeoPackage.",
        )
    _check_degrees(layer.geometry, layer.crs, where)
    return layer, layer.crs


def _check_degrees(shapes: NDArray[np.object_], crs: CRS, where: str) -> None:
    """Refuse coordinates that cannot be the degrees that a file says or implies."""
    west, south, east, north = shapely.total_bounds(shapes)
    if crs.is_geographic and (west < -360 or east > 360 or south < -90 or north > 90):
        raise DataError(
            f"ces coordonnées ne sont pas des degrés (de {west:.0f}, {south:.0f} à {east:.0f}, {north:.0f})",
            where=where,
            advice="Sans doute du Lambert-93 : enregistrez le fichier avec sa projection (EPSG:2154).",
        )
