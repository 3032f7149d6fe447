"""Statistics per territory: counts, lengths, areas, dwellings, beds, euros, and rates.

What lies in a territory is attributed to it; a quantity or an amount that concerns
several and is not told apart by the source is kept as "ensemble du bassin", never spread.
For every measure but the counts, territories + ensemble du bassin + hors périmètre = total.
A feature that lies in two territories counts in both; the total counts it once and says so.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from operator import itemgetter
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.allocate import OUTSIDE, allocate, measured_once
from geo.catalog import MEASURES, Catalog
from geo.ledger import Figure, Ledger, combined_qualifier
from geo.territories import Territories
from geo.text import plural

By = Literal["epci", "commune"]

BASIN = "Ensemble du bassin"
BEYOND = "Hors périmètre"
TOTAL = "Total"
ALL_LAYERS = "toutes"

COLUMNS = (
    "siren", "insee", "territoire", "couche", "indicateur", "valeur", "unite",
    "qualificatif", "precision", "note", "origine",
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
    origins: dict[tuple[str, str, str], list[str]] = field(default_factory=dict)

    def add(
        self,
        layer: str,
        measure: str,
        place: str,
        value: float,
        *,
        origin: Iterable[str],
        qualifier: str = "exact",
        indicative: bool = False,
    ) -> None:
        """Add a value to a place and to the total; `origin` are ids of features or figures."""
        for where in (place, TOTAL):
            key = (layer, measure, where)
            self.terms.setdefault(key, []).append(value)
            self.origins.setdefault(key, []).extend(origin)
            self.qualifiers.setdefault(key, set()).add(qualifier)
            if indicative:
                self.indicative.add(key)

    def put(self, layer: str, measure: str, place: str, origin: list[str], note: str = "") -> None:
        """Set a count of features, which does not enter the total."""
        key = (layer, measure, place)
        self.terms[key] = [len(origin)]
        self.origins[key] = origin
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
    """Return one row for each territory, layer and indicator (communes: that is not nil).

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
        ``<measure>_pour_1000_hab`` and ``<measure>_par_km2``. ``origine`` holds the ids of
        the features, or for amounts of the ledger's figures, that the value is made of.

    Raises
    ------
    DataError
        If the features are not in the CRS of the territories.
    """
    within = {
        key: _members(epci, communes, basin, by)
        for key, epci, communes in zip(features.index, features["epci"], features["communes"], strict=True)
    }
    work = _Work(features, within, basin, known, figures, by)
    _counts(work)
    _lengths(work)
    _polygons(work)
    _quantities(work)
    _amounts(work)
    if by == "epci":
        _nil(work)
    return _table(work)


@dataclass(frozen=True)
class _Work:
    """What `compute` is given, the places of each feature, and the tally that is made."""

    features: gpd.GeoDataFrame
    within: dict[str, tuple[str, ...]]
    basin: Territories
    known: Catalog
    figures: Ledger
    by: By
    tally: _Tally = field(default_factory=_Tally)

    @cached_property
    def places(self) -> gpd.GeoDataFrame:
        """The partition."""
        return self.basin.frame(self.by)

    @property
    def outlined(self) -> NDArray[np.bool_]:
        """Which features have an outline of their own: polygons, not whole territories."""
        flat = shapely.get_dimensions(np.asarray(self.features.geometry.array)) == 2
        own: NDArray[np.bool_] = flat & (self.features["precision"] != "territoire").to_numpy()
        return own

    @property
    def named(self) -> list[Figure | None]:
        """The figure of each feature's quantity, None where there is none."""
        return [self.figures.figures[key] if key else None for key in self.features["quantite"]]

    def otherwise(self, key: str) -> str:
        """Where a feature counts that is attributed to no territory: the basin, or beyond it."""
        return BASIN if self.features.loc[key, "precision"] == "territoire" else BEYOND

    def is_wide(self, places: tuple[str, ...]) -> bool:
        """Whether a feature covers more than the EPCI that it names: a Département, the basin."""
        return any(place not in self.basin.epci for place in places)

    def lists(self, layer: str, measure: str) -> bool:
        """Tell whether a layer lists a measure among its indicators."""
        return MEASURES[measure] in self.known.layers[layer].indicateurs


def _members(epci: tuple[str, ...], communes: tuple[str, ...], basin: Territories, by: By) -> tuple[str, ...]:
    """Return the codes of the places that a feature lies in, of those that are counted."""
    if by == "commune":
        return tuple(c for c in communes if c in basin.communes)
    return tuple(sorted({c for c in epci if c in basin.epci} | {*basin.epci_of(communes)}))


def _counts(work: _Work) -> None:
    located = work.features[work.features["precision"] != "territoire"]
    whole = located if work.by == "commune" else work.features
    for measure, chosen in (("nombre", whole), ("nombre_localise", located)):
        groups: dict[str, list[str]] = {}
        columns = (chosen[name] for name in ("couche", "axe", "inventaire"))
        for key, layer, axis, record in zip(chosen.index, *columns, strict=True):
            for group in (layer,) if record else (layer, f"axe-{axis}", ALL_LAYERS):
                groups.setdefault(group, []).append(key)
        for group, keys in groups.items():
            _count_group(work, group, measure, keys)


def _count_group(work: _Work, group: str, measure: str, members: list[str]) -> None:
    found: dict[str, list[str]] = {}
    for key in members:
        for code in work.within[key] or (work.otherwise(key),):
            found.setdefault(code, []).append(key)
    for code, keys in found.items():
        work.tally.put(group, measure, code, keys)
    shared = sum(len(work.within[key]) > 1 for key in members)
    note = ""
    if shared:
        verb = "compte" if shared == 1 else "comptent"
        note = f"dont {plural(shared, 'élément')} qui {verb} dans plusieurs territoires"
    work.tally.put(group, measure, TOTAL, members, note)


def _lengths(work: _Work) -> None:
    lines = shapely.get_dimensions(np.asarray(work.features.geometry.array)) == 1
    figures = dict(zip(work.features.index, work.named, strict=True))
    for layer, group in work.features[lines].groupby("couche", sort=False):
        if not work.lists(layer, "length_km"):
            continue
        declared = {
            key: figure
            for key in group.index
            if (figure := figures[key]) is not None and figure.unite == "km"
        }
        told = group.index.isin(list(declared))
        _add_traced(work, layer, group[~told])
        _add_declared(work, layer, group[told], declared)


def _add_traced(work: _Work, layer: str, lines: gpd.GeoDataFrame) -> None:
    """Add the lengths of lines; a stretch that several share is measured once."""
    if lines.empty:
        return
    whole = gpd.GeoDataFrame(geometry=[measured_once(lines.geometry)], index=["tracés"], crs=lines.crs)
    shares = allocate(whole, work.places)
    for code, metres in zip(shares["territory"], shares["length_m"], strict=True):
        origin = [key for key in lines.index if code == OUTSIDE or code in work.within[key]]
        work.tally.add(
            layer,
            "length_km",
            code or BEYOND,
            metres / 1000,
            origin=origin,
            indicative=bool((lines.loc[origin, "precision"] == "indicative").any()),
        )


def _add_declared(work: _Work, layer: str, lines: gpd.GeoDataFrame, declared: dict[str, Figure]) -> None:
    """Add the lengths that the source tells, spread by where the lines run."""
    shares = allocate(lines, work.places)
    for key, code, part in zip(shares["feature"], shares["territory"], shares["part"], strict=True):
        figure = declared[key]
        work.tally.add(
            layer,
            "length_km",
            code or BEYOND,
            part * figure.valeur,
            origin=[key],
            qualifier=figure.qualificatif,
        )


def _polygons(work: _Work) -> None:
    """Add the areas of the features that have an outline, shared exactly between the places."""
    outlined = work.features[work.outlined]
    for layer, group in outlined.groupby("couche", sort=False):
        if not work.lists(layer, "area_ha"):
            continue
        shares = allocate(group, work.places)
        for key, code, area in zip(shares["feature"], shares["territory"], shares["area_m2"], strict=True):
            work.tally.add(layer, "area_ha", code or BEYOND, area / 1e4, origin=[key])


def _quantities(work: _Work) -> None:
    columns = [work.features[name] for name in ("couche", "precision", "territoires", "attributs")]
    outlined = set(work.features.index[work.outlined])
    for key, layer, precision, places, attributes, figure in zip(
        work.features.index, *columns, work.named, strict=True
    ):
        place = BASIN if work.is_wide(places) else _only(work.within[key], precision)
        if figure and figure.unite in _QUANTITIES and work.lists(layer, figure.unite):
            work.tally.add(
                layer, figure.unite, place, figure.valeur, origin=[key], qualifier=figure.qualificatif
            )
        if work.lists(layer, "area_ha") and key not in outlined:
            for where, area, told in _areas(attributes, figure, place, work):
                work.tally.add(layer, "area_ha", where, area, origin=[key], qualifier=told)


def _areas(
    attributes: Mapping[str, Any], figure: Figure | None, place: str, work: _Work
) -> Iterator[tuple[str, float, str]]:
    """Yield (place, hectares, qualifier): by commune where the source tells it, else whole."""
    if shares := attributes.get("surfaces_ha"):
        for commune, area in shares.items():
            known = work.basin.communes.get(commune)
            code = BEYOND if known is None else known.siren if work.by == "epci" else commune
            yield code, area, "exact"
    elif "area_ha" in attributes:
        yield place, attributes["area_ha"], "exact"
    elif figure and figure.unite in _HECTARES:
        yield place, figure.valeur * _HECTARES[figure.unite], figure.qualificatif


def _only(codes: tuple[str, ...], precision: str) -> str:
    """Return the place that a whole quantity is attributed to."""
    if len(codes) == 1:
        return codes[0]
    return BASIN if codes or precision == "territoire" else BEYOND


def _nil(work: _Work) -> None:
    """Say zero where a layer has nothing in an EPCI."""
    present = set(work.features["couche"])
    for layer in work.known.layers.values():
        if layer.inventaire and layer.id not in present:
            continue  # not fetched: nothing is known, which is not zero
        for measure in ("nombre_localise", *(m.id for m in layer.indicateurs)):
            for code in (*work.places.index, TOTAL):
                if (layer.id, measure, code) not in work.tally.terms:
                    work.tally.put(layer.id, measure, str(code), [])


def _amounts(work: _Work) -> None:
    owners: dict[str, list[str]] = {}
    mentions: dict[str, set[str]] = {}
    columns = [work.features[name] for name in ("couche", "chiffres", "contexte")]
    for key, layer, own, context in zip(work.features.index, *columns, strict=True):
        for figure in own:
            owners.setdefault(figure, []).append(key)
        for figure in (*own, *context):
            mentions.setdefault(figure, set()).add(layer)
    for key, value in work.figures.countable().items():
        figure = work.figures.figures[key]
        if not figure.is_amount or value == 0:
            continue
        place = _place_of_owners(owners[key], work) if key in owners else _place_of(figure, work)
        groups = [f"axe-{figure.axe}"]
        layers = [layer for layer in mentions.get(key, ()) if work.lists(layer, "montant_eur")]
        if len(mentions.get(key, ())) == 1:
            groups += layers
        for group in groups:
            _add_amount(work.tally, group, place, figure, value)


def _add_amount(tally: _Tally, group: str, place: str, figure: Figure, value: float) -> None:
    told = figure.qualificatif
    tally.add(group, "montant_eur", place, value, origin=[figure.id], qualifier=told)
    for funder, share in split_by_funder(figure).items():
        measure = f"montant_eur:{funder}"
        tally.add(group, measure, place, value * share, origin=[figure.id], qualifier=told)


def _place_of_owners(features: list[str], work: _Work) -> str:
    """Return the only place that all the features of an amount lie in, or the basin."""
    places = {
        BASIN if work.is_wide(work.features.loc[key, "territoires"]) else code
        for key in features
        for code in work.within[key] or (work.otherwise(key),)
    }
    return places.pop() if len(places) == 1 else BASIN


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


def _place_of(figure: Figure, work: _Work) -> str:
    """Return the only territory that a figure without a feature covers, or the basin."""
    basin = work.basin
    codes = set(figure.territoire)
    if work.by == "commune":
        only = codes.pop() if len(codes) == 1 else ""
        return only if only in basin.communes else BASIN
    owners = {basin.communes[c].siren if c in basin.communes else c for c in codes}
    owner = owners.pop() if len(owners) == 1 else ""
    return owner if owner in basin.epci else BASIN


def _table(work: _Work) -> pd.DataFrame:
    places, tally = work.places, work.tally
    order = {code: n for n, code in enumerate([*places.index, BASIN, BEYOND, TOTAL])}
    layers = {name: n for n, name in enumerate([*work.known.layers, *_axes(work.known), ALL_LAYERS])}
    names = dict(zip(places.index, places["nom"], strict=True))
    owners = dict(zip(places.index, places["siren"], strict=True))
    sizes = _sizes(places)
    rows: list[tuple[int, int, str, dict[str, Any]]] = []
    for key, terms in tally.terms.items():
        layer, measure, place = key
        base = {
            "siren": owners.get(place),
            "insee": place if work.by == "commune" and place in names else None,
            "territoire": names.get(place, place),
            "couche": layer,
            "qualificatif": combined_qualifier(tally.qualifiers[key]),
            "precision": "indicative" if key in tally.indicative else "exacte",
            "note": tally.notes.get(key, ""),
            "origine": tuple(dict.fromkeys(tally.origins[key])),
        }
        rows += [
            (order[place], layers[layer], value["indicateur"], {**base, **value})
            for value in _values(measure, math.fsum(terms), sizes.get(place))
        ]
    rows.sort(key=itemgetter(0, 1, 2))
    table = pd.DataFrame([row[3] for row in rows], columns=list(COLUMNS), dtype=object)
    return table.astype({"valeur": float})


def _axes(known: Catalog) -> list[str]:
    return [f"axe-{axis}" for axis in (0, *known.axes)]


def _sizes(places: gpd.GeoDataFrame) -> dict[str, tuple[float, float]]:
    """Return the inhabitants and the km² of each place, and of all of them together."""
    people, areas = places["population"].astype(float), places["area_km2"].astype(float)
    found = dict(zip(places.index, zip(people.fillna(0.0), areas, strict=True), strict=True))
    return {**found, TOTAL: (float(people.sum()), float(areas.sum()))}


def _values(measure: str, value: float, size: tuple[float, float] | None) -> Iterator[dict[str, Any]]:
    """Yield a measure of a place, and its rates if it is a territory or the total."""
    unit = MEASURES[measure.partition(":")[0]].unite
    yield {"indicateur": measure, "valeur": value, "unite": unit}
    if size is None:
        return
    people, area = size
    if people > 0:
        yield {
            "indicateur": f"{measure}_pour_1000_hab",
            "valeur": value * 1000 / people,
            "unite": f"{unit} pour 1 000 habitants",
        }
    yield {"indicateur": f"{measure}_par_km2", "valeur": value / area, "unite": f"{unit} par km²"}
