"""The words of the pages: places, dates, amounts, sources, in French and ready to show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from geo import __version__, text
from geo.catalog import Axis, Document
from geo.content import Content, assets, made_on
from geo.ledger import Figure
from geo.territories import DEPARTEMENTS, Territories

if TYPE_CHECKING:
    from geo.ingest.lots import Lot

_WIDER = {
    **{code: f"{name} (bassin)" for code, name in DEPARTEMENTS.items()},
    "bassin": "ensemble du bassin",
    "32": "Hauts-de-France",
    "FR": "France",
    "académie-lille": "académie de Lille",
}


RECORDS = "Inventaires et repères"
"""Title of the layers that hold records, not measures of the Engagement."""


def axis_title(axis: Axis) -> str:
    """Return ``Axe 1. Cadre de vie``; what a user added is no axis, and has a title alone."""
    return f"Axe {axis.id}. {axis.court}" if axis.id else axis.court


def territory_line(basin: Territories) -> str:
    """Return ``8 EPCI, 336 communes, 1 258 378 habitants, 2 348 km²``."""
    head = [f"{len(basin.epci)}{text.NBSP}EPCI"] if len(basin.epci) > 1 else []
    return ", ".join([*head, size(len(basin.communes), basin.population, basin.area_km2)])


def size(communes: int, population: int, area_km2: float) -> str:
    """Return ``36 communes, 241 934 habitants, 240 km²``."""
    parts = (
        text.plural(communes, "commune"),
        text.plural(population, "habitant"),
        f"{text.number(area_km2, 0 if area_km2 >= 100 else 1)}{text.NNBSP}km²",
    )
    return ", ".join(parts)


def mentions(content: Content) -> list[str]:
    """Return the notes of the credits: method, precision, licences, software."""
    method = (
        "Les faits sont ceux que donne le bilan à mi-parcours, à la date qu’il porte : rien ici n’est dit "
        "comme d’aujourd’hui. Chaque chiffre garde son qualificatif (« plus de », « près de »…) et sa ligne."
    )
    counting = (
        "Un élément qui touche deux territoires compte dans les deux ; le total ne le compte qu’une fois. "
        "Un montant donné pour plusieurs territoires n’est pas réparti. Un chiffre dit deux fois, ou compris "
        "dans un autre, n’est compté qu’une fois."
    )
    borders = (
        f"Limites généralisées ({content.basin.source}). Calculs en projection légale ({content.basin.crs})."
    )
    licences = (
        "Logiciel sous licence Apache 2.0, faits sous Licence Ouverte 2.0. "
        f"Composants : {assets.credits_line()}."
    )
    return [method, counting, borders, licences]


def contacts(content: Content) -> list[str]:
    """Return whom to ask about what a page tells: its facts, its data, itself."""
    report = content.known.documents["bilan-erbm"]
    made = f"sa date, {text.long_date(made_on())}, et sa version, {__version__}"
    return [
        f"Un fait ou un chiffre du bilan{text.NBSP}: ses auteurs ({report.producteur}), en citant la ligne.",
        f"Une donnée d’une autre source{text.NBSP}: son producteur, nommé plus haut, en citant le millésime.",
        f"La page elle-même{text.NBSP}: qui vous l’a envoyée, en citant {made}.",
    ]


def documents_told(content: Content) -> list[Document]:
    """Return the documents that the pages rest on: not those of sources that were never read."""
    used = {*content.features["document"], *(lot.document.id for lot in all_lots(content))}
    fed = {feed.document.id for layer in content.known.layers.values() for feed in layer.donnees}
    return [d for d in content.known.documents.values() if d.id in used or d.id not in fed]


def short(document: Document) -> str:
    """Return a document as a legend names it: ``Cartofriches (2024)``."""
    return f"{document.court} ({document.millesime})"


def source_entry(document: Document, content: Content) -> dict[str, Any]:
    """Return a document as the credits list it, with what was read of it, where and when."""
    layers = content.known.layers
    return {
        "titre": document.titre,
        "details": f"{document.producteur}. {document.licence}. Millésime {document.millesime}.",
        "lots": [
            {
                "texte": lot_details(layers[lot.couche].titre, lot),
                "panne": failure(lot),
                "adresse": lot.adresse,
            }
            for lot in all_lots(content)
            if lot.document.id == document.id
        ],
    }


def all_lots(content: Content) -> list[Lot]:
    """Return the lots of all layers."""
    return [lot for lots in content.lots.values() for lot in lots]


def lots_of(layer: str, content: Content) -> Sequence[Lot]:
    """Return the lots of a layer: none, where it holds embedded facts alone."""
    return content.lots.get(layer, ())


def lots_line(lots: Sequence[Lot]) -> str:
    """Return of when the data of a layer are: ``données du 12 novembre 2026, 1 315 objets en tout``."""
    if not lots:
        return ""
    parts = f" en {len(lots)} parties" if len(lots) > 1 else ""
    return f"{_dated(lots)}, {text.plural(sum(lot.nombre for lot in lots), 'objet')}{parts} en tout"


def lot_details(title: str, lot: Lot) -> str:
    """Return a lot as the credits tell it: its layer, its date, its numbers, what was mended."""
    part = f" ({lot.partie})" if lot.partie else ""
    mended = [text.plural(lot.repare, "réparé")] if lot.repare else []
    aside = [text.plural(lot.ecarte, "écarté")] if lot.ecarte else []
    return ", ".join((f"{title}{part}{text.NBSP}: {lots_line([lot])}", *mended, *aside))


def failures(lots: Iterable[Lot]) -> list[str]:
    """Return what a page says of the sources that the last refresh could not read."""
    return list(dict.fromkeys(failure(lot) for lot in lots if lot.panne))


def failure(lot: Lot) -> str:
    """Return what a page says of a source that could not be read again, or nothing."""
    if not lot.panne:
        return ""
    why = lot.panne.rstrip(". ")
    return f"Source non rafraîchie{text.NBSP}: {why}. Ce sont les {_dated([lot])}."


def _dated(lots: Iterable[Lot]) -> str:
    """Return the days on which lots were fetched; their vintages, where they were not."""
    lots = list(lots)
    days = sorted({lot.recupere[:10] for lot in lots if lot.recupere})
    if not days:
        vintages = sorted({lot.millesime for lot in lots})
        return f"données {'des millésimes' if len(vintages) > 1 else 'du millésime'} {' et '.join(vintages)}"
    first, last = (date.fromisoformat(day) for day in (days[0], days[-1]))
    told = text.long_date(last)
    if first == last:
        return f"données du {told}"
    same_month = (first.year, first.month) == (last.year, last.month)
    start = text.long_date(first).split(" ")[0] if same_month else text.long_date(first)
    return f"données du {start} au {told}"


def place(row: Mapping[Any, Any], content: Content) -> str:
    """Return where a feature is, in words: its communes, or the territories it covers."""
    if row["precision"] != "territoire":
        named = [content.communes[c] for c in row["communes"] if c in content.communes]
        more = f" et {len(named) - 3} autres" if len(named) > 4 else ""
        return ", ".join(named[:3] if more else named) + more if named else "hors du périmètre"
    return _named(row["territoires"], content)


def source_line(row: Mapping[Any, Any], document: Document, content: Content) -> str:
    """Return the source of a feature: document, line or record, licence, date of the data."""
    parts = [document.court]
    if row["ligne"] is not None:
        first, last = row["ligne"], row["ligne_fin"]
        parts.append(f"ligne {first}" if first == last else f"lignes {first} à {last}")
    if document.id != "bilan-erbm":
        parts.append(f"millésime {document.millesime}, {document.licence}")
    lots = lots_of(row["couche"], content)
    fetched = [lot for lot in lots if lot.document.id == document.id and lot.recupere]
    if fetched:
        parts.append(_dated(fetched))
    return ", ".join(parts)


def facts(row: Mapping[Any, Any], content: Content) -> list[list[str]]:
    """Return the facts of a feature, name and value, in the order in which they are read."""
    told: list[tuple[str, str]] = [("Où", place(row, content))]
    if row["debut"] and row["debut"] == row["fin"]:
        told.append(("Date", text.partial_date(row["debut"])))
    elif row["debut"] and row["fin"]:
        told.append(("Dates", f"de {text.partial_date(row['debut'])} à {text.partial_date(row['fin'])}"))
    elif row["debut"]:
        told.append(("Début", text.partial_date(row["debut"])))
    elif row["fin"]:
        told.append(("Échéance", text.partial_date(row["fin"])))
    told.append(("Porteur", row["maitre_ouvrage"]))
    told += [
        (field.libelle, _attribute(row["attributs"][field.nom], field.type, field.unite))
        for field in content.known.layers[row["couche"]].champs
        if field.nom in row["attributs"]
    ]
    told += [
        ("Rubrique", f"axe {row['axe']}, {row['rubrique']}" if row["rubrique"] else ""),
        ("Nom dans la source", row["nom_source"]),
        ("Position", row["position"]),
    ]
    return [[name, value] for name, value in told if value]


def _attribute(value: Any, kind: str, unit: str) -> str:
    if kind == "booleen":
        return "oui" if value else "non"
    if kind == "nombre":
        decimals = 0 if value == int(value) else 2
        return text.number(value, decimals) + (f"{text.NNBSP}{unit}" if unit else "")
    return str(value)


def amount(figure: Figure) -> dict[str, Any]:
    """Return a figure of a feature: written, who paid it or what it is, its id, its euros if it has some."""
    who = ", ".join(_funder(f.nom, f.part) for f in figure.financeurs)
    return {
        "texte": figure.written(),
        "qui": who or figure.libelle,
        "chiffre": figure.id,
        "financeurs": [f.nom for f in figure.financeurs],
        **({"euros": figure.valeur} if figure.unite == "€" else {}),
    }


def _funder(name: str, part: float | None) -> str:
    return name if part is None else f"{name} ({text.number(part * 100)}{text.NNBSP}%)"


def figure_entry(figure: Figure, content: Content) -> dict[str, Any]:
    """Return a figure as pages show it: written, with its details, caveats and source."""
    document = content.known.documents["bilan-erbm"]
    details = [
        ("Territoire", territory_names(figure, content)),
        ("Période", text.period(figure.periode)),
        ("Financeurs", ", ".join(_funder(f.nom, f.part) for f in figure.financeurs)),
        ("Rubrique", figure.rubrique),
        ("Le bilan écrit", f"« {figure.texte} »"),
    ]
    warnings = [figure.reserve, *content.flags.get(figure.id, ())]
    return {
        "id": figure.id,
        "libelle": figure.libelle,
        "texte": figure.written(),
        "axe": figure.axe,
        "details": [[name, value] for name, value in details if value],
        "compte": _counted(figure, content),
        "alertes": list(dict.fromkeys(filter(None, warnings))),
        "source": f"{document.court}, ligne {figure.ligne}",
    }


def _counted(figure: Figure, content: Content) -> str:
    """Return what a figure counts for in a sum, where it is not its whole value."""
    value = content.counted.get(figure.id)
    if value is None or value == figure.valeur:
        return ""
    rest = text.quantity(value, figure.unite)
    return f"compté ici pour {rest}, le reste l’étant par d’autres chiffres qui en font partie"


def territory_names(figure: Figure, content: Content) -> str:
    """Return the territory of a figure in words."""
    return _named(figure.territoire, content)


def _named(codes: Iterable[str], content: Content) -> str:
    return ", ".join(_WIDER.get(code) or content.names.get(code, code) for code in codes)
