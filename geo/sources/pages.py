"""JSON APIs that give their rows by pages, each naming the next: ``count``, ``next``, ``features``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from geo.errors import DataError
from geo.sources import geojson
from geo.sources.raw import RawLayer
from geo.sources.web import Got, Web, shown
from geo.sources.web.urls import checked, origin_of

MAX_PAGES = 5000
"""Pages of one collection; beyond, the service is not followed."""
_RETRY = "Recommencez : les données étaient peut-être en cours de mise à jour."


def fetch(web: Web, url: str) -> list[Got]:
    """Fetch all the pages of a collection, to be read by `read`.

    Parameters
    ----------
    web : Web
        The network, and the folder of the pages.
    url : str
        Of the first page.

    Returns
    -------
    list of Got
        In order.

    Raises
    ------
    DataError
        If a page cannot be had, is not of the service that was asked, or the rows are not as many
        as announced: what came is deleted.
    """
    found: list[Got] = []
    whole = False
    try:
        _follow(web, url, found)
        whole = True
    finally:
        for one in found if not whole else ():
            one.path.unlink(missing_ok=True)
    return found


def _follow(web: Web, url: str, found: list[Got]) -> None:
    address, seen, ids, rows = checked(url), {""}, set[str](), 0
    announced: object = None
    while address not in seen:
        seen.add(address)
        if len(found) >= MAX_PAGES:
            raise DataError(f"plus de {MAX_PAGES} pages", where=shown(url))
        got = web.page(address)
        found.append(got)
        page = geojson.parse(got.path)
        if len(found) > 1 and page.members.get("count") != announced:
            raise DataError("le total a changé pendant la lecture", where=shown(address), advice=_RETRY)
        announced = page.members.get("count")
        rows += len(page.rows)
        known = [str(row["id"]) for row in page.rows if isinstance(row, dict) and row.get("id") is not None]
        if not ids.isdisjoint(known):
            raise DataError(
                f"des objets sont répétés d'une page à l'autre ({min(ids.intersection(known))})",
                where=shown(address),
                advice="Le service ne trie pas ses pages : ajoutez « ordering » à l'adresse.",
            )
        ids.update(known)
        address = _next(page.members.get("next"), address, got.url)
    if address:
        raise DataError("les pages tournent en rond", where=shown(address))
    if isinstance(announced, int) and announced != rows:
        raise DataError(f"{rows} objets reçus pour {announced} annoncés", where=shown(url), advice=_RETRY)


def _next(told: object, address: str, landed: str) -> str:
    """Return the address of the next page, empty after the last.

    Parameters
    ----------
    told : object
        The ``next`` of a page. Where a proxy hides from the API that it is asked by https, it says http.
    address, landed : str
        What was asked, and where its redirections led.

    Raises
    ------
    DataError
        If it is on another host, port or scheme.
    """
    if told is None or told == "":
        return ""
    if not isinstance(told, str):
        raise DataError("« next » n'est pas une adresse", where=shown(address))
    target = urljoin(address, told)
    parts = urlsplit(target)
    if parts.scheme == "http" and address.startswith("https:") and parts.netloc == urlsplit(address).netloc:
        target = parts._replace(scheme="https").geturl()
    if origin_of(checked(target)) not in {origin_of(address), origin_of(landed)}:
        raise DataError(
            f"la page suivante serait sur un autre service, {shown(target)}",
            where=shown(address),
            advice="Rien n'a été demandé à cet autre service. Vérifiez l'adresse de la source.",
        )
    return target


def read(pages: Sequence[Path], *, origin: str = "", name: str = "") -> RawLayer:
    """Read the pages that `fetch` left; their CRS is WGS84 unless they declare another.

    Raises
    ------
    DataError
        If a page cannot be parsed.
    """
    return geojson.read(pages, origin=origin, name=name, what="le service")
