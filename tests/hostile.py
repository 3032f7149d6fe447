"""Strings that would do harm if a page took them for anything but text, and data made of them."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Iterator
from typing import Any

TOUCHED = "__touche"
"""What a string that runs adds one to, on ``window``."""

_RUN = f"window.{TOUCHED}=(window.{TOUCHED}||0)+1"
_ELEMENTS = (
    "<script>{run}</script>",
    "<img src=x onerror={run}>",
    "<img src=x onerror='{run}'>",
    "<svg onload={run}>",
    "<svg><script>{run}</script></svg>",
    "<svg><animate onbegin={run} attributeName=x dur=1s>",
    "<body onload={run}>",
    "<iframe srcdoc='<script>parent.{run}</script>'></iframe>",
    "<iframe src=javascript:{run}>",
    "<a href=javascript:{run}>x</a>",
    "<a href='data:text/html,<script>{run}</script>'>x</a>",
    "<input autofocus onfocus={run}>",
    "<details open ontoggle={run}>",
    "<video><source onerror={run}></video>",
    "<object data=javascript:{run}>",
    "<embed src=javascript:{run}>",
    "<form action=javascript:{run}><button>x",
    "<math><mtext></mtext><mglyph><style><img src=x onerror={run}></style></math>",
    "<style>@import 'https://exemple.fr/x.css';</style>",
    "<style>*{display:none!important}</style>",
    "<link rel=stylesheet href=https://exemple.fr/x.css>",
    "<meta http-equiv=refresh content='0;url=https://exemple.fr'>",
    "<base href=https://exemple.fr/>",
    "<marquee onstart={run}>x</marquee>",
    "<template><script>{run}</script></template>",
    "<noscript><p title='</noscript><img src=x onerror={run}>'>",
    "<title></title><script>{run}</script>",
    "<textarea></textarea><script>{run}</script>",
    "<!--><script>{run}</script>-->",
    "<![CDATA[<script>{run}</script>]]>",
)
_BEFORE = (
    "",
    '"',
    "'",
    "`",
    "-->",
    "]]>",
    "</script>",
    "</style>",
    "</title>",
    "</textarea>",
    "</svg>",
    '">',
    "'>",
    "</script><script>",
    "&lt;",
    "\u2028",
    "\\",
    "\\u003c",
    "{{",
    "${",
    "\x00",
)
_ATTRIBUTES = (
    '" onmouseover="{run}',
    "' onmouseover='{run}",
    '" onfocus="{run}" autofocus="',
    '" style="display:none',
    "` onclick=`{run}",
    '"onload="{run}',
    "javascript:{run}",
    "JaVaScRiPt:{run}",
    "java\nscript:{run}",
    "data:text/html,<script>{run}</script>",
    "vbscript:{run}",
    '"/><img src=x onerror="{run}"/>',
)
_SCRIPTS = (
    '";{run};//',
    "';{run};//",
    "`;{run};//",
    "\\';{run};//",
    '\\";{run};//',
    "${{run}}",
    "</script><script>{run}</script>",
    "*/{run}/*",
    "\n{run}\n",
    "\u2028{run}\u2029",
    "'+({run})+'",
    '"+({run})+"',
    "<!--<script>{run}",
    "]]>{run}",
)
_TEMPLATES = (
    "{{7*7}}",
    "{% raw %}",
    "{% for x in y %}",
    "{# c #}",
    "${7*7}",
    "#{7*7}",
    "<%= 7*7 %>",
    "{{constructor.constructor('{run}')()}}",
    "[[${7*7}]]",
    "{{''.__class__.__mro__}}",
    "%(nom)s",
    "%s%n%x",
    "{0}",
    "{nom}",
    "$&",
    "$1",
    "\\1",
    "{{this}}",
)
_FORMULAS = (
    '=cmd|"/C calc"!A0',
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1:A9)",
    '=HYPERLINK("https://exemple.fr","x")',
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "＝1+1",
    "＋1+1",
    "－1+1",
    "＠SUM(A1)",
    " =1+1",
    '";=1+1;"',
    "\ufeff=1+1",
    "=DDE(1)",
    '="x"',
    "-",
    "+33 3 21 00 00 00",
)
_CHARACTERS = (
    "\u202eévruoc",
    "a\u202db\u202cc",
    "\u2066x\u2069",
    "zéro\u200blargeur\u200c\u200d\ufeff",
    "\u00ad\u00adtirets",
    "e\u0301\u0301\u0301\u0301\u0301\u0301" * 8,
    "\ud800seul",
    "seul\udfff",
    "\ud83d",
    "👩‍👩‍👧‍👦🏳️‍🌈",
    "\x00\x01\x02\x1b[31m\x7f",
    "\r\n\t\v\f",
    "\u0085\u2028\u2029",
    "ﷺ" * 12,
    "A" * 400,
    "à" * 400,
    "ا" * 120,
    "漢" * 120,
    "a b " * 200,
    " espaces  autour ",
    "null",
    "undefined",
    "NaN",
    "true",
    "__proto__",
    "constructor",
    "toString",
    "hasOwnProperty",
    "valueOf",
    "../../../etc/passwd",
    "C:\\con.txt",
    "a/b\\c:d*e?f|g",
    "%00%2e%2e",
    "#t=62498&e=x",
    "?a=b&c=d#e",
    "&amp;&lt;&#60;&#x3c;&NewLine;",
    "a,b;c\td\"e'f",
    "\ufffd\ufffe\uffff",
)
IDS = (
    'guillemet"',
    "apostrophe'",
    "<b>balise</b>",
    "crochet]",
    "__proto__",
    "constructor",
    "toString",
    "a,b;c:d",
    "50%",
    "%zz",
    "a b+c",
    "#e=x&t=62498",
    "barre\\oblique",
    "{{7*7}}",
    "é\u202e\u200b",
    "?",
)
"""Identifiers that selectors, addresses and tables of names might take for something else."""
LONGEST = "Nom de cent mille caractères " + "x" * 100_000


def elements() -> list[str]:
    """Return the elements that would run, one of each kind."""
    return [text.replace("{run}", _RUN) for text in _ELEMENTS]


def strings() -> list[str]:
    """Return the strings, each once, always in the same order: more than a thousand."""
    wrapped = (before + text for before, text in itertools.product(_BEFORE, _ELEMENTS))
    shouted = (text.upper().replace("{RUN}", "{run}") for text in _ELEMENTS)
    spaced = (text.replace("<", "<\t", 1) for text in _ELEMENTS)
    slashed = (text.replace(" ", "/") for text in _ELEMENTS)
    quoted = (before + text for before, text in itertools.product(_BEFORE[:8], (*_ATTRIBUTES, *_SCRIPTS)))
    doubled = (f"{text}{text}" for text in _TEMPLATES)
    made = (*wrapped, *shouted, *spaced, *slashed, *quoted, *_TEMPLATES, *doubled)
    ready = [text.replace("{run}", _RUN) for text in made]
    return list(dict.fromkeys([*ready, *_FORMULAS, *_CHARACTERS]))


def hostile(data: dict[str, Any], texts: list[str] | None = None) -> dict[str, Any]:
    """Return the data of a page in which every text that a reader sees is one of the strings.

    Each is the name of a feature: there are as many as that. Codes, colours, addresses and shapes are
    left alone, so that the page still has something to show; the ids of the features added are `IDS`,
    then plain ones.
    """
    data = copy.deepcopy(data)
    data["entites"] += _more(data["entites"], len(strings()) - len(data["entites"]))
    names = itertools.cycle(texts or strings())
    values: Iterator[str] = itertools.cycle(reversed(texts or strings()))
    for one in data["entites"]:
        one.update(nom=next(names), resume=next(values), reserve=next(values), source=next(values))
        one.update(ou=next(values), statut_texte=next(values), faits=[[next(values), next(values)]])
        one.update(financeurs=[next(values)], bailleurs=[next(values)])
        for amount in one["montants"]:
            amount.update(texte=next(values), qui=next(values), financeurs=[next(values)])
    for layer in data["couches"]:
        layer.update(titre=next(values), resume=next(values), donnees=next(values), pannes=[next(values)])
        layer.update(sources=[next(values)])
    for figure in data["chiffres"]:
        figure.update(libelle=next(values), texte=next(values), compte=next(values), source=next(values))
        figure.update(details=[[next(values), next(values)]], alertes=[next(values)])
    for territory in (*data["epci"], *data["communes"]):
        territory.update(nom=next(values), contexte=next(values))
        if "court" in territory:
            territory.update(court=next(values)[:60], alias=[next(values)])
    for axis in data["axes"]:
        axis.update(titre=next(values), court=next(values))
    for source in data["sources"]:
        source.update(titre=next(values), details=next(values))
    for status in data["statuts"]:
        status.update(texte=next(values))
    data.update(titre=next(values), sous_titre=next(values), mentions=[next(values), next(values)])
    data.update(sources_courtes=[next(values)], precisions={key: next(values) for key in data["precisions"]})
    return data


def _more(features: list[dict[str, Any]], count: int) -> Iterator[dict[str, Any]]:
    """Yield copies of features that are no records, with ids of their own."""
    own = itertools.cycle([one for one in features if not one["inventaire"]])
    for number, one in zip(range(count), own, strict=False):
        yield {**copy.deepcopy(one), "id": IDS[number] if number < len(IDS) else f"copie-{number}"}
