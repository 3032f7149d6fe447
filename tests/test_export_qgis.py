"""The project of QGIS of an EPCI, opened by QGIS itself: nothing missing, all as in the atlas."""

from __future__ import annotations

import json
import os
import subprocess
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET
from zipfile import ZipFile

import pytest

from geo.content import Dossier, load_content, open_dossier, style
from geo.export.geopackage import geopackage_name, write_geopackage
from geo.export.qgis import project_name, write_project
from geo.export.sections import list_sections
from tests.conftest import House
from tests.records import sample
from tests.test_export_geopackage import DAY, HOSTILE, LENS, hostile

PYTHON = Path("/usr/bin/python3")
SCRIPT = Path(__file__).with_name("in_qgis.py")
OFFSCREEN = {"QT_QPA_PLATFORM": "offscreen", "LC_ALL": "C.UTF-8", "PATH": os.environ["PATH"]}

Told = dict[str, Any]


@cache
def has_qgis() -> bool:
    """Tell whether Debian's Python has PyQGIS."""
    if not PYTHON.exists():
        return False
    asked = [str(PYTHON), "-c", "import qgis.core"]
    return subprocess.run(asked, capture_output=True, check=False, env=OFFSCREEN).returncode == 0


def in_qgis(folder: Path, dossier: Dossier) -> Told:
    """Return what QGIS tells of the project in a folder, with the GeoPackage beside it."""
    if not has_qgis():
        pytest.skip("QGIS is not installed (apt install python3-qgis)")
    paths = [folder / project_name(dossier), folder / geopackage_name(dossier), folder / "carte.png"]
    env = {**OFFSCREEN, "HOME": str(folder), "XDG_RUNTIME_DIR": str(folder)}
    done = subprocess.run([PYTHON, SCRIPT, *paths], capture_output=True, text=True, check=False, env=env,
                          timeout=180)  # fmt: skip
    assert done.returncode == 0, done.stderr
    told: Told = json.loads(done.stdout)
    return told


def write(dossier: Dossier, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    write_geopackage(dossier, folder / geopackage_name(dossier))
    write_project(dossier, folder / project_name(dossier), geopackage_name(dossier))


@pytest.fixture(scope="module")
def dossier() -> Dossier:
    return open_dossier(sample(), LENS)


@pytest.fixture(scope="module")
def folder(dossier: Dossier, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the files of Lens-Liévin, and move them once they are written."""
    first = tmp_path_factory.mktemp("pack") / "là"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", DAY)
        write(dossier, first)
    return first.rename(first.with_name("dossier déplacé"))


@pytest.fixture(scope="module")
def told(folder: Path, dossier: Dossier) -> Told:
    return in_qgis(folder, dossier)


def project(path: Path) -> ET.Element:
    """Return the XML of a project."""
    with ZipFile(path) as packed:
        (name,) = packed.namelist()
        assert name == f"{path.stem}.qgs"
        return ET.fromstring(packed.read(name))


def test_every_layer_opens_wherever_the_folder_is(told: Told, dossier: Dossier, folder: Path) -> None:
    sections = {f"erbm_couche_{section.name}": section for section in list_sections(dossier)}
    assert told["lu"]
    assert set(told["couches"]) == set(sections)
    for key, layer in told["couches"].items():
        assert layer["valide"], key
        assert layer["nombre"] == len(sections[key].rows), key
        assert layer["titre"] == sections[key].titre
        assert layer["source"].startswith(str(folder)), key
        assert layer["crs"] == ("EPSG:2154" if sections[key].shape else ""), key


def test_its_groups_are_those_of_the_atlas(told: Told, dossier: Dossier) -> None:
    assert told["crs"] == "EPSG:2154"
    names = [name for name, _, _ in told["groupes"]]
    assert names == [
        "Axe 1. Cadre de vie",
        "Axe 2. Économie et emploi",
        "Axe 3. Attractivité",
        "Axe 4. Futur",
        "Inventaires et repères",
        "Territoires",
        "Tableaux",
    ]
    first, records = told["groupes"][0][2], told["groupes"][4][2]
    assert [first[0][0], first[-1][0], first[-1][1]] == [
        "Cités minières (lieux)",
        "Mesures de territoire",
        False,
    ]
    layers = dossier.content.known.layers
    shown = {layer.titre: layer.visible for layer in layers.values()}
    assert {name: checked for name, checked, _ in records} == {name: shown[name] for name, _, _ in records}
    assert {name for name, _, _ in told["groupes"][5][2]} == {
        "EPCI",
        "Autres EPCI du bassin minier",
        "Communes",
    }
    assert told["themes"] == names[:5]
    assert told["titre"].startswith("Lens-Liévin")
    assert "18 novembre 2026" in told["resume"]


def test_its_map_is_the_epci_drawn_with_its_colours(told: Told, dossier: Dossier) -> None:
    west, south, east, north = dossier.epci.geometry.bounds
    assert told["etendue"] == pytest.approx([west, south, east, north], abs=1)
    assert told["erreurs"] == []
    colours: Counter[str] = Counter(told["couleurs"])
    assert colours["#fffdf9"] > 100_000  # the land
    assert colours["#f3efe6"] + colours["#f8f5ee"] > 20_000  # what is around it
    cites = dossier.content.known.layers["cites"]
    assert colours[style.colour(cites)] > 300
    assert colours[style.colour(dossier.content.known.layers["economie"])] > 10


def test_symbols_lie_over_lines_over_areas(told: Told) -> None:
    ranks = {key.removeprefix("erbm_couche_"): rank for rank, key in enumerate(told["ordre"])}
    assert ranks["cites_lieux"] < ranks["routes_traces"] < ranks["cites_contours"] < ranks["communes"]
    assert ranks["hopitaux"] < ranks["cavaliers"] < ranks["epci"] < ranks["terrils"]


def test_places_look_as_sure_as_they_are(told: Told) -> None:
    looks = {key.removeprefix("erbm_couche_"): layer["style"] for key, layer in told["couches"].items()}
    heritage = looks[
        "patrimoine_culture_lieux" if "patrimoine_culture_lieux" in looks else "patrimoine_culture"
    ]
    assert [label for label, _ in heritage["regles"]] == [
        "position exacte ou à l’adresse",
        "située à la commune",
        "position ou tracé indicatif",
    ]
    assert heritage["symboles"] == [["SvgMarker"]] * 3
    assert heritage["images"] == ["base64:"] * 3
    assert looks["routes_traces"]["symboles"] == [["SimpleLine", "SimpleLine"]]
    assert looks["cavaliers"]["symboles"] == [["SimpleLine"]]
    assert "PointPatternFill" in looks["terrils"]["symboles"][0]
    assert looks["communes"]["etiquettes"] == looks["epci"]["etiquettes"] == "simple"
    assert heritage["etiquettes"] == "rule-based"


def test_the_geopackage_alone_looks_the_same(told: Told) -> None:
    styled = {key: layer for key, layer in told["couches"].items() if layer["style"]}
    assert len(styled) > 25
    for key, layer in styled.items():
        assert layer["seul"] == layer["style"], key
        assert layer["sld"], key


def test_the_same_data_give_the_same_bytes(
    folder: Path, dossier: Dossier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", DAY)
    again = tmp_path / project_name(dossier)
    write_project(dossier, again, geopackage_name(dossier))
    assert again.read_bytes() == (folder / again.name).read_bytes()


def test_it_names_no_path_but_the_file_beside_it(folder: Path, dossier: Dossier) -> None:
    root = project(folder / project_name(dossier))
    sources = [one.text or "" for one in root.iter("datasource")]
    assert sources
    assert all(source.startswith(f"./{geopackage_name(dossier)}|layername=") for source in sources)
    names = [option.get("value", "") for option in root.iter("Option") if option.get("name") == "name"]
    pictures = [name for name in names if "/" in name or name.endswith(".svg")]
    assert all(name.startswith(("base64:", "CASE")) for name in pictures)
    assert str(folder.parent) not in ET.tostring(root, encoding="unicode")


def test_hostile_names_stay_text(house: House, tmp_path: Path) -> None:
    dossier = hostile(house)
    write(dossier, tmp_path)
    root = project(tmp_path / project_name(dossier))
    assert root.findall(".//script") == []
    assert f"{HOSTILE} (couche_epci)" in [one.text for one in root.iter("layername")]
    found = in_qgis(tmp_path, dossier)
    assert all(layer["valide"] for layer in found["couches"].values())
    assert f"{HOSTILE} (lieux)" in {layer["titre"] for layer in found["couches"].values()}


def test_the_facts_alone_open_too(tmp_path: Path) -> None:
    dossier = open_dossier(load_content(), "200044048")
    write(dossier, tmp_path)
    found = in_qgis(tmp_path, dossier)
    assert all(layer["valide"] for layer in found["couches"].values())
    assert found["titre"].startswith("Osartis-Marquion")
