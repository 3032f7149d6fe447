"""The state that this process reads: its layers, with the lots that it is told to take."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import geopandas as gpd
import shapely
from shapely.geometry.base import BaseGeometry

from geo import api, catalog, indicators, ingest, ledger
from geo import rows as machine
from geo.catalog import Catalog
from geo.changes.state import FIGURES, GROUNDS, Label, State, Thing, Value
from geo.indicators import By
from geo.ingest import Lot
from geo.ledger import Ledger
from geo.rows import Row
from geo.territories import Territories
from geo.territories import load as load_territories
from geo.territories.beyond import names_beyond
from geo.text import slug

FEATURE = (
    "axe", "rubrique", "communes", "epci", "territoires", "precision", "position", "statut", "debut", "fin",
    "etat_au", "maitre_ouvrage", "quantite", "montants", "chiffres", "contexte", "reserve", "nom_source",
    "resume", "document", "ligne", "ligne_fin",
)  # fmt: skip
"""Fields of a feature that are compared, beside its name, its shape and its attributes."""
FIGURE = (
    "valeur", "unite", "qualificatif", "periode", "territoire", "axe", "rubrique", "financeurs", "parts",
    "texte", "double_de", "compris_dans", "reserve",
)  # fmt: skip
GROUND = ("population", "area_km2", "communes")


def make(nom: str, genre: str, lots: Mapping[str, list[Lot]], by: By) -> State:
    """Return the state of the layers that this process reads.

    Parameters
    ----------
    nom, genre : str
        As in `State`.
    lots : mapping
        The lots of each layer that has any.
    by : {"epci", "commune"}
        What statistics are told of.

    Raises
    ------
    DataError
        If a fact or a definition is faulty.
    """
    known, figures, basin = catalog.load(), ledger.load(), load_territories()
    features = ingest.with_lots(lots)
    stats = indicators.compute(features, basin, known, figures, by=by)
    things = [*_features(features, known, figures), *figures_of(_figures(), basin), *_grounds()]
    present = set(features["couche"])
    layers = known.layers.values()
    return State(
        nom=nom,
        genre=genre,
        things={thing.id: thing for thing in things},
        values=[value_of(row) for row in machine.statistics(stats)],
        couches={layer.id: layer.titre for layer in layers},
        muettes=frozenset(layer.id for layer in layers if layer.inventaire and layer.id not in present),
        noms=names_of(basin),
        labels=labels_of(known),
    )


def labels_of(known: Catalog) -> dict[str, dict[str, Label]]:
    """Return how the attributes of each layer are called."""
    return {
        layer.id: {field.nom: Label(field.libelle, field.unite) for field in layer.champs}
        for layer in known.layers.values()
    }


def names_of(basin: Territories) -> dict[str, str]:
    """Return the names of the EPCI and communes by code."""
    communes = {commune.insee: commune.nom for commune in basin.communes.values()}
    return {**names_beyond(), **communes, **{epci.siren: epci.nom_court for epci in basin.epci.values()}}


def _features(features: gpd.GeoDataFrame, known: Catalog, figures: Ledger) -> Iterator[Thing]:
    told = zip(machine.features(features, known, figures), features.to_dict("records"), strict=True)
    for row, record in told:
        source = {"document": record["document"]} | {k: row["source"][k] for k in ("ligne", "ligne_fin")}
        yield feature({**row, **source}, row["couche"], row["attributs"], record["geometry"])


def feature(row: Row, layer: str, attributes: Mapping[str, Any], shape: BaseGeometry | None) -> Thing:
    """Return a feature, from its row of JSON and its shape (EPSG:2154)."""
    fields = {name: row.get(name) for name in FEATURE}
    if not fields["rubrique"]:
        fields["etat_au"] = None  # of a record: the day on which it was fetched
    return Thing(
        id=row["id"],
        groupe=layer,
        nom=row["nom"],
        champs=fields,
        attributs={name: value for name, value in attributes.items() if value is not None},
        epci=tuple(row["epci"] or ()),
        forme=None if row["precision"] == "territoire" or shape is None else plane(shape),
    )


def plane(shape: BaseGeometry) -> BaseGeometry:
    """Return a shape without heights, the part itself where it is the only one of a multiple shape."""
    parts = shapely.get_parts(shape)
    flat: BaseGeometry = shapely.force_2d(parts[0] if len(parts) == 1 else shape)
    return flat


def _figures() -> list[Row]:
    return machine.figures(api.figures())


def figures_of(rows: Sequence[Row], basin: Territories) -> Iterator[Thing]:
    """Yield the figures of the ledger; they are told of the EPCI that they name, or name a commune of."""
    for row in rows:
        places = row["territoire"] or ()
        sirens = {place for place in places if place in basin.epci}
        sirens.update(basin.epci_of(tuple(places)))
        fields = {name: row.get(name) for name in FIGURE}
        yield Thing(row["id"], FIGURES, row["libelle"], fields, {}, tuple(sorted(sirens)), None)


def _grounds() -> Iterator[Thing]:
    for by in ("epci", "commune"):
        yield from grounds_of(machine.territories(api.territories(by=by)))


def grounds_of(rows: Sequence[Row]) -> Iterator[Thing]:
    """Yield the EPCI or communes."""
    for row in rows:
        code = row.get("insee") or row["siren"]
        fields = {name: row.get(name) for name in GROUND}
        fields["communes"] = None if row.get("insee") else row.get("communes")
        yield Thing(f"{GROUNDS}-{code}", GROUNDS, row["nom"], fields, {}, (row["siren"],), None)


def value_of(row: Row) -> Value:
    """Return a statistic, from its row of JSON."""
    code = row["insee"] or row["code"] or slug(row["territoire"])
    told = {name: row[name] for name in Value.__slots__ if name != "code"}
    return Value(code=code, **told)
