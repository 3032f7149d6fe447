"""Dates as precise as they are told: a year, a month or a day, and how they compare."""

from __future__ import annotations

import calendar
from dataclasses import dataclass

from geo.errors import UsageError
from geo.text import is_partial_date

DATES = ("debut", "fin", "etat_au")
"""Fields that hold a date: ``2022``, ``2022-03`` or ``2022-03-01``."""

ORDERS = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
"""Comparisons, and what each becomes when its sides are swapped."""


@dataclass(frozen=True, slots=True)
class Period:
    """All the days that a partial date may mean, as texts ``AAAA-MM-JJ`` that sort as days do.

    Parameters
    ----------
    text : str
        The date as it is written.
    first, last : str
        The first and the last day.
    """

    text: str
    first: str
    last: str

    @classmethod
    def of(cls, told: object) -> Period | None:
        """Return the period that a text or the number of a year tells, None if it tells none.

        >>> Period.of("2020-02").last
        '2020-02-29'
        """
        if isinstance(told, int) and not isinstance(told, bool):
            told = f"{told:04d}"
        if not isinstance(told, str) or not is_partial_date(told):
            return None
        year, month, day = (*told.split("-"), "", "")[:3]
        if day:
            return cls(told, told, told)
        if month:
            length = calendar.monthrange(int(year), int(month))[1]
            return cls(told, f"{told}-01", f"{told}-{length}")
        return cls(told, f"{year}-01-01", f"{year}-12-31")


def compare(date: Period, order: str, asked: Period) -> bool | None:
    """Compare a date that may be imprecise with a period: true, false, or None for unknown.

    The date is one day of those that it may be; the answer is given only if it is the same
    for all of them. ``==`` asks whether the day is in the period, ``<`` before its first day,
    ``<=`` not after its last, and so on: ``2021-05 > 2020`` is true, ``2020 > 2020-05`` unknown.

    Parameters
    ----------
    date : Period
        What is known of a day.
    order : str
        One of `ORDERS`.
    asked : Period
        A year, a month or a day.

    Examples
    --------
    >>> compare(Period.of("2020-06-15"), "==", Period.of(2020))
    True
    >>> compare(Period.of("2020"), ">=", Period.of("2020-06")) is None
    True
    """
    match order:
        case "<":
            return _whether(date.last < asked.first, date.first >= asked.first)
        case "<=":
            return _whether(date.last <= asked.last, date.first > asked.last)
        case ">":
            return _whether(date.first > asked.last, date.last <= asked.last)
        case ">=":
            return _whether(date.first >= asked.first, date.last < asked.first)
    inside = asked.first <= date.first and date.last <= asked.last
    same = _whether(inside, date.last < asked.first or date.first > asked.last)
    return same if order == "==" or same is None else not same


def _whether(surely: bool, never: bool) -> bool | None:  # noqa: FBT001 - two answers, one of which holds
    return True if surely else False if never else None


def asked_period(value: object) -> Period:
    """Return the period that a date is compared with.

    Raises
    ------
    UsageError
        If it is no date.
    """
    period = value if isinstance(value, Period) else Period.of(value)
    if period is None:
        raise UsageError(
            f"ce n'est pas une date : {value!r}", advice='Attendu 2020, "2020-06" ou "2020-06-15".'
        )
    return period
