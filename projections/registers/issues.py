"""The register of issues (问题整改台账): found, put right, looked at again, closed (销号)."""

from collections.abc import Iterator
from datetime import date
from typing import Literal

from ledger.events.acts import IssueFound, RectificationMade
from ledger.events.record import Recorded
from ledger.frozen import dataclass
from projections.facts.heirs import has_ended
from projections.facts.protocol import Facts, happened
from projections.facts.rectified import checks, stands
from projections.facts.values import Citation
from projections.registers.tasks import heir

IssueStatus = Literal["open", "overdue", "rectified", "closed"]


@dataclass(frozen=True, slots=True)
class Issue:
    """One issue as on a day, with the rectifications that refer to it and what verified them."""

    entry: Citation
    finder: str
    owner: str | None
    unit: str | None
    due: date | None
    status: IssueStatus
    rectified: tuple[Citation, ...]
    verified: tuple[Citation, ...]


def issues(facts: Facts, judged_on: date) -> Iterator[Issue]:
    """Every issue found by that day.

    It is rectified once a rectification refers to it, and closed once another person than who rectified has verified
    that and it passed; a rectification that failed, or was found later not to hold, leaves it open.
    """
    made = [event for event in facts.records(RectificationMade) if happened(facts, event) <= judged_on]
    for record in facts.records(IssueFound):
        issue, on = record.payload, happened(facts, record)
        if not isinstance(issue, IssueFound) or on > judged_on:
            continue
        own = [event for event in made if _about(event, record)]
        looked = [check for event in own for check in checks(facts, event, judged_on)]
        found = [stands(facts, event, judged_on) for event in own]
        overdue = issue.due is not None and issue.due < judged_on
        status: IssueStatus = "overdue" if overdue else "open"
        if True in found:
            status = "closed"
        elif None in found:
            status = "rectified"
        yield Issue(
            entry=facts.cite(record),
            finder=issue.finder,
            owner=issue.owner if status == "closed" else _owner(facts, issue, on, judged_on),
            unit=issue.unit,
            due=issue.due,
            status=status,
            rectified=tuple(map(facts.cite, own)),
            verified=tuple(map(facts.cite, looked)),
        )


def _owner(facts: Facts, issue: IssueFound, found: date, judged_on: date) -> str | None:
    """Who has to put it right; what is nobody's in a unit that has ended is that of who took the unit over."""
    if issue.owner is not None:
        return heir(facts, issue.owner, issue.unit, found, judged_on)
    ended = issue.unit is not None and has_ended(facts, issue.unit, judged_on)
    return heir(facts, issue.unit, issue.unit, found, judged_on) if ended and issue.unit is not None else None


def _about(rectification: Recorded, issue: Recorded) -> bool:
    refers = getattr(rectification.payload, "refers", None) or ()
    return any(not cited.fingerprint and cited.position == issue.position for cited in refers)
