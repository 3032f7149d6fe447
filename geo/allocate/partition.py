"""Territories made ready: once, then shared between with either engine."""

from __future__ import annotations

import importlib.util
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import geopandas as gpd
import numpy as np
from pyproj import CRS

from geo.allocate.checking import check_coverage, check_frame, check_geometries, check_metres
from geo.allocate.plain import PlainPartition
from geo.errors import ErbmError, UsageError

if TYPE_CHECKING:
    from geo.allocate.fast.grid import Ground

Engine = Literal["auto", "plain", "fast"]

FAST_FROM = 10_000
"""Features from which the fast engine pays for loading its compiled code."""


class Partition:
    """Territories that do not overlap, ready to be shared between.

    Parameters
    ----------
    frame : geopandas.GeoDataFrame
        Polygons indexed by code (str), in a projected CRS (metres), that share their edges.

    Raises
    ------
    DataError
        If the CRS is missing or not in metres, a code is repeated, or a shape is not a polygon.
    """

    def __init__(self, frame: gpd.GeoDataFrame) -> None:
        check_frame(frame, "territoires")
        self.crs = CRS(frame.crs)
        check_metres(self.crs)
        by_code = {str(code): shape for code, shape in zip(frame.index, frame.geometry, strict=True)}
        self.codes = sorted(by_code)
        self.shapes = np.array([by_code[code] for code in self.codes], dtype=object)
        self._frame = frame

    @classmethod
    def of(cls, territories: gpd.GeoDataFrame | Partition) -> Partition:
        """Return territories made ready, or as they are if they were."""
        return territories if isinstance(territories, cls) else cls(territories)

    @cached_property
    def plain(self) -> PlainPartition:
        """What the plain engine reads.

        Raises
        ------
        DataError
            If a polygon is invalid, or they are not a coverage.
        """
        if self.__dict__.get("ground") is None:
            check_geometries(np.asarray(self._frame.geometry.array), self._frame.index, "territoire")
            check_coverage(self.shapes)
        return PlainPartition(self.codes, self.shapes)

    @cached_property
    def ground(self) -> Ground | None:
        """What the fast engine reads; None where only the plain one can, or tells what is wrong."""
        from geo.allocate.fast.grid import make_ground  # noqa: PLC0415 - loads the compiler

        return make_ground(self.shapes)

    def is_fast(self, engine: Engine, features: int) -> bool:
        """Tell whether the fast engine is to share so many features.

        Raises
        ------
        UsageError
            If there is no such engine.
        ErbmError
            If the fast engine is asked for, and Numba is not installed.
        """
        if engine not in ("auto", "plain", "fast"):
            raise UsageError(f"moteur inconnu : {engine}", advice="Possibles : auto, plain, fast, dask.")
        if engine == "plain" or (engine == "auto" and features < FAST_FROM):
            return False
        if importlib.util.find_spec("numba") is None:
            if engine == "auto":
                return False
            raise ErbmError(
                "le moteur rapide a besoin de Numba, qui n'est pas installé",
                where="allocate",
                advice="Installez l'option « rapide » : pip install 'erbm-atlas[rapide]'",
            )
        return self.ground is not None
