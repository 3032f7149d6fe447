"""The order of an answer, how much of it, and its columns."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.catalog import Catalog
from geo.errors import UsageError
from geo.ledger import Ledger
from geo.query.checking import unknown_field
from geo.query.near import NEAR_COLUMNS
from geo.query.records import FIELDS, attribute_names, record
from geo.territories import WGS84
from geo.text import fold

OTHER_FIELDS = (
    "resume", "territoires", "position", "ligne_fin", "chiffres", "contexte", "nom_source", "reserve",
    "lon", "lat",
)  # fmt: skip
"""What may be shown or sorted by, beside `geo.query.FIELDS`, the attributes and `NEAR_COLUMNS`."""

_DECIMALS = 6


def names_to_show(known: Catalog, shown: Collection[str]) -> set[str]:
    """Return the names of all that an answer may show; `shown` are the columns that it has."""
    near = [name for name in NEAR_COLUMNS if name in shown]
    return {*FIELDS, *OTHER_FIELDS, *attribute_names(known), *near}


def ordered(
    frame: gpd.GeoDataFrame, order_by: Sequence[str], known: Catalog, figures: Ledger
) -> gpd.GeoDataFrame:
    """Return features in the order asked; those that are equal stay as they were.

    Texts are in the order of a French dictionary: accents and case aside. What is missing is last,
    whatever the direction.

    Parameters
    ----------
    frame : geopandas.GeoDataFrame
        Features, n rows.
    order_by : sequence of str
        Names of fields, the first weighs most; ``name:desc`` for the greatest first.
    known, figures
        The catalogue and the ledger that names refer to.

    Raises
    ------
    UsageError
        If a name is unknown.
    """
    keys = [_direction(asked) for asked in order_by]
    columns = values(frame, [name for name, _ in keys], known, figures)
    order = list(range(len(frame)))
    for name, greatest_first in reversed(keys):
        cells = columns[name]
        told = [n for n in order if cells[n] is not None]
        told.sort(key=lambda n: _rank(cells[n]), reverse=greatest_first)
        order = [*told, *(n for n in order if cells[n] is None)]
    return frame.iloc[order]


def _direction(asked: str) -> tuple[str, bool]:
    name, colon, way = (part.strip() for part in asked.partition(":"))
    if not name or (colon and way not in ("asc", "desc")):
        raise UsageError(
            f"tri illisible : « {asked} »", advice="Attendu CHAMP, ou CHAMP:desc pour l'inverse."
        )
    return name, way == "desc"


def _rank(value: Any) -> tuple[int, float, str, str]:
    """Return what sorts a value: numbers, then texts, then lists by their items."""
    if isinstance(value, (bool, int, float)):
        return (0, float(value), "", "")
    if isinstance(value, str):
        return (1, 0.0, fold(value), value)
    text = " ".join(map(str, value))
    return (2, 0.0, fold(text), text)


def columned(
    frame: gpd.GeoDataFrame, columns: Sequence[str], known: Catalog, figures: Ledger
) -> gpd.GeoDataFrame:
    """Return features with these columns alone, in this order, and their geometry.

    Raises
    ------
    UsageError
        If a name is unknown, or comes twice.
    """
    if len({*columns}) != len(columns):
        raise UsageError(f"une colonne est demandée deux fois : {', '.join(columns)}")
    cells = values(frame, columns, known, figures)
    shown = {name: pd.Series(cells[name], index=frame.index, dtype=object) for name in columns}
    return gpd.GeoDataFrame(shown, geometry=frame.geometry, crs=frame.crs)


def values(
    frame: gpd.GeoDataFrame, names: Sequence[str], known: Catalog, figures: Ledger
) -> dict[str, list[Any]]:
    """Return the value of some fields for each feature, None where there is none.

    Raises
    ------
    UsageError
        If a name is unknown.
    """
    possible = names_to_show(known, frame.columns)
    for name in names:
        if name not in possible:
            raise unknown_field(name, possible, "parmi ceux qui se montrent")
    own = [name for name in names if name not in frame.columns and name not in ("lon", "lat")]
    rows = [record(row, figures) for row in frame.to_dict("records")] if own else []
    points = _points(frame) if {"lon", "lat"} & {*names} else {}
    return {
        name: points[name]
        if name in points
        else [row.get(name) for row in rows]
        if name in own
        else [_told(value) for value in frame[name]]
        for name in names
    }


def _told(value: Any) -> Any:
    """Return a cell, None if it is missing, a number of numpy as Python's."""
    if isinstance(value, np.generic):
        value = value.item()
    return None if value is None or value is pd.NA or value != value else value  # noqa: PLR0124 - not a number


def _points(frame: gpd.GeoDataFrame) -> dict[str, list[float | None]]:
    """Return a point of each feature, degrees; None for a measure of a whole territory."""
    inside = gpd.GeoSeries(shapely.point_on_surface(np.asarray(frame.geometry.array)), crs=frame.crs)
    degrees = inside.to_crs(WGS84)
    placed = (frame["precision"] != "territoire").to_numpy()
    return {
        name: [round(float(v), _DECIMALS) if here else None for v, here in zip(axis, placed, strict=True)]
        for name, axis in (("lon", degrees.x), ("lat", degrees.y))
    }
