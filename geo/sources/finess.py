"""FINESS, the national register of health and social establishments, as data.gouv.fr publishes it.

Three layouts of the same columns, all parted by semicolons, are read:

- ``etalab-cs1100507-stock-….csv`` ("Extraction du fichier des établissements", geolocated): a
  first line ``finess;etalab;98;2026-05-12``, then, without any header, records that begin with
  ``structureet`` and records that begin with ``geolocalisation``, joined by ``nofinesset``. Columns
  and their order: notice ``etalab_cs1100507.pdf`` of the dataset.
- ``etalab-cs1100502-stock-….csv``, the same without geolocations.
- ``finess_etablissements.csv`` ("Réexposition des données Finess"), the same with one header and one
  line for each establishment.

Coordinates are in the legal projection of the place, told at the end of ``sourcecoordet``:
``1,ATLASANTE,100,IGN,BD_ADRESSE,V2.2,LAMBERT_93`` until 2023,
``1,ATLASANTE,96,BAN,EPSG:2154 RGF93 / Lambert-93 (Métropole)`` since. Texts were in ISO-8859-1, and
are in UTF-8 since. The last of these extractions is of 2026-05-04; the Agence du numérique en santé
publishes JSON in their place (``finess-structures``), which is another register.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer

from geo.errors import DataError, os_reason
from geo.sources.raw import RawLayer
from geo.text import plural

ESTABLISHMENT = (
    "nofinesset", "nofinessej", "rs", "rslongue", "complrs", "compldistrib", "numvoie", "typvoie", "voie",
    "compvoie", "lieuditbp", "commune", "departement", "libdepartement", "ligneacheminement", "telephone",
    "telecopie", "categetab", "libcategetab", "categagretab", "libcategagretab", "siret", "codeape",
    "codemft", "libmft", "codesph", "libsph", "dateouv", "dateautor", "datemaj", "numuai",
)  # fmt: skip
"""Columns of a record ``structureet``, after its tag; the last is not in all editions."""
PLACE = ("nofinesset", "coordxet", "coordyet", "sourcecoordet", "datemaj_geoloc")
"""Columns of a record ``geolocalisation``, after its tag; the last is published as ``datemaj``."""
INSEE = "code_insee"
"""Column that is added: the INSEE code of the commune, of ``departement`` and ``commune``."""

MAX_BYTES = 512 << 20
LAMBERT_93 = "EPSG:2154"
WGS84 = "EPSG:4326"

_TAGS = {
    "LAMBERT_93": LAMBERT_93,
    "UTM_N20": "EPSG:5490",
    "UTM_N21": "EPSG:4467",
    "UTM_N22": "EPSG:2972",
    "UTM_S38": "EPSG:4471",
    "UTM_S40": "EPSG:2975",
}
"""The projections as they were told until 2023: the legal ones of the same zones."""
_EPSG = {*_TAGS.values(), "EPSG:4559"}
_UTM = re.compile(r"WGS ?84 ?/ ?UTM zone (\d{1,2})([NS])")
"""Saint-Pierre-et-Miquelon and Wallis-et-Futuna have no EPSG code in the file."""
_OVERSEAS = {"9A": "97", "9B": "97", "9C": "97", "9D": "97", "9E": "97", "9F": "97", "9J": "98"}
"""Départements as FINESS writes them; the third digit of the INSEE code begins ``commune``."""
_EXCEL = re.compile(r'="(.*)"', re.DOTALL)

Row = dict[str, str | None]


@dataclass
class _Register:
    """What the lines of a file say, before they are joined."""

    rows: list[Row] = field(default_factory=list)
    places: dict[str, Row] = field(default_factory=dict)
    faults: dict[int, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    header: tuple[str, ...] = ()
    repeated: int = 0

    def add(self, row: Row, fault: str = "") -> None:
        self.rows.append(row)
        if fault:
            self.faults[len(self.rows)] = fault

    def read(self, number: int, line: str) -> None:
        """Read one record; what cannot be read is a row all the same."""
        tag = line.partition(";")[0].strip('" =')
        fields = line.partition(";")[2]
        if tag == "structureet":
            self.add(*_record(number, fields, ESTABLISHMENT, (30, 31)))
        elif tag == "geolocalisation":
            self.locate(*_record(number, fields, PLACE, (5,)))
        elif self.header:
            self.add(*_record(number, line, self.header, (len(self.header),)))
        else:
            self.add({}, f"ligne {number} : ni structureet ni geolocalisation")

    def locate(self, place: Row, fault: str) -> None:
        """Keep a place for its establishment, the first if it has several."""
        key = place.get("nofinesset")
        if fault or not key:
            self.add(place, fault or "géolocalisation sans numéro FINESS")
        elif key in self.places:
            self.repeated += 1
        else:
            self.places[key] = place

    def join(self) -> None:
        """Give each establishment its place, and say which places have none."""
        known = {row.get("nofinesset") for row in self.rows}
        for row in self.rows:
            row.update(self.places.get(row.get("nofinesset") or "", {}))
        for key, place in self.places.items():
            if key not in known:
                self.add(place, "géolocalisation d'un établissement qui n'est pas dans le fichier")
        if self.repeated:
            self.notes.append(f"{plural(self.repeated, 'géolocalisation répétée')}, la première fait foi")


def read(path: Path) -> RawLayer:
    """Read an extraction of FINESS.

    Parameters
    ----------
    path : pathlib.Path
        One of the three layouts told above.

    Returns
    -------
    RawLayer
        Texts under their published names, as they are published, with `INSEE` added; points in
        EPSG:2154, or in EPSG:4326 if some places are in another projection. A record with more or
        fewer fields, or a place in an unknown projection, is unreadable.

    Raises
    ------
    DataError
        If the file is not an extraction of FINESS, or is too large.
    """
    text, encoding, note = _decoded(path)
    register = _Register(notes=[note] if note else [])
    lines = iter(enumerate(re.split(r"\r?\n", text), 1))
    _begin(register, lines, path)
    for number, line in lines:
        if line.strip():
            register.read(number, line)
    register.join()
    if not register.rows:
        raise DataError("aucun établissement dans ce fichier", where=path.name)
    for row in register.rows:
        row[INSEE] = _insee(row.get("departement"), row.get("commune"))
    geometry, crs = _points(register)
    placed = int((geometry != np.array(None)).sum())
    register.notes.append(f"{plural(len(register.rows), 'établissement')}, {placed} avec leurs coordonnées")
    return RawLayer(
        origin=path.name,
        name=path.stem,
        driver="CSV FINESS",
        frame=_frame(register),
        geometry=geometry,
        crs=crs,
        crs_how="la colonne sourcecoordet la dit pour chaque établissement" if crs else "",
        encoding=encoding,
        notes=tuple(register.notes),
        unreadable=register.faults,
    )


def _decoded(path: Path) -> tuple[str, str, str]:
    """Return the text of a file, its charset, and what is to be said of it."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise DataError(f"plus de {MAX_BYTES >> 20} Mio", where=path.name)
        data = path.read_bytes()
    except OSError as error:
        raise DataError(f"lecture impossible ({os_reason(error)})", where=path.name) from None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        if re.search(rb"[\x80-\x9f]", data):
            return data.decode("cp1252", "replace"), "cp1252", "texte en Windows-1252, et non en ISO-8859-1"
        return data.decode("iso-8859-1"), "iso-8859-1", ""
    if text.isascii():
        return text, "iso-8859-1", ""
    return text, "utf-8", "texte en UTF-8, et non en ISO-8859-1 comme dans les éditions anciennes"


def _begin(register: _Register, lines: Iterator[tuple[int, str]], path: Path) -> None:
    """Read the first line: the date of the extraction, or a header."""
    _, first = next(lines, (1, ""))
    cells = _cells(first[:1000])
    names = tuple(name.strip().lower() for name in cells)
    if names[:2] == ("finess", "etalab"):
        register.notes.append(f"extraction du {cells[3]}" if len(cells) > 3 else "extraction sans date")
    elif "nofinesset" in names and "rs" in names:
        register.header = names
    else:
        raise DataError(
            "ce n'est pas une extraction de FINESS",
            where=path.name,
            advice="Prenez « etalab-cs1100507-stock-….csv » (établissements géolocalisés) sur data.gouv.fr.",
        )


def _cells(line: str) -> list[str]:
    return next(csv.reader([line], delimiter=";"), [])


def _record(number: int, line: str, names: tuple[str, ...], sizes: tuple[int, ...]) -> tuple[Row, str]:
    """Return a record by names, and what is wrong with it.

    A name may begin with a quote that nothing closes: the line is then parted as it stands.
    """
    try:
        cells = _cells(line)
    except csv.Error:
        cells = []
    if len(cells) not in sizes:
        cells = line.split(";")
    row: Row = dict.fromkeys(names)
    row.update(zip(names, map(_bare, cells), strict=False))
    if len(cells) in sizes:
        return row, ""
    return row, f"ligne {number} : {plural(len(cells), 'champ')}, au lieu de {sizes[-1]}"


def _bare(cell: str) -> str | None:
    """Return a cell without the formula that kept its zeros in a spreadsheet: ``="0321"``."""
    found = _EXCEL.fullmatch(cell)
    return (found[1] if found else cell).strip() or None


def _insee(departement: str | None, commune: str | None) -> str | None:
    """Return the INSEE code of a commune.

    >>> _insee("62", "498"), _insee("9D", "411"), _insee("2A", "4")
    ('62498', '97411', '2A004')
    """
    if not departement or not commune:
        return None
    code = _OVERSEAS.get(departement, departement.zfill(2)) + commune.zfill(3)
    return code if re.fullmatch(r"(\d\d|2[AB])\d{3}", code, re.ASCII) else None


def _frame(register: _Register) -> pd.DataFrame:
    names = dict.fromkeys(name for row in register.rows for name in row)
    index = pd.RangeIndex(1, len(register.rows) + 1)
    columns = {
        name: pd.Series([row.get(name) for row in register.rows], index=index, dtype=object) for name in names
    }
    return pd.DataFrame(columns, index=index)


def _points(register: _Register) -> tuple[NDArray[np.object_], CRS | None]:
    """Return the points in one CRS; a place that cannot be read is told in the register."""
    places: dict[str, list[int]] = {}
    xy = np.full((len(register.rows), 2), np.nan)
    for number, row in enumerate(register.rows, 1):
        x, y, source = (row.get(name) for name in PLACE[1:4])
        if x is None and y is None:
            continue
        try:
            xy[number - 1] = _metres(x), _metres(y)
            places.setdefault(_projection(source), []).append(number - 1)
        except ValueError as error:
            register.faults.setdefault(number, str(error))
    geometry = np.full(len(register.rows), None, dtype=object)
    target = LAMBERT_93 if set(places) <= {LAMBERT_93} else WGS84
    for crs, rows in places.items():
        projected = _projected(xy[rows], crs, target)
        sound = np.isfinite(projected).all(axis=1)
        geometry[np.array(rows)[sound]] = shapely.points(projected[sound])
        for place in np.array(rows)[~sound].tolist():
            register.faults.setdefault(place + 1, "coordonnées hors de leur projection")
    return geometry, CRS(target) if places else None


def _metres(text: str | None) -> float:
    try:
        value = float((text or "").replace(",", "."))
    except ValueError:
        value = np.nan
    if not np.isfinite(value):
        raise ValueError(f"coordonnée illisible : {text or 'vide'}")
    return value


def _projection(source: str | None) -> str:
    """Return the EPSG code that the end of ``sourcecoordet`` tells.

    >>> _projection("1,ATLASANTE,100,IGN,BD_ADRESSE,V2.2,UTM_S40")
    'EPSG:2975'
    >>> _projection("4,ATLASANTE,.,MAPS 06-11-2024,WGS84/UTM zone 1S (Wallis-et-Futuna)")
    'EPSG:32701'
    """
    told = (source or "").rpartition(",")[2].strip()
    code = told.partition(" ")[0]
    if code in _EPSG:
        return code
    utm = _UTM.match(told)
    if utm and 1 <= int(utm[1]) <= 60:
        return f"EPSG:32{6 if utm[2] == 'N' else 7}{int(utm[1]):02d}"
    if told in _TAGS:
        return _TAGS[told]
    raise ValueError(f"projection inconnue : {told or 'vide'}")


def _projected(xy: NDArray[np.float64], source: str, target: str) -> NDArray[np.float64]:
    if source == target:
        return xy
    transform: Callable[..., Iterable[NDArray[np.float64]]]
    transform = Transformer.from_crs(source, target, always_xy=True).transform
    return np.column_stack(list(transform(xy[:, 0], xy[:, 1])))
