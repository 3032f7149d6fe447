"""CNIG Friches 1.0.6: the inventory of urban brownfields.

Source: https://github.com/cnigfr/schema-friches (Licence Ouverte 2.0), version of 16 December 2025.
"""

from __future__ import annotations

from geo.ingest.standards.rules import Cross, Rule, Standard

_ELSE = ("inconnu", "autre", "sans objet")
"""What most lists of values end with."""
_INSEE = r"(\d{2}|2[AB])\d{3}"

_PLACE = (
    Rule("site_id", requis=True),
    Rule("site_nom", requis=True),
    Rule(
        "site_type",
        requis=True,
        valeurs=(
            "friche industrielle",
            "friche commerciale",
            "friche hospitalière",
            "friche agro-industrielle",
            "friche carrière ou mine",
            "friche militaire",
            "friche d'habitat",
            "friche d'équipement public",
            "friche portuaire",
            "friche aéroportuaire",
            "friche ferroviaire",
            "friche logistique",
            "friche loisir tourisme hôtellerie",
            "friche enseignement",
            "friche cultuelle",
            "mixte - dominante habitat",
            "mixte - autre",
            *_ELSE,
        ),
    ),
    Rule("site_adresse"),
    Rule("site_identif_date", "date", requis=True),
    Rule("site_actu_date", "date", requis=True),
    Rule("site_url", "url", liste=True),
    Rule("site_ademe_url", "url"),
    Rule(
        "site_securite",
        valeurs=(
            "évacuation des produits dangereux et déchets présents sur le site",
            "interdictions ou limitations d'accès au site",
            "suppression des risques d'incendie et d'explosion",
            "surveillance des effets de l'installation sur son environnement",
            "mesures de gestion de pollution ou restrictions temporaires",
            "existence d'une attestation de mise en sécurité",
            *_ELSE,
        ),
    ),
    Rule(
        "site_occupation",
        valeurs=(
            "totalement inoccupé",
            "partiellement inoccupé",
            "occupation transitoire ou temporaire",
            "occupation illicite supposée",
            "occupation illicite avérée",
            *_ELSE,
        ),
    ),
    Rule(
        "site_statut",
        valeurs=(
            "friche potentielle",
            "friche sans projet",
            "friche avec projet",
            "friche reconvertie",
            *_ELSE,
        ),
    ),
    Rule("site_projet_url", "url ou courriel"),
    Rule("site_reconv_annee", "annee"),
    Rule(
        "site_reconv_type",
        valeurs=(
            "habitat",
            "bureau",
            "commerce",
            "industrie",
            "autres activités économiques",
            "équipement public",
            "aménagement d'espace public",
            "renaturation",
            "panneaux photovoltaïques",
            "énergie, hors photovoltaïque",
            "mixte",
            *_ELSE,
        ),
    ),
    Rule("activite_libelle"),
    Rule("activite_code", motif=r"[A-Z]\d\d.\d\d[A-Z]", liste=True),
    Rule("activite_fin_annee", "annee"),
    Rule("comm_nom", requis=True),
    Rule("comm_insee", requis=True, motif=_INSEE),
)

_BUILDINGS = (
    Rule(
        "bati_type",
        valeurs=("industriel", "commercial", "résidentiel", "secteur tertiaire", *_ELSE),
        liste=True,
    ),
    Rule("bati_nombre", "entier"),
    Rule("bati_surface", "entier"),
    Rule("bati_pollution", valeurs=("amiante", "plomb", *_ELSE)),
    Rule("bati_vacance", valeurs=("occupé", "partiellement occupé", "vacant", *_ELSE)),
    Rule(
        "bati_patrimoine",
        valeurs=("aucun", "présence d'un bâtiment d'intérêt", "présence d'un bâtiment classé", *_ELSE),
    ),
    Rule(
        "bati_etat",
        valeurs=(
            "dégradation inexistante ou faible",
            "dégradation moyenne",
            "dégradation très importante",
            "dégradation hétérogène",
            *_ELSE,
        ),
    ),
    Rule("local_ancien_annee", "annee"),
    Rule("local_recent_annee", "annee"),
    Rule("proprio_type", motif=r"[A-Z]\d[a-z]", liste=True),
    Rule("proprio_personne", valeurs=("personne physique", "personne morale", *_ELSE), liste=True),
    Rule("proprio_nom"),
)

_GROUND = (
    Rule("sol_pollution_annee", "annee"),
    Rule(
        "sol_pollution_existe",
        valeurs=(
            "pollution inexistante",
            "pollution traitée",
            "pollution peu probable",
            "pollution supposée",
            "pollution avérée",
            *_ELSE,
        ),
    ),
    Rule(
        "sol_pollution_origine",
        valeurs=(
            "dépôt de déchets, stockages de produits",
            "pollution due au fonctionnement de l'installation",
            "origine accidentelle (transport, transbordement, manipulation,...)",
            "retombées atmosphériques",
            *_ELSE,
        ),
    ),
    Rule("sol_pollution_commentaire"),
    Rule("sol_depollution_fiche", "url"),
    Rule("unite_fonciere_surface", "entier"),
    Rule("unite_fonciere_refcad", motif=r"[0-9A-B]{2}\d{6}[0-9A-Z]{2}\d{4}", liste=True),
    Rule(
        "urba_zone_type",
        valeurs=("U", "AUc", "AUs", "A", "N", "Zc", "ZCa", "ZnC", "RNU", *_ELSE),
    ),
    Rule("urba_zone_lib"),
    Rule("urba_zone_formdomi"),
    Rule("urba_zaer", requis=True, valeurs=("oui", "non", "inconnu")),
    Rule("urba_doc_type", valeurs=("RNU", "CC", "PLU", "PLUI", "PSMV", *_ELSE)),
    Rule("desserte_distance", motif=r"\d+\|\d+\|\d+"),
    Rule("desserte_commentaire"),
    Rule("source_nom", requis=True),
    Rule("source_url"),
    Rule("source_producteur"),
    Rule("source_contact"),
    Rule("geompoint", "point", requis=True),
    Rule("geomsurf", "surface"),
)

CNIG_FRICHES = Standard(
    id="cnig-friches",
    titre="CNIG Friches",
    version="1.0.6",
    cle="site_id",
    regles=(*_PLACE, *_BUILDINGS, *_GROUND),
    croisees=(
        Cross(
            ("proprio_personne", "proprio_nom"),
            "le propriétaire est nommé alors que c'est une personne physique",
            lambda person, _: set(person.split("|")) == {"personne physique"},
        ),
        Cross(
            ("local_ancien_annee", "local_recent_annee"),
            "le local le plus ancien est plus récent que le plus récent",
            lambda oldest, newest: len(oldest) == len(newest) and oldest > newest,
        ),
    ),
    vides=frozenset({"", "NA", "NaN", "N/A"}),
)
