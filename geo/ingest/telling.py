"""A report in words: for the terminal, and as a page to share."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain, repeat

import jinja2

from geo.ingest.report import KINDS, Kind, Note, Report
from geo.ingest.standards import Conformity
from geo.text import NBSP, NNBSP, number

TITLES: dict[Kind, str] = {
    "écarté": "Lignes mises de côté",
    "réparé": "Réparé",
    "signalé": "À vérifier",
    "constat": "Constaté",
}
_WITH_HEADER = ("CSV", "XLSX", "ODS")
COLUMNS_TOLD = 12
"""Fields named in the terminal in one list; the page names them all."""
ROWS_TOLD = 8
"""Rows whose detail is written in the terminal, for one note; the page writes all that are known."""


def to_text(report: Report, width: int = 80) -> str:
    """Return a report for a terminal of some width (columns), in French."""
    head = report.titre or report.couche or report.layer
    origin = f"{report.source}, couche « {report.layer} »" if report.layer else report.source
    lines = [head, *_wrap(f"{origin} ({report.driver})", width), ""]
    for name, told in facts(report):
        lines += _entry(name, told, width)
    lines += ["", *_mapping(report, width)]
    for kind in KINDS:
        notes = report.of(kind)
        if notes:
            lines += ["", TITLES[kind]]
            lines += [line for note in notes for line in _note(note, width)]
    if report.conformity is not None:
        lines += ["", *_conformity(report.conformity, width)]
    return "\n".join(lines) + "\n"


def _wrap(text: str, width: int, first: str = "", then: str = "") -> list[str]:
    """Return a text in lines of at most `width` columns, codes left whole."""
    return textwrap.wrap(
        text, width, initial_indent=first, subsequent_indent=then or first, break_on_hyphens=False
    )


def facts(report: Report) -> list[tuple[str, str]]:
    """Return what a report says first, as pairs of a name and a sentence."""
    types = ", ".join(
        f"{number(count)} {name}{'s' if count > 1 and ' ' not in name else ''}"
        for name, count in report.geometry_types.items()
    )
    read, kept, aside = (
        f"{number(count)} {past}{'s' if count > 1 else ''}{rest}"
        for count, past, rest in (
            (report.rows_in, "lue", ""),
            (report.kept, "retenue", ""),
            (report.aside, "mise", " de côté"),
        )
    )
    told = [
        ("Lignes", f"{read} = {kept} + {aside}"),
        ("Numéros", "ceux des lignes, comptés après l'en-tête" if report.driver in _WITH_HEADER else ""),
        ("Projection", f"{report.crs or 'sans objet'}{f' ; {report.how}' if report.how else ''}"),
        ("Encodage", report.encoding),
        ("Géométries", types),
        ("Périmètre", f"{number(report.inside)} dedans, {number(report.outside)} dehors"),
        ("Emprise", _extent(report)),
        ("Empreinte", f"sha256 {report.sha256}" if report.sha256 else ""),
    ]
    return [(name, text) for name, text in told if text]


def _extent(report: Report) -> str:
    if report.extent is None:
        return ""
    west, south, east, north = (number(side, 3) for side in report.extent)
    return f"longitude {west} à {east}, latitude {south} à {north}"


def _entry(name: str, told: str, width: int) -> list[str]:
    return _wrap(told, width, f"  {name:<12}", " " * 14)


def _mapping(report: Report, width: int) -> Iterator[str]:
    if report.mapping:
        yield "Champs"
        longest = max(len(link.target) for link in report.mapping)
        for link in report.mapping:
            yield f"  {link.target:<{longest}}  <- {link.source} ({link.how})"
    for name, fields in (("Sans source", report.missing), ("Non repris", report.unused)):
        if fields:
            listed = ", ".join(fields[:COLUMNS_TOLD]) + (", …" if len(fields) > COLUMNS_TOLD else "")
            yield from _wrap(f"{name} ({len(fields)}) : {listed}", width, "  ", " " * 4)


def _note(note: Note, width: int) -> Iterator[str]:
    head = f"  {number(note.count):>7}  " if note.count else f"  {'·':>7}  "
    yield from _wrap(note.text, width, head, " " * 11)
    detailed = [line for line in note.lines if line.detail]
    if not detailed and note.lines:
        rows = _listed(note.rows, note.count)
        yield from _wrap(rows, width, " " * 11)
    for line in detailed[:ROWS_TOLD]:
        name = f" ({line.name})" if line.name else ""
        text = f"ligne {line.row}{name} : {line.detail}"
        yield from _wrap(text, width, " " * 11, " " * 13)
    if detailed and note.count > ROWS_TOLD:
        yield f"{' ' * 11}… et {number(note.count - ROWS_TOLD)} de plus"


def _listed(rows: Sequence[int], count: int) -> str:
    more = f"… ({number(count)} en tout)" if count > len(rows) else ""
    return f"ligne{'s' if count > 1 else ''} {', '.join(map(str, rows))}{more}"


def verdict(conformity: Conformity) -> str:
    """Return in one sentence how far rows conform to a standard."""
    name = f"{conformity.titre} {conformity.version}"
    if conformity.conform:
        return f"{name} : conforme"
    share = number(int(conformity.share * 10) / 10, 1 if conformity.conform_rows else 0)
    many = "s" if conformity.conform_rows > 1 else ""
    rows = f"{number(conformity.conform_rows)} ligne{many} conforme{many} sur {number(conformity.rows)}"
    return f"{name} : non conforme, {rows} ({share} %)"


def _conformity(conformity: Conformity, width: int) -> Iterator[str]:
    yield from _wrap(f"Conformité {verdict(conformity)}", width)
    for fault in conformity.faults:
        head = f"  {number(fault.count):>7}  "
        yield from _wrap(f"{fault.field} : {fault.text}", width, head, " " * 11)
        for example in fault.examples[:3]:
            yield from _wrap(example, width, " " * 11, " " * 13)
    extra = [*conformity.remarks]
    if conformity.unknown:
        listed = ", ".join(conformity.unknown[:COLUMNS_TOLD])
        more = ", …" if len(conformity.unknown) > COLUMNS_TOLD else ""
        extra.append(f"hors du standard ({len(conformity.unknown)}) : {listed}{more}")
    for text in extra:
        yield from _wrap(text, width, "  ", " " * 4)


def typeset(text: object) -> str:
    """Return a text as a page writes French: curved apostrophes, no-break spaces."""
    written = re.sub(r"(?<=\w)'(?=\w)", "’", str(text))
    written = re.sub(r"« | (?=[»:])", lambda hit: hit.group().replace(" ", NBSP), written)
    written = re.sub(r" (?=[;!?])", NNBSP, written)
    return re.sub(r"(?<=\d) (?=(?:ha|km|m²|%)(?!\w))", NNBSP, written)


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("geo.ingest"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters.update(fr=typeset, nombre=number)
    return environment


@dataclass(frozen=True, slots=True)
class Around:
    """What is known of a layer beside its report: where it comes from, what was put together in it."""

    facts: tuple[tuple[str, str], ...] = ()
    merged: tuple[str, ...] = ()


def html_page(reports: Iterable[Report], titre: str, around: Sequence[Around] = ()) -> str:
    """Return a page, whole in itself, that tells some reports: to print or to send.

    Parameters
    ----------
    reports : iterable of Report
        One for each layer.
    titre : str
        What the page is called.
    around : sequence of Around
        What is known beside each report, in their order.
    """
    told = [
        {
            "report": report,
            "facts": [*known.facts, *facts(report)[1:]],
            "merged": known.merged,
            "notes": [(TITLES[kind], report.of(kind)) for kind in KINDS if report.of(kind)],
            "verdict": verdict(report.conformity) if report.conformity else "",
        }
        for report, known in zip(reports, chain(around, repeat(Around())), strict=False)
    ]
    return _environment().get_template("controle.html.jinja").render(titre=titre, couches=told)
