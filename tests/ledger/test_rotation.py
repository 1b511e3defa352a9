"""The log key changes in two steps, each on record; nothing else signs checkpoints (FORMAT.md section 6)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import pytest

from ledger.application import Command, Receipt
from ledger.checks import admits
from ledger.checks.keybook import KeyBook
from ledger.core.carried import Carried
from ledger.core.checkpoint import Checkpoint, format_checkpoint, open_checkpoint, parse_checkpoint, sign_checkpoint
from ledger.core.entry import Header
from ledger.core.merkle import EMPTY_ROOT, prove_consistency, prove_inclusion
from ledger.core.note import parse_note, sign_note
from ledger.core.signers import Ed25519Signer, format_vkey
from ledger.errors import Invalid, KeyInvalid, Refused, ZerenError
from ledger.events.base import Payload
from ledger.events.trust import LogKeyConfirmed, LogKeyRotated
from ledger.home.held import Delivery, Holdings
from ledger.keys.rotation import announce, confirm
from tests.support.both_ways import verify_ledger
from tests.support.builders import START, Desk, assignment, duty_ledger, signer_named, tampering


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = duty_ledger(tmp_path)
    yield made
    made.close()


def new_log(desk: Desk, generation: int = 2) -> Ed25519Signer:
    return signer_named(desk.origin, generation)


def announced(desk: Desk, generation: int = 2) -> Receipt:
    return announce(desk.ledger, desk.signer("cus-1"), new_log(desk, generation).verify_key)


def confirmed(desk: Desk, note: bytes) -> Receipt:
    return desk.ledger.record(Command(LogKeyConfirmed(checkpoint=note.decode()), (desk.signer("cus-1"),)))[0]


def valid(desk: Desk) -> bool:
    report = verify_ledger(desk.ledger)
    assert report.verdict == "valid", report.findings
    return True


def test_a_log_gets_a_new_key(desk: Desk) -> None:
    """Old checkpoints stay valid under the old key, later ones are signed by the new one only."""
    first = desk.ledger.sign_checkpoint(desk.log)
    announced(desk)
    confirm(desk.ledger, desk.signer("cus-1"), desk.log, new_log(desk))
    with pytest.raises(Refused, match="not this ledger's log key"):
        desk.ledger.sign_checkpoint(desk.log)
    last = desk.ledger.sign_checkpoint(new_log(desk))

    open_checkpoint(first, [desk.log.verify_key])
    open_checkpoint(last, [new_log(desk).verify_key])
    book = desk.ledger.keys()
    assert book.log_key(desk.ledger.size() - 1) == desk.log.verify_key
    assert book.log_key(desk.ledger.size()) == new_log(desk).verify_key
    assert valid(desk)


def test_an_announcement_changes_nothing(desk: Desk) -> None:
    """Until it is confirmed the old key signs, and the new one does not."""
    announced(desk)
    with pytest.raises(Refused, match="not this ledger's log key"):
        desk.ledger.sign_checkpoint(new_log(desk))
    desk.ledger.sign_checkpoint(desk.log)
    assert valid(desk)


def test_the_checkpoint_between_has_both_lines_in_order(desk: Desk) -> None:
    """The old key's line, then the new key's, over one text."""
    announced(desk)
    receipt = confirm(desk.ledger, desk.signer("cus-1"), desk.log, new_log(desk))
    payload = desk.ledger.at(receipt.position).payload
    assert isinstance(payload, LogKeyConfirmed)
    lines = parse_note(payload.checkpoint.encode()).signatures
    assert [desk.log.verify_key.key_id, new_log(desk).verify_key.key_id] == [line.key_id for line in lines]


def test_a_run_that_ended_between_the_steps_is_continued(desk: Desk) -> None:
    """The checkpoint that both keys signed is stored; after any number of entries it still confirms."""
    announced(desk)
    note = desk.ledger.sign_checkpoint(desk.log, new_log(desk))
    assert valid(desk)  # a checkpoint with two lines is on its way to be confirmed
    desk.record(assignment("A1"), "rec")
    receipt = confirm(desk.ledger, desk.signer("cus-1"), desk.log, new_log(desk))
    payload = desk.ledger.at(receipt.position).payload
    assert isinstance(payload, LogKeyConfirmed)
    assert payload.checkpoint.encode() == note
    assert valid(desk)


def test_a_checkpoint_by_the_old_key_alone_does_not_stand_in_the_way(desk: Desk) -> None:
    """Where the head was signed after the announcement already, the same head is signed by both."""
    announced(desk)
    desk.ledger.sign_checkpoint(desk.log)
    confirm(desk.ledger, desk.signer("cus-1"), desk.log, new_log(desk))
    assert valid(desk)


def test_a_second_announcement_replaces_the_first_which_is_used_up(desk: Desk) -> None:
    """A key that got lost before it was confirmed is replaced, and never comes back, not even as a person's."""
    announced(desk, 2)
    announced(desk, 3)
    with pytest.raises(Refused, match="not announced"):
        confirm(desk.ledger, desk.signer("cus-1"), desk.log, new_log(desk, 2))
    with pytest.raises(KeyInvalid, match="already used"):
        announced(desk, 2)
    confirm(desk.ledger, desk.signer("cus-1"), desk.log, new_log(desk, 3))
    with pytest.raises(KeyInvalid, match="already used"):
        announced(desk, 1)
    assert valid(desk)


def _two(desk: Desk, checkpoint: Checkpoint) -> bytes:
    return sign_checkpoint(checkpoint, desk.log, new_log(desk))


def _only_old(desk: Desk) -> bytes:
    return sign_checkpoint(desk.ledger.tree_head(), desk.log)


def _only_new(desk: Desk) -> bytes:
    return sign_checkpoint(desk.ledger.tree_head(), new_log(desk))


def _swapped(desk: Desk) -> bytes:
    return sign_checkpoint(desk.ledger.tree_head(), new_log(desk), desk.log)


def _three(desk: Desk) -> bytes:
    return sign_checkpoint(desk.ledger.tree_head(), desk.log, new_log(desk), new_log(desk, 5))


def _other_key(desk: Desk) -> bytes:
    return sign_checkpoint(desk.ledger.tree_head(), desk.log, new_log(desk, 5))


def _before_the_announcement(desk: Desk) -> bytes:
    return _two(desk, desk.ledger.tree_head(desk.ledger.size() - 1))


def _empty(desk: Desk) -> bytes:
    return _two(desk, Checkpoint(desk.origin, 0, EMPTY_ROOT))


def _ahead(desk: Desk) -> bytes:
    return _two(desk, Checkpoint(desk.origin, desk.ledger.size() + 1, bytes(32)))


def _other_root(desk: Desk) -> bytes:
    return _two(desk, Checkpoint(desk.origin, desk.ledger.size(), bytes(32)))


def _other_origin(desk: Desk) -> bytes:
    text = format_checkpoint(Checkpoint("zeren.test/other/duty", desk.ledger.size(), desk.ledger.tree_head().root))
    return sign_note(text, [desk.log, new_log(desk)])


def _forged(desk: Desk) -> bytes:
    good = _two(desk, desk.ledger.tree_head()).decode()
    other = _two(desk, desk.ledger.tree_head(desk.ledger.size() - 1)).decode()
    return (good.partition("\n\n")[0] + "\n\n" + other.partition("\n\n")[2]).encode()


def _no_note(_: Desk) -> bytes:
    return b"nothing"


@pytest.mark.parametrize(
    "make",
    [
        _only_old, _only_new, _swapped, _three, _other_key, _before_the_announcement, _empty, _ahead, _other_root,
        _other_origin, _forged, _no_note,
    ],
)  # fmt: skip
def test_what_does_not_confirm(desk: Desk, make: Callable[[Desk], bytes]) -> None:
    """A confirmation with another checkpoint is refused, and found where it was written all the same."""
    announced(desk)
    size = desk.ledger.size()
    note = make(desk)
    with pytest.raises(ZerenError):
        confirmed(desk, note)
    assert desk.ledger.size() == size
    with _no_rules():
        desk.ledger.recorder.keybook, desk.ledger.recorder.keybook_size = KeyBook(), 0
        confirmed(desk, note)
    report = verify_ledger(desk.ledger)
    assert ("invalid", {size}) == (report.verdict, {finding.position for finding in report.findings})


@contextmanager
def _no_rules() -> Iterator[None]:
    """A writer who asks no rule about confirmations."""
    apply = KeyBook.apply

    def apply_others(book: KeyBook, header: Header, payload: Payload, carried: Carried) -> None:
        if not isinstance(payload, LogKeyConfirmed):
            apply(book, header, payload, carried)

    with (
        patch.object(admits, "check_admits", lambda *_: None),
        patch.object(KeyBook, "apply", apply_others),
        patch.object(KeyBook, "confirming_checkpoint", lambda *_: None),
        patch("ledger.store.appending.check_head", lambda *_: None),
    ):
        yield


def test_nothing_is_confirmed_that_was_not_announced(desk: Desk) -> None:
    """Without an announcement, or a second time, a confirmation is refused."""
    with pytest.raises(Refused, match="no log key is announced"):
        confirmed(desk, _two(desk, desk.ledger.tree_head()))
    announced(desk)
    note = _two(desk, desk.ledger.tree_head())
    confirmed(desk, note)
    with pytest.raises(Refused, match="no log key is announced"):
        confirmed(desk, note)


@pytest.mark.parametrize("name", ["zeren.test/other/duty", "zeren.test/organ/duty/p-new"])
def test_a_log_key_bears_the_ledgers_name(desk: Desk, name: str) -> None:
    """A key under another name, or one that somebody has, is not announced."""
    for key in (signer_named(name, 4), desk.signer("p-a")):
        with pytest.raises(KeyInvalid):
            announce(desk.ledger, desk.signer("cus-1"), key.verify_key)
    twin = Ed25519Signer(desk.origin, desk.signer("p-a").private_key)
    with pytest.raises(KeyInvalid, match="already used"):
        announce(desk.ledger, desk.signer("cus-1"), twin.verify_key)


def test_only_a_custodian_rotates(desk: Desk) -> None:
    """Nobody else announces or confirms."""
    for person in ("rec", "svc", "eye", "p-a"):
        with pytest.raises(Refused):
            announce(desk.ledger, desk.signer(person), new_log(desk).verify_key)


def test_the_log_key_signs_no_entry(desk: Desk) -> None:
    """It is never among the signers."""
    with pytest.raises(ZerenError):
        desk.ledger.record(Command(LogKeyRotated(vkey=format_vkey(new_log(desk).verify_key)), (desk.log,)))


@pytest.mark.parametrize("which", ["two lines", "new key early", "other key"])
def test_a_stored_checkpoint_by_another_key_is_found(desk: Desk, which: str) -> None:
    """Two log lines without a confirmation, the new key before it was confirmed, a foreign key: verify names it."""
    if which == "new key early":
        announced(desk)
    head = desk.ledger.tree_head()
    signers = {
        "two lines": (desk.log, new_log(desk)),
        "new key early": (new_log(desk),),
        "other key": (new_log(desk, 9),),
    }
    note = sign_checkpoint(head, *signers[which])
    if which == "two lines":
        announced(desk)
        confirm(desk.ledger, desk.signer("cus-1"), desk.log, new_log(desk))
    with tampering(desk.path) as connection:
        connection.execute("INSERT OR REPLACE INTO checkpoints VALUES (?,?)", (head.size, note))
    assert verify_ledger(desk.ledger).verdict == "invalid"


def test_checkpoints_held_elsewhere_follow_the_rotation(desk: Desk, tmp_path: Path) -> None:
    """Whoever holds checkpoints accepts one by the confirmed key, if it continues what is held."""

    def delivery(note: bytes, old: int) -> Delivery:
        size = parse_checkpoint(parse_note(note).text).size
        get = desk.ledger.hashes(size)
        leaf = desk.ledger.opened.leaf_hash
        return Delivery(note, leaf, prove_inclusion(0, size, get), prove_consistency(old, size, get) if old else ())

    holdings = Holdings(tmp_path / "held", desk.log.verify_key, desk.ledger.opened.leaf_hash)
    first = desk.ledger.sign_checkpoint(desk.log)
    size = desk.ledger.size()
    holdings.accept(delivery(first, 0), START)
    announced(desk)
    confirm(desk.ledger, desk.signer("cus-1"), desk.log, new_log(desk))
    last = desk.ledger.sign_checkpoint(new_log(desk))
    with pytest.raises(ZerenError):
        holdings.accept(delivery(last, size), START)
    later = Holdings(holdings.directory, holdings.log_key, holdings.genesis_leaf, (new_log(desk).verify_key,))
    later.accept(delivery(last, size), START)
    with pytest.raises(Invalid):
        later.accept(delivery(sign_checkpoint(desk.ledger.tree_head(5), new_log(desk)), 5), START)
