"""From a file to its layers: which reader opens what, in the process made for it."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

from geo.errors import UsageError
from geo.sources.files.inside import archive
from geo.sources.files.inside.datasets import Dataset, dataset, refuse_impostors
from geo.sources.files.inside.handback import Layer
from geo.sources.files.limits import Limits

_TOPOLOGY = re.compile(rb'"type"\s*:\s*"Topology"')
_HEAD_BYTES = 65_536
_MANY = {"KML", "GPX", "XLSX", "ODS"}
"""Formats whose empty layers are told in a note, for they always have some."""


class Reading:
    """One reading: the layers of one file, or the one that is asked for."""

    def __init__(self, work: Path, job: dict[str, Any]) -> None:
        self.work = work
        self.limits = Limits(**job["limits"])
        self.asked = str(job["layer"])
        self.encoding = str(job["encoding"])
        self.count_only = bool(job["count_only"])
        self.layers: list[Layer] = []
        self.known: list[Layer] = []

    def new(self, data: Dataset, name: str) -> Layer | None:
        """Return a layer to fill; None if another is asked for."""
        layer = Layer(data, name, self.work / f"layer-{len(self.layers)}.jsonl", self.limits, self.count_only)
        self.known.append(layer)
        if self.asked and self.asked.casefold() not in {name.casefold(), layer.full_name.casefold()}:
            return None
        self.layers.append(layer)
        return layer


def read(work: Path, job: dict[str, Any]) -> list[dict[str, Any]]:
    """Read a file.

    Parameters
    ----------
    work : pathlib.Path
        The private folder, where rows and shapes go.
    job : dict
        ``path``, ``where`` (the path as the user gave it), ``layer``, ``encoding``,
        ``count_only`` and ``limits``.

    Returns
    -------
    list of dict
        What is known of each layer, as `Layer.told` says.

    Raises
    ------
    DataError
        If the file is refused.
    UsageError
        If it has no layer of the name that is asked for.
    """
    reading = Reading(work, job)
    data = dataset(Path(job["path"]), work, job["where"])
    refuse_impostors(data)
    left = ""
    if data.kind in {"ZIP", "KMZ"}:
        found, others = archive.contents(data, work, reading.limits)
        left = "" if data.kind == "KMZ" else archive.left_note(others)
    else:
        found = [data]
    for item in found:
        _READERS.get(item.kind, _vector)(item, reading)
    names = Counter(layer.name for layer in reading.known)
    for layer in reading.known:
        layer.name = layer.full_name if names[layer.name] > 1 else layer.name
    if reading.asked and not reading.layers:
        raise UsageError(
            f"pas de couche « {reading.asked} » dans ce fichier",
            where=data.where,
            advice=f"Couches : {', '.join(layer.name for layer in reading.known) or 'aucune'}.",
        )
    _drop_empty(data, reading)
    for layer in reading.layers[:1]:
        layer.notes.extend([left] if left else [])
    return [layer.told() for layer in reading.layers]


def _drop_empty(data: Dataset, reading: Reading) -> None:
    """Leave out the empty layers of formats that always have some, and say so."""
    empty = [layer for layer in reading.layers if not layer.rows and layer.data.kind in _MANY]
    if not empty or reading.asked:
        return
    reading.layers = [layer for layer in reading.layers if layer not in empty]
    if not reading.layers:
        raise data.unreadable(f"rien dans ses couches ({', '.join(layer.name for layer in empty)})")
    reading.layers[0].notes.append(f"couches vides, laissées : {', '.join(layer.name for layer in empty)}")


def _vector(data: Dataset, reading: Reading) -> None:
    from geo.sources.files.inside import preparing  # noqa: PLC0415 - for the formats of GDAL alone

    source = preparing.prepared(data, reading.encoding, reading.limits)
    from geo.sources.files.inside import vector  # noqa: PLC0415 - GDAL is not loaded for what is refused

    vector.lock()
    for name, known_as in vector.layers(source).items():
        layer = reading.new(data, name)
        if layer:
            (vector.count if reading.count_only else vector.fill)(source, known_as, layer)


def _geojson(data: Dataset, reading: Reading) -> None:
    from geo.sources.files.inside import geojson  # noqa: PLC0415 - for its format alone

    with data.path.open("rb") as stream:
        if data.kind == "GeoJSON" and _TOPOLOGY.search(stream.read(_HEAD_BYTES)):
            _vector(data.of_kind("TopoJSON"), reading)
            return
    layer = reading.new(data, data.stem)
    if layer:
        (geojson.read if data.kind == "GeoJSON" else geojson.read_lines)(data, layer, reading.encoding)


def _csv(data: Dataset, reading: Reading) -> None:
    from geo.sources.files.inside import delimited  # noqa: PLC0415 - for its format alone

    layer = reading.new(data, data.stem)
    if layer:
        delimited.read(data, layer, reading.encoding)


def _parquet(data: Dataset, reading: Reading) -> None:
    from geo.sources.files.inside import columnar  # noqa: PLC0415 - for its format alone

    layer = reading.new(data, data.stem)
    if layer:
        columnar.read(data, layer)


def _workbook(data: Dataset, reading: Reading) -> None:
    from geo.sources.files.inside import opendocument, workbook  # noqa: PLC0415 - for their formats alone
    from geo.sources.files.inside.grids import Grid  # noqa: PLC0415 - with them
    from geo.sources.files.inside.markup import examine_prologue  # noqa: PLC0415 - with them

    with archive.opened(data, reading.limits) as (package, members):
        for name, info in members.items():
            if name.lower().endswith((".xml", ".rels", ".vml")):
                with package.open(info) as stream:
                    examine_prologue(stream, f"{data.where}/{name}", reading.limits)
        if data.kind == "ODS":
            sheets = opendocument.sheets(package, members, data, reading.limits)
        else:
            sheets = workbook.sheets(data, reading.limits)
        for name, rows in sheets:
            layer = reading.new(data, name)
            if layer:
                for batch in Grid(layer, rows).batches():
                    layer.add(batch)


_READERS = {
    "GeoJSON": _geojson,
    "GeoJSONSeq": _geojson,
    "CSV": _csv,
    "Parquet": _parquet,
    "XLSX": _workbook,
    "ODS": _workbook,
}
