"""Definitions read from ``layers/`` and from what the user added, each checked when it is made.

An unknown or missing key is an error that names the file, never a silent default.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields
from functools import cache
from typing import Any, TypeVar

from geo.catalog.model import (
    Axis,
    Catalog,
    Document,
    Feed,
    Field,
    Symbol,
)
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
