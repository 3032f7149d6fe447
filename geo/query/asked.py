"""What a caller hands over, as `select` takes it: anything else is told at once, in French."""

from __future__ import annotations

from collections.abc import Iterable
from numbers import Real
from pathlib import Path
from typing import Any

import geopandas as gpd
from shapely.geometry.base import BaseGeometry

from geo.errors import UsageError
from geo.query.near import Near


def names(told: Any, what: str) -> list[str]:
    """Return names told one by one, or alone.

    Raises
    ------
    UsageError
        If they are no texts; `what` names the parameter.
    """
    many = [told] if isinstance(told, str) else told if isinstance(told, Iterable) else [told]
    found = [] if told is None else list(many)
    for name in found:
        if not isinstance(name, str):
            raise UsageError(f"{what} : un nom ou une liste de noms est attendu, pas {name!r}")
    return found


def fields(told: Any, what: str) -> list[str]:
    """Return the names of fields; one text may hold several, parted by commas.

    >>> fields("nom, statut", "columns")
    ['nom', 'statut']
    """
    return [part.strip() for name in names(told, what) for part in name.split(",")]


def condition(told: Any) -> str:
    """Return a condition.

    Raises
    ------
    UsageError
        If it is no text.
    """
    if told is not None and not isinstance(told, str):
        raise UsageError(
            f"where : une condition est attendue, pas {told!r}",
            advice="""Par exemple where='statut == "travaux"'.""",
        )
    return told or ""


def count(told: Any) -> int | None:
    """Return how many rows at most.

    Raises
    ------
    UsageError
        If it is no whole number from 1.
    """
    if told is None:
        return None
    if isinstance(told, bool) or not hasattr(told, "__index__") or told < 1:
        raise UsageError(f"limit : un nombre entier est attendu, à partir de 1, pas {told!r}")
    return int(told)


def box(told: Any) -> tuple[float, float, float, float] | None:
    """Return west, south, east and north; whether they make a box, `select` knows.

    Raises
    ------
    UsageError
        If they are not four numbers.
    """
    if told is None:
        return None
    sides = list(told) if isinstance(told, Iterable) and not isinstance(told, str) else []
    if len(sides) != 4 or not all(isinstance(side, Real) for side in sides):
        raise UsageError(
            f"bbox : quatre nombres sont attendus, pas {told!r}",
            advice="Ouest, sud, est et nord en degrés, par exemple bbox=(2.7, 50.3, 2.9, 50.5).",
        )
    west, south, east, north = map(float, sides)
    return west, south, east, north


def places(told: Any) -> list[Any]:
    """Return places told one by one, or alone; what each is, `geo.query.region` knows."""
    if told is None:
        return []
    alone = isinstance(told, (str, Path, BaseGeometry, gpd.GeoDataFrame, gpd.GeoSeries))
    return [told] if alone or not isinstance(told, Iterable) else list(told)


def distances(told: Any, what: str) -> list[Near]:
    """Return distances from something: one couple (layers, distance) or a list of them.

    Raises
    ------
    UsageError
        If one is no such couple; `what` names the parameter.
    """
    if told is None:
        return []
    couple = isinstance(told, (tuple, list)) and told and isinstance(told[0], (str, Path))
    alone = isinstance(told, str) or couple
    couples = [told] if alone or not isinstance(told, Iterable) else list(told)
    return [_near(couple, what) for couple in couples]


def _near(couple: Any, what: str) -> Near:
    match couple:
        case (str() | Path() as layer, str() | Real() as distance) if not isinstance(distance, bool):
            return Near.of(str(layer), distance if isinstance(distance, str) else float(distance))
    raise UsageError(
        f"{what} : une couche et une distance sont attendues, pas {couple!r}",
        advice=f'Par exemple {what}=("cyclable", "500m").',
    )
