"""The one form in which every benchmark tells what it found: a table in Markdown, all of it in JSON."""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import platform
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from geo.sources.cache import write_text

OUT = Path("output/bench")
PACKAGES = (
    "geopandas",
    "shapely",
    "pyproj",
    "pyogrio",
    "pyarrow",
    "numpy",
    "numba",
    "folium",
    "duckdb",
    "sedonadb",
    "psycopg",
)

Row = Mapping[str, Any]


def parser(doc: str | None) -> argparse.ArgumentParser:
    """Return the options that every benchmark has."""
    options = argparse.ArgumentParser(description=(doc or "").partition("\n")[0])
    options.add_argument("--json", type=Path, help="default: output/bench/<name>.json")
    options.add_argument("--markdown", type=Path, help="default: output/bench/<name>.md")
    options.add_argument("--runs", type=int, default=3, help="interleaved rounds, medians are told")
    options.add_argument("--cache", type=Path, default=OUT / "cache", help="the data that are made once")
    return options


def machine() -> dict[str, str]:
    """Return the cores, the system and the versions of what is installed."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    told = {"cores": str(cores), "system": platform.platform(), "python": platform.python_version()}
    return told | {name: _version(name) for name in PACKAGES}


def installed(*packages: str) -> bool:
    """Tell whether packages are there, without importing them."""
    return all(_version(name) != "absent" for name in packages)


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "absent"


def table(rows: Sequence[Row], columns: Sequence[str] = ()) -> str:
    """Return rows as a Markdown table; the columns are those told, or all the keys."""
    names = list(columns or dict.fromkeys(name for row in rows for name in row))
    lines = [names, ["---"] * len(names), *([_cell(row.get(name)) for name in names] for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _cell(value: object) -> str:
    if value is None:
        return "—"
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def _facts(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_cell(each)}" for key, each in value.items())
    return _cell(value)


def tell(
    name: str, rows: Sequence[Row], asked: argparse.Namespace, columns: Sequence[str] = (), **more: Any
) -> None:
    """Print the table of a benchmark and write it, in both forms; JSON has all the columns."""
    known = machine()
    told = ", ".join(f"{key} {value}" for key, value in known.items())
    facts = "".join(f"- {key}: {_facts(value)}\n" for key, value in more.items())
    text = f"## {name}\n\n{table(rows, columns)}\n\n{facts}- {told}\n"
    print(text)
    content = {"benchmark": name, "machine": known, "rows": list(rows), **more}
    for path, suffix, written in (
        (asked.json, "json", json.dumps(content, indent=1, ensure_ascii=False) + "\n"),
        (asked.markdown, "md", text),
    ):
        target = path or OUT / f"{name}.{suffix}"
        target.parent.mkdir(parents=True, exist_ok=True)
        write_text(target, written)
