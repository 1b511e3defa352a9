"""Random organs with a case ledger beside them: leads, cases and all the work on one, and the records that remain."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from ledger.core.consent import Answer, Consent, sign_consent
from ledger.core.consent_to import Place, ToEntry
from ledger.core.encoding import b64encode
from ledger.events.acts import AnalysisMade, KeyTaskRegistered, MeetingHeld, SelfSummarySubmitted, TalkHeld
from ledger.events.base import Payload
from ledger.events.case_parts import DecisionItem, FindingItem, OffenceAct, Offender, Pin, Restored, Rulebook
from ledger.events.case_work import (
    AppealDecided,
    AppealMade,
    CaseOpened,
    DecisionAnnounced,
    DecisionEnforced,
    DecisionMade,
    DecisionServed,
    FactsFound,
    FindingMade,
    LeadDisposed,
    LeadReceived,
    MeasureTaken,
    QueryMade,
    RectificationReviewed,
    SecondInvestigationDeclined,
    SecondInvestigationOpened,
    StatementHeard,
)
from ledger.events.fields import EntryReference
from ledger.events.record import Recorded
from ledger.events.records import ConsentRecorded, RecordExplained, TextErased
from ledger.events.register import Identity, PersonLinked, UnitLinked
from ledger.events.tenure import ActingBegun, AssignmentEnded, AssignmentMade
from ledger.events.trust import RulesAdoptedV1
from tests.support.builders import signer_named
from tests.support.facts_maker import Organ, at
from tests.support.organs import HORIZON, LEADERS, OPENED, UNITS, Plan
from tests.support.organs_more import more_of

Found = tuple[Payload, Recorded | None] | None
Work = Callable[[Organ, Random, date, int], Found]
"""A record of the case ledger, and the entry in whose thread it stands."""
RULEBOOKS = (
    Rulebook(id="wz", name="中国共产党问责条例（2019）"),
    Rulebook(id="cf", name="中国共产党纪律处分条例（2023）"),
)


def cases_of(seed: int) -> Plan:
    """The plan of `organs_more` for this number, with cases and the remaining records in between."""
    plan, rng = more_of(seed), Random(seed + 13)  # noqa: S311 - a test, no secret
    steps = list(plan.steps)
    for number in range(rng.randint(10, 45)):
        own = rng.randint(0, 2**32)
        on = OPENED + timedelta(days=rng.randint(20, HORIZON))
        moment = at(f"{on} 22:{number % 60:02}")
        duty = rng.randint(0, 2) == 0
        made = rng.choice(REMAINING) if duty else None
        step = _remaining(made, own, on, moment, number) if made is not None else _case(own, on, moment, number)
        steps.append((moment, 5000 + number, step))
    return Plan(tuple(steps), plan.judged_on)


def _case(seed: int, on: date, moment: datetime, number: int) -> Callable[[Organ], Any]:
    def record(organ: Organ) -> Any:
        rng = Random(seed)  # noqa: S311
        opened = _of(organ, "case", CaseOpened)
        make = rng.choice(BEFORE if not opened else (*BEFORE, *WORKS, *WORKS))
        found = make(organ, rng, on, number)
        if found is None:
            return None
        payload, thread = found
        return organ.case(payload, moment.strftime("%Y-%m-%d %H:%M"), of=thread)

    return record


def _of(organ: Organ, ledger: str, *types: type[Payload]) -> list[Recorded]:
    return [entry for entry in organ.entries[ledger] if isinstance(entry.payload, types)]


def _one(rng: Random, found: Iterable[Recorded]) -> Recorded | None:
    rows = list(found)
    return rng.choice(rows) if rows else None


def _who(rng: Random) -> str:
    return rng.choice(LEADERS)


# --- leads and openings ---


def _lead(organ: Organ, rng: Random, on: date, n: int) -> Found:
    concerns = tuple({_who(rng), rng.choice(UNITS)})
    checkpoint = Pin(fingerprint=b64encode(organ.entries["duty"][0].leaf_hash))
    lead = LeadReceived(ref=f"L{n}", kind="complaint", concerns=concerns, occurred_at=on, pin=checkpoint, matter="m")
    return lead, None


def _disposed(organ: Organ, rng: Random, on: date, n: int) -> Found:
    lead = _one(rng, _of(organ, "case", LeadReceived))
    if lead is None:
        return None
    way = rng.choice(("talk_inquiry", "preliminary", "deferred", "closed", "closed", "case"))
    return LeadDisposed(ref=f"LD{n}", lead=organ.reference(lead), way=way, occurred_at=on), lead


def _query(_: Organ, rng: Random, on: date, n: int) -> Found:
    return QueryMade(ref=f"Q{n}", concerns=(_who(rng), rng.choice(UNITS)), occurred_at=on, query="q"), None


def _linked(organ: Organ, rng: Random, _: date, n: int) -> Found:
    fingerprint = b64encode(organ.entries["duty"][0].leaf_hash)
    person = rng.randint(0, 1)
    ids = tuple(Identity(fingerprint=fp, id=rng.choice(LEADERS if person else UNITS)) for fp in (fingerprint, ""))
    return (PersonLinked if person else UnitLinked)(ref=f"LK{n}", identities=ids), None


def _opened(organ: Organ, rng: Random, on: date, n: int) -> Found:
    first = on - timedelta(days=rng.randint(30, 300))
    last = min(on, first + timedelta(days=rng.randint(10, 200)))
    leads = _of(organ, "case", LeadReceived)
    meetings = [m for m in _of(organ, "duty", MeetingHeld) if m.recorded_at < at(f"{on} 00:00")]
    decided = rng.sample(meetings, min(len(meetings), rng.randint(0, 2)))
    known = [organ.reference(rng.choice(leads))] if leads and rng.randint(0, 1) else []
    opening = CaseOpened(
        ref=f"K{n}",
        case=f"K{n}",
        unit=rng.choice(UNITS),
        occurred_at=on,
        period_from=first,
        period_to=last,
        first_lead_at=at(f"{on - timedelta(days=20)} 09:00") if rng.randint(0, 1) else None,
        leads=tuple(known) or None,
        offenders=(Offender(person=_who(rng), valid_from=first, valid_to=last),),
        acts=tuple(OffenceAct(id=f"a{i}", day=on, amount=Decimal(i)) for i, on in enumerate((first, last), 1)),
        enabling_decisions=tuple(organ.reference(each, across=True) for each in decided) or None,
        rulebooks=RULEBOOKS,
    )
    return opening, None


# --- work on a case ---


def _opening(organ: Organ, rng: Random) -> Recorded:
    return rng.choice(_of(organ, "case", CaseOpened))


def _case_id(opening: Recorded) -> str:
    if not isinstance(opening.payload, CaseOpened):
        raise TypeError("a case is opened by case.opened")
    return str(opening.payload.case)


def _work(make: Callable[[str, str, Random, date, int], Payload]) -> Work:
    """A record of one case that needs no other record of it: of (case, number, random, day, n)."""

    def found(organ: Organ, rng: Random, on: date, n: int) -> Found:
        opening = _opening(organ, rng)
        return make(_case_id(opening), f"W{n}", rng, on, n), opening

    return found


def _after(kind: type[Payload], make: Callable[[str, str, EntryReference, Random, date], Payload]) -> Work:
    """A record of one case that follows another of it."""

    def found(organ: Organ, rng: Random, on: date, n: int) -> Found:
        former = _one(rng, _of(organ, "case", kind))
        if former is None:
            return None
        case = getattr(former.payload, "case", None)
        opening = next(each for each in _of(organ, "case", CaseOpened) if _case_id(each) == case)
        return make(str(case), f"W{n}", organ.reference(former), rng, on), opening

    return found


CATEGORIES = ("main_leadership", "important_leadership", "none")
TRACKS = ("first", "second")


def _findings(case: str, ref: str, rng: Random, on: date, _: int) -> Payload:
    found = FindingItem(person=_who(rng), rulebook="cf", category=rng.choice(CATEGORIES), article="9")
    return FindingMade(ref=ref, case=case, track=rng.choice(TRACKS), occurred_at=on, findings=(found,))


def _decisions(case: str, ref: str, rng: Random, on: date, _: int) -> Payload:
    decided = DecisionItem(person=_who(rng), category=rng.choice(CATEGORIES), form="诫勉", four_forms=1)
    return DecisionMade(ref=ref, case=case, track=rng.choice(TRACKS), occurred_at=on, decisions=(decided,))


def _measure(case: str, ref: str, rng: Random, on: date, _: int) -> Payload:
    return MeasureTaken(ref=ref, case=case, person=_who(rng), status="detained", occurred_at=on)


def _facts(case: str, ref: str, rng: Random, on: date, _: int) -> Payload:
    return FactsFound(ref=ref, case=case, unit=rng.choice(UNITS), occurred_at=on)


def _statement(case: str, ref: str, rng: Random, on: date, _: int) -> Payload:
    return StatementHeard(ref=ref, case=case, person=_who(rng), heard_at=on, accepted="part", occurred_at=on)


def _served(case: str, ref: str, of: EntryReference, rng: Random, on: date) -> Payload:
    return DecisionServed(ref=ref, case=case, decision=of, person=_who(rng), occurred_at=on)


def _announced(case: str, ref: str, of: EntryReference, _: Random, on: date) -> Payload:
    return DecisionAnnounced(ref=ref, case=case, of=of, at=on, body="group", occurred_at=on)


def _enforced(case: str, ref: str, of: EntryReference, _: Random, on: date) -> Payload:
    return DecisionEnforced(ref=ref, case=case, of=of, at=on, occurred_at=on)


def _appeal(case: str, ref: str, of: EntryReference, rng: Random, on: date) -> Payload:
    return AppealMade(ref=ref, case=case, person=_who(rng), against=of, occurred_at=on)


def _answered(case: str, ref: str, of: EntryReference, rng: Random, on: date) -> Payload:
    restored = Restored(day=on, scope="unit")
    after = rng.choice(CATEGORIES)
    return AppealDecided(
        ref=ref, case=case, appeal=of, result="changed", category_after=after, restored=restored, occurred_at=on
    )


BEFORE: tuple[Work, ...] = (_lead, _lead, _disposed, _query, _linked, _opened, _opened)
WORKS: tuple[Work, ...] = (
    *map(_work, (_measure, _facts, _statement, _findings, *[_decisions] * 3)),
    _work(lambda case, ref, _, on, __: SecondInvestigationOpened(ref=ref, case=case, occurred_at=on)),
    _work(lambda case, ref, _, on, __: SecondInvestigationDeclined(ref=ref, case=case, occurred_at=on, reason="r")),
    _work(lambda case, ref, _, on, __: RectificationReviewed(ref=ref, case=case, result="well", occurred_at=on)),
    *(_after(DecisionMade, make) for make in (_served, _announced, _enforced, *[_appeal] * 3)),
    *[_after(AppealMade, _answered)] * 4,
)


# --- what remains of the duty ledger ---

Duty = Callable[[Organ, Random, date, int], tuple[Payload, tuple[str, ...]] | None]


def _remaining(make: Duty, seed: int, on: date, moment: datetime, number: int) -> Callable[[Organ], Any]:
    def record(organ: Organ) -> Any:
        found = make(organ, Random(seed), on, number)  # noqa: S311
        return organ.duty(found[0], moment.strftime("%Y-%m-%d %H:%M"), *found[1]) if found is not None else None

    return record


def _analysis(_: Organ, rng: Random, on: date, n: int) -> Any:
    wanted = f"{on.year}-{rng.choice(('H1', 'year'))}"
    return AnalysisMade(ref=f"AN{n}", lead="sec", for_period=wanted, occurred_at=on, claims=("PS5a",)), ("sec", "clerk")


def _summary(_: Organ, rng: Random, on: date, n: int) -> Any:
    unit = rng.choice(UNITS)
    made = SelfSummarySubmitted(
        ref=f"SS{n}", author=unit, unit=unit, for_year=on.year - 1, occurred_at=on, claims=("PD5",), text=f"of {n}"
    )
    return made, (_who(rng), "clerk")


def _key_task(_: Organ, rng: Random, on: date, n: int) -> Any:
    task = KeyTaskRegistered(
        ref=f"KT{n}", unit=rng.choice(UNITS), covers=UNITS, title=f"task {n}", occurred_at=on + timedelta(days=5)
    )
    return task, ("clerk",)


def _explained(organ: Organ, rng: Random, _: date, n: int) -> Any:
    about = _one(rng, organ.entries["duty"][12:])
    if about is None:
        return None
    made = RecordExplained(ref=f"EX{n}", explains=organ.reference(about), signal="LATE_RECORD", explanation="ill")
    return made, (_who(rng),)


def _ended(organ: Organ, rng: Random, on: date, n: int) -> Any:
    about = _one(rng, _of(organ, "duty", AssignmentMade, ActingBegun))
    if about is None:
        return None
    made: Any = about.payload
    ended = AssignmentEnded(
        ref=f"EN{n}", ends=organ.reference(about), person=made.person, valid_to=max(on, made.valid_from),
        leaves=rng.choice(("rotation", "transfer", None)), occurred_at=on,
    )  # fmt: skip
    return ended, ("clerk",)


def _erased(organ: Organ, rng: Random, _: date, n: int) -> Any:
    about = _one(rng, (entry for entry in organ.entries["duty"] if getattr(entry.payload, "text", None)))
    if about is None:
        return None
    return TextErased(ref=f"ER{n}", entry=organ.reference(about), names=("text",), ground="asked"), ("clerk",)


def _old_rules(_: Organ, rng: Random, __: date, n: int) -> Any:
    return RulesAdoptedV1(layer="province", version=str(n), settings={"timely_days": rng.choice((3, 7))}), ("clerk",)


def _consented(organ: Organ, rng: Random, on: date, n: int) -> Any:
    """A consent or refusal given elsewhere, by somebody whom a talk or assignment concerns."""
    about = _one(rng, _of(organ, "duty", TalkHeld, AssignmentMade))
    if about is None:
        return None
    person = str(getattr(about.payload, "counterpart", None) or getattr(about.payload, "person", "mem"))
    to = ToEntry(Place(about.position, about.leaf_hash))
    answer: Answer = rng.choice(("agree", "agree", "refuse"))
    consent = Consent(person, organ.entries["duty"][0].leaf_hash, to, answer, at(f"{on} 21:00"))
    note = sign_consent(consent, [signer_named(f"{about.ledger}/{person}")])
    return ConsentRecorded(ref=f"CS{n}", note=note.data.decode(), of=organ.reference(about)), ("clerk",)


REMAINING: tuple[Duty, ...] = (
    *(_analysis, _summary, _key_task, _explained, _ended, _erased, _old_rules, _consented, _consented),
)
