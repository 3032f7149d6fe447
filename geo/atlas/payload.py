"""The data of a page: what to show, where and how; its words are in `geo.atlas.wording`.

The browser's types are in ``app/src/donnees.ts``; the two change together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo import text
from geo.atlas import assets, wording
from geo.atlas.content import Content, made_on
from geo.catalog import MEASURES, Catalog, Layer
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

BASE_MAPS = (
    {
        "id": "plan-ign",
        "nom": "Plan IGN",
        "url": "https://data.geopf.fr/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER=GEOGRAPHICALGRIDSYSTEMS.PLANIGNV2"
        "&STYLE=normal&TILEMATRIXSET=PM&FORMAT=image/png&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}",
        "attribution": "© IGN, Géoplateforme",
        "zoom": 19,
    },
    {
        "id": "ortho-ign",
        "nom": "Photographies aériennes",
        "url": "https://data.geopf.fr/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER=ORTHOIMAGERY.ORTHOPHOTOS"
        "&STYLE=normal&TILEMATRIXSET=PM&FORMAT=image/jpeg&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}",
        "attribution": "© IGN, Géoplateforme",
        "zoom": 19,
    },
    {
        "id": "osm",
        "nom": "OpenStreetMap",
        "url": "https://tile.openstreetmap.org/{z}/{x}/{y}.png",
        "attribution": "© les contributeurs d’OpenStreetMap",
        "zoom": 19,
    },
)
"""Grounds that need the network; none is loaded before it is chosen."""


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
    features = content.features
    if siren:
        columns = (features[name] for name in ("epci", "communes", "territoires"))
        mine = [
            siren in epci
            or not basin.communes.keys().isdisjoint(communes)
            or siren in covered(places, content.home)
            for epci, communes, places in zip(*columns, strict=True)
        ]
        features = features[mine]
    project = projector(basin.crs, WGS84)
    epci = basin.epci.get(siren)
    return {
        "titre": epci.nom if epci else content.title,
        "sous_titre": wording.territory_line(basin),
        "date": text.long_date(made_on()),
        "etat": text.as_of(content.known.documents["bilan-erbm"].etat_au),
        "accueil": portal,
        "territoire": siren,
        "axes": [_axis(axis.id, content.known) for axis in content.known.axes.values()],
        "couches": [_layer(layer) for layer in content.known.layers.values()],
        "epci": [_epci(e, basin) for e in basin.epci.values()],
        "communes": [_commune(c, basin) for c in basin.communes.values()],
        "perimetre": _rings(project(basin.perimeter)),
        "entites": [_feature(row, content, project) for row in features.to_dict("records")],
        "chiffres": [wording.figure_entry(f, content) for f in content.figures.figures.values()],
        "cles": [{"chiffre": key, "court": label} for key, label in content.keys.items()],
        "stats": _stats(content, basin, siren),
        "statuts": [
            {"id": key, "texte": key.capitalize(), "couleur": colour}
            for key, colour in STATUS_COLOURS.items()
        ],
        "sources_courtes": ", ".join(f"{d.court} ({d.millesime})" for d in content.known.documents.values()),
        "sources": [wording.source_entry(d) for d in content.known.documents.values()],
        "mentions": wording.mentions(content),
        "fonds": [dict(ground) for ground in BASE_MAPS],
    }


def _axis(key: int, known: Catalog) -> dict[str, Any]:
    axis = known.axes[key]
    return {
        "id": axis.id,
        "titre": axis.titre,
        "court": axis.court,
        "couleur": axis.couleur,
        "texte": axis.couleur_texte,
    }


def _layer(layer: Layer) -> dict[str, Any]:
    return {
        "id": layer.id,
        "titre": layer.titre,
        "axe": layer.axe.id,
        "resume": layer.resume,
        "picto": assets.icon(layer.symbole.pictogramme),
        "forme": layer.symbole.forme,
        "epaisseur": layer.symbole.epaisseur,
        "tirets": layer.symbole.tirets,
        "lineaire": layer.geometrie == "ligne",
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
        "forme": _rings(project(epci.geometry)),
    }


def _commune(commune: Commune, basin: Territories) -> dict[str, Any]:
    project = projector(basin.crs, WGS84)
    people = "" if commune.population is None else text.plural(commune.population, "habitant")
    return {
        "insee": commune.insee,
        "nom": commune.nom,
        "siren": commune.siren,
        "population": commune.population or 0,
        "contexte": ", ".join(filter(None, (basin.epci[commune.siren].nom_court, people))),
        "centre": _pair(project(commune.centre).coords[0]),
        "forme": _rings(project(commune.geometry)),
    }


def _pair(xy: Sequence[float]) -> list[float]:
    return [round(xy[1], DECIMALS), round(xy[0], DECIMALS)]


def _rings(geometry: BaseGeometry) -> list[list[list[list[float]]]]:
    """Return polygons as lists of rings of latitude, longitude, holes after the shell."""
    found = []
    for polygon in shapely.get_parts(geometry):
        rings = [polygon.exterior, *polygon.interiors]
        found.append([np.round(shapely.get_coordinates(r)[:-1, ::-1], DECIMALS).tolist() for r in rings])
    return found


def _feature(
    row: Mapping[Any, Any], content: Content, project: Callable[[BaseGeometry], BaseGeometry]
) -> dict[str, Any]:
    document = content.known.documents[row["document"]]
    own = [content.figures.figures[key] for key in row["chiffres"]]
    return {
        "id": row["id"],
        "nom": row["nom"],
        "couche": row["couche"],
        "axe": row["axe"],
        "communes": list(row["communes"]),
        "epci": list(row["epci"]),
        "couvre": list(covered(row["territoires"], content.home)),
        "ou": wording.place(row, content),
        "precision": row["precision"],
        "precision_texte": PRECISIONS[row["precision"]],
        "statut": row["statut"] or "",
        "statut_texte": f"{row['statut'].capitalize()} {text.as_of(row['etat_au'])}" if row["statut"] else "",
        "resume": row["resume"],
        "faits": wording.facts(row, content),
        "montants": [wording.amount(f) for f in own],
        "contexte": list(row["contexte"]),
        "reserve": row["reserve"],
        "source": wording.source_line(row, document),
        **_position(project(row["geometry"]), row["precision"]),
    }


def _position(geometry: BaseGeometry, precision: str) -> dict[str, Any]:
    if precision == "territoire":
        return {}
    if geometry.geom_type == "Point":
        return {"point": _pair(geometry.coords[0])}
    if geometry.geom_type == "MultiPoint":
        return {"points": [_pair(xy) for xy in shapely.get_coordinates(geometry)]}
    return {"ligne": [_pair(xy) for xy in shapely.get_coordinates(geometry)]}


def _stats(content: Content, basin: Territories, siren: str) -> dict[str, Any]:
    """Return the statistics by territory code ("total" for the basin), layer and indicator."""
    found: dict[str, Any] = {}
    for table, key in ((content.stats, "siren"), (content.stats_by_commune, "insee")):
        for row in table.to_dict("records"):
            code = row[key]
            if code is None:
                code = "total" if row["territoire"] == TOTAL and key == "siren" else ""
            inside = code in basin.epci or code in basin.communes or (code == "total" and not siren)
            if not inside or "_pour_" in row["indicateur"] or "_par_" in row["indicateur"]:
                continue
            if row["indicateur"].startswith("montant_eur:") or not row["origine"]:
                continue
            layers = found.setdefault(code, {})
            layers.setdefault(row["couche"], {})[row["indicateur"]] = _stat(row)
    return found


def _stat(row: Mapping[Any, Any]) -> list[Any]:
    measure = MEASURES[row["indicateur"]]
    value, qualifier = row["valeur"], row["qualificatif"]
    shown = value if qualifier == "exact" else float(f"{value:.3g}")
    prefix = "" if qualifier == "exact" else f"{qualifier} "
    if measure.unite == "€":
        written, unit = prefix + text.amount(shown), ""
    else:
        written = prefix + text.number(value, 0 if abs(value) >= 10 or value == int(value) else 1)
        unit = measure.unite if measure.id in ("length_km", "area_ha") else ""
    return [round(value, 6), written, unit, list(row["origine"]), row["note"]]
