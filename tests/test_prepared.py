"""What threads share is not prepared: GEOS would write over itself, and the process would die."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import shapely

from geo.prepared import prepared

AT_ONCE = """
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import shapely

from geo.ingest.mending import outside
from geo.territories import load

perimeter = load().perimeter
west, south, east, north = perimeter.bounds
draw = np.random.default_rng(1)
start = np.stack([draw.uniform(west, east, 3000), draw.uniform(south, north, 3000)], axis=1)
lines = shapely.linestrings(np.stack([start, start + (900, 700)], axis=1))
alive = np.ones(len(lines), dtype=bool)
expected = ~shapely.intersects(perimeter, lines)
with ThreadPoolExecutor(4) as pool:
    for found in pool.map(lambda _: outside(lines, perimeter, alive), range(100)):
        assert (found == expected).all()
assert not shapely.is_prepared(perimeter)
"""


def test_threads_ask_one_perimeter_at_once() -> None:
    child = subprocess.run([sys.executable, "-c", AT_ONCE], capture_output=True, text=True, check=False)
    assert child.returncode == 0, child.stderr[-2000:]


def test_the_copy_alone_is_prepared() -> None:
    shape = shapely.Polygon([(0, 0, 5), (1 / 3, 0, 5), (0, 0.1, 7)])
    own = prepared(shape)
    assert shapely.is_prepared(own)
    assert not shapely.is_prepared(shape)
    assert shapely.to_wkb(own) == shapely.to_wkb(shape)
    several = np.array([shape, None, shapely.Point()], dtype=object)
    assert shapely.is_prepared(prepared(several)).tolist() == [True, False, True]
    assert not shapely.is_prepared(several).any()
