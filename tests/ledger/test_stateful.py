"""A ledger under everything that happens to it, in any order: it verifies until it is tampered with, and fails after.

And several processes at once, and one that is killed in the middle: one chain, no acknowledged entry lost.
"""

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from ledger.application import Command, open_ledger
from ledger.core.checkpoint import Checkpoint, open_checkpoint
from ledger.core.signers import Ed25519Signer
from ledger.errors import Incomplete, Invalid, Refused, UnknownFormat
from ledger.events.acts import TalkHeld
from ledger.events.fields import EntryReference
from ledger.events.records import RecordAccepted, TextErased
from ledger.events.trust import KeyRevoked
from ledger.keys.rotation import announce, confirm
from ledger.recording.numbers import find_entry
from ledger.store.named_reads import Reads
from ledger.store.sqlite import sqlite_store
from ledger.store.sqlite.insert import insert
from ledger.store.store_protocol import Signed
from ledger.verify import LedgerReport, verify_ledger
from tests.support.builders import Desk, duty_ledger, open_desk, signer_named, tampering

pytestmark = pytest.mark.long
ROOT = Path(__file__).parents[2]
TALK = TalkHeld(talker="p-a", counterpart="p-b", text="a text")
PEOPLE = ("rec", "p-a", "p-b", "p-c")


class Crash(Exception):
    """The machine goes down."""


class LedgerLife(RuleBasedStateMachine):
    """The ledger, and what somebody who wrote everything down would know of it."""

    def __init__(self) -> None:
        super().__init__()
        self.directory = Path(tempfile.mkdtemp(prefix="zeren-life-"))
        self.desk: Desk = duty_ledger(self.directory)
        self.leaves = [self.desk.ledger.at(i).leaf_hash for i in range(self.desk.ledger.size())]
        self.held: list[Checkpoint] = []
        self.generation = dict.fromkeys((*PEOPLE, "cus-1", "cus-2", "svc", "eye", "log"), 1)
        self.talks: list[int] = []
        self.verified = 0

    def teardown(self) -> None:
        self.desk.close()
        shutil.rmtree(self.directory, ignore_errors=True)

    # --- helpers ---

    def signer(self, person: str) -> Ed25519Signer:
        return self.desk.signer(person, self.generation[person])

    def log(self, ahead: int = 0) -> Ed25519Signer:
        return signer_named(self.desk.origin, self.generation["log"] + ahead)

    def took(self, count: int = 1) -> None:
        """The ledger grew by so many entries; what was there before is untouched."""
        size = self.desk.ledger.size()
        assert size == len(self.leaves) + count
        self.leaves += [self.desk.ledger.at(i).leaf_hash for i in range(len(self.leaves), size)]

    def new_key(self, person: str, *, by_former: bool) -> None:
        """Enrols the next generation of a person's key."""
        fresh = self.desk.signer(person, self.generation[person] + 1)
        custodian = "cus-2" if person == "cus-1" else "cus-1"
        roles = self.desk.ledger.keys().roles[person]
        payload = self.desk.enrolment(person, roles, self.generation[person] + 1)
        own = (self.signer(person),) if by_former else ()
        self.desk.ledger.record(Command(payload, (self.signer(custodian), *own, fresh)))

    # --- what happens ---

    @rule(count=st.integers(1, 4), text=st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20))
    def append(self, count: int, text: str) -> None:
        talk = replace(TALK, text=unicodedata.normalize("NFC", text))
        commands = [Command(talk, (self.signer("rec"), self.signer("p-a"))) for _ in range(count)]
        receipts = self.desk.ledger.record(*commands)
        self.talks += [receipt.position for receipt in receipts]
        self.took(count)

    @precondition(lambda self: self.talks)
    @rule(which=st.integers(0, 1000))
    def accept(self, which: int) -> None:
        position = self.talks[which % len(self.talks)]
        reference = EntryReference("", position, self.leaves[position])
        self.desk.ledger.record(Command(RecordAccepted(accepts=reference), (self.signer("p-b"),)))
        self.took()

    @rule(person=st.sampled_from((*PEOPLE, "cus-1", "cus-2")), by_former=st.booleans())
    def rotate_key(self, person: str, by_former: bool) -> None:
        old = self.signer(person).verify_key
        alone = person.startswith("cus-")  # two custodians make a custodian's key, and there are two: he is one of them
        self.new_key(person, by_former=by_former or alone)
        revoked = KeyRevoked(person=person, key_id=old.key_id.hex())
        custodian = self.signer("cus-2" if person == "cus-1" else "cus-1")
        self.desk.ledger.record(Command(revoked, (custodian,)))
        self.generation[person] += 1
        self.took(2)

    @rule(person=st.sampled_from(PEOPLE), back=st.integers(0, 5))
    def revoke_for_compromise(self, person: str, back: int) -> None:
        old = self.signer(person).verify_key
        since = max(0, self.desk.ledger.size() - back)
        revoked = KeyRevoked(person=person, key_id=old.key_id.hex(), compromised_from=since)
        self.desk.ledger.record(Command(revoked, (self.signer("cus-1"), self.signer("cus-2"))))
        with pytest.raises(Refused):
            self.desk.ledger.record(Command(TALK, (self.signer("rec"), self.signer(person))))
        self.new_key(person, by_former=False)
        self.generation[person] += 1
        self.took(2)

    @rule(crash=st.booleans())
    def rotate_log_key(self, crash: bool) -> None:
        announce(self.desk.ledger, self.signer("cus-1"), self.log(1).verify_key)
        if crash:
            self.desk.ledger.sign_checkpoint(self.log(), self.log(1))
            self.reopen()
        confirm(self.desk.ledger, self.signer("cus-1"), self.log(), self.log(1))
        self.generation["log"] += 1
        self.took(2)

    @rule()
    def checkpoint(self) -> None:
        note = self.desk.ledger.sign_checkpoint(self.log())
        signed = open_checkpoint(note, [self.log().verify_key, self.log(-1).verify_key])
        self.held.append(signed.checkpoint)

    @precondition(lambda self: self.desk.ledger.needs_seal())
    @rule()
    def seal(self) -> None:
        self.desk.ledger.seal(self.signer("svc"))
        self.took()

    @precondition(lambda self: self.talks)
    @rule(which=st.integers(0, 1000))
    def erase(self, which: int) -> None:
        position = self.talks.pop(which % len(self.talks))
        erased = TextErased(entry=EntryReference("", position, self.leaves[position]), names=("text",), ground="law")
        _, gone = self.desk.ledger.erase(erased, (self.signer("cus-1"), self.signer("eye")))
        assert gone
        self.took()

    @rule(after=st.integers(0, 2))
    def crash_in_a_transaction(self, after: int) -> None:
        """The process dies after some entries of a batch: none of them is there, and the ledger goes on."""

        def dying(c: sqlite3.Cursor, reads: Reads, signed: Sequence[Signed]) -> None:
            insert(c, reads, signed[: after + 1])
            raise Crash

        with patch.object(sqlite_store, "insert", dying), pytest.raises(Crash):
            self.desk.ledger.record(*[Command(TALK, (self.signer("rec"),))] * 3)
        self.took(0)

    @rule()
    def reopen(self) -> None:
        self.desk.close()
        self.desk = open_desk("duty", self.desk.path)

    @rule(
        spoil=st.integers(0, 10**6), kind=st.sampled_from(["entry", "body", "leaf", "drop", "subjects", "checkpoint"])
    )
    def tamper_with_a_copy(self, spoil: int, kind: str) -> None:
        """Whatever somebody changes in the database, verify fails from there on."""
        path = self.directory / "copy.db"
        for old in self.directory.glob("copy.db*"):
            old.unlink()
        self.desk.ledger.store.forget()
        shutil.copy(self.desk.path, path)
        rowid = spoil % len(self.leaves) + 1
        with tampering(path) as connection:
            if kind == "drop":
                connection.execute("DELETE FROM stored_events WHERE rowid = ?", (rowid,))
                connection.execute("DELETE FROM bodies WHERE position = ?", (rowid - 1,))
            elif kind == "subjects":
                connection.execute("UPDATE subjects SET position = position + 1 WHERE id = 'p-a' AND number = 1")
            elif kind == "checkpoint":
                connection.execute("INSERT OR REPLACE INTO checkpoints VALUES (?, ?)", (rowid, b"no note"))
            else:
                sql = {
                    "entry": ("stored_events", "entry", "rowid"),
                    "leaf": ("stored_events", "leaf_hash", "rowid"),
                    "body": ("bodies", "body", "position + 1"),
                }[kind]
                table, column, where = sql
                (data,) = connection.execute(f"SELECT {column} FROM {table} WHERE {where} = ?", (rowid,)).fetchone()
                i = spoil % len(data)
                data = data[:i] + bytes([data[i] ^ 1 << spoil % 8]) + data[i + 1 :]
                connection.execute(f"UPDATE {table} SET {column} = ? WHERE {where} = ?", (data, rowid))
        if kind == "drop" and rowid == len(self.leaves) and not any(head.size == rowid for head in self.held):
            return  # the last entry, which no checkpoint covers yet: nobody can tell
        assert verdict(path, self.held) == 3

    # --- what always holds ---

    @invariant()
    def verifies(self) -> None:
        if len(self.leaves) == self.verified:
            return
        report = verify_ledger(self.desk.ledger, held=self.held)
        assert (report.verdict, report.size) == ("valid", len(self.leaves)), report.findings
        self.verified = len(self.leaves)

    @invariant()
    def what_was_written_stays(self) -> None:
        ledger = self.desk.ledger
        assert [ledger.at(i).leaf_hash for i in range(0, len(self.leaves), 7)] == self.leaves[::7]


def verdict(path: Path, held: list[Checkpoint]) -> int:
    try:
        ledger = open_ledger(path, read_only=True)
    except (Invalid, UnknownFormat, Incomplete):  # a first entry of a format or type that nobody knows is found out too
        return 3
    try:
        return verify_ledger(ledger, held=held).exit_code
    finally:
        ledger.close()


def test_a_ledger_lives_through_everything() -> None:
    """Appends, key changes, seals, checkpoints, erasures and crashes in any order leave a valid ledger."""
    run_state_machine_as_test(
        LedgerLife,
        settings=settings(
            max_examples=8,
            stateful_step_count=15,
            deadline=None,
            derandomize=os.environ.get("CI") == "true",
            suppress_health_check=list(HealthCheck),
        ),
    )


WRITER = """
import sys
from dataclasses import replace
from pathlib import Path
from ledger.clock import SystemClock
from ledger.errors import Busy, Conflict
from ledger.application import open_ledger
from ledger.application import Command
from ledger.events.acts import TalkHeld
from tests.support.builders import signer_named

path, name, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
ledger = open_ledger(path, clock=SystemClock(allow_jump=True))
rec = signer_named(f"{ledger.origin}/rec")
for number in range(count):
    talk = TalkHeld(ref=f"{name}-{number}", talker="p-a", counterpart="p-b")
    while True:
        try:
            receipt = ledger.record(Command(talk, (rec,)))[0]
            break
        except (Busy, Conflict):
            continue
    print(receipt.position, receipt.ref, flush=True)
"""


def writer(path: Path, name: str, count: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, str(path), name, str(count)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT)


def acknowledged(process: subprocess.Popen[str]) -> list[tuple[int, str]]:
    assert process.stdout is not None
    lines = [line.split() for line in process.stdout.read().splitlines() if line.endswith(tuple("0123456789"))]
    return [(int(position), ref) for position, ref in (line for line in lines if len(line) == 2)]


def checked(path: Path) -> LedgerReport:
    desk = open_desk("duty", path, read_only=True)
    try:
        return verify_ledger(desk.ledger)
    finally:
        desk.close()


def test_several_processes_write_one_chain(tmp_path: Path) -> None:
    """Four writers at once: every acknowledged entry is there, at its position, once; the ledger verifies."""
    desk = duty_ledger(tmp_path)
    before = desk.ledger.size()
    desk.close()
    writers = [writer(desk.path, f"W{number}", 12) for number in range(4)]
    said = [pair for process in writers for pair in acknowledged(process)]
    for process in writers:
        assert process.wait() == 0, process.stderr.read() if process.stderr else ""
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()

    assert sorted(position for position, _ in said) == list(range(before, before + 48))
    report = checked(desk.path)
    assert ("valid", before + 48) == (report.verdict, report.size)
    desk = open_desk("duty", desk.path, read_only=True)
    assert all(find_entry(desk.ledger, ref).position == position for position, ref in said)
    desk.close()


def test_a_killed_writer_loses_nothing_it_acknowledged(tmp_path: Path) -> None:
    """However early or late a writer is killed, the ledger is whole and has every entry that it reported."""
    desk = duty_ledger(tmp_path)
    before = desk.ledger.size()
    desk.close()
    total = 0
    for number in range(5):
        process = writer(desk.path, f"K{number}", 10_000)
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(1 + 3 * number)]
        process.kill()
        lines += process.stdout.readlines()
        process.wait()
        process.stdout.close()
        if process.stderr is not None:
            process.stderr.close()
        said = [line.split() for line in lines if line.endswith("\n") and len(line.split()) == 2]
        total += len(said)
        report = checked(desk.path)
        assert report.verdict == "valid"
        assert report.size >= before + total
        ledger = open_ledger(desk.path, read_only=True)
        assert all(find_entry(ledger, ref).position == int(position) for position, ref in said)
        ledger.close()
