"""The portal, ``index.html``: the basin, its EPCI, what the atlas holds, the key figures."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo import text
from geo.atlas import templating
from geo.atlas.policy import policy
from geo.catalog import Layer
from geo.content import Content, assets, made_on
from geo.content.wording import (
    RECORDS,
    axis_title,
    documents_told,
    figure_entry,
    mentions,
    source_entry,
    territory_line,
)
from geo.indicators import ALL_LAYERS, TOTAL
from geo.ledger import combined_qualifier
from geo.territories import Epci, Territories

WIDTH = 1000.0
"""Width of the small map, in its own units."""

TOWNS = 12
"""How many of the most populated communes are named on the small map, where there is room."""

INK = "#23272d"
"""Colour of the group of records, which belong to several axes."""

_COLOUR = re.compile("#[0-9a-fA-F]{6}")

LINE_LENGTH = 11
"""Longest name, in letters, that stands on one line of the small map."""


def render(content: Content, pages: dict[str, str], atlas: str) -> str:
    """Return the HTML of the portal.

    Parameters
    ----------
    content : Content
        What the pages are made from.
    pages : dict of str to str
        Relative address of each EPCI's page, by SIREN.
    atlas : str
        Relative address of the basin's page, empty if it was not made.
    """
    basin = content.basin
    records = content.features["inventaire"].astype(bool)
    located = (content.features["precision"] != "territoire") & ~records
    layers = [layer for layer, _ in content.layers]
    groups = _groups(layers, content)
    style = assets.text("portal.css") + _colours(groups)
    frame = _Frame(basin)
    return templating.render(
        "portail.html.jinja",
        style=style,
        politique=policy(styles=[style]),
        sous_titre=f"{content.title} : {territory_line(basin)}",
        bassin=basin is content.home,
        etat=text.as_of(content.known.documents["bilan-erbm"].etat_au),
        date=text.long_date(made_on()),
        vue=frame.view_box,
        epci=[_epci(e, content, frame, pages.get(e.siren, "")) for e in basin.epci.values()],
        villes=_towns(basin, frame),
        atlas=atlas,
        nombre_entites=text.number(int((~records).sum())),
        nombre_localises=text.number(int(located.sum())),
        nombre_couches=sum(not layer.inventaire for layer in layers),
        nombre_releves=text.plural(int(records.sum()), "objet") if records.any() else "",
        nombre_chiffres=text.number(len(content.figures.figures)),
        chiffres=[
            {**figure_entry(content.figures.figures[key], content), "court": label}
            for key, label in content.keys.items()
        ],
        groupes=groups,
        sources=[source_entry(document, content) for document in documents_told(content)],
        rapport=content.rapport,
        mentions=mentions(content),
    )


class _Frame:
    """From projected metres to the units of the small map, y downwards."""

    def __init__(self, basin: Territories) -> None:
        self.west, south, east, self.north = basin.perimeter.bounds
        self.scale = WIDTH / (east - self.west)
        self.view_box = f"-6 -6 {WIDTH + 12:.0f} {(self.north - south) * self.scale + 12:.0f}"

    def point(self, point: shapely.Point) -> tuple[int, int]:
        return round((point.x - self.west) * self.scale), round((self.north - point.y) * self.scale)

    def path(self, geometry: BaseGeometry) -> str:
        pieces = []
        for polygon in shapely.get_parts(geometry):
            for ring in (polygon.exterior, *polygon.interiors):
                xy = shapely.get_coordinates(ring)[:-1]
                xy = np.column_stack((xy[:, 0] - self.west, self.north - xy[:, 1])) * self.scale
                pieces.append("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in xy.tolist()) + "Z")
        return "".join(pieces)


def _epci(epci: Epci, content: Content, frame: _Frame, page: str) -> dict[str, Any]:
    x, y = frame.point(epci.label_point)
    lines = _lines(epci.nom_court)
    rows = _stats(content, epci.siren)
    amounts = [r for r in rows if r["indicateur"] == "montant_eur" and r["couche"].startswith("axe-")]
    total = sum(row["valeur"] for row in amounts)
    qualifier = combined_qualifier(row["qualificatif"] for row in amounts)
    counts = {row["couche"]: row["valeur"] for row in rows if row["indicateur"] == "nombre_localise"}
    return {
        "nom": epci.nom,
        "court": epci.nom_court,
        "page": page,
        "trace": frame.path(epci.geometry),
        "x": x,
        "y": y - 10 * (len(lines) - 1),
        "lignes": lines,
        "contexte": ", ".join(
            (text.plural(len(epci.communes), "commune"), text.plural(epci.population, "habitant"))
        ),
        "lieux": text.number(counts.get(ALL_LAYERS, 0)),
        "cites": text.number(counts.get("cites", 0)),
        "montant": text.quantity(total, "€", qualifier) if amounts else "—",
    }


def _lines(name: str) -> list[str]:
    """Return a name on one or two lines of the small map."""
    if len(name) <= LINE_LENGTH:
        return [name]
    for mark in (" ", "-"):
        head, found, tail = name.rpartition(mark)
        if found:
            return [head + found.strip(), tail]
    return [name]


def _stats(content: Content, siren: str) -> list[dict[Any, Any]]:
    rows: list[dict[Any, Any]] = content.stats[content.stats["siren"] == siren].to_dict("records")
    return rows


def _towns(basin: Territories, frame: _Frame) -> list[dict[str, Any]]:
    """Return the largest towns whose names cover neither an EPCI's nor one another's."""
    taken: list[BaseGeometry] = []
    for epci in basin.epci.values():
        x, y = frame.point(epci.label_point)
        lines = _lines(epci.nom_court)
        half = 5.2 * max(len(line) for line in lines)
        taken.append(shapely.box(x - half, y - 16 - 10 * len(lines), x + half, y + 10 * len(lines)))
    largest = sorted(basin.communes.values(), key=lambda c: (-(c.population or 0), c.insee))
    towns = []
    for commune in largest[:TOWNS]:
        x, y = frame.point(commune.centre)
        half = 4.2 * len(commune.nom)
        for dx, dy in ((0.0, 17.0), (0.0, -8.0), (half + 7, 4.0), (-half - 7, 4.0)):
            label = shapely.box(x + dx - half, y + dy - 12, x + dx + half, y + dy + 4)
            spot = shapely.union(label, shapely.box(x - 4, y - 4, x + 4, y + 4))
            if not any(spot.intersects(other) for other in taken):
                taken.append(spot)
                towns.append({"nom": commune.nom, "x": x, "y": y, "tx": x + dx, "ty": y + dy})
                break
    return towns


def _groups(layers: list[Layer], content: Content) -> list[dict[str, Any]]:
    """Return the layers of measures by axis, then those of records together."""
    total = content.stats[(content.stats["territoire"] == TOTAL) & (content.stats["indicateur"] == "nombre")]
    counts = dict(zip(total["couche"], total["valeur"], strict=True))
    groups = []
    for axis in content.known.axes.values():
        own = [layer for layer in layers if layer.axe.id == axis.id and not layer.inventaire]
        groups.append((axis_title(axis), axis.couleur, axis.couleur_texte, own))
    groups.append((RECORDS, INK, INK, [layer for layer in layers if layer.inventaire]))
    return [
        {
            "titre": title,
            "couleur": colour,
            "texte": ink,
            "large": title == RECORDS,
            "couches": [_entry(layer, counts) for layer in own],
        }
        for title, colour, ink, own in groups
        if own
    ]


def _colours(groups: list[dict[str, Any]]) -> str:
    """Return the rules that give the titles of the groups their colours."""
    return "".join(
        f".groupe-{number} h3 {{ color: {group['texte']}; border-color: {group['couleur']}; }}\n"
        for number, group in enumerate(groups, start=1)
        if _COLOUR.fullmatch(group["texte"]) and _COLOUR.fullmatch(group["couleur"])
    )


def _entry(layer: Layer, counts: dict[str, float]) -> dict[str, str]:
    return {
        "id": layer.id,
        "titre": layer.titre,
        "picto": assets.icon(layer.symbole.pictogramme),
        "encre": layer.axe.couleur_texte,
        "nombre": text.number(counts.get(layer.id, 0)),
    }
