"""The last slides: inventories, sources, and what there is to decide."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pptx.slide import Slide

from geo import text
from geo.content import Dossier, made_on, wording
from geo.content.charte import Charte
from geo.print.points import Point, points
from geo.print.sentences import de
from geo.print.slides import axes, grid, native, sources
from geo.print.slides.base import RECORDS, TABLE, TABLES
from geo.print.slides.base import TEXT as FREE
from geo.print.slides.native import Column
from geo.print.slides.pictures import put_key, put_map
from geo.print.slides.symbols import put_symbols
from geo.print.slides.told import Told

TO_DECIDE = "Points à décider"
_RECORD_COLUMNS = (
    Column("Inventaire", 3.2),
    Column("Éléments", 1.15, number=True),
    Column("Autres chiffres", 1.683, number=True),
)
_SOURCE_COLUMNS = (
    Column("Source", 5.5),
    Column("Producteur", 3.6),
    Column("Millésime", 1.1, number=True),
    Column("Licence", 2.133),
)
_RECORDS_LINE = (
    "Ce que recensent les inventaires, hors mesures de l’Engagement\u202f; sans symbole, non dessiné"
)
_POINT_COLUMNS = (Column("Point", 3.4), Column("Éléments", 1.3, number=True), Column("Lesquels", 7.633))
_POINT_SIZES = (18, 16, 14, 13, 12, 11)


def records(dossier: Dossier) -> Iterator[Told]:
    """Yield the slide of the inventories, if the territory has any."""
    layers = [layer for layer, _ in dossier.layers if layer.inventaire]
    if not layers:
        return
    own = dossier.own[dossier.own["couche"].isin([layer.id for layer in layers])]
    shown = [layer for layer in layers if layer.visible]

    def draw(slide: Slide) -> None:
        native.title(slide, wording.RECORDS, _RECORDS_LINE)
        rows = [[row[0], row[1], row[3]] for row in (axes.row_of(dossier, layer) for layer in layers)]
        alt = "Tableau des inventaires\u00a0: éléments et autres chiffres de chacun."
        size, tops = native.table(
            slide, TABLES, _RECORD_COLUMNS, rows, box=grid.WIDE_TABLE, sizes=(14, 13, 12, 11, 10, 9), alt=alt
        )
        beside = [(layer, top) for layer, top in zip(layers, tops, strict=True) if layer in shown]
        marked, at = [layer for layer, _ in beside], [top for _, top in beside]
        put_symbols(slide, dossier, marked, at, left=grid.SYMBOLS, line=native.first_line(size))
        what = ", ".join(layer.titre for layer in shown) or "aucun"
        told = f"Carte des inventaires {de(dossier.epci.nom_court)}{text.NBSP}: {what}."
        put_key(slide, grid.TALL_MAP_KEY)
        put_map(slide, dossier, shown, grid.TALL_MAP, alt=told)

    figures = [stat for layer in layers for (one, _), stat in dossier.stats.items() if one == layer.id]
    yield Told(RECORDS, draw, [*sources.figure_lines(dossier, figures), *sources.source_lines(dossier, own)])


def sources_of(dossier: Dossier) -> list[list[str]]:
    """Return the rows of the table of sources: of what is told, then of the borders."""
    told = sources.documents(dossier, dossier.own, dossier.overall)
    rows = [[one.titre, one.producteur, one.millesime, one.licence] for one in told]
    return [*rows, sources.borders_row(dossier)]


def sources_slide(dossier: Dossier, charte: Charte) -> Iterator[Told]:
    """Yield the slides of the sources, as many as they take."""
    rows = sources_of(dossier)
    pages = list(_pages(rows))
    free = charte.textes.get("sources", "")
    for place, page in enumerate(pages):
        yield _sources_page(dossier, page, free if place == 0 else "")


def _sources_page(dossier: Dossier, rows: Sequence[Sequence[str]], free: str) -> Told:
    def draw(slide: Slide) -> None:
        native.title(slide, "Sources et méthode", "Statuts et montants à la date que portent les sources")
        native.table(
            slide,
            TABLES,
            _SOURCE_COLUMNS,
            rows,
            box=grid.TABLE,
            sizes=(14, 12, 11),
            alt="Tableau des sources.",
        )
        native.free_text(slide, FREE, free or f"{sources.DATED} {sources.SHARED}", grid.TABLE_TEXT)

    method = wording.mentions(dossier.content)[:3]
    return Told(TABLE, draw, [*method, *sources.source_lines(dossier, dossier.own, dossier.overall)])


def _pages(rows: Sequence[Sequence[str]]) -> Iterator[list[Sequence[str]]]:
    """Yield rows by as many as fit a slide."""
    page: list[Sequence[str]] = []
    for row in rows:
        if page and sum(native.heights(_SOURCE_COLUMNS, [*page, row], 11)) > grid.TABLE.h:
            yield page
            page = []
        page.append(row)
    if page:
        yield page


def to_decide(dossier: Dossier, charte: Charte) -> Told:
    """Return the closing slide: what is late, unfunded or unknown, with the first ones by their names."""
    found = points(dossier)
    free = charte.textes.get("points", "")
    box = grid.TABLE if free.strip() else grid.BODY
    size, rows = _point_rows(found, box.h)

    def draw(slide: Slide) -> None:
        day = text.long_date(made_on())
        native.title(
            slide, TO_DECIDE, f"Ce que les données disent en retard, sans financement ou inconnu, au {day}"
        )
        alt = "Tableau des points à décider\u00a0: combien d’éléments, et lesquels."
        native.table(slide, TABLES, _POINT_COLUMNS, rows, box=box, sizes=(size,), alt=alt)
        native.free_text(slide, FREE, free, grid.TABLE_TEXT)

    notes = [" ".join(part.split()) for part in free.split("\n\n") if part.strip()]
    for point in found:
        notes.append(f"{point.titre} ({len(point.elements)}). {point.regle}")
        notes += [f"– {one.told}" for one in point.elements]
    return Told(TABLE, draw, [*notes, sources.DATED, *sources.source_lines(dossier, dossier.own)])


def _point_rows(found: Sequence[Point], high: float) -> tuple[float, list[list[str]]]:
    """Return the size and the rows of the points, with as many names as fit at a size read from afar."""
    if not found:
        return _POINT_SIZES[0], [["Aucun point relevé dans les données", "–", "–"]]
    for named in (4, 3, 2, 1):
        rows = [[one.titre, text.number(len(one.elements)), _named(one, named)] for one in found]
        for size in _POINT_SIZES[: 5 if named > 1 else None]:
            if sum(native.heights(_POINT_COLUMNS, rows, size)) <= high:
                return size, rows
    return _POINT_SIZES[-1], rows


def _named(point: Point, count: int) -> str:
    """Return the first elements by their names, and how many others there are."""
    told = [one.told for one in point.elements[:count]]
    rest = len(point.elements) - len(told)
    more = [f"et {text.number(rest)} {'autre' if rest == 1 else 'autres'}"] if rest else []
    return "\u202f; ".join([*told, *more])
