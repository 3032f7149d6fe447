"""Take a user's file in: into a layer that exists, or as a new one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import shapely

from geo import catalog
from geo.catalog import OWN, Document, Layer, layer_of
from geo.errors import DataError, UsageError
from geo.ingest import feeds
from geo.ingest.door import Examined, examine
from geo.ingest.features import lots
from geo.ingest.lots import Lot
from geo.ingest.mapping import guessed_fields
from geo.ingest.names import NAMES
from geo.ingest.records import to_rows
from geo.ingest.values import squeezed
from geo.sources.files import read_layers
from geo.sources.raw import RawLayer
from geo.sources.store import Entry, additions
from geo.territories import load as load_territories
from geo.text import slug

FIRST_ORDER = 1000
"""Layers of users come after those of the atlas."""


@dataclass(frozen=True)
class Wish:
    """What the user says of a file, beside its address.

    `couche` is the layer that takes it, or the id of a new one, which then needs a `titre`;
    `champs` maps fields of the layer to columns of the file; `source` is the layer of the file.
    """

    couche: str = ""
    titre: str = ""
    axe: int = OWN.id
    source: str = ""
    champs: Mapping[str, str] | None = None
    x: str = ""
    y: str = ""
    crs: str = ""
    encodage: str = ""
    producteur: str = ""
    licence: str = ""
    hors_perimetre: bool = False


@dataclass(frozen=True)
class Checked:
    """A layer of a file, examined for a layer of the atlas; `nouvelle` if that one does not exist yet."""

    raw: RawLayer
    layer: Layer
    examined: Examined
    nouvelle: Mapping[str, Any] | None


def check(path: Path, wish: Wish) -> list[Checked]:
    """Examine the layers of a file; nothing is written.

    Parameters
    ----------
    path : pathlib.Path
        Anything that `geo.sources.files.read_layers` opens.
    wish : Wish
        Without `couche`, each layer of the file is examined for itself.

    Raises
    ------
    UsageError
        If a layer, a field or a CRS is unknown.
    DataError
        If the file cannot be read, or its coordinates cannot be understood.
    """
    found = []
    for raw in read_layers(path, layer=wish.source, encoding=wish.encodage):
        layer, definition = _target(raw, wish, path)
        feed = layer.donnees[0] if layer.donnees else None
        schema = replace(
            feeds.schema_of(layer),
            cle=feed.cle if feed else (),
            x=wish.x,
            y=wish.y,
            crs=wish.crs,
            correspondance=dict(wish.champs or {}),
        )
        wide = wish.hors_perimetre or bool(feed and feed.hors_perimetre)
        examined = examine(raw, schema, load_territories(), keep_outside=wide)
        found.append(Checked(raw, layer, examined, definition))
    return found


@dataclass(frozen=True)
class Added:
    """What was added; `known` counts the things that the layer had already, put together with it."""

    lot: Lot
    known: int


def add(path: Path, wish: Wish, checked: Sequence[Checked]) -> Added:
    """Keep what was checked of one layer of a file. The same file again replaces what it had brought.

    Raises
    ------
    UsageError
        If the file has several layers: which one is not said.
    DataError
        If nothing is left to add.
    ErbmError
        If the data folder cannot be written.
    """
    if len(checked) > 1:
        named = ", ".join(one.raw.name for one in checked)
        raise UsageError(
            f"plusieurs couches dans {path.name} : {named}", advice="Dites laquelle, avec --couche."
        )
    if not checked or checked[0].examined.kept.empty:
        raise DataError(
            "rien à ajouter : aucune ligne retenue",
            where=path.name,
            advice="« erbm check » dit pourquoi chaque ligne est écartée.",
        )
    one, store = checked[0], additions()
    lot = _lot(path, wish, one)
    with store.writing() as entries:
        entry = lot.entry(store)
        definition = one.nouvelle or entries.get(lot.cle, {}).get("definition")
        if definition:
            entry["definition"] = {**definition, "source": lot.document.id}
        entries[lot.cle] = entry
        store.commit(entries)
    others = [known for known in lots().get(one.layer.id, ()) if known.cle != lot.cle]
    basin = load_territories()
    together, apart = to_rows(one.layer, [*others, lot], basin), to_rows(one.layer, others, basin)
    return Added(lot, lot.nombre - (len(together.rows) - len(apart.rows)))


def remove(key: str) -> Entry:
    """Take away what a file had brought, by the key that ``erbm add`` told.

    Raises
    ------
    UsageError
        If nothing has that key.
    """
    store = additions()
    with store.writing() as entries:
        if key not in entries:
            near = sorted(name for name in entries if name.startswith(f"{key}/")) or sorted(entries)
            advice = f"Ajouts : {', '.join(near) or 'aucun'}."
            raise UsageError(f"aucun ajout ne s'appelle « {key} »", advice=advice)
        gone = entries.pop(key)
        heirs = [entry for entry in entries.values() if entry["couche"] == gone["couche"]]
        if gone.get("definition") and heirs:
            heirs[0].setdefault("definition", gone["definition"])
            heirs[0]["definition"] = {**heirs[0]["definition"], "source": heirs[0]["document"]["id"]}
        store.commit(entries)
    return gone


def _target(raw: RawLayer, wish: Wish, path: Path) -> tuple[Layer, Mapping[str, Any] | None]:
    """Return the layer of the atlas that a layer of a file goes to, and its definition if it is new."""
    known = catalog.load()
    if wish.couche:
        try:
            found = known.find(wish.couche)
        except UsageError as error:
            if not wish.titre:
                advice = f"{error.advice} Pour une nouvelle couche, donnez aussi --titre."
                raise UsageError(error.message, advice=advice) from None
        else:
            if wish.titre not in ("", found.titre):
                advice = "Sans --titre, le fichier s'y ajoute ; pour une nouvelle couche, changez --as."
                raise UsageError(f"la couche {found.id} existe déjà : « {found.titre} »", advice=advice)
            return found, None
    if wish.axe not in {**known.axes, OWN.id: OWN}:
        raise UsageError(f"axe inconnu : {wish.axe}", advice="Les axes vont de 1 à 4.")
    key = wish.couche or slug(raw.name)
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", key):
        advice = "Des minuscules sans accent, des chiffres, des tirets."
        raise UsageError(f"nom de couche impossible : {key!r}", advice=advice)
    document = _document(path, wish)
    definition = _definition(raw, wish, document)
    axes = {**known.axes, OWN.id: OWN}
    layer = layer_of(key, definition, axes, {document.id: document}, where=path.name)
    return layer, definition


def _definition(raw: RawLayer, wish: Wish, document: Document) -> dict[str, Any]:
    """Return the definition of a new layer: every column of the file is a field."""
    titre = wish.titre or raw.name
    kinds = set(shapely.get_dimensions(raw.geometry[[shape is not None for shape in raw.geometry]]).tolist())
    kind = {0: "point", 1: "ligne", 2: "polygone"}[max(kinds)] if kinds - {-1} else "point"
    measures = {"point": ["nombre"], "ligne": ["nombre", "length_km"], "polygone": ["nombre", "area_ha"]}
    return {
        "titre": titre,
        "axe": wish.axe,
        "ordre": FIRST_ORDER + len(catalog.load().layers),
        "resume": f"Couche ajoutée : {titre}.",
        "source": document.id,
        "geometrie": kind,
        "indicateurs": measures[kind],
        "inventaire": True,
        "visible": True,
        "nommer": _naming(raw),
        "symbole": {"pictogramme": "maki:marker", "forme": "rond"},
        "champ": list(_fields(raw)),
    }


def _fields(raw: RawLayer) -> Iterable[dict[str, str]]:
    """Yield the fields of a new layer: the columns of the file, but the one that names things."""
    named = False
    for column, known in guessed_fields(raw).items():
        if squeezed(column) in NAMES and not named:
            named = True
        elif known.nom != "nom":
            yield {"nom": known.nom, "libelle": known.libelle, "type": known.type}


def _naming(raw: RawLayer) -> str:
    """Return how to call the features of a new layer, where no column is known for a name."""
    if any(squeezed(column) in NAMES for column in map(str, raw.frame.columns)):
        return ""
    texts = [
        known.nom
        for column, known in guessed_fields(raw).items()
        if known.type == "texte" and raw.frame[column].notna().all() and raw.frame[column].is_unique
    ]
    chosen = next((name for name in texts if name.startswith("nom")), texts[0] if texts else "")
    return f"{{{chosen}}}" if chosen else ""


def _document(path: Path, wish: Wish) -> Document:
    day = datetime.fromtimestamp(path.stat().st_mtime, UTC).date().isoformat()
    return Document(
        id=f"ajout-{slug(path.stem)}",
        titre=wish.titre or path.name,
        court=path.name,
        producteur=wish.producteur or "producteur non précisé",
        licence=wish.licence or "licence non précisée",
        millesime="non précisé",
        etat_au=day,
    )


def _lot(path: Path, wish: Wish, one: Checked) -> Lot:
    part = slug(path.stem)
    if slug(one.raw.name) != part and not wish.source:
        part = f"{part}-{slug(one.raw.name)}"
    return Lot(
        couche=one.layer.id,
        partie=part,
        document=_document(path, wish),
        adresse=path.name,
        records=one.examined.kept,
        aside=one.examined.aside,
        report=one.examined.report,
        recupere=datetime.now(UTC).isoformat(timespec="seconds"),
        sha256=feeds.digest([path]),
    )
