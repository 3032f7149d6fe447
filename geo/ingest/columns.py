"""Coordinates that stand in the columns of a table: two numbers, one text, or a shape in WKT."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.errors import UsageError
from geo.ingest.schema import Schema
from geo.ingest.values import number_of, shown, squeezed
from geo.territories import LAMBERT_93, WGS84
from geo.territories.naming import closest

_EAST = frozenset({"x", "lon", "long", "lng", "longitude", "easting", "abscisse"})
_NORTH = {"x": "y", "lon": "lat", "long": "lat", "lng": "lat", "longitude": "latitude", "easting": "northing",
          "abscisse": "ordonnee"}  # fmt: skip
_DEGREES = frozenset({"lon", "long", "lng", "longitude"})
_AROUND = re.compile(
    r"wgs84|lambert93|lamb93|rgf93|lambert2e?|l2e|l93|cc(?:4[2-9]|50)|coordonnees?|coord|centroides?"
    r"|centroid|geo|point|site|etab|gps|lambert|et$"
)
"""What stands around the name of a coordinate, and may tell its CRS."""
_NAMED = {"wgs84": WGS84, "gps": WGS84, "lambert93": LAMBERT_93, "lamb93": LAMBERT_93, "l93": LAMBERT_93,
          "rgf93": "", "lambert2e": "EPSG:27572", "l2e": "EPSG:27572"}  # fmt: skip
_SHAPE_NAMES = (
    "geomsurf",
    "geom",
    "wkt",
    "thegeom",
    "geometry",
    "geomwkt",
    "wktgeom",
    "geompoint",
    "geometrie",
)
_TEXT_NAMES = frozenset({
    "geopoint", "geopoint2d", "coordonnees", "coordonneesgps", "latlon", "latlng", "latlong", "lonlat",
    "coordinates", "geoloc", "geolocalisation", "gps", "position", "coordgps", "geo", "point",
})  # fmt: skip
_WKT = re.compile(
    r"\s*(SRID=\d{1,6};)?\s*(MULTI)?(POINT|LINESTRING|POLYGON|GEOMETRYCOLLECTION)\s*(Z|M|ZM)?\s*(\(|EMPTY)",
    re.IGNORECASE,
)
_HEX = re.compile(r"0[01][0-9A-F]{16,}", re.IGNORECASE | re.ASCII)
_ONE = r"[+-]?\d{1,9}(?:[.,]\d+)?"
_TWO = re.compile(rf"\s*[\[(]?\s*({_ONE})\s*(?:[;,/]\s*|\s)\s*({_ONE})\s*[\])]?\s*", re.ASCII)
_TWO_POINTED = re.compile(
    r"\s*[\[(]?\s*([+-]?\d+(?:\.\d+)?)\s*,\s*([+-]?\d+(?:\.\d+)?)\s*[\])]?\s*", re.ASCII
)
_ROW_CRS = {
    "LAMBERT_93": LAMBERT_93,
    "UTM_N20": "EPSG:5490",
    "UTM_N21": "EPSG:4467",
    "UTM_N22": "EPSG:2972",
    "UTM_S38": "EPSG:4471",
    "UTM_S40": "EPSG:2975",
}
"""The projections that FINESS names in each row."""
_ROW_CRS_NAMES = re.compile("|".join(_ROW_CRS))
MOST = 0.9
"""Share of the values of a column that must be of one kind to tell it."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Shapes read in columns, x first, in a CRS that is not known yet but for hints.

    `names` are the columns; `degrees` whether their names say so; `crs` the one that their
    names tell; `row_crs` the code that each row tells, empty where it tells none; `how` in
    which words; `faults` what could not be read, by row.
    """

    names: tuple[str, ...]
    shapes: NDArray[np.object_]
    faults: Mapping[int, str] = field(default_factory=dict)
    degrees: bool = False
    crs: str = ""
    row_crs: NDArray[np.object_] | None = None
    how: str = ""
    others: tuple[str, ...] = ()


def find(frame: pd.DataFrame, schema: Schema) -> Columns | None:
    """Return the shapes that stand in the columns of a frame of tidy values, None if there are none.

    Raises
    ------
    UsageError
        If `schema` names columns that are not there.
    """
    if schema.x:
        for name in (schema.x, schema.y):
            if name not in frame.columns:
                near = ", ".join(closest(name, {str(c): (str(c),) for c in frame.columns}))
                raise UsageError(
                    f"la colonne de coordonnées « {name} » n'est pas dans la source",
                    advice=f"Les plus proches : {near or 'aucune'}.",
                )
        return _text(frame, schema.x) if schema.x == schema.y else _pair(frame, schema.x, schema.y, ())
    ways = [_named_pair, _shape_column, _text_column]
    if schema.geometries and "point" not in schema.geometries:
        ways = [_shape_column, _named_pair, _text_column]
    for way in ways:
        if (found := way(frame)) is not None:
            return found
    return None


def _bare(name: str) -> tuple[str, tuple[str, ...]]:
    """Return the name of a coordinate without what is around it, and that."""
    key = squeezed(name)
    return _AROUND.sub("", key), tuple(_AROUND.findall(key))


def _named_pair(frame: pd.DataFrame) -> Columns | None:
    bare = {str(name): _bare(str(name)) for name in frame.columns}
    pairs = []
    for x, (east, around) in bare.items():
        if east in _EAST:
            mates = [y for y, told in bare.items() if told == (_NORTH[east], around)]
            pairs += [(x, y) for y in mates[:1] if frame[x].notna().any() and frame[y].notna().any()]
    pairs.sort(key=lambda pair: bare[pair[0]][0] not in _DEGREES)
    return _pair(frame, *pairs[0], tuple(f"{x} et {y}" for x, y in pairs[1:])) if pairs else None


def _pair(frame: pd.DataFrame, x: str, y: str, others: tuple[str, ...]) -> Columns:
    faults: dict[int, str] = {}
    east, north = (_numbers(frame[name], faults) for name in (x, y))
    shapes = np.full(len(frame), None, dtype=object)
    here = np.isfinite(east) & np.isfinite(north)
    shapes[here] = shapely.points(east[here], north[here])
    bare, around = _bare(x)
    told = [code for word in around if (code := _code(word))]
    row_name, row_crs = ("", None) if told else _row_crs(frame)
    return Columns(
        names=(x, y),
        shapes=shapes,
        faults=faults,
        degrees=bare in _DEGREES,
        crs=told[0] if told else "",
        row_crs=row_crs,
        how=f"projection donnée ligne à ligne par la colonne {row_name}" if row_name else "",
        others=others,
    )


def _code(word: str) -> str:
    zone = re.fullmatch(r"cc(\d\d)", word)
    return f"EPSG:{3900 + int(zone[1])}" if zone else _NAMED.get(word, "")


def _numbers(column: pd.Series[Any], faults: dict[int, str]) -> NDArray[np.float64]:
    values = np.full(len(column), np.nan)
    for position, (row, value) in enumerate(column.items()):
        if value is not None:
            try:
                values[position] = number_of(value)
            except ValueError:
                faults.setdefault(int(str(row)), f"{column.name} = {shown(value)}")
    return values


def _row_crs(frame: pd.DataFrame) -> tuple[str, NDArray[np.object_] | None]:
    """Return the column that tells the CRS of each row, and the codes that it tells."""
    for name in frame.columns:
        values = [v for v in frame[name].to_numpy() if v is not None]
        if values and sum(bool(_ROW_CRS_NAMES.search(str(v))) for v in values[:200]) >= MOST * len(
            values[:200]
        ):
            found = [_ROW_CRS_NAMES.search(str(v)) for v in frame[name].to_numpy()]
            codes = [_ROW_CRS[hit.group()] if hit else "" for hit in found]
            return str(name), np.array(codes, dtype=object)
    return "", None


def _share(column: pd.Series[Any], tells: Callable[[str], object]) -> float:
    values = [value for value in column.to_numpy() if value is not None]
    hits = sum(isinstance(value, str) and bool(tells(value)) for value in values)
    return hits / len(values) if values else 0.0


def _shape_column(frame: pd.DataFrame) -> Columns | None:
    """Return the shapes of the first column in WKT or WKB: the usual names first, areas before points."""
    found = [
        n
        for n in map(str, frame.columns)
        if _share(frame[n], lambda t: _WKT.match(t) or _HEX.fullmatch(t)) >= MOST
    ]
    if not found:
        return None
    order = {name: rank for rank, name in enumerate(_SHAPE_NAMES)}
    found.sort(key=lambda name: order.get(squeezed(name), len(order)))
    name = found[0]
    shapes = np.full(len(frame), None, dtype=object)
    codes = np.full(len(frame), "", dtype=object)
    faults = {}
    for position, (row, value) in enumerate(frame[name].items()):
        if value is not None:
            shapes[position], codes[position] = _shape(str(value))
            if shapes[position] is None:
                faults[int(str(row))] = f"{name} = {shown(value)}"
    told = bool((codes != "").any())
    return Columns(
        names=(name,),
        shapes=shapes,
        faults=faults,
        row_crs=codes if told else None,
        how=f"SRID de la colonne {name}" if told else "",
        others=tuple(found[1:]),
    )


def _shape(text: str) -> tuple[Any, str]:
    """Return the shape of a text in (E)WKT or (E)WKB, None if there is none, and its CRS if it is told."""
    if _HEX.fullmatch(text):
        geometry = shapely.from_wkb(text, on_invalid="ignore")
        srid = int(shapely.get_srid(geometry)) if geometry is not None else 0
    else:
        head, _, body = text.strip().rpartition(";")
        geometry = shapely.from_wkt(body, on_invalid="ignore")
        srid = int(head.upper().removeprefix("SRID=") or 0) if head.upper().startswith("SRID=") else 0
    return geometry, f"EPSG:{srid}" if srid > 0 else ""


def _text_column(frame: pd.DataFrame) -> Columns | None:
    for name in map(str, frame.columns):
        if squeezed(name) in _TEXT_NAMES and _share(frame[name], _two) >= MOST:
            return _text(frame, name)
    return None


def _two(text: str) -> tuple[float, float] | None:
    """Return the two numbers of a text: ``50.43, 2.83`` or ``50,43 ; 2,83``."""
    hit = _TWO_POINTED.fullmatch(text) or _TWO.fullmatch(text)
    return (number_of(hit[1]), number_of(hit[2])) if hit else None


def _text(frame: pd.DataFrame, name: str) -> Columns:
    """Return the points of a column that holds both coordinates; the latitude comes first, as maps say it."""
    shapes = np.full(len(frame), None, dtype=object)
    faults = {}
    lonlat = squeezed(name).startswith("lon")
    for position, (row, value) in enumerate(frame[name].items()):
        two = None if value is None else _two(str(value))
        if two is not None:
            shapes[position] = shapely.Point(two if lonlat else two[::-1])
        elif value is not None:
            faults[int(str(row))] = f"{name} = {shown(value)}"
    return Columns(names=(name,), shapes=shapes, faults=faults, degrees=True)
