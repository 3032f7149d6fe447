"""What a user brings: a file whose shapes delimit an area."""

from __future__ import annotations

from pathlib import Path

import shapely
from pyproj import CRS
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from geo.errors import DataError


def read_area(path: Path) -> tuple[BaseGeometry, CRS]:
    """Read the union of the polygons of a file that fiona opens.

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
    import fiona  # noqa: PLC0415 - heavy, and only needed here
    from fiona.errors import FionaError  # noqa: PLC0415 - with it

    where = str(path)
    if not path.exists():
        raise DataError("fichier introuvable", where=where)
    target = f"zip://{path}" if path.suffix.lower() == ".zip" else path
    try:
        layers = fiona.listlayers(target)
        if len(layers) != 1:
            raise DataError(
                f"{len(layers)} couches dans ce fichier ({', '.join(layers)})",
                where=where,
                advice="Donnez un fichier qui n'en contient qu'une.",
            )
        with fiona.open(target, allow_unsupported_drivers=True) as source:  # KML is read well
            if not source.crs:
                raise DataError(
                    "projection (CRS) absente",
                    where=where,
                    advice="Enregistrez le fichier avec sa projection, par exemple en GeoPackage.",
                )
            crs = CRS.from_wkt(source.crs.to_wkt())
            shapes = [shape(row.geometry) for row in source if row.geometry is not None]
    except (FionaError, OSError) as error:
        raise DataError(
            "fichier illisible",
            where=where,
            advice="Donnez un fichier GeoJSON, GeoPackage, shapefile ou KML, et entier.",
        ) from error
    polygons = [shapely.make_valid(g) for g in shapes if g.geom_type.endswith("Polygon")]
    if not polygons:
        raise DataError(
            f"aucun polygone parmi {len(shapes)} objets",
            where=where,
            advice="Donnez un périmètre (polygone).",
        )
    return shapely.union_all(polygons), crs
