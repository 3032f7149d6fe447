"""shapely and pyproj directly: a tree, prepared containment, a cut of what crosses, on two threads."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

from tests.benchmarks.peers import LAMBERT_93, THREADS

CHUNKS = 16
POINT = np.dtype([("order", "u1"), ("type", "<u4"), ("xy", "<f8", 2)])
"""The WKB of a point, little-endian, as GeoParquet writers give it."""


class Peer:
    """Features by chunk, each as one thread is free."""

    def prepare(self, partition: str) -> None:
        """Read, index and prepare the partition."""
        frame = gpd.read_parquet(partition)
        self.codes = frame.index.to_numpy()
        self.shapes = np.asarray(frame.geometry.array)
        self.tree = shapely.STRtree(self.shapes)
        self.own = threading.local()
        self.pool = ThreadPoolExecutor(THREADS, initializer=self._copy)

    def from_file(self, path: str, kind: str) -> pd.DataFrame:
        """Decode, project and share, each chunk in one go."""
        chunks = _chunks(path)
        return self._gathered(
            self.pool.map(lambda wkb: self._share(self._projected(wkb), kind), chunks), kind
        )

    def load(self, path: str) -> None:
        """Decode and project."""
        self.features = list(self.pool.map(self._projected, _chunks(path)))

    def allocate(self, kind: str) -> pd.DataFrame:
        """Share the features in memory."""
        return self._gathered(self.pool.map(lambda part: self._share(part, kind), self.features), kind)

    def _copy(self) -> None:
        """Prepare copies for one thread: GEOS completes a prepared geometry as it is asked, unguarded."""
        self.own.shapes = shapely.from_wkb(shapely.to_wkb(self.shapes))
        shapely.prepare(self.own.shapes)
        self.own.transformer = Transformer.from_crs("EPSG:4326", LAMBERT_93, always_xy=True)

    def _projected(self, wkb: pa.Array) -> NDArray[np.object_]:
        xy = _points(wkb)
        if xy is not None:
            return np.asarray(shapely.points(*self.own.transformer.transform(xy[:, 0], xy[:, 1])))
        shapes = shapely.from_wkb(wkb.to_numpy(zero_copy_only=False))
        xy = shapely.get_coordinates(shapes)
        x, y = self.own.transformer.transform(xy[:, 0], xy[:, 1])
        return np.asarray(shapely.set_coordinates(shapes, np.stack([x, y], axis=1)))

    def _share(self, shapes: NDArray[np.object_], kind: str) -> tuple[Any, ...]:
        feature, territory = self.tree.query(shapes)
        within = self.own.shapes
        if kind == "points":
            held = shapely.contains_xy(within[territory], *shapely.get_coordinates(shapes)[feature].T)
            return len(shapes), feature[held], territory[held], np.empty(0)
        measure = shapely.length if kind == "lines" else shapely.area
        whole = shapely.contains_properly(within[territory], shapes[feature])
        inside = np.zeros(len(shapes), dtype=bool)
        inside[feature[whole]] = True
        crossing = ~inside[feature]
        f, t = feature[crossing], territory[crossing]
        met = shapely.intersects(within[t], shapes[f])
        f, t = f[met], t[met]
        cut = measure(shapely.intersection(shapes[f], within[t]))
        values = np.concatenate([measure(shapes[feature[whole]]), cut])
        return len(shapes), np.concatenate([feature[whole], f]), np.concatenate([territory[whole], t]), values

    def _gathered(self, parts: Any, kind: str) -> pd.DataFrame:
        sizes, features, territories, values = zip(*parts, strict=True)
        first = np.cumsum([0, *sizes[:-1]])
        feature = np.concatenate([f + n for f, n in zip(features, first, strict=True)])
        codes = pd.Categorical.from_codes(np.concatenate(territories), categories=self.codes)
        table = pd.DataFrame({"feature": feature, "territory": codes})
        if kind != "points":
            table["length_m" if kind == "lines" else "area_m2"] = np.concatenate(values)
        return table


def _chunks(path: str) -> list[pa.Array]:
    column = pq.read_table(path, columns=["geometry"])["geometry"].combine_chunks()
    bounds = np.linspace(0, len(column), CHUNKS + 1).astype(int).tolist()
    return [column.slice(a, b - a) for a, b in pairwise(bounds)]


def _points(wkb: pa.Array) -> NDArray[np.float64] | None:
    """Return the coordinates of points straight from their bytes; None if they are something else."""
    starts = np.frombuffer(wkb.buffers()[1], dtype=np.int32)[wkb.offset : wkb.offset + len(wkb) + 1]
    if not (np.diff(starts) == POINT.itemsize).all():
        return None
    rows = np.frombuffer(wkb.buffers()[2], dtype=POINT, count=len(wkb), offset=int(starts[0]))
    return np.ascontiguousarray(rows["xy"])
