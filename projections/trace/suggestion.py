"""What the grounds suggest for a person; the first rule that applies. A person decides."""

from collections.abc import Iterator, Sequence

from ledger.events.acts import IssueFound, WarningReported
from ledger.events.record import Recorded
from ledger.events.tenure import HandoverMade
from projections.facts.protocol import Facts, day
from projections.facts.values import Instance, Period
from projections.signals.text_signals import names_entry
from projections.trace.conduct import touches_unit
from projections.trace.model import CaseFacts, Ground


def suggestion(
    facts: Facts,
    case: CaseFacts,
    person: str,
    grounds: Sequence[Ground],
    unmet: Sequence[Instance],
    interval: Period | None,
) -> str | None:
    """exempt, exempt_or_none, lighten_or_exempt, lighten, or None.

    exempt: dissent in time (R13). exempt_or_none: found the unit's problem himself in his interval and reported it, on
    record before the case was opened (R22), answering no warning that he had or was handed over, with nothing left
    undone (what was done and only not claimed is not undone). lighten_or_exempt: his own warning in time (R21) and
    nothing against him. lighten: another act counted under R21 or R22, nothing against him.
    """
    codes = {ground.code for ground in grounds if ground.side != "rejected"}
    if "dissented_in_time" in codes:
        return "exempt"
    undone = [row for row in unmet if not row.fitting]  # done, only not claimed
    if interval is not None and not undone and _found_it_himself(facts, case, person, interval):
        return "exempt_or_none"
    if any(ground.side == "aggravating" for ground in grounds):
        return None
    if "warned_in_time" in codes:
        return "lighten_or_exempt"
    counted = {
        "corrected_or_reported_in_time",
        "refused_in_time",
        "found_and_reported",
        "reported_upward",
        "checked_and_found",
    }
    return "lighten" if codes & counted else None


def _found_it_himself(facts: Facts, case: CaseFacts, person: str, interval: Period) -> bool:
    for event in facts.records(IssueFound, person=person, unit=case.unit):
        found = event.payload
        if not isinstance(found, IssueFound) or found.finder != person or found.occurred_at is None:
            continue
        if event.recorded_at >= case.opened_at:
            continue
        answers = _answers_a_warning(facts, event, person)
        in_time = day(facts, found.occurred_at) in interval and touches_unit(facts, event, case.unit)
        if in_time and found.reported_to and not answers:
            return True
    return False


def _answers_a_warning(facts: Facts, finding: Recorded, person: str) -> bool:
    """Whether he had been warned before: of the unit, or of what the finding refers to."""
    found = finding.payload
    unit = found.unit if isinstance(found, IssueFound) else None
    for received, event in _warnings_received(facts, person):
        warning = event.payload
        if isinstance(warning, WarningReported) and received.position < finding.position:
            referred = any(cited.position == event.position for cited in getattr(found, "refers", None) or ())
            if referred or warning.unit == unit:
                return True
    return False


def _warnings_received(facts: Facts, person: str) -> Iterator[tuple[Recorded, Recorded]]:
    """(by which entry it reached him, the warning): those addressed to him, and those a handover to him names (R3)."""
    for event in facts.records(WarningReported, person=person):
        if isinstance(event.payload, WarningReported) and event.payload.addressee == person:
            yield event, event
    for handover in facts.records(HandoverMade, person=person):
        if isinstance(handover.payload, HandoverMade) and handover.payload.incoming == person:
            for warning in facts.records(WarningReported):
                if warning.position < handover.position and names_entry(handover, warning):
                    yield handover, warning
