"""Giving a log a new key, in two steps (FORMAT.md sections 6 and 9).

A custodian announces the key; nothing changes. A checkpoint that contains the announcement is signed by the old key and
by the new one, and an entry that carries it confirms: from there on checkpoints are the new key's. If the process ends
between the steps, the next run goes on from what is on record.
"""

from ledger.application import Command, Ledger, Receipt
from ledger.core.note import parse_note
from ledger.core.signers import Signer, VerifyKey, format_vkey
from ledger.errors import Refused
from ledger.events.trust import LogKeyConfirmed, LogKeyRotated


def announce(ledger: Ledger, custodian: Signer, key: VerifyKey) -> Receipt:
    """Announces the log's next key. Raises Refused, or KeyInvalid for a key that was used before."""
    return ledger.record(Command(LogKeyRotated(vkey=format_vkey(key)), (custodian,)))[0]


def confirm(ledger: Ledger, custodian: Signer, old: Signer, new: Signer) -> Receipt:
    """Signs the checkpoint with both keys, stores it, and confirms the announced key. Raises Refused."""
    note = signed_by_both(ledger, new.verify_key)
    if note is None:
        note = ledger.sign_checkpoint(old, new)
    return ledger.record(Command(LogKeyConfirmed(checkpoint=note.decode()), (custodian,)))[0]


def signed_by_both(ledger: Ledger, new: VerifyKey) -> bytes | None:
    """The checkpoint that an earlier run signed with the old and the announced key, and did not come to confirm."""
    book = ledger.keys()
    if book.announced_log_key != new:
        raise Refused("the log key {}+{} is not announced; announce it first", new.name, new.key_id.hex())
    later = ledger.store.checkpoints(above=book.announced_at)
    return next((note for _, note in reversed(later) if _is_confirming(note, new)), None)


def _is_confirming(note: bytes, new: VerifyKey) -> bool:
    """Whether the new log key signed a checkpoint note."""
    return (new.name, new.key_id) in {(line.name, line.key_id) for line in parse_note(note).signatures}
