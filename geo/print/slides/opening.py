"""The first slides: title and map, key figures beside the basin, amounts and progress by axis."""

from __future__ import annotations

from pptx.slide import Slide

from geo import text
from geo.catalog import Axis
from geo.content import Dossier, Stat, made_on, wording
from geo.content.charte import Charte
from geo.content.dossier import KeyFigure
from geo.content.statistics import AMOUNT
from geo.print.sentences import de
from geo.print.slides import charts, fitting, grid, native, sources
from geo.print.slides.base import CAPTION, CHART, CHARTS, COVER, HEADS, SECOND_CHART, SUBTITLE, TABLE, TABLES
from geo.print.slides.base import TEXT as FREE
from geo.print.slides.native import Column, Run
from geo.print.slides.pictures import put_map
from geo.print.slides.told import Told

TITLE = "Engagement pour le renouveau du bassin minier"
"""Of slides whose charte gives none."""
_KEY_COLUMNS = (
    Column("Indicateur", 4.25, beneath=True),
    Column("", 2.0, number=True),
    Column("", 2.75, number=True, beneath=True),
    Column("Rang", 3.333, number=True),
)


def cover(dossier: Dossier, charte: Charte) -> Told:
    """Return the title slide."""
    epci, day = dossier.epci, made_on()
    details = [wording.size(len(dossier.basin.communes), epci.population, epci.area_km2)]
    if charte.reunion:
        details.append(f"Réunion du {text.long_date(charte.reunion)}")
    details.append(f"Établi le {text.long_date(day)}")
    free = charte.textes.get("accueil", "")
    shown = [layer for layer, _ in dossier.layers if layer.visible and not layer.inventaire]

    def draw(slide: Slide) -> None:
        own = charte.titre or TITLE
        title = slide.shapes.title
        size = fitting.largest(own, (36, 32, 28, 24, 20), grid.COVER_TITLE.w, grid.COVER_TITLE.h, bold=True)
        native.write(title, [[Run(own, size or 20)]])
        native.name(title, "Titre")
        native.write(native.placeholder(slide, SUBTITLE), [epci.nom])
        native.name(native.placeholder(slide, SUBTITLE), "Territoire")
        native.write(native.placeholder(slide, CAPTION), details)
        native.name(native.placeholder(slide, CAPTION), "Détails")
        native.free_text(slide, FREE, free, grid.COVER_TEXT)
        alt = f"Carte {de(epci.nom_court)} et de ses communes, avec {_listed([one.titre for one in shown])}."
        put_map(slide, dossier, shown, grid.COVER_MAP, alt=alt, cover=True)

    return Told(COVER, draw, [*_paragraphs(free), sources.DATED, *sources.source_lines(dossier, dossier.own)])


def key_figures(dossier: Dossier) -> Told:
    """Return the slide of the key figures: of the territory, of the basin, and the rank."""
    lone = len(dossier.content.basin.epci) < 2
    everywhere = "Bassin minier" if dossier.content.basin is dossier.content.home else "Ensemble"
    titles = ("Indicateur", dossier.epci.nom_court, everywhere, "Rang")
    columns = [one._replace(title=title) for title, one in zip(titles, _KEY_COLUMNS, strict=True)]
    keys = keys_of(dossier)
    rows = [[_label(key), key.own.text, _whole(dossier, key), key.own.rank or "–"] for key in keys]
    columns, rows = (columns[:2], [row[:2] for row in rows]) if lone else (columns, rows)

    def draw(slide: Slide) -> None:
        native.title(
            slide, "Chiffres clés", f"{dossier.epci.nom_court} au regard de l’ensemble des territoires"
        )
        alt = f"Chiffres clés {de(dossier.epci.nom_court)}, à côté de ceux du bassin, avec leur rang."
        if rows:
            native.table(slide, TABLES, columns, rows, box=grid.BODY, sizes=(16, 15, 14, 13, 12), alt=alt)
        else:
            native.remove(slide, TABLES)
        native.remove(slide, FREE)

    figures = sources.figure_lines(dossier, (key.own for key in keys))
    return Told(TABLE, draw, [*figures, sources.DATED, *sources.source_lines(dossier, dossier.own)])


def keys_of(dossier: Dossier) -> list[KeyFigure]:
    """Return the key figures of the territory, and its elements and amounts by axis."""
    axes = [axis for axis in dossier.content.known.axes.values() if axis.id]
    more = [("toutes", "nombre", "Éléments de l’Engagement")]
    more += [(f"axe-{axis.id}", AMOUNT, f"{wording.axis_title(axis)}, montant attribué") for axis in axes]
    told = ((label, dossier.stats.get((key, one)), dossier.whole.get((key, one))) for key, one, label in more)
    return [*dossier.keys, *(KeyFigure(label, own, whole) for label, own, whole in told if own)]


def by_axis(dossier: Dossier) -> Told:
    """Return the slide of amounts (counts where there are none) and progress by axis."""
    axes = [axis for axis in dossier.content.known.axes.values() if axis.id]
    measure = AMOUNT if any((f"axe-{axis.id}", AMOUNT) in dossier.stats for axis in axes) else "nombre"
    amounts = [dossier.stats.get((f"axe-{axis.id}", measure)) for axis in axes]
    progress = [(wording.axis_title(axis), dossier.progress(axis)) for axis in axes]
    counted = [one for one in progress if one[1]]
    rows = [(wording.axis_title(axis), stat, axis.couleur) for axis, stat in zip(axes, amounts, strict=True)]
    what = "Montants attribués au territoire" if measure == AMOUNT else "Éléments de l’Engagement"

    def draw(slide: Slide) -> None:
        native.title(
            slide,
            "Vue d’ensemble par axe",
            f"{dossier.epci.nom_court}{text.NNBSP}: {what.lower()} et avancement",
        )
        native.write(native.placeholder(slide, HEADS), [what])
        native.name(native.placeholder(slide, HEADS), "Titre du graphique de gauche")
        charts.bars(slide, CHART, rows, what, alt=f"{what}, par axe. {_in_words(axes, amounts)}")
        native.write(native.placeholder(slide, HEADS + 1), ["Avancement, à la date des sources"])
        native.name(native.placeholder(slide, HEADS + 1), "Titre du graphique de droite")
        if counted:
            said = " ; ".join(f"{label}{text.NBSP}: {charts.told(counts)}" for label, counts in counted)
            charts.statuses(
                slide, SECOND_CHART, progress, alt=f"Nombre d’éléments par statut et par axe. {said}."
            )
        else:
            native.remove(slide, SECOND_CHART)
        lines = [sources.SHARED] if measure == AMOUNT else [sources.DATED]
        if measure == AMOUNT and None in amounts:
            lines.insert(0, "Sans barre, un axe n’a aucun montant qui soit attribué au territoire.")
        native.write(native.placeholder(slide, CAPTION), lines)
        native.name(native.placeholder(slide, CAPTION), "Légende")

    shared = [
        f"{wording.axis_title(axis)}. {line}"
        for axis in axes
        if (line := sources.shared_line(dossier, f"axe-{axis.id}"))
    ]
    told = sources.figure_lines(dossier, (stat for stat in amounts if stat))
    return Told(CHARTS, draw, [*told, *shared, sources.DATED, *sources.source_lines(dossier, dossier.own)])


def _in_words(axes: list[Axis], stats: list[Stat | None]) -> str:
    """Return ``Axe 1. Cadre de vie : 16,9 M€ ; ...``."""
    told = [
        f"{wording.axis_title(a)}{text.NBSP}: {s.text if s else 'aucun connu'}"
        for a, s in zip(axes, stats, strict=True)
    ]
    return "\u202f; ".join(told) + "."


def _label(key: KeyFigure) -> str:
    """Return what a figure is called, and under it what has to be known of it."""
    drawn = "" if key.own.drawn in key.label else key.own.drawn
    more = "\u202f; ".join(filter(None, (drawn, key.own.note)))
    called = key.label[:1].upper() + key.label[1:]
    return f"{called}\n{more}" if more else called


def _whole(dossier: Dossier, key: KeyFigure) -> str:
    """Return the figure of the basin, and under it what of its amount is shared out to no territory."""
    if key.whole is None:
        return "–"
    lone = key.own.measure == AMOUNT and key.own.layer.startswith("axe-")
    shared = dossier.unshared.get((key.own.layer, AMOUNT)) if lone else None
    return f"{key.whole.text}\ndont {shared.text} sans répartition" if shared else key.whole.text


def _listed(titles: list[str]) -> str:
    return ", ".join(titles) if titles else "aucun élément localisé"


def _paragraphs(told: str) -> list[str]:
    return [" ".join(part.split()) for part in told.split("\n\n") if part.strip()]
