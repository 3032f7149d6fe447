"""What CSV and spreadsheets have in common: rows of cells, one of which names the columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any

from geo.sources.files.inside.handback import Layer

_SEARCHED_ROWS = 20
_BATCH_ROWS = 2_000


class Grid:
    """Rows below a header, each brought to the width of it.

    The header is the first row that fills at least half of the cells that the fullest of the
    first rows does: a title above a table fills one.

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
        first = list(islice(self._rows, _SEARCHED_ROWS))
        fills = [sum(map(_is_filled, row)) for row in first]
        place = next((place for place, fill in enumerate(fills) if 2 * fill >= max(fills) > 0), len(first))
        above = sum(1 for fill in fills[:place] if fill)
        if above:
            layer.notes.append(f"lignes au-dessus de l'en-tête, laissées : {above}")
        self._name(first[place] if place < len(first) else [])
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
        empty = 0
        batch: list[list[Any]] = []
        width = len(self._layer.columns)
        for row in self._rows:
            if not any(map(_is_filled, row)):
                empty += bool(row)
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
        if empty:
            self._layer.notes.append(f"lignes vides, laissées : {empty}")


def _is_filled(cell: object) -> bool:
    return cell is not None and not (isinstance(cell, str) and not cell.strip())
