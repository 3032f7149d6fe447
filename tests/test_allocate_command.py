"""``erbm allocate`` and `geo.allocate`: files of any format, any territories, and conserved."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import geo
from geo.cli import main
from geo.errors import DataError

RELATIVE = 1e-9


@pytest.fixture(scope="module")
def features() -> gpd.GeoDataFrame:
    """Give points, lines and polygons over the basin and around, in degrees."""
    random = np.random.default_rng(62)
    west, south, east, north = geo.territories().total_bounds
    places = random.uniform((west - 5e3, south - 5e3), (east + 5e3, north + 5e3), (300, 2))
    lines = [shapely.LineString([place, place + random.normal(0, 4e3, 2)]) for place in places[:100]]
    discs = [shapely.Point(place).buffer(random.uniform(50, 3e3)) for place in places[100:200]]
    shapes = [*lines, *discs, *(shapely.Point(place) for place in places[200:])]
    return gpd.GeoDataFrame({"nom": [f"n{k}" for k in range(300)]}, geometry=shapes, crs=2154).to_crs(4326)


@pytest.fixture(scope="module")
def files(features: gpd.GeoDataFrame, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Give the same features in several formats."""
    folder = tmp_path_factory.mktemp("features")
    paths = {kind: folder / f"a.{kind}" for kind in ("parquet", "gpkg", "geojson")}
    features.to_parquet(paths["parquet"])
    features.to_file(paths["gpkg"], layer="a")
    features.to_file(paths["geojson"], COORDINATE_PRECISION=15)
    return paths


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["allocate", *arguments])
    told = capsys.readouterr()
    return code, told.out, told.err


def rows(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, Any]]:
    code, out, _ = run(capsys, *arguments, "--format", "json")
    assert code == 0
    found: list[dict[str, Any]] = json.loads(out)
    return found


@pytest.mark.parametrize("by", ["epci", "commune", "departement"])
@pytest.mark.parametrize("kind", ["parquet", "gpkg", "geojson"])
def test_totals_are_conserved(
    capsys: pytest.CaptureFixture[str],
    features: gpd.GeoDataFrame,
    files: dict[str, Path],
    by: str,
    kind: str,
) -> None:
    found = pd.DataFrame(rows(capsys, str(files[kind]), "--by", by))
    whole = features.to_crs(2154)
    assert found["parts"].sum() == pytest.approx(len(features), rel=RELATIVE)
    assert found["area_ha"].sum() * 1e4 == pytest.approx(whole.area.sum(), rel=RELATIVE)
    dimensions = shapely.get_dimensions(np.asarray(whole.geometry.array))
    assert found["length_km"].sum() * 1e3 == pytest.approx(whole[dimensions == 1].length.sum(), rel=RELATIVE)
    assert found["nom"].iloc[-1] == "Hors de ces territoires"
    partition = geo.partition(by)
    _, met = partition.sindex.query(np.asarray(whole.geometry.array), predicate="intersects")
    assert set(found["code"].dropna()) == set(partition.index[met])
    assert len(partition) == {"epci": 8, "commune": 336, "departement": 2}[by]


def test_totals_are_those_of_geopandas(
    capsys: pytest.CaptureFixture[str], features: gpd.GeoDataFrame, files: dict[str, Path]
) -> None:
    discs = features.to_crs(2154)[shapely.get_dimensions(np.asarray(features.geometry.array)) == 2]
    pieces = discs.overlay(geo.territories()[["geometry"]].reset_index(), keep_geom_type=True)
    areas = (pieces.area / 1e4).groupby(pieces["siren"]).sum()
    found = {row["code"]: row["area_ha"] for row in rows(capsys, str(files["gpkg"]))}
    assert len(areas) == 8
    for code, hectares in areas.items():
        assert found[str(code)] == pytest.approx(hectares, rel=1e-8)


def test_the_table_is_in_french_and_ends_on_the_total(
    capsys: pytest.CaptureFixture[str], files: dict[str, Path]
) -> None:
    code, out, err = run(capsys, str(files["parquet"]), "--epci", "CALL")
    assert code == 0
    assert "CA de Lens-Liévin" in out
    assert "Hors de ces territoires" in out
    assert out.rstrip().splitlines()[-1].split()[:2] == ["Total", "300"]
    assert "300" in err


@pytest.mark.parametrize("name", ["parts.csv", "parts.parquet"])
def test_each_share_in_a_file(
    capsys: pytest.CaptureFixture[str], files: dict[str, Path], tmp_path: Path, name: str
) -> None:
    out = tmp_path / name
    assert run(capsys, str(files["parquet"]), "--detail", "--out", str(out))[0] == 0
    table = pd.read_csv(out) if name.endswith("csv") else pd.read_parquet(out)
    expected = geo.allocate(files["parquet"])
    assert table["part"].tolist() == expected["part"].tolist()
    assert table.groupby("element")["part"].sum().tolist() == pytest.approx([1.0] * 300, rel=RELATIVE)


def test_detail_without_a_file_says_what_to_do(
    capsys: pytest.CaptureFixture[str], files: dict[str, Path]
) -> None:
    code, _, err = run(capsys, str(files["parquet"]), "--detail")
    assert code == 2
    assert "--out parts.parquet" in err


def test_the_engine_and_the_batch_change_nothing(files: dict[str, Path]) -> None:
    pytest.importorskip("numba")
    plain = geo.allocate(files["parquet"], "commune", engine="plain")
    for batch in (7, 100, None):
        fast = geo.allocate(files["parquet"], "commune", engine="fast", batch=batch)
        assert fast["territory"].tolist() == plain["territory"].tolist()
        assert fast["part"].to_numpy() == pytest.approx(plain["part"].to_numpy(), abs=RELATIVE)
    totals = [geo.allocate(files["parquet"], engine="fast", batch=b, totals=True) for b in (3, 50, None)]
    pd.testing.assert_frame_equal(totals[0], totals[1], check_exact=True)
    pd.testing.assert_frame_equal(totals[0], totals[2], check_exact=True)


def test_dask_gives_the_same_table(files: dict[str, Path]) -> None:
    pytest.importorskip("distributed")
    pytest.importorskip("numba")
    mine = geo.allocate(files["parquet"], engine="fast")
    pd.testing.assert_frame_equal(geo.allocate(files["parquet"], engine="dask"), mine, check_exact=True)


def test_a_frame_in_another_projection_is_projected(features: gpd.GeoDataFrame) -> None:
    mine = geo.allocate(features, engine="plain")
    theirs = geo.allocate(features.to_crs(2154), engine="plain")
    pd.testing.assert_frame_equal(mine, theirs, check_exact=True)


def test_a_frame_without_projection_is_an_error(features: gpd.GeoDataFrame) -> None:
    bare = gpd.GeoDataFrame(geometry=np.asarray(features.geometry.array))
    with pytest.raises(DataError, match="pas de projection"):
        geo.allocate(bare)


def test_invalid_polygons_of_a_file_are_mended_in_the_open(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    x, y = geo.territories("CALL").representative_point().iloc[0].coords[0]
    bow = shapely.Polygon([(x, y), (x + 100, y + 100), (x + 100, y), (x, y + 100)])
    path = tmp_path / "bow.gpkg"
    gpd.GeoDataFrame({"nom": ["a"]}, geometry=[bow], crs=2154).to_file(path)
    code, out, err = run(capsys, str(path), "--format", "csv")
    assert code == 0
    assert "1 géométrie invalide, réparée" in err.replace("\u00a0", " ")
    assert float(out.splitlines()[1].split(",")[-1]) == pytest.approx(0.5)


def test_territories_that_overlap_are_measured_each_on_its_own(
    capsys: pytest.CaptureFixture[str], features: gpd.GeoDataFrame, files: dict[str, Path], tmp_path: Path
) -> None:
    x, y = geo.territories("CALL").representative_point().iloc[0].coords[0]
    two = [shapely.box(x, y, x + 9000, y + 9000), shapely.box(x + 3000, y, x + 12000, y + 9000)]
    path = tmp_path / "two.gpkg"
    gpd.GeoDataFrame({"code": ["a", "b"]}, geometry=two, crs=2154).to_file(path)
    found = {row["code"]: row for row in rows(capsys, str(files["parquet"]), "--by", str(path))}
    whole = features.to_crs(2154)
    for code, square in zip("ab", two, strict=True):
        alone = geo.allocate(files["parquet"], gpd.GeoDataFrame(geometry=[square], index=[code], crs=2154))
        inside = alone[alone["territory"] == code]
        assert found[code]["area_ha"] * 1e4 == pytest.approx(inside["area_m2"].sum(), rel=RELATIVE)
        assert found[code]["elements"] == len(inside) > 0
    both = shapely.union_all(two)
    outside = whole.area.sum() - whole.intersection(both).area.sum()
    assert found[None]["area_ha"] * 1e4 == pytest.approx(outside, rel=1e-8)
    detail = geo.allocate(files["parquet"], path)
    assert detail["area_m2"].sum() == pytest.approx(
        sum(r["area_ha"] for r in found.values()) * 1e4, rel=RELATIVE
    )
    _, out, err = run(capsys, str(files["parquet"]), "--by", str(path))
    assert "Total" not in out
    assert "ne s'additionnent pas" in err


@pytest.mark.parametrize("kind", ["parquet", "geojson"])
def test_features_without_geometry_are_told(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, kind: str
) -> None:
    x, y = geo.territories("CALL").to_crs(4326).representative_point().iloc[0].coords[0]
    frame = gpd.GeoDataFrame({"nom": ["a", "b"]}, geometry=[shapely.Point(x, y), None], crs=4326)
    path = tmp_path / f"a.{kind}"
    frame.to_parquet(path) if kind == "parquet" else frame.to_file(path)
    code, out, err = run(capsys, str(path), "--format", "csv")
    assert code == 0
    assert out.splitlines()[1].split(",")[2] == "1"
    assert "1 élément sans géométrie, écarté" in err.replace("\u00a0", " ")


def test_metres_that_are_taken_for_degrees_are_told(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "metres.geojson"
    point = {"type": "Point", "coordinates": [684_000, 7_037_000]}
    path.write_text(json.dumps({"type": "Feature", "properties": {"nom": "a"}, "geometry": point}), "utf-8")
    code, _, err = run(capsys, str(path))
    assert code == 1
    assert "ne sont pas des degrés" in err
    assert "EPSG:2154" in err


def test_a_name_and_a_format_that_differ_are_refused(
    capsys: pytest.CaptureFixture[str], files: dict[str, Path], tmp_path: Path
) -> None:
    out = tmp_path / "x.parquet"
    code, _, err = run(capsys, str(files["geojson"]), "--format", "csv", "--out", str(out))
    assert code == 2
    assert ".parquet" in err
    assert not out.exists()


def test_columns_that_say_nothing_are_not_shown(
    capsys: pytest.CaptureFixture[str], features: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    points = features[shapely.get_dimensions(np.asarray(features.geometry.array)) == 0]
    points.to_parquet(tmp_path / "points.parquet")
    _, out, _ = run(capsys, str(tmp_path / "points.parquet"))
    assert "Éléments" in out
    assert "Longueur" not in out
    assert "Surface" not in out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nulle-part.parquet"], "introuvable"),
        (["{parquet}", "--by", "canton"], "canton"),
        (["{parquet}", "--epci", "Lans-Liévun"], "Lens-Liévin"),
        (["{parquet}", "--batch", "0"], "batch"),
        (["{parquet}", "--engine", "magique"], "magique"),
    ],
)
def test_wrong_use_is_told(
    capsys: pytest.CaptureFixture[str], files: dict[str, Path], arguments: list[str], told: str
) -> None:
    code, out, err = run(capsys, *(text.format(**files) for text in arguments))
    assert code in (1, 2)
    assert out == ""
    assert told in err
    assert "Traceback" not in err


@pytest.mark.france
def test_all_the_epci_of_france(files: dict[str, Path]) -> None:
    partition = geo.partition("epci", epci="France")
    assert len(partition) == 1230
    assert partition.crs.to_epsg() == 2154
    assert shapely.coverage_is_valid(np.asarray(partition.geometry.array))
    found = geo.allocate(files["parquet"], partition, totals=True)
    assert found["parts"].sum() == pytest.approx(300, rel=RELATIVE)
    basin = set(geo.territories().index)
    assert basin <= set(found.index)
