"""Question: what waits for a person: signatures owed, withdrawals of what the person signed, warnings to answer."""

from collections.abc import Iterator
from datetime import date, datetime

from ledger.checks.answers import agreed, answers
from ledger.events.acts import WarningReported
from ledger.events.records import RecordWithdrawn
from ledger.frozen import dataclass
from projections.facts.protocol import day
from projections.facts.values import Citation
from projections.language.kind_titles import type_title
from projections.questions.over import Judged, Over
from projections.questions.parties import party_of
from projections.questions.signatures import OwedSignature, SignatureFilter, owed_signatures
from projections.signals.inquiry import Inquiry
from projections.signals.unanswered import open_warnings


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingFilter(Judged):
    """For whom it waits, by id, number or name."""

    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawnSigned:
    """A withdrawal, which the person has not answered, of an entry that the person had signed."""

    person: str
    entry: Citation
    of: Citation
    title: str
    """What the kind of the withdrawn entry is called."""
    ground: str
    by: tuple[str, ...]
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningToAnswer:
    """A warning that nobody has answered yet, and by when somebody has to."""

    entry: Citation
    unit: str | None
    author: str | None
    persons: tuple[str, ...]
    """Who is to answer."""
    since: date
    due: date
    overdue: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """The answer; every list is the oldest first."""

    person: str
    name: str
    judged_on: date
    known_at: datetime | None
    signatures: tuple[OwedSignature, ...]
    withdrawals: tuple[WithdrawnSigned, ...]
    warnings: tuple[WarningToAnswer, ...]


def waiting(over: Over, wanted: WaitingFilter) -> Waiting:
    """What waits for the person. Raises BadInput where nobody is called so."""
    facts, judged = over.facts, over.judging_day(wanted)
    person = party_of(facts, wanted.person, "person")
    owed = owed_signatures(over, SignatureFilter(person=person, judged_on=judged))
    return Waiting(
        person=person,
        name=over.speech.name(person),
        judged_on=judged,
        known_at=facts.known_at,
        signatures=owed.items,
        withdrawals=tuple(withdrawals(over, person, judged)),
        warnings=tuple(row for row in warnings(over, judged) if person in row.persons),
    )


def withdrawals(over: Over, person: str | None, judged: date) -> Iterator[WithdrawnSigned]:
    """Withdrawals by the day of judging of what a person, or anybody, had signed, but for those that he signed or
    answered himself."""
    facts = over.facts.original
    for event in facts.records(RecordWithdrawn):
        made = event.payload
        of = facts.entry(made.of, within=event) if isinstance(made, RecordWithdrawn) else None
        if not isinstance(made, RecordWithdrawn) or of is None or day(facts, event.recorded_at) > judged:
            continue
        before = [each for each in facts.followers(of) if each.position < event.position]
        said = {each.person for each in answers(event, facts.followers(event))}
        for signer in sorted(agreed(of, before) - said):
            if person not in (None, signer):
                continue
            yield WithdrawnSigned(
                person=signer,
                entry=facts.cite(event),
                of=facts.cite(of),
                title=type_title(of.type, over.language),
                ground=made.ground,
                by=event.signed,
                recorded_at=event.recorded_at,
            )


def warnings(over: Over, judged: date) -> Iterator[WarningToAnswer]:
    """Warnings that nobody has answered by the day of judging."""
    facts = over.facts
    for record, bound in open_warnings(Inquiry(facts, judged, ())):
        warning = record.payload
        if isinstance(warning, WarningReported):
            yield WarningToAnswer(
                entry=facts.cite(record),
                unit=warning.unit,
                author=warning.author,
                persons=bound.persons,
                since=bound.since,
                due=bound.due,
                overdue=bound.due < judged,
            )
