"""What a user brings: a file whose shapes delimit an area."""

from __future__ import annotations

from pathlib import Path

import shapely
from pyproj import CRS
from shapely.geometry.base import BaseGeometry

from geo.errors import DataError
from geo.sources.files.opener import read_layers


def read_area(path: Path) -> tuple[BaseGeometry, CRS]:
    """Read the union of the polygons of a file.

    Parameters
    ----------
    path : pathlib.Path
        GeoJSON, GeoPackage, shapefile (alone or zipped), KML, ... with one layer.

    Returns
    -------
    tuple of shapely geometry and pyproj.CRS
        The area, and the CRS that the file declares.

    Raises
    ------
    DataError
        If the file cannot be opened, holds several layers, declares no CRS, or has no polygon.
    """
    where = str(path)
    layers = read_layers(path)
    if len(layers) != 1:
        raise DataError(
            f"{len(layers)} couches dans ce fichier ({', '.join(layer.name for layer in layers)})",
            where=where,
            advice="Donnez un fichier qui n'en contient qu'une.",
        )
    shapes = [shape for shape in layers[0].geometry if shape is not None]
    polygons = [shapely.make_valid(shape) for shape in shapes if shape.geom_type.endswith("Polygon")]
    if not polygons:
        raise DataError(
            f"aucun polygone parmi {len(shapes)} objets",
            where=where,
            advice="Donnez un périmètre (polygone).",
        )
    crs = layers[0].crs
    if crs is None:
        raise DataError(
            "projection (CRS) absente",
            where=where,
            advice="Enregistrez le fichier avec sa projection, par exemple en GeoPackage.",
        )
    return shapely.union_all(polygons), crs
