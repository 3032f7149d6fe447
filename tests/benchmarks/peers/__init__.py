"""The tools compared, one module each, written as someone who knows the tool would by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # what a tool costs to import is measured: nothing is imported before it
    import pandas as pd

MODULES = {
    "erbm": "by_erbm",
    "erbm, plain": "by_erbm_plain",
    "geopandas": "by_geopandas",
    "shapely": "by_shapely",
    "DuckDB": "by_duckdb",
    "SedonaDB": "by_sedonadb",
    "PostGIS": "by_postgis",
}
"""Module of each tool, ours first, then the reference that the others must agree with."""

MEASURE = {"points": None, "lines": "length_m", "polygons": "area_m2"}
"""What is measured of each kind, beside how many there are."""

THREADS = 2

LAMBERT_93 = "EPSG:2154"


class Shares(Protocol):
    """A table of shares in memory: a pandas frame, or an Arrow table."""

    def to_pandas(self) -> pd.DataFrame:
        """Return it as a pandas frame."""


class Peer(Protocol):
    """A tool, in a process of its own.

    The tables it returns have columns feature, territory, and the measure of the kind, one
    row for each feature and territory that it meets; what lies in none may have rows or not.
    """

    def prepare(self, partition: str) -> None:
        """Read and index the partition."""

    def from_file(self, path: str, kind: str) -> pd.DataFrame | Shares:
        """Return the shares of the features of a GeoParquet file in degrees."""

    def load(self, path: str) -> None:
        """Keep the features in memory, in Lambert-93."""

    def allocate(self, kind: str) -> pd.DataFrame | Shares:
        """Return the shares of the features in memory."""
