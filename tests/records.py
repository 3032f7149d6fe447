"""Records as sources bring them, added to the embedded facts: shapes and lots made by hand."""

from __future__ import annotations

import copy
import dataclasses
import functools
from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from geo import indicators
from geo.atlas.payload import page_data
from geo.content import Content, load_content
from geo.ingest.lots import Lot
from geo.ingest.report import Line, Note, Report
from geo.territories import LAMBERT_93
from tests.conftest import SHARED

Row = dict[str, Any]

LENS = (687_000.0, 7_037_000.0)
"""A place in the commune of Lens, EPSG:2154."""
FETCHED = "2026-11-12T06:30:00Z"


@functools.lru_cache(maxsize=1)
def facts() -> Content:
    """Return the embedded facts, read once for all tests of a process."""
    return load_content()


@functools.lru_cache(maxsize=1)
def surveyed() -> Content:
    """Return the facts and the records of the open data kept beside the project; skip without them."""
    if not (SHARED / "mirror").is_dir():
        pytest.skip(f"{SHARED / 'mirror'} is not beside the project")
    return load_content(mirror=SHARED / "mirror")


def square(x: float, y: float, side: float) -> shapely.Polygon:
    """Return a square of the fields of Lens: metres from `LENS` to its south-west corner."""
    return shapely.box(LENS[0] + x, LENS[1] + y, LENS[0] + x + side, LENS[1] + y + side)


def line(*places: tuple[float, float]) -> shapely.LineString:
    """Return a line through places told in metres from `LENS`."""
    return shapely.LineString([(LENS[0] + x, LENS[1] + y) for x, y in places])


def record(layer: str, key: str, name: str, shape: BaseGeometry, content: Content, **fields: Any) -> Row:
    """Return the row of one record of Lens."""
    known = content.known.layers[layer]
    row: Row = dict.fromkeys(content.features.columns)
    row |= dict.fromkeys(("resume", "rubrique", "position", "maitre_ouvrage", "nom_source", "reserve"), "")
    row |= dict.fromkeys(("territoires", "chiffres", "contexte"), ())
    row |= {
        "id": f"{layer}-{key}",
        "couche": layer,
        "nom": name,
        "axe": known.axe.id,
        "communes": ("62498",),
        "epci": ("246200364",),
        "precision": "exacte",
        "etat_au": "2026-11-12",
        "document": known.source.id,
        "attributs": {},
        "inventaire": True,
        "geometry": shape,
    }
    return row | fields


def lot(layer: str, content: Content, rows: Sequence[Row], **fields: Any) -> Lot:
    """Return the lot that rows of a layer come from: fetched on 12 November 2026, unless told."""
    known = content.known.layers[layer]
    own = [row for row in rows if row["couche"] == layer]
    made: dict[str, Any] = {
        "couche": layer,
        "partie": "",
        "document": known.source,
        "adresse": f"https://exemple.fr/{layer}",
        "records": gpd.GeoDataFrame({"nom": [row["nom"] for row in own]}),
        "aside": pd.DataFrame(),
        "report": report(layer, len(own)),
        "recupere": FETCHED,
    }
    return Lot(**(made | fields))


def report(layer: str, kept: int, mended: int = 0, aside: int = 0) -> Report:
    """Return the report of a layer of which `mended` rows were mended."""
    lines = tuple(Line(number) for number in range(1, mended + 1))
    notes = (Note("réparé", "géométries réparées", mended, lines),) if mended else ()
    return Report("source", layer, "GeoJSON", layer, layer, kept + aside, kept, aside, notes=notes)


def content_with(
    rows: Sequence[Row], lots: Sequence[Lot] = (), base: Content | None = None, *, counted: bool = True
) -> Content:
    """Return the content of the pages with records added, its statistics made again if `counted`."""
    base = base or facts()
    order = {key: rank for rank, key in enumerate(base.known.layers)}
    table = pd.DataFrame(
        [*base.features.to_dict("records"), *rows], columns=base.features.columns, dtype=object
    )
    table = table.iloc[table["couche"].map(order).argsort(kind="stable")]
    frame = gpd.GeoDataFrame(table, geometry="geometry", crs=LAMBERT_93).set_index("id", drop=False)
    features = frame.rename_axis(None)
    by_layer: dict[str, list[Lot]] = {}
    for one in lots:
        by_layer.setdefault(one.couche, []).append(one)
    own = (base.basin, base.known, base.figures)
    return dataclasses.replace(
        base,
        features=features,
        stats=indicators.compute(features, *own, by="epci") if counted else base.stats,
        stats_by_commune=indicators.compute(features, *own, by="commune")
        if counted
        else base.stats_by_commune,
        lots=by_layer,
        rapport="rapport-sources.html" if lots else "",
    )


def enriched(base: Content, fact: str, shape: BaseGeometry) -> Content:
    """Return a content in which a fact has the shape that a record gave it."""
    features = base.features.copy()
    features.loc[fact, "geometry"] = shape
    return dataclasses.replace(base, features=features)


def sample_data() -> dict[str, Any]:
    """Return the data of the basin's page of `sample`, beside a portal: a copy, to be changed at will."""
    return copy.deepcopy(_sample_data())


@functools.cache
def _sample_data() -> dict[str, Any]:
    return page_data(sample(), portal="index.html")


@functools.cache
def sample() -> Content:
    """Return a content with polygons, 450 cavaliers, points, lots, and one that could not be renewed."""
    base = enriched(facts(), "cites-lsm-241", square(-1500, 500, 420))
    holed = square(0, 0, 400).difference(square(100, 100, 200))
    parted = shapely.MultiPolygon([square(600, 0, 100), square(800, 0, 300)])
    crossing = shapely.MultiLineString([line((0, 700), (400, 700)), line((500, 700), (900, 760))])
    rows = [
        record("terrils", "t1", "Terril troué", holed, base, attributs={"no_terril": "T1"}),
        record("terrils", "t2", "Terril en deux parts", parted, base, attributs={"no_terril": "T2"}),
        record("cites", "z1", "Cité recensée", square(-700, 0, 300), base, document="mbm-geo2france"),
        record("hopitaux", "h1", "Clinique des essais", shapely.Point(LENS), base),
        record("cavaliers", "c0", "Cavalier de l’Essai, tronçon à deux bouts", crossing, base),
        *(
            record("cavaliers", f"c{n}", f"Cavalier {n}", line((0, 8 * n), (300, 8 * n)), base)
            for n in range(1, 450)
        ),
    ]
    failed = "délai dépassé, le 20 novembre 2026"
    lots = [
        lot("terrils", base, rows, report=report("terrils", 2, mended=1)),
        lot("cavaliers", base, rows),
        lot("hopitaux", base, rows, recupere="2026-10-03T05:00:00Z", panne=failed),
        lot("cites", base, rows, document=base.known.documents["mbm-geo2france"], partie="zone tampon"),
    ]
    return content_with(rows, lots, base)
