"""Erasure: the text is gone from every file, the digest and every old proof stay, and nothing else can go."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.core.merkle import check_inclusion, prove_inclusion
from ledger.errors import Refused
from ledger.events.acts import TalkHeld
from ledger.events.fields import ERASED_TEXT, EntryReference
from ledger.events.records import TextErased
from ledger.recording.numbers import find_entry
from tests.support.both_ways import verify_ledger
from tests.support.builders import Desk, duty_ledger, tampering

SECRET = "a text that must go"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = duty_ledger(tmp_path)
    made.record(TalkHeld(ref="T1", talker="p-a", counterpart="p-b", text=SECRET, place="room 1"), "rec")
    yield made
    made.close()


def reference(desk: Desk, ref: str = "T1") -> EntryReference:
    event = find_entry(desk.ledger, ref)
    return EntryReference("", event.position, event.leaf_hash)


def erase(desk: Desk, *names: str, signers: tuple[str, ...] = ("cus-1", "eye")) -> bool:
    erased = TextErased(entry=reference(desk), names=names, ground="data protection law, article 47")
    return desk.ledger.erase(erased, [desk.signer(person) for person in signers])[1]


def files_holding(desk: Desk, text: str) -> list[str]:
    return [path.name for path in desk.path.parent.iterdir() if text.encode() in path.read_bytes()]


def test_the_text_is_in_no_file_of_the_ledger_any_more(desk: Desk) -> None:
    """The disclosure of an erased field is found neither in the database nor in its write-ahead log."""
    disclosure = desk.ledger.body_at(find_entry(desk.ledger, "T1").position).disclosures["text"]
    assert files_holding(desk, disclosure)

    assert erase(desk, "text")
    assert files_holding(desk, disclosure) == []


def test_the_ledger_stays_valid_and_says_what_was_erased(desk: Desk) -> None:
    """Verify prints the mark 'erased, digest fits' for each text and stays valid."""
    erase(desk, "text", "place")
    report = verify_ledger(desk.ledger)

    assert ("valid", 2) == (report.verdict, report.marks["erased, digest fits"])


def test_every_old_proof_still_verifies(desk: Desk) -> None:
    """Leaf hash, root and inclusion proofs made before an erasure are unchanged by it."""
    before = desk.ledger.tree_head()
    leaves = [desk.ledger.at(position).leaf_hash for position in range(before.size)]
    proofs = [prove_inclusion(i, before.size, desk.ledger.hashes(before.size)) for i in range(before.size)]
    erase(desk, "text")

    assert before == desk.ledger.tree_head(before.size)
    for index, (leaf, proof) in enumerate(zip(leaves, proofs, strict=True)):
        check_inclusion(leaf, index, before.size, proof, before.root)


def test_an_erased_text_reads_as_erased_and_the_rest_stays(desk: Desk) -> None:
    """The entry is read back with the erased text marked, and with everything else."""
    erase(desk, "text")
    talk = find_entry(desk.ledger, "T1").payload

    assert isinstance(talk, TalkHeld)
    assert (ERASED_TEXT, "room 1", "p-a") == (talk.text, talk.place, talk.talker)


@pytest.mark.parametrize("name", ["talker", "ref", "subject.0", "nonsense"])
def test_nothing_that_verification_or_a_view_rests_on_can_be_erased(desk: Desk, name: str) -> None:
    """A structural field, a subject or an unknown name is refused, and nothing is written."""
    size = desk.ledger.size()
    with pytest.raises(Refused):
        erase(desk, name)

    assert size == desk.ledger.size()


@pytest.mark.parametrize("signers", [("cus-1",), ("cus-1", "cus-2"), ("eye", "cus-1"), ("rec", "eye")])
def test_erasing_takes_a_custodian_and_an_inspector(desk: Desk, signers: tuple[str, ...]) -> None:
    """Without one of the two, or in another order, the erasure is refused."""
    with pytest.raises(Refused):
        erase(desk, "text", signers=signers)


def test_a_text_is_erased_once(desk: Desk) -> None:
    """A text that is not held any more cannot be erased again."""
    erase(desk, "text")
    with pytest.raises(Refused, match="not held any more"):
        erase(desk, "text")


def test_a_text_removed_without_an_erasure_is_found(desk: Desk) -> None:
    """A disclosure taken out of the database by hand is missing without a record, and the ledger is invalid."""
    position = find_entry(desk.ledger, "T1").position
    with tampering(desk.path) as connection:
        body = connection.execute("SELECT body FROM bodies WHERE position = ?", (position,)).fetchone()[0]
        lines = [line for line in body.split(b"\n") if not line.startswith(b"text ")]
        connection.execute("UPDATE bodies SET body = ? WHERE position = ?", (b"\n".join(lines), position))
    report = verify_ledger(desk.ledger)

    assert ("invalid", [position]) == (report.verdict, [finding.position for finding in report.findings])


def test_a_text_put_back_after_its_erasure_is_pending(desk: Desk) -> None:
    """A disclosure that is held again after its erasure makes the check incomplete: the erasure is pending."""
    position = find_entry(desk.ledger, "T1").position
    connection = sqlite3.connect(desk.path)
    body = connection.execute("SELECT body FROM bodies WHERE position = ?", (position,)).fetchone()[0]
    connection.close()
    erase(desk, "text")
    with tampering(desk.path) as raw:
        raw.execute("UPDATE bodies SET body = ? WHERE position = ?", (body, position))
    report = verify_ledger(desk.ledger)

    assert ("incomplete", 4) == (report.verdict, report.exit_code)


def test_a_body_without_an_erasure_on_record_refuses_to_change(desk: Desk) -> None:
    """The trigger lets a body change only where an erasure of its entry is on record."""
    connection = sqlite3.connect(desk.path)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute("UPDATE bodies SET body = x'00' WHERE position = 3")
    connection.close()
