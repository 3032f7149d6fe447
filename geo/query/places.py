"""Places that are asked for by name or by file, and what lies inside them or meets them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.catalog import Catalog
from geo.errors import DataError, UsageError
from geo.ingest import NEAR_M
from geo.prepared import prepared
from geo.query.layers import is_layer
from geo.sources.files import read_area, read_single
from geo.sources.files.formats import format_of
from geo.territories import Epci, Territories, projector
from geo.territories.naming import closest, find_place


@dataclass(frozen=True, slots=True)
class Region:
    """A place: its outline in metres, and the INSEE codes of its communes if it is a territory."""

    geometry: BaseGeometry
    communes: frozenset[str] = frozenset()

    def holds(self, features: gpd.GeoDataFrame) -> NDArray[np.bool_]:
        """Tell which features lie inside, wholly.

        In an area drawn by the user, what it covers, its border included. In an EPCI or a
        commune, what names communes of it alone: borders are generalised, and the source knows
        better than they; a line or a polygon must also be covered, to within `NEAR_M` metres.
        What names no commune is inside if it is covered. Measures of a whole territory
        (precision ``territoire``) have no place: they are inside nothing.
        """
        shapes = np.asarray(features.geometry.array)
        covered = _covered(shapes, self.geometry)
        if self.communes:
            named = np.array([bool(codes) for codes in features["communes"]], dtype=bool)
            inside = np.array([self.communes.issuperset(codes) for codes in features["communes"]], dtype=bool)
            near = _covered(shapes, self.geometry.buffer(NEAR_M)) | (shapely.get_dimensions(shapes) == 0)
            covered = np.where(named, inside & near, covered)
        return _placed(features) & covered

    def meets(self, features: gpd.GeoDataFrame) -> NDArray[np.bool_]:
        """Tell which features meet it: touch an area, or name a commune of a territory."""
        shapes = np.asarray(features.geometry.array)
        met: NDArray[np.bool_] = shapely.intersects(prepared(self.geometry), shapes)
        if self.communes:
            named = [
                (not self.communes.isdisjoint(codes)) if codes else bool(touched)
                for codes, touched in zip(features["communes"], met, strict=True)
            ]
            met = np.array(named, dtype=bool)
        return _placed(features) & met


def located(features: gpd.GeoDataFrame) -> gpd.GeoSeries:
    """Return the geometries, None for a measure of a whole territory: it has no place of its own."""
    shapes: gpd.GeoSeries = features.geometry.where(_placed(features), None)
    return shapes


def _placed(features: gpd.GeoDataFrame) -> NDArray[np.bool_]:
    placed: NDArray[np.bool_] = (features["precision"] != "territoire").to_numpy(dtype=bool)
    return placed


def _covered(shapes: NDArray[np.object_], area: BaseGeometry) -> NDArray[np.bool_]:
    covered: NDArray[np.bool_] = shapely.covers(prepared(area), shapes)
    return covered


Place: TypeAlias = str | Path | BaseGeometry | gpd.GeoDataFrame | gpd.GeoSeries
"""What tells a place: a name, a file, or shapes; a bare geometry is in metres already."""


def region(asked: Place, ground: Territories) -> Region:
    """Find a place: a geometry, else a file of polygons, else an EPCI or a commune by name.

    Parameters
    ----------
    asked : str, path, geometry, GeoDataFrame or GeoSeries
        A geometry is in the CRS of `ground`, a frame or a series in the one that it declares. A
        text is a file if there is one so named or if it looks like one (``zone.gpkg``), else a name.

    Raises
    ------
    DataError
        If the file cannot be read, has no polygon, or does not project; or a frame has no CRS.
    UsageError
        If it is none of these, or the name is unknown, or is that of an EPCI and of a commune.
    """
    if isinstance(asked, BaseGeometry):
        return Region(asked)
    if isinstance(asked, (gpd.GeoDataFrame, gpd.GeoSeries)):
        return Region(_union(asked.geometry, ground.crs))
    if not isinstance(asked, (str, Path)):
        raise UsageError(
            f"ce n'est pas un lieu : {asked!r}",
            advice="Attendu un fichier, un nom d'EPCI ou de commune, une géométrie ou un GeoDataFrame.",
        )
    if isinstance(asked, Path) or is_file(asked):
        return Region(_area(Path(asked), ground.crs))
    place = find_place(ground, asked)
    communes = place.communes if isinstance(place, Epci) else (place.insee,)
    return Region(place.geometry, frozenset(communes))


def _union(shapes: gpd.GeoSeries, crs: str) -> BaseGeometry:
    """Return all these shapes as one, in a CRS."""
    if shapes.crs is None:
        raise DataError(
            "projection (CRS) absente", where="géométries", advice="Déclarez-la avec set_crs, par exemple."
        )
    union: BaseGeometry = shapes.to_crs(crs).union_all()
    return union


def met(asked: Place, ground: Territories, known: Catalog) -> Region | str:
    """Find what features are to meet: layers, which are handed back as they are named, or a region.

    Raises
    ------
    UsageError
        If it is neither a layer nor a place; the message lists the closest of both.
    DataError
        If it is a file that cannot be read.
    """
    if not isinstance(asked, str) or is_file(asked):
        return region(asked, ground)
    layers = {layer.id: (layer.id, layer.titre) for layer in known.layers.values()}
    names = [part.partition("[")[0] for part in asked.split(",")]
    if "[" in asked or all(is_layer(known, name) for name in names):
        return asked
    try:
        return region(asked, ground)
    except UsageError as error:
        if not error.message.startswith("territoire inconnu"):
            raise
        near = ", ".join(closest(asked, layers))
        raise UsageError(error.message, advice=f"{error.advice}\nCouches : {near}.") from None


def is_file(asked: str) -> bool:
    """Tell whether a text names a file: there is one, or it ends as those of maps do."""
    return Path(asked).is_file() or bool(format_of(Path(asked)))


def _area(path: Path, crs: str) -> BaseGeometry:
    """Return the area that a file delimits, in a CRS."""
    area, declared = read_area(path)
    projected = projector(declared.to_wkt(), crs)(area)
    _refuse_infinite(np.array([projected]), path, crs)
    return shapely.make_valid(projected)


def shapes_of(path: Path, crs: str) -> tuple[pd.DataFrame, NDArray[np.object_]]:
    """Read the rows of a file that have a shape, and these in a CRS.

    Returns
    -------
    tuple of pandas.DataFrame and numpy.ndarray
        n rows indexed by their rank in the file, and n geometries.

    Raises
    ------
    DataError
        If it cannot be opened, has several layers, no shape or no CRS, or does not project.
    """
    raw, declared = read_single(path)
    here = ~(shapely.is_missing(raw.geometry) | shapely.is_empty(raw.geometry))
    project = projector(declared.to_wkt(), crs)
    shapes = np.array([project(shapely.force_2d(shape)) for shape in raw.geometry[here]], dtype=object)
    _refuse_infinite(shapes, path, crs)
    return raw.frame[here], shapes


def _refuse_infinite(shapes: NDArray[np.object_], path: Path, crs: str) -> None:
    if not np.isfinite(shapely.bounds(shapes)).all():
        raise DataError(
            f"ce périmètre ne se projette pas en {crs}",
            where=str(path),
            advice="Découpez-le autour du territoire étudié.",
        )
