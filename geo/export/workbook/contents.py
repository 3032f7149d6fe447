"""What the sheets of a workbook hold: statistics, figures, layers, and the measures of wider territories."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import geopandas as gpd

from geo import text
from geo.catalog import Layer
from geo.content import Dossier, Stat, style, wording
from geo.export.columns import FEATURES, OTHERS
from geo.export.tables import attribute_column, feature_cells
from geo.export.workbook.columns import (
    COMMON,
    FIGURES_HEADS,
    STATISTICS_HEADS,
    layer_heads,
    wider_heads,
)
from geo.export.workbook.model import JOINT, Head, Sheet, Tidy, Value, sheet_names
from geo.indicators import BASIN, TOTAL
from geo.ledger import Figure
from geo.territories.beyond import names_beyond

GUIDE, SUMMARY = "Lisez-moi", "Synthèse"
STATISTICS_NAME, FIGURES_NAME, WIDER_NAME = "Statistiques", "Chiffres du bilan", "Mesures plus larges"
_COMMON = frozenset(head.key for head in COMMON)
_ALWAYS = frozenset({"nom", "lieu", "id"})


def sheets(dossier: Dossier, tidy: Tidy, colour: str) -> list[Sheet]:
    """Return the sheets of an EPCI in their order, those that are tables.

    Parameters
    ----------
    dossier : Dossier
        What it tells.
    tidy : Tidy
        Told of what cells cannot hold.
    colour : str
        Of the tabs that belong to no axis.
    """
    fixed = [GUIDE, SUMMARY, STATISTICS_NAME, FIGURES_NAME, WIDER_NAME]
    names = sheet_names((layer.titre for layer, _ in dossier.layers), fixed)
    layers = [
        _layer(layer, frame, dossier, tidy, name)
        for (layer, frame), name in zip(dossier.layers, names, strict=True)
    ]
    found = [_statistics(dossier, tidy, colour), *layers]
    if len(dossier.overall):
        found.append(_wider(dossier, tidy, colour))
    figures = _figures(dossier, tidy, colour)
    return [*found, figures] if figures.rows else found


def measure_facts(dossier: Dossier, code: str) -> dict[tuple[str, str], tuple[str, str, str]]:
    """Return the unit, the qualifier and the precision of the statistics of a place.

    Parameters
    ----------
    dossier : Dossier
        What it tells.
    code : str
        A SIREN code, or the name of the basin's total or of what is not shared out.
    """
    table = dossier.content.stats
    columns = ("siren", "territoire", "couche", "indicateur", "unite", "qualificatif", "precision")
    return {
        (layer, measure): (unit, qualifier, precision)
        for siren, place, layer, measure, unit, qualifier, precision in zip(
            *(table[name] for name in columns), strict=True
        )
        if code == (place if code in (TOTAL, BASIN) else siren)
    }


def layer_title(layer: str, dossier: Dossier) -> str:
    """Return the title of what a statistic is of: a layer, an axis, all."""
    known = dossier.content.known
    if layer in known.layers:
        return known.layers[layer].titre
    axis = {f"axe-{one.id}": one for one in known.axes.values()}.get(layer)
    return wording.axis_title(axis) if axis else "Tous les axes"


def _statistics(dossier: Dossier, tidy: Tidy, colour: str) -> Sheet:
    own, whole = measure_facts(dossier, dossier.epci.siren), measure_facts(dossier, TOTAL)
    rows = []
    for key, stat in dossier.stats.items():
        unit, qualifier, precision = own[key]
        basin = dossier.whole.get(key)
        rows.append(
            {
                "couche": layer_title(stat.layer, dossier),
                "libelle": dossier.content.known.measures[stat.measure].libelle,
                "valeur": stat.value,
                "unite": unit,
                "qualificatif": qualifier,
                "ecrit": stat.text,
                "rang": stat.rank,
                **(_of_basin(basin, whole[key][1]) if basin else {}),
                "precision": precision,
                "note": stat.note,
                "cle_couche": stat.layer,
                "indicateur": stat.measure,
                "origine": stat.origin,
            }
        )
    titre = "Statistiques"
    resume = "Les indicateurs du territoire, à côté de ceux du bassin minier, avec ce dont ils sont faits."
    heads = STATISTICS_HEADS
    return Sheet(STATISTICS_NAME, titre, resume, "", colour, heads, _rows(rows, heads, tidy, STATISTICS_NAME))


def _of_basin(stat: Stat, qualifier: str) -> dict[str, Any]:
    return {"valeur_bassin": stat.value, "qualificatif_bassin": qualifier, "ecrit_bassin": stat.text}


def _layer(layer: Layer, frame: gpd.GeoDataFrame, dossier: Dossier, tidy: Tidy, name: str) -> Sheet:
    taken = {column.name for column in (*FEATURES, OTHERS)}
    columns = {field.nom: attribute_column(field, taken) for field in layer.champs}
    told = {
        field.nom: {str(one[field.nom]) for one in frame["attributs"] if one.get(field.nom)}
        for field in layer.champs
    }
    rows = list(_cells(frame, {nom: column.name for nom, column in columns.items()}, dossier))
    heads = _telling(layer_heads(layer, columns, told), rows)
    resume = f"{layer.resume} {wording.RECORDS}." if layer.inventaire else layer.resume
    return Sheet(
        name,
        layer.titre,
        resume,
        _sources(frame, layer, dossier),
        style.colour(layer),
        heads,
        _rows(rows, heads, tidy, name),
        _COMMON,
    )


def _wider(dossier: Dossier, tidy: Tidy, colour: str) -> Sheet:
    rows = [
        {**row, "couche": layer_title(row["couche"], dossier)} for row in _cells(dossier.overall, {}, dossier)
    ]
    heads = _telling(wider_heads(), rows)
    resume = (
        "Mesures d’un territoire plus large, qui couvrent aussi celui-ci : aucun de leurs montants ne lui"
        " est attribué, et ses statistiques ne les comptent pas."
    )
    return Sheet(
        WIDER_NAME,
        WIDER_NAME,
        resume,
        "",
        colour,
        heads,
        _rows(rows, heads, tidy, WIDER_NAME),
        _COMMON,
    )


def _figures(dossier: Dossier, tidy: Tidy, colour: str) -> Sheet:
    used = {key for stat in dossier.stats.values() for key in stat.origin}
    for frame in (dossier.own, dossier.overall):
        used |= {key for name in ("chiffres", "contexte") for keys in frame[name] for key in keys}
    known = dossier.content.figures.figures.values()
    rows = [_figure(one, dossier) for one in known if one.id in used or dossier.epci.siren in one.territoire]
    resume = (
        "Les chiffres du bilan qui nomment le territoire, ou que citent ses éléments et ses statistiques,"
        " avec la ligne où chacun est écrit."
    )
    source = wording.short(dossier.content.known.documents["bilan-erbm"])
    heads = _telling(FIGURES_HEADS, rows)
    return Sheet(
        FIGURES_NAME,
        FIGURES_NAME,
        resume,
        source,
        colour,
        heads,
        _rows(rows, heads, tidy, FIGURES_NAME),
    )


def _figure(figure: Figure, dossier: Dossier) -> dict[str, Any]:
    entry = wording.figure_entry(figure, dossier.content)
    details = dict(entry["details"])
    return {
        **{
            key: getattr(figure, key)
            for key in ("libelle", "valeur", "unite", "qualificatif", "axe", "ligne")
        },
        **{key: getattr(figure, key) for key in ("texte", "rubrique", "double_de", "compris_dans", "id")},
        "ecrit": entry["texte"],
        "periode": text.period(figure.periode),
        "territoire": wording.territory_names(figure, dossier.content),
        "financeurs": details.get("Financeurs", ""),
        "reserve": JOINT.join(entry["alertes"]),
    }


def _cells(
    frame: gpd.GeoDataFrame, declared: Mapping[str, str], dossier: Dossier
) -> Iterator[dict[str, Any]]:
    """Yield the cells of some features, by column, in words where a base has codes."""
    content = dossier.content
    told = zip(feature_cells(frame, declared), frame.to_dict("records"), strict=True)
    for row, record in told:
        yield {
            **row,
            "lieu": _place(record, dossier),
            "montant_eur": _counted(row["chiffres"], dossier),
            "montants": JOINT.join(_amount(one["chiffre"], dossier) for one in row["montants"]),
            "autres": JOINT.join(f"{key} : {_plain(value)}" for key, value in (row["autres"] or {}).items()),
            "document": content.known.documents[row["document"]].court,
        }


def _place(record: Mapping[Any, Any], dossier: Dossier) -> str:
    """Return where a feature is: all its communes, or the territories that it covers."""
    content = dossier.content
    if record["precision"] == "territoire" or not record["communes"]:
        return wording.place(record, content)
    names = {**names_beyond(), **content.communes}
    return ", ".join(names.get(code, code) for code in record["communes"])


def _amount(key: str, dossier: Dossier) -> str:
    told = wording.amount(dossier.content.figures.figures[key])
    return f"{told['texte']} : {told['qui']}"


def _counted(keys: Iterable[str], dossier: Dossier) -> float | None:
    """Return what the amounts of a feature count for in a sum, in euros, as statistics have it."""
    content = dossier.content
    own = [key for key in keys if content.figures.figures[key].is_amount]
    return math.fsum(content.counted.get(key, 0.0) for key in own) or None


def _plain(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_plain(one)}" for key, one in value.items())
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, int | float):
        return text.number(value)
    return str(value)


def _sources(frame: gpd.GeoDataFrame, layer: Layer, dossier: Dossier) -> str:
    """Return the sources of the features of a layer, with of when its records are."""
    known = dossier.content.known.documents
    used = {*frame["document"]}
    named = [wording.short(document) for key, document in known.items() if key in used]
    lots = [lot for lot in wording.lots_of(layer.id, dossier.content) if lot.document.id in used]
    return JOINT.join(filter(None, (*named, wording.lots_line(lots))))


def _telling(heads: Iterable[Head], rows: Sequence[Mapping[str, Any]]) -> tuple[Head, ...]:
    """Return the columns that say something in at least one row."""
    return tuple(
        head
        for head in heads
        if head.key in _ALWAYS or any(row.get(head.key) not in (None, "", (), []) for row in rows)
    )


def _rows(
    rows: Iterable[Mapping[str, Any]], heads: Sequence[Head], tidy: Tidy, name: str
) -> tuple[tuple[Value, ...], ...]:
    return tuple(
        tuple(
            tidy.value(row.get(head.key), head.kind, f"Feuille « {name} », ligne {number}, « {head.titre} »")
            for head in heads
        )
        for number, row in enumerate(rows, FIRST_ROW + 1)
    )


FIRST_ROW = 3
"""Where the rows of a sheet begin, under its title, its sources and its columns; from 0."""
