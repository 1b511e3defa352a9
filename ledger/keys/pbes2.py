"""Private keys encrypted as FORMAT.md section 9 says: PKCS#8 under PBES2 (RFC 8018), written here, read by anybody.

PBKDF2 with HMAC-SHA256 and AES-256-CBC. `cryptography` writes such files with 2,048 iterations and lets nobody choose;
so the few bytes of DER are put together here from its primitives, while its own reader opens them, as openssl does.

Files that are made by one process under one passphrase share their salt, so that a ledger with sixty keys costs one
derivation and not sixty; each has an initialisation vector of its own. A salt keeps guesses at one passphrase from
serving against another; here there is no other.
"""

import base64
import textwrap
from functools import lru_cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from cryptography.hazmat.primitives.padding import PKCS7

from ledger.clock import system_randomness

ROUNDS = 600_000
"""Iterations of new files; files with fewer are called weak. Only tests lower it (tests/conftest.py), for speed."""
BEGIN = b"-----BEGIN ENCRYPTED PRIVATE KEY-----"
END = b"-----END ENCRYPTED PRIVATE KEY-----"

_SEQUENCE, _OCTETS, _INTEGER, _NULL = 0x30, 0x04, 0x02, bytes((0x05, 0))
_PBES2 = bytes.fromhex("06092a864886f70d01050d")
_PBKDF2 = bytes.fromhex("06092a864886f70d01050c")
_HMAC_SHA256 = bytes.fromhex("06082a864886f70d0209")
_AES_256_CBC = bytes.fromhex("060960864801650304012a")


def encrypt(private_key: bytes, passphrase: bytes) -> bytes:
    """The PEM file of a private key given as PKCS#8 in DER."""
    salt, key = _derived(passphrase, ROUNDS)
    vector = system_randomness(16)
    padder = PKCS7(128).padder()
    encryptor = Cipher(algorithms.AES256(key), modes.CBC(vector)).encryptor()
    data = encryptor.update(padder.update(private_key) + padder.finalize()) + encryptor.finalize()
    parameters = _der(_SEQUENCE, _der(_OCTETS, salt), _number(ROUNDS), _der(_SEQUENCE, _HMAC_SHA256, _NULL))
    scheme = _der(_SEQUENCE, _der(_SEQUENCE, _PBKDF2, parameters), _der(_SEQUENCE, _AES_256_CBC, _der(_OCTETS, vector)))
    der = _der(_SEQUENCE, _der(_SEQUENCE, _PBES2, scheme), _der(_OCTETS, data))
    lines = textwrap.wrap(base64.b64encode(der).decode("ascii"), 64)
    return b"\n".join([BEGIN, *(line.encode("ascii") for line in lines), END, b""])


@lru_cache(maxsize=1)
def _derived(passphrase: bytes, rounds: int) -> tuple[bytes, bytes]:
    """A fresh salt and the key that follows from it, the same for one passphrase within this process."""
    salt = system_randomness(16)
    return salt, PBKDF2HMAC(hashes.SHA256(), 32, salt, rounds).derive(passphrase)


def rounds_of(pem: bytes) -> int:
    """How many iterations of PBKDF2-HMAC-SHA256 protect a key file under AES-256-CBC; 0 where it is another way."""
    try:
        scheme, parameters = _members(_members(der_of(pem))[0])
        derivation, cipher = _members(parameters)
        method, values = _members(derivation)
        _, rounds, *_, function = _members(values)
        if (scheme, method, _members(function)[0]) != (_PBES2, _PBKDF2, _HMAC_SHA256):
            return 0
        return int.from_bytes(_content(rounds), "big") if _members(cipher)[0] == _AES_256_CBC else 0
    except (ValueError, IndexError):
        return 0


def is_weak(pem: bytes) -> bool:
    """Whether a key file is encrypted with less than FORMAT.md asks for."""
    return rounds_of(pem) < ROUNDS


def der_of(pem: bytes) -> bytes:
    """The DER within an encrypted PEM file; nothing where there is none."""
    _, begin, rest = pem.replace(b"\r", b"").partition(BEGIN + b"\n")
    body, end, _ = rest.partition(END)
    try:
        return base64.b64decode(b"".join(body.split()), validate=True) if begin and end else b""
    except ValueError:
        return b""


def _der(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    size = len(content)
    length = size.to_bytes((size.bit_length() + 7) // 8 or 1, "big")
    return bytes((tag, size) if size < 0x80 else (tag, 0x80 | len(length), *length)) + content


def _number(value: int) -> bytes:
    return _der(_INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def _content(item: bytes) -> bytes:
    """What one DER value holds. Raises ValueError or IndexError for what is cut short."""
    size, at = item[1], 2
    if size >= 0x80:
        at += size & 0x7F
        size = int.from_bytes(item[2:at], "big")
    if len(item) < at + size:
        raise ValueError("a value is cut short")
    return item[at : at + size]


def _members(item: bytes) -> list[bytes]:
    """The values within a sequence, each with its head."""
    if item[0] != _SEQUENCE:
        raise ValueError("no sequence")
    rest, found = _content(item), []
    while rest:
        head = (rest[1] & 0x7F) + 2 if rest[1] >= 0x80 else 2
        size = head + len(_content(rest))
        found.append(rest[:size])
        rest = rest[size:]
    return found
