"""Rows as text: JSON, CSV and GeoJSON."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry import mapping

from geo.rows.making import DECIMALS, Row, declared_crs
from geo.territories import WGS84

_OBJECTS = ("source", "quantite", "attributs")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_FORMULA = ("=", "+", "-", "@", "\t", "\n")


def json_text(rows: Sequence[Row]) -> str:
    """Return rows as a JSON array, one object a line, accents as they are.

    Raises
    ------
    ValueError
        If a number is not finite, which JSON cannot say.

    Examples
    --------
    >>> print(json_text([{"nom": "Liévin", "population": None}]), end="")
    [
    {"nom": "Liévin", "population": null}
    ]
    """
    lines = ",\n".join(_dumps(row) for row in rows)
    return f"[\n{lines}\n]\n" if rows else "[]\n"


def geojson_text(rows: Sequence[Row], geometries: gpd.GeoSeries) -> str:
    """Return rows and their geometries as a GeoJSON FeatureCollection (RFC 7946), one a line.

    Parameters
    ----------
    rows : sequence of dict
        The properties, n rows; ``insee``, ``id`` or ``siren`` becomes the id of the feature, if all
        have one and no two the same.
    geometries : geopandas.GeoSeries
        Shape (n,), in any CRS that it declares; written in EPSG:4326 with 6 decimals (about 10 cm),
        outer rings counterclockwise.

    Raises
    ------
    DataError
        If the geometries declare no CRS.
    ValueError
        If there are not as many geometries as rows.
    """
    declared_crs(geometries)
    degrees = np.asarray(geometries.to_crs(WGS84).array)
    rounded = shapely.orient_polygons(shapely.transform(degrees, lambda xy: xy.round(DECIMALS)))
    ids = [row.get("insee") or row.get("id") or row.get("siren") for row in rows]
    named = None not in ids and len(set(ids)) == len(ids)
    lines = [
        _dumps(
            {
                "type": "Feature",
                **({"id": key} if named else {}),
                "geometry": None if shape is None or shape.is_empty else mapping(shape),
                "properties": row,
            }
        )
        for key, row, shape in zip(ids, rows, rounded, strict=True)
    ]
    body = "\n" + ",\n".join(lines) + "\n" if lines else ""
    return f'{{"type": "FeatureCollection", "features": [{body}]}}\n'


def _dumps(value: Row) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def csv_text(rows: Sequence[Row], columns: Sequence[str]) -> str:
    """Return rows as CSV: comma, UTF-8, a header, one line a row.

    Lists are joined by ``|``; objects are flattened (``source_ligne``); a list of objects gives
    one column for each of their keys. A cell that a spreadsheet would take for a formula gets an
    apostrophe before it.

    Parameters
    ----------
    rows : sequence of dict
        As the functions of this module give them.
    columns : sequence of str
        The columns to begin with, whether a row has them or not; others come after, as they appear.

    Examples
    --------
    >>> print(csv_text([{"nom": "=1+1", "x": -2, "communes": ["62498", "62427"]}], ("nom",)), end="")
    nom,x,communes
    '=1+1,-2,62498|62427
    """
    cells = [flat(row) for row in rows]
    header = list(dict.fromkeys([*columns, *(key for row in cells for key in row)]))
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow([_cell(key) for key in header])
    writer.writerows([_cell(row.get(key)) for key in header] for row in cells)
    return target.getvalue()


def flat(row: Row) -> Row:
    """Return a row whose values are single, or lists of single values; what is missing is left out.

    >>> flat({"nom": "Avion", "source": {"ligne": 3}, "statut": None})
    {'nom': 'Avion', 'source_ligne': 3}
    """
    single: Row = {}
    for key, value in row.items():
        if key in _OBJECTS and isinstance(value, Mapping):
            single.update({f"{key}_{name}": item for name, item in value.items()})
        elif isinstance(value, list) and value and isinstance(value[0], Mapping):
            single.update({f"{key}_{name}": [_inner(item[name]) for item in value] for name in value[0]})
        elif value not in (None, [], {}):
            single[key] = value
    return single


def _inner(value: Any) -> Any:
    return " + ".join(value) if isinstance(value, list) else value


def _cell(value: Any) -> str:
    if isinstance(value, Mapping):
        value = [f"{key}:{item}" for key, item in value.items()]
    if isinstance(value, list):
        return _guarded("|".join(_written(item) for item in value))
    return _guarded(_written(value))


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _guarded(text: str) -> str:
    """Put an apostrophe before what a spreadsheet would compute; a line break is one character."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return f"'{text}" if text.startswith(_FORMULA) and not _NUMBER.fullmatch(text) else text
