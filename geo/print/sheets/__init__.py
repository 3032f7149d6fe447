"""Map sheets for a wall or a table: A3, one for each layer, and the synthesis of all."""

from __future__ import annotations

from geo.print.sheets.sheet import draw_sheet, write_sheet

__all__ = ["draw_sheet", "write_sheet"]
