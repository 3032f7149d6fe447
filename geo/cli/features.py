"""Tables of features for people: what fits 80 columns, and no column that says nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from geo.cli.tables import Column, printable
from geo.query import NEAR_COLUMNS
from geo.query.near import VAGUE
from geo.rows import Row, place_names
from geo.text import NNBSP, number, quantity

WIDTH = 80
"""Characters of a line, where no terminal sets another width."""
_GAP = 3
_LEAST = 8
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
    """Return columns as narrow as their cells, cut until a line holds `WIDTH` characters.

    The widest is cut first; the first column, that says what the row is, keeps twice as much.
    """
    titles = [len(column.title) for column in columns]
    cells = [[len(printable(column.cell(row))) for row in rows] for column in columns]
    widths = [max(title, *lengths) for title, lengths in zip(titles, cells, strict=True)] if rows else titles
    excess = sum(widths) + _GAP * (len(columns) - 1) - WIDTH
    for _ in range(excess):
        loose = [n for n, width in enumerate(widths) if width > max(titles[n], _LEAST)]
        if loose:
            widths[max(loose, key=lambda n: widths[n] / (1 if n else 2))] -= 1
    return [replace(column, most=most) for column, most in zip(columns, widths, strict=True)]


def where(row: Row, names: Mapping[str, str]) -> str:
    """Return the communes of a feature, or the territories that it covers; ``≈`` if it is not exact."""
    codes = row["communes"] or row["territoires"] or row["epci"]
    told = ", ".join(place_names(codes, names))
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
