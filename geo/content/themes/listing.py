"""Which thematic views there are: a rate in classes, a count or an amount as circles.

A filled map shows only rates. Distances, which are neither rates nor amounts that add up, are left out.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import pandas as pd

from geo import text
from geo.catalog import Catalog, Measure
from geo.content.statistics import TOLD
from geo.content.themes.breaks import METHOD, how_many, natural_breaks
from geo.indicators.tally import BASIN, TOTAL
from geo.territories import Territories
from geo.text import NBSP, NNBSP

Kind = Literal["taux", "nombre"]
Values = Mapping[str, float]
"""What each territory has, by code; a territory that is not there has nothing that is known."""

LEAST = {"epci": 3, "commune": 8}
"""How many territories must have something for classes, or circles on communes, to be worth looking at."""
LEAST_CIRCLES = 1
"""How many EPCI must, for circles: a single amount is worth a map of where it goes."""

MOST = {"epci": 4, "commune": 5}
"""How many classes a level has at most: eight territories do not bear five."""

RATES = {"": "", "hab": "pour_1000_hab", "km2": "par_km2"}
PER = {"": "", "hab": " pour 1 000 habitants", "km2": " par km²", "eur_hab": " par habitant"}


@dataclass(frozen=True)
class Level:
    """A theme in one partition of the basin."""

    measured: Values
    bounds: tuple[float, ...] = ()
    """The greatest value of each class, for a rate; zeros are in none."""
    method: str = ""
    note: str = ""
    """What stays out of the map."""

    def rank(self, code: str) -> str:
        """Return the class of a territory as one character: ``-`` not known, ``0`` zero, then 1, 2..."""
        value = self.measured.get(code)
        if value is None:
            return "-"
        if value == 0:
            return "0"
        return str(1 + sum(value > bound for bound in self.bounds[:-1]))


@dataclass(frozen=True)
class Theme:
    """One thematic view."""

    id: str
    """Stable, ASCII: layer, measure and what it is divided by."""
    group: str
    """The layer, or ``axe-1`` to ``axe-4``."""
    subject: str
    what: str
    """What is shown of the subject, without what it is divided by."""
    unit: str
    kind: Kind
    axis: int
    measure: str
    """Key of the statistic that the values are made of."""
    per: str
    """What it is divided by: ``hab`` (1,000 inhabitants), ``eur_hab`` (one), ``km2``, or nothing."""
    levels: dict[str, Level]

    @property
    def label(self) -> str:
        """What is shown of the subject."""
        return self.what + PER[self.per]


def list_themes(
    by_epci: pd.DataFrame, by_commune: pd.DataFrame, basin: Territories, known: Catalog
) -> list[Theme]:
    """Return the thematic views that some statistics allow, in the order of the catalogue.

    Parameters
    ----------
    by_epci, by_commune : pandas.DataFrame
        What `geo.indicators.compute` gives by EPCI and by commune.
    basin : Territories
        What they were computed for.
    known : Catalog
        Layers, axes and measures.
    """
    people = [code for code, commune in basin.communes.items() if commune.population]
    tables = {
        "epci": _Table(by_epci, "siren", basin.epci, basin.epci),
        "commune": _Table(by_commune, "insee", basin.communes, people),
    }
    groups = [(layer.id, layer.titre, layer.axe.id) for layer in known.layers.values()]
    groups += [(f"axe-{a.id}", f"Axe {a.id}, toutes les couches", a.id) for a in known.axes.values()]
    found = []
    for group, subject, axis in groups:
        for measure in known.measures.values():
            for per in _divisions(measure, mixed=group.startswith("axe-")):
                levels = _levels(group, measure, per, tables)
                if levels:
                    rate = bool(per) or measure.unite == "%"
                    found.append(
                        Theme(
                            id=".".join(filter(None, (group, measure.id, per))),
                            group=group,
                            subject=subject,
                            what=_label(measure),
                            unit=("€" if per == "eur_hab" else measure.unite) + PER[per],
                            kind="taux" if rate else "nombre",
                            axis=axis,
                            measure=measure.id,
                            per=per,
                            levels=levels,
                        )
                    )
    return found


class _Table:
    """Statistics by layer and indicator, then by code."""

    def __init__(
        self, stats: pd.DataFrame, key: str, codes: Collection[str], inhabited: Collection[str]
    ) -> None:
        self.by = "commune" if key == "insee" else "epci"
        self.codes, self.inhabited = codes, inhabited
        self.cells: dict[tuple[str, str], dict[str, float]] = {}
        self.totals: dict[tuple[str, str, str], tuple[float, str]] = {}
        names = ("couche", "indicateur", key, "territoire", "valeur", "origine", "note")
        columns = (stats[name] for name in names)
        for layer, indicator, code, place, value, origin, note in zip(*columns, strict=True):
            if code is None:
                self.totals[layer, indicator, place] = value, note
            elif value or origin or not indicator.startswith(TOLD):
                self.cells.setdefault((layer, indicator), {})[code] = value

    def different(self, group: str, measure: str) -> int:
        """Return how many different values a measure has, zero aside."""
        return len(set(self.cells.get((group, measure), {}).values()) - {0})


def _divisions(measure: Measure, *, mixed: bool) -> Iterator[str]:
    """Yield what a measure is divided by: nothing, inhabitants, km².

    Features of different kinds (`mixed`) are counted together, but their density says nothing.
    """
    countable = measure.taux or measure.unite in ("éléments", "habitants", "%")
    if measure.id == "nombre" or not countable:
        return  # measures of a whole territory have no place: what is located is counted
    yield ""
    if measure.taux and not (mixed and measure.unite != "€"):
        yield "eur_hab" if measure.unite == "€" else "hab"
        yield "km2"


def _levels(group: str, measure: Measure, per: str, tables: Mapping[str, _Table]) -> dict[str, Level]:
    suffix = "par_hab" if per == "eur_hab" else RATES[per]
    indicator = "_".join(filter(None, (measure.id, suffix)))
    found = {}
    for by, table in tables.items():
        values = table.cells.get((group, indicator), {})
        positive = [value for value in values.values() if value > 0]
        rate = bool(per) or measure.unite == "%"
        circles = by == "epci" and not rate
        # one of the same everywhere says nothing, nor does its rate: it would be a map of sizes
        alike = not circles and (len(set(positive)) < 2 or table.different(group, measure.id) < 2)
        if len(positive) < (LEAST_CIRCLES if circles else LEAST[by]) or alike:
            continue
        if by == "commune" and measure.taux and measure.id not in TOLD:
            # where a layer has nothing there is no row
            values = dict.fromkeys(table.inhabited if per == "hab" else table.codes, 0.0) | values
        note = _note(group, measure, indicator, table)
        if rate:
            classes = how_many(positive, most=MOST[by])
            found[by] = Level(values, tuple(natural_breaks(positive, classes)), METHOD, note)
        else:
            found[by] = Level(values, note=note)
    return found


def _note(group: str, measure: Measure, indicator: str, table: _Table) -> str:
    """Tell what a map leaves out, or counts more than once."""
    left, _ = table.totals.get((group, measure.id, BASIN), (0.0, ""))
    total, note = table.totals.get((group, measure.id, TOTAL), (0.0, ""))
    if measure.id in TOLD and total > 0 and left > 0:
        place = "aucun EPCI" if table.by == "epci" else "aucune commune"
        return (
            f"{text.quantity(left, measure.unite)} sur {text.quantity(total, measure.unite)} ne sont "
            f"attribués à {place} en particulier{NNBSP}: ils restent à «{NBSP}l’ensemble du bassin{NBSP}», "
            "hors de cette carte."
        )
    if measure.id == "nombre_localise":
        whole, _ = table.totals.get((group, "nombre", TOTAL), (0.0, ""))
        words = text.plural(
            whole - total, "mesure d’un territoire entier n’y est", "mesures de territoires entiers n’y sont"
        )
        several = note.removeprefix("dont ").replace(" qui ", " ") + "." if note else ""
        return " ".join(filter(None, ((f"{words} pas." if whole > total else ""), several)))
    if indicator == "area_ha_par_km2":
        return "Un hectare par km² est un centième du territoire."
    return f"{note[:1].upper()}{note[1:]}." if note else ""


def _label(measure: Measure) -> str:
    """Return what a measure is called in the choice of a theme."""
    names = {"nombre_localise": "Nombre", "montant_eur": "Euros attribués"}
    return names.get(measure.id, measure.libelle)


def bounds_written(level: Level) -> list[str]:
    """Return the least and the greatest value of each class, in words, with the decimals that part them.

    Parameters
    ----------
    level : Level
        Of a rate.
    """
    positive = sorted(value for value in level.measured.values() if value > 0)
    lowest = [-math.inf, *level.bounds[:-1]]
    spans = [
        (min(v for v in positive if v > low), high) for low, high in zip(lowest, level.bounds, strict=True)
    ]
    least = min(6, max(0, 1 - math.floor(math.log10(level.bounds[0]))))  # two digits in the lowest class
    for decimals in range(least, 7):
        told = [(text.number(low, decimals), text.number(high, decimals)) for low, high in spans]
        parted = all(before[1] != after[0] for before, after in pairwise(told))
        if parted and told[0][1] != text.number(0, decimals):
            break
    nothing = text.number(0, decimals)
    return [
        low if low == high else f"de {'plus de 0' if low == nothing else low} à {high}" for low, high in told
    ]


def marks(level: Level) -> list[float]:
    """Return the values of the circles of a legend: round, the greatest first.

    Parameters
    ----------
    level : Level
        Of a count or an amount.
    """
    most = max(level.measured.values())
    found = dict.fromkeys(_round_below(most / part) for part in (1, 4, 20))
    whole = all(value == int(value) for value in level.measured.values())
    return [value for value in found if value >= 1 or not whole]


def _round_below(value: float) -> float:
    """Return the greatest of 1, 2, 5, 10, 20, 50... that is not above a value."""
    unit = 10.0 ** math.floor(math.log10(value))
    step: int = max(step for step in (1, 2, 5) if step * unit <= value * (1 + 1e-12))
    return float(f"{step * unit:.3g}")
