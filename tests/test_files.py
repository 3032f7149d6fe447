"""What users bring is read whole, whatever its format, under the names and values that were published."""

from __future__ import annotations

import json
import sqlite3
import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS, Transformer

from geo.errors import DataError, UsageError
from geo.sources.files import list_layers, read_layers
from geo.sources.files.tables import harmless, write_table
from geo.sources.raw import RawLayer
from tests.conftest import SHARED

NAMES = ["Cité Sainte-Élisabeth", "Hénin-Beaumont – fosse n°2", "Œuvres sociales"]
PLACES = [(2.7701, 50.4222), (2.9512, 50.4201), (3.0815, 50.3702)]
"""Longitude and latitude, degrees."""


def frame(crs: str = "EPSG:4326", **columns: Any) -> gpd.GeoDataFrame:
    """Make three places of the basin, as points, with a text and a number each."""
    shapes = gpd.GeoSeries([shapely.Point(place) for place in PLACES], crs=4326).to_crs(crs)
    numbers = np.array([1, 2, 3], dtype="int32")
    return gpd.GeoDataFrame({"nom": NAMES, "numero": numbers, **columns}, geometry=shapes)


def write(path: Path, data: gpd.GeoDataFrame, **options: Any) -> Path:
    pyogrio.write_dataframe(data, path, **options)
    return path


def zipped(path: Path, files: dict[str, Path]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, file in files.items():
            archive.write(file, name)
    return path


def one(path: Path, **options: Any) -> RawLayer:
    (layer,) = read_layers(path, **options)
    return layer


# Every format


def _zip(folder: Path) -> Path:
    write(folder / "cités.shp", frame("EPSG:2154"))
    parts = [folder / f"cités{suffix}" for suffix in (".shp", ".shx", ".dbf", ".prj", ".cpg")]
    return zipped(folder / "cités.zip", {part.name: part for part in parts})


def _zipped_geodatabase(folder: Path) -> Path:
    base = write(folder / "base.gdb", frame("EPSG:2154"), driver="OpenFileGDB", layer="cités")
    return zipped(folder / "cités.zip", {f"données/base.gdb/{part.name}": part for part in base.iterdir()})


def _kmz(folder: Path) -> Path:
    kml = write(folder / "doc.kml", frame(), driver="LIBKML", layer="cités")
    return zipped(folder / "cités.kmz", {"doc.kml": kml})


def _gpx(folder: Path) -> Path:
    return write(
        folder / "cités.gpx", frame()[["nom", "geometry"]].rename(columns={"nom": "name"}), driver="GPX"
    )


def _old_geojson(folder: Path) -> Path:
    path = write(folder / "cités.geojson", frame("EPSG:2154"), driver="GeoJSON")
    assert "EPSG::2154" in path.read_text("utf-8")
    return path


def _topojson(folder: Path) -> Path:
    points = [
        {"type": "Point", "coordinates": place, "properties": {"nom": name, "numero": number}}
        for number, (place, name) in enumerate(zip(PLACES, NAMES, strict=True), start=1)
    ]
    topology = {
        "type": "Topology",
        "arcs": [],
        "objects": {"cités": {"type": "GeometryCollection", "geometries": points}},
    }
    path = folder / "cités.json"
    path.write_text(json.dumps(topology), encoding="utf-8")
    return path


def _parquet(folder: Path) -> Path:
    frame("EPSG:2154").to_parquet(folder / "cités.parquet")
    return folder / "cités.parquet"


def _table(folder: Path) -> Path:
    pd.DataFrame(frame().drop(columns="geometry")).to_parquet(folder / "cités.parquet")
    return folder / "cités.parquet"


def _csv(folder: Path) -> Path:
    path = folder / "cités.csv"
    rows = "".join(f"{name};{number}\n" for number, name in enumerate(NAMES, start=1))
    path.write_text(f"nom;numero\n{rows}", encoding="utf-8")
    return path


def _xlsx(folder: Path) -> Path:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("cités")
    for row in [["nom", "numero"], *([name, number] for number, name in enumerate(NAMES, start=1))]:
        sheet.append(row)
    book.save(folder / "classeur.xlsx")
    return folder / "classeur.xlsx"


def _ods(folder: Path) -> Path:
    spaces = {
        "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
        "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
        "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    }
    text = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    number = (
        '<table:table-cell office:value-type="float" office:value="{}"><text:p>x</text:p></table:table-cell>'
    )
    rows = [text.format("nom") + text.format("numero")]
    rows += [text.format(name) + number.format(rank) for rank, name in enumerate(NAMES, start=1)]
    filler = '<table:table-cell table:number-columns-repeated="16000"/>'
    body = "".join(f"<table:table-row>{row}{filler}</table:table-row>" for row in rows)
    body += f'<table:table-row table:number-rows-repeated="1048000">{filler}</table:table-row>'
    declared = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in spaces.items())
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {declared}><office:body>'
        f'<office:spreadsheet><table:table table:name="cités">{body}</table:table></office:spreadsheet>'
        "</office:body></office:document-content>"
    )
    with zipfile.ZipFile(folder / "classeur.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
    return folder / "classeur.ods"


@dataclass(frozen=True)
class Format:
    """How a file of a format is made, and what is to be read in it."""

    make: Callable[[Path], Path]
    driver: str
    crs: str = "EPSG:4326"
    how: str = ""
    text: str = "nom"
    name: str = "cités"


def _written(suffix: str, crs: str = "EPSG:4326", **options: Any) -> Callable[[Path], Path]:
    return lambda folder: write(folder / f"cités{suffix}", frame(crs), **options)


FORMATS = {
    "shapefile": Format(
        _written(".shp", "EPSG:2154"), "Shapefile", "EPSG:2154", "déclarée dans le fichier (.prj)"
    ),
    "zip": Format(_zip, "Shapefile", "EPSG:2154", "déclarée dans le fichier (.prj)"),
    "geopackage": Format(
        _written(".gpkg", "EPSG:3950"), "GeoPackage", "EPSG:3950", "déclarée dans le GeoPackage"
    ),
    "geojson": Format(_written(".geojson", RFC7946="YES"), "GeoJSON", how="norme GeoJSON (WGS84)"),
    "geojson of 2008": Format(
        _old_geojson, "GeoJSON", "EPSG:2154", "déclarée dans le fichier (membre « crs » du GeoJSON)"
    ),
    "geojsonseq": Format(
        _written(".geojsons", driver="GeoJSONSeq", RS="YES"), "GeoJSONSeq", how="norme GeoJSON (WGS84)"
    ),
    "topojson": Format(_topojson, "TopoJSON", how="norme TopoJSON (WGS84)"),
    "kml": Format(_written(".kml", driver="LIBKML"), "KML", how="norme KML"),
    "kmz": Format(_kmz, "KML", how="norme KML"),
    "gpx": Format(_gpx, "GPX", how="norme GPX", text="name", name="waypoints"),
    "gml": Format(_written(".gml"), "GML", how="déclarée dans le GML (srsName)"),
    "flatgeobuf": Format(
        _written(".fgb", "EPSG:2154", SPATIAL_INDEX="NO"),
        "FlatGeobuf",
        "EPSG:2154",
        "déclarée dans le FlatGeobuf",
    ),
    "tab": Format(
        _written(".tab", driver="MapInfo File", ENCODING="UTF-8"),
        "MapInfo",
        how="déclarée dans le fichier MapInfo (CoordSys)",
    ),
    "mif": Format(
        _written(".mif", driver="MapInfo File", ENCODING="UTF-8"),
        "MapInfo",
        how="déclarée dans le fichier MapInfo (CoordSys)",
    ),
    "geodatabase": Format(
        _written(".gdb", "EPSG:2154", driver="OpenFileGDB"),
        "FileGDB",
        "EPSG:2154",
        "déclarée dans la géodatabase",
    ),
    "zipped geodatabase": Format(_zipped_geodatabase, "FileGDB", "EPSG:2154", "déclarée dans la géodatabase"),
    "geoparquet": Format(_parquet, "GeoParquet", "EPSG:2154", "métadonnées GeoParquet"),
    "parquet": Format(_table, "Parquet", ""),
    "csv": Format(_csv, "CSV", ""),
    "xlsx": Format(_xlsx, "XLSX", ""),
    "ods": Format(_ods, "ODS", ""),
}


def contents(folder: Path) -> dict[str, bytes]:
    """Return all files below a folder, and what they hold."""
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()
    }


@pytest.mark.parametrize("case", FORMATS.values(), ids=FORMATS)
def test_every_format(tmp_path: Path, case: Format) -> None:
    path = case.make(tmp_path)
    before = contents(tmp_path)
    layer = one(path)
    assert contents(tmp_path) == before
    assert (layer.driver, layer.name, layer.unreadable) == (case.driver, case.name, {})
    assert layer.origin.startswith(path.name)
    assert list(layer.frame.index) == [1, 2, 3]
    assert layer.frame[case.text].tolist() == NAMES
    assert {str(dtype) for dtype in layer.frame.dtypes} == {"object"}
    if case.text == "nom" and case.driver != "KML":  # where all is text
        assert [(type(n), n) for n in layer.frame["numero"]] == [(int, 1), (int, 2), (int, 3)]
    assert layer.crs_how == case.how
    if not case.crs:
        assert layer.crs is None
        assert layer.geometry.tolist() == [None] * 3
        return
    assert layer.crs is not None
    assert layer.crs.equals(CRS.from_user_input(case.crs), ignore_axis_order=True)
    degrees = Transformer.from_crs(layer.crs, "EPSG:4326", always_xy=True)
    found = [degrees.transform(*shape.coords[0]) for shape in layer.geometry]
    assert np.allclose(found, PLACES, atol=1e-6)


@pytest.mark.parametrize("case", [FORMATS[name] for name in ("zip", "geopackage", "geojson", "gpx", "xlsx")])
def test_layers_are_listed(tmp_path: Path, case: Format) -> None:
    found = [info for info in list_layers(case.make(tmp_path)) if info.rows]
    kind = "point" if case.crs else "aucune"
    assert [(i.name, i.driver, i.rows, i.geometry) for i in found] == [(case.name, case.driver, 3, kind)]


# Layers


def test_several_layers_and_the_one_that_is_wanted(tmp_path: Path) -> None:
    path = write(tmp_path / "basse.gpkg", frame("EPSG:2154"), layer="Cités")
    write(path, frame().drop(columns="numero"), layer="terrils")
    pyogrio.write_dataframe(pd.DataFrame({"cle": ["a"]}), path, layer="valeurs")
    cites, terrils, values = read_layers(path)
    assert [(raw.name, raw.crs and raw.crs.to_epsg()) for raw in (cites, terrils)] == [
        ("Cités", 2154),
        ("terrils", 4326),
    ]
    assert (values.crs, values.crs_how, values.geometry.tolist()) == (None, "", [None])
    assert list(one(path, layer="cités").frame) == ["nom", "numero"]
    with pytest.raises(UsageError, match="Couches : Cités, terrils, valeurs") as error:
        read_layers(path, layer="friches")
    assert str(error.value).startswith(f"{path} : ")


@pytest.mark.parametrize("unmarked", ["", "utf-8", "cp850"])
def test_a_folder_of_shapefiles_in_a_zip(tmp_path: Path, unmarked: str) -> None:
    inside = {}
    for name in ("Terrils", "Cités minières", "À protéger"):
        write(tmp_path / f"{name}.shp", frame("EPSG:2154"))
        for suffix in (".shp", ".shx", ".dbf", ".prj", ".cpg"):
            inside[f"UNESCO - L93 2018/{name}{suffix.upper()}"] = tmp_path / f"{name}{suffix}"
    notice = tmp_path / "Légende.pdf"
    notice.write_bytes(b"%PDF")
    path = zipped(tmp_path / "unesco.zip", {**inside, "UNESCO - L93 2018/Légende.pdf": notice})
    if unmarked:
        _unmark(path, unmarked)
    layers = read_layers(path)
    assert sorted(raw.name for raw in layers) == ["Cités minières", "Terrils", "À protéger"]
    assert all(raw.frame["nom"].tolist() == NAMES and raw.crs and raw.crs.to_epsg() == 2154 for raw in layers)
    assert layers[0].origin == "unesco.zip/UNESCO - L93 2018/Cités minières.SHP"
    assert layers[0].notes == ("fichiers laissés dans l'archive : UNESCO - L93 2018/Légende.pdf",)
    assert one(path, layer="terrils").name == "Terrils"


def _unmark(path: Path, encoding: str) -> None:
    """Write the names of an archive in the bytes of an encoding, without the mark of UTF-8."""
    with zipfile.ZipFile(path) as archive:
        members = {info.filename.encode(encoding): archive.read(info) for info in archive.infolist()}
    stand_ins = {name: chr(ord("A") + rank) * len(name) for rank, name in enumerate(members)}
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(stand_ins[name], data)
    content = path.read_bytes()
    for name, stand_in in stand_ins.items():
        content = content.replace(stand_in.encode(), name)
    path.write_bytes(content)


def test_two_layers_of_one_name_in_an_archive(tmp_path: Path) -> None:
    csv = _csv(tmp_path)
    path = zipped(tmp_path / "deux.zip", {"2022/lieux.csv": csv, "2023/lieux.csv": csv, "seul.csv": csv})
    assert [raw.name for raw in read_layers(path)] == ["2022/lieux", "2023/lieux", "seul"]
    assert one(path, layer="2023/Lieux").origin == "deux.zip/2023/lieux.csv"


def test_a_gpx_gives_its_tracks_as_lines(tmp_path: Path) -> None:
    path = tmp_path / "étape.gpx"
    points = "".join(f'<trkpt lat="{y}" lon="{x}"><ele>30</ele></trkpt>' for x, y in PLACES)
    path.write_text(
        '<gpx version="1.1" creator="t" xmlns="http://www.topografix.com/GPX/1/1">'
        f"<trk><name>Étape 1</name><trkseg>{points}</trkseg><trkseg>{points}</trkseg></trk></gpx>",
        encoding="utf-8",
    )
    layer = one(path)
    assert (layer.name, layer.frame["name"].tolist()) == ("tracks", ["Étape 1"])
    assert layer.geometry[0].equals_exact(shapely.MultiLineString([PLACES, PLACES]), 1e-12)
    assert layer.notes == ("couches vides, laissées : routes, waypoints",)


def test_a_kml_gives_its_folders(tmp_path: Path) -> None:
    place = "<Placemark><name>{}</name><Point><coordinates>2,50</coordinates></Point></Placemark>"
    inner = f"<Folder><name>Fosses</name>{place.format('11-19')}</Folder>"
    path = tmp_path / "lieux.kml"
    path.write_text(
        f"<kml><Document>{place.format('seul')}<Folder><name>Mines</name>{place.format('9-9bis')}{inner}</Folder>"
        "<Folder><name>Vide</name></Folder></Document></kml>",
        encoding="utf-8",
    )
    layers = read_layers(path)
    found = {raw.name: raw.frame["Name"].tolist() for raw in layers}
    assert found == {"lieux": ["seul"], "Mines": ["9-9bis"], "Fosses": ["11-19"]}
    assert layers[0].notes == ("couches vides, laissées : Vide",)


def test_a_geopackage_that_another_program_has_open(tmp_path: Path) -> None:
    path = write(tmp_path / "ouvert.gpkg", frame(), layer="cités", SPATIAL_INDEX="NO")
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("UPDATE cités SET nom = 'changé' WHERE numero = 1")
        database.commit()
        before = contents(tmp_path)
        assert before["ouvert.gpkg-wal"]
        layer = one(path)
        assert contents(tmp_path) == before
    database.close()
    assert layer.frame["nom"].tolist() == ["changé", *NAMES[1:]]
    assert "ouvert par un autre logiciel : lu avec ses dernières modifications" in layer.notes


def test_a_link_to_a_file_is_that_file(tmp_path: Path) -> None:
    write(tmp_path / "loin.gpkg", frame())
    (tmp_path / "ici.gpkg").symlink_to("loin.gpkg")
    assert len(one(tmp_path / "ici.gpkg").frame) == 3


# Values and shapes


def test_values_are_plain(tmp_path: Path) -> None:
    data = frame(
        surface=[1.5, np.nan, 2.0],
        listed=pd.array([True, None, False], dtype="boolean"),
        jour=[pd.Timestamp("2022-03-01 10:30"), None, pd.Timestamp("2022-03-02")],
        vide=["", "x", None],
    )
    raw = one(write(tmp_path / "plat.gpkg", data)).frame
    assert raw["surface"].tolist() == [1.5, None, 2.0]
    assert raw["listed"].tolist() == [True, None, False]
    assert raw["jour"].tolist() == ["2022-03-01T10:30:00", None, "2022-03-02T00:00:00"]
    assert raw["vide"].tolist() == [None, "x", None]
    assert {type(v) for column in raw for v in raw[column]} == {str, int, float, bool, type(None)}


def test_geojson_is_kept_as_published(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [
        {"code": "01440", "n": 1, "liste": ["a", "é"], "objet": {"x": 1}},
        {"code": 62, "n": 2.5, "tard": True},
        {"code": "\ud800", "n": float("nan")},
    ]
    features = [
        {"type": "Feature", "id": f"z.{n}", "properties": row, "geometry": None} for n, row in enumerate(rows)
    ]
    path = tmp_path / "plat.geojson"
    path.write_text(json.dumps({"features": features, "type": "FeatureCollection"}), encoding="utf-8")
    raw = one(path)
    assert list(raw.frame) == ["_fid", "code", "n", "liste", "objet", "tard"]
    assert raw.frame["code"].tolist() == ["01440", 62, "?"]
    assert raw.frame["n"].tolist() == [1, 2.5, None]
    assert [raw.frame[name][1] for name in ("_fid", "liste", "objet")] == ["z.0", '["a", "é"]', '{"x": 1}']
    assert raw.frame["tard"].tolist() == [None, True, None]


BAD_SHAPES: dict[str, tuple[Any, str]] = {
    "type": ({"type": "Cercle", "coordinates": [1, 2]}, "géométrie de type « Cercle » inconnu"),
    "text": ({"type": "Point", "coordinates": "2.8, 50.4"}, "coordonnées absentes ou mal formées"),
    "one vertex": ({"type": "LineString", "coordinates": [[1, 2]]}, "coordonnées mal formées"),
    "ragged": ({"type": "LineString", "coordinates": [[1, 2], [3]]}, "coordonnées mal formées"),
    "NaN": (
        {"type": "Point", "coordinates": [float("nan"), 50]},
        "coordonnées infinies ou qui ne sont pas des nombres",
    ),
    "infinite": (
        {"type": "LineString", "coordinates": [[2, 50], [float("inf"), 50]]},
        "coordonnées infinies ou qui ne sont pas des nombres",
    ),
    "all NaN": (
        {"type": "Point", "coordinates": [float("nan"), float("nan")]},
        "coordonnées infinies ou qui ne sont pas des nombres",
    ),
}


def test_shapes_that_cannot_be_read_are_told_by_row(tmp_path: Path) -> None:
    shapes = [
        {"type": "Point", "coordinates": [2.8, 50.4]},
        None,
        *(shape for shape, _ in BAD_SHAPES.values()),
    ]
    features: list[Any] = [
        {"type": "Feature", "properties": {"n": n}, "geometry": s} for n, s in enumerate(shapes)
    ]
    path = tmp_path / "abîmé.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [*features, 5]}), encoding="utf-8")
    raw = one(path)
    assert raw.frame["n"].tolist() == [*range(9), None]
    assert [shape is None for shape in raw.geometry] == [False] + [True] * 9
    told = dict(enumerate((reason for _, reason in BAD_SHAPES.values()), start=3))
    assert raw.unreadable == {**told, 10: "ce n'est pas un objet GeoJSON (Feature)"}


@pytest.mark.parametrize("suffix", [".gpkg", ".shp", ".fgb"])
def test_absurd_coordinates_in_binary_formats(tmp_path: Path, suffix: str) -> None:
    absurd = {1234.5: np.inf, 2345.5: -np.inf, 3456.5: np.nan}
    lines = [shapely.LineString([(0, 0), (x, 1)]) for x in (*absurd, 1)]
    data = gpd.GeoDataFrame({"nom": list("abcd")}, geometry=lines, crs=2154)
    path = write(tmp_path / f"loin{suffix}", data, **({} if suffix == ".shp" else {"SPATIAL_INDEX": "NO"}))
    content = path.read_bytes()
    for stand_in, value in absurd.items():
        content = content.replace(struct.pack("<d", stand_in), struct.pack("<d", value))
    path.write_bytes(content)
    raw = one(path)
    assert [shape is None for shape in raw.geometry] == [True, True, True, False]
    assert raw.unreadable == dict.fromkeys((1, 2, 3), "coordonnées infinies ou qui ne sont pas des nombres")


def test_heights_open_rings_and_mixed_types(tmp_path: Path) -> None:
    ring: list[Any] = [[2, 50, 9], [3, 50, 9], [3, 51, 9], [2, 51, 9]]
    shapes: list[dict[str, Any]] = [
        {"type": "Polygon", "coordinates": [ring]},
        {"type": "MultiPoint", "coordinates": [[2, 50], [3, 51]]},
        {
            "type": "GeometryCollection",
            "geometries": [{"type": "MultiLineString", "coordinates": [[[2, 50], [3, 51]]]}],
        },
        {"type": "MultiPolygon", "coordinates": [[[*ring, ring[0]]], []]},
    ]
    path = tmp_path / "divers.json"
    features = [{"type": "Feature", "properties": {}, "geometry": shape} for shape in shapes]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    raw = one(path)
    assert [shape.geom_type for shape in raw.geometry] == [shape["type"] for shape in shapes]
    assert raw.geometry[0].equals(shapely.box(2, 50, 3, 51))
    assert not any(shape.has_z for shape in raw.geometry)
    assert raw.notes == (
        "altitudes ou mesures (Z, M) laissées : 2 formes",
        "contours non fermés, fermés à la lecture : 1 (lignes 1)",
    )


@pytest.mark.parametrize(
    "document",
    [
        {"type": "Point", "coordinates": [2, 50]},
        {"type": "Feature", "properties": {"a": 1}, "geometry": None},
    ],
)
def test_geojson_of_one_thing(tmp_path: Path, document: dict[str, Any]) -> None:
    path = tmp_path / "seul.geojson"
    path.write_text(json.dumps(document), encoding="utf-8")
    assert len(one(path).frame) == 1


def test_arcs_become_lines(tmp_path: Path) -> None:
    path = write(
        tmp_path / "arcs.gpkg", frame("EPSG:2154"), layer="arcs", geometry_type="Unknown", SPATIAL_INDEX="NO"
    )
    arc = struct.pack("<BII6d", 1, 8, 3, 0, 0, 1, 1, 2, 0)
    with sqlite3.connect(path) as database:
        database.execute(
            "UPDATE arcs SET geom = ? WHERE numero = 2", (b"GP\x00\x01" + struct.pack("<i", 2154) + arc,)
        )
    database.close()
    raw = one(path)
    assert [shape.geom_type for shape in raw.geometry] == ["Point", "LineString", "Point"]
    assert raw.geometry[1].length == pytest.approx(np.pi, rel=1e-2)
    assert raw.geometry[1].coords[-1] == (2.0, 0.0)
    assert "arcs de cercle approchés par des segments : 1 formes" in raw.notes


# CRS


def test_a_shapefile_without_prj_has_no_crs(tmp_path: Path) -> None:
    path = write(tmp_path / "nu.shp", frame("EPSG:2154"))
    path.with_suffix(".prj").unlink()
    raw = one(path)
    assert (raw.crs, raw.crs_how, len(raw.frame)) == (None, "", 3)
    assert all(shape is not None for shape in raw.geometry)


def test_a_geopackage_of_unknown_crs(tmp_path: Path) -> None:
    path = write(tmp_path / "nulle-part.gpkg", frame("EPSG:2154"))
    with sqlite3.connect(path) as database:
        database.execute("UPDATE gpkg_contents SET srs_id = -1")
        database.execute("UPDATE gpkg_geometry_columns SET srs_id = -1")
    database.close()
    raw = one(path)
    assert (raw.crs, raw.crs_how) == (None, "")


def test_times_of_parquet(tmp_path: Path) -> None:
    stamps = pd.to_datetime(pd.Series(["2022-03-01T10:30:00.123456789", None]))
    table = pd.DataFrame({"quand": stamps.dt.as_unit("ns"), "n": [1.5, np.nan]})
    table.to_parquet(tmp_path / "temps.parquet")
    raw = one(tmp_path / "temps.parquet").frame
    assert raw.to_dict("list") == {"quand": ["2022-03-01T10:30:00.123456", None], "n": [1.5, None]}


@pytest.mark.parametrize(
    ("crs", "epsg", "how"),
    [
        ({}, 4326, "norme GeoParquet (WGS84)"),
        ({"crs": None}, None, ""),
        ({"crs": CRS.from_epsg(3950).to_json_dict()}, 3950, "métadonnées GeoParquet"),
    ],
)
def test_the_crs_of_geoparquet(tmp_path: Path, crs: dict[str, Any], epsg: int | None, how: str) -> None:
    table = pq.read_table(_parquet(tmp_path))
    geo = json.loads(table.schema.metadata[b"geo"])
    del geo["columns"]["geometry"]["crs"]
    geo["columns"]["geometry"].update(crs)
    pq.write_table(table.replace_schema_metadata({"geo": json.dumps(geo)}), tmp_path / "autre.parquet")
    raw = one(tmp_path / "autre.parquet")
    assert (raw.crs and raw.crs.to_epsg(), raw.crs_how) == (epsg, how)


def test_the_crs_member_of_geojson(tmp_path: Path) -> None:
    members: list[tuple[Any, int | None]] = [
        ({"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}, 4326),
        ({"type": "name", "properties": {"name": "http://www.opengis.net/gml/srs/epsg.xml#2154"}}, 2154),
        ({"type": "name", "properties": {"name": "EPSG:999999"}}, None),
        ({"type": "link", "properties": {"href": "http://localhost/2154.wkt"}}, None),
        (None, None),
    ]
    path = tmp_path / "crs.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for rank, (member, _) in enumerate(members):
            document = {"type": "FeatureCollection", "crs": member, "features": []}
            archive.writestr(f"{rank}.geojson", json.dumps(document))
    found = [raw.crs.to_epsg() if raw.crs else None for raw in read_layers(path)]
    assert found == [epsg for _, epsg in members]


# Encodings


@pytest.mark.parametrize(
    ("written", "cpg", "asked", "told"),
    [
        ("UTF-8", None, "", ("utf-8", "sans .cpg : encodage utf-8 reconnu")),
        ("CP1252", None, "", ("cp1252", "sans .cpg : le texte n'est pas en utf-8, lu en cp1252")),
        ("CP1252", "UTF-8", "", ("cp1252", "le .cpg annonce utf-8, le texte ne l'est pas : lu en cp1252")),
        ("CP1252", "1252", "", ("cp1252",)),
        ("CP850", None, "cp850", ("cp850",)),
        ("CP850", "850", "", ("cp850",)),
    ],
)
def test_the_encoding_of_a_shapefile(
    tmp_path: Path, written: str, cpg: str | None, asked: str, told: tuple[str, ...]
) -> None:
    data = frame().assign(nom=["Liévin", "Hénin", "Été"])
    path = write(tmp_path / "texte.shp", data, encoding=written)
    path.with_suffix(".cpg").unlink()
    if cpg is not None:
        path.with_suffix(".cpg").write_text(cpg, encoding="ascii")
    raw = one(path, encoding=asked)
    assert raw.frame["nom"].tolist() == ["Liévin", "Hénin", "Été"]
    assert (raw.encoding, *raw.notes) == told


def test_a_letter_cut_by_the_width_of_its_field_is_still_utf8(tmp_path: Path) -> None:
    path = write(tmp_path / "large.shp", frame().assign(nom=["é" * 127, "a", "b"]))
    table = path.with_suffix(".dbf")
    content = table.read_bytes()
    assert "é".encode() * 127 in content
    table.write_bytes(content.replace("é".encode() * 127, b"a" + "é".encode() * 126 + b"\xc3"))
    path.with_suffix(".cpg").unlink()
    assert one(path).encoding == "utf-8"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "cp850", "mac_roman"])
def test_the_encoding_of_a_csv(tmp_path: Path, encoding: str) -> None:
    text = "ville;rue\nBéthune;Rue du Général-de-Gaulle à côté de l'église\nLiévin;Allée des Hêtres\n"
    path = tmp_path / "villes.csv"
    path.write_bytes(text.encode(encoding))
    raw = one(path)
    assert raw.frame["ville"].tolist() == ["Béthune", "Liévin"]
    assert raw.encoding == encoding
    assert len(raw.notes) == (encoding in {"cp1252", "cp850", "mac_roman"})


def test_an_encoding_that_does_not_exist_or_is_not_that_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "villes.csv"
    path.write_bytes("ville;n\nBéthune;1\n".encode("cp1252"))
    with pytest.raises(UsageError, match="encodage « klingon » inconnu"):
        read_layers(path, encoding="klingon")
    with pytest.raises(DataError, match="son texte n'est pas en utf-8"):
        read_layers(path, encoding="utf-8")
    assert one(path, encoding="ISO-8859-1").frame["ville"].tolist() == ["Béthune"]


def test_geojson_in_the_wrong_encoding_is_told(tmp_path: Path) -> None:
    path = tmp_path / "faux.geojson"
    document = {
        "type": "FeatureCollection",
        "features": [{"type": "Feature", "properties": {"nom": "Béthune"}, "geometry": None}],
    }
    path.write_bytes(json.dumps(document, ensure_ascii=False).encode("cp1252"))
    raw = one(path)
    assert raw.frame["nom"].tolist() == ["Béthune"]
    assert raw.notes == ("encodage cp1252 deviné : le texte n'est pas en UTF-8",)


# Tables


CSVS: list[tuple[str, dict[str, list[Any]]]] = [
    ("a;b\n1;2,5\n3;4,5\n", {"a": [1, 3], "b": ["2,5", "4,5"]}),
    ("a,b\n1,2.5\n3,4\n", {"a": [1, 3], "b": [2.5, 4.0]}),
    ("a\tb\n1\t\n3\tx\n", {"a": [1, 3], "b": [None, "x"]}),
    ("a|b\r\n1|x\r\n", {"a": [1], "b": ["x"]}),
    ('a;b\n"une ; deux";"dit ""oui""\nou non"\n', {"a": ["une ; deux"], "b": ['dit "oui"\nou non']}),
    ("cp;tel\n62000;0321\n01440;0322\n", {"cp": ["62000", "01440"], "tel": ["0321", "0322"]}),
    ("n;s\n1234567890123456;1e5\n", {"n": ["1234567890123456"], "s": ["1e5"]}),
    (";a;a\n7;1;2\n", {"colonne 1": [7], "a": [1], "a (3)": [2]}),
    ("a;b;\n1;2;\n", {"a": [1], "b": [2]}),
    ("a;;c\n1;;2\n", {"a": [1], "c": [2]}),
    ("Extraction du 3 mai\n\na;b;c\n1;2;3\n", {"a": [1], "b": [2], "c": [3]}),
    ("Titre\nun;deux\n1;2\n", {"un": [1], "deux": [2]}),
    ("a;b\n1;2\n3;4;5;6;7;8\n", {"a": [1, 3], "b": [2, 4]}),
    (",a\n0,5\n", {"colonne 1": [0], "a": [5]}),
    ("nom\nLens\n", {"nom": ["Lens"]}),
    ("a;b\n", {"a": [], "b": []}),
]


@pytest.fixture(scope="module")
def csvs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, RawLayer]:
    """Give the layers of an archive that holds all the tables of `CSVS`."""
    path = tmp_path_factory.mktemp("csv") / "tables.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for rank, (text, _) in enumerate(CSVS):
            archive.writestr(f"{rank}.csv", text.encode())
    return {raw.name: raw for raw in read_layers(path)}


@pytest.mark.parametrize("rank", range(len(CSVS)))
def test_the_shapes_of_csv(csvs: dict[str, RawLayer], rank: int) -> None:
    frame = csvs[str(rank)].frame
    assert {name: frame[name].tolist() for name in frame} == CSVS[rank][1]
    assert {type(v) for column in frame for v in frame[column]} <= {int, float, str, type(None)}


def test_rows_of_a_csv_that_are_too_long_are_told(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("a;b\n1;2\n3\n4;5;6;7\n;;\n8;9;\n", encoding="utf-8")
    raw = one(path)
    assert raw.frame["a"].tolist() == [1, 3, 4, 8]
    assert raw.frame["b"].tolist() == [2, None, 5, 9]
    assert raw.unreadable == {3: "4 cellules pour 2 colonnes"}


def test_sheets_of_a_workbook(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    sheet = book.create_sheet("Friches")
    for row in [
        ("Inventaire 2023",),
        (),
        ("Nom", "Surface (ha)", "Visite", "Dépollué", "Code"),
        ("Site A", 1.5, pd.Timestamp("2023-03-01").date(), True, "01440"),
        ("=1+1", 3, pd.Timestamp("2023-03-01 10:30").to_pydatetime(), None, "#N/A"),
        (None, None, None, None, None),
        ("Site C", "3,5", None, False, 62),
    ]:
        sheet.append(row)
    book.create_sheet("Notes vides")
    book.create_sheet("Codes").append(["code", "libellé"])
    book["Codes"].append([1, "un"])
    path = tmp_path / "classeur.xlsx"
    book.save(path)
    friches, codes = read_layers(path)
    assert list(friches.frame) == ["Nom", "Surface (ha)", "Visite", "Dépollué", "Code"]
    assert friches.frame["Nom"].tolist() == ["Site A", None, "Site C"]  # a formula that was never computed
    assert friches.frame["Surface (ha)"].tolist() == [1.5, 3, "3,5"]
    assert friches.frame["Visite"].tolist() == ["2023-03-01", "2023-03-01T10:30:00", None]
    assert friches.frame["Dépollué"].tolist() == [True, None, False]
    assert friches.frame["Code"].tolist() == ["01440", None, 62]
    assert friches.notes == (
        "lignes au-dessus de l'en-tête, laissées : 1",
        "couches vides, laissées : Notes vides",
    )
    assert codes.frame.to_dict("list") == {"code": [1], "libellé": ["un"]}


# Tables that are written


@pytest.mark.parametrize(
    "text", ["=cmd|' /C calc'!A0", "+1+1", "-2+3+cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "\r=1", "＝1", " =1"]
)
def test_a_formula_is_disarmed(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("value", ["Cité n° 3", "-12,5", "+3", "", None, 4, -4.5, True])
def test_what_is_no_formula_is_left(value: object) -> None:
    assert harmless(value) == value


@given(st.text())
def test_no_text_starts_as_a_formula_once_disarmed(text: str) -> None:
    written = str(harmless(text))
    bare = written.removeprefix("-").removeprefix("+").replace(",", "").replace(".", "")
    assert not written.startswith(("=", "+", "-", "@", "\t", "\r")) or (bare.isascii() and bare.isdigit())


ROWS = [("=cmd|' /C calc'!A0", 1, None), ("Hénin\nLiétard", -2.5, True), ("\x00\x1f\ud800", "+33 3 21", "@x")]


def test_a_csv_is_written_for_spreadsheets(tmp_path: Path) -> None:
    path = tmp_path / "écartées.csv"
    write_table(path, ROWS, ["nom", "=n", "motif"])
    assert path.read_bytes().startswith(b"\xef\xbb\xbfnom;'=n;motif\r\n")
    raw = one(path)
    assert raw.frame["nom"].tolist() == ["'=cmd|' /C calc'!A0", "Hénin\nLiétard", "\ufffd" * 3]
    assert raw.frame["'=n"].tolist() == ["1", "-2.5", "'+33 3 21"]
    assert [p.name for p in tmp_path.iterdir()] == ["écartées.csv"]


def test_a_workbook_is_written_without_formulas(tmp_path: Path) -> None:
    path = tmp_path / "écartées.xlsx"
    write_table(path, ROWS, ["nom", "=n", "motif"])
    cells = [
        [(cell.value, cell.data_type) for cell in row]
        for row in openpyxl.load_workbook(path).worksheets[0].rows
    ]
    assert cells[0] == [("nom", "s"), ("=n", "s"), ("motif", "s")]
    assert cells[1] == [("=cmd|' /C calc'!A0", "s"), (1, "n"), (None, "n")]
    assert cells[2] == [("Hénin\nLiétard", "s"), (-2.5, "n"), (True, "b")]
    assert cells[3] == [("\ufffd" * 3, "s"), ("+33 3 21", "s"), ("@x", "s")]
    assert one(path).frame["nom"].tolist()[0] == ROWS[0][0]


def test_a_table_that_cannot_be_written_leaves_the_one_before(tmp_path: Path) -> None:
    path = tmp_path / "table.xlsx"
    write_table(path, [("a",)], ["x"])
    before = path.read_bytes()
    with pytest.raises(DataError, match=r"ligne 2 : un texte de 40000 caractères.*\n.*\.csv"):
        write_table(path, [("a" * 40_000,)], ["x"])
    with pytest.raises(DataError, match=r"« \.doc »"):
        write_table(tmp_path / "table.doc", [], ["x"])
    assert contents(tmp_path) == {"table.xlsx": before}


# The real files


@pytest.mark.mirror
@pytest.mark.skipif(not SHARED.is_dir(), reason="../shared is not beside the project")
@pytest.mark.parametrize(
    ("name", "rows", "kind", "missing"),
    [
        ("mbm/epci.geojson", 9, "polygone", 0),
        ("mbm/communes-mbm.geojson", 330, "polygone", 0),
        ("mbm/cites-minieres.geojson", 159, "polygone", 0),
        ("mbm/zt-cites-minieres.geojson", 162, "polygone", 0),
        ("mbm/zt-cavaliers.geojson", 1317, "ligne", 1),
        ("mbm/bien-inscrit.geojson", 109, "polygone", 0),
        ("eurovelo5/lens-don.gpx", 1, "ligne", 0),
        ("sante/hopitaux-fr-2020.csv", 5368, "aucune", 5368),
        ("friches/cartofriches-ml-2024.csv", 2331, "aucune", 2331),
    ],
)
def test_the_open_data_of_the_basin(name: str, rows: int, kind: str, missing: int) -> None:
    path = SHARED / "mirror" / name
    raw = one(path)
    (info,) = [info for info in list_layers(path) if info.rows]
    assert (len(raw.frame), info.rows, info.geometry) == (rows, rows, kind)
    assert sum(shape is None for shape in raw.geometry) == missing
    assert raw.unreadable == {}
    assert raw.crs is None or raw.crs.to_epsg() == 4326
