"""PostGIS: territories subdivided, features copied in, and cut only where they leave a piece.

The join goes from piece to piece and looks for features in their index, as GEOS keeps only the last
geometry prepared. `ST_Covers` and not `ST_CoveredBy`: only the first of the two keeps it. What is left
of a feature is measured before rows are sorted by feature, which would mix the pieces.
The features' index is made with the table (*load*), hence counted in what starts from the file.

The server is the one whose address ``ERBM_BENCH_POSTGIS`` gives. The memory of its process for
this session is counted with ours.
"""

from __future__ import annotations

import io
import os
from pathlib import Path

import geopandas as gpd
import numpy as np
import psycopg
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from tests.benchmarks.peers import THREADS
from tests.benchmarks.peers.measuring import peak, timed

VERTICES = 128
"""At most, of a piece: the quickest of 32, 64, 128 and 256."""
SETTINGS = {
    "max_parallel_workers_per_gather": THREADS - 1,
    "min_parallel_table_scan_size": 0,
    "parallel_setup_cost": 0,
    "parallel_tuple_cost": 0,
    "work_mem": "'256MB'",
    "jit": "off",
}
CUT = """
SELECT feature, territory, sum(metres) AS {name} FROM (
    SELECT feature, territory,
           {measure}(CASE WHEN ST_Covers(piece, g) THEN g ELSE ST_Intersection(g, piece) END) AS metres
    FROM pieces JOIN features ON ST_Intersects(piece, g) OFFSET 0) AS cut
GROUP BY feature, territory"""
JOINS = {
    "points": "SELECT feature, territory FROM pieces JOIN features ON ST_Intersects(piece, g)",
    "lines": CUT.format(measure="ST_Length", name="length_m"),
    "polygons": CUT.format(measure="ST_Area", name="area_m2"),
}
HEAD = np.dtype([("fields", ">i2"), ("eight", ">i4"), ("feature", ">i8"), ("size", ">i4")])
"""What comes before the geometry of each row in the binary format of COPY."""


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
        """Copy the file in, index it, then answer in one query."""
        self.load(path)
        return self.allocate(kind)

    def load(self, path: str) -> None:
        """Keep the features in a table, projected and indexed."""
        for name, work in (("copy", lambda: self._copy(path)), ("index", self._index)):
            seconds, _ = timed(work)
            self.parts[name] = min(seconds, self.parts.get(name, seconds))

    def allocate(self, kind: str) -> pa.Table:
        """Join the table."""
        return self._fetch(JOINS[kind])

    def close(self) -> None:
        """End the session."""
        self.link.close()

    def elsewhere(self) -> float:
        """Return the peak memory of the server's process (MiB), where it is a neighbour."""
        status = Path(f"/proc/{self.link.info.backend_pid}/status")
        return peak(status) if status.exists() else 0.0

    def _copy(self, path: str) -> None:
        self.link.execute("DROP TABLE IF EXISTS raw")
        self.link.execute("CREATE UNLOGGED TABLE raw (feature bigint, g geometry)")
        table = pq.read_table(path, columns=["id", "geometry"])
        with self.link.cursor().copy("COPY raw FROM STDIN (FORMAT binary)") as copy:
            copy.write(b"PGCOPY\n\xff\r\n\0" + bytes(8))
            for batch in table.to_batches():
                copy.write(_rows(batch))
            copy.write(b"\xff\xff")

    def _index(self) -> None:
        self.link.execute("DROP TABLE IF EXISTS features")
        self.link.execute(
            "CREATE UNLOGGED TABLE features AS"
            " SELECT feature, ST_Transform(ST_SetSRID(g, 4326), 2154) AS g FROM raw"
        )
        self.link.execute("CREATE INDEX ON features USING gist (g)")
        self.link.execute("ANALYZE features")

    def _fetch(self, query: str) -> pa.Table:
        with self.link.cursor().copy(f"COPY ({query}) TO STDOUT (FORMAT csv, HEADER)") as copy:
            text = b"".join(copy)
        options = pyarrow.csv.ConvertOptions(column_types={"territory": pa.string()})
        return pyarrow.csv.read_csv(io.BytesIO(text), convert_options=options)


def _rows(batch: pa.RecordBatch) -> bytes:
    """Return rows in the binary format of COPY."""
    heads = np.zeros(len(batch), dtype=HEAD)
    heads["fields"], heads["eight"] = 2, 8
    heads["feature"] = batch["id"]
    heads["size"] = pc.binary_length(batch["geometry"])
    before = pa.FixedSizeBinaryArray.from_buffers(
        pa.binary(HEAD.itemsize), len(heads), [None, pa.py_buffer(heads)]
    )
    rows = pc.binary_join_element_wise(before.cast(pa.binary()), batch["geometry"], b"")
    return bytes(rows.buffers()[2])
