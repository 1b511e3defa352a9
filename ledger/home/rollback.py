"""Nothing is signed on a restored older copy, nor on a fork: a ledger is opened for writing only if it contains every
checkpoint of it that is known.

Known are: what the ledger signed and anchored itself, by its own tables, and what is known from elsewhere
(`ledger.home.known_heads`). A witness that is asked knows too (`ledger.witness.client`). Of each source the largest one
is compared, since each source keeps one history only.
"""

from collections.abc import Iterator

from ledger.application import Ledger
from ledger.core.checkpoint import parse_checkpoint
from ledger.core.note import parse_note
from ledger.errors import Incomplete
from ledger.events.trust import AnchorRecorded
from ledger.home.known import KnownHead, contradiction
from ledger.home.known_heads import KnownHeads
from ledger.placement import ANCHORS


def check_not_rolled_back(ledger: Ledger, heads: KnownHeads) -> None:
    """The ledger contains every known checkpoint.

    Raises RolledBack where it is shorter than one, Forked where its history differs, Contradicted where it is another
    ledger: each says which one contradicts and how to recover. Raises BadInput or Invalid for one that cannot be read.
    """
    for fault in heads.faults:
        if not isinstance(fault, Incomplete):
            raise fault
    for each in (*known_within(ledger), *heads.known):
        contradiction(each, ledger)


def known_within(ledger: Ledger) -> Iterator[KnownHead]:
    """What the ledger's own database knows: its largest checkpoint, and the one anchored last."""
    last = ledger.last_checkpoint()
    if last is not None:
        yield KnownHead(last.checkpoint, Incomplete("the checkpoint that this ledger signed itself"))
    for event in map(ledger.at, ledger.store.stream_backwards(ANCHORS, 1)):
        if isinstance(event.payload, AnchorRecorded):
            head = parse_checkpoint(parse_note(event.payload.checkpoint.encode()).text)
            yield KnownHead(head, Incomplete("the checkpoint anchored by entry {}", event.position))
