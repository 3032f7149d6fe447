"""Statistics per territory: counts, lengths, areas, dwellings, beds, euros, distances, and rates.

What lies in a territory is attributed to it; a quantity or an amount that concerns
several and is not told apart by the source is kept as "ensemble du bassin", never spread.
For every sum but the counts, territories + ensemble du bassin + hors périmètre = total, unless
the territories overlap: each is then measured on its own, and the totals say so.
A feature that lies in two territories counts in both; the total counts it once and says so.
"""

from typing import Literal

from geo.indicators.amounts import split_by_funder
from geo.indicators.asking import RATES, division_of, groups_of, indicators_of, label
from geo.indicators.computing import compute
from geo.indicators.proximity import Near, nearest, neighbours
from geo.indicators.rates import COLUMNS
from geo.indicators.tally import ALL_LAYERS, BASIN, BEYOND, TOTAL
from geo.indicators.work import Work, share

By = Literal["epci", "commune"]
"""The divisions that pages and exports tell of."""

__all__ = [
    "ALL_LAYERS",
    "BASIN",
    "BEYOND",
    "COLUMNS",
    "RATES",
    "TOTAL",
    "By",
    "Near",
    "Work",
    "compute",
    "division_of",
    "groups_of",
    "indicators_of",
    "label",
    "nearest",
    "neighbours",
    "share",
    "split_by_funder",
]
