"""GML as WFS writes it, page by page: attributes as texts, shapes by GDAL."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from geo.errors import DataError
from geo.sources.geojson import FID, crs_named, table
from geo.sources.raw import RawLayer

_MEMBERS = {"member", "featureMember", "featureMembers"}
_GML = "http://www.opengis.net/gml"
_OPTIONS = {
    "WRITE_GFS": "NO",
    "DOWNLOAD_SCHEMA": "NO",
    "FORCE_SRS_DETECTION": "YES",
    "EXPOSE_GML_ID": "NO",
    "EXPOSE_FID": "NO",
}
"""Of the GML driver of GDAL: it writes nothing beside the file, and fetches nothing."""


@dataclass(slots=True)
class Feature:
    """One feature of a page.

    Parameters
    ----------
    start, end : int
        Its bytes in the page.
    name : str
        Of its element, without prefix.
    attributes : dict of str to str or None
        Texts under their published names, without prefix; None for an empty element.
    srs : set of str
        Every ``srsName`` of its shapes.
    has_shape : bool
        Whether it has a shape, well made or not.
    """

    start: int
    name: str
    attributes: dict[str, str | None] = field(default_factory=dict)
    srs: set[str] = field(default_factory=set)
    has_shape: bool = False
    end: int = 0


@dataclass(slots=True)
class Page:
    """One page as it was parsed: the attributes of its root, its features, its bytes, the names of shapes."""

    data: bytes
    root: dict[str, str] = field(default_factory=dict)
    features: list[Feature] = field(default_factory=list)
    shape_names: set[str] = field(default_factory=set)


class _Reader:
    """What expat calls: it sees features in the members of the root, fields in features."""

    def __init__(self, data: bytes, where: str) -> None:
        self.page = Page(data)
        self._where = where
        self._path: list[str] = []
        self._text: list[str] = []
        self._shape_at = 0
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text.append

    def read(self) -> Page:
        try:
            self._parser.Parse(self.page.data, True)  # noqa: FBT003 - expat takes no keyword
        except expat.ExpatError as error:
            raise DataError(
                f"XML illisible, ligne {error.lineno} (réponse incomplète ?)", where=self._where
            ) from None
        for feature in self.page.features:
            for name in self.page.shape_names:  # an empty element, where a feature has no shape
                feature.attributes.pop(name, None)
        return self.page

    def _refuse(self, *_: object) -> None:
        raise DataError("XML avec une DTD : refusé", where=self._where)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        space, _, local = name.rpartition(" ")
        depth = len(self._path)
        self._path.append(name)
        self._text.clear()
        if depth == 0:
            if local != "FeatureCollection":
                raise DataError(f"ce n'est pas une collection GML, mais « {local} »", where=self._where)
            self.page.root = attributes
        elif depth == 2 and self._path[1].rpartition(" ")[2] in _MEMBERS:
            feature = Feature(self._parser.CurrentByteIndex, local)
            fid = next((v for k, v in attributes.items() if k in ("fid", "id") or k.endswith(" id")), None)
            if fid is not None:
                feature.attributes[FID] = fid
            self.page.features.append(feature)
        elif depth >= 3 and self.page.features:
            self._inside(depth, space, local, attributes)

    def _inside(self, depth: int, space: str, local: str, attributes: dict[str, str]) -> None:
        feature = self.page.features[-1]
        if "srsName" in attributes:
            feature.srs.add(attributes["srsName"])
        if depth == 4 and space.startswith(_GML) and local != "Envelope" and not self._shape_at:
            self._shape_at = depth
            feature.has_shape = True
            self.page.shape_names.add(self._path[3].rpartition(" ")[2])

    def _end(self, name: str) -> None:
        self._path.pop()
        depth = len(self._path)
        space, _, local = name.rpartition(" ")
        if depth == 2 and self.page.features and not self.page.features[-1].end:
            closing = self.page.data.index(b">", self._parser.CurrentByteIndex)
            self.page.features[-1].end = closing + 1
        elif depth == 3 and self.page.features:
            if not self._shape_at and not (space.startswith(_GML) and local == "boundedBy"):
                text = "".join(self._text).strip()
                self.page.features[-1].attributes[local] = text or None
            self._shape_at = 0
        self._text.clear()


def parse(path: Path) -> Page:
    """Parse a page of GML 3.1 or 3.2.

    Raises
    ------
    DataError
        If it is not well-formed, has a DTD, or is no collection.
    """
    return _Reader(path.read_bytes(), path.name).read()


def read(paths: Sequence[Path], *, origin: str = "", name: str = "", asked: str = "") -> RawLayer:
    """Read the pages of one collection.

    Parameters
    ----------
    paths : sequence of pathlib.Path
        In order; the rows are numbered from one to the other.
    origin, name : str, optional
        As they are told to the user; by default the name of the first file, of its features.
    asked : str, optional
        CRS that the service was asked for, as ``EPSG:2154``.

    Returns
    -------
    RawLayer
        Attributes are texts; coordinates are in the order x, y (longitude, latitude), whatever
        the order of the GML, that its ``srsName`` tells.

    Raises
    ------
    DataError
        If a page cannot be parsed, or they differ in feature type or CRS.
    """
    pages = [parse(path) for path in paths]
    features = [feature for page in pages for feature in page.features]
    origin = origin or (paths[0].name if paths else "")
    types = sorted({feature.name for feature in features})
    if len(types) > 1:
        raise DataError(f"plusieurs types d'objets : {', '.join(types)}", where=origin)
    shapes = np.concatenate([np.empty(0, dtype=object), *(_shapes(page) for page in pages)])
    unreadable = {
        number: "géométrie illisible"
        for number, (feature, shape) in enumerate(zip(features, shapes, strict=True), 1)
        if feature.has_shape and shape is None
    }
    crs, how = _crs(features, asked, origin)
    return RawLayer(
        origin=origin,
        name=name or (types[0] if types else ""),
        driver="GML",
        frame=table([feature.attributes for feature in features]),
        geometry=shapes,
        crs=crs,
        crs_how=how,
        encoding="utf-8",
        unreadable=unreadable,
    )


def _crs(features: Sequence[Feature], asked: str, origin: str) -> tuple[CRS | None, str]:
    names = sorted({name for feature in features for name in feature.srs})
    known = {name: crs_named(name) for name in names}
    if len({crs.to_epsg() if crs else None for crs in known.values()}) > 1:
        raise DataError(f"plusieurs projections : {', '.join(names)}", where=origin)
    if names:
        return known[names[0]], f"le GML le déclare ({names[0]})"
    return (crs_named(asked), f"demandé au service ({asked}), qui ne le redit pas") if asked else (None, "")


def _shapes(page: Page) -> NDArray[np.object_]:
    """Return the shapes of a page, None where there is none or GDAL cannot make it."""
    if not page.features:
        return np.empty(0, dtype=object)
    found = _gdal(page.data, len(page.features))
    if found is None:  # one shape at least is malformed: each feature is read alone
        first, last = page.features[0].start, page.features[-1].end
        alone = [
            _gdal(page.data[:first] + page.data[one.start : one.end] + page.data[last:], 1)
            for one in page.features
        ]
        found = np.array([None if shape is None else shape[0] for shape in alone], dtype=object)
    found[[not feature.has_shape for feature in page.features]] = None
    return found


def _gdal(data: bytes, count: int) -> NDArray[np.object_] | None:
    """Return the shapes of a document; None if one cannot be made, or they are not `count`."""
    import pyogrio  # noqa: PLC0415 - GDAL is heavy, and few services refuse JSON
    from pyogrio.errors import DataLayerError, DataSourceError, FeatureError  # noqa: PLC0415

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of GDAL, about what is then found missing
            _, _, shapes, _ = pyogrio.raw.read(data, columns=[], **_OPTIONS)
    except (DataLayerError, DataSourceError, FeatureError):
        return None
    if shapes is None or len(shapes) != count:
        return None
    made: NDArray[np.object_] = shapely.from_wkb(shapes, on_invalid="ignore")
    return made
