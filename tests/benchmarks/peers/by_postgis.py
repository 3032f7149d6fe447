"""PostGIS: territories subdivided, features copied in, and cut only where they leave a piece.

The server is the one whose address ``ERBM_BENCH_POSTGIS`` gives. The memory of its process for
this session is counted with ours.
"""

from __future__ import annotations

import io
import os
import struct
from pathlib import Path

import geopandas as gpd
import psycopg
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from tests.benchmarks.peers import THREADS
from tests.benchmarks.peers.measuring import peak, timed

VERTICES = 64
"""At most, of a piece."""
SETTINGS = {
    "max_parallel_workers_per_gather": THREADS - 1,
    "min_parallel_table_scan_size": 0,
    "parallel_setup_cost": 0,
    "parallel_tuple_cost": 0,
    "work_mem": "'256MB'",
    "jit": "off",
}
PROJECTED = "SELECT feature, ST_Transform(g, 2154) AS g FROM raw"
CUT = """
SELECT feature, territory,
       sum({measure}(CASE WHEN ST_Within(g, piece) THEN g ELSE ST_Intersection(g, piece) END)) AS {name}
FROM features JOIN pieces ON ST_Intersects(piece, g) GROUP BY feature, territory"""
JOINS = {
    "points": "SELECT feature, territory FROM features JOIN pieces ON ST_Intersects(piece, g)",
    "lines": CUT.format(measure="ST_Length", name="length_m"),
    "polygons": CUT.format(measure="ST_Area", name="area_m2"),
}


class Peer:
    """A session, in a schema of its own that is made anew."""

    def prepare(self, partition: str) -> None:
        """Copy, subdivide and index the partition."""
        self.parts: dict[str, float] = {}
        self.link = psycopg.connect(os.environ["ERBM_BENCH_POSTGIS"], autocommit=True)
        for name, value in SETTINGS.items():
            self.link.execute(f"SET {name} = {value}")
        self.link.execute("DROP SCHEMA IF EXISTS erbm_bench CASCADE")
        self.link.execute("CREATE SCHEMA erbm_bench")
        self.link.execute("SET search_path = erbm_bench, public")
        self.link.execute("CREATE UNLOGGED TABLE epci (territory text, g geometry)")
        frame = gpd.read_parquet(partition)
        with self.link.cursor().copy("COPY epci FROM STDIN") as copy:
            for code, wkb in zip(frame.index, frame.geometry.to_wkb(hex=True), strict=True):
                copy.write_row((code, wkb))
        self.link.execute(
            "CREATE UNLOGGED TABLE pieces AS SELECT territory,"
            f" ST_Subdivide(ST_SetSRID(g, 2154), {VERTICES}) AS piece FROM epci"
        )
        self.link.execute("CREATE INDEX ON pieces USING gist (piece)")
        self.link.execute("VACUUM ANALYZE pieces")

    def from_file(self, path: str, kind: str) -> pa.Table:
        """Copy the file in, then answer in one query."""
        seconds, _ = timed(lambda: self._copy(path))
        self.parts["copy"] = min(seconds, self.parts.get("copy", seconds))
        return self._fetch(f"WITH features AS ({PROJECTED}) {JOINS[kind]}")

    def load(self, path: str) -> None:
        """Keep the features in a table, projected."""
        self._copy(path)
        self.link.execute("DROP TABLE IF EXISTS features")
        self.link.execute(f"CREATE UNLOGGED TABLE features AS {PROJECTED}")
        self.link.execute("VACUUM ANALYZE features")

    def allocate(self, kind: str) -> pa.Table:
        """Join the table."""
        return self._fetch(JOINS[kind])

    def elsewhere(self) -> float:
        """Return the peak memory of the server's process (MiB), where it is a neighbour."""
        status = Path(f"/proc/{self.link.info.backend_pid}/status")
        return peak(status) if status.exists() else 0.0

    def _copy(self, path: str) -> None:
        self.link.execute("DROP TABLE IF EXISTS raw")
        self.link.execute("CREATE UNLOGGED TABLE raw (feature bigint, g geometry)")
        table = pq.read_table(path, columns=["id", "geometry"])
        ids, shapes = table["id"].to_pylist(), table["geometry"].to_pylist()
        head, srid = struct.Struct("!hiqi").pack, struct.pack("<i", 4326)
        # Each row of COPY's binary format; the SRID comes after the type, whose flag tells it.
        rows = [
            head(2, 8, number, len(wkb) + 4) + wkb[:4] + b"\x20" + srid + wkb[5:]
            for number, wkb in zip(ids, shapes, strict=True)
        ]
        with self.link.cursor().copy("COPY raw FROM STDIN (FORMAT binary)") as copy:
            copy.write(b"PGCOPY\n\xff\r\n\0" + bytes(8) + b"".join(rows) + b"\xff\xff")
        self.link.execute("ANALYZE raw")

    def _fetch(self, query: str) -> pa.Table:
        with self.link.cursor().copy(f"COPY ({query}) TO STDOUT (FORMAT csv, HEADER)") as copy:
            text = b"".join(copy)
        options = pyarrow.csv.ConvertOptions(column_types={"territory": pa.string()})
        return pyarrow.csv.read_csv(io.BytesIO(text), convert_options=options)
