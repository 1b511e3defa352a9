"""R17, R24: who left, who is detained, and whether both tracks have an outcome. Always told as it is now."""

from collections.abc import Iterator
from datetime import date

from ledger.events.cases import CaseWork, DecisionMade, MeasureTaken, SecondInvestigationOpened
from projections.facts import Facts, day

LEFT = {"transfer": "transferred", "retirement": "retired"}
DETAINED = ("留置", "拘", "逮捕", "羁押", "detained")
RELEASED = ("解除", "released")


def status_now(uncut: Facts, person: str) -> str | None:
    """R17: transferred or retired by how the last tenure was left, detained by a measure; rotation changes nothing."""
    changes: list[tuple[date, str]] = [
        (tenure.valid_to, LEFT[tenure.leaves])
        for tenure in uncut.tenures(person=person)
        if tenure.valid_to is not None and tenure.leaves in LEFT
    ]
    for event in uncut.records(MeasureTaken, person=person, ledger="case"):
        payload = event.payload
        if isinstance(payload, MeasureTaken):
            when = day(uncut, payload.occurred_at or event.recorded_at)
            changes.append((when, _status(payload.status)))
    return max(changes, key=lambda change: change[0])[1] or None if changes else None


def _status(status: str) -> str:
    if any(word in status for word in RELEASED):
        return ""
    return "detained" if any(word in status for word in DETAINED) else status


def lifelong(uncut: Facts, person: str) -> bool:
    """R17: whoever was transferred or has retired stays in the trace for life; only the consequence changes."""
    return any(tenure.leaves in LEFT for tenure in uncut.tenures(person=person))


def red(uncut: Facts, case: str) -> Iterator[str]:
    """R24: a case whose direct parties are decided on and whose second track has no outcome stays red."""
    opening = uncut.case(case)
    works = [event.payload for event in uncut.followers(opening) if isinstance(event.payload, CaseWork)]
    tracks = {work.track for work in works if isinstance(work, DecisionMade)}
    if "first" not in tracks:
        yield "first_track_open"
    if "second" not in tracks:
        opened = any(isinstance(work, SecondInvestigationOpened) for work in works)
        yield "second_track_without_outcome" if opened else "second_track_not_opened"
