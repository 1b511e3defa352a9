"""Duties that follow a case: what the discipline side has to do after its opening."""

from collections.abc import Iterable, Iterator
from datetime import date

from ledger.events.case_work import CaseOpened, DecisionMade, SecondInvestigationDeclined
from ledger.events.record import Recorded
from projections.facts.protocol import day
from projections.facts.values import Instance
from projections.obligations.act_kinds import is_act
from projections.obligations.docket import Docket
from projections.obligations.table import Obligation, Rule

INVESTIGATORS = "investigators"


def after_cases(docket: Docket, obligation: Obligation, rule: Rule) -> Iterator[Instance]:
    """A4b, A4c, A4d: what must follow a case; without a limit, the days after its opening are shown only.

    The discipline side's act counts if it claims the duty; A4d needs an outcome of each track besides.
    """
    for opening in docket.facts.cases():
        opened = day(docket.facts, opening.recorded_at)
        if not isinstance(opening.payload, CaseOpened) or opened > docket.judged_on:
            continue
        events = [event for event in docket.facts.followers(opening) if docket.happened(event) <= docket.judged_on]
        done = [event for event in events if _claims(event, obligation.id, rule)]
        if not set(rule.tracks) <= {track for event in events if (track := _track(event)) is not None}:
            done = []
        yield _case_instance(docket, obligation, opening, opened, done)


def _track(event: Recorded) -> str | None:
    """The track that an event gives an outcome: a decision its own, a reasoned "none" the second (R24)."""
    if isinstance(event.payload, SecondInvestigationDeclined):
        return "second"
    return event.payload.track if isinstance(event.payload, DecisionMade) else None


def own_case_acts(docket: Docket, obligation: Obligation, rule: Rule) -> Iterator[Instance]:
    """A4a: no field tells the plan's two situations; an act that claims the duty is its trigger."""
    for instance in after_cases(docket, obligation, rule):
        if instance.met_by:
            yield instance


def _claims(event: Recorded, obligation: str, rule: Rule) -> bool:
    kind = not rule.acts or any(is_act(event, word) for word in rule.acts)
    return kind and obligation in (getattr(event.payload, "claims", None) or ())


def _case_instance(
    docket: Docket, obligation: Obligation, opening: Recorded, opened: date, done: Iterable[Recorded]
) -> Instance:
    events = tuple(done)
    return Instance(
        obligation=obligation.id,
        owner=INVESTIGATORS,
        post=None,
        period=None,
        trigger=docket.facts.cite(opening).ref,
        subject=None,
        due=None,
        status="met" if events else "unmet",
        met_by=tuple(map(docket.facts.cite, events)),
        days_after_case=(docket.happened(events[0]) - opened).days if events else None,
        unit=getattr(opening.payload, "unit", None),
    )
