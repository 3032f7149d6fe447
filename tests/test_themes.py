"""Thematic views: which there are, their classes, bounds, colours and notes."""

from __future__ import annotations

import itertools
import re
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.atlas.payload import page_data
from geo.atlas.themes.ramps import oklch, ramp
from geo.content import Content
from geo.content.themes import Level, Theme, list_themes
from geo.content.themes.breaks import how_many, natural_breaks
from geo.content.themes.listing import bounds_written, marks
from geo.text import NNBSP
from tests import records

AXES = ("#a63d2a", "#b07812", "#2b7a56", "#2b659b")
PAPER, COAL = "#fffdf9", "#23272d"


@pytest.fixture(scope="module")
def content() -> Content:
    return records.facts()


@pytest.fixture(scope="module")
def themes(content: Content) -> dict[str, Theme]:
    return {theme.id: theme for theme in content.themes}


# -- classes


def spread(values: list[float], bounds: list[float]) -> float:
    """Return the sum of squared differences from the mean of each class."""
    sides = [-np.inf, *bounds]
    classes = [[v for v in values if low < v <= high] for low, high in itertools.pairwise(sides)]
    return sum(float(np.var(one) * len(one)) for one in classes if one)


@given(
    st.lists(st.integers(0, 60), min_size=3, max_size=9).filter(lambda v: len(set(v)) > 2),
    st.integers(2, 4),
)
def test_no_other_classes_are_more_alike(values: list[int], classes: int) -> None:
    told = [float(value) for value in values]
    different = sorted(set(told))
    classes = min(classes, len(different))
    bounds = natural_breaks(told, classes)
    assert len(bounds) == classes
    assert bounds == sorted(bounds)
    assert bounds[-1] == max(told)
    least = min(
        spread(told, [*ends, different[-1]]) for ends in itertools.combinations(different[:-1], classes - 1)
    )
    assert spread(told, bounds) == pytest.approx(least, abs=1e-9)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("classes", [2, 3, 5])
def test_classes_are_those_of_mapclassify(seed: int, classes: int) -> None:
    import mapclassify

    values = np.random.default_rng(seed).lognormal(mean=3, sigma=1.5, size=336)
    expected = mapclassify.FisherJenks(values, k=classes)
    assert natural_breaks(values.tolist(), classes) == pytest.approx(expected.bins.tolist(), abs=0)


def test_classes_of_the_basin_are_those_of_mapclassify(themes: dict[str, Theme]) -> None:
    import mapclassify

    compared = 0
    for theme in themes.values():
        for level in theme.levels.values():
            positive = [value for value in level.measured.values() if value > 0]
            if theme.kind == "taux" and len(set(positive)) > len(level.bounds) > 1:
                expected = mapclassify.FisherJenks(np.array(positive), k=len(level.bounds)).bins.tolist()
                assert spread(positive, list(level.bounds)) <= spread(positive, expected) * (1 + 1e-9)
                compared += 1
    assert compared > 30


def test_classes_do_not_depend_on_order_nor_on_size() -> None:
    values = [0.1, 0.1, 0.4, 0.45, 3.0, 9.0, 9.5]
    assert natural_breaks(values[::-1], 3) == natural_breaks(values, 3) == [0.45, 3.0, 9.5]
    assert natural_breaks([v + 1e9 for v in (1, 2, 50, 51)], 2) == [1e9 + 2, 1e9 + 51]


def test_as_many_classes_as_the_values_bear() -> None:
    assert [how_many(range(n), most=5) for n in (1, 2, 4, 5, 7, 24, 25, 300)] == [1, 2, 2, 3, 4, 4, 5, 5]
    assert how_many(range(300), most=4) == 4
    assert how_many([3.0] * 20, most=5) == 1


# -- which there are


def test_a_filled_map_shows_rates_alone(themes: dict[str, Theme]) -> None:
    assert {t.kind for t in themes.values() if "pour 1 000" in t.unit or "par " in t.unit} == {"taux"}
    assert {t.unit for t in themes.values() if t.kind == "nombre"} <= {
        "éléments", "km", "ha", "logements", "lits", "places", "emplois", "€", "habitants",
    }  # fmt: skip
    assert not [t.id for t in themes.values() if "distance" in t.measure]


def test_ids_are_stable_and_ascii(themes: dict[str, Theme]) -> None:
    assert all(re.fullmatch(r"[a-z0-9_.-]+", key) for key in themes)
    assert {"cites.area_ha", "cites.area_ha.km2", "cites.area_ha.hab", "axe-1.montant_eur.eur_hab"} <= set(
        themes
    )


def test_values_are_those_of_the_indicators(content: Content, themes: dict[str, Theme]) -> None:
    stats = content.stats
    mine = stats[(stats["couche"] == "cites") & (stats["indicateur"] == "area_ha_par_km2")]
    expected = dict(zip(mine["siren"], mine["valeur"], strict=True))
    expected.pop(None, None)
    assert dict(themes["cites.area_ha.km2"].levels["epci"].measured) == expected


def test_zero_is_not_what_is_unknown(content: Content, themes: dict[str, Theme]) -> None:
    communes = themes["cites.area_ha.km2"].levels["commune"]
    assert set(communes.measured) == set(content.basin.communes)
    assert {communes.rank(code) for code in content.basin.communes} == set("012345")
    euros = themes["axe-1.montant_eur.eur_hab"].levels["epci"]
    assert [euros.rank(code) for code in content.basin.epci].count("-") == 4
    assert "ensemble du bassin" in euros.note


def test_one_of_the_same_everywhere_is_no_theme(content: Content) -> None:
    stats = content.stats.copy()
    stats.loc[stats["couche"].eq("cites") & stats["indicateur"].eq("nombre_localise"), "valeur"] = 1.0
    found = {t.id: t for t in list_themes(stats, content.stats_by_commune, content.basin, content.known)}
    assert "epci" not in found["cites.nombre_localise.km2"].levels


def test_no_statistics_no_themes(content: Content) -> None:
    nothing: pd.DataFrame = content.stats.iloc[:0]
    assert list_themes(nothing, content.stats_by_commune.iloc[:0], content.basin, content.known) == []


# -- how they are written


def level(values: list[float], classes: int) -> Level:
    return Level(dict(enumerate_codes(values)), tuple(natural_breaks([v for v in values if v], classes)))


def enumerate_codes(values: list[float]) -> list[tuple[str, float]]:
    return [(str(rank), value) for rank, value in enumerate(values)]


def test_bounds_part_the_classes() -> None:
    assert bounds_written(level([0, 1.01, 1.02, 5, 5.5, 9], 3)) == ["1,0", "de 5,0 à 5,5", "9,0"]
    assert bounds_written(level([0.0004, 2.5, 30, 31], 2)) == ["de plus de 0 à 2,5", "de 30,0 à 31,0"]
    assert bounds_written(level([10.001, 10.002, 10.004], 2)) == ["de 10,001 à 10,002", "10,004"]
    assert bounds_written(level([12_345.6, 99_999.0], 2)) == [f"12{NNBSP}346", f"99{NNBSP}999"]


def test_bounds_of_all_themes_differ(themes: dict[str, Theme]) -> None:
    for theme in themes.values():
        for own in theme.levels.values():
            if theme.kind == "taux":
                told = bounds_written(own)
                assert len(set(told)) == len(told) == len(own.bounds), theme.id


def test_circles_of_the_legend_are_round() -> None:
    assert marks(Level({"a": 1420.0, "b": 3.5})) == [1000.0, 200.0, 50.0]
    assert marks(Level({"a": 3.0, "b": 1.0})) == [2.0]
    assert marks(Level({"a": 17e6})) == [1e7, 2e6, 5e5]


# -- colours


def contrast(one: str, other: str) -> float:
    """Return the contrast of WCAG 2 between two colours."""
    low, high = sorted(_luminance(colour) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    coded = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in coded]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("ground", [PAPER, COAL])
@pytest.mark.parametrize("axis", AXES)
def test_classes_differ_in_black_and_white(axis: str, ground: str) -> None:
    colours = ramp(axis, 5, dark=ground == COAL)
    assert contrast(colours[0], ground) > 1.4  # the lowest class is seen
    assert contrast(colours[0], colours[-1]) > 5
    assert all(contrast(a, b) > 1.4 for a, b in itertools.pairwise(colours))
    steps = np.diff([oklch(colour)[0] for colour in colours])
    assert np.ptp(steps) < 0.01


@pytest.mark.parametrize("axis", AXES)
def test_a_ramp_keeps_the_hue_of_its_axis(axis: str) -> None:
    _, _, hue = oklch(axis)
    for colour in ramp(axis, 4):
        assert abs(oklch(colour)[2] - hue) < 0.06


# -- pages


def _ranks(data: dict[str, Any]) -> dict[str, int]:
    return {"epci": len(data["epci"]), "commune": len(data["communes"])}


def test_a_page_has_a_class_for_each_territory(content: Content) -> None:
    data = page_data(content)
    told = data["themes"]
    assert {t["id"] for t in told["liste"]} == {t.id for t in content.themes}
    for theme in told["liste"]:
        for by, own in theme["niveaux"].items():
            assert len(own["rangs"]) == _ranks(data)[by]
            if theme["sorte"] == "taux":
                assert own["methode"] == "seuils naturels (Fisher-Jenks)"
                assert set(own["rangs"]) - set("-0") <= {str(n + 1) for n in range(len(own["bornes"]))}
                assert len(told["rampes"][str(theme["axe"])]["clair"]) >= len(own["bornes"])
            else:
                assert own["reperes"][0][0] <= own["maximum"]


def test_classes_are_the_same_on_the_page_of_an_epci(content: Content) -> None:
    whole, part = page_data(content), page_data(content, "246200364")
    assert part["themes"]["tailles"] == whole["themes"]["tailles"]
    by_id = {t["id"]: t for t in whole["themes"]["liste"]}
    at = {c["insee"]: n for n, c in enumerate(whole["communes"])}
    assert part["themes"]["liste"]
    for theme in part["themes"]["liste"]:
        assert list(theme["niveaux"]) == ["commune"]  # one EPCI alone is no map
        assert set(theme["niveaux"]["commune"]["rangs"]) - set("-0")  # and nothing anywhere is none
        mine, all_of_them = theme["niveaux"]["commune"], by_id[theme["id"]]["niveaux"]["commune"]
        assert [all_of_them["rangs"][at[c["insee"]]] for c in part["communes"]] == list(mine["rangs"])
        assert mine.get("bornes") == all_of_them.get("bornes")
