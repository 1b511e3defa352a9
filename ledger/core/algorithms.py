"""The signature algorithms of C2SP notes, each known by the bytes that its key material begins with.

A vkey ends in base64(prefix || public key). The prefix is the C2SP type byte; for algorithms without a byte
of their own it is 0xff, a long identifier and one zero byte (FORMAT.md section 12). A further algorithm is
one more row of `ALGORITHMS`; no caller changes.

| prefix | algorithm | payload of a signature line (after the key id) | signed message |
|---|---|---|---|
| 01 | Ed25519 | signature, 64 bytes | the note text |
| 04 | cosignature/v1 | u64 big-endian POSIX seconds, then signature, 64 bytes | `cosignature_message` |
| ff `zeren.sm2-sm3.v1` 00 | SM2 with SM3 | r || s, 64 bytes | the note text |
| ff `zeren.ml-dsa-44.v1` 00 | ML-DSA-44 | signature, 2,420 bytes | the note text |
| ff, any other identifier, 00 | not known to this release | not checked | |
"""

import re
from collections.abc import Callable
from functools import lru_cache

from ledger.core import ed25519, mldsa, sm2
from ledger.errors import Malformed, NotChecked, SignatureInvalid, UnknownFormat
from ledger.frozen import dataclass

MAX_TIMESTAMP = 2**63 - 1
TIMESTAMP_SIZE = 8


@dataclass(frozen=True, slots=True)
class Algorithm:
    """How keys of one kind are screened and how their signature lines are checked.

    `check_key(public_key)` raises `KeyInvalid`; `check(public_key, text, payload)` raises `SignatureInvalid`
    unless `payload`, what follows the key id in a signature line, fits the note text, and `NotChecked` where this
    installation cannot tell.
    """

    name: str
    prefix: bytes
    check_key: Callable[[bytes], None]
    check: Callable[[bytes, bytes, bytes], None]
    signs_notes: bool = True
    """Whether its payload is the bare signature over the note text."""


def cosignature_message(timestamp: int, text: bytes) -> bytes:
    """What a cosignature/v1 signs: header, time and the whole checkpoint text (C2SP tlog-cosignature)."""
    if not 0 <= timestamp <= MAX_TIMESTAMP:
        raise Malformed("a cosignature's time is between 0 and 2^63-1 seconds, not {}", timestamp)
    return b"cosignature/v1\ntime %d\n%s" % (timestamp, text)


def split_cosignature(payload: bytes) -> tuple[int, bytes]:
    """Time in POSIX seconds and raw signature of a cosignature/v1 payload; raises `SignatureInvalid`."""
    if len(payload) != TIMESTAMP_SIZE + ed25519.SIGNATURE_SIZE:
        raise SignatureInvalid("a cosignature/v1 has 72 bytes, this has {}", len(payload))
    timestamp = int.from_bytes(payload[:TIMESTAMP_SIZE], "big")
    if timestamp > MAX_TIMESTAMP:
        raise SignatureInvalid("the cosignature's time is beyond 2^63-1 seconds")
    return timestamp, payload[TIMESTAMP_SIZE:]


def _check_cosignature(public_key: bytes, text: bytes, payload: bytes) -> None:
    timestamp, signature = split_cosignature(payload)
    ed25519.check_signature(public_key, cosignature_message(timestamp, text), signature)


ED25519 = Algorithm("Ed25519", b"\x01", ed25519.check_public_key, ed25519.check_signature)
COSIGNATURE_V1 = Algorithm("cosignature/v1", b"\x04", ed25519.check_public_key, _check_cosignature, signs_notes=False)
SM2_SM3 = Algorithm("SM2 with SM3", b"\xffzeren.sm2-sm3.v1\x00", sm2.check_public_key, sm2.check_signature)
ML_DSA_44 = Algorithm("ML-DSA-44", b"\xffzeren.ml-dsa-44.v1\x00", mldsa.check_public_key, mldsa.check_signature)

ALGORITHMS = (ED25519, COSIGNATURE_V1, SM2_SM3, ML_DSA_44)
_IDENTIFIER = re.compile(rb"\xff([!-~]{8,64})\x00")


def split_key_material(material: bytes) -> tuple[Algorithm, bytes]:
    """Algorithm and public key of a vkey's decoded material; raises `UnknownFormat` for an unknown prefix."""
    for algorithm in ALGORITHMS:
        if material.startswith(algorithm.prefix):
            return algorithm, material[len(algorithm.prefix) :]
    if found := _IDENTIFIER.match(material):
        return _unknown(found[1].decode("ascii")), material[found.end() :]
    raise UnknownFormat("signature algorithm {!r} is not known to this release", material[:1].hex())


@lru_cache(maxsize=64)
def _unknown(identifier: str) -> Algorithm:
    """An algorithm by its identifier alone: its lines are not checked, never passed."""

    def check_key(_: bytes) -> None:
        """Nothing is known of its keys."""

    def check(_public_key: bytes, _text: bytes, _payload: bytes) -> None:
        raise NotChecked("signature algorithm {!a} is not known to this release", identifier)

    return Algorithm(identifier, b"\xff%s\x00" % identifier.encode("ascii"), check_key, check)
