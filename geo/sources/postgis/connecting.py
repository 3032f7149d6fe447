"""A session with a base: opened with patience and limits, every refusal told in French."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING, Any

from geo.errors import DataError, ErbmError, UsageError
from geo.sources.postgis.address import EXPECTED, KEEP_ELSEWHERE, scrubbed, told

if TYPE_CHECKING:
    import psycopg

CONNECT_S = 10
"""Seconds to wait for a server, unless the address or PGCONNECT_TIMEOUT says otherwise."""
STATEMENT_S = 600
"""Seconds that one statement may take, unless the server, the role or the address has a limit."""

_TRY_AGAIN = "Recommencez plus tard."
_CONNECTING = (
    (r"password authentication|authentification par mot de passe", "mot de passe refusé", KEEP_ELSEWHERE),
    (r"role .* does not exist|rôle .* n.existe pas", "rôle inconnu du serveur", "Vérifiez l'utilisateur."),
    (r"database .* does not exist|base de données .* n.existe pas", "base inconnue du serveur", ""),
    (r"permission denied|droit refusé", "ce rôle n'a pas le droit de se connecter à cette base", ""),
    (r"pg_hba", "le serveur n'admet pas cette connexion (pg_hba.conf)", "Voyez avec qui l'administre."),
    (r"authentication|authentification", "authentification refusée", KEEP_ELSEWHERE),
    (r"resolve host|translate host|not known|idna", "hôte introuvable", "Vérifiez son nom et le réseau."),
    (
        r"invalid (port|integer|\S+ value)|bad value",
        "paramètre de connexion invalide",
        "Relisez l'adresse.",
    ),
    (r"of service|service file", "service inconnu", "Vérifiez pg_service.conf et PGSERVICEFILE."),
    (r"SSL|certificate", "connexion chiffrée impossible", "Vérifiez sslmode et les certificats."),
    (r"too many|remaining connection slots|trop de", "le serveur n'a plus de connexion libre", _TRY_AGAIN),
    (r"starting up|shutting down", "le serveur démarre ou s'arrête", _TRY_AGAIN),
    (
        r"refused|No such file|timeout|timed out|unreachable|no route|network|closed the connection",
        "serveur injoignable",
        "Vérifiez l'hôte, le port et que PostgreSQL y est démarré.",
    ),
)
"""What libpq says when it cannot connect (it gives no SQLSTATE then), what it means, what to do."""

_STATES = {
    "42501": ("droit insuffisant", "Demandez-le à qui administre la base, ou prenez un autre rôle."),
    "57014": ("trop long, interrompu par le serveur", "Allongez statement_timeout, ou demandez moins."),
    "55P03": ("un autre travail tient la table depuis trop longtemps", _TRY_AGAIN),
    "40P01": ("blocage mutuel avec un autre travail", "Recommencez."),
    "25006": ("cette base est en lecture seule", "Prenez le serveur principal, non une réplique."),
    "23503": ("une clé étrangère renvoie à une ligne qui disparaît", "Défaites-la, ou prenez --schema."),
    "53100": ("le disque du serveur est plein", ""),
    "53200": ("le serveur manque de mémoire", _TRY_AGAIN),
    "22021": ("un texte n'est pas dans l'encodage de la base", "Voyez SHOW server_encoding."),
    "57P01": ("le serveur a été arrêté", _TRY_AGAIN),
    "2BP01": ("un autre objet de la base en dépend", ""),
}


@dataclass(frozen=True, slots=True)
class Session:
    """An open connection, its address for a reader, and the schema that holds PostGIS."""

    link: psycopg.Connection[tuple[Any, ...]]
    where: str
    postgis: str

    def rows(self, query: Any, values: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """Return all the rows that a query gives."""
        return self.link.execute(query, values).fetchall()


def driver() -> ModuleType:
    """Import psycopg, which is optional.

    Raises
    ------
    DataError
        If it is not installed.
    """
    try:
        import psycopg  # noqa: PLC0415  # optional
    except ImportError:
        raise DataError(
            "le paquet psycopg n'est pas installé",
            where="PostGIS",
            advice="Installez l'option « postgis » : pip install 'erbm-atlas[postgis]'",
        ) from None
    return psycopg


@contextmanager
def session(address: str, *, read_only: bool = False) -> Iterator[Session]:
    """Open a session, in autocommit; close it, and turn what the server refuses into French.

    Parameters
    ----------
    address : str
        A URL, a conninfo, or ``postgresql://`` for the PG* variables, services and ~/.pgpass.
    read_only : bool
        Only transactions that read, each on one state of the base.

    Raises
    ------
    UsageError
        If the address is malformed.
    DataError
        If psycopg is not installed, or the server cannot be reached or refuses.
    """
    psycopg = driver()
    given = _parameters(address)
    where, secret = told(address), given.get("password")
    try:
        link = psycopg.connect(
            address, autocommit=True, prepare_threshold=None, **_defaults(given), client_encoding="utf8"
        )
    except (psycopg.Error, UnicodeError) as error:  # the second, of a host that cannot be one
        raise _refusal(error, where, secret) from None
    try:
        link.read_only = read_only
        if read_only:
            link.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        _set_limit(link)
        yield Session(link, where, _postgis_schema(link))
    except psycopg.Error as error:
        raise _fault(error, where, secret) from None
    finally:
        link.close()


def _parameters(address: str) -> dict[str, Any]:
    from psycopg import ProgrammingError  # noqa: PLC0415  # optional
    from psycopg.conninfo import conninfo_to_dict  # noqa: PLC0415

    with suppress(ProgrammingError, UnicodeError):  # what libpq says of it may hold the password
        given = dict(conninfo_to_dict(address))
        ports = str(given.get("port") or "").replace(",", "")
        if "@" not in str(given.get("host") or "") and (not ports or ports.isdecimal()):
            return given
    raise UsageError(
        f"adresse de base mal formée : {told(address)}",
        advice=f"Attendu {EXPECTED} ; dans un mot de passe, @ s'écrit %40, / %2F et : %3A.",
    )


def _defaults(given: Mapping[str, Any]) -> dict[str, Any]:
    chosen: dict[str, Any] = {"fallback_application_name": "erbm"}
    if "connect_timeout" not in given and "PGCONNECT_TIMEOUT" not in os.environ:
        chosen["connect_timeout"] = CONNECT_S
    return chosen


def _set_limit(link: psycopg.Connection[tuple[Any, ...]]) -> None:
    link.execute(
        "SELECT set_config('statement_timeout', %s, false) WHERE current_setting('statement_timeout') = '0'",
        [f"{STATEMENT_S}s"],
    )


def _postgis_schema(link: psycopg.Connection[tuple[Any, ...]]) -> str:
    row = link.execute(
        "SELECT n.nspname FROM pg_catalog.pg_extension e"
        " JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'postgis'"
    ).fetchone()
    return str(row[0]) if row else ""


def _refusal(error: Exception, where: str, secret: str | None) -> ErbmError:
    """Return why a connection could not be made."""
    message = scrubbed(str(error), secret)
    tried = getattr(error, "pgconn", None)
    if tried is not None and tried.needs_password:
        return DataError("le serveur demande un mot de passe", where=where, advice=KEEP_ELSEWHERE)
    for pattern, meaning, advice in _CONNECTING:
        if re.search(pattern, message, re.IGNORECASE):
            return DataError(meaning, where=where, advice=advice)
    return DataError(f"connexion impossible ({message})", where=where)


def _fault(error: psycopg.Error, where: str, secret: str | None) -> ErbmError:
    """Return what a server refused, once connected."""
    state = error.sqlstate or ""
    said = scrubbed(error.diag.message_primary or str(error), secret)
    meaning, advice = _STATES.get(state, ("", ""))
    if not state and isinstance(error, driver().OperationalError):
        meaning, advice = "connexion perdue", _TRY_AGAIN
    tail = f" [{state}]" if state else ""
    text = f"{meaning} ({said}){tail}" if meaning else f"refusé par PostgreSQL : {said}{tail}"
    return DataError(text, where=where, advice=advice)
