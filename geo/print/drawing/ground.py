"""The ground of a map: the land of the EPCI, what lies out of it, the borders."""

from __future__ import annotations

from collections.abc import Iterator

import shapely

from geo.content import Dossier
from geo.print.drawing import look, paths
from geo.print.drawing.frame import Frame
from geo.print.drawing.page import Page
from geo.territories import Epci


def neighbours(dossier: Dossier) -> Iterator[Epci]:
    """Yield the other EPCI that are known: those of the ERBM, those of the pages."""
    known = {**dossier.content.home.epci, **dossier.content.basin.epci}
    yield from (epci for siren, epci in known.items() if siren != dossier.epci.siren)


def land(page: Page, dossier: Dossier, frame: Frame, unit: float) -> None:
    """Draw the land of the EPCI, and the communes of all; `unit` is mm for a pixel of the pages."""
    clip, seen = frame.box.path(), frame.land()
    page.fill(clip, look.OUTSIDE)
    for epci in neighbours(dossier):
        if shapely.intersects(epci.geometry, seen):
            page.stroke(paths.of_shape(frame.place(epci.geometry)), look.FAINT, 1.1 * unit, clip=clip)
    page.fill(paths.of_shape(frame.place(dossier.epci.geometry)), look.LAND, clip=clip)
    for commune in dossier.basin.communes.values():
        page.stroke(paths.of_shape(frame.place(commune.geometry)), look.FAINT, 0.7 * unit, clip=clip)


def limits(page: Page, dossier: Dossier, frame: Frame, unit: float) -> None:
    """Draw the border of the EPCI, over the surfaces."""
    outline = paths.of_shape(frame.place(dossier.epci.geometry))
    page.stroke(outline, look.INK, 1.8 * unit, clip=frame.box.path(), cap="round")
