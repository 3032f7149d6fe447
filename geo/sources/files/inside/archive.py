"""Archives: what they announce is judged before a byte is unpacked, and unpacked under names of ours."""

from __future__ import annotations

import re
import stat
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from geo.errors import DataError
from geo.sources.files.formats import COMPANIONS, FORMATS
from geo.sources.files.gate import size
from geo.sources.files.inside.datasets import STAGED, Dataset, refuse_impostors, unpacked
from geo.sources.files.limits import Limits

_NESTED = {".zip", ".shz", ".kmz", ".7z", ".rar", ".gz", ".tgz", ".tar", ".bz2", ".xz", ".zst"}
_ASIDE = {".xml", ".txt", ".json"}
"""Suffixes that in an archive are those of notices and metadata; read if there is nothing else."""
_ADVICE = "Décompressez l'archive vous-même, vérifiez ce qu'elle contient, et donnez le fichier voulu."
_BLOCK = 1 << 20


@contextmanager
def opened(data: Dataset, limits: Limits) -> Iterator[tuple[ZipFile, dict[str, ZipInfo]]]:
    """Open an archive whose members are all harmless.

    Yields
    ------
    tuple of zipfile.ZipFile and dict of str to zipfile.ZipInfo
        The archive, and its files by name, with ``/`` between folders.

    Raises
    ------
    DataError
        If it is damaged, encrypted, a bomb, or has members that are links, lie outside it, or
        have the same name.
    """
    try:
        with ZipFile(data.path) as archive:
            yield archive, _members(archive, data, limits)
    except (BadZipFile, EOFError, NotImplementedError, UnicodeDecodeError, zlib.error):
        advice = "Téléchargez-la à nouveau, ou refaites-la en ZIP ordinaire."
        raise data.unreadable("archive abîmée", advice=advice) from None


def _members(archive: ZipFile, data: Dataset, limits: Limits) -> dict[str, ZipInfo]:
    listed = archive.infolist()
    if len(listed) > limits.members:
        raise _refused(data, f"{len(listed)} fichiers, la limite est de {limits.members}")
    found: dict[str, ZipInfo] = {}
    seen: set[str] = set()
    for info in listed:
        name = _name(info)
        fault = _fault(info, name, limits)
        if fault:
            raise _refused(data, f"« {name[:100]} » : {fault}")
        if name.rstrip("/").casefold() in seen:
            raise _refused(data, f"« {name[:100]} » y figure deux fois")
        seen.add(name.rstrip("/").casefold())
        if not name.endswith("/"):
            found[name] = info
    total = sum(info.file_size for info in listed)
    packed = data.path.stat().st_size
    if total > limits.unzipped_bytes or _is_bomb(total, packed, limits):
        raise _refused(data, _bomb(total, packed))
    return found


def _is_bomb(unpacked_bytes: int, packed_bytes: int, limits: Limits) -> bool:
    return unpacked_bytes > max(limits.ratio_from_bytes, limits.ratio * packed_bytes)


def _bomb(unpacked_bytes: int, packed_bytes: int) -> str:
    return f"{size(packed_bytes)} qui se déploient en {size(unpacked_bytes)} : bombe de décompression"


def _name(info: ZipInfo) -> str:
    """Return the name of a member; without its own mark it is UTF-8, else what DOS wrote in France."""
    name = info.filename
    if not info.flag_bits & 0x800:
        raw = name.encode("cp437")
        try:
            name = raw.decode("utf-8")
        except UnicodeDecodeError:
            name = raw.decode("cp850")
    return name.replace("\\", "/")


def _fault(info: ZipInfo, name: str, limits: Limits) -> str:
    kind = stat.S_IFMT(info.external_attr >> 16)
    parts = PurePosixPath(name).parts
    if not parts or name.startswith("/") or re.match(r"[A-Za-z]:", name) or ".." in parts:
        return "son chemin sort de l'archive"
    if kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
        return "c'est un lien, pas un fichier"
    if info.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
        return "compressé d'une façon qui n'est pas lue"
    if info.flag_bits & 1:
        return "chiffré par un mot de passe"
    if _is_bomb(info.file_size, info.compress_size, limits):
        return _bomb(info.file_size, info.compress_size)
    return ""


def _refused(data: Dataset, reason: str) -> DataError:
    return DataError(f"archive refusée : {reason}", where=data.where, advice=_ADVICE)


def contents(data: Dataset, work: Path, limits: Limits) -> tuple[list[Dataset], list[str]]:
    """Unpack what can be read of an archive.

    Parameters
    ----------
    data : Dataset
        The archive.
    work : pathlib.Path
        The private folder.
    limits : Limits
        What the archive may hold.

    Returns
    -------
    tuple of list of Dataset and list of str
        What it holds, in the order of its names; and the names of the files that are left.

    Raises
    ------
    DataError
        If the archive is refused, holds another, or nothing that is read.
    """
    with opened(data, limits) as (archive, members):
        named = {name: info for name, info in members.items() if not _is_litter(name)}
        inner = [name for name in named if PurePosixPath(name).suffix.lower() in _NESTED]
        virtual = [name for name in named if name.lower().endswith(".vrt")]
        if inner:
            raise _refused(data, f"elle contient une autre archive, « {inner[0][:100]} »")
        if virtual:
            raise _refused(data, f"elle contient un fichier virtuel de GDAL, « {virtual[0][:100]} »")
        groups = _groups(list(named), kmz=data.kind == "KMZ")
        if not groups:
            raise data.unreadable(f"rien de lisible dans cette archive ({_some(list(named)) or 'vide'})")
        found = []
        for number, (main, files) in enumerate(groups.items(), start=1):
            folder = work / f"unpacked-{number}"
            folder.mkdir()
            found.append(unpacked(_unpack(archive, named, main, files, folder), data, main))
        left = set(named) - {name for files in groups.values() for name in files}
    for item in found:
        refuse_impostors(item)
    return found, sorted(left)


def _is_litter(name: str) -> bool:
    """Tell whether a member is what systems leave in archives, and nobody wants to read."""
    parts = PurePosixPath(name).parts
    return (
        "__MACOSX" in parts or parts[-1].startswith(".") or parts[-1].lower() in {"thumbs.db", "desktop.ini"}
    )


def _groups(names: list[str], *, kmz: bool) -> dict[str, list[str]]:
    """Return the main name of each thing to read, to the names of all its files."""
    if kmz:
        return {name: [name] for name in sorted(names) if name.lower().endswith(".kml")}
    bases: dict[str, list[str]] = {}
    for name in names:
        bases.setdefault(_base(name), []).append(name)
    groups: dict[str, list[str]] = {}
    taken: set[str] = set()
    for name in sorted(names):
        folder = str(PurePosixPath(name).parent)
        if folder.lower().endswith(".gdb"):
            groups.setdefault(folder, []).append(name)
            taken.add(name)
    for suffix, ends in COMPANIONS.items():
        for name in sorted(names):
            if PurePosixPath(name).suffix.lower() == suffix and name not in taken:
                groups[name] = [
                    name,
                    *(other for other in bases[_base(name)] if _suffix(other, name) in ends),
                ]
                taken.update(groups[name])
    alone = {name for name in names if name not in taken and PurePosixPath(name).suffix.lower() in FORMATS}
    plain = {name for name in alone if PurePosixPath(name).suffix.lower() not in _ASIDE}
    groups |= {name: [name] for name in plain or ({} if groups else alone)}
    return dict(sorted(groups.items()))


def _base(name: str) -> str:
    """Return a name without its suffixes, folded, so that ``A.SHP`` and ``a.dbf`` go together."""
    folder, _, last = name.rpartition("/")
    return f"{folder}/{last.partition('.')[0]}".casefold()


def _suffix(name: str, main: str) -> str:
    """Return the suffix of a file that goes with another, empty if it does not have its stem."""
    stem = main.removesuffix(PurePosixPath(main).suffix)
    return name[len(stem) :].lower() if name.casefold().startswith(stem.casefold()) else ""


def _unpack(
    archive: ZipFile, members: dict[str, ZipInfo], main: str, names: list[str], folder: Path
) -> dict[str, Path]:
    """Write the files of a group under a stem of ours; those of a geodatabase in a folder."""
    if main not in members:
        target = folder / f"{STAGED}.gdb"
        target.mkdir()
        for name in names:
            _write(archive, members[name], target / PurePosixPath(name).name)
        return {main: target}
    paths = {}
    for name in names:
        suffix = PurePosixPath(main).suffix.lower() if name == main else _suffix(name, main)
        paths[name] = folder / f"{STAGED}{suffix}"
        _write(archive, members[name], paths[name])
    return paths


def _write(archive: ZipFile, info: ZipInfo, target: Path) -> None:
    with archive.open(info) as source, target.open("xb") as stream:
        while block := source.read(_BLOCK):
            stream.write(block)


def _some(names: list[str]) -> str:
    return ", ".join(names[:5]) + (", …" if len(names) > 5 else "")


def left_note(names: list[str]) -> str:
    """Tell the files of an archive that are not read; empty if there is none."""
    return f"fichiers laissés dans l'archive : {_some(names)}" if names else ""
