"""The data of a pack, ``donnees-<epci>.gpkg``: a table for each layer, and those that they refer to.

Its columns are those of the tables of an export. A layer may have several tables, one for each kind of
geometry (``friches_lieux``, ``friches_contours``). Lists of texts are parted by bars, or are JSON as objects.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import shapely

from geo import catalog
from geo.catalog import Field, Layer
from geo.changes.making import feature, figures_of, grounds_of, labels_of, names_of, value_of
from geo.changes.state import State, Thing, Value
from geo.errors import DataError
from geo.indicators import By
from geo.rows import Row, plain
from geo.sources.files import read_layers
from geo.sources.raw import RawLayer
from geo.territories import LAMBERT_93
from geo.territories import load as load_territories

STATISTICS = "statistiques"
_QUANTITY = ("valeur", "unite", "qualificatif", "libelle")
_COUNTS = ("nombre", "nombre_localise")
_LISTS = frozenset(
    {"communes", "epci", "territoires", "territoire", "chiffres", "contexte", "financeurs", "compris_dans"}
)
_NUMBERS = frozenset({"valeur", "quantite_valeur", "population", "area_km2"})
_PARTS = ("", "_lieux", "_traces", "_contours", "_territoires")
_GROUNDS = ("epci", "communes", "territoires_epci", "territoires_communes")


def files_of(folder: Path) -> list[Path]:
    """Return the files of data of a pack, or of the packs that a folder holds, sorted."""
    return sorted(folder.glob("donnees-*.gpkg")) or sorted(folder.glob("*/donnees-*.gpkg"))


def read(path: Path, nom: str, by: By) -> State:
    """Return the state that a pack keeps.

    Parameters
    ----------
    path : pathlib.Path
        Its folder, that of several packs, or the GeoPackage itself.
    nom : str
        What the user gave.
    by : {"epci", "commune"}
        The statistics that are wanted.

    Raises
    ------
    DataError
        If a file cannot be read, or lacks the tables of a pack.
    """
    known, basin = catalog.load(), load_territories()
    tables: dict[str, list[Row]] = {}
    for file in [path] if path.is_file() else files_of(path):
        for table in read_layers(file):
            tables.setdefault(table.name, []).extend(_rows(table, file))
        if STATISTICS not in tables:
            raise DataError(
                f"ce n'est pas un paquet : la table « {STATISTICS} » manque",
                where=str(file),
                advice="Donnez un dossier écrit par « erbm pack ».",
            )
    try:
        values = _values(tables[STATISTICS], by)
        layers = {key: layer for key, layer in known.layers.items() if _tells(layer, tables, values)}
        things = [thing for layer in layers.values() for thing in _features(_own(layer, tables), layer)]
        things += figures_of(_decoded(tables.get("chiffres", [])), basin)
        for name in _GROUNDS:
            things += grounds_of(_decoded(tables.get(name, [])))
        sirens = frozenset(row["siren"] for row in tables[STATISTICS] if row["siren"] in basin.epci)
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(f"paquet illisible : colonne ou valeur inattendue ({error})", where=nom) from None
    return State(
        nom=nom,
        genre="paquet",
        things={thing.id: thing for thing in things},
        values=values,
        couches={key: layer.titre for key, layer in layers.items()},
        muettes=frozenset(
            key for key, layer in layers.items() if layer.inventaire and not _own(layer, tables)
        ),
        noms=names_of(basin),
        labels=labels_of(known),
        perimetre=sirens,
    )


def _own(layer: Layer, tables: Mapping[str, list[Row]]) -> list[Row]:
    """Return the rows of the tables of a layer."""
    name = layer.id.replace("-", "_")
    names = [f"{start}{name}{part}" for start in ("", "couche_") for part in _PARTS]
    taken = {STATISTICS, "chiffres", "documents", *_GROUNDS}
    return [row for own in names if own not in taken for row in tables.get(own, ())]


def _tells(layer: Layer, tables: Mapping[str, list[Row]], values: list[Value]) -> bool:
    """Tell whether a pack can speak of a layer: it has its features, or counts nothing of it."""
    counted = any(v.valeur for v in values if v.couche == layer.id and v.siren and v.indicateur in _COUNTS)
    return bool(_own(layer, tables)) or not counted


def _rows(table: RawLayer, file: Path) -> Iterator[Row]:
    """Yield the rows of a table, with their shape (EPSG:2154) under ``geom``.

    Raises
    ------
    DataError
        If the shapes are in another CRS.
    """
    placed = any(shape is not None for shape in table.geometry)
    if placed and (table.crs is None or table.crs.to_epsg() != int(LAMBERT_93.partition(":")[2])):
        raise DataError(
            "les formes d'un paquet sont en Lambert-93 (EPSG:2154)", where=f"{file}, {table.name}"
        )
    for record, shape in zip(table.frame.to_dict("records"), table.geometry, strict=True):
        cells = {str(name): plain(value) for name, value in record.items()}
        yield {**cells, "geom": None if shape is None or shapely.is_empty(shape) else shape}


def _decoded(rows: list[Row]) -> list[Row]:
    return [{name: _cell(name, value) for name, value in row.items()} for row in rows]


def _cell(name: str, value: Any) -> Any:
    """Return a cell: a number, a list where it holds one, an object where it is the JSON of one."""
    if name in _NUMBERS and value is not None:
        return plain(float(value))
    if isinstance(value, str) and value[:1] + value[-1:] in ("[]", "{}"):
        try:
            return json.loads(value)
        except ValueError:
            return value
    if name in _LISTS and not isinstance(value, list):
        return [] if value is None else str(value).split("|")
    return value


def _values(rows: list[Row], by: By) -> list[Value]:
    kept = [
        {**row, "valeur": _cell("valeur", row["valeur"])} for row in rows if row.get("decoupage", by) == by
    ]
    found = {value.key: value for value in map(value_of, kept)}
    return list(found.values())


def _features(rows: list[Row], layer: Layer) -> Iterator[Thing]:
    for row in _decoded(rows):
        shape = row.pop("geom")
        quantity = {key: row.get(f"quantite_{key}") for key in _QUANTITY}
        told = {**row, "quantite": quantity if quantity["valeur"] is not None else None}
        declared = {field.nom: _attribute(row, field) for field in layer.champs}
        yield feature(told, layer.id, {**declared, **(row.get("autres") or {})}, shape)


def _attribute(row: Row, field: Field) -> Any:
    """Return an attribute that the layer declares; one that has the name of a column is told apart."""
    value = row.get(f"attribut_{field.nom}", row.get(field.nom))
    return bool(value) if field.type == "booleen" and value is not None else value
