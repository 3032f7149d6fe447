"""A private PostgreSQL with PostGIS, started once for the tests that need it, in a folder of its own."""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conftest import House

PASSWORD = "très-secret/@:é"
"""Of a role that lives as long as the tests."""
CODED = "tr%C3%A8s-secret%2F%40%3A%C3%A9"
"""The same, as a URL has it."""

_NUMBERS = itertools.count(1)
_OPTIONS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "listen_addresses=127.0.0.1")
_ACCESS = """
local all all                  trust
host  all exclue  127.0.0.1/32 reject
host  all agence  127.0.0.1/32 scram-sha-256
host  all all     127.0.0.1/32 trust
"""
_ROLES = (
    f"CREATE ROLE agence LOGIN PASSWORD '{PASSWORD}'",
    "CREATE ROLE lectrice LOGIN",
    "CREATE ROLE exclue LOGIN",
)


@dataclass(frozen=True)
class Server:
    """A running server: where it listens."""

    folder: Path
    port: int

    def address(self, base: str, user: str = "erbm", password: str = "", **options: str) -> str:
        """Return the URL of a base."""
        who = f"{user}:{password}" if password else user
        query = "&".join(f"{key}={value}" for key, value in options.items())
        return f"postgresql://{who}@127.0.0.1:{self.port}/{base}{'?' + query if query else ''}"


@dataclass(frozen=True)
class Base:
    """A base of one test."""

    server: Server
    name: str

    @property
    def address(self) -> str:
        """Its URL, for the role that may do everything."""
        return self.server.address(self.name)

    def url(self, user: str = "erbm", password: str = "", **options: str) -> str:
        """Return its URL for a role."""
        return self.server.address(self.name, user, password, **options)

    def sql(self, *statements: str) -> list[tuple[Any, ...]]:
        """Run statements, as the role that may do everything; return the rows of the last."""
        return run(self.address, *statements)


def run(address: str, *statements: str) -> list[tuple[Any, ...]]:
    """Run statements in one transaction; return the rows of the last."""
    import psycopg

    with psycopg.connect(address) as link:
        cursor = link.cursor()
        for statement in statements:
            cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


def fill(house: House, version: int, count: int = 30) -> None:
    """Write the facts of a tiny house; each version has other rows, and changes those it shares."""
    house.facts.clear()
    house.figures.clear()
    house.figure("l0001-aide", "1000000", "€", financeurs="État|Région", libelle=f"Aide {version}")
    for rank in range(version, version + count):
        house.fact(
            "lieux",
            f"n{rank}",
            nom=f'"Lieu n° {rank}, version {version}"',
            point=house.place(1 + rank % 8, version + rank % 5),
            communes='["62001"]',
            attributs=f"{{ area_ha = {rank}.25, unesco = {str(rank % 2 == 0).lower()} }}",
            chiffres='["l0001-aide"]' if rank == version else "",
        )
    house.fact("lieux", "mesure", precision='"territoire"', territoires=f'["{house.alpha}"]')
    house.fact("pistes", "une", communes='["62001"]', ligne=house.line((5, version), (25, version)))
    house.write()


def state(base: Base, schema: str = "erbm") -> dict[str, tuple[Any, ...]]:
    """Return all that the tables of a schema hold: sums of their rows, columns, indexes, comments."""
    tables = base.sql(
        "SELECT c.relname, c.oid, string_agg(quote_ident(attname), ', ' ORDER BY attname) FROM pg_class c"
        " JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid"
        f" WHERE c.relkind = 'r' AND n.nspname = '{schema}' AND attnum > 0 AND NOT attisdropped"
        " GROUP BY 1, 2 ORDER BY 1"
    )
    parts = [
        f"""SELECT '{name}', (SELECT md5(coalesce(string_agg(x, ' ' ORDER BY x), ''))
                              FROM (SELECT ROW({columns})::text AS x FROM "{schema}"."{name}") y),
               (SELECT string_agg(attname || format_type(atttypid, atttypmod)
                                  || coalesce(col_description({oid}, attnum), ''), ' ' ORDER BY attname)
                FROM pg_attribute WHERE attrelid = {oid} AND attnum > 0 AND NOT attisdropped),
               (SELECT string_agg(replace(indexdef, '{schema}', ''), ' ' ORDER BY indexdef) FROM pg_indexes
                WHERE schemaname = '{schema}' AND tablename = '{name}'),
               obj_description({oid}, 'pg_class')"""
        for name, oid, columns in tables
    ]
    return {row[0]: row[1:] for row in base.sql(" UNION ALL ".join(parts))} if parts else {}


def alone(address: str, statement: str) -> None:
    """Run a statement that no transaction may hold, such as CREATE DATABASE."""
    import psycopg

    with psycopg.connect(address, autocommit=True) as link:
        link.execute(statement)


def _programs() -> Path | None:
    """Return the newest programs of a server that has PostGIS."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    config = shutil.which("pg_config")
    if config:
        told = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=True)
        found.append(Path(told.stdout.strip()))
    for folder in sorted(found, key=str, reverse=True):
        shares = (Path("/usr/share/postgresql") / folder.parent.name, folder.parent / "share")
        known = any((share / "extension" / "postgis.control").exists() for share in shares)
        if known and (folder / "initdb").exists():
            return folder
    return None


def _owner() -> dict[str, Any]:
    """Return who runs the server, for `subprocess`: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return {}
    account = pwd.getpwnam("postgres")
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


@pytest.fixture(scope="session")
def postgis_server() -> Iterator[Server]:
    """Give a server; roles: ``erbm`` may do everything, ``agence`` has a password, ``exclue`` is refused."""
    programs = _programs()
    if programs is None:
        pytest.skip("PostgreSQL et PostGIS ne sont pas installés (postgresql-15-postgis-3)")
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("PG")]:
            patch.delenv(name)  # the bases of whoever runs the tests are out of reach
        yield from _served(programs)


def _served(programs: Path) -> Iterator[Server]:
    owner = _owner()
    folder = Path(tempfile.mkdtemp(prefix="erbm-pg-"))
    if owner:
        os.chown(folder, owner["user"], owner["group"])
    try:
        process, started = _start(programs, folder, owner)
        try:
            _wait(started, process)
            run(started.address("postgres"), *_ROLES)
            alone(started.address("postgres"), "CREATE DATABASE modele")
            run(started.address("modele"), "CREATE EXTENSION postgis")
            yield started
        finally:
            process.send_signal(signal.SIGQUIT)  # at once, whoever is connected
            process.wait(30)
    finally:
        shutil.rmtree(folder)


def _start(programs: Path, folder: Path, owner: dict[str, Any]) -> tuple[subprocess.Popen[bytes], Server]:
    data = folder / "data"
    make = ["-D", str(data), "-U", "erbm", "-E", "UTF8", "--no-locale", "--auth=trust", "--no-sync"]
    subprocess.run([programs / "initdb", *make], check=True, capture_output=True, cwd=folder, **owner)
    (data / "pg_hba.conf").write_text(_ACCESS, encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = [f"-c{option}" for option in (*_OPTIONS, f"unix_socket_directories={folder}")]
    command = [str(programs / "postgres"), "-D", str(data), f"-p{port}", *options]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, **owner)
    return process, Server(folder, port)


def _wait(started: Server, process: subprocess.Popen[bytes]) -> None:
    import psycopg

    for _ in range(400):
        try:
            psycopg.connect(started.address("postgres")).close()
        except psycopg.OperationalError:
            if process.poll() is not None:
                break
            time.sleep(0.05)
        else:
            return
    raise AssertionError((started.folder / "log").read_text("utf-8", errors="replace"))


@pytest.fixture(scope="module")
def module_base(postgis_server: Server) -> Iterator[Base]:
    """Give a base with PostGIS that the tests of a module share."""
    yield from _base(postgis_server)


@pytest.fixture
def base(postgis_server: Server) -> Iterator[Base]:
    """Give an empty base with PostGIS."""
    yield from _base(postgis_server)


def _base(server: Server) -> Iterator[Base]:
    name = f"essai_{next(_NUMBERS)}"
    alone(server.address("postgres"), f"CREATE DATABASE {name} TEMPLATE modele")
    yield Base(server, name)
    alone(server.address("postgres"), f"DROP DATABASE {name} WITH (FORCE)")
