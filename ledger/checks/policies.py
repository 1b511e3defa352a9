"""Which witnesses a policy may name: none that signs with a key of the ledger itself."""

from ledger.checks.keybook import KeyBook
from ledger.core.policy import Policy
from ledger.core.signers import VerifyKey
from ledger.errors import KeyInvalid


def check_policy(book: KeyBook, policy: Policy) -> None:
    """No witness signs with a key of this ledger, and none of any policy under another name; raises KeyInvalid."""
    for witness in policy.witnesses:
        key = witness.key
        if key.public_key in {own.public_key for own in _own_keys(book)}:
            raise KeyInvalid(
                "the key of the witness {} is a key of this ledger, which cannot be its own witness", key.name
            )
        known = book.witnesses.get(key.public_key, key)
        if known != key:
            raise KeyInvalid("the witnesses {} and {} have one key: it counts once only", known.name, key.name)


def _own_keys(book: KeyBook) -> list[VerifyKey]:
    return [*(key.verify_key for key in book.keys.values()), *book.every_log_key()]


def check_unused(book: KeyBook, key: VerifyKey) -> None:
    for other in [*_own_keys(book), *book.witnesses.values()]:
        if other.public_key == key.public_key or (other.name, other.key_id) == (key.name, key.key_id):
            raise KeyInvalid(
                "the key {}+{} was already used in this ledger; make a new one", key.name, key.key_id.hex()
            )
