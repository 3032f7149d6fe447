"""Load, once, all that pages are made from."""

from __future__ import annotations

from collections.abc import Sequence

from geo import catalog, indicators, ingest, ledger
from geo.atlas.payload import Content
from geo.errors import DataError
from geo.sources.embedded import layers_dir, read_toml
from geo.territories import load as load_territories


def load_content(epci: Sequence[str] = ()) -> Content:
    """Return the content of the basin's pages, or of pages of EPCI elsewhere.

    Parameters
    ----------
    epci : sequence of str
        Names or SIREN codes. As long as they are of the basin, the content is the whole
        basin's: pages are cut from it.

    Raises
    ------
    UsageError
        If a name is unknown or ambiguous.
    DataError
        If a fact is faulty, or a key figure is not in the ledger.
    """
    basin = load_territories()
    chosen = load_territories(list(epci))
    if any(siren not in basin.epci for siren in chosen.epci):
        basin = chosen
    known, figures = catalog.load(), ledger.load()
    features = ingest.load().to_crs(basin.crs)
    rows = read_toml(layers_dir() / "chiffres" / "cles.toml")["cle"]
    keys = {row["chiffre"]: row["court"] for row in rows}
    unknown = [key for key in keys if key not in figures.figures]
    if unknown:
        raise DataError(f"chiffres inconnus : {', '.join(unknown)}", where="chiffres/cles.toml")
    return Content(
        basin=basin,
        features=features,
        known=known,
        figures=figures,
        stats=indicators.compute(features, basin, known, figures, by="epci"),
        stats_by_commune=indicators.compute(features, basin, known, figures, by="commune"),
        keys=keys,
        counted=figures.countable(),
        flags=figures.flagged(),
    )
