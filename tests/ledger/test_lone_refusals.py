"""Refusals of core and checks that mutants showed to be held by no quick test: each alone, by the smallest thing."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.exceptions import UnsupportedAlgorithm

from ledger.checks.admits import check_admits
from ledger.core import mldsa, sm2
from ledger.core.algorithms import COSIGNATURE_V1
from ledger.core.body import body_of, parse_body
from ledger.core.carried import Carried
from ledger.core.consent import Consent, sign_consent
from ledger.core.consent_check import check_lines
from ledger.core.consent_to import Place, ToEntry, parse_to
from ledger.core.encoding import b64url_encode, canonical_json
from ledger.core.issued import Issued, sign_issued
from ledger.core.note import MAX_NOTE_SIZE, Note, SignatureLine, format_note, parse_note
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
from ledger.errors import BodyInvalid, Invalid, KeyInvalid, Malformed, NotChecked, ProofInvalid, Refused
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
