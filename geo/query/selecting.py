"""The features that answer a question: all its conditions, then its order and its columns."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.catalog import Catalog
from geo.errors import UsageError
from geo.ledger import Ledger
from geo.query.layers import find_layer
from geo.query.near import Near, approximate, joined, pairs, targets
from geo.query.places import Region
from geo.query.records import FIELDS, attribute_names, kinds, record
from geo.query.shaping import columned, ordered
from geo.query.where import predicate
from geo.territories import WGS84, Territories
from geo.text import plural

REMARKS = "remarques"
"""Key of ``frame.attrs`` under which `select` says what a reader should know, in French."""

TOTAL = "total"
"""Key of ``frame.attrs`` under which `select` says how many rows there are before `limit`."""


@dataclass(frozen=True, slots=True)
class Source:
    """All the features, in metres, and the catalogue and the ledger that names refer to."""

    features: gpd.GeoDataFrame
    known: Catalog
    figures: Ledger


def select(
    features: gpd.GeoDataFrame,
    known: Catalog,
    figures: Ledger,
    *,
    layers: Sequence[str] = (),
    inside: Territories | None = None,
    communes: Sequence[str] = (),
    where: str = "",
    bbox: tuple[float, float, float, float] | None = None,
    within: Region | None = None,
    intersects: Sequence[Region | str] = (),
    near: Sequence[Near] = (),
    far: Sequence[Near] = (),
    each: bool = False,
    order_by: Sequence[str] = (),
    limit: int | None = None,
    columns: Sequence[str] = (),
) -> gpd.GeoDataFrame:
    """Return the features that answer all the conditions, in their order or the one asked.

    Parameters
    ----------
    features : geopandas.GeoDataFrame
        As `geo.ingest.load` gives them.
    known, figures
        The catalogue and the ledger that names refer to.
    layers : sequence of str
        Names of layers as people say them; several mean "one of".
    inside : Territories, optional
        The EPCI to look in.
    communes : sequence of str
        INSEE codes; several mean "one of".
    where : str
        An expression on `FIELDS` and the layers' attributes, see `predicate`.
    bbox : tuple of float, optional
        West, south, east, north in degrees (EPSG:4326); what meets the box is kept.
    within : Region, optional
        What lies inside is kept, see `Region.holds`.
    intersects : sequence of Region or str
        What meets each is kept: a region (`Region.meets`), or a feature of layers (at 0 m).
    near : sequence of Near
        What is at most so far from each is kept; the answer tells the nearest of the first.
    far : sequence of Near
        What is further than that from all of each is kept.
    each : bool
        One row for each pair of a feature and what is near it, not only the nearest.
    order_by : sequence of str
        See `geo.query.shaping.ordered`.
    limit : int, optional
        How many rows at most, the first.
    columns : sequence of str
        The columns of the answer; all of them by default.

    Returns
    -------
    geopandas.GeoDataFrame
        A part of `features`, same columns and CRS, then `NEAR_COLUMNS` if something near is asked.
        ``attrs["remarques"]`` says in French what a reader should know: layers that are empty,
        positions that are approximate; ``attrs["total"]`` how many answer, `limit` aside.
        Features of precision ``territoire`` answer `inside` where they are told of one of its EPCI
        (those of the whole basin, or of a Département, are told of none), and never `communes` nor
        what asks for a place: `bbox`, `within`, `intersects`, `near`, `far`.

    Raises
    ------
    UsageError
        If a name is unknown, the box is not one, or the expression is not allowed.
    DataError
        If a file that is named cannot be read.
    """
    if each and not near:
        raise UsageError("--each demande une distance", advice="Ajoutez --near COUCHE DISTANCE.")
    if limit is not None and limit < 1:
        raise UsageError(f"nombre impossible : {limit}", advice="Demandez au moins un élément.")
    source = Source(features, known, figures)
    kept = features[_named(source, layers, inside, communes)]
    kept = kept[_located(kept, bbox, within)]
    if where:
        test = predicate(where, {*FIELDS, *attribute_names(known)}, kinds(known))
        kept = kept[np.array([test(record(row, figures)) for row in kept.to_dict("records")], dtype=bool)]
    for place in intersects:
        kept = kept[place.meets(kept)] if isinstance(place, Region) else _touching(kept, place, source)
    remarks = _about_box(features, bbox) if bbox else []
    kept = _at_distance(kept, near, far, source, remarks, each=each)
    if order_by:
        kept = ordered(kept, order_by, known, figures)
    total = len(kept)
    kept = kept if limit is None else kept.head(limit)
    if (near or far) and (vague := approximate(kept)):
        remarks.append(
            f"{plural(vague, 'distance approximative', 'distances approximatives')} : une position n'y est"
            " connue qu'à la commune, ou est indicative"
        )
    answer = columned(kept, columns, known, figures) if columns else kept.copy()
    answer.attrs |= {TOTAL: total, REMARKS: tuple(dict.fromkeys(remarks))}
    return answer


def _named(
    source: Source, layers: Sequence[str], inside: Territories | None, communes: Sequence[str]
) -> NDArray[np.bool_]:
    """Tell which features are of these layers and territories."""
    features = source.features
    kept = np.ones(len(features), dtype=bool)
    if layers:
        kept &= features["couche"].isin({find_layer(source.known, name).id for name in layers}).to_numpy()
    if inside is not None:
        kept &= _meets(features["epci"], inside.epci) | _meets(features["communes"], inside.communes)
    if communes:
        kept &= _meets(features["communes"], communes)
    return kept


def _meets(lists: pd.Series[Any], codes: Collection[str]) -> NDArray[np.bool_]:
    wanted = frozenset(codes)
    return np.array([not wanted.isdisjoint(items) for items in lists], dtype=bool)


def _located(
    features: gpd.GeoDataFrame, bbox: tuple[float, float, float, float] | None, within: Region | None
) -> NDArray[np.bool_]:
    """Tell which features are in a box and a region."""
    kept = np.ones(len(features), dtype=bool)
    if bbox is not None:
        placed = (features["precision"] != "territoire").to_numpy()
        kept[placed] = _in_box(features[placed], bbox)
        kept &= placed
    if within is not None:
        kept &= within.holds(features)
    return kept


def _in_box(features: gpd.GeoDataFrame, bbox: tuple[float, float, float, float]) -> NDArray[np.bool_]:
    """Tell which features meet a box, compared in degrees: its sides are no straight lines in metres."""
    west, south, east, north = bbox
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise UsageError(
            f"emprise impossible : {','.join(str(v) for v in bbox)}",
            advice="Attendu ouest,sud,est,nord en degrés, par exemple 2.7,50.3,2.9,50.5.",
        )
    degrees = np.asarray(features.geometry.to_crs(WGS84).array)
    met: NDArray[np.bool_] = shapely.intersects(degrees, shapely.box(west, south, east, north))
    return met


def _about_box(features: gpd.GeoDataFrame, bbox: tuple[float, float, float, float]) -> list[str]:
    """Tell that a box is away from all that has a place, its sides swapped perhaps."""
    placed = features[(features["precision"] != "territoire").to_numpy()]
    if placed.empty:
        return []
    extent = gpd.GeoSeries([shapely.box(*placed.total_bounds)], crs=placed.crs).to_crs(WGS84).item()
    west, south, east, north = bbox
    if extent.intersects(shapely.box(west, south, east, north)):
        return []
    told = f"l'emprise {_sides(bbox)} est hors du territoire de l'atlas"
    swapped = (south, west, north, east)
    if extent.intersects(shapely.box(*swapped)):
        return [f"{told} : latitudes et longitudes semblent échangées, essayez {_sides(swapped)}"]
    return [f"{told}, qui tient dans {_sides(tuple(round(side, 2) for side in extent.bounds))}"]


def _sides(bbox: Sequence[float]) -> str:
    return ",".join(f"{side:g}" for side in bbox)


def _touching(features: gpd.GeoDataFrame, asked: str, source: Source) -> gpd.GeoDataFrame:
    found = targets(asked, source.features, source.known, source.figures)
    return features.iloc[np.unique(pairs(features, found, 0.0).left)]


def _at_distance(
    features: gpd.GeoDataFrame,
    near: Sequence[Near],
    far: Sequence[Near],
    source: Source,
    remarks: list[str],
    *,
    each: bool,
) -> gpd.GeoDataFrame:
    """Return the features that are near and far, and what is near them; tell `remarks` what is empty."""
    placed = (features["precision"] != "territoire").to_numpy()
    features = features[placed] if far else features
    for asked, wanted in [*((asked, False) for asked in far), *((asked, True) for asked in near[1:])]:
        found = targets(asked.what, source.features, source.known, source.figures)
        remarks.extend(found.notes)
        close = np.zeros(len(features), dtype=bool)
        close[pairs(features, found, asked.limit_m).left] = True
        features = features[close == wanted]
    if not near:
        return features
    found = targets(near[0].what, source.features, source.known, source.figures)
    remarks.extend(found.notes)
    close_ones = pairs(features, found, near[0].limit_m)
    return joined(features, found, close_ones if each else close_ones.nearest())
