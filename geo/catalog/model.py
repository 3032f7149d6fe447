"""What a layer is: its axis, its documents, its fields, its symbol, its live sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from geo.errors import UsageError
from geo.sources.embedded import layers_dir
from geo.territories.naming import closest, match

if TYPE_CHECKING:
    from geo.catalog.proximity import Proximity

FieldType = Literal["texte", "nombre", "entier", "booleen"]
GeometryKind = Literal["point", "ligne", "polygone"]
FeedKind = Literal["fichier", "http", "pages", "wfs", "postgis"]
FeedFormat = Literal["", "geojson", "csv", "gpx", "zip", "geoparquet", "finess", "bnac"]
Hatch = Literal["", "hachures", "points", "croix", "quadrillage"]
Shape = Literal["rond", "carre", "losange", "hexagone", "triangle", "ecu"]


@dataclass(frozen=True, slots=True)
class Axis:
    """One of the four axes of the Engagement, and its colours (``#rrggbb``)."""

    id: int
    titre: str
    court: str
    couleur: str
    couleur_texte: str


@dataclass(frozen=True, slots=True)
class Document:
    """Where facts are read: a report or a dataset.

    `etat_au` is the ISO date that its facts hold for, unless a fact says otherwise.
    """

    id: str
    titre: str
    court: str
    producteur: str
    licence: str
    millesime: str
    etat_au: str


@dataclass(frozen=True, slots=True)
class Field:
    """An attribute that the features of one layer may carry.

    `mini` and `maxi` bound what is plausible, in `unite`: a value beyond is removed and reported.
    """

    nom: str
    libelle: str
    type: FieldType
    unite: str = ""
    mini: float | None = None
    maxi: float | None = None


@dataclass(frozen=True, slots=True)
class Symbol:
    """How a layer is drawn: `pictogramme` as ``maki:name`` or ``temaki:name``, px for the line.

    `remplissage` is the opacity of polygons, `motif` a hatch that tells them apart without colour.
    """

    pictogramme: str
    forme: Shape
    epaisseur: float = 2.0
    tirets: str = ""
    remplissage: float = 0.25
    motif: Hatch = ""


@dataclass(frozen=True, slots=True)
class Feed:
    """A live source of a layer: where it is, how it is read, where the mirror keeps the same.

    Feeds of the same `partie` are alternatives, in order of preference; parts are put together.
    """

    document: Document
    """What is read: producer, licence, vintage."""
    genre: FeedKind
    adresses: tuple[str, ...] = ()
    """Addresses, or paths for ``fichier``; ``postgresql://`` for ``postgis``, without a password."""
    partie: str = ""
    format: FeedFormat = ""
    couche: str = ""
    """The layer asked: WFS type name, file of an archive, table."""
    version: str = "2.0.0"
    """Of WFS: 2.0.0 or 1.1.0."""
    crs: str = ""
    """EPSG code asked of a service, or that coordinates in columns are in."""
    x: str = ""
    y: str = ""
    """Published columns of the coordinates, where rows have no shape."""
    cle: tuple[str, ...] = ()
    """Fields of the layer that make the natural key, together."""
    champs: Mapping[str, str] = field(default_factory=dict)
    """Field of the layer to published field."""
    filtre: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Published field to the values that are kept; the others are another subject."""
    resume: str = ""
    """One sentence for the sheet of its features."""
    noms: Mapping[str, str] = field(default_factory=dict)
    """Key of a record to its name, where the source gives none."""
    hors_perimetre: bool = False
    """Whether what lies out of the eight EPCI is kept: a source about the basin, not the country."""
    miroir: tuple[str, ...] = ()
    """Paths in the mirror, relative, ``*`` allowed."""
    champs_miroir: Mapping[str, str] = field(default_factory=dict)
    """`champs`, as the files of the mirror name them; the same where empty."""
    filtre_miroir: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Measure:
    """Something that is counted or summed: its key, its French label, its unit."""

    id: str
    libelle: str
    unite: str
    taux: bool = True
    """Whether it is also told for 1,000 inhabitants and for a km²."""


MEASURES = {
    m.id: m
    for m in (
        Measure("nombre", "Nombre", "éléments"),
        Measure("nombre_localise", "Nombre localisé (hors mesures de territoire)", "éléments"),
        Measure("length_km", "Longueur", "km"),
        Measure("area_ha", "Surface", "ha"),
        Measure("logements", "Logements", "logements"),
        Measure("lits", "Lits", "lits"),
        Measure("places", "Places", "places"),
        Measure("emplois", "Emplois créés ou concernés", "emplois"),
        Measure("montant_eur", "Montant", "€"),
    )
}
"""Every measure that a layer may list in its ``indicateurs``."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer: what it is, where it comes from, how it looks, what is counted."""

    id: str
    titre: str
    axe: Axis
    ordre: int
    resume: str
    source: Document
    geometrie: GeometryKind
    indicateurs: tuple[Measure, ...]
    symbole: Symbol
    champs: tuple[Field, ...]
    inventaire: bool = False
    """Records of things, not measures of the Engagement: never in the totals of an axis."""
    visible: bool = True
    """Whether a page shows it before the reader asks."""
    donnees: tuple[Feed, ...] = ()
    identifiants: tuple[str, ...] = ()
    """Fields that each name the same thing wherever it is told; the first there is makes the id."""
    nommer: str = ""
    """Name of a record that has none, such as ``Cavalier {id_troncon}``."""
    standard: str = ""
    """The national standard that its records may follow, of `geo.ingest.standards`."""
    proximites: tuple[Proximity, ...] = ()
    """What its features are near, as indicators."""

    @property
    def folder(self) -> Path:
        """Where its definition and facts stand."""
        return layers_dir() / self.id


@dataclass(frozen=True, slots=True)
class Catalog:
    """All layers in the order in which they are shown, the axes and the documents."""

    layers: dict[str, Layer]
    axes: dict[int, Axis]
    documents: dict[str, Document]
    measures: dict[str, Measure] = field(default_factory=lambda: dict(MEASURES))
    """`MEASURES`, and those that the layers declare by what they are near."""

    def find(self, asked: str) -> Layer:
        """Return the layer that a user means, by id or title.

        Raises
        ------
        UsageError
            If nothing or several answer; the message lists the closest.
        """
        names = {layer.id: (layer.id, layer.titre) for layer in self.layers.values()}
        found = match(asked, names)
        if len(found) == 1:
            return self.layers[found[0]]
        listed = ", ".join(found or closest(asked, names))
        what = "désigne plusieurs couches" if found else "n'est pas une couche"
        raise UsageError(
            f"« {asked} » {what}",
            advice=f"Les plus proches : {listed}. « erbm layers » les liste toutes.",
        )
