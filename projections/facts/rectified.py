"""Whether what was put right was looked at again, and held."""

from collections.abc import Iterator
from datetime import date

from ledger.events.office import RectificationVerified
from ledger.events.record import Recorded
from projections.facts.protocol import Facts, happened


def checks(facts: Facts, rectification: Recorded, until: date) -> Iterator[Recorded]:
    """The verifications of a rectification made by a day."""
    for event in facts.followers(rectification):
        check = event.payload
        own = isinstance(check, RectificationVerified) and check.of.position == rectification.position
        if own and happened(facts, event) <= until:
            yield event


def has_passed(check: Recorded) -> bool:
    """Whether a verification found that it holds."""
    return isinstance(check.payload, RectificationVerified) and check.payload.result == "passed"


def has_failed(facts: Facts, rectification: Recorded, until: date) -> bool:
    """Whether a rectification was found not to hold, and by none of its verifications to hold."""
    made = list(checks(facts, rectification, until))
    return bool(made) and not any(map(has_passed, made))
