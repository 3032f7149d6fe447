"""The table of shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.allocate.plain import OUTSIDE, Share

COLUMNS = ("feature", "territory", "part", "length_m", "area_m2")


@dataclass(frozen=True)
class Shares:
    """Rows as arrays of one length, in the order of the features, then of the territories.

    Attributes
    ----------
    feature : numpy.ndarray
        Position of the feature.
    owner : numpy.ndarray
        int32: number of the territory, from 1 in the order of the codes; 0 outside.
    part, length_m, area_m2 : numpy.ndarray
        Share of the feature (0 to 1), metres, square metres.
    """

    feature: NDArray[np.integer]
    owner: NDArray[np.int32]
    part: NDArray[np.float64]
    length_m: NDArray[np.float64]
    area_m2: NDArray[np.float64]

    @property
    def rows(self) -> pd.RangeIndex:
        """An index long enough to name the features by their positions."""
        return pd.RangeIndex(int(self.feature.max()) + 1 if len(self.feature) else 0)

    def frame(self, index: pd.Index, codes: Sequence[str]) -> pd.DataFrame:
        """Return the rows as a table, with the names of the features and the codes of the territories."""
        number = np.where(self.owner == 0, len(codes), self.owner - 1).astype(np.int32)
        kinds = pd.CategoricalDtype([*codes, OUTSIDE])
        return pd.DataFrame(
            {
                "feature": index.take(self.feature),
                "territory": pd.Categorical.from_codes(number, dtype=kinds),
                "part": self.part,
                "length_m": self.length_m,
                "area_m2": self.area_m2,
            },
            columns=list(COLUMNS),
        )


def joined(pieces: Sequence[Shares], starts: Sequence[int]) -> Shares:
    """Return shares one after the other; `starts` is added to the positions of each."""
    if not pieces:
        none, zero = np.empty(0, dtype=np.int32), np.empty(0)
        return Shares(none, none, zero, zero, zero)
    features = [piece.feature.astype(np.int64) + start for piece, start in zip(pieces, starts, strict=True)]
    return Shares(
        np.concatenate(features),
        np.concatenate([piece.owner for piece in pieces]),
        np.concatenate([piece.part for piece in pieces]),
        np.concatenate([piece.length_m for piece in pieces]),
        np.concatenate([piece.area_m2 for piece in pieces]),
    )


def in_order(pieces: Sequence[Shares]) -> Shares:
    """Return shares of different features of one batch, in the order of the features."""
    whole = joined(pieces, [0] * len(pieces))
    if len(pieces) < 2:
        return whole
    order = np.argsort(whole.feature, kind="stable")
    return Shares(
        whole.feature[order],
        whole.owner[order],
        whole.part[order],
        whole.length_m[order],
        whole.area_m2[order],
    )


def from_rows(rows: Sequence[tuple[int, Sequence[Share]]], codes: Sequence[str]) -> Shares:
    """Return what the plain engine gives, position by position, as arrays."""
    number = {OUTSIDE: 0} | {code: k + 1 for k, code in enumerate(codes)}
    flat = [(position, number[code], *measures) for position, shares in rows for code, *measures in shares]
    columns = list(zip(*flat, strict=True)) or [()] * len(COLUMNS)
    feature, owner, *measures = columns
    return Shares(
        np.array(feature, dtype=np.int64),
        np.array(owner, dtype=np.int32),
        *(np.array(values, dtype=float) for values in measures),
    )
