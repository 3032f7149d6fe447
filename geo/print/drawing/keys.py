"""The keys of a legend: each layer and each sign as it is drawn on the map, and what it means in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import dist
from typing import Literal

from matplotlib.path import Path

from geo.print.drawing import labels, look
from geo.print.drawing.look import Looks
from geo.print.drawing.page import Page, Rect
from geo.print.drawing.planning import RECORD, SURE, MapPlan
from geo.print.drawing.scene import LayerScene
from geo.text import NBSP, number

Mark = Literal[
    "exacte", "commune", "indicative", "tracé", "relevé", "approché", "écart", "ville", "epci", "limite"
]


@dataclass(frozen=True, slots=True)
class Key:
    """An entry of a legend."""

    of: LayerScene | Mark
    text: str


def layer_keys(plan: MapPlan) -> list[Key]:
    """Return the entries of the layers that are drawn, in the order of the catalogue, records last."""
    drawn = [scene for scene in plan.scenes if scene.features]
    drawn.sort(key=lambda s: (s.layer.axe.id == 0, s.layer.axe.id, s.layer.inventaire, s.layer.ordre))
    return [Key(scene, scene.layer.titre) for scene in drawn]


def mark_keys(plan: MapPlan) -> list[Key]:
    """Return the entries of the signs that all layers share, those that the map bears."""
    words: dict[Mark, str] = {
        "exacte": "position exacte ou à l’adresse",
        "commune": "située à la commune",
        "indicative": "position indicative",
        "tracé": "tracé indicatif (trait évidé ou pointillé)",
        "relevé": "élément d’un inventaire",
        "approché": "autre lieu de la même mesure, à la commune",
        "écart": "symbole écarté, relié à son lieu",
        "ville": f"commune de {number(labels.TOWN)}{NBSP}habitants ou plus",
        "epci": "limite d’EPCI",
        "limite": "limite de commune",
    }
    return [Key(mark, words[mark]) for mark in words if mark in set(_marks(plan))]


def _marks(plan: MapPlan) -> Iterator[Mark]:
    for feature, _, box in plan.symbols:
        known = "exacte" if feature.precision in SURE else feature.precision
        yield "commune" if known == "commune" else "indicative" if known == "indicative" else "exacte"
        if feature.precision != "commune" and dist(plan.at(feature.anchor), box.centre) > 0.55 * box.w:
            yield "écart"
    for feature, _ in plan.features:
        if feature.dimension == 1 and not feature.record and feature.precision not in SURE:
            yield "tracé"
        if any(True for _ in plan.dots(feature)):
            yield "relevé" if feature.record else "approché"
    if any(label.role == "ville" for label in plan.labels):
        yield "ville"
    yield from ("epci", "limite")


def draw(page: Page, key: Key, box: Rect) -> None:
    """Draw the sign of an entry in a box: best twice as wide as it is high."""
    if isinstance(key.of, LayerScene):
        _layer(page, key.of, box)
    else:
        _mark(page, key.of, box)


def _layer(page: Page, scene: LayerScene, box: Rect) -> None:
    unit = box.h / 26
    told = scene.looks
    dimensions = {feature.dimension for feature in scene.features}
    if 2 in dimensions:
        look.area(page, told, box.grown(-0.6 * unit).path(), unit, box.grown(unit))
    if 1 in dimensions:
        record = all(feature.record for feature in scene.features)
        sure = all(feature.precision in SURE for feature in scene.features if feature.dimension == 1)
        kind = "relevé" if record else "sûr" if sure else "indicative"
        _stretch(page, told, box, unit, kind)
    if 0 in dimensions or (2 in dimensions and not all(f.record for f in scene.features)):
        if all(feature.record for feature in scene.features):
            look.record(page, told, Rect.around(*box.centre, 2.6 * RECORD * unit))
        else:
            small = 0.72 if 2 in dimensions else 0.8 if 1 in dimensions else 1.0
            look.symbol(page, told, _commonest(scene), Rect.around(*box.centre, small * box.h))


def _commonest(scene: LayerScene) -> str:
    told = [feature.precision for feature in scene.features if feature.dimension != 1]
    return max(("exacte", "commune", "indicative"), key=told.count)


def _stretch(page: Page, told: Looks, box: Rect, unit: float, kind: str) -> None:
    x, y = box.centre
    path = Path([(x - 0.5 * box.w, y), (x + 0.5 * box.w, y)])
    look.line(page, told, path, unit, kind=kind, clip=box.grown(unit).path())


def _mark(page: Page, mark: Mark, box: Rect) -> None:
    unit = box.h / 26
    x, y = box.centre
    if mark in ("epci", "limite"):
        colour, width = (look.INK, 1.8) if mark == "epci" else (look.FAINT, 0.9)
        page.stroke(Path([(box.x, y), (box.right, y)]), colour, width * unit)
    elif mark == "ville":
        page.fill(Path.circle((x, y), 2.6 * unit), look.INK)
    elif mark == "tracé":
        _stretch(page, replace(look.NOTHING, epaisseur=4.0), box, unit, "indicative")
    elif mark == "approché":
        look.record(page, look.NOTHING, Rect.around(x, y, 2.6 * RECORD * unit), sure=False)
    elif mark == "relevé":
        for i, forme in enumerate(("carre", "rond", "triangle")):
            told = replace(look.NOTHING, forme=forme)
            look.record(page, told, Rect.around(x + (i - 1) * 13 * unit, y, 2 * RECORD * unit))
    elif mark == "écart":
        at = (box.x + 0.15 * box.w, box.y + 0.15 * box.h)
        page.stroke(Path([at, (x + 0.15 * box.w, y)]), look.NEUTRAL, unit)
        page.fill(Path.circle(at, 1.8 * unit), look.NEUTRAL)
        look.symbol(page, look.NOTHING, "exacte", Rect.around(x + 0.15 * box.w, y, 0.7 * box.h))
    else:
        look.symbol(page, look.NOTHING, mark, Rect.around(x, y, 0.9 * box.h))
