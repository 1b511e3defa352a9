"""R16: what came after the cut. Shown beside the primary answer as variant, rejected excuse or rejected record."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime

from ledger.events.base import Fact, Payload
from ledger.events.record import Recorded
from ledger.events.records import RecordCorrected
from projections.facts import Facts, day
from projections.model import Citation, Tenure
from projections.signals import blame
from projections.tenures import retro_weight
from projections.trace.attribution import Line, acts_in
from projections.trace.conduct import touches_unit
from projections.trace.model import LEVELS, CaseFacts, Category, Ground, Level, Variant

POSTS: dict[Level, tuple[str, ...]] = {"head": ("head",), "secretary": ("secretary",), "supervisor": ()}


def variants(uncut: Facts, case: CaseFacts, line: Line, party_group: str | None) -> Iterator[Variant]:
    """What a RETRO_ASSIGNMENT of weight high would change: each act that would move to its person.

    The primary answer stands without it, whenever it was recorded; an inspector may move the cut to see otherwise.
    """
    for tenure in uncut.tenures(during=case.period):
        if retro_weight(uncut, tenure) != "high":
            continue
        held = tenure.period(case.period.last)
        met = held.meet(case.period) if held is not None else None
        for level in LEVELS:
            if met is None or not _at_level(tenure, level, case.unit, party_group):
                continue
            acts, amount = acts_in(case, met)
            if any(holding.person == tenure.person and holding.period == met for holding in line[level]):
                continue
            categories = tuple((book.id, _category(level, book.regime)) for book in case.rulebooks)
            for act in acts:
                yield Variant(act, level, tenure.person, tenure.entry, categories, amount, met)


def _at_level(tenure: Tenure, level: Level, unit: str, party_group: str | None) -> bool:
    if tenure.acting == "cover":
        return False
    if level == "supervisor":
        return unit in tenure.supervises
    if level == "head":
        return tenure.post == "head" and unit in tenure.scope
    return tenure.post == "secretary" and (party_group is None or not tenure.scope or party_group in tenure.scope)


def _category(level: Level, regime: str) -> Category:
    if level == "head":
        return "main_leadership" if regime == "discipline" else "not_applicable"
    return "important_leadership" if level == "secretary" and regime == "discipline" else "main_leadership"


def later_records(
    uncut: Facts, case: CaseFacts, known_at: datetime, persons: Collection[str]
) -> list[tuple[Recorded, tuple[str, ...]]]:
    """Duty records made after the cut about facts dated before it that touch the case, with the persons they touch."""
    found: list[tuple[Recorded, tuple[str, ...]]] = []
    seen: set[Citation] = set()
    for person in sorted(persons):
        for event in uncut.records(person=person):
            cited = uncut.cite(event)
            if event.recorded_at <= known_at or cited in seen or not _about_the_past(uncut, event, known_at):
                continue
            seen.add(cited)
            touched = tuple(p for p in sorted(persons) if p in _persons_named(event.payload))
            found.append((event, touched or (person,)))
    for meeting in case.decisions:
        if isinstance(meeting, Recorded):
            for event in uncut.followers(meeting):
                if event.recorded_at > known_at and uncut.cite(event) not in seen:
                    seen.add(uncut.cite(event))
                    found.append((event, ()))
    return sorted(found, key=lambda row: row[0].position)


def _about_the_past(facts: Facts, event: Recorded, known_at: datetime) -> bool:
    payload = event.payload
    if isinstance(payload, RecordCorrected):
        return True
    if isinstance(payload, Fact) and payload.occurred_at is not None:
        first = getattr(payload, "valid_from", None) or day(facts, payload.occurred_at)
        return first < day(facts, known_at)
    return False


def _persons_named(payload: Payload) -> set[str]:
    named: set[str] = set()
    for name in (
        "person",
        "talker",
        "counterpart",
        "chair",
        "lead",
        "finder",
        "author",
        "addressee",
        "outgoing",
        "incoming",
    ):
        value = getattr(payload, name, None)
        if isinstance(value, str):
            named.add(value)
    for name in ("attendees", "reported_to"):
        named |= set(getattr(payload, name, None) or ())
    return named


def rejected_records(
    uncut: Facts, case: CaseFacts, rows: Sequence[tuple[Recorded, tuple[str, ...]]], judged_on: date
) -> Iterator[tuple[str, Ground]]:
    """A later record that a signal of weight high blames is shown with whom it would have helped, not counted."""
    acts = [event for event, _ in rows if not isinstance(event.payload, RecordCorrected)]
    blamed = blame(uncut, acts, judged_on)
    for event, persons in rows:
        high = [signal for signal in blamed.get(uncut.cite(event), ()) if signal.weight == "high"]
        if high and (persons or touches_unit(uncut, event, case.unit)):
            values = (("signals", ", ".join(sorted({signal.code for signal in high}))),)
            for person in persons:
                yield (
                    person,
                    Ground("R16", "rejected_record", "rejected", (uncut.cite(event),), values=values),
                )
