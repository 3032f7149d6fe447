"""What the tables of an export look like: their columns, types and comments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Type = Literal["text", "text[]", "integer", "bigint", "double precision", "boolean", "jsonb", "geometry"]
Index = Literal["", "btree", "gin", "gist"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its type, what it holds, how it is searched; `shape` is the kind of geometry."""

    name: str
    type: Type
    comment: str
    index: Index = ""
    shape: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table: `key` are the columns of its primary key; geometries of the rows are EWKB in hexadecimal."""

    name: str
    titre: str
    comment: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]


FEATURES = (
    Column("id", "text", "Identifiant de l'élément, stable d'un export à l'autre"),
    Column("nom", "text", "Nom"),
    Column("resume", "text", "Ce que la source en dit"),
    Column("axe", "integer", "Axe de l'Engagement, de 1 à 4"),
    Column("rubrique", "text", "Rubrique du bilan"),
    Column("communes", "text[]", "Communes, codes INSEE (territoires_communes)", "gin"),
    Column("epci", "text[]", "EPCI, codes SIREN (territoires_epci)", "gin"),
    Column("territoires", "text[]", "Pour une mesure de territoire : SIREN, 59, 62 ou bassin"),
    Column("precision", "text", "exacte, adresse, commune, indicative ou territoire", "btree"),
    Column("position", "text", "D'où vient l'emplacement"),
    Column("statut", "text", "étude, projet, travaux, livré, en service ou abandonné", "btree"),
    Column("debut", "text", "Début : AAAA, AAAA-MM ou AAAA-MM-JJ, aussi précis que la source"),
    Column("fin", "text", "Fin : AAAA, AAAA-MM ou AAAA-MM-JJ"),
    Column("etat_au", "text", "Date à laquelle le fait est vrai : AAAA, AAAA-MM ou AAAA-MM-JJ"),
    Column("maitre_ouvrage", "text", "Maître d'ouvrage"),
    Column("quantite_valeur", "double precision", "Quantité, dans l'unité de quantite_unite"),
    Column("quantite_unite", "text", "Unité de la quantité"),
    Column("quantite_qualificatif", "text", "exact, plus de, près de, environ..."),
    Column("quantite_libelle", "text", "Ce qui est compté"),
    Column("montant_eur", "double precision", "Somme des montants, sans ceux que la source répète (€)"),
    Column("financeurs", "text[]", "Financeurs"),
    Column("montants", "jsonb", "Chaque montant : valeur, unité, période, financeurs, chiffre"),
    Column("chiffres", "text[]", "Chiffres du bilan qui lui sont propres (chiffres.id)"),
    Column("contexte", "text[]", "Chiffres du bilan qui le situent (chiffres.id)"),
    Column("document", "text", "Document d'où il vient (documents.id)", "btree"),
    Column("ligne", "integer", "Première ligne du document"),
    Column("ligne_fin", "integer", "Dernière ligne du document"),
    Column("nom_source", "text", "Nom dans la source, s'il est autre"),
    Column("reserve", "text", "Réserve"),
)
OTHERS = Column("autres", "jsonb", "Attributs que la couche ne déclare pas")
LOCATION = "Emplacement, Lambert-93 (EPSG:2154), mètres ; vide pour une mesure de tout un territoire"
BOUNDARY = "Limites, Lambert-93 (EPSG:2154), mètres"

EPCI = (
    Column("siren", "text", "Code SIREN"),
    Column("nom", "text", "Nom officiel"),
    Column("nom_court", "text", "Nom des cartes"),
    Column("slug", "text", "Nom des fichiers"),
    Column("departement", "text", "Code du département"),
    Column("population", "integer", "Population municipale (habitants)"),
    Column("area_km2", "double precision", "Surface en projection légale (km²)"),
    Column("communes", "text[]", "Communes, codes INSEE", "gin"),
)
COMMUNES = (
    Column("insee", "text", "Code INSEE"),
    Column("siren", "text", "Code SIREN de son EPCI (territoires_epci)", "btree"),
    *(column for column in EPCI if column.name in ("nom", "departement", "population", "area_km2")),
)
STATISTICS = (
    Column("decoupage", "text", "epci ou commune"),
    Column("code", "text", "SIREN, INSEE, ou ensemble-du-bassin, hors-perimetre, total"),
    Column("couche", "text", "Couche ; axe-1 à axe-4, axe-0 ou toutes pour les ensembles", "btree"),
    Column("indicateur", "text", "Indicateur"),
    Column("siren", "text", "Code SIREN de l'EPCI", "btree"),
    Column("insee", "text", "Code INSEE de la commune", "btree"),
    Column("territoire", "text", "Nom du territoire"),
    Column("libelle", "text", "Libellé de l'indicateur"),
    Column("valeur", "double precision", "Valeur, dans l'unité de la colonne unite"),
    Column("unite", "text", "Unité"),
    Column("qualificatif", "text", "exact, plus de, près de, environ..."),
    Column("precision", "text", "indicative si un tracé ou une position indicatifs y entre"),
    Column("note", "text", "Remarque"),
    Column("origine", "text[]", "Éléments ou chiffres dont elle est faite"),
)
FIGURES = (
    Column("id", "text", "Identifiant du chiffre"),
    Column("libelle", "text", "Ce qui est dit"),
    Column("valeur", "double precision", "Valeur, dans l'unité de la colonne unite"),
    Column("unite", "text", "Unité ; des euros, jamais des millions"),
    Column("qualificatif", "text", "exact, plus de, près de, environ..."),
    Column("periode", "text", "Date, ou début/fin"),
    Column("territoire", "text[]", "SIREN, INSEE, 59, 62, bassin, 32 ou FR", "gin"),
    Column("axe", "integer", "Axe de l'Engagement", "btree"),
    Column("rubrique", "text", "Rubrique du bilan"),
    Column("financeurs", "text[]", "Financeurs"),
    Column("parts", "jsonb", "Part de chaque financeur (0 à 1), où elle est dite"),
    Column("ligne", "integer", "Ligne du bilan"),
    Column("texte", "text", "Extrait de cette ligne"),
    Column("double_de", "text", "Chiffre que celui-ci répète"),
    Column("compris_dans", "text[]", "Chiffres dont celui-ci est une partie"),
    Column("reserve", "text", "Réserve"),
)
DOCUMENTS = (
    Column("id", "text", "Identifiant du document"),
    Column("titre", "text", "Titre"),
    Column("court", "text", "Titre court"),
    Column("producteur", "text", "Producteur"),
    Column("licence", "text", "Licence"),
    Column("millesime", "text", "Millésime"),
    Column("etat_au", "text", "Date à laquelle ses faits sont vrais"),
)
