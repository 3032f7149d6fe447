"""What the reading process hands back: rows and shapes in files, counted and bounded as they come."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from geo.errors import DataError
from geo.sources.files.inside.datasets import Dataset
from geo.sources.files.limits import Limits

Row = Sequence[Any]

_PLAIN = frozenset({int, bool, type(None)})
_SURROGATE = re.compile(r"\\ud[89a-f]")


def plain(value: object) -> Any:
    """Return a cell as text, number, boolean or None, and nothing else.

    Dates become ISO texts, lists and objects JSON texts; empty texts and NaN are missing values;
    bytes are left out.
    """
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return value or None
    if isinstance(value, float | Decimal):
        return None if math.isnan(value) else float(value)
    return _unusual(value)


def _unusual(value: object) -> str | None:
    if isinstance(value, datetime):
        return value.isoformat().removesuffix("T00:00:00")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, list | tuple | dict):
        return json.dumps(value, ensure_ascii=False, default=plain)
    return str(value) if isinstance(value, timedelta) else None


def whole(text: Any) -> Any:
    """Return a text without the halves of surrogate pairs that JSON can write, and no file can."""
    return text.encode("utf-8", "replace").decode() if isinstance(text, str) else text


@dataclass
class Tally:
    """What was found in the geometries of a layer so far.

    Attributes
    ----------
    vertices : int
        Vertices read.
    flattened : int
        Geometries whose Z or M was dropped.
    closed : list of int
        Ranks, from 1, of the rows whose rings were not closed.
    curved : int
        Geometries whose arcs were made lines.
    """

    vertices: int = 0
    flattened: int = 0
    closed: list[int] = field(default_factory=list)
    curved: int = 0

    def notes(self) -> list[str]:
        """Return what a user has to know of it, in French."""
        found = []
        if self.flattened:
            found.append(f"altitudes ou mesures (Z, M) laissées : {self.flattened} formes")
        if self.closed:
            rows = ", ".join(map(str, self.closed[:10])) + (", …" if len(self.closed) > 10 else "")
            found.append(f"contours non fermés, fermés à la lecture : {len(self.closed)} (lignes {rows})")
        if self.curved:
            found.append(f"arcs de cercle approchés par des segments : {self.curved} formes")
        return found


@dataclass(eq=False)
class Layer:
    """One layer on its way back.

    Parameters
    ----------
    data : Dataset
        Where it comes from.
    name : str
        Its name.
    path : pathlib.Path
        Where its rows go; its shapes stand beside.
    limits : Limits
        Rows, columns, texts and vertices that it may have.
    count_only : bool
        Whether rows are counted and not handed back.

    Attributes
    ----------
    driver, crs, crs_how, encoding, notes, unreadable
        As `RawLayer` has them; the CRS as a text that pyproj understands.
    columns, unnamed : list of str
        Names of the columns, and those of them that were given here.
    kinds : list of str
        Of each column, ``entier``, ``nombre`` or ``texte``, where all cells are handed back as texts.
    rows : int
        Rows so far.
    types : set of str
        Kinds of the geometries so far.
    tally : Tally
        What was found in them.
    """

    data: Dataset
    name: str
    path: Path
    limits: Limits
    count_only: bool = False
    driver: str = ""
    columns: list[str] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    unnamed: list[str] = field(default_factory=list)
    crs: str = ""
    crs_how: str = ""
    encoding: str = ""
    notes: list[str] = field(default_factory=list)
    unreadable: dict[int, str] = field(default_factory=dict)
    rows: int = 0
    types: set[str] = field(default_factory=set)
    tally: Tally = field(default_factory=Tally)

    @property
    def where(self) -> str:
        """Place of the layer in an error."""
        inner = self.name not in {self.data.stem, ""}
        return f"{self.data.where}, couche {self.name}" if inner else self.data.where

    @property
    def full_name(self) -> str:
        """Name of the layer with those of its folder and file, which tell it from its namesakes."""
        stem = "" if self.name == self.data.stem else self.data.stem
        return "/".join(part for part in (self.data.folder, stem, self.name) if part)

    def set_columns(self, names: Iterable[str]) -> None:
        """Name the columns, or add to them.

        Raises
        ------
        DataError
            If they are too many.
        """
        self.columns = [whole(name) for name in names]
        if len(self.columns) > self.limits.columns:
            raise DataError(
                f"{len(self.columns)} colonnes, la limite est de {self.limits.columns}",
                where=self.where,
                advice="Vérifiez le séparateur, ou ne gardez que les colonnes utiles.",
            )

    def add(self, rows: Sequence[Row], wkbs: Sequence[bytes | None] | None = None) -> None:
        """Take the next rows, in the order of the columns, and their geometries as WKB.

        Raises
        ------
        DataError
            If a limit is passed.
        """
        first = self.rows + 1
        self.rows += len(rows)
        if self.rows > self.limits.rows:
            raise DataError(
                f"plus de {self.limits.rows} lignes",
                where=self.where,
                advice="Découpez le fichier autour du territoire étudié.",
            )
        cells = [[value if type(value) in _PLAIN else plain(value) for value in row] for row in rows]
        told = json.dumps(cells)
        if len(told) > self.limits.text_chars:
            self._refuse_long_texts(cells, first)
        if _SURROGATE.search(told):
            told = json.dumps([list(map(whole, row)) for row in cells])
        if not self.count_only:
            shapes = wkbs or [None] * len(rows)
            sizes = json.dumps([None if wkb is None else len(wkb) for wkb in shapes])
            with self.path.open("a", encoding="utf-8") as stream:
                stream.write(f"[{told}, {sizes}]\n")
            with self.path.with_suffix(".wkb").open("ab") as blobs:
                blobs.writelines(wkb for wkb in shapes if wkb is not None)

    def _refuse_long_texts(self, rows: list[list[Any]], first: int) -> None:
        limit = self.limits.text_chars
        for place, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, str) and len(value) > limit:
                    raise DataError(
                        f"un texte de {len(value)} caractères, la limite est de {limit}",
                        where=f"{self.where}, ligne {first + place}, champ « {self.columns[column]} »",
                        advice="Ôtez ce champ, ou raccourcissez-le.",
                    )

    def told(self) -> dict[str, Any]:
        """Return all but the rows and shapes, as JSON can write it."""
        return {
            "file": self.path.name,
            "origin": self.data.origin,
            "name": self.name,
            "driver": self.driver or self.data.kind,
            "columns": self.columns,
            "kinds": self.kinds,
            "unnamed": self.unnamed,
            "crs": self.crs,
            "crs_how": self.crs_how,
            "encoding": self.encoding,
            "notes": [*self.notes, *self.tally.notes()],
            "unreadable": self.unreadable,
            "rows": self.rows,
            "geometry": _one_of(self.types),
        }


def _one_of(types: set[str]) -> str:
    if len(types) == 1:
        return next(iter(types))
    return "variable" if types else "aucune"
