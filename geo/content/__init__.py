"""What documents are made from, loaded once: features, statistics, words. Pages and tables share it."""

from __future__ import annotations

from geo.content.loading import Content, at_rest, load_content, made_on

__all__ = ["Content", "at_rest", "load_content", "made_on"]
