"""Definitions read from ``layers/`` and from what the user added, each checked when it is made.

An unknown or missing key is an error that names the file, never a silent default.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, fields
from functools import cache
from typing import Any, TypeVar, get_args

from geo.catalog.model import (
    MEASURES,
    Axis,
    Catalog,
    Document,
    Feed,
    FeedFormat,
    FeedKind,
    Field,
    FieldType,
    GeometryKind,
    Hatch,
    Layer,
    Shape,
    Symbol,
)
from geo.catalog.proximity import proximity_faults, proximity_of, reference_faults
from geo.errors import DataError
from geo.sources.embedded import layers_dir, name_of, read_tables, read_toml, table_faults
from geo.sources.postgis import refuse_password
from geo.sources.store import additions

T = TypeVar("T", Axis, Document, Field, Symbol)

OWN = Axis(0, "Vos couches", "Vos couches", "#23272d", "#23272d")
"""The group of the layers that the user added, unless they were put under an axis."""


@cache
def load() -> Catalog:
    """Return the catalogue of the embedded layers, and of those that the user added.

    Raises
    ------
    DataError
        If a definition lacks a key, has an unknown one or a value out of its list.
    """
    root = layers_dir()
    path = root / "axes.toml"
    axes = {axis.id: axis for axis in (_make(Axis, row, name_of(path)) for row in read_tables(path, "axe"))}
    path = root / "sources.toml"
    documents = {
        key: _make(Document, {"id": key, **row}, name_of(path)) for key, row in read_toml(path).items()
    }
    known = {**axes, OWN.id: OWN}
    layers = [
        layer_of(path.parent.name, read_toml(path), known, documents, where=name_of(path))
        for path in sorted(root.glob("*/layer.toml"))
    ]
    taken = {layer.id for layer in layers}
    for key, entry in additions().entries().items():
        where = f"ajout {key}"
        document = _make(Document, entry["document"], where)
        documents[document.id] = document
        if (definition := entry.get("definition")) and entry["couche"] not in taken:
            layers.append(layer_of(entry["couche"], definition, known, documents, where=where))
            taken.add(entry["couche"])
    layers.sort(key=lambda layer: (layer.ordre, layer.id))
    if any(layer.axe is OWN for layer in layers):
        axes = {**axes, OWN.id: OWN}
    _refuse_unknown(layers)
    measures = {m.id: m for layer in layers for near in layer.proximites for m in near.measures}
    return Catalog({layer.id: layer for layer in layers}, axes, documents, {**MEASURES, **measures})


def _refuse_unknown(layers: Iterable[Layer]) -> None:
    """Refuse relations to layers or fields that are not there, or that make one measure twice."""
    fields_of = {layer.id: [field.nom for field in layer.champs] for layer in layers}
    taken: set[str] = {*MEASURES}
    for layer in layers:
        for near in layer.proximites:
            faults = [f"proximite {near.id} : {fault}" for fault in reference_faults(near, fields_of)]
            keys = {measure.id for measure in near.measures}
            faults += [f"l'indicateur {key} existe déjà" for key in sorted(keys & taken)]
            taken |= keys
            _refuse(faults, f"{layer.id}/layer.toml")


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
_LAYER_OPTIONAL = {
    "champ": "une liste de tables",
    "donnees": "une liste de tables",
    "proximite": "une liste de tables",
    "inventaire": "un booléen",
    "visible": "un booléen",
    "identifiants": "une liste de textes",
    "nommer": "un texte",
    "standard": "un texte",
}
_FEED = {"document": "un texte", "genre": "un texte"}
_FEED_OPTIONAL = {
    "adresses": "une liste de textes",
    "partie": "un texte",
    "format": "un texte",
    "couche": "un texte",
    "version": "un texte",
    "crs": "un texte",
    "x": "un texte",
    "y": "un texte",
    "cle": "une liste de textes",
    "champs": "une table",
    "filtre": "une table",
    "resume": "un texte",
    "hors_perimetre": "un booléen",
    "noms": "une table",
    "miroir": "une liste de textes",
    "champs_miroir": "une table",
    "filtre_miroir": "une table",
}
_KINDS = {"int": "un entier", "float": "un nombre", "float | None": "un nombre"}
_CHOICES = {"FieldType": get_args(FieldType), "Shape": get_args(Shape), "Hatch": get_args(Hatch)}
_LISTS = ("adresses", "cle", "miroir")
STANDARDS = ("", "cnig-friches", "bnac")


def layer_of(
    key: str,
    raw: Mapping[str, Any],
    axes: Mapping[int, Axis],
    documents: Mapping[str, Document],
    *,
    where: str,
) -> Layer:
    """Return a layer made of its definition, as ``layer.toml`` writes it.

    Parameters
    ----------
    key : str
        Its id: the name of its folder.
    raw : mapping
        The definition.
    axes, documents : mapping
        What it may name.
    where : str
        The file, for the errors.

    Raises
    ------
    DataError
        If a key is missing or unknown, or a value out of its list; all are told at once.
    """
    _refuse((f"{k} : {told}" for k, told in table_faults(raw, _LAYER, _LAYER_OPTIONAL)), where)
    _refuse(_layer_faults(raw, axes, documents), where)
    chosen = {name: raw[name] for name in ("inventaire", "visible", "nommer", "standard") if name in raw}
    return Layer(
        id=key,
        titre=raw["titre"],
        axe=axes[raw["axe"]],
        ordre=raw["ordre"],
        resume=raw["resume"],
        source=documents[raw["source"]],
        geometrie=raw["geometrie"],
        indicateurs=tuple(MEASURES[i] for i in raw["indicateurs"]),
        symbole=_make(Symbol, raw["symbole"], where),
        champs=tuple(_make(Field, row, where) for row in raw.get("champ", ())),
        donnees=tuple(_feed(row, documents, where) for row in raw.get("donnees", ())),
        identifiants=tuple(raw.get("identifiants", ())),
        proximites=tuple(proximity_of(row) for row in raw.get("proximite", ())),
        **chosen,
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
    if raw.get("standard", "") not in STANDARDS:
        yield f"standard : {raw['standard']!r} ; attendu {', '.join(STANDARDS[1:])}"
    names = [name for row in raw.get("champ", ()) if isinstance(name := row.get("nom"), str)]
    twice = dict.fromkeys(name for name in names if names.count(name) > 1)
    yield from (f"champ : {name!r} déclaré deux fois" for name in twice)
    yield from (
        f"identifiants : {name!r} n'est pas un champ"
        for name in raw.get("identifiants", ())
        if name not in names
    )
    for number, near in enumerate(raw.get("proximite", ()), start=1):
        yield from (f"proximite n° {number}, {fault}" for fault in proximity_faults(near))
    for number, feed in enumerate(raw.get("donnees", ()), start=1):
        yield from (
            f"donnees n° {number}, {fault}" for fault in _feed_faults(feed, {*names, "nom"}, documents)
        )


def _feed_faults(raw: Mapping[str, Any], names: set[str], documents: Mapping[str, Document]) -> Iterator[str]:
    faults = list(table_faults(raw, _FEED, _FEED_OPTIONAL))
    yield from (f"{key} : {told}" for key, told in faults)
    if faults:
        return
    if raw["document"] not in documents:
        yield f"document : {raw['document']!r} n'est pas dans sources.toml"
    for key, allowed in (("genre", get_args(FeedKind)), ("format", get_args(FeedFormat))):
        if raw.get(key, allowed[0]) not in allowed:
            yield f"{key} : {raw[key]!r} ; attendu {', '.join(filter(None, allowed))}"
    if not raw.get("adresses") and not raw.get("miroir"):
        yield "adresses : manque (ou miroir)"
    told = [*raw.get("cle", ()), *raw.get("champs", {}), *raw.get("champs_miroir", {})]
    yield from (
        f"{name!r} n'est pas un champ de la couche" for name in dict.fromkeys(told) if name not in names
    )
    for key in ("filtre", "filtre_miroir"):
        wrong = [name for name, values in raw.get(key, {}).items() if not isinstance(values, list)]
        yield from (f"{key}.{name} : une liste de valeurs est attendue" for name in wrong)


def _feed(raw: Mapping[str, Any], documents: Mapping[str, Document], where: str) -> Feed:
    known = {name: tuple(raw[name]) for name in _LISTS if name in raw}
    kept = {
        name: {column: tuple(str(value) for value in values) for column, values in raw[name].items()}
        for name in ("filtre", "filtre_miroir")
        if name in raw
    }
    for address in raw.get("adresses", ()):
        refuse_password(address, f"{where}, adresses")
    return Feed(**{**raw, **known, **kept, "document": documents[raw["document"]]})


def _make(kind: type[T], raw: Mapping[str, Any], where: str) -> T:
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
    _refuse((f"{who} : {told}" if who else told for told in problems), where)
    return kind(**raw)


def _refuse(problems: Iterable[str], where: str) -> None:
    if found := list(problems):
        raise DataError.collect(found, where=where)
