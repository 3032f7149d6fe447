"""Statistics: a tiny house whose numbers are worked out by hand, and what must hold on the real one."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pandas as pd
import pytest

import geo
from geo import catalog, indicators, ingest, ledger
from geo.indicators import ALL_LAYERS, BASIN, BEYOND, TOTAL, split_by_funder
from geo.ledger import Funder
from geo.territories import load

if TYPE_CHECKING:
    from tests.conftest import House

NBSP = "\u00a0"
ALPHA = "100000001"
ALPHA_NAME, BETA_NAME = "CA d'Alpha", "CC de Beta"


def places(house: House) -> None:
    """Fill the layer of places: one in Alpha, one in both, one in Beta, one outside, two of territories."""
    house.figure("l0001-homes", "100", "logements", qualificatif="plus de")
    house.figure("l0002-aid", "1000000", "€", financeurs="État:0.7|Région:0.3")
    house.figure("l0003-joint", "200000", "€", financeurs="État|Région", qualificatif="près de")
    house.figure("l0006-area", "50000", "m²", qualificatif="environ")
    house.figure("l0007-out", "10000", "€")
    house.figure("l0008-homes", "50", "logements")
    house.figure("l0009-homes", "7", "logements")
    house.fact(
        "lieux", "a", communes='["62001"]', point=house.place(5, 5),
        chiffres='["l0001-homes", "l0002-aid"]', quantite='"l0001-homes"', attributs="{ area_ha = 2.5 }",
    )  # fmt: skip
    house.fact(
        "lieux", "ab", communes='["62002", "59001"]', point=house.place(19.9, 5),
        chiffres='["l0003-joint", "l0008-homes"]', quantite='"l0008-homes"',
        attributs='{ area_ha = 30, surfaces_ha = { "62002" = 10, "59001" = 20 } }',
    )  # fmt: skip
    house.fact(
        "lieux", "b", communes='["59001"]', point=house.place(25, 5), axe="2",
        chiffres='["l0006-area"]', quantite='"l0006-area"',
    )  # fmt: skip
    house.fact(
        "lieux", "out", communes='["80001"]', point=house.place(-50, 5), attributs="{ area_ha = 4 }",
        chiffres='["l0007-out", "l0009-homes"]', quantite='"l0009-homes"',
    )  # fmt: skip
    house.fact(
        "lieux", "basin", precision='"territoire"', territoires='["bassin"]', attributs="{ area_ha = 0.5 }"
    )
    house.fact("lieux", "alpha", precision='"territoire"', territoires=f'["{house.alpha}"]')


def paths(house: House) -> None:
    """Fill the layer of paths, in kilometres: what lies where is told line by line."""
    house.figure("l0010-length", "10", "km", qualificatif="environ")
    # 10 km in 62001 and 62002 together from x = 5 to 20 (5 + 10), then 5 km in Beta
    house.fact("pistes", "one", communes='["62001"]', ligne=house.line((5, 5), (25, 5)))
    # over the same, from x = 15: adds nothing
    house.fact("pistes", "again", communes='["62002"]', ligne=house.line((15, 5), (20, 5), (25, 5)))
    # 4 km on the border of Alpha (62002) and Beta: 2 km each
    house.fact("pistes", "border", communes='["59001"]', ligne=house.line((20, 1), (20, 5)))
    # 5 km in Beta, 5 km outside, indicative
    house.fact(
        "pistes", "out", communes='["59001"]', ligne=house.line((25, 8), (35, 8)), precision='"indicative"'
    )
    # told to be 10 km; three fifths of its course are in 62002, two in Beta: 6 and 4 km
    house.fact(
        "pistes", "told", communes='["62002"]', ligne=house.line((17, 2), (22, 2)),
        chiffres='["l0010-length"]', quantite='"l0010-length"',
    )  # fmt: skip


def more_figures(house: House) -> None:
    """Add to the ledger what has no feature, or may not be added."""
    house.figure("l0004-again", "1000000", "€", double_de="l0002-aid")
    house.figure("l0005-part", "400000", "€", compris_dans="l0002-aid", territoire="59001", financeurs="État")
    house.figure("l0011-anywhere", "5000", "€", axe="2")
    house.figure("l0012-rate", "999", "€/an", territoire="62001")
    house.figure("l0013-here", "3000", "€", axe="3", territoire="62001")


def by_place(table: pd.DataFrame, layer: str, measure: str, column: str = "valeur") -> dict[str, object]:
    """Return a column of one layer and measure, by the name of the place, where it is not nil."""
    rows = table[(table["couche"] == layer) & (table["indicateur"] == measure) & (table["valeur"] != 0)]
    assert rows["territoire"].is_unique
    return dict(zip(rows["territoire"], rows[column], strict=True))


@pytest.fixture
def full(house: House) -> House:
    places(house)
    paths(house)
    more_figures(house)
    house.write()
    return house


@pytest.fixture
def table(full: House) -> pd.DataFrame:
    assert full.figures
    return geo.stats()


@pytest.fixture
def table_by_commune(full: House) -> pd.DataFrame:
    assert full.figures
    return geo.stats(by="commune")


def test_counts(table: pd.DataFrame) -> None:
    assert by_place(table, "lieux", "nombre") == {ALPHA_NAME: 3, BETA_NAME: 2, BASIN: 1, BEYOND: 1, TOTAL: 6}
    assert by_place(table, "lieux", "nombre_localise") == {ALPHA_NAME: 2, BETA_NAME: 2, BEYOND: 1, TOTAL: 4}
    assert by_place(table, "pistes", "nombre") == {ALPHA_NAME: 4, BETA_NAME: 5, TOTAL: 5}
    assert by_place(table, ALL_LAYERS, "nombre") == {
        ALPHA_NAME: 7,
        BETA_NAME: 7,
        BASIN: 1,
        BEYOND: 1,
        TOTAL: 11,
    }
    assert by_place(table, "axe-2", "nombre") == {BETA_NAME: 1, TOTAL: 1}


def test_what_counts_twice_is_told(table: pd.DataFrame) -> None:
    # lieux: "ab" alone; pistes: all but "out", which is in Beta alone
    assert by_place(table, "lieux", "nombre", "note") == {
        ALPHA_NAME: "",
        BETA_NAME: "",
        BASIN: "",
        BEYOND: "",
        TOTAL: f"dont 1{NBSP}élément qui compte dans plusieurs territoires",
    }
    told = by_place(table, "pistes", "nombre", "note")[TOTAL]
    assert told == f"dont 4{NBSP}éléments qui comptent dans plusieurs territoires"


def test_origins(table: pd.DataFrame) -> None:
    assert by_place(table, "lieux", "nombre", "origine") == {
        ALPHA_NAME: ("lieux-a", "lieux-ab", "lieux-alpha"),
        BETA_NAME: ("lieux-ab", "lieux-b"),
        BASIN: ("lieux-basin",),
        BEYOND: ("lieux-out",),
        TOTAL: ("lieux-a", "lieux-ab", "lieux-alpha", "lieux-b", "lieux-basin", "lieux-out"),
    }
    assert by_place(table, "lieux", "montant_eur", "origine")[BASIN] == ("l0003-joint",)


def test_lengths(table: pd.DataFrame) -> None:
    # Alpha 15 + 2 + 6, Beta 5 + 2 + 5 + 4, outside 5: 20 + 4 + 10 traced, 10 told
    assert by_place(table, "pistes", "length_km") == pytest.approx(
        {ALPHA_NAME: 23, BETA_NAME: 16, BEYOND: 5, TOTAL: 44}, rel=1e-9
    )
    assert by_place(table, "pistes", "length_km", "qualificatif")[ALPHA_NAME] == "environ"


def test_only_what_an_indicative_line_adds_to_is_indicative(table: pd.DataFrame) -> None:
    assert by_place(table, "pistes", "length_km", "precision") == {
        ALPHA_NAME: "exacte",
        BETA_NAME: "indicative",
        BEYOND: "indicative",
        TOTAL: "indicative",
    }


def test_lengths_by_commune(table_by_commune: pd.DataFrame) -> None:
    # 62001: 5; 62002: 10 + 2 + 6
    assert by_place(table_by_commune, "pistes", "length_km") == pytest.approx(
        {"Un": 5, "Deux": 18, "Trois": 16, BEYOND: 5, TOTAL: 44}, rel=1e-9
    )


def test_quantities(table: pd.DataFrame) -> None:
    assert by_place(table, "lieux", "logements") == {ALPHA_NAME: 100, BASIN: 50, BEYOND: 7, TOTAL: 157}
    assert by_place(table, "lieux", "logements", "qualificatif") == {
        ALPHA_NAME: "plus de",
        BASIN: "exact",
        BEYOND: "exact",
        TOTAL: "plus de",
    }


def test_areas(table: pd.DataFrame, table_by_commune: pd.DataFrame) -> None:
    # told by commune: 10 and 20; 2.5 in Alpha; 50 000 m² in Beta; 4 outside; 0.5 for the basin
    expected = {ALPHA_NAME: 12.5, BETA_NAME: 25, BASIN: 0.5, BEYOND: 4, TOTAL: 42}
    assert by_place(table, "lieux", "area_ha") == expected
    assert by_place(table_by_commune, "lieux", "area_ha") == {
        "Un": 2.5, "Deux": 10, "Trois": 25, BASIN: 0.5, BEYOND: 4, TOTAL: 42,
    }  # fmt: skip


def test_amounts(table: pd.DataFrame) -> None:
    # the million of Alpha less its part of 400 000, which is Beta's; the repetition adds nothing
    expected = {ALPHA_NAME: 600_000, BETA_NAME: 400_000, BASIN: 200_000, BEYOND: 10_000, TOTAL: 1_210_000}
    assert by_place(table, "axe-1", "montant_eur") == expected
    assert by_place(table, "axe-2", "montant_eur") == {BASIN: 5000, TOTAL: 5000}
    assert by_place(table, "axe-3", "montant_eur") == {ALPHA_NAME: 3000, TOTAL: 3000}
    # no feature of the layer names the part
    assert by_place(table, "lieux", "montant_eur") == {
        ALPHA_NAME: 600_000, BASIN: 200_000, BEYOND: 10_000, TOTAL: 810_000,
    }  # fmt: skip
    assert by_place(table, "axe-1", "montant_eur", "qualificatif")[TOTAL] == "près de"


def test_amounts_by_funder(table: pd.DataFrame) -> None:
    assert by_place(table, "axe-1", "montant_eur:État") == pytest.approx(
        {ALPHA_NAME: 420_000, BETA_NAME: 400_000, TOTAL: 820_000}
    )
    assert by_place(table, "axe-1", "montant_eur:Région") == pytest.approx(
        {ALPHA_NAME: 180_000, TOTAL: 180_000}
    )
    joint = "montant_eur:État + Région (non ventilé)"
    assert by_place(table, "axe-1", joint) == {BASIN: 200_000, TOTAL: 200_000}
    assert by_place(table, "axe-1", "montant_eur:Non précisé") == {BEYOND: 10_000, TOTAL: 10_000}


def test_amounts_by_commune(table_by_commune: pd.DataFrame) -> None:
    assert by_place(table_by_commune, "axe-1", "montant_eur") == {
        "Un": 600_000, "Trois": 400_000, BASIN: 200_000, BEYOND: 10_000, TOTAL: 1_210_000,
    }  # fmt: skip


def test_rates(table: pd.DataFrame, table_by_commune: pd.DataFrame) -> None:
    # Alpha: 4 000 inhabitants on 200 km²; Beta: 4 000 on 100; 8 000 on 300 in all
    assert by_place(table, "lieux", "nombre_pour_1000_hab") == {ALPHA_NAME: 0.75, BETA_NAME: 0.5, TOTAL: 0.75}
    assert by_place(table, "lieux", "nombre_par_km2") == pytest.approx(
        {ALPHA_NAME: 3 / 200, BETA_NAME: 2 / 100, TOTAL: 6 / 300}, rel=1e-9
    )
    unit = by_place(table, "pistes", "length_km_par_km2", "unite")[TOTAL]
    assert unit == "km par km²"
    # 62001 has 1 000 inhabitants, and one place
    assert by_place(table_by_commune, "lieux", "nombre_pour_1000_hab")["Un"] == 1


def test_codes(table: pd.DataFrame, table_by_commune: pd.DataFrame, house: House) -> None:
    assert by_place(table, "lieux", "nombre", "siren") == {
        ALPHA_NAME: house.alpha, BETA_NAME: house.beta, BASIN: None, BEYOND: None, TOTAL: None,
    }  # fmt: skip
    assert set(table["insee"]) == {None}
    assert by_place(table_by_commune, "lieux", "nombre", "insee") == {
        "Un": "62001", "Deux": "62002", "Trois": "59001", BEYOND: None, TOTAL: None,
    }  # fmt: skip


def test_an_amount_of_several_features(house: House) -> None:
    house.figure("l0001-same", "100", "€")
    house.figure("l0002-mixed", "200", "€", axe="2")
    house.figure("l0003-out", "400", "€", axe="3")
    place = house.place(5, 5)
    house.fact("lieux", "a", communes='["62001"]', point=place, chiffres='["l0001-same", "l0002-mixed"]')
    house.fact(
        "lieux", "b", communes='["62002"]', point=house.place(15, 5), chiffres='["l0001-same", "l0003-out"]'
    )
    house.fact("lieux", "c", precision='"territoire"', territoires='["bassin"]', chiffres='["l0002-mixed"]')
    house.fact("lieux", "d", communes='["80001"]', point=house.place(-50, 5), chiffres='["l0003-out"]')
    house.write()
    table = geo.stats()
    assert by_place(table, "axe-1", "montant_eur") == {ALPHA_NAME: 100, TOTAL: 100}
    assert by_place(table, "axe-2", "montant_eur") == {BASIN: 200, TOTAL: 200}
    assert by_place(table, "axe-3", "montant_eur") == {BASIN: 400, TOTAL: 400}
    by_commune = geo.stats(by="commune")
    assert by_place(by_commune, "axe-1", "montant_eur") == {BASIN: 100, TOTAL: 100}


@pytest.mark.parametrize("field", ["chiffres", "contexte"])
def test_an_amount_is_of_the_layer_that_has_it_alone(house: House, field: str) -> None:
    house.figure("l0001-both", "100", "€")
    house.fact("lieux", "a", communes='["62001"]', point=house.place(5, 5), chiffres='["l0001-both"]')
    house.fact(
        "pistes", "a", communes='["62001"]', ligne=house.line((1, 1), (2, 2)), **{field: '["l0001-both"]'}
    )
    house.write()
    table = geo.stats()
    assert by_place(table, "axe-1", "montant_eur") == {ALPHA_NAME: 100, TOTAL: 100}
    own = {ALPHA_NAME: 100, TOTAL: 100} if field == "contexte" else {}
    assert by_place(table, "lieux", "montant_eur") == own
    assert by_place(table, "pistes", "montant_eur") == {}


def test_only_what_a_layer_lists_is_summed(house: House) -> None:
    for layer in ("lieux", "pistes"):
        house.layers[layer] = (
            house.layers[layer].replace(', "montant_eur"', "").replace('"length_km"', '"area_ha"')
        )
    places(house)
    paths(house)
    house.write()
    measures = set(geo.stats(layer=["lieux", "pistes"])["indicateur"])
    assert not [m for m in measures if m.startswith(("montant_eur", "length_km"))]
    assert "area_ha" in measures


def test_a_layer_whose_lengths_are_all_told(house: House) -> None:
    house.figure("l0010-length", "10", "km")
    house.fact(
        "pistes", "told", communes='["62002"]', ligne=house.line((17, 2), (22, 2)),
        chiffres='["l0010-length"]', quantite='"l0010-length"',
    )  # fmt: skip
    house.write()
    assert by_place(geo.stats(), "pistes", "length_km") == pytest.approx(
        {ALPHA_NAME: 6, BETA_NAME: 4, TOTAL: 10}, rel=1e-9
    )


def test_no_rate_where_the_inhabitants_are_not_known(house: House) -> None:
    places(house)
    house.write()
    path = house.root / "territoires/communes.geojson"
    path.write_text(
        path.read_text(encoding="utf-8").replace('"population": 4000', '"population": null'), "utf-8"
    )
    rates = by_place(geo.stats(by="commune"), "lieux", "nombre_pour_1000_hab")
    assert rates == {
        "Un": 1,
        "Deux": pytest.approx(1 / 3),
        TOTAL: 1,
    }  # four places for 4 000 known inhabitants
    assert "Trois" in by_place(geo.stats(by="commune"), "lieux", "nombre_par_km2")


def test_nothing_at_all(house: House) -> None:
    house.write()
    assert (geo.stats()["valeur"] == 0).all()


@pytest.mark.parametrize(
    ("funders", "shares"),
    [
        ((), {"Non précisé": 1}),
        ((Funder("État"),), {"État": 1}),
        ((Funder("État"), Funder("Région")), {"État + Région (non ventilé)": 1}),
        ((Funder("État", 0.7), Funder("Région", 0.3)), {"État": 0.7, "Région": 0.3}),
        ((Funder("État", 0.7), Funder("Région")), {"État": 0.7, "Région": 0.3}),
        ((Funder("État", 0.7),), {"État": 0.7, "Non précisé": 0.3}),
        ((Funder("État", 0.5), Funder("A"), Funder("B")), {"État": 0.5, "A + B (non ventilé)": 0.5}),
    ],
)
def test_split_by_funder(funders: tuple[Funder, ...], shares: dict[str, float]) -> None:
    figure = ledger.Figure(
        id="l0001-a", libelle="", valeur=1.0, unite="€", qualificatif="exact", periode="", axe=1,
        territoire=("bassin",), rubrique="", financeurs=funders, ligne=1, texte="", double_de="",
        compris_dans=(), reserve="",
    )  # fmt: skip
    assert split_by_funder(figure) == pytest.approx(shares)


# On the real house


def is_sum(indicator: str) -> bool:
    """Tell whether an indicator adds up: a measure that is no count, nor a rate, nor a distance."""
    measure = indicator.partition(":")[0]
    known = measure in catalog.MEASURES and not indicator.endswith(tuple(indicators.RATES))
    return known and not measure.startswith("nombre")


@pytest.fixture(scope="module", params=["epci", "commune"])
def real(request: pytest.FixtureRequest) -> pd.DataFrame:
    return geo.stats(by=request.param)


def test_every_measure_is_conserved(real: pd.DataFrame) -> None:
    sums = real[[is_sum(key) for key in real["indicateur"]]]
    checked = 0
    for (layer, measure), rows in sums.groupby(["couche", "indicateur"]):
        parts = rows.loc[rows["territoire"] != TOTAL, "valeur"]
        total = rows.loc[rows["territoire"] == TOTAL, "valeur"].item()
        assert math.isclose(math.fsum(parts), total, rel_tol=1e-9), (layer, measure)
        checked += 1
    assert checked > 30


def test_funders_add_up_to_the_amount(real: pd.DataFrame) -> None:
    for (layer, place, insee), rows in real.groupby(["couche", "territoire", "insee"], dropna=False):
        amount = rows.loc[rows["indicateur"] == "montant_eur", "valeur"].sum()
        shares = rows["indicateur"].str.match(r"montant_eur:(?!.*(_pour_1000_hab|_par_km2)$)")
        assert math.isclose(math.fsum(rows.loc[shares, "valeur"]), amount, rel_tol=1e-9), (
            layer,
            place,
            insee,
        )


def test_lengths_are_those_of_the_lines_measured_once(real: pd.DataFrame) -> None:
    features = ingest.load()
    lines = features[features.geometry.geom_type.str.endswith("LineString")]
    for layer, group in lines.groupby("couche"):
        if "length_km" not in [m.id for m in catalog.load().layers[layer].indicateurs]:
            continue
        figures = ledger.load().figures
        told = [figures[key] if key else None for key in group["quantite"]]
        declared = [f.valeur for f in told if f and f.unite == "km"]
        traced = group[[not (f and f.unite == "km") for f in told]]
        expected = math.fsum([traced.union_all().length / 1000, *declared])
        found = by_place(real, layer, "length_km")[TOTAL]
        assert found == pytest.approx(expected, rel=1e-9)


def test_amounts_of_the_axes_are_the_countable_euros(real: pd.DataFrame) -> None:
    known = ledger.load()
    euros = math.fsum(value for key, value in known.countable().items() if known.figures[key].is_amount)
    rows = real[
        real["couche"].str.startswith("axe-")
        & (real["indicateur"] == "montant_eur")
        & (real["territoire"] == TOTAL)
    ]
    assert math.isclose(rows["valeur"].sum(), euros, rel_tol=1e-9)


def test_no_value_is_negative_or_missing(real: pd.DataFrame) -> None:
    assert real["valeur"].notna().all()
    assert (real["valeur"] >= 0).all()


def test_counts_are_those_of_queries() -> None:
    table = geo.stats()
    counts = table[table["indicateur"] == "nombre"].set_index(["couche", "siren"])["valeur"]
    for layer in catalog.load().layers:
        for siren in load().epci:
            assert counts.get((layer, siren), 0) == len(geo.query(layer, epci=siren)), (layer, siren)
        total = table[
            (table["couche"] == layer) & (table["indicateur"] == "nombre") & (table["territoire"] == TOTAL)
        ]
        found = len(geo.query(layer))
        assert (total["valeur"].item() if len(total) else 0) == found
        assert found or catalog.load().layers[layer].inventaire


def test_counts_by_commune_are_those_of_queries() -> None:
    table = geo.stats(by="commune")
    chosen = (table["indicateur"] == "nombre") & table["couche"].isin(list(catalog.load().layers))
    counts = table[chosen].groupby("insee")
    assert len(counts) > 100
    for insee, rows in counts:
        found = geo.query(commune=str(insee))["couche"].value_counts()
        assert dict(zip(rows["couche"], rows["valeur"], strict=True)) == found.to_dict(), insee
    nowhere = next(code for code in load().communes if code not in counts.groups)
    assert geo.query(commune=nowhere).empty


def test_the_same_whatever_the_order_of_the_features() -> None:
    features = ingest.load()
    known, figures, basin = catalog.load(), ledger.load(), load()
    columns = [c for c in indicators.COLUMNS if c != "origine"]  # lists ids in the features' order
    straight = indicators.compute(features, basin, known, figures)
    shuffled = indicators.compute(features.sample(frac=1, random_state=7), basin, known, figures)
    pd.testing.assert_frame_equal(straight[columns], shuffled[columns], check_exact=True)


def test_nothing_is_said_as_zero(house: House) -> None:
    house.fact("lieux", "a", communes='["62001"]', point=house.place(5, 5))
    house.write()
    table = geo.stats()
    told = table.set_index(["territoire", "couche", "indicateur"])["valeur"]
    assert told[BETA_NAME, "lieux", "nombre"] == 0
    assert told[BETA_NAME, "pistes", "length_km"] == 0
    assert told[ALPHA_NAME, "lieux", "nombre"] == 1
    assert told[ALPHA_NAME, "lieux", "logements_pour_1000_hab"] == 0


def test_an_epci_named_with_a_departement_keeps_the_feature_not_the_amount(house: House) -> None:
    house.figure("l0010-aide", "500", "€", financeurs="État")
    house.fact(
        "lieux",
        "wide",
        precision='"territoire"',
        territoires=f'["{ALPHA}", "59"]',
        chiffres='["l0010-aide"]',
    )
    house.write()
    table = geo.stats()
    assert by_place(table, "lieux", "nombre") == {ALPHA_NAME: 1, TOTAL: 1}
    assert by_place(table, "lieux", "montant_eur") == {BASIN: 500, TOTAL: 500}
