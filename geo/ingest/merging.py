"""One thing told by several parts of a layer becomes one record: by identifier and by overlap.

Never by name: names repeat ("Cité du Moulin" exists four times).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

OVERLAP = 0.8
"""Two polygons are one thing if they share this part of the smaller one.

Seen on the layers of the Mission (2018 and 2024): the same cité told twice shares 94 to 100 % of
the smaller outline, and neighbours less than 10 %.
"""


@dataclass(frozen=True)
class Record:
    """A record of a layer: what identifies it, its fields, its shape (EPSG:2154).

    `part` names the lot that it comes from, `rank` its row there.
    """

    part: str
    rank: int
    key: str
    fields: Mapping[str, Any]
    geometry: BaseGeometry
    parts: tuple[str, ...] = ()
    """The lots that it was put together from, where there are several."""


@dataclass
class Merged:
    """Records put together, and what was done, in French."""

    records: list[Record]
    notes: list[str] = field(default_factory=list)


class _Groups:
    """Disjoint groups of records; two that hold different values of one identifier stay apart."""

    def __init__(self, values: list[dict[str, str]]) -> None:
        self.parent = list(range(len(values)))
        self.values = [dict(known) for known in values]

    def of(self, item: int) -> int:
        while self.parent[item] != item:
            self.parent[item] = self.parent[self.parent[item]]
            item = self.parent[item]
        return item

    def join(self, first: int, second: int) -> bool:
        """Join two records; return False if their identifiers contradict each other."""
        one, other = sorted((self.of(first), self.of(second)))
        if one == other:
            return True
        mine, yours = self.values[one], self.values[other]
        if any(mine[name] != yours[name] for name in mine.keys() & yours.keys()):
            return False
        self.parent[other] = one
        mine.update(yours)
        return True


def merge(records: Sequence[Record], identifiers: Sequence[str]) -> Merged:
    """Return the records with each thing once, in the order in which they come.

    Parameters
    ----------
    records : sequence of Record
        Of all the parts of a layer, the preferred part first.
    identifiers : sequence of str
        Fields that each name a thing. The same value is the same thing, unless another
        identifier says otherwise; so are polygons that overlap by `OVERLAP` and have no
        identifier in common. Without identifiers, the key is the only one.

    Returns
    -------
    Merged
        A record put together has the union of the shapes, and of each field the first value
        there is.
    """
    values = [_identity(record, identifiers) for record in records]
    groups = _Groups(values)
    notes: list[str] = []
    _join_by_identifier(groups, values)
    if identifiers:
        notes += _join_by_overlap(groups, records)
    members: dict[int, list[int]] = {}
    for item in range(len(records)):
        members.setdefault(groups.of(item), []).append(item)
    found = []
    for items in members.values():
        told = [records[item] for item in items]
        found.append(told[0] if len(told) == 1 else _together(told))
        if len(told) > 1:
            notes.append(_note(told, [values[item] for item in items]))
    return Merged(found, notes)


def _identity(record: Record, identifiers: Sequence[str]) -> dict[str, str]:
    if not identifiers:
        return {"_cle": record.key}
    return {
        name: str(record.fields[name]) for name in identifiers if record.fields.get(name) not in (None, "")
    }


def _join_by_identifier(groups: _Groups, values: list[dict[str, str]]) -> None:
    first: dict[tuple[str, str], int] = {}
    for item, known in enumerate(values):
        for pair in known.items():
            groups.join(first.setdefault(pair, item), item)


def _join_by_overlap(groups: _Groups, records: Sequence[Record]) -> Iterator[str]:
    shapes = np.array([record.geometry for record in records], dtype=object)
    flat = np.flatnonzero(shapely.get_dimensions(shapes) == 2)
    tree = shapely.STRtree(shapes[flat])
    one, other = tree.query(shapes[flat], predicate="intersects")
    before = one < other
    mine, yours = flat[one[before]], flat[other[before]]
    areas = shapely.area(shapes)
    common = shapely.area(shapely.intersection(shapes[mine], shapes[yours]))
    near = common >= OVERLAP * np.minimum(areas[mine], areas[yours])
    for first, second, part in zip(
        mine[near], yours[near], (common / np.minimum(areas[mine], areas[yours]))[near], strict=True
    ):
        if not groups.join(int(first), int(second)):
            yield (
                f"{_name(records[first])} et {_name(records[second])} se recouvrent à {100 * part:.0f} % "
                "mais n'ont pas le même identifiant : gardées toutes deux"
            )


def _together(told: Sequence[Record]) -> Record:
    fields: dict[str, Any] = {}
    for record in told:
        for name, value in record.fields.items():
            if fields.get(name) in (None, ""):
                fields[name] = value
    shape = shapely.union_all([record.geometry for record in told])
    parts = tuple(dict.fromkeys(record.part for record in told))
    return Record(told[0].part, told[0].rank, told[0].key, fields, shape, parts)


def _name(record: Record) -> str:
    return f"« {record.fields.get('nom') or record.key} » ({record.part or 'source'}, ligne {record.rank})"


def _note(told: Sequence[Record], values: Sequence[Mapping[str, str]]) -> str:
    shared = {
        f"{name} {value}"
        for known in values
        for name, value in known.items()
        if sum(other.get(name) == value for other in values) > 1
    }
    why = (
        f"même {', '.join(sorted(shared))}"
        if shared
        else f"tracés qui se recouvrent à {100 * OVERLAP:.0f} % au moins"
    )
    return f"{' = '.join(map(_name, told))} : {why}"
