"""One state of the atlas, plain: features, figures, territories and statistics, to be set beside another.

It is what a process of its own hands back (`geo.changes.worker`), and what a pack is read into: JSON
but for its shapes, which are WKB in hexadecimal there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

FIGURES = "chiffres"
"""The group of the figures of the ledger."""
GROUNDS = "territoires"
"""The group of the EPCI and communes themselves."""
APART = {FIGURES: "Chiffres du bilan", GROUNDS: "Territoires"}
"""Groups that are no layer, and their titles."""


@dataclass(frozen=True, slots=True)
class Thing:
    """A feature, a figure or a territory.

    `champs` are its fields as `geo.rows` writes them, `attributs` those that its layer declares;
    `forme` is in EPSG:2154, None for what has no place of its own; `epci` are the SIREN codes of
    the territories that it is told of.
    """

    id: str
    groupe: str
    nom: str
    champs: Mapping[str, Any]
    attributs: Mapping[str, Any]
    epci: tuple[str, ...]
    forme: BaseGeometry | None

    @property
    def is_record(self) -> bool:
        """Whether it is a record of an inventory, and not a fact: it stands under no heading."""
        return self.groupe not in APART and not self.champs.get("rubrique")


@dataclass(frozen=True, slots=True)
class Value:
    """A statistic, as ``erbm stats`` gives it; `code` is that of the territory, or a word for the others."""

    code: str
    siren: str | None
    territoire: str
    couche: str
    indicateur: str
    libelle: str
    valeur: float | None
    unite: str
    qualificatif: str

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells it from the others."""
        return self.code, self.couche, self.indicateur


@dataclass(frozen=True, slots=True)
class Label:
    """How an attribute is called, and its unit."""

    libelle: str
    unite: str


@dataclass(frozen=True)
class State:
    """All that is compared of one state."""

    nom: str
    """The path that the user gave."""
    genre: str
    """``verrou``, ``couches`` or ``paquet``."""
    things: Mapping[str, Thing]
    values: Sequence[Value]
    couches: Mapping[str, str]
    """The layers that it can speak of, and their titles, in their order."""
    muettes: frozenset[str] = frozenset()
    """Those among them whose source was never read: nothing is known of them, which is not nil."""
    noms: Mapping[str, str] = field(default_factory=dict)
    """Names of EPCI and communes by code."""
    labels: Mapping[str, Mapping[str, Label]] = field(default_factory=dict)
    """Of the attributes of each layer."""
    perimetre: frozenset[str] | None = None
    """The EPCI that it tells of; None for all."""
    remarques: tuple[str, ...] = ()

    def within(self, sirens: frozenset[str]) -> State:
        """Return what it tells of some EPCI alone, as ``erbm stats --epci`` and ``erbm query --epci`` do."""
        return replace(
            self,
            things={key: thing for key, thing in self.things.items() if sirens.intersection(thing.epci)},
            values=[value for value in self.values if value.siren in sirens],
            perimetre=sirens,
        )

    def without(self, records_of: frozenset[str]) -> State:
        """Return it without the records of some layers, nor what is counted of these layers."""
        if not records_of:
            return self
        return replace(
            self,
            things={
                key: thing
                for key, thing in self.things.items()
                if not (thing.groupe in records_of and thing.is_record)
            },
            values=[value for value in self.values if value.couche not in records_of],
        )


def to_json(state: State) -> dict[str, Any]:
    """Return a state as JSON knows it."""
    return {
        "nom": state.nom,
        "genre": state.genre,
        "things": [
            [
                t.id,
                t.groupe,
                t.nom,
                t.champs,
                t.attributs,
                t.epci,
                t.forme and shapely.to_wkb(t.forme, hex=True),
            ]
            for t in state.things.values()
        ],
        "values": [[getattr(value, name) for name in Value.__slots__] for value in state.values],
        "couches": state.couches,
        "muettes": sorted(state.muettes),
        "noms": state.noms,
        "labels": {
            group: {name: [label.libelle, label.unite] for name, label in labels.items()}
            for group, labels in state.labels.items()
        },
        "remarques": state.remarques,
    }


def from_json(document: Mapping[str, Any]) -> State:
    """Return the state that `to_json` wrote."""
    things = [
        Thing(key, group, name, fields, attributes, tuple(epci), shape and shapely.from_wkb(shape))
        for key, group, name, fields, attributes, epci, shape in document["things"]
    ]
    return State(
        nom=document["nom"],
        genre=document["genre"],
        things={thing.id: thing for thing in things},
        values=[Value(*row) for row in document["values"]],
        couches=document["couches"],
        muettes=frozenset(document["muettes"]),
        noms=document["noms"],
        labels={
            group: {name: Label(*label) for name, label in labels.items()}
            for group, labels in document["labels"].items()
        },
        remarques=tuple(document["remarques"]),
    )
