"""A GeoJSON of any size, cut to a perimeter in one pass and bounded memory.

Features are told apart without being parsed: in a block of bytes, the braces that are in no text
say where each object starts and ends. A feature is parsed only if the bounding box of its
coordinates, worked out for a whole block at once, meets that of the perimeter.
"""

from __future__ import annotations

import gzip
import io
import json
import re
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray
from pyarrow import csv
from pyproj import CRS

from geo.errors import DataError, os_reason
from geo.sources.cutting import Box, Harvest
from geo.sources.geojson import FID, MAX_DEPTH, crs_named
from geo.text import plural

BLOCK = 4 << 20
"""Bytes read at once."""
BATCH = 50_000
"""Features handled at once; a block may hold a million empty ones."""
MAX_FEATURE = 16 << 20
"""Bytes of one feature, or of one member of the collection."""
MAX_BYTES = 8 << 30
"""Bytes of the whole file, unzipped."""
MAX_MEMBERS = 1000
"""Members of the collection beside its features."""

_WHITE = b" \t\r\n\x1e"
"""RFC 8142 writes a record separator before each feature of a sequence."""
_OPENS = 2
"""The bit that ``{`` and ``[`` have, and that ``}`` and ``]`` have not."""
_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_NUMBERS = b"0123456789.,eE+-;\n"
_DECODER = json.JSONDecoder(parse_constant=lambda _: None)
_GEOMETRY = re.compile(
    rb'"geometry"\s*:\s*(?:\{\s*(?:"type"\s*:\s*"\w+"\s*,\s*)?"coordinates"\s*:\s*(?=\[)())?'
)
"""A geometry, up to its coordinates if it is as almost all software writes it."""
_CONVERT = "Convertissez le fichier en WGS 84 (EPSG:4326)."
_AGAIN = "Téléchargez-le de nouveau : le transfert s'est peut-être arrêté."


def cut(path: Path, harvest: Harvest) -> None:
    """Give a harvest the features of a file, gzipped or not.

    Collections and sequences (one feature a line, or RFC 8142) are read.

    Raises
    ------
    DataError
        If the file stops in the middle, is no GeoJSON, is nested too deep, declares a CRS that
        is not known, or passes a bound.
    """
    with closing(_Document(path, harvest)) as document:
        for starts, ends in document.blocks():
            near = _near(document.data, starts, ends, harvest.box)
            document.reap([(i, document.data[starts[i] : ends[i]]) for i in np.flatnonzero(near).tolist()])
            harvest.pass_over(len(starts))


class _Document:
    """A file under a cursor: what is before `at` in `data` was read."""

    def __init__(self, path: Path, harvest: Harvest) -> None:
        self.path = path
        self.harvest = harvest
        self.data = b""
        self.at = 0
        self.total = 0
        self.crs: object = None
        self.type: object = None
        try:
            with path.open("rb") as plain:
                zipped = plain.read(2) == b"\x1f\x8b"
            opened = gzip.open(path) if zipped else path.open("rb")  # noqa: SIM115 - closed by `cut`
        except OSError as error:
            raise DataError(f"lecture impossible ({os_reason(error)})", where=path.name) from None
        self.stream: gzip.GzipFile | io.BufferedReader = opened

    def close(self) -> None:
        self.stream.close()

    def fault(self, message: str, advice: str = "") -> DataError:
        """Make an error that says how many features were read before it."""
        so_far = plural(self.harvest.read, "segment lu", "segments lus")
        return DataError(f"{message} ({so_far})", where=self.path.name, advice=advice)

    def more(self) -> bool:
        """Read a block; tell whether there was one."""
        if len(self.data) - self.at > MAX_FEATURE:
            raise self.fault(f"plus de {MAX_FEATURE >> 20} Mio pour un seul segment")
        try:
            block = self.stream.read(BLOCK)
        except (EOFError, zlib.error, gzip.BadGzipFile):
            raise self.fault("l'archive gzip est coupée ou abîmée", _AGAIN) from None
        except OSError as error:
            raise self.fault(f"lecture impossible, {os_reason(error)}") from None
        rest = self.data[self.at :]
        self.data, self.at = rest + (block if self.total else block.removeprefix(b"\xef\xbb\xbf")), 0
        self.total += len(block)
        if self.total > MAX_BYTES:
            raise self.fault(f"plus de {MAX_BYTES >> 30} Gio")
        return bool(block)

    def peek(self) -> bytes:
        """Return the next byte of the block that is not white, if there is one."""
        rest = self.data[self.at : self.at + 64].lstrip(_WHITE) or self.data[self.at :].lstrip(_WHITE)
        return rest[:1]

    def step(self) -> bytes:
        """Go to the next byte of the file that is not white, and return it."""
        while not (found := self.peek()):
            self.at = len(self.data)
            if not self.more():
                raise self.fault("le fichier est vide ou coupé", _AGAIN)
        self.at = self.data.index(found, self.at)
        return found

    def take(self, wanted: bytes) -> None:
        """Pass over the next byte, which must be this one."""
        if self.step() != wanted:
            raise self.fault("ce n'est pas du GeoJSON")
        self.at += 1

    def value(self) -> Any:
        """Read a value that is no list of features."""
        self.step()
        while True:
            text = self.data[self.at :].decode("latin-1")
            try:
                value, end = _DECODER.raw_decode(text)
            except RecursionError:
                raise self.fault(f"JSON imbriqué sur plus de {MAX_DEPTH} niveaux") from None
            except ValueError:
                end = len(text)
            if end < len(text):
                self.at += end
                return value
            if not self.more():
                raise self.fault("JSON invalide ou coupé", _AGAIN)

    def members(self, *, first: bool) -> bool:
        """Read members of the collection; tell whether they stop at a list of features."""
        for _ in range(MAX_MEMBERS):
            if self.step() == b"}":
                self.at += 1
                return False
            if not first:
                self.take(b",")
            first = False
            name = self.value()
            self.take(b":")
            if name == "features" and self.step() == b"[":
                self.at += 1
                return True
            value = self.value()
            if name == "type":
                self.type = value
            elif name == "crs":
                self.crs = value
        raise self.fault(f"plus de {MAX_MEMBERS} membres")

    def blocks(self) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
        """Yield where the features of each block start and end in `data`."""
        self.take(b"{")
        if self.members(first=True):
            if self.crs is not None:
                self.harvest.use(*self.declared())
            yield from self.features(b",", b"]")
            if self.members(first=False):
                raise self.fault("deux listes de segments")
            if self.crs is not None and self.declared()[0] != self.harvest.crs:
                raise self.fault("la projection est déclarée après les segments", _CONVERT)
        elif self.type == "Feature":
            self.stream.seek(0)
            self.data, self.at, self.total = b"", 0, 0
            yield from self.features(b"", b"")
            return
        else:
            self.type = None
        if self.type != "FeatureCollection":
            raise self.fault(
                "ce n'est pas une FeatureCollection",
                "Donnez un GeoJSON dont le premier niveau a une liste « features ».",
            )
        self.end()

    def end(self) -> None:
        """Check that nothing but white is left."""
        while not self.peek():
            self.at = len(self.data)
            if not self.more():
                return
        raise self.fault("du texte suit la fin de la collection")

    def declared(self) -> tuple[CRS, str]:
        """Return the CRS that the collection declares, as GeoJSON did before RFC 7946, and how."""
        known = self.crs.get("properties") if isinstance(self.crs, dict) else None
        name = known.get("name") if isinstance(known, dict) else None
        crs = crs_named(name) if isinstance(name, str) else None
        if crs is None:
            told = name if isinstance(name, str) else json.dumps(self.crs)
            raise self.fault(f"projection inconnue : {told[:80]}", _CONVERT)
        return crs, f"le fichier la déclare ({name})"

    def features(self, joint: bytes, stop: bytes) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
        """Yield the objects parted by a joint, up to a stop, or to the end of the file if it is empty."""
        due = b""
        while True:
            starts, ends = self.objects()
            right = self.rightly_parted(starts, ends, due, joint)
            if right:
                yield starts[:right], ends[:right]
                self.at, due = int(ends[right - 1]), joint
            if right == BATCH:
                continue
            following = self.peek()
            if stop and following == stop:
                self.take(stop)
                return
            if right < len(starts) or following not in (b"", due or b"{"):
                raise self.fault("ce n'est pas du GeoJSON valide")
            if not self.more():
                if stop or following:
                    raise self.fault("le fichier est coupé", _AGAIN)
                return

    def objects(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return where the next whole objects start and end."""
        text = self.data
        if b"\\" in text:  # an escaped quote ends no text; an escaped backslash escapes nothing
            text = text.replace(b"\\\\", b"  ").replace(b'\\"', b"  ")
        codes = np.frombuffer(text, np.uint8, offset=self.at)
        quotes = np.flatnonzero(codes == ord('"'))
        braces = np.flatnonzero((codes == ord("{")) | (codes == ord("}")))
        braces = braces[np.searchsorted(quotes, braces) % 2 == 0]
        opens = (codes[braces] & _OPENS) > 0
        depth = np.cumsum(np.where(opens, 1, -1))
        ends = braces[~opens & (depth == 0)][:BATCH] + 1
        starts = braces[opens & (depth == 1)][: len(ends)]
        return starts + self.at, ends + self.at

    def rightly_parted(
        self, starts: NDArray[np.int64], ends: NDArray[np.int64], due: bytes, joint: bytes
    ) -> int:
        """Return how many of these objects have between them what should be there."""
        gaps = zip([self.at, *ends.tolist()], starts.tolist(), strict=False)
        for number, (end, start) in enumerate(gaps):
            if self.data[end:start].strip(_WHITE) != (joint if number else due):
                return number
        return len(starts)

    def reap(self, found: list[tuple[int, bytes]]) -> None:
        """Parse features and keep those that are in the perimeter."""
        features = [self.feature(raw, self.harvest.read + i + 1) for i, raw in found]
        shapes = [feature.get("geometry") for feature, _ in features]
        texts = np.array([None if shape is None else json.dumps(shape) for shape in shapes], dtype=object)
        geometries = shapely.from_geojson(texts, on_invalid="ignore")
        inside, unreadable = self.harvest.sort(geometries)
        for place, (feature, fault) in enumerate(features):
            if shapes[place] is None:
                self.harvest.shapeless += 1
            elif inside[place] or unreadable[place]:
                reason = "géométrie illisible" if unreadable[place] else fault
                rank = self.harvest.read + found[place][0] + 1
                self.harvest.keep(rank, self.row(feature), geometries[place], reason)

    def feature(self, raw: bytes, rank: int) -> tuple[dict[str, Any], str]:
        """Parse a feature; return it, and what is wrong with its text."""
        codes = np.frombuffer(raw.translate(None, _NOT_BRACKETS), np.uint8)
        if np.cumsum((codes & _OPENS).astype(np.int64) - 1).max() > MAX_DEPTH:
            raise self.fault(f"segment n° {rank} : JSON imbriqué sur plus de {MAX_DEPTH} niveaux")
        fault = ""
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError:
            text, fault = raw.decode("utf-8", "replace"), "texte qui n'est pas en UTF-8"
        try:
            feature: dict[str, Any] = _DECODER.decode(text)
        except ValueError:
            raise self.fault(f"segment n° {rank} : ce n'est pas du JSON valide") from None
        return feature, fault

    def row(self, feature: dict[str, Any]) -> dict[str, Any]:
        """Return the attributes of a feature that are asked for."""
        known = feature.get("properties")
        row = known if isinstance(known, dict) else {}
        if feature.get("id") is not None:
            row = {FID: feature["id"], **row}
        return {name: value for name, value in row.items() if self.harvest.wants(name)}


def _near(data: bytes, starts: NDArray[np.int64], ends: NDArray[np.int64], box: Box) -> NDArray[np.bool_]:
    """Tell which features of a block may be in a box: all but those that are surely out of it."""
    near = np.ones(len(starts), dtype=np.bool_)
    found = [(m.start(), m.start(1)) for m in _GEOMETRY.finditer(data, int(starts[0]), int(ends[-1]))]
    places, opened = np.array(found, dtype=np.int64).reshape(-1, 2).T
    owners = np.searchsorted(starts, places, side="right") - 1
    plain = (np.bincount(owners, minlength=len(starts))[owners] == 1) & (opened >= 0)
    texts = [data[at : data.rfind(b"]", at, data.find(b"}", at)) + 1] for at in opened[plain].tolist()]
    bounds = _bounds(texts)
    if bounds is not None:
        west, south, east, north = bounds
        out = (east < box[0]) | (north < box[1]) | (west > box[2]) | (south > box[3])
        near[owners[plain][out]] = False
    return near


def _bounds(texts: list[bytes]) -> tuple[NDArray[np.float64], ...] | None:
    """Return the bounds of lists of coordinates, None if one of them is not that.

    Any depth of lists will do, as long as all positions have as many coordinates.
    """
    flat = b";".join(texts).translate(None, b" \t\r\n").replace(b"],[", b"\n").translate(None, b"[]")
    if flat.translate(None, _NUMBERS) or flat.count(b";") != len(texts) - 1:
        return None
    counts = np.array([text.count(b"\n") for text in flat.split(b";")]) + 1
    rows = flat.replace(b";", b"\n")
    names = [str(i) for i in range(rows.partition(b"\n")[0].count(b",") + 1)]
    try:
        table = csv.read_csv(
            pa.BufferReader(rows),
            read_options=csv.ReadOptions(column_names=names, use_threads=False, block_size=len(rows) + 1),
            convert_options=csv.ConvertOptions(
                include_columns=["0", "1"], column_types={"0": pa.float64(), "1": pa.float64()}
            ),
        )
    except (pa.ArrowInvalid, pa.ArrowKeyError):
        return None
    if len(table) != counts.sum():
        return None
    x, y = (table[name].to_numpy() for name in ("0", "1"))
    first = np.concatenate([[0], np.cumsum(counts)[:-1]])
    low, high = np.minimum.reduceat, np.maximum.reduceat
    return low(x, first), low(y, first), high(x, first), high(y, first)
