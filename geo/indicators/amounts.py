"""Euros: each figure counts once, where all that it pays for lies, and by funder."""

from __future__ import annotations

import math

from geo.indicators.tally import BASIN, TOTAL, Tally
from geo.indicators.work import Work
from geo.ledger import Figure


def add(work: Work) -> None:
    """Add the amounts of the ledger to the tally, by axis, and by layer where one alone has them.

    An amount is of the layer whose features have it for their own; one that no feature has, of the
    layer that mentions it.

    Parameters
    ----------
    work : Work
        What is being computed.
    """
    owners: dict[str, list[str]] = {}
    having: dict[str, set[str]] = {}
    mentions: dict[str, set[str]] = {}
    columns = [work.features[name] for name in ("couche", "chiffres", "contexte")]
    for key, layer, own, context in zip(work.features.index, *columns, strict=True):
        for figure in own:
            owners.setdefault(figure, []).append(key)
            having.setdefault(figure, set()).add(layer)
        for figure in (*own, *context):
            mentions.setdefault(figure, set()).add(layer)
    for key, value in work.figures.counted.items():
        figure = work.figures.figures[key]
        if not figure.is_amount or value == 0:
            continue
        places = _places_of_owners(owners[key], work) if key in owners else (_place_of(figure, work),)
        groups = [f"axe-{figure.axe}"]
        named = having.get(key) or mentions.get(key, set())
        if len(named) == 1:
            groups += [layer for layer in named if work.lists(layer, "montant_eur")]
        for group in groups:
            _add_amount(work.tally, group, (*places, TOTAL), figure, value)


def _add_amount(tally: Tally, group: str, places: tuple[str, ...], figure: Figure, value: float) -> None:
    told = figure.qualificatif
    tally.add(group, "montant_eur", places, value, origin=[figure.id], qualifier=told)
    for funder, part in split_by_funder(figure).items():
        measure = f"montant_eur:{funder}"
        tally.add(group, measure, places, value * part, origin=[figure.id], qualifier=told)


def _places_of_owners(features: list[str], work: Work) -> tuple[str, ...]:
    """Return the places that hold all the features of an amount, or the basin."""
    common = set.intersection(*(set(work.holders(key)) for key in features))
    return tuple(sorted(common)) or (BASIN,)


def _place_of(figure: Figure, work: Work) -> str:
    """Return the only territory that a figure without a feature covers, or the basin."""
    owners = {work.owner(code) for code in figure.territoire}
    return owners.pop() if len(owners) == 1 else BASIN


def split_by_funder(figure: Figure) -> dict[str, float]:
    """Return the share (0 to 1) of each funder of an amount; the shares add up to 1.

    Funders whose shares the report does not tell stay together, as "A + B (non ventilé)".

    Parameters
    ----------
    figure : Figure
        An amount of the ledger.
    """
    told = {f.nom: f.part for f in figure.financeurs if f.part is not None}
    untold = [f.nom for f in figure.financeurs if f.part is None]
    rest = 1.0 - math.fsum(told.values())
    if rest > 1e-9:
        name = " + ".join(untold) if untold else "Non précisé"
        told[name if len(untold) < 2 else f"{name} (non ventilé)"] = rest
    return told
