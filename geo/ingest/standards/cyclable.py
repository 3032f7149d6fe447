"""Aménagements cyclables 0.3.5: the national base of cycling facilities (BNAC).

Source: https://github.com/etalab/amenagements-cyclables (Licence Ouverte 2.0), version of 4 October 2024.
"""

from __future__ import annotations

from geo.ingest.standards.rules import Rule, Standard

_FACILITIES = (
    "PISTE CYCLABLE",
    "BANDE CYCLABLE",
    "DOUBLE SENS CYCLABLE PISTE",
    "DOUBLE SENS CYCLABLE BANDE",
    "DOUBLE SENS CYCLABLE NON MATERIALISE",
    "VOIE VERTE",
    "VELO RUE",
    "COULOIR BUS+VELO",
    "RAMPE",
    "GOULOTTE",
    "AMENAGEMENT MIXTE PIETON VELO HORS VOIE VERTE",
    "CHAUSSEE A VOIE CENTRALE BANALISEE",
    "ACCOTEMENT REVETU HORS CVCB",
    "AUCUN",
    "AUTRE",
)
_REGIMES = (
    "ZONE 30",
    "AIRE PIETONNE",
    "ZONE DE RENCONTRE",
    "EN AGGLOMERATION",
    "HORS AGGLOMERATION",
    "AUTRE",
)
_INSEE = r"([013-9]\d|2[AB1-9])\d{3}"


def _side(letter: str) -> tuple[Rule, ...]:
    """Return the rules of one side of the road: ``d`` is right, ``g`` is left."""
    return (
        Rule(f"code_com_{letter}", requis=True, motif=_INSEE),
        Rule(f"ame_{letter}", requis=True, valeurs=_FACILITIES),
        Rule(f"regime_{letter}", valeurs=_REGIMES),
        Rule(f"sens_{letter}", valeurs=("UNIDIRECTIONNEL", "BIDIRECTIONNEL")),
        Rule(f"largeur_{letter}", "nombre"),
        Rule(f"local_{letter}", valeurs=("TROTTOIR", "INTERMEDIAIRE", "CHAUSSEE")),
        Rule(f"statut_{letter}", valeurs=("EN TRAVAUX", "EN SERVICE", "PROVISOIRE")),
        Rule(f"revet_{letter}", valeurs=("LISSE", "RUGUEUX", "MEUBLE")),
    )


BNAC = Standard(
    id="bnac",
    titre="Aménagements cyclables (BNAC)",
    version="0.3.5",
    cle="id_local",
    regles=(
        Rule("id_local", requis=True),
        Rule("reseau_loc", valeurs=("REV", "Structurant", "Autre")),
        Rule("nom_loc", "textes"),
        Rule("id_osm"),
        Rule("num_iti"),
        *_side("d"),
        *_side("g"),
        Rule("access_ame", valeurs=("ROLLER", "VELO DE ROUTE", "VTC", "VTT")),
        Rule("date_maj", "date"),
        Rule("trafic_vit", "entier"),
        Rule("lumiere", "booleen"),
        Rule("d_service", "annee"),
        Rule("comm"),
        Rule("source"),
        Rule("project_c"),
        Rule("ref_geo"),
    ),
    tracee=True,
)
