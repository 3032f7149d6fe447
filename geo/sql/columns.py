"""What the tables of a query look like: their columns, types and what they hold, in French."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Type = Literal["VARCHAR", "VARCHAR[]", "BIGINT", "DOUBLE", "BOOLEAN", "JSON", "GEOMETRY"]

TYPES: dict[Type, str] = {
    "VARCHAR": "texte",
    "VARCHAR[]": "liste de textes",
    "BIGINT": "entier",
    "DOUBLE": "nombre",
    "BOOLEAN": "booléen",
    "JSON": "objet JSON",
    "GEOMETRY": "géométrie",
}
"""Type of a column to its name in French."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its type in the engine, and what it holds."""

    nom: str
    type: Type
    sens: str


PLACE = Column("geometry", "GEOMETRY", "Emplacement (EPSG:2154, mètres) ; vide pour tout un territoire")
OUTLINE = Column("geometry", "GEOMETRY", "Limites (EPSG:2154, mètres)")
OTHERS = Column("autres", "JSON", "Attributs que la couche ne déclare pas")
ATTRIBUTES = Column("attributs", "JSON", "Attributs de la couche : attributs->>'type'")

FEATURES = (
    Column("id", "VARCHAR", "Identifiant de l'élément"),
    Column("couche", "VARCHAR", "Couche (couches.id)"),
    Column("nom", "VARCHAR", "Nom"),
    Column("axe", "BIGINT", "Axe de l'Engagement, de 1 à 4"),
    Column("rubrique", "VARCHAR", "Rubrique du bilan"),
    Column("communes", "VARCHAR[]", "Communes, codes INSEE (communes.insee)"),
    Column("epci", "VARCHAR[]", "EPCI, codes SIREN (epci.siren)"),
    Column("territoires", "VARCHAR[]", "Pour une mesure de territoire : SIREN, 59, 62 ou bassin"),
    Column("precision", "VARCHAR", "exacte, adresse, commune, indicative ou territoire"),
    Column("position", "VARCHAR", "D'où vient l'emplacement"),
    Column("statut", "VARCHAR", "étude, projet, travaux, livré, en service ou abandonné"),
    Column("debut", "VARCHAR", "Début : AAAA, AAAA-MM ou AAAA-MM-JJ"),
    Column("fin", "VARCHAR", "Fin : AAAA, AAAA-MM ou AAAA-MM-JJ"),
    Column("etat_au", "VARCHAR", "Date à laquelle le fait est vrai"),
    Column("maitre_ouvrage", "VARCHAR", "Maître d'ouvrage"),
    Column("quantite_valeur", "DOUBLE", "Quantité, dans l'unité de quantite_unite"),
    Column("quantite_unite", "VARCHAR", "Unité de la quantité"),
    Column("quantite_qualificatif", "VARCHAR", "exact, plus de, près de, environ..."),
    Column("montant_eur", "DOUBLE", "Somme des montants, sans ceux que la source répète (€)"),
    Column("financeurs", "VARCHAR[]", "Financeurs"),
    Column("surface_ha", "DOUBLE", "Surface (ha) : celle que dit la source, sinon celle du contour"),
    Column("chiffres", "VARCHAR[]", "Chiffres qui lui sont propres (chiffres.id)"),
    Column("contexte", "VARCHAR[]", "Chiffres qui le situent (chiffres.id)"),
    Column("document", "VARCHAR", "Document d'où il vient (documents.id)"),
    Column("ligne", "BIGINT", "Première ligne du document"),
    Column("ligne_fin", "BIGINT", "Dernière ligne du document"),
    Column("nom_source", "VARCHAR", "Nom dans la source, s'il est autre"),
    Column("reserve", "VARCHAR", "Réserve"),
    Column("resume", "VARCHAR", "Ce que la source en dit"),
)
EPCI = (
    Column("siren", "VARCHAR", "Code SIREN"),
    Column("nom", "VARCHAR", "Nom officiel"),
    Column("nom_court", "VARCHAR", "Nom des cartes"),
    Column("departement", "VARCHAR", "Code du département"),
    Column("population", "BIGINT", "Population municipale (habitants)"),
    Column("area_km2", "DOUBLE", "Surface (km²)"),
    Column("communes", "VARCHAR[]", "Communes, codes INSEE (communes.insee)"),
    OUTLINE,
)
COMMUNES = (
    Column("insee", "VARCHAR", "Code INSEE"),
    Column("nom", "VARCHAR", "Nom officiel"),
    Column("siren", "VARCHAR", "Code SIREN de son EPCI (epci.siren)"),
    *EPCI[3:6],
    OUTLINE,
)
FIGURES = (
    Column("id", "VARCHAR", "Identifiant du chiffre"),
    Column("libelle", "VARCHAR", "Ce qui est dit"),
    Column("valeur", "DOUBLE", "Valeur, dans l'unité de la colonne unite"),
    Column("unite", "VARCHAR", "Unité ; des euros, jamais des millions"),
    Column("qualificatif", "VARCHAR", "exact, plus de, près de, environ..."),
    Column("periode", "VARCHAR", "Date, ou début/fin"),
    Column("territoire", "VARCHAR[]", "SIREN, INSEE, 59, 62, bassin, 32 ou FR"),
    Column("axe", "BIGINT", "Axe de l'Engagement"),
    Column("rubrique", "VARCHAR", "Rubrique du bilan"),
    Column("financeurs", "VARCHAR[]", "Financeurs"),
    Column("ligne", "BIGINT", "Ligne du bilan"),
    Column("texte", "VARCHAR", "Extrait de cette ligne"),
    Column("double_de", "VARCHAR", "Chiffre que celui-ci répète"),
    Column("compris_dans", "VARCHAR[]", "Chiffres dont celui-ci est une partie"),
    Column("reserve", "VARCHAR", "Réserve"),
)
STATISTICS = (
    Column("decoupage", "VARCHAR", "epci ou commune"),
    Column("siren", "VARCHAR", "Code SIREN de l'EPCI (epci.siren)"),
    Column("insee", "VARCHAR", "Code INSEE de la commune (communes.insee)"),
    Column("territoire", "VARCHAR", "Nom du territoire"),
    Column("couche", "VARCHAR", "Couche ; axe-1 à axe-4, axe-0 ou toutes pour les ensembles"),
    Column("indicateur", "VARCHAR", "Indicateur"),
    Column("valeur", "DOUBLE", "Valeur, dans l'unité de la colonne unite"),
    Column("unite", "VARCHAR", "Unité"),
    Column("qualificatif", "VARCHAR", "exact, plus de, près de, environ..."),
    Column("precision", "VARCHAR", "indicative si un tracé indicatif y entre"),
    Column("note", "VARCHAR", "Remarque"),
    Column("origine", "VARCHAR[]", "Éléments ou chiffres dont elle est faite"),
)
LAYERS = (
    Column("id", "VARCHAR", "Identifiant de la couche"),
    Column("nom_table", "VARCHAR", "Table de ses éléments"),
    Column("titre", "VARCHAR", "Titre"),
    Column("axe", "BIGINT", "Axe de l'Engagement"),
    Column("resume", "VARCHAR", "Ce qu'elle contient"),
    Column("document", "VARCHAR", "Sa source (documents.id)"),
)
DOCUMENTS = (
    Column("id", "VARCHAR", "Identifiant du document"),
    Column("titre", "VARCHAR", "Titre"),
    Column("producteur", "VARCHAR", "Producteur"),
    Column("licence", "VARCHAR", "Licence"),
    Column("millesime", "VARCHAR", "Millésime"),
    Column("etat_au", "VARCHAR", "Date à laquelle ses faits sont vrais"),
)
