"""Why a query has no answer, in French: what is wrong, where in it, and what there is instead."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from geo.errors import ErbmError, UsageError
from geo.sql.speech import translated
from geo.sql.tables import Table
from geo.territories.naming import closest
from geo.text import plural

if TYPE_CHECKING:
    from geo.sql.engine import Limits

LISTED = "« erbm sql --tables » liste les tables et leurs colonnes."
_WIDTH = 76
"""Characters of the query that are shown around the place of an error."""

_STATEMENTS = "Une requête commence par select ou with ; elle ne fait que lire."
_REFUSED = {
    "statement": "cette instruction n'est pas une lecture{name}",
    "several": "il y a plusieurs instructions",
    "empty": "la requête est vide",
    "deep": "la requête est trop imbriquée",
    "function": "la fonction {name} n'est pas permise ici",
    "source": "forme de requête non permise ici{name}",
}
_REFUSED_ADVICE = {
    "several": "Donnez-en une seule, sans point-virgule au milieu.",
    "deep": "Découpez-la avec with.",
    "function": "Rien d'autre n'est accessible que les tables : ni fichier, ni réseau, ni réglage.",
    "source": f"{_STATEMENTS} {LISTED}",
}
_KINDS = {
    "ParserException": "requête illisible",
    "BinderException": "requête impossible",
    "CatalogException": "nom inconnu",
    "ConversionException": "une valeur ne se convertit pas",
    "OutOfRangeException": "une valeur sort de ce que son type peut contenir",
    "InvalidInputException": "une valeur ne convient pas",
    "NotImplementedException": "le moteur ne sait pas faire cela",
}


@dataclass(frozen=True, slots=True)
class Failure:
    """A query without answer: what the process told of it, the tables there are, those it was given."""

    statement: str
    told: Mapping[str, Any]
    known: Mapping[str, Table]
    chosen: Sequence[str]
    limits: Limits


def explain(failure: Failure) -> ErbmError:
    """Return the error that tells a user why a query has no answer."""
    kind = failure.told["kind"]
    if kind == "refused":
        return _refused(failure)
    if kind == "engine":
        return _engine(failure)
    limits = failure.limits
    told = {
        "time": (
            f"requête interrompue après {limits.seconds:g} s".replace(".", ","),
            "Ajoutez une condition ou une jointure plus étroite, ou donnez plus de temps : --timeout 60s.",
        ),
        "memory": (
            f"la requête demande plus de {limits.memory_mib} Mio de mémoire",
            "Ajoutez une condition, ou donnez plus de mémoire : --memory 4G.",
        ),
        "rows": (
            f"la réponse a plus de {plural(limits.rows, 'ligne')} ; aucune n'est donnée",
            "Ajoutez une condition, un regroupement (group by) ou limit.",
        ),
        "bytes": (
            f"la réponse pèse plus de {limits.answer_mib} Mio ; rien n'en est donné",
            "Demandez moins de colonnes ou de lignes, ou simplifiez les géométries (ST_Simplify).",
        ),
    }
    message, advice = told.get(
        kind,
        ("la requête a fait échouer le moteur", "Simplifiez-la ; elle demande peut-être trop de mémoire."),
    )
    error = ErbmError(message, where="requête SQL", advice=advice)
    if "log" in failure.told:
        error.add_note(failure.told["log"])
    return error


def _refused(failure: Failure) -> UsageError:
    what, name, at = (failure.told[key] for key in ("what", "name", "at"))
    if what == "table":
        return _unknown_table(failure, name, at)
    if name == "SHOW_REF":
        return _description(failure)
    if what == "statement":
        name = _keyword(failure.statement, name)
    shown = name if what == "function" else f" ({name})" if name else ""
    message = _REFUSED[what].format(name=shown)
    advice = _REFUSED_ADVICE.get(what, _STATEMENTS)
    return UsageError(message + _place(failure.statement, at), where="requête SQL", advice=advice)


def _unknown_table(failure: Failure, name: str, at: int) -> UsageError:
    near = ", ".join(closest(name, {known: (known, t.titre) for known, t in failure.known.items()}))
    return UsageError(
        f"table inconnue : {name}{_place(failure.statement, at)}",
        where="requête SQL",
        advice=f"Les plus proches : {near}. {LISTED}",
    )


def _description(failure: Failure) -> UsageError:
    """Tell where DESCRIBE, SHOW and SUMMARIZE are answered."""
    found = re.search(r"\b(\w+)[\s;]*$", failure.statement)
    name = found[1].lower() if found else ""
    table = f" {name}" if name in failure.known else ""
    message = _REFUSED["statement"].format(name=f" ({_keyword(failure.statement)})")
    return UsageError(
        message,
        where="requête SQL",
        advice=f"« erbm sql --tables{table} » décrit {'cette table' if table else 'les tables'}.",
    )


def _keyword(statement: str, told: str = "") -> str:
    """Return the word that begins a statement; the engine's own where it begins as a reading does.

    >>> _keyword("/* a */ install httpfs", "LOAD")
    'INSTALL'
    """
    bare = re.sub(r"--[^\n]*|/\*.*?\*/", " ", statement, flags=re.DOTALL).split()
    word = bare[0].upper() if bare else ""
    return told if word in {"", "SELECT", "WITH", "FROM", "VALUES"} else word


def _engine(failure: Failure) -> UsageError:
    """Tell of what the engine itself refuses, with its own words where there are no better ones."""
    told = _parsed(failure.told["message"])
    at = int(told.get("position", -1))
    name, place = str(told.get("name", "")), _place(failure.statement, at)
    column = _missing_column(told)
    if column:
        near = ", ".join(closest(column, {known: (known,) for known in _columns(failure)}))
        message, advice = f"colonne inconnue : {column}", f"Les plus proches : {near}. {LISTED}"
        if f'"{column}"' in failure.statement:
            text = column.replace("'", "''")
            advice = f"Un texte se met entre apostrophes, '{text}' ; des guillemets désignent une colonne."
    elif told.get("error_subtype") == "MISSING_ENTRY" and "Function" in str(told.get("type")):
        near = ", ".join(closest(name, {known: (known,) for known in failure.told["functions"]}))
        message, advice = f"fonction inconnue : {name}", f"Les plus proches : {near}."
    else:
        kind = _KINDS.get(failure.told["error"], "la requête a échoué")
        said, better = translated(told["exception_message"])
        message = f"{kind} ; le moteur dit : {said}"
        advice = f"{better} {LISTED}" if better else _advice(failure.told["error"])
    return UsageError(message + place, where="requête SQL", advice=advice)


def _missing_column(told: Mapping[str, Any]) -> str:
    """Return the column that the engine did not find, empty if that is not the matter."""
    if told.get("error_subtype") == "COLUMN_NOT_FOUND":
        return str(told["name"])
    found = re.search(r'does not have a column named "(.+?)"', told["exception_message"])
    return found[1] if found else ""


def _advice(error: str) -> str:
    if error == "ParserException":
        return f"{_STATEMENTS} Un texte se met entre apostrophes : nom = 'Cité du 9'. {LISTED}"
    return LISTED


def _columns(failure: Failure) -> Iterable[str]:
    """Return the columns of the tables that the query names, of all if it names none."""
    tables = [failure.known[name] for name in failure.chosen] or list(failure.known.values())
    return {column.nom for table in tables for column in table.columns}


def _parsed(message: str) -> dict[str, Any]:
    """Return what an error of the engine says, as it says it in JSON after its kind."""
    _, brace, rest = message.partition("{")
    try:
        told: dict[str, Any] = json.loads(brace + rest)
    except json.JSONDecodeError:
        return {"exception_message": message}
    return {"exception_message": message, **told}


def _place(statement: str, at: int) -> str:
    """Return the line of a query where byte `at` stands, with a mark under it; nothing if it is not known.

    >>> print(_place("select nmo from cites", 7))
    , caractère 8
      select nmo from cites
             ^
    """
    raw = statement.encode()
    if not 0 <= at <= len(raw):
        return ""
    before = raw[:at].decode("utf-8", "ignore")
    start = before.rfind("\n") + 1
    line = statement[start:].partition("\n")[0].replace("\t", " ")
    column = len(before) - start
    first = max(0, column - _WIDTH // 2)
    cut = line[first : first + _WIDTH]
    row = f"ligne {before.count(chr(10)) + 1}, " if "\n" in statement else ""
    return f", {row}caractère {column + 1}\n  {cut}\n  {' ' * (column - first)}^"
