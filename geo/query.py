"""Spatial questions on the features: in which EPCI, commune, box or area, and with what."""

from __future__ import annotations

import ast
import difflib
import operator
import re
import warnings
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.catalog import Catalog
from geo.errors import DataError, UsageError
from geo.ledger import Ledger
from geo.sources.files import read_area
from geo.territories import WGS84, Territories, projector

FIELDS = (
    "id", "couche", "nom", "axe", "rubrique", "communes", "epci", "precision", "statut",
    "debut", "fin", "etat_au", "ligne", "maitre_ouvrage", "document", "montant_eur", "financeurs",
)  # fmt: skip
"""Names that a `where` expression may use, beside the attributes of the layers."""


def select(
    features: gpd.GeoDataFrame,
    known: Catalog,
    figures: Ledger,
    *,
    layers: Sequence[str] = (),
    inside: Territories | None = None,
    communes: Sequence[str] = (),
    where: str = "",
    bbox: tuple[float, float, float, float] | None = None,
    within: Path | BaseGeometry | None = None,
) -> gpd.GeoDataFrame:
    """Return the features that answer all the conditions, in their order.

    Parameters
    ----------
    features : geopandas.GeoDataFrame
        As `geo.ingest.load` gives them.
    known, figures
        The catalogue and the ledger that names refer to.
    layers : sequence of str
        Names of layers as people say them; several mean "one of".
    inside : Territories, optional
        The EPCI to look in.
    communes : sequence of str
        INSEE codes; several mean "one of".
    where : str
        An expression on `FIELDS` and the layers' attributes, see `predicate`.
    bbox : tuple of float, optional
        West, south, east, north in degrees (EPSG:4326); what meets the box is kept.
    within : path or geometry, optional
        A file of polygons (any CRS that it declares), or a geometry in the CRS of
        `features`; what meets it is kept.

    Returns
    -------
    geopandas.GeoDataFrame
        A part of `features`, same columns and CRS. Features of precision ``territoire``
        answer `inside` where they are told of one of its EPCI (those of the whole basin, or
        of a Département, are told of none), and never `communes`, `bbox` nor `within`.

    Raises
    ------
    UsageError
        If a name is unknown, the box is not one, or the expression is not allowed.
    """
    kept = np.ones(len(features), dtype=bool)
    if layers:
        wanted = {known.find(name).id for name in layers}
        kept &= features["couche"].isin(wanted).to_numpy()
    if inside is not None:
        kept &= _meets(features["epci"], inside.epci) | _meets(features["communes"], inside.communes)
    if communes:
        kept &= _meets(features["communes"], communes)
    located = (features["precision"] != "territoire").to_numpy()
    if bbox is not None:
        kept[located] &= _in_box(features[located], bbox)
    if within is not None:
        area = _area(within, str(features.crs)) if isinstance(within, Path) else within
        kept[located] &= shapely.intersects(np.asarray(features[located].geometry.array), area)
    if bbox is not None or within is not None:
        kept &= located
    if where:
        test = predicate(where, {*FIELDS, *attribute_names(known)})
        rows = [record(row, figures) for row in features[kept].to_dict("records")]
        kept[np.flatnonzero(kept)] = [test(row) for row in rows]
    return features[kept]


def attribute_names(known: Catalog) -> set[str]:
    """Return the names of all the attributes that layers declare."""
    return {field.nom for layer in known.layers.values() for field in layer.champs}


def record(row: Mapping[Any, Any], figures: Ledger) -> dict[str, Any]:
    """Return what a `where` expression sees of a feature: columns, attributes, amounts."""
    own = [figures.figures[key] for key in row["chiffres"]]
    amounts = [f.valeur for f in own if f.is_amount and not f.double_de]
    return {
        **{key: row[key] for key in FIELDS if key in row},
        **row["attributs"],
        "montant_eur": sum(amounts) if amounts else None,
        "financeurs": tuple(sorted({x.nom for f in own for x in f.financeurs})),
    }


def _meets(lists: pd.Series[Any], codes: Collection[str]) -> NDArray[np.bool_]:
    wanted = frozenset(codes)
    return np.array([not wanted.isdisjoint(items) for items in lists], dtype=bool)


def _in_box(features: gpd.GeoDataFrame, bbox: tuple[float, float, float, float]) -> NDArray[np.bool_]:
    """Tell which features meet a box, compared in degrees: its sides are no straight lines in metres."""
    west, south, east, north = bbox
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise UsageError(
            f"emprise impossible : {','.join(str(v) for v in bbox)}",
            advice="Attendu ouest,sud,est,nord en degrés, par exemple 2.7,50.3,2.9,50.5.",
        )
    degrees = np.asarray(features.geometry.to_crs(WGS84).array)
    met: NDArray[np.bool_] = shapely.intersects(degrees, shapely.box(west, south, east, north))
    return met


def _area(path: Path, crs: str) -> BaseGeometry:
    """Return the area that a file delimits, in the CRS of the features."""
    area, declared = read_area(path)
    projected = projector(declared.to_wkt(), crs)(area)
    if not np.isfinite(shapely.bounds(projected)).all():
        raise DataError(
            f"ce périmètre ne se projette pas en {crs}",
            where=str(path),
            advice="Découpez-le autour du territoire étudié.",
        )
    return shapely.make_valid(projected)


_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda item, many: many is not None and item in many,
    ast.NotIn: lambda item, many: many is None or item not in many,
}
_ORDERED = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)


def predicate(expression: str, names: Collection[str]) -> Callable[[Mapping[str, Any]], bool]:
    """Compile a condition on one feature; nothing in it is ever executed as code.

    Allowed are names, texts, numbers, lists, ``== != < <= > >= in``, ``not in``,
    ``and or not`` and brackets. A comparison of order with a missing value is false.

    Parameters
    ----------
    expression : str
        For instance ``statut == "travaux" and axe in [1, 2]``.
    names : collection of str
        The names that it may use.

    Raises
    ------
    UsageError
        If it cannot be read, or uses anything else; the message shows where.

    Examples
    --------
    >>> predicate('statut == "livré"', {"statut"})({"statut": "livré"})
    True
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Python's own, in English: "1in [1]", "\\d"
            tree = ast.parse(expression.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        column = getattr(error, "offset", None)
        place = f" (caractère {column})" if column else ""
        single = re.search(r"(?<![=!<>])=(?!=)", expression)
        advice = f"L'égalité s'écrit ==. {_EXAMPLE}" if single else _EXAMPLE
        raise UsageError(f"condition illisible : {expression!r}{place}", advice=advice) from None
    _check(tree.body, expression, names)
    return lambda row: bool(_value(tree.body, row))


_EXAMPLE = """Exemple : --where 'statut == "travaux" and axe in [1, 2]'"""


def _check(node: ast.expr, expression: str, names: Collection[str], depth: int = 0) -> None:
    if depth > 50:
        raise UsageError("condition trop imbriquée", advice=_EXAMPLE)
    if isinstance(node, ast.Name):
        if node.id not in names:
            near = difflib.get_close_matches(node.id, names, n=3)
            hint = f"Les plus proches : {', '.join(near)}. " if near else ""
            raise UsageError(
                f"champ inconnu dans la condition : {node.id}",
                advice=f"{hint}Champs possibles : {', '.join(sorted(names))}.",
            )
        return
    allowed = (
        isinstance(node, (ast.BoolOp, ast.Compare, ast.List, ast.Tuple))
        or (isinstance(node, ast.Constant) and isinstance(node.value, (str, int, float, type(None))))
        or (isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.Not, ast.USub)))
    )
    known_ops = not isinstance(node, ast.Compare) or all(type(op) in _COMPARE for op in node.ops)
    if not allowed or not known_ops:
        piece = ast.get_source_segment(expression.strip(), node) or type(node).__name__
        raise UsageError(f"non permis dans une condition : {piece}", advice=_EXAMPLE)
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            _check(child, expression, names, depth + 1)


def _value(node: ast.expr, row: Mapping[str, Any]) -> Any:  # noqa: PLR0911 - one return a kind of node
    match node:
        case ast.Constant():
            return _typed(node.value)
        case ast.Name():
            return _typed(row.get(node.id))
        case ast.List() | ast.Tuple():
            return tuple(_value(item, row) for item in node.elts)
        case ast.UnaryOp(op=ast.Not()):
            return not _value(node.operand, row)
        case ast.UnaryOp():
            return _negative(_value(node.operand, row))
        case ast.BoolOp(op=ast.And(), values=items):
            return all(_value(item, row) for item in items)
        case ast.BoolOp(values=items):
            return any(_value(item, row) for item in items)
        case ast.Compare():
            return _compare(node, row)
    raise AssertionError(ast.dump(node))  # _check lets nothing else through


def _typed(value: Any) -> Any:
    """Return a text with straight apostrophes, as they are typed on a keyboard."""
    return value.replace("’", "'") if isinstance(value, str) else value


def _negative(value: Any) -> Any:
    if not isinstance(value, (int, float)):
        raise UsageError(f"un nombre est attendu après « - », pas {value!r}")
    return -value


def _compare(node: ast.Compare, row: Mapping[str, Any]) -> bool:
    left = _value(node.left, row)
    for op, right_node in zip(node.ops, node.comparators, strict=True):
        right = _value(right_node, row)
        if isinstance(op, (ast.Eq, ast.NotEq)) and not _comparable(left, right):
            raise _incomparable(left, right)
        if isinstance(op, _ORDERED) and (left is None or right is None):
            return False
        try:
            if not _COMPARE[type(op)](left, right):
                return False
        except TypeError:
            raise _incomparable(left, right) from None
        left = right
    return True


def _comparable(left: Any, right: Any) -> bool:
    """Tell whether two values are of one kind: two texts, two numbers, two lists, or one is missing."""
    if left is None or right is None:
        return True
    kinds: tuple[tuple[type, ...], ...] = ((str,), (int, float), (tuple, list))
    return any(isinstance(left, kind) and isinstance(right, kind) for kind in kinds)


def _incomparable(left: Any, right: Any) -> UsageError:
    advice = "Comparez un texte à un texte, un nombre à un nombre."
    if isinstance(left, tuple) or isinstance(right, tuple):
        advice = 'Cherchez dans une liste avec in, par exemple "62498" in communes.'
    return UsageError(f"comparaison impossible : {left!r} et {right!r}", advice=advice)
