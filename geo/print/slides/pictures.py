"""Map pictures, sharp on a projector."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Sequence
from pathlib import Path

from pptx.slide import Slide
from pptx.util import Emu, Inches

from geo.catalog import Layer
from geo.content import Dossier
from geo.print.drawing import draw_map, save
from geo.print.slides import native
from geo.print.slides.base import KEY, PICTURE
from geo.print.slides.grid import Box

DPI = 200
"""A slide is 13,3 inches wide: more dots than any projector has."""
KEY_TEXT = (
    "Symbole plein\u00a0: position connue\u202f; évidé\u00a0: centre de la commune\u202f; "
    "tireté\u00a0: position indicative. Ce qui porte sur tout le territoire n’est pas dessiné."
)
LEAST = 9.0
"""Points of the smallest type of a map, once on its slide."""
_MM = 25.4


def put_map(
    slide: Slide, dossier: Dossier, layers: Sequence[Layer], box: Box, *, alt: str, cover: bool = False
) -> None:
    """Put the map of an EPCI in the placeholder of pictures, as large as a box.

    Parameters
    ----------
    slide : pptx.slide.Slide
        The slide.
    dossier : Dossier
        Of the EPCI; its features are those drawn.
    layers : sequence of Layer
        What is drawn; may be empty.
    box : Box
        Where it stands, in inches.
    alt : str
        What the map shows, for who does not see it.
    cover : bool
        Whether it is that of the first slide: with a small map of the basin in a corner, and the names of
        places alone.
    """
    size = (box.w * _MM, box.h * _MM)
    numbers: dict[str, int] | None = {} if cover else None
    figure = draw_map(dossier, layers, size_mm=size, locator=cover, numbers=numbers, least=LEAST)
    with tempfile.TemporaryDirectory() as folder:
        drawn = Path(folder) / "carte.png"
        save(figure, drawn, dpi=DPI)
        content = drawn.read_bytes()
    picture = native.placeholder(slide, PICTURE).insert_picture(io.BytesIO(content))
    picture.crop_left = picture.crop_right = picture.crop_top = picture.crop_bottom = 0
    picture.left, picture.top, picture.width, picture.height = (Emu(Inches(one)) for one in box)
    native.name(picture, "Carte", alt)


def put_key(slide: Slide, box: Box) -> None:
    """Say under a map what full, hollow and dashed symbols mean."""
    shape = native.placeholder(slide, KEY)
    native.write(shape, [KEY_TEXT])
    shape.left, shape.top, shape.width, shape.height = (Emu(Inches(one)) for one in box)
    native.name(shape, "Légende de la carte")
