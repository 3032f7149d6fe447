"""The base maps: every entry has what a page must say of it, and a faulty one is refused."""

from __future__ import annotations

from typing import Any

import pytest

from geo.atlas.grounds import GROUNDS, PAST, Ground
from geo.errors import DataError

SOUND: dict[str, Any] = {
    "id": "essai",
    "nom": "Essai",
    "groupe": "Plans",
    "url": "https://exemple.fr/{z}/{x}/{y}.png",
    "attribution": "© Essai",
}
FAULTS = [
    ({"id": "Essai 1"}, "id : attendu"),
    ({"nom": " "}, "nom : manque"),
    ({"attribution": ""}, "attribution : manque"),
    ({"groupe": "Cartes"}, "groupe : 'Cartes' ; attendu Plans"),
    ({"url": "http://exemple.fr/{z}/{x}/{y}.png"}, "attendu https://"),
    ({"url": "https://exemple.fr/{z}/{x}.png"}, "attendu {x}, {y} et {z}"),
    ({"couche": "ortho"}, "aucun pour un WMS"),
    ({"groupe": PAST}, "annees : '' ; attendu une année"),
    ({"zoom": 40}, "zoom : 40"),
]


@pytest.mark.parametrize("ground", GROUNDS, ids=lambda ground: ground.id)
def test_every_ground_is_by_https_and_names_who_made_it(ground: Ground) -> None:
    assert ground.url.startswith("https://")
    assert ground.attribution.startswith("©")
    assert Ground(**ground.as_dict()) == ground
    if ground.groupe == PAST:
        assert ground.annees.split("-")[0] in ground.attribution


def test_six_past_photographs_from_1949_to_2015() -> None:
    years = [ground.annees for ground in GROUNDS if ground.groupe == PAST]
    assert years == ["2015", "2012-2013", "2009", "2005", "1998", "1949-1955"]
    assert len({ground.id for ground in GROUNDS}) == len(GROUNDS)


@pytest.mark.parametrize(("change", "told"), FAULTS)
def test_a_faulty_ground_is_refused_when_it_is_made(change: dict[str, Any], told: str) -> None:
    Ground(**SOUND)
    with pytest.raises(DataError) as raised:
        Ground(**(SOUND | change))
    assert told in str(raised.value)


def test_a_ground_without_a_mandatory_key_cannot_be_made() -> None:
    for key in SOUND:
        with pytest.raises(TypeError, match=key):
            Ground(**{name: value for name, value in SOUND.items() if name != key})
