"""One desk for every reader: the questions as `api` and `cli` ask them, over one set of views."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from projections.holders import Answer, Subject, holders, members, subject_of
from projections.model import Instance
from projections.trace import trace
from projections.trace.model import Trace
from projections.views.facts import ViewFacts
from projections.views.store import Views


@dataclass(frozen=True, slots=True)
class Head:
    """A ledger and how much of it an answer was computed from, so that the answer can be re-checked."""

    origin: str
    kind: str
    fingerprint: str
    entries: int
    simulated: bool


@dataclass(frozen=True, slots=True)
class Desk:
    """Questions over the views; every answer names the times and heads that it was computed from."""

    views: Views

    def facts(self, known_at: datetime | None = None) -> ViewFacts:
        """The facts as known at a moment."""
        return ViewFacts(self.views, known_at)

    def heads(self) -> list[Head]:
        """The joined ledgers."""
        return [
            Head(row.origin, row.kind, row.fingerprint, self.views.position(row.origin), row.simulated)
            for row in self.views.ledgers()
        ]

    def subject(self, text: str) -> Subject:
        """The unit or post that a reader named."""
        return subject_of(self.facts(), text)

    def holders(self, subject: Subject, valid_at: date, known_at: datetime | None = None) -> list[Answer]:
        """Who held the subject's duties on a day."""
        facts = self.facts(known_at)
        return [holders(facts, level, subject.unit, valid_at) for level in subject.levels]

    def members(self, valid_at: date, known_at: datetime | None = None) -> tuple[str, ...]:
        """Full membership of the Party group on a day."""
        return members(self.facts(known_at), valid_at)

    def trace(
        self,
        case: str,
        *,
        known_at: datetime | None = None,
        rulebook: str | None = None,
        considered: Callable[[Instance], bool] | None = None,
    ) -> Trace:
        """The reverse trace of a case."""
        return trace(self.facts, case, known_at=known_at, rulebook=rulebook, considered=considered)


def as_utc(moment: datetime | None) -> str | None:
    """A moment as answers name it."""
    return moment.astimezone(UTC).isoformat() if moment is not None else None
