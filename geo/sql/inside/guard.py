"""What a query may name: looked up in the syntax tree of the engine's own parser, before it is bound.

The tree is that of the very text that is run, and everything is forbidden that is not listed:
a kind of statement, a source of rows or a function returning rows that a later version brings is
refused until somebody has looked at it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from typing import Any

_NODES = {
    "SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE",
    "BASE_TABLE", "SUBQUERY", "JOIN", "TABLE_FUNCTION", "EXPRESSION_LIST", "EMPTY", "EMPTY_FROM", "PIVOT",
    "LIMIT_MODIFIER", "LIMIT_PERCENT_MODIFIER", "ORDER_MODIFIER", "DISTINCT_MODIFIER",
    "ORDER_DEFAULT", "ASCENDING", "DESCENDING",
}  # fmt: skip
"""Kinds of queries, of sources and of what orders or bounds them; expressions have a class and are free."""
_ROWS = {
    "range", "generate_series", "unnest", "repeat", "repeat_row", "json_each", "json_tree",
    "st_generatepoints",
}  # fmt: skip
"""Functions that give rows out of their arguments alone."""
_FORBIDDEN = {"getenv", "current_setting", "write_log", "json_serialize_plan"}
"""Functions of a value that tell of the machine, write, or look up a query of their own."""


class RefusedError(Exception):
    """A query that is not one of ours.

    Parameters
    ----------
    kind : {"statement", "several", "empty", "deep", "table", "function", "source"}
        What is refused.
    name : str
        Its name.
    position : int
        Byte of the query where it stands; -1 if that is not known.
    """

    def __init__(self, kind: str, name: str = "", position: int = -1) -> None:
        super().__init__(kind, name, position)
        self.kind = kind
        self.name = name
        self.position = position


def check(connection: Any, statement: str, tables: Collection[str]) -> None:
    """Refuse a text that is not one query over the tables alone.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        Whose parser reads the text.
    statement : str
        What the user wrote.
    tables : collection of str
        Names of the tables, in lower case.

    Raises
    ------
    RefusedError
        If it is anything else.
    duckdb.Error
        If it cannot be parsed.
    """
    found = connection.extract_statements(statement)
    if len(found) != 1:
        raise RefusedError("several" if found else "empty")
    kind = found[0].type.name
    told = connection.execute("SELECT json_serialize_sql(?::VARCHAR)", [statement]).fetchone()[0]
    try:
        tree = json.loads(told)
    except RecursionError:
        raise RefusedError("deep") from None
    if kind != "SELECT" or tree["error"] or len(tree["statements"]) != 1:
        raise RefusedError("statement", "" if kind == "SELECT" else kind)
    views = "SELECT lower(view_name) FROM duckdb_views() WHERE internal"
    system = {name for (name,) in connection.execute(views).fetchall()}
    _check_nodes(list(_nodes(tree["statements"])), set(tables), system)


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    """Yield every object of a tree, however deep."""
    waiting = [tree]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            yield item
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)


def _check_nodes(nodes: list[dict[str, Any]], tables: set[str], system: set[str]) -> None:
    named = {entry["key"].lower() for node in nodes for entry in _named(node)}
    for name in named & system:
        raise RefusedError("table", name)
    for node in nodes:
        kind, position = str(node.get("type")), int(node.get("query_location", -1))
        if _is_clause(node) and kind not in _NODES:
            raise RefusedError("source", kind, position)
        if kind == "BASE_TABLE":
            _check_table(node, tables | named, position)
        elif kind == "TABLE_FUNCTION" and _function(node["function"]) not in _ROWS:
            raise RefusedError("function", _function(node["function"]), position)
        elif "function_name" in node and _function(node) in _FORBIDDEN:
            raise RefusedError("function", _function(node), position)


def _is_clause(node: dict[str, Any]) -> bool:
    """Tell whether a node is a clause: an expression has a class, a type has no name of its own."""
    kind = node.get("type")
    return isinstance(kind, str) and "class" not in node and not kind.endswith("_TYPE_INFO")


def _named(node: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the entries of a WITH."""
    entries: list[dict[str, Any]] = node["cte_map"]["map"] if "cte_map" in node else []
    return entries


def _check_table(node: dict[str, Any], names: set[str], position: int) -> None:
    """Refuse a table that is not ours; ``main.cites`` is one of ours by its full name."""
    path = [node[key] for key in ("catalog_name", "schema_name", "table_name") if node.get(key)]
    if path[-1].lower() not in names or path[:-1] not in ([], ["main"], ["memory", "main"]):
        raise RefusedError("table", ".".join(path), position)


def _function(node: dict[str, Any]) -> str:
    return str(node.get("function_name", "")).lower()
