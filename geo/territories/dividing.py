"""Territories of another kind than EPCI: communes, Départements, and whatever a user brings.

A SCOT, a pôle métropolitain or the priority quarters cross the borders of the EPCI, and may
overlap one another. A partition whose polygons share their edges is a coverage, of which parts
add up; in another, each territory is measured on its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.errors import DataError
from geo.prepared import prepared
from geo.territories.legal_crs import projector
from geo.territories.model import DEPARTEMENTS, Territories
from geo.text import fold, plural

OFFICIAL = ("epci", "commune", "departement")
"""The divisions that every ground has, beside those of a user."""

APART = "territoires mesurés chacun à part : leurs lignes ne s'additionnent pas"
"""What is said of territories that overlap, or miss one another."""
LEAST_M2 = 1.0
"""A territory that shares less than this with the ground only touches its border."""

_CODES = ("code", "insee", "siren", "codgeo", "ref", "reference", "numero", "num")
_IDS = ("id", "identifiant", "fid", "gid", "objectid", "ogc fid")
_NAMES = ("nom", "libelle", "lib", "name", "titre", "intitule")
_PEOPLE = ("population", "population municipale", "pop", "pop tot", "habitants", "hab")


@dataclass(frozen=True)
class Division:
    """A ground divided into territories."""

    by: str
    """``epci``, ``commune``, ``departement``, or the name of a layer or of a file."""
    frame: gpd.GeoDataFrame
    """Indexed by code (str), sorted: ``nom``, ``siren`` (None but for EPCI and communes),
    ``population`` (inhabitants, None where unknown), ``area_km2``, geometry in the ground's CRS."""
    is_coverage: bool
    """Whether the territories share their edges and do not overlap: what lies in each adds up."""
    communes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The communes (INSEE) that make each territory; empty where only geometry tells."""
    notes: tuple[str, ...] = ()
    """What was chosen, mended or left out, in French."""

    @property
    def is_official(self) -> bool:
        """Whether the territories are made of whole communes, so that names tell who is where."""
        return bool(self.communes)

    @property
    def remarks(self) -> tuple[str, ...]:
        """What a reader should know, in French: the notes, and whether rows add up."""
        return self.notes if self.is_coverage else (*self.notes, APART)

    def meeting(self, area: BaseGeometry) -> list[str]:
        """Return the codes of the territories that lie in an area, all or in part.

        Parameters
        ----------
        area : shapely geometry
            In the CRS of `frame`.
        """
        shared = shapely.area(shapely.intersection(np.asarray(self.frame.geometry.array), area))
        return [str(code) for code in self.frame.index[shared > LEAST_M2]]


def official(by: str | Path) -> str:
    """Return which of `OFFICIAL` is meant, accents, case and plural aside, or an empty text.

    >>> official("Départements"), official("canton")
    ('departement', '')
    """
    asked = fold(str(by)) if isinstance(by, str) else ""
    return next((name for name in OFFICIAL if asked in (name, f"{name}s")), "")


def divide(ground: Territories, by: str | Path, *, whole: str = "le périmètre") -> Division:
    """Divide a ground by one of the official divisions, or by the polygons of a file.

    Parameters
    ----------
    ground : Territories
        What is divided.
    by : str or pathlib.Path
        One of `OFFICIAL`, or a file of polygons in any CRS that it declares.
    whole : str
        What the ground is called, in the names of the Départements of which it holds a part.

    Returns
    -------
    Division
        In the CRS of `ground`. Départements are what the ground holds of them. Of a file, the
        territories that meet the ground, whole: they may reach beyond it.

    Raises
    ------
    DataError
        If the file cannot be read, holds several layers, declares no CRS, has other shapes than
        polygons, or none that meets the ground.

    Examples
    --------
    >>> from geo.territories import load
    >>> divide(load(), "departement").frame["nom"].tolist()
    ['Nord (partie dans le périmètre)', 'Pas-de-Calais (partie dans le périmètre)']
    """
    kind = official(by)
    if kind == "departement":
        return _departements(ground, whole)
    if kind:
        frame = ground.frame(kind)
        members: dict[str, tuple[str, ...]] = {code: (code,) for code in ground.communes}
        if kind == "epci":
            members = {siren: epci.communes for siren, epci in ground.epci.items()}
        return Division(kind, frame, is_coverage=True, communes=members)
    return _of_file(ground, Path(by))


def divide_by_shapes(
    ground: Territories, shapes: gpd.GeoDataFrame, name: str, notes: tuple[str, ...] = ()
) -> Division:
    """Divide a ground by polygons.

    Parameters
    ----------
    ground : Territories
        What is divided.
    shapes : geopandas.GeoDataFrame
        Columns ``code`` (several rows of one code make one territory), ``nom`` and, if it is
        known, ``population``; polygons, valid or not, in any CRS. The order of rows is of no
        consequence.
    name : str
        What it is called, for messages.
    notes : tuple of str
        What is already known of them, in French.

    Raises
    ------
    DataError
        If they have no CRS, some are not polygons, cannot be projected, or none meets the ground.
    """
    if shapes.crs is None:
        raise DataError(
            "projection (CRS) absente",
            where=name,
            advice="Enregistrez le fichier avec sa projection, par exemple en GeoPackage.",
        )
    table, told = _without_shape(shapes, name)
    polygons, mended = _mended(_projected(table, ground.crs, name))
    told += [f"{plural(mended, 'géométrie invalide réparée', 'géométries invalides réparées')}"] * (
        mended > 0
    )
    frame, joined = _dissolved(table, polygons, ground.crs)
    told += joined
    inside = _meets(frame, ground.perimeter)
    if not inside.any():
        raise DataError(
            "aucun de ces territoires n'est dans le périmètre",
            where=name,
            advice="Vérifiez la projection du fichier et le lieu dont il parle.",
        )
    left = int((~inside).sum())
    told += [f"{plural(left, 'territoire')} hors du périmètre, laissés de côté"] * (left > 0)
    frame = frame[inside]
    sound = bool(shapely.coverage_is_valid(np.asarray(frame.geometry.array)))
    return Division(name, frame, is_coverage=sound, notes=(*notes, *told))


def _departements(ground: Territories, whole: str) -> Division:
    members: dict[str, list[str]] = {}
    for commune in ground.communes.values():
        members.setdefault(commune.departement, []).append(commune.insee)
    codes = sorted(members)
    outlines = [
        shapely.coverage_union_all([ground.communes[c].geometry for c in members[code]]) for code in codes
    ]
    people = [[ground.communes[c].population for c in members[code]] for code in codes]
    frame = gpd.GeoDataFrame(
        {
            "nom": [
                f"{DEPARTEMENTS.get(code, f'Département {code}')} (partie dans {whole})" for code in codes
            ],
            "siren": None,
            "population": [sum(count or 0 for count in counts) for counts in people],
            "area_km2": shapely.area(outlines) / 1e6,
        },
        geometry=outlines,
        index=pd.Index(codes, name="code"),
        crs=ground.crs,
    )
    communes = {code: tuple(sorted(members[code])) for code in codes}
    return Division("departement", frame, is_coverage=True, communes=communes)


def _of_file(ground: Territories, path: Path) -> Division:
    from geo.sources.files import read_single  # noqa: PLC0415 - the opener, that few divisions need

    layer, crs = read_single(path)
    columns = {str(name): list(layer.frame[name]) for name in layer.frame.columns}
    codes, how = _codes(columns, layer.geometry)
    label = _first(columns, _NAMES)
    names = codes if label is None else [_text(v) or c for v, c in zip(columns[label], codes, strict=True)]
    table: dict[str, list[Any]] = {"code": codes, "nom": names}
    if (people := _first(columns, _PEOPLE)) is not None:
        table["population"] = [_count(value) for value in columns[people]]
        how = (*how, f"population lue dans « {people} »")
    shapes = gpd.GeoDataFrame(table, geometry=layer.geometry, crs=crs)
    return divide_by_shapes(ground, shapes, path.name, how)


def _codes(
    columns: Mapping[str, list[Any]], shapes: NDArray[np.object_]
) -> tuple[list[str], tuple[str, ...]]:
    """Return the codes of rows, and where they were read.

    The first that there is: a column of codes that names each row once; ``code`` itself; an
    identifier, then a name, that name each row once; an identifier or a name that repeats. A
    column counts if no cell is empty. Without any, territories are numbered from west to east.
    """
    texts = {name: [_text(value) for value in values] for name, values in columns.items()}
    full = {name: values for name, values in texts.items() if all(values)}
    once = {name: values for name, values in full.items() if len(set(values)) == len(values)}
    for candidates, words in (
        (once, _CODES), (full, ("code",)), (once, _IDS), (once, _NAMES), (full, ("id", *_NAMES)),
    ):  # fmt: skip
        if (found := _first(candidates, words)) is not None:
            return full[found], (f"codes lus dans « {found} »",)
    ranks = np.lexsort((*shapely.bounds(shapes).T[::-1],))
    numbers = np.empty(len(shapes), dtype=int)
    numbers[ranks] = np.arange(1, len(shapes) + 1)
    width = len(str(len(shapes)))
    return [f"{n:0{width}d}" for n in numbers], ("territoires sans code, numérotés d'ouest en est",)


def _first(columns: Mapping[str, Any], words: tuple[str, ...]) -> str | None:
    """Return the column whose name is one of some words, or begins with it; the first word wins."""
    names = sorted(columns)
    for matches in (
        lambda name, word: fold(name) == word,
        lambda name, word: fold(name).startswith(f"{word} "),
    ):
        for word in words:
            for name in names:
                if matches(name, word):
                    return name
    return None


def _text(value: Any) -> str:
    """Return a cell as a code: a whole number has no decimals."""
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return " ".join(str(value).split())


def _count(value: Any) -> float | None:
    """Return inhabitants, None where the cell tells no number."""
    try:
        count = float(value)
    except (TypeError, ValueError):
        return None
    return count if np.isfinite(count) and count >= 0 else None


def _without_shape(shapes: gpd.GeoDataFrame, name: str) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Leave out what has no shape, and refuse what is no polygon."""
    geometries = np.asarray(shapes.geometry.array)
    empty = shapely.is_missing(geometries) | shapely.is_empty(geometries)
    flat = np.array([empty[i] or g.geom_type.endswith("Polygon") for i, g in enumerate(geometries)])
    if empty.all() or not flat.all():
        kinds = sorted({g.geom_type for g in geometries[~flat]})
        raise DataError(
            f"{int((~flat | empty).sum())} objets sur {len(flat)} ne sont pas des polygones"
            + (f" ({', '.join(kinds)})" if kinds else ""),
            where=name,
            advice="Un découpage est fait de polygones.",
        )
    missing = int(empty.sum())
    return shapes[~empty], [f"{plural(missing, 'objet')} sans géométrie, laissés de côté"] * (missing > 0)


def _projected(table: gpd.GeoDataFrame, crs: str, name: str) -> NDArray[np.object_]:
    project = projector(table.crs.to_wkt(), crs)
    projected = np.array([project(shape) for shape in table.geometry], dtype=object)
    if not np.isfinite(shapely.bounds(projected)).all():
        raise DataError(
            f"ce découpage ne se projette pas en {crs}",
            where=name,
            advice="Découpez-le autour du territoire étudié.",
        )
    return projected


def _mended(shapes: NDArray[np.object_]) -> tuple[NDArray[np.object_], int]:
    """Return the surfaces of shapes, made valid, and how many were not."""
    invalid = ~shapely.is_valid(shapes)
    mended = shapes.copy()
    for position in np.flatnonzero(invalid):
        parts = shapely.get_parts(shapely.make_valid(shapes[position]))
        while (shapely.get_type_id(parts) > shapely.GeometryType.POLYGON).any():
            parts = shapely.get_parts(parts)
        mended[position] = shapely.union_all(parts[shapely.get_dimensions(parts) == 2])
    return mended, int(invalid.sum())


def _dissolved(
    table: gpd.GeoDataFrame, polygons: NDArray[np.object_], crs: str
) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Return one territory a code, sorted, whatever the order of the rows; and which were joined."""
    groups: dict[str, list[int]] = {}
    for position, code in enumerate(table["code"]):
        groups.setdefault(code, []).append(position)
    keys = shapely.to_wkb(shapely.normalize(polygons))
    people = list(table["population"]) if "population" in table else [None] * len(table)
    names = list(table["nom"])
    rows, outlines = [], []
    for code in sorted(groups):
        members = sorted(groups[code], key=lambda i: (names[i], keys[i]))
        counts = {people[i] for i in members if not pd.isna(people[i])}
        rows.append((names[members[0]], None, counts.pop() if len(counts) == 1 else None))
        outlines.append(polygons[members[0]] if len(members) == 1 else shapely.union_all(polygons[members]))
    frame = gpd.GeoDataFrame(
        pd.DataFrame(rows, columns=["nom", "siren", "population"], dtype=object),
        geometry=outlines,
        crs=crs,
    ).set_index(pd.Index(sorted(groups), name="code"))
    frame.insert(2, "area_km2", frame.geometry.area / 1e6)
    joined = [code for code in sorted(groups) if len(groups[code]) > 1]
    told = [f"objets de même code réunis : {', '.join(joined[:5])}{'…' if len(joined) > 5 else ''}"]
    return frame[["nom", "siren", "population", "area_km2", "geometry"]], told * bool(joined)


def _meets(frame: gpd.GeoDataFrame, perimeter: BaseGeometry) -> NDArray[np.bool_]:
    shapes = np.asarray(frame.geometry.array)
    inside: NDArray[np.bool_] = shapely.intersects(prepared(perimeter), shapes)
    shared = shapely.area(shapely.intersection(shapes[inside], perimeter))
    inside[inside] = shared > LEAST_M2
    return inside
