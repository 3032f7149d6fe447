"""What every source gives, whatever its kind: rows as published, shapes, and the CRS they are in."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pyproj import CRS


@dataclass(frozen=True, slots=True)
class RawLayer:
    """One layer of a file or service, nothing mended yet.

    Parameters
    ----------
    origin : str
        Where it was read, as a user knows it: a file name, an address.
    name : str
        Name of the layer in it; the stem of the file where the format has none.
    driver : str
        The format, as users name it: ``GeoJSON``, ``GeoPackage``, ``CSV``.
    frame : pandas.DataFrame
        The attributes under their published names, dtype object, missing values None; indexed
        from 1 by the rank of the row in the source.
    geometry : numpy.ndarray
        Shapely geometries, None where there is none; as many as rows.
    crs : pyproj.CRS or None
        The CRS of `geometry`; None where the source declares none (or has no shapes).
    crs_how : str
        How `crs` was known, in French; empty if it was not.
    encoding : str
        Of the texts, where the format has a choice.
    notes : tuple of str
        What the reading itself found, in French.
    unreadable : dict of int to str
        Rows whose shape or line could not be read, and why, in French; they are in `frame`
        with what could be read.
    """

    origin: str
    name: str
    driver: str
    frame: pd.DataFrame
    geometry: NDArray[np.object_]
    crs: CRS | None = None
    crs_how: str = ""
    encoding: str = ""
    notes: tuple[str, ...] = ()
    unreadable: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse a layer whose shapes and rows differ in number."""
        if len(self.frame) != len(self.geometry):
            raise ValueError(f"{len(self.frame)} rows, {len(self.geometry)} geometries")
        if list(self.frame.index) != list(range(1, len(self.frame) + 1)):
            raise ValueError("rows are indexed from 1")
