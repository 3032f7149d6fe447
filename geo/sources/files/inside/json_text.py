"""JSON too large to be held whole: how deep it is nested, and its values one after the other."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, TextIO

import numpy as np

from geo.errors import DataError
from geo.sources.files.inside.datasets import Dataset
from geo.sources.files.inside.shapes import too_many_vertices
from geo.sources.files.limits import MIB, Limits

VERTEX_CHARS = 64
"""More than a vertex takes, written with all its digits."""
_ESCAPED = re.compile(r"\\.", re.DOTALL)
_OTHERS = bytes(set(range(256)) - set(b'"[]{}'))
_STEPS = np.zeros(256, dtype=np.int8)
_STEPS[list(b"[{")] = 1
_STEPS[list(b"]}")] = -1
_SPACE = re.compile(r"[ \t\r\n]*")


def depth(stream: TextIO, limit: int) -> int:
    """Return how deep the brackets of a JSON text are nested; the reading stops beyond `limit`."""
    level = deepest = 0
    quoted = False
    rest = ""
    while (chunk := stream.read(4 * MIB)) and deepest <= limit:
        text = rest + chunk
        rest = "\\" if (len(text) - len(text.rstrip("\\"))) % 2 else ""
        if "\\" in text:
            text = _ESCAPED.sub("", text.removesuffix(rest))
        marks = ('"' if quoted else "") + text
        parts = marks.encode("ascii", "replace").translate(None, _OTHERS).split(b'"')
        quoted = len(parts) % 2 == 0
        brackets = np.frombuffer(b"".join(parts[::2]), dtype=np.uint8)
        levels = level + np.cumsum(_STEPS[brackets], dtype=np.int64)
        deepest = max(deepest, int(levels.max(initial=0)))
        level = int(levels[-1]) if len(levels) else level
    return deepest


class Walker:
    """A JSON text read value by value, of which one value at most is in memory."""

    def __init__(self, stream: TextIO, data: Dataset, limits: Limits) -> None:
        self._stream = stream
        self._data = data
        self._limits = limits
        self._longest = VERTEX_CHARS * limits.shape_vertices + 16 * limits.text_chars
        self._scan = json.JSONDecoder().raw_decode
        self._text = ""
        self._at = 0
        self._read = 0
        self._ended = False

    def peek(self) -> str:
        """Return the next character that is no space; empty at the end."""
        while True:
            match = _SPACE.match(self._text, self._at)
            self._at = match.end() if match else self._at
            if self._at < len(self._text) or self._ended:
                return self._text[self._at : self._at + 1]
            self._more()

    def take(self, expected: str) -> str:
        """Consume the next character, one of `expected`."""
        found = self.peek()
        if not found or found not in expected:
            raise self.broken()
        self._at += 1
        return found

    def value(self) -> Any:
        """Consume the next value."""
        self.peek()
        while True:
            try:
                found, end = self._scan(self._text, self._at)
            except ValueError:
                if self._ended:
                    raise self.broken() from None
            else:
                if end < len(self._text) or self._ended:
                    self._at = end
                    return found
            self._more()

    def items(self) -> Iterator[Any]:
        """Consume an array, item by item."""
        self.take("[")
        if self.peek() == "]":
            self.take("]")
            return
        while True:
            yield self.value()
            if self.take(",]") == "]":
                return

    def members(self) -> Iterator[str]:
        """Consume an object, key by key; its values are for the caller to consume."""
        self.take("{")
        if self.peek() == "}":
            self.take("}")
            return
        while True:
            if self.peek() != '"':
                raise self.broken()
            key = self.value()
            self.take(":")
            yield key
            if self.take(",}") == "}":
                return

    def broken(self) -> DataError:
        """Make the error of a text that is no JSON from here on."""
        place = self._read - len(self._text) + self._at
        return self._data.unreadable(f"JSON mal formé ou tronqué (caractère {place + 1})")

    def _more(self) -> None:
        kept = len(self._text) - self._at
        if kept > MIB and self._text.count("[", self._at) > self._limits.shape_vertices + MIB:
            raise too_many_vertices(self._limits, self._data.where)
        if kept > self._longest:
            raise self._data.unreadable(f"un objet de plus de {self._longest} caractères")
        chunk = self._stream.read(max(MIB, kept))
        self._ended = not chunk
        self._read += len(chunk)
        self._text = self._text[self._at :] + chunk
        self._at = 0
