"""Typed definitions of the layers, their axes and the documents that facts are read in.

Everything is declared in ``layers/``: ``axes.toml``, ``sources.toml`` and one
``layer.toml`` for each folder that has one. A definition is checked when it is made: an
unknown or missing key is an error that names the file, never a silent default.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args

from geo.errors import DataError, UsageError
from geo.sources.embedded import layers_dir, name_of, read_tables, read_toml, table_faults
from geo.territories.naming import closest, match

FieldType = Literal["texte", "nombre", "entier", "booleen"]
GeometryKind = Literal["point", "ligne"]
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


T = TypeVar("T", Axis, Document, Field, Symbol)


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
    champs: tuple[Field, ...]

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
    path = root / "axes.toml"
    axes = {axis.id: axis for axis in (_make(Axis, row, path) for row in read_tables(path, "axe"))}
    path = root / "sources.toml"
    documents = {key: _make(Document, {"id": key, **row}, path) for key, row in read_toml(path).items()}
    layers = [_layer(path, axes, documents) for path in sorted(root.glob("*/layer.toml"))]
    layers.sort(key=lambda layer: (layer.ordre, layer.id))
    return Catalog({layer.id: layer for layer in layers}, axes, documents)


_LAYER = {
    "titre": "un texte",
    "axe": "un entier",
    "ordre": "un entier",
    "resume": "un texte",
    "source": "un texte",
    "geometrie": "un texte",
    "indicateurs": "une liste de textes",
    "symbole": "une table",
}
_KINDS = {"int": "un entier", "float": "un nombre"}
_CHOICES = {"FieldType": get_args(FieldType), "Shape": get_args(Shape)}


def _layer(path: Path, axes: dict[int, Axis], documents: dict[str, Document]) -> Layer:
    raw = read_toml(path)
    _refuse(
        (f"{k} : {told}" for k, told in table_faults(raw, _LAYER, {"champ": "une liste de tables"})), path
    )
    _refuse(_layer_faults(raw, axes, documents), path)
    return Layer(
        id=path.parent.name,
        titre=raw["titre"],
        axe=axes[raw["axe"]],
        ordre=raw["ordre"],
        resume=raw["resume"],
        source=documents[raw["source"]],
        geometrie=raw["geometrie"],
        indicateurs=tuple(MEASURES[i] for i in raw["indicateurs"]),
        symbole=_make(Symbol, raw["symbole"], path),
        champs=tuple(_make(Field, row, path) for row in raw.get("champ", ())),
    )


def _layer_faults(
    raw: Mapping[str, Any], axes: Mapping[int, Axis], documents: Mapping[str, Document]
) -> Iterator[str]:
    if raw["axe"] not in axes:
        yield f"axe : {raw['axe']!r} n'est pas dans axes.toml"
    if raw["source"] not in documents:
        yield f"source : {raw['source']!r} n'est pas dans sources.toml"
    unknown = [key for key in raw["indicateurs"] if key not in MEASURES]
    yield from (f"indicateurs : {key!r} ; attendu {', '.join(MEASURES)}" for key in unknown)
    if raw["geometrie"] not in get_args(GeometryKind):
        yield f"geometrie : {raw['geometrie']!r} ; attendu {', '.join(get_args(GeometryKind))}"
    names = [name for row in raw.get("champ", ()) if isinstance(name := row.get("nom"), str)]
    twice = dict.fromkeys(name for name in names if names.count(name) > 1)
    yield from (f"champ : {name!r} déclaré deux fois" for name in twice)


def _make(kind: type[T], raw: dict[str, Any], path: Path) -> T:
    """Return a dataclass made of a TOML table whose keys and values have been checked."""
    required: dict[str, str] = {}
    optional: dict[str, str] = {}
    problems = []
    for known in fields(kind):
        keys = required if known.default is MISSING else optional
        keys[known.name] = _KINDS.get(str(known.type), "un texte")
        choices = _CHOICES.get(str(known.type), ())
        if choices and raw.get(known.name, choices[0]) not in choices:
            problems.append(f"{known.name} : {raw[known.name]!r} ; attendu {', '.join(choices)}")
    problems += [f"{key} : {told}" for key, told in table_faults(raw, required, optional)]
    who = raw.get("id", raw.get("nom"))
    _refuse((f"{who} : {told}" if who else told for told in problems), path)
    return kind(**raw)


def _refuse(problems: Iterable[str], path: Path) -> None:
    if found := list(problems):
        raise DataError.collect(found, where=name_of(path))
