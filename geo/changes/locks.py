"""Locks of ``erbm sync``: what they name, and whether the cache still has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from geo import catalog
from geo.errors import DataError
from geo.sources.store import Entry, Store, read_lock, synced
from geo.text import NBSP, long_date, plural


@dataclass(frozen=True)
class Lock:
    """A lock file: its entries by ``<layer>/<part>``, and the store that has the objects of each."""

    path: Path
    entries: Mapping[str, Entry]
    roots: Mapping[str, Path]
    """Where the objects are; a lot whose objects are lost is not there."""

    def taken(self, left: frozenset[str]) -> list[tuple[Entry, str]]:
        """Return the entries that are read, each with the folder of its store."""
        return [
            (entry, str(self.roots[key]))
            for key, entry in self.entries.items()
            if key in self.roots and key not in left
        ]

    def has(self, key: str) -> bool:
        """Tell whether a lot is named, and its objects are there."""
        return key in self.roots


@dataclass(frozen=True)
class Met:
    """What two states can say to each other of lots.

    `left` are lots that neither side takes, `lost` the layers of those that did or may have changed.
    """

    left: frozenset[str]
    lost: frozenset[str]
    remarks: tuple[str, ...]


def read(path: Path) -> Lock:
    """Return a lock.

    Raises
    ------
    DataError
        If the file is no lock, or one of another version.
    """
    advice = "Un verrou est le fichier erbm.lock.json qu'« erbm sync » tient dans son cache."
    entries = read_lock(path, advice=advice)
    if not isinstance(entries, dict) or not all(map(_is_entry, entries.values())):
        raise DataError("verrou illisible", where=str(path), advice=advice)
    stores = [Store(path.resolve().parent, "à côté du verrou"), synced()]
    roots = {}
    for key, entry in entries.items():
        for store in stores:
            if all(store.path(name).is_file() for name in entry["objets"].values()):
                roots[key] = store.root
                break
    return Lock(path, entries, roots)


def _is_entry(entry: object) -> bool:
    if not isinstance(entry, dict) or not isinstance(entry.get("objets"), dict):
        return False
    texts = [entry.get("couche"), *entry["objets"].values(), entry["objets"].get("objets")]
    return all(isinstance(text, str) for text in texts) and isinstance(entry.get("nombre"), int)


def meet(old: Lock | None, new: Lock | None) -> Met:
    """Return which lots cannot be compared, and what is to be said of those that changed.

    Parameters
    ----------
    old, new : Lock or None
        None for a state that is no lock.

    Raises
    ------
    DataError
        If all that differs is lost: nothing would be compared.
    """
    locks = [lock for lock in (old, new) if lock is not None]
    if not locks:
        return Met(frozenset(), frozenset(), ())
    keys = list(dict.fromkeys(key for lock in locks for key in lock.entries))
    differing = [key for key in keys if old is None or new is None or not _same(key, old, new)]
    left = {key for key in keys if any(key in lock.entries and not lock.has(key) for lock in locks)}
    lost = [key for key in differing if key in left]
    if lost and len(lost) == len(differing):
        raise DataError(
            f"les données de {plural(len(lost), 'lot')} ne sont plus dans le cache : rien à comparer",
            where=", ".join(str(lock.path) for lock in locks if any(not lock.has(key) for key in lost)),
            advice=(
                "Le cache ne garde que les objets du dernier verrou : copiez le dossier « objets » à côté du"
                " verrou que vous gardez."
            ),
        )
    told = tuple(_told(key, old, new, lost=key in left) for key in differing) if len(locks) == 2 else ()
    only = tuple(f"{_title(key, locks)}{NBSP}: données effacées du cache, non comparées" for key in lost)
    groups = frozenset(lock.entries[key]["couche"] for lock in locks for key in lost if key in lock.entries)
    return Met(frozenset(left), groups, told if len(locks) == 2 else only)


def _same(key: str, old: Lock, new: Lock) -> bool:
    before, after = old.entries.get(key), new.entries.get(key)
    return before is not None and after is not None and before["objets"] == after["objets"]


def _title(key: str, locks: list[Lock]) -> str:
    entry = next(lock.entries[key] for lock in locks if key in lock.entries)
    layer = catalog.load().layers.get(entry["couche"])
    part = key.partition("/")[2]
    return (layer.titre if layer else entry["couche"]) + (f", {part}" if part else "")


def _told(key: str, old: Lock | None, new: Lock | None, *, lost: bool) -> str:
    locks = [lock for lock in (old, new) if lock is not None]
    sides = [_side(lock.entries.get(key)) for lock in locks]
    ending = " ; données effacées du cache, éléments non comparés" if lost else ""
    return f"{_title(key, locks)}{NBSP}: {' → '.join(sides)}{ending}"


def _side(entry: Entry | None) -> str:
    """Return how much a lot is, and of when: ``92 objets (12 novembre 2026)``."""
    if entry is None:
        return "jamais lu"
    day, vintage = str(entry.get("recupere") or "")[:10], entry.get("millesime")
    try:
        when = long_date(date.fromisoformat(day))
    except ValueError:
        when = f"millésime {vintage}" if vintage else ""
    count = plural(entry["nombre"], "objet")
    return f"{count} ({when})" if when else count
