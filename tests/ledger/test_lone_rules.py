"""Rules of core and checks that mutants showed to be held by no quick test: each alone, by the smallest thing."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from ledger.application import Command
from ledger.checks.keybook import EnrolledKey, KeyBook
from ledger.core.algorithms import COSIGNATURE_V1
from ledger.core.checkpoint import Checkpoint
from ledger.core.encoding import b64encode
from ledger.core.entry import Header, check_signatures, sign_entry
from ledger.core.issued import check_issued, parse_issued
from ledger.core.names import SignerId
from ledger.core.note import sign_note
from ledger.core.policy import parse_policy
from ledger.core.seal_map import EMPTY, HeadProof, StreamHead, check_head, head_hash, stream_key
from ledger.core.signers import Ed25519Signer, format_vkey
from ledger.core.witness_request import WitnessRequest
from ledger.errors import KeyInvalid, Malformed, ProofInvalid, Refused
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
        lambda: WitnessRequest(2**64, (), b"x"),
        lambda: Checkpoint("zeren.test/organ/duty", 2**64, bytes(32)),
        lambda: parse_policy(f"log {format_vkey(BY.verify_key)} https://a.example https://b.example\nquorum none\n"),
        lambda: parse_policy(policy_text(1).replace("\n", " https://w.example https://other.example\n", 1)),
    ],
)
def test_what_a_format_cannot_hold_is_refused(make: Callable[[], object]) -> None:
    """Hashes of another size, a size of 2^64, a log or a witness with two addresses."""
    with pytest.raises(Malformed):
        make()


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
    [(*GOOD, "more"), ("zeren/report/v1", *GOOD[1:]), (KIND, b64encode(bytes(31)), *GOOD[2:]), (*GOOD[:3], "07")],
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
