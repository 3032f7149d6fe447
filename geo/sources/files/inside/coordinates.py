"""Geometries out of the coordinates of GeoJSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

TYPES = frozenset(
    {"Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon", "GeometryCollection"}
)


class MalformedError(ValueError):
    """A feature, or a geometry, that is not what GeoJSON says; its text is for the user."""


class Builder:
    """Builds one geometry.

    Attributes
    ----------
    closed : bool
        Whether one of its rings was open, and had to be closed.
    """

    def __init__(self) -> None:
        self.closed = False
        self._builders: dict[str, Callable[[list[Any]], BaseGeometry]] = {
            "Point": self._point,
            "LineString": self._line,
            "Polygon": self._polygon,
            "MultiPoint": self._points,
            "MultiLineString": lambda parts: shapely.MultiLineString(list(map(self._line, parts))),
            "MultiPolygon": lambda parts: shapely.MultiPolygon(list(map(self._polygon, parts))),
        }

    def build(self, geometry: Any) -> BaseGeometry:
        """Return the shapely geometry of a GeoJSON one, in as many dimensions.

        Raises
        ------
        MalformedError
            If it is of no type of GeoJSON, or has no coordinates.
        ValueError, TypeError, shapely.errors.ShapelyError
            If its coordinates are not what its type wants.
        """
        kind = geometry.get("type") if isinstance(geometry, dict) else None
        if kind == "GeometryCollection":
            return shapely.GeometryCollection([self.build(part) for part in geometry.get("geometries") or []])
        if kind not in self._builders:
            raise MalformedError(f"géométrie de type « {str(kind)[:40]} » inconnu")
        coordinates = geometry.get("coordinates")
        if not isinstance(coordinates, list):
            raise MalformedError("coordonnées absentes ou mal formées")
        return self._builders[kind](coordinates)

    def _point(self, given: list[Any]) -> shapely.Point:
        return shapely.Point(_vertices([given])[0]) if given else shapely.Point()

    def _points(self, given: list[Any]) -> BaseGeometry:
        return cast("BaseGeometry", shapely.multipoints(_vertices(given))) if given else shapely.MultiPoint()

    def _line(self, given: list[Any]) -> shapely.LineString:
        return shapely.LineString(_vertices(given)) if given else shapely.LineString()

    def _polygon(self, rings: list[Any]) -> shapely.Polygon:
        if not rings:
            return shapely.Polygon()
        outer, *inner = [self._ring(_vertices(ring)) for ring in rings]
        return shapely.Polygon(outer, inner)

    def _ring(self, vertices: NDArray[np.float64]) -> shapely.LinearRing:
        if not np.array_equal(vertices[0], vertices[-1], equal_nan=True):
            self.closed = True
            vertices = np.vstack([vertices, vertices[:1]])
        return shapely.LinearRing(vertices)


def _vertices(given: list[Any]) -> NDArray[np.float64]:
    found = np.asarray(given, dtype=np.float64)
    if found.ndim != 2 or found.shape[1] < 2:
        raise MalformedError("coordonnées mal formées")
    return found[:, :3]
