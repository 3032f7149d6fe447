"""``erbm pack``: the meeting's documents of an EPCI in one folder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from geo.cli import options, sourcing, words
from geo.cli.french import Command, file_name, one_of
from geo.cli.output import Asked, notice, progress
from geo.cli.tables import Column, draw
from geo.errors import UsageError
from geo.text import number, plural

_KINDS = ("fiche", "cartes", "diapositives", "classeur", "sig", "atlas")
_FORMATS = ("pdf", "png")
_COLUMNS = (
    Column("Territoire", lambda row: row["titre"], 60),
    Column("Fichiers", lambda row: number(row["fichiers"]), 9, "right"),
    Column("Taille", lambda row: f"{number(row['taille'] / 1e6, 1)} Mo", 9, "right"),
    Column("Dossier", lambda row: str(row["folder"]), 60),
)


@click.command("pack", cls=Command, **words.PACK)
@options.epci
@click.option("--all", "every", is_flag=True, help="Les huit EPCI, en parallèle.")
@click.option(
    "--out",
    type=file_name,
    default="output/dossiers",
    metavar="DOSSIER",
    help="Où ; par défaut, output/dossiers.",
)
@click.option(
    "--document",
    "kinds",
    type=one_of(_KINDS),
    multiple=True,
    metavar="GENRE",
    help=f"Un genre de document : {', '.join(_KINDS)}. À répéter ; sinon tous.",
)
@click.option(
    "--couche", multiple=True, metavar="NOM", help="Une couche qui a sa carte ; à répéter. Sinon toutes."
)
@click.option(
    "--format",
    "formats",
    type=one_of(_FORMATS),
    multiple=True,
    metavar="FORMAT",
    help="Un format des cartes : pdf, png. À répéter ; sinon les deux.",
)
@click.option(
    "--charte", type=file_name, metavar="FICHIER", help="Votre logo, vos couleurs, vos textes (TOML)."
)
@sourcing.mirror_option
@options.quiet
def pack(
    *,
    epci: Sequence[str],
    every: bool,
    out: Path,
    kinds: Sequence[str],
    couche: Sequence[str],
    formats: Sequence[str],
    charte: Path | None,
    mirror: Path | None,
    quiet: bool,
) -> None:
    """Write the packs, and tell what was written."""
    from geo.content.charte import read_charte  # noqa: PLC0415  # slow, and only needed here
    from geo.pack import write_pack  # noqa: PLC0415  # typesetters and drawing, that no other command needs

    if every == bool(epci):
        asked_for = "--epci et --all à la fois" if every else "quel territoire ?"
        raise UsageError(asked_for, advice="Donnez --epci, à répéter, ou --all pour les huit.")
    if formats and kinds and "cartes" not in kinds:
        raise UsageError("--format ne vaut que pour les cartes", advice="Ajoutez --document cartes.")
    asked = Asked("table", out, quiet)
    with progress(asked) as move:
        written = write_pack(
            out,
            epci,
            kinds=kinds,
            layers=couche,
            formats=formats or _FORMATS,
            charte=read_charte(charte) if charte else None,
            mirror=mirror,
            options=[
                *_repeated("--document", kinds),
                *_repeated("--couche", couche),
                *_repeated("--format", formats),
                *_repeated("--charte", [charte.name] if charte else ()),
                *_repeated("--mirror", [mirror.name] if mirror else ()),
            ],
            progress=move,
        )
    rows = [
        {name: getattr(one, name) for name in ("titre", "fichiers", "taille", "folder")} for one in written
    ]
    notice(draw(rows, _COLUMNS, stream="stderr"), asked)
    files = sum(one.fichiers for one in written)
    notice(f"{plural(files, 'fichier')} → {out}", asked)


def _repeated(option: str, values: Sequence[str]) -> Iterator[str]:
    """Yield an option as it is typed; files by their names, as their folders are nobody's business."""
    for value in values:
        yield from (option, value)
