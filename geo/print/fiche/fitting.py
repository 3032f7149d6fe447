"""What a page of A4 has room for: how high its map may be, which lists it holds, from how much is told."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from geo import text

MAP_WIDTH = 106
"""mm, on the page of an axis."""
FULL_WIDTH = 178

_PAGE = 260.0
_BAND, _TITLE = 20.0, 11.0
_LINE, _SMALL, _ROW = 4.3, 3.6, 4.0
_LETTERS = 44
"""Of a line beside the map."""
_CELL, _ITEM = 24, 60
"""Letters of a line in the table's first columns, and in a list in two columns."""
_LEAST, _MOST = 72, 122


def more(listed: int, known: int) -> str:
    """Return what is said under a list that is cut: ``et 38 autres, dans le classeur de données``."""
    rest = known - listed
    if rest <= 0:
        return ""
    return (
        f"et {text.number(rest)}{text.NBSP}{'autre' if rest == 1 else 'autres'}, dans le classeur de données"
    )


def absent(own: int, wider: int) -> str:
    """Return what is said of the elements and of the wider measures that a page has no room to list."""
    parts = [text.plural(own, "élément") + " du territoire"] if own else []
    parts += [text.plural(wider, "mesure") + " d’un territoire plus large"] if wider else []
    held = "est" if own + wider == 1 else "sont"
    head = f"Sans place pour une liste ici{text.NBSP}: "
    return f"{head}{' et '.join(parts)}, qui {held} dans le classeur de données." if parts else ""


def map_shape(bounds: Sequence[float]) -> int:
    """Return the height at which a territory of these bounds (x, y, x, y) fills the map of an axis, mm."""
    west, south, east, north = bounds
    return round(min(max(MAP_WIDTH * (north - south) / (east - west) + 24, _LEAST), _MOST))


def title_size(name: str) -> int:
    """Return the size of the name of a territory on the first page, points."""
    return 26 if len(name) <= 40 else 16 if len(name) <= 120 else 11


def locator_height(
    keys: Sequence[Mapping[str, str]], heads: Sequence[tuple[str, float]], texts: Sequence[str]
) -> int:
    """Return the height of the map of the first page, mm, above the table of the key figures.

    `keys` are its rows; `heads` the lines of the band, with their sizes in points; `texts` the paragraphs
    of the user.
    """
    table = sum(6.6 + 3.2 * math.ceil(len(one["note"]) / 46) for one in keys)
    band = 13 + sum(0.5 * size * math.ceil(0.19 * size * len(head) / 150) for head, size in heads)
    free = _PAGE - band - 12 - _TITLE - 8 - table - _own(texts)
    return round(min(max(free, 50), 150))


def page(
    axis: Mapping[str, Any], own: Sequence[Any], wider: Sequence[Any], texts: Sequence[str], shape: int
) -> dict[str, Any]:
    """Return the height of the map of an axis, and the lists that its page has room for.

    A map gives up some of its height for the list of the elements; wider measures get what is left.

    Parameters
    ----------
    axis : mapping
        What its page tells (`geo.print.fiche.telling.told`).
    own, wider : sequence
        The elements of the territory, all or none of which are listed; the wider measures.
    texts : sequence of str
        The paragraphs of the user on it.
    shape : int
        The height that the map would have, mm (`map_shape`).
    """
    heights = [*range(shape, _LEAST, -2), _LEAST]
    free = {high: _free(axis, texts, high) for high in heights}
    whole = next((high for high in heights if own and free[high] >= _TITLE + _height(own)), None)
    high = whole or next((high for high in heights if free[high] >= 0), _LEAST)
    left = free[high] - (_TITLE + _height(own) if whole else 0)
    count = len(wider)
    while count and _TITLE + 5 + _height(wider[:count]) > left:
        count -= 1
    return {"hauteur": high, "propres": list(own) if whole else [], "larges": list(wider[:count])}


def _free(axis: Mapping[str, Any], texts: Sequence[str], high: int) -> float:
    """Return what a page has left under its map and its table, mm."""
    under = (11.0 if axis["legende"] else 4.0) + 6.4 * math.ceil(len(axis["legende"]) / 3)
    band = _BAND + (6 if len(axis["titre"]) > 60 else 0)
    return _PAGE - band - _own(texts) - _table(axis) - max(high + under, _beside(axis))


def _own(texts: Sequence[str]) -> float:
    return sum(3 + _LINE * math.ceil(len(one) / 105) for one in texts)


def _table(axis: Mapping[str, Any]) -> float:
    if not axis["lignes"]:
        return 0.0
    rows = [max(_group(g), sum(map(_row, g["lignes"]))) for g in axis["lignes"]]
    return _TITLE + 6 + sum(rows)


def _group(group: Mapping[str, Any]) -> float:
    words = math.ceil(len(group["titre"]) / _CELL) + math.ceil(len(group["note"]) / (_CELL + 4))
    return 0.4 + _SMALL * words


def _row(row: Mapping[str, Any]) -> float:
    notes = math.ceil(len(row["note"]) / 46)
    return _ROW + _SMALL * (math.ceil(len(row["libelle"]) / 36) - 1) + 3.4 * notes


def _beside(axis: Mapping[str, Any]) -> float:
    """Return the height of what stands beside the map."""
    words = sum(2.6 + _LINE * math.ceil(len(one) / _LETTERS) for one in axis["phrases"])
    tiles = 12.5 * math.ceil(len(axis["chiffres"]) / 2) + (9 if axis["chiffres"] else 0)
    return words + tiles + 6 + 4.6 * math.ceil(len(axis["avancement"]) / 2)


def _height(items: Sequence[Any]) -> float:
    """Return the height of a list in two columns."""
    high = [0.4 + 3.1 * math.ceil((len(one["nom"]) + len(one["dit"])) / _ITEM) for one in items]
    half = math.ceil(len(high) / 2)
    return max(sum(high[:half]), sum(high[half:]))
