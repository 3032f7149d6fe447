"""Which addresses are asked, and how one is told to a user: without its secrets."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

from geo.errors import DataError

_SECRETS = re.compile(
    r"(?i)([?&;](?:api_?key|apikey|key|token|access_token|auth|password|passwd|pwd|secret|sig|signature)=)[^&#;]*"
)
_PORTS = {"http": 80, "https": 443}


def shown(url: str) -> str:
    """Return an address as it may be written in a message, a lock or a page.

    Passwords, tokens and control characters are taken out.

    >>> shown("https://user:secret@example.org/a?token=42&b=1")
    'https://example.org/a?token=***&b=1'
    """
    printable = "".join(c if c.isprintable() and c != " " else "?" for c in url)
    return _SECRETS.sub(r"\1***", re.sub(r"^([^/?#]*//)[^/?#]*@", r"\1", printable))


def checked(url: str) -> str:
    """Return an address that can be asked: http or https, with a host.

    Raises
    ------
    DataError
        If it is anything else.
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname
        _ = parts.port  # refuses what is no number
    except ValueError:
        raise DataError("adresse illisible", where=shown(url)) from None
    if parts.scheme not in _PORTS:
        raise DataError("seules les adresses http et https sont lues", where=shown(url))
    if not host or re.search(r"[\x00-\x20\x7f]", url):
        raise DataError("adresse illisible", where=shown(url))
    return url


def redirected(url: str, location: str) -> str:
    """Return where a service sends, if one may follow.

    Raises
    ------
    DataError
        If the redirection leaves http(s), or goes from https to http.
    """
    if not location:
        raise DataError("redirection sans adresse", where=shown(url))
    try:
        target = urljoin(url, location)
        scheme = urlsplit(target).scheme
    except ValueError:
        raise DataError("redirection vers une adresse illisible", where=shown(url)) from None
    if scheme not in _PORTS:
        raise DataError(
            f"redirection refusée vers {shown(target)}",
            where=shown(url),
            advice="Un service ne peut renvoyer que vers une autre adresse http ou https.",
        )
    if url.startswith("https:") and scheme == "http":
        raise DataError(
            f"redirection refusée vers une adresse non chiffrée, {shown(target)}",
            where=shown(url),
            advice="Signalez-le au service, ou donnez sa nouvelle adresse https.",
        )
    return checked(target)


def origin_of(url: str) -> tuple[str, str, int]:
    """Return scheme, host and port of a checked address."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port or _PORTS[parts.scheme]
