"""The facts that come with the package: TOML, CSV and GeoJSON files of ``layers/``."""

from __future__ import annotations

import csv
import io
import json
import math
import os
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import tomli

from geo.errors import DataError
from geo.text import is_partial_date


def layers_dir() -> Path:
    """Return the folder that holds the layers.

    The environment variable ``ERBM_LAYERS`` wins; then ``geo/_layers`` (an installed
    wheel); then ``layers/`` beside the package (a checkout).

    Raises
    ------
    DataError
        If none of them exists.
    """
    return _layers_dir(os.environ.get("ERBM_LAYERS"))


@cache
def _layers_dir(asked: str | None) -> Path:
    package = Path(__file__).resolve().parents[1]
    candidates = [Path(asked)] if asked else [package / "_layers", package.parent / "layers"]
    for folder in candidates:
        if (folder / "territoires").is_dir():
            return folder
    raise DataError(
        "dossier des couches introuvable",
        where=str(candidates[0]),
        advice="Réinstallez le paquet, ou donnez le dossier dans ERBM_LAYERS.",
    )


def name_of(path: Path) -> str:
    """Return how a file of the layers is named to a user: ``cites/faits.toml``."""
    return "/".join(path.parts[-2:])


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")  # spreadsheets and Notepad add the mark
    except FileNotFoundError:
        raise DataError("fichier absent", where=name_of(path)) from None
    except UnicodeDecodeError as error:
        raise DataError(
            f"ce n'est pas de l'UTF-8 (octet {error.start})",
            where=name_of(path),
            advice="Enregistrez le fichier en UTF-8.",
        ) from None


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file.

    Raises
    ------
    DataError
        If it is missing or is not TOML; the message tells the line.
    """
    try:
        return tomli.loads(_text(path))  # tomllib, compiled
    except tomli.TOMLDecodeError as error:
        raise DataError(f"TOML illisible, ligne {error.lineno}", where=name_of(path)) from None


def read_tables(path: Path, name: str) -> list[dict[str, Any]]:
    """Read a TOML file that holds nothing but ``[[name]]`` tables.

    Raises
    ------
    DataError
        If it is missing, is not TOML, or holds something else.
    """
    document = read_toml(path)
    for key, told in table_faults(document, {}, {name: "une liste de tables"}):
        raise DataError(f"{key} : {told}", where=name_of(path), advice=f"Attendu des tables [[{name}]].")
    tables: list[dict[str, Any]] = document.get(name, [])
    return tables


def read_csv(path: Path, columns: tuple[str, ...]) -> list[dict[str, str]]:
    """Read a CSV file (UTF-8, commas) whose header must be exactly `columns`.

    Returns
    -------
    list of dict
        One dict a row, with the line of the file under ``"_ligne"``.

    Raises
    ------
    DataError
        If it is missing, or a header or a row has the wrong columns.
    """
    reader = csv.DictReader(io.StringIO(_text(path), newline=""))
    found = tuple(reader.fieldnames or ())
    if found != columns:
        raise DataError(
            f"colonnes attendues {', '.join(columns)} ; trouvées {', '.join(found)}",
            where=f"{name_of(path)}, ligne 1",
        )
    rows: list[dict[str, str]] = []
    for row in reader:
        if None in row or None in row.values():
            raise DataError(
                "la ligne n'a pas le bon nombre de colonnes",
                where=f"{name_of(path)}, ligne {reader.line_num}",
                advice="Mettez entre guillemets les textes qui contiennent une virgule.",
            )
        rows.append({**row, "_ligne": str(reader.line_num)})
    return rows


def read_geojson(path: Path) -> list[dict[str, Any]]:
    """Read the features of a GeoJSON file (EPSG:4326, as the standard says).

    Raises
    ------
    DataError
        If it is missing or is not a GeoJSON ``FeatureCollection``.
    """
    try:
        document = json.loads(_text(path))
        features = document["features"]
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(f"GeoJSON illisible ({error})", where=name_of(path)) from None
    if not isinstance(features, list):
        raise DataError("« features » n'est pas une liste", where=name_of(path))
    return features


def _is_integer(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: object) -> bool:
    return _is_integer(value) or (isinstance(value, float) and math.isfinite(value))


def _is_lonlat(value: object) -> bool:
    return (
        isinstance(value, list)
        and len(value) == 2
        and all(_is_number(v) for v in value)
        and -180 <= value[0] <= 180
        and -90 <= value[1] <= 90
    )


def _all(value: object, test: Callable[[Any], bool], least: int = 0) -> bool:
    return isinstance(value, list) and len(value) >= least and all(test(item) for item in value)


KINDS: dict[str, Callable[[Any], bool]] = {
    "un texte": lambda v: isinstance(v, str),
    "un entier": _is_integer,
    "un nombre": _is_number,
    "un booléen": lambda v: isinstance(v, bool),
    "une table": lambda v: isinstance(v, dict),
    "une liste de textes": lambda v: _all(v, lambda item: isinstance(item, str)),
    "une liste d'entiers": lambda v: _all(v, _is_integer),
    "une liste de tables": lambda v: _all(v, lambda item: isinstance(item, dict)),
    "AAAA, AAAA-MM ou AAAA-MM-JJ": lambda v: is_partial_date(str(v)),
    "[longitude, latitude] en degrés": _is_lonlat,
    "au moins deux [longitude, latitude] en degrés": lambda v: _all(v, _is_lonlat, least=2),
}
"""What a value of a TOML table may have to be, in the words of the error that asks for it."""


def table_faults(
    table: Mapping[str, Any], required: Mapping[str, str], optional: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Yield the keys of a TOML table that lack, are unknown or hold another kind of value.

    Parameters
    ----------
    table : mapping
        As `read_toml` gives it.
    required, optional : mapping of str to str
        Keys, and what each must be, of `KINDS`; a required text may not be empty.

    Yields
    ------
    tuple of str
        The key, and what is wrong with it, in French.
    """
    yield from ((key, "manque") for key in required if table.get(key) in (None, ""))
    kinds = {**optional, **required}
    for key, value in table.items():
        if key not in kinds:
            yield key, "champ inconnu"
        elif not KINDS[kinds[key]](value):
            yield key, f"{value!r} ; attendu {kinds[key]}"
