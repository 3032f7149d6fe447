"""The data of a page made small: what comes back is told once, a shape is told in whole steps.

``app/src/lecture.ts`` undoes it; the two change together. Nothing is lost but the order of
the features that a statistic names, which becomes that of the page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

SCALE = 100_000
"""Whole steps in a degree, for coordinates of five decimals."""

TEXTS = ("ou", "statut_texte", "resume", "reserve", "source")
"""Texts of a feature that others often share."""


class _Table:
    """Values told once, and their ranks."""

    def __init__(self) -> None:
        self.ranks: dict[Any, int] = {}

    def rank(self, value: Any) -> int:
        return self.ranks.setdefault(value, len(self.ranks))


def pack(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the data of a page as they are written in it.

    Parameters
    ----------
    data : mapping
        What `geo.atlas.payload.page_data` gives.

    Returns
    -------
    dict
        JSON-able. ``textes`` and ``origines`` are tables, of which ranks are used elsewhere;
        a line or a ring is ``[lat, lon, dlat, dlon, ...]`` in 1/`SCALE` of a degree.
    """
    texts = _Table()
    places = ("epci", "communes")
    return {
        **data,
        "echelle": SCALE,
        "perimetre": _polygons(data["perimetre"]),
        **{key: [{**one, "forme": _polygons(one["forme"])} for one in data[key]] for key in places},
        "entites": [_feature(one, texts) for one in data["entites"]],
        **_stats(data, texts),
        "textes": list(texts.ranks),
    }


def _feature(one: Mapping[str, Any], texts: _Table) -> dict[str, Any]:
    """Return a feature without what it has not, its shared texts as ranks."""
    packed = {key: value for key, value in one.items() if value not in ("", [], False)}
    for key in TEXTS:
        if key in packed:
            packed[key] = texts.rank(packed[key])
    if "faits" in packed:
        packed["faits"] = [texts.rank(word) for fact in packed["faits"] for word in fact]
    if "lignes" in packed:
        packed["lignes"] = [_steps(line) for line in packed["lignes"]]
    if "anneaux" in packed:
        packed["anneaux"] = _polygons(packed["anneaux"])
    return packed


def _polygons(polygons: Sequence[Any]) -> list[list[list[int]]]:
    return [[_steps(ring) for ring in polygon] for polygon in polygons]


def _steps(pairs: Sequence[Sequence[float]]) -> list[int]:
    whole = np.rint(np.asarray(pairs, dtype=np.float64) * SCALE).astype(np.int64)
    steps: list[int] = np.diff(whole, axis=0, prepend=[[0, 0]]).ravel().tolist()
    return steps


def _stats(data: Mapping[str, Any], texts: _Table) -> dict[str, Any]:
    """Return the statistics, and the table of the features or figures that they are made of."""
    named = [one["id"] for key in ("entites", "chiffres") for one in data[key]]
    ranks = {name: rank for rank, name in enumerate(named)}
    origins = _Table()

    def packed(value: float, written: str, unit: str, origin: Sequence[str], note: str) -> list[Any]:
        made_of = sorted(ranks[name] for name in origin)
        steps = tuple(after - before for before, after in pairwise([0, *made_of]))
        return [value, written, unit, origins.rank(steps), texts.rank(note)]

    stats = {
        code: {
            layer: {measure: packed(*stat) for measure, stat in measures.items()}
            for layer, measures in layers.items()
        }
        for code, layers in data["stats"].items()
    }
    return {"stats": stats, "origines": list(origins.ranks)}
