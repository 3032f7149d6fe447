"""What is near: declared in ``layer.toml``, and checked against every pair, measured one by one."""

from __future__ import annotations

from pathlib import Path
from statistics import median

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

import geo
from geo import catalog, indicators, ingest, ledger
from geo.errors import DataError, UsageError
from geo.indicators import BEYOND, TOTAL, nearest, neighbours
from geo.territories import load
from tests.conftest import House
from tests.test_indicators import by_place
from tests.test_mirror import MIRROR

ROUTES = ["cyclable", "veloroutes", "amenagements-cyclables"]
HOSPITALS = (
    "Centre Hospitalier (C.H.)",
    "Etablissement de Soins Pluridisciplinaire",
    "Etablissement de Soins Médicaux",
    "Etablissement de Soins Chirurgicaux",
    "Etablissement Soins Obstétriques Chirurgico-Gynécologiques",
)
NEAR = """
[[proximite]]
id = "piste"
genre = "part"
libelle = "d’une piste"
couches = ["pistes"]
geometrie = "ligne"
seuils_m = [300, 1000]
"""
LIMITS = "seuils_m = [300, 1000]"
CROSSED = """
[[proximite]]
id = "piste"
genre = "traversee"
libelle = "par une piste"
couches = ["pistes"]
geometrie = "ligne"
"""
FAR = """
[[proximite]]
id = "piste"
genre = "distance"
libelle = "la piste la plus proche"
couches = ["pistes"]
geometrie = "ligne"
"""

mirror = [
    pytest.mark.mirror,
    pytest.mark.skipif(not MIRROR.is_dir(), reason=f"{MIRROR.name} is not beside the project"),
]


@pytest.fixture(scope="module", params=[None, pytest.param(MIRROR, marks=mirror)], ids=["embedded", "mirror"])
def features(request: pytest.FixtureRequest) -> gpd.GeoDataFrame:
    return ingest.load(request.param)


@pytest.fixture(scope="module")
def table(features: gpd.GeoDataFrame) -> pd.DataFrame:
    return indicators.compute(features, load(), catalog.load(), ledger.load())


def located(features: gpd.GeoDataFrame, *layers: str) -> gpd.GeoDataFrame:
    chosen = features["couche"].isin(layers) & (features["precision"] != "territoire")
    return features[chosen.to_numpy(dtype=bool)]


def lines(features: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    found = located(features, *ROUTES)
    return found[shapely.get_dimensions(found.geometry.array) == 1]


def least(features: gpd.GeoDataFrame, targets: gpd.GeoDataFrame) -> pd.Series:
    """Return the least distance of each feature, every pair measured."""
    return pd.Series(
        {key: shape.distance(targets.geometry.array).min() for key, shape in features.geometry.items()}
    )


def members(features: gpd.GeoDataFrame, siren: str) -> list[str]:
    return [key for key, epci in features["epci"].items() if siren in epci]


def cell(table: pd.DataFrame, place: str, measure: str) -> pd.Series:
    (row,) = table[(table["territoire"] == place) & (table["indicateur"] == measure)].to_dict("records")
    return pd.Series(row)


def test_the_cites_near_a_route_are_those_of_every_pair(
    features: gpd.GeoDataFrame, table: pd.DataFrame
) -> None:
    cites = located(features, "cites")
    metres = least(cites, lines(features))
    names = {siren: epci.nom for siren, epci in load().epci.items()}
    groups = {names[siren]: members(cites, siren) for siren in names} | {TOTAL: list(cites.index)}
    checked = 0
    for place, keys in groups.items():
        if not keys:
            continue
        for limit in (300, 500, 1000):
            inside = sorted(key for key in keys if metres[key] <= limit)
            count, part = (cell(table, place, f"{kind}_velo_{limit}m") for kind in ("nombre", "part"))
            assert (count["valeur"], list(count["origine"])) == (len(inside), inside)
            assert part["valeur"] == pytest.approx(100 * len(inside) / len(keys), rel=1e-12)
            assert (count["unite"], part["unite"]) == ("éléments", "%")
            assert f"sur {len(keys)}" in part["note"].replace("\u202f", "")
            checked += bool(inside)
    assert checked > 6


def test_the_nearest_hospital_is_that_of_every_pair(features: gpd.GeoDataFrame, table: pd.DataFrame) -> None:
    cites, official = located(features, "cites"), located(features, "hopitaux")
    kept = official[[row.get("categorie") in HOSPITALS for row in official["attributs"]]]
    names = ("hopital-metropolitain", "590000592", "590000618")
    told = located(features, "sante")
    hospitals = kept if len(kept) else told[told.index.str.contains("|".join(names))]
    assert len(hospitals) == (46 if len(kept) else 3)
    metres = least(cites, hospitals)
    for siren, epci in load().epci.items():
        if not (keys := members(cites, siren)):
            continue
        middle, most = (cell(table, epci.nom, f"distance_{kind}_hopital_km") for kind in ("mediane", "max"))
        assert middle["valeur"] == pytest.approx(median(metres[keys]) / 1000, rel=1e-12)
        assert most["valeur"] == pytest.approx(metres[keys].max() / 1000, rel=1e-12)
        cite = next(key for key in most["origine"] if key in cites.index)
        hospital = next(key for key in most["origine"] if key in hospitals.index)
        away = cites.geometry[cite].distance(hospitals.geometry[hospital])
        assert away / 1000 == pytest.approx(most["valeur"], rel=1e-12)
        assert hospitals["nom"][hospital] in most["note"]
        assert ("que cite le bilan" in most["note"]) == (not len(kept))


def test_the_inhabitants_of_communes_crossed_are_those_of_every_pair(
    features: gpd.GeoDataFrame, table: pd.DataFrame
) -> None:
    routes, ground = lines(features), load()
    crossed = {
        code
        for code, commune in ground.communes.items()
        if any(shape.intersection(commune.geometry).length > 0 for shape in routes.geometry)
    }
    assert len(crossed) > 20
    for epci in ground.epci.values():
        people = sum(ground.communes[code].population or 0 for code in crossed & set(epci.communes))
        row = cell(table, epci.nom, "habitants_velo")
        assert row["valeur"] == people
        assert bool(row["origine"]) == (people > 0)
        part = cell(table, epci.nom, "part_habitants_velo")
        assert part["valeur"] == pytest.approx(100 * people / epci.population)
    total = cell(table, TOTAL, "habitants_velo")
    assert total["valeur"] == sum(ground.communes[code].population or 0 for code in crossed)
    assert total["precision"] == "indicative"
    assert "tracé indicatif seul" in total["note"]


@pytest.mark.parametrize("by", ["commune", "departement"])
def test_other_divisions_tell_the_same_in_all(by: str) -> None:
    whole, parts = geo.stats(), geo.stats(by=by)
    for measure in ("nombre_velo_500m", "part_velo_500m", "distance_max_hopital_km", "habitants_velo"):
        assert cell(parts, TOTAL, measure)["valeur"] == cell(whole, TOTAL, measure)["valeur"]
        assert (parts[parts["indicateur"] == measure]["code"].notna()).sum() > 1
    people = parts[(parts["indicateur"] == "habitants_velo") & parts["code"].notna()]["valeur"]
    assert people.sum() == cell(whole, TOTAL, "habitants_velo")["valeur"]


def test_measures_of_proximity_have_a_name_a_unit_and_no_rate() -> None:
    known = catalog.load()
    table = geo.stats()
    declared = [m for layer in known.layers.values() for near in layer.proximites for m in near.measures]
    assert len(declared) == 10
    for measure in declared:
        rows = table[table["indicateur"].str.startswith(measure.id)]
        assert set(rows["indicateur"]) == {measure.id}
        assert set(rows["unite"]) == {measure.unite}
        assert known.measures[measure.id].libelle[0].isupper()


def test_the_hospital_of_each_cite_is_told(features: gpd.GeoDataFrame, table: pd.DataFrame) -> None:
    found = neighbours(features, catalog.load(), "cites", "hopital")
    cites = located(features, "cites")
    assert list(found.index) == list(cites.index)
    for key, (target, name, metres) in zip(found.index, found.itertuples(index=False), strict=True):
        assert features.loc[target, "nom"] == name
        assert cites.geometry[key].distance(features.geometry[target]) == pytest.approx(metres, rel=1e-12)
    assert found["distance_m"].max() / 1000 == cell(table, TOTAL, "distance_max_hopital_km")["valeur"]
    with pytest.raises(UsageError, match="ne déclare pas de proximité « gare »"):
        neighbours(features, catalog.load(), "cites", "gare")


# A tiny house, by hand


@pytest.fixture
def near(house: House) -> House:
    """Give places at 0, 300 and 1,000 m from a path, one 2 km away, and one without a place."""
    house.layers["lieux"] += NEAR
    house.layers["pistes"] += CROSSED
    house.fact("pistes", "p", communes='["62001"]', ligne=house.line((1, 5), (9, 5)))
    house.fact("pistes", "vague", precision='"territoire"', territoires='["bassin"]')
    for key, y in (("on", 5), ("at", 5.3), ("far", 7)):
        house.fact("lieux", key, communes='["62001"]', point=house.place(4, y))
    house.fact("lieux", "beside", communes='["62002"]', point=house.place(10.0, 5), precision='"commune"')
    house.fact("lieux", "nowhere", precision='"territoire"', territoires='["bassin"]')
    house.write()
    return house


def test_by_hand(near: House) -> None:
    table = geo.stats(layer="lieux")
    assert near.alpha
    # degrees are embedded: a place told at 300 m may be a hair beyond
    close = by_place(table, "lieux", "nombre_piste_300m")["CA d'Alpha"]
    assert close in (1, 2)
    assert by_place(table, "lieux", "nombre_piste_1000m")[TOTAL] in (2, 3)
    note = str(by_place(table, "lieux", "part_piste_1000m", "note")[TOTAL]).replace("\u00a0", " ")
    assert note == (
        "sur 4 éléments localisés ; 1 mesure de territoire sans position, hors du compte"
        " ; 1 voisin possible sans tracé, hors du compte"
    )
    assert (
        by_place(table, "lieux", "part_piste_300m", "precision")[TOTAL] == "indicative"
    )  # one is at a town hall
    crossed = geo.stats(layer="pistes")
    assert by_place(crossed, "pistes", "habitants_piste") == {"CA d'Alpha": 1000, TOTAL: 1000}
    assert by_place(crossed, "pistes", "part_habitants_piste") == {"CA d'Alpha": 25, TOTAL: 12.5}


def test_a_distance_is_reached_by_what_is_exactly_so_far() -> None:
    def frame(**places: float) -> gpd.GeoDataFrame:
        points = [shapely.Point(x, 0) for x in places.values()]
        return gpd.GeoDataFrame({"nom": list(places)}, geometry=points, index=list(places), crs="EPSG:2154")

    found = nearest(frame(a=0, b=1000), frame(z=300, y=1300, x=-300))
    assert found["distance_m"].tolist() == [300, 300]
    assert found["cible"].tolist() == ["x", "y"]  # as near as another: the first by id


@given(
    seed=st.integers(0, 2**32 - 1),
    count=st.integers(1, 12),
    length=st.integers(2, 60),
)
def test_long_lines_cut_in_pieces_give_the_same_distance(seed: int, count: int, length: int) -> None:
    random = np.random.default_rng(seed)
    walks = [
        shapely.LineString(np.cumsum(random.normal(size=(length, 2)), axis=0) * 50) for _ in range(count)
    ]
    keys = [f"l{n:02d}" for n in range(count)]
    targets = gpd.GeoDataFrame({"nom": keys}, geometry=walks, index=keys, crs="EPSG:2154")
    shapes = [shapely.Point(x, y).buffer(20) for x, y in random.normal(size=(8, 2)) * 300]
    features = gpd.GeoDataFrame(geometry=shapes, index=list("abcdefgh"), crs="EPSG:2154")
    found = nearest(features, targets)
    for key, shape in features.geometry.items():
        apart = {name: shape.distance(line) for name, line in targets.geometry.items()}
        assert found.loc[key, "distance_m"] == pytest.approx(min(apart.values()), rel=1e-12, abs=1e-12)
        assert apart[found.loc[key, "cible"]] == pytest.approx(min(apart.values()), rel=1e-12, abs=1e-12)
    mixed = nearest(features, targets.sample(frac=1, random_state=seed))
    pd.testing.assert_frame_equal(found, mixed, check_exact=True)


def test_nothing_is_said_without_what_may_be_near(house: House) -> None:
    house.layers["lieux"] += NEAR
    house.fact("lieux", "a", communes='["62001"]', point=house.place(4, 5))
    house.fact("pistes", "vague", precision='"territoire"', territoires='["bassin"]')
    house.write()
    assert not geo.stats()["indicateur"].str.contains("piste").any()


def test_a_place_beyond_the_ground_counts_there(house: House) -> None:
    house.layers["lieux"] += FAR
    house.fact("pistes", "p", communes='["62001"]', ligne=house.line((0, 5), (9, 5)))
    house.fact("lieux", "out", communes='["80001"]', point=house.place(-50, 5))
    house.write()
    told = by_place(geo.stats(), "lieux", "distance_max_piste_km")
    assert told == {BEYOND: pytest.approx(50, rel=1e-6), TOTAL: pytest.approx(50, rel=1e-6)}


@pytest.mark.parametrize(
    ("written", "wrong", "told"),
    [
        ('couches = ["pistes"]', 'couches = ["rivieres"]', "'rivieres' n'est pas une couche"),
        ('genre = "part"', 'genre = "voisin"', "genre : 'voisin' ; attendu part, distance, traversee"),
        (LIMITS, "", "seuils_m"),
        (LIMITS, "seuils_m = [0]", "entiers positifs"),
        (LIMITS, "seuils_m = [3]\nretenir = { pistes = { sorte = ['x'] } }", "'sorte' n'est pas un champ"),
        (LIMITS, "seuils_m = [3]\nretenir = { lieux = { nom = ['x'] } }", "n'est pas dans couches"),
        (LIMITS, "seuils_m = [300]\nrayon = 3", "rayon : champ inconnu"),
        ('id = "piste"\n', "", "id : manque"),
        (LIMITS, "seuils_m = [300]\n" + NEAR, "l'indicateur nombre_piste_300m existe déjà"),
    ],
)  # fmt: skip
def test_a_faulty_declaration_is_refused(house: House, written: str, wrong: str, told: str) -> None:
    assert written in NEAR
    house.layers["lieux"] += NEAR.replace(written, wrong)
    house.write()
    with pytest.raises(DataError) as caught:
        catalog.load()
    assert told in str(caught.value)
    assert "lieux/layer.toml" in str(caught.value)


def test_nothing_is_near_in_the_code_itself() -> None:
    """Which layers are near which is told in their definitions alone."""
    folder = Path(indicators.__file__).parent
    code = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    assert not [layer for layer in (*ROUTES, "hopitaux", "sante") if f'"{layer}"' in code]
