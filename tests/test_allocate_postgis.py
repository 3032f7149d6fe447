"""Shares agree with those that PostGIS cuts, on random data and on the layers of the atlas."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo import ingest
from geo.allocate import OUTSIDE
from geo.territories import load as load_territories
from tests.allocation import engines, random_sets
from tests.allocation.engines import allocate
from tests.allocation.shapes import RELATIVE
from tests.postgis import Base

if TYPE_CHECKING:
    from psycopg import Cursor

pytest.importorskip("psycopg", reason="le paquet psycopg n'est pas installé")
pytestmark = pytest.mark.postgis
engine = engines.engine

INSIDE = """
    SELECT f.id, t.code, {measure}(ST_Intersection(f.shape, t.shape))
    FROM features f JOIN territories t ON ST_Intersects(f.shape, t.shape)
    WHERE ST_Dimension(f.shape) = {dimension}"""
LEFT = """
    SELECT f.id, '', {measure}(ST_Difference(f.shape, everything.shape)) FROM features f, everything
    WHERE ST_Dimension(f.shape) = {dimension} AND NOT ST_CoveredBy(f.shape, everything.shape)"""
ALONG = """
    SELECT f.id, side.code, -sum(ST_Length(ST_Intersection(f.shape, shared.shape))) / 2
    FROM features f JOIN shared ON ST_Intersects(f.shape, shared.shape)
    CROSS JOIN LATERAL unnest(ARRAY[shared.one, shared.other]) AS side (code)
    WHERE ST_Dimension(f.shape) = 1 GROUP BY 1, 2"""
POINTS = """
    SELECT p.id, coalesce(min(t.code), ''), p.rank
    FROM (SELECT id, (d).path[1] AS rank, (d).geom AS shape
          FROM (SELECT id, ST_DumpPoints(shape) AS d FROM features WHERE ST_Dimension(shape) = 0) x) p
    LEFT JOIN territories t ON ST_Intersects(p.shape, t.shape) GROUP BY p.id, p.rank"""
SHARED = """
    CREATE TABLE shared AS
    SELECT a.code AS one, b.code AS other,
           ST_CollectionExtract(ST_Intersection(ST_Boundary(a.shape), ST_Boundary(b.shape)), 2) AS shape
    FROM territories a JOIN territories b ON a.code < b.code AND ST_Intersects(a.shape, b.shape)
    WHERE EXISTS (SELECT 1 FROM features f WHERE ST_Dimension(f.shape) = 1 AND ST_Intersects(f.shape, a.shape)
                  AND ST_Intersects(f.shape, b.shape))"""


def _put(cursor: Cursor, table: str, column: str, frame: gpd.GeoDataFrame) -> None:
    cursor.execute(f"DROP TABLE IF EXISTS {table}")
    cursor.execute(f"CREATE TABLE {table} ({column} text, shape geometry(geometry, 2154))")
    with cursor.copy(f"COPY {table} FROM STDIN") as copy:
        for key, shape in frame.geometry.items():
            copy.write_row(
                (str(key), shapely.to_wkb(shapely.set_srid(shape, 2154), hex=True, include_srid=True))
            )
    cursor.execute(f"CREATE INDEX ON {table} USING gist (shape)")
    cursor.execute(f"ANALYZE {table}")


def load(base: Base, features: gpd.GeoDataFrame, partition: gpd.GeoDataFrame) -> None:
    """Copy features and territories into a base, and cut the borders that territories share."""
    import psycopg

    with psycopg.connect(base.address) as link:
        cursor = link.cursor()
        _put(cursor, "features", "id", features)
        _put(cursor, "territories", "code", partition)
        cursor.execute("DROP TABLE IF EXISTS shared, everything")
        cursor.execute("CREATE TABLE everything AS SELECT ST_Union(shape) AS shape FROM territories")
        cursor.execute(SHARED)
        cursor.execute("CREATE INDEX ON shared USING gist (shape)")


def told(base: Base, *queries: str) -> pd.Series:
    """Return what queries tell of each feature in each territory, summed."""
    rows = [row for query in queries for row in base.sql(query)]
    table = pd.DataFrame(rows, columns=["feature", "territory", "value"]).astype({"value": float})
    return table.groupby(["feature", "territory"])["value"].sum()


def assert_agree(mine: pd.DataFrame, column: str, theirs: pd.Series) -> None:
    """Compare each measure to that of PostGIS, to 1e-9 of its feature."""
    keys = [mine["feature"].astype(str), mine["territory"]]
    ours, theirs = mine.set_index(keys)[column].align(theirs, fill_value=0.0)
    whole = ours.groupby(level=0).transform("sum")
    gap = (ours - theirs).abs() / whole.where(whole > 0, 1.0)
    assert (gap <= RELATIVE).all(), gap.nlargest(5)


def of_dimension(frame: gpd.GeoDataFrame, dimension: int) -> gpd.GeoDataFrame:
    """Return the features of a dimension."""
    return frame[shapely.get_dimensions(np.asarray(frame.geometry.array)) == dimension]


def ask(base: Base, features: gpd.GeoDataFrame, partition: gpd.GeoDataFrame) -> dict[str, pd.Series]:
    """Return the lengths, the areas and the parts of points that PostGIS tells."""
    load(base, features, partition)
    lengths, areas = (
        [query.format(measure=measure, dimension=dimension) for query in (INSIDE, LEFT)]
        for measure, dimension in (("ST_Length", 1), ("ST_Area", 2))
    )
    counts = told(base, f"SELECT id, coalesce, count(*) FROM ({POINTS}) x GROUP BY 1, 2")
    return {
        "length_m": told(base, *lengths, ALONG),
        "area_m2": told(base, *areas),
        "part": counts / counts.groupby(level=0).transform("sum"),
    }


def compare(features: gpd.GeoDataFrame, mine: pd.DataFrame, theirs: dict[str, pd.Series]) -> None:
    """Compare the shares of all features, each by what it has: length, area or points."""
    for dimension, column in enumerate(("part", "length_m", "area_m2")):
        names = of_dimension(features, dimension).index
        assert_agree(mine[mine["feature"].isin(names)], column, theirs[column])


@pytest.fixture(scope="module")
def partition() -> gpd.GeoDataFrame:
    """Give 200 territories."""
    return random_sets.territories()


@pytest.fixture(scope="module")
def answers() -> dict[str, dict[str, pd.Series]]:
    """Keep what PostGIS answered, for the next engine."""
    return {}


@pytest.mark.parametrize("kind", ["points", "lines", "polygons", "borders"])
def test_random_features_are_shared_as_postgis_does(
    engine: str,
    module_base: Base,
    partition: gpd.GeoDataFrame,
    answers: dict[str, dict[str, pd.Series]],
    kind: str,
) -> None:
    features = random_sets.features(kind, 5000, partition)
    if kind not in answers:
        answers[kind] = ask(module_base, features, partition)
    table = allocate(features, partition, engine)
    assert len(table) > len(features)
    compare(features, table, answers[kind])


@pytest.mark.parametrize("by", ["epci", "commune"])
def test_the_layers_of_the_atlas_are_shared_as_postgis_does(
    engine: str, module_base: Base, answers: dict[str, dict[str, pd.Series]], by: str
) -> None:
    features = ingest.load().set_index("id")[["geometry"]]
    features = features[~(features.geometry.isna() | features.is_empty)]
    features = features[~features.geometry.to_wkb().duplicated()]  # many facts cover the same EPCI
    partition = load_territories().frame(by)[["geometry"]]
    if by not in answers:
        answers[by] = ask(module_base, features, partition)
    table = allocate(features, partition, engine)
    assert all(len(of_dimension(features, dimension)) > 0 for dimension in range(3))
    compare(features, table, answers[by])


def test_a_difference_would_be_seen(module_base: Base, partition: gpd.GeoDataFrame) -> None:
    features = random_sets.polygons(50)
    load(module_base, features, partition)
    table = allocate(features, partition, "plain")
    theirs = told(module_base, *(q.format(measure="ST_Area", dimension=2) for q in (INSIDE, LEFT)))
    assert_agree(table, "area_m2", theirs)
    assert OUTSIDE in theirs.index.get_level_values(1)
    table["area_m2"] *= np.where(table.index == 3, 1 + 1e-8, 1.0)
    with pytest.raises(AssertionError):
        assert_agree(table, "area_m2", theirs)
