"""The definitions of layers: those of the atlas, and what is wrong with a faulty one."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from typing import TYPE_CHECKING

import pytest

from geo import catalog
from geo.errors import DataError, UsageError
from geo.sources.embedded import layers_dir
from geo.text import is_partial_date

if TYPE_CHECKING:
    from tests.conftest import House

LAYERS = sorted(path.parent.name for path in layers_dir().glob("*/layer.toml"))


@pytest.mark.parametrize("key", LAYERS)
def test_each_layer(key: str) -> None:
    layer = catalog.load().layers[key]
    assert layer.id == key
    assert layer.resume.endswith(".")
    assert layer.symbole.pictogramme.startswith(("maki:", "temaki:"))
    assert "nombre" in [m.id for m in layer.indicateurs]
    assert (layer.folder / "faits.toml").is_file() or (layer.inventaire and layer.donnees)


def test_all_layers_are_there_in_their_order() -> None:
    layers = list(catalog.load().layers.values())
    assert sorted(layer.id for layer in layers) == LAYERS
    assert [layer.ordre for layer in layers] == sorted({layer.ordre for layer in layers})
    assert len({layer.titre for layer in layers}) == len(layers)


def test_axes_are_those_of_the_engagement() -> None:
    axes = catalog.load().axes
    assert {axis.id: axis.titre for axis in axes.values()} == {
        1: "Améliorer le cadre de vie",
        2: "Développer l’activité économique et rendre l’emploi accessible à tous",
        3: "Rendre le territoire attractif",
        4: "Construire un futur ambitieux",
    }


def _luminance(colour: str) -> float:
    """Return the relative luminance of WCAG 2."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_colours_of_text_can_be_read_on_white() -> None:
    for axis in catalog.load().axes.values():
        assert 1.05 / (_luminance(axis.couleur_texte) + 0.05) >= 4.5, axis


def test_documents_have_a_date() -> None:
    for document in catalog.load().documents.values():
        assert is_partial_date(document.etat_au), document


@pytest.mark.parametrize(
    ("asked", "key"),
    [
        ("cites", "cites"),
        ("Cités minières", "cites"),
        ("CITES", "cites"),
        ("friche", None),
        ("Friches", "friches"),
    ],
)
def test_find(asked: str, key: str | None) -> None:
    if key is None:
        with pytest.raises(UsageError, match="n'est pas une couche") as error:
            catalog.load().find(asked)
        assert "friches" in str(error.value)
    else:
        assert catalog.load().find(asked).id == key


def test_find_ambiguous(house: House) -> None:
    house.write()
    with pytest.raises(UsageError, match="plusieurs couches") as error:
        catalog.load().find("Couche")
    assert "lieux, pistes" in str(error.value)


def test_definitions_do_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        catalog.load().axes[1].titre = "Autre"  # type: ignore[misc]  # that is the point


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('titre = "Couche 1"', "", "titre : manque"),
        ('titre = "Couche 1"', 'titre = ""', "titre : manque"),
        ('titre = "Couche 1"', "titre = 1", "titre : 1 ; attendu un texte"),
        ("ordre = 1", 'ordre = "1"', "ordre : '1' ; attendu un entier"),
        ("axe = 1", "axe = 5", "axe : 5 n'est pas dans axes.toml"),
        ("axe = 1", "axe = [1]", "axe : [1] ; attendu un entier"),
        ('"bilan-erbm"', '"bilan"', "source : 'bilan' n'est pas dans sources.toml"),
        ('geometrie = "point"', 'geometrie = "surface"', "geometrie : 'surface'"),
        ('"area_ha", ', '"area_km2", ', "indicateurs : 'area_km2'"),
        ('forme = "rond"', 'forme = "étoile"', "forme : 'étoile'"),
        ('forme = "rond"', 'forme = "rond"\nepaisseur = "2"', "epaisseur : '2' ; attendu un nombre"),
        ('forme = "rond"', 'form = "rond"', "form : champ inconnu"),
        ('[symbole]\npictogramme = "maki:circle"\nforme = "rond"', 'symbole = "rond"', "symbole : 'rond'"),
        ('type = "nombre"', 'type = "decimal"', "area_ha : type : 'decimal'"),
        ('libelle = "Surface"', "", "area_ha : libelle : manque"),
        ('nom = "unesco"', 'nom = "area_ha"', "champ : 'area_ha' déclaré deux fois"),
        ('resume = "Une couche."', 'resume = "Une."\ncouleur = "#fff"', "couleur : champ inconnu"),
    ],
)
def test_faulty_layer(house: House, before: str, after: str, told: str) -> None:
    assert before in house.layers["lieux"]
    house.layers["lieux"] = house.layers["lieux"].replace(before, after)
    house.write()
    with pytest.raises(DataError) as error:
        catalog.load()
    assert str(error.value).startswith("lieux/layer.toml : ")
    assert told in str(error.value)


def test_several_faults_are_told_at_once(house: House) -> None:
    house.layers["lieux"] = house.layers["lieux"].replace("axe = 1", "axe = 7").replace('"point"', '"aire"')
    house.write()
    with pytest.raises(DataError) as error:
        catalog.load()
    assert "2 anomalies" in str(error.value)
    assert "axe : 7" in str(error.value)
    assert "geometrie : 'aire'" in str(error.value)


def test_faulty_axis_and_document(house: House) -> None:
    house.write()
    house.put("sources.toml", '[un]\ntitre = "Un"\n')
    with pytest.raises(DataError, match=r"sources\.toml") as error:
        catalog.load()
    assert "un : producteur : manque" in str(error.value)
    house.put("axes.toml", '[[axe]]\nid = "1"\n')
    with pytest.raises(DataError, match=r"axes\.toml") as error:
        catalog.load()
    assert "id : '1' ; attendu un entier" in str(error.value)


FEED = """
[[donnees]]
document = "autre"
genre = "wfs"
adresses = ["https://exemple.fr/ows"]
couche = "a:b"
cle = ["area_ha"]
champs = { nom = "NOM", area_ha = "SURFACE" }
filtre = { TYPE = ["A", 1] }
"""


def test_a_feed(house: House) -> None:
    house.layers["lieux"] += FEED
    house.write()
    (feed,) = catalog.load().layers["lieux"].donnees
    assert (feed.genre, feed.couche, feed.version, feed.document.id) == ("wfs", "a:b", "2.0.0", "autre")
    assert feed.champs == {"nom": "NOM", "area_ha": "SURFACE"}
    assert feed.filtre == {"TYPE": ("A", "1")}


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('"wfs"', '"ftp"', "donnees n° 1, genre : 'ftp' ; attendu fichier, http, pages, wfs, postgis"),
        ('"autre"', '"rien"', "donnees n° 1, document : 'rien' n'est pas dans sources.toml"),
        ('couche = "a:b"', 'couch = "a:b"', "donnees n° 1, couch : champ inconnu"),
        ('adresses = ["https://exemple.fr/ows"]', "", "donnees n° 1, adresses : manque (ou miroir)"),
        ('cle = ["area_ha"]', 'cle = ["aire"]', "donnees n° 1, 'aire' n'est pas un champ de la couche"),
        ('area_ha = "SURFACE"', 'aire = "SURFACE"', "donnees n° 1, 'aire' n'est pas un champ de la couche"),
        ('["A", 1]', '"A"', "donnees n° 1, filtre.TYPE : une liste de valeurs est attendue"),
        ('couche = "a:b"', 'format = "pdf"', "donnees n° 1, format : 'pdf'"),
    ],
)
def test_a_faulty_feed(house: House, before: str, after: str, told: str) -> None:
    assert before in FEED
    house.layers["lieux"] += FEED.replace(before, after)
    house.write()
    with pytest.raises(DataError) as error:
        catalog.load()
    assert told in str(error.value)


@pytest.mark.parametrize(
    "layer", [layer for layer in catalog.load().layers.values() if layer.donnees], ids=lambda layer: layer.id
)
def test_each_layer_with_sources(layer: catalog.Layer) -> None:
    for feed in layer.donnees:
        assert all(a.startswith("https://") for a in feed.adresses), "public services are asked securely"
        assert feed.resume.endswith(".")
        assert feed.document.licence
        assert not any(pattern.startswith(("/", ".")) for pattern in feed.miroir)
        assert not feed.adresses or set(feed.cle) <= set(feed.champs), "the key is among the fields read"
    assert layer.inventaire or layer.identifiants, "records of a layer of facts join them by an identifier"
