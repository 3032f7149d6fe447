"""The template and its data made into a PDF: tagged, archivable, and the same for the same data."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime, time
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import matplotlib as mpl
import typst
from fontTools.ttLib import TTFont

from geo.content import assets, made_on
from geo.errors import DataError

STANDARDS: list[Any] = ["a-2a", "ua-1"]
FAMILIES = ("Source Sans 3", "DejaVu Sans")
"""The type of the project; the other, which matplotlib brings, for letters that French has not."""

_UNKNOWN = "\ufffd"
_LONG_WORD = 24
"""Letters after which a word without a break may be broken anywhere."""
_BREAK = "\u200b"


def typeset(data: Mapping[str, Any], folder: Path) -> tuple[bytes, int]:
    """Return the PDF of a fiche, and how many pages it has.

    Parameters
    ----------
    data : mapping
        What the template shows (`geo.print.fiche.telling.told`).
    folder : pathlib.Path
        Where the pictures that the data name are, and nothing else of value: the template is put there.

    Raises
    ------
    DataError
        If a picture cannot be read.
    """
    template = folder / "fiche.typ"
    template.write_bytes((resources.files("geo.print.fiche") / template.name).read_bytes())
    compiler = typst.Compiler(
        template,
        root=folder,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"donnees": json.dumps({**_shown(data), "polices": FAMILIES}, ensure_ascii=False)},
    )
    try:
        made = compiler.compile(
            format="pdf", pdf_standards=STANDARDS, timestamp=datetime.combine(made_on(), time(), UTC)
        )
        pages = int(compiler.query("<pages>", field="value", one=True))
    except typst.TypstError as error:
        raise DataError(
            f"la fiche ne peut pas être composée : {error.message}",
            where="fiche.typ",
            advice="Une image illisible (le logo de la charte) en est la cause la plus fréquente.",
        ) from error
    assert isinstance(made, bytes)
    return made, pages


def printable(text: str) -> str:
    """Return a text as the fonts can write it: nothing else in it changes.

    Control characters go, characters that no font has become ``�``, words of more than 24 letters may
    break between any two.
    """
    text = unicodedata.normalize("NFC", text)
    kept = (c for c in text if unicodedata.category(c) not in ("Cc", "Cs") or c in "\n\t")
    known = "".join(c if ord(c) in _characters() or c.isspace() else _UNKNOWN for c in kept)
    return re.sub(rf"[^\s-]{{{_LONG_WORD + 1},}}", lambda hit: _BREAK.join(hit.group()), known)


def _shown(data: Any) -> Any:
    if isinstance(data, str):
        return printable(data)
    if isinstance(data, Mapping):
        return {key: _shown(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_shown(one) for one in data]
    return data


def _folders() -> tuple[Path, Path]:
    return assets.FONTS, Path(mpl.get_data_path()) / "fonts" / "ttf"


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=list(_folders()))


@cache
def _characters() -> frozenset[int]:
    """Return the characters that any of the fonts has."""
    found: set[int] = set()
    own, other = _folders()
    for path in (*sorted(own.glob("*.ttf")), other / "DejaVuSans.ttf"):
        with TTFont(path) as font:
            found |= set(font.getBestCmap())
    return frozenset(found)
