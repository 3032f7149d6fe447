"""``erbm export``: the data of the atlas in the bases of others."""

from __future__ import annotations

from collections.abc import Sequence

import click

import geo
from geo.cli import words
from geo.cli.french import Command
from geo.cli.output import Asked, notice, progress
from geo.cli.tables import Column, draw
from geo.sources.postgis import redacted
from geo.text import number, plural

_COLUMNS = (
    Column("Table", lambda row: row["table"], 70),
    Column("Titre", lambda row: row["titre"], 60),
    Column("Lignes", lambda row: number(row["lignes"]), 9, "right"),
    Column("Changées", lambda row: number(row["changees"]), 9, "right"),
)


def base_address(value: str) -> str:
    """Read the address of a base; what it holds, PostgreSQL knows.

    Raises
    ------
    click.BadParameter
        If it is no address of PostgreSQL.
    """
    if value.startswith(("postgresql://", "postgres://")) or "=" in value.partition("://")[0]:
        return value
    raise click.BadParameter(
        f"« {redacted(value)} » ; attendu postgresql://utilisateur@hôte:port/base, ou postgresql:// seul"
        " pour les variables PG*"
    )


def _given(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """Ask for an address: click would add an English word to the help."""
    if value is None and not ctx.resilient_parsing:
        raise click.MissingParameter(ctx=ctx, param=param)
    return value


@click.command("export", cls=Command, **words.EXPORT)
@click.option(
    "--to",
    "address",
    type=base_address,
    callback=_given,
    metavar="ADRESSE",
    help="La base : postgresql://utilisateur@hôte:port/base, ou postgresql:// pour les variables PG*.",
)
@click.option("--schema", default="erbm", metavar="NOM", help="Où écrire dans la base ; par défaut, erbm.")
@click.option(
    "--couche", multiple=True, metavar="NOM", help="Une couche, nom ou titre ; à répéter. Sinon toutes."
)
@click.option("--epci", multiple=True, metavar="NOM", help="Un EPCI, SIREN ou nom ; à répéter. Sinon tous.")
@click.option("--quiet", "-q", is_flag=True, help="Se tait, sauf pour les erreurs.")
def export(*, address: str, schema: str, couche: Sequence[str], epci: Sequence[str], quiet: bool) -> None:
    """Write into a base, and tell what was written."""
    asked = Asked("table", None, quiet)
    with progress(asked) as move:
        written = geo.export.export_postgis(address, schema=schema, layers=couche, epci=epci, progress=move)
    rows = [{name: getattr(w, name) for name in ("table", "titre", "lignes", "changees")} for w in written]
    notice(draw(rows, _COLUMNS, stream="stderr"), asked)
    changed = sum(w.changees for w in written)
    told = f"{plural(changed, 'ligne changée', 'lignes changées')}" if changed else "Rien n'avait changé"
    notice(f"{told} → {redacted(address)}, schéma {schema}", asked)
