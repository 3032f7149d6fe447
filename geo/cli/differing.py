"""``erbm diff``: what has changed between two states."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

import geo
from geo import changes as comparing
from geo.changes import Changes, telling
from geo.changes.wording import summary
from geo.cli import options, words
from geo.cli.french import Command, file_name, one_of
from geo.cli.output import PLAIN, Answer, Asked, give, notice
from geo.cli.tables import Column, draw, size
from geo.errors import UsageError
from geo.rows import Row

_CHANGES = (
    Column("Couche", lambda row: row["titre"], 30),
    Column("Élément", lambda row: row["nom"], 40),
    Column("Où", lambda row: row["ou"], 40),
    Column("Ce qui change", lambda row: row["quoi"], 40),
    Column("Avant", lambda row: row["avant"], 50),
    Column("Après", lambda row: row["apres"], 50),
    Column("Écart", lambda row: row["ecart"], 0, "right"),
)
_EFFECTS = (
    Column("Territoire", lambda row: row["territoire"], 0),
    Column("Couche", lambda row: row["titre"], 0),
    Column("Indicateur", lambda row: row["libelle"], 0),
    Column("Avant", lambda row: row["avant"], 0, "right"),
    Column("Après", lambda row: row["apres"], 0, "right"),
    Column("Différence", lambda row: row["ecart"], 0, "right"),
)


@click.command("diff", cls=Command, **words.DIFF)
@click.argument("ancien", type=file_name, metavar="ANCIEN")
@click.argument("nouveau", type=file_name, metavar="NOUVEAU")
@options.epci
@click.option(
    "--by",
    type=one_of(("epci", "commune")),
    default="epci",
    metavar="DÉCOUPAGE",
    help="Les indicateurs par epci (par défaut) ou commune.",
)
@click.option("--taux", is_flag=True, help="Montre aussi les taux dans le tableau.")
@click.option(
    "--carte", type=file_name, metavar="FICHIER", help="Écrit aussi une page, avec la carte (.html)."
)
@click.option("--diapo", type=file_name, metavar="FICHIER", help="Écrit aussi une présentation (.pptx).")
@options.answers(*PLAIN)
def diff(
    *,
    ancien: Path,
    nouveau: Path,
    epci: tuple[str, ...],
    by: Any,
    taux: bool,
    carte: Path | None,
    diapo: Path | None,
    **output: Any,
) -> None:
    """Compare, and give what changed."""
    asked = Asked.of(**output, formats=PLAIN)
    _refuse_suffix(carte, (".html", ".htm"), "--carte")
    _refuse_suffix(diapo, (".pptx",), "--diapo")
    found = comparing.compare(ancien, nouveau, epci=epci, by=by)
    give(_answer(found, asked, rates=taux), asked)
    if carte is not None:
        geo.atlas.write_changes(found, carte)
    if diapo is not None:
        geo.print.write_changes_slides(found, diapo)
    for path in filter(None, (carte, diapo)):
        notice(f"→ {path} ({size(path.stat().st_size)})", asked)


def _refuse_suffix(path: Path | None, suffixes: Sequence[str], option: str) -> None:
    """Raise unless a file has the name of its kind; before anything is computed.

    Raises
    ------
    UsageError
        If it has another.
    """
    if path is not None and path.suffix.lower() not in suffixes:
        raise UsageError(
            f"extension inattendue : « {path.suffix} »",
            where=f"{option} {path}",
            advice=f"Attendu : {suffixes[0]}.",
        )


def _answer(found: Changes, asked: Asked, *, rates: bool) -> Answer:
    rows = list(telling.flat_rows(found)) if asked.format == "csv" else []
    return Answer(
        rows,
        telling.COLUMNS,
        table=lambda: _table(found, asked, rates=rates),
        count=summary(found),
        remarks=found.remarques,
        json=lambda: telling.json_text(found),
    )


def _table(found: Changes, asked: Asked, *, rates: bool) -> str:
    if found.none:
        return f"{summary(found)}\n" if asked.out else ""
    effects = list(telling.effect_rows(found.indicateurs, rates=rates))
    parts = (
        ("Ce qui a changé", list(telling.change_rows(found.elements)), _CHANGES),
        ("Effet sur les indicateurs", effects, _EFFECTS),
    )
    return "\n".join(_part(title, rows, columns, asked) for title, rows, columns in parts if rows)


def _part(title: str, rows: Sequence[Row], columns: Sequence[Column], asked: Asked) -> str:
    shown = [column for column in columns if any(column.cell(row) for row in rows)]
    return f"{title}\n\n{draw(rows, shown, stream=asked.stream)}"
