"""Ours, by the plain path that the compiled one is tested against."""

from __future__ import annotations

from typing import Literal

from tests.benchmarks.peers import by_erbm


class Peer(by_erbm.Peer):
    """Ours, without compilation."""

    engine: Literal["fast", "plain"] = "plain"

    def index(self) -> None:
        """Make the tree."""
        assert len(self.partition.plain.codes)
