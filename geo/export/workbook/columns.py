"""The columns of the sheets: what `geo.export.columns` says of them, in the words of a reader."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from geo.catalog import Field, Layer
from geo.export.columns import FEATURES, FIGURES, OTHERS, STATISTICS, Column
from geo.export.workbook.model import Head, Kind, unique
from geo.text import is_partial_date

_TOLD = {
    table: {column.name: column.comment for column in columns}
    for table, columns in (
        ("elements", (*FEATURES, OTHERS)),
        ("statistiques", STATISTICS),
        ("chiffres", FIGURES),
    )
}


def _head(
    table: str,
    key: str,
    titre: str,
    kind: Kind = "texte",
    comment: str = "",
    *,
    unit: str = "",
    printed: bool = True,
) -> Head:
    """Return a column of a table of the base, with its comment there unless a sheet holds something else."""
    return Head(key, titre, kind, comment or _TOLD[table][key], unit, printed)


_DATE = "Aussi précise que la source : vraie date pour un jour, texte pour un mois ou une année"
_FIRST = (
    _head("elements", "nom", "Nom", comment="Nom de l’élément"),
    _head("elements", "lieu", "Où", comment="Communes où il se trouve, ou territoires qu’il couvre"),
    _head("elements", "statut", "Avancement"),
    _head("elements", "debut", "Début", "date", f"Début. {_DATE}"),
    _head("elements", "fin", "Fin", "date", f"Fin ou échéance. {_DATE}"),
    _head(
        "elements",
        "montant_eur",
        "Montant compté",
        "montant",
        "Ce que ses montants comptent dans les statistiques : un montant répété, ou compris dans un autre,"
        " n’est compté qu’une fois, et celui d’un élément de plusieurs EPCI n’est dans le total d’aucun ;"
        " les qualificatifs sont dans « Montants en toutes lettres »",
        unit="€",
    ),
    _head(
        "elements",
        "montants",
        "Montants en toutes lettres",
        "long",
        "Chaque montant avec son qualificatif, et qui l’apporte ou ce qu’il paie",
    ),
    _head("elements", "maitre_ouvrage", "Maître d’ouvrage", comment="Qui conduit l’opération"),
)
_LAST = (
    _head(
        "elements", "quantite_valeur", "Quantité", "nombre", "Quantité, dans l’unité de la colonne suivante"
    ),
    _head("elements", "quantite_unite", "Unité de la quantité"),
    _head("elements", "quantite_qualificatif", "Qualificatif de la quantité"),
    _head("elements", "quantite_libelle", "Ce qui est compté"),
    _head("elements", "resume", "Résumé", "long"),
    _head(
        "elements",
        "precision",
        "Précision",
        comment="De l’emplacement : exacte, adresse, commune, indicative ou territoire",
    ),
    _head("elements", "reserve", "Réserve", "long", "Ce qui est en doute"),
    _head(
        "elements", "position", "Origine de la position", "long", "D’où vient l’emplacement", printed=False
    ),
    _head("elements", "financeurs", "Financeurs", "liste", "Financeurs des montants", printed=False),
    _head("elements", "axe", "Axe", "code", printed=False),
    _head("elements", "rubrique", "Rubrique", printed=False),
    _head(
        "elements",
        "etat_au",
        "État au",
        "date",
        f"Date à laquelle le fait est vrai. {_DATE}",
        printed=False,
    ),
    _head("elements", "nom_source", "Nom dans la source", printed=False),
    _head(
        "elements",
        "chiffres",
        "Chiffres",
        "liste",
        "Chiffres du bilan qui lui sont propres (feuille « Chiffres du bilan »)",
        printed=False,
    ),
    _head(
        "elements",
        "contexte",
        "Contexte",
        "liste",
        "Chiffres du bilan qui le situent, communs à plusieurs éléments (feuille « Chiffres du bilan »)",
        printed=False,
    ),
    _head("elements", "document", "Source", comment="Document d’où il vient", printed=False),
    _head("elements", "ligne", "Ligne", "code", "Première ligne dans le document", printed=False),
    _head("elements", "ligne_fin", "Dernière ligne", "code", "Dernière ligne du document", printed=False),
    _head(
        "elements", "lon", "Longitude", "degres", "D’un point de l’élément (WGS 84)", unit="°", printed=False
    ),
    _head(
        "elements", "lat", "Latitude", "degres", "D’un point de l’élément (WGS 84)", unit="°", printed=False
    ),
    _head("elements", "communes", "Codes INSEE", "liste", "Codes INSEE de ses communes", printed=False),
    _head("elements", "epci", "Codes SIREN", "liste", "Codes SIREN de ses EPCI", printed=False),
    _head(
        "elements",
        "autres",
        "Autres attributs",
        "liste",
        "Ce que la source dit encore, champ par champ",
        printed=False,
    ),
    _head("elements", "id", "Identifiant", printed=False),
)
LAYER = _head("elements", "couche", "Couche", comment="Couche de l’atlas")
COMMON = (*_FIRST, *_LAST, LAYER)
"""The columns that features have whatever their layer; each sheet has those that say something."""

STATISTICS_HEADS = (
    _head("statistiques", "couche", "Couche ou axe", comment="Couche ; axe, ou ensemble, pour les totaux"),
    _head("statistiques", "libelle", "Indicateur", "long"),
    _head("statistiques", "valeur", "Valeur", "nombre", "Valeur, dans l’unité de la colonne « Unité »"),
    _head("statistiques", "unite", "Unité", comment="Unité de la valeur et de celle du bassin"),
    _head(
        "statistiques",
        "qualificatif",
        "Qualificatif",
        comment="exact, ou plus de, près de, environ… : il va avec la valeur",
    ),
    _head(
        "statistiques",
        "ecrit",
        "En toutes lettres",
        comment="La valeur telle que l’écrivent tous les documents, arrondie, qualificatif et unité compris",
    ),
    _head("statistiques", "rang", "Rang", comment="Rang parmi les EPCI du bassin qui ont l’indicateur"),
    _head("statistiques", "valeur_bassin", "Bassin", "nombre", "La même valeur pour tout le bassin minier"),
    _head(
        "statistiques",
        "qualificatif_bassin",
        "Qualificatif du bassin",
        comment="Celui de la valeur du bassin",
    ),
    _head(
        "statistiques",
        "ecrit_bassin",
        "Bassin, en toutes lettres",
        comment="La valeur du bassin telle que l’écrivent les documents",
    ),
    _head("statistiques", "precision", "Précision"),
    _head("statistiques", "note", "Remarque", "long"),
    _head("statistiques", "cle_couche", "Clé de la couche", comment="Clé dans l’atlas", printed=False),
    _head("statistiques", "indicateur", "Clé de l’indicateur", comment="Clé dans l’atlas", printed=False),
    _head(
        "statistiques",
        "origine",
        "Composition",
        "liste",
        "Identifiants des éléments, ou des chiffres du bilan, dont la valeur est faite",
        printed=False,
    ),
)
FIGURES_HEADS = (
    _head("chiffres", "libelle", "Chiffre", "long"),
    _head("chiffres", "valeur", "Valeur", "nombre", "Valeur, dans l’unité de la colonne « Unité »"),
    _head("chiffres", "unite", "Unité"),
    _head("chiffres", "qualificatif", "Qualificatif"),
    _head("chiffres", "ecrit", "En toutes lettres", comment="Le chiffre avec son qualificatif et son unité"),
    _head("chiffres", "periode", "Période", comment="Date ou période dont il est vrai"),
    _head("chiffres", "territoire", "Territoire", comment="Territoires qu’il couvre"),
    _head("chiffres", "axe", "Axe", "code", "Axe de l’Engagement, 0 pour l’ensemble"),
    _head("chiffres", "ligne", "Ligne", "code"),
    _head("chiffres", "texte", "Le bilan écrit", "long", "Extrait de cette ligne"),
    _head("chiffres", "reserve", "Réserve", "long", "Réserve, et ce qui ne tombe pas juste dans le bilan"),
    _head("chiffres", "financeurs", "Financeurs", "long", "Qui paie, et sa part si elle est dite"),
    _head("chiffres", "rubrique", "Rubrique", printed=False),
    _head("chiffres", "double_de", "Répète", comment="Chiffre que celui-ci répète", printed=False),
    _head("chiffres", "compris_dans", "Compris dans", "liste", printed=False),
    _head("chiffres", "id", "Identifiant", printed=False),
)

_FIELDS: dict[str, Kind] = {"texte": "texte", "nombre": "nombre", "booleen": "texte"}


def layer_heads(
    layer: Layer, columns: Mapping[str, Column], told: Mapping[str, set[str]]
) -> tuple[Head, ...]:
    """Return the columns of a layer: those of all, and its own between them.

    Parameters
    ----------
    layer : Layer
        What declares its own.
    columns : mapping
        By field, its column in a base.
    told : mapping
        By field, the texts that its features give, to tell the fields that hold days.
    """
    own = [_of_field(field, columns[field.nom], told.get(field.nom, set())) for field in layer.champs]
    return tuple(unique((*_FIRST, *own, *_LAST)))


def wider_heads() -> tuple[Head, ...]:
    """Return the columns of the features of several layers together."""
    first, *rest = (*_FIRST, *_LAST)
    return (first, LAYER, *rest)


def _of_field(field: Field, column: Column, told: set[str]) -> Head:
    kind: Kind = _FIELDS.get(field.type) or ("entier" if field.unite else "code")
    if field.type == "texte" and _holds_days(told):
        kind = "date"
    comment = f"{field.libelle}, comme la source l’écrit" if field.type == "texte" else field.libelle
    if field.type == "booleen":
        comment = f"{field.libelle} : oui ou non"
    return Head(column.name, field.libelle, kind, comment, field.unite)


def _holds_days(told: Iterable[str]) -> bool:
    told = [*told]
    return any(len(one) == 10 for one in told) and all(map(is_partial_date, told))
