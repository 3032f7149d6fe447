"""What was fetched or added, kept whole: objects named by their content, and one lock file.

The lock names the objects of each part of each layer. Objects are written first, the lock is
renamed last: whatever stops the program, a reader finds the state before or the one after.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import platformdirs

from geo.errors import DataError, ErbmError, os_reason
from geo.sources.cache import cache_dir, replacing, write_text

LOCK = "erbm.lock.json"
FORMAT = 1
"""Of the lock file: another is refused, never half understood."""
KEPT_S = 3600.0
"""An object that no lock names any more stays this long (seconds): somebody may be reading it."""

Entry = dict[str, Any]


def read_lock(path: Path, *, advice: str = "") -> dict[str, Entry]:
    """Return what a lock file says, by ``<layer>`` or ``<layer>/<part>``.

    Raises
    ------
    FileNotFoundError
        If there is none.
    DataError
        If it cannot be read, or was written by another version; `advice` says what to do.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise
    except OSError as error:
        raise DataError(f"illisible ({os_reason(error)})", where=str(path)) from None
    except UnicodeDecodeError:
        raise DataError("verrou illisible", where=str(path), advice=advice) from None
    try:
        document = json.loads(text)
        entries: dict[str, Entry] = document["lots"]
    except (ValueError, KeyError, TypeError):
        raise DataError("verrou illisible", where=str(path), advice=advice) from None
    if document.get("format") != FORMAT:
        raise DataError("verrou d'une autre version", where=str(path), advice=advice)
    return entries


class Store:
    """A folder of objects and the lock that names them.

    Parameters
    ----------
    root : pathlib.Path
        The folder; made when something is written.
    name : str
        What it is to a user, for the errors.
    """

    def __init__(self, root: Path, name: str) -> None:
        self.root = root
        self.name = name

    @property
    def lock(self) -> Path:
        """The lock file: JSON, sorted, made to be read and kept beside a report."""
        return self.root / LOCK

    def entries(self) -> dict[str, Entry]:
        """Return what the lock says, by ``<layer>`` or ``<layer>/<part>``; nothing if there is none.

        Raises
        ------
        DataError
            If it cannot be read, or was written by another version.
        """
        try:
            return read_lock(self.lock, advice=f"Supprimez ce dossier, puis recommencez : {self.root}")
        except FileNotFoundError:
            return {}

    @contextmanager
    def writing(self) -> Iterator[dict[str, Entry]]:
        """Give the entries to one writer at a time; what it left in them is kept at `commit` only.

        Raises
        ------
        ErbmError
            If another program is writing, or the folder cannot be written.
        """
        from filelock import FileLock, Timeout  # noqa: PLC0415 - only writers need it

        try:
            self.root.mkdir(parents=True, exist_ok=True)
            guard = FileLock(self.root / ".en-cours", timeout=0)
            guard.acquire()
        except Timeout:
            raise ErbmError(
                "une autre commande erbm écrit au même endroit",
                where=self.name,
                advice="Attendez qu'elle finisse, puis recommencez.",
            ) from None
        except OSError as error:
            raise ErbmError(f"écriture impossible ({os_reason(error)})", where=str(self.root)) from None
        try:
            entries = self.entries()
            self._sweep(entries)
            yield entries
        finally:
            guard.release()

    def commit(self, entries: dict[str, Entry]) -> None:
        """Make `entries` what the lock says, at once."""
        document = {"format": FORMAT, "lots": dict(sorted(entries.items()))}
        write_text(self.lock, json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n")

    def save(self, data: bytes, suffix: str) -> str:
        """Keep some bytes; return the name of the object."""
        name = hashlib.sha256(data).hexdigest() + suffix
        target = self.path(name)
        if not target.exists():
            with replacing(target) as temporary:
                temporary.write_bytes(data)
        else:
            os.utime(target)  # it is young again: no sweep may take it
        return name

    def adopt(self, path: Path, sha256: str, suffix: str) -> str:
        """Take a downloaded file in, by renaming; return the name of the object."""
        target = self.path(sha256 + suffix)
        target.parent.mkdir(parents=True, exist_ok=True)
        path.replace(target)
        os.utime(target)
        return target.name

    def path(self, name: str) -> Path:
        """Return where an object is.

        Raises
        ------
        DataError
            If the name is not that of an object.
        """
        if Path(name).name != name or name.startswith("."):
            raise DataError(f"nom d'objet impossible : {name!r}", where=str(self.lock))
        return self.root / "objets" / name

    @property
    def downloads(self) -> Path:
        """Where downloads under way are kept, to be resumed."""
        return self.root / "telechargements"

    def _sweep(self, entries: dict[str, Entry]) -> None:
        """Remove the objects that no entry names, unless they are recent."""
        named = {name for entry in entries.values() for name in entry["objets"].values()}
        named |= {name for entry in entries.values() for name in entry.get("bruts", ())}
        folder = self.root / "objets"
        for path in folder.iterdir() if folder.is_dir() else ():
            if path.name not in named and time.time() - path.stat().st_mtime > KEPT_S:
                path.unlink(missing_ok=True)


def synced() -> Store:
    """Return the store of what ``erbm sync`` fetched, in the user's cache."""
    return Store(cache_dir() / "sources", "cache des sources")


def additions() -> Store:
    """Return the store of what ``erbm add`` took in: ``ERBM_DATA``, or the user's data folder.

    It is no cache: what the user brought is nowhere else in this form.
    """
    asked = os.environ.get("ERBM_DATA")
    return Store(Path(asked) if asked else platformdirs.user_data_path("erbm"), "données ajoutées")
