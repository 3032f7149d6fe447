"""The commands of ``erbm``: each asks one function of `geo` and gives what it answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

import geo
from geo import rows as machine
from geo.cli import exporting, sourcing, tables, words
from geo.cli.french import Command, axis, box, condition, file_name, one_of
from geo.cli.output import FORMATS, Answer, Asked, give, notice, progress, refuse_geojson
from geo.rows import Row
from geo.text import plural

F = TypeVar("F", bound=Callable[..., Any])

_quiet = click.option("--quiet", "-q", is_flag=True, help="Se tait, sauf pour les erreurs.")
_epci = click.option(
    "--epci",
    multiple=True,
    metavar="NOM",
    help="Un EPCI : SIREN, nom officiel ou courant (« CALL », « lens liévin »). À répéter pour plusieurs.",
)
_by = click.option(
    "--by",
    type=one_of(["epci", "commune"]),
    metavar="[epci|commune]",
    default="epci",
    help="Une ligne par EPCI (par défaut) ou par commune.",
)


def _answers(*, geometry: bool = False) -> Callable[[F], F]:
    """Add the options of every command that gives rows."""
    kinds = "Table, json, csv ou geojson" if geometry else "Table, json ou csv"

    def add(function: F) -> F:
        out = click.option(
            "--out",
            type=file_name,
            metavar="FICHIER",
            help="Écrit dans ce fichier plutôt que de l'afficher.",
        )
        kind = click.option(
            "--format",
            "format_",
            type=one_of(FORMATS),
            metavar="FORMAT",
            help=f"{kinds}. Par défaut, selon le nom donné à --out, sinon table.",
        )
        return kind(out(_quiet(function)))

    return add


def _titles() -> Mapping[str, str]:
    return {str(key): str(title) for key, title in geo.layers()["titre"].items()}


def _names() -> dict[str, str]:
    """Return the names of the EPCI and communes of the basin, by code."""
    frames = (geo.territories(), geo.territories(by="commune"))
    return {str(code): str(name) for frame in frames for code, name in frame["nom"].items()}


@click.command("query", cls=Command, **words.QUERY)
@click.argument("couche", nargs=-1, metavar="[COUCHE]...")
@_epci
@click.option("--commune", multiple=True, metavar="NOM", help="Une commune : code INSEE ou nom. À répéter.")
@click.option(
    "--where",
    type=condition,
    metavar="CONDITION",
    help="Une condition, entre apostrophes, par exemple 'axe == 1'.",
)
@click.option(
    "--bbox",
    type=box,
    metavar="O,S,E,N",
    help="Ouest, sud, est, nord en degrés ; garde ce qui touche l'emprise.",
)
@click.option(
    "--within", type=file_name, metavar="FICHIER", help="Un fichier de polygones, dans sa projection."
)
@_answers(geometry=True)
def query(
    *,
    couche: tuple[str, ...],
    epci: tuple[str, ...],
    commune: tuple[str, ...],
    where: str | None,
    bbox: tuple[float, float, float, float] | None,
    within: Path | None,
    **output: Any,
) -> None:
    """Give the features that answer."""
    asked = Asked.of(**output)
    frame = geo.query(couche, epci=epci, commune=commune, where=where or "", bbox=bbox, within=within)
    found = machine.features(frame)
    answer = Answer(
        found,
        machine.FEATURE_COLUMNS,
        table=lambda: tables.draw(found, tables.feature_columns(_titles(), _names())),
        count=_feature_count(found),
        geojson=lambda: machine.geojson_text(found, frame.geometry),
    )
    give(answer, asked)


def _feature_count(found: list[Row]) -> str:
    vague = sum(row["precision"] == "territoire" for row in found)
    text = plural(len(found), "élément") if found else "Aucun élément ne répond à ces conditions."
    return f"{text}, dont {plural(vague, 'mesure')} à l'échelle d'un territoire" if vague else text


@click.command("stats", cls=Command, **words.STATS)
@_epci
@click.option(
    "--couche", multiple=True, metavar="NOM", help="Une couche, par son nom ou son titre. À répéter."
)
@_by
@click.option("--taux", is_flag=True, help="Montre aussi les taux dans le tableau.")
@_answers()
def stats(*, epci: tuple[str, ...], couche: tuple[str, ...], by: Any, taux: bool, **output: Any) -> None:
    """Give the statistics."""
    asked = Asked.of(**output)
    refuse_geojson(asked, "stats")
    found = machine.statistics(geo.stats(epci, layer=couche, by=by))
    if asked.format == "table" and not taux:
        found = [row for row in found if row["valeur"] and not machine.is_rate(row["indicateur"])]
    answer = Answer(
        found,
        machine.STATISTIC_COLUMNS,
        table=lambda: tables.draw(found, tables.statistic_columns(_titles())),
        count=plural(len(found), "statistique") if found else "Aucune statistique pour ce choix.",
    )
    give(answer, asked)


@click.command("figures", cls=Command, **words.FIGURES)
@click.option("--axe", type=axis, metavar="N", help="Un axe, de 1 à 4.")
@_epci
@click.option(
    "--cherche",
    default="",
    metavar="TEXTE",
    help="Un texte du libellé ou de l'extrait, sans égard aux accents.",
)
@click.option("--check", is_flag=True, help="Ce qui ne tombe pas juste ou reste en doute.")
@_answers()
def figures(*, axe: int | None, epci: tuple[str, ...], cherche: str, check: bool, **output: Any) -> None:
    """Give the figures, or what is in doubt about them."""
    asked = Asked.of(**output)
    refuse_geojson(asked, "figures")
    found = machine.figures(geo.figures(axe=axe, epci=epci, contains=cherche))
    if check:
        everything = axe is None and not epci and not cherche
        give(_findings(None if everything else found), asked)
        return
    answer = Answer(
        found,
        machine.FIGURE_COLUMNS,
        table=lambda: tables.draw(found, tables.figure_columns(_names())),
        count=plural(len(found), "chiffre") if found else "Aucun chiffre ne répond.",
    )
    give(answer, asked)


def _findings(about: list[Row] | None) -> Answer:
    """Return what is in doubt: everything, or what is about some figures or their lines."""
    found = machine.findings(geo.figures_check())
    if about is not None:
        found = machine.findings_about(found, about)
    return Answer(
        found,
        machine.FINDING_COLUMNS,
        table=lambda: tables.findings_text(found),
        count=plural(len(found), "constat") if found else "Rien à signaler.",
    )


@click.command("territories", cls=Command, **words.TERRITORIES)
@_epci
@_by
@_answers(geometry=True)
def territories(*, epci: tuple[str, ...], by: Any, **output: Any) -> None:
    """Give the territories."""
    asked = Asked.of(**output)
    frame = geo.territories(epci, by=by)
    found = machine.territories(frame)
    answer = Answer(
        found,
        machine.TERRITORY_COLUMNS,
        table=lambda: tables.draw(found, tables.territory_columns()),
        count=f"{len(found)} EPCI" if by == "epci" else plural(len(found), "commune"),
        geojson=lambda: machine.geojson_text(found, frame.geometry),
    )
    give(answer, asked)


@click.command("layers", cls=Command, **words.LAYERS)
@_answers()
def layers(**output: Any) -> None:
    """Give the layers."""
    asked = Asked.of(**output)
    refuse_geojson(asked, "layers")
    found = machine.layers(geo.layers())
    answer = Answer(
        found,
        machine.LAYER_COLUMNS,
        table=lambda: tables.draw(found, tables.layer_columns()),
        count=plural(len(found), "couche"),
    )
    give(answer, asked)


@click.command("atlas", cls=Command, **words.ATLAS)
@_epci
@click.option(
    "--out", type=file_name, default="output", metavar="DOSSIER", help="Où écrire ; par défaut, output."
)
@sourcing.mirror_option
@click.option(
    "--offline",
    is_flag=True,
    help="Sans effet ici : l'atlas ne touche jamais au réseau, il se sert de ce que « sync » a récupéré.",
)
@_quiet
def atlas(*, epci: tuple[str, ...], out: Path, mirror: Path | None, offline: bool, quiet: bool) -> None:
    """Write the atlas, and tell what was written."""
    del offline  # said for those who want to be sure: nothing here uses the network
    asked = Asked("table", out, quiet)
    with progress(asked) as move:
        written = geo.atlas.write_site(out, list(epci), progress=move, mirror=mirror)
    notice(tables.draw([vars_of(w) for w in written], tables.written_columns(), stream="stderr"), asked)


def vars_of(written: Any) -> Row:
    """Return what a `geo.atlas.Written` says, as a row."""
    return {name: getattr(written, name) for name in ("path", "titre", "taille", "elements")}


COMMANDS = (atlas, *sourcing.COMMANDS, layers, territories, stats, query, figures, exporting.export)
"""In the order in which help shows them."""
