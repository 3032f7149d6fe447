"""The data of a page, made small and read back: nothing is lost, and a record costs little."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from geo.atlas import assets
from geo.atlas.content import load_content
from geo.atlas.packing import TEXTS, pack
from geo.atlas.payload import page_data

from .records import sample

LENS = "246200364"
LISTS = ("communes", "epci", "couvre", "montants", "contexte", "faits")


@cache
def page() -> dict[str, Any]:
    return page_data(sample(), LENS)


def unpack(packed: dict[str, Any]) -> dict[str, Any]:
    """Read packed data as the application of the pages does."""
    texts, scale = packed["textes"], packed["echelle"]

    def pairs(steps: list[int]) -> list[list[float]]:
        found, lat, lon = [], 0, 0
        for dlat, dlon in zip(steps[::2], steps[1::2], strict=True):
            lat, lon = lat + dlat, lon + dlon
            found.append([lat / scale, lon / scale])
        return found

    def shape(polygons: list[Any]) -> list[Any]:
        return [[pairs(ring) for ring in polygon] for polygon in polygons]

    def feature(one: dict[str, Any]) -> dict[str, Any]:
        words = [texts[rank] for rank in one.get("faits", [])]
        empty = {"inventaire": False, "statut": "", **dict.fromkeys(TEXTS, ""), **{key: [] for key in LISTS}}
        read = {**empty, **one}
        read |= {key: texts[one[key]] for key in TEXTS if key in one}
        read["faits"] = [list(fact) for fact in zip(words[::2], words[1::2], strict=True)]
        if "lignes" in one:
            read["lignes"] = [pairs(line) for line in one["lignes"]]
        if "anneaux" in one:
            read["anneaux"] = shape(one["anneaux"])
        return read

    ids = [one["id"] for key in ("entites", "chiffres") for one in packed[key]]
    origins = []
    for steps in packed["origines"]:
        ranks = [sum(steps[: number + 1]) for number in range(len(steps))]
        origins.append([ids[rank] for rank in ranks])
    stats = {
        code: {
            layer: {
                key: [value, written, unit, origins[origin], texts[note]]
                for key, (value, written, unit, origin, note) in measures.items()
            }
            for layer, measures in layers.items()
        }
        for code, layers in packed["stats"].items()
    }
    places = ("epci", "communes")
    return {
        **{key: value for key, value in packed.items() if key not in ("textes", "echelle", "origines")},
        **{key: [{**one, "forme": shape(one["forme"])} for one in packed[key]] for key in places},
        "perimetre": shape(packed["perimetre"]),
        "entites": [feature(one) for one in packed["entites"]],
        "stats": stats,
    }


def in_page_order(data: dict[str, Any]) -> dict[str, Any]:
    """Return page data whose statistics name features and figures in the order of the page."""
    ranks = {one["id"]: rank for key in ("entites", "chiffres") for rank, one in enumerate(data[key])}
    stats = {
        code: {
            layer: {
                key: [value, written, unit, sorted(origin, key=ranks.__getitem__), note]
                for key, (value, written, unit, origin, note) in measures.items()
            }
            for layer, measures in layers.items()
        }
        for code, layers in data["stats"].items()
    }
    return {**data, "stats": stats}


def test_what_is_packed_reads_back_the_same() -> None:
    data = page()
    assert {one["couche"] for one in data["entites"]} >= {"cavaliers", "terrils", "cites", "hopitaux"}
    read = unpack(json.loads(assets.as_json(pack(data))))
    wanted = in_page_order(data)
    assert read.keys() == wanted.keys()
    for key, value in wanted.items():
        assert read[key] == value, key


def test_a_record_costs_little() -> None:
    with_records = len(assets.as_json(pack(page())).encode())
    without = len(assets.as_json(pack(page_data(load_content(), LENS))).encode())
    records = sum(one["inventaire"] for one in page()["entites"])
    assert records > 450
    assert (with_records - without) / records < 330
