"""Arithmetic without error: the side of a line on which a point lies, and sums of many terms.

After J. R. Shewchuk, "Adaptive Precision Floating-Point Arithmetic and Fast Robust
Geometric Predicates", Discrete & Computational Geometry 18 (1997): a sum or a product of
two doubles is the sum of two doubles, exactly; a number is kept as several that do not
overlap.
"""

from __future__ import annotations

import numpy as np

from geo.allocate.fast.compiled import ZERO, compiled, signed
from geo.allocate.fast.memory import double_at, put_double

_UNSURE = 3.3306690738754716e-16
"""Below this part of its two terms a determinant may have the wrong sign: (3 + 16 ε) ε, ε = 2⁻⁵³."""

_SPLITTER = 134_217_729.0
"""2²⁷ + 1 cuts a double in two halves (Dekker, 1971)."""

ROOM = 64
"""Length of the scratch array of a sum: more doubles that do not overlap cannot exist."""


@compiled
def two_sum(a: float, b: float) -> tuple[float, float]:
    """Return a + b rounded, and what was rounded away."""
    total = a + b
    part = total - a
    return total, (a - (total - part)) + (b - part)


@compiled
def two_product(a: float, b: float) -> tuple[float, float]:
    """Return a b rounded, and what was rounded away."""
    product = a * b
    big = _SPLITTER * a
    a_high = big - (big - a)
    a_low = a - a_high
    big = _SPLITTER * b
    b_high = big - (big - b)
    b_low = b - b_high
    error = product - a_high * b_high - a_low * b_high - a_high * b_low
    return product, a_low * b_low - error


@compiled
def add(partials: int, count: int, term: float) -> int:
    """Add a term to a sum kept as `count` doubles that do not overlap; return how many there are now.

    Parameters
    ----------
    partials : int
        Address of `ROOM` doubles.
    """
    kept = 0
    for k in range(count):
        term, rest = two_sum(term, double_at(partials, k))
        if rest != 0.0:
            put_double(partials, kept, rest)
            kept += 1
    put_double(partials, kept, term)
    return kept + 1


@compiled
def _same_sign(a: float, b: float) -> bool:
    return (a > 0.0 and b > 0.0) or (a < 0.0 and b < 0.0)


@compiled
def rounded(partials: int, count: int) -> float:
    """Return a sum kept by `add`, rounded once to the nearest double, as `math.fsum` does."""
    if count == 0:
        return 0.0
    last = count - 1
    high = double_at(partials, last)
    low = 0.0
    while last > 0 and low == 0.0:
        last -= 1
        high, low = two_sum(high, double_at(partials, last))
    if last > 0 and _same_sign(low, double_at(partials, last - 1)):  # a tie that the rest breaks
        twice = 2.0 * low
        up = high + twice
        if twice == up - high:
            high = up
    return high


@compiled
def side(ax: float, ay: float, bx: float, by: float, px: float, py: float) -> int:
    """Return 1 if a point lies left of the line from a to b, -1 if right, 0 if on it, exactly."""
    first = (ax - px) * (by - py)
    second = (ay - py) * (bx - px)
    cross = first - second
    if abs(cross) > _UNSURE * (abs(first) + abs(second)):
        return 1 if cross > 0.0 else -1
    return _exact_side(ax, ay, bx, by, px, py)


@compiled
def _exact_side(ax: float, ay: float, bx: float, by: float, px: float, py: float) -> int:
    terms = np.empty(ROOM)
    partials = signed(terms.ctypes.data)
    left = (two_sum(ax, -px), two_sum(ay, -py))
    right = (two_sum(by, -py), two_sum(bx, -px))
    count = ZERO
    for which in range(2):
        sign = 1.0 if which == 0 else -1.0
        for i in range(2):
            for j in range(2):
                product, rest = two_product(sign * left[which][i], right[which][j])
                count = add(partials, count, rest)
                count = add(partials, count, product)
    top = terms[count - 1]
    return 1 if top > 0.0 else -1 if top < 0.0 else 0
