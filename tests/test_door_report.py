"""The report of the door: complete, readable at 80 columns, stored and given back, safe as a page."""

from __future__ import annotations

import json
import re
from html import unescape
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.ingest.report import KINDS, Journal, Line, Link, Note, Report
from geo.ingest.standards import Conformity, Fault
from geo.ingest.telling import TITLES, html_page, to_text, typeset, verdict

FULL = Report(
    source="friches.csv",
    layer="friches",
    driver="CSV",
    couche="friches",
    titre="Friches recensées",
    rows_in=2331,
    kept=2300,
    aside=31,
    crs="EPSG:4326 (WGS 84)",
    how="colonnes lon et lat, dont les valeurs sont des degrés en France",
    encoding="ISO-8859-1",
    geometry_types={"point": 2330, "sans géométrie": 1},
    mapping=(Link("SITE_NOM", "nom", "synonyme"), Link("surf", "surface_m2", "donnée")),
    unused=tuple(f"champ_{n}" for n in range(30)),
    missing=("site_type",),
    notes=(
        Note("écarté", "géométrie absente", 1, (Line(12, "Fosse 1"),)),
        Note("écarté", "hors du périmètre", 30, tuple(Line(n) for n in range(20, 40))),
        Note("réparé", "géométrie invalide, rendue valide", 1, (Line(7, "Fosse 2", "auto-intersection"),)),
        Note("signalé", "Surface : valeur invraisemblable retirée", 9,
             tuple(Line(n, "", f"{n} m²") for n in range(9))),
        Note("constat", "séparateur : point-virgule"),
    ),
    extent=(2.1, 50.2, 3.6, 50.6),
    inside=2300,
    outside=30,
    conformity=Conformity(
        "cnig-friches", "CNIG Friches", "1.0.6", 2331, 1000,
        (Fault("site_type", "valeur hors de la liste", 1331, (1, 2), ("« x », proche de « y »",)),),
        ("lon", "lat"), ("geompoint : absent, la géométrie du fichier en tient lieu",),
    ),
    sha256="ab" * 32,
)  # fmt: skip
EMPTY = Report("a.csv", "", "CSV", "essai", "", 0, 0, 0)

TEXTS = st.text(max_size=12)
LINES = st.builds(Line, st.integers(1, 10**6), TEXTS, TEXTS)
NOTES = st.builds(
    Note, st.sampled_from(KINDS), TEXTS, st.integers(0, 10**6), st.lists(LINES, max_size=3).map(tuple)
)
REPORTS = st.builds(
    Report,
    source=TEXTS, layer=TEXTS, driver=TEXTS, couche=TEXTS, titre=TEXTS,
    rows_in=st.integers(0, 10**6), kept=st.integers(0, 10**6), aside=st.integers(0, 10**6),
    notes=st.lists(NOTES, max_size=5).map(tuple),
    mapping=st.lists(st.builds(Link, TEXTS, TEXTS, TEXTS), max_size=3).map(tuple),
    unused=st.lists(TEXTS, max_size=3).map(tuple),
    geometry_types=st.dictionaries(TEXTS, st.integers(1, 99), max_size=3),
    extent=st.none() | st.tuples(*[st.floats(-180, 180)] * 4),
)  # fmt: skip


@given(REPORTS)
def test_any_report_is_told_stored_and_given_back(report: Report) -> None:
    assert Report.from_dict(json.loads(json.dumps(report.to_dict()))) == report
    assert to_text(report).endswith("\n")
    assert html_page([report], "Contrôle").startswith("<!DOCTYPE html>")


@pytest.mark.parametrize("report", [FULL, EMPTY])
def test_a_report_is_given_back_as_it_was_stored(report: Report) -> None:
    assert Report.from_dict(json.loads(json.dumps(report.to_dict()))) == report


@pytest.mark.parametrize("width", [80, 60, 120])
def test_the_text_says_all_within_the_width_of_the_terminal(width: int) -> None:
    text = to_text(FULL, width)
    assert max(map(len, text.splitlines())) <= width
    flat = re.sub(r"\s+", " ", text)
    for told in (
        "Friches recensées", "2 331 lues = 2 300 retenues + 31 mises de côté", "EPSG:4326 (WGS 84)",
        "ISO-8859-1",
        "2 330 points, 1 sans géométrie", "2 300 dedans, 30 dehors", "nom <- SITE_NOM (synonyme)",
        "Sans source (1) : site_type", "Non repris (30) : champ_0", "ligne 12", "(30 en tout)",
        "ligne 7 (Fosse 2) : auto-intersection", "ligne 0 : 0 m²", "… et 1 de plus",
        "séparateur : point-virgule",
        "Conformité CNIG Friches 1.0.6 : non conforme, 1 000 lignes conformes sur 2 331 (42,9 %)",
        "site_type : valeur hors de la liste", "hors du standard (2) : lon, lat", "sha256 abab",
    ):  # fmt: skip
        assert told in flat.replace("\u202f", " "), told


def test_what_weighs_most_is_told_first() -> None:
    text = to_text(FULL)
    order = [text.index(f"\n{TITLES[kind]}\n") for kind in KINDS]
    assert order == sorted(order)
    assert text.index("hors du périmètre") < text.index("géométrie absente")


def test_the_verdict_never_rounds_up_to_all() -> None:
    nearly = Conformity("x", "X", "1", 10_000, 9_999, (Fault("f", "t", 1),))
    assert "(99,9 %)" in verdict(nearly)
    assert verdict(Conformity("x", "X", "1", 3, 3)) == "X 1 : conforme"
    assert "0 ligne conforme sur 3 (0 %)" in verdict(Conformity("x", "X", "1", 3, 0, (Fault("f", "t", 3),)))


class Page(HTMLParser):
    """Check that tags are closed in order, and gather what would be loaded or run."""

    VOID = frozenset({"meta", "link", "br"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.addresses: list[str] = []
        self.ids: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src")]
        self.ids += [value or "" for name, value in attrs if name == "id"]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_is_whole_in_itself() -> None:
    text = html_page([FULL, EMPTY], "Contrôle des données")
    page = Page(text)
    assert page.open == []
    assert "script" not in page.tags
    assert set(page.addresses) == {"data:,", "#couche-1", "#couche-2"}
    assert page.ids == ["couche-1", "couche-2"]
    assert "url(" not in text
    assert '<html lang="fr">' in text
    for told in (
        "Friches recensées",
        "géométrie absente",
        "Fosse 1",
        "champ_29",
        "site_type",
        "… et 10 de plus",
    ):
        assert told in text


def test_the_page_bears_any_text() -> None:
    evil = '<script>alert("x")</script>'
    report = Report(
        evil, evil, evil, evil, evil, 1, 0, 1, crs=evil, how=evil, geometry_types={evil: 1},
        mapping=(Link(evil, evil, evil),), unused=(evil,), missing=(evil,),
        notes=(Note("écarté", evil, 1, (Line(1, evil, evil),)),),
        conformity=Conformity(
            evil, evil, evil, 1, 0, (Fault(evil, evil, 1, (1,), (evil,)),), (evil,), (evil,)
        ),
    )  # fmt: skip
    text = html_page([report, report], evil)
    assert "<script" not in text
    assert "script" not in Page(text).tags


def test_the_page_writes_french() -> None:
    assert typeset("l'axe : « A » ; 3 ha") == "l’axe\u00a0: «\u00a0A\u00a0»\u202f; 3\u202fha"
    text = unescape(re.sub(r"<style>.*?</style>|<[^>]*>", "", html_page([FULL], "L'atlas"), flags=re.DOTALL))
    assert re.findall(r"\w'\w|«[^\u00a0]|[^\u00a0]»| [:;!?](?:\s|$)", text) == []


def test_a_row_is_set_aside_once_for_its_first_reason() -> None:
    journal = Journal(3, lambda row: f"n° {row}")
    journal.set_aside("absente", {2: "vide"})
    journal.set_aside("dehors", [1, 2])
    journal.set_aside("rien", [2])
    assert journal.reasons == {2: "absente : vide", 1: "dehors"}
    assert [(n.text, n.count, n.rows) for n in journal.notes] == [("absente", 1, (2,)), ("dehors", 1, (1,))]
    assert journal.notes[0].lines == (Line(2, "n° 2", "vide"),)
    assert journal.alive.tolist() == [False, False, True]


def test_a_note_keeps_the_first_rows_and_counts_all() -> None:
    journal = Journal(100, lambda _: "")
    journal.note("signalé", "tout", reversed(range(1, 101)))
    assert (journal.notes[0].count, journal.notes[0].rows) == (100, tuple(range(1, 21)))
