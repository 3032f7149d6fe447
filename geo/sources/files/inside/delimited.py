"""CSV: its encoding, separator and header are found; its cells stay as they are written."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice

from geo.errors import DataError
from geo.sources.files.inside.datasets import Dataset
from geo.sources.files.inside.grids import Grid
from geo.sources.files.inside.handback import Layer
from geo.sources.files.inside.texts import bounded_lines, encoding_of, opened

_DELIMITERS = ";\t,|"
_SNIFFED_LINES = 100
_INTEGER = re.compile(r"-?(?:0|[1-9]\d{0,14})", re.ASCII)
"""Without leading zeros: postcodes, INSEE codes and telephones are texts."""
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d+(?:[eE][-+]?\d{1,3})?)?", re.ASCII)


def read(data: Dataset, layer: Layer, asked: str) -> None:
    """Read a CSV file into a layer.

    Parameters
    ----------
    data : Dataset
        The file; its first row that is not empty names the columns.
    layer : Layer
        Where it goes; `Layer.kinds` tells the columns whose cells are all ``entier`` or ``nombre``.
    asked : str
        Encoding that the user gave, empty to find it.

    Raises
    ------
    DataError
        If it is no table of text, or a limit is passed.
    """
    layer.encoding, note = encoding_of(data, asked)
    layer.notes.extend([note] if note else [])
    csv.field_size_limit(layer.limits.text_chars)
    delimiter = _delimiter(data, layer)
    with opened(data, layer.encoding) as stream:
        grid = Grid(layer, _records(bounded_lines(stream, _longest(layer), data), delimiter, data))
        layer.kinds = ["entier"] * len(layer.columns)
        for batch in grid.batches():
            _narrow(layer.kinds, batch)
            layer.add(batch)
    if len(layer.columns) <= 1 and not layer.rows:
        raise data.unreadable("une seule cellule : ce n'est pas un tableau")


def _longest(layer: Layer) -> int:
    """Return how many characters a line may have."""
    return 4 * layer.limits.text_chars


def _records(lines: Iterable[str], delimiter: str, data: Dataset) -> Iterator[list[str]]:
    reader = csv.reader(lines, delimiter=delimiter)
    try:
        yield from reader
    except csv.Error:
        raise DataError(
            "une cellule trop longue, ou un guillemet qui n'est pas fermé",
            where=f"{data.where}, ligne {reader.line_num}",
            advice="Corrigez cette ligne, ou enregistrez le tableau en XLSX.",
        ) from None


def _delimiter(data: Dataset, layer: Layer) -> str:
    """Return the separator that cuts most of the first rows in as many cells as the widest of them."""
    with opened(data, layer.encoding) as stream:
        sample = list(islice(bounded_lines(stream, _longest(layer), data), _SNIFFED_LINES))

    def score(delimiter: str) -> tuple[float, int]:
        widths = Counter(len(row) for row in _records(sample, delimiter, data) if row)
        width, rows = max(widths.items(), key=lambda item: (item[1], item[0]), default=(1, 0))
        return (0.0, 0) if width < 2 else (round(rows / widths.total(), 1), width)

    return max(_DELIMITERS, key=score)


def _narrow(kinds: list[str], rows: list[list[str | None]]) -> None:
    """Bring the kinds of the columns down to what the cells of these rows allow."""
    for place, kind in enumerate(kinds):
        if kind == "texte":
            continue
        cells = {cell for row in rows if (cell := row[place])}
        if kind == "entier" and all(map(_INTEGER.fullmatch, cells)):
            continue
        kinds[place] = "nombre" if all(map(_NUMBER.fullmatch, cells)) else "texte"
