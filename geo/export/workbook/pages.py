"""The two sheets of a workbook that are read first: what it explains, what it sums up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from geo import __version__, text
from geo.catalog import Axis, Document
from geo.content import Dossier, Stat, made_on, wording
from geo.content.charte import Charte
from geo.content.style import STATUS_COLOURS
from geo.export.crediting import addresses, documents_of, is_safe, lots_of_document
from geo.export.workbook.columns import COMMON
from geo.export.workbook.contents import GUIDE, SUMMARY, layer_title, measure_facts
from geo.export.workbook.layout import printed_count
from geo.export.workbook.model import KINDS, Head, Line, Link, Sheet, Tidy, Value, whole_day
from geo.indicators import BASIN

OF_ALL = "Couches"
"""What stands for the sheets of all layers, where a column is explained once for them all."""
_ORDER = tuple(head.key for head in COMMON)
_EMPTY = Line("vide")
_HOW = """\
Les nombres sont de vrais nombres, dans l’unité que dit le titre de la colonne ou la colonne « Unité » ; \
les euros sont des euros, jamais des milliers ni des millions. Le tableur les écrit à la française si \
l’ordinateur est réglé ainsi.
Une valeur va avec son qualificatif (« plus de », « près de », « environ »…) : « En toutes lettres » la \
donne comme l’écrivent la fiche, les cartes et le diaporama.
Une cellule vide veut dire que la source ne le dit pas, jamais zéro. Les colonnes qui ne disent rien pour \
ce territoire ne sont pas là.
Les titres de colonnes ont des filtres et restent à l’écran. À l’impression, seules les premières colonnes \
d’une feuille vont sur le papier, autant qu’il en tient : la liste des feuilles dit jusqu’où.
Aucune cellule n’est une formule : un texte qui commence par « = » reste un texte."""
_PAGES = {
    "accueil": "Accueil",
    "axe-1": "Axe 1",
    "axe-2": "Axe 2",
    "axe-3": "Axe 3",
    "axe-4": "Axe 4",
    "cites": "Cités",
    "sources": "Sources",
    "points": "Points à décider",
}


def title(dossier: Dossier, charte: Charte) -> str:
    """Return the title of the workbook: that of the user, or what it is."""
    return charte.titre or f"{dossier.epci.nom_court}{text.NBSP}: données de l’atlas du bassin minier"


def guide(dossier: Dossier, charte: Charte, sheets: Sequence[Sheet], tidy: Tidy) -> list[Line]:
    """Return the lines of the sheet that explains all the others, last of all what cells could not hold."""
    lines = [
        *_opening(dossier, charte),
        Line("rubrique", ("Comment lire ce classeur",)),
        *(Line("texte", (words,)) for words in _HOW.splitlines()),
        *_notes(charte, ("accueil",)),
        _EMPTY,
        *_list_of_sheets(sheets),
        _EMPTY,
        *_list_of_columns(sheets),
        _EMPTY,
        *_list_of_sources(dossier),
        *_notes(charte, ("sources",)),
        _EMPTY,
        Line("rubrique", ("Méthode et licences",)),
        *(Line("texte", (words,)) for words in wording.mentions(dossier.content)),
    ]
    tidied = [_tidied(line, tidy, GUIDE) for line in lines]
    if not tidy.notes:
        return tidied
    told = [Line("texte", (note,)) for note in dict.fromkeys(tidy.notes)]
    return [*tidied, _EMPTY, Line("rubrique", ("Ce que des cellules n’ont pas pu contenir",)), *told]


def summary(dossier: Dossier, charte: Charte, tidy: Tidy) -> list[Line]:
    """Return the lines of the sheet of key figures, beside those of the basin."""
    lines = [
        *_opening(dossier, charte),
        *_key_figures(dossier),
        _EMPTY,
        *_by_axis(dossier),
        _EMPTY,
        *_progress(dossier),
        *_unshared(dossier),
        *_notes(charte, ("axe-1", "axe-2", "axe-3", "axe-4", "cites", "points")),
    ]
    return [_tidied(line, tidy, SUMMARY) for line in lines]


def _tidied(line: Line, tidy: Tidy, sheet: str) -> Line:
    where = f"Feuille « {sheet} »"
    return Line(
        line.style,
        tuple(
            Link(tidy.text(cell.text, where), cell.target)
            if isinstance(cell, Link)
            else tidy.value(cell, "texte", where)
            if isinstance(cell, str)
            else cell
            for cell in line.cells
        ),
    )


def _opening(dossier: Dossier, charte: Charte) -> Iterator[Line]:
    epci = dossier.epci
    size = wording.size(len(epci.communes), epci.population, epci.area_km2)
    yield Line("titre", (title(dossier, charte),))
    yield Line("sous-titre", (f"{epci.nom} (SIREN {epci.siren}){text.NBSP}: {size}",))
    meeting = f"Réunion du {text.long_date(charte.reunion)}. " if charte.reunion else ""
    made = f"Fait le {text.long_date(made_on())}, atlas du bassin minier, version {__version__}."
    yield Line("sous-titre", (meeting + made,))
    yield _EMPTY


def _notes(charte: Charte, pages: Sequence[str]) -> Iterator[Line]:
    """Yield the free texts of some pages, paragraph by paragraph."""
    for page in pages:
        told = [part.strip() for part in charte.textes.get(page, "").split("\n\n") if part.strip()]
        if told:
            yield _EMPTY
            yield Line("rubrique", (f"Note{text.NBSP}: {_PAGES[page]}",))
            yield from (Line("texte", (part,)) for part in told)


def _list_of_sheets(sheets: Sequence[Sheet]) -> Iterator[Line]:
    yield Line("rubrique", ("Feuilles",))
    yield Line("entete", ("Feuille", "Titre", "Lignes", "Imprimée jusqu’à", "Ce qu’elle contient", "Sources"))
    told = "Chiffres clés, axes, avancement, à côté des valeurs de tout le bassin."
    yield Line("ligne", (_to(SUMMARY), SUMMARY, None, None, told, None))
    for sheet in sheets:
        last = f"« {sheet.heads[printed_count(sheet) - 1].titre} »"
        yield Line(
            "ligne", (_to(sheet.name), sheet.titre, len(sheet.rows), last, sheet.resume, sheet.sources)
        )


def _to(name: str) -> Link:
    quoted = name.replace("'", "''")
    return Link(name, f"internal:'{quoted}'!A1")


def _list_of_columns(sheets: Sequence[Sheet]) -> Iterator[Line]:
    yield Line("rubrique", ("Colonnes",))
    words = f"« {OF_ALL} » vaut pour toutes les feuilles de couches qui ont cette colonne."
    yield Line("texte", (words,))
    yield Line("entete", ("Feuille", "Colonne", "Unité", "Type", "Explication"))
    common: dict[str, Head] = {}
    for sheet in sheets:
        common |= {head.shown: head for head in sheet.heads if head.key in sheet.common}
    told = sorted(common.values(), key=lambda head: _ORDER.index(head.key))
    own = [(sheet.name, head) for sheet in sheets for head in sheet.heads if head.key not in sheet.common]
    for name, head in [*((OF_ALL, head) for head in told), *own]:
        yield Line("ligne", (name, head.shown, head.unit, KINDS[head.kind], _sentence(head.comment)))


def _sentence(comment: str) -> str:
    told = comment[:1].upper() + comment[1:].replace("...", "…")
    return told if told.endswith(("…", ".")) else f"{told}."


def _list_of_sources(dossier: Dossier) -> Iterator[Line]:
    yield Line("rubrique", ("Sources",))
    rows = [_source(document, dossier) for document in documents_of(dossier)]
    heads = ("Source", "Titre", "Millésime", "Licence", "Producteur et données lues", "État au", "Adresse")
    width = max(map(len, rows))
    yield Line("entete", heads[:width])
    yield from (Line("ligne", row) for row in rows)
    told = "Limites et population des communes et des EPCI"
    yield Line("ligne", ("Territoires", told, None, None, dossier.content.basin.source, None))


def _source(document: Document, dossier: Dossier) -> tuple[Value | Link, ...]:
    """Return the cells of a source; the last is its address, where it has one that may be a link."""
    lots = lots_of_document(document, dossier)
    layers = dossier.content.known.layers
    read = [wording.lot_details(layers[lot.couche].titre, lot) for lot in lots]
    details = ". ".join(told.rstrip(".") for told in (document.producteur, *read, *wording.failures(lots)))
    where = [Link(one, one) for one in addresses(lots) if is_safe(one)]
    return (
        document.court,
        document.titre,
        document.millesime,
        document.licence,
        f"{details}.",
        whole_day(document.etat_au) or (text.partial_date(document.etat_au) if document.etat_au else None),
        *where[:1],
    )


def _key_figures(dossier: Dossier) -> Iterator[Line]:
    yield Line("rubrique", ("Chiffres clés",))
    own = dossier.epci.nom_court
    yield Line(
        "entete",
        (
            "Chiffre clé",
            own,
            "Bassin",
            "Unité",
            f"{own}, en toutes lettres",
            "Bassin, en toutes lettres",
            "Rang",
            "Remarque",
        ),
    )
    units = measure_facts(dossier, dossier.epci.siren)
    for key in dossier.keys:
        unit = units[key.own.layer, key.own.measure][0]
        whole = key.whole
        yield Line(
            "ligne",
            (
                key.label[:1].upper() + key.label[1:],
                key.own.value,
                whole.value if whole else None,
                unit,
                key.own.text,
                whole.text if whole else None,
                key.own.rank,
                key.own.note,
            ),
        )


def _by_axis(dossier: Dossier) -> Iterator[Line]:
    yield Line("rubrique", ("Par axe de l’Engagement",))
    yield Line(
        "entete",
        (
            "Axe",
            "Éléments",
            "dont localisés",
            "Montant (€)",
            "Montant, en toutes lettres",
            "Bassin, en toutes lettres",
            "Rang",
            "Remarque",
        ),
    )
    for layer in _axes(dossier):
        stats = [dossier.stats.get((layer, key)) for key in ("nombre", "nombre_localise", "montant_eur")]
        if not any(stats):
            continue
        amount, whole = stats[2], dossier.whole.get((layer, "montant_eur"))
        yield Line(
            "ligne",
            (
                layer_title(layer, dossier),
                *(stat.value if stat else None for stat in stats),
                amount.text if amount else None,
                whole.text if whole else None,
                amount.rank if amount else None,
                amount.note if amount else None,
            ),
        )


def _axes(dossier: Dossier) -> list[str]:
    return [*(f"axe-{axis.id}" for axis in dossier.content.known.axes.values()), "toutes"]


def _progress(dossier: Dossier) -> Iterator[Line]:
    yield Line("rubrique", ("Avancement des éléments",))
    axes: list[Axis | None] = [*dossier.content.known.axes.values(), None]
    counts = [
        (wording.axis_title(axis) if axis else "Tous les axes", dossier.progress(axis)) for axis in axes
    ]
    counts = [(name, count) for name, count in counts if count]
    yield Line("entete", ("Avancement", *(name for name, _ in counts)))
    for status in (*STATUS_COLOURS, ""):
        words = status[:1].upper() + status[1:] if status else "Statut inconnu"
        yield Line("ligne", (words, *(count.get(status, 0) for _, count in counts)))


def _unshared(dossier: Dossier) -> Iterator[Line]:
    found: list[tuple[str, Stat]] = [
        (layer, dossier.unshared[layer, "montant_eur"])
        for layer in _axes(dossier)
        if (layer, "montant_eur") in dossier.unshared
    ]
    if not found:
        return
    qualifiers = measure_facts(dossier, BASIN)
    yield _EMPTY
    yield Line("rubrique", ("Montants dits pour plusieurs territoires ensemble, sans répartition entre eux",))
    yield Line("entete", ("Axe", "Montant (€)", "Qualificatif", "En toutes lettres", "Remarque"))
    for layer, stat in found:
        qualifier = qualifiers[layer, "montant_eur"][1]
        cells = (layer_title(layer, dossier), stat.value, qualifier, stat.text, stat.note)
        yield Line("ligne", cells)
