"""The ledger: every figure of the report, with unit, qualifier, period, funders and line.

The rows stand in ``layers/chiffres/chiffres.csv``, what is known not to add up in
``layers/chiffres/controles.toml``. Two columns keep an amount from being added twice:
``double_de`` names the figure that a row repeats, ``compris_dans`` the one (or ones, parted
by ``|``) it is a part of.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any, Literal, get_args

from geo import catalog
from geo.errors import DataError
from geo.sources.embedded import layers_dir, name_of, read_csv, read_tables, table_faults
from geo.territories import load as load_territories
from geo.text import is_period, quantity

Qualifier = Literal["exact", "plus de", "près de", "environ", "jusqu'à", "au moins", "moins de"]
CheckKind = Literal["somme", "ecart", "double", "part", "lecture"]

COLUMNS = (
    "id", "libelle", "valeur", "unite", "qualificatif", "periode", "territoire", "axe",
    "rubrique", "financeurs", "ligne", "texte", "double_de", "compris_dans", "reserve",
)  # fmt: skip
PLACES = ("bassin", "59", "62", "32", "FR", "académie-lille")
"""Codes that a figure's territory may have beside SIREN and INSEE codes."""

_ID = re.compile(r"l\d{4}-[a-z0-9-]+")
_VALUE = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
_INSEE = re.compile(r"\d{5}|2[AB]\d{3}", re.ASCII)
_SIREN_LENGTH = 9
_ROUNDING = 1e-9
"""Relative gap below which two sums are the same."""
_LOOSELY = 0.02
"""The same when one of the figures is told with "plus de", "près de", "environ", ..."""
_TO_BASE = {"m²": ("ha", 1e-4), "k€": ("€", 1e3), "M€": ("€", 1e6)}


@dataclass(frozen=True, slots=True)
class Funder:
    """Who paid; `part` is the share of the amount (0 to 1) where the report gives it."""

    nom: str
    part: float | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure as the report tells it.

    `valeur` is in the base unit (`unite`; euros, never millions); `texte` is the extract
    of line `ligne` that holds it; `territoire` the codes it covers (SIREN, INSEE, ``59``,
    ``62``, ``bassin``, or ``32``/``FR`` for a comparison).
    """

    id: str
    libelle: str
    valeur: float
    unite: str
    qualificatif: Qualifier
    periode: str
    territoire: tuple[str, ...]
    axe: int
    rubrique: str
    financeurs: tuple[Funder, ...]
    ligne: int
    texte: str
    double_de: str
    compris_dans: tuple[str, ...]
    reserve: str

    @property
    def is_amount(self) -> bool:
        """Whether it is a sum of euros that may be added (a yearly rate may not)."""
        return self.unite == "€"

    def written(self) -> str:
        """Return the figure in French, with unit and qualifier."""
        return quantity(self.valeur, self.unite, self.qualificatif)


@dataclass(frozen=True, slots=True)
class Check:
    """A relation between figures that should hold, or a reading that is in doubt."""

    id: str
    type: CheckKind
    libelle: str
    total: str = ""
    parties: tuple[str, ...] = ()
    chiffres: tuple[str, ...] = ()
    lectures: tuple[str, ...] = ()
    lignes: tuple[int, ...] = ()
    retenu: str = ""

    @property
    def members(self) -> tuple[str, ...]:
        """Ids of all the figures that it is about."""
        return tuple(filter(None, (self.total, *self.parties, *self.chiffres)))


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found: `ecart` is total minus parts in the unit of the first figure."""

    check: Check
    constat: str
    ecart: float | None
    lignes: tuple[int, ...]


@dataclass(frozen=True)
class Ledger:
    """All the figures by id, in the order of the report, and the checks on them."""

    figures: dict[str, Figure]
    checks: tuple[Check, ...]

    def flagged(self) -> dict[str, list[str]]:
        """Return, by figure id, the texts of the findings that concern it."""
        notes: dict[str, list[str]] = {}
        for finding in self.findings():
            for key in finding.check.members:
                notes.setdefault(key, []).append(finding.check.libelle)
        return notes

    def findings(self) -> list[Finding]:
        """Compute every check, and return those that do not add up or are in doubt."""
        found = (_run(check, self.figures) for check in self.checks)
        return [finding for finding in found if finding is not None]

    def countable(self) -> dict[str, float]:
        """Return the value of each figure that may be added to others, by id.

        A figure that repeats another one, or is a part of several together, is left out;
        one that contains others counts for what is left once these are taken away (never
        less than zero).
        """
        kept = [f for f in self.figures.values() if not f.double_de and not self._is_shared(f)]
        parts: dict[str, list[float]] = {}
        for figure in kept:
            for parent in self._wholes(figure):
                if parent.unite == figure.unite:
                    parts.setdefault(parent.id, []).append(figure.valeur)
        return {f.id: max(0.0, math.fsum([f.valeur, *(-v for v in parts.get(f.id, ()))])) for f in kept}

    @cached_property
    def counted(self) -> dict[str, float]:
        """What each figure counts for in a sum (`countable`)."""
        return self.countable()

    def amount_of(self, keys: Iterable[str]) -> float | None:
        """Return what the figures of one feature add to the sums of amounts, in euros.

        None if it has no amount that is its own: all are told elsewhere first, or shared.
        """
        amounts = [self.counted[key] for key in keys if key in self.counted and self.figures[key].is_amount]
        return math.fsum(amounts) if amounts else None

    def _wholes(self, figure: Figure) -> list[Figure]:
        """Return the figures that one is a part of, each as it was told first."""
        found = {told.id: told for told in (self._first_told(key) for key in figure.compris_dans)}
        return list(found.values())

    def _first_told(self, key: str) -> Figure:
        figure = self.figures[key]
        return self._first_told(figure.double_de) if figure.double_de else figure

    def _is_shared(self, figure: Figure) -> bool:
        """Tell whether a figure is a part of several together, or of one that is."""
        wholes = self._wholes(figure)
        return len(wholes) > 1 or any(self._is_shared(w) for w in wholes if w.unite == figure.unite)


def combined_qualifier(qualifiers: Iterable[str]) -> str:
    """Return the qualifier of a sum: ``exact`` only if all its terms are."""
    kinds = set(qualifiers) - {"exact"}
    if not kinds:
        return "exact"
    if kinds <= {"plus de", "au moins"}:
        return "plus de"
    return kinds.pop() if len(kinds) == 1 else "environ"


@cache
def load() -> Ledger:
    """Return the embedded ledger.

    Raises
    ------
    DataError
        If a row has a bad value or names a figure that does not exist; all are told at once.
    """
    folder = layers_dir() / "chiffres"
    return Ledger(*_read(folder / "chiffres.csv", folder / "controles.toml"))


def _read(rows_path: Path, checks_path: Path) -> tuple[dict[str, Figure], tuple[Check, ...]]:
    problems: list[str] = []
    figures: dict[str, Figure] = {}
    axes = {0, *catalog.load().axes}
    for row in read_csv(rows_path, COLUMNS):
        found = list(_faults(row, axes))
        if row["id"] in figures:
            found.append("identifiant déjà pris")
        problems += [f"ligne {row['_ligne']} ({row['id']}) : {fault}" for fault in found]
        if not found:
            figures[row["id"]] = _figure(row)
    problems += _reference_faults(figures, partial=bool(problems))
    if problems:
        raise DataError.collect(problems, where=name_of(rows_path))
    rows = read_tables(checks_path, "controle")
    problems = [
        f"{row.get('id', f'contrôle n° {number}')} : {fault}"
        for number, row in enumerate(rows, start=1)
        for fault in _check_faults(row, figures)
    ]
    if problems:
        raise DataError.collect(problems, where=name_of(checks_path))
    ordered = dict(sorted(figures.items(), key=lambda item: (item[1].ligne, item[0])))
    return ordered, tuple(_check(row) for row in rows)


def _reference_faults(figures: Mapping[str, Figure], *, partial: bool) -> Iterator[str]:
    """Yield what figures refer to in vain, or in a circle; nothing if some could not be read."""
    if partial:
        return
    graph = {f.id: set(filter(None, (f.double_de, *f.compris_dans))) for f in figures.values()}
    unknown = [(key, other) for key, others in graph.items() for other in sorted(others - set(graph))]
    yield from (f"{key} : renvoie à {other!r}, qui n'existe pas" for key, other in unknown)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        yield f"renvois en rond : {' → '.join(error.args[1])}"


def _faults(row: Mapping[str, str], axes: set[int]) -> Iterator[str]:
    if not _ID.fullmatch(row["id"]) or row["id"][1:5] != row["ligne"].zfill(4):
        yield "identifiant attendu : l<ligne sur 4 chiffres>-<mots>"
    if not _VALUE.fullmatch(row["valeur"]):
        yield f"valeur {row['valeur']!r} : un nombre, point décimal, sans espace"
    if row["qualificatif"] not in get_args(Qualifier):
        yield f"qualificatif {row['qualificatif']!r} : {', '.join(get_args(Qualifier))}"
    if row["axe"] not in {str(axis) for axis in axes}:
        yield f"axe {row['axe']!r}"
    if not is_period(row["periode"]):
        yield f"periode {row['periode']!r} : 2022, 2017/2022, 2018/ ou 2022-12-31"
    yield from (f"{name} vide" for name in ("libelle", "unite", "territoire", "texte") if not row[name])
    places = filter(None, row["territoire"].split("|"))
    yield from (f"territoire {place!r} inconnu" for place in places if not _is_place(place))
    yield from _funder_faults(row["financeurs"])


def _is_place(code: str) -> bool:
    """Tell whether a code is one of `PLACES`, a commune's, or the SIREN of an EPCI of the basin."""
    if len(code) == _SIREN_LENGTH:
        return code in load_territories().epci
    return code in PLACES or bool(_INSEE.fullmatch(code))


def _funder_faults(text: str) -> Iterator[str]:
    funders = []
    for part in filter(None, text.split("|")):
        try:
            funders.append(_funder(part))
        except ValueError:
            yield f"financeurs {part!r} : nom ou nom:part entre 0 et 1"
    names = [funder.nom for funder in funders]
    if len(set(names)) < len(names):
        yield f"financeurs {text!r} : un même nom deux fois"
    if math.fsum(funder.part or 0 for funder in funders) > 1 + 1e-9:
        yield f"financeurs {text!r} : les parts dépassent 1"


def _funder(text: str) -> Funder:
    name, colon, share = text.partition(":")
    part = float(share) if colon else None
    if not name or (part is not None and not 0 <= part <= 1):
        raise ValueError(text)
    return Funder(name, part)


def _figure(row: Mapping[str, str]) -> Figure:
    return Figure(
        id=row["id"],
        libelle=row["libelle"],
        valeur=float(row["valeur"]),
        unite=row["unite"],
        qualificatif=row["qualificatif"],  # type: ignore[arg-type]  # checked in _faults
        periode=row["periode"],
        territoire=tuple(row["territoire"].split("|")),
        axe=int(row["axe"]),
        rubrique=row["rubrique"],
        financeurs=tuple(_funder(part) for part in row["financeurs"].split("|") if part),
        ligne=int(row["ligne"]),
        texte=row["texte"],
        double_de=row["double_de"],
        compris_dans=tuple(filter(None, row["compris_dans"].split("|"))),
        reserve=row["reserve"],
    )


_CHECK_REQUIRED = {"id": "un texte", "type": "un texte", "libelle": "un texte"}
_CHECK_OPTIONAL = {
    "total": "un texte",
    "parties": "une liste de textes",
    "chiffres": "une liste de textes",
    "lectures": "une liste de textes",
    "lignes": "une liste d'entiers",
    "retenu": "un texte",
}


def _check_faults(row: Mapping[str, Any], figures: Mapping[str, Figure]) -> Iterator[str]:
    faults = [f"{key} : {told}" for key, told in table_faults(row, _CHECK_REQUIRED, _CHECK_OPTIONAL)]
    yield from faults
    if faults:
        return
    check = _check(row)
    yield from (f"chiffre {key!r} inconnu" for key in check.members if key not in figures)
    if check.type not in get_args(CheckKind):
        yield f"type {check.type!r} ; attendu {', '.join(get_args(CheckKind))}"
    if check.type in ("somme", "part") and not (check.total and check.parties):
        yield f"total et parties : nécessaires à {check.type!r}"
    if check.type in ("ecart", "double") and len(check.chiffres) < 2:
        yield f"chiffres : au moins deux, pour {check.type!r}"
    if check.type == "lecture" and not check.lectures:
        yield "lectures : nécessaires à 'lecture'"


def _check(row: Mapping[str, Any]) -> Check:
    return Check(
        id=row["id"],
        type=row["type"],
        libelle=row["libelle"],
        total=row.get("total", ""),
        parties=tuple(row.get("parties", ())),
        chiffres=tuple(row.get("chiffres", ())),
        lectures=tuple(row.get("lectures", ())),
        lignes=tuple(row.get("lignes", ())),
        retenu=row.get("retenu", ""),
    )


def _base(figure: Figure) -> tuple[float, str]:
    unit, factor = _TO_BASE.get(figure.unite, (figure.unite, 1.0))
    return figure.valeur * factor, unit


def _run(check: Check, figures: Mapping[str, Figure]) -> Finding | None:
    members = [figures[key] for key in check.members]
    lines = tuple(sorted({*check.lignes, *(f.ligne for f in members)}))
    if check.type == "lecture":
        chosen = f" ; retenu : {check.retenu}" if check.retenu else ""
        return Finding(check, f"lectures : {' / '.join(check.lectures)}{chosen}", None, lines)
    if check.type in ("somme", "part"):
        return _run_sum(check, figures, lines)
    values = [_base(f)[0] for f in members]
    spread = max(values) - min(values)
    told = " / ".join(f"{f.written()} (l. {f.ligne})" for f in members)
    if check.type == "double":
        return Finding(check, f"même chiffre dit deux fois, compté une fois : {told}", spread, lines)
    if spread <= _ROUNDING * max(map(abs, values)):
        return None
    return Finding(check, f"deux lectures : {told}", spread, lines)


def _run_sum(check: Check, figures: Mapping[str, Figure], lines: tuple[int, ...]) -> Finding | None:
    total, unit = _base(figures[check.total])
    parts = math.fsum(_base(figures[key])[0] for key in check.parties)
    gap = total - parts
    qualifiers = {figures[key].qualificatif for key in (check.total, *check.parties)}
    allowed = _LOOSELY if check.type == "somme" and qualifiers != {"exact"} else _ROUNDING
    if abs(gap) <= allowed * abs(total) or (check.type == "part" and gap > 0):
        return None
    said = quantity(total, unit, figures[check.total].qualificatif)
    constat = f"total annoncé {said}, somme des parties {quantity(parts, unit)}"
    return Finding(check, f"{constat}, écart {quantity(gap, unit)}", gap, lines)
