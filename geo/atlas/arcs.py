"""Rings cut into arcs where neighbours part, so that a shared border is told once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.atlas.streams import Ints


class Ring(NamedTuple):
    """The arcs of a ring, in order: rank, and whether it is followed backwards.

    The last vertex of each is the first of the next. A `loop` is one arc that shares no end
    with another: all its vertices are the ring's.
    """

    loop: bool
    refs: list[tuple[int, bool]]


def cut(rings: Sequence[Ints]) -> tuple[list[Ints], list[Ring]]:
    """Return arcs and how rings are made of them; a ring may start at another of its vertices.

    Parameters
    ----------
    rings : sequence of numpy.ndarray
        Vertices in whole steps, the first not told again at the end.

    Returns
    -------
    list of numpy.ndarray, list of Ring
        The arcs, in the order in which rings first follow them, and a ring for each.
    """
    if not rings:
        return [], []
    lengths = np.array([len(ring) for ring in rings])
    ends = np.cumsum(lengths)
    names = _named(np.concatenate(rings))
    junctions = _junctions(names, lengths)
    known: dict[bytes, tuple[int, bool]] = {}
    arcs: list[Ints] = []
    made: list[Ring] = []
    for ring, start, end in zip(rings, ends - lengths, ends, strict=True):
        own, at = names[start:end], np.flatnonzero(junctions[start:end])
        loop = len(at) == 0
        refs = []
        for chosen in [_whole(own)] if loop else _between(at, len(own)):
            mine = own[chosen]
            backwards = np.roll(mine[::-1], int(loop))  # a loop starts again from its first vertex
            refs.append(_ref(ring[chosen], mine.tobytes(), backwards.tobytes(), arcs, known))
        made.append(Ring(loop, refs))
    return arcs, made


def _named(vertices: Ints) -> NDArray[np.intp]:
    """Return a number for each vertex, the same where they are at the same place."""
    x, y = (np.unique(vertices[:, axis], return_inverse=True)[1].reshape(-1) for axis in (0, 1))
    both = x.astype(np.int64) * (int(y.max()) + 1) + y
    names: NDArray[np.intp] = np.unique(both, return_inverse=True)[1].reshape(-1)
    return names


def _junctions(names: NDArray[np.intp], lengths: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Tell which vertices stand between other neighbours in another ring, or twice in one."""
    ends = np.cumsum(lengths)
    starts = ends - lengths
    after = np.arange(len(names)) + 1
    after[ends - 1] = starts
    before = np.arange(len(names)) - 1
    before[starts] = ends - 1
    low, high = np.minimum(names[before], names[after]), np.maximum(names[before], names[after])
    pairs = low.astype(np.int64) * (int(names.max()) + 1) + high
    least = np.full(int(names.max()) + 1, np.iinfo(np.int64).max)
    most = np.full(len(least), -1)
    np.minimum.at(least, names, pairs)
    np.maximum.at(most, names, pairs)
    shared: NDArray[np.bool_] = (least != most)[names]
    return shared


def _whole(own: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the vertices of a ring without a junction, from the one of the lowest name on."""
    return np.roll(np.arange(len(own)), -int(own.argmin()))


def _between(at: NDArray[np.intp], count: int) -> list[NDArray[np.intp]]:
    """Return the vertices from each junction of a ring to the next, both included."""
    nexts = [*at[1:], at[0] + count]
    return [np.arange(first, last + 1) % count for first, last in zip(at, nexts, strict=True)]


def _ref(
    vertices: Ints, name: bytes, backwards: bytes, arcs: list[Ints], known: dict[bytes, tuple[int, bool]]
) -> tuple[int, bool]:
    """Return the arc that these vertices are, one that is known or a new one."""
    if name not in known:
        known[backwards] = (len(arcs), True)
        known[name] = (len(arcs), False)
        arcs.append(vertices)
    return known[name]
