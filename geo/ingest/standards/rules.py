"""How a standard is written here: one rule a field, and what it says of several fields together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "texte", "textes", "entier", "nombre", "booleen", "date", "annee", "url", "url ou courriel",
    "point", "surface",
]  # fmt: skip
"""What a field holds; ``point`` and ``surface`` are WKT, ``textes`` a list."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What one field must hold.

    Parameters
    ----------
    nom : str
        Its name, as the standard writes it.
    genre : Kind
        What it holds.
    requis : bool
        Whether every row has a value.
    valeurs : tuple of str
        The only values allowed, if there is a list of them.
    motif : str
        Regular expression that a value matches as a whole.
    liste : bool
        Several values may stand in the text, parted by ``|``; `valeurs`, `motif` and `genre` are
        those of each.
    """

    nom: str
    genre: Kind = "texte"
    requis: bool = False
    valeurs: tuple[str, ...] = ()
    motif: str = ""
    liste: bool = False


@dataclass(frozen=True, slots=True)
class Cross:
    """What a standard says of two fields together: `wrong` gets the texts of a row, none empty."""

    champs: tuple[str, str]
    texte: str
    wrong: Callable[[str, str], bool]


@dataclass(frozen=True, slots=True)
class Standard:
    """A national standard: its fields in order, its key, what it says of several fields."""

    id: str
    titre: str
    version: str
    cle: str
    regles: tuple[Rule, ...]
    croisees: tuple[Cross, ...] = ()
    vides: frozenset[str] = frozenset({""})
    """Texts that stand for a missing value."""
    tracee: bool = False
    """Whether the geometry of the file is part of the standard; else it is told in columns."""

    @property
    def rules(self) -> Mapping[str, Rule]:
        """The rules by name of field."""
        return {rule.nom: rule for rule in self.regles}
