"""What the engine says most often, in French: it speaks English."""

from __future__ import annotations

import re
from collections.abc import Callable

from geo.sql.columns import TYPES

_TYPES: dict[str, str] = {
    **{str(key): french for key, french in TYPES.items()},
    "BOOL": "booléen",
    "DATE": "date",
    "FLOAT": "nombre",
    "DECIMAL": "nombre",
    "INTEGER": "entier",
    "INTEGER_LITERAL": "entier",
    "STRING_LITERAL": "texte",
    "INT32": "entier",
    "INT64": "entier",
}
_CAST = "Un type se change avec ::, par exemple debut::integer ; try_cast donne null où c'est impossible."
_TEXT = "Un texte se met entre apostrophes, doublées s'il en contient : nom = 'Cité de l''Eau'."

_Saying = tuple[str, Callable[[re.Match[str]], str], str]


def translated(said: str) -> tuple[str, str]:
    """Return what the engine says in French, and what to do.

    Parameters
    ----------
    said : str
        Its message, in English.

    Returns
    -------
    tuple of (str, str)
        The message, as it is where it has no translation, and an advice, empty if there is none.

    Examples
    --------
    >>> translated("WHERE clause cannot contain aggregates!")[0]
    "where ne prend pas de fonction d'agrégat"
    """
    for pattern, french, advice in _SAYINGS:
        if found := re.search(pattern, said, re.DOTALL):
            return french(found), advice
    return said.strip(), ""


def _kind(name: str) -> str:
    """Return the name of a type in French, its own name if it has none."""
    return _TYPES.get(re.sub(r"\(.*\)$", "", name.strip()), name.strip())


def _mismatch(found: re.Match[str]) -> str:
    name, _, received = found[1].removesuffix(")").partition("(")
    kinds = [_kind(part) for part in re.split(r", (?![^(]*\))", received) if part]
    what = f"la fonction {name}" if re.match(r"\w", name) else f"l'opérateur {name}"
    if not kinds:
        return f"{what} attend une valeur"
    return f"{what} ne prend pas {'ce type' if len(kinds) == 1 else 'ces types'} : {', '.join(kinds)}"


_SAYINGS: tuple[_Saying, ...] = (
    (
        r"^No function matches the given name and argument types '(.+?)'\. You",
        _mismatch,
        _CAST,
    ),
    (r'^syntax error at or near "(.*)"', lambda m: f"erreur de syntaxe près de « {m[1]} »", _TEXT),
    (r"^syntax error at end of input", lambda _: "la requête s'arrête trop tôt", ""),
    (r"^unterminated quoted string", lambda _: "il manque une apostrophe", _TEXT),
    (r"^unterminated quoted identifier", lambda _: "il manque un guillemet", ""),
    (
        r"^Could not convert string '(.*)' to (\w+)",
        lambda m: f"« {m[1]} » ne se convertit pas en {_kind(m[2])}",
        _CAST,
    ),
    (
        r"^Type (.+) with value '?(.*?)'? can't be cast to the destination type (.+?)$",
        lambda m: f"« {m[2]} » ({_kind(m[1])}) ne se convertit pas en {_kind(m[3])}",
        _CAST,
    ),
    (
        r'^invalid (?:date|timestamp) field format: "(.*?)"',
        lambda m: f"« {m[1]} » n'est pas une date (AAAA-MM-JJ)",
        "",
    ),
    (
        r"^Cannot compare values of type (.+?) and type (.+?) -",
        lambda m: f"ces types ne se comparent pas : {_kind(m[1])}, {_kind(m[2])}",
        _CAST,
    ),
    (
        r'^column "(.+?)" must appear in the GROUP BY',
        lambda m: f"la colonne {m[1]} n'est ni dans group by ni dans une fonction d'agrégat",
        "Ajoutez-la à group by, ou prenez-en une valeur : any_value.",
    ),
    (
        r"^WHERE clause cannot contain aggregates",
        lambda _: "where ne prend pas de fonction d'agrégat",
        "Après un group by, la condition se met dans having.",
    ),
    (r'^Referenced table "(.+?)" not found', lambda m: f"aucune table ne s'appelle {m[1]} ici", ""),
    (
        r'^Ambiguous reference to column name "(.+?)" \(use: (.+)\)',
        lambda m: f"la colonne {m[1]} est dans plusieurs tables",
        "Dites laquelle, avec le nom de la table : cites.nom.",
    ),
)
