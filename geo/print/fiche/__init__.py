"""The fiche of a territory: four to eight pages to read before a meeting, as a PDF."""

from __future__ import annotations

from geo.print.fiche.writing import write_fiche

__all__ = ["write_fiche"]
