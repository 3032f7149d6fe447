"""The data of a page, with every text already written: what to show is decided here.

The browser's types are in ``app/src/donnees.ts``; the two change together.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from geo import text
from geo.atlas import assets
from geo.catalog import MEASURES, Catalog, Document, Layer
from geo.indicators import TOTAL
from geo.ingest import PRECISIONS
from geo.ledger import Figure, Ledger
from geo.territories import DEPARTEMENTS, WGS84, Commune, Epci, Territories, projector

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


@dataclass(frozen=True)
class Content:
    """All that the pages are made from."""

    basin: Territories
    features: gpd.GeoDataFrame
    known: Catalog
    figures: Ledger
    stats: pd.DataFrame
    stats_by_commune: pd.DataFrame
    keys: dict[str, str]
    """Key figures: id in the ledger, short label."""
    counted: dict[str, float]
    """What each figure counts for in a sum (`Ledger.countable`)."""
    flags: dict[str, list[str]]
    """What is in doubt about a figure, by its id."""


def made_on() -> date:
    """Return the day that the pages are dated: ``SOURCE_DATE_EPOCH`` (UTC), or today."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    return datetime.fromtimestamp(int(epoch), UTC).date() if epoch else date.today()  # noqa: DTZ011


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
        mine = [
            siren in epci or not basin.communes.keys().isdisjoint(communes)
            for epci, communes in zip(features["epci"], features["communes"], strict=True)
        ]
        features = features[mine]
    project = _to_wgs84(basin.crs)
    epci = basin.epci.get(siren)
    return {
        "titre": epci.nom if epci else "Bassin minier du Nord et du Pas-de-Calais",
        "sous_titre": territory_line(basin),
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
        "chiffres": [figure_entry(f, content) for f in content.figures.figures.values()],
        "cles": [{"chiffre": key, "court": label} for key, label in content.keys.items()],
        "stats": _stats(content, basin, siren),
        "indicateurs": {m.id: m.libelle for m in MEASURES.values()},
        "statuts": [
            {"id": key, "texte": key.capitalize(), "couleur": colour}
            for key, colour in STATUS_COLOURS.items()
        ],
        "precisions": [{"id": key, "texte": words} for key, words in PRECISIONS.items()],
        "sources_courtes": ", ".join(f"{d.court} ({d.millesime})" for d in content.known.documents.values()),
        "sources": [source_entry(d) for d in content.known.documents.values()],
        "mentions": mentions(content),
        "fonds": [dict(ground) for ground in BASE_MAPS],
    }


def territory_line(basin: Territories) -> str:
    """Return ``8 EPCI, 336 communes, 1 258 378 habitants, 2 348 km²``."""
    head = [f"{len(basin.epci)}{text.NBSP}EPCI"] if len(basin.epci) > 1 else []
    return ", ".join([*head, _size(len(basin.communes), basin.population, basin.area_km2)])


def _size(communes: int, population: int, area_km2: float) -> str:
    parts = (
        text.plural(communes, "commune"),
        text.plural(population, "habitant"),
        f"{text.number(area_km2, 0 if area_km2 >= 100 else 1)}{text.NNBSP}km²",
    )
    return ", ".join(parts)


def mentions(content: Content) -> list[str]:
    """Return the notes of the credits: method, precision, licences, software."""
    return [
        "Les faits sont ceux que donne le bilan à mi-parcours, à la date qu’il porte : rien ici n’est dit "
        "comme d’aujourd’hui. Chaque chiffre garde son qualificatif (« plus de », « près de »…) et sa ligne.",
        "Un élément qui touche deux territoires compte dans les deux ; le total ne le compte qu’une fois. "
        "Un montant donné pour plusieurs territoires n’est pas réparti. Un chiffre dit deux fois, ou compris "
        "dans un autre, n’est compté qu’une fois.",
        f"Limites généralisées ({content.basin.source}). Calculs en Lambert-93 (EPSG:2154).",
        f"Logiciel sous licence Apache 2.0, faits sous Licence Ouverte 2.0. Composants : {assets.credits_line()}.",
    ]


def source_entry(document: Document) -> dict[str, str]:
    """Return a document as the credits list it."""
    return {
        "titre": document.titre,
        "details": f"{document.producteur}. {document.licence}. Millésime {document.millesime}.",
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
    project = _to_wgs84(basin.crs)
    label = shapely.maximum_inscribed_circle(epci.geometry).coords[0]
    return {
        "siren": epci.siren,
        "nom": epci.nom,
        "court": epci.nom_court,
        "page": f"epci/{epci.slug}.html",
        "contexte": _size(len(epci.communes), epci.population, epci.area_km2),
        "communes": len(epci.communes),
        "etiquette": _pair(project(shapely.Point(label)).coords[0]),
        "forme": _rings(project(epci.geometry)),
    }


def _commune(commune: Commune, basin: Territories) -> dict[str, Any]:
    project = _to_wgs84(basin.crs)
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


def _to_wgs84(crs: str):  # type: ignore[no-untyped-def]  # the projector's own generic type
    return projector(crs, WGS84)


def _pair(xy: Sequence[float]) -> list[float]:
    return [round(xy[1], DECIMALS), round(xy[0], DECIMALS)]


def _rings(geometry: BaseGeometry) -> list[list[list[list[float]]]]:
    """Return polygons as lists of rings of latitude, longitude, holes after the shell."""
    found = []
    for polygon in shapely.get_parts(geometry):
        rings = [polygon.exterior, *polygon.interiors]
        found.append(
            [np.round(shapely.get_coordinates(r)[:-1, ::-1], DECIMALS).tolist() for r in rings]
        )
    return found


def _feature(row: Mapping[Any, Any], content: Content, project: Any) -> dict[str, Any]:
    document = content.known.documents[row["document"]]
    own = [content.figures.figures[key] for key in row["chiffres"]]
    return {
        "id": row["id"],
        "nom": row["nom"],
        "couche": row["couche"],
        "axe": row["axe"],
        "communes": list(row["communes"]),
        "epci": list(row["epci"]),
        "ou": place(row, content.basin),
        "precision": row["precision"],
        "precision_texte": PRECISIONS[row["precision"]],
        "statut": row["statut"] or "",
        "statut_texte": f"{row['statut'].capitalize()} {text.as_of(row['etat_au'])}" if row["statut"] else "",
        "resume": row["resume"],
        "faits": _facts(row, content, own),
        "montants": [_amount(f) for f in own],
        "contexte": list(row["contexte"]),
        "reserve": row["reserve"],
        "source": source_line(row, document),
        **_position(project(row["geometry"]), row["precision"]),
    }


def place(row: Mapping[Any, Any], basin: Territories) -> str:
    """Return where a feature is, in words: its communes, or the territories it covers."""
    if row["precision"] != "territoire":
        named = [basin.communes[c].nom for c in row["communes"] if c in basin.communes]
        more = f" et {len(named) - 3} autres" if len(named) > 4 else ""
        return ", ".join(named[:3] if more else named) + more if named else "hors du périmètre"
    told = []
    for code in row["territoires"]:
        if code == "bassin":
            told.append("ensemble du bassin")
        elif code in DEPARTEMENTS:
            told.append(f"{DEPARTEMENTS[code]} (bassin)")
        else:
            told.append(basin.epci[code].nom_court)
    return ", ".join(told)


def source_line(row: Mapping[Any, Any], document: Document) -> str:
    """Return the source of a feature: document, line or record, licence."""
    parts = [document.court]
    if isinstance(row["ligne"], (int, float)) and not math.isnan(row["ligne"]):
        first, last = int(row["ligne"]), int(row["ligne_fin"])
        parts.append(f"ligne {first}" if first == last else f"lignes {first} à {last}")
    if document.id != "bilan-erbm":
        parts.append(f"millésime {document.millesime}, {document.licence}")
    return ", ".join(parts)


def _facts(row: Mapping[Any, Any], content: Content, own: list[Figure]) -> list[list[str]]:
    del own
    told: list[tuple[str, str]] = [("Où", place(row, content.basin))]
    if row["debut"] and row["fin"]:
        told.append(("Dates", f"de {text.partial_date(row['debut'])} à {text.partial_date(row['fin'])}"))
    elif row["debut"]:
        told.append(("Début", text.partial_date(row["debut"])))
    elif row["fin"]:
        told.append(("Échéance", text.partial_date(row["fin"])))
    told.append(("Porteur", row["maitre_ouvrage"]))
    for field in content.known.layers[row["couche"]].champs:
        if field.nom in row["attributs"]:
            told.append((field.libelle, _attribute(row["attributs"][field.nom], field.type, field.unite)))
    told += [
        ("Rubrique", f"axe {row['axe']}, {row['rubrique']}"),
        ("Nom dans la source", row["nom_source"]),
        ("Position", row["position"]),
    ]
    return [[name, value] for name, value in told if value]


def _attribute(value: Any, kind: str, unit: str) -> str:
    if kind == "booleen":
        return "oui" if value else "non"
    if kind == "nombre":
        return text.number(value) + (f"{text.NNBSP}{unit}" if unit else "")
    return str(value)


def _amount(figure: Figure) -> dict[str, str]:
    who = ", ".join(_funder(f.nom, f.part) for f in figure.financeurs)
    return {"texte": figure.written(), "qui": who or figure.libelle, "chiffre": figure.id}


def _funder(name: str, part: float | None) -> str:
    return name if part is None else f"{name} ({text.number(part * 100)}{text.NNBSP}%)"


def _position(geometry: BaseGeometry, precision: str) -> dict[str, Any]:
    if precision == "territoire":
        return {}
    if geometry.geom_type == "Point":
        return {"point": _pair(geometry.coords[0])}
    if geometry.geom_type == "MultiPoint":
        return {"points": [_pair(p.coords[0]) for p in geometry.geoms]}
    return {"ligne": [_pair(xy) for xy in shapely.get_coordinates(geometry)]}


def figure_entry(figure: Figure, content: Content) -> dict[str, Any]:
    """Return a figure as pages show it: written, with its details, caveats and source."""
    document = content.known.documents["bilan-erbm"]
    details = [
        ("Territoire", territory_names(figure, content.basin)),
        ("Période", text.period(figure.periode)),
        ("Financeurs", ", ".join(_funder(f.nom, f.part) for f in figure.financeurs)),
        ("Rubrique", figure.rubrique),
        ("Le bilan écrit", f"« {figure.texte} »"),
    ]
    warnings = [figure.reserve, *content.flags.get(figure.id, ())]
    return {
        "id": figure.id,
        "libelle": figure.libelle,
        "texte": figure.written(),
        "axe": figure.axe,
        "details": [[name, value] for name, value in details if value],
        "compte": _counted(figure, content),
        "alertes": list(dict.fromkeys(filter(None, warnings))),
        "source": f"{document.court}, ligne {figure.ligne}",
    }


def _counted(figure: Figure, content: Content) -> str:
    """Return what a figure counts for in a sum, where it is not its whole value."""
    value = content.counted.get(figure.id)
    if value is None or value == figure.valeur:
        return ""
    rest = text.quantity(value, figure.unite)
    return f"compté ici pour {rest}, le reste l’étant par d’autres chiffres qui en font partie"


def territory_names(figure: Figure, basin: Territories) -> str:
    """Return the territory of a figure in words."""
    known = {
        "bassin": "ensemble du bassin",
        "32": "Hauts-de-France",
        "FR": "France",
        "académie-lille": "académie de Lille",
        **{code: f"{name} (bassin)" for code, name in DEPARTEMENTS.items()},
        **{e.siren: e.nom_court for e in basin.epci.values()},
        **{c.insee: c.nom for c in basin.communes.values()},
    }
    return ", ".join(known.get(code, code) for code in figure.territoire)


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
            if row["indicateur"].startswith("montant_eur:"):
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
