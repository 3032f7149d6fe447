"""The facts that come with the package: TOML, CSV and GeoJSON files of ``layers/``."""

from __future__ import annotations

import csv
import json
import os
import tomllib
from pathlib import Path
from typing import Any

from geo.errors import DataError


def layers_dir() -> Path:
    """Return the folder that holds the layers.

    The environment variable ``ERBM_LAYERS`` wins; then ``geo/_layers`` (an installed
    wheel); then ``layers/`` beside the package (a checkout).

    Raises
    ------
    DataError
        If none of them exists.
    """
    asked = os.environ.get("ERBM_LAYERS")
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
        return path.read_text(encoding="utf-8")
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
        return tomllib.loads(_text(path))
    except tomllib.TOMLDecodeError as error:
        raise DataError(f"TOML illisible ({error})", where=name_of(path)) from None


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
    reader = csv.DictReader(_text(path).splitlines(keepends=True))
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
