"""Conditions: their logic, patterns and dates against other ways to work them out; never code."""

from __future__ import annotations

import ast
import sqlite3
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import UsageError
from geo.query import predicate
from geo.query.dates import Period, compare

NAMES = {"a", "b", "c", "nom", "debut", "fin", "liste"}
SAFE = (
    ast.BoolOp, ast.UnaryOp, ast.Compare, ast.Constant, ast.Name, ast.List, ast.Tuple,
    ast.boolop, ast.unaryop, ast.cmpop, ast.expr_context, ast.Expression,
)  # fmt: skip


def holds(condition: str, **row: Any) -> bool:
    return predicate(condition, NAMES)(row)


# Nothing is executed


@given(st.text(max_size=60))
def test_any_text_is_a_condition_or_an_error_for_the_user(text: str) -> None:
    answers = []
    with suppress(UsageError):
        answers.append(holds(text, a=1, nom="x", debut="2020"))
    assert answers in ([], [True], [False])


PIECES = st.sampled_from(
    [
        "a", "nom", "(", ")", "[", "]", "{", "}", ".", ",", "lambda:", "__class__", "()", "==", "like",
        "not", "in", "is", "null", "and", "or", "'x'", '"%"', "1", "-", "+", "**", "if", "else", "for",
        ":=", "await", "f'{a}'", "__import__('os').system('false')", "open('/etc/hostname')",
        "nom.upper()", ";", "\\", "#", "None",
    ]
)  # fmt: skip


@given(st.lists(PIECES, max_size=9))
def test_what_is_accepted_holds_nothing_that_can_run(pieces: list[str]) -> None:
    text = " ".join(pieces)
    try:
        predicate(text, NAMES)
    except UsageError:
        return
    python = text.replace("not like", "not in").replace("like", "in").replace("is not null", "!= None")
    tree = ast.parse(python.replace("is null", "== None").replace("null", "None"), mode="eval")
    assert all(isinstance(node, SAFE) for node in ast.walk(tree)), text


# The logic of SQL: true, false, unknown


VALUES = st.sampled_from([None, 0, 1, 2])
LEAVES = st.sampled_from(
    ["a < 1", "b == 1", "c != 2", "a is null", "b is not null", "c in (0, 2)", "a not in (1, 2)"]
)
CONDITIONS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        inner.map(lambda x: f"not ({x})"),
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda x: f"({x[0]}) {x[1]} ({x[2]})"),
    ),
    max_leaves=6,
)


@given(CONDITIONS, VALUES, VALUES, VALUES)
def test_the_logic_is_that_of_sql(condition: str, a: int | None, b: int | None, c: int | None) -> None:
    base = sqlite3.connect(":memory:")
    with base:
        expected = base.execute(f"select ({condition}) from (select ? a, ? b, ? c)", (a, b, c)).fetchone()[0]
    base.close()
    assert holds(condition, a=a, b=b, c=c) is (expected == 1)


def test_what_compares_a_missing_value_is_unknown() -> None:
    for condition in (
        "a == 1",
        "a != 1",
        "a < 1",
        "a in [1]",
        "a not in [1]",
        'nom like "%"',
        'nom not like "%"',
    ):
        assert not holds(condition, a=None, nom=None)
        assert not holds(f"not ({condition})", a=None, nom=None)
    assert holds("a is null and nom == None", a=None)


# Patterns


@given(st.text("abx ", max_size=10), st.text("abx%_ ", max_size=8))
def test_like_is_that_of_sql(text: str, pattern: str) -> None:
    base = sqlite3.connect(":memory:")
    expected = base.execute("select ? like ?", (text, pattern)).fetchone()[0]
    base.close()
    assert holds(f'nom like "{pattern}"', nom=text) is bool(expected)
    assert holds(f'nom not like "{pattern}"', nom=text) is not bool(expected)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ('nom like "%cité%"', True),
        ("nom like '%CITE%'", True),
        ('nom LIKE "la cité de l\'%"', True),
        ('nom like "la cité de l’œuvre"', True),
        ('nom like "%oeuvre"', True),
        ('nom like "cité"', False),
        ('nom like "__ cite%"', True),
        ('nom not like "%fosse%"', True),
        ('nom like "%like%" or nom like "% null %"', False),
        ('not nom like "%fosse%"', True),
        ('liste like "%agglo%"', True),
        ('"%" == "%" and nom like "%"', True),
        ('nom == "is null" or nom == "a not like b"', False),
    ],
)
def test_like_puts_accents_and_case_aside(condition: str, expected: bool) -> None:  # noqa: FBT001 - a case
    assert holds(condition, nom="La cité de l’Œuvre", liste=("État", "Douaisis Agglo")) is expected


def test_words_of_the_language_in_a_text_are_left_as_they_are() -> None:
    assert holds('nom == "A AND is null"', nom="A AND is null")
    assert not holds('nom == "A and == None"', nom="A AND is null")


def test_a_pattern_costs_little_whatever_it_is() -> None:
    assert not holds(f'nom like "{"%a" * 60}b"', nom="a" * 5000)


@pytest.mark.parametrize(
    "condition", ["nom like 3", "a like '%'", "nom like [1]", "debut > 'été'", "debut == 1.5"]
)
def test_what_makes_no_sense_is_told(condition: str) -> None:
    with pytest.raises(UsageError):
        holds(condition, nom="x", a=1, debut="2020")


# Dates


def told(day: date, precision: int) -> str:
    return day.isoformat()[:precision]


DAYS = st.dates(date(2015, 1, 1), date(2025, 12, 31))
PRECISIONS = st.sampled_from([4, 7, 10])
ORDERS = st.sampled_from(["<", "<=", ">", ">=", "==", "!="])


def days_of(text: str) -> list[str]:
    period = Period.of(text)
    assert period is not None
    first, last = date.fromisoformat(period.first), date.fromisoformat(period.last)
    return [(first + timedelta(n)).isoformat() for n in range((last - first).days + 1)]


@given(DAYS, PRECISIONS, ORDERS, DAYS, PRECISIONS)
def test_an_imprecise_date_answers_if_all_its_days_do(
    day: date, precision: int, order: str, other: date, other_precision: int
) -> None:
    known, asked = told(day, precision), told(other, other_precision)
    days = days_of(asked)
    answers = {
        {
            "<": d < days[0], "<=": d <= days[-1], ">": d > days[-1], ">=": d >= days[0],
            "==": d in days, "!=": d not in days,
        }[order]
        for d in days_of(known)
    }  # fmt: skip
    left, right = Period.of(known), Period.of(asked)
    assert left is not None
    assert right is not None
    assert compare(left, order, right) is (answers.pop() if len(answers) == 1 else None)
    assert holds(f'debut {order} "{asked}"', debut=known) is (compare(left, order, right) is True)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("debut >= 2020", True),
        ("debut > 2020", False),
        ("debut == 2020", True),
        ('debut == "2020-06"', True),
        ('debut < "2020-06-15"', False),
        ("2019 < debut < 2021", True),
        ("2020 <= debut <= 2020", True),
        ("debut in [2018, 2020]", True),
        ("debut not in [2018, 2019]", True),
        ('debut like "2020%"', True),
        ("fin > debut", True),
        ('fin >= "2022-06"', False),
        ('not (fin >= "2022-06")', False),
        ("fin >= 2022", True),
        ("debut is not null", True),
    ],
)
def test_dates(condition: str, expected: bool) -> None:  # noqa: FBT001 - a case
    assert holds(condition, debut="2020-06", fin="2022") is expected


def test_an_unknown_field_gets_the_nearest_three() -> None:
    with pytest.raises(UsageError) as error:
        predicate("statu == 1", {"statut", "stade", "nom", "axe", "status"})
    assert "Les plus proches : statut, status, stade." in str(error.value)
