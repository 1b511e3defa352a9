"""Private keys on disk: encrypted PKCS#8 (PEM), mode 0600; the passphrase comes by prompt or file, never by argument.

A person's key file is named `<person>.pem` or `<person>-<key id>.pem`, the log key's `log.pem` or `log-<key id>.pem`;
a key in a PKCS#11 token has a token file ending in `.token` instead. Where a key book is at hand the file is taken
whose key is in force, so that a rotated key is found without being named. Secrets never appear in messages.

How files are encrypted is in `ledger.keys.pbes2`, the lines that say whose they are in `ledger.keys.labels`.
"""

import codecs
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.checks.keybook import KeyBook
from ledger.clock import Randomness, system_randomness
from ledger.core import mldsa, sm2
from ledger.core.algorithms import ED25519
from ledger.core.names import LOG
from ledger.core.signers import Ed25519Signer, Signer, mldsa_signer, sm2_signer
from ledger.errors import BadInput
from ledger.frozen import dataclass
from ledger.keys.labels import Label, parse_label, with_label, without_label
from ledger.keys.pbes2 import der_of, encrypt, is_weak
from ledger.keys.token import SUFFIX, open_token_key, read_token_file
from ledger.writing import private_folder, replace_private, write_private

_SM4 = bytes.fromhex("2a811ccf550168")
"""The arc of SM4's modes (1.2.156.10197.1.104) in DER: how the SM2 library encrypted key files of the first version."""
PEM = ".pem"
ALGORITHMS = ("ed25519", "sm2", "ml-dsa-44")
"""Kinds of key that can be made here."""

Secret = Callable[[Path], bytes]
"""Gives the passphrase of a key file, or the PIN for a token file."""


def read_passphrase(path: Path) -> bytes:
    """The first line of a passphrase file; a byte order mark of UTF-8 at its head is no part of it.

    Raises BadInput where it cannot be read, is empty, or is in UTF-16 (what is typed would never open its keys).
    """
    data = _passphrase_file(path)
    if _is_utf16(data):
        raise BadInput("the passphrase file {} is written in UTF-16; save it as UTF-8", path)
    first = data.removeprefix(codecs.BOM_UTF8).split(b"\n")[0].removesuffix(b"\r")
    if not first:
        raise BadInput("the passphrase file {} is empty; write the passphrase on its first line", path)
    return first


def former_passphrase(path: Path) -> bytes:
    """The passphrase in a file as the first version took it, for keys that are to get another one.

    It took a file in UTF-16 for what its bytes are. Raises BadInput.
    """
    data = _passphrase_file(path)
    return data.split(b"\n")[0].removesuffix(b"\r") if _is_utf16(data) else read_passphrase(path)


def _passphrase_file(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadInput("the passphrase file {} cannot be read: {}", path, error.strerror) from None


def _is_utf16(data: bytes) -> bool:
    return data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in data


def new_key(randomness: Randomness = system_randomness) -> Ed25519PrivateKey:
    """A fresh Ed25519 private key."""
    return Ed25519PrivateKey.from_private_bytes(randomness(32))


def new_further_key(algorithm: str, randomness: Randomness = system_randomness) -> Any:
    """A fresh private key for further lines, of `sm2` or `ml-dsa-44`. Raises NotChecked without its library."""
    if algorithm == "sm2":
        return sm2.derive_private_key(int.from_bytes(randomness(48), "big") % (sm2.N - 2) + 1)
    return mldsa.private_key_of(randomness(32))


def save_key(path: Path, key: Any, passphrase: bytes, label: Label | None = None) -> None:
    """Writes the key (Ed25519, SM2 or ML-DSA-44) encrypted under the passphrase to a new file, under a label."""
    private_folder(path.parent)
    write_private(path, with_label(encrypt(_pkcs8(key), passphrase), label))


def _pkcs8(key: Any) -> bytes:
    if sm2.is_private_key(key):
        return sm2.to_der(key)
    der, form = serialization.Encoding.DER, serialization.PrivateFormat.PKCS8
    return bytes(key.private_bytes(der, form, serialization.NoEncryption()))


def change_passphrases(changes: Sequence[tuple[Path, bytes, bytes]]) -> None:
    """Encrypts key files anew, each (file, old passphrase, new one), with the strength that FORMAT.md asks for.

    All of them are opened before the first is replaced, and each is replaced whole. Raises BadInput.
    """
    opened = [(path, _load(path, old), new) for path, old, new in changes]
    for path, key, new in opened:
        replace_private(path, with_label(encrypt(_pkcs8(key), new), label_of(path)))


def label_of(path: Path) -> Label | None:
    """Whose key file this is, as it says itself. Raises BadInput where it cannot be read."""
    return parse_label(_read(path))


def set_label(path: Path, label: Label) -> None:
    """Writes on a key file whose it is. Raises BadInput."""
    replace_private(path, with_label(_read(path), label))


def weak_files(directory: Path) -> list[Path]:
    """The key files in a directory that are encrypted with less than FORMAT.md asks for; `zeren keys passwd` mends."""
    return [path for path in sorted(directory.glob(f"*{PEM}")) if is_weak(path.read_bytes())]


def custodians_together(directory: Path, book: KeyBook) -> list[str]:
    """The custodians whose key files in force lie in one directory, where they are two or more: who has it is both."""
    names = {path.name for path in directory.glob(f"*{PEM}")}
    found = {
        key.person
        for key in book.keys.values()
        if key.revoked_at is None
        and "custodian" in book.roles[key.person]
        and {f"{key.person}{PEM}", f"{key.person}-{key.verify_key.key_id.hex()}{PEM}"} & names
    }
    return sorted(found) if len(found) > 1 else []


def is_weak_file(path: Path) -> bool:
    """Whether a key file is such a one; no file, and one that cannot be read, is not."""
    try:
        return is_weak(path.read_bytes())
    except OSError:
        return False


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadInput("the key file {} cannot be read: {}", path, error.strerror) from None


def load_key(path: Path, passphrase: bytes) -> Ed25519PrivateKey:
    """Reads an Ed25519 key file. Raises BadInput: not there, readable by others, wrong passphrase, another key."""
    key = _load(path, passphrase)
    if not isinstance(key, Ed25519PrivateKey):
        raise BadInput("{} holds no Ed25519 key", path)
    return key


def opens(path: Path, passphrase: bytes) -> bool:
    """Whether a key file opens with this passphrase. Raises BadInput for what no passphrase would open."""
    return _opened(path, passphrase) is not None


def _load(path: Path, passphrase: bytes) -> Any:
    key = _opened(path, passphrase)
    if key is None:
        raise BadInput("{} does not open: the passphrase is wrong, or the file is damaged", path)
    return key


def _opened(path: Path, passphrase: bytes) -> Any:
    """The key in a file; None where it does not open with this passphrase. Raises BadInput."""
    data = without_label(_read(path))
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise BadInput("the key file {} can be read by others; run: chmod 600 {}", path, path)
    if not data.startswith(b"-----BEGIN ") or b"PRIVATE KEY-----" not in data:
        raise BadInput("{} is no key file: it does not open", path)
    for tried in (passphrase, codecs.BOM_UTF8 + passphrase):  # the first version took a file's mark for a part of it
        try:
            return _decrypt(path, data, tried)
        except ValueError:
            continue
    return None


def _decrypt(path: Path, data: bytes, passphrase: bytes) -> Any:
    """The key in a PEM block. Raises ValueError for another passphrase, NotChecked for want of a library, BadInput."""
    try:
        return serialization.load_pem_private_key(data, passphrase)
    except TypeError:
        raise BadInput("the key file {} is not encrypted; encrypt it, or make a new key", path) from None
    except UnsupportedAlgorithm:
        return sm2.from_pem(data, passphrase)  # it opened, and holds a key that only the other library knows
    except ValueError:
        if _SM4 not in der_of(data):
            raise
        return sm2.from_pem(data, passphrase)  # an older SM2 key file, which only its own library decrypts


def open_key(path: Path, name: str, secret: Secret) -> Signer:
    """The signer of a key file or token file, under a name. Raises BadInput."""
    if path.suffix == SUFFIX:
        return open_token_key(read_token_file(path), name, secret(path).decode("utf-8", "replace"))
    key = _load(path, secret(path))
    if isinstance(key, Ed25519PrivateKey):
        return Ed25519Signer(name, key)
    if sm2.is_private_key(key):
        return sm2_signer(name, key)
    if mldsa.is_private_key(key):
        return mldsa_signer(name, key)
    raise BadInput("{} holds no Ed25519 key", path)


@dataclass(frozen=True, slots=True)
class Keyring:
    """The keys of one directory, named for one ledger."""

    directory: Path
    origin: str
    secret: bytes | Secret
    """One passphrase for all files, or whoever knows that of each."""
    book: KeyBook | None = None
    """Says which keys are in force; without it a person has one Ed25519 key file."""

    def signer(self, person: str) -> Signer:
        """The person's Ed25519 key in force, under the name `<origin>/<person>`. Raises BadInput."""
        return next(self._opened(person, further=False), None) or self._none(person)

    def signers(self, person: str) -> tuple[Signer, ...]:
        """The person's Ed25519 key in force, and after it those for further lines that are at hand."""
        if self.book is None:
            return (self.signer(person),)
        return (self.signer(person), *self._opened(person, further=True))

    def log(self) -> Signer:
        """The log key in force, under the ledger's own name. Raises BadInput."""
        if self.book is None:
            return self.open(self.directory / f"{LOG}{PEM}", self.origin)
        return self.log_key(self.book.log_keys[-1][1].key_id)

    def log_key(self, key_id: bytes) -> Signer:
        """The log key of this id. Raises BadInput."""
        for path in self._files(LOG, {key_id.hex()}):
            signer = self.open(path, self.origin)
            if signer.verify_key.key_id == key_id:
                return signer
        raise BadInput("no file in {} holds the log key {}", self.directory, key_id.hex())

    def open(self, path: Path, name: str) -> Signer:
        """The signer of one file. Raises BadInput."""
        return open_key(path, name, self._secret)

    def _secret(self, path: Path) -> bytes:
        return self.secret if isinstance(self.secret, bytes) else self.secret(path)

    def _opened(self, person: str, *, further: bool) -> Iterator[Signer]:
        """The person's keys in force that are at hand, of one sort."""
        name = f"{self.origin}/{person}"
        wanted = None
        if self.book is not None:
            held = [key for key in self.book.keys.values() if key.person == person and key.revoked_at is None]
            wanted = {key.verify_key.key_id.hex() for key in held if (key.verify_key.algorithm != ED25519) == further}
        for path in self._files(person, wanted):
            signer = self.open(path, name)
            if wanted is None or signer.verify_key.key_id.hex() in wanted:
                yield signer

    def _files(self, who: str, wanted: set[str] | None) -> Iterator[Path]:
        """Files by name: those of the key ids wanted, then the one without an id."""
        for key_id in sorted(wanted or ()):
            yield from (
                path for ending in (PEM, SUFFIX) if (path := self.directory / f"{who}-{key_id}{ending}").exists()
            )
        plain = [path for ending in (PEM, SUFFIX) if (path := self.directory / f"{who}{ending}").exists()]
        if wanted is None:
            yield from plain or [self.directory / f"{who}{PEM}"]
        elif wanted:
            yield from plain

    def _none(self, person: str) -> Signer:
        raise BadInput(
            "no file in {} holds a key of {} that is in force; name it with --key, or see: zeren keys list",
            self.directory,
            person,
        )

    def __repr__(self) -> str:
        return f"Keyring({str(self.directory)!r}, {self.origin!r})"
