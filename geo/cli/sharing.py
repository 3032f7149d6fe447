"""``erbm allocate``: the exact shares of the features of a file between territories."""

from __future__ import annotations

from operator import itemgetter
from pathlib import Path

import click
import geopandas as gpd
import pandas as pd

import geo
from geo.allocate import ADDS_UP, OUTSIDE, REMARKS, AnyEngine
from geo.cli import options, words
from geo.cli.french import Command, count, file_name, one_of
from geo.cli.output import PLAIN, Answer, Asked, give, notice
from geo.cli.tables import Column, draw, sentence, size
from geo.errors import UsageError
from geo.rows import Row
from geo.sources.cache import replacing
from geo.text import number, plural

_ENGINES = ("auto", "plain", "fast", "dask")
_COLUMNS = ("code", "nom", "elements", "parts", "length_km", "area_ha")
_TABLE = (
    Column("Code", lambda row: row["code"] or "", 12),
    Column("Territoire", lambda row: row["nom"], 40),
    Column("Éléments", lambda row: number(row["elements"]), 12, "right"),
    Column("Parts", lambda row: number(row["parts"], 1), 14, "right"),
    Column("Longueur (km)", lambda row: number(row["length_km"], 2), 16, "right"),
    Column("Surface (ha)", lambda row: number(row["area_ha"], 2), 16, "right"),
)
_SIZES = {"Longueur (km)": itemgetter("length_km"), "Surface (ha)": itemgetter("area_ha")}
"""Columns that points, or lines, have nothing to say in."""
_BEYOND = "Hors de ces territoires"
_TOTAL = "Total"


@click.command("allocate", cls=Command, **words.ALLOCATE)
@click.argument("fichier", type=file_name)
@click.option(
    "--by",
    default="epci",
    metavar="DÉCOUPAGE",
    help="epci (par défaut), commune, departement, une couche de polygones, ou un fichier de polygones.",
)
@click.option(
    "--epci",
    multiple=True,
    metavar="NOM",
    help="Le territoire découpé : des EPCI, ou France. Par défaut, les huit EPCI de l'ERBM. À répéter.",
)
@click.option(
    "--batch",
    type=count,
    metavar="N",
    help="Lignes d'un GeoParquet gardées en mémoire à la fois, par cœur.",
)
@click.option(
    "--engine",
    type=one_of(_ENGINES),
    default="auto",
    metavar="MOTEUR",
    help="Auto (par défaut), plain, fast (compilé) ou dask (plusieurs processus). Le résultat est le même.",
)
@click.option("--detail", is_flag=True, help="Une ligne par élément et territoire, dans --out.")
@options.answers(*PLAIN)
def allocate(
    *,
    fichier: Path,
    by: str,
    epci: tuple[str, ...],
    batch: int | None,
    engine: AnyEngine,
    detail: bool,
    format_: str | None,
    out: Path | None,
    quiet: bool,
) -> None:
    """Give the totals by territory, or write each share."""
    formats = (*PLAIN, "geoparquet") if detail else PLAIN
    asked = Asked.of(format_=format_, out=out, quiet=quiet, formats=formats)
    if detail and (out is None or asked.format not in ("csv", "geoparquet")):
        raise UsageError(
            "--detail a besoin d'un fichier .csv ou .parquet",
            advice="Par exemple --detail --out parts.parquet.",
        )
    territories = geo.partition(by, epci=epci)
    table = geo.allocate(fichier, territories, engine=engine, batch=batch, totals=not detail)
    if detail and out is not None:
        _write(table, out, asked)
    else:
        give(_answer(table, territories), asked)
    for remark in table.attrs[REMARKS]:
        notice(sentence(remark), asked)


def _answer(totals: pd.DataFrame, territories: gpd.GeoDataFrame) -> Answer:
    names = {str(code): str(name) for code, name in territories["nom"].items()}
    found = [_row(str(code), names.get(str(code), _BEYOND), sums) for code, sums in totals.iterrows()]
    inside = plural(len(totals.drop(index=OUTSIDE, errors="ignore")), "territoire")
    shown, told = found, inside
    if territories.attrs.get(ADDS_UP, True):
        whole = totals.drop(columns="features").sum()
        every = _row("", _TOTAL, pd.Series({"features": round(whole["parts"]), **whole}))
        shown, told = [*found, every], f"{plural(every['elements'], 'élément')} dans {inside}"
    empty = {title for title, size in _SIZES.items() if not any(map(size, found))}
    columns = [column for column in _TABLE if column.title not in empty]
    return Answer(
        found, _COLUMNS, table=lambda: draw(shown, columns), count=told if found else "Aucun élément."
    )


def _row(code: str, name: str, sums: pd.Series[float]) -> Row:
    return {
        "code": code or None,
        "nom": name,
        "elements": int(sums["features"]),
        "parts": float(sums["parts"]),
        "length_km": float(sums["length_m"]) / 1000,
        "area_ha": float(sums["area_m2"]) / 1e4,
    }


def _write(table: pd.DataFrame, out: Path, asked: Asked) -> None:
    shares = table.rename(columns={"feature": "element", "territory": "code"})
    with replacing(out) as temporary:
        if asked.format == "csv":
            shares.to_csv(temporary, index=False)
        else:
            shares.to_parquet(temporary, index=False)
    notice(f"{plural(len(shares), 'part')} → {out} ({size(out.stat().st_size)})", asked)
