"""Geometries as they come: parsed if they can be, brought to two dimensions, refused if they are absurd."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.errors import DataError
from geo.sources.files.inside.handback import Layer, Row, Tally
from geo.sources.files.limits import Limits

Shapes = NDArray[np.object_]

_KINDS = {0: "point", 1: "ligne", 2: "ligne", 3: "polygone", 4: "point", 5: "ligne", 6: "polygone"}
"""Shapely's type numbers to the kind that a user knows."""
_WKB_VERTEX_BYTES = 16
_CURVES = frozenset(range(8, 16))
"""WKB types of ISO 13249-3 that are made of arcs, abstract ones included."""


def is_curve(wkb: bytes | None) -> bool:
    """Tell whether a WKB geometry is of a type made of arcs (or a collection of such)."""
    if not wkb or len(wkb) < 5:
        return False
    code = int.from_bytes(wkb[1:5], "little" if wkb[0] else "big") & 0x0FFF_FFFF
    return code % 1000 in _CURVES


def parsed(wkbs: Sequence[bytes | None], first: int, tally: Tally) -> tuple[Shapes, dict[int, str]]:
    """Parse WKB geometries; those whose rings are open are closed.

    Parameters
    ----------
    wkbs : sequence of bytes or None
        ISO or extended WKB, without arcs.
    first : int
        Rank of the first in its layer, from 1.
    tally : Tally
        Where what was mended is counted.

    Returns
    -------
    tuple of numpy.ndarray and dict of int to str
        Shapely geometries, None where there is none or it cannot be read; and why, by rank.
    """
    shapes: Shapes = np.array(shapely.from_wkb(list(wkbs), on_invalid="ignore"), dtype=object)
    reasons = {}
    for place, wkb in enumerate(wkbs):
        if shapes[place] is None and wkb is not None:
            shapes[place] = shapely.from_wkb(wkb, on_invalid="fix")
            if shapes[place] is None:
                reasons[first + place] = _why(wkb)
            else:
                tally.closed.append(first + place)
    return shapes, reasons


def _why(wkb: bytes) -> str:
    try:
        shapely.from_wkb(wkb)
    except shapely.errors.ShapelyError as error:
        raise_if_memory(error)
    return "géométrie illisible"


def raise_if_memory(error: Exception) -> None:
    """Tell the want of memory from the faults of a geometry: GEOS tells both in the same way.

    Raises
    ------
    MemoryError
        If that is what GEOS complains of.
    """
    if "bad_alloc" in str(error):
        raise MemoryError from None


def refuse_long(wkbs: Sequence[bytes | None], first: int, limits: Limits, where: str) -> None:
    """Refuse a WKB geometry that is too long to be within the limits, before it is parsed."""
    for place, wkb in enumerate(wkbs):
        if wkb is not None and len(wkb) > _WKB_VERTEX_BYTES * 2 * limits.shape_vertices + 1_024:
            raise too_many_vertices(limits, f"{where}, ligne {first + place}")


def too_many_vertices(limits: Limits, where: str) -> DataError:
    """Make the error of a geometry of too many vertices."""
    told = f"{limits.shape_vertices:,}".replace(",", " ")
    return DataError(
        f"une géométrie de plus de {told} sommets",
        where=where,
        advice="Simplifiez cette géométrie, ou découpez-la autour du territoire étudié.",
    )


def tidy(
    shapes: Shapes, first: int, tally: Tally, limits: Limits, where: str
) -> tuple[Shapes, dict[int, str]]:
    """Bring geometries to two dimensions, and set to None those that have no place on Earth.

    Parameters
    ----------
    shapes : numpy.ndarray
        Shapely geometries, or None.
    first : int
        Rank of the first in its layer, from 1.
    tally : Tally
        What the layer has so far; it is brought up to date.
    limits : Limits
        Vertices of one geometry, and of all.
    where : str
        Layer, for errors.

    Returns
    -------
    tuple of numpy.ndarray and dict of int to str
        The geometries, and why those that became None did, in French, by rank.

    Raises
    ------
    DataError
        If there are too many vertices.
    """
    counts = shapely.get_num_coordinates(shapes)
    if counts.max(initial=0) > limits.shape_vertices:
        raise too_many_vertices(limits, f"{where}, ligne {first + int(counts.argmax())}")
    tally.vertices += int(counts.sum())
    if tally.vertices > limits.vertices:
        told = f"{limits.vertices:,}".replace(",", " ")
        raise DataError(
            f"plus de {told} sommets en tout",
            where=where,
            advice="Découpez le fichier autour du territoire étudié.",
        )
    tall = shapely.has_z(shapes) | shapely.has_m(shapes)
    tally.flattened += int(tall.sum())
    shapes = shapely.force_2d(shapes)
    coordinates, owners = shapely.get_coordinates(shapes, return_index=True)
    nowhere = np.unique(owners[~np.isfinite(coordinates).all(axis=1)])
    reasons = {first + int(place): "coordonnées infinies ou qui ne sont pas des nombres" for place in nowhere}
    for place in np.flatnonzero(shapely.is_empty(shapes) & (shapely.get_type_id(shapes) == 0)):
        reasons[first + int(place)] = "point sans coordonnées, ou dont elles ne sont pas des nombres"
    for rank in reasons:
        shapes[rank - first] = None
    return shapes, reasons


def add(layer: Layer, rows: Sequence[Row], shapes: Shapes) -> None:
    """Give a layer its next rows with their geometries, which are tidied.

    Raises
    ------
    DataError
        If a limit is passed.
    """
    tidied, reasons = tidy(shapes, layer.rows + 1, layer.tally, layer.limits, layer.where)
    layer.unreadable.update(reasons)
    kinds = np.unique(shapely.get_type_id(tidied))
    layer.types.update(_KINDS.get(int(kind), "variable") for kind in kinds if kind >= 0)
    layer.add(rows, list(shapely.to_wkb(tidied, byte_order=1)))
