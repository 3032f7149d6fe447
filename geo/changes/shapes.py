"""Shapes before and after: how far a thing moved, how long or wide it became."""

from __future__ import annotations

import shapely
from shapely.geometry.base import BaseGeometry

from geo.changes.model import Aspect, Field
from geo.changes.wording import NOTHING
from geo.text import NNBSP, number

STILL_M = 0.01
"""Below this (metres) nothing moved: that is how coordinates are rounded when they are published."""
_KINDS = ("point", "ligne", "polygone")
_M_PER_KM = 1000.0
_M2_PER_HA = 1e4


def compare(old: BaseGeometry | None, new: BaseGeometry | None) -> tuple[float | None, tuple[Field, ...]]:
    """Return how far something moved (metres), and its place, length or area before and after.

    Parameters
    ----------
    old, new : shapely geometry or None
        EPSG:2154, metres; None where it has no place.

    Returns
    -------
    tuple
        Metres between its points, or between the centres of its lines or polygons; None if it
        stayed, or has no place on one side. Fields ``position_m``, ``length_km``, ``area_ha``,
        ``geometrie``; what only moved is not told to be as long or as wide as it was.
    """
    if old is None or new is None:
        if old is new:
            return None, ()
        return None, (_told("forme", "geometrie", "Géométrie", _kind(old), _kind(new)),)
    if _is_same(old, new):
        return None, ()
    moved = float(shapely.distance(shapely.centroid(old), shapely.centroid(new)))
    kinds = _kind(old), _kind(new)
    if kinds == ("point", "point"):
        return moved, (_moved(moved),)
    fields = [_moved(moved)] if moved > STILL_M else []
    if kinds[0] != kinds[1]:
        fields.append(_told("forme", "geometrie", "Géométrie", *kinds))
    for measure, name, unit, size in (
        ("length_km", "Longueur", "km", _length_km),
        ("area_ha", "Surface du contour", "ha", _area_ha),
    ):
        before, after = size(old), size(new)
        texts = _written(before, unit), _written(after, unit)
        if (before or after) and not (fields and texts[0] == texts[1]):
            fields.append(Field("forme", measure, name, before, after, *texts, after - before, unit))
    return (moved if moved > STILL_M else None), tuple(fields)


def _is_same(old: BaseGeometry, new: BaseGeometry) -> bool:
    """Tell whether two shapes are the same, whatever the order or the number of their vertices."""
    if shapely.equals_exact(shapely.normalize(old), shapely.normalize(new), STILL_M):
        return True
    if shapely.get_dimensions(old) != shapely.get_dimensions(new):
        return False
    return float(shapely.hausdorff_distance(old, new)) <= STILL_M


def _moved(metres: float) -> Field:
    text = f"{number(metres, 0 if metres >= 10 else 1)}{NNBSP}m"
    return Field("déplacé", "position_m", "Position", 0.0, metres, "", f"à {text}", metres, "m")


def _told(aspect: Aspect, name: str, label: str, old: str, new: str) -> Field:
    return Field(aspect, name, label, old or None, new or None, old or NOTHING, new or NOTHING)


def _kind(shape: BaseGeometry | None) -> str:
    return "" if shape is None else _KINDS[int(shapely.get_dimensions(shape))]


def _length_km(shape: BaseGeometry) -> float:
    return float(shapely.length(shape)) / _M_PER_KM if shapely.get_dimensions(shape) == 1 else 0.0


def _area_ha(shape: BaseGeometry) -> float:
    return float(shapely.area(shape)) / _M2_PER_HA


def _written(value: float, unit: str) -> str:
    return f"{number(value, 2)}{NNBSP}{unit}" if value else NOTHING
