"""Where rows are: the shapes of the file, coordinates in columns, or the commune that they name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from geo.errors import DataError
from geo.ingest import columns, communes
from geo.ingest.columns import Columns
from geo.ingest.communes import Places
from geo.ingest.names import ADDRESSES
from geo.ingest.plausible import MOST, advice, crs_of, in_france, label, suggested, to_lambert
from geo.ingest.report import Journal, Link
from geo.ingest.schema import Schema
from geo.ingest.values import squeezed
from geo.sources.raw import RawLayer
from geo.territories import WGS84, Territories

EXACT, COMMUNE = "exacte", "commune"
"""Precisions, of `geo.ingest.facts.PRECISIONS`."""


@dataclass(frozen=True, slots=True)
class Located:
    """Shapes of all the rows, EPSG:2154, None where there are none; how well they are placed.

    `crs` and `how` tell what they were in, and how that was known.
    """

    shapes: NDArray[np.object_]
    precision: NDArray[np.object_]
    crs: str
    how: str


def locate(
    raw: RawLayer,
    frame: pd.DataFrame,
    links: list[Link],
    journal: Journal,
    *,
    schema: Schema,
    basin: Territories,
) -> Located:
    """Return where the rows of a source are; those that cannot be placed are set aside.

    Parameters
    ----------
    raw : RawLayer
        The source.
    frame : pandas.DataFrame
        Its tidy values.
    links : list of Link
        Which published field gives which field of the layer.
    journal : Journal
        What is found is told there.
    schema : Schema
        What is wanted, and what the user says of the coordinates.
    basin : Territories
        Where communes are looked for.

    Raises
    ------
    DataError
        If the CRS is not known, or the values contradict it, or nothing places the rows.
    UsageError
        If `schema` names columns that are not there.
    """
    where = f"{raw.origin}, couche « {raw.name} »" if raw.name else raw.origin
    shaped = raw.crs is not None or not shapely.is_missing(raw.geometry).all()
    if shaped and not schema.x:
        return _by_shapes(raw, schema, basin, journal, where)
    found = columns.find(frame, schema)
    shapes = np.full(len(frame), None, dtype=object)
    told = ["", ""]
    if found is not None:
        shapes, *told = _by_columns(found, schema, basin, journal, where)
    places = [
        p for way in (communes.by_code, communes.by_name) if (p := way(frame, links, basin)) is not None
    ]
    if found is None and not places and len(frame):
        raise DataError(
            "rien ne place les lignes : ni géométrie, ni coordonnées, ni code INSEE, ni commune",
            where=where,
            advice=f"Dites les colonnes avec --x et --y. Colonnes : {', '.join(map(str, frame.columns))}.",
        )
    addresses = [name for name in map(str, frame.columns) if squeezed(name) in ADDRESSES]
    if addresses and found is None:
        journal.note(
            "constat", f"adresses ({', '.join(addresses)}) : hors ligne, seule leur commune est placée"
        )
    faults = found.faults if found else {}
    return _completed(shapes, places, basin, journal, told=told, faults=faults)


def _by_shapes(raw: RawLayer, schema: Schema, basin: Territories, journal: Journal, where: str) -> Located:
    here = ~shapely.is_missing(raw.geometry)
    if schema.crs:
        crs, how = crs_of(schema.crs, where), "donnée par l'utilisateur ou la définition"
        if raw.crs is not None and raw.crs != crs:
            journal.note("signalé", f"le fichier déclare {label(raw.crs)} ; {schema.crs} est imposé")
    elif raw.crs is not None:
        crs, how = raw.crs, raw.crs_how or "déclarée par le fichier"
    else:
        raise _unknown_crs(raw.geometry[here], basin, where, "le fichier ne déclare pas sa projection (CRS)")
    shapes = to_lambert(raw.geometry, crs, here, journal, basin, where=where, given=bool(schema.crs))
    precision = np.where(here, EXACT, "").astype(object)
    return Located(shapes, precision, label(crs), how)


def _unknown_crs(shapes: NDArray[np.object_], basin: Territories, where: str, what: str) -> DataError:
    bounds = shapely.bounds(shapes)
    bounds = bounds[np.isfinite(bounds).all(axis=1)]
    x, y = (bounds[:, 0] + bounds[:, 2]) / 2, (bounds[:, 1] + bounds[:, 3]) / 2
    return DataError(what, where=where, advice=advice(*suggested(x, y, basin)))


def _by_columns(
    found: Columns, schema: Schema, basin: Territories, journal: Journal, where: str
) -> tuple[NDArray[np.object_], str, str]:
    here = ~shapely.is_missing(found.shapes)
    named = " et ".join(found.names)
    if found.others:
        journal.note("signalé", f"position lue dans {named} ; non lues : {', '.join(found.others)}")
    if schema.crs:
        crs, how = crs_of(schema.crs, where), f"donnée par l'utilisateur ou la définition ; colonnes {named}"
    elif found.row_crs is not None:
        return _row_by_row(found, here, journal, basin, where)
    else:
        crs, how = _hinted(found, here, basin, where)
    shapes = to_lambert(found.shapes, crs, here, journal, basin, where=where, given=bool(schema.crs))
    return shapes, label(crs), how


def _hinted(found: Columns, here: NDArray[np.bool_], basin: Territories, where: str) -> tuple[CRS, str]:
    """Return the CRS that names of columns tell and values confirm, or degrees that are plainly in France."""
    named = " et ".join(found.names)
    bounds = shapely.bounds(found.shapes[here & ~shapely.is_empty(found.shapes)])
    bounds = bounds[np.isfinite(bounds).all(axis=1)]
    x, y = (bounds[:, 0] + bounds[:, 2]) / 2, (bounds[:, 1] + bounds[:, 3]) / 2
    known = CRS(found.crs or WGS84)
    if not len(x):
        return known, "aucune coordonnée"
    inside = float((in_france(x, y, known) | in_france(y, x, known)).mean())
    if found.crs and inside >= MOST:
        return known, f"nom des colonnes {named}, que leurs valeurs confirment"
    small = float(((np.abs(x) <= 180) & (np.abs(y) <= 180)).mean())
    if not found.crs and (inside >= MOST or (found.degrees and inside >= 0.5 and small >= MOST)):
        return known, f"colonnes {named}, dont les valeurs sont des degrés en France"
    raise _unknown_crs(
        found.shapes[here], basin, where, f"la projection (CRS) des colonnes {named} n'est pas dite"
    )


def _row_by_row(
    found: Columns, here: NDArray[np.bool_], journal: Journal, basin: Territories, where: str
) -> tuple[NDArray[np.object_], str, str]:
    codes = found.row_crs if found.row_crs is not None else np.full(len(here), "", dtype=object)
    journal.set_aside("projection de la ligne inconnue", journal.rows(here & (codes == "")))
    shapes = found.shapes
    told = sorted({str(code) for code in codes[here & (codes != "")]})
    for code in told:
        of = here & (codes == code)
        shapes = to_lambert(shapes, crs_of(code, where), of, journal, basin, where=where, given=False)
    return shapes, ", ".join(told), found.how


def _completed(
    shapes: NDArray[np.object_],
    places: list[Places],
    basin: Territories,
    journal: Journal,
    *,
    told: list[str],
    faults: Mapping[int, str],
) -> Located:
    """Put the rows that have no shape at the town hall of their commune; set the others aside."""
    precision = np.where(shapely.is_missing(shapes), "", EXACT).astype(object)
    failures = {row: ("coordonnées illisibles", detail) for row, detail in faults.items()}
    hows = []
    for place in places:
        lost = journal.rows(shapely.is_missing(shapes))
        placed = [row for row in lost if row in place.codes]
        for row in placed:
            shapes[row - 1] = basin.communes[place.codes[row]].centre
            precision[row - 1] = COMMUNE
        if placed:
            hows.append(f"mairie de la commune ({place.columns})")
            journal.note("constat", f"placées à la mairie de leur commune ({place.columns})", placed)
        if unread := {row: faults[row] for row in placed if row in faults}:
            journal.note("signalé", "coordonnées illisibles, la commune est prise à leur place", unread)
        for row in lost:
            if row in place.failures and failures.get(row, ("",))[0] != communes.OUTSIDE:
                failures[row] = place.failures[row]
    lost = journal.rows(shapely.is_missing(shapes))
    for reason in dict.fromkeys(failures[row][0] for row in lost if row in failures):
        journal.set_aside(reason, {r: failures[r][1] for r in lost if failures.get(r, ("",))[0] == reason})
    journal.set_aside("aucune position dans la ligne", journal.rows(shapely.is_missing(shapes)))
    crs, how = told
    return Located(shapes, precision, crs, " ; ".join(filter(None, (how, *hows))))
