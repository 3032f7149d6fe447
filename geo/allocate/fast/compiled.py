"""How the kernels are compiled: to machine code, once, kept on disk, without the interpreter's lock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np

F = TypeVar("F", bound=Callable[..., Any])

signed = cast(Callable[[int], int], np.int64)
"""A number as the kernels count, in 64 bits with a sign, known as such to Numba.

To Numba a literal 0, an address without sign or an int32 are types of their own, and a kernel
that is handed one is compiled once more for it, with all that it calls.
"""

ZERO = signed(0)
"""Where a count begins that another kernel is handed."""


def compiled(function: F) -> F:
    """Compile a function of numbers and arrays at its first call, or find it compiled on disk.

    No fast-math: sums and products are rounded as IEEE 754 says, in the order written, as
    NumPy rounds them, so that both engines give the same bits.
    """
    return cast(F, numba.njit(cache=True, nogil=True, error_model="numpy")(function))
