"""The commands of ``erbm``: each asks one function of `geo` and gives what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

import geo
from geo import rows as machine
from geo.cli import exporting, options, packing, sourcing, tables, words
from geo.cli.asking import query
from geo.cli.differing import diff
from geo.cli.french import Command, axis, file_name
from geo.cli.output import FORMATS, PLAIN, Answer, Asked, give, notice, progress, refuse_geojson
from geo.cli.sharing import allocate
from geo.cli.sql import sql
from geo.rows import Row
from geo.territories.dividing import official
from geo.text import plural


def _titles() -> Mapping[str, str]:
    return {str(key): str(title) for key, title in geo.layers()["titre"].items()}


def _names() -> dict[str, str]:
    """Return the names of the EPCI and communes of the basin, by code."""
    frames = (geo.territories(), geo.territories(by="commune"))
    return {str(code): str(name) for frame in frames for code, name in frame["nom"].items()}


@click.command("stats", cls=Command, **words.STATS)
@options.epci
@click.option(
    "--couche",
    multiple=True,
    metavar="NOM",
    help="Une couche, par son nom ou son titre ; axe-1 à axe-4 pour un axe entier. À répéter.",
)
@click.option("--axe", type=axis, metavar="N", help="Un axe, de 1 à 4 : comme --couche axe-N.")
@click.option(
    "--indicateur",
    multiple=True,
    metavar="NOM",
    help="Un indicateur : longueur, montant_eur_par_hab, part_velo_500m... À répéter.",
)
@options.by
@click.option("--taux", is_flag=True, help="Montre aussi les taux dans le tableau.")
@options.answers(*FORMATS, told=PLAIN)
def stats(
    *,
    epci: tuple[str, ...],
    couche: tuple[str, ...],
    axe: int | None,
    indicateur: tuple[str, ...],
    by: str,
    taux: bool,
    **output: Any,
) -> None:
    """Give the statistics."""
    asked = Asked.of(**output)
    refuse_geojson(asked, "stats")
    groups = (*couche, *([f"axe-{axe}"] if axe else []))
    frame = geo.stats(epci, layer=groups, indicator=indicateur, by=by)
    found = machine.statistics(frame)
    if asked.format == "table":
        found = [row for row in found if _is_shown(row, rates=taux, chosen=indicateur)]
    count = plural(len(found), "statistique") if found else "Aucune statistique pour ce choix."
    answer = Answer(
        found,
        machine.STATISTIC_COLUMNS,
        table=lambda: tables.draw(found, tables.statistic_columns(_titles()), stream=asked.stream),
        count="\n".join([count, *_remarks(frame)]),
    )
    give(answer, asked)


def _is_shown(row: Row, *, rates: bool, chosen: tuple[str, ...]) -> bool:
    """Tell whether a table shows a row: a rate if it is asked, nil if its indicator is."""
    if machine.is_rate(row["indicateur"]) and not rates:
        return machine.names_rate(chosen, row["indicateur"])
    return bool(row["valeur"] or chosen)


def _remarks(frame: Any) -> list[str]:
    """Return what is to be said of the territories, a line each."""
    return [tables.sentence(remark) for remark in frame.attrs["remarques"]]


@click.command("figures", cls=Command, **words.FIGURES)
@click.option("--axe", type=axis, metavar="N", help="Un axe, de 1 à 4.")
@options.epci
@click.option(
    "--cherche",
    default="",
    metavar="TEXTE",
    help="Un texte du libellé ou de l'extrait, sans égard aux accents.",
)
@click.option("--check", is_flag=True, help="Ce qui ne tombe pas juste ou reste en doute.")
@options.answers(*FORMATS, told=PLAIN)
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
@options.epci
@options.by
@options.answers(*FORMATS)
def territories(*, epci: tuple[str, ...], by: str, **output: Any) -> None:
    """Give the territories."""
    asked = Asked.of(**output)
    frame = geo.territories(epci, by=by)
    found = machine.territories(frame)
    answer = Answer(
        found,
        machine.TERRITORY_COLUMNS,
        table=lambda: tables.draw(found, tables.territory_columns(), stream=asked.stream),
        count="\n".join([_territory_count(by, len(found)), *_remarks(frame)]),
        geojson=lambda: machine.geojson_text(found, frame.geometry),
    )
    give(answer, asked)


def _territory_count(by: str, count: int) -> str:
    kind = official(by) or "territoire"
    return f"{count} EPCI" if kind == "epci" else plural(count, kind.replace("departement", "département"))


@click.command("layers", cls=Command, **words.LAYERS)
@options.answers(*FORMATS, told=PLAIN)
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
@options.epci
@click.option(
    "--out", type=file_name, default="output", metavar="DOSSIER", help="Où écrire ; par défaut, output."
)
@sourcing.mirror_option
@click.option(
    "--offline",
    is_flag=True,
    help="Sans effet ici : l'atlas ne touche jamais au réseau, il se sert de ce que « sync » a récupéré.",
)
@options.quiet
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


_ASKING = (layers, territories, stats, query, sql, allocate, figures, diff)
COMMANDS = (atlas, packing.pack, *sourcing.COMMANDS, *_ASKING, exporting.export)
"""In the order in which help shows them."""
