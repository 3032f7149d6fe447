"""The documents of a pack: what each is called, and what writes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from geo.atlas.document import html_text
from geo.atlas.payload import page_data
from geo.catalog import Layer
from geo.content import Dossier
from geo.content.charte import Charte
from geo.export.geopackage import write_geopackage
from geo.export.qgis import write_project
from geo.export.sections import list_sections
from geo.export.workbook import write_workbook
from geo.print.fiche import write_fiche
from geo.print.sheets import write_sheet
from geo.print.slides import write_slides
from geo.sources.cache import write_text
from geo.text import NBSP

FORMATS = ("pdf", "png")
"""Of map sheets: to be printed, and as pictures."""

KINDS = {
    "fiche": "la fiche en PDF",
    "cartes": "les cartes A3, en PDF et en PNG",
    "diapositives": "le diaporama",
    "classeur": "le classeur",
    "sig": "le GeoPackage et le projet QGIS",
    "atlas": "la page de l'atlas",
}
"""What a reader may choose, and what each is."""

Write = Callable[[Dossier, Charte, Sequence[Path]], None]
"""Called with the files to write."""


@dataclass(frozen=True, slots=True)
class Document:
    """A document of a pack: its key, its kind, what it is in French, its files, what writes them."""

    key: str
    kind: str
    what: str
    names: tuple[str, ...]
    write: Write


def documents(
    dossier: Dossier,
    kinds: Sequence[str] = (),
    layers: Sequence[str] = (),
    formats: Sequence[str] = FORMATS,
) -> list[Document]:
    """Return the documents of the pack of an EPCI, in the order of a reader.

    Parameters
    ----------
    dossier : Dossier
        What they tell.
    kinds : sequence of str
        Some of `KINDS`; all by default.
    layers : sequence of str
        The layers, by id, that have a sheet of their own; all that have something to show by default.
    formats : sequence of str
        Of the map sheets, some of `FORMATS`.
    """
    slug = dossier.epci.slug
    package, project = f"donnees-{slug}.gpkg", f"projet-{slug}.qgz"
    every = [
        Document("fiche", "fiche", "Fiche du territoire", (f"fiche-{slug}.pdf",), _fiche),
        *_sheets(dossier, layers, formats),
        Document("comite", "diapositives", "Diaporama du comité", (f"comite-{slug}.pptx",), _slides),
        Document("donnees", "classeur", "Classeur des données", (f"donnees-{slug}.xlsx",), _workbook),
        Document("sig", "sig", "GeoPackage et projet QGIS", (package, project), _gis),
        Document("atlas", "atlas", "Page de l’atlas", (f"atlas-{slug}.html",), _page),
    ]
    return [one for one in every if not kinds or one.kind in kinds]


def _sheets(dossier: Dossier, layers: Sequence[str], formats: Sequence[str]) -> Iterator[Document]:
    shown = [layer for layer, own in dossier.layers if (own["precision"] != "territoire").any()]
    asked = [layer for layer in shown if not layers or layer.id in layers]
    together = [layer for layer in asked if layer.visible]
    parts = [("synthese", "Synthèse", together), *((layer.id, layer.titre, [layer]) for layer in asked)]
    for key, title, own in parts:
        if own:
            names = tuple(f"carte-{key}-{dossier.epci.slug}-A3.{suffix}" for suffix in formats)
            write = partial(_sheet, layers=tuple(own))
            yield Document(f"carte-{key}", "cartes", f"Carte A3{NBSP}: {title}", names, write)


def _sheet(dossier: Dossier, charte: Charte, targets: Sequence[Path], *, layers: tuple[Layer, ...]) -> None:
    write_sheet(dossier, layers, charte, *targets)


def _fiche(dossier: Dossier, charte: Charte, targets: Sequence[Path]) -> None:
    write_fiche(dossier, charte, *targets)


def _slides(dossier: Dossier, charte: Charte, targets: Sequence[Path]) -> None:
    write_slides(dossier, charte, *targets)


def _workbook(dossier: Dossier, charte: Charte, targets: Sequence[Path]) -> None:
    write_workbook(dossier, charte, *targets)


def _gis(dossier: Dossier, _charte: Charte, targets: Sequence[Path]) -> None:
    package, project = targets
    sections = list_sections(dossier)
    write_geopackage(dossier, package, sections)
    write_project(dossier, project, package.name, sections)


def _page(dossier: Dossier, _charte: Charte, targets: Sequence[Path]) -> None:
    (target,) = targets
    write_text(target, html_text(page_data(dossier.content, dossier.epci.siren)))
