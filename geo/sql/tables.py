"""The atlas as tables of SQL: one for each layer, the territories, the figures and what is counted."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import shapely

from geo import catalog, indicators, ingest, ledger
from geo.catalog import Field, Layer
from geo.query import record
from geo.sql import columns as told
from geo.sql.columns import Column, Type
from geo.territories import load as load_territories

Cells = Mapping[str, Any]

_FIELD_TYPES: dict[str, Type] = {
    "texte": "VARCHAR",
    "nombre": "DOUBLE",
    "entier": "BIGINT",
    "booleen": "BOOLEAN",
}
_ARROW: dict[Type, pa.DataType] = {
    "VARCHAR": pa.string(),
    "VARCHAR[]": pa.list_(pa.string()),
    "BIGINT": pa.int64(),
    "DOUBLE": pa.float64(),
    "BOOLEAN": pa.bool_(),
    "JSON": pa.string(),
    "GEOMETRY": pa.binary(),
}


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its name in SQL, what a row is, its columns; `cells` makes the rows when they are asked."""

    nom: str
    titre: str
    columns: tuple[Column, ...]
    cells: Callable[[], Iterable[Cells]]

    def arrow(self) -> pa.Table:
        """Return the rows: shape (n, columns); geometries as WKB, EPSG:2154, objects as JSON text."""
        rows = list(self.cells())
        arrays = [
            pa.array([_cell(row.get(c.nom), c.type) for row in rows], type=_ARROW[c.type])
            for c in self.columns
        ]
        return pa.Table.from_arrays(arrays, names=[column.nom for column in self.columns])


def tables() -> dict[str, Table]:
    """Return every table by its name, none of them filled yet.

    The names are those of the layers, with ``_`` for ``-``; a layer that has the name of one of
    the common tables is ``couche_...``.

    Returns
    -------
    dict of str to Table
        ``epci``, ``communes``, ``elements`` (the features of all layers), ``couches``,
        ``chiffres``, ``statistiques``, ``documents``, then the layers in catalogue order.

    Raises
    ------
    DataError
        If a definition of a layer is damaged.

    Examples
    --------
    >>> [c.nom for c in tables()["communes"].columns][:3]
    ['insee', 'nom', 'siren']
    """
    common = (
        Table("epci", "Les huit EPCI", told.EPCI, _epci),
        Table("communes", "Leurs communes", told.COMMUNES, _communes),
        Table("elements", "Les éléments de toutes les couches", _elements_columns(), _elements),
        Table("couches", "Les couches", told.LAYERS, _layers),
        Table("chiffres", "Les chiffres du bilan", told.FIGURES, _figures),
        Table("statistiques", "Les statistiques par EPCI et par commune", told.STATISTICS, _statistics),
        Table("documents", "Les sources", told.DOCUMENTS, _documents),
    )
    found = {table.nom: table for table in common}
    for layer in catalog.load().layers.values():
        named = _named(layer)
        fields = {field.nom: _field(field) for field in layer.champs}
        columns = (*told.FEATURES, *fields.values(), told.OTHERS, told.PLACE)
        found[named] = Table(named, layer.titre, columns, partial(_layer, layer, fields))
    return found


_AREAS = {"area_ha", "surface_m2"}
_COMMON = {"epci", "communes", "elements", "couches", "chiffres", "statistiques", "documents"}


def _named(layer: Layer) -> str:
    name = layer.id.replace("-", "_")
    return f"couche_{name}" if name in _COMMON else name


def _field(field: Field) -> Column:
    """Return the column of an attribute; one that has the name of a common column is told apart."""
    taken = {column.nom for column in (*told.FEATURES, told.OTHERS, told.PLACE)}
    unit = f" ({field.unite})" if field.unite else ""
    name = f"attribut_{field.nom}" if field.nom in taken else field.nom
    own = ", là où la source la dit ; voir surface_ha" if field.nom in _AREAS else ""
    return Column(name, _FIELD_TYPES[field.type], f"{field.libelle}{unit}{own}")


def _elements_columns() -> tuple[Column, ...]:
    return (*told.FEATURES, told.ATTRIBUTES, told.PLACE)


def _elements(layer: str = "") -> Iterator[dict[str, Any]]:
    """Yield the cells of the features of a layer, or of all; a measure of a territory has no place."""
    figures = ledger.load()
    frame = ingest.load()
    if layer:
        frame = frame[frame["couche"] == layer]
    shapes = shapely.to_wkb(shapely.force_2d(np.asarray(frame.geometry.array)))
    for row, shape in zip(frame.to_dict("records"), shapes, strict=True):
        amounts = record(row, figures)
        quantity = figures.figures.get(row["quantite"] or "")
        yield {
            **row,
            "quantite_valeur": quantity and quantity.valeur,
            "quantite_unite": quantity and quantity.unite,
            "quantite_qualificatif": quantity and quantity.qualificatif,
            "montant_eur": amounts["montant_eur"],
            "financeurs": amounts["financeurs"],
            "surface_ha": amounts["surface_ha"],
            "geometry": None if row["precision"] == "territoire" else shape,
        }


def _layer(layer: Layer, fields: Mapping[str, Column]) -> Iterator[Cells]:
    for cells in _elements(layer.id):
        attributes = cells["attributs"]
        others = {key: value for key, value in attributes.items() if key not in fields}
        declared = {column.nom: attributes.get(key) for key, column in fields.items()}
        yield {**cells, **declared, "autres": others or None}


def _epci() -> Iterator[Cells]:
    for epci in load_territories().epci.values():
        yield {
            **{name: getattr(epci, name) for name in ("siren", "nom", "nom_court", "departement")},
            "population": epci.population,
            "area_km2": epci.geometry.area / 1e6,
            "communes": epci.communes,
            "geometry": shapely.to_wkb(epci.geometry),
        }


def _communes() -> Iterator[Cells]:
    for commune in load_territories().communes.values():
        yield {
            **{name: getattr(commune, name) for name in ("insee", "nom", "siren", "departement")},
            "population": commune.population,
            "area_km2": commune.geometry.area / 1e6,
            "geometry": shapely.to_wkb(commune.geometry),
        }


def _figures() -> Iterator[Cells]:
    for figure in ledger.load().figures.values():
        funders = [funder.nom for funder in figure.financeurs]
        yield {**{c.nom: getattr(figure, c.nom) for c in told.FIGURES}, "financeurs": funders}


def _statistics() -> Iterator[Cells]:
    ground, known, figures = load_territories(), catalog.load(), ledger.load()
    for by in ("epci", "commune"):
        frame = indicators.compute(ingest.load(), ground, known, figures, by=by)
        for row in frame.to_dict("records"):
            yield {"decoupage": by, **{str(name): value for name, value in row.items()}}


def _layers() -> Iterator[Cells]:
    for layer in catalog.load().layers.values():
        yield {
            **{name: getattr(layer, name) for name in ("id", "titre", "resume")},
            "nom_table": _named(layer),
            "axe": layer.axe.id,
            "document": layer.source.id,
        }


def _documents() -> Iterator[Cells]:
    for document in catalog.load().documents.values():
        yield {column.nom: getattr(document, column.nom) for column in told.DOCUMENTS}


def _cell(value: Any, kind: Type) -> Any:
    """Return a value as its column takes it; an empty text is no text, a missing list an empty one."""
    if kind == "VARCHAR[]":
        return [str(item) for item in value or ()]
    if value is None or value == "" or (isinstance(value, float) and math.isnan(value)):
        return None
    if kind == "JSON":
        return json.dumps(_plain(value), ensure_ascii=False)
    return {"VARCHAR": str, "BIGINT": int, "DOUBLE": float, "BOOLEAN": bool}.get(kind, bytes)(value)


def _plain(value: Any) -> Any:
    """Return a value as JSON knows it."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if value is None or isinstance(value, str | int | float) else str(value)
