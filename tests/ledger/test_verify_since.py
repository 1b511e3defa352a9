"""A check that begins at a trusted checkpoint, one that goes on after an interruption, one on all cores."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from ledger.core.checkpoint import Checkpoint
from ledger.core.encoding import b64encode
from ledger.errors import BadInput, ZerenError
from ledger.events.fields import EntryReference
from ledger.events.records import RecordAccepted, TextErased
from ledger.events.trust import Sealed
from ledger.home.directory import Home
from ledger.home.known_heads import KnownHeads
from ledger.placement import SEALS
from ledger.recording.numbers import find_entry
from ledger.verify import LedgerReport, signature_checks, start, verify_ledger
from ledger.verify.seals import root_at
from tests.support import builders
from tests.support import replayed as support
from tests.support.anchoring import adopt, anchor, checkpoint, head_of, policy_text
from tests.support.builders import Desk, open_desk, tampering
from tests.support.command import zeren
from tests.support.evidence import talk

BEFORE, AFTER = 20, 15


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Checkpoint]:
    """A ledger that went on after a checkpoint, and that checkpoint."""
    desk = builders.duty_ledger(tmp_path_factory.mktemp("grown"))
    adopt(desk, policy_text(1))
    persons = ("p-a", "p-b", "p-c")
    for number in range(BEFORE):
        desk.record(talk(f"T{number}", persons[number % 3], persons[(number + 1) % 3]), "rec")
    note = checkpoint(desk)
    anchor(desk, note, 0)
    first = find_entry(desk.ledger, "T1")
    named = EntryReference("", first.position, first.leaf_hash)
    desk.record(RecordAccepted(accepts=named), "p-b")
    erased = TextErased(entry=named, names=("text",), ground="on request")
    desk.ledger.erase(erased, [desk.signer("cus-1"), desk.signer("eye")])
    for number in range(BEFORE, BEFORE + AFTER):
        desk.record(talk(f"T{number}", persons[number % 2], "rec"), "rec")
    anchor(desk, checkpoint(desk), 0)
    checkpoint(desk)
    desk.close()
    return desk.path, head_of(note)


@pytest.fixture
def desk(grown: tuple[Path, Checkpoint], tmp_path: Path) -> Iterator[Desk]:
    made = open_desk("duty", Path(shutil.copy(grown[0], tmp_path / "duty.db")))
    yield made
    made.close()


@pytest.fixture
def trusted(grown: tuple[Path, Checkpoint]) -> Checkpoint:
    return grown[1]


def findings(report: LedgerReport) -> list[str]:
    return [str(finding.what) for finding in report.findings]


def test_a_check_since_a_trusted_checkpoint_looks_at_what_is_new(desk: Desk, trusted: Checkpoint) -> None:
    """It is valid, reads only the entries from the trusted seal on, recomputes the last seal, and says what it left."""
    whole = verify_ledger(desk.ledger)
    new = verify_ledger(desk.ledger, since=trusted)

    assert ("valid", []) == (new.verdict, findings(new))
    assert whole.root == new.root
    assert new.bodies == desk.ledger.size() - (trusted.size - 1) < whole.bodies
    assert 1 == new.seals
    assert [what for what in new.not_checked if f"the {trusted.size - 1} entries below" in str(what)]
    assert new.marks["erased, digest fits"] == 1


def test_the_roots_along_touched_keys_are_those_of_all_entries(desk: Desk, trusted: Checkpoint) -> None:
    """Both roots computed from the cache along what was touched equal those computed from the entries alone."""
    seals = desk.ledger.store.stream(SEALS)
    roots = desk.ledger.store.roots_since(seals[0], seals[-1], with_subjects=True)
    assert (root_at(desk.ledger, seals[0]), root_at(desk.ledger, seals[-1])) == roots


def change_entry(connection: object, position: int) -> None:
    connection.execute(  # type: ignore[attr-defined]
        "UPDATE stored_events SET entry = CAST(replace(entry, '2024', '2023') AS BLOB) WHERE rowid = ?", (position + 1,)
    )


def lower_number(connection: object, _: int) -> None:
    connection.execute("DELETE FROM subjects WHERE kind = 'person' AND id = 'p-a' AND number = 1")  # type: ignore[attr-defined]


def raise_number(connection: object, _: int) -> None:
    connection.execute("UPDATE subjects SET number = number + 100 WHERE id = 'p-b' AND number > 3")  # type: ignore[attr-defined]


def drop_body(connection: object, position: int) -> None:
    connection.execute("DELETE FROM bodies WHERE position = ?", (position,))  # type: ignore[attr-defined]


def drop_last(connection: object, _: int) -> None:
    connection.execute("DELETE FROM stored_events WHERE rowid = (SELECT max(rowid) FROM stored_events)")  # type: ignore[attr-defined]


@pytest.mark.parametrize("attack", [change_entry, lower_number, raise_number, drop_body, drop_last])
def test_what_is_wrong_after_the_trusted_checkpoint_is_found(
    desk: Desk, trusted: Checkpoint, attack: Callable[[object, int], None]
) -> None:
    """A changed entry, a false index, a lost body or a lost tail behind the trusted checkpoint is a finding."""
    position = trusted.size + 5
    with tampering(desk.path) as connection:
        attack(connection, position)
    again = open_desk("duty", desk.path, read_only=True)
    report = verify_ledger(again.ledger, since=trusted)
    again.close()
    assert "invalid" == report.verdict


def test_a_false_last_seal_is_found(desk: Desk, trusted: Checkpoint) -> None:
    """A seal over another map, made after the trusted checkpoint, is invalid at its position."""
    desk.record(talk("T99"), "rec")
    size = desk.ledger.size()
    desk.record(Sealed(size=size, heads=b64encode(bytes(range(32)))), "svc")
    report = verify_ledger(desk.ledger, since=trusted)
    assert [size] == [finding.position for finding in report.findings]


def test_a_spoilt_cache_does_not_reach_the_verdict(desk: Desk, trusted: Checkpoint) -> None:
    """Where the cached map does not lead to the trusted seal, the last one is recomputed from all entries."""
    for statement in ("UPDATE cache_nodes SET hash = zeroblob(32)", "DELETE FROM cache_nodes"):
        with tampering(desk.path) as connection:
            connection.execute(statement)
        report = verify_ledger(desk.ledger, since=trusted)
        assert ("valid", 1) == (report.verdict, report.seals)


def test_another_history_than_the_trusted_one_is_found(desk: Desk, trusted: Checkpoint) -> None:
    """A trusted checkpoint that this ledger does not continue, or that is larger than it, makes it invalid."""
    for size, root in ((trusted.size, bytes(32)), (desk.ledger.size() + 1, bytes(32))):
        report = verify_ledger(desk.ledger, since=Checkpoint(trusted.origin, size, root))
        assert "invalid" == report.verdict


def test_a_key_below_the_trusted_checkpoint_cannot_be_exchanged(desk: Desk, trusted: Checkpoint) -> None:
    """What the check takes over from below is proved by the trusted head: an exchanged body there is found."""
    position = 5
    with tampering(desk.path) as connection:
        body = connection.execute("SELECT body FROM bodies WHERE position = 4").fetchone()[0]
        connection.execute("UPDATE bodies SET body = ? WHERE position = ?", (body, position))
    again = open_desk("duty", desk.path, read_only=True)
    report = verify_ledger(again.ledger, since=trusted)
    again.close()
    assert position in [finding.position for finding in report.findings]


# --- interruption ---


class Stopped(Exception):
    pass


def test_an_interrupted_check_goes_on_where_it_was(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the state that it kept, the check ends with the same figures, and says what it did not look at again."""
    monkeypatch.setattr("ledger.verify.SAVE_EVERY", 10)
    kept: list[bytes] = []

    def save(state: start.Interrupted) -> None:
        kept.append(start.format_interrupted(state))
        if len(kept) == 3:
            raise Stopped

    none = KnownHeads()
    whole = verify_ledger(desk.ledger, heads=none)
    with pytest.raises(Stopped):
        verify_ledger(desk.ledger, heads=none, save=save)
    for data in kept:
        state = start.parse_interrupted(data)
        rest = verify_ledger(desk.ledger, heads=none, interrupted=state)
        assert ("valid", whole.root) == (rest.verdict, rest.root)
        assert (whole.signatures, whole.bodies, whole.seals) == (rest.signatures, rest.bodies, rest.seals)
        assert whole.marks == rest.marks
        assert [what for what in rest.not_checked if "which an earlier check had passed" in str(what)]


def test_the_state_of_another_history_is_refused(desk: Desk) -> None:
    """A state whose tree head is not that of this ledger is a fault, and nothing is taken from it."""
    state = start.Interrupted(Checkpoint(desk.origin, 10, bytes(32)), None, {}, {}, {})
    report = verify_ledger(desk.ledger, interrupted=state)
    assert ["invalid"] == [finding.severity for finding in report.findings]
    for junk in (b"", b"{}\n", b'{"format":"zeren/verify/v1"}\n', b"\xff"):
        with pytest.raises((BadInput, ZerenError)):
            start.parse_interrupted(junk)


def test_no_state_is_kept_of_a_check_with_findings(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once something is wrong nothing is saved any more: the next check begins anew."""
    monkeypatch.setattr("ledger.verify.SAVE_EVERY", 10)
    with tampering(desk.path) as connection:
        connection.execute("UPDATE stored_events SET recorded_at = 'x' WHERE rowid = 15")
    kept: list[int] = []
    again = open_desk("duty", desk.path, read_only=True)
    verify_ledger(again.ledger, save=lambda state: kept.append(state.head.size))
    again.close()
    assert [10] == kept


# --- all cores ---


def test_signatures_are_checked_in_other_processes_too(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Spread over processes the check counts and finds the same."""
    alone = verify_ledger(desk.ledger)
    monkeypatch.setattr(signature_checks, "PARALLEL_FROM", 1)
    monkeypatch.setattr(signature_checks, "BATCH", 3)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    spread = verify_ledger(desk.ledger)
    assert (alone.signatures, alone.root, alone.verdict) == (spread.signatures, spread.root, spread.verdict)

    with tampering(desk.path) as connection:
        entry = connection.execute("SELECT entry FROM stored_events WHERE rowid = 30").fetchone()[0]
        head, last = entry.rstrip(b"\n").rsplit(b" ", 1)
        swapped = last[:20] + (b"A" if last[20:21] != b"A" else b"B") + last[21:]
        connection.execute("UPDATE stored_events SET entry = ? WHERE rowid = 30", (head + b" " + swapped + b"\n",))
    again = open_desk("duty", desk.path, read_only=True)
    report = verify_ledger(again.ledger)
    again.close()
    assert [what for what in findings(report) if "signature" in what.lower()]
    assert 29 in [finding.position for finding in report.findings]


def test_the_command_takes_a_trusted_checkpoint_and_keeps_its_state(tmp_path: Path) -> None:
    """zeren verify --since FILE checks what is new; --resume FILE leaves no file behind when it has ended."""
    directory = tmp_path / "ledgers"
    shutil.copytree(support.replayed(support.YUNXI).directory, directory)
    ledger = Home(directory).open("duty")
    size = ledger.store.checkpoints()[-41][0]
    (tmp_path / "trusted").write_bytes(ledger.checkpoint_at(size) or b"")
    ledger.close()
    verify = partial(zeren, directory, "verify", "--json")
    said = verify("--ledger", "duty", "--since", str(tmp_path / "trusted"))
    assert (0, True) == (said.code, 0 < json.loads(said.out)[0]["bodies"] < 222 - size + 3)
    assert (0, False) == (verify("--ledger", "duty", "--resume", str(tmp_path / "s")).code, (tmp_path / "s").exists())
    assert 2 == verify("--since", str(tmp_path / "trusted")).code
    assert 2 == verify("--ledger", "case", "--since", str(tmp_path / "trusted")).code
    (tmp_path / "s").write_bytes(b"junk")
    assert 2 == verify("--ledger", "duty", "--resume", str(tmp_path / "s")).code
    assert 2 == verify("--ledger", "duty", "--since", str(tmp_path / "s")).code
