"""What is done with a file before GDAL opens it: its format's own checks."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from geo.sources.files.inside import database, markup, shapefile
from geo.sources.files.inside.datasets import Dataset
from geo.sources.files.inside.json_text import depth
from geo.sources.files.inside.texts import encoding_of, known_encoding, opened
from geo.sources.files.limits import MIB, Limits

_MAPINFO_ADVICE = "Donnez ensemble les fichiers .tab, .dat, .map et .id (ou .mif et .mid), ou zippez-les."
_NATIVE = re.compile(rb"^\s*type\s+(?:native|dbf)\b", re.IGNORECASE | re.MULTILINE)
_REFERRING = re.compile(rb'create\s+view|open\s+table|isseamless|\bfile\s+"', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Source:
    """A file that GDAL may open.

    Parameters
    ----------
    data : Dataset
        The file as its user knows it.
    path : pathlib.Path
        What is opened.
    kind : str
        Its format, one of the values of `formats.FORMATS`.
    tables : tuple of str
        Its layers, where they are known already.
    encoding : str
        Of its texts, where its format has a choice.
    options : dict
        For `pyogrio.open_arrow`.
    notes : tuple of str
        What was found, in French.
    """

    data: Dataset
    path: Path
    kind: str
    tables: tuple[str, ...] = ()
    encoding: str = ""
    options: dict[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def prepared(data: Dataset, asked: str, limits: Limits) -> Source:
    """Check a file, and say how GDAL is to open it.

    Parameters
    ----------
    data : Dataset
        The file.
    asked : str
        The encoding that the user gave, empty to find it.
    limits : Limits
        What it may hold.

    Raises
    ------
    DataError
        If it is refused.
    UsageError
        If the encoding does not exist.
    """
    prepare = _PREPARED.get(data.kind)
    return prepare(data, asked, limits) if prepare else Source(data, data.path, data.kind)


def _shapefile(data: Dataset, asked: str, limits: Limits) -> Source:
    notes = shapefile.examine(data, limits)
    table = data.companion(".dbf")
    return (
        _with_texts(data, table, asked, notes)
        if table
        else Source(data, data.path, data.kind, notes=tuple(notes))
    )


def _table(data: Dataset, asked: str, _limits: Limits) -> Source:
    shapefile.refuse_short_table(data, data.path)
    return _with_texts(data, data.path, asked, [])


def _with_texts(data: Dataset, table: Path, asked: str, notes: list[str]) -> Source:
    encoding, note = shapefile.encoding_of(data, table, asked)
    told = (*notes, note) if note else tuple(notes)
    return Source(data, data.path, data.kind, encoding=encoding, options={"encoding": encoding}, notes=told)


def _geopackage(data: Dataset, _asked: str, limits: Limits) -> Source:
    path, notes = database.settled(data)
    tables = database.examine(data, path, limits)
    return Source(data, path, data.kind, tables=tuple(tables), notes=tuple(notes))


def _xml(data: Dataset, _asked: str, limits: Limits) -> Source:
    kind, notes = markup.examine(data, limits)
    return Source(data, data.path, kind, notes=tuple(notes))


def _topojson(data: Dataset, asked: str, limits: Limits) -> Source:
    encoding, _ = encoding_of(data, asked)
    with opened(data, encoding) as stream:
        if depth(stream, limits.nesting) > limits.nesting:
            raise data.unreadable(f"plus de {limits.nesting} niveaux imbriqués")
    return Source(data, data.path, data.kind)


def _mapinfo(data: Dataset, asked: str, _limits: Limits) -> Source:
    native = data.path.suffix == ".tab"
    with data.path.open("rb") as stream:
        head = stream.read(MIB)
    if native and (_REFERRING.search(head) or not _NATIVE.search(head)):
        raise data.unreadable("cette table MapInfo renvoie à d'autres fichiers, ou n'en est pas une")
    wanted = (".dat", ".dbf") if native else (".mid",)
    if not any(data.companion(suffix) for suffix in wanted):
        raise data.unreadable(f"il manque le fichier des attributs ({wanted[0]})", advice=_MAPINFO_ADVICE)
    if not asked:
        return Source(data, data.path, data.kind)
    encoding = known_encoding(asked, data.where)
    return Source(
        data, data.path, data.kind, encoding=encoding, options={"encoding": encoding} if asked else {}
    )


_PREPARED: dict[str, Callable[[Dataset, str, Limits], Source]] = {
    "Shapefile": _shapefile,
    "DBF": _table,
    "GeoPackage": _geopackage,
    "KML": _xml,
    "GPX": _xml,
    "GML": _xml,
    "TopoJSON": _topojson,
    "MapInfo": _mapinfo,
}
