"""The slides of what changed: the first question of a committee, in native titles and tables."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Inches, Pt

from geo.catalog import MEASURES
from geo.changes import Changes, Effect
from geo.changes.telling import change_rows, effect_rows
from geo.changes.wording import GAPS, summary
from geo.content import made_on
from geo.content.charte import COAL
from geo.indicators import ALL_LAYERS
from geo.rows import Row, is_rate
from geo.sources.cache import replacing
from geo.text import NBSP, long_date, plural

WIDTH, HEIGHT = 13.333, 7.5
"""Inches, 16:9."""
MOST = 9
"""Rows of a table that a room can read."""
FONT = "Arial"
"""On every machine: a slide is edited where the type of the pages is not."""
_SIZE = 14
"""Points of a cell: read from the back of a room."""
_ROW = 0.53
"""Inches: two lines of a cell."""
_LETTERS_PER_INCH = 9
"""Of a cell, about: what takes more than two lines is cut."""
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_Column = tuple[str, str, float]
_CHANGES = (
    ("titre", "Couche", 2.0),
    ("nom", "Élément", 2.6),
    ("ou", "Où", 1.8),
    ("quoi", "Ce qui change", 1.7),
    ("avant", "Avant", 1.4),
    ("apres", "Après", 1.4),
    ("ecart", "Écart", 1.2),
)
_EFFECTS = (
    ("territoire", "Territoire", 2.7),
    ("titre", "Couche", 2.0),
    ("libelle", "Indicateur", 2.6),
    ("avant", "Avant", 1.6),
    ("apres", "Après", 1.6),
    ("ecart", "Différence", 1.6),
)
_BANDS = ("#ffffff", "#f4f1ea")
"""Grounds of the rows, by turns."""
_NUMBERS = ("avant", "apres")


def write_changes_slides(changes: Changes, target: Path) -> None:
    """Write what changed as two slides, 16:9: the elements, the effect on the indicators.

    Each has a table of `MOST` rows at most; the notes say what it leaves out, and where all of it
    is.

    Parameters
    ----------
    changes : Changes
        As `geo.changes.compare` gives them.
    target : pathlib.Path
        The presentation, PPTX.

    Raises
    ------
    ErbmError
        If it cannot be written.
    """
    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(WIDTH), Inches(HEIGHT)
    changed = list(change_rows(changes.elements))
    _slide(deck, "Ce qui a changé", summary(changes), changed, _CHANGES, changes=changes)
    effects = sorted(changes.indicateurs, key=_weight)
    told = [row for effect in effects for row in effect_rows([effect], rates=False)]
    if told:
        _slide(deck, "Effet sur les indicateurs", _between(changes), told, _EFFECTS, changes=changes)
    properties = deck.core_properties
    properties.title, properties.author, properties.language = "Ce qui a changé", "Atlas de l’ERBM", "fr-FR"
    properties.last_modified_by, properties.revision = "", 1
    moment = datetime.combine(made_on(), time(), UTC).replace(tzinfo=None)
    properties.created = properties.modified = moment
    stream = io.BytesIO()
    deck.save(stream)
    with replacing(target) as temporary:
        temporary.write_bytes(_steady(stream.getvalue()))


def _weight(effect: Effect) -> tuple[bool, ...]:
    """Return what is shown first: what layers measure, all of them together; shares, distances last."""
    measure, _, part = effect.indicateur.partition(":")
    sums = effect.couche.startswith("axe-") or effect.couche == ALL_LAYERS
    second = bool(part) or measure == "nombre_localise"
    return is_rate(effect.indicateur), measure not in MEASURES, sums, second, effect.code != "total"


def _between(changes: Changes) -> str:
    names = [Path(name).name or name for name in (changes.ancien, changes.nouveau)]
    return f"De «{NBSP}{names[0]}{NBSP}» à «{NBSP}{names[1]}{NBSP}»"


def _slide(
    deck: Any,
    title: str,
    subtitle: str,
    rows: Sequence[Row],
    columns: Sequence[_Column],
    *,
    changes: Changes,
) -> None:
    slide = deck.slides.add_slide(deck.slide_layouts[5])  # a title, and room
    head = slide.shapes.title
    head.left, head.top, head.width, head.height = (Inches(n) for n in (0.6, 0.25, WIDTH - 1.2, 0.65))
    _write(head.text_frame, title, 30, bold=True)
    under = slide.shapes.add_textbox(Inches(0.6), Inches(0.88), Inches(WIDTH - 1.2), Inches(0.7))
    under.name = "Résumé"
    _write(under.text_frame, subtitle, 16)
    if rows:
        _table(slide, title, rows[:MOST], _filled(columns, rows[:MOST]))
    rest = len(rows) - MOST
    if rest > 0:
        more = slide.shapes.add_textbox(Inches(0.6), Inches(HEIGHT - 0.5), Inches(WIDTH - 1.2), Inches(0.35))
        more.name = "Suite"
        _write(more.text_frame, f"et {plural(rest, 'autre ligne', 'autres lignes')}", _SIZE)
    slide.notes_slide.notes_text_frame.text = "\n".join(
        [
            f"{_between(changes)}. Diapositive faite le {long_date(made_on())}.",
            summary(changes),
            *([_left_out(rest)] if rest > 0 else []),
            *([GAPS] if columns is _EFFECTS else []),
            *changes.remarques,
        ]
    )


def _filled(columns: Sequence[_Column], rows: Sequence[Row]) -> list[_Column]:
    """Return the columns that say something, as wide together as all were."""
    kept = [column for column in columns if any(row[column[0]] for row in rows)]
    share = sum(size for *_, size in columns) / sum(size for *_, size in kept)
    return [(key, heading, size * share) for key, heading, size in kept]


def _left_out(rest: int) -> str:
    """Return where the rows are that a slide has no room for."""
    told = f"{plural(rest, 'ligne')} de plus" + (" ne sont" if rest > 1 else " n’est")
    everything = "les donne toutes" if rest > 1 else "la donne aussi"
    return f"{told} pas sur la diapositive{NBSP}: «{NBSP}erbm diff --out{NBSP}» {everything}."


def _table(slide: Any, title: str, rows: Sequence[Row], columns: Sequence[_Column]) -> None:
    width = sum(size for _, _, size in columns)
    frame = slide.shapes.add_table(
        len(rows) + 1, len(columns), Inches(0.6), Inches(1.62), Inches(width), Inches(_ROW * len(rows) + 0.4)
    )
    frame.name = title
    frame._element.nvGraphicFramePr.cNvPr.set(  # noqa: SLF001  # python-pptx has no other door
        "descr", f"Tableau : {title}, {plural(len(rows), 'ligne')}."
    )
    table = frame.table
    for place, (key, heading, size) in enumerate(columns):
        table.columns[place].width = Inches(size)
        right = key == "ecart" or (key in _NUMBERS and "territoire" in rows[0])
        _cell(table.cell(0, place), heading, bold=True, right=right)
        for line, row in enumerate(rows, start=1):
            most = int(2 * _LETTERS_PER_INCH * size)
            _cell(table.cell(line, place), row[key], right=right, shade=line % 2, most=most)
            table.rows[line].height = Inches(_ROW)


def _cell(
    cell: Any, text: str, *, bold: bool = False, right: bool = False, shade: int = 0, most: int = 60
) -> None:
    short = text if len(text) <= most else text[: most - 1].rstrip() + "…"
    cell.margin_left = cell.margin_right = Inches(0.08)
    cell.margin_top = cell.margin_bottom = Inches(0.03)
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    cell.fill.solid()
    cell.fill.fore_color.rgb = _colour(COAL if bold else _BANDS[shade])
    _write(cell.text_frame, short, _SIZE, bold=bold, white=bold)
    if right:
        cell.text_frame.paragraphs[0].alignment = PP_ALIGN.RIGHT


def _write(frame: Any, text: str, size: int, *, bold: bool = False, white: bool = False) -> None:
    frame.word_wrap = True
    paragraph = frame.paragraphs[0]
    paragraph.alignment = PP_ALIGN.LEFT
    run = paragraph.add_run()
    run.text = text
    run.font.size, run.font.bold, run.font.name = Pt(size), bold, FONT
    run.font.color.rgb = _colour(_BANDS[0] if white else COAL)
    run._r.get_or_add_rPr().set("lang", "fr-FR")  # noqa: SLF001  # as above


def _colour(code: str) -> RGBColor:
    """Return a colour told as ``#rrggbb``."""
    return RGBColor(*bytes.fromhex(code.lstrip("#")))  # type: ignore[no-untyped-call]


def _steady(content: bytes) -> bytes:
    """Return a package whose parts have no date of their own, in the order of their names."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        names = sorted(old.namelist(), key=lambda name: (name != "[Content_Types].xml", name))
        for name in names:
            part = zipfile.ZipInfo(name, _ZIP_DATE)
            part.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(part, old.read(name))
    return stream.getvalue()
