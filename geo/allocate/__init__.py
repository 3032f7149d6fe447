"""Exact shares of features in territories, conserved."""

from geo.allocate.asking import AnyEngine, shares
from geo.allocate.files import allocate_file, total_file
from geo.allocate.partition import FAST_FROM, Engine, Partition
from geo.allocate.plain import DUST, ON_BORDER_M, OUTSIDE, measured_once
from geo.allocate.shares import COLUMNS
from geo.allocate.sharing import allocate
from geo.allocate.totals import Totals

__all__ = [
    "COLUMNS",
    "DUST",
    "FAST_FROM",
    "ON_BORDER_M",
    "OUTSIDE",
    "AnyEngine",
    "Engine",
    "Partition",
    "Totals",
    "allocate",
    "allocate_file",
    "measured_once",
    "shares",
    "total_file",
]
