"""What a page lets the browser do: run and show what it holds itself, and nothing else."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from urllib.parse import urlsplit

from geo.atlas.grounds import GROUNDS


def policy(*, scripts: Iterable[str] = (), styles: Iterable[str] = (), grounds: bool = False) -> str:
    """Return the Content-Security-Policy of a page.

    Parameters
    ----------
    scripts, styles : iterable of str
        The whole text of each script and style element that may run or be applied.
    grounds : bool
        Whether the page shows base maps: images of their servers are then let in.

    Returns
    -------
    str
        To stand in a ``<meta http-equiv="Content-Security-Policy">``, before all that it rules.
    """
    servers = sorted({f"https://{urlsplit(ground.url).hostname}" for ground in GROUNDS}) if grounds else []
    rules = {
        "default-src": ["'none'"],
        "script-src": [_hash(text) for text in scripts] or ["'none'"],
        "style-src": [_hash(text) for text in styles] or ["'none'"],
        "img-src": ["data:", "blob:", *servers],
        "font-src": ["data:"],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
    }
    return "; ".join(f"{name} {' '.join(allowed)}" for name, allowed in rules.items())


def _hash(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"
