"""Where symbols and names stand on the maps of QGIS, which places no symbol by itself."""

from __future__ import annotations

from collections import Counter

import numpy as np
import shapely

from geo.content import Dossier

_STEPS = 40
"""Places that are tried for a name, across an EPCI."""
TOWN = 9000
"""Inhabitants from which a commune is named on small scales too."""
_FLAT = 6
"""How many times wider than high the room for a name is."""
_GAP_MM = 5.2
"""Between symbols of one place, on the map."""
_GOLDEN_ANGLE = np.pi * (3 - np.sqrt(5))


def symbol_shifts(dossier: Dossier) -> dict[str, str]:
    """Return by how much symbols of one place are moved on the map, so that none hides another.

    Those whose place is known the best stay; records, which are small, are not moved.
    """
    measures = dossier.own[~dossier.own["inventaire"].astype(bool)]
    points = measures[measures.geometry.geom_type == "Point"]
    order = sorted(
        zip(points["precision"] != "exacte", points["id"], points.geometry, strict=True),
        key=lambda row: row[:2],
    )
    seen: Counter[tuple[float, float]] = Counter()
    found = {}
    for _, key, point in order:
        place = (round(point.x), round(point.y))
        rank = seen[place]
        seen[place] += 1
        if rank:
            far, angle = _GAP_MM * np.sqrt(rank), rank * _GOLDEN_ANGLE
            found[key] = f"{far * np.cos(angle):.1f},{far * np.sin(angle):.1f}"
    return found


def name_spot(dossier: Dossier) -> tuple[float, float]:
    """Return the place of the EPCI that is the farthest from its features, its towns and its border.

    A name is wide: what lies above or below it may be nearer than what is beside it.
    """
    area = dossier.epci.geometry
    west, south, east, north = area.bounds
    grid = np.meshgrid(np.linspace(west, east, _STEPS), np.linspace(south, north, _STEPS))
    points = np.asarray(shapely.points(np.column_stack([axis.ravel() for axis in grid])))
    tried = np.array([*points[shapely.contains_properly(area, points)], dossier.epci.label_point])
    located = [
        shape
        for layer, features in dossier.layers
        if layer.visible
        for shape in features.geometry[features["precision"] != "territoire"].dropna()
    ]
    towns = [c.centre for c in dossier.basin.communes.values() if (c.population or 0) >= TOWN]
    around = [area.boundary, *located, *towns]
    spots, others = (
        shapely.transform(np.array(shapes, dtype=object), lambda xy: xy * (1, _FLAT))
        for shapes in (tried, around)
    )
    room = np.min([shapely.distance(spots, other) for other in others], axis=0)
    best: shapely.Point = tried.tolist()[int(np.argmax(room))]
    return float(best.x), float(best.y)
