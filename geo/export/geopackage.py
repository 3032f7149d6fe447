"""The data of an EPCI as one GeoPackage, with its styles: the file that a planner opens in QGIS.

The tables are written by GDAL; what it has no option for (styles, what columns hold, the date) is put
in afterwards, and the file made anew by SQLite, so that the same data give the same bytes.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyogrio
import shapely

from geo.content import Dossier, made_on
from geo.export.columns import Column
from geo.export.qml import style_of
from geo.export.section import STYLES_TABLE, Section, boundary
from geo.export.sections import list_sections
from geo.export.sld import sld_of
from geo.export.symbols import written
from geo.sources.cache import replacing
from geo.territories import LAMBERT_93

GEOMETRY = "geom"
VERSION = "1.2"
"""Of the format: what GDAL and QGIS of the last ten years read and check."""
_TYPES = {
    "integer": pa.int32(),
    "bigint": pa.int64(),
    "double precision": pa.float64(),
    "boolean": pa.bool_(),
}
_STYLES = f"""
CREATE TABLE {STYLES_TABLE} (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  f_table_catalog TEXT(256), f_table_schema TEXT(256), f_table_name TEXT(256), f_geometry_column TEXT(256),
  styleName TEXT(30), styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN,
  description TEXT, owner TEXT(30), ui TEXT(30), update_time DATETIME
)
"""
_ADD_STYLE = f"""
INSERT INTO {STYLES_TABLE} (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName,
                            styleQML, styleSLD, useAsDefault, description, owner, ui, update_time)
VALUES ('', '', ?, '{GEOMETRY}', ?, ?, ?, 1, ?, '', NULL, ?)
"""  # noqa: S608  # names of ours
_DATA_COLUMNS = """
CREATE TABLE IF NOT EXISTS gpkg_data_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT,
  mime_type TEXT, constraint_name TEXT,
  CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name), CONSTRAINT gdc_tn UNIQUE (table_name, name)
)
"""
_CONSTRAINTS = """
CREATE TABLE IF NOT EXISTS gpkg_data_column_constraints (
  constraint_name TEXT NOT NULL, constraint_type TEXT NOT NULL, value TEXT,
  min NUMERIC, min_is_inclusive BOOLEAN, max NUMERIC, max_is_inclusive BOOLEAN, description TEXT,
  CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value)
)
"""
_SCHEMA = "http://www.geopackage.org/spec121/#extension_schema"


def geopackage_name(dossier: Dossier) -> str:
    """Return the file name of the GeoPackage of an EPCI."""
    return f"donnees-{dossier.epci.slug}.gpkg"


def write_geopackage(dossier: Dossier, target: Path, sections: Sequence[Section] = ()) -> None:
    """Write the data of an EPCI as a GeoPackage, EPSG:2154.

    One table for each layer that has features in the EPCI (and for each kind of geometry, where it
    has several), whole shapes; the EPCI and its communes; tables of attributes for the wider measures, the
    statistics, the figures, the documents, and for what each column holds. ``layer_styles`` has a QML
    and an SLD style for each table of shapes, which QGIS takes by default.

    Parameters
    ----------
    dossier : Dossier
        All that the documents of the EPCI tell.
    target : pathlib.Path
        The file, replaced whole.
    sections : sequence of Section
        From `geo.export.sections.list_sections`, where they are at hand.

    Raises
    ------
    DataError
        If the EPCI is not in Lambert-93, or a name makes no table.
    ErbmError
        If the file cannot be written.
    """
    sections = sections or list_sections(dossier)
    with replacing(target) as temporary:
        temporary.unlink()
        for rank, section in enumerate(sections):
            _write(section, temporary, append=rank > 0)
        with closing(sqlite3.connect(temporary, isolation_level=None)) as base:
            base.execute("BEGIN")
            _describe(base, sections)
            _style(base, sections)
            _date(base)
            base.execute("COMMIT")
            base.execute("VACUUM")


def _write(section: Section, path: Path, *, append: bool) -> None:
    arrays = {
        column.name: pa.array(
            [_cell(value) for value in section.values(column.name)], _TYPES.get(column.type, pa.string())
        )
        for column in section.columns
    }
    spatial: dict[str, Any] = {}
    if section.shape:
        shapes = np.array(section.shapes, dtype=object)
        arrays[GEOMETRY] = pa.array(list(shapely.to_wkb(shapes, output_dimension=2)), pa.binary())
        spatial = {"geometry_name": GEOMETRY, "geometry_type": section.shape, "crs": LAMBERT_93}
    pyogrio.write_arrow(
        pa.table(arrays),
        str(path),
        layer=section.name,
        driver="GPKG",
        append=append,
        dataset_options=None if append else {"VERSION": VERSION},
        layer_options={
            "IDENTIFIER": section.titre,
            "DESCRIPTION": section.comment,
            "FID": "fid",
            **({"SPATIAL_INDEX": "YES", "GEOMETRY_NAME": GEOMETRY} if section.shape else {}),
        },
        **spatial,
    )


def _cell(value: Any) -> Any:
    """Return a value as its column takes it: lists of texts are parted by bars, objects are JSON."""
    if isinstance(value, dict) or (isinstance(value, list) and any(isinstance(v, dict) for v in value)):
        return json.dumps(value, ensure_ascii=False, sort_keys=True) if value else None
    if isinstance(value, list | tuple):
        return "|".join(map(str, value)) or None
    return value


def _describe(base: sqlite3.Connection, sections: Sequence[Section]) -> None:
    """Tell what each column holds, by the extension of the format that is made for it."""
    base.execute(_DATA_COLUMNS)
    base.execute(_CONSTRAINTS)
    for section in sections:
        geometry = [Column(GEOMETRY, "geometry", boundary(section))] if section.shape else []
        base.executemany(
            "INSERT OR REPLACE INTO gpkg_data_columns (table_name, column_name, name, description)"
            " VALUES (?, ?, ?, ?)",
            [(section.name, one.name, one.name, one.comment) for one in (*section.columns, *geometry)],
        )
    base.execute("DELETE FROM gpkg_extensions WHERE extension_name = 'gpkg_schema'")
    base.executemany(
        "INSERT INTO gpkg_extensions (table_name, column_name, extension_name, definition, scope)"
        " VALUES (?, NULL, 'gpkg_schema', ?, 'read-write')",
        [(name, _SCHEMA) for name in ("gpkg_data_columns", "gpkg_data_column_constraints")],
    )


def _style(base: sqlite3.Connection, sections: Sequence[Section]) -> None:
    base.execute(_STYLES)
    base.executemany(
        _ADD_STYLE,
        [
            (
                section.name,
                "ERBM",
                written(style_of(section)),
                written(sld_of(section)),
                f"{section.titre}, comme dans l'atlas",
                _stamp(),
            )
            for section in sections
            if section.shape
        ],
    )
    base.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change)"
        " VALUES (?, 'attributes', 'Styles', 'Styles des couches, en QML et en SLD.', ?)",
        (STYLES_TABLE, _stamp()),
    )
    if base.execute("SELECT 1 FROM sqlite_master WHERE name = 'gpkg_ogr_contents'").fetchone():
        count = sum(1 for section in sections if section.shape)
        base.execute("INSERT INTO gpkg_ogr_contents VALUES (?, ?)", (STYLES_TABLE, count))


def _date(base: sqlite3.Connection) -> None:
    base.execute("UPDATE gpkg_contents SET last_change = ?", (_stamp(),))


def _stamp() -> str:
    return f"{made_on().isoformat()}T00:00:00.000Z"
