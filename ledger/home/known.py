"""What is known of a ledger from elsewhere, and whether the ledger is the one that is known."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress

from ledger.application import Ledger
from ledger.core.checkpoint import Checkpoint, open_checkpoint
from ledger.errors import Contradicted, Forked, Incomplete, Invalid, RolledBack, ZerenError
from ledger.frozen import dataclass


@dataclass(frozen=True, slots=True)
class KnownHead:
    """What somebody knows of a ledger: a checkpoint, the note that it was read from, the ledger's fingerprint."""

    checkpoint: Checkpoint | None
    source: Incomplete
    """Who knows it, as it is shown to people."""
    note: bytes | None = None
    fingerprint: str = ""
    listed: bool = False
    """Of a list of ledgers, which tells which ledger it is and nothing of its length."""


def check_known(
    known: KnownHead, ledger: Ledger, size: int, root_at: Callable[[int], bytes], *, start: int = 0
) -> Checkpoint | None:
    """The ledger of `size` entries, whose roots `root_at` gives, is the one that is known, and contains the head.

    Heads below `start` are compared by all but their roots. Raises RolledBack, Forked or Contradicted, which say which
    head it is and how to recover.
    """
    head, source = known.checkpoint, known.source
    if known.fingerprint not in ("", ledger.fingerprint):
        raise Contradicted(
            "{} is another ledger than {} tells of (fingerprint {}); find out who put it there and restore the right "
            "one; nothing is signed on this and no question is answered from it",
            ledger.path,
            source,
            known.fingerprint,
        )
    if head is None:
        return None
    if head.origin != ledger.origin:
        raise Contradicted(
            "{} holds {}, but {} is of another ledger, {}; find out which of the two was put there and restore the "
            "right one; nothing is signed on this and no question is answered from it",
            ledger.path,
            ledger.origin,
            source,
            head.origin,
        )
    if head.size > size:
        raise RolledBack(
            "{} has {} entries, but {} covers {}: its end was cut off, or it is an older copy; restore the newer one; "
            "nothing is signed on this and no question is answered from it",
            ledger.path,
            size,
            source,
            head.size,
        )
    if head.size >= start and root_at(head.size) != head.root:
        raise Forked(
            "{} has another history than {}, of {} entries; keep both and find out which was changed; nothing is "
            "signed on this and no question is answered from it",
            ledger.path,
            source,
            head.size,
        )
    _check_signed(known, ledger)
    return head


def _check_signed(known: KnownHead, ledger: Ledger) -> None:
    if known.note is None:
        return
    try:
        open_checkpoint(known.note, ledger.keys().every_log_key())
    except ZerenError as error:
        raise Contradicted(
            "{} is not signed by a log key of {}; find out who made it: {}", known.source, ledger.path, error
        ) from error


def contradiction(known: KnownHead, ledger: Ledger) -> None:
    """Compares a head with the ledger as it stands, by stored hashes: the cost does not grow with the ledger.

    Raises RolledBack, Forked or Contradicted.
    """

    def root_at(size: int) -> bytes:
        try:
            return ledger.tree_head(size).root
        except (Invalid, TypeError, ValueError):  # hashes are missing where entries were, or are none
            return b""

    check_known(known, ledger, ledger.size(), root_at)


def is_of(known: KnownHead, former: Ledger) -> bool:
    """Whether a head is of this ledger, which another one continues."""
    origin = known.checkpoint.origin if known.checkpoint is not None else None
    return former.origin == origin if origin is not None else former.fingerprint == known.fingerprint


def check_former_heads(known: Iterable[KnownHead], before: Sequence[Ledger]) -> None:
    """The heads known of the ledgers that one continues fit what is kept of them, as far as it goes: that the end is
    lost its genesis says. Raises Forked or Contradicted."""
    for each in known:
        for former in before:
            if is_of(each, former):
                with suppress(RolledBack):
                    contradiction(each, former)
