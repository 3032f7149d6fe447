"""Rows: frames of `geo` as plain objects.

A row is what ``json.dumps`` takes: texts, numbers, booleans, lists, objects and None. One rule
for what is not known: a single value is None, a list is empty. Codes (INSEE, SIREN, ids of the
ledger) are texts, euros are euros.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo import catalog, ledger
from geo.catalog import Catalog, Document
from geo.errors import DataError
from geo.ledger import Figure, Finding, Ledger
from geo.query import NEAR_COLUMNS
from geo.territories import DEPARTEMENTS, WGS84
from geo.territories import load as load_territories
from geo.text import slug

Row = dict[str, Any]

_SINGLE = (
    "id", "nom", "couche", "axe", "rubrique", "communes", "epci", "territoires", "precision", "position",
    "statut", "debut", "fin", "etat_au", "maitre_ouvrage",
)  # fmt: skip
FEATURE_COLUMNS = (
    *_SINGLE,
    "quantite_valeur", "quantite_unite", "quantite_qualificatif", "quantite_libelle",
    "montants_financeurs", "montants_valeur", "montants_unite", "montants_qualificatif",
    "montants_periode", "montants_chiffre", "montants_double_de",
    "chiffres", "contexte", "reserve", "nom_source", "resume",
    "source_document", "source_ligne", "source_ligne_fin", "source_producteur", "source_licence",
    "source_millesime", "lon", "lat",
)  # fmt: skip
"""Columns of `features` in CSV; the attributes of the layers (``attributs_...``) come after them."""

TERRITORY_COLUMNS = (
    "siren", "insee", "code", "nom", "nom_court", "slug", "departement", "population", "area_km2",
    "communes",
)  # fmt: skip
"""Columns of `territories` in CSV."""

FIGURE_COLUMNS = (
    "id", "libelle", "valeur", "unite", "qualificatif", "periode", "territoire", "axe", "rubrique",
    "financeurs", "parts", "ligne", "texte", "double_de", "compris_dans", "reserve",
)  # fmt: skip
"""Columns of `figures` in CSV."""

FINDING_COLUMNS = (
    "id", "type", "libelle", "constat", "ecart", "unite", "lignes", "chiffres", "lectures", "retenu",
)  # fmt: skip
"""Columns of `findings` in CSV."""

LAYER_COLUMNS = ("id", "titre", "axe", "nombre", "source")
"""Columns of `layers` in CSV."""

_PLACES = {
    "bassin": "Bassin minier",
    "32": "Hauts-de-France",
    "FR": "France",
    "académie-lille": "Académie de Lille",
    **DEPARTEMENTS,
}
_BASE_UNITS = {"m²": "ha", "k€": "€", "M€": "€"}
DECIMALS = 6
"""Of degrees: about 10 cm."""


def features(
    frame: gpd.GeoDataFrame, known: Catalog | None = None, figures: Ledger | None = None
) -> list[Row]:
    """Return the rows of some features, in their order.

    Parameters
    ----------
    frame : geopandas.GeoDataFrame
        Shape (n, len(`geo.ingest.COLUMNS`)), as `geo.query` gives it, in any CRS that it declares.
    known : Catalog, optional
        Where the documents are described; the embedded one by default.
    figures : Ledger, optional
        Where the quantities and amounts are told; the embedded one by default.

    Returns
    -------
    list of dict
        n rows. ``communes`` are INSEE codes and ``epci`` SIREN codes; ``source`` says the document
        and its lines; ``quantite`` is one object or None; ``montants`` the amounts (€ or € a year)
        that are the feature's own, those that repeat another one with ``double_de``; ``lon`` and
        ``lat`` a point of the feature in degrees (EPSG:4326, 6 decimals), None for a measure of a
        whole territory. Where something near was asked, ``proche_id`` to ``distance_m`` (metres,
        to the centimetre) say what is.

    Raises
    ------
    DataError
        If the frame declares no CRS.
    """
    documents = (known or catalog.load()).documents
    told = (figures or ledger.load()).figures
    points = _points(frame)
    records = frame.drop(columns=frame.geometry.name).to_dict("records")
    return [
        _feature(record, documents[record["document"]], told, point)
        for record, point in zip(records, points, strict=True)
    ]


def _feature(
    record: Mapping[Any, Any], document: Document, told: Mapping[str, Figure], point: NDArray[np.float64]
) -> Row:
    row = {str(key): plain(value) for key, value in record.items()}
    nowhere = row["precision"] == "territoire" or not np.isfinite(point).all()
    quantity = told.get(row["quantite"])
    amounts = [told[key] for key in row["chiffres"] if told[key].unite.startswith("€")]
    return {
        **{key: row[key] for key in _SINGLE},
        "quantite": None if quantity is None else _quantity(quantity),
        "montants": [_amount(figure) for figure in amounts],
        **{key: row[key] for key in ("chiffres", "contexte", "reserve", "nom_source", "resume", "attributs")},
        "source": {
            "document": document.titre,
            "ligne": row["ligne"],
            "ligne_fin": row["ligne_fin"],
            "producteur": document.producteur,
            "licence": document.licence,
            "millesime": document.millesime,
        },
        "lon": None if nowhere else float(point[0]),
        "lat": None if nowhere else float(point[1]),
        **{key: _rounded(key, row[key]) for key in NEAR_COLUMNS if key in row},
    }


def picked(frame: gpd.GeoDataFrame) -> list[Row]:
    """Return the rows of features whose columns were chosen, without their geometry.

    Parameters
    ----------
    frame : geopandas.GeoDataFrame
        As `geo.query` gives it with ``columns``, n rows.

    Returns
    -------
    list of dict
        n rows, the columns in their order.
    """
    records = frame.drop(columns=frame.geometry.name).to_dict("records")
    return [{str(key): _rounded(str(key), plain(cell)) for key, cell in record.items()} for record in records]


def _rounded(name: str, value: Any) -> Any:
    return round(value, 2) if name == "distance_m" and value is not None else value


def _quantity(figure: Figure) -> Row:
    return {
        "valeur": plain(figure.valeur),
        "unite": figure.unite,
        "qualificatif": figure.qualificatif,
        "libelle": figure.libelle,
    }


def _amount(figure: Figure) -> Row:
    return {
        "financeurs": [funder.nom for funder in figure.financeurs],
        "valeur": plain(figure.valeur),
        "unite": figure.unite,
        "qualificatif": figure.qualificatif,
        "periode": plain(figure.periode),
        "chiffre": figure.id,
        "double_de": plain(figure.double_de),
    }


def _points(frame: gpd.GeoDataFrame) -> NDArray[np.float64]:
    """Return one longitude and latitude a row, shape (n, 2), degrees; nan without geometry."""
    inside = gpd.GeoSeries(
        shapely.point_on_surface(np.asarray(frame.geometry.array)), crs=declared_crs(frame)
    )
    degrees = inside.to_crs(WGS84)
    return np.column_stack([degrees.x, degrees.y]).round(DECIMALS)


def territories(frame: gpd.GeoDataFrame) -> list[Row]:
    """Return the rows of some territories, in their order.

    Parameters
    ----------
    frame : geopandas.GeoDataFrame
        As `geo.territories` gives it, indexed by code (SIREN, INSEE, ...), n rows.

    Returns
    -------
    list of dict
        n rows; ``population`` in inhabitants, ``area_km2`` in the legal projection, ``communes``
        the INSEE codes. ``insee`` is there only when a row is a commune; ``siren`` and
        ``departement`` are None where the territory is neither.
    """
    sirens = sorted(set(frame["siren"].dropna()))
    epci = load_territories(sirens).epci if sirens else {}
    rows = []
    for code, record in zip(frame.index, frame.to_dict("records"), strict=True):
        siren = record["siren"]
        of_epci = code == siren
        known = epci[siren] if of_epci else None
        rows.append(
            {
                "siren": siren,
                **({"insee": code} if siren and not of_epci else {}),
                "code": code,
                "nom": record["nom"],
                "nom_court": known.nom_court if known else record["nom"],
                "slug": known.slug if known else slug(record["nom"]),
                "departement": known.departement if known else _departement(record["communes"]),
                "population": plain(record["population"]),
                "area_km2": plain(record["area_km2"]),
                "communes": plain(record["communes"]),
            }
        )
    return rows


def _departement(communes: Iterable[str]) -> str | None:
    """Return the Département of a commune, or of a territory made of communes."""
    insee = next(iter(communes), None)
    if insee is None:
        return None
    return insee[:3] if insee.startswith("97") else insee[:2]


def figures(frame: pd.DataFrame) -> list[Row]:
    """Return the rows of some figures of the ledger, in their order.

    Parameters
    ----------
    frame : pandas.DataFrame
        As `geo.figures` gives it, indexed by id, n rows.

    Returns
    -------
    list of dict
        n rows; ``valeur`` in ``unite`` (euros, never millions), ``financeurs`` the names, and
        ``parts`` the share (0 to 1) of those whose share the report tells.
    """
    rows = []
    for key, record in zip(frame.index, frame.to_dict("records"), strict=True):
        funders = record["financeurs"]
        row = {
            "id": key,
            **{str(name): plain(value) for name, value in record.items() if name != "financeurs"},
            "financeurs": [funder.nom for funder in funders],
            "parts": {funder.nom: funder.part for funder in funders if funder.part is not None},
        }
        rows.append({name: row[name] for name in FIGURE_COLUMNS})
    return rows


def findings(found: Iterable[Finding], known: Ledger | None = None) -> list[Row]:
    """Return the rows of what does not add up in the ledger, or is in doubt.

    Parameters
    ----------
    found : iterable of Finding
        As `geo.figures_check` gives them.
    known : Ledger, optional
        Where the figures they name stand; the embedded one by default.

    Returns
    -------
    list of dict
        ``ecart`` is total minus parts, or the spread of the readings, in ``unite``; None where
        nothing is computed.
    """
    told = (known or ledger.load()).figures
    rows = []
    for finding in found:
        check = finding.check
        units = {_base_unit(told[key]) for key in check.members}
        rows.append(
            {
                "id": check.id,
                "type": check.type,
                "libelle": check.libelle,
                "constat": finding.constat,
                "ecart": None if finding.ecart is None else plain(round(finding.ecart, 9)),
                "unite": units.pop() if len(units) == 1 and finding.ecart is not None else None,
                "lignes": list(finding.lignes),
                "chiffres": list(check.members),
                "lectures": list(check.lectures),
                "retenu": plain(check.retenu),
            }
        )
    return rows


def findings_about(found: Iterable[Row], about: Iterable[Row]) -> list[Row]:
    """Return the findings that name one of some figures, or else are about one of their lines.

    Parameters
    ----------
    found : iterable of dict
        As `findings` gives them.
    about : iterable of dict
        As `figures` gives them.
    """
    known = list(about)
    ids, lines = {row["id"] for row in known}, {row["ligne"] for row in known}
    return [
        row
        for row in found
        if ids.intersection(row["chiffres"]) or (not row["chiffres"] and lines.intersection(row["lignes"]))
    ]


def _base_unit(figure: Figure) -> str:
    """Return the unit that the checks of the ledger compare a figure in."""
    return _BASE_UNITS.get(figure.unite, figure.unite)


def layers(frame: pd.DataFrame) -> list[Row]:
    """Return the rows of the layers, in their order.

    Parameters
    ----------
    frame : pandas.DataFrame
        As `geo.layers` gives it, indexed by id.

    Returns
    -------
    list of dict
        ``nombre`` is the number of features, ``source`` the title of the document.
    """
    records = frame.to_dict("records")
    return [
        {"id": key, **{str(name): plain(value) for name, value in record.items()}}
        for key, record in zip(frame.index, records, strict=True)
    ]


def place_names(codes: Iterable[str], names: Mapping[str, str]) -> list[str]:
    """Return the names of some territories, for a reader.

    Parameters
    ----------
    codes : iterable of str
        INSEE or SIREN codes, or the codes of `geo.ledger.PLACES`.
    names : mapping of str to str
        The names of the EPCI and communes by code; a code that has none stands for itself.
    """
    return [names.get(code) or _PLACES.get(code, code) for code in codes]


def plain(value: Any) -> Any:
    """Return a cell of a frame as JSON knows it.

    Whole numbers become int, a missing value or an empty text None, a tuple a list.

    >>> plain(np.float64(3.0)), plain(float("nan")), plain(("62498",)), plain("")
    (3, None, ['62498'], None)
    """
    if value is None or type(value) is str:  # nearly all cells
        return value or None
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, float):
        return _number(value)
    return None if value is None or value is pd.NA or value == "" else value


def _number(value: float) -> int | float | None:
    if not math.isfinite(value):
        return None
    return int(value) if value.is_integer() else value


def declared_crs(shapes: gpd.GeoDataFrame | gpd.GeoSeries) -> Any:
    """Return the CRS of some shapes.

    Raises
    ------
    DataError
        If they declare none.
    """
    if shapes.crs is None:
        raise DataError("projection (CRS) absente", where="géométries")
    return shapes.crs
