"""The page that tells of each source: where it was read, when, what was mended and set aside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from geo.atlas.policy import policy
from geo.catalog import Catalog
from geo.ingest import Lot
from geo.ingest.telling import Around, html_page
from geo.text import long_date


def source_report(
    known: Catalog, lots: Mapping[str, Sequence[Lot]], merges: Mapping[str, Sequence[str]], day: date
) -> str:
    """Return the page of the sources, whole in itself.

    Parameters
    ----------
    known : Catalog
        Titles of the layers, in their order.
    lots : mapping
        What each layer is made of, by its id.
    merges : mapping
        What was put together in each layer, in French.
    day : datetime.date
        When the page was made.
    """
    reports, around = [], []
    for key in (key for key in known.layers if key in lots):
        for number, lot in enumerate(lots[key]):
            title = known.layers[key].titre + (f", {lot.partie}" if lot.partie else "")
            reports.append(replace(lot.report, titre=title))
            merged = tuple(merges.get(key, ())) if number == len(lots[key]) - 1 else ()
            around.append(Around(_facts(lot), merged))
    return _guarded(html_page(reports, f"Rapport des sources, {long_date(day)}", around))


def _guarded(page: str) -> str:
    """Return a page with a policy that lets its own style be applied, and nothing run."""
    style = page.partition("<style>")[2].partition("</style>")[0]
    rules = f'<meta http-equiv="Content-Security-Policy" content="{policy(styles=[style])}">'
    return page.replace('<meta charset="utf-8">', f'<meta charset="utf-8">\n{rules}', 1)


def _facts(lot: Lot) -> tuple[tuple[str, str], ...]:
    day = long_date(date.fromisoformat(lot.recupere[:10])) if lot.recupere else ""
    told = (
        ("Document", lot.document.titre),
        ("Producteur", lot.document.producteur),
        ("Licence", lot.document.licence),
        ("Millésime", lot.document.millesime),
        ("Adresse", lot.adresse),
        ("Récupéré", f"le {day}" if day else ""),
        ("En panne", lot.panne),
        ("Empreinte", f"sha256 {lot.sha256}" if lot.sha256 else ""),
    )
    return tuple((name, text) for name, text in told if text)
