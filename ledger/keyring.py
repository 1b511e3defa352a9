"""Private keys on disk: encrypted PKCS#8 (PEM), mode 0600; the passphrase comes by prompt or file, never by argument.

A key file is named `<person>.pem`, the log key's `log.pem`. Secrets never appear in messages.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.clock import Randomness, system_randomness
from ledger.core.entry import LOG
from ledger.core.keys import Ed25519Signer
from ledger.errors import BadInput

PRIVATE = 0o600


def write_private(path: Path, data: bytes) -> None:
    """Writes a new file that only its owner can read. Raises BadInput where it is there already."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE)
    except FileExistsError:
        raise BadInput("{} is there already; a key file is never overwritten", path) from None
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def read_passphrase(path: Path) -> bytes:
    """The first line of a passphrase file. Raises BadInput where it cannot be read or is empty."""
    try:
        first = path.read_bytes().split(b"\n")[0].removesuffix(b"\r")
    except OSError as error:
        raise BadInput("the passphrase file {} cannot be read: {}", path, error.strerror) from None
    if not first:
        raise BadInput("the passphrase file {} is empty; write the passphrase on its first line", path)
    return first


def new_key(randomness: Randomness = system_randomness) -> Ed25519PrivateKey:
    """A fresh Ed25519 private key."""
    return Ed25519PrivateKey.from_private_bytes(randomness(32))


def save_key(path: Path, key: Ed25519PrivateKey, passphrase: bytes) -> None:
    """Writes the key encrypted under the passphrase to a new file."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    encrypted = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(passphrase),
    )
    write_private(path, encrypted)


def load_key(path: Path, passphrase: bytes) -> Ed25519PrivateKey:
    """Reads a key file. Raises BadInput: not there, readable by others, wrong passphrase, no Ed25519 key."""
    try:
        mode, data = path.stat().st_mode, path.read_bytes()
    except OSError as error:
        raise BadInput("the key file {} cannot be read: {}", path, error.strerror) from None
    if mode & 0o077:
        raise BadInput("the key file {} can be read by others; run: chmod 600 {}", path, path)
    try:
        key = serialization.load_pem_private_key(data, passphrase)
    except (ValueError, TypeError):
        raise BadInput("{} does not open with this passphrase, or is no encrypted key file", path) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise BadInput("{} holds no Ed25519 key", path)
    return key


@dataclass(frozen=True, slots=True)
class Keyring:
    """The keys of one directory, named for one ledger."""

    directory: Path
    origin: str
    passphrase: bytes

    def signer(self, person: str) -> Ed25519Signer:
        """The person's signer, under the name `<origin>/<person>`."""
        return Ed25519Signer(f"{self.origin}/{person}", load_key(self.directory / f"{person}.pem", self.passphrase))

    def log(self) -> Ed25519Signer:
        """The log key's signer, under the ledger's own name."""
        return Ed25519Signer(self.origin, load_key(self.directory / f"{LOG}.pem", self.passphrase))

    def __repr__(self) -> str:
        return f"Keyring({str(self.directory)!r}, {self.origin!r})"
