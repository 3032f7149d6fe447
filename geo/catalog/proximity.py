"""What the features of a layer are near, and how that is told: declared in ``layer.toml``."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from geo.catalog.model import GeometryKind, Measure
from geo.sources.embedded import table_faults
from geo.text import NBSP

Kind = Literal["part", "distance", "traversee"]

_REQUIRED = {"id": "un texte", "genre": "un texte", "libelle": "un texte", "couches": "une liste de textes"}
_OPTIONAL = {
    "geometrie": "un texte",
    "defaut": "une liste de textes",
    "reserve": "un texte",
    "seuils_m": "une liste d'entiers",
    "retenir": "une table",
}
_OWN = ("id", "nom", "rubrique", "statut", "axe")
"""What every feature has, that `Proximity.retenir` may name beside the fields of a layer."""


@dataclass(frozen=True, slots=True)
class Proximity:
    """One relation between the features of a layer and those of others, as indicators.

    ``part`` counts the features within some distances of what is near, ``distance`` tells how far
    the nearest is, ``traversee`` adds up the inhabitants of the communes that lines cross.
    """

    id: str
    genre: Kind
    libelle: str
    """What is near: « d’un itinéraire cyclable », « l’hôpital le plus proche »."""
    couches: tuple[str, ...]
    """The layers that are near, those that have features put together."""
    geometrie: GeometryKind = "point"
    defaut: tuple[str, ...] = ()
    """The layers that stand for `couches` where none of those has features."""
    reserve: str = ""
    """What is said where `defaut` stands for `couches`."""
    seuils_m: tuple[int, ...] = ()
    """Distances of ``part``, metres."""
    retenir: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    """Layer to field to the values that are kept, accents and case aside; without it, all are."""

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The indicators that it makes; none of them has a rate."""
        if self.genre == "part":
            told = [(limit, f"à {distance(limit)} au plus {self.libelle}") for limit in self.seuils_m]
            made = [(f"nombre_{self.id}_{m}m", f"Nombre {words}", "éléments") for m, words in told]
            made += [(f"part_{self.id}_{m}m", f"Part {words}", "%") for m, words in told]
        elif self.genre == "distance":
            made = [
                (f"distance_mediane_{self.id}_km", f"Distance médiane à {self.libelle}", "km"),
                (f"distance_max_{self.id}_km", f"Plus grande distance à {self.libelle}", "km"),
            ]
        else:
            people = f"habitants des communes traversées {self.libelle}"
            made = [
                (f"habitants_{self.id}", people.capitalize(), "habitants"),
                (f"part_habitants_{self.id}", f"Part des {people}", "%"),
            ]
        return tuple(Measure(key, label, unit, taux=False) for key, label, unit in made)


def distance(metres: int) -> str:
    """Write a distance.

    >>> distance(300).replace(NBSP, " "), distance(1000).replace(NBSP, " ")
    ('300 m', '1 km')
    """
    return f"{metres // 1000}{NBSP}km" if metres % 1000 == 0 else f"{metres}{NBSP}m"


def proximity_of(raw: Mapping[str, Any]) -> Proximity:
    """Return a relation made of a table of ``layer.toml`` whose keys and values have been checked."""
    lists = {name: tuple(raw[name]) for name in ("couches", "defaut", "seuils_m") if name in raw}
    kept = {
        layer: {name: tuple(str(value) for value in values) for name, values in fields.items()}
        for layer, fields in raw.get("retenir", {}).items()
    }
    return Proximity(**{**raw, **lists, "retenir": kept})


def proximity_faults(raw: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong in one table, as far as it tells by itself."""
    faults = list(table_faults(raw, _REQUIRED, _OPTIONAL))
    yield from (f"{key} : {told}" for key, told in faults)
    if faults:
        return
    for key, allowed in (("genre", get_args(Kind)), ("geometrie", get_args(GeometryKind))):
        if raw.get(key, allowed[0]) not in allowed:
            yield f"{key} : {raw[key]!r} ; attendu {', '.join(allowed)}"
    limits = raw.get("seuils_m", [])
    if not all(limit > 0 for limit in limits):
        yield "seuils_m : des entiers positifs (mètres) sont attendus"
    if bool(limits) != (raw["genre"] == "part"):
        yield "seuils_m : attendu avec le genre « part », et lui seul"
    for layer, fields in raw.get("retenir", {}).items():
        if not isinstance(fields, dict) or not all(isinstance(v, list) for v in fields.values()):
            yield f"retenir.{layer} : une table de listes de valeurs est attendue"
        elif layer not in (*raw["couches"], *raw.get("defaut", ())):
            yield f"retenir.{layer} : cette couche n'est pas dans couches"


def reference_faults(near: Proximity, fields: Mapping[str, Collection[str]]) -> Iterator[str]:
    """Yield what a relation names that is not there; `fields` are those of each layer, by its id."""
    for layer in (*near.couches, *near.defaut):
        if layer not in fields:
            yield f"{layer!r} n'est pas une couche"
    for layer, names in near.retenir.items():
        unknown = set(names) - {*_OWN, *fields.get(layer, ())} if layer in fields else set()
        yield from (f"retenir.{layer} : {name!r} n'est pas un champ" for name in sorted(unknown))
