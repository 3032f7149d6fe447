"""XML before anything else reads it: no entities, no depths, no references to what is elsewhere."""

from __future__ import annotations

from typing import IO, Any
from xml.parsers import expat

from geo.errors import DataError
from geo.sources.files.inside.datasets import Dataset
from geo.sources.files.limits import MIB, Limits

_BLOCK = 64 * 1024
_XLINK = "http://www.w3.org/1999/xlink href"
_GML = "http://www.opengis.net/gml"
_ROOTS = {"KML": "kml", "GPX": "gpx"}


class _Prologue(Exception):  # noqa: N818 - not an error: the root is reached
    """The prologue of a document was read, and holds nothing that is refused."""


class Scan:
    """One pass over an XML document, by events: nothing of it is kept.

    Attributes
    ----------
    root : str
        Local name of the root element.
    outside : int
        Attributes that refer to other documents, of elements that are no geometries.
    """

    def __init__(self, where: str, limits: Limits) -> None:
        self.root = ""
        self.outside = 0
        self._where = where
        self._limits = limits
        self._level = 0
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = False
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end

    def whole(self, stream: IO[bytes]) -> None:
        """Read a document to its end.

        Raises
        ------
        DataError
            If it is no well-formed XML, or holds what is refused.
        """
        try:
            while block := stream.read(_BLOCK):
                self._parser.Parse(block, False)  # noqa: FBT003 - expat has it so
            self._parser.Parse(b"", True)  # noqa: FBT003 - the same
        except expat.ExpatError as error:
            raise self._refused(f"XML mal formé ou tronqué (ligne {error.lineno})") from None

    def prologue(self, stream: IO[bytes]) -> None:
        """Read a document up to its root, which no document type can follow.

        Raises
        ------
        DataError
            If it declares a document type, or has no root.
        """
        self._parser.StartElementHandler = _reached
        read = 0
        try:
            while (block := stream.read(_BLOCK)) and read < MIB:
                read += len(block)
                self._parser.Parse(block, False)  # noqa: FBT003 - expat has it so
        except _Prologue:
            return
        except expat.ExpatError:
            pass
        raise self._refused("XML mal formé")

    def _doctype(self, *_told: object) -> None:
        raise self._refused("XML avec un type de document (DOCTYPE), qui peut renvoyer à d'autres fichiers")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        space, _, local = name.rpartition(" ")
        self._level += 1
        self.root = self.root or local
        if self._level > self._limits.nesting:
            raise self._refused(f"plus de {self._limits.nesting} niveaux imbriqués")
        if local == "NetworkLink":
            raise self._refused("ce KML renvoie à un autre fichier (NetworkLink)")
        link = attributes.get(_XLINK, "#")
        if not link.startswith("#"):
            if space.startswith(_GML):
                raise self._refused(f"une géométrie du GML est ailleurs ({link[:80]})")
            self.outside += 1

    def _end(self, _name: str) -> None:
        self._level -= 1

    def _refused(self, reason: str) -> DataError:
        return DataError(
            f"fichier illisible : {reason}",
            where=self._where,
            advice="Ouvrez-le dans un SIG et enregistrez-le à nouveau, par exemple en GeoPackage.",
        )


def _reached(*_told: Any) -> None:
    raise _Prologue


def examine(data: Dataset, limits: Limits) -> tuple[str, list[str]]:
    """Refuse an XML file that refers elsewhere or is built to harm.

    Parameters
    ----------
    data : Dataset
        A KML, GPX or GML file.
    limits : Limits
        Levels of elements.

    Returns
    -------
    tuple of str and list of str
        What it is, by its root (``KML``, ``GPX`` or ``GML``), and notes in French.

    Raises
    ------
    DataError
        If it is refused, or is not what its suffix says.
    """
    scan = Scan(data.where, limits)
    with data.path.open("rb") as stream:
        scan.whole(stream)
    if scan.root.endswith("ExceptionReport"):
        raise data.unreadable("c'est le message d'erreur d'un service, pas une couche")
    kind = next((kind for kind, root in _ROOTS.items() if scan.root == root), "GML")
    if kind != data.kind and not (data.kind == "GML" and data.path.suffix == ".xml"):
        raise data.unreadable(f"son nom annonce {data.kind}, son contenu est du XML « {scan.root[:40]} »")
    notes = [f"renvois à d'autres documents, laissés : {scan.outside}"] if scan.outside else []
    return kind, notes


def examine_prologue(stream: IO[bytes], where: str, limits: Limits) -> None:
    """Refuse a part of an office document that declares a document type."""
    Scan(where, limits).prologue(stream)
