"""Write the whole site: the portal, the basin's page, one page for each EPCI."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geo import ingest
from geo.atlas import portal
from geo.atlas.document import data_of, html_text
from geo.atlas.payload import page_data
from geo.atlas.report import source_report
from geo.content import Content, at_rest, load_content, made_on
from geo.sources.cache import write_text
from geo.territories import load as load_territories

Progress = Callable[[str, int, int], None]
"""Called with what is being made, how many are done, how many there are."""


@dataclass(frozen=True, slots=True)
class Written:
    """A page that was written: `taille` in bytes, `elements` features on it."""

    path: Path
    titre: str
    taille: int
    elements: int


@at_rest()
def write_site(
    out: Path,
    epci: Sequence[str] = (),
    progress: Progress | None = None,
    *,
    mirror: Path | None = None,
) -> list[Written]:
    """Write the pages into a folder, each beside and then put in place.

    Parameters
    ----------
    out : pathlib.Path
        The folder; made if need be. Other files in it are left alone.
    epci : sequence of str
        Write these EPCI's pages and a portal to them; by default the basin's page too, and
        all eight EPCI.
    progress : callable, optional
        Told of each page.
    mirror : pathlib.Path, optional
        A folder that answers every source, instead of what was synchronised.

    Returns
    -------
    list of Written
        In the order of writing.

    Raises
    ------
    UsageError
        If a name is unknown or ambiguous.
    ErbmError
        If a file cannot be written; the pages written before are whole.
    """
    content = load_content(epci, mirror=mirror)
    chosen = load_territories(list(epci))
    pages = {siren: f"epci/{e.slug}.html" for siren, e in chosen.epci.items()}
    whole = "" if epci else "atlas.html"
    addresses = {**({"": whole} if whole else {}), **pages}
    total = len(pages) + 1 + bool(whole) + bool(content.rapport)
    written: list[Written] = []

    def tell(title: str) -> None:
        if progress is not None:
            progress(title, len(written), total)

    if whole:
        tell("Bassin minier")
        written.append(_page(out, whole, content, "", addresses))
    for siren, address in pages.items():
        tell(chosen.epci[siren].nom_court)
        written.append(_page(out, address, content, siren, addresses))
    if content.rapport:
        tell("Rapport des sources")
        written.append(_report(out / content.rapport, content, mirror))
    tell("Portail")
    text = portal.render(content, pages, whole)
    write_text(out / "index.html", text)
    size = len(text.encode())
    written.insert(0, Written(out / "index.html", "Portail", size, len(content.features)))
    tell("Terminé")
    return written


def write_page(target: str | Path, epci: str | None = None) -> Written:
    """Write one page, beside and then in place: that of the basin, or of an EPCI.

    Parameters
    ----------
    target : str or pathlib.Path
        The file; its folder is made if need be.
    epci : str, optional
        An EPCI, by SIREN or name; the whole basin by default.

    Returns
    -------
    Written
        What was written.

    Raises
    ------
    UsageError
        If the name is unknown or ambiguous.
    ErbmError
        If the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_page(Path(folder, "douaisis.html"), "Douaisis").titre
    'CA Douaisis Agglo'
    """
    return _written(Path(target), data_of(epci))


def _report(target: Path, content: Content, mirror: Path | None) -> Written:
    text = source_report(content.known, content.lots, ingest.merges(mirror), made_on())
    write_text(target, text)
    return Written(target, "Rapport des sources", len(text.encode()), sum(map(len, content.lots.values())))


def _page(out: Path, own: str, content: Content, siren: str, addresses: Mapping[str, str]) -> Written:
    """Write a page that stands at `own` in the site, beside those at `addresses`."""
    here = posixpath.dirname(own)
    pages = {code: posixpath.relpath(address, here) for code, address in addresses.items()}
    home = posixpath.relpath("index.html", here)
    return _written(out / own, page_data(content, siren, portal=home, pages=pages))


def _written(target: Path, data: dict[str, Any]) -> Written:
    text = html_text(data)
    write_text(target, text)
    return Written(target, data["titre"], len(text.encode()), len(data["entites"]))
