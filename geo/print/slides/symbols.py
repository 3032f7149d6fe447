"""The symbols of the layers beside the rows of a table: the legend of the map next to it."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path

from matplotlib.path import Path as Outline
from pptx.slide import Slide
from pptx.util import Emu, Inches

from geo.catalog import Layer
from geo.content import Dossier
from geo.print.drawing import look, save
from geo.print.drawing.page import Page, Rect
from geo.print.drawing.scene import Drawn, scenes
from geo.print.slides import native

SIDE = 0.25
"""Inches; less where rows are lower."""
_MM, _DPI, _UNIT = 8.0, 400, 0.3
_PRECISIONS = ("exacte", "adresse", "commune", "indicative")
"""From the best known."""


def put_symbols(
    slide: Slide,
    dossier: Dossier,
    layers: Sequence[Layer],
    tops: Sequence[float],
    *,
    left: float,
    line: float,
) -> None:
    """Draw the symbol of each layer that is on the map beside its row.

    Parameters
    ----------
    slide : pptx.slide.Slide
        The slide.
    dossier : Dossier
        Its features are those on the map.
    layers : sequence of Layer
        In the order of the rows.
    tops : sequence of float
        Where each row begins, in inches from the top.
    left : float
        Where the symbols stand, in inches.
    line : float
        Height of the first line of a row, on whose middle the symbol stands, in inches.
    """
    side = min([SIDE, *(low - high for high, low in pairwise(tops))])
    for layer, top in zip(layers, tops, strict=True):
        drawn = [feature for scene in scenes(dossier, [layer]) for feature in scene.features]
        if not drawn:
            continue
        where = (Emu(Inches(left)), Emu(Inches(top + line / 2 - side / 2)))
        own = slide.shapes.add_picture(io.BytesIO(_sample(layer, drawn)), *where, Emu(Inches(side)))
        native.name(own, "Symbole", f"Symbole de la couche «\u00a0{layer.titre}\u00a0» sur la carte.")


def _sample(layer: Layer, drawn: Sequence[Drawn]) -> bytes:
    """Return a PNG of how the features of a layer are drawn."""
    page = Page(_MM, _MM, "#ffffff")
    told, middle = look.looks(layer), _MM / 2
    dimensions = {feature.dimension for feature in drawn}
    if 2 in dimensions:
        look.area(page, told, Rect(0.5, 0.5, _MM - 1, _MM - 1).path(), _UNIT, page.size)
    if 1 in dimensions:
        best = _best(feature for feature in drawn if feature.dimension == 1)
        records = all(feature.record for feature in drawn)
        kind = "relevé" if records else "sûr" if best in _PRECISIONS[:2] else "indicative"
        path = Outline([(0.4, middle), (_MM - 0.4, middle)])
        look.line(page, told, path, _UNIT, kind=kind, clip=page.size.path())
    marked = [feature for feature in drawn if feature.dimension != 1]
    symbols = [feature for feature in marked if not feature.record]
    if symbols:
        look.symbol(page, told, _best(symbols), Rect.around(middle, middle, 0.85 * _MM))
    elif marked:
        look.record(page, told, Rect.around(middle, middle, 0.4 * _MM))
    with tempfile.TemporaryDirectory() as folder:
        save(page.figure, Path(folder) / "symbole.png", dpi=_DPI)
        return (Path(folder) / "symbole.png").read_bytes()


def _best(drawn: Iterable[Drawn]) -> str:
    found = {feature.precision for feature in drawn}
    return next((one for one in _PRECISIONS if one in found), _PRECISIONS[-1])
