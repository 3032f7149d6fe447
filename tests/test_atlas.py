"""The pages as files: same bytes, safe data, the figures of `geo.stats`, nothing lost."""

from __future__ import annotations

import base64
import dataclasses
import gzip
import hashlib
import json
import os
import re
import subprocess
import sys
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

import folium
import pandas as pd
import pytest
import shapely

import geo
from geo import text
from geo.atlas import build_map, portal, write_site
from geo.atlas.payload import page_data
from geo.atlas.report import source_report
from geo.catalog import Axis
from geo.content import Content, assets, load_content, made_on, wording
from geo.errors import DataError, ErbmError, UsageError
from geo.territories import LAMBERT_93, WGS84, projector

from .conftest import ALPHA, House
from .pages import binary_in, data_in
from .records import LENS as LENS_M
from .records import content_with, line, lot, record, sample, square

LENS = "246200364"
HENIN = "246200299"


@pytest.fixture(scope="module")
def lens() -> dict[str, Any]:
    return page_data(load_content(), LENS)


def digest(folder: Path) -> dict[str, str]:
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


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
    page = build_map("Douaisis").html_text()
    assert "(22 novembre 2026)" in page
    assert data_in(page)["date"] == "22 novembre 2026"


def test_a_page_names_no_address_but_those_of_the_base_maps(lens: dict[str, Any]) -> None:
    page = build_map("Lens-Liévin").html_text()
    markup = re.sub(r"<(script|style)>.*?</\1>", "", page, flags=re.DOTALL)
    assert re.findall(r'(?:src|href)\s*=\s*["\']?(https?:[^"\' >]+)', markup) == []
    assert not re.search(r"@import|url\((?!\"?data:|#)", assets.text("atlas-style.css"))
    hosts = {ground["url"].split("/")[2] for ground in lens["fonds"]}
    assert hosts == {"data.geopf.fr", "tile.openstreetmap.org", "www.geo2france.fr"}


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
    for layer, measure, (value, written, _, origin, *_) in shown:
        row = table.loc[(layer, measure)]
        assert value == pytest.approx(row["valeur"], rel=1e-6)
        assert origin == list(row["origine"])
        assert written


def test_every_number_of_a_page_has_its_source(lens: dict[str, Any]) -> None:
    ids = {entity["id"] for entity in lens["entites"]} | {figure["id"] for figure in lens["chiffres"]}
    for layers in lens["stats"].values():
        for measures in layers.values():
            for _, _, _, origin, *_ in measures.values():
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
        assert (entity["geometrie"] is None) == (entity["precision"] == "territoire"), entity["id"]


def test_a_page_is_written_without_folium_with_the_bytes_that_folium_gives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795305600")
    code = "import sys, geo; geo.atlas.write_page(sys.argv[1], 'Douaisis'); sys.exit('folium' in sys.modules)"
    target = tmp_path / "douaisis" / "page.html"
    subprocess.run([sys.executable, "-c", code, str(target)], check=True)
    assert target.read_text(encoding="utf-8") == build_map("Douaisis").html_text()


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
    assert data_in(page)["entites"][0]["nom"] == "{{7*7}} {% raw %} </script>"
    assert data_in(page)["territoire"] == ALPHA


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
    for layer in page_data(records())["couches"]:
        assert (paper + 0.05) / (luminance(layer["texte"]) + 0.05) >= 4.5, layer["id"]
        assert (paper + 0.05) / (luminance(layer["couleur"]) + 0.05) >= 3, layer["id"]


@cache
def records() -> Content:
    return sample()


def entity(data: dict[str, Any], key: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in data["entites"] if one["id"] == key)
    return found


def test_polygons_are_drawn_as_they_are() -> None:
    data = page_data(records(), LENS)
    shapes = records().features.geometry
    to_metres = projector(WGS84, LAMBERT_93)
    for key in ("terrils-t1", "terrils-t2", "cites-z1"):
        drawn = entity(data, key)
        assert to_metres(drawn["geometrie"]).hausdorff_distance(shapes[key]) < 1e-6
        assert drawn["mesure"] == pytest.approx(shapes[key].area)
    assert entity(data, "cavaliers-c0")["mesure"] == pytest.approx(shapes["cavaliers-c0"].length)
    assert len(entity(data, "cavaliers-c0")["geometrie"].geoms) == 2


def test_a_collection_is_drawn_by_its_widest_parts() -> None:
    base = load_content()
    mixed = shapely.GeometryCollection([shapely.Point(LENS_M), square(0, 0, 50), line((0, 0), (9, 9))])
    data = page_data(content_with([record("terrils", "m", "Mêlé", mixed, base)], base=base), LENS)
    drawn = entity(data, "terrils-m")
    assert drawn["geometrie"].geom_type == "MultiPolygon"
    assert drawn["mesure"] == pytest.approx(2500)


def test_a_statistic_has_its_rank_among_the_epci() -> None:
    data = page_data(records())
    counts = {siren: data["stats"][siren].get("cites", {}).get("nombre", [0, ""]) for siren in data["noms"]}
    ordered = sorted((stat[0] for stat in counts.values()), reverse=True)
    assert ordered[-1] == 0
    for value, *_, rank in (stat for stat in counts.values() if stat[0]):
        place = ordered.index(value) + 1
        equal = " ex æquo" if ordered.count(value) > 1 else ""
        assert rank == f"{place}{'er' if place == 1 else 'e'} rang{equal} sur {len(ordered)} EPCI"
    assert any("ex æquo" in s[-1] for ls in data["stats"].values() for ms in ls.values() for s in ms.values())
    assert data["stats"][LENS]["terrils"]["area_ha"][-1] == ""
    for code in ("total", "62498"):
        assert {stat[-1] for ms in data["stats"][code].values() for stat in ms.values()} == {""}


def test_the_page_of_an_epci_compares_it_with_the_others_and_the_whole() -> None:
    whole, own = page_data(records()), page_data(records(), LENS)
    assert whole["comparaison"] == {}
    assert len(own["noms"]) == 8
    assert own["noms"] == whole["noms"]
    assert own["comparaison"].keys() == (own["noms"].keys() - {LENS}) | {"total"}
    for code, layers in own["comparaison"].items():
        for layer, measures in layers.items():
            for key, told in measures.items():
                value, written, unit, _, note, rank = whole["stats"][code][layer][key]
                assert told == [value, written, unit, note, rank]


def test_pages_know_the_addresses_of_the_others(tmp_path: Path) -> None:
    write_site(tmp_path, ["Douaisis", "Lens-Liévin"])
    page = data_in((tmp_path / "epci" / "lens-lievin.html").read_text(encoding="utf-8"))
    assert page["pages"] == {"200044618": "douaisis.html", LENS: "lens-lievin.html"}
    assert page["accueil"] == "../index.html"
    assert page_data(load_content())["pages"] == {}


def test_a_page_says_what_made_it_and_who_to_ask(lens: dict[str, Any]) -> None:
    told = {"version": geo.__version__, "commande": "erbm atlas"}
    assert lens["fabrique"] == told


def test_what_is_inscribed_is_told_where_its_source_says() -> None:
    base = load_content()
    rows = [
        record("terrils", "u", "Inscrit", square(0, 0, 50), base, attributs={"id_unesco": "38A"}),
        record("cites", "n", "Non inscrite", square(100, 0, 50), base, attributs={"unesco": False}),
        record("hopitaux", "h", "Sans rapport", shapely.Point(LENS_M), base),
    ]
    data = page_data(content_with(rows, base=base), LENS)
    told = [entity(data, key)["unesco"] for key in ("terrils-u", "cites-n", "hopitaux-h")]
    assert told == ["oui", "non", ""]
    assert entity(data, "terrils-u")["etat_au"] == "2026-11-12"


def hashes(*texts: str) -> set[str]:
    digests = (base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in texts)
    return {f"'sha256-{digest}'" for digest in digests}


def rules(page: str) -> dict[str, set[str]]:
    found = re.findall('<meta http-equiv="Content-Security-Policy" content="([^"]*)">', page)
    assert len(found) == 1
    written = [rule.split() for rule in unescape(found[0]).split("; ")]
    return {name: set(allowed) for name, *allowed in written}


def test_only_what_a_page_holds_may_run_and_be_applied() -> None:
    page = build_map("Douaisis").html_text()
    own = rules(page)
    told = [gzip.decompress(binary_in(page, name)).decode() for name in ("application", "style")]
    loaders = re.findall("<script>(.*?)</script>", page, re.DOTALL)
    waiting = re.findall("<style>(.*?)</style>", page, re.DOTALL)
    assert own.pop("script-src") == hashes(told[0], *loaders)
    assert own.pop("style-src") == hashes(told[1], *waiting)
    hosts = {"https://data.geopf.fr", "https://tile.openstreetmap.org", "https://www.geo2france.fr"}
    assert own.pop("img-src") == {"data:", "blob:"} | hosts
    assert own.pop("font-src") == {"data:"}
    assert own == {"default-src": {"'none'"}, "base-uri": {"'none'"}, "form-action": {"'none'"}}
    assert len(loaders) == len(waiting) == 1
    assert not re.search(r'\s(style|on\w+)="', page)


def test_portal_and_report_run_nothing(tmp_path: Path) -> None:
    site = portal.render(records(), {LENS: "epci/lens-lievin.html"}, "atlas.html")
    content = records()
    told = source_report(content.known, content.lots, {}, made_on())
    for page in (site, told):
        own = rules(page)
        assert own["script-src"] == {"'none'"}
        assert own["style-src"] == hashes(*re.findall("<style>(.*?)</style>", page, re.DOTALL))
        assert not re.search(r'\s(style|on\w+)="', page)
        assert "<script" not in page


def test_a_page_with_something_added_lets_it_run() -> None:
    page = build_map("Douaisis")
    folium.Marker([50.4, 3.1]).add_to(page)
    text = page.html_text()
    assert "Content-Security-Policy" not in text
    assert "var map_atlas = ErbmAtlas.carte();" in text
    assert data_in(text)["territoire"] == "200044618"
    beside = build_map("Douaisis")
    figure = beside.get_root()
    assert isinstance(figure, folium.Figure)
    figure.html.add_child(folium.Element("<p>Note</p>"))
    assert "<p>Note</p>" in beside.html_text()


def test_records_are_told_apart_and_never_in_the_totals() -> None:
    plain, data = page_data(load_content(), LENS), page_data(records(), LENS)
    for code, layers in plain["stats"].items():
        for group in (key for key in layers if key == "toutes" or key.startswith("axe-")):
            assert data["stats"][code][group] == layers[group]
    assert data["stats"][LENS]["terrils"]["area_ha"][:3] == [pytest.approx(22, rel=1e-3), "22", "ha"]
    assert data["stats"][LENS]["cavaliers"]["length_km"][3][0] == "cavaliers-c0"
    layers = {layer["id"]: layer for layer in data["couches"]}
    assert layers["terrils"]["inventaire"]
    assert not layers["terrils"]["visible"]
    assert layers["terrils"]["couleur"] != layers["sport"]["couleur"]
    assert not layers["cites"]["inventaire"]
    assert entity(data, "cites-z1")["inventaire"]


def test_a_page_has_every_record_that_its_numbers_name() -> None:
    base = load_content()
    lens, henin = (base.basin.epci[siren] for siren in (LENS, HENIN))
    border = shapely.intersection(lens.geometry, henin.geometry)
    astride = border.representative_point().buffer(300)
    content = content_with([record("terrils", "b", "À cheval", astride, base)], base=base)
    data = page_data(content, HENIN)
    area = data["stats"][HENIN]["terrils"]["area_ha"]
    assert area[0] > 0
    assert area[3] == ["terrils-b"]
    assert HENIN not in entity(data, "terrils-b")["epci"]


def test_a_layer_that_was_never_read_is_on_no_page(tmp_path: Path) -> None:
    data = page_data(load_content())
    assert not any(layer["inventaire"] for layer in data["couches"])
    assert not any("Cartofriches" in source["titre"] for source in data["sources"])
    write_site(tmp_path, ["Lens-Liévin"])
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert "Cavaliers" not in page
    assert "Inventaires" not in page


def test_pages_say_of_when_their_data_are() -> None:
    data = page_data(records(), LENS)
    layers = {layer["id"]: layer for layer in data["couches"]}
    assert layers["cavaliers"]["donnees"] == "données du 12 novembre 2026, 450\u00a0objets en tout"
    assert layers["sport"]["donnees"] == ""
    assert layers["cavaliers"]["pannes"] == []
    failed = "Source non rafraîchie\u00a0: délai dépassé, le 20 novembre 2026."
    assert layers["hopitaux"]["pannes"] == [f"{failed} Ce sont les données du 3 octobre 2026."]
    assert entity(data, "terrils-t1")["source"].endswith("Licence Ouverte 2.0, données du 12 novembre 2026")
    assert entity(data, "cites-lsm-241")["source"].endswith("Licence Ouverte 2.0")
    told = {lot["texte"] for source in data["sources"] for lot in source["lots"]}
    assert "Terrils\u00a0: données du 12 novembre 2026, 2\u00a0objets en tout, 1\u00a0réparé" in told
    assert "Cités minières (zone tampon)\u00a0: données du 12 novembre 2026, 1\u00a0objet en tout" in told


def test_lots_of_several_days_or_of_none() -> None:
    base = load_content()

    def told(*days: str) -> str:
        return wording.lots_line([lot("terrils", base, [], recupere=day) for day in days])

    assert told("2026-11-01T10:00:00Z") == "données du 1er novembre 2026, 0\u00a0objet en tout"
    assert told("2026-11-12", "2026-11-10").startswith("données du 10 au 12 novembre 2026, ")
    assert told("2026-11-12", "2026-10-30").startswith("données du 30 octobre 2026 au 12 novembre 2026, ")
    assert told("") == "données du millésime 2018, 0\u00a0objet en tout"
    assert told() == ""
    unesco, service = lot("terrils", base, []), lot("cavaliers", base, [])
    both = [dataclasses.replace(one, recupere="") for one in (unesco, service)]
    assert wording.lots_line(both).startswith("données des millésimes 2018 et 2024, ")
    aside = lot("terrils", base, [], aside=pd.DataFrame(index=[1, 2]), recupere="2026-11-12")
    assert wording.lot_details("Terrils", aside).endswith("2\u00a0écartés")


def test_the_report_of_sources_is_linked_from_pages_and_portal() -> None:
    assert page_data(records(), LENS, portal="../index.html")["rapport"] == "../rapport-sources.html"
    assert page_data(records(), portal="index.html")["rapport"] == "rapport-sources.html"
    assert page_data(records(), LENS)["rapport"] == ""
    assert page_data(load_content(), portal="index.html")["rapport"] == ""
    page = portal.render(records(), {LENS: "epci/lens-lievin.html"}, "atlas.html")
    assert 'href="rapport-sources.html"' in page
    assert "Source non rafraîchie" in page
    assert "Inventaires et repères" in page
    assert re.search(r'href="atlas.html#c=cavaliers">Cavaliers</a><b>450</b>', page)
    assert "rapport-sources" not in portal.render(load_content(), {}, "atlas.html")


def test_what_a_user_added_is_no_axis() -> None:
    own = Axis(0, "Vos couches", "Vos couches", "#23272d", "#23272d")
    assert wording.axis_title(own) == "Vos couches"
    assert wording.axis_title(load_content().known.axes[1]) == "Axe 1. Cadre de vie"
