"""What stands in a folder of documents, and what says so."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from geo import __version__
from geo.content import Dossier, load_content, open_dossier
from geo.export.crediting import documents_of
from geo.export.manifest import MANIFEST, README, write_manifest

LENS = "246200364"
COMMAND = "erbm pack --epci Lens-Liévin"


@pytest.fixture(scope="module")
def dossier() -> Dossier:
    return open_dossier(load_content(), LENS)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1796000000")
    (tmp_path / "fiche-lens-lievin.pdf").write_bytes(b"x" * 1_234_567)
    (tmp_path / "donnees-lens-lievin.xlsx").write_bytes(b"tableur")
    (tmp_path / "autre.bin").write_bytes(b"")
    (tmp_path / ".cache").write_bytes(b"hors du compte")
    return tmp_path


def test_every_file_is_told_with_its_sum(dossier: Dossier, folder: Path) -> None:
    write_manifest(dossier, folder, command=COMMAND)
    told = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    there = {path.name for path in folder.iterdir()} - {MANIFEST, ".cache"}
    assert [file["nom"] for file in told["fichiers"]] == sorted(there)
    for file in told["fichiers"]:
        data = (folder / file["nom"]).read_bytes()
        assert (file["octets"], file["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())
    assert (told["date"], told["version"], told["commande"]) == ("2026-11-30", __version__, COMMAND)
    assert told["territoire"] == {"siren": LENS, "nom": "CA de Lens-Liévin"}


def test_every_source_is_told_with_vintage_and_licence(dossier: Dossier, folder: Path) -> None:
    write_manifest(dossier, folder, command=COMMAND)
    told = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    words = (folder / README).read_text(encoding="utf-8")
    documents = documents_of(dossier)
    assert {"bilan-erbm", "mbm-cites"} <= {document.id for document in documents}
    for document, source in zip(documents, told["sources"], strict=True):
        assert (source["id"], source["millesime"]) == (document.id, document.millesime)
        assert source["licence"] == document.licence
        assert f"{document.titre} ({document.producteur}). Millésime {document.millesime}." in words


def test_the_text_is_read_by_anyone(dossier: Dossier, folder: Path) -> None:
    write_manifest(dossier, folder, command=COMMAND)
    words = (folder / README).read_text(encoding="utf-8")
    assert words.startswith("CA de Lens-Liévin : documents de l’atlas du bassin minier\n36\u00a0communes, ")
    assert "- fiche-lens-lievin.pdf (1,2\u00a0Mo) : la fiche du territoire" in words
    assert "- autre.bin (0\u00a0octet) : un document" in words
    assert f"Commande : {COMMAND}\n" in words
    assert ".cache" not in words


def test_the_same_bytes_again(dossier: Dossier, folder: Path) -> None:
    write_manifest(dossier, folder, command=COMMAND)
    first = [(folder / name).read_bytes() for name in (README, MANIFEST)]
    write_manifest(dossier, folder, command=COMMAND)
    assert [(folder / name).read_bytes() for name in (README, MANIFEST)] == first
