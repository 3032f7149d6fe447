"""Ours."""

from __future__ import annotations

from typing import Literal

import geopandas as gpd
import pandas as pd

from geo.allocate import Partition, allocate, allocate_file


class Peer:
    """Ours, with the compiled method."""

    engine: Literal["fast", "plain"] = "fast"

    def prepare(self, partition: str) -> None:
        """Read the partition, check that it is a coverage, and index it."""
        self.partition = Partition.of(gpd.read_parquet(partition))
        self.index()

    def index(self) -> None:
        """Make the grid."""
        assert self.partition.ground is not None

    def from_file(self, path: str, kind: str) -> pd.DataFrame:  # noqa: ARG002 - the file tells it
        """Share the features of a file."""
        return allocate_file(path, self.partition, engine=self.engine)

    def load(self, path: str) -> None:
        """Read and project."""
        self.features = gpd.read_parquet(path).to_crs(self.partition.crs)

    def allocate(self, kind: str) -> pd.DataFrame:  # noqa: ARG002 - the file tells it
        """Share the features in memory."""
        return allocate(self.features, self.partition, engine=self.engine)
