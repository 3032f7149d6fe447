"""Layers and collections come whole from their services, in the CRS that is said, or not at all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer

from geo.errors import DataError
from geo.sources import geojson, gml, pages, wfs
from geo.sources.raw import RawLayer
from geo.sources.web import Got, Limits, Web
from tests.conftest import SHARED
from tests.loopback import HTML, Asked, Loopback, Reply
from tests.services import Cerema, Feature, GeoServer, cavaliers, cites, communes_of_epci, friches, renamed
from tests.services import gml as written_as_gml

CAVALIERS = "mission_bassin_minier:zt_cavaliers"
CITES = "mission_bassin_minier:zt_cites_minires"


@pytest.fixture
def server() -> Iterator[Loopback]:
    with Loopback() as running:
        yield running


@pytest.fixture
def web(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with Web(tmp_path / "web", limits=Limits(read_s=5), sleep=lambda _: None) as made:
        yield made


def read(got: list[Got], type_name: str = CAVALIERS, crs: str = "EPSG:2154") -> RawLayer:
    """Read the pages of a layer."""
    return wfs.read([one.path for one in got], type_name=type_name, crs=crs)


def starts(server: Loopback) -> list[str]:
    """Return the rank that each request began from."""
    return [one.query.get("startIndex", "0") for one in server.asked]


def test_a_layer_comes_by_pages(server: Loopback, web: Web) -> None:
    url = server.at("/ows", GeoServer({CAVALIERS: cavaliers(1317)}))
    raw = read(wfs.fetch(web, url, CAVALIERS))
    assert len(raw.frame) == 1317
    assert raw.frame["ID_NTRONCO"].nunique() == 1317
    assert list(raw.frame.columns)[1:] == [
        "ID_NTRONCO",
        "Appartenan",
        "Commune1",
        "Commune2",
        "Commune3",
        "Commune4",
    ]
    assert raw.frame.loc[2, "Commune2"] is None
    assert raw.frame.loc[1, "_fid"] == "zt_cavaliers.1"
    assert raw.geometry[0].wkt == "MULTILINESTRING ((680001.5 7030000.25, 680101.5 7030050.75))"
    assert raw.crs is not None
    assert (raw.crs.to_epsg(), raw.crs_how) == (2154, "le service le déclare (urn:ogc:def:crs:EPSG::2154)")
    assert (raw.driver, raw.name, raw.unreadable) == ("GeoJSON", CAVALIERS, {})
    assert server.asked[0].query == {
        "service": "WFS",
        "version": "2.0.0",
        "request": "GetFeature",
        "typeNames": CAVALIERS,
        "count": "1000",
        "srsName": "EPSG:2154",
        "outputFormat": "application/json",
    }
    assert starts(server) == ["0", "1000"]


def test_version_1_1_0_names_its_parameters_otherwise(server: Loopback, web: Web) -> None:
    url = server.at("/ows", GeoServer({CITES: cites(162)}))
    raw = read(wfs.fetch(web, url, CITES, version="1.1.0", page=100, key="ID_LSM"), CITES)
    assert len(raw.frame) == 162
    assert raw.frame.loc[1, "interet"] == "Remarquable & rare"
    asked = server.asked[1].query
    assert (asked["typeName"], asked["maxFeatures"], asked["startIndex"]) == (CITES, "100", "100")
    assert asked["sortBy"] == "ID_LSM"


@pytest.mark.parametrize("total", [True, False])
@pytest.mark.parametrize("cap", [None, 1, 7, 500])
def test_whatever_the_service_gives_at_a_time(
    server: Loopback, web: Web, cap: int | None, *, total: bool
) -> None:
    rows = cavaliers(23)
    url = server.at("/ows", GeoServer({CAVALIERS: rows}, cap=cap, total=total))
    raw = read(wfs.fetch(web, url, CAVALIERS, page=10))
    assert list(raw.frame["_fid"]) == [one["id"] for one in rows]
    assert len(list(web.folder.iterdir())) == len(server.asked) - (not total)


def test_an_empty_layer(server: Loopback, web: Web) -> None:
    url = server.at("/ows", GeoServer({CAVALIERS: []}))
    raw = read(wfs.fetch(web, url, CAVALIERS))
    assert (len(raw.frame), len(server.asked)) == (0, 1)


def test_a_service_without_paging_is_not_read_in_circles(server: Loopback, web: Web) -> None:
    url = server.at("/ows", GeoServer({CAVALIERS: cavaliers(1317)}, cap=500, pages=False))
    with pytest.raises(DataError, match=r"toujours la même page \(500 objets sur 1317\)") as error:
        wfs.fetch(web, url, CAVALIERS)
    assert f"{url}, {CAVALIERS}" in str(error.value)
    assert len(server.asked) == 2
    assert list(web.folder.iterdir()) == []


def test_a_service_without_paging_whose_only_page_is_short(server: Loopback, web: Web) -> None:
    url = server.at("/ows", GeoServer({CAVALIERS: cavaliers(7)}, total=False, pages=False, key=False))
    assert len(read(wfs.fetch(web, url, CAVALIERS)).frame) == 7


def test_a_service_without_paging_whose_only_page_is_full(server: Loopback, web: Web) -> None:
    url = server.at("/ows", GeoServer({CAVALIERS: cavaliers(15)}, total=False, pages=False))
    with pytest.raises(DataError, match="toujours la même page"):
        wfs.fetch(web, url, CAVALIERS, page=10)


def test_a_table_without_key_is_asked_at_once(server: Loopback, web: Web) -> None:
    url = server.at("/ows", GeoServer({CAVALIERS: cavaliers(1317)}, key=False))
    raw = read(wfs.fetch(web, url, CAVALIERS))
    assert list(raw.frame["ID_NTRONCO"]) == [one["properties"]["ID_NTRONCO"] for one in cavaliers(1317)]
    assert server.asked[-1].query["count"] == "1317"
    assert len(list(web.folder.iterdir())) == 1


def test_a_table_without_key_nor_total_is_sorted_or_refused(server: Loopback, web: Web) -> None:
    url = server.at("/ows", GeoServer({CAVALIERS: cavaliers(30)}, key=False, total=False))
    assert len(read(wfs.fetch(web, url, CAVALIERS)).frame) == 30
    assert len(read(wfs.fetch(web, url, CAVALIERS, page=10, key="ID_NTRONCO")).frame) == 30
    with pytest.raises(DataError, match="natural order") as error:
        wfs.fetch(web, url, CAVALIERS, page=10)
    assert "clé" in error.value.advice


def test_a_total_that_changes_is_told(server: Loopback, web: Web) -> None:
    url = server.at("/ows", GeoServer({CAVALIERS: cavaliers(30)}, grows=True))
    with pytest.raises(DataError, match=r"le total a changé .*31 objets, puis 32"):
        wfs.fetch(web, url, CAVALIERS, page=10)
    assert list(web.folder.iterdir()) == []


def collection(features: list[Feature], **members: Any) -> Reply:
    """Return an answer that holds some features, and says what it wants of them."""
    return Reply({"type": "FeatureCollection", "features": features, **members})


def test_rows_repeated_from_one_page_to_the_next_are_told(server: Loopback, web: Web) -> None:
    rows = cavaliers(20)
    url = server.at("/ows", collection(rows[:10], numberMatched=20), collection(rows[9:19], numberMatched=20))
    with pytest.raises(DataError, match=r"répétés d'une page à l'autre \(zt_cavaliers.10\)"):
        wfs.fetch(web, url, CAVALIERS, page=10)


@pytest.mark.parametrize("second", [[], cavaliers(19)[8:]])
def test_more_or_fewer_rows_than_announced_are_refused(
    server: Loopback, web: Web, second: list[Feature]
) -> None:
    url = server.at("/ows", collection(cavaliers(8), totalFeatures=18), collection(second, totalFeatures=18))
    with pytest.raises(DataError, match="objets reçus pour 18 annoncés"):
        wfs.fetch(web, url, CAVALIERS, page=10)


def test_a_page_that_is_not_what_it_says_is_refused(server: Loopback, web: Web) -> None:
    url = server.at("/ows", collection(cavaliers(8), numberMatched=8, numberReturned=9))
    with pytest.raises(DataError, match="8 objets dans une page qui en annonce 9"):
        wfs.fetch(web, url, CAVALIERS)
    assert list(web.folder.iterdir()) == []


def test_a_service_that_fails_on_the_way_leaves_nothing(server: Loopback, web: Web) -> None:
    service = GeoServer({CAVALIERS: cavaliers(30)})
    url = server.at("/ows", service, Reply(status=500), service, Reply(HTML, kind="text/html"))
    with pytest.raises(DataError, match="page web"):
        wfs.fetch(web, url, CAVALIERS, page=10)
    assert list(web.folder.iterdir()) == []


def test_an_unknown_layer(server: Loopback, web: Web) -> None:
    url = server.at("/ows", GeoServer({}))
    with pytest.raises(DataError, match="« Feature type mbm:rien unknown »"):
        wfs.fetch(web, url, "mbm:rien")


def test_a_field_that_changed_its_name_is_read_as_it_is(server: Loopback, web: Web) -> None:
    rows = renamed(cavaliers(3), "ID_NTRONCO", "ID_TRONCON")
    url = server.at("/ows", GeoServer({CAVALIERS: rows}))
    columns = read(wfs.fetch(web, url, CAVALIERS)).frame.columns
    assert "ID_TRONCON" in columns
    assert "ID_NTRONCO" not in columns


# Coordinates


@pytest.mark.parametrize("version", ["2.0.0", "1.1.0"])
@pytest.mark.parametrize("crs", ["EPSG:2154", "EPSG:4326"])
def test_json_and_gml_give_the_same_layer(server: Loopback, web: Web, version: str, crs: str) -> None:
    rows = [*cites(23), {**cites(24)[-1], "geometry": None}]
    server.at("/json", GeoServer({CITES: rows}))
    server.at("/gml", GeoServer({CITES: rows}, as_json=False))
    as_json, as_gml = (
        wfs.fetch(web, server.url(path), CITES, version=version, crs=crs, page=10)
        for path in ("/json", "/gml")
    )
    one, other = read(as_json, CITES, crs), read(as_gml, CITES, crs)
    assert {got.path.suffix for got in as_gml} == {".gml"}
    assert one.crs is not None
    assert one.crs == other.crs
    assert f"EPSG:{one.crs.to_epsg()}" == crs
    assert shapely.equals_exact(one.geometry[:-1], other.geometry[:-1], tolerance=1e-9).all()
    assert one.geometry[-1] is None
    assert other.geometry[-1] is None
    shared = [name for name in one.frame.columns if one.frame[name].notna().any()]
    assert shared == list(other.frame.columns)
    assert one.frame[shared].equals(other.frame)
    assert other.crs_how.startswith("le GML le déclare")
    assert (one.unreadable, other.unreadable) == ({}, {})


def test_longitude_comes_first_whatever_the_gml_says(server: Loopback, web: Web) -> None:
    url = server.at("/ows", GeoServer({CITES: cites(1)}, as_json=False))
    raw = read(wfs.fetch(web, url, CITES, crs="EPSG:4326"), CITES, "EPSG:4326")
    assert server.asked[-1].query["srsName"] == "urn:ogc:def:crs:EPSG::4326"
    expected = Transformer.from_crs("EPSG:2154", "EPSG:4326", always_xy=True).transform(691000, 7035000)
    assert shapely.get_coordinates(raw.geometry[0])[0] == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(
    ("asked", "epsg", "how"),
    [
        ("EPSG:2154", 2154, "demandé au service (EPSG:2154)"),
        ("EPSG:4326", 4326, "RFC 7946"),
        ("", None, ""),
    ],
)
def test_a_service_that_does_not_tell_its_crs(
    server: Loopback, web: Web, asked: str, epsg: int | None, how: str
) -> None:
    url = server.at("/ows", GeoServer({CITES: cites(3)}, tells_crs=False))
    raw = read(wfs.fetch(web, url, CITES, crs=asked), CITES, asked)
    assert (raw.crs.to_epsg() if raw.crs else None) == epsg
    assert how in raw.crs_how
    assert bool(raw.crs) == bool(raw.crs_how)


def test_one_absurd_place_does_not_make_degrees_metres(tmp_path: Path) -> None:
    places = [[2.8, 50.4], [3.1, 50.3], [70_000, 7_000_000]]
    raw = geojson.read([page_of(tmp_path, *({"type": "Point", "coordinates": place} for place in places))])
    assert raw.crs is not None
    assert raw.crs.to_epsg() == 4326


def test_degrees_are_degrees_even_if_metres_were_asked(server: Loopback, web: Web) -> None:
    url = server.at("/ows", collection(friches(3), numberMatched=3))
    raw = read(wfs.fetch(web, url, CITES, crs="EPSG:2154"), CITES, "EPSG:2154")
    assert raw.crs is not None
    assert (raw.crs.to_epsg(), "RFC 7946" in raw.crs_how) == (4326, True)


def test_a_service_that_gives_another_crs_is_believed(tmp_path: Path) -> None:
    page = tmp_path / "a.json"
    member = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3950"}}
    page.write_text(json.dumps({"features": cites(1), "crs": member}), encoding="utf-8")
    raw = wfs.read([page], type_name=CITES, crs="EPSG:2154")
    assert raw.crs is not None
    assert raw.crs.to_epsg() == 3950


def test_pages_in_two_crs_are_refused(tmp_path: Path) -> None:
    for code in ("2154", "3950"):
        member = {"properties": {"name": f"EPSG:{code}"}}
        (tmp_path / code).write_text(json.dumps({"features": cites(1), "crs": member}), encoding="utf-8")
    with pytest.raises(DataError, match="plusieurs projections : EPSG:2154, EPSG:3950"):
        geojson.read([tmp_path / "2154", tmp_path / "3950"])


@pytest.mark.parametrize(
    ("name", "epsg"),
    [
        ("EPSG:2154", 2154),
        ("urn:ogc:def:crs:EPSG::2154", 2154),
        ("urn:ogc:def:crs:EPSG:9.8:3950", 3950),
        ("urn:x-ogc:def:crs:EPSG:4326", 4326),
        ("http://www.opengis.net/def/crs/EPSG/0/4326", 4326),
        ("http://www.opengis.net/gml/srs/epsg.xml#2154", 2154),
        ("urn:ogc:def:crs:OGC:1.3:CRS84", 4326),
        ("urn:ogc:def:crs:OGC::CRS84", 4326),
        ("EPSG:99999", None),
        ("/etc/passwd", None),
        ("https://exemple.fr/crs", None),
        ("", None),
    ],
)
def test_names_of_crs(name: str, epsg: int | None) -> None:
    known = geojson.crs_named(name)
    assert (known.to_epsg() if known else None) == epsg


# GeoJSON


def page_of(tmp_path: Path, *shapes: Any, **members: Any) -> Path:
    """Write a page of features that have these shapes."""
    path = tmp_path / "page.json"
    rows = [{"type": "Feature", "properties": {"n": n}, "geometry": one} for n, one in enumerate(shapes)]
    path.write_text(json.dumps({"features": rows, **members}), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("shape", "reason"),
    [
        (
            {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1]]]},
            "contour qui ne se referme pas",
        ),
        ({"type": "Point", "coordinates": ["2", 50]}, "coordonnée qui n'est pas un nombre"),
        ({"type": "Point", "coordinates": [float("nan"), 50]}, "coordonnée qui n'est pas un nombre"),
        ({"type": "Point", "coordinates": [float("inf"), 50]}, "coordonnée qui n'est pas un nombre"),
        ({"type": "Point", "coordinates": [2]}, "nombre de coordonnées"),
        ({"type": "LineString", "coordinates": [[2, 50]]}, "trop peu de points"),
        ({"type": "Pointe", "coordinates": [2, 50]}, "type inconnu"),
        ({}, "sans type"),
        ("POINT (2 50)", "mal construite"),
        ({"type": "Polygon", "coordinates": 3}, "mal construite"),
    ],
)
def test_a_malformed_shape_is_set_aside_and_its_row_is_there(tmp_path: Path, shape: Any, reason: str) -> None:
    raw = geojson.read([page_of(tmp_path, {"type": "Point", "coordinates": [2, 50]}, shape, None)])
    assert list(raw.frame["n"]) == [0, 1, 2]
    assert [shape is None for shape in raw.geometry] == [False, True, True]
    assert list(raw.unreadable) == [2]
    assert reason in raw.unreadable[2]


def test_rows_that_are_no_features(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('{"features": [3, {"properties": 4}, {"properties": null}, {}]}', encoding="utf-8")
    raw = geojson.read([path])
    assert len(raw.frame) == 4
    assert list(raw.unreadable) == [1, 2]


def test_values_are_kept_as_they_are_published(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    rows = [
        {"properties": {"a": True, "b": 12, "c": "007", "d": ["x", "é"], "e": None}},
        {"properties": {"f": 1.5}},
    ]
    path.write_text(json.dumps({"features": rows}), encoding="utf-8")
    frame = geojson.read([path]).frame
    assert frame.loc[1].to_dict() == {"a": True, "b": 12, "c": "007", "d": '["x","é"]', "e": None, "f": None}
    assert frame.loc[2, "f"] == 1.5
    assert set(frame.dtypes.astype(str)) == {"object"}


def test_another_encoding_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes('{"features": [{"properties": {"nom": "Liévin"}}]}'.encode("cp1252"))
    raw = geojson.read([path])
    assert raw.frame.loc[1, "nom"] == "Liévin"
    assert raw.encoding == "cp1252"
    assert raw.notes == ("1 page(s) qui ne sont pas en UTF-8, lues en Windows-1252",)


def test_a_byte_order_mark_is_no_matter(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b'\xef\xbb\xbf{"features": []}')
    assert len(geojson.read([path]).frame) == 0


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"[" * 200 + b"]" * 200, "trop imbriqué"),
        (b'{"features": [{"properties": {"a": ' + b'{"a": ' * 200_000, "trop imbriqué"),
        (b'{"features": [', "JSON illisible"),
        (b'{"features": {}}', "ni « features » ni « results »"),
        (b'{"detail": "rien"}', "ni « features » ni « results »"),
        (b"3", "ni « features » ni « results »"),
        (b"", "JSON illisible"),
    ],
)
def test_documents_that_cannot_be_read(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(content)
    with pytest.raises(DataError, match=words) as error:
        geojson.read([path])
    assert str(error.value).startswith("a.json : ")


def _depth_of(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + max((_depth_of(one) for one in value.values()), default=0)
    return 1 + max((_depth_of(one) for one in value), default=0) if isinstance(value, list) else 0


_JSON = st.recursive(
    st.none() | st.text(alphabet='a"\\[]{}é') | st.integers(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(alphabet='b"\\[{'), inner),
    max_leaves=20,
)


@given(_JSON)
def test_depth_is_that_of_brackets_outside_texts(value: Any) -> None:
    assert geojson._depth(json.dumps(value, ensure_ascii=False).encode()) == _depth_of(value)


def test_the_communes_of_an_epci(server: Loopback, web: Web) -> None:
    url = server.at(
        "/epcis/200072460/communes",
        Reply(communes_of_epci({"62119": "Béthune", "62178": "Bruay-la-Buissière"})),
    )
    got = web.page(url, params={"fields": "nom,code,population", "format": "geojson", "geometry": "contour"})
    raw = geojson.read([got.path], name="communes")
    assert list(raw.frame["nom"]) == ["Béthune", "Bruay-la-Buissière"]
    assert list(raw.frame.columns) == ["nom", "code", "population"]
    assert raw.crs is not None
    assert raw.crs.to_epsg() == 4326


@pytest.mark.mirror
@pytest.mark.skipif(not SHARED.is_dir(), reason="shared is not beside the project")
def test_the_mirror_of_the_cavaliers() -> None:
    raw = geojson.read([SHARED / "mirror" / "mbm" / "zt-cavaliers.geojson"])
    assert len(raw.frame) == 1317
    assert sum(shape is None for shape in raw.geometry) == 1
    assert raw.unreadable == {}


# GML


def gml_page(tmp_path: Path, rows: list[Feature], old: str = "", new: str = "") -> Path:
    """Write a page of GML 3.2, one text of it replaced."""
    path = tmp_path / "page.gml"
    text = written_as_gml(CAVALIERS, rows, "EPSG:2154", str(len(rows)), second=True)
    assert old in text
    path.write_text(text.replace(old, new, 1) if old else text, encoding="utf-8")
    return path


def test_one_malformed_shape_of_a_page_is_set_aside_alone(tmp_path: Path) -> None:
    path = gml_page(
        tmp_path, cavaliers(5), "680003.5 7030000.25 680103.5 7030050.75", "680003.5 7030000.25 680103.5"
    )
    raw = gml.read([path])
    assert list(raw.frame["ID_NTRONCO"]) == ["000_01", "000_02", "000_03", "000_04", "000_05"]
    assert [shape is None for shape in raw.geometry] == [False, False, True, False, False]
    assert raw.geometry[4].wkt == "MULTILINESTRING ((680005.5 7030000.25, 680105.5 7030050.75))"
    assert raw.unreadable == {3: "géométrie illisible"}


def test_an_empty_shape_element_is_no_field(tmp_path: Path) -> None:
    rows = [{**cavaliers(1)[0], "geometry": None}, cavaliers(2)[1]]
    field = "<mission_bassin_minier:ID_NTRONCO>"
    raw = gml.read([gml_page(tmp_path, rows, field, "<mission_bassin_minier:the_geom/>" + field)])
    assert "the_geom" not in raw.frame.columns
    assert [shape is None for shape in raw.geometry] == [True, False]
    assert raw.unreadable == {}


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("<wfs:FeatureCollection", '<!DOCTYPE a [<!ENTITY b "c">]><wfs:FeatureCollection', "avec une DTD"),
        ("</wfs:FeatureCollection>", "", "XML illisible, ligne 1"),
        ("wfs:FeatureCollection xmlns", "wfs:FeatureCollection bad=<> xmlns", "XML illisible"),
        ('srsName="EPSG:2154" srsDimension', 'srsName="EPSG:3950" srsDimension', "plusieurs projections"),
    ],
)
def test_gml_that_is_refused(tmp_path: Path, old: str, new: str, words: str) -> None:
    with pytest.raises(DataError, match=words):
        gml.read([gml_page(tmp_path, cavaliers(2), old, new)])


@pytest.mark.parametrize("text", ["<OGRVRTDataSource/>", "<kml/>", "<wfs:x xmlns:wfs='y'/>"])
def test_xml_that_is_no_collection(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.gml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match="ce n'est pas une collection GML"):
        gml.read([path])


def test_features_of_two_types_are_refused(tmp_path: Path) -> None:
    text = gml_page(tmp_path, cavaliers(2)).read_text(encoding="utf-8")
    parts = text.split("<wfs:member>")
    parts[2] = parts[2].replace("zt_cavaliers ", "autre ").replace("zt_cavaliers>", "autre>")
    (tmp_path / "b.gml").write_text("<wfs:member>".join(parts), encoding="utf-8")
    with pytest.raises(DataError, match="plusieurs types d'objets : autre, zt_cavaliers"):
        gml.read([tmp_path / "b.gml"])


def test_reading_gml_fetches_and_writes_nothing(server: Loopback, tmp_path: Path) -> None:
    schema = server.at("/wfs.xsd", Reply(b"<schema/>"))
    path = gml_page(tmp_path, cavaliers(2), "http://127.0.0.1:9/wfs.xsd", schema)
    assert len(gml.read([path]).frame) == 2
    assert server.asked == []
    assert list(tmp_path.iterdir()) == [path]


# Paged collections


def test_a_collection_is_followed_to_its_end(server: Loopback, web: Web) -> None:
    url = server.at("/geofriches/", Cerema([*friches(730), *friches(12, "62")]))
    got = pages.fetch(web, url + "?coddep=59&page_size=500")
    raw = pages.read([one.path for one in got])
    assert len(got) == 2
    assert len(raw.frame) == 730
    assert list(raw.frame["_fid"]) == [f"59178_{number:05}" for number in range(1, 731)]
    assert raw.frame.loc[1, "unite_fonciere_refcad"] == '["59178000AB0001"]'
    assert raw.crs is not None
    assert raw.crs.to_epsg() == 4326
    assert [one.query.get("page") for one in server.asked] == [None, "2"]


def test_rows_without_shapes(server: Loopback, web: Web) -> None:
    server.at(
        "/a",
        Reply({"count": 2, "next": "?page=2", "results": [{"n": 1}]}),
        Reply({"count": 2, "results": [{"n": 2}]}),
    )
    raw = pages.read([one.path for one in pages.fetch(web, server.url("/a"))])
    assert list(raw.frame["n"]) == [1, 2]
    assert (list(raw.geometry), raw.crs, raw.driver) == ([None, None], None, "JSON")


def test_next_in_http_is_asked_in_https(tmp_path: Path) -> None:
    with Loopback(secure="127.0.0.1") as secured:
        host = secured.base.replace("https:", "http:")
        secured.at("/geofriches/", Cerema(friches(25), host=host))
        with Web(tmp_path / "web", ca=secured.write_authority(tmp_path)) as web:
            assert len(pages.fetch(web, secured.url("/geofriches/?page_size=10"))) == 3


@pytest.mark.parametrize(
    "host",
    [
        "http://127.0.0.1:1",
        "http://exemple.fr",
        "https://127.0.0.1",
        "file://",
        "http://127.0.0.1@exemple.fr",
    ],
)
def test_the_next_page_is_never_elsewhere(server: Loopback, web: Web, host: str) -> None:
    server.at("/a", Cerema(friches(25), host=host))
    with pytest.raises(DataError, match=r"autre service|seules les adresses http"):
        pages.fetch(web, server.url("/a?page_size=10"))
    assert len(server.asked) == 1
    assert list(web.folder.iterdir()) == []


def test_pages_that_go_round_are_told(server: Loopback, web: Web) -> None:
    def turning(asked: Asked) -> Reply:
        other = "b" if asked.query.get("page") == "a" else "a"
        return Reply({"next": f"{asked.base}/a?page={other}", "results": []})

    server.at("/a", turning)
    with pytest.raises(DataError, match="tournent en rond"):
        pages.fetch(web, server.url("/a?page=a"))
    assert len(server.asked) == 2


def test_rows_that_lack_are_told(server: Loopback, web: Web) -> None:
    server.at("/a", Cerema(friches(25), drops=1))
    with pytest.raises(DataError, match="24 objets reçus pour 25 annoncés"):
        pages.fetch(web, server.url("/a?page_size=10"))
    assert list(web.folder.iterdir()) == []


def test_rows_repeated_by_a_collection_are_told(server: Loopback, web: Web) -> None:
    server.at("/a", Cerema([*friches(12), *friches(3)]))
    with pytest.raises(DataError, match=r"répétés d'une page à l'autre \(59178_00001\)") as error:
        pages.fetch(web, server.url("/a?page_size=12"))
    assert "ordering" in error.value.advice


def test_a_collection_that_changes_on_the_way_is_told(server: Loopback, web: Web) -> None:
    server.at("/a", Cerema(friches(25)), Cerema(friches(26)))
    with pytest.raises(DataError, match="le total a changé"):
        pages.fetch(web, server.url("/a?page_size=20"))


@pytest.mark.parametrize("following", [3, ["http://127.0.0.1"], {"href": "a"}])
def test_a_next_that_is_no_address(server: Loopback, web: Web, following: object) -> None:
    server.at("/a", Cerema(friches(2), extra={"next": following}))
    with pytest.raises(DataError, match="« next » n'est pas une adresse"):
        pages.fetch(web, server.url("/a"))


def test_a_page_that_fails_once_is_asked_again(server: Loopback, web: Web) -> None:
    service = Cerema(friches(25))
    server.at("/a", service, Reply(status=502), Reply({"count": 25}, cut=3), service)
    assert len(pages.fetch(web, server.url("/a?page_size=20"))) == 2


def test_a_page_that_fails_for_good_fails_the_whole(server: Loopback, web: Web) -> None:
    server.at("/a", Cerema(friches(25)), Reply(status=502))
    with pytest.raises(DataError, match="HTTP 502"):
        pages.fetch(web, server.url("/a?page_size=20"))
    assert list(web.folder.iterdir()) == []
