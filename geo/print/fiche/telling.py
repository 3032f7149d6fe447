"""What a fiche tells, page after page: texts and numbers as they are printed, never counted again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import geopandas as gpd

from geo import text
from geo.catalog import Axis, Layer
from geo.content import Dossier, KeyFigure, Stat, made_on, wording
from geo.content.charte import COAL, Charte
from geo.content.style import STATUS_COLOURS
from geo.print import sentences
from geo.print.drawing.scene import LayerScene
from geo.print.fiche import colours, fitting, pictures
from geo.print.points import Element, points

MORE = fitting.MORE
_SYMBOLS = (
    f"Symbole plein{text.NBSP}: lieu précis{text.NNBSP}; évidé{text.NBSP}: commune{text.NNBSP}; "
    f"à tirets{text.NBSP}: lieu indicatif."
)
_TILES = 5
_COLUMN = 40
"""Letters that the head of a column has room for."""


class Limits(NamedTuple):
    """How many rows each of the long lists may have."""

    cites: int = 80
    records: int = 150
    points: int = 60
    wider: int = 40


def told(dossier: Dossier, charte: Charte, limits: Limits) -> dict[str, Any]:
    """Return what the template shows; the pictures that it names are drawn by `geo.print.fiche.pictures`.

    Parameters
    ----------
    dossier : Dossier
        Of the territory.
    charte : Charte
        What the user puts of their own.
    limits : Limits
        Of the long lists; what is left out is said.
    """
    title = charte.titre or "Fiche de territoire"
    name = dossier.epci.nom_court
    texts = {page: _paragraphs(one) for page, one in charte.textes.items()}
    return {
        **_heading(dossier, charte, title, name),
        "reperage": {
            "fichier": "reperage.svg",
            "alt": f"Carte de l’EPCI {name}, de ses communes et de sa place parmi les autres.",
            "hauteur": _locator_height(dossier, title, texts.get("accueil", ())),
        },
        "textes": texts,
        "phrases": sentences.of_territory(dossier),
        "cles": [_key(one) for one in dossier.keys],
        "axes": [_axis(dossier, axis, limits, texts.get(f"axe-{axis.id}", ())) for axis in axes(dossier)],
        "cites": _cites(dossier, limits),
        "points": list(_points(dossier, limits)),
        "sources": [_source(one) for one in _sources(dossier)],
        "methode": _method(dossier),
    }


def axes(dossier: Dossier) -> list[Axis]:
    """Return the axes that have a page: the four, and that of the user's layers, where they have some."""
    shown = {layer.axe.id for layer, _ in dossier.layers}
    return [axis for axis in dossier.content.known.axes.values() if axis.id or axis.id in shown]


def axis_layers(dossier: Dossier, axis: Axis) -> list[Layer]:
    """Return the layers of an axis that have something in the territory."""
    return [layer for layer, _ in dossier.layers if layer.axe == axis]


def _heading(dossier: Dossier, charte: Charte, title: str, name: str) -> dict[str, Any]:
    day = text.long_date(made_on())
    epci = dossier.epci
    size = wording.size(len(epci.communes), epci.population, epci.area_km2)
    meeting = f"Réunion du {text.long_date(charte.reunion)}" if charte.reunion else ""
    return {
        "titre_document": f"{title}, {name}",
        "auteur": "Atlas du bassin minier",
        "mots": ["ERBM", epci.nom, epci.siren],
        "couleur": charte.couleur,
        "encre": charte.couleur if colours.readable(charte.couleur) else COAL,
        "encre_bande": colours.on(charte.couleur),
        "logo": f"logo.{charte.logo_format}" if charte.logo else "",
        "logo_alt": "Logo",
        "titre": title,
        "nom": name,
        "corps": fitting.title_size(name),
        "sous_titre": f"{epci.nom}{text.NBSP}: {size}",
        "reunion": meeting,
        "pied": " · ".join(filter(None, (name, title, meeting, f"document fait le {day}"))),
        "colonne": name if len(name) <= _COLUMN else "Territoire",
        "colonne_tout": "Bassin" if dossier.content.basin is dossier.content.home else "Ensemble",
        "reperage_note": _borders(dossier),
    }


def _locator_height(dossier: Dossier, title: str, texts: Sequence[str]) -> int:
    epci = dossier.epci
    size = float(fitting.title_size(epci.nom_court))
    heads = [(title, 11.0), (epci.nom_court, size), (f"{epci.nom}{' ' * 50}", 10.0), ("Réunion", 10.0)]
    return fitting.locator_height(dossier.keys, heads, texts)


def _borders(dossier: Dossier) -> str:
    return f"Limites généralisées{text.NBSP}: {dossier.content.basin.source}."


def _paragraphs(told: str) -> list[str]:
    """Return the paragraphs of a text: they are parted by an empty line."""
    parts = ("\n".join(line.strip() for line in told.strip().splitlines())).split("\n\n")
    return [" ".join(part.split("\n")).strip() for part in parts if part.strip()]


def _key(one: KeyFigure) -> dict[str, str]:
    label = one.label[0].upper() + one.label[1:]
    return {
        "libelle": label,
        "ici": one.own.text,
        "tout": one.whole.text if one.whole is not None else "",
        "rang": one.own.rank,
        "note": _capital(one.own.note),
    }


def _axis(dossier: Dossier, axis: Axis, limits: Limits, texts: Sequence[str]) -> dict[str, Any]:
    layers = axis_layers(dossier, axis)
    shown = pictures.on_map(dossier, layers)
    found: dict[str, Any] = {
        "numero": f"Axe {axis.id}." if axis.id else "",
        "titre": axis.titre,
        "page": f"axe-{axis.id}",
        "couleur": axis.couleur_texte,
        "phrases": sentences.of_axis(dossier, axis) if axis.id else [],
        "chiffres": [{"valeur": stat.text, "libelle": label} for label, stat in _tiles(dossier, axis)],
        "avancement": list(_advance(dossier, axis)),
        "carte": {"fichier": f"carte-{axis.id}.svg", "alt": _alt(dossier, axis, shown)},
        "legende": [
            {"signe": f"signe-{axis.id}-{n}.svg", "titre": one.layer.titre} for n, one in enumerate(shown)
        ],
        "note": _SYMBOLS if shown else "",
        "lignes": list(_rows(dossier, axis)),
        "sources": _sources_line(dossier, layers),
    }
    own = list(_named(dossier.own[~dossier.own["inventaire"].astype(bool)], axis))
    wider = list(_named(dossier.overall, axis)) if axis.id else []
    shape = fitting.map_shape(dossier.epci.geometry.bounds)
    found |= fitting.page(found, own, wider[: limits.wider], texts, shape)
    found["larges_suite"] = MORE if 0 < len(found["larges"]) < len(wider) else ""
    return {**found, "numeros": _numbered(found["propres"], shown)}


def _alt(dossier: Dossier, axis: Axis, shown: Sequence[LayerScene]) -> str:
    """Return what a map shows, in words, for those who do not see it."""
    held = [one.layer.titre for one in shown]
    what = sentences.enumeration(held) if held else "aucun élément localisé"
    return f"Carte de l’EPCI {dossier.epci.nom_court}, {wording.axis_title(axis)}{text.NBSP}: {what}."


def _named(features: gpd.GeoDataFrame, axis: Axis) -> Iterator[dict[str, str]]:
    for row in features[features["axe"] == axis.id].to_dict("records"):
        state = _state(row)
        yield {"id": row["id"], "nom": row["nom"], "dit": f", {state}" if state else ""}


def _numbered(items: Sequence[dict[str, str]], shown: Sequence[LayerScene]) -> dict[str, int]:
    """Return the numbers by id of the elements of a list that are on the map; the list gets them too."""
    there = {feature.id for scene in shown for feature in scene.features}
    numbers = {key: n for n, key in enumerate((one["id"] for one in items if one["id"] in there), start=1)}
    for one in items:
        one["numero"] = str(numbers.get(one["id"], "–"))
    return numbers


def _tiles(dossier: Dossier, axis: Axis) -> list[tuple[str, Stat]]:
    """Return what is told first of an axis: its amount, its places, then a figure of each layer."""
    layers = dossier.content.known.layers
    amount = dossier.stats.get((f"axe-{axis.id}", "montant_eur"))
    places = dossier.stats.get((f"axe-{axis.id}", "nombre_localise"))
    head = [("attribués au territoire", amount)] if amount is not None else []
    if places is not None:
        head.append(("lieu sur la carte" if places.value < 2 else "lieux sur la carte", places))
    keys = [one for one in dossier.keys if one.own.layer in layers and layers[one.own.layer].axe == axis]
    first = [one for i, one in enumerate(keys) if one.own.layer not in {k.own.layer for k in keys[:i]}]
    rest = [one for one in keys if one not in first]
    return [*head, *((one.label, one.own) for one in (*first, *rest))][:_TILES]


def _advance(dossier: Dossier, axis: Axis) -> Iterator[dict[str, Any]]:
    """Yield the parts of the bar of statuses; those of others, and what is not told, come last."""
    counts = dossier.progress(axis)
    known = [*STATUS_COLOURS, *sorted(set(counts) - {*STATUS_COLOURS, ""}), ""]
    for status in known:
        count = counts.get(status, 0)
        if count:
            said = sentences.state(status, count) if status else "état non dit"
            colour = STATUS_COLOURS.get(status, "#ffffff")
            yield {"nombre": count, "couleur": colour, "dit": f"{text.number(count)} {said}"}


def _rows(dossier: Dossier, axis: Axis) -> Iterator[dict[str, Any]]:
    """Yield the layers of the table of an axis, each with its rows: its number first."""
    layers = dossier.content.known.layers
    shown = [stat for stat in dossier.axis_stats(axis) if _is_shown(stat, dossier)]
    shown.sort(key=lambda stat: stat.measure != "nombre")
    for group in [f"axe-{axis.id}", *layers]:
        rows = [_row(stat, dossier) for stat in shown if stat.layer == group]
        if rows:
            title = layers[group].titre if group in layers else "Ensemble de l’axe"
            yield {"titre": title, "lignes": rows}


def _is_shown(stat: Stat, dossier: Dossier) -> bool:
    """Tell whether a figure has its row: of those of proximity, the key ones alone have."""
    if stat.measure == "nombre_localise":
        return (stat.layer, "nombre") not in dossier.stats
    measure = dossier.content.known.measures[stat.measure]
    return measure.taux or any((one.own.layer, one.own.measure) == (stat.layer, stat.measure)
                               for one in dossier.keys)  # fmt: skip


def _row(stat: Stat, dossier: Dossier) -> dict[str, Any]:
    whole = dossier.whole.get((stat.layer, stat.measure))
    label = dossier.content.known.measures[stat.measure].libelle
    ici, tout = stat.text, whole.text if whole is not None else ""
    if stat.measure == "nombre":
        label = "Nombre, dont localisés"
        ici += _located(dossier.stats.get((stat.layer, "nombre_localise")))
        tout += _located(dossier.whole.get((stat.layer, "nombre_localise"))) if tout else ""
    note = _capital(stat.note)
    return {"libelle": label, "ici": ici, "tout": tout, "rang": stat.rank, "note": note}


def _located(stat: Stat | None) -> str:
    return f", dont {stat.text if stat is not None else '0'}"


def _capital(told: str) -> str:
    return told[:1].upper() + told[1:]


def _sources_line(dossier: Dossier, layers: Iterable[Layer]) -> str:
    keys = {layer.id for layer in layers}
    used = set(dossier.own[dossier.own["couche"].isin(keys)]["document"])
    named = [wording.short(one) for key, one in dossier.content.known.documents.items() if key in used]
    borders = f"limites généralisées{text.NBSP}: {dossier.content.basin.source}"
    return f"Sources{text.NBSP}: {', '.join(named)}{text.NNBSP}; {borders}." if named else _borders(dossier)


def _cites(dossier: Dossier, limits: Limits) -> dict[str, Any]:
    layer = dossier.content.known.layers.get("cites")
    rows = dossier.own[dossier.own["couche"] == "cites"].to_dict("records")
    rows.sort(key=lambda row: (text.fold(row["nom"]), row["id"]))
    followed = [_cite(row, dossier) for row in rows if not row["inventaire"]]
    records = [_record(row, dossier) for row in rows if row["inventaire"]]
    return {
        "couleur": layer.axe.couleur_texte if layer is not None else COAL,
        "lignes": followed[: limits.cites],
        "suite": MORE if len(followed) > limits.cites else "",
        "inventaire": records[: limits.records],
        "inventaire_suite": MORE if len(records) > limits.records else "",
        "inventaire_note": "Inventaires de la Mission Bassin Minier, et non mesures de l’Engagement. "
        "Nom, commune, bailleur s’il est dit.",
    }


def _cite(row: Mapping[Any, Any], dossier: Dossier) -> dict[str, Any]:
    figures = dossier.content.figures.figures
    amounts = [wording.amount(figures[key]) for key in row["chiffres"] if key in figures]
    return {
        "nom": row["nom"],
        "lieu": wording.place(row, dossier.content),
        "bailleur": row["attributs"].get("proprietaire") or "",
        "etat": _state(row),
        "dits": [f"{one['texte']} ({one['qui']})" if one["qui"] else one["texte"] for one in amounts],
    }


def _record(row: Mapping[Any, Any], dossier: Dossier) -> dict[str, str]:
    owner = row["attributs"].get("proprietaire") or ""
    return {
        "nom": row["nom"],
        "dit": "".join(f", {one}" for one in (wording.place(row, dossier.content), owner) if one),
    }


def _state(row: Mapping[Any, Any]) -> str:
    """Return the status of a feature with its date, and when it is due: ``en travaux à fin 2022``."""
    if not isinstance(row["statut"], str) or not row["statut"]:
        return ""
    said = sentences.state(row["statut"])
    due = f", échéance{text.NBSP}: {text.partial_date(row['fin'])}" if row["fin"] else ""
    return f"{said} {text.as_of(row['etat_au'])}{due}" if row["etat_au"] else f"{said}{due}"


def _points(dossier: Dossier, limits: Limits) -> Iterator[dict[str, Any]]:
    """Yield what there may be to decide on; a list where the data say no more than a name is set close."""
    places = dict(zip(dossier.own["id"], dossier.own.to_dict("records"), strict=True))
    for point in points(dossier):
        rows = [_point(one, places[one.id], dossier) for one in point.elements[: limits.points]]
        more = MORE if len(point.elements) > limits.points else ""
        close = not any(one.dit for one in point.elements)
        yield {"titre": point.titre, "lignes": rows, "suite": more, "serre": close}


def _point(one: Element, row: Mapping[Any, Any], dossier: Dossier) -> dict[str, str]:
    said = (wording.place(row, dossier.content), one.dit)
    return {"nom": one.nom, "dit": "".join(f", {part}" for part in said if part)}


def _sources(dossier: Dossier) -> Iterator[dict[str, Any]]:
    """Yield the documents that the features of the territory, or its amounts, were read in."""
    used = {"bilan-erbm", *dossier.own["document"], *dossier.overall["document"]}
    for document in wording.documents_told(dossier.content):
        if document.id in used:
            yield wording.source_entry(document, dossier.content)


def _source(entry: Mapping[str, Any]) -> dict[str, Any]:
    lots = [" ".join(filter(None, (lot["texte"], lot["panne"]))) for lot in entry["lots"]]
    return {"titre": f"{entry['titre']}. ", "details": entry["details"], "lots": lots}


def _method(dossier: Dossier) -> list[str]:
    """Return the notes of method, but not the last, which is on the software of the pages."""
    method, counting, borders, *_ = wording.mentions(dossier.content)
    ranks = "Le rang compare les EPCI du bassin, du plus grand au plus petit."
    fact, data, *_ = wording.contacts(dossier.content)
    return [method, counting, borders, ranks, f"À qui s’adresser. {fact} {data}"]
