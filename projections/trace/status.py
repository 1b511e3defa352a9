"""R17, R24: who left, who is detained, which way a consequence would come, whether both tracks have an outcome.

An answer tells it as it is now, never as at the cut: it grounds nothing, only the consequence hangs on it, and a
consequence comes now (R17; an answer that calls a detained man free would send the committee the wrong way). A report,
which is about what was known at its cut-off, tells with `standing` what was known then where it tells of the person,
and what came later in its chapter of what came later.

What came is what was recorded: that a correction, made from the case's first lead on, lets an end or a post read
otherwise than it did changes nothing here either (R16).
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime

from ledger.events.case_work import (
    CaseWork,
    DecisionMade,
    MeasureTaken,
    SecondInvestigationDeclined,
    SecondInvestigationOpened,
)
from ledger.frozen import dataclass
from projections.facts.holdings import MEMBER, SECRETARY
from projections.facts.protocol import Facts, day
from projections.facts.values import Citation, Period, Tenure

LEFT = {"transfer": "transferred", "retirement": "retired"}
DETAINED = ("留置", "拘", "逮捕", "羁押", "detained")
RELEASED = ("解除", "released")
DEAD = ("死亡", "去世", "dead", "died")


@dataclass(frozen=True, slots=True)
class BecameOf:
    """What became of a person: the last change of it, empty where that took an earlier one back, and what says so."""

    status: str
    day: date
    entry: Citation


def standing(uncut: Facts, person: str, known_at: datetime | None = None) -> BecameOf | None:
    """What became of a person as recorded until a moment, None for by now."""
    changes = [
        BecameOf(LEFT[tenure.leaves], tenure.valid_to, tenure.ended_by or tenure.entry)
        for tenure in uncut.tenures(person=person, undisputed=True)
        if tenure.valid_to is not None and tenure.leaves in LEFT
    ]
    for event in uncut.records(MeasureTaken, person=person, ledger="case"):
        payload = event.payload
        if isinstance(payload, MeasureTaken):
            when = day(uncut, payload.occurred_at or event.recorded_at)
            changes.append(BecameOf(_status(payload.status), when, uncut.cite(event)))
    known = [each for each in changes if known_at is None or _recorded(uncut, each.entry) <= known_at]
    return max(known, key=lambda change: change.day) if known else None


def _recorded(uncut: Facts, cite: Citation) -> datetime:
    record = uncut.cited(cite)
    return record.recorded_at if record is not None else datetime.max.replace(tzinfo=UTC)


def status_now(uncut: Facts, person: str) -> str | None:
    """R17: transferred or retired by how the last tenure was left, detained by a measure; rotation changes nothing."""
    found = standing(uncut, person)
    return found.status or None if found is not None else None


def _status(status: str) -> str:
    if any(word in status for word in RELEASED):
        return ""
    if any(word in status for word in DEAD):
        return "dead"
    return "detained" if any(word in status for word in DETAINED) else status


def lifelong(uncut: Facts, person: str) -> bool:
    """R17 (问责条例, 终身问责): whoever was transferred or has retired stays in the trace for life."""
    return any(tenure.leaves in LEFT for tenure in uncut.tenures(person=person, undisputed=True))


def route(uncut: Facts, person: str, status: str | None, during: Period, *, offender: bool) -> tuple[str, ...]:
    """R17 (政务处分法 art. 27, cadre authority 干部管理权限): by which way a consequence would come; only this changes.

    Members of the leading body are cadres of the superior committee, others of the organ's own Party group. Who was
    transferred is dealt with through the organ where he now serves, who has retired can be investigated and have his
    benefits adjusted but gets no administrative sanction, who died is shown and nothing follows. Offenders go to the
    discipline organ first.
    """
    tenures = uncut.tenures(person=person, undisputed=True)
    codes = ["discipline_organ_decides"] if offender else []
    if any(tenure.role in (SECRETARY, MEMBER) for tenure in tenures):
        codes.append("superior_committee_decides")
    elif tenures:
        codes.append("organ_decides")
    else:
        codes.append("authority_not_on_record")
    if status == "dead":
        return ("died_no_consequence",)
    if status == "retired":
        codes.append("retired_benefits_only")
    elif status == "transferred":
        codes.append("through_the_organ_now_served")
    elif _promoted(tenures, during):
        codes.append("promoted_higher_authority")
    return tuple(codes)


def _promoted(tenures: Sequence[Tenure], during: Period) -> bool:
    """Whether a post held only since the offence is higher than every one held before its end."""
    ranks = {"none": 0, "deputy": 1, "head": 2, "supervisor": 3, MEMBER: 3, SECRETARY: 4}
    held = [tenure for tenure in tenures if tenure.acting is None]
    earlier = [ranks[tenure.role] for tenure in held if tenure.valid_from <= during.last]
    since = [ranks[tenure.role] for tenure in held if tenure.valid_from > during.last]
    return bool(earlier) and max(since, default=-1) > max(earlier)


def red(uncut: Facts, case: str) -> Iterator[str]:
    """R24 (一案双查): a case stays red until both tracks have an outcome.

    The second has one with a decision on the second track, or with a reasoned "none".
    """
    opening = uncut.case(case)
    works = [event.payload for event in uncut.followers(opening) if isinstance(event.payload, CaseWork)]
    tracks = {work.track for work in works if isinstance(work, DecisionMade)}
    if "first" not in tracks:
        yield "first_track_open"
    declined = any(isinstance(work, SecondInvestigationDeclined) for work in works)
    if "second" not in tracks and not declined:
        opened = any(isinstance(work, SecondInvestigationOpened) for work in works)
        yield "second_track_without_outcome" if opened else "second_track_not_opened"
