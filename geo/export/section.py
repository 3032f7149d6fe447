"""A table of the GeoPackage of an EPCI: its name, its columns and rows, its shapes, and its words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.catalog import Layer
from geo.export.columns import BOUNDARY, Column

Part = Literal["", "lieux", "traces", "contours", "territoires"]
"""What of a layer a table holds: points, lines, polygons, or measures of whole territories."""

PARTS: Mapping[Part, str] = {
    "": "",
    "lieux": "lieux",
    "traces": "tracés",
    "contours": "contours",
    "territoires": "mesures de territoire",
}
"""The parts in the order in which they are drawn, the last at the bottom, and in words."""

_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_MULTIPLE = {"traces": "MultiLineString", "contours": "MultiPolygon", "territoires": "MultiPolygon"}
_SINGLE = {"Point", "LineString", "Polygon"}

EPCI_TABLE, NEIGHBOURS, COMMUNES_TABLE = "epci", "epci_voisins", "communes"
OVERALL, STATISTICS_TABLE, FIGURES_TABLE = "mesures_plus_larges", "statistiques", "chiffres"
DOCUMENTS_TABLE, COLUMNS_TABLE = "documents", "colonnes"
STYLES_TABLE = "layer_styles"
LAYER = Column("couche", "text", "Couche")
PLACE = Column("lieu", "text", "Communes ou territoires, en toutes lettres")
SHIFT = Column(
    "decalage",
    "text",
    "Décalage du symbole sur la carte (mm vers la droite, mm vers le bas), où plusieurs sont au même lieu",
)
SPOT = (
    Column(
        "etiquette_x", "double precision", "Où son nom s'écrit sur une carte : abscisse, Lambert-93, mètres"
    ),
    Column(
        "etiquette_y", "double precision", "Où son nom s'écrit sur une carte : ordonnée, Lambert-93, mètres"
    ),
)
WRITTEN = (
    Column("texte", "text", "Valeur telle que les documents l'écrivent, avec son qualificatif et son unité"),
    Column("rang", "text", "Rang parmi les EPCI"),
)
RECORD = Column("inventaire", "boolean", "Élément relevé par un inventaire, et non mesure de l'Engagement")
READ = Column("donnees", "text", "Données lues : couche, date, nombre d'objets")


@dataclass(frozen=True, slots=True)
class Section:
    """A table of the GeoPackage.

    `shapes` are the geometries of the rows in EPSG:2154, all of the kind `shape`, or None where there
    is none; a table of attributes has neither. `layer` is that of features, `part` what of it.
    """

    name: str
    titre: str
    comment: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    shape: str = ""
    shapes: tuple[shapely.geometry.base.BaseGeometry | None, ...] = ()
    layer: Layer | None = None
    part: Part = ""

    def values(self, column: str) -> list[Any]:
        """Return what a column holds, in the order of the rows."""
        rank = [one.name for one in self.columns].index(column)
        return [row[rank] for row in self.rows]


def alike(
    shapes: NDArray[np.object_], part: Part
) -> tuple[str, tuple[shapely.geometry.base.BaseGeometry | None, ...]]:
    """Return the one kind of the shapes of a part, and these as it: lines and polygons are multiple."""
    some = any(shape is not None and shape.geom_type != "Point" for shape in shapes)
    kind = _MULTIPLE.get(part, "MultiPoint" if some else "Point")
    if kind == "Point":
        return kind, tuple(shapes)
    single = kind.removeprefix("Multi")
    build = getattr(shapely, kind)
    return kind, tuple(
        None
        if shape is None
        else build([one for one in _pieces(shape) if one.geom_type == single and not one.is_empty])
        for shape in shapes
    )


def _pieces(shape: shapely.geometry.base.BaseGeometry) -> Iterator[shapely.geometry.base.BaseGeometry]:
    for one in shapely.get_parts(shape):
        if one.geom_type in _SINGLE or one is shape:
            yield one
        else:
            yield from _pieces(one)


def as_text(told: str) -> str:
    """Return a text without the characters that no XML can hold."""
    return _UNFIT.sub("", told)


def boundary(section: Section) -> str:
    """Return what the geometries of a table are, in words."""
    return BOUNDARY if section.layer is None else "Emplacement ou tracé, Lambert-93 (EPSG:2154), mètres"


def own_columns(columns: Sequence[Column]) -> dict[Column, str]:
    """Return columns, each with the key of its cells: its own name."""
    return {column: column.name for column in columns}


def in_columns(
    cells: Iterable[Mapping[str, Any]], columns: Mapping[Column, str]
) -> tuple[tuple[Any, ...], ...]:
    """Return the cells of rows in the order of the columns; an empty text is no text."""
    names = [column.name for column in columns]
    return tuple(tuple(None if row.get(n) == "" else row.get(n) for n in names) for row in cells)
