"""Where rows go: stdout or a file for what was asked, stderr for all the rest."""

from __future__ import annotations

import errno
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from geo import rows as machine
from geo.cli.tables import is_terminal, sentence, size
from geo.errors import ErbmError, UsageError, os_reason
from geo.rows import Row
from geo.sources.cache import replacing

PLAIN = ("table", "json", "csv")
FORMATS = (*PLAIN, "geojson")
SUFFIXES = {
    ".txt": "table",
    ".json": "json",
    ".csv": "csv",
    ".geojson": "geojson",
    ".parquet": "geoparquet",
    ".geoparquet": "geoparquet",
}
"""What the name of a file says of its format; without a suffix, a table."""


@dataclass(frozen=True, slots=True)
class Asked:
    """How the user wants the answer: the format, the file (None for stdout), and no chatter."""

    format: str
    out: Path | None
    quiet: bool

    @property
    def stream(self) -> str | None:
        """Where a table goes, as `geo.cli.tables.draw` takes it: None for a file."""
        return None if self.out else "stdout"

    @classmethod
    def of(
        cls, *, format_: str | None, out: Path | None, quiet: bool, formats: Sequence[str] = FORMATS
    ) -> Asked:
        """Take the format from the name of the file where none is given.

        Raises
        ------
        UsageError
            If the name says none of `formats`.
        """
        if format_ is None and out is not None and out.suffix:
            format_ = SUFFIXES.get(out.suffix.lower(), "")
            if format_ not in formats:
                known = ", ".join(suffix for suffix, kind in SUFFIXES.items() if kind in formats)
                raise UsageError(
                    f"extension inconnue : « {out.suffix} »",
                    where=str(out),
                    advice=f"Au choix : {known}. Pour un autre nom, dites le format avec --format.",
                )
        elif format_ is not None and out is not None:
            named = SUFFIXES.get(out.suffix.lower(), format_)
            if named != format_:
                raise UsageError(
                    f"--format {format_}, mais le nom finit par « {out.suffix} »",
                    where=str(out),
                    advice="Changez l'un ou l'autre.",
                )
        return cls(format_ or "table", out, quiet)


@dataclass(frozen=True, slots=True)
class Answer:
    """Rows, and how each format writes them.

    `columns` are those of the CSV. `table`, `geojson` and `geoparquet` are called only if that
    format is asked; the last two are None for rows that have no geometry. `count` says how much it
    is, `remarks` what else a reader should know.
    """

    rows: Sequence[Row]
    columns: Sequence[str]
    table: Callable[[], str]
    count: str
    geojson: Callable[[], str] | None = None
    geoparquet: Callable[[], bytes] | None = None
    remarks: Sequence[str] = ()
    json: Callable[[], str] | None = None
    """Where the answer is one object, and not rows."""


def refuse_geojson(asked: Asked, what: str) -> None:
    """Raise unless the format can hold rows without geometry; before anything is computed.

    Raises
    ------
    UsageError
        If GeoJSON is asked.
    """
    if asked.format == "geojson":
        raise UsageError(
            f"{what} : ces lignes n'ont pas de géométrie, le format geojson ne leur convient pas",
            advice="Choisissez --format table, json ou csv.",
        )


def give(answer: Answer, asked: Asked) -> None:
    """Write an answer in the format asked, and tell how much it is on stderr.

    Raises
    ------
    ErbmError
        If it cannot be written.
    """
    binary = asked.format == "geoparquet"
    if binary and asked.out is None and is_terminal("stdout"):
        raise UsageError(
            "un terminal n'affiche pas du GeoParquet",
            advice="Donnez un fichier, par exemple --out a.parquet.",
        )
    content = answer.geoparquet() if binary and answer.geoparquet else _text(answer, asked.format)
    if asked.out is None:
        write_stdout(content)
        notice(answer.count, asked)
    else:
        raw = content.encode() if isinstance(content, str) else content
        with replacing(asked.out) as temporary:
            temporary.write_bytes(raw)
        notice(f"{answer.count} → {asked.out} ({size(len(raw))})", asked)
    for remark in answer.remarks:
        notice(sentence(remark), asked)


def _text(answer: Answer, kind: str) -> str:
    if kind == "json":
        return answer.json() if answer.json else machine.json_text(answer.rows)
    if kind == "csv":
        return machine.csv_text(answer.rows, answer.columns)
    if kind == "geojson" and answer.geojson:
        return answer.geojson()
    return answer.table()


def write_stdout(text: str | bytes) -> None:
    """Write bytes as they are, and text in UTF-8 whatever the locale, unless it is for a terminal."""
    if sys.stdout is None:  # closed by the caller: erbm query >&-
        raise ErbmError("la sortie standard est fermée", advice="Donnez un fichier, avec --out.")
    try:
        whole = isinstance(text, bytes) or is_terminal("stdout")
        click.echo(text if whole else str(text).encode(), nl=False)
    except OSError as error:
        if error.errno == errno.EPIPE:
            raise
        raise ErbmError(f"écriture impossible ({os_reason(error)})", where="sortie standard") from None


def notice(text: str, asked: Asked) -> None:
    """Tell a person something, on stderr, unless they want quiet."""
    if not asked.quiet:
        click.echo(text, err=True)


@contextmanager
def progress(asked: Asked) -> Iterator[Callable[[str, int, int], None] | None]:
    """Show a progress bar on stderr; give the function that moves it, None if quiet."""
    if asked.quiet or not is_terminal("stderr"):
        yield None
        return
    from rich.console import Console  # noqa: PLC0415  # slow, and only needed here
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn  # noqa: PLC0415

    columns: list[Any] = [TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn()]
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Lecture des faits", total=None)

        def move(what: str, done: int, total: int) -> None:
            bar.update(task, description=what, completed=done, total=total)

        yield move
