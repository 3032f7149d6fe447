"""``kill -9`` at any moment of ``sync`` or ``add``: what is kept is the state before, or the one after."""

from __future__ import annotations

import os
import random
import signal
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest

from geo import ingest
from geo.errors import ErbmError
from geo.ingest import adding
from geo.ingest.adding import Wish
from geo.sources.store import LOCK, Store, additions, synced
from geo.sources.web import Web
from geo.sync import sync
from tests.conftest import House, clear_caches
from tests.loopback import Loopback, Reply
from tests.test_sync import FEED, LAYER, geojson, rows

ROUNDS = 50
"""Kills, at least."""
MOST = 400
"""Tries, at most, to have as many kills and both states seen."""
pytestmark = [
    pytest.mark.forks,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork"),
]


def _killed_after(work: Callable[[], None], delay: float) -> bool:
    """Run some work in a process of its own, and kill it after a delay; tell whether it was in time."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the server's threads are not the child's
        child = os.fork()
    if child == 0:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    time.sleep(delay)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return not os.WIFSIGNALED(status)


def _duration(work: Callable[[], None]) -> float:
    """Return how long some work takes, with nothing in memory yet (seconds)."""
    work()
    clear_caches()
    begun = time.monotonic()
    work()
    return time.monotonic() - begun


class _Moments:
    """Moments at which to kill: from nothing to a little more than the work takes now."""

    def __init__(self, whole: float, seed: int) -> None:
        self.kills, self.whole = 0, whole
        self._chance = random.Random(seed)

    def strike(self, work: Callable[[], None]) -> None:
        """Run some work and kill it at some moment; learn from it how long it takes now."""
        if _killed_after(work, self._chance.uniform(0, 1.5 * self.whole)):
            self.whole *= 0.9
        else:
            self.kills += 1
            self.whole *= 1.05


def _state(store: Store) -> tuple[int, set[str]]:
    """Return how many records there are, and the sources that they are of; they must all be readable."""
    clear_caches()
    lots = [lot for many in ingest.lots().values() for lot in many]
    frame = ingest.load()
    assert sum(lot.nombre for lot in lots) == int(frame["inventaire"].sum())
    for entry in store.entries().values():
        for name in entry["objets"].values():
            assert store.path(name).is_file()
    return sum(lot.nombre for lot in lots), {lot.sha256 for lot in lots}


@pytest.fixture
def home(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.setenv("ERBM_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("ERBM_DATA", str(tmp_path / "ajouts"))
    return house


def test_a_synchronisation_killed_at_any_moment(home: House) -> None:
    versions = [geojson(rows(1)), geojson(rows(2))]
    with Loopback() as server:
        address = server.at("/c.geojson", Reply(versions[0]))
        feed = FEED.format(genre='"http"', addresses=f'["{address}"]', format='"geojson"', layer='""')
        home.layers["cavaliers"] = LAYER.format(feeds=feed)
        home.write()

        def work() -> None:
            with Web(synced().downloads, sleep=lambda _: None) as web:
                assert next(one.etat for one in sync(["cavaliers"], web=web)) in ("neuf", "inchangé")

        moments = _Moments(_duration(work), 1)
        seen: set[int] = set()
        for number in range(MOST):
            if moments.kills >= ROUNDS and seen == {1, 2}:
                break
            before = _state(synced())
            server.at("/c.geojson", Reply(versions[number % 2]))
            moments.strike(work)
            after = _state(synced())
            assert after == before or after[0] == number % 2 + 1
            seen.add(after[0])
        assert seen == {1, 2}
        assert moments.kills >= ROUNDS
        work()
        assert {path.name for path in synced().root.iterdir()} >= {LOCK, "objets"}


def test_an_addition_killed_at_any_moment(home: House, tmp_path: Path) -> None:
    home.write()
    target = tmp_path / "marches.geojson"
    wish = Wish(couche="marches", titre="Marchés")

    def work() -> None:
        adding.add(target, wish, adding.check(target, wish))

    target.write_bytes(geojson(rows(1)))
    moments = _Moments(_duration(work), 2)
    seen: set[int] = set()
    for number in range(MOST):
        if moments.kills >= ROUNDS and seen == {1, 2}:
            break
        before = _state(additions())
        target.write_bytes(geojson(rows(number % 2 + 1)))
        moments.strike(work)
        after = _state(additions())
        assert after == before or after[0] == number % 2 + 1
        seen.add(after[0])
    assert seen == {1, 2}
    assert moments.kills >= ROUNDS


def test_a_writer_that_was_killed_leaves_the_door_open(tmp_path: Path) -> None:
    store = Store(tmp_path / "store", "essai")

    def work() -> None:
        with store.writing():
            time.sleep(60)

    assert not _killed_after(work, 0.3)
    try:
        with store.writing():
            pass
    except ErbmError as error:
        pytest.fail(str(error))
