"""The formats that are read: by their suffix, and by how their first bytes begin."""

from __future__ import annotations

import re
from pathlib import Path

FORMATS = {
    ".geojson": "GeoJSON",
    ".json": "GeoJSON",
    ".geojsonl": "GeoJSONSeq",
    ".geojsons": "GeoJSONSeq",
    ".ndjson": "GeoJSONSeq",
    ".topojson": "TopoJSON",
    ".gpkg": "GeoPackage",
    ".shp": "Shapefile",
    ".dbf": "DBF",
    ".zip": "ZIP",
    ".shz": "ZIP",
    ".kmz": "KMZ",
    ".kml": "KML",
    ".gpx": "GPX",
    ".gml": "GML",
    ".xml": "GML",
    ".fgb": "FlatGeobuf",
    ".parquet": "Parquet",
    ".geoparquet": "Parquet",
    ".tab": "MapInfo",
    ".mif": "MapInfo",
    ".gdb": "FileGDB",
    ".csv": "CSV",
    ".tsv": "CSV",
    ".txt": "CSV",
    ".xlsx": "XLSX",
    ".xlsm": "XLSX",
    ".ods": "ODS",
}
"""Suffix, in lower case, to the name that users know the format by."""

READABLE = "GeoPackage, shapefile (seul ou en .zip), GeoJSON, KML, GPX, FlatGeobuf, GeoParquet, CSV ou XLSX"
"""What to offer to one whose file is of another format."""

COMPANIONS = {
    ".shp": (".shx", ".dbf", ".prj", ".cpg"),
    ".tab": (".dat", ".map", ".id", ".ind", ".dbf"),
    ".mif": (".mid",),
    ".gpkg": (".gpkg-wal", ".gpkg-journal"),
    ".dbf": (".cpg",),
}
"""Suffixes of the files that are read with one, and no others; what goes with another is not read alone."""

_BEGINNINGS: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG", "une image PNG"),
    (b"\xff\xd8\xff", "une image JPEG"),
    (b"GIF8", "une image GIF"),
    (b"II*\x00", "une image TIFF"),
    (b"MM\x00*", "une image TIFF"),
    (b"%PDF", "un document PDF"),
    (b"PK\x03\x04", "une archive ZIP"),
    (b"PK\x05\x06", "une archive ZIP"),
    (b"Rar!", "une archive RAR"),
    (b"7z\xbc\xaf", "une archive 7z"),
    (b"\x1f\x8b", "une archive gzip"),
    (b"SQLite format 3\x00", "une base SQLite"),
    (b"\xd0\xcf\x11\xe0", "un ancien fichier Office, ou protégé par un mot de passe"),
    (b"PAR1", "un fichier Parquet"),
    (b"fgb\x03", "un fichier FlatGeobuf"),
    (b"\x00\x00\x27\x0a", "un shapefile"),
)
_EXPECTED = {
    "GeoPackage": "une base SQLite",
    "Shapefile": "un shapefile",
    "ZIP": "une archive ZIP",
    "KMZ": "une archive ZIP",
    "XLSX": "une archive ZIP",
    "ODS": "une archive ZIP",
    "Parquet": "un fichier Parquet",
    "FlatGeobuf": "un fichier FlatGeobuf",
}
_TEXT = {"GeoJSON", "GeoJSONSeq", "TopoJSON", "KML", "GPX", "GML", "CSV", "MapInfo"}


def format_of(path: Path) -> str:
    """Return the format that a suffix announces, empty if it is none of ours."""
    return FORMATS.get(path.suffix.lower(), "")


def content_of(head: bytes) -> str:
    """Return what a file holds, in French, as far as its first bytes tell; empty if they do not."""
    known = next((told for start, told in _BEGINNINGS if head.startswith(start)), "")
    if known:
        return known
    text = head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if b"<ogrvrtdatasource" in text or b"<vrtdataset" in text:
        return "un fichier virtuel de GDAL (VRT), qui renvoie à d'autres fichiers"
    if re.match(rb"<!doctype\s+html|<html", text):
        return "une page web (HTML)"
    return "un document XML" if text.startswith(b"<") else ""


def disagreement(kind: str, head: bytes) -> str:
    """Return what a file is, in French, if it cannot be of the format `kind`; empty if it can.

    Parameters
    ----------
    kind : str
        One of the values of `FORMATS`.
    head : bytes
        The first bytes of the file; a kilobyte is enough.
    """
    found = content_of(head)
    if kind in _EXPECTED:
        return "" if found == _EXPECTED[kind] else found or "autre chose"
    if kind in {"KML", "GPX", "GML"}:
        return "" if found == "un document XML" else found or "du texte qui n'est pas du XML"
    return found if kind in _TEXT else ""
