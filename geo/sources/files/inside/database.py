"""GeoPackages, looked at as databases before GDAL opens them: nothing in them may run."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from geo.errors import DataError
from geo.sources.files.inside.datasets import Dataset
from geo.sources.files.inside.shapes import too_many_vertices
from geo.sources.files.limits import Limits

_ADVICE = "Ouvrez-le dans un SIG et enregistrez chaque couche dans un GeoPackage neuf."
_STATEMENT = re.compile(
    r"(?:INSERT(?: OR REPLACE)? INTO|UPDATE|DELETE FROM) (?:\"rtree_[^\"]+\"|\"?gpkg_ogr_contents\"?)[ (]"
    r"|SELECT RAISE ?\(",
    re.IGNORECASE,
)
"""How the statements of the triggers of the standard begin, and of those that GDAL writes."""
_VIRTUAL = re.compile(r"CREATE VIRTUAL TABLE\b.*?\bUSING\s+\"?(\w+)", re.IGNORECASE | re.DOTALL)
_LISTED = "SELECT table_name FROM gpkg_contents WHERE data_type IN ('features', 'attributes') ORDER BY rowid"
_CALL = re.compile(r"([^\s(]*) ?\(")
_CALLED = {
    "st_minx", "st_maxx", "st_miny", "st_maxy", "st_isempty", "lower", "raise",
    "values", "in", "when", "where", "and", "or", "not", "exists", "",
}  # fmt: skip
"""What may stand before a bracket in them."""
_SIDES = ("-wal", "-journal")
_VERTEX_BYTES = 32


def settled(data: Dataset) -> tuple[Path, list[str]]:
    """Return a GeoPackage that holds all that was written to it, and notes.

    One that another program has open keeps its last changes in a file beside: these are joined to
    a copy, so that nothing is written by the original, not even the locks of SQLite.

    Raises
    ------
    DataError
        If it is damaged.
    """
    sides = [side for side in _SIDES if (other := data.companion(f".gpkg{side}")) and other.stat().st_size]
    with data.path.open("rb") as stream:
        header = stream.read(20)
    if not sides and header[18:20] != b"\x02\x02":
        return data.path, []
    copy = data.path.with_name("copy.gpkg")
    for side in ("", *sides):
        shutil.copyfile(f"{data.path}{side}", f"{copy}{side}")
    try:
        with closing(sqlite3.connect(copy)) as database:
            database.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.Error:
        raise data.unreadable("ce n'est pas un GeoPackage, ou il est abîmé", advice=_ADVICE) from None
    return copy, ["ouvert par un autre logiciel : lu avec ses dernières modifications"] if sides else []


def examine(data: Dataset, path: Path, limits: Limits) -> list[str]:
    """Refuse a GeoPackage in which something would run, and return its layers.

    Parameters
    ----------
    data : Dataset
        The GeoPackage, for errors.
    path : pathlib.Path
        Where it is, as `settled` says.
    limits : Limits
        Length of a cell, vertices of a geometry.

    Returns
    -------
    list of str
        The tables that hold features or attributes, in the order that they are listed.

    Raises
    ------
    DataError
        If it has views, virtual tables that are no spatial index, computed columns, triggers
        that are not of the standard, cells that are too long, or is no GeoPackage.
    """
    try:
        with _read_only(path, limits) as database:
            _refuse_code(database, data)
            layers = _layers(database)
            if not layers:
                raise data.unreadable("ce GeoPackage n'a aucune couche", advice=_ADVICE)
            for name in layers:
                _refuse_long_cells(database, data, name, limits)
    except sqlite3.Error as error:
        if "too big" in str(error):
            raise _too_long(data, limits) from None
        raise data.unreadable("ce n'est pas un GeoPackage, ou il est abîmé", advice=_ADVICE) from None
    return layers


@contextmanager
def _read_only(path: Path, limits: Limits) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as database:
        database.text_factory = lambda raw: raw.decode("utf-8", "replace")
        longest = max(4 * limits.text_chars, _VERTEX_BYTES * limits.shape_vertices)
        database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, longest)
        database.execute("PRAGMA trusted_schema = OFF")
        yield database


def _refuse_code(database: sqlite3.Connection, data: Dataset) -> None:
    for kind, name, sql in database.execute("SELECT type, name, sql FROM sqlite_master").fetchall():
        told = str(name)[:80]
        if kind == "view":
            raise _refused(data, f"il contient une vue SQL, « {told} »")
        if kind == "trigger" and not is_standard_trigger(str(sql)):
            raise _refused(data, f"il contient un déclencheur SQL, « {told} »")
        virtual = _VIRTUAL.match(str(sql))
        if virtual and virtual[1].lower() != "rtree":
            raise _refused(data, f"il contient une table virtuelle ({virtual[1]}), « {told} »")
        if kind == "table" and not virtual and _has_computed(database, str(name)):
            raise _refused(data, f"il contient une colonne calculée, table « {told} »")


def is_standard_trigger(sql: str) -> bool:
    """Tell whether a trigger only keeps a spatial index, a count or the rules of the standard."""
    text = re.sub(r"\s+", " ", re.sub(r"'(?:[^']|'')*'", "''", sql))
    _, begin, body = text.partition(" BEGIN ")
    statements = [part.strip() for part in body.rpartition("END")[0].split(";") if part.strip()]
    called = {name.rpartition(",")[2].lower() for name in _CALL.findall(text)}
    return bool(begin and statements) and all(map(_STATEMENT.match, statements)) and called <= _CALLED


def _has_computed(database: sqlite3.Connection, table: str) -> bool:
    rows = database.execute("SELECT hidden FROM pragma_table_xinfo(?)", (table,)).fetchall()
    return any(hidden in {2, 3} for (hidden,) in rows)


def _layers(database: sqlite3.Connection) -> list[str]:
    tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    known = {name.lower() for (name,) in tables} - {"layer_styles"}  # how QGIS draws them
    return [name for (name,) in database.execute(_LISTED) if name.lower() in known]


def _refuse_long_cells(database: sqlite3.Connection, data: Dataset, table: str, limits: Limits) -> None:
    columns = [row[1] for row in database.execute(f"PRAGMA table_info({_name(table)})")]
    shaped = "SELECT column_name FROM gpkg_geometry_columns WHERE lower(table_name) = lower(?)"
    shapes = {name for (name,) in database.execute(shaped, (table,))}
    lengths = ", ".join(
        f"max(length({_name(name) if name in shapes else f'CAST({_name(name)} AS BLOB)'}))"
        for name in columns
    )  # of a text, length() stops at the first NUL
    found = database.execute(f"SELECT {lengths} FROM {_name(table)}").fetchone()  # noqa: S608 - quoted names
    for name, length in zip(columns, found, strict=True):
        if name in shapes and (length or 0) > _VERTEX_BYTES * limits.shape_vertices + 1_024:
            raise too_many_vertices(limits, f"{data.where}, couche {table}")
        if name not in shapes and (length or 0) > limits.text_chars:
            raise _too_long(data, limits, f", couche {table}, champ « {name} »")


def _name(name: str) -> str:
    """Quote a name for SQL."""
    return '"' + name.replace('"', '""') + '"'


def _too_long(data: Dataset, limits: Limits, place: str = "") -> DataError:
    return DataError(
        f"un champ de plus de {limits.text_chars} caractères",
        where=f"{data.where}{place}",
        advice="Ôtez ce champ, ou raccourcissez-le.",
    )


def _refused(data: Dataset, reason: str) -> DataError:
    return DataError(f"GeoPackage refusé : {reason}", where=data.where, advice=_ADVICE)
