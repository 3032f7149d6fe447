"""The options that several commands have."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from geo.cli.french import file_name, one_of

F = TypeVar("F", bound=Callable[..., Any])

quiet = click.option("--quiet", "-q", is_flag=True, help="Se tait, sauf pour les erreurs.")
epci = click.option(
    "--epci",
    multiple=True,
    metavar="NOM",
    help="Un EPCI : SIREN, nom officiel ou courant (« CALL », « lens liévin »). À répéter pour plusieurs.",
)
by = click.option(
    "--by",
    metavar="DÉCOUPAGE",
    default="epci",
    help=(
        "Une ligne par : epci (par défaut), commune, departement, ou territoire d'une couche de polygones"
        " (zone-tampon) ou d'un fichier (mon_scot.gpkg)."
    ),
)


def answers(*formats: str, told: Sequence[str] = ()) -> Callable[[F], F]:
    """Add the options of every command that gives rows: ``format_``, ``out``, ``quiet``.

    Parameters
    ----------
    formats : str
        What ``--format`` takes.
    told : sequence of str
        Those that help names, if not all.
    """
    names = list(told or formats)
    kinds = f"{', '.join(names[:-1])} ou {names[-1]}".capitalize()

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
            type=one_of(formats),
            metavar="FORMAT",
            help=f"{kinds}. Par défaut, selon le nom donné à --out, sinon table.",
        )
        return kind(out(quiet(function)))

    return add
