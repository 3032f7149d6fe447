"""The fiche made from a dossier: its data, its pictures, as many rows as eight pages hold."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from geo.content import Dossier
from geo.content.charte import Charte
from geo.print.fiche import pictures, typesetting
from geo.print.fiche.telling import Limits, axes, limited, told
from geo.sources.cache import replacing

PAGES = 8
"""At most."""
_SHARES = (1.0, 0.6, 0.3, 0.15, 0.05)
"""Of the long lists, tried until the pages are enough."""


def write_fiche(dossier: Dossier, charte: Charte, target: Path) -> None:
    """Write the fiche of a territory: A4, four to eight pages, PDF/A-2a and PDF/UA-1.

    The same dossier, charte and day (`geo.content.made_on`) give the same bytes.

    Parameters
    ----------
    dossier : Dossier
        Of the territory.
    charte : Charte
        What the user puts of their own: logo, colour, title, date of the meeting, texts.
    target : pathlib.Path
        The file to write, beside and renamed.

    Raises
    ------
    DataError
        If the logo is no picture.
    ErbmError
        If the file cannot be written.
    """
    with TemporaryDirectory(prefix="erbm-fiche-") as folder:
        pdf = _made(dossier, charte, Path(folder))
    with replacing(target) as temporary:
        temporary.write_bytes(pdf)


def _made(dossier: Dossier, charte: Charte, folder: Path) -> bytes:
    if charte.logo:
        (folder / f"logo.{charte.logo_format}").write_bytes(charte.logo)
    pdf = b""
    for share in _SHARES:
        data = told(dossier, charte, _limits(share))
        if share == _SHARES[0]:  # no list that is cut changes a map
            _draw(dossier, data, folder)
        pdf, pages = typesetting.typeset(data, folder)
        if pages <= PAGES:
            break
    return pdf


def _draw(dossier: Dossier, data: Mapping[str, Any], folder: Path) -> None:
    pictures.locate(dossier, data["reperage"]["hauteur"], folder / data["reperage"]["fichier"])
    for axis, page in zip(axes(dossier), data["axes"], strict=True):
        own = limited(dossier, axis)
        shown = pictures.on_map(own)
        pictures.map_axis(own, page, shown, folder / page["carte"]["fichier"])
        for scene, entry in zip(shown, page["legende"], strict=True):
            pictures.sign(scene, folder / entry["signe"])


def _limits(share: float) -> Limits:
    return Limits(*(math.ceil(share * rows) for rows in Limits()))
