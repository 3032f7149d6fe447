"""The base maps that a page offers: declared here, checked when they are made, loaded only when chosen.

To add one: an entry in `GROUNDS`, in the order in which they are offered.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args
from urllib.parse import urlsplit

from geo.errors import DataError

Group = Literal["Plans", "Photographies aériennes", "Photographies historiques"]
PLANS: Group = "Plans"
PHOTOGRAPHS: Group = "Photographies aériennes"
PAST: Group = "Photographies historiques"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """A base map, by tiles or by WMS (EPSG:3857); all but the last four keys are mandatory.

    Raises
    ------
    DataError
        If a key is empty or has a value that no page could use.
    """

    id: str
    nom: str
    groupe: Group
    url: str
    """``https``: of tiles with ``{x}``, ``{y}`` and ``{z}``; of the service alone for a WMS."""
    attribution: str
    annees: str = ""
    """Year or years of the photographs."""
    couche: str = ""
    """The layer asked of a WMS; empty for tiles."""
    zoom: int = 19
    """The last zoom that the service has images for."""
    lien: str = ""
    """Page that the attribution leads to, where the service asks for one."""

    def __post_init__(self) -> None:
        if found := self._faults():
            raise DataError.collect(found, where=f"fond de carte {self.id!r}")

    def _faults(self) -> list[str]:
        address = urlsplit(self.url)
        page = urlsplit(self.lien)
        marks = {"x", "y", "z"} if not self.couche else set()
        faults = [f"{key} : manque" for key in ("nom", "attribution") if not getattr(self, key).strip()]
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", self.id):
            faults.append("id : attendu des minuscules, des chiffres et des tirets")
        if self.groupe not in get_args(Group):
            faults.append(f"groupe : {self.groupe!r} ; attendu {', '.join(get_args(Group))}")
        if address.scheme != "https" or not address.hostname:
            faults.append(f"url : {self.url!r} ; attendu https://")
        if self.lien and (page.scheme != "https" or not page.hostname):
            faults.append(f"lien : {self.lien!r} ; attendu https://")
        if set(re.findall(r"\{(\w*)\}", self.url)) != marks:
            faults.append("url : attendu {x}, {y} et {z} pour des tuiles, aucun pour un WMS")
        if self.groupe == PAST and not re.fullmatch(r"\d{4}(-\d{4})?", self.annees):
            faults.append(f"annees : {self.annees!r} ; attendu une année, ou deux avec un tiret")
        if not 1 <= self.zoom <= 22:
            faults.append(f"zoom : {self.zoom} ; attendu de 1 à 22")
        return faults

    def as_dict(self) -> dict[str, Any]:
        """Return it as a page has it."""
        return asdict(self)


def _geoplateforme(layer: str, kind: str) -> str:
    return (
        "https://data.geopf.fr/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0"
        f"&LAYER={layer}&STYLE=normal&TILEMATRIXSET=PM&FORMAT={kind}"
        "&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}"
    )


def _past(years: str, layer: str, note: str = "") -> Ground:
    """Return an orthophotograph of the past, of the WMS of Géo2France."""
    return Ground(
        id=f"photo-{years}",
        nom=years.replace("-", "–") + note,
        groupe=PAST,
        url="https://www.geo2france.fr/geoserver/ows",
        attribution=f"© Géo2France, IGN, photographies de {years.replace('-', '–')} (Licence Ouverte)",
        annees=years,
        couche=layer,
    )


GROUNDS = (
    Ground(
        id="plan-ign",
        nom="Plan IGN",
        groupe=PLANS,
        url=_geoplateforme("GEOGRAPHICALGRIDSYSTEMS.PLANIGNV2", "image/png"),
        attribution="© IGN, Géoplateforme",
    ),
    Ground(
        id="osm",
        nom="OpenStreetMap",
        groupe=PLANS,
        url="https://tile.openstreetmap.org/{z}/{x}/{y}.png",
        attribution="© les contributeurs d’OpenStreetMap",
        lien="https://www.openstreetmap.org/copyright",
    ),
    Ground(
        id="ortho-ign",
        nom="Les plus récentes",
        groupe=PHOTOGRAPHS,
        url=_geoplateforme("ORTHOIMAGERY.ORTHOPHOTOS", "image/jpeg"),
        attribution="© IGN, Géoplateforme",
    ),
    _past("2015", "geo2france:ortho_2015_rgb"),
    _past("2012-2013", "geo2france:ortho_2012_rgb"),
    _past("2009", "geo2france:ortho_2009_rgb"),
    _past("2005", "geo2france:ortho_2005"),
    _past("1998", "geo2france:1998_D59_D62_Ortho_0m50_RVB_COG"),
    _past("1949-1955", "ign:1949_1952_1955_R32_Ortho_0m50_NB_COG", " (noir et blanc)"),
)
"""Grounds that need the network, in the order in which they are offered."""
