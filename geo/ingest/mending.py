"""Shapes put right, in the open: invalid ones mended, those that cannot be of use set aside."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.ingest.plausible import Mask, Shapes
from geo.ingest.report import Journal
from geo.ingest.schema import KINDS
from geo.ingest.values import written
from geo.prepared import prepared

CHANGED = 0.01
"""A mended shape whose area or length changes by more than this share is told apart."""

_REASONS = {
    "Self-intersection": "auto-intersection",
    "Ring Self-intersection": "anneau qui se recoupe",
    "Hole lies outside shell": "trou hors du contour",
    "Holes are nested": "trous emboîtés",
    "Nested shells": "contours emboîtés",
    "Nested holes": "trous emboîtés",
    "Duplicate Rings": "anneau répété",
    "Too few points in geometry component": "trop peu de points",
    "Interior is disconnected": "intérieur coupé en deux",
    "Ring is not closed": "anneau ouvert",
    "Invalid Coordinate": "coordonnée invalide",
}
_MULTI = {0: shapely.MultiPoint, 1: shapely.MultiLineString, 2: shapely.MultiPolygon}
_NAMES = {
    "Point": "point",
    "MultiPoint": "multipoint",
    "LineString": "polyligne",
    "LinearRing": "polyligne",
    "MultiLineString": "multiligne",
    "Polygon": "polygone",
    "MultiPolygon": "multipolygone",
    "GeometryCollection": "collection",
}


def types_of(shapes: Shapes) -> dict[str, int]:
    """Return how many shapes there are of each type, in French, the commonest first."""
    names = Counter("sans géométrie" if g is None else _NAMES[g.geom_type] for g in shapes)
    return dict(names.most_common())


def why_invalid(geometry: BaseGeometry) -> str:
    """Return why a shape is invalid, in French, and near which place (in its CRS)."""
    told = str(shapely.is_valid_reason(geometry))
    hit = re.fullmatch(r"([^\[]+)\[(\S+) (\S+)\]", told)
    if not hit:
        return _REASONS.get(told, f"invalide ({told})")
    reason = _REASONS.get(hit[1].strip(), f"invalide ({hit[1].strip()})")
    return f"{reason} près de {float(hit[2]):.0f}, {float(hit[3]):.0f}"


def mend(shapes: Shapes, unreadable: Mapping[int, str], kinds: tuple[str, ...], journal: Journal) -> Shapes:
    """Return the shapes of the rows, valid and of the kinds accepted; set the others aside.

    Parameters
    ----------
    shapes : numpy.ndarray
        EPSG:2154, None where there are none; finite.
    unreadable : mapping of int to str
        Rows whose shape could not be read, and why.
    kinds : tuple of str
        Kinds accepted, of `geo.ingest.schema.KINDS`; empty for all.
    journal : Journal
        What is mended or set aside is told there.
    """
    result = shapes.copy()
    dimensions = {KINDS.index(kind) for kind in kinds or KINDS}
    alive = set(journal.rows(np.ones(len(shapes), dtype=bool)))
    journal.set_aside("illisible", {row: why for row, why in unreadable.items() if row in alive})
    journal.set_aside("géométrie absente", journal.rows(shapely.is_missing(shapes)))
    journal.set_aside("géométrie vide", journal.rows(shapely.is_empty(shapes)))
    _open_rings(result)
    _take_parts(result, dimensions, journal)
    _refuse_kinds(result, dimensions, journal)
    flat = (shapely.get_dimensions(result) == 1) & (shapely.length(result) == 0)
    journal.set_aside("ligne de longueur nulle", journal.rows(flat))
    _make_valid(result, journal)
    flat = (shapely.get_dimensions(result) == 2) & (shapely.area(result) == 0)
    journal.set_aside("polygone de surface nulle", journal.rows(flat))
    return result


def _open_rings(shapes: Shapes) -> None:
    """Make lines of what formats that know rings alone give."""
    for position in np.flatnonzero(shapely.get_type_id(shapes) == shapely.GeometryType.LINEARRING):
        shapes[position] = shapely.LineString(shapes[position].coords)


def _of_dimension(geometry: BaseGeometry, dimension: int) -> BaseGeometry | None:
    """Return the parts of a dimension of a collection, as one shape, None if there are none."""
    found = [part for part in _leaves(geometry) if shapely.get_dimensions(part) == dimension]
    found = [part for part in found if not part.is_empty]
    if not found:
        return None
    return found[0] if len(found) == 1 else _MULTI[dimension](found)  # type: ignore[arg-type]


def _leaves(geometry: BaseGeometry) -> list[BaseGeometry]:
    """Return the simple parts of a shape, however deep collections hold one another."""
    waiting, leaves = [geometry], []
    while waiting:
        part = waiting.pop()
        if shapely.get_type_id(part) >= shapely.GeometryType.MULTIPOINT:
            waiting.extend(reversed(shapely.get_parts(part).tolist()))
        else:
            leaves.append(part)
    return leaves


def _take_parts(shapes: Shapes, dimensions: set[int], journal: Journal) -> None:
    """Keep, of collections, the parts of the highest dimension accepted."""
    told = {}
    for row in journal.rows(shapely.get_type_id(shapes) == shapely.GeometryType.GEOMETRYCOLLECTION):
        geometry = shapes[row - 1]
        kept = next((g for d in sorted(dimensions, reverse=True) if (g := _of_dimension(geometry, d))), None)
        if kept is not None:
            all_, some = len(_leaves(geometry)), len(_leaves(kept))
            told[row] = f"{some} parties sur {all_}, gardées en {_NAMES[kept.geom_type]}"
            shapes[row - 1] = kept
    if told:
        journal.note("réparé", "collection réduite à ses parties de la plus haute dimension", told)


def _refuse_kinds(shapes: Shapes, dimensions: set[int], journal: Journal) -> None:
    collections = shapely.get_type_id(shapes) == shapely.GeometryType.GEOMETRYCOLLECTION
    wrong = ~np.isin(shapely.get_dimensions(shapes), list(dimensions)) | collections
    expected = " ou ".join(KINDS[d] for d in sorted(dimensions))
    details = {
        row: f"{_NAMES[shapes[row - 1].geom_type]} au lieu de {expected}" for row in journal.rows(wrong)
    }
    journal.set_aside("géométrie d'un autre genre que la couche", details)


def _make_valid(shapes: Shapes, journal: Journal) -> None:
    """Mend invalid shapes; set those aside of which nothing of their dimension is left."""
    groups: dict[str, dict[int, str]] = defaultdict(dict)
    lost = {}
    for row in journal.rows(~shapely.is_valid(shapes)):
        geometry = shapes[row - 1]
        why = why_invalid(geometry)
        valid = shapely.make_valid(geometry, method="structure", keep_collapsed=False)
        kept = _of_dimension(valid, int(shapely.get_dimensions(geometry)))
        if kept is None:
            lost[row] = why
            continue
        collapsed = len(_leaves(valid)) > len(_leaves(kept))
        change, told = _change(geometry, kept)
        shapes[row - 1] = kept
        big = change > CHANGED or collapsed
        groups["à vérifier" if big else ""][row] = f"{why}, {told}"
    journal.set_aside("géométrie invalide, irréparable", lost)
    if groups[""]:
        journal.note("réparé", "géométrie invalide, rendue valide", groups[""])
    if groups["à vérifier"]:
        text = "géométrie invalide, rendue valide en changeant de taille : à vérifier"
        journal.note("réparé", text, groups["à vérifier"])


def _change(before: BaseGeometry, after: BaseGeometry) -> tuple[float, str]:
    """Return the share by which a shape grew or shrank, and how to tell it."""
    if shapely.get_dimensions(after) == 2:
        old, new, unit, fine, scale = before.area, after.area, "ha", "m²", 1e4
    else:
        old, new, unit, fine, scale = before.length, after.length, "km", "m", 1e3
    change = abs(new - old) / max(old, new)
    sign = "+" if new > old else ""
    return change, f"{written(new / scale)} {unit} ({sign}{written(new - old)} {fine})"


def outside(shapes: Shapes, perimeter: BaseGeometry, alive: Mask) -> NDArray[np.bool_]:
    """Tell which of the rows that are not set aside do not meet the perimeter."""
    result = np.zeros(len(shapes), dtype=bool)
    result[alive] = ~shapely.intersects(prepared(perimeter), shapes[alive])
    return result
