"""The GeoPackage of an EPCI, read by the programs of others: whole, valid, styled, the same twice."""

from __future__ import annotations

import json
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree as ET

import fiona
import pandas as pd
import pyogrio
import pytest

import geo
from geo.content import Content, Dossier, load_content, open_dossier
from geo.errors import DataError
from geo.export.geopackage import geopackage_name, write_geopackage
from geo.export.section import Section
from geo.export.sections import list_sections
from tests import records
from tests.conftest import ALPHA, House
from tests.records import sample

LENS = "246200364"
GDAL = Path("/usr/bin/python3")
VALIDATOR = (
    "import sys; from osgeo_utils.samples.validate_gpkg import check; sys.exit(bool(check(sys.argv[1])))"
)
DAY = "1795000000"
"""18 November 2026, as SOURCE_DATE_EPOCH says it."""
HOSTILE = 'Cité "d\'à côté" </Option><script>alert(1)</script> & [% 1 %] |layername=epci; DROP TABLE epci --'


@pytest.fixture(scope="module", params=["faits", "relevés"])
def content(request: pytest.FixtureRequest) -> Content:
    return records.facts() if request.param == "faits" else sample()


@pytest.fixture(scope="module")
def dossier(content: Content) -> Dossier:
    return open_dossier(content, LENS)


@pytest.fixture(scope="module")
def sections(dossier: Dossier) -> list[Section]:
    return list_sections(dossier)


@pytest.fixture(scope="module")
def package(dossier: Dossier, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    target = tmp_path_factory.mktemp("geopackage") / geopackage_name(dossier)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", DAY)
        write_geopackage(dossier, target)
    yield target
    assert [path.name for path in target.parent.iterdir()] == [target.name]


def base(path: Path) -> closing[sqlite3.Connection]:
    """Open a GeoPackage as what it is underneath, for reading alone."""
    return closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True))


def test_every_table_opens_in_fiona_and_in_pyogrio(package: Path, sections: list[Section]) -> None:
    assert set(fiona.listlayers(package)) == {section.name for section in sections} | {"layer_styles"}
    for section in sections:
        frame = pyogrio.read_dataframe(package, layer=section.name)
        assert len(frame) == len(section.rows), section.name
        with fiona.open(package, layer=section.name) as read:
            assert len(list(read)) == len(section.rows), section.name
            assert list(read.schema["properties"]) == [column.name for column in section.columns]
            if section.shape:
                assert read.crs.to_epsg() == 2154
                assert read.schema["geometry"] == section.shape


def test_its_features_are_those_of_the_dossier_whole(package: Path, dossier: Dossier) -> None:
    read = [
        pyogrio.read_dataframe(package, layer=section.name)
        for section in list_sections(dossier)
        if section.layer
    ]
    frames = pd.concat(read).set_index("id")
    assert sorted(frames.index) == sorted(dossier.own["id"])
    assert sum(len(features) for _, features in dossier.layers) == len(frames)
    told = dossier.own.set_index("id")
    for key, shape in frames.geometry.items():
        assert shape.equals(told.geometry[key]), key
    same = frames["nom"].to_dict() == told["nom"].to_dict()
    assert same
    assert frames["inventaire"].astype(bool).to_dict() == told["inventaire"].astype(bool).to_dict()


def test_its_statistics_are_those_of_the_command(package: Path, content: Content, dossier: Dossier) -> None:
    table = pyogrio.read_dataframe(package, layer="statistiques")
    kept = {
        (row.code, row.couche, row.indicateur): row
        for row in table[table["decoupage"] == "epci"].itertuples()
        if row.siren == LENS
    }
    wanted = content.stats[content.stats["siren"] == LENS]
    if content.lots == {}:
        wanted = geo.stats("Lens-Liévin")
        wanted = wanted[wanted["siren"] == LENS]
    assert len(kept) == len(wanted) > 40
    for row in wanted.itertuples():
        found = kept[LENS, row.couche, row.indicateur]
        assert found.valeur == row.valeur, row
        assert found.unite == row.unite
    written = {key[1:]: row.texte for key, row in kept.items() if isinstance(row.texte, str)}
    assert written == {key: stat.text for key, stat in dossier.stats.items()}
    communes = set(table.loc[table["decoupage"] == "commune", "insee"])
    assert communes <= set(dossier.basin.communes)
    assert len(communes) > 10


def test_what_features_point_to_is_there(package: Path, dossier: Dossier) -> None:
    figures = pyogrio.read_dataframe(package, layer="chiffres").set_index("id")
    pointed = {key for name in ("chiffres", "contexte") for keys in dossier.own[name] for key in keys}
    assert pointed
    assert pointed <= set(figures.index)
    for key in pointed:
        assert figures.loc[key, "valeur"] == dossier.content.figures.figures[key].valeur
        assert figures.loc[key, "texte_ecrit"] == dossier.content.figures.figures[key].written()
    documents = pyogrio.read_dataframe(package, layer="documents")
    assert set(dossier.own["document"]) <= set(documents["id"])
    assert set(pyogrio.read_dataframe(package, layer="communes")["insee"]) == set(dossier.basin.communes)
    assert pyogrio.read_dataframe(package, layer="epci")["siren"].tolist() == [LENS]
    wider = pyogrio.read_dataframe(package, layer="mesures_plus_larges")
    assert sorted(wider["id"]) == sorted(dossier.overall["id"])


def test_every_column_is_explained_and_typed(package: Path, sections: list[Section]) -> None:
    told = pyogrio.read_dataframe(package, layer="colonnes")
    named = set(zip(told["nom_table"], told["colonne"], strict=True))
    with base(package) as link:
        described = {
            (table, column): text
            for table, column, text in link.execute(
                "SELECT table_name, column_name, description FROM gpkg_data_columns"
            )
        }
    for section in sections:
        for column in section.columns:
            assert described[section.name, column.name] == column.comment
            assert (section.name, column.name) in named or section.name == "colonnes"
    fields = pyogrio.read_info(package, layer="statistiques")
    types = dict(zip(fields["fields"], fields["dtypes"], strict=True))
    assert (types["valeur"], types["code"]) == ("float64", "object")
    cites = next(s.name for s in sections if s.layer and s.layer.id == "cites" and s.part == "lieux")
    fields = pyogrio.read_info(package, layer=cites)
    types = dict(zip(fields["fields"], fields["ogr_types"], strict=True))
    subtypes = dict(zip(fields["fields"], fields["ogr_subtypes"], strict=True))
    assert (types["axe"], types["area_ha"], types["id_lsm"]) == ("OFTInteger", "OFTReal", "OFTInteger64")
    assert subtypes["unesco"] == "OFSTBoolean"


def test_its_contents_are_told_in_french(package: Path, sections: list[Section]) -> None:
    with base(package) as link:
        rows = link.execute("SELECT table_name, identifier, description, last_change FROM gpkg_contents")
        told = {name: rest for name, *rest in rows}
        indexed = {
            name
            for (name,) in link.execute("SELECT table_name FROM gpkg_extensions WHERE column_name = 'geom'")
        }
    for section in sections:
        assert told[section.name][:2] == [section.titre, section.comment]
    assert {rest[2] for rest in told.values()} == {"2026-11-18T00:00:00.000Z"}
    assert indexed == {section.name for section in sections if section.shape}


def test_every_table_of_shapes_has_its_style_by_default(package: Path, sections: list[Section]) -> None:
    with base(package) as link:
        rows = link.execute(
            "SELECT f_table_name, f_geometry_column, useAsDefault, styleQML, styleSLD FROM layer_styles"
        ).fetchall()
    assert sorted(row[0] for row in rows) == sorted(section.name for section in sections if section.shape)
    for name, geometry, default, qml, sld in rows:
        assert (geometry, default) == ("geom", 1), name
        renderer = ET.fromstring(qml).find("renderer-v2")
        assert renderer is not None, name
        assert renderer.findall(".//symbol/layer"), name
        assert ET.fromstring(sld).findall(".//{http://www.opengis.net/se}Rule"), name


def test_gdal_finds_nothing_wrong_in_it(package: Path) -> None:
    with base(package) as link:
        assert link.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert link.execute("PRAGMA foreign_key_check").fetchall() == []
        assert link.execute("PRAGMA application_id").fetchall() == [(0x47504B47,)]
    known = GDAL.exists() and not subprocess.run([GDAL, "-c", "import osgeo_utils.samples"], check=False,
                                                 capture_output=True).returncode  # fmt: skip
    if not known:
        pytest.skip("GDAL's validator is not installed (apt install python3-gdal)")
    done = subprocess.run([GDAL, "-c", VALIDATOR, package], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_same_data_give_the_same_bytes(
    package: Path, dossier: Dossier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", DAY)
    again = tmp_path / "ailleurs.gpkg"
    again.write_bytes(b"ancien")
    write_geopackage(dossier, again)
    assert again.read_bytes() == package.read_bytes()
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")
    write_geopackage(dossier, again)
    assert again.read_bytes() != package.read_bytes()


def hostile(house: House) -> Dossier:
    """Return what an EPCI tells whose names are made to break out of XML, SQL and paths."""
    named = json.dumps(HOSTILE)
    title = json.dumps(f"{HOSTILE}\x01")
    house.layers["lieux"] = house.layers["lieux"].replace('"Couche 1"', title)
    house.layers["epci"] = house.layers["lieux"].replace("ordre = 1", "ordre = 3")
    for layer in ("lieux", "epci"):
        place = house.place(5, 5)
        house.fact(layer, "un", communes='["62001"]', point=place, nom=named, resume=named)
    house.fact("lieux", "deux", communes='["62001"]', precision='"commune"', nom=named)
    path = house.line((1, 1), (9, 9))
    house.fact("pistes", "trois", communes='["62001"]', ligne=path, precision='"indicative"', nom=named)
    house.write()
    (house.root / "chiffres" / "cles.toml").write_text("cle = []\n", encoding="utf-8")
    return open_dossier(load_content(), ALPHA)


def test_hostile_names_stay_text(house: House, tmp_path: Path) -> None:
    dossier = hostile(house)
    target = tmp_path / "donnees-alpha.gpkg"
    write_geopackage(dossier, target)
    assert set(fiona.listlayers(target)) >= {"lieux", "couche_epci", "pistes", "epci"}
    assert pyogrio.read_dataframe(target, layer="lieux")["nom"].tolist() == [HOSTILE] * 2
    with base(target) as link:
        assert link.execute("SELECT identifier FROM gpkg_contents WHERE table_name = 'lieux'").fetchall() == [
            (f"{HOSTILE} (lieux)",)
        ]
        for qml, sld in link.execute("SELECT styleQML, styleSLD FROM layer_styles"):
            assert "<script" not in qml + sld
            ET.fromstring(qml)
            ET.fromstring(sld)


def test_territories_elsewhere_are_refused(dossier: Dossier, tmp_path: Path) -> None:
    from dataclasses import replace

    from geo.territories import Territories

    overseas = Territories(
        list(dossier.basin.communes.values()), [dossier.epci], "EPSG:2975", dossier.basin.source
    )
    with pytest.raises(DataError, match="Lambert-93"):
        write_geopackage(replace(dossier, basin=overseas), tmp_path / "x.gpkg")
    assert not list(tmp_path.iterdir())
