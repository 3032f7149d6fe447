"""``erbm sql``: a question in SQL over the layers and the territories, and the tables there are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, time
from pathlib import Path
from typing import Any

import click
import geopandas as gpd
import pandas as pd

import geo
from geo import rows as machine
from geo.cli import options, words
from geo.cli.french import Command, wrong_use
from geo.cli.output import FORMATS, Answer, Asked, give
from geo.cli.tables import Column, draw, fitting
from geo.errors import UsageError
from geo.rows import Row
from geo.sql import LIMITS, Table, tables
from geo.sql.columns import FEATURES, TYPES
from geo.territories.naming import closest
from geo.text import number, plural

_FORMATS = (*FORMATS, "geoparquet")
_SPATIAL = ("geojson", "geoparquet")
_SECONDS = {"ms": 0.001, "": 1.0, "s": 1.0, "min": 60.0, "h": 3600.0}
_MIB = {"": 1, "m": 1, "mio": 1, "mo": 1, "g": 1024, "gio": 1024, "go": 1024}
_TABLES = (
    Column("Table", lambda row: row["table"], 0),
    Column("Colonne", lambda row: row["colonne"], 0),
    Column("Type", lambda row: row["type"], 0),
    Column("Ce qu'elle contient", lambda row: row["sens"], 0),
)


def duration(value: str) -> float:
    """Read a time, in seconds: ``10s``, ``500ms``, ``2min``.

    Raises
    ------
    click.BadParameter
        If it is none.
    """
    found = re.fullmatch(r"(\d+(?:[.,]\d+)?)\s*(ms|s|min|h|)", value.strip().lower(), re.ASCII)
    if not found:
        raise click.BadParameter(f"« {value} » ; attendu une durée, par exemple 30s ou 2min")
    return float(found[1].replace(",", ".")) * _SECONDS[found[2]]


def memory(value: str) -> int:
    """Read a size of memory, in MiB: ``512M``, ``2G``.

    Raises
    ------
    click.BadParameter
        If it is none.
    """
    found = re.fullmatch(r"(\d{1,9})\s*(m|mo|mio|g|go|gio|)", value.strip().lower(), re.ASCII)
    if not found:
        raise click.BadParameter(f"« {value} » ; attendu une taille, par exemple 512M ou 2G")
    return int(found[1]) * _MIB[found[2]]


@click.command("sql", cls=Command, **words.SQL)
@click.argument("requete", required=False)
@click.option(
    "--tables",
    "listed",
    is_flag=True,
    help="Liste les tables et leurs colonnes ; d'une seule table, si elle est nommée.",
)
@click.option(
    "--timeout",
    type=duration,
    default=f"{LIMITS.seconds:g}s",
    metavar="DURÉE",
    help=f"Temps laissé à la requête, par exemple 30s ou 2min. Par défaut, {LIMITS.seconds:g}s.",
)
@click.option(
    "--memory",
    "memory_mib",
    type=memory,
    default=f"{LIMITS.memory_mib}M",
    metavar="TAILLE",
    help=f"Mémoire laissée à la requête, par exemple 512M ou 4G. Par défaut, {LIMITS.memory_mib // 1024}G.",
)
@options.answers(*_FORMATS)
@click.pass_context
def sql(
    ctx: click.Context,
    *,
    requete: str | None,
    listed: bool,
    timeout: float,
    memory_mib: int,
    format_: str | None,
    out: Path | None,
    quiet: bool,
) -> None:
    """Give the rows that a query answers, or the tables."""
    asked = Asked.of(format_=format_, out=out, quiet=quiet, formats=_FORMATS)
    if listed:
        _refuse_shapes(asked, "sql --tables")
        give(_listing(requete, asked), asked)
    elif requete is None:
        raise wrong_use("il manque la requête", ctx, 'Exemple : erbm sql "select nom from cites limit 5"')
    else:
        give(_answer(geo.sql(requete, timeout_s=timeout, memory_mib=memory_mib), asked), asked)


def _listing(name: str | None, asked: Asked) -> Answer:
    """Return the columns of every table, or of one; to a person, what all layers have is told once."""
    known = tables()
    if name is not None and name.lower() not in known:
        near = ", ".join(closest(name, {key: (key, table.titre) for key, table in known.items()}))
        raise UsageError(f"table inconnue : {name}", advice=f"Les plus proches : {near}.")
    chosen = list(known.values()) if name is None else [known[name.lower()]]
    found = list(_described(chosen))
    shared = {column.nom for column in FEATURES} if name is None else set()
    common = set(list(known)[: list(known).index("documents") + 1])
    shown = [row for row in found if row["table"] in common or row["colonne"] not in shared]
    return Answer(
        found,
        ("table", "titre", "colonne", "type", "sens"),
        table=lambda: draw(shown, _TABLES, stream=asked.stream),
        count=plural(len(chosen), "table")
        + (" ; les couches ont aussi les colonnes d'elements" if name is None else f" : {chosen[0].titre}"),
    )


def _described(chosen: Iterable[Table]) -> Iterable[Row]:
    for table in chosen:
        for column in table.columns:
            kind = TYPES[column.type]
            yield {
                "table": table.nom,
                "titre": table.titre,
                "colonne": column.nom,
                "type": kind,
                "sens": column.sens,
            }


def _answer(frame: pd.DataFrame, asked: Asked) -> Answer:
    shapes = frame.geometry if isinstance(frame, gpd.GeoDataFrame) else None
    spatial = asked.format in _SPATIAL
    if shapes is None:
        _refuse_shapes(asked, "sql")
    elif spatial and shapes.crs is None:
        raise UsageError(
            f"colonne {shapes.name} : projection (CRS) inconnue",
            where="requête SQL",
            advice="Dites laquelle : ST_SetCRS(..., 'EPSG:2154').",
        )
    found = _rows(frame.drop(columns=shapes.name) if spatial and shapes is not None else frame)
    names = list(found[0]) if found else [str(name) for name in frame.columns]
    plain = [name for name in names if not any(isinstance(row[name], dict) for row in found)]
    columns = [_column(name, found) for name in names]
    shown = fitting(found, columns) if (asked.format, asked.out) == ("table", None) else columns
    return Answer(
        found,
        plain,
        table=lambda: draw(found, shown, stream=asked.stream),
        remarks=_hidden(len(columns) - len(shown)),
        count=plural(len(found), "ligne") if found else "Aucune ligne.",
        geojson=None if shapes is None else lambda: machine.geojson_text(found, shapes),
        geoparquet=None if shapes is None else lambda: machine.geoparquet_bytes(found, shapes, plain),
    )


def _hidden(count: int) -> list[str]:
    """Tell that a terminal is too narrow for some columns, and how to see them."""
    if not count:
        return []
    told = plural(count, "colonne n'est pas montrée", "colonnes ne sont pas montrées")
    return [f"{told}, faute de place : --format csv ou --out les donne toutes"]


def _refuse_shapes(asked: Asked, what: str) -> None:
    """Refuse a format of geometries for rows that have none."""
    if asked.format in _SPATIAL:
        raise UsageError(
            f"{what} : ces lignes n'ont pas de géométrie, le format {asked.format} ne leur convient pas",
            advice="Choisissez --format table, json ou csv.",
        )


def _rows(frame: pd.DataFrame) -> list[Row]:
    """Return the rows as JSON takes them; a geometry as WKT, in the CRS that it has."""
    columns = {}
    for name in frame.columns:
        values = frame[name]
        cells = values.to_wkt() if isinstance(values, gpd.GeoSeries) else values
        columns[str(name)] = [_cell(value) for value in cells]
    return [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]


def _cell(value: Any) -> Any:
    value = machine.plain(value)
    if value is None or value is pd.NaT:
        return None
    if isinstance(value, list):
        return [_cell(item) for item in value]
    if isinstance(value, dict):
        return {key: _cell(item) for key, item in value.items()}
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    return value if isinstance(value, str | int | float) else str(value)


def _column(name: str, found: Sequence[Row]) -> Column:
    cells = [row[name] for row in found if row[name] is not None]
    numeric = bool(cells) and all(isinstance(c, int | float) and not isinstance(c, bool) for c in cells)
    return Column(name, lambda row: _written(row[name]), 0, "right" if numeric else "left")


def _written(value: Any) -> str:
    """Write a cell for a person: numbers and booleans in French, lists with commas."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, int | float):
        small = value and abs(value) < 0.01
        return f"{value:.3g}".replace(".", ",") if small else number(value)
    if isinstance(value, list):
        return ", ".join(map(_written, value))
    if isinstance(value, dict):
        return ", ".join(f"{key} : {_written(item)}" for key, item in value.items())
    return str(value)
