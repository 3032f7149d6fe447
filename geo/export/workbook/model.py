"""What a workbook is made of, before any of it is written: values that fit cells, columns, sheets, lines."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from geo import text
from geo.sources.files.tables import ILLEGAL

Kind = Literal["texte", "long", "liste", "entier", "code", "nombre", "montant", "degres", "date"]
"""``long`` wraps; ``liste`` is clipped; ``code`` is an integer that nobody adds up."""
Value = str | float | date | None
"""What a cell holds; None is nothing."""

LONGEST = 32_767
"""Characters of a cell, in units of UTF-16."""
LONGEST_NAME = 31
"""The same of the name of a sheet."""
CUT = " […]"
_FIRST = date(1900, 3, 1)
"""Before it, spreadsheets do not agree on how days are numbered."""
JOINT = " ; "
KINDS: dict[Kind, str] = {
    "texte": "texte",
    "long": "texte",
    "liste": "textes séparés par « ; »",
    "entier": "nombre entier",
    "code": "nombre entier",
    "nombre": "nombre",
    "montant": "nombre",
    "degres": "nombre",
    "date": "date, ou texte si la source ne dit qu’un mois ou une année",
}
"""Kinds in words."""
NUMBERS: tuple[Kind, ...] = ("entier", "code", "nombre", "montant", "degres")


@dataclass(frozen=True, slots=True)
class Head:
    """A column of a sheet: what it is called, what it holds; `printed` whether paper shows it."""

    key: str
    titre: str
    kind: Kind
    comment: str
    unit: str = ""
    printed: bool = True

    @property
    def shown(self) -> str:
        """Its title with its unit: ``Surface (ha)``."""
        return f"{self.titre} ({self.unit})" if self.unit else self.titre


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table of one sheet; those of layers share the explanation of their columns (`common`)."""

    name: str
    titre: str
    resume: str
    sources: str
    colour: str
    heads: tuple[Head, ...]
    rows: tuple[tuple[Value, ...], ...]
    common: frozenset[str] = frozenset()
    """Keys of the columns that are explained once, for all layers."""


@dataclass(frozen=True, slots=True)
class Link:
    """A text that leads somewhere: to a sheet (``internal:``) or to an address that is known to be safe."""

    text: str
    target: str


Style = Literal["titre", "sous-titre", "rubrique", "texte", "entete", "ligne", "vide"]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page that is read rather than computed with."""

    style: Style
    cells: tuple[Value | Link, ...] = ()


@dataclass
class Tidy:
    """Makes values fit cells, and remembers what it had to change."""

    notes: list[str] = field(default_factory=list)

    def value(self, value: Any, kind: Kind, where: str) -> Value:
        """Return a value as a cell of its kind takes it."""
        if value is None or value == "":
            return None
        if isinstance(value, bool):
            return "oui" if value else "non"
        if isinstance(value, int | float):
            return self._number(value)
        if kind == "date":
            return whole_day(str(value)) or self.text(_written_date(str(value)), where)
        if isinstance(value, list | tuple):
            return self.text(JOINT.join(map(str, value)), where) or None
        return self.text(str(value), where)

    def text(self, value: str, where: str) -> str:
        """Return a text that a cell can hold, as it is wherever it can."""
        plain = re.sub(r"\r\n?", "\n", value)
        legal = ILLEGAL.sub("\ufffd", plain)
        if legal != plain:
            self.notes.append(f"{where} : caractères illisibles remplacés par « \ufffd ».")
        units = legal.encode("utf-16-le")
        if len(units) <= 2 * LONGEST:
            return legal
        many = text.number(len(legal))
        self.notes.append(f"{where} : texte de {many} caractères, coupé à la longueur d’une cellule.")
        return units[: 2 * (LONGEST - len(CUT))].decode("utf-16-le", "ignore") + CUT

    @staticmethod
    def _number(value: float) -> Value:
        return value if math.isfinite(value) else None


def whole_day(iso: str) -> date | None:
    """Return the day that a text says, if it says a whole one that a spreadsheet can count from."""
    if len(iso) != 10 or not text.is_partial_date(iso):
        return None
    day = date.fromisoformat(iso)
    return day if day > _FIRST else None


def _written_date(iso: str) -> str:
    return text.partial_date(iso) if text.is_partial_date(iso) else iso


def sheet_names(titles: Iterable[str], taken: Iterable[str] = ()) -> Iterator[str]:
    """Yield the names of sheets: valid, and each of its own whatever the case.

    >>> list(sheet_names(["a/b", "A:B", "'Histoire'", ""]))
    ['a b', 'A B (2)', 'Histoire', 'Feuille']
    >>> list(sheet_names(["Énergie et transition écologique"]))
    ['Énergie et transition…']
    """
    used = {"history", "historique", *map(str.casefold, taken)}
    for title in titles:
        plain = "".join(c for c in ILLEGAL.sub(" ", title) if unicodedata.category(c) not in ("Cc", "Cf"))
        stem = " ".join(re.sub(r"[\[\]:*?/\\]", " ", plain).split()).strip("' ") or "Feuille"
        name, number = _cut_name(stem, ""), 1
        while name.casefold() in used:
            number += 1
            name = _cut_name(stem, f" ({number})")
        used.add(name.casefold())
        yield name


def _cut_name(stem: str, end: str) -> str:
    """Return a name that fits, cut after a word where it is too long."""
    room = LONGEST_NAME - len(end)
    if len(stem.encode("utf-16-le")) <= 2 * room:
        return stem + end
    cut = stem.encode("utf-16-le")[: 2 * (room - 1)].decode("utf-16-le", "ignore")
    whole = cut.rpartition(" ")[0]
    return (whole if 2 * len(whole) > room else cut).rstrip("' ,;") + "…" + end


def unique(heads: Iterable[Head]) -> Iterator[Head]:
    """Yield columns whose titles are each of its own: of two alike, the second has its key too."""
    seen: set[str] = set()
    for head in heads:
        own = Head(
            head.key,
            head.titre if head.shown.casefold() not in seen else f"{head.titre} [{head.key}]",
            head.kind,
            head.comment,
            head.unit,
            head.printed,
        )
        seen.add(own.shown.casefold())
        yield own
