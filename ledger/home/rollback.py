"""Nothing is signed on a restored older copy, nor on a fork: a ledger is opened for writing only if it contains every
checkpoint of it that is known.

Known are: what the ledger signed itself, by its own table and by files beside its database, which survive when the
database alone is put back; what was anchored; what the directory holds of it; and what a case ledger beside it has
pinned. A witness that is asked knows too (`ledger.witness.client`). Of each source the largest checkpoint is compared,
since each source keeps one history only.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ledger.application import Ledger
from ledger.core.checkpoint import Checkpoint, parse_checkpoint
from ledger.core.note import parse_note
from ledger.errors import BadInput, Forked, Incomplete, Malformed, RolledBack
from ledger.events.cases import CaseOpened, LeadReceived
from ledger.events.trust import AnchorRecorded
from ledger.home.held import held_since
from ledger.placement import ANCHORS

SIGNED, COSIGNED = "signed", "cosigned"
"""Endings of the files beside a database: the largest checkpoint that was signed, that somebody cosigned."""


@dataclass(frozen=True, slots=True)
class Known:
    """A checkpoint of a ledger, and who knows it (its text is shown to the user)."""

    checkpoint: Checkpoint
    source: Incomplete


def check_not_rolled_back(ledger: Ledger, known: Iterator[Known]) -> None:
    """The ledger contains every known checkpoint.

    Raises RolledBack where it is shorter than one, Forked where its history differs; both say which one contradicts
    and how to recover.
    """
    size = ledger.size()
    for each in known:
        head = each.checkpoint
        if head.size > size:
            raise RolledBack(
                "{} has {} entries, but {} covers {}: this is an older copy; restore the newer one, nothing is signed "
                "on this",
                ledger.path,
                size,
                each.source,
                head.size,
            )
        if ledger.tree_head(head.size) != head:
            raise Forked(
                "{} has another history than {}, of {} entries; keep both and find out which was changed, nothing is "
                "signed on this",
                ledger.path,
                each.source,
                head.size,
            )


def known_within(ledger: Ledger) -> Iterator[Known]:
    """What the ledger's own database and the files beside it know."""
    last = ledger.last_checkpoint()
    if last is not None:
        yield Known(last.checkpoint, Incomplete("the checkpoint that this ledger signed itself"))
    for ending, said in (
        (SIGNED, Incomplete("the checkpoint signed here before (kept in {})", _beside(ledger, SIGNED))),
        (COSIGNED, Incomplete("the checkpoint that was anchored before (kept in {})", _beside(ledger, COSIGNED))),
    ):
        kept = _kept(ledger, ending)
        if kept is not None:
            yield Known(kept, said)
    for event in map(ledger.at, ledger.store.stream_backwards(ANCHORS, 1)):
        if isinstance(event.payload, AnchorRecorded):
            head = parse_checkpoint(parse_note(event.payload.checkpoint.encode()).text)
            yield Known(head, Incomplete("the checkpoint anchored by entry {}", event.position))


def known_by_holding(directory: Path) -> Iterator[Known]:
    """The checkpoint held last. Read as it stands: a copy that is too old may not know the log key that signed it."""
    for name in sorted(directory.glob("*.checkpoint"))[-1:]:
        head = parse_checkpoint(parse_note(name.read_bytes()).text)
        yield Known(head, Incomplete("the checkpoint held since {}", held_since(name).isoformat()))


def known_by_case(case: Ledger, duty: Ledger) -> Iterator[Known]:
    """The largest checkpoint of the duty ledger that a case ledger has pinned."""
    largest: Known | None = None
    for event in map(case.at, case.store.opening("case/*")):
        payload = event.payload
        pin = payload.pin if isinstance(payload, CaseOpened | LeadReceived) else None
        if pin is None or pin.checkpoint is None or pin.fingerprint != duty.fingerprint:
            continue
        head = parse_checkpoint(parse_note(pin.checkpoint.encode()).text)
        if largest is None or head.size > largest.checkpoint.size:
            largest = Known(head, Incomplete("the checkpoint pinned by entry {} of {}", event.ref, case.path))
    if largest is not None:
        yield largest


def remember(ledger: Ledger, ending: str, note: bytes) -> None:
    """Keeps a checkpoint beside the database, durably, unless a larger one is kept already."""
    kept, target = _kept(ledger, ending), _beside(ledger, ending)
    if kept is not None and kept.size >= parse_checkpoint(parse_note(note).text).size:
        return
    part = target.with_name(target.name + ".part")
    with part.open("wb") as file:
        file.write(note)
        file.flush()
        os.fsync(file.fileno())
    part.replace(target)
    with suppress(OSError):  # not every file system lets a directory be synchronised
        handle = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _beside(ledger: Ledger, ending: str) -> Path:
    return ledger.path.with_name(f"{ledger.path.stem}.{ending}")


def _kept(ledger: Ledger, ending: str) -> Checkpoint | None:
    target = _beside(ledger, ending)
    try:
        head = parse_checkpoint(parse_note(target.read_bytes()).text)
    except FileNotFoundError:
        return None
    except Malformed:
        raise BadInput("{} is no checkpoint; find out who changed it, then remove it", target) from None
    if head.origin != ledger.origin:
        raise BadInput("{} is a checkpoint of {}, another ledger; remove it", target, head.origin)
    return head
