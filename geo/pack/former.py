"""What stood in the folder of a pack before: what its reader changed or put there is never lost."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Collection, Iterator
from pathlib import Path

from geo.errors import ErbmError
from geo.export.manifest import MANIFEST, README, sum_of


def check_unchanged(folder: Path, names: Collection[str]) -> None:
    """Refuse to replace files that are no longer as a pack left them.

    Parameters
    ----------
    folder : pathlib.Path
        Of a pack, or anything else, or nothing yet.
    names : collection of str
        The files that are to be written.

    Raises
    ------
    ErbmError
        If one of them was changed since, or was never of a pack; it names them all.
    """
    made = _made(folder)
    changed = [name for name in sorted(names) if _differs(folder / name, made.get(name, ""))]
    if changed:
        raise ErbmError(
            f"fichiers modifiés depuis qu'ils ont été faits : {', '.join(changed)}",
            where=str(folder),
            advice="Rien n'a été remplacé. Renommez-les, ou choisissez un autre dossier, avec --out.",
        )


def keep(folder: Path, fresh: Path, *, others: bool) -> set[str]:
    """Bring what stood in a folder to the one that takes its place; return the names.

    Parameters
    ----------
    folder : pathlib.Path
        The one that stands.
    fresh : pathlib.Path
        The one that takes its place, with its own documents: these are not touched.
    others : bool
        Whether documents of the former pack come too, that are as it left them; what a reader put
        or changed there always does.

    Raises
    ------
    OSError
        If a file cannot be copied.
    """
    made, kept = _made(folder), set()
    for path in _files(folder):
        name = path.relative_to(folder).as_posix()
        target = fresh / name
        if target.exists() or name in (README, MANIFEST):
            continue
        if others or _differs(path, made.get(name, "")):
            target.parent.mkdir(parents=True, exist_ok=True)
            _bring(path, target)
            kept.add(name)
    return kept


def _made(folder: Path) -> dict[str, str]:
    """Return the sums of the files as the manifest of a folder tells them; of none if it has none."""
    try:
        told = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return {str(one["nom"]): str(one["sha256"]) for one in told["fichiers"]}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _differs(path: Path, known: str) -> bool:
    return path.is_file() and sum_of(path) != known


def _files(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from (path for path in sorted(folder.rglob("*")) if path.is_file() or path.is_symlink())


def _bring(path: Path, target: Path) -> None:
    """Link a file where that can be done, as it is the same one; copy it elsewhere."""
    try:
        os.link(path, target, follow_symlinks=False)
    except OSError:
        shutil.copy2(path, target, follow_symlinks=False)
