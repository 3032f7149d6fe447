"""SQL reaches the tables and nothing else, in bounds, and counts as geopandas does."""

from __future__ import annotations

import base64
import json
import math
import os
import re
import resource
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

import geo
from geo.cli import main, words
from geo.errors import ErbmError, UsageError
from geo.sql import LIMITS, Limits, engine, run, tables
from geo.sql.inside import worker
from geo.sql.tables import Table
from geo.territories import load as load_territories
from tests.conftest import clear_caches

pytest.importorskip("duckdb")
pytest.importorskip("duckdb_extension_spatial")

CANARY = "CANARI-7319"
MIRROR = Path(__file__).parents[2] / "shared" / "mirror"
LOCATED = 400
"""At least as many features have the tables of the embedded layers together."""

SOURCES = (
    "read_csv('{file}')", "read_csv_auto('{file}')", "sniff_csv('{file}')", "read_text('{file}')",
    "read_blob('{file}')", "read_json('{file}')", "read_json_objects('{file}')", "read_ndjson('{file}')",
    "read_parquet('{file}')", "parquet_scan('{file}')", "parquet_schema('{file}')",
    "parquet_metadata('{file}')", "parquet_kv_metadata('{file}')", "read_duckdb('{file}')",
    "glob('{folder}/*')", "ST_Read('{file}')", "ST_Read_Meta('{file}')", "ST_ReadSHP('{folder}/carte.shp')",
    "shapefile_meta('{folder}/carte.shp')", "ST_ReadOSM('{file}')", "ST_Drivers()",
    "read_csv('{web}')", "read_parquet('{web}')", "ST_Read('{web}')", "ST_Read('/vsicurl/{web}')",
    "read_text('s3://seau/{file}')", "'{file}'", '"{file}"', "'{web}'", "'{folder}/*.csv'",
    "query('select * from read_text(''{file}'')')", "query_table('{file}')", "query_table(['epci'])",
    "json_execute_serialized_sql(json_serialize_sql('select 1'))", "python_map_function(1)",
    "arrow_scan(1, 2, 3)", "pandas_scan(1)", "seq_scan('epci')",
    "duckdb_settings()", "duckdb_secrets()", "duckdb_extensions()", "duckdb_databases()", "duckdb_logs()",
    "pragma_database_size()", "pragma_table_info('epci')", "which_secret('{file}', 's3')",
    "enable_logging()", "enable_profiling()", "checkpoint()", "pg_catalog.pg_class", "pg_class",
    "information_schema.tables", "sqlite_master", "duckdb_tables", "system.main.duckdb_tables", "frame",
)  # fmt: skip
"""What a FROM may not name."""

STATEMENTS = (
    "ATTACH '{folder}/base.db'", "ATTACH '{web}' AS loin", "DETACH memory", "USE system",
    "COPY epci TO '{folder}/a.csv'", "COPY (SELECT 1) TO '{folder}/a.parquet'", "COPY epci FROM '{file}'",
    "EXPORT DATABASE '{folder}/tout'", "IMPORT DATABASE '{folder}'",
    "INSTALL httpfs", "LOAD httpfs", "LOAD '{folder}/x.duckdb_extension'", "UPDATE EXTENSIONS",
    "SET enable_external_access = true", "SET GLOBAL threads = 64", "RESET memory_limit",
    "SET lock_configuration = false", "PRAGMA database_list", "PRAGMA enable_profiling", "PRAGMA version",
    "CREATE TABLE t AS SELECT 1", "CREATE VIEW v AS SELECT * FROM read_text('{file}')",
    "CREATE MACRO m() AS 1", "CREATE SECRET s (TYPE s3)", "CREATE SEQUENCE s", "CREATE TYPE t AS ENUM ('a')",
    "DROP TABLE epci", "ALTER TABLE epci ADD COLUMN x INTEGER", "DELETE FROM epci", "TRUNCATE epci",
    "UPDATE epci SET nom = ''", "INSERT INTO epci SELECT * FROM epci",
    "MERGE INTO epci USING epci AS e ON true",
    "PREPARE p AS SELECT 1", "EXECUTE p", "CALL pragma_version()", "CALL enable_logging()",
    "EXPLAIN SELECT 1", "EXPLAIN ANALYZE SELECT 1", "DESCRIBE epci", "SHOW TABLES", "SUMMARIZE epci",
    "VACUUM", "ANALYZE", "CHECKPOINT", "BEGIN", "COMMIT", "SET VARIABLE x = 1",
    "COMMENT ON TABLE epci IS 'x'",
    "SELECT 1; SELECT 2", "SELECT 1; COPY epci TO '{folder}/a.csv'", "SELECT 1 /* ; */; DROP TABLE epci",
    "SELECT 1 -- rien\n; ATTACH '{folder}/base.db'", "/* select */ COPY epci TO '{folder}/a.csv'",
    "SELECT getenv('HOME')", "SELECT current_setting('extension_directory')", "SELECT write_log('x')",
    "SELECT json_serialize_plan('select * from read_text(''{file}'')')",
    "WITH t AS (INSERT INTO epci SELECT * FROM epci RETURNING *) SELECT * FROM t",
    "WITH pg_class AS (SELECT 1) SELECT * FROM pg_class", "PIVOT epci ON nom", "", ";", "-- rien",
)  # fmt: skip
"""What is no query over the tables."""

WRAPPERS = (
    "SELECT * FROM {0}",
    "FROM {0}",
    "sElEcT count(*) FROM/**/{0} AS t",
    "SELECT * FROM (SELECT * FROM {0}) t",
    "WITH t AS (SELECT * FROM {0}) SELECT * FROM t",
    "WITH t AS MATERIALIZED (FROM {0}), u AS (FROM t) SELECT 1 FROM epci",
    "WITH RECURSIVE t(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM t, {0} LIMIT 3) SELECT * FROM t",
    "SELECT nom FROM epci UNION ALL SELECT 'x' FROM {0}",
    "SELECT nom FROM epci WHERE EXISTS (SELECT 1 FROM {0})",
    "SELECT (SELECT count(*) FROM {0}) AS n",
    "SELECT CASE WHEN false THEN (SELECT 1 FROM {0}) END",
    "SELECT e.nom FROM epci e, LATERAL (SELECT * FROM {0}) t",
    "SELECT e.nom FROM epci e LEFT JOIN {0} t ON true",
    "SELECT nom FROM epci ORDER BY (SELECT 1 FROM {0})",
    "SELECT nom FROM epci LIMIT (SELECT count(*) FROM {0})",
    "SELECT list_transform([1], lambda x: (SELECT count(*) FROM {0}))",
    "SELECT count(*) FILTER (WHERE 1 IN (SELECT 1 FROM {0})) FROM epci",
    "SELECT sum(population) OVER (ORDER BY (SELECT 1 FROM {0})) FROM epci",
    "VALUES ((SELECT 1 FROM {0}))",
    "SELECT * FROM (PIVOT {0} ON nom IN ('a') USING count(*))",
)


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Give a file that no query may read, its folder, and an address where nobody may call."""
    folder = tmp_path_factory.mktemp("secret")
    file = folder / "secret.csv"
    file.write_text(f"nom\n{CANARY}\n", encoding="utf-8")
    gpd.GeoDataFrame({"nom": [CANARY]}, geometry=[shapely.Point(1, 2)], crs=2154).to_file(
        folder / "carte.shp"
    )
    before = sorted(folder.iterdir())
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        yield {
            "file": str(file),
            "folder": str(folder),
            "web": f"http://127.0.0.1:{server.getsockname()[1]}/a.csv",
        }
        with pytest.raises(BlockingIOError):
            server.accept()
    assert sorted(folder.iterdir()) == before


class Locked:
    """The process that answers, asked many statements instead of one; its guard may be off."""

    PROGRAM = """
import base64, json, os, sys
sys.path[:0] = [{root!r}]
from geo.sql.inside import guard, worker
job = json.loads(sys.stdin.buffer.readline())
target = os.fdopen(os.dup(1), "w")
os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
connection = worker.opened(job, sys.stdin.buffer)
import pyarrow
worker.confine(job)
for line in sys.stdin.buffer:
    job.update(json.loads(line))
    rows = b""
    if {guarded}:
        told, schema, batches = worker.answer(connection, job, guard)
        if schema is not None:
            sink = pyarrow.BufferOutputStream()
            with pyarrow.ipc.new_stream(sink, schema) as stream:
                for batch in batches:
                    stream.write_batch(batch)
            rows = sink.getvalue().to_pybytes()
        told = [told, str([batch.to_pylist() for batch in batches]), base64.b64encode(rows).decode()]
    else:
        try:
            told = [{{"kind": "done"}}, str(connection.execute(job["statement"]).fetchall()), ""]
        except Exception as error:
            told = [{{"kind": "engine"}}, str(error), ""]
    print(json.dumps(told), file=target, flush=True)
"""

    def __init__(self, chosen: list[Table], *, guarded: bool) -> None:
        job = engine._job("", Limits(seconds=600), engine._extension(), chosen)
        message = engine._message(job, chosen)
        program = self.PROGRAM.format(root=str(Path(geo.__file__).parents[1]), guarded=guarded)
        self.process = subprocess.Popen(
            [sys.executable, "-X", "utf8", "-c", program],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        assert self.process.stdin
        self.process.stdin.write(message)

    def ask(self, statement: str) -> tuple[str, str]:
        """Return what became of a statement, and its rows or the error, as text."""
        told, rows, _ = self.answer({"statement": statement})
        return str(told["kind"]), f"{told} {rows}"

    def answer(self, job: dict[str, Any]) -> tuple[dict[str, Any], str, bytes]:
        """Return what became of a job, its rows as text, and as an Arrow stream."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(job).encode() + b"\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, f"the process ended at: {job['statement']}"
        told, rows, stream = json.loads(line)
        return told, rows, base64.b64decode(stream)

    def close(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture(scope="module")
def guarded() -> Iterator[Locked]:
    process = Locked([tables()["epci"]], guarded=True)
    yield process
    process.close()


@pytest.fixture(scope="module")
def unguarded() -> Iterator[Locked]:
    process = Locked([tables()["epci"]], guarded=False)
    yield process
    process.close()


@pytest.fixture(scope="module")
def locked() -> Iterator[dict[tuple[str, ...], Locked]]:
    """Give the processes that answered, by the tables they were filled with."""
    known: dict[tuple[str, ...], Locked] = {}
    yield known
    for process in known.values():
        process.close()


@pytest.fixture
def lasting(locked: dict[tuple[str, ...], Locked], monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the queries of a test over the same tables share a process, where the process is not the point."""

    def ask(
        job: dict[str, Any], chosen: list[Table], limits: Limits
    ) -> tuple[dict[str, Any], pa.Table | None]:
        assert limits.memory_mib == LIMITS.memory_mib
        names = tuple(table.nom for table in chosen)
        if names not in locked:
            locked[names] = Locked(chosen, guarded=True)
        told, _, stream = locked[names].answer({key: job[key] for key in ("statement", "rows", "bytes")})
        return told, pa.ipc.open_stream(stream).read_all() if told["kind"] == "done" else None

    monkeypatch.setattr(engine, "_ask", ask)


@pytest.mark.parametrize("statement", STATEMENTS)
def test_only_one_query_is_taken(guarded: Locked, places: dict[str, str], statement: str) -> None:
    kind, told = guarded.ask(statement.format(**places))
    assert kind in {"refused", "engine"}, told
    assert CANARY not in told
    assert guarded.ask("select count(*) as n from epci") == (
        "done",
        "{'kind': 'done', 'objects': []} [[{'n': 8}]]",
    )


@pytest.mark.parametrize("source", SOURCES)
def test_nothing_but_the_tables_can_be_named(guarded: Locked, places: dict[str, str], source: str) -> None:
    for wrapper in WRAPPERS:
        kind, told = guarded.ask(wrapper.format(source.format(**places)))
        assert kind in {"refused", "engine"}, told
        assert CANARY not in told


@given(
    st.sampled_from(SOURCES),
    st.lists(st.sampled_from(WRAPPERS), min_size=1, max_size=4),
    st.sampled_from(("", ";", " -- fin", "/* ; */", "\n;;\n")),
)
def test_no_wrapping_lets_a_file_through(
    guarded: Locked, places: dict[str, str], source: str, wrappers: list[str], ending: str
) -> None:
    statement = source.format(**places)
    for wrapper in wrappers:
        statement = wrapper.format(statement)
        statement = statement if wrapper == wrappers[-1] else f"({statement})"
    kind, told = guarded.ask(statement + ending)
    assert kind in {"refused", "engine"}, told
    assert CANARY not in told


PIECES = st.sampled_from([
    "select", "from", "where", "with", "t", "as", "(", ")", ",", "*", "epci", "nom", "geometry", "'", '"',
    "--", "/*", "*/", ";", "union",
    "join", "on", "unnest", "[", "]", "{", "}", "::", "json", "$$", "?", "$1", "1",
    "copy", "to", "'/tmp/a'", "attach", "st_read", "read_text", "pivot", "values", "\x00", "é", "\n", "limit",
    "1e400",
])  # fmt: skip


@given(st.lists(PIECES, max_size=14))
def test_any_text_is_answered_or_refused_and_harms_nothing(guarded: Locked, pieces: list[str]) -> None:
    kind, told = guarded.ask(" ".join(pieces))
    assert kind in {"done", "refused", "engine"}, told
    assert guarded.ask("select count(*) as n from epci")[1].endswith("[[{'n': 8}]]")


def test_no_extension_without_signature_is_loaded_any_more(unguarded: Locked) -> None:
    assert unguarded.ask("select current_setting('allow_unsigned_extensions')")[1].endswith("[(False,)]")
    kind, told = unguarded.ask("set allow_unsigned_extensions = true")
    assert (kind, "locked" in told) == ("engine", True), told


def test_without_the_guard_the_locks_still_hold(unguarded: Locked, places: dict[str, str]) -> None:
    harmless = ("arrow_scan", "pandas_scan", "seq_scan", "python_map_function", "checkpoint")  # end a process
    sources = [f"SELECT * FROM {source}" for source in SOURCES if not source.startswith(harmless)]
    for statement in (*sources, *(s for s in STATEMENTS if not s.startswith(("BEGIN", "DROP", "EXECUTE")))):
        _, told = unguarded.ask(statement.format(**places))
        assert CANARY not in told, statement


def test_the_process_can_open_nothing_at_all() -> None:
    program = """
import json, socket, sys
from geo.sql.inside import worker
worker.confine({"seconds": 30, "threads": 1, "memory_bytes": 64 << 20})
told = []
for attempt in (lambda: open("/etc/hostname"), socket.socket, lambda: bytearray(1 << 30)):
    try:
        attempt()
    except (OSError, MemoryError) as error:
        told.append(type(error).__name__)
print(told)
"""
    told = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert told.stdout.strip() == "['OSError', 'OSError', 'MemoryError']"


def test_the_whole_way_refuses_too(places: dict[str, str]) -> None:
    for statement in (
        "select * from read_text('{file}')",
        "select * from '{file}'",
        "copy epci to '{folder}/x'",
    ):
        with pytest.raises(UsageError) as refused:
            run(statement.format(**places))
        assert CANARY not in str(refused.value)


ENDLESS = (
    "with recursive t(i) as (select 1 union all select i + 1 from t) select count(*) as n from t",
    "select sum(a.range + b.range) as s from range(10000000000) a, range(100000) b",
    "select sleep_ms(1000000) as s",
    (
        "select sum(ST_Distance(a.geometry, b.geometry) + ST_Distance(c.geometry, d.geometry)) as s"
        " from communes a, communes b, communes c, communes d"
    ),
)


@pytest.mark.parametrize("statement", ENDLESS)
def test_a_query_that_does_not_end_is_stopped_in_time(statement: str) -> None:
    start = time.monotonic()
    with pytest.raises(ErbmError, match="interrompue après 1,5 s") as stopped:
        run(statement, Limits(seconds=1.5))
    assert stopped.value.exit_code == 1
    assert time.monotonic() - start < 30


HUGE = (
    "select list(range) as l from range(1000000000000)",
    "select string_agg(repeat('x', 1000000), '') as s from range(100000)",
    "select repeat('x', 4000000000) as s",
    "select list_resize([1], 4000000000) as l",
    "select count(distinct a.range * 7919 + b.range) as n from range(100000) a, range(100000) b",
    "select ST_Union_Agg(ST_Buffer(ST_Point(a.range, b.range), 3, 500)) as g from range(999) a, range(999) b",
)


def test_memory_is_bounded_whatever_a_query_asks() -> None:
    program = """
import resource, sys, geo
from geo.errors import ErbmError
for statement in sys.argv[1:]:
    try:
        geo.sql(statement, memory_mib=128, timeout_s=5)
    except ErbmError as error:
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024  # of the largest until here
        print(peak, type(error).__name__, repr(error.message))
"""
    lines = subprocess.run(
        [sys.executable, "-c", program, *HUGE], capture_output=True, text=True, check=True, timeout=120
    ).stdout.splitlines()
    assert len(lines) == len(HUGE), lines
    for told in lines:
        peak, kind, message = told.split(" ", 2)
        assert int(peak) < 128 + 512, told  # the engine, Python and the libraries take some 200
        assert kind == "ErbmError", told
        assert re.search("128 Mio de mémoire|fait échouer le moteur|interrompue", message), told


@pytest.mark.usefixtures("lasting")
def test_an_answer_is_whole_or_refused() -> None:
    assert len(run("select * from range(1000)", Limits(rows=1000))) == 1000
    with pytest.raises(ErbmError, match="plus de 1\u202f000\u00a0lignes ; aucune n'est donnée"):
        run("select * from range(1001)", Limits(rows=1000))
    with pytest.raises(ErbmError, match="plus de 1 Mio ; rien"):
        run("select repeat('x', 2000000) as x", Limits(answer_mib=1))


HEEDING_INTERRUPTS = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from geo.cli import main
sys.exit(main(sys.argv[1:]))
"""
"""``erbm``, even where a shell runs it in the background, and has it ignore interrupts."""


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGKILL])
def test_the_process_does_not_outlive_erbm(sent: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HEEDING_INTERRUPTS, "sql", ENDLESS[0], "--timeout", "4s"],
        stderr=subprocess.PIPE, stdout=subprocess.PIPE, cwd=Path(geo.__file__).parents[1],
    ) as erbm:  # fmt: skip
        child = _child_of(erbm.pid)
        time.sleep(1.5)
        erbm.send_signal(sent)
        _, told = erbm.communicate(timeout=30)
    if sent == signal.SIGINT:
        assert (erbm.returncode, told.decode().strip()) == (1, "Erreur : interrompu")
    deadline = time.monotonic() + (5 if sent == signal.SIGINT else 20)
    while _is_running(child):
        assert time.monotonic() < deadline
        time.sleep(0.1)


def _child_of(process: int) -> int:
    listed = Path(f"/proc/{process}/task/{process}/children")
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        for child in listed.read_text(encoding="ascii").split():
            with suppress(OSError):
                if b"worker.py" in Path(f"/proc/{child}/cmdline").read_bytes():
                    return int(child)
        time.sleep(0.05)
    raise AssertionError("no process was started")


def _is_running(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


@pytest.mark.usefixtures("lasting")
def test_every_layer_is_a_table_with_as_many_rows() -> None:
    counted = geo.layers()["nombre"]
    names = {str(key): str(key).replace("-", "_") for key in counted.index}
    assert set(names.values()) < set(tables())
    text = " union all ".join(
        f"select '{key}' as k, count(*) as n from {name}" for key, name in names.items()
    )
    found = geo.sql(text).set_index("k")["n"]
    assert found.to_dict() == {str(key): int(count) for key, count in counted.items()}
    assert int(found.sum()) == int(geo.sql("select count(*) as n from elements")["n"].item()) >= LOCATED


@pytest.mark.usefixtures("lasting")
def test_the_columns_are_those_of_query_and_the_attributes() -> None:
    found = geo.sql("select * from cites order by id")
    same = geo.query("cites").sort_values("id")
    assert isinstance(found, gpd.GeoDataFrame)
    assert found.crs == "EPSG:2154"
    for name in ("id", "nom", "axe", "precision", "etat_au"):
        assert found[name].tolist() == same[name].tolist(), name
    assert found["communes"].tolist() == [list(codes) for codes in same["communes"]]
    areas = [attributes.get("area_ha") for attributes in same["attributs"]]
    assert found["area_ha"].astype(object).where(found["area_ha"].notna(), None).tolist() == areas
    told = (same["precision"] != "territoire").to_numpy()
    assert (found.geometry.notna().to_numpy() == told).all()
    assert shapely.equals_exact(found.geometry.array[told], same.geometry.array[told], 0).all()


@pytest.mark.usefixtures("lasting")
def test_attributes_are_objects_and_lists_are_lists() -> None:
    row = geo.sql(
        "select attributs, attributs->>'type' as type, epci from elements where id = 'cites-lsm-20'"
    )
    assert row["attributs"].item()["surfaces_ha"] == {"62048": 12.17, "62194": 34.23}
    assert row["type"].item() == "Corons"
    assert row["epci"].item() == ["200072460"]


@pytest.mark.usefixtures("lasting")
def test_statistics_and_figures_are_those_of_the_commands() -> None:
    found = geo.sql(
        "select sum(valeur) as v from statistiques where decoupage = 'epci' and indicateur = 'nombre'"
    )
    same = geo.stats()
    assert found["v"].item() == same.loc[same["indicateur"] == "nombre", "valeur"].sum()
    figures = geo.sql("select id, valeur from chiffres")
    assert figures["id"].tolist() == geo.figures().index.tolist()
    assert figures["valeur"].tolist() == geo.figures()["valeur"].tolist()


@pytest.mark.usefixtures("lasting")
def test_areas_lengths_and_unions_are_those_of_geopandas() -> None:
    found = geo.sql(
        "select siren, ST_Area(geometry) as a, ST_Perimeter(geometry) as p,"
        " ST_Area(ST_Buffer(geometry, 100)) as b"
        " from epci order by siren"
    )
    same = geo.territories()
    assert np.allclose(found["a"], same.area, rtol=1e-12, atol=0)
    assert np.allclose(found["p"], same.length, rtol=1e-12, atol=0)
    assert np.allclose(found["b"], same.buffer(100, quad_segs=8).area, rtol=1e-9, atol=0)
    whole = geo.sql("select ST_Union_Agg(geometry) as geometry from epci")
    assert isinstance(whole, gpd.GeoDataFrame)
    assert whole.area.item() == pytest.approx(same.union_all().area, rel=1e-9)


@pytest.mark.usefixtures("lasting")
def test_distances_and_pairs_are_those_of_geopandas() -> None:
    found = geo.sql(
        "select c.id as c, v.id as v, ST_Distance(c.geometry, v.geometry) as d from cites c"
        " join elements v on ST_DWithin(c.geometry, v.geometry, 3000) where v.couche <> 'cites'"
    )
    every = geo.query()
    every = every[every["precision"] != "territoire"].set_index("id")
    cites, others = every[every["couche"] == "cites"], every[every["couche"] != "cites"]
    pairs = {
        (str(c), str(v)): cites.geometry[c].distance(others.geometry[v])
        for c in cites.index
        for v in others.index
        if cites.geometry[c].distance(others.geometry[v]) <= 3000
    }
    assert len(pairs) > 20
    got = {(str(c), str(v)): d for c, v, d in found.itertuples(index=False)}
    assert got.keys() == pairs.keys()
    assert all(got[key] == pytest.approx(d, rel=1e-12, abs=1e-9) for key, d in pairs.items())


@pytest.mark.usefixtures("lasting")
def test_features_fall_in_the_communes_where_geopandas_finds_them() -> None:
    found = geo.sql(
        "select e.id, m.insee from elements e join communes m on ST_Intersects(e.geometry, m.geometry)"
    )
    every = geo.query()
    every = gpd.GeoDataFrame(every[every["precision"] != "territoire"][["id", "geometry"]])
    same = every.sjoin(geo.territories(by="commune")[["geometry"]], predicate="intersects")
    expected = {(str(a), str(b)) for a, b in zip(same["id"], same["insee"], strict=True)}
    assert {(str(a), str(b)) for a, b in found.itertuples(index=False)} == expected
    assert len(expected) > 100


@pytest.mark.usefixtures("lasting")
def test_a_geometry_keeps_the_crs_that_the_query_gives_it() -> None:
    found = geo.sql(
        "select siren, ST_Transform(ST_Centroid(geometry), 'EPSG:4326') as g from epci order by siren"
    )
    assert isinstance(found, gpd.GeoDataFrame)
    same = geo.territories().centroid.to_crs("EPSG:4326")
    assert found.crs == "EPSG:4326"
    assert np.allclose(shapely.get_coordinates(found.geometry), shapely.get_coordinates(same), atol=1e-9)
    with pytest.raises(UsageError, match="EPSG:4326"):
        run("select ST_Distance(geometry, ST_Transform(geometry, 'EPSG:4326')) as d from epci")


def test_types_of_every_kind_come_back() -> None:
    row = run(
        "select sum(population) as s, 1.25::decimal(5, 2) as d, date '2020-02-03' as j, [1, 2] as l,"
        " {'a': 1} as o,"
        " map{'k': 2} as m, null::bigint as n, true as v, 1e30::hugeint as h, 'é' as t from epci"
    ).iloc[0]
    assert row["s"] == geo.territories()["population"].sum()
    assert (row["d"], row["l"], row["o"], row["m"], row["t"]) == (1.25, [1, 2], {"a": 1}, {"k": 2}, "é")
    assert row["j"].isoformat() == "2020-02-03"
    assert row["n"] is pd.NA
    assert row["v"]
    assert row["h"] == pytest.approx(1e30)


@pytest.mark.usefixtures("lasting")
@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("select nmo from cites", "colonne inconnue : nmo, caractère 8\n  select nmo from cites\n         ^"),
        ("select nmo from cites", "Les plus proches : nom, "),
        ("select\n  c.zz\nfrom cites c join epci e on true", "zz, ligne 2, caractère 3\n    c.zz\n    ^"),
        ("select 'é', 'é' from citez", "table inconnue : citez, caractère 22"),
        ("select * from friche", "Les plus proches : friches, "),
        ("select st_aera(geometry) from cites", "fonction inconnue : st_aera"),
        ("select st_aera(geometry) from cites", "st_area"),
        ("selec nom from cites", "illisible ; le moteur dit : erreur de syntaxe près de « selec »"),
        ("select nom from cites where", "le moteur dit : la requête s'arrête trop tôt"),
        ("select 'nom from cites", "le moteur dit : il manque une apostrophe"),
        ("select ST_Area(nom) from cites", "la fonction ST_Area ne prend pas ce type : texte, caractère 8"),
        ("select ST_Distance(geometry, 3) from cites", "ne prend pas ces types : géométrie, entier"),
        ("select 1 + communes from cites", "l'opérateur + ne prend pas ces types : entier, liste de textes"),
        ("select 'Lens'::int as n", "« Lens » ne se convertit pas en entier"),
        ("select nom::int from cites", "» ne se convertit pas en entier, caractère 11"),
        ("select nom from cites where communes = 'x'", "« x » (texte) ne se convertit pas en liste"),
        ("select date 'demain' as d", "« demain » n'est pas une date"),
        ("select nom from cites where debut > 2020", "ne se comparent pas : texte, entier"),
        ("select nom from cites group by axe", "la colonne nom n'est ni dans group by"),
        ("select nom from cites where sum(axe) > 2", "se met dans having"),
        ("select nom from cites, friches", "la colonne nom est dans plusieurs tables"),
        ('select nom from cites where nom = "Lens"', "un texte se met entre apostrophes, 'Lens'"),
        ('select nom from cites where nom = "l\'eau"', "apostrophes, 'l''eau'"),
        ("describe cites", "(DESCRIBE)\n« erbm sql --tables cites » décrit cette table"),
        ("show tables", "(SHOW)\n« erbm sql --tables » décrit les tables"),
        ("-- une extension\ninstall httpfs", "cette instruction n'est pas une lecture (INSTALL)"),
        ("load httpfs", "cette instruction n'est pas une lecture (LOAD)"),
        ("drop table cites", "cette instruction n'est pas une lecture (DROP)"),
        ("select 1; select 2", "il y a plusieurs instructions"),
        ("select * from read_csv('a')", "la fonction read_csv n'est pas permise ici, caractère 15"),
        ("select a.nom, b.nom from epci a, epci b", "deux colonnes de la réponse s'appellent nom"),
        ("  ", "la requête est vide"),
        ("select " + "abs(" * 3000 + "1" + ")" * 3000, "requête illisible"),
        ("select 1 as " + "x" * 200_000, "le maximum est 100\u202f000"),
    ],
)  # fmt: skip
def test_a_wrong_query_is_told_what_is_wrong_and_where(statement: str, told: str) -> None:
    with pytest.raises(UsageError) as wrong:
        run(statement)
    assert told.casefold() in str(wrong.value).casefold()
    assert "Traceback" not in str(wrong.value)


@pytest.mark.parametrize(
    ("limits", "told"),
    [
        (Limits(seconds=0), "limite de temps impossible : 0\u00a0s"),
        (Limits(seconds=90_000.5), "limite de temps impossible : 90000,5\u00a0s"),
        (Limits(seconds=math.nan), "limite de temps impossible"),
        (Limits(memory_mib=10), "limite de mémoire impossible : 10\u00a0Mio"),
        (Limits(memory_mib=2 << 20), "limite de mémoire impossible : 2\u202f097\u202f152\u00a0Mio"),
    ],
)
def test_an_impossible_limit_is_told_with_its_value(limits: Limits, told: str) -> None:
    with pytest.raises(UsageError) as wrong:
        run("select 1 as a", limits)
    assert told in str(wrong.value)


def test_without_the_engine_the_way_to_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "duckdb_extension_spatial", None)
    with pytest.raises(ErbmError, match=r"pip install 'erbm-atlas\[sql\]'"):
        run("select 1 as a")


def erbm(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, str, str]:
    code = main(["sql", *args])
    out, err = capsys.readouterr()
    return code, out, err


EXAMPLES = [(title, line) for title, line in words.SQL["examples"] if "--tables" not in line]


@pytest.mark.parametrize(("title", "line"), EXAMPLES, ids=[title for title, _ in EXAMPLES])
def test_the_examples_of_the_help_run_as_written(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, title: str, line: str
) -> None:
    monkeypatch.chdir(tmp_path)
    program, command, *args = shlex.split(line)
    assert (program, command) == ("erbm", "sql")
    code, out, err = erbm(capsys, *args)
    assert code == 0, err
    written = [*tmp_path.iterdir()]
    assert out.count("\n") > 2 or (written and written[0].stat().st_size > 1000), title


def areas_of_the_example(capsys: pytest.CaptureFixture[str]) -> tuple[dict[str, float], dict[str, float]]:
    """Return the hectares of cités by EPCI: what the example answers, and what stats measures."""
    (line,) = (line for title, line in EXAMPLES if "leur surface" in title)
    code, out, _ = erbm(capsys, *shlex.split(line)[2:], "--format", "json")
    assert code == 0
    names = geo.territories(by="epci")["nom"]
    shorts = {epci.nom_court: str(names[siren]) for siren, epci in load_territories().epci.items()}
    frame = geo.stats(layer="cites", indicator="area_ha")
    frame = frame[(frame["indicateur"] == "area_ha") & (frame["valeur"] > 0) & frame["siren"].notna()]
    told = {shorts[row["nom_court"]]: row["ha"] for row in json.loads(out)}
    return told, dict(zip(frame["territoire"], frame["valeur"], strict=True))


@pytest.mark.usefixtures("lasting")
def test_the_areas_of_the_example_are_those_of_stats(capsys: pytest.CaptureFixture[str]) -> None:
    told, same = areas_of_the_example(capsys)
    assert told.keys() == same.keys()
    cites = geo.query("cites")
    across = cites[cites["epci"].str.len() > 1]
    shared = {epci for codes in across["epci"] for epci in geo.territories()["nom"].loc[list(codes)]}
    assert len(across) == 1
    for name, area in same.items():
        if name in shared:  # a cité of two EPCI counts whole in each
            assert area < told[name] <= area + across["attributs"].item()["area_ha"]
        else:
            assert told[name] == pytest.approx(area, rel=1e-9)


@pytest.mark.mirror
@pytest.mark.skipif(not MIRROR.is_dir(), reason=f"{MIRROR.name} is not beside the project")
def test_with_the_official_sources_too(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ERBM_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("ERBM_CACHE", str(tmp_path / "cache"))
    clear_caches()
    try:
        assert main(["sync", "cites", "--mirror", str(MIRROR), "--quiet"]) == 0
        clear_caches()
        capsys.readouterr()
        told, same = areas_of_the_example(capsys)
    finally:
        monkeypatch.undo()
        clear_caches()
    assert told.keys() == same.keys()
    assert sum(same.values()) > 3000
    for name, area in same.items():  # the source's own area, or a cité of two EPCI, makes the rest
        assert told[name] == pytest.approx(area, rel=0.15)


@pytest.mark.usefixtures("lasting")
def test_surface_ha_is_that_of_query(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["query", "--format", "json", "--quiet", "--columns", "id,surface_ha"]) == 0
    rows = json.loads(capsys.readouterr().out)
    same = {row["id"]: row["surface_ha"] for row in rows}
    found = geo.sql("select id, surface_ha from elements").set_index("id")["surface_ha"]
    assert {key: None if math.isnan(value) else value for key, value in found.items()} == pytest.approx(same)
    assert sum(value is not None for value in same.values()) > 60
    for table in tables().values():
        names = [column.nom for column in table.columns]
        assert names.count("surface_ha") == ("couche" in names and "nom" in names)


@pytest.mark.skipif(os.name == "nt", reason="a POSIX terminal")
def test_a_terminal_too_narrow_says_what_it_does_not_show(tmp_path: Path) -> None:
    out, err = in_a_terminal("select * from cites limit 2")
    lines = out.splitlines()
    titles = lines[0].split()
    names = [column.nom for column in tables()["cites"].columns]
    assert titles == names[: len(titles)]
    assert 3 < len(titles) < len(names)
    assert max(map(len, lines)) <= 80
    hidden = len(names) - len(titles)
    assert f"{hidden}\u00a0colonnes ne sont pas montrées" in err
    assert "--format csv" in err
    out, err = in_a_terminal("select nom, axe from cites limit 2")
    assert out.splitlines()[0].split() == ["nom", "axe"]
    assert "montrée" not in err
    _, err = in_a_terminal("select * from cites limit 2", "--out", str(tmp_path / "a.txt"))
    assert "montrée" not in err
    assert (tmp_path / "a.txt").read_text("utf-8").splitlines()[0].split() == names


def in_a_terminal(*args: str) -> tuple[str, str]:
    """Return what ``erbm sql`` shows in a terminal of 80 columns, and what it says beside."""
    import pty

    leader, follower = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "geo.cli", "sql", *args], stdout=follower, stderr=subprocess.PIPE,
        env={**os.environ, "COLUMNS": "80"}, cwd=Path(geo.__file__).parents[1],
    ) as running:  # fmt: skip
        os.close(follower)
        shown = b""
        with suppress(OSError):  # Linux says so that nobody writes any more
            while chunk := os.read(leader, 65_536):
                shown += chunk
        assert running.stderr
        told = running.stderr.read()
    os.close(leader)
    assert running.returncode == 0, told
    return shown.decode(), told.decode()


@pytest.mark.usefixtures("lasting")
def test_a_table_that_is_no_terminal_holds_every_character(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = erbm(capsys, "select id, repeat('long ', 60) || 'fin' as texte, nom from cites limit 1")
    assert out.splitlines()[0].split() == ["id", "texte", "nom"]
    assert "long " * 60 + "fin" in out
    assert "…" not in out


@pytest.mark.skipif(os.name == "nt", reason="POSIX descriptors")
@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-", "</dev/null >/dev/full"])
def test_without_terminal_or_streams_no_traceback(closed: str) -> None:
    command = shlex.join([sys.executable, "-m", "geo.cli", "sql", "select count(*) as n from epci"])
    told = subprocess.run(
        ["/bin/sh", "-c", f"{command} {closed}"],
        capture_output=True, timeout=120, check=False, cwd=Path(geo.__file__).parents[1],
        start_new_session=True,
    )  # fmt: skip
    assert told.returncode == (1 if ">&- " in f"{closed} ".replace("2>", "") or "full" in closed else 0)
    assert b"Traceback" not in told.stderr


def test_the_tables_are_listed_in_french(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = erbm(capsys, "--tables", "--format", "json")
    rows = json.loads(out)
    assert code == 0
    assert {row["table"] for row in rows} == set(tables())
    assert {"table": "cites", "colonne": "geometry", "type": "géométrie"}.items() <= next(
        row for row in rows if row["table"] == "cites" and row["colonne"] == "geometry"
    ).items()
    assert "liste de textes" in erbm(capsys, "--tables", "cites")[1]
    code, _, err = erbm(capsys, "--tables", "cite")
    assert (code, "Les plus proches : cites, " in err) == (2, True)


@pytest.mark.usefixtures("lasting")
def test_every_format_holds_the_answer(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    asked = "select nom, unesco, ST_Buffer(geometry, 10) as geometry from cites where geometry is not null"
    asked += " order by id"
    expected = geo.sql(asked)
    assert isinstance(expected, gpd.GeoDataFrame)
    for name in ("a.geojson", "a.parquet", "a.csv", "a.json"):
        code, _, err = erbm(capsys, asked, "--out", str(tmp_path / name))
        assert code == 0, err
    degrees = gpd.read_file(tmp_path / "a.geojson")
    assert degrees.crs == "EPSG:4326"
    assert np.allclose(degrees.to_crs(2154).area, expected.area, rtol=0.01)
    kept = gpd.read_parquet(tmp_path / "a.parquet")
    assert kept.crs == "EPSG:2154"
    assert kept.area.tolist() == pytest.approx(expected.area.tolist())
    assert pd.read_csv(tmp_path / "a.csv")["nom"].tolist() == expected["nom"].tolist()
    texts = [row["geometry"] for row in json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))]
    assert shapely.area(shapely.from_wkt(texts)).tolist() == pytest.approx(expected.area.tolist())


@pytest.mark.usefixtures("lasting")
def test_a_format_of_shapes_needs_shapes_that_have_a_place(capsys: pytest.CaptureFixture[str]) -> None:
    for kind in ("geojson", "geoparquet"):
        code, _, err = erbm(capsys, "select 1 as a", "--format", kind)
        assert (code, "pas de géométrie" in err) == (2, True)
        code, _, err = erbm(capsys, "select ST_Point(1, 2) as g", "--format", kind)
        assert (code, "ST_SetCRS(..., 'EPSG:2154')" in err) == (2, True)


def test_the_exit_code_tells_a_wrong_query_from_one_too_heavy(capsys: pytest.CaptureFixture[str]) -> None:
    assert erbm(capsys, "select nmo from cites")[0] == 2
    assert erbm(capsys, ENDLESS[0], "--timeout", "500ms")[0] == 1
    code, _, err = erbm(capsys, HUGE[0], "--memory", "128M")
    assert (code, "128 Mio" in err) == (1, True)
    assert erbm(capsys, "select 1 as a", "--timeout", "bientôt")[0] == 2
    assert erbm(capsys, "select 1 as a", "--memory", "1K")[0] == 2
    assert erbm(capsys)[0] == 2


def test_a_query_does_not_change_its_own_process() -> None:
    before = resource.getrlimit(resource.RLIMIT_NOFILE), {*os.environ}
    assert run("select 1 as a")["a"].tolist() == [1]
    assert (resource.getrlimit(resource.RLIMIT_NOFILE), {*os.environ}) == before
    assert "duckdb" not in worker.__dict__
    assert LIMITS.seconds == 10
