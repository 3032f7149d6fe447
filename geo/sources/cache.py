"""The user's cache: files converted once, that can be deleted at any time."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import platformdirs

from geo.errors import ErbmError, os_reason


def cache_dir() -> Path:
    """Return the cache folder (``ERBM_CACHE``, or the platform's own), made if need be.

    Raises
    ------
    ErbmError
        If it cannot be made.
    """
    asked = os.environ.get("ERBM_CACHE")
    folder = Path(asked) if asked else platformdirs.user_cache_path("erbm")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ErbmError(
            f"cache impossible ({os_reason(error)})",
            where=str(folder),
            advice="Donnez un dossier où vous pouvez écrire dans ERBM_CACHE.",
        ) from None
    return folder


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """Give a path to write beside `target`; it takes its place only if all went well.

    The temporary file is in the folder of `target` and keeps its suffix, so that the
    renaming is atomic and drivers that look at the suffix are content.

    Raises
    ------
    ErbmError
        If the folder cannot be written.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{target.stem}.", suffix=target.suffix, dir=target.parent)
        os.close(handle)
    except OSError as error:
        raise ErbmError(
            f"écriture impossible ({os_reason(error)})",
            where=str(target),
            advice="Choisissez un dossier où vous pouvez écrire, avec --out.",
        ) from None
    temporary = Path(name)
    try:
        yield temporary
        umask = os.umask(0)
        os.umask(umask)
        temporary.chmod(0o666 & ~umask)
        temporary.replace(target)
    except OSError as error:
        raise ErbmError(
            f"écriture impossible ({os_reason(error)})",
            where=str(target),
            advice="Le fichier d'avant est intact. Vérifiez la place et les droits.",
        ) from None
    finally:
        temporary.unlink(missing_ok=True)


def write_text(target: Path, text: str) -> None:
    """Write a UTF-8 text file beside `target`, then put it in place."""
    with replacing(target) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")
