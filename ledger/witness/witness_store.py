"""A witness's directory: `witness.pem`, the encrypted key, and `witness.db`, its memory (`ledger.store.witness`)."""

from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.core.algorithms import COSIGNATURE_V1, ED25519
from ledger.core.signers import Ed25519Signer, VerifyKey, check_name, format_vkey, parse_vkey
from ledger.errors import BadInput, KeyInvalid, NoLedger
from ledger.keys.key_files import load_key, save_key
from ledger.store.witness import WitnessMemory


@dataclass(frozen=True, slots=True)
class WitnessStore:
    """A witness's directory."""

    directory: Path

    @property
    def memory(self) -> WitnessMemory:
        """Logs and heads."""
        return WitnessMemory(self.directory / "witness.db")

    @property
    def key_file(self) -> Path:
        """The encrypted key."""
        return self.directory / "witness.pem"

    def create(self, name: str, key: Ed25519PrivateKey, passphrase: bytes) -> VerifyKey:
        """Makes the directory with a new witness of this key name. Raises BadInput where there is one, Malformed."""
        check_name(name)
        vkey = Ed25519Signer(name, key, COSIGNATURE_V1).verify_key
        if self.memory.path.exists() or self.key_file.exists():
            raise BadInput("{} is a witness already; its memory is never overwritten", self.directory)
        self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        save_key(self.key_file, key, passphrase)
        self.memory.create(name, format_vkey(vkey))
        return vkey

    def check(self) -> None:
        """There is a witness of this version here. Raises NoLedger or BadInput."""
        if not self.memory.path.is_file():
            raise NoLedger(
                "there is no witness in {}; make one with: zeren witness init DIR --name NAME", self.directory
            )
        self.memory.check()

    def verify_key(self) -> VerifyKey:
        """The witness's own key."""
        return parse_vkey(self.memory.vkey())

    def signer(self, passphrase: bytes) -> Ed25519Signer:
        """The witness's signer. Raises BadInput for a wrong passphrase or another key's file."""
        key = self.verify_key()
        signer = Ed25519Signer(key.name, load_key(self.key_file, passphrase), COSIGNATURE_V1)
        if signer.verify_key != key:
            raise BadInput("{} is not this witness's key", self.key_file)
        return signer

    def trust(self, key: VerifyKey, origin: str | None = None) -> None:
        """Watches the log that signs with `key`; its origin is the key's name unless given. Raises KeyInvalid."""
        if key.algorithm != ED25519:
            raise KeyInvalid("{} is a key for {} and signs no notes", key.name, key.algorithm.name)
        if key.public_key == self.verify_key().public_key:
            raise KeyInvalid("this is the witness's own key; nobody witnesses himself")
        self.memory.trust(origin or key.name, format_vkey(key))

    def logs(self) -> dict[str, list[VerifyKey]]:
        """The keys trusted for each origin."""
        found: dict[str, list[VerifyKey]] = {}
        for origin, vkey in self.memory.logs():
            found.setdefault(origin, []).append(parse_vkey(vkey))
        return found
