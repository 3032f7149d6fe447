"""Statistics of other territories than EPCI: Départements, layers and files, that overlap or not."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import geo
from geo import catalog, indicators, ingest, ledger
from geo.errors import DataError, UsageError
from geo.indicators import BASIN, BEYOND, TOTAL, share
from geo.territories import Territories, load
from geo.territories.dividing import APART, Division, divide, divide_by_shapes
from tests.conftest import ORIGIN, House
from tests.test_indicators import by_place, is_sum, paths, places
from tests.test_mirror import MIRROR

SUMS = ["epci", "commune", "departement", "scot", "bandes"]


def square(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    """Return a rectangle of the tiny house, told in kilometres from its corner, EPSG:2154."""
    x, y = ORIGIN
    return shapely.box(x + 1000 * west, y + 1000 * south, x + 1000 * east, y + 1000 * north)


def write(path: Path, shapes: Sequence[shapely.Geometry], crs: str = "EPSG:2154", **columns: object) -> Path:
    """Write a file of territories."""
    frame = gpd.GeoDataFrame(
        {name: pd.Series(values) for name, values in columns.items()}, geometry=list(shapes), crs=crs
    )
    frame.to_file(path)
    return path


def bands(ground: Territories) -> gpd.GeoDataFrame:
    """Return three bands from south to north that share their edges, and reach beyond the ground."""
    west, south, east, north = shapely.bounds(ground.perimeter)
    cuts = np.linspace(south - 1000, north + 1000, 4)
    shapes = [shapely.box(west - 500, low, east + 500, high) for low, high in pairwise(cuts)]
    return gpd.GeoDataFrame(
        {"code": ["a", "b", "c"], "nom": ["A", "B", "C"]}, geometry=shapes, crs=ground.crs
    )


def scots(ground: Territories) -> gpd.GeoDataFrame:
    """Return territories that overlap: two EPCI as a SCOT, one of them alone, a disc across both."""
    lens, henin = (ground.epci[siren].geometry for siren in ("246200364", "246200299"))
    disc = shapely.Point(690_000, 7_035_000).buffer(9_000)
    shapes = [shapely.union_all([lens, henin]), lens, disc]
    return gpd.GeoDataFrame(
        {"code": ["scot", "lens", "disc"], "nom": ["S", "L", "D"]}, geometry=shapes, crs=ground.crs
    )


def division(by: str, ground: Territories) -> Division:
    """Return one of the divisions that are tested."""
    if by == "scot":
        return divide_by_shapes(ground, scots(ground), by)
    return divide_by_shapes(ground, bands(ground), by) if by == "bandes" else divide(ground, by)


def compute(by: str | Division) -> pd.DataFrame:
    chosen = by if isinstance(by, Division) else division(by, load())
    return indicators.compute(ingest.load(), load(), catalog.load(), ledger.load(), by=chosen)


@pytest.fixture(scope="module", params=SUMS)
def real(request: pytest.FixtureRequest) -> tuple[str, pd.DataFrame]:
    return request.param, compute(request.param)


# What holds of every division of the real ground


def test_every_sum_is_conserved(real: tuple[str, pd.DataFrame]) -> None:
    by, table = real
    sums = table[[is_sum(key) for key in table["indicateur"]]]
    told = {
        name: rows.set_index("territoire")["valeur"] for name, rows in sums.groupby(["couche", "indicateur"])
    }
    assert len(told) > 30
    if by == "scot":
        return  # its rows do not add up: each is checked on its own below
    for name, values in told.items():
        assert math.isclose(math.fsum(values.drop(TOTAL)), values[TOTAL], rel_tol=1e-9), name


@pytest.mark.parametrize("by", SUMS)
def test_every_feature_is_conserved(by: str) -> None:
    features = ingest.load()
    features = features[(features["precision"] != "territoire").to_numpy()]
    shares = share(features, division(by, load()))
    if by == "scot":
        shares = shares[shares["territory"].isin([TOTAL, BEYOND])]
    for column, whole in (("length_m", features.length), ("area_m2", features.area)):
        found = shares.groupby("feature")[column].agg(math.fsum).reindex(features.index)
        kind = 1 if column == "length_m" else 2
        measured = (shapely.get_dimensions(features.geometry.array) == kind) & (whole > 0).to_numpy()
        np.testing.assert_allclose(found[measured], whole[measured], rtol=1e-9)
    np.testing.assert_allclose(shares.groupby("feature")["part"].agg(math.fsum), 1.0, rtol=1e-9)


def test_the_total_is_the_same_whatever_the_division(real: tuple[str, pd.DataFrame]) -> None:
    _, table = real
    straight = geo.stats()
    for measure in ("length_km", "area_ha", "montant_eur", "logements", "nombre_localise"):
        expected, found = (
            rows[(rows["indicateur"] == measure) & (rows["territoire"] == TOTAL)].set_index("couche")[
                "valeur"
            ]
            for rows in (straight, table)
        )
        assert found[found != 0].to_dict() == pytest.approx(expected[expected != 0].to_dict(), rel=1e-9), (
            measure
        )


@settings(max_examples=12)
@given(data=st.data(), by=st.sampled_from(["epci", "departement", "scot", "bandes"]))
def test_the_order_of_features_and_territories_changes_nothing(data: st.DataObject, by: str) -> None:
    features, ground = ingest.load(), load()
    kept = features.iloc[:: data.draw(st.sampled_from([2, 3, 5]), label="step")]
    known, figures = catalog.load(), ledger.load()
    seed = data.draw(st.integers(0, 2**32 - 1), label="seed")
    random = np.random.default_rng(seed)
    communes, epci = list(ground.communes.values()), list(ground.epci.values())
    random.shuffle(communes)
    random.shuffle(epci)
    shuffled = Territories(communes, epci, ground.crs, ground.source)
    if by in ("scot", "bandes"):
        shapes = scots(ground) if by == "scot" else bands(ground)
        mixed = divide_by_shapes(shuffled, shapes.sample(frac=1, random_state=seed % 2**32), by)
    else:
        mixed = divide(shuffled, by)
    straight = indicators.compute(kept, ground, known, figures, by=division(by, ground))
    other = indicators.compute(
        kept.sample(frac=1, random_state=seed % 2**32), shuffled, known, figures, by=mixed
    )
    pd.testing.assert_frame_equal(straight, other, check_exact=True)


# Départements


def test_departements_are_made_of_their_communes() -> None:
    ground = load()
    frame = geo.territories(by="Départements")
    assert frame["nom"].tolist() == [
        "Nord (partie dans le périmètre)",
        "Pas-de-Calais (partie dans le périmètre)",
    ]
    for code, row in frame.iterrows():
        own = [c for c in ground.communes.values() if c.insee.startswith(str(code))]
        assert row["communes"] == tuple(c.insee for c in own)
        assert row["population"] == sum(c.population or 0 for c in own)
        assert row["area_km2"] == pytest.approx(sum(c.geometry.area for c in own) / 1e6, rel=1e-12)
    assert frame["area_km2"].sum() == pytest.approx(ground.area_km2, rel=1e-12)


def test_the_epci_of_a_departement_add_up_to_it() -> None:
    owner = {siren: epci.departement for siren, epci in load().epci.items()}
    for measure in ("length_km", "area_ha"):
        by_epci, by_departement = (
            table[table["indicateur"] == measure]
            for table in (geo.stats(indicator=measure), geo.stats(indicator=measure, by="departement"))
        )
        parts = by_epci[by_epci["siren"].notna()]
        expected = parts.groupby([parts["couche"], parts["siren"].map(owner)])["valeur"].sum()
        found = by_departement[by_departement["code"].notna()].set_index(["couche", "code"])["valeur"]
        assert found.to_dict() == pytest.approx(expected.to_dict(), rel=1e-9)
        assert (found > 0).sum() > 1


def test_a_departement_is_cut_to_the_epci_asked() -> None:
    table = geo.stats("CALL", by="departement")
    name = "Pas-de-Calais (partie dans CA de Lens-Liévin)"
    assert set(table["territoire"]) == {name}
    assert geo.territories("CALL", by="departement")["nom"].tolist() == [name]
    keys = ["couche", "indicateur"]
    found = table.set_index(keys)["valeur"].to_dict()
    same = geo.stats("CALL").set_index(keys)["valeur"].to_dict()
    for layer in ("cites", "cyclable", "friches"):
        for measure in ("nombre_localise", "area_ha", "length_km"):
            if (layer, measure) in same:
                assert found[layer, measure] == pytest.approx(same[layer, measure], rel=1e-9)
    assert found["cites", "nombre_localise"] < geo.stats(by="departement").set_index(
        ["code", *keys]
    )["valeur"]["62", "cites", "nombre_localise"]  # fmt: skip
    several = geo.stats(["CALL", "Douaisis"], by="departement")
    assert set(several["territoire"]) == {
        "Nord (partie dans les EPCI demandés)",
        "Pas-de-Calais (partie dans les EPCI demandés)",
    }


def test_an_amount_of_a_whole_departement_is_not_that_of_its_part(house: House) -> None:
    house.figure("l0001-nord", "100", "€", territoire="59")
    house.figure("l0002-alpha", "10", "€", territoire=house.alpha)
    house.figure("l0003-deux", "1", "€", territoire=f"{house.alpha}|59001")
    house.figure("l0004-nord", "1000", "€")
    house.fact("lieux", "wide", precision='"territoire"', territoires='["59"]', chiffres='["l0004-nord"]')
    house.write()
    table = geo.stats(by="departement")
    nord, pas = "Nord (partie dans le périmètre)", "Pas-de-Calais (partie dans le périmètre)"
    assert by_place(table, "axe-1", "montant_eur") == {pas: 10, BASIN: 1101, TOTAL: 1111}
    assert by_place(table, "lieux", "nombre") == {nord: 1, TOTAL: 1}


# Layers and files


def test_the_epci_as_a_file_give_the_figures_of_the_epci(tmp_path: Path) -> None:
    frame = geo.territories()
    path = write(tmp_path / "e.gpkg", frame.geometry, siren=list(frame.index), nom=list(frame["nom"]))
    own, official = geo.stats(by=path), geo.stats()
    assert set(own["code"].dropna()) == set(frame.index)
    lines = (own["couche"] == "cyclable") & (own["indicateur"] == "length_km")
    expected = official[(official["couche"] == "cyclable") & (official["indicateur"] == "length_km")]
    found = own[lines].set_index("territoire")["valeur"].to_dict()
    assert found == pytest.approx(expected.set_index("territoire")["valeur"].to_dict(), rel=1e-9)
    assert sum(value > 0 for value in found.values()) > 3
    assert not own["note"].str.contains(APART).any()


def test_a_file_in_degrees_is_projected(tmp_path: Path, house: House) -> None:
    places(house)
    paths(house)
    house.write()
    halves = gpd.GeoSeries([square(0, 0, 15, 10), square(15, 0, 30, 10)], crs="EPSG:2154").to_crs(4326)
    path = write(
        tmp_path / "f.geojson",
        halves,
        "EPSG:4326",
        code=["o", "e"],
        nom=["Ouest", "Est"],
        population=[10, 40],
    )
    table = geo.stats(by=path)
    frame = geo.territories(by=path)
    assert frame.crs == "EPSG:2154"
    assert frame.loc["o", "area_km2"] == pytest.approx(150, rel=1e-6)
    assert set(by_place(table, "lieux", "nombre_localise")) == {"Ouest", "Est", BEYOND, TOTAL}
    assert by_place(table, "lieux", "nombre_localise")["Ouest"] == 1  # the point at 5; 19.9 and 25 are east
    assert by_place(table, "lieux", "nombre")[BASIN] == 2  # measures of a territory have no place
    rate = by_place(table, "lieux", "nombre_pour_1000_hab")
    assert rate["Ouest"] == pytest.approx(100)


def test_territories_that_overlap_are_measured_each_on_its_own(tmp_path: Path, house: House) -> None:
    paths(house)
    house.write()
    shapes = [square(0, 0, 20, 10), square(5, 0, 15, 10), square(19, 0, 40, 10)]
    path = write(tmp_path / "o.gpkg", shapes, code=["scot", "pole", "est"])
    table = geo.stats(by=path, layer="pistes", indicator="length_km")
    lines = ingest.load()[lambda f: f["couche"] == "pistes"]
    told: dict[str, Any] = by_place(table, "pistes", "length_km")
    every = {key: divide(load(), path).frame.geometry[key] for key in ("scot", "pole", "est")}
    figures = ledger.load().figures
    declared = {key: figures[q].valeur if q else None for key, q in lines["quantite"].items()}

    def length(area: shapely.Geometry) -> float:
        traced = [g for key, g in lines.geometry.items() if declared[key] is None]
        parts = [
            declared[key] * g.intersection(area).length / g.length
            for key, g in lines.geometry.items()
            if declared[key] is not None
        ]
        return float(shapely.union_all(traced).intersection(area).length / 1000 + sum(parts))

    for code, shape in every.items():
        assert told[code] == pytest.approx(length(shape), rel=1e-9)
    union = shapely.union_all(list(every.values()))
    assert told[TOTAL] - told.get(BEYOND, 0.0) == pytest.approx(length(union), rel=1e-9)
    assert sum(told[code] for code in every) > told[TOTAL]
    total = table[table["territoire"] == TOTAL]
    assert total["note"].str.contains(APART).all()
    assert APART in table.attrs["remarques"]


def test_a_quantity_counts_in_each_territory_that_holds_it_whole(tmp_path: Path, house: House) -> None:
    house.figure("l0001-homes", "100", "logements")
    house.figure("l0002-euros", "7", "€")
    asked = {"chiffres": '["l0001-homes", "l0002-euros"]', "quantite": '"l0001-homes"'}
    house.fact("lieux", "a", communes='["62001"]', point=house.place(7, 5), **asked)
    house.write()
    path = write(tmp_path / "o.gpkg", [square(0, 0, 20, 10), square(5, 0, 15, 10)], code=["scot", "pole"])
    table = geo.stats(by=path)
    for layer, measure, value in (("lieux", "logements", 100), ("axe-1", "montant_eur", 7)):
        assert by_place(table, layer, measure) == {"scot": value, "pole": value, TOTAL: value}


def test_what_is_put_at_its_town_hall_is_told(tmp_path: Path, house: House) -> None:
    house.fact("lieux", "a", communes='["62001"]', precision='"commune"')
    house.write()
    path = write(tmp_path / "o.gpkg", [square(0, 0, 20, 10)], code=["scot"])
    notes = by_place(geo.stats(by=path), "lieux", "nombre", "note")
    assert str(notes["scot"]).replace("\u00a0", " ") == "dont 1 élément placé au centre de la commune"


@pytest.mark.parametrize(
    ("columns", "codes", "told"),
    [
        ({"CODE_QP": ["q2", "q1"], "nom": ["B", "A"]}, ["q1", "q2"], "« CODE_QP »"),
        ({"nom": ["B", "A"], "insee": ["1", "1"]}, ["A", "B"], "« nom »"),
        ({"id": [12.0, 7.0], "autre": ["x", "x"]}, ["12", "7"], "« id »"),
        ({"code": ["a", "a"], "nom": ["B", "A"]}, ["a"], "« code »"),
        ({"autre": ["x", "x"]}, ["1", "2"], "d'ouest en est"),
        ({"code": ["a", None], "nom": ["B", "A"]}, ["A", "B"], "« nom »"),
    ],
)
def test_where_codes_are_read(
    tmp_path: Path, house: House, columns: dict[str, Any], codes: list[str], told: str
) -> None:
    house.write()
    found = divide(
        load(), write(tmp_path / "c.geojson", [square(0, 0, 9, 9), square(9, 0, 20, 9)], **columns)
    )
    assert found.frame.index.tolist() == codes
    assert told in " ; ".join(found.notes)


def test_two_features_of_a_code_are_one_territory(tmp_path: Path, house: House) -> None:
    house.write()
    shapes = [square(0, 0, 10, 10), square(15, 0, 20, 10), square(10, 0, 15, 10)]
    found = divide(load(), write(tmp_path / "c.gpkg", shapes, code=["a", "a", "b"]))
    assert found.frame.loc["a", "area_km2"] == pytest.approx(150)
    assert "objets de même code réunis : a" in found.notes
    assert found.is_coverage


def test_an_invalid_outline_is_mended_and_told(tmp_path: Path, house: House) -> None:
    house.write()
    x, y = ORIGIN
    bow = shapely.Polygon([(x, y), (x + 8000, y + 8000), (x + 8000, y), (x, y + 8000)])
    found = divide(load(), write(tmp_path / "c.gpkg", [bow], code=["a"]))
    assert found.frame.geometry.is_valid.all()
    assert found.frame.loc["a", "area_km2"] == pytest.approx(32)
    assert any("géométrie invalide réparée" in note for note in found.notes)


def test_territories_out_of_the_ground_are_left_aside(tmp_path: Path, house: House) -> None:
    house.write()
    near, far = square(0, 0, 9, 9), square(300, 0, 310, 9)
    found = divide(load(), write(tmp_path / "c.gpkg", [near, far], code=["a", "b"]))
    assert found.frame.index.tolist() == ["a"]
    with pytest.raises(DataError, match="n'est dans le périmètre"):
        divide(load(), write(tmp_path / "d.gpkg", [far], code=["b"]))


def test_what_divides_nothing_is_refused(tmp_path: Path, house: House) -> None:
    house.write()
    line = shapely.LineString([ORIGIN, (ORIGIN[0] + 9, ORIGIN[1])])
    with pytest.raises(DataError, match="1 objets sur 2 ne sont pas des polygones"):
        divide(load(), write(tmp_path / "l.geojson", [square(0, 0, 9, 9), line], code=["a", "b"]))
    shapes = gpd.GeoDataFrame({"code": ["a"], "nom": ["a"]}, geometry=[square(0, 0, 9, 9)])
    with pytest.raises(DataError, match="projection"):
        divide_by_shapes(load(), shapes, "sans")
    with pytest.raises(DataError, match="réservé : Total"):
        geo.stats(by=write(tmp_path / "t.gpkg", [square(0, 0, 9, 9)], code=["Total"]))
    with pytest.raises(DataError, match=r"absent|introuvable|n'existe pas"):
        geo.stats(by="absent.gpkg")


def test_a_layer_without_polygons_divides_nothing() -> None:
    with pytest.raises(UsageError, match="n'a pas encore de données"):
        geo.stats(by="zone-tampon")
    with pytest.raises(UsageError, match="n'a pas de polygones"):
        geo.territories(by="friches")


def test_an_epci_keeps_the_territories_that_lie_in_it(tmp_path: Path) -> None:
    path = tmp_path / "b.gpkg"
    scots(load()).to_file(path)
    assert set(geo.stats("Hénin-Carvin", by=path)["code"]) == {"scot", "disc"}


@pytest.mark.mirror
@pytest.mark.skipif(not MIRROR.is_dir(), reason=f"{MIRROR.name} is not beside the project")
@pytest.mark.parametrize("by", ["epci", "commune", "departement", "zone-tampon", "bandes", "scot"])
def test_the_real_layers_are_conserved(by: str) -> None:
    features, ground = ingest.load(MIRROR), load()
    if by == "zone-tampon":
        chosen = indicators.division_of(by, ground, features, catalog.load())
    else:
        chosen = division(by, ground)
    located = features[(features["precision"] != "territoire").to_numpy()]
    shares = share(located, chosen)
    if not chosen.is_coverage:
        shares = shares[shares["territory"].isin([TOTAL, BEYOND])]
    for column, whole in (("length_m", located.length), ("area_m2", located.area)):
        kind = shapely.get_dimensions(located.geometry.array) == (1 if column == "length_m" else 2)
        found = shares.groupby("feature")[column].agg(math.fsum).reindex(located.index)
        np.testing.assert_allclose(found[kind], whole[kind], rtol=1e-9)
    table = indicators.compute(features, ground, catalog.load(), ledger.load(), by=chosen)
    assert (table["valeur"] >= 0).all()
    total = table[(table["territoire"] == TOTAL) & (table["indicateur"] == "nombre")].set_index("couche")
    assert total.loc["cavaliers", "valeur"] == 1316
