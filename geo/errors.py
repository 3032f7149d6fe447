"""The errors that reach a user: what is wrong, where, and what to do, in French."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable


class ErbmError(Exception):
    """Something that the user, not the programmer, has to mend.

    Parameters
    ----------
    message : str
        What is wrong, in French, one sentence.
    where : str, optional
        File, layer, row and field, as far as they are known.
    advice : str, optional
        What to do about it, in French.

    Attributes
    ----------
    exit_code : int
        What the command returns: 1, the work failed.
    """

    exit_code = 1

    def __init__(self, message: str, *, where: str = "", advice: str = "") -> None:
        self.message = message
        self.where = where
        self.advice = advice
        super().__init__(str(self))

    def __str__(self) -> str:
        """Join the parts in reading order: where, what, advice."""
        head = f"{self.where} : {self.message}" if self.where else self.message
        return f"{head}\n{self.advice}" if self.advice else head


class UsageError(ErbmError):
    """The question itself is wrong (an unknown name, a bad expression): exit code 2."""

    exit_code = 2


class DataError(ErbmError):
    """A file that is read does not hold what it should: exit code 1."""

    @classmethod
    def collect(cls, problems: Iterable[str], *, where: str, advice: str = "") -> DataError:
        """Make one error of many problems, so that they are all seen at once."""
        lines = list(problems)
        text = lines[0] if len(lines) == 1 else f"{len(lines)} anomalies\n  - " + "\n  - ".join(lines)
        return cls(text, where=where, advice=advice)


_OS_ERRORS = {
    errno.EACCES: "accès refusé",
    errno.EPERM: "accès refusé",
    errno.EROFS: "le disque est en lecture seule",
    errno.ENOSPC: "il n'y a plus de place sur le disque",
    errno.EDQUOT: "il n'y a plus de place pour vous sur le disque",
    errno.EFBIG: "le fichier est trop grand",
    errno.EIO: "le disque répond mal",
    errno.ENOENT: "fichier ou dossier introuvable",
    errno.EISDIR: "c'est un dossier",
    errno.ENOTDIR: "ce n'est pas un dossier",
    errno.EEXIST: "un fichier a déjà ce nom",
    errno.ENAMETOOLONG: "le nom est trop long",
}


def os_reason(error: OSError) -> str:
    """Return why the system refused, in French as far as it is known."""
    return _OS_ERRORS.get(error.errno or 0, os.strerror(error.errno) if error.errno else str(error))
