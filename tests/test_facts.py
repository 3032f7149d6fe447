"""The facts themselves: complete, true to the report and to the dataset they are read in.

What the report says is checked against the report, which stands in ``../shared`` and is no
part of the project: without it these tests are skipped, by name.
"""

from __future__ import annotations

import importlib.util
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import geopandas as gpd
import pytest
import shapely

from geo import catalog, ingest, ledger
from geo.ledger import Figure
from geo.sources.embedded import layers_dir
from geo.territories import DEPARTEMENTS, load
from geo.text import fold

OUTSIDE = {
    "59294": "Haynecourt",
    "59350": "Lille",
    "59452": "Ostricourt",
    "59670": "Don",
    "62014": "Aire-sur-la-Lys",
    "62041": "Arras",
}
"""Communes of the facts that lie in none of the eight EPCI."""

SMALL_TOWNS = {
    "62516": "Lillers",
    "62048": "Auchel",
    "62194": "Calonne-Ricouart",
    "62563": "Mazingarbe",
    "62186": "Bully-les-Mines",
    "62215": "Carvin",
    "62907": "Libercourt",
    "59008": "Aniche",
    "59015": "Arleux",
    "59574": "Somain",
    "59153": "Condé-sur-l'Escaut",
}
HEART_TOWNS = {
    "62119": "Béthune",
    "62178": "Bruay-la-Buissière",
    "62498": "Lens",
    "62510": "Liévin",
    "59178": "Douai",
    "59606": "Valenciennes",
    "59172": "Denain",
}

EPCI_NAMES = {
    "bethune bruay artois lys romane": "200072460",
    "de bethune bruay": "200072460",
    "lens lievin": "246200364",
    "henin carvin": "246200299",
    "osartis marquion": "200044048",
    "douaisis": "200044618",
    "douaisis agglo": "200044618",
    "coeur d ostrevent": "245901152",
    "porte du hainaut": "200042190",
    "valenciennes metropole": "245901160",
    "valenciennois": "245901160",
}
"""How the report writes the EPCI, folded."""

SHORT_NAMES = {
    "bruay": "62178",
    "henin": "62427",
    "douchy": "59179",
    "vendi": "62842",
    "conde sur escaut": "59153",
}
"""Communes that the report abridges or misspells, folded."""

NOT_A_PLACE = (
    "louvre lens",  # the museum, told by its own fact where it is the subject
    "autour du louvre lens",
    "pole metropolitain artois douaisis",
    "scot du grand douaisis",
    "douaisis hainaut cambresis",
    "bethune lens",
    "lens henin",
)
"""Names in which a commune or an EPCI is only a word: museums, labels, areas of several EPCI."""

COVERED_ELSEWHERE = {
    (119, "Lens"): "displaced heading of the Cité des Arts, told on lines 100-107",
    (237, "Béthune"): "heat network, whose main passage is lines 292-310",
    (242, "Béthune"): "line begins with « Béthune-Bruay »: a fact of the EPCI",
    (242, "Bruay-la-Buissière"): "line begins with « Béthune-Bruay »: a fact of the EPCI",
    (318, "Lens"): "« à l’ouest de Lens » only says where the RD301 is",
    (344, "Lens"): "roundabouts of the hospital, whose main passage is lines 349-350",
    (397, "Douvrin"): "giga-factory, whose main passage is lines 471-473",
    (405, "Valenciennes"): "employment area: a fact of two EPCI",
    (412, "Denain"): "heading of the Pierres Blanches, told from line 414",
    (457, "Somain"): "heading of the marshalling yard, told on lines 435-451",
    (459, "245901152"): "heading of the marshalling yard, told on lines 435-451",
    (480, "Béthune"): "« près de Béthune »: a fact of the EPCI",
    (480, "Valenciennes"): "« près de Valenciennes »: a fact of the EPCI",
    (521, "Béthune"): "employment plan of Béthune: a fact of the EPCI",
    (600, "Douai"): "« les territoires de Valenciennes et Douai »: a fact of the Nord",
    (600, "Valenciennes"): "« les territoires de Valenciennes et Douai »: a fact of the Nord",
    (755, "246200364"): "heading of the Pays d’art et d’histoire, told on lines 757-797",
    (764, "Liévin"): "« Lens-Liévin » cut by the end of line 763: a fact of the tourist office",
    (889, "Marquion"): "« secteur de Marquion »: who started the health centre of Baralle",
    (893, "Marquion"): "« secteur de Marquion »: what the health centre of Baralle serves",
    (960, "Denain"): "Pierres Blanches, whose main passage is lines 414-424",
    (961, "200042190"): "Pierres Blanches, whose main passage is lines 414-424",
}
"""Names whose fact stands on the lines of its main passage, or that name no place of their own."""

NUMBER_WORDS = (
    "deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize vingt ving trente "
    "trentaine quarante cinquante soixante cent cents mille dizaine vingtaine centaine moitié quart double "
    "doublement triple multiplication"
).replace(" ", "|")
MONTHS = "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
NO_FIGURE = (
    r"\b20[012]\d(?:[-/]20[012]\d)?\b",  # years
    r"(?i)(?:eurovélo|eurovéloroute)\s*(?:n°)?\s*5",
    r"\b(?:RD|RN|A|n°|Delta |cité |Cité |base aérienne |aérienne )\d+",
    r"^\s*\d\. ",  # axes
    r"\b\d{1,2}(?:er)? (?:" + MONTHS + r")",
    r"\b(?:CD2E|IF2RT|Team2|CO2|mamobilité62)\b",
    r"Six-",  # zone des Six-Marianne
    r"\d\d / \d\d",  # pages
)
OTHER_FIGURES = {
    (343, "5"): "end of « Eurovélo 5 »",
    (601, "21"): "« du 21 au 25 novembre 2022 »",
}
"""Numbers that are no figures, and that no pattern tells."""


def report_facts() -> gpd.GeoDataFrame:
    features = ingest.load()
    return features[features["document"] == "bilan-erbm"]


def figures() -> dict[str, Figure]:
    return ledger.load().figures


def raw_facts() -> Iterator[tuple[str, dict[str, Any]]]:
    for path in sorted(layers_dir().glob("*/faits.toml")):
        for fact in tomllib.loads(path.read_text(encoding="utf-8"))["fait"]:
            yield path.parent.name, fact


def shared(*parts: str) -> Path:
    """Return a path in the folder beside the project, or skip the test that asks for it."""
    path = Path(__file__).resolve().parents[2].joinpath("shared", *parts)
    if not path.exists():
        pytest.skip(f"../shared/{'/'.join(parts)} is not beside the project")
    return path


@pytest.fixture(scope="module")
def report() -> list[str]:
    return shared("reference", "bilan-erbm-2017-2022.txt").read_text(encoding="utf-8").split("\n")


@pytest.fixture(scope="module")
def extract() -> ModuleType:
    """The script that reads the estates in the Mission's files."""
    path = layers_dir() / "cites" / "extract.py"
    spec = importlib.util.spec_from_file_location("cites_extract", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def hectares(figure: Figure) -> float:
    """Return the value of a figure, square metres as hectares."""
    return figure.valeur * 1e-4 if figure.unite == "m²" else figure.valeur


def squash(text: str) -> str:
    return " ".join(text.split())


def run_on(report: list[str], line: int) -> tuple[str, int]:
    """Return a line with the next that is not blank, and where the second begins."""
    first = squash(report[line - 1])
    following = next((squash(t) for t in report[line:] if t.strip()), "")
    return f"{first} {following}", len(first)


# What the project promises ------------------------------------------------------------------


def test_report_gives_more_than_240_features() -> None:
    facts = report_facts()
    assert len(facts) > 240
    assert (facts["precision"] != "territoire").sum() >= 130


def test_report_gives_more_than_300_figures() -> None:
    assert len(figures()) > 300


def test_every_layer_has_features() -> None:
    told = set(ingest.load()["couche"])
    assert told == {key for key, layer in catalog.load().layers.items() if not layer.inventaire}


@pytest.mark.parametrize(
    ("suffix", "towns"),
    [
        ("petites-villes-de-demain", SMALL_TOWNS),
        ("action-coeur-de-ville", HEART_TOWNS),
    ],
)
def test_each_town_of_a_programme_is_a_feature(suffix: str, towns: dict[str, str]) -> None:
    basin = load()
    facts = report_facts()
    found = facts[
        facts.index.str.endswith(suffix)
        & (facts["couche"] == "centres-villes")
        & (facts["precision"] == "commune")
    ]
    assert set(found["communes"]) == {(code,) for code in towns}
    assert len(found) == len(towns)
    assert {code: basin.communes[code].nom for code in towns} == towns


def test_63_estates_have_their_own_number() -> None:
    numbers = [a["id_lsm"] for a in ingest.load()["attributs"] if "id_lsm" in a]
    assert len(numbers) == len(set(numbers)) == 63


def test_communes_exist_and_the_outer_ones_are_known() -> None:
    named = {code for codes in ingest.load()["communes"] for code in codes}
    assert named - set(load().communes) == set(OUTSIDE)


# Figures and features -----------------------------------------------------------------------


def test_a_figure_belongs_to_one_feature() -> None:
    owners = Counter(key for keys in ingest.load()["chiffres"] for key in keys)
    assert [key for key, count in owners.items() if count > 1] == []


def test_local_amounts_belong_to_a_feature() -> None:
    owned = {key for keys in ingest.load()["chiffres"] for key in keys}
    local = [f.id for f in figures().values() if "€" in f.unite and f.territoire != ("bassin",)]
    assert len(local) > 30
    assert set(local) - owned == set()


def test_own_figures_and_context_are_told_apart() -> None:
    for fact in ingest.load().itertuples():
        assert not set(fact.chiffres) & set(fact.contexte), fact.id


def test_yearly_amounts_are_rates() -> None:
    yearly = {f.id for f in figures().values() if re.search(r"(/|par )an\b", f.texte)}
    rates = {f.id for f in figures().values() if f.unite == "€/an"}
    amounts = {f.id for f in figures().values() if f.unite == "€"}
    assert len(rates) == 5
    assert not yearly & amounts


def test_a_part_is_not_larger_than_its_whole() -> None:
    known = figures()
    parts = [f for f in known.values() if f.compris_dans]
    assert len(parts) > 30
    for part in parts:
        wholes = [known[parent] for parent in part.compris_dans]
        assert hectares(part) <= sum(hectares(whole) for whole in wholes), part.id
        assert all(part.id not in whole.compris_dans for whole in wholes), part.id


def test_parts_do_not_exceed_their_whole_together() -> None:
    known = figures()
    totals: dict[str, float] = {}
    for figure in known.values():
        if len(figure.compris_dans) == 1 and not figure.double_de and "minimum" not in figure.id:
            (parent,) = figure.compris_dans
            if figure.unite == known[parent].unite:
                totals[parent] = totals.get(parent, 0.0) + figure.valeur
    over = {k: v for k, v in totals.items() if v > known[k].valeur}
    assert set(over) == {"l0365-region-transports"}  # "plus de 78 M€", of 78,3 M€
    assert over["l0365-region-transports"] == pytest.approx(78.3e6)


def test_a_double_repeats_its_value() -> None:
    known = figures()
    doubles = [f for f in known.values() if f.double_de]
    assert len(doubles) >= 9
    for figure in doubles:
        first = known[figure.double_de]
        near = 0.03 if figure.id == "l0423-zac-pierres-blanches" else 0.0  # 80 ha, or 818 000 m²
        assert hectares(figure) == pytest.approx(hectares(first), rel=near), figure.id
        assert not first.double_de, figure.id


def test_readings_say_what_is_kept() -> None:
    readings = [check for check in ledger.load().checks if check.type == "lecture"]
    assert len(readings) > 40
    for check in readings:
        assert len(check.lectures) >= 2, check.id
        assert check.retenu, check.id
        assert check.lignes or "cite" in check.id, check.id
        assert check.libelle[0] == "«" or check.libelle[0].isupper(), check.id
        assert check.libelle.endswith("."), check.id


def test_prose_is_typeset_in_french() -> None:
    texts = [
        (fact["id"], fact[key])
        for _, fact in raw_facts()
        for key in ("nom", "resume", "reserve", "position")
        if key in fact
    ]
    texts += [(f.id, text) for f in figures().values() for text in (f.libelle, f.reserve)]
    texts += [(c.id, text) for c in ledger.load().checks for text in (c.libelle, c.retenu)]
    wrong = re.compile(
        r"['\"]|«[^\u00a0]|[^\u00a0]»|  |\d(?:[kM]€|%)"  # straight quotes; no-break spaces inside « »
        r"|[^\u00a0]:(?: |$)|[^\u202f][;!?](?: |$)"  # and before the high punctuation
        r"|\d (?:M€|k€|€|%|ha\b|km\b)|\d \d{3}(?!\d)"  # and inside numbers and before their units
    )
    assert [(key, text) for key, text in texts if wrong.search(text)] == []


def test_exact_positions_come_from_a_dataset() -> None:
    exact = ingest.load().query("precision in ('exacte', 'adresse')")
    assert len(exact) > 60
    for fact in exact.itertuples():
        assert re.search(r"Mission Bassin Minier|GISCO", fact.position), fact.id


# Against the report -------------------------------------------------------------------------


@pytest.mark.mirror
def test_every_extract_stands_at_its_line(report: list[str]) -> None:
    lost = []
    for figure in figures().values():
        text, end = run_on(report, figure.ligne)
        if not 0 <= text.find(squash(figure.texte)) < end:
            lost.append((figure.id, figure.texte))
    assert lost == []


@pytest.mark.mirror
def test_every_heading_is_one_of_the_report(report: list[str]) -> None:
    whole = fold(" ".join(report))
    headings = {f["rubrique"] for _, f in raw_facts()} | {f.rubrique for f in figures().values()}
    assert {h for h in headings if fold(h) not in whole} == {"Introduction"}


def named_on(report: list[str], line: int) -> Iterator[tuple[str, str]]:
    """Yield each commune (INSEE) or EPCI (SIREN) that a line names, with what it is called."""
    text, end = run_on(report, line)
    end = len(fold(text[:end]))
    text = f" {fold(text)} "
    communes = {fold(c.nom): c.insee for c in load().communes.values()} | SHORT_NAMES
    names = dict.fromkeys(NOT_A_PLACE, "") | communes | EPCI_NAMES
    for name in sorted(names, key=len, reverse=True):
        for match in re.finditer(f"(?<= ){name}(?= )", text):
            text = text[: match.start()] + "#" * len(name) + text[match.end() :]
            if match.start() <= end and names[name]:
                yield names[name], name


@pytest.mark.mirror
def test_every_place_named_has_a_feature_on_its_line(report: list[str]) -> None:
    basin = load()
    places: dict[int, set[str]] = {}
    for fact in report_facts().itertuples():
        for line in range(fact.ligne, fact.ligne_fin + 1):
            places.setdefault(line, set()).update(fact.communes, fact.epci)
    missing = set()
    seen = 0
    for line in range(1, len(report) + 1):
        for code, _ in named_on(report, line):
            seen += 1
            if code not in places.get(line, set()):
                missing.add((line, basin.communes[code].nom if code in basin.communes else code))
    assert seen > 150
    assert missing - set(COVERED_ELSEWHERE) == set()
    assert set(COVERED_ELSEWHERE) - missing == set()


def numbers_of(line: str) -> Iterator[tuple[str, int]]:
    """Yield the numbers of a line that may be figures, in digits or words, with where they begin."""
    for pattern in NO_FIGURE:
        line = re.sub(pattern, lambda match: "_" * len(match[0]), line)
    for match in re.finditer(rf"\d[\d ]*(?:[.,]\d+)?|(?i:\b(?:{NUMBER_WORDS})\b)", line):
        yield match[0].strip(), match.start()


@pytest.mark.mirror
def test_every_number_of_the_report_is_in_the_ledger(report: list[str]) -> None:
    extracts: dict[int, list[str]] = {}
    for figure in figures().values():
        extracts.setdefault(figure.ligne, []).append(squash(figure.texte))
    missing = set()
    seen = 0
    for line, text in enumerate(report, start=1):
        before = [t for n in range(max(1, line - 2), line + 1) for t in extracts.get(n, ())]
        for number, _ in numbers_of(squash(text)):
            seen += 1
            if not any(re.search(rf"(?<!\d){re.escape(number)}(?!\d)", extract) for extract in before):
                missing.add((line, number))
    assert seen > 300
    assert missing - set(OTHER_FIGURES) == set()
    assert set(OTHER_FIGURES) - missing == set()


# Against the dataset ------------------------------------------------------------------------


@pytest.mark.mirror
def test_estates_agree_with_the_dataset() -> None:
    published = gpd.read_file(shared("mirror", "mbm", "cites-minieres.geojson"))
    published = published[published["id_lsm"].notna()].to_crs("EPSG:2154")
    published = published.set_index(published["id_lsm"].astype(int))
    estates = {f.attributs["id_lsm"]: f for f in ingest.load().itertuples() if "id_lsm" in f.attributs}
    assert set(estates) == set(published.index)
    basin = load()
    for number, estate in estates.items():
        row = published.loc[number]
        polygon = shapely.make_valid(row.geometry)
        assert polygon.area / 1e4 == pytest.approx(estate.attributs["area_ha"], abs=0.01), estate.id
        assert polygon.contains(estate.geometry), estate.id
        names = {fold(row[k]) for k in ("commune_1", "commune_2", "commune_3") if isinstance(row[k], str)}
        if number == 680:  # named after Bruay, drawn in Condé: see its caveat
            assert names == {"bruay sur l escaut"}
            names = {"conde sur l escaut"}
        assert names == {fold(basin.communes[c].nom) for c in estate.communes}, estate.id
        by_commune = estate.attributs.get("surfaces_ha", {})
        if by_commune:
            assert sum(by_commune.values()) == pytest.approx(estate.attributs["area_ha"], abs=1e-9)


@pytest.mark.mirror
def test_extraction_gives_the_committed_estates(extract: ModuleType) -> None:
    facts = extract.extract(shared("mirror", "mbm").parent)
    assert extract.compare(facts, (fact for _, fact in raw_facts())) == []
    made = {fact["id"]: fact for fact in tomllib.loads(extract.to_toml(facts))["fait"]}
    whole = {f["id"]: f for layer, f in raw_facts() if layer == "cites" and f.get("source") == "mbm-cites"}
    assert len(whole) == 59
    assert {key: made[key] for key in whole} == whole


def test_comparison_tells_what_differs(extract: ModuleType) -> None:
    committed = [f for layer, f in raw_facts() if layer == "cites" and f["id"].startswith("cites-lsm-")]
    assert extract.compare(committed, committed) == []
    first, second, *others = committed
    lon, lat = first["point"]
    moved = {**first, "point": [lon + 1e-4, lat], "communes": ["62498"]}
    grown = {**second, "attributs": {**second["attributs"], "area_ha": 1.0}}
    said = extract.compare([moved, grown, *others[1:]], committed)
    assert [line.split(":")[0] for line in said] == [
        others[0]["id"], first["id"], first["id"], second["id"],
    ]  # fmt: skip
    assert [
        word in line
        for word, line in zip(("only in faits", "communes", "point", "area_ha"), said, strict=True)
    ]


def test_places_of_the_figures_are_known() -> None:
    codes = {code for figure in figures().values() for code in figure.territoire}
    known = {*DEPARTEMENTS, *ledger.PLACES, *load().epci, *load().communes}
    assert codes - known == set()
