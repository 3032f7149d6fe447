"""Rows of statistics, and the names of their indicators."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from geo import catalog, indicators
from geo.indicators import RATES
from geo.rows.making import Row, plain
from geo.text import fold

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


def indicator_label(indicator: str) -> str:
    """Return what the key of an indicator says, in French.

    >>> indicator_label("montant_eur:Région_pour_1000_hab")
    'Montant (Région) pour 1 000 habitants'
    """
    return indicators.label(indicator, catalog.load())
