"""What the data of an EPCI rest on: documents, and what was read of each, where and when."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from geo.catalog import Document
from geo.content import Dossier, wording
from geo.ingest.lots import Lot

LONGEST_ADDRESS = 2_000


def documents_of(dossier: Dossier) -> list[Document]:
    """Return the documents that the features and the figures of an EPCI were read in, in their order.

    What its statistics are made of counts too: the hospital next door has a source of its own.
    """
    content = dossier.content
    made_of = {key for stat in dossier.stats.values() for key in stat.origin}
    features = content.features
    origin = features.loc[features["id"].isin(made_of), "document"]
    used = {*dossier.own["document"], *dossier.overall["document"], *origin, "bilan-erbm"}
    used |= {lot.document.id for layer, _ in dossier.layers for lot in wording.lots_of(layer.id, content)}
    return [document for document in content.known.documents.values() if document.id in used]


def lots_of_document(document: Document, dossier: Dossier) -> list[Lot]:
    """Return what was read of a document."""
    return [lot for lot in wording.all_lots(dossier.content) if lot.document.id == document.id]


def addresses(lots: Sequence[Lot]) -> list[str]:
    """Return where lots were read, each once."""
    return list(dict.fromkeys(lot.adresse for lot in lots if lot.adresse))


def is_safe(address: str) -> bool:
    """Tell whether an address may be a link: of the web, plain, and without a name or a password.

    >>> is_safe("https://www.data.gouv.fr/fr/"), is_safe("javascript:alert(1)"), is_safe("https://a:b@c.fr")
    (True, False, False)
    """
    if len(address) > LONGEST_ADDRESS or not address.isascii() or not address.isprintable():
        return False
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    told = parts.hostname and "." in parts.hostname and "@" not in parts.netloc
    return parts.scheme in ("http", "https") and bool(told) and not set(address) & set(" \"'<>\\`{}|^")
