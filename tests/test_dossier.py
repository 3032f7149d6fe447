"""What the documents of an EPCI tell: the figures of ``erbm stats``, its features, what covers it."""

from __future__ import annotations

import dataclasses

import pytest

import geo
from geo.content import Content, Dossier, open_dossier
from tests import records

LENS = "246200364"


@pytest.fixture(scope="module")
def content() -> Content:
    return records.facts()


@pytest.fixture(scope="module")
def dossier(content: Content) -> Dossier:
    return open_dossier(content, LENS)


def test_its_figures_are_those_of_the_command(dossier: Dossier) -> None:
    rows = geo.stats("Lens-Liévin").to_dict("records")
    told = {(row["couche"], row["indicateur"]): row for row in rows}
    assert len(dossier.stats) > 40
    for key, stat in dossier.stats.items():
        row = told[key]
        assert stat.value == pytest.approx(row["valeur"], abs=1e-6), key
        assert stat.written.startswith("" if row["qualificatif"] == "exact" else row["qualificatif"])
        assert set(stat.origin) == set(row["origine"])


def test_what_is_in_it_and_what_covers_it_are_apart(dossier: Dossier) -> None:
    assert set(dossier.own["id"]) == set(geo.query(epci=LENS)["id"])
    assert set(dossier.overall["precision"]) == {"territoire"}
    assert set(dossier.own["id"]).isdisjoint(dossier.overall["id"])
    assert sum(len(features) for _, features in dossier.layers) == len(dossier.own)


def test_key_figures_stand_beside_those_of_the_basin(dossier: Dossier) -> None:
    told = {one.label: (one.own.text, one.whole and one.whole.text) for one in dossier.keys}
    assert told["lits d’hôpital cités par le bilan"] == ("611", "611")
    assert told["cités minières"] == ("18", "66")
    assert all(one.own.rank or one.own.measure == "lits" for one in dossier.keys)


def test_statuses_are_those_of_its_measures(dossier: Dossier) -> None:
    axes = dossier.content.known.axes.values()
    assert sum(dossier.progress().values()) == len(dossier.own)
    assert sum(sum(dossier.progress(axis).values()) for axis in axes) == len(dossier.own)
    assert dossier.progress()["livré"] == (dossier.own["statut"] == "livré").sum()
    first = next(iter(axes))
    assert dossier.axis_stats(first)[0].layer == "axe-1"
    assert {stat.layer for stat in dossier.axis_stats(first)} >= {"axe-1", "cites", "routes"}


def test_an_epci_that_is_not_there(content: Content) -> None:
    with pytest.raises(KeyError):
        open_dossier(content, "000000000")


def test_an_axis_has_the_layers_of_its_measures_and_of_its_records(dossier: Dossier) -> None:
    axes = dossier.content.known.axes

    def told(own: Dossier, axis: int) -> set[str]:
        return {layer.id for layer in own.axis_layers(axes[axis])}

    assert {"cites", "routes"} <= told(dossier, 1)
    assert "cites" not in told(dossier, 3)
    own = dossier.own.copy()
    own.loc[own["couche"] == "routes", "axe"] = 3
    moved = dataclasses.replace(dossier, own=own)
    assert "routes" in told(moved, 3), "a measure is of its own axis"
    assert "routes" not in told(moved, 1)
    own.loc[own["couche"] == "routes", "inventaire"] = True
    assert "routes" in told(dataclasses.replace(dossier, own=own), 1), "a record is of that of its layer"
    assert {stat.layer for stat in dossier.axis_stats(axes[1])} == {"axe-1", *told(dossier, 1)}
