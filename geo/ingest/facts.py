"""From the facts of ``layers/`` to rows in the features' schema.

Every fact passes `validate`; all faults of a file are told at once, with the fact and the
field. Geometry is given (a point, a line), or derived: the centres (town halls) of the communes for
precision ``commune``, the union of the territories for precision ``territoire``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo import catalog, ledger
from geo.catalog import Catalog, Layer
from geo.errors import DataError
from geo.ledger import Ledger
from geo.sources.embedded import KINDS, name_of, read_tables, table_faults
from geo.territories import DEPARTEMENTS, LAMBERT_93, WGS84, Territories, projector
from geo.territories import load as load_territories
from geo.text import is_period

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
ROUNDED_HA = 0.01
"""Hectares are told with two decimals, so that a sum of parts may miss the whole by so much a part."""

COLUMNS = (
    "id", "couche", "nom", "resume", "axe", "rubrique", "communes", "epci", "territoires",
    "precision", "position", "statut", "debut", "fin", "etat_au", "document", "ligne", "ligne_fin",
    "chiffres", "contexte", "quantite", "maitre_ouvrage", "nom_source", "reserve", "attributs",
    "inventaire", "geometry",
)  # fmt: skip
"""Columns of the features' frame. Tuples hold codes (INSEE, SIREN, ledger ids).

`inventaire` tells a record (a friche of a national inventory) from a measure of the Engagement.
"""

_REQUIRED = {
    "id": "un texte",
    "nom": "un texte",
    "resume": "un texte",
    "axe": "un entier",
    "rubrique": "un texte",
    "precision": "un texte",
}
_OPTIONAL = {
    "communes": "une liste de textes",
    "territoires": "une liste de textes",
    "point": "[longitude, latitude] en degrés",
    "ligne": "au moins deux [longitude, latitude] en degrés",
    "position": "un texte",
    "statut": "un texte",
    "debut": "AAAA, AAAA-MM ou AAAA-MM-JJ",
    "fin": "AAAA, AAAA-MM ou AAAA-MM-JJ",
    "etat_au": "AAAA, AAAA-MM ou AAAA-MM-JJ",
    "lignes": "une liste d'entiers",
    "chiffres": "une liste de textes",
    "contexte": "une liste de textes",
    "quantite": "un texte",
    "maitre_ouvrage": "un texte",
    "nom_source": "un texte",
    "reserve": "un texte",
    "attributs": "une table",
    "source": "un texte",
}
"""Fields of a fact, and what each holds, of `geo.sources.embedded.KINDS`."""

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_INSEE = re.compile(r"\d{5}|2[AB]\d{3}", re.ASCII)
_ATTRIBUTES = {"texte": "un texte", "nombre": "un nombre", "entier": "un entier", "booleen": "un booléen"}
_FREE_ATTRIBUTES = {"surfaces_ha": "une table", "id_unesco_source": "un texte"}


def by_layer() -> dict[str, list[dict[str, Any]]]:
    """Return the facts of each layer, as rows of `COLUMNS`, in catalogue order.

    Raises
    ------
    DataError
        If a fact is faulty.
    """
    known, figures, basin = catalog.load(), ledger.load(), load_territories()
    return {key: list(_read(layer, known, figures, basin)) for key, layer in known.layers.items()}


def _read(layer: Layer, known: Catalog, figures: Ledger, basin: Territories) -> Iterator[dict[str, Any]]:
    path = layer.folder / "faits.toml"
    if layer.inventaire and not path.exists():
        return
    facts = read_tables(path, "fait")
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
    faults = list(table_faults(fact, _REQUIRED, _OPTIONAL))
    yield from (f"{key} : {told}" for key, told in faults)
    if any(key in _REQUIRED or key in _OPTIONAL for key, _ in faults):
        return  # the rest would stumble over a value of another kind
    if not _ID.fullmatch(fact["id"]) or not fact["id"].startswith(layer.id + "-"):
        yield f"id : attendu {layer.id}-<clé>, en minuscules, chiffres et tirets"
    if fact["axe"] not in known.axes:
        yield f"axe : {fact['axe']!r} n'existe pas"
    if fact.get("statut", STATUSES[0]) not in STATUSES:
        yield f"statut : {fact['statut']!r} ; attendu {', '.join(STATUSES)}"
    if not is_period(f"{fact.get('debut', '')}/{fact.get('fin', '')}".strip("/")):
        yield f"fin : {fact.get('fin')!r} est avant debut, {fact.get('debut')!r}"
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
    elif precision == "territoire":
        places = fact.get("territoires", [])
        unknown = [c for c in places if c not in basin.epci and c not in (*DEPARTEMENTS, "bassin")]
        yield from (f"territoires : {code!r} inconnu" for code in unknown)
        if not places or any(fact.get(key) for key in ("communes", "point", "ligne")):
            yield "precision territoire : donner territoires, sans communes, point ni ligne"
    else:
        yield from _located_faults(fact, basin)


def _located_faults(fact: Mapping[str, Any], basin: Territories) -> Iterator[str]:
    precision, codes = fact["precision"], fact.get("communes", [])
    if fact.get("territoires"):
        yield "territoires : réservé à la précision territoire"
    if not codes:
        yield "communes : au moins un code INSEE"
    if len(set(codes)) < len(codes):
        yield "communes : un même code deux fois"
    outside = [c for c in codes if c not in basin.communes]
    yield from (f"communes : {c!r} n'est pas un code INSEE" for c in outside if not _INSEE.fullmatch(c))
    given = [key for key in ("point", "ligne") if key in fact]
    if len(given) > 1:
        yield "point et ligne : l'un ou l'autre"
    if not given and (precision != "commune" or outside):
        yield f"point ou ligne : nécessaire (précision {precision}{', hors périmètre' if outside else ''})"
    if precision == "exacte" and "mémoire" in fact.get("position", ""):
        yield "position : ce qui est donné de mémoire est de précision indicative"
    yield from (fault for key in given if (fault := _away(fact, key, basin)))


def _away(fact: Mapping[str, Any], key: str, basin: Territories) -> str:
    """Tell how far a point or a line is from its communes, if it is too far."""
    known = [basin.communes[c].geometry for c in fact.get("communes", ()) if c in basin.communes]
    if not known:
        return ""
    away = float(shapely.distance(_given(fact, key), np.array(known, dtype=object)).min())
    if away <= NEAR_M:
        return ""
    return f"{key} : à {away / 1000:.1f} km de sa commune ({', '.join(fact['communes'])})"


def _attribute_faults(fact: Mapping[str, Any], layer: Layer) -> Iterator[str]:
    declared = {field.nom: _ATTRIBUTES[field.type] for field in layer.champs}
    given = fact.get("attributs", {})
    for key, told in table_faults(given, {}, {**declared, **_FREE_ATTRIBUTES}):
        unknown = key not in declared and key not in _FREE_ATTRIBUTES
        yield f"attributs.{key} : {f'non déclaré dans {layer.id}/layer.toml' if unknown else told}"
    areas = given.get("surfaces_ha", {})
    if not areas or not isinstance(areas, dict):
        return
    communes = dict.fromkeys(fact.get("communes", ()), "un nombre")
    faults = list(table_faults(areas, {}, communes))
    yield from (f"attributs.surfaces_ha.{key} : {told}" for key, told in faults)
    whole = given.get("area_ha")
    if faults or not KINDS["un nombre"](whole):
        return
    if abs(math.fsum(areas.values()) - whole) > ROUNDED_HA * len(areas):
        yield f"attributs.surfaces_ha : la somme n'est pas area_ha, {whole}"


def _row(fact: Mapping[str, Any], layer: Layer, known: Catalog, basin: Territories) -> dict[str, Any]:
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
        "debut": _iso(fact.get("debut")),
        "fin": _iso(fact.get("fin")),
        "etat_au": _iso(fact.get("etat_au", document.etat_au)),
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
        "inventaire": False,
        "geometry": geometry,
    }


def _iso(given: object) -> str | None:
    """Return a date as a text: TOML also has whole numbers and dates without quotes."""
    return None if given is None else str(given)


def _given(fact: Mapping[str, Any], key: str) -> BaseGeometry:
    """Return the ``point`` or the ``ligne`` of a fact, in EPSG:2154."""
    given = shapely.Point(fact[key]) if key == "point" else shapely.LineString(fact[key])
    return projector(WGS84, LAMBERT_93)(given)


def _geometry(fact: Mapping[str, Any], basin: Territories) -> BaseGeometry:
    if key := next((key for key in ("point", "ligne") if key in fact), None):
        return _given(fact, key)
    if fact["precision"] == "territoire":
        return basin.geometry_of(covered(fact["territoires"], basin))
    centres = [basin.communes[code].centre for code in fact["communes"]]
    return centres[0] if len(centres) == 1 else shapely.MultiPoint(centres)


def covered(places: Iterable[str], basin: Territories) -> tuple[str, ...]:
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


def _epci(fact: Mapping[str, Any], communes: tuple[str, ...], basin: Territories) -> tuple[str, ...]:
    """Return the EPCI that a fact names or lies in: none for the whole basin or Département."""
    if fact["precision"] == "territoire":
        return tuple(sorted(place for place in fact["territoires"] if place in basin.epci))
    return basin.epci_of(communes)


def _crossed(line: BaseGeometry, named: tuple[str, ...], basin: Territories) -> tuple[str, ...]:
    """Return the communes named, then those that the line crosses, sorted by code."""
    shapes = np.array([c.geometry for c in basin.communes.values()], dtype=object)
    near = np.flatnonzero(shapely.intersects(line, shapes))
    inside = shapely.length(shapely.intersection(line, shapes[near])) > 0
    codes = list(basin.communes)
    met = {codes[i] for i in near[inside]}
    return (*named, *sorted(met - set(named)))
