"""Two states set beside each other: things by their stable ids, statistics by what they measure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from geo.catalog import MEASURES
from geo.changes import shapes
from geo.changes.fields import fields_of
from geo.changes.model import ASPECTS, Change, Changes, Effect
from geo.changes.opening import open_both
from geo.changes.state import APART, FIGURES, State, Thing, Value
from geo.changes.wording import sorting, where
from geo.errors import DataError
from geo.indicators import RATES, By
from geo.territories import load as load_territories
from geo.text import NBSP, plural

SAME = 1e-9
"""Relative gap below which two statistics are the same: sums of shares are no more exact."""


def compare(old: Path, new: Path, *, epci: Sequence[str] = (), by: By = "epci") -> Changes:
    """Return what changed from one state to another.

    Parameters
    ----------
    old, new : pathlib.Path
        Each a lock of ``erbm sync``, a folder of layers or a pack. A folder of layers is read with
        the records of the cache, a lock with the layers of now.
    epci : sequence of str
        Names or SIREN codes: what concerns them alone, as ``erbm query`` and ``erbm stats`` have it.
    by : {"epci", "commune"}
        What statistics are told of.

    Returns
    -------
    Changes
        Features, figures and territories by layer and name; statistics by territory, layer and
        indicator. What only one side can tell of, such as a layer that a pack leaves out, is not
        compared, and ``remarques`` says so.

    Raises
    ------
    UsageError
        If a name is unknown.
    DataError
        If one of them cannot be read, or they tell of nothing in common.
    """
    asked = frozenset(load_territories(list(epci)).epci) if epci else None
    before, after = open_both(old, new, by)
    return compare_states(before, after, asked, by)


def compare_states(before: State, after: State, asked: frozenset[str] | None, by: By) -> Changes:
    """Return what changed between two states that were read.

    Parameters
    ----------
    before, after : State
        As `geo.changes.opening.open_both` gives them.
    asked : frozenset of str or None
        SIREN codes to keep; None for all that both tell of.
    by : {"epci", "commune"}
        What their statistics are told of.

    Raises
    ------
    DataError
        If they tell of no territory in common.
    """
    ground = _ground(before, after, asked)
    if ground is not None:
        before, after = before.within(ground), after.within(ground)
    groups = {**before.couches, **after.couches, **APART}
    shared = {key for key in groups if key in APART or (key in before.couches and key in after.couches)}
    whole = {"couches", "verrou"}
    if before.genre in whole and after.genre in whole:
        shared = set(groups)  # a layer that one of them lacks is empty there
    remarks = [*before.remarques, *after.remarques, *_first_read(before, after)]
    remarks += [
        f"{title}{NBSP}: couche absente d'un des deux paquets, non comparée"
        for key, title in groups.items()
        if key not in shared
    ]
    changes = _told_once(list(_changes(before, after, groups, shared)), before, after)
    order = {key: rank for rank, key in enumerate(groups)}
    changes.sort(key=lambda change: (order[change.couche], sorting(change.nom), change.id))
    effects = _effects(before, after, groups)
    return Changes(
        ancien=before.nom,
        nouveau=after.nom,
        decoupage=by,
        elements=tuple(changes),
        indicateurs=tuple(effects),
        remarques=tuple(dict.fromkeys(remarks)),
    )


def _ground(before: State, after: State, asked: frozenset[str] | None) -> frozenset[str] | None:
    told = [sirens for sirens in (before.perimetre, after.perimetre, asked) if sirens is not None]
    if not told:
        return None
    common = frozenset.intersection(*told)
    if common:
        return common
    names = {**before.noms, **after.noms}
    sides = " ; ".join(", ".join(sorted(names.get(siren, siren) for siren in sirens)) for sirens in told)
    raise DataError(
        f"rien de commun à comparer : {sides}",
        where=f"{before.nom}, {after.nom}",
        advice="Comparez deux paquets du même EPCI, ou deux dossiers du bassin entier.",
    )


def _first_read(before: State, after: State) -> Iterator[str]:
    """Yield what is to be said of layers whose source only one side has read."""
    for one, other, verb in ((before, after, "apparus"), (after, before, "disparus")):
        for key in (key for key in other.couches if key in one.muettes and key not in other.muettes):
            count = sum(thing.groupe == key for thing in other.things.values())
            told = (
                f"{plural(count, 'objet')} sont dits {verb}"
                if count > 1
                else f"son objet est dit {verb[:-1]}"
            )
            yield f"{other.couches[key]}{NBSP}: source lue d'un seul côté, {told}"


def _changes(before: State, after: State, groups: Mapping[str, str], shared: set[str]) -> Iterator[Change]:
    for key in dict.fromkeys([*after.things, *before.things]):
        old, new = before.things.get(key), after.things.get(key)
        thing = new or old
        if thing is None or thing.groupe not in shared:
            continue
        if old is None or new is None:
            yield _alone(thing, after if new else before, groups, new=new is not None)
        elif (change := _changed(old, new, before, after, groups)) is not None:
            yield change


def _told_once(changes: list[Change], before: State, after: State) -> list[Change]:
    """Return changes without the figures of the ledger that a feature that changed tells already."""
    told = {
        figure
        for change in changes
        if change.genre != "changé" or _OF_FIGURES.intersection(field.champ for field in change.champs)
        for state in (before, after)
        if (thing := state.things.get(change.id)) is not None
        for figure in thing.champs.get("chiffres") or ()
    }
    return [change for change in changes if change.couche != FIGURES or change.id not in told]


_OF_FIGURES = frozenset({"montants", "quantite", "chiffres"})


def _alone(thing: Thing, state: State, groups: Mapping[str, str], *, new: bool) -> Change:
    return Change(
        id=thing.id,
        nom=thing.nom,
        couche=thing.groupe,
        titre=groups[thing.groupe],
        genre="apparu" if new else "disparu",
        aspects=(),
        champs=(),
        ou=where(thing.groupe, thing.champs, state),
        epci=thing.epci,
        deplacement_m=None,
        avant=None if new else thing.forme,
        apres=thing.forme if new else None,
    )


def _changed(old: Thing, new: Thing, before: State, after: State, groups: Mapping[str, str]) -> Change | None:
    names = {**before.noms, **after.noms}
    labels = {**before.labels.get(new.groupe, {}), **after.labels.get(new.groupe, {})}
    moved, told = shapes.compare(old.forme, new.forme)
    fields = (*told, *fields_of(old, new, names, labels))
    if not fields:
        return None
    found = {field.aspect for field in fields}
    return replace(
        _alone(new, after, groups, new=True),
        genre="changé",
        aspects=tuple(aspect for aspect in ASPECTS if aspect in found),
        champs=fields,
        epci=tuple(sorted({*old.epci, *new.epci})),
        deplacement_m=moved,
        avant=old.forme,
    )


def _effects(before: State, after: State, titles: Mapping[str, str]) -> list[Effect]:
    old = {value.key: value for value in before.values}
    new = {value.key: value for value in after.values}
    spoken = _spoken(before, titles) & _spoken(after, titles)
    ranks = _Ranks([*after.values, *before.values], titles)
    found = []
    for key in dict.fromkeys([*new, *old]):
        one, other = old.get(key), new.get(key)
        told = other or one
        if told is None or (told.couche in titles and told.couche not in spoken):
            continue
        effect = _effect(told, _amount(one, told, before), _amount(other, told, after), titles)
        effect = replace(
            effect,
            qualificatif_avant=one.qualificatif if one else "exact",
            qualificatif_apres=other.qualificatif if other else "exact",
        )
        if not _is_same(effect):
            found.append(effect)
    return sorted(found, key=ranks.of)


class _Ranks:
    """The order of statistics: that in which the states give territories, layers and indicators."""

    def __init__(self, values: Sequence[Value], titles: Mapping[str, str]) -> None:
        self.places = {code: rank for rank, code in enumerate(dict.fromkeys(v.code for v in values))}
        layers = dict.fromkeys([*titles, *sorted({v.couche for v in values})])
        self.layers = {key: rank for rank, key in enumerate(layers)}

    def of(self, effect: Effect) -> tuple[int, int, str]:
        return self.places[effect.code], self.layers[effect.couche], effect.indicateur


def _spoken(state: State, groups: Mapping[str, str]) -> set[str]:
    """Return the layers whose statistics a state can tell, and those that are sums of layers."""
    own = {value.couche for value in state.values} | set(state.couches)
    return set(groups) | own if state.genre != "paquet" else own


def _amount(value: Value | None, told: Value, state: State) -> float | None:
    """Return a statistic; a sum that is not told of a layer that was read is nil."""
    if value is not None:
        return value.valeur
    measure = told.indicateur.partition(":")[0]
    for ending in RATES:
        measure = measure.removesuffix(ending)
    measure = "montant_eur" if told.indicateur.startswith("montant_eur") else measure
    return 0.0 if measure in MEASURES and told.couche not in state.muettes else None


def _effect(told: Value, avant: float | None, apres: float | None, titles: Mapping[str, str]) -> Effect:
    return Effect(
        code=told.code,
        territoire=told.territoire,
        couche=told.couche,
        titre=titles.get(told.couche, ""),
        indicateur=told.indicateur,
        libelle=told.libelle,
        unite=told.unite,
        avant=avant,
        apres=apres,
        difference=None if avant is None or apres is None else apres - avant,
        qualificatif_avant="exact",
        qualificatif_apres="exact",
    )


def _is_same(effect: Effect) -> bool:
    if effect.avant is None or effect.apres is None:
        return effect.avant is None and effect.apres is None
    if effect.qualificatif_avant != effect.qualificatif_apres and effect.avant and effect.apres:
        return False
    return abs(effect.apres - effect.avant) <= SAME * max(abs(effect.avant), abs(effect.apres))
