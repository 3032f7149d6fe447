"""Terms of sums by layer, measure and place; added exactly, whatever their order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

BASIN = "Ensemble du bassin"
BEYOND = "Hors périmètre"
TOTAL = "Total"
ALL_LAYERS = "toutes"

Key = tuple[str, str, str]
"""Layer (or axis, or all), measure, place."""


@dataclass
class Tally:
    """What was counted: its terms, and all that is to be said of them."""

    terms: dict[Key, list[float]] = field(default_factory=dict)
    qualifiers: dict[Key, set[str]] = field(default_factory=dict)
    indicative: set[Key] = field(default_factory=set)
    notes: dict[Key, str] = field(default_factory=dict)
    origins: dict[Key, list[str]] = field(default_factory=dict)

    def add(
        self,
        layer: str,
        measure: str,
        places: Iterable[str],
        value: float,
        *,
        origin: Iterable[str],
        qualifier: str = "exact",
        indicative: bool = False,
    ) -> None:
        """Add a value to each of some places; `origin` are ids of features or figures."""
        for place in places:
            key = (layer, measure, place)
            self.terms.setdefault(key, []).append(value)
            self.origins.setdefault(key, []).extend(origin)
            self.qualifiers.setdefault(key, set()).add(qualifier)
            if indicative:
                self.indicative.add(key)

    def put(
        self,
        layer: str,
        measure: str,
        place: str,
        value: float,
        *,
        origin: Iterable[str],
        note: str = "",
        indicative: bool = False,
    ) -> None:
        """Set a value that is no term of a sum."""
        key = (layer, measure, place)
        self.terms[key] = [value]
        self.origins[key] = list(origin)
        self.qualifiers[key] = {"exact"}
        if note:
            self.notes[key] = note
        if indicative:
            self.indicative.add(key)
