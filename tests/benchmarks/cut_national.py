"""How long, and in how much memory, a national file is cut to the perimeter, against geopandas.

Run with ``make bench``, or ``python -m tests.benchmarks.cut_national [--segments N]``.
The file is made here, always the same: segments over France with all the properties of the
national base of cycle facilities (BNAC 0.3.5). Both sides are cold processes, and must keep the
same segments. No test asserts a time.
"""

from __future__ import annotations

import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.territories import load
from tests.benchmarks import report

SEED = 20_231_108
FRANCE = (-4.7, 42.4, 8.1, 51.0)
"""West, south, east, north, in degrees; the sea is in it, and the neighbours."""
FACILITIES = ("PISTE CYCLABLE", "BANDE CYCLABLE", "VOIE VERTE", "COULOIR BUS+VELO", "AUCUN", "AUTRE")
REGIMES = ("ZONE 30", "AIRE PIETONNE", "EN AGGLOMERATION", "HORS AGGLOMERATION")
CHUNK = 20_000

PEAK = """
from tests.benchmarks.peers.measuring import peak
print(peak())
"""
OURS = """
import sys; from pathlib import Path
import shapely
from geo.sources.streaming import read_within
path, perimeter, kind, out = sys.argv[1:]
raw = read_within(Path(path), shapely.from_wkb(Path(perimeter).read_bytes()), kind=kind, crs="EPSG:2154")
Path(out).write_text("\\n".join(raw.frame["id_local"]))
"""
PEER = """
import sys; from pathlib import Path
import geopandas as gpd, shapely
path, perimeter, kind, out = sys.argv[1:]
within = gpd.GeoSeries([shapely.from_wkb(Path(perimeter).read_bytes())], crs="EPSG:2154")
box = tuple(within.to_crs(4326).total_bounds)
read = gpd.read_file if kind == "geojson" else gpd.read_parquet
frame = read(path, bbox=box)
frame = frame[frame.to_crs(2154).intersects(within.iloc[0])]
Path(out).write_text("\\n".join(frame["id_local"]))
"""


def segments(count: int) -> Iterator[gpd.GeoDataFrame]:
    """Yield chunks of a national file: lines of 2 to 30 vertices, as far apart as in a town."""
    random = np.random.default_rng(SEED)
    for first in range(0, count, CHUNK):
        size = min(CHUNK, count - first)
        vertices = random.integers(2, 31, size)
        owner = np.repeat(np.arange(size), vertices)
        start = random.uniform(FRANCE[:2], FRANCE[2:], (size, 2))
        walk = np.cumsum(random.normal(0, 3e-4, (len(owner), 2)), axis=0)
        walk -= walk[np.cumsum(vertices) - vertices][owner]
        lines = shapely.linestrings(np.round(start[owner] + walk, 7), indices=owner)
        number = np.arange(first, first + size)
        yield gpd.GeoDataFrame(_properties(number, random), geometry=lines, crs="EPSG:4326")


def _properties(number: Any, random: np.random.Generator) -> dict[str, Any]:
    size = len(number)
    way = [str(100_000 + 7 * n) for n in number]
    commune = [f"{n % 95 + 1:02d}{n % 500:03d}" for n in number]
    empty = [None] * size
    side = {
        "code_com": commune,
        "ame": random.choice(FACILITIES, size),
        "regime": random.choice(REGIMES, size),
        "sens": ["UNIDIRECTIONNEL"] * size,
        "largeur": [round(1 + n % 30 / 10, 1) if n % 4 == 0 else None for n in number],
        "local": ["CHAUSSEE"] * size,
        "statut": ["EN SERVICE"] * size,
        "revet": ["LISSE"] * size,
    }
    return {
        "id_local": [f"geovelo_{w}_{c}" for w, c in zip(way, commune, strict=True)],
        "reseau_loc": empty,
        "nom_loc": [["Rue de l'Église", "Véloroute"] if n % 9 == 0 else None for n in number],
        "id_osm": way,
        "num_iti": empty,
        **{f"{name}_d": values for name, values in side.items()},
        **{f"{name}_g": values for name, values in side.items()},
        "access_ame": ["VTC"] * size,
        "date_maj": ["2023-11-08"] * size,
        "trafic_vit": random.choice([30, 50, 70], size),
        "lumiere": [bool(n % 2) for n in number],
        "d_service": empty,
        "comm": [f"tronçon n° {n}" if n % 5 == 0 else None for n in number],
        "source": ["Contributeurs OpenStreetMap"] * size,
        "project_c": ["RGF93 Lambert 93"] * size,
        "ref_geo": ["OpenStreetMap"] * size,
    }


def write(count: int, folder: Path) -> dict[str, Path]:
    """Write the same segments as GeoJSON, one feature a line as GDAL does, and as GeoParquet."""
    chunks = list(segments(count))
    table = pd.concat(chunks, ignore_index=True)
    paths = {"geojson": folder / f"{count}.geojson", "geoparquet": folder / f"{count}.parquet"}
    table.to_parquet(paths["geoparquet"], write_covering_bbox=True, schema_version="1.1.0")
    with paths["geojson"].open("w", encoding="utf-8", newline="\n") as stream:
        stream.write('{\n"type": "FeatureCollection",\n"name": "bnac",\n"features": [\n')
        lines = (json.dumps(f, ensure_ascii=False) for chunk in chunks for f in _features(chunk))
        stream.write(next(lines))
        stream.writelines(f",\n{line}" for line in lines)
        stream.write("\n]\n}\n")
    return paths


def _features(chunk: gpd.GeoDataFrame) -> Iterator[dict[str, Any]]:
    names = [name for name in chunk.columns if name != "geometry"]
    columns = zip(*(chunk[name].tolist() for name in names), strict=True)
    for shape, values in zip(chunk.geometry, columns, strict=True):
        known = dict(zip(names, (None if _is_nan(value) else value for value in values), strict=True))
        geometry = {"type": "LineString", "coordinates": shape.coords[:]}
        yield {"type": "Feature", "properties": known, "geometry": geometry}


def _is_nan(value: object) -> bool:
    return isinstance(value, float) and math.isnan(value)


@dataclass(frozen=True)
class Run:
    """A cold process: wall and processor time (s), peak memory (MiB), and the segments kept."""

    seconds: float
    cpu: float
    peak: float
    kept: list[str]


def run(code: str, path: Path, perimeter: Path, kind: str) -> Run:
    """Cut a file in a cold process."""
    out = path.with_suffix(".txt")
    command = [sys.executable, "-c", code + PEAK, str(path), str(perimeter), kind, str(out)]
    before, start = os.times(), time.perf_counter()
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    seconds, after = time.perf_counter() - start, os.times()
    cpu = sum(after[2:4]) - sum(before[2:4])
    return Run(seconds, cpu, float(printed), out.read_text(encoding="utf-8").split("\n"))


def compare(path: Path, perimeter: Path, kind: str, runs: int) -> dict[str, Any]:
    """Return the medians of paired runs of both sides on one file."""
    pairs = [(run(OURS, path, perimeter, kind), run(PEER, path, perimeter, kind)) for _ in range(runs)]
    for ours, peer in pairs:
        if ours.kept != peer.kept:
            sys.exit(f"{path.name}: {len(ours.kept)} segments kept, geopandas keeps {len(peer.kept)}")
    return {
        "kind": kind,
        "segments": int(path.stem),
        "MiB": round(path.stat().st_size / 2**20),
        "kept": len(pairs[0][0].kept),
        "seconds": round(statistics.median(ours.seconds for ours, _ in pairs), 2),
        "geopandas seconds": round(statistics.median(peer.seconds for _, peer in pairs), 2),
        "times faster": round(statistics.median(peer.seconds / ours.seconds for ours, peer in pairs), 1),
        "times less processor": round(statistics.median(peer.cpu / ours.cpu for ours, peer in pairs), 1),
        "agreement": "exact",
        "peak MiB": round(max(ours.peak for ours, _ in pairs)),
        "geopandas peak MiB": round(max(peer.peak for _, peer in pairs)),
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Tell the files, a fifth of the size and the whole."""
    parser = report.parser(__doc__)
    parser.add_argument("--segments", type=int, default=500_000)
    asked = parser.parse_args(arguments)
    results = []
    with tempfile.TemporaryDirectory() as name:
        perimeter = Path(name) / "perimeter.wkb"
        perimeter.write_bytes(shapely.to_wkb(load().perimeter))
        for count in (asked.segments // 5, asked.segments):
            for kind, path in write(count, Path(name)).items():
                results.append(compare(path, perimeter, kind, asked.runs))
    report.tell("cut_national", results, asked)


if __name__ == "__main__":
    main()
