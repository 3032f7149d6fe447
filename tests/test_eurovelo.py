"""EuroVelo 5 from Aire-sur-la-Lys to Don, six recorded stages whose ends overlap."""

from __future__ import annotations

import itertools
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo.allocate import measured_once
from tests.conftest import SHARED

STAGES = SHARED / "mirror" / "eurovelo5"

pytestmark = [
    pytest.mark.mirror,
    pytest.mark.skipif(not STAGES.is_dir(), reason="the open data is not beside the project"),
]


def stages() -> gpd.GeoDataFrame:
    """Return the tracks as simple lines (EPSG:2154), each with its stage."""
    tracks = [gpd.read_file(path, layer="tracks")[["geometry"]].assign(stage=path.stem) for path in _files()]
    lines = gpd.GeoDataFrame(pd.concat(tracks, ignore_index=True), crs=tracks[0].crs).to_crs(2154)
    return lines.explode(ignore_index=True)


def _files() -> list[Path]:
    return sorted(STAGES.glob("*.gpx"))


def test_the_stretches_that_two_stages_share_are_measured_once() -> None:
    lines = stages()
    assert lines["stage"].nunique() == 6
    whole = lines.length.sum()
    assert whole == pytest.approx(107_337.05, abs=0.1)
    once = measured_once(lines.geometry).length
    assert whole - once == pytest.approx(219.96, abs=0.01)
    by_stage = lines.dissolve("stage").geometry
    shared = {
        (first, second): shapely.intersection(by_stage[first], by_stage[second]).length
        for first, second in itertools.combinations(by_stage.index, 2)
    }
    found = {pair: round(metres, 1) for pair, metres in shared.items() if metres}
    assert found == {("angres-lens", "olhain-angres"): 4.5, ("bethunes-olhain", "olhain-angres"): 215.4}
    assert sum(shared.values()) == pytest.approx(whole - once, abs=1e-6)


@pytest.mark.parametrize("tolerance", [5.0, 30.0])
def test_no_other_stretch_runs_beside_another_stage(tolerance: float) -> None:
    """The stages that overlap have the same vertices there: no tolerance is needed to see it.

    A band with flat ends, as wide as the tolerance, is laid along each line: lines that follow
    each other end to end are not in the band of the other, and one that crosses it at an angle
    over 30° is there for less than four times the tolerance.
    """
    lines = np.asarray(stages().geometry.array)
    beside = []
    for first, second in itertools.combinations(lines, 2):
        within = shapely.intersection(second, shapely.buffer(first, tolerance, cap_style="flat"))
        parts = shapely.get_parts(shapely.line_merge(within))
        beside += [part.length for part in parts if part.length > 4 * tolerance]
    assert beside == [pytest.approx(215.4, abs=0.1)]
