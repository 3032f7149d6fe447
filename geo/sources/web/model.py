"""What a download may take, what is asked of it, and what came of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from geo.sources.web.urls import shown

_ACCEPT = {"json": "application/geo+json, application/json, */*;q=0.5"}
_SUFFIXES = {
    "json": ".json",
    "zip": ".zip",
    "csv": ".csv",
    "gml": ".gml",
    "gpx": ".gpx",
    "parquet": ".parquet",
}

Progress = Callable[[str, int, int | None], None]
"""Called with the address as it is shown, the bytes received and, where it is known, their total."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a download may take: seconds, bytes, tries.

    Parameters
    ----------
    connect_s, read_s : float
        To get a connection; between two packets.
    deadline_s : float
        For one file, retries included.
    max_bytes, page_bytes : int
        Of a file, of a page, both decompressed.
    tries : int
        In all.
    max_wait_s : float
        Between two tries; a service that asks for more is not waited for.
    max_redirects : int
        In a row.
    """

    connect_s: float = 10.0
    read_s: float = 60.0
    deadline_s: float = 1800.0
    max_bytes: int = 2 * 2**30
    page_bytes: int = 64 * 2**20
    tries: int = 5
    max_wait_s: float = 60.0
    max_redirects: int = 5


@dataclass(frozen=True, slots=True)
class Got:
    """A file that came whole.

    Parameters
    ----------
    path : pathlib.Path
        Where it is, decompressed.
    url : str
        Where it came from in the end, without secrets.
    sha256 : str
        Of the file, in hexadecimal.
    size : int
        In bytes.
    etag, modified : str
        What to give back to `Web.get` to ask whether it has changed; empty if not told.
    content_type : str
        As declared.
    fetched : str
        When, UTC, ISO 8601.
    """

    path: Path
    url: str
    sha256: str
    size: int
    etag: str
    modified: str
    content_type: str
    fetched: str


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The service says that what the user has is still good (304)."""

    url: str
    etag: str
    modified: str
    fetched: str


@dataclass(frozen=True, slots=True)
class Want:
    """What is asked of one download: `limit` in bytes, `until` as `time.monotonic` tells it."""

    url: str
    expect: str
    etag: str
    modified: str
    page: bool
    limit: int
    until: float

    @property
    def where(self) -> str:
        """The address, as it is told."""
        return shown(self.url)

    @property
    def suffix(self) -> str:
        """Of the file, by what is expected or else by the address."""
        found = re.search(r"\.[A-Za-z0-9]{1,8}$", urlsplit(self.url).path)
        return _SUFFIXES.get(self.expect) or (found[0].lower() if found else "")

    def headers(self) -> dict[str, str]:
        """Return what is asked, whatever is already here."""
        asked = {
            "Accept": _ACCEPT.get(self.expect, "*/*"),
            "Accept-Encoding": "gzip" if self.page else "identity",
            "If-None-Match": self.etag,
            "If-Modified-Since": self.modified,
        }
        return {name: value for name, value in asked.items() if value}
