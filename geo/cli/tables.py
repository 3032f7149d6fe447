"""Rows for people: tables fitted to the width, numbers and dates in French."""

from __future__ import annotations

import io
import re
import shutil
import sys
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from geo.cli.french import typeset
from geo.rows import Row, place_names, statistic_text
from geo.text import NBSP, NNBSP, number, period, quantity

FINDING_TITLES = {
    "somme": "Sommes qui ne tombent pas juste",
    "ecart": "Écarts entre deux chiffres qui devraient être les mêmes",
    "double": "Chiffres dits deux fois, comptés une fois",
    "part": "Parts plus grandes que leur tout",
    "lecture": "Lectures en doute",
}


_READABLE = 16
"""Characters that a column of texts needs to be read; a number needs all of its own."""
_GAP = 3
"""Characters between two columns of a terminal."""


@dataclass(frozen=True, slots=True)
class Column:
    """A heading, what stands under it, and how many characters it may take in a file; all, if 0."""

    title: str
    cell: Callable[[Row], str]
    most: int = 40
    justify: Literal["left", "right"] = "left"


def draw(rows: Sequence[Row], columns: Sequence[Column], *, stream: str | None = "stdout") -> str:
    """Return a table, fitted to the terminal; one line a row where there is none.

    Parameters
    ----------
    rows : sequence of dict
        As `geo.rows` gives them.
    columns : sequence of Column
        What is shown of them.
    stream : {"stdout", "stderr"} or None
        Where it goes: its terminal sets the width; None for a file.
    """
    if not rows:
        return ""
    cells = [[printable(column.cell(row)) for column in columns] for row in rows]
    if stream is not None and is_terminal(stream):
        return _fitted_to_terminal(cells, columns)
    return _one_line_a_row(
        [[shortened(text, c.most) for text, c in zip(line, columns, strict=True)] for line in cells], columns
    )


def fitting(rows: Sequence[Row], columns: Sequence[Column]) -> list[Column]:
    """Return the first columns that the terminal has room for, at least one; all where there is none.

    Parameters
    ----------
    rows, columns
        As in `draw`.
    """
    if not is_terminal("stdout"):
        return list(columns)
    room = shutil.get_terminal_size().columns
    kept: list[Column] = []
    for column in columns:
        longest = max((len(column.cell(row)) for row in rows), default=0)
        least = longest if column.justify == "right" else min(longest, _READABLE)
        room -= max(least, len(column.title)) + _GAP * bool(kept)
        if room < 0 and kept:
            break
        kept.append(column)
    return kept


def _one_line_a_row(cells: Sequence[Sequence[str]], columns: Sequence[Column]) -> str:
    titles = [column.title for column in columns]
    widths = [max(map(len, texts)) for texts in zip(titles, *cells, strict=True)]
    lines = [
        "   ".join(
            text.rjust(width) if column.justify == "right" else text.ljust(width)
            for text, width, column in zip(line, widths, columns, strict=True)
        )
        for line in (titles, *cells)
    ]
    rule = "─" * (sum(widths) + 3 * (len(widths) - 1))
    return "\n".join(line.rstrip() for line in (lines[0], rule, *lines[1:])) + "\n"


def _fitted_to_terminal(cells: Sequence[Sequence[str]], columns: Sequence[Column]) -> str:
    """Wrap what is too wide."""
    from rich.box import SIMPLE_HEAD  # noqa: PLC0415  # slow, and only a terminal needs it
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="")
    for column in columns:
        table.add_column(
            column.title, justify=column.justify, no_wrap=column.justify == "right", overflow="fold"
        )
    for line in cells:
        table.add_row(*(Text(text) for text in line))
    target = io.StringIO()
    width = shutil.get_terminal_size().columns
    Console(file=target, width=width, color_system=None, legacy_windows=False).print(table)
    return "\n".join(line.rstrip() for line in target.getvalue().splitlines()) + "\n"


def is_terminal(stream: str) -> bool:
    """Tell whether a person reads this stream; a closed one is read by nobody."""
    file = getattr(sys, stream)
    return file is not None and bool(file.isatty())


def printable(text: str) -> str:
    """Return one line without control characters, which a terminal would obey."""
    return "".join(c if c.isprintable() or c in " \u00a0\u202f" else " " for c in text)


def shortened(text: str, most: int) -> str:
    """Cut a text that is too long, and show that it is cut."""
    return text if not most or len(text) <= most else text[: most - 1].rstrip() + "…"


def territory_columns() -> list[Column]:
    """Return the columns of territories."""
    return [
        Column("Code", lambda row: row["code"], 0),
        Column("Nom", lambda row: row["nom"], 0),
        Column("Département", lambda row: ", ".join(place_names(filter(None, [row["departement"]]), {})), 0),
        Column("Communes", lambda row: number(len(row["communes"])) if row["communes"] else "", 0, "right"),
        Column("Habitants", lambda row: _number(row["population"]), 0, "right"),
        Column("Surface", lambda row: quantity(row["area_km2"], "km²"), 0, "right"),
    ]


def _number(value: float | None) -> str:
    return "" if value is None else number(value)


def statistic_columns(titles: Mapping[str, str]) -> list[Column]:
    """Return the columns of statistics; `titles` of layers by id."""
    return [
        Column("Territoire", lambda row: row["territoire"], 0),
        Column("Couche", lambda row: _group(row["couche"], titles), 0),
        Column("Indicateur", lambda row: row["libelle"], 0),
        Column("Valeur", _statistic, 0, "right"),
        Column("Remarque", _remark, 0),
    ]


def _group(key: str, titles: Mapping[str, str]) -> str:
    if key == "toutes":
        return "Toutes les couches"
    if key.startswith("axe-"):
        axis = key.removeprefix("axe-")
        return f"Axe{NBSP}{axis}" if axis != "0" else "Tous axes"
    return titles.get(key, key)


def _statistic(row: Row) -> str:
    return statistic_text(row["valeur"], row["unite"], row["qualificatif"], row["indicateur"])


def _remark(row: Row) -> str:
    vague = ""
    if row["precision"] == "indicative":
        vague = "tracé indicatif" if row["indicateur"].startswith("length_km") else "positions indicatives"
    return " ; ".join(filter(None, (vague, row["note"])))


def figure_columns(names: Mapping[str, str]) -> list[Column]:
    """Return the columns of the ledger; `names` of places by code."""
    return [
        Column("Ligne", lambda row: str(row["ligne"]), 5, "right"),
        Column("Chiffre", lambda row: row["libelle"], 70),
        Column("Valeur", lambda row: quantity(row["valeur"], row["unite"], row["qualificatif"]), 32, "right"),
        Column("Période", lambda row: period(row["periode"] or ""), 24),
        Column("Territoire", lambda row: ", ".join(place_names(row["territoire"], names)), 30),
        Column("Financeurs", _funders, 40),
    ]


def _funders(row: Row) -> str:
    parts = row["parts"]
    told = [
        f"{name} ({number(parts[name] * 100)}{NBSP}%)" if name in parts else name
        for name in row["financeurs"]
    ]
    return ", ".join(told)


def layer_columns() -> list[Column]:
    """Return the columns of the layers."""
    return [
        Column("Couche", lambda row: row["id"], 24),
        Column("Titre", lambda row: row["titre"], 40),
        Column("Axe", lambda row: str(row["axe"]), 3, "right"),
        Column("Éléments", lambda row: number(row["nombre"]), 8, "right"),
        Column("Source", lambda row: row["source"], 60),
    ]


def written_columns() -> list[Column]:
    """Return the columns of the pages that were written."""
    return [
        Column("Page", lambda row: row["titre"], 60),
        Column("Éléments", lambda row: number(row["elements"]), 9, "right"),
        Column("Taille", lambda row: size(row["taille"]), 9, "right"),
        Column("Fichier", lambda row: str(row["path"]), 200),
    ]


def size(count: int) -> str:
    """Write a number of bytes in French.

    >>> size(34_567).replace(NBSP, " ")
    '35 ko'
    """
    for unit, factor in (("Mo", 1e6), ("ko", 1e3)):
        if count >= factor:
            rounded = round(count / factor, 0 if count >= 10 * factor else 1)
            return f"{number(rounded, 0 if rounded.is_integer() else 1)}{NBSP}{unit}"
    return f"{count}{NBSP}octets" if count > 1 else f"{count}{NBSP}octet"


def findings_text(rows: Sequence[Row]) -> str:
    """Return what does not add up or is in doubt, by kind, in sentences.

    Parameters
    ----------
    rows : sequence of dict
        As `geo.rows.findings` gives them.
    """
    width = shutil.get_terminal_size().columns if is_terminal("stdout") else 100
    pieces = []
    for kind, title in FINDING_TITLES.items():
        chosen = [row for row in rows if row["type"] == kind]
        if chosen:
            pieces.append(f"{title} ({number(len(chosen))})\n")
            pieces += [_finding(row, min(width, 100)) for row in chosen]
    return "\n".join(pieces)


def _finding(row: Row, width: int) -> str:
    lines = row["lignes"]
    text = sentence(printable(row["libelle"])) + " " + sentence(printable(row["constat"]))
    if lines:
        word = "Ligne" if len(lines) == 1 else "Lignes"
        text += f" ({word.lower()} {', '.join(str(line) for line in lines)})"
    text = re.sub(r"(?<=\d) (?=\d{3}\b)", NNBSP, typeset(text))
    return (
        textwrap.fill(text, width, initial_indent="  • ", subsequent_indent="    ", break_on_hyphens=False)
        + "\n"
    )


def sentence(text: str) -> str:
    """Begin with a capital letter and end with a full stop, as a sentence does."""
    text = typeset(text[:1].upper() + text[1:])
    return text if text.endswith((".", "!", "?", "»")) else f"{text}."
