"""A download under way: what came of it, and what is needed to go on later, in another process."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from geo.sources.cache import write_text


@dataclass(frozen=True, slots=True)
class Part:
    """The beginning of one file, beside what the service said of the whole.

    Parameters
    ----------
    folder : pathlib.Path
        Where it is kept.
    url : str
        Where it comes from; the files are named by its hash, and do not hold it (it may tell a password).

    Notes
    -----
    ``<hash>.part`` follows the ``<hash>.part.json`` that tells its version: a part without it is
    begun again. One process writes in a folder at a time; its caller sees to it.
    """

    folder: Path
    url: str

    @property
    def stem(self) -> str:
        """Name of the files, without suffix."""
        return hashlib.sha256(self.url.encode()).hexdigest()[:24]

    @property
    def path(self) -> Path:
        """What came so far."""
        return self.folder / f"{self.stem}.part"

    @property
    def _state(self) -> Path:
        return self.folder / f"{self.stem}.part.json"

    def state(self) -> dict[str, str]:
        """Return what was said of the whole: ``validator`` and ``length``, empty where it was not."""
        try:
            known = json.loads(self._state.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            known = {}
        told = known if isinstance(known, dict) else {}
        return {name: str(told.get(name, "")) for name in ("validator", "length")}

    def size(self) -> int:
        """Return how many bytes can be kept: 0 if the download has to begin again."""
        return self.path.stat().st_size if self.path.is_file() and self.state()["validator"] else 0

    def headers(self) -> dict[str, str]:
        """Return what to ask to go on where it stopped; nothing, to begin."""
        have = self.size()
        return {"Range": f"bytes={have}-", "If-Range": self.state()["validator"]} if have else {}

    def begin(self, headers: Mapping[str, str]) -> None:
        """Forget what came before, and remember what the service says of what comes now."""
        self.discard()
        plain = headers.get("Content-Encoding", "").lower() in ("", "identity")
        counted = plain and "Transfer-Encoding" not in headers
        known = {
            "validator": validator(headers) if plain else "",
            "length": headers.get("Content-Length", "") if counted else "",
        }
        write_text(self._state, json.dumps(known))

    def continues(self, headers: Mapping[str, str]) -> bool:
        """Tell whether a partial answer is the rest of what is here."""
        asked = re.fullmatch(
            r"bytes (\d+)-(\d+)/(\d+|\*)", headers.get("Content-Range", "").strip(), re.ASCII
        )
        if not asked or headers.get("Content-Encoding", "").lower() not in ("", "identity"):
            return False
        start, end, whole = int(asked[1]), int(asked[2]), asked[3]
        known = self.state()
        if not known["validator"]:
            return False
        name = "ETag" if known["validator"].startswith('"') else "Last-Modified"
        same_version = headers.get(name, known["validator"]) == known["validator"]
        # one of the two has to tell the length, and they have to agree
        same_length = whole == known["length"] or (whole == "*") != (known["length"] == "")
        return same_version and same_length and start == self.size() and end >= start

    def length(self, headers: Mapping[str, str]) -> int | None:
        """Return how many bytes the whole has, if an answer or the one that it follows told it."""
        told = re.search(r"/(\d+)$", headers.get("Content-Range", ""), re.ASCII)
        known = told[1] if told else self.state()["length"]
        return int(known) if re.fullmatch(r"\d{1,18}", known, re.ASCII) else None

    def finish(self, target: Path) -> None:
        """Give the file its final name."""
        self.path.replace(target)
        self._state.unlink(missing_ok=True)

    def discard(self) -> None:
        """Delete what came."""
        self.path.unlink(missing_ok=True)
        self._state.unlink(missing_ok=True)


def validator(headers: Mapping[str, str]) -> str:
    """Return what tells one version of a file from another: a strong ETag, or a date.

    Notes
    -----
    RFC 9110, 13.1.5: ``If-Range`` takes no weak ETag.
    """
    tag = headers.get("ETag", "")
    return tag if tag.startswith('"') else headers.get("Last-Modified", "")
