"""What came in, what was kept, mended, set aside: told to a terminal, a lock file and a page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from geo.ingest.standards import Conformity

Kind = Literal["écarté", "réparé", "signalé", "constat"]
KINDS: tuple[Kind, ...] = get_args(Kind)
SHOWN = 20
"""Rows told by their number in one note."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the source: its number, what it is called, what there is to say of it."""

    row: int
    name: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """One thing found: `count` rows, of which `lines` are the first; 0 for the layer as a whole."""

    kind: Kind
    text: str
    count: int = 0
    lines: tuple[Line, ...] = ()

    @property
    def rows(self) -> tuple[int, ...]:
        """Numbers of the first rows, in the source."""
        return tuple(line.row for line in self.lines)


@dataclass(frozen=True, slots=True)
class Link:
    """A published field that gives a field of the layer, and how that is known.

    `how` is ``donnée``, ``même nom``, ``nom tronqué``, ``synonyme`` or ``valeurs``.
    """

    source: str
    target: str
    how: str


class Journal:
    """What a row's way through the door leaves: notes, and why rows are set aside.

    Parameters
    ----------
    size : int
        Rows of the source, numbered from 1.
    named : callable
        Gives what a row is called, by its number.
    """

    def __init__(self, size: int, named: Callable[[int], str]) -> None:
        self.notes: list[Note] = []
        self.reasons: dict[int, str] = {}
        self.alive: NDArray[np.bool_] = np.ones(size, dtype=bool)
        """By position (row number less one): not set aside so far."""
        self._named = named

    def note(self, kind: Kind, text: str, rows: Mapping[int, str] | Iterable[int] = ()) -> None:
        """Record something, of some rows; a mapping says what there is to say of each."""
        found = dict(rows) if isinstance(rows, Mapping) else dict.fromkeys(rows, "")
        first = sorted(found)[:SHOWN]
        lines = tuple(Line(row, self._named(row), found[row]) for row in first)
        self.notes.append(Note(kind, text, len(found), lines))

    def set_aside(self, text: str, rows: Mapping[int, str] | Iterable[int]) -> None:
        """Set rows aside, for the reason told; a mapping tells more of each. No rows, no note."""
        found = dict(rows) if isinstance(rows, Mapping) else dict.fromkeys(rows, "")
        found = {row: detail for row, detail in found.items() if row not in self.reasons}
        if not found:
            return
        self.note("écarté", text, found)
        for row, detail in found.items():
            self.reasons[row] = f"{text} : {detail}" if detail else text
            self.alive[row - 1] = False

    def rows(self, mask: NDArray[np.bool_]) -> list[int]:
        """Return the numbers of the rows of a mask (by position) that are not set aside."""
        return [int(position) + 1 for position in np.flatnonzero(mask & self.alive)]


@dataclass(frozen=True, slots=True)
class Report:
    """All that is told of one layer that came in.

    Parameters
    ----------
    source, layer, driver, encoding : str
        Where it was read, its layer there, the format, the charset.
    couche, titre : str
        Id and title of the layer that it is for.
    rows_in, kept, aside : int
        Rows: ``rows_in == kept + aside``.
    crs, how : str
        The CRS of the coordinates as they came, and how it was known.
    geometry_types : dict of str to int
        As they came, in French.
    mapping, unused
        Published field to field of the layer, and the published fields that give none.
    missing : tuple of str
        Fields of the layer that no published field gives.
    notes : tuple of Note
        In the order in which things were found.
    extent : tuple of four float, or None
        West, south, east, north of the rows kept, degrees (WGS84).
    inside, outside : int
        Rows that could be located, in and out of the perimeter.
    conformity : Conformity or None
        To the standard asked.
    sha256 : str
        Of the file, if it is known.
    """

    source: str
    layer: str
    driver: str
    couche: str
    titre: str
    rows_in: int
    kept: int
    aside: int
    crs: str = ""
    how: str = ""
    encoding: str = ""
    geometry_types: Mapping[str, int] = field(default_factory=dict)
    mapping: tuple[Link, ...] = ()
    unused: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    extent: tuple[float, float, float, float] | None = None
    inside: int = 0
    outside: int = 0
    conformity: Conformity | None = None
    sha256: str = ""

    def of(self, kind: Kind) -> tuple[Note, ...]:
        """Return the notes of a kind, those of most rows first."""
        return tuple(sorted((n for n in self.notes if n.kind == kind), key=lambda n: -n.count))

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON can store it; `from_dict` gives it back."""
        return {
            **{name: getattr(self, name) for name in _PLAIN},
            "geometry_types": dict(self.geometry_types),
            "mapping": [[link.source, link.target, link.how] for link in self.mapping],
            "unused": [*self.unused],
            "missing": [*self.missing],
            "notes": [
                [n.kind, n.text, n.count, [[ln.row, ln.name, ln.detail] for ln in n.lines]]
                for n in self.notes
            ],
            "extent": list(self.extent) if self.extent else None,
            "conformity": self.conformity.to_dict() if self.conformity else None,
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Report:
        """Return what `to_dict` stored."""
        extent, conformity = stored["extent"], stored["conformity"]
        return cls(
            **{name: stored[name] for name in _PLAIN},
            geometry_types=dict(stored["geometry_types"]),
            mapping=tuple(Link(*link) for link in stored["mapping"]),
            unused=tuple(stored["unused"]),
            missing=tuple(stored["missing"]),
            notes=tuple(
                Note(kind, text, count, tuple(Line(*line) for line in lines))
                for kind, text, count, lines in stored["notes"]
            ),
            extent=(extent[0], extent[1], extent[2], extent[3]) if extent else None,
            conformity=Conformity.from_dict(conformity) if conformity else None,
        )


_PLAIN = (
    "source", "layer", "driver", "couche", "titre", "rows_in", "kept", "aside", "crs", "how",
    "encoding", "inside", "outside", "sha256",
)  # fmt: skip
