"""Spatial questions on the features: where, near what, at what condition, in what order."""

from geo.query.near import NEAR_COLUMNS, Near, metres
from geo.query.places import Place, Region, located, met, region
from geo.query.records import FIELDS, attribute_names, kinds, record
from geo.query.selecting import REMARKS, TOTAL, select
from geo.query.shaping import OTHER_FIELDS
from geo.query.where import predicate

__all__ = [
    "FIELDS",
    "NEAR_COLUMNS",
    "OTHER_FIELDS",
    "REMARKS",
    "TOTAL",
    "Near",
    "Place",
    "Region",
    "attribute_names",
    "kinds",
    "located",
    "met",
    "metres",
    "predicate",
    "record",
    "region",
    "select",
]
