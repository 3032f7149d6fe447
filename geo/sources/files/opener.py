"""The layers of a file that a user brings, whatever its format, as they were published."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from pyproj.exceptions import CRSError

from geo.errors import DataError
from geo.sources.files import gate, sandbox
from geo.sources.files.limits import LIMITS, Limits
from geo.sources.raw import RawLayer

_Made = TypeVar("_Made")

_TYPED: dict[str, Callable[[str], Any]] = {"entier": int, "nombre": float}


@dataclass(frozen=True, slots=True)
class LayerInfo:
    """What a layer is, for a message.

    Parameters
    ----------
    name : str
        Its name.
    driver : str
        The format, as users name it.
    rows : int
        Its rows.
    geometry : str
        ``point``, ``ligne``, ``polygone``, ``variable`` or ``aucune``.
    """

    name: str
    driver: str
    rows: int
    geometry: str


def read_layers(
    path: Path, *, layer: str = "", encoding: str = "", limits: Limits = LIMITS
) -> list[RawLayer]:
    """Read every layer of a file, in a process of its own that is bounded and killed if it hangs.

    Parameters
    ----------
    path : pathlib.Path
        GeoPackage, shapefile (alone or zipped, several in folders if need be), GeoJSON, GeoJSON
        by lines, TopoJSON, KML, KMZ, GPX, GML, FlatGeobuf, MapInfo TAB or MIF, file geodatabase,
        GeoParquet, Parquet, CSV, XLSX or ODS.
    layer : str, optional
        The one layer that is wanted, whatever the case of its name.
    encoding : str, optional
        Of the texts of a CSV, a shapefile or a MapInfo table; found if it is not given.
    limits : Limits, optional
        How much the file may ask of the machine.

    Returns
    -------
    list of RawLayer
        Tables (CSV, XLSX, ODS, Parquet without geometry) have no shapes and no CRS: what their
        columns hold is for the door to say. A shapefile without ``.prj`` has no CRS either.

    Raises
    ------
    DataError
        If the path is not that of an ordinary file, or the file is damaged, hostile, beyond the
        limits, or changes as it is read. Nothing is written beside it, nothing stays behind.
    UsageError
        If it has no such layer, or the encoding does not exist.
    """
    return list(_read(path, {"layer": layer, "encoding": encoding, "count_only": False}, limits, _raw))


def list_layers(path: Path, *, limits: Limits = LIMITS) -> list[LayerInfo]:
    """List the layers of a file, with the same care as `read_layers`.

    Raises
    ------
    DataError
        As `read_layers`.
    """

    def told(_work: Path, found: dict[str, Any]) -> LayerInfo:
        return LayerInfo(found["name"], found["driver"], found["rows"], found["geometry"])

    return list(_read(path, {"layer": "", "encoding": "", "count_only": True}, limits, told))


def _read(
    path: Path, job: dict[str, Any], limits: Limits, made: Callable[[Path, dict[str, Any]], _Made]
) -> list[_Made]:
    state = gate.examine(path, limits)
    try:
        with sandbox.reading(path, job, limits) as (work, found):
            gate.refuse_changes(path, state)
            return [made(work, told) for told in found]
    except DataError:
        gate.refuse_changes(path, state)
        raise


def _raw(work: Path, told: dict[str, Any]) -> RawLayer:
    """Build a layer out of what the process handed back."""
    rows: list[list[Any]] = []
    shapes: list[NDArray[np.object_]] = []
    file = work / told["file"]
    if file.exists():
        with file.open(encoding="utf-8") as lines, file.with_suffix(".wkb").open("rb") as blobs:
            for line in lines:
                cells, sizes = json.loads(line)
                rows.extend(cells)
                wkbs = [None if size is None else blobs.read(size) for size in sizes]
                shapes.append(np.asarray(shapely.from_wkb(wkbs), dtype=object))
    crs, note = _crs(told["crs"])
    return RawLayer(
        origin=told["origin"],
        name=told["name"],
        driver=told["driver"],
        frame=_frame(rows, told),
        geometry=np.concatenate(shapes) if shapes else np.empty(0, dtype=object),
        crs=crs,
        crs_how=told["crs_how"] if crs else "",
        encoding=told["encoding"],
        notes=(*told["notes"], *([note] if note else [])),
        unreadable={int(rank): reason for rank, reason in told["unreadable"].items()},
    )


def _frame(rows: list[list[Any]], told: dict[str, Any]) -> pd.DataFrame:
    """Build the table: cells of the kind of their column, None where there is none."""
    columns: dict[str, pd.Series[Any]] = {}
    index = pd.RangeIndex(1, len(rows) + 1)
    for place, name in enumerate(told["columns"]):
        typed = _TYPED.get(told["kinds"][place]) if told["kinds"] else None
        cells = [row[place] if place < len(row) else None for row in rows]
        if typed:
            cells = [None if cell is None else typed(cell) for cell in cells]
        if name in told["unnamed"] and not any(cell is not None for cell in cells):
            continue
        columns[name] = pd.Series(cells, index=index, dtype=object)
    return pd.DataFrame(columns, index=index, dtype=object)


def _crs(text: str) -> tuple[CRS | None, str]:
    """Return the CRS that a text tells of, in longitude and latitude if it is WGS84; or why not."""
    if not text:
        return None, ""
    try:
        crs = CRS.from_user_input(text)
    except CRSError:
        return None, "projection (CRS) déclarée, mais illisible"
    if crs.is_engineering or crs.name.startswith(("Undefined", "Unknown", "unknown")):
        return None, f"projection (CRS) déclarée comme inconnue ({crs.name[:60]})"
    return (CRS.from_epsg(4326) if crs == CRS.from_user_input("OGC:CRS84") else crs), ""
