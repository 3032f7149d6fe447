"""The ledger: faults are told, sums are recomputed, nothing is added twice."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest

from geo import ledger
from geo.errors import DataError
from geo.ledger import Finding, Funder, combined_qualifier

if TYPE_CHECKING:
    from tests.conftest import House


def findings(house: House) -> list[Finding]:
    house.write()
    return ledger.load().findings()


def check(kind: str, **fields: str) -> str:
    rows = [f'id = "c"\ntype = "{kind}"\nlibelle = "Un contrôle."']
    return "\n".join(["[[controle]]", *rows, *(f"{key} = {value}" for key, value in fields.items())])


# Reading


def test_a_figure(house: House) -> None:
    house.figure(
        "l0071-aide", "96000000", "€", qualificatif="près de", periode="2017/2022", territoire="62001|59001",
        axe="1", financeurs="État:0.7|Région:0.3", texte='"96 M€, ""à ce stade"""', reserve="à vérifier",
    )  # fmt: skip
    house.write()
    figure = ledger.load().figures["l0071-aide"]
    assert figure.valeur == 96_000_000
    assert figure.financeurs == (Funder("État", 0.7), Funder("Région", 0.3))
    assert figure.territoire == ("62001", "59001")
    assert (figure.ligne, figure.texte, figure.reserve) == (71, '96 M€, "à ce stade"', "à vérifier")
    assert figure.is_amount
    assert figure.written() == "près de 96\u202fM€"


def test_a_yearly_rate_is_no_amount(house: House) -> None:
    house.figure("l0001-rate", "4000000", "€/an")
    house.write()
    assert not ledger.load().figures["l0001-rate"].is_amount


def test_the_order_is_that_of_the_report(house: House) -> None:
    for key in ("l0030-b", "l0200-c", "l0030-a", "l0004-z"):
        house.figure(key, "1", "€")
    house.write()
    assert list(ledger.load().figures) == ["l0004-z", "l0030-a", "l0030-b", "l0200-c"]


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("valeur", "12 000", "valeur '12 000'"),
        ("valeur", "1_000", "valeur '1_000'"),
        ("valeur", "nan", "valeur 'nan'"),
        ("valeur", "1e400", "valeur '1e400'"),
        ("valeur", "", "valeur ''"),
        ("valeur", '"1,5"', "valeur '1,5'"),
        ("qualificatif", "presque", "qualificatif 'presque'"),
        ("axe", "5", "axe '5'"),
        ("axe", "²", "axe '²'"),
        ("axe", "01", "axe '01'"),
        ("periode", "2022-13", "periode '2022-13'"),
        ("periode", "2022/2017", "periode '2022/2017'"),
        ("periode", "/", "periode '/'"),
        ("libelle", "", "libelle vide"),
        ("unite", "", "unite vide"),
        ("texte", "", "texte vide"),
        ("territoire", "", "territoire vide"),
        ("territoire", "lens", "territoire 'lens' inconnu"),
        ("territoire", "bassin|246200365", "territoire '246200365' inconnu"),
        ("ligne", "12", "identifiant attendu"),
        ("financeurs", "État:2", "financeurs 'État:2'"),
        ("financeurs", "État:x", "financeurs 'État:x'"),
        ("financeurs", "État:nan", "financeurs 'État:nan'"),
        ("financeurs", ":0.5", "financeurs ':0.5'"),
        ("financeurs", "État:0.7|Région:0.4", "les parts dépassent 1"),
        ("financeurs", "État:0.5|État", "un même nom deux fois"),
        ("double_de", "l0009-rien", "renvoie à 'l0009-rien', qui n'existe pas"),
        ("compris_dans", "l0001-a|l0009-rien", "renvoie à 'l0009-rien', qui n'existe pas"),
    ],
)
def test_faulty_figure(house: House, field: str, value: str, told: str) -> None:
    house.figure("l0001-a", "1", "€")
    if field == "valeur":
        house.figure("l0002-b", value, "€")
    elif field == "unite":
        house.figure("l0002-b", "1", value)
    else:
        house.figure("l0002-b", "1", "€", **{field: value})
    house.write()
    with pytest.raises(DataError) as error:
        ledger.load()
    assert str(error.value).startswith("chiffres/chiffres.csv : ")
    assert "l0002-b" in str(error.value)
    assert told in str(error.value)


@pytest.mark.parametrize("key", ["l1-a", "0001-a", "l0001_a", "l0001-É", "l0001"])
def test_faulty_id(house: House, key: str) -> None:
    house.figure(key, "1", "€", ligne="1")
    house.write()
    with pytest.raises(DataError, match="identifiant attendu"):
        ledger.load()


def test_several_faults_are_told_at_once_with_their_lines(house: House) -> None:
    house.figure("l0001-a", "x", "€", axe="9")
    house.figure("l0001-b", "1", "€")
    house.figure("l0001-b", "1", "€")
    house.write()
    with pytest.raises(DataError) as error:
        ledger.load()
    assert "3 anomalies" in str(error.value)
    assert "ligne 2 (l0001-a) : valeur 'x'" in str(error.value)
    assert "ligne 2 (l0001-a) : axe '9'" in str(error.value)
    assert "ligne 4 (l0001-b) : identifiant déjà pris" in str(error.value)


@pytest.mark.parametrize(
    "references",
    [
        {"l0001-a": {"double_de": "l0001-a"}},
        {"l0001-a": {"double_de": "l0002-b"}, "l0002-b": {"double_de": "l0001-a"}},
        {"l0001-a": {"compris_dans": "l0002-b"}, "l0002-b": {"double_de": "l0001-a"}},
    ],
)
def test_references_do_not_go_round(house: House, references: dict[str, dict[str, str]]) -> None:
    for key, fields in references.items():
        house.figure(key, "1", "€", **fields)
    house.write()
    with pytest.raises(DataError, match="renvois en rond : l0001-a"):
        ledger.load()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (check("some", total='"l0001-a"'), "type 'some'"),
        (check("somme", total='"l0001-a"'), "total et parties"),
        (check("somme", parties='["l0001-a"]'), "total et parties"),
        (check("part", total='"l0001-z"', parties='["l0001-a"]'), "chiffre 'l0001-z' inconnu"),
        (check("ecart", chiffres='["l0001-a"]'), "chiffres : au moins deux"),
        (check("double", chiffres='"l0001-a"'), "chiffres : 'l0001-a' ; attendu une liste de textes"),
        (check("lecture"), "lectures : nécessaires"),
        (check("lecture", lectures='["a"]', lignes='["1"]'), "lignes : ['1']"),
        (check("lecture", lectures='["a"]', note='"x"'), "note : champ inconnu"),
        ("[controle]\nid = 'c'", "controle"),
    ],
)
def test_faulty_check(house: House, text: str, told: str) -> None:
    house.figure("l0001-a", "1", "€")
    house.checks = text
    house.write()
    with pytest.raises(DataError) as error:
        ledger.load()
    assert str(error.value).startswith("chiffres/controles.toml : ")
    assert told in str(error.value)


# Checks


@pytest.mark.parametrize(
    ("total", "parts", "qualifier", "gap"),
    [
        ("50", ["30", "20"], "exact", None),
        ("50", ["30", "21"], "exact", -1),
        ("50", ["30", "19"], "exact", 1),
        ("0.3", ["0.1", "0.2"], "exact", None),
        ("100", ["60", "38"], "près de", None),
        ("100", ["60", "37"], "près de", 3),
        ("100", ["60", "42"], "plus de", None),
        ("100", ["60", "43"], "plus de", -3),
    ],
)
def test_sum(house: House, total: str, parts: list[str], qualifier: str, gap: float | None) -> None:
    house.figure("l0001-t", total, "€")
    for number, part in enumerate(parts):
        house.figure(f"l0002-p{number}", part, "€", qualificatif=qualifier if number else "exact")
    house.checks = check("somme", total='"l0001-t"', parties='["l0002-p0", "l0002-p1"]')
    found = findings(house)
    assert [f.ecart for f in found] == ([] if gap is None else [gap])
    assert all(f.lignes == (1, 2) for f in found)


def test_a_sum_that_fails_is_told_in_french(house: House) -> None:
    house.figure("l0001-t", "2000000", "€", qualificatif="plus de")
    house.figure("l0002-p", "1500000", "€")
    house.checks = check("somme", total='"l0001-t"', parties='["l0002-p"]')
    assert [f.constat for f in findings(house)] == [
        "total annoncé plus de 2\u202fM€, somme des parties 1,5\u202fM€, écart 500\u202fk€"
    ]


def test_units_are_brought_together(house: House) -> None:
    house.figure("l0001-t", "1.5", "ha")
    house.figure("l0002-a", "6000", "m²")
    house.figure("l0003-b", "9000", "m²")
    house.checks = check("somme", total='"l0001-t"', parties='["l0002-a", "l0003-b"]')
    assert findings(house) == []
    house.figures[-1] = house.figures[-1].replace("9000", "8000")
    (finding,) = findings(house)
    assert finding.ecart == pytest.approx(0.1)
    assert finding.constat.endswith("écart 0,1\u202fha")


@pytest.mark.parametrize(("part", "holds"), [("40", True), ("100", True), ("100.1", False)])
def test_part(house: House, part: str, holds: bool) -> None:  # noqa: FBT001 - a case of the table
    house.figure("l0001-t", "100", "logements")
    house.figure("l0002-p", part, "logements", qualificatif="plus de")
    house.checks = check("part", total='"l0001-t"', parties='["l0002-p"]')
    assert (findings(house) == []) is holds


def test_a_part_that_is_the_whole_but_for_rounding(house: House) -> None:
    house.figure("l0001-t", "0.3", "ha")
    house.figure("l0002-a", "0.1", "ha")
    house.figure("l0002-b", "0.2", "ha")
    house.checks = check("part", total='"l0001-t"', parties='["l0002-a", "l0002-b"]')
    assert findings(house) == []


def test_gap_double_and_reading(house: House) -> None:
    house.figure("l0001-a", "20", "cités")
    house.figure("l0002-b", "33", "cités")
    house.checks = check("ecart", chiffres='["l0001-a", "l0002-b"]')
    (finding,) = findings(house)
    assert (finding.ecart, finding.lignes) == (13, (1, 2))
    assert finding.constat == "deux lectures : 20\u202fcités (l. 1) / 33\u202fcités (l. 2)"
    house.checks = check("double", chiffres='["l0001-a", "l0002-b"]')
    assert findings(house)[0].constat.startswith("même chiffre dit deux fois")
    house.checks = check("lecture", lectures='["une", "deux"]', lignes="[31, 30]", retenu='"une"')
    (finding,) = findings(house)
    assert (finding.ecart, finding.lignes) == (None, (30, 31))
    assert finding.constat == "lectures : une / deux ; retenu : une"


def test_no_gap_between_the_same_area_in_two_units(house: House) -> None:
    house.figure("l0001-a", "0.7", "ha")
    house.figure("l0002-b", "7000", "m²")
    assert 7000 * 1e-4 != 0.7  # the rounding that must not be taken for a gap
    house.checks = check("ecart", chiffres='["l0001-a", "l0002-b"]')
    assert findings(house) == []


def test_flagged(house: House) -> None:
    house.figure("l0001-a", "20", "cités")
    house.figure("l0002-b", "33", "cités")
    house.figure("l0003-c", "1", "cités")
    house.checks = check("ecart", chiffres='["l0001-a", "l0002-b"]')
    house.write()
    assert ledger.load().flagged() == {"l0001-a": ["Un contrôle."], "l0002-b": ["Un contrôle."]}


# What may be added


def countable(house: House, figures: dict[str, tuple[float, dict[str, str]]]) -> dict[str, float]:
    for key, (value, fields) in figures.items():
        house.figure(f"l0001-{key}", str(value), fields.pop("unite", "€"), **fields)
    house.write()
    return {key.removeprefix("l0001-"): value for key, value in ledger.load().countable().items()}


def test_a_repetition_is_not_added(house: House) -> None:
    assert countable(house, {"a": (100, {}), "b": (100, {"double_de": "l0001-a"})}) == {"a": 100}


def test_a_whole_counts_for_what_its_parts_leave(house: House) -> None:
    found = countable(
        house,
        {
            "whole": (100, {}),
            "part": (30, {"compris_dans": "l0001-whole"}),
            "part-of-part": (10, {"compris_dans": "l0001-part"}),
        },
    )
    assert found == {"whole": 70, "part": 20, "part-of-part": 10}
    assert sum(found.values()) == 100


def test_never_less_than_nothing(house: House) -> None:
    within = {"compris_dans": "l0001-whole"}
    assert countable(house, {"whole": (100, {}), "a": (70, {**within}), "b": (50, {**within})}) == {
        "whole": 0,
        "a": 70,
        "b": 50,
    }


def test_what_is_part_of_several_is_left_out(house: House) -> None:
    within = {"compris_dans": "l0001-a|l0001-b"}
    assert countable(house, {"a": (100, {}), "b": (50, {}), "both": (20, within)}) == {"a": 100, "b": 50}


def test_a_part_of_what_is_left_out_is_left_out_too(house: House) -> None:
    figures = {
        "a": (100.0, {}),
        "b": (50.0, {}),
        "both": (20.0, {"compris_dans": "l0001-a|l0001-b"}),
        "some": (5.0, {"compris_dans": "l0001-both"}),
    }
    assert countable(house, figures) == {"a": 100, "b": 50}


def test_a_part_of_a_repetition_is_part_of_the_first(house: House) -> None:
    figures = {
        "a": (100.0, {}),
        "again": (100.0, {"double_de": "l0001-a"}),
        "some": (30.0, {"compris_dans": "l0001-again"}),
        "more": (5.0, {"compris_dans": "l0001-a|l0001-again"}),
    }
    assert countable(house, figures) == {"a": 65, "some": 30, "more": 5}


def test_a_part_in_another_unit_takes_nothing(house: House) -> None:
    within = {"compris_dans": "l0001-a", "unite": "logements"}
    assert countable(house, {"a": (100, {}), "homes": (30, within)}) == {"a": 100, "homes": 30}


@pytest.mark.parametrize(
    ("qualifiers", "whole"),
    [
        ([], "exact"),
        (["exact", "exact"], "exact"),
        (["exact", "plus de"], "plus de"),
        (["au moins", "plus de"], "plus de"),
        (["près de", "exact"], "près de"),
        (["près de", "plus de"], "environ"),
        (["moins de", "moins de"], "moins de"),
    ],
)
def test_combined_qualifier(qualifiers: list[str], whole: str) -> None:
    assert combined_qualifier(qualifiers) == whole


# The embedded ledger


def test_the_ledger_of_the_report() -> None:
    known = ledger.load()
    assert known.figures["l0002-epci-signataires"].valeur == 8
    assert known.figures["l0023-logements-cible"].written() == "23\u202f000\u202flogements"
    lines = [figure.ligne for figure in known.figures.values()]
    assert lines == sorted(lines)


def test_no_euro_is_counted_twice() -> None:
    # Wholes less their parts, plus these parts, is what the wholes say, or more where the parts exceed it.
    known = ledger.load()
    counted = known.countable()
    wholes = [f for f in known.figures.values() if f.is_amount and not f.double_de and not f.compris_dans]
    total = math.fsum(v for key, v in counted.items() if known.figures[key].is_amount)
    assert total >= math.fsum(f.valeur for f in wholes) * (1 - 1e-12)
    for key, value in counted.items():
        assert 0 <= value <= known.figures[key].valeur
