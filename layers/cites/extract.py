"""Read the 63 ERBM mining estates in the files of the Mission Bassin Minier.

Run it when a new vintage of the Mission's files is published::

    python layers/cites/extract.py --mirror DIR                # the facts, as TOML
    python layers/cites/extract.py --mirror DIR --out new.toml
    python layers/cites/extract.py --mirror DIR --check        # what differs from faits.toml

``DIR`` holds ``mbm/cites-minieres.geojson`` (the estates), ``mbm/communes-mbm.geojson``
(polygons of the communes), ``mbm/zt-cites-minieres.geojson`` (the estates of the UNESCO
buffer zone, which fill an attribute left empty) and ``mbm/bien-inscrit.geojson`` (the UNESCO
property, which checks the UNESCO status). The names of the communes are those of
``layers/territoires``.

It makes one ``[[fait]]`` for each estate of the ERBM list, that is each feature whose
``id_lsm`` is filled: facts and one point, no polygon. Areas are measured in EPSG:2154, points
are EPSG:4326 rounded to 6 decimals (about 10 cm) and lie inside their polygon. Same input,
same bytes out. It never writes ``faits.toml``, where the report completes some estates.
"""

from __future__ import annotations

import argparse
import itertools
import json
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from geo.territories import LAMBERT_93, WGS84, projector
from geo.territories import load as load_territories
from geo.text import fold

HERE = Path(__file__).resolve().parent
CENT = Decimal("0.01")
POINT_DECIMALS = 6
POINT_TOLERANCE_DEG = 2e-6
"""Two points closer than this are one: the last digit may turn with the version of PROJ."""
TWIN_SHARE = 0.5
"""Two polygons are one estate when they share more than this part of the smaller one."""
LISTED_SHARE = 0.5
"""An estate is inscribed when more than this part of it lies in the UNESCO property."""
OUTSIDE_SHARE = 0.01
"""Part of an estate outside the communes named for it, from which a caveat says so."""

RUBRIQUE = "Rénover les cités minières"
COMMUNE_FIELDS = ("commune_1", "commune_2", "commune_3")

NAMES = {380: ("Cité Darçy", "Cité Darcy")}
"""Names mended by hand: id_lsm -> (name in the source, name kept)."""
COMMUNES = {680: (("Bruay-sur-l'Escaut",), ("Condé-sur-l'Escaut",))}
"""Communes mended by hand: id_lsm -> (names in the source, names kept), checked against the polygon."""
CAVEATS = {
    380: "La source écrit « Darçy » : la cédille devant y est une coquille.",
    505: "Graphie de la source (« Hauts Près ») conservée ; sans doute « Hauts Prés ».",
    343: "Moins de 2 % de l’emprise (0,2 ha) touchent l’élément 56 du bien UNESCO, « Cités n° 4-11 et "
    "Deblock » ; la Mission ne donne pas de référence UNESCO à cette cité.",
}  # fmt: skip
"""Caveats written by hand: id_lsm -> French sentence."""

COMPANIES = {"Escarpelle": "de la compagnie de l’Escarpelle"}
"""Companies whose name takes an article: name -> complement of the noun."""
INTERESTS = {"Exceptionnelle": "exceptionnel", "Remarquable": "remarquable", "Témoin": "témoin"}
NOT_TELLING = {
    "cite", "cites", "coron", "corons", "residence", "rue", "quartier", "ancienne", "nouvelle",
    "de", "du", "des", "d", "la", "le", "les", "l", "et", "n", "bis",
}  # fmt: skip
"""Words that many estates share, of no use to tell two names apart."""

FACT_KEYS = (
    "id", "nom", "resume", "axe", "rubrique", "communes", "precision", "point", "position",
    "source", "reserve", "attributs",
)  # fmt: skip
"""Keys of a fact, in the order in which they are written."""

to_lambert93 = projector(WGS84, LAMBERT_93)
to_wgs84 = projector(LAMBERT_93, WGS84)


class ExtractionError(Exception):
    """The source says something that the extraction may not guess at."""


@dataclass(frozen=True)
class Estate:
    """A feature of the Mission's file of mining estates, geometry in EPSG:2154."""

    properties: Mapping[str, Any]
    geometry: BaseGeometry

    @property
    def id_lsm(self) -> int | None:
        """Return the Mission's number of the estate, None when it is not of the ERBM list."""
        value = self.properties.get("id_lsm")
        if value is None:
            return None
        if int(value) != value:
            raise ExtractionError(f"id_lsm {value} is not an integer")
        return int(value)

    @property
    def number(self) -> int:
        """Return the Mission's number of an estate of the ERBM list."""
        if self.id_lsm is None:
            raise ExtractionError(f"{self.label} is not of the ERBM list")
        return self.id_lsm

    @property
    def label(self) -> str:
        """Return how the estate is named in a message."""
        return (
            f"{self.properties['nom']!r} (id_lsm {self.id_lsm}, id_unesco {self.text('id_unesco') or None})"
        )

    def text(self, key: str) -> str:
        """Return an attribute as tidied text, empty when it is not filled."""
        return tidy(str(self.properties.get(key) or ""))

    def telling_words(self) -> set[str]:
        """Return the folded words by which the estate is told from others."""
        return set(fold(f"{self.text('nom')} {self.text('nom_2')}").split()) - NOT_TELLING

    def commune_names(self) -> list[str]:
        """Return the names of its communes, as the source spells them."""
        return [str(self.properties[key]) for key in COMMUNE_FIELDS if self.properties.get(key)]


@dataclass(frozen=True)
class Places:
    """The communes of the basin: names and codes of ours, polygons (EPSG:2154) of the Mission's."""

    names: Mapping[str, str]
    polygons: Mapping[str, BaseGeometry]

    def code(self, name: str) -> str | None:
        """Return the INSEE code of a commune by its name, whatever case, accents and hyphens."""
        return {fold(known): code for code, known in self.names.items()}.get(fold(name))


# Reading ------------------------------------------------------------------------------------


def tidy(text: str) -> str:
    """Return a name with its typography mended: case, abbreviations, ligatures, spaces.

    >>> tidy("CIté St-Albert")
    'Cité Saint-Albert'
    >>> tidy("Rés. de la Motte")
    'Résidence de la Motte'
    """
    text = " ".join(text.replace("\u2019", "'").split())
    for pattern, by in (
        (r"\bCIté\b", "Cité"),
        (r"\bSt-", "Saint-"),
        (r"\bSte-", "Sainte-"),
        (r"\bRés\. ", "Résidence "),
        (r"\bQuartier De ", "Quartier de "),
        (r"\bNoeux\b", "Nœux"),
        (r"\bmanoeuvre\b", "manœuvre"),
    ):
        text = re.sub(pattern, by, text)
    return text


def curly(text: str) -> str:
    """Return a French text with typographic apostrophes and no-break spaces."""
    text = text.replace("'", "’").replace("« ", "«\u00a0").replace(" »", "\u00a0»")
    text = re.sub(r" ([;!?])", "\u202f\\1", text)
    text = re.sub(r"(?<=\d) (?=\d{3}(?!\d)|M€|k€|€|ha\b|km\b|m²|%)", "\u202f", text)
    return re.sub(r"(?<=[\w»%)]) :", "\u00a0:", text)


def read_features(path: Path) -> Iterator[tuple[Mapping[str, Any], BaseGeometry]]:
    """Yield the attributes and the geometry (EPSG:2154, made valid) of a GeoJSON file, where there is one."""
    for feature in json.loads(path.read_text(encoding="utf-8"))["features"]:
        if feature["geometry"] is not None:
            geometry = to_lambert93(shapely.from_geojson(json.dumps(feature["geometry"])))
            yield (
                feature["properties"],
                geometry if geometry.is_valid else shapely.make_valid(geometry),
            )


def read_estates(path: Path) -> list[Estate]:
    """Return every estate of a file of the Mission."""
    return [Estate(properties, geometry) for properties, geometry in read_features(path)]


def read_places(path: Path) -> Places:
    """Return our communes, with their polygons in a file of the Mission."""
    names = {code: commune.nom for code, commune in load_territories().communes.items()}
    polygons = {str(p["insee"]): geometry for p, geometry in read_features(path)}
    return Places(names, {code: g for code, g in polygons.items() if code in names})


# Communes, areas, points --------------------------------------------------------------------


def resolve_communes(estates: Iterable[Estate], places: Places) -> dict[int, list[str]]:
    """Return the INSEE codes of the communes named for each estate, in the order of the source.

    Raises
    ------
    ExtractionError
        Says every name that matches no commune, and every estate that lies in none of the
        communes named for it, at once.
    """
    found: dict[int, list[str]] = {}
    wrong: list[str] = []
    for estate in estates:
        names = estate.commune_names()
        if estate.number in COMMUNES:
            before, after = COMMUNES[estate.number]
            if tuple(tidy(name) for name in names) != before:
                wrong.append(f"{estate.label}: communes {names} are no longer {before}; see COMMUNES")
            names = list(after)
        codes = [code for name in names if (code := places.code(name)) in places.polygons and code]
        if len(codes) != len(names) or not codes:
            wrong.append(f"{estate.label}: a commune is unknown or has no polygon among {names}")
        elif not any(estate.geometry.intersects(places.polygons[code]) for code in codes):
            wrong.append(f"{estate.label}: lies in none of {names}")
        else:
            found[estate.number] = codes
    if wrong:
        raise ExtractionError("communes:\n  " + "\n  ".join(wrong))
    return found


def hectares(square_metres: float) -> Decimal:
    """Return an area of square metres in hectares, rounded to 2 decimals."""
    return (Decimal(repr(square_metres)) / 10000).quantize(CENT)


def split_area(geometry: BaseGeometry, polygons: Mapping[str, BaseGeometry]) -> dict[str, Decimal]:
    """Return the area in each commune of an estate, in hectares, 2 decimals.

    What lies in two polygons at once (the published communes overlap by slivers) goes to
    the first; what lies in none goes, piece by piece, to the nearest. Roundings go where the
    remainder is largest, so that the parts add up to the rounded area of the estate.

    Parameters
    ----------
    geometry : shapely geometry
        The estate, EPSG:2154.
    polygons : mapping of str to shapely geometry
        The communes it is to be split between, EPSG:2154, by INSEE code.
    """
    areas = dict.fromkeys(polygons, 0.0)
    rest = geometry
    for code, polygon in polygons.items():
        areas[code] += rest.intersection(polygon).area
        rest = rest.difference(polygon)
    for piece in shapely.get_parts(rest):
        areas[min(polygons, key=lambda code: polygons[code].distance(piece))] += piece.area
    exact = {code: Decimal(repr(area)) / 10000 for code, area in areas.items()}
    parts = {code: value.quantize(CENT, rounding=ROUND_FLOOR) for code, value in exact.items()}
    missing = int((hectares(geometry.area) - sum(parts.values())) / CENT)
    by_remainder = sorted(exact, key=lambda code: exact[code] - parts[code], reverse=True)
    for code in by_remainder[:missing]:
        parts[code] += CENT
    return parts


def inner_point(estate: Estate, polygons: Iterable[BaseGeometry]) -> list[float]:
    """Return a point of an estate, in the commune that holds most of it, as [lon, lat] rounded.

    Parameters
    ----------
    estate : Estate
        The estate.
    polygons : iterable of shapely geometry
        The communes it is in, EPSG:2154.

    Returns
    -------
    list of float
        Longitude and latitude, EPSG:4326, of ``point_on_surface`` of the largest piece.

    Raises
    ------
    ExtractionError
        If the point, once rounded, falls out of the estate.
    """
    shared = max((estate.geometry.intersection(p) for p in polygons), key=lambda piece: piece.area)
    piece = max(shapely.get_parts(shared), key=lambda part: part.area)
    point = to_wgs84(shapely.point_on_surface(piece))
    rounded = [round(point.x, POINT_DECIMALS), round(point.y, POINT_DECIMALS)]
    if not estate.geometry.contains(to_lambert93(shapely.Point(rounded))):
        raise ExtractionError(f"{estate.label}: {rounded} is not inside its polygon")
    return rounded


# UNESCO -------------------------------------------------------------------------------------


def find_twins(estates: Sequence[Estate], places: Places) -> dict[int, Estate]:
    """Return the UNESCO row of the estates that stand twice in the file, by id_lsm.

    Two rows are twins when their polygons share more than half of the smaller one, and
    when a word of their names and a commune agree besides.

    Raises
    ------
    ExtractionError
        If polygons overlap so much and names or communes do not agree, if one estate has
        two twins, or if the ERBM list holds one estate twice.
    """
    twins: dict[int, Estate] = {}
    for first, second in itertools.combinations(estates, 2):
        smaller = min(first.geometry.area, second.geometry.area)
        if first.geometry.intersection(second.geometry).area <= TWIN_SHARE * smaller:
            continue
        numbers = [n for n in (first.id_lsm, second.id_lsm) if n is not None]
        common = {places.code(n) for n in first.commune_names()} & {
            places.code(n) for n in second.commune_names()
        }
        alike = first.telling_words() & second.telling_words() and common - {None}
        if len(numbers) != 1 or numbers[0] in twins or not alike:
            raise ExtractionError(f"overlap that is not a plain duplicate: {first.label} and {second.label}")
        twins[numbers[0]] = second if second.id_lsm is None else first
    return twins


def check_listed(estate: Estate, *, listed: bool, property_: BaseGeometry) -> None:
    """Check that an estate has a UNESCO reference if, and only if, it lies in the UNESCO property.

    Raises
    ------
    ExtractionError
        If the two disagree.
    """
    share = estate.geometry.intersection(property_).area / estate.geometry.area
    if (share > LISTED_SHARE) != listed:
        raise ExtractionError(f"{estate.label}: reference {listed}, but {share:.0%} in the UNESCO property")


# Facts --------------------------------------------------------------------------------------


def french(value: Decimal) -> str:
    """Write a decimal number in French: ``17,10``."""
    return f"{value:f}".replace(".", ",")


def of_company(company: str) -> str:
    """Return a company as the complement of a noun: ``de la compagnie d’Anzin``."""
    if company in COMPANIES:
        return COMPANIES[company]
    if company.startswith("Groupe"):
        return f"du {company}"
    return f"de la compagnie {'d’' if fold(company)[0] in 'aeiou' else 'de '}{company}"


def summary(attributes: Mapping[str, Any], places: Sequence[str]) -> str:
    """Return two French sentences that say what the Mission says of an estate."""
    many = attributes["type"] == "Corons"
    head = attributes["type"]
    if "compagnie" in attributes:
        head += f" {of_company(attributes['compagnie'])}"
    listing = ", ".join(places[:-1]) + f" et {places[-1]}" if len(places) > 1 else places[0]
    facts = [f"{french(attributes['area_ha'])} ha"]
    if "interet" in attributes:
        facts.append(f"intérêt patrimonial {INTERESTS[attributes['interet']]}")
    if "proprietaire" in attributes:
        facts.append(f"logements de {attributes['proprietaire'].replace(' / ', ' et de ')}")
    tail = f"{'Ils figurent' if many else 'Elle figure'} dans la liste ERBM de la Mission Bassin Minier"
    if attributes["unesco"]:
        listed = "sont inscrits" if many else "est inscrite"
        tail += f" et {listed} au patrimoine mondial de l’UNESCO (référence {attributes['id_unesco']})"
    return curly(f"{head}, à {listing} : {', '.join(facts)}. {tail}.")


def caveats(estate: Estate, insee: Sequence[str], places: Places) -> str:
    """Return the French caveats of an estate: hand-written ones, then what its polygon shows."""
    said = [CAVEATS[estate.number]] if estate.number in CAVEATS else []
    if estate.number in COMMUNES:
        before, after = (" et ".join(part) for part in COMMUNES[estate.number])
        said.append(f"La source nomme {before} ; le polygone est tout entier à {after}, commune retenue.")
    named = {code: places.polygons[code] for code in insee}
    said += [
        f"La source nomme aussi {places.names[code]}, où le polygone publié n’a pas de surface."
        for code, polygon in named.items()
        if estate.geometry.intersection(polygon).area < 1
    ]
    outside = estate.geometry.difference(shapely.union_all(list(named.values())))
    if outside.area > OUTSIDE_SHARE * estate.geometry.area:
        others = {code: outside.intersection(p).area for code, p in places.polygons.items()}
        code = max(others, key=lambda key: others[key])
        size = french(hectares(others[code]))
        said.append(f"{size} ha du polygone sont à {places.names[code]}, que la source ne nomme pas.")
    return curly(" ".join(said))


def attributes_of(estate: Estate, twin: Estate | None, buffer_row: Estate | None) -> dict[str, Any]:
    """Return the attributes of an estate, the empty ones left out."""
    published = str(estate.properties["nom"])
    attributes: dict[str, Any] = {"id_lsm": estate.number}
    if unesco := estate.text("id_unesco"):
        attributes["id_unesco"] = unesco
    elif twin is not None:
        attributes["id_unesco"] = twin.text("id_unesco")
        attributes["id_unesco_source"] = "doublon géométrique"
    for key in ("type", "compagnie", "interet", "proprietaire"):
        if text := estate.text(key):
            attributes[key] = text
        elif buffer_row is not None and (text := buffer_row.text(key)):
            attributes[key] = text
            attributes[f"{key}_source"] = "couche de la zone tampon UNESCO, même id_lsm"
    attributes["unesco"] = "id_unesco" in attributes
    attributes["area_ha"] = hectares(estate.geometry.area)
    if other := estate.text("nom_2"):
        attributes["autre_nom"] = curly(other)
    if name_of(estate) != published:
        attributes["nom_mbm"] = published
    return attributes


def name_of(estate: Estate) -> str:
    """Return the name of an estate, mended.

    Raises
    ------
    ExtractionError
        If the source no longer has the name that is mended by hand.
    """
    if estate.number in NAMES:
        before, after = NAMES[estate.number]
        if estate.properties["nom"] != before:
            raise ExtractionError(f"{estate.label} is no longer {before!r}; see NAMES")
        return after
    return estate.text("nom")


def extract(mirror: Path) -> list[dict[str, Any]]:
    """Return one fact for each estate of the ERBM list, sorted by id_lsm.

    Parameters
    ----------
    mirror : pathlib.Path
        Folder that holds the files of the Mission, in ``mbm/``.

    Raises
    ------
    ExtractionError
        If the source says something that may not be guessed at.
    """
    folder = mirror / "mbm"
    estates = read_estates(folder / "cites-minieres.geojson")
    buffer_rows = {row.id_lsm: row for row in read_estates(folder / "zt-cites-minieres.geojson")}
    property_ = shapely.union_all([g for _, g in read_features(folder / "bien-inscrit.geojson")])
    places = read_places(folder / "communes-mbm.geojson")
    erbm = sorted((e for e in estates if e.id_lsm is not None), key=lambda estate: estate.number)
    twins = find_twins(estates, places)
    insee = resolve_communes(erbm, places)
    facts = []
    for estate in erbm:
        number, codes = estate.number, insee[estate.number]
        attributes = attributes_of(estate, twins.get(number), buffer_rows.get(number))
        check_listed(estate, listed=attributes["unesco"], property_=property_)
        polygons = {code: places.polygons[code] for code in codes}
        if len(codes) > 1:
            attributes["surfaces_ha"] = split_area(estate.geometry, polygons)
        fact = {
            "id": f"cites-lsm-{number}",
            "nom": curly(name_of(estate)),
            "resume": summary(attributes, [places.names[code] for code in codes]),
            "axe": 1,
            "rubrique": RUBRIQUE,
            "communes": codes,
            "precision": "exacte",
            "point": inner_point(estate, polygons.values()),
            "position": f"Mission Bassin Minier, cités minières, id_lsm {number}",
            "source": "mbm-cites",
            "reserve": caveats(estate, codes, places),
            "attributs": attributes,
        }
        facts.append({key: value for key, value in fact.items() if value})
    if len({fact["id"] for fact in facts}) != len(facts):
        raise ExtractionError("one id_lsm stands twice")
    return facts


# Comparing and writing ----------------------------------------------------------------------


def compare(facts: Iterable[Mapping[str, Any]], committed: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return what differs between the facts of the dataset and the committed ones, a line each.

    Compared are the ids, names, communes, points and attributes (areas included); what the
    report adds to an estate (its summary, lines, figures) is not.

    Parameters
    ----------
    facts : iterable of mapping
        As `extract` gives them.
    committed : iterable of mapping
        The ``[[fait]]`` tables of ``faits.toml``; those that are no ``cites-lsm-`` are passed over.
    """
    new = {fact["id"]: fact for fact in facts}
    old = {fact["id"]: fact for fact in committed if fact["id"].startswith("cites-lsm-")}
    found = [f"{key}: only in the dataset" for key in new if key not in old]
    found += [f"{key}: only in faits.toml" for key in old if key not in new]
    for key in (key for key in new if key in old):
        for name in ("nom", "communes"):
            if new[key][name] != old[key].get(name):
                found.append(f"{key}: {name} {old[key].get(name)!r}, dataset {new[key][name]!r}")
        pairs = zip(new[key]["point"], old[key].get("point", (0, 0)), strict=True)
        if any(abs(float(a) - float(b)) > POINT_TOLERANCE_DEG for a, b in pairs):
            found.append(f"{key}: point {old[key].get('point')}, dataset {new[key]['point']}")
        ours, theirs = _plain(old[key].get("attributs", {})), _plain(new[key]["attributs"])
        found += [
            f"{key}: attributs.{name} {ours.get(name)!r}, dataset {theirs.get(name)!r}"
            for name in sorted({*ours, *theirs})
            if ours.get(name) != theirs.get(name)
        ]
    return found


def _plain(value: Any) -> Any:
    """Return a value with its decimals as floats, as TOML reads them."""
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return float(value) if isinstance(value, Decimal) else value


def toml_value(value: Any) -> str:
    """Write a value as TOML, tables inline.

    >>> toml_value({"id_lsm": 552, "surfaces_ha": {"59574": Decimal("9.32")}})
    '{ id_lsm = 552, surfaces_ha = { "59574" = 9.32 } }'
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, (int, float, Decimal)):
        return str(value)
    if isinstance(value, Mapping):
        keys = {key: key if re.fullmatch("[a-z_]+", key) else json.dumps(key) for key in value}
        return "{ " + ", ".join(f"{keys[k]} = {toml_value(v)}" for k, v in value.items()) + " }"
    return "[" + ", ".join(toml_value(item) for item in value) + "]"


def to_toml(facts: Iterable[Mapping[str, Any]]) -> str:
    """Write facts as ``[[fait]]`` tables, keys in the order of the layers."""
    tables = (
        "[[fait]]\n" + "".join(f"{key} = {toml_value(fact[key])}\n" for key in FACT_KEYS if key in fact)
        for fact in facts
    )
    return "\n".join(tables)


def main() -> None:
    """Print, write or check the facts from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument(
        "--mirror", type=Path, required=True, help="folder that holds mbm/cites-minieres.geojson"
    )
    parser.add_argument("--out", type=Path, help="TOML file to write, instead of printing")
    parser.add_argument(
        "--check", action="store_true", help="list what differs from faits.toml, and fail if any does"
    )
    args = parser.parse_args()
    try:
        facts = extract(args.mirror)
    except (ExtractionError, OSError) as error:
        raise SystemExit(f"extract.py: {error}") from None
    if args.check:
        committed = tomllib.loads((HERE / "faits.toml").read_text(encoding="utf-8"))["fait"]
        differences = compare(facts, committed)
        print("\n".join(differences) or f"{len(facts)} cités, nothing differs from faits.toml")
        raise SystemExit(1 if differences else 0)
    if args.out:
        args.out.write_text(to_toml(facts), encoding="utf-8")
        print(f"{args.out.name}: {len(facts)} cités")
    else:
        sys.stdout.write(to_toml(facts))


if __name__ == "__main__":
    main()
