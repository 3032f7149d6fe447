"""Many processes give what one gives, to the last bit, whatever happens to them."""

from __future__ import annotations

import math
import multiprocessing
import os
import random
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from shapely.geometry.base import BaseGeometry

from geo.allocate import OUTSIDE, allocate_file
from geo.allocate import distributed as sharing
from geo.allocate.distributed import allocate_distributed, total_distributed
from geo.allocate.totals import SUMMED, Totals
from geo.errors import DataError, ErbmError, UsageError

ENDED_SECONDS = 30
"""Processes that were asked to end have ended by then."""

dask_geopandas = pytest.importorskip("dask_geopandas")
distributed = pytest.importorskip("distributed")

WEST, SOUTH = 690_000.0, 7_030_000.0
SIDE = 1000.0
LAMBERT, DEGREES = "EPSG:2154", "EPSG:4326"


def squares() -> gpd.GeoDataFrame:
    """Return twelve squares of a kilometre, four in a row."""
    places = [(column, row) for row in range(3) for column in range(4)]
    shapes = [
        shapely.box(WEST + SIDE * x, SOUTH + SIDE * y, WEST + SIDE * (x + 1), SOUTH + SIDE * (y + 1))
        for x, y in places
    ]
    return gpd.GeoDataFrame(geometry=shapes, index=[f"{x}{y}" for x, y in places], crs=LAMBERT)


PARTITION = squares()


def xy(*places: tuple[float, float]) -> list[tuple[float, float]]:
    """Return places told in kilometres from the corner."""
    return [(WEST + SIDE * x, SOUTH + SIDE * y) for x, y in places]


def point(place: tuple[float, float]) -> shapely.Point:
    return shapely.Point(xy(place))


def line(*places: tuple[float, float]) -> shapely.LineString:
    return shapely.LineString(xy(*places))


def square(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    return shapely.Polygon(xy((west, south), (east, south), (east, north), (west, north)))


def adversarial() -> list[BaseGeometry | None]:
    """Return what lies on borders, over itself, outside, or nowhere."""
    return [
        *(point((x, y)) for x in range(5) for y in range(4)),  # all the corners of the squares
        point((1.5, 1)),
        point((1, 1.5)),
        line((1, 0), (1, 3)),
        line((0, 1), (4, 1), (0, 1)),
        line((-1, 0), (5, 0)),
        line((0.5, 0.5), (0.5, 0.5)),
        line((0, 0), (4, 3)),
        shapely.LineString(
            xy(*((1 + (-1) ** k * 0.01, k / 100) for k in range(300)))
        ),  # leaves and comes back
        square(0.5, 0.5, 3.5, 2.5).difference(square(1, 1, 2, 2)),
        shapely.MultiPoint(xy((0.5, 0.5), (2.5, 1.5), (9, 9))),
        shapely.GeometryCollection([line((0.5, 0.5), (1.5, 0.5)), point((3.5, 0.5))]),
        shapely.Point(),
        None,
        point((50, 50)),
        line((8, 8), (9, 9)),
        *(line((0.9, 0.1), (1.1, 0.2)) for _ in range(3)),
    ]


def seeded(count: int) -> list[BaseGeometry]:
    """Return points, lines and polygons, some of them outside."""
    chance = random.Random(4)

    def place() -> tuple[float, float]:
        return chance.uniform(-0.5, 4.5), chance.uniform(-0.5, 3.5)

    shapes: list[BaseGeometry] = []
    for _ in range(count // 3):
        shapes += [point(place()), line(place(), place(), place())]
        shapes.append(point(place()).buffer(chance.uniform(20, 700)))
    return shapes


def rows(crs: str = DEGREES, count: int = 210) -> gpd.GeoDataFrame:
    shapes = [*adversarial(), *seeded(count)]
    random.Random(5).shuffle(shapes)
    frame = gpd.GeoDataFrame({"rank": range(len(shapes))}, geometry=shapes, crs=LAMBERT)
    return frame.to_crs(crs)


def on_one_machine(frame: gpd.GeoDataFrame) -> pd.DataFrame:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "all.parquet"
        frame.reset_index(drop=True).to_parquet(path)
        return allocate_file(path, PARTITION, engine="fast")


def same(table: pd.DataFrame, expected: pd.DataFrame) -> None:
    assert_frame_equal(table, expected, check_exact=True)


def two_processes() -> Any:
    return distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0")


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    with two_processes() as cluster:
        yield cluster


@pytest.fixture
def client(cluster: Any) -> Iterator[Any]:
    with distributed.Client(cluster.scheduler_address, set_as_default=False) as client:
        client.wait_for_workers(2, timeout=60)
        yield client


def parts(frame: gpd.GeoDataFrame, folder: Path, cuts: Sequence[int], groups: Sequence[int]) -> list[Path]:
    """Write slices of a frame as files whose row groups have different sizes."""
    edges = [0, *cuts, len(frame)]
    paths = []
    for number, ((first, last), group) in enumerate(zip(pairwise(edges), groups, strict=True)):
        paths.append(folder / f"part.{number}.parquet")
        paths[-1].parent.mkdir(parents=True, exist_ok=True)
        frame.iloc[first:last].to_parquet(paths[-1], index=False, row_group_size=group)
    return paths


# The same, to the last bit


@pytest.mark.parametrize("crs", [DEGREES, LAMBERT])
@pytest.mark.parametrize("batch", [60, 100_000])
def test_a_file_is_shared_as_one_machine_does(client: Any, tmp_path: Path, crs: str, batch: int) -> None:
    frame = rows(crs)
    (path,) = parts(frame, tmp_path, [], [13])
    expected = on_one_machine(frame)
    assert len(set(expected["territory"])) == 13
    same(allocate_distributed(path, PARTITION, client=client, batch=batch), expected)


def test_a_folder_of_files_of_any_row_groups_is_one_dataset(client: Any, tmp_path: Path) -> None:
    frame = rows()
    # Eleven files, so that names sort otherwise than numbers; two are empty.
    cuts = [7, 7, 50, 51, 90, 120, 121, 160, 160, 200]
    parts(frame, tmp_path / "points", cuts, [3, 1, 10, 1, 1000, 7, 1, 20, 1, 40, 9])
    (tmp_path / "points" / "_metadata.parquet").write_bytes(b"is not read")
    expected = on_one_machine(frame)
    same(allocate_distributed(tmp_path / "points", PARTITION, client=client, batch=16), expected)
    same(allocate_distributed(f"{tmp_path}/p*/part.*.parquet", PARTITION, client=client), expected)


def test_a_table_of_dask_is_shared_whatever_its_partitions(client: Any) -> None:
    frame = rows()
    expected = on_one_machine(frame)
    for count in (1, 7):
        table = dask_geopandas.from_geopandas(frame, npartitions=count)
        same(allocate_distributed(table, PARTITION, client=client, batch=25), expected)


def test_partitions_may_be_empty_and_in_any_order(client: Any) -> None:
    frame = rows()
    table = dask_geopandas.from_geopandas(frame, npartitions=8)
    order = [5, 0, 7, 3, 1, 6, 2, 4]
    shuffled = table.partitions[order]
    sparse = shuffled[(shuffled["rank"] < 60) | (shuffled["rank"] > 190)]
    assert 0 in sparse.map_partitions(len, meta=("n", int)).compute(scheduler="sync").tolist()
    same(
        allocate_distributed(sparse, PARTITION, client=client),
        on_one_machine(sparse.compute(scheduler="sync")),
    )
    same(
        total_distributed(shuffled, PARTITION, client=client),
        total_distributed(table, PARTITION, client=client),
    )


def test_nothing_gives_the_empty_table_of_one_machine(client: Any, tmp_path: Path) -> None:
    nothing = rows().iloc[:0]
    nothing.to_parquet(tmp_path / "nothing.parquet")
    same(
        allocate_distributed(tmp_path / "nothing.parquet", PARTITION, client=client), on_one_machine(nothing)
    )
    assert total_distributed(tmp_path / "nothing.parquet", PARTITION, client=client).empty


def test_totals_are_exact_sums_of_the_shares(client: Any, tmp_path: Path) -> None:
    frame = rows()
    parts(frame, tmp_path / "a", [30, 150], [4, 50, 9])
    parts(frame, tmp_path / "b", [], [1000])
    tables = [
        total_distributed(tmp_path / "a", PARTITION, client=client, batch=10),
        total_distributed(tmp_path / "b", PARTITION, client=client),
        total_distributed(tmp_path / "a", PARTITION.iloc[::-1], client=client, batch=77),
    ]
    shares = on_one_machine(frame)
    for table in tables:
        same(table, tables[0])
        assert table.index.tolist() == [*sorted(PARTITION.index), OUTSIDE]
        for code, group in shares.groupby("territory"):
            exact = [math.fsum(group[name]) for name in SUMMED]
            assert list(table.loc[code]) == [len(group), *exact]


@given(st.lists(st.floats(-1e30, 1e30), min_size=1, max_size=30), st.randoms(use_true_random=False))
def test_totals_do_not_depend_on_batches_nor_on_order(values: list[float], chance: random.Random) -> None:
    exact = float(sum(map(Fraction, values)))
    chance.shuffle(values)
    whole = Totals()
    while values:
        batch, values = values[:4], values[4:]
        one = Totals()
        one.add(pd.DataFrame({"territory": "a", "part": batch, "length_m": batch, "area_m2": 0.0}))
        first, second = (whole, one) if chance.random() < 0.5 else (one, whole)
        first.merge(second)
        whole = first
    assert list(whole.frame().loc["a"])[1:] == [exact, exact, 0.0]


# Workers come and go


@pytest.fixture
def doomed() -> Iterator[Any]:
    """Give the client of processes that no other test needs."""
    with (
        two_processes() as cluster,
        distributed.Client(cluster.scheduler_address, set_as_default=False) as own,
    ):
        yield own


def kill_busy(dask_scheduler: Any, pids: dict[str, int], killed: int) -> list[int]:
    """Kill so many processes that are at work on shares; return them.

    It runs in the thread of the scheduler, which can take no task away from them meanwhile.
    """
    busy = [
        worker.address
        for worker in dask_scheduler.workers.values()
        if any("_share" in str(task.key) for task in worker.processing)
    ]
    if len(busy) < killed:
        return []
    dead = [pids[address] for address in busy[:killed]]
    for pid in dead:
        os.kill(pid, signal.SIGKILL)
    return dead


@pytest.mark.parametrize("killed", [1, 2])
def test_workers_killed_in_the_middle_change_nothing(doomed: Any, tmp_path: Path, killed: int) -> None:
    frame = rows(count=500)
    parts(frame, tmp_path, [100, 300], [8, 8, 8])
    expected = on_one_machine(frame)
    doomed.wait_for_workers(2, timeout=60)
    pids = doomed.run(os.getpid)
    with ThreadPoolExecutor(1) as thread:
        work = thread.submit(allocate_distributed, tmp_path, PARTITION, client=doomed, batch=8)
        dead: list[int] = []
        while not dead and not work.done():
            time.sleep(0.02)
            dead = doomed.run_on_scheduler(kill_busy, pids=pids, killed=killed)
        assert len(dead) == killed
        assert not work.done()
        same(work.result(timeout=120), expected)
    assert not {*dead} & {*doomed.run(os.getpid).values()}


def dying(shapes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    os.kill(os.getpid(), signal.SIGKILL)
    return shapes


def failing(shapes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    raise ZeroDivisionError("by nothing")


def test_what_kills_its_workers_is_told(cluster: Any, client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster.scheduler, "allowed_failures", 0)
    frame = rows()
    table = dask_geopandas.from_geopandas(frame, npartitions=1).map_partitions(dying, meta=frame.iloc[:0])
    # dask tells of the partition, or, if both workers die at once, that the territories are lost with them.
    with pytest.raises(ErbmError, match=r"partition 0 : .*faute de mémoire|ont été perdus, 3 fois"):
        allocate_distributed(table, PARTITION, client=client)


def test_processes_that_are_opened_are_closed(tmp_path: Path) -> None:
    frame = rows(count=20)
    frame.to_parquet(tmp_path / "few.parquet")
    before = {child.pid for child in multiprocessing.active_children()}
    same(allocate_distributed(tmp_path / "few.parquet", PARTITION), on_one_machine(frame))
    deadline = time.monotonic() + ENDED_SECONDS
    while not {child.pid for child in multiprocessing.active_children()} <= before:
        assert time.monotonic() < deadline, "processes outlive the work"
        time.sleep(0.05)
    with pytest.raises(ValueError, match="No clients found"):
        distributed.Client.current()


def test_the_client_that_is_open_is_used(
    client: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sharing, "_local", None)  # opening processes would fail
    frame = rows(count=20)
    frame.to_parquet(tmp_path / "few.parquet")
    with client.as_current():
        same(allocate_distributed(tmp_path / "few.parquet", PARTITION), on_one_machine(frame))
    assert client.status == "running"


# Errors


def bad_wkb(path: Path) -> None:
    frame = rows(count=40).drop(columns="rank")
    frame.to_parquet(path, row_group_size=10)
    table = pq.read_table(path)
    shapes = table.column("geometry").to_pylist()
    shapes[33] = b"\x01\x02\x03"
    table = table.set_column(0, table.schema.field("geometry"), pa.array(shapes, pa.binary()))
    pq.write_table(table, path, row_group_size=10)


def bow(path: Path) -> None:
    frame = rows(count=40)
    shapes = np.asarray(frame.geometry.array).copy()
    shapes[27] = shapely.Polygon([(3, 50), (4, 51), (4, 50), (3, 51)])
    frame.set_geometry(shapes, crs=DEGREES).to_parquet(path, row_group_size=10)


def no_crs(path: Path) -> None:
    rows(count=5).set_crs(None, allow_override=True).to_parquet(path)


def plain_parquet(path: Path) -> None:
    pq.write_table(pa.table({"x": [1]}), path)


def cut_short(path: Path) -> None:
    rows(count=5).to_parquet(path)
    path.write_bytes(path.read_bytes()[:-20])


def absent(path: Path) -> None:
    assert not path.exists()


@pytest.mark.parametrize(
    ("write", "told"),
    [
        (bad_wkb, r"one\.parquet : géométrie illisible \(élément 33\)"),
        (bow, r"one\.parquet : géométrie invalide \(élément 27\)"),
        (no_crs, r"one\.parquet : les éléments n'ont pas de projection"),
        (plain_parquet, r"one\.parquet : ce Parquet n'est pas un GeoParquet"),
        (cut_short, r"one\.parquet : Parquet illisible"),
        (absent, r"one\.parquet : aucun fichier GeoParquet"),
    ],
)
def test_errors_tell_the_file_and_the_row(client: Any, tmp_path: Path, write: Any, told: str) -> None:
    write(tmp_path / "one.parquet")
    for run in (allocate_distributed, total_distributed):
        with pytest.raises(DataError, match=told) as caught:
            run(tmp_path / "one.parquet", PARTITION, client=client, batch=10)
        assert "Traceback" not in str(caught.value)


def test_files_that_differ_are_named(client: Any, tmp_path: Path) -> None:
    frame = rows(count=5)
    frame.to_parquet(tmp_path / "part.1.parquet")
    frame.to_crs(LAMBERT).to_parquet(tmp_path / "part.2.parquet")
    frame.assign(rank="a").to_parquet(tmp_path / "part.3.parquet")
    frame.rename_geometry("forme").to_parquet(tmp_path / "part.4.parquet")
    with pytest.raises(DataError) as caught:
        allocate_distributed(tmp_path, PARTITION, client=client)
    told = str(caught.value)
    assert "comparé à " + str(tmp_path / "part.1.parquet") in told
    assert f"{tmp_path}/part.2.parquet : projection EPSG:2154 au lieu de EPSG:4326" in told
    assert f"{tmp_path}/part.3.parquet : colonnes rank (" in told
    assert f"{tmp_path}/part.4.parquet : géométries dans « forme » au lieu de « geometry »" in told


def test_a_file_that_changes_meanwhile_is_refused(
    client: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "one.parquet"
    rows(count=5).to_parquet(path)
    send = sharing._Work._send

    def late(*given: Any) -> Any:
        rows(count=50).to_parquet(path)
        return send(*given)

    monkeypatch.setattr(sharing._Work, "_send", late)
    with pytest.raises(DataError, match=r"one\.parquet : le fichier a changé pendant le calcul"):
        allocate_distributed(path, PARTITION, client=client)


def test_what_fails_in_a_table_of_dask_is_told_by_its_partition(client: Any) -> None:
    frame = rows(count=5)
    table = dask_geopandas.from_geopandas(frame, npartitions=2)
    with pytest.raises(DataError, match=r"partition [01] : .*ZeroDivisionError : by nothing"):
        allocate_distributed(table.map_partitions(failing, meta=frame.iloc[:0]), PARTITION, client=client)
    nowhere = dask_geopandas.from_geopandas(frame.set_crs(None, allow_override=True), npartitions=1)
    with pytest.raises(DataError, match="dask : les éléments n'ont pas de projection"):
        allocate_distributed(nowhere, PARTITION, client=client)
    with pytest.raises(UsageError, match="ni fichier GeoParquet, ni table de dask_geopandas"):
        allocate_distributed(frame, PARTITION, client=client)


def test_workers_of_other_versions_do_no_work(
    client: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows(count=5).to_parquet(tmp_path / "one.parquet")
    monkeypatch.setattr(sharing, "VERSIONS", {**sharing.VERSIONS, "GEOS": "3.0.0"})
    with pytest.raises(ErbmError, match=f"GEOS {shapely.geos_version_string} au lieu de 3.0.0"):
        allocate_distributed(tmp_path / "one.parquet", PARTITION, client=client)


def test_faults_of_the_partition_are_told_before_any_work(client: Any, tmp_path: Path) -> None:
    rows(count=5).to_parquet(tmp_path / "one.parquet")
    with pytest.raises(DataError, match="4326 n'est pas en mètres"):
        allocate_distributed(tmp_path / "one.parquet", PARTITION.to_crs(DEGREES), client=client)


def test_without_dask_the_option_to_install_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ErbmError, match=r"erbm-atlas\[dask\]"):
        allocate_distributed("any.parquet", PARTITION)
