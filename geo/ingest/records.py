"""Records of lots become features: an id, a name, communes, and the columns of every feature."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from string import Formatter
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.catalog import Document, Layer
from geo.ingest.lots import Lot
from geo.ingest.merging import Record, merge
from geo.territories import Territories
from geo.text import slug

SLIVER = 0.01
"""A polygon lies in a commune if this part of it does: borders are generalised by tens of metres."""

Row = dict[str, Any]


@dataclass(frozen=True)
class Layered:
    """The features of a layer's lots: rows of columns `geo.ingest.COLUMNS`, and what was merged."""

    rows: list[Row]
    notes: list[str]


def to_rows(layer: Layer, lots: Sequence[Lot], basin: Territories) -> Layered:
    """Return the features that the lots of a layer make.

    Parameters
    ----------
    layer : Layer
        Its definition: identifiers, name of what has none, fields.
    lots : sequence of Lot
        In order of preference.
    basin : Territories
        The communes to place them in, EPSG:2154.
    """
    by_part = {lot.cle: lot for lot in lots}
    merged = merge([record for lot in lots for record in _records(lot)], layer.identifiants)
    shapes = np.array([record.geometry for record in merged.records], dtype=object)
    places = [
        met if (named := _named(record, basin)) is None else named
        for record, met in zip(merged.records, communes_of(shapes, basin), strict=True)
    ]
    rows = [
        _row(layer, record, by_part, communes, basin)
        for record, communes in zip(merged.records, places, strict=True)
    ]
    return Layered(_told_apart(rows), merged.notes)


def _records(lot: Lot) -> Iterable[Record]:
    frame = lot.records
    fields = frame.drop(columns="geometry").to_dict("records")
    for rank, known, shape in zip(frame.index, fields, frame.geometry, strict=True):
        yield Record(lot.cle, int(rank), str(known["_cle"]), known, shape)


def communes_of(shapes: NDArray[np.object_], basin: Territories) -> list[tuple[str, ...]]:
    """Return the communes that each shape lies in, by INSEE code, sorted.

    Parameters
    ----------
    shapes : numpy.ndarray
        Shape (n,), geometries in the CRS of `basin`.
    basin : Territories
        Its communes are the candidates.

    Returns
    -------
    list of tuple of str
        For a point the one that holds it (the first by code, on a border); for a line those
        that it runs through; for a polygon those that hold `SLIVER` of it or more. Empty
        for what lies outside.
    """
    codes = np.array(list(basin.communes))
    ground = np.array([commune.geometry for commune in basin.communes.values()], dtype=object)
    found: list[list[str]] = [[] for _ in shapes]
    item, place = shapely.STRtree(ground).query(shapes, predicate="intersects")
    order = np.lexsort((place, item))
    item, place = item[order], place[order]
    dimension = shapely.get_dimensions(shapes)
    sizes = np.where(dimension == 2, shapely.area(shapes), shapely.length(shapes))
    common = shapely.intersection(shapes[item], ground[place])
    held = np.where(dimension[item] == 2, shapely.area(common), shapely.length(common))
    enough = np.where(dimension[item] == 2, held >= SLIVER * sizes[item], held > 0) | (dimension[item] == 0)
    for index, code in zip(item[enough], codes[place[enough]], strict=True):
        if dimension[index] > 0 or not found[index]:
            found[index].append(str(code))
    return [tuple(sorted(codes_found)) for codes_found in found]


def _named(record: Record, basin: Territories) -> tuple[str, ...] | None:
    """Return the commune that a record names by its code, whatever its shape reaches over; None if none."""
    code = record.fields.get("insee")
    if not code:
        return None
    return (code,) if code in basin.communes else ()


def _row(
    layer: Layer, record: Record, lots: dict[str, Lot], communes: tuple[str, ...], basin: Territories
) -> Row:
    lot = lots[record.part]
    declared = {known.nom for known in layer.champs}
    attributes = {
        name: value for name, value in record.fields.items() if name in declared and value not in (None, "")
    }
    if "unesco" in declared:
        attributes.setdefault("unesco", "id_unesco" in attributes)
    parts = [lots[part] for part in record.parts] or [lot]
    return {
        "id": f"{layer.id}-{_key(layer, record)}",
        "couche": layer.id,
        "nom": _name(layer, record, basin.communes[communes[0]].nom if communes else ""),
        "resume": _sentences(parts),
        "axe": layer.axe.id,
        "rubrique": "",
        "communes": communes,
        "epci": basin.epci_of(communes),
        "territoires": (),
        "precision": record.fields.get("_precision") or "exacte",
        "position": "",
        "statut": None,
        "debut": None,
        "fin": None,
        "etat_au": lot.recupere[:10] or lot.document.etat_au,
        "document": lot.document.id,
        "ligne": None,
        "ligne_fin": None,
        "chiffres": (),
        "contexte": (),
        "quantite": None,
        "maitre_ouvrage": "",
        "nom_source": "",
        "reserve": "",
        "attributs": attributes,
        "inventaire": True,
        "geometry": record.geometry,
    }


def _sentences(lots: Sequence[Lot]) -> str:
    """Return what the lots say of a record, and the other documents that tell of it."""
    told = list(dict.fromkeys(lot.resume for lot in lots if lot.resume))
    others = dict.fromkeys(lot.document.court for lot in lots if lot.document.id != lots[0].document.id)
    return " ".join([*told, *(f"Aussi dans : {', '.join(others)}." for _ in [0] if others)])


def _key(layer: Layer, record: Record) -> str:
    """Return the natural key: ``lsm-20`` for the field ``id_lsm``, or the key of the door."""
    for name in layer.identifiants:
        value = record.fields.get(name)
        if value not in (None, ""):
            return slug(f"{name.removeprefix('id_').removeprefix('no_')}-{value}")
    return slug(record.key)


def _name(layer: Layer, record: Record, commune: str) -> str:
    """Return its name, or what the layer calls those that have none: ``commune`` is the first it lies in."""
    if name := record.fields.get("nom"):
        return str(name)
    known = {**record.fields, "commune": commune}
    wanted = [part for _, part, _, _ in Formatter().parse(layer.nommer) if part]
    if layer.nommer and all(known.get(part) not in (None, "") for part in wanted):
        return layer.nommer.format_map(known)
    return f"{layer.titre}, {record.key}"


def _told_apart(rows: list[Row]) -> list[Row]:
    """Add a number to the ids that several rows share, in their order."""
    seen: dict[str, int] = {}
    for row in rows:
        count = seen[row["id"]] = seen.get(row["id"], 0) + 1
        if count > 1:
            row["id"] = f"{row['id']}-{count}"
    return rows


def enrich(facts: list[Row], layered: Layered, layer: Layer, documents: dict[str, Document]) -> list[Row]:
    """Give facts the shape and fields of the records that tell the same thing; return the others.

    Parameters
    ----------
    facts : list of dict
        The facts of the layer, changed in place: shape (precision ``exacte``), missing attributes.
    layered : Layered
        The records of its lots.
    layer : Layer
        Names the identifiers.
    documents : dict
        By id, to name the source of a shape.

    Returns
    -------
    list of dict
        The rows that no fact tells.
    """
    by_value = {
        (name, str(fact["attributs"][name])): fact
        for fact in facts
        for name in layer.identifiants
        if fact["attributs"].get(name) not in (None, "")
    }
    rest = []
    for row in layered.rows:
        same = (by_value.get((name, str(row["attributs"].get(name)))) for name in layer.identifiants)
        fact = next((found for found in same if found is not None), None)
        if fact is None:
            rest.append(row)
            continue
        fact["geometry"] = row["geometry"]
        fact["precision"] = "exacte"
        fact["position"] = f"tracé : {documents[row['document']].court}"
        fact["attributs"] = {**row["attributs"], **fact["attributs"]}
    return rest
