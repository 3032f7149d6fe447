"""The map of an EPCI, drawn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import dist

import shapely
from matplotlib.figure import Figure
from matplotlib.path import Path
from shapely.geometry.base import BaseGeometry

from geo.catalog import Layer
from geo.content import Dossier
from geo.print.drawing import ground, labels, look, margins, paths
from geo.print.drawing.page import Page
from geo.print.drawing.planning import SURE, MapPlan, plan_map
from geo.print.drawing.scene import LayerScene


def draw_map(
    dossier: Dossier,
    layers: Sequence[Layer],
    *,
    size_mm: tuple[float, float],
    locator: bool = False,
    numbers: Mapping[str, int] | None = None,
    least: float = 0,
) -> Figure:
    """Return the map of an EPCI with some layers.

    Parameters
    ----------
    dossier : Dossier
        Of the EPCI.
    layers : sequence of Layer
        What is shown, of those that have features in it; may be empty.
    size_mm : (float, float)
        Width and height, mm. Symbols and type grow with it.
    locator : bool
        Whether a small map of the basin stands in a corner.
    numbers : mapping of str to int, optional
        Numbers of features by their ids, written instead of their names: for a list beside.
    least : float
        Points of the smallest type, where the map's own size would make it smaller.

    Returns
    -------
    matplotlib.figure.Figure
        For `save`. Measures of a whole territory are not drawn: they are told in words.
    """
    page = Page(*size_mm, look.LAND)
    plan = plan_map(dossier, layers, page.size, locator=locator, numbers=numbers, least=least)
    paint(page, dossier, plan)
    return page.figure


def paint(page: Page, dossier: Dossier, plan: MapPlan) -> None:
    """Draw a map as it was planned."""
    ground.land(page, dossier, plan.frame, plan.sizes.unit)
    for scene in plan.scenes:
        _surfaces(page, plan, scene)
    ground.limits(page, dossier, plan.frame, plan.sizes.unit)
    for scene in plan.scenes:
        _lines(page, plan, scene)
    for feature, scene in plan.features:
        for box in plan.dots(feature):
            look.record(page, scene.looks, box, sure=feature.precision in SURE)
    labels.town_marks(page, dossier, plan.frame, plan.sizes)
    _ties(page, plan)
    for feature, scene, box in plan.symbols:
        look.symbol(page, scene.looks, feature.precision, box)
    if plan.inset:
        margins.inset(page, dossier, plan.inset)
    margins.scale_bar(page, plan.frame, plan.bar, plan.sizes.commune)
    page.stroke(plan.frame.box.path(), look.FAINT, 0.25)
    for label in plan.labels:
        labels.write(page, label, look.OUTSIDE if label.role == "voisin" else look.LAND)


def _surfaces(page: Page, plan: MapPlan, scene: LayerScene) -> None:
    outline = _outline(plan, (f.shape for f in scene.features if f.dimension == 2))
    look.area(page, scene.looks, outline, plan.sizes.unit, plan.frame.box)


def _lines(page: Page, plan: MapPlan, scene: LayerScene) -> None:
    kinds: dict[str, list[BaseGeometry]] = {"relevé": [], "indicative": [], "sûr": []}
    for feature in scene.features:
        if feature.dimension == 1:
            sure = "sûr" if feature.precision in SURE else "indicative"
            kinds["relevé" if feature.record else sure].append(feature.shape)
    for kind, shapes in kinds.items():
        outline = _outline(plan, shapes)
        look.line(page, scene.looks, outline, plan.sizes.unit, kind=kind, clip=plan.frame.box.path())


def _outline(plan: MapPlan, shapes: Iterable[BaseGeometry]) -> Path | None:
    """Return shapes as one path of the page, without what would be finer than the eye."""
    parts = [part for shape in shapes for part in shapely.get_parts(shape)]
    fine = shapely.simplify(parts, 0.02 / plan.frame.scale)
    return paths.of_shape(plan.frame.place(shapely.GeometryCollection(list(fine))))


def _ties(page: Page, plan: MapPlan) -> None:
    """Draw a thin line from a symbol that was moved to its place, where that is a place and no whole town."""
    for feature, scene, box in plan.symbols:
        at = plan.at(feature.anchor)
        if feature.precision != "commune" and dist(at, box.centre) > 0.55 * box.w:
            page.stroke(Path([at, box.centre]), scene.looks.colour, plan.sizes.unit)
            page.fill(Path.circle(at, 1.8 * plan.sizes.unit), scene.looks.colour)
