"""Acts that claim an obligation, sorted by what the signals leave of them (scenarios: obligations made precise).

An act that claims an obligation is *rejected* if a signal of weight high blames it; else *not counted* if it lies
outside the obligation's scope; else *doubtful* if an undeclared doubt blames it; a declared late act is credited.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from ledger.events.base import Fact
from ledger.events.record import Recorded
from projections.facts import Facts, day
from projections.model import Citation
from projections.signals import blame, credit


@dataclass(frozen=True, slots=True)
class Sorted:
    """The acts that claim an obligation; `late` are the credited ones whose lateness was declared."""

    credited: tuple[Recorded, ...]
    late: tuple[Recorded, ...]
    doubtful: tuple[Recorded, ...]
    rejected: tuple[Recorded, ...]
    not_counted: tuple[Recorded, ...]

    def where(self, wanted: Callable[[Recorded], bool]) -> "Sorted":
        """Only the acts that `wanted` accepts."""
        return Sorted(*(tuple(filter(wanted, rows)) for rows in self.rows()))

    def rows(self) -> tuple[tuple[Recorded, ...], ...]:
        """All five rows."""
        return self.credited, self.late, self.doubtful, self.rejected, self.not_counted


def happened(facts: Facts, act: Recorded) -> date:
    """The local day an act is said to have happened."""
    payload = act.payload
    when = payload.occurred_at if isinstance(payload, Fact) and payload.occurred_at is not None else act.recorded_at
    return day(facts, when)


def sort_acts(
    facts: Facts,
    obligation: str,
    judged_on: date,
    *,
    in_scope: Callable[[Recorded], bool] = lambda _: True,
    ledger: str = "duty",
) -> Sorted:
    """Sorts every act that claims the obligation and was done by `judged_on`."""
    acts = [act for act in facts.records(claims=obligation, ledger=ledger) if happened(facts, act) <= judged_on]
    blamed = blame(facts, acts, judged_on)
    rows: dict[str, list[Recorded]] = {
        "credited": [],
        "declared_late": [],
        "doubtful": [],
        "rejected": [],
        "not_counted": [],
    }
    for act in acts:
        verdict = credit(blamed.get(facts.cite(act), ()))
        if verdict != "rejected" and not in_scope(act):
            rows["not_counted"].append(act)
        else:
            rows[verdict].append(act)
    late = tuple(rows["declared_late"])
    credited = tuple(sorted([*rows["credited"], *late], key=lambda act: act.position))
    return Sorted(credited, late, tuple(rows["doubtful"]), tuple(rows["rejected"]), tuple(rows["not_counted"]))


def cites(facts: Facts, acts: Sequence[Recorded]) -> tuple[Citation, ...]:
    """Citations of acts, each once, in order."""
    return tuple(dict.fromkeys(facts.cite(act) for act in acts))
