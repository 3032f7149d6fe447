"""What a folder of documents is: each file, its size and its sum, the sources, how it was made."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from geo import __version__, text
from geo.catalog import Document
from geo.content import Dossier, made_on, wording
from geo.export.crediting import documents_of, lots_of_document
from geo.sources.cache import write_text
from geo.sources.files.tables import ILLEGAL

README, MANIFEST = "LISEZMOI.txt", "manifeste.json"
_KINDS = (
    ("fiche-", ".pdf", "la fiche du territoire, à imprimer ou à lire"),
    ("carte-", ".pdf", "une carte murale à imprimer (A3)"),
    ("carte-", ".png", "la même carte en image"),
    ("comite-", ".pptx", "le diaporama de la réunion, modifiable"),
    ("donnees-", ".xlsx", "les données en tableur, avec l’explication de chaque colonne"),
    ("donnees-", ".gpkg", "les données géographiques (GeoPackage)"),
    ("projet-", ".qgz", "le projet QGIS, à ouvrir à côté du GeoPackage"),
    ("atlas-", ".html", "la page interactive, à ouvrir dans un navigateur, même sans réseau"),
)
_BLOCK = 1 << 20


def write_manifest(dossier: Dossier, folder: Path, *, command: str, kept: Collection[str] = ()) -> None:
    """Write ``LISEZMOI.txt`` and ``manifeste.json`` in a folder of documents, for all that is in it.

    Parameters
    ----------
    dossier : Dossier
        What the documents tell.
    folder : pathlib.Path
        Where they are. Hidden files are left out.
    command : str
        What made them, as it would be typed again; it must hold no secret.
    kept : collection of str
        The files that stood in the folder before, and were not made by it.

    Raises
    ------
    ErbmError
        If a file cannot be written.
    """
    files = [one | ({"conserve": True} if one["nom"] in kept else {}) for one in _files(folder)]
    write_text(folder / README, _readme(dossier, files, command))
    listed = [*files, _file(folder / README, folder)]
    told = {
        "titre": f"Documents de l’atlas du bassin minier, {dossier.epci.nom_court}",
        "territoire": {"siren": dossier.epci.siren, "nom": dossier.epci.nom},
        "date": made_on().isoformat(),
        "version": __version__,
        "commande": command,
        "fichiers": sorted(listed, key=_name),
        "sources": [_source(document, dossier) for document in documents_of(dossier)],
        "territoires": dossier.content.basin.source,
    }
    write_text(folder / MANIFEST, _clean(json.dumps(told, ensure_ascii=False, indent=1)) + "\n")


def _name(file: Mapping[str, Any]) -> str:
    return str(file["nom"])


def _files(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the files of a folder in the order of their names, but for what is written here."""
    found = [path for path in folder.rglob("*") if path.is_file()]
    for path in sorted(found, key=lambda one: one.relative_to(folder).as_posix()):
        inside = path.relative_to(folder)
        hidden = any(part.startswith(".") for part in inside.parts)
        if not hidden and inside.as_posix() not in (README, MANIFEST):
            yield _file(path, folder)


def sum_of(path: Path) -> str:
    """Return the sha256 of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _file(path: Path, folder: Path) -> dict[str, Any]:
    name = path.relative_to(folder).as_posix()
    return {"nom": name, "octets": path.stat().st_size, "sha256": sum_of(path)}


def _source(document: Document, dossier: Dossier) -> dict[str, Any]:
    names = ("id", "titre", "producteur", "licence", "millesime", "etat_au")
    return {
        **{name: getattr(document, name) for name in names},
        "lots": [
            {
                "couche": lot.couche,
                "partie": lot.partie,
                "adresse": lot.adresse,
                "recupere": lot.recupere,
                "sha256": lot.sha256,
                "objets": lot.nombre,
                "ecartes": lot.ecarte,
                "panne": lot.panne,
            }
            for lot in lots_of_document(document, dossier)
        ],
    }


def _readme(dossier: Dossier, files: Sequence[Mapping[str, Any]], command: str) -> str:
    epci = dossier.epci
    made = f"Fait le {text.long_date(made_on())} par l’atlas du bassin minier, version {__version__}."
    sources = [
        f"- {one.titre} ({one.producteur}). Millésime {one.millesime}. {one.licence}."
        for one in documents_of(dossier)
    ]
    lines = [
        f"{epci.nom} : documents de l’atlas du bassin minier",
        f"{wording.size(len(epci.communes), epci.population, epci.area_km2)}",
        "",
        made,
        f"Commande : {command}",
        "",
        "Fichiers",
        *(f"- {file['nom']} ({_size(file['octets'])}) : {_kind(file, dossier)}" for file in files),
        f"- {MANIFEST} : la taille et l’empreinte (sha256) de chaque fichier, les sources",
        "",
        "Sources",
        *sources,
        f"- Limites et population : {dossier.content.basin.source}.",
        "",
        "Méthode et licences",
        *wording.mentions(dossier.content),
    ]
    return _clean("\n".join(lines)) + "\n"


def _kind(file: Mapping[str, Any], dossier: Dossier) -> str:
    name = _name(file)
    known = (words for start, end, words in _KINDS if name.startswith(start) and name.endswith(end))
    words = next(known, "un document")
    sheet = name.removeprefix("carte-").partition(f"-{dossier.epci.slug}-")[0]
    layer = dossier.content.known.layers.get(sheet)
    title = "Synthèse" if sheet == "synthese" else layer.titre if layer else ""
    told = f"{words}, «{text.NBSP}{title}{text.NBSP}»" if title and name.startswith("carte-") else words
    return f"{told} (était déjà dans le dossier)" if file.get("conserve") else told


def _size(octets: int) -> str:
    """Return a size as it is read: ``1,2 Mo``."""
    for scale, unit in ((1e6, "Mo"), (1e3, "ko")):
        if octets >= scale:
            return f"{text.number(octets / scale, 1)}{text.NBSP}{unit}"
    return text.plural(octets, "octet")


def _clean(words: str) -> str:
    return ILLEGAL.sub("\ufffd", words)
