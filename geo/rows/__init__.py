"""Rows for machines: frames of `geo` as plain objects, and these as JSON, CSV or GeoJSON."""

from geo.indicators import RATES
from geo.rows.counting import (
    STATISTIC_COLUMNS,
    indicator_label,
    is_rate,
    names_rate,
    statistic_text,
    statistics,
)
from geo.rows.making import (
    FEATURE_COLUMNS,
    FIGURE_COLUMNS,
    FINDING_COLUMNS,
    LAYER_COLUMNS,
    TERRITORY_COLUMNS,
    Row,
    features,
    figures,
    findings,
    findings_about,
    layers,
    picked,
    place_names,
    plain,
    territories,
)
from geo.rows.parquet import geoparquet_bytes
from geo.rows.writing import csv_text, geojson_text, json_text

__all__ = [
    "FEATURE_COLUMNS",
    "FIGURE_COLUMNS",
    "FINDING_COLUMNS",
    "LAYER_COLUMNS",
    "RATES",
    "STATISTIC_COLUMNS",
    "TERRITORY_COLUMNS",
    "Row",
    "csv_text",
    "features",
    "figures",
    "findings",
    "findings_about",
    "geojson_text",
    "geoparquet_bytes",
    "indicator_label",
    "is_rate",
    "json_text",
    "layers",
    "names_rate",
    "picked",
    "place_names",
    "plain",
    "statistic_text",
    "statistics",
    "territories",
]
