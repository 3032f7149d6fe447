"""Spatial questions on the features: where, near what, at what condition, in what order."""

from geo.query.near import NEAR_COLUMNS, Near, metres
from geo.query.places import Region, met, region
from geo.query.records import FIELDS, attribute_names, record
from geo.query.selecting import REMARKS, select
from geo.query.shaping import OTHER_FIELDS
from geo.query.where import predicate

__all__ = [
    "FIELDS",
    "NEAR_COLUMNS",
    "OTHER_FIELDS",
    "REMARKS",
    "Near",
    "Region",
    "attribute_names",
    "met",
    "metres",
    "predicate",
    "record",
    "region",
    "select",
]
