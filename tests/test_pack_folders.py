"""A folder that is replaced is the old one whole or the new one whole, whenever it is interrupted."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from geo.errors import ErbmError
from geo.pack import folders
from geo.pack.folders import replacing_folder

FILES = 40
WRITER = """
import sys, time
from pathlib import Path
from geo.pack.folders import replacing_folder
target, text = Path(sys.argv[1]), sys.argv[2]
while True:
    with replacing_folder(target) as fresh:
        for n in range(40):
            (fresh / f"{n}.txt").write_text(text)
    print("fait", flush=True)
"""


def fill(folder: Path, text: str) -> None:
    for n in range(FILES):
        (folder / f"{n}.txt").write_text(text)


def held(folder: Path) -> set[str]:
    """Return what the files of a folder hold, and assert that all of them are there."""
    files = list(folder.iterdir())
    assert len(files) == FILES
    return {path.read_text() for path in files}


def test_a_new_folder_takes_the_place_of_the_old(tmp_path: Path) -> None:
    target = tmp_path / "lens-lievin"
    for text in ("un", "deux"):
        with replacing_folder(target) as fresh:
            assert list(fresh.iterdir()) == []
            fill(fresh, text)
        assert held(target) == {text}
    assert [path.name for path in tmp_path.iterdir()] == ["lens-lievin"]


def test_what_fails_leaves_the_old_folder(tmp_path: Path) -> None:
    target = tmp_path / "lens-lievin"
    with replacing_folder(target) as fresh:
        fill(fresh, "un")
    with pytest.raises(ErbmError, match="écriture impossible"), replacing_folder(target) as fresh:
        fresh.write_text("deux")
    assert held(target) == {"un"}
    assert [path.name for path in tmp_path.iterdir()] == ["lens-lievin"]


@pytest.mark.parametrize("moment", range(8))
def test_killed_at_any_moment_the_folder_is_whole(tmp_path: Path, moment: int) -> None:
    target = tmp_path / "pack"
    with replacing_folder(target) as fresh:
        fill(fresh, "ancien")
    command = [sys.executable, "-c", WRITER, str(target), "neuf"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(0.003 * moment)
        writer.send_signal(signal.SIGKILL)
    assert held(target) == {"neuf"}
    with replacing_folder(target) as fresh:
        fill(fresh, "encore")
    assert held(target) == {"encore"}
    assert [path.name for path in tmp_path.iterdir()] == ["pack"]


def test_where_two_folders_cannot_change_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "_exchanged", lambda *_: False)
    target = tmp_path / "pack"
    for text in ("un", "deux"):
        with replacing_folder(target) as fresh:
            fill(fresh, text)
        assert held(target) == {text}
    target.rename(tmp_path / ".pack.avant")  # as a call that was interrupted between its two steps leaves it
    with pytest.raises(ErbmError, match="écriture impossible"), replacing_folder(target) as fresh:
        fresh.write_text("trois")
    assert held(target) == {"deux"}


def test_a_file_of_that_name_is_left(tmp_path: Path) -> None:
    target = tmp_path / "pack"
    target.write_text("à moi")
    with pytest.raises(ErbmError, match="un fichier a déjà ce nom"), replacing_folder(target):
        pass
    assert target.read_text() == "à moi"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(ErbmError, match="écriture impossible"), replacing_folder(tmp_path / "pack"):
        pass
