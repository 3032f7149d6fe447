"""The engines that share features: each test runs for each of them, or says which one is missing."""

from __future__ import annotations

import importlib.util
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest

from geo.allocate import sharing

ENGINES = ("plain", "fast")


def lacks(engine: str) -> str:
    """Return why an engine cannot run here, or nothing."""
    if engine == "plain" or importlib.util.find_spec("numba"):
        return ""
    return "le paquet numba n'est pas installé"


@pytest.fixture(scope="session", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """Give each engine in turn."""
    name = str(request.param)
    if reason := lacks(name):
        pytest.skip(f"moteur {name} : {reason}")
    return name


def allocate(features: gpd.GeoDataFrame, partition: gpd.GeoDataFrame, engine: Any) -> pd.DataFrame:
    """Share features with one engine."""
    return sharing.allocate(features, partition, engine=engine)
