"""A feed of a layer, once its files are here: read, examined, and made a lot."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from geo.catalog import Feed, Field, Layer
from geo.errors import DataError
from geo.ingest.door import Examined, Schema, examine
from geo.ingest.lots import Lot
from geo.sources.files import read_layers
from geo.sources.raw import RawLayer
from geo.territories import load as load_territories

_NAME = Field("nom", "Nom", "texte")
_SHAPES = {"ligne": ("ligne",), "polygone": ("polygone", "point"), "point": ("point", "polygone")}


def schema_of(layer: Layer, feed: Feed | None = None, *, mirrored: bool = False) -> Schema:
    """Return what a layer wants of the rows of a feed, or of a user's file.

    Parameters
    ----------
    layer : Layer
        Gives the fields and their plausible ranges, the standard, the kinds of shape.
    feed : Feed, optional
        Gives the published names of the fields, the natural key, the columns of coordinates.
    mirrored : bool
        Whether the rows are those of the mirror, which names fields its own way.
    """
    fields = (_NAME, *(known for known in layer.champs if known.nom != "nom"))
    names: Mapping[str, str] = {}
    if feed is not None:  # what a feed does not name is not guessed
        told = feed.champs_miroir if mirrored and feed.champs_miroir else feed.champs
        names = {known.nom: told.get(known.nom, "") for known in fields}
    return Schema(
        couche=layer.id,
        titre=layer.titre,
        champs=fields,
        cle=feed.cle if feed else (),
        correspondance=names,
        geometries=_SHAPES[layer.geometrie] if layer.inventaire else (),
        bornes={
            known.nom: (known.mini, known.maxi)
            for known in layer.champs
            if known.mini is not None or known.maxi is not None
        },
        standard=layer.standard,
        reunit=bool(layer.identifiants),
        x=feed.x if feed else "",
        y=feed.y if feed else "",
    )


def read(feed: Feed, paths: Sequence[Path], *, mirrored: bool = False, names: Sequence[str] = ()) -> RawLayer:
    """Return the rows of the files of a feed, one layer whatever their number.

    Parameters
    ----------
    feed : Feed
        Says how they are read.
    paths : sequence of pathlib.Path
        The files.
    mirrored : bool
        Whether they are those of the mirror, which are read as their names say.
    names : sequence of str
        What to call them (addresses), where their own names say nothing.

    Raises
    ------
    DataError
        If a file cannot be read, or does not hold the layer.
    """
    if not mirrored and feed.genre in ("wfs", "pages"):
        return _answers(feed, list(paths))
    if feed.format == "finess":
        from geo.sources import finess  # noqa: PLC0415 - one national file needs it

        return finess.read(paths[0])
    if feed.format == "bnac":
        from geo.sources import streaming  # noqa: PLC0415 - with pyarrow

        basin = load_territories()
        kind: Literal["geojson", "geoparquet"] = "geojson"
        if paths[0].suffix == ".parquet":
            kind = "geoparquet"
        return streaming.read_within(paths[0], basin.perimeter, kind=kind, crs=basin.crs)
    layers = [_only(path, "" if mirrored else feed.couche) for path in paths]
    if len(names) == len(layers):
        layers = [replace(raw, origin=name) for raw, name in zip(layers, names, strict=True)]
    return _together(layers)


def _answers(feed: Feed, paths: list[Path]) -> RawLayer:
    from geo.sources import pages, wfs  # noqa: PLC0415 - the network comes with them

    address = feed.adresses[0]
    if feed.genre == "wfs":
        return wfs.read(paths, type_name=feed.couche, crs=feed.crs, origin=address)
    return pages.read(paths, origin=address, name=feed.couche)


def _only(path: Path, wanted: str) -> RawLayer:
    """Return the one layer of a file that has rows, or the one that is wanted."""
    layers = read_layers(path, layer=wanted)
    filled = [raw for raw in layers if len(raw.frame)]
    if len(filled) > 1:
        named = ", ".join(raw.name for raw in filled)
        raise DataError(
            f"plusieurs couches : {named}", where=path.name, advice="Dites laquelle (couche = ...)."
        )
    if not filled:
        raise DataError("aucun objet", where=path.name)
    return filled[0]


def _together(layers: Sequence[RawLayer]) -> RawLayer:
    """Return the layers of several files as one; ``_fichier`` says which file a row is of."""
    frames = [raw.frame.assign(_fichier=Path(raw.origin).stem) for raw in layers]
    frame = pd.concat(frames, ignore_index=True).astype(object)
    frame = frame.where(frame.notna(), None)
    frame.index = pd.RangeIndex(1, len(frame) + 1)
    if len({raw.crs for raw in layers}) > 1:
        raise DataError("les fichiers n'ont pas tous la même projection", where=layers[0].origin)
    starts = np.cumsum([0, *(len(raw.frame) for raw in layers)])
    return replace(
        layers[0],
        origin=", ".join(raw.origin for raw in layers),
        frame=frame,
        geometry=np.concatenate([raw.geometry for raw in layers]),
        notes=tuple(dict.fromkeys(note for raw in layers for note in raw.notes)),
        unreadable={
            int(start) + row: why
            for start, raw in zip(starts, layers, strict=False)
            for row, why in raw.unreadable.items()
        },
    )


def take(layer: Layer, feed: Feed, raw: RawLayer, *, mirrored: bool = False) -> Examined:
    """Return what a layer takes of a feed's rows: examined, and limited to the layer's subject.

    Raises
    ------
    DataError
        If the rows cannot be used, or there is none.
    """
    if not len(raw.frame):
        raise DataError("la source est vide", where=raw.origin, advice="Réessayez plus tard.")
    kept = feed.filtre_miroir if mirrored and feed.filtre_miroir else feed.filtre
    missing = [name for name in kept if name not in raw.frame.columns]
    if missing:
        raise DataError(f"champ absent : {', '.join(missing)}", where=raw.origin)
    chosen = np.ones(len(raw.frame), dtype=bool)
    for name, values in kept.items():
        chosen &= raw.frame[name].astype(str).isin(values).to_numpy()
    schema = schema_of(layer, feed, mirrored=mirrored)
    if raw.crs is None:
        schema = replace(schema, crs=feed.crs)
    subject = None if chosen.all() else chosen
    taken = examine(raw, schema, load_territories(), keep_outside=feed.hors_perimetre, subject=subject)
    if taken.kept.empty:
        reasons = ", ".join(f"{note.text} ({note.count})" for note in taken.report.of("écarté"))
        raise DataError(f"aucune ligne retenue : {reasons}", where=raw.origin)
    for row, key in taken.kept["_cle"].items():
        if key in feed.noms:
            taken.kept.loc[row, "nom"] = feed.noms[key]
    return taken


def from_mirror(layer: Layer, mirror: Path) -> list[Lot]:
    """Return the lots of a layer that a mirror answers: the first feed of each part that is there.

    Raises
    ------
    DataError
        If the mirror is no folder, or one of its files cannot be used.
    """
    if not mirror.is_dir():
        raise DataError("dossier introuvable", where=str(mirror), advice="Donnez le dossier du miroir.")
    found: dict[str, Lot] = {}
    for feed in layer.donnees:
        paths = mirror_paths(feed, mirror)
        if paths and feed.partie not in found:
            raw = read(feed, paths, mirrored=True)
            taken = take(layer, feed, raw, mirrored=True)
            found[feed.partie] = lot_of(layer, feed, taken, digest(paths), adresse=", ".join(feed.miroir))
    return list(found.values())


def mirror_paths(feed: Feed, mirror: Path) -> list[Path]:
    """Return the files of a mirror that answer a feed, sorted."""
    return sorted(path for pattern in feed.miroir for path in mirror.glob(pattern) if path.is_file())


def lot_of(
    layer: Layer, feed: Feed, taken: Examined, sha256: str, *, adresse: str, recupere: str = ""
) -> Lot:
    """Return the lot that the rows taken of a feed make."""
    return Lot(
        couche=layer.id,
        partie=feed.partie,
        document=feed.document,
        adresse=adresse,
        records=taken.kept,
        aside=taken.aside,
        report=taken.report,
        recupere=recupere,
        sha256=sha256,
        resume=feed.resume,
    )


def digest(paths: Sequence[Path]) -> str:
    """Return the sha256 of a file, or of several one after the other."""
    total = hashlib.sha256()
    for path in paths:
        with path.open("rb") as stream:
            while block := stream.read(1 << 20):
                total.update(block)
    return total.hexdigest()
