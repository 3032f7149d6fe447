"""SedonaDB, in two steps: what a polygon of a territory contains first, then a cut of the rest.

Its join prepares the polygons itself: tiles are no quicker than whole ones, and with some of 8 km a line
goes missing.
"""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import pyarrow as pa
import sedonadb

from tests.benchmarks.peers import LAMBERT_93, THREADS

FEATURES = f"SELECT id AS feature, ST_Transform(geometry, '{LAMBERT_93}') AS g FROM raw"
POINTS = "SELECT feature, territory FROM features JOIN pieces ON ST_Contains(piece, g)"
WITHIN = "SELECT feature, territory, {measure}(g) AS {name} FROM features JOIN pieces ON ST_Within(g, piece)"
REST = "SELECT feature, g FROM features LEFT ANTI JOIN held ON features.feature = held.feature"
CUT = """
SELECT * FROM held UNION ALL
SELECT feature, territory, sum({measure}(ST_Intersection(g, piece))) AS {name}
FROM rest JOIN pieces ON ST_Intersects(piece, g) GROUP BY feature, territory"""
MEASURES = {
    "lines": {"measure": "ST_Length", "name": "length_m"},
    "polygons": {"measure": "ST_Area", "name": "area_m2"},
}


class Peer:
    """A context, its tables in memory."""

    def prepare(self, partition: str) -> None:
        """Load the polygons."""
        self.base = sedonadb.connect()
        self.base.sql(f"SET datafusion.execution.target_partitions = {THREADS}").execute()
        frame = gpd.read_parquet(partition)[["geometry"]].explode().reset_index(names="territory")
        self._keep(self.base.create_data_frame(frame.rename_geometry("piece")), "pieces")

    def from_file(self, path: str, kind: str) -> pa.Table:
        """Project in the query itself; lines and polygons are kept between the two steps."""
        self.base.read_parquet(path).to_view("raw", overwrite=True)
        features = self.base.sql(FEATURES)
        if kind == "points":
            features.to_view("features", overwrite=True)
        else:
            self._keep(features, "features")
        return self.allocate(kind)

    def load(self, path: str) -> None:
        """Keep the projected features."""
        self.base.read_parquet(path).to_view("raw", overwrite=True)
        self._keep(self.base.sql(FEATURES), "features")

    def allocate(self, kind: str) -> pa.Table:
        """Join, in two steps where there is something to cut."""
        if kind == "points":
            return pa.table(self.base.sql(POINTS))
        self._keep(self.base.sql(WITHIN.format(**MEASURES[kind])), "held")
        self._keep(self.base.sql(REST), "rest")
        return pa.table(self.base.sql(CUT.format(**MEASURES[kind])))

    def _keep(self, frame: Any, name: str) -> None:
        frame.to_memtable().to_view(name, overwrite=True)
