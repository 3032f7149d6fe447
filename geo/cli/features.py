"""Tables of features for people: names whole, and no column that says nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from geo.cli.tables import Column, printable
from geo.query import NEAR_COLUMNS
from geo.query.near import VAGUE
from geo.rows import Row, place_names
from geo.text import NNBSP, number, plural, quantity

_MOST_PLACES = 6
_NAMES = ("Où", "Le plus proche", "nom", "proche_nom")
_DISTANCE = NEAR_COLUMNS[-1]
_MEASURES = ("_eur", "_ha", "_m", "_m2")


def feature_columns(rows: Sequence[Row], titles: Mapping[str, str], names: Mapping[str, str]) -> list[Column]:
    """Return the columns of features.

    Parameters
    ----------
    rows : sequence of dict
        As `geo.rows.features` gives them: the layer is shown if there are several, the status and
        the quantity if one has any, what is near if it was asked.
    titles, names : mapping of str to str
        Titles of layers by id, names of places by code.
    """
    chosen = [Column("Nom", lambda row: row["nom"])]
    if len({row["couche"] for row in rows}) > 1:
        chosen.append(Column("Couche", lambda row: titles.get(row["couche"], row["couche"])))
    chosen.append(Column("Où", lambda row: where(row, names)))
    if any(row["statut"] for row in rows):
        chosen.append(Column("Statut", lambda row: row["statut"] or ""))
    if any(_DISTANCE in row for row in rows):
        chosen.append(Column("Le plus proche", lambda row: row["proche_nom"] or ""))
        chosen.append(Column("Distance", _distance, justify="right"))
    elif any(row["quantite"] for row in rows):
        chosen.append(Column("Quantité", _quantity, justify="right"))
    return fitted(rows, chosen)


def plain_columns(rows: Sequence[Row]) -> list[Column]:
    """Return one column for each that was chosen by name."""

    def column(name: str) -> Column:
        cells = [row[name] for row in rows if row[name] is not None]
        numbers = bool(cells) and all(isinstance(cell, (int, float)) for cell in cells)
        return Column(name, lambda row: _written(name, row[name]), justify="right" if numbers else "left")

    return fitted(rows, [column(name) for name in rows[0]]) if rows else []


def fitted(rows: Sequence[Row], columns: Sequence[Column]) -> list[Column]:
    """Return columns that a file or a pipe gets with whole names; a terminal wraps them."""

    def widest(column: Column) -> int:
        return max((len(printable(column.cell(row))) for row in rows), default=0)

    return [
        replace(column, most=widest(column)) if not rank or column.title in _NAMES else column
        for rank, column in enumerate(columns)
    ]


def where(row: Row, names: Mapping[str, str]) -> str:
    """Return the communes of a feature, or the territories that it covers; ``≈`` if it is not exact."""
    codes = row["communes"] or row["territoires"] or row["epci"]
    told = ", ".join(place_names(codes[:_MOST_PLACES], names))
    if len(codes) > _MOST_PLACES:
        told = f"{told} et {plural(len(codes) - _MOST_PLACES, 'autre')}"
    return f"≈ {told}" if row["precision"] in VAGUE else told


def _quantity(row: Row) -> str:
    told = row["quantite"]
    return quantity(told["valeur"], told["unite"], told["qualificatif"]) if told else ""


def _distance(row: Row) -> str:
    metres = row[_DISTANCE]
    return f"{number(metres, 0)}{NNBSP}m" if metres < 10_000 else f"{number(metres / 1000, 1)}{NNBSP}km"


def _written(name: str, cell: Any) -> str:
    if name.endswith(_MEASURES) and isinstance(cell, (int, float)):
        return number(cell)
    if isinstance(cell, bool):
        return "oui" if cell else "non"
    if isinstance(cell, list):
        return ", ".join(map(str, cell))
    return "" if cell is None else str(cell).replace(".", ",") if isinstance(cell, float) else str(cell)
