"""What persons said to an entry, and which of it stands (FORMAT.md section 16).

Under an entry stand the lines of who was present and the consents to its draft; later answers are entries in its
stream. Of one person's answers the latest stands (a consent by the signer's own clock, the others by the ledger's), of
equal ones, and where an answer's time is contradicted, the refusal. All of them stay on record and are shown.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from ledger.core.consent import Consent, parse_consent
from ledger.core.consent_check import is_time_contradicted
from ledger.events.record import Recorded
from ledger.events.records import ConsentRecorded, RecordAccepted, RecordRefused
from ledger.frozen import dataclass

RECEIPT = "receipt"


@dataclass(frozen=True, slots=True)
class Said:
    """One answer of a person to an entry, by the entry at `position` (that entry itself: with it).

    `at` is the time that it bears, `counts_from` the moment from which it counts: that of the entry which holds it.
    `elsewhere`: by a consent; `doubtful`: its time is contradicted.
    """

    person: str
    refuses: bool
    capacity: str | None
    position: int
    at: datetime
    counts_from: datetime
    elsewhere: bool = False
    doubtful: bool = False

    @property
    def agrees(self) -> bool:
        """Whether it is a signature for the entry; a receipt says only that it arrived."""
        return not self.refuses and self.capacity != RECEIPT


def answers(event: Recorded, later: Iterable[Recorded]) -> Iterator[Said]:
    """Every answer to an entry: with it, then those among the `later` entries of its stream, in order."""
    for person in event.signers:
        yield _said(event, person, refuses=False)
    for note in event.carried.consents:
        yield _consent(event, note.consent, event)
    for each in later:
        match each.payload:
            case RecordAccepted(accepts=of) | RecordRefused(refuses=of) if of.position != event.position:
                continue
            case RecordAccepted() | RecordRefused() if each.consent is not None:
                yield _consent(event, each.consent, each)
            case RecordAccepted(capacity=capacity):
                yield _said(each, each.author, refuses=False, capacity=capacity)
            case RecordRefused():
                yield _said(each, each.author, refuses=True)
            case ConsentRecorded(of=of, note=text) if of.position == event.position:
                yield _consent(event, parse_consent(text.encode()).consent, each)


def _said(holds: Recorded, person: str, *, refuses: bool, capacity: str | None = None) -> Said:
    at = holds.recorded_at
    return Said(person, refuses=refuses, capacity=capacity, position=holds.position, at=at, counts_from=at)


def _consent(event: Recorded, consent: Consent, holds: Recorded) -> Said:
    return Said(
        person=consent.person,
        refuses=consent.answer == "refuse",
        capacity=consent.capacity,
        position=holds.position,
        at=consent.made_at,
        counts_from=holds.recorded_at,
        elsewhere=True,
        doubtful=is_time_contradicted(consent, event.recorded_at),
    )


def standing(said: Iterable[Said]) -> dict[str, Said]:
    """By person, in the order in which each first answered, the answer that stands; a receipt alone where none else."""
    by_person: dict[str, list[Said]] = {}
    for each in said:
        by_person.setdefault(each.person, []).append(each)
    return {person: _latest(each) for person, each in by_person.items()}


def _latest(said: list[Said]) -> Said:
    doubted = any(each.doubtful for each in said)
    weighing = [each for each in said if each.refuses or each.agrees] or said
    return max(weighing, key=lambda each: (doubted and each.refuses, each.at, each.refuses))


def standing_since(said: Iterable[Said]) -> dict[str, Said]:
    """By person whose signature stands, the answer with which it began: the first on record after his last refusal."""
    everything = tuple(said)
    found: dict[str, Said] = {}
    for person, last in standing(everything).items():
        if last.agrees:
            own = [each for each in everything if each.person == person]
            refused = max((each.at for each in own if each.refuses), default=None)
            agreeing = [each for each in own if each.agrees and (refused is None or each.at > refused)]
            found[person] = min(agreeing, key=lambda each: (each.counts_from, each.position))
    return found


def agreed(event: Recorded, later: Iterable[Recorded]) -> frozenset[str]:
    """Everybody whose signature stands for an entry."""
    return frozenset(person for person, each in standing(answers(event, later)).items() if each.agrees)
