"""Question: who still owes which signature, the oldest entry first: what waits for a person, and for a recorder."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cache

from ledger.checks.answers import answers, standing
from ledger.checks.concerned import Concerned, called_to_sign, waited_for
from ledger.checks.subjects import KindOf
from ledger.errors import BadInput
from ledger.events.base import Fact, Payload
from ledger.events.flat import shapes
from ledger.events.record import Recorded
from ledger.events.records import RecordCorrected
from ledger.events.registry import kinds
from ledger.frozen import dataclass
from projections.facts.protocol import day
from projections.facts.values import Citation
from projections.language.kind_titles import type_title
from projections.questions.over import Judged, Over
from projections.questions.parties import party_of
from projections.views.facts import ViewFacts
from projections.views.rows import LedgerRow
from projections.views.view_reads import asking_entries

LEDGERS = ("duty", "case")
"""The kinds of ledger under whose entries people sign."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureFilter(Judged):
    """Limits of the question; None does not limit."""

    person: str | None = None
    """Only what this person owes, by id, number or name."""
    ledger: str = "duty"
    """The kind of ledger that is asked about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwedSignature:
    """A signature that is owed under an entry: whose, as what, and since when the entry stands."""

    entry: Citation
    type: str
    title: str
    """What its kind is called."""
    person: str
    name: str
    capacity: str
    occurred_on: date | None
    recorded_at: datetime
    days: int
    """How many days it has waited on the day of judging."""


@dataclass(frozen=True, slots=True)
class OwedSignatures:
    """The answer, the oldest entry first."""

    judged_on: date
    known_at: datetime | None
    ledger: str
    items: tuple[OwedSignature, ...]


def owed_signatures(over: Over, wanted: SignatureFilter) -> OwedSignatures:
    """Whose signature is owed: persons named in a record, or asked by its author, who have not answered at all.

    Under a record that was withdrawn, or recorded after the day that is asked about, nobody owes one. Raises BadInput
    for a person or a ledger that is not there.
    """
    facts, judged = over.facts, over.judging_day(wanted)
    ledgers = _ledgers(facts, wanted.ledger)
    person = _person(facts, ledgers, wanted.person) if wanted.person is not None else None
    rows: tuple[OwedSignature, ...] = over.keep(
        ("owed signatures", wanted.ledger, person, judged, wanted.judged_on, over.language),
        lambda: tuple(row for ledger in ledgers for row in _rows(over, ledger, person, judged, wanted.judged_on)),
    )
    return OwedSignatures(judged, facts.known_at, wanted.ledger, rows)


def _ledgers(facts: ViewFacts, kind: str) -> tuple[LedgerRow, ...]:
    if kind not in LEDGERS:
        raise BadInput("there is no ledger {!r} here; there are: {}", kind, ", ".join(LEDGERS))
    found = (facts.duty,) if kind == "duty" else facts.case_ledgers
    if not found:
        raise BadInput("there is no {} ledger here", kind)
    return found


def _person(facts: ViewFacts, ledgers: tuple[LedgerRow, ...], text: str) -> str:
    """The id of whoever is named; a custodian may be asked without being registered as a person."""
    if text not in facts.persons:
        asking = (
            facts.at(ledger, at)
            for ledger in ledgers
            for at in asking_entries(facts.views, ledger, facts.limit(ledger))
        )
        if any(text == each.person for event in asking if event is not None for each in event.carried.asked):
            return text
    return party_of(facts, text, "person")


def _rows(
    over: Over, ledger: LedgerRow, person: str | None, judged: date, until: date | None
) -> Iterator[OwedSignature]:
    """The rows of a ledger; of all that the duty ledger owes only what comes, and what that concerns, is told anew."""
    if ledger.kind != "duty" or person is not None:
        told = _told(over, ledger, person, judged, until, None)
    else:
        from projections.signals.inquiry import Inquiry
        from projections.signals.since import of_each

        def read(some: Sequence[Recorded] | None) -> Mapping[int, tuple[OwedSignature, ...]]:
            return _told(over, ledger, None, judged, until, some)

        key = (judged, until, over.language)
        told = of_each(Inquiry(over.facts, judged, ()), "owed signatures", key, read)
    for rows in told.values():
        yield from rows


def _told(
    over: Over,
    ledger: LedgerRow,
    person: str | None,
    judged: date,
    until: date | None,
    some: Sequence[Recorded] | None,
) -> Mapping[int, tuple[OwedSignature, ...]]:
    """What is owed under each entry that there is something owed under, of some entries or all, by position."""
    facts, kind_of, speech = over.facts, dict.fromkeys(over.facts.persons, "person").get, over.speech
    candidates = _candidates(facts, ledger, person) if some is None else _among(facts, ledger, some)
    facts.original.gather([event for event in candidates if event.originator_version == 1])
    found: dict[int, tuple[OwedSignature, ...]] = {}
    for event in candidates:
        since = day(facts, event.recorded_at)
        if (until is not None and since > until) or facts.is_withdrawn(event):
            continue
        owing = [each for each in _called(facts, event, kind_of) if person in (None, each.person)]
        if not owing or {each.person for each in owing} <= set(event.signed):
            continue
        answered = standing(answers(event, facts.original.followers(event)))
        rows = []
        for each in owing:
            if each.person not in answered:
                payload = event.payload
                occurred = payload.occurred_at if isinstance(payload, Fact) else None
                rows.append(
                    OwedSignature(
                        entry=facts.cite(event),
                        type=event.type,
                        title=type_title(event.type, over.language),
                        person=each.person,
                        name=speech.name(each.person),
                        capacity=each.capacity,
                        occurred_on=day(facts, occurred) if occurred is not None else None,
                        recorded_at=event.recorded_at,
                        days=max(0, (judged - since).days),
                    )
                )
        if rows:
            found[event.position] = tuple(rows)
    return found


def _called(facts: ViewFacts, event: Recorded, kind_of: KindOf) -> tuple[Concerned, ...]:
    """Whose signature belongs under an entry: under a proposed correction also theirs for whom it waits."""
    called = called_to_sign(event, kind_of)
    if not isinstance(event.payload, RecordCorrected) or event.payload.corrects.fingerprint:
        return called
    changed = facts.original.entry(event.payload.corrects, within=event)
    named = {each.person for each in called}
    waits = [person for person in facts.waits_for(event) if person not in named]
    return (*called, *waited_for(changed, waits)) if changed is not None else called


def _candidates(facts: ViewFacts, ledger: LedgerRow, person: str | None) -> list[Recorded]:
    """The entries, as they were recorded, that name the person, or anybody, or whose author asked somebody."""
    signed, original = _signed(), facts.original
    proposed = [each for each in original.records(RecordCorrected, ledger=ledger.kind) if facts.waits_for(each)]
    found = {
        event.position: event
        for event in (*original.records(*signed, person=person, ledger=ledger.kind), *proposed)
        if event.ledger == ledger.origin and event.position >= 0  # nobody signs in a ledger that was lost
    }
    for position in asking_entries(facts.views, ledger, facts.limit(ledger)):
        event = found.get(position) or original.at(ledger, position)
        if event is not None:
            found[position] = event
    return [found[position] for position in sorted(found)]


def _among(facts: ViewFacts, ledger: LedgerRow, some: Sequence[Recorded]) -> list[Recorded]:
    """Those of some entries, as they were recorded."""
    read = (facts.original.at(ledger, event.position) for event in some if event.position >= 0)
    return [event for event in read if event is not None and (_calls(facts, event) or event.carried.asked)]


def _calls(facts: ViewFacts, event: Recorded) -> bool:
    """Whether an entry is of a kind that names who signs it, or a correction that waits for somebody."""
    return isinstance(event.payload, _signed()) or (
        isinstance(event.payload, RecordCorrected) and bool(facts.waits_for(event))
    )


@cache
def _signed() -> tuple[type[Payload], ...]:
    """The kinds of record that name who signs them."""
    return kinds(lambda cls: any(shape.meta["signs"] is not None for _, shape in shapes(cls)))
