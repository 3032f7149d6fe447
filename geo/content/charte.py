"""What a user puts of their own on documents: logo, colour, title, date of the meeting, a text per page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from geo import catalog
from geo.errors import DataError
from geo.sources.embedded import read_toml

PAGES = ("accueil", "axe-1", "axe-2", "axe-3", "axe-4", "cites", "sources", "points", "carte-synthese")
"""Where a free text may stand: on the first page, on that of each axis, above the lists, beside a map.

The sheet of a layer is ``carte-`` and the id of the layer.
"""

COAL = "#23272d"
_LOGO_BYTES = 5_000_000
_SIGNATURES = {b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpg"}


@dataclass(frozen=True, slots=True)
class Charte:
    """What a user puts of their own; without any of it, documents are those of the project."""

    logo: bytes = b""
    """A PNG or JPEG image, or nothing."""
    logo_format: str = ""
    """``png`` or ``jpg``."""
    couleur: str = COAL
    """Of titles and bands, ``#rrggbb``."""
    titre: str = ""
    reunion: date | None = None
    textes: Mapping[str, str] = field(default_factory=dict)
    """By page of `PAGES`, or sheet of a layer; paragraphs are parted by an empty line."""


def read_charte(path: Path) -> Charte:
    """Read a charte.

    Parameters
    ----------
    path : pathlib.Path
        TOML: ``titre``, ``date`` (a TOML date), ``couleur``, ``logo`` (a path from the file's own
        folder), and ``[textes]``, one for each of `PAGES` and of the sheets of layers.

    Raises
    ------
    DataError
        If it cannot be read, a key is unknown, or a value does not fit; all faults at once.
    """
    told = read_toml(path)
    faults = list(_faults(told, path.parent))
    if faults:
        raise DataError.collect(
            faults, where=str(path), advice="Clés connues : titre, date, couleur, logo, [textes]."
        )
    logo = (path.parent / told["logo"]).read_bytes() if told.get("logo") else b""
    return Charte(
        logo=logo,
        logo_format=_format(logo),
        couleur=told.get("couleur", COAL).lower(),
        titre=told.get("titre", ""),
        reunion=told.get("date"),
        textes=dict(told.get("textes", {})),
    )


def _faults(told: Mapping[str, Any], folder: Path) -> Iterator[str]:
    kinds: dict[str, type] = {"titre": str, "couleur": str, "logo": str, "date": date, "textes": dict}
    names = {
        str: "un texte entre guillemets",
        date: "une date sans guillemets, comme 2026-12-03",
        dict: "une table [textes]",
    }
    for key, value in told.items():
        if key not in kinds:
            yield f"{key} : clé inconnue"
        elif not _is(value, kinds[key]):
            yield f"{key} : attendu {names[kinds[key]]}"
        elif key == "couleur" and not re.fullmatch(r"#[0-9a-fA-F]{6}", value):
            yield f"couleur : « {value} » n'est pas une couleur ; attendu #rrvvbb, comme {COAL}"
        elif key == "logo" and value:
            yield from _logo_faults(folder / value)
        elif key == "textes":
            yield from _text_faults(value)


def _is(value: Any, kind: type) -> bool:
    """Return whether a value is of a kind itself: a date that tells the hour is no date."""
    return type(value) is kind


def _logo_faults(path: Path) -> Iterator[str]:
    try:
        content = path.read_bytes()
    except OSError:
        yield f"logo : {path} ne peut pas être lu"
        return
    if len(content) > _LOGO_BYTES:
        yield f"logo : {path} est trop lourd ; 5 Mo au plus"
    elif not _format(content):
        yield f"logo : {path} n'est ni un PNG ni un JPEG"


def _text_faults(texts: Mapping[str, Any]) -> Iterator[str]:
    sheets = {f"carte-{layer}" for layer in catalog.load().layers}
    for page, text in texts.items():
        if page not in PAGES and page not in sheets:
            yield f"textes.{page} : page inconnue ; attendu {', '.join(PAGES)} ou carte- et une couche"
        elif not isinstance(text, str):
            yield f"textes.{page} : attendu un texte entre guillemets"


def _format(content: bytes) -> str:
    return next((kind for head, kind in _SIGNATURES.items() if content.startswith(head)), "")
