"""What became of a duty: the status that a number of acts makes, in time or late."""

from collections.abc import Iterable, Sequence
from datetime import date

from ledger.events.record import Recorded
from ledger.frozen import dataclass
from projections.facts.workdays import add_working_days
from projections.obligations.claims import JudgedClaim, Sorted

DONE = ("met", "met_with_gap", "met_late_declared", "not_applicable")
"""Statuses of rows that no further act is looked for."""
LATE = ("late", "late_provisional")
GRACE = 10
"""Working days after a provisional due day within which a later act is neither late nor undone."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A status with what goes with it."""

    status: str
    credited: int
    missing: tuple[str, ...] = ()
    by: JudgedClaim | None = None


def by_number(own: Sorted, required: int, in_time_by: date | None, due: date, judged_on: date) -> Outcome:
    """The status of a number: met, met_late_declared, late, not_due, doubtful, unmet.

    A number not reached is unmet however near, also where doubtful acts would reach it; a duty of a single act that has
    but doubtful ones is doubtful. `in_time_by` None = an act after the last day is as good as one before.
    """
    in_time = [act for act in own.credited if in_time_by is None or act.on <= in_time_by]
    plain = [act for act in in_time if act.verdict == "credited"]
    credited = len(own.credited)
    if len(in_time) >= required:
        return Outcome("met" if len(plain) >= required else "met_late_declared", credited)
    if credited >= required:
        return Outcome("late", credited, by=_late(own, required, in_time))
    if due > judged_on:
        return Outcome("not_due", credited)
    return Outcome("doubtful" if required == 1 and own.doubtful else "unmet", credited)


def _late(own: Sorted, required: int, in_time: Sequence[JudgedClaim]) -> JudgedClaim:
    """The late act with which the number was reached."""
    after = sorted((act for act in own.credited if act not in in_time), key=lambda act: (act.on, act.record.position))
    return after[required - len(in_time) - 1]


def if_rectified(outcome: Outcome, rectified: Iterable[tuple[Recorded, date]], due: date, judged_on: date) -> Outcome:
    """What was found with a day by which it is to be put right is done once it is, by that day, by whomever."""
    if outcome.status not in ("met", "met_late_declared", "late"):
        return outcome
    first = min(rectified, key=lambda row: (row[1], row[0].position), default=None)
    if first is None:
        return Outcome("unmet" if due <= judged_on else "not_due", outcome.credited)
    if first[1] <= due:
        return outcome if outcome.status != "late" else Outcome("met", outcome.credited)
    return Outcome("late", outcome.credited, by=JudgedClaim(*first, "credited"))


def late_or_provisional(status: str, on: date, provisional_due: date | None) -> str:
    """Late is provisional where the due day is, and the act came within ten working days after it."""
    if status == "late" and provisional_due is not None and on <= add_working_days(provisional_due, GRACE):
        return "late_provisional"
    return status
