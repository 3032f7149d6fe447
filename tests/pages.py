"""What a page of the atlas holds, read back as its application reads it."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.atlas.septets import ALONE, AVOIDED
from geo.atlas.shapes import COARSEST, FINEST, LINE, NONE, POINT, POLYGON

Ints = NDArray[np.int64]
Run = NDArray[np.float64]


def data_in(page: str) -> dict[str, Any]:
    """Return the data of a page, as `geo.atlas.payload.page_data` gave them but for what was rounded."""
    return unpack(binary_in(page, "donnees"))


def binary_in(page: str, name: str) -> bytes:
    """Return the gzip stream that an element of a page holds."""
    found = re.search(rf'<script type="application/octet-stream" id="{name}">([^<]*)</script>', page)
    assert found
    return bytes_of(found.group(1))


def bytes_of(text: str) -> bytes:
    """Undo `geo.atlas.septets.text_of`."""
    septets: list[int] = []
    for code in map(ord, text):
        rank = code >> 7
        septets += [AVOIDED[(rank - 1) % ALONE]] if rank else []
        septets += [code & 0x7F] if rank <= len(AVOIDED) else []
    bits = np.unpackbits(np.array(septets, np.uint8)[:, None], axis=1)[:, 1:].ravel()
    return np.packbits(bits[: len(bits) // 8 * 8]).tobytes()


class Streams:
    """Runs of numbers, read in the order in which `geo.atlas.streams.Streams` wrote them."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.at = 0

    def whole(self, count: int) -> list[int]:
        low, self.at = self.content[self.at : self.at + count], self.at + count
        return [first | self._groups() << 8 for first in low]

    def _groups(self) -> int:
        value = shift = 0
        while True:
            group = self.content[self.at]
            self.at += 1
            value |= (group & 0x7F) << shift
            shift += 7
            if group < 0x80:
                return value

    def signed(self, count: int) -> list[int]:
        return [number >> 1 ^ -(number & 1) for number in self.whole(count)]

    def single(self, count: int) -> list[float]:
        raw = np.frombuffer(self.content[self.at : self.at + 4 * count], np.uint8).reshape(4, -1)
        self.at += 4 * count
        return [float(value) for value in np.ascontiguousarray(raw.T).view("<f4").ravel()]


class Table:
    """Values in the order in which they first come."""

    def __init__(self, values: Sequence[Any]) -> None:
        self.values = values
        self.seen = 0

    def read(self, tokens: Sequence[int]) -> list[Any]:
        found = []
        for token in tokens:
            found.append(self.values[token - 1 if token else self.seen])
            self.seen += not token
        return found


def unpack(content: bytes) -> dict[str, Any]:
    """Undo `geo.atlas.packing.pack`."""
    raw = gzip.decompress(content)
    start = 4 + int.from_bytes(raw[:4], "little")
    header: dict[str, Any] = json.loads(raw[4:start])
    streams = Streams(raw[start:])
    features = _features(streams, header["entites"], Table(header.pop("textes")))
    ids = [one["id"] for one in (*features, *header["chiffres"])]
    stats = _stats(streams, header["stats"], ids)
    compared = _stats(streams, header["comparaison"], None)
    lost = np.cumsum(streams.whole(header["mesures"]))
    for rank, value in zip(lost, streams.single(header.pop("mesures")), strict=True):
        features[int(rank)]["mesure"] = value
    grids = {layer["id"]: layer["decimales"] for layer in header["couches"]}
    places = [*header["epci"], *header["communes"]]
    own = [grids[one["couche"]] for one in features]
    shapes = _shapes(streams, [COARSEST] * (len(places) + 1) + own)
    assert streams.at == len(streams.content)
    for place, shape in zip(places, shapes[1:], strict=False):
        place["forme"] = shape
    for feature, shape in zip(features, shapes[len(places) + 1 :], strict=True):
        feature["geometrie"] = shape
    return {**header, "perimetre": shapes[0], "entites": features, "stats": stats, "comparaison": compared}


def _columns(streams: Streams, told: dict[str, Any], texts: Table | None = None) -> dict[str, list[Any]]:
    columns = {}
    for name, values in told["colonnes"].items():
        table = texts if values is None else Table(values)
        assert table is not None
        columns[name] = table.read(streams.whole(told["nombre"]))
    return columns


def _features(streams: Streams, told: dict[str, Any], texts: Table) -> list[dict[str, Any]]:
    columns = _columns(streams, told, texts)
    counts = streams.whole(told["nombre"])
    names, values = (iter(texts.read(streams.whole(told["faits"]))) for _ in range(2))
    features = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    for feature, count in zip(features, counts, strict=True):
        feature["faits"] = [[next(names), next(values)] for _ in range(count)]
    return features


def _stats(streams: Streams, told: dict[str, Any], ids: list[str] | None) -> dict[str, Any]:
    columns = _columns(streams, told)
    origins: list[list[list[str]]] = [[] for _ in range(told["nombre"])]
    if ids is not None:
        tokens = streams.whole(told["nombre"])
        counts = streams.whole(told["origines"])
        steps = iter(streams.whole(sum(counts)))
        made_of = [[ids[rank] for rank in np.cumsum([next(steps) for _ in range(count)])] for count in counts]
        origins = [[one] for one in Table(made_of).read(tokens)]
    stats: dict[str, Any] = {}
    for code, layer, key, value, note, rank, origin in zip(*columns.values(), origins, strict=True):
        stats.setdefault(code, {}).setdefault(layer, {})[key] = [*value, *origin, note, rank]
    return stats


def _shapes(streams: Streams, grids: Sequence[int]) -> list[Any]:
    kinds = streams.whole(len(grids))
    shapes: list[Any] = [None] * len(grids)
    for grid in range(COARSEST, FINEST + 1):
        here = {
            kind: [rank for rank, own in enumerate(kinds) if own == kind and grids[rank] == grid]
            for kind in (NONE, POINT, LINE, POLYGON)
        }
        points, lines = streams.whole(len(here[POINT])), streams.whole(len(here[LINE]))
        polygons = _Polygons(streams, len(here[POLYGON]))
        runs = _vertices(streams, len(points) + sum(lines) + polygons.arcs, grid)
        for rank in here[POINT]:
            shapes[rank] = _one(shapely.MultiPoint(next(runs)))
        for rank, count in zip(here[LINE], lines, strict=True):
            shapes[rank] = _one(shapely.MultiLineString([next(runs) for _ in range(count)]))
        for rank, shape in zip(here[POLYGON], polygons.read(runs), strict=True):
            shapes[rank] = _one(shape)
        assert next(runs, None) is None
    return shapes


def _one(shape: Any) -> Any:
    return shape.geoms[0] if len(shape.geoms) == 1 else shape


def _vertices(streams: Streams, runs: int, grid: int) -> Iterator[Run]:
    lengths = streams.whole(runs)
    if not runs:
        return
    starts = [streams.signed(runs) for _ in range(2)]
    steps = [streams.signed(sum(lengths) - runs) for _ in range(2)]
    at, end = 0, np.zeros(2, np.int64)
    for rank, length in enumerate(lengths):
        moves = [[starts[axis][rank], *steps[axis][at : at + length - 1]] for axis in range(2)]
        whole = end + np.cumsum(np.array(moves, np.int64).T, axis=0)
        at, end = at + length - 1, whole[-1]
        yield whole / 10.0**grid


class _Polygons:
    def __init__(self, streams: Streams, count: int) -> None:
        self.polygons = streams.whole(count)
        self.rings = streams.whole(sum(self.polygons))
        self.counts = streams.whole(sum(self.rings))
        self.refs = streams.whole(sum(own or 1 for own in self.counts))
        self.away = [streams.signed(count) for _ in range(2)]
        self.arcs = self.refs.count(0)

    def read(self, runs: Iterator[Run]) -> Iterator[shapely.MultiPolygon]:
        refs, arcs = iter(self.refs), []

        def arc() -> Run:
            ref = next(refs)
            if ref == 0:
                arcs.append(next(runs))
                return arcs[-1]
            return arcs[(ref - 1) // 2][:: -1 if (ref - 1) % 2 else 1]

        rings = [
            np.concatenate([arc()[:-1] for _ in range(count)]) if count else arc() for count in self.counts
        ]
        own, holes = iter(rings), iter(self.rings)
        for count in self.polygons:
            parts = [[next(own) for _ in range(next(holes))] for _ in range(count)]
            yield shapely.MultiPolygon([(part[0], part[1:]) for part in parts])
