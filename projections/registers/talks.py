"""The register of talks (谈话记录): who talked with whom, of what kind, and whether what was agreed was followed up."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Literal

from ledger.events.acts import TalkHeld
from ledger.events.record import Recorded
from ledger.frozen import dataclass
from projections.facts.protocol import Facts, day, happened
from projections.facts.values import Citation
from projections.facts.who_signed import signatures
from projections.signals.inquiry import Inquiry
from projections.signals.since import of_each
from projections.views.index_marks import refers_mark

TalkStatus = Literal["open", "overdue", "followed_up", "held"]


@dataclass(frozen=True, slots=True)
class Talk:
    """One talk as on a day, with the later records that refer to it. It is held where nothing was to be followed up."""

    entry: Citation
    held: date
    kind: str | None
    talker: str
    counterpart: str
    unit: str | None
    follow_up_due: date | None
    status: TalkStatus
    countersigned: bool
    followed_by: tuple[Citation, ...]


def talks(facts: Facts, judged_on: date) -> Iterator[Talk]:
    """Every talk held by that day. Whether what followed suffices, the register does not say."""

    def read(some: Sequence[Recorded] | None) -> dict[int, Talk]:
        found = facts.records(TalkHeld) if some is None else some
        facts.gather(found)
        return {record.position: row for record in found if (row := _row(facts, record, judged_on)) is not None}

    yield from of_each(Inquiry(facts, judged_on, ()), "register of talks", judged_on, read).values()


def _row(facts: Facts, record: Recorded, judged_on: date) -> Talk | None:
    talk, on = record.payload, happened(facts, record)
    if not isinstance(talk, TalkHeld) or on > judged_on:
        return None
    due = talk.follow_up_due
    after = tuple(_after(facts, record, judged_on)) if due is not None else ()
    status: TalkStatus = "held"
    if due is not None:
        status = "followed_up" if after else "overdue" if due < judged_on else "open"
    signed = signatures(facts, record)
    return Talk(
        entry=facts.cite(record),
        held=on,
        kind=talk.kind,
        talker=talk.talker,
        counterpart=talk.counterpart,
        unit=talk.unit,
        follow_up_due=due,
        status=status,
        countersigned=talk.counterpart in signed and day(facts, signed[talk.counterpart]) <= judged_on,
        followed_by=after,
    )


def _after(facts: Facts, talk: Recorded, judged_on: date) -> Iterator[Citation]:
    cite = facts.cite(talk)
    for event in facts.marked([refers_mark(talk.position)]):
        refers = getattr(event.payload, "refers", None) or ()
        if happened(facts, event) <= judged_on and cite in facts.refs(event, *refers):
            yield facts.cite(event)
