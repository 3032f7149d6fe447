"""The national standards: the same rules as those published, and faults that are told one by one."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import UsageError
from geo.ingest.standards import BNAC, CNIG_FRICHES, Conformity, Fault, Rule, check, standard_of
from tests.conftest import SHARED

SITE = {
    "site_id": "62498_1",
    "site_nom": "Fosse 12",
    "site_type": "friche carrière ou mine",
    "site_identif_date": "2003-05-18",
    "site_actu_date": "2019-06-23",
    "comm_nom": "Lens",
    "comm_insee": "62498",
    "urba_zaer": "non",
    "source_nom": "Inventaire",
    "geompoint": "POINT(2.83 50.43)",
}
SEGMENT = {
    "id_local": "1",
    "code_com_d": "62498",
    "code_com_g": "62498",
    "ame_d": "VOIE VERTE",
    "ame_g": "AUCUN",
}


def frame(*rows: dict[str, Any]) -> pd.DataFrame:
    table = pd.DataFrame(list(rows), index=range(1, len(rows) + 1), dtype=object)
    return table.where(table.notna(), None)


def friches(*rows: dict[str, Any]) -> Conformity:
    return check(frame(*({**SITE, "site_id": f"s{n}", **row} for n, row in enumerate(rows))), CNIG_FRICHES)


def only(conformity: Conformity) -> Fault:
    (fault,) = conformity.faults
    assert not conformity.conform
    return fault


def test_what_conforms_conforms() -> None:
    assert friches({}, {}).conform
    assert friches({}, {}).share == 100
    segments = check(frame(SEGMENT), BNAC, np.array([shapely.LineString([(2, 50), (3, 50)])], dtype=object))
    assert segments.conform
    assert check(frame(SEGMENT).iloc[:0], BNAC).share == 100


def test_a_required_column_that_lacks_spoils_every_row() -> None:
    found = check(frame({k: v for k, v in SITE.items() if k != "site_nom"} | {"Site Nom": "x"}), CNIG_FRICHES)
    assert (found.conform_rows, found.share) == (0, 0)
    assert only(found).text == "colonne obligatoire absente (« Site Nom » s'écrit « site_nom »)"
    assert found.unknown == ("Site Nom",)


@pytest.mark.parametrize("nothing", [None, "", " ", "NA", "NaN", "N/A"])
def test_a_required_value_that_lacks_is_told(nothing: str | None) -> None:
    found = friches({}, {"comm_nom": nothing}, {})
    assert only(found) == Fault("comm_nom", "valeur obligatoire absente", 1, (2,))
    assert (found.rows, found.conform_rows) == (3, 2)


@pytest.mark.parametrize(
    ("field", "value", "text", "example"),
    [
        ("site_type", "Friche Industrielle", "valeur hors de la liste",
         "« Friche Industrielle », proche de « friche industrielle »"),
        ("site_type", "friche industriele", "valeur hors de la liste",
         "« friche industriele », proche de « friche industrielle »"),
        ("site_type", "xyz", "valeur hors de la liste", "« xyz »"),
        ("site_actu_date", "23/06/2019", "date AAAA-MM-JJ attendue",
         "« 23/06/2019 », à écrire « 2019-06-23 »"),
        ("site_actu_date", "2019-02-30", "date AAAA-MM-JJ attendue", "« 2019-02-30 »"),
        ("site_reconv_annee", "22", "année AAAA attendue", "« 22 »"),
        ("bati_nombre", "2,5", "entier attendu", "« 2,5 », à écrire « 2.5 »"),
        ("unite_fonciere_surface", "1 234", "entier attendu", "« 1 234 », à écrire « 1234 »"),
        ("site_url", "http://a|www.b.fr", "adresse http attendue", "« www.b.fr »"),
        ("site_projet_url", "contact", "adresse http ou courriel attendu", "« contact »"),
        ("proprio_type", "P4a|X", "écriture inattendue", "« X »"),
        ("bati_type", "commercial|tertiaire", "valeur hors de la liste",
         "« tertiaire », proche de « secteur tertiaire »"),
        ("comm_insee", "1001", "écriture inattendue", "« 1001 »"),
        ("geompoint", "2.83, 50.43", "point en WKT attendu", "« 2.83, 50.43 »"),
        ("geomsurf", "POINT(1 2)", "surface en WKT attendue", "« POINT(1 2) »"),
        ("desserte_distance", "2|6", "écriture inattendue", "« 2|6 »"),
    ],
)  # fmt: skip
def test_each_fault_is_told_with_its_value(field: str, value: str, text: str, example: str) -> None:
    fault = only(friches({}, {field: value}))
    assert (fault.field, fault.text, fault.rows, fault.examples) == (field, text, (2,), (example,))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("site_url", "http://a|https://b/c"), ("site_projet_url", "a.b@mairie-lens.fr"), ("bati_nombre", 2.0),
        ("site_reconv_annee", 2022.0), ("activite_code", "B05.10Z|V89.04Z"),
        ("bati_type", "commercial|inconnu"), ("unite_fonciere_refcad", "12083000AH0035|2A004000AH0072"),
        ("geomsurf", "POLYGON((0 0, 1 0, 1 1, 0 0))"),
        ("comm_insee", "2A004"), ("comm_insee", 62498.0), ("desserte_distance", "2|6|46"), ("comm_nom", "-"),
    ],
)  # fmt: skip
def test_what_the_standard_allows_is_no_fault(field: str, value: object) -> None:
    assert friches({field: value}).conform


def test_a_key_that_repeats_is_told() -> None:
    found = check(frame(SITE, SITE), CNIG_FRICHES)
    assert only(found) == Fault(
        "site_id", "identifiant répété", 1, (2,), ("« 62498_1 » est déjà à la ligne 1",)
    )
    assert found.conform_rows == 1


@pytest.mark.parametrize(
    ("row", "fields"),
    [
        ({"proprio_personne": "personne physique", "proprio_nom": "M. X"}, "proprio_personne et proprio_nom"),
        (
            {"local_ancien_annee": "1990", "local_recent_annee": "1950"},
            "local_ancien_annee et local_recent_annee",
        ),
    ],
)
def test_what_two_fields_say_together_is_checked(row: dict[str, str], fields: str) -> None:
    assert only(friches({}, row)).field == fields


def test_two_fields_that_agree_are_no_fault() -> None:
    assert friches({"proprio_personne": "personne physique|personne morale", "proprio_nom": "SCI"}).conform
    assert friches({"local_ancien_annee": "1950", "local_recent_annee": "1950"}).conform


def test_the_shapes_of_the_file_stand_for_the_columns_in_wkt() -> None:
    rows = frame({k: v for k, v in SITE.items() if k != "geompoint"})
    assert only(check(rows, CNIG_FRICHES)).field == "geompoint"
    found = check(rows, CNIG_FRICHES, np.array([shapely.Point(2.8, 50.4)], dtype=object))
    assert found.conform
    assert found.remarks == ("geompoint : absent, la géométrie du fichier en tient lieu",)


@pytest.mark.parametrize(
    ("field", "value", "fine"),
    [
        ("code_com_d", "624981", False), ("code_com_d", "2B033", True), ("code_com_d", "20004", False),
        ("lumiere", True, True), ("lumiere", "true", True), ("lumiere", "oui", False),
        ("largeur_d", "3,5", False), ("largeur_d", 3, True), ("nom_loc", ["V1"], True),
        ("nom_loc", '["V1"]', True), ("nom_loc", "V1", False), ("nom_loc", [1], False),
        ("d_service", 2015, True), ("d_service", "15", False), ("trafic_vit", "80", True),
        ("date_maj", "2020-08-15", True), ("ame_d", "VOIE VERTE ", True), ("ame_d", "Voie verte", False),
    ],
)  # fmt: skip
def test_cycling_facilities_are_checked_field_by_field(field: str, value: object, fine: bool) -> None:  # noqa: FBT001
    assert check(frame({**SEGMENT, field: value}), BNAC).conform is fine


def test_a_segment_without_shape_is_told() -> None:
    found = check(frame(SEGMENT), BNAC, np.array([None], dtype=object))
    assert only(found) == Fault("géométrie", "géométrie absente", 1, (1,))


def test_a_standard_is_found_by_its_id() -> None:
    assert standard_of("bnac") is BNAC
    with pytest.raises(UsageError, match="« cnig »") as error:
        standard_of("cnig")
    assert "cnig-friches (CNIG Friches)" in error.value.advice


@given(
    st.lists(
        st.fixed_dictionaries({k: st.none() | st.text(max_size=5) | st.just(v) for k, v in SITE.items()}),
        max_size=6,
    )
)
def test_any_rows_are_checked_and_stored(rows: list[dict[str, Any]]) -> None:
    found = check(
        pd.DataFrame(rows, columns=list(SITE), index=range(1, len(rows) + 1), dtype=object), CNIG_FRICHES
    )
    assert 0 <= found.conform_rows <= found.rows == len(rows)
    assert found.conform == (found.conform_rows == found.rows) == (not found.faults)
    assert Conformity.from_dict(json.loads(json.dumps(found.to_dict()))) == found


# Against the published schemas --------------------------------------------------------------


def published(name: str) -> dict[str, Any]:
    path = SHARED / "schemas" / name
    if not path.exists():
        pytest.skip(f"../shared/schemas/{name} is not beside the project")
    schema: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return schema


@pytest.fixture(scope="module")
def cnig() -> dict[str, Any]:
    return published("cnig-friches-1.0.6.json")


@pytest.fixture(scope="module")
def bnac() -> dict[str, Any]:
    return published("amenagements-cyclables.json")


TABLE_TYPES = {
    ("string", ""): {"texte", "url", "url ou courriel", "point", "surface"},
    ("string", "uri"): {"url", "url ou courriel"},
    ("integer", ""): {"entier"},
    ("date", "%Y-%m-%d"): {"date"},
    ("date", "%Y"): {"annee"},
}
JSON_TYPES = {
    ("string", ""): {"texte"},
    ("string", "date"): {"date"},
    ("number", ""): {"nombre", "annee"},
    ("integer", ""): {"entier"},
    ("boolean", ""): {"booleen"},
    ("array", ""): {"textes"},
}
FROM_THE_TEXT = {
    "geompoint": "WKT",
    "geomsurf": "au format WKT",
    "site_url": "|",
    "d_service": "(AAAA)",
    "comm_insee": "code INSEE",
    "proprio_nom": "uniquement s'il s'agit de personnes morales",
    "local_ancien_annee": "local le plus ancien",
    "local_recent_annee": "local le plus récent",
    "code_com_d": "5 caractères",
    "id_local": "Identifiant unique",
}
"""Rules that the standards state in their descriptions alone, with the words that do."""


@pytest.mark.mirror
def test_cnig_friches_is_the_published_standard_field_by_field(cnig: dict[str, Any]) -> None:
    assert cnig["version"] == f"v{CNIG_FRICHES.version}"
    assert cnig["primaryKey"] == CNIG_FRICHES.cle
    assert set(cnig["missingValues"]) == CNIG_FRICHES.vides
    assert [field["name"] for field in cnig["fields"]] == [rule.nom for rule in CNIG_FRICHES.regles]
    for field, rule in zip(cnig["fields"], CNIG_FRICHES.regles, strict=True):
        limits = field["constraints"]
        assert limits["required"] is rule.requis, rule.nom
        assert rule.genre in TABLE_TYPES[field["type"], field.get("format", "")], rule.nom
        pattern = limits.get("pattern", "")
        assert tuple(limits.get("enum", ())) == (() if pattern else rule.valeurs), rule.nom
        told = pattern or FROM_THE_TEXT.get(rule.nom, "")
        assert bool(told) >= bool(rule.motif or rule.liste), rule.nom
        assert ("|" in pattern) >= rule.liste, rule.nom


@pytest.mark.mirror
def test_bnac_is_the_published_standard_field_by_field(bnac: dict[str, Any]) -> None:
    assert bnac["allOf"][0]["version"] == BNAC.version
    feature = bnac["properties"]["features"]["items"]["properties"]["properties"]
    assert set(feature["required"]) == {rule.nom for rule in BNAC.regles if rule.requis}
    assert list(feature["properties"]) == [rule.nom for rule in BNAC.regles]
    for rule in BNAC.regles:
        field = feature["properties"][rule.nom]
        assert tuple(field.get("enum", ())) == rule.valeurs, rule.nom
        assert rule.genre in JSON_TYPES[field["type"], field.get("format", "")], rule.nom
        assert field.get("pattern", "") == (f"^{rule.motif}" if rule.motif else ""), rule.nom


@pytest.mark.mirror
def test_rules_from_descriptions_stand_in_them(cnig: dict[str, Any], bnac: dict[str, Any]) -> None:
    feature = bnac["properties"]["features"]["items"]["properties"]["properties"]["properties"]
    texts = {field["name"]: field["description"] for field in cnig["fields"]}
    texts |= {name: field.get("description", "") for name, field in feature.items()}
    assert [name for name, words in FROM_THE_TEXT.items() if words not in texts[name]] == []


def _accepted(rule: Rule, value: str) -> bool:
    return check(frame({rule.nom: value}), replace(CNIG_FRICHES, regles=(rule,), croisees=())).conform


WRONG = [
    "",
    "|",
    "x|",
    "|x",
    "P4a|",
    "P4aP4b",
    "http://a b",
    "a|http://b",
    "@",
    "1|2",
    "1|2|x",
    "B05.10",
    "12083000AH003",
]


@pytest.mark.mirror
@given(st.data())
def test_patterns_accept_what_the_published_ones_do(data: st.DataObject) -> None:
    fields = [f for f in published("cnig-friches-1.0.6.json")["fields"] if "pattern" in f["constraints"]]
    field = data.draw(st.sampled_from(fields))
    rule, pattern = CNIG_FRICHES.rules[field["name"]], field["constraints"]["pattern"]
    for value in [field["example"], *(w for w in WRONG if w)]:
        assert _accepted(rule, value) == bool(re.fullmatch(pattern, value)), (rule.nom, value)
    if rule.valeurs or rule.motif:
        one = st.sampled_from(rule.valeurs) if rule.valeurs else st.from_regex(rule.motif, fullmatch=True)
        values = data.draw(
            st.lists(
                one.filter(str.isascii) if rule.motif else one, min_size=1, max_size=4 if rule.liste else 1
            )
        )
        joined = "|".join(values)
        if joined == joined.strip():
            assert re.fullmatch(pattern, joined), (rule.nom, joined)
            assert _accepted(rule, joined), (rule.nom, joined)
