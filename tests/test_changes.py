"""What two states differ by, against answers worked out by hand on copies of the real layers."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely
from pyproj import Geod, Transformer

from geo.changes import Change, Changes, Effect, compare, opening
from geo.cli import main
from geo.errors import DataError, UsageError
from geo.sources.store import LOCK, synced
from geo.sync import sync
from geo.territories import LAMBERT_93
from geo.territories import load as load_territories
from tests.conftest import ALPHA, SHARED, House, clear_caches
from tests.states import FROM, LAYERS, TO, Reader, change, in_processes
from tests.test_sync import FEED, LAYER, line, rows

pytestmark = pytest.mark.usefixtures("quick")
LENS, HENIN, DOUAISIS, BETHUNE = "246200364", "246200299", "200044618", "200072460"
MIRROR = SHARED / "mirror"


@pytest.fixture(scope="module")
def found(folders: tuple[Path, Path]) -> Changes:
    """Give what changed, each folder read in a process of its own."""
    assert opening._asked is in_processes
    return compare(*folders)


def of(found: Changes, key: str) -> Change:
    return next(change for change in found.elements if change.id == key)


def effect(found: Changes, code: str, layer: str, indicator: str) -> Effect:
    return next(e for e in found.indicateurs if (e.code, e.couche, e.indicateur) == (code, layer, indicator))


def stats(
    layers: Path, by: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> dict[tuple[str, str, str], dict[str, Any]]:
    """Return what ``erbm stats`` says of a folder of layers."""
    monkeypatch.setenv("ERBM_LAYERS", str(layers))
    clear_caches()
    assert main(["stats", "--format", "json", "--by", by]) == 0
    return {
        (row["insee"] or row["siren"] or row["territoire"], row["couche"], row["indicateur"]): row
        for row in json.loads(capsys.readouterr().out)
    }


class TestFoldersOfLayers:
    def test_what_appeared_went_moved_and_changed(self, found: Changes) -> None:
        assert [(c.id, c.genre, c.aspects) for c in found.elements] == [
            ("cites-lsm-362", "changé", ("statut",)),
            ("cites-lsm-379", "changé", ("déplacé",)),
            ("cites-lsm-380", "disparu", ()),
            ("cites-lsm-9999", "apparu", ()),
            ("transports-62274-delta-3", "changé", ("nom",)),
            ("economie-62276-giga-factory-acc", "changé", ("montant",)),
        ]
        assert found.remarques == ()

    def test_a_status_and_a_name_before_and_after(self, found: Changes) -> None:
        (status,) = of(found, "cites-lsm-362").champs
        assert (status.champ, status.avant, status.apres) == ("statut", "travaux", "livré")
        (name,) = of(found, "transports-62274-delta-3").champs
        assert (name.avant, name.apres) == ("Plate-forme Delta 3", "Delta 3, la plate-forme")

    def test_a_point_moved_by_so_many_metres_of_the_plane(self, found: Changes) -> None:
        to_plane = Transformer.from_crs("EPSG:4326", "EPSG:2154", always_xy=True)
        (x0, y0), (x1, y1) = to_plane.transform(*FROM), to_plane.transform(*TO)
        moved = of(found, "cites-lsm-379")
        assert moved.deplacement_m == pytest.approx(((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5, abs=1e-6)
        on_the_ground = Geod(ellps="GRS80").inv(*FROM, *TO)[2]
        assert moved.deplacement_m == pytest.approx(on_the_ground, rel=2e-3)
        assert moved.avant is not None
        assert moved.avant.coords[0] == pytest.approx((x0, y0))

    def test_an_amount_of_the_ledger_is_told_of_its_feature(self, found: Changes) -> None:
        (amount,) = of(found, "economie-62276-giga-factory-acc").champs
        assert (amount.avant, amount.apres, amount.difference) == (80_000_000, 800_000_005, 720_000_005)
        assert amount.libelle == "Montant (Région)"
        assert (amount.ecrit_avant, amount.ecrit_apres) == ("80\u202fM€ (2020)", "800\u202fM€ (2020)")

    def test_places_and_territories(self, found: Changes) -> None:
        assert of(found, "cites-lsm-9999").ou == "Lens"
        assert of(found, "cites-lsm-9999").epci == (LENS,)
        assert of(found, "cites-lsm-380").epci == (HENIN,)

    @pytest.mark.parametrize(
        ("code", "layer", "indicator", "difference"),
        [
            (LENS, "cites", "nombre", 1),
            (LENS, "cites", "area_ha", 10.5),
            (LENS, "axe-1", "nombre", 1),
            (HENIN, "cites", "nombre", -1),
            (HENIN, "cites", "area_ha", -20.08),
            ("total", "cites", "area_ha", 10.5 - 20.08),
            (BETHUNE, "economie", "montant_eur", 720_000_005),
            (BETHUNE, "axe-2", "montant_eur:Région", 720_000_005),
        ],
    )
    def test_effects_worked_out_by_hand(
        self, found: Changes, code: str, layer: str, indicator: str, difference: float
    ) -> None:
        told = effect(found, code, layer, indicator)
        assert told.difference == pytest.approx(difference)
        assert told.avant is not None
        assert told.apres == pytest.approx(told.avant + difference)

    def test_what_evens_out_is_not_told(self, found: Changes) -> None:
        total = [e.indicateur for e in found.indicateurs if (e.code, e.couche) == ("total", "cites")]
        assert "nombre" not in total  # one went, one came
        assert "area_ha" in total
        assert not [e for e in found.indicateurs if e.code == DOUAISIS]

    @pytest.mark.parametrize("by", ["epci", "commune"])
    def test_effects_are_the_difference_of_two_runs_of_stats(
        self,
        folders: tuple[Path, Path],
        by: Any,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        before, after = (stats(folder, by, monkeypatch, capsys) for folder in folders)
        told = {
            (e.code if e.code.isdigit() else e.territoire, e.couche, e.indicateur): e
            for e in compare(*folders, by=by).indicateurs
        }
        assert len(told) > 20
        for key in {*before, *after}:
            old, new = (side.get(key, {}).get("valeur") for side in (before, after))
            if old is not None and new is not None and old == pytest.approx(new, rel=1e-9):
                assert key not in told, key
                continue
            sides = [told[key].avant, told[key].apres]
            unsaid = None if key[2].startswith(("part_", "distance_", "nombre_velo")) else 0
            assert sides == [unsaid if value is None else value for value in (old, new)], key
            gap = None if None in sides else (sides[1] or 0) - (sides[0] or 0)
            assert told[key].difference == gap, key
            assert told[key].unite == (after.get(key) or before[key])["unite"], key

    def test_the_other_way_round_is_the_opposite(self, folders: tuple[Path, Path], found: Changes) -> None:
        back = compare(*reversed(folders))
        opposite = {"apparu": "disparu", "disparu": "apparu", "changé": "changé"}
        assert {(c.id, opposite[c.genre]) for c in back.elements} == {(c.id, c.genre) for c in found.elements}
        gaps = {(e.code, e.couche, e.indicateur): e.difference for e in found.indicateurs}
        assert {(e.code, e.couche, e.indicateur): -(e.difference or 0) for e in back.indicateurs} == gaps

    def test_one_epci_alone(self, folders: tuple[Path, Path], found: Changes) -> None:
        lens = compare(*folders, epci=["Lens-Liévin"])
        assert [c.id for c in lens.elements] == ["cites-lsm-362", "cites-lsm-9999"]
        assert lens.indicateurs == tuple(e for e in found.indicateurs if e.code == LENS)
        with pytest.raises(UsageError, match="Inconnue"):
            compare(*folders, epci=["Inconnue"])

    def test_the_same_folder_differs_in_nothing(self, folders: tuple[Path, Path]) -> None:
        assert compare(folders[0], folders[0]).none


class Synced:
    """A tiny house whose layer ``cavaliers`` is read from a file, and what ``erbm sync`` makes of it."""

    def __init__(self, house: House, folder: Path) -> None:
        self.file = folder / "cavaliers.gpkg"
        self.kept = folder / "garde"
        feed = FEED.format(
            genre='"fichier"', addresses=json.dumps([str(self.file)]), format='""', layer='"trace"'
        )
        house.layers["cavaliers"] = LAYER.format(feeds=feed)
        house.fact("lieux", "62001-a", communes='["62001"]', point=house.place(5, 5))
        house.write()

    def sync(self, frame: gpd.GeoDataFrame) -> Path:
        """Synchronise with these rows; return the lock."""
        self.file.unlink(missing_ok=True)
        frame.to_file(self.file, layer="trace")
        clear_caches()
        (outcome,) = sync(["cavaliers"])
        assert outcome.etat == "neuf", outcome
        clear_caches()
        return synced().lock

    def keep(self, *, objects: bool) -> Path:
        """Copy the lock elsewhere, as a user keeps it, with its objects or without."""
        self.kept.mkdir()
        shutil.copy(synced().lock, self.kept / LOCK)
        if objects:
            shutil.copytree(synced().root / "objets", self.kept / "objets")
        return self.kept / LOCK


@pytest.fixture
def cache(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Synced:
    monkeypatch.setenv("ERBM_CACHE", str(tmp_path / "cache"))
    return Synced(house, tmp_path)


def moved_rows() -> gpd.GeoDataFrame:
    """Return the first stretch 300 m to the east, a shorter one, and a new one."""
    frame = rows()
    x, y = line(12).coords[0]
    shapes = [line(2.3), shapely.LineString([(x, y), (x, y + 2000)]), line(22)]
    names = [*frame["Appartenan"][:2], "Voie ferrée n° 4"]
    keys = [*frame["ID_NTRONCO"][:2], "001_04"]
    return gpd.GeoDataFrame({"ID_NTRONCO": keys, "Appartenan": names}, geometry=shapes, crs=frame.crs)


class TestLocks:
    def test_lines_that_moved_shortened_and_came(self, cache: Synced) -> None:
        cache.sync(rows())
        old = cache.keep(objects=True)
        new = cache.sync(moved_rows())
        found = compare(old, new)
        assert [(c.nom, c.genre, c.aspects) for c in found.elements] == [
            ("Voie ferrée n° 1", "changé", ("déplacé",)),
            ("Voie ferrée n° 2", "changé", ("déplacé", "forme")),
            ("Voie ferrée n° 4", "apparu", ()),
        ]
        first, second, _ = found.elements
        assert first.deplacement_m == pytest.approx(300, abs=0.01)
        assert second.deplacement_m == pytest.approx(1500, abs=0.01)  # its middle: from 2.5 km to 1 km
        (length,) = [field for field in second.champs if field.champ == "length_km"]
        assert [length.avant, length.apres] == pytest.approx([5, 2])
        assert length.difference == pytest.approx(-3)
        gap = effect(found, ALPHA, "cavaliers", "length_km")
        assert [gap.avant, gap.apres] == pytest.approx([10, 7])
        assert [remark for remark in found.remarques if "2\u00a0objets" in remark and "→" in remark]

    def test_the_folder_of_the_cache_is_its_lock(self, cache: Synced) -> None:
        lock = cache.sync(rows())
        assert opening._source(lock).lock == opening._source(lock.parent).lock
        assert compare(lock.parent.parent, lock).none

    def test_data_that_the_cache_lost_are_told(self, cache: Synced) -> None:
        cache.sync(rows())
        old = cache.keep(objects=False)
        lost = json.loads(old.read_text())["lots"]["cavaliers"]["objets"]["objets"]
        new = cache.sync(moved_rows())
        synced().path(lost).unlink()
        with pytest.raises(DataError, match="ne sont plus dans le cache"):
            compare(old, new)

    def test_what_is_lost_and_the_same_is_no_difference(self, cache: Synced) -> None:
        cache.sync(rows())
        old = cache.keep(objects=False)
        for path in (synced().root / "objets").iterdir():
            path.unlink()
        assert compare(old, synced().lock).none

    def test_a_source_read_for_the_first_time_is_told(self, cache: Synced) -> None:
        new = cache.sync(rows())
        old = new.parent / "vide.json"
        old.write_text('{"format": 1, "lots": {}}')
        found = compare(old, new)
        assert {change.genre for change in found.elements} == {"apparu"}
        assert len(found.elements) == 2
        assert [remark for remark in found.remarques if "source lue d'un seul côté" in remark]
        told = effect(found, ALPHA, "cavaliers", "length_km")
        assert (told.avant, told.difference) == (None, None)  # not known, which is not nil

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("[]", "verrou illisible"),
            ("pas du JSON", "verrou illisible"),
            ('{"format": 9, "lots": {}}', "autre version"),
            ('{"format": 1, "lots": {"cites": 3}}', "verrou illisible"),
            ('{"format": 1, "lots": [1]}', "verrou illisible"),
            (
                '{"format": 1, "lots": {"a": {"couche": "a", "nombre": 1, "objets": {"objets": "../x"}}}}',
                "nom d'objet impossible",
            ),
        ],
    )
    def test_a_bad_lock_is_refused(self, tmp_path: Path, text: str, said: str) -> None:
        (tmp_path / "v.json").write_text(text)
        with pytest.raises(DataError, match=said):
            compare(tmp_path / "v.json", LAYERS)


GONE, MOVED = (10, 60, 110), 85
"""Rows of the stretches of the Mission Bassin Minier that went, and that moved 250 m to the east."""


@pytest.fixture(scope="module")
def stretches() -> gpd.GeoDataFrame:
    frame = gpd.read_file(MIRROR / "mbm" / "zt-cavaliers.geojson").dropna(subset=["geometry"])
    return frame.drop_duplicates("id_troncon").iloc[::10].reset_index(drop=True)


@pytest.fixture(scope="module")
def later(stretches: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    shapes = stretches.geometry.copy()
    moved = shapes.iloc[[MOVED]].to_crs(LAMBERT_93).translate(250)
    shapes.iloc[MOVED] = moved.to_crs(shapes.crs).item()
    return stretches.set_geometry(shapes).drop(index=list(GONE))


@pytest.fixture(scope="module")
def lost(
    stretches: gpd.GeoDataFrame,
    later: gpd.GeoDataFrame,
    reader: Reader,
    tmp_path_factory: pytest.TempPathFactory,
) -> Changes:
    root = tmp_path_factory.mktemp("miroir")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ERBM_CACHE", str(root / "cache"))
        patch.setattr(opening, "_asked", reader)
        (root / "mbm").mkdir()
        for frame, name in ((stretches, "avant"), (later, "apres")):
            (root / "mbm" / "zt-cavaliers.geojson").write_text(frame.to_json(drop_id=True))
            clear_caches()
            assert [one.etat for one in sync(["cavaliers"], mirror=root)] == ["neuf"]
            shutil.copytree(synced().root, root / name)
        return compare(root / "avant" / LOCK, root / "apres" / LOCK)


@pytest.mark.mirror
@pytest.mark.skipif(not MIRROR.is_dir(), reason="../shared/mirror is not beside the project")
class TestOfficialRecords:
    def test_what_went_and_what_moved(self, lost: Changes, stretches: gpd.GeoDataFrame) -> None:
        gone = lost.of("disparu")
        assert sorted(one.nom for one in gone) == sorted(stretches["nom"].iloc[list(GONE)])
        (moved,) = lost.of("changé")
        assert len(lost.elements) == 4
        assert (moved.nom, moved.aspects) == (stretches["nom"].iloc[MOVED], ("déplacé",))
        assert moved.deplacement_m == pytest.approx(250, abs=0.01)
        assert {one.couche for one in lost.elements} == {"cavaliers"}
        (remark,) = lost.remarques
        many = len(stretches)
        assert re.search(rf"{many}\u00a0objets .* → {many - 3}\u00a0objets ", remark)

    def test_the_effect_is_the_length_in_each_territory(
        self, lost: Changes, stretches: gpd.GeoDataFrame, later: gpd.GeoDataFrame
    ) -> None:
        def length_km(frame: gpd.GeoDataFrame, ground: Any) -> float:
            return float(frame.to_crs(LAMBERT_93).intersection(ground).length.sum()) / 1000

        grounds = {epci.siren: epci.geometry for epci in load_territories().epci.values()}
        gaps = {code: length_km(later, own) - length_km(stretches, own) for code, own in grounds.items()}
        told = {
            one.code: one.difference
            for one in lost.indicateurs
            if one.indicateur == "length_km" and one.code in grounds
        }
        assert told == {code: pytest.approx(gap, abs=1e-5) for code, gap in gaps.items() if abs(gap) > 1e-6}
        assert len(told) > 1
        assert effect(lost, "total", "cavaliers", "nombre").difference == -3


class TestRefused:
    def test_what_is_none_of_the_three(self, tmp_path: Path) -> None:
        with pytest.raises(DataError, match="ni un verrou, ni un dossier de couches, ni un paquet"):
            compare(tmp_path, LAYERS)
        with pytest.raises(DataError, match="introuvable"):
            compare(LAYERS, tmp_path / "rien")

    def test_a_faulty_folder_is_named(
        self, folders: tuple[Path, Path], tmp_path: Path, reader: Reader, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def read(job: dict[str, Any], source: opening.Source, answer: Path) -> dict[str, Any]:
            how = in_processes if source.path == tmp_path / "faux" else reader
            return how(job, source, answer)

        monkeypatch.setattr(opening, "_asked", read)
        shutil.copytree(folders[0], tmp_path / "faux")
        change(tmp_path / "faux" / "cites" / "faits.toml", 'id = "cites-lsm-380"', 'id = "x"')
        with pytest.raises(DataError, match=r"faux : cites/faits\.toml"):
            compare(folders[0], tmp_path / "faux")

    def test_a_folder_without_territories(self, folders: tuple[Path, Path], tmp_path: Path) -> None:
        shutil.copytree(folders[0] / "cites", tmp_path / "sans" / "cites")
        with pytest.raises(DataError, match="territoires"):
            compare(folders[0], tmp_path / "sans")
