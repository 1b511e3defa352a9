"""Grounds that follow from posts held: R2, R5, R7, R8, R9, R10. A post makes a candidate, no more (R19)."""

from collections.abc import Iterable

from ledger.events.acts import MeetingHeld
from projections.facts.holdings import MEMBER, SECRETARY, Holding, counted, covers_of
from projections.facts.protocol import Facts, day
from projections.facts.values import Period, Tenure
from projections.trace.attribution import Line
from projections.trace.case_facts import enabling_meetings
from projections.trace.model import LEVELS, CaseFacts, Ground, Level, Share
from projections.trace.regimes import Categories
from projections.trace.rulebooks import both, each

CATEGORIES: dict[Level, Categories] = {
    "head": each(accountability="not_applicable", discipline="main_leadership"),
    "supervisor": both("main_leadership"),
    "secretary": each(accountability="main_leadership", discipline="important_leadership"),
}
"""What holding a level of the line means: R10, R7, R8."""
Grounds = Iterable[tuple[str, Ground]]
"""(person id, ground) pairs."""


def offenders(case: CaseFacts) -> Grounds:
    """R2 (处分条例 art. 39): direct parties come from the facts of the first investigation only, never from posts.

    问责条例 reaches leaders for their leadership, not the party directly concerned: not applicable there.
    """
    for person, period in case.offenders:
        yield (
            person,
            Ground(
                "R2",
                "offender",
                "basis",
                (case.entry,),
                each(accountability="not_applicable", discipline="direct"),
                period,
            ),
        )


def heads(line: Line) -> Grounds:
    """R10 (处分条例 art. 39; 问责条例 art. 6): the unit's head, where not an offender, is mainly responsible for it.

    问责条例 art. 6 speaks of leading bodies and their members; a unit head stands outside it, and we say so.
    """
    for holding in line["head"]:
        yield holding.person, _held("R10", "head_of_unit", holding, CATEGORIES["head"])


def supervisors(line: Line) -> Grounds:
    """R7 (问责条例 art. 6, 处分条例 art. 39: 主管): the supervising member is mainly responsible under both.

    Only within the scope and interval of the division of work.
    """
    for holding in line["supervisor"]:
        yield holding.person, _held("R7", "supervised_unit", holding, CATEGORIES["supervisor"])


def secretaries(line: Line) -> Grounds:
    """R8 (问责条例 art. 6; 处分条例 art. 39: 应管): the principal is mainly responsible under 问责条例.

    Importantly under 处分条例, unless in charge of the work or chairing or deciding (R12, R14). Acting in charge by
    formal notice is full holding, flagged acting (R5).
    """
    for holding in line["secretary"]:
        code = "acting_secretary" if holding.acting else "secretary"
        yield holding.person, _held("R8", code, holding, CATEGORIES["secretary"])


def functions(facts: Facts, case: CaseFacts) -> Grounds:
    """R9 (处分条例 art. 39: 应管): a member holding a function that the case touches (finance, personnel) is important.

    Other members have no responsibility by their seat alone.
    """
    for known in facts.tenures(during=case.period, undisputed=True):
        touched = sorted(set(known.functions) & set(case.functions))
        if not touched or known.role not in (SECRETARY, MEMBER) or known.acting == "cover":
            continue
        tenure = counted(facts, known)
        met = _within(tenure, case.period) if tenure is not None else None
        if tenure is not None and met is not None:
            values = (("functions", ", ".join(touched)),)
            ground = Ground(
                "R9", "function_touched", "basis", (tenure.entry,), both("important_leadership"), met, values
            )
            yield tenure.person, ground


def covers(facts: Facts, case: CaseFacts) -> Grounds:
    """R5 (AB角, no formal notice): temporary cover makes a co-holder only for acts taken; the titular holder stays.

    An act taken is an enabling decision that the covering person agreed to while covering. Without one, the person is
    named with no responsibility.
    """
    for level in LEVELS:
        for holding in covers_of(facts, level, case.unit, case.period, primary=True):
            acts = [
                meeting
                for meeting in enabling_meetings(case)
                if isinstance(meeting.payload, MeetingHeld)
                and holding.person in ((meeting.payload.votes.agree if meeting.payload.votes else None) or ())
                and day(facts, meeting.payload.occurred_at or meeting.recorded_at) in holding.period
            ]
            if acts:
                cites = tuple(facts.cite(act) for act in acts)
                yield (
                    holding.person,
                    Ground(
                        "R5",
                        "covered_and_acted",
                        "basis",
                        (holding.entry, *cites),
                        CATEGORIES[level],
                        holding.period,
                    ),
                )
            else:
                yield (
                    holding.person,
                    Ground("R5", "covered_without_act", "context", (holding.entry,), (), holding.period),
                )


def gaps(shares: Iterable[Share]) -> Grounds:
    """R6 (处分条例 art. 39: 应管, not 主管): a vacancy's acts are shown under whoever it falls to.

    The category does not change by it: no division of work made the work theirs.
    """
    for row in shares:
        if row.person is None and row.falls_to is not None:
            values = (("level", row.level), ("acts", ", ".join(row.acts)))
            yield row.falls_to, Ground("R6", "gap_falls_to", "context", (), (), row.period, values)


def _held(rule: str, code: str, holding: Holding, categories: Categories) -> Ground:
    return Ground(rule, code, "basis", (holding.entry,), categories, holding.period)


def _within(tenure: Tenure, period: Period) -> Period | None:
    held = tenure.period(period.last)
    return held.meet(period) if held is not None else None
