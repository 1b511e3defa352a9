"""The bundle of a case: the case's stream whole, and of the duty ledger what it rests on (FORMAT.md sections 5, 10)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field

from ledger.application import Ledger
from ledger.bundle.layout import CompleteClaim
from ledger.bundle.packing import Part, Show, show_all
from ledger.bundle.select import Selection, last_sealed, select
from ledger.core.checkpoint import parse_checkpoint
from ledger.core.note import parse_note
from ledger.errors import BadInput
from ledger.events.case_parts import Pin
from ledger.events.record import Recorded
from ledger.frozen import dataclass


@dataclass(frozen=True, slots=True)
class DutyWanted:
    """What a case bundle shows of a duty ledger beside what the case's entries cite."""

    path: str
    ledger: Ledger
    entries: tuple[int, ...] = ()
    complete: tuple[CompleteClaim, ...] = ()
    show: Show = show_all
    """Which fields of it are shown."""
    beside: tuple[int, ...] = ()
    """What supports these: it says how those are called whom they name."""
    kept: bool = False
    """It is what was kept of a lost ledger: nothing is sealed in it any more."""


@dataclass(frozen=True, slots=True)
class HandedOut:
    """A case's bundle, and beside it what belongs to the case and is no part of that: a bundle of its own."""

    parts: Sequence[Part]
    beside: Sequence[Part] = ()
    """Of ledgers that continue, or are continued by, the one that the case pins: no trust passes from that to them."""
    unsealed: Mapping[str, Sequence[int]] = field(default_factory=dict)
    """By origin of what was kept of a lost ledger, positions beyond its last seal: no bundle can show them."""


def stream_of_case(ledger: Ledger, case: str) -> str:
    """The stream of a case by its number; raises BadInput."""
    cases = ledger.register().cases
    if case not in cases:
        raise BadInput("there is no case {}; there are: {}", case, ", ".join(sorted(cases)) or "-")
    return cases[case]


def select_case(case: Ledger, stream: str, entries: Iterable[int] = ()) -> Selection:
    """The case's stream, complete; raises BadInput for entries outside it.

    A bundle of a case ledger shows no stream but the case's and `ledger/...`.
    """
    for position in entries:
        header = case.entry_at(position)[0].header
        if header.stream != stream and not header.stream.startswith("ledger/"):
            raise BadInput("entry {} of the case ledger does not belong to this case and is not handed out", position)
    return select(case, entries, [CompleteClaim("stream", stream)])


def case_parts(chosen: Selection, duties: Sequence[DutyWanted], show: Show = show_all, path: str = "case") -> HandedOut:
    """The parts of a case's bundle: the case, and the duty ledger where anything of it is shown.

    The duty part carries the consistency proof from each pin of the case. Where there are several, one continuing the
    other, those that the case pins are parts of its bundle, and the others are handed out beside it. Raises BadInput
    where a pinned checkpoint lies beyond the duty ledger's last sealed one.
    """
    events = [chosen.ledger.at(position) for position in chosen.entries]
    pins = [pin for event in events if isinstance(pin := getattr(event.payload, "pin", None), Pin)]
    parts, beside, unsealed = [Part(path, chosen, show)], list[Part](), dict[str, list[int]]()
    for duty in duties:
        shown, left = _shown(duty, events)
        if left:
            unsealed[duty.ledger.origin] = left
        if shown is None:
            continue
        own = [pin for pin in pins if pin.fingerprint == duty.ledger.fingerprint]
        alone = len(duties) == 1 and duty.ledger.genesis.continues is None
        holds = alone or (bool(own) and _holds(shown, own, duty))
        for pin in own if holds else ():
            if pin.checkpoint is not None:
                shown.older.add(_size_of(pin.checkpoint, shown))
        (parts if holds else beside).append(Part(duty.path, shown, duty.show))
    return HandedOut(parts, beside, unsealed)


def _shown(duty: DutyWanted, events: Sequence[Recorded]) -> tuple[Selection | None, list[int]]:
    """What is shown of a duty ledger, None for nothing; and, of one that was lost, what no bundle can show of it."""
    fingerprint = duty.ledger.fingerprint
    cited = {named.position for event in events for named in event.payload.cited() if named.fingerprint == fingerprint}
    wanted = cited | set(duty.entries)
    left = []
    if duty.kept:
        seal = last_seal_of(duty.ledger)
        left = sorted(position for position in wanted if position >= seal)
        wanted -= set(left)
    return (select(duty.ledger, wanted, duty.complete, beside=duty.beside) if wanted or duty.complete else None), left


def last_seal_of(kept: Ledger) -> int:
    """Up to where what was kept of a lost ledger can be handed out; 0 where it has no sealed checkpoint."""
    try:
        return last_sealed(kept).seal
    except BadInput:
        return 0


def _holds(shown: Selection, own: Sequence[Pin], duty: DutyWanted) -> bool:
    """The checkpoints pinned of a lost ledger are within what was kept of it."""
    sizes = [_size(pin.checkpoint) for pin in own if pin.checkpoint is not None]
    return not duty.kept or all(size <= shown.sealed.size for size in sizes)


def _size(checkpoint: str) -> int:
    return parse_checkpoint(parse_note(checkpoint.encode()).text).size


def _size_of(checkpoint: str, shown: Selection) -> int:
    size = _size(checkpoint)
    if size > shown.sealed.size:
        raise BadInput(
            "the case pins {} entries of the duty ledger, its last sealed checkpoint has {}; make one with: "
            "zeren checkpoint",
            size,
            shown.sealed.size,
        )
    return size
