"""SM2 with SM3 (GB/T 32918.2, curve of GB/T 32918.5): a further line on an entry (FORMAT.md section 12).

Public key: the uncompressed point, 65 bytes. Signature: r || s, 64 bytes. The signed digest begins with that of the
user id 1234567812345678, the standard's default, and of the key. Signing and checking are tongsuopy's (the extra
`sm2`), imported when used; without it a line is *not checked*, never passed. The point is screened here in any case:
the curve has no cofactor, so every point on it has the full order.
"""

from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from ledger.errors import KeyInvalid, NotInstalled, SignatureInvalid
from ledger.extras import install_command

PUBLIC_KEY_SIZE = 65
SIGNATURE_SIZE = 64

P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
A = P - 3
B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123  # the order of the base point


def check_public_key(raw: bytes) -> None:
    """Refuse `raw` unless it is the uncompressed encoding of a point on the curve; raises `KeyInvalid`."""
    if len(raw) != PUBLIC_KEY_SIZE or raw[0] != 4:
        raise KeyInvalid(
            "an SM2 public key is an uncompressed point of {} bytes, this has {}", PUBLIC_KEY_SIZE, len(raw)
        )
    x, y = int.from_bytes(raw[1:33], "big"), int.from_bytes(raw[33:], "big")
    if x >= P or y >= P or (y * y - (x * x + A) * x - B) % P:
        raise KeyInvalid("the SM2 public key is not a point on the curve")


def check_signature(public_key: bytes, message: bytes, signature: bytes) -> None:
    """Refuse unless `signature` (r || s) over `message` is by `public_key`.

    Raises `SignatureInvalid`; `NotChecked` where the extra `sm2` is not installed.
    """
    if len(signature) != SIGNATURE_SIZE:
        raise SignatureInvalid("an SM2 signature has {} bytes, this has {}", SIGNATURE_SIZE, len(signature))
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    if not (0 < r < N and 0 < s < N):
        raise SignatureInvalid("the SM2 signature has a number out of range")
    library = _library()
    try:
        _load(public_key).verify(encode_dss_signature(r, s), message, library.ec.ECDSA(library.hashes.SM3()))
    except library.InvalidSignature:
        raise SignatureInvalid("SM2 signature does not fit the text and the key") from None


def derive_private_key(scalar: int) -> Any:
    """tongsuopy's private key of a number from 1 to N - 2. Raises `NotChecked` without the extra."""
    library = _library()
    return library.ec.derive_private_key(scalar, library.ec.SM2())


def is_private_key(key: Any) -> bool:
    """Whether this is a private key of tongsuopy; asks for no library where it is not."""
    return type(key).__module__.startswith("tongsuopy.")


def public_bytes(private_key: Any) -> bytes:
    """The uncompressed point of a private key."""
    numbers = private_key.public_key().public_numbers()
    return b"".join((b"\x04", numbers.x.to_bytes(32, "big"), numbers.y.to_bytes(32, "big")))


def sign(private_key: Any, message: bytes) -> bytes:
    """r || s over `message`."""
    library = _library()
    r, s = decode_dss_signature(private_key.sign(message, library.ec.ECDSA(library.hashes.SM3())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def to_der(private_key: Any) -> bytes:
    """The key as PKCS#8, not encrypted."""
    form = _library().serialization
    return bytes(private_key.private_bytes(form.Encoding.DER, form.PrivateFormat.PKCS8, form.NoEncryption()))


def from_pem(data: bytes, passphrase: bytes) -> Any:
    """The key in encrypted PKCS#8; raises `ValueError` for another passphrase, `NotChecked` without the extra."""
    return _library().serialization.load_pem_private_key(data, passphrase)


class _Library:
    """What is used of tongsuopy."""

    def __init__(self) -> None:
        from tongsuopy.crypto import hashes, serialization
        from tongsuopy.crypto.asymciphers import ec
        from tongsuopy.crypto.exceptions import InvalidSignature

        self.ec: Any = ec
        self.hashes: Any = hashes
        self.serialization: Any = serialization
        self.InvalidSignature: Any = InvalidSignature


@lru_cache(maxsize=1)
def _library() -> _Library:
    try:
        return _Library()
    except ImportError:
        raise NotInstalled("SM2 lines need an extra: {}", install_command("sm2")) from None


@lru_cache(maxsize=4096)
def _load(raw: bytes) -> Any:
    check_public_key(raw)
    library = _library()
    return library.ec.EllipticCurvePublicKey.from_encoded_point(library.ec.SM2(), raw)
