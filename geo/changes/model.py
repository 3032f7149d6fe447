"""What changed between two states, and what that does to the indicators."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from shapely.geometry.base import BaseGeometry

from geo.indicators import By

Kind = Literal["apparu", "disparu", "changé"]
Aspect = Literal["déplacé", "forme", "statut", "montant", "nom", "autre"]
ASPECTS: tuple[Aspect, ...] = ("déplacé", "forme", "statut", "montant", "nom", "autre")
"""What of a thing changes, in the order in which it is told."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field before and after, as it is kept and as it is written.

    `difference` is a number in `unite`, None where there is nothing to subtract.
    """

    aspect: Aspect
    champ: str
    libelle: str
    avant: Any
    apres: Any
    ecrit_avant: str
    ecrit_apres: str
    difference: float | None = None
    unite: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a feature, of a figure of the ledger or of a territory.

    `deplacement_m` is how far it moved (metres): a point, or the centre of a line or polygon;
    `avant` and `apres` are its places, EPSG:2154, None where it had or has none.
    """

    id: str
    nom: str
    couche: str
    titre: str
    genre: Kind
    aspects: tuple[Aspect, ...]
    champs: tuple[Field, ...]
    ou: str
    epci: tuple[str, ...]
    deplacement_m: float | None
    avant: BaseGeometry | None
    apres: BaseGeometry | None


@dataclass(frozen=True, slots=True)
class Effect:
    """An indicator of a territory before and after.

    None is a value that is not told; `difference` is after minus before, None if either is not.
    """

    code: str
    territoire: str
    couche: str
    titre: str
    indicateur: str
    libelle: str
    unite: str
    avant: float | None
    apres: float | None
    difference: float | None
    qualificatif_avant: str
    qualificatif_apres: str


@dataclass(frozen=True, slots=True)
class Changes:
    """All that changed from `ancien` to `nouveau`, the paths that the user gave."""

    ancien: str
    nouveau: str
    decoupage: By
    elements: tuple[Change, ...]
    indicateurs: tuple[Effect, ...]
    remarques: tuple[str, ...] = ()

    @property
    def none(self) -> bool:
        """Whether nothing changed."""
        return not self.elements and not self.indicateurs

    def of(self, kind: Kind) -> list[Change]:
        """Return the changes of a kind."""
        return [change for change in self.elements if change.genre == kind]
