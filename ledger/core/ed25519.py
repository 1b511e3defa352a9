"""Ed25519 (RFC 8032) with the checks that the library leaves to the caller.

OpenSSL, through `cryptography`, computes R' = S·B - k·A (the equation without cofactor), compares its
encoding with R as bytes, and refuses S >= L. So it rejects every non-canonical R and every altered S. It does
accept public keys of low order, of mixed order and in non-canonical encodings: with the key 01 00…00 one
fixed signature verifies for every text, and whoever registers such a key can deny having signed.
`check_public_key` closes that gap. S < L and a canonical R are checked here as well, so that the promise of
FORMAT.md section 1 does not rest on the build of the library.

Where PyNaCl is installed (extra `fast`) and many signatures are checked, libsodium is asked first, which takes half the
time. What it accepts OpenSSL accepts too; what it refuses OpenSSL decides, so the verdict is OpenSSL's in every case
(held to it by `make signatures`). A build of libsodium that drops small factors of R, as later ones may, is not asked.
"""

from collections.abc import Callable
from functools import cache, lru_cache
from itertools import count
from typing import TypeAlias

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from ledger.errors import KeyInvalid, SignatureInvalid

PUBLIC_KEY_SIZE = 32
SIGNATURE_SIZE = 64

P = 2**255 - 19  # the field
L = 2**252 + 27742317777372353535851937790883648493  # the order of the base point
_D = -121665 * pow(121666, -1, P) % P
_SQRT_MINUS_ONE = pow(2, (P - 1) // 4, P)
_SIGN_BIT = 1 << 255

FEW = 256
"""Signatures that a process checks by OpenSSL alone: loading another library takes as long as they do."""
_asked = count()
_MIXED_KEY = bytes.fromhex("c0e1e06d0e22459f048c003f02c1a634b07dd2f9150b0dbc56706110219a3058")
_MIXED = bytes.fromhex(
    "2c9d99d70ede0adf0412660a918173151d82321cf7fea80a451460297e9b8bf6"
    "5d6970a0ae714f3be16b2c76819616839798389b28aaba55b5691aa54f8a8703"
)
"""A signature over no text that fits up to a point of order 8: R is not the point that the equation gives."""

_Point: TypeAlias = tuple[int, int, int, int]  # extended coordinates X, Y, Z, T (RFC 8032 section 5.1.4)
_IDENTITY: _Point = (0, 1, 1, 0)


@lru_cache(maxsize=65_536)
def check_public_key(raw: bytes) -> None:
    """Refuse `raw` unless it is the canonical encoding of a point of order exactly L; raises `KeyInvalid`.

    That leaves out points off the curve, encodings with y >= p or a signed zero, the identity, the points of
    low order and those with a low-order component. Takes some milliseconds once for each key.
    """
    point = _decode(raw)
    if _is_identity(point):
        raise KeyInvalid("public key is the identity point, with which anybody can sign; make a new key")
    if not _is_identity(_multiply(L, point)):
        raise KeyInvalid("public key has a low-order component, so it binds nobody; make a new key")


def check_signature(public_key: bytes, message: bytes, signature: bytes) -> None:
    """Refuse unless `signature` (64 bytes, R then S) over `message` is by `public_key` (32 bytes).

    Raises `SignatureInvalid`, or `KeyInvalid` for a key that `check_public_key` refuses.
    """
    if len(signature) != SIGNATURE_SIZE:
        raise SignatureInvalid("an Ed25519 signature has {} bytes, this has {}", SIGNATURE_SIZE, len(signature))
    if int.from_bytes(signature[32:], "little") >= L:
        raise SignatureInvalid("Ed25519 signature has S >= L")
    if not _is_canonical(int.from_bytes(signature[:32], "little")):
        raise SignatureInvalid("Ed25519 signature has a non-canonical R")
    key = _load(public_key)
    if next(_asked) >= FEW and _sodium_accepts(public_key, message, signature):
        return
    try:
        key.verify(signature, message)
    except InvalidSignature:
        raise SignatureInvalid("Ed25519 signature does not fit the text and the key") from None


def _sodium_accepts(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether libsodium accepts the signature by a screened key; False where it is not at hand."""
    check = _sodium()
    if check is None:
        return False
    try:
        check(signature + message, public_key)
    except _refusals():
        return False
    return True


@cache
def _sodium() -> Callable[[bytes, bytes], object] | None:
    """libsodium's check of a signature before its text, by a key. None where it is missing, or accepts what OpenSSL
    refuses: a signature whose R has a factor of order 8."""
    try:
        from nacl.bindings import crypto_sign_open
    except ImportError:
        return None
    try:
        crypto_sign_open(_MIXED, _MIXED_KEY)
    except _refusals():
        return crypto_sign_open
    return None


@cache
def _refusals() -> type[Exception]:
    from nacl.exceptions import CryptoError

    return CryptoError


@lru_cache(maxsize=65_536)
def _load(raw: bytes) -> Ed25519PublicKey:
    check_public_key(raw)
    return Ed25519PublicKey.from_public_bytes(raw)


def _is_canonical(encoded: int) -> bool:
    """Whether y < p and zero has no sign: x is 0 for y = 1 and y = -1 only."""
    y = encoded & (_SIGN_BIT - 1)
    return y < P and not (encoded & _SIGN_BIT and y in {1, P - 1})


def _decode(raw: bytes) -> _Point:
    """RFC 8032 section 5.1.3."""
    if len(raw) != PUBLIC_KEY_SIZE:
        raise KeyInvalid("an Ed25519 public key has {} bytes, this has {}", PUBLIC_KEY_SIZE, len(raw))
    encoded = int.from_bytes(raw, "little")
    if not _is_canonical(encoded):
        raise KeyInvalid("public key is not canonically encoded")
    y = encoded & (_SIGN_BIT - 1)
    u, v = (y * y - 1) % P, (_D * y * y + 1) % P
    x = u * v**3 * pow(u * v**7, (P - 5) // 8, P) % P
    if v * x * x % P == -u % P:
        x = x * _SQRT_MINUS_ONE % P
    if v * x * x % P != u:
        raise KeyInvalid("public key is not a point on the curve")
    if x & 1 != encoded >> 255:
        x = P - x
    return x, y, 1, x * y % P


def _add(first: _Point, second: _Point) -> _Point:
    x1, y1, z1, t1 = first
    x2, y2, z2, t2 = second
    a, b = (y1 - x1) * (y2 - x2) % P, (y1 + x1) * (y2 + x2) % P
    c, d = 2 * _D * t1 * t2 % P, 2 * z1 * z2 % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _multiply(scalar: int, point: _Point) -> _Point:
    result = _IDENTITY
    for bit in bin(scalar)[2:]:
        result = _add(result, result)
        if bit == "1":
            result = _add(result, point)
    return result


def _is_identity(point: _Point) -> bool:
    x, y, z, _ = point
    return x % P == 0 and (y - z) % P == 0
