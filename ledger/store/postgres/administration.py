"""What the owner of a server does for its ledgers: makes the schema, lets logins in, looks whether all is in order."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.resources import files

import psycopg
from psycopg import sql

from ledger.errors import BadInput, Refused
from ledger.store.named_reads import SPARSE, types_are
from ledger.store.pointer import ServerAddress
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


def without_database(address: ServerAddress, database: str) -> ServerAddress:
    """The same server, another database."""
    return replace(address, parameters={**address.parameters, "dbname": database})
