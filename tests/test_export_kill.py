"""``kill -9`` at random moments of an export: the base holds the old state or the new, whole."""

from __future__ import annotations

import os
import random
import signal
import time
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from geo import catalog, ingest, ledger
from geo.export import export_postgis
from tests.postgis import Base, fill, state

if TYPE_CHECKING:
    from tests.conftest import House

pytest.importorskip("psycopg", reason="le paquet psycopg n'est pas installé")
pytestmark = [pytest.mark.postgis, pytest.mark.forks]
KILLS = 50
FEATURES = 60
"""Of each version: enough for an export to last."""


def versions(house: House) -> list[Callable[[], None]]:
    """Return two ways to fill the house: other facts, another column, another type, one more layer."""
    plain = dict(house.layers)
    wide = plain["lieux"].replace('"booleen"', '"texte"')
    wide += '[[champ]]\nnom = "acces"\nlibelle = "Accès"\ntype = "texte"\n'
    more = {
        "lieux": wide,
        "pistes": plain["pistes"],
        "sentiers": plain["pistes"].replace("Couche 2", "Sentiers"),
    }

    def first() -> None:
        (house.root / "sentiers" / "layer.toml").unlink(missing_ok=True)
        house.layers = dict(plain)
        fill(house, 1, FEATURES)

    def second() -> None:
        house.layers = dict(more)
        fill(house, 2, FEATURES)
        house.facts["lieux"] = [
            {**fact, "attributs": '{ area_ha = 2.5, unesco = "oui", acces = "à pied" }'}
            for fact in house.facts["lieux"]
        ]
        house.write()

    return [first, second]


def in_a_child(address: str) -> tuple[int, int]:
    """Export in a process of its own; return it, and a pipe where it says that it begins to write."""
    reader, writer = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of fork beside threads, which sleep here
        child = os.fork()
    if child:
        os.close(writer)
        return child, reader

    def tell(_what: str, _done: int, total: int) -> None:
        if total > 1:  # the statistics are made, the transaction is open
            os.write(writer, b".")

    code = 1
    try:  # what was imported and read is in memory: only the export itself is left
        export_postgis(address, progress=tell)
        code = 0
    finally:
        os._exit(code)


def rest(base: Base) -> None:
    """Wait until the server has ended what a dead client had asked."""
    query = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'erbm'"
    for _ in range(1000):
        if base.sql(query) == [(0,)]:
            return
        time.sleep(0.01)
    raise AssertionError("the server still works for a dead client")


def warm() -> None:
    """Read everything before the fork."""
    for load in (catalog.load, ledger.load, ingest.load):
        load()


def test_a_killed_export_leaves_one_whole_state(house: House, base: Base) -> None:
    chance = random.Random(2022)
    ways = versions(house)
    wholes, span = [], 0.0
    for fill_house in (*ways, *ways):
        fill_house()
        warm()
        child, reader = in_a_child(base.address)
        os.read(reader, 1)
        begun = time.monotonic()
        assert os.waitpid(child, 0)[1] == 0
        span = time.monotonic() - begun
        os.close(reader)
        wholes.append(state(base))
    assert wholes[:2] == wholes[2:]
    assert wholes[0] != wholes[1]
    there, asked, ends = 1, 1, {"old": 0, "new": 0}
    for _ in range(KILLS):
        if asked == there:
            asked = 1 - there
            ways[asked]()
            warm()
        child, reader = in_a_child(base.address)
        os.read(reader, 1)
        time.sleep(chance.uniform(0, span))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(reader)
        rest(base)
        found = state(base)
        assert found in (wholes[there], wholes[asked])
        done = found == wholes[asked]
        ends["new" if done else "old"] += 1
        span *= 0.8 if done else 1.1  # so that kills fall on all of an export, however busy the machine
        there = asked if done else there
    assert min(ends.values()) >= KILLS // 10, ends


def test_a_killed_first_export_leaves_nothing(house: House, base: Base) -> None:
    fill(house, 1, FEATURES)
    warm()
    for tables in (1, 3, 6):
        child, reader = in_a_child(base.address)
        for _ in range(tables):
            os.read(reader, 1)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(reader)
        rest(base)
        assert state(base) == {}
        assert base.sql("SELECT nspname FROM pg_namespace WHERE nspname = 'erbm'") == []
