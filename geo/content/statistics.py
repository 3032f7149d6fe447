"""The statistics of a page: values as they are written, what they are made of, ranks among the EPCI."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from geo import text
from geo.catalog import Catalog, Measure
from geo.indicators import BASIN, TOTAL
from geo.territories import Territories

if TYPE_CHECKING:
    from geo.content import Content

_COLUMNS = ("territoire", "couche", "indicateur", "valeur", "qualificatif", "origine", "note")

WHOLE = "total"
"""The code of all the territories together."""

UNSHARED = "ensemble"
"""The code of what is told for several territories together, and shared out to none."""

TOLD = ("logements", "lits", "places", "emplois", "montant_eur")
"""What the report tells in figures: where it tells none, nothing is known, which is not zero."""

AMOUNT = "montant_eur"
"""The indicator that a page tells of what is not shared out."""

_WIDER = {TOTAL: WHOLE, BASIN: UNSHARED}

Table = dict[str, dict[str, dict[str, list[Any]]]]
"""By territory code, layer and indicator."""


class Told(NamedTuple):
    """A statistic as a page shows it: ``[value, written, unit, origin, note]``, and its rank."""

    code: str
    layer: str
    measure: str
    stat: list[Any]
    rank: str


def told(stats: pd.DataFrame, by_commune: pd.DataFrame, basin: Territories, known: Catalog) -> list[Told]:
    """Return the statistics of all the territories as pages show them.

    Parameters
    ----------
    stats, by_commune : pandas.DataFrame
        What `geo.indicators.compute` gives for the EPCI and for the communes.
    basin : Territories
        Those that are ranked.
    known : Catalog
        What names the indicators.
    """
    rows = list(_all(stats, by_commune, known))
    ranks = _ranks(rows, basin, known)
    return [Told(*row, ranks.get(row[:3], "")) for row in rows]


def stats(content: Content, basin: Territories, siren: str) -> Table:
    """Return the statistics of what a page shows: its territories, and the whole if it shows it.

    Parameters
    ----------
    content : Content
        Statistics of all the territories.
    basin : Territories
        Those of the page.
    siren : str
        The EPCI that the page is limited to, if it is.

    Returns
    -------
    dict
        Each is ``[value, written, unit, origin, note, rank]``.
    """
    found: Table = {}
    for code, layer, measure, stat, rank in content.told:
        own = code in basin.epci or code in basin.communes or (code == WHOLE and not siren)
        if own or (code == UNSHARED and measure == AMOUNT):
            found.setdefault(code, {}).setdefault(layer, {})[measure] = [*stat, rank]
    return found


def comparison(content: Content, basin: Territories, siren: str) -> Table:
    """Return the statistics of the whole and of the EPCI that are not on the page of one of them.

    What they are made of is on their own pages: each is ``[value, written, unit, note, rank]``.
    """
    found: Table = {}
    if not siren:
        return found
    others = (content.basin.epci.keys() - basin.epci.keys()) | {WHOLE}
    for code, layer, measure, (value, written, unit, _, note), rank in content.told:
        if code in others:
            stat = [value, written, unit, note, rank]
            found.setdefault(code, {}).setdefault(layer, {})[measure] = stat
    return found


def _all(
    stats: pd.DataFrame, by_commune: pd.DataFrame, catalog: Catalog
) -> Iterator[tuple[str, str, str, list[Any]]]:
    for table, key in ((stats, "siren"), (by_commune, "insee")):
        columns = (table[name] for name in (key, *_COLUMNS))
        for place_code, place, layer, measure, *shown in zip(*columns, strict=True):
            whole = _WIDER.get(place, "") if key == "siren" else ""
            known = catalog.measures.get(measure)
            stat = _stat(known, *shown) if known else None
            if stat is not None:
                yield whole if place_code is None else place_code, layer, measure, stat


def _stat(
    measure: Measure, value: float, qualifier: str, origin: Sequence[str], note: str
) -> list[Any] | None:
    """Return a statistic as a page shows it, if something is behind it; no rate is one of them."""
    if not origin:
        return None
    shown = value if qualifier == "exact" else float(f"{value:.3g}")
    prefix = "" if qualifier == "exact" else f"{qualifier} "
    if measure.unite == "€":
        written, unit = prefix + text.amount(shown), ""
    else:
        written = prefix + text.number(value, 0 if abs(value) >= 10 or value == int(value) else 1)
        unit = measure.unite if measure.unite in ("km", "ha", "%") else ""
    return [round(value, 6), written, unit, list(origin), note]


def _ranks(
    rows: Sequence[tuple[str, str, str, list[Any]]], basin: Territories, catalog: Catalog
) -> dict[tuple[str, str, str], str]:
    """Return the rank of each EPCI in words, where at least two of them have the indicator.

    An EPCI that has nothing of what is counted has none of it, and ranks last. Where the report tells a
    figure of some only, as of dwellings, the others are not known and have no rank; nor has a share or a
    distance that cannot be told. The first is the largest, but of distances the shortest.
    """
    values: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    for code, layer, measure, stat in rows:
        if code in basin.epci:
            values[layer, measure][code] = stat[0]
    ranks: dict[tuple[str, str, str], str] = {}
    for (layer, measure), by_code in values.items():
        if len(by_code) < 2:
            continue
        near = measure.startswith("distance_")
        among = len(basin.epci) if catalog.measures[measure].taux and measure not in TOLD else len(by_code)
        ordered = sorted(by_code.values(), reverse=not near)
        many = Counter(ordered)
        for code, value in by_code.items():
            place = ordered.index(value) + 1
            equal = " ex æquo" if many[value] > 1 else ""
            which = f"{place}{'re' if place == 1 else 'e'} plus courte" if near else _ordinal(place)
            told = " chiffrés" if measure in TOLD else ""
            ranks[code, layer, measure] = f"{which}{equal} sur {among} EPCI{told}"
    return ranks


def _ordinal(place: int) -> str:
    return f"{place}{'er' if place == 1 else 'e'} rang"
