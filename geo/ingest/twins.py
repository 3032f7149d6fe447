"""The same thing told twice: by its key, by its shape, never by its name; and the key of each row."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.ingest.names import NAMES
from geo.ingest.report import Journal
from geo.ingest.values import squeezed, text_of
from geo.text import fold

ROUNDED_M = 0.01
"""Coordinates are compared to the centimetre (metres)."""
SAME = 0.001
"""Areas whose symmetric difference is less than this share of the greater are the same."""
KEY_LENGTH = 12
"""Hexadecimal digits of a key made of the shape."""
_NATURAL = (
    "siteid", "idlocal", "idlsm", "idunesco", "idtroncon", "finess", "nofinesset", "siret", "siren", "uai",
    "rna", "inspireid", "cleabs", "idosm", "osmid", "uuid", "identifiant", "code", "insee", "codeinsee", "id",
)  # fmt: skip
"""Names of natural identifiers, squeezed, the best first."""


def settle(
    fields: pd.DataFrame,
    published: pd.DataFrame,
    journal: Journal,
    *,
    shapes: NDArray[np.object_],
    precision: NDArray[np.object_],
    cle: tuple[str, ...] = (),
    merging: bool = False,
) -> pd.Series[Any]:
    """Set aside what is told twice, and return a key for each row that is left.

    Two rows are one if they have the same key and the same shape, or the same key and the same
    values, or the same shape and no key that tells them apart. Points at one place with
    different names are two things, and are told; so are areas with different keys.

    Parameters
    ----------
    fields : pandas.DataFrame
        Typed fields of the rows that are left, indexed by row number.
    published : pandas.DataFrame
        Tidy values under their published names, of all rows.
    journal : Journal
        What is set aside or doubtful is told there.
    shapes, precision : numpy.ndarray
        Of all rows, by position; EPSG:2154.
    cle : tuple of str
        The fields that make the key; empty if none is declared.
    merging : bool
        The same shape is kept twice: what tells it again is put together later.

    Returns
    -------
    pandas.Series
        Texts, none twice, indexed by row number.
    """
    rows = [int(row) for row in fields.index]
    keys = _keys(fields, published, cle, journal)
    left = shapes[[row - 1 for row in rows]]
    exact = dict(zip(rows, _fingerprints(left), strict=True))
    seen = _Seen(fields, published, keys, _joined(exact, left), merging=merging)
    for row, dimension in zip(rows, shapely.get_dimensions(left).tolist(), strict=True):
        seen.take(row, point=dimension == 0, placed=precision[row - 1] == "commune")
    seen.tell(journal)
    bases = {row: keys[row] or exact[row][:KEY_LENGTH] for row in seen.kept}
    return pd.Series(_unique(bases, keys, published, journal), dtype=object).reindex(seen.kept)


def _fingerprints(shapes: NDArray[np.object_]) -> list[str]:
    """Return texts that two shapes share if they are one to the centimetre, however drawn."""
    rounded = shapely.transform(shapes, lambda xy: np.round(xy / ROUNDED_M) * ROUNDED_M + 0.0)
    return [
        hashlib.sha256(wkb).hexdigest() for wkb in shapely.to_wkb(shapely.normalize(rounded), byte_order=1)
    ]


def _joined(exact: Mapping[int, str], shapes: NDArray[np.object_]) -> dict[int, str]:
    """Return the shape that each row has, areas that differ by next to nothing being one."""
    areas = np.flatnonzero(shapely.get_dimensions(shapes) == 2)
    if len(areas) < 2:
        return dict(exact)
    every = list(exact.values())
    known, prints = shapes[areas], [every[position] for position in areas]
    same: dict[str, str] = {}

    def root(shape: str) -> str:
        while shape in same:
            shape = same[shape]
        return shape

    for one, other in _alike(known):
        first, second = root(prints[one]), root(prints[other])
        if first != second and _nearly_equal(known[one], known[other]):
            same[second] = first
    return {row: root(shape) for row, shape in exact.items()}


def _alike(areas: NDArray[np.object_]) -> list[tuple[int, int]]:
    """Return the pairs of areas that may be one: of one size, at one place.

    Two areas whose symmetric difference is a share s of them have centroids nearer than s times
    the length of what holds both.
    """
    first, second = shapely.STRtree(areas).query(areas)
    size, middle, bounds = shapely.area(areas), shapely.centroid(areas), shapely.bounds(areas)
    length = np.hypot(bounds[:, 2] - bounds[:, 0], bounds[:, 3] - bounds[:, 1])
    one_size = np.abs(size[first] - size[second]) <= SAME * np.maximum(size[first], size[second])
    reach = 2 * SAME * (length[first] + length[second])
    pairs = (first < second) & one_size & (shapely.distance(middle[first], middle[second]) <= reach)
    return list(zip(first[pairs].tolist(), second[pairs].tolist(), strict=True))


def _nearly_equal(one: BaseGeometry, other: BaseGeometry) -> bool:
    difference = shapely.area(shapely.symmetric_difference(one, other))
    return bool(difference < SAME * max(one.area, other.area))


def _keys(
    fields: pd.DataFrame, published: pd.DataFrame, cle: tuple[str, ...], journal: Journal
) -> dict[int, str]:
    """Return the natural key of each row that is left, empty where it has none."""
    rows = [int(row) for row in fields.index]
    if not cle:
        return _proposed(published, rows, journal)
    named = ", ".join(cle)
    keys = {}
    for row, values in zip(rows, fields[list(cle)].itertuples(index=False), strict=True):
        keys[row] = "" if any(value is None for value in values) else "-".join(map(text_of, values))
    without = [row for row, key in keys.items() if not key]
    if without and len(without) == len(rows):
        journal.note(
            "signalé", f"l'identifiant déclaré ({named}) n'est dans aucune ligne : clé tirée du tracé"
        )
    elif without:
        journal.note("signalé", f"identifiant ({named}) absent : clé tirée du tracé", without)
    return keys


def _proposed(published: pd.DataFrame, rows: list[int], journal: Journal) -> dict[int, str]:
    """Return the values of the first column that is named like an identifier, complete and unique."""
    found = {squeezed(str(name)): name for name in reversed(published.columns)}
    for key in _NATURAL:
        column = published[found[key]] if key in found else None
        if column is None or column.isna().any():
            continue
        texts = [text_of(value) for value in column]
        if len(set(texts)) < len(texts):
            continue
        if _counts(texts):
            journal.note(
                "constat", f"« {column.name} » ne fait que numéroter les lignes : ce n'est pas un identifiant"
            )
            continue
        journal.note("constat", f"identifiant proposé : « {column.name} », sans lacune ni répétition")
        return {row: texts[row - 1] for row in rows}
    journal.note("constat", "aucun identifiant naturel : clé tirée du tracé")
    return dict.fromkeys(rows, "")


def _counts(texts: list[str]) -> bool:
    """Tell whether texts are but the numbers of the rows, from 0 or from 1."""
    first = texts[0] if texts else ""
    return first in ("0", "1") and texts == [str(int(first) + rank) for rank in range(len(texts))]


class _Seen:
    """The rows kept so far, by key and by shape, and those that tell them again."""

    def __init__(
        self,
        fields: pd.DataFrame,
        published: pd.DataFrame,
        keys: Mapping[int, str],
        shapes: Mapping[int, str],
        *,
        merging: bool,
    ) -> None:
        self.kept: list[int] = []
        self._merging = merging
        self._published, self._keys, self._shapes = published, keys, shapes
        self._columns = [str(name) for name in fields.columns]
        self._fields = dict(zip(fields.index, fields.itertuples(index=False, name=None), strict=True))
        self._by_key: dict[str, list[int]] = defaultdict(list)
        self._firsts: dict[tuple[str, ...], int] = {}
        self._keyless: dict[tuple[str, ...], int] = {}
        self._told: dict[str, dict[int, str]] = defaultdict(dict)
        named = [name for name in fields.columns if squeezed(str(name)) in NAMES]
        self._names = fields[named[0]] if named else None

    def take(self, row: int, *, point: bool, placed: bool) -> None:
        """Keep a row or set it aside. `placed` says that its commune alone is known."""
        key, shape = self._keys[row], self._shapes[row]
        if key and self._same_key(row, key, shape):
            return
        place = (shape, self._distinct(row, placed=placed)) if point else (shape,)
        if self._merging:
            self._keep(row, key, shape, place)
            return
        if not key and place in self._firsts:
            self._told["même tracé qu'une autre ligne"][row] = self._like(self._firsts[place], row)
            return
        if key and place in self._keyless:
            self._told["même tracé qu'une autre ligne"][row] = self._like(self._keyless[place], row)
            return
        if place in self._firsts:
            self._told[_OTHER_KEY][row] = f"ligne {self._firsts[place]}"
        elif (shape,) in self._firsts and not placed:
            self._told[_OTHER_NAME][row] = f"ligne {self._firsts[(shape,)]}"
        self._keep(row, key, shape, place)

    def _keep(self, row: int, key: str, shape: str, place: tuple[str, ...]) -> None:
        self.kept.append(row)
        self._firsts.setdefault(place, row)
        self._firsts.setdefault((shape,), row)
        if key:
            self._by_key[key].append(row)
        else:
            self._keyless.setdefault(place, row)

    def _same_key(self, row: int, key: str, shape: str) -> bool:
        """Set a row aside if one of the same key says the same."""
        for first in self._by_key[key]:
            if self._shapes[first] == shape:
                text = "même identifiant et même tracé qu'une autre ligne"
            elif not self._differences(first, row):
                text = "même identifiant et mêmes valeurs qu'une autre ligne, autre tracé"
            else:
                continue
            self._told[text][row] = self._like(first, row)
            return True
        return False

    def _differences(self, first: int, row: int) -> list[str]:
        pairs = zip(self._columns, self._fields[first], self._fields[row], strict=True)
        return [name for name, one, other in pairs if one != other]

    def _like(self, first: int, row: int) -> str:
        """Tell which row says the same as another, and the fields in which it does not."""
        differ = self._differences(first, row)
        return f"ligne {first}" + (f", mais diffère par {', '.join(differ)}" if differ else "")

    def _distinct(self, row: int, *, placed: bool) -> str:
        """Return what tells apart two points at one place: the name, or all the values."""
        name = None if self._names is None or placed else self._names[row]
        return fold(str(name)) if name else _values(self._published, row)

    def tell(self, journal: Journal) -> None:
        """Tell the journal what was set aside, and what is doubtful."""
        for text, rows in self._told.items():
            if text in (_OTHER_KEY, _OTHER_NAME):
                journal.note("signalé", text, rows)
            else:
                journal.set_aside(text, rows)


_OTHER_KEY = "même tracé qu'une autre ligne, identifiants différents : les deux sont gardées"
_OTHER_NAME = "point au même endroit qu'une autre ligne, qui dit autre chose : les deux sont gardées"


def _values(published: pd.DataFrame, row: int) -> str:
    told = repr(
        [(str(n), v) for n, v in zip(published.columns, published.loc[row], strict=True) if v is not None]
    )
    return hashlib.sha256(told.encode()).hexdigest()


def _unique(
    bases: Mapping[int, str], keys: Mapping[int, str], published: pd.DataFrame, journal: Journal
) -> dict[int, str]:
    """Return keys none of which is another's: what repeats is told apart by a rank, or by its values."""
    taken = set(bases.values())
    used: set[str] = set()
    result = {}
    repeated = {}
    for row, first in bases.items():
        base = f"{first}-{_values(published, row)[:6]}" if first in used and not keys[row] else first
        key, rank = base, 1
        while key in used or (key != base and key in taken):
            rank += 1
            key = f"{base}-{rank}"
        if base != key and keys[row]:
            repeated[row] = f"{base}, clé {key}"
        used.add(key)
        result[row] = key
    if repeated:
        journal.note(
            "signalé", "identifiant répété sur un autre tracé : un rang est ajouté à la clé", repeated
        )
    return result
