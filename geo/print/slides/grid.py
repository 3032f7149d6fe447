"""Where things stand on a slide of 13,333 by 7,5 inches, and what is measured there."""

from __future__ import annotations

from typing import NamedTuple

from pptx.util import Emu, Inches

FONT = "Arial"
"""On every machine (LibreOffice has Liberation Sans, of the same widths): Source Sans 3 is on few, and what
stands for it would break lines elsewhere on each."""

COAL, MUTED, PALE = "23272D", "5C6369", "D9D6CE"
"""Text, second text, thin lines."""


class Box(NamedTuple):
    """Left, top, width and height, in inches."""

    x: float
    y: float
    w: float
    h: float

    @property
    def emu(self) -> tuple[Emu, Emu, Emu, Emu]:
        """The same in the units of a slide."""
        x, y, w, h = (Emu(Inches(one)) for one in self)
        return x, y, w, h


SLIDE = (12_192_000, 6_858_000)
"""16:9, in EMU: 13,333 by 7,5 inches."""
LEFT, WIDTH = 0.5, 12.333

TITLE = Box(LEFT, 0.3, 10.7, 0.68)
SUBTITLE = Box(LEFT, 0.98, 10.7, 0.36)
RULE = Box(LEFT, 1.4, WIDTH, 0.04)
LOGO = Box(11.4, 0.35, 1.433, 0.9)
FOOTER = Box(LEFT, 7.02, 10.7, 0.3)
NUMBER = Box(11.833, 7.02, 1.0, 0.3)

BODY_TOP, BODY_BOTTOM = 1.6, 6.9
BODY = Box(LEFT, BODY_TOP, WIDTH, BODY_BOTTOM - BODY_TOP)

COVER_TITLE = Box(0.8, 1.75, 6.3, 1.75)
COVER_SUBTITLE = Box(0.8, 3.6, 6.3, 0.6)
COVER_DETAILS = Box(0.8, 4.25, 6.3, 0.95)
COVER_TEXT = Box(0.8, 5.3, 6.3, 1.75)
COVER_MAP = Box(7.4, 0.6, 5.433, 6.3)
COVER_LOGO = Box(0.8, 0.6, 2.4, 1.0)
COVER_BAND = Box(0.0, 0.0, 0.3, 7.5)

MAP = Box(LEFT, BODY_TOP, 5.7, 3.75)
TALL_MAP = Box(LEFT, BODY_TOP, 5.7, 4.87)
MAP_KEY = Box(LEFT, 5.41, 5.7, 0.36)
TALL_MAP_KEY = MAP_KEY._replace(y=6.53)
MAP_TEXT = Box(LEFT, 5.85, 5.7, 1.05)
FIGURES = tuple(Box(6.45 + 2.128 * place, BODY_TOP, 2.05, 0.98) for place in range(3))
SYMBOLS = 6.47
"""Left of the symbols beside a table."""
AXIS_TABLE = Box(6.8, 2.68, 6.033, 2.5)
AXIS_CAPTION = Box(6.45, 5.24, 6.383, 0.5)
AXIS_CHART = Box(6.45, 5.78, 6.383, 1.12)
WIDE_TABLE = Box(6.8, BODY_TOP, 6.033, 5.3)

HEADS = (Box(LEFT, BODY_TOP, 5.2, 0.4), Box(6.0, BODY_TOP, 6.833, 0.4))
CHARTS = (Box(LEFT, 2.05, 5.2, 4.1), Box(6.0, 2.05, 6.833, 4.1))
CAPTION = Box(LEFT, 6.25, WIDTH, 0.65)

TABLE = Box(LEFT, BODY_TOP, WIDTH, 4.55)
TABLE_TEXT = Box(LEFT, 6.2, WIDTH, 0.7)
