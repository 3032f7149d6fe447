"""The door: from what a source gives to clean records in a layer's schema, and a report of the way.

Every row of the source is kept or set aside with its reason; what is mended is told.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

from geo.errors import DataError
from geo.ingest import locating, mapping, mending, twins
from geo.ingest.communes import OUTSIDE
from geo.ingest.locating import Located
from geo.ingest.names import NAMES
from geo.ingest.report import Journal, Link, Report
from geo.ingest.schema import Schema
from geo.ingest.standards import Conformity, check, standard_of
from geo.ingest.values import shown, squeezed
from geo.sources.raw import RawLayer
from geo.territories import LAMBERT_93, WGS84, Territories

__all__ = ["Examined", "Report", "Schema", "examine"]

KEY, PRECISION, REASON = "_cle", "_precision", "_motif"


@dataclass(frozen=True, slots=True)
class Examined:
    """What came through the door.

    Parameters
    ----------
    kept : geopandas.GeoDataFrame
        EPSG:2154, indexed by the number of each row in the source: the fields of the layer,
        typed, None for missing; ``_cle``, a text that no other row has; ``_precision``.
    aside : pandas.DataFrame
        The other rows, in the same numbers: the values as published, and ``_motif``. Their
        shapes are ``raw.geometry[aside.index - 1]``, in the CRS of the source.
    report : Report
        What was found, mended, set aside.
    """

    kept: gpd.GeoDataFrame
    aside: pd.DataFrame
    report: Report


def examine(
    raw: RawLayer,
    schema: Schema,
    territories: Territories,
    *,
    keep_outside: bool = False,
    subject: NDArray[np.bool_] | None = None,
) -> Examined:
    """Return the rows of a source in the schema of a layer, those set aside, and the report.

    Parameters
    ----------
    raw : RawLayer
        What a source gave; it is not changed.
    schema : Schema
        What the layer wants.
    territories : Territories
        The perimeter, and the communes that rows may name; EPSG:2154.
    keep_outside : bool
        Keep the rows that do not meet the perimeter.
    subject : numpy.ndarray of bool, optional
        The rows, by position, that are what the layer is about; the others are set aside.

    Raises
    ------
    DataError
        If the CRS is missing or wrong, nothing places the rows, or two fields have one name.
    UsageError
        If `schema` names fields or columns that the source does not have.
    """
    if not raw.frame.columns.is_unique:
        twice = raw.frame.columns[raw.frame.columns.duplicated()]
        raise DataError(f"deux champs ont le même nom : {', '.join(map(str, twice))}", where=raw.origin)
    journal = Journal(len(raw.frame), _names(raw.frame))
    for told in raw.notes:
        journal.note("constat", told)
    if not len(raw.frame):
        journal.note("signalé", "aucune ligne dans la source")
    if subject is not None:
        journal.set_aside("hors du sujet de la couche", journal.rows(~subject))
    tidy = mapping.tidied(raw, journal)
    links = mapping.link(tidy, schema, journal)
    with np.errstate(invalid="ignore", over="ignore"):  # coordinates that are no numbers are seen to
        located = locating.locate(raw, tidy, links, journal, schema=schema, basin=territories)
        shapes = mending.mend(located.shapes, raw.unreadable, schema.geometries, journal)
    away = mending.outside(shapes, territories.perimeter, journal.alive)
    beyond = sum(why.startswith(OUTSIDE) for why in journal.reasons.values()) + int(away.sum())
    inside = int(journal.alive.sum()) - int(away.sum())
    _set_outside_aside(away, journal, keep_outside=keep_outside)
    fields = mapping.fill(tidy, links, schema, journal)
    keys = twins.settle(
        fields,
        tidy,
        journal,
        shapes=shapes,
        precision=located.precision,
        cle=schema.cle,
        merging=schema.reunit,
    )
    kept = _kept(fields, keys, shapes, located.precision)
    aside = _aside(raw.frame, journal)
    if len(kept) + len(aside) != len(raw.frame):
        raise AssertionError(f"{len(raw.frame)} rows in, {len(kept)} kept, {len(aside)} set aside")
    report = _report(raw, schema, links, journal, located=located, kept=kept, inside=(inside, beyond))
    return Examined(kept, aside, report)


def _names(frame: pd.DataFrame) -> Callable[[int], str]:
    """Return what gives the name of a row, as a reader knows it: its name, its identifier, or a text."""
    columns = sorted(map(str, frame.columns), key=lambda name: squeezed(name) not in NAMES)

    def name_of(row: int) -> str:
        for column in columns:
            value = frame.loc[row, column]
            if isinstance(value, str) and any(map(str.isalpha, value)):
                return shown(value, 40)[2:-2]
        return ""

    return name_of


def _set_outside_aside(away: NDArray[np.bool_], journal: Journal, *, keep_outside: bool) -> None:
    rows = journal.rows(away)
    if keep_outside and rows:
        journal.note("constat", f"{OUTSIDE}, gardées à la demande", rows)
    elif not keep_outside:
        journal.set_aside(OUTSIDE, rows)


def _kept(
    fields: pd.DataFrame,
    keys: pd.Series[str],
    shapes: NDArray[np.object_],
    precision: NDArray[np.object_],
) -> gpd.GeoDataFrame:
    left = fields.loc[keys.index]
    positions = keys.index.to_numpy(dtype=int) - 1
    table = left.assign(**{KEY: keys, PRECISION: precision[positions]}).astype(object)
    geometry = gpd.GeoSeries(shapes[positions], index=left.index, crs=LAMBERT_93)
    return gpd.GeoDataFrame(table, geometry=geometry, crs=LAMBERT_93)


def _aside(published: pd.DataFrame, journal: Journal) -> pd.DataFrame:
    rows = sorted(journal.reasons)
    reasons = pd.Series([journal.reasons[row] for row in rows], index=rows, dtype=object)
    return published.loc[rows].assign(**{REASON: reasons}).astype(object)


def _report(
    raw: RawLayer,
    schema: Schema,
    links: list[Link],
    journal: Journal,
    *,
    located: Located,
    kept: gpd.GeoDataFrame,
    inside: tuple[int, int],
) -> Report:
    used, filled = {one.source for one in links}, {one.target for one in links}
    types = mending.types_of(located.shapes if shapely.is_missing(raw.geometry).all() else raw.geometry)
    return Report(
        source=raw.origin,
        layer=raw.name,
        driver=raw.driver,
        couche=schema.couche,
        titre=schema.titre,
        rows_in=len(raw.frame),
        kept=len(kept),
        aside=len(journal.reasons),
        crs=located.crs,
        how=located.how,
        encoding=raw.encoding,
        geometry_types=types,
        mapping=tuple(links),
        unused=tuple(name for name in map(str, raw.frame.columns) if name not in used and name[0] != "_"),
        missing=tuple(f.nom for f in schema.champs if f.nom not in filled),
        notes=tuple(journal.notes),
        extent=_extent(kept),
        inside=inside[0],
        outside=inside[1],
        conformity=_conformity(raw, schema),
    )


def _extent(kept: gpd.GeoDataFrame) -> tuple[float, float, float, float] | None:
    if kept.empty:
        return None
    to_degrees = Transformer.from_crs(LAMBERT_93, WGS84, always_xy=True)
    bounds = to_degrees.transform_bounds(*kept.total_bounds)
    west, south, east, north = (round(float(side), 5) for side in bounds)
    return west, south, east, north


def _conformity(raw: RawLayer, schema: Schema) -> Conformity | None:
    """Tell how the source, as published, conforms to the standard asked; renamed as the user says."""
    if not schema.standard:
        return None
    standard = standard_of(schema.standard)
    renamed = {
        source: target
        for target, source in schema.correspondance.items()
        if source and target in standard.rules and target not in raw.frame.columns
    }
    return check(raw.frame.rename(columns=renamed), standard, raw.geometry)
