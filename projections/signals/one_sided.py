"""Signals about who signed a record: one side only, the recorder alone, one who could not."""

from collections.abc import Iterator
from datetime import date, timedelta

from ledger.events.acts import (
    Act,
    Addressed,
)
from ledger.events.base import Fact
from ledger.events.record import Recorded
from ledger.events.registry import kinds
from ledger.events.tenure import ActingBegun, AssignmentMade
from projections.facts.footing import taken_on
from projections.facts.holdings import Level, holders_on
from projections.facts.values import Signal
from projections.facts.who_signed import refused_by, signatures
from projections.signals.inquiry import Inquiry
from projections.signals.subject import (
    body_of,
    days_between,
    done_by,
    is_legacy,
    occurred_on,
    persons_in,
    recorded_on,
    states,
    who_must_sign,
)

DETENTION = ("留置", "拘", "逮捕", "羁押", "在押", "detain", "arrest", "custody")
"""Words by which a measure's status says that a person is held; one that begins with 解除 or `released` ends it."""
RELEASE = ("解除", "撤销", "release")
GONE = {"retirement": "retired", "death": "died"}
"""How one left who signs no more, and the reason that is given."""
_GROUP_DUTIES = ("PG", "PS", "G", "S", "A3")
_MEMBER_DUTIES = ("PM", "M")
"""First letters of the obligation ids by which the plan's table names the owner."""


def one_sided_talk(q: Inquiry) -> Iterator[Signal]:
    """ONE_SIDED_TALK: one of a talk's two persons has not signed it within `countersign_days` of its recording.

    Signatures count at recording or by an acceptance of their own in time, unless the person's standing answer is a
    refusal. What is not yet due on the day of judging does not fire; legacy records are exempt. `missing` are those who
    did not sign, `refused` those of them who refused on record. Benign: illness; a recorded refusal.
    """
    for record in q.of(*kinds(lambda cls: cls.COUNTERSIGNED)):
        talk, signed_on = record.payload, recorded_on(q.facts, record)
        limit = timedelta(days=q.facts.rules_on(signed_on).countersign_days)
        due = signed_on + limit
        if is_legacy(talk) or due >= q.judged_on:
            continue
        missing = set(who_must_sign(talk))
        if not missing <= set(record.signed) or record.position in q.facts.refusals:
            missing -= {
                person
                for person, moment in signatures(q.facts, record).items()
                if days_between(q.facts, record.recorded_at, moment) <= limit.days
            }
        else:
            missing.clear()
        if missing:
            refused = tuple(sorted(refused_by(q.facts, record) & missing))
            names = tuple(sorted(missing))
            yield q.blaming("ONE_SIDED_TALK", "medium", record, missing=names, refused=refused)


def self_attested(q: Inquiry) -> Iterator[Signal]:
    """SELF_ATTESTED: the only signature is that of a recorder who is not the one whose duty the act fulfils.

    Looks at acts that claim an obligation and at assignments and actings that name no authority; never at ends of
    assignments, leaves, key tasks, corrections or legacy records. Whose duty it is: who talked, chaired, led, found,
    put right or wrote; else the head of the act's unit, its supervising member where the claim is a member's, the
    secretary where it is the Party group's. An acceptance by another is a second signature while he stands by it; who
    has taken an assignment on cannot take that back. Benign: a small office.
    """
    for record in q.of(*kinds(lambda cls: cls.ATTESTED)):
        payload = record.payload
        both = len(record.signed) > 1 and record.position not in q.facts.refusals
        if both or not isinstance(payload, Fact) or is_legacy(payload):
            continue
        assigns = isinstance(payload, AssignmentMade | ActingBegun)
        if states(record, "authority") if assigns else not payload.claims:
            continue
        if record.author in set(_whose_duty(q, record)) or set(signatures(q.facts, record)) - {record.author}:
            continue
        if not isinstance(payload, AssignmentMade | ActingBegun) or taken_on(q.facts, record, payload.person) is None:
            yield q.blaming("SELF_ATTESTED", "low", record, person=record.author)


def _whose_duty(q: Inquiry, record: Recorded) -> Iterator[str | None]:
    payload = record.payload
    yield done_by(payload)
    on = occurred_on(q.facts, record) or recorded_on(q.facts, record)
    claims = (payload.claims if isinstance(payload, Fact) else None) or ()
    assigns = isinstance(payload, AssignmentMade | ActingBegun)
    if assigns or any(claim.startswith(_GROUP_DUTIES) for claim in claims):
        yield from _holders(q, "secretary", None, on)
    for unit in _units(q, record):
        yield from _holders(q, "head", unit, on)
        if any(claim.startswith(_MEMBER_DUTIES) for claim in claims):
            yield from _holders(q, "supervisor", unit, on)


def _units(q: Inquiry, record: Recorded) -> Iterator[str]:
    payload = record.payload
    candidates = [payload.unit if isinstance(payload, Act) else None, body_of(payload)]
    if isinstance(payload, Addressed):
        candidates.append(payload.author)
    yield from dict.fromkeys(id_ for id_ in candidates if id_ is not None and id_ in q.facts.units)


def _holders(q: Inquiry, level: Level, unit: str | None, on: date) -> Iterator[str]:
    return (holding.person for holding in holders_on(q.facts, level, unit, on))


def participant_unable_to_sign(q: Inquiry) -> Iterator[Signal]:
    """PARTICIPANT_UNABLE_TO_SIGN: a person whose signature the record needs could not give it when it was recorded.

    Looks at both persons of a talk and of a handover. Fires where one of them was held (留置 and the like) or had no
    key in force any more, whatever the record says, or had retired or died and did not sign it. Legacy records are
    exempt.
    `person` are those concerned, `reason` why, in the same order.
    """
    for record in q.of(*kinds(lambda cls: cls.MUST_SIGN)):
        payload = record.payload
        if is_legacy(payload):
            continue
        both = persons_in(payload, payload.MUST_SIGN)
        unable = [(person, why) for person in both if (why := _unable(q, record, person)) is not None]
        if unable:
            persons, reasons = zip(*unable, strict=True)
            yield q.blaming("PARTICIPANT_UNABLE_TO_SIGN", "high", record, person=persons, reason=reasons)


def _unable(q: Inquiry, record: Recorded, person: str) -> str | None:
    on = recorded_on(q.facts, record)
    held = [(since, status) for since, status in q.background.measures.get(person, ()) if since <= on]
    if held and _is_detention(held[-1][1]):
        return f"detained {held[-1][0]}"
    keys = [change for position, change in q.background.keys.get(person, ()) if position < record.position]
    if keys and sum(keys) <= 0:
        return "key revoked"
    if person in record.signed:
        return None
    tenures = q.background.posts.get(person, ())
    left = [(t.valid_to, t.leaves) for t in tenures if t.leaves in GONE and t.valid_to is not None and t.valid_to < on]
    if left and not any(q.background.in_post(tenure, on) for tenure in tenures):
        last, way = max(left)
        return f"{GONE[str(way)]} {last}"
    return None


def _is_detention(status: str) -> bool:
    word = status.lower()
    return not word.startswith(RELEASE) and any(mark in word for mark in DETENTION)
