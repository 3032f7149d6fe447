"""What the documents of one territory tell: the same figures in each, as ``erbm stats`` gives them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd

from geo.catalog import Axis, Layer
from geo.content import statistics
from geo.content.first import first_figures
from geo.content.loading import Content
from geo.ingest import covered
from geo.territories import Epci, Territories


@dataclass(frozen=True, slots=True)
class Stat:
    """A figure of a territory.

    `value` is in the unit of the measure; `written` holds the qualifier and the French digits, and
    for euros the unit too; `rank` says ``2e rang sur 8 EPCI``, or nothing; `origin` are the ids of
    the features or figures that it is made of.
    """

    layer: str
    """A layer, ``axe-1`` to ``axe-4``, or ``toutes``."""
    measure: str
    value: float
    written: str
    unit: str
    origin: tuple[str, ...]
    note: str
    rank: str
    precision: str = ""
    """``indicative`` where it was measured on what is approximate, or what the command says else."""

    @property
    def drawn(self) -> str:
        """What has to be said beside a length that was measured on indicative lines, or nothing."""
        return "tracé indicatif" if self.precision == "indicative" and self.measure == "length_km" else ""

    @property
    def text(self) -> str:
        """The figure with its unit: ``environ 126 ha``."""
        return f"{self.written}\u202f{self.unit}" if self.unit else self.written


Stats = Mapping[tuple[str, str], Stat]
"""By layer and measure."""


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """A figure that is told first: of the territory, of the whole basin, and what both are called."""

    label: str
    own: Stat
    whole: Stat | None


_NOTHING = ("0", "0,0")
"""What is written of a border that is only touched."""


@dataclass(frozen=True)
class Dossier:
    """All that the documents of an EPCI tell."""

    content: Content
    """Of the whole basin."""
    epci: Epci
    basin: Territories
    """The EPCI alone, with its communes."""
    own: gpd.GeoDataFrame
    """The features that are in it, by the communes that their sources name; EPSG:2154."""
    overall: gpd.GeoDataFrame
    """Measures of a wider territory that cover it too, and are attributed to none."""
    stats: Stats
    whole: Stats
    """The same of the whole basin."""
    unshared: Stats
    """Amounts that are told for several territories together."""

    @cached_property
    def layers(self) -> list[tuple[Layer, gpd.GeoDataFrame]]:
        """The layers that have features in the EPCI, in the order of the catalogue, each with its own."""
        groups = dict(iter(self.own.groupby("couche", sort=False)))
        return [(layer, groups[key]) for key, layer in self.content.known.layers.items() if key in groups]

    @cached_property
    def keys(self) -> list[KeyFigure]:
        """The key figures, those that the territory has; the same as on its page."""
        return list(self._keys())

    def axis_layers(self, axis: Axis) -> list[Layer]:
        """Return the layers that have elements of an axis in the territory, in the order of the catalogue.

        A measure is of the axis under which its source tells it, which may not be that of its layer; a
        record is of the axis of its layer.
        """
        found = []
        for layer, own in self.layers:
            records = own["inventaire"].astype(bool)
            if (own["axe"] == axis.id)[~records].any() or (layer.axe == axis and records.any()):
                found.append(layer)
        return found

    def elsewhere(self, layer: str, axis: Axis) -> gpd.GeoDataFrame:
        """Return the measures of a layer that are of another axis: its figures hold them too."""
        own = self.own
        return own[(own["couche"] == layer) & ~own["inventaire"].astype(bool) & (own["axe"] != axis.id)]

    def axis_stats(self, axis: Axis) -> list[Stat]:
        """Return the figures of an axis: its own, then those of its layers, in the order of the catalogue."""
        layers = [f"axe-{axis.id}", *(layer.id for layer in self.axis_layers(axis))]
        return [stat for layer in layers for (own, _), stat in self.stats.items() if own == layer]

    def progress(self, axis: Axis | None = None) -> dict[str, int]:
        """Return how many measures are in each status, of one axis or of all; "" where none is known."""
        measures = self.own[~self.own["inventaire"].astype(bool)]
        if axis is not None:
            measures = measures[measures["axe"] == axis.id]
        counts: dict[str, int] = measures["statut"].fillna("").value_counts().to_dict()
        return counts

    def _keys(self) -> Iterator[KeyFigure]:
        for wanted in first_figures(self.content):
            key = (wanted.layer, wanted.measure)
            stat = self.stats.get(key)
            if stat is not None and stat.written not in _NOTHING:
                yield KeyFigure(wanted.one if stat.value < 2 else wanted.many, stat, self.whole.get(key))


def open_dossier(content: Content, siren: str) -> Dossier:
    """Return what the documents of an EPCI of the content tell.

    Parameters
    ----------
    content : Content
        Of the whole basin.
    siren : str
        The SIREN code of the EPCI.

    Raises
    ------
    KeyError
        If the content has no such EPCI.
    """
    epci = content.basin.epci[siren]
    basin = content.basin.restricted_to([siren])
    features = content.features
    columns = (features[name] for name in ("epci", "communes", "territoires"))
    here, over = [], []
    for sirens, communes, places in zip(*columns, strict=True):
        inside = siren in sirens or not basin.communes.keys().isdisjoint(communes)
        here.append(inside)
        over.append(not inside and siren in covered(places, content.home))
    return Dossier(
        content=content,
        epci=epci,
        basin=basin,
        own=features[here],
        overall=features[over],
        stats=_stats(content, siren),
        whole=_stats(content, statistics.WHOLE),
        unshared=_stats(content, statistics.UNSHARED),
    )


def _stats(content: Content, code: str) -> Stats:
    frame = content.stats
    columns = (frame[name] for name in ("siren", "couche", "indicateur", "precision"))
    known = {(layer, measure): how for own, layer, measure, how in zip(*columns, strict=True) if own == code}
    return {
        (layer, measure): Stat(
            layer,
            measure,
            stat[0],
            stat[1],
            stat[2],
            tuple(stat[3]),
            stat[4],
            rank,
            known.get((layer, measure), ""),
        )
        for own, layer, measure, stat, rank in content.told
        if own == code
    }
