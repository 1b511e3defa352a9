"""R19: position makes a candidate; what was left undone makes the case; credible fulfilment makes the defence."""

from collections.abc import Sequence

from projections.facts.values import Instance, Period
from projections.trace.model import Ground

NOT_DONE = ("unmet", "partly_unmet", "late")
SHAM = ("doubtful", "partly_doubtful")


def culpability(grounds: Sequence[Ground], undone: Sequence[Instance], during: Period) -> str:
    """R19 (问责条例 art. 5 to 7): case_made, mixed, defence, position_only or no_position.

    case_made: duties due inside the offence period unmet or fulfilled for show only, or something against the person,
    and nothing for him. mixed: both. defence: something for him and nothing against. position_only: the post or the
    decision alone says nothing. no_position: no ground gives a category at all.
    """
    if not any(ground.side == "basis" for ground in grounds):
        return "no_position"
    owed = [row for row in undone if row.due is None or row.due in during]
    against = bool(owed or any(ground.side == "aggravating" for ground in grounds))
    spoken_for = any(ground.side == "mitigating" for ground in grounds)
    if against:
        return "mixed" if spoken_for else "case_made"
    return "defence" if spoken_for else "position_only"


def not_done(owed: Sequence[Instance]) -> tuple[Instance, ...]:
    """R19: what was owed by post and not done, or not in time."""
    return tuple(row for row in owed if row.status in NOT_DONE)


def done_for_show(owed: Sequence[Instance]) -> tuple[Instance, ...]:
    """R19: what only records claim that are rejected or doubtful (sham): questions, never verdicts."""
    return tuple(row for row in owed if row.status in SHAM or (row.rejected and row.status in NOT_DONE))
