"""The words of the pages: places, dates, amounts, sources, in French and ready to show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from geo import text
from geo.atlas import assets
from geo.atlas.content import Content
from geo.catalog import Document
from geo.ledger import Figure
from geo.territories import DEPARTEMENTS, Territories

_WIDER = {
    "bassin": "ensemble du bassin",
    "32": "Hauts-de-France",
    "FR": "France",
    "académie-lille": "académie de Lille",
}


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


def source_entry(document: Document) -> dict[str, str]:
    """Return a document as the credits list it."""
    return {
        "titre": document.titre,
        "details": f"{document.producteur}. {document.licence}. Millésime {document.millesime}.",
    }


def place(row: Mapping[Any, Any], content: Content) -> str:
    """Return where a feature is, in words: its communes, or the territories it covers."""
    if row["precision"] != "territoire":
        communes = {**content.home.communes, **content.basin.communes}
        named = [communes[c].nom for c in row["communes"] if c in communes]
        more = f" et {len(named) - 3} autres" if len(named) > 4 else ""
        return ", ".join(named[:3] if more else named) + more if named else "hors du périmètre"
    return _named(row["territoires"], content.home)


def source_line(row: Mapping[Any, Any], document: Document) -> str:
    """Return the source of a feature: document, line or record, licence."""
    parts = [document.court]
    if row["ligne"] is not None:
        first, last = row["ligne"], row["ligne_fin"]
        parts.append(f"ligne {first}" if first == last else f"lignes {first} à {last}")
    if document.id != "bilan-erbm":
        parts.append(f"millésime {document.millesime}, {document.licence}")
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
        ("Rubrique", f"axe {row['axe']}, {row['rubrique']}"),
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


def amount(figure: Figure) -> dict[str, str]:
    """Return a figure of a feature: written, who paid it or what it is, its id."""
    who = ", ".join(_funder(f.nom, f.part) for f in figure.financeurs)
    return {"texte": figure.written(), "qui": who or figure.libelle, "chiffre": figure.id}


def _funder(name: str, part: float | None) -> str:
    return name if part is None else f"{name} ({text.number(part * 100)}{text.NNBSP}%)"


def figure_entry(figure: Figure, content: Content) -> dict[str, Any]:
    """Return a figure as pages show it: written, with its details, caveats and source."""
    document = content.known.documents["bilan-erbm"]
    details = [
        ("Territoire", territory_names(figure, content.home)),
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


def territory_names(figure: Figure, basin: Territories) -> str:
    """Return the territory of a figure in words."""
    return _named(figure.territoire, basin)


def _named(codes: Iterable[str], basin: Territories) -> str:
    known = {
        **{c.insee: c.nom for c in basin.communes.values()},
        **{e.siren: e.nom_court for e in basin.epci.values()},
        **{code: f"{name} (bassin)" for code, name in DEPARTEMENTS.items()},
        **_WIDER,
    }
    return ", ".join(known.get(code, code) for code in codes)
