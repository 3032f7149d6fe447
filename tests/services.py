"""The services that the layers come from, for `tests.loopback`: their shapes, their fields, invented rows.

`GeoServer` is a WFS 1.1.0 and 2.0.0, in JSON and GML; `Cerema` is Cartofriches; `communes_of_epci`
is an answer of geo.api.gouv.fr, `finess` the beginning of a file of FINESS. Their parameters are their
faults::

    server.at("/ows", GeoServer({"mission_bassin_minier:zt_cavaliers": cavaliers(1317)}, cap=500))
    server.at("/geofriches/", Cerema([*friches(730, "59"), *friches(12, "62")], drops=1))
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode
from xml.sax.saxutils import escape

from pyproj import Transformer

from tests.loopback import Asked, Reply

Feature = dict[str, Any]


@dataclass
class GeoServer:
    """A WFS, as GeoServer writes it.

    Parameters
    ----------
    layers : dict
        Features of each layer, in EPSG:2154, by its full name.
    cap : int, optional
        Most features of one answer, whatever is asked.
    total : bool
        Whether it counts (``numberMatched``) or says ``unknown``.
    grows : bool
        Whether a feature more is announced with each page.
    pages : bool
        Whether it knows of ``startIndex``, or gives the first page whatever is asked.
    key : bool
        Whether tables have a primary key: it pages without ``sortBy``, and ids are always the same.
    as_json : bool
        Whether it knows of ``application/json``.
    tells_crs : bool
        Whether its JSON has a ``crs``.
    exception_status : int
        Of an answer that is an exception.
    """

    layers: dict[str, list[Feature]]
    cap: int | None = None
    total: bool = True
    grows: bool = False
    pages: bool = True
    key: bool = True
    as_json: bool = True
    tells_crs: bool = True
    exception_status: int = 200
    _asked: int = 0

    def __call__(self, asked: Asked) -> Reply:
        """Answer a GetFeature."""
        query = {name.lower(): value for name, value in asked.query.items()}
        second = query["version"] == "2.0.0"
        name = query.get("typenames" if second else "typename", "")
        if name not in self.layers:
            return self.exception(f"Feature type {name} unknown", "InvalidParameterValue", "typeName")
        known = self.layers[name]
        start = int(query.get("startindex", "0")) if self.pages else 0
        if start and not self.key and "sortby" not in query:
            return self.exception(
                "java.io.IOException\nCannot do natural order without a primary key, please add it or "
                "specify a manual sort over existing attributes"
            )
        count = int(query.get("count" if second else "maxfeatures", len(known)))
        page = known[start : start + min(count, self.cap or count)]
        self._asked += 1
        if not self.key:
            page = [{**one, "id": f"zt.fid-{self._asked}-{number}"} for number, one in enumerate(page)]
        matched = str(len(known) + (self._asked if self.grows else 0)) if self.total else "unknown"
        crs = query.get("srsname", "EPSG:2154")
        if query.get("outputformat") != "application/json":
            return Reply(gml(name, page, crs, matched, second=second), kind="text/xml;charset=UTF-8")
        if not self.as_json:
            return self.exception("Unknown outputFormat", "InvalidParameterValue", "outputFormat")
        return Reply(self._json(page, crs, matched), kind="application/json;charset=UTF-8")

    def exception(self, text: str, code: str = "NoApplicableCode", locator: str = "") -> Reply:
        """Return an exception report."""
        located = f' locator="{locator}"' if locator else ""
        body = (
            '<?xml version="1.0" encoding="UTF-8"?><ows:ExceptionReport '
            'xmlns:ows="http://www.opengis.net/ows/1.1" '
            f'version="2.0.0">\n  <ows:Exception exceptionCode="{code}"{located}>\n'
            f"    <ows:ExceptionText>{escape(text)}</ows:ExceptionText>\n"
            "  </ows:Exception>\n</ows:ExceptionReport>"
        )
        return Reply(body, status=self.exception_status, kind="application/xml")

    def _json(self, page: list[Feature], crs: str, matched: str) -> dict[str, Any]:
        code = crs.rpartition(":")[2]
        said = {"type": "name", "properties": {"name": f"urn:ogc:def:crs:EPSG::{code}"}}
        number: Any = int(matched) if matched.isdigit() else matched
        return {
            "type": "FeatureCollection",
            "features": [{**one, "geometry": _moved(one["geometry"], code)} for one in page],
            "totalFeatures": number,
            "numberMatched": number,
            "numberReturned": len(page),
            "timeStamp": f"2026-11-22T20:00:{self._asked % 60:02}.000Z",
            "crs": said if page and self.tells_crs else None,
        }


def _moved(shape: Any, code: str) -> Any:
    """Return a GeoJSON shape of EPSG:2154 in another CRS, x first."""
    if shape is None or code == "2154":
        return shape
    transform = Transformer.from_crs("EPSG:2154", f"EPSG:{code}", always_xy=True).transform

    def moved(places: Any) -> Any:
        return list(transform(*places)) if isinstance(places[0], float | int) else [moved(p) for p in places]

    return {**shape, "coordinates": moved(shape["coordinates"])}


_VERSIONS = {
    True: ("http://www.opengis.net/wfs/2.0", "http://www.opengis.net/gml/3.2"),
    False: ("http://www.opengis.net/wfs", "http://www.opengis.net/gml"),
}


def gml(name: str, page: list[Feature], crs: str, matched: str, *, second: bool) -> str:
    """Return a page as GML 3.2 (WFS 2.0.0) or 3.1.1: latitude first where the CRS is a URN of EPSG:4326."""
    wfs, namespace = _VERSIONS[second]
    prefix = name.partition(":")[0]
    counts = (
        f'numberMatched="{matched}" numberReturned="{len(page)}"'
        if second
        else f'numberOfFeatures="{len(page)}"'
    )
    members = [_member(name, one, crs) for one in page]
    if second:
        body = "".join(f"<wfs:member>{member}</wfs:member>" for member in members)
    else:
        body = f"<gml:featureMembers>{''.join(members)}</gml:featureMembers>" if members else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><wfs:FeatureCollection xmlns:wfs="{wfs}" '
        f'xmlns:gml="{namespace}" xmlns:{prefix}="https://www.geo2france.fr/{prefix}" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        f'{counts} timeStamp="2026-11-22T20:00:00.000Z" '
        f'xsi:schemaLocation="{wfs} http://127.0.0.1:9/wfs.xsd">{body}</wfs:FeatureCollection>'
    )


def _member(name: str, one: Feature, crs: str) -> str:
    prefix = name.partition(":")[0]
    fields = "".join(
        f"<{prefix}:{key}>{escape(str(value))}</{prefix}:{key}>"
        for key, value in one["properties"].items()
        if value is not None
    )
    shape = _moved(one["geometry"], crs.rpartition(":")[2])
    swapped = crs == "urn:ogc:def:crs:EPSG::4326"
    drawn = f"<{prefix}:the_geom>{_shape(shape, crs, swapped=swapped)}</{prefix}:the_geom>" if shape else ""
    return f'<{name} gml:id="{one["id"]}">{_BOUNDS.format(crs=crs)}{drawn}{fields}</{name}>'


_BOUNDS = (
    '<gml:boundedBy><gml:Envelope srsName="{crs}"><gml:lowerCorner>50 2</gml:lowerCorner>'
    "<gml:upperCorner>51 4</gml:upperCorner></gml:Envelope></gml:boundedBy>"
)


def _places(places: list[list[float]], *, swapped: bool) -> str:
    ordered = [reversed(place) if swapped else place for place in places]
    return f"<gml:posList>{' '.join(str(value) for place in ordered for value in place)}</gml:posList>"


def _shape(shape: Any, crs: str, *, swapped: bool) -> str:
    srs = f'srsName="{crs}" srsDimension="2"'
    if shape["type"] == "MultiLineString":
        lines = "".join(
            "<gml:curveMember><gml:LineString>"
            f"{_places(line, swapped=swapped)}"
            "</gml:LineString></gml:curveMember>"
            for line in shape["coordinates"]
        )
        return f"<gml:MultiCurve {srs}>{lines}</gml:MultiCurve>"
    rings = "".join(
        "<gml:surfaceMember><gml:Polygon><gml:exterior><gml:LinearRing>"
        f"{_places(polygon[0], swapped=swapped)}"
        "</gml:LinearRing></gml:exterior></gml:Polygon></gml:surfaceMember>"
        for polygon in shape["coordinates"]
    )
    return f"<gml:MultiSurface {srs}>{rings}</gml:MultiSurface>"


_DETAIL = {
    "site_actu_date": "2026-03-31",
    "site_occupation": "vacant",
    "site_reconv_type": None,
    "bati_etat": "dégradation moyenne",
    "sol_pollution_existe": "pollution supposée",
}
"""What ``fields=all`` adds to the summary of a site."""


@dataclass
class Cerema:
    """Cartofriches, as the API of Cerema writes it: ``?coddep=59&page_size=500&page=2``.

    Parameters
    ----------
    features : list
        Of all departments, in EPSG:4326.
    host : str
        Put in the place of its own in ``next``; its own by default.
    drops : int
        Features that the last page forgets.
    extra : dict
        Members added to every page.
    """

    features: list[Feature]
    host: str = ""
    drops: int = 0
    extra: dict[str, Any] = field(default_factory=dict)

    def __call__(self, asked: Asked) -> Reply:
        """Answer one page."""
        department = asked.query.get("coddep", "")
        known = [one for one in self.features if one["properties"]["comm_insee"].startswith(department)]
        size, page = int(asked.query.get("page_size", "100")), int(asked.query.get("page", "1"))
        rows = known[size * (page - 1) : size * page]
        last = size * page >= len(known)
        if asked.query.get("fields") == "all":
            rows = [{**one, "properties": one["properties"] | _DETAIL} for one in rows]
        link = {name: value for name, value in asked.query.items() if name != "page"}
        base = (self.host or asked.base) + asked.path
        return Reply(
            {
                "type": "FeatureCollection",
                "count": len(known),
                "next": None if last else f"{base}?{urlencode({**link, 'page': page + 1})}",
                "previous": f"{base}?{urlencode({**link, 'page': page - 1})}" if page > 1 else None,
                "features": rows[: len(rows) - self.drops] if last else rows,
                **self.extra,
            }
        )


def cavaliers(count: int) -> list[Feature]:
    """Return stretches of the layer ``zt_cavaliers``, EPSG:2154, with its published fields."""
    return [
        _feature(
            f"zt_cavaliers.{number}",
            {
                "type": "MultiLineString",
                "coordinates": [[[680000.5 + number, 7030000.25], [680100.5 + number, 7030050.75]]],
            },
            ID_NTRONCO=f"{number // 100:03}_{number % 100:02}",
            Appartenan=f"Voie ferrée fosse {number % 21}",
            Commune1="LENS",
            Commune2="LIÉVIN" if number % 2 else None,
            Commune3=None,
            Commune4=None,
        )
        for number in range(1, count + 1)
    ]


def cites(count: int) -> list[Feature]:
    """Return cités of the layer ``zt_cites_minires``, EPSG:2154, with its published fields."""
    return [
        _feature(
            f"zt_cites_minires.{number}",
            {"type": "MultiPolygon", "coordinates": [[_ring(690000.0 + 1000 * number, 7035000.0, 300.0)]]},
            ID_LSM=f"LSM{number:03}",
            NOM_CITE=f"Cité n° {number}",
            NOM_CITE_2=None,
            COMMUNE="HENIN-BEAUMONT",
            COMMUNE_2=None,
            COMMUNE_3=None,
            type="Cité pavillonnaire",
            Compagnie="Compagnie des mines de Dourges",
            interet="Remarquable & rare",
            PROPRIETAIRE="Maisons & Cités",
        )
        for number in range(1, count + 1)
    ]


def friches(count: int, department: str = "59") -> list[Feature]:
    """Return sites of Cartofriches, EPSG:4326; their ``site_id`` is the ``id`` of the feature."""
    return [
        _feature(
            f"{department}178_{number:05}",
            {"type": "MultiPolygon", "coordinates": [[_ring(3.05 + number / 1000, 50.35, 0.0005)]]},
            site_nom=f"Friche {number}",
            site_type="friche industrielle",
            site_adresse=None,
            site_statut="friche sans projet",
            comm_nom="Douai",
            comm_insee=f"{department}178",
            dep=department,
            proprio_personne="personne morale",
            unite_fonciere_surface=1234.5 + number,
            unite_fonciere_refcad=[f"{department}178000AB{number:04}"],
            source_nom="Observatoire local",
            nature="observatoire local",
            urba_zone_type="U",
        )
        for number in range(1, count + 1)
    ]


def communes_of_epci(names: Mapping[str, str]) -> dict[str, Any]:
    """Return the answer of ``geo.api.gouv.fr/epcis/{siren}/communes`` for communes by INSEE code."""
    features = [
        {
            "type": "Feature",
            "properties": {"nom": name, "code": code, "population": 1000 + rank},
            "geometry": {"type": "Polygon", "coordinates": [_ring(2.8 + rank / 10, 50.4, 0.05)]},
        }
        for rank, (code, name) in enumerate(names.items())
    ]
    return {"type": "FeatureCollection", "features": features}


def finess() -> bytes:
    """Return the beginning of a CSV in ISO-8859-1, as FINESS publishes it."""
    return "nofinesset;rs;libdepartement\n620000001;HÔPITAL DE LENS;PAS-DE-CALAIS\n".encode("iso-8859-1")


def _ring(x: float, y: float, size: float) -> list[list[float]]:
    return [[x, y], [x + size, y], [x + size, y + size], [x, y + size], [x, y]]


def _feature(fid: str, shape: dict[str, Any], **fields: Any) -> Feature:
    return {
        "type": "Feature",
        "id": fid,
        "geometry": shape,
        "geometry_name": "the_geom",
        "properties": fields,
    }


def renamed(features: list[Feature], old: str, new: str) -> list[Feature]:
    """Return features one of whose fields has changed its name."""
    return [
        {**one, "properties": {new if key == old else key: value for key, value in one["properties"].items()}}
        for one in features
    ]
