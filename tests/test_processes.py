"""Processes that work side by side: all that they make, and none left behind, however it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from geo.errors import ErbmError
from geo.processes import each

WORK = """
import os, signal, sys, time
from pathlib import Path
from geo.processes import each

def note(folder):
    (Path(folder) / str(os.getpid())).touch()
    time.sleep(60)

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # tests may run where it is ignored
    list(each(note, [sys.argv[1]] * 4, 2))
"""


def twice(number: int) -> int:
    return 2 * number


def fall(_number: int) -> None:
    os._exit(9)


@pytest.mark.parametrize("workers", [1, 2])
def test_each_order_is_carried_out_once(workers: int) -> None:
    assert sorted(each(twice, range(5), workers)) == [0, 2, 4, 6, 8]


def test_a_process_that_falls_is_told_in_french() -> None:
    with pytest.raises(ErbmError, match="un des processus qui travaillent en parallèle s'est arrêté"):
        list(each(fall, [1, 2], 2))


@pytest.mark.skipif(sys.platform == "win32", reason="signals of a terminal")
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGKILL])
def test_no_process_outlives_the_one_that_asked(tmp_path: Path, sent: signal.Signals) -> None:
    script, seen = tmp_path / "work.py", tmp_path / "seen"
    script.write_text(WORK, encoding="utf-8")
    seen.mkdir()
    path = os.pathsep.join([str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")])
    with subprocess.Popen(
        [sys.executable, str(script), str(seen)],
        stderr=subprocess.PIPE,
        text=True,
        process_group=0,
        env={**os.environ, "PYTHONPATH": path},
    ) as asked:
        wait(lambda: len(list(seen.iterdir())) == 2)
        if sent == signal.SIGINT:
            os.killpg(asked.pid, sent)  # as a terminal sends it to all at once
        else:
            asked.kill()
        told = asked.communicate(timeout=30)[1]
    workers = [int(path.name) for path in seen.iterdir()]
    wait(lambda: not any(map(alive, workers)))
    assert len(workers) == 2, "nothing more was begun"
    assert told.count("Traceback") == (sent == signal.SIGINT), "of the one that asked, and no other"


def wait(done: object) -> None:
    assert callable(done)
    end = time.monotonic() + 30
    while not done():
        assert time.monotonic() < end
        time.sleep(0.02)


def alive(process: int) -> bool:
    """Tell whether a process runs; one that ended and that nobody asked after does not."""
    try:
        state = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
