"""The atlas into a schema of PostGIS, in one transaction that can be repeated."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from geo.errors import UsageError
from geo.export.tables import LONGEST, tables
from geo.export.writing import Writer
from geo.sources.postgis import session

Names = str | Sequence[str] | None
Progress = Callable[[str, int, int], None]
"""Called with what is being written, how many tables are done, how many there are."""


@dataclass(frozen=True, slots=True)
class Exported:
    """A table that was written, its rows, and how many of them are new, changed or gone."""

    table: str
    titre: str
    lignes: int
    changees: int


def export_postgis(
    address: str,
    *,
    schema: str = "erbm",
    layers: Names = None,
    epci: Names = None,
    progress: Progress | None = None,
) -> list[Exported]:
    """Write the data of the atlas into a schema of PostGIS, EPSG:2154.

    A measure of a whole territory has no geometry: ``territoires`` says its place, and
    ``territoires_epci`` has the outlines.

    Parameters
    ----------
    address : str
        A URL, a conninfo, or ``postgresql://`` for the PG* variables. Its password, if it has
        one, is told nowhere.
    schema : str
        Made if need be. What is in it and was not written by an export is left alone.
    layers : str or sequence of str, optional
        Write these layers, and leave the tables of the others as they are; by default write
        all of them, and drop the tables of the layers that are no more.
    epci : str or sequence of str, optional
        Keep what concerns these EPCI alone.
    progress : callable, optional
        Told of each table.

    Returns
    -------
    list of Exported
        In the order of writing.

    Raises
    ------
    UsageError
        If a name is unknown, the address is malformed, or no schema can be called so.
    DataError
        If the server refuses, PostGIS cannot be had, a table that is not ours has the name of
        one of ours, or something depends on a column that must change. Nothing is changed then.
    """
    reserved = schema.startswith("pg_") or schema == "information_schema"
    if not schema.strip() or reserved or len(schema.encode()) > LONGEST:
        raise UsageError(
            f"nom de schéma impossible : « {schema} »", advice="Donnez-en un autre, avec --schema."
        )

    def tell(what: str, done: int, total: int) -> None:
        if progress is not None:
            progress(what, done, total)

    with session(address) as base:  # before the long work: a wrong address is told at once
        tell("Calcul des statistiques", 0, 1)
        made = tables(_list(layers), _list(epci))
        written = []
        with base.link.transaction():
            writer = Writer(base, schema)
            writer.begin(made)
            for done, table in enumerate(made):
                tell(table.titre, done, len(made))
                changed = writer.write(table)
                written.append(Exported(f"{schema}.{table.name}", table.titre, len(table.rows), changed))
            if not layers:
                writer.drop_old(made)
    tell("Terminé", len(made), len(made))
    return written


def _list(names: Names) -> list[str]:
    return [names] if isinstance(names, str) else list(names or ())
