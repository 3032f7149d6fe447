"""What the GeoPackage of an EPCI holds: its tables in their order, each with its shapes and its words.

A layer has one table for each kind of geometry that its features have, and one for its measures of
whole territories; what has no place stands in tables of attributes. The project of QGIS shows the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, get_args

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo import api
from geo import rows as machine
from geo.catalog import Layer
from geo.content import Dossier, wording
from geo.errors import DataError
from geo.export.columns import (
    COMMUNES,
    DOCUMENTS,
    EPCI,
    FEATURES,
    FIGURES,
    OTHERS,
    STATISTICS,
    Column,
)
from geo.export.placing import name_spot, symbol_shifts
from geo.export.section import (
    COLUMNS_TABLE,
    COMMUNES_TABLE,
    DOCUMENTS_TABLE,
    EPCI_TABLE,
    FIGURES_TABLE,
    LAYER,
    NEIGHBOURS,
    OVERALL,
    PARTS,
    PLACE,
    READ,
    RECORD,
    SHIFT,
    SPOT,
    STATISTICS_TABLE,
    STYLES_TABLE,
    WRITTEN,
    Part,
    Section,
    alike,
    as_text,
    in_columns,
    own_columns,
)
from geo.export.tables import attribute_column, credit, feature_cells
from geo.indicators import BASIN, TOTAL, By
from geo.ledger import Figure
from geo.territories import LAMBERT_93
from geo.text import slug

_BY_DIMENSION: tuple[Part, ...] = ("lieux", "traces", "contours")
_RESERVED = {
    EPCI_TABLE,
    NEIGHBOURS,
    COMMUNES_TABLE,
    OVERALL,
    STATISTICS_TABLE,
    FIGURES_TABLE,
    DOCUMENTS_TABLE,
    COLUMNS_TABLE,
    STYLES_TABLE,
}
_SYSTEM = ("gpkg_", "rtree_", "sqlite_")

_EXPLAINED = (
    Column("nom_table", "text", "Table"),
    Column("titre", "text", "Titre de la table"),
    Column("colonne", "text", "Colonne"),
    Column("type", "text", "Type de la colonne"),
    Column("explication", "text", "Ce qu'elle contient, et son unité"),
)
_TYPES = {
    "text": "texte",
    "text[]": "textes séparés par |",
    "integer": "nombre entier",
    "bigint": "nombre entier",
    "double precision": "nombre décimal",
    "boolean": "oui ou non",
    "jsonb": "texte JSON",
    "geometry": "géométrie",
}


def list_sections(dossier: Dossier) -> list[Section]:
    """Return the tables of the GeoPackage of an EPCI, in their order.

    Parameters
    ----------
    dossier : Dossier
        All that its documents tell.

    Returns
    -------
    list of Section
        Layers in the order of the catalogue, then territories, then tables of attributes.

    Raises
    ------
    DataError
        If the territory is not in Lambert-93, or a name makes no table or no column.
    """
    if dossier.basin.crs != LAMBERT_93:
        raise DataError("le GeoPackage est en Lambert-93 : pas de territoire d'outre-mer", where="export")
    shifts = symbol_shifts(dossier)
    found = [
        *(
            section
            for layer, features in dossier.layers
            for section in _of_layer(dossier, layer, features, shifts)
        ),
        *_territories(dossier),
        *_overall(dossier),
        _statistics(dossier),
        _figures(dossier),
        _documents(dossier),
    ]
    found = _told_apart(found)
    found.append(_explained(found))
    _check(found)
    return found


def _told_apart(sections: Sequence[Section]) -> list[Section]:
    """Return tables whose titles fit any file; one that another has too is followed by its name."""
    titles = [as_text(section.titre) for section in sections]
    many = Counter(title.casefold() for title in titles)
    return [
        replace(
            section,
            titre=f"{title} ({section.name})" if many[title.casefold()] > 1 else title,
            comment=as_text(section.comment),
        )
        for section, title in zip(sections, titles, strict=True)
    ]


def _of_layer(
    dossier: Dossier, layer: Layer, features: gpd.GeoDataFrame, shifts: Mapping[str, str]
) -> Iterator[Section]:
    shapes: NDArray[np.object_] = np.asarray(shapely.force_2d(np.asarray(features.geometry.array)))
    parts = np.array(
        [
            "territoires" if precision == "territoire" else _BY_DIMENSION[max(0, dimension)]
            for precision, dimension in zip(
                features["precision"], shapely.get_dimensions(shapes), strict=True
            )
        ]
    )
    present = [part for part in get_args(Part) if part in parts]
    for part in present:
        chosen = parts == part
        own = features[chosen]
        alone = part != "territoires" and {part, "territoires"}.issuperset(present)
        columns = _columns(layer, own, part)
        kind, written = alike(shapes[chosen], part)
        yield Section(
            name=_named(layer.id) + ("" if alone else f"_{part}"),
            titre=layer.titre if alone else f"{layer.titre} ({PARTS[part]})",
            comment=_comment(dossier, layer, own),
            columns=tuple(columns),
            rows=_feature_rows(dossier, own, columns, shifts),
            shape=kind,
            shapes=written,
            layer=layer,
            part=part,
        )


def _named(layer: str) -> str:
    """Return the name of the table of a layer; one that another table has, or the format, is told apart."""
    name = layer.replace("-", "_")
    taken = name in _RESERVED or name.startswith(_SYSTEM)
    return f"couche_{name}" if taken else name


def _columns(layer: Layer | None, features: gpd.GeoDataFrame, part: Part) -> dict[Column, str]:
    """Return the columns of some features, each with the key of its cells."""
    common = [column for column in FEATURES if column.name != "id"]
    fixed = [FEATURES[0], common[0], PLACE, RECORD, *common[1:]]
    if part == "lieux":
        fixed.append(SHIFT)
    taken = {column.name for column in (*fixed, OTHERS)} | {"fid", "geom"}
    declared = [(field.nom, attribute_column(field, taken)) for field in (layer.champs if layer else ())]
    told = {key for attributes in features["attributs"] for key in attributes}
    own = {column: nom for nom, column in declared}
    rest = {OTHERS: OTHERS.name} if told - set(own.values()) else {}
    return {**{column: column.name for column in fixed}, **own, **rest}


def _feature_rows(
    dossier: Dossier, features: gpd.GeoDataFrame, columns: Mapping[Column, str], shifts: Mapping[str, str]
) -> tuple[tuple[Any, ...], ...]:
    common = {*FEATURES, OTHERS, PLACE, RECORD, SHIFT, LAYER}
    declared = {key: column.name for column, key in columns.items() if column not in common}
    rows = []
    cells = feature_cells(features, declared)
    for row, told in zip(cells, features.to_dict("records"), strict=True):
        more = {PLACE.name: wording.place(told, dossier.content), RECORD.name: bool(told["inventaire"])}
        rows.append({**row, **more, SHIFT.name: shifts.get(told["id"])})
    return in_columns(rows, columns)


def _comment(dossier: Dossier, layer: Layer, features: gpd.GeoDataFrame) -> str:
    documents = sorted(set(features["document"]))
    credits_ = " ; ".join(credit(dossier.content.known, key) for key in documents)
    return f"{layer.titre}. {layer.resume} Sources : {credits_}."


def _territories(dossier: Dossier) -> Iterator[Section]:
    siren = dossier.epci.siren
    others = [code for code in dossier.content.basin.epci if code != siren]
    source = f"Limites généralisées. Source : {dossier.basin.source}."
    asked: list[tuple[str, str, list[str], By, tuple[Column, ...]]] = [
        (EPCI_TABLE, "EPCI", [siren], "epci", (*EPCI, *SPOT)),
        (NEIGHBOURS, "Autres EPCI du bassin minier", others, "epci", EPCI),
        (COMMUNES_TABLE, "Communes", [siren], "commune", COMMUNES),
    ]
    for name, title, sirens, by, columns in asked:
        if not sirens:
            continue
        frame = api.territories(sirens, by=by).to_crs(LAMBERT_93)
        _, shapes = alike(np.asarray(frame.geometry.array), "territoires")
        spot = dict(zip((column.name for column in SPOT), name_spot(dossier), strict=True))
        rows = in_columns([{**row, **spot} for row in machine.territories(frame)], own_columns(columns))
        yield Section(name, title, f"{title}. {source}", columns, rows, "MultiPolygon", shapes)


def _overall(dossier: Dossier) -> Iterator[Section]:
    """Yield the measures of wider territories that cover the EPCI; their place is all of these."""
    if dossier.overall.empty:
        return
    columns = {LAYER: LAYER.name, **_columns(None, dossier.overall, "territoires")}
    title = "Mesures de territoires plus larges"
    comment = f"{title}, qui couvrent aussi l'EPCI et ne lui sont pas réparties."
    rows = _feature_rows(dossier, dossier.overall, columns, {})
    yield Section(OVERALL, title, comment, tuple(columns), rows)


def _statistics(dossier: Dossier) -> Section:
    content, siren = dossier.content, dossier.epci.siren
    written = {(code, layer, measure): (stat, rank) for code, layer, measure, stat, rank in content.told}
    wider = {TOTAL: "total", BASIN: "ensemble"}
    rows = []
    for by, table in zip(get_args(By), (content.stats, content.stats_by_commune), strict=True):
        whole = table["territoire"].isin([TOTAL, BASIN]) if by == "epci" else False
        frame = table[(table["siren"] == siren) | whole]
        for row, origin in zip(machine.statistics(frame), frame["origine"], strict=True):
            code = row["insee"] or row["siren"] or slug(row["territoire"])
            told = row["insee"] or row["siren"] or wider[row["territoire"]]
            stat, rank = written.get((told, row["couche"], row["indicateur"]), (None, None))
            text = stat and (f"{stat[1]}\u202f{stat[2]}" if stat[2] else stat[1])
            more = {"decoupage": by, "code": code, "origine": list(origin), "texte": text, "rang": rank}
            rows.append({**row, **more})
    columns = (*STATISTICS, *WRITTEN)
    comment = (
        "Statistiques de l'EPCI, de ses communes, et de l'ensemble. Ce que la source ne ventile pas reste à"
        " l'ensemble du bassin."
    )
    return Section(STATISTICS_TABLE, "Statistiques", comment, columns, in_columns(rows, own_columns(columns)))


def _figures(dossier: Dossier) -> Section:
    """Return the figures about the EPCI or its communes, and those that its features point to."""
    codes = {dossier.epci.siren, *dossier.basin.communes}
    told = pd.concat([dossier.own, dossier.overall])
    pointed = {key for name in ("chiffres", "contexte") for keys in told[name] for key in keys}
    kept = [
        figure
        for figure in dossier.content.figures.figures.values()
        if figure.id in pointed or codes.intersection(figure.territoire)
    ]
    names = [name for name in Figure.__dataclass_fields__ if name != "id"]
    frame = pd.DataFrame(
        {name: [getattr(figure, name) for figure in kept] for name in names},
        index=pd.Index([figure.id for figure in kept], name="id"),
    )
    rows = [
        {**row, "texte_ecrit": figure.written()}
        for row, figure in zip(machine.figures(frame), kept, strict=True)
    ]
    columns = (*FIGURES, replace(WRITTEN[0], name="texte_ecrit"))
    comment = "Chiffres du bilan qui concernent l'EPCI ou ses éléments, avec leur ligne."
    return Section(FIGURES_TABLE, "Chiffres", comment, columns, in_columns(rows, own_columns(columns)))


def _documents(dossier: Dossier) -> Section:
    content = dossier.content
    lots = wording.all_lots(content)
    rows = []
    for document in wording.documents_told(content):
        read = [
            wording.lot_details(content.known.layers[lot.couche].titre, lot)
            for lot in lots
            if lot.document.id == document.id
        ]
        cells = {column.name: getattr(document, column.name) for column in DOCUMENTS}
        rows.append({**cells, READ.name: " ; ".join(read)})
    comment = "Documents et jeux de données d'où tout vient : producteur, licence, millésime."
    columns = (*DOCUMENTS, READ)
    return Section(DOCUMENTS_TABLE, "Documents", comment, columns, in_columns(rows, own_columns(columns)))


def _explained(sections: Iterable[Section]) -> Section:
    """Return the table that says what every column of the others holds."""
    rows = [
        (section.name, section.titre, column.name, _TYPES[column.type], column.comment)
        for section in sections
        for column in section.columns
    ]
    title = "Explication des colonnes"
    return Section(
        COLUMNS_TABLE, title, "Ce que contient chaque colonne de chaque table.", _EXPLAINED, tuple(rows)
    )


def _check(sections: Sequence[Section]) -> None:
    names = [section.name.casefold() for section in sections]
    problems = [f"deux tables auraient le nom {name}" for name, many in Counter(names).items() if many > 1]
    for section in sections:
        columns = Counter(column.name.casefold() for column in section.columns)
        problems += [f"{section.name} : deux colonnes {name}" for name, many in columns.items() if many > 1]
    if problems:
        raise DataError.collect(problems, where="export")
