"""Rows that name their commune and nothing nearer: they are put at its town hall, and it is said."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass

import pandas as pd

from geo.ingest.mapping import is_insee_column
from geo.ingest.names import CODES, COMMUNES, POSTCODES
from geo.ingest.report import Link
from geo.ingest.values import insee_of, shown, squeezed, text_of
from geo.territories import Territories
from geo.territories.naming import words
from geo.text import fold

_CEDEX = re.compile(r"^\d{5}\s+|\s+cedex(\s+\d+)?$", re.IGNORECASE)
OUTSIDE = "hors du périmètre"


@dataclass(frozen=True, slots=True)
class Places:
    """The communes that rows name: INSEE codes found, and why the others have none.

    `columns` are those that told it, in words.
    """

    columns: str
    codes: dict[int, str]
    failures: dict[int, tuple[str, str]]


def by_code(frame: pd.DataFrame, links: list[Link], basin: Territories) -> Places | None:
    """Return the communes that a column of INSEE codes tells, None if there is no such column."""
    name = _code_column(frame, links, basin)
    if name is None:
        return None
    codes: dict[int, str] = {}
    failures: dict[int, tuple[str, str]] = {}
    for row, value in frame[name].items():
        number = int(str(row))
        if value is None:
            continue
        try:
            code = insee_of(value)
        except ValueError:
            failures[number] = ("code INSEE illisible", shown(value))
            continue
        if code in basin.communes:
            codes[number] = code
        else:
            failures[number] = (OUTSIDE, f"commune {code}")
    return Places(f"code INSEE de la colonne {name}", codes, failures)


def _code_column(frame: pd.DataFrame, links: list[Link], basin: Territories) -> str | None:
    linked = [one.source for one in links if squeezed(one.target) in CODES]
    named = [name for name in map(str, frame.columns) if squeezed(name) in CODES]
    for name in (*linked, *named):
        if frame[name].notna().any():
            return name
    for name in map(str, frame.columns):
        if is_insee_column(frame[name]) and squeezed(name) not in POSTCODES:
            known = frame[name].dropna().isin(basin.communes.keys()).mean()
            if known >= 0.5:  # five digits are a postcode as well: half must be communes of the perimeter
                return name
    return None


def by_name(frame: pd.DataFrame, links: list[Link], basin: Territories) -> Places | None:
    """Return the communes that a column of names tells, None if there is no such column.

    Names are compared without accents, case and articles, within the perimeter alone; a postcode
    of another Département excludes them.
    """
    linked = [one.source for one in links if squeezed(one.target) in COMMUNES]
    named = [name for name in map(str, frame.columns) if squeezed(name) in COMMUNES]
    found = [name for name in (*linked, *named) if frame[name].notna().any()]
    if not found:
        return None
    postcodes = [name for name in map(str, frame.columns) if squeezed(name) in POSTCODES]
    exact, loose = _names(basin)
    codes: dict[int, str] = {}
    failures: dict[int, tuple[str, str]] = {}
    told = frame[postcodes[0]] if postcodes else [None] * len(frame)
    for (row, value), postal in zip(frame[found[0]].items(), told, strict=True):
        if value is None:
            continue
        name = _CEDEX.sub("", str(value))
        fits = exact.get(fold(name)) or loose.get(words(name)) or []
        postcode = "" if postal is None else text_of(postal).zfill(5)
        near = [code for code in fits if not postcode or basin.communes[code].departement == postcode[:2]]
        number = int(str(row))
        if len(near) == 1:
            codes[number] = near[0]
        elif near:
            failures[number] = ("commune ambiguë", f"{shown(value)} : {', '.join(near)}")
        else:
            failures[number] = (OUTSIDE, f"commune {shown(value)}{f', {postcode}' if postcode else ''}")
    how = f"nom de la colonne {found[0]}" + (f", code postal de {postcodes[0]}" if postcodes else "")
    return Places(how, codes, failures)


def _names(basin: Territories) -> tuple[dict[str, list[str]], dict[frozenset[str], list[str]]]:
    exact: dict[str, list[str]] = defaultdict(list)
    loose: dict[frozenset[str], list[str]] = defaultdict(list)
    for code, commune in basin.communes.items():
        exact[fold(commune.nom)].append(code)
        loose[words(commune.nom)].append(code)
    return exact, loose
