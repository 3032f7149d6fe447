"""A whole page as text, and the pieces of it that `geo.atlas.page` puts in a folium map.

Importing folium takes longer than making a page: what only writes files does without.
"""

from __future__ import annotations

from html import escape
from typing import Any, NamedTuple

from geo.atlas import assets
from geo.atlas.content import Content, at_rest, load_content
from geo.atlas.packing import pack
from geo.atlas.payload import page_data
from geo.atlas.templating import render
from geo.territories import find_epci

NAME = "map_atlas"
"""How the map is called in the script of a page."""

_DOCUMENT = """<!DOCTYPE html>
<html lang="fr">
<head>
<title>{title}</title>

    <meta http-equiv="content-type" content="text/html; charset=UTF-8" />
    {head}
</head>
<body>

    {body}
<script>

    {script}
</script>
</body>
</html>"""


class Pieces(NamedTuple):
    """What stands in the head of a page, in its body, and in its last script."""

    head: str
    body: str
    script: str


def title(data: dict[str, Any]) -> str:
    """Return the title of a page, escaped."""
    return escape(f"{data['titre']} : atlas de l’Engagement pour le renouveau du Bassin minier")


def pieces(data: dict[str, Any], name: str = NAME) -> Pieces:
    """Return the pieces of a page.

    Parameters
    ----------
    data : dict
        What `geo.atlas.payload.page_data` gives.
    name : str
        How the map is called in the script.
    """
    head = render(
        "entete.html.jinja",
        data=data,
        style=assets.text("atlas-style.css"),
        application=assets.text("atlas.js"),
    )
    packed = assets.as_json(pack(data))
    body = render("corps.html.jinja", data=data, carte=name, donnees=packed)
    return Pieces(head, body, render("script.js.jinja", carte=name))


def html_text(data: dict[str, Any]) -> str:
    """Return the whole page, the same bytes as the folium map of the same data gives.

    Parameters
    ----------
    data : dict
        What `geo.atlas.payload.page_data` gives.
    """
    return _DOCUMENT.format(title=title(data), **pieces(data)._asdict())


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
