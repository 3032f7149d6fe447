"""What a user brings: a file whose shapes delimit an area."""

from __future__ import annotations

from pathlib import Path

import shapely
from pyproj import CRS
from shapely.geometry.base import BaseGeometry

from geo.errors import DataError
from geo.sources.files.single import read_single


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
    layer, crs = read_single(path)
    shapes = [shape for shape in layer.geometry if shape is not None]
    polygons = [shapely.make_valid(shape) for shape in shapes if shape.geom_type.endswith("Polygon")]
    if not polygons:
        raise DataError(
            f"aucun polygone parmi {len(shapes)} objets",
            where=where,
            advice="Donnez un périmètre (polygone).",
        )
    return shapely.union_all(polygons), crs
