"""One file from the web into a folder: retried, resumed, bounded in time and size."""

from __future__ import annotations

import hashlib
import importlib.metadata
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

import requests
import tenacity
from urllib3.exceptions import HTTPError

from geo.errors import DataError, os_reason
from geo.sources.web.answers import HEAD_BYTES, examine, refusal
from geo.sources.web.failures import TransientError, failure
from geo.sources.web.model import Got, Limits, Progress, Unchanged, Want
from geo.sources.web.parts import Part
from geo.sources.web.urls import checked, redirected, shown
from geo.text import number

CHUNK = 262_144
_REDIRECTS = {301, 302, 303, 307, 308}


class _Session(requests.Session):
    """A session that leaves redirections alone: requests would read their body, whatever its size."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Return nothing to follow."""


class Web:
    """Downloads into one folder, by one session.

    Parameters
    ----------
    folder : pathlib.Path
        Where files go; one process at a time.
    limits : Limits, optional
        What a download may take.
    progress : callable, optional
        Told of what comes: see `Progress`.
    ca : pathlib.Path, optional
        Certificate authorities (PEM) to trust instead of the usual ones.
    sleep : callable, optional
        Waits between two tries, in seconds.

    Notes
    -----
    Proxies are those of the environment, as requests has it. What was cut stays in the folder as
    ``*.part`` and is gone on with, even by a later process; a file has its final name once whole.
    """

    def __init__(
        self,
        folder: Path,
        *,
        limits: Limits | None = None,
        progress: Progress | None = None,
        ca: Path | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.folder = folder
        self.limits = limits or Limits()
        self._progress = progress
        self._ca = ca
        self._sleep = sleep
        self._session = _Session()
        self._session.headers["User-Agent"] = _user_agent()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def get(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        etag: str = "",
        modified: str = "",
        expect: str = "",
    ) -> Got | Unchanged:
        """Fetch a file, going on where an earlier try stopped.

        Parameters
        ----------
        url : str
            http or https.
        params : mapping, optional
            Added to its query.
        etag, modified : str, optional
            Of the file that the user has: `Unchanged` if the service has no other.
        expect : str, optional
            ``json``, ``zip``, ``csv``, ``gml``, ``gpx`` or ``parquet``; anything else is refused.
            Empty takes any data, but no web page and no OGC exception.

        Raises
        ------
        DataError
            If it could not be had whole, in the limits; an `UnexpectedError` if it is something else.
        """
        return self._fetch(url, params, expect, etag=etag, modified=modified)

    def page(self, url: str, *, params: Mapping[str, str] | None = None, expect: str = "json") -> Got:
        """Fetch a small answer of a service whole, compressed on its way; see `get`."""
        got = self._fetch(url, params, expect, page=True)
        if isinstance(got, Unchanged):  # nothing was given to compare with
            raise DataError("réponse inattendue (HTTP 304)", where=shown(url))
        return got

    def _fetch(
        self,
        url: str,
        params: Mapping[str, str] | None,
        expect: str,
        *,
        etag: str = "",
        modified: str = "",
        page: bool = False,
    ) -> Got | Unchanged:
        try:
            whole = requests.Request("GET", checked(url), params=params).prepare().url or url
        except requests.exceptions.RequestException:
            raise DataError("adresse illisible", where=shown(url)) from None
        want = Want(
            url=whole,
            expect=expect,
            etag=etag,
            modified=modified,
            page=page,
            limit=self.limits.page_bytes if page else self.limits.max_bytes,
            until=time.monotonic() + self.limits.deadline_s,
        )
        part = Part(self.folder, whole)
        if page:
            part.discard()
        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(TransientError),
            stop=tenacity.stop_after_attempt(self.limits.tries)
            | tenacity.stop_before_delay(self.limits.deadline_s),
            wait=self._wait,
            sleep=self._sleep,
            reraise=True,
        )
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            return retrying(self._attempt, want, part)
        except TransientError as error:
            tries = retrying.statistics["attempt_number"]
            message = f"{error.message}, après {tries} essais" if tries > 1 else error.message
            raise DataError(message, where=error.where, advice=error.advice) from None
        except OSError as error:
            raise DataError(f"écriture impossible ({os_reason(error)})", where=str(self.folder)) from None

    def _wait(self, state: tenacity.RetryCallState) -> float:
        """Return the seconds before the next try: ever longer, and no less than the service asks."""
        error = state.outcome.exception() if state.outcome else None
        backoff = tenacity.wait_exponential_jitter(initial=1, max=self.limits.max_wait_s)(state)
        return max(backoff, error.after if isinstance(error, TransientError) else 0.0)

    def _attempt(self, want: Want, part: Part) -> Got | Unchanged:
        asked = part.headers()
        response = self._ask(want, asked)
        try:
            status = response.status_code
            if status == 304 and (want.etag or want.modified):
                part.discard()
                return Unchanged(shown(response.url), want.etag, want.modified, _now())
            lost = status == 416 or (status == 206 and not part.continues(response.headers))
            if asked and lost:
                part.discard()
                raise TransientError("la reprise ne suit pas ce qui était déjà là", where=want.where)
            if status == 200:
                part.begin(response.headers)
            elif status != 206 or not asked:
                head = _head(response)
                raise refusal(status, head, response.headers, response.url, max_wait_s=self.limits.max_wait_s)
            self._receive(response, want, part)
            return self._finish(response, want, part)
        except (HTTPError, requests.exceptions.RequestException) as error:
            raise failure(error, want.url, sending=False) from None
        finally:
            response.close()

    def _ask(self, want: Want, asked: Mapping[str, str]) -> requests.Response:
        """Return the answer at the end of the redirections, its body still to come."""
        url, seen = want.url, {want.url}
        while True:
            left = max(want.until - time.monotonic(), 0.1)
            try:
                response = self._session.get(
                    url,
                    headers={**want.headers(), **asked},
                    timeout=(min(self.limits.connect_s, left), min(self.limits.read_s, left)),
                    verify=str(self._ca) if self._ca else True,
                    stream=True,
                    allow_redirects=False,
                )
            except requests.exceptions.RequestException as error:
                raise failure(error, url, sending=True) from None
            if response.status_code not in _REDIRECTS:
                return response
            response.close()
            url = redirected(url, response.headers.get("Location", ""))
            if url in seen or len(seen) > self.limits.max_redirects:
                raise DataError(
                    "redirections sans fin",
                    where=want.where,
                    advice="Ouvrez l'adresse dans un navigateur, et donnez celle où elle mène.",
                )
            seen.add(url)

    def _receive(self, response: requests.Response, want: Want, part: Part) -> None:
        """Add the body to the part, within the limits, and see that nothing lacks."""
        done = part.path.stat().st_size if part.path.exists() else 0
        total = part.length(response.headers)
        if total is None or total <= want.limit:
            with part.path.open("ab") as stream:
                for chunk in _body(response, want.until):
                    done += len(chunk)
                    if done > want.limit:
                        break
                    stream.write(chunk)
                    if self._progress:
                        self._progress(want.where, done, total)
        if max(done, total or 0) > want.limit:
            part.discard()
            raise DataError(
                f"réponse trop grande (plus de {number(want.limit / 1e6)} Mo)",
                where=want.where,
                advice="Vérifiez l'adresse : ce n'est sans doute pas la donnée attendue.",
            )
        if total is not None and done != total:
            raise TransientError("réponse coupée en route", where=want.where)

    def _finish(self, response: requests.Response, want: Want, part: Part) -> Got:
        headers = response.headers
        with part.path.open("rb") as stream:
            head = stream.read(HEAD_BYTES)
            try:
                examine(head, want.expect, headers.get("Content-Type", ""), response.url)
            except DataError:
                part.discard()
                raise
            stream.seek(0)
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
            size = stream.tell()
        target = self.folder / (part.stem + want.suffix)
        part.finish(target)
        return Got(
            path=target,
            url=shown(response.url),
            sha256=digest,
            size=size,
            etag=headers.get("ETag", ""),
            modified=headers.get("Last-Modified", ""),
            content_type=headers.get("Content-Type", ""),
            fetched=_now(),
        )


def _body(response: requests.Response, until: float) -> Iterator[bytes]:
    """Yield the body as it comes, decompressed, none of it bigger than a chunk.

    Raises
    ------
    DataError
        If time runs out, or it is compressed in a way that was not asked.
    """
    encoding = response.headers.get("Content-Encoding", "").lower()
    if encoding in ("", "identity"):
        yield from _packets(response, until)
    elif encoding in ("gzip", "x-gzip"):
        yield from _inflated(_packets(response, until), shown(response.url))
    else:
        raise DataError(f"compression inconnue ({encoding})", where=shown(response.url))


def _inflated(packets: Iterator[bytes], where: str) -> Iterator[bytes]:
    """Yield what gzip packed, however much a packet holds, by chunks."""
    inflate = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        for packet in packets:
            chunk, rest = b"", packet
            while chunk or rest:
                chunk = inflate.decompress(rest, CHUNK)
                rest = inflate.unconsumed_tail
                yield chunk
    except zlib.error:
        raise TransientError("réponse compressée abîmée", where=where) from None
    if inflate.unused_data:
        raise DataError("réponse compressée suivie d'autre chose", where=where)
    if not inflate.eof:
        raise TransientError("réponse coupée en route", where=where)


def _packets(response: requests.Response, until: float) -> Iterator[bytes]:
    while packet := response.raw.read1(CHUNK, decode_content=False):
        yield packet
        if time.monotonic() > until:
            raise DataError(
                "le service est trop lent : délai dépassé",
                where=shown(response.url),
                advice="Recommencez plus tard : un téléchargement interrompu reprend où il s'est arrêté.",
            )


def _head(response: requests.Response) -> bytes:
    """Return the beginning of a refusal; nothing if it cannot be read."""
    try:
        return next(_body(response, time.monotonic() + 1), b"")[:HEAD_BYTES]
    except (HTTPError, DataError):
        return b""


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _user_agent() -> str:
    try:
        version = importlib.metadata.version("erbm-atlas")
    except importlib.metadata.PackageNotFoundError:
        version = "0"
    return f"erbm-atlas/{version} (atlas of the ERBM, Nord-Pas-de-Calais mining basin)"
