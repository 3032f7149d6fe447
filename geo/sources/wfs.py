"""Layers of an OGC WFS: fetched by pages, GeoJSON if the service can, GML if not."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geo.errors import DataError
from geo.sources import geojson, gml
from geo.sources.raw import RawLayer
from geo.sources.web import Got, UnexpectedError, Web, shown

MAX_PAGES = 2000
"""Pages of one layer; beyond, the service is not followed."""
_RETRY = "Recommencez : la couche était peut-être en cours de mise à jour."
_SORT = "Donnez le champ qui est la clé de la couche, pour que le service trie ses pages."


@dataclass(frozen=True, slots=True)
class _Request:
    """What is asked of the service, whatever the page."""

    web: Web
    url: str
    type_name: str
    version: str
    crs: str
    key: str

    @property
    def where(self) -> str:
        return f"{shown(self.url)}, {self.type_name}"

    def page(self, start: int, count: int, kind: str) -> _Page:
        """Ask for `count` features from the rank `start`, as ``json`` or ``gml``."""
        second = self.version.startswith("2")
        code = self.crs.rpartition(":")[2]
        asked = {
            "service": "WFS",
            "version": self.version,
            "request": "GetFeature",
            "typeNames" if second else "typeName": self.type_name,
            "count" if second else "maxFeatures": str(count),
            "startIndex": str(start) if start else "",
            "sortBy": self.key,
            "srsName": f"urn:ogc:def:crs:EPSG::{code}" if kind == "gml" and self.crs else self.crs,
            "outputFormat": "application/json" if kind == "json" else "",
        }
        got = self.web.page(self.url, params={k: v for k, v in asked.items() if v}, expect=kind)
        try:
            return _read_json(got) if kind == "json" else _read_gml(got)
        except DataError:
            got.path.unlink(missing_ok=True)
            raise


@dataclass(frozen=True, slots=True)
class _Page:
    """A page that came: how many features, of how many if it is told, which ones.

    `content` is a hash of what it holds, identifiers aside: some services draw them anew.
    """

    got: Got
    count: int
    total: int | None
    ids: frozenset[str]
    content: str


def fetch(
    web: Web,
    url: str,
    type_name: str,
    *,
    version: str = "2.0.0",
    crs: str = "EPSG:2154",
    page: int = 1000,
    key: str = "",
) -> list[Got]:
    """Fetch a layer whole, as pages on disk, to be read by `read`.

    Parameters
    ----------
    web : Web
        The network, and the folder of the pages.
    url : str
        Of the service, without the parameters of the request.
    type_name : str
        The layer: ``workspace:name``.
    version : str
        ``2.0.0`` or ``1.1.0``.
    crs : str
        Asked of the service, as ``EPSG:2154``; its own if empty.
    page : int
        Features asked at a time; the service may give fewer.
    key : str, optional
        Published field that pages are sorted by.

    Returns
    -------
    list of Got
        In order; ``.json``, or ``.gml`` where the service refuses JSON.

    Raises
    ------
    DataError
        If the layer could not be had whole: what came is deleted.

    Notes
    -----
    GeoServer pages a table without primary key only if it is sorted: where it refuses the
    second page, the whole is asked at once.
    """
    request = _Request(web, url, type_name, version, crs, key)
    pages: list[_Page] = []
    kept: list[Got] = []
    try:
        kept = [one.got for one in _whole(request, page, pages)]
    finally:
        for path in {one.got.path for one in pages} - {got.path for got in kept}:
            path.unlink(missing_ok=True)
    return kept


def _whole(request: _Request, size: int, pages: list[_Page]) -> list[_Page]:
    """Fill `pages` up to the last; return those that hold the layer."""
    kind = "json"
    try:
        pages.append(request.page(0, size, kind))
    except UnexpectedError as error:
        if error.found not in {"exception", "xml"}:
            raise
        kind = "gml"
        pages.append(request.page(0, size, kind))
    first = pages[0]
    while not _complete(pages):
        if len(pages) >= MAX_PAGES:
            raise DataError(f"plus de {MAX_PAGES} pages", where=request.where)
        received = sum(one.count for one in pages)
        try:
            pages.append(request.page(received, size, kind))
        except UnexpectedError as error:
            if error.found != "exception":
                raise
            if first.total is None and first.count != size:
                return [first]
            if first.total is None or request.key:
                raise DataError(error.message, where=request.where, advice=_SORT) from None
            pages.append(request.page(0, first.total, kind))
            _check_single(request, pages[-1], first.total)
            return pages[-1:]
        if pages[-1].count and pages[-1].content == first.content:
            return _without_paging(request, pages, size)
        _check(request, pages)
    return pages if len(pages) == 1 else [one for one in pages if one.count]


def _complete(pages: Sequence[_Page]) -> bool:
    """Tell whether nothing is left to ask: the total came or, if it is not told, an empty page."""
    total = pages[0].total
    return not pages[-1].count if total is None else sum(page.count for page in pages) >= total


def _without_paging(request: _Request, pages: Sequence[_Page], size: int) -> list[_Page]:
    """Take the only page of a service that has no others to give, if it seems whole."""
    first = pages[0]
    if first.total is None and first.count != size:
        return [first]
    total = "un total qu'il ne dit pas" if first.total is None else str(first.total)
    raise DataError(
        f"le service redonne toujours la même page ({first.count} objets sur {total})",
        where=request.where,
        advice="Il ne sait pas donner la suite (startIndex) : demandez-lui plus d'objets par page.",
    )


def _check(request: _Request, pages: Sequence[_Page]) -> None:
    """Refuse pages that do not make one whole."""
    first, last = pages[0], pages[-1]
    received = sum(page.count for page in pages)
    if first.total != last.total:
        message = f"le total a changé pendant la lecture ({first.total} objets, puis {last.total})"
        raise DataError(message, where=request.where, advice=_RETRY)
    if first.total is not None and (received > first.total or not last.count):
        message = f"{received} objets reçus pour {first.total} annoncés"
        raise DataError(message, where=request.where, advice=_RETRY)
    repeated = [fid for page in pages[:-1] for fid in page.ids & last.ids]
    if repeated:
        raise DataError(
            f"des objets sont répétés d'une page à l'autre ({min(repeated)})",
            where=request.where,
            advice=_SORT,
        )


def _check_single(request: _Request, page: _Page, total: int) -> None:
    if page.count != total:
        message = f"{page.count} objets reçus pour {total} annoncés"
        raise DataError(message, where=request.where, advice=_SORT)


def _read_json(got: Got) -> _Page:
    known = geojson.parse(got.path)
    _same_number(got, known.members.get("numberReturned"), len(known.rows))
    told = [_number(known.members.get(name)) for name in ("numberMatched", "totalFeatures")]
    rows = [row if isinstance(row, dict) else {} for row in known.rows]
    content = json.dumps([(row.get("geometry"), row.get("properties")) for row in rows])
    return _Page(
        got=got,
        count=len(rows),
        total=next((total for total in told if total is not None), None),
        ids=frozenset(str(row["id"]) for row in rows if row.get("id") is not None),
        content=hashlib.sha256(content.encode()).hexdigest(),
    )


def _read_gml(got: Got) -> _Page:
    known = gml.parse(got.path)
    count = len(known.features)
    _same_number(got, known.root.get("numberReturned"), count)
    matched, answered = (_number(known.root.get(name)) for name in ("numberMatched", "numberOfFeatures"))
    more = answered if answered is not None and answered > count else None  # some tell the total there
    bare = hashlib.sha256()
    for one in known.features:
        bare.update(re.sub(rb'\b(?:gml:id|fid)="[^"]*"', b"", known.data[one.start : one.end]))
    return _Page(
        got=got,
        count=count,
        total=more if matched is None else matched,
        ids=frozenset(filter(None, (one.attributes.get(geojson.FID) for one in known.features))),
        content=bare.hexdigest(),
    )


def _number(value: Any) -> int | None:
    """Return a number of features as services tell it; None for « unknown » and the like."""
    text = str(value)
    return int(text) if re.fullmatch(r"\d{1,12}", text, re.ASCII) else None


def _same_number(got: Got, told: Any, count: int) -> None:
    number = _number(told)
    if number is not None and number != count:
        raise DataError(f"{count} objets dans une page qui en annonce {number}", where=got.url, advice=_RETRY)


def read(pages: Sequence[Path], *, type_name: str, crs: str = "", origin: str = "") -> RawLayer:
    """Read the pages that `fetch` left.

    Parameters
    ----------
    pages : sequence of pathlib.Path
        In order, all ``.gml`` or all JSON.
    type_name : str
        The layer, as it is told to the user.
    crs : str
        What was asked of the service; an answer that declares another is believed.
    origin : str, optional
        Where the pages come from, as it is told to the user.

    Raises
    ------
    DataError
        If a page cannot be parsed.
    """
    if any(path.suffix == ".gml" for path in pages):
        return gml.read(pages, origin=origin or type_name, name=type_name, asked=crs)
    return geojson.read(pages, origin=origin or type_name, name=type_name, asked=crs, what="le service")
