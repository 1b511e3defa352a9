"""One desk for every reader: the questions as `api` and `cli` ask them, over one set of views.

What a question needs is loaded when it is asked, so that who asks for holders does not wait for the rules of a trace.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, TypeVar

from ledger.frozen import dataclass
from projections.questions.over import Asks, Judged, Over
from projections.questions.parties import party_of
from projections.views.facts import ViewFacts
from projections.views.view_store import Views

if TYPE_CHECKING:
    from projections.facts.values import Instance
    from projections.trace.model import Trace

A = TypeVar("A")
W = TypeVar("W", bound=Asks)


@dataclass(frozen=True, slots=True)
class Desk:
    """Questions over the views; which ledgers they answer from is a question too (`heads`)."""

    views: Views
    kinds: frozenset[str] | None = None
    """The kinds of ledger that exist for who asks; None = all."""
    entries: int | None = None
    """Only so many entries of the duty ledger, for questions as known at a position; None = all."""
    organ: str | None = None
    """Origin of the duty ledger asked about, where several are joined; None = the only one."""

    def facts(self, known_at: datetime | None = None) -> ViewFacts:
        """The facts as known at a moment."""
        return ViewFacts(self.views, known_at, self.organ, kinds=self.kinds, entries=self.entries)

    def about(self, case: str) -> Desk:
        """The desk of the organ that a case is about, as its opening tells. Raises BadInput for an unknown case."""
        duties = [row.origin for row in self.views.ledgers() if row.kind == "duty"]
        if self.organ is None and len(duties) > 1:
            # The opening says the same wherever it is read from.
            return replace(self, organ=replace(self, organ=duties[0]).facts().organ_of(case))
        return replace(self, organ=self.facts().organ_of(case) or self.organ)

    def party(self, text: str, known_at: datetime | None = None) -> str:
        """The id of the person or unit that a reader named. Raises BadInput."""
        return party_of(self.facts(known_at), text)

    def over(self, wanted: Asks, language: str | None = None) -> Over:
        """What a question with this filter is answered over."""
        return Over(replace(self, entries=wanted.entries or self.entries).facts(wanted.known_at), language)

    def ask(self, question: Callable[[Over, W], A], wanted: W) -> A:
        """The answer to a question. Raises BadInput for a filter that names what is not there."""
        return question(self.over(wanted), wanted)

    def judging_day(self, known_at: datetime | None = None, on: date | None = None) -> date:
        """The day as on which obligations and signals are judged where the reader names none (`on`)."""
        wanted = Judged(known_at=known_at, judged_on=on)
        return self.over(wanted).judging_day(wanted)

    def trace(
        self,
        case: str,
        *,
        known_at: datetime | None = None,
        rulebook: str | None = None,
        considered: Callable[[Instance], bool] | None = None,
    ) -> Trace:
        """The reverse trace of a case, over the duty ledger of its organ."""
        from projections.trace import trace

        organ = self.about(case).organ
        return trace(
            lambda moment: ViewFacts(self.views, moment, organ),
            case,
            known_at=known_at,
            rulebook=rulebook,
            considered=considered,
        )


def as_utc(moment: datetime | None) -> str | None:
    """A moment as answers name it."""
    return moment.astimezone(UTC).isoformat() if moment is not None else None
