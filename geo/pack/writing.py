"""Write the packs of EPCI: each a folder that can be sent as it is, always whole."""

from __future__ import annotations

import functools
import shlex
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

from geo import catalog
from geo.content import Content, Dossier, load_content, open_dossier
from geo.content.charte import Charte
from geo.errors import UsageError
from geo.export.manifest import write_manifest
from geo.pack.documents import FORMATS, KINDS, Document, documents
from geo.pack.folders import replacing_folder
from geo.pack.former import check_unchanged, keep
from geo.processes import each
from geo.territories import load as load_territories

Progress = Callable[[str, int, int], None]
"""Called with what was just made, how many are done, how many there are."""

WORKERS = 2


@dataclass(frozen=True, slots=True)
class Packed:
    """The pack of an EPCI: its folder, how many files are in it, how many bytes together."""

    folder: Path
    titre: str
    fichiers: int
    taille: int


@dataclass(frozen=True, slots=True)
class _Order:
    """What a process has to make: one document of an EPCI."""

    siren: str
    key: str
    layers: tuple[str, ...]
    formats: tuple[str, ...]
    charte: Charte
    mirror: Path | None
    target: Path


def write_pack(
    out: Path,
    epci: Sequence[str] = (),
    *,
    kinds: Sequence[str] = (),
    layers: Sequence[str] = (),
    formats: Sequence[str] = FORMATS,
    charte: Charte | None = None,
    mirror: Path | None = None,
    options: Sequence[str] = (),
    workers: int = WORKERS,
    progress: Progress | None = None,
) -> list[Packed]:
    """Write the pack of some EPCI, or of all eight, each in a folder of `out` named after it.

    What a reader changed or put in a folder that stands is never lost: a document that was changed is
    not replaced, other files stay. Asked for some documents only, the others of the folder stay too.

    Parameters
    ----------
    out : pathlib.Path
        Made if need be; other files in it are left alone.
    epci : sequence of str
        Names or SIREN codes; all the EPCI of the ERBM by default.
    kinds : sequence of str
        Which documents, of `geo.pack.KINDS`; all by default.
    layers : sequence of str
        Names of the layers that have a map sheet; all that have something to show by default.
    formats : sequence of str
        Of the map sheets, some of `geo.pack.FORMATS`; all by default.
    charte : Charte, optional
        Logo, colour, title, date and texts of the user.
    mirror : pathlib.Path, optional
        A folder that answers every source, instead of what was synchronised.
    options : sequence of str
        Of the command, beside the territory: each manifest says how its pack alone is made again,
        wherever it is and whatever it was made with.
    workers : int
        Processes that make documents; 1 makes them all in this one.
    progress : callable, optional
        Told of each document.

    Returns
    -------
    list of Packed
        In the order of the territories.

    Raises
    ------
    UsageError
        If a territory, a kind, a layer or a format is unknown, or an EPCI has nothing to show of it.
    ErbmError
        If a document that stands was changed since it was made, a file cannot be written, or a process
        ends by itself: the packs that were there are as they were.
    """
    _check("documents", kinds, tuple(KINDS))
    _check("formats", formats, FORMATS)
    known = catalog.load()
    wanted = tuple(known.find(name).id for name in layers)
    dossiers = [_dossier(siren, mirror) for siren in load_territories(list(epci)).epci]
    asked = [(one, _asked(one, kinds, wanted, formats, out)) for one in dossiers]
    whole = not (kinds or layers or set(formats) < set(FORMATS))
    with ExitStack() as folders:
        places = {
            one.epci.siren: folders.enter_context(replacing_folder(out / one.epci.slug)) for one in dossiers
        }
        orders = [
            _Order(
                one.epci.siren,
                made.key,
                wanted,
                tuple(formats),
                charte or Charte(),
                mirror,
                places[one.epci.siren],
            )
            for one, documents_of_it in asked
            for made in documents_of_it
        ]
        with closing(each(_make, orders, workers)) as made_ones:
            for done, title in enumerate(made_ones, start=1):
                if progress is not None:
                    progress(title, done, len(orders))
        return [
            _finish(dossier, out / dossier.epci.slug, places[dossier.epci.siren], options, others=not whole)
            for dossier in dossiers
        ]


def _asked(
    dossier: Dossier, kinds: Sequence[str], layers: Sequence[str], formats: Sequence[str], out: Path
) -> list[Document]:
    """Return the documents to make of an EPCI; refuse where there is none, or one was changed since."""
    found = documents(dossier, kinds, layers, formats)
    if not found:
        raise UsageError(
            f"rien à montrer pour {dossier.epci.nom}",
            advice="Aucune de ces couches n'a d'élément localisé dans ce territoire : voyez « erbm layers ».",
        )
    check_unchanged(out / dossier.epci.slug, {name for one in found for name in one.names})
    return found


def _check(what: str, asked: Sequence[str], known: Sequence[str]) -> None:
    unknown = [one for one in asked if one not in known]
    if unknown:
        raise UsageError(f"{what} inconnus : {', '.join(unknown)}", advice=f"Il y a : {', '.join(known)}.")


def _make(order: _Order) -> str:
    """Make one document; return of which territory and what it is."""
    dossier = _dossier(order.siren, order.mirror)
    every = documents(dossier, layers=order.layers, formats=order.formats)
    made = next(one for one in every if one.key == order.key)
    made.write(dossier, order.charte, [order.target / name for name in made.names])
    return f"{dossier.epci.nom_court}, {made.what}"


@functools.lru_cache(maxsize=1)
def _content(epci: tuple[str, ...], mirror: Path | None) -> Content:
    """Load what documents are made from, once in each process."""
    return load_content(epci, mirror=mirror)


@functools.lru_cache(maxsize=1)
def _dossier(siren: str, mirror: Path | None) -> Dossier:
    """Open the dossier of an EPCI; documents of one come one after the other."""
    home = load_territories().epci
    return open_dossier(_content(() if siren in home else (siren,), mirror), siren)


def _finish(dossier: Dossier, folder: Path, fresh: Path, options: Sequence[str], *, others: bool) -> Packed:
    """Keep what has to be of the former folder, write what explains the new one, and tell of it."""
    kept = keep(folder, fresh, others=others)
    command = ["erbm", "pack", "--epci", dossier.epci.nom_court, *options]
    write_manifest(dossier, fresh, command=shlex.join(command), kept=kept)
    files = [path for path in fresh.rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in files)
    return Packed(folder, dossier.epci.nom, len(files), size)
