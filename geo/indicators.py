"""Statistics per territory: counts, lengths, areas, dwellings, beds, euros, and rates.

What lies in a territory is attributed to it; a quantity or an amount that concerns
several and is not told apart by the source is kept as "ensemble du bassin", never spread.
For every measure but the counts, territories + ensemble du bassin + hors périmètre = total.
A feature that lies in two territories counts in both; the total counts it once and says so.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.allocate import OUTSIDE, allocate, measured_once
from geo.catalog import MEASURES, Catalog, Measure
from geo.ledger import Figure, Ledger, combined_qualifier
from geo.territories import DEPARTEMENTS, Territories
from geo.text import plural

By = Literal["epci", "commune"]

BASIN = "Ensemble du bassin"
BEYOND = "Hors périmètre"
TOTAL = "Total"
ALL_LAYERS = "toutes"

COLUMNS = (
    "siren", "insee", "territoire", "couche", "indicateur", "valeur", "unite",
    "qualificatif", "precision", "note",
)  # fmt: skip

_QUANTITIES = ("logements", "lits", "places", "emplois")
_HECTARES = {"ha": 1.0, "m²": 1e-4, "km²": 100.0}


@dataclass
class _Tally:
    """Terms of sums by (layer, measure, place); summed exactly, whatever their order."""

    terms: dict[tuple[str, str, str], list[float]] = field(default_factory=dict)
    qualifiers: dict[tuple[str, str, str], set[str]] = field(default_factory=dict)
    indicative: set[tuple[str, str, str]] = field(default_factory=set)
    notes: dict[tuple[str, str, str], str] = field(default_factory=dict)

    def add(
        self,
        layer: str,
        measure: str,
        place: str,
        value: float,
        *,
        qualifier: str = "exact",
        indicative: bool = False,
    ) -> None:
        """Add a value to a place and to the total."""
        for where in (place, TOTAL):
            key = (layer, measure, where)
            self.terms.setdefault(key, []).append(value)
            self.qualifiers.setdefault(key, set()).add(qualifier)
            if indicative:
                self.indicative.add(key)

    def put(self, layer: str, measure: str, place: str, value: float, note: str = "") -> None:
        """Set a value that does not enter the total."""
        key = (layer, measure, place)
        self.terms[key] = [value]
        self.qualifiers[key] = {"exact"}
        if note:
            self.notes[key] = note


def compute(
    features: gpd.GeoDataFrame,
    basin: Territories,
    known: Catalog,
    figures: Ledger,
    *,
    by: By = "epci",
) -> pd.DataFrame:
    """Return one row for each territory, layer and indicator that is not nil.

    Parameters
    ----------
    features : geopandas.GeoDataFrame
        As `geo.ingest.load` gives them, in the CRS of `basin`.
    basin : Territories
        The territories to count in.
    known : Catalog
        Tells which measures each layer has.
    figures : Ledger
        Holds the quantities and amounts that the features name.
    by : {"epci", "commune"}
        The partition.

    Returns
    -------
    pandas.DataFrame
        Columns `COLUMNS`. ``siren`` (and ``insee``, by commune) are None on the rows
        "Ensemble du bassin", "Hors périmètre" and "Total". ``couche`` is the id of a
        layer, ``axe-1`` to ``axe-4``, or "toutes". Indicators are the keys of
        `geo.catalog.MEASURES`, ``montant_eur:<financeur>`` for one funder, and the rates
        ``<measure>_pour_1000_hab`` and ``<measure>_par_km2``.

    Raises
    ------
    DataError
        If the features are not in the CRS of the territories.
    """
    places = basin.frame(by)
    within = {
        key: _members(epci, communes, basin, by)
        for key, epci, communes in zip(
            features.index, features["epci"], features["communes"], strict=True
        )
    }
    tally = _Tally()
    _counts(tally, features, within, by)
    _lengths(tally, features, places, figures, known)
    _quantities(tally, features, within, basin, known, figures, by)
    _amounts(tally, features, within, basin, figures, by)
    return _table(tally, places, known, by)


def _members(
    epci: tuple[str, ...], communes: tuple[str, ...], basin: Territories, by: By
) -> tuple[str, ...]:
    """Return the codes of the places that a feature lies in, of those that are counted."""
    if by == "commune":
        return tuple(c for c in communes if c in basin.communes)
    return tuple(sorted({c for c in epci if c in basin.epci} | {*basin.epci_of(communes)}))


def _counts(
    tally: _Tally, features: gpd.GeoDataFrame, within: dict[str, tuple[str, ...]], by: By
) -> None:
    located = features["precision"] != "territoire"
    for measure, chosen in (("nombre", features), ("nombre_localise", features[located])):
        if by == "commune" and measure == "nombre":
            chosen = features[located]
        groups: dict[str, list[str]] = {}
        for key, layer, axis in zip(chosen.index, chosen["couche"], chosen["axe"], strict=True):
            for group in (layer, f"axe-{axis}", ALL_LAYERS):
                groups.setdefault(group, []).append(key)
        for group, keys in groups.items():
            _count_group(tally, group, measure, [within[key] for key in keys])


def _count_group(
    tally: _Tally, group: str, measure: str, places: list[tuple[str, ...]]
) -> None:
    counts: dict[str, int] = {}
    for codes in places:
        for code in codes or (BEYOND,):
            counts[code] = counts.get(code, 0) + 1
    for code, count in counts.items():
        tally.put(group, measure, code, count)
    shared = sum(len(codes) > 1 for codes in places)
    note = ""
    if shared:
        verb = "compte" if shared == 1 else "comptent"
        note = f"dont {plural(shared, 'élément')} qui {verb} dans plusieurs territoires"
    tally.put(group, measure, TOTAL, len(places), note)


def _lengths(
    tally: _Tally,
    features: gpd.GeoDataFrame,
    places: gpd.GeoDataFrame,
    figures: Ledger,
    known: Catalog,
) -> None:
    lines = features[shapely.get_dimensions(np.asarray(features.geometry.array)) == 1]
    for layer, group in lines.groupby("couche", sort=False):
        if MEASURES["length_km"] not in known.layers[str(layer)].indicateurs:
            continue
        declared = {
            key: figure
            for key, figure in zip(group.index, _named(group["quantite"], figures), strict=True)
            if figure is not None and figure.unite == "km"
        }
        traced = group[~group.index.isin(list(declared))]
        if len(traced):
            whole = gpd.GeoDataFrame(
                geometry=[measured_once(traced.geometry)], index=["tracés"], crs=group.crs
            )
            vague = bool((traced["precision"] == "indicative").any())
            for row in allocate(whole, places).itertuples():
                tally.add(
                    str(layer), "length_km", row.territory or BEYOND, row.length_m / 1000, indicative=vague
                )
        for row in allocate(group.loc[list(declared)], places).itertuples():
            figure = declared[row.feature]
            tally.add(
                str(layer),
                "length_km",
                row.territory or BEYOND,
                row.part * figure.valeur,
                qualifier=figure.qualificatif,
            )


def _named(keys: Iterable[Any], figures: Ledger) -> Iterator[Figure | None]:
    """Yield the figure of each key, None where there is none."""
    return (figures.figures.get(key) if isinstance(key, str) else None for key in keys)


def _quantities(
    tally: _Tally,
    features: gpd.GeoDataFrame,
    within: dict[str, tuple[str, ...]],
    basin: Territories,
    known: Catalog,
    figures: Ledger,
    by: By,
) -> None:
    for row, figure in zip(features.itertuples(), _named(features["quantite"], figures), strict=True):
        measures = {m.id for m in known.layers[row.couche].indicateurs}
        place = _only(within[row.Index], row.precision, by)
        if figure and figure.unite in _QUANTITIES and figure.unite in measures:
            tally.add(row.couche, figure.unite, place, figure.valeur, qualifier=figure.qualificatif)
        if "area_ha" in measures:
            _area(tally, row, figure, place, basin, by)


def _area(
    tally: _Tally, row: Any, figure: Figure | None, place: str, basin: Territories, by: By
) -> None:
    shares: dict[str, float] = row.attributs.get("surfaces_ha", {})
    if shares:
        for commune, area in shares.items():
            known = basin.communes.get(commune)
            code = BEYOND if known is None else known.siren if by == "epci" else commune
            tally.add(row.couche, "area_ha", code, area)
    elif "area_ha" in row.attributs:
        tally.add(row.couche, "area_ha", place, row.attributs["area_ha"])
    elif figure and figure.unite in _HECTARES:
        area = figure.valeur * _HECTARES[figure.unite]
        tally.add(row.couche, "area_ha", place, area, qualifier=figure.qualificatif)


def _only(codes: tuple[str, ...], precision: str, by: By) -> str:
    """Return the place that a whole quantity is attributed to."""
    if len(codes) == 1 and not (by == "commune" and precision == "territoire"):
        return codes[0]
    return BASIN if codes or precision == "territoire" else BEYOND


def _amounts(
    tally: _Tally,
    features: gpd.GeoDataFrame,
    within: dict[str, tuple[str, ...]],
    basin: Territories,
    figures: Ledger,
    by: By,
) -> None:
    owners: dict[str, list[str]] = {}
    mentions: dict[str, set[str]] = {}
    for key, layer, own, context in zip(
        features.index, features["couche"], features["chiffres"], features["contexte"], strict=True
    ):
        for figure in own:
            owners.setdefault(figure, []).append(key)
        for figure in (*own, *context):
            mentions.setdefault(figure, set()).add(layer)
    for key, value in figures.countable().items():
        figure = figures.figures[key]
        if not figure.is_amount or value == 0:
            continue
        if key in owners:
            codes = tuple(sorted({code for f in owners[key] for code in within[f]}))
            beyond = not any(features.loc[f, "epci"] for f in owners[key])
            place = BEYOND if beyond else _only(codes, "territoire", "epci") if codes else BASIN
        else:
            place = _place_of(figure, basin, by)
        groups = [f"axe-{figure.axe}"]
        if len(mentions.get(key, ())) == 1:
            groups.append(next(iter(mentions[key])))
        for group in groups:
            tally.add(group, "montant_eur", place, value, qualifier=figure.qualificatif)
            for funder, share in split_by_funder(figure).items():
                tally.add(
                    group,
                    f"montant_eur:{funder}",
                    place,
                    value * share,
                    qualifier=figure.qualificatif,
                )


def split_by_funder(figure: Figure) -> dict[str, float]:
    """Return the share (0 to 1) of each funder of an amount; the shares add up to 1.

    Funders whose shares the report does not tell stay together, as "A + B (non ventilé)".
    """
    told = {f.nom: f.part for f in figure.financeurs if f.part is not None}
    untold = [f.nom for f in figure.financeurs if f.part is None]
    rest = 1.0 - math.fsum(told.values())
    if rest > 1e-9:
        name = " + ".join(untold) if untold else "Non précisé"
        told[name if len(untold) < 2 else f"{name} (non ventilé)"] = rest
    return told


def _place_of(figure: Figure, basin: Territories, by: By) -> str:
    """Return the only territory that a figure without a place covers, or the basin."""
    codes = set(figure.territoire)
    if by == "commune":
        only = codes.pop() if len(codes) == 1 else ""
        return only if only in basin.communes else BASIN
    owners = {basin.communes[c].siren if c in basin.communes else c for c in codes}
    if codes & {*DEPARTEMENTS, "bassin"} or len(owners) != 1:
        return BASIN
    owner = owners.pop()
    return owner if owner in basin.epci else BASIN


def _table(tally: _Tally, places: gpd.GeoDataFrame, known: Catalog, by: By) -> pd.DataFrame:
    order = {code: n for n, code in enumerate([*places.index, BASIN, BEYOND, TOTAL])}
    layers = {name: n for n, name in enumerate([*known.layers, *_axes(known), ALL_LAYERS])}
    rows = []
    for key in tally.terms:
        layer, measure, place = key
        value = math.fsum(tally.terms[key])
        base = {
            "siren": places.loc[place, "siren"] if place in places.index else None,
            "insee": place if by == "commune" and place in places.index else None,
            "territoire": places.loc[place, "nom"] if place in places.index else place,
            "couche": layer,
            "qualificatif": combined_qualifier(tally.qualifiers[key]),
            "precision": "indicative" if key in tally.indicative else "exacte",
            "note": tally.notes.get(key, ""),
        }
        sort = (order[place], layers[layer])
        unit = _measure(measure)
        rows.append((*sort, measure, {**base, "indicateur": measure, "valeur": value, "unite": unit.unite}))
        rows += [(*sort, rate["indicateur"], {**base, **rate}) for rate in _rates(unit, measure, value, place, places)]
    rows.sort(key=lambda row: row[:3])
    return pd.DataFrame([row[3] for row in rows], columns=list(COLUMNS))


def _axes(known: Catalog) -> list[str]:
    return [f"axe-{axis}" for axis in (0, *known.axes)]


def _measure(key: str) -> Measure:
    return MEASURES[key.partition(":")[0]]


def _rates(
    unit: Measure, measure: str, value: float, place: str, places: gpd.GeoDataFrame
) -> Iterator[dict[str, Any]]:
    """Yield the rates of a measure of one territory, or of the total."""
    if place in (BASIN, BEYOND):
        return
    chosen = places if place == TOTAL else places.loc[[place]]
    people, area = float(chosen["population"].sum()), float(chosen["area_km2"].sum())
    if people > 0:
        yield {
            "indicateur": f"{measure}_pour_1000_hab",
            "valeur": value * 1000 / people,
            "unite": f"{unit.unite} pour 1 000 habitants",
        }
    yield {
        "indicateur": f"{measure}_par_km2",
        "valeur": value / area,
        "unite": f"{unit.unite} par km²",
    }
