"""A whole page as text, and the pieces of it that `geo.atlas.page` puts in a folium map.

Importing folium takes longer than making a page: what only writes files does without.
"""

from __future__ import annotations

from functools import cache
from html import escape
from typing import Any, NamedTuple

from geo.atlas.packing import gzipped, pack
from geo.atlas.payload import page_data
from geo.atlas.policy import policy
from geo.atlas.septets import text_of
from geo.atlas.templating import render
from geo.content import Content, assets, at_rest, load_content
from geo.territories import find_epci

NAME = "map_atlas"
"""How the map is called in the script of a page."""

_DOCUMENT = """<!DOCTYPE html>
<html lang="fr">
<head>
<meta charset="utf-8">
{head}<title>{title}</title>
</head>
<body>
{body}</body>
</html>
"""


class Pieces(NamedTuple):
    """What stands in the head of a page, in its body, and in its last script."""

    head: str
    body: str
    script: str


def title(data: dict[str, Any]) -> str:
    """Return the title of a page, escaped."""
    text = f"{data['titre']} : atlas de l’Engagement pour le renouveau du Bassin minier"
    return escape(text.encode(errors="replace").decode())


def html_text(data: dict[str, Any]) -> str:
    """Return the whole page: all that it runs and shows is in it, named by its hash in its policy.

    Parameters
    ----------
    data : dict
        What `geo.atlas.payload.page_data` gives.
    """
    loader, application = assets.text("loader.js"), assets.text("atlas.js")
    waiting, style = assets.text("loader-style.css"), assets.text("atlas-style.css")
    head = render(
        "entete.html.jinja",
        data=data,
        politique=policy(scripts=(loader, application), styles=(waiting, style), grounds=True),
        styles=[waiting],
        scripts=[],
    )
    packed = {
        "donnees": text_of(pack(data)),
        "style": _squeezed(style),
        "application": _squeezed(application),
    }
    body = render("corps.html.jinja", data=data, carte=NAME, binaires=list(packed.items()), chargeur=loader)
    return _DOCUMENT.format(title=title(data), head=head, body=body)


def open_pieces(data: dict[str, Any]) -> Pieces:
    """Return the pieces of a page to which folium elements are added.

    They bring scripts of their own, which folium puts in the page and loads from the network: the
    application stands there as it is, and runs at once, so that they find the map; no policy
    limits what runs.

    Parameters
    ----------
    data : dict
        What `geo.atlas.payload.page_data` gives.
    """
    head = render(
        "entete.html.jinja",
        data=data,
        politique="",
        styles=[assets.text("loader-style.css"), assets.text("atlas-style.css")],
        scripts=[assets.text("atlas-folium.js"), assets.text("folium.js")],
    )
    packed = [("donnees", text_of(pack(data)))]
    body = render("corps.html.jinja", data=data, carte=NAME, binaires=packed, chargeur="")
    return Pieces(head, body, f"var {NAME} = ErbmAtlas.carte();\nErbmAtlas.ouvrir({NAME});")


@cache
def _squeezed(text: str) -> str:
    return text_of(gzipped(text.encode()))


@at_rest()
def data_of(epci: str | None = None, *, portal: str = "") -> dict[str, Any]:
    """Return the data of the page of the basin, or of one EPCI.

    Parameters
    ----------
    epci : str, optional
        An EPCI, by SIREN or name; the whole basin by default.
    portal : str
        Relative address of the portal, for the link in the bar.

    Raises
    ------
    UsageError
        If the name is unknown or ambiguous.
    DataError
        If a fact is faulty.
    """
    content = load_content([epci] if epci else [])
    return page_data(content, _siren(content, epci), portal=portal)


def _siren(content: Content, epci: str | None) -> str:
    if epci is None:
        return ""
    basin = content.basin
    return next(iter(basin.epci)) if len(basin.epci) == 1 else find_epci(basin, epci).siren
