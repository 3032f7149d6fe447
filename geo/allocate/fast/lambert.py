"""Degrees to Lambert-93, at the cost of reading them.

The radius of a parallel is a function of the latitude alone: over mainland France a
polynomial gives it to the nanometre, and so do the series of the sine and cosine of the
small angle to the central meridian. Elsewhere the formula itself is used.

Source of the formula: IGN, NTG 71 "Projection cartographique conique conforme de Lambert"
(ALG0003, ALG0019); IOGP guidance note 7-2, method 9802. Constants: décret n° 2000-1276,
EPSG:2154 (standard parallels 44° and 49°, origin 46.5° N 3° E at 700 000, 6 600 000 m, GRS 80).
`tests/test_lambert.py` holds it against PROJ: they agree to 5 nm.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.polynomial import Chebyshev, Polynomial
from numpy.typing import NDArray

from geo.allocate.fast.compiled import compiled

_A = 6_378_137.0
_FLATTENING = 1 / 298.257222101
_E = math.sqrt(_FLATTENING * (2 - _FLATTENING))
_X0, _Y0 = 700_000.0, 6_600_000.0
_LON0, _LAT0, _LAT1, _LAT2 = 3.0, 46.5, 44.0, 49.0

_HALF_LAT, _HALF_LON = 5.5, 10.0
"""Where the polynomials hold: so many degrees around the origin."""

_DEGREE = 18


def _isometric(lat: float) -> float:
    """Return exp(-isometric latitude) of a latitude in degrees."""
    sine = math.sin(math.radians(lat))
    ratio: float = ((1 + _E * sine) / (1 - _E * sine)) ** (_E / 2)
    return math.tan(math.pi / 4 - math.radians(lat) / 2) * ratio


def _scale(lat: float) -> float:
    phi = math.radians(lat)
    return math.cos(phi) / math.sqrt(1 - (_E * math.sin(phi)) ** 2)


_N = math.log(_scale(_LAT1) / _scale(_LAT2)) / math.log(_isometric(_LAT1) / _isometric(_LAT2))
_RADIUS = _A * _scale(_LAT1) / (_N * _isometric(_LAT1) ** _N)
_ORIGIN = _RADIUS * _isometric(_LAT0) ** _N


def _radius(lat: float) -> float:
    return float(_RADIUS * _isometric(lat) ** _N)


def _fitted() -> NDArray[np.float64]:
    """Return the coefficients of radius - origin's, highest first, in (latitude - 46.5°) / 5.5°."""
    cheb = Chebyshev.interpolate(
        lambda s: np.array([_radius(_LAT0 + _HALF_LAT * one) - _ORIGIN for one in s]), _DEGREE
    )
    power = cheb.convert(kind=Polynomial).coef
    return np.ascontiguousarray(power[::-1])


_TURN = _N * math.pi / 180
_COEFFICIENTS = tuple(float(c) for c in _fitted())


@compiled
def _formula(lon: float, lat: float) -> tuple[float, float]:
    phi = math.radians(lat)
    sine = _E * math.sin(phi)
    away = math.tan(math.pi / 4 - phi / 2) * ((1 + sine) / (1 - sine)) ** (_E / 2)
    radius = _RADIUS * away**_N
    angle = _N * math.radians(lon - _LON0)
    return _X0 + radius * math.sin(angle), _Y0 + _ORIGIN - radius * math.cos(angle)


@compiled
def _near(lon: float, lat: float) -> tuple[float, float]:
    """Project a place of mainland France."""
    s = (lat - _LAT0) / _HALF_LAT
    more = 0.0
    for c in _COEFFICIENTS:
        more = more * s + c
    angle = _TURN * (lon - _LON0)
    q = angle * angle
    sine = angle * (1 + q * (-1 / 6 + q * (1 / 120 + q * (-1 / 5040 + q * (1 / 362880 - q / 39916800)))))
    less = q * (0.5 + q * (-1 / 24 + q * (1 / 720 + q * (-1 / 40320 + q / 3628800))))
    radius = _ORIGIN + more
    return _X0 + radius * sine, _Y0 - more + radius * less


@compiled
def _one(lon: float, lat: float) -> tuple[float, float]:
    if abs(lat - _LAT0) <= _HALF_LAT and abs(lon - _LON0) <= _HALF_LON:
        return _near(lon, lat)
    return _formula(lon, lat)


@compiled
def to_lambert_93(degrees: NDArray[np.float64], metres: NDArray[np.float64]) -> None:
    """Project places.

    Parameters
    ----------
    degrees : numpy.ndarray
        (n, 2) longitude and latitude, EPSG:4326 or EPSG:4171.
    metres : numpy.ndarray
        (n, 2) where x and y in EPSG:2154 are written; it may be `degrees` itself.
    """
    away = False
    for k in range(len(degrees)):
        lon, lat = degrees[k, 0] - _LON0, degrees[k, 1] - _LAT0
        away |= not (abs(lat) <= _HALF_LAT and abs(lon) <= _HALF_LON)
    if away:
        for k in range(len(degrees)):
            metres[k, 0], metres[k, 1] = _one(degrees[k, 0], degrees[k, 1])
    else:  # without a branch, four at a time
        for k in range(len(degrees)):
            metres[k, 0], metres[k, 1] = _near(degrees[k, 0], degrees[k, 1])
