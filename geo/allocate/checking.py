"""What features and territories must be for their shares to be exact."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from geo.errors import DataError


def check_frame(frame: gpd.GeoDataFrame, what: str) -> None:
    """Refuse a frame without a CRS, or in which two rows have one name.

    Raises
    ------
    DataError
        `what` ("éléments", "territoires") is told in it.
    """
    if frame.crs is None:
        raise DataError(
            f"les {what} n'ont pas de projection (CRS)",
            where="allocate",
            advice="Donnez-la avec set_crs, si vous la connaissez.",
        )
    if not frame.index.is_unique:
        twice = ", ".join(str(key) for key in frame.index[frame.index.duplicated()].unique()[:5])
        raise DataError(f"identifiants répétés parmi les {what} : {twice}", where="allocate")


def check_same_crs(features: CRS, partition: CRS) -> None:
    """Refuse features that are not in the CRS of the territories.

    Raises
    ------
    DataError
        Both are told in it.
    """
    if features != partition:
        raise DataError(
            f"projections différentes : {features.to_string()} et {partition.to_string()}",
            where="allocate",
            advice="Projetez les éléments avec to_crs(territoires.crs).",
        )


def check_metres(crs: CRS) -> None:
    """Refuse a CRS in which there are no metres.

    Raises
    ------
    DataError
        If it is geographic, or in another unit.
    """
    if not crs.is_projected or crs.axis_info[0].unit_conversion_factor != 1:
        raise DataError(
            f"{crs.to_string()} n'est pas en mètres : ni longueur ni surface exactes",
            where="allocate",
            advice="Projetez dans la projection légale (EPSG:2154 en métropole).",
        )


def check_geometries(
    geometries: NDArray[np.object_], names: pd.Index | NDArray[np.int64], what: str, where: str = "allocate"
) -> None:
    """Refuse invalid geometries; a line of no length is none of them, it stands for its place.

    Raises
    ------
    DataError
        The names of five of them are told in it.
    """
    finite = np.isfinite(shapely.bounds(geometries)).all(axis=1)
    lines = shapely.get_dimensions(geometries) == 1
    empty = shapely.is_missing(geometries) | shapely.is_empty(geometries)
    invalid = ~(shapely.is_valid(geometries) | (lines & finite) | empty)
    if invalid.any():
        named = ", ".join(str(key) for key in names[invalid][:5])
        raise DataError(
            f"géométrie invalide ({what} {named})", where=where, advice="Réparez-la avec make_valid."
        )


def check_coverage(shapes: NDArray[np.object_]) -> None:
    """Refuse territories that overlap, or whose edges do not match.

    Raises
    ------
    DataError
        It says how to mend them.
    """
    if (shapely.get_dimensions(shapes) != 2).any() or not shapely.coverage_is_valid(shapes):
        raise DataError(
            "les territoires ne sont pas des polygones qui se touchent bord à bord, sans se recouvrir",
            where="allocate",
            advice="Réparez-les ensemble avec shapely.coverage_clean.",
        )
