"""All that pages are made from, loaded once."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path

import geopandas as gpd
import pandas as pd

from geo import catalog, indicators, ingest, ledger
from geo.catalog import Catalog, Layer
from geo.content import statistics
from geo.content.themes import Theme, list_themes
from geo.errors import DataError
from geo.ingest import Lot
from geo.ledger import Ledger
from geo.sources.embedded import layers_dir, read_toml
from geo.territories import Territories
from geo.territories import load as load_territories


@dataclass(frozen=True)
class Content:
    """All that the pages are made from."""

    basin: Territories
    """The territories that pages are made for."""
    home: Territories
    """The eight EPCI of the ERBM, which facts name; the same unless pages are made elsewhere."""
    features: gpd.GeoDataFrame
    known: Catalog
    figures: Ledger
    stats: pd.DataFrame
    stats_by_commune: pd.DataFrame
    keys: dict[str, str]
    """Key figures: id in the ledger, short label."""
    counted: dict[str, float]
    """What each figure counts for in a sum (`Ledger.countable`)."""
    flags: dict[str, list[str]]
    """What is in doubt about a figure, by its id."""
    lots: dict[str, list[Lot]] = field(default_factory=dict)
    """Where the records of each layer come from now."""
    rapport: str = ""
    """Name of the page that tells what was read, mended and set aside, if there is one."""

    @property
    def title(self) -> str:
        """Name of all the territories together."""
        if self.basin is self.home:
            return "Bassin minier du Nord et du Pas-de-Calais"
        return ", ".join(e.nom_court for e in self.basin.epci.values())

    @cached_property
    def layers(self) -> list[tuple[Layer, gpd.GeoDataFrame]]:
        """The layers that have features, in the order of the catalogue, each with its own.

        A layer whose source was never read has none: no document mentions it.
        """
        own = dict(iter(self.features.groupby("couche", sort=False)))
        return [(layer, own[key]) for key, layer in self.known.layers.items() if key in own]

    @cached_property
    def themes(self) -> list[Theme]:
        """The thematic views that the statistics allow, the same for all the pages."""
        return list_themes(self.stats, self.stats_by_commune, self.basin, self.known)

    @cached_property
    def told(self) -> list[statistics.Told]:
        """The statistics as pages show them: written once, each page takes its own."""
        return statistics.told(self.stats, self.stats_by_commune, self.basin, self.known)

    @cached_property
    def communes(self) -> dict[str, str]:
        """Names of the communes by INSEE code, those of the ERBM and those of the pages."""
        return {c.insee: c.nom for ground in (self.home, self.basin) for c in ground.communes.values()}

    @cached_property
    def names(self) -> dict[str, str]:
        """Names of the communes and EPCI of the ERBM by code, as facts give them."""
        communes = {c.insee: c.nom for c in self.home.communes.values()}
        return {**communes, **{e.siren: e.nom_court for e in self.home.epci.values()}}


def made_on() -> date:
    """Return the day that the pages are dated: ``SOURCE_DATE_EPOCH`` (UTC), or today."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    return datetime.fromtimestamp(int(epoch), UTC).date() if epoch else date.today()  # noqa: DTZ011


@contextmanager
def at_rest() -> Iterator[None]:
    """Leave all that is in memory out of the rounds of Python's collector, for as long as pages are made.

    Most of it is the code of libraries, which dies with the process; each round would walk it.
    """
    if gc.get_freeze_count():
        yield
        return
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


REPORT_PAGE = "rapport-sources.html"
"""What was read, mended and set aside; written where there are records."""


def load_content(epci: Sequence[str] = (), *, mirror: Path | None = None) -> Content:
    """Return the content of the basin's pages, or of pages of EPCI elsewhere.

    Parameters
    ----------
    epci : sequence of str
        Names or SIREN codes. As long as they are of the basin, the content is the whole
        basin's: pages are cut from it.
    mirror : pathlib.Path, optional
        A folder that answers every source, instead of what was synchronised.

    Raises
    ------
    UsageError
        If a name is unknown or ambiguous.
    DataError
        If a fact is faulty, or a key figure is not in the ledger.
    """
    home = load_territories()
    chosen = load_territories(list(epci))
    basin = home if all(siren in home.epci for siren in chosen.epci) else chosen
    known, figures = catalog.load(), ledger.load()
    features = ingest.load(mirror).to_crs(basin.crs)
    lots = ingest.lots(mirror)
    rows = read_toml(layers_dir() / "chiffres" / "cles.toml")["cle"]
    keys = {row["chiffre"]: row["court"] for row in rows}
    unknown = [key for key in keys if key not in figures.figures]
    if unknown:
        raise DataError(f"chiffres inconnus : {', '.join(unknown)}", where="chiffres/cles.toml")
    return Content(
        basin=basin,
        home=home,
        features=features,
        known=known,
        figures=figures,
        stats=indicators.compute(features, basin, known, figures, by="epci"),
        stats_by_commune=indicators.compute(features, basin, known, figures, by="commune"),
        keys=keys,
        counted=figures.counted,
        flags=figures.flagged(),
        lots=lots,
        rapport=REPORT_PAGE if lots else "",
    )
