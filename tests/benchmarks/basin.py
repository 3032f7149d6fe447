"""The basin end to end, as cold processes: read the layers, join them to the EPCI, count, write one page.

Run with ``make bench``, or ``python -m tests.benchmarks.basin``. *geopandas and folium* is the
way that most people write it: a GeoJSON file for each layer, ``sjoin`` and ``overlay``, ``groupby``, a marker
for each point and one ``folium.GeoJson`` a layer for the rest, with popups. *by hand* uses the same
libraries below their comforts: pyogrio to read, shapely and pyproj to cut, one JSON in the page. Ours does
more: its page is the whole atlas of the basin, with its search, its texts and its figures. All must find
as many features in each EPCI, but for one cité that its document puts in two EPCI while its point is in one.
No test asserts a time.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import geo
from geo import ingest
from geo.territories.legal_crs import WGS84
from tests.benchmarks import report
from tests.benchmarks.cold_start import processor
from tests.pages import data_in

COLUMNS = ["id", "couche", "nom", "resume", "rubrique", "statut", "maitre_ouvrage", "geometry"]

PEAK = """
from tests.benchmarks.peers.measuring import peak
print(json.dumps({"counts": {str(k): int(v) for k, v in counts.items()}, "peak": peak()}))
"""
IMPORTS = "import json, sys; import geopandas, folium"

OURS = """
import json, sys
from geo import atlas
folder, out = sys.argv[1:]
atlas.write_page(out)
counts = {}
"""

ORDINARY = """
import json, sys
from pathlib import Path
import folium
import geopandas as gpd
import pandas as pd
folder, out = sys.argv[1:]
epci = gpd.read_file(f"{folder}/epci.geojson").to_crs(2154)
page = folium.Map(location=[50.4, 2.9], zoom_start=10)
folium.GeoJson(epci.to_crs(4326), name="EPCI", tooltip=folium.GeoJsonTooltip(["nom"])).add_to(page)
communes = gpd.read_file(f"{folder}/communes.geojson").to_crs(2154)
found, within, tables = [], [], []
for path in sorted(Path(folder, "layers").glob("*.geojson")):
    layer = gpd.read_file(path).to_crs(2154)
    dots = layer[layer.geom_type.str.contains("Point")]
    found.append(dots.sjoin(epci[["siren", "geometry"]], predicate="within")[["id", "siren"]])
    for shapes in (layer[layer.geom_type.str.contains(kind)] for kind in ("Line", "Polygon")):
        if len(shapes):
            pieces = shapes.overlay(epci[["siren", "geometry"]], how="intersection")
            pieces = pieces[(pieces.area > 100) | (pieces.area.eq(0) & pieces.length.gt(1))]
            found.append(pieces[["id", "siren"]])
            tables.append(pieces.assign(km=pieces.length / 1000, ha=pieces.area / 1e4))
    within.append(layer.sjoin(communes[["insee", "geometry"]], predicate="intersects")[["id", "insee"]])
    group = folium.FeatureGroup(path.stem)
    fields = [name for name in layer.columns if name != "geometry"]
    degrees = layer.to_crs(4326)
    points = degrees.geom_type == "Point"
    for _, row in degrees[points].iterrows():
        text = f"<b>{row['nom']}</b><br>{row['resume']}<br>{row['rubrique']}<br>{row['statut']}"
        popup = folium.Popup(text, max_width=300)
        folium.CircleMarker([row.geometry.y, row.geometry.x], radius=6, popup=popup).add_to(group)
    if not points.all():
        folium.GeoJson(degrees[~points], popup=folium.GeoJsonPopup(fields)).add_to(group)
    group.add_to(page)
counts = pd.concat(found).drop_duplicates().groupby("siren").size()
shares = pd.concat(tables).groupby(["siren", "couche"])[["km", "ha"]].sum()
places = pd.concat(within).drop_duplicates().groupby("insee").size()
html = "<tr><td>%s</td><td>%d</td></tr>"
rows = "".join(html % row for row in [*counts.items(), *places.items()])
page.get_root().html.add_child(folium.Element(f"<table>{rows}</table>{shares.to_html()}"))
folium.LayerControl().add_to(page)
page.save(out)
"""

BY_HAND = """
import json, sys
from pathlib import Path
import numpy as np
import pyogrio.raw
import shapely
from pyproj import Transformer
folder, out = sys.argv[1:]
project = Transformer.from_crs(4326, 2154, always_xy=True).transform
def read(path):
    meta, _, wkb, columns = pyogrio.raw.read(path)
    return [str(name) for name in meta["fields"]], columns, shapely.from_wkb(wkb)
names, columns, degrees = read(f"{folder}/epci.geojson")
codes = columns[names.index("siren")]
epci = shapely.transform(degrees, project, interleaved=False)
tree = shapely.STRtree(epci)
names, columns, degrees = read(f"{folder}/communes.geojson")
communes = shapely.STRtree(shapely.transform(degrees, project, interleaved=False))
places = np.zeros(len(degrees), dtype=int)
counts, sums, layers = dict.fromkeys(codes.tolist(), 0), {}, {}
for path in sorted(Path(folder, "layers").glob("*.geojson")):
    layer, values, degrees = read(path)
    shapes = shapely.transform(degrees, project, interleaved=False)
    feature, owner = tree.query(shapes, predicate="intersects")
    np.add.at(places, communes.query(shapes, predicate="intersects")[1], 1)
    pieces = shapely.intersection(shapes[feature], epci[owner])
    area, length = shapely.area(pieces), shapely.length(pieces)
    size = shapely.get_dimensions(shapes[feature])
    met = (size == 0) | ((size == 1) & (length > 1)) | (area > 100)
    for code, km, ha in zip(codes[owner][met], length[met] / 1e3, area[met] / 1e4):
        counts[code] += 1
        known = sums.setdefault((code, path.stem), [0.0, 0.0])
        known[0], known[1] = known[0] + km, known[1] + ha
    rows = zip(*(column.tolist() for column in values))
    layers[path.stem] = [
        {"type": "Feature", "properties": dict(zip(layer, row)), "geometry": json.loads(shape)}
        for row, shape in zip(rows, shapely.to_geojson(degrees))
    ]
data = {"layers": layers, "counts": counts, "places": places.tolist()}
data["shares"] = [[*key, *value] for key, value in sums.items()]
html = "<!doctype html><div id=map></div><script>const data = %s</script>"
Path(out).write_text(html % json.dumps(data))
"""

TOOLS = {"erbm": OURS, "geopandas and folium": ORDINARY, "by hand": BY_HAND}


def write_layers(folder: Path) -> None:
    """Write the embedded facts as anyone would receive them: GeoJSON, a file a layer, and the EPCI."""
    (folder / "layers").mkdir()
    facts = ingest.load().to_crs(WGS84)[COLUMNS]
    for name, layer in facts.groupby("couche"):
        layer.to_file(folder / "layers" / f"{name}.geojson", driver="GeoJSON")
    for by, code in (("epci", "siren"), ("commune", "insee")):
        frame = geo.territories(by=by).to_crs(WGS84)[["nom", "geometry"]].rename_axis(code).reset_index()
        frame.to_file(folder / f"{'epci' if by == 'epci' else 'communes'}.geojson", driver="GeoJSON")


def run(code: str, folder: Path) -> dict[str, Any]:
    """Run one way in a cold process: wall and processor seconds, peak memory, page and counts."""
    out = folder / "page.html"
    before, start = processor(), time.perf_counter()
    command = [sys.executable, "-W", "ignore", "-c", code, str(folder), str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    seconds, used = time.perf_counter() - start, processor() - before
    if done.returncode:
        sys.exit(done.stderr[-2000:])
    told: dict[str, Any] = json.loads(done.stdout or "{}")
    told |= {"seconds": seconds, "processor s": used}
    if told.get("counts") == {}:
        told["counts"] = counts_of(out.read_text(encoding="utf-8"))
    return told | {"page KiB": out.stat().st_size / 1024 if out.exists() else None}


def counts_of(page: str) -> dict[str, int]:
    """Return how many features a page of the atlas tells of in each EPCI."""
    return Counter(code for one in data_in(page)["entites"] for code in {*one["epci"], *one["couvre"]})


def rows(known: dict[str, list[dict[str, Any]]]) -> list[report.Row]:
    """Return a row a way: medians, and ratios of the runs of the same round."""
    told: list[report.Row] = []
    reference = known["geopandas and folium"][0]["counts"]
    for tool, runs in known.items():
        row: dict[str, Any] = {"case": "basin, one page", "tool": tool}
        for name in ("seconds", "processor s"):
            row[name] = statistics.median(run[name] for run in runs)
            pairs = zip(runs, known["erbm"], strict=True)
            row[f"{name}, to ours"] = statistics.median(mine[name] / ours[name] for mine, ours in pairs)
        counts = runs[0].get("counts")
        if counts is not None:
            row |= {
                "peak MiB": round(max(run["peak"] for run in runs)),
                "page KiB": round(runs[0]["page KiB"]),
            }
            row["features apart"] = _apart(counts, reference)
            row["agreement"] = f"{row['features apart']} apart" if row["features apart"] else "exact"
        told.append(row)
    return told


def _apart(counts: dict[str, int], reference: dict[str, int]) -> int:
    """Return how many features more or fewer are found, added up over the EPCI."""
    return sum(abs(counts.get(code, 0) - reference.get(code, 0)) for code in counts | reference)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the three ways in turns, beside the imports alone, and tell."""
    parser = report.parser(__doc__)
    parser.add_argument("--warm", type=int, default=1, help="runs of each way before those that count")
    asked = parser.parse_args(arguments)
    codes = {tool: code + PEAK for tool, code in TOOLS.items()} | {"imports of geopandas, folium": IMPORTS}
    known: dict[str, list[dict[str, Any]]] = {tool: [] for tool in codes}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_layers(folder)
        for code in [*TOOLS.values()] * asked.warm:
            run(code, folder)  # what is compiled or cached once, as at a second visit
        for _ in range(asked.runs):
            for tool, code in codes.items():
                (folder / "page.html").unlink(missing_ok=True)
                known[tool].append(run(code, folder))
    report.tell("basin", rows(known), asked)


if __name__ == "__main__":
    main()
