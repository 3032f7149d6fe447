"""Where all that a map shows stands, before anything is drawn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

import shapely

from geo.catalog import Layer
from geo.content import Dossier
from geo.print.drawing import labels, margins, typeface
from geo.print.drawing.frame import Frame, fit
from geo.print.drawing.labels import Label, Sizes
from geo.print.drawing.page import Rect
from geo.print.drawing.placing import Taken, around, spiral
from geo.print.drawing.scene import Drawn, LayerScene, Place, scenes
from geo.text import fold

RECORD, LONE_RECORD = 3.8, 6.5
"""Radius of a record, pixels of the pages; of one among few, which has to be seen from afar."""
SURE = ("exacte", "adresse")
"""Precisions of a place that is known."""
_SYMBOL, _LARGE, _SEEN = 26.0, 30.0, 11.0
"""Size of a symbol, side from which a polygon needs none, or no record: pixels of the pages."""
_FAR = 5
"""How many sizes away a symbol may stand from its place."""
_FEW = 24
"""Features up to which a map without numbers writes their names, and records are `LONE_RECORD`."""


@dataclass(slots=True)
class MapPlan:
    """Where all that a map shows stands, in mm of the page."""

    frame: Frame
    sizes: Sizes
    scenes: list[LayerScene]
    bar: Rect
    """Of the scale bar and the north arrow."""
    inset: Rect | None
    symbols: list[tuple[Drawn, LayerScene, Rect]] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)
    numbered: set[int] = field(default_factory=set)
    """The numbers that are on the map."""

    @property
    def features(self) -> Iterator[tuple[Drawn, LayerScene]]:
        """All that is drawn, with its layer."""
        return ((feature, scene) for scene in self.scenes for feature in scene.features)

    @property
    def record(self) -> float:
        """Radius of a record, mm."""
        few = sum(feature.record and feature.dimension != 1 for feature, _ in self.features) <= _FEW
        return (LONE_RECORD if few else RECORD) * self.sizes.unit

    def at(self, place: Place) -> Place:
        """Return a place of the land, mm of the page."""
        return self.frame.scale * place[0] + self.frame.x, self.frame.scale * place[1] + self.frame.y

    def large(self, feature: Drawn) -> bool:
        """Tell whether the ground of a feature is seen without a symbol."""
        least = _SEEN if feature.record else _LARGE
        return feature.side * self.frame.scale > least * self.sizes.unit

    def has_symbol(self, feature: Drawn) -> bool:
        """Tell whether a feature has a symbol of its own."""
        return not feature.record and feature.dimension != 1 and not self.large(feature)

    def dots(self, feature: Drawn) -> Iterator[Rect]:
        """Yield the boxes of its small shapes: a record's places, the further ones of a measure."""
        if feature.dimension == 1 or self.large(feature):
            return
        side = 2 * (self.record if feature.record else RECORD * self.sizes.unit)
        for place in (feature.anchor, *feature.others) if feature.record else feature.others:
            box = Rect.around(*self.at(place), side)
            if self.frame.box.holds(box):
                yield box

    def write(self, text: str, box: Rect, scene: LayerScene, role: str) -> None:
        """Take note of the name or the number of a feature."""
        number = role in ("numéro", "tracé")
        size = self.sizes.number if number else self.sizes.commune
        style: typeface.Style = "Bold" if number else "Italic"
        self.labels.append(Label(text, box, size, style, scene.layer.axe.couleur_texte, role))


def plan_map(
    dossier: Dossier,
    layers: Sequence[Layer],
    box: Rect,
    *,
    locator: bool = False,
    numbers: Mapping[str, int] | None = None,
    shown: list[LayerScene] | None = None,
    least: float = 0,
) -> MapPlan:
    """Return where all of a map stands in a box of a page; the arguments are those of `draw_map`.

    What is `shown` of the layers is looked up unless it is given.
    """
    sizes = Sizes.of(box, least)
    shown = scenes(dossier, layers) if shown is None else shown
    anchors = [feature.anchor for scene in shown for feature in scene.features if feature.dimension != 1]
    seen = shapely.union_all([dossier.epci.geometry, shapely.MultiPoint(anchors)])
    corners = [(min(0.42 * box.w, 210 * sizes.unit), 34 * sizes.unit)]
    if locator:
        corners.insert(0, margins.inset_size(dossier, min(0.3 * box.w, 220 * sizes.unit)))
    frame, places = fit(seen, box, corners)
    plan = MapPlan(frame, sizes, shown, bar=places[-1], inset=places[0] if locator else None)
    taken = Taken(box.grown(-1.2 * sizes.unit))
    taken.add(place.grown(2 * sizes.unit) for place in places)
    _lay_out(plan, dossier, taken, numbers)
    return plan


def _lay_out(plan: MapPlan, dossier: Dossier, taken: Taken, numbers: Mapping[str, int] | None) -> None:
    symbols = [one for one in plan.features if plan.has_symbol(one[0])]
    symbols.sort(key=lambda one: (_sureness(one[0]), one[0].id))
    busy = [Rect.around(*plan.at(f.anchor), _SYMBOL * plan.sizes.unit) for f, _ in symbols]
    taken.add((box for feature, _ in plan.features for box in plan.dots(feature)), soft=True)
    around_it = (dossier, plan.frame, plan.sizes, taken)
    plan.labels += labels.town_names(*around_it, busy)
    plan.labels.append(labels.epci_name(*around_it, busy))
    for feature, scene in symbols:
        _place_symbol(plan, feature, scene, taken, (numbers or {}).get(feature.id))
    for feature, scene in sorted(plan.features, key=lambda one: -one[0].shape.length) if numbers else ():
        number = (numbers or {}).get(feature.id)
        if number is not None and number not in plan.numbered and not plan.has_symbol(feature):
            _place_number(plan, feature, scene, taken, number)
    if numbers is None and sum(1 for _ in plan.features) <= _FEW:
        _place_names(plan, taken)
    plan.labels += labels.commune_names(*around_it)
    plan.labels += labels.neighbour_names(*around_it)


def _sureness(feature: Drawn) -> int:
    return SURE.index(feature.precision) if feature.precision in SURE else 2


def _place_symbol(plan: MapPlan, feature: Drawn, scene: LayerScene, taken: Taken, number: int | None) -> None:
    """Find room for a symbol, and for its number beside it; where there is none it stands at its place."""
    size = _SYMBOL * plan.sizes.unit
    at = plan.at(feature.anchor)
    boxes = [Rect.around(*spot, size) for spot in spiral(*at, 0.5 * size, _FAR * size)]
    if number is not None:
        w, h = labels.extent(str(number), plan.sizes.number, "Bold")
        ways = ([box, tail] for box in boxes for tail in _tails(box, w, h))
        if found := taken.first(ways) or taken.first(ways, over=True):
            plan.write(str(number), found[1], scene, "numéro")
            plan.numbered.add(number)
            plan.symbols.append((feature, scene, found[0]))
            return
    alone = taken.first([box] for box in boxes) or taken.first(([box] for box in boxes), over=True)
    if not alone:
        taken.add(boxes[:1])
    plan.symbols.append((feature, scene, alone[0] if alone else boxes[0]))


def _tails(box: Rect, w: float, h: float) -> Iterable[Rect]:
    return islice(around(*box.centre, box.w / 2, w, h), 4)


def _place_number(plan: MapPlan, feature: Drawn, scene: LayerScene, taken: Taken, number: int) -> None:
    w, h = labels.extent(str(number), plan.sizes.number, "Bold")
    at = plan.at(feature.anchor)
    line, side = feature.dimension == 1, feature.side * plan.frame.scale
    on = (Rect.around(*spot, w, h) for spot in spiral(*at, 0.5 * h, 4 * h))
    beside = around(*at, max(0.45 * side, plan.record), w, h)
    spots = list(on) if line or side > 2.2 * w else [*beside, *on]
    if found := taken.first([spot] for spot in spots) or taken.first(([spot] for spot in spots), over=True):
        plan.write(str(number), found[0], scene, "tracé" if line else "numéro")
        plan.numbered.add(number)


def _place_names(plan: MapPlan, taken: Taken) -> None:
    at = {feature.id: (*box.centre, box.w / 2) for feature, _, box in plan.symbols}
    for feature, scene in plan.features:
        text = typeface.fitted(feature.nom, "Italic")
        w, h = labels.extent(text, plan.sizes.commune, "Italic")
        if w > 0.35 * plan.frame.box.w:
            continue
        x, y, gap = at.get(feature.id, (*plan.at(feature.anchor), 4 * plan.sizes.unit))
        if box := taken.first([spot] for spot in around(x, y, gap, w, h)):
            plan.write(text, box[0], scene, "nom")


def numbers_of(
    shown: Iterable[LayerScene], layers: Sequence[Layer], *, records: bool = True
) -> dict[str, int]:
    """Return a number for each feature that has a place: measures first, then by layer and name.

    The runs of one line, told under one name, have one number.
    """
    rank = {layer.id: i for i, layer in enumerate(layers)}
    found = [
        (f.record, rank[s.layer.id], fold(f.nom), f.nom if f.dimension == 1 else f.id, f.id)
        for s in shown
        for f in s.features
        if records or not f.record
    ]
    things = {key: number for number, key in enumerate(dict.fromkeys(one[:4] for one in sorted(found)), 1)}
    return {one[4]: things[one[:4]] for one in sorted(found)}
