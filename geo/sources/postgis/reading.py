"""A table or a view of PostGIS as it is published: its rows, its shapes, its CRS."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer
from shapely.geometry.base import BaseGeometry

from geo.errors import DataError
from geo.sources.postgis.connecting import Session, session
from geo.sources.postgis.relations import Column, Place, Relation, find
from geo.sources.raw import RawLayer
from geo.text import plural

if TYPE_CHECKING:
    from psycopg import sql

BATCH = 5000
"""Rows fetched at a time."""
PERIMETER = "EPSG:2154"
"""CRS of the perimeter that a table is cut to."""

_AS_THEY_ARE = {"int2", "int4", "int8", "float4", "float8", "bool"}
_SETTINGS = (
    "SET LOCAL DateStyle = 'ISO, YMD'",
    "SET LOCAL TimeZone = 'UTC'",
    "SET LOCAL IntervalStyle = 'iso_8601'",
    "SET LOCAL bytea_output = 'hex'",
)
"""So that the texts do not depend on the server or the machine."""


def read(
    address: str,
    table: str,
    *,
    where_perimeter: BaseGeometry | None = None,
    columns: Sequence[str] = (),
) -> RawLayer:
    """Read a table or a view, in one transaction that reads only.

    Parameters
    ----------
    address : str
        A URL, a conninfo, or ``postgresql://`` for the PG* variables.
    table : str
        ``schema.table``, or ``table`` on the search path; ``schema.table(column)`` where there
        are several columns of shapes. With quotation marks as in SQL or without: a name is
        looked for as it is written, then in lower case.
    where_perimeter : geometry, optional
        EPSG:2154. Only the rows whose box meets its box are read, and those without shape.
    columns : sequence of str
        Attributes to read; by default all of them.

    Returns
    -------
    RawLayer
        Rows in the order of the primary key, where there is one. Numbers and booleans are
        Python's; dates, arrays and all else are the text that PostgreSQL writes, dates in
        ISO 8601 and times in UTC. Arcs are given as segments.

    Raises
    ------
    UsageError
        If the name or the address is malformed, or several columns hold shapes.
    DataError
        If the server refuses, PostGIS is not in the base, or the table or a column is not there.
    """
    with session(address, read_only=True) as base:
        if not base.postgis:
            raise DataError("PostGIS n'est pas installé dans cette base", where=base.where)
        with base.link.transaction():
            for setting in _SETTINGS:
                base.link.execute(setting)
            found = find(base, table)
            kept = found.attributes(columns, base.where)
            box = _box(where_perimeter, found.place)
            rows = list(_fetch(base, _query(base, found, kept, box)))
            encoding = str(base.rows("SHOW server_encoding")[0][0])
    names = [column.name for column in kept]
    notes = _notes(found, cut=bool(box))
    return _layer(found, names, rows, origin=base.where, encoding=encoding, notes=notes)


def _box(perimeter: BaseGeometry | None, place: Place | None) -> tuple[float, ...]:
    """Return west, south, east and north of the perimeter as the shapes have them; () to cut nothing."""
    if perimeter is None or place is None or place.crs is None:
        return ()
    to_place = Transformer.from_crs(PERIMETER, place.crs, always_xy=True)
    return tuple(map(float, to_place.transform_bounds(*perimeter.bounds, densify_pts=21)))


def _query(base: Session, found: Relation, kept: Sequence[Column], box: tuple[float, ...]) -> sql.Composed:
    """Return the query: the attributes, then the shape and whether it has arcs."""
    from psycopg import sql  # noqa: PLC0415  # optional

    cells = [_cell(column) for column in kept]
    within: sql.Composable = sql.SQL("")
    if found.place is not None:
        names = {
            "owner": sql.Identifier(base.postgis),
            "shape": sql.Identifier(found.place.column.name),
            "type": sql.Identifier(found.place.column.type),
            "box": sql.SQL(", ").join(map(sql.Literal, (*box, found.place.srid))),
        }
        cells += [
            sql.SQL("{owner}.st_asewkb({owner}.st_curvetoline({shape}::{owner}.geometry))").format(**names),
            sql.SQL("{owner}.st_hasarc({shape}::{owner}.geometry)").format(**names),
        ]
        if box:
            within = sql.SQL(
                " WHERE {shape} IS NULL"
                " OR {shape} OPERATOR({owner}.&&) {owner}.st_makeenvelope({box})::{owner}.{type}"
            ).format(**names)
    order = sql.SQL(", ").join(map(sql.Identifier, found.key))
    return sql.SQL("SELECT {} FROM {}{}{}{}").format(
        sql.SQL(", ").join(cells),
        sql.Identifier(found.schema, found.name),
        within,
        sql.SQL(" ORDER BY " if found.key else ""),
        order,
    )


def _cell(column: Column) -> sql.Composable:
    from psycopg import sql  # noqa: PLC0415  # optional

    name = sql.Identifier(column.name)
    if column.type in _AS_THEY_ARE:
        return name
    return sql.SQL("{}::float8" if column.type == "numeric" else "{}::text").format(name)


def _fetch(base: Session, query: sql.Composed) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a query, by batches that the server prepares."""
    with base.link.cursor("erbm") as cursor:
        cursor.itersize = BATCH
        yield from cursor.execute(query)


def _layer(
    found: Relation,
    names: Sequence[str],
    rows: list[tuple[Any, ...]],
    *,
    origin: str,
    encoding: str,
    notes: list[str],
) -> RawLayer:
    index = pd.RangeIndex(1, len(rows) + 1)
    texts = {
        name: pd.Series([_plain(row[rank]) for row in rows], index=index, dtype=object)
        for rank, name in enumerate(names)
    }
    geometry = np.full(len(rows), None, dtype=object)
    unreadable: dict[int, str] = {}
    place = found.place
    if place is not None:
        written = np.array([row[-2] for row in rows], dtype=object)
        geometry = shapely.from_wkb(written, on_invalid="ignore")
        unreadable = _set_aside(geometry, written, place.srid)
        arcs = sum(bool(row[-1]) for row in rows)
        if arcs:
            notes = [*notes, f"arcs de cercle rendus en segments : {plural(arcs, 'ligne')}"]
    return RawLayer(
        origin=origin,
        name=found.full_name,
        driver="PostGIS",
        frame=pd.DataFrame(texts, index=index, dtype=object),
        geometry=geometry,
        crs=place.crs if place else None,
        crs_how=place.how if place else "",
        encoding=encoding,
        notes=tuple(notes),
        unreadable=unreadable,
    )


def _plain(value: Any) -> Any:
    return None if isinstance(value, float) and math.isnan(value) else value


def _notes(found: Relation, *, cut: bool) -> list[str]:
    place = found.place
    notes = [] if found.key else ["pas de clé primaire : les lignes sont dans l'ordre du serveur"]
    spare = [column.name for column in found.columns if column.is_shape and place and column != place.column]
    notes += [f"colonne de géométrie laissée de côté : {name}" for name in spare]
    if place is not None and place.crs is None:
        unknown = f"SRID {place.srid} inconnu de spatial_ref_sys" if place.srid else "SRID absent"
        notes.append(f"projection inconnue : {unknown} (colonne {place.column.name})")
    return [*notes, "lu dans le cadre du périmètre, avec les lignes sans géométrie"] if cut else notes


def _set_aside(geometry: Any, written: Any, srid: int) -> dict[int, str]:
    """Take out the shapes that cannot be read, or are in another CRS; return why, by row."""
    reasons = {}
    srids = shapely.get_srid(geometry)
    for rank, (shape, source) in enumerate(zip(geometry, written, strict=True)):
        if shape is None and source is not None:
            reasons[rank + 1] = "géométrie d'un type qui n'est pas lu (surface polyédrique, TIN ou triangle)"
        elif shape is not None and srids[rank] != srid:
            reasons[rank + 1] = f"géométrie en SRID {srids[rank]}, quand les autres sont en SRID {srid}"
            geometry[rank] = None
    geometry[:] = shapely.set_srid(geometry, 0)
    return reasons
