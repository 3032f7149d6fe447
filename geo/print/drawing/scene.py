"""What there is to draw of the layers of an EPCI: where each feature has its symbol, its line, its ground."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.catalog import Layer
from geo.content import Dossier
from geo.prepared import prepared
from geo.print.drawing.look import Looks, looks

MANY = 400
"""Features from which a layer of measures is drawn as records are."""
Place = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A feature that has a place, in the coordinates of the land."""

    id: str
    nom: str
    couche: str
    precision: str
    record: bool
    """Whether it is drawn small."""
    shape: BaseGeometry
    anchor: Place
    """Where its symbol or its number stands: in the EPCI, if any of it is."""
    others: tuple[Place, ...]
    """Its further places, if it has several."""

    @property
    def dimension(self) -> int:
        """Of its shape: 0 for points, 1 for lines, 2 for polygons."""
        return int(shapely.get_dimensions(self.shape))

    @property
    def side(self) -> float:
        """Side of a square as large as the bounds of its largest polygon, m; 0 without any."""
        if self.dimension < 2:
            return 0.0
        west, south, east, north = shapely.bounds(shapely.get_parts(self.shape)).T
        return float(np.sqrt((east - west) * (north - south)).max())


@dataclass(frozen=True, slots=True)
class LayerScene:
    """A layer and what is drawn of it."""

    layer: Layer
    looks: Looks
    features: tuple[Drawn, ...]
    """In the order of their names."""
    wider: int
    """How many of its measures are of a whole territory: told in words, never drawn."""


def scenes(dossier: Dossier, layers: Sequence[Layer]) -> list[LayerScene]:
    """Return what is drawn of some layers, those of the widest polygons first."""
    asked = {layer.id for layer in layers}
    made = [_scene(dossier, layer, own) for layer, own in dossier.layers if layer.id in asked]
    return sorted(made, key=lambda scene: -_median([f.side for f in scene.features if f.dimension == 2]))


def _median(sides: list[float]) -> float:
    return sorted(sides)[len(sides) // 2] if sides else 0.0


def _scene(dossier: Dossier, layer: Layer, own: gpd.GeoDataFrame) -> LayerScene:
    there = ~shapely.is_empty(own.geometry.values) & ~shapely.is_missing(own.geometry.values)
    placed = own[there & (own["precision"] != "territoire").to_numpy()]
    many = len(placed) > MANY
    ground = prepared(dossier.epci.geometry)
    drawn = [
        _drawn(row, row.geometry, ground, record=many or bool(row.inventaire))
        for row in placed.itertuples(index=False)
    ]
    wider = int((own["precision"] == "territoire").sum())
    return LayerScene(layer, looks(layer), tuple(drawn), wider)


def _drawn(row: object, shape: BaseGeometry, ground: BaseGeometry, *, record: bool) -> Drawn:
    places = _places(shape, ground)
    anchor = next((at for at in places if shapely.intersects_xy(ground, *at)), places[0])
    told = {name: str(getattr(row, name)) for name in ("id", "nom", "couche", "precision")}
    others = tuple(at for at in places if at != anchor)
    return Drawn(**told, record=record, shape=shape, anchor=anchor, others=others)


def _places(shape: BaseGeometry, ground: BaseGeometry) -> list[Place]:
    """Return the points of a feature; of a line the middle of its longest run, of ground a point on it."""
    dimension = shapely.get_dimensions(shape)
    if dimension == 0:
        return [(float(x), float(y)) for x, y in shapely.get_coordinates(shape)]
    here = shapely.intersection(shape, ground) if dimension == 1 else shape
    parts = [part for part in shapely.get_parts(here) if shapely.get_dimensions(part) == dimension]
    parts = parts or list(shapely.get_parts(shape))
    if dimension == 1:
        longest = max(parts, key=shapely.length)
        at = shapely.line_interpolate_point(longest, 0.5, normalized=True)
    else:
        at = shapely.point_on_surface(max(parts, key=shapely.area))
    return [(float(shapely.get_x(at)), float(shapely.get_y(at)))]
