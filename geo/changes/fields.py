"""Fields before and after: status, amounts, name, and all the others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from geo.changes.model import Aspect, Field
from geo.changes.state import FIGURES, Label, Thing
from geo.changes.wording import amount_text, funders_text, label, plain_text, unit_of, written
from geo.text import quantity

Amount = Mapping[str, Any]
_OWN: dict[str, Aspect] = {"statut": "statut"}
SAME = 1e-9
"""Relative gap below which two numbers are the same: files do not all keep their last bit."""


def fields_of(
    old: Thing, new: Thing, names: Mapping[str, str], labels: Mapping[str, Label]
) -> Iterator[Field]:
    """Yield what differs between two things, their shapes aside.

    Parameters
    ----------
    old, new : Thing
        The same thing before and after.
    names : mapping
        Names of places by code.
    labels : mapping
        How the attributes of its layer are called.
    """
    if old.champs.get("statut") != new.champs.get("statut"):
        yield _field("statut", old.champs.get("statut"), new.champs.get("statut"), names)
    if old.groupe == FIGURES:
        yield from _value(old.champs, new.champs)
    amounts = list(_amounts(old.champs.get("montants") or (), new.champs.get("montants") or ()))
    yield from amounts
    if old.nom != new.nom:
        yield Field("nom", "nom", "Nom", old.nom, new.nom, old.nom, new.nom)
    told = {"statut", "montants"} | ({"valeur", "unite", "qualificatif"} if old.groupe == FIGURES else set())
    others = [name for name in new.champs if name not in told]
    found = [
        _field(name, old.champs.get(name), new.champs[name], names)
        for name in others
        if not same(old.champs.get(name), new.champs[name])
    ]
    explained = bool(amounts) or any(field.champ == "quantite" for field in found)
    yield from (field for field in found if not (field.champ == "chiffres" and explained))
    yield from _attributes(old.attributs, new.attributs, labels)


def same(old: Any, new: Any) -> bool:
    """Tell whether two values say the same; nothing, an empty text and an empty list do."""
    if _is_number(old) and _is_number(new):
        return bool(abs(old - new) <= SAME * max(abs(old), abs(new)))
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        return all(same(old.get(key), new.get(key)) for key in {*old, *new})
    if isinstance(old, list | tuple) and isinstance(new, list | tuple):
        return len(old) == len(new) and all(map(same, old, new))
    return bool(_something(old) == _something(new))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _gap(old: Any, new: Any) -> float | None:
    return new - old if _is_number(old) and _is_number(new) else None


def _something(value: Any) -> Any:
    return None if value in ("", [], {}, ()) else value


def _field(name: str, old: Any, new: Any, names: Mapping[str, str]) -> Field:
    gap: float | None = None
    unit = unit_of(name)
    if name == "quantite" and old and new and old["unite"] == new["unite"]:
        gap, unit = new["valeur"] - old["valeur"], new["unite"]
    elif unit:
        gap = _gap(old, new)
    texts = written(name, old, names), written(name, new, names)
    return Field(_OWN.get(name, "autre"), name, label(name), old, new, *texts, gap, unit)


def _value(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Field]:
    """Yield the value of a figure of the ledger, if it changed: an amount where it is in euros."""
    told = ("valeur", "unite", "qualificatif")
    if all(same(old[name], new[name]) for name in told):
        return
    texts = [quantity(*(side[name] for name in told)) for side in (old, new)]
    alike = old["unite"] == new["unite"]
    aspect: Aspect = "montant" if str(new["unite"]).startswith("€") else "autre"
    gap = new["valeur"] - old["valeur"] if alike else None
    unit = new["unite"] if alike else ""
    yield Field(aspect, "valeur", "Valeur", old["valeur"], new["valeur"], texts[0], texts[1], gap, unit)


def _amounts(old: Sequence[Amount], new: Sequence[Amount]) -> Iterator[Field]:
    """Yield the amounts of a feature that differ; they are not added up, as some are parts of others."""
    pairs: list[tuple[Amount | None, Amount | None]]
    if len(old) == len(new) == 1:
        pairs = [(old[0], new[0])]
    else:
        first = {amount["chiffre"]: amount for amount in old}
        last = {amount["chiffre"]: amount for amount in new}
        pairs = [(first.get(key), last.get(key)) for key in dict.fromkeys([*last, *first])]
    for one, other in pairs:
        if not same(one, other):
            yield _amount(one, other)


def _amount(one: Amount | None, other: Amount | None) -> Field:
    told = other or one or {}
    who = ", ".join(told.get("financeurs") or ())
    texts = amount_text(one), amount_text(other)
    gap = None
    if one is not None and other is not None:
        if one["unite"] == other["unite"]:
            gap = other["valeur"] - one["valeur"]
        if texts[0] == texts[1]:
            texts = funders_text(one), funders_text(other)
    return Field(
        "montant",
        "montants",
        f"{label('montants')} ({who})" if who else label("montants"),
        one["valeur"] if one else None,
        other["valeur"] if other else None,
        *texts,
        gap,
        told["unite"],
    )


def _attributes(
    old: Mapping[str, Any], new: Mapping[str, Any], labels: Mapping[str, Label]
) -> Iterator[Field]:
    for name in dict.fromkeys([*new, *old]):
        before, after = old.get(name), new.get(name)
        if same(before, after):
            continue
        known = labels.get(name, Label(name, ""))
        gap = _gap(before, after)
        texts = plain_text(before, known.unite), plain_text(after, known.unite)
        yield Field("autre", name, known.libelle, before, after, *texts, gap, known.unite)
