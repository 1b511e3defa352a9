"""ML-DSA-44 (FIPS 204): a further line on an entry (FORMAT.md section 12), pure mode with an empty context.

Public key 1,312 bytes, signature 2,420. `cryptography` has it from some release on; with an older one a line is *not
checked*, never passed. C2SP's own type for ML-DSA-44 signs tree heads only, and so is not this one.
"""

from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

from ledger.errors import KeyInvalid, NotChecked, SignatureInvalid

PUBLIC_KEY_SIZE = 1312
SIGNATURE_SIZE = 2420


def check_public_key(raw: bytes) -> None:
    """Refuse a key of another length, the only form that ML-DSA knows; raises `KeyInvalid`."""
    if len(raw) != PUBLIC_KEY_SIZE:
        raise KeyInvalid("an ML-DSA-44 public key has {} bytes, this has {}", PUBLIC_KEY_SIZE, len(raw))


def check_signature(public_key: bytes, message: bytes, signature: bytes) -> None:
    """Refuse unless `signature` over `message` is by `public_key`; raises `SignatureInvalid` or `NotChecked`."""
    if len(signature) != SIGNATURE_SIZE:
        raise SignatureInvalid("an ML-DSA-44 signature has {} bytes, this has {}", SIGNATURE_SIZE, len(signature))
    try:
        _load(public_key).verify(signature, message)
    except InvalidSignature:
        raise SignatureInvalid("ML-DSA-44 signature does not fit the text and the key") from None


def private_key_of(seed: bytes) -> Any:
    """The private key of a 32-byte seed. Raises `NotChecked` where the library does not have ML-DSA."""
    try:
        return _module().MLDSA44PrivateKey.from_seed_bytes(seed)
    except UnsupportedAlgorithm:
        raise _missing() from None


def is_private_key(key: Any) -> bool:
    """Whether this is an ML-DSA-44 private key."""
    return type(key).__name__ == "MLDSA44PrivateKey"


@lru_cache(maxsize=1)
def _module() -> Any:
    try:
        from cryptography.hazmat.primitives.asymmetric import mldsa
    except ImportError:
        raise _missing() from None
    return mldsa


@lru_cache(maxsize=1024)
def _load(raw: bytes) -> Any:
    check_public_key(raw)
    try:
        return _module().MLDSA44PublicKey.from_public_bytes(raw)
    except UnsupportedAlgorithm:
        raise _missing() from None


def _missing() -> NotChecked:
    return NotChecked("ML-DSA-44 lines need a later release of cryptography")
