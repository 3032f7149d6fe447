"""Tables and views: found by the names people give, with their columns and where their shapes are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from pyproj import CRS
from pyproj.exceptions import CRSError

from geo.errors import DataError, UsageError
from geo.sources.postgis.connecting import Session
from geo.text import fold

_NAME = re.compile(
    r"""\s*(?:(?P<schema>"(?:[^"]|"")+"|[^".()]+)\.)?(?P<table>"(?:[^"]|"")+"|[^".()]+)"""
    r"""(?:\((?P<shape>[^()]+)\))?\s*"""
)
_RELATIONS = """
SELECT c.oid, n.nspname, c.relname, pg_catalog.pg_table_is_visible(c.oid)
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'v', 'm', 'f', 'p') AND n.nspname !~ '^(pg_|information_schema$)'
ORDER BY 2, 3
"""
_COLUMNS = """
SELECT a.attname, coalesce(b.typname, t.typname),
       CASE WHEN a.atttypmod >= 0 THEN a.atttypmod ELSE t.typtypmod END,
       pg_catalog.array_position(i.indkey::int2[], a.attnum)
FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_catalog.pg_type b ON b.oid = t.typbasetype
LEFT JOIN pg_catalog.pg_index i ON i.indrelid = a.attrelid AND i.indisprimary
WHERE a.attrelid = %(oid)s AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attnum
"""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its base type, the modifier of that, its rank in the primary key if it is of it."""

    name: str
    type: str
    modifier: int
    key: int | None

    @property
    def is_shape(self) -> bool:
        """Whether it holds geometries."""
        return self.type in ("geometry", "geography")


@dataclass(frozen=True, slots=True)
class Place:
    """Where the shapes are: the column, and the SRID that it declares or most of them have."""

    column: Column
    srid: int
    crs: CRS | None
    how: str


@dataclass(frozen=True, slots=True)
class Relation:
    """A table or a view of a base, and the column of shapes that is read."""

    schema: str
    name: str
    columns: tuple[Column, ...]
    place: Place | None

    @property
    def full_name(self) -> str:
        """``schema.table``."""
        return f"{self.schema}.{self.name}"

    @property
    def key(self) -> list[str]:
        """The columns of the primary key, in its order."""
        ranks = {column.name: column.key for column in self.columns if column.key is not None}
        return sorted(ranks, key=ranks.__getitem__)

    def attributes(self, chosen: Sequence[str], where: str) -> list[Column]:
        """Return the columns that are no shapes: all of them, or those chosen, in that order.

        Raises
        ------
        DataError
            If one is not there.
        """
        known = {column.name: column for column in self.columns if not column.is_shape}
        missing = [name for name in chosen if name not in known]
        if missing:
            listed = "colonnes absentes" if len(missing) > 1 else "colonne absente"
            raise DataError(
                f"{listed} : {', '.join(missing)}",
                where=f"{where}, {self.full_name}",
                advice=f"Colonnes de cette table : {', '.join(known)}.",
            )
        return [known[name] for name in chosen] if chosen else list(known.values())


def find(base: Session, asked: str) -> Relation:
    """Return the table or the view that a user means.

    Parameters
    ----------
    base : Session
        In a transaction, so that what is found is what is read.
    asked : str
        See `geo.sources.postgis.read`.

    Raises
    ------
    UsageError
        If the name is malformed, or several columns hold shapes.
    DataError
        If there is no such table, or no such column.
    """
    schema, name, shape = _split(asked)
    known = base.rows(_RELATIONS)
    for wanted_schema, wanted in ((schema, name), (schema.lower(), name.lower())):
        for oid, its_schema, its_name, visible in known:
            if its_name == wanted and (its_schema == wanted_schema if wanted_schema else visible):
                columns = tuple(Column(*row) for row in base.rows(_COLUMNS, {"oid": oid}))
                bare = Relation(its_schema, its_name, columns, None)
                return Relation(its_schema, its_name, columns, _place(base, bare, shape))
    names = {f"{row[1]}.{row[2]}": fold(f"{row[1]} {row[2]}" if schema else row[2]) for row in known}
    near = get_close_matches(fold(f"{schema} {name}"), names.values(), n=3, cutoff=0.5)
    told = [full for full, folded in names.items() if folded in near]
    raise DataError(
        f"pas de table ni de vue « {asked} »",
        where=base.where,
        advice=f"Les plus proches : {', '.join(told)}." if told else "",
    )


def _split(asked: str) -> tuple[str, str, str]:
    """Return schema, table and column of a name as it is written; empty where it lacks one."""
    match = _NAME.fullmatch(asked)
    if match is None:
        raise UsageError(
            f"nom de table mal formé : « {asked} »",
            advice="Attendu schema.table, ou schema.table(colonne) pour choisir la géométrie.",
        )
    schema, name, shape = (_unquoted((match[part] or "").strip()) for part in ("schema", "table", "shape"))
    return schema, name, shape


def _unquoted(name: str) -> str:
    return name[1:-1].replace('""', '"') if name.startswith('"') else name


def _place(base: Session, found: Relation, asked: str) -> Place | None:
    shapes = [column for column in found.columns if column.is_shape]
    where = f"{base.where}, {found.full_name}"
    listed = ", ".join(column.name for column in shapes)
    if asked:
        shapes = [column for column in shapes if column.name in (asked, asked.lower())]
        if not shapes:
            advice = f"Colonnes de géométrie : {listed}." if listed else "Cette table n'en a aucune."
            raise DataError(f"pas de colonne de géométrie « {asked} »", where=where, advice=advice)
    if len(shapes) > 1:
        raise UsageError(
            f"plusieurs colonnes de géométrie : {listed}",
            where=where,
            advice=f"Choisissez-en une, par exemple {found.full_name}({shapes[0].name}).",
        )
    return _with_crs(base, found, shapes[0]) if shapes else None


def _with_crs(base: Session, found: Relation, column: Column) -> Place:
    """Return the place of a column, from its declaration or else from its shapes."""
    from psycopg import sql  # noqa: PLC0415  # optional

    owner = sql.Identifier(base.postgis)
    srid = 0
    if column.modifier >= 0:
        query = sql.SQL("SELECT {}.postgis_typmod_srid(%(modifier)s)").format(owner)
        srid = base.rows(query, {"modifier": column.modifier})[0][0]
    if srid == 0:
        told = sql.SQL(
            "SELECT {owner}.st_srid({shape}::{owner}.geometry) FROM {table}"
            " WHERE {shape} IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1"
        ).format(
            owner=owner,
            shape=sql.Identifier(column.name),
            table=sql.Identifier(found.schema, found.name),
        )
        srid = next((row[0] for row in base.rows(told)), 0)
    query = sql.SQL(
        "SELECT auth_name, auth_srid, srtext, proj4text FROM {}.spatial_ref_sys WHERE srid = %(srid)s"
    ).format(owner)
    for row in base.rows(query, {"srid": srid}) if srid else ():
        for crs in (f"{row[0]}:{row[1]}", *row[2:]):
            try:
                return Place(column, srid, CRS(crs), f"SRID {srid} de la colonne {column.name}")
            except CRSError:
                continue  # a projection of one's own may have no authority, or no WKT
    return Place(column, srid, None, "")
