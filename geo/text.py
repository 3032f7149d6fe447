"""French as it is written: numbers, amounts, dates, names folded for comparison, slugs."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

NNBSP = "\u202f"
"""Narrow no-break space: between thousands, and before a unit."""
NBSP = "\u00a0"

MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip


def fold(text: str) -> str:
    """Return `text` without accents, case or punctuation, words parted by one space.

    >>> fold("Cœur d'Ostrevent")
    'coeur d ostrevent'
    """
    text = text.casefold().replace("œ", "oe").replace("æ", "ae")
    text = unicodedata.normalize("NFKD", text)
    text = "".join(c for c in text if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", " ", text).strip()


def slug(text: str) -> str:
    """Return `text` as a file or key name: ``Lens-Liévin`` gives ``lens-lievin``."""
    return fold(text).replace(" ", "-")


def number(value: float, decimals: int | None = None) -> str:
    """Write a number in French: ``1 234,5``.

    Parameters
    ----------
    value : float
        The number.
    decimals : int, optional
        Decimals to show, rounded half up. By default as many as it takes to keep three
        significant digits, at most 2, and none for an integer.
    """
    exact = Decimal(repr(float(value)))
    if decimals is None:
        if exact == exact.to_integral_value():
            decimals = 0
        else:
            size = abs(exact)
            decimals = 0 if size >= 1000 else 1 if size >= 10 else 2
    rounded = exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    if rounded == 0:
        rounded = abs(rounded)
    return f"{rounded:,.{decimals}f}".replace(",", NNBSP).replace(".", ",").replace("-", "−")


def amount(euros: float) -> str:
    """Write euros as they are said: ``12,5 M€``, ``300 k€``, ``850 €``."""
    for least, scale, unit in _SCALES:
        if abs(euros) >= least:
            return f"{_trim(euros / scale)}{NNBSP}{unit}"
    return f"{number(euros, 0)}{NNBSP}€"


_SCALES = ((1e9 - 5e3, 1e9, "Md€"), (1e6 - 5, 1e6, "M€"), (1e4 - 0.5, 1e3, "k€"))
"""Least amount, divisor and unit; what rounding would write as 1 000 M€ is already 1 Md€."""


def _trim(value: float) -> str:
    text = number(value, 2)
    return text.rstrip("0").rstrip(",") if "," in text else text


def quantity(value: float, unit: str, qualifier: str = "exact") -> str:
    """Write a figure with its unit and its qualifier: ``plus de 8 000 logements``.

    Parameters
    ----------
    value : float
        The figure, in the base unit of the ledger (euros, not millions).
    unit : str
        Unit of the ledger (``€``, ``€/an``, ``logements``, ``%``, ...).
    qualifier : str
        ``exact`` writes nothing; ``plus de``, ``près de``, ``environ``, ... stand before.
    """
    if unit == "€" or unit.startswith("€/"):
        body = amount(value) + unit[1:]
    elif unit:
        body = f"{_trim(value)}{NNBSP}{_agree(value, unit)}"
    else:
        body = _trim(value)
    return body if qualifier in ("", "exact") else f"{qualifier} {body}"


_INVARIABLE = {"ha", "m²", "km", "km²", "kWh/m²", "t/an", "EPCI", "%", "avis", "mois", "fois"}
_IRREGULAR = {"jobs dating": "job dating", "ans": "an"}


_COMPLEMENT = re.compile(r"(/| à | de | d['’]).*")
"""What follows the noun and stays as it is: « /an », « à projets »."""


def _agree(value: float, unit: str) -> str:
    """Put a plural unit in the singular below 2, as French does (0 logement, 1,5 ha)."""
    if abs(value) >= 2 or unit in _INVARIABLE:
        return unit
    head = _COMPLEMENT.sub("", unit)
    words = [word[:-1] if word.endswith(("s", "x")) and len(word) > 3 else word for word in head.split(" ")]
    return _IRREGULAR.get(head, " ".join(words)) + unit[len(head) :]


def is_partial_date(iso: str) -> bool:
    """Tell whether a text is a day, a month or a year that exists: ``2022-03-01``, ``2022-03``."""
    if not re.fullmatch(r"\d{4}(-\d\d){0,2}", iso, re.ASCII):
        return False
    try:
        date.fromisoformat(iso + "-01-01"[len(iso) - 4 :])
    except ValueError:
        return False
    return True


def is_period(iso: str) -> bool:
    """Tell whether a text is empty, a date, or two parted by a slash, one of which may lack."""
    start, bar, end = iso.partition("/")
    if not all(is_partial_date(day) for day in (start, end) if day):
        return False
    return (not bar or bool(start or end)) and not (start and end and end < start[: len(end)])


def long_date(day: date) -> str:
    """Write a date: ``22 novembre 2026``, ``1er mars 2017``."""
    first = "1er" if day.day == 1 else str(day.day)
    return f"{first} {MONTHS[day.month - 1]} {day.year}"


def partial_date(iso: str) -> str:
    """Write an ISO date as precise as it is: ``2022-03`` gives ``mars 2022``."""
    parts = [int(p) for p in iso.split("-")]
    if len(parts) == 1:
        return str(parts[0])
    if len(parts) == 2:
        return f"{MONTHS[parts[1] - 1]} {parts[0]}"
    return long_date(date(parts[0], parts[1], parts[2]))


def as_of(iso: str) -> str:
    """Write the date that a fact holds for: ``à fin 2022`` for ``2022-12-31``."""
    if iso.endswith("-12-31") or len(iso) == 4:
        return f"à fin {iso[:4]}"
    return f"{'au' if _is_day(iso) else 'en'} {partial_date(iso)}"


def _is_day(iso: str) -> bool:
    return len(iso) == 10


def _since(iso: str) -> str:
    if _is_day(iso):
        return f"du {partial_date(iso)}"
    written = partial_date(iso)
    return f"d'{written}" if written[0] in "ao" else f"de {written}"


def _until(iso: str) -> str:
    return f"{'au' if _is_day(iso) else 'à'} {partial_date(iso)}"


def period(iso: str) -> str:
    """Write a period of the ledger: ``2017/2022`` gives ``2017–2022``, ``2018/`` ``depuis 2018``."""
    if not iso:
        return ""
    start, bar, end = iso.partition("/")
    if not bar:
        return as_of(start) if start.endswith("-12-31") else partial_date(start)
    if not end:
        return f"depuis {'le ' if _is_day(start) else ''}{partial_date(start)}"
    if not start:
        return f"jusqu'{_until(end)}"
    if len(start) == 4 and len(end) == 4:
        return f"{start}–{end}"
    return f"{_since(start)} {_until(end)}"


def plural(count: float, singular: str, many: str | None = None) -> str:
    """Return the count and its noun in agreement: ``1 cité``, ``36 communes``."""
    return f"{number(count)}{NBSP}{singular if abs(count) < 2 else many or singular + 's'}"
