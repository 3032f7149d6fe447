"""Territories are found by the names that people use."""

from __future__ import annotations

import pytest

from geo.errors import UsageError
from geo.territories import Territories, find_commune, find_epci, load
from geo.territories.naming import closest, match, words


@pytest.fixture(scope="module")
def basin() -> Territories:
    return load()


@pytest.mark.parametrize(
    ("asked", "siren"),
    [
        ("246200364", "246200364"),
        (" 246200364 ", "246200364"),
        ("CA de Lens-Liévin", "246200364"),
        ("Lens-Liévin", "246200364"),
        ("lens lievin", "246200364"),
        ("calL", "246200364"),
        ("Communaupole", "246200364"),
        ("Communauté d'agglomération de Lens-Liévin", "246200364"),
        ("hénin carvin", "246200299"),
        ("Hénin-Carvin", "246200299"),
        ("Carvin Hénin", "246200299"),
        ("CAHC", "246200299"),
        ("Douaisis", "200044618"),
        ("Douaisis Agglo", "200044618"),
        ("Béthune-Bruay", "200072460"),
        ("Artois-Lys Romane", "200072460"),
        ("CABBALR", "200072460"),
        ("Osartis", "200044048"),
        ("CC Osartis Marquion", "200044048"),
        ("coeur d'ostrevent", "245901152"),
        ("Cœur d’Ostrevent", "245901152"),
        ("CCCO", "245901152"),
        ("Porte du Hainaut", "200042190"),
        ("La Porte du Hainaut", "200042190"),
        ("CAPH", "200042190"),
        ("Valenciennes", "245901160"),
        ("Valenciennes Métropole", "245901160"),
        ("porte-du-hainaut", "200042190"),
    ],
)
def test_find_epci(basin: Territories, asked: str, siren: str) -> None:
    assert find_epci(basin, asked).siren == siren


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("Lens-Lievain", "CA de Lens-Liévin (246200364)"),
        ("Valencienes", "CA Valenciennes Métropole (245901160)"),
        ("", "Les plus proches"),
        ("123456789", "Les plus proches"),
    ],
)
def test_unknown_epci_tells_the_closest(basin: Territories, asked: str, told: str) -> None:
    with pytest.raises(UsageError, match="EPCI inconnu") as error:
        find_epci(basin, asked)
    assert told in str(error.value)
    assert error.value.exit_code == 2


def test_a_commune_is_no_epci(basin: Territories) -> None:
    with pytest.raises(UsageError) as error:
        find_epci(basin, "Avion")
    assert "« Avion » est une commune de CA de Lens-Liévin : utilisez --commune." in str(error.value)


@pytest.mark.parametrize(
    ("asked", "insee"),
    [
        ("62498", "62498"),
        ("Lens", "62498"),
        ("LENS", "62498"),
        ("Hénin Beaumont", "62427"),
        ("st amand les eaux", "59526"),
        ("Sainte Catherine", None),
        ("La Sentinelle", "59564"),
        ("Sentinelle", "59564"),
    ],
)
def test_find_commune(basin: Territories, asked: str, insee: str | None) -> None:
    if insee is None:
        with pytest.raises(UsageError, match="commune inconnue"):
            find_commune(basin, asked)
    else:
        assert find_commune(basin, asked).insee == insee


def test_every_territory_answers_to_its_own_name(basin: Territories) -> None:
    for epci in basin.epci.values():
        for name in (epci.siren, epci.nom, epci.nom_court, epci.slug, *epci.alias):
            assert find_epci(basin, name) is epci, name
    for commune in basin.communes.values():
        assert find_commune(basin, commune.nom) is commune, commune.nom


def test_ambiguous_communes_are_listed(basin: Territories) -> None:
    # Three communes are called Noyelles-something, and none Noyelles alone.
    expected = {c.nom for c in basin.communes.values() if c.nom.startswith("Noyelles-")}
    assert len(expected) > 1
    with pytest.raises(UsageError, match="plusieurs communes") as error:
        find_commune(basin, "Noyelles")
    assert all(name in str(error.value) for name in expected)


NAMES = {
    "1": ("Communauté de communes du Val",),
    "2": ("Communauté de communes du Val d'Or", "CCVO"),
    "3": ("Métropole",),
}


@pytest.mark.parametrize(
    ("asked", "codes"),
    [
        ("2", ["2"]),
        ("ccvo", ["2"]),
        ("Val", ["1"]),
        ("le Val", ["1"]),
        ("Or", ["2"]),
        ("or val", ["2"]),
        ("métropole", ["3"]),
        ("vals", []),
        ("!", []),
    ],
)
def test_match_takes_the_best_rule(asked: str, codes: list[str]) -> None:
    assert match(asked, NAMES) == codes


def test_words() -> None:
    assert words("CC du Pays de St-Omer") == {"pays", "saint", "omer"}
    assert words("La Métropole") == {"la", "metropole"}


def test_closest_first() -> None:
    assert closest("val dor", NAMES)[0] == "2"
    assert len(closest("zzzz", NAMES, most=2)) == 2
