"""The meeting's documents of an EPCI in one folder."""

from __future__ import annotations

from geo.pack.documents import FORMATS, KINDS
from geo.pack.writing import Packed, write_pack

__all__ = ["FORMATS", "KINDS", "Packed", "write_pack"]
