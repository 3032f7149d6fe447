"""Shapes and pictograms as the paths that are drawn."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from fontTools.pens.recordingPen import RecordingPen
from fontTools.svgLib.path import parse_path
from matplotlib.path import Path
from shapely.geometry.base import BaseGeometry

_CODES = {"moveTo": Path.MOVETO, "lineTo": Path.LINETO, "curveTo": Path.CURVE4, "qCurveTo": Path.CURVE3}


def of_shape(shape: BaseGeometry) -> Path | None:
    """Return the path of lines or polygons, nothing where there are none.

    Shells turn one way and holes the other, so that one path can fill them all.
    """
    runs = [
        run
        for part in shapely.get_parts(shape)
        if not part.is_empty
        for run in _runs(shapely.normalize(part))
    ]
    return Path.make_compound_path(*runs) if runs else None


def _runs(part: BaseGeometry) -> list[Path]:
    if isinstance(part, shapely.Polygon):
        turned = shapely.orient_polygons(part)
        return [_run(ring.coords, closed=True) for ring in (turned.exterior, *turned.interiors)]
    if isinstance(part, shapely.LineString):
        return [_run(part.coords, closed=False)]
    return []


def _run(coords: Any, *, closed: bool) -> Path:
    points: npt.NDArray[np.float64] = np.asarray(coords, dtype=float)[:, :2]
    codes = np.full(len(points), Path.LINETO, dtype=np.uint8)
    codes[0] = Path.MOVETO
    if closed:
        codes[-1] = Path.CLOSEPOLY
    return Path(points, codes)


@cache
def of_svg(data: str) -> Path:
    """Return the path of the ``d`` of an SVG path, its y downwards as there."""
    pen = RecordingPen()
    parse_path(data, pen)
    points: list[tuple[float, float]] = []
    codes: list[int] = []
    for name, told in pen.value:
        if name in _CODES:
            points += told
            codes += [int(_CODES[name])] * len(told)
        elif name == "closePath":
            points.append((0.0, 0.0))
            codes.append(int(Path.CLOSEPOLY))
    return Path(np.array(points, dtype=float), codes)


def moved(path: Path, x: float, y: float, scale: float) -> Path:
    """Return a path of SVG (y downwards), scaled, with its origin at a place of the page."""
    return Path(vertices(path) * (scale, -scale) + (x, y), path.codes)


def vertices(path: Path) -> npt.NDArray[np.float64]:
    """Return the points of a path, (n, 2)."""
    return np.asarray(path.vertices, dtype=float)
