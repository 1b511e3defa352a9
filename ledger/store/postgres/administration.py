"""What the owner of a server does for its ledgers: makes the schema, lets logins in, looks whether all is in order."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.resources import files
from typing import Any

import psycopg
from psycopg import sql

from ledger.errors import BadInput, Incomplete, Invalid, Refused, ZerenError
from ledger.store.named_reads import SPARSE, types_are
from ledger.store.pointer import ServerAddress, check_certificate
from ledger.store.postgres.schema import catalogue, schema_faults
from ledger.store.postgres.server import TIMEOUT, by_name
from ledger.store.postgres.server_faults import explain, unreached

OWNER, RECORDER, READER = "zeren_owner", "zeren_recorder", "zeren_reader"
SCRIPTS = ("tables.sql", "functions.sql", "roles.sql")
GRANTS = {"read": READER, "append": RECORDER, "erase": RECORDER}
"""What a login may be let do, and the role that it becomes a member of."""
LIMITS = {"statement_timeout": "30s", "lock_timeout": "5s"}
"""Settings of every login that is let in: none of them keeps the others waiting."""
_SPARSE_INDEX = "CREATE INDEX entries_sparse ON zeren.entries (ledger, type, position) WHERE "
_SPARSE_INDEX += types_are(SPARSE, keys=True).replace("e.type", "type")


@contextmanager
def _session(address: ServerAddress) -> Iterator["psycopg.Connection[object]"]:
    """A connection whose changes are committed together. Raises the faults of `server_faults`."""
    given = {"connect_timeout": TIMEOUT, "application_name": "zeren db", **address.parameters}
    check_certificate(address)
    try:
        connection = psycopg.connect(**given, row_factory=by_name)  # type: ignore[arg-type]
    except psycopg.Error as error:
        raise unreached(error, address.place) from None
    try:
        with connection:
            connection.execute("SET search_path = pg_catalog")
            yield connection
    except psycopg.Error as error:
        raise explain(error, address.place) from error


def make_ready(address: ServerAddress) -> None:
    """Makes roles and schema in an empty database. Raises Refused where the schema is there already."""
    with _session(address) as connection:
        if connection.execute("SELECT 1 FROM pg_namespace WHERE nspname = 'zeren'").fetchone():
            raise Refused("{} has been made ready already; look at it by: zeren db check", address.place)
        for role in (OWNER, RECORDER, READER):
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone():
                connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(role)))
        member = connection.execute("SELECT pg_has_role(current_user, %s, 'MEMBER')", (OWNER,)).fetchone()
        if not (member and member[0]):  # type: ignore[index]  # a row of ours
            connection.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(OWNER)))
        database = sql.Identifier(connection.info.dbname)
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
        for role in (OWNER, RECORDER, READER):
            let_in = sql.SQL("GRANT CONNECT ON DATABASE {} TO {}")
            connection.execute(let_in.format(database, sql.Identifier(role)))
        connection.execute(sql.SQL("CREATE SCHEMA zeren AUTHORIZATION {}").format(sql.Identifier(OWNER)))
        connection.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(OWNER)))
        for name in SCRIPTS:
            connection.execute(files(__package__).joinpath(name).read_text(encoding="utf-8").encode())
        connection.execute(_SPARSE_INDEX.encode())


def _ledger(connection: "psycopg.Connection[object]", address: ServerAddress) -> int:
    found: list[tuple[int, str]] = connection.execute(  # type: ignore[assignment]  # rows of ours
        "SELECT x.id, x.origin FROM zeren.ledgers x WHERE %s IN ('', x.origin) ORDER BY x.origin", (address.origin,)
    ).fetchall()
    if len(found) != 1:
        names = ", ".join(row[1] for row in found[:5]) or "-"
        raise BadInput("{}: name one ledger by ?organ=ORIGIN; there are: {}", address.place, names)
    return int(found[0][0])


def grant(address: ServerAddress, login: str, may: str) -> None:
    """Lets a login read, append to, or erase from a ledger; the login is made where it is not there yet.

    It has no password: certificates, peer or a password are its server's affair (pg_hba.conf).
    """
    with _session(address) as connection:
        ledger = _ledger(connection, address)
        name = sql.Identifier(login)
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (login,)).fetchone():
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN CONNECTION LIMIT 5").format(name))
            for setting, value in LIMITS.items():
                connection.execute(
                    sql.SQL("ALTER ROLE {} SET {} = {}").format(name, sql.Identifier(setting), sql.Literal(value))
                )
        connection.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(GRANTS[may]), name))
        for each in {"read", may}:
            connection.execute(
                "INSERT INTO zeren.access VALUES (%s, %s, %s) ON CONFLICT DO NOTHING", (login, ledger, each)
            )


def revoke(address: ServerAddress, login: str) -> None:
    """Takes from a login all that it may do with a ledger; the login itself stays. Raises BadInput where it is none."""
    with _session(address) as connection:
        ledger = _ledger(connection, address)
        gone = connection.execute("DELETE FROM zeren.access WHERE role = %s AND ledger = %s", (login, ledger))
        if not gone.rowcount:
            raise BadInput("{} has nothing granted on {}", login, address.place)
        left = connection.execute("SELECT 1 FROM zeren.access WHERE role = %s", (login,)).fetchone()
        for role in (RECORDER, READER) if not left else ():
            connection.execute(sql.SQL("REVOKE {} FROM {}").format(sql.Identifier(role), sql.Identifier(login)))


def examine(address: ServerAddress) -> list[ZerenError]:
    """What is not as it should be: the schema, what logins may do, and whether what is acknowledged is safe."""
    with _session(address) as connection:
        found: list[ZerenError] = [*schema_faults(_rows(connection, catalogue()))]
        for message, statement in _EXAMINED:
            found += [message(*row) for row in _rows(connection, statement)]
    return found


def _rows(connection: "psycopg.Connection[object]", statement: str) -> list[tuple[Any, ...]]:
    found: list[Any] = connection.execute(statement.encode()).fetchall()
    return found


def _unsafe(name: str, value: str) -> Incomplete:
    return Incomplete("{} is {}: what is acknowledged may be lost with this server", name, value or "''")


def _too_much(login: str) -> Invalid:
    return Invalid("the login {} passes by row-level security: it sees every ledger here", login)


def _gone(login: str) -> Incomplete:
    return Incomplete("{} is granted something, but there is no such login", login)


def _owner(login: str) -> Incomplete:
    return Incomplete(
        "the login {} owns the ledgers, or the server: it can change everything; only verify tells", login
    )


def _public(database: str) -> Invalid:
    return Invalid("everybody may connect to {}; REVOKE CONNECT ON DATABASE {} FROM PUBLIC", database, database)


_SETTINGS = """
SELECT s.name, s.setting FROM pg_settings s
 WHERE s.name IN ('fsync', 'full_page_writes', 'data_checksums') AND s.setting <> 'on'
    OR s.name = 'synchronous_commit' AND s.setting IN ('off', 'local')
    OR s.name = 'synchronous_standby_names' AND s.setting = ''
 ORDER BY s.name"""
_PASSING_BY = "SELECT r.rolname FROM pg_roles r JOIN zeren.access a ON a.role = r.rolname WHERE r.rolbypassrls"
_NOBODY = "SELECT DISTINCT a.role FROM zeren.access a WHERE a.role NOT IN (SELECT rolname FROM pg_roles)"
_OWNING = """
SELECT r.rolname FROM pg_roles r WHERE r.rolcanlogin AND pg_has_role(r.oid, 'zeren_owner', 'MEMBER')
 ORDER BY r.rolname"""
_OPEN = """
SELECT d.datname FROM pg_database d
 CROSS JOIN LATERAL aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) x
 WHERE d.datname = current_database() AND x.grantee = 0 AND x.privilege_type = 'CONNECT'"""
_EXAMINED: tuple[tuple[Callable[..., ZerenError], str], ...] = (
    (_unsafe, _SETTINGS),
    (_too_much, _PASSING_BY),
    (_gone, _NOBODY),
    (_owner, _OWNING),
    (_public, _OPEN),
)
