"""One sheet: its head, its map, what stands beside it, its foot."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path

import matplotlib.image
import numpy as np
from matplotlib.figure import Figure

from geo import text
from geo.catalog import Axis, Layer
from geo.content import Dossier, wording
from geo.content.charte import Charte
from geo.print.drawing import keys, look, saving, typeface
from geo.print.drawing.drawn import paint
from geo.print.drawing.keys import Key
from geo.print.drawing.page import Page, Rect
from geo.print.drawing.planning import MapPlan, plan_map
from geo.print.drawing.typeface import CAPITAL, MM
from geo.print.sheets import column, listing, words
from geo.print.sheets.column import LEADING, Column, LegendWay
from geo.print.sheets.listing import Listing, Things

A3 = (420.0, 297.0)
"""Landscape, mm."""
_MARGIN, _HEAD, _FOOT = 12.0, 38.0, 15.0
_ASIDE, _ASIDE_ALONE = 126.0, 104.0
"""Width of what stands beside the map: of several layers, of one."""
_SMALL, _OWN = 10.5, 12.0
_MOST = 10
"""Lines of the user's own text."""
_LEGEND = 16
"""Points of its heading."""
_LEGIBLE = 12
"""Points of a type that is read from two metres: capitals of 2.8 mm, five minutes of arc (ISO 8596)."""


def write_sheet(
    dossier: Dossier, layers: Sequence[Layer], charte: Charte, *targets: Path, title: str = ""
) -> None:
    """Write a map sheet, A3 landscape.

    Parameters
    ----------
    dossier : Dossier
        Of the EPCI.
    layers : sequence of Layer
        What it shows: one layer, or several for a synthesis.
    charte : Charte
        The user's logo, colour and title.
    *targets : pathlib.Path
        ``.pdf`` (vector) or ``.png`` (300 dpi), of one drawing. Each is written beside and renamed.
    title : str
        What stands on top; by default what the sheet shows, where and when.

    Raises
    ------
    UsageError
        If a suffix is none of these.
    """
    drawn = draw_sheet(dossier, layers, charte, title=title)
    for target in targets:
        saving.save(drawn, target)


def draw_sheet(dossier: Dossier, layers: Sequence[Layer], charte: Charte, *, title: str = "") -> Figure:
    """Return the drawing of a sheet; the arguments are those of `write_sheet`."""
    told = title or words.title(dossier, layers)
    page = Page(*A3, "#ffffff")
    page.figure.set_label(told)
    wide = _ASIDE if len(layers) > 1 else _ASIDE_ALONE
    aside = Rect(A3[0] - _MARGIN - wide, _MARGIN + _FOOT, wide, A3[1] - 2 * _MARGIN - _HEAD - _FOOT)
    _head(page, dossier, layers, charte, told)
    _body(page, dossier, layers, aside, _own_lines(charte, layers, wide))
    _foot(page, dossier, layers)
    return page.figure


def _head(page: Page, dossier: Dossier, layers: Sequence[Layer], charte: Charte, told: str) -> None:
    colour = charte.couleur if _contrast(charte.couleur) >= 4.5 else look.INK
    top, wide = A3[1] - _MARGIN, A3[0] - 2 * _MARGIN
    page.fill(Rect(_MARGIN, top - 1.8, wide, 1.8).path(), charte.couleur)
    room = wide - _logo(page, charte, Rect(A3[0] - _MARGIN - 62, top - 24, 62, 18))
    said = typeface.fitted(told, "Bold")
    size = min(36.0, max(16.0, 36 * 0.995 * room / typeface.width(said, "Bold", 36)))
    said = typeface.shortened(said, "Bold", size, room)
    page.write(said, _MARGIN, top - 6 - CAPITAL * size * MM, size, "Bold", colour=colour, role="titre")
    figures = _joined(words.key_figures(dossier, layers), 18, room)
    figures = figures[:1].upper() + figures[1:]
    page.write(figures, _MARGIN, top - 26, 18, "SemiBold", colour=look.INK, role="sous-titre")
    epci = dossier.epci
    size_of_it = wording.size(len(epci.communes), epci.population, epci.area_km2)
    whole = f"{epci.nom}, {size_of_it}"
    day = f"réunion du {text.long_date(charte.reunion)}" if charte.reunion else ""
    line = typeface.fitted(f" {text.NBSP}·{text.NBSP} ".join(filter(None, (charte.titre, day, whole))))
    line = typeface.shortened(line, "Regular", 13, wide)
    page.write(line, _MARGIN, top - 33.5, 13, colour=look.SOFT, role="sous-titre")


def _joined(parts: Sequence[str], size: float, room: float) -> str:
    """Return as many parts as fit one line, at least the first."""
    dot = f" {text.NBSP}·{text.NBSP} "
    kept = list(parts)
    while len(kept) > 1 and typeface.width(typeface.fitted(dot.join(kept)), "SemiBold", size) > room:
        kept.pop()
    return typeface.shortened(typeface.fitted(dot.join(kept)), "SemiBold", size, room)


def _logo(page: Page, charte: Charte, box: Rect) -> float:
    """Draw the logo at the right of a box; return the width it takes, mm."""
    if not charte.logo:
        return 0.0
    pixels = matplotlib.image.imread(BytesIO(charte.logo), format=charte.logo_format)
    high, wide = np.shape(pixels)[:2]
    scale = min(box.w / wide, box.h / high)
    right, top = box.right, box.top
    page.axes.imshow(
        pixels, extent=(right - wide * scale, right, top - high * scale, top), aspect="auto", zorder=1
    )
    page.axes.set(xlim=(0, page.size.w), ylim=(0, page.size.h))
    return float(wide * scale) + 6


def _contrast(colour: str) -> float:
    """Return the contrast of a colour on white, as WCAG counts it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 1.05 / (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05)


def _own_lines(charte: Charte, layers: Sequence[Layer], room: float) -> list[str]:
    """Return the lines of the user's own text for a sheet, as many as it has room for."""
    key = layers[0].id if len(layers) == 1 else "synthese"
    parts = map(typeface.fitted, filter(None, charte.textes.get(f"carte-{key}", "").split("\n")))
    lines = [line for part in parts for line in typeface.wrapped(part, "Regular", _OWN, room)]
    if len(lines) <= _MOST:
        return lines
    return [*lines[: _MOST - 1], typeface.shortened(f"{lines[_MOST - 1]} …", "Regular", _OWN, room)]


def _body(page: Page, dossier: Dossier, layers: Sequence[Layer], aside: Rect, own: Sequence[str]) -> None:
    box = Rect(_MARGIN, aside.y, aside.x - 6 - _MARGIN, aside.h)
    bare = plan_map(dossier, layers, box, locator=True, numbers={})
    beside = Column(page, aside, aside.top)
    names = _wider_lines(dossier, layers, aside.w)
    under = len(names) * _SMALL + (len(own) + 1 if own else 0) * _OWN
    room = aside.h - under * LEADING * MM - 16
    way, told = _shared_out(bare, Things.of(bare.scenes, layers), room, aside.w)
    _legend(beside, bare, way)
    plan = plan_map(dossier, layers, box, locator=True, numbers=told.numbers, shown=bare.scenes)
    paint(page, dossier, plan)
    if told.rows:
        beside.heading("Sur la carte", 13)
        beside.skip(0.8)
        listing.write(beside, told, plan.numbered)
        beside.skip(3)
    if names:
        beside.heading("Sur tout le territoire, non dessiné", 12)
        beside.lines(names, _SMALL)
        beside.skip(3)
    beside.lines(own, _OWN, role="texte libre")


def _shared_out(bare: MapPlan, things: Things, height: float, room: float) -> tuple[LegendWay, Listing]:
    """Return how a legend and a list share a height, mm: nothing left out, then as legible as can be."""
    ways = []
    for way in column.WAYS:
        high = _legend_height(bare, way, room)
        if high <= height or way is column.WAYS[-1]:
            told = listing.listing(things, height - high, room)
            sizes = min(way.size, _LEGIBLE), min(told.worth, _LEGIBLE)
            worth = min(sizes) + sum(sizes) if told.rows else way.size  # the least legible counts twice
            ways.append(((len(told.rows), worth, way.size), (way, told)))
    return max(ways, key=lambda one: one[0])[1]


def _by_axis(plan: MapPlan) -> Iterator[tuple[Axis, list[Key]]]:
    entries = [(key.of.layer.axe, key) for key in keys.layer_keys(plan) if not isinstance(key.of, str)]
    for axis in dict.fromkeys(axis for axis, _ in entries):
        yield axis, [key for own, key in entries if own == axis]


def _legend_height(plan: MapPlan, way: LegendWay, room: float) -> float:
    """Return the height that a legend takes, mm."""
    parts = [own for _, own in _by_axis(plan)]
    heads = LEADING * MM * (_LEGEND + way.size * len(parts))
    return 5 + heads + sum(way.height(part, room) for part in (*parts, keys.mark_keys(plan)))


def _legend(beside: Column, plan: MapPlan, way: LegendWay) -> None:
    beside.heading("Légende", _LEGEND)
    beside.skip(1)
    for axis, own in _by_axis(plan):
        beside.lines(
            [typeface.fitted(wording.axis_title(axis), "SemiBold")],
            way.size,
            "SemiBold",
            colour=axis.couleur_texte,
        )
        column.legend(beside, own, way)
    beside.skip(1)
    column.legend(beside, keys.mark_keys(plan), way)
    beside.skip(3)


def _wider_lines(dossier: Dossier, layers: Sequence[Layer], room: float) -> list[str]:
    names, over = words.wider(dossier, layers)
    lines = []
    for name in names[:6] if len(layers) == 1 else ():
        lines += typeface.wrapped(typeface.fitted(f"– {name}"), "Regular", _SMALL, room)
    left = len(names) - (6 if len(layers) == 1 else 0)
    if left > 0 and len(layers) == 1:
        lines.append(f"et {text.plural(left, 'autre')}")
    elif left > 0:
        lines.append(f"{text.plural(left, 'mesure')} à l’échelle d’un territoire entier")
    if over:
        lines.append(f"{text.plural(over, 'mesure')} d’un territoire plus large")
    return lines


def _foot(page: Page, dossier: Dossier, layers: Sequence[Layer]) -> None:
    wide = A3[0] - 2 * _MARGIN
    told = typeface.fitted(f"Sources{text.NBSP}: {' ; '.join(words.sources(dossier, layers))}.")
    for size in (9.0, 8.0, 7.0, 6.0):
        lines = typeface.wrapped(told, "Regular", size, wide)
        if (len(lines) + 1) * LEADING * size * MM <= _FOOT - 3:
            break
    foot = Column(page, Rect(_MARGIN, _MARGIN, wide, _FOOT - 3), _MARGIN + _FOOT - 3)
    foot.lines(lines, size, colour=look.SOFT, role="source")
    foot.lines([typeface.fitted(words.imprint(dossier))], size, colour=look.SOFT, role="source")
