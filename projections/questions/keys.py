"""Question: which keys were ever enrolled in a ledger, until when they held, and by which keys its log is signed."""

from ledger.application import Ledger
from ledger.checks.keybook import EnrolledKey, KeyBook
from ledger.core.signers import format_vkey
from ledger.frozen import dataclass


@dataclass(frozen=True, slots=True)
class DisputeRow:
    """That somebody claims a key compromised: its entries from `since` on, below `until`, are disputed."""

    since: int
    until: int | None
    by: str


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A person's key; in force for positions above `enrolled_at` up to `revoked_at`."""

    person: str
    key_id: str
    algorithm: str
    roles: tuple[str, ...]
    enrolled_at: int
    revoked_at: int | None
    compromised_from: int | None
    re_enrolled: bool
    disputed: tuple[DisputeRow, ...]
    vkey: str


@dataclass(frozen=True, slots=True)
class LogKeyRow:
    """A key that signs checkpoints, from those of `from_size` entries on; None = announced, not yet confirmed."""

    key_id: str
    from_size: int | None
    vkey: str


@dataclass(frozen=True, slots=True)
class LedgerKeys:
    """The answer: keys of persons in order of enrolment, and the log keys in theirs."""

    items: tuple[KeyRow, ...]
    log_keys: tuple[LogKeyRow, ...]


def keys(ledger: Ledger) -> LedgerKeys:
    """Every key of a ledger, as it stands."""
    book = ledger.keys()
    announced = [(None, book.announced_log_key)] if book.announced_log_key is not None else []
    return LedgerKeys(
        tuple(_row(key, book) for key in book.keys.values()),
        tuple(LogKeyRow(key.key_id.hex(), since, format_vkey(key)) for since, key in (*book.log_keys, *announced)),
    )


def _row(key: EnrolledKey, book: KeyBook) -> KeyRow:
    name = (key.verify_key.name, key.verify_key.key_id)
    return KeyRow(
        key.person,
        key.verify_key.key_id.hex(),
        key.verify_key.algorithm.name,
        tuple(book.roles[key.person]),
        key.enrolled_at,
        key.revoked_at,
        key.compromised_from,
        key.re_enrolled,
        tuple(DisputeRow(each.since, each.until, each.by) for each in book.disputes() if each.key == name),
        format_vkey(key.verify_key),
    )
