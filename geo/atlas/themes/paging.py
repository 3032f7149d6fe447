"""Thematic views as a page holds them: classes as one character for each territory, sizes once.

The values themselves are those of the statistics of the page, divided by the inhabitants or the km²
that are told here; ``app/src/theme/values.ts`` does it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from geo import text
from geo.atlas.themes.ramps import ramps
from geo.catalog import Catalog, Measure
from geo.content.statistics import TOLD
from geo.content.themes.listing import Level, Theme, bounds_written, marks
from geo.territories import Territories


def themes_data(
    themes: Iterable[Theme], whole: Territories, shown: Territories, known: Catalog
) -> dict[str, Any]:
    """Return the thematic views of a page.

    Parameters
    ----------
    themes : iterable of Theme
        Of the whole basin: their classes are the same on every page.
    whole : Territories
        All the territories, which may be compared.
    shown : Territories
        Those of the page.
    known : Catalog
        The axes and their colours.

    Returns
    -------
    dict
        ``liste``, ``rampes`` by axis, ``tailles`` (inhabitants and km²) by SIREN and for "total",
        ``mesures`` (what each is called, what of it has a rate) and ``km2`` of the communes in their order.
    """
    entries = [_theme(theme, shown) for theme in themes]
    return {
        "liste": [entry for entry in entries if entry["niveaux"]],
        "rampes": {str(axis.id): ramps(axis.couleur) for axis in known.axes.values()},
        "tailles": {
            **{e.siren: [e.population, round(e.area_km2, 4)] for e in whole.epci.values()},
            "total": [whole.population, round(whole.area_km2, 4)],
        },
        "mesures": {measure.id: _measure(measure) for measure in known.measures.values()},
        "km2": [round(c.geometry.area / 1e6, 4) for c in shown.communes.values()],
    }


def _measure(measure: Measure) -> dict[str, Any]:
    """Return how two territories are compared by a measure; `nul`: where nothing is told, it is zero."""
    names = {
        "nombre": "Éléments, mesures de territoire comprises",
        "nombre_localise": "Éléments localisés",
        "montant_eur": "Euros attribués",
    }
    return {
        "libelle": names.get(measure.id, measure.libelle),
        "taux": measure.taux and measure.id != "nombre",
        "nul": measure.taux and measure.id not in TOLD,
    }


def _theme(theme: Theme, shown: Territories) -> dict[str, Any]:
    codes = {"epci": list(shown.epci), "commune": list(shown.communes)}
    return {
        "id": theme.id,
        "sujet": theme.subject,
        "titre": theme.label,
        "objet": theme.what,
        "unite": theme.unit,
        "sorte": theme.kind,
        "groupe": theme.group,
        "axe": theme.axis,
        "mesure": theme.measure,
        "par": theme.per,
        "niveaux": {
            by: _level(theme, level, codes[by])
            for by, level in theme.levels.items()
            if len(codes[by]) > 1 and _has_something(level, codes[by])  # one territory alone is no map
        },
    }


def _has_something(level: Level, codes: Sequence[str]) -> bool:
    return any(level.measured.get(code) for code in codes)


def _level(theme: Theme, level: Level, codes: Sequence[str]) -> dict[str, Any]:
    told: dict[str, Any] = {"rangs": "".join(level.rank(code) for code in codes), "note": level.note}
    if theme.kind == "taux":
        return {**told, "methode": level.method, "bornes": bounds_written(level)}
    most = max(level.measured.values())
    circles = [[value, text.quantity(value, theme.unit)] for value in marks(level)]
    return {**told, "maximum": most, "reperes": circles}
