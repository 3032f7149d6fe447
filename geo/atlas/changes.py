"""The page of what changed: a map of the old and new places, and the tables; no script runs in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.atlas import templating
from geo.atlas.policy import policy
from geo.changes import Change, Changes, Effect
from geo.changes.telling import change_rows, effect_rows
from geo.changes.wording import GAPS, summary
from geo.content import made_on
from geo.rows import is_rate
from geo.sources.cache import write_text
from geo.territories import Epci, Territories
from geo.territories import load as load_territories
from geo.text import long_date, plural

WIDTH, HEIGHT = 1000.0, 640.0
"""Of the map, in its own units."""
MARGIN_M = 4000.0
"""Around what changed, metres."""
_NEAR = 18.0
"""Two numbers nearer than that would cover each other."""
_LETTER = 8.5
"""Width of a letter of these names."""
_NUMBERED = 60
"""Marks that a map can number; more of them are dots."""
_OPEN = 60
"""Rows of a list that is shown unfolded."""
_SHIFTS = (0.0, -20.0, 20.0, -40.0, 40.0, -60.0, 60.0)
"""How much higher or lower a name may stand, so as to cover no mark."""
_BARS_KM = (1, 2, 5, 10, 20, 50)
KINDS = {"apparu": "apparus", "disparu": "disparus", "déplacé": "déplacés", "changé": "changés"}
"""What a mark of the map says, and the words of its legend."""

SIGNS = {"apparu": "+", "disparu": "−", "déplacé": "→", "changé": "≠"}
"""What tells the marks apart without their colours."""

STYLE = """
:root { color-scheme: light; }
body { margin: 0 auto; max-width: 72rem; padding: 1.5rem; color: #23272d; background: #fff;
  font: 1rem/1.45 "Source Sans 3", "Segoe UI", Arial, sans-serif; }
h1 { font-size: 1.7rem; margin: 0 0 .3rem; }
h2 { font-size: 1.25rem; margin: 2rem 0 .5rem; border-bottom: 2px solid #23272d; }
p { margin: .3rem 0; }
.discret { color: #565b61; }
.phrase { font-size: 1.15rem; font-weight: 600; }
.carte { width: 100%; height: auto; border: 1px solid #b9b1a2; background: #f7f4ee; display: block;
  box-sizing: border-box; }
.commune { fill: #fff; stroke: #dcd5c6; stroke-width: 1; }
.epci { fill: none; stroke: #6f7479; stroke-width: 2; }
.nom { font: 600 17px "Source Sans 3", Arial, sans-serif; fill: #565b61; text-anchor: middle;
  paint-order: stroke; stroke: #fff; stroke-width: 4px; }
.trace { fill: none; stroke-width: 4; }
.apparu { stroke: #1f6f4a; fill: #1f6f4a; }
.disparu { stroke: #a12a1e; fill: #a12a1e; }
.déplacé { stroke: #245a8c; fill: #245a8c; }
.changé { stroke: #8a5a00; fill: #8a5a00; }
.surface { fill-opacity: .3; stroke-width: 2; }
.trait { fill: none; stroke-width: 4; }
.avant { stroke-dasharray: 7 5; fill-opacity: .08; }
.rond { fill: #fff; stroke-width: 3; }
.fleche { stroke-width: 3; }
.numero { font: 700 15px "Source Sans 3", Arial, sans-serif; text-anchor: middle; stroke: none; }
.echelle { stroke: #23272d; stroke-width: 3; }
.mot { font: 15px "Source Sans 3", Arial, sans-serif; fill: #23272d; paint-order: stroke; stroke: #fff;
  stroke-width: 4px; }
.cadre { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .95rem; }
summary { padding: .45rem .2rem; cursor: pointer; font-weight: 600; background: #f4f1ea; }
summary .discret { font-weight: 400; }
details { margin: .5rem 0; }
details details { margin: .3rem 0 0 1rem; }
details details summary { background: none; font-weight: 400; text-decoration: underline; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid #dcd5c6; }
thead th { border-bottom: 2px solid #6f7479; }
.droite { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.elements, .indicateurs { table-layout: fixed; }
.elements td { overflow-wrap: anywhere; }
.elements .rang { width: 3rem; } .elements .nommer { width: 24%; }
.indicateurs th:nth-child(1) { width: 20%; } .indicateurs th:nth-child(2) { width: 35%; }
.legende { display: flex; flex-wrap: wrap; gap: .3rem 1.4rem; list-style: none; padding: 0; margin: .5rem 0; }
.legende svg { width: 26px; height: 26px; vertical-align: middle; }
@media (max-width: 46rem) {
  body { padding: 1rem; }
  .carte { width: 52rem; }
  table, tbody, tr, td { display: block; width: auto; }
  thead { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
  tr { border-bottom: 1px solid #b9b1a2; padding: .4rem 0; }
  td, td.droite { border: 0; padding: .1rem .2rem; text-align: left; white-space: normal; }
  td.droite { display: inline-block; margin-right: .8rem; }
  td:empty, td.droite:empty { display: none; }
  td::before { content: attr(data-titre) "\u00a0: "; color: #565b61; }
  td.tete { font-weight: 600; } td.tete::before { content: none; }
}
@media print { body { max-width: none; padding: 0; } tr { break-inside: avoid; }
  details::details-content { content-visibility: visible; height: auto; } }
"""


def write_changes(changes: Changes, target: Path) -> None:
    """Write what changed as one page, whole in itself.

    Parameters
    ----------
    changes : Changes
        As `geo.changes.compare` gives them.
    target : pathlib.Path
        The page, HTML.

    Raises
    ------
    ErbmError
        If it cannot be written.
    """
    placed = [c for c in changes.elements if c.avant is not None or c.apres is not None]
    numbers = {change.id: number for number, change in enumerate(placed, start=1)}
    numbers = numbers if len(numbers) <= _NUMBERED else {}
    basin = load_territories()
    drawing = _Drawing(placed, basin)
    page = templating.render(
        "changements.html.jinja",
        style=STYLE,
        politique=policy(styles=[STYLE]),
        resume=summary(changes),
        ancien=changes.ancien,
        nouveau=changes.nouveau,
        date=long_date(made_on()),
        vue=f"0 0 {WIDTH:.0f} {HEIGHT:.0f}",
        communes=drawing.communes,
        epci=drawing.epci,
        noms=drawing.names,
        echelle={"km": drawing.bar_km, "longueur": round(drawing.bar_km * 1000 * drawing.scale, 1)},
        hauteur=HEIGHT,
        limites=basin.source,
        marques=list(drawing.marks(numbers)),
        numerotes=bool(numbers),
        legende=[(kind, told) for kind, told in KINDS.items() if kind in set(map(_kind, placed))],
        signes=SIGNS,
        couches=list(_by_layer(changes.elements, numbers)),
        territoires=list(_by_territory(changes.indicateurs)),
        ecarts=GAPS,
        remarques=changes.remarques,
    )
    write_text(target, page)


def _by_layer(elements: Sequence[Change], numbers: dict[str, int]) -> Iterator[dict[str, Any]]:
    """Yield the lists of the elements: a layer, how much of it changed, its rows."""
    unfolded = len(elements) <= _OPEN
    for title, group in groupby(elements, key=lambda change: change.titre):
        own = list(group)
        counts = [
            plural(count, kind)
            for kind in ("apparu", "disparu", "changé")
            if (count := sum(change.genre == kind for change in own))
        ]
        rows = [
            {**row, "numero": numbers.get(change.id, "")} for change in own for row in change_rows([change])
        ]
        yield {"titre": title, "compte": ", ".join(counts), "rangs": rows, "ouvert": unfolded}


def _by_territory(effects: Sequence[Effect]) -> Iterator[dict[str, Any]]:
    """Yield the lists of the indicators: a territory, its rows, and the rates apart."""
    unfolded = sum(not is_rate(effect.indicateur) for effect in effects) <= _OPEN
    for (_, name), group in groupby(effects, key=lambda effect: (effect.code, effect.territoire)):
        own = list(group)
        rates = [effect for effect in own if is_rate(effect.indicateur)]
        rows = list(effect_rows(own, rates=False))
        yield {
            "titre": name,
            "compte": plural(len(rows), "indicateur") if rows else "",
            "rangs": rows,
            "taux": list(effect_rows(rates, rates=True)),
            "ouvert": unfolded,
        }


def _kind(change: Change) -> str:
    """Return what a mark of the map says of a change."""
    return "déplacé" if change.deplacement_m else change.genre


class _Drawing:
    """From EPSG:2154 to the units of the map, y downwards, around what changed."""

    def __init__(self, placed: Sequence[Change], basin: Territories) -> None:
        shapes = [shape for change in placed for shape in (change.avant, change.apres) if shape is not None]
        west, south, east, north = _around(shapes, basin)
        self.scale = min(WIDTH / (east - west), HEIGHT / (north - south))
        self.west = (west + east) / 2 - WIDTH / 2 / self.scale
        self.north = (south + north) / 2 + HEIGHT / 2 / self.scale
        frame = shapely.box(
            self.west, self.north - HEIGHT / self.scale, self.west + WIDTH / self.scale, self.north
        )
        self.placed = placed
        self.bar_km = max((km for km in _BARS_KM if km * 1000 * self.scale <= WIDTH / 4), default=_BARS_KM[0])
        self.communes = [
            self.path(c.geometry) for c in basin.communes.values() if c.geometry.intersects(frame)
        ]
        self.epci = [self.path(e.geometry) for e in basin.epci.values() if e.geometry.intersects(frame)]
        at = [self.spot(shape) for shape in shapes]
        self.names = [
            place for e in basin.epci.values() if (place := self.named(e, frame, at[:_NUMBERED])) is not None
        ]

    def named(
        self, epci: Epci, frame: BaseGeometry, marks: Sequence[dict[str, float]]
    ) -> dict[str, Any] | None:
        """Return where the name of an EPCI is written: in what the map shows of it, if there is room."""
        half = _LETTER * len(epci.nom_court) / 2
        inner = shapely.box(*frame.bounds).buffer(-_NEAR / self.scale)
        shown = max(shapely.get_parts(epci.geometry.intersection(inner)), key=shapely.area, default=None)
        if shown is None or not shown.area:
            return None
        if inner.contains(epci.label_point):
            spot = self.spot(epci.label_point)
        else:
            circle = shapely.maximum_inscribed_circle(shown)
            if shapely.length(circle) * self.scale < 2 * _NEAR:
                return None
            spot = self.spot(shapely.Point(circle.coords[0]))
        spot["x"] = min(max(spot["x"], half + _NEAR), WIDTH - half - _NEAR)
        near = [mark["y"] - spot["y"] + 6 for mark in marks if abs(mark["x"] - spot["x"]) < half + _NEAR]
        shifts = [shift for shift in _SHIFTS if all(abs(gap - shift) > _NEAR for gap in near)]
        spot["y"] += shifts[0] if shifts else 0.0
        return {"nom": epci.nom_court, **spot}

    def xy(self, shape: BaseGeometry) -> list[list[float]]:
        """Return the coordinates of a shape on the map, one decimal."""
        own = shapely.get_coordinates(shape) - (self.west, self.north)
        rounded: list[list[float]] = np.round(own * (self.scale, -self.scale), 1).tolist()
        return rounded

    def spot(self, shape: BaseGeometry) -> dict[str, float]:
        """Return a point of a shape on the map."""
        (x, y), *_ = self.xy(shapely.point_on_surface(shape))
        return {"x": x, "y": y}

    def path(self, shape: BaseGeometry) -> str:
        """Return lines and outlines as an SVG path."""
        pieces = []
        for part in shapely.get_parts(shape):
            rings = [part.exterior, *part.interiors] if part.geom_type == "Polygon" else [part]
            ending = "Z" if part.geom_type == "Polygon" else ""
            pieces += ["M" + "L".join(f"{x:g} {y:g}" for x, y in self.xy(ring)) + ending for ring in rings]
        return "".join(pieces)

    def marks(self, numbers: dict[str, int]) -> Iterator[dict[str, Any]]:
        """Yield what is drawn of each change: old and new outline, arrow, number; none over another."""
        taken = [spot for name in self.names for spot in _under(name)]
        for change in self.placed:
            now = change.apres if change.apres is not None else change.avant
            if now is None:
                continue
            at = self.spot(now)
            start = change.avant if change.deplacement_m else None
            label = (at["x"], at["y"])
            if numbers:
                label = _free(*label, taken)
                taken.append(label)
            yield {
                "genre": _kind(change),
                "numero": numbers.get(change.id),
                "petit": not numbers and shapely.get_dimensions(now) == 0,
                "titre": f"{change.nom} ({change.titre})",
                "avant": self._outline(change.avant) if change.apres is not change.avant else None,
                "apres": self._outline(change.apres),
                "depart": None if start is None else self.xy(shapely.centroid(start))[0],
                **at,
                "nx": label[0],
                "ny": label[1],
            }

    def _outline(self, shape: BaseGeometry | None) -> dict[str, str] | None:
        """Return a line or a polygon, nothing for points: their number shows them."""
        if shape is None or shapely.get_dimensions(shape) == 0:
            return None
        kind = "surface" if shapely.get_dimensions(shape) == 2 else "trait"
        return {"d": self.path(shape), "sorte": kind}


def _under(name: dict[str, Any]) -> Iterator[tuple[float, float]]:
    """Yield the places that the name of an EPCI covers."""
    half = _LETTER * len(name["nom"]) / 2
    for shift in np.linspace(-half, half, 2 + int(half / _NEAR)).tolist():
        yield name["x"] + shift, name["y"] - 6.0


def _around(shapes: Sequence[BaseGeometry], basin: Territories) -> tuple[float, float, float, float]:
    """Return the bounds of what changed, with room around it; of the whole basin, if nothing has a place."""
    if not shapes:
        return basin.perimeter.bounds
    west, south, east, north = shapely.total_bounds(np.array(shapes, dtype=object)).tolist()
    return west - MARGIN_M, south - MARGIN_M, east + MARGIN_M, north + MARGIN_M


def _free(x: float, y: float, taken: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Return a place near another one for a number, where there is room, by ever wider rings."""
    for ring in range(1, 12):
        for step in range(8 * ring):
            angle = 2 * np.pi * step / (8 * ring)
            reach = 0.0 if ring == 1 and step == 0 else 2.0 * _NEAR * (ring - 0.5)
            spot = (round(x + reach * float(np.cos(angle)), 1), round(y + reach * float(np.sin(angle)), 1))
            inside = _NEAR < spot[0] < WIDTH - _NEAR and _NEAR < spot[1] < HEIGHT - _NEAR
            if inside and all(np.hypot(spot[0] - a, spot[1] - b) >= 2 * _NEAR for a, b in taken):
                return spot
    return x, y
