"""``erbm sync``: each kind of source fetched and kept; each fault told, the last good data in place."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely

from geo import catalog, ingest
from geo.errors import DataError, UsageError
from geo.sources.store import synced
from geo.sources.web import Limits, Web
from geo.sync import Outcome, sync
from tests.conftest import ORIGIN, House, clear_caches, lonlat
from tests.loopback import HTML, Loopback, Reply
from tests.postgis import Base
from tests.services import GeoServer

LAYER = """
titre = "Cavaliers"
axe = 1
ordre = 9
resume = "Des voies."
source = "autre"
geometrie = "ligne"
indicateurs = ["nombre", "length_km"]
inventaire = true
nommer = "Cavalier {{id_troncon}}"

[symbole]
pictogramme = "maki:circle"
forme = "rond"

[[champ]]
nom = "id_troncon"
libelle = "Tronçon"
type = "texte"
{feeds}
"""
FEED = """
[[donnees]]
document = "autre"
genre = {genre}
adresses = {addresses}
format = {format}
couche = {layer}
crs = "EPSG:2154"
cle = ["id_troncon"]
champs = {{ id_troncon = "ID_NTRONCO", nom = "Appartenan" }}
resume = "Un tronçon."
"""


def line(x_km: float) -> shapely.LineString:
    """Return a line of 5 km of the tiny house, EPSG:2154, from a place along its bottom."""
    x, y = ORIGIN[0] + 1000 * x_km, ORIGIN[1] + 1000
    return shapely.LineString([(x, y), (x, y + 5000)])


def rows(count: int = 3) -> gpd.GeoDataFrame:
    """Return stretches under their published names; the third is beyond the perimeter."""
    told = [
        (f"001_{n:02}", f"Voie ferrée n° {n}", line(x))
        for n, x in zip(range(1, count + 1), (2, 12, 62), strict=False)
    ]
    return gpd.GeoDataFrame(
        {"ID_NTRONCO": [t[0] for t in told], "Appartenan": [t[1] for t in told]},
        geometry=[t[2] for t in told],
        crs="EPSG:2154",
    )


def feature_list() -> list[dict[str, Any]]:
    """Return `rows` as a GeoServer holds them, EPSG:2154."""
    frame = rows()
    frame.geometry = [shapely.MultiLineString([one]) for one in frame.geometry]
    return list(json.loads(frame.to_json())["features"])


def geojson(frame: gpd.GeoDataFrame | None = None) -> bytes:
    text: str = (rows() if frame is None else frame).to_crs("EPSG:4326").to_json()
    return text.encode()


def zipped(folder: Path) -> bytes:
    """Return a zip that holds a folder of two shapefiles."""
    rows().to_file(folder / "cavaliers é.shp", encoding="utf-8")
    rows(1).to_file(folder / "autre.shp")
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for path in sorted(folder.iterdir()):
            archive.write(path, f"UNESCO - L93 2018/{path.name}")
    return stream.getvalue()


def gpx() -> bytes:
    """Return a track through the first stretch."""
    points = "".join('<trkpt lat="{1}" lon="{0}"/>'.format(*lonlat(2, 1 + n)) for n in range(6))
    return (
        '<?xml version="1.0"?><gpx version="1.1" creator="x" xmlns="http://www.topografix.com/GPX/1/1">'
        f"<trk><name>Étape</name><trkseg>{points}</trkseg></trk></gpx>"
    ).encode()


def parquet(folder: Path) -> bytes:
    rows().to_crs("EPSG:4326").to_parquet(folder / "r.parquet")
    return (folder / "r.parquet").read_bytes()


@dataclass
class World:
    """A tiny house whose layer ``cavaliers`` has the feeds that a test gives it, and a server."""

    house: House
    server: Loopback
    waits: list[float] = field(default_factory=list)

    def feed(self, genre: str, *addresses: str, kind: str = "", layer: str = "", more: str = "") -> str:
        """Return the TOML of a feed."""
        told = {"genre": genre, "addresses": list(addresses), "format": kind, "layer": layer}
        return (
            FEED.format(**{key: json.dumps(value, ensure_ascii=False) for key, value in told.items()}) + more
        )

    def build(self, *feeds: str) -> None:
        """Write the layer."""
        self.house.layers["cavaliers"] = LAYER.format(feeds="".join(feeds))
        self.house.write()

    def sync(self, **options: Any) -> Outcome:
        """Synchronise the layer, as a new process would, without waiting between tries."""
        clear_caches()
        web = Web(synced().downloads, limits=Limits(read_s=0.5, tries=3), sleep=self.waits.append)
        (outcome,) = sync(["cavaliers"], web=web, **options)
        clear_caches()
        return outcome


@pytest.fixture
def world(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setenv("ERBM_CACHE", str(tmp_path / "cache"))
    with Loopback() as server:
        yield World(house, server)


def names(outcome: Outcome) -> set[str]:
    return set(ingest.load().query("couche == 'cavaliers'")["nom"])


NAME = "mission_bassin_minier:zt_cavaliers"
BOTH = {"Voie ferrée n° 1", "Voie ferrée n° 2"}


def _wfs(world: World, _: Path, **faults: Any) -> str:
    address = world.server.at("/ows", GeoServer({NAME: feature_list()}, **faults))
    return world.feed("wfs", address, layer=NAME)


def _file(kind: str, content: Callable[[Path], bytes], layer: str = "") -> Callable[[World, Path], str]:
    def build(world: World, folder: Path) -> str:
        folder.mkdir(exist_ok=True)
        address = world.server.at(f"/donnees.{kind}", Reply(content(folder), kind="application/octet-stream"))
        return world.feed("http", address, kind=kind, layer=layer)

    return build


def _pages(world: World, _: Path) -> str:
    page = json.loads(geojson())
    first, second = page["features"][:1], page["features"][1:]
    after = world.server.url("/api/2")
    world.server.at(
        "/api/2", Reply({"type": "FeatureCollection", "count": 3, "next": None, "features": second})
    )
    address = world.server.at(
        "/api", Reply({"type": "FeatureCollection", "count": 3, "next": after, "features": first})
    )
    return world.feed("pages", address)


def _disk(world: World, folder: Path) -> str:
    folder.mkdir(exist_ok=True)
    rows().to_file(folder / "mes cavaliers.gpkg", layer="trace")
    return world.feed("fichier", str(folder / "*.gpkg"), layer="trace")


def _csv(_: Path) -> bytes:
    head = "ID_NTRONCO;Appartenan;WKT\n"
    body = (f"{r.ID_NTRONCO};{r.Appartenan};{r.geometry.wkt}\n" for r in rows().itertuples())
    return (head + "".join(body)).encode("cp1252")


KINDS: dict[str, Callable[[World, Path], str]] = {
    "wfs-json": _wfs,
    "wfs-gml": lambda world, folder: _wfs(world, folder, as_json=False),
    "pages": _pages,
    "geojson": _file("geojson", lambda _: geojson()),
    "zip": _file("zip", zipped, "cavaliers é"),
    "geoparquet": _file("geoparquet", parquet),
    "csv": _file("csv", _csv),
    "bnac": _file("bnac", lambda _: geojson()),
    "fichier": _disk,
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_source(world: World, tmp_path: Path, kind: str) -> None:
    world.build(KINDS[kind](world, tmp_path / "source"))
    outcome = world.sync()
    assert outcome.etat == "neuf", outcome.detail
    assert names(outcome) >= BOTH
    frame = ingest.load().query("couche == 'cavaliers'")
    assert frame.geometry.length.sum() == pytest.approx(10_000, abs=0.5)
    assert set(frame["epci"]) == {("100000001",)}
    assert bool(frame["inventaire"].all())
    (lot,) = ingest.lots()["cavaliers"]
    assert (lot.nombre, lot.document.id, len(lot.sha256)) == (2, "autre", 64)
    assert lot.recupere
    assert world.sync().etat == "inchangé"


def test_a_track_is_named_by_its_file(world: World) -> None:
    address = world.server.at("/traces/lens-don.gpx", Reply(gpx(), kind="application/gpx+xml"))
    world.build(
        world.feed("http", address, kind="gpx")
        .replace('"ID_NTRONCO"', '"_fichier"')
        .replace('"Appartenan"', '""')
    )
    outcome = world.sync()
    assert outcome.etat == "neuf", outcome.detail
    assert names(outcome) == {"Cavalier lens-don"}


def test_the_lock_tells_where_when_what_and_what_was_mended(world: World) -> None:
    world.build(_wfs(world, Path()))
    world.sync()
    entry = json.loads(synced().lock.read_text(encoding="utf-8"))["lots"]["cavaliers"]
    assert entry["adresse"].startswith(world.server.url("/ows"))
    assert entry["licence"] == "Licence"
    assert entry["millesime"] == "2023"
    assert entry["nombre"] == 2
    assert entry["ecarte"] == 1
    assert entry["repare"] == []
    assert len(entry["sha256"]) == 64
    assert entry["recupere"] <= entry["verifie"]
    assert "hors du périmètre" in json.dumps(entry["rapport"], ensure_ascii=False)


FAULTS: dict[str, Reply] = {
    "404": Reply(status=404),
    "403": Reply(status=403),
    "500 for ever": Reply(status=500),
    "429 until tomorrow": Reply(status=429, headers={"Retry-After": "86400"}),
    "cut": Reply(geojson(), cut=300),
    "hang": Reply(hang=True),
    "redirect loop": Reply(status=302, headers={"Location": "/donnees.geojson"}),
    "redirect to a file": Reply(status=302, headers={"Location": "file:///etc/passwd"}),
    "web page": Reply(HTML, kind="text/html"),
    "not json": Reply(b"{", kind="application/json"),
    "empty collection": Reply({"type": "FeatureCollection", "features": []}),
    "changed field": Reply(geojson(rows().rename(columns={"ID_NTRONCO": "ID_TRONCON"}))),
    "all elsewhere": Reply(geojson(rows().iloc[2:])),
    "nested": Reply(b'{"type":"FeatureCollection","features":[' + b"[" * 200 + b"]" * 200 + b"]}"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_leaves_the_last_good_data_in_place_and_says_so(world: World, fault: str) -> None:
    address = world.server.at("/donnees.geojson", Reply(geojson(), etag='"1"'))
    world.build(world.feed("http", address, kind="geojson"))
    world.sync()
    before = synced().entries()["cavaliers"]
    world.server.at("/donnees.geojson", FAULTS[fault])
    outcome = world.sync()
    assert outcome.etat == "panne"
    assert "gardées" in outcome.told()
    assert "Traceback" not in outcome.detail
    after = synced().entries()["cavaliers"]
    assert after.pop("panne")
    assert before.pop("panne") == ""
    assert after == before
    assert names(outcome) == BOTH
    (lot,) = ingest.lots()["cavaliers"]
    assert lot.panne


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_the_first_time_keeps_nothing(world: World, fault: str) -> None:
    world.build(world.feed("http", world.server.at("/donnees.geojson", FAULTS[fault]), kind="geojson"))
    assert world.sync().etat == "panne"
    assert synced().entries() == {}
    assert ingest.lots() == {}


def test_a_certificate_that_is_not_trusted_is_refused(world: World) -> None:
    with Loopback("127.0.0.1") as secure:
        address = secure.at("/donnees.geojson", Reply(geojson()))
        world.build(world.feed("http", address, kind="geojson"))
        outcome = world.sync()
    assert outcome.etat == "panne"
    assert "certificat" in outcome.detail


@pytest.mark.parametrize(
    "first", [Reply(status=500), Reply(status=429, headers={"Retry-After": "2"}), Reply(geojson(), cut=300)]
)
def test_a_passing_fault_is_tried_again(world: World, first: Reply) -> None:
    address = world.server.at("/donnees.geojson", first, Reply(geojson()))
    world.build(world.feed("http", address, kind="geojson"))
    assert world.sync().etat == "neuf"


def test_a_source_that_comes_back_is_no_longer_out_of_order(world: World) -> None:
    address = world.server.at("/donnees.geojson", Reply(geojson()), Reply(status=404), Reply(geojson()))
    world.build(world.feed("http", address, kind="geojson"))
    assert [world.sync().etat for _ in range(3)] == ["neuf", "panne", "inchangé"]
    assert synced().entries()["cavaliers"]["panne"] == ""


def test_what_has_not_changed_is_not_downloaded_again(world: World) -> None:
    address = world.server.at("/donnees.geojson", Reply(geojson(), etag='"1"'))
    world.build(world.feed("http", address, kind="geojson"))
    world.sync()
    before = synced().entries()["cavaliers"]
    assert world.sync().etat == "inchangé"
    assert world.server.asked[-1].headers["if-none-match"] == '"1"'
    assert {**synced().entries()["cavaliers"], "verifie": ""} == {**before, "verifie": ""}


def test_a_definition_that_changed_reads_the_source_again(world: World) -> None:
    address = world.server.at("/donnees.geojson", Reply(geojson(), etag='"1"'))
    world.build(world.feed("http", address, kind="geojson"))
    world.sync()
    world.build(
        world.feed("http", address, kind="geojson").replace('nom = "Appartenan"', 'nom = "ID_NTRONCO"')
    )
    outcome = world.sync()
    assert outcome.etat == "neuf"
    assert names(outcome) == {"001_01", "001_02"}


def test_offline_reads_again_what_was_downloaded_and_asks_nothing(world: World) -> None:
    address = world.server.at("/donnees.geojson", Reply(geojson(), etag='"1"'))
    world.build(world.feed("http", address, kind="geojson"))
    world.sync()
    fetched = synced().entries()["cavaliers"]["recupere"]
    world.build(
        world.feed("http", address, kind="geojson").replace('nom = "Appartenan"', 'nom = "ID_NTRONCO"')
    )
    asked = len(world.server.asked)
    outcome = world.sync(offline=True)
    assert len(world.server.asked) == asked
    assert outcome.etat == "neuf"
    assert names(outcome) == {"001_01", "001_02"}
    assert synced().entries()["cavaliers"]["recupere"] == fetched


def test_an_archive_of_many_layers_is_downloaded_once(world: World, tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    address = world.server.at("/u.zip", Reply(zipped(tmp_path / "source"), kind="application/zip"))
    first = world.feed("http", address, kind="zip", layer="cavaliers é", more='partie = "une"\n')
    second = world.feed("http", address, kind="zip", layer="autre", more='partie = "deux"\n')
    world.build(first, second)
    clear_caches()
    outcomes = list(sync(["cavaliers"]))
    assert [one.etat for one in outcomes] == ["neuf", "neuf"]
    assert [one.path for one in world.server.asked] == ["/u.zip"]
    assert outcomes[0].lot
    assert outcomes[1].lot
    assert outcomes[0].lot["bruts"] == outcomes[1].lot["bruts"]
    assert outcomes[0].lot["nombre"] == 2
    clear_caches()
    assert len(list(sync(["cavaliers"], offline=True))) == 2


def test_offline_without_anything_downloaded_does_nothing(world: World) -> None:
    world.build(world.feed("http", world.server.at("/donnees.geojson", Reply(geojson())), kind="geojson"))
    assert world.sync(offline=True).etat == "sans adresse"
    assert world.server.asked == []


def test_the_second_choice_serves_when_the_first_is_down(world: World) -> None:
    first = world.feed("http", world.server.at("/a.geojson", Reply(status=404)), kind="geojson")
    second = world.feed("http", world.server.at("/b.geojson", Reply(geojson())), kind="geojson")
    world.build(first, second)
    outcome = world.sync()
    assert outcome.etat == "neuf"
    assert synced().entries()["cavaliers"]["adresse"] == world.server.url("/b.geojson")


def test_a_mirror_answers_instead_of_the_network(world: World, tmp_path: Path) -> None:
    (tmp_path / "miroir" / "mbm").mkdir(parents=True)
    rows().rename(columns={"ID_NTRONCO": "id", "Appartenan": "nom"}).to_crs("EPSG:4326").to_file(
        tmp_path / "miroir" / "mbm" / "c.geojson"
    )
    more = 'miroir = ["mbm/*.geojson"]\nchamps_miroir = { id_troncon = "id", nom = "nom" }\n'
    world.build(world.feed("http", world.server.url("/rien"), kind="geojson", more=more))
    mirror = tmp_path / "miroir"
    assert set(ingest.load(mirror).query("couche == 'cavaliers'")["nom"]) == BOTH
    assert synced().entries() == {}
    assert names(world.sync(mirror=mirror)) == BOTH
    assert world.server.asked == []


def test_a_mirror_that_is_not_there_is_told(world: World, tmp_path: Path) -> None:
    world.build(world.feed("http", world.server.url("/rien"), kind="geojson"))
    with pytest.raises(DataError, match="dossier introuvable"):
        ingest.load(tmp_path / "nulle-part")


def test_a_layer_without_source_is_told(world: World) -> None:
    world.build(world.feed("http", world.server.url("/rien"), kind="geojson"))
    with pytest.raises(UsageError, match="couche sans source"):
        list(sync(["lieux"]))


def test_a_password_in_a_definition_is_refused(world: World) -> None:
    world.build(world.feed("postgis", "postgresql://moi:secret@base/atlas", layer="public.cavaliers"))
    with pytest.raises(DataError, match="mot de passe") as error:
        catalog.load()
    assert "secret" not in str(error.value)


def test_a_damaged_object_is_told_with_what_to_do(world: World) -> None:
    world.build(world.feed("http", world.server.at("/donnees.geojson", Reply(geojson())), kind="geojson"))
    world.sync()
    store = synced()
    store.path(store.entries()["cavaliers"]["objets"]["objets"]).write_bytes(b"PAR1")
    with pytest.raises(DataError, match="abîmées") as error:
        ingest.load()
    assert "erbm sync cavaliers" in str(error.value)


@pytest.mark.postgis
def test_a_table_of_a_base(world: World, base: Base) -> None:
    values = ", ".join(
        f"('{row.ID_NTRONCO}', '{row.Appartenan}', ST_GeomFromText('{row.geometry.wkt}', 2154))"
        for row in rows().itertuples()
    )
    base.sql(
        'CREATE TABLE public.cavaliers ("ID_NTRONCO" text, "Appartenan" text, geom geometry)',
        f"INSERT INTO public.cavaliers VALUES {values}",
    )
    world.build(world.feed("postgis", base.url(), layer="public.cavaliers"))
    outcome = world.sync()
    assert outcome.etat == "neuf", outcome.detail
    assert names(outcome) == BOTH
    base.sql("DROP TABLE public.cavaliers")
    outcome = world.sync()
    assert outcome.etat == "panne"
    assert names(outcome) == BOTH


def test_an_extraction_of_finess(world: World) -> None:
    x, y = (round(value, 1) for value in line(2).coords[0])
    kinds = {"620000001": "101", "620000002": "620"}
    lines = ["finess;etalab;93;2026-05-04"]
    for number, kind in kinds.items():
        cells = [
            number,
            "620000000",
            "CENTRE HOSPITALIER D'ÉTÉ",
            "",
            "",
            "",
            "",
            "",
            "",
            "",
            "",
            "001",
            "62",
            "PAS DE CALAIS",
            "62001 UN",
        ]
        cells += ["", "", kind, "Centre", "1101", "CH", *[""] * 10]
        lines.append(";".join(["structureet", *cells]))
    lines += [
        f"geolocalisation;{n};{x};{y};1,ATLASANTE,100,IGN,BD_ADRESSE,V2.2,LAMBERT_93;2026-05-04"
        for n in kinds
    ]
    address = world.server.at("/finess.csv", Reply("\n".join(lines).encode("iso-8859-1"), kind="text/csv"))
    feed = world.feed("http", address, kind="finess", more='filtre = { categetab = ["101"] }\n')
    world.build(feed.replace('"ID_NTRONCO"', '"nofinesset"').replace('"Appartenan"', '"rs"'))
    world.house.layers["cavaliers"] = world.house.layers["cavaliers"].replace('"ligne"', '"point"')
    world.house.write()
    outcome = world.sync()
    assert outcome.etat == "neuf", outcome.detail
    assert names(outcome) == {"CENTRE HOSPITALIER D'ÉTÉ"}
    (lot,) = ingest.lots()["cavaliers"]
    assert (lot.nombre, lot.ecarte) == (1, 1)
    assert "hors du sujet" in lot.aside["_motif"].iloc[0]
