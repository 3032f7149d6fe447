"""Values as people write them: French numbers, yes and no, INSEE codes, texts read with a wrong charset."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

import numpy as np

from geo.catalog import Field
from geo.text import fold, number

Value = str | float | int | bool | None

NOTHING = frozenset({"", "none", "null", "na", "n/a", "nan", "-"})
"""Texts that stand for a missing value, case aside."""
YES = frozenset({"oui", "vrai", "o", "yes", "true", "1"})
NO = frozenset({"non", "faux", "n", "no", "false", "0"})

LONGEST_NUMBER = 64
"""Characters; what is longer is no number that a person wrote."""
GREATEST_INTEGER = 10**18
EXACT_FLOAT = 1e15
"""Whole floats below this are written as the integers that they are."""

_SPACES = re.compile(r"[\s\u00a0\u202f\u2007\u2009]+")
_PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?", re.ASCII | re.IGNORECASE)
_SPACED = re.compile(r"[+-]?\d{1,3}( \d{3})+([.,]\d*)?", re.ASCII)
_DOTTED = re.compile(r"[+-]?\d{1,3}(\.\d{3})+,\d*", re.ASCII)
_COMMAED = re.compile(r"[+-]?\d{1,3}((,\d{3})+\.\d*|(,\d{3}){2,})", re.ASCII)
_COMMA = re.compile(r"[+-]?\d*,\d+(e[+-]?\d{1,3})?|[+-]?\d+,", re.ASCII | re.IGNORECASE)


def tidy(value: object) -> Value:
    """Return a published value with its texts stripped, and None for what says nothing.

    Numpy scalars become Python's own; dates become ISO texts; lists and tables become JSON.
    """
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, str):
        text = value.strip(" \t\r\n\u00a0\u202f\ufeff\0")
        return None if text.casefold() in NOTHING else text
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float | Decimal):
        return float(value) if math.isfinite(value) else None
    return _other(value)


def _other(value: object) -> str | None:
    if isinstance(value, datetime | date):
        text = value.isoformat().removesuffix("T00:00:00")
        return None if text == "NaT" else text
    if isinstance(value, bytes):
        return f"({len(value)} octets)"
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, list | tuple | dict):
        return json.dumps(value, ensure_ascii=False, default=str) if len(value) else None
    text = str(value)
    return None if text in {"<NA>", "NaT"} else text


def decimal_of(value: object) -> Decimal:
    """Return the number that a value holds, exactly.

    French and English habits are read: ``1 234,5`` (any space between thousands), ``1.234,5``,
    ``1,234.5``, ``12.5``, ``3,0125``. A comma alone is the French decimal one.

    Raises
    ------
    ValueError
        If it is no finite number.
    """
    if isinstance(value, bool):
        raise ValueError("attendu un nombre")  # noqa: TRY004 - one kind for all faults of a value
    if isinstance(value, int | float):
        text = repr(value) if len(str(value)) <= LONGEST_NUMBER else ""
    else:
        text = _SPACES.sub(" ", str(value)[: LONGEST_NUMBER + 1].strip()).replace("−", "-")
    if len(text) > LONGEST_NUMBER:
        text = ""
    plain = _plain(text)
    try:
        found = Decimal(plain)
    except InvalidOperation:
        raise ValueError("attendu un nombre") from None
    if not math.isfinite(float(found)):
        raise ValueError("attendu un nombre")
    return found


def _plain(text: str) -> str:
    """Return a number as Python writes it, or nothing."""
    if _PLAIN.fullmatch(text):
        return text
    if _SPACED.fullmatch(text):
        return text.replace(" ", "").replace(",", ".")
    if _DOTTED.fullmatch(text):
        return text.replace(".", "").replace(",", ".")
    if _COMMA.fullmatch(text):
        return text.replace(",", ".")
    if _COMMAED.fullmatch(text):
        return text.replace(",", "")
    return ""


def number_of(value: object) -> float:
    """Return the number that a value holds; ValueError if it holds none."""
    return float(decimal_of(value))


def integer_of(value: object) -> int:
    """Return the whole number that a value holds (``12``, ``12.0``); ValueError if it holds none."""
    found = decimal_of(value)
    if abs(found) > GREATEST_INTEGER or found != found.to_integral_value():
        raise ValueError("attendu un entier")
    return int(found)


def boolean_of(value: object) -> bool:
    """Return what ``oui``, ``non``, ``vrai``, ``faux``, ``O``, ``N``, ``1``, ``0`` say; else ValueError."""
    if isinstance(value, bool):
        return value
    text = str(value).strip().casefold().removesuffix(".0")
    if text in YES:
        return True
    if text in NO:
        return False
    raise ValueError("attendu oui ou non")


def text_of(value: object) -> str:
    """Return a value as a text; a whole float loses its decimals: ``62498.0`` is ``62498``."""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, float) and value.is_integer() and abs(value) < EXACT_FLOAT:
        return str(int(value))
    return str(value)


_READERS: dict[str, Callable[[object], Value]] = {
    "texte": text_of,
    "nombre": number_of,
    "entier": integer_of,
    "booleen": boolean_of,
}


def convert(value: Value, field: Field) -> Value:
    """Return a tidy value in the type of a field; ValueError says what was expected."""
    return None if value is None else _READERS[field.type](value)


_INSEE = re.compile(r"(\d{5}|2[AB]\d{3})", re.ASCII)


def insee_of(value: object) -> str:
    """Return an INSEE code as it is written, the zero that a spreadsheet took away given back.

    >>> insee_of("1001"), insee_of(62498.0), insee_of("62498.0")
    ('01001', '62498', '62498')

    Raises
    ------
    ValueError
        If it is no code of a commune.
    """
    text = text_of(value).strip().upper().removesuffix(".0")
    if re.fullmatch(r"[1-9]\d{3}", text, re.ASCII):
        text = "0" + text
    if not _INSEE.fullmatch(text) or text.startswith("00"):
        raise ValueError("attendu un code INSEE de commune")
    return text


_TRAILS = "".join(bytes([code]).decode("cp1252", errors="ignore") or chr(code) for code in range(0x80, 0xC0))
"""The other bytes of UTF-8, read as Windows-1252; as ISO-8859-1, some are control characters."""
_BROKEN = re.compile(f"[ÃÂÅ][{re.escape(_TRAILS)}\x80-\x9f]|â[{re.escape(_TRAILS)}\x80-\x9f]{{2}}")
"""Two or three bytes of UTF-8 read so: all that French writes begins with one of these four."""
_LOST = re.compile(r"Ã(?=\s|$)")
"""What is left of « à » where a no-break space was made a space."""


def mended(text: str) -> str:
    """Return a text whose UTF-8 was once read as Windows-1252, as it was written.

    >>> mended("BÃ©thune"), mended("Bruay-la-BuissiÃ¨re"), mended("Béthune")
    ('Béthune', 'Bruay-la-Buissière', 'Béthune')
    """
    if text.isascii():
        return text
    first = text
    for _ in range(3):  # what was read twice is mended twice
        before, text = text, _BROKEN.sub(_mend, text)
        if text == before:
            break
    return text if text == first else _LOST.sub("à", text)


def _mend(found: re.Match[str]) -> str:
    """Return the character that some bytes make, if it is one that Windows-1252 knows."""
    data = b"".join(bytes([ord(c)]) if ord(c) < 0x100 else c.encode("cp1252") for c in found.group())
    try:
        text = data.decode("utf-8")
        text.encode("cp1252")
    except UnicodeError:
        return found.group()
    return text


def squeezed(name: str) -> str:
    """Return a field name without case, accents or signs: ``Code_INSEE`` gives ``codeinsee``."""
    return fold(mended(name)).replace(" ", "")


def written(value: float) -> str:
    """Write a number in French, in powers of ten where digits would fill the line."""
    return number(value) if abs(value) < EXACT_FLOAT else f"{value:.3g}".replace(".", ",")


def shown(value: object, width: int = 60) -> str:
    """Return a value as a message quotes it, in French quotes, shortened."""
    text = _SPACES.sub(" ", str(value)).strip()
    return f"« {text if len(text) <= width else text[: width - 1] + '…'} »"
