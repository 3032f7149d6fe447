"""Two folders of layers, one of them edited by hand, and states read without a process for each."""

from __future__ import annotations

import json
import os
import re
import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from geo.changes import opening, worker

ROOT = Path(__file__).parents[1]
LAYERS = ROOT / "layers"
HOSTILE = "<script>alert(1)</script>{{7*7}}=cmd"
NEW_CITE = f"""
[[fait]]
id = "cites-lsm-9999"
nom = "{HOSTILE}"
resume = "Une cité, pour l’exemple."
axe = 1
rubrique = "Rénover les cités minières"
communes = ["62498"]
precision = "exacte"
point = [2.8312, 50.4312]
source = "mbm-cites"
statut = "projet"
attributs = {{ id_lsm = 9999, unesco = false, area_ha = 10.5 }}
"""
FROM, TO = (2.999008, 50.416813), (3.001008, 50.416813)

in_processes = opening._asked
"""How a state is read outside the tests: each in a process of its own."""


def change(path: Path, old: str, new: str) -> None:
    """Replace what stands once in a file."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, (path, old)
    path.write_text(text.replace(old, new), encoding="utf-8")


def fact(path: Path, key: str, edit: Callable[[str], str]) -> None:
    """Change one fact of a file, as a person would by hand."""
    text = path.read_text(encoding="utf-8")
    pieces = re.split(r"(?m)^(?=\[\[fait\]\])", text)
    found = [n for n, piece in enumerate(pieces) if f'id = "{key}"\n' in piece]
    assert len(found) == 1, key
    before = pieces[found[0]]
    pieces[found[0]] = edit(before)
    assert pieces[found[0]] != before, key
    path.write_text("".join(pieces), encoding="utf-8")


def edit(layers: Path) -> None:
    """Do by hand all that the tests then look for."""
    cites = layers / "cites" / "faits.toml"
    fact(cites, "cites-lsm-362", lambda text: text.replace('statut = "travaux"', 'statut = "livré"'))
    fact(cites, "cites-lsm-379", lambda text: text.replace(str(list(FROM)), str(list(TO))))
    fact(cites, "cites-lsm-380", lambda _: "")
    cites.write_text(cites.read_text(encoding="utf-8") + NEW_CITE, encoding="utf-8")
    fact(
        layers / "transports" / "faits.toml",
        "transports-62274-delta-3",
        lambda text: re.sub('nom = ".*"', 'nom = "Delta 3, la plate-forme"', text, count=1),
    )
    ledger = layers / "chiffres" / "chiffres.csv"
    text = ledger.read_text(encoding="utf-8")
    edited = re.sub(r"(?m)^(l0397-giga-factory-douvrin,.*?),(\d+),€,", r"\1,\g<2>5,€,", text, count=1)
    assert edited != text
    ledger.write_text(edited, encoding="utf-8")


@pytest.fixture(scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Give the layers of the project, and a copy that was edited; neither is to be written to."""
    root = tmp_path_factory.mktemp("etats")
    for name in ("avant", "apres"):
        shutil.copytree(LAYERS, root / name)
    edit(root / "apres")
    return root / "avant", root / "apres"


class Reader:
    """What the process that reads a state does, in this one; each of the two folders is read once."""

    def __init__(self, folders: tuple[Path, Path]) -> None:
        self.folders = folders
        self.read: dict[tuple[Path, str], dict[str, Any]] = {}
        self.turn = threading.Lock()

    def __call__(self, job: dict[str, Any], source: opening.Source, _: Path) -> dict[str, Any]:
        key = source.path, job["by"]
        with self.turn:
            if key in self.read:
                return {**self.read[key], "nom": job["nom"]}
            told = self._answer(job, source)
            if source.path in self.folders:
                self.read[key] = told
        return told

    def _answer(self, job: dict[str, Any], source: opening.Source) -> dict[str, Any]:
        from tests.conftest import clear_caches  # it gives the fixtures of this module to all

        with pytest.MonkeyPatch.context() as patch:
            if source.kind == "couches":
                patch.setitem(os.environ, "ERBM_LAYERS", str(source.path))
            clear_caches()
            told: dict[str, Any] = json.loads(json.dumps(worker.answer(job)))
        clear_caches()
        return told


@pytest.fixture(scope="session")
def reader(folders: tuple[Path, Path]) -> Reader:
    return Reader(folders)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch, reader: Reader) -> None:
    """Read states in this process."""
    monkeypatch.setattr(opening, "_asked", reader)
