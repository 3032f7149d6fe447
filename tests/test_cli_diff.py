"""``erbm diff`` as people use it: its table, its files, its page and slides, its errors."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyogrio
import pytest
from pptx import Presentation

from geo.atlas.changes import write_changes
from geo.changes import Changes, compare, opening
from geo.changes.wording import summary
from geo.cli import main
from geo.errors import DataError
from geo.pack import write_pack
from geo.print.changes_slide import write_changes_slides
from tests.conftest import clear_caches
from tests.states import LAYERS, Reader, in_processes
from tests.test_cli import ENGLISH

SENTENCE = (
    "1 élément apparu, 1 disparu, 4 changés (1 de place, 1 de statut, 1 de montant, 1 de nom). "
    "39 indicateurs changés, et 50 taux."
)
LENS, HENIN = "246200364", "246200299"
pytestmark = pytest.mark.usefixtures("quick")


@pytest.fixture(scope="module")
def found(folders: tuple[Path, Path], reader: Reader) -> Changes:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(opening, "_asked", reader)
        return compare(*folders)


def run(capsys: pytest.CaptureFixture[str], *args: str | Path) -> tuple[int, str, str]:
    code = main(["diff", *map(str, args)])
    told = capsys.readouterr()
    return code, told.out, told.err


def test_a_table_then_how_much_changed(
    capsys: pytest.CaptureFixture[str], folders: tuple[Path, Path]
) -> None:
    code, out, err = run(capsys, *folders)
    assert code == 0
    assert err.replace("\u00a0", " ") == f"{SENTENCE}\n"
    assert re.search(r"Cité 4-5 Sud +Méricourt +Statut +travaux +livré", out)
    assert re.search(
        r"d'Hénin-Carvin +Cités minières +Surface +127,29\u202fha +107,21\u202fha +−20,08\u202fha",
        out.replace("\u00a0", "\u202f"),
    )
    assert "par km²" not in out
    assert not ENGLISH.search(out + err)


def test_json_is_one_object_with_all_that_changed(
    capsys: pytest.CaptureFixture[str], folders: tuple[Path, Path]
) -> None:
    code, out, _ = run(capsys, *folders, "--format", "json")
    told: dict[str, Any] = json.loads(out)
    assert code == 0
    assert told["nombre"] == {"apparus": 1, "disparus": 1, "changes": 4, "indicateurs": 39 + 50}
    moved = next(one for one in told["elements"] if one["id"] == "cites-lsm-379")
    assert (moved["lieu_avant"], moved["lieu_apres"]) == (
        {"lon": 2.999008, "lat": 50.416813},
        {"lon": 3.001008, "lat": 50.416813},
    )
    assert moved["deplacement_m"] == pytest.approx(142.35, abs=0.01)
    rates = [one for one in told["indicateurs"] if one["indicateur"] == "montant_eur_par_hab"]
    assert {one["unite"] for one in rates} == {"€ par habitant"}


def test_csv_has_a_row_for_each_field_and_indicator(
    capsys: pytest.CaptureFixture[str], folders: tuple[Path, Path], tmp_path: Path
) -> None:
    target = tmp_path / "c.csv"
    code, out, _ = run(capsys, *folders, "--out", str(target), "--epci", "CALL")
    assert (code, out) == (0, "")
    rows = list(csv.DictReader(io.StringIO(target.read_text(encoding="utf-8"))))
    assert {row["epci"] for row in rows if row["sujet"] == "élément"} == {LENS}
    assert {row["code"] for row in rows if row["sujet"] == "indicateur"} == {LENS}
    (status,) = [row for row in rows if row["champ"] == "statut"]
    assert (status["avant"], status["apres"]) == ("travaux", "livré")
    area = next(row for row in rows if (row["couche"], row["champ"]) == ("cites", "area_ha"))
    assert float(area["difference"]) == pytest.approx(10.5)


def test_no_difference_is_said_and_is_no_failure(
    capsys: pytest.CaptureFixture[str], folders: tuple[Path, Path], tmp_path: Path
) -> None:
    page, deck, text = (tmp_path / name for name in ("c.html", "c.pptx", "c.txt"))
    code, _, err = run(
        capsys, folders[0], folders[0], "--carte", str(page), "--diapo", str(deck), "--out", str(text)
    )
    assert code == 0
    assert err.startswith("Aucune différence.")
    assert text.read_text(encoding="utf-8") == "Aucune différence.\n"
    assert "Aucune différence." in page.read_text(encoding="utf-8")
    assert len(Presentation(str(deck)).slides) == 1


def test_the_page_and_the_slides(
    capsys: pytest.CaptureFixture[str],
    folders: tuple[Path, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    reader: Reader,
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    files = []
    for name, read in (("un", reader), ("deux", in_processes)):
        monkeypatch.setattr(opening, "_asked", read)
        paths = [tmp_path / f"{name}.{kind}" for kind in ("html", "pptx", "json")]
        asked = [part for pair in zip(("--carte", "--diapo", "--out"), paths, strict=True) for part in pair]
        assert run(capsys, *folders, "-q", *asked)[0] == 0
        files.append([path.read_bytes() for path in paths])
    assert files[0] == files[1]
    html = files[0][0].decode()
    assert "<script" not in html
    assert "script-src 'none'" in unescape(html)
    assert (
        "\0" not in html
    )  # a browser would mend it, and refuse the style that is no longer the one announced
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{7*7}}=cmd" in html
    assert html.count('<circle class="rond') == 6 + 4  # the marks, and those of the legend
    assert "14 novembre 2023" in html
    assert re.search(r"<h1>[^<]*</h1>\s*<p[^>]*>1\u00a0élément apparu, 1\u00a0disparu, 4\u00a0changés ", html)
    slides = Presentation(str(tmp_path / "un.pptx")).slides
    assert [slide.shapes.title.text_frame.text for slide in slides] == [
        "Ce qui a changé",
        "Effet sur les indicateurs",
    ]
    cells = [
        [[cell.text for cell in row.cells] for row in shape.table.rows]
        for slide in slides
        for shape in slide.shapes
        if shape.has_table
    ]
    assert cells[0][1] == ["Cités minières", "Cité 4-5 Sud", "Méricourt", "Statut", "travaux", "livré", ""]
    found = {tuple(row[:3]): row[3:] for row in cells[1]}
    key = ("CA d'Hénin-Carvin", "Cités minières", "Surface")
    assert [text.replace("\u00a0", "\u202f") for text in found[key]] == [
        "127,29\u202fha",
        "107,21\u202fha",
        "−20,08\u202fha",
    ]
    assert zipfile.ZipFile(tmp_path / "un.pptx").testzip() is None


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (["rien", "layers"], 1, "rien : introuvable"),
        (["tests", "layers"], 1, "ni un verrou, ni un dossier de couches, ni un paquet"),
        (["README.md", "layers"], 1, "verrou illisible"),
        (["layers"], 2, "NOUVEAU"),
        (["layers", "layers", "--carte", "x.pdf"], 2, "extension inattendue"),
        (["layers", "layers", "--diapo", "x.odp"], 2, "extension inattendue"),
        (["layers", "layers", "--format", "geojson"], 2, "geojson"),
        (["layers", "layers", "--by", "departement"], 2, "departement"),
        (["layers", "layers", "--epci", "Zzz"], 2, "Zzz"),
    ],
)
def test_what_is_wrong_is_said_in_french(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, args: list[str], code: int, said: str
) -> None:
    monkeypatch.chdir(LAYERS.parent)
    found, out, err = run(capsys, *args)
    assert (found, out) == (code, "")
    assert said in err
    assert err.startswith("Erreur : ")
    assert not ENGLISH.search(err)


def many(found: Changes, count: int) -> Changes:
    """Return as many cités that moved as is asked, and 100 indicators."""
    moved = next(change for change in found.elements if change.deplacement_m)
    copies = [replace(moved, id=f"cites-{n}", nom=f"Cité {n}") for n in range(count)]
    return replace(found, elements=tuple(copies), indicateurs=found.indicateurs[:2] * 50)


@pytest.mark.parametrize(("count", "numbered"), [(60, True), (61, False)])
def test_a_long_list_is_folded_and_its_map_is_not_hidden_by_numbers(
    found: Changes, tmp_path: Path, count: int, *, numbered: bool
) -> None:
    write_changes(many(found, count), tmp_path / "c.html")
    html = (tmp_path / "c.html").read_text(encoding="utf-8")
    assert (f">→{count}</text>" in html) == ("Les numéros" in html) == (">N°<" in html) == numbered
    assert (re.search(r"<details open><summary>Cités minières", html) is not None) == numbered
    assert html.count('<td class="tete">Cité ') == count
    assert html.count("<title>Cité ") == count
    assert "<details open><summary>CA" not in html


def test_one_way_of_changing_is_not_counted_twice(found: Changes) -> None:
    told = summary(replace(many(found, 3), indicateurs=()))
    assert told == "3\u00a0éléments changés (de place). Aucun indicateur changé."


def test_a_slide_says_what_it_leaves_out_and_has_no_empty_column(found: Changes, tmp_path: Path) -> None:
    write_changes_slides(many(found, 12), tmp_path / "c.pptx")
    slide = Presentation(str(tmp_path / "c.pptx")).slides[0]
    (table,) = [shape.table for shape in slide.shapes if shape.has_table]
    assert [cell.text for cell in table.rows[0].cells][-3:] == ["Où", "Ce qui change", "Après"]
    assert len(table.rows) == 1 + 9
    assert "et 3\u00a0autres lignes" in [
        shape.text_frame.text for shape in slide.shapes if shape.has_text_frame
    ]
    assert "3\u00a0lignes de plus ne sont pas sur la diapositive" in slide.notes_slide.notes_text_frame.text


@pytest.fixture(scope="module")
def packs(folders: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Write two packs from each folder, with their GeoPackage alone."""
    root = tmp_path_factory.mktemp("paquets")
    for layers in folders:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("ERBM_LAYERS", str(layers))
            clear_caches()
            write_pack(root / layers.name, [LENS, HENIN], kinds=["sig"], workers=1)
    clear_caches()
    return [root / layers.name for layers in folders]


class TestPacks:
    def test_packs_beside_each_other_and_beside_folders(
        self, folders: tuple[Path, Path], packs: list[Path], found: Changes
    ) -> None:
        told = compare(*packs)
        both = {LENS, HENIN}
        assert [(c.id, c.genre, c.aspects, c.champs) for c in told.elements] == [
            (c.id, c.genre, c.aspects, c.champs) for c in found.elements if both.intersection(c.epci)
        ]
        assert {(c.genre, c.aspects) for c in told.elements} == {
            ("apparu", ()),
            ("disparu", ()),
            ("changé", ("déplacé",)),
            ("changé", ("statut",)),
            ("changé", ("nom",)),
        }
        assert sorted(told.indicateurs, key=repr) == sorted(
            (e for e in found.indicateurs if e.code in both), key=repr
        )
        assert compare(packs[0] / "henin-carvin", folders[0]).none
        assert compare(folders[1], packs[1] / "lens-lievin" / "donnees-lens-lievin.gpkg").none

    def test_a_file_that_is_no_pack(self, tmp_path: Path) -> None:
        pyogrio.write_arrow(pa.table({"a": [1]}), str(tmp_path / "x.gpkg"), layer="a", driver="GPKG")
        with pytest.raises(DataError, match="la table « statistiques » manque"):
            compare(tmp_path / "x.gpkg", tmp_path / "x.gpkg")
        (tmp_path / "y.gpkg").write_bytes(b"rien")
        with pytest.raises(DataError, match=r"y\.gpkg"):
            compare(tmp_path / "y.gpkg", tmp_path / "x.gpkg")

    def test_packs_of_two_epci_have_nothing_in_common(
        self, capsys: pytest.CaptureFixture[str], packs: list[Path]
    ) -> None:
        code, _, err = run(capsys, packs[0] / "lens-lievin", packs[0] / "henin-carvin")
        assert code == 1
        assert "rien de commun à comparer : Lens-Liévin ; Hénin-Carvin" in err
