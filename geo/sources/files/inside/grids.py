"""What CSV and spreadsheets have in common: rows of cells, one of which names the columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any

from geo.sources.files.inside.handback import Layer

_SEARCHED_ROWS = 20
_BATCH_ROWS = 2_000


class Grid:
    """Rows below a header, each brought to the width of it.

    The header is the first row that is no title: a title fills its first cell alone, or less than
    half as many as rows usually do.

    Parameters
    ----------
    layer : Layer
        Its columns are named, its notes and unreadable rows added to.
    rows : iterable of sequence
        Cells, row by row.
    """

    def __init__(self, layer: Layer, rows: Iterable[Sequence[Any]]) -> None:
        self._layer = layer
        self._rows = iter(rows)
        first = [row for row in islice(self._rows, _SEARCHED_ROWS) if any(map(_is_filled, row))]
        counts = Counter(sum(map(_is_filled, row)) for row in first)
        usual = max(counts, key=lambda fill: (counts[fill], fill), default=0)
        place = next((place for place, row in enumerate(first) if not _is_title(row, usual)), 0)
        if place:
            layer.notes.append(f"lignes au-dessus de l'en-tête, laissées : {place}")
        self._name(first[place] if first else [])
        self._rows = chain(first[place + 1 :], self._rows)

    def _name(self, header: Sequence[Any]) -> None:
        width = max((place + 1 for place, cell in enumerate(header) if _is_filled(cell)), default=0)
        names: dict[str, None] = {}
        for place, cell in enumerate(header[:width], start=1):
            published = " ".join(str(cell).split()) if _is_filled(cell) else ""
            name = published or f"colonne {place}"
            while name in names:
                name = f"{name} ({place})"
            names[name] = None
            self._layer.unnamed.extend([] if published else [name])
        self._layer.set_columns(names)

    def batches(self) -> Iterator[list[list[Any]]]:
        """Yield the rows that are not empty, some thousands at a time."""
        batch: list[list[Any]] = []
        width = len(self._layer.columns)
        for row in self._rows:
            if not any(map(_is_filled, row)):
                continue
            extra = sum(map(_is_filled, row[width:]))
            batch.append([*row[:width], *[None] * (width - len(row))])
            if extra:
                rank = self._layer.rows + len(batch)
                self._layer.unreadable[rank] = f"{len(row)} cellules pour {width} colonnes"
            if len(batch) >= _BATCH_ROWS:
                yield batch
                batch = []
        if batch:
            yield batch


def _is_title(row: Sequence[Any], usual: int) -> bool:
    filled = sum(map(_is_filled, row))
    return 2 * filled < usual or (filled == 1 < usual and _is_filled(row[0]))


def _is_filled(cell: object) -> bool:
    return cell is not None and not (isinstance(cell, str) and not cell.strip())
