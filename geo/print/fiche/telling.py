"""What a fiche tells, page after page: texts and numbers as they are printed, never counted again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import geopandas as gpd

from geo import text
from geo.catalog import Axis
from geo.content import Dossier, KeyFigure, Stat, made_on, wording
from geo.content.charte import COAL, Charte
from geo.content.style import STATUS_COLOURS
from geo.print import sentences
from geo.print.drawing.scene import LayerScene
from geo.print.fiche import colours, fitting, pictures
from geo.print.points import UNKNOWN, Element, points
from geo.query.records import record

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
    keys = [_key(one, dossier) for one in dossier.keys]
    return {
        **_heading(dossier, charte, title, name),
        "reperage": {
            "fichier": "reperage.svg",
            "alt": f"Carte de l’EPCI {name}, de ses communes et de sa place parmi les autres.",
            "hauteur": _locator_height(dossier, keys, title, texts.get("accueil", ())),
        },
        "textes": texts,
        "phrases": sentences.of_territory(dossier),
        "cles": keys,
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


def limited(dossier: Dossier, axis: Axis) -> Dossier:
    """Return a dossier with what the page of an axis shows: its measures, the records of its layers."""
    own = dossier.own
    records = own["inventaire"].astype(bool)
    layers = [key for key, layer in dossier.content.known.layers.items() if layer.axe == axis]
    return replace(dossier, own=own[own["couche"].isin(layers).where(records, own["axe"] == axis.id)])


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
        "colonne_tout": _whole(dossier),
        "reperage_note": _borders(dossier),
    }


def _locator_height(
    dossier: Dossier, keys: Sequence[Mapping[str, str]], title: str, texts: Sequence[str]
) -> int:
    epci = dossier.epci
    size = float(fitting.title_size(epci.nom_court))
    heads = [(title, 11.0), (epci.nom_court, size), (f"{epci.nom}{' ' * 50}", 10.0), ("Réunion", 10.0)]
    return fitting.locator_height(keys, heads, texts)


def _borders(dossier: Dossier) -> str:
    return f"Limites généralisées{text.NBSP}: {dossier.content.basin.source}."


def _paragraphs(told: str) -> list[str]:
    """Return the paragraphs of a text: they are parted by an empty line."""
    parts = ("\n".join(line.strip() for line in told.strip().splitlines())).split("\n\n")
    return [" ".join(part.split("\n")).strip() for part in parts if part.strip()]


def _key(one: KeyFigure, dossier: Dossier) -> dict[str, str]:
    """Return a row of the key figures; the map above them has no symbols, and none is said to be on it."""
    label = one.label.replace("sur la carte", "localisé" if one.own.value < 2 else "localisés")
    drawn = one.own.drawn if one.own.drawn not in label else ""
    return {
        "libelle": _capital(label),
        "ici": one.own.text,
        "tout": one.whole.text if one.whole is not None else "",
        "rang": one.own.rank,
        "note": _note(_among(one, label, dossier), one.own.note, drawn),
    }


def _among(one: KeyFigure, label: str, dossier: Dossier) -> str:
    """Return what is said of a number of places where there are more elements than places."""
    if one.own.measure != "nombre_localise" or "localisé" in label:
        return ""
    pairs = [(one.own, dossier.stats), (one.whole, dossier.whole)]
    known = [stats.get((one.own.layer, "nombre")) for _, stats in pairs]
    counts = zip((stat for stat, _ in pairs), known, strict=True)
    if all(stat is None or count is None or stat.value == count.value for stat, count in counts):
        return ""
    here, everywhere = (count.text if count is not None else "" for count in known)
    rest = f" ({_whole(dossier).lower()}{text.NBSP}: sur {everywhere})" if everywhere else ""
    return f"localisées, sur {here} en tout{rest}"


def _whole(dossier: Dossier) -> str:
    return "Bassin" if dossier.content.basin is dossier.content.home else "Ensemble"


def _note(*told: str) -> str:
    """Return notes one after the other."""
    return _capital(f"{text.NNBSP}; ".join(filter(None, told)))


def _axis(whole: Dossier, axis: Axis, limits: Limits, texts: Sequence[str]) -> dict[str, Any]:
    dossier = limited(whole, axis)
    shown = pictures.on_map(dossier)
    found: dict[str, Any] = {
        "numero": f"Axe {axis.id}." if axis.id else "",
        "titre": axis.titre,
        "page": f"axe-{axis.id}",
        "couleur": axis.couleur_texte,
        "phrases": sentences.of_axis(dossier, axis) if axis.id else [],
        "chiffres": [{"valeur": stat.text, "libelle": label} for label, stat in _tiles(whole, axis)],
        "avancement": list(_advance(dossier, axis)),
        "carte": {"fichier": f"carte-{axis.id}.svg", "alt": _alt(dossier, axis, shown)},
        "legende": [
            {"signe": f"signe-{axis.id}-{n}.svg", "titre": one.layer.titre} for n, one in enumerate(shown)
        ],
        "note": _SYMBOLS if shown else "",
        "lignes": list(_rows(whole, axis)),
        "sources": _sources_line(dossier),
    }
    own = list(_named(dossier.own[~dossier.own["inventaire"].astype(bool)], axis))
    wider = list(_named(dossier.overall, axis)) if axis.id else []
    shape = fitting.map_shape(dossier.epci.geometry.bounds)
    found |= fitting.page(found, own, wider[: limits.wider], texts, shape)
    found["larges_suite"] = fitting.more(len(found["larges"]), len(wider)) if found["larges"] else ""
    listed = (found["propres"], found["larges"])
    found["absents"] = fitting.absent(
        *(0 if there else len(every) for there, every in zip(listed, (own, wider), strict=True))
    )
    found["numeros"] = _numbered(found["propres"], shown)
    told = ", et leur numéro sur la carte" if found["numeros"] else ""
    return {**found, "propres_titre": f"Les éléments du territoire{told}"}


def _alt(dossier: Dossier, axis: Axis, shown: Sequence[LayerScene]) -> str:
    """Return what a map shows, in words, for those who do not see it."""
    held = [one.layer.titre for one in shown]
    what = sentences.enumeration(held) if held else "aucun élément localisé"
    return f"Carte de l’EPCI {dossier.epci.nom_court}, {wording.axis_title(axis)}{text.NBSP}: {what}."


def _named(features: gpd.GeoDataFrame, axis: Axis) -> Iterator[dict[str, str]]:
    for row in features[features["axe"] == axis.id].to_dict("records"):
        state = _state(row)
        yield {"id": row["id"], "nom": row["nom"], "dit": f", statut{text.NBSP}: {state}" if state else ""}


def _numbered(items: Sequence[dict[str, str]], shown: Sequence[LayerScene]) -> dict[str, int]:
    """Return the numbers by id of the elements of a list that are on the map; the list gets them too."""
    there = {feature.id for scene in shown for feature in scene.features}
    numbers = {key: n for n, key in enumerate((one["id"] for one in items if one["id"] in there), start=1)}
    for one in items:
        one["numero"] = str(numbers.get(one["id"], "–")) if numbers else ""
    return numbers


def _tiles(dossier: Dossier, axis: Axis) -> list[tuple[str, Stat]]:
    """Return what is told first of an axis: its amount, its places, then a figure of each layer."""
    amount = dossier.stats.get((f"axe-{axis.id}", "montant_eur"))
    places = dossier.stats.get((f"axe-{axis.id}", "nombre_localise"))
    head = [("attribués au territoire", amount)] if amount is not None else []
    if places is not None:
        head.append(("lieu sur la carte" if places.value < 2 else "lieux sur la carte", places))
    layers = {layer.id for layer in dossier.axis_layers(axis)}
    keys = [one for one in dossier.keys if one.own.layer in layers]
    first = [one for i, one in enumerate(keys) if one.own.layer not in {k.own.layer for k in keys[:i]}]
    rest = [one for one in keys if one not in first]
    return [*head, *((_tile(one, dossier, axis), one.own) for one in (*first, *rest))][:_TILES]


def _tile(one: KeyFigure, dossier: Dossier, axis: Axis) -> str:
    """Return what the figure of a layer is called where it stands alone."""
    drawn = one.own.drawn if one.own.drawn not in one.label else ""
    told = filter(None, (drawn, _elsewhere(one.own.layer, dossier, axis)))
    return ", ".join((one.label, *told))


def _elsewhere(layer: str, dossier: Dossier, axis: Axis) -> str:
    """Return what has to be said where the figures of a layer hold measures of other axes too."""
    others = dossier.elsewhere(layer, axis)
    if others.empty:
        return ""
    which = "un autre axe" if others["axe"].nunique() == 1 else "autres axes"
    return f"dont {text.plural(len(others), 'mesure')} d’{which}"


def _advance(dossier: Dossier, axis: Axis) -> Iterator[dict[str, Any]]:
    """Yield the parts of the bar of statuses; those of others, and what is not told, come last."""
    counts = dossier.progress(axis)
    known = [*STATUS_COLOURS, *sorted(set(counts) - {*STATUS_COLOURS, ""}), ""]
    for status in known:
        count = counts.get(status, 0)
        if count:
            colour = STATUS_COLOURS.get(status, "#ffffff")
            said = f"{status or UNKNOWN}{text.NBSP}: {text.number(count)}"
            yield {"nombre": count, "couleur": colour, "dit": said}


def _rows(dossier: Dossier, axis: Axis) -> Iterator[dict[str, Any]]:
    """Yield the layers of the table of an axis, each with its rows: its number first."""
    layers = dossier.content.known.layers
    shown = [stat for stat in dossier.axis_stats(axis) if _is_shown(stat, dossier)]
    shown.sort(key=lambda stat: stat.measure != "nombre")
    for group in [f"axe-{axis.id}", *layers]:
        rows = [_row(stat, dossier) for stat in shown if stat.layer == group]
        if rows:
            title = layers[group].titre if group in layers else "Ensemble de l’axe"
            note = _note(_elsewhere(group, dossier, axis), _recorded(group, dossier))
            yield {"titre": title, "note": note, "lignes": rows}


def _recorded(layer: str, dossier: Dossier) -> str:
    """Return what has to be said of a layer whose records the total of its axis does not count."""
    records = dossier.own.loc[dossier.own["couche"] == layer, "inventaire"].astype(bool)
    if not records.any():
        return ""
    return "inventaire" if records.all() else f"dont {text.number(int(records.sum()))} d’inventaires"


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
    note = _note(stat.drawn, stat.note, _unshared(stat, dossier) if tout else "")
    return {"libelle": label, "ici": ici, "tout": tout, "rang": stat.rank, "note": note}


def _unshared(stat: Stat, dossier: Dossier) -> str:
    """Return how much of the whole amount beside that of the territory is shared out to nobody."""
    shared = dossier.unshared.get((stat.layer, stat.measure))
    if shared is None or stat.measure != "montant_eur":
        return ""
    given = f"dont {shared.text} donnés pour plusieurs territoires, sans répartition"
    return f"{_whole(dossier).lower()}{text.NBSP}: {given}"


def _located(stat: Stat | None) -> str:
    return f", dont {stat.text if stat is not None else '0'}"


def _capital(told: str) -> str:
    return told[:1].upper() + told[1:]


def _sources_line(dossier: Dossier) -> str:
    used = set(dossier.own["document"])
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
        "suite": fitting.more(limits.cites, len(followed)),
        "inventaire": records[: limits.records],
        "inventaire_suite": fitting.more(limits.records, len(records)),
        "inventaire_note": "Inventaires de la Mission Bassin Minier, et non mesures de l’Engagement. "
        "Nom, commune, bailleur s’il est dit.",
    }


def _cite(row: Mapping[Any, Any], dossier: Dossier) -> dict[str, Any]:
    figures = dossier.content.figures.figures
    amounts = [wording.amount(figures[key]) for key in row["chiffres"] if key in figures]
    told = [f"{one['texte']} ({one['qui']})" if one["qui"] else one["texte"] for one in amounts]
    return {
        "nom": row["nom"],
        "lieu": wording.place(row, dossier.content),
        "bailleur": row["attributs"].get("proprietaire") or "",
        "etat": _state(row),
        "dits": list(filter(None, (_ground(row, dossier), *told))),
    }


def _ground(row: Mapping[Any, Any], dossier: Dossier) -> str:
    """Return the area of a cité, and whether it is inscribed: ``7,2 ha, inscrite à l’UNESCO``."""
    by_commune = (row["attributs"].get("surfaces_ha") or {}).values()
    area = sum(by_commune) or record(row, dossier.content.figures)["surface_ha"]
    told = [f"{text.number(area, 0 if area >= 10 else 1)}{text.NNBSP}ha"] if area else []
    return ", ".join([*told, *(["inscrite à l’UNESCO"] if row["attributs"].get("unesco") else [])])


def _record(row: Mapping[Any, Any], dossier: Dossier) -> dict[str, str]:
    owner = row["attributs"].get("proprietaire") or ""
    return {
        "nom": row["nom"],
        "dit": "".join(f", {one}" for one in (wording.place(row, dossier.content), owner) if one),
    }


def _state(row: Mapping[Any, Any]) -> str:
    """Return the status of a feature with its date, and when it is due: ``travaux à fin 2022``.

    It stands in a column or after a label, and agrees with no name.
    """
    if not isinstance(row["statut"], str) or not row["statut"]:
        return ""
    said = row["statut"]
    due = f", échéance{text.NBSP}: {text.partial_date(row['fin'])}" if row["fin"] else ""
    return f"{said} {text.as_of(row['etat_au'])}{due}" if row["etat_au"] else f"{said}{due}"


def _points(dossier: Dossier, limits: Limits) -> Iterator[dict[str, Any]]:
    """Yield what there may be to decide on; a list where the data say no more than a name is set close."""
    places = dict(zip(dossier.own["id"], dossier.own.to_dict("records"), strict=True))
    for point in points(dossier):
        rows = [_point(one, places[one.id], dossier) for one in point.elements[: limits.points]]
        more = fitting.more(limits.points, len(point.elements))
        close = not any(one.dit for one in point.elements)
        yield {"titre": point.titre, "regle": point.regle, "lignes": rows, "suite": more, "serre": close}


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
