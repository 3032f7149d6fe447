"""A national file cut to a perimeter: exact whatever its layout, bounded whatever it holds."""

from __future__ import annotations

import gzip
import json
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS, Transformer

from geo.errors import DataError
from geo.sources import cutting, geojson_stream, geoparquet_stream
from geo.sources.raw import RawLayer
from geo.sources.streaming import read_within

BOX = (2.0, 50.0, 3.0, 51.0)
INSIDE = [[2.5, 50.5], [2.6, 50.6]]
OUTSIDE = [[5.0, 45.0], [5.1, 45.1]]
TO_LAMBERT = Transformer.from_crs(4326, 2154, always_xy=True)

Put = Callable[..., Path]


def feature(name: str, coordinates: Any = INSIDE, kind: str = "LineString", **more: Any) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {"id_local": name, **more},
        "geometry": {"type": kind, "coordinates": coordinates},
    }


def collection(*features: Any, **members: Any) -> dict[str, Any]:
    return {"type": "FeatureCollection", **members, "features": list(features)}


@pytest.fixture
def put(tmp_path: Path) -> Put:
    """Give a function that writes a document, or bytes, and returns where."""

    def write(content: Any, name: str = "bnac.geojson") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        return path

    return write


def cut(path: Path, **options: Any) -> RawLayer:
    return read_within(path, options.pop("within", BOX), kind="geojson", **options)


def names(raw: RawLayer) -> list[str]:
    return [] if raw.frame.empty else raw.frame["id_local"].tolist()


# What is kept


def test_what_meets_the_perimeter_is_kept_whole(put: Put) -> None:
    crossing = [[1.0, 50.5], [2.5, 50.5], [9.0, 40.0]]
    path = put(
        collection(
            feature("dedans"),
            feature("loin", OUTSIDE),
            feature("traverse", crossing),
            feature("touche", [[3.0, 50.5], [4.0, 50.5]]),
            feature("passe sans sommet dedans", [[1.0, 50.5], [4.0, 50.5]]),
            feature("coin de la boîte seulement", [[1.0, 50.9], [2.2, 52.0]]),
        )
    )
    raw = cut(path)
    assert names(raw) == ["dedans", "traverse", "touche", "passe sans sommet dedans"]
    assert shapely.get_coordinates(raw.geometry[1]).tolist() == crossing
    assert raw.notes[0].replace("\xa0", " ") == "6 segments lus, 4 gardés"
    assert (raw.origin, raw.name, raw.driver, raw.encoding) == ("bnac.geojson", "bnac", "GeoJSON", "utf-8")
    assert raw.crs == CRS("EPSG:4326")
    assert raw.unreadable == {}


def test_a_perimeter_is_a_polygon_in_its_own_crs(put: Put) -> None:
    triangle = shapely.Polygon([(2.0, 50.0), (3.0, 50.0), (2.0, 51.0)])
    path = put(
        collection(
            feature("sous la diagonale", [[2.1, 50.1], [2.2, 50.1]]),
            feature("au-dessus", [[2.6, 50.6], [2.7, 50.7]]),
        )
    )
    assert names(cut(path, within=triangle)) == ["sous la diagonale"]
    lambert = gpd.GeoSeries([triangle], crs="EPSG:4326").to_crs(2154).iloc[0]
    assert names(cut(path, within=lambert, crs="EPSG:2154")) == ["sous la diagonale"]


def test_all_kinds_of_geometry_are_read(put: Put) -> None:
    square = [[2.1, 50.1], [2.2, 50.1], [2.2, 50.2], [2.1, 50.1]]
    path = put(
        collection(
            feature("point", [2.5, 50.5], "Point"),
            feature("points", [[9, 40], [2.5, 50.5]], "MultiPoint"),
            feature("altitude", [[2.5, 50.5, 30.0], [2.6, 50.6, 31.0]]),
            feature("altitude, loin", [[5, 45, 30.0], [5.1, 45, 31.0]]),
            feature("lignes", [OUTSIDE, INSIDE], "MultiLineString"),
            feature("surface", [square], "Polygon"),
            feature("surfaces", [[square], [[[9, 9], [8, 8], [9, 8], [9, 9]]]], "MultiPolygon"),
            feature("surface, loin", [[[9, 9], [8, 8], [9, 8], [9, 9]]], "Polygon"),
            {
                "type": "Feature",
                "properties": {"id_local": "réunion"},
                "geometry": {
                    "type": "GeometryCollection",
                    "geometries": [{"type": "Point", "coordinates": [2.5, 50.5]}],
                },
            },
        )
    )
    assert names(cut(path)) == ["point", "points", "altitude", "lignes", "surface", "surfaces", "réunion"]


def test_what_has_no_shape_is_counted_and_what_is_malformed_is_kept_as_such(put: Put) -> None:
    path = put(
        collection(
            feature("sans") | {"geometry": None},
            feature("sans, mais une propriété du même nom", coordinates=INSIDE) | {"geometry": None},
            feature("texte", [["deux", 50.5], [2.6, 50.6]]),
            feature("infini", [[1e999, 50.5], [2.6, 50.6]]),
            feature("vide", []),
            feature("dedans"),
        )
    )
    raw = cut(path)
    assert names(raw) == ["texte", "infini", "dedans"]
    assert raw.unreadable == {
        1: "segment n° 3 du fichier : géométrie illisible",
        2: "segment n° 4 du fichier : géométrie illisible",
    }
    assert raw.geometry[0] is None
    assert raw.notes[1].replace("\xa0", " ") == "2 segments sans géométrie, hors de la découpe"


def test_a_property_named_as_the_geometry_is_none(put: Put) -> None:
    there, far = feature("", INSIDE)["geometry"], feature("", OUTSIDE)["geometry"]
    path = put(
        collection(
            feature("dedans", INSIDE, geometry=far),
            feature("loin", OUTSIDE, geometry=there),
            feature("dedans, autrement", geometry=far)
            | {"geometry": {"bbox": [2.5, 50.5, 2.6, 50.6], **there}},
            feature("loin, autrement", geometry=there) | {"geometry": {"bbox": [5, 45, 5.1, 45.1], **far}},
            feature("sans", geometry=there) | {"geometry": None},
        )
    )
    assert names(cut(path)) == ["dedans", "dedans, autrement"]


def test_coordinates_that_are_no_numbers_are_seen_out_of_the_box_too(put: Put) -> None:
    raw = cut(
        put(collection(feature("textes", [["5.0", "45.0"], ["5.1", "45.1"]]), feature("loin", OUTSIDE)))
    )
    assert names(raw) == ["textes"]
    assert list(raw.unreadable) == [1]
    leaving = [[2.5, 50.5], [9.0, 40.0], [9.1, 40.0]]
    path = put(collection(feature("loin", OUTSIDE), feature("vide", []), feature("sort", leaving)))
    assert names(cut(path)) == ["sort"]
    broken = json.dumps(collection(feature("a", OUTSIDE), feature("b", OUTSIDE))).replace(
        "45.0], [", "45.0; "
    )
    with pytest.raises(DataError, match="segment n° 1 : ce n'est pas du JSON valide"):
        cut(put(broken.encode()))


def test_attributes_stand_in_cells(put: Put) -> None:
    more: dict[str, Any] = {
        "nom_loc": ["Rue de l'Église", None, "Voie", 2],
        "x": {"a": 1},
        "trafic_vit": 30,
        "lumiere": True,
    }
    path = put(collection(feature("é", **more) | {"id": 7}, feature("b", comm="seulement ici")))
    path.write_bytes(path.read_bytes().replace(b'"seulement ici"', b'"seulement ici", "d_service": NaN'))
    raw = cut(path)
    first, second = raw.frame.to_dict("records")
    assert first == {
        "_fid": 7, "id_local": "é", "nom_loc": "Rue de l'Église | Voie | 2", "x": '{"a": 1}',
        "trafic_vit": 30, "lumiere": True, "comm": None, "d_service": None,
    }  # fmt: skip
    assert (second["comm"], second["d_service"]) == ("seulement ici", None)
    assert second["trafic_vit"] is None
    assert list(raw.frame.index) == [1, 2]
    assert {str(kind) for kind in raw.frame.dtypes} == {"object"}
    chosen = cut(path, columns=["comm", "id_local", "absente"])
    assert set(chosen.frame.columns) == {"id_local", "comm"}


# However it is written


LAYOUTS: dict[str, Callable[[list[dict[str, Any]]], bytes]] = {
    "compact": lambda fs: json.dumps(collection(*fs), separators=(",", ":")).encode(),
    "pretty": lambda fs: json.dumps(collection(*fs), indent=4, ensure_ascii=False).encode(),
    "windows": lambda fs: json.dumps(collection(*fs), indent=1).replace("\n", "\r\n").encode(),
    "bom": lambda fs: b"\xef\xbb\xbf" + json.dumps(collection(*fs)).encode(),
    "features in the middle": lambda fs: json.dumps(
        {
            "name": 'a"}]{[',
            "x": {"features": [1]},
            "features": fs,
            "bbox": [1, 2, 3, 4],
            "type": "FeatureCollection",
        }
    ).encode(),
    "geometry first": lambda fs: json.dumps(
        collection(
            *({"geometry": f["geometry"], "properties": f["properties"], "type": "Feature"} for f in fs)
        )
    ).encode(),
    "coordinates first": lambda fs: json.dumps(
        collection(*(f | {"geometry": dict(reversed(f["geometry"].items()))} for f in fs))
    ).encode(),
    "gzip": lambda fs: gzip.compress(json.dumps(collection(*fs)).encode()),
    "one a line": lambda fs: b"\n".join(json.dumps(f).encode() for f in fs),
    "record separators": lambda fs: b"".join(b"\x1e" + json.dumps(f).encode() + b"\n" for f in fs),
}
NASTY = ['{"a":[}', "\\", '\\"', '"geometry": {"coordinates": [[0, 0]]}', "œuvre, été", "]}, {", "", "\n\t"]


@pytest.mark.parametrize("block", [7, 64, 1000, 4 << 20])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_gives_the_same(
    layout: str, block: int, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(geojson_stream, "BLOCK", block)
    monkeypatch.setattr(geojson_stream, "BATCH", 3)
    features = [
        feature(f"{number} {text}", INSIDE if number % 3 else OUTSIDE, comm=text, nom_loc=[text, {"k": text}])
        for number, text in enumerate(NASTY)
    ]
    raw = cut(put(LAYOUTS[layout](features)))
    assert names(raw) == [f"{number} {text}" for number, text in enumerate(NASTY) if number % 3]
    assert raw.frame["comm"].tolist() == [text for number, text in enumerate(NASTY) if number % 3]
    assert raw.notes[0].startswith("8\xa0segments lus, 5")


TEXTS = st.text(st.sampled_from(list('{}[]",:\\ aé\n/u')), max_size=12)
NUMBERS = st.floats(-5, 55, allow_nan=False).map(lambda x: round(x, 3)) | st.integers(0, 60)
POSITIONS = st.tuples(
    st.sampled_from([1, 2, 2.5, 3, 4]) | NUMBERS, st.sampled_from([49, 50, 50.5, 51]) | NUMBERS
)
LINES = st.lists(POSITIONS.map(list), min_size=2, max_size=5)
GEOMETRIES = st.one_of(
    st.none(),
    LINES.map(lambda line: {"type": "LineString", "coordinates": line}),
    POSITIONS.map(lambda at: {"coordinates": list(at), "type": "Point"}),
    st.lists(LINES, min_size=1, max_size=3).map(lambda ls: {"type": "MultiLineString", "coordinates": ls}),
    LINES.map(lambda line: {"type": "LineString", "bbox": [0, 0, 1, 1], "coordinates": line}),
)
VALUES = st.none() | st.booleans() | st.integers() | TEXTS | st.lists(TEXTS, max_size=2) | GEOMETRIES
FEATURES = st.builds(
    lambda properties, geometry, order: {
        key: {"type": "Feature", "properties": properties, "geometry": geometry}[key] for key in order
    },
    st.dictionaries(TEXTS | st.sampled_from(["geometry", "coordinates", "type"]), VALUES, max_size=4),
    GEOMETRIES,
    st.permutations(["type", "properties", "geometry"]),
)


@given(
    features=st.lists(FEATURES, max_size=8),
    indent=st.sampled_from([None, 0, 2]),
    ascii_only=st.booleans(),
    block=st.integers(1, 400),
)
def test_the_same_as_parsing_it_all(
    *, features: list[dict[str, Any]], indent: int | None, ascii_only: bool, block: int, tmp_path_factory: Any
) -> None:
    path = tmp_path_factory.mktemp("cut") / "a.json"
    text = json.dumps(collection(*features, name="}"), indent=indent, ensure_ascii=ascii_only)
    path.write_text(text, encoding="utf-8", newline="")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(geojson_stream, "BLOCK", block)
        raw = cut(path)
    shapes = [f["geometry"] and shapely.from_geojson(json.dumps(f["geometry"])) for f in features]
    wanted = [
        (f["properties"], shape)
        for f, shape in zip(features, shapes, strict=True)
        if shape is not None and shapely.intersects(shape, shapely.box(*BOX))
    ]
    assert raw.geometry.tolist() == [shape for _, shape in wanted]
    for row, (properties, _) in zip(raw.frame.to_dict("records"), wanted, strict=True):
        known = {name: cutting.flat(value) for name, value in properties.items()}
        assert {name: row[name] for name in known} == known
        assert all(value is None for name, value in row.items() if name not in known)
    assert raw.notes[0].partition("\xa0")[0] == str(len(features))
    without = sum(f["geometry"] is None for f in features)
    assert (raw.notes[1].partition("\xa0")[0] if without else "0") == str(without)


# What is refused


def test_a_file_that_stops_is_refused_wherever_it_stops(put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(geojson_stream, "BLOCK", 100)
    whole = json.dumps(collection(feature("a"), feature("b"), feature("c"), crs=None)).encode()
    for length in range(len(whole)):
        with pytest.raises(DataError, match="segment") as caught:
            cut(put(whole[:length]))
        assert caught.value.where == "bnac.geojson"
        assert caught.value.advice
    assert "(3\xa0segments lus)" in caught.value.message
    sequence = LAYOUTS["one a line"]([feature("a"), feature("b")])
    for length in range(sequence.index(b"\n") + 2, len(sequence)):
        with pytest.raises(DataError, match="coupé"):
            cut(put(sequence[:length]))
    zipped = gzip.compress(whole)
    for length in range(2, len(zipped), 7):
        with pytest.raises(DataError):
            cut(put(zipped[:length]))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "vide ou coupé"),
        (b"<html><body>404</body></html>", "ce n'est pas du GeoJSON"),
        (b"[1, 2]", "ce n'est pas du GeoJSON"),
        (b"\xff\xfe{\x00", "ce n'est pas du GeoJSON"),
        (b"{}", "FeatureCollection"),
        ({"type": "FeatureCollection"}, "FeatureCollection"),
        ({"type": "FeatureCollection", "features": None}, "FeatureCollection"),
        ({"type": "Topology", "features": [feature("a")]}, "FeatureCollection"),
        ({"features": [feature("a")]}, "FeatureCollection"),
        ({"type": "Point", "coordinates": [2.5, 50.5]}, "FeatureCollection"),
        (b'{"type": "FeatureCollection", "features": [1, 2]}', "valide"),
        (b'{"type": "FeatureCollection", "features": [{}} ]}', r"valide|coupé"),
        (b'{"type": "FeatureCollection", "features": [{"a": nul}]}', "segment n° 1 : ce n'est pas du JSON"),
        (json.dumps(collection(feature("a"))).encode() * 2, "suit la fin"),
        (b'{"features": [], "features": [], "type": "FeatureCollection"}', "deux listes"),
        (json.dumps(collection(feature("a"))).replace("}]}", "} {}]}").encode(), "valide"),
        (b'{"type": "Feature", "geometry": null} [', "valide|coupé"),
    ],
)
def test_what_is_no_collection_is_refused(content: Any, message: str, put: Put) -> None:
    with pytest.raises(DataError, match=message):
        cut(put(content))


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="introuvable"):
        cut(tmp_path / "absent.geojson")
    with pytest.raises(DataError, match="introuvable"):
        read_within(tmp_path / "absent.parquet", BOX, kind="geoparquet")


@pytest.mark.parametrize("levels", ["[" * 200 + "]" * 200, '{"a":' * 200 + "1" + "}" * 200])
def test_deep_nesting_is_refused(levels: str, put: Put) -> None:
    document = json.dumps(collection(feature("a", x="LEVELS"))).replace('"LEVELS"', levels)
    with pytest.raises(DataError, match="plus de 64 niveaux"):
        cut(put(document.encode()))
    with pytest.raises(DataError):
        cut(put(b'{"x": ' + b"[" * 100_000))


def test_sizes_are_bounded(put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(geojson_stream, "BLOCK", 1000)
    monkeypatch.setattr(geojson_stream, "MAX_FEATURE", 5000)
    with pytest.raises(DataError, match="pour un seul segment"):
        cut(put(collection(feature("a"), feature("b", x="x" * 20_000))))
    with pytest.raises(DataError, match="pour un seul segment"):
        cut(put(json.dumps({"x": "x" * 20_000}).encode()))
    with pytest.raises(DataError, match="pour un seul segment"):
        cut(put(b'{"features": [' + b" " * 20_000))
    monkeypatch.setattr(cutting, "MAX_KEPT", 2)
    with pytest.raises(DataError, match="plus de 2\xa0segments dans le périmètre"):
        cut(put(collection(*(feature(str(i)) for i in range(3)))))
    monkeypatch.setattr(cutting, "MAX_READ", 3)
    with pytest.raises(DataError, match="plus de 3\xa0segments"):
        cut(put(b'{"type": "FeatureCollection", "features": [{}, {}, {}, {}]}'))
    with pytest.raises(DataError, match="membres"):
        cut(put({str(i): 0 for i in range(2000)}))
    monkeypatch.setattr(cutting, "MAX_READ", 10_000)
    monkeypatch.setattr(geojson_stream, "MAX_BYTES", 100_000)
    with pytest.raises(DataError, match="Gio"):
        cut(put(gzip.compress(json.dumps(collection(*(feature("a") | {"geometry": None},) * 2000)).encode())))


def test_memory_does_not_follow_the_size_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "long.geojson.gz"
    far = json.dumps(feature("loin", OUTSIDE, comm="x" * 8000)).encode() + b",\n"
    with gzip.open(path, "wb", compresslevel=1) as stream:
        stream.write(b'{"type": "FeatureCollection", "features": [\n')
        for _ in range(120):
            stream.write(far * 128)
        stream.write(json.dumps(feature("dedans")).encode() + b"]}")
    tracemalloc.start()
    try:
        raw = cut(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert names(raw) == ["dedans"]
    assert raw.notes[0].startswith("15\u202f361")
    assert peak < 48 << 20  # of 125 MB


def test_text_in_another_charset_is_said(put: Put) -> None:
    document = json.dumps(collection(feature("été")), ensure_ascii=False).encode("cp1252")
    raw = cut(put(document))
    assert raw.unreadable == {1: "segment n° 1 du fichier : texte qui n'est pas en UTF-8"}


# Projections


def lambert(coordinates: list[list[float]]) -> list[list[float]]:
    return [list(TO_LAMBERT.transform(x, y)) for x, y in coordinates]


def named(name: Any) -> dict[str, Any]:
    return {"type": "name", "properties": {"name": name}}


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326", "urn:ogc:def:crs:EPSG::4326"])
def test_wgs84_may_be_declared(name: str, put: Put) -> None:
    raw = cut(put(collection(feature("a"), crs=named(name))))
    assert raw.crs == CRS("EPSG:4326")
    assert raw.crs_how == f"le fichier la déclare ({name})"
    document = collection(feature("a"))
    assert len(cut(put(document | {"crs": named(name)})).frame) == 1


def test_another_crs_is_followed_or_refused(put: Put) -> None:
    features = [feature("dedans", lambert(INSIDE)), feature("loin", lambert(OUTSIDE))]
    document = collection(*features, crs=named("urn:ogc:def:crs:EPSG::2154"))
    raw = cut(put(document))
    assert names(raw) == ["dedans"]
    assert raw.crs == CRS("EPSG:2154")
    assert shapely.get_coordinates(raw.geometry[0]).tolist() == lambert(INSIDE)
    for unknown in (named("Lambert"), named(3), {"type": "link"}, "EPSG:2154"):
        with pytest.raises(DataError, match="projection inconnue"):
            cut(put(collection(*features, crs=unknown)))
    with pytest.raises(DataError, match="ne couvre pas le périmètre"):
        cut(put(document), within=(2.0, -90.0, 3.0, -89.0))
    with pytest.raises(DataError, match="après les segments"):
        cut(put(collection(*features) | {"crs": named("EPSG:2154")}))


# GeoParquet


def frame(crs: str | None = "EPSG:4326", size: int = 3000) -> gpd.GeoDataFrame:
    """Return segments from west to east, of which some are in the box."""
    shapes = [shapely.LineString([(i / 500, 50.5), (i / 500 + 0.001, 50.6)]) for i in range(size)]
    table = gpd.GeoDataFrame(
        {
            "id_local": [f"s{i}" for i in range(size)],
            "nom_loc": [["Rue", "Voie"] if i % 2 else None for i in range(size)],
            "largeur_d": [float(i) if i % 3 else None for i in range(size)],
        },
        geometry=shapes,
        crs="EPSG:4326",
    )
    return table.to_crs(crs) if crs else table


def cut_parquet(path: Path, **options: Any) -> RawLayer:
    return read_within(path, BOX, kind="geoparquet", **options)


def kept_of(table: gpd.GeoDataFrame) -> list[str]:
    return list(table[table.to_crs(4326).intersects(shapely.box(*BOX))]["id_local"])


@pytest.mark.parametrize("options", [{}, {"write_covering_bbox": True, "schema_version": "1.1.0"}])
@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:2154", "OGC:CRS84"])
def test_a_geoparquet_gives_the_same(crs: str, options: dict[str, Any], tmp_path: Path) -> None:
    table = frame(crs)
    path = tmp_path / "bnac.parquet"
    table.to_parquet(path, row_group_size=700, **options)
    raw = cut_parquet(path)
    assert names(raw) == kept_of(table)
    assert raw.crs == CRS("EPSG:4326" if crs == "OGC:CRS84" else crs)
    assert raw.driver == "GeoParquet"
    assert raw.notes[0].startswith("3\u202f000")
    assert list(raw.frame.columns) == ["id_local", "nom_loc", "largeur_d"]
    rows = raw.frame.set_index("id_local").to_dict("index")
    assert rows["s1200"] == {"nom_loc": None, "largeur_d": None}
    assert rows["s1201"] == {"nom_loc": "Rue | Voie", "largeur_d": 1201.0}
    assert list(cut_parquet(path, columns=["largeur_d", "absente"]).frame.columns) == ["largeur_d"]
    assert len(cut_parquet(path, columns=["absente"]).frame) == len(rows)


def damage(path: Path, *chunks: pq.ColumnChunkMetaData) -> None:
    """Overwrite columns of row groups."""
    content = bytearray(path.read_bytes())
    for chunk in chunks:
        start, size = chunk.dictionary_page_offset or chunk.data_page_offset, chunk.total_compressed_size
        content[start : start + size] = b"\xff" * size
    path.write_bytes(bytes(content))


def test_row_groups_out_of_the_perimeter_are_not_read(tmp_path: Path) -> None:
    table = frame()
    path = tmp_path / "bnac.parquet"
    table.to_parquet(path, row_group_size=500, write_covering_bbox=True, schema_version="1.1.0")
    group = pq.read_metadata(path).row_group(5)
    damage(path, *(group.column(i) for i in range(group.num_columns)))
    assert names(cut_parquet(path)) == kept_of(table)
    table.to_parquet(path, row_group_size=500)
    damage(path, pq.read_metadata(path).row_group(5).column(3))
    with pytest.raises(DataError, match=r"illisible|abîmé"):
        cut_parquet(path)


@pytest.mark.parametrize("options", [{}, {"write_covering_bbox": True, "schema_version": "1.1.0"}])
def test_shapes_that_are_missing_or_broken_are_said(
    options: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(geoparquet_stream, "BATCH", 100)
    path = tmp_path / "bnac.parquet"
    table = frame(size=1600)
    table.loc[1500, "geometry"] = None
    table.to_parquet(path, **options)
    arrow = pq.read_table(path)
    shapes = arrow["geometry"].to_pylist()
    shapes[1300] = b"\x01\x02"
    place = arrow.schema.get_field_index("geometry")
    broken = arrow.set_column(
        place, arrow.schema.field(place), pa.array(shapes, arrow.schema.field(place).type)
    )
    pq.write_table(broken, path)
    raw = cut_parquet(path)
    assert len(raw.frame) == 500
    assert raw.unreadable == {301: "segment n° 1301 du fichier : géométrie illisible"}
    assert raw.notes[1].startswith("1\xa0segment sans géométrie")


def geo(path: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Rewrite the metadata of a GeoParquet."""
    table = pq.read_table(path)
    known = json.loads(table.schema.metadata[b"geo"])
    change(known)
    pq.write_table(table.replace_schema_metadata({b"geo": json.dumps(known).encode()}), path)


def test_the_metadata_of_a_geoparquet_decide(tmp_path: Path) -> None:
    path = tmp_path / "bnac.parquet"
    frame().to_parquet(path)
    geo(path, lambda known: known["columns"]["geometry"].pop("crs"))
    raw = cut_parquet(path)
    assert raw.crs == CRS("EPSG:4326")
    assert "GeoParquet" in raw.crs_how
    geo(path, lambda known: known["columns"]["geometry"].update(crs=None))
    with pytest.raises(DataError, match="n'est pas connue"):
        cut_parquet(path)
    geo(path, lambda known: known["columns"]["geometry"].update(encoding="linestring"))
    with pytest.raises(DataError, match="codage"):
        cut_parquet(path)
    geo(path, lambda known: known["columns"]["geometry"].update(encoding="WKB"))
    geo(path, lambda known: known["columns"]["geometry"].pop("crs"))
    geo(path, lambda known: known["columns"].update(id_local=known["columns"]["geometry"]))
    geo(path, lambda known: known.update(primary_column="id_local"))
    with pytest.raises(DataError, match="n'est pas du WKB"):
        cut_parquet(path)
    geo(path, lambda known: known.update(primary_column="ailleurs"))
    with pytest.raises(DataError, match="n'est pas un GeoParquet"):
        cut_parquet(path)
    pq.write_table(pa.table({"a": [1]}), path)
    with pytest.raises(DataError, match="n'est pas un GeoParquet"):
        cut_parquet(path)


def test_native_shapes_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "bnac.parquet"
    frame().to_parquet(path, geometry_encoding="geoarrow", schema_version="1.1.0")
    with pytest.raises(DataError, match="codage des géométries inconnu"):
        cut_parquet(path)


def test_a_damaged_parquet_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bnac.parquet"
    frame(size=200).to_parquet(path)
    whole = path.read_bytes()
    for content in (b"", b"PAR1", b"<html>", whole[: len(whole) // 2], whole[:-4]):
        path.write_bytes(content)
        with pytest.raises(DataError):
            cut_parquet(path)
