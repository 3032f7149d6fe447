"""Territories are found by the names that people use."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from geo.errors import UsageError
from geo.sources.embedded import layers_dir, read_toml
from geo.territories import Territories, find_commune, find_epci, load
from geo.territories.naming import closest, find_place, match, singular, words
from geo.territories.old_names import FILE, old_names


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
        ("CAVM", "245901160"),
        ("c.a.l.l.", "246200364"),
        ("CAD", "200044618"),
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


def test_the_nearest_name_is_not_that_of_an_empty_word(basin: Territories) -> None:
    names = {code: (commune.nom,) for code, commune in basin.communes.items()}
    assert closest("Lenz", names)[0] == "62498"  # and not a commune with « lez » in its name


def test_singular() -> None:
    assert singular("Cités minières") == singular("cité minière")
    assert singular("Hôpitaux") == singular("hôpital")
    assert singular("bus") == "bu"
    assert singular("os") == "os"


# Names of old


@pytest.mark.parametrize(
    ("asked", "insee"),
    [
        ("Hénin-Liétard", "62427"),
        ("henin lietard", "62427"),
        ("Beaumont", "62427"),
        ("62098", "62427"),
        ("Bruay en Artois", "62178"),
        ("labuissiere", "62178"),
        ("Berguette", "62473"),
        ("62575", "62473"),
        ("Saint-Amand", "59526"),
        ("St Amand", "59526"),
        ("Villers Campeau", "59574"),
        ("Richebourg l'Avoué", "62706"),
        ("Pronville", "62671"),
        ("Liétard", "62427"),
        ("Courcelles lez Lens", "62249"),
        ("NoeuxLesMines", "62617"),
        ("la comté", "62232"),
        ("Comté", "62232"),
    ],
)
def test_old_names_and_other_spellings(basin: Territories, asked: str, insee: str) -> None:
    assert find_commune(basin, asked).insee == insee


def test_old_names_are_sound(basin: Territories) -> None:
    rows = read_toml(layers_dir() / "territoires" / FILE)["ancien"]
    today = {commune.nom for commune in basin.communes.values()}
    assert {key for row in rows for key in row} == {"insee", "nom", "ancien_insee", "jusqu_au", "motif"}
    for row in rows:
        assert row["insee"] in basin.communes, row
        assert row["nom"] not in today, row
        assert "1943-01-01" < row["jusqu_au"] < "2026-01-01", row
        assert date.fromisoformat(row["jusqu_au"])
        assert row["motif"] in {"fusion", "association", "changement de nom"}
        assert row.get("ancien_insee") not in basin.communes
        assert find_commune(basin, row["nom"]).insee == row["insee"]
    assert set(old_names()) == {row["insee"] for row in rows}


def test_a_name_of_today_wins_over_one_of_old(basin: Territories) -> None:
    for commune in basin.communes.values():
        assert find_commune(basin, commune.insee) is commune
    with pytest.raises(UsageError, match="plusieurs communes"):
        find_commune(basin, "Bruay")


@pytest.mark.parametrize(
    ("find", "asked"), [(find_epci, "Lans"), (find_commune, "Lievain"), (find_place, "Henim")]
)
def test_a_wrong_name_gets_the_nearest_three(
    basin: Territories, find: Callable[[Territories, str], object], asked: str
) -> None:
    with pytest.raises(UsageError) as error:
        find(basin, asked)
    listed = str(error.value).split("Les plus proches : ")[1]
    assert len(listed.split(" ; ")) == 3


# EPCI and communes together


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("Lens", "Lens"),
        ("lens liévin", "CA de Lens-Liévin"),
        ("CALL", "CA de Lens-Liévin"),
        ("Douaisis", "CA Douaisis Agglo"),
        ("Béthune", "Béthune"),
        ("Osartis", "CC Osartis-Marquion"),
        ("Marquion", "Marquion"),
        ("62498", "Lens"),
        ("Hénin-Liétard", "Hénin-Beaumont"),
        ("Liétard", "Hénin-Beaumont"),
    ],
)
def test_a_place(basin: Territories, asked: str, name: str) -> None:
    assert find_place(basin, asked).nom == name


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("Valenciennes", "CA Valenciennes Métropole (245901160) ; Valenciennes (59606)"),
        ("Noyelles", "Noyelles-Godault (62624)"),
        ("Bruay", "Bruay-sur-l'Escaut (59112)"),
    ],
)
def test_a_place_that_is_ambiguous_says_so(basin: Territories, asked: str, told: str) -> None:
    with pytest.raises(UsageError, match="désigne plusieurs territoires") as error:
        find_place(basin, asked)
    assert told in str(error.value)
