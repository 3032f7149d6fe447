"""What the network itself says no to, in French: names, connections, certificates, delays."""

from __future__ import annotations

import ssl
from collections.abc import Iterator

import requests
from urllib3.exceptions import NameResolutionError, ReadTimeoutError

from geo.errors import DataError
from geo.sources.web.urls import shown


class TransientError(DataError):
    """A failure that may pass: it is tried again.

    Parameters
    ----------
    after : float, optional
        Seconds that the service asks to wait first.
    """

    def __init__(self, message: str, *, where: str = "", advice: str = "", after: float = 0.0) -> None:
        super().__init__(message, where=where, advice=advice)
        self.after = after


_CERTIFICATES = {
    10: "il a expiré",
    18: "il est signé par lui-même",
    19: "son autorité est inconnue",
    20: "son autorité est inconnue",
    21: "son autorité est inconnue",
    62: "il est fait pour un autre nom",
    64: "il est fait pour une autre adresse",
}
"""``X509_V_ERR_*`` of OpenSSL."""
_CA_ADVICE = (
    "Rien n'a été lu. Si votre réseau a sa propre autorité de certification, donnez son fichier PEM "
    "dans REQUESTS_CA_BUNDLE."
)
_NETWORK_ADVICE = "Vérifiez la connexion et l'adresse, ou travaillez sans réseau avec --offline."


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and those that it wraps, as requests and urllib3 nest them."""
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting:
        known = waiting.pop()
        if isinstance(known, BaseException) and id(known) not in seen:
            seen.add(id(known))
            yield known
            waiting += [*known.args, getattr(known, "reason", None), known.__cause__, known.__context__]


def failure(error: BaseException, url: str, *, sending: bool) -> DataError:
    """Return the error to raise for one of requests or urllib3.

    Parameters
    ----------
    error : BaseException
        As it was caught.
    url : str
        What was asked.
    sending : bool
        Whether the answer had not begun.

    Returns
    -------
    DataError
        A `TransientError` where a second try may do.
    """
    where = shown(url)
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            reason = _CERTIFICATES.get(cause.verify_code, cause.verify_message)
            return DataError(f"certificat refusé, {reason}", where=where, advice=_CA_ADVICE)
        if isinstance(cause, NameResolutionError):
            return DataError("nom de machine introuvable (DNS)", where=where, advice=_NETWORK_ADVICE)
    kinds = (
        ((requests.exceptions.ProxyError,), "le mandataire (proxy) ne répond pas"),
        ((requests.exceptions.ConnectTimeout,), "pas de connexion dans le délai"),
        ((requests.exceptions.ReadTimeout, ReadTimeoutError, TimeoutError), "pas de réponse dans le délai"),
        ((ConnectionRefusedError,), "connexion refusée"),
        ((ssl.SSLError,), "connexion chiffrée impossible"),
    )
    for classes, message in kinds:
        if any(isinstance(cause, classes) for cause in causes):
            return TransientError(message, where=where, advice=_NETWORK_ADVICE)
    if isinstance(error, requests.exceptions.InvalidURL | requests.exceptions.InvalidSchema):
        return DataError("adresse illisible", where=where)
    message = "connexion impossible" if sending else "réponse coupée en route"
    return TransientError(message, where=where, advice=_NETWORK_ADVICE)
