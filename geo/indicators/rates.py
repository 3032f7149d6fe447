"""The table of statistics: sums, and what they are for 1,000 inhabitants, one, or a km²."""

from __future__ import annotations

import math
from collections.abc import Iterator
from operator import itemgetter
from typing import Any

import pandas as pd
import shapely

from geo.catalog import Catalog
from geo.indicators.tally import ALL_LAYERS, BASIN, BEYOND, TOTAL
from geo.indicators.work import Work
from geo.ledger import combined_qualifier

COLUMNS = (
    "siren", "insee", "code", "territoire", "couche", "indicateur", "valeur", "unite",
    "qualificatif", "precision", "note", "origine",
)  # fmt: skip

Size = tuple[float, float]
"""Inhabitants (0 where they are not known) and km² of a place."""


def table(work: Work) -> pd.DataFrame:
    """Return what the tally holds, and its rates, in the order of territories, layers and indicators.

    Parameters
    ----------
    work : Work
        What was computed.

    Returns
    -------
    pandas.DataFrame
        Columns `COLUMNS`, one row for each territory, layer and indicator. Sums are exact
        (`math.fsum`), so that the order of their terms changes nothing.
    """
    places, tally = work.places, work.tally
    order = {code: n for n, code in enumerate([*places.index, BASIN, BEYOND, TOTAL])}
    layers = {name: n for n, name in enumerate([*work.known.layers, *_axes(work.known), ALL_LAYERS])}
    names = dict(zip(places.index, places["nom"], strict=True))
    owners = dict(zip(places.index, places["siren"], strict=True))
    sizes = _sizes(work)
    rows: list[tuple[int, int, str, dict[str, Any]]] = []
    for key, terms in tally.terms.items():
        layer, measure, place = key
        code = place if place in names else None
        base = {
            "siren": owners.get(place),
            "insee": code if work.division.by == "commune" else None,
            "code": code,
            "territoire": names.get(place, place),
            "couche": layer,
            "qualificatif": combined_qualifier(tally.qualifiers[key]),
            "precision": "indicative" if key in tally.indicative else "exacte",
            "note": tally.notes.get(key, ""),
            "origine": tuple(sorted(set(tally.origins[key]))),
        }
        rows += [
            (order[place], layers[layer], value["indicateur"], {**base, **value})
            for value in _values(measure, math.fsum(terms), sizes.get(place), work.known)
        ]
    rows.sort(key=itemgetter(0, 1, 2))
    found = pd.DataFrame([row[3] for row in rows], columns=list(COLUMNS), dtype=object)
    return found.astype({"valeur": float})


def _axes(known: Catalog) -> list[str]:
    return [f"axe-{axis}" for axis in (0, *known.axes)]


def _sizes(work: Work) -> dict[str, Size]:
    """Return the size of each place, and of all of them together; that of overlaps counts once."""
    places = work.places
    people, areas = places["population"].astype(float), places["area_km2"].astype(float)
    found: dict[str, Size] = dict(zip(places.index, zip(people.fillna(0.0), areas, strict=True), strict=True))
    if work.division.is_coverage:
        return {**found, TOTAL: (float(people.sum()), float(areas.sum()))}
    return {**found, TOTAL: (0.0, float(shapely.union_all(places.geometry.array).area) / 1e6)}


def _values(measure: str, value: float, size: Size | None, known: Catalog) -> Iterator[dict[str, Any]]:
    """Yield a measure of a place, and its rates if it is a territory or the total."""
    told = known.measures[measure.partition(":")[0]]
    unit = told.unite
    yield {"indicateur": measure, "valeur": value, "unite": unit}
    if size is None or not told.taux:
        return
    people, area = size
    if people > 0:
        yield {
            "indicateur": f"{measure}_pour_1000_hab",
            "valeur": value * 1000 / people,
            "unite": f"{unit} pour 1 000 habitants",
        }
        if measure == "montant_eur":
            yield {"indicateur": "montant_eur_par_hab", "valeur": value / people, "unite": "€ par habitant"}
    yield {"indicateur": f"{measure}_par_km2", "valeur": value / area, "unite": f"{unit} par km²"}
