"""The slides of an EPCI, one after the other."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pptx.presentation import Presentation as Deck
from pptx.slide import Slide

from geo import text
from geo.content import Dossier, made_on
from geo.content.charte import Charte
from geo.print.slides import axes, closing, fitting, grid, native, opening, package
from geo.print.slides.base import COVER, FOOTER, NUMBER, base, layout
from geo.print.slides.told import Told


def write_slides(dossier: Dossier, charte: Charte, target: Path) -> None:
    """Write the slides of a committee: 16:9, to be opened, changed and shown in PowerPoint or LibreOffice.

    Title and map, key figures beside the basin, amounts and progress by axis, one slide for each axis,
    inventories where there are any, sources, and what there is to decide. Each has its sources in
    the notes; the same input gives the same bytes.

    Parameters
    ----------
    dossier : Dossier
        What there is to tell of the EPCI.
    charte : Charte
        Logo, colour, title, date of the meeting, free texts.
    target : pathlib.Path
        The ``.pptx``; written beside and renamed.

    Raises
    ------
    ErbmError
        If it cannot be written.
    """
    day = made_on()
    title = charte.titre or opening.TITLE
    deck = base(charte, list(dossier.content.known.axes.values()))
    foot = f"{dossier.epci.nom_court} · {title} · {text.long_date(charte.reunion or day)}"
    for told in _all(dossier, charte):
        _draw(deck, told, foot)
    package.stamp(deck, f"{title}, {dossier.epci.nom_court}", day)
    package.save(deck, target, day)


def _all(dossier: Dossier, charte: Charte) -> Iterable[Told]:
    yield opening.cover(dossier, charte)
    yield opening.key_figures(dossier)
    yield opening.by_axis(dossier)
    for axis in dossier.content.known.axes.values():
        if axis.id:
            yield axes.slide_of(dossier, axis, charte)
    yield from closing.records(dossier)
    yield from closing.sources_slide(dossier, charte)
    yield closing.to_decide(dossier, charte)


def _draw(deck: Deck, told: Told, foot: str) -> None:
    slide = deck.slides.add_slide(layout(deck, told.layout))
    told.draw(slide)
    if told.layout != COVER:
        _number(slide, foot)
    notes = slide.notes_slide
    native.write(notes.notes_placeholder, told.notes)
    for shape in notes.placeholders:
        shape.name = {"body": "Commentaires"}.get(shape.placeholder_format.type.name.lower(), "Diapositive")
    _speak_french(slide)
    native.speak_french(notes._element)  # noqa: SLF001  # as for slides


def _speak_french(slide: Slide) -> None:
    native.speak_french(slide._element)  # noqa: SLF001  # python-pptx tells no language
    shapes: Any = slide.shapes
    for shape in shapes:
        if getattr(shape, "has_chart", False):
            native.speak_french(shape.chart._chartSpace)  # noqa: SLF001  # as above


def _number(slide: Slide, foot: str) -> None:
    """Put the footer and the number on a slide: layouts show, but do not give them."""
    shapes: Any = slide.slide_layout.placeholders  # its own types do not let it be walked
    for shape in shapes:
        idx = shape.placeholder_format.idx
        if idx not in (FOOTER, NUMBER):
            continue
        own = copy.deepcopy(shape._element)  # noqa: SLF001  # as above
        style = own.xpath("./p:txBody/a:lstStyle")[0]
        for child in list(style):
            style.remove(child)
        own.xpath(".//p:cNvPr")[0].set("id", str(max(one.shape_id for one in slide.shapes) + 1))
        slide.shapes._spTree.append(own)  # noqa: SLF001  # as above
        if idx == FOOTER:
            own.xpath(".//a:t")[0].text = _short(foot)


def _short(foot: str) -> str:
    """Return a footer that fits its line."""
    while fitting.lines(foot, 10, grid.FOOTER.w) > 1:
        foot = foot[:-2].rstrip(" ,.…") + "…"
    return foot
