"""What documents are made from, loaded once: features, statistics, words. Pages and tables share it."""

from __future__ import annotations

from geo.content.dossier import Dossier, KeyFigure, Stat, open_dossier
from geo.content.loading import Content, at_rest, load_content, made_on

__all__ = [
    "Content",
    "Dossier",
    "KeyFigure",
    "Stat",
    "at_rest",
    "load_content",
    "made_on",
    "open_dossier",
]
