"""Native texts and tables: what a user of PowerPoint or LibreOffice edits as their own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Any, NamedTuple

from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml import parse_xml
from pptx.slide import Slide
from pptx.util import Emu, Inches, Pt

from geo.print.slides import fitting, grid
from geo.print.slides.grid import Box

_A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
_PLAIN = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
"""The style of tables that has neither fill nor lines: theirs are told cell by cell."""
_PAD_X, _PAD_Y = 0.09, 0.035
"""Margins in a cell, in inches."""


class Run(NamedTuple):
    """A piece of text of one look; 0 and nothing leave that of the layout."""

    text: str
    size: float = 0
    bold: bool = False
    colour: str = ""


class Column(NamedTuple):
    """A column of a table: its title, its width in inches, what it holds."""

    title: str
    width: float
    number: bool = False
    beneath: bool = False
    """Whether what stands under the first line of a cell is a smaller remark on it."""


def rgb(colour: str) -> RGBColor:
    """Return a colour told as ``#rrggbb`` or ``RRGGBB``."""
    made: Any = RGBColor  # it has no types
    told: RGBColor = made.from_string(colour.lstrip("#").upper())
    return told


def placeholder(slide: Slide, idx: int) -> Any:
    """Return a placeholder of a slide by its number."""
    return next(one for one in slide.placeholders if one.placeholder_format.idx == idx)


def remove(slide: Slide, idx: int) -> None:
    """Take away a placeholder that has nothing to hold."""
    element = placeholder(slide, idx)._element  # noqa: SLF001  # python-pptx has no other way
    element.getparent().remove(element)


def name(shape: Any, title: str, alt: str = "") -> None:
    """Name a shape, as the list of shapes shows it, and describe it to who does not see it."""
    shape.name = title
    if alt:
        shape._element.xpath(".//p:cNvPr")[0].set("descr", alt)  # noqa: SLF001  # as above


def write(shape: Any, paragraphs: Iterable[Sequence[Run] | str], *, align: PP_ALIGN | None = None) -> None:
    """Write paragraphs in a shape, instead of what it holds."""
    frame = shape.text_frame
    for place, runs in enumerate(paragraphs):
        line = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
        if align is not None:
            line.alignment = align
        for one in [Run(runs)] if isinstance(runs, str) else runs:
            _add(line, one)


def _add(line: Any, one: Run) -> None:
    run = line.add_run()
    run.text = one.text
    if one.size:
        run.font.size = Pt(one.size)
    if one.bold:
        run.font.bold = True
    if one.colour:
        run.font.color.rgb = rgb(one.colour)


def free_text(slide: Slide, idx: int, told: str, box: Box) -> str:
    """Write the text of the charte in its box, as large as it can be; return what stands there.

    What has no room is cut after a whole word, and said to be in the notes.
    """
    plain = "\n".join(" ".join(part.split()) for part in told.split("\n\n") if part.strip())
    if not plain:
        remove(slide, idx)
        return ""
    size = fitting.largest(plain, (16, 14, 13, 12), box.w, box.h)
    shown = plain if size else fitting.cut(plain, 12, box.w, box.h, "… (suite dans les notes)")
    shape = placeholder(slide, idx)
    write(shape, [[Run(part, size or 12)] for part in shown.split("\n")])
    name(shape, "Texte libre")
    return shown


def heights(columns: Sequence[Column], rows: Iterable[Sequence[str]], size: float) -> list[float]:
    """Return the heights of the rows of a table, in inches, the titles first."""
    titles = [one.title for one in columns]
    return [_row_height(columns, titles, size, bold=True)] + [
        _row_height(columns, row, size, bold=False) for row in rows
    ]


def _row_height(columns: Sequence[Column], row: Sequence[str], size: float, *, bold: bool) -> float:
    tall = [
        sum(
            fitting.height(told, own, column.width - 2 * _PAD_X, bold=thick)
            for told, own, thick in _lines(cell, column, size, bold=bold or place == 0)
        )
        for place, (column, cell) in enumerate(zip(columns, row, strict=True))
    ]
    return max(tall) + 2 * _PAD_Y


def _lines(cell: str, column: Column, size: float, *, bold: bool) -> list[tuple[str, float, bool]]:
    """Return the paragraphs of a cell, each with its size and whether it is bold."""
    first, *rest = cell.split("\n")
    under = (max(10.0, size - 4), False) if column.beneath else (size, bold)
    return [(first, size, bold), *((one, *under) for one in rest)]


def table(
    slide: Slide,
    idx: int,
    columns: Sequence[Column],
    rows: Sequence[Sequence[str]],
    *,
    box: Box,
    sizes: Sequence[float],
    alt: str,
) -> tuple[float, list[float]]:
    """Put a table in a placeholder, in the first of `sizes` at which it fits its box, or the last.

    Returns
    -------
    float
        The size taken, in points.
    list of float
        Where each row under the titles begins, in inches from the top of the slide.
    """
    fits = (size for size in sizes if sum(heights(columns, rows, size)) <= box.h and _whole(columns, size))
    size = next(fits, sizes[-1])
    frame = placeholder(slide, idx).insert_table(rows=len(rows) + 1, cols=len(columns))
    own = frame.table
    own._tbl.tblPr.find(f"{{{_A.split(chr(34))[1]}}}tableStyleId").text = _PLAIN  # noqa: SLF001  # as above
    own.horz_banding = False
    for place, column in enumerate(columns):
        own.columns[place].width = Emu(Inches(column.width))
    tall = heights(columns, rows, size)
    for place, (row, high) in enumerate(zip([[one.title for one in columns], *rows], tall, strict=True)):
        own.rows[place].height = Emu(Inches(high))
        for at, cell in enumerate(row):
            _fill(own.cell(place, at), cell, columns[at], size, head=place == 0, first=at == 0)
    frame.left, frame.top = Emu(Inches(box.x)), Emu(Inches(box.y))
    frame.width = Emu(Inches(sum(one.width for one in columns)))
    frame.height = Emu(Inches(sum(tall)))
    name(frame, "Tableau", alt)
    return size, [box.y + high for high in accumulate(tall)][:-1]


def first_line(size: float) -> float:
    """Return how high the first line of a row stands, margin included twice, in inches."""
    return size / 72 * fitting.LEADING + 2 * _PAD_Y


def _whole(columns: Sequence[Column], size: float) -> bool:
    """Tell whether no word of a title is broken."""
    return all(
        fitting.width(word, size, bold=True) <= one.width - 2 * _PAD_X
        for one in columns
        for word in one.title.split()
    )


def _fill(cell: Any, told: str, column: Column, size: float, *, head: bool, first: bool) -> None:
    cell.margin_left = cell.margin_right = Emu(Inches(_PAD_X))
    cell.margin_top = cell.margin_bottom = Emu(Inches(_PAD_Y))
    cell.vertical_anchor = MSO_ANCHOR.BOTTOM if head else MSO_ANCHOR.TOP
    colour = grid.MUTED if head else grid.COAL
    side = PP_ALIGN.RIGHT if column.number else PP_ALIGN.LEFT
    parts = _lines(told, column, size, bold=head or first)
    write(cell, [[Run(part, own, thick, colour)] for part, own, thick in parts], align=side)
    wide, tone = (19050, colour) if head else (6350, grid.PALE)
    line = f'<a:lnB {_A} w="{wide}"><a:solidFill><a:srgbClr val="{tone}"/>'
    cell._tc.get_or_add_tcPr().insert(0, parse_xml(f"{line}</a:solidFill></a:lnB>"))  # noqa: SLF001  # as above
    cell.fill.background()


def speak_french(element: Any) -> None:
    """Say of all the text of an element that it is French, for spelling and for voices."""
    for run in element.xpath(".//a:r | .//a:fld"):
        run.get_or_add_rPr().set("lang", "fr-FR")
    for look in element.xpath(".//a:rPr | .//a:endParaRPr | .//a:defRPr"):
        look.set("lang", "fr-FR")


def title(slide: Slide, told: str, subtitle: str = "", *, idx: int = 10) -> None:
    """Write the title of a slide, and the second one under it."""
    own: Any = slide.shapes.title
    write(own, [told])
    name(own, "Titre")
    if subtitle:
        size = fitting.largest(subtitle, (14, 13, 12, 11), grid.SUBTITLE.w, grid.SUBTITLE.h) or 10
        write(placeholder(slide, idx), [[Run(subtitle, size)]])
        name(placeholder(slide, idx), "Sous-titre")
    else:
        remove(slide, idx)
