"""A file that is broken, absurd or built to harm is refused: clearly, in bounds, without a trace."""

from __future__ import annotations

import json
import os
import resource
import signal
import socket
import sqlite3
import stat
import struct
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pytest

from geo.errors import DataError
from geo.sources.files import Limits, list_layers, read_layers, sandbox

GIB = 1 << 30
LIMITS = Limits(memory_bytes=GIB, seconds=30)
HANG_SECONDS = 60
"""A guard against hangs, not a measure: each refusal takes about a second."""


def points(crs: str | None = "EPSG:2154") -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"nom": ["é", "b"]}, geometry=gpd.points_from_xy([7e5, 7.1e5], [7e6, 7e6]), crs=crs
    )


def write(path: Path, **options: object) -> Path:
    pyogrio.write_dataframe(points(), path, **options)
    return path


def text(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def archive(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in members.items():
            target.writestr(name, content)
    return path


def sparse(path: Path, size: int, start: bytes = b"") -> Path:
    """Make a file that is large and takes no room."""
    with path.open("wb") as stream:
        stream.write(start)
        stream.truncate(size)
    return path


# Paths


def _url(_folder: Path) -> Path:
    return Path("https://localhost/cites.geojson")


def _virtual_path(folder: Path) -> Path:
    return Path(f"/vsizip/{archive(folder / 'a.zip', {'a.csv': b'a;b'})}/a.csv")


def _folder(folder: Path) -> Path:
    (folder / "données").mkdir()
    return folder / "données"


def _pipe(folder: Path) -> Path:
    os.mkfifo(folder / "tube.csv")
    return folder / "tube.csv"


def _socket(folder: Path) -> Path:
    here = Path.cwd()
    os.chdir(folder)  # the name of a socket is short
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind("prise.csv")
    finally:
        os.chdir(here)
    return folder / "prise.csv"


def _device(folder: Path) -> Path:
    (folder / "zero.csv").symlink_to("/dev/zero")
    return folder / "zero.csv"


def _loop(folder: Path) -> Path:
    (folder / "a.gpkg").symlink_to(folder / "b.gpkg")
    (folder / "b.gpkg").symlink_to(folder / "a.gpkg")
    return folder / "a.gpkg"


def _pipe_beside(folder: Path) -> Path:
    path = write(folder / "a.shp")
    path.with_suffix(".dbf").unlink()
    os.mkfifo(path.with_suffix(".dbf"))
    return path


def _large(folder: Path) -> Path:
    return sparse(folder / "grand.gpkg", 3 * GIB, b"SQLite format 3\x00")


# Archives


def _bomb(folder: Path) -> Path:
    return archive(folder / "bombe.zip", {"a.csv": b"a;b\n" + b"0" * (64 << 20)})


def _many_small_bombs(folder: Path) -> Path:
    return archive(folder / "bombes.zip", {f"{n}.csv": b"0" * (6 << 20) for n in range(20)})


def _overlapping(folder: Path) -> Path:
    """Make an archive whose directory lists one compressed member forty times."""
    path = archive(folder / "42.zip", {"00.csv": b"a;b\n" + b"1;2\n" * 2_000_000})
    content = path.read_bytes()
    directory, end = content.index(b"PK\x01\x02"), content.index(b"PK\x05\x06")
    entry = content[directory:end]
    entries = b"".join(entry.replace(b"00.csv", b"%02d.csv" % n) for n in range(40))
    tail = content[end : end + 8] + struct.pack("<HHIIH", 40, 40, len(entries), directory, 0)
    path.write_bytes(content[:directory] + entries + tail)
    return path


def _nested(folder: Path) -> Path:
    inner = archive(folder / "dedans.zip", {"a.csv": b"a;b\n1;2\n"})
    return archive(folder / "dehors.zip", {"dedans.zip": inner.read_bytes(), "a.csv": b"a;b\n1;2\n"})


def _members(*names: str) -> Callable[[Path], Path]:
    return lambda folder: archive(folder / "noms.zip", dict.fromkeys(names, b"a;b\n1;2\n"))


def _link_inside(folder: Path) -> Path:
    with zipfile.ZipFile(folder / "lien.zip", "w") as target:
        info = zipfile.ZipInfo("a.csv")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        target.writestr(info, "/etc/passwd")
    return folder / "lien.zip"


def _twice(folder: Path) -> Path:
    with zipfile.ZipFile(folder / "double.zip", "w") as target:
        target.writestr("a.csv", "a;b\n1;2\n")
        target.writestr("A.csv", "a;b\n3;4\n")
    return folder / "double.zip"


def _encrypted(folder: Path) -> Path:
    path = archive(folder / "secret.zip", {"a.csv": b"a;b\n1;2\n"})
    content = bytearray(path.read_bytes())
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return text(path, bytes(content))


def _lzma(folder: Path) -> Path:
    with zipfile.ZipFile(folder / "lzma.zip", "w", zipfile.ZIP_LZMA) as target:
        target.writestr("a.csv", "a;b\n1;2\n")
    return folder / "lzma.zip"


def _crowd(folder: Path) -> Path:
    return archive(folder / "foule.zip", {f"{n}.csv": b"a;b\n" for n in range(10_001)})


def _cut_archive(folder: Path) -> Path:
    path = archive(folder / "coupe.zip", {"a.csv": os.urandom(5_000)})
    return text(path, path.read_bytes()[:3_000])


def _corrupted(folder: Path) -> Path:
    path = archive(folder / "abime.zip", {"a.csv": b"a;b\n" + os.urandom(50_000)})
    content = bytearray(path.read_bytes())
    content[20_000:20_100] = b"\0" * 100
    return text(path, bytes(content))


def _pictures(folder: Path) -> Path:
    return archive(folder / "photos.zip", {"a.png": b"\x89PNG", "lisez-moi.pdf": b"%PDF"})


# What GDAL would follow elsewhere

VRT = (
    "<OGRVRTDataSource><OGRVRTLayer name='a'><SrcDataSource>/etc/passwd</SrcDataSource>"
    "</OGRVRTLayer></OGRVRTDataSource>"
)


def _renamed_vrt(name: str) -> Callable[[Path], Path]:
    return lambda folder: text(folder / name, VRT)


def _zipped_vrt(folder: Path) -> Path:
    return archive(folder / "virtuel.zip", {"a.csv": b"a;b\n1;2\n", "a.vrt": VRT.encode()})


def _kml(body: str, head: str = "") -> Callable[[Path], Path]:
    content = f'<?xml version="1.0"?>{head}<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{body}</Document></kml>'
    return lambda folder: text(folder / "lieux.kml", content)


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(10))
PLACEMARK = "<Placemark><name>{}</name><Point><coordinates>2,50</coordinates></Point></Placemark>"


GML = (
    '<wfs:FeatureCollection xmlns:wfs="http://www.opengis.net/wfs/2.0" xmlns:a="http://a"'
    ' xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:xlink="http://www.w3.org/1999/xlink">'
    '<wfs:member><a:t gml:id="t.1"><a:geom><gml:MultiSurface><gml:surfaceMember {}/></gml:MultiSurface>'
    "</a:geom></a:t></wfs:member></wfs:FeatureCollection>"
)


def _gml_elsewhere(folder: Path) -> Path:
    return text(folder / "lieux.gml", GML.format('xlink:href="http://localhost/a.gml#x"'))


def _service_error(folder: Path) -> Path:
    return text(
        folder / "wfs.gml",
        '<ows:ExceptionReport xmlns:ows="http://www.opengis.net/ows/1.1"><ows:Exception/></ows:ExceptionReport>',
    )


def _mapinfo_view(folder: Path) -> Path:
    write(folder / "cible.tab", driver="MapInfo File")
    return text(
        folder / "vue.tab",
        '!table\n!version 100\n\nOpen Table "cible.tab"\nCreate View vue As Select * From cible\n',
    )


# Databases


def _geopackage(*statements: str) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        path = write(folder / "base.gpkg", layer="lieux", SPATIAL_INDEX="NO")
        with sqlite3.connect(path) as database:
            for statement in statements:
                database.execute(statement)
        database.close()
        return path

    return make


def _plain(folder: Path) -> Path:
    with sqlite3.connect(folder / "base.gpkg") as database:
        database.execute("CREATE TABLE a (b)")
    database.close()
    return folder / "base.gpkg"


def _written_schema(sql: str, kind: str = "table", name: str = "piege") -> Callable[[Path], Path]:
    """Make a GeoPackage whose schema tells of a thing that this SQLite has no module for."""
    return _geopackage(
        "PRAGMA writable_schema = ON",
        f"INSERT INTO sqlite_master VALUES ('{kind}', '{name}', '{name}', 0, '{sql}')",
    )


def _cut(name: str, bytes_left: int, **options: object) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        path = write(folder / name, **options)
        return text(path, path.read_bytes()[:bytes_left])

    return make


# Shapefiles


def _without(suffix: str) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        path = write(folder / "points.shp")
        path.with_suffix(suffix).unlink()
        return path

    return make


def _cut_table(folder: Path) -> Path:
    path = write(folder / "points.shp")
    table = path.with_suffix(".dbf")
    text(table, table.read_bytes()[:-100])
    return path


def _ten_million_vertices(folder: Path) -> Path:
    """Make a shapefile of one polygon, whose 160 MB are a hole in the disk."""
    count = 10_000_000
    content = 44 + 4 + 16 * count
    head = struct.pack(">i5i", 9994, *[0] * 5)
    box = struct.pack("<ii8d", 1000, 5, *[0.0] * 8)
    shape = (
        struct.pack(">ii", 1, content // 2)
        + struct.pack("<i4dii", 5, 0, 0, 1, 1, 1, count)
        + struct.pack("<i", 0)
    )
    sparse(folder / "rond.shp", 108 + content, head + struct.pack(">i", (108 + content) // 2) + box + shape)
    text(folder / "rond.shx", head + struct.pack(">i", 54) + box + struct.pack(">ii", 50, content // 2))
    return folder / "rond.shp"


# JSON


def _nested_json(folder: Path) -> Path:
    deep = "[" * 200 + "]" * 200
    feature = f'{{"type":"Feature","properties":{{"a":{deep}}},"geometry":null}}'
    return text(folder / "profond.geojson", f'{{"type":"FeatureCollection","features":[{feature}]}}')


def _nested_shape(folder: Path) -> Path:
    shape = '{"type":"GeometryCollection","geometries":[' * 100 + "]}" * 100
    return text(folder / "profond.geojson", f'{{"type":"Feature","properties":{{}},"geometry":{shape}}}')


def _nested_lines(folder: Path) -> Path:
    return text(folder / "profond.geojsonl", '{"type":"Feature"}\n{"a":' + "[" * 200 + "]" * 200 + "}\n")


def _huge_polygon(folder: Path) -> Path:
    path = folder / "rond.geojson"
    with path.open("w", encoding="ascii") as stream:
        stream.write('{"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":[[[0,0]')
        for _ in range(1_000):
            stream.write(",[1,2]" * 10_000)
        stream.write("]]}}")
    return path


def _json(name: str, content: str) -> Callable[[Path], Path]:
    return lambda folder: text(folder / name, content)


# Tables


def _long_line(folder: Path) -> Path:
    return sparse(folder / "long.csv", 2 * GIB, b"a;b\n1;")


def _long_cell(folder: Path) -> Path:
    return text(folder / "long.csv", b"a;b\n1;" + b"x" * (2 << 20) + b"\n")


def _open_quote(folder: Path) -> Path:
    return text(folder / "guillemet.csv", 'a;b\n1;"jamais fermé\n' + "3;4\n" * 500_000)


def _wide(folder: Path) -> Path:
    return text(folder / "large.csv", ";".join(f"c{n}" for n in range(100_000)) + "\n")


def _nul(folder: Path) -> Path:
    return text(folder / "nul.csv", b"a;b\n1;\x00\n")


SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{}</worksheet>'
WORKBOOK = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Target="xl/workbook.xml" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>',
    "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Target="worksheets/a.xml" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"/></Relationships>',
}


def workbook(folder: Path, sheet: str, **others: bytes) -> Path:
    """Make a workbook of one sheet, whose XML is given."""
    parts = {name: content.encode() for name, content in WORKBOOK.items()}
    return archive(folder / "classeur.xlsx", {**parts, "xl/worksheets/a.xml": sheet.encode(), **others})


def _workbook_bomb(folder: Path) -> Path:
    return workbook(folder, SHEET.format("<sheetData/>" + " " * (64 << 20)))


def _workbook_entities(folder: Path) -> Path:
    return workbook(folder, f"<!DOCTYPE a [{LAUGHS}]>" + SHEET.format("<sheetData/>"))


def _wide_workbook(folder: Path) -> Path:
    row = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    return workbook(folder, SHEET.format(f'<dimension ref="A1:XFD1048576"/><sheetData>{row}</sheetData>'))


def _absurd_parquet(folder: Path) -> Path:
    pq.write_table(pa.table({"a": [1, 2]}), folder / "a.parquet")
    content = (folder / "a.parquet").read_bytes()
    return text(folder / "a.parquet", content[:-8] + struct.pack("<I", 0x7FFF_FFF0) + b"PAR1")


def _many_rows(folder: Path) -> Path:
    pq.write_table(pa.table({"a": pa.array(np.zeros(3_000_000, dtype="int8"))}), folder / "a.parquet")
    return folder / "a.parquet"


def _parquet_of_another_shape(folder: Path) -> Path:
    geo = {"version": "1.1.0", "primary_column": "geom", "columns": {"geom": {"encoding": "polygon"}}}
    table = pa.table({"geom": [1.0]}).replace_schema_metadata({"geo": json.dumps(geo)})
    pq.write_table(table, folder / "a.parquet")
    return folder / "a.parquet"


HOSTILE: dict[str, tuple[Callable[[Path], Path], str]] = {
    "URL": (_url, "c'est une adresse"),
    "/vsizip/": (_virtual_path, "chemin virtuel de GDAL"),
    "nothing": (lambda folder: folder / "rien.gpkg", "fichier introuvable"),
    "name with a NUL": (lambda folder: folder / "a\0.csv", "nom de fichier impossible"),
    "folder": (_folder, "c'est un dossier"),
    "pipe": (_pipe, "ce n'est pas un fichier ordinaire"),
    "socket": (_socket, "ce n'est pas un fichier ordinaire"),
    "device": (_device, "ce n'est pas un fichier ordinaire"),
    "loop of links": (_loop, "lien symbolique en boucle"),
    "pipe beside a shapefile": (_pipe_beside, "ce n'est pas un fichier ordinaire"),
    "3 GiB": (_large, "fichier de 3 Gio, la limite est de 2 Gio"),
    "empty": (lambda folder: text(folder / "vide.geojson", b""), "fichier vide"),
    "unknown format": (lambda folder: text(folder / "a.exe", b"MZ"), "format « .exe » inconnu"),
    "zip bomb": (_bomb, "bombe de décompression"),
    "many small bombs": (_many_small_bombs, "bombe de décompression"),
    "overlapping members": (_overlapping, "bombe de décompression"),
    "zip in a zip": (_nested, "elle contient une autre archive, « dedans.zip »"),
    "../ in a zip": (_members("../../evade.csv"), "son chemin sort de l'archive"),
    r"..\ in a zip": (_members("a\\..\\..\\evade.csv"), "son chemin sort de l'archive"),
    "absolute in a zip": (_members("/tmp/evade.csv"), "son chemin sort de l'archive"),
    "drive in a zip": (_members("C:\\evade.csv"), "son chemin sort de l'archive"),
    "link in a zip": (_link_inside, "c'est un lien"),
    "twice in a zip": (_twice, "y figure deux fois"),
    "encrypted zip": (_encrypted, "chiffré par un mot de passe"),
    "LZMA": (_lzma, "compressé d'une façon qui n'est pas lue"),
    "10 001 members": (_crowd, "10001 fichiers, la limite est de 10000"),
    "truncated zip": (_cut_archive, "archive abîmée"),
    "corrupted zip": (_corrupted, "archive abîmée"),
    "zip of pictures": (_pictures, "rien de lisible dans cette archive (a.png, lisez-moi.pdf)"),
    "VRT as GeoJSON": (_renamed_vrt("a.geojson"), "un fichier virtuel de GDAL"),
    "VRT as shapefile": (_renamed_vrt("a.shp"), "un fichier virtuel de GDAL"),
    "VRT as GML": (_renamed_vrt("a.gml"), "un fichier virtuel de GDAL"),
    "VRT": (_renamed_vrt("a.vrt"), "format « .vrt » inconnu"),
    "VRT in a zip": (_zipped_vrt, "un fichier virtuel de GDAL, « a.vrt »"),
    "NetworkLink": (
        _kml("<NetworkLink><Link><href>http://localhost/</href></Link></NetworkLink>"),
        "NetworkLink",
    ),
    "billion laughs": (_kml(PLACEMARK.format("&l9;"), f"<!DOCTYPE kml [{LAUGHS}]>"), "DOCTYPE"),
    "external entity": (
        _kml(PLACEMARK.format("&x;"), '<!DOCTYPE kml [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
        "DOCTYPE",
    ),
    "XML of 100 levels": (_kml("<Folder>" * 100 + "</Folder>" * 100), "plus de 64 niveaux imbriqués"),
    "truncated XML": (_kml("<Folder>"), "XML mal formé ou tronqué"),
    "GML elsewhere": (_gml_elsewhere, "une géométrie du GML est ailleurs"),
    "error of a WFS": (_service_error, "c'est le message d'erreur d'un service"),
    "web page": (lambda folder: text(folder / "a.gml", "<!DOCTYPE html><html>"), "une page web (HTML)"),
    "view of MapInfo": (_mapinfo_view, "renvoie à d'autres fichiers"),
    "trigger": (
        _geopackage("CREATE TRIGGER rtree_lieux_geom_x AFTER INSERT ON lieux BEGIN DELETE FROM lieux; END"),
        "un déclencheur SQL, « rtree_lieux_geom_x »",
    ),
    "trigger that calls": (
        _geopackage(
            "CREATE TRIGGER t AFTER INSERT ON lieux WHEN readfile('/etc/passwd') "
            'BEGIN DELETE FROM "rtree_lieux_geom" WHERE id = 1; END'
        ),
        "un déclencheur SQL, « t »",
    ),
    "view": (_geopackage("CREATE VIEW vue AS SELECT load_extension('x')"), "une vue SQL, « vue »"),
    "view of a layer": (
        _geopackage(
            "CREATE VIEW vue AS SELECT * FROM lieux",
            "UPDATE gpkg_contents SET table_name = 'vue', identifier = 'vue'",
        ),
        "une vue SQL, « vue »",
    ),
    "VirtualShape": (
        _written_schema("CREATE VIRTUAL TABLE piege USING VirtualShape(''/etc/passwd'', UTF-8, 2154)"),
        "une table virtuelle (VirtualShape)",
    ),
    "computed column": (
        _geopackage("ALTER TABLE lieux ADD COLUMN calcul TEXT GENERATED ALWAYS AS (upper(nom)) VIRTUAL"),
        "une colonne calculée, table « lieux »",
    ),
    "plain SQLite": (_plain, "ce n'est pas un GeoPackage"),
    "100 MB in a field": (
        _geopackage("UPDATE lieux SET nom = CAST(zeroblob(100000000) AS TEXT) WHERE fid = 1"),
        "un champ de plus de 1048576 caractères",
    ),
    "100 MB in a geometry": (
        _geopackage("UPDATE lieux SET geom = zeroblob(100000000) WHERE fid = 1"),
        "une géométrie de plus de 2 000 000 sommets",
    ),
    "truncated GeoPackage": (_cut("a.gpkg", 90_000), "ce n'est pas un GeoPackage, ou il est abîmé"),
    "truncated FlatGeobuf": (_cut("a.fgb", -20, SPATIAL_INDEX="NO"), "fichier illisible"),
    "no .shx": (_without(".shx"), "il manque l'index des formes (.shx)"),
    "truncated .shp": (_cut("a.shp", 130), "le .shp est tronqué (130 octets sur 156)"),
    "truncated .dbf": (_cut_table, "le .dbf est tronqué"),
    "10 million vertices": (_ten_million_vertices, "une géométrie de plus de 2 000 000 sommets"),
    "10 million vertices in GeoJSON": (_huge_polygon, "une géométrie de plus de 2 000 000 sommets"),
    "GeoJSON of 200 levels": (_nested_json, "plus de 64 niveaux imbriqués"),
    "geometry of 100 levels": (_nested_shape, "plus de 64 niveaux imbriqués"),
    "line of 200 levels": (_nested_lines, "ligne 2 : plus de 64 niveaux imbriqués"),
    "truncated JSON": (
        _json("a.geojson", '{"type":"FeatureCollection","features":[{"type":'),
        "JSON mal formé",
    ),
    "not GeoJSON": (_json("a.geojson", '{"a": 1}'), "ce JSON n'est pas du GeoJSON"),
    "ESRI JSON": (
        _json("a.json", '{"spatialReference":{},"features":[{"attributes":{"a":1}}]}'),
        "ce JSON n'est pas du GeoJSON",
    ),
    "PNG as GeoJSON": (lambda folder: text(folder / "a.geojson", b"\x89PNG\r\n\x1a\n"), "une image PNG"),
    "PDF as a workbook": (lambda folder: text(folder / "a.xlsx", b"%PDF-1.7"), "un document PDF"),
    "2 GiB line": (_long_line, "des octets nuls"),
    "cell of 2 MB": (_long_cell, "une cellule trop longue"),
    "quote never closed": (_open_quote, "un guillemet qui n'est pas fermé"),
    "100 000 columns": (_wide, "100000 colonnes, la limite est de 4000"),
    "NUL": (_nul, "des octets nuls"),
    "one word": (lambda folder: text(folder / "a.csv", "bonjour"), "ce n'est pas un tableau"),
    "workbook bomb": (_workbook_bomb, "bombe de décompression"),
    "workbook of entities": (_workbook_entities, "DOCTYPE"),
    "workbook of 16 384 columns": (_wide_workbook, "plus de 4000 colonnes"),
    "absurd metadata": (_absurd_parquet, "ce n'est pas un fichier Parquet, ou il est abîmé"),
    "3 million rows": (_many_rows, "3000000 lignes, la limite est de 2000000"),
    "GeoArrow": (_parquet_of_another_shape, "un encodage autre que WKB"),
}


State = dict[str, tuple[int, int, int]]


def state(folder: Path) -> State:
    """Return the kind, size and time of last change of all that is below a folder."""
    found = {path: path.lstat() for path in sorted(folder.rglob("*"))}
    return {str(path): (stat.S_IFMT(s.st_mode), s.st_size, s.st_mtime_ns) for path, s in found.items()}


@pytest.fixture
def untouched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give a folder for hostile files; after the test no temporary file is left anywhere."""
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    folder = tmp_path / "usager"
    folder.mkdir()
    yield folder
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("name", HOSTILE)
def test_every_hostile_file_is_refused(untouched: Path, name: str) -> None:
    make, told = HOSTILE[name]
    path = make(untouched)
    before, peak = state(untouched), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    start = time.monotonic()
    with pytest.raises(DataError) as error:
        read_layers(path, limits=LIMITS)
    assert time.monotonic() - start < HANG_SECONDS
    assert told in error.value.message
    assert path.stem.replace("\0", r"\x00") in error.value.where
    assert error.value.advice
    assert state(untouched) == before
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss <= max(peak, LIMITS.memory_bytes >> 10)


# Limits


def _points_of(count: int) -> str:
    return json.dumps({"type": "MultiPoint", "coordinates": [[2, 50]] * count})


SMALL: dict[str, tuple[Limits, str, str, str]] = {
    "file": (
        Limits(file_bytes=10),
        "a.csv",
        "a;b\n1;2\n3;4\n",
        "fichier de 12 octets, la limite est de 10 octets",
    ),
    "rows": (Limits(rows=2), "a.csv", "a;b\n1;2\n3;4\n5;6\n", "plus de 2 lignes"),
    "columns": (Limits(columns=2), "a.csv", "a;b;c\n1;2;3\n", "3 colonnes, la limite est de 2"),
    "text": (Limits(text_chars=10), "a.csv", "a;b\n1;abcdefghijkl\n", "une cellule trop longue"),
    "text in JSON": (
        Limits(text_chars=10),
        "a.geojson",
        '{"type":"Feature","properties":{"nom":"abcdefghijkl"},"geometry":null}',
        "un texte de 12 caractères, la limite est de 10",
    ),
    "line": (
        Limits(text_chars=10),
        "a.csv",
        "a;b\n" + "1;" * 30 + "\n",
        "une ligne de plus de 40 caractères",
    ),
    "vertices of a shape": (
        Limits(shape_vertices=2),
        "a.geojson",
        _points_of(3),
        "une géométrie de plus de 2 sommets",
    ),
    "vertices": (Limits(vertices=2), "a.geojson", _points_of(3), "plus de 2 sommets en tout"),
    "object": (
        Limits(shape_vertices=10, text_chars=10),
        "a.geojson",
        '{"type":"FeatureCollection","name":"' + "a" * (2 << 20),
        "un objet de plus de",
    ),
    "nesting": (Limits(nesting=3), "a.geojson", _points_of(1), ""),
    "nesting of JSON": (Limits(nesting=2), "a.geojson", _points_of(1), "plus de 2 niveaux imbriqués"),
    "nesting of XML": (Limits(nesting=2), "a.kml", "<kml><a><b/></a></kml>", "plus de 2 niveaux imbriqués"),
}


@pytest.mark.parametrize("name", SMALL)
def test_every_limit_can_be_chosen(untouched: Path, name: str) -> None:
    limits, file, content, told = SMALL[name]
    path = text(untouched / file, content)
    if not told:
        assert len(read_layers(path, limits=limits)) == 1
        return
    with pytest.raises(DataError) as error:
        read_layers(path, limits=limits)
    assert told in error.value.message
    assert error.value.where.startswith(str(path))


def test_the_limits_of_an_archive_can_be_chosen(untouched: Path) -> None:
    path = archive(untouched / "a.zip", {"a.csv": b"a;b\n1;2\n" * 100, "b.csv": b"a;b\n"})
    assert len(read_layers(path)) == 2
    for limits, told in (
        (Limits(members=1), "2 fichiers, la limite est de 1"),
        (Limits(unzipped_bytes=500), "se déploient en"),
        (Limits(ratio=2, ratio_from_bytes=100), "bombe de décompression"),
    ):
        with pytest.raises(DataError, match=told):
            read_layers(path, limits=limits)


def test_a_reading_that_takes_too_much_memory(untouched: Path) -> None:
    path = text(untouched / "a.geojson", _points_of(1_000_000))
    with pytest.raises(DataError, match="ce fichier demande plus de mémoire que la limite"):
        read_layers(path, limits=Limits(memory_bytes=250 << 20))


# The process that reads


def _worker(folder: Path, monkeypatch: pytest.MonkeyPatch, code: str) -> Path:
    """Put another program in the place of the one that reads, and give a file to read."""
    program = text(folder.parent / "worker.py", f"import os, sys, time\n{code}\n")
    monkeypatch.setattr(sandbox, "_WORKER", program)
    return text(folder / "a.csv", "a;b\n1;2\n")


@pytest.mark.parametrize(
    "code",
    [
        f"os.kill(os.getpid(), {int(signal.SIGSEGV)})",
        "os.abort()",
        "sys.exit(3)",
        "raise RuntimeError",
        "pass  # nothing is handed back",
    ],
)
def test_a_crash_is_a_refusal(untouched: Path, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    path = _worker(untouched, monkeypatch, code)
    with pytest.raises(DataError, match="il fait échouer la lecture") as error:
        read_layers(path)
    assert "Traceback" not in str(error.value)


def _is_alive(pid: int) -> bool:
    """Tell whether a process runs; one that nobody has reaped does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_hang_is_a_refusal_and_leaves_no_process(untouched: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = untouched.parent / "pid"
    spawn = "import subprocess; child = subprocess.Popen(['sleep', '600'])"
    path = _worker(
        untouched, monkeypatch, f"{spawn}; open({str(told)!r}, 'w').write(str(child.pid)); time.sleep(600)"
    )
    with pytest.raises(DataError, match="lecture abandonnée après 2 secondes"):
        read_layers(path, limits=Limits(seconds=2))
    deadline = time.monotonic() + HANG_SECONDS
    while _is_alive(int(told.read_text("ascii"))):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_what_a_killed_reading_left_is_removed_by_the_next(untouched: Path) -> None:
    temporary = Path(tempfile.gettempdir())
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        pass
    for name in (f"erbm-{gone.pid}-a", f"erbm-{os.getppid()}-b", "erbm-x-c"):
        text(_made(temporary / name) / "reste", b"x")
    read_layers(text(untouched / "a.csv", "a;b\n1;2\n"))
    left = sorted(path.name for path in temporary.iterdir())
    assert left == sorted([f"erbm-{os.getppid()}-b", "erbm-x-c"])
    for name in left:
        (temporary / name / "reste").unlink()
        (temporary / name).rmdir()


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def test_the_process_sees_nothing_of_the_environment(
    untouched: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPASSWORD", "secret")
    monkeypatch.setenv("GDAL_HTTP_HEADERS", "secret")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy")
    seen = untouched.parent / "env"
    path = _worker(untouched, monkeypatch, f"open({str(seen)!r}, 'w').write(repr(dict(os.environ)))")
    with pytest.raises(DataError):
        read_layers(path)
    found = seen.read_text("utf-8")
    assert "secret" not in found
    assert "http://proxy" not in found
    assert str(Path.home()) not in found.replace(os.environ["PATH"], "")


@pytest.mark.parametrize(
    ("change", "told"),
    [(lambda path: path.write_bytes(b"a;b\n1;2\n3;4\n"), "a changé"), (Path.unlink, "a disparu")],
)
def test_a_file_that_changes_as_it_is_read(
    untouched: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[Path], object], told: str
) -> None:
    path = text(untouched / "a.csv", "a;b\n1;2\n")
    run = sandbox._run

    def and_change(work: Path, limits: Limits) -> tuple[int | None, str]:
        done = run(work, limits)
        change(path)
        return done

    monkeypatch.setattr(sandbox, "_run", and_change)
    with pytest.raises(DataError, match=f"« a.csv » {told} pendant la lecture"):
        read_layers(path)


def test_gdal_has_no_other_drivers_than_ours(tmp_path: Path) -> None:
    vrt = text(tmp_path / "a.vrt", VRT)
    code = (
        "import pyogrio; from geo.sources.files.inside import vector; vector.lock(); vector.lock()\n"
        "assert set(pyogrio.list_drivers()) <= vector.DRIVERS, pyogrio.list_drivers()\n"
        f"try: pyogrio.list_layers({str(vrt)!r})\n"
        "except pyogrio.errors.DataSourceError: print('refused')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "refused\n"


def test_nothing_is_fetched(untouched: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        schema = (
            f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://a {url}/a.xsd"'
        )
        point = f'<a:geom><gml:Point srsName="{url}/crs"><gml:pos>2 50</gml:pos></gml:Point></a:geom>'
        body = f'<wfs:member><a:t gml:id="t"><a:code xlink:href="{url}/code"/>{point}</a:t></wfs:member>'
        gml = GML.partition(">")[0] + f" {schema}>{body}</wfs:FeatureCollection>"
        style = f"<Style><IconStyle><Icon><href>{url}/i.png</href></Icon></IconStyle></Style>"
        mark = f"<Placemark>{style}<styleUrl>{url}#s</styleUrl>" + PLACEMARK.format("a").partition(">")[2]
        member = {"type": "link", "properties": {"href": url}}
        files = {
            "a.gml": gml,
            "a.kml": f"<kml {schema}><Document>{mark}</Document></kml>",
            "a.gpx": f'<gpx version="1.1" {schema}><wpt lat="50" lon="2"><link href="{url}"/></wpt></gpx>',
            "a.geojson": json.dumps({"type": "Feature", "crs": member, "geometry": None}),
        }
        for name, content in files.items():
            assert sum(len(raw.frame) for raw in read_layers(text(untouched / name, content))) == 1, name
        with pytest.raises(BlockingIOError):
            server.accept()


# What is odd, and read


def test_what_lies_beside_a_file_is_not_read(untouched: Path) -> None:
    text(untouched / "a.vrt", VRT)
    text(untouched / "a.csvt", '"Integer","Integer"')
    assert read_layers(text(untouched / "a.csv", "cp;b\n062;2\n"))[0].frame["cp"].tolist() == ["062"]
    path = write(untouched / "lieux.gml")
    text(untouched / "lieux.gfs", "<GMLFeatureClassList><GMLFeatureClass/></GMLFeatureClassList>")
    text(untouched / "lieux.xsd", "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>")
    assert read_layers(path)[0].frame["nom"].tolist() == ["é", "b"]


def test_a_shapefile_without_dbf_has_shapes_alone(untouched: Path) -> None:
    (raw,) = read_layers(_without(".dbf")(untouched))
    assert raw.frame.shape == (2, 0)
    assert [shape.x for shape in raw.geometry] == [7e5, 7.1e5]
    assert raw.notes == ("sans fichier .dbf : les formes sont lues, sans aucun attribut",)


def test_a_gml_that_refers_elsewhere_for_its_codes_is_read_without_them(untouched: Path) -> None:
    point = "<a:geom><gml:Point><gml:pos>2 50</gml:pos></gml:Point></a:geom>"
    code = '<a:etat xlink:href="http://inspire.ec.europa.eu/codelist/x"/><a:nom>é</a:nom>'
    start, _, _ = GML.partition("<a:geom>")
    path = text(untouched / "a.gml", f"{start}{point}{code}</a:t></wfs:member></wfs:FeatureCollection>")
    (raw,) = read_layers(path)
    assert raw.frame["nom"].tolist() == ["é"]
    assert raw.notes == ("renvois à d'autres documents, laissés : 1",)


def test_what_is_refused_is_not_listed_either(untouched: Path) -> None:
    for name in ("view", "zip bomb", "NetworkLink", "no .shx"):
        with pytest.raises(DataError):
            list_layers(HOSTILE[name][0](untouched), limits=LIMITS)
