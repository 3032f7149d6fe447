"""DuckDB with its spatial extension: its own spatial join, on territories cut in tiles.

In one step: to keep apart what tiles contain, then to cut the rest, costs as much.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import duckdb_extension_spatial
import pyarrow as pa

from tests.benchmarks.peers import LAMBERT_93, THREADS, tiles

FEATURES = f"""
SELECT id AS feature, ST_Transform(geometry, 'EPSG:4326', '{LAMBERT_93}', always_xy := true) AS g
FROM read_parquet('%s')"""
MEASURED = """
SELECT feature, territory,
       sum({measure}(CASE WHEN ST_Within(g, piece) THEN g ELSE ST_Intersection(g, piece) END)) AS {name}
FROM features JOIN pieces ON ST_Intersects(g, piece) GROUP BY ALL"""
JOINS = {
    "points": "SELECT feature, territory FROM features JOIN pieces ON ST_Contains(piece, g)",
    "lines": MEASURED.format(measure="ST_Length", name="length_m"),
    "polygons": MEASURED.format(measure="ST_Area", name="area_m2"),
}


class Peer:
    """A base in memory."""

    def prepare(self, partition: str) -> None:
        """Load the extension and the tiles."""
        self.base = duckdb.connect(config={"threads": THREADS, "autoinstall_known_extensions": False})
        folder = Path(duckdb_extension_spatial.__file__).parent
        self.base.load_extension(str(next(folder.glob(f"extensions/v{duckdb.__version__}/*"))))
        cut = tiles.cut(partition)
        self.base.register("cut", pa.table({"territory": cut["territory"], "wkb": cut.geometry.to_wkb()}))
        self.base.execute("CREATE TABLE pieces AS SELECT territory, ST_GeomFromWKB(wkb) AS piece FROM cut")

    def from_file(self, path: str, kind: str) -> pa.Table:
        """Answer in one query."""
        return self.base.sql(f"WITH features AS ({FEATURES % path}) {JOINS[kind]}").to_arrow_table()

    def load(self, path: str) -> None:
        """Keep the features in a table."""
        self.base.execute(f"CREATE OR REPLACE TABLE features AS {FEATURES % path}")

    def allocate(self, kind: str) -> pa.Table:
        """Join the table."""
        return self.base.sql(JOINS[kind]).to_arrow_table()
