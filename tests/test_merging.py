"""One thing told twice is one record: by identifier, by overlap, never by name."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.ingest.merging import OVERLAP, Record, merge

IDS = ("id_lsm", "id_unesco")


def _record(rank: int, shape: Any, part: str = "a", **fields: Any) -> Record:
    return Record(part, rank, str(rank), {"nom": "Cité du Moulin", **fields}, shape)


SQUARE = shapely.box(0, 0, 100, 100)
AWAY = shapely.box(1000, 0, 1100, 100)


def test_the_same_name_is_not_the_same_thing() -> None:
    merged = merge([_record(1, SQUARE), _record(2, AWAY)], IDS)
    assert len(merged.records) == 2
    assert merged.notes == []


def test_the_same_identifier_is_the_same_thing_and_shapes_are_put_together() -> None:
    merged = merge([_record(1, SQUARE, id_lsm=63), _record(2, AWAY, "b", id_lsm=63, type="Corons")], IDS)
    (record,) = merged.records
    assert record.geometry.area == SQUARE.area + AWAY.area
    assert record.fields["type"] == "Corons"
    assert record.parts == ("a", "b")
    assert merged.notes == [
        "« Cité du Moulin » (a, ligne 1) = « Cité du Moulin » (b, ligne 2) : même id_lsm 63"
    ]


def test_outlines_that_overlap_are_the_same_thing() -> None:
    near = shapely.box(5, 0, 105, 100)
    merged = merge([_record(1, SQUARE, id_lsm=1), _record(2, near, id_unesco="9A")], IDS)
    (record,) = merged.records
    assert (record.fields["id_lsm"], record.fields["id_unesco"]) == (1, "9A")
    assert "se recouvrent à 80 %" in merged.notes[0]


def test_neighbours_that_overlap_less_stay_apart() -> None:
    merged = merge(
        [_record(1, SQUARE, id_lsm=1), _record(2, shapely.box(90, 0, 190, 100), id_unesco="9A")], IDS
    )
    assert len(merged.records) == 2


def test_two_identifiers_that_contradict_each_other_stay_apart_and_it_is_said() -> None:
    merged = merge([_record(1, SQUARE, id_lsm=1), _record(2, SQUARE, id_lsm=2)], IDS)
    assert len(merged.records) == 2
    assert "gardées toutes deux" in merged.notes[0]


def test_an_identifier_of_the_third_joins_the_two_others() -> None:
    told = [
        _record(1, SQUARE, id_lsm=1),
        _record(2, AWAY, id_unesco="9A"),
        _record(3, AWAY, id_lsm=1, id_unesco="9A"),
    ]
    assert len(merge(told, IDS).records) == 1


def test_lines_and_points_are_never_merged_by_overlap() -> None:
    line = shapely.LineString([(0, 0), (100, 0)])
    assert len(merge([_record(1, line), _record(2, line)], IDS).records) == 2


def test_without_identifiers_the_key_is_the_only_one() -> None:
    told = [_record(1, SQUARE), _record(1, SQUARE, "b"), _record(2, SQUARE)]
    assert len(merge(told, ()).records) == 2


boxes = st.builds(
    lambda x, y, w: shapely.box(x, y, x + w, y + w), *[st.integers(0, 60)] * 2, st.integers(5, 40)
)
told = st.lists(
    st.tuples(boxes, st.sampled_from([None, 1, 2, 3]), st.sampled_from([None, "A", "B"])),
    min_size=1,
    max_size=8,
)


@given(told)
def test_nothing_is_lost_and_no_identifier_is_mixed(rows: list[tuple[Any, int | None, str | None]]) -> None:
    records = [
        _record(i, shape, id_lsm=lsm, id_unesco=un) for i, (shape, lsm, un) in enumerate(rows, start=1)
    ]
    merged = merge(records, IDS).records
    whole = shapely.union_all([record.geometry for record in records])
    assert shapely.union_all([record.geometry for record in merged]).symmetric_difference(whole).area < 1e-6
    for name in IDS:
        kept = {record.fields[name] for record in merged} - {None}
        assert kept == {record.fields[name] for record in records} - {None}
    for one, other in itertools.combinations(merged, 2):
        known = [n for n in IDS if None not in (one.fields[n], other.fields[n])]
        part = one.geometry.intersection(other.geometry).area / min(one.geometry.area, other.geometry.area)
        assert known or part < OVERLAP or len(records) > len(merged)


def test_the_order_of_parts_decides_the_fields() -> None:
    first, second = (
        _record(1, SQUARE, id_lsm=1, type="Corons"),
        _record(2, SQUARE, "b", id_lsm=1, type="Pavillons"),
    )
    assert merge([first, second], IDS).records[0].fields["type"] == "Corons"
    assert merge([second, first], IDS).records[0].fields["type"] == "Pavillons"


@pytest.mark.parametrize("value", [None, ""])
def test_a_missing_identifier_identifies_nothing(value: str | None) -> None:
    assert len(merge([_record(1, SQUARE, id_lsm=value), _record(2, AWAY, id_lsm=value)], IDS).records) == 2
