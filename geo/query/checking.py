"""What a condition may be made of, and what can never hold: told before any feature is read."""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from geo.errors import UsageError
from geo.query.dates import asked_period
from geo.territories.naming import closest
from geo.text import fold

FieldKind = Literal["texte", "nombre", "booleen", "liste", "date"]
EXAMPLE = """Exemple : --where 'statut == "travaux" and axe in [1, 2]'"""
COMPARED: dict[type[ast.cmpop], str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.In: "in",
    ast.NotIn: "not in",
    ast.Is: "like",
    ast.IsNot: "not like",
}
"""How each comparison is written; ``like`` stands where Python has ``is``."""

_DEEPEST = 50
_DECIMAL = re.compile(r"(?<![\w.])(\d+),(\d+)")
_NO_WORDS = ("non", "faux", "no", "false", "0")
_CALLED = {"nombre": "un nombre", "texte": "un texte", "booleen": "vrai ou faux", "date": "une date"}


@dataclass(frozen=True, slots=True)
class Kind:
    """What a field holds.

    Parameters
    ----------
    type : str
        ``liste`` is a list of texts.
    values : mapping, optional
        The only values that it has, each with the names that people give it; empty if it is open.
    code : str
        For a list of codes, the expression that they match.
    option : str
        The option that asks the same by name.
    """

    type: FieldKind
    values: Mapping[Any, tuple[str, ...]] = field(default_factory=dict)
    code: str = ""
    option: str = ""


def decimal_advice(expression: str) -> str:
    """Return what to write for a number with a comma, nothing if there is none.

    >>> decimal_advice("surface_ha > 5,5")
    "Le décimal s'écrit 5.5, avec un point."
    """
    found = _DECIMAL.search(expression)
    return f"Le décimal s'écrit {found[1]}.{found[2]}, avec un point." if found else ""


def unknown_field(name: str, names: Iterable[str], where: str) -> UsageError:
    """Return the error for a field that does not exist, with the nearest three."""
    known = sorted(names)
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.0)
    return UsageError(
        f"champ inconnu {where} : {name}",
        advice=f"Les plus proches : {', '.join(near)}. Champs possibles : {', '.join(known)}.",
    )


def grammar(node: ast.expr, expression: str, names: Collection[str], depth: int = 0) -> None:
    """Refuse what is not of the language; give each field its own name, whatever the case typed.

    Raises
    ------
    UsageError
        If a piece is not allowed, a field unknown, or there are too many brackets.
    """
    if depth > _DEEPEST:
        raise UsageError("condition trop imbriquée", advice=EXAMPLE)
    if isinstance(node, ast.Name):
        node.id = _own_name(node.id, names)
        return
    allowed = (
        isinstance(node, (ast.BoolOp, ast.Compare, ast.List, ast.Tuple))
        or (isinstance(node, ast.Constant) and isinstance(node.value, (str, int, float, type(None))))
        or (isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.Not, ast.USub)))
    )
    if not allowed:
        piece = ast.get_source_segment(expression, node) or type(node).__name__
        raise UsageError(f"non permis dans une condition : {piece}", advice=EXAMPLE)
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            grammar(child, expression, names, depth + 1)


def _own_name(typed: str, names: Collection[str]) -> str:
    if typed in names:
        return typed
    same = [name for name in names if fold(name) == fold(typed)]
    if len(same) != 1:
        raise unknown_field(typed, names, "dans la condition")
    return same[0]


@dataclass(frozen=True, slots=True)
class Meaning:
    """Whether a condition, whose grammar is right, makes sense.

    Parameters
    ----------
    expression : str
        As it is written.
    kinds : mapping of str to Kind
        What fields hold; one that is not there may hold anything.
    """

    expression: str
    kinds: Mapping[str, Kind]

    def condition(self, node: ast.expr, before: ast.expr | None = None) -> None:
        """Refuse what is neither true nor false; `before` stands on its left, parted by a word.

        Raises
        ------
        UsageError
            If a part is no condition, or compares what cannot be.
        """
        match node:
            case ast.BoolOp(values=parts):
                for previous, part in zip([None, *parts], parts, strict=False):
                    self.condition(part, previous)
            case ast.UnaryOp(op=ast.Not(), operand=inner):
                self.condition(inner)
            case ast.Compare():
                self._comparison(node)
            case ast.Name(id=name) if self._type(name) in ("", "booleen"):
                return
            case _:
                raise self._no_condition(node, before)

    def _type(self, name: str) -> str:
        return self.kinds[name].type if name in self.kinds else ""

    def _text(self, node: ast.expr) -> str:
        return ast.get_source_segment(self.expression, node) or ast.unparse(node)

    def _no_condition(self, node: ast.expr, before: ast.expr | None) -> UsageError:
        piece = self._text(node)
        message = f"{piece} n'est pas une condition"
        if isinstance(node, (ast.Tuple, ast.List)):
            decimal = decimal_advice(self.expression)
            return UsageError(
                f"une virgule ne sépare pas deux conditions : {piece}", advice=decimal or EXAMPLE
            )
        if isinstance(node, ast.Name):
            if self._type(node.id) == "liste":
                return UsageError(message, advice=f"Écrivez par exemple {self._asked_in(node.id, [])}.")
            return UsageError(message, advice=f"Écrivez par exemple {piece} is not null. {EXAMPLE}")
        if isinstance(before, ast.Compare) and isinstance(before.left, ast.Name):
            order = COMPARED[type(before.ops[0])]
            order = {"in": "==", "not in": "!="}.get(order, order)
            return UsageError(message, advice=f"Écrivez {before.left.id} {order} {piece}.")
        return UsageError(message, advice=EXAMPLE)

    def _comparison(self, node: ast.Compare) -> None:
        sides = [node.left, *node.comparators]
        for side in sides:
            if isinstance(side, (ast.Compare, ast.BoolOp)) or _is_not(side):
                raise UsageError(
                    f"{self._text(side)} est une condition, pas une valeur",
                    advice='Répétez le champ : statut == "travaux" or statut == "livré".',
                )
        for left, op, right in zip(sides, node.ops, sides[1:], strict=False):
            order = COMPARED[type(op)]
            if order in ("in", "not in"):
                self._membership(left, right)
            else:
                self._pair(left, order, right)

    def _membership(self, left: ast.expr, right: ast.expr) -> None:
        if isinstance(left, (ast.List, ast.Tuple)):
            raise self._misplaced(left)
        if isinstance(right, (ast.List, ast.Tuple)):
            if isinstance(left, ast.Name) and self._type(left.id) == "liste":
                raise self._list_field(left.id, [_constant(item) for item in right.elts])
            for item in right.elts:
                self._pair(left, "==", item)
            return
        if not (isinstance(right, ast.Name) and self._type(right.id) in ("", "liste")):
            advice = 'Écrivez par exemple statut in ["travaux", "livré"], ou nom like "%cité%".'
            raise UsageError(f"une liste est attendue après in, pas {self._text(right)}", advice=advice)
        asked = _constant(left)
        code = self.kinds[right.id].code if right.id in self.kinds else ""
        if code and asked is not None and not re.fullmatch(code, str(asked)):
            raise self._list_field(right.id, [asked])

    def _pair(self, left: ast.expr, order: str, right: ast.expr) -> None:
        for side, other in ((left, right), (right, left)):
            if isinstance(side, (ast.List, ast.Tuple)) and (side.elts or order not in ("==", "!=")):
                raise self._misplaced(side)
            asked = _constant(other)
            if isinstance(side, ast.Name) and side.id in self.kinds and asked is not None:
                if order in ("like", "not like"):
                    self._like(side.id, asked)
                else:
                    self._value(side.id, order, asked)

    def _misplaced(self, node: ast.expr) -> UsageError:
        advice = decimal_advice(self._text(node)) or 'Une liste suit in : statut in ["travaux", "livré"].'
        return UsageError(f"une liste n'est permise qu'après in : {self._text(node)}", advice=advice)

    def _like(self, name: str, pattern: Any) -> None:
        kind = self.kinds[name]
        codes = isinstance(pattern, str) and re.fullmatch(r"[\dAB%_]*", pattern)
        if kind.type == "liste" and kind.code and not codes:
            raise self._list_field(name, [pattern])

    def _value(self, name: str, order: str, asked: Any) -> None:
        kind = self.kinds[name]
        if kind.type == "liste":
            raise self._list_field(name, [asked])
        if kind.type == "date":
            asked_period(asked)
        elif not _is_of(asked, kind.type):
            raise _other_type(name, order, asked, kind.type)
        elif kind.values and order in ("==", "!=") and asked not in kind.values:
            labels = {str(value): (str(value), *names) for value, names in kind.values.items()}
            near = ", ".join(
                written(value) if isinstance(asked, str) else value for value in closest(str(asked), labels)
            )
            raise UsageError(
                f"{name} ne vaut jamais {written(asked)}", advice=f"Les valeurs les plus proches : {near}."
            )

    def _list_field(self, name: str, asked: list[Any]) -> UsageError:
        kind = self.kinds[name]
        advice = f"Écrivez {self._asked_in(name, asked)}."
        if kind.option:
            advice = f"{advice} Par leur nom : {kind.option}."
        what = "une liste de codes" if kind.code else "une liste"
        return UsageError(f"{name} est {what}, qui s'interroge avec in", advice=advice)

    def _asked_in(self, name: str, asked: list[Any]) -> str:
        code = self.kinds[name].code
        example = {"communes": "62498", "epci": "246200364"}.get(name, "État")
        fit = [item for item in asked if isinstance(item, str) and (not code or re.fullmatch(code, item))]
        return " or ".join(f"{written(item)} in {name}" for item in (fit[:3] or [example]))


def _is_not(node: ast.expr) -> bool:
    return isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)


def _constant(node: ast.expr) -> Any:
    """Return the value that is written, None if it is a field, a list or the word ``null``."""
    match node:
        case ast.Constant(value=value):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as number)):
            return -number
    return None


def _is_of(asked: Any, kind: str) -> bool:
    if kind == "texte":
        return isinstance(asked, str)
    if kind == "booleen":
        return isinstance(asked, bool) or asked in (0, 1)
    return isinstance(asked, (int, float)) and not isinstance(asked, bool)


def _other_type(name: str, order: str, asked: Any, kind: str) -> UsageError:
    """Return the error for a number compared with a text and the like, with what to write."""
    if kind == "booleen":
        no = fold(str(asked)) in _NO_WORDS
        advice = f"Écrivez not {name}, ou {name} == false." if no else f"Écrivez {name}, ou {name} == true."
    elif kind == "texte":
        advice = f'Écrivez {name} {order} "{asked}".'
    else:
        number = str(asked).strip().replace(",", ".")
        readable = re.fullmatch(r"-?\d+(\.\d+)?", number) is not None
        advice = f"Écrivez {name} {order} {number if readable else '5.5'}, sans guillemets."
        if "," in str(asked) and readable:
            advice = f"Le décimal s'écrit {number}, avec un point. {advice}"
    return UsageError(f"{name} est {_CALLED[kind]} : {written(asked)} ne s'y compare pas", advice=advice)


def written(value: Any) -> str:
    """Return a value as a condition writes it.

    >>> written("livré"), written(True), written(5.5)
    ('"livré"', 'true', '5.5')
    """
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)
