"""The words around the map of a sheet: what, where, when, how much, and from which sources."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import geopandas as gpd
import pandas as pd

from geo import __version__, text
from geo.catalog import Document, Layer
from geo.content import Dossier, KeyFigure, Stat, made_on, wording

_TOLD = (
    "area_ha", "length_km", "logements", "lits", "places", "emplois", "montant_eur",
)  # fmt: skip
"""Measures of a layer that a sheet tells, after how many features it has."""
_MOST = 4
"""Key figures under a title."""


def title(dossier: Dossier, layers: Sequence[Layer]) -> str:
    """Return what a sheet shows, where and when."""
    axes = {layer.axe.id: layer.axe for layer in layers}
    if len(layers) == 1:
        what = layers[0].titre
    elif len(axes) == 1:
        what = wording.axis_title(next(iter(axes.values())))
    else:
        what = "Synthèse de l’Engagement"
    when = _when(shown(dossier, layers))
    return f"{what} – {dossier.epci.nom_court}" + (f", {when}" if when else "")


def shown(dossier: Dossier, layers: Sequence[Layer]) -> gpd.GeoDataFrame:
    """Return the features of some layers that are in the EPCI."""
    return dossier.own[dossier.own["couche"].isin([layer.id for layer in layers])]


def _when(features: gpd.GeoDataFrame) -> str:
    days = sorted({day for day in features["etat_au"] if isinstance(day, str) and day})
    if not days:
        return ""
    what = "données" if features["inventaire"].any() else "faits"
    first, last = days[0][:4], days[-1][:4]
    return f"{what} {text.as_of(days[-1])}" if first == last else f"{what} de {first} à {last}"


def key_figures(dossier: Dossier, layers: Sequence[Layer]) -> list[str]:
    """Return the figures that are told under a title, as ``erbm stats`` gives them.

    One that needs a note to be understood is not told: there is no room for it.
    """
    if len(layers) == 1:
        return list(_of_layer(dossier, layers[0]))[:_MOST]
    asked = {layer.id for layer in layers}
    keys = [key for key in dossier.keys if key.own.layer in asked and not key.own.note]
    first = {key.own.layer: key for key in reversed(keys)}
    told = [_key(key) for key in keys if first[key.own.layer] is key]
    axes = dict.fromkeys(layer.axe.id for layer in layers)
    amounts = {axis: dossier.stats.get((f"axe-{axis}", "montant_eur")) for axis in axes}
    told += [f"montants de l’axe {axis}{text.NBSP}: {stat.text}" for axis, stat in amounts.items() if stat]
    return told[:_MOST]


def _key(key: KeyFigure) -> str:
    """Return ``18 cités minières``, or ``surface des cités : 518 ha``."""
    if key.own.unit:
        drawn = "" if key.own.drawn in key.label else f" ({key.own.drawn})"
        return f"{key.label}{text.NBSP}: {key.own.text}{drawn}"
    return f"{key.own.text}{text.NBSP}{key.label}"


def _of_layer(dossier: Dossier, layer: Layer) -> Iterator[str]:
    count = dossier.stats.get((layer.id, "nombre"))
    placed = dossier.stats.get((layer.id, "nombre_localise"))
    if count:
        more = ""
        if placed and placed.value != count.value:
            more = f", dont {placed.written}{text.NBSP}localisé{'s' if placed.value >= 2 else ''}"
        yield f"{count.written}{text.NBSP}élément{'s' if count.value >= 2 else ''}{more}"
    for measure in _TOLD:
        if (stat := dossier.stats.get((layer.id, measure))) and not stat.note:
            yield _amount(dossier, stat)
    told = (*_TOLD, "nombre", "nombre_localise")
    for key in dossier.keys:
        if key.own.layer == layer.id and key.own.measure not in told and not key.own.note:
            yield _key(key)


def _amount(dossier: Dossier, stat: Stat) -> str:
    measure = dossier.content.known.measures[stat.measure]
    if stat.unit or measure.unite == "€":
        return f"{stat.text} ({stat.drawn})" if stat.drawn else stat.text
    noun = measure.unite.removesuffix("s") if stat.value < 2 else measure.unite
    return f"{stat.text}{text.NBSP}{noun}"


def wider(dossier: Dossier, layers: Sequence[Layer]) -> tuple[list[str], int]:
    """Return the measures of whole territories, by name, and how many are of a wider territory.

    Of one layer, its own. With several, those of layers that have nothing to draw count too: all that
    there are, or all of the axis if the layers have but one.
    """
    axes = {layer.axe.id for layer in layers}
    key, asked = ("couche", {layer.id for layer in layers}) if len(layers) == 1 else ("axe", axes)
    own, over = (
        frame if len(axes) > 1 else frame[frame[key].isin(asked)] for frame in (dossier.own, dossier.overall)
    )
    own = own[(own["precision"] == "territoire") & ~own["inventaire"].astype(bool)]
    return [str(name) for name in own["nom"]], len(over)


def sources(dossier: Dossier, layers: Sequence[Layer]) -> list[str]:
    """Return the sources of a sheet: of its facts, then of its borders, with vintage and licence."""
    known = dossier.content.known.documents
    used = pd.unique(shown(dossier, layers)["document"])
    found = [_source(known[document]) for document in known if document in set(used)]
    return [*found, f"Limites généralisées{text.NBSP}: {_borders(dossier)}"]


def _source(document: Document) -> str:
    told = [wording.short(document)]
    if document.producteur and document.producteur not in told[0]:
        told.append(document.producteur)
    return ", ".join([*told, document.licence])


def _borders(dossier: Dossier) -> str:
    source = dossier.content.basin.source
    licences = [d.licence for d in dossier.content.known.documents.values() if d.titre in source]
    return ", ".join([source, *licences[:1]])


def imprint(dossier: Dossier) -> str:
    """Return when and how a sheet was made."""
    crs = "Lambert-93" if dossier.content.basin.crs == "EPSG:2154" else dossier.content.basin.crs
    made = f"Carte faite le {text.long_date(made_on())} avec l’atlas de l’ERBM, version {__version__}"
    return f"{made}. {crs}, nord en haut."
