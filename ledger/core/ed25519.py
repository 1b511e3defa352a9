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
_SQRT_OF_FORM = 0x0F26EDF460A006BBD27B08DC03FC4F7EC5A1D3D14B7D1A82CC6E04AAFF457E06  # squared it is -(A + 2)
_HALF = (P + 1) // 2

FEW = 256
"""Signatures that a process checks by OpenSSL alone: loading another library takes as long as they do."""
_asked = count()
_MIXED_KEY = bytes.fromhex("c0e1e06d0e22459f048c003f02c1a634b07dd2f9150b0dbc56706110219a3058")
_MIXED = bytes.fromhex(
    "2c9d99d70ede0adf0412660a918173151d82321cf7fea80a451460297e9b8bf6"
    "5d6970a0ae714f3be16b2c76819616839798389b28aaba55b5691aa54f8a8703"
)
"""A signature over no text that fits up to a point of order 8: R is not the point that the equation gives."""


@lru_cache(maxsize=65_536)
def check_public_key(raw: bytes) -> None:
    """Refuse `raw` unless it is the canonical encoding of a point of order exactly L; raises `KeyInvalid`.

    That leaves out points off the curve, encodings with y >= p or a signed zero, the identity, the points of
    low order and those with a low-order component. Takes some tenths of a millisecond once for each key.
    """
    x, y = _decode(raw)
    if y == 1:
        raise KeyInvalid("public key is the identity point, with which anybody can sign; make a new key")
    if y == P - 1 or not _has_prime_order(x, y):
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


def _decode(raw: bytes) -> tuple[int, int]:
    """x, up to its sign, and y of a canonically encoded point (RFC 8032 section 5.1.3)."""
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
    return x, y


def _root(number: int) -> int | None:
    """A square root in the field, where P mod 8 is 5 (RFC 8032 section 5.1.3); None where there is none."""
    root = pow(number, (P + 3) // 8, P)
    square = root * root % P
    if square == number % P:
        return root
    return root * _SQRT_MINUS_ONE % P if square == -number % P else None


def _has_prime_order(x: int, y: int) -> bool:
    """Whether a point of the curve that is none of order 1 or 2 has order L: whether it is eight times another.

    The points are a cyclic group of 8·L, so those of order L are what can be halved three times. On the Montgomery form
    v² = u·(u² + A·u + 1) with u = (1 + y)/(1 - y) and v = √-(A + 2)·u/x (RFC 7748 section 4.1) a point is twice another
    where u is a square: so says its Tate pairing with (0, 0), the only point of order 2. The halves w and 1/w have the
    sum s = 2·(u ± √(u² + A·u + 1)), of the sign for which s² - 4 is a square; w is one where s + 2 and s - 2 are. Of
    the two signs s + 2 is a square for one and s - 2 for both or neither, as 2 - A is none and A + 2 is one. Then
    √(w² + A·w + 1) = (w + 1)·√(s - 2)/(2·√u) leads on from w. Tests hold it to the multiplication by L.
    """
    root = _root(1 - y * y)
    if root is None:
        return False
    below = pow(1 - y, -1, P)
    u, root = (1 + y) * below % P, root * below % P
    further = _SQRT_OF_FORM * root * pow(x, -1, P) % P
    s = 2 * (u + further)
    lower, upper = _root(s - 2), _root(s + 2)
    if lower is not None and upper is None:
        s = 2 * (u - further)
        lower, upper = _root(s - 2), _root(s + 2)
    if lower is None or upper is None:
        return False
    w = (s + lower * upper) * _HALF % P
    further = (w + 1) * lower * pow(2 * root, -1, P)
    return _root(2 * (w + further - 1)) is not None
