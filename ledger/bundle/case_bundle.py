"""The bundle of a case: the case's stream whole, and of the duty ledger what it rests on (FORMAT.md sections 5, 10)."""

from collections.abc import Iterable

from ledger.application import Ledger
from ledger.bundle.layout import CompleteClaim
from ledger.bundle.packing import Part, Show, show_all
from ledger.bundle.select import Selection, select
from ledger.core.checkpoint import parse_checkpoint
from ledger.core.note import parse_note
from ledger.errors import BadInput
from ledger.events.case_parts import Pin
from ledger.frozen import dataclass


@dataclass(frozen=True, slots=True)
class DutyWanted:
    """What a case bundle shows of the duty ledger beside what the case's entries cite."""

    ledger: Ledger
    entries: tuple[int, ...] = ()
    complete: tuple[CompleteClaim, ...] = ()
    show: Show = show_all
    """Which fields of it are shown."""


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


def case_parts(chosen: Selection, duty: DutyWanted | None, show: Show = show_all) -> list[Part]:
    """The parts of a case's bundle: the case, and the duty ledger where anything of it is shown.

    The duty part carries the consistency proof from each pin of the case. Raises BadInput where a pinned checkpoint
    lies beyond the duty ledger's last sealed one.
    """
    parts = [Part("case", chosen, show)]
    if duty is None:
        return parts
    events = [chosen.ledger.at(position) for position in chosen.entries]
    fingerprint = duty.ledger.fingerprint
    cited = {named.position for event in events for named in event.payload.cited() if named.fingerprint == fingerprint}
    if not cited | set(duty.entries) and not duty.complete:
        return parts
    shown = select(duty.ledger, cited | set(duty.entries), duty.complete)
    for event in events:
        pin = getattr(event.payload, "pin", None)
        if isinstance(pin, Pin) and pin.fingerprint == fingerprint and pin.checkpoint is not None:
            size = parse_checkpoint(parse_note(pin.checkpoint.encode()).text).size
            if size > shown.sealed.size:
                raise BadInput(
                    "the case pins {} entries of the duty ledger, its last sealed checkpoint has {}; make one with: "
                    "zeren checkpoint",
                    size,
                    shown.sealed.size,
                )
            shown.older.add(size)
    return [*parts, Part("duty", shown, duty.show)]
