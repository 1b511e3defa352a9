"""What a PostgreSQL server adds to a store: it refuses what does not follow, and what a login was not granted."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from ledger.core.body import parse_body
from ledger.core.entry import Header, sign_entry
from ledger.errors import BadInput, NoLedger, Refused, Unfitting
from ledger.events.register import PersonRegistered
from ledger.store.appending import signer_id
from ledger.store.pointer import parse_url, read_pointer
from ledger.store.postgres.administration import grant, make_ready, revoke
from ledger.store.postgres.schema import released
from ledger.store.postgres.server_dialect import in_postgres
from ledger.store.postgres.server_faults import explain
from ledger.verify import verify_ledger
from tests.support.builders import Desk, found, signer_named
from tests.support.postgres import TestServer, schema_of, the_server

TABLES = ("entries", "bodies", "subjects", "refs", "tiles", "checkpoints", "erasures")
ORIGIN = "zeren.test/organ/duty"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A duty ledger on a server of its own database, with one person on record."""
    desk = found("duty", the_server().pointer(tmp_path))
    desk.record(PersonRegistered(ref="p-a", person="p-a", name="a name"), "cus-1")
    yield desk
    desk.close()


def database_of(desk: Desk) -> str:
    return read_pointer(desk.path).parameters["dbname"]


def superuser(desk: Desk) -> "psycopg.Connection[Any]":
    return the_server().connect(database_of(desk))


def test_the_bytes_are_those_of_every_store(desk: Desk, tmp_path: Path) -> None:
    """The same acts, keys and salts give the same entries and bodies on a server and in a file; both verify whole."""
    other = found("duty", tmp_path / "duty.db")
    other.record(PersonRegistered(ref="p-a", person="p-a", name="a name"), "cus-1")
    for position in range(2):
        assert desk.ledger.store.entry(position) == other.ledger.store.entry(position)
    for each in (desk, other):
        report = verify_ledger(each.ledger)
        assert [str(finding.what) for finding in report.findings] == []
    other.close()


@pytest.mark.parametrize(
    ("shared", "own"),
    [
        ("SELECT 1 AS n FROM entries e WHERE e.position = ?", "(SELECT * FROM zeren.entries WHERE ledger = 7) e"),
        ("FROM entries e JOIN bodies b ON b.position = e.position", "JOIN (SELECT * FROM zeren.bodies WHERE ledger"),
        ("e.type LIKE 'key.%'", "e.type LIKE 'key.%%'"),
        ("instr(b.body, ?) > 0", "position(%s in b.body) > 0"),
        ("CAST(e.entry AS BLOB) AS entry", "e.entry AS entry"),
        ("e.stream IN () AND 1", "e.stream IN (NULL) AND 1"),
    ],
)
def test_what_is_shared_in_the_words_of_postgresql(shared: str, own: str) -> None:
    """Each table is looked at for one ledger alone; the rest is put as PostgreSQL has it."""
    assert own in in_postgres(shared, 7)


# --- what the server refuses ---


def made(desk: Desk, **changes: Any) -> tuple[bytes, bytes]:
    """(entry, body) that would follow, with some of its header changed and signed all the same."""
    last = desk.ledger.store.entry(1)
    assert last is not None
    event = desk.ledger.at(1)
    header = Header(
        body=parse_body(last[1]).digest(),
        ledger=ORIGIN,
        position=2,
        previous=event.leaf_hash,
        recorded_at=event.recorded_at,
        signers=(),
        stream="person/p-b",
        type="person.registered/1",
        version=1,
    )
    named = replace(header, **changes)
    signer = signer_named(f"{named.ledger}/cus-1")
    named = replace(named, signers=(signer_id(signer, named.ledger),))
    return sign_entry(named, [signer]).data, last[1]


APPEND = "SELECT zeren.append(1, %s, %s::bytea[], %s::bytea[], '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}')"


CHANGES: tuple[dict[str, Any], ...] = (
    {"previous": bytes(32)},
    {"position": 3},
    {"body": bytes(32)},
    {"version": 2},
    {"ledger": "zeren.test/another/duty"},
    {"recorded_at": datetime(2020, 1, 1, tzinfo=UTC)},
    {"recorded_at": datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)},
)


def test_an_entry_that_does_not_follow_is_refused_by_the_server(desk: Desk) -> None:
    """Whoever calls the function by hand: wrong predecessor, position, body, version, origin, time; none goes in."""
    with superuser(desk) as connection:
        for changes in CHANGES:
            entry, body = made(desk, **changes)
            with pytest.raises(psycopg.Error) as refused:
                connection.execute(APPEND, (2, [entry], [body]))
            assert refused.value.sqlstate in {"ZR002", "ZR003"}, changes
            assert isinstance(explain(refused.value, "a server"), Unfitting | Refused)
    assert desk.ledger.size() == 2


def test_one_that_follows_is_taken_once(desk: Desk) -> None:
    """Where the head is the one that was expected; the same entry a second time is not."""
    entry, body = made(desk)
    with superuser(desk) as connection:
        assert connection.execute(APPEND, (1, [entry], [body])).fetchone() == (-1,)
        assert connection.execute(APPEND, (2, [entry], [body])).fetchone() == (3,)
        assert connection.execute(APPEND, (2, [entry], [body])).fetchone() == (-1,)


def test_nobody_changes_or_removes_what_stands(desk: Desk) -> None:
    """Not even the owner by mistake: every table refuses UPDATE, DELETE and TRUNCATE."""
    desk.ledger.seal(desk.signer("svc"))
    desk.ledger.sign_checkpoint(desk.log)
    with superuser(desk) as connection:
        for table in TABLES:
            for words in (f"UPDATE zeren.{table} SET ledger = 2", f"DELETE FROM zeren.{table}"):
                with pytest.raises(psycopg.Error, match="append-only"):
                    connection.execute(words.encode())
            with pytest.raises(psycopg.Error, match="append-only"):
                connection.execute(f"TRUNCATE zeren.{table}".encode())
    assert desk.ledger.size() == 3


def test_a_login_reads_and_writes_what_it_was_granted(desk: Desk, tmp_path: Path) -> None:
    """A reader sees the rows of its ledger alone and writes nothing; a recorder writes by the functions alone."""
    server, database = the_server(), database_of(desk)
    other = found_again(server, tmp_path, database)
    address = replace(server.address(database), origin=ORIGIN)
    for login, may in ((f"r-{database}", "read"), (f"w-{database}", "append")):
        grant(address, login, may)
        with server.connect(database, login) as connection:
            for table in ("entries", "bodies", "subjects", "refs"):
                seen = connection.execute(f"SELECT DISTINCT ledger FROM zeren.{table}".encode()).fetchall()
                assert seen == [(1,)]
            assert connection.execute("SELECT origin FROM zeren.ledgers").fetchall() == [(ORIGIN,)]
            for words in (
                "INSERT INTO zeren.refs VALUES (1, 'x', 0)",
                "UPDATE zeren.entries SET type = 'x'",
                "DELETE FROM zeren.bodies",
                "TRUNCATE zeren.entries",
                "COPY zeren.entries FROM STDIN",
                "CREATE TABLE zeren.mine (x int)",
                "CREATE TABLE public.mine (x int)",
                "SELECT zeren.found('a/b', 'duty')",
                "SELECT zeren.erase(1, '{}', '{}', '{}')",
                "SELECT zeren.moved(1, 'x')",
                "SELECT * FROM zeren.access",
                "ALTER TABLE zeren.entries DISABLE TRIGGER ALL",
            ):
                with pytest.raises(psycopg.Error) as refused:
                    connection.execute(words.encode())
                assert refused.value.sqlstate == "42501", words
            with pytest.raises(psycopg.Error) as refused:
                connection.execute(APPEND.replace("(1,", "(2,", 1).encode(), (0, [b"x"], [b"x"]))
            assert refused.value.sqlstate == "42501"
    revoke(address, f"w-{database}")
    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        server.connect(database, f"w-{database}")
    other.close()


def found_again(server: TestServer, directory: Path, database: str) -> Desk:
    """A second ledger in the same database."""
    (directory / "other").mkdir()
    desk = found("duty", directory / "other/duty.db")
    desk.close()
    with server.connect(database) as connection:
        connection.execute("SELECT zeren.found('zeren.test/another/duty', 'duty')")
        connection.execute("INSERT INTO zeren.refs VALUES (2, 'another', 0)")
    return desk


def test_sides_are_servers(desk: Desk, tmp_path: Path) -> None:
    """Beside a duty ledger no case ledger is founded: who may log in would see that there is one."""
    with pytest.raises(Refused, match="betray the lead"):
        found("case", the_server().pointer(tmp_path, "case", database_of(desk)))


# --- the schema ---


def test_a_fresh_schema_is_the_released_one(desk: Desk) -> None:
    """Every table, index, trigger, function, grant and policy of it, and nothing else; making it again is refused."""
    assert schema_of(database_of(desk)) == dict(released())
    with pytest.raises(Refused, match="made ready already"):
        make_ready(the_server().address(database_of(desk)))


def test_a_database_without_ledgers_says_what_to_do(tmp_path: Path) -> None:
    """One that nobody made ready, and one whose ledgers this login may not see."""
    with pytest.raises(NoLedger, match="zeren db init"):
        found("duty", the_server().pointer(tmp_path, database="postgres"))


# --- addresses ---


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://me:secret@host/zeren", "password"),
        ("postgresql://host/zeren?password=secret", "password"),
        ("postgresql://host/zeren?sslmode=require", "verify-full"),
        ("postgresql://host/", "names no database"),
        ("postgresql://host/zeren?kind=other", "kind"),
        ("postgresql://host/zeren?options=-c", "cannot stand"),
        ("postgresql://host:port/zeren", "no address"),
    ],
)
def test_an_address_holds_no_secret_and_no_open_connection(url: str, said: str) -> None:
    """What would be seen by others is refused, and the secret is not repeated."""
    with pytest.raises(BadInput, match=said) as refused:
        parse_url(url)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://p-li@db1,db2:6432/city?organ=gov.example/organ/duty",
        "postgresql:///zeren?host=/run/postgresql&kind=case",
        "postgresql://[::1]:5433/zeren",
        "postgresql://db/zeren?sslrootcert=/etc/ca.pem",
    ],
)
def test_an_address_is_written_as_it_is_read(url: str) -> None:
    """And a connection that leaves the machine has its certificate checked."""
    address = parse_url(url)
    assert parse_url(str(address)) == address
    near = address.parameters.get("host", "/").startswith(("/", "::1"))
    assert address.parameters.get("sslmode") == (None if near else "verify-full")
