"""Maps, sheets, papers and slides: what is printed, projected and put on a wall."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from geo.print.changes_slide import write_changes_slides

__all__ = ["write_changes_slides"]


def __getattr__(name: str) -> object:
    """Import what makes slides the first time that they are asked for."""
    if name == "write_changes_slides":
        return importlib.import_module("geo.print.changes_slide").write_changes_slides
    raise AttributeError(f"module 'geo.print' has no attribute {name!r}")
