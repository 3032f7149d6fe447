"""Records become features: where they are, what they are called, which facts they complete."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo import catalog, ingest
from geo.errors import DataError
from geo.ingest.lots import Lot
from geo.ingest.records import communes_of, to_rows
from geo.ingest.report import Report
from geo.sources import datagouv
from geo.sources.store import Store, additions
from geo.sources.web import Web
from geo.territories import load
from tests.conftest import ORIGIN, House
from tests.loopback import Loopback, Reply


def at(x_km: float, y_km: float) -> tuple[float, float]:
    return ORIGIN[0] + 1000 * x_km, ORIGIN[1] + 1000 * y_km


def box(x: float, y: float, width: float, height: float = 1) -> shapely.Polygon:
    return shapely.box(*at(x, y), *at(x + width, y + height))


@pytest.mark.parametrize(
    ("shape", "codes"),
    [
        (shapely.Point(at(5, 5)), ("62001",)),
        (shapely.Point(at(25, 5)), ("59001",)),
        (shapely.Point(at(50, 5)), ()),
        (shapely.LineString([at(5, 5), at(15, 5)]), ("62001", "62002")),
        (shapely.LineString([at(5, 5), at(35, 5)]), ("59001", "62001", "62002")),
        (box(8, 5, 4), ("62001", "62002")),
        (box(1, 5, 9.01), ("62001",)),  # a sliver of 0.1 % in the next commune
        (box(1, 5, 9.5), ("62001", "62002")),
    ],
)
def test_communes_of(house: House, shape: Any, codes: tuple[str, ...]) -> None:
    house.write()
    assert communes_of(np.array([shape], dtype=object), load()) == [codes]


def test_a_point_on_a_border_lies_in_one_commune_always_the_same(house: House) -> None:
    house.write()
    border = shapely.intersection(load().communes["62001"].geometry, load().communes["62002"].geometry)
    place = shapely.Point(shapely.get_coordinates(border)[0])
    many = communes_of(np.array([place, shapely.Point(at(5, 5)), place], dtype=object), load())
    assert many[0] == many[2]
    assert len(many[0]) == 1


def lot(part: str, rows: list[dict[str, Any]], shapes: list[Any]) -> Lot:
    frame = gpd.GeoDataFrame(
        pd.DataFrame(rows, dtype=object).where(lambda f: f.notna(), None), geometry=shapes, crs="EPSG:2154"
    )
    frame.index = pd.RangeIndex(1, len(rows) + 1)
    report = Report("x.geojson", "x", "GeoJSON", "lieux", "Lieux", len(rows), len(rows), 0)
    document = catalog.load().documents["autre"]
    return Lot("lieux", part, document, "x", frame, pd.DataFrame(), report, resume=f"Lieu {part}.")


DEFINITION = """
[[champ]]
nom = "id_lsm"
libelle = "LSM"
type = "entier"
"""


@pytest.fixture
def lieux(house: House) -> House:
    house.layers["lieux"] = 'identifiants = ["id_lsm"]\nnommer = "Lieu n° {id_lsm}"\n' + house.layers["lieux"]
    house.layers["lieux"] += DEFINITION
    return house


def test_an_id_is_made_of_the_identifier_or_of_the_key(lieux: House) -> None:
    lieux.write()
    rows: list[dict[str, Any]] = [
        {"_cle": "abc", "nom": "A", "id_lsm": 20},
        {"_cle": "d/É f", "nom": None, "id_lsm": None},
        {"_cle": "g", "nom": None, "id_lsm": 7},
    ]
    told = to_rows(
        catalog.load().layers["lieux"], [lot("", rows, [box(n, 1, 0.5) for n in (1, 3, 5)])], load()
    )
    assert [row["id"] for row in told.rows] == ["lieux-lsm-20", "lieux-d-e-f", "lieux-lsm-7"]
    assert [row["nom"] for row in told.rows] == ["A", "Couche 1, d/É f", "Lieu n° 7"]


def test_two_parts_that_tell_one_thing_are_one_feature(lieux: House) -> None:
    lieux.write()
    first = lot("a", [{"_cle": "1", "nom": "Une", "id_lsm": 1}], [box(1, 1, 1)])
    second = lot("b", [{"_cle": "1", "nom": "Deux", "id_lsm": 1, "area_ha": 5.0}], [box(1.5, 1, 1)])
    told = to_rows(catalog.load().layers["lieux"], [first, second], load())
    (row,) = told.rows
    assert row["nom"] == "Une"
    assert row["resume"] == "Lieu a. Lieu b."
    assert row["attributs"] == {"id_lsm": 1, "area_ha": 5.0, "unesco": False}
    assert row["geometry"].area == pytest.approx(1.5e6)
    assert len(told.notes) == 1


def test_a_fact_takes_the_outline_of_its_record_and_keeps_what_it_says(
    lieux: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ERBM_DATA", str(tmp_path / "ajouts"))
    place = lieux.place(1.5, 1.5)
    lieux.fact(
        "lieux", "moulin", communes='["62001"]', point=place, attributs="{ id_lsm = 1, area_ha = 99.0 }"
    )
    lieux.write()
    store = additions()
    with store.writing() as entries:
        told = [
            {"_cle": "1", "nom": "x", "id_lsm": 1, "area_ha": 1.0},
            {"_cle": "2", "nom": "y", "id_lsm": 2},
        ]
        kept = lot("a", told, [box(1, 1, 1), box(12, 1, 1)])
        entries[kept.cle] = kept.entry(store)
        store.commit(entries)
    frame = ingest.load()
    assert list(frame.index) == ["lieux-moulin", "lieux-lsm-2"]
    fact = frame.loc["lieux-moulin"]
    assert fact["geometry"].area == pytest.approx(1e6)
    assert fact["attributs"]["area_ha"] == 99.0
    assert fact["nom"] == "moulin"
    assert "tracé" in fact["position"]
    assert list(frame["inventaire"]) == [False, True]


def test_a_lot_comes_back_as_it_was_kept(lieux: House, tmp_path: Path) -> None:
    lieux.write()
    store = Store(tmp_path / "store", "essai")
    rows = [{"_cle": "1", "nom": "Cœur « d'Ostrevent »", "id_lsm": 1, "area_ha": 0.1 + 0.2, "unesco": None}]
    before = lot("a", rows, [box(1, 1, 1)])
    after = Lot.of(before.entry(store), store, catalog.load().layers["lieux"])
    assert after.records.loc[1, "nom"] == "Cœur « d'Ostrevent »"
    assert after.records.loc[1, "area_ha"] == 0.1 + 0.2
    assert after.records.loc[1, "unesco"] is None
    assert after.records.geometry.iloc[0].equals_exact(before.records.geometry.iloc[0], 0.0)
    assert (after.cle, after.nombre, after.report) == ("lieux/a", 1, before.report)


# The latest file of a dataset


def _dataset(*files: tuple[str, str, str]) -> Reply:
    rows = [{"format": kind, "last_modified": day, "url": url} for kind, day, url in files]
    return Reply({"resources": rows})


def test_the_latest_file_of_a_dataset(tmp_path: Path) -> None:
    with Loopback() as server, Web(tmp_path) as web:
        address = server.at(
            "/api/1/datasets/pistes/",
            _dataset(
                ("geojson", "2026-01-02", "https://a/1"),
                ("geojson", "2026-08-07", "https://a/2"),
                ("csv", "2027", "https://a/3"),
            ),
        )
        assert datagouv.resolve(web, address) == "https://a/2"
        assert datagouv.resolve(web, address + "#csv") == "https://a/3"
        with pytest.raises(DataError, match="aucun fichier parquet"):
            datagouv.resolve(web, address + "#parquet")


def test_any_other_address_stays_as_it_is(tmp_path: Path) -> None:
    with Web(tmp_path) as web:
        for address in ("https://a/b.geojson", "https://www.data.gouv.fr/api/1/datasets/r/0-1"):
            assert datagouv.resolve(web, address) == address


@pytest.mark.parametrize("body", [[], {"resources": 1}, {"resources": [{"url": "x"}]}, {"autre": []}])
def test_an_answer_that_is_no_dataset_is_refused(tmp_path: Path, body: Any) -> None:
    with Loopback() as server, Web(tmp_path) as web:
        address = server.at("/api/1/datasets/pistes/", Reply(body))
        with pytest.raises(DataError, match="illisible"):
            datagouv.resolve(web, address)
