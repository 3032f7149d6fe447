"""The pages as files: same bytes, safe data, the figures of `geo.stats`, nothing lost."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import folium
import pytest

import geo
from geo import text
from geo.atlas import assets, build_map, write_site
from geo.atlas.content import load_content, made_on
from geo.atlas.payload import page_data
from geo.errors import DataError, ErbmError, UsageError

from .conftest import ALPHA, House

LENS = "246200364"


@pytest.fixture(scope="module")
def lens() -> dict[str, Any]:
    return page_data(load_content(), LENS)


def digest(folder: Path) -> dict[str, str]:
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def data_of(page: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="donnees">(.*?)</script>', page, re.DOTALL)
    assert found
    data: dict[str, Any] = json.loads(found.group(1))
    return data


def test_two_builds_give_the_same_bytes(tmp_path: Path) -> None:
    code = "import sys, pathlib, geo; geo.atlas.write_site(pathlib.Path(sys.argv[1]))"
    for number in (1, 2):
        environment = {**os.environ, "PYTHONHASHSEED": str(number), "SOURCE_DATE_EPOCH": "1795305600"}
        command = [sys.executable, "-c", code, str(tmp_path / str(number))]
        subprocess.run(command, env=environment, check=True)
    first, second = digest(tmp_path / "1"), digest(tmp_path / "2")
    assert first == second
    assert len(first) == 10


def test_the_date_is_the_one_that_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795305600")
    assert text.long_date(made_on()) == "22 novembre 2026"
    assert "page du 22 novembre 2026" in build_map("Douaisis").html_text()


def test_a_page_names_no_address_but_those_of_the_base_maps(lens: dict[str, Any]) -> None:
    page = build_map("Lens-Liévin").html_text()
    markup = re.sub(r"<(script|style)>.*?</\1>", "", page, flags=re.DOTALL)
    assert re.findall(r'(?:src|href)\s*=\s*["\']?(https?:[^"\' >]+)', markup) == []
    assert not re.search(r"@import|url\((?!\"?data:|#)", assets.text("atlas-style.css"))
    hosts = {ground["url"].split("/")[2] for ground in lens["fonds"]}
    assert hosts == {"data.geopf.fr", "tile.openstreetmap.org"}


def test_json_cannot_leave_its_script() -> None:
    hostile = "</script><!--<script>\u2028&"
    written = assets.as_json({"nom": hostile})
    assert not re.search("[<>&\u2028]", written)
    assert json.loads(written) == {"nom": hostile}


def test_every_statistic_of_a_page_is_that_of_geo_stats(lens: dict[str, Any]) -> None:
    table = geo.stats("Lens-Liévin").set_index(["couche", "indicateur"])
    shown = [
        (layer, measure, stat)
        for layer, measures in lens["stats"][LENS].items()
        for measure, stat in measures.items()
    ]
    assert len(shown) > 40
    for layer, measure, (value, written, _, origin, _) in shown:
        row = table.loc[(layer, measure)]
        assert value == pytest.approx(row["valeur"], rel=1e-6)
        assert origin == list(row["origine"])
        assert written


def test_every_number_of_a_page_has_its_source(lens: dict[str, Any]) -> None:
    ids = {entity["id"] for entity in lens["entites"]} | {figure["id"] for figure in lens["chiffres"]}
    for layers in lens["stats"].values():
        for measures in layers.values():
            for _, _, _, origin, _ in measures.values():
                assert origin
                assert set(origin) <= ids
    assert all(re.search(r"ligne \d+$", figure["source"]) for figure in lens["chiffres"])
    assert all(entity["source"] for entity in lens["entites"])


def test_the_page_of_an_epci_holds_what_the_query_gives(lens: dict[str, Any]) -> None:
    own = {e["id"] for e in lens["entites"] if LENS in e["epci"] or set(e["communes"]) & _communes(lens)}
    assert own == set(geo.query(epci="Lens-Liévin")["id"])
    assert len(lens["communes"]) == 36
    wide = [e for e in lens["entites"] if e["id"] not in own]
    assert wide
    assert all(LENS in e["couvre"] and e["precision"] == "territoire" for e in wide)


def _communes(data: dict[str, Any]) -> set[str]:
    return {commune["insee"] for commune in data["communes"]}


def test_a_measure_of_a_territory_is_never_a_point() -> None:
    for entity in page_data(load_content())["entites"]:
        places = [key for key in ("point", "points", "ligne") if key in entity]
        assert len(places) == (0 if entity["precision"] == "territoire" else 1), entity["id"]


def test_build_map_is_a_folium_map_that_shows_in_a_notebook() -> None:
    page = build_map("Douaisis")
    assert isinstance(page, folium.Map)
    assert "<iframe" in page._repr_html_()
    with pytest.raises(UsageError, match="EPCI inconnu"):
        build_map("Atlantide")


def test_templates_are_never_run_on_data(house: House) -> None:
    house.fact(
        "lieux", "a", nom="'{{7*7}} {% raw %} </script>'", communes='["62001"]', point=house.place(5, 5)
    )
    house.put("chiffres/cles.toml", "cle = []\n")
    house.write()
    page = build_map("Alpha").html_text()
    assert data_of(page)["entites"][0]["nom"] == "{{7*7}} {% raw %} </script>"
    assert data_of(page)["territoire"] == ALPHA


def test_what_is_written_is_told(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    written = write_site(tmp_path, ["Douaisis"], lambda *step: told.append(step))
    assert [p.path.relative_to(tmp_path).as_posix() for p in written] == ["index.html", "epci/douaisis.html"]
    assert all(p.taille == p.path.stat().st_size for p in written)
    assert told == [("Douaisis", 0, 2), ("Portail", 1, 2), ("Terminé", 2, 2)]
    assert "atlas.html" not in (tmp_path / "index.html").read_text(encoding="utf-8")


def test_a_failure_leaves_the_old_page_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_site(tmp_path, ["Douaisis"])
    before = digest(tmp_path)

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(ErbmError, match="écriture impossible"):
        write_site(tmp_path, ["Douaisis"])
    assert digest(tmp_path) == before


def test_an_unknown_pictogram_is_told() -> None:
    with pytest.raises(DataError, match="pictogramme inconnu"):
        assets.icon("maki:licorne")


def test_every_pair_of_axis_colours_is_readable() -> None:
    def luminance(colour: str) -> float:
        channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    paper = luminance("#fffdf9")
    for axis in load_content().known.axes.values():
        contrast = (paper + 0.05) / (luminance(axis.couleur_texte) + 0.05)
        assert contrast >= 4.5, axis
