"""``erbm allocate``: the exact shares of the features of a file between territories."""

from __future__ import annotations

from pathlib import Path

import click
import geopandas as gpd
import pandas as pd

import geo
from geo.allocate import OUTSIDE
from geo.cli import words
from geo.cli.french import Command, file_name, one_of
from geo.cli.output import Answer, Asked, give, notice, refuse_geojson
from geo.cli.tables import Column, draw, sentence, size
from geo.errors import UsageError
from geo.rows import Row
from geo.sources.cache import replacing
from geo.text import number, plural

_FORMATS = ("table", "json", "csv")
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
    type=click.IntRange(min=1),
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
@click.option("--format", "format_", type=one_of(_FORMATS), metavar="FORMAT", help="Table, json ou csv.")
@click.option(
    "--out", type=file_name, metavar="FICHIER", help="Écrit dans ce fichier plutôt que de l'afficher."
)
@click.option("--quiet", "-q", is_flag=True, help="Se tait, sauf pour les erreurs.")
def allocate(
    *,
    fichier: Path,
    by: str,
    epci: tuple[str, ...],
    batch: int | None,
    engine: geo.AnyEngine,
    detail: bool,
    format_: str | None,
    out: Path | None,
    quiet: bool,
) -> None:
    """Give the totals by territory, or write each share."""
    formats = (*_FORMATS, "geoparquet") if detail else _FORMATS
    asked = Asked.of(format_=format_, out=out, quiet=quiet, formats=formats)
    refuse_geojson(asked, "allocate")
    if detail and (out is None or asked.format not in ("csv", "geoparquet")):
        raise UsageError(
            "--detail a besoin d'un fichier .csv ou .parquet",
            advice="Par exemple --detail --out parts.parquet.",
        )
    table = geo.allocate(fichier, by, epci=epci, engine=engine, batch=batch, totals=not detail)
    if detail and out is not None:
        _write(table, out, asked)
    else:
        give(_answer(table, _names(by, epci)), asked)
    for remark in table.attrs.get("remarques", ()):
        notice(sentence(remark), asked)


def _names(by: str, epci: tuple[str, ...]) -> dict[str, str]:
    """Return the name of each territory by its code."""
    frame: gpd.GeoDataFrame = geo.coverage(by, epci=epci)
    return {str(code): str(name) for code, name in frame["nom"].items()}


def _answer(totals: pd.DataFrame, names: dict[str, str]) -> Answer:
    found = [_row(str(code), names.get(str(code), _BEYOND), sums) for code, sums in totals.iterrows()]
    inside = totals.drop(index=OUTSIDE, errors="ignore")
    whole = totals.drop(columns="features").sum()
    parts = _row("", _TOTAL, pd.Series({"features": round(whole["parts"]), **whole}))
    shown = [*found, parts] if found else []
    count = f"{plural(parts['elements'], 'élément')} dans {plural(len(inside), 'territoire')}"
    return Answer(
        found, _COLUMNS, table=lambda: draw(shown, _TABLE), count=count if found else "Aucun élément."
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


def _write(shares: pd.DataFrame, out: Path, asked: Asked) -> None:
    with replacing(out) as temporary:
        if asked.format == "csv":
            shares.to_csv(temporary, index=False)
        else:
            shares.to_parquet(temporary, index=False)
    notice(f"{plural(len(shares), 'part')} → {out} ({size(out.stat().st_size)})", asked)
