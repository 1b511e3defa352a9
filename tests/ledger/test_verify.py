"""Attacks on a whole ledger by the owner of its database: each is found by verify, and where it lies is named."""

import base64
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.application import Command, open_ledger
from ledger.core.checkpoint import Checkpoint, sign_checkpoint
from ledger.core.entry import parse_entry, sign_entry
from ledger.core.merkle import leaf_hash
from ledger.decisions.state import Register
from ledger.errors import ChainBroken, Invalid
from ledger.events.acts import TalkHeld
from ledger.events.fields import EntryReference
from ledger.events.records import RecordAccepted, TextErased
from ledger.events.register import UnitRegistered
from ledger.recording.numbers import find_entry
from ledger.store.recorder import BOOKED
from ledger.store.sqlite.sqlite_store import SQLiteStore
from ledger.verify import LedgerReport
from ledger.verify.start import TOPICS
from tests.support import replayed as support
from tests.support.both_ways import verify_ledger
from tests.support.builders import assignment, case_ledger, duty_ledger, found, open_desk, signer_named, tampering

TALK = TalkHeld(ref="T1", talker="p-a", counterpart="p-b", text="a text", place="a room")
Attack = Callable[[sqlite3.Connection], None]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A duty ledger with talks, an acceptance, an erasure, a seal and checkpoints: what is attacked below in copies."""
    desk = duty_ledger(tmp_path_factory.mktemp("whole"))
    desk.record(assignment("A1"), "rec")
    for number in range(4):
        desk.record(replace(TALK, ref=f"T{number}"), "rec", "p-a")
    talk = find_entry(desk.ledger, "T1")
    reference = EntryReference("", talk.position, talk.leaf_hash)
    desk.record(RecordAccepted(accepts=reference, capacity="counterpart"), "p-b")
    desk.record(TextErased(entry=reference, names=("place",), ground="law"), "cus-1", "eye")
    desk.ledger.sign_checkpoint(desk.log)
    desk.ledger.seal(desk.signer("svc"))
    desk.ledger.sign_checkpoint(desk.log)
    desk.close()
    return desk.path


@pytest.fixture
def copied(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(whole, tmp_path / "duty.db"))


def verdict_of(path: Path, *held: Checkpoint) -> LedgerReport:
    """The report; where the first entry is so spoilt that the ledger does not open, that fault is the report."""
    try:
        ledger = open_ledger(path, read_only=True)
    except Invalid as error:
        report = LedgerReport()
        report.add(error, 0)
        return report
    try:
        return verify_ledger(ledger, held=held)
    finally:
        ledger.close()


def places(report: LedgerReport) -> set[int | None]:
    return {finding.position for finding in report.findings}


def head_of(path: Path) -> Checkpoint:
    desk = open_desk("duty", path, read_only=True)
    try:
        return desk.ledger.tree_head()
    finally:
        desk.close()


def test_whole_ledgers_are_valid(whole: Path, tmp_path: Path) -> None:
    """Nothing is found in a duty ledger and in a case ledger that nobody touched; counts tell what was looked at."""
    report = verdict_of(whole, head_of(whole))
    assert ("valid", [], 0) == (report.verdict, report.findings, report.exit_code)
    assert (report.bodies, report.checkpoints, report.seals) == (report.size, 3, 1)
    case = case_ledger(tmp_path)
    assert verify_ledger(case.ledger).verdict == "valid"
    case.close()


# --- every byte ---


def test_each_byte_of_an_entry_and_of_a_body(tmp_path: Path) -> None:
    """A flipped bit in any byte of one entry and of another's body is found at its place, both in one report."""
    desk = found("duty", tmp_path / "duty.db")
    for number in range(3):
        desk.record(UnitRegistered(ref=f"u-{number}", unit=f"u-{number}", kind="department", name="科室"), "cus-1")
    at_entry, at_body = 1, 3  # apart, so that neither's fault lies at the other's place
    entry, body = desk.ledger.entry_at(at_entry)[0].data, desk.ledger.entry_at(at_body)[1]
    desk.close()
    with closing(open_desk("duty", desk.path, read_only=True)) as desk, tampering(desk.path) as connection:
        connection.isolation_level = None
        connection.execute("PRAGMA synchronous = OFF")
        for i in range(max(len(entry), len(body))):
            connection.execute("UPDATE stored_events SET entry = ? WHERE rowid = ?", (_flip(entry, i), at_entry + 1))
            connection.execute("UPDATE bodies SET body = ? WHERE position = ?", (_flip(body, i), at_body))
            report = verify_ledger(desk.ledger)
            assert report.exit_code == 3
            assert {at_entry, at_body} <= places(report), i


def _flip(data: bytes, i: int) -> bytes:
    i %= len(data)
    return data[:i] + bytes([data[i] ^ 1 << i % 8]) + data[i + 1 :]


CELLS = {
    "stored_events": ("originator_id", "originator_version", "topic", "recorded_at", "previous", "leaf_hash", "entry"),
    "bodies": ("position", "body"),
    "subjects": ("kind", "id", "number", "position"),
    "refs": ("ref", "position"),
    "erasures": ("position", "erased_by"),
    "checkpoints": ("size", "note"),
}


def _changed(value: str | int | bytes, at: int) -> str | int | bytes:
    """The value with one bit or one character changed."""
    match value:
        case bytes():
            return _flip(value, at)
        case str():
            at %= len(value)
            return value[:at] + ("x" if value[at] != "x" else "y") + value[at + 1 :]
    return value + 1 + at % 3


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_changed_cell_of_the_database(
    whole: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """One value changed anywhere in the evidence or its indexes is found; the caches are no evidence."""
    copied = Path(shutil.copy(whole, tmp_path_factory.mktemp("cell") / "duty.db"))
    table = data.draw(st.sampled_from(sorted(CELLS)))
    column = data.draw(st.sampled_from(CELLS[table]))
    with tampering(copied) as connection:
        rows = connection.execute(f"SELECT * FROM {table}").fetchall()
        names = [cell[0] for cell in connection.execute(f"SELECT * FROM {table}").description]
        row = dict(zip(names, data.draw(st.sampled_from(rows)), strict=True))
        changed = _changed(row[column], data.draw(st.integers(0, 5000)))
        where = " AND ".join(f"{name} IS ?" for name in names)
        try:
            connection.execute(f"UPDATE {table} SET {column} = ? WHERE {where}", (changed, *row.values()))
        except sqlite3.IntegrityError:
            return  # the place is taken: the schema refuses it
    assert verdict_of(copied).exit_code == 3, (table, column)


# --- entries dropped, swapped, inserted, replaced ---


def drop(connection: sqlite3.Connection, position: int, *, close_gap: bool) -> None:
    """Takes an entry out, and moves the later ones down."""
    connection.execute("DELETE FROM stored_events WHERE rowid = ?", (position + 1,))
    connection.execute("DELETE FROM bodies WHERE position = ?", (position,))
    if close_gap:
        for table, column in (("stored_events", "rowid"), ("bodies", "position")):
            connection.execute(f"UPDATE {table} SET {column} = -{column} WHERE {column} > ?", (position,))
            connection.execute(f"UPDATE {table} SET {column} = -{column} - 1 WHERE {column} < 0")


@pytest.mark.parametrize("close_gap", [False, True])
def test_a_dropped_entry_is_found_wherever_it_stood(whole: Path, tmp_path: Path, close_gap: bool) -> None:
    """Each entry taken out, the first and the last too, is missed: by the chain, or by a checkpoint at the end."""
    size = head_of(whole).size
    for position in range(1, size):
        path = Path(shutil.copy(whole, tmp_path / f"{position}.db"))
        with tampering(path) as connection:
            drop(connection, position, close_gap=close_gap)
        report = verdict_of(path)
        assert report.exit_code == 3, position


def test_swapped_entries_and_bodies_are_found(copied: Path) -> None:
    """Two entries that changed places, and two bodies, are each named."""
    with tampering(copied) as connection:
        size = connection.execute("SELECT max(rowid) FROM stored_events").fetchone()[0]
        entries = "UPDATE stored_events SET entry = ? WHERE rowid = ?"
        first, second = size - 8, size - 6
        rows = dict(connection.execute("SELECT rowid, entry FROM stored_events").fetchall())
        connection.execute(entries, (rows[second], first))
        connection.execute(entries, (rows[first], second))
        bodies = dict(connection.execute("SELECT position, body FROM bodies").fetchall())
        connection.execute("UPDATE bodies SET body = ? WHERE position = 1", (bodies[2],))
        connection.execute("UPDATE bodies SET body = ? WHERE position = 2", (bodies[1],))
    assert {1, 2, first - 1, second - 1} <= places(verdict_of(copied))


def test_a_body_of_another_entry_is_found(copied: Path) -> None:
    """A body that is whole in itself does not stand in for another's."""
    with tampering(copied) as connection:
        connection.execute("UPDATE bodies SET body = (SELECT body FROM bodies WHERE position = 9) WHERE position = 8")
    assert 8 in places(verdict_of(copied))


def test_an_inserted_entry_is_found(copied: Path) -> None:
    """An entry appended by whoever owns the database but no key that is in force is named, however well it chains."""
    desk = open_desk("duty", copied)
    last = desk.ledger.entry_at(desk.ledger.size() - 1)
    thief = signer_named(f"{desk.origin}/rec", 66)
    header = replace(
        last[0].header, position=last[0].header.position + 1, previous=last[0].leaf_hash,
        version=last[0].header.version + 1,
        signers=(replace(last[0].header.signers[0], person="rec", key_id=thief.verify_key.key_id),),
    )  # fmt: skip
    forged = sign_entry(header, [thief])
    desk.close()
    with tampering(copied) as connection:
        _insert(connection, forged.data, last[1])
    report = verdict_of(copied)
    assert header.position in places(report)
    assert any("no key" in str(finding.what) for finding in report.findings)


def _insert(connection: sqlite3.Connection, data: bytes, body: bytes) -> None:
    entry = parse_entry(data)
    h = entry.header
    row = (h.position + 1, h.stream, h.version, h.type, h.recorded_at.isoformat(), h.previous, entry.leaf_hash, data)
    connection.execute("INSERT INTO stored_events VALUES (?,?,?,?,?,?,?,?)", row)
    connection.execute("INSERT INTO bodies VALUES (?,?)", (h.position, body))


def test_an_entry_of_another_ledger_is_found(copied: Path, tmp_path: Path) -> None:
    """An entry of a ledger with the same keys, names and numbers cannot be played into this one."""
    (tmp_path / "other").mkdir()
    other = duty_ledger(tmp_path / "other")
    other.record(UnitRegistered(ref="u-9", unit="u-9", kind="department"), "rec")
    position = other.ledger.size() - 1
    data, body = other.ledger.entry_at(position)[0].data, other.ledger.entry_at(position)[1]
    other.close()
    with tampering(copied) as connection:
        connection.execute("UPDATE stored_events SET entry = ? WHERE rowid = ?", (data, position + 1))
        connection.execute("UPDATE bodies SET body = ? WHERE position = ?", (body, position))
    assert {position, position + 1} <= places(verdict_of(copied))


def test_a_rewritten_end_is_found_by_a_checkpoint_elsewhere(copied: Path) -> None:
    """Who has every key can rewrite the end without a fault inside: a checkpoint held elsewhere tells."""
    held = head_of(copied)
    with tampering(copied) as connection:
        size = held.size - 1
        for table, column in (("stored_events", "rowid - 1"), ("bodies", "position"), ("subjects", "position"),
                              ("refs", "position"), ("erasures", "erased_by")):  # fmt: skip
            connection.execute(f"DELETE FROM {table} WHERE {column} >= ?", (size,))
        connection.execute("DELETE FROM checkpoints")
    desk = open_desk("duty", copied)
    while desk.ledger.size() < held.size:
        desk.record(replace(TALK, ref=f"X{desk.ledger.size()}"), "rec")
    desk.close()
    inside, outside = verdict_of(copied), verdict_of(copied, held)
    assert (inside.exit_code, outside.exit_code, places(outside)) == (0, 3, {None})


def test_a_cut_tail_is_found_at_every_length(whole: Path, tmp_path: Path) -> None:
    """However many entries were cut off after it, a checkpoint held elsewhere tells, even if those inside are gone."""
    held = head_of(whole)
    for size in range(1, held.size):
        path = Path(shutil.copy(whole, tmp_path / f"{size}.db"))
        with tampering(path) as connection:
            for table, column in (("stored_events", "rowid - 1"), ("bodies", "position"), ("subjects", "position"),
                                  ("refs", "position"), ("erasures", "erased_by")):  # fmt: skip
                connection.execute(f"DELETE FROM {table} WHERE {column} >= ?", (size,))
            connection.execute("DELETE FROM checkpoints WHERE size > ?", (size,))
        report = verdict_of(path, held)
        assert any("cut off" in str(finding.what) for finding in report.findings), size


# --- checkpoints, keys, indexes ---


def _other_root(connection: sqlite3.Connection) -> None:
    size = connection.execute("SELECT max(size) FROM checkpoints").fetchone()[0]
    log = signer_named("zeren.test/organ/duty")
    note = sign_checkpoint(Checkpoint("zeren.test/organ/duty", size, bytes(32)), log)
    connection.execute("UPDATE checkpoints SET note = ? WHERE size = ?", (note, size))


def _other_log_key(connection: sqlite3.Connection) -> None:
    size, note = connection.execute("SELECT size, note FROM checkpoints ORDER BY size DESC").fetchone()
    text = note.decode().partition("\n\n")[0].split("\n")
    checkpoint = Checkpoint(text[0], size, base64.b64decode(text[2]))
    forged = sign_checkpoint(checkpoint, signer_named("zeren.test/organ/duty", 2))
    connection.execute("UPDATE checkpoints SET note = ? WHERE size = ?", (forged, size))


def _beyond_the_end(connection: sqlite3.Connection) -> None:
    log = signer_named("zeren.test/organ/duty")
    note = sign_checkpoint(Checkpoint("zeren.test/organ/duty", 900, bytes(32)), log)
    connection.execute("INSERT INTO checkpoints VALUES (900, ?)", (note,))


def _hidden_in_the_index(connection: sqlite3.Connection) -> None:
    connection.execute("DELETE FROM refs WHERE ref = 'T2'")


def _renamed_in_the_index(connection: sqlite3.Connection) -> None:
    connection.execute("UPDATE refs SET position = (SELECT position FROM refs WHERE ref = 'T3') WHERE ref = 'T2'")


def _added_to_the_index(connection: sqlite3.Connection) -> None:
    connection.execute("INSERT INTO refs VALUES ('T9', 3)")


def _subjects_swapped(connection: sqlite3.Connection) -> None:
    rows = connection.execute("SELECT number, position FROM subjects WHERE id = 'p-b' ORDER BY number").fetchall()
    (one, first), (two, second) = rows[-1], rows[-2]
    sql = "UPDATE subjects SET position = ? WHERE id = 'p-b' AND number = ?"
    connection.execute(sql, (second, one))
    connection.execute(sql, (first, two))


def _subject_of_nothing(connection: sqlite3.Connection) -> None:
    connection.execute("INSERT INTO subjects VALUES ('person', 'p-zzz', 1, 4)")


def _an_erasure_that_was_not(connection: sqlite3.Connection) -> None:
    connection.execute("INSERT INTO erasures VALUES (4, 9)")


def _a_stray_body(connection: sqlite3.Connection) -> None:
    connection.execute("INSERT INTO bodies VALUES (900, x'7b7d0a')")


def _a_stray_tile(connection: sqlite3.Connection) -> None:
    connection.execute("INSERT INTO tiles VALUES (0, 0, x'00', x'00')")


def _no_body(connection: sqlite3.Connection) -> None:
    connection.execute("DELETE FROM bodies WHERE position = 5")


@pytest.mark.parametrize(
    "attack",
    [
        _other_root, _other_log_key, _beyond_the_end, _hidden_in_the_index, _renamed_in_the_index, _added_to_the_index,
        _subjects_swapped, _subject_of_nothing, _an_erasure_that_was_not, _a_stray_body, _a_stray_tile, _no_body,
    ],
)  # fmt: skip
def test_what_stands_beside_the_entries_is_checked_too(copied: Path, attack: Attack) -> None:
    """Checkpoints with another root, key or size; index rows hidden, moved or invented; stray bodies and tiles."""
    with tampering(copied) as connection:
        attack(connection)
    assert verdict_of(copied).exit_code == 3


def test_a_spoilt_tile_is_found(tmp_path: Path) -> None:
    """A hash or a root of a full tile that was changed is named, and a tile that was removed."""
    desk = duty_ledger(tmp_path)
    units = [f"u-{number}" for number in range(256 - desk.ledger.size())]
    desk.ledger.record(*(desk.command(UnitRegistered(ref=u, unit=u, kind="department"), "rec") for u in units))
    desk.close()
    assert verdict_of(desk.path).tiles == 1
    for spoil in (
        "UPDATE tiles SET root = zeroblob(32)",
        "UPDATE tiles SET hashes = zeroblob(8192)",
        "DELETE FROM tiles",
    ):
        path = Path(shutil.copy(desk.path, tmp_path / f"{len(spoil)}.db"))
        with tampering(path) as connection:
            connection.execute(spoil)
        assert verdict_of(path).exit_code == 3, spoil


def test_more_faults_than_anybody_reads_are_counted(copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrecked ledger is reported in bounded length, and the rest as a number."""
    with tampering(copied) as connection:
        connection.execute("UPDATE bodies SET body = x'7b7d0a' WHERE position > 0")
        connection.execute("UPDATE stored_events SET leaf_hash = x'00', previous = randomblob(32) WHERE rowid > 1")
    monkeypatch.setattr("ledger.verify.ledger_report.MAX_FINDINGS", 20)
    report = verdict_of(copied)
    assert (report.exit_code, len(report.findings), report.more_findings > 20) == (3, 20, True)


# --- the database refuses accidents ---


@pytest.fixture
def open_path(whole: Path, tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(Path(shutil.copy(whole, tmp_path / "duty.db")))
    yield connection
    connection.close()


@pytest.mark.parametrize("table", ["stored_events", "bodies", "subjects", "refs", "checkpoints", "erasures"])
def test_tables_refuse_changes(open_path: sqlite3.Connection, table: str) -> None:
    """UPDATE and DELETE are refused by the database itself."""
    column = open_path.execute(f"SELECT * FROM {table}").description[-1][0]
    for sql in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            open_path.execute(sql)


def test_leaf_hashes_are_of_the_bytes(whole: Path) -> None:
    """What is stored as leaf hash is SHA-256(0x00 || entry)."""
    connection = sqlite3.connect(whole)
    rows = connection.execute("SELECT entry, leaf_hash FROM stored_events").fetchall()
    connection.close()
    assert all(leaf_hash(entry) == stored for entry, stored in rows)


def test_commands_are_all_or_none(tmp_path: Path) -> None:
    """One command that a rule refuses keeps the others out."""
    desk = duty_ledger(tmp_path)
    size = desk.ledger.size()
    good = desk.command(TALK, "rec")
    with pytest.raises(Exception, match="not in force"):
        desk.ledger.record(good, Command(replace(TALK, ref="T2"), (desk.signer("rec"), desk.signer("p-a", 5))))
    assert (size, "valid") == (desk.ledger.size(), verify_ledger(desk.ledger).verdict)
    desk.close()


def test_what_every_opening_reads_is_found_by_an_index() -> None:
    """Keys and registrations are found without reading the entries between them, however many these are."""
    ledger = support.replayed(support.YUNXI).open("duty")
    rows, asked = ledger.store.rows, list[tuple[str, Sequence[Any]]]()

    class Watched(SQLiteStore):
        def rows(self, statement: str, values: Sequence[Any] = ()) -> list[Any]:
            asked.append((statement, values))
            return rows(statement, values)

    assert isinstance(ledger.store, SQLiteStore)
    watched = Watched(ledger.store.datastore)
    watched.of_types(("ledger.opened/1", "policy.adopted/1"), 5, keys=True)
    watched.of_types(BOOKED, keys=True)
    watched.of_types(Register.TOPICS)
    watched.of_types(TOPICS, stop=50, keys=True)
    watched.last_of_types(("case.opened/1", "lead.received/1"))
    used = set()
    for statement, values in asked:
        plan = [row["detail"] for row in rows(f"EXPLAIN QUERY PLAN {statement}", values)]
        used |= {word for line in plan for word in line.split()}
        assert not any(line.startswith("SCAN") or "(rowid>?" in line for line in plan), plan
    assert {"sparse_by_topic", "sqlite_autoindex_stored_events_2"} <= used
    with pytest.raises(ValueError, match=r"talk\.held"):
        watched.of_types(("talk.held/1",))
    ledger.close()


@pytest.mark.parametrize(
    ("table", "column"),
    [("stored_events", "entry"), ("stored_events", "leaf_hash"), ("bodies", "body"), ("tiles", "root"),
     ("checkpoints", "note"), ("refs", "position"), ("subjects", "number")],
)  # fmt: skip
def test_a_value_of_another_kind_is_a_fault_not_a_crash(tmp_path: Path, table: str, column: str) -> None:
    """A text where bytes belong, or bytes where a number does, is named with its table, whatever else it breaks."""
    shutil.copytree(support.replayed(support.YUNXI).directory, tmp_path / "ledgers")
    with tampering(tmp_path / "ledgers" / "duty.db") as database:
        if table == "tiles":
            database.execute("INSERT INTO tiles VALUES (0, 0, x'00', x'00')")
        kind = "BLOB" if column in {"position", "number"} else "TEXT"
        last = f"WHERE rowid = (SELECT max(rowid) FROM {table})" if table in {"stored_events", "bodies"} else ""
        database.execute(f"UPDATE {table} SET {column} = CAST(hex({column}) AS {kind}) {last}")
    ledger = open_ledger(tmp_path / "ledgers" / "duty.db", read_only=True)
    report = verify_ledger(ledger)
    ledger.close()

    assert report.exit_code == 3
    assert any(table in str(finding.what) for finding in report.findings)


def test_a_ledger_without_its_first_entry_is_broken_not_mistyped(tmp_path: Path) -> None:
    """Where genesis was taken out, opening says that the chain is broken (exit 3), never that the input is bad."""
    shutil.copytree(support.replayed(support.YUNXI).directory, tmp_path / "ledgers")
    with tampering(tmp_path / "ledgers" / "duty.db") as database:
        database.execute("DELETE FROM stored_events WHERE rowid = 1")

    with pytest.raises(ChainBroken, match="first entry is missing"):
        open_ledger(tmp_path / "ledgers" / "duty.db", read_only=True)
