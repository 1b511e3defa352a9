"""Question: at which moments the record changed; the way through what was known when."""

from dataclasses import dataclass

from ledger.core.entry import format_time
from projections.views.facts import ViewFacts
from projections.views.view_reads import moments_around


@dataclass(frozen=True, slots=True)
class Changes:
    """The moments at which the record changed just before and just after one; the way through what was known when."""

    earlier: str | None
    later: str | None


def changes(facts: ViewFacts) -> Changes:
    """Previous and next moment at which the duty ledger learnt something."""
    earlier, later = moments_around(facts.views, facts.duty, facts.cut)
    return Changes(*(format_time(moment) if moment is not None else None for moment in (earlier, later)))
