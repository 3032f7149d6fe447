"""Make a virtual environment, also on a Debian that ships Python without ensurepip.

Debian keeps ``venv`` in a package of its own. Where it is missing, an administrator's
session installs it; otherwise the message says how.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST = (3, 11)


def main(folder: Path) -> None:
    """Make the environment in `folder`, unless it is there.

    Raises
    ------
    SystemExit
        If Python is too old, or ``venv`` cannot be had.
    """
    if sys.version_info < OLDEST:
        found = ".".join(str(part) for part in sys.version_info[:2])
        sys.exit(f"Il faut Python 3.11 ou plus récent (ici {found}) : make PYTHON=python3.12 ...")
    if (folder / "pyvenv.cfg").exists() and (folder / "bin" / "python").exists():
        return
    if _make(folder):
        return
    package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    if hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        for command in (["apt-get", "update", "-q"], ["apt-get", "install", "-y", "-q", package]):
            subprocess.run(command, check=False, stdout=subprocess.DEVNULL)
        if _make(folder):
            return
    shutil.rmtree(folder, ignore_errors=True)
    sys.exit(f"Le module venv de Python manque. Installez-le : sudo apt install {package}")


def _make(folder: Path) -> bool:
    done = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(folder)], check=False, capture_output=True
    )
    return done.returncode == 0


if __name__ == "__main__":
    main(Path(sys.argv[1]))
