"""Run one tool on one file in a cold process, and print what it cost and the totals it found, as JSON."""

from __future__ import annotations

import argparse
import importlib
import json
from typing import Any

from tests.benchmarks import peers
from tests.benchmarks.peers.measuring import best, peak, timed


def totals(table: Any, kind: str) -> dict[str, list[float]]:
    """Return features and measure by territory, of what lies in one."""
    frame = table if hasattr(table, "groupby") else table.to_pandas()
    frame = frame[frame["territory"].astype(str) != ""]
    measure = peers.MEASURE[kind]
    groups = frame.groupby(frame["territory"].astype(str))
    counts = groups.size()
    sums = groups[measure].sum() if measure else counts
    return {code: [int(counts[code]), float(sums[code])] for code in counts.index}


def measured(tool: str, kind: str, path: str, partition: str, warm: int) -> dict[str, Any]:
    """Measure, in this order: import, preparation, the file cold and warm, then geometries in memory."""
    told: dict[str, Any] = {}
    name = f"tests.benchmarks.peers.{peers.MODULES[tool]}"
    told["import"], module = timed(lambda: importlib.import_module(name))
    peer: peers.Peer = module.Peer()
    told["preparation"], _ = timed(lambda: peer.prepare(partition))
    told["first"], table = timed(lambda: peer.from_file(path, kind))
    told["totals"] = totals(table, kind)
    del table
    told["seconds"] = min(told["first"], best(lambda: peer.from_file(path, kind), warm))
    told["peak"] = peak() + getattr(peer, "elsewhere", lambda: 0.0)()
    told["parts"] = dict(getattr(peer, "parts", {}))
    told["loading"], _ = timed(lambda: peer.load(path))
    told["memory"] = best(lambda: peer.allocate(kind), warm)
    getattr(peer, "close", lambda: None)()
    return told


def main() -> None:
    """Print what `measured` tells."""
    parser = argparse.ArgumentParser()
    parser.add_argument("tool", choices=peers.MODULES)
    parser.add_argument("kind", choices=peers.MEASURE)
    parser.add_argument("path")
    parser.add_argument("partition")
    parser.add_argument("--warm", type=int, default=3)
    asked = parser.parse_args()
    told = measured(asked.tool, asked.kind, asked.path, asked.partition, asked.warm)
    print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
