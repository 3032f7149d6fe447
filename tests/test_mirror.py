"""The real open data, through the mirror: what the atlas draws of them, and the faults it reports."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geo import catalog, indicators, ingest, ledger
from geo.atlas.site import write_site
from geo.ingest import Lot
from geo.territories import load as load_territories
from tests.conftest import SHARED
from tests.pages import data_in

MIRROR = SHARED / "mirror"
pytestmark = [
    pytest.mark.mirror,
    pytest.mark.skipif(not MIRROR.is_dir(), reason=f"{MIRROR.name} is not beside the project"),
]


@pytest.fixture(scope="module")
def lots() -> dict[str, list[Lot]]:
    return ingest.lots(MIRROR)


@pytest.fixture(scope="module")
def features() -> gpd.GeoDataFrame:
    return ingest.load(MIRROR)


@pytest.fixture(scope="module")
def stats(features: gpd.GeoDataFrame) -> pd.DataFrame:
    return indicators.compute(features, load_territories(), catalog.load(), ledger.load())


def of(features: gpd.GeoDataFrame, layer: str) -> gpd.GeoDataFrame:
    return features[features["couche"] == layer]


@pytest.mark.parametrize(
    ("layer", "read", "kept"),
    [
        ("cites", 159 + 162, 159 + 162),
        ("bien-inscrit", 109, 109),
        ("zone-tampon", 15, 15),
        ("cavaliers", 1317, 1316),
        ("terrils", 51, 51),
        ("espaces-neonaturels", 5, 5),
        ("perimetre-mission", 1, 1),
        ("communes-mission", 330, 330),
        ("hopitaux", 5368, 73),
        ("friches-recensees", 2331, 24),
        ("veloroutes", 6, 6),
    ],
)
def test_what_is_read_is_kept_or_set_aside(
    lots: dict[str, list[Lot]], layer: str, read: int, kept: int
) -> None:
    many = lots[layer]
    assert sum(lot.report.rows_in for lot in many) == read
    assert sum(lot.nombre for lot in many) == kept
    assert sum(lot.nombre + lot.ecarte for lot in many) == read


def test_every_record_is_valid_and_in_its_layer_kind(features: gpd.GeoDataFrame) -> None:
    records = features[features["inventaire"]]
    assert bool(shapely.is_valid(records.geometry.array).all())
    kinds = {"point": 0, "ligne": 1, "polygone": 2}
    for layer, group in records.groupby("couche"):
        if (kind := catalog.load().layers[str(layer)]).inventaire:
            assert set(shapely.get_dimensions(group.geometry.array)) == {kinds[kind.geometrie]}, layer


def test_the_cites_of_the_engagement_have_their_outline(features: gpd.GeoDataFrame) -> None:
    cites = of(features, "cites")
    told = cites[~cites["inventaire"].astype(bool) & cites["attributs"].map(lambda row: "id_lsm" in row)]
    assert len(told) == 63
    assert set(shapely.get_dimensions(told.geometry.array)) == {2}
    areas = {key: row["area_ha"] for key, row in told["attributs"].items()}
    for key, shape in told.geometry.items():
        assert shape.area / 1e4 >= 0.97 * areas[key], key  # the parts in the buffer zone come on top


def test_no_cite_is_told_twice(features: gpd.GeoDataFrame) -> None:
    cites = of(features, "cites")
    for name in ("id_lsm", "id_unesco"):
        values = [row[name] for row in cites["attributs"] if name in row]
        assert len(set(values)) == len(values) > 60
    assert cites["inventaire"].sum() + 63 == 159 + 162 - 25
    assert len(ingest.merges(MIRROR)["cites"]) == 23
    assert (cites["nom"] == "Cité du Moulin").sum() > 1  # one name, several cités


def test_the_faults_of_the_files_are_in_the_reports(lots: dict[str, list[Lot]]) -> None:
    told = {
        (lot.cle, note.kind, note.text): [line.row for line in note.lines]
        for many in lots.values()
        for lot in many
        for note in lot.report.notes
    }
    assert told["cavaliers", "écarté", "géométrie absente"] == [1317]
    assert told["cites/zone tampon", "réparé", "géométrie invalide, rendue valide"] == [161]
    implausible = [key for key in told if key[0] == "friches-recensees" and "invraisemblable" in key[2]]
    assert len(implausible) == 1
    assert len(told[implausible[0]]) == 2


def test_a_route_in_stages_is_measured_once(features: gpd.GeoDataFrame, stats: pd.DataFrame) -> None:
    stages = of(features, "veloroutes")
    rows = stats[(stats["couche"] == "veloroutes") & (stats["indicateur"] == "length_km")]
    total = rows[rows["territoire"] == "Total"]["valeur"].item()
    apart = stages.geometry.length.sum() / 1000
    assert apart - total == pytest.approx(0.22, abs=0.005)  # two stages share 215 m, two others 4 m
    rest = rows[rows["territoire"] != "Total"]["valeur"].sum()
    assert rest == pytest.approx(total, rel=1e-9)
    assert rows[rows["territoire"] == "Hors périmètre"]["valeur"].item() > 1


@pytest.mark.parametrize("layer", ["cavaliers", "terrils", "bien-inscrit", "zone-tampon", "cites"])
def test_shares_are_conserved(stats: pd.DataFrame, layer: str) -> None:
    for measure in ("length_km", "area_ha"):
        rows = stats[(stats["couche"] == layer) & (stats["indicateur"] == measure)]
        total = rows[rows["territoire"] == "Total"]["valeur"].sum()
        assert rows[rows["territoire"] != "Total"]["valeur"].sum() == pytest.approx(total, rel=1e-9)


def test_inventories_leave_the_totals_of_the_engagement_alone(stats: pd.DataFrame) -> None:
    counted = stats[(stats["indicateur"] == "nombre") & (stats["territoire"] == "Total")].set_index("couche")
    assert counted.loc["toutes", "valeur"] == 400
    assert counted.loc["cavaliers", "valeur"] == 1316


def test_the_world_heritage_is_as_large_as_it_is_inscribed(stats: pd.DataFrame) -> None:
    """3,943 ha inscribed, 18,804 ha of buffer zone: UNESCO, list of the World Heritage, 1360."""
    rows = stats[(stats["indicateur"] == "area_ha") & (stats["territoire"] == "Total")].set_index("couche")
    assert rows.loc["bien-inscrit", "valeur"] == pytest.approx(3943, rel=0.01)


def test_the_site_is_written_with_its_report(tmp_path: Path) -> None:
    written = write_site(tmp_path, ["Lens-Liévin"], mirror=MIRROR)
    assert {page.path.name for page in written} == {"index.html", "lens-lievin.html", "rapport-sources.html"}
    report = (tmp_path / "rapport-sources.html").read_text(encoding="utf-8")
    assert "géométrie absente" in report
    assert "auto-intersection" in report
    assert "Licence Ouverte 2.0" in report
    page = (tmp_path / "epci" / "lens-lievin.html").read_text(encoding="utf-8")
    assert data_in(page)["rapport"] == "../rapport-sources.html"
