"""The inspectors' facts of a case in their latest form (R16: they are never cut by known_at)."""

from datetime import UTC

from ledger.core.checkpoint import parse_checkpoint
from ledger.errors import ZerenError
from ledger.events.case_work import CaseOpened
from ledger.events.record import Recorded
from projections.facts.circles import first_lead_of_case, latest_stated
from projections.facts.protocol import Facts
from projections.facts.values import Period
from projections.trace.model import CaseFacts
from projections.trace.rulebooks import use_of

_LATEST = (
    "unit",
    "period_from",
    "period_to",
    "offenders",
    "acts",
    "functions",
    "enabling_decisions",
    "rulebooks",
)


def case_facts(facts: Facts, case: str) -> CaseFacts:
    """The facts of this case; raises BadInput for an unknown one. `facts` is uncut."""
    opening = facts.case(case)
    opened = opening.payload
    if not isinstance(opened, CaseOpened):
        raise TypeError("a case is opened by case.opened")
    latest = latest_stated(facts, opening, _LATEST)
    value = {name: pair[0] for name, pair in latest.items()}
    period = Period(value["period_from"], value["period_to"])
    enabling, said_by = latest["enabling_decisions"]
    decisions = [facts.entry(reference, within=said_by) for reference in enabling or ()]
    first_lead = first_lead_of_case(facts, opening)
    return CaseFacts(
        case=case,
        entry=facts.cite(opening),
        opened_at=opening.recorded_at,
        unit=value["unit"],
        period=period,
        offenders=tuple((o.person, Period(o.valid_from, o.valid_to)) for o in value["offenders"]),
        acts=tuple((act.id, act.day, act.amount) for act in value["acts"]),
        functions=tuple(value["functions"] or ()),
        rulebooks=tuple(use_of(r.id, r.name or r.id, r.note, period) for r in value["rulebooks"]),
        first_lead_at=first_lead.astimezone(UTC),
        pin_size=_pin_size(facts, opened),
        decisions=tuple(decision for decision in decisions if decision is not None),
    )


def _pin_size(facts: Facts, opened: CaseOpened) -> int | None:
    """Up to which position the pinned checkpoint goes; None where the case is unpinned."""
    if opened.pin is None or opened.pin.checkpoint is None:
        return None
    try:
        size = parse_checkpoint(opened.pin.checkpoint.partition("\n\n")[0] + "\n").size
        return facts.end_of(opened.pin.fingerprint, size)
    except ZerenError:
        return None


def enabling_meetings(case: CaseFacts) -> list[Recorded]:
    """The enabling decisions' records."""
    return [decision for decision in case.decisions if isinstance(decision, Recorded)]
