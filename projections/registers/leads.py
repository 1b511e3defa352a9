"""The register of leads (线索处置): when each came, what became of it, and whether that took more than 30 days.

Leads are the inspectors' own: the register is empty where no case ledger is joined.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal

from ledger.events.case_work import CaseOpened, LeadDisposed, LeadReceived
from ledger.events.record import Recorded
from ledger.frozen import dataclass
from projections.facts.protocol import Facts, happened
from projections.facts.values import Citation

LeadStatus = Literal["open", "overdue", "disposed", "disposed_late"]
DAYS = 30
"""A lead is to be disposed of within so many days of its coming (scenarios: new records, lead_disposed)."""


@dataclass(frozen=True, slots=True)
class Lead:
    """One lead as on a day. `disposed_by` is the disposal that came first, or the opening of the case that cites it."""

    entry: Citation
    kind: str
    concerns: tuple[str, ...]
    received: date
    due: date
    status: LeadStatus
    way: str | None
    disposed_on: date | None
    disposed_by: Citation | None


def leads(facts: Facts, judged_on: date) -> Iterator[Lead]:
    """Every lead received by that day and known by the cut.

    A case ledger is joined in full, so what was recorded in it after the cut is left out here. A case opened on a lead
    disposes of it, whether or not a disposal says so too.
    """
    ended = sorted(_endings(facts, judged_on), key=lambda row: (row[1], row[3]))
    for record in facts.records(LeadReceived, ledger="case"):
        lead = record.payload
        received = happened(facts, record)
        if not isinstance(lead, LeadReceived) or not _is_known(facts, record) or received > judged_on:
            continue
        entry, due = facts.cite(record), received + timedelta(days=DAYS)
        way, on, by = next(((way, on, by) for of, on, way, by in ended if of == entry), (None, None, None))
        status: LeadStatus = "overdue" if judged_on > due else "open"
        if on is not None:
            status = "disposed_late" if on > due else "disposed"
        yield Lead(
            entry=entry,
            kind=lead.kind,
            concerns=lead.concerns or (),
            received=received,
            due=due,
            status=status,
            way=way,
            disposed_on=on,
            disposed_by=by,
        )


def _endings(facts: Facts, judged_on: date) -> Iterator[tuple[Citation, date, str, Citation]]:
    """(lead, day, way, entry) of what disposed of a lead by that day."""
    for event in (*facts.records(LeadDisposed, ledger="case"), *facts.records(CaseOpened, ledger="case")):
        on = happened(facts, event)
        if on > judged_on or not _is_known(facts, event):
            continue
        if isinstance(event.payload, LeadDisposed):
            for lead in facts.refs(event, event.payload.lead):
                yield lead, on, event.payload.way, facts.cite(event)
        elif isinstance(event.payload, CaseOpened):
            for lead in facts.refs(event, *(event.payload.leads or ())):
                yield lead, on, "case", facts.cite(event)


def _is_known(facts: Facts, record: Recorded) -> bool:
    return facts.as_of is None or record.recorded_at <= facts.as_of
