"""The interactive map: a `folium.Map` whose page needs no network.

folium loads Leaflet and other libraries from the network and gives random ids; here the
application bundled with the package (Leaflet in it) stands in the page, and ids are fixed,
so that the same facts give the same bytes. What is added to the map is put in a page that lets
scripts run, and in which the application stands uncompressed.
"""

from __future__ import annotations

from typing import Any

import folium
from branca.element import Element, Figure
from folium.template import Template

from geo.atlas.document import data_of, html_text, open_pieces, title

PIECE = "atlas"
"""How what is the page's own is called among the children of its figure."""


class AtlasFigure(Figure):
    """The HTML document of a page: in French, with an escaped title.

    As long as nothing was added to the map or to the document, it is the page that
    `geo.atlas.write_page` writes, byte for byte.
    """

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

    def __init__(self, page: AtlasMap, **options: Any) -> None:
        super().__init__(title=title(page.data), **options)
        self.page = page
        self._own = {id(part): set(part._children) for part in self._parts()}  # noqa: SLF001
        self.add_child(page)

    def _parts(self) -> tuple[Element, Element, Element]:
        return self.header, self.html, self.script

    def added(self) -> bool:
        """Tell whether the map or the document has something that is not the page's own."""
        parts = any(set(part._children) - self._own[id(part)] - {PIECE} for part in self._parts())  # noqa: SLF001
        return parts or bool(self.page._children) or len(self._children) > 1  # noqa: SLF001

    def render(self, **kwargs: Any) -> str:
        """Return the whole document."""
        if not self.added():
            return html_text(self.page.data)
        text: str = super().render(**kwargs)
        return text


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

    With what is added to it (``.add_to(...)``) its page has no policy against scripts, as folium's
    elements bring theirs; those that load more from the network need it.

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
        AtlasFigure(self, height="720px")

    def render(self, **kwargs: Any) -> str:
        """Put the page into the figure, then what was added to the map; return the page's body."""
        figure = self.get_root()
        if not isinstance(figure, Figure):
            raise TypeError("the map was taken out of its figure")
        own = open_pieces(self.data)
        for part, text in zip((figure.header, figure.html, figure.script), own, strict=True):
            part.add_child(_Verbatim(text), name=PIECE)
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
