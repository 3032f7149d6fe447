"""What may be asked of a feature: its columns, the attributes of its layer, amounts and areas."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from geo.catalog import Catalog
from geo.ingest import PRECISIONS, STATUSES
from geo.ledger import Figure, Ledger
from geo.query.checking import FieldKind, Kind
from geo.query.dates import DATES

FIELDS = (
    "id", "couche", "nom", "axe", "rubrique", "communes", "epci", "precision", "statut",
    "debut", "fin", "etat_au", "ligne", "maitre_ouvrage", "document", "montant_eur", "financeurs",
    "surface_ha", "geometrie",
)  # fmt: skip
"""Names that a `where` expression may use, beside the attributes of the layers."""

_KINDS = {0: "point", 1: "ligne", 2: "polygone"}
_HECTARES = {"ha": 1.0, "m²": 1e-4, "km²": 100.0}


def attribute_names(known: Catalog) -> set[str]:
    """Return the names of all the attributes that layers declare."""
    return {field.nom for layer in known.layers.values() for field in layer.champs}


_TYPES: dict[str, FieldKind] = {
    "texte": "texte",
    "nombre": "nombre",
    "entier": "nombre",
    "booleen": "booleen",
}


def kinds(known: Catalog) -> dict[str, Kind]:
    """Return what each field holds; an attribute of two types in two layers is left out."""
    types: dict[str, set[FieldKind]] = {}
    for layer in known.layers.values():
        for field in layer.champs:
            types.setdefault(field.nom, set()).add(_TYPES[field.type])
    attributes = {name: Kind(told.pop()) for name, told in types.items() if len(told) == 1}
    layers = {layer.id: (layer.titre,) for layer in known.layers.values()}
    return attributes | {
        **dict.fromkeys(("id", "nom", "rubrique", "maitre_ouvrage", "document"), Kind("texte")),
        **dict.fromkeys(("ligne", "montant_eur", "surface_ha"), Kind("nombre")),
        **dict.fromkeys(DATES, Kind("date")),
        "axe": Kind("nombre", {axis: (str(axis),) for axis in known.axes}),
        "couche": Kind("texte", layers),
        "statut": Kind("texte", {name: (name,) for name in STATUSES}),
        "precision": Kind("texte", {name: (name,) for name in PRECISIONS}),
        "geometrie": Kind("texte", {name: (name,) for name in _KINDS.values()}),
        "communes": Kind("liste", code=r"\d[\dAB]\d{3}", option="--commune NOM"),
        "epci": Kind("liste", code=r"\d{9}", option="--epci NOM"),
        "financeurs": Kind("liste"),
    }


def record(row: Mapping[Any, Any], figures: Ledger) -> dict[str, Any]:
    """Return what a `where` expression sees of a feature: columns, attributes, amounts, area.

    Parameters
    ----------
    row : mapping
        A feature, as a row of `geo.ingest.load`; its geometry in metres.
    figures : Ledger
        Holds the figures that it names.

    Returns
    -------
    dict
        ``montant_eur`` is the sum of its own amounts, in euros; ``surface_ha`` its area in
        hectares: the one that its source tells (``area_ha``, ``surface_m2``, or its quantity),
        else that of its outline. ``geometrie`` is ``point``, ``ligne`` or ``polygone``. None where
        there is none, as for a measure of a whole territory.
    """
    shape = row.get("geometry") if row["precision"] != "territoire" else None
    own = [figures.figures[key] for key in row["chiffres"]]
    return {
        **{key: row[key] for key in FIELDS if key in row},
        **row["attributs"],
        "montant_eur": figures.amount_of(row["chiffres"]),
        "financeurs": tuple(sorted({x.nom for f in own for x in f.financeurs})),
        "surface_ha": _area_ha(row, shape, figures.figures.get(row.get("quantite") or "")),
        "geometrie": None if shape is None else _KINDS.get(int(shapely.get_dimensions(shape))),
    }


def _area_ha(row: Mapping[Any, Any], shape: BaseGeometry | None, quantity: Figure | None) -> float | None:
    told = row["attributs"]
    if told.get("area_ha") is not None:
        return float(told["area_ha"])
    if told.get("surface_m2") is not None:
        return float(told["surface_m2"]) / 1e4
    if quantity is not None and quantity.unite in _HECTARES:
        return float(quantity.valeur * _HECTARES[quantity.unite])
    outlined = shape is not None and shapely.get_dimensions(shape) == 2
    return float(shape.area) / 1e4 if shape is not None and outlined else None
