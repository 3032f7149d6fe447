"""What GDAL reads: its drivers are cut down to those of our formats, and its layers streamed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import pyarrow as pa
import pyogrio
import pyogrio.core
from pyogrio.raw import open_arrow, read

from geo.sources.files.inside.datasets import STAGED, Dataset
from geo.sources.files.inside.handback import Layer
from geo.sources.files.inside.preparing import Source
from geo.sources.files.inside.shapes import Shapes, add, is_curve, parsed, refuse_long

DRIVERS = {
    "ESRI Shapefile", "GPKG", "GPX", "KML", "LIBKML", "GML", "TopoJSON", "FlatGeobuf", "MapInfo File",
    "OpenFileGDB",
}  # fmt: skip
_BATCH_ROWS = 2_000
_CRS_HOW = {
    "Shapefile": "déclarée dans le fichier (.prj)",
    "GeoPackage": "déclarée dans le GeoPackage",
    "GPX": "norme GPX",
    "KML": "norme KML",
    "GML": "déclarée dans le GML (srsName)",
    "FlatGeobuf": "déclarée dans le FlatGeobuf",
    "MapInfo": "déclarée dans le fichier MapInfo (CoordSys)",
    "FileGDB": "déclarée dans la géodatabase",
}
_WORDS = {"Point": "point", "LineString": "ligne", "Polygon": "polygone"}
_GPX_LAYERS = ("tracks", "routes", "waypoints")
"""The others are the points of these."""
_ADDED = {
    "KML": {"altitudeMode", "tessellate", "extrude", "visibility", "drawOrder", "icon"},
    "GML": {"lowerCorner", "upperCorner"},
}
"""Columns that drivers add, and that nobody published."""


@cache
def lock() -> None:
    """Leave GDAL no other drivers than `DRIVERS`.

    Raises
    ------
    RuntimeError
        If one stays: nothing is read then.
    """
    others = set(pyogrio.list_drivers()) - DRIVERS
    pyogrio.set_gdal_config_options({"GDAL_SKIP": ",".join(sorted(others))})
    pyogrio.core._register_drivers()  # noqa: SLF001 - GDAL obeys GDAL_SKIP as it registers
    left = set(pyogrio.list_drivers()) - DRIVERS
    if left:
        raise RuntimeError(f"drivers that were to be left out: {', '.join(sorted(left))}")


def layers(source: Source) -> dict[str, int | str]:
    """Return the name of each layer, to what GDAL knows it by.

    Raises
    ------
    DataError
        If GDAL cannot open the file.
    """
    if source.tables:
        return {name: name for name in source.tables}
    with _failing(source.data):
        names = [str(name) for name, _ in pyogrio.list_layers(source.path)]
    names = [source.data.stem if name == STAGED else name for name in names]
    found: dict[str, int | str] = {}
    for place, name in enumerate(names):
        found[name if name not in found else f"{name} ({place + 1})"] = place
    if source.kind == "GPX":
        return {name: found[name] for name in _GPX_LAYERS if name in found}
    return found


def fill(source: Source, known_as: int | str, layer: Layer) -> None:
    """Read a layer.

    Parameters
    ----------
    source : Source
        The file.
    known_as : int or str
        One of the values of `layers`.
    layer : Layer
        Where it goes.

    Raises
    ------
    DataError
        If its reading fails before its end, or a limit is passed.
    """
    layer.driver, layer.encoding = source.kind, source.encoding
    layer.notes.extend(source.notes)
    options = {**source.options, "batch_size": _BATCH_ROWS, "use_pyarrow": True, "datetime_as_string": True}
    with _failing(source.data), open_arrow(source.path, layer=known_as, **options) as (meta, reader):
        shaped = meta["geometry_name"] or "wkb_geometry"
        shaped = shaped if shaped in reader.schema.names else ""
        kept = _columns(reader.schema, shaped, layer, _ADDED.get(source.kind, set()))
        _set_crs(source, layer, meta["crs"] if shaped else None)
        for batch in reader:
            cells = [_values(batch.column(place), layer) for place in kept]
            rows = list(zip(*cells, strict=True)) if cells else [()] * len(batch)
            if shaped:
                add(layer, rows, _shapes(source, known_as, layer, batch.column(shaped)))
            else:
                layer.add(rows)


def _columns(schema: pa.Schema, shaped: str, layer: Layer, added: set[str]) -> list[int]:
    """Name the columns of a layer, and return their places in what GDAL gives."""
    kept = [place for place, name in enumerate(schema.names) if name != shaped and name not in added]
    binary = [place for place in kept if pa.types.is_binary(schema.field(place).type)]
    if binary:
        names = ", ".join(schema.names[place] for place in binary)
        layer.notes.append(f"champs binaires laissés : {names}")
    kept = [place for place in kept if place not in binary]
    layer.set_columns(schema.names[place] for place in kept)
    return kept


def _values(column: pa.Array, layer: Layer) -> list[Any]:
    try:
        return list(column.to_pylist())
    except UnicodeDecodeError:
        note = "textes qui ne sont pas en UTF-8 : lus en cp1252"
        layer.notes.extend([note] if note not in layer.notes else [])
        raw = column.cast(pa.binary()).to_pylist()
        return [None if value is None else value.decode("cp1252", "replace") for value in raw]


def _shapes(source: Source, known_as: int | str, layer: Layer, column: pa.Array) -> Shapes:
    wkbs = column.to_pylist()
    first = layer.rows + 1
    refuse_long(wkbs, first, layer.limits, layer.where)
    try:
        shapes, reasons = parsed(wkbs, first, layer.tally)
    except NotImplementedError:  # arcs; the other way of reading makes lines of them
        layer.tally.curved += sum(map(is_curve, wkbs))
        window = {"skip_features": layer.rows, "max_features": len(wkbs)}
        _, _, lines, _ = read(source.path, layer=known_as, columns=[], **window, **source.options)
        shapes, reasons = parsed(list(lines), first, layer.tally)
    layer.unreadable.update(reasons)
    return shapes


def _set_crs(source: Source, layer: Layer, declared: str | None) -> None:
    if source.kind == "TopoJSON":
        layer.crs, layer.crs_how = "EPSG:4326", "norme TopoJSON (WGS84)"
    elif declared:
        layer.crs, layer.crs_how = declared, _CRS_HOW[source.kind]


def count(source: Source, known_as: int | str, layer: Layer) -> None:
    """Count the rows of a layer, as its format tells or as GDAL counts them."""
    layer.driver = source.kind
    with _failing(source.data):
        told = pyogrio.read_info(source.path, layer=known_as, force_feature_count=True, **source.options)
    layer.rows = int(told["features"])
    declared = str(told["geometry_type"] or "")
    if declared:
        layer.types = {next((word for name, word in _WORDS.items() if name in declared), "variable")}


@contextmanager
def _failing(data: Dataset) -> Iterator[None]:
    """Make a refusal of what GDAL and Arrow complain of."""
    try:
        yield
    except MemoryError:
        raise
    except (RuntimeError, OSError, ValueError, pa.ArrowException):
        raise data.unreadable() from None
