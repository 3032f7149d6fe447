"""Check the browser application of the pages: its types, then its unit tests (vitest).

``make test`` runs it. Packages are put in ``.venv/app`` from ``package-lock.json``, and kept
until that file changes; tests of the pages find axe-core there.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from tools.build_app import ROOT, SOURCE, node_commands

WORK = ROOT / ".venv" / "app"
LOCK = "package-lock.json"


def prepare() -> list[list[str]]:
    """Copy the application beside its packages; return the commands that check it.

    Raises
    ------
    SystemExit
        If Node is missing or the packages cannot be had.
    """
    node, npm, path = node_commands()
    os.environ["PATH"] = path
    wanted = (ROOT / SOURCE / LOCK).read_bytes()
    installed = WORK / "node_modules" / LOCK
    WORK.mkdir(parents=True, exist_ok=True)
    for entry in WORK.iterdir():
        if entry.name == "node_modules":
            continue
        if entry.is_dir():
            shutil.rmtree(entry)
        else:
            entry.unlink()
    shutil.copytree(ROOT / SOURCE, WORK, ignore=shutil.ignore_patterns("node_modules"), dirs_exist_ok=True)
    if not installed.exists() or installed.read_bytes() != wanted:
        _run([*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"])
        installed.write_bytes(wanted)
    return [
        [*node, "node_modules/typescript/bin/tsc", "--noEmit"],
        [*node, "node_modules/vitest/vitest.mjs", "run", *sys.argv[1:]],
    ]


def _run(command: list[str]) -> None:
    done = subprocess.run(command, cwd=WORK, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed")


if __name__ == "__main__":
    for check in prepare():
        _run(check)
