"""What is looked at before anything is opened: the path itself, and what stands at it."""

from __future__ import annotations

import errno
import os
import re
import stat
from itertools import islice
from pathlib import Path

from geo.errors import DataError, os_reason
from geo.sources.files.formats import COMPANIONS, READABLE, format_of
from geo.sources.files.limits import GIB, MIB, Limits

State = dict[Path, tuple[int, int, int, int]]
"""Device, inode, size and time of last change of each file that is read."""

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+:", re.IGNORECASE)


def size(count: float) -> str:
    """Write a number of bytes in French: ``2,5 Gio``."""
    for scale, unit in ((GIB, "Gio"), (MIB, "Mio"), (1024, "Kio")):
        if count >= scale:
            return f"{count / scale:.1f}".replace(".", ",").removesuffix(",0") + f" {unit}"
    return f"{count:.0f} octets"


def examine(path: Path, limits: Limits) -> State:
    """Refuse a path that is not an ordinary file of a known format, and return its state.

    Parameters
    ----------
    path : pathlib.Path
        As the user gave it.
    limits : Limits
        `Limits.file_bytes` bounds the file and each of its companions.

    Returns
    -------
    dict of pathlib.Path to tuple of int
        The file and those that go with it, as they are now.

    Raises
    ------
    DataError
        If it is an address, is missing, a folder, a pipe, a device, empty, too large, or of a
        format that is not read.
    """
    _refuse_addresses(path)
    folder = stat.S_ISDIR(_stat(path).st_mode)
    if folder and format_of(path) != "FileGDB":
        raise DataError("c'est un dossier", where=str(path), advice="Donnez un fichier, ou une archive .zip.")
    if not format_of(path):
        raise DataError(
            f"fichier illisible : format « {path.suffix or path.name} » inconnu",
            where=str(path),
            advice=f"Donnez un fichier {READABLE}.",
        )
    files = _members(path, limits) if folder else [path, *companions(path)]
    state = {file: _ordinary(file, limits) for file in files}
    if not folder and state[path][2] == 0:
        raise DataError("fichier vide", where=str(path), advice="Enregistrez-le ou téléchargez-le à nouveau.")
    return state


def companions(path: Path) -> list[Path]:
    """Return the files beside `path` that are read with it, whatever the case of their suffix."""
    stem = path.name.removesuffix(path.suffix)
    pairs = [(path.with_name(stem + suffix), suffix) for suffix in COMPANIONS.get(path.suffix.lower(), ())]
    names = [(lower, lower.with_name(stem + suffix.upper())) for lower, suffix in pairs]
    return [next(p for p in both if os.path.lexists(p)) for both in names if any(map(os.path.lexists, both))]


def _refuse_addresses(path: Path) -> None:
    text = str(path)
    virtual = text.replace("\\", "/").lower().startswith("/vsi")
    if virtual or (_ADDRESS.match(text) and not path.exists()):
        raise DataError(
            "c'est une adresse ou un chemin virtuel de GDAL, pas un fichier",
            where=text,
            advice="Téléchargez d'abord le fichier, puis donnez son chemin.",
        )


def _stat(path: Path) -> os.stat_result:
    try:
        return path.stat()
    except FileNotFoundError:
        raise DataError("fichier introuvable", where=str(path), advice="Vérifiez son chemin.") from None
    except ValueError:
        raise DataError("nom de fichier impossible", where=repr(str(path)), advice="Vérifiez-le.") from None
    except OSError as error:
        reason = "lien symbolique en boucle" if error.errno == errno.ELOOP else os_reason(error)
        raise DataError(
            f"fichier illisible ({reason})", where=str(path), advice="Donnez le chemin du fichier lui-même."
        ) from None


def _members(folder: Path, limits: Limits) -> list[Path]:
    """Return the files of a geodatabase, which has no folders of its own."""
    try:
        found = list(islice(folder.iterdir(), limits.members + 1))
    except OSError as error:
        raise DataError(
            f"fichier illisible ({os_reason(error)})", where=str(folder), advice="Vérifiez vos droits."
        ) from None
    if len(found) > limits.members:
        raise DataError(
            f"plus de {limits.members} fichiers dans ce dossier",
            where=str(folder),
            advice="Exportez la couche voulue en GeoPackage.",
        )
    return sorted(path for path in found if not path.is_dir())


def _ordinary(path: Path, limits: Limits) -> tuple[int, int, int, int]:
    found = _stat(path)
    if not stat.S_ISREG(found.st_mode):
        raise DataError(
            "ce n'est pas un fichier ordinaire (tube, périphérique ou dossier)",
            where=str(path),
            advice="Donnez un fichier enregistré sur le disque.",
        )
    if found.st_size > limits.file_bytes:
        raise DataError(
            f"fichier de {size(found.st_size)}, la limite est de {size(limits.file_bytes)}",
            where=str(path),
            advice="Découpez-le autour du territoire étudié, ou donnez-en une extraction.",
        )
    if not os.access(path, os.R_OK):
        raise DataError("accès refusé", where=str(path), advice="Demandez le droit de lire ce fichier.")
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def refuse_changes(path: Path, before: State) -> None:
    """Refuse what was read if a file changed, grew or vanished in the meantime.

    Raises
    ------
    DataError
        If the state of one of the files is no longer that of `before`.
    """
    for file, state in before.items():
        try:
            now = file.stat()
        except OSError:
            now = None
        if now is None or state != (now.st_dev, now.st_ino, now.st_size, now.st_mtime_ns):
            raise DataError(
                f"« {file.name} » a {'disparu' if now is None else 'changé'} pendant la lecture",
                where=str(path),
                advice="Attendez la fin de sa copie ou de son enregistrement, puis recommencez.",
            )
