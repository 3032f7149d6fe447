"""What there is to decide: late, unfunded, unknown; each by its rule, and nothing else."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest

from geo.content import load_content, open_dossier
from geo.print.points import DONE, Point, last_day, points
from tests.conftest import ALPHA, House

NOON = "1669118400"
"""22 November 2022."""


@pytest.fixture
def today(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", NOON)
    house.put("chiffres/cles.toml", "cle = []\n")
    house.figure("l0001-cout", "1000", "€", territoire="62001")
    house.figure("l0002-lits", "12", "lits", territoire="62001")


def place(house: House, key: str, **fields: str) -> None:
    """Add a measure in Alpha about which nothing is unknown, but for `fields`."""
    told = {
        "communes": '["62001"]',
        "point": house.place(5, 5),
        "statut": '"en service"',
        "chiffres": '["l0001-cout"]',
    }
    house.fact("lieux", key, **{**told, **fields})


def found(house: House) -> dict[str, Point]:
    house.write()
    return {point.kind: point for point in points(open_dossier(load_content(), ALPHA))}


def test_nothing_to_decide(house: House, today: None) -> None:
    place(house, "sans-souci")
    assert found(house) == {}


@pytest.mark.parametrize(
    ("end", "status", "late"),
    [
        ("2021", "travaux", True),
        ("2022-10", "projet", True),
        ("2022-11-21", "étude", True),
        ("2021", "", True),
        ("2022-11-22", "travaux", False),  # it has until the evening
        ("2022-11", "travaux", False),
        ("2022", "travaux", False),
        ("2021", "livré", False),
        ("2021", "en service", False),
        ("2021", "abandonné", False),
    ],
)
def test_late_is_what_was_due_and_is_not_said_to_be_done(
    house: House, today: None, *, end: str, status: str, late: bool
) -> None:
    place(house, "a", fin=f'"{end}"', statut=f'"{status}"' if status else "")
    told = found(house)
    assert ("retard" in told) == late
    if late:
        assert told["retard"].ids == ("lieux-a",)
        assert told["retard"].elements[0].told.startswith("a (échéance\u00a0: ")


def test_what_is_late_comes_by_its_date(house: House, today: None) -> None:
    place(house, "a", fin='"2021"', statut='"travaux"')
    place(house, "b", fin='"2020-05"', statut='"travaux"')
    assert found(house)["retard"].ids == ("lieux-b", "lieux-a")


def test_what_is_to_come_without_an_end(house: House, today: None) -> None:
    place(house, "a", statut='"projet"')
    place(house, "b", statut='"projet"', fin='"2030"')
    place(house, "c")
    point = found(house)["echeance"]
    assert [one.told for one in point.elements] == ["a (statut\u00a0: projet à fin 2022)"]


def test_unfunded_is_what_has_no_amount_of_its_own(house: House, today: None) -> None:
    ahead = {"statut": '"travaux"', "fin": '"2030"'}
    place(house, "a", **ahead, chiffres="")
    place(house, "b", **ahead, chiffres="", contexte='["l0001-cout"]')
    place(house, "c", **ahead)
    place(house, "d", **ahead, chiffres='["l0002-lits"]')
    assert found(house)["financement"].ids == ("lieux-a", "lieux-b", "lieux-d")


def test_nothing_is_left_to_fund_of_what_is_done(house: House, today: None) -> None:
    for key, status in (("a", "livré"), ("b", "en service"), ("c", "abandonné")):
        place(house, key, chiffres="", statut=f'"{status}"')
    assert found(house) == {}
    place(house, "d", chiffres="", statut="")
    point = found(house)["financement"]
    assert point.ids == ("lieux-d",)
    assert all(status in point.regle for status in DONE)


def test_unknown_status_and_approximate_position(house: House, today: None) -> None:
    place(house, "a", statut="")
    place(house, "b", precision='"indicative"', position='"mémoire"')
    told = found(house)
    assert told["statut"].ids == ("lieux-a",)
    assert told["position"].ids == ("lieux-b",)
    assert list(told) == ["statut", "position"]


def test_what_is_not_finished_comes_first(house: House, today: None) -> None:
    approximate = {"precision": '"indicative"', "position": '"mémoire"'}
    place(house, "a", **approximate)
    place(house, "b", statut='"travaux"', fin='"2030"', **approximate)
    assert found(house)["position"].ids == ("lieux-b", "lieux-a")


def test_records_are_no_points() -> None:
    dossier = open_dossier(load_content(), "246200364")
    assert points(dossier)
    assert points(dataclasses.replace(dossier, own=dossier.own.assign(inventaire=True))) == []


def test_those_of_a_territory_are_its_measures() -> None:
    dossier = open_dossier(load_content(), "246200364")
    measures = dossier.own[~dossier.own["inventaire"].astype(bool)]
    told = {point.kind: point for point in points(dossier)}
    assert set(told["statut"].ids) == set(measures[measures["statut"].isna()]["id"])
    assert len(told["statut"].ids) == dossier.progress()[""]
    assert set(told["position"].ids) == set(measures[measures["precision"] == "indicative"]["id"])


def test_the_last_day() -> None:
    days = [last_day(one) for one in ("2024", "2024-02", "2023-02-03")]
    assert days == [date(2024, 12, 31), date(2024, 2, 29), date(2023, 2, 3)]
