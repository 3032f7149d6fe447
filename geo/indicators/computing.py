"""Counts, lengths, areas and quantities of each layer, in each territory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.allocate import measured_once
from geo.catalog import Catalog
from geo.errors import DataError
from geo.indicators import amounts, proximity
from geo.indicators.rates import table
from geo.indicators.tally import ALL_LAYERS, BASIN, BEYOND, TOTAL
from geo.indicators.work import Work
from geo.ledger import Figure, Ledger
from geo.territories import Territories
from geo.territories.dividing import APART, Division, divide
from geo.text import plural

_QUANTITIES = ("logements", "lits", "places", "emplois")
_HECTARES = {"ha": 1.0, "m²": 1e-4, "km²": 100.0}


def compute(
    features: gpd.GeoDataFrame,
    basin: Territories,
    known: Catalog,
    figures: Ledger,
    *,
    by: str | Division = "epci",
) -> pd.DataFrame:
    """Return one row for each territory, layer and indicator (communes: that is not nil).

    Parameters
    ----------
    features : geopandas.GeoDataFrame
        As `geo.ingest.load` gives them, in the CRS of `basin`. Their order, and that of the
        territories, changes nothing, to the last bit.
    basin : Territories
        The territories to count in.
    known : Catalog
        Tells which measures each layer has.
    figures : Ledger
        Holds the quantities and amounts that the features name.
    by : {"epci", "commune", "departement"} or Division
        The partition, or any that `geo.territories.dividing` makes of `basin`. Features belong to
        official territories by the communes that they name; to others by their shape.

    Returns
    -------
    pandas.DataFrame
        Columns `COLUMNS`. ``code`` is that of the territory; it and ``siren`` (and ``insee``, by
        commune) are None on the rows "Ensemble du bassin", "Hors périmètre" and "Total".
        ``couche`` is the id of a layer, ``axe-1`` to ``axe-4``, or "toutes". Indicators are the
        keys of `Catalog.measures`, ``montant_eur:<financeur>`` for one funder, and the rates
        ``<measure>_pour_1000_hab``, ``<measure>_par_km2`` and ``montant_eur_par_hab``.
        ``origine`` holds the ids of the features, or for amounts of the ledger's figures, that
        the value is made of, sorted. Where territories overlap, each is measured on its own, and
        ``note`` tells on the totals that the rows do not add up.

    Raises
    ------
    DataError
        If the features are not in the CRS of the territories, or a territory has the code of a
        row that is none.
    """
    division = by if isinstance(by, Division) else divide(basin, by)
    taken = sorted({BASIN, BEYOND, TOTAL}.intersection(division.frame.index))
    if taken:
        raise DataError(f"code de territoire réservé : {', '.join(taken)}", where=division.by)
    work = Work(features, basin, division, known, figures)
    _counts(work)
    _lengths(work)
    _polygons(work)
    _quantities(work)
    amounts.add(work)
    proximity.add(work)
    if division.by != "commune":
        _nil(work)
    if not division.is_coverage:
        _warn(work)
    return table(work)


def _counts(work: Work) -> None:
    located = work.features[work.located]
    whole = located if work.division.by == "commune" else work.features
    for measure, chosen in (("nombre", whole), ("nombre_localise", located)):
        groups: dict[str, list[str]] = {}
        columns = (chosen[name] for name in ("couche", "axe", "inventaire"))
        for key, layer, axis, record in zip(chosen.index, *columns, strict=True):
            for group in (layer,) if record else (layer, f"axe-{axis}", ALL_LAYERS):
                groups.setdefault(group, []).append(key)
        for group, keys in groups.items():
            _count_group(work, group, measure, keys)


def _count_group(work: Work, group: str, measure: str, members: list[str]) -> None:
    found: dict[str, list[str]] = {}
    for key in members:
        for code in work.within[key] or (work.otherwise(key),):
            found.setdefault(code, []).append(key)
    for code, keys in found.items():
        work.tally.put(group, measure, code, len(keys), origin=keys, note=_guessed(work, keys))
    shared = sum(len(work.within[key]) > 1 for key in members)
    note = ""
    if shared:
        verb = "compte" if shared == 1 else "comptent"
        note = f"dont {plural(shared, 'élément')} qui {verb} dans plusieurs territoires"
    work.tally.put(group, measure, TOTAL, len(members), origin=members, note=note)


def _guessed(work: Work, keys: list[str]) -> str:
    """Tell how many features were put in a territory by the town hall that stands for their place."""
    if work.division.is_official:
        return ""
    vague = sum(work.precisions[key] == "commune" for key in keys)
    return f"dont {plural(vague, 'élément placé', 'éléments placés')} au centre de la commune" * bool(vague)


def _lengths(work: Work) -> None:
    lines = work.features[work.dimensions == 1]
    lines = lines[_listed(work, lines, "length_km")]
    figures = dict(zip(work.features.index, work.named, strict=True))
    declared = {
        key: figure for key in lines.index if (figure := figures[key]) is not None and figure.unite == "km"
    }
    told = lines.index.isin(list(declared))
    _add_traced(work, lines[~told])
    _add_declared(work, lines[told], declared)


def _listed(work: Work, features: gpd.GeoDataFrame, measure: str) -> NDArray[np.bool_]:
    """Tell which features are of a layer that lists a measure."""
    return np.array([work.lists(layer, measure) for layer in features["couche"]], dtype=bool)


def _add_traced(work: Work, lines: gpd.GeoDataFrame) -> None:
    """Add the lengths of lines; a stretch that several of a layer share is measured once."""
    if lines.empty:
        return
    lines = lines.sort_index()  # the same union to the last bit, whatever the order
    groups = dict(iter(lines.groupby("couche")))
    unions = [measured_once(group.geometry) for group in groups.values()]
    shares = work.share(gpd.GeoDataFrame(geometry=unions, index=list(groups), crs=lines.crs))
    columns = (shares[name] for name in ("feature", "territory", "length_m"))
    for layer, place, metres in zip(*columns, strict=True):
        everywhere = place in (BEYOND, TOTAL)
        origin = [key for key in groups[layer].index if everywhere or place in work.within[key]]
        work.tally.add(
            layer,
            "length_km",
            work.added(place),
            metres / 1000,
            origin=origin,
            indicative=any(work.precisions[key] == "indicative" for key in origin),
        )


def _add_declared(work: Work, lines: gpd.GeoDataFrame, declared: dict[str, Figure]) -> None:
    """Add the lengths that the source tells, spread by where the lines run."""
    shares = work.share(lines)
    layers = dict(zip(lines.index, lines["couche"], strict=True))
    for key, place, part in zip(shares["feature"], shares["territory"], shares["part"], strict=True):
        figure = declared[key]
        work.tally.add(
            layers[key],
            "length_km",
            work.added(place),
            part * figure.valeur,
            origin=[key],
            qualifier=figure.qualificatif,
        )


def _polygons(work: Work) -> None:
    """Add the areas of the features that have an outline, shared exactly between the places."""
    outlined = work.features[work.located & (work.dimensions == 2)]
    outlined = outlined[_listed(work, outlined, "area_ha")]
    if outlined.empty:
        return
    shares = work.share(outlined)
    layers = dict(zip(outlined.index, outlined["couche"], strict=True))
    for key, place, area in zip(shares["feature"], shares["territory"], shares["area_m2"], strict=True):
        work.tally.add(layers[key], "area_ha", work.added(place), area / 1e4, origin=[key])


def _quantities(work: Work) -> None:
    columns = [work.features[name] for name in ("couche", "attributs")]
    outlined = work.located & (work.dimensions == 2)
    for key, layer, attributes, figure, shaped in zip(
        work.features.index, *columns, work.named, outlined, strict=True
    ):
        if figure and figure.unite in _QUANTITIES and work.lists(layer, figure.unite):
            work.tally.add(
                layer,
                figure.unite,
                (*work.holders(key), TOTAL),
                figure.valeur,
                origin=[key],
                qualifier=figure.qualificatif,
            )
        if work.lists(layer, "area_ha") and not shaped:
            for places, area, told in _areas(attributes, figure, work.holders(key), work):
                work.tally.add(layer, "area_ha", (*places, TOTAL), area, origin=[key], qualifier=told)


def _areas(
    attributes: Mapping[str, Any], figure: Figure | None, places: tuple[str, ...], work: Work
) -> Iterator[tuple[tuple[str, ...], float, str]]:
    """Yield (places, hectares, qualifier): by commune where the source tells it, else whole."""
    if shares := attributes.get("surfaces_ha"):
        for commune, area in shares.items():
            owner = work.owners.get(commune, BEYOND)
            yield (owner,) if work.division.is_official else places, area, "exact"
    elif "area_ha" in attributes:
        yield places, attributes["area_ha"], "exact"
    elif figure and figure.unite in _HECTARES:
        yield places, figure.valeur * _HECTARES[figure.unite], figure.qualificatif


def _nil(work: Work) -> None:
    """Say zero where a layer has nothing in a territory."""
    present = set(work.features["couche"])
    for layer in work.known.layers.values():
        if layer.inventaire and layer.id not in present:
            continue  # not fetched: nothing is known, which is not zero
        for measure in ("nombre_localise", *(m.id for m in layer.indicateurs)):
            for code in (*work.places.index, TOTAL):
                if (layer.id, measure, code) not in work.tally.terms:
                    work.tally.put(layer.id, measure, str(code), 0, origin=())


def _warn(work: Work) -> None:
    """Say on the totals that territories which overlap do not add up."""
    tally = work.tally
    for key in tally.terms:
        if key[2] == TOTAL:
            tally.notes[key] = " ; ".join(filter(None, (tally.notes.get(key, ""), APART)))
