"""Shares agree with the pieces that QGIS cut, as geopandas' own tests of its overlays keep them.

The facts below are the corners of the input squares and octagons, and the areas of the pieces that
QGIS made of them, worked out from its files (repository geopandas/geopandas, folder
geopandas/tests/data/overlay): polys/df1, df2, df1_df2-intersection, df1_df2-difference and
df1_df2-difference-inverse; overlap/df1_overlap, df2_overlap, df1_df2_overlap-intersection and
df1_df2_overlap-difference. The boroughs of New York that stand beside them (nybb_qgis) are shapefiles
of megabytes: they are no facts to write down, and no package brings them.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from geo.allocate import OUTSIDE
from tests.allocation import engines
from tests.allocation.engines import allocate
from tests.allocation.shapes import CORNER, RELATIVE, frame

engine = engines.engine

SQUARES_1 = {"1": shapely.box(0, 0, 2, 2), "2": shapely.box(2, 2, 4, 4)}
SQUARES_2 = {"1": shapely.box(1, 1, 3, 3), "2": shapely.box(3, 3, 5, 5)}
INTERSECTION = {("1", "1"): 1.0, ("2", "1"): 1.0, ("2", "2"): 1.0}
"""Squares of the first file by those of the second: square metres of what QGIS says they share."""
DIFFERENCE = {"1": 3.0, "2": 2.0}
INVERSE = {"1": 2.0, "2": 3.0}


def octagon(x: float, y: float) -> shapely.Polygon:
    """Return an octagon of radius 1, as QGIS's buffers of a point are: to fifteen digits."""
    d = 0.707106781186548
    ring = [(1, 0), (d, -d), (0, -1), (-d, -d), (-1, 0), (-d, d), (0, 1), (d, d)]
    return shapely.Polygon([(x + dx, y + dy) for dx, dy in ring])


OCTAGONS_1 = {"1": octagon(0, 0), "2": octagon(1.5, 0)}
OCTAGONS_2 = {"1": octagon(1, 1), "2": octagon(2, 2)}
OVERLAP = {("1", "1"): 0.414213562373, ("2", "1"): 0.825825214725}
"""Octagons of the first file by those of the second; the two others do not meet."""
OVERLAP_DIFFERENCE = {"1": 2.414213562373, "2": 2.002601910021}


def measured(
    features: Mapping[str, BaseGeometry],
    partition: Mapping[str, BaseGeometry],
    engine: str,
    corner: tuple[float, float],
) -> dict[tuple[str, str], float]:
    """Return the square metres of each feature in each territory."""
    moved = [
        frame(
            {key: shapely.transform(shape, lambda xy: xy + np.array(corner)) for key, shape in named.items()}
        )
        for named in (features, partition)
    ]
    table = allocate(moved[0], moved[1], engine)
    return dict(zip(zip(table["feature"], table["territory"], strict=True), table["area_m2"], strict=True))


@pytest.mark.parametrize("corner", [(0.0, 0.0), CORNER])
def test_squares_are_cut_as_qgis_cuts_them(engine: str, corner: tuple[float, float]) -> None:
    outside = {(key, OUTSIDE): area for key, area in DIFFERENCE.items()}
    assert measured(SQUARES_1, SQUARES_2, engine, corner) == pytest.approx({**INTERSECTION, **outside})
    turned = {(second, first): area for (first, second), area in INTERSECTION.items()}
    outside = {(key, OUTSIDE): area for key, area in INVERSE.items()}
    assert measured(SQUARES_2, SQUARES_1, engine, corner) == pytest.approx({**turned, **outside})


@pytest.mark.parametrize("code", ["1", "2"])
def test_octagons_are_cut_as_qgis_cuts_them(engine: str, code: str) -> None:
    # Both files overlap themselves: each of their octagons is a partition by itself.
    for first, shape in OCTAGONS_1.items():
        found = measured({first: shape}, {code: OCTAGONS_2[code]}, engine, (0.0, 0.0))
        assert found.get((first, code), 0.0) == pytest.approx(OVERLAP.get((first, code), 0.0), rel=RELATIVE)


def test_what_is_left_of_octagons_is_what_qgis_leaves(engine: str) -> None:
    united = {"both": shapely.union_all(list(OCTAGONS_2.values()))}
    found = measured(OCTAGONS_1, united, engine, (0.0, 0.0))
    left = {key: area for (key, code), area in found.items() if code == OUTSIDE}
    assert left == pytest.approx(OVERLAP_DIFFERENCE, rel=RELATIVE)


def test_the_facts_of_qgis_conserve_what_it_cut() -> None:
    for key, shape in SQUARES_1.items():
        assert shape.area == DIFFERENCE[key] + sum(
            a for (first, _), a in INTERSECTION.items() if first == key
        )
    for key, shape in OCTAGONS_1.items():
        cut = sum(area for (first, _), area in OVERLAP.items() if first == key)
        assert shape.area == pytest.approx(OVERLAP_DIFFERENCE[key] + cut, rel=RELATIVE)
