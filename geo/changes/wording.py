"""Fields of features, figures and territories, as a reader knows them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from geo.changes.model import ASPECTS, Aspect, Changes, Effect, Field
from geo.changes.state import FIGURES, State
from geo.indicators import ALL_LAYERS
from geo.rows import is_rate, place_names, statistic_text
from geo.text import NBSP, NNBSP, fold, is_partial_date, number, partial_date, period, plural, quantity

MINUS = "−"
NOTHING = "—"
"""What stands for a value that there is not."""

LABELS = {
    "nom": "Nom",
    "statut": "Statut",
    "axe": "Axe",
    "rubrique": "Rubrique",
    "communes": "Communes",
    "epci": "EPCI",
    "territoires": "Territoires",
    "precision": "Précision",
    "position": "Position",
    "debut": "Début",
    "fin": "Échéance",
    "etat_au": "État au",
    "maitre_ouvrage": "Porteur",
    "quantite": "Quantité",
    "montants": "Montant",
    "chiffres": "Chiffres du bilan",
    "contexte": "Chiffres qui le situent",
    "reserve": "Réserve",
    "nom_source": "Nom dans la source",
    "resume": "Résumé",
    "document": "Document",
    "ligne": "Première ligne",
    "ligne_fin": "Dernière ligne",
    "valeur": "Valeur",
    "unite": "Unité",
    "qualificatif": "Qualificatif",
    "periode": "Période",
    "territoire": "Territoire",
    "financeurs": "Financeurs",
    "parts": "Parts",
    "texte": "Extrait",
    "double_de": "Répète",
    "compris_dans": "Compris dans",
    "population": "Population",
    "area_km2": "Surface",
}
_WAYS: Mapping[Aspect, str] = {
    "déplacé": "de place",
    "forme": "de forme",
    "statut": "de statut",
    "montant": "de montant",
    "nom": "de nom",
    "autre": "d’autre chose",
}
"""What of a thing changed, after a count."""
GAPS = "Les écarts sont calculés avant l’arrondi des valeurs."
"""Why a difference may not be that of what is written."""
_UNITS = {"population": "habitants", "area_km2": "km²"}
_PLACES = ("communes", "epci", "territoires", "territoire")


def written(name: str, value: Any, names: Mapping[str, str]) -> str:
    """Return a field as it is read; `names` are those of places by code."""
    if value is None or value in ("", [], {}):
        return NOTHING
    if name in _PLACES:
        return ", ".join(place_names(value, names))
    return _WRITERS.get(name, plain_text)(value)


def _date(value: Any) -> str:
    return partial_date(str(value)) if is_partial_date(str(value)) else str(value)


def _quantity(value: Mapping[str, Any]) -> str:
    return quantity(value["valeur"], value["unite"], value["qualificatif"])


def _shares(value: Mapping[str, float]) -> str:
    return ", ".join(f"{who} {number(share * 100)}{NNBSP}%" for who, share in value.items())


def plain_text(value: Any, unit: str = "") -> str:
    """Return a value of any kind as it is read."""
    if value is None or value in ("", [], {}):
        return NOTHING
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, int | float):
        return number(value) + (f"{NNBSP}{unit}" if unit else "")
    if isinstance(value, list | tuple):
        return ", ".join(plain_text(item) for item in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{key}{NBSP}: {plain_text(item)}" for key, item in value.items())
    return str(value)


_WRITERS: Mapping[str, Callable[[Any], str]] = MappingProxyType(
    {
        "debut": _date,
        "fin": _date,
        "etat_au": _date,
        "quantite": _quantity,
        "periode": period,
        "parts": _shares,
        "population": lambda value: quantity(value, _UNITS["population"]),
        "area_km2": lambda value: quantity(value, _UNITS["area_km2"]),
    }
)


def unit_of(name: str) -> str:
    """Return the unit of a number that is a field of its own."""
    return _UNITS.get(name, "")


def label(name: str) -> str:
    """Return how a field is called."""
    return LABELS.get(name, name)


def amount_text(amount: Mapping[str, Any] | None) -> str:
    """Return one amount as it is read: figure, period."""
    if amount is None:
        return NOTHING
    text = quantity(amount["valeur"], amount["unite"], amount["qualificatif"])
    when = period(amount.get("periode") or "")
    return f"{text} ({when})" if when else text


def funders_text(amount: Mapping[str, Any]) -> str:
    """Return who pays an amount, and which one it repeats."""
    again = f", répète {amount['double_de']}" if amount.get("double_de") else ""
    return (", ".join(amount.get("financeurs") or ()) or NOTHING) + again


def effect_texts(effect: Effect) -> tuple[str, str, str]:
    """Return an indicator before and after, and the difference with its sign, as they are read."""
    told = (effect.avant, effect.qualificatif_avant), (effect.apres, effect.qualificatif_apres)
    before, after = (
        NOTHING if value is None else statistic_text(value, effect.unite, kind, effect.indicateur)
        for value, kind in told
    )
    if effect.difference is None:
        return before, after, NOTHING
    vague = {effect.qualificatif_avant, effect.qualificatif_apres} != {"exact"}
    gap = statistic_text(abs(effect.difference), _gap_unit(effect.unite), "exact", effect.indicateur)
    return before, after, ("environ " if vague else "") + signed(effect.difference, gap)


def _gap_unit(unit: str) -> str:
    """Return the unit of a difference: between two shares, points."""
    return "points" if unit == "%" else unit


def signed(difference: float, size: str) -> str:
    """Return a difference with its sign before its size; nothing for none."""
    return f"{'+' if difference > 0 else MINUS if difference < 0 else ''}{size}"


def gap_text(field: Field) -> str:
    """Return how much a field differs, with its sign, where that can be told."""
    if field.difference is None or field.champ == "position_m":
        return ""
    size = abs(field.difference)
    text = quantity(size, _gap_unit(field.unite)) if field.unite else number(size)
    return signed(field.difference, text)


def summary(changes: Changes) -> str:
    """Return what changed in a sentence or two, told first of all.

    ``2 éléments apparus, 3 changés (2 de statut, 1 de montant). 40 indicateurs changés, et 38 taux.``
    """
    if changes.none:
        return "Aucune différence."
    return f"{_of_elements(changes)}. {_of_indicators(changes)}."


def _of_elements(changes: Changes) -> str:
    counts = [(len(changes.of(kind)), kind) for kind in ("apparu", "disparu", "changé")]
    told = [(count, kind) for count, kind in counts if count]
    if not told:
        return "Aucun élément changé"
    (count, kind), *others = told
    first = plural(count, f"élément {kind}", f"éléments {kind}s")
    aspects = [aspect for change in changes.of("changé") for aspect in change.aspects]
    found = [aspect for aspect in ASPECTS if aspect in aspects]
    ways = ", ".join(f"{number(aspects.count(aspect))}{NBSP}{_WAYS[aspect]}" for aspect in found)
    if len(found) == 1:
        ways = _WAYS[found[0]]  # all of those that changed
    return ", ".join([first, *(plural(*other) for other in others)]) + (f" ({ways})" if ways else "")


def _of_indicators(changes: Changes) -> str:
    rates = sum(is_rate(effect.indicateur) for effect in changes.indicateurs)
    many = len(changes.indicateurs) - rates
    first = plural(many, "indicateur changé", "indicateurs changés") if many else "Aucun indicateur changé"
    return first + (f", et {plural(rates, 'taux', 'taux')}" if rates else "")


def group_title(effect: Effect) -> str:
    """Return what an indicator is about: a layer, an axis, all of them."""
    if effect.couche == ALL_LAYERS:
        return "Toutes les couches"
    if effect.couche.startswith("axe-"):
        axis = effect.couche.removeprefix("axe-")
        return f"Axe{NBSP}{axis}" if axis != "0" else "Tous axes"
    return effect.titre or effect.couche


def where(group: str, fields: Mapping[str, Any], state: State) -> str:
    """Return where a thing is: its communes, three of them at most, or the territories it covers."""
    codes = fields.get("communes") or fields.get("territoires") or fields.get("territoire") or ()
    if group == FIGURES or fields.get("territoires"):
        return ", ".join(place_names(codes, state.noms))
    found = place_names(codes, state.noms)
    more = f" et {len(found) - 3} autres" if len(found) > 4 else ""
    return ", ".join(found[:3] if more else found) + more


def sorting(text: str) -> str:
    """Return what names are sorted by."""
    return fold(text)
