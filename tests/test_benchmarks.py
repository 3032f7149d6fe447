"""Each benchmark, in tiny sizes: it runs, tells, and what it compares agrees. No time is asserted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyarrow.parquet as pq
import pytest
import shapely

from tests.benchmarks import basin, cold_start, cut_national, data, partition, report, scaling, shares
from tests.benchmarks.peers import MODULES
from tests.benchmarks.peers.__main__ import measured

SIZES = {"points": 3000, "lines": 600, "polygons": 200}


@pytest.fixture(scope="module")
def grid(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Give the squares and their towns."""
    return partition.grid(tmp_path_factory.mktemp("grid"))


def told(main: Any, folder: Path, *options: str) -> dict[str, Any]:
    """Run a benchmark once; return what it wrote as JSON, and see that the table says as many rows."""
    paths = (folder / "told.json", folder / "told.md")
    main(
        [
            "--json",
            str(paths[0]),
            "--markdown",
            str(paths[1]),
            "--cache",
            str(folder),
            "--runs",
            "1",
            *options,
        ]
    )
    content: dict[str, Any] = json.loads(paths[0].read_text(encoding="utf-8"))
    lines = [line for line in paths[1].read_text(encoding="utf-8").split("\n") if line.startswith("| ")]
    assert len(lines) == len(content["rows"]) + 2
    assert content["machine"]["geopandas"] != "absent"
    return content


def test_the_same_seed_gives_the_same_features(grid: tuple[Path, Path]) -> None:
    for kind in data.KINDS:
        first, again = (next(data.features(kind, 500, grid[1])) for _ in range(2))
        assert len(first) == 500
        assert shapely.equals_exact(first, again).all()
        assert shapely.is_valid(first).all()


def test_a_longer_file_is_written_in_row_groups(grid: tuple[Path, Path], tmp_path: Path) -> None:
    path = data.write("points", data.ROWS + 10, grid[1], tmp_path / "points.parquet")
    file = pq.ParquetFile(path)
    assert [file.metadata.row_group(i).num_rows for i in range(file.num_row_groups)] == [data.ROWS, 10]
    file.close()
    frame = gpd.read_parquet(path)
    assert frame.crs == "EPSG:4326"
    assert frame["id"].tolist() == list(range(data.ROWS + 10))


def test_features_are_as_large_as_promised(grid: tuple[Path, Path]) -> None:
    degrees = {kind: next(data.features(kind, 2000, grid[1])) for kind in data.KINDS}
    lines, polygons = (
        gpd.GeoSeries(degrees[kind], crs="EPSG:4326").to_crs("EPSG:2154") for kind in ("lines", "polygons")
    )
    assert lines.length.between(49.9, 3000.1).all()
    assert lines.count_coordinates().between(2, 30).all()
    assert polygons.area.between(999, 1.001e6).all()
    assert polygons.interiors.map(len).isin([0, 1]).all()
    assert polygons.interiors.map(len).sum() > 100


@pytest.fixture(scope="module")
def server() -> Iterator[None]:
    """Start PostGIS, where it is installed."""
    with shares.served():
        yield


@pytest.mark.filterwarnings("ignore:.*:DeprecationWarning")
@pytest.mark.usefixtures("server")
@pytest.mark.parametrize("tool", [tool for tool in MODULES if tool != shares.REFERENCE])
def test_tools_find_the_same_shares(tool: str, grid: tuple[Path, Path], tmp_path: Path) -> None:
    why = shares.missing([tool])
    if why:
        pytest.skip(why[tool])
    for kind, size in SIZES.items():
        path = str(data.write(kind, size, grid[1], tmp_path / f"{kind}.parquet"))
        found, reference = (measured(each, kind, path, str(grid[0]), 1) for each in (tool, shares.REFERENCE))
        apart = shares.apart(found["totals"], reference["totals"])
        assert len(found["totals"]) > 20
        assert apart["features apart"] == 0
        assert apart["measure apart"] < 1e-9


def test_a_row_tells_what_a_tool_costs(tmp_path: Path) -> None:
    options = ("--kinds", "lines", "--lines", "300", "--reduced", "1", "--tools", "erbm, plain", "geopandas")
    content = told(shares.main, tmp_path, "--squares", "--warm", "1", *options)
    assert [row["tool"] for row in content["rows"]] == ["erbm, plain", "geopandas"]
    for row in content["rows"]:
        assert row["peak MiB"] > 10
        assert row["with preparation s"] == pytest.approx(row["seconds"] + row["preparation s"])
        assert not row["agreement"].startswith("does not")


def test_a_tool_that_finds_something_else_does_not_agree() -> None:
    one: dict[str, Any] = {
        "seconds": 1.0,
        "first": 1.0,
        "memory": 1.0,
        "loading": 1.0,
        "import": 1.0,
        "preparation": 1.0,
    }
    one |= {"with preparation": 2.0, "peak": 50.0, "parts": {}}
    known = {"geopandas": [one | {"totals": {"a": [3, 10.0]}}], "DuckDB": [one | {"totals": {"a": [2, 9.0]}}]}
    rows = list(shares.rows(shares.Case("lines", 3, tuple(known)), known))
    assert [row["agreement"] for row in rows] == ["exact", "does not agree: 1e-01, 1 features apart"]


def test_totals_that_differ_are_told() -> None:
    found = shares.apart({"a": [3, 10.0], "b": [1, 5.0]}, {"a": [3, 10.0], "b": [2, 4.0]})
    assert found == {"features apart": 1, "measure apart": 0.25}


def test_a_tool_that_fails_is_told_with_its_reason(grid: tuple[Path, Path], tmp_path: Path) -> None:
    known = shares.run("geopandas", "points", tmp_path / "absent.parquet", grid[0], 1)
    row = next(iter(shares.rows(shares.Case("points", 1, ("geopandas",)), {"geopandas": [known]})))
    assert "absent.parquet" in row["agreement"]


def test_scaling_keeps_all_that_it_reads(tmp_path: Path) -> None:
    content = told(scaling.main, tmp_path, "--quick", "--squares", "--batch", "700")
    assert {row["agreement"] for row in content["rows"]} == {"conserved"}
    assert content["slope"].keys() == {"points", "lines"}


def test_the_slope_of_a_linear_cost_is_one() -> None:
    sizes = np.array([10, 100, 1000])
    assert scaling.slope([{"size": n, "seconds": 3.0 * n} for n in sizes]) == pytest.approx(1)
    assert scaling.slope([{"size": n, "seconds": n**1.5} for n in sizes]) == pytest.approx(1.5)


def test_the_ways_of_the_basin_count_the_same(tmp_path: Path) -> None:
    content = told(basin.main, tmp_path, "--warm", "0")
    apart = {row["tool"]: row["features apart"] for row in content["rows"] if "features apart" in row}
    assert apart == {"erbm": 1, "geopandas and folium": 0, "by hand": 0}


def test_commands_are_timed_against_the_import(tmp_path: Path) -> None:
    content = told(cold_start.main, tmp_path)
    assert [row["command"] for row in content["rows"]] == list(cold_start.COMMANDS)
    assert all(row["ratio"] > 0 for row in content["rows"])


def test_a_national_file_is_cut_as_geopandas_does(tmp_path: Path) -> None:
    content = told(cut_national.main, tmp_path, "--segments", "2000")
    assert {row["agreement"] for row in content["rows"]} == {"exact"}


def test_a_table_has_a_dash_where_there_is_nothing() -> None:
    assert report.table([{"a": 1, "b": 0.12345}, {"a": "x"}]).split("\n")[2:] == [
        "| 1 | 0.123 |",
        "| x | — |",
    ]
