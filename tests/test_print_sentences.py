"""Sentences made of figures: agreement, elision, qualifiers; nothing that the figures do not bear."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

import pytest

from geo.content import Content, Dossier, Stat, open_dossier
from geo.print import sentences
from geo.text import NBSP, NNBSP
from tests import records

LENS, OSARTIS = "246200364", "200044048"
RANK = "2e rang ex æquo sur 8 EPCI"
WHOLE = " ; le bassin en compte 196."


@pytest.fixture(scope="module")
def content() -> Content:
    return records.facts()


@pytest.fixture(scope="module")
def lens(content: Content) -> Dossier:
    return open_dossier(content, LENS)


def stat(measure: str, value: float, written: str, unit: str = "", rank: str = "") -> Stat:
    return Stat("axe-1", measure, value, written, unit, ("x",), "", rank)


def told(dossier: Dossier, stats: list[Stat], statuses: Mapping[str, int], shared: str = "") -> list[str]:
    """Return the sentences on axis 1 of a territory that has these figures and these statuses alone."""
    axis = dossier.content.known.axes[1]
    rows = dossier.own[dossier.own["axe"] == 1]
    picked = rows.head(sum(statuses.values())).copy()
    picked["statut"] = [status or None for status, count in statuses.items() for _ in range(count)]
    picked["inventaire"] = False
    own = {("axe-1", one.measure): one for one in stats}
    rest = {("axe-1", "montant_eur"): stat("montant_eur", 1.0, shared)} if shared else {}
    return [
        line.replace(NBSP, " ").replace(NNBSP, " ")
        for line in sentences.of_axis(replace(dossier, own=picked, stats=own, unshared=rest), axis)
    ]


def test_nothing_one_and_many(lens: Dossier) -> None:
    one = [stat("nombre", 1, "1"), stat("nombre_localise", 1, "1")]
    assert told(lens, one, {"livré": 1})[:2] == [
        f"Le territoire compte 1 élément de cet axe, localisé sur la carte{WHOLE}",
        "À la date de sa source, il est livré.",
    ]
    many = [stat("nombre", 4, "4", rank=RANK), stat("nombre_localise", 1, "1")]
    assert told(lens, many, {"étude": 1, "livré": 2, "abandonné": 1})[:2] == [
        f"Le territoire compte 4 éléments de cet axe ({RANK}), dont 1 localisé sur la carte{WHOLE}",
        "À la date de leur source, 1 est à l’étude, 2 sont livrés et 1 est abandonné.",
    ]
    none = [stat("nombre", 3, "3")]
    assert told(lens, none, {"": 3})[:2] == [
        f"Le territoire compte 3 éléments de cet axe, dont aucun n’est localisé sur la carte{WHOLE}",
        "Les données ne disent pas où ils en sont.",
    ]
    assert told(lens, none, {"travaux": 3})[1] == "À la date de leur source, tous sont en travaux."
    assert told(lens, none, {"travaux": 2, "": 1})[1] == (
        "À la date de leur source, 2 sont en travaux ; l’état d’un autre n’est pas dit."
    )
    assert told(lens, none, {"projet": 1, "": 2})[1] == (
        "À la date de leur source, 1 est en projet ; l’état de 2 autres n’est pas dit."
    )
    assert "tous localisés" in told(lens, [*none, stat("nombre_localise", 3, "3")], {"": 3})[0]
    assert told(lens, [stat("nombre", 1, "1")], {"": 1})[:2] == [
        f"Le territoire compte 1 élément de cet axe, qui n’est pas localisé sur la carte{WHOLE}",
        "Les données ne disent pas où il en est.",
    ]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("12,5 M€", "est de 12,5 M€"),
        ("environ 12 M€", "est d’environ 12 M€"),
        ("au moins 12 M€", "est d’au moins 12 M€"),
        ("plus de 12 M€", "est de plus de 12 M€"),
        ("près de 12 M€", "est de près de 12 M€"),
        ("jusqu'à 12 M€", "va jusqu'à 12 M€"),
    ],
)
def test_qualifiers_are_kept_and_elided(lens: Dossier, written: str, said: str) -> None:
    amount = stat("montant_eur", 12e6, written, rank="1er rang sur 8 EPCI")
    last = told(lens, [stat("nombre", 2, "2"), amount], {"": 2}, shared=written)[-1]
    assert last == (
        f"Le montant attribué au territoire {said} (1er rang sur 8 EPCI) ; dans le bassin, celui qui est "
        f"donné pour plusieurs territoires ensemble, sans répartition, {said}."
    )


def test_an_amount_that_is_not_there(lens: Dossier) -> None:
    assert told(lens, [], {})[-1] == "Aucun montant n’est attribué au territoire."
    assert told(lens, [], {}, shared="environ 3 M€")[-1] == (
        "Aucun montant n’est attribué au territoire ; dans le bassin, le montant donné pour plusieurs "
        "territoires ensemble, sans répartition, est d’environ 3 M€."
    )


def test_an_epci_with_nothing(lens: Dossier) -> None:
    bare = replace(lens, own=lens.own[:0], overall=lens.overall[:0], stats={}, unshared={})
    for axis in lens.content.known.axes.values():
        assert sentences.of_axis(bare, axis) == [
            "Aucun élément du territoire n’est compté dans cet axe.",
            "Aucun montant n’est attribué au territoire.",
        ]
    assert sentences.of_territory(bare) == []


def test_an_axis_without_elements_says_what_covers_the_territory(content: Content) -> None:
    osartis = open_dossier(content, OSARTIS)
    lines = sentences.of_axis(osartis, content.known.axes[1])
    assert lines[:2] == [
        "Aucun élément du territoire n’est compté dans cet axe.",
        "Des mesures d’un territoire plus large le couvrent, sans lui être attribuées.",
    ]


def test_an_axis_without_elements_says_what_its_inventories_show(content: Content) -> None:
    osartis = open_dossier(content, OSARTIS)
    layer = next(one for one in content.known.layers.values() if one.inventaire)
    record = osartis.own.head(1).assign(couche=layer.id, inventaire=True)
    stats = {(layer.id, "nombre"): Stat(layer.id, "nombre", 1.0, "1", "", ("x",), "", "")}
    lines = sentences.of_axis(replace(osartis, own=record, stats=stats), layer.axe)
    assert lines[1].startswith("Les inventaires de cet axe y montrent ")
    assert layer.titre in lines[1]


def test_on_the_first_page_nothing_is_said_to_be_on_its_map(lens: Dossier) -> None:
    first = sentences.of_territory(lens)[0]
    count = lens.stats["toutes", "nombre_localise"].text
    assert f", dont {count} localisés" in first
    assert "sur la carte" not in first
    assert "sur la carte" in sentences.of_axis(lens, lens.content.known.axes[1])[0]


def test_every_number_is_one_of_the_figures(content: Content) -> None:
    number = re.compile(rf"\d[\d{NNBSP},]*(?:{NNBSP}[kM]?€|{NNBSP}Md€)?")
    for siren in content.basin.epci:
        dossier = open_dossier(content, siren)
        for axis in content.known.axes.values():
            lines = sentences.of_axis(dossier, axis)
            assert 2 <= len(lines) <= 3
            group = f"axe-{axis.id}"
            stats = [*dossier.stats.values(), *dossier.whole.values(), *dossier.unshared.values()]
            known = {n for one in stats for n in number.findall(f"{one.text} {one.rank}")}
            known |= {str(count) for count in dossier.progress(axis).values()}
            assert {n for line in lines for n in number.findall(line)} <= known, (siren, axis.id)
            amount = dossier.stats.get((group, "montant_eur"))
            assert amount is None or amount.text in lines[-1]


@pytest.mark.parametrize(
    ("words", "said"),
    [("environ 3", "d’environ 3"), ("11 M€", "de 11 M€"), ("Écaillon", "d’Écaillon"), ("Lens", "de Lens")],
)
def test_elision(words: str, said: str) -> None:
    assert sentences.de(words) == said


def test_lists_are_written_as_in_french() -> None:
    assert sentences.enumeration([]) == ""
    assert sentences.enumeration(["a"]) == "a"
    assert sentences.enumeration(["a", "b"]) == "a et b"
    assert sentences.enumeration(["a", "b", "c"]) == "a, b et c"
