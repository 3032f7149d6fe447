"""GeoJSON as services write it: one collection, or its pages one after the other."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from pyproj.exceptions import CRSError

from geo.errors import DataError
from geo.sources.raw import RawLayer

MAX_DEPTH = 64
"""Levels of brackets that a document may have; a MultiPolygon in a collection has nine."""
FID = "_fid"
"""Column of the ``id`` that features have beside their properties, where they have one."""
WGS84 = "EPSG:4326"

_CRS84 = re.compile(r"(?i)urn:ogc:def:crs:OGC:[^:]*:CRS84|https?://www\.opengis\.net/def/crs/OGC/[^/]+/CRS84")
_EPSG = re.compile(
    r"(?i)(?:EPSG:|urn:(?:x-)?ogc:def:crs:EPSG:(?:[^:]*:)?|https?://www\.opengis\.net/def/crs/EPSG/[^/]+/"
    r"|https?://www\.opengis\.net/gml/srs/epsg\.xml#)(\d{4,6})"
)
_REASONS = {
    "closed linestring": "contour qui ne se referme pas",
    "must be number": "coordonnée qui n'est pas un nombre",
    "coordinates found": "nombre de coordonnées d'un point",
    "point array": "trop peu de points",
    "Invalid number of points": "trop peu de points",
    "Unknown geometry type": "type inconnu",
    "'type' not found": "sans type",
}


@dataclass(frozen=True, slots=True)
class Page:
    """One document as it was parsed.

    Parameters
    ----------
    members : dict
        All its members: ``features`` or ``results``, and those that services add.
    rows : list
        The features, or the rows of an answer without shapes.
    encoding : str
        Of the text.
    """

    members: dict[str, Any]
    rows: list[Any]
    encoding: str


def parse(path: Path) -> Page:
    """Parse a document, whatever it holds, in bounded depth.

    Raises
    ------
    DataError
        If it is no JSON, is too deep, or holds no list of features or results.
    """
    data = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    if _depth(data) > MAX_DEPTH:
        raise DataError(
            f"JSON trop imbriqué (plus de {MAX_DEPTH} niveaux)",
            where=path.name,
            advice="Ce n'est pas une donnée géographique : vérifiez l'adresse ou le fichier.",
        )
    text, encoding = _decoded(data)
    try:
        document = json.loads(text, parse_constant=lambda _: None)
    except (ValueError, RecursionError) as error:
        raise DataError(
            f"JSON illisible ({error})",
            where=path.name,
            advice="Le fichier est peut-être incomplet : recommencez le téléchargement.",
        ) from None
    members = {"results": document} if isinstance(document, list) else document
    rows = members.get("features", members.get("results")) if isinstance(members, dict) else None
    if not isinstance(rows, list):
        raise DataError("ni « features » ni « results » dans cette réponse", where=path.name)
    return Page(members, rows, encoding)


def _decoded(data: bytes) -> tuple[str, str]:
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace"), "cp1252"


def _depth(data: bytes) -> int:
    """Return how deep brackets nest, those of texts aside, without parsing."""
    bare = data.replace(b"\\\\", b"").replace(b'\\"', b"")
    outside = np.frombuffer(b"".join(bare.split(b'"')[::2]), dtype=np.uint8)
    brackets = outside[np.isin(outside, np.frombuffer(b"[]{}", dtype=np.uint8))]
    steps = np.where(np.isin(brackets, np.frombuffer(b"[{", dtype=np.uint8)), 1, -1)
    return int(np.cumsum(steps).max(initial=0))


def crs_named(name: str) -> CRS | None:
    """Return the CRS that a name of OGC or EPSG says, None if it is none of those.

    >>> crs_named("urn:ogc:def:crs:EPSG::2154").to_epsg()
    2154
    """
    if _CRS84.fullmatch(name.strip()):
        return CRS.from_epsg(4326)
    code = _EPSG.fullmatch(name.strip())
    try:
        return CRS.from_epsg(int(code[1])) if code else None
    except CRSError:
        return None


def read(
    paths: Sequence[Path], *, origin: str = "", name: str = "", asked: str = "", what: str = "la réponse"
) -> RawLayer:
    """Read the pages of one collection.

    Parameters
    ----------
    paths : sequence of pathlib.Path
        In order; the rows are numbered from one to the other.
    origin, name : str, optional
        As they are told to the user; by default the name of the first file.
    asked : str, optional
        CRS that the service was asked for, as ``EPSG:2154``; WGS84 if it was not.
    what : str, optional
        What declares the CRS, in French.

    Returns
    -------
    RawLayer
        Coordinates are in the order x, y (longitude, latitude), as GeoJSON has them. Objects and
        lists among the properties are kept as JSON texts.

    Raises
    ------
    DataError
        If a page cannot be parsed, or pages declare different CRS.
    """
    pages = [parse(path) for path in paths]
    rows = [row for page in pages for row in page.rows]
    unreadable: dict[int, str] = {}
    spatial = any("features" in page.members for page in pages)
    geometry = _geometries(rows, unreadable) if spatial else np.full(len(rows), None, dtype=object)
    attributes = [_attributes(row, number, unreadable, spatial=spatial) for number, row in enumerate(rows, 1)]
    origin = origin or (paths[0].name if paths else "")
    crs, how = _crs(pages, geometry, asked, origin, what) if spatial else (None, "")
    encodings = [page.encoding for page in pages]
    wrong = sum(encoding != "utf-8" for encoding in encodings)
    notes = (f"{wrong} page(s) qui ne sont pas en UTF-8, lues en Windows-1252",) if wrong else ()
    return RawLayer(
        origin=origin,
        name=name or (paths[0].stem if paths else ""),
        driver="GeoJSON" if spatial else "JSON",
        frame=table(attributes),
        geometry=geometry,
        crs=crs,
        crs_how=how,
        encoding="cp1252" if wrong else "utf-8",
        notes=notes,
        unreadable=unreadable,
    )


def _attributes(row: Any, number: int, unreadable: dict[int, str], *, spatial: bool) -> dict[str, Any]:
    known = row.get("properties") if spatial and isinstance(row, dict) else row
    if known is None and isinstance(row, dict):
        known = {}
    if not isinstance(known, dict):
        unreadable[number] = "ce n'est pas un objet avec ses propriétés"
        return {}
    fid = {FID: row["id"]} if spatial and row.get("id") is not None else {}
    return {name: _scalar(value) for name, value in {**fid, **known}.items()}


def _scalar(value: Any) -> Any:
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return value


def table(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Return a table of objects, columns in the order in which they are first met."""
    names = dict.fromkeys(name for row in rows for name in row)
    columns: dict[str, NDArray[np.object_]] = {}
    for name in names:
        values = np.empty(len(rows), dtype=object)
        values[:] = [row.get(name) for row in rows]
        columns[name] = values
    index = pd.RangeIndex(1, len(rows) + 1)
    return pd.DataFrame(columns, index=index, columns=list(columns), dtype=object)


def _geometries(rows: list[Any], unreadable: dict[int, str]) -> NDArray[np.object_]:
    """Return the shapes; None, with a reason in `unreadable`, for one that is malformed."""
    known = [row.get("geometry") if isinstance(row, dict) else None for row in rows]
    texts = np.array([None if shape is None else json.dumps(shape) for shape in known], dtype=object)
    found: NDArray[np.object_] = shapely.from_geojson(texts, on_invalid="ignore")
    for place in np.flatnonzero((texts != np.array(None)) & (found == np.array(None))):
        unreadable[int(place) + 1] = f"géométrie illisible ({_why(texts[place])})"
    return found


def _why(text: str) -> str:
    """Return what GEOS has against a shape, in French."""
    try:
        shapely.from_geojson(text)
    except shapely.errors.GEOSException as error:
        return next((told for sign, told in _REASONS.items() if sign in str(error)), "mal construite")
    return "mal construite"


def _crs(
    pages: Sequence[Page], geometry: NDArray[np.object_], asked: str, origin: str, what: str
) -> tuple[CRS | None, str]:
    """Return the CRS and how it is known: declared, asked, or that of the standard."""
    names = {_declared(page) for page in pages if page.rows} - {""}
    if len(names) > 1:
        raise DataError(f"plusieurs projections : {', '.join(sorted(names))}", where=origin)
    if names:
        name = names.pop()
        return crs_named(name), f"{what} le déclare ({name})"
    if _in_degrees(geometry):
        return CRS.from_epsg(4326), "norme du GeoJSON (RFC 7946), rien d'autre n'étant déclaré"
    wanted = crs_named(asked) if asked else None
    if wanted is None or wanted.is_geographic:
        return None, ""
    return wanted, f"demandé au service ({asked}), qui ne le redit pas"


def _declared(page: Page) -> str:
    member = page.members.get("crs")
    known = member.get("properties") if isinstance(member, dict) else None
    name = known.get("name") if isinstance(known, dict) else None
    return name if isinstance(name, str) else ""


def _in_degrees(geometry: NDArray[np.object_]) -> bool:
    """Tell whether coordinates are longitudes and latitudes, but for a few; projected metres are larger.

    What has no coordinates is in degrees, as the standard wants it.
    """
    places = np.abs(shapely.get_coordinates(geometry))
    return not len(places) or bool((np.median(places, axis=0) <= (180, 90)).all())
