"""Rows of statistics, and the names of their indicators."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from geo import catalog, indicators
from geo.indicators import RATES
from geo.rows.making import Row, plain
from geo.text import NBSP, NNBSP, fold, number, quantity

STATISTIC_COLUMNS = (
    "siren", "insee", "code", "territoire", "couche", "indicateur", "libelle", "valeur", "unite",
    "qualificatif", "precision", "note",
)  # fmt: skip
"""Columns of `statistics` in CSV."""


def statistics(frame: pd.DataFrame) -> list[Row]:
    """Return the rows of some statistics, in their order.

    Parameters
    ----------
    frame : pandas.DataFrame
        As `geo.stats` gives it, columns `geo.indicators.COLUMNS`, n rows.

    Returns
    -------
    list of dict
        n rows, with ``libelle`` beside the key of the indicator. ``code`` is that of the territory,
        None for the basin as a whole, what lies beyond it, and the total; ``siren`` unless the row
        is an EPCI or a commune; ``insee`` unless it is a commune.
    """
    rows = [{str(key): plain(value) for key, value in record.items()} for record in frame.to_dict("records")]
    for row in rows:
        row["libelle"] = indicator_label(row["indicateur"])
    return [{key: row[key] for key in STATISTIC_COLUMNS} for row in rows]


def is_rate(indicator: str) -> bool:
    """Tell whether the key of an indicator is that of a rate.

    >>> is_rate("nombre_par_km2"), is_rate("nombre")
    (True, False)
    """
    return indicator.endswith(tuple(RATES))


def names_rate(asked: Iterable[str], indicator: str) -> bool:
    """Tell whether a user who named some indicators meant this rate, and not what it is a rate of.

    >>> names_rate(["Montant par habitant"], "montant_eur_par_hab"), names_rate(["nombre"], "nombre_par_km2")
    (True, False)
    """
    telling = [fold(RATES[end]) for end in RATES if indicator.endswith(end)]
    return any(fold(name) == fold(indicator) or fold(name).endswith(tuple(telling)) for name in asked)


def statistic_text(value: float, unit: str, qualifier: str, indicator: str) -> str:
    """Return a statistic as a table has room for it, with its qualifier and its unit.

    >>> statistic_text(2.5, "km par km²", "environ", "length_km_par_km2").replace(NBSP, " ")
    'environ 2,50 km/km²'
    """
    if not is_rate(indicator):
        return quantity(value, unit, qualifier)
    short = _short(unit)
    if unit.startswith("€"):
        return quantity(value, "€", qualifier) + short.removeprefix("€")
    head = "" if qualifier == "exact" else f"{qualifier} "
    decimals = 0 if value == 0 else 2 if abs(value) >= 1 else 4
    return f"{head}{number(value, decimals)}{NBSP}{short}"


def _short(unit: str) -> str:
    """Write the unit of a rate as a table has room for it.

    >>> _short("km par km²"), _short("€ par habitant")
    ('km/km²', '€/hab.')
    """
    for ending, short in (
        (" pour 1 000 habitants", f"{NBSP}pour{NBSP}1{NNBSP}000{NBSP}hab."),
        (" par habitant", "/hab."),
        (" par km²", "/km²"),
    ):
        if unit.endswith(ending):
            return unit.removesuffix(ending) + short
    return unit


def indicator_label(indicator: str) -> str:
    """Return what the key of an indicator says, in French.

    >>> indicator_label("montant_eur:Région_pour_1000_hab")
    'Montant (Région) pour 1 000 habitants'
    """
    return indicators.label(indicator, catalog.load())
