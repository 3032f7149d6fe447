"""The notebooks are stored without outputs, and their cells run in order."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))


def cells(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in found if cell["cell_type"] == "code"]


def test_there_is_one() -> None:
    assert NOTEBOOKS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_is_stored_without_outputs(path: Path) -> None:
    for cell in cells(path):
        assert cell["outputs"] == []
        assert cell["execution_count"] is None


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_runs_and_ends_with_a_map(path: Path) -> None:
    names: dict[str, Any] = {}
    for number, cell in enumerate(cells(path)):
        code = compile("".join(cell["source"]), f"{path.name}[{number}]", "exec")
        exec(code, names)
    html = names["carte"]._repr_html_()
    assert "<iframe" in html
    assert len(names["cites"]) > 0
