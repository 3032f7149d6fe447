"""Exact shares of features in territories, conserved."""

from geo.allocate.asking import ADDS_UP, REMARKS, AnyEngine, shares, shares_apart
from geo.allocate.files import allocate_file, total_file
from geo.allocate.partition import FAST_FROM, Engine, Partition
from geo.allocate.plain import DUST, ON_BORDER_M, OUTSIDE, measured_once
from geo.allocate.shares import COLUMNS
from geo.allocate.sharing import allocate
from geo.allocate.totals import Totals

__all__ = [
    "ADDS_UP",
    "COLUMNS",
    "DUST",
    "FAST_FROM",
    "ON_BORDER_M",
    "OUTSIDE",
    "REMARKS",
    "AnyEngine",
    "Engine",
    "Partition",
    "Totals",
    "allocate",
    "allocate_file",
    "measured_once",
    "shares",
    "shares_apart",
    "total_file",
]
