"""Seals: the map of heads is that of the entries, however it was computed, and a false one is found."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from ledger.anchors.taking import next_checkpoint
from ledger.bundle.select import head_proofs, select
from ledger.core.checkpoint import open_checkpoint, sign_checkpoint
from ledger.core.encoding import b64decode, b64encode
from ledger.core.seal_map import check_head, heads_root, stream_key, subject_key
from ledger.errors import ChainBroken, Conflict, ProofInvalid, Refused
from ledger.events.acts import TalkHeld
from ledger.events.trust import Sealed
from ledger.store.sealed_heads import new_heads
from ledger.verify.seals import root_at
from tests.attack.forging import DUTY, sealed, write
from tests.support.both_ways import verify_ledger
from tests.support.builders import Desk, assignment, duty_ledger, open_desk, tampering
from tests.support.readers import prove_head


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = duty_ledger(tmp_path)
    yield made
    made.close()


def talk(desk: Desk, number: int, talker: str = "p-a", counterpart: str = "p-b") -> None:
    at = datetime.fromisoformat("2024-01-02T09:00:00+08:00")
    desk.record(TalkHeld(ref=f"T{number}", occurred_at=at, talker=talker, counterpart=counterpart), "rec")


def test_the_cached_map_equals_the_map_computed_from_the_entries_alone(desk: Desk) -> None:
    """Every seal along a growing ledger has the root that a fresh streaming computation gives at its size."""
    persons = ("p-a", "p-b", "p-c")
    for number in range(40):
        talk(desk, number, persons[number % 3], persons[(number + 1) % 3])
        if number % 7 == 0:
            receipt = desk.ledger.seal(desk.signer("svc"))
            sealed = desk.ledger.at(receipt.position).payload
            assert isinstance(sealed, Sealed)
            assert (receipt.position, root_at(desk.ledger, receipt.position)) == (sealed.size, b64decode(sealed.heads))

    report = verify_ledger(desk.ledger, every_seal=True)
    assert ("valid", 6) == (report.verdict, report.seals)


def test_a_seal_is_needed_until_it_is_made_and_never_because_of_itself(desk: Desk) -> None:
    """An idle ledger comes to rest: after a seal none is needed until another entry comes."""
    assert desk.ledger.needs_seal()
    desk.ledger.seal(desk.signer("svc"))

    assert not desk.ledger.needs_seal()
    talk(desk, 1)
    assert desk.ledger.needs_seal()


def test_a_false_seal_is_found(desk: Desk) -> None:
    """A seal whose map is not that of the entries before it makes the ledger invalid, at the seal's position."""
    size = desk.ledger.size()
    desk.record(Sealed(size=size, heads=b64encode(bytes(32))), "svc")
    report = verify_ledger(desk.ledger)

    assert "invalid" == report.verdict
    assert [size] == [finding.position for finding in report.findings]


FORGED: dict[str, Callable[[Desk], Any]] = {
    "another map": lambda desk: sealed(desk, desk.ledger.size(), bytes(32)),
    "another size": lambda desk: sealed(desk, desk.ledger.size() - 1, root_at(desk.ledger, desk.ledger.size())),
    **{name: DUTY[f"3 {name}"] for name in ("a talk among the seals", "a talk among the anchors")},
}
"""What only pretends to be a seal, or to follow one."""


@pytest.mark.parametrize("name", FORGED)
def test_what_only_pretends_to_be_a_seal_is_never_signed_over(desk: Desk, tmp_path: Path, name: str) -> None:
    """Written past every check behind a true seal: no checkpoint ends in it, and none passes over it as if the ledger
    were sealed; what is signed all the same ends in a true seal."""
    desk.ledger.seal(desk.signer("svc"))
    before = desk.ledger.sign_checkpoint(desk.log)
    write(desk, FORGED[name](desk))
    with closing((again := open_desk("duty", tmp_path / "duty.db")).ledger) as ledger:
        if name == "a talk among the anchors":
            next_checkpoint(ledger, lambda: again.signer("svc"), lambda: again.log)
            assert isinstance(ledger.at(ledger.size() - 1).payload, Sealed)
            return
        with pytest.raises((ChainBroken, ProofInvalid), match="the seal at"):
            next_checkpoint(ledger, lambda: again.signer("svc"), lambda: again.log)
        assert ledger.last_checkpoint() == open_checkpoint(before, [again.log.verify_key])


@pytest.mark.parametrize("name", ["another map", "another size", "a talk among the seals"])
def test_no_bundle_rests_on_what_only_pretends_to_be_a_seal(desk: Desk, tmp_path: Path, name: str) -> None:
    """Where a checkpoint was signed over it by another program: nothing is handed out, and the entry is named."""
    talk(desk, 1)
    desk.ledger.seal(desk.signer("svc"))
    desk.ledger.sign_checkpoint(desk.log)
    write(desk, FORGED[name](desk))
    with closing((again := open_desk("duty", tmp_path / "duty.db")).ledger) as ledger:
        size = ledger.size()
        note = sign_checkpoint(ledger.tree_head(), again.log)
        with tampering(again.path) as connection:
            connection.execute("INSERT INTO checkpoints VALUES (?,?)", (size, note))
        with pytest.raises((ChainBroken, ProofInvalid)) as refused:
            head_proofs(select(ledger, [ledger.store.of_ref("T1")[0]], []))
        assert refused.value.args[1] == size - 1


def test_a_seal_over_another_size_is_not_recorded(desk: Desk) -> None:
    """A seal that does not say its own position is refused under the lock."""
    with pytest.raises(Conflict):
        desk.record(Sealed(size=3, heads=b64encode(bytes(32))), "svc")


def test_only_service_and_custodian_seal(desk: Desk) -> None:
    """A recorder's key may not seal."""
    with pytest.raises(Refused, match="author"):
        desk.ledger.seal(desk.signer("rec"))


def test_earlier_seals_that_were_not_recomputed_are_named(desk: Desk) -> None:
    """Without --seals the check says how many seals it did not recompute."""
    for number in range(3):
        talk(desk, number)
        desk.ledger.seal(desk.signer("svc"))
    quick = verify_ledger(desk.ledger)

    assert (1, True) == (quick.seals, any("2 earlier seals" in str(what) for what in quick.not_checked))


def test_spoilt_caches_do_not_reach_the_verdict(desk: Desk) -> None:
    """A seal made beside spoilt caches is that of the entries, and verify recomputes it without them."""
    talk(desk, 1)
    desk.ledger.seal(desk.signer("svc"))
    talk(desk, 2)
    with tampering(desk.path) as connection:
        connection.execute("UPDATE cache_heads SET count = count + 1 WHERE key = ?", (subject_key("person", "p-c"),))
        connection.execute("DELETE FROM cache_nodes")
    desk.ledger.seal(desk.signer("svc"))

    assert "valid" == verify_ledger(desk.ledger, every_seal=True).verdict


def test_the_map_proves_the_last_entry_of_a_stream_and_of_a_person(desk: Desk) -> None:
    """From the sealed root, a path proves how many entries a stream and a person have and where the last stands."""
    for number in range(5):
        talk(desk, number)
    desk.record(assignment("A1"), "rec")
    receipt = desk.ledger.seal(desk.signer("svc"))
    found = new_heads(desk.ledger.store.rows, 0, receipt.position, with_subjects=True)
    heads = sorted(found, key=lambda head: head.key)
    sealed = desk.ledger.at(receipt.position).payload
    assert isinstance(sealed, Sealed)
    root = b64decode(sealed.heads)
    for key in (stream_key("talk/T3"), subject_key("person", "p-a")):
        head = next(head for head in heads if head.key == key)
        check_head(prove_head(heads, key), head, root)

    assert root == heads_root(heads)


def test_the_caches_are_the_only_tables_that_change(desk: Desk) -> None:
    """Every other table refuses UPDATE and DELETE, also while seals are made."""
    desk.ledger.seal(desk.signer("svc"))
    connection = sqlite3.connect(desk.path)
    tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    guarded = [table for table in tables if not table.startswith(("cache_", "sqlite_"))]
    for table in guarded:
        if connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]:
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                connection.execute(f"DELETE FROM {table}")
    connection.close()

    assert {"stored_events", "bodies", "subjects", "refs", "checkpoints", "erasures"} <= set(guarded)
