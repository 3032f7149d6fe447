"""The slide of an axis: its map, its figures, its layers, its progress."""

from __future__ import annotations

import dataclasses

import geopandas as gpd
from pptx.slide import Slide

from geo import text
from geo.catalog import MEASURES, Axis, Layer
from geo.content import Dossier, wording
from geo.content.charte import Charte
from geo.content.statistics import AMOUNT
from geo.print.sentences import de
from geo.print.slides import charts, fitting, grid, native, pictures, sources
from geo.print.slides.base import AXIS, CAPTION, CHART, FIGURES, KEY, TABLES
from geo.print.slides.base import TEXT as FREE
from geo.print.slides.native import Column, Run
from geo.print.slides.symbols import put_symbols
from geo.print.slides.told import Told

_COLUMNS = (
    Column("Couche", 2.2),
    Column("Éléments", 1.0, number=True),
    Column("Montant", 1.03, number=True),
    Column("Autres chiffres", 1.803, number=True),
)
_MORE = tuple(key for key in MEASURES if key not in ("nombre", "nombre_localise", AMOUNT))
"""What is told beside numbers and amounts: lengths, surfaces, dwellings, beds..."""
_NAMED = 7
"""How many wider measures are named where the territory has none of its own."""


def slide_of(dossier: Dossier, axis: Axis, charte: Charte) -> Told:
    """Return the slide of an axis."""
    layers = layers_of(dossier, axis)
    own = dossier.own[_of_axis(dossier.own, axis) & dossier.own["couche"].isin([one.id for one in layers])]
    part = dataclasses.replace(dossier, own=own)
    free = charte.textes.get(f"axe-{axis.id}", "")

    def draw(slide: Slide) -> None:
        native.title(slide, wording.axis_title(axis), axis.titre)
        _figures(slide, dossier, axis)
        if layers:
            alt = f"Tableau des couches de l’axe {axis.id}{text.NBSP}: éléments, montants, autres chiffres."
            rows = [row_of(dossier, layer, axis) for layer in layers]
            size, tops = native.table(
                slide, TABLES, _COLUMNS, rows, box=grid.AXIS_TABLE, sizes=(14, 13, 12, 11, 10, 9), alt=alt
            )
            put_symbols(slide, part, layers, tops, left=grid.SYMBOLS, line=native.first_line(size))
        else:
            _wider(slide, dossier, axis)
        _caption(slide, dossier, axis, layers)
        _progress(slide, dossier, axis)
        shown = native.free_text(slide, FREE, free, grid.MAP_TEXT)
        if layers:
            pictures.put_key(slide, grid.MAP_KEY if shown else grid.TALL_MAP_KEY)
        else:
            native.remove(slide, KEY)
        pictures.put_map(
            slide, part, layers, grid.MAP if shown else grid.TALL_MAP, alt=_map_alt(part, axis, layers)
        )

    wide = dossier.overall[_of_axis(dossier.overall, axis)]
    figures = sources.figure_lines(dossier, dossier.axis_stats(axis))
    return Told(f"{AXIS} {axis.id}", draw, [
        *(" ".join(part.split()) for part in free.split("\n\n") if part.strip()),
        *figures, sources.DATED, *sources.source_lines(dossier, own if len(own) else wide),
    ])  # fmt: skip


def layers_of(dossier: Dossier, axis: Axis) -> list[Layer]:
    """Return the layers of measures that have elements of an axis: records have a slide of their own."""
    return [layer for layer in dossier.axis_layers(axis) if not layer.inventaire]


def row_of(dossier: Dossier, layer: Layer, axis: Axis | None = None) -> list[str]:
    """Return a layer as tables tell it: its title, numbers, amount, other figures.

    They are of the whole layer: among those of an axis, a layer says so if it has measures of another.
    """
    count = dossier.stats.get((layer.id, "nombre"))
    amount = dossier.stats.get((layer.id, AMOUNT))
    more = [stat for key in _MORE if (stat := dossier.stats.get((layer.id, key)))]
    known = dossier.content.known.measures
    told = "\n".join(
        sources.with_drawn(stat) if stat.unit else f"{known[stat.measure].libelle}{text.NBSP}: {stat.text}"
        for stat in more
    )
    records = dossier.own[dossier.own["couche"] == layer.id]["inventaire"].astype(bool)
    mixed = " (inventaire compris)" if records.any() and not layer.inventaire else ""
    whole = " (tous axes)" if axis and len(dossier.elsewhere(layer.id, axis)) else ""
    return [
        layer.titre + mixed + whole,
        count.text if count else "–",
        amount.text if amount else "–",
        told or "–",
    ]


def _of_axis(features: gpd.GeoDataFrame, axis: Axis) -> gpd.GeoSeries:
    return features["axe"] == axis.id


def _figures(slide: Slide, dossier: Dossier, axis: Axis) -> None:
    """Write how many elements there are, how many are on the map, what they cost."""
    key = f"axe-{axis.id}"
    count, located, amount = (dossier.stats.get((key, one)) for one in ("nombre", "nombre_localise", AMOUNT))
    told: list[tuple[str, str, str]] = []
    if count is None:
        told.append(("Aucun", "élément du territoire", ""))
    else:
        told.append((count.text, "élément" if count.value < 2 else "éléments", count.rank))
    if located is not None:
        told.append((located.text, "localisé" if located.value < 2 else "localisés", located.rank))
    if amount is not None:
        told.append((amount.text, "attribués au territoire", amount.rank))
    for place, box in enumerate(grid.FIGURES):
        if place >= len(told):
            native.remove(slide, FIGURES + place)
            continue
        large, small, rank = told[place]
        size = fitting.largest(large, (28, 24, 20, 18, 16), box.w, 0.5, bold=True) or 14
        lines = [[Run(large, size, bold=True)], [Run(small, 12)], *([[Run(rank, 11)]] if rank else [])]
        shape = native.placeholder(slide, FIGURES + place)
        native.write(shape, lines)
        native.name(shape, f"Chiffre {place + 1}")


def _wider(slide: Slide, dossier: Dossier, axis: Axis) -> None:
    """Name the measures of a wider territory, where there are none of the territory itself."""
    wide = dossier.overall[_of_axis(dossier.overall, axis)]
    if wide.empty:
        native.remove(slide, TABLES)
        return
    names = list(wide["nom"])
    columns = [Column("Mesures de portée plus large, qui couvrent aussi le territoire", 6.033)]
    alt = "Mesures de portée plus large, qui couvrent aussi le territoire sans lui être attribuées."
    for kept in range(min(len(names), _NAMED), 0, -1):
        rest = len(names) - kept
        rows = [[one] for one in names[:kept]] + (
            [[f"et {rest} {'autre' if rest == 1 else 'autres'}"]] if rest else []
        )
        if sum(native.heights(columns, rows, 12)) <= grid.AXIS_TABLE.h:
            break
    native.table(slide, TABLES, columns, rows, box=grid.AXIS_TABLE, sizes=(14, 13, 12), alt=alt)


def _caption(slide: Slide, dossier: Dossier, axis: Axis, layers: list[Layer]) -> None:
    lines = [sources.shared_line(dossier, f"axe-{axis.id}")]
    if any(len(dossier.elsewhere(layer.id, axis)) for layer in layers):
        lines.append(
            f"Tous axes{text.NBSP}: avec les éléments de la couche qui relèvent d’un autre axe que celui-ci."
        )
    lines = [line for line in lines if line]
    if not lines:
        native.remove(slide, CAPTION)
        return
    box = grid.AXIS_CAPTION
    size = fitting.largest("\n".join(lines), (12, 11, 10), box.w, box.h) or 10
    native.write(native.placeholder(slide, CAPTION), [[Run(line, size)] for line in lines])
    native.name(native.placeholder(slide, CAPTION), "Légende")


def _progress(slide: Slide, dossier: Dossier, axis: Axis) -> None:
    counts = dossier.progress(axis)
    if not counts:
        native.remove(slide, CHART)
        return
    alt = f"Nombre d’éléments de l’axe {axis.id} par statut. {charts.told(counts)}."
    charts.statuses(slide, CHART, [("Avancement", counts)], alt=alt, size=11)


def _map_alt(part: Dossier, axis: Axis, layers: list[Layer]) -> str:
    drawn = [layer.titre for layer in layers if (layer.id, "nombre_localise") in part.stats]
    what = ", ".join(drawn) if drawn else "aucun élément localisé"
    return f"Carte {de(part.epci.nom_court)}, axe {axis.id}, {axis.court}{text.NBSP}: {what}."
