"""R3, R4: what passes from one holder to the next inside the offence period, and what should have passed."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from ledger.events.acts import IssueFound, WarningReported
from ledger.events.record import Recorded
from ledger.events.tenure import HandoverMade
from projections.facts.holdings import stints
from projections.facts.protocol import Facts
from projections.facts.values import Citation, Signal
from projections.signals.text_signals import names_entry
from projections.trace.attribution import Line
from projections.trace.model import LEVELS, CaseFacts, Ground

Grounds = Iterator[tuple[str, Ground]]


def succession(line: Line) -> Grounds:
    """R3 (county handover rules, 工作交接): where a post changed hands inside the period both appear, each apart.

    The predecessor is told who followed him, the successor from whom he took over and how many days of the offence he
    was in post; what was handed over and whether he acted stand in grounds of their own (R4, R19 to R22).
    """
    for level in LEVELS:
        runs = stints(line[level])
        for earlier, later in pairwise(runs):
            if earlier.person == later.person or later.period.first <= earlier.period.first:
                continue
            cites = (earlier.tenures[-1].ended_by or earlier.tenures[-1].entry, later.entry)
            values = (("level", level), ("day", later.period.first.isoformat()))
            yield (
                earlier.person,
                Ground("R3", "followed_by", "context", cites, (), None, (("person", later.person), *values)),
            )
            days = (("days", str(later.period.days)),)
            yield (
                later.person,
                Ground("R3", "took_over", "context", cites, (), None, (("person", earlier.person), *values, *days)),
            )


def handovers(facts: Facts, case: CaseFacts, person: str) -> Iterator[Ground]:
    """R3 (20th CC 3rd plenum, 变动交接制度): what a person handed over and took over of the unit or the Party group.

    A handover that names the known warning speaks for the outgoing holder where it was recorded before the first lead;
    whoever took over with the warning in it took over knowing. Any other handover is told and speaks for nobody.
    """
    for event in facts.records(HandoverMade, person=person):
        payload = event.payload
        if not isinstance(payload, HandoverMade) or not set(payload.scope) & {case.unit, facts.party_group}:
            continue
        warnings = _warnings_named(facts, event)
        cites = (facts.cite(event), *warnings)
        if payload.incoming == person:
            yield Ground("R3", "took_over_warning" if warnings else "took_over_list", "context", cites)
        if payload.outgoing == person and warnings and event.recorded_at < case.first_lead_at:
            yield Ground("R3", "handed_over_known_risk", "mitigating", cites)
        elif payload.outgoing == person:
            yield Ground("R3", "handed_over_list", "context", cites)


def handover_findings(facts: Facts, case: CaseFacts, person: str, signals: Sequence[Signal]) -> Iterator[Ground]:
    """R4 (3rd plenum of 2024, county rules: handover within some ten working days, signed lists are 重要依据).

    No handover within `handover_days`, or a known warning left out of it, is a finding of its own against the
    outgoing holder; it speaks for the one who followed. Only posts over the case's unit, and of the Party group what
    concerns that unit.
    """
    warnings = {event.position for event in facts.records(WarningReported, unit=case.unit)}
    scopes = {e.position: set(getattr(e.payload, "scope", ())) for e in facts.records(HandoverMade, person=person)}
    for signal in signals:
        known, scope = signal.get("known"), signal.get("scope")
        if signal.code == "HANDOVER_MISSING":
            concerned = isinstance(scope, tuple) and bool({case.unit, facts.party_group} & set(scope))
        else:
            handed = scopes.get(signal.events[0].position, set()) if signal.events else set()
            about = isinstance(known, Citation) and known.position in warnings
            concerned = case.unit in handed or (about and facts.party_group in handed)
        if not concerned or signal.code not in ("HANDOVER_MISSING", "HANDOVER_OMITS_KNOWN_RISK"):
            continue
        cites = (*signal.events, *((known,) if isinstance(known, Citation) else ()))
        if signal.get("from") == person:
            yield Ground("R4", signal.code.lower(), "aggravating", cites)
        elif signal.get("to") == person:
            yield Ground("R4", "risk_not_handed_over", "mitigating", cites)


def _warnings_named(facts: Facts, event: Recorded) -> tuple[Citation, ...]:
    """The warnings and problems that a handover names: in what it refers to, or by number in its words."""
    known = facts.records(WarningReported, IssueFound)
    return tuple(facts.cite(each) for each in known if each.position < event.position and names_entry(event, each))
