"""Conditions on one feature, in a small language of their own: nothing in them is ever run as code.

A condition is true, false or unknown, as in SQL: what compares a missing value is unknown,
``not`` leaves unknown as it is, and a feature is kept only if its condition is true.
"""

from __future__ import annotations

import ast
import operator
import re
import unicodedata
import warnings
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import lru_cache
from typing import Any

from geo.errors import UsageError
from geo.query.checking import COMPARED, EXAMPLE, Kind, Meaning, decimal_advice, grammar
from geo.query.dates import DATES, ORDERS, Period, asked_period
from geo.query.dates import compare as compare_dates


def predicate(
    expression: str, names: Collection[str], kinds: Mapping[str, Kind] | None = None
) -> Callable[[Mapping[str, Any]], bool]:
    """Compile a condition on one feature; nothing in it is ever executed as code.

    Allowed are names, texts, numbers, lists, ``== != < <= > >=``, ``in``, ``like`` (``%`` for
    any run of characters, ``_`` for one; accents and case aside), ``is null``, ``and or not``
    and brackets; words of the language and fields in any case, quotes straight or curly. Only a
    field that is true or false may stand alone, and a list only after ``in``.

    What compares a missing value is unknown, ``not`` of it too, and only what is true is kept:
    ``statut != "livré"`` leaves out the features without a status. Null itself is asked with
    ``is null``, ``is not null`` or ``== None``. ``like`` on a list asks about each of its items.
    The fields of `geo.query.dates.DATES` compare as days, see `geo.query.dates.compare`.

    Parameters
    ----------
    expression : str
        For instance ``statut == "travaux" and nom like "%cité%"``.
    names : collection of str
        The names that it may use.
    kinds : mapping of str to Kind, optional
        What some of them hold: what they can never be compared with is then refused at once.

    Raises
    ------
    UsageError
        If it cannot be read, or uses anything else; the message shows where.

    Examples
    --------
    >>> predicate('nom like "%CITE%" and fin is null', {"nom", "fin"})({"nom": "La cité n° 5"})
    True
    """
    expression = straight_quotes(expression).strip()
    python = _as_python(expression)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Python's own, in English: "1in [1]", "\\d"
            tree = ast.parse(python, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        column = getattr(error, "offset", None)
        place = f" (caractère {column})" if column else ""
        single = re.search(r"(?<![=!<>])=(?!=)", expression)
        advice = f"L'égalité s'écrit ==. {EXAMPLE}" if single else EXAMPLE
        advice = f"{decimal_advice(expression)} {advice}".strip()
        raise UsageError(f"condition illisible : {expression!r}{place}", advice=advice) from None
    grammar(tree.body, expression, names)
    Meaning(expression, kinds or {}).condition(tree.body)
    return lambda row: _truth(tree.body, row) is True


_QUOTED = re.compile(r"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|[“”„«]\s*([^“”»"]*?)\s*[“”»]""", re.DOTALL)


def straight_quotes(expression: str) -> str:
    """Return the same with the quotes of a keyboard around its texts; what is in them is left.

    >>> straight_quotes('statut == « livré » or nom == "« x »"')
    'statut == "livré" or nom == "« x »"'
    """
    return _QUOTED.sub(lambda found: found[1] or f'"{found[2]}"', expression)


_PIECES = re.compile(r"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')""", re.DOTALL)
_WORDS: tuple[tuple[str, str], ...] = (
    (r"\bis\s+not\s+(?:null|None)\b", "!= None"),
    (r"\bis\s+(?:null|None)\b", "== None"),
    (r"\bis\b", ""),
    (r"\bnot\s+like\b", "is not"),
    (r"\blike\b", "is"),
    (r"\bnull\b", "None"),
    (r"\btrue\b", "True"),
    (r"\bfalse\b", "False"),
    (r"\band\b", "and"),
    (r"\bor\b", "or"),
    (r"\bnot\b", "not"),
    (r"\bin\b", "in"),
    (r"<>", "!="),
)
_WORD = re.compile("|".join(f"({pattern})" for pattern, _ in _WORDS), re.IGNORECASE)


def _as_python(expression: str) -> str:
    """Return the condition in Python's grammar, every character at its place.

    ``like`` becomes ``is``, of the same rank and otherwise unused; texts are left as they are.

    Raises
    ------
    UsageError
        If ``is`` is followed by anything but ``null``, or two texts follow each other.
    """

    def word(found: re.Match[str]) -> str:
        python = _WORDS[(found.lastindex or 1) - 1][1]
        if not python:
            raise UsageError(
                f"non permis dans une condition : {found.group()}",
                advice=f"Écrivez ==, is null ou is not null. {EXAMPLE}",
            )
        return python.ljust(len(found.group()))

    pieces = _PIECES.split(expression)
    for rank in range(2, len(pieces) - 1, 2):
        if not pieces[rank].strip():
            raise UsageError(
                f"il manque quelque chose entre {pieces[rank - 1]} et {pieces[rank + 1]}",
                advice=f"Dans une liste, une virgule ; entre deux conditions, and ou or. {EXAMPLE}",
            )
    return "".join(text if rank % 2 else _WORD.sub(word, text) for rank, text in enumerate(pieces))


_ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def _truth(node: ast.expr, row: Mapping[str, Any]) -> bool | None:
    """Return whether a condition holds, None where that is unknown."""
    match node:
        case ast.UnaryOp(op=ast.Not()):
            return _not(_truth(node.operand, row))
        case ast.BoolOp(op=ast.And(), values=parts):
            return _all(_truth(part, row) for part in parts)
        case ast.BoolOp(values=parts):
            return _any(_truth(part, row) for part in parts)
        case ast.Compare():
            return _chain(node, row)
    value = _value(node, row)
    if value is not None and not isinstance(value, bool):
        raise UsageError(f"{ast.unparse(node)} n'est pas une condition", advice=EXAMPLE)
    return value


def _not(answer: bool | None) -> bool | None:  # noqa: FBT001 - an answer, not an option
    return None if answer is None else not answer


def _all(answers: Iterable[bool | None]) -> bool | None:
    """Join answers by ``and``: false if one is, else unknown if one is."""
    known = True
    for answer in answers:
        if answer is False:
            return False
        known = known and answer is not None
    return True if known else None


def _any(answers: Iterable[bool | None]) -> bool | None:
    """Join answers by ``or``: true if one is, else unknown if one is."""
    return _not(_all(_not(answer) for answer in answers))


def _value(node: ast.expr, row: Mapping[str, Any]) -> Any:
    match node:
        case ast.Constant():
            return _typed(node.value)
        case ast.Name():
            value = _typed(row.get(node.id))
            return (Period.of(value) or value) if node.id in DATES else value
        case ast.List() | ast.Tuple():
            return tuple(_value(item, row) for item in node.elts)
        case ast.UnaryOp(op=ast.USub()):
            return _negative(_value(node.operand, row))
    return _truth(node, row)


def _typed(value: Any) -> Any:
    """Return a text with straight apostrophes, as they are typed on a keyboard."""
    return value.replace("’", "'") if isinstance(value, str) else value


def _negative(value: Any) -> Any:
    if value is None:
        return None
    if not isinstance(value, (int, float)):
        raise UsageError(f"un nombre est attendu après « - », pas {_written(value)}")
    return -value


def _chain(node: ast.Compare, row: Mapping[str, Any]) -> bool | None:
    """Return whether ``a < b < c`` holds: all its pairs do."""
    sides = [node.left, *node.comparators]
    values = [_value(side, row) for side in sides]
    nulls = [isinstance(side, ast.Constant) and side.value is None for side in sides]
    return _all(
        _pair(values[n], COMPARED[type(op)], values[n + 1], null=nulls[n] or nulls[n + 1])
        for n, op in enumerate(node.ops)
    )


def _pair(left: Any, order: str, right: Any, *, null: bool) -> bool | None:
    """Compare two values; `null` tells that one of them is the word ``null`` itself."""
    if order.startswith("not "):
        return _not(_pair(left, order.removeprefix("not "), right, null=null))
    if order == "in":
        return _contains(left, right)
    if null and order in ("==", "!="):
        return (left is right) is (order == "==")
    if left is None or right is None:
        return None
    if order == "like":
        return _like(left, right)
    return _compare(left, order, right)


def _compare(left: Any, order: str, right: Any) -> bool | None:
    if isinstance(left, Period):
        return compare_dates(left, order, asked_period(right))
    if isinstance(right, Period):
        return compare_dates(right, ORDERS[order], asked_period(left))
    ordered = order not in ("==", "!=")
    if not _comparable(left, right) or (ordered and isinstance(left, tuple)):
        raise _incomparable(left, right)
    return _ORDERS[order](left, right)


def _contains(item: Any, many: Any) -> bool | None:
    """Tell whether a value is one of a list."""
    if many is None:
        return None
    if not isinstance(many, tuple):
        raise UsageError(f"une liste est attendue après in, pas {_written(many)}", advice=EXAMPLE)
    if item is None:
        return True if None in many else None
    return _any(_equal(item, one) for one in many if one is not None)


def _equal(item: Any, one: Any) -> bool | None:
    return _compare(item, "==", one) if isinstance(item, Period) or isinstance(one, Period) else item == one


def _like(value: Any, pattern: Any) -> bool:
    if not isinstance(pattern, str):
        raise UsageError(f"un texte est attendu après like, pas {_written(pattern)}", advice=_LIKE_EXAMPLE)
    if isinstance(value, tuple):
        return any(_like(item, pattern) for item in value)
    if isinstance(value, Period):
        value = value.text
    if not isinstance(value, str):
        raise UsageError(f"like ne lit que des textes, pas {_written(value)}", advice=_LIKE_EXAMPLE)
    return _fits(plain_letters(value), *_pattern(pattern))


_LIKE_EXAMPLE = """Exemple : --where 'nom like "%cité%"'"""


@lru_cache(maxsize=64)
def _pattern(pattern: str) -> tuple[tuple[str, ...], tuple[re.Pattern[str], ...]]:
    """Return the pieces of a pattern between its ``%``, and their expressions."""
    pieces = tuple(plain_letters(pattern).split("%"))
    letters = ("".join("." if c == "_" else re.escape(c) for c in piece) for piece in pieces)
    return pieces, tuple(re.compile(text, re.DOTALL) for text in letters)


def _fits(text: str, pieces: tuple[str, ...], expressions: tuple[re.Pattern[str], ...]) -> bool:
    """Tell whether a text is made of pieces with anything between: each as far left as it can be."""
    if len(pieces) == 1:
        return expressions[0].fullmatch(text) is not None
    head = expressions[0].match(text)
    start, end = len(pieces[0]), len(text) - len(pieces[-1])
    if head is None or start > end or expressions[-1].fullmatch(text, end) is None:
        return False
    for expression in expressions[1:-1]:
        found = expression.search(text, start, end)
        if found is None:
            return False
        start = found.end()
    return True


def plain_letters(text: str) -> str:
    """Return a text without accents or case, punctuation kept.

    >>> plain_letters("L’Œuvre de la Cité n°5")
    "l'oeuvre de la cite n°5"
    """
    text = text.replace("’", "'").casefold().replace("œ", "oe").replace("æ", "ae")
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def _comparable(left: Any, right: Any) -> bool:
    """Tell whether two values are of one kind: two texts, two numbers, two lists."""
    kinds: tuple[tuple[type, ...], ...] = ((str,), (int, float), (tuple, list))
    return any(isinstance(left, kind) and isinstance(right, kind) for kind in kinds)


def _written(value: Any) -> str:
    return repr(value.text if isinstance(value, Period) else value)


def _incomparable(left: Any, right: Any) -> UsageError:
    advice = "Comparez un texte à un texte, un nombre à un nombre."
    if isinstance(left, tuple) or isinstance(right, tuple):
        advice = 'Cherchez dans une liste avec in, par exemple "62498" in communes.'
    return UsageError(f"comparaison impossible : {_written(left)} et {_written(right)}", advice=advice)
