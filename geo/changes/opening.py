"""Two states, whatever each is kept in: a lock of ``erbm sync``, a folder of layers, a pack."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import geo.changes
from geo.changes import locks, packs
from geo.changes.locks import Lock
from geo.changes.state import State, from_json
from geo.errors import DataError
from geo.indicators import By
from geo.sources.store import LOCK

Kind = Literal["verrou", "couches", "paquet"]


@dataclass(frozen=True)
class Source:
    """Where a state is: what the user gave, what it is, the folder or file that holds it."""

    given: Path
    kind: Kind
    path: Path
    lock: Lock | None = None
    left: frozenset[str] = field(default_factory=frozenset)
    """Lots that are not taken, as the other side has lost theirs."""


def open_both(old: Path, new: Path, by: By) -> tuple[State, State]:
    """Return two states, each read in a process of its own, both at a time.

    Parameters
    ----------
    old, new : pathlib.Path
        A lock of ``erbm sync`` (its file, or its folder), a folder of layers, or a pack.
    by : {"epci", "commune"}
        What statistics are told of.

    Raises
    ------
    DataError
        If one of them is none of these, cannot be read, or its data are lost.
    """
    sources = [_source(old), _source(new)]
    met = locks.meet(sources[0].lock, sources[1].lock)
    sources = [replace(source, left=met.left) for source in sources]
    with ThreadPoolExecutor(2) as pool:
        states = list(pool.map(lambda source: _read(source, by), sources))
    before, after = (state.without(met.lost) for state in states)
    return before, replace(after, remarques=(*after.remarques, *met.remarks))


def _source(path: Path) -> Source:
    if not path.exists():
        raise DataError("introuvable", where=str(path), advice=_WANTED)
    if path.is_file():
        if path.suffix.lower() == ".gpkg":
            return Source(path, "paquet", path)
        return Source(path, "verrou", path, locks.read(path))
    if packs.files_of(path):
        return Source(path, "paquet", path)
    for folder in (path, path / "layers"):
        if any(folder.glob("*/layer.toml")):
            if not (folder / "territoires").is_dir():
                raise DataError("dossier de couches sans son dossier « territoires »", where=str(path))
            return Source(path, "couches", folder)
    for lock in (path / LOCK, path / "sources" / LOCK):
        if lock.is_file():
            return Source(path, "verrou", lock, locks.read(lock))
    raise DataError(
        "ce n'est ni un verrou, ni un dossier de couches, ni un paquet", where=str(path), advice=_WANTED
    )


_WANTED = (
    f"Donnez un verrou d'« erbm sync » ({LOCK}), un dossier de couches (comme layers) ou un dossier écrit par"
    " « erbm pack »."
)


def _read(source: Source, by: By) -> State:
    if source.kind == "paquet":
        return packs.read(source.path, str(source.given), by)
    with tempfile.TemporaryDirectory(prefix="erbm-diff-") as work:
        answer = Path(work) / "etat.json"
        job = {
            "nom": str(source.given),
            "genre": source.kind,
            "by": by,
            "sans": sorted(source.left),
            "lots": None if source.lock is None else source.lock.taken(source.left),
            "sortie": str(answer),
        }
        document = _asked(job, source, answer)
    if "erreur" in document:
        told = document["erreur"]
        where = " : ".join(filter(None, (str(source.given), told["where"])))
        raise DataError(told["message"], where=where, advice=told["advice"])
    return from_json(document)


def _asked(job: dict[str, Any], source: Source, answer: Path) -> dict[str, Any]:
    """Run the process that reads a state; return what it wrote.

    Raises
    ------
    DataError
        If it died of what it read.
    """
    root = str(Path(geo.changes.__file__).resolve().parents[2])
    paths: Sequence[str] = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
    around = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    if source.kind == "couches":
        around["ERBM_LAYERS"] = str(source.path.resolve())
    done = subprocess.run(
        [sys.executable, "-P", "-X", "utf8", "-m", "geo.changes.worker"],
        input=json.dumps(job),
        env=around,
        text=True,
        encoding="utf-8",
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        check=False,
    )
    if done.returncode or not answer.exists():
        reason = (done.stderr.strip().splitlines() or ["arrêt inattendu"])[-1]
        raise DataError(f"illisible ({reason})", where=str(source.given), advice=_WANTED)
    document: dict[str, Any] = json.loads(answer.read_text(encoding="utf-8"))
    return document
