"""The data of a page made small: what comes back is told once, shapes in whole steps, all in one gzip.

``app/src/model/read.ts`` undoes it; the two change together. What is lost is told: of a grid that
does not keep the coordinates of a layer whole, the exact length or area of what it rounds is kept.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.atlas import shapes
from geo.atlas.streams import Streams, Table
from geo.content.assets import as_json

TEXTS = ("ou", "statut_texte", "resume", "reserve", "source")
"""Texts of a feature that others often share."""

_APART = ("faits", "geometrie", "mesure")
"""What of a feature is not in a column of its own."""

Drawn = NDArray[Any]


def pack(data: Mapping[str, Any]) -> bytes:
    """Return the data of a page as they are written in it, before they are text.

    Parameters
    ----------
    data : mapping
        What `geo.atlas.payload.page_data` gives.

    Returns
    -------
    bytes
        A gzip stream, the same for the same data: the length of the header (4 bytes, low first),
        the header in JSON, then runs of numbers in the order in which the header is read.
    """
    out = Streams()
    features = data["entites"]
    places = [data["perimetre"], *(one["forme"] for key in ("epci", "communes") for one in data[key])]
    own = np.array([*(one["geometrie"] for one in features), None], dtype=object)[:-1]
    layers, grids = _grids(data["couches"], features, own)
    texts = Table()
    header = {
        **{key: value for key, value in data.items() if key != "perimetre"},
        **{key: [{**one, "forme": None} for one in data[key]] for key in ("epci", "communes")},
        "couches": layers,
        "entites": _features(out, features, texts),
        "stats": _stats(out, data, "stats"),
        "comparaison": _stats(out, data, "comparaison"),
        "mesures": _measures(out, features, own, grids),
        "textes": texts.values,
    }
    shapes.write(out, np.concatenate((places, own)), np.r_[np.full(len(places), shapes.COARSEST), grids])
    written = as_json(header).encode()
    return gzipped(len(written).to_bytes(4, "little") + written, out.runs())


def _grids(
    layers: Sequence[Mapping[str, Any]], features: Sequence[Mapping[str, Any]], own: Drawn
) -> tuple[list[dict[str, Any]], NDArray[np.int64]]:
    """Return the layers with the decimals of their features, and those of each feature."""
    ranks = {layer["id"]: rank for rank, layer in enumerate(layers)}
    owner = np.array([ranks[one["couche"]] for one in features], dtype=np.int64)
    vertices = int(shapely.get_num_coordinates(own).sum())
    chosen = np.array(
        [shapes.decimals(own[owner == rank], vertices) for rank in range(len(layers))], np.int64
    )
    told = [{**one, "decimales": int(count)} for one, count in zip(layers, chosen, strict=True)]
    return told, chosen[owner]


def _measures(
    out: Streams, features: Sequence[Mapping[str, Any]], own: Drawn, grids: NDArray[np.int64]
) -> int:
    """Write the length or area of what the grids round, and return of how many features."""
    lost = np.zeros(len(own), dtype=bool)
    for count in np.unique(grids):
        here = grids == count
        lost[here] = shapes.rounded(own[here], int(count))
    ranks = np.flatnonzero(lost & (shapely.get_dimensions(own) > 0))
    out.whole(np.diff(ranks, prepend=0))
    out.single(features[rank]["mesure"] for rank in ranks.tolist())
    return len(ranks)


def _columns(
    out: Streams, columns: Mapping[str, Sequence[Any]], texts: Table | None = None
) -> dict[str, Any]:
    """Write what stands for each value of some columns; return the tables of the values.

    The values of those of `TEXTS` are in the table of all texts, which is told as null.
    """
    told: dict[str, Any] = {}
    for name, values in columns.items():
        shared = texts is not None and name in TEXTS
        table = texts if texts is not None and shared else Table()
        out.whole(table.tokens(values))
        told[name] = None if shared else table.values
    return told


def _features(out: Streams, features: Sequence[Mapping[str, Any]], texts: Table) -> dict[str, Any]:
    names = [name for name in (features[0] if features else ()) if name not in _APART]
    told = _columns(out, {name: [one[name] for one in features] for name in names}, texts)
    facts = [one["faits"] for one in features]
    out.whole(len(own) for own in facts)
    for place in (0, 1):
        out.whole(texts.tokens(fact[place] for own in facts for fact in own))
    return {"nombre": len(features), "faits": sum(map(len, facts)), "colonnes": told}


def _stats(out: Streams, data: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Write statistics as rows, and what they are made of as ranks of features and figures."""
    rows = [
        (code, layer, measure, stat)
        for code, layers in data[key].items()
        for layer, measures in layers.items()
        for measure, stat in measures.items()
    ]
    names = ("territoire", "couche", "indicateur")
    columns = {name: [row[place] for row in rows] for place, name in enumerate(names)}
    stats = [row[3] for row in rows]
    columns |= {"valeur": [stat[:3] for stat in stats], "note": [stat[-2] for stat in stats]}
    columns["rang"] = [stat[-1] for stat in stats]
    told: dict[str, Any] = {"nombre": len(rows), "colonnes": _columns(out, columns)}
    if key == "stats":
        told["origines"] = _origins(out, data, [stat[3] for stat in stats])
    return told


def _origins(out: Streams, data: Mapping[str, Any], origins: Sequence[Sequence[str]]) -> int:
    """Write what each statistic is made of, and return how many ranks are told in all."""
    named = [one["id"] for key in ("entites", "chiffres") for one in data[key]]
    ranks = {name: rank for rank, name in enumerate(named)}
    table = Table()
    out.whole(table.tokens(tuple(sorted(ranks[name] for name in origin)) for origin in origins))
    out.whole(map(len, table.values))
    steps = [after - before for made_of in table.values for before, after in pairwise([0, *made_of])]
    out.whole(steps)
    return len(table.values)


_WAYS = ((zlib.Z_DEFAULT_STRATEGY, 6), (zlib.Z_HUFFMAN_ONLY, 9), (zlib.Z_RLE, 6))
"""How runs may be squeezed, and the memory of it: few repeat themselves, many change as they go."""
_WINDOW = 1 << 15
"""How far back a gzip stream can point."""
_SMALL = 1_500
"""Bytes under which runs are squeezed together."""


def gzipped(content: bytes, runs: Sequence[bytes] = ()) -> bytes:
    """Return a gzip stream with no date and no system, the same bytes for the same content.

    Parameters
    ----------
    content : bytes
        A text: it repeats itself.
    runs : sequence of bytes
        What follows it: each is squeezed in the way that makes it smallest.
    """
    known, squeezed = b"", []
    for part, ways in ((content, _WAYS[:1]), *((part, _WAYS) for part in _gathered(runs))):
        squeezed.append(min((_deflated(part, known, *way) for way in ways), key=len))
        known = (known + part)[-_WINDOW:]
    whole = b"".join((content, *runs))
    end = (zlib.crc32(whole).to_bytes(4, "little"), (len(whole) & 0xFFFFFFFF).to_bytes(4, "little"))
    return b"".join((b"\x1f\x8b\x08\0\0\0\0\0\x02\xff", *squeezed, b"\x03\0", *end))


def _gathered(runs: Sequence[bytes]) -> list[bytes]:
    """Return runs with small ones put together with their neighbours."""
    parts: list[bytes] = []
    for run in runs:
        if parts and len(run) < _SMALL and len(parts[-1]) < _SMALL:
            parts[-1] += run
        else:
            parts.append(run)
    return parts


def _deflated(part: bytes, known: bytes, strategy: int, memory: int) -> bytes:
    """Return a part of a deflate stream, which may point back to what is known."""
    squeezed = zlib.compressobj(9, zlib.DEFLATED, -15, memory, strategy, known)
    return squeezed.compress(part) + squeezed.flush(zlib.Z_SYNC_FLUSH)
