"""The fast engine and the plain one agree, from geometries or from files, and totals are exact."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS
from shapely.geometry.base import BaseGeometry

from geo.allocate import COLUMNS, OUTSIDE, Totals, allocate_file, total_file
from geo.errors import DataError, ErbmError
from tests.allocation import engines, random_sets
from tests.allocation.engines import allocate
from tests.allocation.features import Case, layers
from tests.allocation.files import ENCODINGS, encoded, nested_orders, write_wkb
from tests.allocation.shapes import RELATIVE, at_own_place, by_feature_and_code, frame

engine = engines.engine
KINDS = ("points", "lines", "polygons", "borders")
AREA = 1e-12
"""What the engines may differ by, relative to the area of a feature."""


@pytest.fixture(scope="module")
def fast() -> str:
    """Give the name of the fast engine, where it is."""
    if reason := engines.lacks("fast"):
        pytest.skip(f"moteur fast : {reason}")
    return "fast"


@pytest.fixture(scope="module")
def partition() -> gpd.GeoDataFrame:
    """Give 200 territories."""
    return random_sets.territories()


def assert_agree(
    mine: pd.DataFrame,
    other: pd.DataFrame,
    area: float = AREA,
    metres: float = 0.0,
    slack: pd.Series | None = None,
) -> None:
    """Compare shares: bit for bit where no area is shared, to a part of their feature's area elsewhere.

    `slack` is told in square metres, by feature.
    """
    keys = ["feature", "territory"]
    first, second = mine.set_index(keys).align(other.set_index(keys), fill_value=0.0)
    whole = first.groupby(level="feature").transform("sum")
    gap = (first - second).abs()
    more = 0.0 if slack is None else slack.reindex(gap.index.get_level_values("feature")).to_numpy()
    allowed = area * whole["area_m2"] + more
    assert (gap["area_m2"] <= allowed).all(), gap.nlargest(5, "area_m2")
    assert (gap["length_m"] <= metres * whole["length_m"]).all(), gap.nlargest(5, "length_m")
    surfaces = whole["area_m2"] > 0
    parts = (allowed / whole["area_m2"]).where(surfaces, metres)
    assert (gap["part"] <= 4 * parts).all(), gap.nlargest(5, "part")


def rounding(features: gpd.GeoDataFrame) -> pd.Series:
    """Return the square metres that the rounding of corners is worth: nothing, but for a sliver."""
    bounds = features.bounds
    extent = features.length + np.hypot(bounds["maxx"] - bounds["minx"], bounds["maxy"] - bounds["miny"])
    square: pd.Series = 1e-15 * extent**2
    return square


# The same geometries


@given(layers())
def test_the_engines_agree_on_any_layer(fast: str, case: Case) -> None:
    assert_agree(allocate(*case, "plain"), allocate(*case, fast), slack=rounding(case[0]))


@pytest.mark.parametrize("kind", KINDS)
def test_the_engines_agree_on_thousands_of_features(
    fast: str, partition: gpd.GeoDataFrame, kind: str
) -> None:
    features = random_sets.features(kind, 5000, partition)
    plain, quick = allocate(features, partition, "plain"), allocate(features, partition, fast)
    if kind == "polygons":
        assert_agree(plain, quick, slack=rounding(features))
    else:
        pd.testing.assert_frame_equal(plain, quick, check_exact=True)


@pytest.mark.parametrize("kind", KINDS)
def test_thousands_of_features_are_conserved(engine: str, partition: gpd.GeoDataFrame, kind: str) -> None:
    features = random_sets.features(kind, 5000, partition)
    table = allocate(features, partition, engine)
    sums = table.groupby("feature", sort=False)[["part", "length_m", "area_m2"]].sum()
    assert sums.index.tolist() == features.index.tolist()
    assert sums["part"].to_numpy() == pytest.approx(1, rel=RELATIVE)
    near = at_own_place(features)
    lengths = np.where(shapely.get_dimensions(near) == 1, shapely.length(near), 0.0)
    assert sums["length_m"].to_numpy() == pytest.approx(lengths, rel=RELATIVE)
    assert sums["area_m2"].to_numpy() == pytest.approx(shapely.area(near), rel=RELATIVE)


@pytest.mark.parametrize("kind", ["points", "lines", "polygons"])
def test_the_order_of_thousands_changes_not_a_bit(
    engine: str, partition: gpd.GeoDataFrame, kind: str
) -> None:
    features = random_sets.features(kind, 2000, partition)
    rows, codes = (np.random.default_rng(9).permutation(len(f)) for f in (features, partition))
    table = allocate(features, partition, engine)
    again = allocate(features.iloc[rows], partition.iloc[codes], engine)
    pd.testing.assert_frame_equal(by_feature_and_code(table), by_feature_and_code(again), check_exact=True)


# Files

ODD: list[BaseGeometry | None] = [
    None,
    shapely.Point(),
    shapely.LineString(),
    shapely.MultiPolygon(),
    shapely.GeometryCollection(),
]


@pytest.fixture(scope="module")
def few() -> gpd.GeoDataFrame:
    """Give twenty territories."""
    return random_sets.territories(20)


@pytest.fixture(scope="module")
def mixed(few: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Give features of all kinds in degrees: multiple, collections, missing, empty, empty in part."""
    kinds = [random_sets.points(60, seed=5), random_sets.lines(60, 6), random_sets.polygons(60, 7)]
    degrees = [shape for kind in kinds for shape in kind.geometry.to_crs("EPSG:4326")]
    point, path, surface = degrees[1], degrees[61], degrees[121]
    several = [
        shapely.GeometryCollection([point, path, surface]),
        shapely.GeometryCollection([shapely.GeometryCollection([path]), shapely.Point()]),
        shapely.from_wkt(f"MULTIPOINT (EMPTY, ({point.x} {point.y}))"),
        shapely.from_wkt(path.wkt.replace("LINESTRING ", "MULTILINESTRING (EMPTY, ") + ")"),
        shapely.LineString([point, point]),
    ]
    rows = [*ODD, *degrees, *several, *ODD]
    return gpd.GeoDataFrame(geometry=rows, crs="EPSG:4326")


@dataclass(frozen=True)
class Known:
    """Features of all kinds, territories, and the shares of the ones in the others by one engine."""

    engine: str
    features: gpd.GeoDataFrame
    partition: gpd.GeoDataFrame
    shares: pd.DataFrame


def file_shares(path: Path, partition: gpd.GeoDataFrame, engine: str, **options: int) -> pd.DataFrame:
    table: pd.DataFrame = allocate_file(path, partition, engine=engine, **options)  # type: ignore[arg-type]
    return table


@pytest.fixture(scope="module")
def known(
    engine: str, mixed: gpd.GeoDataFrame, few: gpd.GeoDataFrame, tmp_path_factory: pytest.TempPathFactory
) -> Known:
    """Give the shares of a plain file of features of all kinds."""
    path = tmp_path_factory.mktemp("file") / "mixed.parquet"
    mixed.to_parquet(path)
    return Known(engine, mixed, few, file_shares(path, few, engine))


def test_a_file_is_shared_as_geopandas_reads_and_projects_it(known: Known) -> None:
    expected = allocate(known.features.to_crs(known.partition.crs), known.partition, "plain")
    keys = ["feature", "territory"]
    assert tuple(known.shares.columns) == COLUMNS
    assert known.shares[keys].to_numpy().tolist() == expected[keys].to_numpy().tolist()
    assert_agree(expected, known.shares, RELATIVE, RELATIVE)
    if known.engine == "plain":
        pd.testing.assert_frame_equal(known.shares, expected, check_exact=True, check_dtype=False)


OTHER_ORDER = ("big-endian", "both byte orders")
"""Encodings that the kernels do not read."""


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_the_encoding_of_a_file_changes_not_a_bit(known: Known, tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "mixed.parquet"
    ENCODINGS[encoding](known.features, path)
    again = file_shares(path, known.partition, known.engine)
    if known.engine == "fast" and encoding in OTHER_ORDER:  # left to the plain engine
        assert_agree(known.shares, again)
    else:
        pd.testing.assert_frame_equal(again, known.shares, check_exact=True)


@pytest.mark.parametrize("batch", [1, 7, 64, 100_000])
def test_the_batch_changes_not_a_bit(known: Known, tmp_path: Path, batch: int) -> None:
    path = tmp_path / "mixed.parquet"
    known.features.to_parquet(path, row_group_size=50)
    again = file_shares(path, known.partition, known.engine, batch=batch)
    pd.testing.assert_frame_equal(again, known.shares, check_exact=True)


def test_native_columns_are_refused(known: Known, tmp_path: Path) -> None:
    frame = random_sets.points(9, known.partition)
    frame.to_parquet(tmp_path / "native.parquet", geometry_encoding="geoarrow", schema_version="1.1.0")
    with pytest.raises(DataError, match="codage des géométries inconnu") as error:
        file_shares(tmp_path / "native.parquet", known.partition, known.engine)
    assert "Le codage WKB est lu" in str(error.value)


@pytest.mark.parametrize(
    "crs", ["EPSG:2154", "EPSG:4326", "OGC:CRS84", "EPSG:3857", "EPSG:3035", "EPSG:4171"]
)
def test_a_file_in_any_projection(
    engine: str, mixed: gpd.GeoDataFrame, few: gpd.GeoDataFrame, tmp_path: Path, crs: str
) -> None:
    features = mixed.to_crs(crs)
    features.to_parquet(tmp_path / "any.parquet")
    expected = allocate(features.to_crs(few.crs), few, "plain")
    assert_agree(expected, file_shares(tmp_path / "any.parquet", few, engine), RELATIVE, RELATIVE)


def test_a_file_without_features_has_no_shares(engine: str, few: gpd.GeoDataFrame, tmp_path: Path) -> None:
    gpd.GeoDataFrame(geometry=[], crs="EPSG:4326").to_parquet(tmp_path / "none.parquet")
    gpd.GeoDataFrame(geometry=ODD, crs="EPSG:4326").to_parquet(tmp_path / "odd.parquet")
    for name in ("none", "odd"):
        table = file_shares(tmp_path / f"{name}.parquet", few, engine)
        assert len(table) == 0
        assert tuple(table.columns) == COLUMNS


def test_a_multipoint_of_both_byte_orders(engine: str, few: gpd.GeoDataFrame, tmp_path: Path) -> None:
    centre = few.representative_point().to_crs("EPSG:4326").iloc[0]
    write_wkb([nested_orders(centre.x, centre.y)], tmp_path / "two.parquet", CRS("EPSG:4326"))
    table = file_shares(tmp_path / "two.parquet", few, engine)
    assert table[["feature", "territory", "part"]].to_numpy().tolist() == [[0, few.index[0], 1.0]]


def test_what_is_no_sound_file_is_refused(engine: str, few: gpd.GeoDataFrame, tmp_path: Path) -> None:
    good = frame([shapely.box(700_000, 7_000_000, 700_010, 7_000_010)]).to_crs("EPSG:4326")
    bow_tie = shapely.Polygon([(2, 50), (3, 51), (3, 50), (2, 51)])
    pd.DataFrame({"a": [1]}).to_parquet(tmp_path / "plain.parquet")
    (tmp_path / "text.parquet").write_text("id,x,y\n", encoding="utf-8")
    good.to_parquet(tmp_path / "whole.parquet")
    (tmp_path / "cut.parquet").write_bytes((tmp_path / "whole.parquet").read_bytes()[:-40])
    write_wkb([*encoded(good), b"\x01\x03\x00\x00"], tmp_path / "short.parquet", CRS("EPSG:4326"))
    write_wkb([*encoded(good), b"\x01\x63\x00\x00\x00"], tmp_path / "unknown.parquet", CRS("EPSG:4326"))
    write_wkb(encoded(good), tmp_path / "nowhere.parquet", None)
    for name in ("plain", "text", "cut", "short", "unknown", "nowhere", "missing"):
        with pytest.raises(ErbmError):
            file_shares(tmp_path / f"{name}.parquet", few, engine)
    tied = gpd.GeoDataFrame(geometry=[*good.geometry, *good.geometry, bow_tie], crs="EPSG:4326")
    tied.to_parquet(tmp_path / "tied.parquet")
    for options in ({}, {"batch": 1}):
        with pytest.raises(DataError, match=r"géométrie invalide.*\b2\b"):
            file_shares(tmp_path / "tied.parquet", few, engine, **options)


# Totals


def added(shares: pd.DataFrame) -> Any:
    totals = Totals()
    totals.add(shares)
    return totals


def summed(shares: pd.DataFrame) -> pd.DataFrame:
    """Return totals by `math.fsum`, territory by territory."""
    rows = {
        code: [len(rows), *(math.fsum(rows[name]) for name in ("part", "length_m", "area_m2"))]
        for code, rows in shares.groupby("territory")
    }
    codes = sorted(rows, key=lambda code: (code == OUTSIDE, code))
    names = ["features", "parts", "length_m", "area_m2"]
    return pd.DataFrame([rows[code] for code in codes], index=codes, columns=names)


def assert_totals(found: pd.DataFrame, shares: pd.DataFrame) -> None:
    expected = summed(shares)
    met = found[found["features"] > 0]
    assert met.index.tolist() == expected.index.tolist()
    assert met[expected.columns].to_numpy().tolist() == expected.to_numpy().tolist()


amounts = st.floats(0, 1e18, allow_subnormal=False) | st.sampled_from([1e16, 1.0, 1e-9, 0.1, 2.0**-40])


@given(
    st.lists(st.tuples(st.sampled_from(["b", "a", OUTSIDE]), amounts, amounts, amounts), min_size=1),
    st.randoms(use_true_random=False),
)
def test_totals_are_those_of_fsum_whatever_the_order_and_the_tree(rows: list[Any], random: Any) -> None:
    shares = pd.DataFrame([(n, *row) for n, row in enumerate(rows)], columns=list(COLUMNS))
    shuffled = shares.iloc[random.sample(range(len(shares)), len(shares))]
    cuts = sorted(random.choices(range(len(shares) + 1), k=4))
    pile = [added(shuffled.iloc[a:b]) for a, b in zip([0, *cuts], [*cuts, len(shares)], strict=True)]
    while len(pile) > 1:
        one, other = random.sample(range(len(pile)), 2)
        pile[one].merge(pile[other])
        del pile[other]
    assert_totals(pile[0].frame(), shares)


def test_totals_hold_what_others_lose() -> None:
    big = pd.DataFrame(
        [(n, "a", 1.0, metres, 0.0) for n, metres in enumerate([1e16, 1.0, 1.0, 1e-9] * 50)],
        columns=list(COLUMNS),
    )
    assert_totals(added(big).frame(), big)
    assert added(big).frame().loc["a", "length_m"] != sum(big["length_m"])


@pytest.mark.parametrize("batch", [None, 1, 13, 100_000])
def test_the_totals_of_a_file_are_the_sums_of_its_shares(
    known: Known, tmp_path: Path, batch: int | None
) -> None:
    path = tmp_path / "mixed.parquet"
    known.features.to_parquet(path, row_group_size=50)
    found = total_file(path, known.partition, batch=batch, engine=known.engine)  # type: ignore[arg-type]
    assert_totals(found, known.shares)
    assert found.index[-1] == OUTSIDE
