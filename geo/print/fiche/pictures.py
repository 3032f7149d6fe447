"""The pictures of a fiche: its maps, and the signs of their legends, as SVG beside the template."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from matplotlib.path import Path as Outline

from geo.content import Dossier
from geo.print.drawing import draw_map, save
from geo.print.drawing.look import area, line, looks, record, symbol
from geo.print.drawing.page import Page
from geo.print.drawing.scene import LayerScene, scenes
from geo.print.fiche import fitting

SIGN_MM = 5.0
_UNIT = 0.19
"""Millimetres for a pixel of the pages, in a sign."""


def on_map(dossier: Dossier) -> list[LayerScene]:
    """Return what a map shows of layers: those that are shown before anyone asks, and have places."""
    asked = [layer for layer, _ in dossier.layers if layer.visible]
    order = [layer.id for layer in asked]
    found = [scene for scene in scenes(dossier, asked) if scene.features]
    return sorted(found, key=lambda scene: order.index(scene.layer.id))


def locate(dossier: Dossier, height: int, target: Path) -> None:
    """Draw the territory and its communes, and where it is in the basin; `height` in mm."""
    figure = draw_map(dossier, [], size_mm=(fitting.FULL_WIDTH, height), locator=True)
    figure.set_label("Situation")
    save(figure, target)


def map_axis(dossier: Dossier, axis: Mapping[str, Any], shown: Sequence[LayerScene], target: Path) -> None:
    """Draw the map of an axis, with the numbers of the list of its page; `shown` is what `on_map` gives."""
    size = (fitting.MAP_WIDTH, axis["hauteur"])
    layers = [scene.layer for scene in shown]
    figure = draw_map(dossier, layers, size_mm=size, numbers=axis["numeros"] or None)
    figure.set_label(axis["page"])
    save(figure, target)


def sign(scene: LayerScene, target: Path) -> None:
    """Draw how the features of a layer look: ground, line, small shape or symbol, whichever there are."""
    page = Page(SIGN_MM, SIGN_MM, "#ffffff")
    told, box, middle = looks(scene.layer), page.size, SIGN_MM / 2
    if any(feature.dimension == 2 for feature in scene.features):
        area(page, told, box.grown(-0.4).path(), _UNIT, box)
    if any(feature.dimension == 1 for feature in scene.features):
        across = Outline([(0.2, middle), (SIGN_MM - 0.2, middle)])
        sure = {f.precision for f in scene.features if f.dimension == 1} != {"indicative"}
        kind = ("relevé" if scene.layer.inventaire else "tracé") if sure else "indicative"
        line(page, told, across, _UNIT, kind=kind, clip=box.path())
    places = [feature for feature in scene.features if feature.dimension != 1]
    if any(not feature.record for feature in places):
        precise = [f.precision for f in places if f.precision in ("exacte", "adresse")]
        symbol(page, told, (precise or [places[0].precision])[0], box.grown(-0.25))
    elif any(feature.dimension == 0 for feature in places):
        record(page, told, box.grown(-1.4))
    page.figure.set_label("Signe")
    save(page.figure, target)
