"""The part of a national file that meets a perimeter: what is tested, kept and counted."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from shapely.geometry.base import BaseGeometry

from geo.errors import DataError
from geo.prepared import prepared
from geo.sources.geojson import table
from geo.sources.raw import RawLayer
from geo.text import plural

Box = tuple[float, float, float, float]
"""West, south, east, north, in the unit of a CRS."""

WGS84 = CRS("EPSG:4326")
MAX_READ = 5_000_000
"""More features than a national file has: the BNAC has some hundreds of thousands."""
MAX_KEPT = 2_000_000
"""More features than a perimeter may hold."""
MARGIN = 1e-4
"""What a projected box is widened by, as a share of its size: its sides were straight."""


class Window:
    """A perimeter, told in one CRS, that features of another CRS are tested against.

    Parameters
    ----------
    within : Box or shapely geometry
        The perimeter; coordinates are x (or longitude) first.
    crs : str
        EPSG code of `within`.
    """

    def __init__(self, within: Box | BaseGeometry, crs: str) -> None:
        self.crs = CRS(crs)
        self.shape = prepared(within if isinstance(within, BaseGeometry) else shapely.box(*within))

    def box_in(self, crs: CRS) -> Box | None:
        """Return a box of another CRS that holds the whole perimeter, None if it is out of that CRS."""
        west, south, east, north = self.shape.bounds
        if crs == self.crs:
            return west, south, east, north
        frame = shapely.segmentize(
            shapely.box(west, south, east, north), max(east - west, north - south) / 50
        )
        there = _projected(shapely.get_coordinates(frame), self.crs, crs)
        if not np.isfinite(there).all():
            return None
        low, high = there.min(axis=0), there.max(axis=0)
        margin = MARGIN * (high - low)
        (west, south), (east, north) = low - margin, high + margin
        return float(west), float(south), float(east), float(north)

    def meets(self, geometries: NDArray[np.object_], crs: CRS) -> NDArray[np.bool_]:
        """Tell which geometries of another CRS share a point with the perimeter.

        They are brought to the CRS of the perimeter, whose border stays exact.
        """
        if crs != self.crs:
            geometries = shapely.transform(geometries, lambda xy: _projected(xy, crs, self.crs))
        return np.asarray(shapely.intersects(self.shape, geometries), dtype=np.bool_)


class Harvest:
    """Features kept so far, of a file that is read in order.

    Parameters
    ----------
    path : Path
        The file.
    driver : str
        Its format, as users name it.
    window : Window
        The perimeter.
    columns : sequence of str
        Attributes to keep, all of them if empty.

    Attributes
    ----------
    box : Box
        A box of the CRS of the file that holds the perimeter; set by `use`.
    read : int
        Features read, kept or not.
    shapeless : int
        Among them, those without a geometry.
    """

    def __init__(self, path: Path, driver: str, window: Window, columns: Sequence[str]) -> None:
        self.path = path
        self.driver = driver
        self.columns = tuple(columns)
        self.read = 0
        self.shapeless = 0
        self._window = window
        self._rows: list[Mapping[str, Any]] = []
        self._shapes: list[BaseGeometry | None] = []
        self._unreadable: dict[int, str] = {}
        self.use(WGS84, "règle du format (RFC 7946)")

    def use(self, crs: CRS, how: str) -> None:
        """Set the CRS of the file, and how it is known, before its first feature.

        Raises
        ------
        DataError
            If the perimeter is out of that CRS.
        """
        code = 4326 if crs == CRS("OGC:CRS84") else crs.to_epsg(min_confidence=100)
        self.crs = CRS.from_epsg(code) if code else crs
        self._crs_how = how
        box = self._window.box_in(self.crs)
        if box is None:
            raise DataError(
                f"la projection déclarée ({self.crs.name}) ne couvre pas le périmètre",
                where=self.path.name,
                advice="Convertissez le fichier en WGS 84 (EPSG:4326).",
            )
        self.box = box

    def pass_over(self, number: int) -> None:
        """Count features that were read.

        Raises
        ------
        DataError
            If there are more than a national file has.
        """
        self.read += number
        if self.read > MAX_READ:
            raise DataError(f"plus de {plural(MAX_READ, 'segment')}", where=self.path.name)

    def wants(self, name: str) -> bool:
        """Tell whether an attribute is asked for."""
        return not self.columns or name in self.columns

    def sort(self, shapes: NDArray[np.object_]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Tell which shapes are in the perimeter, and which can be anywhere.

        Parameters
        ----------
        shapes : numpy.ndarray
            Geometries of the file, None where one could not be read.

        Returns
        -------
        inside, unreadable : numpy.ndarray of bool
            A shape without a finite coordinate is unreadable; an empty one is outside.
        """
        bounds = shapely.bounds(shapes)
        sound = np.isfinite(bounds).all(axis=1)
        west, south, east, north = self.box
        near = sound & (bounds[:, 2] >= west) & (bounds[:, 3] >= south)
        near &= (bounds[:, 0] <= east) & (bounds[:, 1] <= north)
        inside = np.zeros(len(shapes), dtype=np.bool_)
        inside[near] = self._window.meets(shapes[near], self.crs)
        return inside, ~sound & ~shapely.is_empty(shapes)

    def keep(self, rank: int, row: Mapping[str, Any], shape: BaseGeometry | None, fault: str = "") -> None:
        """Keep a feature, under its rank in the file (from 1).

        Raises
        ------
        DataError
            If there are more than a perimeter may hold.
        """
        if len(self._rows) >= MAX_KEPT:
            raise DataError(
                f"plus de {plural(MAX_KEPT, 'segment')} dans le périmètre",
                where=self.path.name,
                advice="Donnez un périmètre plus petit.",
            )
        self._rows.append(row)
        self._shapes.append(shape)
        if fault:
            self._unreadable[len(self._rows)] = f"segment n° {rank} du fichier : {fault}"

    def layer(self, encoding: str) -> RawLayer:
        """Return what was kept."""
        shapes = np.empty(len(self._shapes), dtype=object)
        shapes[:] = self._shapes
        notes = [f"{plural(self.read, 'segment lu', 'segments lus')}, {plural(len(shapes), 'gardé')}"]
        if self.shapeless:
            notes.append(f"{plural(self.shapeless, 'segment')} sans géométrie, hors de la découpe")
        return RawLayer(
            origin=self.path.name,
            name=self.path.name.partition(".")[0],
            driver=self.driver,
            frame=table([{name: flat(value) for name, value in row.items()} for row in self._rows]),
            geometry=shapes,
            crs=self.crs,
            crs_how=self._crs_how,
            encoding=encoding,
            notes=tuple(notes),
            unreadable=self._unreadable,
        )


@cache
def _transformer(source: str, target: str) -> Transformer:
    return Transformer.from_crs(source, target, always_xy=True)


def _projected(xy: NDArray[np.float64], source: CRS, target: CRS) -> NDArray[np.float64]:
    return np.column_stack(_transformer(source.srs, target.srs).transform(xy[:, 0], xy[:, 1]))


def flat(value: Any) -> Any:
    """Return a value that stands in one cell: a list as texts parted by bars, an object as JSON."""
    if isinstance(value, list):
        return _joined(value)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    return value


def _joined(values: Iterable[Any]) -> str:
    return " | ".join(
        value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        for value in values
        if value is not None
    )
