"""Whether rows conform to a standard, and what does not, field by field."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.ingest.standards.rules import Cross, Rule, Standard
from geo.ingest.values import decimal_of, shown, text_of, tidy
from geo.text import fold

SHOWN = 20
"""Rows and examples told for one fault."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that a standard does not allow: the field, what, how many rows, the first of them."""

    field: str
    text: str
    count: int
    rows: tuple[int, ...] = ()
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Conformity:
    """How far some rows conform to a standard.

    `unknown` are the columns that it does not have: they are told, and allowed. `remarks` are
    what the check took for granted.
    """

    standard: str
    titre: str
    version: str
    rows: int
    conform_rows: int
    faults: tuple[Fault, ...] = ()
    unknown: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def conform(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults

    @property
    def share(self) -> float:
        """Conform rows, per cent; 100 where there is none."""
        return 100.0 * self.conform_rows / self.rows if self.rows else 100.0

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON can store it."""
        kept = {
            name: getattr(self, name) for name in ("standard", "titre", "version", "rows", "conform_rows")
        }
        faults = [
            {"field": f.field, "text": f.text, "count": f.count, "rows": [*f.rows], "examples": [*f.examples]}
            for f in self.faults
        ]
        return {**kept, "faults": faults, "unknown": [*self.unknown], "remarks": [*self.remarks]}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Conformity:
        """Return what `to_dict` stored."""
        faults = tuple(
            Fault(f["field"], f["text"], f["count"], tuple(f["rows"]), tuple(f["examples"]))
            for f in stored["faults"]
        )
        rest = {name: tuple(stored[name]) for name in ("unknown", "remarks")}
        return cls(**{**stored, **rest, "faults": faults})


@dataclass(slots=True)
class _Findings:
    """Faults under construction: what is wrong with a field, to the rows and how they show it."""

    size: int
    faults: list[Fault] = field(default_factory=list)
    wrong: set[int] = field(default_factory=set)
    everywhere: bool = False

    def add(self, name: str, text: str, rows: Mapping[int, str] | Iterable[int]) -> None:
        found = dict(rows) if isinstance(rows, Mapping) else dict.fromkeys(rows, "")
        told = tuple(dict.fromkeys(filter(None, found.values())))[:SHOWN]
        self.faults.append(Fault(name, text, len(found), tuple(sorted(found)[:SHOWN]), told))
        self.wrong.update(found)


def check(frame: pd.DataFrame, standard: Standard, shapes: NDArray[np.object_] | None = None) -> Conformity:
    """Tell how far some rows conform to a standard.

    Parameters
    ----------
    frame : pandas.DataFrame
        The attributes under the names of the standard, as published; the index is the number of
        each row. Texts that hold numbers, dates and truth values are read as such: CSV has no
        other way.
    standard : Standard
        What to conform to.
    shapes : numpy.ndarray, optional
        Geometries of the rows: they stand for the columns in WKT where those are absent, and a
        standard whose geometry is that of the file asks for them.
    """
    found = _Findings(len(frame))
    remarks = []
    traced = shapes is not None and bool(~shapely.is_missing(shapes).all()) if len(frame) else False
    for rule in standard.regles:
        if rule.nom in frame.columns:
            _check_field(frame[rule.nom], rule, standard, found)
        elif rule.requis and rule.genre in ("point", "surface") and traced:
            remarks.append(f"{rule.nom} : absent, la géométrie du fichier en tient lieu")
        elif rule.requis:
            found.faults.append(Fault(rule.nom, _absent(rule, frame), len(frame)))
            found.everywhere = True
    if standard.tracee and shapes is not None:
        rows = [int(row) for row in frame.index[shapely.is_missing(shapes)]]
        if rows:
            found.add("géométrie", "géométrie absente", rows)
    _check_key(frame, standard, found)
    for cross in standard.croisees:
        _check_cross(frame, cross, standard, found)
    return Conformity(
        standard=standard.id,
        titre=standard.titre,
        version=standard.version,
        rows=len(frame),
        conform_rows=0 if found.everywhere else len(frame) - len(found.wrong),
        faults=tuple(found.faults),
        unknown=tuple(str(name) for name in frame.columns if name not in standard.rules),
        remarks=tuple(remarks),
    )


def _absent(rule: Rule, frame: pd.DataFrame) -> str:
    near = [str(name) for name in frame.columns if fold(str(name)) == fold(rule.nom)]
    return "colonne obligatoire absente" + (f" (« {near[0]} » s'écrit « {rule.nom} »)" if near else "")


def _values(column: pd.Series[Any], standard: Standard) -> dict[int, Any]:
    """Return the values that are there, texts stripped, by row."""
    values: dict[int, Any] = {}
    for row, value in column.items():
        given = value.tolist() if isinstance(value, np.ndarray) else value
        if isinstance(given, str):  # the standard alone says which texts are no value
            given = None if given.strip() in standard.vides else given.strip()
        elif not isinstance(given, list):
            given = tidy(given)
        if given is not None:
            values[int(str(row))] = given
    return values


def _check_field(column: pd.Series[Any], rule: Rule, standard: Standard, found: _Findings) -> None:
    values = _values(column, standard)
    if rule.requis:
        missing = [int(str(row)) for row in column.index if row not in values]
        if missing:
            found.add(rule.nom, "valeur obligatoire absente", missing)
    wrong: dict[str, dict[int, str]] = {}
    known: dict[object, tuple[str, str]] = {}
    for row, value in values.items():
        key = (type(value), str(value))
        if key not in known:
            known[key] = _fault(value, rule)
        text, example = known[key]
        if text:
            wrong.setdefault(text, {})[row] = example
    for text, rows in wrong.items():
        found.add(rule.nom, text, rows)


def _fault(value: object, rule: Rule) -> tuple[str, str]:
    """Return what is wrong with a value and how to show it; two empty texts if nothing is."""
    if rule.genre == "textes":
        return ("", "") if _is_texts(value) else ("liste de textes attendue", shown(value))
    if rule.genre == "booleen" and isinstance(value, bool):
        return "", ""
    text = text_of(value)
    if rule.liste:
        for part in text.split("|"):
            problem = _fault_of_one(part, rule)
            if problem[0]:
                return problem
        return "", ""
    return _fault_of_one(text, rule)


def _is_texts(value: object) -> bool:
    if isinstance(value, list):
        return all(isinstance(part, str) for part in value)
    return isinstance(value, str) and value.startswith("[") and value.endswith("]")


def _fault_of_one(text: str, rule: Rule) -> tuple[str, str]:
    if rule.valeurs:
        if text in rule.valeurs:
            return "", ""
        near = _nearest(text, rule.valeurs)
        return "valeur hors de la liste", shown(text) + (f", proche de « {near} »" if near else "")
    if rule.motif:
        well = re.fullmatch(rule.motif, text, re.ASCII) is not None
        return ("", "") if well else ("écriture inattendue", shown(text))
    expected, right = _GENRES[rule.genre]
    return ("", "") if right(text) else (expected, shown(text) + _instead(text, rule))


def _nearest(text: str, values: Iterable[str]) -> str:
    """Return the allowed value meant: the same but for accents, case and signs, else the likest."""
    folded = {fold(value): value for value in values}
    near = difflib.get_close_matches(fold(text), folded, n=1, cutoff=0.6)
    return folded[near[0]] if near else ""


def _instead(text: str, rule: Rule) -> str:
    """Return how a date of the French kind, or a number with a comma, is to be written."""
    french = re.fullmatch(r"(\d{2})/(\d{2})/(\d{4})", text, re.ASCII)
    if rule.genre == "date" and french and int(french[1]) <= 31 and int(french[2]) <= 12:
        return f", à écrire « {french[3]}-{french[2]}-{french[1]} »"
    if rule.genre in ("nombre", "entier"):
        try:
            return f", à écrire « {decimal_of(text):f} »"
        except ValueError:
            return ""
    return ""


def _is_date(text: str) -> bool:
    try:
        return bool(re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII) and date.fromisoformat(text))
    except ValueError:
        return False


def _is_wkt(text: str, kinds: tuple[str, ...]) -> bool:
    with np.errstate(invalid="ignore"):  # numpy warns of what is not a number
        geometry = shapely.from_wkt(text, on_invalid="ignore")
    return geometry is not None and geometry.geom_type in kinds


def _matches(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern, re.ASCII)
    return lambda text: compiled.fullmatch(text) is not None


_URL = r"https?://[^|\s]*"
_GENRES: dict[str, tuple[str, Callable[[str], bool]]] = {
    "texte": ("texte attendu", lambda _: True),
    "entier": ("entier attendu", _matches(r"[+-]?\d+")),
    "nombre": ("nombre attendu", _matches(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")),
    "booleen": ("true ou false attendu", lambda text: text.lower() in ("true", "false")),
    "date": ("date AAAA-MM-JJ attendue", _is_date),
    "annee": ("année AAAA attendue", _matches(r"\d{4}")),
    "url": ("adresse http attendue", _matches(_URL)),
    "url ou courriel": (
        "adresse http ou courriel attendu",
        _matches(rf"{_URL}|[\w\-.]+@([\w-]+\.)+[\w-]{{2,}}"),
    ),
    "point": ("point en WKT attendu", lambda text: _is_wkt(text, ("Point",))),
    "surface": ("surface en WKT attendue", lambda text: _is_wkt(text, ("Polygon", "MultiPolygon"))),
}
"""What each kind is called, and what tells it."""


def _check_key(frame: pd.DataFrame, standard: Standard, found: _Findings) -> None:
    if standard.cle not in frame.columns:
        return
    seen: dict[str, int] = {}
    twice = {}
    for row, value in _values(frame[standard.cle], standard).items():
        first = seen.setdefault(text_of(value), row)
        if first != row:
            twice[row] = f"{shown(value)} est déjà à la ligne {first}"
    if twice:
        found.add(standard.cle, "identifiant répété", twice)


def _check_cross(frame: pd.DataFrame, cross: Cross, standard: Standard, found: _Findings) -> None:
    if not set(cross.champs) <= set(frame.columns):
        return
    first, second = (_values(frame[name], standard) for name in cross.champs)
    wrong = {}
    for row in first.keys() & second.keys():
        one, other = text_of(first[row]), text_of(second[row])
        if cross.wrong(one, other):
            wrong[row] = f"{shown(one)} et {shown(other)}"
    if wrong:
        found.add(" et ".join(cross.champs), cross.texte, dict(sorted(wrong.items())))
