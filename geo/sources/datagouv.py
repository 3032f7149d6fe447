"""Datasets of data.gouv.fr whose files change address with each edition: the latest is looked up."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

from geo.errors import DataError
from geo.sources.web import Web

_DATASET = "/api/1/datasets/"


def resolve(web: Web, address: str) -> str:
    """Return the address of the latest file of a dataset; any other address as it is.

    Parameters
    ----------
    web : Web
        The network.
    address : str
        ``https://www.data.gouv.fr/api/1/datasets/<slug>/`` (the API's own address of a
        dataset), or that of a file. A fragment chooses the format: ``…/#parquet``; GeoJSON by default.

    Raises
    ------
    DataError
        If the dataset has no file of that format, or does not answer.
    """
    parts = urlsplit(address)
    slug = parts.path.partition(_DATASET)[2].strip("/")
    if not slug or "/" in slug:
        return address
    got = web.page(address.partition("#")[0])
    try:
        resources = json.loads(got.path.read_bytes())["resources"]
        wanted = parts.fragment or "geojson"
        known = [one for one in resources if str(one["format"]).lower() == wanted]
        latest = max(known, key=lambda one: str(one.get("last_modified") or ""), default=None)
        url = str(latest["url"]) if latest else ""
    except (ValueError, KeyError, TypeError):
        raise DataError("réponse de data.gouv.fr illisible", where=address) from None
    finally:
        got.path.unlink(missing_ok=True)
    if not url:
        raise DataError(f"aucun fichier {wanted} dans ce jeu de données", where=address)
    return url
