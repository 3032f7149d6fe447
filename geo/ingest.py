"""From the facts of ``layers/`` to one clean frame in the features' schema.

Every fact passes `validate`; all faults of a file are told at once, with the fact and the
field. Geometry is given (a point, a line), or derived: the centres (town halls) of the communes for
precision ``commune``, the union of the territories for precision ``territoire``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from geo import catalog, ledger
from geo.catalog import Catalog, Layer
from geo.errors import DataError
from geo.ledger import Ledger
from geo.sources.embedded import name_of, read_toml
from geo.territories import DEPARTEMENTS, LAMBERT_93, WGS84, Territories, projector
from geo.territories import load as load_territories

PRECISIONS = {
    "exacte": "position exacte",
    "adresse": "position à l’adresse",
    "commune": "située à la commune",
    "indicative": "position indicative",
    "territoire": "mesure à l’échelle d’un territoire",
}
"""How well a feature is located, best first, with its words for a reader."""

STATUSES = ("étude", "projet", "travaux", "livré", "en service", "abandonné")
NEAR_M = 1500.0
"""A point may lie this far (metres) out of its commune: embedded borders are generalised."""

COLUMNS = (
    "id", "couche", "nom", "resume", "axe", "rubrique", "communes", "epci", "territoires",
    "precision", "position", "statut", "debut", "fin", "etat_au", "document", "ligne", "ligne_fin",
    "chiffres", "contexte", "quantite", "maitre_ouvrage", "nom_source", "reserve", "attributs",
    "geometry",
)  # fmt: skip
"""Columns of the features' frame. Tuples hold codes (INSEE, SIREN, ledger ids)."""

_REQUIRED = ("id", "nom", "resume", "axe", "rubrique", "precision")
_OPTIONAL = (
    "communes", "territoires", "point", "ligne", "position", "statut", "debut", "fin", "etat_au",
    "lignes", "chiffres", "contexte", "quantite", "maitre_ouvrage", "nom_source", "reserve",
    "attributs", "source",
)  # fmt: skip
_DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_CHECKS = {"texte": str, "nombre": (int, float), "entier": int, "booleen": bool}
_FREE_ATTRIBUTES = {"surfaces_ha", "id_unesco_source"}


@cache
def load() -> gpd.GeoDataFrame:
    """Return the features of all layers, EPSG:2154, indexed by `id`, in catalogue order.

    Returns
    -------
    geopandas.GeoDataFrame
        One row a feature, columns `COLUMNS`; never mutate it, it is shared.

    Raises
    ------
    DataError
        If a fact is faulty.
    """
    known, figures, basin = catalog.load(), ledger.load(), load_territories()
    rows = [row for layer in known.layers.values() for row in _read(layer, known, figures, basin)]
    seen: dict[str, str] = {}
    for row in rows:
        if row["id"] in seen:
            raise DataError(
                f"identifiant déjà pris dans la couche {seen[row['id']]}",
                where=f"{row['couche']}/faits.toml, {row['id']}",
            )
        seen[row["id"]] = row["couche"]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    frame = gpd.GeoDataFrame(table, geometry="geometry", crs=LAMBERT_93)
    return frame.set_index("id", drop=False).rename_axis(None)


def _read(
    layer: Layer, known: Catalog, figures: Ledger, basin: Territories
) -> Iterator[dict[str, Any]]:
    path = layer.folder / "faits.toml"
    facts = read_toml(path).get("fait", [])
    problems = [
        f"{fact.get('id', f'fait n° {number}')} : {fault}"
        for number, fact in enumerate(facts, start=1)
        for fault in validate(fact, layer, known, figures, basin)
    ]
    if problems:
        raise DataError.collect(problems, where=name_of(path))
    for fact in facts:
        yield _row(fact, layer, known, basin)


def validate(
    fact: Mapping[str, Any], layer: Layer, known: Catalog, figures: Ledger, basin: Territories
) -> Iterator[str]:
    """Yield what is wrong with a fact, in French, each with its field.

    Parameters
    ----------
    fact : mapping
        One ``[[fait]]`` table.
    layer : Layer
        The layer that it stands in.
    known, figures, basin
        The catalogue, the ledger and the territories that its codes refer to.
    """
    missing = [key for key in _REQUIRED if not fact.get(key)]
    yield from (f"{key} manque" for key in missing)
    yield from (f"{key} : champ inconnu" for key in fact if key not in _REQUIRED + _OPTIONAL)
    if missing:
        return
    if not _ID.fullmatch(fact["id"]) or not fact["id"].startswith(layer.id + "-"):
        yield f"id : attendu {layer.id}-<clé>, en minuscules, chiffres et tirets"
    if fact["axe"] not in known.axes:
        yield f"axe : {fact['axe']!r} n'existe pas"
    if fact.get("statut", STATUSES[0]) not in STATUSES:
        yield f"statut : {fact['statut']!r} ; attendu {', '.join(STATUSES)}"
    for key in ("debut", "fin", "etat_au"):
        if key in fact and not _DATE.fullmatch(str(fact[key])):
            yield f"{key} : {fact[key]!r} ; attendu AAAA, AAAA-MM ou AAAA-MM-JJ"
    if fact.get("source", layer.source.id) not in known.documents:
        yield f"source : {fact['source']!r} n'est pas dans sources.toml"
    yield from _figure_faults(fact, figures)
    yield from _line_faults(fact, layer)
    yield from _place_faults(fact, basin)
    yield from _attribute_faults(fact, layer)


def _figure_faults(fact: Mapping[str, Any], figures: Ledger) -> Iterator[str]:
    for key in ("chiffres", "contexte"):
        for figure in fact.get(key, ()):
            if figure not in figures.figures:
                yield f"{key} : {figure!r} n'est pas dans chiffres.csv"
    quantity = fact.get("quantite")
    if quantity and quantity not in fact.get("chiffres", ()):
        yield f"quantite : {quantity!r} doit aussi être dans chiffres"


def _line_faults(fact: Mapping[str, Any], layer: Layer) -> Iterator[str]:
    from_report = fact.get("source", layer.source.id) == "bilan-erbm"
    lines = fact.get("lignes")
    if lines is None:
        if from_report:
            yield "lignes : la ou les lignes du bilan manquent"
    elif len(lines) != 2 or not 1 <= lines[0] <= lines[1]:
        yield f"lignes : {lines!r} ; attendu [première, dernière]"


def _place_faults(fact: Mapping[str, Any], basin: Territories) -> Iterator[str]:
    precision = fact["precision"]
    if precision not in PRECISIONS:
        yield f"precision : {precision!r} ; attendu {', '.join(PRECISIONS)}"
        return
    codes, places = fact.get("communes", []), fact.get("territoires", [])
    unknown = [c for c in places if c not in basin.epci and c not in (*DEPARTEMENTS, "bassin")]
    yield from (f"territoires : {code!r} inconnu" for code in unknown)
    given = [key for key in ("point", "ligne") if key in fact]
    if precision == "territoire":
        if not places or given or codes:
            yield "precision territoire : donner territoires, sans communes, point ni ligne"
        return
    if places:
        yield "territoires : réservé à la précision territoire"
    if not codes:
        yield "communes : au moins un code INSEE"
    outside = [c for c in codes if c not in basin.communes]
    yield from (f"communes : {c!r} n'est pas un code INSEE" for c in outside if not _is_insee(c))
    if len(given) > 1:
        yield "point et ligne : l'un ou l'autre"
    if not given and (precision != "commune" or outside):
        yield f"point ou ligne : nécessaire (précision {precision}{', hors périmètre' if outside else ''})"
    if precision == "exacte" and "mémoire" in fact.get("position", ""):
        yield "position : ce qui est donné de mémoire est de précision indicative"
    if "point" in fact:
        yield from _point_faults(fact, codes, basin)


def _is_insee(code: str) -> bool:
    return bool(re.fullmatch(r"(\d{5}|2[AB]\d{3})", code))


def _point_faults(fact: Mapping[str, Any], codes: list[str], basin: Territories) -> Iterator[str]:
    if not _is_lonlat(fact["point"]):
        yield f"point : {fact['point']!r} ; attendu [longitude, latitude] en degrés"
        return
    known = [basin.communes[c].geometry for c in codes if c in basin.communes]
    if not known:
        return
    point = projector(WGS84, LAMBERT_93)(shapely.Point(fact["point"]))
    away = min(float(shapely.distance(point, g)) for g in known)
    if away > NEAR_M:
        yield f"point : à {away / 1000:.1f} km de sa commune ({', '.join(codes)})"


def _is_lonlat(pair: object) -> bool:
    return (
        isinstance(pair, list)
        and len(pair) == 2
        and all(isinstance(v, (int, float)) for v in pair)
        and -180 <= pair[0] <= 180
        and -90 <= pair[1] <= 90
    )


def _attribute_faults(fact: Mapping[str, Any], layer: Layer) -> Iterator[str]:
    declared = {field.nom: field for field in layer.champs}
    for key, value in fact.get("attributs", {}).items():
        if key in _FREE_ATTRIBUTES:
            continue
        if key not in declared:
            yield f"attributs.{key} : non déclaré dans {layer.id}/layer.toml"
            continue
        expected = _CHECKS[declared[key].type]
        boolean_as_number = isinstance(value, bool) and declared[key].type != "booleen"
        if not isinstance(value, expected) or boolean_as_number:  # type: ignore[arg-type]
            yield f"attributs.{key} : {value!r} n'est pas de type {declared[key].type}"


def _row(
    fact: Mapping[str, Any], layer: Layer, known: Catalog, basin: Territories
) -> dict[str, Any]:
    document = known.documents[fact.get("source", layer.source.id)]
    geometry = _geometry(fact, basin)
    communes = tuple(fact.get("communes", ()))
    if "ligne" in fact:
        communes = _crossed(geometry, communes, basin)
    first, last = fact.get("lignes", (None, None))
    return {
        "id": fact["id"],
        "couche": layer.id,
        "nom": fact["nom"],
        "resume": fact["resume"],
        "axe": fact["axe"],
        "rubrique": fact["rubrique"],
        "communes": communes,
        "epci": _epci(fact, communes, basin),
        "territoires": tuple(fact.get("territoires", ())),
        "precision": fact["precision"],
        "position": fact.get("position", ""),
        "statut": fact.get("statut"),
        "debut": fact.get("debut"),
        "fin": fact.get("fin"),
        "etat_au": fact.get("etat_au", document.etat_au),
        "document": document.id,
        "ligne": first,
        "ligne_fin": last,
        "chiffres": tuple(fact.get("chiffres", ())),
        "contexte": tuple(fact.get("contexte", ())),
        "quantite": fact.get("quantite"),
        "maitre_ouvrage": fact.get("maitre_ouvrage", ""),
        "nom_source": fact.get("nom_source", ""),
        "reserve": fact.get("reserve", ""),
        "attributs": dict(fact.get("attributs", {})),
        "geometry": geometry,
    }


def _geometry(fact: Mapping[str, Any], basin: Territories) -> BaseGeometry:
    project = projector(WGS84, LAMBERT_93)
    if "point" in fact:
        return project(shapely.Point(fact["point"]))
    if "ligne" in fact:
        return project(shapely.LineString(fact["ligne"]))
    if fact["precision"] == "territoire":
        return basin.geometry_of(_covered(fact["territoires"], basin))
    centres = [basin.communes[code].centre for code in fact["communes"]]
    return centres[0] if len(centres) == 1 else shapely.MultiPoint(centres)


def _covered(places: list[str], basin: Territories) -> tuple[str, ...]:
    """Return the SIREN codes that a list of territories covers, sorted."""
    sirens: set[str] = set()
    for place in places:
        if place == "bassin":
            sirens.update(basin.epci)
        elif place in DEPARTEMENTS:
            sirens.update(basin.in_departement(place))
        else:
            sirens.add(place)
    return tuple(sorted(sirens))


def _epci(
    fact: Mapping[str, Any], communes: tuple[str, ...], basin: Territories
) -> tuple[str, ...]:
    if fact["precision"] == "territoire":
        return _covered(fact["territoires"], basin)
    return basin.epci_of(communes)


def _crossed(
    line: BaseGeometry, named: tuple[str, ...], basin: Territories
) -> tuple[str, ...]:
    """Return the communes named, then those that the line crosses, sorted by code."""
    met = {c.insee for c in basin.communes.values() if shapely.intersection(line, c.geometry).length > 0}
    return (*named, *sorted(met - set(named)))
