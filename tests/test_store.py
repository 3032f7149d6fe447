"""The store of what was fetched or added: objects first, the lock last, nothing half done."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from geo.errors import DataError, ErbmError
from geo.sources.store import KEPT_S, LOCK, Store, additions, synced


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store", "essai")


def _entry(store: Store, data: bytes) -> dict[str, object]:
    return {"objets": {"objets": store.save(data, ".bin")}}


def test_an_empty_store_says_nothing_and_writes_nothing(store: Store) -> None:
    assert store.entries() == {}
    assert not store.root.exists()


def test_what_is_committed_is_read_again(store: Store) -> None:
    with store.writing() as entries:
        entries["cites"] = _entry(store, b"un")
        store.commit(entries)
    (name,) = store.entries()["cites"]["objets"].values()
    assert store.path(name).read_bytes() == b"un"
    assert name.endswith(".bin")


def test_what_is_not_committed_is_not_there(store: Store) -> None:
    with store.writing() as entries:
        entries["cites"] = _entry(store, b"un")
    assert store.entries() == {}


def test_one_writer_at_a_time(store: Store) -> None:
    other = Store(store.root, "essai")
    with store.writing(), pytest.raises(ErbmError, match="une autre commande") as error, other.writing():
        pass
    assert "recommencez" in str(error.value)
    with other.writing():
        pass


def test_objects_that_nothing_names_are_swept_once_they_are_old(store: Store) -> None:
    with store.writing() as entries:
        entries["cites"] = _entry(store, b"un")
        store.commit(entries)
        old, young = store.save(b"vieux", ".bin"), store.save(b"jeune", ".bin")
    past = time.time() - 2 * KEPT_S
    for name in (old, *entries["cites"]["objets"].values()):
        os.utime(store.path(name), (past, past))
    with store.writing():
        pass
    assert not store.path(old).exists()
    assert store.path(young).exists()
    assert store.path(entries["cites"]["objets"]["objets"]).exists()


def test_an_adopted_file_is_moved_not_copied(store: Store, tmp_path: Path) -> None:
    source = tmp_path / "x.part"
    source.write_bytes(b"grand")
    name = store.adopt(source, "0" * 64, ".zip")
    assert not source.exists()
    assert store.path(name).read_bytes() == b"grand"


@pytest.mark.parametrize(
    "text",
    ["", "{", '{"format": 1}', '{"format": 99, "lots": {}}', "[]"],
    ids=["empty", "cut", "no lots", "format", "list"],
)
def test_a_damaged_lock_is_refused_and_says_what_to_do(store: Store, text: str) -> None:
    store.root.mkdir()
    store.lock.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match="verrou") as error:
        store.entries()
    assert LOCK in str(error.value)
    assert "Supprimez" in str(error.value)


@pytest.mark.parametrize("name", ["../x", "/etc/passwd", ".cache", "a/b"])
def test_an_object_is_never_out_of_the_store(store: Store, name: str) -> None:
    with pytest.raises(DataError, match="nom d'objet impossible"):
        store.path(name)


def test_the_lock_is_sorted_json_made_to_be_read(store: Store) -> None:
    with store.writing() as entries:
        entries |= {"b": {"objets": {}, "é": 1}, "a": {"objets": {}}}
        store.commit(entries)
    text = store.lock.read_text(encoding="utf-8")
    assert list(json.loads(text)["lots"]) == ["a", "b"]
    assert "é" in text
    assert "\n" in text


def test_where_the_stores_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ERBM_CACHE", str(tmp_path / "c"))
    monkeypatch.setenv("ERBM_DATA", str(tmp_path / "d"))
    assert synced().root == tmp_path / "c" / "sources"
    assert additions().root == tmp_path / "d"
