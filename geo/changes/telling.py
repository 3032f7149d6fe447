"""What changed as rows, for people and for machines."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from geo.changes.model import Change, Changes, Effect, Field
from geo.changes.wording import NOTHING, effect_texts, gap_text, group_title
from geo.rows import Row, is_rate, plain
from geo.rows.making import DECIMALS
from geo.territories import LAMBERT_93, WGS84, projector

COLUMNS = (
    "sujet", "genre", "couche", "titre", "id", "nom", "ou", "epci", "code", "territoire", "champ", "libelle",
    "avant", "apres", "difference", "unite", "qualificatif_avant", "qualificatif_apres", "deplacement_m",
)  # fmt: skip
"""Columns of the CSV: a row for each field of an element that changed, and for each indicator."""

_METRES = 2
"""Decimals of metres."""


def change_rows(changes: Iterable[Change]) -> Iterator[Row]:
    """Yield rows of texts: what changed of each thing, before and after; one row a field."""
    for change in changes:
        head = {"titre": change.titre, "nom": change.nom, "ou": change.ou}
        if change.genre != "changé":
            yield {**head, "quoi": change.genre, "avant": "", "apres": "", "ecart": ""}
        for field in change.champs:
            yield {
                **head,
                "quoi": "déplacé" if field.champ == "position_m" else field.libelle,
                "avant": field.ecrit_avant,
                "apres": field.ecrit_apres,
                "ecart": gap_text(field),
            }


def effect_rows(effects: Iterable[Effect], *, rates: bool) -> Iterator[Row]:
    """Yield rows of texts: indicators before and after; rates if they are asked."""
    for effect in effects:
        if rates or not is_rate(effect.indicateur):
            before, after, gap = effect_texts(effect)
            yield {
                "territoire": effect.territoire,
                "titre": group_title(effect),
                "libelle": effect.libelle,
                "avant": before,
                "apres": after,
                "ecart": gap,
            }


def document(changes: Changes) -> Row:
    """Return all that changed as one object of JSON.

    Returns
    -------
    dict
        ``elements`` with their fields (``avant``, ``apres``, ``difference``, ``unite``), their
        distance in metres and a point of each place in degrees (EPSG:4326, 6 decimals);
        ``indicateurs`` with their values before and after.
    """
    return {
        "ancien": changes.ancien,
        "nouveau": changes.nouveau,
        "decoupage": changes.decoupage,
        "nombre": {
            "apparus": len(changes.of("apparu")),
            "disparus": len(changes.of("disparu")),
            "changes": len(changes.of("changé")),
            "indicateurs": len(changes.indicateurs),
        },
        "elements": [_element(change) for change in changes.elements],
        "indicateurs": [_effect(effect) for effect in changes.indicateurs],
        "remarques": list(changes.remarques),
    }


def json_text(changes: Changes) -> str:
    """Return all that changed as JSON, accents as they are."""
    return json.dumps(document(changes), ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def flat_rows(changes: Changes) -> Iterator[Row]:
    """Yield the rows of the CSV, columns `COLUMNS`."""
    for change in changes.elements:
        head = {
            "sujet": "élément",
            "genre": change.genre,
            **{name: getattr(change, name) for name in ("couche", "titre", "id", "nom", "ou")},
            "epci": list(change.epci),
            "deplacement_m": _metres(change.deplacement_m),
        }
        if not change.champs:
            yield _row(head)
        for field in change.champs:
            yield _row(
                {**head, **_field(field), "avant": _cell(field, "avant"), "apres": _cell(field, "apres")}
            )
    for effect in changes.indicateurs:
        told = _effect(effect)
        yield _row({"sujet": "indicateur", "genre": "changé", "champ": told.pop("indicateur"), **told})


def _row(cells: Row) -> Row:
    return {name: cells.get(name) for name in COLUMNS}


def _cell(field: Field, side: str) -> Any:
    """Return a value as it is, or as it is written where it is a list or an object."""
    value = plain(getattr(field, side))
    if not isinstance(value, list | dict):
        return value
    text = getattr(field, f"ecrit_{side}")
    return None if text == NOTHING else text


def _element(change: Change) -> Row:
    return {
        **{name: getattr(change, name) for name in ("id", "nom", "couche", "titre", "genre")},
        "aspects": list(change.aspects),
        "ou": change.ou,
        "epci": list(change.epci),
        "deplacement_m": _metres(change.deplacement_m),
        "champs": [_field(field) for field in change.champs],
        "lieu_avant": _place(change.avant),
        "lieu_apres": _place(change.apres),
    }


def _field(field: Field) -> Row:
    names = ("aspect", "champ", "libelle", "avant", "apres", "difference", "unite")
    told = {name: plain(getattr(field, name)) for name in names}
    if field.champ == "position_m":
        told |= {"avant": None, "apres": None, "difference": _metres(field.difference)}
    return told


def _effect(effect: Effect) -> Row:
    return {name: plain(getattr(effect, name)) for name in Effect.__slots__}


def _metres(value: float | None) -> float | None:
    return None if value is None else round(value, _METRES)


def _place(shape: BaseGeometry | None) -> Row | None:
    """Return a point of a shape, in degrees."""
    if shape is None:
        return None
    point = projector(LAMBERT_93, WGS84)(shapely.point_on_surface(shape))
    return {"lon": round(point.x, DECIMALS), "lat": round(point.y, DECIMALS)}
