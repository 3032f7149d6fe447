"""The documents of a meeting in one folder: all of them, whole, the same bytes, the same figures."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from pptx import Presentation

import geo
from geo.catalog import load as load_catalog
from geo.cli import main
from geo.content import Dossier, open_dossier
from geo.errors import ErbmError, UsageError
from geo.pack import FORMATS, KINDS, write_pack
from tests import records
from tests.pages import data_in
from tests.pdf import page_texts

OSARTIS = "Osartis-Marquion"
DAY = "1790000000"
OPTIONS = ("--couche", "transports", "--couche", "sante")
FEW = ("classeur", "atlas")
"""What is written in a second."""


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the whole pack of the smallest EPCI, on two processes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", DAY)
        out = tmp_path_factory.mktemp("dossiers")
        (made,) = write_pack(out, [OSARTIS], layers=["transports", "sante"], options=OPTIONS)
    assert made.folder == out / "osartis-marquion"
    files = list(made.folder.iterdir())
    assert (made.fichiers, made.taille) == (len(files), sum(path.stat().st_size for path in files))
    return made.folder


@pytest.fixture(scope="module")
def dossier() -> Dossier:
    content = records.facts()
    return open_dossier(content, next(s for s, e in content.basin.epci.items() if e.nom_court == OSARTIS))


def plain(text: str) -> str:
    """Return a text without its spaces: programs write narrow ones in their own ways."""
    return re.sub(r"\s", "", text)


def test_all_the_documents_are_there(pack: Path) -> None:
    names = {path.name for path in pack.iterdir()}
    assert names == {
        "LISEZMOI.txt",
        "manifeste.json",
        *(f"{head}-osartis-marquion.{end}" for head, end in (
            ("fiche", "pdf"), ("comite", "pptx"), ("donnees", "xlsx"), ("donnees", "gpkg"), ("projet", "qgz"),
            ("atlas", "html"),
        )),
        *(f"carte-{key}-osartis-marquion-A3.{end}" for key in ("synthese", "transports", "sante")
          for end in ("pdf", "png")),
    }  # fmt: skip


def test_the_manifest_holds_what_is_there(pack: Path) -> None:
    told = json.loads((pack / "manifeste.json").read_text(encoding="utf-8"))
    assert told["commande"] == "erbm pack --epci Osartis-Marquion --couche transports --couche sante"
    assert told["version"] == geo.__version__
    sums = {one["nom"]: (one["octets"], one["sha256"]) for one in told["fichiers"]}
    there = {
        path.name: (path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest())
        for path in pack.iterdir()
        if path.name != "manifeste.json"
    }
    assert sums == there
    assert {"bilan-erbm"} <= {one["id"] for one in told["sources"]}


def test_every_document_gives_the_same_key_figures(pack: Path, dossier: Dossier) -> None:
    fiche = plain("".join(page_texts(pack / "fiche-osartis-marquion.pdf")))
    slides = plain(" ".join(_words(Presentation(str(pack / "comite-osartis-marquion.pptx")))))
    book = openpyxl.load_workbook(pack / "donnees-osartis-marquion.xlsx", read_only=True)
    cells = {str(value) for sheet in book for row in sheet.iter_rows(values_only=True) for value in row}
    atlas = data_in((pack / "atlas-osartis-marquion.html").read_text(encoding="utf-8"))
    stats = atlas["stats"][dossier.epci.siren]
    assert len(dossier.keys) >= 2
    for key in dossier.keys:
        own = key.own
        assert plain(own.text) in fiche, key.label
        assert plain(own.text) in slides, key.label
        assert stats[own.layer][own.measure][:3] == [own.value, own.written, own.unit]
        assert any(_is(cell, own.value) for cell in cells), key.label


def _words(slides: Any) -> Iterator[str]:
    for slide in slides.slides:
        for shape in slide.shapes:
            if shape.has_text_frame:
                yield shape.text_frame.text
            if shape.has_table:
                yield from (cell.text for row in shape.table.rows for cell in row.cells)


def _is(cell: str, value: float) -> bool:
    try:
        return float(cell) == pytest.approx(value, abs=1e-6)
    except ValueError:
        return False


def test_the_same_input_gives_the_same_bytes(
    pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", DAY)
    write_pack(tmp_path, [OSARTIS], layers=["transports", "sante"], options=OPTIONS, workers=1)
    again = tmp_path / "osartis-marquion"
    assert {path.name for path in again.iterdir()} == {path.name for path in pack.iterdir()}
    differ = [path.name for path in pack.iterdir() if path.read_bytes() != (again / path.name).read_bytes()]
    assert differ == []


def test_interrupted_the_old_folder_stays(tmp_path: Path) -> None:
    folder = tmp_path / "osartis-marquion"
    folder.mkdir()
    (folder / "ancien.txt").write_text("ancien")

    def stop(_what: str, _done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_pack(tmp_path, [OSARTIS], kinds=FEW, workers=1, progress=stop)
    assert [path.name for path in tmp_path.iterdir()] == ["osartis-marquion"]
    assert [path.name for path in folder.iterdir()] == ["ancien.txt"]


def test_a_few_documents_of_two_territories(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    made = write_pack(
        tmp_path, [OSARTIS, "Douaisis"], kinds=FEW, workers=1, progress=lambda *seen: told.append(seen)
    )
    assert [one.folder.name for one in made] == ["osartis-marquion", "douaisis"]
    assert all(one.fichiers == 4 for one in made)
    assert [(done, total) for _, done, total in told] == [(n, 4) for n in range(1, 5)]
    assert told[0][0].startswith("Osartis-Marquion, ")


def test_what_a_reader_changed_or_put_there_is_never_lost(tmp_path: Path) -> None:
    (made,) = write_pack(tmp_path, [OSARTIS], kinds=FEW, workers=1)
    book, page = (
        made.folder / f"{name}-osartis-marquion.{end}"
        for name, end in (("donnees", "xlsx"), ("atlas", "html"))
    )
    (made.folder / "notes").mkdir()
    (made.folder / "notes" / "a-moi.txt").write_text("à moi", encoding="utf-8")
    page.write_text("retouché", encoding="utf-8")
    with pytest.raises(ErbmError, match=r"fichiers modifiés .* : atlas-osartis-marquion\.html"):
        write_pack(tmp_path, [OSARTIS], kinds=FEW, workers=1)
    before = book.stat().st_ino
    (again,) = write_pack(tmp_path, [OSARTIS], kinds=["classeur"], workers=1)
    assert book.stat().st_ino != before, "made again"
    assert page.read_text(encoding="utf-8") == "retouché"
    assert (made.folder / "notes" / "a-moi.txt").read_text(encoding="utf-8") == "à moi"
    told = json.loads((made.folder / "manifeste.json").read_text(encoding="utf-8"))["fichiers"]
    kept = {one["nom"] for one in told if one.get("conserve")}
    assert kept == {"atlas-osartis-marquion.html", "notes/a-moi.txt"}
    assert again.fichiers == 5
    assert "un document (était déjà dans le dossier)" in (made.folder / "LISEZMOI.txt").read_text(
        encoding="utf-8"
    )


def test_a_file_that_no_pack_made_is_not_replaced(tmp_path: Path) -> None:
    folder = tmp_path / "osartis-marquion"
    folder.mkdir()
    (folder / "donnees-osartis-marquion.xlsx").write_bytes(b"le mien")
    with pytest.raises(ErbmError, match="modifiés"):
        write_pack(tmp_path, [OSARTIS], kinds=["classeur"], workers=1)
    assert [path.read_bytes() for path in folder.iterdir()] == [b"le mien"]


def test_nothing_to_show_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="rien à montrer pour CC Osartis-Marquion"):
        write_pack(tmp_path / "out", [OSARTIS], kinds=["cartes"], layers=["sport"])
    assert not (tmp_path / "out").exists()


def test_what_is_not_known_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with pytest.raises(UsageError, match="cartons"):
        write_pack(out, [OSARTIS], kinds=["cartons"])
    with pytest.raises(UsageError, match="gares"):
        write_pack(out, [OSARTIS], layers=["gares"])
    with pytest.raises(UsageError, match="Atlantide"):
        write_pack(out, ["Atlantide"])
    assert not (tmp_path / "out").exists()


def test_the_command(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "sortie"
    (tmp_path / "charte.toml").write_text('titre = "Comité"\n', encoding="utf-8")
    common = ["pack", "--out", str(out), "--document", "classeur"]
    assert main([*common, "--epci", "osartis", "--charte", str(tmp_path / "charte.toml")]) == 0
    assert "CC Osartis-Marquion" in capfd.readouterr().err
    folder = out / "osartis-marquion"
    assert (folder / "donnees-osartis-marquion.xlsx").stat().st_size > 10_000
    made_by = "Commande : erbm pack --epci Osartis-Marquion --document classeur --charte charte.toml\n"
    assert made_by in (folder / "LISEZMOI.txt").read_text(encoding="utf-8")
    assert main(common) == 2
    assert "Donnez --epci" in capfd.readouterr().err
    assert main([*common, "--epci", "osartis", "--all"]) == 2
    assert "--epci et --all à la fois" in capfd.readouterr().err
    assert main([*common, "--epci", "osartis", "--format", "png"]) == 2
    assert "--format ne vaut que pour les cartes" in capfd.readouterr().err
    (tmp_path / "charte.toml").write_text('tire = "x"\n', encoding="utf-8")
    assert main([*common, "--epci", "osartis", "--charte", str(tmp_path / "charte.toml")]) == 1
    assert "tire : clé inconnue" in capfd.readouterr().err


def test_the_kinds_that_help_names_are_those_that_there_are() -> None:
    from geo.cli import packing

    assert tuple(KINDS) == packing._KINDS
    assert FORMATS == packing._FORMATS
    assert load_catalog().find("routes").id == "routes"


def test_two_packs_are_compared(pack: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", str(pack), str(pack)]) == 0
    assert "Aucune différence" in "".join(capfd.readouterr())
