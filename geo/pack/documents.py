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

Write = Callable[[Dossier, Charte, Path], None]
"""Called with a folder."""


@dataclass(frozen=True, slots=True)
class Document:
    """A document of a pack: its key, its kind, what it is in French, what writes it in a folder."""

    key: str
    kind: str
    what: str
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
    every = [
        Document("fiche", "fiche", "Fiche du territoire, à lire avant la réunion", _fiche),
        *_sheets(dossier, layers, tuple(formats)),
        Document("comite", "diapositives", "Diaporama du comité", _slides),
        Document("donnees", "classeur", "Classeur des données et des chiffres", _workbook),
        Document("sig", "sig", "Couches et chiffres pour un SIG, et projet QGIS", _gis),
        Document("atlas", "atlas", "Page de l’atlas, à ouvrir sans réseau", _page),
    ]
    return [one for one in every if not kinds or one.kind in kinds]


def _sheets(dossier: Dossier, layers: Sequence[str], formats: tuple[str, ...]) -> Iterator[Document]:
    shown = [layer for layer, own in dossier.layers if (own["precision"] != "territoire").any()]
    asked = [layer for layer in shown if not layers or layer.id in layers]
    together = [layer for layer in asked if layer.visible]
    parts = [("synthese", "Synthèse", together), *((layer.id, layer.titre, [layer]) for layer in asked)]
    for key, title, own in parts:
        if own:
            write = partial(_sheet, layers=tuple(own), key=key, formats=formats)
            yield Document(f"carte-{key}", "cartes", f"Carte A3{NBSP}: {title}", write)


def _sheet(
    dossier: Dossier,
    charte: Charte,
    folder: Path,
    *,
    layers: tuple[Layer, ...],
    key: str,
    formats: tuple[str, ...],
) -> None:
    names = (f"carte-{key}-{dossier.epci.slug}-A3.{suffix}" for suffix in formats)
    write_sheet(dossier, layers, charte, *(folder / name for name in names))


def _fiche(dossier: Dossier, charte: Charte, folder: Path) -> None:
    write_fiche(dossier, charte, folder / f"fiche-{dossier.epci.slug}.pdf")


def _slides(dossier: Dossier, charte: Charte, folder: Path) -> None:
    write_slides(dossier, charte, folder / f"comite-{dossier.epci.slug}.pptx")


def _workbook(dossier: Dossier, charte: Charte, folder: Path) -> None:
    write_workbook(dossier, charte, folder / f"donnees-{dossier.epci.slug}.xlsx")


def _gis(dossier: Dossier, _charte: Charte, folder: Path) -> None:
    package, sections = folder / f"donnees-{dossier.epci.slug}.gpkg", list_sections(dossier)
    write_geopackage(dossier, package, sections)
    write_project(dossier, folder / f"projet-{dossier.epci.slug}.qgz", package.name, sections)


def _page(dossier: Dossier, _charte: Charte, folder: Path) -> None:
    page = html_text(page_data(dossier.content, dossier.epci.siren))
    write_text(folder / f"atlas-{dossier.epci.slug}.html", page)
