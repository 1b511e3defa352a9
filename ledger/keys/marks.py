"""What keys say of the entries they signed: disputed since a claimed compromise, re-enrolled by a custodian.

Marks of FORMAT.md section 9, as known at the head. They stand beside an entry in every list and never take it out.
"""

from collections.abc import Sequence

from ledger.application import Ledger
from ledger.core.note import parse_note
from ledger.events.record import Recorded
from ledger.frozen import dataclass


@dataclass(frozen=True, slots=True)
class KeyMarks:
    """The marks of one entry. `disputed_by` names who claimed a compromise, `re_enrolled` the persons concerned."""

    disputed_by: tuple[str, ...] = ()
    re_enrolled: tuple[str, ...] = ()


NONE = KeyMarks()


def key_marks(ledger: Ledger, events: Sequence[Recorded]) -> list[KeyMarks]:
    """The marks of each of these entries, in their order. Costs nothing where no key is marked."""
    book = ledger.keys()
    disputes = book.disputes()
    re_enrolled = {name: key.person for name, key in book.keys.items() if key.re_enrolled}
    if not disputes and not re_enrolled:
        return [NONE] * len(events)
    found = []
    for event in events:
        note = parse_note(ledger.entries(event.position, 1)[0])
        lines = [(line.name, line.key_id) for line in note.signatures]
        concerned = {d.by for d in disputes if d.key in lines and d.covers(event.position)}
        again = dict.fromkeys(re_enrolled[line] for line in lines if line in re_enrolled)
        found.append(KeyMarks(tuple(sorted(concerned)), tuple(again)))
    return found
