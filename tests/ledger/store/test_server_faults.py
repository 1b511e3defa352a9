"""What may happen between a writer and a server: overtaken, cut off, unanswered, unconfirmed; nothing is doubled."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from ledger.application import Command, Ledger, open_ledger
from ledger.clock import SystemClock
from ledger.core.body import parse_body
from ledger.core.signers import Signer, VerifyKey
from ledger.errors import (
    BadInput,
    Contradicted,
    Forked,
    Incomplete,
    NoLedger,
    OtherVersion,
    ReadOnlyMedium,
    Refused,
    RolledBack,
    Unusable,
    ZerenError,
)
from ledger.events.acts import TalkHeld
from ledger.events.fields import EntryReference
from ledger.events.records import TextErased
from ledger.events.register import PersonRegistered
from ledger.home.directory import Home
from ledger.store.opening import lingering_at
from ledger.store.pointer import format_pointer, read_pointer
from ledger.verify import verify_ledger
from tests.support.builders import ORIGINS, Desk, found, signer_named
from tests.support.postgres import the_server

ROUNDS = int(os.environ.get("ZEREN_CROWD", "4"))
"""Entries of each writer of the crowd: more in `make test-postgres`."""
TALK = TalkHeld(talker="p-a", counterpart="p-b", text="a text", place="a room")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A duty ledger on a server with two persons and a recorder."""
    desk = found("duty", the_server().pointer(tmp_path))
    desk.record(desk.enrolment("rec", ("recorder", "signer")), "cus-1", "cus-2", "rec")
    for person in ("p-a", "p-b"):
        desk.record(PersonRegistered(ref=person, person=person, name=person), "cus-1")
    yield desk
    desk.close()


def opened(desk: Desk) -> Ledger:
    """The same ledger as another writer has it, by the server's clock."""
    return open_ledger(desk.path, clock=SystemClock(allow_jump=True))


def talk(ledger: Ledger, ref: str, signer: Signer | None = None) -> int:
    by = signer or signer_named(f"{ORIGINS['duty']}/rec")
    return ledger.record(Command(replace(TALK, ref=ref), (by,)))[0].position


def superuser(desk: Desk) -> "psycopg.Connection[Any]":
    return the_server().connect(read_pointer(desk.path).parameters["dbname"])


def refs(desk: Desk) -> list[str]:
    """The numbers of the talks on record, in order."""
    events = desk.ledger.history()
    return [str(event.payload.ref) for event in events if isinstance(event.payload, TalkHeld)]


# --- many at once ---


def test_eight_writers_at_one_ledger(desk: Desk) -> None:
    """Nothing is lost, nothing forks: every receipt is an entry, positions follow each other, and it verifies."""
    begun = desk.ledger.size()

    def write(number: int) -> list[int]:
        with closing(opened(desk)) as ledger:
            return [talk(ledger, f"T{number}-{each}") for each in range(ROUNDS)]

    with ThreadPoolExecutor(8) as pool:
        receipts = [position for each in pool.map(write, range(8)) for position in each]
    assert sorted(receipts) == list(range(begun, begun + 8 * ROUNDS))
    assert sorted(refs(desk)) == sorted(f"T{number}-{each}" for number in range(8) for each in range(ROUNDS))
    assert [str(finding.what) for finding in verify_ledger(desk.ledger).findings] == []


@dataclass
class Slow:
    """A signer that takes its time: `meanwhile` runs while it signs."""

    signer: Signer
    meanwhile: Any

    @property
    def verify_key(self) -> VerifyKey:
        return self.signer.verify_key

    def sign(self, text: bytes) -> bytes:
        self.meanwhile()
        return self.signer.sign(text)


def test_no_lock_is_held_while_somebody_signs(desk: Desk) -> None:
    """Others write meanwhile; who was overtaken signs anew behind them. After three times he has the lock first."""
    counts: list[int] = []
    with closing(opened(desk)) as fast, closing(opened(desk)) as slow, superuser(desk) as connection:

        def meanwhile() -> None:
            found = connection.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'").fetchone()
            counts.append((found or [0])[0])
            if not counts[-1]:
                talk(fast, f"F{len(counts)}")

        position = talk(slow, "S", Slow(signer_named(f"{ORIGINS['duty']}/rec"), meanwhile))
    assert counts == [0, 0, 0, 1]
    assert refs(desk) == ["F1", "F2", "F3", "S"]
    assert position == desk.ledger.size() - 1


# --- time ---


def test_a_wrong_clock_signs_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """An hour ahead or behind is told with both times; an entry has the server's time."""
    size = desk.ledger.size()
    for hours in (1, -1):
        with monkeypatch.context() as patched, closing(opened(desk)) as ledger:
            wrong = datetime.now(UTC) + timedelta(hours=hours)
            patched.setattr("ledger.store.postgres.postgres_store.now", lambda wrong=wrong: wrong)
            with pytest.raises(Refused, match="set the wrong one right"):
                talk(ledger, "T")
    assert desk.ledger.size() == size
    with closing(opened(desk)) as ledger:
        talk(ledger, "T")
        assert abs(ledger.at(size).recorded_at - datetime.now(UTC)) < timedelta(minutes=1)


# --- a commit without an answer ---


class Cut:
    """Cuts a connection at its COMMIT: before it, or between it and its answer; afterwards nothing is cut."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, committed: bool) -> None:
        real, self.done = psycopg.Connection.execute, False

        def execute(connection: Any, query: Any, *more: Any, **named: Any) -> Any:
            if query != "COMMIT" or self.done:
                return real(connection, query, *more, **named)
            self.done = True
            if committed:
                real(connection, query)
            connection.close()
            raise psycopg.OperationalError("server closed the connection unexpectedly")

        monkeypatch.setattr(psycopg.Connection, "execute", execute)


@pytest.mark.parametrize("committed", [True, False])
def test_a_commit_without_an_answer_is_looked_up(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, *, committed: bool
) -> None:
    """By the entry's own hash: it is on record and is acknowledged, or it is not and the command says so."""
    size = desk.ledger.size()
    with closing(opened(desk)) as ledger:
        Cut(monkeypatch, committed=committed)
        if committed:
            assert talk(ledger, "T") == size
        else:
            with pytest.raises(Unusable, match="nothing was recorded"):
                talk(ledger, "T")
            assert desk.ledger.size() == size
            assert talk(ledger, "T") == size
    assert refs(desk) == ["T"]


def test_a_commit_that_nobody_can_look_up_is_unknown(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the server has gone too: neither a receipt nor *not recorded*, but what to do before it is repeated."""
    with closing(opened(desk)) as ledger:
        talk(ledger, "T1")
        Cut(monkeypatch, committed=True)
        gone = Unusable("there is no connection to {}: {}", "it", "gone")
        with monkeypatch.context() as patched:
            patched.setattr("ledger.store.postgres.server.Server.connect", lambda _: (_ for _ in ()).throw(gone))
            patched.setattr("ledger.store.postgres.postgres_store.LOOKED_UP", 0.5)
            with pytest.raises(Incomplete, match="cannot be told now"):
                talk(ledger, "T2")
    assert refs(desk) == ["T1", "T2"]


def test_a_connection_lost_in_an_append_wrote_nothing(desk: Desk) -> None:
    """One line, nothing half written, and the next command goes on by a new connection."""
    size = desk.ledger.size()
    with closing(opened(desk)) as ledger, superuser(desk) as connection:

        def cut() -> None:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid() AND state = 'idle in transaction'"
            )

        with pytest.raises(Unusable, match="was lost"):
            talk(ledger, "T", Slow(signer_named(f"{ORIGINS['duty']}/rec"), cut))
        assert talk(ledger, "T") == size
    assert refs(desk) == ["T"]


# --- a warning is no acknowledgement ---

WARNS = """
CREATE FUNCTION public.warn() RETURNS trigger LANGUAGE plpgsql AS
  $$BEGIN RAISE WARNING 'canceling wait for synchronous replication'; RETURN NULL; END$$;
CREATE CONSTRAINT TRIGGER warns AFTER INSERT ON zeren.entries DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION public.warn();
"""
WARNS_AGAIN = """
CREATE CONSTRAINT TRIGGER warns AFTER INSERT OR UPDATE ON zeren.confirmations DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION public.warn()
"""


def test_a_commit_with_a_warning_is_confirmed_or_told(desk: Desk) -> None:
    """What no standby confirmed is confirmed by a commit after it, or ends as *not confirmed* without a receipt."""
    with closing(opened(desk)) as ledger, superuser(desk) as connection:
        connection.execute(WARNS)
        talk(ledger, "T1")
        assert connection.execute("SELECT count(*) FROM zeren.confirmations").fetchone() == (1,)
        connection.execute(WARNS_AGAIN)
        with pytest.raises(Incomplete, match="not confirmed by its standbys"):
            talk(ledger, "T2")
    assert refs(desk) == ["T1", "T2"]


def test_a_checkpoint_leaves_when_it_is_confirmed(desk: Desk) -> None:
    """So it is with a signed head: no note leaves that stands on one server alone."""
    with closing(opened(desk)) as ledger, superuser(desk) as connection:
        connection.execute(WARNS.replace("zeren.entries", "zeren.checkpoints"))
        ledger.sign_checkpoint(desk.log)
        assert connection.execute("SELECT count(*) FROM zeren.confirmations").fetchone() == (1,)
        talk(ledger, "T")
        connection.execute(WARNS_AGAIN)
        with pytest.raises(Incomplete, match="not confirmed by its standbys"):
            ledger.sign_checkpoint(desk.log)


# --- erasure ---


def test_an_erased_text_is_gone_from_the_table_and_pending_in_the_log(desk: Desk) -> None:
    """The pages of the table are cleared where the owner erases; that the server's log holds it still is said."""
    desk.record(desk.enrolment("eye", ("inspector",)), "cus-1", "cus-2", "eye")
    position = desk.record(replace(TALK, ref="E", text="a text that must go"), "rec").position
    said = parse_body(desk.ledger.store.body(position) or b"").disclosures["text"].encode()
    reference = EntryReference("", position, desk.ledger.at(position).leaf_hash)
    erased = TextErased(entry=reference, names=("text",), ground="law")
    assert not desk.ledger.erase(erased, (desk.signer("cus-1"), desk.signer("eye")))[1]
    with superuser(desk) as connection:
        connection.execute("CHECKPOINT")
        found = connection.execute("SELECT pg_relation_filepath('zeren.bodies')").fetchone()
    table = (the_server().data / (found or [""])[0]).read_bytes()
    assert said not in table
    assert "the server's log" in lingering_at(desk.path)
    assert [str(finding.what) for finding in verify_ledger(desk.ledger).findings] == []


# --- a server that was set back ---


def test_a_server_that_was_set_back_is_told_by_the_folder_that_wrote(desk: Desk, tmp_path: Path) -> None:
    """It holds together in itself; who was given a receipt for what it lacks neither writes to it nor asks it."""
    folder, server = tmp_path / "mine", the_server()
    Home(folder).create()
    database, clock = read_pointer(desk.path).parameters["dbname"], SystemClock(allow_jump=True)
    place = server.pointer(folder, database=database)
    desk.close()
    old = server.database(database)
    with closing(Home(folder).open("duty", clock=clock, read_only=False)) as ledger:
        talk(ledger, "T1")
    Home(folder).open("duty", clock=clock, read_only=False).close()
    place.write_bytes(format_pointer(server.address(old)))
    with pytest.raises(RolledBack, match="set back"):
        Home(folder).open("duty", clock=clock, read_only=False)
    with pytest.raises(RolledBack, match="set back"):
        Home(folder).ask("duty")
    Home(tmp_path / "other").create()
    another = Home(tmp_path / "other")
    server.pointer(another.directory, database=old)
    with closing(another.open("duty", clock=clock, read_only=False)) as ledger:
        talk(ledger, "T2")
    with pytest.raises(Forked, match="two histories"):
        Home(folder).open("duty", clock=clock, read_only=False)


# --- servers that are not as they should be ---


def fault_of(desk: Desk) -> ZerenError:
    with pytest.raises(ZerenError) as caught, closing(opened(desk)) as ledger:
        talk(ledger, "T")
    assert "\n" not in str(caught.value)
    return caught.value


def test_each_fault_is_one_line_with_its_own_kind(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read-only, a standby without its primary, of another version, another schema, another ledger, no schema, an
    unknown login, no server."""
    size, database = desk.ledger.size(), read_pointer(desk.path).parameters["dbname"]
    pointer = desk.path.read_bytes()
    address = read_pointer(desk.path)
    with superuser(desk) as connection:
        connection.execute(f"ALTER DATABASE {database} SET default_transaction_read_only = on".encode())
        assert isinstance(fault_of(desk), ReadOnlyMedium)
        twice = f"{address.parameters['host']},{address.parameters['host']}"
        desk.path.write_bytes(format_pointer(replace(address, parameters={**address.parameters, "host": twice})))
        assert "a standby answers, its primary does not" in str(fault_of(desk))
        desk.path.write_bytes(pointer)
        connection.execute(b"SET default_transaction_read_only = off")
        connection.execute(f"ALTER DATABASE {database} RESET default_transaction_read_only".encode())
        with monkeypatch.context() as patched:
            patched.setattr("ledger.store.postgres.server.OLDEST", 990000)
            assert isinstance(fault_of(desk), OtherVersion)
        desk.path.write_bytes(format_pointer(replace(address, fingerprint="A" * 43 + "=")))
        assert isinstance(fault_of(desk), Contradicted)
        desk.path.write_bytes(pointer)
        connection.execute("CREATE OR REPLACE FUNCTION zeren.format() RETURNS int LANGUAGE sql AS 'SELECT 2'")
        assert isinstance(fault_of(desk), OtherVersion)
        connection.execute("CREATE OR REPLACE FUNCTION zeren.format() RETURNS int LANGUAGE sql AS 'SELECT 1'")
        assert "not that of its version" in str(fault_of(desk))
    for parameters, kind in (
        ({"user": "nobody-here"}, Unusable),
        ({"dbname": "not-there"}, Unusable),
        ({"dbname": "postgres"}, NoLedger),
        ({"host": "/nowhere"}, Unusable),
        ({"host": "no.such.host.invalid", "sslrootcert": str(tmp_path / "none.crt")}, BadInput),
        ({"host": "no.such.host.invalid", "sslrootcert": "system", "connect_timeout": "2"}, Unusable),
    ):
        other = replace(address, parameters={**address.parameters, **parameters})
        desk.path.write_bytes(format_pointer(other))
        assert isinstance(fault_of(desk), kind), parameters
    desk.path.write_bytes(pointer)
    assert desk.ledger.size() == size
