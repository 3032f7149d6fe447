"""The atlas as tables of a base: one for each layer, and those that they all refer to.

``territoires_epci``, ``territoires_communes``, ``statistiques``, ``chiffres`` and ``documents``
are there whatever the layers. Shapes are plane, in EPSG:2154.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, get_args

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from geo import api, catalog, ingest, ledger
from geo import rows as machine
from geo.catalog import Catalog, Field, Layer
from geo.errors import DataError
from geo.export.columns import (
    BOUNDARY,
    COMMUNES,
    DOCUMENTS,
    EPCI,
    FEATURES,
    FIGURES,
    LOCATION,
    OTHERS,
    STATISTICS,
    Column,
    Table,
    Type,
)
from geo.indicators import By
from geo.query import record
from geo.territories import LAMBERT_93
from geo.territories import load as load_territories
from geo.text import slug

SRID = 2154
LONGEST = 63
"""Bytes of a name in PostgreSQL, which cuts the rest."""

_TYPES: dict[str, Type] = {
    "texte": "text",
    "nombre": "double precision",
    "entier": "bigint",
    "booleen": "boolean",
}


def tables(layers: Sequence[str] = (), epci: Sequence[str] = ()) -> list[Table]:
    """Return the tables of the atlas.

    Parameters
    ----------
    layers : sequence of str
        Layers (id or title) that have a table; all of them by default. The tables of
        territories, statistics, figures and documents are there whatever the layers.
    epci : sequence of str
        Keep what concerns these EPCI alone.

    Returns
    -------
    list of Table
        The five common ones, then one for each layer, in catalogue order.

    Raises
    ------
    UsageError
        If a name is unknown or ambiguous.
    DataError
        If a territory is not in Lambert-93, or a name does not make a table or a column.
    """
    known = catalog.load()
    asked = {known.find(name).id for name in layers}
    chosen = load_territories(list(epci))
    if chosen.crs != LAMBERT_93:
        raise DataError("l'export est en Lambert-93 : pas de territoire d'outre-mer", where="--epci")
    ground = f"Périmètre : {', '.join(e.nom_court for e in chosen.epci.values())}." if epci else ""
    found = [
        *_grounds(epci, f"{chosen.source}."),
        _statistics(epci, ground),
        _figures(epci, ground),
        _documents(known),
        *(
            _layer(layer, known, epci, ground)
            for layer in known.layers.values()
            if layer.id in asked or not asked
        ),
    ]
    _check_names(found)
    return found


def _layer(layer: Layer, known: Catalog, epci: Sequence[str], ground: str) -> Table:
    everything = ingest.load()
    shape = _kind_of(_located(everything[everything["couche"] == layer.id]), layer.geometrie)
    frame = api.query(layer.id, epci=list(epci))
    taken = {column.name for column in (*FEATURES, OTHERS)} | {"geom"}
    fields = {field.nom: attribute_column(field, taken) for field in layer.champs}
    columns = (*FEATURES, *fields.values(), OTHERS, Column("geom", "geometry", LOCATION, "gist", shape))
    written = _written(_located(frame), shape)
    cells = feature_cells(frame, {nom: column.name for nom, column in fields.items()})
    rows = [_row({**row, "geom": geom}, columns) for row, geom in zip(cells, written, strict=True)]
    documents = sorted(set(frame["document"])) or [layer.source.id]
    credits_ = " ; ".join(credit(known, key) for key in documents)
    comment = " ".join(filter(None, (f"{layer.titre}. {layer.resume}", ground, f"Sources : {credits_}.")))
    return Table(layer.id.replace("-", "_"), layer.titre, comment, ("id",), columns, tuple(rows))


def feature_cells(frame: gpd.GeoDataFrame, declared: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Yield the cells of some features, by column; `declared` are the columns of attributes."""
    figures = ledger.load()
    for row, told in zip(machine.features(frame), frame.to_dict("records"), strict=True):
        amounts = record(told, figures)
        others = {key: value for key, value in row["attributs"].items() if key not in declared}
        yield {
            **row,
            **{f"quantite_{key}": value for key, value in (row["quantite"] or {}).items()},
            **{key: row["source"][key] for key in ("ligne", "ligne_fin")},
            **{column: row["attributs"].get(key) for key, column in declared.items()},
            "document": told["document"],
            "montant_eur": amounts["montant_eur"],
            "financeurs": list(amounts["financeurs"]),
            "autres": others or None,
        }


def attribute_column(field: Field, taken: set[str]) -> Column:
    """Return the column of an attribute; one that has the name of a common column is told apart."""
    name = f"attribut_{field.nom}" if field.nom in taken else field.nom
    unit = f" ({field.unite})" if field.unite else ""
    return Column(name, _TYPES[field.type], f"{field.libelle}{unit}")


def credit(known: Catalog, key: str) -> str:
    """Return a document as a credit names it: title, producer, vintage, licence."""
    document = known.documents[key]
    return f"{document.titre}, {document.producteur}, {document.millesime} ({document.licence})"


def _located(frame: gpd.GeoDataFrame) -> NDArray[np.object_]:
    """Return plane geometries, None for a measure of a whole territory: it has no place of its own."""
    shapes: NDArray[np.object_] = np.array(shapely.force_2d(np.asarray(frame.geometry.array)), dtype=object)
    shapes[(frame["precision"] == "territoire").to_numpy(dtype=bool)] = None
    return shapes


_MULTI = {"LineString": "MultiLineString", "Polygon": "MultiPolygon"}
_DECLARED = {"point": "Point", "ligne": "MultiLineString", "polygone": "MultiPolygon"}


def _kind_of(shapes: NDArray[np.object_], declared: str) -> str:
    """Return the one kind that the shapes of a layer have, that declared if there are none, or Geometry.

    Lines and polygons are multiple, as one day one of them will be: the type of a column is then
    stable. Points are, only where one is.
    """
    kinds = {_MULTI.get(shape.geom_type, shape.geom_type) for shape in shapes if shape is not None}
    if kinds == {"Point", "MultiPoint"}:
        return "MultiPoint"
    return kinds.pop() if len(kinds) == 1 else "Geometry" if kinds else _DECLARED[declared]


def _written(shapes: NDArray[np.object_], kind: str) -> list[str | None]:
    """Return the shapes as EWKB in hexadecimal, a single one as the multiple one of this part."""
    multiple = getattr(shapely, kind)
    alike = [
        multiple([shape]) if shape is not None and f"Multi{shape.geom_type}" == kind else shape
        for shape in shapes
    ]
    marked = shapely.set_srid(np.array(alike, dtype=object), SRID)
    return list(shapely.to_wkb(marked, hex=True, include_srid=True, output_dimension=2))


def _grounds(epci: Sequence[str], source: str) -> Iterable[Table]:
    for by, columns, name, title in zip(
        get_args(By),
        (EPCI, COMMUNES),
        ("territoires_epci", "territoires_communes"),
        ("EPCI", "Communes"),
        strict=True,
    ):
        frame = api.territories(list(epci), by=by).to_crs(LAMBERT_93)
        full = (*columns, Column("geom", "geometry", BOUNDARY, "gist", "MultiPolygon"))
        shapes = _written(np.asarray(frame.geometry.array), "MultiPolygon")
        told = machine.territories(frame)
        rows = tuple(_row({**row, "geom": geom}, full) for row, geom in zip(told, shapes, strict=True))
        yield Table(name, title, f"{title} du périmètre. Source : {source}", (columns[0].name,), full, rows)


def _statistics(epci: Sequence[str], ground: str) -> Table:
    rows = []
    for by in get_args(By):
        frame = api.stats(list(epci), by=by)
        for row, origin in zip(machine.statistics(frame), frame["origine"], strict=True):
            code = row["insee"] or row["siren"] or slug(row["territoire"])
            cells = {**row, "decoupage": by, "code": code, "origine": list(origin)}
            rows.append(_row(cells, STATISTICS))
    comment = (
        "Statistiques par territoire, couche et indicateur. Ce que la source ne ventile pas reste à"
        f" l'ensemble du bassin. {ground}"
    )
    key = ("decoupage", "code", "couche", "indicateur")
    return Table("statistiques", "Statistiques", comment.strip(), key, STATISTICS, tuple(rows))


def _figures(epci: Sequence[str], ground: str) -> Table:
    told = machine.figures(api.figures(epci=list(epci)))
    comment = f"Chiffres du bilan, avec leur ligne. {ground}".strip()
    return Table("chiffres", "Chiffres", comment, ("id",), FIGURES, _rows(told, FIGURES))


def _documents(known: Catalog) -> Table:
    told = [{c.name: getattr(d, c.name) for c in DOCUMENTS} for d in known.documents.values()]
    comment = "Documents et jeux de données d'où tout vient : producteur, licence, millésime."
    return Table("documents", "Documents", comment, ("id",), DOCUMENTS, _rows(told, DOCUMENTS))


def _rows(told: Iterable[Mapping[str, Any]], columns: Sequence[Column]) -> tuple[tuple[Any, ...], ...]:
    return tuple(_row(row, columns) for row in told)


def _row(cells: Mapping[str, Any], columns: Sequence[Column]) -> tuple[Any, ...]:
    return tuple(_cell(cells.get(column.name), column.type) for column in columns)


def _cell(value: Any, kind: Type) -> Any:
    """Return a value as its column takes it; an empty text is no text."""
    if kind == "double precision" and value is not None:
        return float(value)
    return None if value == "" else value


def _check_names(found: Sequence[Table]) -> None:
    names = [table.name for table in found]
    problems = [f"deux tables auraient le nom {name}" for name in names if names.count(name) > 1]
    for table in found:
        columns = [column.name for column in table.columns]
        problems += [f"{table.name} : deux colonnes {name}" for name in columns if columns.count(name) > 1]
        long = [name for name in (table.name, *columns) if len(name.encode()) > LONGEST]
        problems += [f"{table.name} : nom trop long pour PostgreSQL ({name})" for name in long]
    if problems:
        raise DataError.collect(dict.fromkeys(problems), where="export")
