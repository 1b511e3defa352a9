"""Notes by whoever hands out a bundle or a report, and answers for what was chosen (FORMAT.md section 15).

    zeren/bundle/v2, or zeren/report/v1
    <base64 SHA-256 of the manifest, or of the report's file>
    <fingerprint of the ledger in which the key is in force>
    <size of that ledger's share>

Exactly these lines, and one signature line by an Ed25519 key of a person. Pure.
"""

import hashlib

from ledger.core.algorithms import ED25519
from ledger.core.encoding import b64decode, b64encode, parse_decimal_u64
from ledger.core.note import SignatureLine, open_note, parse_note, sign_note
from ledger.core.signers import Signer, VerifyKey
from ledger.errors import KeyInvalid, Malformed
from ledger.frozen import dataclass

BUNDLE, REPORT = "zeren/bundle/v2", "zeren/report/v1"
ROLES = ("inspector", "custodian", "recorder")
"""Whose word an issuer's note may be."""


@dataclass(frozen=True, slots=True)
class Issued:
    """What an issuer's note says."""

    kind: str
    digest: bytes
    fingerprint: str
    size: int

    def is_of(self, data: bytes) -> bool:
        """Whether it is about exactly these bytes: a manifest with its line end, or a report."""
        return self.digest == hashlib.sha256(data).digest()


def issued_of(kind: str, data: bytes, fingerprint: str, size: int) -> Issued:
    """What a note over these bytes says."""
    return Issued(kind, hashlib.sha256(data).digest(), fingerprint, size)


def sign_issued(issued: Issued, signer: Signer) -> bytes:
    """The note; raises KeyInvalid for another key than one of Ed25519."""
    if signer.verify_key.algorithm != ED25519:
        raise KeyInvalid("an issuer signs by an Ed25519 key, not by one for {}", signer.verify_key.algorithm.name)
    return sign_note(_text(issued), [signer])


def parse_issued(data: bytes, kind: str) -> tuple[Issued, SignatureLine]:
    """What a note of this kind says, and its one signature line, not verified yet. Raises Malformed."""
    note = parse_note(data)
    lines = note.text.split("\n")
    if len(lines) != 5 or lines[0] != kind:
        raise Malformed("an issuer's note has four lines, the first of them {}", kind)
    issued = Issued(kind, b64decode(lines[1]), lines[2], parse_decimal_u64(lines[3]))
    if len(issued.digest) != hashlib.sha256().digest_size or _text(issued) != note.text:
        raise Malformed("an issuer's note is not in its one form")
    if len(note.signatures) != 1:
        raise Malformed("an issuer's note has one signature line, this has {}", len(note.signatures))
    return issued, note.signatures[0]


def check_issued(data: bytes, key: VerifyKey) -> None:
    """Refuse unless `key` signed the note. Raises as `open_note` does, and KeyInvalid for another algorithm."""
    if key.algorithm != ED25519:
        raise KeyInvalid("an issuer signs by an Ed25519 key, not by one for {}", key.algorithm.name)
    open_note(data, [key])


def _text(issued: Issued) -> str:
    return f"{issued.kind}\n{b64encode(issued.digest)}\n{issued.fingerprint}\n{issued.size}\n"
