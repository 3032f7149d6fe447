"""The names and numbers of a map: the EPCI always, towns and features as long as there is room."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from matplotlib.path import Path

from geo.content import Dossier
from geo.print.drawing import ground, look, typeface
from geo.print.drawing.frame import Frame
from geo.print.drawing.page import Page, Rect
from geo.print.drawing.placing import Taken, around
from geo.print.drawing.typeface import CAPITAL, DESCENT, MM, Style

TOWN = 9000
"""Inhabitants from which a commune is marked as a town."""


@dataclass(frozen=True, slots=True)
class Label:
    """A name or a number, and the box it stands in: nothing else may stand there."""

    text: str
    box: Rect
    size: float
    """Points."""
    style: Style
    colour: str
    role: str


@dataclass(frozen=True, slots=True)
class Sizes:
    """What grows with the map: mm for a pixel of the pages, points of the names."""

    unit: float
    epci: float
    town: float
    commune: float
    number: float

    @classmethod
    def of(cls, box: Rect, least: float = 0) -> Sizes:
        """Return the sizes that suit a map: to be read from two metres on an A3 sheet; none under `least`."""
        share = min(max((box.w * box.h) ** 0.5 / 245, 0.5), 1.25)
        return cls(
            unit=0.3 * max(share, 0.55),
            epci=max(20 * share, 9, least),
            town=max(13.5 * share, 7.5, least),
            commune=max(11 * share, 6.5, least),
            number=max(12 * share, 7.5, least),
        )


def extent(text: str, size: float, style: Style) -> tuple[float, float]:
    """Return the width and height of the box of a line, mm."""
    return typeface.width(text, style, size) + 0.3 * size * MM, (CAPITAL + DESCENT + 0.2) * size * MM


def write(page: Page, label: Label, halo: str = look.LAND) -> None:
    """Write a label in its box."""
    if label.role == "tracé":
        page.fill(label.box.path(), halo, alpha=0.92)
    foot = label.box.y + (DESCENT + 0.1) * label.size * MM
    middle, _ = label.box.centre
    page.write(
        label.text,
        middle,
        foot,
        label.size,
        label.style,
        colour=label.colour,
        align="center",
        halo=halo,
        role=label.role,
    )


def epci_name(dossier: Dossier, frame: Frame, sizes: Sizes, taken: Taken, busy: Sequence[Rect]) -> Label:
    """Return the name of the EPCI where it hides the least, on its land as far as it can be.

    Parameters
    ----------
    busy : sequence of Rect
        Where symbols and towns want to stand, mm.
    """
    text = typeface.fitted(dossier.epci.nom_court.upper(), "SemiBold")
    w, h = extent(text, sizes.epci, "SemiBold")
    size = sizes.epci * min(1, 0.9 * frame.box.w / w)
    w, h = extent(text, size, "SemiBold")
    land = frame.place(shapely.simplify(dossier.epci.geometry, 100))
    boxes = [box for box in _grid(frame.box.grown(-1), w, h) if taken.frees([box])]
    places = shapely.box(*np.array([(b.x, b.y, b.right, b.top) for b in boxes]).T)
    bare = 1 - shapely.area(shapely.intersection(places, land)) / (w * h)
    wanted = np.array([(b.x, b.y, b.right, b.top) for b in busy]).reshape(-1, 4)
    hits = shapely.STRtree(shapely.box(*wanted.T)).query(places)[0] if len(wanted) else np.empty(0, int)
    middle = shapely.distance(shapely.centroid(places), shapely.centroid(land)) / max(
        frame.box.w, frame.box.h
    )
    cost = 3 * bare + np.bincount(hits, minlength=len(boxes)) + middle
    box = boxes[int(np.argmin(cost))]
    taken.add([box])
    return Label(text, box, size, "SemiBold", look.INK, "epci")


def _grid(box: Rect, w: float, h: float) -> Iterator[Rect]:
    for x in np.linspace(box.x, box.right - w, 40):
        for y in np.linspace(box.y, box.top - h, 40):
            yield Rect(float(x), float(y), w, h)


def neighbour_names(dossier: Dossier, frame: Frame, sizes: Sizes, taken: Taken) -> list[Label]:
    """Return the names of the EPCI around, those that have room on their own land."""
    found = []
    size = max(0.7 * sizes.epci, sizes.commune)
    for epci in ground.neighbours(dossier):
        seen = shapely.intersection(frame.place(epci.geometry), shapely.box(*_ends(frame.box)))
        text = typeface.fitted(epci.nom_court, "Italic")
        w, h = extent(text, size, "Italic")
        if seen.is_empty or seen.area < w * h:
            continue
        x, y = shapely.get_coordinates(shapely.point_on_surface(seen))[0].tolist()
        spots = [Rect.around(x, y, w, h), *around(x, y, 1.0, w, h)]
        inside = [[spot] for spot in spots if shapely.covers(seen, shapely.box(*_ends(spot)))]
        if box := taken.first(inside):
            found.append(Label(text, box[0], size, "Italic", look.SOFT, "voisin"))
    return found


def _ends(box: Rect) -> tuple[float, float, float, float]:
    return box.x, box.y, box.right, box.top


def towns(dossier: Dossier, frame: Frame) -> list[tuple[str, int, float, float]]:
    """Return the communes of the EPCI, the largest first: name, inhabitants, place of the town hall in mm."""
    told = []
    for commune in dossier.basin.communes.values():
        x, y = shapely.get_coordinates(frame.place(commune.centre))[0].tolist()
        told.append((commune.nom, commune.population or 0, x, y))
    return sorted(told, key=lambda one: (-one[1], one[0]))


def town_marks(page: Page, dossier: Dossier, frame: Frame, sizes: Sizes) -> None:
    """Draw the dots of the towns."""
    for _, people, x, y in towns(dossier, frame):
        if people >= TOWN:
            page.fill(Path.circle((x, y), 2.2 * sizes.unit), look.INK)


def town_names(
    dossier: Dossier, frame: Frame, sizes: Sizes, taken: Taken, busy: Sequence[Rect]
) -> list[Label]:
    """Return the names of the towns, near their dots, where they hide the fewest of what is `busy`."""
    found = []
    for name, people, x, y in towns(dossier, frame):
        if people < TOWN:
            continue
        text = typeface.fitted(name, "SemiBold")
        w, h = extent(text, sizes.town, "SemiBold")
        spots = [box for gap in (4, 16, 28, 40) for box in around(x, y, gap * sizes.unit, w, h)]
        spots.sort(key=lambda spot: sum(spot.crosses(other) for other in busy))
        if box := taken.first([spot] for spot in spots) or taken.first(([s] for s in spots), over=True):
            found.append(Label(text, box[0], sizes.town, "SemiBold", look.INK, "ville"))
    return found


def commune_names(dossier: Dossier, frame: Frame, sizes: Sizes, taken: Taken) -> list[Label]:
    """Return the names of the other communes, those that have room beside their town hall."""
    found = []
    for name, people, x, y in towns(dossier, frame):
        if people >= TOWN:
            continue
        text = typeface.fitted(name)
        w, h = extent(text, sizes.commune, "Regular")
        spots = [Rect.around(x, y, w, h)]
        spots += [box for gap in (4, 12, 22) for box in around(x, y, gap * sizes.unit, w, h)]
        if box := taken.first([spot] for spot in spots):
            found.append(Label(text, box[0], sizes.commune, "Regular", look.SOFT, "commune"))
    return found
