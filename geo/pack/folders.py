"""A folder that is always whole: written beside, then put in the place of the one that was there."""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from geo.errors import ErbmError, os_reason

_AT_FDCWD = -100
_EXCHANGE = 2
_UNSUPPORTED = (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP)
_BEFORE = ".avant"


@contextmanager
def replacing_folder(target: Path) -> Iterator[Path]:
    """Give an empty folder to fill beside `target`; it takes its place only if all went well.

    On Linux the two change places in one step: whenever it is interrupted, `target` is the old
    folder whole or the new one whole. Elsewhere the old one is moved aside first, and comes back at
    the next call if the second step was not done.

    Parameters
    ----------
    target : pathlib.Path
        A folder, or nothing yet.

    Raises
    ------
    ErbmError
        If `target` is a file, or its folder cannot be written.
    """
    if target.exists() and not target.is_dir():
        raise ErbmError(
            "un fichier a déjà ce nom", where=str(target), advice="Choisissez un autre dossier, avec --out."
        )
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _recover(target)
        fresh = Path(tempfile.mkdtemp(prefix=f".{target.name}.{os.getpid()}.", dir=target.parent))
    except OSError as error:
        raise _refused(target, error) from None
    try:
        yield fresh
        umask = os.umask(0)
        os.umask(umask)
        fresh.chmod(0o777 & ~umask)
        _put(fresh, target)
    except OSError as error:
        raise _refused(target, error) from None
    finally:
        shutil.rmtree(fresh, ignore_errors=True)  # what did not become the folder, or the one before


def _refused(target: Path, error: OSError) -> ErbmError:
    return ErbmError(
        f"écriture impossible ({os_reason(error)})",
        where=str(target),
        advice="Le dossier d'avant est intact. Vérifiez la place et les droits.",
    )


def _put(fresh: Path, target: Path) -> None:
    """Put a folder in its place; what was there is left in its stead."""
    if not target.exists():
        fresh.rename(target)
    elif not _exchanged(fresh, target):
        aside = target.with_name(f".{target.name}{_BEFORE}")
        target.rename(aside)
        fresh.rename(target)
        shutil.rmtree(aside, ignore_errors=True)


def _recover(target: Path) -> None:
    """Put back a folder that was moved aside by a call that did not end, and clear what such calls left."""
    aside = target.with_name(f".{target.name}{_BEFORE}")
    if aside.is_dir() and not target.exists():
        aside.rename(target)
    for left in target.parent.glob(f".{target.name}.*.*"):
        owner = left.name.removeprefix(f".{target.name}.").partition(".")[0]
        if owner.isdecimal() and not _alive(int(owner)):
            shutil.rmtree(left, ignore_errors=True)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _exchanged(one: Path, two: Path) -> bool:
    """Make two folders change places in one step, where the system can."""
    if not sys.platform.startswith("linux"):
        return False
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    done = rename(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(two), _EXCHANGE)
    if done == 0:
        return True
    number = ctypes.get_errno()
    if number in _UNSUPPORTED:
        return False
    raise OSError(number, os.strerror(number), str(two))
