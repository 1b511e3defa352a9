"""Named public keys and signers of C2SP notes.

A key's text form, the vkey, is `<name>+<key id in 8 lower-case hex digits>+<base64(prefix || public key)>`.
The name may hold no Unicode space and no "+"; base64 may, so only the first two "+" separate. The key id is
the first four bytes of SHA-256(name || LF || prefix || public key): an index, never a proof, since anybody
can make keys that share it (C2SP signed-note). A `VerifyKey` that exists has been screened.
"""

import hashlib
from collections.abc import Callable
from dataclasses import field
from typing import Any, Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.core import sm2
from ledger.core.algorithms import ED25519, ML_DSA_44, SM2_SM3, Algorithm, split_key_material
from ledger.core.encoding import b64decode, b64encode
from ledger.errors import KeyInvalid, Malformed
from ledger.frozen import dataclass

KEY_ID_SIZE = 4


def check_name(name: str) -> None:
    """Refuse a key name that is empty or holds a space, a control character or "+"; raises `Malformed`."""
    if name.isascii() and name.isprintable() and name and " " not in name and "+" not in name:
        return  # as every name of a person's key: printable ASCII has no other space
    if not name or "+" in name or any(char.isspace() or char < " " for char in name):
        raise Malformed("key name must be non-empty, without spaces and '+': {!a}", name[:80])
    try:
        name.encode("utf-8")
    except UnicodeEncodeError as error:
        raise Malformed("key name is not valid Unicode: {!a}", name[:80]) from error


@dataclass(frozen=True, slots=True)
class VerifyKey:
    """A screened public key under its name; `key_id` (4 bytes) follows from the other fields.

    Raises `KeyInvalid` for a key that the algorithm refuses and `Malformed` for an impossible name.
    """

    name: str
    algorithm: Algorithm
    public_key: bytes
    key_id: bytes = field(init=False, compare=False)

    def __post_init__(self) -> None:
        check_name(self.name)
        self.algorithm.check_key(self.public_key)
        digest = hashlib.sha256(self.name.encode() + b"\n" + self.algorithm.prefix + self.public_key)
        object.__setattr__(self, "key_id", digest.digest()[:KEY_ID_SIZE])

    def check(self, message: bytes, signature: bytes) -> None:
        """Refuse unless `signature`, what follows the key id in a signature line, fits the text `message`.

        Raises `SignatureInvalid`. What is signed beside the text is the algorithm's matter.
        """
        self.algorithm.check(self.public_key, message, signature)


def parse_vkey(text: str) -> VerifyKey:
    """The key of a vkey text; raises `Malformed`, `KeyInvalid`, or `UnknownFormat` for other algorithms."""
    parts = text.split("+", 2)
    if len(parts) != 3:
        raise Malformed("a verifier key is <name>+<key id>+<base64>: {!a}", text[:120])
    key = VerifyKey(parts[0], *split_key_material(b64decode(parts[2])))
    if parts[1] != key.key_id.hex():
        raise KeyInvalid("key id {!a} is not that of this name and key, {}", parts[1][:8], key.key_id.hex())
    return key


def format_vkey(key: VerifyKey) -> str:
    """The vkey text of `key`, without line end; `parse_vkey` reads it back."""
    return f"{key.name}+{key.key_id.hex()}+{b64encode(key.algorithm.prefix + key.public_key)}"


class Signer(Protocol):
    """Whoever can sign with one key: a key in memory, a hardware token, an agent."""

    @property
    def verify_key(self) -> VerifyKey:
        """The public half, with name and algorithm."""
        ...

    def sign(self, message: bytes) -> bytes:
        """The algorithm's bare signature over exactly `message`."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Ed25519Signer:
    """Signs with an Ed25519 private key held in memory; its repr never shows the secret.

    `algorithm` is what the key is for: notes (`ED25519`) or witness cosignatures (`COSIGNATURE_V1`).
    """

    name: str
    private_key: Ed25519PrivateKey = field(repr=False)
    algorithm: Algorithm = ED25519
    verify_key: VerifyKey = field(init=False, repr=False)

    def __post_init__(self) -> None:
        public_key = self.private_key.public_key().public_bytes_raw()
        object.__setattr__(self, "verify_key", VerifyKey(self.name, self.algorithm, public_key))

    def sign(self, message: bytes) -> bytes:
        """The 64-byte RFC 8032 signature over `message`."""
        return self.private_key.sign(message)


@dataclass(frozen=True, slots=True, eq=False)
class FurtherSigner:
    """Signs the further line that stands beside an Ed25519 line (FORMAT.md section 12); its repr shows no secret."""

    verify_key: VerifyKey
    signing: Callable[[bytes], bytes] = field(repr=False)

    def sign(self, message: bytes) -> bytes:
        """The algorithm's signature over `message`."""
        return self.signing(message)


def sm2_signer(name: str, private_key: Any) -> FurtherSigner:
    """The signer of an SM2 key of tongsuopy."""
    key = VerifyKey(name, SM2_SM3, sm2.public_bytes(private_key))
    return FurtherSigner(key, lambda message: sm2.sign(private_key, message))


def mldsa_signer(name: str, private_key: Any) -> FurtherSigner:
    """The signer of an ML-DSA-44 key of `cryptography`."""
    key = VerifyKey(name, ML_DSA_44, private_key.public_key().public_bytes_raw())
    return FurtherSigner(key, lambda message: bytes(private_key.sign(message)))
