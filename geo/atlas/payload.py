"""The data of a page: what to show, where and how; its words are in `geo.atlas.wording`.

The browser's types are in ``app/src/donnees.ts``; the two change together.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo import text
from geo.atlas import assets, wording
from geo.atlas.content import Content, made_on
from geo.atlas.grounds import GROUNDS
from geo.catalog import Catalog, Layer, Measure
from geo.indicators import TOTAL
from geo.ingest import PRECISIONS, covered
from geo.territories import WGS84, Commune, Epci, Territories, projector

DECIMALS = 5
"""Decimals of the degrees written in a page: about a metre."""

STATUS_COLOURS = {
    "étude": "#dcd5c6",
    "projet": "#b9b1a2",
    "travaux": "#e0a63a",
    "livré": "#2b7a56",
    "en service": "#7fb497",
    "abandonné": "#5c3a3a",
}
"""Statuses in the order of a project's life, and their colours in the bar."""

MUTED = ("#6f7479", 0.45)
"""The grey, and its share, that calms the colour of an axis for layers of records."""

_STAT = ("valeur", "qualificatif", "origine", "note")


def page_data(content: Content, siren: str = "", *, portal: str = "") -> dict[str, Any]:
    """Return the data of the page of the basin, or of one EPCI.

    Parameters
    ----------
    content : Content
        Territories, features, catalogue, ledger and statistics.
    siren : str
        The EPCI that the page opens on and is limited to; the whole basin if empty.
    portal : str
        Relative address of the portal, if there is one.

    Returns
    -------
    dict
        JSON-able, as ``donnees.ts`` types it; coordinates in EPSG:4326, latitude first.
    """
    basin = content.basin.restricted_to([siren]) if siren else content.basin
    stats = _stats(content, basin, siren)
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
        "couches": [_layer(layer, own, content) for layer, own in content_layers(content)],
        "epci": [_epci(e, basin) for e in basin.epci.values()],
        "communes": _communes(basin),
        "perimetre": _rings(shapely.get_parts(projector(basin.crs, WGS84)(basin.perimeter))),
        "entites": [_feature(row, content) for row in _in_degrees(features, basin.crs)],
        "chiffres": [wording.figure_entry(f, content) for f in content.figures.figures.values()],
        "cles": [{"chiffre": key, "court": label} for key, label in content.keys.items()],
        "stats": stats,
        "statuts": [
            {"id": key, "texte": key.capitalize(), "couleur": colour}
            for key, colour in STATUS_COLOURS.items()
        ],
        "precisions": PRECISIONS,
        "sources_courtes": [wording.short(document) for document in documents],
        "sources": [wording.source_entry(document, content) for document in documents],
        "mentions": wording.mentions(content),
        "fonds": [ground.as_dict() for ground in GROUNDS],
    }


def _features(content: Content, basin: Territories, siren: str, stats: dict[str, Any]) -> gpd.GeoDataFrame:
    """Return what the page of an EPCI shows: what is in it, what covers it, what its numbers name.

    A polygon may reach in by so little that it is not said to be there, while its hectares count.
    """
    named = {
        name
        for layers in stats.values()
        for measures in layers.values()
        for *_, origin, _ in measures.values()
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


def content_layers(content: Content) -> list[tuple[Layer, gpd.GeoDataFrame]]:
    """Return the layers that have features, in the order of the catalogue, each with its own.

    A layer whose source was never read has none: no page mentions it.
    """
    own = dict(iter(content.features.groupby("couche", sort=False)))
    return [(layer, own[key]) for key, layer in content.known.layers.items() if key in own]


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
        "couleur": _muted(layer.axe.couleur) if layer.inventaire else layer.axe.couleur,
        "texte": layer.axe.couleur_texte,
        "picto": assets.icon(layer.symbole.pictogramme),
        "forme": layer.symbole.forme,
        "epaisseur": layer.symbole.epaisseur,
        "tirets": layer.symbole.tirets,
        "remplissage": layer.symbole.remplissage,
        "motif": layer.symbole.motif,
        "lineaire": layer.geometrie == "ligne",
        "surfacique": bool((shapely.get_dimensions(shapes.array) == 2).any()),
        "donnees": wording.lots_line(lots),
        "pannes": wording.failures(lots),
        "sources": sorted(wording.short(document) for document in documents),
    }


def _muted(colour: str) -> str:
    """Return a colour (``#rrggbb``) with the share of grey that `MUTED` tells."""
    grey, share = MUTED
    pairs = [(int(colour[i : i + 2], 16), int(grey[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(own * (1 - share) + other * share):02x}" for own, other in pairs)


def _epci(epci: Epci, basin: Territories) -> dict[str, Any]:
    project = projector(basin.crs, WGS84)
    return {
        "siren": epci.siren,
        "nom": epci.nom,
        "court": epci.nom_court,
        "alias": list(epci.alias),
        "contexte": wording.size(len(epci.communes), epci.population, epci.area_km2),
        "etiquette": _pair(project(epci.label_point).coords[0]),
        "forme": _rings(shapely.get_parts(project(epci.geometry))),
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
            "forme": _rings(shapely.get_parts(shape)),
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
    return [round(xy[1], DECIMALS), round(xy[0], DECIMALS)]


def _pairs(line: BaseGeometry) -> list[list[float]]:
    pairs: list[list[float]] = np.round(shapely.get_coordinates(line)[:, ::-1], DECIMALS).tolist()
    return pairs


def _rings(polygons: Iterable[shapely.Polygon]) -> list[list[list[list[float]]]]:
    """Return polygons as lists of rings of latitude, longitude, holes after the shell."""
    return [[_pairs(ring)[:-1] for ring in (p.exterior, *p.interiors)] for p in polygons]


def _in_degrees(features: gpd.GeoDataFrame, crs: str) -> Iterator[dict[str, Any]]:
    """Yield the features as rows; their geometry in degrees, None for measures of a territory."""
    shapes = np.asarray(features.geometry.array).copy()
    shapes[(features["precision"] == "territoire").to_numpy()] = None
    columns = {str(name): features[name] for name in features.columns if name != "geometry"}
    shapes = projector(crs, WGS84)(shapes)
    for *values, shape in zip(*columns.values(), shapes, strict=True):
        yield {**dict(zip(columns, values, strict=True)), "geometry": shape}


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
        "contexte": list(row["contexte"]),
        "reserve": row["reserve"],
        "source": wording.source_line(row, document, content),
        **_position(row["geometry"]),
    }


def _position(geometry: BaseGeometry | None) -> dict[str, Any]:
    """Return where a feature is drawn, if it is; a polygon also has a point inside, for its symbol."""
    if geometry is None:
        return {}
    dimension = shapely.get_dimensions(geometry)
    parts = [part for part in shapely.get_parts(geometry) if shapely.get_dimensions(part) == dimension]
    if dimension == 2:
        inside = shapely.point_on_surface(geometry)
        return {"point": _pair(inside.coords[0]), "anneaux": _rings(parts)}
    if dimension == 1:
        return {"lignes": [_pairs(part) for part in parts]}
    if len(parts) == 1:
        return {"point": _pair(parts[0].coords[0])}
    return {"points": [_pair(part.coords[0]) for part in parts]}


def _stats(content: Content, basin: Territories, siren: str) -> dict[str, Any]:
    """Return the statistics by territory code ("total" for the basin), layer and indicator."""
    found: dict[str, Any] = {}
    for table, key in ((content.stats, "siren"), (content.stats_by_commune, "insee")):
        columns = (table[name] for name in (key, "territoire", "couche", "indicateur", *_STAT))
        for code, place, layer, measure, *told in zip(*columns, strict=True):
            if code is None:
                code = "total" if place == TOTAL and key == "siren" else ""  # noqa: PLW2901
            inside = code in basin.epci or code in basin.communes or (code == "total" and not siren)
            known = content.known.measures.get(measure)
            stat = _stat(known, *told) if inside and known else None
            if stat is not None:
                found.setdefault(code, {}).setdefault(layer, {})[measure] = stat
    return found


def _stat(
    measure: Measure, value: float, qualifier: str, origin: Sequence[str], note: str
) -> list[Any] | None:
    """Return a statistic as a page shows it, if something is behind it; no rate is one of them."""
    if not origin:
        return None
    shown = value if qualifier == "exact" else float(f"{value:.3g}")
    prefix = "" if qualifier == "exact" else f"{qualifier} "
    if measure.unite == "€":
        written, unit = prefix + text.amount(shown), ""
    else:
        written = prefix + text.number(value, 0 if abs(value) >= 10 or value == int(value) else 1)
        unit = measure.unite if measure.unite in ("km", "ha", "%") else ""
    return [round(value, 6), written, unit, list(origin), note]
