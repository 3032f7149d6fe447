"""French as it is written; expected texts are those of French typography, typed by hand."""

from __future__ import annotations

from datetime import date

import pytest

from geo import text

N = "\u202f"


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("Cœur d'Ostrevent", "coeur d ostrevent"),
        ("Cœur d’Ostrevent", "coeur d ostrevent"),
        ("HÉNIN-CARVIN", "henin carvin"),
        ("  Œuvre  d'Æsope ", "oeuvre d aesope"),
        ("L'Haÿ-les-Roses", "l hay les roses"),
        ("Straße", "strasse"),
        ("e\u0301cole", "ecole"),
        ("–", ""),
    ],
)
def test_fold(name: str, folded: str) -> None:
    assert text.fold(name) == folded


def test_slug() -> None:
    assert text.slug("Béthune-Bruay, Artois-Lys Romane") == "bethune-bruay-artois-lys-romane"


@pytest.mark.parametrize(
    ("value", "decimals", "written"),
    [
        (0, None, "0"),
        (8000, None, f"8{N}000"),
        (1258378, None, f"1{N}258{N}378"),
        (-1234567, None, f"−1{N}234{N}567"),
        (1234.5, None, f"1{N}235"),
        (12.34, None, "12,3"),
        (3.14159, None, "3,14"),
        (0.125, 2, "0,13"),
        (2.5, 0, "3"),
        (-2.5, 0, "−3"),
        (1.005, 2, "1,01"),
        (-0.001, 2, "0,00"),
        (1e15, None, f"1{N}000{N}000{N}000{N}000{N}000"),
    ],
)
def test_number(value: float, decimals: int | None, written: str) -> None:
    assert text.number(value, decimals) == written


@pytest.mark.parametrize(
    ("euros", "written"),
    [
        (850, f"850{N}€"),
        (9_999, f"9{N}999{N}€"),
        (9_999.4, f"9{N}999{N}€"),
        (9_999.6, f"10{N}k€"),
        (300_000, f"300{N}k€"),
        (12_500_000, f"12,5{N}M€"),
        (999_994, f"999,99{N}k€"),
        (999_995, f"1{N}M€"),
        (999_994_999, f"999,99{N}M€"),
        (999_999_999, f"1{N}Md€"),
        (2_340_000_000, f"2,34{N}Md€"),
        (-1_500_000, f"−1,5{N}M€"),
        (0, f"0{N}€"),
    ],
)
def test_amount(euros: float, written: str) -> None:
    assert text.amount(euros) == written


@pytest.mark.parametrize(
    ("value", "unit", "qualifier", "written"),
    [
        (8000, "logements", "plus de", f"plus de 8{N}000{N}logements"),
        (1, "logements", "exact", f"1{N}logement"),
        (0, "logements", "exact", f"0{N}logement"),
        (1.5, "ans", "environ", f"environ 1,5{N}an"),
        (2, "ans", "exact", f"2{N}ans"),
        (96_000_000, "€", "près de", f"près de 96{N}M€"),
        (4_000_000, "€/an", "exact", f"4{N}M€/an"),
        (4.5, "ha", "exact", f"4,5{N}ha"),
        (12.25, "ha", "exact", f"12,25{N}ha"),
        (1, "EPCI", "exact", f"1{N}EPCI"),
        (1, "fois", "exact", f"1{N}fois"),
        (1, "élèves/classe", "exact", f"1{N}élève/classe"),
        (1, "appels à projets", "exact", f"1{N}appel à projets"),
        (1, "sources d’énergie", "exact", f"1{N}source d’énergie"),
        (1, "jobs dating", "exact", f"1{N}job dating"),
        (35, "%", "environ", f"environ 35{N}%"),
        (7, "", "", "7"),
    ],
)
def test_quantity(value: float, unit: str, qualifier: str, written: str) -> None:
    assert text.quantity(value, unit, qualifier) == written


def test_dates() -> None:
    assert text.long_date(date(2017, 3, 1)) == "1er mars 2017"
    assert text.long_date(date(2026, 11, 22)) == "22 novembre 2026"
    assert text.partial_date("2022") == "2022"
    assert text.partial_date("2022-08") == "août 2022"
    assert text.partial_date("2022-02-01") == "1er février 2022"
    assert text.as_of("2022-12-31") == "à fin 2022"
    assert text.as_of("2022") == "à fin 2022"
    assert text.as_of("2022-06") == "en juin 2022"
    assert text.as_of("2020-03-06") == "au 6 mars 2020"


@pytest.mark.parametrize(
    ("iso", "written"),
    [
        ("", ""),
        ("2022", "2022"),
        ("2017-03", "mars 2017"),
        ("2022-12-31", "à fin 2022"),
        ("2023-02-01", "1er février 2023"),
        ("2017/2022", "2017–2022"),
        ("2018/", "depuis 2018"),
        ("2018-03-01/", "depuis le 1er mars 2018"),
        ("/2020", "jusqu'à 2020"),
        ("/2020-03-06", "jusqu'au 6 mars 2020"),
        ("2015-04/2022-06", "d'avril 2015 à juin 2022"),
        ("2021-09/2021-12", "de septembre 2021 à décembre 2021"),
        ("2022-11-21/2022-11-25", "du 21 novembre 2022 au 25 novembre 2022"),
    ],
)
def test_period(iso: str, written: str) -> None:
    assert text.is_period(iso)
    assert text.period(iso) == written


@pytest.mark.parametrize(
    "iso",
    ["/", "22", "2022-13", "2022-00", "2022-02-30", "2021-02-29", "2022-1", "2022/2017", "2022-06/2022-05",
     "2017/2018/2019", "mars 2022", "٢٠٢٢", "2022-12-31T00:00"],
)  # fmt: skip
def test_no_period(iso: str) -> None:
    assert not text.is_period(iso)


def test_leap_day() -> None:
    assert text.is_partial_date("2020-02-29")
    assert not text.is_partial_date("2020-02-30")
    assert not text.is_partial_date("")


def test_plural() -> None:
    assert text.plural(0, "cité") == "0\u00a0cité"
    assert text.plural(1, "cité") == "1\u00a0cité"
    assert text.plural(36, "commune") == "36\u00a0communes"
    assert text.plural(2, "hôpital", "hôpitaux") == "2\u00a0hôpitaux"
