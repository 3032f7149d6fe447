"""The charte of a user: read whole, or refused with all its faults at once."""

from __future__ import annotations

import base64
from datetime import date
from pathlib import Path

import pytest

from geo.content.charte import COAL, Charte, read_charte
from geo.errors import DataError

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def written(folder: Path, text: str) -> Path:
    path = folder / "charte.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_all_of_it(tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_bytes(PIXEL)
    told = 'titre = "Comité"\ndate = 2026-12-03\ncouleur = "#A63D2A"\nlogo = "logo.png"\n'
    charte = read_charte(written(tmp_path, told + '[textes]\naxe-1 = "Un mot."\n'))
    assert charte == Charte(PIXEL, "png", "#a63d2a", "Comité", date(2026, 12, 3), {"axe-1": "Un mot."})


def test_none_of_it(tmp_path: Path) -> None:
    assert read_charte(written(tmp_path, "")) == Charte()
    assert Charte().couleur == COAL


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ('tire = "x"', "tire : clé inconnue"),
        ("titre = 3", "titre : attendu un texte"),
        ('date = "demain"', "date : attendu une date"),
        ("date = 2026-12-03T10:00:00", "date : attendu une date"),
        ('couleur = "rouge"', "n'est pas une couleur"),
        ('logo = "absent.png"', "ne peut pas être lu"),
        ('logo = "charte.toml"', "ni un PNG ni un JPEG"),
        ('[textes]\naxe-9 = "x"', "textes.axe-9 : page inconnue"),
        ("[textes]\naxe-1 = 3", "textes.axe-1 : attendu un texte"),
        ("titre = ", "TOML illisible"),
    ],
)
def test_what_does_not_fit_is_told(tmp_path: Path, told: str, words: str) -> None:
    with pytest.raises(DataError, match=r"charte\.toml") as refused:
        read_charte(written(tmp_path, told))
    assert words in str(refused.value)


def test_all_faults_at_once(tmp_path: Path) -> None:
    with pytest.raises(DataError) as refused:
        read_charte(written(tmp_path, 'titre = 3\ncouleur = "x"\n[textes]\nici = "x"\n'))
    assert "3 anomalies" in str(refused.value)
