"""The address of a base: a URL, a conninfo or nothing; and its password, which is never told."""

from __future__ import annotations

import os
import re
from urllib.parse import unquote

from geo.errors import DataError

HIDDEN = "***"
EXPECTED = "postgresql://utilisateur@hôte:port/base"
KEEP_ELSEWHERE = "Gardez-le dans ~/.pgpass, dans PGPASSWORD ou dans un service (PGSERVICEFILE)."

_USER = re.compile(r"(://[^:@]*):.*@", re.DOTALL)
"""Up to the last @: a password typed without its % codes is hidden whole."""
_PARAMETER = re.compile(r"([?&]\s*)([^=&]*)=([^&]*)")
_SECRET = r"(?:\w*password|oauth_client_secret|scram_(?:client|server)_key)"  # noqa: S105  # the keys of libpq
_KEYWORD = re.compile(rf"(\b{_SECRET}\s*=\s*)(?:'(?:\\.|[^'\\])*'?|(?:\\.|[^\s\\])+)", re.IGNORECASE)


def redacted(address: str) -> str:
    """Return an address, or a text that holds one, with ``***`` for each password.

    Parameters
    ----------
    address : str
        A URL (``postgresql://``) or a conninfo (``host=... dbname=...``).

    Examples
    --------
    >>> redacted("postgresql://agence:secret@sig/base?sslmode=require")
    'postgresql://agence:***@sig/base?sslmode=require'
    >>> redacted("host=sig password='très secret' dbname=base")
    'host=sig password=*** dbname=base'
    """
    if "://" not in address:
        return _KEYWORD.sub(rf"\1{HIDDEN}", address)
    return _PARAMETER.sub(_without_secret, _USER.sub(rf"\1:{HIDDEN}@", address))


def _without_secret(parameter: re.Match[str]) -> str:
    mark, key, _ = parameter.groups()
    secret = re.fullmatch(_SECRET, unquote(key).strip(), re.IGNORECASE)
    return f"{mark}{key}={HIDDEN}" if secret else parameter[0]


def refuse_password(address: str, where: str) -> None:
    """Refuse an address that is kept in a file and holds a password.

    Parameters
    ----------
    address : str
        As `redacted` takes it.
    where : str
        The file, and the key in it.

    Raises
    ------
    DataError
        If it holds one; the message does not.
    """
    if redacted(address) != address:
        raise DataError(
            f"un mot de passe est écrit dans l'adresse {redacted(address)}",
            where=where,
            advice=f"Retirez-le du fichier. {KEEP_ELSEWHERE}",
        )


def told(address: str) -> str:
    """Return an address for a reader: redacted, or the words for the PG* variables."""
    return redacted(address) if address.strip() not in ("", "postgresql://") else "base des variables PG*"


def scrubbed(message: str, secret: str | None) -> str:
    """Return what the driver says, on one line, without any password that is known."""
    for hidden in (secret, os.environ.get("PGPASSWORD")):
        if hidden:
            message = message.replace(hidden, HIDDEN)
    return " ".join(redacted(message).split())
