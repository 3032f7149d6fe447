"""Typed definitions of the layers, their axes and the documents that facts are read in.

Everything is declared in ``layers/``: ``axes.toml``, ``sources.toml`` and one
``layer.toml`` for each folder that has one. A definition is checked when it is made: an
unknown or missing key is an error that names the file, never a silent default.
"""

from __future__ import annotations

from dataclasses import MISSING, dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args

from geo.errors import DataError, UsageError
from geo.sources.embedded import layers_dir, name_of, read_toml
from geo.territories.naming import closest, match

FieldType = Literal["texte", "nombre", "entier", "booleen"]
GeometryKind = Literal["point", "ligne"]
T = TypeVar("T")

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
    """An attribute that the features of one layer may carry."""

    nom: str
    libelle: str
    type: FieldType
    unite: str = ""


@dataclass(frozen=True, slots=True)
class Symbol:
    """How a layer is drawn: `pictogramme` as ``maki:name`` or ``temaki:name``, px for the line."""

    pictogramme: str
    forme: Shape
    epaisseur: float = 2.0
    tirets: str = ""


@dataclass(frozen=True, slots=True)
class Measure:
    """Something that is counted or summed: its key, its French label, its unit."""

    id: str
    libelle: str
    unite: str


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
    champs: tuple[Field, ...] = ()

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


@cache
def load() -> Catalog:
    """Return the catalogue of the embedded layers.

    Raises
    ------
    DataError
        If a definition lacks a key, has an unknown one or a value out of its list.
    """
    root = layers_dir()
    axes = {
        axis.id: axis
        for axis in (_make(Axis, row, root / "axes.toml") for row in read_toml(root / "axes.toml")["axe"])
    }
    documents = {
        key: _make(Document, {"id": key, **row}, root / "sources.toml")
        for key, row in read_toml(root / "sources.toml").items()
    }
    layers = [_layer(path, axes, documents) for path in sorted(root.glob("*/layer.toml"))]
    layers.sort(key=lambda layer: (layer.ordre, layer.id))
    return Catalog({layer.id: layer for layer in layers}, axes, documents)


def _layer(path: Path, axes: dict[int, Axis], documents: dict[str, Document]) -> Layer:
    raw = read_toml(path)
    _check_keys(raw, set(_names(Layer)) - {"id", "champs"}, {"champ"}, path)
    problems = []
    if raw["axe"] not in axes:
        problems.append(f"axe {raw['axe']!r} inconnu (axes.toml)")
    if raw["source"] not in documents:
        problems.append(f"source {raw['source']!r} inconnue (sources.toml)")
    problems += [f"indicateur {i!r} inconnu" for i in raw["indicateurs"] if i not in MEASURES]
    if raw["geometrie"] not in get_args(GeometryKind):
        problems.append(f"geometrie {raw['geometrie']!r} : point ou ligne")
    symbol = _make(Symbol, raw["symbole"], path)
    if symbol.forme not in get_args(Shape):
        problems.append(f"forme {symbol.forme!r} : {', '.join(get_args(Shape))}")
    champs = tuple(_make(Field, row, path) for row in raw.get("champ", ()))
    problems += [
        f"champ {field.nom} : type {field.type!r}"
        for field in champs
        if field.type not in get_args(FieldType)
    ]
    if problems:
        raise DataError.collect(problems, where=name_of(path))
    return Layer(
        id=path.parent.name,
        titre=raw["titre"],
        axe=axes[raw["axe"]],
        ordre=raw["ordre"],
        resume=raw["resume"],
        source=documents[raw["source"]],
        geometrie=raw["geometrie"],
        indicateurs=tuple(MEASURES[i] for i in raw["indicateurs"]),
        symbole=symbol,
        champs=champs,
    )


def _names(kind: type[Any]) -> list[str]:
    return [f.name for f in fields(kind)]


def _make(kind: type[T], raw: dict[str, Any], path: Path) -> T:
    optional = {f.name for f in fields(kind) if f.default is not MISSING}  # type: ignore[arg-type]
    _check_keys(raw, set(_names(kind)) - optional, optional, path)
    return kind(**raw)


def _check_keys(raw: dict[str, Any], required: set[str], optional: set[str], path: Path) -> None:
    problems = [f"clé {key!r} manquante" for key in sorted(required - set(raw))]
    problems += [f"clé {key!r} inconnue" for key in sorted(set(raw) - required - optional)]
    if problems:
        raise DataError.collect(problems, where=name_of(path))
