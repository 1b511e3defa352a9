"""The signals that a trace asks about, from the records near the case: never from the whole ledger."""

from collections.abc import Iterable
from datetime import date

from ledger.events.acts import InspectionHeld, WarningReported
from ledger.events.record import Recorded
from ledger.events.tenure import HandoverMade
from projections.facts.protocol import Facts
from projections.facts.values import Signal
from projections.signals.handing_over import handover_missing, handover_omits_known_risk
from projections.signals.inquiry import Inquiry
from projections.signals.substance import YEARLY_CHECKS, check_skipped_unit
from projections.signals.unanswered import warning_unanswered

_RULES = (handover_missing, handover_omits_known_risk, warning_unanswered, check_skipped_unit)


def signals_near(facts: Facts, unit: str, persons: Iterable[str], judged_on: date) -> tuple[Signal, ...]:
    """Handover, warning and yearly-check signals about the unit and these persons.

    The same as the signals over the whole record that name one of them; what belongs to others is not looked at.
    """
    records: dict[int, Recorded] = {}
    for person in sorted(set(persons)):
        records |= {event.position: event for event in facts.records(HandoverMade, WarningReported, person=person)}
    records |= {event.position: event for event in facts.records(WarningReported, unit=unit)}
    for claim in sorted(YEARLY_CHECKS):
        records |= {event.position: event for event in facts.records(InspectionHeld, claims=claim)}
    near = Inquiry(facts, judged_on, tuple(records[position] for position in sorted(records)))
    return tuple(dict.fromkeys(signal for rule in _RULES for signal in rule(near)))
