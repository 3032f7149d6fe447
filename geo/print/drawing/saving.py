"""A drawing as a file: the same bytes for the same drawing, its type embedded."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

from matplotlib import rc_context
from matplotlib.figure import Figure

from geo import __version__
from geo.content import made_on
from geo.errors import UsageError
from geo.sources.cache import replacing

_MAKER = f"erbm-atlas {__version__}"
_SETTINGS: Any = (  # names that matplotlib types one by one
    ("pdf.fonttype", 42),
    ("pdf.compression", 9),
    ("svg.fonttype", "path"),
    ("svg.hashsalt", "erbm"),
    ("path.simplify", False),
    ("text.hinting", "no_hinting"),  # letters have the widths that were measured
)


def save(figure: Figure, target: Path, *, dpi: int = 300) -> None:
    """Write a drawing: vector as ``.pdf`` or ``.svg``, pixels as ``.png``.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        From `draw_map`.
    target : pathlib.Path
        Its suffix decides of the format. Written beside and renamed.
    dpi : int
        Dots per inch of a PNG.

    Raises
    ------
    UsageError
        If the suffix is none of these.
    """
    kind = target.suffix.lower().lstrip(".")
    if kind not in ("pdf", "png", "svg"):
        raise UsageError(
            f"format de dessin inconnu : {target.suffix!r}",
            where=str(target),
            advice="Formats connus : .pdf, .png, .svg.",
        )
    with as_saved(), replacing(target) as temporary:
        figure.savefig(temporary, format=kind, dpi=dpi, metadata=_metadata(kind, str(figure.get_label())))


def as_saved() -> AbstractContextManager[None]:
    """Return the settings under which a drawing is what `save` writes: for those who measure it."""
    return rc_context(dict(_SETTINGS))


def _metadata(kind: str, title: str) -> dict[str, Any]:
    told = {"Title": title} if title else {}
    if kind == "pdf":
        day = datetime.combine(made_on(), time(), UTC)
        return {**told, "Creator": _MAKER, "Producer": "matplotlib", "CreationDate": day}
    if kind == "svg":
        return {**told, "Creator": _MAKER, "Date": None}
    return {"Software": _MAKER}
