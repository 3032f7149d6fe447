"""The commands that bring data in: ``sync`` from live sources, ``check`` and ``add`` from a file."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from geo.cli import words
from geo.cli.french import Command, axis, file_name
from geo.cli.output import Asked, notice, write_stdout
from geo.cli.tables import is_terminal
from geo.errors import ErbmError, UsageError
from geo.sources.cache import write_text
from geo.text import plural, slug

if TYPE_CHECKING:
    import pandas as pd

    from geo.ingest.adding import Checked, Wish
    from geo.sync import Progress

_quiet = click.option("--quiet", "-q", is_flag=True, help="Se tait, sauf pour les erreurs.")
mirror_option = click.option(
    "--mirror",
    type=file_name,
    metavar="DOSSIER",
    help="Un dossier qui répond à la place du réseau, pour toutes les sources.",
)
offline_option = click.option("--offline", is_flag=True, help="Ne touche jamais au réseau.")

_MARKS = {"neuf": "✓", "inchangé": "=", "panne": "✗", "sans adresse": "·"}


@click.command("sync", cls=Command, **words.SYNC)
@click.argument("couche", nargs=-1, metavar="[COUCHE]...")
@mirror_option
@offline_option
@click.option(
    "--ecartes",
    type=file_name,
    metavar="DOSSIER",
    help="Y écrit les lignes écartées de chaque source, avec leur motif (.csv).",
)
@_quiet
def sync(
    *, couche: tuple[str, ...], mirror: Path | None, offline: bool, ecartes: Path | None, quiet: bool
) -> None:
    """Fetch the sources, and say what became of each."""
    from geo.sync import sync as renew  # noqa: PLC0415 - the network, that no other command needs

    if mirror is not None and offline:
        raise UsageError("--mirror et --offline ensemble : choisissez l'un ou l'autre")
    asked = Asked("table", None, quiet)
    failed, told = [], []
    with _downloads(asked) as move:
        for outcome in renew(couche, mirror=mirror, offline=offline, progress=move):
            notice(f"{_MARKS[outcome.etat]} {outcome.titre} : {outcome.told()}", asked)
            if outcome.etat == "panne":
                failed.append(outcome.titre)
            if ecartes is not None and outcome.lot is not None and outcome.lot["ecarte"]:
                told.append(outcome.cle)
    if ecartes is not None:
        _write_all_aside(ecartes, told, asked)
    if failed:
        raise ErbmError(
            plural(len(failed), "source en panne", "sources en panne"),
            where=" ; ".join(failed),
            advice="Les dernières bonnes données restent en place. Relancez « erbm sync » plus tard.",
        )


@contextmanager
def _downloads(asked: Asked) -> Iterator[Progress | None]:
    """Show the bytes of the download under way; give the function that is told of them."""
    if asked.quiet or not is_terminal("stderr"):
        yield None
        return
    from rich.console import Console  # noqa: PLC0415 - slow, and only needed here
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn  # noqa: PLC0415 - with it

    columns: list[Any] = [TextColumn("{task.description}", markup=False), BarColumn(), DownloadColumn()]
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Connexion", total=None)

        def move(address: str, done: int, total: int | None) -> None:
            bar.update(task, description=address[-60:], completed=done, total=total)

        yield move


def _file_options(function: Any) -> Any:
    """Add the options that say how a file is to be understood."""
    options = (
        click.option("--couche", metavar="NOM", default="", help="Une seule couche du fichier."),
        click.option(
            "--map",
            "correspondance",
            multiple=True,
            metavar="SRC=CHAMP",
            help="La colonne SRC du fichier donne le champ CHAMP de la couche. À répéter.",
        ),
        click.option(
            "--crs",
            metavar="EPSG:N",
            default="",
            help="La projection, si le fichier ne la dit pas.",
        ),
        click.option("--x", metavar="COLONNE", default="", help="La colonne des x ou longitudes."),
        click.option("--y", metavar="COLONNE", default="", help="La colonne des y ou latitudes."),
        click.option("--encodage", metavar="NOM", default="", help="L'encodage, par exemple cp1252."),
        click.option("--hors-perimetre", is_flag=True, help="Garde aussi ce qui est hors des huit EPCI."),
        click.option(
            "--ecartes",
            type=file_name,
            metavar="FICHIER",
            help="Écrit les lignes écartées, avec leur motif (.csv ou .xlsx).",
        ),
        click.option(
            "--rapport", type=file_name, metavar="FICHIER.html", help="Écrit le rapport, à partager."
        ),
    )
    for option in reversed(options):
        function = option(function)
    return function


@click.command("check", cls=Command, **words.CHECK)
@click.argument("fichier", type=file_name, metavar="FICHIER")
@click.option(
    "--as", "cible", metavar="COUCHE", default="", help="La couche de l'atlas à laquelle le comparer."
)
@_file_options
@_quiet
def check(
    *, fichier: Path, cible: str, ecartes: Path | None, rapport: Path | None, quiet: bool, **said: Any
) -> None:
    """Say what a file holds; write nothing but what is asked for."""
    wish = _wish(cible=cible, **said)
    _examined(fichier, wish, ecartes, rapport, Asked("table", None, quiet), to_stdout=True)


@click.command("add", cls=Command, **words.ADD)
@click.argument("fichier", type=file_name, metavar="[FICHIER]", required=False)
@click.option(
    "--as",
    "cible",
    metavar="COUCHE",
    default="",
    help="La couche qui le reçoit, ou le nom court d'une nouvelle.",
)
@click.option("--titre", metavar="TEXTE", default="", help="Le titre de la nouvelle couche.")
@click.option(
    "--axe", type=axis, metavar="N", help="L'axe où ranger la nouvelle couche ; par défaut, « Vos couches »."
)
@click.option("--producteur", metavar="TEXTE", default="", help="Qui a produit ces données.")
@click.option("--licence", metavar="TEXTE", default="", help="Leur licence.")
@_file_options
@click.option("--retirer", metavar="AJOUT", default="", help="Retire un ajout, tel que friches/mes-friches.")
@_quiet
def add(
    *,
    fichier: Path | None,
    retirer: str,
    ecartes: Path | None,
    rapport: Path | None,
    quiet: bool,
    **said: Any,
) -> None:
    """Examine a file, then take it in; or take away what another brought."""
    from geo.ingest import adding  # noqa: PLC0415 - readers of files, that no other command needs

    asked = Asked("table", None, quiet)
    if retirer:
        if fichier is not None:
            raise UsageError("un fichier et --retirer ensemble : choisissez l'un ou l'autre")
        gone = adding.remove(retirer)
        count = plural(gone["nombre"], "objet")
        notice(f"Retiré : {retirer} ({count}). Le fichier d'origine n'est pas touché.", asked)
        return
    if fichier is None:
        raise UsageError("quel fichier ajouter ?", advice="erbm add FICHIER --as COUCHE")
    if not said["cible"]:
        raise UsageError("à quelle couche ?", advice="Donnez --as COUCHE ; « erbm layers » les liste.")
    wish = _wish(**said)
    checked = _examined(fichier, wish, ecartes, rapport, asked)
    added = adding.add(fichier, wish, checked)
    lot = added.lot
    known = (
        f", dont {added.known} que la couche avait déjà, réunis par leur identifiant" if added.known else ""
    )
    notice(f"Ajouté : {lot.cle}, {lot.told()}{known}. « erbm add --retirer {lot.cle} » le retire.", asked)


def _wish(
    *, cible: str, couche: str, correspondance: Sequence[str], axe: int | None = None, **said: Any
) -> Wish:
    from geo.ingest.adding import Wish  # noqa: PLC0415 - see add

    wish = Wish(couche=cible, source=couche, champs=dict(_pairs(correspondance)), **said)
    return wish if axe is None else replace(wish, axe=axe)


def _pairs(told: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield field of the layer, column of the file."""
    for text in told:
        column, sign, name = text.rpartition("=")
        if not sign or not column.strip() or not name.strip():
            raise UsageError(f"--map {text} : attendu SRC=CHAMP", advice="Par exemple --map NOM_CITE=nom.")
        yield name.strip(), column.strip()


def _examined(
    path: Path, wish: Wish, aside: Path | None, page: Path | None, asked: Asked, *, to_stdout: bool = False
) -> list[Checked]:
    from geo.ingest import adding  # noqa: PLC0415 - see add
    from geo.ingest.communes import OUTSIDE  # noqa: PLC0415 - with it
    from geo.ingest.telling import html_page, to_text  # noqa: PLC0415 - with it

    _refuse_suffix(page, "--rapport", ".html", ".htm")
    _refuse_suffix(aside, "--ecartes", ".csv", ".xlsx")
    checked = adding.check(path, wish)
    reports = [one.examined.report for one in checked]
    width = min(shutil.get_terminal_size().columns, 100)
    text = "\n\n".join(to_text(report, width) for report in reports)
    if to_stdout:
        write_stdout(text)
    else:
        notice(text, asked)
    if any(note.text.startswith(OUTSIDE) for report in reports for note in report.of("écarté")):
        notice("Pour garder aussi ce qui est hors du périmètre : --hors-perimetre.", asked)
    if page is not None:
        write_text(page, html_page(reports, f"Contrôle de {path.name}"))
        notice(f"Rapport → {page}", asked)
    if aside is not None:
        count = _write_aside(aside, checked)
        notice(f"{plural(count, 'ligne écartée', 'lignes écartées')} → {aside}", asked)
    return checked


def _refuse_suffix(target: Path | None, option: str, *suffixes: str) -> None:
    if target is not None and target.suffix.lower() not in suffixes:
        raise UsageError(f"{option} {target.name} : attendu un fichier {' ou '.join(suffixes)}")


def _write_aside(target: Path, checked: Sequence[Checked]) -> int:
    """Write the rows set aside, the reason first, with the number that they have in the file."""
    from geo.sources.files.tables import write_table  # noqa: PLC0415 - see add

    rows: list[dict[str, Any]] = [
        {"motif": row.pop("_motif"), "couche": one.raw.name, "ligne": number, **row}
        for one in checked
        for number, row in zip(one.examined.aside.index, _records(one.examined.aside), strict=True)
    ]
    columns = list(dict.fromkeys(["motif", "couche", "ligne", *(name for row in rows for name in row)]))
    write_table(target, [[row.get(name) for name in columns] for row in rows], columns)
    return len(rows)


def _write_all_aside(folder: Path, keys: Sequence[str], asked: Asked) -> None:
    """Write the rows set aside of the parts of layers that were fetched, one file each."""
    from geo import ingest  # noqa: PLC0415 - see sync
    from geo.sources.files.tables import write_table  # noqa: PLC0415 - with it

    for lot in (lot for many in ingest.lots().values() for lot in many if lot.cle in keys):
        rows = [
            {"motif": row.pop("_motif"), "ligne": number, **row}
            for number, row in zip(lot.aside.index, _records(lot.aside), strict=True)
        ]
        target = folder / f"{slug(lot.cle)}.csv"
        columns = list(rows[0])
        write_table(target, [[row.get(name) for name in columns] for row in rows], columns)
        notice(f"{plural(len(rows), 'ligne écartée', 'lignes écartées')} → {target}", asked)


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


COMMANDS = (sync, check, add)
"""In the order in which help shows them."""
