"""A web server on this machine that answers what a test tells it to, faults included.

::

    with Loopback() as server:
        server.at("/cites.zip", Reply(b"PK...", kind="application/zip", etag='"1"', ranges=True))
        server.at("/panne", Reply(status=500), Reply(status=500), Reply({"features": []}))
        server.at("/ows", GeoServer({"mission_bassin_minier:zt_cavaliers": cavaliers(1317)}))
        web.get(server.url("/cites.zip"))
        assert server.asked[0].headers["range"] == "bytes=1000-"

`Loopback.at` gives a path its answers, in turn; the last one stays. An answer is a `Reply`, or is made
by a function of the `Asked`, such as the services of `tests.services`. What was asked is in
`Loopback.asked`.
"""

from __future__ import annotations

import gzip
import json
import ssl
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

import trustme

HTML = (
    b"<!DOCTYPE html>\n<html><head><title>Maintenance</title></head><body>Site en maintenance</body></html>"
)
Feature = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """One request, as it came: names of headers in lower case."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]
    base: str


@dataclass(frozen=True)
class Reply:
    """One answer, and what goes wrong with it.

    Parameters
    ----------
    body : bytes, str or JSON
        What is sent.
    status : int
        Of HTTP.
    kind : str
        ``Content-Type``.
    headers : dict
        Added, or put in the place of those that are computed.
    etag, modified : str
        Validators: asked with the same, the answer is 304.
    ranges : bool
        Whether ``Range`` (and ``If-Range``) is honoured.
    cut : int, optional
        The connection closes after so many bytes of what was announced.
    trickle : tuple of int and float, optional
        So many bytes at a time, so many seconds between.
    hang : bool
        Nothing ever comes.
    packed : bool
        Sent as gzip, asked or not.
    chunked : bool
        Sent in chunks, no length announced.
    """

    body: Any = b""
    status: int = 200
    kind: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    etag: str = ""
    modified: str = ""
    ranges: bool = False
    cut: int | None = None
    trickle: tuple[int, float] | None = None
    hang: bool = False
    packed: bool = False
    chunked: bool = False

    @property
    def content(self) -> bytes:
        """The bytes before any compression."""
        if isinstance(self.body, bytes):
            return self.body
        return (self.body if isinstance(self.body, str) else json.dumps(self.body)).encode()


Answer = Reply | Callable[[Asked], Reply]


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a client that has gone, or refused the certificate."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class Loopback:
    """The server; a context manager that starts and stops it.

    Parameters
    ----------
    secure : str
        ``https`` with a certificate for this name, by `authority`; plain http if empty.
    """

    def __init__(self, secure: str = "") -> None:
        self.asked: list[Asked] = []
        self.authority = trustme.CA() if secure else None
        self._scripts: dict[str, list[Answer]] = {}
        self._secure = secure
        self.stopping = threading.Event()
        self._lock = threading.Lock()
        loopback = self

        class Handler(_Handler):
            server_of_test = loopback

        self._http = _Server(("127.0.0.1", 0), Handler)
        if self.authority:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.authority.issue_cert(secure).configure_cert(context)
            self._http.socket = context.wrap_socket(
                self._http.socket, server_side=True, do_handshake_on_connect=False
            )
        self._thread = threading.Thread(
            target=self._http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    @property
    def base(self) -> str:
        """Return the address of the server, without a slash at its end."""
        return f"{'https' if self._secure else 'http'}://127.0.0.1:{self._http.server_port}"

    def url(self, path: str) -> str:
        """Return the whole address of a path."""
        return self.base + path

    def at(self, path: str, *answers: Answer) -> str:
        """Give a path its answers, in turn, the last one for ever; return its address."""
        self._scripts[path] = list(answers)
        return self.url(path)

    def write_authority(self, folder: Path) -> Path:
        """Write the certificate to trust, and return its file."""
        assert self.authority
        target = folder / "autorite.pem"
        self.authority.cert_pem.write_to_path(target)
        return target

    def answer(self, asked: Asked) -> Reply:
        """Return what is answered to a request, and remember it."""
        with self._lock:
            self.asked.append(asked)
            script = self._scripts.get(asked.path, [Reply({"detail": "Pas trouvé."}, status=404)])
            one = script.pop(0) if len(script) > 1 else script[0]
        return one if isinstance(one, Reply) else one(asked)


class _Handler(BaseHTTPRequestHandler):
    server_of_test: Loopback
    protocol_version = "HTTP/1.1"
    timeout = 10

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        loopback = self.server_of_test
        asked = Asked(
            path=parts.path,
            query=dict(parse_qsl(parts.query, keep_blank_values=True)),
            headers={name.lower(): value for name, value in self.headers.items()},
            base=loopback.base,
        )
        reply = loopback.answer(asked)
        if reply.hang:
            loopback.stopping.wait(20)
            self.close_connection = True
            return
        try:
            self._send(reply, asked.headers)
        except (ConnectionError, ssl.SSLError):
            self.close_connection = True  # the client has gone

    def _send(self, reply: Reply, asked: Mapping[str, str]) -> None:
        status, body, extra = _ranged(reply, asked)
        self.send_response(status)
        headers = {"Content-Type": reply.kind, "ETag": reply.etag, "Last-Modified": reply.modified}
        if reply.chunked:
            headers["Transfer-Encoding"] = "chunked"
        else:
            headers["Content-Length"] = str(len(body))
        headers |= extra | reply.headers
        for name, value in headers.items():
            if value:
                self.send_header(name, value)
        self.end_headers()
        sent = body if reply.cut is None else body[: reply.cut]
        size, pause = reply.trickle or (max(len(sent), 1), 0.0)
        for start in range(0, len(sent), size):
            piece = sent[start : start + size]
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece) if reply.chunked else piece)
            if pause and self.server_of_test.stopping.wait(pause):
                break
        if reply.cut is not None or "Content-Length" in reply.headers:
            self.close_connection = True
        elif reply.chunked:
            self.wfile.write(b"0\r\n\r\n")

    def log_message(self, *_: object) -> None:
        """Write nothing."""


def _ranged(reply: Reply, asked: Mapping[str, str]) -> tuple[int, bytes, dict[str, str]]:
    """Return the status, the body and the headers that follow from what was asked."""
    same = (reply.etag and asked.get("if-none-match") == reply.etag) or (
        reply.modified and asked.get("if-modified-since") == reply.modified
    )
    if reply.status == 200 and same:
        return 304, b"", {}
    if reply.packed:
        return reply.status, gzip.compress(reply.content), {"Content-Encoding": "gzip"}
    body, wanted = reply.content, asked.get("range", "")
    fresh = asked.get("if-range") in (None, reply.etag, reply.modified)
    if not (reply.ranges and reply.status == 200 and fresh and wanted):
        return reply.status, body, {}
    start = int(wanted.removeprefix("bytes=").removesuffix("-"))
    if start >= len(body):
        return 416, b"", {"Content-Range": f"bytes */{len(body)}"}
    return 206, body[start:], {"Content-Range": f"bytes {start}-{len(body) - 1}/{len(body)}"}
