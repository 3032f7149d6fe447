"""Memory read and written by its address.

Each array that a compiled function hands to another costs two atomic operations on its
count of references, more than a lookup itself. Kernels that are called for each vertex
are given addresses instead; whoever calls them keeps the arrays alive.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

_ANYWHERE = 1
"""Alignment of what stands at any byte."""


def _reader(llvm_type: ir.Type, numba_type: Any, *, packed: bool, wide: ir.Type | None = None) -> Any:
    """Return a function of an address and of how far to read: in elements, or in bytes if packed.

    What is read with its sign is given as an integer as wide as `wide`.
    """
    step = ir.IntType(8) if packed else llvm_type

    def load(_context: Any, address: Any, index: Any) -> Any:
        def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            start = builder.inttoptr(arguments[0], ir.PointerType(step))
            place = builder.gep(start, [arguments[1]])
            if packed:
                return builder.load(builder.bitcast(place, ir.PointerType(llvm_type)), align=_ANYWHERE)
            return builder.sext(builder.load(place), wide) if wide else builder.load(place)

        del address, index
        return numba_type(types.int64, types.int64), generate

    return intrinsic(load)


def _writer(llvm_type: ir.Type, numba_type: Any) -> Any:
    def store(_context: Any, address: Any, index: Any, value: Any) -> Any:
        def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            start = builder.inttoptr(arguments[0], ir.PointerType(llvm_type))
            builder.store(arguments[2], builder.gep(start, [arguments[1]]))
            return context.get_dummy_value()

        del address, index, value
        return types.void(types.int64, types.int64, numba_type), generate

    return intrinsic(store)


double_at: Callable[[int, int], float] = _reader(ir.DoubleType(), types.float64, packed=False)
"""Read the float64 of an array: its address, which element."""

integer_at: Callable[[int, int], int] = _reader(
    ir.IntType(32), types.int64, packed=False, wide=ir.IntType(64)
)
"""Read the int32 of an array: its address, which element."""

packed_double: Callable[[int, int], float] = _reader(ir.DoubleType(), types.float64, packed=True)
"""Read a float64, little-endian, so many bytes after an address."""

packed_integer: Callable[[int, int], int] = _reader(ir.IntType(32), types.uint32, packed=True)
"""Read a uint32, little-endian, so many bytes after an address."""

packed_byte: Callable[[int, int], int] = _reader(ir.IntType(8), types.uint8, packed=True)
"""Read a byte, so many bytes after an address."""

put_double: Callable[[int, int, float], None] = _writer(ir.DoubleType(), types.float64)
"""Write a float64 in an array: its address, which element, the value."""

put_integer: Callable[[int, int, int], None] = _writer(ir.IntType(32), types.int32)
"""Write an int32 in an array: its address, which element, the value."""
