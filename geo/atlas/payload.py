"""The data of a page: what to show, where and how; its words are in `geo.content.wording`.

The browser's types are in ``app/src/model/data.ts``; the two change together.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo import __version__, text
from geo.atlas.grounds import GROUNDS
from geo.atlas.neighbours import neighbours
from geo.atlas.themes import themes_data
from geo.catalog import Catalog, Layer
from geo.content import Content, assets, made_on, statistics, style, wording
from geo.content.first import first_figures
from geo.ingest import PRECISIONS, covered
from geo.ledger import Figure
from geo.territories import WGS84, Commune, Epci, Territories, projector
from geo.territories.old_names import old_names

DECIMALS = 5
"""Decimals of the degrees written in a page: about a metre."""

_GATHERED = (shapely.MultiPoint, shapely.MultiLineString, shapely.MultiPolygon)
"""How parts of no, one and two dimensions are put together."""

_INSCRIBED = ("id_unesco", "no_element")
"""Attributes that number what is inscribed on the World Heritage List."""

COMMAND = "erbm atlas"
"""What makes the pages."""


def page_data(
    content: Content, siren: str = "", *, portal: str = "", pages: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Return the data of the page of the basin, or of one EPCI.

    Parameters
    ----------
    content : Content
        Territories, features, catalogue, ledger and statistics.
    siren : str
        The EPCI that the page opens on and is limited to; the whole basin if empty.
    portal : str
        Relative address of the portal, if there is one.
    pages : mapping, optional
        Relative addresses of the pages of EPCI, by SIREN, and of the basin ("").

    Returns
    -------
    dict
        As ``data.ts`` types it, but for the geometries: of shapely, in EPSG:4326 (degrees), not
        rounded. `geo.atlas.packing` writes it.
    """
    basin = content.basin.restricted_to([siren]) if siren else content.basin
    stats = statistics.stats(content, basin, siren)
    features = _features(content, basin, siren, stats) if siren else content.features
    epci = basin.epci.get(siren)
    documents = wording.documents_told(content)
    return {
        "titre": epci.nom if epci else content.title,
        "sous_titre": wording.territory_line(basin),
        "date": text.long_date(made_on()),
        "etat": text.as_of(content.known.documents["bilan-erbm"].etat_au),
        "accueil": portal,
        "territoire": siren,
        "rapport": _beside(portal, content.rapport),
        "axes": [_axis(axis.id, content.known) for axis in content.known.axes.values()],
        "couches": [_layer(layer, own, content) for layer, own in content.layers],
        "epci": [_epci(e, basin) for e in basin.epci.values()],
        "communes": _communes(basin),
        "perimetre": projector(basin.crs, WGS84)(basin.perimeter),
        "entites": [_feature(row, content) for row in _drawn(features, basin.crs)],
        "chiffres": [wording.figure_entry(f, content) for f in content.figures.figures.values()],
        "cles": [{"chiffre": key, "court": label} for key, label in content.keys.items()],
        "stats": stats,
        "premiers": _first(content),
        "comparaison": statistics.comparison(content, basin, siren),
        "noms": {code: one.nom_court for code, one in content.basin.epci.items()},
        "pages": dict(pages or {}),
        "themes": themes_data(content.themes, content.basin, basin, content.known),
        "statuts": _statuses(),
        "precisions": PRECISIONS,
        "sources_courtes": [wording.short(document) for document in documents],
        "sources": [wording.source_entry(document, content) for document in documents],
        "mentions": wording.mentions(content),
        "demander": wording.contacts(content),
        "voisinages": neighbours(content),
        "anciens_noms": {
            insee: list(names) for insee, names in old_names().items() if insee in basin.communes
        },
        "fonds": [ground.as_dict() for ground in GROUNDS],
        "fabrique": {"version": __version__, "commande": COMMAND},
    }


def _statuses() -> list[dict[str, str]]:
    told = style.STATUS_COLOURS.items()
    return [{"id": key, "texte": key.capitalize(), "couleur": colour} for key, colour in told]


def _first(content: Content) -> list[dict[str, str]]:
    told = first_figures(content)
    return [
        {"couche": one.layer, "mesure": one.measure, "un": one.one, "plusieurs": one.many} for one in told
    ]


def _features(content: Content, basin: Territories, siren: str, stats: dict[str, Any]) -> gpd.GeoDataFrame:
    """Return what the page of an EPCI shows: what is in it, what covers it, what its numbers name.

    A polygon may reach in by so little that it is not said to be there, while its hectares count.
    """
    named = {
        name
        for layers in stats.values()
        for measures in layers.values()
        for _, _, _, origin, *_ in measures.values()
        for name in origin
    }
    columns = (content.features[name] for name in ("id", "epci", "communes", "territoires"))
    mine = [
        key in named
        or siren in epci
        or not basin.communes.keys().isdisjoint(communes)
        or siren in covered(places, content.home)
        for key, epci, communes, places in zip(*columns, strict=True)
    ]
    return content.features[mine]


def _beside(portal: str, name: str) -> str:
    """Return the relative address of a file that stands beside the portal, if there are both."""
    return posixpath.join(posixpath.dirname(portal), name) if portal and name else ""


def _axis(key: int, known: Catalog) -> dict[str, Any]:
    axis = known.axes[key]
    return {
        "id": axis.id,
        "titre": axis.titre,
        "court": axis.court,
        "couleur": axis.couleur,
        "texte": axis.couleur_texte,
    }


def _layer(layer: Layer, features: gpd.GeoDataFrame, content: Content) -> dict[str, Any]:
    documents = [content.known.documents[key] for key in features["document"].unique()]
    lots = wording.lots_of(layer.id, content)
    shapes = features.geometry[features["precision"] != "territoire"]
    return {
        "id": layer.id,
        "titre": layer.titre,
        "axe": layer.axe.id,
        "inventaire": layer.inventaire,
        "visible": layer.visible,
        "resume": layer.resume,
        "couleur": style.colour(layer),
        "texte": layer.axe.couleur_texte,
        "picto": assets.icon(layer.symbole.pictogramme),
        "forme": layer.symbole.forme,
        "epaisseur": layer.symbole.epaisseur,
        "tirets": layer.symbole.tirets,
        "remplissage": layer.symbole.remplissage,
        "motif": layer.symbole.motif,
        "lineaire": layer.geometrie == "ligne",
        "ponctuel": bool((shapely.get_dimensions(shapes.array) == 0).any()),
        "surfacique": bool((shapely.get_dimensions(shapes.array) == 2).any()),
        "donnees": wording.lots_line(lots),
        "pannes": wording.failures(lots),
        "sources": sorted(wording.short(document) for document in documents),
    }


def _epci(epci: Epci, basin: Territories) -> dict[str, Any]:
    project = projector(basin.crs, WGS84)
    return {
        "siren": epci.siren,
        "nom": epci.nom,
        "court": epci.nom_court,
        "alias": list(epci.alias),
        "contexte": wording.size(len(epci.communes), epci.population, epci.area_km2),
        "etiquette": _pair(project(epci.label_point).coords[0]),
        "forme": project(epci.geometry),
    }


def _communes(basin: Territories) -> list[dict[str, Any]]:
    project = projector(basin.crs, WGS84)
    communes = basin.communes.values()
    centres = project(np.array([c.centre for c in communes], dtype=object))
    shapes = project(np.array([c.geometry for c in communes], dtype=object))
    return [
        {
            **_commune(commune, basin),
            "centre": _pair(pair),
            "forme": shape,
        }
        for commune, pair, shape in zip(
            communes, shapely.get_coordinates(centres).tolist(), shapes, strict=True
        )
    ]


def _commune(commune: Commune, basin: Territories) -> dict[str, Any]:
    people = "" if commune.population is None else text.plural(commune.population, "habitant")
    return {
        "insee": commune.insee,
        "nom": commune.nom,
        "siren": commune.siren,
        "population": commune.population or 0,
        "contexte": ", ".join(filter(None, (basin.epci[commune.siren].nom_court, people))),
    }


def _pair(xy: Sequence[float]) -> list[float]:
    return [round(xy[0], DECIMALS), round(xy[1], DECIMALS)]


def _drawn(features: gpd.GeoDataFrame, crs: str) -> Iterator[dict[str, Any]]:
    """Yield the features as rows: their geometry in degrees, and how long or wide it is (m, m2).

    A measure of a territory is not drawn; a collection is by its widest parts.
    """
    shapes = np.asarray(features.geometry.array).copy()
    shapes[(features["precision"] == "territoire").to_numpy()] = None
    for rank in np.flatnonzero(shapely.get_type_id(shapes) == shapely.GeometryType.GEOMETRYCOLLECTION):
        shapes[rank] = _widest(shapes[rank])
    size = shapely.get_dimensions(shapes)
    measured = np.where(size == 2, shapely.area(shapes), np.where(size == 1, shapely.length(shapes), 0.0))
    columns = {str(name): features[name] for name in features.columns if name != "geometry"}
    degrees = projector(crs, WGS84)(shapes)
    for *values, shape, measure in zip(*columns.values(), degrees, measured.tolist(), strict=True):
        yield {**dict(zip(columns, values, strict=True)), "geometry": shape, "mesure": measure}


def _widest(shape: BaseGeometry) -> BaseGeometry:
    """Return the parts of a geometry that have as many dimensions as it has."""
    parts = shapely.get_parts(shapely.get_parts(shape))
    size = int(shapely.get_dimensions(shape))
    return _GATHERED[size](parts[shapely.get_dimensions(parts) == size])


def _feature(row: Mapping[str, Any], content: Content) -> dict[str, Any]:
    document = content.known.documents[row["document"]]
    own = [content.figures.figures[key] for key in row["chiffres"]]
    return {
        "id": row["id"],
        "nom": row["nom"],
        "couche": row["couche"],
        "inventaire": row["inventaire"],
        "communes": list(row["communes"]),
        "epci": list(row["epci"]),
        "couvre": list(covered(row["territoires"], content.home)),
        "ou": wording.place(row, content),
        "precision": row["precision"],
        "statut": row["statut"] or "",
        "statut_texte": f"{row['statut'].capitalize()} {text.as_of(row['etat_au'])}" if row["statut"] else "",
        "resume": row["resume"],
        "faits": wording.facts(row, content),
        "montants": [wording.amount(f) for f in own],
        **_filtered(row, own, content),
        "contexte": list(row["contexte"]),
        "reserve": row["reserve"],
        "source": wording.source_line(row, document, content),
        "geometrie": row["geometry"],
        "mesure": row["mesure"],
    }


def _filtered(row: Mapping[str, Any], own: Sequence[Figure], content: Content) -> dict[str, Any]:
    """Return what a reader filters features by: dates, funders, landlords, UNESCO, euros."""
    told: dict[str, Any] = {
        "debut": row["debut"] or "",
        "fin": row["fin"] or "",
        "etat_au": row["etat_au"] or "",
        "financeurs": sorted({funder.nom for f in own for funder in f.financeurs}),
        "bailleurs": sorted(filter(None, str(row["attributs"].get("proprietaire") or "").split(" / "))),
    }
    told["euros"] = content.figures.amount_of(row["chiffres"])
    told["unesco"] = _inscribed(row["attributs"])
    return told


def _inscribed(attributes: Mapping[str, Any]) -> str:
    """Return whether a feature is inscribed on the World Heritage List, as far as its source says."""
    known = attributes.get("unesco")
    if known is None:
        return "oui" if any(attributes.get(key) for key in _INSCRIBED) else ""
    return "oui" if known else "non"
