"""The questions that a planner asks, as written, each against another way to work out its answer."""

from __future__ import annotations

import csv
import json
import math
import shlex
import tomllib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyarrow.parquet as pq
import pytest
import shapely
from pyproj import Transformer

import geo
from geo.cli import main
from tests.conftest import SHARED, clear_caches

LAYERS = Path(__file__).parents[1] / "layers"
TO_METRES = Transformer.from_crs("EPSG:4326", "EPSG:2154", always_xy=True)
LENS_LIEVIN = "246200364"

CITES_OF_LENS_LIEVIN = 'erbm query cites --epci "Lens-Liévin"'
UNESCO_UNDER_WORKS = """erbm query cites --where 'unesco and statut == "travaux"'"""
FRICHES_NEAR_TRANSPORT = (
    """erbm query friches friches-recensees --where 'surface_ha > 5' """
    """--near 'transports[nom like "ligne de bus%" or nom like "gare%"]' 1km"""
)
FRICHES_NEAR_MY_STATIONS = (
    """erbm query friches friches-recensees --where 'surface_ha > 5' """
    """--near 'gares.geojson,transports[nom like "ligne de bus%"]' 1km"""
)
FAR_FROM_CYCLING = (
    """erbm query cites --far 'cyclable[geometrie == "ligne"],veloroutes,amenagements-cyclables' 500m"""
)
HOSPITALS_OF_EACH_CITE = (
    "erbm query cites --near hopitaux,sante 10km --each --order-by nom --order-by distance_m"
)


@pytest.fixture(scope="module")
def facts() -> dict[str, dict[str, Any]]:
    """Every fact as it is typed in the layers, by id."""
    found: dict[str, dict[str, Any]] = {}
    for path in sorted(LAYERS.glob("*/faits.toml")):
        for fact in tomllib.loads(path.read_text(encoding="utf-8")).get("fait", []):
            found[fact["id"]] = {**fact, "couche": path.parent.name}
    return found


@pytest.fixture(scope="module")
def communes() -> dict[str, dict[str, Any]]:
    """What the boundaries' file tells of each commune, by INSEE code."""
    text = (LAYERS / "territoires" / "communes.geojson").read_text(encoding="utf-8")
    return {row["properties"]["insee"]: row["properties"] for row in json.loads(text)["features"]}


def ask(line: str, capsys: pytest.CaptureFixture[str], *more: str) -> tuple[list[dict[str, Any]], str]:
    """Run a command line as it is written; return its rows and what it says beside."""
    assert main([*shlex.split(line)[1:], "--format", "json", *more]) == 0
    told = capsys.readouterr()
    rows: list[dict[str, Any]] = json.loads(told.out)
    return rows, told.err


def metres(lon: float, lat: float) -> tuple[float, float]:
    x, y = TO_METRES.transform(lon, lat)
    return float(x), float(y)


def places(fact: dict[str, Any], communes: dict[str, dict[str, Any]]) -> list[tuple[float, float]]:
    """Return where a fact is in metres: its point, or the town halls of its communes."""
    if "point" in fact:
        return [metres(*fact["point"])]
    return [metres(*communes[code]["mairie"]) for code in fact.get("communes", ()) if "ligne" not in fact]


def to_segment(point: tuple[float, float], a: tuple[float, float], b: tuple[float, float]) -> float:
    """Return the distance from a point to a segment, by the dot product."""
    (px, py), (ax, ay), (bx, by) = point, a, b
    length = (bx - ax) ** 2 + (by - ay) ** 2
    along = max(0.0, min(1.0, ((px - ax) * (bx - ax) + (py - ay) * (by - ay)) / length if length else 0.0))
    return math.hypot(px - ax - along * (bx - ax), py - ay - along * (by - ay))


def test_cites_of_lens_lievin(
    capsys: pytest.CaptureFixture[str], facts: dict[str, Any], communes: dict[str, Any]
) -> None:
    rows, _ = ask(CITES_OF_LENS_LIEVIN, capsys)
    inside = {code for code, row in communes.items() if row["siren"] == LENS_LIEVIN}
    expected = {
        key
        for key, fact in facts.items()
        if fact["couche"] == "cites"
        and (inside.intersection(fact.get("communes", ())) or LENS_LIEVIN in fact.get("territoires", ()))
    }
    assert {row["id"] for row in rows} == expected
    assert len(rows) == len(expected) > 10


def test_unesco_cites_still_under_works(capsys: pytest.CaptureFixture[str], facts: dict[str, Any]) -> None:
    rows, _ = ask(UNESCO_UNDER_WORKS, capsys)
    expected = {
        key
        for key, fact in facts.items()
        if fact["couche"] == "cites"
        and fact.get("statut") == "travaux"
        and fact.get("attributs", {}).get("unesco")
    }
    assert {row["id"] for row in rows} == expected == {"cites-lsm-552"}


def test_friches_near_a_station_or_a_bus_line(
    capsys: pytest.CaptureFixture[str], facts: dict[str, Any]
) -> None:
    # The report locates five bus lines, by their ends, and no station in service; none of its two
    # large friches with a place is near one of them.
    rows, said = ask(FRICHES_NEAR_TRANSPORT, capsys)
    assert rows == []
    assert "Aucun élément" in said
    lines = [f for f in facts.values() if f["couche"] == "transports" and f["nom"].startswith("Ligne de bus")]
    assert len([f for f in lines if "ligne" in f]) == 5
    assert not [f for f in facts.values() if f["couche"] == "transports" and f["nom"].startswith("Gare")]


def test_friches_near_the_stations_of_a_file(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    communes: dict[str, Any],
) -> None:
    monkeypatch.chdir(tmp_path)
    hall = communes["59172"]["mairie"]  # the friche of the Pierres Blanches is told to be in Denain
    station = gpd.GeoDataFrame(
        {"nom": ["Gare de Denain"]}, geometry=[shapely.Point(hall[0] + 0.005, hall[1])], crs=4326
    )
    station.to_file("gares.geojson")
    rows, said = ask(FRICHES_NEAR_MY_STATIONS, capsys)
    (row,) = rows
    assert (row["id"], row["proche_nom"], row["proche_couche"]) == (
        "friches-59172-pierres-blanches", "Gare de Denain", "gares",
    )  # fmt: skip
    assert row["distance_m"] == pytest.approx(
        math.dist(metres(*hall), metres(hall[0] + 0.005, hall[1])), abs=0.01
    )
    assert "1\u00a0distance approximative" in said


def test_cites_far_from_any_cycle_route(
    capsys: pytest.CaptureFixture[str], facts: dict[str, Any], communes: dict[str, Any]
) -> None:
    rows, said = ask(FAR_FROM_CYCLING, capsys)
    routes = [
        [metres(*vertex) for vertex in fact["ligne"]]
        for fact in facts.values()
        if fact["couche"] == "cyclable" and "ligne" in fact
    ]
    assert routes
    expected = set()
    for key, fact in facts.items():
        spots = places(fact, communes) if fact["couche"] == "cites" else []
        away = [to_segment(p, a, b) for p in spots for r in routes for a, b in pairwise(r)]
        if away and min(away) > 500:
            expected.add(key)
    assert {row["id"] for row in rows} == expected
    assert len(expected) > 20
    assert "erbm sync veloroutes" in said
    assert "erbm sync amenagements-cyclables" in said


def test_hospitals_of_each_cite(
    capsys: pytest.CaptureFixture[str], facts: dict[str, Any], communes: dict[str, Any]
) -> None:
    rows, said = ask(HOSPITALS_OF_EACH_CITE, capsys)
    expected = {}
    for key, fact in facts.items():
        for other, care in facts.items():
            if fact["couche"] == "cites" and care["couche"] == "sante":
                away = [math.dist(p, q) for p in places(fact, communes) for q in places(care, communes)]
                if away and min(away) <= 10_000:
                    expected[key, other] = min(away)
    assert {(row["id"], row["proche_id"]) for row in rows} == set(expected)
    for row in rows:
        assert row["distance_m"] == pytest.approx(expected[row["id"], row["proche_id"]], abs=0.02)
    assert f"{len(expected)}\u00a0paires" in said
    assert "erbm sync hopitaux" in said
    order = [(row["id"], row["distance_m"]) for row in rows]
    assert all(a[1] <= b[1] for a, b in pairwise(order) if a[0] == b[0])


# Order, columns, formats


def test_order_limit_and_columns(capsys: pytest.CaptureFixture[str], facts: dict[str, Any]) -> None:
    line = (
        "erbm query cites --order-by surface_ha:desc --order-by nom --limit 5"
        " --columns nom,surface_ha,lon,statut"
    )
    rows, _ = ask(line, capsys)
    known = [f for f in facts.values() if f["couche"] == "cites" and "area_ha" in f.get("attributs", {})]
    largest = sorted(known, key=lambda fact: -fact["attributs"]["area_ha"])[:5]
    assert [row["surface_ha"] for row in rows] == [fact["attributs"]["area_ha"] for fact in largest]
    assert [list(row) for row in rows] == [["nom", "surface_ha", "lon", "statut"]] * 5
    assert rows[0]["lon"] == largest[0]["point"][0]
    everything = geo.query("cites", order_by=["statut", "nom:desc"])
    told = [row["statut"] for row in everything.to_dict("records")]
    assert told == sorted((s for s in told if s), key=str) + [None] * told.count(None)


def test_columns_in_every_format(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    question = [
        "query",
        "cites",
        "--near",
        "sante",
        "5km",
        "--columns",
        "nom,communes,unesco,distance_m",
        "--quiet",
    ]
    rows, _ = ask(shlex.join(["erbm", *question]), capsys)
    table, shapes, binary = tmp_path / "a.csv", tmp_path / "a.geojson", tmp_path / "a.parquet"
    for target in (table, shapes, binary):
        assert main([*question, "--out", str(target)]) == 0
    with table.open(encoding="utf-8", newline="") as file:
        read = list(csv.DictReader(file))
    assert list(read[0]) == list(rows[0]) == ["nom", "communes", "unesco", "distance_m"]
    assert [row["nom"] for row in read] == [row["nom"] for row in rows]
    found = json.loads(shapes.read_text(encoding="utf-8"))["features"]
    assert [feature["properties"] for feature in found] == rows
    frame = gpd.read_parquet(binary)
    assert list(frame.columns) == ["nom", "communes", "unesco", "distance_m", "geometry"]
    assert [list(codes) for codes in frame["communes"]] == [row["communes"] for row in rows]
    assert list(frame["distance_m"]) == [row["distance_m"] for row in rows]


def test_geoparquet_is_valid(tmp_path: Path) -> None:
    target = tmp_path / "tout.parquet"
    assert main(["query", "--out", str(target), "--quiet"]) == 0
    header = json.loads(pq.read_schema(target).metadata[b"geo"])
    column = header["columns"]["geometry"]
    assert (header["version"], header["primary_column"]) == ("1.1.0", "geometry")
    assert (column["encoding"], column["crs"]["id"]["code"]) == ("WKB", 2154)
    assert set(column["covering"]) == {"bbox"}
    frame = gpd.read_parquet(target)
    features = geo.query()
    assert frame.crs.to_epsg() == 2154
    assert list(frame["id"]) == list(features.index)
    placed = (features["precision"] != "territoire").to_numpy()
    assert (~placed).sum() > 5
    assert frame.geometry[~placed].isna().all()
    assert all(frame.geometry[placed].to_numpy() == features.geometry[placed].to_numpy())
    assert set(frame["statut"].dropna()) == set(features["statut"].dropna())
    assert [path.name for path in tmp_path.iterdir()] == ["tout.parquet"]


def test_geoparquet_of_nothing_and_by_its_format(
    capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path
) -> None:
    target = tmp_path / "rien"
    line = ["query", "cites", "--where", "axe == 4 and axe == 3", "--format", "geoparquet"]
    assert main([*line, "--out", str(target)]) == 0
    assert len(gpd.read_parquet(target)) == 0
    assert main([*line, "--quiet"]) == 0
    assert capfdbinary.readouterr().out.startswith(b"PAR1")


def test_geojson_follows_the_standard(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["query", "cites", "cyclable", "--format", "geojson"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert "crs" not in told
    for feature in told["features"]:
        whole = feature["properties"]["precision"] == "territoire"
        assert (feature["geometry"] is None) is whole  # RFC 7946, section 3.2: an unlocated feature
        shape = shapely.geometry.shape(feature["geometry"] or {"type": "Point", "coordinates": []})
        assert feature["id"] == feature["properties"]["id"]
        assert all(
            abs(x) <= 180 and abs(y) <= 90 and round(x, 7) == x for x, y in shapely.get_coordinates(shape)
        )
        for part in shapely.get_parts(shape):
            if part.geom_type == "Polygon":
                assert part.exterior.is_ccw
                assert not any(ring.is_ccw for ring in part.interiors)
    assert main(["query", "cites", "--near", "sante", "10km", "--each", "--format", "geojson"]) == 0
    pairs = json.loads(capsys.readouterr().out)["features"]
    assert len({feature["properties"]["id"] for feature in pairs}) < len(pairs)
    assert not any("id" in feature for feature in pairs)  # two features of one id would be one in a GIS


def test_a_terminal_gets_no_binary(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("geo.cli.output.is_terminal", lambda _stream: True)
    assert main(["query", "cites", "--format", "geoparquet"]) == 2
    assert "un terminal n'affiche pas du GeoParquet" in capsys.readouterr().err


# With the official sources, from the mirror beside the project


@pytest.fixture
def synced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    if not SHARED.is_dir():
        pytest.skip("../shared is not beside the project")
    monkeypatch.setenv("ERBM_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("ERBM_CACHE", str(tmp_path / "cache"))
    clear_caches()
    layers = ["hopitaux", "friches-recensees", "veloroutes"]
    assert main(["sync", *layers, "--mirror", str(SHARED / "mirror"), "--quiet"]) == 0
    clear_caches()
    yield
    monkeypatch.undo()
    clear_caches()


@pytest.mark.mirror
@pytest.mark.usefixtures("synced")
def test_with_the_official_sources(capsys: pytest.CaptureFixture[str]) -> None:
    frame = geo.query()
    placed = frame[frame["precision"] != "territoire"]
    friches, _ = ask(FRICHES_NEAR_TRANSPORT, capsys)
    buses = placed[
        placed["nom"].str.startswith("Ligne de bus") & (placed["couche"] == "transports")
    ].union_all()
    sizes = {key: told.get("surface_m2") for key, told in placed["attributs"].items()}
    large = placed[[bool(sizes[key] and sizes[key] > 50_000) for key in placed.index]]
    assert {row["id"] for row in friches} == set(large.index[large.distance(buses) <= 1000])
    farther, _ = ask(FRICHES_NEAR_TRANSPORT.replace("1km", "2km"), capsys)
    assert {row["id"] for row in farther} == set(large.index[large.distance(buses) <= 2000])
    assert len(farther) > 1
    cites = placed[placed["couche"] == "cites"]
    routes = placed[
        placed["couche"].isin(["cyclable", "veloroutes"]) & placed.geom_type.str.endswith("LineString")
    ]
    far, _ = ask(FAR_FROM_CYCLING, capsys)
    assert {row["id"] for row in far} == set(cites.index[cites.distance(routes.union_all()) > 500])
    hospitals = placed[placed["couche"].isin(["hopitaux", "sante"])]
    pairs, _ = ask(HOSPITALS_OF_EACH_CITE, capsys)
    table = pd.DataFrame({key: cites.distance(shape) for key, shape in hospitals.geometry.items()})
    near = {(cite, care) for care in table for cite in table.index[table[care] <= 10_000]}
    assert {(row["id"], row["proche_id"]) for row in pairs} == near
    assert len(near) > 500
