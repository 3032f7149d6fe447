"""What is being computed: the features, the territories, and which features lie where."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.allocate import ON_BORDER_M, OUTSIDE, Partition, allocate
from geo.catalog import MEASURES, Catalog
from geo.indicators.tally import BASIN, BEYOND, TOTAL, Tally
from geo.ledger import Figure, Ledger
from geo.territories import Territories
from geo.territories.dividing import Division

WHOLE = 1.0 - 1e-9
"""Share from which a feature lies in a territory as a whole."""


@dataclass(frozen=True)
class Placed:
    """Features, and what is asked of them again and again, computed once."""

    features: gpd.GeoDataFrame

    @cached_property
    def located(self) -> NDArray[np.bool_]:
        """Which features have a place of their own, and are no measure of a whole territory."""
        own: NDArray[np.bool_] = (self.features["precision"] != "territoire").to_numpy()
        return own

    @cached_property
    def dimensions(self) -> NDArray[np.int32]:
        """Return 0, 1 or 2: points, lines or polygons."""
        return np.asarray(shapely.get_dimensions(self.shapes))

    @cached_property
    def shapes(self) -> NDArray[np.object_]:
        """The geometries, in the order of the features."""
        return np.asarray(self.features.geometry.array)

    @cached_property
    def layers(self) -> NDArray[np.object_]:
        """The layer of each feature, in their order."""
        return np.asarray(self.features["couche"].to_numpy(dtype=object))

    @cached_property
    def precisions(self) -> dict[str, str]:
        """How well each feature is located, by its id."""
        return dict(zip(self.features.index, self.features["precision"], strict=True))


@dataclass(frozen=True)
class Work(Placed):
    """What `geo.indicators.compute` is given, the places of each feature, and the tally made."""

    basin: Territories
    division: Division
    known: Catalog
    figures: Ledger
    tally: Tally = field(default_factory=Tally)

    @property
    def places(self) -> gpd.GeoDataFrame:
        """The territories, by code."""
        return self.division.frame

    @cached_property
    def named(self) -> list[Figure | None]:
        """The figure of each feature's quantity, None where there is none."""
        return [self.figures.figures[key] if key else None for key in self.features["quantite"]]

    @cached_property
    def wide(self) -> set[str]:
        """The features that cover more than an EPCI: a Département, the basin."""
        places = zip(self.features.index, self.features["territoires"], strict=True)
        return {key for key, codes in places if any(code not in self.basin.epci for code in codes)}

    @cached_property
    def within(self) -> dict[str, tuple[str, ...]]:
        """The codes of the territories that each feature lies in, of those that are counted."""
        if not self.division.is_official:
            return {**dict.fromkeys(self.features.index, ()), **self._parts(least=0.0)}
        columns = (self.features[name] for name in ("epci", "communes", "territoires"))
        return {key: self._members(*told) for key, *told in zip(self.features.index, *columns, strict=True)}

    @cached_property
    def whole(self) -> dict[str, tuple[str, ...]]:
        """The territories that hold each feature as a whole: one, or several that overlap."""
        if not self.division.is_official:
            return self._parts(least=WHOLE)
        return {key: codes for key, codes in self.within.items() if len(codes) == 1}

    @cached_property
    def _shares(self) -> pd.DataFrame:
        return self.share(self.features[self.located])

    def share(self, features: gpd.GeoDataFrame) -> pd.DataFrame:
        """Share features between the territories, made ready once: as the function `share` does."""
        return share(features, self.division, self._ready)

    @cached_property
    def _ready(self) -> Partition | None:
        return Partition(self.division.frame) if self.division.is_coverage else None

    def _parts(self, least: float) -> dict[str, tuple[str, ...]]:
        """Return where each located feature lies by its shape, for at least a share of it."""
        found: dict[str, list[str]] = {}
        rows = self._shares[self._shares["part"] > least]
        for key, place in zip(rows["feature"], rows["territory"], strict=True):
            if place not in (TOTAL, BEYOND):
                found.setdefault(key, []).append(place)
        return {key: tuple(sorted(codes)) for key, codes in found.items()}

    def _members(
        self, epci: tuple[str, ...], communes: tuple[str, ...], territories: tuple[str, ...]
    ) -> tuple[str, ...]:
        """Return the codes of the official territories that names tell of."""
        if self.division.by == "commune":
            return tuple(code for code in communes if code in self.basin.communes)
        known = {code for code in epci if code in self.basin.epci} | {*self.basin.epci_of(communes)}
        if self.division.by == "epci":
            return tuple(sorted(known))
        told = {code for code in communes if code in self.basin.communes}
        for siren in known - {*self.basin.epci_of(communes)}:
            told.update(self.basin.epci[siren].communes)
        found = {self.basin.communes[code].departement for code in told}
        return tuple(sorted(found | {code for code in territories if code in self.places.index}))

    def otherwise(self, key: str) -> str:
        """Where a feature counts that is attributed to no territory: the basin, or beyond it."""
        return BASIN if self.precisions[key] == "territoire" else BEYOND

    def holders(self, key: str) -> tuple[str, ...]:
        """Where a quantity counts that cannot be shared: what holds its feature, or the basin."""
        if key in self.wide:
            return (BASIN,)
        codes = self.within[key]
        return self.whole.get(key) or (BASIN if codes else self.otherwise(key),)

    def owner(self, code: str) -> str:
        """Return the territory made of whole communes that an EPCI, or a commune, lies in; or the basin."""
        communes = self.basin.epci[code].communes if code in self.basin.epci else (code,)
        if self.division.by == "commune" and code not in self.basin.communes:
            return BASIN
        found = {self.owners.get(commune, "") for commune in communes}
        return found.pop() or BASIN if len(found) == 1 else BASIN

    @cached_property
    def owners(self) -> dict[str, str]:
        """The official territory of each commune."""
        return {commune: code for code, members in self.division.communes.items() for commune in members}

    def lists(self, layer: str, measure: str) -> bool:
        """Tell whether a layer lists a measure among its indicators."""
        return MEASURES[measure] in self.known.layers[layer].indicateurs

    def added(self, place: str) -> tuple[str, ...]:
        """Return where a share counts: its territory, and the total unless territories overlap.

        Those measure each on its own; what lies in any of them is then shared apart, as a whole.
        """
        if place == TOTAL or (place != BEYOND and not self.division.is_coverage):
            return (place,)
        return (place, TOTAL)


def share(features: gpd.GeoDataFrame, division: Division, ready: Partition | None = None) -> pd.DataFrame:
    """Share features between the territories of a division.

    Parameters
    ----------
    features : geopandas.GeoDataFrame
        In the CRS of the division, metres.
    division : Division
        If it is no coverage, each territory is measured on its own.
    ready : Partition, optional
        The territories of a coverage made ready, where they serve many times.

    Returns
    -------
    pandas.DataFrame
        As `geo.allocate.allocate` gives it, what lies in no territory under `BEYOND`. If the
        division is no coverage, rows do not add up; what lies in any territory stands once under
        `TOTAL`, so that `TOTAL` and `BEYOND` add up to the whole, to 1e-9 relative.
    """
    if division.is_coverage:
        return _told(allocate(features, division.frame if ready is None else ready))
    shapes = np.asarray(division.frame.geometry.array)
    everything = gpd.GeoDataFrame(geometry=[shapely.union_all(shapes)], index=[TOTAL], crs=features.crs)
    found = [_told(allocate(features, everything))]
    tree = shapely.STRtree(np.asarray(features.geometry.array))
    for code, shape in zip(division.frame.index, shapes, strict=True):
        near = np.sort(tree.query(shape, predicate="dwithin", distance=ON_BORDER_M))
        if len(near):
            alone = gpd.GeoDataFrame(geometry=[shape], index=[code], crs=features.crs)
            parts = _told(allocate(features.iloc[near], alone))
            found.append(parts[parts["territory"] != BEYOND])
    return pd.concat(found, ignore_index=True)


def _told(table: pd.DataFrame) -> pd.DataFrame:
    """Return shares with what lies in no territory under its name."""
    territory = table["territory"].astype(object)
    return table.assign(territory=territory.where(territory != OUTSIDE, BEYOND))
