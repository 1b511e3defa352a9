"""Refusals of core and checks that mutants showed to be held by no quick test: each alone, by the smallest thing."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.exceptions import UnsupportedAlgorithm

from ledger.checks import consents
from ledger.checks.admits import check_admits
from ledger.checks.keybook import KeyBook
from ledger.core import archive, mldsa, sm2
from ledger.core import entry as entries
from ledger.core.algorithms import COSIGNATURE_V1, cosignature_message, split_cosignature
from ledger.core.body import body_of, parse_body
from ledger.core.carried import Carried
from ledger.core.consent import GENESIS_TYPE, Consent, draft_digest, parse_consent, sign_consent
from ledger.core.consent_check import Named, check_lines, check_over
from ledger.core.consent_to import Place, ToDraft, ToEntry, parse_to
from ledger.core.der import in_der, token_in, with_certificate
from ledger.core.encoding import MAX_DEPTH, b64encode, b64url_encode, canonical_json
from ledger.core.entry import Header, parse_entry, sign_entry
from ledger.core.head_list import parse_heads
from ledger.core.issued import Issued, sign_issued
from ledger.core.merkle import check_consistency, leaf_hash, node_hash
from ledger.core.names import SignerId
from ledger.core.note import MAX_NOTE_SIZE, Note, SignatureLine, format_line, format_note, parse_line, parse_note
from ledger.core.proof import InclusionProof
from ledger.core.seal_map import (
    EMPTY,
    KEY_BITS,
    HeadProof,
    StreamHead,
    check_absence,
    check_head,
    head_hash,
    heads_root,
)
from ledger.core.signers import sm2_signer
from ledger.errors import (
    BodyInvalid,
    Invalid,
    KeyInvalid,
    Malformed,
    NotChecked,
    ProofInvalid,
    Refused,
    SignatureInvalid,
)
from ledger.events.case_work import MeasureTaken
from ledger.keys.key_files import new_further_key
from tests.support.builders import duty_ledger, signer_named

BY = signer_named("zeren.test/organ/duty/cus-1")
NODE = b"\x01zeren/heads/v1\n"
LOW, LOW_TOO, HIGH = (StreamHead(key, 1, 0, bytes(32)) for key in (bytes(32), bytes(31) + b"\x01", b"\x80" + bytes(31)))


def test_the_absence_of_a_key_is_not_proved_by_its_own_head() -> None:
    """The path holds, and shows the contrary."""
    with pytest.raises(ProofInvalid, match="whose absence it should prove"):
        check_absence(HeadProof((), LOW), LOW.key, heads_root([LOW]))


def test_a_key_that_parts_earlier_proves_no_absence() -> None:
    """What stands on the other side of the first fork says nothing of this one, whatever root the hashes lead to."""
    root = hashlib.sha256(NODE + head_hash(HIGH) + head_hash(LOW)).digest()
    with pytest.raises(ProofInvalid, match="parts from it earlier"):
        check_absence(HeadProof((head_hash(LOW),), HIGH), LOW_TOO.key, root)


def test_two_keys_may_part_at_their_last_bit() -> None:
    """A path of as many hashes as a key has bits is read; one more is refused."""
    path = (*(EMPTY,) * (KEY_BITS - 1), head_hash(LOW_TOO))
    check_head(HeadProof(path, LOW), LOW, heads_root([LOW, LOW_TOO]))
    with pytest.raises(ProofInvalid, match="at most 256"):
        check_head(HeadProof((EMPTY, *path), LOW), LOW, heads_root([LOW, LOW_TOO]))


def test_a_note_may_be_a_million_bytes_long() -> None:
    """As long as that it is written and read, a byte longer neither."""
    line = SignatureLine(BY.name, BY.verify_key.key_id, bytes(64))
    rest = len(format_note(Note("\n", (line,))))
    most = Note("x" * (MAX_NOTE_SIZE - rest) + "\n", (line,))
    assert len(format_note(most)) == MAX_NOTE_SIZE == 1_000_000
    assert parse_note(format_note(most)) == most
    longer = replace(most, text="x" + most.text)
    for refused in (lambda: format_note(longer), lambda: parse_note(b"x" + format_note(most))):
        with pytest.raises(Malformed, match="at most 1000000"):
            refused()


def test_text_that_is_not_composed_is_no_text_of_a_body() -> None:
    """U+0065 U+0301 is another spelling of U+00E9 (Unicode normal form C)."""
    for value, good in (("\u00e9", True), ("e\u0301", False)):
        text = b64url_encode(f'["{b64url_encode(bytes(16))}","note","{value}"]'.encode())
        digest = body_of([("note", text)]).digests["note"]
        stored = canonical_json({"note": digest}) + f"\nnote {text}\n".encode()
        if good:
            assert parse_body(stored).values() == {"note": value}
        else:
            with pytest.raises(BodyInvalid, match="NFC"):
                parse_body(stored).values()


@pytest.mark.parametrize("value", [None, [], ["key", "x"], ["possession", "x", [1]]])
def test_a_consent_is_to_one_of_three_things(value: object) -> None:
    """A draft, an entry, a key: nothing else, and not to nothing."""
    with pytest.raises(Malformed, match="a consent is to"):
        parse_to(value)


def test_an_issuer_signs_by_ed25519_alone() -> None:
    """What a reader checks without more than the program itself."""
    other = sm2_signer(f"{BY.name}", new_further_key("sm2"))
    with pytest.raises(KeyInvalid, match="an issuer signs by an Ed25519 key"):
        sign_issued(Issued("zeren/bundle/v2", bytes(32), "", 7), other)


def test_a_key_of_a_witness_signs_no_consent() -> None:
    """Whatever the book of keys calls it, its lines are cosignatures."""
    origin, person = "zeren.test/organ/duty", "cus-1"
    further = sm2_signer(BY.name, new_further_key("sm2"))
    ids = (BY.verify_key.key_id, further.verify_key.key_id)
    moment = datetime(2024, 1, 2, tzinfo=UTC)
    consent = Consent(person, bytes(32), ToEntry(Place(1, bytes(32))), "agree", moment, "counterpart", keys=ids)
    note = sign_consent(consent, [BY, further])
    witness = replace(BY.verify_key, algorithm=COSIGNATURE_V1)
    keys = {(BY.name, ids[0]): BY.verify_key, (BY.name, ids[1]): witness}
    with pytest.raises(KeyInvalid, match="signs no notes"):
        check_lines(note, origin, keys)


def test_an_sm2_key_is_an_uncompressed_point() -> None:
    """A shorter one and a compressed one are refused by their form."""
    for raw in (b"\x04" + bytes(63), b"\x02" + bytes(64)):
        with pytest.raises(KeyInvalid, match="an SM2 public key is an uncompressed point"):
            sm2.check_public_key(raw)


def test_a_library_without_ml_dsa_checks_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key of that kind is not false for that: the line is not checked."""

    def refuse(_raw: bytes) -> None:
        raise UnsupportedAlgorithm("no ML-DSA")

    monkeypatch.setattr(
        mldsa, "_module", lambda: SimpleNamespace(MLDSA44PublicKey=SimpleNamespace(from_public_bytes=refuse))
    )
    with pytest.raises(NotChecked, match="ML-DSA-44"):
        mldsa.check_signature(b"\x01" * 1312, b"text", bytes(2420))


def test_an_entry_stands_in_the_ledger_of_its_kind(tmp_path: Path) -> None:
    """A measure against a person does not belong in a duty ledger; who signs an entry does not consent to it beside."""
    desk = duty_ledger(tmp_path)
    book, entry = desk.ledger.keys(), desk.ledger.entry_at(1)[0]
    measure: Any = MeasureTaken(case="K1", person="p-a", status="留置")
    with pytest.raises(Refused, match="does not belong in a duty ledger"):
        check_admits(book, entry.header, measure)
    by = entry.header.signers[0].person
    beside: Any = SimpleNamespace(consent=SimpleNamespace(person=by))
    with pytest.raises(Invalid, match="consents to it beside"):
        check_admits(book, entry.header, measure, Carried(consents=(beside,)))
    book.types = None
    assert book.carries
    desk.close()


def header_at(moment: datetime) -> Header:
    """The header of a talk by the one custodian."""
    by = (SignerId("cus-1", BY.verify_key.key_id),)
    return Header(
        body=bytes(32), ledger="zeren.test/organ/duty", position=1, previous=bytes(32), recorded_at=moment, signers=by,
        stream="talk/T1", type="talk.held/1", version=1,
    )  # fmt: skip


@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=8))])
@pytest.mark.parametrize("micro", [0, 1_000, 1_001])
def test_an_entry_that_was_signed_is_what_is_read_of_it(micro: int, zone: timezone) -> None:
    """In every part: its time is in whole milliseconds of UTC, whatever it was made of."""
    entry = sign_entry(header_at(datetime(2024, 1, 2, microsecond=micro, tzinfo=zone)), [BY])
    read = parse_entry(entry.data)
    assert (entry, entry.header.recorded_at.tzinfo) == (read, UTC)
    assert entry.header.recorded_at.microsecond == micro // 1000 * 1000


def test_an_entry_is_as_long_as_it_may_be_and_no_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bound is the last length that is signed and read; the digest and the hash in it have 32 bytes each."""
    header = header_at(datetime(2024, 1, 2, tzinfo=UTC))
    data = sign_entry(header, [BY]).data
    for short in (replace(header, body=bytes(31)), replace(header, previous=bytes(31))):
        with pytest.raises(Malformed, match="have 32 bytes"):
            sign_entry(short, [BY])
    monkeypatch.setattr(entries, "MAX_ENTRY_BYTES", len(data))
    assert parse_entry(sign_entry(header, [BY]).data).data == data
    monkeypatch.setattr(entries, "MAX_ENTRY_BYTES", len(data) - 1)
    refusals: tuple[Any, ...] = (lambda: sign_entry(header, [BY]), lambda: parse_entry(data))
    for refused in refusals:
        with pytest.raises(Malformed, match="an entry has at most"):
            refused()


def test_the_last_second_of_a_cosignature_is_2_to_the_63_less_one() -> None:
    """It is signed and read; the second behind it neither."""
    last = 2**63 - 1
    assert cosignature_message(last, b"").splitlines()[1] == b"time 9223372036854775807"
    assert split_cosignature(last.to_bytes(8, "big") + bytes(64)) == (last, bytes(64))
    with pytest.raises(Malformed, match="between 0 and"):
        cosignature_message(last + 1, b"")
    with pytest.raises(SignatureInvalid, match="beyond"):
        split_cosignature((last + 1).to_bytes(8, "big") + bytes(64))


def test_a_proof_has_no_more_hashes_than_it_has_levels() -> None:
    """63 in a file of a proof; of consistency as many as lead to the root, whatever roots a longer one leads to."""
    assert len(InclusionProof(0, (bytes(32),) * 63, b"x").hashes) == 63
    with pytest.raises(Malformed, match="at most 63"):
        InclusionProof(0, (bytes(32),) * 64, b"x")
    one, two, three, beyond = (leaf_hash(bytes([n])) for n in range(4))
    old, new = node_hash(node_hash(one, two), three), node_hash(node_hash(one, two), node_hash(three, beyond))
    proof = [three, beyond, node_hash(one, two)]
    check_consistency(3, old, 4, new, proof)
    with pytest.raises(ProofInvalid, match="too many"):
        check_consistency(3, node_hash(beyond, old), 4, node_hash(beyond, new), [*proof, beyond])


TOKEN = bytes.fromhex("300f 0500 a00b 3009 020103 3000 3000 3100")
"""The outline of a time stamp: a type, and version, algorithms, content, signers, each empty; no certificates."""


@pytest.mark.parametrize(
    ("size", "length"),
    [(127, "7f"), (128, "8180"), (255, "81ff"), (256, "820100"), (65_535, "82ffff"), (65_536, "83010000")],
)
def test_a_length_is_written_in_as_few_bytes_as_it_needs(size: int, length: str) -> None:
    """X.690 section 10.1, on either side of each step."""
    certificates = b"c" * size
    assert bytes.fromhex("a0" + length) + certificates + b"\x31\x00" in with_certificate(TOKEN, certificates)


def test_a_token_that_was_cut_is_none() -> None:
    """At whatever byte: no element reaches beyond what is there."""
    whole = with_certificate(TOKEN, b"\x04\x03abc")
    assert in_der(whole) == whole
    assert token_in(b"\x30" + bytes([len(whole) + 5]) + b"\x30\x03\x02\x01\x00" + whole) == whole
    for stop in range(len(whole)):
        with pytest.raises(Malformed, match="do not hold together"):
            with_certificate(whole[:stop], b"\x04\x03abc")
        assert in_der(whole[:stop]) == whole[:stop]
        assert token_in(whole[:stop]) == b""


def test_an_inspector_answers_of_his_own_in_a_case_ledger_alone() -> None:
    """In a duty ledger he answers as inspector, and for nothing else."""
    moment = datetime(2024, 1, 2, tzinfo=UTC)
    for kind, capacity, good in (
        ("case", "counterpart", True),
        ("duty", "counterpart", False),
        ("duty", "inspector", True),
    ):
        book: Any = KeyBook("zeren.test/organ/x", kind, roles={"i-1": ("inspector",)})
        to = ToEntry(Place(1, bytes(32)))
        consent = Consent("i-1", bytes(32), to, "agree", moment, capacity)  # type: ignore[arg-type]
        if good:
            consents._check_roles(book, consent)
        else:
            with pytest.raises(Refused, match="do not allow an answer"):
                consents._check_roles(book, consent)


def test_json_is_as_deep_as_it_may_be_and_no_deeper() -> None:
    """Of lists, and of objects."""
    listed: object = 1
    named: object = 1
    for _ in range(MAX_DEPTH):
        listed, named = [listed], {"a": named}
    assert canonical_json(listed) == b"[" * MAX_DEPTH + b"1" + b"]" * MAX_DEPTH
    assert canonical_json(named) == b'{"a":' * MAX_DEPTH + b"1" + b"}" * MAX_DEPTH
    for deeper in ([listed], {"a": named}):
        with pytest.raises(Malformed, match="nested deeper"):
            canonical_json(deeper)


@pytest.mark.parametrize("line", ["zeren.test/o AAAA 3", "zeren.test/o AAAA 3 AAAA more", ""])
def test_a_line_of_a_list_of_ledgers_has_four_words(line: str) -> None:
    """Fewer and more are refused, by the number of the line."""
    with pytest.raises(Malformed, match="line 1 of the list is not: origin, fingerprint, size, root"):
        parse_heads(f"{line}\n")


def test_a_signature_line_is_more_than_the_id_of_a_key() -> None:
    """One byte behind it is a signature to be checked; none is no line."""
    line = SignatureLine(BY.name, BY.verify_key.key_id, b"\x00")
    assert parse_line(format_line(line)) == line
    with pytest.raises(Malformed, match="too short"):
        parse_line(f"\N{EM DASH} {line.name} {b64encode(line.key_id)}")


def test_a_consent_names_no_place_beyond_the_integers_of_json() -> None:
    """2^53 - 1 is the last position; what is beyond it is refused (RFC 8785)."""
    moment = datetime(2024, 1, 2, tzinfo=UTC)
    consent = Consent("cus-1", b"f" * 32, ToEntry(Place(2**53 - 1, bytes(32))), "agree", moment, "counterpart")
    assert parse_consent(sign_consent(consent, [BY]).data).consent == consent
    with pytest.raises(Malformed, match="a position below"):
        replace(consent, to=ToEntry(Place(2**53, bytes(32))))


def test_a_consent_to_a_genesis_is_to_the_first_entry() -> None:
    """One that stands further behind, and another entry at position 0, are none that anybody consented to so."""
    moment = datetime(2024, 1, 2, tzinfo=UTC)
    digests = {"title": b64encode(bytes(32))}
    for type_, position, good in (
        (GENESIS_TYPE, 0, True),
        (GENESIS_TYPE, 1, False),
        ("talk.held/1", 1, True),
        ("talk.held/1", 0, False),
    ):
        draft = ToDraft(draft_digest(digests), type_, "cus-1")
        fingerprint = b"" if type_ == GENESIS_TYPE else b"f" * 32
        after = None if type_ == GENESIS_TYPE else Place(0, b"f" * 32)
        consent = Consent("cus-2", fingerprint, draft, "agree", moment, "holder", after, moment + timedelta(days=1))
        named = Named(position, type_, "cus-1", digests, (), b"l" * 32)
        if good:
            check_over(consent, named)
        else:
            with pytest.raises(Invalid, match="a genesis stands at position 0"):
                check_over(consent, named)


def test_a_file_in_a_bundle_is_as_large_as_it_may_be_and_no_larger(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the format holds without another form of its headers; tried with a bound that fits into a test."""
    monkeypatch.setattr(archive, "MAX_FILE", 8)
    writer = archive.ArchiveWriter(BytesIO())
    writer.add("a", bytes(8))
    with pytest.raises(Malformed, match="at most 8 bytes"):
        writer.add("b", bytes(9))
    assert writer.files()["a"] == bytes(8)
