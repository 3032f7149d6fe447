"""One thing to read: a file under a name of ours in the private folder, and what its user calls it."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from geo.errors import DataError
from geo.sources.files.formats import READABLE, disagreement, format_of
from geo.sources.files.gate import companions

STAGED = "fichier-lu"
"""Stem of every file in the private folder; GDAL names after it the layers that have no name."""
_HEAD = 4_096


@dataclass(frozen=True, slots=True)
class Dataset:
    """A file and its companions, ready to be opened.

    Parameters
    ----------
    path : pathlib.Path
        Where it is opened: in the private folder, where a driver finds no other file and what it
        writes is thrown away.
    kind : str
        One of the values of `formats.FORMATS`.
    stem : str
        Name of the file for its user, without suffix.
    origin : str
        Name of the file for its user; in an archive, with the name of that.
    where : str
        Its place in an error.
    folder : str
        The folder that it has in an archive, empty elsewhere.
    """

    path: Path
    kind: str
    stem: str
    origin: str
    where: str
    folder: str = ""

    def companion(self, suffix: str) -> Path | None:
        """Return the file of the same stem that has a suffix, None if it was not given."""
        path = self.path.with_suffix(suffix)
        return path if path.exists() else None

    def of_kind(self, kind: str) -> Dataset:
        """Return the same file, known to be of another format than its suffix says."""
        return replace(self, kind=kind)

    def unreadable(self, reason: str = "", advice: str = "") -> DataError:
        """Make the error of a file that its reader cannot read."""
        told = f"fichier illisible : {reason}" if reason else "fichier illisible"
        return DataError(told, where=self.where, advice=advice or f"Donnez un fichier {READABLE}, et entier.")


def dataset(path: Path, work: Path, where: str) -> Dataset:
    """Link the user's file and its companions under the private folder.

    Parameters
    ----------
    path : pathlib.Path
        The file, absolute.
    work : pathlib.Path
        The private folder.
    where : str
        The path as the user gave it.
    """
    folder = work / "given"
    folder.mkdir()
    target = folder / f"{STAGED}{path.suffix.lower()}"
    if path.is_dir():
        target.mkdir()
        for member in path.iterdir():
            if member.is_file():
                _link(member, target / member.name)
    else:
        _link(path, target)
        for file in companions(path):
            suffix = file.name[len(path.stem) :].lower()
            _link(file, folder / f"{STAGED}{suffix}")
    return Dataset(target, format_of(path), path.stem, path.name, where)


def unpacked(files: Mapping[str, Path], archive: Dataset, name: str) -> Dataset:
    """Make the dataset of files that were taken out of an archive.

    Parameters
    ----------
    files : mapping of str to pathlib.Path
        Names in the archive, the main file first, to where they are now.
    archive : Dataset
        The archive.
    name : str
        The main name.
    """
    folder, _, base = name.rpartition("/")
    stem, _, _ = base.rpartition(".")
    path = files[name]
    return Dataset(
        path, format_of(path), stem, f"{archive.origin}/{name}", f"{archive.where}/{name}", folder=folder
    )


def _link(path: Path, target: Path) -> None:
    try:
        target.symlink_to(path)
    except OSError:  # Windows gives that right to few
        shutil.copyfile(path, target)


def refuse_impostors(data: Dataset) -> None:
    """Refuse a file whose first bytes are not those of its format.

    Raises
    ------
    DataError
        With what it is, as far as that is known.
    """
    if data.path.is_dir():
        return
    with data.path.open("rb") as stream:
        found = disagreement(data.kind, stream.read(_HEAD))
    if found:
        raise data.unreadable(
            f"son nom annonce {data.kind}, son contenu est {found}",
            advice=f"Enregistrez-le dans un format lisible : {READABLE}.",
        )
