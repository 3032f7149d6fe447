"""What a committee may have to decide on: what is late, unfunded or unknown, as the data tell it."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import Any, Literal

from geo import text
from geo.content import Content, Dossier, made_on

Kind = Literal["retard", "echeance", "financement", "statut", "position"]

DONE = ("livré", "en service", "abandonné")
"""Statuses after which nothing is due."""
OPEN = ("étude", "projet", "travaux")
"""Statuses of what is still to come."""
UNKNOWN = "statut inconnu"
"""What is said where no source tells a status."""


@dataclass(frozen=True, slots=True)
class Element:
    """A measure that a point is made of."""

    id: str
    nom: str
    axe: int
    dit: str
    """What the data say of it: ``échéance : 2023, statut : travaux à fin 2022``, or nothing."""

    @property
    def told(self) -> str:
        """The name, and what the data say."""
        return f"{self.nom} ({self.dit})" if self.dit else self.nom


@dataclass(frozen=True, slots=True)
class Point:
    """Something to decide on, with the measures that it is made of."""

    kind: Kind
    titre: str
    regle: str
    """The rule that found them, in one sentence."""
    elements: tuple[Element, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the features."""
        return tuple(one.id for one in self.elements)


@dataclass(frozen=True, slots=True)
class Asked:
    """A measure, as the rules see it."""

    status: str
    """Nothing where no source tells it."""
    ends: str
    as_of: str
    precise: str
    funded: bool
    """Whether an amount is told of the measure itself."""

    @property
    def state(self) -> str:
        """Return ``statut : travaux à fin 2022``: a label, which agrees with any name before it."""
        if not self.status:
            return UNKNOWN
        told = f"statut{text.NBSP}: {self.status}"
        return f"{told} {text.as_of(self.as_of)}" if self.as_of else told

    @property
    def due(self) -> str:
        """Return ``échéance : 2023, statut : travaux à fin 2022``."""
        return f"échéance{text.NBSP}: {text.partial_date(self.ends)}, {self.state}"


@dataclass(frozen=True, slots=True)
class _Rule:
    kind: Kind
    titre: str
    regle: str
    holds: Callable[[Asked, date], bool]
    says: Callable[[Asked], str] = lambda _: ""


def points(dossier: Dossier) -> list[Point]:
    """Return what is late, unfunded or unknown in a territory, in the order of urgency.

    Measures alone are asked, not the records of inventories, and only those of the territory itself;
    what is late comes by its date, the rest with what is not finished first, then by axis and name.
    A point that nothing falls under is left out.

    Parameters
    ----------
    dossier : Dossier
        Of the territory; the day is that of `geo.content.made_on`.
    """
    today = made_on()
    rows = dossier.own[~dossier.own["inventaire"].astype(bool)].drop(columns="geometry").to_dict("records")
    asked = [(row, _asked(row, dossier.content)) for row in rows]
    asked.sort(key=lambda one: (one[1].status in DONE, one[0]["axe"], text.fold(one[0]["nom"]), one[0]["id"]))
    found = []
    for rule in _RULES:
        own = [(row, one) for row, one in asked if rule.holds(one, today)]
        if rule.kind == "retard":
            own.sort(key=lambda pair: last_day(pair[1].ends))
        if own:
            told = tuple(Element(row["id"], row["nom"], row["axe"], rule.says(one)) for row, one in own)
            found.append(Point(rule.kind, rule.titre, rule.regle, told))
    return found


def _asked(row: Mapping[Any, Any], content: Content) -> Asked:
    figures = content.figures.figures
    return Asked(
        status=row["statut"] if isinstance(row["statut"], str) else "",
        ends=row["fin"] or "",
        as_of=row["etat_au"] or "",
        precise=row["precision"],
        funded=any(figures[key].is_amount for key in row["chiffres"] if key in figures),
    )


def last_day(iso: str) -> date:
    """Return the last day of a day, a month or a year: 31 December 2023 for ``2023``."""
    parts = [int(part) for part in iso.split("-")]
    year, month = parts[0], parts[1] if len(parts) > 1 else 12
    return date(year, month, parts[2] if len(parts) > 2 else calendar.monthrange(year, month)[1])


_RULES = (
    _Rule(
        "retard",
        "Échéance passée, achèvement non constaté",
        "La date de fin que donne la source est passée, et le statut connu n’est ni «\u00a0livré\u00a0», ni "
        "«\u00a0en service\u00a0», ni «\u00a0abandonné\u00a0».",
        lambda one, today: bool(one.ends) and one.status not in DONE and last_day(one.ends) < today,
        attrgetter("due"),
    ),
    _Rule(
        "echeance",
        "À venir, sans échéance connue",
        "La mesure est à l’étude, en projet ou en travaux, et aucune source ne donne de date de fin.",
        lambda one, _: one.status in OPEN and not one.ends,
        attrgetter("state"),
    ),
    _Rule(
        "financement",
        "Sans financement propre connu",
        "Aucun montant n’est donné pour la mesure elle-même, dont le statut connu n’est ni "
        "«\u00a0livré\u00a0», ni «\u00a0en service\u00a0», ni «\u00a0abandonné\u00a0»\u202f; une "
        "enveloppe plus large peut la comprendre.",
        lambda one, _: not one.funded and one.status not in DONE,
    ),
    _Rule(
        "statut",
        "Statut inconnu",
        "Aucune source ne dit où en est la mesure.",
        lambda one, _: not one.status,
    ),
    _Rule(
        "position",
        "Position indicative",
        "La mesure est placée sur la carte à une position approchée, à vérifier.",
        lambda one, _: one.precise == "indicative",
    ),
)
