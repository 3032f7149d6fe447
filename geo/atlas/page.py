"""The interactive map: a `folium.Map` whose page needs no network.

folium loads Leaflet and other libraries from the network and gives random ids; here the
application bundled with the package (Leaflet in it) stands in the page, and ids are fixed,
so that the same facts give the same bytes.
"""

from __future__ import annotations

from typing import Any

import folium
from branca.element import Element, Figure
from folium.template import Template

from geo.atlas.document import data_of, pieces, title


class AtlasFigure(Figure):
    """The HTML document of a page: in French, with an escaped title."""

    _template = Template(
        "<!DOCTYPE html>\n"
        '<html lang="fr">\n'
        "<head>\n"
        "{% if this.title %}<title>{{ this.title }}</title>\n{% endif %}"
        "{{ this.header.render(**kwargs) }}\n"
        "</head>\n"
        "<body>\n{{ this.html.render(**kwargs) }}\n"
        "<script>\n{{ this.script.render(**kwargs) }}\n</script>\n"
        "</body>\n"
        "</html>\n"
    )


class _Verbatim(Element):
    """A piece of a page that stands as it is.

    What branca is given as text it compiles and runs as a template: a name such as
    ``{{7*7}}`` would be computed. Nothing that holds data goes that way.
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def render(self, **_: Any) -> str:
        return self.text


class AtlasMap(folium.Map):
    """A folium map that is a whole page of the atlas.

    Parameters
    ----------
    data : dict
        What `geo.atlas.payload.page_data` gives.
    """

    default_js: list[tuple[str, str]] = []  # noqa: RUF012 - folium reads the class attribute
    default_css: list[tuple[str, str]] = []  # noqa: RUF012

    def __init__(self, data: dict[str, Any]) -> None:
        super().__init__(tiles=None, zoom_control=False)
        self._id = "atlas"
        self.data = data
        AtlasFigure(title=title(data), height="720px").add_child(self)

    def render(self, **kwargs: Any) -> str:
        """Put the page into the figure, then what was added to the map; return the page's body."""
        figure = self.get_root()
        if not isinstance(figure, Figure):
            raise TypeError("the map was taken out of its figure")
        own = pieces(self.data, self.get_name())
        for part, text in zip((figure.header, figure.html, figure.script), own, strict=True):
            part.add_child(_Verbatim(text), name="atlas")
        for child in self._children.values():
            child.render(**kwargs)
        return own.body

    def html_text(self) -> str:
        """Return the whole page."""
        page: str = self.get_root().render()
        return page


def build_map(epci: str | None = None, *, portal: str = "") -> AtlasMap:
    """Return the atlas as a folium map: show it in a notebook, add to it, save it.

    Parameters
    ----------
    epci : str, optional
        An EPCI, by SIREN or name; the whole basin by default.
    portal : str
        Relative address of the portal, for the link in the bar.

    Returns
    -------
    AtlasMap
        A `folium.Map`.

    Raises
    ------
    UsageError
        If the name is unknown or ambiguous.

    Examples
    --------
    >>> import geo
    >>> page = geo.atlas.build_map("Lens-Liévin")
    >>> type(page).__mro__[1].__name__
    'Map'
    """
    return AtlasMap(data_of(epci, portal=portal))
