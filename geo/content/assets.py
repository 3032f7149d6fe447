"""What the build of the package made for the browser: script, style, pictograms, credits."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

from geo.errors import DataError

DIST = Path(__file__).resolve().parents[1] / "atlas" / "dist"


@cache
def text(name: str) -> str:
    """Return a built file.

    Raises
    ------
    DataError
        If the application was not built.
    """
    try:
        return (DIST / name).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise DataError(
            "l'application des pages n'est pas construite",
            where=f"geo/atlas/dist/{name}",
            advice="Lancez « make atlas », ou « python tools/build_app.py ».",
        ) from None


@cache
def _icons() -> dict[str, str]:
    icons: dict[str, str] = json.loads(text("icons.json"))
    return icons


def icon(name: str) -> str:
    """Return the SVG path (15 x 15) of a pictogram of Maki or Temaki.

    Raises
    ------
    DataError
        If there is none of this name.
    """
    try:
        return _icons()[name]
    except KeyError:
        raise DataError(
            f"pictogramme inconnu : {name!r}",
            where="layer.toml",
            advice="Choisissez-en un de Maki (maki:...) ou de Temaki (temaki:...).",
        ) from None


FONTS = DIST / "fonts"
"""Source Sans 3 as TrueType: Regular, SemiBold, Bold and Italic, with the characters of French."""


def credits_line() -> str:
    """Return the names, versions and licences of what is bundled in the pages."""
    rows = json.loads(text("credits.json"))
    return ", ".join(f"{row['name']} {row['version']} ({row['license']})" for row in rows)


def as_json(data: object) -> str:
    """Return JSON that can stand inside a script element, whatever its texts hold."""
    raw = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for char, safe in (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026")):
        raw = raw.replace(char, safe)
    return re.sub("[\u2028\u2029\ud800-\udfff]", lambda hit: f"\\u{ord(hit.group()):04x}", raw)
