"""Rules of core and checks that mutants showed to be held by no quick test: each alone, by the smallest thing."""

import hashlib
import struct
import sys
from array import array
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from io import BytesIO
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import asymmetric

from ledger.application import Command
from ledger.checks.keybook import Dispute, EnrolledKey, KeyBook
from ledger.core import mldsa, sm2
from ledger.core.algorithms import COSIGNATURE_V1
from ledger.core.archive import Archive, ArchiveWriter, read_archive, write_archive
from ledger.core.body import is_carried_name, is_reserved_name, is_subject_name
from ledger.core.checkpoint import Checkpoint, sign_checkpoint
from ledger.core.consent import Consent, parse_text
from ledger.core.consent_to import ToKey
from ledger.core.encoding import b64encode, parse_canonical_json
from ledger.core.entry import Header, check_signatures, parse_entry, sign_entry
from ledger.core.head_list import ListedHead
from ledger.core.issued import check_issued, parse_issued
from ledger.core.merkle import leaf_hash
from ledger.core.names import SignerId
from ledger.core.note import (
    MAX_SIGNATURES,
    Note,
    SignatureLine,
    format_line,
    format_note,
    parse_line,
    parse_note,
    sign_note,
)
from ledger.core.policy import parse_policy
from ledger.core.proof import InclusionProof, check_proof
from ledger.core.seal_map import EMPTY, HeadProof, StreamHead, check_head, head_hash, heads_root, stream_key
from ledger.core.signers import Ed25519Signer, format_vkey
from ledger.core.verified import check_verified, sign_verified
from ledger.core.witness_request import WitnessRequest
from ledger.errors import CheckpointInvalid, KeyInvalid, Malformed, NotChecked, ProofInvalid, Refused, SignatureInvalid
from ledger.events.lists import read_list
from ledger.events.trust import FormatAdopted, KeyRevoked
from tests.support.anchoring import policy_text
from tests.support.builders import duty_ledger, signer_named

KIND = "zeren/bundle/v2"
BY = signer_named("zeren.test/organ/duty/cus-1")


def test_a_key_is_in_force_behind_its_enrolment_up_to_its_revocation() -> None:
    """Neither at nor below its enrolment, and at no position behind the entry that revokes it."""
    key = EnrolledKey("p-a", BY.verify_key, 3, revoked_at=7)
    assert [position for position in range(10) if key.in_force_at(position)] == [4, 5, 6, 7]


def test_what_a_key_signed_is_disputed_from_its_compromise_up_to_its_end() -> None:
    """The position at which the dispute ends is not in it; without an end it goes on."""
    for until, covered in ((7, [4, 5, 6]), (None, [4, 5, 6, 7, 8, 9])):
        dispute = Dispute((BY.name, BY.verify_key.key_id), 4, until, "cus-1")
        assert [position for position in range(10) if dispute.covers(position)] == covered


def test_nobody_proves_possession_of_the_key_of_another() -> None:
    """The key that is to be enrolled bears the name of who says so."""
    to = ToKey(BY.verify_key, ("signer",))
    own = Consent("cus-1", bytes(32), to, "agree", datetime(2024, 1, 2, tzinfo=UTC))
    assert own.person == "cus-1"
    with pytest.raises(SignatureInvalid, match="is signed by the key"):
        replace(own, person="cus-2")


def test_a_revocation_ends_one_key_of_one_person(tmp_path: Path) -> None:
    """Another key of that person and another person's key stay in force."""
    desk = duty_ledger(tmp_path)
    again, fresh = desk.enrolment("p-c", ("signer",), 2), desk.signer("p-c", 2)
    desk.ledger.record(Command(again, (desk.signer("cus-1"), desk.signer("p-c"), fresh)))
    desk.record(KeyRevoked(person="p-c", key_id=desk.signer("p-c").verify_key.key_id.hex()), "cus-1")
    book: KeyBook = desk.ledger.keys()
    held = {name.rpartition("/")[2] for name, key_id in book.in_force(desk.ledger.size())}
    assert {"p-a", "p-b", "p-c"} <= held
    ended = [key.verify_key.key_id for key in book.keys.values() if key.revoked_at is not None]
    assert ended == [desk.signer("p-c").verify_key.key_id]
    desk.close()


@pytest.mark.parametrize("number", [1, 2])
def test_a_list_of_types_in_force_is_not_adopted_again(tmp_path: Path, number: int) -> None:
    """Nor one before it."""
    desk = duty_ledger(tmp_path)
    digest = read_list(number).digest
    adopted = FormatAdopted(format="zeren/entry/v1", position=0, types=digest)
    with pytest.raises(Refused, match="in force already"):
        desk.record(adopted, "cus-1", "cus-2")
    desk.close()


@pytest.mark.parametrize(
    "make",
    [
        lambda: StreamHead(bytes(31), 1, 0, bytes(32)),
        lambda: StreamHead(bytes(32), 1, 0, bytes(33)),
        lambda: StreamHead(bytes(32), 2**64, 0, bytes(32)),
        lambda: StreamHead(bytes(32), 1, 2**64, bytes(32)),
        lambda: heads_root([StreamHead(bytes([i]) * 32, 1, 0, bytes(32)) for i in (2, 1)]),
        lambda: heads_root([StreamHead(bytes([i]) * 32, 1, 0, bytes(32)) for i in (1, 1)]),
        lambda: WitnessRequest(2**64, (), b"x"),
        lambda: Checkpoint("zeren.test/organ/duty", 2**64, bytes(32)),
        lambda: ListedHead("zeren.test/organ/duty", b64encode(bytes(31)), 1, bytes(32)),
        lambda: parse_policy(f"log {format_vkey(BY.verify_key)} https://a.example https://b.example\nquorum none\n"),
        lambda: parse_policy(policy_text(1).replace("\n", " https://w.example https://other.example\n", 1)),
    ],
)
def test_what_a_format_cannot_hold_is_refused(make: Callable[[], object]) -> None:
    """Hashes of another size, a size of 2^64, heads that do not rise, a short fingerprint, a log or a witness with two
    addresses.
    """
    with pytest.raises(Malformed):
        make()


def test_a_signature_line_begins_with_its_dash() -> None:
    """A name and a payload alone are none."""
    line = format_line(SignatureLine(BY.name, BY.verify_key.key_id, bytes(64)))
    assert parse_line(line).name == BY.name
    with pytest.raises(Malformed, match="starts with an em dash"):
        parse_line(line.removeprefix("\u2014 "))


def test_a_note_of_verification_is_about_its_checkpoint() -> None:
    """The one that was recomputed, and no other."""
    head = Checkpoint("zeren.test/organ/duty", 1, leaf_hash(b"x"))
    note = sign_verified(head, BY)
    check_verified(note, head, BY.verify_key)
    with pytest.raises(CheckpointInvalid):
        check_verified(note, Checkpoint("zeren.test/organ/duty", 2, leaf_hash(b"x")), BY.verify_key)


def test_a_note_has_a_hundred_lines_at_most() -> None:
    """As many as that are read, one more is refused."""
    line = SignatureLine(BY.name, BY.verify_key.key_id, bytes(64))
    most = format_note(Note("text\n", (line,) * MAX_SIGNATURES))
    assert len(parse_note(most).signatures) == MAX_SIGNATURES == 100
    with pytest.raises(Malformed, match="at most 100"):
        parse_note(most + f"{format_line(line)}\n".encode())


def test_a_path_ends_where_its_key_stands_alone() -> None:
    """One level more, with nothing beside it, is another form of the same map, whatever root it leads to."""
    key = stream_key("ledger/main")
    head = StreamHead(key, 1, 0, bytes(32))
    sides = (head_hash(head), EMPTY) if key[0] < 128 else (EMPTY, head_hash(head))
    root = hashlib.sha256(b"\x01zeren/heads/v1\n" + b"".join(sides)).digest()
    with pytest.raises(ProofInvalid, match="goes on below"):
        check_head(HeadProof((EMPTY,), head), head, root)


def issued(*lines: str) -> bytes:
    return sign_note("".join(f"{line}\n" for line in lines), [BY])


GOOD = (KIND, b64encode(bytes(32)), b64encode(bytes(32)), "7")


@pytest.mark.parametrize(
    "lines",
    [
        (*GOOD, "more"),
        GOOD[:2],
        ("zeren/report/v1", *GOOD[1:]),
        (KIND, b64encode(bytes(31)), *GOOD[2:]),
        (*GOOD[:3], "07"),
    ],
)
def test_an_issuers_note_has_one_form(lines: tuple[str, ...]) -> None:
    """Four lines, its kind the first of them, a whole digest, a size without a zero before it."""
    assert parse_issued(issued(*GOOD), KIND)[0].size == 7
    with pytest.raises(Malformed):
        parse_issued(issued(*lines), KIND)


def test_an_issuer_signs_by_an_ed25519_key() -> None:
    """Not by one that cosigns."""
    other = Ed25519Signer(BY.name, BY.private_key, COSIGNATURE_V1)
    with pytest.raises(KeyInvalid, match="an issuer signs by"):
        check_issued(issued(*GOOD), other.verify_key)


def header(recorded_at: datetime) -> Header:
    return Header(
        body=bytes(32),
        ledger="zeren.test/organ/duty",
        position=1,
        previous=bytes(32),
        recorded_at=recorded_at,
        signers=(SignerId("cus-1", BY.verify_key.key_id),),
        stream="talk/T1",
        type="talk.held/1",
        version=1,
    )


def test_an_entry_signed_in_another_zone_is_what_is_read_of_it() -> None:
    """Its moment is UTC; and no key that cosigns signs one."""
    zone = timezone(timedelta(hours=8))
    entry = sign_entry(header(datetime(2024, 1, 2, 9, tzinfo=zone)), [BY])
    assert (entry.header.recorded_at, entry.header.recorded_at.tzinfo) == (datetime(2024, 1, 2, 1, tzinfo=UTC), UTC)
    check_signatures(entry, {(BY.name, BY.verify_key.key_id): BY.verify_key})
    with pytest.raises(KeyInvalid):
        sign_entry(header(datetime(2024, 1, 2, tzinfo=UTC)), [Ed25519Signer(BY.name, BY.private_key, COSIGNATURE_V1)])


@pytest.mark.parametrize(("position", "version", "good"), [(2**53 - 1, 2**53 - 1, True), (2**53, 1, False)])
def test_a_position_and_a_version_lie_below_2_to_the_53(position: int, version: int, good: bool) -> None:
    """Up to the last number that every reader of JSON holds exactly."""
    furthest = replace(header(datetime(2024, 1, 2, tzinfo=UTC)), position=position, version=version)
    if good:
        assert parse_entry(sign_entry(furthest, [BY]).data).header == furthest
    else:
        with pytest.raises(Malformed, match="out of range"):
            sign_entry(furthest, [BY])


@pytest.mark.parametrize("data", [b"[1, 1234567890123456]", '["\ufffd", 1]'.encode(), '["e\u0301"]'.encode()])
def test_what_the_quick_reader_leaves_to_the_other_is_not_let_through(data: bytes) -> None:
    """A long number, a character beyond the halves of pairs, and a text that is not in NFC: none is canonical so."""
    with pytest.raises(Malformed):
        parse_canonical_json(data)


def test_reserved_names_are_those_and_no_others() -> None:
    """A name that only begins like one, or that has more behind its number, is a field like any other."""
    for name in ("subjects", "subject.x", "consenting", "consent.0.a", "asked_of.01", "possession.-1"):
        assert [asked(name) for asked in (is_reserved_name, is_subject_name, is_carried_name)] == [False] * 3, name
    for name in ("subject", "subject.0", "consent.12", "possession.0", "asked_of.3"):
        assert is_reserved_name(name)
        assert is_subject_name(name) != is_carried_name(name)


@pytest.mark.parametrize("keys", ['["0123456","89abcdef"]', '["89abcdef","0123456"]', '["0123abcd","89ABCDEF"]'])
def test_a_consent_names_both_its_keys_by_eight_hex_digits(keys: str) -> None:
    """One of another form beside a good one is refused, whichever stands first."""
    place = f'["entry",1,"{b64encode(bytes(32))}"]'
    line = (
        f'{{"answer":"agree","fingerprint":"{b64encode(bytes(32))}","keys":{keys},'
        f'"made_at":"2026-12-01T01:00:00.000Z","person":"p-li","to":{place}}}'
    )
    with pytest.raises(Malformed, match="names its keys"):
        parse_text(f"zeren/consent/v1\n{line}\n")
    good = line.replace(keys, '["01234567","89abcdef"]')
    assert len(parse_text(f"zeren/consent/v1\n{good}\n").keys) == 2


# --- archives ---

FILES = {"a": b"first", "b/c": b"second", "d": b""}


def test_an_archive_has_these_bytes() -> None:
    """Every number of every header, as another release of this program must write it."""
    data = write_archive(FILES)
    assert hashlib.sha256(data).hexdigest() == "df37d2a41f718379c929a67769a9b2b51aff9c2f7ba2ff0eb9a8150629b4227f"
    assert dict(read_archive(data)) == FILES


@pytest.mark.parametrize("name", ["a", "A", "z/", "z z", ""])
def test_a_file_of_an_archive_has_a_name_that_rises(name: str) -> None:
    """Not one that stands already or below it, and no other than a plain one, whether it rises or not."""
    writer = ArchiveWriter(BytesIO())
    writer.add("a", b"")
    with pytest.raises(Malformed, match="no name of a file"):
        writer.add(name, b"")


def test_damage_is_told_of_the_file_in_which_it_lies() -> None:
    """Of the file whose header was changed; where its name does not hold either, of the last one that does."""
    data = write_archive(FILES)
    second = data.index(b"PK\x03\x04", 4)
    for at, told in ((second + 12, "b/c"), (second + 30, "a")):
        spoilt = bytearray(data)
        spoilt[at] ^= 0x60
        assert [each.file for each in read_archive(bytes(spoilt)).damage] == [told]
    assert [each.file for each in read_archive(data[: second + 20]).damage] == ["a"]


def test_numbers_that_only_zip64_holds_stand_where_it_says() -> None:
    """Of 65,535 files, and of a file beyond four gigabytes: the records behind the files, byte for byte."""
    one = write_archive({"a": b""})
    *_, end, locator, tail = Archive(BytesIO(one), array("Q", [0]) * 65_535).directory(31)
    size = 65_535 * 47
    assert end == struct.pack("<4sQ2H2I4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 65_535, 65_535, size, 31)
    assert locator == struct.pack("<4sIQI", b"PK\x06\x07", 0, 31 + size, 1)
    assert tail == struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)

    class Far(BytesIO):
        def seek(self, at: int, whence: int = 0) -> int:
            return super().seek(at - 2**32, whence)

    central = next(Archive(Far(one), array("Q", [2**32])).directory(0))
    assert central[-13:] == b"a" + struct.pack("<2HQ", 1, 8, 2**32)


# --- libraries and keys ---


def test_without_ml_dsa_a_line_is_not_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A release of the library that does not have it is told as that, never passed."""
    monkeypatch.setitem(sys.modules, f"{asymmetric.__name__}.mldsa", None)
    monkeypatch.delattr(asymmetric, "mldsa", raising=False)
    mldsa._module.cache_clear()
    with pytest.raises(NotChecked, match="later release"):
        mldsa.private_key_of(bytes(32))
    mldsa._module.cache_clear()


ORDER = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
"""Of the curve's base point, as GB/T 32918.5 has it."""


@pytest.mark.parametrize(("r", "s"), [(0, 1), (1, 0), (ORDER, 1), (1, ORDER)])
def test_the_numbers_of_an_sm2_signature_lie_below_the_order(r: int, s: int) -> None:
    """From 1 on, whether or not there is a library that would check them."""
    with pytest.raises(SignatureInvalid, match="out of range"):
        sm2.check_signature(bytes(65), b"", r.to_bytes(32, "big") + s.to_bytes(32, "big"))


def test_a_proof_gives_the_checkpoint_that_it_was_checked_under() -> None:
    """For the cosignatures that a policy then judges."""
    log = signer_named("zeren.test/organ/duty")
    head = Checkpoint("zeren.test/organ/duty", 1, leaf_hash(b"x"))
    proof = InclusionProof(0, (), sign_checkpoint(head, log))
    assert check_proof(proof, leaf_hash(b"x"), [log.verify_key]).checkpoint == head
