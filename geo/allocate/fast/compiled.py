"""How the kernels are compiled: to machine code, once, kept on disk, without the interpreter's lock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., Any])


def compiled(function: F) -> F:
    """Compile a function of numbers and arrays at its first call, or find it compiled on disk.

    No fast-math: sums and products are rounded as IEEE 754 says, in the order written, as
    NumPy rounds them, so that both engines give the same bits.
    """
    return cast(F, numba.njit(cache=True, nogil=True, error_model="numpy")(function))
