"""How the bytes of a text are read: as declared, as asked, or as they can be."""

from __future__ import annotations

import codecs
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from geo.errors import DataError, UsageError
from geo.sources.files.formats import READABLE
from geo.sources.files.inside.datasets import Dataset
from geo.sources.files.limits import MIB

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_FRENCH = ("cp1252", "cp850", "mac_roman")
"""What is not UTF-8 in France: Windows (a superset of ISO-8859-1), DOS, and old Macintoshes."""
_WEIGHTS = dict.fromkeys("éèêëàâçîïôùûœ", 1.0) | dict.fromkeys("ÉÈÊËÀÂÇÎÏÔÙÛŒ°²«»’“”–—…€\xa0", 0.5)
_SAMPLE_BYTES = 65_536


def known_encoding(name: str, where: str) -> str:
    """Return the name that Python knows an encoding by.

    Raises
    ------
    UsageError
        If it knows none of that name.
    """
    try:
        "".encode(name)  # fails for what Python calls a codec and is no encoding, as « zlib »
        return codecs.lookup(name).name
    except (LookupError, ValueError):
        raise UsageError(
            f"encodage « {name} » inconnu",
            where=where,
            advice="Par exemple utf-8, cp1252 (Windows) ou iso-8859-1.",
        ) from None


def decides(chunks: Iterator[bytes], encoding: str) -> bool:
    """Tell whether all bytes can be read in an encoding."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    try:
        for chunk in chunks:
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


def encoding_of(data: Dataset, asked: str) -> tuple[str, str]:
    """Return the encoding of a text file, and a note if it was guessed.

    Parameters
    ----------
    data : Dataset
        The file.
    asked : str
        The encoding that the user gave; empty to find it.

    Returns
    -------
    tuple of str
        Name of the codec, and how it was found if that is open to doubt, in French.

    Raises
    ------
    UsageError
        If the encoding that is asked for does not exist.
    DataError
        If the file cannot be read in it, or is no text.
    """
    with data.path.open("rb") as stream:
        head = stream.read(4)
    marked = next((name for mark, name in _MARKS if head.startswith(mark)), "")
    wanted = known_encoding(asked, data.where) if asked else marked
    if wanted:
        if not decides(_chunks(data, wanted), wanted):
            raise data.unreadable(
                f"son texte n'est pas en {wanted}",
                advice="Donnez l'encodage dans lequel il a été enregistré, ou enregistrez-le en UTF-8.",
            )
        return wanted, ""
    if decides(_chunks(data, "utf-8"), "utf-8"):
        return "utf-8", ""
    guess = _guess(_sample(data.path))
    return guess, f"encodage {guess} deviné : le texte n'est pas en UTF-8"


def opened(data: Dataset, encoding: str) -> TextIO:
    """Open a text file whose encoding was checked, its ends of lines untouched."""
    return data.path.open(encoding=encoding, errors="replace", newline="")


def bounded_lines(stream: TextIO, limit: int, data: Dataset) -> Iterator[str]:
    """Yield the lines of a text, none of which is read beyond `limit` characters.

    Raises
    ------
    DataError
        If a line is longer.
    """
    number = 0
    while line := stream.readline(limit + 1):
        number += 1
        if len(line) > limit:
            raise DataError(
                f"une ligne de plus de {limit} caractères",
                where=f"{data.where}, ligne {number}",
                advice="Vérifiez que c'est bien un tableau de texte, avec un retour à chaque ligne.",
            )
        yield line


def _chunks(data: Dataset, encoding: str) -> Iterator[bytes]:
    """Yield the bytes of a text, in which no encoding but those of wide letters has a NUL."""
    wide = encoding.startswith(("utf-16", "utf-32"))
    with data.path.open("rb") as stream:
        while chunk := stream.read(MIB):
            if b"\0" in chunk and not wide:
                raise data.unreadable(
                    "des octets nuls, ce n'est pas du texte",
                    advice="Enregistrez-le en UTF-8, ou dans un format lisible : " + READABLE + ".",
                )
            yield chunk


def _sample(path: Path) -> bytes:
    """Return bytes around those that are not ASCII: only they tell an encoding from another."""
    found = bytearray()
    with path.open("rb") as stream:
        while len(found) < _SAMPLE_BYTES and (line := stream.readline(_SAMPLE_BYTES)):
            if not line.isascii():
                found += line
    return bytes(found)


def _guess(sample: bytes) -> str:
    """Return the encoding in which a text looks most like French; the first of them if none does."""
    return max(_FRENCH, key=lambda name: _likeness(sample.decode(name, "replace")))


def _likeness(text: str) -> float:
    """Add up how often letters and signs are those of French; accents are rare on capitals."""
    counts = Counter(char for char in text if ord(char) >= 0x80)
    return sum(_WEIGHTS.get(char, -1.0) * count for char, count in counts.items())
