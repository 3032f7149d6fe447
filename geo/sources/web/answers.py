"""What a service answered: refusals, web pages instead of data, OGC exceptions, waits asked."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from geo.errors import DataError
from geo.sources.web.failures import TransientError
from geo.sources.web.urls import shown
from geo.text import long_date

HEAD_BYTES = 65_536
"""How much of an answer is looked at to know what it is."""
TOLD_CHARS = 300
"""How much of what a service says is told to the user."""

_MEANINGS = {
    400: "requête refusée",
    401: "le service demande une identification",
    403: "accès refusé",
    404: "adresse introuvable",
    410: "adresse supprimée",
    429: "trop de demandes",
}
_ADVICE = {
    400: "L'adresse ou la couche demandée n'est plus celle que le service connaît.",
    401: "Demandez un accès au producteur de la donnée.",
    403: "Demandez un accès au producteur de la donnée.",
    404: "Le service a changé d'adresse : cherchez la nouvelle chez le producteur de la donnée.",
    410: "Le service a changé d'adresse : cherchez la nouvelle chez le producteur de la donnée.",
}
_LATER = "Le service est en difficulté : revenez plus tard, les dernières données restent en place."
_PASSING = {408, 425, 429}
_INSTEAD = {
    "json": "de JSON",
    "zip": "d'une archive zip",
    "parquet": "de Parquet",
    "csv": "de texte (CSV)",
    "gml": "de GML",
    "gpx": "de GPX",
    "": "de données",
}
_MATCHES = {"csv": "text", "gml": "xml", "gpx": "xml"}
"""What `kind_of` says of what is expected, where it is not the same word."""
_FOUND = {"html": "une page web", "xml": "du XML", "json": "du JSON", "zip": "une archive zip"}

_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_EXCEPTION = re.compile(rb"<(?:[\w.-]+:)?(?:Service)?ExceptionReport\b")
_EXCEPTION_TEXT = re.compile(
    rb"<(?:[\w.-]+:)?(?:ExceptionText|ServiceException)\b[^>]*>([^<]*(?:<!\[CDATA\[[^<]*)?)"
)


class UnexpectedError(DataError):
    """The service answered something else than what was asked.

    Parameters
    ----------
    found : str
        ``html``, ``exception`` (an OGC report), ``xml``, ``json``, ``zip``, ``parquet``, ``text``.
    """

    def __init__(self, message: str, *, found: str, where: str = "", advice: str = "") -> None:
        super().__init__(message, where=where, advice=advice)
        self.found = found


def kind_of(head: bytes) -> str:
    """Tell what the first bytes of an answer are: see `UnexpectedError`; ``text`` is all the rest."""
    for magic, kind in ((b"PK\x03\x04", "zip"), (b"PK\x05\x06", "zip"), (b"PAR1", "parquet")):
        if head.startswith(magic):
            return kind
    body = _after_prolog(head.removeprefix(b"\xef\xbb\xbf").lstrip())
    if _HTML.match(body):
        return "html"
    if _EXCEPTION.match(body):
        return "exception"
    return {b"<": "xml", b"{": "json", b"[": "json"}.get(body[:1], "text")


def _after_prolog(body: bytes) -> bytes:
    """Skip the declaration and the comments that XML and HTML may begin with."""
    for opening, closing in ((b"<?", b"?>"), (b"<!--", b"-->")):
        while body.startswith(opening):
            _, found, rest = body.partition(closing)
            if not found:
                return body
            body = rest.lstrip()
    return body


def examine(head: bytes, expected: str, content_type: str, url: str) -> None:
    """Refuse an answer that is not of the kind expected.

    Parameters
    ----------
    head : bytes
        The first `HEAD_BYTES` of it, decompressed.
    expected : str
        ``json``, ``zip``, ``csv``, ``gml``, ``gpx``, ``parquet``, or empty for any data.
    content_type : str
        As the service declares it. What the bytes plainly are wins over it.
    url : str
        What was asked.

    Raises
    ------
    UnexpectedError
        If it is something else.
    DataError
        If it is empty.
    """
    if not head.strip():
        raise DataError("réponse vide", where=shown(url), advice=_LATER)
    found = kind_of(head)
    if found == "text" and content_type.partition(";")[0].strip().lower().endswith("html"):
        found = "html"
    if found == "exception":
        raise UnexpectedError(
            f"le service refuse : « {exception_text(head)} »",
            found=found,
            where=shown(url),
            advice="Vérifiez le nom de la couche et de ses champs auprès du service.",
        )
    if found == "html" or (expected and found != _MATCHES.get(expected, expected)):
        raise UnexpectedError(
            f"le service a répondu {_FOUND.get(found, 'autre chose')} au lieu {_INSTEAD[expected]}",
            found=found,
            where=shown(url),
            advice="Ouvrez l'adresse dans un navigateur : le service est peut-être en maintenance.",
        )


def exception_text(head: bytes) -> str:
    """Return what an OGC exception report says, on one line."""
    texts = _EXCEPTION_TEXT.findall(head) or [b"exception sans texte"]
    return told(html.unescape(" ; ".join(text.decode("utf-8", "replace") for text in texts)))


def told(text: str) -> str:
    """Return a text of a service as it can be shown: on one line, of a length that is read."""
    text = re.sub(r"<!\[CDATA\[|\]\]>", "", text)
    clean = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return clean if len(clean) <= TOLD_CHARS else clean[:TOLD_CHARS] + "…"


def refusal(
    status: int, head: bytes, headers: Mapping[str, str], url: str, *, max_wait_s: float
) -> DataError:
    """Return the error for a status that is no success.

    Parameters
    ----------
    status : int
        Of HTTP.
    head : bytes
        The beginning of the answer, where a service says why.
    headers : mapping
        Of the answer.
    url : str
        What was asked.
    max_wait_s : float
        A longer ``Retry-After`` (seconds) is not waited for.

    Returns
    -------
    DataError
        A `TransientError` for 408, 425, 429 and 5xx; an `UnexpectedError` for an OGC exception.
    """
    where = shown(url)
    meaning = _MEANINGS.get(status, "le service est en panne" if status >= 500 else "réponse inattendue")
    reason = _reason(head)
    message = f"{meaning} (HTTP {status})" + (f" : « {reason} »" if reason else "")
    if status not in _PASSING and status < 500:
        if kind_of(head) == "exception":
            return UnexpectedError(message, found="exception", where=where, advice=_ADVICE.get(status, ""))
        return DataError(message, where=where, advice=_ADVICE.get(status, ""))
    now = datetime.now(UTC)
    wait = retry_after(headers.get("Retry-After", ""), now)
    if wait > max_wait_s:
        back = now + timedelta(seconds=wait)
        advice = f"Le service demande de revenir après le {long_date(back.date())} à {back:%H:%M} UTC."
        return DataError(message, where=where, advice=advice)
    return TransientError(message, where=where, advice=_LATER, after=wait)


def _reason(head: bytes) -> str:
    kind = kind_of(head)
    if kind == "exception":
        return exception_text(head)
    if kind == "json":
        try:
            known = json.loads(head)
        except (ValueError, RecursionError):
            return ""
        if isinstance(known, dict):
            texts = (known.get(key) for key in ("detail", "message", "error"))
            return told(next((text for text in texts if isinstance(text, str)), ""))
    return ""


def retry_after(value: str, now: datetime) -> float:
    """Return the seconds that ``Retry-After`` asks for, a number or a date; 0 if it says nothing.

    Notes
    -----
    RFC 9110, 10.2.3. More than ten years is ten years.
    """
    value = value.strip()
    if re.fullmatch(r"\d+", value, re.ASCII):
        seconds = float(value[:12])
    else:
        try:
            when = parsedate_to_datetime(value)
        except ValueError:
            return 0.0
        seconds = (when.replace(tzinfo=when.tzinfo or UTC) - now).total_seconds()
    return min(max(seconds, 0.0), 10 * 365 * 86_400.0)
