"""``erbm query``: the features that answer a question."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import geopandas as gpd

import geo
from geo import catalog
from geo import rows as machine
from geo.cli import features, options, tables, words
from geo.cli.french import Command, box, condition
from geo.cli.output import FORMATS, Answer, Asked, give
from geo.query import REMARKS
from geo.rows import Row
from geo.territories import load as load_territories
from geo.text import plural

_FORMATS = (*FORMATS, "geoparquet")


def _words(value: str) -> list[str]:
    """Read names parted by commas."""
    names = [name.strip() for name in value.split(",")]
    if not all(names):
        raise click.BadParameter(f"« {value} » ; attendu des noms séparés par des virgules")
    return names


def _count(value: str) -> int:
    if not (value.strip().isascii() and value.strip().isdigit() and int(value) > 0):
        raise click.BadParameter(f"« {value} » ; attendu un nombre, à partir de 1")
    return int(value)


def _named(value: str) -> str:
    if not value.strip():
        raise click.BadParameter("le nom est vide")
    return value


@click.command("query", cls=Command, **words.QUERY)
@click.argument("couche", nargs=-1, metavar="[COUCHE]...")
@options.epci
@click.option(
    "--commune",
    multiple=True,
    metavar="NOM",
    help="Une commune : code INSEE ou nom, même ancien (« Hénin-Liétard »). À répéter.",
)
@click.option(
    "--where",
    type=condition,
    metavar="CONDITION",
    help="Une condition, entre apostrophes, par exemple 'axe == 1'.",
)
@click.option(
    "--near",
    type=(_named, str),
    multiple=True,
    metavar="COUCHE DISTANCE",
    help="Ce qui est au plus à cette distance (500m, 1,5km) d'un élément de la couche, avec le plus proche.",
)
@click.option(
    "--far",
    type=(_named, str),
    multiple=True,
    metavar="COUCHE DISTANCE",
    help="Ce qui est à plus de cette distance de tout élément de la couche.",
)
@click.option(
    "--each", is_flag=True, help="Avec --near, une ligne par élément proche, et non le plus proche."
)
@click.option(
    "--within",
    type=_named,
    metavar="LIEU",
    help="Ce qui est entièrement dans un fichier de polygones, un EPCI ou une commune.",
)
@click.option(
    "--intersects",
    type=_named,
    multiple=True,
    metavar="LIEU",
    help="Ce qui touche un fichier de polygones, un EPCI, une commune ou une couche. À répéter.",
)
@click.option(
    "--bbox",
    type=box,
    metavar="O,S,E,N",
    help="Ouest, sud, est, nord en degrés ; garde ce qui touche l'emprise.",
)
@click.option(
    "--order-by",
    multiple=True,
    type=_named,
    metavar="CHAMP[:desc]",
    help="Trie par ce champ, du plus petit au plus grand, ou l'inverse. À répéter.",
)
@click.option("--limit", type=_count, metavar="N", help="Pas plus de N lignes.")
@click.option("--columns", type=_words, metavar="A,B,C", help="Ces colonnes seulement, dans cet ordre.")
@options.answers(*_FORMATS)
def query(
    *, couche: tuple[str, ...], format_: str | None, out: Path | None, quiet: bool, **question: Any
) -> None:
    """Give the features that answer."""
    asked = Asked.of(format_=format_, out=out, quiet=quiet, formats=_FORMATS)
    question["where"] = question["where"] or ""
    frame = geo.query(couche, **question)
    give(_answer(frame, chosen=question["columns"], each=question["each"]), asked)


def _answer(frame: gpd.GeoDataFrame, *, chosen: Sequence[str] | None, each: bool) -> Answer:
    found = machine.picked(frame) if chosen else machine.features(frame)
    columns = chosen or machine.FEATURE_COLUMNS
    return Answer(
        found,
        columns,
        table=lambda: tables.draw(found, _columns(found, chosen)),
        count=_how_many(found, each=each),
        geojson=lambda: machine.geojson_text(found, frame.geometry),
        geoparquet=lambda: machine.geoparquet_bytes(found, frame.geometry, columns),
        remarks=frame.attrs.get(REMARKS, ()),
    )


def _columns(found: Sequence[Row], chosen: Sequence[str] | None) -> list[tables.Column]:
    if chosen:
        return features.plain_columns(found)
    basin = load_territories()
    titles = {layer.id: layer.titre for layer in catalog.load().layers.values()}
    names = {epci.siren: epci.nom for epci in basin.epci.values()}
    names |= {commune.insee: commune.nom for commune in basin.communes.values()}
    return features.feature_columns(found, titles, names)


def _how_many(found: Sequence[Row], *, each: bool) -> str:
    if not found:
        return "Aucun élément ne répond à ces conditions."
    if each:
        return plural(len(found), "paire")
    vague = sum(row.get("precision") == "territoire" for row in found)
    text = plural(len(found), "élément")
    return f"{text}, dont {plural(vague, 'mesure')} à l'échelle d'un territoire" if vague else text
