"""Read one state in a process of its own: what the package keeps in memory is of one folder of layers.

The job comes as JSON on the standard input; the state, or the error, goes to the file that it names.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from geo import catalog, ingest
from geo.changes.making import make
from geo.changes.state import to_json
from geo.errors import ErbmError
from geo.ingest import Lot
from geo.sources.store import Entry, Store, additions, synced


def main() -> None:
    """Do the job."""
    job = json.load(sys.stdin)
    Path(job["sortie"]).write_text(json.dumps(answer(job), ensure_ascii=False), encoding="utf-8")


def answer(job: dict[str, Any]) -> dict[str, Any]:
    """Return the state that a job wants, or what is wrong with it, as JSON knows them.

    Parameters
    ----------
    job : dict
        ``nom``, ``genre`` and ``by`` as `geo.changes.making.make` takes them; ``lots`` (entries, each
        with the folder of its store; None for those of the cache), ``sans`` (keys of lots to leave).
    """
    try:
        return to_json(make(job["nom"], job["genre"], _lots(job), job["by"]))
    except ErbmError as error:
        return {"erreur": {"message": error.message, "where": error.where, "advice": error.advice}}


def _lots(job: dict[str, Any]) -> dict[str, list[Lot]]:
    """Return the lots that the job names, or else those of the cache; what the user added in any case.

    Raises
    ------
    DataError
        If one is damaged.
    """
    left = set(job["sans"])
    if job["lots"] is None:
        kept = {key: [lot for lot in lots if lot.cle not in left] for key, lots in ingest.lots().items()}
        return {key: lots for key, lots in kept.items() if lots}
    known = catalog.load().layers
    own: list[tuple[Entry, Store]] = [
        (entry, Store(Path(root), synced().name)) for entry, root in job["lots"]
    ]
    own += [(entry, additions()) for entry in additions().entries().values()]
    found: dict[str, list[Lot]] = {}
    for entry, store in own:
        if entry["couche"] in known:
            found.setdefault(entry["couche"], []).append(Lot.of(entry, store, known[entry["couche"]]))
    return found


if __name__ == "__main__":
    main()
