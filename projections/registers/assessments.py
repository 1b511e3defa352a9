"""The register of assessments (考核): who was assessed for which year on which check, and what for."""

from collections.abc import Iterator
from datetime import date
from typing import Literal

from ledger.events.office import AssessmentMade, AssessmentUsed
from ledger.events.record import Recorded
from ledger.frozen import dataclass
from projections.facts.protocol import Facts, happened
from projections.facts.values import Citation

AssessmentStatus = Literal["unused", "used"]


@dataclass(frozen=True, slots=True)
class Assessment:
    """One assessment as on a day, with the checks that it rests on and what its result was used for."""

    entry: Citation
    of: str
    for_year: int
    grade: str
    checks: tuple[Citation, ...]
    status: AssessmentStatus
    uses: tuple[str, ...]
    used_by: tuple[Citation, ...]


def assessments(facts: Facts, judged_on: date) -> Iterator[Assessment]:
    """Every assessment made by that day."""
    for record in facts.records(AssessmentMade):
        made = record.payload
        if not isinstance(made, AssessmentMade) or happened(facts, record) > judged_on:
            continue
        used = list(_uses(facts, record, judged_on))
        yield Assessment(
            entry=facts.cite(record),
            of=made.of,
            for_year=made.for_year,
            grade=made.grade,
            checks=facts.refs(record, *(made.refers or ())),
            status="used" if used else "unused",
            uses=tuple(dict.fromkeys(use for use, _ in used)),
            used_by=tuple(facts.cite(event) for _, event in used),
        )


def _uses(facts: Facts, record: Recorded, judged_on: date) -> Iterator[tuple[str, Recorded]]:
    for event in facts.followers(record):
        used = event.payload
        if isinstance(used, AssessmentUsed) and happened(facts, event) <= judged_on:
            yield used.use, event
