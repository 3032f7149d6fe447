"""The door: every row is kept or set aside with its reason, and nothing is guessed in silence."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS, Transformer
from shapely.geometry import shape

from geo.catalog import Field
from geo.errors import DataError, UsageError
from geo.ingest.door import Examined, Schema, examine
from geo.ingest.mapping import guessed_fields
from geo.ingest.report import Kind
from geo.ingest.values import boolean_of, decimal_of, insee_of, integer_of, mended, number_of, tidy
from geo.sources.raw import RawLayer
from geo.territories import Territories, load
from tests.conftest import SHARED

LENS = (2.832, 50.429)
ARRAS = (2.777, 50.291)
"""In France, out of the perimeter."""
NOM = Field("nom", "Nom", "texte")
POINTS = Schema("essai", "Essai", (NOM,), geometries=("point",))
AREAS = Schema("essai", "Essai", (NOM,), geometries=("polygone",))
LINES = Schema("essai", "Essai", (NOM,), geometries=("ligne",))


def raw(
    rows: Sequence[dict[str, Any]],
    shapes: Sequence[Any] | None = None,
    crs: str | None = "EPSG:4326",
    **more: Any,
) -> RawLayer:
    """Return a source of some rows; without shapes it is a table."""
    frame = pd.DataFrame(list(rows), index=range(1, len(rows) + 1), dtype=object)
    frame = frame.where(frame.notna(), None)
    geometry = np.full(len(rows), None, dtype=object)
    if shapes is not None:
        geometry[:] = list(shapes)
    known = CRS(crs) if crs and shapes is not None else None
    return RawLayer("essai.csv", "essai", "CSV", frame, geometry, known, "déclarée" if known else "", **more)


def through(source: RawLayer, schema: Schema = POINTS, **more: Any) -> Examined:
    """Return what comes through the door, its invariant checked."""
    before = source.frame.copy()
    examined = examine(source, schema, load(), **more)
    kept, aside, report = examined.kept, examined.aside, examined.report
    assert len(kept) + len(aside) == len(source.frame) == report.rows_in
    assert (report.kept, report.aside) == (len(kept), len(aside))
    assert sorted([*kept.index, *aside.index]) == list(source.frame.index)
    assert kept["_cle"].is_unique
    assert all(isinstance(key, str) and key for key in kept["_cle"])
    assert all(isinstance(why, str) and why for why in aside["_motif"])
    assert list(aside.columns[:-1]) == list(source.frame.columns)
    assert list(kept.columns) == [*(f.nom for f in schema.champs), "_cle", "_precision", "geometry"]
    assert kept.crs == CRS("EPSG:2154")
    assert kept.geometry.is_valid.all()
    assert not kept.geometry.is_empty.any()
    assert sum(note.count for note in report.of("écarté")) == len(aside)
    pd.testing.assert_frame_equal(source.frame, before)
    return examined


def told(examined: Examined, kind: Kind) -> dict[str, tuple[int, ...]]:
    """Return the notes of a kind: text to rows."""
    return {note.text: note.rows for note in examined.report.of(kind)}


def moved(lon_lat: tuple[float, float], crs: str) -> tuple[float, float]:
    """Return degrees in another CRS."""
    x, y = Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform(*lon_lat)
    return float(x), float(y)


def near_lens(examined: Examined, metres: float = 3.0) -> bool:
    place = shapely.Point(*moved(LENS, "EPSG:2154"))
    return bool((examined.kept.geometry.distance(place) < metres).all()) and len(examined.kept) > 0


def square(x: float = 0.0, y: float = 0.0, side: float = 0.01) -> shapely.Polygon:
    """Return a square near Lens, in degrees, `x` and `y` from its south-west corner."""
    return shapely.box(LENS[0] + x, LENS[1] + y, LENS[0] + x + side, LENS[1] + y + side)


# Whatever comes in --------------------------------------------------------------------------

BOW_TIE = shapely.Polygon([(2.83, 50.42), (2.84, 50.43), (2.84, 50.42), (2.83, 50.43)])
with np.errstate(invalid="ignore"):
    NAN_LINE = shapely.from_wkt("LINESTRING (nan 50, 2.83 50.43)")
SHAPES = st.sampled_from([
    None, shapely.Point(LENS), shapely.Point(LENS[::-1]), shapely.Point(ARRAS), shapely.Point(0, 0),
    shapely.Point(), shapely.Point(400, 95), shapely.Point(1e300, 2), shapely.Point(LENS[0], LENS[1], 30),
    shapely.LineString([LENS, ARRAS]), shapely.LineString([LENS, LENS]),
    shapely.LinearRing([LENS, ARRAS, (2.9, 50.4)]),
    shapely.LineString([LENS, (math.inf, 50)]), NAN_LINE,
    square(), square(0.0000001), square(0.05), BOW_TIE, shapely.Polygon([LENS, LENS, LENS]),
    shapely.MultiPolygon([square(), square(0.005)]), shapely.MultiPoint([LENS, ARRAS]),
    shapely.GeometryCollection([shapely.Point(LENS), square(), shapely.LineString([LENS, ARRAS])]),
    shapely.GeometryCollection([shapely.GeometryCollection([BOW_TIE])]), shapely.GeometryCollection(),
])  # fmt: skip
CELLS = st.none() | st.sampled_from(
    ["", "NULL", "BÃ©thune", "12,5", "oui", "\ufffd", "a" * 99, "1001", "Lens"]
)
ROWS = st.lists(
    st.fixed_dictionaries({"nom": CELLS, "id": CELLS, "autre": CELLS | st.floats() | st.integers()}),
    max_size=9,
)
SCHEMAS = st.builds(
    Schema,
    couche=st.just("essai"),
    titre=st.just("Essai"),
    champs=st.just((NOM, Field("id", "Id", "texte"), Field("autre", "Autre", "nombre", "ha"))),
    cle=st.sampled_from([(), ("id",), ("id", "nom")]),
    geometries=st.sampled_from([(), ("point",), ("ligne", "polygone"), ("polygone",)]),
    bornes=st.sampled_from([{}, {"autre": (0.0, 10.0)}, {"autre": (None, 5.0)}]),
)


@given(st.data(), ROWS, SCHEMAS, st.booleans())
def test_rows_in_are_rows_kept_and_rows_set_aside(
    data: st.DataObject,
    rows: list[dict[str, Any]],
    schema: Schema,
    keep: bool,  # noqa: FBT001
) -> None:
    shapes = data.draw(st.lists(SHAPES, min_size=len(rows), max_size=len(rows)))
    unreadable = {
        row: "ligne coupée"
        for row in data.draw(st.sets(st.integers(1, max(1, len(rows)))))
        if row <= len(rows)
    }
    through(raw(rows, shapes, unreadable=unreadable), schema, keep_outside=keep)


TABLE_CELLS = {
    "lon": st.sampled_from([None, "", "2,832", "2.9", 2.83, "abc", "0", 50.4, 400.0, math.nan]),
    "lat": st.sampled_from([None, "", "50,429", 50.43, "x", "0", 2.83, "95"]),
    "code_insee": st.sampled_from([None, "62498", 62498.0, "1001", "75056", "2A004", "??"]),
    "commune": st.sampled_from(
        [None, "LENS", "Béthune", "Paris", "Saint-Amand-les-Eaux", "62300 LENS CEDEX"]
    ),
    "nom": CELLS,
}


@given(st.lists(st.fixed_dictionaries(TABLE_CELLS), min_size=1, max_size=8))
def test_rows_of_a_table_are_kept_or_set_aside(rows: list[dict[str, Any]]) -> None:
    placed = {"lon": LENS[0], "lat": LENS[1], "code_insee": "62498", "commune": "Lens"}
    examined = through(raw([*rows, placed]), replace(POINTS, crs="EPSG:4326"))
    assert set(examined.kept["_precision"]) <= {"exacte", "commune"}


def test_no_row_at_all_is_told() -> None:
    examined = through(raw([], []))
    assert "aucune ligne dans la source" in told(examined, "signalé")


def test_what_is_not_the_subject_is_set_aside() -> None:
    examined = through(
        raw([{"nom": "a"}, {"nom": "b"}], [shapely.Point(LENS)] * 2), subject=np.array([True, False])
    )
    assert told(examined, "écarté") == {"hors du sujet de la couche": (2,)}


# Values -------------------------------------------------------------------------------------

SPACES = st.sampled_from([" ", "\u00a0", "\u202f"])


@given(st.integers(-(10**12), 10**12), st.integers(0, 999), SPACES, st.booleans())
def test_french_numbers_are_read(whole: int, part: int, space: str, signed: bool) -> None:  # noqa: FBT001
    sign = "−" if whole < 0 else "+" if signed else ""
    grouped = f"{abs(whole):,}".replace(",", space)
    expected = math.copysign(abs(whole) + part / 1000, whole)
    assert number_of(f"{sign}{grouped},{part:03d}") == pytest.approx(expected, rel=1e-15)
    assert number_of(f" {sign}{abs(whole)}.{part:03d} ") == pytest.approx(expected, rel=1e-15)
    assert integer_of(f"{sign}{grouped}") == whole
    assert integer_of(float(whole)) == whole


@pytest.mark.parametrize(
    ("text", "value"),
    [("1.234,5", 1234.5), ("1,234.5", 1234.5), ("1,234,567", 1234567.0), ("3,0125", 3.0125), ("1e3", 1000.0)],
)
def test_foreign_habits_are_read(text: str, value: float) -> None:
    assert number_of(text) == value


@given(st.text(max_size=80) | st.floats() | st.integers() | st.booleans() | st.none())
def test_any_value_is_a_finite_number_or_a_clear_refusal(value: object) -> None:
    for parse in (decimal_of, number_of, integer_of, insee_of, boolean_of):
        try:
            found = parse(value)
        except ValueError:
            continue
        assert isinstance(found, str) or math.isfinite(found)
    clean = tidy(value)
    assert tidy(clean) == clean


@pytest.mark.parametrize(
    "text", ["1 2", "12 34", "1e999", "nan", "inf", "0x1", "٣", "1_000", "", "9" * 500, "1e99999999"]
)
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="attendu un nombre"):
        decimal_of(text)


@given(
    st.sampled_from(["oui", "vrai", "O", "1", "true", "1.0"]),
    st.sampled_from(["non", "faux", "N", "0", "false"]),
)
def test_yes_and_no_are_read(yes: str, no: str) -> None:
    assert boolean_of(yes.upper()) is True
    assert boolean_of(yes) is True
    assert boolean_of(no) is False


@given(st.integers(1000, 95999).filter(lambda code: code // 1000 not in (0, 20)))
def test_a_code_gets_its_lost_zero_back(code: int) -> None:
    assert insee_of(code) == insee_of(float(code)) == insee_of(f"{code}.0") == f"{code:05d}"


def misread(text: str) -> str:
    return "".join(bytes([byte]).decode("cp1252", errors="ignore") or chr(byte) for byte in text.encode())


FRENCH = st.text("abc ABC-'’éèêëàâçîïôöùûüœÉÀÇÎ«»–…°€", max_size=30)


@given(FRENCH.filter(lambda text: not re.search("â[^a-z ]", text)))  # « â€° » is how « ‰ » is misread
def test_texts_read_with_the_wrong_charset_are_mended(text: str) -> None:
    assert mended(misread(text)) == text
    assert mended(misread(misread(text))) == text
    assert mended(text) == text


def test_mended_texts_and_lost_characters_are_told() -> None:
    rows = [{"nom": "BÃ©thune"}, {"nom": "B\ufffdthune"}, {"nom": "Béthune"}]
    examined = through(raw(rows, [shapely.Point(LENS[0] + d, LENS[1]) for d in (0, 0.01, 0.02)]))
    assert list(examined.kept["nom"]) == ["Béthune", "B\ufffdthune", "Béthune"]
    assert list(told(examined, "réparé").values()) == [(1,)]
    assert (2,) in told(examined, "signalé").values()


# Where rows are -----------------------------------------------------------------------------


def columns(x: object, y: object, names: tuple[str, str] = ("lon", "lat"), **more: object) -> RawLayer:
    return raw([{"nom": "Lens", names[0]: x, names[1]: y, **more}])


L93, CC50, L2E = (moved(LENS, code) for code in ("EPSG:2154", "EPSG:3950", "EPSG:27572"))
FRENCH_X = f"{L93[0]:,.2f}".replace(",", "\u00a0").replace(".", ",")
HEX = shapely.to_wkb(shapely.set_srid(shapely.Point(L93), 2154), hex=True, include_srid=True)


@pytest.mark.parametrize(
    ("source", "crs", "how"),
    [
        (columns(*LENS), "EPSG:4326", "degrés en France"),
        (columns(*LENS, ("Longitude", "Latitude")), "EPSG:4326", "degrés en France"),
        (columns("2,832", "50,429", ("x", "y")), "EPSG:4326", "degrés en France"),
        (columns(*LENS, ("wgs84_lon", "wgs84_lat")), "EPSG:4326", "nom des colonnes"),
        (columns(*L93, ("x_l93", "y_l93")), "EPSG:2154", "nom des colonnes"),
        (columns(FRENCH_X, L93[1], ("X Lambert93", "Y Lambert93")), "EPSG:2154", "nom des colonnes"),
        (columns(*CC50, ("x_cc50", "y_cc50")), "EPSG:3950", "nom des colonnes"),
        (columns(*L2E, ("x_l2e", "y_l2e")), "EPSG:27572", "nom des colonnes"),
        (columns(*L93, ("coordxet", "coordyet"), sourcecoordet="1,IGN,V2.2,LAMBERT_93"),
         "EPSG:2154", "sourcecoordet"),
        (raw([{"nom": "a", "geompoint": "POINT(2.832 50.429)"}]), "EPSG:4326", "geompoint"),
        (raw([{"nom": "a", "geompoint": "POINT(50.429 2.832)"}]), "EPSG:4326", "geompoint"),
        (raw([{"nom": "a", "the_geom": f"SRID=2154;POINT ({L93[0]} {L93[1]})"}]), "EPSG:2154", "SRID"),
        (raw([{"nom": "a", "geom": HEX}]), "EPSG:2154", "SRID"),
        (raw([{"nom": "a", "geo_point_2d": "50.429, 2.832"}]), "EPSG:4326", "geo_point_2d"),
        (raw([{"nom": "a", "coordonnees": "50,429 ; 2,832"}]), "EPSG:4326", "coordonnees"),
        (raw([{"nom": "a", "lonlat": "[2.832, 50.429]"}]), "EPSG:4326", "lonlat"),
    ],
)  # fmt: skip
def test_coordinates_in_columns_are_found_and_it_is_said_how(source: RawLayer, crs: str, how: str) -> None:
    examined = through(source)
    assert near_lens(examined)
    assert examined.report.crs.startswith(crs)
    assert how in examined.report.how
    assert list(examined.kept["_precision"]) == ["exacte"]


@pytest.mark.parametrize(
    ("source", "advice"),
    [
        (columns(*L93, ("x", "y")), "--crs EPSG:2154"),
        (columns(*CC50, ("x", "y")), "--crs EPSG:3950"),
        (columns(*L2E, ("coord_x", "coord_y")), "--crs EPSG:27572"),
        (columns(*L93), "--crs EPSG:2154"),
        (columns(*L93, ("x_cc50", "y_cc50")), "--crs EPSG:2154"),
        (columns("12", "13", ("x", "y")), "--crs EPSG:2154 (Lambert-93), EPSG:4326 (degrés)"),
        (raw([{"nom": "a"}], [shapely.Point(LENS)], None), "--crs EPSG:4326"),
        (raw([{"nom": "a"}], [shapely.Point(L93)], None), "--crs EPSG:2154"),
        (raw([{"nom": "a", "wkt": f"POINT({CC50[0]} {CC50[1]})"}]), "--crs EPSG:3950"),
    ],
)
def test_a_crs_that_nobody_tells_is_an_error_with_advice(source: RawLayer, advice: str) -> None:
    with pytest.raises(DataError) as error:
        examine(source, POINTS, load())
    assert error.value.where == "essai.csv, couche « essai »"
    assert advice in error.value.advice


@pytest.mark.parametrize(
    ("place", "declared", "true"),
    [
        (LENS, "EPSG:2154", "EPSG:4326"),
        (L93, "EPSG:4326", "EPSG:2154"),
        (CC50, "EPSG:2154", "EPSG:3950"),
        (L93, "EPSG:3950", "EPSG:2154"),
    ],
)
def test_a_declared_crs_that_values_contradict_is_an_error_unless_forced(
    place: tuple[float, float], declared: str, true: str
) -> None:
    source = raw([{"nom": "a"}], [shapely.Point(place)], declared)
    with pytest.raises(DataError, match="le fichier déclare") as error:
        examine(source, POINTS, load())
    assert f"--crs {true}" in error.value.advice
    examined = through(source, replace(POINTS, crs=true))
    assert near_lens(examined)
    assert any("est imposé" in text for text in told(examined, "signalé"))
    with pytest.raises(DataError, match="la projection donnée est"):
        examine(source, replace(POINTS, crs=declared), load())


def test_columns_that_the_user_names_are_used() -> None:
    source = raw([{"nom": "a", "est": L93[0], "nord": L93[1]}])
    assert near_lens(through(source, replace(POINTS, x="est", y="nord", crs="EPSG:2154")))
    with pytest.raises(DataError, match="n'est pas dite"):
        examine(source, replace(POINTS, x="est", y="nord"), load())
    with pytest.raises(UsageError, match="« nort »") as error:
        examine(source, replace(POINTS, x="est", y="nort"), load())
    assert "nord" in error.value.advice
    with pytest.raises(DataError, match="projection inconnue"):
        examine(source, replace(POINTS, x="est", y="nord", crs="EPSG:0"), load())


def test_a_table_that_says_nothing_of_place_is_an_error() -> None:
    with pytest.raises(DataError, match="rien ne place les lignes"):
        examine(raw([{"nom": "a", "prix": "3"}]), POINTS, load())


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:2154", "EPSG:3950"])
def test_swapped_axes_are_put_straight_and_told(crs: str) -> None:
    here = [moved((LENS[0] + d, LENS[1]), crs) for d in (0.0, 0.001, 0.002)]
    rows = [{"nom": str(rank)} for rank in range(3)]
    one = through(
        raw(rows, [shapely.Point(here[0]), shapely.Point(here[1][::-1]), shapely.Point(here[2])], crs)
    )
    assert told(one, "réparé") == {"axes inversés dans une partie des lignes : remis dans l'ordre": (2,)}
    assert near_lens(one, 300)
    every = through(raw(rows, [shapely.Point(place[::-1]) for place in here], crs))
    assert told(every, "réparé") == {"axes inversés dans toute la couche : remis dans l'ordre": (1, 2, 3)}
    assert near_lens(every, 300)


def test_swapped_areas_are_put_straight_whole() -> None:
    straight = through(raw([{"nom": "a"}], [square()]), AREAS).kept.geometry.iloc[0]
    turned = shapely.transform(square(), lambda xy: xy[:, ::-1])
    assert through(raw([{"nom": "a"}], [turned]), AREAS).kept.geometry.iloc[0].equals(straight)


def test_impossible_places_are_set_aside_each_with_its_reason() -> None:
    places = [LENS, (400.0, 95.0), (0.0, 0.0), (LENS[0], LENS[1] + 0.01), (55.4, -20.9)]
    examined = through(raw([{"nom": str(n)} for n in range(5)], [shapely.Point(p) for p in places]))
    assert dict(examined.aside["_motif"]) == {
        2: "coordonnées impossibles en degrés : 400, 95",
        3: "coordonnées nulles (0, 0)",
        5: "hors du périmètre",
    }
    assert told(examined, "signalé")["position hors de France métropolitaine"] == (5,)


def test_what_is_out_of_the_perimeter_is_set_aside_or_kept_when_asked() -> None:
    source = raw([{"nom": "a"}, {"nom": "b"}], [shapely.Point(LENS), shapely.Point(ARRAS)])
    strict, open_ = through(source), through(source, keep_outside=True)
    assert dict(strict.aside["_motif"]) == {2: "hors du périmètre"}
    assert list(open_.kept.index) == [1, 2]
    for examined in (strict, open_):
        assert (examined.report.inside, examined.report.outside) == (1, 1)


def test_codes_of_communes_place_rows_at_the_town_hall() -> None:
    codes = ["62498", 62510.0, "62119.0", "75056", "abc", None]
    examined = through(raw([{"nom": str(n), "depcom": code} for n, code in enumerate(codes)]))
    basin = load()
    assert [basin.communes[c].centre for c in ("62498", "62510", "62119")] == list(examined.kept.geometry)
    assert set(examined.kept["_precision"]) == {"commune"}
    assert dict(examined.aside["_motif"]) == {
        4: "hors du périmètre : commune 75056",
        5: "code INSEE illisible : « abc »",
        6: "aucune position dans la ligne",
    }
    assert "mairie de la commune (code INSEE de la colonne depcom)" in examined.report.how
    assert examined.report.outside == 1


def test_five_digits_are_not_taken_for_codes_of_communes_where_they_are_postcodes() -> None:
    with pytest.raises(DataError, match="rien ne place"):
        examine(raw([{"nom": "a", "cp": "62300"}]), POINTS, load())


def test_names_of_communes_place_rows_within_the_perimeter_alone() -> None:
    rows: list[dict[str, Any]] = [
        {"nom": "a", "ville": "LENS", "cp": "62300", "adresse": "1 rue de Lille"},
        {"nom": "b", "ville": "st amand les eaux", "cp": 59230.0},
        {"nom": "c", "ville": "Béthune Cedex 3", "cp": "62400"},
        {"nom": "d", "ville": "Lens", "cp": "38000"},
        {"nom": "e", "ville": "Trifouilly", "cp": None},
    ]
    examined = through(raw(rows))
    assert [load().communes[c].centre for c in ("62498", "59526", "62119")] == list(examined.kept.geometry)
    assert list(examined.aside["_motif"]) == [
        "hors du périmètre : commune « Lens », 38000",
        "hors du périmètre : commune « Trifouilly »",
    ]
    assert any(text.startswith("adresses (adresse)") for text in told(examined, "constat"))


def test_an_ambiguous_commune_is_set_aside() -> None:
    basin = load()
    twins = [replace(c, nom="Lens") if c.insee == "62510" else c for c in basin.communes.values()]
    doubled = Territories(twins, list(basin.epci.values()), basin.crs, basin.source)
    examined = examine(raw([{"nom": "a", "commune": "Lens"}]), POINTS, doubled)
    assert list(examined.aside["_motif"]) == ["commune ambiguë : « Lens » : 62498, 62510"]


def test_rows_without_coordinates_fall_back_on_their_commune_and_it_is_said() -> None:
    rows: list[dict[str, Any]] = [
        {"nom": "a", "lon": LENS[0], "lat": LENS[1], "insee": "62498"},
        {"nom": "b", "lon": None, "lat": None, "insee": "62498"},
        {"nom": "c", "lon": "deux", "lat": "50,4", "insee": "62498"},
        {"nom": "d", "lon": "deux", "lat": "50,4", "insee": None},
    ]
    examined = through(raw(rows))
    assert list(examined.kept["_precision"]) == ["exacte", "commune", "commune"]
    assert told(examined, "signalé")["coordonnées illisibles, la commune est prise à leur place"] == (3,)
    assert list(examined.aside["_motif"]) == ["coordonnées illisibles : lon = « deux »"]


# Shapes -------------------------------------------------------------------------------------

SOUND = {"point": shapely.Point(LENS), "ligne": shapely.LineString([LENS, ARRAS]), "polygone": square()}


@pytest.mark.parametrize(
    ("geometry", "schema", "reason"),
    [
        (None, POINTS, "géométrie absente"),
        (shapely.Point(), POINTS, "géométrie vide"),
        (NAN_LINE, LINES, "coordonnées non finies (NaN ou infini)"),
        (shapely.LineString([LENS, (math.inf, 50)]), LINES, "coordonnées non finies (NaN ou infini)"),
        (shapely.LineString([LENS, LENS]), LINES, "ligne de longueur nulle"),
        (shapely.Polygon([LENS, (2.9, 50.43), LENS]), AREAS, "géométrie invalide, irréparable"),
        (square(), LINES, "géométrie d'un autre genre que la couche : polygone au lieu de ligne"),
        (shapely.Point(LENS), AREAS, "géométrie d'un autre genre que la couche : point au lieu de polygone"),
        (shapely.GeometryCollection([shapely.Point(LENS)]), AREAS,
         "géométrie d'un autre genre que la couche : collection au lieu de polygone"),
    ],
)  # fmt: skip
def test_a_shape_that_is_of_no_use_is_set_aside_with_its_reason(
    geometry: Any, schema: Schema, reason: str
) -> None:
    examined = through(raw([{"nom": "a"}, {"nom": "b"}], [geometry, SOUND[schema.geometries[0]]]), schema)
    assert str(examined.aside["_motif"].iloc[0]).startswith(reason)
    assert list(examined.kept.index) == [2]


def test_an_invalid_shape_is_mended_and_it_is_said_what_changed() -> None:
    examined = through(raw([{"nom": "a"}, {"nom": "b"}], [BOW_TIE, square(0.1)]), AREAS)
    (note,) = examined.report.of("réparé")
    assert note.text == "géométrie invalide, rendue valide en changeant de taille : à vérifier"
    assert note.lines[0].detail.startswith("auto-intersection près de ")
    assert "ha (+" in note.lines[0].detail
    lobes = examined.kept.geometry.iloc[0]
    assert lobes.geom_type == "MultiPolygon"
    assert lobes.area == pytest.approx(lobes.envelope.area / 2, rel=0.05)


def test_a_mended_shape_of_the_same_size_is_told_apart() -> None:
    spike = shapely.Polygon(
        [(2.83, 50.42), (2.85, 50.42), (2.85, 50.44), (2.85, 50.45), (2.85, 50.44), (2.83, 50.44)]
    )
    (note,) = through(raw([{"nom": "a"}], [spike]), AREAS).report.of("réparé")
    assert note.text == "géométrie invalide, rendue valide"


def test_a_collection_keeps_its_parts_of_the_highest_accepted_dimension() -> None:
    mixed = shapely.GeometryCollection([shapely.Point(LENS), shapely.LineString([LENS, ARRAS]), square()])
    deep = shapely.GeometryCollection(
        [shapely.GeometryCollection([square(0.1), square(0.2)]), shapely.Point(LENS)]
    )
    areas = through(raw([{"nom": "a"}, {"nom": "b"}], [mixed, deep]), AREAS)
    assert list(areas.kept.geometry.geom_type) == ["Polygon", "MultiPolygon"]
    lines = through(raw([{"nom": "a"}], [mixed]), LINES)
    assert list(lines.kept.geometry.geom_type) == ["LineString"]
    assert list(told(lines, "réparé").values()) == [(1,)]


def test_rows_that_the_reader_could_not_read_are_set_aside() -> None:
    source = raw([{"nom": "a"}, {"nom": "b"}], [None, shapely.Point(LENS)], unreadable={1: "anneau ouvert"})
    assert list(through(source).aside["_motif"]) == ["illisible : anneau ouvert"]


def test_altitudes_are_left_and_it_is_said() -> None:
    examined = through(raw([{"nom": "a"}], [shapely.Point(*LENS, 42)]))
    assert not shapely.has_z(examined.kept.geometry.to_numpy()).any()
    assert "altitudes présentes, non reprises" in told(examined, "constat")


# Fields -------------------------------------------------------------------------------------


def mapped(published: dict[str, Any], *wanted: Field, **more: Any) -> Examined:
    schema = Schema("essai", "Essai", wanted, **more)
    return through(raw([published], [shapely.Point(LENS)]), schema)


def text(name: str) -> Field:
    return Field(name, name, "texte")


@pytest.mark.parametrize(
    ("published", "wanted", "how"),
    [
        ("nom", "nom", "même nom"),
        ("NOM", "nom", "même nom"),
        ("Propriétaires", "proprietaire", "même nom"),
        ("ID_LSM", "id_lsm", "même nom"),
        ("PROPRIETAI", "proprietaire", "nom tronqué"),
        ("inscrit_mo", "inscrit_monument", "nom tronqué"),
        ("NOM_CITE", "nom", "synonyme"),
        ("libelle", "nom", "synonyme"),
        ("DENOMINATI", "nom", "synonyme"),
        ("bailleur", "proprietaire", "synonyme"),
        ("INSEE_COM", "insee", "synonyme"),
    ],
)
def test_a_mapping_is_proposed_from_names(published: str, wanted: str, how: str) -> None:
    examined = mapped({published: "valeur", "sans_rapport": "x"}, text(wanted))
    (link,) = examined.report.mapping
    assert (link.source, link.target, link.how) == (published, wanted, how)
    assert examined.report.unused == ("sans_rapport",)
    assert list(examined.kept[wanted]) == ["valeur"]


@pytest.mark.parametrize(
    ("published", "value", "wanted"),
    [
        ("zone", "62498", text("insee")),
        ("date_de_visite", "2024-03-01", text("date_controle")),
        ("classement_mh", "oui", Field("classement", "Classement", "booleen")),
    ],
)
def test_a_mapping_is_proposed_from_values(published: str, value: str, wanted: Field) -> None:
    (link,) = mapped({published: value}, wanted).report.mapping
    assert (link.source, link.how) == (published, "valeurs")


def test_units_and_postcodes_are_never_mixed_up() -> None:
    examined = mapped(
        {"surface_m2": "12", "code_postal": "62300"},
        Field("area_ha", "Surface", "nombre", "ha"),
        text("insee"),
    )
    assert examined.report.mapping == ()
    assert examined.report.missing == ("area_ha", "insee")


def test_what_the_user_says_decides() -> None:
    examined = mapped({"nom": "a", "titre": "b"}, text("nom"), correspondance={"nom": "titre"})
    assert list(examined.kept["nom"]) == ["b"]
    assert examined.report.mapping[0].how == "donnée"
    nothing = mapped({"nom": "a"}, text("nom"), correspondance={"nom": ""})
    assert list(nothing.kept["nom"]) == [None]


def test_two_fields_that_could_give_the_same_are_told() -> None:
    examined = mapped({"libelle": "a", "titre": "b"}, text("nom"))
    assert list(examined.kept["nom"]) == ["a"]
    assert told(examined, "signalé") == {"« libelle » donne « nom » ; « titre » le pouvait aussi": ()}


def test_a_field_that_is_no_longer_published_is_an_error_that_lists_those_that_are() -> None:
    with pytest.raises(UsageError) as error:
        mapped({"NOM_SITE": "a", "id": "1"}, text("nom"), correspondance={"nom": "NOM_CITE"})
    assert "« NOM_CITE »" in str(error.value)
    assert "Champs publiés : NOM_SITE, id" in error.value.advice
    with pytest.raises(UsageError, match="« nomm » n'est pas un champ") as error:
        mapped({"nom": "a"}, text("nom"), correspondance={"nomm": "nom"})
    assert "nom" in error.value.advice


def test_values_take_the_type_of_their_field() -> None:
    wanted = (text("code"), Field("n", "N", "nombre"), Field("e", "E", "entier"), Field("b", "B", "booleen"))
    kept = mapped({"code": 62498.0, "n": "1 234,5", "e": "12.0", "b": "O"}, *wanted).kept
    values = kept[["code", "n", "e", "b"]].iloc[0].tolist()
    assert values == ["62498", 1234.5, 12, True]
    assert [type(v) for v in values] == [str, float, int, bool]
    empty = mapped({"code": "N/A", "n": "-", "e": " NULL ", "b": ""}, *wanted).kept
    assert empty[["code", "n", "e", "b"]].iloc[0].tolist() == [None] * 4


def test_a_value_that_cannot_be_read_is_taken_away_and_told_not_its_row() -> None:
    examined = mapped({"nom": "a", "e": "douze"}, text("nom"), Field("e", "E", "entier"))
    assert examined.kept[["nom", "e"]].iloc[0].tolist() == ["a", None]
    (note,) = examined.report.of("signalé")
    assert note.text == "e : valeur retirée, ce n'est pas un entier"
    assert note.lines[0].detail == "« douze »"


def test_an_implausible_value_is_taken_away_and_told_not_its_row() -> None:
    area = Field("surface", "Surface", "nombre", "m²")
    examined = mapped({"surface": "1234567890"}, area, bornes={"surface": (10, 5e6)})
    assert list(examined.kept["surface"]) == [None]
    (note,) = examined.report.of("signalé")
    assert note.text.startswith("Surface : valeur invraisemblable retirée")
    assert note.lines[0].detail.replace("\u202f", " ") == "1 234 567 890 m²"
    assert list(mapped({"surface": "5000000"}, area, bornes={"surface": (10, 5e6)}).kept["surface"]) == [5e6]


def test_fields_of_a_new_layer_are_guessed() -> None:
    rows = [
        {
            "Nom de la cité": "a",
            "nom-de la cite": "b",
            "n": "1,5",
            "e": 3.0,
            "cp": "01000",
            "mh": "oui",
            "0": None,
        }
    ] * 2
    fields = guessed_fields(raw(rows))
    assert [(f.nom, f.type) for f in fields.values()] == [
        ("nom_de_la_cite", "texte"), ("nom_de_la_cite_2", "texte"), ("n", "nombre"), ("e", "entier"),
        ("cp", "texte"), ("mh", "booleen"), ("0", "texte"),
    ]  # fmt: skip
    assert fields["Nom de la cité"].libelle == "Nom de la cité"


# Told twice ---------------------------------------------------------------------------------

KEYED = Schema("essai", "Essai", (text("code"), text("nom")), cle=("code",))
TURNED = shapely.Polygon(list(square().exterior.coords)[2:] + list(square().exterior.coords)[1:3])


def rows_of(*pairs: tuple[str | None, str | None]) -> list[dict[str, Any]]:
    return [{"code": code, "nom": name} for code, name in pairs]


def test_the_same_key_and_shape_is_one_thing() -> None:
    examined = through(raw(rows_of(("A", "x"), ("A", "y")), [square(), TURNED]), KEYED)
    assert list(examined.kept["_cle"]) == ["A"]
    assert list(examined.aside["_motif"]) == [
        "même identifiant et même tracé qu'une autre ligne : ligne 1, mais diffère par nom"
    ]


def test_the_same_key_elsewhere_gets_a_rank_or_is_set_aside_if_it_says_the_same() -> None:
    source = raw(
        rows_of(("A", "x"), ("A", "y"), ("A", "x"), ("A-2", "z")), [square(d) for d in (0, 0.1, 0.2, 0.3)]
    )
    examined = through(source, KEYED)
    assert dict(examined.kept["_cle"]) == {1: "A", 2: "A-3", 4: "A-2"}
    assert list(examined.aside["_motif"]) == [
        "même identifiant et mêmes valeurs qu'une autre ligne, autre tracé : ligne 1"
    ]
    assert (2,) in told(examined, "signalé").values()


def test_the_same_shape_with_other_keys_is_two_things_and_told() -> None:
    examined = through(raw(rows_of(("A", "x"), ("B", "x")), [square(), square()]), KEYED)
    assert list(examined.kept["_cle"]) == ["A", "B"]
    assert list(told(examined, "signalé").values()) == [(2,)]


@pytest.mark.parametrize("again", [square(), TURNED, square(0.000001), shapely.segmentize(square(), 0.001)])
def test_the_same_shape_without_key_is_one_thing(again: shapely.Polygon) -> None:
    examined = through(raw([{"nom": "a"}, {"nom": "b"}], [square(), again]), AREAS)
    assert list(examined.aside["_motif"]) == ["même tracé qu'une autre ligne : ligne 1, mais diffère par nom"]


def test_a_shape_that_is_a_little_other_is_another() -> None:
    examined = through(raw([{"nom": "a"}, {"nom": "a"}], [square(), square(0.0001)]), AREAS)
    assert list(examined.kept.index) == [1, 2]


def test_a_line_drawn_backwards_is_the_same() -> None:
    shapes = [shapely.LineString([LENS, ARRAS]), shapely.LineString([ARRAS, LENS])]
    assert len(through(raw([{"nom": "a"}, {"nom": "b"}], shapes), LINES).kept) == 1


def test_points_at_one_place_are_told_apart_by_name() -> None:
    source = raw([{"nom": "Clinique"}, {"nom": "Hôpital"}, {"nom": "CLINIQUE"}], [shapely.Point(LENS)] * 3)
    examined = through(source)
    assert list(examined.kept.index) == [1, 2]
    assert list(told(examined, "signalé").values()) == [(2,)]
    assert list(examined.aside["_motif"]) == ["même tracé qu'une autre ligne : ligne 1, mais diffère par nom"]


def test_rows_placed_at_their_commune_are_not_one_thing_for_that() -> None:
    rows = [{"nom": n, "prix": p, "insee": "62498"} for n, p in (("a", 1), ("a", 2), ("b", 1), ("a", 1))]
    examined = through(raw(rows))
    assert list(examined.kept.index) == [1, 2, 3]
    assert told(examined, "signalé") == {}


def test_the_same_name_is_not_the_same_thing() -> None:
    shapes = [square(d) for d in (0, 0.1, 0.2, 0.3)]
    assert len(through(raw([{"nom": "Cité du Moulin"}] * 4, shapes), AREAS).kept) == 4


def test_a_natural_identifier_is_proposed_and_row_numbers_never() -> None:
    shapes = [square(d) for d in (0, 0.1)]
    natural = through(raw([{"siret": "9"}, {"siret": "7"}], shapes), replace(AREAS, champs=()))
    assert list(natural.kept["_cle"]) == ["9", "7"]
    assert any("« siret »" in text for text in told(natural, "constat"))
    for ids in ((0, 1), ("1", "2")):
        numbered = through(raw([{"id": i} for i in ids], shapes), replace(AREAS, champs=()))
        assert [len(key) for key in numbered.kept["_cle"]] == [12, 12]
        assert any("ne fait que numéroter" in text for text in told(numbered, "constat"))


def test_keys_made_of_shapes_do_not_depend_on_the_order_of_rows() -> None:
    rows = [{"nom": n} for n in ("a", "b", "c")]
    shapes = [shapely.Point(LENS), shapely.Point(LENS), shapely.Point(2.84, 50.43)]
    first = through(raw(rows, shapes)).kept
    other = through(raw([rows[2], rows[0], rows[1]], [shapes[2], shapes[0], shapes[1]])).kept
    assert dict(zip(first["nom"], first["_cle"], strict=True)) == dict(
        zip(other["nom"], other["_cle"], strict=True)
    )


def test_a_declared_key_that_lacks_is_told() -> None:
    some = through(raw(rows_of(("A", "x"), (None, "y")), [square(), square(0.1)]), KEYED)
    assert told(some, "signalé") == {"identifiant (code) absent : clé tirée du tracé": (2,)}
    none = through(raw([{"nom": "x"}], [square()]), KEYED)
    assert "l'identifiant déclaré (code) n'est dans aucune ligne : clé tirée du tracé" in told(
        none, "signalé"
    )


# Real files ---------------------------------------------------------------------------------


def mirror(*parts: str) -> Path:
    path = SHARED.joinpath("mirror", *parts)
    if not path.exists():
        pytest.skip(f"../shared/mirror/{'/'.join(parts)} is not beside the project")
    return path


def collection(name: str) -> RawLayer:
    features = json.loads(mirror("mbm", name).read_text(encoding="utf-8"))["features"]
    rows = [feature["properties"] for feature in features]
    shapes = [shape(f["geometry"]) if f["geometry"] else None for f in features]
    return raw(rows, shapes)


def table(*parts: str) -> RawLayer:
    frame = pd.read_csv(mirror(*parts), dtype=str, keep_default_na=False)
    return raw([{str(k): v or None for k, v in row.items()} for row in frame.to_dict("records")])


@pytest.mark.mirror
def test_cavaliers_one_shape_is_missing() -> None:
    schema = Schema(
        "cavaliers", "Cavaliers", (NOM, text("id_troncon")), cle=("id_troncon",), geometries=("ligne",)
    )
    examined = through(collection("zt-cavaliers.geojson"), schema, keep_outside=True)
    assert dict(examined.aside["_motif"]) == {1317: "géométrie absente"}
    assert examined.kept.loc[1, "_cle"] == "001_01"


@pytest.mark.mirror
def test_cites_of_the_buffer_zone_one_shape_is_mended() -> None:
    schema = Schema(
        "cites", "Cités", (NOM, Field("id_lsm", "LSM", "entier")), cle=("id_lsm",), geometries=("polygone",)
    )
    examined = through(collection("zt-cites-minieres.geojson"), schema)
    assert len(examined.kept) == 162
    (note,) = examined.report.of("réparé")
    assert (note.text, note.rows) == ("géométrie invalide, rendue valide", (161,))


@pytest.mark.mirror
def test_friches_are_found_by_their_columns() -> None:
    area = Field("surface_m2", "Surface", "nombre", "m²")
    schema = Schema("friches", "Friches", (area,), geometries=("point",), bornes={"surface_m2": (10, 1e6)})
    examined = through(table("friches", "cartofriches-ml-2024.csv"), schema)
    assert (examined.report.rows_in, examined.report.kept) == (2331, 24)
    assert examined.report.mapping[0].source == "unite_fonciere_surface"
    assert len(told(examined, "signalé")["position hors de France métropolitaine"]) == 8
    assert any(text.startswith("Surface : valeur invraisemblable") for text in told(examined, "signalé"))


@pytest.mark.mirror
def test_hospitals_are_found_by_their_columns() -> None:
    schema = Schema("hopitaux", "Hôpitaux", (NOM, text("finess")), ("finess",), {"finess": "id"}, ("point",))
    examined = through(table("sante", "hopitaux-fr-2020.csv"), schema)
    assert (examined.report.rows_in, examined.report.kept) == (5368, 73)
    assert "lon et lat, dont les valeurs sont des degrés en France" in examined.report.how
    assert "590000014" in set(examined.kept["_cle"])


@pytest.mark.mirror
def test_communes_of_the_mission() -> None:
    schema = Schema(
        "communes", "Communes", (NOM, text("insee"), Field("population", "Pop.", "entier")), ("insee",)
    )
    examined = through(collection("communes-mbm.geojson"), schema, keep_outside=True)
    assert len(examined.kept) == 330
    basin = load()
    known = examined.kept[examined.kept["insee"].isin(basin.communes)]
    assert all(basin.communes[row.insee].geometry.intersects(row.geometry) for row in known.itertuples())
