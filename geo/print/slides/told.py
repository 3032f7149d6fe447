"""A slide before it is drawn: its layout, what draws it, what its speaker reads."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from pptx.slide import Slide


class Told(NamedTuple):
    """A slide: the name of its layout, what fills its placeholders, the paragraphs of its notes."""

    layout: str
    draw: Callable[[Slide], None]
    notes: list[str]
