"""The register of warnings (苗头报告): who warned whom of which unit, and how it was answered."""

from collections.abc import Iterator
from datetime import date
from typing import Literal

from ledger.events.acts import WarningReported
from ledger.events.record import Recorded
from ledger.frozen import dataclass
from projections.facts.protocol import Facts, happened
from projections.facts.values import Citation
from projections.signals.inquiry import Inquiry
from projections.signals.knowing import addressees, warned_on
from projections.signals.unanswered import answer_due, answers

WarningStatus = Literal["open", "unanswered", "answered", "answered_late"]


@dataclass(frozen=True, slots=True)
class Warned:
    """One warning as on a day. `answered_by` is the first answer that counts, as for WARNING_UNANSWERED."""

    entry: Citation
    warned_on: date
    author: str | None
    addressees: tuple[str, ...]
    unit: str | None
    due: date
    status: WarningStatus
    answered_on: date | None
    answered_by: Citation | None


def warnings(facts: Facts, judged_on: date) -> Iterator[Warned]:
    """Every warning made by that day."""
    inquiry = Inquiry(facts, judged_on, ())
    for record in facts.records(WarningReported):
        warning, on = record.payload, warned_on(facts, record)
        if not isinstance(warning, WarningReported) or on > judged_on:
            continue
        due = answer_due(inquiry, record)
        first = _first(inquiry, record, judged_on)
        answered = happened(facts, first) if first is not None else None
        if answered is not None:
            status: WarningStatus = "answered" if answered <= due else "answered_late"
        else:
            status = "unanswered" if due < judged_on else "open"
        yield Warned(
            entry=facts.cite(record),
            warned_on=on,
            author=warning.author,
            addressees=addressees(record),
            unit=warning.unit,
            due=due,
            status=status,
            answered_on=answered,
            answered_by=facts.cite(first) if first is not None else None,
        )


def _first(inquiry: Inquiry, record: Recorded, judged_on: date) -> Recorded | None:
    given = answers(inquiry, record, judged_on)
    return min(given, key=lambda event: (happened(inquiry.facts, event), event.position), default=None)
