"""Shapefiles before GDAL opens them: what is missing, what is cut short, and the encoding of the texts."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from geo.errors import DataError, UsageError
from geo.sources.files.inside.datasets import Dataset
from geo.sources.files.inside.shapes import too_many_vertices
from geo.sources.files.inside.texts import decides, known_encoding
from geo.sources.files.limits import MIB, Limits

_ADVICE = "Donnez ensemble les fichiers .shp, .shx, .dbf et .prj (et .cpg), ou zippez-les."
_HEADER_BYTES = 100
_LANGUAGES = {0x01: "cp437", 0x02: "cp850", 0x03: "cp1252", 0x57: "cp1252"}
"""Language drivers of dBASE to encodings; others are not met in France."""


def examine(data: Dataset, limits: Limits) -> list[str]:
    """Refuse a shapefile that lacks its index or its end, and return notes on what else it lacks.

    Raises
    ------
    DataError
        If it is truncated, has no ``.shx``, or one of its shapes is too large.
    """
    index, table = data.companion(".shx"), data.companion(".dbf")
    if index is None:
        raise data.unreadable("il manque l'index des formes (.shx)", advice=_ADVICE)
    for path in (data.path, index):
        _refuse_short(data, path)
    lengths = _lengths(index)
    if lengths.max(initial=0) > limits.shape_vertices * 32 + 1_024:
        raise too_many_vertices(limits, f"{data.where}, ligne {int(lengths.argmax()) + 1}")
    if table is None:
        return ["sans fichier .dbf : les formes sont lues, sans aucun attribut"]
    rows = refuse_short_table(data, table)
    if rows != len(lengths):
        return [f"{len(lengths)} formes dans le .shp, {rows} lignes dans le .dbf"]
    return []


def _refuse_short(data: Dataset, path: Path) -> None:
    with path.open("rb") as stream:
        header = stream.read(_HEADER_BYTES)
    expected = 2 * struct.unpack(">i", header[24:28])[0] if len(header) == _HEADER_BYTES else _HEADER_BYTES
    found = path.stat().st_size
    if found < max(expected, _HEADER_BYTES):
        raise _cut(data, path, found, expected)


def _cut(data: Dataset, path: Path, found: int, expected: int) -> DataError:
    return data.unreadable(f"le {path.suffix} est tronqué ({found} octets sur {expected})", advice=_ADVICE)


def _lengths(index: Path) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return the bytes of each shape."""
    count = (index.stat().st_size - _HEADER_BYTES) // 8
    records = np.fromfile(index, dtype=">i4", count=2 * count, offset=_HEADER_BYTES)
    return 2 * records[1::2].astype(np.int64)


def refuse_short_table(data: Dataset, table: Path) -> int:
    """Refuse a dBASE table that is cut short, and return how many rows it has.

    Raises
    ------
    DataError
        If its end is missing.
    """
    rows, start, width = _layout(table)
    found = table.stat().st_size
    if found < max(start + rows * width, 33):
        raise _cut(data, table, found, start + rows * width)
    return rows


def _layout(table: Path) -> tuple[int, int, int]:
    """Return the number of rows, where they start, and the bytes of each."""
    with table.open("rb") as stream:
        header = stream.read(32).ljust(32, b"\0")
    rows, start, width = struct.unpack("<IHH", header[4:12])
    return rows, start, width


def encoding_of(data: Dataset, table: Path, asked: str) -> tuple[str, str]:
    """Return the encoding of a dBASE table, and a note if it was not declared.

    Parameters
    ----------
    data : Dataset
        The shapefile, or the table itself.
    table : pathlib.Path
        The ``.dbf``.
    asked : str
        The encoding that the user gave; empty to find it.

    Returns
    -------
    tuple of str
        Name of the codec, and how it was found if that is open to doubt, in French.
    """
    if asked:
        return known_encoding(asked, data.where), ""
    declared = _declared(data)
    utf8 = decides(_texts(table), "utf-8")
    if declared and (utf8 or declared != "utf-8"):
        return declared, ""
    if declared:
        return "cp1252", "le .cpg annonce utf-8, le texte ne l'est pas : lu en cp1252"
    if utf8:
        return "utf-8", "" if decides(_texts(table), "ascii") else "sans .cpg : encodage utf-8 reconnu"
    with table.open("rb") as stream:
        language = stream.read(30)[29]
    guess = _LANGUAGES.get(language, "cp1252")
    return guess, f"sans .cpg : le texte n'est pas en utf-8, lu en {guess}"


def _declared(data: Dataset) -> str:
    """Return what the ``.cpg`` declares, empty if there is none or it is unknown."""
    path = data.companion(".cpg")
    if path is None:
        return ""
    with path.open("rb") as stream:
        text = stream.read(64).decode("ascii", "replace").strip().lower()
    if text.isdigit():
        text = {"65001": "utf-8", "88591": "iso-8859-1"}.get(text, f"cp{text}")
    try:
        return known_encoding(text.removeprefix("ansi ").strip(), data.where)
    except UsageError:
        return ""


def _texts(table: Path) -> Iterator[bytes]:
    """Yield the texts of a table, each as its own line; one that its width cuts loses its last letter."""
    _, start, width = _layout(table)
    with table.open("rb") as stream:
        fields = stream.read(start)[32:]
        columns = [fields[place : place + 32] for place in range(0, len(fields) - 31, 32)]
        spans = list(_spans(columns))
        per_block = max(1, MIB // max(width, 1))
        while width and (block := stream.read(width * per_block)):
            if not block.isascii():
                yield b"\n".join(_cells(block, width, spans))


def _spans(columns: list[bytes]) -> Iterator[tuple[int, int]]:
    """Yield where the texts start and end in a row; the first byte of one tells if it is deleted."""
    at = 1
    for column in columns:
        if column[11:12] == b"C":
            yield at, at + column[16]
        at += column[16]


def _cells(block: bytes, width: int, spans: list[tuple[int, int]]) -> Iterator[bytes]:
    for row in range(0, len(block) - width + 1, width):
        for start, end in spans:
            cell = block[row + start : row + end]
            if not cell.isascii():
                yield _whole_letters(cell)


def _whole_letters(cell: bytes) -> bytes:
    """Drop the first bytes of a UTF-8 letter whose rest did not fit in the cell."""
    for kept in range(len(cell), max(len(cell) - 4, 0), -1):
        last = cell[kept - 1]
        if last < 0x80:
            return cell
        if last >= 0xC0:
            need = 2 if last < 0xE0 else 3 if last < 0xF0 else 4
            return cell if len(cell) - kept + 1 >= need else cell[: kept - 1]
    return cell
