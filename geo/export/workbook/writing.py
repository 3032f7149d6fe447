"""A workbook written whole: sheets, formats, filters, what stays on the screen and what is printed."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from io import BytesIO
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import XlsxWriterException
from xlsxwriter.image import Image

from geo import __version__
from geo.content import Dossier, made_on
from geo.content.charte import Charte
from geo.errors import DataError
from geo.export.workbook.contents import FIRST_ROW, GUIDE, SUMMARY, sheets
from geo.export.workbook.layout import (
    DAY,
    height_of,
    ink,
    lines_of,
    number_look,
    pattern_of,
    points,
    printed_count,
    widths_of,
)
from geo.export.workbook.model import NUMBERS, Head, Line, Link, Sheet, Style, Tidy, Value
from geo.export.workbook.pages import guide, summary, title
from geo.sources.cache import replacing

_A4, _A3 = 9, 8
_LOGO_PX = 48
_RULE, _QUIET, _BLUE = "#d9d6cf", "#5b6168", "#1f4e79"
_GUIDE_WIDTHS = (32, 34, 14, 26, 64, 34, 44)
_SUMMARY_WIDTHS = (50, 16, 16, 16, 24, 24, 26, 48)
_PROSE = 170
"""Characters of a line of prose, at most."""


def write_workbook(dossier: Dossier, charte: Charte, target: Path) -> None:
    """Write the data of an EPCI as a workbook, beside its place and then in it.

    Parameters
    ----------
    dossier : Dossier
        What it tells: its statistics, its features.
    charte : Charte
        Logo, colour, title, date and texts of the user.
    target : pathlib.Path
        The ``.xlsx`` file. With ``SOURCE_DATE_EPOCH`` and the same input its bytes are the same.

    Raises
    ------
    DataError
        If the logo is damaged.
    ErbmError
        If the file cannot be written.
    """
    tidy = Tidy()
    tables = sheets(dossier, tidy, charte.couleur)
    told = summary(dossier, charte, tidy)
    first = guide(dossier, charte, tables, tidy)
    with replacing(target) as temporary, xlsxwriter.Workbook(str(temporary), _options()) as book:
        _describe(book, dossier, charte)
        writer = _Writer(book, charte, dossier.epci.nom_court)
        writer.page(GUIDE, first, _GUIDE_WIDTHS, logo=True)
        writer.page(SUMMARY, told, _SUMMARY_WIDTHS)
        for table in tables:
            writer.table(table)


def _options() -> dict[str, Any]:
    """Return the options of a workbook; they are its own, for it changes them."""
    return {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_format_properties": {"font_name": "Arial", "font_size": 10},
        "default_date_format": DAY,
    }


def _describe(book: Any, dossier: Dossier, charte: Charte) -> None:
    """Give a workbook its properties, in French."""
    named = dossier.epci.nom
    book.set_properties(
        {
            "title": _plain(title(dossier, charte)),
            "subject": f"Engagement pour le renouveau du bassin minier, {named}",
            "author": "Atlas du bassin minier",
            "category": "Données",
            "keywords": "ERBM, bassin minier, EPCI, statistiques",
            "comments": "Les sources, leurs millésimes et leurs licences sont dans la feuille « Lisez-moi ».",
            "created": datetime.combine(made_on(), time(), UTC),
        }
    )
    book.set_custom_property("Version de l’atlas", __version__, "text")
    book.set_custom_property("SIREN", dossier.epci.siren, "text")
    book.set_custom_property("Langue", "fr-FR", "text")


def _plain(words: str) -> str:
    return str(Tidy().text(words, ""))[:255]


@dataclass
class _Writer:
    """Writes the sheets of one workbook; a format is made once."""

    book: Any
    charte: Charte
    place: str
    formats: dict[tuple[tuple[str, Any], ...], Any] = field(default_factory=dict)

    def look(self, **own: Any) -> Any:
        """Return the format that has these properties."""
        key = tuple(sorted(own.items()))
        if key not in self.formats:
            self.formats[key] = self.book.add_format(dict(own))
        return self.formats[key]

    def head(self, *, number: bool) -> Any:
        """Return the look of the title of a column: over its texts, or over its numbers."""
        place = {"align": "right"} if number else {"align": "left", "indent": 1}
        return self.look(
            **place,
            bold=True,
            bg_color=self.charte.couleur,
            font_color=ink(self.charte.couleur),
            text_wrap=True,
            valign="vcenter",
            border=1,
            border_color=_RULE,
        )

    def cell(self, **own: Any) -> Any:
        """Return the look of a cell of a table."""
        return self.look(valign="top", bottom=1, bottom_color=_RULE, **own)

    def page(self, name: str, lines: Sequence[Line], widths: Sequence[int], *, logo: bool = False) -> None:
        """Write a sheet that is read: lines of their own kinds, one below the other."""
        sheet = self._sheet(name, self.charte.couleur)
        widths = widths[: max(len(line.cells) for line in lines)]
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        for row, line in enumerate(lines):
            self._line(sheet, row, line, widths)
        sheet.print_area(0, 0, max(len(lines) - 1, 0), len(widths) - 1)
        sheet.set_paper(_A4)
        if logo and self.charte.logo:
            self._logo(sheet, len(widths) - 1)

    def _line(self, sheet: Any, row: int, line: Line, widths: Sequence[int]) -> None:
        looks: dict[Style, dict[str, Any]] = {
            "titre": {"bold": True, "font_size": 18, "font_color": self.charte.couleur},
            "sous-titre": {"font_color": _QUIET},
            "rubrique": {"bold": True, "font_size": 13, "font_color": self.charte.couleur},
        }
        if line.style in looks:
            sheet.write_string(row, 0, str(line.cells[0]), self.look(**looks[line.style]))
            if line.style != "sous-titre":
                sheet.set_row(row, 26 if line.style == "titre" else 20)
        elif line.style == "texte":
            words, look = str(line.cells[0]), self.look(text_wrap=True, valign="top")
            across = _across(widths)
            sheet.merge_range(row, 0, row, across - 1, "", look)
            sheet.write_string(row, 0, words, look)
            sheet.set_row(row, points(lines_of(words, sum(widths[:across]))))
        elif line.style in ("entete", "ligne"):
            self._row(sheet, row, line, widths)

    def _row(self, sheet: Any, row: int, line: Line, widths: Sequence[int]) -> None:
        lines = 1
        for column, cell in enumerate(line.cells):
            told = cell.text if isinstance(cell, Link) else cell
            if isinstance(told, str):
                lines = max(lines, lines_of(told, widths[column] - 2))
            if line.style == "entete":
                sheet.write_string(row, column, str(told or ""), self.head(number=False))
            elif isinstance(cell, Link):
                look = self.cell(font_color=_BLUE, underline=1, text_wrap=True, align="left", indent=1)
                sheet.write_url(row, column, cell.target, look, cell.text)
            else:
                self._value(sheet, row, column, cell, {"text_wrap": True})
        sheet.set_row(row, points(lines))

    def table(self, table: Sheet) -> None:
        """Write a sheet that is a table: its title, its sources, its columns, its rows."""
        sheet = self._sheet(table.name, table.colour)
        title_look = self.look(bold=True, font_size=14, font_color=self.charte.couleur)
        sheet.write_string(0, 0, f"{table.titre}, {self.place}", title_look)
        under = f"Sources : {table.sources}" if table.sources else table.resume
        sheet.write_string(1, 0, under, self.look(font_color=_QUIET))
        widths, printed = widths_of(table), printed_count(table)
        for column, head in enumerate(table.heads):
            sheet.write_string(FIRST_ROW - 1, column, head.shown, self.head(number=head.kind in NUMBERS))
            sheet.set_column(column, column, widths[column])
            cells = [row[column] for row in table.rows]
            own = self._look_of(head, cells, wrapped=column < printed)
            for row, cell in enumerate(cells, FIRST_ROW):
                self._value(sheet, row, column, cell, own)
        for number, told in enumerate(table.rows, FIRST_ROW):
            sheet.set_row(number, height_of(widths, told, printed))
        self._frame(sheet, table, printed)

    @staticmethod
    def _look_of(head: Head, cells: Sequence[Value], *, wrapped: bool) -> dict[str, Any]:
        if head.kind == "nombre" and not head.unit:
            return {}  # of any unit: each has its own
        return number_look(head, cells) or ({"text_wrap": True} if wrapped else {"align": "fill"})

    @staticmethod
    def _frame(sheet: Any, table: Sheet, printed: int) -> None:
        """Give a table its filters, what stays on the screen, and what is printed."""
        last = FIRST_ROW + len(table.rows) - 1
        sheet.set_row(0, 22)
        sheet.set_row(FIRST_ROW - 1, points(2) + 4)
        sheet.autofilter(FIRST_ROW - 1, 0, last, len(table.heads) - 1)
        sheet.freeze_panes(FIRST_ROW, 1)
        sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{last + 1}"})
        sheet.repeat_rows(FIRST_ROW - 1)
        sheet.print_area(0, 0, last, printed - 1)
        sheet.set_paper(_A3)

    def _value(self, sheet: Any, row: int, column: int, value: Value | Link, own: dict[str, Any]) -> None:
        """Write one value as what it is; a number without a pattern gets that of its size."""
        if value is None or value == "":
            sheet.write_blank(row, column, None, self.cell())
        elif isinstance(value, date):
            sheet.write_datetime(row, column, value, self.cell(num_format=DAY, align="center"))
        elif isinstance(value, str):
            look = {key: one for key, one in own.items() if key != "num_format"}
            sheet.write_string(row, column, value, self.cell(**{"align": "left", "indent": 1, **look}))
        elif isinstance(value, int | float):
            pattern = own if "num_format" in own else {"num_format": pattern_of(value)}
            sheet.write_number(row, column, value, self.cell(**pattern))

    def _sheet(self, name: str, colour: str) -> Any:
        sheet = self.book.add_worksheet(name)
        sheet.set_tab_color(colour)
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(0.4, 0.4, 0.6, 0.6)
        place = self.place.replace("&", "&&")
        sheet.set_footer(f"&L{place}, &A&CAtlas du bassin minier, {made_on():%d/%m/%Y}&RPage &P sur &N")
        return sheet

    def _logo(self, sheet: Any, column: int) -> None:
        try:
            image = Image(BytesIO(self.charte.logo))
            scale = _LOGO_PX / image.height * image.y_dpi / 96
        except (XlsxWriterException, struct.error, ZeroDivisionError, IndexError):
            raise DataError(
                "le logo est abîmé", where="charte, logo", advice="Refaites-en un PNG ou un JPEG."
            ) from None
        options = {"image_data": BytesIO(self.charte.logo), "x_scale": scale, "y_scale": scale}
        options |= {"description": "Logo", "object_position": 3}
        sheet.insert_image(0, column, f"logo.{self.charte.logo_format}", options)


def _across(widths: Sequence[int]) -> int:
    """Return how many columns prose goes across."""
    return max(1, sum(1 for i in range(len(widths)) if sum(widths[: i + 1]) <= _PROSE))
