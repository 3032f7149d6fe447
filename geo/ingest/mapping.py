"""Which published field gives which field of the layer, proposed from names and values; then the values."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import count
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.catalog import Field
from geo.catalog.model import FieldType
from geo.errors import UsageError
from geo.ingest.names import CODES, POSTCODES, synonyms
from geo.ingest.report import Journal, Link
from geo.ingest.schema import Schema
from geo.ingest.values import (
    Value,
    convert,
    insee_of,
    integer_of,
    mended,
    number_of,
    shown,
    squeezed,
    tidy,
    written,
)
from geo.sources.raw import RawLayer
from geo.territories.naming import closest
from geo.text import fold, is_partial_date

SHAPEFILE_NAME = 10
"""Characters that a shapefile leaves to the name of a field."""
TELLING = 0.95
"""Share of the values of a column that must be of one kind to tell it."""
SAMPLE = 2000
"""Values of a column that are looked at for that, at most."""


def link(frame: pd.DataFrame, schema: Schema, journal: Journal) -> list[Link]:
    """Return which published field gives which field of the layer.

    What `schema` says decides; the rest is proposed: the same name but for case, accents and
    plural, a name that a shapefile cut at 10 characters, a synonym, or what the values are. Two
    published fields that could give the same one are told.

    Parameters
    ----------
    frame : pandas.DataFrame
        Tidy values under their published names.
    schema : Schema
        The fields wanted.
    journal : Journal
        Where doubts are told.

    Raises
    ------
    UsageError
        If `schema` names a published field that is not there.
    """
    published = [str(name) for name in frame.columns]
    given = _given(published, schema)
    free = [name for name in published if name not in {one.source for one in given}]
    wanted = [f for f in schema.champs if f.nom not in schema.correspondance]
    found = list(given)
    for rule in (_same_name, _cut_name, _synonym):
        found += _apply(rule, wanted, free, journal)
    found += _by_values(frame, wanted, free)
    order = {f.nom: rank for rank, f in enumerate(schema.champs)}
    return sorted(found, key=lambda one: order[one.target])


def _given(published: Sequence[str], schema: Schema) -> list[Link]:
    links = []
    for target, source in schema.correspondance.items():
        if source and source not in published:
            near = ", ".join(closest(source, {name: (name,) for name in published}))
            raise UsageError(
                f"le champ publié « {source} », attendu pour « {target} », n'est pas dans la source",
                where=schema.titre or schema.couche,
                advice=f"Les plus proches : {near or 'aucun'}. Champs publiés : {', '.join(published)}.",
            )
        if source:
            links.append(Link(source, target, "donnée"))
    return links


_Rule = Callable[[str, Field], str]
"""Of a published name and a field: how the one gives the other, or nothing."""


def _apply(rule: _Rule, wanted: list[Field], free: list[str], journal: Journal) -> list[Link]:
    """Return the links that a rule finds, and take them out of what is wanted and free."""
    links = []
    for target in list(wanted):
        hits = {name: how for name in free if (how := rule(name, target))}
        if not hits:
            continue
        source = min(hits, key=_rank)
        if len(hits) > 1:
            others = ", ".join(f"« {name} »" for name in hits if name != source)
            journal.note("signalé", f"« {source} » donne « {target.nom} » ; {others} le pouvait aussi")
        links.append(Link(source, target.nom, hits[source]))
        wanted.remove(target)
        free.remove(source)
    return links


def _rank(name: str) -> tuple[int, str]:
    """Return how common a name is among those of one thing: the least is the commonest."""
    group = synonyms(name)
    return (group.index(squeezed(name)) if group else 0, name)


def _singular(name: str) -> str:
    return "".join(w[:-1] if len(w) > 3 and w.endswith(("s", "x")) else w for w in fold(mended(name)).split())


def _same_name(name: str, target: Field) -> str:
    return "même nom" if _singular(name) == _singular(target.nom) else ""


def _cut_name(name: str, target: Field) -> str:
    cut = len(name) == SHAPEFILE_NAME and fold(target.nom).replace(" ", "_").startswith(name.lower())
    return "nom tronqué" if cut else ""


def _synonym(name: str, target: Field) -> str:
    group, key = synonyms(target.nom), squeezed(name)
    cut = len(name) == SHAPEFILE_NAME and any(known.startswith(key) for known in group)
    return "synonyme" if key in group or cut else ""


def _by_values(frame: pd.DataFrame, wanted: list[Field], free: list[str]) -> list[Link]:
    """Return the links that values tell: INSEE codes, ISO dates, yes and no; one for one only."""
    links = []
    for tells, takes in (
        (is_insee_column, lambda f: squeezed(f.nom) in CODES),
        (_is_date_column, lambda f: "date" in fold(f.nom).split()),
        (_is_boolean_column, lambda f: f.type == "booleen"),
    ):
        targets = [f for f in wanted if takes(f)]
        if len(targets) != 1:
            continue
        sources = [name for name in free if squeezed(name) not in POSTCODES and tells(frame[name])]
        if len(sources) == 1 and _likely(sources[0], targets[0]):
            links.append(Link(sources[0], targets[0].nom, "valeurs"))
            wanted.remove(targets[0])
            free.remove(sources[0])
    return links


def _likely(source: str, target: Field) -> bool:
    """Tell whether names agree with what values tell; codes of communes need no name."""
    words = set(fold(source).split())
    return squeezed(target.nom) in CODES or bool(words & set(fold(target.nom).split()))


def _share(column: pd.Series[Any], tells: Callable[[object], bool]) -> float:
    values = [value for value in column.to_numpy() if value is not None]
    values = values[:: len(values) // SAMPLE + 1]
    return sum(tells(value) for value in values) / len(values) if values else 0.0


def _reads(parse: Callable[[object], object], value: object) -> bool:
    try:
        parse(value)
    except ValueError:
        return False
    return True


def is_insee_column(column: pd.Series[Any]) -> bool:
    """Tell whether a column holds five-character INSEE codes of mainland France."""
    return _share(column, lambda v: isinstance(v, str) and len(v) == 5 and _reads(insee_of, v)) >= TELLING


def _is_date_column(column: pd.Series[Any]) -> bool:
    return _share(column, lambda v: isinstance(v, str) and is_partial_date(v[:10]) and len(v) >= 7) >= TELLING


def _is_boolean_column(column: pd.Series[Any]) -> bool:
    return _share(column, lambda v: isinstance(v, bool) or str(v).casefold() in _WORDS) >= TELLING


_WORDS = frozenset({"oui", "non", "vrai", "faux", "true", "false", "o", "n"})
"""Truth values that are nothing else, as 0 and 1 may be."""


def tidied(raw: RawLayer, journal: Journal) -> pd.DataFrame:
    """Return the values of a source, texts stripped and mended, None for what says nothing."""
    columns: dict[str, NDArray[np.object_]] = {}
    repaired: dict[int, str] = {}
    spoilt: dict[int, str] = {}
    for name in raw.frame.columns:
        values = np.empty(len(raw.frame), dtype=object)
        for position, value in enumerate(raw.frame[name].to_numpy()):
            well = mended(value) if isinstance(value, str) else value
            if well is not value and well != value:
                repaired.setdefault(position + 1, f"{name} {shown(value)}, lu {shown(well)}")
            if isinstance(well, str) and "\ufffd" in well:
                spoilt.setdefault(position + 1, f"{name} {shown(well)}")
            values[position] = tidy(well)
        columns[str(name)] = values
    if repaired:
        journal.note("réparé", "texte UTF-8 lu comme du Windows-1252, remis en français", repaired)
    if spoilt:
        journal.note("signalé", "caractère perdu avant nous (signe �) : rouvrez l'original", spoilt)
    return pd.DataFrame(columns, index=raw.frame.index, dtype=object)


def fill(frame: pd.DataFrame, links: Iterable[Link], schema: Schema, journal: Journal) -> pd.DataFrame:
    """Return the fields of the layer, typed, for the rows that are not set aside.

    A value that cannot be read in the type of its field, or out of the field's range, becomes
    None and is told; its row stays.
    """
    kept = frame[journal.alive]
    sources = {one.target: one.source for one in links}
    columns = {}
    for wanted in schema.champs:
        if wanted.nom not in sources:
            columns[wanted.nom] = pd.Series([None] * len(kept), index=kept.index, dtype=object)
            continue
        values, faults = _converted(kept[sources[wanted.nom]], wanted)
        if faults:
            what = {"nombre": "un nombre", "entier": "un entier", "booleen": "oui ou non"}[wanted.type]
            journal.note("signalé", f"{wanted.nom} : valeur retirée, ce n'est pas {what}", faults)
        _bound(values, wanted, schema, journal)
        columns[wanted.nom] = values
    return pd.DataFrame(columns, index=kept.index, dtype=object)


def _converted(column: pd.Series[Any], wanted: Field) -> tuple[pd.Series[Any], dict[int, str]]:
    values = np.empty(len(column), dtype=object)
    faults: dict[int, str] = {}
    for position, (row, value) in enumerate(column.items()):
        try:
            values[position] = convert(value, wanted)
        except ValueError:
            faults[int(str(row))] = shown(value)
    return pd.Series(values, index=column.index, dtype=object), faults


def _bound(values: pd.Series[Any], wanted: Field, schema: Schema, journal: Journal) -> None:
    """Take the values out of range away from a column."""
    least, most = schema.bornes.get(wanted.nom, (None, None))
    out = {}
    for row, value in values.items():
        if isinstance(value, int | float) and not isinstance(value, bool):
            low = least is not None and value < least
            if low or (most is not None and value > most):
                out[int(str(row))] = f"{written(value)} {wanted.unite}".strip()
    if out:
        what = (
            f"{wanted.libelle or wanted.nom} : valeur invraisemblable retirée ({_range(least, most, wanted)})"
        )
        journal.note("signalé", what, out)
        values.loc[list(out)] = None


def _range(least: float | None, most: float | None, wanted: Field) -> str:
    unit = f" {wanted.unite}" if wanted.unite else ""
    if least is None:
        return f"attendu au plus {written(most or 0)}{unit}"
    if most is None:
        return f"attendu au moins {written(least)}{unit}"
    return f"attendu de {written(least)} à {written(most)}{unit}"


def guessed_fields(raw: RawLayer) -> dict[str, Field]:
    """Return fields for a new layer: published name to field, types told by the values.

    Names become plain keys: ``Nom de la cité`` gives ``nom_de_la_cite``; the label keeps it.
    """
    fields: dict[str, Field] = {}
    taken: set[str] = set()
    for column in map(str, raw.frame.columns):
        label = mended(column)
        key = name = fold(label).replace(" ", "_") or "champ"
        for rank in count(2):
            if name not in taken:
                break
            name = f"{key}_{rank}"
        taken.add(name)
        values = [value for value in map(tidy, raw.frame[column].to_numpy()) if value is not None]
        fields[column] = Field(name, label, _type_of(values))
    return fields


def _type_of(values: Sequence[Value]) -> FieldType:
    texts = [str(value) for value in values]
    if values and all(isinstance(v, bool) or str(v).casefold() in _WORDS for v in values):
        return "booleen"
    codes = any(re.match(r"0\d", text) for text in texts)  # a code keeps its zeros
    if not values or codes or not all(_reads(number_of, value) for value in values):
        return "texte"
    return "entier" if all(_reads(integer_of, value) for value in values) else "nombre"
