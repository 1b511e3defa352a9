"""Parts of the tables of an office: what was done, by whom, with whom, under which clause, each act a line."""

from collections.abc import Iterator

from ledger.events.acts import (
    Act,
    Addressed,
    AnalysisMade,
    EducationHeld,
    InspectionHeld,
    MeetingHeld,
    PlanMade,
    TalkHeld,
)
from ledger.events.base import Payload
from ledger.events.office import AssessmentMade, TaskAssigned
from ledger.events.record import Recorded
from projections.facts.protocol import happened
from projections.facts.touching import named, names_touched
from projections.facts.values import Period
from projections.obligations.table import table
from projections.questions.office_lines import Gathering, OfficeLine


def acts(at: Gathering) -> Iterator[OfficeLine]:
    """What the person did himself, or the unit, in the period."""
    for record in _acts(at, Act):
        payload = record.payload
        doer = getattr(payload, type(payload).DOER or "", None)
        is_own = doer in at.parties if doer is not None else _is_of(at, record)
        if is_own and not isinstance(payload, TaskAssigned | AssessmentMade):
            yield _act(at, "acts", record)


def attended(at: Gathering) -> Iterator[OfficeLine]:
    """Meetings and education in which the person took part."""
    for record in _acts(at, MeetingHeld, EducationHeld):
        here = (*(getattr(record.payload, "attendees", None) or ()), getattr(record.payload, "chair", None))
        if at.person in here:
            yield _act(at, "attended", record)


def talked_with(at: Gathering) -> Iterator[OfficeLine]:
    """Talks that somebody held with the person."""
    for record in _acts(at, TalkHeld):
        if isinstance(record.payload, TalkHeld) and record.payload.counterpart == at.person:
            yield _act(at, "talked_with", record)


def meetings(at: Gathering) -> Iterator[OfficeLine]:
    """Meetings of the period."""
    yield from (_act(at, "meetings", record) for record in _acts(at, MeetingHeld))


def education(at: Gathering) -> Iterator[OfficeLine]:
    """Education of the period."""
    yield from (_act(at, "education", record) for record in _acts(at, EducationHeld))


def checks(at: Gathering) -> Iterator[OfficeLine]:
    """Checks, analyses and plans of the period."""
    yield from (_act(at, "checks", record) for record in _acts(at, InspectionHeld, AnalysisMade, PlanMade))


def reports(at: Gathering) -> Iterator[OfficeLine]:
    """Reports and requests of the period, but warnings, which stand in a part of their own."""
    for record in _acts(at, *Addressed.__subclasses__()):
        if record.type != "warning.reported/1":
            yield _act(at, "reports", record)


def _acts(at: Gathering, *types: type[Payload]) -> Iterator[Recorded]:
    """Records of these classes in the period, by day, of whom it is about."""
    facts = at.over.facts
    until = Period(at.during.first, at.last) if at.last >= at.during.first else None
    found = facts.records(*_concrete(types), occurred=until) if until is not None else ()
    for record in sorted(found, key=lambda each: (happened(facts, each), each.position)):
        if at.is_mine(*names_touched(facts, record)) and not facts.is_withdrawn(record):
            yield record


def _concrete(types: tuple[type[Payload], ...]) -> Iterator[type[Payload]]:
    for each in types:
        subclasses = tuple(each.__subclasses__())
        if subclasses:
            yield from _concrete(subclasses)
        else:
            yield each


def _is_of(at: Gathering, record: Recorded) -> bool:
    """Whether an act without a doer is of whom it is about: of the body or unit, not of who merely took part."""
    payload = record.payload
    body = getattr(payload, type(payload).BODY or "", None)
    return (body or getattr(payload, "unit", None)) in at.parties


def _act(at: Gathering, part: str, record: Recorded) -> OfficeLine:
    facts, payload = at.over.facts, record.payload
    doer = getattr(payload, type(payload).DOER or "", None) or getattr(payload, type(payload).BODY or "", None)
    unit = getattr(payload, "unit", None)
    others = [each for each in named(payload) if each not in (doer, unit, at.person)]
    claims = getattr(payload, "claims", None) or ()
    return OfficeLine(
        part=part,
        what=at.title(record),
        obligation=claims[0] if claims else None,
        clause=at.clauses(id_ for id_ in claims if id_ in table().obligations),
        unit=unit,
        unit_name=at.name(unit),
        owner=doer,
        owner_name=at.name(doer),
        with_whom=at.names(others),
        on=happened(facts, record),
        done_on=happened(facts, record),
        tone="done",
        measure=at.words_of(record, "outcome", "decision", "measure", "text"),
        sources=(facts.cite(record),),
    )
