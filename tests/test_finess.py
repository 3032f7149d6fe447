"""FINESS as it is published: records without a header, several projections, several charsets."""

from __future__ import annotations

from pathlib import Path

import pytest
import shapely
from pyproj import CRS, Transformer

from geo.errors import DataError
from geo.sources import finess
from geo.sources.raw import RawLayer

MANIFEST = "finess;etalab;98;2023-11-08"
LENS, LIEVIN, DENAIN = "620100057", "620100123", "590781902"
TO_LAMBERT = Transformer.from_crs(4326, 2154, always_xy=True)
OLD = "1,ATLASANTE,100,IGN,BD_ADRESSE,V2.2,{}"
NEW = "1,ATLASANTE,96,BAN,{}"


def establishment(number: str, name: str, commune: str, departement: str = "62", **fields: str) -> str:
    """Return a record as it is published, most of its fields filled."""
    known = dict.fromkeys(finess.ESTABLISHMENT, "") | {
        "nofinesset": number,
        "nofinessej": "620000034",
        "rs": name,
        "numvoie": "99",
        "typvoie": "RTE",
        "voie": "DE LA BASSÉE",
        "commune": commune,
        "departement": departement,
        "libdepartement": "PAS-DE-CALAIS",
        "ligneacheminement": "62307 LENS CEDEX",
        "telephone": "0321691234",
        "categetab": "355",
        "libcategetab": "Centre Hospitalier (C.H.)",
        "categagretab": "1102",
        "libcategagretab": "Centres Hospitaliers",
        "siret": "00062100057001",
        "libsph": "Etablissement public de santé",
        "dateouv": "1979-02-13",
        "datemaj": "2020-02-04",
    }
    return ";".join(["structureet", *(known | fields).values()])


def place(number: str, x: object, y: object, source: str) -> str:
    return f"geolocalisation;{number};{x};{y};{source};2023-11-06"


LINES = [
    MANIFEST,
    establishment(LENS, "CH DE LENS", "498", rslongue="HÔPITAL SCHAFFNER, ÉTAGE « CŒUR »".replace("Œ", "OE")),
    establishment(LIEVIN, "CENTRE DE SANTÉ DE LIÉVIN", "510", categetab="124", categagretab="2206"),
    establishment(DENAIN, "CH DE DENAIN", "172", "59"),
    establishment("620199999", "SANS COORDONNÉES", "1"),
    establishment("620188888", '"LIEU DE VIE ""LES PRÉS"""', "498"),
    establishment("620177777", '"GUILLEMET SEUL', "498"),
    place(LIEVIN, 682000.5, 7036000.1, OLD.format("LAMBERT_93")),
    place(LENS, 685012.3, 7037001.2, OLD.format("LAMBERT_93")),
    place(DENAIN, 729000.0, 7025000.0, NEW.format("EPSG:2154 RGF93 / Lambert-93 (Métropole)")),
]
OVERSEAS = [
    ("970100001", "9A", "101", "UTM_N20", "EPSG:5490", -61.5, 16.25),
    ("970200001", "9B", "209", "EPSG:5490 RGAF09/UTM Zone 20N (Antilles)", "EPSG:5490", -61.0, 14.6),
    ("970300001", "9C", "302", "UTM_N22", "EPSG:2972", -52.3, 4.9),
    ("970400001", "9D", "411", "UTM_S40", "EPSG:2975", 55.45, -20.9),
    ("970500001", "9E", "502", "UTM_N21", "EPSG:4467", -56.18, 46.78),
    ("980500001", "9F", "608", "EPSG:4471 RGM04/UTM zone 38S (Mayotte)", "EPSG:4471", 45.2, -12.8),
    ("980600001", "9J", "613", "WGS84/UTM zone 1S (Wallis-et-Futuna)", "EPSG:32701", -176.2, -13.3),
]


def write(folder: Path, *lines: str, encoding: str = "iso-8859-1", end: str = "\n") -> Path:
    path = folder / "etalab-cs1100507-stock-20231108-0341.csv"
    path.write_bytes((end.join(lines) + end).encode(encoding))
    return path


def by_number(raw: RawLayer) -> dict[str, int]:
    """Return the row of each establishment."""
    return {number: row for row, number in enumerate(raw.frame["nofinesset"], 1) if number}


def test_the_two_kinds_of_records_are_joined(tmp_path: Path) -> None:
    raw = finess.read(write(tmp_path, *LINES))
    assert len(raw.frame) == 6
    assert raw.unreadable == {}
    assert list(raw.frame.columns[:31]) == list(finess.ESTABLISHMENT)
    rows = by_number(raw)
    lens = raw.frame.loc[rows[LENS]]
    assert lens["rslongue"] == "HÔPITAL SCHAFFNER, ÉTAGE « COEUR »"
    assert (lens["telephone"], lens["siret"]) == ("0321691234", "00062100057001")
    assert (lens["datemaj"], lens["datemaj_geoloc"]) == ("2020-02-04", "2023-11-06")
    assert (lens["compldistrib"], lens["numuai"]) == (None, None)
    assert raw.frame["code_insee"].tolist() == ["62498", "62510", "59172", "62001", "62498", "62498"]
    assert raw.geometry[rows[LENS] - 1] == shapely.Point(685012.3, 7037001.2)
    assert raw.geometry[rows[DENAIN] - 1] == shapely.Point(729000.0, 7025000.0)
    assert raw.geometry[rows["620199999"] - 1] is None
    assert raw.crs == CRS("EPSG:2154")
    assert raw.encoding == "iso-8859-1"
    assert raw.notes == ("extraction du 2023-11-08", "6\xa0établissements, 3 avec leurs coordonnées")


def test_quotes_in_a_name_are_kept(tmp_path: Path) -> None:
    raw = finess.read(write(tmp_path, *LINES))
    names = raw.frame.set_index("nofinesset")["rs"]
    assert names["620188888"] == 'LIEU DE VIE "LES PRÉS"'
    assert names["620177777"] == '"GUILLEMET SEUL'


def test_overseas_places_bring_all_to_degrees(tmp_path: Path) -> None:
    lines = [
        line
        for number, departement, commune, told, crs, lon, lat in OVERSEAS
        for line in (
            establishment(number, "HÔPITAL", commune, departement),
            place(number, *_metres(crs, lon, lat), OLD.format(told)),
        )
    ]
    raw = finess.read(write(tmp_path, *LINES, *lines))
    assert raw.unreadable == {}
    assert raw.crs == CRS("EPSG:4326")
    rows = by_number(raw)
    for number, _, _, _, _, lon, lat in OVERSEAS:
        point = raw.geometry[rows[number] - 1]
        assert shapely.distance(point, shapely.Point(lon, lat)) < 1e-6
    lens = raw.geometry[rows[LENS] - 1]
    assert TO_LAMBERT.transform(lens.x, lens.y) == pytest.approx((685012.3, 7037001.2), abs=1e-3)
    codes = raw.frame.loc[[rows[number] for number, *_ in OVERSEAS], "code_insee"].tolist()
    assert codes == ["97101", "97209", "97302", "97411", "97502", "97608", "98613"]


def _metres(crs: str, lon: float, lat: float) -> tuple[float, float]:
    x, y = Transformer.from_crs(4326, crs, always_xy=True).transform(lon, lat)
    return round(x, 2), round(y, 2)


def test_nothing_is_dropped(tmp_path: Path) -> None:
    short = ";".join(establishment("620166666", "COUPÉ", "498").split(";")[:20])
    raw = finess.read(
        write(
            tmp_path,
            *LINES,
            short,
            establishment("620155555", "DE TROP", "498") + ";a;b",
            "structureet;",
            "n'importe quoi",
            "",
            establishment("620144444", "PROJECTION INCONNUE", "498"),
            place("620144444", 685000, 7037000, OLD.format("UTM_N99")),
            establishment("620133333", "SANS PROJECTION", "498"),
            place("620133333", 685000, 7037000, ""),
            establishment("620122222", "ILLISIBLE", "498"),
            place("620122222", "685 000", 7037000, OLD.format("LAMBERT_93")),
            establishment("620111111", "À MOITIÉ", "498"),
            place("620111111", 685000, "", OLD.format("LAMBERT_93")),
            establishment("620111112", "INFINI", "498"),
            place("620111112", "1e999", 7037000, OLD.format("LAMBERT_93")),
            place("620100000", 685000, 7037000, OLD.format("LAMBERT_93")),
            place("", 685000, 7037000, OLD.format("LAMBERT_93")),
            "geolocalisation;620155555;685000",
            place(LENS, 1, 1, OLD.format("LAMBERT_93")),
        )
    )
    assert list(raw.unreadable.values()) == [
        "ligne 11 : 19\xa0champs, au lieu de 31",
        "ligne 12 : 33\xa0champs, au lieu de 31",
        "ligne 13 : 1\xa0champ, au lieu de 31",
        "ligne 14 : ni structureet ni geolocalisation",
        "géolocalisation sans numéro FINESS",
        "ligne 28 : 2\xa0champs, au lieu de 5",
        "géolocalisation d'un établissement qui n'est pas dans le fichier",
        "projection inconnue : UTM_N99",
        "projection inconnue : vide",
        "coordonnée illisible : 685 000",
        "coordonnée illisible : vide",
        "coordonnée illisible : 1e999",
    ]
    assert len(raw.frame) == 6 + 4 + 5 + 3
    rows = by_number(raw)
    assert raw.frame.loc[rows["620166666"], "rs"] == "COUPÉ"
    assert raw.geometry[rows[LENS] - 1] == shapely.Point(685012.3, 7037001.2)
    assert "1\xa0géolocalisation répétée, la première fait foi" in raw.notes


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_the_charset_of_later_editions_is_seen_and_said(encoding: str, tmp_path: Path) -> None:
    raw = finess.read(write(tmp_path, *LINES, encoding=encoding))
    assert raw.frame.loc[2, "rs"] == "CENTRE DE SANTÉ DE LIÉVIN"
    assert raw.encoding == "utf-8"
    assert any("UTF-8" in note for note in raw.notes)


def test_windows_quotes_are_seen_and_said(tmp_path: Path) -> None:
    lines = [MANIFEST, establishment(LENS, "HÔPITAL « L’ŒUVRE »", "498")]
    raw = finess.read(write(tmp_path, *lines, encoding="cp1252", end="\r\n"))
    assert raw.frame.loc[1, "rs"] == "HÔPITAL « L’ŒUVRE »"
    assert raw.frame.loc[1, "datemaj"] == "2020-02-04"
    assert raw.encoding == "cp1252"


def test_the_edition_without_places_is_read(tmp_path: Path) -> None:
    lines = [line.rpartition(";")[0] for line in LINES[1:4]]  # and without its last column
    raw = finess.read(write(tmp_path, MANIFEST, *lines))
    assert raw.crs is None
    assert raw.crs_how == ""
    assert raw.unreadable == {}
    assert raw.geometry.tolist() == [None, None, None]
    assert raw.frame["telephone"].tolist() == ["0321691234"] * 3


def test_the_edition_with_a_header_is_read(tmp_path: Path) -> None:
    header = ";".join([*finess.ESTABLISHMENT, "coordxet", "coordyet", "sourcecoordet", "datemaj_geoloc"])
    source = NEW.format("EPSG:2154 RGF93 / Lambert-93 (Métropole)")
    row = establishment(LENS, "CH DE LENS", "498").partition(";")[2]
    raw = finess.read(write(tmp_path, header, f"{row};685012.3;7037001.2;{source};2026-05-04", "trop;court"))
    assert raw.geometry.tolist() == [shapely.Point(685012.3, 7037001.2), None]
    assert raw.frame.loc[1, "code_insee"] == "62498"
    assert raw.unreadable == {2: "ligne 3 : 2\xa0champs, au lieu de 35"}


def test_zeros_kept_by_a_formula_are_read(tmp_path: Path) -> None:
    """Editions of 2017 wrote numbers as formulas, so that spreadsheets would keep their zeros."""
    line = establishment(f'="{LENS}"', "CH DE LENS", "498", telephone='="0321691234"')
    raw = finess.read(write(tmp_path, MANIFEST, line, place(LENS, 685000, 7037000, OLD.format("LAMBERT_93"))))
    assert raw.frame[["nofinesset", "telephone"]].to_numpy().tolist() == [[LENS, "0321691234"]]
    assert raw.geometry[0] == shapely.Point(685000, 7037000)


def test_quoted_ascii_lines_and_decimal_commas_are_read(tmp_path: Path) -> None:
    line = establishment(LENS, "CH DE LENS", "498", voie="ALSACE", libsph="")
    quoted = ";".join(f'"{cell}"' for cell in line.split(";"))
    where = place(LENS, "685012,3", "7037001,2", OLD.format("LAMBERT_93"))
    raw = finess.read(write(tmp_path, MANIFEST, quoted, where))
    assert raw.frame["voie"].tolist() == ["ALSACE"]
    assert raw.geometry.tolist() == [shapely.Point(685012.3, 7037001.2)]
    assert raw.encoding == "iso-8859-1"


def test_a_place_out_of_its_projection_is_unreadable(tmp_path: Path) -> None:
    lines = [
        establishment("970400001", "HÔPITAL", "411", "9D"),
        place("970400001", "1e30", "1e30", OLD.format("UTM_S40")),
    ]
    raw = finess.read(write(tmp_path, MANIFEST, *lines))
    assert raw.unreadable == {1: "coordonnées hors de leur projection"}
    assert raw.geometry.tolist() == [None]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"<html>\n</html>",
        b'{"schemaVersion": "1.0.0", "pmej": []}',
        b"a;b;c\n1;2;3\n",
        b"\x00" * 5000,
    ],
)
def test_another_file_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "finess.csv"
    path.write_bytes(content)
    with pytest.raises(DataError, match="FINESS"):
        finess.read(path)


def test_a_file_that_is_empty_too_large_or_missing_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(DataError, match="aucun établissement"):
        finess.read(write(tmp_path, MANIFEST))
    with pytest.raises(DataError, match="introuvable"):
        finess.read(tmp_path / "absent.csv")
    monkeypatch.setattr(finess, "MAX_BYTES", 10)
    with pytest.raises(DataError, match="Mio"):
        finess.read(write(tmp_path, *LINES))
