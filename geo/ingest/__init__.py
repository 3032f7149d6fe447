"""From what is read, embedded facts or files and services, to one clean frame in the features' schema."""

from geo.ingest.facts import COLUMNS, NEAR_M, PRECISIONS, STATUSES, covered, validate
from geo.ingest.features import load, lots, merges, with_lots
from geo.ingest.lots import Lot

__all__ = [
    "COLUMNS",
    "NEAR_M",
    "PRECISIONS",
    "STATUSES",
    "Lot",
    "covered",
    "load",
    "lots",
    "merges",
    "validate",
    "with_lots",
]
