"""What the page says is in a perimeter, against `geo.allocate` on the features before they were rounded."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from playwright.sync_api import Page
from pyproj import Transformer
from shapely.geometry.base import BaseGeometry

from geo.allocate import OUTSIDE, allocate
from geo.atlas import AtlasMap
from geo.atlas.payload import page_data
from geo.content import Content, load_content
from geo.territories import LAMBERT_93
from tests.browser.conftest import Visit
from tests.records import sample

MIRROR = Path(__file__).parents[3] / "shared" / "mirror"
"""Records of official sources, beside the repository, where they are."""

RELATIVE = 1e-6
TO_METRES = Transformer.from_crs(4326, LAMBERT_93, always_xy=True)

CONCAVE = "p;;2.75 50.38 2.95 50.4 2.97 50.47 2.86 50.43 2.78 50.48"
CIRCLE = "o;;2.83 50.43;2500"
WIDE = "p;;2.4 50.55 2.9 50.5 3.4 50.4 3.3 50.28 2.85 50.36 2.5 50.42"
RINGS = [
    [[2.6, 50.38], [3.3, 50.33], [3.35, 50.42], [2.9, 50.5], [2.62, 50.49], [2.6, 50.38]],
    [[2.8, 50.41], [2.86, 50.45], [2.9, 50.4], [2.8, 50.41]],
    [[3.0, 50.38], [3.0, 50.42], [3.1, 50.4], [3.0, 50.38]],
]


def _content() -> Content:
    if MIRROR.is_dir():
        return load_content(mirror=MIRROR)
    return sample()


@pytest.fixture(scope="module")
def content() -> Content:
    return _content()


@pytest.fixture(scope="module")
def page_file(content: Content, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("accord") / "atlas.html"
    path.write_text(AtlasMap(page_data(content)).html_text(), encoding="utf-8")
    return path


def downloaded(page: Page, group: str, button: str) -> Any:
    exports = page.get_by_role("group", name=f"Télécharger : {group}")
    with page.expect_download() as waiting:
        exports.get_by_role("button", name=button, exact=True).click()
    return json.loads(Path(waiting.value.path()).read_text(encoding="utf-8"))


def in_metres(shape: BaseGeometry) -> BaseGeometry:
    return shapely.transform(shape, lambda xy: np.column_stack(TO_METRES.transform(*xy.T)))


def opened(page: Page, rings: list[Any], crs: str = "") -> None:
    polygon = {"type": "Polygon", "coordinates": rings}
    document = polygon | ({"crs": {"type": "name", "properties": {"name": crs}}} if crs else {})
    page.keyboard.press("Escape")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Outils").click()
        page.get_by_role("menuitem", name="Ouvrir un périmètre").click()
    files = [
        {"name": "zone.geojson", "mimeType": "application/geo+json", "buffer": json.dumps(document).encode()}
    ]
    chooser.value.set_files(files)  # type: ignore[arg-type]


def drawn(fragment: str) -> Callable[[Visit, Path], Page]:
    return lambda visit, path: visit.open_atlas(path, f"p={fragment}&d=perimetre")


def from_file(visit: Visit, path: Path) -> Page:
    page = visit.open_atlas(path)
    opened(page, RINGS)
    return page


def from_lambert(visit: Visit, path: Path) -> Page:
    page = visit.open_atlas(path)
    rings = [[list(TO_METRES.transform(lon, lat)) for lon, lat in ring] for ring in RINGS]
    opened(page, rings, "urn:ogc:def:crs:EPSG::2154")
    return page


@pytest.mark.parametrize(
    "start",
    [drawn(CONCAVE), drawn(CIRCLE), drawn(WIDE), from_file, from_lambert],
    ids=["concave", "circle", "wide", "holes from a file", "holes from a file in Lambert-93"],
)
def test_a_perimeter_holds_what_allocate_finds(
    start: Callable[[Visit, Path], Page], content: Content, page_file: Path, visit: Visit
) -> None:
    page = start(visit, page_file)
    page.get_by_role("table", name="Éléments du périmètre").wait_for()
    found = downloaded(page, "statistiques", "GeoJSON")["features"][0]
    perimeter = in_metres(shapely.from_geojson(json.dumps(found["geometry"])))
    expected = _by_layer(content.features, perimeter)
    told = {one["couche"]: one for one in found["properties"]["couches"]}
    assert {key: one["nombre"] for key, one in told.items()} == {key: row[0] for key, row in expected.items()}
    for key, (_, length, area) in expected.items():
        assert told[key]["longueur_m"] == pytest.approx(length, rel=RELATIVE), key
        assert told[key]["surface_ha"] == pytest.approx(area / 10_000, rel=RELATIVE), key
    assert visit.errors == []


def _by_layer(features: gpd.GeoDataFrame, perimeter: BaseGeometry) -> dict[str, tuple[int, float, float]]:
    """Return count, metres and square metres inside, by layer; measures of whole territories are apart."""
    own = features[(features["precision"] != "territoire") & ~features.geometry.isna()].set_index("id")
    partition = gpd.GeoDataFrame(geometry=[perimeter], index=["dedans"], crs=LAMBERT_93)
    shares = allocate(own[["geometry"]], partition, engine="plain")
    inside = shares[(shares["territory"] != OUTSIDE)]
    layers = own["couche"].loc[inside["feature"]].to_numpy()
    return {
        str(layer): (len(rows), float(rows["length_m"].sum()), float(rows["area_m2"].sum()))
        for layer, rows in inside.groupby(layers)
    }


def test_what_is_cut_measures_what_is_said(content: Content, page_file: Path, visit: Visit) -> None:
    page = drawn(CONCAVE)(visit, page_file)
    page.get_by_role("table", name="Éléments du périmètre").wait_for()
    cut = downloaded(page, "liste", "GeoJSON")["features"]
    assert len({one["id"] for one in cut}) == len(cut) > 20
    shapes = [in_metres(shapely.from_geojson(json.dumps(one["geometry"]))) for one in cut]
    assert shapely.is_valid(np.array(shapes)).all()
    for one, shape in zip(cut, shapes, strict=True):
        properties = one["properties"]
        assert properties["source"]
        assert (
            shape.length == pytest.approx(properties["longueur_m"], rel=1e-4)
            if "longueur_m" in properties
            else True
        )
        if "surface_ha" in properties:
            assert shape.area / 10_000 == pytest.approx(properties["surface_ha"], rel=1e-3)
