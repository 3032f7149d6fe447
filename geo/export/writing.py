"""Tables of an export in their schema: made, followed, filled and described.

A table that is there already is brought up to date row by row, not made again: readers see the
old state or the new one whatever they are doing, and the views, the rights and the styles that
people have built upon it remain. Columns follow the layers, but what something depends on is
never dropped. Only the tables whose comment ends with `MARK` are ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from geo.errors import DataError
from geo.export.columns import Column, Table
from geo.export.tables import SRID
from geo.sources.postgis import Session

if TYPE_CHECKING:
    from psycopg import sql

MARK = "Écrit par « erbm export », et réécrit par lui : n'y ajoutez rien, faites-en des vues."
LOCK_S = 60
"""Seconds to wait for another export or somebody's edits, unless the server has a limit."""
UNTOUCHED = "Rien n'a été changé."

_SCHEMA = (
    "Atlas de l'Engagement pour le renouveau du bassin minier (ERBM) : couches, territoires,"
    f" statistiques et chiffres. Lambert-93 (EPSG:{SRID}). Sources et licences : table documents. {MARK}"
)
_LIMIT = "SELECT set_config('lock_timeout', %(s)s, true) WHERE current_setting('lock_timeout') = '0'"
_ALONE = "SELECT pg_advisory_xact_lock(hashtext('erbm export'), hashtext(%(schema)s))"
_PATH = """
SELECT set_config('search_path', concat_ws(', ', nullif(current_setting('search_path'), ''),
                                           quote_ident(n.nspname)), true)
FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
WHERE e.extname = 'postgis'
"""
_OWNED = """
SELECT n.nspname, coalesce(pg_catalog.obj_description(n.oid, 'pg_namespace'), '')
FROM pg_catalog.pg_namespace n WHERE n.nspname = %(schema)s
"""
_RELATIONS = """
SELECT c.relname, c.relkind = 'r', coalesce(pg_catalog.obj_description(c.oid, 'pg_class'), '')
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = %(schema)s
"""
_COLUMNS = """
SELECT a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod),
       coalesce(pg_catalog.col_description(a.attrelid, a.attnum), ''),
       coalesce(a.attnum = ANY (p.conkey), false),
       ARRAY(SELECT m.amname::text FROM pg_catalog.pg_index i
             JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid JOIN pg_catalog.pg_am m ON m.oid = c.relam
             WHERE i.indrelid = a.attrelid AND i.indkey[0] = a.attnum)
FROM pg_catalog.pg_attribute a
LEFT JOIN pg_catalog.pg_constraint p ON p.conrelid = a.attrelid AND p.contype = 'p'
WHERE a.attrelid = %(table)s::regclass AND a.attnum > 0 AND NOT a.attisdropped
"""
_DEPENDENTS = """
SELECT DISTINCT coalesce(r.ev_class::regclass::text, o.identity)
FROM pg_catalog.pg_depend d
LEFT JOIN pg_catalog.pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid
CROSS JOIN pg_catalog.pg_identify_object(d.classid, d.objid, d.objsubid) o
LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = %(table)s::regclass AND d.deptype = 'n'
  AND (%(columns)s::text[] IS NULL OR a.attname = ANY (%(columns)s))
ORDER BY 1
"""


@dataclass(frozen=True, slots=True)
class _Known:
    """A column as it is in the base: its type, its comment, whether it is of the key, its indexes."""

    type: str
    comment: str
    key: bool
    indexes: list[str]


class Writer:
    """What one export does in a schema, within the transaction of its session.

    Parameters
    ----------
    base : Session
        In a transaction.
    schema : str
        Name of the schema, as it is.
    """

    def __init__(self, base: Session, schema: str) -> None:
        from psycopg import sql  # noqa: PLC0415  # optional

        self._base = base
        self._schema = schema
        self._sql = sql
        self._ours: dict[str, str] = {}
        """Comments of the tables of ours, by name."""

    def begin(self, made: Sequence[Table]) -> None:
        """Keep other exports out, make sure of PostGIS and of the schema, and refuse what is not ours.

        Raises
        ------
        DataError
            If PostGIS cannot be had, or something else has the name of a table.
        """
        self._base.rows(_LIMIT, {"s": f"{LOCK_S}s"})
        self._base.rows(_ALONE, {"schema": self._schema})
        if not self._base.postgis:
            self._install_postgis()
        self._base.rows(_PATH)
        owned = dict(self._base.rows(_OWNED, {"schema": self._schema}))
        schema = self._sql.Identifier(self._schema)
        if not owned:
            self._run("CREATE SCHEMA {schema}", schema=schema)
        if not owned or (owned[self._schema] != _SCHEMA and owned[self._schema].endswith(MARK)):
            self._comment("SCHEMA", schema, _SCHEMA)
        known = self._base.rows(_RELATIONS, {"schema": self._schema})
        self._ours = {name: comment for name, plain, comment in known if plain and comment.endswith(MARK)}
        foreign = {name for name, _, _ in known} - set(self._ours)
        taken = [table.name for table in made if table.name in foreign]
        if taken:
            raise DataError.collect(
                [f"{self._schema}.{name} existe et n'a pas été écrit par « erbm export »" for name in taken],
                where=self._base.where,
                advice=f"{UNTOUCHED} Prenez un autre schéma, avec --schema, ou renommez.",
            )

    def write(self, table: Table) -> int:
        """Make a table or bring it up to date; return how many rows are new, changed or gone.

        Raises
        ------
        DataError
            If a column must change on which something depends, or is not ours.
        """
        if table.name in self._ours and self._key(table.name) != set(table.key):
            self._drop(table.name)
        if table.name in self._ours:
            self._follow(table)
        else:
            self._create(table)
        changed = self._fill(table)
        self._describe(table)
        if changed:
            self._run("ANALYZE {table}", table=self._name(table.name))
        return changed

    def drop_old(self, made: Sequence[Table]) -> None:
        """Drop the tables of ours that are not among those made.

        Raises
        ------
        DataError
            If something depends on one.
        """
        for name in sorted(set(self._ours) - {table.name for table in made}):
            self._drop(name)

    def _run(self, statement: Any, **names: sql.Composable) -> int:
        """Run a statement; return how many rows it touched."""
        return self._base.link.execute(self._sql.SQL(statement).format(**names)).rowcount

    def _name(self, table: str) -> sql.Identifier:
        return self._sql.Identifier(self._schema, table)

    def _list(self, names: Sequence[str], *path: str) -> sql.Composed:
        return self._sql.SQL(", ").join(self._sql.Identifier(*path, name) for name in names)

    def _install_postgis(self) -> None:
        from psycopg import errors  # noqa: PLC0415  # optional

        try:
            self._run("CREATE EXTENSION IF NOT EXISTS postgis")
        except (errors.InsufficientPrivilege, errors.FeatureNotSupported, errors.UndefinedFile):
            raise DataError(
                "PostGIS n'est pas dans cette base, et ce rôle ne peut pas l'y mettre",
                where=self._base.where,
                advice="À faire une fois, par qui administre le serveur : CREATE EXTENSION postgis;",
            ) from None

    def _columns(self, table: str) -> dict[str, _Known]:
        name = self._name(table).as_string(self._base.link)
        return {row[0]: _Known(*row[1:]) for row in self._base.rows(_COLUMNS, {"table": name})}

    def _key(self, table: str) -> set[str]:
        return {name for name, column in self._columns(table).items() if column.key}

    def _refuse_dependents(self, table: str, columns: Sequence[str] | None) -> None:
        name = self._name(table).as_string(self._base.link)
        found = self._base.rows(_DEPENDENTS, {"table": name, "columns": columns})
        if found:
            what = f"de la colonne {', '.join(columns)}" if columns else "de cette table"
            raise DataError(
                f"dépendent {what}, qui doit changer : {', '.join(row[0] for row in found)}",
                where=f"{self._base.where}, {self._schema}.{table}",
                advice=f"{UNTOUCHED} Supprimez-les et refaites-les après l'export, ou prenez --schema.",
            )

    def _drop(self, table: str) -> None:
        self._refuse_dependents(table, None)
        self._run("DROP TABLE {table}", table=self._name(table))
        del self._ours[table]

    def _create(self, table: Table) -> None:
        self._run(
            "CREATE TABLE {table} ({columns}, PRIMARY KEY ({key}))",
            table=self._name(table.name),
            columns=self._definitions(table.columns),
            key=self._list(table.key),
        )

    def _definitions(self, columns: Sequence[Column], before: str = "") -> sql.Composed:
        text: Any = before + "{} {}"
        return self._sql.SQL(", ").join(
            self._sql.SQL(text).format(self._sql.Identifier(c.name), self._sql.SQL(_type(c))) for c in columns
        )

    def _follow(self, table: Table) -> None:
        """Give a table that is there the columns that it must have, without touching the others."""
        known, wanted = self._columns(table.name), {column.name: column for column in table.columns}
        added = [name for name, column in known.items() if name not in wanted and not column.comment]
        if added:
            raise DataError(
                f"colonnes ajoutées à la table, et qui ne sont pas de l'atlas : {', '.join(added)}",
                where=f"{self._base.where}, {self._schema}.{table.name}",
                advice=f"{UNTOUCHED} Mettez-les dans une table à vous, jointe par {', '.join(table.key)}.",
            )
        old = [n for n, column in known.items() if n not in wanted or column.type != _type(wanted[n])]
        new = [column for name, column in wanted.items() if name not in known or name in old]
        if old:
            self._refuse_dependents(table.name, old)
            drops = self._sql.SQL(", DROP COLUMN ").join(map(self._sql.Identifier, old))
            self._run("ALTER TABLE {table} DROP COLUMN {drops}", table=self._name(table.name), drops=drops)
        if new:
            adds = self._definitions(new, "ADD COLUMN ")
            self._run("ALTER TABLE {table} {adds}", table=self._name(table.name), adds=adds)

    def _fill(self, table: Table) -> int:
        """Make the rows those of the table, touching only those that differ; return how many did."""
        names = [column.name for column in table.columns]
        parts = {
            "table": self._name(table.name),
            "columns": self._list(names),
            "key": self._list(table.key),
            "same": self._list(table.key, "ancien"),
            "other": self._list(table.key, "nouveau"),
            "before": self._list(names, "ancien"),
            "after": self._list(names, "excluded"),
        }
        columns = self._definitions(table.columns)
        self._run("CREATE TEMPORARY TABLE erbm_nouveau ({columns}) ON COMMIT DROP", columns=columns)
        self._copy(table, parts["columns"])
        gone = self._run(
            "DELETE FROM {table} AS ancien WHERE NOT EXISTS"
            " (SELECT FROM pg_temp.erbm_nouveau AS nouveau WHERE ({other}) = ({same}))",
            **parts,
        )
        told = self._run(
            "INSERT INTO {table} AS ancien ({columns}) SELECT {columns} FROM pg_temp.erbm_nouveau"
            " ON CONFLICT ({key}) DO UPDATE SET ({columns}) = ROW({after})"
            " WHERE ROW({before}) IS DISTINCT FROM ROW({after})",
            **parts,
        )
        self._run("DROP TABLE pg_temp.erbm_nouveau")
        return gone + told

    def _copy(self, table: Table, columns: sql.Composable) -> None:
        from psycopg.types.json import Jsonb  # noqa: PLC0415  # optional

        statement = self._sql.SQL("COPY pg_temp.erbm_nouveau ({}) FROM STDIN").format(columns)
        objects = [column.type == "jsonb" for column in table.columns]
        with self._base.link.cursor() as cursor, cursor.copy(statement) as copy:
            for row in table.rows:
                cells = zip(row, objects, strict=True)
                copy.write_row([Jsonb(v) if json and v is not None else v for v, json in cells])

    def _describe(self, table: Table) -> None:
        """Give a table the comments and the indexes that it lacks."""
        comment = f"{table.comment} {MARK}"
        if self._ours.get(table.name) != comment:
            self._comment("TABLE", self._name(table.name), comment)
        known = self._columns(table.name)
        for column in table.columns:
            if known[column.name].comment != column.comment:
                path = self._sql.Identifier(self._schema, table.name, column.name)
                self._comment("COLUMN", path, column.comment)
            if column.index and column.index not in known[column.name].indexes:
                self._run(
                    "CREATE INDEX ON {table} USING {method} ({column})",
                    table=self._name(table.name),
                    method=self._sql.Identifier(column.index),
                    column=self._sql.Identifier(column.name),
                )

    def _comment(self, kind: str, path: sql.Identifier, text: str) -> None:
        statement: Any = f"COMMENT ON {kind} {{path}} IS {{words}}"
        self._run(statement, path=path, words=self._sql.Literal(text))


def _type(column: Column) -> Any:
    """Return the type of a column, as PostgreSQL writes it."""
    return f"geometry({column.shape},{SRID})" if column.shape else column.type
