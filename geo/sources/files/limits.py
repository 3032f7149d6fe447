"""How much a file may ask of the machine before it is refused."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1 << 20
GIB = 1 << 30


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one reading; what passes one is refused, never cut.

    Parameters
    ----------
    file_bytes : int
        Size of the file, and of each file that goes with it (``.dbf``, ``.map``).
    unzipped_bytes : int
        Size of all that an archive holds, unpacked.
    ratio : int
        How many times larger than the archive its contents may be, beyond `ratio_from_bytes`.
    ratio_from_bytes : int
        Size from which `ratio` counts.
    members : int
        Files in an archive.
    shape_vertices : int
        Vertices of one geometry.
    vertices : int
        Vertices of all geometries of the file.
    text_chars : int
        Characters of one cell.
    rows : int
        Rows of one layer.
    columns : int
        Columns of one layer.
    nesting : int
        Levels of brackets in JSON, of elements in XML.
    seconds : float
        Time that the reading may take.
    memory_bytes : int
        Address space of the process that reads, where the system can bound it.
    """

    file_bytes: int = 2 * GIB
    unzipped_bytes: int = 4 * GIB
    ratio: int = 100
    ratio_from_bytes: int = 10 * MIB
    members: int = 10_000
    shape_vertices: int = 2_000_000
    vertices: int = 50_000_000
    text_chars: int = MIB
    rows: int = 2_000_000
    columns: int = 4_000
    nesting: int = 64
    seconds: float = 120.0
    memory_bytes: int = 3 * GIB


LIMITS = Limits()
