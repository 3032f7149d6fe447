"""What the notes of a slide and the slide of sources say: documents, vintages, licences, lines."""

from __future__ import annotations

from collections.abc import Iterable

import geopandas as gpd

from geo import text
from geo.catalog import Document
from geo.content import Content, Dossier, Stat, wording
from geo.content.statistics import AMOUNT

DATED = (
    "Les statuts et les montants sont ceux que donnent les sources, à la date qu’elles portent\u00a0: rien "
    "ici n’est dit comme d’aujourd’hui."
)
SHARED = (
    "Un montant donné pour plusieurs territoires ensemble n’est attribué à aucun\u202f; un chiffre dit deux "
    "fois, ou compris dans un autre, n’est compté qu’une fois."
)


def documents(dossier: Dossier, *features: gpd.GeoDataFrame) -> list[Document]:
    """Return the documents that features rest on, in the order of the catalogue."""
    used = {key for own in features for key in own["document"]}
    known = dossier.content.known
    return [one for key, one in known.documents.items() if key in used]


def source_lines(dossier: Dossier, *features: gpd.GeoDataFrame) -> list[str]:
    """Return the sources of features as notes tell them, with what was read of each, and when."""
    layers = {key for own in features for key in own["couche"]}
    told = [_source(one, dossier.content, layers) for one in documents(dossier, *features)]
    return ["Sources\u00a0:", *(f"– {one}" for one in [*told, f"Limites{text.NBSP}: {_borders(dossier)}."])]


def _source(document: Document, content: Content, layers: Iterable[str]) -> str:
    lots = [
        lot for key in sorted(layers) for lot in wording.lots_of(key, content) if lot.document == document
    ]
    read = dict.fromkeys(wording.lot_details(content.known.layers[lot.couche].titre, lot) for lot in lots)
    head = f"{document.titre}. {document.producteur}. {document.licence}. Millésime {document.millesime}."
    return " ".join([head, *(f"{one}." for one in read)])


def _borders(dossier: Dossier) -> str:
    return f"{dossier.content.basin.source}, généralisées"


def borders_row(dossier: Dossier) -> list[str]:
    """Return the source of the borders that each map shows: title, producer, vintage, licence."""
    source = dossier.content.basin.source
    known = [one for one in dossier.content.known.documents.values() if one.titre in source]
    details = [known[0].producteur, known[0].millesime, known[0].licence] if known else ["–", "–", "–"]
    return [f"Limites généralisées{text.NBSP}: {source}", *details]


def with_drawn(stat: Stat) -> str:
    """Return a figure, and what has to be said of a length that was measured on indicative lines."""
    return f"{stat.text} ({stat.drawn.replace(' ', text.NBSP)})" if stat.drawn else stat.text


def figure_lines(dossier: Dossier, stats: Iterable[Stat]) -> list[str]:
    """Return figures as notes tell them: of what, how much, the rank, the caveat."""
    return [f"– {one}" for one in (figure_line(dossier, stat) for stat in stats)]


def figure_line(dossier: Dossier, stat: Stat) -> str:
    """Return ``Routes, Longueur : 25 km (1er rang sur 8 EPCI)``."""
    known = dossier.content.known
    layer = known.layers.get(stat.layer)
    group = "Ensemble" if stat.layer == "toutes" else stat.layer.replace("axe-", "Axe ")
    where = layer.titre if layer else group
    head = f"{where}, {known.measures[stat.measure].libelle.lower()}{text.NBSP}: {stat.text}"
    more = "\u202f; ".join(filter(None, (stat.drawn, stat.rank, stat.note)))
    return f"{head} ({more})" if more else head


def shared_line(dossier: Dossier, layer: str) -> str:
    """Return the amounts that are told for several territories together, of an axis; or nothing."""
    stat = dossier.unshared.get((layer, AMOUNT))
    if stat is None:
        return ""
    return f"Donné pour plusieurs territoires ensemble, sans répartition entre eux{text.NBSP}: {stat.text}."
