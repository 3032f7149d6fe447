"""GeoJSON, one feature at a time: what a feature holds is kept as published, and a bad one is told."""

from __future__ import annotations

import io
import json
import re
from typing import Any

import numpy as np
import shapely
from shapely.errors import ShapelyError
from shapely.geometry.base import BaseGeometry

from geo.sources.files.inside.coordinates import TYPES, Builder, MalformedError
from geo.sources.files.inside.datasets import Dataset
from geo.sources.files.inside.handback import Layer
from geo.sources.files.inside.json_text import VERTEX_CHARS, Walker, depth
from geo.sources.files.inside.shapes import add, raise_if_memory
from geo.sources.files.inside.texts import bounded_lines, encoding_of, opened
from geo.sources.files.limits import MIB, Limits

_BATCH_ROWS = 2_000
_BATCH_CHARS = 16 * MIB
_ID = "_fid"
"""Column of the identifiers that stand beside the properties."""
_CRS_NAME = re.compile(r"CRS84$|(EPSG|IGNF)\W.*?(\w+)$", re.IGNORECASE)
"""The end of ``urn:ogc:def:crs:EPSG::2154``, ``EPSG:2154``, ``http://www.opengis.net/def/crs/EPSG/0/2154``."""
_NORM = "norme GeoJSON (WGS84)"
_DECLARED = "déclarée dans le fichier (membre « crs » du GeoJSON)"


class Features:
    """Features gathered into the rows of a layer."""

    def __init__(self, layer: Layer) -> None:
        self._layer = layer
        self._columns: dict[str, None] = {}
        self._rows: list[list[Any]] = []
        self._shapes: list[BaseGeometry | None] = []
        self._weight = 0

    def take(self, feature: Any) -> None:
        """Add one feature, or what stands in its place."""
        rank = self._layer.rows + len(self._rows) + 1
        row: list[Any] = []
        shape = None
        try:
            properties, geometry = parts(feature)
            row = self._row(properties)
            shape = None if geometry is None else self._built(geometry, rank)
        except (ValueError, TypeError, ShapelyError) as error:
            raise_if_memory(error)
            told = str(error) if isinstance(error, MalformedError) else "coordonnées mal formées"
            self._layer.unreadable[rank] = told
        self._rows.append(row)
        self._shapes.append(shape)
        self._weight += 1 + int(shapely.get_num_coordinates(shape))
        if len(self._rows) >= _BATCH_ROWS or self._weight * VERTEX_CHARS > _BATCH_CHARS:
            self.flush()

    def _row(self, properties: dict[str, Any]) -> list[Any]:
        if properties.keys() - self._columns.keys():
            self._columns |= dict.fromkeys(properties)
        if list(properties) == list(self._columns):  # as most features are
            return list(properties.values())
        return [properties.get(name) for name in self._columns]

    def _built(self, geometry: Any, rank: int) -> BaseGeometry:
        builder = Builder()
        shape = builder.build(geometry)
        if builder.closed:
            self._layer.tally.closed.append(rank)
        return shape

    def flush(self) -> None:
        """Hand the features gathered so far to the layer."""
        shapes = np.empty(len(self._shapes), dtype=object)
        shapes[:] = self._shapes
        self._layer.set_columns(self._columns)
        add(self._layer, self._rows, shapes)
        self._rows, self._shapes, self._weight = [], [], 0


def parts(feature: Any) -> tuple[dict[str, Any], Any]:
    """Return the properties and the geometry of a feature.

    Raises
    ------
    MalformedError
        If it is no feature.
    """
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        raise MalformedError("ce n'est pas un objet GeoJSON (Feature)")
    properties = feature.get("properties") or {}
    if not isinstance(properties, dict):
        raise MalformedError("ses propriétés ne sont pas un objet")
    if isinstance(feature.get("id"), str | int):
        properties = {_ID: feature["id"], **properties}
    return properties, feature.get("geometry")


def read(data: Dataset, layer: Layer, asked: str) -> None:
    """Read a GeoJSON file into a layer.

    Parameters
    ----------
    data : Dataset
        A collection of features, one feature, or one geometry.
    layer : Layer
        Where it goes.
    asked : str
        Encoding that the user gave; UTF-8 by the standard.

    Raises
    ------
    DataError
        If it is not JSON, not GeoJSON, or nested too deep.
    """
    layer.encoding, note = encoding_of(data, asked)
    layer.notes.extend([note] if note else [])
    with opened(data, layer.encoding) as stream:
        if depth(stream, layer.limits.nesting) > layer.limits.nesting:
            raise data.unreadable(f"plus de {layer.limits.nesting} niveaux imbriqués")
    features = Features(layer)
    with opened(data, layer.encoding) as stream:
        members = _walk(Walker(stream, data, layer.limits), features, data)
    features.flush()
    _set_crs(layer, members)


def read_lines(data: Dataset, layer: Layer, asked: str) -> None:
    """Read GeoJSON features that stand one a line (RFC 8142, with or without its separators).

    Raises
    ------
    DataError
        If a line is too long, or is not JSON.
    """
    layer.encoding, note = encoding_of(data, asked)
    layer.notes.extend([note] if note else [])
    features = Features(layer)
    longest = VERTEX_CHARS * layer.limits.shape_vertices + 16 * layer.limits.text_chars
    with opened(data, layer.encoding) as stream:
        for number, line in enumerate(bounded_lines(stream, longest, data), start=1):
            text = line.strip(" \t\r\n\x1e")
            if text:
                features.take(_parsed(text, number, data, layer.limits))
    features.flush()
    _set_crs(layer, {})


def _parsed(text: str, number: int, data: Dataset, limits: Limits) -> Any:
    try:
        if depth(io.StringIO(text), limits.nesting) > limits.nesting:
            raise data.unreadable(f"ligne {number} : plus de {limits.nesting} niveaux imbriqués")
        return json.loads(text)
    except ValueError:
        raise data.unreadable(f"ligne {number} : JSON mal formé") from None


def _walk(walker: Walker, features: Features, data: Dataset) -> dict[str, Any]:
    """Take the features of a text, and return its other members."""
    if walker.peek() != "{":
        raise data.unreadable("ce JSON n'est pas du GeoJSON")
    members: dict[str, Any] = {}
    for key in walker.members():
        if key == "features" and walker.peek() == "[":
            members[key] = True
            for feature in walker.items():
                features.take(feature)
        else:
            members[key] = walker.value()
    if walker.peek():
        raise walker.broken()
    if members.get("type") == "Feature":
        features.take(members)
    elif members.get("type") in TYPES:
        features.take({"type": "Feature", "geometry": members})
    elif "features" not in members or "spatialReference" in members or members.get("type") == "Topology":
        raise data.unreadable("ce JSON n'est pas du GeoJSON")
    return members


def _set_crs(layer: Layer, members: dict[str, Any]) -> None:
    """Tell the CRS: WGS84 by the standard, unless the member of the standard of 2008 says otherwise."""
    layer.crs, layer.crs_how = "EPSG:4326", _NORM
    if "crs" not in members:
        return
    given = members["crs"]
    inner = given.get("properties") if isinstance(given, dict) else None
    name = inner.get("name") if isinstance(inner, dict) else None
    known = _CRS_NAME.search(name[-200:]) if isinstance(name, str) else None
    if known and known[0] != "CRS84":
        layer.crs, layer.crs_how = f"{known[1].upper()}:{known[2]}", _DECLARED
    elif not known:
        layer.crs, layer.crs_how = "", ""
        layer.notes.append("le membre « crs » du GeoJSON ne nomme pas de projection : elle reste inconnue")
